//! The published sample plan, read at run time, goes through a workbook of ours and comes out equal.

use todokede_core::normalise::normalise;
use todokede_core::read_back::read_back;
use todokede_core::validate::schema::Schema;
use todokede_core::workbook::Layout;
use todokede_tests::flat_xml::flatten;
use todokede_tests::{build_job, engine, judged, line, only_xml, outcome, reference, workbook};

#[test]
fn the_published_plan_comes_out_equal_from_both_layouts() {
    let Some(path) = reference::file("pmda/samples/1.治験計画届書.xml") else {
        return reference::skipped("published plan", "the published sample");
    };
    let bytes = std::fs::read(path).unwrap();
    let sample = flatten(&bytes);
    let engine = engine();
    // The name gives what the filing's content does not: the short name of the filer.
    let plugin = &engine.plugins["pmda-ctn"];
    let mut back = read_back("SAMPLE_EI-A-001_01.xml", &bytes, plugin, &engine.catalogue, &engine.book);
    assert_eq!(back.findings, []);
    normalise(&mut back.record, &engine.catalogue, &engine.book);
    for layout in [Layout::Trial, Layout::List] {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("sample.xlsx");
        std::fs::write(&input, workbook(std::slice::from_ref(&back.record), layout).bytes).unwrap();
        let outcome = outcome(&build_job(vec![input], &folder.path().join("out")));
        let findings: Vec<String> = judged(&outcome).into_iter().map(line).collect();
        // Built although this is no draft: the published plan has no error by our rules.
        let ours = flatten(&only_xml(&outcome));
        for (at, (ours, theirs)) in ours.iter().zip(&sample).enumerate() {
            assert_eq!(ours, theirs, "element {at}; findings: {findings:#?}");
        }
        assert_eq!(ours.len(), sample.len());
        let schema = reference::schema().unwrap();
        let file = folder.path().join("sample.xml");
        std::fs::write(&file, only_xml(&outcome)).unwrap();
        assert_eq!(Schema::parse(&std::fs::read(&schema).unwrap()).unwrap().violations(&only_xml(&outcome)), []);
        match reference::xmllint(&file, &schema) {
            Some(verdict) => assert_eq!(verdict, Ok(())),
            None => reference::skipped("published plan", "xmllint"),
        }
    }
}

#[test]
fn our_file_starts_and_ends_its_lines_as_the_published_one() {
    let Some(path) = reference::file("pmda/samples/1.治験計画届書.xml") else {
        return reference::skipped("published plan's bytes", "the published sample");
    };
    let theirs = std::fs::read(path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ours = only_xml(&todokede_tests::build(&todokede_tests::trials::fixture("sponsor"), folder.path()));
    let head = |bytes: &[u8]| {
        bytes.iter().position(|byte| *byte == b'\n').map(|first| {
            let second = bytes[first + 1..].iter().position(|byte| *byte == b'\n').unwrap();
            bytes[..first + second + 2].to_vec()
        })
    };
    assert_eq!(head(&ours), head(&theirs), "byte order mark, prolog, root and its attributes");
    let bare =
        |bytes: &[u8]| bytes.iter().zip(&bytes[1..]).filter(|(first, second)| **second == b'\n' && **first != b'\r').count();
    assert_eq!(bare(&ours), 0, "every line ends in CRLF");
}

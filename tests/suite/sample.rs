//! The published sample plan, read at run time, goes through a workbook of ours and comes out equal.

use todokede_core::workbook::Layout;
use todokede_tests::flat_xml::{Element, flatten};
use todokede_tests::read_sample;
use todokede_tests::{build_job, engine, judged, line, only_xml, outcome, record, reference, workbook};

fn sample() -> Option<Vec<Element>> {
    let path = reference::file("pmda/samples/1.治験計画届書.xml")?;
    Some(flatten(&std::fs::read(path).unwrap()))
}

#[test]
fn the_published_plan_comes_out_equal_from_both_layouts() {
    let Some(sample) = sample() else { return reference::skipped("published plan", "the published sample") };
    let mut trial = read_sample::record(&sample, &engine().plugins["pmda-ctn"]);
    // What the filing does not say: our own key of the trial and of its site, and the short name for file names.
    trial["trial"]["id"] = "SAMPLE-1".into();
    trial["filing"]["filer_short_name"] = "SAMPLE".into();
    trial["sites"][0]["site_no"] = "1".into();
    let record = record(&trial);
    for layout in [Layout::Trial, Layout::List] {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("sample.xlsx");
        std::fs::write(&input, workbook(std::slice::from_ref(&record), layout).bytes).unwrap();
        let mut job = build_job(vec![input], &folder.path().join("out"));
        job.draft = true;
        let outcome = outcome(&job);
        let findings: Vec<String> = judged(&outcome).into_iter().map(line).collect();
        let ours = flatten(&only_xml(&outcome));
        for (at, (ours, theirs)) in ours.iter().zip(&sample).enumerate() {
            assert_eq!(ours, theirs, "element {at}; findings: {findings:#?}");
        }
        assert_eq!(ours.len(), sample.len());
        assert!(!outcome.built[0].draft, "the published plan has no error: {findings:#?}");
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

//! The sample in every format, as it was agreed.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::*;

#[test]
fn the_sample_is_written_as_agreed() {
    let (title, report) = (title(), sample());
    let (ja, draft) = (about(&title), About { draft: true, lang: Lang::En, ..about(&title) });
    for (name, about) in [("ja", &ja), ("draft", &draft)] {
        let csv = csv(&report, about, Encoding::Utf8).unwrap();
        let csv = csv.into_iter().fold(String::new(), |mut all, file| {
            let text = String::from_utf8(file.bytes).unwrap();
            write!(all, "# {:?} {}\n{}\n", file.holds, file.name, text.trim_start_matches('\u{feff}').replace('\r', ""))
                .unwrap();
            all
        });
        agreed(&format!("{name}.csv.txt"), &csv);
        agreed(&format!("{name}.html"), &String::from_utf8(html(&report, about).unwrap()).unwrap());
        agreed(&format!("{name}.json"), &String::from_utf8(json(&report, about).unwrap()).unwrap());
        let of_word = |part: &str| part.contains("document.xml") || part.contains("header") || part.contains("footer");
        agreed(&format!("{name}.docx.txt"), &listed(&docx(&report, about).unwrap(), of_word));
        let of_book = |part: &str| !part.contains("theme") && !part.contains("_rels");
        agreed(&format!("{name}.xlsx.txt"), &listed(&xlsx(&report, about).unwrap(), of_book));
    }
}

/// Lists the parts of a packed file, an element a line.
fn listed(bytes: &[u8], wanted: impl Fn(&str) -> bool) -> String {
    let mut all = String::new();
    for (name, text) in parts(bytes).into_iter().filter(|(name, _)| wanted(name)) {
        write!(all, "# {name}\n{}\n\n", text.replace("><", ">\n<")).unwrap();
    }
    all
}

fn agreed(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/render/report/tests/golden").join(name);
    if std::env::var("SNAPSHOTS").is_ok_and(|wanted| wanted == "overwrite") {
        fs::write(&path, made).unwrap();
    }
    let wanted = fs::read_to_string(&path).unwrap_or_default();
    assert!(made == wanted, "{}: run with SNAPSHOTS=overwrite and look at the difference", path.display());
}

/// What a reader opens: `REPORTS=folder` keeps the files.
#[test]
fn reports_are_written_for_the_eye() {
    let (title, report) = (title(), sample());
    let folder = tempfile::TempDir::new().unwrap();
    let to = std::env::var_os("REPORTS").map_or_else(|| folder.path().to_owned(), Into::into);
    for (name, draft, lang) in [("ja", false, Lang::Ja), ("draft", true, Lang::Ja), ("en", true, Lang::En)] {
        let about = About { draft, lang, ..about(&title) };
        fs::write(to.join(format!("{name}.xlsx")), xlsx(&report, &about).unwrap()).unwrap();
        fs::write(to.join(format!("{name}.html")), html(&report, &about).unwrap()).unwrap();
        fs::write(to.join(format!("{name}.docx")), docx(&report, &about).unwrap()).unwrap();
        fs::write(to.join(format!("{name}.json")), json(&report, &about).unwrap()).unwrap();
        for file in csv(&report, &about, Encoding::Utf8).unwrap() {
            fs::write(to.join(format!("{name}_{}.csv", file.name)), file.bytes).unwrap();
        }
        if let Ok(text) = std::env::var("REPORT") {
            let other: Report = serde_json::from_str(&fs::read_to_string(text).unwrap()).unwrap();
            fs::write(to.join(format!("{name}-other.html")), html(&other, &about).unwrap()).unwrap();
            fs::write(to.join(format!("{name}-other.xlsx")), xlsx(&other, &about).unwrap()).unwrap();
            fs::write(to.join(format!("{name}-other.docx")), docx(&other, &about).unwrap()).unwrap();
        }
    }
    assert!(!parts(&fs::read(to.join("ja.docx")).unwrap()).is_empty());
}

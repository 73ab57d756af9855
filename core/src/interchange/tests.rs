use super::*;
use crate::model::{Finding, Lang};

struct Bench {
    catalogue: Catalogue,
    book: RuleBook,
    interchange: Interchange,
}

fn bench() -> Bench {
    let forms = Files::embedded("forms");
    let catalogue = Catalogue::load(&forms).unwrap();
    let book = RuleBook::load(&forms).unwrap();
    let interchange = Interchange::load(&forms, &catalogue).unwrap_or_else(|error| panic!("{error}"));
    Bench { catalogue, book, interchange }
}

#[test]
fn peek() {
    let bench = bench();
    for file in std::env::var("PEEK").unwrap_or_default().split(',').filter(|f| !f.is_empty()) {
        let bytes = std::fs::read(file).unwrap();
        let i = bench.interchange.import(file, &bytes, None, &bench.catalogue, &bench.book);
        eprintln!("{} {}", i.format, i.records.len());
        eprintln!("{}", i.text(&bench.catalogue, Lang::En));
        for f in &i.findings {
            eprintln!("{} {} {} {}", f.trial, f.rule, f.at.display(Lang::En), f.message.en);
        }
        for r in &i.records {
            eprintln!("{:#}", r.to_json(&bench.catalogue));
        }
    }
    let _: Option<Finding> = None;
}

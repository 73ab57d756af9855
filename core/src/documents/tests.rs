use std::collections::BTreeMap;
use std::fs;

use super::*;
use crate::model::Row;

fn catalogue() -> Catalogue {
    Catalogue::load(&Files::embedded("forms")).unwrap()
}

/// Writes the files of a plugin and its form into a folder, and loads its documents.
fn load(files: &[(&str, &str)]) -> (tempfile::TempDir, Result<Documents, Vec<String>>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let files = Files::Folder(folder.path().to_owned());
    let loaded = Documents::load(&files, &files.below("form"), &catalogue());
    let loaded = loaded.map_err(|problems| problems.iter().map(ToString::to_string).collect());
    (folder, loaded)
}

fn plain(body: &str) -> String {
    // A line break is a reference, which breaks no row of a table.
    body.replace("&#10;", "\n").replace('\\', "")
}

const HEAD: &str = "id,level,title,when,field,covers,locked,note\n";

fn record(values: &[(&str, &str)]) -> Row {
    let json = values.iter().map(|(id, value)| ((*id).to_owned(), serde_json::Value::from(*value)));
    let catalogue = catalogue();
    let mut row = Row::default();
    for (id, value) in json.collect::<BTreeMap<_, _>>() {
        let field = catalogue.field_ix(&id).unwrap();
        let text = crate::model::Scalar::Text(value.as_str().unwrap().into());
        row.put(field, crate::model::Leaf { value: text, origin: crate::model::Origin::Nowhere });
    }
    row
}

fn write(documents: &Documents, row: &Row, files: &[(&str, &str)]) -> Result<Vec<Section>, Vec<Unwritten>> {
    let catalogue = catalogue();
    let scope = Scope { catalogue: &catalogue, root: row, rows: &[] };
    let mut context = Context::new();
    context.insert("record", &crate::render::facts::Facts::new(&catalogue, row));
    let contents = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    Texts::give(&mut context, &ProseFiles { contents, unread: Vec::new() });
    documents.write("d", scope, &context)
}

#[test]
fn sections_that_do_not_apply_are_left_out_with_all_below_them() {
    let sections = format!(
        "{HEAD}a,1,第{{{{ record.trial.id }}}}章,,,,,\nb,1,B,trial.phase == 'x',,,,\nc,2,C,,,,,\ne,1,E,,trial.objective,,,\n"
    );
    let (_folder, documents) =
        load(&[("documents/d/sections.csv", &sections), ("documents/d/a.md", "値は{{ record.trial.title }}")]);
    let documents = documents.unwrap();
    let row = record(&[("trial.id", "T*1"), ("trial.title", "p<0.05 *x*\n次"), ("trial.objective", "一行目\n# 二行目")]);
    let written = write(&documents, &row, &[]).unwrap();
    let ids: Vec<&str> = written.iter().map(|section| section.id.as_str()).collect();
    assert_eq!(ids, ["a", "e"]);
    assert_eq!(written[0].title, "第T*1章");
    assert_eq!(plain(&written[0].body), "値はp<0.05 *x*\n次");
    assert_eq!(plain(&written[1].body), "一行目\n\n# 二行目");
}

#[test]
fn a_text_may_stand_in_a_file_that_the_cell_names() {
    let sections = format!("{HEAD}a,1,A,,trial.objective,,,\n");
    let (_folder, documents) = load(&[("documents/d/sections.csv", &sections)]);
    let documents = documents.unwrap();
    let row = record(&[("trial.objective", "@目的.md")]);
    assert_eq!(write(&documents, &row, &[("目的.md", "- **太字**")]).unwrap()[0].body, "- **太字**");
    assert!(write(&documents, &row, &[]).unwrap_err()[0].problem.contains("目的.md"));
    assert_eq!(is_named("@ 背景.DOCX "), Some("背景.DOCX"));
    for text in ["", "a@b.md", "@x.txt", "@x.md\n続き"] {
        assert_eq!(is_named(text), None, "{text}");
    }
}

#[test]
fn every_mistake_of_a_document_is_named() {
    let sections =
        format!("{HEAD}A b,1,A,,,,,\na,1,,,,,,\nb,3,B,,,,,\nb,9,B,no.such == 1,sites.name,X-1,0000,\nc,1,{{{{ x,,,,,\n");
    let (_folder, documents) = load(&[
        ("documents/d/sections.csv", &sections),
        ("documents/d/b.md", "text"),
        ("documents/d/z.md", "nobody's"),
        (
            "form/legal.csv",
            "id,profile,number,text,text_en,when,from,to,source\nL-1,act,1,x,x,,2025-13-01,,S\nL-1,act,1,x,x,,,,S\n",
        ),
    ]);
    let problems = documents.unwrap_err();
    let wanted = [
        "legal.csv:2",
        "two wordings",
        "`A b` is no id",
        "has no title",
        "one is left out",
        "`9` is no level",
        "`when`",
        "no field `sites.name`",
        "no legal item `X-1`",
        "not what was locked",
        "z.md",
        "belongs to no section",
    ];
    for words in wanted {
        assert!(problems.iter().any(|problem| problem.contains(words)), "{words}: {problems:#?}");
    }
}

#[test]
fn a_legal_item_is_asked_for_in_the_wording_of_the_day() {
    let legal = "id,profile,number,text,text_en,when,from,to,source\nL-1,act,1,旧,old,,,2025-05-30,S\n\
                 L-1,act,1,新,new,,2025-05-31,,S\nL-2,act,2,第一相,phase one,trial.phase == '1',,,S\nG-1,gcp,1,x,x,,,,S\n";
    let (_folder, documents) = load(&[("form/legal.csv", legal)]);
    let documents = documents.unwrap();
    let (catalogue, row) = (catalogue(), record(&[("trial.phase", "2")]));
    let scope = Scope { catalogue: &catalogue, root: &row, rows: &[] };
    let asked = |day: &str| {
        let asked = documents.legal.asked("act", day, scope).unwrap();
        asked.iter().map(|item| item.text.ja.clone()).collect::<Vec<_>>()
    };
    assert_eq!(asked("2025-05-30"), ["旧"]);
    assert_eq!(asked("2025-05-31"), ["新"]);
}

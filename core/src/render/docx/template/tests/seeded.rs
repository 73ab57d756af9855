//! Ten mistakes of ten kinds in one template: all are said, each where it is.

use serde_json::json;

use super::made::{docx, p};
use crate::model::Lang;
use crate::render::docx::template::{Options, Schema, Template};

#[test]
fn ten_mistakes_are_ten_problems_each_at_its_place() {
    let heading = "<w:p><w:pPr><w:pStyle w:val=\"1\"/></w:pPr><w:r><w:t>5.1 有害事象</w:t></w:r></w:p>";
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", p(text));
    let table = format!(
        "<w:tbl><w:tblGrid/><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
        cell("{{ trial.nmae }}"),
        cell("{{ trial.id | upcase }}"),
        cell("{{ trial.id | default('-') }}"),
        cell("{% if trial.id %}あり")
    );
    let body = [
        p("{{ trial.id"),
        p("{%tr for s in sites %}"),
        heading.to_owned(),
        p("{{ trial.id + }}"),
        table,
        p("{%p endfor %}"),
        p("｛｛ trial.id ｝｝ {{ today() }}"),
        p("{% include \"a.docx\" %}{% if trial.id is blank %}x{% endif %}"),
    ];
    let template = Template::read(docx(&body.concat(), std::iter::empty()), &Options::default()).unwrap();
    let schema = Schema::of(&json!({ "trial": { "id": "", "name": "" }, "sites": [{ "name": "" }] }));
    let found: Vec<(&str, String, String)> = template
        .check(Some(&schema))
        .into_iter()
        .filter(|problem| !problem.is_mild())
        .map(|problem| (problem.code, problem.place.say(Lang::Ja), problem.tag))
        .collect();
    let wanted = [
        ("DX-0002", "段落1", "{{ trial.id"),
        ("DX-0016", "段落2", "{%tr for s in sites %}"),
        ("DX-0005", "見出し「5.1 有害事象」 › 段落1", "{{ trial.id + }}"),
        ("DX-0011", "見出し「5.1 有害事象」 › 表1 行1列1 › 段落1", "{{ trial.nmae }}"),
        ("DX-0008", "見出し「5.1 有害事象」 › 表1 行1列2 › 段落1", "{{ trial.id | upcase }}"),
        ("DX-0006", "見出し「5.1 有害事象」 › 表1 行2列1 › 段落1", "{{ trial.id | default('-') }}"),
        ("DX-0012", "見出し「5.1 有害事象」 › 表1 行2列2 › 段落1", "{% if trial.id %}"),
        ("DX-0013", "見出し「5.1 有害事象」 › 段落2", "{%p endfor %}"),
        ("DX-0004", "見出し「5.1 有害事象」 › 段落3", "｛｛ trial.id ｝｝"),
        ("DX-0009", "見出し「5.1 有害事象」 › 段落3", "{{ today() }}"),
        ("DX-0007", "見出し「5.1 有害事象」 › 段落4", "{% include \"a.docx\" %}"),
        ("DX-0010", "見出し「5.1 有害事象」 › 段落4", "{% if trial.id is blank %}"),
    ];
    let wanted: Vec<(&str, String, String)> =
        wanted.into_iter().map(|(code, place, tag)| (code, place.to_owned(), tag.to_owned())).collect();
    assert_eq!(found, wanted);
}

#[test]
fn an_unknown_field_is_said_with_those_that_are_there_the_nearest_first() {
    let template = Template::read(
        docx(&p("{%p for s in sites %}").replace("{%p", "{% ").replace("%}", "%}{{ s.nmae }}{% endfor %}"), std::iter::empty()),
        &Options::default(),
    )
    .unwrap();
    let schema = Schema::of(&json!({ "sites": [{ "phone": "", "name": "" }] }));
    let problems = template.check(Some(&schema));
    let field = problems.iter().find(|problem| problem.code == "DX-0011").unwrap();
    assert_eq!(field.values[0].1.ja, "s.nmae");
    assert_eq!(field.values[1].1.ja, "name, phone");
}

//! What holds for any value and any template.

use proptest::prelude::*;
use serde_json::json;

use super::made::{body, p};

/// Cuts a text into runs at the given places, each with a formatting of its own and clutter between.
fn split(text: &str, cuts: &[usize]) -> String {
    const CLUTTER: [&str; 5] = [
        "<w:proofErr w:type=\"spellStart\"/>",
        "<w:bookmarkStart w:id=\"9\" w:name=\"b\"/><w:bookmarkEnd w:id=\"9\"/>",
        "<w:del w:id=\"8\" w:author=\"x\"><w:r><w:delText>{{ gone</w:delText></w:r></w:del>",
        "",
        "<w:r><w:lastRenderedPageBreak/></w:r>",
    ];
    const LOOKS: [&str; 4] = ["", "<w:rPr><w:b/></w:rPr>", "<w:rPr><w:lang w:val=\"en-US\"/></w:rPr>", "<w:rPr><w:i/></w:rPr>"];
    let characters: Vec<char> = text.chars().collect();
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut % (characters.len() + 1)).chain([0, characters.len()]).collect();
    places.sort_unstable();
    places.dedup();
    let mut out = String::from("<w:p>");
    for (at, pair) in places.windows(2).enumerate() {
        let piece: String = characters[pair[0]..pair[1]].iter().collect();
        let piece = piece.replace('&', "&amp;").replace('<', "&lt;");
        let run = format!("<w:r>{}<w:t xml:space=\"preserve\">{piece}</w:t></w:r>", LOOKS[at % LOOKS.len()]);
        match at % 7 {
            3 => out.push_str(&format!("<w:smartTag w:element=\"x\">{run}</w:smartTag>")),
            4 => out.push_str(&format!("<w:hyperlink w:anchor=\"a\">{run}</w:hyperlink>")),
            5 => out.push_str(&format!("<w:ins w:id=\"7\" w:author=\"x\">{run}</w:ins>")),
            6 => out.push_str(&format!("<w:sdt><w:sdtPr/><w:sdtContent>{run}</w:sdtContent></w:sdt>")),
            _ => out.push_str(&run),
        }
        out.push_str(CLUTTER[at % CLUTTER.len()]);
    }
    out + "</w:p>"
}

fn any_text() -> impl Strategy<Value = String> {
    // Every character that XML can hold; a carriage return ends a line and so does not come back as itself.
    let legal =
        any::<char>().prop_filter("no XML", |c| !matches!(c, '\0'..='\u{8}' | '\u{B}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}'));
    let marks = prop::sample::select(vec!['{', '}', '%', '#', '<', '>', '&', '"', '\'', ']', '\n', '\t', ' ', '　', '漢']);
    prop::collection::vec(prop_oneof![legal, marks], 0..60).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn any_value_comes_out_as_it_went_in(value in any_text()) {
        let found = body(&(p("前{{ v }}後") + &p("{{ v }}") + &p("{{ v | b }}")), &json!({ "v": value })).unwrap();
        prop_assert_eq!(&found[0], &format!("前{value}後"));
        prop_assert_eq!(&found[1], &value);
        prop_assert_eq!(&found[2], &value);
    }

    #[test]
    fn how_a_tag_is_split_over_runs_changes_nothing(cuts in prop::collection::vec(0_usize..200, 0..30)) {
        let text = "前 {{ a.b }} 中 {% if c == 'x <y>' %}有{% else %}無{% endif %} & {% for i in l %}[{{ i | b }}]{% endfor %} 後 {_{";
        let data = json!({ "a": { "b": "p<0.05 & 95%CI \"x\"" }, "c": "x <y>", "l": ["1", "]]>"] });
        let found = body(&split(text, &cuts), &data).unwrap();
        prop_assert_eq!(found, ["前 p<0.05 & 95%CI \"x\" 中 有 & [1][]]>] 後 {{"]);
    }
}

#[test]
fn a_value_of_ten_megabytes_or_with_control_characters_is_a_problem() {
    let long = "x".repeat(10 << 20);
    for (value, code) in
        [(long.as_str(), "DX-0021"), ("a\u{B}b", "DX-0020"), ("\u{1}b=\u{2}x\u{3}", "DX-0026"), ("a\u{FFFF}", "DX-0020")]
    {
        for template in ["{{ v }}", "x{{ v }}", "{{ v | b }}"] {
            let problems = body(&p(template), &json!({ "v": value })).unwrap_err();
            assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), [code], "{template}");
        }
    }
    let limit = crate::limits::DOCX_VALUE_CHARS;
    assert!(body(&p("{{ v }}"), &json!({ "v": "漢".repeat(limit) })).is_ok());
    assert!(body(&p("{{ v }}"), &json!({ "v": "漢".repeat(limit + 1) })).is_err());
}

#[test]
fn the_same_data_make_the_same_bytes() {
    use super::made::{docx, render};
    let bytes = docx(&p("{{ a }} {% for x in l %}{{ x }}{% endfor %}"), std::iter::empty());
    let data = json!({ "a": "1", "l": ["x", "y"] });
    let once = || render(bytes.clone(), &data).unwrap().write().unwrap();
    assert_eq!(once(), once());
}

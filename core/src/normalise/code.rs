//! Codes of a list, however people name them.

use super::digits;
use super::problem::{Problem, Rule};
use crate::model::{Catalogue, CodeList, Lang, Text};
use crate::text::fold;

/// Finds the code a text means: the code, its meaning, or both (`1：第Ⅰ相`), whatever the width, case and spaces.
///
/// Returns the code as the list has it; nothing when the text is that already, or is in the list under no name: that
/// is for the form's own rule to say.
pub(super) fn read(text: &str, list: &str, catalogue: &Catalogue) -> Result<Option<String>, Problem> {
    let Some(codes) = catalogue.codes.get(list) else { return Ok(None) };
    match find(text, codes)? {
        None if codes.canonical && !codes.contains(text) => other_word(text, codes, catalogue).map(Some),
        found => Ok(found),
    }
}

/// Finds the code that some destination has a text as its word for; of a list of our own nothing else can be a value.
fn other_word(text: &str, list: &CodeList, catalogue: &Catalogue) -> Result<String, Problem> {
    let wanted: Vec<char> = fold::loose(text).collect();
    let mut found: Vec<&str> = Vec::new();
    for (code, word) in catalogue.vocabularies.all(&list.id) {
        if fold::loose(word).eq(wanted.iter().copied()) && !found.contains(&code) {
            found.push(code);
        }
    }
    if let [code] = found.as_slice() {
        return Ok((*code).to_owned());
    }
    let shown = |lang: Lang| {
        let entries = list.entries.iter().take(SHOWN);
        let mut names: Vec<String> = entries
            .map(|(code, meaning)| match meaning.get(lang) {
                "" => code.clone(),
                meaning => meaning.to_owned(),
            })
            .collect();
        if list.entries.len() > SHOWN {
            names.push("…".to_owned());
        }
        names.join(lang.pick("、", ", "))
    };
    Err(Problem::new(Rule::CodeUnknown).with("wanted", Text::new(shown(Lang::Ja), shown(Lang::En))))
}

/// Most codes that are listed in a finding.
const SHOWN: usize = 16;

fn find(text: &str, list: &CodeList) -> Result<Option<String>, Problem> {
    if list.contains(text) {
        return Ok(None);
    }
    if let Some(code) = as_offered(text, list) {
        return Ok(Some(code.to_owned()));
    }
    let wanted: Vec<char> = fold::loose(text).collect();
    let mut found: Vec<&str> = Vec::new();
    for (code, meaning) in &list.entries {
        if is_named(&wanted, code, meaning) && !found.contains(&code.as_str()) {
            found.push(code);
        }
    }
    match found.as_slice() {
        [] => Ok(None),
        [code] => Ok(Some((*code).to_owned())),
        several => {
            let codes = Text::new(several.join("、"), several.join(", "));
            Err(Problem::new(Rule::CodeAmbiguous).with("codes", codes))
        }
    }
}

/// Reads a number typed where a code is wanted; `seen` is as its cell shows it.
pub(super) fn read_number(seen: &str, list: &str, catalogue: &Catalogue) -> Result<Option<String>, Problem> {
    if let Some(entries) = catalogue.codes.get(list)
        && let Some(width) = digit_width(entries)
        && digits::is_digits(seen)
        && seen.len() < width
    {
        let code = format!("{seen:0>width$}");
        let known = match entries.meaning(&code) {
            Some(meaning) => meaning.clone(),
            None if entries.contains(&code) => Text::default(),
            None => Text::new("コード表にありません", "not in the code list"),
        };
        return Err(digits::zeros_lost(seen, width, known));
    }
    read(seen, list, catalogue)
}

/// Finds a text written exactly as workbooks offer it, `code：meaning`. Only a shortcut.
fn as_offered<'a>(text: &str, list: &'a CodeList) -> Option<&'a str> {
    let (head, tail) = text.split_once(['：', ':'])?;
    let (code, tail) = (head.trim(), tail.trim());
    let entry = list.entries.iter().find(|(known, meaning)| known == code && (meaning.ja == tail || meaning.en == tail));
    entry.filter(|_| !tail.is_empty()).map(|(code, _)| code.as_str())
}

/// Returns whether a loosely spelt text is one of the names of a code.
fn is_named(wanted: &[char], code: &str, meaning: &Text) -> bool {
    let means = |rest: &[char]| {
        let names = [&meaning.ja, &meaning.en];
        names.into_iter().any(|name| !name.is_empty() && strip(rest, name).is_some_and(<[char]>::is_empty))
    };
    let by_code = strip(wanted, code).is_some_and(|rest| rest.is_empty() || means(rest.strip_prefix(&[':']).unwrap_or(rest)));
    by_code || means(wanted)
}

/// Takes a name, loosely spelt, off the front.
fn strip<'w>(wanted: &'w [char], name: &str) -> Option<&'w [char]> {
    let mut rest = wanted;
    for c in fold::loose(name) {
        let (first, tail) = rest.split_first()?;
        if *first != c {
            return None;
        }
        rest = tail;
    }
    Some(rest)
}

/// Returns the width of a list whose codes are all digits of one width.
fn digit_width(list: &CodeList) -> Option<usize> {
    let width = list.entries.first()?.0.len();
    list.entries.iter().all(|(code, _)| code.len() == width && digits::is_digits(code)).then_some(width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Files;

    fn catalogue() -> Catalogue {
        Catalogue::load(&Files::embedded("forms")).unwrap()
    }

    fn list(entries: &[(&str, &str, &str)]) -> CodeList {
        CodeList {
            id: "example".to_owned(),
            label: Text::default(),
            source: String::new(),
            effective: String::new(),
            closed: true,
            canonical: false,
            entries: entries.iter().map(|(code, ja, en)| ((*code).to_owned(), Text::new(*ja, *en))).collect(),
            marks: std::collections::BTreeMap::new(),
        }
    }

    #[test]
    fn a_code_is_found_under_all_its_names() {
        let cases = [
            ("irb-type", "院内IRB", "院内ＩＲＢ"),
            ("irb-type", "院内 ｉｒｂ", "院内ＩＲＢ"),
            ("irb-type", "In-house IRB", "院内ＩＲＢ"),
            ("phase", "１", "1"),
            ("phase", "第Ⅰ相", "1"),
            ("phase", "第I相", "1"),
            ("phase", "第Ⅱ／Ⅲ相", "5"),
            ("phase", "第II/III相", "5"),
            ("phase", "phase i/ii", "4"),
            ("phase", "1：第Ⅰ相", "1"),
            ("phase", "1: 第Ⅰ相", "1"),
            ("phase", "1 第Ⅰ相", "1"),
            ("phase", "1:Phase I", "1"),
            ("university", "東京大学", "570"),
            ("university", "０１０", "010"),
            ("dosage-form", "ａ1", "A1"),
            ("biological", "生物由来製品(見込み)", "生物由来製品（見込み）"),
            ("initiator", "企業治験", "1"),
        ];
        for (list, text, code) in cases {
            assert_eq!(read(text, list, &catalogue()), Ok(Some(code.to_owned())), "{text}");
        }
    }

    #[test]
    fn every_code_of_every_list_is_found_under_each_of_its_names() {
        let catalogue = catalogue();
        for list in catalogue.codes.iter() {
            for (code, meaning) in &list.entries {
                assert_eq!(read(code, &list.id, &catalogue), Ok(None));
                for name in [&meaning.ja, &meaning.en].into_iter().filter(|name| !name.is_empty()) {
                    for text in [name.clone(), format!("{code}：{name}"), format!("{code}: {name}"), format!("{code} {name}")]
                    {
                        assert_eq!(read(&text, &list.id, &catalogue), Ok(Some(code.clone())), "{} {text}", list.id);
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_not_in_the_list_is_left_for_the_form() {
        for (list, text) in [("phase", "7"), ("phase", "1：第Ⅱ相"), ("phase", "第1相"), ("university", "10"), ("no-such", "1")]
        {
            assert_eq!(read(text, list, &catalogue()), Ok(None), "{text}");
        }
    }

    #[test]
    fn a_name_that_two_codes_share_is_ambiguous() {
        let list = list(&[("8", "その他", "Other"), ("9", "その他", "Other device")]);
        let problem = find("その 他", &list).unwrap_err();
        assert_eq!((problem.rule, problem.holes[0].1.ja.as_str()), (Rule::CodeAmbiguous, "8、9"));
        assert_eq!(find("9 その他", &list), Ok(Some("9".to_owned())));
        assert_eq!(find("other", &list), Ok(Some("8".to_owned())));
    }

    #[test]
    fn a_code_typed_as_it_is_wins_over_names() {
        let list = list(&[("A", "B", ""), ("B", "A", "")]);
        assert_eq!(find("B", &list), Ok(None));
        assert_eq!(find("b", &list).unwrap_err().rule, Rule::CodeAmbiguous);
    }

    #[test]
    fn a_number_that_lost_its_zeros_names_the_code_it_may_have_been() {
        let problem = read_number("10", "university", &catalogue()).unwrap_err();
        assert_eq!((problem.rule, problem.holes[1].1.ja.as_str()), (Rule::ZerosLost, "010（愛知医科大学）"));
        let problem = read_number("1", "university", &catalogue()).unwrap_err();
        assert_eq!(problem.holes[1].1.en, "001 (not in the code list)");
    }

    #[test]
    fn a_number_with_its_zeros_is_a_code() {
        for (seen, list) in [("010", "university"), ("999", "university"), ("1", "phase"), ("11", "route")] {
            assert_eq!(read_number(seen, list, &catalogue()), Ok(None), "{seen}");
        }
    }

    #[test]
    fn of_our_own_lists_only_what_some_destination_says_is_taken_beside_their_names() {
        let catalogue = catalogue();
        let code = |list: &str, text: &str| read(text, list, &catalogue);
        assert_eq!(code("yes-no", "はい").unwrap().as_deref(), Some("yes"));
        assert_eq!(code("masking", "オープン").unwrap().as_deref(), Some("open"));
        assert_eq!(code("trial-phase", "1-2").unwrap().as_deref(), Some("4"));
        assert_eq!(code("staff-role", "監査").unwrap().as_deref(), Some("audit"));
        assert_eq!(code("staff-role", "audit").unwrap(), None);
        // A word that stands for several codes, and one that nobody has.
        for (list, text) in [("recruitment", "Other"), ("masking", "dubble")] {
            assert_eq!(code(list, text).unwrap_err().rule, Rule::CodeUnknown, "{text}");
        }
        // A form's own list is for the form to judge.
        assert_eq!(code("irb-type", "どこか").unwrap(), None);
    }
}

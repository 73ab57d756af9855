//! Punctuation, widths, spaces and brackets.

use super::Report;
use super::document::{Document, Line};

pub(super) fn check<'d>(document: &'d Document, found: &mut Vec<Report<'d>>) {
    let lines: Vec<&Line> = document.text().collect();
    mixed(&lines, ['、', '，'], found);
    mixed(&lines, ['。', '．'], found);
    digits(&lines, found);
    letters(&lines, found);
    for line in &lines {
        half_kana(line, found);
        spaces(line, found);
        brackets(line, found);
    }
}

fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}' | '々' | '）' | '」' | '』')
}

/// Reports the rarer of two marks that mean the same. Only marks after Japanese text count: 「１．」 and "A，B" do not.
fn mixed<'d>(lines: &[&'d Line], marks: [char; 2], found: &mut Vec<Report<'d>>) {
    let count = |line: &Line, mark: char| {
        let before = line.text.chars();
        before.clone().zip(before.skip(1)).filter(|(before, c)| *c == mark && is_japanese(*before)).count()
    };
    let [first, second] = marks.map(|mark| lines.iter().map(|line| count(line, mark)).sum::<usize>());
    if first == 0 || second == 0 {
        return;
    }
    let (rare, usual) = if first < second { (marks[0], marks[1]) } else { (marks[1], marks[0]) };
    for line in lines.iter().filter(|line| count(line, rare) > 0) {
        found.push(Report::at("DL-0130", line, &rare.to_string()).with("wanted", usual.to_string()));
    }
}

/// Runs of digits of one width.
fn runs(text: &str, is_digit: impl Fn(char) -> bool) -> Vec<String> {
    let split = text.split(|c: char| !is_digit(c));
    split.filter(|run| !run.is_empty()).map(str::to_owned).collect()
}

fn is_wide_digit(c: char) -> bool {
    ('０'..='９').contains(&c)
}

fn digits<'d>(lines: &[&'d Line], found: &mut Vec<Report<'d>>) {
    // A number that opens a line is set by habit, 「１．」.
    let body = |line: &Line| {
        line.text
            .trim_start_matches(|c: char| is_wide_digit(c) || matches!(c, '．' | '（' | '）' | ' ' | '\u{3000}'))
            .to_owned()
    };
    let wide = |line: &Line| runs(&body(line), is_wide_digit);
    let narrow = |line: &Line| runs(&body(line), |c| c.is_ascii_digit());
    let all_wide: Vec<String> = lines.iter().flat_map(|line| wide(line)).collect();
    let all_narrow: Vec<String> = lines.iter().flat_map(|line| narrow(line)).collect();
    if all_wide.is_empty() || all_narrow.is_empty() {
        return;
    }
    // One digit wide and more digits narrow is a rule of its own, in many offices.
    let single = |run: &String| run.chars().count() == 1;
    if all_wide.iter().all(single) && !all_narrow.iter().any(single) {
        return;
    }
    let wide_is_rare = all_wide.len() <= all_narrow.len();
    let wanted = if wide_is_rare {
        crate::model::Text::new("半角", "half width")
    } else {
        crate::model::Text::new("全角", "full width")
    };
    for line in lines {
        let rare = if wide_is_rare { wide(line) } else { narrow(line) };
        if let Some(run) = rare.first() {
            found.push(Report::at("DL-0131", line, run).with("wanted", wanted.clone()));
        }
    }
}

fn letters<'d>(lines: &[&'d Line], found: &mut Vec<Report<'d>>) {
    let is_wide = |c: char| ('Ａ'..='Ｚ').contains(&c) || ('ａ'..='ｚ').contains(&c);
    let wide = |line: &Line| runs(&line.text, is_wide);
    let narrow = |line: &Line| runs(&line.text, |c| c.is_ascii_alphabetic());
    let all_wide: usize = lines.iter().map(|line| wide(line).len()).sum();
    let all_narrow: usize = lines.iter().map(|line| narrow(line).len()).sum();
    if all_wide == 0 || all_narrow == 0 {
        return;
    }
    let wide_is_rare = all_wide <= all_narrow;
    let wanted = if wide_is_rare {
        crate::model::Text::new("半角", "half width")
    } else {
        crate::model::Text::new("全角", "full width")
    };
    for line in lines {
        let rare = if wide_is_rare { wide(line) } else { narrow(line) };
        if let Some(run) = rare.first() {
            found.push(Report::at("DL-0135", line, run).with("wanted", wanted.clone()));
        }
    }
}

fn half_kana<'d>(line: &'d Line, found: &mut Vec<Report<'d>>) {
    let runs = runs(&line.text, |c| ('\u{FF66}'..='\u{FF9F}').contains(&c));
    found.extend(runs.first().map(|run| Report::at("DL-0132", line, run)));
}

/// Reports two spaces inside prose. Blanks to be written into are wider, and have no full stop.
fn spaces<'d>(line: &'d Line, found: &mut Vec<Report<'d>>) {
    if !line.is_prose() || !line.text.contains('。') {
        return;
    }
    let chars: Vec<char> = line.text.chars().collect();
    let is_space = |at: usize| chars.get(at).is_some_and(|c| matches!(c, ' ' | '\u{3000}'));
    let hit = (1..chars.len()).find(|at| is_space(*at) && is_space(at + 1) && !is_space(at + 2) && !is_space(at - 1));
    if let Some(at) = hit {
        let around: String = chars.iter().skip(at.saturating_sub(6)).take(14).collect();
        found.push(Report::at("DL-0133", line, &around));
    }
}

const PAIRS: [(char, char); 9] =
    [('（', '）'), ('(', ')'), ('「', '」'), ('『', '』'), ('【', '】'), ('〔', '〕'), ('［', '］'), ('[', ']'), ('《', '》')];

fn brackets<'d>(line: &'d Line, found: &mut Vec<Report<'d>>) {
    let mut open: Vec<char> = Vec::new();
    let mut before: Option<char> = None;
    for (length, c) in line.text.chars().enumerate() {
        if PAIRS.iter().any(|(first, _)| *first == c) {
            open.push(c);
        } else if let Some((first, _)) = PAIRS.iter().find(|(_, second)| *second == c) {
            if open.last() == Some(first) {
                open.pop();
            } else {
                // 「1)」 and 「a）」 count things.
                let counts = matches!(c, ')' | '）')
                    && open.is_empty()
                    && before.is_some_and(|c| c.is_alphanumeric() && !is_japanese(c) || length <= 2);
                if !counts {
                    found.push(Report::at("DL-0134", line, &c.to_string()));
                    return;
                }
            }
        }
        before = Some(c);
    }
    if let Some(c) = open.last() {
        found.push(Report::at("DL-0134", line, &c.to_string()));
    }
}

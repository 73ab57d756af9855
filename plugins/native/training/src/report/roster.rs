//! The annex of a trial: everyone whom it names, with courses, days and how they stand.

use serde_json::Value;
use todokede_abi::report::{Block, Cell, Emphasis, Kind, Row};
use todokede_abi::{Report, Text};

use super::{date, row, table, text};
use crate::gate::{Gate, unit};
use crate::judged::{Member, Who};
use crate::named::Filing;
use crate::record;
use crate::roster::Match;
use crate::standing::{self, Standing, State};

const COLUMNS: [(&str, Kind); 10] = [
    ("staff-id", Kind::Text),
    ("name", Kind::Text),
    ("unit", Kind::Text),
    ("role", Kind::Text),
    ("course", Kind::Text),
    ("completed", Kind::Date),
    ("certificate", Kind::Text),
    ("until", Kind::Date),
    ("day", Kind::Date),
    ("judgement", Kind::Text),
];

/// Makes the annex.
pub(super) fn make(gate: &Gate, record: &Value) -> Report {
    let settings = gate.settings;
    let rows: Vec<Row> = gate.judged.members.iter().flat_map(|member| of(gate, member)).collect();
    let bad = rows.iter().filter(|row| row.emphasis == Emphasis::Error).count();
    let words = |id: &str| settings.words(id, &[]);
    let mut facts = vec![(words("fact-title"), record::first(record, "trial.title").into())];
    if let Some(category) = &gate.judged.category {
        facts.push((words("fact-category"), settings.category(category)));
    }
    for filing in &gate.judged.filings {
        facts.push((filing.title.clone(), filing.day.to_string().into()));
    }
    facts.push((words("fact-people"), gate.judged.members.len().to_string().into()));
    facts.push((words("fact-bad"), bad.to_string().into()));
    facts.retain(|(_, value): &(Text, Text)| !value.ja.is_empty());
    let mut notes: Vec<Text> = settings
        .used()
        .filter(|(id, _)| gate.judged.members.iter().any(|member| asked(gate, member).iter().any(|(rule, _)| rule == id)))
        .map(|(_, rule)| settings.words("note-rule", &[("rule", rule.title.clone())]))
        .collect();
    notes.push(words("note-roster"));
    Report {
        title: words("report-roster"),
        facts,
        blocks: vec![Block::Table(table(settings, "roster", &COLUMNS, rows, notes))],
    }
}

/// The rules asked of a member, each with the filing that it is judged for: the first that finds fault, else the last.
fn asked<'a, 'g>(gate: &Gate<'a>, member: &'g Member) -> Vec<(&'a str, &'g Filing)> {
    let mut rules: Vec<(&str, &Filing)> = Vec::new();
    for filing in &member.filings {
        for (id, _) in gate.judged.rules(gate.settings, member, filing.day) {
            let completions = member.person().map(|person| gate.settled.completions(person, gate.tables)).unwrap_or_default();
            match rules.iter_mut().find(|(known, _)| *known == id) {
                Some(known) if gate.on(id, &completions, known.1.day).state == State::Valid => known.1 = filing,
                Some(_) => {}
                None => rules.push((id, filing)),
            }
        }
    }
    rules
}

fn of(gate: &Gate, member: &Member) -> Vec<Row> {
    let settings = gate.settings;
    let judgement = |id: &str, values: &[(&str, Text)]| settings.words(id, values);
    let asked = asked(gate, member);
    let plain = |words: Text, emphasis| vec![line(gate, member, None, None, words, emphasis)];
    let person = match &member.who {
        Who::Elsewhere => return plain(judgement("judged-elsewhere", &[]), Emphasis::None),
        Who::Staff(_) if asked.is_empty() => return plain(judgement("judged-not-asked", &[]), Emphasis::None),
        Who::Staff(Match::One(person)) => *person,
        Who::Staff(Match::Nobody) => return plain(judgement("judged-unknown", &[]), Emphasis::Error),
        Who::Staff(_) => return plain(judgement("judged-unclear", &[]), Emphasis::Error),
    };
    if gate.settled.staff.get(person).is_some_and(|staff| staff.unclear) {
        return plain(judgement("judged-left-unclear", &[]), Emphasis::Error);
    }
    if let Some(left) = gate.settled.staff.get(person).and_then(|staff| staff.left)
        && member.filings.iter().any(|filing| left < filing.day)
    {
        return plain(judgement("judged-left", &[("left", left.to_string().into())]), Emphasis::Error);
    }
    let completions = gate.settled.completions(person, gate.tables);
    let mut rows = Vec::new();
    for (rule, filing) in asked {
        for standing in standing::parts(settings, rule, &completions, gate.day(filing.day)) {
            let grace = standing.grace().map(|day| day.to_string()).unwrap_or_default();
            let (id, emphasis) = match standing.state {
                State::Valid => ("judged-valid", Emphasis::None),
                State::Grace => ("judged-grace", Emphasis::Warning),
                State::Expired => ("judged-expired", Emphasis::Error),
                State::Later => ("judged-later", Emphasis::Error),
                State::Never => ("judged-never", Emphasis::Error),
            };
            let words = judgement(id, &[("grace", grace.into())]);
            rows.push(line(gate, member, Some(filing), Some(&standing), words, emphasis));
        }
    }
    rows
}

fn line(
    gate: &Gate,
    member: &Member,
    filing: Option<&Filing>,
    standing: Option<&Standing>,
    words: Text,
    emphasis: Emphasis,
) -> Row {
    let completion = standing.and_then(|standing| standing.completion);
    let endless = completion.is_some() && standing.is_some_and(|standing| standing.until().is_none());
    let until =
        if endless { Cell::Words(gate.settings.words("endless", &[])) } else { date(standing.and_then(Standing::until)) };
    let staff = member.person().and_then(|person| gate.settled.staff.get(person));
    let cells = vec![
        text(staff.map_or("", |staff| &staff.id)),
        text(&member.named.name),
        text(&unit(member)),
        Cell::Words(gate.settings.role(&member.named.role)),
        standing.map_or(Cell::Blank, |standing| Cell::Words(gate.course(standing))),
        date(completion.map(|completion| completion.day)),
        text(completion.map_or("", |completion| &completion.certificate)),
        until,
        date(filing.map(|filing| filing.day)),
        Cell::Words(words),
    ];
    row(cells, emphasis)
}

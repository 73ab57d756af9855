//! When each person of a trial must have renewed.

use todokede_abi::message::DueKind;
use todokede_abi::{Due, Text};

use crate::gate::{Gate, unit};
use crate::judged::Member;
use crate::standing::State;

/// Returns the last day of everyone's completions that ends while the study goes on.
pub(crate) fn dues(gate: &Gate) -> Vec<Due> {
    gate.judged.members.iter().flat_map(|member| of(gate, member)).collect()
}

fn of(gate: &Gate, member: &Member) -> Vec<Due> {
    let (Some(person), Some(last)) = (member.person(), member.filings.last()) else { return Vec::new() };
    let Some(staff) = gate.settled.staff.get(person) else { return Vec::new() };
    let day = last.day.max(gate.now);
    if staff.has_left(day) {
        return Vec::new();
    }
    let completions = gate.settled.completions(person, gate.tables);
    let mut dues = Vec::new();
    for (id, rule) in gate.judged.rules(gate.settings, member, last.day) {
        let standing = gate.on(id, &completions, day);
        let end = match standing.state {
            State::Grace => standing.grace(),
            _ => standing.until(),
        };
        let Some(end) = end.filter(|end| gate.judged.end.is_none_or(|study| *end < study)) else { continue };
        let who = if staff.keys.id.is_empty() { staff.keys.names.first() } else { Some(&staff.keys.id) };
        let values = [
            ("name", Text::from(member.named.name.clone())),
            ("unit", unit(member).into()),
            ("role", gate.settings.role(&member.named.role)),
            ("course", gate.course(&standing)),
            ("rule", rule.title.clone()),
            ("until", end.to_string().into()),
        ];
        dues.push(Due {
            rule: if standing.state == State::Grace { "TR-0402" } else { "TR-0401" }.to_owned(),
            kind: DueKind::NoLaterThan,
            date: end.to_string(),
            key: format!("{}/{}/{id}", who.map_or("", String::as_str), member.named.role),
            values: values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        });
    }
    dues
}

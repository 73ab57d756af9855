//! Changes that are to be filed: the form knows their days, the plugin their words.

use super::{Due, Filing, ItemChange, State, Subject, state};
use crate::map::map;
use crate::model::form::{Reading, Timing};
use crate::model::{Lang, Text};
use crate::plugin::DeadlineKind;
use crate::plugin::deadlines::ChangeWords;

/// Works out when each change is to be filed.
pub(super) fn due(subject: Subject, filing: &Filing) -> Vec<Due> {
    let changes = &subject.known.changes;
    let Some(words) = subject.plugin.deadlines.change.as_ref().filter(|_| !changes.is_empty()) else { return Vec::new() };
    let (mapped, _) = map(subject.record, subject.plugin, subject.catalogue);
    let Some(reading) = subject.plugin.form.reading(|item| mapped.text(item)) else { return Vec::new() };
    changes.iter().filter_map(|change| one(subject, filing, words, &reading, change)).collect()
}

/// Works out one change; nothing when changes of its item are not filed.
fn one(subject: Subject, filing: &Filing, words: &ChangeWords, reading: &Reading, change: &ItemChange) -> Option<Due> {
    let form = &subject.plugin.form;
    let timing = form.timing(change.item, reading, change.change, change.date)?;
    let readings = form.readings(timing);
    let mut dates: Vec<_> = readings.iter().filter_map(|timing| timing.last(change.date)).collect();
    dates.sort();
    dates.dedup();
    let done = filing.of(&words.settled_by).flatten();
    let (state, unsure) = state::state(DeadlineKind::NoLaterThan, &dates, done, subject.now);
    // A reading that asks for a new plan has no day, but it is another reading all the same.
    let is_open = readings.len() > 1 && readings.iter().any(|timing| timing.last(change.date).is_none());
    let unsure = unsure || (is_open && !matches!(state, State::Late { .. }));
    let citation = |lang| {
        let mut parts: Vec<&str> = readings.iter().flat_map(|timing| timing.source.split(';')).map(str::trim).collect();
        let mut seen = Vec::new();
        parts.retain(|part| {
            !seen.contains(part) && {
                seen.push(*part);
                true
            }
        });
        form.citation(&parts.join("; "), lang)
    };
    let holes = [("item", change.target.clone()), ("date", change.date.to_string().into()), ("words", timing.words.clone())];
    let mut message = words.text.message.fill(&holes);
    for pair in readings.windows(2) {
        let [holds, stricter] = pair else { continue };
        let more = conditional(words, holds, stricter);
        message = Text::new(message.ja + &more.ja, format!("{}; {}", message.en, more.en));
    }
    Some(Due {
        trial: subject.record.id(subject.catalogue).to_owned(),
        plugin: subject.plugin.id().to_owned(),
        rule: words.text.id.clone(),
        title: words.title.fill(&holes),
        kind: DeadlineKind::NoLaterThan,
        dates,
        done,
        state,
        unsure,
        message,
        source: Text::new(citation(Lang::Ja), citation(Lang::En)),
        fix: words.text.fix.fill(&holes),
        key: format!("{} {} {:?} {}", form.item(change.item).path, change.date, change.change, change.target.ja),
    })
}

fn conditional(words: &ChangeWords, holds: &Timing, stricter: &Timing) -> Text {
    words.conditional.fill(&[("condition", holds.condition.clone()), ("words", stricter.words.clone())])
}

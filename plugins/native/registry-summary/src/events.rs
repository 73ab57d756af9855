//! The table of adverse events and malfunctions: checked row by row, kept as eight bytes each, counted at the end.

use std::collections::{BTreeMap, HashMap};

use todokede_abi::{Row, Table};

use crate::columns::{Codes, Columns};
use crate::day::Day;
use crate::findings::{Findings, Source};
use crate::fold::narrow;
use crate::known::Known;
use crate::plan::Plan;
use crate::settings::Settings;

/// Whether it is an adverse event or a malfunction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum EventKind {
    /// An adverse event.
    Adverse,
    /// A malfunction of the product.
    Malfunction,
}

/// The events.
#[derive(Debug)]
pub(crate) struct Events {
    /// Term (high half), patient (31 bits), whether it was in the year (1 bit).
    rows: Vec<u64>,
    terms: Vec<(EventKind, String)>,
    places: HashMap<(EventKind, String), u32>,
    kinds: Codes<EventKind>,
    source: Option<(Source, Places)>,
}

#[derive(Debug, Clone, Copy)]
struct Places {
    patient: usize,
    term: usize,
    date: usize,
    kind: usize,
}

/// Numbers of events and of patients that had them: until the end of the year, and in the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    /// Events.
    pub(crate) events: [u64; 2],
    /// Patients.
    pub(crate) cases: [u64; 2],
}

/// What was counted of the events of a product, or of all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tallies {
    /// By term.
    pub(crate) terms: BTreeMap<(EventKind, String), Tally>,
    /// By kind: their patients are fewer than those of its terms together.
    pub(crate) kinds: BTreeMap<EventKind, Tally>,
    /// All.
    pub(crate) all: Tally,
}

impl Events {
    /// Has none yet.
    pub(crate) fn new(settings: &Settings) -> Events {
        let kinds = [(EventKind::Adverse, "adverse"), (EventKind::Malfunction, "malfunction")];
        Events {
            rows: Vec::new(),
            terms: Vec::new(),
            places: HashMap::new(),
            kinds: Codes::of(settings, "kind", &kinds),
            source: None,
        }
    }

    /// The rows that follow are of this file or sheet.
    pub(crate) fn table(&mut self, table: &Table, settings: &Settings, findings: &mut Findings) {
        let source = Source { table: "events", number: table.source };
        let places = Columns::find(table, source, settings, findings).and_then(|columns| Places::of(&columns));
        self.source = places.map(|places| (source, places));
    }

    /// Takes a row.
    pub(crate) fn row(
        &mut self,
        row: &Row<'_>,
        plan: &Plan,
        settings: &Settings,
        known: &Known,
        findings: &mut Findings,
    ) -> Result<(), String> {
        let Some((source, places)) = self.source else { return Ok(()) };
        let mut wrong = |rule: &'static str, column: usize| findings.add(rule, source.cell(row.0, column));

        let id = narrow(row.text(places.patient));
        let patient = known.find(&id);
        if id.is_empty() {
            wrong("RS-0130", places.patient);
        } else if patient.is_none() {
            wrong("RS-0131", places.patient);
        }
        let term = narrow(row.text(places.term));
        if term.is_empty() {
            wrong("RS-0132", places.term);
        }
        let kind = self.kinds.read(row.text(places.kind));
        if kind.is_none() {
            wrong("RS-0136", places.kind);
        }
        let date = Day::read(row.text(places.date), &settings.eras);
        match date {
            None => wrong("RS-0133", places.date),
            Some(date) if date > plan.last => wrong("RS-0119", places.date),
            Some(date) if patient.and_then(|patient| patient.treated).is_some_and(|treated| date < treated) => {
                wrong("RS-0134", places.date);
            }
            Some(_) => {}
        }
        let (Some(patient), Some(kind), Some(date)) = (patient, kind, date) else { return Ok(()) };
        if term.is_empty() || date > plan.year.last {
            return Ok(());
        }
        let term = self.term(kind, &term, settings.most_terms)?;
        let in_year = u64::from(plan.year.holds(date));
        self.rows.push(u64::from(term) << 32 | u64::from(patient.number & 0x7fff_ffff) << 1 | in_year);
        Ok(())
    }

    fn term(&mut self, kind: EventKind, term: &str, most: usize) -> Result<u32, String> {
        let key = (kind, term.to_owned());
        if let Some(place) = self.places.get(&key) {
            return Ok(*place);
        }
        if self.terms.len() >= most {
            return Err(format!("more than {most} terms of events: the setting most_terms allows no more"));
        }
        let place = u32::try_from(self.terms.len()).map_err(|error| error.to_string())?;
        self.terms.push(key.clone());
        self.places.insert(key, place);
        Ok(place)
    }

    /// Counts them, for one product or for all.
    pub(crate) fn count(&self, product: Option<usize>, known: &Known) -> Tallies {
        let of_product = |row: &&u64| product.is_none() || known.product(patient(**row)) == product;
        let mut rows: Vec<u64> = self.rows.iter().filter(of_product).copied().collect();
        let mut tallies = Tallies::default();
        let kind = |row: u64| usize::try_from(row >> 32).ok().and_then(|term| self.terms.get(term));
        for row in &rows {
            let Some(term) = kind(*row) else { continue };
            let of_term = tallies.terms.entry(term.clone()).or_default();
            of_term.events[0] += 1;
            of_term.events[1] += row & 1;
            let of_kind = tallies.kinds.entry(term.0).or_default();
            of_kind.events[0] += 1;
            of_kind.events[1] += row & 1;
            tallies.all.events[0] += 1;
            tallies.all.events[1] += row & 1;
        }
        // Patients: the same rows by term, by kind and all together, each patient once.
        for_each_case(&mut rows, |row, in_year| {
            if let Some(tally) = kind(row).and_then(|term| tallies.terms.get_mut(term)) {
                tally.cases[0] += 1;
                tally.cases[1] += in_year;
            }
        });
        for wanted in [EventKind::Adverse, EventKind::Malfunction] {
            let of_kind = |row: &&u64| kind(**row).is_some_and(|(kind, _)| *kind == wanted);
            let mut of_kind: Vec<u64> = rows.iter().filter(of_kind).map(|row| row & 0xffff_ffff).collect();
            let tally = tallies.kinds.entry(wanted).or_default();
            for_each_case(&mut of_kind, |_, in_year| {
                tally.cases[0] += 1;
                tally.cases[1] += in_year;
            });
        }
        let mut all: Vec<u64> = rows.iter().map(|row| row & 0xffff_ffff).collect();
        for_each_case(&mut all, |_, in_year| {
            tallies.all.cases[0] += 1;
            tallies.all.cases[1] += in_year;
        });
        tallies
    }
}

/// Sorts rows and visits each patient of each term once, with 1 when any of the rows was in the year.
fn for_each_case(rows: &mut [u64], mut visit: impl FnMut(u64, u64)) {
    rows.sort_unstable();
    for case in rows.chunk_by(|one, other| one >> 1 == other >> 1) {
        // Sorted: a row in the year comes last.
        if let Some(last) = case.last() {
            visit(*last, last & 1);
        }
    }
}

fn patient(row: u64) -> u32 {
    u32::try_from(row >> 1 & 0x7fff_ffff).unwrap_or(u32::MAX)
}

impl Tallies {
    /// What does not add up; nothing ever should not, so that whatever comes out is a fault of this program.
    pub(crate) fn faults(&self, registered: [u64; 2], deaths: [u64; 2]) -> Vec<&'static str> {
        let mut faults = Vec::new();
        for time in [0, 1] {
            let at = |numbers: [u64; 2]| numbers.get(time).copied().unwrap_or(0);
            let sum: u64 = self.terms.values().map(|tally| at(tally.events)).sum();
            let of_kinds: u64 = self.kinds.values().map(|tally| at(tally.events)).sum();
            let cases: u64 = self.terms.values().map(|tally| at(tally.cases)).sum();
            let mut hold = |holds: bool, fault: &'static str| {
                if !holds {
                    faults.push(fault);
                }
            };
            hold(sum == at(self.all.events) && of_kinds == sum, "Σ events by term = events");
            hold(self.terms.values().all(|tally| at(tally.events) >= at(tally.cases)), "events ≥ cases");
            hold(cases >= at(self.all.cases), "Σ cases by term ≥ cases");
            hold(at(self.all.cases) <= registered[0], "cases ≤ registered");
            hold(at(deaths) <= registered[0], "deaths ≤ registered");
        }
        faults
    }
}

impl Places {
    fn of(columns: &Columns) -> Option<Places> {
        Some(Places {
            patient: columns.place("patient")?,
            term: columns.place("term")?,
            date: columns.place("date")?,
            kind: columns.place("kind")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_seen() {
        let tally = Tally { events: [3, 2], cases: [2, 1] };
        let terms = BTreeMap::from([((EventKind::Adverse, "発熱".to_owned()), tally)]);
        let kinds = BTreeMap::from([(EventKind::Adverse, tally)]);
        let good = Tallies { terms, kinds, all: tally };
        assert_eq!(good.faults([9, 4], [1, 1]), Vec::<&str>::new());
        assert_eq!(good.faults([9, 4], [10, 1]), ["deaths ≤ registered"]);
        let mut bad = good.clone();
        bad.all.events = [4, 2];
        assert_eq!(bad.faults([9, 4], [1, 1]), ["Σ events by term = events"]);
        let mut bad = good;
        bad.terms.values_mut().for_each(|tally| tally.cases[1] = 3);
        assert_eq!(bad.faults([9, 4], [1, 1]), ["events ≥ cases"]);
    }
}

//! One filing: tables in, findings, dues and reports out.

use std::collections::BTreeSet;

use jiff::civil::Date;
use todokede_abi::message::Table;
use todokede_abi::{Batch, Due, Filing, Finding, Made, Session, Text, Wanted};

use crate::day;
use crate::dues;
use crate::fold::Folder;
use crate::gate::Gate;
use crate::judged::Judged;
use crate::record;
use crate::report;
use crate::settings::Settings;
use crate::settled::Settled;
use crate::table::{Problem, Tables, capped};

/// A filing that was opened.
#[derive(Debug)]
pub(crate) struct Open {
    filing: Filing,
    settings: Settings,
    folder: Folder,
    now: Date,
    year_start: (i8, i8),
    tables: Tables,
    read: Option<(Settled, Judged)>,
}

/// Value of the field `training.scope` in the record of an institution.
const INSTITUTION: &str = "institution";

impl Open {
    /// Opens a filing.
    ///
    /// # Errors
    /// Returns what is wrong with the settings.
    pub(crate) fn new(filing: Filing) -> Result<Open, String> {
        let settings = Settings::read(filing.settings.clone())?;
        let now = day::iso(&filing.now).ok_or_else(|| format!("the day of the run is not a day: {}", filing.now))?;
        let year_start = day::month_day(&settings.fiscal_year.start).ok_or("settings [training] fiscal_year.start")?;
        let folder = Folder::new(&settings.kanji.same);
        Ok(Open { filing, settings, folder, now, year_start, tables: Tables::default(), read: None })
    }

    fn is_institution(&self) -> bool {
        record::first(&self.filing.record, "training.scope") == INSTITUTION
    }

    /// Works out who is who; once, after the last row.
    fn with<T>(&mut self, ask: impl FnOnce(Gate, &Open) -> T) -> T {
        let (settled, judged) = self.read.take().unwrap_or_else(|| {
            let settled = Settled::new(&self.tables, &self.settings, self.now);
            let judged = Judged::new(&self.filing.record, &self.settings, &self.folder, &settled, self.now);
            (settled, judged)
        });
        let gate = Gate {
            settings: &self.settings,
            tables: &self.tables,
            settled: &settled,
            judged: &judged,
            now: self.now,
            year_start: self.year_start,
        };
        let said = ask(gate, self);
        self.read = Some((settled, judged));
        said
    }

    /// What is wrong in the tables: all of it for the institution, for a trial what is about its people.
    fn of_tables(&self, gate: &Gate) -> Vec<Finding> {
        let members = &gate.judged.members;
        let people: BTreeSet<usize> = members
            .iter()
            .flat_map(|member| match &member.who {
                crate::judged::Who::Staff(found) => found.all(),
                crate::judged::Who::Elsewhere => Vec::new(),
            })
            .collect();
        let names: BTreeSet<&String> = members.iter().flat_map(|member| &member.named.keys.names).collect();
        let is_near = |problem: &&Problem| {
            let about_nobody = problem.people.is_empty() && problem.names.is_empty();
            let about_them = problem.people.iter().any(|person| people.contains(person));
            self.is_institution() || about_nobody || about_them || problem.names.iter().any(|name| names.contains(name))
        };
        let problems = gate.tables.problems.iter().chain(&gate.settled.problems).filter(is_near);
        let (mut findings, rest) = capped(problems, self.settings.shown);
        for (rule, count) in rest {
            let values = [("rule".to_owned(), Text::from(rule)), ("count".to_owned(), count.to_string().into())];
            findings.push(Finding { rule: "TR-0119".to_owned(), values: values.into(), ..Finding::default() });
        }
        let unmatched = gate.settled.unmatched;
        if unmatched > 0 && !self.is_institution() {
            let values = [("count".to_owned(), Text::from(unmatched.to_string()))];
            findings.push(Finding { rule: "TR-0206".to_owned(), values: values.into(), ..Finding::default() });
        }
        findings
    }
}

impl Session for Open {
    fn table(&mut self, table: Table) -> Result<(), String> {
        self.read = None;
        self.tables.begin(table, &self.settings);
        Ok(())
    }

    fn rows(&mut self, batch: Batch) -> Result<(), String> {
        self.read = None;
        self.tables.take(&batch, &self.settings, &self.folder);
        Ok(())
    }

    fn validate(&mut self) -> Result<Vec<Finding>, String> {
        Ok(self.with(|gate, open| {
            let mut findings = open.of_tables(&gate);
            if open.is_institution() {
                findings.extend(report::users::findings(&gate));
            } else {
                findings.extend(gate.findings());
            }
            findings
        }))
    }

    fn dues(&mut self) -> Result<Vec<Due>, String> {
        Ok(self.with(|gate, open| if open.is_institution() { Vec::new() } else { dues::dues(&gate) }))
    }

    fn render(&mut self, wanted: &Wanted) -> Result<Made, String> {
        Ok(self.with(|gate, open| {
            let reports =
                wanted.parts.iter().filter_map(|part| Some((part.clone(), report::make(part, &gate, &open.filing.record)?)));
            Made { reports: reports.collect(), ..Made::default() }
        }))
    }
}

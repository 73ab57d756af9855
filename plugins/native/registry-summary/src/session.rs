//! One filing on its way: rows in, findings and reports out.

use todokede_abi::{At, Batch, Filing, Finding, Made, Session, Table, Text, Wanted};

use crate::events::Events;
use crate::findings::Findings;
use crate::masking::{self, Masked};
use crate::patients::Patients;
use crate::plan::Plan;
use crate::report;
use crate::settings::Settings;

/// One filing.
pub(crate) struct Summary {
    settings: Settings,
    findings: Findings,
    counting: Option<Counting>,
    taking: Taking,
    finished: bool,
}

/// What is counted, when the record says enough to count by.
struct Counting {
    plan: Plan,
    patients: Patients,
    events: Events,
    masked: Option<Masked>,
}

/// The table whose rows come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taking {
    Nothing,
    Patients,
    Events,
}

impl Summary {
    /// Begins.
    pub(crate) fn open(filing: &Filing) -> Result<Summary, String> {
        let settings = Settings::read(&filing.settings)?;
        let mut findings = Findings::new(settings.most_findings);
        let counting = Plan::read(filing, &settings, &mut findings).map(|plan| Counting {
            patients: Patients::new(&plan, &settings),
            events: Events::new(&settings),
            plan,
            masked: None,
        });
        Ok(Summary { settings, findings, counting, taking: Taking::Nothing, finished: false })
    }

    /// Counts what is counted when all rows are there.
    fn finish(&mut self) {
        if self.finished {
            return;
        }
        self.finished = true;
        let Some(counting) = &mut self.counting else { return };
        counting.patients.known.seal(&mut self.findings);
        if counting.patients.known.len() == 0 {
            self.findings.add("RS-0150", At::Filing);
        }
        counting.check(&mut self.findings);
        counting.masked = masking::decide(&counting.plan, &counting.patients.snapshots, &mut self.findings);
    }
}

impl Counting {
    /// Holds the numbers against each other.
    fn check(&self, findings: &mut Findings) {
        let Some(now) = self.patients.snapshots.last() else { return };
        for (place, deaths) in self.patients.deaths.iter().enumerate() {
            let total = crate::counts::Key::Total;
            let registered = [now.cumulative.count(Some(place), total), now.in_year.count(Some(place), total)];
            let tallies = self.events.count(Some(place), &self.patients.known);
            for fault in tallies.faults(registered, *deaths) {
                let code = self.plan.products.get(place).map_or("", |product| &product.code);
                findings.add_with("RS-0151", At::Filing, [("product", code.into()), ("sum", Text::from(fault))]);
            }
        }
    }
}

impl Session for Summary {
    fn table(&mut self, table: Table) -> Result<(), String> {
        let Some(counting) = &mut self.counting else { return Ok(()) };
        self.taking = match table.id.as_str() {
            "patients" if self.taking == Taking::Events => return Err("patients have to come before events".to_owned()),
            "patients" => {
                counting.patients.table(&table, &self.settings, &mut self.findings)?;
                Taking::Patients
            }
            "events" => {
                counting.patients.known.seal(&mut self.findings);
                counting.events.table(&table, &self.settings, &mut self.findings);
                Taking::Events
            }
            other => return Err(format!("there is no table {other}")),
        };
        Ok(())
    }

    fn rows(&mut self, batch: Batch<'_>) -> Result<(), String> {
        let Some(Counting { plan, patients, events, .. }) = &mut self.counting else { return Ok(()) };
        for row in &batch.rows {
            match self.taking {
                Taking::Nothing => return Err("rows of no table".to_owned()),
                Taking::Patients => patients.row(row, plan, &self.settings, &mut self.findings),
                Taking::Events => events.row(row, plan, &self.settings, &patients.known, &mut self.findings)?,
            }
        }
        Ok(())
    }

    fn validate(&mut self) -> Result<Vec<Finding>, String> {
        self.finish();
        Ok(self.findings.list())
    }

    fn render(&mut self, wanted: &Wanted) -> Result<Made, String> {
        self.finish();
        let Some(counting) = &self.counting else { return Ok(report::nothing(&self.settings.words, wanted)) };
        let Some(masked) = &counting.masked else { return Ok(report::nothing(&self.settings.words, wanted)) };
        let made = report::Reports {
            plan: &counting.plan,
            patients: &counting.patients,
            events: &counting.events,
            masked,
            settings: &self.settings,
        };
        made.make(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{Given, give};

    fn summary() -> Summary {
        let given = Given::year(2025);
        let mut summary = Summary::open(&given.filing).unwrap();
        give(&mut summary, "patients", &given.patients);
        give(&mut summary, "events", &given.events);
        summary
    }

    fn rules(summary: &mut Summary) -> Vec<String> {
        summary.validate().unwrap().into_iter().map(|finding| finding.rule).filter(|rule| rule != "RS-0222").collect()
    }

    #[test]
    fn numbers_that_do_not_add_up_are_found() {
        let mut summary = summary();
        summary.counting.as_mut().unwrap().patients.deaths[0] = [999, 0];
        assert_eq!(rules(&mut summary), ["RS-0151"]);
    }

    #[test]
    fn masks_that_may_not_be_the_fewest_and_proofs_that_fail_are_told() {
        let mut summary = summary();
        summary.finish();
        let counting = summary.counting.as_mut().unwrap();
        let group = &mut counting.masked.as_mut().unwrap().groups[0];
        for (optimal, fault, wanted) in [(true, None, vec![]), (false, Some("a fault"), vec!["RS-0221", "RS-0222"])] {
            let mut findings = Findings::new(9);
            group.solution.optimal = optimal;
            group.fault = fault.map(str::to_owned);
            group.report(&counting.plan, &mut findings);
            assert_eq!(findings.list().into_iter().map(|finding| finding.rule).collect::<Vec<_>>(), wanted);
        }
    }

    #[test]
    fn tables_come_in_their_order() {
        let mut summary = summary();
        let table = |id: &str| Table { id: id.to_owned(), ..Table::default() };
        assert!(summary.table(table("patients")).is_err());
        assert!(summary.table(table("sites")).is_err());
        let mut first = Summary::open(&Given::year(2025).filing).unwrap();
        assert!(first.rows(Batch { rows: vec![todokede_abi::Row::default()] }).is_err());
    }
}

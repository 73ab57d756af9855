//! The table of patients: checked row by row and counted at once; no row is kept.

use std::collections::HashMap;

use todokede_abi::{Row, Table};

use crate::columns::{Codes, Columns};
use crate::counts::{Cube, Sex};
use crate::day::Day;
use crate::findings::{Findings, Source};
use crate::fold::narrow;
use crate::known::{Known, MOST_SOURCES};
use crate::past::Published;
use crate::plan::{Plan, Year};
use crate::settings::Settings;

/// What was counted of the patients.
#[derive(Debug)]
pub(crate) struct Patients {
    /// The ids.
    pub(crate) known: Known,
    /// What was counted at each time of counting: those of earlier publications, then this one.
    pub(crate) snapshots: Vec<Snapshot>,
    /// Deaths of the patients counted, by product: until the end of the year, and in the year.
    pub(crate) deaths: Vec<[u64; 2]>,
    /// Rows whose treatment came after the year.
    pub(crate) later: u64,
    source: Option<(Source, Places)>,
    products: HashMap<String, usize>,
    sexes: Codes<Sex>,
    outcomes: Codes<bool>,
}

/// What is counted at one time.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    /// The year that is counted.
    pub(crate) year: Year,
    /// The day of counting.
    pub(crate) counted_on: Day,
    /// Patients treated until the end of the year.
    pub(crate) cumulative: Cube,
    /// Patients treated in the year.
    pub(crate) in_year: Cube,
}

#[derive(Debug, Clone, Copy)]
struct Places {
    id: usize,
    product: usize,
    sex: usize,
    age: usize,
    treated: usize,
    registered: Option<usize>,
    outcome: Option<usize>,
    died: Option<usize>,
}

impl Snapshot {
    fn new(plan: &Plan, year: &Year, counted_on: Day) -> Snapshot {
        let cube = Cube::new(plan.products.len(), &plan.ages);
        Snapshot { year: year.clone(), counted_on, cumulative: cube.clone(), in_year: cube }
    }

    fn add(&mut self, product: usize, sex: Sex, age: usize, treated: Day, registered: Day) {
        if treated > self.year.last || registered.max(treated) > self.counted_on {
            return;
        }
        self.cumulative.add(product, sex, age);
        if treated >= self.year.first {
            self.in_year.add(product, sex, age);
        }
    }
}

impl Patients {
    /// Counts nobody yet.
    pub(crate) fn new(plan: &Plan, settings: &Settings) -> Patients {
        let earlier = plan.past.iter().map(|past: &Published| Snapshot::new(plan, &past.year, past.counted_on));
        Patients {
            known: Known::default(),
            snapshots: earlier.chain([Snapshot::new(plan, &plan.year, plan.counted_on)]).collect(),
            deaths: vec![[0; 2]; plan.products.len()],
            later: 0,
            source: None,
            products: plan.products.iter().enumerate().map(|(place, product)| (product.code.clone(), place)).collect(),
            sexes: Codes::of(settings, "sex", &Sex::ALL.map(|sex| (sex, sex.code()))),
            outcomes: Codes::of(settings, "outcome", &[(true, "died"), (false, "alive")]),
        }
    }

    /// The rows that follow are of this file or sheet.
    pub(crate) fn table(&mut self, table: &Table, settings: &Settings, findings: &mut Findings) -> Result<(), String> {
        if table.source >= MOST_SOURCES {
            return Err(format!("more than {MOST_SOURCES} files and sheets of patients"));
        }
        let source = Source { table: "patients", number: table.source };
        let places = Columns::find(table, source, settings, findings).and_then(|columns| Places::of(&columns));
        self.known.source(places.map_or(0, |places| places.id));
        self.source = places.map(|places| (source, places));
        Ok(())
    }

    /// Takes a row.
    pub(crate) fn row(&mut self, row: &Row<'_>, plan: &Plan, settings: &Settings, findings: &mut Findings) {
        let Some((source, places)) = self.source else { return };
        let mut wrong = |rule: &'static str, column: usize| findings.add(rule, source.cell(row.0, column));

        let id = narrow(row.text(places.id));
        if id.is_empty() {
            wrong("RS-0110", places.id);
        }
        let product = self.products.get(narrow(row.text(places.product)).as_ref()).copied();
        if product.is_none() {
            wrong("RS-0112", places.product);
        }
        let sex = self.sex(row.text(places.sex), &mut |rule| wrong(rule, places.sex));
        let age = read_age(row.text(places.age), plan.ages.largest, &mut |rule| wrong(rule, places.age));

        let last = plan.last;
        let mut day = |column: usize, unreadable: &'static str| {
            let text = row.text(column);
            let day = Day::read(text, &settings.eras);
            match day {
                None if !text.trim().is_empty() => wrong(unreadable, column),
                Some(day) if day > last => wrong("RS-0119", column),
                _ => {}
            }
            day
        };
        let treated = day(places.treated, "RS-0117");
        let registered = places.registered.and_then(|column| day(column, "RS-0125"));
        let died = places.died.and_then(|column| day(column, "RS-0122"));
        if row.text(places.treated).trim().is_empty() {
            wrong("RS-0116", places.treated);
        }
        let from = product.and_then(|product| plan.products.get(product)?.from);
        if let (Some(treated), Some(from)) = (treated, from)
            && treated < from
        {
            wrong("RS-0118", places.treated);
        }
        let death = self.death(row, &places, died, treated, &mut wrong);

        if !id.is_empty() {
            self.known.add(&id, row.0, product, treated);
        }
        let (Some(product), Some(treated)) = (product, treated) else { return };
        if treated > plan.year.last {
            self.later += 1;
            return;
        }
        let age = plan.ages.place(age);
        for snapshot in &mut self.snapshots {
            snapshot.add(product, sex, age, treated, registered.unwrap_or(treated));
        }
        // A death without a day is counted among all deaths, and in no year.
        if death
            && died.is_none_or(|day| day <= plan.year.last)
            && let Some(deaths) = self.deaths.get_mut(product)
        {
            deaths[0] += 1;
            deaths[1] += u64::from(died.is_some_and(|day| plan.year.holds(day)));
        }
    }

    fn sex(&mut self, text: &str, wrong: &mut dyn FnMut(&'static str)) -> Sex {
        if text.trim().is_empty() {
            wrong("RS-0114");
            return Sex::Unknown;
        }
        self.sexes.read(text).unwrap_or_else(|| {
            wrong("RS-0113");
            Sex::Unknown
        })
    }

    fn death(
        &mut self,
        row: &Row<'_>,
        places: &Places,
        died: Option<Day>,
        treated: Option<Day>,
        wrong: &mut dyn FnMut(&'static str, usize),
    ) -> bool {
        if let (Some(died), Some(treated), Some(column)) = (died, treated, places.died)
            && died < treated
        {
            wrong("RS-0120", column);
        }
        let outcome = places.outcome.filter(|column| !row.text(*column).trim().is_empty());
        let Some(column) = outcome else { return died.is_some() };
        match self.outcomes.read(row.text(column)) {
            None => {
                wrong("RS-0121", column);
                died.is_some()
            }
            Some(true) => {
                if died.is_none() {
                    wrong("RS-0124", places.died.unwrap_or(column));
                }
                true
            }
            Some(false) => {
                if died.is_some() {
                    wrong("RS-0123", column);
                }
                died.is_some()
            }
        }
    }
}

impl Places {
    fn of(columns: &Columns) -> Option<Places> {
        Some(Places {
            id: columns.place("id")?,
            product: columns.place("product")?,
            sex: columns.place("sex")?,
            age: columns.place("age")?,
            treated: columns.place("treated")?,
            registered: columns.place("registered"),
            outcome: columns.place("outcome"),
            died: columns.place("died"),
        })
    }
}

fn read_age(text: &str, largest: u32, wrong: &mut dyn FnMut(&'static str)) -> Option<u32> {
    let text = narrow(text);
    if text.is_empty() {
        wrong("RS-0115");
        return None;
    }
    let digits = text.strip_suffix(['歳', '才']).unwrap_or(&text).trim();
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let age = plain.then(|| digits.parse().ok()).flatten().filter(|age| *age <= largest);
    if age.is_none() {
        wrong("RS-0126");
    }
    age
}

//! What was published in earlier years: what the ledger remembers of it, and nothing that was not published.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use todokede_abi::{At, Filing, Text};
use todokede_suppression::Marks;

use crate::counts::Key;
use crate::day::Day;
use crate::findings::Findings;
use crate::plan::{Ages, Plan, Year};
use crate::settings::Settings;

/// The version of what is remembered.
const VERSION: u32 = 1;
/// Stands for all products together.
pub(crate) const ALL: &str = "*";

/// What was published in one year, as the ledger remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Remembered {
    /// [`VERSION`].
    pub(crate) version: u32,
    /// The year.
    pub(crate) year: i32,
    /// How years ran.
    pub(crate) basis: String,
    /// The day on which rows were taken.
    pub(crate) counted_on: String,
    /// The age bands.
    pub(crate) bands: Vec<String>,
    /// Whether masks for small counts differed from others.
    pub(crate) distinct: bool,
    /// Whether counts of zero were masked as small.
    pub(crate) zero_masked: bool,
    /// The tables.
    pub(crate) sheets: Vec<Sheet>,
}

/// What was published of one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sheet {
    /// Which patients were counted.
    pub(crate) count: Count,
    /// The code of the product, or [`ALL`].
    pub(crate) product: String,
    /// The threshold that masks were written for.
    pub(crate) threshold: u64,
    /// What stood in each cell.
    pub(crate) cells: BTreeMap<String, Seen>,
}

/// Which patients are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Count {
    /// Those treated until the end of the year.
    Cumulative,
    /// Those treated in the year.
    Year,
}

/// What stood in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Seen {
    /// A count.
    Count(u64),
    /// A mask.
    Mask(Mask),
}

/// A mask, as readers could tell it from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mask {
    /// One for a small count.
    Small,
    /// One for another count; with one mark for all, any.
    Masked,
    /// One that claims nothing.
    Withheld,
}

/// What was published earlier, held against what is counted now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Published {
    /// The year.
    pub(crate) year: Year,
    /// The day on which rows were taken.
    pub(crate) counted_on: Day,
    /// How masks looked.
    pub(crate) marks: Marks,
    /// Whether counts of zero were masked as small.
    pub(crate) zero_masked: bool,
    /// Whether counts by sex and age together were published.
    pub(crate) cross: bool,
    /// The tables, by count and product (none for all together).
    pub(crate) sheets: BTreeMap<(Count, Option<usize>), PublishedSheet>,
}

/// A table that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublishedSheet {
    /// The threshold.
    pub(crate) threshold: u64,
    /// What stood in each cell.
    pub(crate) cells: BTreeMap<Key, Seen>,
}

/// Reads what the ledger remembers. None when some of it cannot be held against this year: then nothing may be published.
pub(crate) fn read(filing: &Filing, plan: &Plan, settings: &Settings, findings: &mut Findings) -> Option<Vec<Published>> {
    let mut all = Vec::new();
    let mut failed = false;
    for past in filing.past.iter().filter(|past| !past.remembered.is_null()) {
        let mut wrong = |rule: &'static str, value: &str| {
            let at = At::Filing;
            findings.add_with(rule, at, [("order", Text::from(past.order.as_str())), ("value", Text::from(value))]);
            failed = true;
        };
        let remembered = match Remembered::deserialize(&past.remembered) {
            Ok(remembered) if remembered.version == VERSION => remembered,
            _ => {
                wrong("RS-0210", "");
                continue;
            }
        };
        let bands: Vec<String> = plan.ages.bands.iter().map(|band| band.key()).collect();
        if remembered.basis != plan.year.basis {
            wrong("RS-0211", &remembered.basis);
        } else if remembered.bands != bands {
            wrong("RS-0212", &remembered.bands.join(", "));
        } else if remembered.year > plan.year.number {
            wrong("RS-0213", &remembered.year.to_string());
        } else if let Some(product) =
            remembered.sheets.iter().map(|sheet| sheet.product.as_str()).find(|code| unknown(code, plan))
        {
            wrong("RS-0214", product);
        } else {
            match remembered.published(plan, settings) {
                Some(published) if !published.has_tables_of(plan) => wrong("RS-0224", ""),
                Some(published) => all.push(published),
                None => wrong("RS-0210", ""),
            }
        }
    }
    (!failed).then_some(all)
}

impl Published {
    /// Whether the same tables were published that are published now. Where they differ, what one year leaves out another tells
    /// by difference.
    fn has_tables_of(&self, plan: &Plan) -> bool {
        let has = |count: Count| self.sheets.keys().any(|(of, _)| *of == count);
        let scope = plan.scope;
        has(Count::Cumulative) == scope.cumulative && has(Count::Year) == scope.year && self.cross == plan.cross
    }
}

fn unknown(code: &str, plan: &Plan) -> bool {
    code != ALL && plan.product(code).is_none()
}

impl Remembered {
    /// What the ledger is to remember of a year.
    pub(crate) fn of(plan: &Plan, sheets: Vec<Sheet>) -> Remembered {
        Remembered {
            version: VERSION,
            year: plan.year.number,
            basis: plan.year.basis.clone(),
            counted_on: plan.counted_on.to_string(),
            bands: plan.ages.bands.iter().map(|band| band.key()).collect(),
            distinct: plan.masking.marks == Marks::Distinct,
            zero_masked: plan.masking.zero == todokede_suppression::Zero::Masked,
            sheets,
        }
    }

    fn published(self, plan: &Plan, settings: &Settings) -> Option<Published> {
        let keys = names(&plan.ages);
        let mut sheets = BTreeMap::new();
        let mut cross = false;
        for sheet in self.sheets {
            let product = if sheet.product == ALL { None } else { Some(plan.product(&sheet.product)?) };
            let cells = sheet.cells.into_iter().map(|(name, seen)| Some((*keys.get(&name)?, seen)));
            let cells = cells.collect::<Option<BTreeMap<_, _>>>()?;
            cross |= cells.keys().any(|key| matches!(key, Key::Both(..)));
            sheets.insert((sheet.count, product), PublishedSheet { threshold: sheet.threshold, cells });
        }
        Some(Published {
            year: Year::new(self.year, &self.basis, *settings.year_starts.get(&self.basis)?)?,
            counted_on: Day::read(&self.counted_on, &settings.eras)?,
            marks: if self.distinct { Marks::Distinct } else { Marks::One },
            zero_masked: self.zero_masked,
            cross,
            sheets,
        })
    }
}

fn names(ages: &Ages) -> BTreeMap<String, Key> {
    Key::all(ages, true).into_iter().map(|key| (key.name(ages), key)).collect()
}

//! What is to be counted and how: read from the record once, before the first row.

mod bands;
mod policy;
mod record;

use serde_json::Value;
use todokede_abi::{At, Filing, Text};

pub(crate) use bands::Ages;
pub(crate) use policy::Masking;

use crate::day::Day;
use crate::findings::Findings;
use crate::past::{self, Published};
use crate::settings::Settings;
use record::{at, day, number, text};

/// What is to be counted and how.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The registry's id, as it is published.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Who runs it.
    pub(crate) operator: String,
    /// The year that is counted.
    pub(crate) year: Year,
    /// The day on which the rows were taken.
    pub(crate) counted_on: Day,
    /// The last day on which anything in the rows can have happened.
    pub(crate) last: Day,
    /// The products.
    pub(crate) products: Vec<Product>,
    /// The age bands.
    pub(crate) ages: Ages,
    /// Which counts are published.
    pub(crate) scope: Scope,
    /// Whether counts by sex and age together are published.
    pub(crate) cross: bool,
    /// How counts are masked.
    pub(crate) masking: Masking,
    /// What was published in earlier years, in order.
    pub(crate) past: Vec<Published>,
}

/// A year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Year {
    /// Its number.
    pub(crate) number: i32,
    /// The code of how years run.
    pub(crate) basis: String,
    /// Its first day.
    pub(crate) first: Day,
    /// Its last day.
    pub(crate) last: Day,
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Product {
    /// What stands for it in the tables.
    pub(crate) code: String,
    /// Its name.
    pub(crate) name: String,
    /// The first day on which a patient may have been treated.
    pub(crate) from: Option<Day>,
    /// Its threshold.
    pub(crate) threshold: u64,
}

/// Which counts are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scope {
    /// Those of all years together.
    pub(crate) cumulative: bool,
    /// Those of the year.
    pub(crate) year: bool,
}

impl Year {
    /// The year with this number.
    pub(crate) fn new(number: i32, basis: &str, first_month: u8) -> Option<Year> {
        let first = Day::new(number, first_month, 1)?;
        let last = Day(Day::new(number + 1, first_month, 1)?.0 - 1);
        Some(Year { number, basis: basis.to_owned(), first, last })
    }

    /// Whether a day is in it.
    pub(crate) fn holds(&self, day: Day) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

impl Plan {
    /// Reads it. None when what is missing or wrong leaves nothing to count by; the findings, or those of the form, say why.
    pub(crate) fn read(filing: &Filing, settings: &Settings, findings: &mut Findings) -> Option<Plan> {
        let registry = filing.record.get("registry").unwrap_or(&Value::Null);
        // Where no day is given, as where the cases of rules are shown, nothing is in the future.
        let now = Day::read(&filing.now, &settings.eras);
        let year = read_year(registry, settings, findings);
        let counted_on = day(registry, "counted_on", settings);
        let ages = text(registry, "age_bands");
        let bands = if ages.is_empty() { settings.age_bands.as_str() } else { ages.as_str() };
        let ages = Ages::read(bands, settings.largest_age);
        if let Err(wrong) = &ages {
            findings.add_with("RS-0201", at("/registry/age_bands"), [("wrong", wrong.clone().into())]);
        }
        let masking = Masking::read(registry, settings, findings);
        let since = day(registry, "since", settings);
        let products = masking.as_ref().map(|masking| read_products(registry, settings, masking, since, findings));
        let (year, counted_on) = (year?, counted_on?);
        check_days(&year, counted_on, now, findings);
        let scope = match text(registry, "scope").as_str() {
            "cumulative" => Scope { cumulative: true, year: false },
            "year" => Scope { cumulative: false, year: true },
            _ => Scope { cumulative: true, year: true },
        };
        let mut plan = Plan {
            id: text(registry, "id"),
            name: text(registry, "name"),
            operator: text(registry, "operator"),
            year,
            counted_on,
            last: now.map_or(counted_on, |now| now.min(counted_on)),
            products: products?,
            ages: ages.ok()?,
            scope,
            cross: text(registry, "cross") == "yes",
            masking: masking?,
            past: Vec::new(),
        };
        plan.past = past::read(filing, &plan, settings, findings)?;
        (!plan.products.is_empty()).then_some(plan)
    }

    /// The place of a product.
    pub(crate) fn product(&self, code: &str) -> Option<usize> {
        self.products.iter().position(|product| product.code == code)
    }
}

fn read_year(registry: &Value, settings: &Settings, findings: &mut Findings) -> Option<Year> {
    let basis = text(registry, "basis");
    let first_month = settings.year_starts.get(&basis)?;
    let year = number(registry, "year").and_then(|year| Year::new(i32::try_from(year).ok()?, &basis, *first_month));
    if year.is_none() && !text(registry, "year").is_empty() {
        findings.add("RS-0202", at("/registry/year"));
    }
    year
}

fn check_days(year: &Year, counted_on: Day, now: Option<Day>, findings: &mut Findings) {
    if let Some(now) = now
        && counted_on > now
    {
        findings.add_with(
            "RS-0203",
            at("/registry/counted_on"),
            [("day", counted_on.to_string().into()), ("now", now.to_string().into())],
        );
    }
    if counted_on < year.last {
        let values = [("day", Text::from(counted_on.to_string())), ("last", year.last.to_string().into())];
        findings.add_with("RS-0204", at("/registry/counted_on"), values);
    }
}

fn read_products(
    registry: &Value,
    settings: &Settings,
    masking: &Masking,
    since: Option<Day>,
    findings: &mut Findings,
) -> Vec<Product> {
    let rows = registry.get("products").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut products: Vec<Product> = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let code = crate::fold::narrow(&text(row, "code")).into_owned();
        if code.is_empty() {
            continue;
        }
        if products.iter().any(|product| product.code == code) {
            findings.add_with("RS-0205", at(&format!("/registry/products/{place}/code")), [("code", code.into())]);
            continue;
        }
        let threshold = number(row, "threshold").unwrap_or(masking.threshold);
        let from = day(row, "approved_on", settings).into_iter().chain(since).max();
        products.push(Product { code, name: text(row, "name"), from, threshold });
    }
    // More than the place of a patient can hold, see `known::Known`.
    if products.len() > crate::known::MOST_PRODUCTS {
        findings.add_with("RS-0206", At::Filing, [("most", crate::known::MOST_PRODUCTS.to_string().into())]);
        products.clear();
    }
    products
}

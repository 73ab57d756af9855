//! Cells, and what groups of patients are called.

use todokede_abi::Text;
use todokede_abi::report::{Cell, Column, Kind, Table};
use todokede_suppression::{Marks, Shown};

use super::{Reports, digits};
use crate::counts::{Key, Sex};
use crate::past::{Count, Mask, Seen};
use crate::words::fill;

impl Reports<'_> {
    /// A count as it is published.
    pub(super) fn shown(&self, shown: Shown, threshold: u64) -> Cell {
        match shown {
            Shown::Exact(count) => whole(count),
            Shown::Primary if self.plan.masking.marks == Marks::Distinct => self.mask(Mask::Small, threshold),
            Shown::Primary | Shown::Masked | Shown::Between(..) => self.mask(Mask::Masked, threshold),
            Shown::Withheld | Shown::Hidden => self.mask(Mask::Withheld, threshold),
        }
    }

    /// What stood in a cell that was published earlier.
    pub(super) fn seen(&self, seen: Seen, threshold: u64) -> Cell {
        match seen {
            Seen::Count(count) => whole(count),
            Seen::Mask(mask) => self.mask(mask, threshold),
        }
    }

    /// A mask.
    pub(super) fn mask(&self, mask: Mask, threshold: u64) -> Cell {
        Cell::Masked { masked: self.mark(mask, digits(threshold)) }
    }

    /// A mark.
    pub(super) fn mark(&self, mask: Mask, threshold: Text) -> Text {
        let marks = &self.settings.marks;
        match mask {
            Mask::Small => fill(&marks.primary, &[("threshold", threshold)]),
            Mask::Masked => marks.masked.clone(),
            Mask::Withheld => marks.withheld.clone(),
        }
    }

    /// A share: masked when its count or its total is.
    pub(super) fn percent(&self, count: Shown, total: Shown, threshold: u64) -> Cell {
        match (count, total) {
            (_, Shown::Exact(0)) => Cell::Blank,
            (Shown::Exact(count), Shown::Exact(total)) => Cell::Number(percent(count, total)),
            (Shown::Withheld, _) | (_, Shown::Withheld) => self.mask(Mask::Withheld, threshold),
            _ => self.mask(Mask::Masked, threshold),
        }
    }

    /// What a group of patients is called.
    pub(super) fn key(&self, key: Key) -> Text {
        let words = self.words();
        match key {
            Key::Total => words.total.clone(),
            Key::Sex(sex) => self.sex(sex).clone(),
            Key::Age(age) => self.band(age),
            Key::Both(sex, age) => fill(&words.sex_age, &[("sex", self.sex(sex).clone()), ("age", self.band(age))]),
        }
    }

    /// What a sex is called.
    pub(super) fn sex(&self, sex: Sex) -> &Text {
        match sex {
            Sex::Male => &self.words().male,
            Sex::Female => &self.words().female,
            Sex::Unknown => &self.words().unknown,
        }
    }

    /// What an age band is called.
    pub(super) fn band(&self, age: usize) -> Text {
        let words = self.words();
        let Some(band) = self.plan.ages.bands.get(age) else { return words.age_unknown.clone() };
        let low = ("low", digits(band.low));
        match band.high {
            None => fill(&words.band_open, &[low]),
            Some(high) if high == band.low => fill(&words.band_one, &[low]),
            Some(high) => fill(&words.band, &[low, ("high", digits(high))]),
        }
    }

    /// What a way of counting is called.
    pub(super) fn count(&self, count: Count) -> &Text {
        match count {
            Count::Cumulative => &self.words().cumulative,
            Count::Year => &self.words().in_year,
        }
    }

    /// What a product is called; all together when there is none.
    pub(super) fn product(&self, product: Option<usize>) -> Text {
        let product = product.and_then(|product| self.plan.products.get(product));
        product.map_or_else(
            || self.words().all_products.clone(),
            |product| {
                let values = [("name", product.name.as_str().into()), ("code", product.code.as_str().into())];
                fill(&self.words().product_title, &values)
            },
        )
    }

    /// The counts that are published, the year's first.
    pub(super) fn counts(&self) -> Vec<Count> {
        let scope = self.plan.scope;
        let counts = [(Count::Year, scope.year), (Count::Cumulative, scope.cumulative)];
        counts.into_iter().filter(|(_, published)| *published).map(|(count, _)| count).collect()
    }

    /// The products, then all together where that is published.
    pub(super) fn subjects(&self) -> Vec<Option<usize>> {
        let all = self.masked.sheets.keys().any(|(_, product)| product.is_none());
        (0..self.plan.products.len()).map(Some).chain(all.then_some(None)).collect()
    }
}

/// A table without rows. Its name is that of its kind and, of several, its number.
pub(super) fn table(name: String, title: Text, columns: Vec<Column>) -> Table {
    Table { name, title, columns, rows: Vec::new(), notes: Vec::new() }
}

/// A column.
pub(super) fn column(title: Text, kind: Kind) -> Column {
    Column { title, kind }
}

/// A count.
pub(super) fn whole(count: u64) -> Cell {
    Cell::Whole(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Percent with one digit, halves up, worked out in whole numbers.
fn percent(count: u64, total: u64) -> f64 {
    let tenths = (u128::from(count) * 2000 + u128::from(total)) / (u128::from(total) * 2);
    u32::try_from(tenths).map_or(f64::NAN, |tenths| f64::from(tenths) / 10.0)
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn halves_are_rounded_up() {
        assert_eq!(
            [percent(1, 3), percent(2, 3), percent(1, 2000), percent(0, 7), percent(7, 7)],
            [33.3, 66.7, 0.1, 0.0, 100.0]
        );
    }
}

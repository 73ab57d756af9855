//! What stands at the head of each report: the registry, the year, and the policy by which counts are masked.

use todokede_abi::Text;
use todokede_suppression::{Marks, Zero};

use super::{Reports, digits};
use crate::words::{fill, join};

impl Reports<'_> {
    /// The year in words.
    pub(super) fn year(&self) -> Text {
        let words = self.words();
        let word = if self.plan.year.basis == "calendar" { &words.calendar } else { &words.fiscal };
        fill(word, &[("year", digits(self.plan.year.number))])
    }

    /// The title of a report.
    pub(super) fn title(&self, title: &Text) -> Text {
        fill(title, &[("registry", self.plan.name.as_str().into()), ("year", self.year())])
    }

    /// Which registry and which year.
    pub(super) fn facts(&self, distribution: &Text) -> Vec<(Text, Text)> {
        let (plan, words) = (self.plan, self.words());
        let period = [("first", digits(plan.year.first)), ("last", digits(plan.year.last))];
        vec![
            (words.distribution.clone(), distribution.clone()),
            (
                words.registry.clone(),
                fill(&words.product_title, &[("name", plan.name.as_str().into()), ("code", plan.id.as_str().into())]),
            ),
            (words.operator.clone(), plan.operator.as_str().into()),
            (words.period.clone(), join(&[self.year(), fill(&words.until, &period)], " ", ": ")),
            (words.counted_on.clone(), digits(plan.counted_on)),
        ]
    }

    /// By which policy counts are masked.
    pub(super) fn policy(&self) -> Vec<(Text, Text)> {
        let (masking, words) = (&self.plan.masking, self.words());
        let policy = fill(&words.product_title, &[("name", masking.title.clone()), ("code", masking.preset.as_str().into())]);
        let policy = if masking.changed { fill(&words.policy_changed, &[("policy", policy)]) } else { policy };
        let zero = if masking.zero == Zero::Masked { &words.zero_masked } else { &words.zero_shown };
        let marks = if masking.marks == Marks::Distinct { &words.marks_distinct } else { &words.marks_one };
        vec![
            (words.policy.clone(), policy),
            (words.policy_source.clone(), masking.source.clone()),
            (words.threshold.clone(), self.thresholds()),
            (words.zero.clone(), zero.clone()),
            (words.marks.clone(), marks.clone()),
            (words.min_width.clone(), digits(masking.min_width)),
            (words.method.clone(), words.method_text.clone()),
        ]
    }

    /// The thresholds as they were used, which is that of the group and not always that of the product.
    fn thresholds(&self) -> Text {
        let words = self.words();
        let zero = self.plan.masking.zero == Zero::Masked;
        let word = if zero { &words.threshold_zero_value } else { &words.threshold_value };
        let line = |product: Text, threshold: u64| fill(word, &[("product", product), ("threshold", digits(threshold))]);
        if let [group] = self.masked.groups.as_slice() {
            return line(words.all_products.clone(), group.threshold);
        }
        let products = (0..self.plan.products.len()).filter_map(|product| {
            let count = self.counts().first().copied()?;
            let sheet = self.masked.sheets.get(&(count, Some(product)))?;
            Some(line(self.product(Some(product)), sheet.threshold))
        });
        join(&products.collect::<Vec<_>>(), "、", "; ")
    }
}

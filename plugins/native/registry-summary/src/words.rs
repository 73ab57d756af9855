//! The words of what is made: data of the settings. A `{hole}` is filled when a word is used.

use serde::Deserialize;
use todokede_abi::Text;

/// The words, each in both languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "named for what they say")]
pub(crate) struct Words {
    pub(crate) public_title: Text,
    pub(crate) board_title: Text,
    pub(crate) audit_title: Text,
    pub(crate) nothing: Text,
    pub(crate) fiscal: Text,
    pub(crate) calendar: Text,
    pub(crate) until: Text,
    pub(crate) registry: Text,
    pub(crate) operator: Text,
    pub(crate) period: Text,
    pub(crate) counted_on: Text,
    pub(crate) policy: Text,
    pub(crate) policy_changed: Text,
    pub(crate) policy_source: Text,
    pub(crate) threshold: Text,
    pub(crate) threshold_value: Text,
    pub(crate) threshold_zero_value: Text,
    pub(crate) zero: Text,
    pub(crate) zero_shown: Text,
    pub(crate) zero_masked: Text,
    pub(crate) marks: Text,
    pub(crate) marks_distinct: Text,
    pub(crate) marks_one: Text,
    pub(crate) min_width: Text,
    pub(crate) method: Text,
    pub(crate) method_text: Text,
    pub(crate) distribution: Text,
    pub(crate) distribution_public: Text,
    pub(crate) distribution_board: Text,
    pub(crate) distribution_audit: Text,
    pub(crate) all_products: Text,
    pub(crate) product_title: Text,
    pub(crate) class: Text,
    pub(crate) total: Text,
    pub(crate) male: Text,
    pub(crate) female: Text,
    pub(crate) unknown: Text,
    pub(crate) sex_age: Text,
    pub(crate) band: Text,
    pub(crate) band_one: Text,
    pub(crate) band_open: Text,
    pub(crate) age_unknown: Text,
    pub(crate) patients: Text,
    pub(crate) in_year: Text,
    pub(crate) cumulative: Text,
    pub(crate) counts_of: Text,
    pub(crate) percent_of: Text,
    pub(crate) cross_title: Text,
    pub(crate) chart_title: Text,
    pub(crate) years_title: Text,
    pub(crate) years_note: Text,
    pub(crate) product: Text,
    pub(crate) legend_small: Text,
    pub(crate) legend_masked: Text,
    pub(crate) legend_one: Text,
    pub(crate) legend_withheld: Text,
    pub(crate) withheld_product: Text,
    pub(crate) registered: Text,
    pub(crate) events: Text,
    pub(crate) adverse: Text,
    pub(crate) malfunction: Text,
    pub(crate) deaths: Text,
    pub(crate) cases: Text,
    pub(crate) kind: Text,
    pub(crate) term: Text,
    pub(crate) board_counts: Text,
    pub(crate) board_terms: Text,
    pub(crate) board_note: Text,
    pub(crate) board_unmasked: Text,
    pub(crate) no_events: Text,
    pub(crate) audit_counts: Text,
    pub(crate) audit_masks: Text,
    pub(crate) audit_proof: Text,
    pub(crate) true_count: Text,
    pub(crate) printed: Text,
    pub(crate) when: Text,
    pub(crate) count: Text,
    pub(crate) cell: Text,
    pub(crate) why: Text,
    pub(crate) why_small: Text,
    pub(crate) why_protects: Text,
    pub(crate) why_earlier: Text,
    pub(crate) why_withheld: Text,
    pub(crate) not_printed: Text,
    pub(crate) before: Text,
    pub(crate) change: Text,
    pub(crate) low: Text,
    pub(crate) high: Text,
    pub(crate) no_bound: Text,
    pub(crate) exact: Text,
    pub(crate) yes: Text,
    pub(crate) no: Text,
    pub(crate) products: Text,
    pub(crate) cells: Text,
    pub(crate) sums: Text,
    pub(crate) primary_masks: Text,
    pub(crate) other_masks: Text,
    pub(crate) withheld_masks: Text,
    pub(crate) fewest: Text,
    pub(crate) verdict: Text,
    pub(crate) verdict_good: Text,
    pub(crate) verdict_bad: Text,
    pub(crate) rows_known: Text,
    pub(crate) rows_counted: Text,
    pub(crate) rows_later: Text,
    pub(crate) earlier_years: Text,
    pub(crate) none: Text,
}

/// Fills the holes of a text.
pub(crate) fn fill(text: &Text, values: &[(&str, Text)]) -> Text {
    let mut filled = text.clone();
    for (name, value) in values {
        let hole = format!("{{{name}}}");
        filled.ja = filled.ja.replace(&hole, &value.ja);
        filled.en = filled.en.replace(&hole, &value.en);
    }
    filled
}

/// Two texts one after the other, with `between` between them.
pub(crate) fn join(texts: &[Text], ja: &str, en: &str) -> Text {
    let of = |part: fn(&Text) -> &str, between: &str| texts.iter().map(part).collect::<Vec<_>>().join(between);
    Text::new(of(|text| &text.ja, ja), of(|text| &text.en, en))
}

//! How counts are masked: a preset, and what the record says over it.

use serde_json::Value;
use todokede_abi::Text;
use todokede_suppression::{Marks, Policy, SmallTotal, Zero};

use super::record::{at, number, text};
use crate::findings::Findings;
use crate::settings::Settings;

/// How counts are masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Masking {
    /// The id of the preset.
    pub(crate) preset: String,
    /// What the preset is.
    pub(crate) title: Text,
    /// Where it comes from.
    pub(crate) source: Text,
    /// Whether the record changes anything of it.
    pub(crate) changed: bool,
    /// Counts from 1 to below this are masked.
    pub(crate) threshold: u64,
    /// Whether a count of zero is shown.
    pub(crate) zero: Zero,
    /// Whether all masks look alike.
    pub(crate) marks: Marks,
    /// How wide an attacker's interval is at least.
    pub(crate) min_width: u64,
}

impl Masking {
    /// Reads it. None when the preset is not known or the numbers do not go together.
    pub(super) fn read(registry: &Value, settings: &Settings, findings: &mut Findings) -> Option<Masking> {
        let named = text(registry, "policy");
        let id = if named.is_empty() { settings.policy.clone() } else { named };
        let Some(preset) = settings.presets.get(&id) else {
            let known = settings.presets.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            findings.add_with("RS-0207", at("/registry/policy"), [("policy", id.into()), ("known", known.into())]);
            return None;
        };
        let said = |name: &str, preset: &str| {
            let text = text(registry, name);
            if text.is_empty() { preset.to_owned() } else { text }
        };
        let masking = Masking {
            preset: id,
            title: preset.title.clone(),
            source: preset.source.clone(),
            changed: false,
            threshold: number(registry, "threshold").unwrap_or(preset.threshold),
            zero: if said("zero", &preset.zero) == "masked" { Zero::Masked } else { Zero::Shown },
            marks: if said("marks", &preset.marks) == "one" { Marks::One } else { Marks::Distinct },
            min_width: number(registry, "min_width").unwrap_or(preset.min_width),
        };
        let changed = masking.threshold != preset.threshold
            || masking.min_width != preset.min_width
            || (masking.zero == Zero::Masked) != (preset.zero == "masked")
            || (masking.marks == Marks::One) != (preset.marks == "one");
        Some(Masking { changed, ..masking })
    }

    /// The policy of the suppressor for one threshold.
    pub(crate) fn policy(&self, threshold: u64) -> Policy {
        Policy {
            zero: self.zero,
            min_width: self.min_width,
            marks: self.marks,
            // Products with few patients are withheld by the tables themselves; a small band of many products is masked like any other.
            small_total: SmallTotal::Mask,
            ..Policy::below(threshold)
        }
    }
}

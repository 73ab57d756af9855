//! Plugins that are code and linked into this program. They are asked through the same C ABI as any library.

use todokede_core::code::Natives;

/// The code, by plugin id.
pub(super) const NATIVES: Natives =
    Natives { linked: &[("registry-summary", &todokede_registry_summary::ENTRY), ("training", &todokede_training::ENTRY)] };

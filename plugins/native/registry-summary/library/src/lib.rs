//! The plugin `registry-summary` behind the C ABI.

todokede_abi::export_plugin!(todokede_registry_summary::RegistrySummary);

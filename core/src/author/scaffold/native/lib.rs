//! Exports the plugin in `ours.rs` as a library that todokede loads.

mod ours;

todokede_abi::export_plugin!(ours::Ours);

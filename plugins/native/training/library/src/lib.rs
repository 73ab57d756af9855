//! The plugin `training` as a shared library.

todokede_abi::export_plugin!(todokede_training::Training);

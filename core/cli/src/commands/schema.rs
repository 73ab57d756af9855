//! `todokede schema`: the JSON Schema of a trial record, for those who write JSON instead of workbooks.

use anyhow::Result;
use todokede_core::record_schema::record_schema;

use crate::args::PluginsArgs;
use crate::output::{Exit, Output};

pub(crate) fn run(args: &PluginsArgs, output: &mut Output) -> Result<Exit> {
    let engine = super::engine(&args.plugin_dir)?;
    output.print(&format!("{:#}\n", record_schema(&engine.catalogue, output.lang)))?;
    Ok(Exit::Clean)
}

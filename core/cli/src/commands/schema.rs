//! `todokede schema`: the JSON Schema of a trial record, for those who write JSON instead of workbooks.

use anyhow::Result;
use todokede_core::record_schema::record_schema;

use crate::output::{Exit, Output};

pub(crate) fn run(output: &mut Output) -> Result<Exit> {
    let engine = super::engine(&[])?;
    output.print(&format!("{:#}\n", record_schema(&engine.catalogue, output.lang)))?;
    Ok(Exit::Clean)
}

//! What draws PDF, when the command was built with it.

use std::path::PathBuf;
use std::sync::Arc;

use todokede_core::render::printer::{NoPrinter, Printer};

/// Finds a font and makes a printer that uses it.
#[cfg(feature = "pdf")]
pub(super) fn find(font_dirs: &[PathBuf]) -> Result<Arc<dyn Printer>, NoPrinter> {
    todokede_pdf::PdfPrinter::find(font_dirs).map(|printer| Arc::new(printer) as Arc<dyn Printer>)
}

/// Says that there is none.
#[cfg(not(feature = "pdf"))]
pub(super) fn find(_: &[PathBuf]) -> Result<Arc<dyn Printer>, NoPrinter> {
    Err(NoPrinter::NotBuilt)
}

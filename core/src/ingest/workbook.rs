//! A workbook of any format: its tabs, and the cells of one tab at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::delimited;
use super::ods;
use super::recognise::Format;
use super::report::{Problem, clip};
use super::sheet::Sheet;
use super::xls::Xls;
use super::xlsx::Xlsx;
use crate::limits::SHEETS;
use crate::model::Text;

/// The tabs of a workbook and the reader behind them.
pub(super) struct Workbook<'a> {
    /// The tabs in their order.
    pub(super) tabs: Vec<Tab>,
    reader: Reader<'a>,
}

/// A sheet's name in the workbook.
#[derive(Debug, Clone)]
pub(super) struct Tab {
    /// The name; empty for a file that has no sheets.
    pub(super) name: String,
    /// Whether people do not see it.
    pub(super) hidden: bool,
}

enum Reader<'a> {
    Xlsx(Box<Xlsx<'a>>),
    Xls(Box<Xls<'a>>),
    /// Read whole; a sheet is taken once.
    Loaded(Vec<Sheet>),
}

impl<'a> Workbook<'a> {
    /// Opens a workbook.
    ///
    /// # Errors
    /// Returns the limit that is passed, or why the file cannot be read.
    pub(super) fn open(bytes: &'a [u8], format: Format) -> Result<Workbook<'a>, Problem> {
        let workbook = guarded(format, || match format {
            Format::Xlsx => {
                let (tabs, xlsx) = Xlsx::open(bytes)?;
                Ok(Workbook { tabs, reader: Reader::Xlsx(Box::new(xlsx)) })
            }
            Format::Xls => {
                let (tabs, xls) = Xls::open(bytes)?;
                Ok(Workbook { tabs, reader: Reader::Xls(Box::new(xls)) })
            }
            Format::Ods => {
                let (tabs, sheets) = ods::read(bytes)?.into_iter().unzip();
                Ok(Workbook { tabs, reader: Reader::Loaded(sheets) })
            }
            Format::Csv | Format::Json => {
                let tab = Tab { name: String::new(), hidden: false };
                Ok(Workbook { tabs: vec![tab], reader: Reader::Loaded(vec![delimited::read(bytes)?]) })
            }
        })?;
        if workbook.tabs.len() > SHEETS {
            return Err(Problem::limit(Text::new("シート数", "sheets"), SHEETS));
        }
        Ok(workbook)
    }

    /// Reads the cells of a tab.
    ///
    /// # Errors
    /// Returns the limit that is passed, or why the sheet cannot be read.
    pub(super) fn sheet(&mut self, tab: usize) -> Result<Sheet, Problem> {
        let name = self.tabs.get(tab).map(|tab| tab.name.clone()).unwrap_or_default();
        match &mut self.reader {
            Reader::Xlsx(xlsx) => guarded(Format::Xlsx, || xlsx.sheet(&name)),
            Reader::Xls(xls) => guarded(Format::Xls, || xls.sheet(&name)),
            Reader::Loaded(sheets) => Ok(sheets.get_mut(tab).map(std::mem::take).unwrap_or_default()),
        }
    }
}

/// Runs a reader of another project so that a panic in it, on a file made to cause one, ends in a finding.
///
/// A last resort: what is known to panic or to ask for too much memory is refused before, in `guard` and `ole`. After
/// a panic the reader may be in any state, which is why it is not asked again for the sheet that caused it.
fn guarded<T>(format: Format, read: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        let values = vec![("format", format.name().into()), ("problem", clip(said.unwrap_or_default()))];
        Err(Problem::new("IN-0008", values))
    })
}

//! The one way from every reader to the receiver: cells come in, the header is found, batches go out.

use todokede_abi::Table;

use super::batch::Pending;
use super::problem::{Halt, Problem, spell};
use super::{Event, Names, Read, TableSpec};
use crate::limits::{TABLE_CELL_CHARS, TABLE_COLUMNS, TABLE_HEADER_ROWS, TABLE_ROWS};
use crate::model::{RuleBook, Text};

/// Where the sheets of one file go. `send` answers whether more is wanted.
pub(super) struct Rows<'a> {
    spec: &'a TableSpec,
    names: Option<Names<'a>>,
    /// What the file is called here.
    file: String,
    /// How many sheets began.
    sheets: u32,
    book: &'a RuleBook,
    send: &'a mut dyn FnMut(Event<'_>) -> bool,
    read: Read,
    /// The titles of the first sheet that had any.
    titles: Option<Vec<String>>,
    sheet: Sheet,
}

/// What is known of the sheet at work.
#[derive(Default)]
struct Sheet {
    name: String,
    /// Cells of the row at work while the header is looked for.
    top: Vec<(u32, String)>,
    /// Cells above the header.
    above: Vec<(u64, u32, String)>,
    /// Whether there was a cell with something in it.
    filled: bool,
    header: Option<u64>,
    width: usize,
    pending: Pending,
    rows: u64,
    odd: [Option<Odd>; 5],
    /// Whether the row at work has a cell beyond the header, so that a row counts once.
    long: Option<u32>,
}

/// Cells of one kind that are not what a table should hold: the first, and how many.
struct Odd {
    row: u64,
    column: u32,
    count: u64,
}

/// What a cell can be that is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Oddity {
    /// It stands in a column without a title, beyond the header.
    Beyond,
    /// Its text is over the limit.
    TooLong,
    /// An error such as `#REF!`.
    Error,
    /// A formula whose result was not saved.
    Uncached,
    /// It is merged with others.
    Merged,
}

impl Oddity {
    const ALL: [Oddity; 5] = [Oddity::Beyond, Oddity::TooLong, Oddity::Error, Oddity::Uncached, Oddity::Merged];

    fn rule(self) -> &'static str {
        match self {
            Oddity::Beyond => "TB-0012",
            Oddity::TooLong => "TB-0013",
            Oddity::Error => "TB-0014",
            Oddity::Uncached => "TB-0015",
            Oddity::Merged => "TB-0016",
        }
    }
}

impl<'a> Rows<'a> {
    /// Makes the way for one file.
    pub(super) fn new(
        spec: &'a TableSpec,
        names: Option<Names<'a>>,
        book: &'a RuleBook,
        send: &'a mut dyn FnMut(Event<'_>) -> bool,
    ) -> Rows<'a> {
        let (file, read, sheet) = (spec.file.clone(), Read::default(), Sheet::default());
        let mut rows = Rows { spec, names, file, sheets: 0, book, send, read, titles: None, sheet };
        if let Some((names, kind)) = names.and_then(|names| Some((names, names.identifiers.in_name(&spec.file)?))) {
            rows.file = format!("file {}", names.file);
            rows.say(&Problem::new("TB-0103", vec![("kind", kind)]));
        }
        rows
    }

    /// A sheet begins; its name is empty in a file that has none.
    pub(super) fn begin(&mut self, name: &str) {
        self.sheets += 1;
        self.sheet = Sheet { name: name.to_owned(), ..Sheet::default() };
        if let Some(kind) = self.names.and_then(|names| names.identifiers.in_name(name)) {
            self.sheet.name = format!("sheet {}", self.sheets);
            self.say(&Problem::new("TB-0103", vec![("kind", kind)]));
        }
    }

    /// Adds a cell to the row at work; the cells of a row come in the order of their columns, from 0.
    pub(super) fn cell(&mut self, row: u64, column: u32, text: &str) {
        let blank = match text.as_bytes().first() {
            None => true,
            // A value seldom begins with a space; only then is all of it looked at.
            Some(first) => (first.is_ascii_whitespace() || *first >= 0x80) && text.trim().is_empty(),
        };
        if blank {
            return;
        }
        if text.len() > TABLE_CELL_CHARS && text.chars().nth(TABLE_CELL_CHARS).is_some() {
            return self.odd(Oddity::TooLong, row, column);
        }
        let sheet = &mut self.sheet;
        sheet.filled = true;
        let at = usize::try_from(column).unwrap_or(usize::MAX);
        if sheet.header.is_none() {
            if row <= TABLE_HEADER_ROWS {
                sheet.top.push((column, text.to_owned()));
            }
        } else if at < sheet.width {
            sheet.pending.cell(at, text);
        } else if sheet.long.is_none() {
            sheet.long = Some(column);
        }
    }

    /// Notes a cell that is no value. Above the header there may be anything.
    pub(super) fn odd(&mut self, oddity: Oddity, row: u64, column: u32) {
        self.sheet.filled = true;
        if let Some(odd) = self.sheet.odd.get_mut(oddity as usize) {
            odd.get_or_insert(Odd { row, column, count: 0 }).count += 1;
        }
    }

    /// Ends the row at work.
    ///
    /// # Errors
    /// Returns why the sheet is not read on.
    pub(super) fn end_row(&mut self, row: u64) -> Result<(), Halt> {
        if self.sheet.header.is_none() {
            return self.end_top_row(row);
        }
        if let Some(column) = self.sheet.long.take() {
            self.odd(Oddity::Beyond, row, column);
        }
        if !self.sheet.pending.end_row(row) {
            return Ok(());
        }
        self.sheet.rows += 1;
        if self.sheet.rows > TABLE_ROWS {
            return Err(Problem::limit(Text::new("一つの表の行数", "rows of one table"), TABLE_ROWS).at(row).into());
        }
        if self.sheet.pending.is_full() { self.flush() } else { Ok(()) }
    }

    fn end_top_row(&mut self, row: u64) -> Result<(), Halt> {
        let cells = std::mem::take(&mut self.sheet.top);
        match cells.len() {
            2.. => self.header(row, &cells),
            _ if row >= TABLE_HEADER_ROWS && self.has_table() => Err(Halt::OtherSheet),
            _ if row >= TABLE_HEADER_ROWS => Err(self.no_header().into()),
            _ => {
                self.sheet.above.extend(cells.into_iter().map(|(column, text)| (row, column, text)));
                Ok(())
            }
        }
    }

    fn header(&mut self, row: u64, cells: &[(u32, String)]) -> Result<(), Halt> {
        let last = cells.iter().map(|(column, _)| *column).max().unwrap_or(0);
        let width = usize::try_from(last).unwrap_or(usize::MAX).saturating_add(1);
        if width > TABLE_COLUMNS {
            return Err(Problem::limit(Text::new("一つの表の列数", "columns of one table"), TABLE_COLUMNS).at(row).into());
        }
        let mut columns = vec![String::new(); width];
        for (column, text) in cells {
            if let Some(title) = columns.get_mut(usize::try_from(*column).unwrap_or(usize::MAX)) {
                text.trim().clone_into(title);
            }
        }
        match &self.titles {
            Some(first) if *first != columns => return Err(Halt::OtherSheet),
            Some(_) => {}
            None => self.titles = Some(columns.clone()),
        }
        self.sheet.header = Some(row);
        self.sheet.width = width;
        self.sheet.pending = Pending::new(width);
        // What stands above the header is no part of the table.
        self.sheet.odd = Default::default();
        self.same_titles(row, &columns);
        let table = Table {
            id: self.spec.id.clone(),
            source: self.spec.source.saturating_add(self.read.sources),
            file: self.file.clone(),
            sheet: self.sheet.name.clone(),
            header: row,
            columns,
        };
        self.read.sources += 1;
        let above = std::mem::take(&mut self.sheet.above);
        let mut more = (self.send)(Event::Table(&table));
        for (row, column, text) in &above {
            more = more && (self.send)(Event::Above(*row, *column, text));
        }
        if more { Ok(()) } else { Err(Halt::Stopped) }
    }

    /// Two columns of one title: which is meant is unclear.
    fn same_titles(&mut self, row: u64, columns: &[String]) {
        let mut seen = std::collections::BTreeMap::new();
        for (at, title) in columns.iter().enumerate().filter(|(_, title)| !title.is_empty()) {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            if let Some(first) = seen.insert(title, at) {
                let first = spell("", "-", row, Some(first)).cell;
                let values = vec![("first", first.into())];
                self.say(&Problem { rule: "TB-0019", values, row, column: Some(at) });
            }
        }
    }

    fn no_header(&self) -> Problem {
        Problem::new("TB-0010", vec![("rows", TABLE_HEADER_ROWS.to_string().into())])
    }

    /// Hands the waiting rows on.
    fn flush(&mut self) -> Result<(), Halt> {
        if self.sheet.pending.is_empty() {
            return Ok(());
        }
        let batch = self.sheet.pending.batch();
        self.read.rows += batch.rows.len() as u64;
        let more = (self.send)(Event::Rows(&batch));
        drop(batch);
        self.sheet.pending.clear();
        if more { Ok(()) } else { Err(Halt::Stopped) }
    }

    /// Returns the row of the header of the sheet at work.
    pub(super) fn header_row(&self) -> Option<u64> {
        self.sheet.header
    }

    /// Returns whether a sheet was handed on.
    pub(super) fn has_table(&self) -> bool {
        self.titles.is_some()
    }

    /// Returns whether the sheet at work has anything in it.
    pub(super) fn has_cells(&self) -> bool {
        self.sheet.filled
    }

    /// Ends the sheet at work, which was read to its end.
    ///
    /// # Errors
    /// Returns that the receiver wants no more, or that there is no header.
    pub(super) fn end(&mut self) -> Result<(), Halt> {
        if self.sheet.header.is_none() {
            return Err(self.no_header().into());
        }
        self.flush()?;
        self.tell_odd();
        if self.sheet.rows == 0 {
            self.say(&Problem::new("TB-0011", vec![]));
        }
        Ok(())
    }

    /// Says what was odd in the sheet at work, one finding a kind.
    pub(super) fn tell_odd(&mut self) {
        for (oddity, odd) in Oddity::ALL.into_iter().zip(std::mem::take(&mut self.sheet.odd)) {
            let Some(odd) = odd else { continue };
            let limit = TABLE_CELL_CHARS.to_string();
            let values = vec![("count", odd.count.to_string().into()), ("limit", limit.into())];
            self.say(&Problem { rule: oddity.rule(), values, row: odd.row, column: Some(odd.column) });
        }
    }

    /// Reports a problem in the sheet at work.
    pub(super) fn say(&mut self, problem: &Problem) {
        let at = spell(&self.file, &self.sheet.name, problem.row, problem.column);
        self.read.findings.push(self.book.finding(problem.rule, at, &problem.values));
    }

    /// Ends the file.
    pub(super) fn finish(self) -> Read {
        self.read
    }

    /// Says why the file was not read on.
    pub(super) fn halted(&mut self, halt: &Halt) {
        self.tell_odd();
        match halt {
            Halt::Problem(problem) => self.say(problem),
            Halt::Stopped => self.read.stopped = true,
            Halt::OtherSheet => {}
        }
    }
}

//! Every limit on what comes in and goes out, named once. Each has a test that reaches it.

use std::time::Duration;

/// Largest input file, bytes.
pub const INPUT_BYTES: u64 = 128 << 20;
/// Most entries in a workbook's archive.
pub const ARCHIVE_ENTRIES: usize = 4_096;
/// Largest sum of unpacked sizes in a workbook's archive, bytes; what one second reads.
pub const ARCHIVE_BYTES: u64 = 256 << 20;
/// Largest unpacked size of one entry that is neither a sheet nor the shared strings, bytes.
pub const ARCHIVE_PART_BYTES: u64 = 32 << 20;
/// Largest unpacked table of shared strings, bytes; it is held in memory.
pub const SHARED_STRINGS_BYTES: u64 = 64 << 20;
/// Most shared strings.
pub const SHARED_STRINGS: usize = 1_000_000;
/// Most cell formats of a workbook; Excel's own limit is 65,490.
pub const CELL_FORMATS: usize = 65_536;
/// Largest product of cell formats and the longest tag among the styles, bytes; a reader copies one for the other.
pub const CELL_FORMAT_BYTES: usize = 128 << 20;
/// Longest text, tag or cell inside a workbook's XML, bytes.
pub const XML_TOKEN_BYTES: usize = 1 << 20;
/// Most tags in one XML entry of a workbook.
pub const XML_TAGS: usize = 6_000_000;
/// Largest workbook of the old binary format, bytes; it is held in memory whole.
pub const XLS_BYTES: usize = 32 << 20;
/// Largest unpacked size to packed size, once an entry is over [`ARCHIVE_RATIO_FROM`].
pub const ARCHIVE_RATIO: u64 = 200;
/// Unpacked size from which the ratio is looked at, bytes.
pub const ARCHIVE_RATIO_FROM: u64 = 16 << 20;
/// Most cells read from one sheet, empty styled ones included.
pub const SHEET_CELLS: usize = 2_000_000;
/// Most empty cells tolerated in one sheet.
pub const SHEET_EMPTY_CELLS: usize = 200_000;
/// Most merged areas of one sheet.
pub const SHEET_MERGES: usize = 100_000;
/// Last row read, from 0.
pub const SHEET_ROWS: u32 = 200_000;
/// Last column read, from 0.
pub const SHEET_COLUMNS: u32 = 1_000;
/// Most sheets in a workbook.
pub const SHEETS: usize = 200;
/// Longest text of one cell or JSON string, characters.
pub const TEXT_CHARS: usize = 32_767;
/// Deepest nesting of a JSON input.
pub const JSON_DEPTH: usize = 16;
/// Most values, objects and arrays in one JSON input.
pub const JSON_VALUES: usize = 1_500_000;
/// Deepest nesting of elements in a filing that is read back.
pub const XML_DEPTH: usize = 32;
/// Deepest nesting of a JSON file in an interchange format; a study definition nests some fifteen levels.
pub const INTERCHANGE_DEPTH: usize = 48;
/// Most values in one file of an interchange format, blank ones included.
pub const INTERCHANGE_LEAVES: usize = 400_000;
/// Most rows of one list of a trial that are read from an interchange format.
pub const INTERCHANGE_ROWS: usize = 10_000;
/// Most bytes that the paths of all values of a trial in an interchange format take; they are held in memory.
pub const INTERCHANGE_PATH_BYTES: usize = 128 << 20;
/// Most trials in one run.
pub const TRIALS: usize = 20_000;
/// Most characters of a value that a finding repeats.
pub const FINDING_VALUE_CHARS: usize = 200;
/// Most findings kept for one trial; what is over is counted, not kept.
pub const FINDINGS_PER_TRIAL: usize = 10_000;
/// Most findings kept in a run, shared out evenly over its trials.
pub const FINDINGS_PER_RUN: usize = 50_000;
/// Longest CEL expression, bytes.
pub const EXPRESSION_BYTES: usize = 2_000;
/// Deepest nesting of brackets in a CEL expression.
pub const EXPRESSION_DEPTH: usize = 24;
/// Longest file name, bytes.
pub const FILE_NAME_BYTES: usize = 255;
/// Longest path inside the gateway archive, characters.
pub const ARCHIVE_PATH_CHARS: usize = 199;
/// Most lines of a filing that is drawn as PDF, some 600 pages; each costs about 11 KiB while it is drawn.
pub const PAPER_LINES: usize = 30_000;
/// Largest rendered file, bytes.
pub const OUTPUT_BYTES: usize = 64 << 20;
/// Longest line of a ledger, bytes; one filing with all its values.
pub const LEDGER_LINE_BYTES: u64 = 64 << 20;
/// Most lines of a ledger; a few hundred bytes of each are held in memory.
pub const LEDGER_LINES: u64 = 1_000_000;
/// Longest that the code of a plugin may take for one answer, where its manifest says nothing else.
pub const CODE_TIME: Duration = Duration::from_secs(60);
/// Shortest time that the code of a plugin has for its first answer in a fresh process: its language has to start too.
pub const CODE_START: Duration = Duration::from_secs(5);
/// Longest wait for the process of a plugin to end by itself once it was told that no more is asked.
pub const CODE_END: Duration = Duration::from_secs(1);
/// Most fresh starts in a row that fail before the code of a plugin is given up for the run.
pub const CODE_STARTS: u32 = 3;
/// Largest library of a plugin, bytes; it is read to be hashed.
pub const CODE_LIBRARY_BYTES: u64 = 512 << 20;
/// Most that is kept of what the code of a plugin writes to standard error, for the finding that says that it ended, bytes.
pub const CODE_SAID_BYTES: usize = 2 << 10;
/// Most that is written of it to a log, bytes for each plugin and run.
pub const CODE_LOG_BYTES: u64 = 1 << 20;
/// Most memory that the code of a plugin may take in a process of its own, bytes, where its manifest says nothing else.
pub const CODE_MEMORY_BYTES: u64 = 1 << 30;
/// Largest answer of the code of a plugin, bytes.
pub const CODE_ANSWER_BYTES: usize = 64 << 20;
/// Largest value that the code of a plugin may have remembered in the ledger, bytes.
pub const REMEMBERED_BYTES: usize = 4 << 20;
/// Longest wait for another run to finish writing the ledger.
pub const LEDGER_LOCK: Duration = Duration::from_secs(5);
/// Largest attached file, bytes: what the gateway takes (T p11).
pub const ATTACHMENT_BYTES: u64 = 1 << 30;
/// Largest sum of attached files of one filing, bytes: what the gateway takes in one transmission (T p11).
pub const ATTACHMENTS_BYTES: u64 = 10 << 30;
/// Most attached files of one filing, those of a folder included.
pub const ATTACHMENTS: usize = 1_000;
/// Deepest nesting of values in a PDF.
pub const PDF_DEPTH: usize = 64;
/// Largest single object of a PDF, streams apart, bytes.
pub const PDF_OBJECT_BYTES: usize = 2 << 20;
/// Most objects of a PDF; a table of them is held in memory.
pub const PDF_OBJECTS: usize = 1_000_000;
/// Most pages of a PDF, and most that wait to be looked at.
pub const PDF_PAGES: usize = 100_000;
/// Most forms that one page draws and that are looked into.
pub const PDF_FORMS: usize = 256;
/// Largest unpacked stream of a PDF that is held in memory, bytes.
pub const PDF_STREAM_BYTES: u64 = 16 << 20;
/// Most bytes of a PDF that are read or unpacked to look at it; what a few seconds read.
pub const PDF_WORK_BYTES: u64 = 256 << 20;
/// Most characters that one filing replaces.
pub const REPLACEMENTS: usize = 500;
/// Most places at which one filing replaces a character.
pub const REPLACED_PLACES: usize = 10_000;
/// Deepest nesting of elements in a part of a Word file; tables in text boxes in tables are some sixty levels.
pub const DOCX_DEPTH: usize = 256;
/// Deepest nesting of lists and frames, and of emphasis, in a text of a section.
pub const MARKDOWN_DEPTH: usize = 32;
/// How far ahead the end of a reading, reference or emphasis is looked for, characters.
pub const MARKDOWN_SPAN: usize = 2_000;
/// Longest that LibreOffice may take for one document, seconds.
pub const OFFICE_SECONDS: u64 = 180;
/// Largest PDF that LibreOffice may make of one document, bytes.
pub const OFFICE_PDF_BYTES: u64 = 256 << 20;
/// Largest text of a user that stands in a file of its own, bytes.
pub const PROSE_BYTES: u64 = 16 << 20;
/// Largest Word template, bytes.
pub const DOCX_BYTES: u64 = 64 << 20;
/// Most pairs of paragraphs, or of words in a paragraph, that a comparison of two documents weighs at a time.
pub const COMPARE_CELLS: usize = 4_000_000;
/// Longest value that a Word template prints, characters.
pub const DOCX_VALUE_CHARS: usize = 1_000_000;
/// Largest image that is put into a Word file, bytes.
pub const DOCX_IMAGE_BYTES: u64 = 32 << 20;
/// Most values that are looked at one by one to find all problems of a template with its data.
pub const DOCX_DIAGNOSED: usize = 20_000;
/// Most blocks, facts and notes of a report of a plugin.
pub const REPORT_BLOCKS: usize = 2_000;
/// Most tables and charts of a report; each is a sheet of a workbook.
pub const REPORT_SHEETS: usize = 199;
/// Most columns of a table of a report.
pub const REPORT_COLUMNS: usize = 250;
/// Most cells of all tables and charts of a report.
pub const REPORT_CELLS: usize = 300_000;
/// Longest text of a report, UTF-16 units; what a cell of a workbook holds.
pub const REPORT_TEXT_UNITS: usize = 32_767;
/// Most categories of a chart.
pub const REPORT_CATEGORIES: usize = 400;
/// Most series of a chart; so many can be told apart in grey.
pub const REPORT_SERIES: usize = 8;
/// Most digits behind the point of a number of a report; more is a number that was not rounded.
pub const REPORT_DECIMALS: usize = 15;
/// What the numbers of a report with a point stay below; above it not even whole numbers keep their digits.
pub const REPORT_NUMBER: f64 = 1e15;
/// Most columns of a table that Word takes.
pub const REPORT_DOCX_COLUMNS: usize = 63;
/// Most cells of a report that is written as a Word document, some thousand pages; each costs a few KiB while it is made.
pub const REPORT_DOCX_CELLS: usize = 50_000;
/// Most characters that do not fit an encoding and are listed.
pub const REPORT_UNFIT: usize = 50;
/// Largest file of a table beside the record, bytes; it is read by pieces.
pub const TABLE_BYTES: u64 = 2 << 30;
/// Largest sum of unpacked sizes in a workbook that is such a table, bytes; what ten seconds read.
pub const TABLE_UNPACKED_BYTES: u64 = 4 << 30;
/// Most memory for the texts that the cells of such a workbook share, bytes.
pub const TABLE_STRINGS_BYTES: usize = 32 << 20;
/// Most rows of one sheet or text table.
pub const TABLE_ROWS: u64 = 5_000_000;
/// Most columns with a title.
pub const TABLE_COLUMNS: usize = 1_000;
/// Longest text of one cell of a table, characters; what a spreadsheet holds.
pub const TABLE_CELL_CHARS: usize = 32_767;
/// Longest row of a text table, bytes.
pub const TABLE_ROW_BYTES: usize = 4 << 20;
/// Most sheets of a workbook that is a table.
pub const TABLE_SHEETS: usize = 200;
/// How many rows from the top the header of a table is looked for.
pub const TABLE_HEADER_ROWS: u64 = 20;
/// Most merged areas of a sheet that is a table.
pub const TABLE_MERGES: usize = 100_000;
/// Most rows that are handed on at a time.
pub const TABLE_BATCH_ROWS: usize = 4_096;
/// Most cells that are handed on at a time, unless one row has more.
pub const TABLE_BATCH_CELLS: usize = 1 << 17;
/// Most bytes of text that are handed on at a time, unless one row has more.
pub const TABLE_BATCH_BYTES: usize = 1 << 20;

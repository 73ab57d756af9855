//! CSV files of the product and of plugins: what is wrong in them is reported with line and column.

use serde::de::DeserializeOwned;

use crate::files::Files;
use crate::model::DataError;
use crate::model::toml_file::line_column;

/// A CSV file that can name the place of a cell.
pub(crate) struct CsvFile {
    name: String,
    text: String,
    header: Vec<String>,
}

/// One row and where it begins.
pub(crate) struct CsvRow<T> {
    pub(crate) value: T,
    /// Offset of its first cell.
    pub(crate) start: usize,
}

impl CsvFile {
    /// Reads a file.
    ///
    /// # Errors
    /// Returns that it is missing or not UTF-8, which is what a spreadsheet program makes of it unless told otherwise.
    pub(crate) fn read(files: &Files, name: &str) -> Result<CsvFile, DataError> {
        let shown = files.display(name);
        let bytes = files.read(name).ok_or_else(|| DataError::Missing { file: shown.clone() })?;
        let text = String::from_utf8(bytes.into_owned())
            .map_err(|_| DataError::bad(&shown, "1:1", "is not UTF-8; a spreadsheet program saves it so as \"CSV UTF-8\""))?;
        let text = text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned);
        let header =
            csv::Reader::from_reader(text.as_bytes()).headers().map(|header| header.iter().map(str::to_owned).collect());
        Ok(CsvFile { name: shown, header: header.unwrap_or_default(), text })
    }

    /// Reads the rows into a type, and says what is wrong with those that do not fit: a cell too many or too few, a column
    /// that there is none of.
    pub(crate) fn rows<T: DeserializeOwned>(&self) -> (Vec<CsvRow<T>>, Vec<DataError>) {
        let mut reader = csv::Reader::from_reader(self.text.as_bytes());
        let (mut rows, mut problems) = (Vec::new(), Vec::new());
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => return (rows, vec![self.at(0, &plain(&error))]),
        };
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let start = error.position().map_or(0, |at| self.row_start(at.byte()));
                    problems.push(self.at(start, &plain(&error)));
                    continue;
                }
            };
            let start = record.position().map_or(0, |at| self.row_start(at.byte()));
            match record.deserialize(Some(&header)) {
                Ok(value) => rows.push(CsvRow { value, start }),
                Err(error) => {
                    problems.push(self.at(start, &plain(&error)));
                    // A header that does not fit would be told again for every row.
                    if rows.is_empty() {
                        break;
                    }
                }
            }
        }
        (rows, problems)
    }

    /// Makes an error at a cell of the row that begins at an offset; at the row where there is no such column.
    pub(crate) fn error(&self, start: usize, column: &str, problem: &str) -> DataError {
        let index = self.header.iter().position(|known| known == column).unwrap_or(0);
        self.at(self.cell(start, index), problem)
    }

    fn at(&self, offset: usize, problem: &str) -> DataError {
        DataError::bad(&self.name, line_column(&self.text, offset), problem)
    }

    /// Returns the offset of a row; the reader gives that of the line break before it.
    fn row_start(&self, byte: u64) -> usize {
        let start = usize::try_from(byte).unwrap_or(0);
        let rest = self.text.get(start..).unwrap_or_default();
        start + (rest.len() - rest.trim_start_matches(['\r', '\n']).len())
    }

    /// Returns the offset of the cell of that number in the row that begins at an offset.
    fn cell(&self, start: usize, index: usize) -> usize {
        let (mut quoted, mut left) = (false, index);
        for (at, c) in self.text.get(start..).unwrap_or_default().char_indices() {
            if left == 0 {
                return start + at;
            }
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => left -= 1,
                '\n' if !quoted => break,
                _ => {}
            }
        }
        start
    }
}

/// Says what is wrong without the place, which is named beside it.
fn plain(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} cells, the header {expected_len}; a text with a comma stands in double quotes")
        }
        csv::ErrorKind::Deserialize { err, .. } => err.kind().to_string(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_cell_is_named_by_line_and_column_also_after_quotes_and_line_breaks() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("a.csv"),
            "\u{feff}id,note,kind\r\none,\"a, \"\"b\"\"\nc\",x\r\n二,,y\r\nthree\r\nfour,,z\r\n",
        )
        .unwrap();
        let files = Files::Folder(folder.path().to_path_buf());
        let file = CsvFile::read(&files, "a.csv").unwrap();
        let (rows, problems) = file.rows::<BTreeMap<String, String>>();
        let place = |error: &DataError| match error {
            DataError::Bad { at, .. } => at.clone(),
            DataError::Missing { .. } => String::new(),
        };
        let at = |row: usize, column: &str| place(&file.error(rows[row].start, column, ""));
        assert_eq!(
            (at(0, "kind"), at(1, "id"), at(1, "kind"), at(2, "note")),
            ("3:4".into(), "4:1".into(), "4:4".into(), "6:6".into())
        );
        assert_eq!(problems.iter().map(place).collect::<Vec<_>>(), ["5:1"]);
    }
}

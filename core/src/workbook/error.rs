//! What can keep a workbook from being written.

/// A reason why a workbook was not written. Each is a case in which reading it back would give another record.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// The layout of one trial was asked for, with several records.
    #[error("{trials} trials do not fit a workbook of one trial; write a list of trials")]
    ManyTrials {
        /// How many there are.
        trials: usize,
    },
    /// A value is longer than a cell can hold.
    #[error("{field}: {units} characters (UTF-16) are more than the {max} a cell can hold")]
    TooLong {
        /// Field id, or group id for values that share a cell.
        field: String,
        /// Its length, UTF-16 units.
        units: usize,
        /// The most a cell can hold.
        max: usize,
    },
    /// A value in a shared cell holds a character that separates values there.
    #[error("{field}: {value:?} holds a separator, so it cannot share a cell with other values")]
    Separator {
        /// Field id.
        field: String,
        /// The value.
        value: String,
    },
    /// A row that others refer to has no key.
    #[error("trial {trial:?}: row {row} of {scope:?} has rows below it but no {key}, so they cannot refer to it")]
    KeyMissing {
        /// Trial id.
        trial: String,
        /// Id of the repeat group, empty for the trial itself.
        scope: String,
        /// Number of the row, from 1.
        row: usize,
        /// Id of the key.
        key: String,
    },
    /// Two rows that others may refer to have the same key.
    #[error("trial {trial:?}: row {row} of {scope:?} repeats the {key} {value:?}, so rows below cannot refer to it")]
    KeyTwice {
        /// Trial id.
        trial: String,
        /// Id of the repeat group, empty for the trial itself.
        scope: String,
        /// Number of the second row, from 1.
        row: usize,
        /// Id of the key.
        key: String,
        /// The key.
        value: String,
    },
    /// The catalogue gives a repeat group no key although another hangs on it.
    #[error("{scope}: rows hang on this group, but it has no key")]
    Keyless {
        /// Id of the group.
        scope: String,
    },
    /// The file could not be made.
    #[error("cannot make the workbook: {source}")]
    Xlsx {
        /// Why.
        #[from]
        source: rust_xlsxwriter::XlsxError,
    },
}

//! What can be wrong with a value at this stage; the words are in `forms/engine/normalise.toml`.

use crate::model::Text;

/// One problem of one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// Which rule speaks.
    pub(super) rule: Rule,
    /// What fills its words, besides `field` and `value`.
    pub(super) holes: Vec<(&'static str, Text)>,
}

impl Problem {
    pub(super) fn new(rule: Rule) -> Problem {
        Problem { rule, holes: Vec::new() }
    }

    #[must_use]
    pub(super) fn with(mut self, hole: &'static str, text: impl Into<Text>) -> Problem {
        self.holes.push((hole, text.into()));
        self
    }
}

/// Names each rule and gives its id.
macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $id:literal,)*) => {
        /// The rules of this stage.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Rule { $($(#[$doc])* $name,)* }

        impl Rule {
            /// All rules.
            #[cfg(test)]
            pub(super) const ALL: &[Rule] = &[$(Rule::$name,)*];

            /// Returns the stable id.
            pub(super) fn id(self) -> &'static str {
                match self { $(Rule::$name => $id,)* }
            }
        }
    };
}

rules! {
    /// A character that no document may hold.
    IllegalCharacter = "NM-0001",
    /// Longer than a cell can be.
    TooLong = "NM-0002",
    /// Characters nobody sees.
    Invisible = "NM-0003",
    /// Nothing but characters nobody sees.
    OnlyInvisible = "NM-0004",
    /// A tick box where text is wanted.
    TickBox = "NM-0005",
    /// A date cell in a text field.
    DateInText = "NM-0006",
    /// A date cell where something else was typed.
    TurnedIntoDate = "NM-0007",
    /// A number with more digits than the spreadsheet keeps.
    TooManyDigits = "NM-0008",
    /// Not a whole number.
    NotWhole = "NM-0009",
    /// Not a date.
    DateUnreadable = "NM-0010",
    /// A date of several readings.
    DateAmbiguous = "NM-0011",
    /// A day that does not exist.
    DateImpossible = "NM-0012",
    /// A day its era does not have.
    DateOutsideEra = "NM-0013",
    /// A spreadsheet's day number.
    DateSerial = "NM-0014",
    /// The wrong day of the week.
    DateWeekday = "NM-0015",
    /// A date too far from today.
    DateRange = "NM-0016",
    /// Not a year.
    YearUnreadable = "NM-0017",
    /// A year too far from today.
    YearRange = "NM-0018",
    /// A year its era does not have.
    YearOutsideEra = "NM-0019",
    /// Several codes fit.
    CodeAmbiguous = "NM-0020",
    /// Zeros in front are gone.
    ZerosLost = "NM-0021",
    /// A number that cannot be a string of digits.
    NotDigits = "NM-0022",
    /// The zero in front of a telephone number is gone.
    PhoneZeroLost = "NM-0023",
    /// A number cell in a text field.
    NumberInText = "NM-0024",
    /// No code has the name.
    CodeUnknown = "NM-0025",
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Files;
    use crate::model::RuleBook;

    #[test]
    fn the_code_and_the_book_name_the_same_rules() {
        let book = RuleBook::load(&Files::embedded("forms")).unwrap();
        let in_book: Vec<&str> = book.iter().map(|rule| rule.id.as_str()).filter(|id| id.starts_with("NM-")).collect();
        let in_code: Vec<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        assert_eq!(in_book, in_code);
    }
}

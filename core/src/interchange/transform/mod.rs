//! How a value becomes that of a field. A mapping table names one of these ways for each of its lines.

mod ages;
mod boards;
mod codes;
mod countries;
mod criteria;
mod design;
mod ids;
mod numbers;
mod people;
mod texts;

use super::fill::{Fill, why};
use super::outcome::Disposition;
use super::table::Rule;
pub(super) use ids::fitting;
use texts::Template;
pub(super) use texts::same_texts;

/// One way.
#[derive(Debug, Clone)]
pub(super) enum How {
    /// The value is not taken; the line says why.
    Lost,
    /// It says what another value is, or is read together with it.
    With,
    /// Text.
    Text,
    /// HTML text.
    Html,
    /// Text, a further line where there is one already.
    Lines,
    /// HTML text, a further line where there is one already.
    HtmlLines,
    /// Several parts of an object as one text, a further line where there is one already.
    Compose(Template),
    /// A title with ` - ` and an acronym behind it.
    Title,
    /// Condition, and behind the first break its keywords and codes.
    Condition,
    /// A code or keyword of a condition or an intervention.
    Term(&'static str),
    /// A text with a heading that ICTRP puts before it.
    Criteria,
    /// Inclusion and exclusion criteria in one text.
    BothCriteria,
    /// A date.
    Date,
    /// The date of first enrolment of which it is not said whether it is planned.
    UnsureDate,
    /// Whether the day of the date of enrolment was made up.
    DayInferred,
    /// A whole number.
    Int,
    /// A number of participants.
    Size,
    /// A word of the field's code list.
    Code,
    /// All words of a repeated name, as one code.
    Codes,
    /// The sexes of a list, as one code.
    Sexes,
    /// A phase.
    Phase,
    /// An age with unit and operator; the bound where there is no operator.
    Age(Option<&'static str>),
    /// The number of an age whose unit stands beside it.
    Quantity,
    /// A study design in one string.
    Design,
    /// One axis of a design, `Allocation: Randomized`.
    Category,
    /// Masking with who is masked beside it.
    Masking,
    /// Countries.
    Countries,
    /// The number of the trial in its registry.
    TrialId,
    /// The number that its owner gave the trial.
    OwnId,
    /// Numbers in other registries.
    Ids,
    /// Names of organisations, each a row.
    Names,
    /// URLs.
    Links,
    /// The page of the trial, with the receipt number of UMIN in it.
    Link,
    /// The name of a person in one text, the family name last.
    Person,
    /// The name of a review board, or what else stands there.
    BoardName,
    /// The address of a review board, or what else stands there.
    BoardAddress,
}

impl How {
    /// Reads the name of a way, with what follows a colon.
    pub(super) fn parse(text: &str) -> Option<How> {
        let (name, rest) = text.split_once(':').unwrap_or((text, ""));
        Some(match (name, rest) {
            ("compose", rest) if !rest.is_empty() => How::Compose(Template::parse(rest)?),
            ("term", "condition") => How::Term("condition"),
            ("term", "intervention") => How::Term("intervention"),
            ("age", "") => How::Age(None),
            ("age", "ge") => How::Age(Some("ge")),
            ("age", "le") => How::Age(Some("le")),
            (_, rest) if !rest.is_empty() => return None,
            ("", _) => How::Lost,
            ("with", _) => How::With,
            ("text", _) => How::Text,
            ("html", _) => How::Html,
            ("lines", _) => How::Lines,
            ("html-lines", _) => How::HtmlLines,
            ("sexes", _) => How::Sexes,
            ("category", _) => How::Category,
            ("title", _) => How::Title,
            ("condition", _) => How::Condition,
            ("criteria", _) => How::Criteria,
            ("both-criteria", _) => How::BothCriteria,
            ("date", _) => How::Date,
            ("unsure-date", _) => How::UnsureDate,
            ("day-inferred", _) => How::DayInferred,
            ("int", _) => How::Int,
            ("size", _) => How::Size,
            ("code", _) => How::Code,
            ("codes", _) => How::Codes,
            ("phase", _) => How::Phase,
            ("quantity", _) => How::Quantity,
            ("design", _) => How::Design,
            ("masking", _) => How::Masking,
            ("countries", _) => How::Countries,
            ("trial-id", _) => How::TrialId,
            ("own-id", _) => How::OwnId,
            ("ids", _) => How::Ids,
            ("names", _) => How::Names,
            ("links", _) => How::Links,
            ("link", _) => How::Link,
            ("person", _) => How::Person,
            ("board-name", _) => How::BoardName,
            ("board-address", _) => How::BoardAddress,
            _ => return None,
        })
    }

    /// Returns whether a line need not name a field, since the way knows which ones it fills.
    pub(super) fn names_its_fields(&self) -> bool {
        matches!(
            self,
            How::With
                | How::DayInferred
                | How::Design
                | How::Category
                | How::TrialId
                | How::Ids
                | How::BoardName
                | How::BoardAddress
        )
    }
}

/// Takes one value by one line of the mapping table.
pub(super) fn apply(fill: &mut Fill, rule: &Rule, at: usize) {
    match &rule.how {
        How::Lost => {
            let reason = rule.reason.clone().unwrap_or_else(|| why::ADMINISTRATIVE.to_owned());
            fill.settle(at, Disposition::Lost(reason));
        }
        // What it belongs to settles it; what nothing settles is looked at when all lines are through.
        How::With => {}
        How::Text => texts::text(fill, rule, at, false),
        How::Html => texts::text(fill, rule, at, true),
        How::Lines => texts::lines(fill, rule, at, false),
        How::HtmlLines => texts::lines(fill, rule, at, true),
        How::Sexes => codes::sexes(fill, rule, at),
        How::Category => design::category(fill, at),
        How::Compose(template) => texts::compose(fill, rule, at, template),
        How::Title => texts::title(fill, rule, at),
        How::Condition => texts::condition(fill, rule, at),
        How::Term(about) => texts::term(fill, rule, at, about),
        How::Criteria => criteria::criteria(fill, rule, at),
        How::BothCriteria => criteria::both_criteria(fill, rule, at),
        How::Date => numbers::date(fill, rule, at),
        How::UnsureDate => numbers::unsure_date(fill, rule, at),
        How::DayInferred => numbers::day_inferred(fill, at),
        How::Int => numbers::int(fill, rule, at),
        How::Size => numbers::size(fill, rule, at),
        How::Code => codes::code(fill, rule, at),
        How::Codes => codes::codes(fill, rule, at),
        How::Phase => codes::phase(fill, rule, at),
        How::Masking => codes::masking(fill, rule, at),
        How::Age(bound) => ages::age(fill, rule, at, *bound),
        How::Quantity => ages::quantity(fill, rule, at),
        How::Design => design::design(fill, at),
        How::Countries => countries::countries(fill, rule, at),
        How::TrialId => ids::trial_id(fill, at),
        How::OwnId => ids::own_id(fill, rule, at),
        How::Ids => ids::ids(fill, at),
        How::Names => people::names(fill, rule, at),
        How::Links => texts::links(fill, rule, at),
        How::Link => ids::link(fill, rule, at),
        How::Person => people::person(fill, rule, at),
        How::BoardName => boards::name(fill, rule, at),
        How::BoardAddress => boards::address(fill, rule, at),
    }
}

/// Settles a value of several parts: all, some or none of them were taken.
fn settle_parts(fill: &mut Fill, at: usize, parts: Vec<super::fill::Put>) {
    let mut fields: Vec<_> = parts.iter().filter_map(|part| part.as_ref().ok().copied()).collect();
    fields.sort_unstable();
    fields.dedup();
    // A part that says nothing is no loss beside others that say something.
    let lost = parts.iter().filter_map(|part| part.as_ref().err().copied());
    let lost: Vec<&str> = lost.filter(|reason| fields.is_empty() || *reason != why::NOTHING).collect();
    let disposition = match (fields.is_empty(), lost.first()) {
        (false, None) => Disposition::Taken(fields),
        (false, Some(reason)) => Disposition::Part(fields, (*reason).to_owned()),
        (true, reason) => Disposition::Lost(reason.copied().unwrap_or(why::NOTHING).to_owned()),
    };
    fill.settle(at, disposition);
}

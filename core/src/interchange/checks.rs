//! What is wrong between the values of a record, each of which may be right.

use jiff::civil::Date;

use super::fill::Fill;
use crate::model::FieldIx;

/// Looks at the record as a whole.
pub(super) fn check(fill: &mut Fill) {
    enrolment(fill);
    ages(fill);
    design(fill);
    japan(fill);
    names(fill);
    criteria(fill);
}

fn field(fill: &Fill, id: &str) -> Option<(FieldIx, String)> {
    let field = fill.catalogue.field_ix(id)?;
    let text = fill.root.text(field);
    (!text.is_empty()).then(|| (field, text.to_owned()))
}

fn say(fill: &mut Fill, id: &str, (at, value): &(FieldIx, String), values: &[(&str, crate::model::Text)]) {
    let Some(leaf) = fill.root.leaf(*at) else { return };
    let place = fill.sources.place(&leaf.origin);
    let name = fill.catalogue.field(*at).id.clone();
    fill.say_at(id, place, (value, &name), values);
}

fn date(found: &(FieldIx, String)) -> Option<Date> {
    found.1.parse().ok()
}

/// The first participant before the registration or the approval: both happen where the law came later, so they are to
/// be looked at, not to be mended.
fn enrolment(fill: &mut Fill) {
    let first = field(fill, "progress.enrolment_actual").or_else(|| field(fill, "progress.enrolment_planned"));
    let Some(first) = first else { return };
    let Some(enrolled) = date(&first) else { return };
    let registered = field(fill, "jrct.first_published").or_else(|| field(fill, "umin.publication_date"));
    if let Some(registered) = registered.filter(|registered| date(registered).is_some_and(|day| enrolled < day)) {
        let values = [("enrolled", first.1.as_str().into()), ("registered", registered.1.as_str().into())];
        say(fill, "IX-0040", &first, &values);
    }
    let boards = fill.catalogue.scope_ix("boards").map(|list| fill.root.rows(list).to_vec()).unwrap_or_default();
    let approved =
        fill.catalogue.field_ix("boards.approved_date").and_then(|id| boards.first().map(|row| row.text(id).to_owned()));
    let approved = approved.and_then(|text| text.parse::<Date>().ok());
    if let Some(approved) = approved.filter(|approved| enrolled < *approved) {
        let values = [("enrolled", first.1.as_str().into()), ("approved", approved.to_string().into())];
        say(fill, "IX-0045", &first, &values);
    }
}

fn ages(fill: &mut Fill) {
    let (Some(least), Some(most)) = (field(fill, "eligibility.age_min"), field(fill, "eligibility.age_max")) else { return };
    let same_unit = fill.text_of("eligibility.age_min_unit") == fill.text_of("eligibility.age_max_unit");
    let number = |found: &(FieldIx, String)| found.1.parse::<u32>().unwrap_or(0);
    if same_unit && number(&least) > number(&most) {
        let values = [("least", least.1.as_str().into()), ("most", most.1.as_str().into())];
        say(fill, "IX-0026", &least, &values);
    }
}

/// Designs that contradict themselves: one arm with a control group, or drawn by lot against patients of the past.
fn design(fill: &mut Fill) {
    let text = |id: &str| fill.text_of(id).to_owned();
    let (allocation, assignment) = (text("design.allocation"), text("design.assignment"));
    let Some(control) = field(fill, "design.control") else { return };
    let one_arm = allocation == "single-arm" || assignment == "single";
    let against = matches!(control.1.as_str(), "placebo" | "active" | "no-treatment" | "dose");
    let drawn = allocation == "randomised" && matches!(control.1.as_str(), "historical" | "uncontrolled");
    if (one_arm && against) || drawn {
        let word = |list: &str, code: &str| {
            fill.catalogue.codes.get(list).and_then(|list| list.meaning(code)).cloned().unwrap_or_else(|| code.into())
        };
        let other =
            if drawn || allocation == "single-arm" { word("allocation", &allocation) } else { word("assignment", &assignment) };
        let values = [("control", word("control", &control.1)), ("other", other)];
        say(fill, "IX-0046", &control, &values);
    }
}

/// A record of a Japanese registry whose countries leave Japan out.
fn japan(fill: &mut Fill) {
    let ours = ["jrct", "umin", "japic", "jmacct"].contains(&fill.registry.as_str());
    let (Some(list), Some(code)) =
        (fill.catalogue.scope_ix("trial.countries"), fill.catalogue.field_ix("trial.countries.code"))
    else {
        return;
    };
    let rows = fill.root.rows(list);
    let Some(first) = rows.first().filter(|_| ours && rows.iter().all(|row| row.text(code) != "JP")) else { return };
    let place = fill.sources.place(&first.here());
    let shown = rows.iter().map(|row| row.text(code)).collect::<Vec<_>>().join(", ");
    fill.say_at("IX-0035", place, (&shown, "trial.countries.code"), &[]);
}

/// A whole name under the first name, with the family name blank.
fn names(fill: &mut Fill) {
    for of in ["public", "principal"] {
        let given = field(fill, &format!("{of}.given_en")).filter(|given| given.1.contains(' '));
        let Some(given) = given.filter(|_| fill.text_of(&format!("{of}.family_en")).is_empty()) else { continue };
        let label = fill.catalogue.field(given.0).label.clone();
        say(fill, "IX-0048", &given, &[("label", label), ("value", given.1.as_str().into())]);
    }
}

/// Exclusion criteria among the inclusion criteria, with nothing where they belong.
fn criteria(fill: &mut Fill) {
    let Some(inclusion) = field(fill, "eligibility.inclusion_en") else { return };
    if inclusion.1.to_ascii_lowercase().contains("exclusion criteria") && fill.text_of("eligibility.exclusion_en").is_empty() {
        say(fill, "IX-0049", &inclusion, &[]);
    }
}

use super::*;
use crate::files::Files;
use crate::model::{Leaf, Origin, Scalar};

fn catalogue() -> Catalogue {
    Catalogue::load(&Files::embedded("forms")).unwrap()
}

fn put(row: &mut Row, catalogue: &Catalogue, id: &str, text: &str) {
    let leaf = Leaf { value: Scalar::Text(text.into()), origin: Origin::Nowhere };
    row.put(catalogue.field_ix(id).unwrap(), leaf);
}

fn record(catalogue: &Catalogue) -> Row {
    let mut root = Row::default();
    put(&mut root, catalogue, "filing.kind", "治験計画届");
    put(&mut root, catalogue, "filing.plan_count", "2");
    put(&mut root, catalogue, "filing.date", "2026-04-01");
    put(&mut root, catalogue, "trial.start_date", "2026-05-01");
    let sites = catalogue.scope_ix("sites").unwrap();
    for (number, planned) in [("1", "3"), ("2", ""), ("3", "4")] {
        let mut site = Row::default();
        put(&mut site, catalogue, "sites.site_no", number);
        if !planned.is_empty() {
            put(&mut site, catalogue, "sites.planned_subjects", planned);
        }
        root.rows_mut(sites).push(site);
    }
    root
}

fn truth(text: &str) -> Result<bool, String> {
    let catalogue = catalogue();
    let root = record(&catalogue);
    let expr = Expr::compile(text, &catalogue, ScopeIx::ROOT).map_err(|error| error.to_string())?;
    expr.truth(Scope { catalogue: &catalogue, root: &root, rows: &[] })
}

#[test]
fn fields_lists_and_functions_are_known() {
    for text in [
        "filing.kind == '治験計画届' && filing.plan_count == 2",
        "blank(filing.first_receipt_number) && blank(filing.change_count) && filled(filing.kind)",
        "days(filing.date, trial.start_date) == 30",
        "sum(sites.map(s, s.planned_subjects)) == 7",
        "sites.exists(s, blank(s.planned_subjects))",
        "size(sites[0].irbs) == 0",
        "units('第1相') == 5",
    ] {
        assert_eq!(truth(text), Ok(true), "{text}");
    }
}

#[test]
fn a_misspelt_name_is_refused_with_the_nearest_one() {
    assert_eq!(truth("filing.kindd == 'x'").unwrap_err(), "unknown name `filing.kindd`; did you mean `filing.kind`?");
    assert!(truth("sites.all(s, s.nmae != '')").unwrap_err().contains("did you mean `sites.name`?"));
    assert!(truth("blnk(filing.kind)").unwrap_err().contains("did you mean `blank`?"));
}

#[test]
fn comparing_a_blank_number_is_an_error_and_not_false() {
    assert!(truth("filing.change_count > 1").is_err());
}

#[test]
fn long_and_deep_expressions_are_refused() {
    let long = format!("'{}' == ''", "x".repeat(crate::limits::EXPRESSION_BYTES));
    assert!(truth(&long).unwrap_err().contains("bytes"));
    let deep = format!("{}1{} == 1", "(".repeat(40), ")".repeat(40));
    assert!(truth(&deep).unwrap_err().contains("nested"));
}

#[test]
fn a_row_sees_its_fields_and_its_parent() {
    let catalogue = catalogue();
    let root = record(&catalogue);
    let sites = catalogue.scope_ix("sites").unwrap();
    let irbs = catalogue.scope_ix("sites.irbs").unwrap();
    let mut irb = Row::default();
    put(&mut irb, &catalogue, "sites.irbs.type", "院内ＩＲＢ");
    let site = &root.rows(sites)[2];
    let rows = [(sites, site), (irbs, &irb)];
    let expr = Expr::compile("row.type == '院内ＩＲＢ' && parent.site_no == '3'", &catalogue, irbs).unwrap();
    assert_eq!(expr.truth(Scope { catalogue: &catalogue, root: &root, rows: &rows }), Ok(true));
}

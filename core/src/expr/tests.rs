use super::*;
use crate::files::Files;
use crate::model::{Kind, Leaf, Origin, Scalar};

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
        "add_days(filing.date, 30) == trial.start_date && add_days('2026-01-01', -1) == '2025-12-31'",
        "add_months('2026-08-31', 6) == '2027-02-28' && add_months('2028-02-29', 12) == '2029-02-28'",
        "sum(sites.map(s, s.planned_subjects)) == 7",
        "sites.exists(s, blank(s.planned_subjects))",
        "size(sites[0].irbs) == 0",
        "units('第1相') == 5",
        "countable(['100錠', '90錠', '0']) && amount('100錠') == amount('90錠') + amount('10錠')",
        "!countable(['100錠', '約90錠'])",
    ] {
        assert_eq!(truth(text), Ok(true), "{text}");
    }
}

#[test]
fn a_misspelt_name_is_refused_with_the_nearest_one() {
    assert_eq!(truth("filing.kindd == 'x'").unwrap_err(), "unknown name `filing.kindd`; did you mean `filing.kind`?");
    assert!(truth("sites.all(s, s.nmae != '')").unwrap_err().contains("did you mean `sites.name`?"));
    assert!(truth("blnk(filing.kind)").unwrap_err().contains("did you mean `blank`?"));
    assert!(truth("add_dais(filing.date, 1) == ''").unwrap_err().contains("did you mean `add_days`?"));
}

#[test]
fn comparing_a_blank_number_is_an_error_and_not_false() {
    assert!(truth("filing.change_count > 1").is_err());
}

#[test]
fn a_date_that_cannot_be_moved_is_an_error_and_not_a_date() {
    for text in [
        "add_days(filing.plan_date, 1) == ''",
        "add_days('2026-02-30', 1) == ''",
        "add_days(filing.date, 9000000) == ''",
        "add_days(filing.date, 9223372036854775807) == ''",
        "add_months(filing.date, 120000) == ''",
        "add_months(filing.date, -30000) == ''",
        "add_days(filing.date, filing.change_count) == ''",
    ] {
        assert!(truth(text).is_err(), "{text}");
    }
}

#[test]
fn texts_of_rows_are_joined_and_blank_ones_left_out() {
    assert_eq!(truth("join(['a', '', 'b'], '、') == 'a、b' && join([], '-') == ''"), Ok(true));
    assert_eq!(truth("join(sites.map(s, s.site_no), '/') == '1/2/3'"), Ok(true));
    assert!(truth("join([1], '') == ''").is_err());
}

#[test]
fn the_next_anniversary_of_a_day() {
    for (start, after, wanted) in [
        ("2026-04-01", "2026-04-01", "2027-04-01"),
        ("2026-04-01", "2027-03-31", "2027-04-01"),
        ("2026-04-01", "2027-04-01", "2028-04-01"),
        ("2026-04-01", "2027-05-20", "2028-04-01"),
        ("2024-02-29", "2025-01-01", "2025-02-28"),
        ("2026-04-01", "2020-01-01", "2027-04-01"),
    ] {
        assert_eq!(truth(&format!("anniversary_after('{start}', '{after}') == '{wanted}'")), Ok(true), "{start} {after}");
    }
    assert!(truth("anniversary_after('2026-04-01', '') == ''").is_err());
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

/// Draws numbers that look random and are the same each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    /// Fills a row with texts that rules look for, examples, blanks and values of the wrong kind.
    fn row(&mut self, catalogue: &Catalogue, scope: ScopeIx, words: &[String]) -> Row {
        let mut row = Row::default();
        for field in &catalogue.scope(scope).fields {
            let definition = catalogue.field(*field);
            let text = match (self.below(8), &definition.kind) {
                (0..3, _) => definition.example.clone(),
                (3, Kind::Int) => self.below(4).to_string(),
                (3, Kind::Date) => format!("2026-0{}-01", self.below(3) + 1),
                (4, _) => "外".repeat(self.below(24)),
                (5, _) => words[self.below(words.len())].clone(),
                _ => String::new(),
            };
            if !text.is_empty() {
                put(&mut row, catalogue, &definition.id, &text);
            }
        }
        for list in &catalogue.scope(scope).lists {
            for _ in 0..self.below(3) {
                let below = self.row(catalogue, *list, words);
                row.rows_mut(*list).push(below);
            }
        }
        row
    }
}

/// Asks an expression both ways for each row of the groups it runs over; returns how often the plain form answered.
fn agreed(expr: &Expr, scope: Scope, each: &[ScopeIx]) -> (usize, usize) {
    let Some((list, rest)) = each.split_first() else {
        let shown = |value: &Value| match value {
            Value::Bool(truth) => truth.to_string(),
            Value::Int(number) => number.to_string(),
            Value::String(text) => text.to_string(),
            other => panic!("{other:?}"),
        };
        let cel = expr.value(scope);
        let plain = match expr.plain(scope) {
            Some(Given::Bool(truth)) => truth.to_string(),
            Some(Given::Int(number)) => number.to_string(),
            Some(Given::Text(text)) => text.to_owned(),
            Some(Given::Date(date)) => date.to_string(),
            _ => return (0, 1),
        };
        assert_eq!(Ok(plain), cel.as_ref().map(shown), "{}", expr.text());
        return (1, 1);
    };
    let parent = scope.rows.last().map_or(scope.root, |(_, row)| row);
    let mut sum = (0, 0);
    for row in parent.rows(*list) {
        let rows: Vec<_> = scope.rows.iter().copied().chain([(*list, row)]).collect();
        let (answered, asked) = agreed(expr, Scope { rows: &rows, ..scope }, rest);
        sum = (sum.0 + answered, sum.1 + asked);
    }
    sum
}

#[test]
fn the_plain_form_of_every_rule_agrees_with_cel() {
    let (forms, catalogue) = (Files::embedded("forms"), catalogue());
    let plugins = Files::embedded("plugins");
    let mut draw = Draw(1);
    for name in plugins.folders() {
        let plugin = crate::plugin::Plugin::load(&plugins.below(&name), &forms, &catalogue, Default::default()).unwrap();
        let mut rules: Vec<(&Expr, &[ScopeIx])> = plugin
            .rules
            .assertions
            .iter()
            .flat_map(|rule| {
                let parts = rule.when.iter().chain([&rule.assert]);
                parts.map(|expr| (expr, rule.each.as_slice()))
            })
            .collect();
        rules.extend(plugin.deadlines.expressions());
        // What only a finding asks for need not be plain, but agrees all the same.
        let values =
            plugin.rules.assertions.iter().flat_map(|rule| rule.values.iter().map(|(_, value)| (value, rule.each.as_slice())));
        let values: Vec<(&Expr, &[ScopeIx])> = values.collect();
        let quoted = rules.iter().chain(&values).flat_map(|(expr, _)| expr.text().split('\'').skip(1).step_by(2));
        let words: Vec<String> = quoted.map(str::to_owned).collect();
        // A plugin whose rules are all code has nothing to hold against CEL.
        if rules.is_empty() && values.is_empty() {
            continue;
        }
        let mut sum = (0, 0);
        for _ in 0..400 {
            let root = draw.row(&catalogue, ScopeIx::ROOT, &words);
            let scope = Scope { catalogue: &catalogue, root: &root, rows: &[] };
            for (expr, each) in &rules {
                let (answered, asked) = agreed(expr, scope, each);
                sum = (sum.0 + answered, sum.1 + asked);
            }
            for (expr, each) in &values {
                agreed(expr, scope, each);
            }
        }
        let share = sum.0 * 100 / sum.1;
        // Texts held against each other and lists that are filtered are CEL's to answer; registries ask more of both.
        assert!(share >= 70, "{name}: the plain form answered {share} % of {} questions", sum.1);
    }
}

#[test]
fn macros_and_methods_have_a_plain_form_that_agrees_with_cel() {
    let catalogue = catalogue();
    let root = record(&catalogue);
    for text in [
        "sites.all(s, filled(s.planned_subjects))",
        "sites.exists(s, blank(s.planned_subjects) && s.site_no == '2')",
        "sites.all(s, s.irbs.all(i, blank(i.type)))",
        "sum(sites.map(s, s.planned_subjects)) + 1 == 8 || sum(sites.map(s, s.planned_subjects)) == 7",
        "sum(sites.map(s, s.planned_subjects))",
        "filing.kind in ['治験計画届', '治験終了届'] ? size(sites) : 0",
        "!filing.kind.startsWith('治験') || filing.kind.endsWith('届') && filing.kind.contains('計画')",
        "filing.kind.matches('^.{5}$')",
        "days(filing.date, trial.start_date)",
        "filing.date < trial.start_date",
        "units(filing.kind)",
        "add_days(filing.date, 30)",
        "add_days(filing.date, -30)",
        "add_months(trial.start_date, filing.plan_count)",
        "add_days(filing.date, 30) <= trial.start_date",
        "trial.start_date < add_days(filing.date, 31)",
        "days(add_days(filing.date, 1), add_months(filing.date, 1)) == 29",
        "same_numbers('5 mgを2回', '5 mg twice')",
        "same_numbers(filing.kind, filing.date)",
        "filled(add_days(filing.date, 1)) ? add_days(filing.date, 1) : ''",
    ] {
        let expr = Expr::compile(text, &catalogue, ScopeIx::ROOT).unwrap();
        let scope = Scope { catalogue: &catalogue, root: &root, rows: &[] };
        let (answered, _) = agreed(&expr, scope, &[]);
        assert_eq!(answered == 1, !text.contains(" + "), "{text}");
    }
}

//! `rules.toml`: what a plugin checks.
//!
//! `[[item]]` rules give words to the checks that the form's own declarations imply (length, shape, codes, when
//! required); `[[rule]]` rules are assertions across fields, in CEL; `[[code]]` rules give words to what the plugin's code
//! finds. Every check that the form implies must be covered.

use serde::Deserialize;
use toml::Spanned;

use crate::expr::Expr;
use crate::files::Files;
use crate::model::form::{Mark, Need};
use crate::model::{
    Catalogue, DataError, FieldIx, Form, Item, ItemIx, ItemKind, Lang, RuleText, ScopeIx, Severity, Text, TomlFile,
};

/// A check that a form's declaration of an item implies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// The item is required and blank.
    Required,
    /// The group is required and has no row.
    Rows,
    /// The item must be blank and is not.
    Blank,
    /// The text is over the limit.
    Length,
    /// The text does not have the shape of its format.
    Shape,
    /// The text is not in a closed code list.
    Code,
    /// The text is not in an open code list.
    OpenCode,
    /// A kanji outside the repertoire.
    Kanji,
    /// Another character outside the repertoire.
    Symbol,
    /// A line break was replaced.
    LineBreak,
    /// A character that XML reserves.
    Markup,
    /// A change without its date or its reason.
    ChangeWords,
    /// A date or reason of a change where none is marked.
    ChangeIdle,
    /// A value differs from the last filing and is not marked.
    ChangeMissing,
    /// A row came or went since the last filing and is not marked.
    RowUnmarked,
    /// A number stands twice in a series of rows.
    SerialTwice,
    /// A mark in a kind of filing that has none.
    MarkBarred,
    /// A mark on an item that never carries one.
    MarkExempt,
    /// A mark although nothing differs from the last filing.
    MarkIdle,
    /// A filing of changes without any.
    NoChange,
    /// A row that kept its number is somebody or something else.
    Renamed,
    /// A change that is filed too late.
    Late,
    /// A change that is filed too late unless a condition holds that no data shows.
    LateUnless,
    /// An item that does not fit what was changed.
    Demand,
}

const CHECKS: usize = 24;

impl Check {
    /// Returns its name as `rules.toml` writes it.
    pub fn name(self) -> String {
        super::manifest::kebab(&format!("{self:?}"))
    }
}

/// The words of a check, for the items it covers.
#[derive(Debug)]
pub struct ItemRule {
    /// What it says.
    pub text: RuleText,
    checks: Vec<Check>,
    formats: Vec<String>,
    codes: Vec<String>,
    items: Vec<ItemIx>,
}

impl ItemRule {
    /// Returns whether the words are those of a check.
    pub fn covers(&self, check: Check) -> bool {
        self.checks.contains(&check)
    }
}

/// An assertion across fields.
#[derive(Debug)]
pub struct Assertion {
    /// What it says.
    pub text: RuleText,
    /// The repeat groups, outermost first, over whose rows it runs; empty for the trial.
    pub each: Vec<ScopeIx>,
    /// When it applies.
    pub when: Option<Expr>,
    /// What must hold.
    pub assert: Expr,
    /// The field a finding points to; without one it points to the row.
    pub at: Option<FieldIx>,
    /// Texts to fill into the message, by name.
    pub values: Vec<(String, Expr)>,
}

/// All rules of a plugin.
#[derive(Debug)]
pub struct Rules {
    /// Words of the checks that the form implies.
    pub items: Vec<ItemRule>,
    /// Assertions across fields.
    pub assertions: Vec<Assertion>,
    /// Words of what the code finds and of what it says is due.
    pub code: Vec<RuleText>,
    /// For each item and check the rule that covers it.
    table: Vec<[Option<u16>; CHECKS]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    #[serde(default)]
    item: Vec<Spanned<ItemFile>>,
    #[serde(default)]
    rule: Vec<Spanned<RuleFile>>,
    #[serde(default)]
    code: Vec<Spanned<CodeFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeFile {
    id: String,
    severity: Severity,
    message: Text,
    fix: Text,
    #[serde(default)]
    why: Text,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemFile {
    id: String,
    severity: Severity,
    checks: Vec<Check>,
    #[serde(default)]
    formats: Vec<String>,
    #[serde(default)]
    codes: Vec<String>,
    #[serde(default)]
    items: Vec<String>,
    message: Text,
    fix: Text,
    #[serde(default)]
    why: Text,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    id: String,
    severity: Severity,
    each: Option<String>,
    when: Option<String>,
    assert: String,
    at: Option<String>,
    #[serde(default)]
    values: Vec<(String, String)>,
    message: Text,
    fix: Text,
    #[serde(default)]
    why: Text,
    source: String,
}

impl Rules {
    /// Returns the checks that a rule gives words to; none of an assertion.
    pub fn checks(&self, id: &str) -> &[Check] {
        self.items.iter().find(|rule| rule.text.id == id).map_or(&[], |rule| rule.checks.as_slice())
    }

    /// Reads and compiles `rules.toml`; `kinds` are the kinds of filing whose checks must be covered.
    ///
    /// # Errors
    /// Returns every rule that does not compile and every check that no rule covers.
    pub fn load(files: &Files, form: &Form, catalogue: &Catalogue, kinds: &[String]) -> Result<Rules, Vec<DataError>> {
        let file = TomlFile::read(files, "rules.toml").map_err(|error| vec![error])?;
        let (raw, mut problems) = file.parse_all::<RulesFile>();
        let Some(raw) = raw else { return Err(problems) };
        let mut rules = Rules { items: Vec::new(), assertions: Vec::new(), code: Vec::new(), table: Vec::new() };
        for spanned in raw.item {
            let start = spanned.span().start;
            match item_rule(spanned.into_inner(), form) {
                Ok(rule) => rules.items.push(rule),
                Err(problem) => problems.push(file.error(start, &problem)),
            }
        }
        for spanned in raw.rule {
            let start = spanned.span().start;
            match assertion(spanned.into_inner(), form, catalogue) {
                Ok(rule) => rules.assertions.push(rule),
                Err(problem) => problems.push(file.error(start, &problem)),
            }
        }
        for spanned in raw.code {
            let start = spanned.span().start;
            let raw = spanned.into_inner();
            match rule_text(raw.id, raw.severity, raw.message, raw.fix, raw.why, &raw.source, form) {
                Ok(text) => rules.code.push(text),
                Err(problem) => problems.push(file.error(start, &problem)),
            }
        }
        problems.extend(twice(&file));
        rules.table = form.items().iter().enumerate().map(|(at, item)| rules.covering(at, item)).collect();
        let mut bare: Vec<(Check, Vec<&str>)> = Vec::new();
        // Where a rule was left out because something is wrong in it, what it covers is not bare.
        let judged = if problems.is_empty() { form.items() } else { &[] };
        for (at, item) in judged.iter().enumerate() {
            for check in implied(form, item, at, catalogue, kinds) {
                if rules.item_rule(at, check).is_none() {
                    match bare.iter_mut().find(|(known, _)| *known == check) {
                        Some((_, paths)) => paths.push(&item.path),
                        None => bare.push((check, vec![&item.path])),
                    }
                }
            }
        }
        for (check, paths) in bare {
            let (shown, more) = (paths.iter().take(3).copied().collect::<Vec<_>>().join("`, `"), paths.len().saturating_sub(3));
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            let problem = format!("no `[[item]]` rule has words for the check `{}` of `{shown}`{more}", check.name());
            problems.push(file.error(0, &problem));
        }
        if problems.is_empty() { Ok(rules) } else { Err(problems) }
    }

    /// Says what is wrong with the shape of `rules.toml`, when there is no form to hold it against.
    pub fn shape(files: &Files) -> Vec<DataError> {
        match TomlFile::read(files, "rules.toml") {
            Ok(file) => file.parse_all::<RulesFile>().1,
            Err(error) => vec![error],
        }
    }

    /// Returns the words for a check of an item.
    pub fn item_rule(&self, item: ItemIx, check: Check) -> Option<&ItemRule> {
        let covering = self.table.get(item)?.get(check as usize)?;
        covering.and_then(|rule| self.items.get(usize::from(rule)))
    }

    /// Returns the fields that the assertions read.
    pub fn read_fields(&self, catalogue: &Catalogue) -> std::collections::BTreeSet<FieldIx> {
        let exprs = self.assertions.iter().flat_map(|rule| rule.when.iter().chain([&rule.assert]));
        exprs.flat_map(|expr| expr.fields(catalogue)).collect()
    }

    /// Returns the words of all rules.
    pub fn texts(&self) -> impl Iterator<Item = &RuleText> {
        let declared = self.items.iter().map(|rule| &rule.text).chain(self.assertions.iter().map(|rule| &rule.text));
        declared.chain(&self.code)
    }

    /// Finds for each check the first rule that names the item, its format or its codes; else the first that names none.
    fn covering(&self, at: ItemIx, item: &Item) -> [Option<u16>; CHECKS] {
        let mut row = [None; CHECKS];
        let named = |rule: &ItemRule| {
            rule.items.contains(&at)
                || item.format.as_ref().is_some_and(|format| rule.formats.contains(format))
                || item.codes.as_ref().is_some_and(|codes| rule.codes.contains(codes))
        };
        let general = |rule: &ItemRule| rule.items.is_empty() && rule.formats.is_empty() && rule.codes.is_empty();
        for matches in [&named as &dyn Fn(&ItemRule) -> bool, &general] {
            for (index, rule) in self.items.iter().enumerate().filter(|(_, rule)| matches(rule)) {
                for check in &rule.checks {
                    if let Some(slot @ None) = row.get_mut(*check as usize) {
                        *slot = u16::try_from(index).ok();
                    }
                }
            }
        }
        row
    }
}

/// Finds the ids that stand twice, each at its second place.
fn twice(file: &TomlFile) -> Vec<DataError> {
    let mut seen = std::collections::BTreeSet::new();
    let mut problems = Vec::new();
    let mut ids = file.texts(&["item", "rule", "code"], "id");
    ids.sort_by_key(|(offset, _)| *offset);
    for (offset, id) in ids {
        if !seen.insert(id.clone()) {
            problems.push(file.error(offset, &format!("`{id}` stands twice")));
        }
    }
    problems
}

/// Lists the checks that an item's declaration implies.
fn implied(form: &Form, item: &Item, at: ItemIx, catalogue: &Catalogue, kinds: &[String]) -> Vec<Check> {
    let mut checks = Vec::new();
    let needs = |wanted: Need| form.may_need(at, wanted, kinds);
    let marks = kinds.iter().any(|kind| form.kind_changes(kind).marks);
    // A filing carries marks of its own, wrong ones among them, only where it is a document that others can write.
    let xml = form.has_xml();
    let leaf = marks && matches!(item.mark, Mark::Leaf | Mark::Unmarked);
    let rows = marks && !item.row.is_empty();
    if leaf || rows {
        checks.push(Check::ChangeWords);
        checks.extend([Check::ChangeIdle, Check::MarkBarred, Check::MarkIdle].into_iter().filter(|_| xml));
        checks.extend([Check::Late, Check::LateUnless].into_iter().filter(|_| xml || form.has_timing()));
    }
    if leaf {
        checks.extend(xml.then_some(Check::ChangeMissing));
        checks.extend((xml && item.exempt).then_some(Check::MarkExempt));
    }
    if form.changes.demands.iter().any(|demand| form.find(&demand.of) == Some(at)) {
        checks.push(Check::Demand);
    }
    if at == form.kind_item && kinds.iter().any(|kind| form.kind_changes(kind).needed) {
        checks.push(Check::NoChange);
    }
    if rows {
        checks.push(Check::SerialTwice);
        checks.extend([Check::RowUnmarked, Check::MarkExempt, Check::Renamed].into_iter().filter(|_| xml));
    }
    match item.kind {
        ItemKind::Group => {
            checks.extend((!item.row.is_empty() && needs(Need::Required)).then_some(Check::Rows));
            checks.extend(needs(Need::Blank).then_some(Check::Blank));
        }
        ItemKind::Value if item.fixed.is_none() => {
            checks.extend(needs(Need::Required).then_some(Check::Required));
            checks.extend(needs(Need::Blank).then_some(Check::Blank));
            checks.extend(item.limit.map(|_| Check::Length));
            // A shape that is written from a normalised value, such as a date, cannot be missed.
            let format = item.format.as_ref().and_then(|format| form.formats.get(format));
            checks.extend(format.filter(|format| format.from.is_none()).map(|_| Check::Shape));
            checks.extend(form.codes(item, catalogue).map(|list| if list.closed { Check::Code } else { Check::OpenCode }));
            if item.mark != Mark::Group {
                checks.extend([Check::Kanji, Check::Symbol]);
                checks.extend([Check::LineBreak, Check::Markup].into_iter().filter(|_| xml));
            }
        }
        _ => {}
    }
    checks
}

pub(super) fn rule_text(
    id: String,
    severity: Severity,
    message: Text,
    fix: Text,
    why: Text,
    source: &str,
    form: &Form,
) -> Result<RuleText, String> {
    form.check_source(source)?;
    let source = Text::new(form.citation(source, Lang::Ja), form.citation(source, Lang::En));
    Ok(RuleText { id, severity, message, source, fix, why })
}

fn item_rule(raw: ItemFile, form: &Form) -> Result<ItemRule, String> {
    let mut items = Vec::new();
    for path in &raw.items {
        items.push(form.find(path).ok_or_else(|| format!("the form has no item `{path}`"))?);
    }
    if let Some(format) = raw.formats.iter().find(|format| !form.formats.contains_key(*format)) {
        return Err(format!("the form has no format `{format}`"));
    }
    if let Some(codes) = raw.codes.iter().find(|codes| !form.items().iter().any(|item| item.codes.as_ref() == Some(codes))) {
        return Err(format!("no item has the code list `{codes}`"));
    }
    let text = rule_text(raw.id, raw.severity, raw.message, raw.fix, raw.why, &raw.source, form)?;
    Ok(ItemRule { text, checks: raw.checks, formats: raw.formats, codes: raw.codes, items })
}

/// Returns the repeat groups down to the one that `each` names, outermost first.
pub(super) fn groups(id: &str, catalogue: &Catalogue) -> Result<Vec<ScopeIx>, String> {
    let list = catalogue.scope_ix(id).filter(|list| *list != ScopeIx::ROOT);
    let mut scope = Some(list.ok_or_else(|| format!("`each`: no repeat group `{id}`"))?);
    let mut each = Vec::new();
    while let Some(list) = scope.filter(|list| *list != ScopeIx::ROOT) {
        each.insert(0, list);
        scope = catalogue.scope(list).parent;
    }
    Ok(each)
}

fn assertion(raw: RuleFile, form: &Form, catalogue: &Catalogue) -> Result<Assertion, String> {
    let each = raw.each.as_ref().map_or_else(|| Ok(Vec::new()), |id| groups(id, catalogue))?;
    let scope = each.last().copied().unwrap_or(ScopeIx::ROOT);
    let compile = |part: &str, text: &str| {
        Expr::compile(text, catalogue, scope).map_err(|error| format!("{}: `{part}`: {error}", raw.id))
    };
    let at = raw.at.as_ref().map(|id| catalogue.field_ix(id).ok_or_else(|| format!("`at`: no field `{id}`"))).transpose()?;
    if let Some(at) = at
        && catalogue.field(at).scope != ScopeIx::ROOT
        && !each.contains(&catalogue.field(at).scope)
    {
        return Err(format!("{}: `at` names a field outside the row the rule looks at", raw.id));
    }
    let mut values = Vec::new();
    for (name, text) in &raw.values {
        values.push((name.clone(), compile(name, text)?));
    }
    let when = raw.when.as_deref().map(|text| compile("when", text)).transpose()?;
    let assert = compile("assert", &raw.assert)?;
    let text = rule_text(raw.id, raw.severity, raw.message, raw.fix, raw.why, &raw.source, form)?;
    Ok(Assertion { text, each, when, assert, at, values })
}

//! `[ledger]` of `plugin.toml`: which filings belong together, in which order, and what earlier ones fill in.

use serde::Deserialize;
use toml::Spanned;

use crate::expr::Expr;
use crate::files::Files;
use crate::model::{Catalogue, DataError, FieldIx, Form, ItemIx, ItemKind, ScopeIx, TomlFile};

/// What a plugin says about the ledger; the texts are Tera templates over the names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerTable {
    /// The same text for all filings of one trial plan.
    pub series: String,
    /// Sorts the filings of a series.
    pub order: String,
    /// The kind of filing that opens a series, as the form's code list writes it: no other counts as the first. Any may
    /// where it is not said.
    pub opens: Option<String>,
    /// The item that `opens` is about, where the form's kinds are not what follows one another in a series.
    pub item: Option<String>,
    /// The field by whose change a series gets another name.
    pub renamed: Option<String>,
    /// The format of the form that receipt numbers have.
    pub receipt: Option<String>,
    /// What blank fields are filled with.
    #[serde(default)]
    fill: Vec<Spanned<FillFile>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct FillFile {
    field: String,
    when: String,
    from: FromFile,
    item: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FromFile {
    FirstReceipt,
    FirstItem,
    NextNumber,
}

/// A field that is filled from the ledger when it is blank.
#[derive(Debug)]
pub struct Fill {
    /// The field, of the trial itself.
    pub field: FieldIx,
    /// When it is filled.
    pub when: Expr,
    /// What it is filled with.
    pub from: From,
}

/// What a field is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The receipt number of the first filing of the series.
    FirstReceipt,
    /// An item of the first filing of the series.
    FirstItem(ItemIx),
    /// One more than the highest number that an item has in the filings of the series that were received; 1 when none
    /// has any.
    NextNumber(ItemIx),
}

impl LedgerTable {
    /// Compiles what it fills in.
    ///
    /// # Errors
    /// Returns every unknown name and every condition that does not compile.
    pub fn fills(&self, files: &Files, form: &Form, catalogue: &Catalogue) -> Result<Vec<Fill>, Vec<DataError>> {
        let file = TomlFile::read(files, "plugin.toml").map_err(|error| vec![error])?;
        let (mut fills, mut problems) = (Vec::new(), Vec::new());
        if let Err(problem) = known_kinds(self.opens.as_slice(), self.item.as_deref(), form, catalogue) {
            problems.push(file.error(0, &format!("ledger: {problem}")));
        }
        if let Some(receipt) = self.receipt.as_ref().filter(|receipt| !form.formats.contains_key(*receipt)) {
            problems.push(file.error(0, &format!("ledger: the form has no format `{receipt}`")));
        }
        for fill in &self.fill {
            match compiled(fill.get_ref(), form, catalogue) {
                Ok(fill) => fills.push(fill),
                Err(problem) => problems.push(file.error(fill.span().start, &problem)),
            }
        }
        if problems.is_empty() { Ok(fills) } else { Err(problems) }
    }
}

/// Checks that a form has every kind of filing that is named: its own kinds, or the codes of an item.
///
/// # Errors
/// Returns the item or the kind that it does not have.
pub(super) fn known_kinds(kinds: &[String], item: Option<&str>, form: &Form, catalogue: &Catalogue) -> Result<(), String> {
    let is_known = |kind: &String| form.needs(form.kind_item).any(|(known, _)| known == kind);
    let unknown = match item {
        None => kinds.iter().find(|kind| !is_known(kind)),
        Some(path) => {
            let item = form.find(path).ok_or_else(|| format!("the form has no item `{path}`"))?;
            let codes = form.codes(form.item(item), catalogue);
            let codes = codes.ok_or_else(|| format!("item `{path}` has no code list"))?;
            kinds.iter().find(|kind| !codes.contains(kind))
        }
    };
    unknown.map_or(Ok(()), |kind| Err(format!("the form has no kind `{kind}`")))
}

fn compiled(raw: &FillFile, form: &Form, catalogue: &Catalogue) -> Result<Fill, String> {
    let field = catalogue.field_ix(&raw.field).filter(|field| catalogue.field(*field).scope == ScopeIx::ROOT);
    let field = field.ok_or_else(|| format!("ledger: the trial has no field `{}`", raw.field))?;
    let when =
        Expr::compile(&raw.when, catalogue, ScopeIx::ROOT).map_err(|error| format!("ledger: `{}`: {error}", raw.field))?;
    let item = || {
        let path = raw.item.as_deref().ok_or_else(|| format!("ledger: `{}`: which `item`?", raw.field))?;
        let item = form.find(path).filter(|item| form.item(*item).kind == ItemKind::Value);
        item.ok_or_else(|| format!("ledger: `{}`: the form has no value item `{path}`", raw.field))
    };
    let from = match raw.from {
        FromFile::FirstReceipt if raw.item.is_some() => {
            return Err(format!("ledger: `{}`: a receipt is no `item`", raw.field));
        }
        FromFile::FirstReceipt => From::FirstReceipt,
        FromFile::FirstItem => From::FirstItem(item()?),
        FromFile::NextNumber => From::NextNumber(item()?),
    };
    Ok(Fill { field, when, from })
}

//! Assertions: the rules of a plugin that look across fields.

use crate::expr::Scope;
use crate::model::{Finding, Origin, Row, ScopeIx, Severity, Status, Text};
use crate::plugin::Assertion;

use super::Subject;
use super::unfiled::Unfiled;

/// Evaluates every assertion of the plugin over the record, but for those about what is not filed.
pub(super) fn check(subject: Subject, unfiled: &Unfiled) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in subject.plugin.rules.assertions.iter().filter(|rule| !unfiled.has_subject_of(rule)) {
        let mut rows = Vec::new();
        over_rows(subject, rule, &rule.each, &subject.record.root, &mut rows, &mut findings);
    }
    findings
}

/// Evaluates a rule for each row of the groups it runs over.
fn over_rows<'a>(
    subject: Subject<'a>,
    rule: &Assertion,
    each: &[ScopeIx],
    parent: &'a Row,
    rows: &mut Vec<(ScopeIx, &'a Row)>,
    findings: &mut Vec<Finding>,
) {
    let Some((list, rest)) = each.split_first() else {
        findings.extend(evaluate(subject, rule, rows));
        return;
    };
    for row in parent.rows(*list) {
        rows.push((*list, row));
        over_rows(subject, rule, rest, row, rows, findings);
        rows.pop();
    }
}

fn evaluate(subject: Subject, rule: &Assertion, rows: &[(ScopeIx, &Row)]) -> Option<Finding> {
    let scope = Scope { catalogue: subject.catalogue, root: &subject.record.root, rows };
    let holds = match &rule.when {
        Some(when) => when.truth(scope).and_then(|applies| if applies { rule.assert.truth(scope) } else { Ok(true) }),
        None => rule.assert.truth(scope),
    };
    let place = || subject.record.sources.place(&origin(subject, rule, rows));
    match holds {
        Ok(true) => None,
        Ok(false) => {
            let text =
                |(name, expr): &(String, crate::expr::Expr)| (name.clone(), Text::from(expr.string(scope).unwrap_or_default()));
            let values: Vec<(String, Text)> = rule.values.iter().map(text).collect();
            let holes: Vec<(&str, Text)> = values.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
            let finding = Finding::new(&rule.text, place(), &holes);
            Some(match rule.at {
                Some(field) => {
                    let field = subject.catalogue.field(field);
                    let row =
                        rows.iter().rev().find(|(scope, _)| *scope == field.scope).map_or(&subject.record.root, |(_, row)| row);
                    let value = subject.catalogue.field_ix(&field.id).map_or("", |field| row.text(field));
                    finding.found(value, &field.id)
                }
                None => finding,
            })
        }
        Err(problem) => {
            let values = [("rule", Text::from(rule.text.id.as_str())), ("problem", Text::from(problem.as_str()))];
            let mut finding = subject.book.finding("RL-0001", place(), &values);
            // A rule that meets a value which already has a finding cannot be judged; that finding says why.
            if subject.flagged.is_empty() {
                finding.status = Status::EngineError(problem);
            } else {
                finding.severity = Severity::Info;
                finding.status = Status::Skipped(rule.text.id.clone());
            }
            Some(finding)
        }
    }
}

/// Returns the place a finding of a rule points to.
fn origin(subject: Subject, rule: &Assertion, rows: &[(ScopeIx, &Row)]) -> Origin {
    let row_of = |scope: ScopeIx| rows.iter().rev().find(|(known, _)| *known == scope).map(|(_, row)| *row);
    match rule.at {
        Some(field) => {
            let row = row_of(subject.catalogue.field(field).scope).unwrap_or(&subject.record.root);
            row.origin(field, subject.catalogue)
        }
        None => rows.last().map_or_else(|| subject.record.root.here(), |(_, row)| row.here()),
    }
}

//! What a form does not ask for in a filing of its kind: the record may hold it for others, the filing does not show it.

use std::collections::BTreeSet;

use crate::model::filing::text_in;
use crate::model::form::{Need, Reading};
use crate::model::{Filing, Form, ItemIx, ItemValue, Node};

/// Most rounds: a condition may read an item that another condition takes out.
const ROUNDS: usize = 8;

/// Blanks every item that the form does not ask for.
pub(super) fn leave_out(filing: Filing, form: &Form, kinds: &[String]) -> Filing {
    if !form.leaves_out() {
        return filing;
    }
    let mut filing = filing;
    for _ in 0..ROUNDS {
        let Some(reading) = reading(&filing, form, kinds) else { return filing };
        let mut pruner = Pruner { form, filing: &filing, reading: &reading, changed: false };
        let root = pruner.node(&filing.root, &mut Vec::new(), false);
        let changed = pruner.changed;
        filing = Filing { root };
        if !changed {
            break;
        }
    }
    filing
}

/// Works out how the letters of a form are read for a filing; nothing for a kind that the plugin does not build.
///
/// A blank kind is judged as the first that the plugin builds, so that all of what is missing shows at once; of a kind
/// that it does not build nothing can be said to be required.
pub(crate) fn reading(filing: &Filing, form: &Form, kinds: &[String]) -> Option<Reading> {
    let kind = Some(filing.text(form.kind_item)).filter(|kind| !kind.is_empty()).or(kinds.first().map(String::as_str));
    let kind = kind.filter(|kind| kinds.iter().any(|built| built == kind))?;
    form.reading(|item| if item == form.kind_item { kind } else { filing.text(item) })
}

/// Returns the items that a filing asks for; nothing for a form that leaves none out, or a kind that is not built.
pub(super) fn asked(filing: &Filing, form: &Form, kinds: &[String]) -> Option<BTreeSet<ItemIx>> {
    let reading = reading(filing, form, kinds).filter(|_| form.leaves_out())?;
    let pruner = Pruner { form, filing, reading: &reading, changed: false };
    let mut asked = BTreeSet::new();
    pruner.asked(&filing.root, &mut Vec::new(), &mut asked);
    Some(asked)
}

struct Pruner<'a> {
    form: &'a Form,
    filing: &'a Filing,
    reading: &'a Reading,
    changed: bool,
}

impl<'a> Pruner<'a> {
    fn node(&mut self, node: &'a Node, rows: &mut Vec<&'a [Node]>, above: bool) -> Node {
        let out = above || self.is_absent(node.item(), rows);
        match node {
            Node::Value(value) => Node::Value(self.value(value, out)),
            Node::Group { item, head, rows: own } => {
                let head = head.iter().map(|node| self.node(node, rows, out)).collect();
                // What is not asked for has the one blank row that stands for none.
                let shown = if out { own.get(..own.len().min(1)).unwrap_or_default() } else { own.as_slice() };
                let mut kept = Vec::with_capacity(shown.len());
                for row in shown {
                    rows.push(&row.nodes);
                    let nodes = row.nodes.iter().map(|node| self.node(node, rows, out)).collect();
                    rows.pop();
                    self.changed |= out && row.serial.is_some();
                    let serial = row.serial.filter(|_| !out);
                    kept.push(crate::model::ItemRow { serial, nodes, ..row.clone() });
                }
                Node::Group { item: *item, head, rows: kept }
            }
        }
    }

    fn value(&mut self, value: &ItemValue, out: bool) -> ItemValue {
        let mut value = value.clone();
        if out && !value.text.is_empty() && value.item != self.form.kind_item {
            value.text.clear();
            value.joined = false;
            self.changed = true;
        }
        value
    }

    fn asked(&self, node: &'a Node, rows: &mut Vec<&'a [Node]>, asked: &mut BTreeSet<ItemIx>) {
        if self.is_absent(node.item(), rows) {
            return;
        }
        asked.insert(node.item());
        if let Node::Group { head, rows: own, .. } = node {
            head.iter().for_each(|node| self.asked(node, rows, asked));
            for row in own {
                rows.push(&row.nodes);
                row.nodes.iter().for_each(|node| self.asked(node, rows, asked));
                rows.pop();
            }
        }
    }

    fn is_absent(&self, item: ItemIx, rows: &[&'a [Node]]) -> bool {
        let text = |wanted| text_in(rows, self.filing, wanted);
        self.form.need_in_row(item, self.reading, text) == Need::Absent
    }
}

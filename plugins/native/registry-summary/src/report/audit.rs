//! What the internal audit sees: the true counts, every mask with why, what a reader can work out, and the proof.

use todokede_abi::Text;
use todokede_abi::report::{Block, Cell, Emphasis, Kind, Report, Row, Table};
use todokede_suppression::{Shown, State};

use super::cells::{column, table, whole};
use super::{Reports, digits};
use crate::counts::Key;
use crate::masking::{Group, Meaning, What, Why};
use crate::past::Count;
use crate::words::{fill, join};

impl Reports<'_> {
    /// Makes it.
    pub(super) fn audit(&self) -> Report {
        let words = self.words();
        let mut facts = self.facts(&words.distribution_audit);
        facts.extend(self.policy());
        facts.push((words.rows_known.clone(), digits(self.patients.known.len())));
        facts.push((words.rows_counted.clone(), digits(self.registered(None)[0])));
        facts.push((words.rows_later.clone(), digits(self.patients.later)));
        let years = self.plan.past.iter().map(|past| digits(past.year.number)).collect::<Vec<_>>();
        let years = if years.is_empty() { words.none.clone() } else { join(&years, "、", ", ") };
        facts.push((words.earlier_years.clone(), years));
        let mut blocks = vec![Block::Heading(1, words.audit_proof.clone()), Block::Table(self.proofs())];
        blocks.push(Block::Heading(1, words.audit_masks.clone()));
        blocks.push(Block::Table(self.masks()));
        for (place, product) in self.subjects().into_iter().enumerate() {
            blocks.push(Block::Table(self.true_counts(place + 1, product)));
        }
        Report { title: self.title(&words.audit_title), facts, blocks }
    }

    /// What was proved of the products that sums tie together.
    fn proofs(&self) -> Table {
        let words = self.words();
        let numbers = [&words.cells, &words.sums, &words.primary_masks, &words.other_masks, &words.withheld_masks];
        let mut columns = vec![column(words.products.clone(), Kind::Text), column(words.threshold.clone(), Kind::Number)];
        columns.extend(numbers.map(|title| column(title.clone(), Kind::Number)));
        columns.extend([&words.fewest, &words.verdict].map(|title| column(title.clone(), Kind::Text)));
        let mut table = table("proof".to_owned(), words.audit_proof.clone(), columns);
        for group in &self.masked.groups {
            let mut products: Vec<Option<usize>> = group.meanings.iter().map(|meaning| meaning.product).collect();
            products.sort_unstable();
            products.dedup();
            let names: Vec<Text> = products.into_iter().flatten().map(|product| self.product(Some(product))).collect();
            let solution = &group.solution;
            let lengths = [
                group.problem.cells.len(),
                group.problem.relations.len(),
                solution.primary.len(),
                solution.complementary.len(),
                solution.withheld.len(),
            ];
            let protected = [("protected", digits(solution.proof.cells.len()))];
            let verdict = if group.fault.is_none() { fill(&words.verdict_good, &protected) } else { words.verdict_bad.clone() };
            let mut cells = vec![Cell::Words(join(&names, "、", ", ")), whole(group.threshold)];
            cells.extend(lengths.map(|length| whole(length as u64)));
            cells.extend([self.yes(solution.optimal), Cell::Words(verdict)]);
            let emphasis = if group.fault.is_none() { Emphasis::None } else { Emphasis::Error };
            table.rows.push(Row { cells, emphasis });
        }
        table
    }

    /// Every mask, and every small difference that follows from what is published.
    fn masks(&self) -> Table {
        let words = self.words();
        let texts = [&words.when, &words.product, &words.count, &words.cell];
        let mut columns: Vec<_> = texts.map(|title| column(title.clone(), Kind::Text)).into();
        columns.push(column(fill(&words.true_count, &[("count", words.patients.clone())]), Kind::Number));
        columns.push(column(words.why.clone(), Kind::Text));
        columns.extend([&words.low, &words.high].map(|title| column(title.clone(), Kind::Number)));
        columns.push(column(words.exact.clone(), Kind::Text));
        let mut table = table("masks".to_owned(), words.audit_masks.clone(), columns);
        for group in &self.masked.groups {
            for interval in &group.intervals {
                let (Some(meaning), Some(cell)) = (group.meanings.get(interval.cell), group.problem.cells.get(interval.cell))
                else {
                    continue;
                };
                let small = group.solution.published.policy.small(cell.value);
                let Some(why) = self.why(group, interval.cell, cell.state == State::Hidden && small) else { continue };
                let high = interval.high.map_or_else(|| Cell::Words(words.no_bound.clone()), whole);
                let mut cells = vec![
                    Cell::Words(self.published_in(meaning)),
                    Cell::Words(self.product(meaning.product)),
                    Cell::Words(self.what(meaning)),
                    Cell::Words(self.key(meaning.key)),
                    whole(cell.value),
                    Cell::Words(why),
                ];
                cells.extend([whole(interval.low), high, self.yes(interval.exact)]);
                table.rows.push(Row { cells, emphasis: Emphasis::None });
            }
        }
        table
    }

    fn why(&self, group: &Group, place: usize, small_difference: bool) -> Option<Text> {
        let words = self.words();
        let why = match group.why(place) {
            Some(Why::Small) => &words.why_small,
            Some(Why::Protects) => &words.why_protects,
            Some(Why::Earlier) => &words.why_earlier,
            Some(Why::Withheld) => &words.why_withheld,
            None if small_difference => &words.not_printed,
            None => return None,
        };
        Some(why.clone())
    }

    fn published_in(&self, meaning: &Meaning) -> Text {
        let past = self.plan.past.get(meaning.snapshot);
        past.map_or_else(|| digits(self.plan.year.number), |past| digits(past.year.number))
    }

    fn what(&self, meaning: &Meaning) -> Text {
        let words = self.words();
        match meaning.what {
            What::Count(count) => self.count(count).clone(),
            What::Before => words.before.clone(),
            What::Change(count) => fill(&words.change, &[("count", self.count(count).clone())]),
        }
    }

    /// The true counts beside what is published.
    fn true_counts(&self, number: usize, product: Option<usize>) -> Table {
        let words = self.words();
        let mut columns = vec![column(words.class.clone(), Kind::Text)];
        for count in self.counts() {
            let count = [("count", self.count(count).clone())];
            columns.extend([&words.true_count, &words.printed].map(|title| column(fill(title, &count), Kind::Number)));
        }
        let title = fill(&words.audit_counts, &[("product", self.product(product))]);
        let mut table = table(format!("counts-{number}"), title, columns);
        let Some(now) = self.patients.snapshots.last() else { return table };
        for key in Key::all(&self.plan.ages, self.plan.cross) {
            let mut cells = vec![Cell::Words(self.key(key))];
            for count in self.counts() {
                let cube = if count == Count::Year { &now.in_year } else { &now.cumulative };
                let sheet = self.masked.sheets.get(&(count, product));
                let shown = sheet.and_then(|sheet| sheet.cells.get(&key)).copied().unwrap_or(Shown::Withheld);
                cells.push(whole(cube.count(product, key)));
                cells.push(self.shown(shown, sheet.map_or(0, |sheet| sheet.threshold)));
            }
            let emphasis = if key == Key::Total { Emphasis::Total } else { Emphasis::None };
            table.rows.push(Row { cells, emphasis });
        }
        table
    }

    fn yes(&self, yes: bool) -> Cell {
        Cell::Words(if yes { self.words().yes.clone() } else { self.words().no.clone() })
    }
}

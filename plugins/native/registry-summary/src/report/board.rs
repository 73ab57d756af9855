//! What is reported to the review board: events, patients who had them, deaths.

use todokede_abi::Text;
use todokede_abi::report::{Block, Cell, Emphasis, Kind, Report, Row, Table};

use super::Reports;
use super::cells::{column, table, whole};
use crate::counts::Key;
use crate::events::{EventKind, Tallies};
use crate::past::Count;
use crate::words::fill;

impl Reports<'_> {
    /// Makes it.
    pub(super) fn board(&self) -> Report {
        let words = self.words();
        let mut blocks = vec![Block::Paragraph(words.board_unmasked.clone())];
        let several = self.plan.products.len() > 1;
        let subjects = (0..self.plan.products.len()).map(Some).chain(several.then_some(None));
        for (place, product) in subjects.enumerate() {
            let tallies = self.events.count(product, &self.patients.known);
            blocks.push(Block::Heading(1, self.product(product)));
            blocks.push(Block::Table(self.board_counts(place + 1, product, &tallies)));
            if tallies.terms.is_empty() {
                blocks.push(Block::Paragraph(words.no_events.clone()));
            } else {
                blocks.push(Block::Table(self.board_terms(place + 1, product, &tallies)));
            }
        }
        let facts = self.facts(&words.distribution_board);
        Report { title: self.title(&words.board_title), facts, blocks }
    }

    fn board_counts(&self, number: usize, product: Option<usize>, tallies: &Tallies) -> Table {
        let words = self.words();
        let columns = vec![
            column(words.class.clone(), Kind::Text),
            column(words.in_year.clone(), Kind::Number),
            column(words.cumulative.clone(), Kind::Number),
        ];
        let title = fill(&words.board_counts, &[("product", self.product(product))]);
        let mut table = table(format!("events-{number}"), title, columns);
        let mut add = |label: &Text, [all, in_year]: [u64; 2]| {
            let cells = vec![Cell::Words(label.clone()), whole(in_year), whole(all)];
            table.rows.push(Row { cells, emphasis: Emphasis::None });
        };
        add(&words.registered, self.registered(product));
        add(&words.events, tallies.all.events);
        for (kind, tally) in &tallies.kinds {
            add(self.kind(*kind), tally.events);
        }
        add(&words.cases, tallies.all.cases);
        add(&words.deaths, self.deaths(product));
        table
    }

    fn board_terms(&self, number: usize, product: Option<usize>, tallies: &Tallies) -> Table {
        let words = self.words();
        let mut columns = vec![column(words.kind.clone(), Kind::Text), column(words.term.clone(), Kind::Text)];
        for count in [Count::Year, Count::Cumulative] {
            for what in [&words.events, &words.cases] {
                let title = Text::new(
                    format!("{} {}", self.count(count).ja, what.ja),
                    format!("{}: {}", self.count(count).en, what.en),
                );
                columns.push(column(title, Kind::Number));
            }
        }
        let title = fill(&words.board_terms, &[("product", self.product(product))]);
        let mut table = table(format!("terms-{number}"), title, columns);
        for ((kind, term), tally) in &tallies.terms {
            let numbers = [tally.events[1], tally.cases[1], tally.events[0], tally.cases[0]];
            let mut cells = vec![Cell::Words(self.kind(*kind).clone()), Cell::Text(term.clone())];
            cells.extend(numbers.map(whole));
            table.rows.push(Row { cells, emphasis: Emphasis::None });
        }
        table.notes = vec![words.board_note.clone()];
        table
    }

    fn kind(&self, kind: EventKind) -> &Text {
        match kind {
            EventKind::Adverse => &self.words().adverse,
            EventKind::Malfunction => &self.words().malfunction,
        }
    }

    /// Patients registered until the end of the year, and in the year.
    pub(super) fn registered(&self, product: Option<usize>) -> [u64; 2] {
        let now = self.patients.snapshots.last();
        now.map_or([0; 2], |now| [now.cumulative.count(product, Key::Total), now.in_year.count(product, Key::Total)])
    }

    fn deaths(&self, product: Option<usize>) -> [u64; 2] {
        let deaths = self.patients.deaths.iter().enumerate();
        let of = deaths.filter(|(place, _)| product.is_none_or(|product| product == *place));
        of.fold([0; 2], |sum, (_, deaths)| [sum[0] + deaths[0], sum[1] + deaths[1]])
    }
}

//! The blocks of a part: what starts where, what ends it, and whether it may end there.

use super::problem::{MISNESTED, OTHER_PLACE, Problem, STATEMENT, UNCLOSED_BLOCK, UNOPENED_BLOCK};
use super::tag::{Kind, Tag};
use crate::model::Text;

/// What a tag does in the order of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// Prints a value: the number of the tag and of the site.
    Value(usize, usize),
    /// `set`
    Set(usize),
    /// `break`, `continue`
    Leave(usize),
    /// `for … endfor` or `if … endif`: each tag that starts a branch, with what is in the branch.
    Block(Vec<(usize, Vec<Item>)>),
}

/// The level of a tag: what it stands in. Those of one block must be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// In a piece of text, an attribute or another text.
    Text(usize),
    /// Between the runs of paragraphs in this container.
    Runs(usize),
    /// Between the paragraphs, rows or cells of this element.
    Whole(usize),
}

struct Open {
    /// Tags that start branches.
    branches: Vec<(usize, Vec<Item>)>,
    level: Level,
    is_loop: bool,
    has_else: bool,
}

/// Follows the tags of a part and builds its blocks.
pub(super) struct Blocks<'t> {
    tags: &'t [Tag],
    open: Vec<Open>,
    items: Vec<Item>,
    /// What is wrong.
    pub(super) problems: Vec<Problem>,
}

impl<'t> Blocks<'t> {
    /// Starts at the top of a part.
    pub(super) fn new(tags: &'t [Tag]) -> Blocks<'t> {
        Blocks { tags, open: Vec::new(), items: Vec::new(), problems: Vec::new() }
    }

    /// Returns whether the current place is in a loop.
    pub(super) fn in_loop(&self) -> bool {
        self.open.iter().any(|open| open.is_loop)
    }

    fn push(&mut self, item: Item) {
        match self.open.last_mut().and_then(|open| open.branches.last_mut()) {
            Some((_, items)) => items.push(item),
            None => self.items.push(item),
        }
    }

    /// Takes a tag that prints.
    pub(super) fn value(&mut self, tag: usize, site: usize) {
        self.push(Item::Value(tag, site));
    }

    /// Takes a statement; returns what Tera is to be told, if anything.
    pub(super) fn statement(&mut self, number: usize, level: Level) -> Option<String> {
        let tag = self.tags.get(number)?;
        let rest = tag.rest();
        match tag.keyword() {
            word @ ("for" | "if") => {
                let is_loop = word == "for";
                self.open.push(Open { branches: vec![(number, Vec::new())], level, is_loop, has_else: false });
            }
            word @ ("else" | "elif") => self.branch(number, tag, word, level)?,
            word @ ("endfor" | "endif") => self.close(tag, word, level)?,
            "set" if rest.contains('=') => self.push(Item::Set(number)),
            "set_global" if rest.contains('=') => self.push(Item::Set(number)),
            "break" | "continue" if self.in_loop() => self.push(Item::Leave(number)),
            word => {
                let problem = Problem::new(STATEMENT, &tag.place, &tag.source).with("word", word);
                self.problems.push(problem.with("instead", instead(word)));
                return None;
            }
        }
        Some(tag.body.clone())
    }

    fn branch(&mut self, number: usize, tag: &Tag, word: &str, level: Level) -> Option<()> {
        let fits = |open: &Open| !open.has_else && (word == "else" || !open.is_loop);
        match self.open.last_mut() {
            Some(open) if fits(open) => {
                open.has_else |= word == "else";
                let (wanted, first) = (open.level, open.branches.first().map(|(tag, _)| *tag));
                open.branches.push((number, Vec::new()));
                if wanted != level {
                    self.elsewhere(tag, first);
                }
                Some(())
            }
            _ => {
                self.problems.push(Problem::new(UNOPENED_BLOCK, &tag.place, &tag.source).with("wanted", "{% if … %}"));
                None
            }
        }
    }

    fn close(&mut self, tag: &Tag, word: &str, level: Level) -> Option<()> {
        let is_loop = word == "endfor";
        let Some(at) = self.open.iter().rposition(|open| open.is_loop == is_loop) else {
            let wanted = if is_loop { "{% for … %}" } else { "{% if … %}" };
            self.problems.push(Problem::new(UNOPENED_BLOCK, &tag.place, &tag.source).with("wanted", wanted));
            return None;
        };
        while self.open.len() > at + 1 {
            // What stands open inside is not closed before this one is.
            let Some(inner) = self.open.pop() else { break };
            if let Some(opener) = inner.branches.first().and_then(|(tag, _)| self.tags.get(*tag)) {
                let end = if inner.is_loop { "endfor" } else { "endif" };
                let problem = Problem::new(MISNESTED, &opener.place, &opener.source).with("end", end);
                self.problems.push(problem.with("other", tag.source.as_str()).with("at", tag.place.text()));
            }
            self.push(Item::Block(inner.branches));
        }
        let open = self.open.pop()?;
        if open.level != level {
            self.elsewhere(tag, open.branches.first().map(|(tag, _)| *tag));
        }
        self.push(Item::Block(open.branches));
        Some(())
    }

    fn elsewhere(&mut self, tag: &Tag, opener: Option<usize>) {
        if let Some(opener) = opener.and_then(|tag| self.tags.get(tag)) {
            let problem = Problem::new(OTHER_PLACE, &tag.place, &tag.source).with("opener", opener.source.as_str());
            self.problems.push(problem.with("at", opener.place.text()));
        }
    }

    /// Ends the part.
    pub(super) fn finish(mut self) -> (Vec<Item>, Vec<Problem>) {
        while let Some(open) = self.open.pop() {
            if let Some(opener) = open.branches.first().and_then(|(tag, _)| self.tags.get(*tag)) {
                let end = if open.is_loop { "endfor" } else { "endif" };
                let letters = opener.target.letters();
                let end = format!("{{%{letters} {end} %}}");
                self.problems.push(Problem::new(UNCLOSED_BLOCK, &opener.place, &opener.source).with("end", end));
            }
            self.push(Item::Block(open.branches));
        }
        (self.items, self.problems)
    }
}

/// Says what to write instead of a statement of Jinja, or of one that only pages can have.
fn instead(word: &str) -> Text {
    match word {
        "set" => Text::new("{% set 名前 = 値 %} の形だけが使えます。", "only {% set name = value %} can be used."),
        "with" | "endwith" => Text::new("{% set 名前 = 値 %} を使ってください。", "use {% set name = value %}."),
        "macro" | "endmacro" | "call" | "endcall" | "import" | "from" | "include" | "extends" | "block" | "endblock"
        | "component" | "endcomponent" => Text::new(
            "文書を部品に分けることはできません。繰り返しは {%p for … %} で書いてください。",
            "a document cannot be made of others; repeat with {%p for … %}.",
        ),
        "do" => {
            Text::new("値を変える操作はできません。{% set %} を使ってください。", "values cannot be changed; use {% set %}.")
        }
        "elseif" | "elsif" => Text::new("{% elif … %} と書いてください。", "write {% elif … %}."),
        "break" | "continue" => Text::new("{% for %} の中でだけ使えます。", "it belongs inside {% for %}."),
        "end" => Text::new("{% endif %} か {% endfor %} と書いてください。", "write {% endif %} or {% endfor %}."),
        "vm" | "hm" | "cellbg" | "colspan" => Text::new("表のセルの中でだけ使えます。", "it belongs in a cell of a table."),
        _ => Text::new(
            "使える語は for, if, elif, else, endif, endfor, set, break, continue です。",
            "the words are for, if, elif, else, endif, endfor, set, break and continue.",
        ),
    }
}

/// Returns whether a tag is a statement of this word.
pub(super) fn is_word(tag: &Tag, word: &str) -> bool {
    tag.kind == Kind::Statement && tag.keyword() == word
}

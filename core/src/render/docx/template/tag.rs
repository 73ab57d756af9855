//! Tags in the text of a paragraph: where they start and end, what they are, and what is typed in them.

use crate::render::docx::view::Place;

/// What a tag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `{{ … }}`
    Value,
    /// `{% … %}`
    Statement,
    /// `{# … #}`
    Comment,
}

/// What a tag takes the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// Nothing but itself.
    Text,
    /// `r`: the run around it.
    Run,
    /// `p`: the paragraph around it.
    Paragraph,
    /// `tc`: the cell around it.
    Cell,
    /// `tr`: the row around it.
    Row,
}

impl Target {
    /// Returns the element it takes the place of.
    pub(super) fn element(self) -> Option<&'static str> {
        match self {
            Target::Text | Target::Run => None,
            Target::Paragraph => Some("w:p"),
            Target::Cell => Some("w:tc"),
            Target::Row => Some("w:tr"),
        }
    }

    /// Returns the letters by which a tag asks for it.
    pub(super) fn letters(self) -> &'static str {
        match self {
            Target::Text => "",
            Target::Run => "r",
            Target::Paragraph => "p",
            Target::Cell => "tc",
            Target::Row => "tr",
        }
    }
}

/// A tag of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    /// What it does.
    pub(super) kind: Kind,
    /// What it takes the place of.
    pub(super) target: Target,
    /// What stands between its marks: quotes and spaces straightened, the letters of the target taken away.
    pub(super) body: String,
    /// The tag as it is typed.
    pub(super) source: String,
    /// Whether `{%-` joins it to what stands before.
    pub(super) joins_before: bool,
    /// Whether `-%}` joins what stands behind to it.
    pub(super) joins_after: bool,
    /// Where it stands.
    pub(super) place: Place,
}

impl Tag {
    /// Returns the first word of a statement, `for`.
    pub(super) fn keyword(&self) -> &str {
        let end = self.body.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.body.len());
        self.body.get(..end).unwrap_or_default()
    }

    /// Returns what follows the first word of a statement.
    pub(super) fn rest(&self) -> &str {
        self.body.get(self.keyword().len()..).unwrap_or_default().trim()
    }
}

/// What a stretch of a paragraph's text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// A tag.
    Tag(Box<Tag>),
    /// An escape such as `{_{`, and what it stands for.
    Literal(&'static str),
}

/// A stretch of a paragraph's text that is no plain text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Where what it becomes is put.
    pub(super) anchor: usize,
    /// First byte that is taken away.
    pub(super) start: usize,
    /// First byte behind it.
    pub(super) end: usize,
    /// What it is.
    pub(super) what: What,
}

/// What is wrong with the marks in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// A tag is not closed.
    Unclosed(String),
    /// A tag is closed that was not opened.
    Unopened(String),
    /// Braces of full width look like a tag.
    FullWidth(String),
}

/// Docxtpl's escapes: how to type the marks themselves.
const ESCAPES: [(&str, &str); 6] = [("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}"), ("{_#", "{#"), ("#_}", "#}")];

/// How many characters around a fault are shown.
const SHOWN: usize = 40;

/// Returns whether a text may hold a tag or an escape, or something that looks like one.
pub(super) fn may_hold(text: &str) -> bool {
    text.contains(['{', '}', '｛', '｝'])
}

/// Finds the tags in a text.
pub(super) fn scan(text: &str, place: &Place) -> (Vec<Stretch>, Vec<Fault>) {
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some((escape, literal)) = ESCAPES.iter().find(|(escape, _)| rest.starts_with(escape)) {
            let end = at + escape.len();
            found.push(Stretch { anchor: at, start: at, end, what: What::Literal(literal) });
            at = end;
            continue;
        }
        let open = rest.get(..2).unwrap_or_default();
        let (kind, close) = match open {
            "{{" => (Kind::Value, "}}"),
            "{%" => (Kind::Statement, "%}"),
            "{#" => (Kind::Comment, "#}"),
            _ => {
                if matches!(open, "}}" | "%}" | "#}") {
                    faults.push(Fault::Unopened(before(text, at + 2)));
                    at += 2;
                } else {
                    if let Some(end) = full_width(rest) {
                        faults.push(Fault::FullWidth(shown(rest.get(..end).unwrap_or(rest))));
                    }
                    at += rest.chars().next().map_or(1, char::len_utf8);
                }
                continue;
            }
        };
        let inner = rest.get(2..).unwrap_or_default();
        let Some(length) = end_of(inner, kind, close) else {
            faults.push(Fault::Unclosed(shown(rest)));
            // What follows may be whole tags again.
            at += 2;
            continue;
        };
        let end = at + 2 + length + 2;
        let source = text.get(at..end).unwrap_or_default();
        if kind == Kind::Statement && inner.get(..length).is_some_and(|inner| inner.trim_matches(['-', ' ']) == "raw") {
            let (stretches, next) = raw(text, at, end);
            match next {
                Some(next) => {
                    found.extend(stretches);
                    at = next;
                }
                None => {
                    faults.push(Fault::Unclosed(source.to_owned()));
                    at = end;
                }
            }
            continue;
        }
        let tag = tag(kind, source, inner.get(..length).unwrap_or_default(), place);
        found.push(stretch(text, at, end, tag));
        at = end;
    }
    (found, faults)
}

/// Takes the marks of `{% raw %}` away and leaves what is between them; returns where to go on.
fn raw(text: &str, start: usize, end: usize) -> (Vec<Stretch>, Option<usize>) {
    let rest = text.get(end..).unwrap_or_default();
    let close = rest.match_indices("{%").find_map(|(at, _)| {
        let length = rest.get(at..)?.find("%}")?;
        let inner = rest.get(at + 2..at + length)?;
        (inner.trim_matches(['-', ' ']) == "endraw").then_some((end + at, end + at + length + 2))
    });
    let Some((from, to)) = close else { return (Vec::new(), None) };
    let nothing = |start, end| Stretch { anchor: start, start, end, what: What::Literal("") };
    (vec![nothing(start, end), nothing(from, to)], Some(to))
}

/// Returns how long what stands in a tag is. A mark inside quotes does not end it, unless the quotes do not close.
fn end_of(inner: &str, kind: Kind, close: &str) -> Option<usize> {
    let plain = inner.find(close);
    if kind == Kind::Comment {
        return plain;
    }
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        match quote {
            Some(open) => match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                _ if c == open => quote = None,
                _ => {}
            },
            None if inner.get(at..).is_some_and(|rest| rest.starts_with(close)) => {
                // `{{ {"a": {"b": 1}} }}`: a brace that closes a map is no end of the tag.
                let opened = inner.get(..at).unwrap_or_default().matches('{').count();
                let closed = inner.get(..at).unwrap_or_default().matches('}').count();
                if kind == Kind::Value && opened > closed {
                    continue;
                }
                return Some(at);
            }
            None => match straight(c) {
                mark @ ('"' | '\'') => quote = Some(if c == mark { c } else { closing(c) }),
                // A tag opens inside a tag: the first one is not closed.
                '{' if inner.get(at + 1..).is_some_and(|rest| rest.starts_with(['{', '%', '#'])) => break,
                _ => {}
            },
        }
    }
    // Quotes that do not close: an apostrophe perhaps. The tag ends at its mark unless another one opens before.
    plain.filter(|end| !["{{", "{%", "{#"].iter().any(|open| inner.get(..*end).is_some_and(|before| before.contains(open))))
}

/// Returns the quote that closes a curved one.
fn closing(open: char) -> char {
    match open {
        '“' | '”' | '„' | '〝' => '”',
        '‘' | '’' | '‚' => '’',
        '＂' => '＂',
        other => other,
    }
}

/// Makes a quote that an editor has curved straight again.
fn straight(c: char) -> char {
    match c {
        '“' | '”' | '„' | '‟' | '＂' | '〝' | '〟' => '"',
        '‘' | '’' | '‚' | '‛' | '＇' => '\'',
        c => c,
    }
}

/// Makes what an editor has put into a tag what was meant: straight quotes, plain spaces and hyphens, nothing unseen.
/// The inside of a text in straight quotes stays as it is.
fn straightened(inner: &str) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut quote: Option<(char, char)> = None;
    for c in inner.chars() {
        match quote {
            Some((open, close)) if c == open || c == close => {
                out.push(straight(c));
                quote = None;
            }
            Some(_) => out.push(c),
            None => match c {
                '"' | '\'' => {
                    quote = Some((c, c));
                    out.push(c);
                }
                c if straight(c) != c => {
                    quote = Some((c, closing(c)));
                    out.push(straight(c));
                }
                '\u{A0}' | '\u{3000}' | '\u{2002}'..='\u{200A}' | '\u{202F}' | '\t' | '\n' | '\r' => out.push(' '),
                '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' => {}
                '\u{2011}' => out.push('-'),
                c => out.push(c),
            },
        }
    }
    out
}

fn tag(kind: Kind, source: &str, inner: &str, place: &Place) -> Tag {
    let mut inner = inner;
    let (mut joins_before, mut joins_after) = (false, false);
    if kind != Kind::Comment {
        if let Some(rest) = inner.strip_prefix('-') {
            (inner, joins_before) = (rest, true);
        }
        if let Some(rest) = inner.strip_suffix('-') {
            (inner, joins_after) = (rest, true);
        }
    }
    let body = if kind == Kind::Comment { inner.to_owned() } else { straightened(inner) };
    let (target, rest) = target(&body);
    Tag {
        kind,
        target,
        body: rest.trim().to_owned(),
        source: source.split_whitespace().collect::<Vec<_>>().join(" "),
        joins_before,
        joins_after,
        place: place.clone(),
    }
}

/// Splits the letters of a target off, which follow the mark at once and have a space behind them.
fn target(body: &str) -> (Target, &str) {
    for target in [Target::Row, Target::Cell, Target::Paragraph, Target::Run] {
        if let Some(rest) = body.strip_prefix(target.letters()).filter(|rest| rest.starts_with(' ') && !rest.trim().is_empty())
        {
            return (target, rest);
        }
    }
    (Target::Text, body)
}

/// Makes the stretch of a tag; white space that `-` asks to drop belongs to it.
fn stretch(text: &str, at: usize, end: usize, tag: Tag) -> Stretch {
    let (mut start, mut behind) = (at, end);
    if tag.joins_before {
        start = text.get(..at).map_or(at, |before| before.trim_end().len());
    }
    if tag.joins_after {
        behind = text.get(end..).map_or(end, |after| text.len() - after.trim_start().len());
    }
    Stretch { anchor: at, start, end: behind, what: What::Tag(Box::new(tag)) }
}

/// Returns how long something is that was typed with an input method still on.
fn full_width(rest: &str) -> Option<usize> {
    let two = |open: &str| rest.starts_with(open);
    if !(two("｛｛") || two("｛％") || two("｛{") || two("{｛") || two("{％") || two("｛%") || two("｛＃")) {
        return None;
    }
    let end = rest.char_indices().skip(2).find(|(_, c)| matches!(c, '}' | '｝'));
    end.map(|(at, _)| {
        let more = rest.get(at..).unwrap_or_default().chars().take_while(|c| matches!(c, '}' | '｝')).map(char::len_utf8);
        at + more.sum::<usize>()
    })
}

/// Returns the start of a text, short enough to show.
fn shown(text: &str) -> String {
    let mut cut: String = text.chars().take(SHOWN).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

/// Returns the end of what stands before a byte, short enough to show.
fn before(text: &str, end: usize) -> String {
    let text = text.get(..end).unwrap_or_default();
    let skip = text.chars().count().saturating_sub(SHOWN);
    let cut: String = text.chars().skip(skip).collect();
    if skip > 0 { format!("…{cut}") } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(text: &str) -> Vec<(Kind, Target, String)> {
        let (found, faults) = scan(text, &Place::default());
        assert_eq!(faults, []);
        let tag = |stretch: Stretch| match stretch.what {
            What::Tag(tag) => Some((tag.kind, tag.target, tag.body)),
            What::Literal(_) => None,
        };
        found.into_iter().filter_map(tag).collect()
    }

    #[test]
    fn a_tag_is_read_as_it_was_meant() {
        use Kind::{Comment, Statement, Value};
        let of = |kind, target, body: &str| vec![(kind, target, body.to_owned())];
        assert_eq!(bodies("{{ a }}"), of(Value, Target::Text, "a"));
        assert_eq!(bodies("{%p if a == “x” %}"), of(Statement, Target::Paragraph, "if a == \"x\""));
        assert_eq!(bodies("{{ a | join(sep=‘、’) }}"), of(Value, Target::Text, "a | join(sep='、')"));
        assert_eq!(bodies("{{\u{A0}a\u{3000}}}"), of(Value, Target::Text, "a"));
        assert_eq!(bodies("{{r a }}"), of(Value, Target::Run, "a"));
        assert_eq!(bodies("{{record.x}}"), of(Value, Target::Text, "record.x"));
        assert_eq!(bodies("{#tr note #}"), of(Comment, Target::Row, "note"));
        assert_eq!(bodies("{{ \"}}\" }}"), of(Value, Target::Text, "\"}}\""));
        assert_eq!(bodies("{{ \"don’t\" }}"), of(Value, Target::Text, "\"don’t\""));
        assert_eq!(bodies("{{ {\"a\": {\"b\": 1}} }}"), of(Value, Target::Text, "{\"a\": {\"b\": 1}}"));
        assert_eq!(bodies("{_{ a }_} {% raw %}{{ b }}{% endraw %}"), []);
    }

    #[test]
    fn marks_without_their_other_half_are_faults() {
        let faults = |text: &str| scan(text, &Place::default()).1;
        assert_eq!(faults("a {{ b c"), [Fault::Unclosed("{{ b c".to_owned())]);
        assert_eq!(faults("a {{ b {{ c }}"), [Fault::Unclosed("{{ b {{ c }}".to_owned())]);
        assert_eq!(faults("a }} b"), [Fault::Unopened("a }}".to_owned())]);
        assert_eq!(faults("｛｛ 名 ｝｝"), [Fault::FullWidth("｛｛ 名 ｝｝".to_owned())]);
        assert_eq!(faults("{ a } 集合 {1, 2}"), []);
    }

    #[test]
    fn a_dash_takes_the_white_space_beside_it() {
        let (found, _) = scan("a  {{- b -}}  c", &Place::default());
        assert_eq!((found[0].start, found[0].anchor, found[0].end), (1, 3, 14));
    }
}

//! What stands in a paragraph.

use super::Inline;
use crate::limits;

/// A character, and whether it stands for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sign {
    c: char,
    literal: bool,
}

impl Sign {
    fn is(self, c: char) -> bool {
        self.c == c && !self.literal
    }

    fn is_space(self) -> bool {
        !self.literal && matches!(self.c, ' ' | '\t' | '\n' | '\u{3000}')
    }
}

/// Reads the inside of a paragraph, a heading or a cell; lines are divided by `\n`.
pub(super) fn read(source: &str) -> Vec<Inline> {
    inside(&signs(source), 0)
}

/// Reads an entry of the list of references and its key.
pub(super) fn entry(line: &str) -> Option<(String, Vec<Inline>)> {
    if !line.trim_start().starts_with("[^") {
        return None;
    }
    let signs = signs(line);
    let Some((Inline::Citation(key), used)) = bracket(&signs) else { return None };
    let rest = signs.get(used..)?;
    if !rest.first()?.is(':') {
        return None;
    }
    let spaces = rest.iter().skip(1).take_while(|sign| sign.is_space()).count();
    Some((key, inside(rest.get(1 + spaces..)?, 0)))
}

/// Resolves escapes and references; a line break that stays is marked literal.
fn signs(source: &str) -> Vec<Sign> {
    let mut signs: Vec<Sign> = Vec::with_capacity(source.len());
    for (at, line) in source.split('\n').enumerate() {
        if at > 0 {
            let spaces = signs.iter().rev().take_while(|sign| sign.is(' ')).count();
            let is_kept = signs.last().is_some_and(|sign| sign.is('\\')) || spaces >= 2;
            let dropped = if spaces > 0 { spaces } else { usize::from(is_kept) };
            signs.truncate(signs.len().saturating_sub(dropped));
            signs.push(Sign { c: '\n', literal: is_kept });
        }
        let mut rest = line.trim_start_matches([' ', '\t']);
        while let Some(c) = rest.chars().next() {
            let behind = rest.get(c.len_utf8()..).unwrap_or_default();
            let escaped = behind.chars().next().filter(|next| c == '\\' && next.is_ascii_punctuation());
            if let Some(escaped) = escaped {
                signs.push(Sign { c: escaped, literal: true });
                rest = behind.get(1..).unwrap_or_default();
            } else if let Some((c, length)) = (c == '&').then(|| reference(rest)).flatten() {
                signs.push(Sign { c, literal: true });
                rest = rest.get(length..).unwrap_or_default();
            } else {
                signs.push(Sign { c, literal: false });
                rest = behind;
            }
        }
    }
    let spaces = signs.iter().rev().take_while(|sign| sign.is(' ') || sign.is('\t')).count();
    signs.truncate(signs.len() - spaces);
    signs
}

/// Reads `&#10;` and its length.
fn reference(text: &str) -> Option<(char, usize)> {
    let number = text.strip_prefix("&#")?;
    let end = number.find(';').filter(|end| (1..=7).contains(end))?;
    let code: u32 = number.get(..end).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()?;
    Some((char::from_u32(code)?, end + 3))
}

struct Reader {
    made: Vec<Inline>,
    depth: usize,
}

/// Most characters that are raised or lowered: `10~20例、30~40例` lowers nothing.
const SCRIPT: usize = 24;

impl Reader {
    fn read(&mut self, signs: &[Sign]) {
        let mut at = 0;
        while let Some(sign) = signs.get(at) {
            let rest = signs.get(at..).unwrap_or_default();
            let special = if sign.literal { None } else { special(rest, self.depth) };
            if let Some((inline, used)) = special {
                self.made.push(inline);
                at += used.max(1);
                continue;
            }
            match (sign.c, sign.literal) {
                ('\n', true) => self.made.push(Inline::Break),
                ('\n', false) => self.soft_break(signs.get(at + 1).map(|sign| sign.c)),
                (c, _) => self.push(c),
            }
            at += 1;
        }
    }

    fn push(&mut self, c: char) {
        match self.made.last_mut() {
            Some(Inline::Text(text)) => text.push(c),
            _ => self.made.push(Inline::Text(c.to_string())),
        }
    }

    /// Lines of one paragraph are joined by a space, but not where Japanese meets anything.
    fn soft_break(&mut self, next: Option<char>) {
        let before = match self.made.last() {
            Some(Inline::Text(text)) => text.chars().next_back(),
            _ => None,
        };
        let is_latin = |c: Option<char>| c.is_none_or(|c| u32::from(c) < 0x2E80);
        if is_latin(before) && is_latin(next) {
            self.push(' ');
        }
    }
}

fn inside(signs: &[Sign], depth: usize) -> Vec<Inline> {
    let mut reader = Reader { made: Vec::new(), depth };
    reader.read(signs);
    reader.made
}

fn text(signs: &[Sign]) -> String {
    signs.iter().map(|sign| sign.c).collect()
}

fn find(signs: &[Sign], from: usize, c: char) -> Option<usize> {
    let near = signs.iter().enumerate().take(limits::MARKDOWN_SPAN).skip(from);
    near.take_while(|(_, sign)| !sign.is('\n')).find(|(_, sign)| sign.is(c)).map(|(at, _)| at)
}

/// Reads what a sign with a meaning starts, and how many signs that takes.
fn special(signs: &[Sign], depth: usize) -> Option<(Inline, usize)> {
    if depth > limits::MARKDOWN_DEPTH {
        return None;
    }
    let second = signs.get(1);
    match signs.first()?.c {
        '*' if second.is_some_and(|sign| sign.is('*')) => {
            let end = closing(signs, 2)?;
            Some((Inline::Bold(inside(signs.get(2..end)?, depth + 1)), end + 2))
        }
        '*' => {
            let end = closing(signs, 1)?;
            Some((Inline::Italic(inside(signs.get(1..end)?, depth + 1)), end + 1))
        }
        c @ ('^' | '~') => {
            let end = find(signs, 1, c)?;
            let content = signs.get(1..end)?;
            let is_script = |sign: &Sign| !sign.is_space() && !"、。，．（）「」".contains(sign.c);
            if content.is_empty() || content.len() > SCRIPT || !content.iter().all(is_script) {
                return None;
            }
            let content = inside(content, depth + 1);
            Some((if c == '^' { Inline::Raised(content) } else { Inline::Lowered(content) }, end + 1))
        }
        '{' => {
            let end = find(signs, 1, '}')?;
            let bar = find(signs, 1, '|').filter(|bar| *bar > 1 && *bar + 1 < end)?;
            Some((Inline::Ruby(text(signs.get(1..bar)?), text(signs.get(bar + 1..end)?)), end + 1))
        }
        '!' if second.is_some_and(|sign| sign.is('[')) => {
            let (alt, target, used) = link(signs.get(1..)?)?;
            let (size, length) = sizes(signs.get(used + 1..).unwrap_or_default());
            let value = |name: &str| size.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
            let (width, height) = (value("width"), value("height"));
            Some((Inline::Image { alt: text(alt), path: text(target), width, height }, used + 1 + length))
        }
        '[' => bracket(signs),
        '`' => {
            let end = find(signs, 1, '`').filter(|end| *end > 1)?;
            Some((Inline::Text(text(signs.get(1..end)?)), end + 1))
        }
        _ => None,
    }
}

/// Finds the stars that close emphasis of so many stars: not behind a space, and the last of a row of them.
fn closing(signs: &[Sign], stars: usize) -> Option<usize> {
    if signs.get(stars)?.is_space() {
        return None;
    }
    let mut at = stars;
    while at < signs.len().min(limits::MARKDOWN_SPAN) {
        let row = signs.iter().skip(at).take_while(|sign| sign.is('*')).count();
        if row == 0 {
            at += 1;
            continue;
        }
        let is_behind_text = at > stars && signs.get(at - 1).is_some_and(|sign| !sign.is_space());
        // `**` inside of `*…*` opens and closes by itself.
        let fits = if stars == 1 { row % 2 == 1 } else { row >= 2 };
        if is_behind_text && fits {
            return Some(at + row - stars);
        }
        at += row;
    }
    None
}

fn bracket(signs: &[Sign]) -> Option<(Inline, usize)> {
    let end = find(signs, 1, ']')?;
    let content = signs.get(2..end)?;
    match signs.get(1)? {
        sign if sign.is('@') => {
            let said = text(content);
            let (id, show) = said.split_once(':').unwrap_or((said.as_str(), "full"));
            let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            if !is_id || !matches!(show, "full" | "number" | "title" | "page") {
                return None;
            }
            Some((Inline::Reference { id: id.to_owned(), show: show.to_owned() }, end + 1))
        }
        sign if sign.is('^') => {
            let key = text(content);
            let is_key = !key.is_empty() && !key.contains(char::is_whitespace) && !key.contains(['<', '>', '?']);
            is_key.then_some((Inline::Citation(key), end + 1))
        }
        _ => {
            // An address is shown: paper has no links.
            let (words, target, used) = link(signs)?;
            let (words, target) = (text(words), text(target));
            let shown = if words == target || words.is_empty() { target } else { format!("{words}（{target}）") };
            Some((Inline::Text(shown), used))
        }
    }
}

/// Reads `[words](target)`.
fn link(signs: &[Sign]) -> Option<(&[Sign], &[Sign], usize)> {
    let middle = find(signs, 1, ']')?;
    if !signs.get(middle + 1)?.is('(') {
        return None;
    }
    let end = find(signs, middle + 2, ')')?;
    let target = signs.get(middle + 2..end)?;
    (!target.is_empty()).then_some((signs.get(1..middle)?, target, end + 1))
}

/// Reads `{width=120mm height=30mm}` behind an image.
fn sizes(signs: &[Sign]) -> (Vec<(String, String)>, usize) {
    let Some(end) = signs.first().filter(|sign| sign.is('{')).and_then(|_| find(signs, 1, '}')) else {
        return (Vec::new(), 0);
    };
    let said = text(signs.get(1..end).unwrap_or_default());
    let pairs = said.split_whitespace().filter_map(|pair| pair.split_once('='));
    let pairs: Vec<_> = pairs.map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned())).collect();
    if pairs.is_empty() { (Vec::new(), 0) } else { (pairs, end + 1) }
}

//! Two files held against each other: texts line by line, archives and office documents by the parts in them.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::limits::OUTPUT_BYTES;
use crate::model::Text;

/// Most lines that are shown of one difference, of each side.
const LINES: usize = 4;
/// Most characters that are shown of one line.
const CHARACTERS: usize = 100;
/// How deep archives are opened.
const DEPTH: usize = 3;

/// Where two files differ, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The parts on the way to it: names of files in archives.
    pub within: Vec<String>,
    /// What differs.
    pub what: Text,
    /// A few lines, `-` wanted and `+` made; empty where there is nothing to show.
    pub lines: Vec<String>,
}

/// Lists where what was made differs from what was wanted; nothing when they are the same.
pub fn compare(wanted: &[u8], made: &[u8]) -> Vec<Difference> {
    let mut found = Vec::new();
    parts(wanted, made, &mut Vec::new(), &mut found);
    found
}

fn parts(wanted: &[u8], made: &[u8], within: &mut Vec<String>, found: &mut Vec<Difference>) {
    if wanted == made {
        return;
    }
    let mut say = |what: Text, lines: Vec<String>| found.push(Difference { within: within.clone(), what, lines });
    let opened = (within.len() < DEPTH).then(|| (unpacked(wanted), unpacked(made)));
    if let Some((Some(wanted), Some(made))) = opened {
        let names = |of: &[(String, Vec<u8>)]| of.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let (old, new) = (names(&wanted), names(&made));
        let gone: Vec<&String> = old.iter().filter(|name| !new.contains(name)).collect();
        let come: Vec<&String> = new.iter().filter(|name| !old.contains(name)).collect();
        for (names, ja, en) in [(&gone, "なくなった部分", "is gone"), (&come, "増えた部分", "is new")] {
            for name in names {
                say(Text::new(format!("{ja}：{name}"), format!("{name} {en}")), Vec::new());
            }
        }
        let mut same = true;
        for (name, bytes) in &wanted {
            if let Some((_, other)) = made.iter().find(|(known, _)| known == name) {
                same &= bytes == other;
                within.push(name.clone());
                parts(bytes, other, within, found);
                within.pop();
            }
        }
        if same && gone.is_empty() && come.is_empty() {
            let what =
                Text::new("中身は同じですが、並びか詰め方が違います", "the same parts, in another order or packed otherwise");
            found.push(Difference { within: within.clone(), what, lines: Vec::new() });
        }
        return;
    }
    match (std::str::from_utf8(wanted), std::str::from_utf8(made)) {
        (Ok(wanted), Ok(made)) => say(Text::new("文字が違います", "the text differs"), shown(wanted, made)),
        _ => {
            let (old, new) = (wanted.len(), made.len());
            let what = Text::new(format!("{old}バイトが{new}バイトになりました"), format!("{old} bytes became {new} bytes"));
            say(what, Vec::new());
        }
    }
}

/// Unpacks an archive; nothing where it is none, or larger than any that is made here.
fn unpacked(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    if !bytes.starts_with(b"PK") {
        return None;
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut parts = Vec::new();
    let mut room = u64::try_from(OUTPUT_BYTES).ok()?.saturating_mul(4);
    for index in 0..archive.len() {
        let entry = archive.by_index(index).ok()?;
        let name = entry.name().ok()?.into_owned();
        let mut content = Vec::new();
        let read = entry.take(room).read_to_end(&mut content).ok()?;
        room = room.checked_sub(u64::try_from(read).ok()?)?;
        if room == 0 {
            return None;
        }
        parts.push((name, content));
    }
    parts.sort();
    Some(parts)
}

/// Shows the first place where two texts differ. XML has no lines of its own: a tag begins one.
fn shown(wanted: &str, made: &str) -> Vec<String> {
    let is_xml = wanted.starts_with("<?xml");
    let split = |text: &str| -> Vec<String> {
        let text = if is_xml { text.replace('<', "\n<") } else { text.to_owned() };
        let lines = text.lines().filter(|line| !is_xml || !line.is_empty());
        lines.map(str::to_owned).collect()
    };
    let (mut old, mut new) = (split(wanted), split(made));
    // What people read comes before how it is set.
    let read = |lines: &[String]| -> Vec<String> { lines.iter().filter(|line| !line.ends_with('>')).cloned().collect() };
    let (old_text, new_text) = (read(&old), read(&new));
    if is_xml && old_text != new_text {
        (old, new) = (old_text, new_text);
    }
    let start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let (old, new) = (old.get(start..).unwrap_or_default(), new.get(start..).unwrap_or_default());
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let cut = |lines: &[String], sign: char| -> Vec<String> {
        let lines = lines.get(..lines.len() - end).unwrap_or_default();
        let more = lines.len().saturating_sub(LINES);
        let mut shown: Vec<String> = lines
            .iter()
            .take(LINES)
            .map(|line| format!("{sign} {}", line.chars().take(CHARACTERS).collect::<String>()))
            .collect();
        if more > 0 {
            shown.push(format!("{sign} … (+{more})"));
        }
        shown
    };
    let mut lines = cut(old, '-');
    lines.extend(cut(new, '+'));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::{OutputFile, archive};

    fn zip(files: &[(&str, &str)]) -> Vec<u8> {
        let files: Vec<OutputFile> = files
            .iter()
            .map(|(name, text)| OutputFile { name: (*name).to_owned(), bytes: text.as_bytes().to_vec(), packed: true })
            .collect();
        archive(&files).unwrap()
    }

    #[test]
    fn texts_show_the_lines_that_differ() {
        let found = compare("一\n二\n三\n".as_bytes(), "一\n弐\n三\n".as_bytes());
        assert_eq!(found[0].lines, ["- 二", "+ 弐"]);
        assert!(compare(b"a", b"a").is_empty());
        assert_eq!(compare(b"a\nb\n", b"a\n")[0].lines, ["- b"]);
        assert_eq!(compare(b"\xff", b"\xfe\xff")[0].what.en, "1 bytes became 2 bytes");
    }

    #[test]
    fn archives_are_held_against_each_other_part_by_part() {
        let inner = zip(&[("word.xml", "<?xml?><w:t>甲</w:t>")]);
        let other = zip(&[("word.xml", "<?xml?><w:t>乙</w:t>")]);
        let outer = |inner: &[u8], name: &str| {
            let file = |name: &str, bytes: &[u8]| OutputFile { name: name.to_owned(), bytes: bytes.to_vec(), packed: true };
            archive(&[file("a.docx", inner), file(name, b"same")]).unwrap()
        };
        let found = compare(&outer(&inner, "b.txt"), &outer(&other, "c.txt"));
        let said: Vec<String> =
            found.iter().map(|one| format!("{}: {} {:?}", one.within.join("/"), one.what.en, one.lines)).collect();
        assert_eq!(
            said,
            [": b.txt is gone []", ": c.txt is new []", "a.docx/word.xml: the text differs [\"- <w:t>甲\", \"+ <w:t>乙\"]"]
        );
    }
}

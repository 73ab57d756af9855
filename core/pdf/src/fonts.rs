//! Finds a Japanese font on the system: one regular face, with others behind it for characters it does not have.

use std::path::{Path, PathBuf};

use typst::foundations::Bytes;
use typst::text::{Font, FontFlags};

/// The regular faces that are looked for, best first: file name and which face of a collection is the Japanese one.
/// A variable font is not among them: what it draws depends on a default that files do not agree on.
const KNOWN: &[(&str, u32)] = &[
    ("BIZUDGothic-Regular.ttf", 0),
    ("BIZ-UDGothicR.ttc", 0),
    ("ipaexg.ttf", 0),
    ("NotoSansCJKjp-Regular.otf", 0),
    ("NotoSansJP-Regular.otf", 0),
    ("NotoSansJP-Regular.ttf", 0),
    ("NotoSansCJK-Regular.ttc", 0),
    ("YuGothR.ttc", 0),
    ("YuGothM.ttc", 0),
    ("ヒラギノ角ゴシック W3.ttc", 0),
    ("BIZUDMincho-Regular.ttf", 0),
    ("ipaexm.ttf", 0),
];

/// What a font must have to be a Japanese one.
const PROBE: &str = "届書殿あア（、　0A";

/// Most fonts that are kept: the one that is used, and those behind it.
const FONTS: usize = 3;

/// Deepest folder that is looked in, below one that is given or known.
const DEPTH: usize = 4;

/// Largest font file, bytes.
const FONT_BYTES: u64 = 64 << 20;

/// Loads the best fonts from the folders given, or, when none is, from those of the system.
pub(crate) fn find(given: &[PathBuf]) -> (Vec<Font>, Vec<PathBuf>) {
    let folders = if given.is_empty() { system_folders() } else { given.to_vec() };
    let mut files = Vec::new();
    for folder in &folders {
        walk(folder, DEPTH, &mut files);
    }
    files.sort();
    let mut fonts = Vec::new();
    for (name, face) in KNOWN {
        let there = files.iter().filter(|file| file.file_name().is_some_and(|known| known == *name));
        fonts.extend(there.filter_map(|file| load(file, *face)).next());
    }
    if fonts.is_empty() && !given.is_empty() {
        // Someone who names a folder means what is in it, whatever it is called.
        fonts.extend(files.iter().filter_map(|file| load(file, 0)));
    }
    fonts.truncate(FONTS);
    (fonts, folders)
}

/// Loads one face; nothing when it is no Japanese font that can be used.
fn load(file: &Path, face: u32) -> Option<Font> {
    if std::fs::metadata(file).ok()?.len() > FONT_BYTES {
        return None;
    }
    let font = Font::new(Bytes::new(std::fs::read(file).ok()?), face)?;
    let is_japanese = PROBE.chars().all(|c| font.info().coverage.contains(c.into()));
    (is_japanese && !font.info().flags.contains(FontFlags::VARIABLE)).then_some(font)
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let is_font =
            path.extension().is_some_and(|known| ["ttf", "otf", "ttc", "otc"].iter().any(|it| known.eq_ignore_ascii_case(it)));
        if is_font {
            files.push(path);
        } else if depth > 0 && path.is_dir() {
            walk(&path, depth - 1, files);
        }
    }
}

/// Where the systems keep their fonts.
fn system_folders() -> Vec<PathBuf> {
    let home = |rest: &str| std::env::var_os("HOME").map(|home| Path::new(&home).join(rest));
    let local = |rest: &str| std::env::var_os("LOCALAPPDATA").map(|local| Path::new(&local).join(rest));
    let windows = |rest: &str| std::env::var_os("WINDIR").map(|windows| Path::new(&windows).join(rest));
    let fixed = |path: &str| Some(PathBuf::from(path));
    let all = if cfg!(target_os = "macos") {
        vec![home("Library/Fonts"), fixed("/Library/Fonts"), fixed("/System/Library/Fonts")]
    } else if cfg!(windows) {
        vec![local("Microsoft/Windows/Fonts"), windows("Fonts")]
    } else {
        vec![home(".local/share/fonts"), home(".fonts"), fixed("/usr/local/share/fonts"), fixed("/usr/share/fonts")]
    };
    all.into_iter().flatten().collect()
}

use std::fs;

use proptest::prelude::*;

use super::*;
use crate::package::FileEntry;

fn built(trial: &str, order: &str, value: &str) -> Built {
    let version = |id: &str| Version { id: id.to_owned(), version: "1".to_owned() };
    let items = serde_json::value::to_raw_value(&serde_json::json!({ "A": value })).unwrap();
    let entry = Built {
        trial: trial.to_owned(),
        plugin: version("p"),
        form: version("f"),
        series: "S_01".to_owned(),
        order: order.to_owned(),
        submission: format!("S_01_{order}"),
        folder: format!("{trial}/p/{order}"),
        draft: false,
        built: "2026-04-01".to_owned(),
        inputs: Vec::new(),
        archive: FileEntry::of("a.zip", value.as_bytes(), false),
        files: Vec::new(),
        content: String::new(),
        items: Some(items),
        remembered: None,
    };
    entry.hashed()
}

fn entry(trial: &str, order: &str, value: &str) -> Entry {
    Entry::Built(Box::new(built(trial, order, value)))
}

/// Writes five entries of several kinds; returns the bytes.
fn five(path: &Path) -> Vec<u8> {
    let mut ledger = Ledger::open(path).unwrap();
    let lines = ledger.append(&[entry("T1", "0", "x"), entry("T2", "0", "ｙ"), entry("T1", "1", "z")]).unwrap();
    assert_eq!(lines, [1, 2, 3]);
    let received = Received { plugin: "p".to_owned(), series: "S_01".to_owned(), built: 1, ..Received::default() };
    ledger.append(&[Entry::Received(received)]).unwrap();
    ledger.append(&[entry("T1", "0", "changed")]).unwrap();
    fs::read(path).unwrap()
}

/// Returns the lines that are named as damaged and as torn.
fn named(path: &Path) -> (Vec<u64>, Option<u64>) {
    let (mut damaged, mut cut) = (Vec::new(), None);
    Ledger::each(path, |step| match step {
        Step::Line(line) if line.unended => cut = Some(line.link.n),
        Step::Line(_) => {}
        Step::Damaged { line, .. } => damaged.push(line),
        Step::Torn { line } => cut = Some(line),
    })
    .unwrap();
    (damaged, cut)
}

#[test]
fn a_build_is_entered_once_until_what_it_makes_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("below").join(LEDGER);
    let mut ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.append(&[entry("T1", "0", "x")]).unwrap(), [1]);
    let bytes = fs::read(&path).unwrap();
    assert_eq!(ledger.append(&[entry("T1", "0", "x")]).unwrap(), Vec::<u64>::new());
    let mut again = Ledger::open(&path).unwrap();
    assert_eq!(again.append(&[entry("T1", "0", "x")]).unwrap(), Vec::<u64>::new());
    assert_eq!(fs::read(&path).unwrap(), bytes);
    assert_eq!(again.append(&[entry("T1", "0", "y"), entry("T1", "0", "x")]).unwrap(), [2, 3]);
    // The other run learns of what was added meanwhile.
    assert_eq!(again.append(&[entry("T1", "0", "z")]).unwrap(), [4]);
    assert_eq!(ledger.append(&[entry("T1", "0", "x")]).unwrap(), [5]);
    assert_eq!(named(&path), (vec![], None));
}

#[test]
fn an_end_that_was_cut_off_is_named_and_cut_off_by_the_next_entry() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(LEDGER);
    let whole = five(&path);
    let start = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for end in start + 1..whole.len() {
        for zeros in [0, 3] {
            // Zeros after the whole line are no cut: something wrote over its end.
            if zeros > 0 && end == whole.len() - 1 {
                continue;
            }
            let mut bytes = whole[..end].to_vec();
            bytes.extend(std::iter::repeat_n(0, zeros));
            fs::write(&path, &bytes).unwrap();
            assert_eq!(named(&path), (vec![], Some(5)), "cut at {end}");
        }
    }
    for end in [start + 1, start + 40, whole.len() - 2] {
        fs::write(&path, &whole[..end]).unwrap();
        let mut ledger = Ledger::open(&path).unwrap();
        assert_eq!(ledger.torn(), Some(5));
        assert_eq!(ledger.append(&[entry("T1", "0", "changed")]).unwrap(), [5]);
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
}

#[test]
fn a_last_line_that_lacks_only_its_end_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(LEDGER);
    let whole = five(&path);
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    let mut ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.append(&[entry("T1", "0", "changed")]).unwrap(), Vec::<u64>::new(), "it is in the ledger");
    assert_eq!(ledger.append(&[entry("T3", "0", "new")]).unwrap(), [6]);
    assert!(fs::read(&path).unwrap().starts_with(&whole));
    assert_eq!(named(&path), (vec![], None));
}

#[test]
fn nothing_is_added_to_a_damaged_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(LEDGER);
    let whole = five(&path);
    let mut open = Ledger::open(&path).unwrap();
    let mut bytes = whole.clone();
    bytes[30] ^= 1;
    fs::write(&path, &bytes).unwrap();
    assert!(matches!(Ledger::open(&path), Err(LedgerError::Damaged { damage, .. }) if damage[0].0 == 1));
    fs::write(&path, b"# my notes\n").unwrap();
    assert!(matches!(Ledger::open(&path), Err(LedgerError::Damaged { .. })));
    assert!(matches!(open.append(&[entry("T9", "0", "x")]), Err(LedgerError::Damaged { .. })), "it became shorter");
    assert_eq!(fs::read(&path).unwrap(), b"# my notes\n");
    fs::write(&path, b"{\"trial\":{\"id\":").unwrap();
    assert!(matches!(Ledger::open(&path), Err(LedgerError::Damaged { .. })), "the start of something else is no torn line");
}

#[test]
fn a_lock_that_another_run_holds_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(LEDGER);
    five(&path);
    let mut ledger = Ledger::open(&path).unwrap();
    let other = File::open(&path).unwrap();
    lock(&other, &path).unwrap();
    assert!(matches!(ledger.append(&[entry("T9", "0", "x")]), Err(LedgerError::Locked { .. })));
    other.unlock().unwrap();
    assert_eq!(ledger.append(&[entry("T9", "0", "x")]).unwrap(), [6]);
}

#[test]
fn a_ledger_has_no_more_lines_than_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(&folder.path().join(LEDGER)).unwrap();
    ledger.end.link.n = limits::LEDGER_LINES;
    assert!(matches!(ledger.append(&[entry("T1", "0", "x")]), Err(LedgerError::TooLarge { unit: "lines", .. })));
    ledger.end.link.n = 0;
    let long = "x".repeat(usize::try_from(limits::LEDGER_LINE_BYTES).unwrap());
    let error = ledger.append(&[entry("T1", "0", &long)]);
    assert!(matches!(error, Err(LedgerError::TooLarge { unit: "bytes a line", .. })));
    assert_eq!(ledger.append(&[entry("T1", "0", "x")]).unwrap(), [1]);
}

proptest! {
    #[test]
    fn a_changed_byte_is_named_by_its_line(at in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(LEDGER);
        let mut bytes = five(&path);
        let at = at.index(bytes.len());
        let line = u64::try_from(bytes[..at].iter().filter(|byte| **byte == b'\n').count()).unwrap() + 1;
        bytes[at] ^= 1_u8 << bit;
        fs::write(&path, &bytes).unwrap();
        let (damaged, _) = named(&path);
        prop_assert_eq!(damaged.first(), Some(&line), "byte {} of {:?}", at, String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn a_line_that_is_removed_repeated_or_moved_is_named(from in 0..5_usize, to in 0..5_usize, what in 0..3) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(LEDGER);
        let bytes = five(&path);
        let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        match what {
            // That the last lines are missing can only be told by a copy.
            0 if from == 4 => return Ok(()),
            0 => { lines.remove(from); }
            1 => lines.insert(to, lines[from]),
            _ if from == to => return Ok(()),
            _ => lines.swap(from, to),
        }
        let first = (0..5).find(|at| lines.get(*at) != bytes.split_inclusive(|byte| *byte == b'\n').nth(*at).as_ref()).unwrap_or(5);
        fs::write(&path, lines.concat()).unwrap();
        let (damaged, _) = named(&path);
        prop_assert_eq!(damaged.first().copied(), Some(first as u64 + 1));
    }
}

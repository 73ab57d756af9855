//! One line of a ledger: numbered, chained to the line before, and sealed with its own hash.
//!
//! `{"n":2,"previous":"<hash of line 1>","entry":{…},"sha256":"<hash>"}`. The hash is the SHA-256 of every byte before
//! `,"sha256":`, so that an edited line is known by itself and not only by the line after it, which the last one lacks.

use serde::{Deserialize, Serialize};

use super::entry::{Entry, Head};
use crate::package::sha256;

/// What the first line names as the hash before it.
pub const FIRST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

const SEAL: &str = ",\"sha256\":\"";
const END: &str = "\"}";

/// Number and hash of a line: what the next one is chained to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Number, from 1; 0 before the first line.
    pub n: u64,
    /// Its hash.
    pub sha256: String,
}

impl Default for Link {
    fn default() -> Link {
        Link { n: 0, sha256: FIRST.to_owned() }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    n: u64,
    previous: &'a str,
    entry: &'a Entry,
}

/// Writes the line of an entry after another line, without its line end.
pub fn seal(after: &Link, entry: &Entry) -> Result<(String, Link), serde_json::Error> {
    let n = after.n.saturating_add(1);
    let mut line = serde_json::to_string(&Body { n, previous: &after.sha256, entry })?;
    line.pop();
    let sha256 = sha256(line.as_bytes());
    line.push_str(SEAL);
    line.push_str(&sha256);
    line.push_str(END);
    Ok((line, Link { n, sha256 }))
}

/// Returns how the line after another one begins, whatever its entry.
pub(super) fn opening(after: &Link) -> String {
    format!("{{\"n\":{},\"previous\":\"{}\",\"entry\":{{\"", after.n.saturating_add(1), after.sha256)
}

/// Returns the hash of a line whose seal fits it; nothing when a byte of it was changed.
pub fn unseal(line: &[u8]) -> Option<String> {
    let body = line.len().checked_sub(SEAL.len() + FIRST.len() + END.len())?;
    let (body, seal) = line.split_at_checked(body)?;
    let sha256 = sha256(body);
    let fits = seal.strip_prefix(SEAL.as_bytes())?.strip_suffix(END.as_bytes())? == sha256.as_bytes();
    fits.then_some(sha256)
}

/// What reading a ledger keeps of a line: the entry without its item values.
#[derive(Debug, Deserialize)]
pub struct LineHead {
    /// Number.
    pub n: u64,
    /// Hash of the line before.
    pub previous: String,
    /// The entry.
    pub entry: Head,
}

/// The item values of a line.
#[derive(Debug, Deserialize)]
pub(super) struct LineItems {
    pub(super) entry: BuiltItems,
}

#[derive(Debug, Deserialize)]
pub(super) struct BuiltItems {
    pub(super) built: OnlyItems,
}

#[derive(Debug, Deserialize)]
pub(super) struct OnlyItems {
    pub(super) items: serde_json::Value,
    #[serde(default)]
    pub(super) remembered: serde_json::Value,
}

#[cfg(test)]
mod tests {
    use super::super::entry::Received;
    use super::*;

    #[test]
    fn a_sealed_line_tells_every_changed_byte() {
        let entry = Entry::Received(Received { submission: "例示".to_owned(), ..Received::default() });
        let (line, link) = seal(&Link::default(), &entry).unwrap();
        assert_eq!(unseal(line.as_bytes()), Some(link.sha256));
        for at in 0..line.len() {
            let mut changed = line.clone().into_bytes();
            changed[at] ^= 1;
            assert_eq!(unseal(&changed), None, "byte {at}");
        }
        for end in 0..line.len() {
            assert_eq!(unseal(&line.as_bytes()[..end]), None, "cut at {end}");
        }
    }
}

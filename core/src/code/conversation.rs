//! One filing's conversation with code: typed questions and answers.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;
use todokede_abi::message::{Answer, Request};
use todokede_abi::{Batch, Due, Filing, Finding, Hello, Hook, Made, Table, VERSION, Wanted};

use super::fault::said;
use super::{Channel, Fault, Terms};

/// Numbers the sessions of this process; no output shows them.
static SESSIONS: AtomicU64 = AtomicU64::new(1);

/// A conversation. It ends when it is dropped.
pub struct Conversation {
    channel: Box<dyn Channel>,
    session: u64,
    hooks: Vec<Hook>,
    open: bool,
}

impl Conversation {
    /// Says hello and holds the answer against the manifest.
    pub(super) fn begin(mut channel: Box<dyn Channel>, terms: &Terms) -> Result<Conversation, Fault> {
        let host = format!("todokede {}", env!("CARGO_PKG_VERSION"));
        let hello: Hello = ask_object(&mut *channel, "hello", &Request::Hello { abi: VERSION, host })?;
        if hello.abi != VERSION {
            channel.spoil();
            return Err(Fault::Version { host: VERSION, plugin: hello.abi });
        }
        if hello.id != terms.id || hello.version != terms.version {
            let (says, manifest) = (format!("{} {}", hello.id, hello.version), format!("{} {}", terms.id, terms.version));
            channel.spoil();
            return Err(Fault::Another { says, manifest });
        }
        let session = SESSIONS.fetch_add(1, Ordering::Relaxed);
        Ok(Conversation { channel, session, hooks: hello.hooks, open: false })
    }

    /// Returns whether the code answers a call.
    pub fn answers(&self, hook: Hook) -> bool {
        self.hooks.contains(&hook)
    }

    /// Begins the filing.
    ///
    /// # Errors
    /// Returns what went wrong, as every call does.
    pub fn open(&mut self, filing: Filing) -> Result<(), Fault> {
        self.open = true;
        let request = Request::Open { session: self.session, filing: Box::new(filing) };
        ask(&mut *self.channel, "open", &request)
    }

    /// Names the table whose rows follow.
    ///
    /// # Errors
    /// Returns what went wrong.
    pub fn table(&mut self, table: Table) -> Result<(), Fault> {
        ask(&mut *self.channel, "table", &Request::Table { session: self.session, table })
    }

    /// Hands over rows.
    ///
    /// # Errors
    /// Returns what went wrong.
    pub fn rows(&mut self, batch: &Batch) -> Result<(), Fault> {
        ask(&mut *self.channel, "rows", &RowsRequest { call: "rows", session: self.session, batch })
    }

    /// Asks what is wrong; nothing when the code does not look.
    ///
    /// # Errors
    /// Returns what went wrong.
    pub fn validate(&mut self) -> Result<Vec<Finding>, Fault> {
        if !self.answers(Hook::Validate) {
            return Ok(Vec::new());
        }
        ask(&mut *self.channel, "validate", &Request::Validate { session: self.session })
    }

    /// Asks what is due.
    ///
    /// # Errors
    /// Returns what went wrong.
    pub fn dues(&mut self) -> Result<Vec<Due>, Fault> {
        if !self.answers(Hook::Dues) {
            return Ok(Vec::new());
        }
        ask(&mut *self.channel, "dues", &Request::Dues { session: self.session })
    }

    /// Asks for what the outputs want.
    ///
    /// # Errors
    /// Returns what went wrong.
    pub fn render(&mut self, wanted: Wanted) -> Result<Made, Fault> {
        if !self.answers(Hook::Render) {
            return Ok(Made::default());
        }
        ask_object(&mut *self.channel, "render", &Request::Render { session: self.session, wanted })
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        if self.open {
            // Whether it hears it or not makes no difference any more.
            let closed: Result<(), Fault> = ask(&mut *self.channel, "close", &Request::Close { session: self.session });
            drop(closed);
        }
    }
}

/// [`Request::Rows`] of rows that are lent: there may be a million.
#[derive(Serialize)]
struct RowsRequest<'a> {
    call: &'static str,
    session: u64,
    batch: &'a Batch<'a>,
}

/// Asks for one value and reads the answer.
fn ask<T: DeserializeOwned>(channel: &mut dyn Channel, call: &'static str, request: &impl Serialize) -> Result<T, Fault> {
    let asked = ask_any(channel, call, request).map(|(answer, _)| answer);
    spoiled(asked, channel)
}

/// Asks for an object. A list would be read as its fields in order: the answer to another question could pass for it.
fn ask_object<T: DeserializeOwned>(
    channel: &mut dyn Channel,
    call: &'static str,
    request: &impl Serialize,
) -> Result<T, Fault> {
    let asked = ask_any(channel, call, request).and_then(|(answer, bytes)| {
        let problem = || "it is no object".to_owned();
        if holds_object(&bytes) { Ok(answer) } else { Err(Fault::Garbage { call, problem: problem() }) }
    });
    spoiled(asked, channel)
}

/// Whatever answers nonsense, or says that it panicked, is not asked again.
fn spoiled<T>(asked: Result<T, Fault>, channel: &mut dyn Channel) -> Result<T, Fault> {
    if matches!(asked, Err(Fault::Garbage { .. } | Fault::Panicked { .. })) {
        channel.spoil();
    }
    asked
}

fn ask_any<T: DeserializeOwned>(
    channel: &mut dyn Channel,
    call: &'static str,
    request: &impl Serialize,
) -> Result<(T, Vec<u8>), Fault> {
    let garbage = |problem: String| Fault::Garbage { call, problem };
    let request = serde_json::to_vec(request).map_err(|error| garbage(error.to_string()))?;
    let bytes = channel.ask(&request)?;
    match serde_json::from_slice(&bytes) {
        Ok(Answer::Ok(answer)) => Ok((answer, bytes)),
        Ok(Answer::Error(message)) => Err(Fault::Said { message: said(&message) }),
        Ok(Answer::Panicked(message)) => Err(Fault::Panicked { message: said(&message) }),
        // What the answer holds may be a patient's; where it breaks is enough to mend a plugin.
        Err(error) => Err(garbage(format!("{:?}, line {} column {}", error.classify(), error.line(), error.column()))),
    }
}

/// Returns whether the `ok` of an answer is an object; the answer was read before.
fn holds_object(answer: &[u8]) -> bool {
    let mut rest = answer;
    for wanted in ["{", "\"ok\"", ":", "{"] {
        match rest.trim_ascii_start().strip_prefix(wanted.as_bytes()) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use todokede_abi::Row;
    use todokede_abi::message::Cell;

    use super::*;

    #[test]
    fn lent_rows_are_written_as_the_contract_says() {
        let batch = Batch { rows: vec![Row(7, vec![Cell("女".into())])] };
        let lent = serde_json::to_string(&RowsRequest { call: "rows", session: 3, batch: &batch }).unwrap();
        assert_eq!(lent, serde_json::to_string(&Request::Rows { session: 3, batch }).unwrap());
    }
}

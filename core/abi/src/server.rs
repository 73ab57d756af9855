//! The plugin's side: requests in, answers out, sessions kept in between.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use crate::VERSION;
use crate::message::{Answer, Batch, Due, Filing, Finding, Hello, Made, Request, Table, Wanted};

/// A plugin.
pub trait Plugin: Default + Send + Sync + 'static {
    /// Says who it is and what it can do.
    fn hello(&self) -> Hello;

    /// Begins a filing.
    ///
    /// # Errors
    /// Returns why it cannot; the filing fails with a finding that says so.
    fn open(&self, filing: Filing) -> Result<Box<dyn Session>, String>;
}

/// One filing on its way through a plugin. An error fails the filing, never the run.
pub trait Session: Send {
    /// The rows that follow are of this table.
    ///
    /// # Errors
    /// Returns why it cannot be taken.
    fn table(&mut self, _: Table) -> Result<(), String> {
        Ok(())
    }

    /// Takes rows of the table that was named last.
    ///
    /// # Errors
    /// Returns why they cannot be taken.
    fn rows(&mut self, _: Batch) -> Result<(), String> {
        Ok(())
    }

    /// Says what is wrong; asked after the last row.
    ///
    /// # Errors
    /// Returns why it cannot be said.
    fn validate(&mut self) -> Result<Vec<Finding>, String> {
        Ok(Vec::new())
    }

    /// Says what is due; asked after the last row.
    ///
    /// # Errors
    /// Returns why it cannot be said.
    fn dues(&mut self) -> Result<Vec<Due>, String> {
        Ok(Vec::new())
    }

    /// Makes what is wanted; asked after [`Session::validate`], a second time when errors that it found make a draft of it.
    ///
    /// # Errors
    /// Returns why it cannot be made.
    fn render(&mut self, _: &Wanted) -> Result<Made, String> {
        Ok(Made::default())
    }
}

type Open = Arc<Mutex<Box<dyn Session>>>;

/// Answers requests with a plugin.
#[derive(Default)]
pub struct Server<P> {
    plugin: P,
    sessions: Mutex<BTreeMap<u64, Open>>,
}

impl<P: Plugin> Server<P> {
    /// Answers one request.
    pub fn answer(&self, request: &[u8]) -> Vec<u8> {
        match serde_json::from_slice(request) {
            Ok(request) => self.dispatch(request),
            Err(error) => say::<()>(Err(format!("the request does not read: {error}"))),
        }
    }

    fn dispatch(&self, request: Request) -> Vec<u8> {
        match request {
            Request::Hello { abi, .. } if abi != VERSION => {
                say::<()>(Err(format!("the engine speaks contract version {abi}, this plugin version {VERSION}")))
            }
            Request::Hello { .. } => say(Ok(self.plugin.hello())),
            Request::Open { session, filing } => say(self.open(session, *filing)),
            Request::Table { session, table } => say(self.with(session, |open| open.table(table))),
            Request::Rows { session, batch } => say(self.with(session, |open| open.rows(batch))),
            Request::Validate { session } => say(self.with(session, |open| open.validate())),
            Request::Dues { session } => say(self.with(session, |open| open.dues())),
            Request::Render { session, wanted } => say(self.with(session, |open| open.render(&wanted))),
            Request::Close { session } => {
                self.sessions.lock().unwrap_or_else(PoisonError::into_inner).remove(&session);
                say(Ok(()))
            }
        }
    }

    fn open(&self, session: u64, filing: Filing) -> Result<(), String> {
        let open = Arc::new(Mutex::new(self.plugin.open(filing)?));
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).insert(session, open);
        Ok(())
    }

    fn with<T>(&self, session: u64, ask: impl FnOnce(&mut dyn Session) -> Result<T, String>) -> Result<T, String> {
        let open = self.sessions.lock().unwrap_or_else(PoisonError::into_inner).get(&session).cloned();
        let open = open.ok_or_else(|| format!("session {session} is not open"))?;
        let mut open = open.lock().map_err(|_| format!("session {session} failed before"))?;
        ask(&mut **open)
    }
}

fn say<T: Serialize>(result: Result<T, String>) -> Vec<u8> {
    let answer = result.map_or_else(Answer::Error, Answer::Ok);
    serde_json::to_vec(&answer).unwrap_or_else(|error| {
        let answer: Answer<()> = Answer::Error(format!("the answer cannot be written: {error}"));
        serde_json::to_vec(&answer).unwrap_or_default()
    })
}

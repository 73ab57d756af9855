//! Code in the engine's own process, called through the C ABI.
#![allow(unsafe_code, reason = "functions of the C ABI are called")]

use todokede_abi::VERSION;
use todokede_abi::entry::{ANSWERED, Buffer, Entry, PANICKED, View};

use super::fault::said;
use super::{Channel, Fault, Host, Terms};

/// Code that is linked into the program.
#[derive(Debug)]
pub struct Linked {
    entry: Option<&'static Entry>,
    terms: Terms,
}

impl Linked {
    /// Takes the functions of a plugin; none when the program was built without it.
    pub fn new(entry: Option<&'static Entry>, terms: Terms) -> Linked {
        Linked { entry, terms }
    }
}

impl Host for Linked {
    fn channel(&self) -> Result<Box<dyn Channel>, Fault> {
        let entry = *self.entry.ok_or(Fault::Absent)?;
        Ok(Box::new(Called::new(entry, self.terms.answer)?))
    }
}

/// Functions that are called.
pub(super) struct Called {
    entry: Entry,
    limit: usize,
}

impl Called {
    /// Takes functions after their version was asked for.
    pub(super) fn new(entry: Entry, limit: usize) -> Result<Called, Fault> {
        // SAFETY: the function takes nothing and is what the C ABI says.
        let plugin = unsafe { (entry.version)() };
        if plugin == VERSION { Ok(Called { entry, limit }) } else { Err(Fault::Version { host: VERSION, plugin }) }
    }
}

impl Channel for Called {
    fn ask(&mut self, request: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut answer = Buffer::EMPTY;
        let view = View { ptr: request.as_ptr(), len: request.len() };
        // SAFETY: the request is lent for the call, the answer has a place, and the functions are what the C ABI says.
        let code = unsafe { (self.entry.call)(view, &raw mut answer) };
        let len = answer.len;
        let bytes = if answer.ptr.is_null() || len > self.limit {
            Vec::new()
        } else {
            // SAFETY: the plugin says that `len` bytes are there until it is told to free them.
            unsafe { std::slice::from_raw_parts(answer.ptr, len) }.to_vec()
        };
        // SAFETY: given back to its maker, once.
        unsafe { (self.entry.free)(answer) };
        match code {
            _ if len > self.limit => Err(Fault::Flood { limit: self.limit }),
            ANSWERED => Ok(bytes),
            PANICKED => Err(Fault::Panicked { message: said(&String::from_utf8_lossy(&bytes)) }),
            other => Err(Fault::Said { message: format!("the call returned {other}") }),
        }
    }
}

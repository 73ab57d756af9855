//! How often the code of a plugin could not even be begun.
//!
//! A plugin that never starts would cost each filing of a night its time limit. What it does at the very beginning has
//! nothing to do with a filing, so after some tries in a row the last fault stands for all.

use std::sync::{Mutex, PoisonError};

use super::Fault;
use crate::limits;

/// Tries that failed in a row.
#[derive(Debug, Default)]
pub(super) struct Tries(Mutex<(u32, Option<Fault>)>);

impl Tries {
    /// Says what went wrong every time, once it is given up.
    pub(super) fn given_up(&self) -> Result<(), Fault> {
        let tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*tries {
            (failed, Some(fault)) if *failed >= limits::CODE_STARTS => Err(fault.clone()),
            _ => Ok(()),
        }
    }

    /// Notes how a fresh start went.
    pub(super) fn note(&self, fault: Option<&Fault>) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *tries = match fault {
            Some(fault) => (tries.0.saturating_add(1), Some(fault.clone())),
            None => (0, None),
        };
    }

    /// The next run tries again.
    pub(super) fn forget(&self) {
        self.note(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_given_up_after_failing_in_a_row_and_tried_again_in_the_next_run() {
        let tries = Tries::default();
        for _ in 1..limits::CODE_STARTS {
            tries.note(Some(&Fault::Absent));
            assert_eq!(tries.given_up(), Ok(()));
        }
        tries.note(None);
        for _ in 0..limits::CODE_STARTS {
            assert_eq!(tries.given_up(), Ok(()));
            tries.note(Some(&Fault::Unasked));
        }
        assert_eq!(tries.given_up(), Err(Fault::Unasked));
        tries.forget();
        assert_eq!(tries.given_up(), Ok(()));
    }
}

//! One process that runs: asked with a time limit, and ended with all that it started.

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, ioctl_fionbio};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, WaitIdStatus, kill_process_group, waitid};

use super::said::{Log, Said};
use crate::code::{Fault, Terms};
use crate::limits;
use crate::model::Text;

/// How much is read at a time.
const CHUNK: usize = 64 << 10;
/// Most that is read of standard error at a time, so that whoever writes there without end gets no further.
const HEARD: usize = 256 << 10;

/// A process. Dropped, it is ended at once with its whole group.
pub(super) struct Running {
    child: Child,
    input: Option<ChildStdin>,
    output: ChildStdout,
    errors: Option<ChildStderr>,
    said: Said,
    memory: u64,
    answered: u64,
    exit: Option<i32>,
    is_ended: bool,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.debug_struct("Running").field("id", &self.child.id()).finish_non_exhaustive()
    }
}

impl Running {
    /// Takes a process that was started with pipes.
    pub(super) fn new(mut child: Child, memory: u64, log: Option<Arc<Log>>) -> io::Result<Running> {
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(input), Some(output), Some(errors)) = pipes else {
            end_group(&mut child);
            return Err(io::Error::other("no pipes"));
        };
        let (said, errors) = (Said::new(log), Some(errors));
        let running =
            Running { child, input: Some(input), output, errors, said, memory, answered: 0, exit: None, is_ended: false };
        for fd in
            [running.input.as_ref().map(AsFd::as_fd), Some(running.output.as_fd()), running.errors.as_ref().map(AsFd::as_fd)]
        {
            fd.map_or(Ok(()), |fd| ioctl_fionbio(fd, true))?;
        }
        Ok(running)
    }

    /// Returns how many requests it answered.
    pub(super) fn answered(&self) -> u64 {
        self.answered
    }

    /// Returns the code it ended with, where it did by itself.
    pub(super) fn exit(&self) -> Option<i32> {
        self.exit
    }

    /// Asks, and ends the process when something goes wrong.
    pub(super) fn ask(&mut self, request: &[u8], time: Duration, terms: &Terms) -> Result<Vec<u8>, Fault> {
        let answer = self.exchange(request, time, terms.answer);
        match &answer {
            Ok(_) => self.answered += 1,
            Err(_) => self.end(),
        }
        answer
    }

    fn exchange(&mut self, request: &[u8], time: Duration, limit: usize) -> Result<Vec<u8>, Fault> {
        let deadline = Instant::now() + time;
        let mut chunk = vec![0; CHUNK];
        match self.output.read(&mut chunk) {
            Ok(0) => return Err(self.gone()),
            Ok(_) => return Err(Fault::Unasked),
            Err(error) => self.passing(&error)?,
        }
        let line = [request, b"\n"].concat();
        let (mut unsent, mut answer) = (line.as_slice(), Vec::new());
        loop {
            self.send(&mut unsent);
            self.hear();
            match self.output.read(&mut chunk) {
                Ok(0) => return Err(self.gone()),
                Ok(read) => {
                    let new = chunk.get(..read).unwrap_or_default();
                    let end = new.iter().position(|byte| *byte == b'\n');
                    let part = new.get(..end.unwrap_or(read)).unwrap_or_default();
                    if answer.len() + part.len() > limit {
                        return Err(Fault::Flood { limit });
                    }
                    answer.extend_from_slice(part);
                    match end {
                        Some(end) if end + 1 < read => return Err(Fault::Unasked),
                        // An answer before the whole request was read is the answer to another one.
                        Some(_) if !unsent.is_empty() => return Err(Fault::Unasked),
                        Some(_) => return Ok(answer),
                        None => {}
                    }
                }
                Err(error) => {
                    self.passing(&error)?;
                    self.wait(deadline, !unsent.is_empty());
                }
            }
            if Instant::now() >= deadline {
                return Err(Fault::Late { seconds: time.as_secs() });
            }
        }
    }

    /// Sends what the process takes now. One that does not listen any more may still have answered, or have ended.
    fn send(&mut self, unsent: &mut &[u8]) {
        while let (false, Some(input)) = (unsent.is_empty(), &mut self.input) {
            match input.write(unsent) {
                Ok(written) => *unsent = unsent.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(_) => self.input = None,
            }
        }
        if self.input.is_none() {
            *unsent = &[];
        }
    }

    /// Reads what there is of standard error.
    fn hear(&mut self) {
        let mut chunk = [0; 4 << 10];
        let mut heard = 0;
        while let (true, Some(errors)) = (heard < HEARD, &mut self.errors) {
            match errors.read(&mut chunk) {
                Ok(0) => self.errors = None,
                Ok(read) => {
                    heard += read;
                    self.said.hear(chunk.get(..read).unwrap_or_default());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(_) => self.errors = None,
            }
        }
    }

    /// Waits until something can be sent or read, or the time is over.
    fn wait(&self, deadline: Instant, sends: bool) {
        let mut fds = vec![PollFd::new(&self.output, PollFlags::IN)];
        fds.extend(self.errors.as_ref().map(|errors| PollFd::new(errors, PollFlags::IN)));
        fds.extend(self.input.as_ref().filter(|_| sends).map(|input| PollFd::new(input, PollFlags::OUT)));
        let left = deadline.saturating_duration_since(Instant::now());
        // Whatever it says, what is ready is found by trying.
        let _ = poll(&mut fds, Timespec::try_from(left).ok().as_ref());
    }

    /// Lets an error pass that only says that nothing is there yet.
    fn passing(&mut self, error: &io::Error) -> Result<(), Fault> {
        match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::Interrupted => Ok(()),
            _ => Err(self.gone()),
        }
    }

    /// Says how a process ended whose output did.
    fn gone(&mut self) -> Fault {
        let deadline = Instant::now() + limits::CODE_END;
        let status = loop {
            self.hear();
            match self.status() {
                None if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(2)),
                status => break status,
            }
        };
        self.hear();
        self.exit = status.as_ref().and_then(WaitIdStatus::exit_status);
        let signal = status.as_ref().and_then(WaitIdStatus::terminating_signal);
        let how = match (self.exit, signal) {
            (Some(code), _) => Text::new(format!("終了コード{code}"), format!("exit code {code}")),
            (None, Some(signal)) => {
                let name = name(signal);
                Text::new(format!("シグナル{signal}{name}"), format!("signal {signal}{name}"))
            }
            (None, None) => Text::new("標準出力を閉じたまま動き続けていた", "it closed its standard output and ran on"),
        };
        Fault::Ended { how, said: self.said.text(), memory: self.memory >> 20 }
    }

    /// Returns how it ended, without taking its number from it: its group is named by that.
    fn status(&self) -> Option<WaitIdStatus> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        loop {
            match waitid(WaitId::Pid(Pid::from_child(&self.child)), options) {
                Err(Errno::INTR) => {}
                status => return status.ok().flatten(),
            }
        }
    }

    /// Ends it and all that it started.
    fn end(&mut self) {
        if !self.is_ended {
            self.is_ended = true;
            self.input = None;
            end_group(&mut self.child);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Ends processes that have nothing more to do: each may end by itself for a while.
pub(super) fn end(mut idle: Vec<Running>) {
    idle.iter_mut().for_each(|running| running.input = None);
    let deadline = Instant::now() + limits::CODE_END;
    while idle.iter().any(|running| running.status().is_none()) && Instant::now() < deadline {
        idle.iter_mut().for_each(Running::hear);
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Ends the group of a process. The process keeps its number, which is that of the group, until it is waited for: so the
/// group comes first, or the number might be another's by then.
fn end_group(child: &mut Child) {
    // An error says that nothing of it is left.
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    let _ = child.wait();
}

/// Names the signals with which programs usually end.
fn name(signal: i32) -> &'static str {
    match signal {
        6 => " SIGABRT",
        9 => " SIGKILL",
        11 => " SIGSEGV",
        15 => " SIGTERM",
        _ => "",
    }
}

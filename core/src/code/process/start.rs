//! How a process is started: which program, where, with what of the environment, within which limits.
#![allow(unsafe_code, reason = "limits are set between fork and exec")]

use std::ffi::OsString;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, LazyLock};

use rustix::process::{Resource, Rlimit, getpid, getppid, getrlimit, setrlimit};

use super::running::Running;
use super::said::Log;
use crate::code::{Fault, is_below};
use crate::model::Text;

/// What a process is started with.
pub(super) struct Start<'a> {
    /// Folder of the plugin, where it runs.
    pub(super) folder: &'a Path,
    /// Most memory, bytes.
    pub(super) memory: u64,
}

/// What it sees of the environment beside the search path and the folder for temporary files: nothing of the user's, so that
/// what it makes is the same for all of them. Python would write beside the plugin, and order its sets by chance.
const ENVIRONMENT: [(&str, &str); 5] =
    [("LANG", "C.UTF-8"), ("TZ", "UTC"), ("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONHASHSEED", "0"), ("PYTHONUTF8", "1")];

impl Start<'_> {
    /// Starts the program of a manifest.
    pub(super) fn command(&self, command: &[String], log: Option<Arc<Log>>) -> Result<Running, Fault> {
        let (name, arguments) = command.split_first().ok_or(Fault::Absent)?;
        let folder = self.folder()?;
        // The arguments are as the manifest gives them: the process runs in the folder, and errors show no path of ours.
        self.program(&program(&folder, name)?, arguments, log)
    }

    /// Starts a program.
    pub(super) fn program(&self, program: &Path, arguments: &[String], log: Option<Arc<Log>>) -> Result<Running, Fault> {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.folder()?)
            .env_clear()
            .env("PATH", search_path())
            .envs(std::env::var_os("TMPDIR").map(|folder| ("TMPDIR", folder)))
            .envs(ENVIRONMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let (memory, host) = (self.memory, getpid());
        // SAFETY: between fork and exec nothing but system calls is made, and nothing allocated.
        unsafe { command.pre_exec(move || limited(memory, host)) };
        let problem = |error: io::Error| Fault::Start { problem: format!("{}: {error}", program.display()).into() };
        Running::new(spawn(command).map_err(problem)?, self.memory, log).map_err(problem)
    }

    fn folder(&self) -> Result<PathBuf, Fault> {
        let problem = |error: io::Error| Fault::Start { problem: format!("{}: {error}", self.folder.display()).into() };
        self.folder.canonicalize().map_err(problem)
    }
}

/// Finds the program: a file of the plugin's folder, an absolute path, or a name on the search path. The folder in which the
/// run was started is never looked into.
fn program(folder: &Path, name: &str) -> Result<PathBuf, Fault> {
    let (named, beside) = (Path::new(name), folder.join(name));
    if named.is_absolute() {
        return Ok(named.to_path_buf());
    }
    if is_below(named) && beside.is_file() {
        return Ok(beside);
    }
    let missing = || {
        let ja = format!("プログラム「{name}」が、プラグインのフォルダにもPATHにもありません");
        Fault::Start { problem: Text::new(ja, format!("there is no program `{name}` in the folder of the plugin or on PATH")) }
    };
    if named.components().count() != 1 || !is_below(named) {
        return Err(missing());
    }
    let runs = |path: &PathBuf| path.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0);
    std::env::split_paths(&search_path()).map(|folder| folder.join(named)).find(runs).ok_or_else(missing)
}

/// The search path without what depends on where the run was started.
fn search_path() -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let absolute: Vec<PathBuf> = std::env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
    std::env::join_paths(absolute).unwrap_or_default()
}

/// Limits the process that is about to become the plugin's.
fn limited(memory: u64, host: rustix::process::Pid) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    {
        // It ends with us, also when we are killed. Where we were before this took effect, it has another parent.
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
        if getppid() != Some(host) {
            return Err(io::ErrorKind::NotFound.into());
        }
    }
    #[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
    let _ = (host, getppid);
    let limit = |resource: Resource, most: u64| {
        let most = getrlimit(resource).maximum.map_or(most, |maximum| maximum.min(most));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
    };
    // macOS knows the limit and does not keep it.
    let memory = limit(Resource::As, memory);
    if cfg!(target_os = "linux") {
        memory?;
    }
    // A dump of its memory would hold patients' data.
    limit(Resource::Core, 0)?;
    Ok(())
}

type Order = (Command, SyncSender<io::Result<Child>>);

/// Starts a process from a thread that lives as long as we do: a process ends with the *thread* that started it, and the
/// threads of a run end before it does.
fn spawn(command: Command) -> io::Result<Child> {
    static STARTER: LazyLock<Option<Sender<Order>>> = LazyLock::new(|| {
        let (orders, taken) = channel::<Order>();
        let work = move || {
            for (mut command, reply) in taken {
                // Whoever ordered it waits for it.
                let _ = reply.send(command.spawn());
            }
        };
        std::thread::Builder::new().name("plugin-starter".to_owned()).spawn(work).ok().map(|_| orders)
    });
    let gone = || io::Error::other("no thread to start it");
    let (reply, started) = sync_channel(1);
    STARTER.as_ref().ok_or_else(gone)?.send((command, reply)).map_err(|_| gone())?;
    started.recv().map_err(|_| gone())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_a_file_of_the_folder_or_on_the_path_and_nowhere_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let here = folder.path();
        std::fs::create_dir(here.join("bin")).expect("a folder");
        for name in ["sh", "ours.py", "bin/deep"] {
            std::fs::write(here.join(name), "").expect("a file");
        }
        for name in ["sh", "ours.py", "bin/deep"] {
            assert_eq!(program(here, name).ok(), Some(here.join(name)), "the folder comes first");
        }
        assert!(program(here, "cat").is_ok_and(|path| path.is_absolute() && !path.starts_with(here)));
        assert_eq!(program(here, "/bin/cat").ok(), Some(PathBuf::from("/bin/cat")));
        // `Cargo.toml` lies in the folder that tests run in.
        for name in ["Cargo.toml", "./cat", "../cat", "bin/../ours.py", "bin", "", ".", "..", "src/lib.rs", "bin/none"] {
            assert!(matches!(program(here, name), Err(Fault::Start { .. })), "{name}");
        }
    }
}

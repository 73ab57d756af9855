//! Code in a library that is loaded into the engine's process. It is never unloaded.
//!
//! The file is read once, and what was read is what is hashed and, from a private copy, what is loaded: nobody can exchange
//! it in between. A library therefore stands by itself; one that looks for others beside itself does not find them.
#![allow(unsafe_code, reason = "libraries are loaded, and their functions are called")]

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use todokede_abi::VERSION;
use todokede_abi::entry::{CallFn, Entry, FreeFn, VersionFn};

use super::linked::Called;
use super::{Channel, Fault, Host, Terms};
use crate::limits;
use crate::model::Text;
use crate::package::sha256;

/// A library with the C ABI.
#[derive(Debug)]
pub(super) struct Library {
    path: PathBuf,
    sha256: String,
    terms: Terms,
    entry: OnceLock<Result<Entry, Fault>>,
    /// What a panic said: what the library holds since then cannot be trusted.
    panicked: Arc<Mutex<Option<String>>>,
}

impl Library {
    /// Names a library of a plugin's folder and the hash that it must have.
    pub(super) fn new(folder: &Path, name: &str, sha256: &str, terms: Terms) -> Library {
        let path = folder.join(name);
        Library { path, sha256: sha256.to_ascii_lowercase(), terms, entry: OnceLock::new(), panicked: Arc::default() }
    }
}

impl Host for Library {
    fn channel(&self) -> Result<Box<dyn Channel>, Fault> {
        let entry = self.entry.get_or_init(|| load(&self.path, &self.sha256)).clone()?;
        let watched = Watched { called: Called::new(entry, self.terms.answer)?, panicked: Arc::clone(&self.panicked) };
        watched.in_order()?;
        Ok(Box::new(watched))
    }

    fn rest(&self) {
        *self.panicked.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Functions that are called until one of the calls panics.
struct Watched {
    called: Called,
    panicked: Arc<Mutex<Option<String>>>,
}

impl Watched {
    fn in_order(&self) -> Result<(), Fault> {
        let panicked = self.panicked.lock().unwrap_or_else(PoisonError::into_inner);
        panicked.clone().map_or(Ok(()), |message| Err(Fault::Disabled { message }))
    }
}

impl Channel for Watched {
    fn ask(&mut self, request: &[u8]) -> Result<Vec<u8>, Fault> {
        self.in_order()?;
        let answer = self.called.ask(request);
        if let Err(Fault::Panicked { message }) = &answer {
            self.panicked.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| message.clone());
        }
        answer
    }
}

/// Reads a library and holds its hash against the manifest's.
pub(super) fn read(path: &Path, wanted: &str) -> Result<Vec<u8>, Fault> {
    let start = |error: std::io::Error| Fault::Start { problem: format!("{}: {error}", path.display()).into() };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(start)?;
    file.take(limits::CODE_LIBRARY_BYTES + 1).read_to_end(&mut bytes).map_err(start)?;
    if bytes.len() as u64 > limits::CODE_LIBRARY_BYTES {
        let limit = limits::CODE_LIBRARY_BYTES;
        let problem =
            Text::new(format!("ライブラリが上限（{limit}バイト）を超えています"), format!("a library over {limit} bytes"));
        return Err(Fault::Start { problem });
    }
    let found = sha256(&bytes);
    if found.eq_ignore_ascii_case(wanted) {
        return Ok(bytes);
    }
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Err(Fault::Hash { file, found, wanted: wanted.to_owned() })
}

/// Loads a library; one of the same content is loaded once for the process.
pub(super) fn load(path: &Path, wanted: &str) -> Result<Entry, Fault> {
    static LOADED: Mutex<BTreeMap<String, Entry>> = Mutex::new(BTreeMap::new());
    let bytes = read(path, wanted)?;
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(entry) = loaded.get(wanted) {
        return Ok(*entry);
    }
    let entry = load_bytes(&bytes, path)?;
    loaded.insert(wanted.to_owned(), entry);
    Ok(entry)
}

fn load_bytes(bytes: &[u8], path: &Path) -> Result<Entry, Fault> {
    let start = |problem: String| Fault::Start { problem: problem.into() };
    // Only we may enter the folder; it goes once the library is mapped.
    let folder = tempfile::Builder::new().prefix("todokede-").tempdir().map_err(|error| start(error.to_string()))?;
    let copy = folder.path().join(path.file_name().unwrap_or_default());
    std::fs::write(&copy, bytes).map_err(|error| start(error.to_string()))?;
    let problem = |error: libloading::Error| {
        // Where the copy was says nothing to anybody.
        start(error.to_string().replace(&format!("{}{}", folder.path().display(), std::path::MAIN_SEPARATOR), ""))
    };
    let library = open(&copy).map_err(problem)?;
    // What it started, or left to run when a thread ends, would have no code any more.
    let library: &'static libloading::Library = Box::leak(Box::new(library));
    // SAFETY: the C ABI says what the function is, and the library stays.
    let version = *unsafe { library.get::<VersionFn>(b"todokede_abi_version\0") }.map_err(problem)?;
    // SAFETY: it takes nothing.
    let plugin = unsafe { version() };
    if plugin != VERSION {
        return Err(Fault::Version { host: VERSION, plugin });
    }
    // SAFETY: the version says that the C ABI is ours, which says what the functions are.
    let (call, free) = unsafe {
        let call = *library.get::<CallFn>(b"todokede_call\0").map_err(problem)?;
        (call, *library.get::<FreeFn>(b"todokede_free\0").map_err(problem)?)
    };
    Ok(Entry { version, call, free })
}

/// Opens a library with everything it needs from others found now, not when a filing comes to it.
fn open(path: &Path) -> Result<libloading::Library, libloading::Error> {
    #[cfg(unix)]
    {
        use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
        // SAFETY: what the library does when it is loaded is what its hash was pinned for.
        unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.map(Into::into)
    }
    #[cfg(not(unix))]
    {
        // SAFETY: what the library does when it is loaded is what its hash was pinned for.
        unsafe { libloading::Library::new(path) }
    }
}

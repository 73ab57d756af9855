//! Looks at the file of one document: is it there, is it whole, can it be read by everyone.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::pdf::{self, About, PdfError};
use crate::limits;
use crate::model::{Seen, Text};
use crate::package::hash_file;

/// What a file is looked at for.
pub(super) struct Looker<'a> {
    /// The folder that names count from.
    pub(super) folder: &'a Path,
    pub(super) wants_bookmarks: bool,
}

/// What was found.
#[derive(Default)]
pub(super) struct Looked {
    /// Files that can be packed, in the order of their names.
    pub(super) files: Vec<Seen>,
    pub(super) problems: Vec<Problem>,
}

/// What is wrong: a rule and what fills its holes.
pub(super) struct Problem {
    pub(super) rule: &'static str,
    pub(super) values: Vec<(&'static str, Text)>,
}

impl Looked {
    fn say(&mut self, rule: &'static str, path: &Path, values: &[(&'static str, Text)]) {
        let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let mut all = vec![("file", Text::from(file))];
        all.extend_from_slice(values);
        self.problems.push(Problem { rule, values: all });
    }
}

impl Looker<'_> {
    /// Looks at what a text names; a folder is looked through only where one may stand.
    pub(super) fn look(&self, named: &str, may_be_folder: bool) -> Looked {
        let mut looked = Looked::default();
        let path = self.path(named);
        match fs::metadata(&path) {
            Err(error) => looked.say("AT-0001", &path, &[("problem", error.to_string().into())]),
            Ok(about) if about.is_dir() && may_be_folder => self.folder(&path, &mut looked),
            Ok(about) if !about.is_file() => looked.say("AT-0002", &path, &[]),
            Ok(_) => self.file(&path, &mut looked),
        }
        looked
    }

    /// Returns the path that a text means: as it is typed, else with the separators of the other systems, and without
    /// the quotes that some put around a path that is copied.
    fn path(&self, named: &str) -> PathBuf {
        let named = named.trim().trim_matches('"');
        let path = self.folder.join(named);
        if named.contains('\\') && !path.exists() { self.folder.join(named.replace('\\', "/")) } else { path }
    }

    /// Looks at the PDFs directly in a folder; anything else there is pointed out and left.
    fn folder(&self, folder: &Path, looked: &mut Looked) {
        let mut names = match fs::read_dir(folder) {
            Ok(entries) => entries.flatten().map(|entry| entry.path()).take(limits::ATTACHMENTS + 1).collect::<Vec<_>>(),
            Err(error) => return looked.say("AT-0001", folder, &[("problem", error.to_string().into())]),
        };
        names.sort();
        let is_pdf = |path: &PathBuf| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pdf"));
        let (pdfs, others): (Vec<PathBuf>, Vec<PathBuf>) = names.into_iter().partition(|path| is_pdf(path));
        if pdfs.is_empty() {
            return looked.say("AT-0019", folder, &[]);
        }
        for other in others {
            looked.say("AT-0021", &other, &[]);
        }
        for pdf in pdfs {
            if pdf.is_file() {
                self.file(&pdf, looked);
            } else {
                looked.say("AT-0002", &pdf, &[]);
            }
        }
    }

    fn file(&self, path: &Path, looked: &mut Looked) {
        let unreadable = |error: std::io::Error| [("problem", Text::from(error.to_string()))];
        let (file, size) = match File::open(path).and_then(|file| file.metadata().map(|about| (file, about.len()))) {
            Ok(opened) => opened,
            Err(error) => return looked.say("AT-0001", path, &unreadable(error)),
        };
        if size > limits::ATTACHMENT_BYTES {
            let limit = format!("{}GB", limits::ATTACHMENT_BYTES >> 30);
            return looked.say("AT-0003", path, &[("limit", limit.into())]);
        }
        match pdf::look(&file) {
            Ok(about) => self.judge(path, &about, looked),
            Err(PdfError::NotPdf) => return looked.say("AT-0004", path, &[]),
            Err(PdfError::Damaged(problem)) => return looked.say("AT-0005", path, &[("problem", problem.into())]),
            Err(PdfError::Limit(problem)) => looked.say("AT-0010", path, &[("problem", problem.into())]),
            Err(PdfError::Io(error)) => return looked.say("AT-0001", path, &unreadable(error)),
        }
        match hash_file(path) {
            Ok((size, sha256)) => looked.files.push(Seen { path: path.to_owned(), size, sha256 }),
            Err(error) => looked.say("AT-0001", path, &unreadable(error)),
        }
    }

    fn judge(&self, path: &Path, about: &About, looked: &mut Looked) {
        let pages = ("pages", Text::from(about.pages.to_string()));
        if about.is_encrypted {
            return looked.say("AT-0006", path, &[]);
        }
        if about.without_text == about.pages {
            looked.say("AT-0007", path, std::slice::from_ref(&pages));
        } else if about.without_text > 0 {
            looked.say("AT-0008", path, &[("count", about.without_text.to_string().into()), pages.clone()]);
        }
        if about.unknown > 0 {
            looked.say("AT-0022", path, &[("count", about.unknown.to_string().into()), pages]);
        }
        if self.wants_bookmarks && !about.has_bookmarks {
            looked.say("AT-0009", path, &[]);
        }
    }
}

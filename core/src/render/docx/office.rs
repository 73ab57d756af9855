//! PDF of a document through LibreOffice, where it is installed, and the pages its headings come to stand on.
//!
//! Each run has a profile of its own, so that it neither waits for an office somebody has open nor changes it, and ends
//! after a time limit whatever the office does.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::DocxError;
use super::finish::{Finished, set_pages};
use super::package::Package;
use crate::attachments::pdf::{Bookmark, bookmarks};
use crate::limits;
use crate::package::sha256;

/// LibreOffice on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    program: PathBuf,
    limit: Duration,
}

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// It could not be started, or a file could not be written or read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// It took too long and was ended.
    #[error("it took longer than {seconds} seconds")]
    Late {
        /// The limit.
        seconds: u64,
    },
    /// It made none.
    #[error("it made no PDF ({status})")]
    NoPdf {
        /// How it ended.
        status: ExitStatus,
    },
    /// It made one that is too large.
    #[error("the PDF is over the limit of {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// The document cannot be read.
    #[error("{0}")]
    Document(#[from] DocxError),
}

/// A document as it is laid out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LaidOut {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// The page of each heading, in the order of [`Finished::headings`]; nothing where that cannot be told.
    pub pages: Vec<Option<u32>>,
}

/// Where LibreOffice is when no search path names it.
const PLACES: [&str; 7] = [
    "/usr/bin/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/snap/bin/libreoffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:\\Program Files\\LibreOffice\\program\\soffice.exe",
    "C:\\Program Files (x86)\\LibreOffice\\program\\soffice.exe",
];
const NAMES: [&str; 3] = ["soffice", "libreoffice", "soffice.exe"];

/// Codes with which LibreOffice ends when it wants to be started again, as it may with a new profile.
const AGAIN: [i32; 2] = [79, 81];

impl Office {
    /// Finds LibreOffice: the program that was named, or one on the search path, or one where it is usually installed.
    /// Nothing when the one that was named is not there.
    pub fn find(named: Option<&Path>) -> Option<Office> {
        let limit = Duration::from_secs(limits::OFFICE_SECONDS);
        let office = |program: PathBuf| program.is_file().then_some(Office { program, limit });
        if let Some(named) = named {
            return office(named.to_owned());
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = std::env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
        let on_path = folders.iter().flat_map(|folder| NAMES.iter().map(|name| folder.join(name)));
        on_path.chain(PLACES.iter().map(PathBuf::from)).find_map(office)
    }

    /// Sets how long it may take for one document.
    #[must_use]
    pub fn within(self, limit: Duration) -> Office {
        Office { limit, ..self }
    }

    /// Makes a PDF of a document as it is: a table of contents shows the pages that stand in it.
    ///
    /// # Errors
    /// Returns why there is none.
    pub fn pdf(&self, document: &[u8]) -> Result<Vec<u8>, OfficeError> {
        let folder = tempfile::tempdir()?;
        let source = folder.path().join("document.docx");
        std::fs::write(&source, document)?;
        let out = folder.path().join("out");
        let mut status = self.run(folder.path(), &source, &out)?;
        if status.code().is_some_and(|code| AGAIN.contains(&code)) {
            status = self.run(folder.path(), &source, &out)?;
        }
        let Ok(file) = File::open(out.join("document.pdf")) else { return Err(OfficeError::NoPdf { status }) };
        let mut pdf = Vec::new();
        file.take(limits::OFFICE_PDF_BYTES + 1).read_to_end(&mut pdf)?;
        if pdf.len() as u64 > limits::OFFICE_PDF_BYTES {
            return Err(OfficeError::TooLarge { limit: limits::OFFICE_PDF_BYTES });
        }
        steady(&mut pdf, &sha256(document));
        Ok(pdf)
    }

    /// Makes a PDF of a finished document in which tables of contents and references show the pages of this layout.
    ///
    /// # Errors
    /// Returns why there is none.
    pub fn lay_out(&self, package: &Package, finished: &Finished) -> Result<LaidOut, OfficeError> {
        let mut package = package.clone();
        let mut made = LaidOut { pdf: self.pdf(&package.write()?)?, ..LaidOut::default() };
        made.pages = pages(finished, &read_bookmarks(&made.pdf)?);
        // With pages filled in, a line may break elsewhere and move what follows; a second look settles it.
        for _ in 0..2 {
            let mut known = BTreeMap::new();
            for (heading, page) in finished.headings.iter().zip(&made.pages) {
                let page = page.iter();
                known.extend(page.flat_map(|page| heading.bookmarks.iter().map(|name| (name.clone(), *page))));
            }
            if known.is_empty() {
                break;
            }
            set_pages(&mut package, &known)?;
            made.pdf = self.pdf(&package.write()?)?;
            let now = pages(finished, &read_bookmarks(&made.pdf)?);
            let is_settled = now == made.pages;
            made.pages = now;
            if is_settled {
                break;
            }
        }
        Ok(made)
    }

    fn run(&self, folder: &Path, source: &Path, out: &Path) -> Result<ExitStatus, OfficeError> {
        let mut command = Command::new(&self.program);
        command
            .arg(format!("-env:UserInstallation={}", address(&folder.join("profile"))))
            .args(["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"])
            .args(["--convert-to", "pdf:writer_pdf_Export", "--outdir"])
            .arg(out)
            .arg(source)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            // The program starts others, which end with it only as a group.
            command.process_group(0);
        }
        let mut child = command.spawn()?;
        let started = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            if started.elapsed() >= self.limit {
                end(&mut child);
                return Err(OfficeError::Late { seconds: self.limit.as_secs() });
            }
            std::thread::sleep(Duration::from_millis(40));
        }
    }
}

/// Ends a program and those it started.
fn end(child: &mut Child) {
    let id = child.id().to_string();
    let mut command = if cfg!(windows) {
        let mut command = Command::new("taskkill");
        command.args(["/T", "/F", "/PID", &id]);
        command
    } else {
        let mut command = Command::new("kill");
        command.args(["-KILL", "--", &format!("-{id}")]);
        command
    };
    // Where this fails the program itself is ended all the same.
    let _ = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let _ = child.kill();
    let _ = child.wait();
}

/// Makes the same document the same PDF: its time becomes a fixed one, its identity that of the document. Nothing moves,
/// since places in a PDF are counted in bytes.
fn steady(pdf: &mut [u8], identity: &str) {
    const TIME: &[u8] = b"19800101000000";
    let identity = identity.to_uppercase();
    for (mark, written) in
        [("/CreationDate(D:", TIME), ("/ID [ <", identity.as_bytes()), ("/DocChecksum /", identity.as_bytes())]
    {
        let Some(at) = pdf.windows(mark.len()).rposition(|bytes| bytes == mark.as_bytes()) else { continue };
        let behind = pdf.get_mut(at + mark.len()..).unwrap_or_default();
        let is_one = |byte: &u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte);
        let length = behind.iter().take_while(|byte| is_one(byte)).count();
        overwrite(behind, length, written);
        // The identity stands twice: as it was made, and as it was last changed.
        let second =
            behind.iter().skip(length).position(|byte| *byte == b'<').filter(|gap| mark.starts_with("/ID") && *gap < 8);
        if let Some(second) = second.and_then(|gap| behind.get_mut(length + gap + 1..)) {
            overwrite(second, length, written);
        }
    }
}

fn overwrite(bytes: &mut [u8], length: usize, written: &[u8]) {
    for (byte, new) in bytes.iter_mut().take(length).zip(written.iter().cycle()) {
        *byte = *new;
    }
}

/// Writes a path as an address; what is not plain is escaped.
fn address(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let mut address = String::from(if path.starts_with('/') { "file://" } else { "file:///" });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b':' => address.push(char::from(byte)),
            byte => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

fn read_bookmarks(pdf: &[u8]) -> Result<Vec<Bookmark>, OfficeError> {
    use std::io::Write as _;
    let mut file = tempfile::tempfile()?;
    file.write_all(pdf)?;
    // Pages that cannot be read are pages that are not known.
    Ok(bookmarks(&file).unwrap_or_default())
}

/// Finds the page of each heading among the bookmarks of the PDF, which LibreOffice makes of headings in their order. A
/// heading whose words are not among those that are left has no page: a wrong one is worse than none.
fn pages(finished: &Finished, bookmarks: &[Bookmark]) -> Vec<Option<u32>> {
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let mut rest = bookmarks;
    let mut pages = Vec::with_capacity(finished.headings.len());
    for heading in &finished.headings {
        let (wanted, number) = (plain(&heading.line), plain(heading.number.as_deref().unwrap_or_default()));
        let is_it = |bookmark: &Bookmark| {
            let title = plain(&bookmark.title);
            title.strip_suffix(&wanted).is_some_and(|before| before.trim_end_matches('.') == number || before.is_empty())
        };
        let found = rest.iter().position(is_it).filter(|_| heading.level.is_some() && !wanted.is_empty());
        pages.push(found.and_then(|at| rest.get(at)).map(|bookmark| bookmark.page));
        if let Some(at) = found {
            rest = rest.get(at + 1..).unwrap_or_default();
        }
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::docx::compose::{Composer, Look, Style, paragraph};
    use crate::render::docx::finish::finish;

    #[test]
    fn a_program_that_is_not_there_is_not_found() {
        assert_eq!(Office::find(Some(Path::new("/nowhere/soffice"))), None);
    }

    #[test]
    fn addresses_escape_what_is_not_plain() {
        assert_eq!(address(Path::new("/a b/治")), "file:///a%20b/%E6%B2%BB");
        assert_eq!(address(Path::new("C:\\x")), "file:///C:/x");
    }

    #[test]
    fn time_and_identity_of_a_pdf_are_those_of_the_document() {
        let pdf = "/CreationDate(D:20261121165900Z')>>\n/ID [ <90F7D1E9>\n<90F7D1E9> ]\n/DocChecksum /DF89B874\n";
        let mut bytes = pdf.as_bytes().to_vec();
        steady(&mut bytes, "0123456789abcdef");
        let wanted = "/CreationDate(D:19800101000000Z')>>\n/ID [ <01234567>\n<01234567> ]\n/DocChecksum /01234567\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), wanted);
        steady(&mut [], "00");
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_does_not_end_is_ended_with_those_it_started() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("soffice");
        std::fs::write(&program, "#!/bin/sh\nsleep 60 &\nsleep 60\n").unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let office = Office::find(Some(&program)).unwrap().within(Duration::from_millis(200));
        let started = Instant::now();
        assert!(matches!(office.pdf(b""), Err(OfficeError::Late { .. })));
        assert!(started.elapsed() < Duration::from_secs(20));
        std::fs::write(&program, "#!/bin/sh\nexit 3\n").unwrap();
        assert!(matches!(office.within(Duration::from_secs(20)).pdf(b""), Err(OfficeError::NoPdf { .. })));
    }

    #[test]
    fn pages_are_those_of_the_headings_and_stand_in_the_contents() {
        let Some(office) = Office::find(None) else {
            println!("SKIPPED: LibreOffice is not installed");
            return;
        };
        let mut word = Composer::new(Look::text());
        word.toc(2);
        for title in ["背景", "目的", "背景"] {
            word.add(paragraph(Style::Heading(1), title).on_new_page());
            word.add(paragraph(Style::Heading(2), "p<0.05 & 95%CI"));
        }
        let mut package = word.build().unwrap();
        let finished = finish(&mut package).unwrap();
        let made = office.lay_out(&package, &finished).unwrap();
        let pages: Vec<u32> = made.pages.iter().flatten().copied().collect();
        assert_eq!(pages, [2, 2, 3, 3, 4, 4]);
        assert!(made.pdf.starts_with(b"%PDF"));
        assert!(office.lay_out(&package, &finished).unwrap() == made, "the same document is the same PDF");
    }
}

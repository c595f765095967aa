//! Which files a command is about.

use std::collections::HashSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::analysis::Document;
use crate::analysis::files::{self, Loaded};
use crate::cli::git::Blob;
use crate::cli::memory::Digest;
use crate::cli::selection::Selection;
use crate::report::escape;

/// A file to check, and whether the user named it.
pub(super) struct Input {
    /// Where it lies; of standard input, what it is called.
    pub(super) path: PathBuf,
    /// How reports call it.
    pub(super) shown: String,
    pub(super) named: bool,
    pub(super) stdin: bool,
    pub(super) part: Part,
    /// What is to be read in place of the file.
    pub(super) blob: Option<Blob>,
    /// It is not to be checked, only passed on.
    pub(super) excluded: bool,
}

/// How a file takes part in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// It is checked.
    Checked,
    /// It is checked unless its content is one of these.
    Unless(Vec<Digest>),
    /// Those that are checked are held against it.
    Beside,
}

impl Part {
    /// Whether a file of this content is only held against others.
    pub(super) fn is_beside(&self, loaded: &Loaded) -> bool {
        match self {
            Part::Checked => false,
            Part::Unless(known) => Digest::of(loaded).is_some_and(|digest| known.contains(&digest)),
            Part::Beside => true,
        }
    }
}

impl Input {
    /// What stands at `path`.
    pub(super) fn new(path: PathBuf, named: bool) -> Input {
        Input {
            shown: shown(&path),
            path,
            named,
            stdin: false,
            part: Part::Checked,
            blob: None,
            excluded: false,
        }
    }

    /// Reads it.
    pub(super) fn load(&self) -> io::Result<Loaded> {
        if let Some(blob) = &self.blob {
            return blob.load();
        }
        if !self.stdin {
            return files::load(&self.path);
        }
        let mut bytes = Vec::new();
        // One byte more than is taken tells a file that is too large from one that is not.
        let read = io::stdin().lock().take(files::MAX_FILE_SIZE + 1).read_to_end(&mut bytes);
        read.map(|_| files::decode(bytes))
    }

    /// Where its text can be had again; `text` is what was read.
    pub(super) fn source(&self, text: impl FnOnce() -> String) -> Source {
        match &self.blob {
            Some(blob) => Source::Blob(blob.clone()),
            None if self.stdin => Source::Text(text()),
            None => Source::File(self.path.clone()),
        }
    }
}

/// Where a file's text comes from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// The disk.
    File(PathBuf),
    /// What git keeps.
    Blob(Blob),
    /// Standard input, which cannot be read twice.
    Text(String),
}

impl Source {
    /// The path of a file on the disk.
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Source::File(path) => Some(path),
            Source::Blob(_) | Source::Text(_) => None,
        }
    }

    /// The text, if it is still there.
    pub(super) fn text(&self) -> Option<String> {
        let loaded = match self {
            Source::Text(text) => return Some(text.clone()),
            Source::File(path) => files::load(path),
            Source::Blob(blob) => blob.load(),
        };
        match loaded {
            Ok(Loaded::Text(text, _)) => Some(text),
            _ => None,
        }
    }
}

impl Input {
    /// The pact, and whether it is UTF-8; `None` for what is none and need not be. An error says
    /// why there is none.
    pub(super) fn pact(&self, if_pact: bool) -> Result<Option<(Document, bool)>, String> {
        let name = escape(&self.shown);
        let certain = self.named && !if_pact;
        let (text, is_text) = match self.load() {
            Ok(Loaded::Text(text, broken)) => (text, broken.is_none()),
            Ok(Loaded::TooLarge(_)) if !certain => return Ok(None),
            Ok(Loaded::TooLarge(size)) => return Err(format!("{name} is too large: {size} bytes")),
            Err(error) => return Err(format!("cannot read {name}: {error}")),
        };
        if !certain && !files::may_be_pact(&text) {
            return Ok(None);
        }
        let doc = Document::new(text);
        match doc.pact_keys() {
            0 if certain => Err(format!("{name} is no pact; --if-pact skips such files")),
            0 | 1 if !certain => Ok(None),
            _ => Ok(Some((doc, is_text))),
        }
    }
}

/// The files to check, in the order in which they are reported, and whether one that was
/// named is excluded.
pub(super) fn inputs(
    paths: &[PathBuf],
    selection: &Selection,
    stdin_filename: &str,
) -> Result<(Vec<Input>, bool), String> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let mut inputs = Vec::new();
    let mut excluded_named = false;
    for path in paths {
        if path.as_os_str() == "-" {
            let (path, shown) = (PathBuf::from(stdin_filename), stdin_filename.to_owned());
            // What comes in may have to come out again, so it is read in any case.
            let excluded = selection.excludes(&path);
            excluded_named |= excluded;
            inputs.push(Input { shown, stdin: true, excluded, ..Input::new(path, true) });
        } else if path.is_dir() {
            let found = selection.find(path)?;
            inputs.extend(found.into_iter().map(|path| Input::new(path, false)));
        } else if selection.excludes(path) {
            excluded_named = true;
        } else {
            inputs.push(Input::new(path.clone(), true));
        }
    }
    let mut seen = HashSet::new();
    inputs.retain(|input| seen.insert((input.stdin, input.path.clone())));
    Ok((inputs, excluded_named))
}

/// A path as reports show it: with forward slashes, without a leading `./`.
pub(super) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() };
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}

//! What is added to the project's configuration: ignoring a rule in a pact, which no test writes
//! anew, and naming the provider.

use std::path::{Path, PathBuf};

use crate::analysis::configs::ConfigIndex;
use crate::config::file::{FILE_NAMES, parse};
use crate::diagnostic::Finding;
use crate::lsp::convert::place;
use crate::lsp::event::Does;
use crate::lsp::file::File;
use crate::lsp::session::Session;
use crate::syntax::quote;
use crate::text::LineIndex;

/// Turning the rule of a finding off for its file: in the nearest configuration file, or in a
/// new one in the folder of the workspace if the client makes files. `None` where the file
/// cannot be read, or could not be read afterwards.
pub(super) fn ignored(session: &Session, file: &File, finding: &Finding) -> Option<(String, Does)> {
    let index = session.configs.index();
    let path = Path::new(&**file.path());
    let config = Config::of(session, path)?;
    let relative = match &config.text {
        Some(_) => index.project(path).relative(&index.absolute(path)),
        None => path.strip_prefix(config.path.parent()?).ok()?.to_string_lossy().replace('\\', "/"),
    };
    // A character that is special in a pattern would mean other files.
    if relative.contains(['*', '?', '[', ']', '{', '}', '!', '\\']) {
        return None;
    }
    let section = format!("[[overrides]]\nfile = {}\nrules.{} = \"off\"\n", quote(&relative), finding.rule);
    let added = config.with(session, &section)?;
    let title = format!("Ignore '{}' in this file, in {}", finding.rule, config.named());
    Some((title, added))
}

/// Naming the provider that the pacts of a file are verified against, with room for its address:
/// where it goes, in words, and what does it. `None` likewise, and where the section is there.
#[cfg(feature = "runner")]
pub(in crate::lsp) fn provider(session: &Session, path: &str) -> Option<(String, Does)> {
    const SECTION: &str = "[verify]\n# Where the provider listens while pacts are verified against it.\n\
                           provider = \"http://localhost:8080\"\n";
    let config = Config::of(session, Path::new(path))?;
    Some((config.named(), config.with(session, SECTION)?))
}

/// The configuration file nearest to a pact.
struct Config {
    path: PathBuf,
    /// What it holds; `None` if there is none yet.
    text: Option<String>,
}

impl Config {
    fn of(session: &Session, pact: &Path) -> Option<Config> {
        let index = session.configs.index();
        if let Some(layer) = index.project(pact).layers().next_back() {
            return Some(Config { path: layer.path.clone(), text: Some(layer.text.clone()) });
        }
        let folder = session.workspace.folder_of(pact).filter(|_| can_create(session, index))?;
        Some(Config { path: folder.join(FILE_NAMES[0]), text: None })
    }

    fn named(&self) -> String {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        if self.text.is_some() { name.into_owned() } else { format!("a new {name}") }
    }

    /// A section at its end; `None` if it could not be read with that.
    fn with(&self, session: &Session, section: &str) -> Option<Does> {
        let text = self.text.as_deref().unwrap_or("");
        let gap = if text.is_empty() {
            ""
        } else if text.ends_with('\n') {
            "\n"
        } else {
            "\n\n"
        };
        let added = format!("{gap}{section}");
        let problems = |text: &str| parse(text, session.configs.index().settings().today).1.len();
        if problems(&format!("{text}{added}")) > problems(text) {
            return None;
        }
        let end =
            |text: &String| LineIndex::new(text).position(text, text.len() as u32, session.client.encoding);
        let uri = place::uri_of(&self.path.to_string_lossy()).into();
        Some(Does::Elsewhere { uri, at: self.text.as_ref().map(end), text: added })
    }
}

fn can_create(session: &Session, index: &ConfigIndex) -> bool {
    let client = &session.client;
    client.creates_files && client.versioned_edits && index.is_looked_for()
}

//! Ignoring a rule in a pact by the project's configuration, which no test writes anew.

use std::path::Path;

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
    let project = index.project(path);
    let (config, before) = match project.layers().next_back() {
        Some(layer) => (layer.path.clone(), Some(layer.text.clone())),
        None => {
            let folder = session.workspace.folder_of(path).filter(|_| can_create(session, index))?;
            (folder.join(FILE_NAMES[0]), None)
        }
    };
    let relative = match &before {
        Some(_) => project.relative(&index.absolute(path)),
        None => path.strip_prefix(config.parent()?).ok()?.to_string_lossy().replace('\\', "/"),
    };
    // A character that is special in a pattern would mean other files.
    if relative.contains(['*', '?', '[', ']', '{', '}', '!', '\\']) {
        return None;
    }
    let text = before.as_deref().unwrap_or("");
    let gap = if text.is_empty() {
        ""
    } else if text.ends_with('\n') {
        "\n"
    } else {
        "\n\n"
    };
    let added =
        format!("{gap}[[overrides]]\nfile = {}\nrules.{} = \"off\"\n", quote(&relative), finding.rule);
    let problems = |text: &str| parse(text, index.settings().today).1.len();
    if problems(&format!("{text}{added}")) > problems(text) {
        return None;
    }
    let at = before
        .as_ref()
        .map(|text| LineIndex::new(text).position(text, text.len() as u32, session.client.encoding));
    let name = config.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let title = match at {
        Some(_) => format!("Ignore '{}' in this file, in {name}", finding.rule),
        None => format!("Ignore '{}' in this file, in a new {name}", finding.rule),
    };
    let uri = place::uri_of(&config.to_string_lossy()).into();
    Some((title, Does::Elsewhere { uri, at, text: added }))
}

fn can_create(session: &Session, index: &ConfigIndex) -> bool {
    let client = &session.client;
    client.creates_files && client.versioned_edits && index.is_looked_for()
}

//! Finding handlers where the user says they are.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::analysis::files::{self, Loaded};
use crate::analysis::handlers::scan;
use crate::analysis::source::{Language, MAX_SOURCE_SIZE, find_sources};
use crate::analysis::states::{Place, PlacedHandler, Places};
use crate::config::file::{Named, StateSources, StatesConfig};

/// What a configuration file says about handlers.
#[derive(Debug, Clone, Copy)]
pub struct ConfiguredStates<'a> {
    /// The file.
    pub path: &'a Path,
    /// Its text.
    pub text: &'a str,
    /// The folder that its globs are relative to.
    pub folder: &'a Path,
    /// What it says.
    pub states: &'a StatesConfig,
}

/// What was found in source files.
#[derive(Debug, Default)]
pub struct FoundHandlers {
    /// The handlers, in order.
    pub handlers: Vec<PlacedHandler>,
    /// Places where the name of a handler is computed, each with its file.
    pub dynamic: Vec<(String, Place)>,
    /// Number of files.
    pub sources: usize,
}

/// Handlers of provider states: those that the configurations name, and those in the source
/// files that they name. `paths` are searched in place of the latter; where nothing is named,
/// the current folder is. With `None` for `paths` only what is configured is looked at. `show`
/// says how a path is reported.
pub fn find_handlers_in(
    configs: &[ConfiguredStates<'_>],
    paths: Option<&[PathBuf]>,
    show: &(dyn Fn(&Path) -> String + Sync),
) -> Result<FoundHandlers, String> {
    let anywhere = paths.is_some();
    let paths = paths.unwrap_or_default();
    let mut found = FoundHandlers::default();
    let mut files: Vec<(PathBuf, Language, Option<String>)> = Vec::new();
    let mut search = |folder: &Path, globs: &[String], provider: Option<&str>| {
        let sources = find_sources(folder, globs)
            .map_err(|error| format!("cannot search {}: {error}", folder.display()))?;
        let provider = provider.map(str::to_owned);
        files.extend(sources.into_iter().map(|(path, language)| (path, language, provider.clone())));
        Ok::<(), String>(())
    };
    let mut searched = !paths.is_empty();
    for ConfiguredStates { path, text, folder, states } in configs {
        let providers = states.providers.iter().map(|(name, sources)| (Some(name.as_str()), sources));
        let all = std::iter::once((None, &states.all)).chain(providers);
        let mut places = Places::new(text, Place { line: 1, column: 1 });
        for (provider, StateSources { handlers, sources }) in all {
            for Named { name, span } in handlers {
                found.handlers.push(PlacedHandler {
                    path: show(path),
                    place: places.at(span.start),
                    name: name.clone(),
                    kind: None,
                    language: None,
                    provider: provider.map(str::to_owned),
                });
            }
            // What is asked for on the command line takes the place of what is written down.
            if !sources.is_empty() && paths.is_empty() {
                search(folder, sources, provider)?;
                searched = true;
            }
        }
    }
    for path in paths.iter().filter(|path| files::is_folder(path)) {
        search(path, &[], None)?;
    }
    if !searched && anywhere {
        search(Path::new("."), &[], None)?;
    }
    for path in paths.iter().filter(|path| !files::is_folder(path)) {
        files.push((path.clone(), language_of(path, show)?, None));
    }
    files.sort();
    files.dedup();
    let scanned: Vec<Result<FoundHandlers, String>> = files
        .par_iter()
        .map(|(path, language, provider)| {
            let named = paths.contains(path);
            scan_file(path, *language, provider.as_deref(), show).or_else(|error| {
                // A file that went away during the search is nothing to stop for.
                if named { Err(error) } else { Ok(FoundHandlers::default()) }
            })
        })
        .collect();
    for one in scanned {
        let one = one?;
        found.handlers.extend(one.handlers);
        found.dynamic.extend(one.dynamic);
        found.sources += one.sources;
    }
    found.handlers.sort();
    Ok(found)
}

fn language_of(path: &Path, show: &dyn Fn(&Path) -> String) -> Result<Language, String> {
    let name = show(path);
    Language::of_path(path)
        .ok_or_else(|| format!("{} is no folder and no source file whose language is known", name))
}

fn scan_file(
    path: &Path,
    language: Language,
    provider: Option<&str>,
    show: &dyn Fn(&Path) -> String,
) -> Result<FoundHandlers, String> {
    let shown = show(path);
    let text = match files::load(path) {
        Ok(Loaded::Text(text, _)) if text.len() as u64 <= MAX_SOURCE_SIZE => text,
        Ok(_) => return Err(format!("{} is larger than 1 MB and not read", shown)),
        Err(error) => return Err(format!("cannot read {}: {error}", shown)),
    };
    // What has a zero byte is no text, whatever it is called.
    if text.bytes().take(8_000).any(|byte| byte == 0) {
        return Ok(FoundHandlers::default());
    }
    let scan = scan(&text, language);
    if scan.handlers.is_empty() && scan.dynamic.is_empty() {
        return Ok(FoundHandlers { sources: 1, ..FoundHandlers::default() });
    }
    let mut places = Places::new(&text, Place { line: 1, column: 1 });
    let handlers = scan.handlers.into_iter().map(|handler| PlacedHandler {
        path: shown.clone(),
        place: places.at(handler.span.start),
        name: handler.name,
        kind: Some(handler.kind),
        language: Some(language),
        provider: provider.map(str::to_owned),
    });
    let handlers = handlers.collect();
    let dynamic = scan.dynamic.iter().map(|span| (shown.clone(), places.at(span.start)));
    Ok(FoundHandlers { handlers, dynamic: dynamic.collect(), sources: 1 })
}

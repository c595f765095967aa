//! What is told of a completion that somebody looks at, and is too much work for all of a list.

use std::collections::BTreeMap;

use crate::analysis::Document;
use crate::ide::completion::site::site;
use crate::ide::completion::{CompletionKind, completions, names};
use crate::model::{lower, parse_path, resolve_paths};

/// What documents the completion with this label at `offset`, in Markdown; `None` where there
/// is nothing to tell, or no such completion any more.
pub fn completion_docs(doc: &Document, offset: u32, label: &str) -> Option<String> {
    let offered = completions(doc, offset, &|_| Vec::new());
    let item = offered.into_iter().find(|item| item.label == label)?;
    let docs = if item.kind == CompletionKind::Path { picks(doc, offset, label) } else { Some(item.docs) };
    docs.filter(|docs| !docs.is_empty())
}

/// How many values of the example a path picks, and of which kinds. Never the values: they may
/// be secret.
fn picks(doc: &Document, offset: u32, path: &str) -> Option<String> {
    let site = site(doc, offset)?;
    let version = doc.facts().version();
    let it = lower(site.root, site.section?, version);
    let (body, role, path) = names::path_in_body(&site, &it, version, path)?;
    let parsed = parse_path(&path).ok()?;
    let resolution = resolve_paths(body, &[], &[(parsed, path)]);
    let picked = resolution.nodes.iter().filter(|rule| rule.best.is_some() && !rule.cascaded);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in picked {
        let kind = body.at(rule.node).json_type().unwrap_or("broken text");
        *kinds.entry(kind).or_default() += 1;
    }
    let (role, count) = (role.name(), kinds.values().sum());
    let each: Vec<String> = match kinds.len() {
        1 => kinds.into_keys().map(str::to_owned).collect(),
        _ => kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect(),
    };
    match count {
        0 => None,
        1 => Some(format!("Picks one value of the {role} body: {}", each.concat())),
        count => Some(format!("Picks {count} values of the {role} body: {}", each.join(", "))),
    }
}

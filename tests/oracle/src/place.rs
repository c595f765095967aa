//! Where in a pact a node stands.

use crate::tree::{Node, Path};

/// The interaction a node is part of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    /// `interactions` or `messages`.
    pub section: String,
    /// Position in that array.
    pub index: usize,
}

impl Scope {
    /// The interaction that the node with these names stands in; `None` for what is outside
    /// of interactions, and for an interaction as a whole.
    pub fn of(names: &[String]) -> Option<Scope> {
        let [section, index, _, ..] = names else { return None };
        let listed = section == "interactions" || section == "messages";
        Some(Scope { section: section.clone(), index: index.parse().ok()? }).filter(|_| listed)
    }

    /// Its JSON pointer.
    pub fn pointer(&self) -> String {
        format!("/{}/{}", self.section, self.index)
    }
}

/// A JSON pointer.
pub fn pointer(names: &[String]) -> String {
    names.iter().map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1"))).collect()
}

/// Whether a node is a piece of an example body or of a message's contents: its names and
/// values are free, and there are far more of them than of anything else.
pub fn is_in_body(names: &[String]) -> bool {
    let Some(inner) = names.get(2..).filter(|_| Scope::of(names).is_some()) else { return false };
    let around = inner.iter().take_while(|name| {
        *name == "request" || *name == "response" || name.bytes().all(|b| b.is_ascii_digit())
    });
    let [body, below @ ..] = &inner[around.count()..] else { return false };
    if body != "body" && body != "contents" {
        return false;
    }
    match below {
        [] => false,
        [wrapper, content @ ..] if wrapper == "content" => !content.is_empty(),
        [wrapper, ..] => !["contentType", "encoded", "contentTypeHint"].contains(&wrapper.as_str()),
    }
}

/// Whether the members of the object with these names are named as their author likes.
pub fn has_free_names(object: &[String]) -> bool {
    const FREE: [&str; 7] =
        ["params", "headers", "query", "metadata", "metaData", "pluginConfiguration", "comments"];
    let inner = object.get(2..).filter(|_| object.len() > 2).unwrap_or_default();
    let member: Vec<String> = object.iter().cloned().chain([String::new()]).collect();
    is_in_body(&member)
        || inner.iter().any(|name| FREE.contains(&name.as_str()))
            && !inner.iter().any(|name| name == "matchingRules" || name == "generators")
}

/// The nodes of a file that may be damaged, in two strata.
pub struct Nodes {
    /// All.
    pub all: Vec<Path>,
    /// Those outside of example bodies.
    pub grammar: Vec<Path>,
}

impl Nodes {
    /// The nodes of a file.
    pub fn of(root: &Node) -> Nodes {
        let all = root.paths();
        let grammar = all.iter().filter(|path| !is_in_body(&root.names(path))).cloned().collect();
        Nodes { all, grammar }
    }
}

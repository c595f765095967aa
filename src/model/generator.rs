//! Generators of a request, response or message.

use crate::model::{PathError, PathExpr, Step, parse_path};
use crate::syntax::{Cursor, NodeId};

/// The `generators` of one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratorBlock {
    /// The value under `generators`.
    pub node: NodeId,
    /// Each category: its key.
    pub categories: Vec<NodeId>,
    /// All generators, in document order.
    pub generators: Vec<Generator>,
}

/// One generator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generator {
    /// Key of the category it stands in.
    pub category: NodeId,
    /// Key with its path or name; `None` for `path`, `method` and `status`.
    pub key: Option<NodeId>,
    /// The path, for the categories whose keys are paths.
    pub path: Option<Result<PathExpr, PathError>>,
    /// The generator's value, usually an object.
    pub node: NodeId,
    /// The value of its `type`.
    pub kind: Option<NodeId>,
}

/// Reads a `generators` value (`generators_from_json` in pact_models, generators/mod.rs).
pub fn lower_generators(value: Cursor<'_>) -> GeneratorBlock {
    let mut block = GeneratorBlock { node: value.id(), categories: Vec::new(), generators: Vec::new() };
    for category in value.members() {
        block.categories.push(category.key.id());
        let Some(entries) = category.value else { continue };
        let name = category.key.name();
        let mut push = |key: Option<Cursor<'_>>, node: Cursor<'_>, is_path: bool| {
            let path = key.filter(|_| is_path).map(|k| parse_path(&k.name()));
            block.generators.push(Generator {
                category: category.key.id(),
                key: key.map(Cursor::id),
                path,
                node: node.id(),
                kind: node.get("type").map(Cursor::id),
            });
        };
        if matches!(&*name, "path" | "method" | "status") && entries.get("type").is_some() {
            push(None, entries, false);
            continue;
        }
        for entry in entries.members() {
            if let Some(node) = entry.value {
                push(Some(entry.key), node, name == "body");
            }
        }
    }
    block
}

/// The fields that a generator of this type reads besides `type`; `None` for one that the core does
/// not know (`Generator::from_map` in pact_models, generators/mod.rs).
pub fn generator_fields(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "RandomInt" => &["min", "max"],
        "RandomDecimal" | "RandomHexadecimal" => &["digits"],
        "RandomString" => &["size"],
        "RandomBoolean" => &[],
        "Regex" => &["regex"],
        "Uuid" => &["format"],
        "Date" | "Time" | "DateTime" => &["format", "expression"],
        "ProviderState" => &["expression", "dataType"],
        "MockServerURL" => &["regex", "example"],
        _ => return None,
    })
}

/// The nodes below `root` that the core's generators find at a path, at most `most`. Stricter
/// than for rules: a name is a key, `.*` takes the members of an object and `[*]` the items of
/// an array (`resolve_path` in pact_models, json_utils.rs).
pub fn generated(root: Cursor<'_>, path: &PathExpr, text: &str, most: usize) -> Vec<NodeId> {
    let mut nodes = vec![root];
    for (step, ..) in &path.steps {
        let next = |node: &Cursor<'_>| -> Vec<NodeId> {
            let child = |child: Option<Cursor<'_>>| child.map(Cursor::id).into_iter().collect();
            match step {
                Step::Field(..) => child(step.name(text).and_then(|name| node.get(name))),
                Step::Index(index) => child(node.elements().nth(*index as usize)),
                Step::Star => node.members().filter_map(|m| m.value).map(Cursor::id).take(most).collect(),
                Step::StarIndex => node.elements().map(Cursor::id).take(most).collect(),
            }
        };
        nodes = nodes.iter().flat_map(next).take(most).map(|id| root.at(id)).collect();
    }
    nodes.into_iter().map(Cursor::id).collect()
}

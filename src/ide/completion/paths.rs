//! The paths that lead somewhere in an example.

use std::collections::BTreeSet;

use crate::model::field_step;
use crate::syntax::Cursor;

/// So many paths are offered.
const MOST: usize = 500;

/// The path of each value below `root`, that of `root` itself included, in order of document;
/// items of an array are picked all at once. What no path can name is left out.
pub(super) fn paths(root: Cursor<'_>) -> Vec<String> {
    let (mut out, mut seen) = (Vec::new(), BTreeSet::new());
    walk(root, "$", &mut out, &mut seen);
    out
}

fn walk(node: Cursor<'_>, path: &str, out: &mut Vec<String>, seen: &mut BTreeSet<String>) {
    if out.len() >= MOST {
        return;
    }
    if seen.insert(path.to_owned()) {
        out.push(path.to_owned());
    }
    for member in node.members() {
        let (Some(step), Some(value)) = (field_step(&member.key.name()), member.value) else { continue };
        walk(value, &format!("{path}{step}"), out, seen);
        if out.len() >= MOST {
            return;
        }
    }
    // Items of one shape share their paths; a few show all there are.
    for item in node.elements().take(20) {
        walk(item, &format!("{path}[*]"), out, seen);
    }
}

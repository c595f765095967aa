//! Damage at random, by somebody who knows JSON and nothing of pacts.

use crate::place::{Nodes, Scope, has_free_names, pointer};
use crate::random::Random;
use crate::tree::{Node, Path};
use crate::typo::{edit, slip};

/// What is done to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A member or an item is taken out.
    Drop,
    /// A value becomes one of another type.
    Retype,
    /// A slip in a key.
    Rename,
    /// Two values of one container change places.
    Swap,
    /// A member or an item stands twice; one time in two the copy is then changed.
    Duplicate,
    /// A member goes to another object, under its old key.
    Move,
    /// A string is edited, a number made larger or smaller, a boolean flipped, or any of
    /// them becomes null.
    Change,
}

/// All kinds.
pub const KINDS: [Kind; 7] =
    [Kind::Drop, Kind::Retype, Kind::Rename, Kind::Swap, Kind::Duplicate, Kind::Move, Kind::Change];

/// A damaged file.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// What was done.
    pub kind: Kind,
    /// The file as it is now.
    pub root: Node,
    /// The damaged node, in the file as it was.
    pub at: Path,
    /// The interactions that the damage is in: one, or two if something moved from one to the
    /// other; none if it is elsewhere in the file.
    pub scopes: Vec<Scope>,
    /// The damage in words.
    pub says: String,
    /// Whether the value was taken out or emptied, which may have been meant. Also when a
    /// member whose name is free went to where names are free: nothing is wrong with it there.
    pub deletes: bool,
}

/// Damages one node of `root`; `None` if the kind of damage that was drawn does not suit the
/// node that was drawn.
///
/// Example bodies hold most nodes of most files. Half of the draws are uniform over all
/// nodes, the other half over those outside of bodies.
pub fn mutate(root: &Node, nodes: &Nodes, random: &mut Random) -> Option<Mutant> {
    let stratum = if random.coin() { &nodes.all } else { &nodes.grammar };
    let at = stratum.get(random.below(stratum.len()))?.clone();
    let kind = *random.pick(&KINDS);
    let names = root.names(&at);
    let old = root.at(&at)?.clone();
    let mut new = root.clone();
    let mut deletes = false;
    let mut scopes: Vec<Scope> = Scope::of(&names).into_iter().collect();
    let says = match kind {
        Kind::Drop => {
            new.remove(&at)?;
            deletes = true;
            format!("drop {}", brief(&old))
        }
        Kind::Retype => {
            let value = retyped(&old, random)?;
            deletes = value.is_empty();
            put(&mut new, &at, &old, value)?
        }
        Kind::Change => {
            let value = changed(&old, random)?;
            deletes = value.is_empty();
            put(&mut new, &at, &old, value)?
        }
        Kind::Rename => {
            let (member, parent) = at.split_last()?;
            let Node::Object(members) = new.at_mut(parent)? else { return None };
            let key = slip(&members[*member].0, random)?;
            let says = format!("rename {:?} to {key:?}", members[*member].0);
            members[*member].0 = key;
            says
        }
        Kind::Swap => swap(&mut new, &at, random)?,
        Kind::Duplicate => duplicate(&mut new, &at, random)?,
        Kind::Move => {
            let to = target(root, &at, random)?;
            relocate(&mut new, &at, &to)?;
            let target = root.names(&to);
            let parent = &names[..names.len() - 1];
            deletes = has_free_names(parent) && has_free_names(&target);
            match Scope::of(&with_member(&target)) {
                Some(scope) if !scopes.is_empty() && !scopes.contains(&scope) => scopes.push(scope),
                Some(_) => {}
                None => scopes.clear(),
            }
            format!("move to {:?}", pointer(&target))
        }
    };
    Some(Mutant { kind, root: new, scopes, at, says, deletes })
}

/// A value in a few words.
pub fn brief(node: &Node) -> String {
    let text: String = node.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(120) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

fn put(root: &mut Node, at: &[usize], old: &Node, value: Node) -> Option<String> {
    let says = format!("{} becomes {}", brief(old), brief(&value));
    *root.at_mut(at)? = value;
    Some(says)
}

/// A value of another type, most of them near to the old one.
pub(crate) fn retyped(old: &Node, random: &mut Random) -> Option<Node> {
    let scalar = |text: &str| Node::Scalar(text.to_owned());
    let near = match old {
        Node::Object(members) => Node::Array(members.iter().map(|(_, value)| value.clone()).collect()),
        Node::Array(items) => items.first().cloned().unwrap_or_else(Node::null),
        Node::Scalar(_) => match old.as_str() {
            Some(text) if Node::parse(&text).is_some() => Node::parse(&text)?,
            Some(text) => Node::Object(vec![("value".to_owned(), Node::string(&text))]),
            None => Node::string(&old.to_string()),
        },
    };
    let new = match random.below(8) {
        0 => scalar("null"),
        1 => scalar("true"),
        2 => scalar("7"),
        3 => Node::string("text"),
        4 => Node::Array(vec![old.clone()]),
        5 => {
            if random.coin() {
                Node::Array(Vec::new())
            } else {
                Node::Object(Vec::new())
            }
        }
        _ => near,
    };
    (type_of(&new) != type_of(old)).then_some(new)
}

fn type_of(node: &Node) -> u8 {
    match node {
        Node::Object(_) => b'{',
        Node::Array(_) => b'[',
        Node::Scalar(text) if text == "true" || text == "false" => b'b',
        Node::Scalar(text) => match text.as_bytes().first() {
            Some(b'"') => b'"',
            Some(b'n') => b'n',
            _ => b'0',
        },
    }
}

/// Another scalar in the place of a scalar.
pub(crate) fn changed(old: &Node, random: &mut Random) -> Option<Node> {
    let Node::Scalar(text) = old else { return None };
    if random.below(8) == 0 {
        return (text != "null").then(Node::null);
    }
    if let Some(inner) = old.as_str() {
        return Some(Node::string(&edit(&inner, random)?));
    }
    Some(Node::Scalar(match text.as_str() {
        "true" => "false".to_owned(),
        "false" => "true".to_owned(),
        "null" => return None,
        number => match (number.parse::<i64>(), random.below(5)) {
            (Ok(number), 0) => (number + 1).to_string(),
            (Ok(number), 1) => (number - 1).to_string(),
            (Ok(number), 2) => (-number).to_string(),
            (Ok(number), 3) => number.checked_mul(1_000)?.to_string(),
            (Ok(number), _) => format!("{number}.5"),
            (Err(_), _) => number.parse::<f64>().ok()?.trunc().to_string(),
        },
    }))
    .filter(|new| new != old)
}

fn swap(root: &mut Node, at: &[usize], random: &mut Random) -> Option<String> {
    let (&one, parent) = at.split_last()?;
    let parent = root.at_mut(parent)?;
    let other = random.below(parent.len());
    let (a, b) = (parent.child(one)?.clone(), parent.child(other)?.clone());
    if a == b {
        return None;
    }
    let says = format!("swap with sibling {other}: {} and {}", brief(&a), brief(&b));
    *parent.at_mut(&[one])? = b;
    *parent.at_mut(&[other])? = a;
    Some(says)
}

fn duplicate(root: &mut Node, at: &[usize], random: &mut Random) -> Option<String> {
    let (&child, parent) = at.split_last()?;
    let mut copy = root.at(at)?.clone();
    let differs = random.coin();
    if differs {
        let inner = copy.paths();
        let at = if inner.is_empty() { Vec::new() } else { random.pick(&inner).clone() };
        let value = changed(copy.at(&at)?, random)?;
        *copy.at_mut(&at)? = value;
    }
    let says = format!("stands twice, the second time as {}", brief(&copy));
    match root.at_mut(parent)? {
        Node::Object(members) => {
            let key = members[child].0.clone();
            members.insert(child + 1, (key, copy));
        }
        Node::Array(items) => items.insert(child + 1, copy),
        Node::Scalar(_) => return None,
    }
    Some(says)
}

fn with_member(object: &[String]) -> Vec<String> {
    object.iter().cloned().chain([String::new()]).collect()
}

/// An object that the member at `at` may move to.
fn target(root: &Node, at: &[usize], random: &mut Random) -> Option<Path> {
    let (&child, parent) = at.split_last()?;
    let Node::Object(members) = root.at(parent)? else { return None };
    let key = &members[child].0;
    // Mostly a neighbour, as when a line ends up on the wrong side of a bracket.
    let near = if random.below(4) > 0 { &parent[..parent.len().min(2)] } else { &[] };
    let is_target = |path: &Path| {
        path.starts_with(near)
            && path != parent
            && !path.starts_with(at)
            && matches!(root.at(path), Some(Node::Object(_)))
    };
    let mut targets: Vec<Path> = root.paths().into_iter().filter(is_target).collect();
    if near.is_empty() && !parent.is_empty() {
        targets.push(Vec::new());
    }
    if targets.is_empty() {
        return None;
    }
    let to = random.pick(&targets).clone();
    root.at(&to)?.get(key).is_none().then_some(to)
}

/// Adding at the end of `to` leaves the path of the old place as it was.
fn relocate(root: &mut Node, at: &[usize], to: &[usize]) -> Option<()> {
    let (&child, parent) = at.split_last()?;
    let Node::Object(members) = root.at(parent)? else { return None };
    let member = members.get(child)?.clone();
    let Node::Object(members) = root.at_mut(to)? else { return None };
    members.push(member);
    root.remove(at).map(drop)
}

//! Other bodies than that of the example.

use pact_models::bodies::OptionalBody;

use crate::fixes::hints::{Hints, NUMBERS};
use crate::mutate::{changed, retyped};
use crate::random::Random;
use crate::tree::{Node, Path};
use crate::typo::slip;

/// A body like `old`. What its type is, is left to the headers, as in a real message.
pub fn vary(old: &OptionalBody, hints: &Hints, random: &mut Random) -> OptionalBody {
    let OptionalBody::Present(bytes, kind, hint) = old else {
        let new = *random.pick(&["{}", "[]", "null", "text", "{\"a\": 1}"]);
        return OptionalBody::Present(new.into(), None, None);
    };
    if random.below(40) == 0 {
        return random.pick(&[OptionalBody::Empty, OptionalBody::Missing, OptionalBody::Null]).clone();
    }
    let bytes = match std::str::from_utf8(bytes) {
        Ok(text) => match Node::parse(text) {
            Some(mut root) => {
                json(&mut root, hints, random);
                root.to_string().into_bytes()
            }
            None => plain(text, hints, random).into_bytes(),
        },
        Err(_) => {
            let mut bytes = bytes.to_vec();
            let at = random.below(bytes.len());
            // Not UTF-8, so there is at least one.
            match random.below(3) {
                0 => bytes[at] ^= 0x55,
                1 => bytes.truncate(at),
                _ => bytes.push(0),
            }
            bytes
        }
    };
    OptionalBody::Present(bytes.into(), kind.clone(), hint.clone())
}

/// Text, XML, form data.
fn plain(text: &str, hints: &Hints, random: &mut Random) -> String {
    if text.is_empty() {
        return hints.text(text, random);
    }
    let lines = || text.split_inclusive(['\n', '&', '>']).map(str::to_owned).collect::<Vec<String>>();
    match random.below(6) {
        0 => {
            let mut lines = lines();
            lines.remove(random.below(lines.len()));
            lines.concat()
        }
        1 => {
            let mut lines = lines();
            let at = random.below(lines.len());
            lines.insert(at, lines[at].clone());
            lines.concat()
        }
        2 => {
            let mut lines = lines();
            let (a, b) = (random.below(lines.len()), random.below(lines.len()));
            lines.swap(a, b);
            lines.concat()
        }
        3 => {
            // A word between marks.
            let is_mark = |letter: char| !letter.is_alphanumeric() && letter != '-' && letter != '.';
            let words: Vec<&str> = text.split(is_mark).filter(|word| !word.is_empty()).collect();
            if words.is_empty() {
                return hints.text(text, random);
            }
            let word = *random.pick(&words);
            text.replacen(word, &hints.text(word, random), 1)
        }
        _ => hints.text(text, random),
    }
}

/// The nodes that a fix is about, and all.
fn nodes(root: &Node, hints: &Hints) -> (Vec<Path>, Vec<Path>) {
    let mut all = root.paths();
    all.truncate(3_000);
    all.push(Vec::new());
    let is_about = |path: &Path| {
        let names = root.names(path);
        let names: Vec<&str> = std::iter::once("$").chain(names.iter().map(String::as_str)).collect();
        hints.is_about(&names)
    };
    let hot = all.iter().filter(|path| is_about(path)).cloned().collect();
    (hot, all)
}

fn json(root: &mut Node, hints: &Hints, random: &mut Random) {
    let (hot, all) = nodes(root, hints);
    let some = if hot.is_empty() || random.below(4) == 0 { all } else { hot };
    for _ in 0..20 {
        let mut at = random.pick(&some).clone();
        // What stands around counts too.
        if random.below(5) == 0 {
            at.pop();
        }
        if change(root, &at, hints, random).is_some() {
            return;
        }
    }
}

fn change(root: &mut Node, at: &[usize], hints: &Hints, random: &mut Random) -> Option<()> {
    let old = root.at(at)?.clone();
    let new = match (&old, random.below(10)) {
        (Node::Scalar(_), 0..5) => scalar(&old, hints, random)?,
        (Node::Array(items), 0..6) => Node::Array(list(items, random)),
        (Node::Object(members), 0..5) => Node::Object(object(members, random)?),
        (_, 5) => Node::null(),
        (_, 6 | 7) => retyped(&old, random)?,
        _ => return root.remove(at).map(drop),
    };
    *root.at_mut(at)? = new;
    Some(())
}

fn scalar(old: &Node, hints: &Hints, random: &mut Random) -> Option<Node> {
    if random.below(3) == 0 {
        return changed(old, random);
    }
    Some(match old.as_str() {
        Some(text) => Node::string(&hints.text(&text, random)),
        None => Node::Scalar((*random.pick(&NUMBERS)).to_owned()),
    })
}

fn list(items: &[Node], random: &mut Random) -> Vec<Node> {
    let mut items = items.to_vec();
    match random.below(6) {
        0 => items.clear(),
        1 if items.len() > 1 => items.reverse(),
        2 | 3 if !items.is_empty() => {
            for _ in 0..=random.below(6) {
                let copy = random.pick(&items).clone();
                items.push(copy);
            }
        }
        4 if !items.is_empty() => items.truncate(random.below(items.len())),
        _ => items.push(random.pick(&[Node::null(), Node::string("x"), Node::Scalar("1".into())]).clone()),
    }
    items
}

fn object(members: &[(String, Node)], random: &mut Random) -> Option<Vec<(String, Node)>> {
    let mut members = members.to_vec();
    if members.is_empty() || random.below(3) == 0 {
        let value = members.first().map_or_else(|| Node::string("x"), |(_, value)| value.clone());
        members.push((format!("more{}", random.below(3)), value));
        return Some(members);
    }
    let at = random.below(members.len());
    match random.below(4) {
        0 => members[at].0 = slip(&members[at].0, random)?,
        1 => members.clear(),
        2 => drop(members.remove(at)),
        _ => {
            let other = random.below(members.len());
            let value = members[other].1.clone();
            members[at].1 = value;
        }
    }
    Some(members)
}

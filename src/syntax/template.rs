//! Texts known from others like them. What one program writes over and over differs in a few
//! values alone: where a text is one that was parsed before but for those, its tree is that one's,
//! moved, and comparing stretches of bytes takes a tenth of the time that reading tokens does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::syntax::parser::hex4;
use crate::syntax::scan::{number_problem, skip_plain};
use crate::syntax::{Cursor, Kind, Node, NodeId, PartTree, Tree};

/// Longer texts, and those with more free values, are not worth keeping.
const MAX_LEN: usize = 16 * 1024;

/// So much is kept, in bytes.
const MAX_BYTES: usize = 24 * 1024 * 1024;

/// A value that may be another one in a text that is like the one learnt from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Free {
    /// Any string.
    Text,
    /// A string with a letter or digit in it, and no escape.
    Filled,
    /// Any number.
    Number,
}

impl Free {
    /// How many bytes of a value at either end are not free.
    fn quote(self) -> u32 {
        u32::from(self != Free::Number)
    }
}

/// A text but for its free values.
#[derive(Debug)]
pub struct Template {
    /// Not that of any other template.
    pub id: u64,
    /// What who named the free values took the text for.
    pub tag: u8,
    /// The tree of the text learnt from.
    nodes: Box<[Node]>,
    /// The free values, in order.
    holes: Box<[Hole]>,
    /// The nodes with holes in them, each with the number of the last one.
    around: Box<[(u32, u32)]>,
}

#[derive(Debug)]
struct Hole {
    node: u32,
    free: Free,
    /// What is free, in bytes of the text learnt from: of a string what is between its quotes.
    start: u32,
    end: u32,
}

impl Template {
    /// The free values of a text of this form, by its tree.
    pub fn free<'a>(&self, root: Cursor<'a>) -> impl Iterator<Item = Cursor<'a>> {
        self.holes.iter().map(move |hole| root.at(NodeId(hole.node)))
    }

    fn new(id: u64, tag: u8, tree: &Tree, free: &[(NodeId, Free)]) -> Template {
        let hole = |&(node, free): &(NodeId, Free)| {
            let Node { start, end, .. } = tree.nodes[node.0 as usize];
            let quote = free.quote();
            Hole { node: node.0, free, start: start + quote, end: end - quote }
        };
        let holes: Box<[Hole]> = free.iter().map(hole).collect();
        let around = |(index, node): (usize, &Node)| {
            let within = node.kind != Kind::Key && node.next as usize > index + 1;
            let passed = holes.partition_point(|hole| hole.node < node.next);
            let last = passed.checked_sub(1).filter(|last| within && holes[*last].node as usize > index)?;
            Some((index as u32, last as u32))
        };
        let around = tree.nodes.iter().enumerate().filter_map(around).collect();
        Template { id, tag, nodes: tree.nodes.as_slice().into(), holes, around }
    }

    /// The free values of a text of this form, by its tree.
    pub(super) fn values(&self, tree: &Tree) -> Box<[Value]> {
        let value = |hole: &Hole| {
            let node = tree.nodes[hole.node as usize];
            Value { end: node.end - hole.free.quote(), escaped: node.escaped }
        };
        self.holes.iter().map(value).collect()
    }

    /// What it takes, in bytes.
    fn weight(&self) -> usize {
        size_of_val(&*self.nodes) + size_of_val(&*self.holes) + size_of_val(&*self.around)
    }

    /// Makes `tree` that of a text whose free values are these.
    pub(super) fn fill(&self, values: &[Value], tree: &mut Tree) {
        let Tree { nodes, errors } = tree;
        errors.clear();
        nodes.clear();
        nodes.extend_from_slice(&self.nodes);
        let shift = |hole: usize| values[hole].end.wrapping_sub(self.holes[hole].end);
        // From hole to hole all nodes move alike, but for the ends of those that holes are in.
        let (mut from, mut by) = (0, 0);
        for (index, (hole, value)) in self.holes.iter().zip(values).enumerate() {
            let at = hole.node as usize;
            move_all(&mut nodes[from..=at], by);
            by = shift(index);
            let Node { end, .. } = self.nodes[at];
            nodes[at] = Node { end: end.wrapping_add(by), escaped: value.escaped, ..nodes[at] };
            from = at + 1;
        }
        move_all(&mut nodes[from..], by);
        for &(node, last) in &self.around {
            nodes[node as usize].end = self.nodes[node as usize].end.wrapping_add(shift(last as usize));
        }
    }
}

fn move_all(nodes: &mut [Node], by: u32) {
    for node in nodes {
        node.start = node.start.wrapping_add(by);
        node.end = node.end.wrapping_add(by);
    }
}

/// The value found in a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value {
    end: u32,
    escaped: bool,
}

/// Says which values of a text are free, in order, and what it takes the text for.
pub type Frees = fn(Cursor<'_>, &mut Vec<(NodeId, Free)>) -> u8;

/// The templates learnt so far: a tree of stretches of bytes, as they have most of them in common.
pub struct Templates {
    frees: Frees,
    steps: Vec<Step>,
    /// What the steps are stretches of.
    bytes: Vec<u8>,
    /// What the templates take, about.
    kept: usize,
    /// Room for what is found.
    values: Vec<Value>,
    free: Vec<(NodeId, Free)>,
}

/// Bytes as they are, and what may follow.
struct Step {
    start: u32,
    end: u32,
    then: Then,
}

enum Then {
    End(Arc<Template>),
    Fork {
        holes: Vec<(Free, u32)>,
        /// By the first byte.
        bytes: Vec<(u8, u32)>,
    },
}

impl Templates {
    /// None yet.
    pub fn new(frees: Frees) -> Templates {
        let (steps, bytes, values, free) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Templates { frees, steps, bytes, kept: 0, values, free }
    }

    /// What all of it takes, about, in bytes.
    fn weight(&self) -> usize {
        self.kept + self.bytes.len() + self.steps.len() * (size_of::<Step>() + size_of::<(u8, u32)>())
    }

    /// Whether `text` begins with an object that is known: its tree and its length.
    pub fn find(&mut self, text: &[u8]) -> Option<(PartTree, usize)> {
        self.values.clear();
        let (mut step, mut at) = (self.steps.first()?, 0);
        loop {
            let literal = &self.bytes[step.start as usize..step.end as usize];
            if text.get(at..at + literal.len())? != literal {
                return None;
            }
            at += literal.len();
            let (holes, bytes) = match &step.then {
                Then::End(template) => {
                    return Some((PartTree::known(Arc::clone(template), &self.values), at));
                }
                Then::Fork { holes, bytes } => (holes, bytes),
            };
            let hole = holes.iter().find_map(|(free, next)| Some((value(text, at, *free)?, *next)));
            let next = if let Some((value, next)) = hole {
                at = value.end as usize;
                self.values.push(value);
                next
            } else {
                let byte = text.get(at)?;
                bytes.iter().find(|(first, _)| first == byte)?.1
            };
            step = &self.steps[next as usize];
        }
    }

    /// Keeps a text that is an object without an error.
    pub fn learn(&mut self, text: &str, tree: &Tree) -> Option<Arc<Template>> {
        if text.len() > MAX_LEN || tree.nodes.first().is_none_or(|root| root.kind != Kind::Object) {
            return None;
        }
        let mut free = std::mem::take(&mut self.free);
        free.clear();
        let tag = (self.frees)(tree.root(text)?, &mut free);
        // Templates learnt on different threads meet in one analysis.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let template = Arc::new(Template::new(id, tag, tree, &free));
        self.free = free;
        let own = template.weight();
        if self.weight() + text.len() + own > MAX_BYTES {
            *self = Templates::new(self.frees);
        }
        let known = self.insert(text.as_bytes(), Arc::clone(&template))?;
        self.kept += if Arc::ptr_eq(&known, &template) { own } else { 0 };
        Some(known)
    }

    /// Puts it among the others; gives the one that is there already.
    fn insert(&mut self, text: &[u8], template: Arc<Template>) -> Option<Arc<Template>> {
        let mut holes = template.holes.iter().map(|hole| (hole.free, hole.start as usize, hole.end as usize));
        let mut hole = holes.next();
        let mut at = 0;
        let mut step = 0;
        if self.steps.is_empty() {
            self.steps.push(Step { start: 0, end: 0, then: Then::Fork { holes: vec![], bytes: vec![] } });
        }
        loop {
            let rest = &text[at..hole.map_or(text.len(), |(_, start, _)| start)];
            let Step { start, end, .. } = self.steps[step];
            let literal = &self.bytes[start as usize..end as usize];
            let same = common(literal, rest);
            if same < literal.len() {
                self.split(step, same);
            }
            at += same;
            if let Some(byte) = rest.get(same) {
                // What is new is kept from here to the next hole.
                let (start, end) = (self.bytes.len() as u32, self.bytes.len() + rest.len() - same);
                let new = self.steps.len() as u32;
                let Then::Fork { bytes, .. } = &mut self.steps[step].then else { return None };
                let known = bytes.iter().find(|(first, _)| first == byte).map(|(_, next)| *next);
                if known.is_none() {
                    bytes.push((*byte, new));
                    self.bytes.extend_from_slice(&rest[same..]);
                    let then = Then::Fork { holes: Vec::new(), bytes: Vec::new() };
                    self.steps.push(Step { start, end: end as u32, then });
                }
                step = known.unwrap_or(new) as usize;
                continue;
            }
            let new = self.steps.len() as u32;
            let Some((free, _, end)) = hole else {
                return match &mut self.steps[step].then {
                    Then::End(known) => Some(Arc::clone(known)),
                    Then::Fork { holes, bytes } if holes.is_empty() && bytes.is_empty() => {
                        self.steps[step].then = Then::End(Arc::clone(&template));
                        Some(template)
                    }
                    // No object begins another one.
                    Then::Fork { .. } => None,
                };
            };
            let Then::Fork { holes: known, .. } = &mut self.steps[step].then else { return None };
            let next = known.iter().find(|(it, _)| *it == free).map(|(_, next)| *next);
            if next.is_none() {
                known.push((free, new));
                let then = Then::Fork { holes: Vec::new(), bytes: Vec::new() };
                self.steps.push(Step { start: 0, end: 0, then });
            }
            step = next.unwrap_or(new) as usize;
            at = end;
            hole = holes.next();
        }
    }

    /// Makes two steps of one, the first with `len` of its bytes.
    fn split(&mut self, step: usize, len: usize) {
        let new = self.steps.len() as u32;
        let first = &mut self.steps[step];
        let (middle, end) = (first.start + len as u32, first.end);
        let byte = self.bytes[middle as usize];
        let fork = Then::Fork { holes: Vec::new(), bytes: vec![(byte, new)] };
        let then = std::mem::replace(&mut first.then, fork);
        first.end = middle;
        self.steps.push(Step { start: middle, end, then });
    }
}

/// How many bytes two texts begin with in common.
fn common(one: &[u8], other: &[u8]) -> usize {
    // Many at once, as most are the same.
    const STRIDE: usize = 32;
    let strides = one.chunks_exact(STRIDE).zip(other.chunks_exact(STRIDE));
    let same = strides.take_while(|(a, b)| a == b).count() * STRIDE;
    same + one[same..].iter().zip(&other[same..]).take_while(|(a, b)| a == b).count()
}

/// The value at `at`, if it is of this kind. What is odd is left to the parser.
fn value(text: &[u8], at: usize, free: Free) -> Option<Value> {
    let mut end = at;
    let mut escaped = false;
    if free == Free::Number {
        let part = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
        // What is longer, or has an exponent, may be out of range.
        let len = text.get(at..)?.iter().take(30).take_while(part).count();
        end += len;
        let fits = (1..30).contains(&len) && number_problem(&text[at..end]).is_none();
        return fits.then_some(Value { end: end as u32, escaped });
    }
    loop {
        end = skip_plain(text, end);
        match text.get(end)? {
            b'"' => break,
            b'\\' => escaped = true,
            _ => return None,
        }
        end += match text.get(end + 1)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
            b'u' if hex4(text, end + 2).is_some_and(|unit| !(0xD800..0xE000).contains(&unit)) => 6,
            _ => return None,
        };
    }
    let filled = || !escaped && text[at..end].iter().any(u8::is_ascii_alphanumeric);
    (free != Free::Filled || filled()).then_some(Value { end: end as u32, escaped })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_split;

    /// Strings and numbers under `v` are free, and those under `w` if there is a letter in them.
    fn frees(root: Cursor<'_>, out: &mut Vec<(NodeId, Free)>) -> u8 {
        for member in root.members() {
            let Some(value) = member.value else { continue };
            for node in value.subtree().map(|id| value.at(NodeId(id))) {
                match (node.kind(), &*member.key.name()) {
                    (Kind::String, "v") => out.push((node.id(), Free::Text)),
                    (Kind::Number, "v") => out.push((node.id(), Free::Number)),
                    (Kind::String, "w") if node.raw() == "\"full\"" => out.push((node.id(), Free::Filled)),
                    _ => {}
                }
            }
        }
        7
    }

    const VALUES: [&str; 24] = [
        "\"\"",
        "\"text\"",
        "\"full\"",
        "\" \"",
        "\"a\\n\\u0041\\\\\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud800\"",
        "\"\\x\"",
        "\"tab\there\"",
        "\"caf\u{e9}\"",
        "\"never closed",
        "0",
        "-12.50",
        "1e5",
        "1e999",
        "01",
        "1.",
        "12a",
        "123456789012345678901234567890123",
        "true",
        "null",
        "[]",
        "[1, \"x\"]",
        "{\"k\": 2}",
    ];

    #[test]
    fn what_is_known_is_read_as_if_it_were_not() {
        let mut known = 0;
        let mut templates = Templates::new(frees);
        for (at, first) in VALUES.iter().enumerate() {
            for second in VALUES {
                let third = VALUES[(at * 5 + 3) % VALUES.len()];
                let items = [
                    format!("{{\"v\": {first}, \"x\": {{}}, \"w\": {third}}}"),
                    format!("{{\"v\": {second}, \"x\": {{}}, \"w\": \"full\"}}"),
                    format!("{{\"v\": [{second}, {first}],\n \"x\": {third}}}"),
                ];
                let text = format!("{{\"items\": [{}], \"v\": {first}}}", items.join(", "));
                let plain = parse_split(&text, 0, &["items"], None);
                let split = parse_split(&text, 0, &["items"], Some(&mut templates));
                assert_eq!(split.spine, plain.spine, "{text}");
                assert_eq!(split.parts.len(), plain.parts.len(), "{text}");
                for (part, plain) in split.parts.iter().zip(&plain.parts) {
                    assert_eq!((part.span, part.array), (plain.span, plain.array), "{text}");
                    assert_eq!(part.tree.get(), plain.tree.get(), "{text}");
                    assert_eq!(part.tree.errors(), plain.tree.errors(), "{text}");
                    known += usize::from(templates.find(part.span.of(&text).as_bytes()).is_some());
                }
            }
        }
        assert!(known > 500, "{known} items were known");
    }

    #[test]
    fn texts_of_one_form_have_one_template() {
        let mut templates = Templates::new(frees);
        let mut id = |item: &str| {
            let text = format!("{{\"items\": [{item}]}}");
            let part = parse_split(&text, 0, &["items"], Some(&mut templates)).parts.remove(0);
            part.tree.template().map(|template| (template.id, template.tag))
        };
        let one = id("{\"v\": 1, \"x\": 1}");
        assert!(one.is_some_and(|(_, tag)| tag == 7), "{one:?}");
        assert_eq!(id("{\"v\": 25, \"x\": 1}"), one);
        // An exponent is left to the parser, which finds the form that is known.
        assert_eq!(id("{\"v\": 2e5, \"x\": 1}"), one);
        assert_ne!(id("{\"v\": 1, \"x\": 2}"), one);
        assert_ne!(id("{\"v\": \"\", \"x\": 1}"), one);
        assert_eq!(id("{\"v\": 1, \"x\": }"), None);
        assert_eq!(id("[]"), None);
        let weight = templates.weight();
        for number in ["3e5", "4e50"] {
            let text = format!("{{\"items\": [{{\"v\": {number}, \"x\": 1}}]}}");
            parse_split(&text, 0, &["items"], Some(&mut templates));
        }
        assert_eq!(templates.weight(), weight, "nothing new was learnt");
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut templates = Templates::new(frees);
        for at in 0..4_000 {
            let item = format!("{{\"x\": \"{at}{}\"}}", "y".repeat(15_000));
            let text = format!("{{\"items\": [{item}]}}");
            parse_split(&text, 0, &["items"], Some(&mut templates));
            assert!(templates.weight() <= MAX_BYTES);
        }
    }
}

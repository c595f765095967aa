//! The example and what came, side by side, of both only what differs.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::runner::engine::Part;
use crate::runner::explain::path::{Seg, child};
use crate::runner::explain::raw::contrast;
use crate::runner::explain::view::View;
use crate::runner::explain::{DiffLine, Difference, Kind, MOST, Side};
use crate::syntax::Cursor;
use crate::text::counted;

/// A diff has at most so many lines.
pub(super) const LINES: usize = 20;
/// A line has at most so many columns.
const COLUMNS: usize = 88;
/// Of an object that lacks many keys so many lines of each side are shown.
const KEYS: usize = 6;

/// The lines of a diff; none where the body is not JSON, or is another one altogether.
pub(super) fn lines(view: &View<'_>, differences: &[Difference]) -> Vec<DiffLine> {
    let (Some(expected), Some(came)) = (view.expected(), view.came()) else { return Vec::new() };
    let mut trie = Trie::default();
    let mut any = false;
    for one in differences.iter().filter(|it| it.part == Part::Body).take(MOST) {
        let Some(steps) = &one.steps else { continue };
        any |= !steps.is_empty() || expected.is_container() || came.is_container();
        trie.put(steps, one.kind);
    }
    if !any {
        return Vec::new();
    }
    let mut out = Out { view, lines: Vec::new(), hidden: 0 };
    out.node(&trie, Some(expected), Some(came), "", 0);
    if out.hidden > 0 {
        let text = format!("… {}", counted(out.hidden, "more line"));
        out.lines.push(DiffLine { side: Side::Both, text });
    }
    out.lines
}

#[derive(Default)]
struct Trie {
    leaf: Option<Kind>,
    below: BTreeMap<Seg, Trie>,
}

impl Trie {
    fn put(&mut self, steps: &[Seg], leaf: Kind) {
        match steps.split_first() {
            None => self.leaf = Some(leaf),
            Some((first, rest)) => self.below.entry(first.clone()).or_default().put(rest, leaf),
        }
    }
}

struct Out<'v> {
    view: &'v View<'v>,
    lines: Vec<DiffLine>,
    hidden: usize,
}

impl Out<'_> {
    fn line(&mut self, side: Side, depth: usize, text: &str) {
        if self.lines.len() + 1 >= LINES {
            self.hidden += 1;
            return;
        }
        self.lines.push(DiffLine { side, text: format!("{}{text}", "  ".repeat(depth.min(20))) });
    }

    fn value(&mut self, side: Side, depth: usize, label: &str, node: Cursor<'_>) {
        let room = COLUMNS.saturating_sub(2 * depth.min(20) + label.chars().count()).max(20);
        let text = format!("{label}{}", self.view.show.value(node, room));
        self.line(side, depth, &text);
    }

    fn label(&self, name: &str) -> String {
        format!("{}: ", self.view.show.quoted(name, COLUMNS / 2))
    }

    fn node(
        &mut self,
        trie: &Trie,
        wanted: Option<Cursor<'_>>,
        got: Option<Cursor<'_>>,
        label: &str,
        depth: usize,
    ) {
        let (objects, arrays) = match (wanted, got) {
            (Some(wanted), Some(got)) => {
                (wanted.is_object() && got.is_object(), wanted.is_array() && got.is_array())
            }
            _ => (false, false),
        };
        let lacks = objects && trie.leaf == Some(Kind::Missing);
        let uneven = arrays && trie.leaf == Some(Kind::Length);
        let whole = trie.below.is_empty() && !lacks && !uneven;
        let (Some(wanted), Some(got), false, true) = (wanted, got, whole, objects || arrays) else {
            self.both(wanted, got, label, depth);
            return;
        };
        let (open, close) = if objects { ("{", "}") } else { ("[", "]") };
        self.line(Side::Both, depth, &format!("{label}{open}"));
        let shown = if objects {
            self.members(trie, wanted, got, lacks, depth + 1)
        } else {
            self.items(trie, wanted, got, uneven, depth + 1)
        };
        if !shown {
            self.line(Side::Both, depth + 1, "…");
        }
        self.line(Side::Both, depth, close);
    }

    /// Two values that differ as a whole.
    fn both(&mut self, wanted: Option<Cursor<'_>>, got: Option<Cursor<'_>>, label: &str, depth: usize) {
        if let (Some(wanted), Some(got)) = (wanted, got) {
            // The example does not meet its rule, and came.
            if wanted.raw() == got.raw() {
                return self.value(Side::Both, depth, label, got);
            }
            let scalars = wanted.is_string() && got.is_string();
            if let Some((a, b)) = contrast(wanted.raw(), got.raw()).filter(|_| scalars) {
                let (a, b) = (self.view.show.text(&a, COLUMNS), self.view.show.text(&b, COLUMNS));
                self.line(Side::Expected, depth, &format!("{label}{a}"));
                return self.line(Side::Actual, depth, &format!("{label}{b}"));
            }
        }
        if let Some(wanted) = wanted {
            self.value(Side::Expected, depth, label, wanted);
        }
        if let Some(got) = got {
            self.value(Side::Actual, depth, label, got);
        }
    }

    /// The members that differ; says whether these are all there are.
    fn members(
        &mut self,
        trie: &Trie,
        wanted: Cursor<'_>,
        got: Cursor<'_>,
        lacks: bool,
        depth: usize,
    ) -> bool {
        let (mut skipped, mut all) = (false, true);
        let mut minus = 0;
        for member in wanted.members() {
            let name = member.key.name();
            let below = trie.below.get(&Seg::Key(name.to_string())).or_else(|| {
                // The core takes a key of digits for an index.
                trie.below.get(&Seg::Index(name.parse().ok()?))
            });
            let Some(below) = below else {
                if lacks && minus < KEYS && got.get(&name).is_none() {
                    minus += 1;
                    if let Some(value) = member.value {
                        let label = self.label(&name);
                        self.value(Side::Expected, depth, &label, value);
                    }
                    continue;
                }
                (skipped, all) = (true, false);
                continue;
            };
            if skipped {
                self.line(Side::Both, depth, "…");
                (skipped, all) = (false, true);
            }
            let label = self.label(&name);
            self.node(below, member.value, got.get(&name), &label, depth);
            if let (None, Some(near)) = (got.get(&name), self.near(&name, wanted, got)) {
                let label = self.label(&near);
                if let (Some(value), false) =
                    (got.get(&near), trie.below.contains_key(&Seg::Key(near.clone())))
                {
                    self.value(Side::Actual, depth, &label, value);
                }
            }
        }
        let mut plus = 0;
        let known: FxHashSet<_> = wanted.members().map(|it| it.key.name()).collect();
        for member in got.members().filter(|it| !known.contains(&it.key.name())) {
            let name = member.key.name();
            let label = self.label(&name);
            match trie.below.get(&Seg::Key(name.to_string())) {
                Some(below) => self.node(below, None, member.value, &label, depth),
                None if lacks && plus < KEYS => {
                    plus += 1;
                    if let Some(value) = member.value {
                        self.value(Side::Actual, depth, &label, value);
                    }
                }
                None => all = all && lacks,
            }
        }
        all
    }

    fn near(&self, name: &str, wanted: Cursor<'_>, got: Cursor<'_>) -> Option<String> {
        let kind = wanted.get(name).and_then(Cursor::json_type);
        super::near::renamed(name, kind, wanted, got)
    }

    /// The items that differ; says whether these are all there are.
    fn items(
        &mut self,
        trie: &Trie,
        wanted: Cursor<'_>,
        got: Cursor<'_>,
        uneven: bool,
        depth: usize,
    ) -> bool {
        let mut next = 0;
        for (seg, below) in &trie.below {
            let Seg::Index(index) = seg else { continue };
            if *index > next {
                self.line(Side::Both, depth, "…");
            }
            next = index + 1;
            // Items beyond the example are compared with its first one.
            let example = child(wanted, seg).or_else(|| wanted.elements().next());
            self.node(below, example, child(got, seg), "", depth);
        }
        if !uneven {
            return got.elements().nth(next).is_none();
        }
        // Those that are too many, or too few.
        let (less, more) = (wanted.elements().count(), got.elements().count());
        let from = less.min(more);
        if from > next {
            self.line(Side::Both, depth, "…");
        }
        let sides = [(Side::Expected, wanted), (Side::Actual, got)];
        for (side, node) in sides {
            node.elements().skip(from).take(KEYS / 2).for_each(|item| self.value(side, depth, "", item));
        }
        less.max(more) - from <= KEYS / 2
    }
}

//! Bodies: what differs at which path.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::model::{Format, MatcherKind};
use crate::runner::engine::{Mismatch, Part};
use crate::runner::explain::near::renamed;
use crate::runner::explain::path::{Seg, follow, steps, template, written};
use crate::runner::explain::rule::{Governs, in_body, items};
use crate::runner::explain::show::{NAME, VALUE};
use crate::runner::explain::view::View;
use crate::runner::explain::{Difference, Kind, MOST, raw, xml};
use crate::syntax::Cursor;

/// So many keys that miss in one object are told one by one; of more there is one line.
const KEYS: usize = 4;

/// The differences of a body. `open` where keys may come that the example has not.
pub(super) fn explain(view: &View<'_>, own: &[&Mismatch], open: bool) -> Vec<Difference> {
    if let Some(whole) = raw::whole(view, own) {
        return vec![whole];
    }
    match (view.format(), view.expected(), view.came()) {
        (Some(Format::Xml), ..) => xml::explain(view, own),
        (Some(Format::Json), Some(expected), Some(came)) => json(view, own, expected, came, open),
        (Some(Format::Form), ..) => own.iter().map(|it| ruled(view, it)).collect(),
        _ => raw::explain(view, own),
    }
}

/// What the core says of a field of a form or a part, with its rule.
pub(super) fn ruled(view: &View<'_>, mismatch: &Mismatch) -> Difference {
    let rule = in_body(view, &steps(&mismatch.at)).and_then(|rule| rule.ruling(view));
    Difference { rule, ..view.other(mismatch) }
}

fn json(
    view: &View<'_>,
    own: &[&Mismatch],
    expected: Cursor<'_>,
    came: Cursor<'_>,
    open: bool,
) -> Vec<Difference> {
    // Each path once.
    let mut paths: BTreeMap<Vec<Seg>, Vec<&Mismatch>> = BTreeMap::new();
    for mismatch in own {
        paths.entry(steps(&mismatch.at)).or_default().push(mismatch);
    }
    let mut out = Vec::new();
    for (steps, own) in paths {
        if out.len() > MOST {
            view.skip(1);
            continue;
        }
        let pair = Pair {
            view,
            wanted: template(expected, &steps),
            got: follow(came, &steps),
            exact: follow(expected, &steps),
            rule: in_body(view, &steps),
            steps,
            own,
            open,
        };
        pair.explain(&mut out);
    }
    out
}

/// A value of the example and the value that came in its place.
struct Pair<'v> {
    view: &'v View<'v>,
    steps: Vec<Seg>,
    own: Vec<&'v Mismatch>,
    /// What it is compared with.
    wanted: Option<Cursor<'v>>,
    /// What the example has at this very place.
    exact: Option<Cursor<'v>>,
    got: Option<Cursor<'v>>,
    rule: Option<Governs<'v>>,
    open: bool,
}

impl Pair<'_> {
    fn said(&self, start: &str) -> bool {
        self.own.iter().any(|it| it.said.starts_with(start))
    }

    fn holds(&self, part: &str) -> bool {
        self.own.iter().any(|it| it.said.contains(part))
    }

    fn explain(&self, out: &mut Vec<Difference>) {
        if let Some(key) = self.key() {
            out.push(key);
            return;
        }
        let (Some(wanted), Some(got)) = (self.wanted, self.got) else {
            out.push(self.half());
            return;
        };
        let before = out.len();
        if wanted.is_object() && got.is_object() {
            self.keys(wanted, got, out);
        }
        if wanted.is_array() && got.is_array() {
            self.items(wanted, got, out);
        }
        if out.len() == before {
            out.push(self.value(wanted, got));
        }
    }

    fn difference(&self, kind: Kind) -> Difference {
        Difference {
            part: Part::Body,
            kind,
            at: self.view.show.text(&written(&self.steps), NAME),
            expected: String::new(),
            got: String::new(),
            rule: self.rule.and_then(|rule| rule.ruling(self.view)),
            place: self
                .wanted
                .and_then(|node| self.view.place_in_body(node))
                .or_else(|| self.view.body_place()),
            near: None,
            follows: false,
            steps: Some(self.steps.clone()),
            said: self.view.said(&self.own),
        }
    }

    /// A key that is not as a rule for keys wants it (`match_keys` in pact_matching: its own
    /// path, and an empty text for what is expected).
    fn key(&self) -> Option<Difference> {
        let (Seg::Key(key), above) = self.steps.split_last()? else { return None };
        let is = |it: &&Mismatch| it.expected.as_deref() == Some("") && it.actual.as_deref() == Some(key);
        if !self.own.iter().all(is) {
            return None;
        }
        let (rule, wanted) = in_body(self.view, above)?.of_keys(self.view)?;
        let mut out = self.difference(Kind::Key);
        out.at = self.view.show.text(&written(above), NAME);
        out.rule = Some(rule);
        out.expected = format!("keys that are {wanted}");
        out.got = format!("key {}", self.view.show.quoted(key, VALUE));
        Some(out)
    }

    /// A value that is on one side only.
    fn half(&self) -> Difference {
        match (self.wanted, self.got) {
            (Some(wanted), None) => {
                let mut out = self.difference(Kind::Missing);
                out.expected = self.wants(wanted);
                out.got = "nothing".to_owned();
                out
            }
            (None, Some(got)) => {
                let mut out = self.difference(Kind::Unexpected);
                out.expected = "nothing".to_owned();
                out.got = self.view.show.value(got, VALUE);
                out
            }
            _ => self.view.other(self.own[0]),
        }
    }

    /// Keys that miss, and keys that are too many.
    fn keys(&self, wanted: Cursor<'_>, got: Cursor<'_>, out: &mut Vec<Difference>) {
        let about = self.said("Actual map is missing") || self.said("Expected a Map with keys");
        if !about && !self.said("Expected an empty Map") {
            return;
        }
        let mut taken: Vec<String> = Vec::new();
        let (known, came) = (key_names(wanted), key_names(got));
        let missing: Vec<(String, Option<Cursor<'_>>)> = wanted
            .members()
            .filter(|it| !came.contains(&it.key.name()))
            .map(|it| (it.key.name().into_owned(), it.value))
            .collect();
        if missing.len() > KEYS {
            let mut all = self.difference(Kind::Missing);
            let names = |cursor: Cursor<'_>, but: &FxHashSet<Cow<'_, str>>| {
                let names = cursor.members().map(|it| it.key.name()).filter(|name| !but.contains(name));
                let names: Vec<_> = names.collect();
                let mut shown: Vec<String> =
                    names.iter().take(2 * KEYS).map(|name| self.view.show.quoted(name, VALUE)).collect();
                if names.len() > shown.len() {
                    shown.push(format!("{} more", names.len() - shown.len()));
                }
                if shown.is_empty() { "none".to_owned() } else { shown.join(", ") }
            };
            all.expected = format!("{} more keys: {}", missing.len(), names(wanted, &came));
            all.got = format!("keys: {}", names(got, &FxHashSet::default()));
            all.rule = None;
            out.push(all);
        } else {
            for (name, value) in &missing {
                let mut steps = self.steps.clone();
                steps.push(step(name));
                let rule = in_body(self.view, &steps);
                let inner = Pair {
                    wanted: *value,
                    exact: *value,
                    got: None,
                    rule,
                    steps,
                    own: self.own.clone(),
                    ..*self
                };
                let mut one = inner.half();
                one.kind = Kind::Missing;
                let near = renamed(name, value.and_then(Cursor::json_type), wanted, got);
                one.near = near.as_ref().map(|near| self.view.show.quoted(near, VALUE));
                taken.extend(near);
                out.push(one);
            }
        }
        if self.open {
            return;
        }
        let extra = got.members().filter(|it| !known.contains(&it.key.name()));
        for member in extra.take(2 * MOST) {
            let name = member.key.name();
            if taken.iter().any(|it| *it == name) {
                continue;
            }
            let mut steps = self.steps.clone();
            steps.push(step(&name));
            let inner = Pair {
                wanted: None,
                exact: None,
                got: member.value,
                rule: None,
                steps,
                own: self.own.clone(),
                ..*self
            };
            let mut one = inner.half();
            one.place = self.view.place_in_body(wanted);
            out.push(one);
        }
    }

    /// Too few or too many items, and items that are not among them.
    fn items(&self, wanted: Cursor<'_>, got: Cursor<'_>, out: &mut Vec<Difference>) {
        let count = |it: Cursor<'_>| it.elements().count();
        let items = |count: usize| items(count, None);
        let variants = |it: &&&Mismatch| it.said.starts_with("Variant at index ");
        let mut no_item: Vec<usize> = Vec::new();
        for mismatch in self.own.iter().filter(variants) {
            let index =
                mismatch.said["Variant at index ".len()..].split(' ').next().and_then(|it| it.parse().ok());
            no_item.extend(index.filter(|at| !no_item.contains(at)));
        }
        for at in &no_item {
            let mut one = self.difference(Kind::NoItem);
            let example = wanted.elements().nth(*at);
            one.expected = match example {
                Some(node) => format!("an item like {}", self.view.show.value(node, VALUE)),
                None => "another item".to_owned(),
            };
            one.got = format!("{}, none like it", items(count(got)));
            one.place = example.and_then(|node| self.view.place_in_body(node)).or(one.place);
            out.push(one);
        }
        if self.own.iter().filter(variants).count() == self.own.len() {
            return;
        }
        let sizes = ["Expected a List with", "Expected an empty List", "Expected ["];
        let about = sizes.iter().any(|start| self.said(start))
            || self.holds("but was missing")
            || self.holds(" size ");
        if !about {
            return;
        }
        let mut one = self.difference(Kind::Length);
        one.got = items(count(got));
        match self.rule {
            Some(rule) if rule.has(bounded) => one.expected = rule.wants(self.view, self.wanted),
            _ => one.expected = items(count(wanted)),
        }
        out.push(one);
    }

    /// Another value, or one of another type.
    fn value(&self, wanted: Cursor<'_>, got: Cursor<'_>) -> Difference {
        let types = (wanted.json_type(), got.json_type());
        let containers = wanted.is_container() || got.is_container();
        if containers && types.0 == types.1 {
            // A rule that is not met by the whole of it.
            let mut out = self.difference(Kind::Value);
            out.expected = self.wants(wanted);
            out.got = self.view.show.value(got, VALUE);
            if got.is_object() && self.holds(" size ") && self.rule.is_some_and(|rule| rule.has(bounded)) {
                out.kind = Kind::Length;
                out.got = items(got.members().count(), Some(got));
            }
            return out;
        }
        let mut out = self.difference(if types.0 == types.1 { Kind::Value } else { Kind::Type });
        out.expected = if wanted.is_container() {
            // Compared before any rule is looked at.
            out.rule = None;
            wanted.json_type().unwrap_or("another type").to_owned()
        } else {
            self.wants(wanted)
        };
        let both = raw::contrast(wanted.raw(), got.raw());
        out.got = match both {
            Some((a, b)) if types.0 == types.1 => {
                if self.rule.is_none() {
                    out.expected = self.view.show.text(&a, 2 * VALUE);
                }
                self.view.show.text(&b, 2 * VALUE)
            }
            _ => self.view.show.value(got, VALUE),
        };
        if let (true, Some(kind)) = (types.0 != types.1, types.1.filter(|kind| *kind != "null")) {
            out.got = format!("{} ({kind})", out.got);
        }
        if let Some(kind) = raw::detected(self.view, &self.own) {
            out.got = format!("{kind}: {}", out.got);
        }
        if let Some(rule) = self.rule.filter(|_| self.exact.is_some_and(|it| it.raw() == got.raw())) {
            out.got.push_str(rule.refusing(self.view));
        }
        out
    }

    fn wants(&self, wanted: Cursor<'_>) -> String {
        match self.rule {
            Some(rule) => rule.wants(self.view, Some(self.exact.unwrap_or(wanted))),
            None if wanted.is_container() && wanted.raw().len() > VALUE => summary(wanted),
            None => self.view.show.value(wanted, VALUE),
        }
    }
}

/// A container that is too long to be shown.
fn summary(node: Cursor<'_>) -> String {
    let count = if node.is_object() { node.members().count() } else { node.elements().count() };
    let kind = if node.is_object() { "an object" } else { "an array" };
    format!("{kind} of {}", items(count, Some(node)))
}

/// Whether a matcher is about how many items there are.
fn bounded(kind: &MatcherKind) -> bool {
    matches!(kind, MatcherKind::Type { min, max } if min.is_some() || max.is_some())
        || matches!(kind, MatcherKind::NotEmpty)
}

fn key_names<'a>(node: Cursor<'a>) -> FxHashSet<Cow<'a, str>> {
    node.members().map(|it| it.key.name()).collect()
}

fn step(name: &str) -> Seg {
    Seg::Key(name.to_owned())
}

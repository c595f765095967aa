//! What a path that leads nowhere was probably meant for.

use std::borrow::Cow;

use crate::model::{GroupShape, Step, field_step};
use crate::rules::matching::slip::{Dead, Finder};
use crate::rules::matching::walk::{BUDGET, Steps, first_hit};
use crate::syntax::Cursor;
use crate::text::nearest;

/// A node that the rule was probably meant for.
pub(super) struct Meant<'a> {
    /// A path that picks it.
    pub(super) path: String,
    /// The node.
    pub(super) target: Cursor<'a>,
    /// Whether it is compared by equality, for want of the rule.
    pub(super) exact: bool,
}

impl<'a> Finder<'_, 'a> {
    /// The node at `target`, unless a rule of its own holds for it already.
    fn free(&self, target: Cursor<'a>, path: String) -> Option<Meant<'a>> {
        let rule = self.resolution.rule_for(target.id())?;
        if rule.best.is_some() && !rule.cascaded {
            return None;
        }
        Some(Meant { path, target, exact: self.resolution.is_exact(rule, self.groups) })
    }
    /// A node one slip away from where the path fails, at `steps[depth]` in `node`.
    pub(super) fn meant(&mut self, dead: &Dead<'a>, depth: usize, node: Cursor<'a>) -> Option<Meant<'a>> {
        let (steps, text) = (dead.steps(), &*dead.text);
        let flat = dead.group.shape == GroupShape::V2Rule;
        let (step, start, end) = *steps.get(depth)?;
        let (before, this, after) = (text.get(..start as usize)?, start as usize, text.get(end as usize..)?);
        if !before.starts_with('$') {
            return None;
        }
        let rest = &steps[depth + 1..];
        if node.is_object() {
            if let Some(name) = step.name(text) {
                let keys: Vec<Cow<'_, str>> =
                    node.members().take(BUDGET as usize).map(|m| m.key.name()).collect();
                if let Some(near) = nearest(name, keys.iter().map(|k| &**k)) {
                    let target = node.get(near).and_then(|value| first_hit(value, rest, text));
                    if let Some(target) = target {
                        return self.free(target, format!("{before}{}{after}", field_step(near)?));
                    }
                }
            } else if let Some(target) = first_hit(node, rest, text) {
                return self.free(target, format!("{before}{after}"));
            }
        } else if node.is_array() && matches!(step, Step::Field(..)) {
            let target = node.elements().find_map(|item| first_hit(item, &steps[depth..], text));
            if let Some(target) = target {
                return self.free(target, format!("{before}[*]{}", &text[this..]));
            }
        }
        self.elsewhere(steps, text, flat)
    }

    /// The one node that the path would pick if it had a step more or less, compared by
    /// equality for want of the rule.
    fn elsewhere(&mut self, steps: Steps<'_>, text: &str, flat: bool) -> Option<Meant<'a>> {
        let wanted: Vec<&str> = steps.iter().filter_map(|(step, ..)| step.name(text)).collect();
        let last = *wanted.last()?;
        if self.searches == 0 || self.resolution.nodes.len() > 10 * BUDGET as usize {
            return None;
        }
        self.searches -= 1;
        let mut found: Option<Meant<'a>> = None;
        for rule in &self.resolution.nodes {
            let node = self.root.at(rule.node);
            let named = node.id() != self.root.id() && node.key().is_some_and(|key| key.is_named(last));
            if !named || !self.resolution.is_exact(*rule, self.groups) || rule.best.is_some() {
                continue;
            }
            let (path, names) = self.path_to(node, flat)?;
            let names: Vec<&str> = names.iter().map(|n| &**n).collect();
            if names == wanted || !(is_within(&wanted, &names) || is_within(&names, &wanted)) {
                continue;
            }
            match &found {
                Some(known) if known.path != path => return None,
                Some(_) => {}
                None => found = Some(Meant { path, target: node, exact: true }),
            }
        }
        found
    }

    /// A path to `node` that takes all items of each array, and the names on it.
    fn path_to(&self, node: Cursor<'a>, flat: bool) -> Option<(String, Vec<Cow<'a, str>>)> {
        let mut path = if flat { "$.body".to_owned() } else { "$".to_owned() };
        let mut names = Vec::new();
        for step in self.route(node).iter().skip(1) {
            match step.key() {
                Some(key) => {
                    path.push_str(&field_step(&key.name())?);
                    names.push(key.name());
                }
                None => path.push_str("[*]"),
            }
        }
        Some((path, names))
    }
}

/// Whether all of `few` are in `many`, in the same order.
fn is_within(few: &[&str], many: &[&str]) -> bool {
    let mut many = many.iter();
    few.iter().all(|name| many.any(|other| other == name))
}

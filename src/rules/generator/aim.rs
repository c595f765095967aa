//! What a generator is aimed at: the value it replaces, and the rule that holds there.

use std::borrow::Cow;

use crate::model::{
    BodyResolution, Category, Format, Generator, Part, PathExpr, RuleGroup, Section, Step, Target, Version,
    header_name_eq,
};
use crate::rules::InteractionCx;
use crate::rules::generator::unknown_generator::GENERATORS;
use crate::rules::regex::walk::is_generator_category;
use crate::syntax::Cursor;

/// So many generators of one interaction are looked at. No test writes more.
const MOST: u32 = 1_000;

/// So many nodes are looked at on behalf of one generator.
const BUDGET: u32 = 2_000;

/// A generator that the core keeps and knows.
pub(super) struct Known<'a> {
    /// The part it belongs to.
    pub(super) part: &'a Part,
    /// Counts the parts.
    pub(super) index: usize,
    /// The generator.
    pub(super) generator: &'a Generator,
    /// What it is about.
    pub(super) category: Category,
    /// The value of its `type`.
    pub(super) kind: Cow<'a, str>,
}

impl<'a> Known<'a> {
    /// The root of the body if it is a JSON document.
    pub(super) fn body(&self, cx: &InteractionCx<'a>) -> Option<Cursor<'a>> {
        let body = self.part.body.as_ref().filter(|body| body.format == Format::Json)?;
        body.json().map(|id| cx.node(id))
    }

    /// The name of the header, parameter or entry it is about.
    pub(super) fn name(&self, cx: &InteractionCx<'a>) -> Option<Cow<'a, str>> {
        let name = cx.node(self.generator.key?).name();
        if self.category != Category::Metadata {
            return Some(name);
        }
        // Those of metadata are read as paths, of which the first name counts.
        let path = crate::model::parse_path(&name).ok()?;
        let first = path.steps.iter().find_map(|(step, ..)| step.name(&name))?;
        Some(Cow::Owned(first.to_owned()))
    }

    /// What stands under that kind of name: headers, query, metadata.
    pub(super) fn map(&self, cx: &InteractionCx<'a>) -> Option<Cursor<'a>> {
        let map = match self.category {
            Category::Header => self.part.headers,
            Category::Query => self.part.query,
            Category::Metadata => self.part.metadata,
            _ => None,
        };
        // Nobody sends so many, and each is looked at for each generator.
        map.map(|id| cx.node(id)).filter(|map| map.members().nth(BUDGET as usize).is_none())
    }
}

/// Calls `f` with every generator that the core knows, unless a plugin may have a say or the
/// core does not read it. The generators of V3 messages are dropped when they are read.
pub(super) fn each_known<'a>(cx: &InteractionCx<'a>, f: &mut dyn FnMut(&Known<'a>)) {
    if cx.it.parts.iter().all(|part| part.generators.is_none())
        || !cx.is_read()
        || cx.version() < Version::V3
        || cx.it.section == Section::Messages
        || cx.has_plugins()
    {
        return;
    }
    let mut left = MOST;
    for (index, part) in cx.it.parts.iter().enumerate() {
        for generator in part.generators.iter().flat_map(|block| &block.generators) {
            left = left.saturating_sub(1);
            if left == 0 {
                return;
            }
            let name = cx.node(generator.category).name();
            let category = Category::parse(&name).filter(|_| is_generator_category(&name));
            let kind = generator.kind.and_then(|kind| cx.node(kind).as_str());
            let (Some(category), Some(kind)) = (category, kind) else { continue };
            if GENERATORS.contains(&&*kind) {
                f(&Known { part, index, generator, category, kind });
            }
        }
    }
}

/// A value that a generator replaces.
pub(super) struct Aim<'a> {
    /// The value in the example.
    pub(super) value: Cursor<'a>,
    /// It is JSON, not text.
    pub(super) json: bool,
    /// The rule that holds for it, and whether that was set further up.
    pub(super) rule: Option<(&'a RuleGroup, bool)>,
}

/// The first value that a generator replaces.
pub(super) fn aim<'a>(cx: &InteractionCx<'a>, known: &Known<'a>) -> Option<Aim<'a>> {
    let groups = known.part.rules.as_ref().map_or(&[][..], |rules| &rules.groups);
    let of_category = |group: &&RuleGroup| group.category == known.category && group.is_live();
    let text = |value: Cursor<'a>, rule: Option<&'a RuleGroup>| {
        let value = if value.is_array() { value.elements().next()? } else { value };
        Some(Aim { value, json: false, rule: rule.map(|group| (group, false)) })
    };
    match known.category {
        Category::Body => {
            let Some(Ok(path)) = &known.generator.path else { return None };
            let key = cx.node(known.generator.key?).name();
            let value = picked(known.body(cx)?, path, &key).ok()?;
            let rule = cx.body(known.index)?.rule_for(value.id())?;
            let rule = rule.best.map(|best| (&groups[best as usize], rule.cascaded));
            Some(Aim { value, json: true, rule })
        }
        Category::Path => text(cx.node(known.part.path?), groups.iter().find(of_category)),
        Category::Status => {
            let rule = groups.iter().find(of_category).map(|group| (group, false));
            Some(Aim { value: cx.node(known.part.status?), json: false, rule })
        }
        Category::Header | Category::Query | Category::Metadata => {
            let name = known.name(cx)?;
            let same = |other: &str| {
                other == name || known.category == Category::Header && header_name_eq(other, &name)
            };
            let map = known.map(cx).filter(|map| map.is_object())?;
            let value = map.members().filter(|m| same(&m.key.name())).last()?.value?;
            let rule = groups
                .iter()
                .filter(of_category)
                .find(|group| matches!(&group.target, Target::Name(other) if same(other)));
            if known.category == Category::Metadata {
                return Some(Aim { value, json: true, rule: rule.map(|group| (group, false)) });
            }
            text(value, rule)
        }
        _ => None,
    }
}

/// The first node that the core's generators find at a path, or where they stop, with the
/// number of steps that lead there. Stricter than for rules: a name is a key, `.*` takes the
/// members of an object and `[*]` the items of an array (`resolve_path` in pact_models,
/// json_utils.rs).
pub(super) fn picked<'a>(
    root: Cursor<'a>,
    path: &PathExpr,
    text: &str,
) -> Result<Cursor<'a>, (Cursor<'a>, usize)> {
    let mut stop = (root, 0);
    follow(root, &path.steps, text, 0, &mut BUDGET.clone(), &mut stop);
    if stop.1 == path.steps.len() { Ok(stop.0) } else { Err(stop) }
}

fn follow<'a>(
    node: Cursor<'a>,
    steps: &[(Step, u32, u32)],
    text: &str,
    depth: usize,
    budget: &mut u32,
    stop: &mut (Cursor<'a>, usize),
) {
    if depth > stop.1 {
        *stop = (node, depth);
    }
    let Some((step, ..)) = steps.get(depth) else { return };
    let mut go = |child: Cursor<'a>| {
        if *budget > 0 && stop.1 < steps.len() {
            *budget -= 1;
            follow(child, steps, text, depth + 1, budget, stop);
        }
    };
    match step {
        Step::Field(..) => {
            if let Some(child) = step.name(text).and_then(|name| node.get(name)) {
                go(child);
            }
        }
        Step::Index(index) => {
            if let Some(child) = node.elements().nth(*index as usize) {
                go(child);
            }
        }
        Step::Star => node.members().filter_map(|m| m.value).take(BUDGET as usize).for_each(go),
        Step::StarIndex => node.elements().take(BUDGET as usize).for_each(go),
    }
}

/// Whether a rule on one of the nodes from the root of the body to `node` lets values in that
/// the example has not.
pub(super) fn takes_more(
    resolution: &BodyResolution,
    groups: &[RuleGroup],
    root: Cursor<'_>,
    node: Cursor<'_>,
) -> bool {
    let route = node.path_from_root();
    route.iter().filter(|step| step.id() >= root.id()).any(|step| {
        let rule = resolution.rule_for(step.id()).filter(|rule| !rule.cascaded);
        let best = rule.and_then(|rule| rule.best);
        best.is_some_and(|best| {
            groups[best as usize].matchers.iter().any(|matcher| !matcher.kind.is_about_itself())
        })
    })
}

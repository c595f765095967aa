//! The rules inside of `arrayContains` matchers, on the items of the example that they are
//! about.

use crate::model::{BodyResolution, MatcherKind, RuleGroup, Variant, resolve_body};
use crate::syntax::Cursor;

/// An item of an example, and the rules that a variant has for it.
pub(super) struct VariantItem<'a> {
    /// The item.
    pub(super) item: Cursor<'a>,
    /// The rules, paths relative to the item.
    pub(super) groups: &'a [RuleGroup],
    /// Which of them hold for which node of the item.
    pub(super) resolution: BodyResolution,
}

/// So many arrays are looked at for one matcher; where there are more, nothing is said of it.
const MAX_ARRAYS: usize = 16;
/// So many pairs of a rule and a node are tried on behalf of one body.
const MAX_WORK: usize = 1_000_000;

/// Calls `f` for each variant that has rules, with the items it is about: one for each array
/// that the matcher holds for. Variants within variants come too.
pub(super) fn each_item<'a>(
    root: Cursor<'a>,
    groups: &'a [RuleGroup],
    resolution: &BodyResolution,
    f: &mut dyn FnMut(&[VariantItem<'a>]),
) {
    if groups.iter().any(|group| variants(group).is_some()) {
        walk(root, groups, resolution, &mut MAX_WORK.clone(), f);
    }
}

fn walk<'a>(
    root: Cursor<'a>,
    groups: &'a [RuleGroup],
    resolution: &BodyResolution,
    left: &mut usize,
    f: &mut dyn FnMut(&[VariantItem<'a>]),
) {
    for (index, group) in groups.iter().enumerate() {
        let Some(variants) = variants(group) else { continue };
        let own = resolution.nodes.iter().filter(|rule| rule.best == Some(index as u32) && !rule.cascaded);
        let arrays = own.map(|rule| root.at(rule.node)).filter(|node| node.is_array());
        let arrays: Vec<Vec<Cursor<'a>>> =
            arrays.take(MAX_ARRAYS + 1).map(|array| array.elements().collect()).collect();
        if arrays.len() > MAX_ARRAYS {
            continue;
        }
        for variant in variants {
            let Some(groups) = variant.rules.as_deref() else { continue };
            let items = arrays.iter().filter_map(|items| items.get(variant.index).copied());
            let work: usize = items.clone().map(|item| item.subtree().len() * (groups.len() + 1)).sum();
            *left = left.saturating_sub(work + 1);
            if *left == 0 {
                return;
            }
            let items: Vec<_> = items
                .map(|item| VariantItem { item, groups, resolution: resolve_body(item, groups) })
                .collect();
            f(&items);
            if let [one] = &items[..]
                && groups.iter().any(|group| self::variants(group).is_some())
            {
                walk(one.item, groups, &one.resolution, left, f);
            }
        }
    }
}

fn variants(group: &RuleGroup) -> Option<&[Variant]> {
    group.matchers.iter().find_map(|matcher| match &matcher.kind {
        MatcherKind::ArrayContains(variants) => Some(&variants[..]),
        _ => None,
    })
}

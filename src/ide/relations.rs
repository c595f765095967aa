//! What belongs together: a rule or generator and the values it picks, a provider state and
//! its other uses.

use crate::analysis::Document;
use crate::ide::inlay::field;
use crate::ide::view::{View, groups, picked};
use crate::model::{Generator, Part, RuleGroup, generated, resolve_body};
use crate::syntax::{Cursor, NodeId};
use crate::text::Span;

/// So many generators of a part are looked at, and so many values of each.
const MOST: usize = 1_000;

/// What a place has to do with others of its file, in bytes of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Relations {
    /// The bytes that were asked about.
    pub here: Span,
    /// Where it leads: from a value to its rule, from a rule to its values.
    pub there: Vec<Span>,
    /// The name of the provider state, if it is one: it may be used elsewhere too.
    pub state: Option<String>,
}

/// What the place at `offset` leads to. `None` where it leads nowhere.
pub fn relations(doc: &Document, offset: u32) -> Option<Relations> {
    let view = View::at(doc, offset)?;
    let node = view.root.node_at(view.local(offset));
    let found =
        state(&view, node).or_else(|| view.it.parts.iter().find_map(|part| of_part(&view, part, node)))?;
    (!found.there.is_empty() || found.state.is_some()).then_some(found)
}

/// The interaction whose description stands at `offset`, which leads to the test that wrote it.
pub fn described(doc: &Document, offset: u32) -> Option<usize> {
    let index = doc.chunk_at(offset)?;
    let view = View::of(doc, index)?;
    let node = view.root.node_at(view.local(offset));
    let value = node.value().unwrap_or(node);
    (view.it.description == Some(value.id())).then_some(index)
}

fn state(view: &View<'_>, node: Cursor<'_>) -> Option<Relations> {
    let named = view.it.states.iter().filter_map(|state| state.name);
    let name = named.into_iter().find(|name| *name == node.id())?;
    let state = view.text(Some(name)).into_owned();
    Some(Relations { here: view.span_of(name), there: Vec::new(), state: Some(state) })
}

fn of_part(view: &View<'_>, part: &Part, node: Cursor<'_>) -> Option<Relations> {
    let groups = groups(part);
    if let Some(group) = groups.iter().find(|group| group.key == node.id()) {
        let field = field(view.root, part, group).map(Cursor::id);
        let values = field.into_iter().chain(picked(view.root, part, group)).collect();
        return Some(leads(view, node, values));
    }
    let generators = part.generators.iter().flat_map(|block| &block.generators);
    if let Some(generator) = generators.clone().find(|generator| generator.key == Some(node.id())) {
        return Some(leads(view, node, generator_values(view.root, part, generator)));
    }
    // A key stands for its value.
    let value = node.value().unwrap_or(node);
    if value.id() == view.root.id() {
        return None;
    }
    let mut there = Vec::new();
    if let Some(example) = body(view.root, part).filter(|body| holds(*body, value)) {
        let rule = resolve_body(example, groups).rule_for(value.id());
        there.extend(rule.and_then(|rule| rule.best).map(|best| groups[best as usize].key));
    }
    let is_about = |group: &&RuleGroup| field(view.root, part, group).is_some_and(|f| holds(f, value));
    there.extend(groups.iter().filter(is_about).map(|group| group.key));
    let makes = |generator: &&Generator| generator_values(view.root, part, generator).contains(&value.id());
    there.extend(generators.take(MOST).filter(makes).filter_map(|generator| generator.key));
    (!there.is_empty()).then(|| leads(view, node, there))
}

/// The JSON body of a part.
fn body<'a>(root: Cursor<'a>, part: &Part) -> Option<Cursor<'a>> {
    part.body.as_ref()?.json().map(|node| root.at(node))
}

/// Whether `node` is `outer` or stands in it.
fn holds(outer: Cursor<'_>, node: Cursor<'_>) -> bool {
    outer.subtree().contains(&node.id().0)
}

/// The values of a body that a generator replaces.
pub(super) fn generator_values(root: Cursor<'_>, part: &Part, generator: &Generator) -> Vec<NodeId> {
    let (Some(Ok(path)), Some(key), Some(body)) = (&generator.path, generator.key, body(root, part)) else {
        return Vec::new();
    };
    generated(body, path, &root.at(key).name(), MOST)
}

fn leads(view: &View<'_>, here: Cursor<'_>, there: Vec<NodeId>) -> Relations {
    let there = there.into_iter().map(|node| view.span_of(node)).collect();
    Relations { here: view.span(here.span()), there, state: None }
}

/// Where else in its file a provider state is used, in order of position.
pub fn state_uses(doc: &Document, name: &str) -> Vec<Span> {
    let views = (0..doc.chunk_count()).filter_map(|index| View::of(doc, index));
    let uses = |view: View<'_>| {
        let names = view.it.states.iter().filter_map(|state| state.name);
        names.filter(|node| view.text(Some(*node)) == name).map(|node| view.span_of(node)).collect::<Vec<_>>()
    };
    views.flat_map(uses).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACT: &str = r#"{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [
        {"description": "d", "providerStates": [{"name": "s"}],
         "request": {"method": "GET", "path": "/1"},
         "response": {"status": 200, "headers": {"X-A": "1"}, "body": {"l": [{"id": 1}, {"id": 2}], "n": "x"},
           "matchingRules": {"header": {"x-a": {"matchers": [{"match": "type"}]}},
             "body": {"$.l[*].id": {"matchers": [{"match": "integer"}]}}},
           "generators": {"body": {"$.n": {"type": "RandomString"}}}}},
        {"description": "e", "providerStates": [{"name": "s"}]}],
        "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#;

    /// Where the first occurrence of `place` leads.
    fn from(place: &str) -> Vec<&'static str> {
        let at = PACT.find(place).expect("it is there") as u32 + 1;
        let found = relations(&Document::new(PACT), at);
        found.map_or_else(Vec::new, |found| found.there.iter().map(|span| span.of(PACT)).collect())
    }

    #[test]
    fn rules_and_values_lead_to_each_other() {
        assert_eq!(from("\"$.l[*].id\""), ["1", "2"]);
        assert_eq!(from("\"id\": 1"), ["\"$.l[*].id\""]);
        assert_eq!(from("\"x-a\""), ["\"1\""]);
        assert_eq!(from("\"X-A\""), ["\"x-a\""]);
        assert_eq!(from("\"$.n\""), ["\"x\""]);
        assert_eq!(from("\"n\""), ["\"$.n\""]);
        assert_eq!(from("\"status\""), [""; 0]);
    }

    #[test]
    fn a_state_leads_to_its_uses() {
        let at = PACT.find("\"s\"").expect("it is there") as u32;
        let doc = Document::new(PACT);
        let found = relations(&doc, at).expect("a state");
        assert_eq!(found.state.as_deref(), Some("s"));
        assert_eq!(state_uses(&doc, "s").len(), 2);
        assert_eq!(state_uses(&doc, "S"), []);
    }
}

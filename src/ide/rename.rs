//! Other names for what a pact names: provider states, consumers and providers, keys of a body
//! together with the rules that pick them.

use crate::analysis::Document;
use crate::ide::relations::state_uses;
use crate::ide::view::{View, groups};
use crate::model::{Part, Step, field_step, parse_path};
use crate::syntax::{Cursor, quote};
use crate::text::{Span, TextEdit};

/// What is to be called otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renamed {
    /// A provider state, in all pacts.
    State(String),
    /// A consumer or provider, in all pacts.
    Pacticipant(String),
    /// A key of a body, in its interaction.
    Key(String),
}

impl Renamed {
    /// The name it has now.
    pub fn name(&self) -> &str {
        match self {
            Renamed::State(name) | Renamed::Pacticipant(name) | Renamed::Key(name) => name,
        }
    }
}

/// What stands at `offset` and can be called otherwise, and the bytes of its name, quotes
/// left out.
pub fn renamed(doc: &Document, offset: u32) -> Option<(Renamed, Span)> {
    let Some(view) = View::at(doc, offset).filter(|view| view.span(view.root.span()).touches(offset)) else {
        return pacticipant(doc, offset);
    };
    let node = view.root.node_at(view.local(offset));
    let inside = |node: Cursor<'_>| {
        let span = view.span(node.span());
        Span::new(span.start + 1, span.end.saturating_sub(1).max(span.start + 1))
    };
    if view.it.states.iter().any(|state| state.name == Some(node.id())) {
        return Some((Renamed::State(node.as_str()?.into_owned()), inside(node)));
    }
    let body = view.it.parts.iter().find_map(|part| {
        let body = view.root.at(part.body.as_ref()?.json()?);
        let value = node.value()?;
        (value.id() != body.id() && body.subtree().contains(&value.id().0)).then_some(())
    });
    body.map(|()| (Renamed::Key(node.name().into_owned()), inside(node)))
}

fn pacticipant(doc: &Document, offset: u32) -> Option<(Renamed, Span)> {
    let offset = doc.offset_in_spine(offset)?;
    let name = parties(doc).find(|name| name.span().touches(offset))?;
    let span = doc.spine_span(name.span());
    Some((Renamed::Pacticipant(name.as_str()?.into_owned()), Span::new(span.start + 1, span.end - 1)))
}

fn parties(doc: &Document) -> impl Iterator<Item = Cursor<'_>> {
    let root = doc.spine_root();
    let name = move |party: &str| root?.get(party)?.get("name").filter(|name| name.is_string());
    ["consumer", "provider"].into_iter().filter_map(name)
}

/// The edits of `doc` that call something otherwise that its files share: a provider state or a
/// pacticipant.
pub fn rename_shared(doc: &Document, what: &Renamed, new: &str) -> Vec<TextEdit> {
    let text = quote(new);
    let spans = match what {
        Renamed::State(name) => state_uses(doc, name),
        Renamed::Pacticipant(name) => parties(doc)
            .filter(|party| party.as_str().as_deref() == Some(name))
            .map(|party| doc.spine_span(party.span()))
            .collect(),
        Renamed::Key(_) => Vec::new(),
    };
    spans.into_iter().map(|span| TextEdit::replace(span, text.clone())).collect()
}

/// The edits that give the key at `offset` another name: wherever its path leads in the body,
/// and in the paths of the rules and generators that go through it. An error says why there
/// are none.
pub fn rename_key(doc: &Document, offset: u32, new: &str) -> Result<Vec<TextEdit>, String> {
    let none = || "there is no key of a body here".to_owned();
    let view = View::at(doc, offset).ok_or_else(none)?;
    let key = view.root.node_at(view.local(offset));
    for part in &view.it.parts {
        let body = part.body.as_ref().and_then(|body| body.json()).map(|json| view.root.at(json));
        let Some(body) = body.filter(|body| body.subtree().contains(&key.id().0)) else { continue };
        return in_part(&view, part, body, key, new);
    }
    Err(none())
}

/// A step of the way to a node: a key, or any item of an array.
type Way = Vec<Option<String>>;

fn in_part(
    view: &View<'_>,
    part: &Part,
    body: Cursor<'_>,
    key: Cursor<'_>,
    new: &str,
) -> Result<Vec<TextEdit>, String> {
    let way = way(body, key.value().ok_or("the key has no value")?);
    let mut edits = Vec::new();
    let text = quote(new);
    let mut found = Vec::new();
    follow(body, &way, &mut found);
    for same in found {
        let object = same.path_from_root().into_iter().rev().nth(1);
        if object.is_some_and(|object| object.members().any(|member| member.key.is_named(new))) {
            return Err(format!("there is a key '{new}' beside it already"));
        }
        if let Some(key) = same.key() {
            edits.push(TextEdit::replace(view.span(key.span()), text.clone()));
        }
    }
    let rules = groups(part).iter().map(|group| group.key);
    let generators = part.generators.iter().flat_map(|block| &block.generators);
    for node in rules.chain(generators.filter_map(|generator| generator.key)) {
        let written = view.root.at(node);
        let path = written.name();
        // In version 2 the part of the interaction comes first.
        let skip =
            usize::from(["$.body.", "$.body["].iter().any(|start| path.starts_with(start)) && is_flat(part));
        let Ok(parsed) = parse_path(&path) else { continue };
        let steps = parsed.steps.get(skip..).unwrap_or_default();
        if steps.len() < way.len() || !goes(&steps[..way.len()], &path, &way) {
            continue;
        }
        let Some((Step::Field(..), start, end)) = steps.get(way.len() - 1).copied() else { continue };
        let step = field_step(new).ok_or_else(|| format!("no path of a rule can name '{new}'"))?;
        let escaped = quote(&step);
        let escaped = escaped.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned();
        let span = written.span_within(start as usize..end as usize);
        edits.push(TextEdit::replace(view.span(span), escaped));
    }
    edits.sort_by_key(|edit| edit.span);
    Ok(edits)
}

fn is_flat(part: &Part) -> bool {
    part.rules.as_ref().is_some_and(|rules| rules.style == crate::model::RuleStyle::V2)
}

fn way(body: Cursor<'_>, node: Cursor<'_>) -> Way {
    let steps = node.path_from_root().into_iter().filter(|step| step.id() > body.id());
    steps.map(|step| step.key().map(|key| key.name().into_owned())).collect()
}

/// The nodes at the end of the way, items of an array taken all.
fn follow<'a>(node: Cursor<'a>, way: &[Option<String>], out: &mut Vec<Cursor<'a>>) {
    let Some((step, rest)) = way.split_first() else {
        out.push(node);
        return;
    };
    match step {
        Some(key) => node.get(key).into_iter().for_each(|child| follow(child, rest, out)),
        None => node.elements().for_each(|item| follow(item, rest, out)),
    }
}

/// Whether the steps of a path go that way.
fn goes(steps: &[(Step, u32, u32)], path: &str, way: &[Option<String>]) -> bool {
    steps.iter().zip(way).all(|((step, ..), wanted)| match (step, wanted) {
        (Step::Star, _) => true,
        (Step::Field(..), Some(key)) => step.name(path) == Some(key),
        (Step::Index(_) | Step::StarIndex, None) => true,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::apply_edits;

    const PACT: &str = r#"{"consumer": {"name": "web"}, "provider": {"name": "b"}, "interactions": [
        {"description": "d", "providerStates": [{"name": "s"}],
         "request": {"method": "GET", "path": "/1"},
         "response": {"status": 200, "body": {"l": [{"id": 1}, {"id": 2}], "id": "x"},
           "matchingRules": {"body": {"$.l[*].id": {"matchers": [{"match": "integer"}]}, "$['l'][0]['id']": {"matchers": [{"match": "type"}]}}},
           "generators": {"body": {"$.l[*].id": {"type": "RandomInt"}}}}},
        {"description": "e", "providerStates": [{"name": "s"}]}],
        "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#;

    fn key(place: &str, new: &str) -> Result<String, String> {
        let at = PACT.find(place).expect("it is there") as u32 + 1;
        let edits = rename_key(&Document::new(PACT), at, new)?;
        Ok(apply_edits(PACT, &edits).expect("they fit"))
    }

    #[test]
    fn a_key_is_renamed_with_the_paths_through_it() {
        let text = key("\"id\": 2", "no").expect("edits");
        assert!(text.contains(r#"{"l": [{"no": 1}, {"no": 2}], "id": "x"}"#), "{text}");
        assert!(text.contains("\"$.l[*].no\": {\"matchers\"") && text.contains("\"$['l'][0].no\""), "{text}");
        assert!(text.contains(r#""$.l[*].no": {"type""#), "{text}");
        let text = key("\"l\": [", "a b").expect("edits");
        assert!(text.contains("\"$['a b'][*].id\"") && text.contains("\"$['a b'][0]['id']\""), "{text}");
        assert_eq!(key("\"id\": 2", "it's"), Err("no path of a rule can name 'it's'".to_owned()));
        assert_eq!(key("\"l\": [", "id"), Err("there is a key 'id' beside it already".to_owned()));
    }

    #[test]
    fn names_that_pacts_share_are_told_apart() {
        let doc = Document::new(PACT);
        let of = |place: &str| {
            let at = PACT.find(place).expect("it is there") as u32 + 1;
            renamed(&doc, at).map(|(what, span)| (what, span.of(PACT)))
        };
        assert_eq!(of("\"s\""), Some((Renamed::State("s".to_owned()), "s")));
        assert_eq!(of("\"web\""), Some((Renamed::Pacticipant("web".to_owned()), "web")));
        assert_eq!(of("\"l\""), Some((Renamed::Key("l".to_owned()), "l")));
        assert_eq!(of("\"GET\""), None);
        assert_eq!(of("\"status\""), None);
        let edits = rename_shared(&doc, &Renamed::State("s".to_owned()), "t \"u\"");
        assert_eq!(edits.len(), 2);
        assert_eq!(edits[0].text, r#""t \"u\"""#);
        assert_eq!(rename_shared(&doc, &Renamed::Pacticipant("web".to_owned()), "x").len(), 1);
    }
}

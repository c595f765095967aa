//! One interaction or message.

use crate::analysis::upgrade::{Changes, Note, Refusal, Way, body, query};
use crate::model::{InteractionKind, RuleStyle, Section, V4_KEYS, Version, lower, lower_rules};
use crate::rules::matching::convert::as_categories;
use crate::rules::structure::grammar::{INTERACTION_TYPES, VERSION_KEYS, is_void};
use crate::rules::structure::missing_interaction_type::type_by_shape;
use crate::syntax::{Cursor, quote};
use crate::text::{Span, TextEdit};

/// Brings an element of `interactions` or `messages` to the version.
pub(super) fn change(
    root: Cursor<'_>,
    section: Section,
    way: Way<'_>,
    changes: &mut Changes,
) -> Result<(), Refusal> {
    strays(root, changes);
    if !way.rewrites || !root.is_object() {
        return Ok(());
    }
    states(root, way, changes);
    let v4 = way.to == Version::V4;
    let kind = if v4 { typed(root, section, way, changes) } else { kind_of_section(section) };
    match kind {
        InteractionKind::Http => {
            for (name, legacy) in [("request", "requestMatchingRules"), ("response", "responseMatchingRules")]
            {
                let Some(part) = root.get(name).filter(|part| part.is_object()) else { continue };
                rules(part, Some(legacy), way, changes)?;
                if name == "request" {
                    query::change(part, way, changes);
                }
                if v4 {
                    query::headers(part, changes);
                }
            }
        }
        InteractionKind::Message => {
            rules(root, None, way, changes)?;
            if v4 && section == Section::Messages {
                message(root, way, changes);
            }
        }
        _ => {
            for part in messages_of(root) {
                rules(part, None, way, changes)?;
            }
        }
    }
    if !v4 {
        return Ok(());
    }
    let mut bodies = |root: Cursor<'_>, section| {
        let it = lower(root, section, Version::V3);
        for body in it.parts.iter().filter_map(|part| part.body.as_ref()) {
            body::change(root, body, section, way.editor, changes);
        }
    };
    match kind {
        InteractionKind::Http => bodies(root, Section::Interactions),
        InteractionKind::Message => bodies(root, Section::Messages),
        _ => messages_of(root).for_each(|part| bodies(part, Section::Messages)),
    }
    Ok(())
}

/// The messages of V4's `Synchronous/Messages`.
fn messages_of(root: Cursor<'_>) -> impl Iterator<Item = Cursor<'_>> {
    let responses = root.get("response").into_iter().flat_map(Cursor::elements);
    root.get("request").into_iter().chain(responses).filter(|part| part.is_object())
}

fn kind_of_section(section: Section) -> InteractionKind {
    match section {
        Section::Interactions => InteractionKind::Http,
        Section::Messages => InteractionKind::Message,
    }
}

/// Removes the version of the specification, which counts in the metadata only.
fn strays(root: Cursor<'_>, changes: &mut Changes) {
    let states = root.get("providerStates").into_iter().flat_map(Cursor::elements);
    let response = root.get("response");
    let parts = root.get("request").into_iter().chain(response);
    let parts = parts.chain(response.into_iter().flat_map(Cursor::elements));
    for object in std::iter::once(root).chain(parts).chain(states) {
        let keys = object.members().filter(|member| !is_void(member.value)).map(|member| member.key);
        let strays = keys.filter(|key| VERSION_KEYS.iter().any(|name| key.is_named(name)));
        strays.for_each(|key| changes.remove(object, key));
    }
}

/// One state as text becomes a list of states (`ProviderState::from_json` in pact_models,
/// provider_states.rs).
fn states(root: Cursor<'_>, way: Way<'_>, changes: &mut Changes) {
    if root.get("providerStates").is_some() {
        return;
    }
    let Some(value) = root.get("providerState").or_else(|| root.get("provider_state")) else { return };
    let Some(key) = value.key() else { return };
    match value.as_str() {
        Some(name) if !name.is_empty() => {
            changes.edits.push(way.editor.rename(key, "providerStates"));
            changes.edits.push(TextEdit::replace(value.span(), format!("[{{\"name\": {}}}]", value.raw())));
        }
        _ if value.is_null() || value.is_string() => changes.remove(root, key),
        // Every version takes it for a name, which it is not: that is for its author to mend.
        _ => {}
    }
}

/// Gives the interaction its type, and tells what kind it is of.
fn typed(root: Cursor<'_>, section: Section, way: Way<'_>, changes: &mut Changes) -> InteractionKind {
    let written = root.get("type");
    let known = written.and_then(|value| value.as_str());
    let known = known.filter(|_| section == Section::Interactions);
    let known = INTERACTION_TYPES.into_iter().find(|name| known.as_deref() == Some(name));
    let by_section = match section {
        Section::Interactions => type_by_shape(root).unwrap_or(INTERACTION_TYPES[0]),
        Section::Messages => INTERACTION_TYPES[1],
    };
    let name = known.unwrap_or(by_section);
    match written {
        None => changes.edits.push(way.editor.prepend(root, "type", &quote(name))),
        Some(value) if known.is_none() && value.as_str().as_deref() != Some(name) => {
            changes.edits.push(way.editor.set(value, &quote(name)));
        }
        Some(_) => {}
    }
    let kind = match name {
        "Synchronous/HTTP" => InteractionKind::Http,
        "Asynchronous/Messages" => InteractionKind::Message,
        _ => InteractionKind::SyncMessage,
    };
    if section == Section::Interactions && kind != InteractionKind::Http {
        let start = root.span().start;
        let text = format!(
            "{} reads this as a request and a response, V4 as {name}, which it looks like",
            way.from.name()
        );
        changes.notes.push(Note { span: Span::new(start, start + 1), text });
    }
    for member in root.members().filter(|member| !is_void(member.value)) {
        let new = V4_KEYS.iter().any(|name| member.key.is_named(name)) && !member.key.is_named("type");
        if new {
            let (name, from) = (member.key.name(), way.from.name());
            let text = match &*name {
                "pending" => format!(
                    "{from} ignores 'pending'; V4 reads it, and a pending interaction cannot fail a build"
                ),
                _ => format!("{from} ignores '{name}', V4 reads it"),
            };
            changes.notes.push(Note { span: member.key.span(), text });
        }
    }
    kind
}

/// What V3 reads of a message otherwise than V4 does (`from_json` in pact_models, message.rs
/// and v4/async_message.rs; `match_message` in pact_matching, lib.rs).
fn message(root: Cursor<'_>, way: Way<'_>, changes: &mut Changes) {
    if root.get("description").is_none() {
        // V4 would call it otherwise.
        let name = quote(&format!("Message {}", way.position));
        changes.edits.push(way.editor.prepend(root, "description", &name));
    }
    let old = root.get("metaData");
    if let Some(key) = old.and_then(Cursor::key) {
        if let Some(other) = root.get("metadata").and_then(Cursor::key) {
            changes.remove(root, other);
        }
        changes.edits.push(way.editor.rename(key, "metadata"));
    }
    let metadata = old.or_else(|| root.get("metadata"));
    let contents = root.get("contents").filter(|value| !value.is_null());
    let is_empty = |value: Cursor<'_>| value.as_str().is_some_and(|text| text.is_empty());
    if let Some(contents) = contents.filter(|value| !is_empty(*value))
        && metadata.and_then(|metadata| metadata.get("contentType")).is_none()
    {
        let text = "The metadata names no 'contentType': V4 refuses a message that does not bring the type of these contents along, V3 does not look";
        changes.note(contents, text);
    }
    if let Some(generators) = root.get("generators").filter(|value| !is_void(Some(*value))) {
        changes.note(generators, "V3 ignores the generators of a message, V4 applies them");
    }
}

/// Rules by full path become rules by category, under the key that V4 reads
/// (`matchers_from_json` in pact_models, matchingrules/mod.rs).
fn rules(part: Cursor<'_>, legacy: Option<&str>, way: Way<'_>, changes: &mut Changes) -> Result<(), Refusal> {
    let value = part.get("matchingRules").or_else(|| {
        let old = part.get(legacy?)?;
        changes.edits.push(way.editor.rename(old.key()?, "matchingRules"));
        Some(old)
    });
    let Some(value) = value else { return Ok(()) };
    let block = lower_rules(value);
    if !matches!(block.style, RuleStyle::V2 | RuleStyle::Mixed) {
        return Ok(());
    }
    let Some(text) = as_categories(value, &block) else {
        let span = value.key().map_or(value.span(), Cursor::span);
        let reason = format!(
            "these rules cannot be written by category, as {} wants it: a rule here is broken, names no part of the interaction, or stands there twice",
            way.to.name()
        );
        return Err(Refusal { span, reason });
    };
    changes.edits.push(way.editor.set(value, &text));
    Ok(())
}

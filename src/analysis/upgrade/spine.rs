//! The file around the interactions: its metadata, and the lists.

use crate::analysis::document::Document;
use crate::analysis::upgrade::{Changes, Note, Upgrade, Way};
use crate::model::{Section, Source, Version, parse_version};
use crate::rules::structure::grammar::{VERSION_KEYS, is_void};
use crate::rules::structure::missing_spec_version::declare;
use crate::syntax::{Cursor, quote};
use crate::text::{TextEdit, apply_edits};

/// Brings the top level to the version, and puts the edits of the `pieces` where they belong.
pub(super) fn change(
    doc: &Document,
    root: Cursor<'_>,
    way: Way<'_>,
    mut pieces: Vec<Vec<TextEdit>>,
    upgrade: &mut Upgrade,
) {
    let mut changes = Changes::default();
    version(doc, root, way, &mut changes);
    for object in [Some(root), root.get("consumer"), root.get("provider")].into_iter().flatten() {
        let keys = object.members().filter(|member| !is_void(member.value)).map(|member| member.key);
        let strays = keys.filter(|key| VERSION_KEYS.iter().any(|name| key.is_named(name)));
        strays.for_each(|key| changes.remove(object, key));
    }
    if way.to == Version::V4 && way.from < Version::V4 {
        let plugins = root.get("metadata").and_then(|metadata| metadata.get("plugins"));
        if let Some(plugins) = plugins.filter(|value| !is_void(Some(*value))) {
            changes
                .note(plugins, format!("{} ignores 'plugins', V4 wants them to be there", way.from.name()));
        }
        upgrade.edits.extend(lists(doc, root, way, &mut pieces, &mut changes));
    }
    for (edits, placed) in pieces.into_iter().zip(&doc.chunks) {
        let shifted = |edit: TextEdit| TextEdit { span: edit.span.shifted(placed.base), text: edit.text };
        upgrade.edits.extend(edits.into_iter().map(shifted));
    }
    let placed = |edit: TextEdit| TextEdit { span: doc.spine_span(edit.span), text: edit.text };
    upgrade.edits.extend(changes.edits(root, way.editor).into_iter().map(placed));
    let placed = |note: Note| Note { span: doc.spine_span(note.span), text: note.text };
    upgrade.notes.extend(changes.notes.into_iter().map(placed));
}

/// Makes one list of `interactions` and `messages`. Gives what is added to the first.
fn lists(
    doc: &Document,
    root: Cursor<'_>,
    way: Way<'_>,
    pieces: &mut [Vec<TextEdit>],
    changes: &mut Changes,
) -> Option<TextEdit> {
    let messages = root.get("messages").and_then(Cursor::key)?;
    let count = |section| doc.chunks.iter().filter(|it| it.section == section).count();
    let (interactions, moved) = (count(Section::Interactions), count(Section::Messages));
    if interactions > 0 {
        let from = way.from.name();
        let list = if interactions == 1 {
            "the interaction".to_owned()
        } else {
            format!("the {interactions} interactions")
        };
        let text = format!("{from} reads 'messages' alone where both lists stand; V4 also reads {list}");
        changes.notes.push(Note { span: messages.span(), text });
    }
    let other = root.get("interactions").and_then(Cursor::key);
    if interactions == 0 && (moved > 0 || other.is_none()) {
        if let Some(other) = other {
            changes.remove(root, other);
        }
        changes.edits.push(way.editor.rename(messages, "interactions"));
        return None;
    }
    changes.remove(root, messages);
    let mut texts = Vec::new();
    for (edits, placed) in pieces.iter_mut().zip(&doc.chunks) {
        if placed.section == Section::Messages {
            texts.extend(apply_edits(placed.chunk.text(), &std::mem::take(edits)));
        }
    }
    appended(doc, &texts)
}

/// Adds elements after the last of `interactions`, each as far from the one before as the
/// first is from its bracket.
fn appended(doc: &Document, moved: &[String]) -> Option<TextEdit> {
    let mut interactions = doc.chunks.iter().filter(|it| it.section == Section::Interactions);
    let first = interactions.next()?;
    let last = interactions.next_back().unwrap_or(first);
    let before = doc.spine.text.get(..first.spine_at as usize)?;
    let gap = &before[before.trim_end().len()..];
    let text: String = moved.iter().map(|text| format!(",{gap}{text}")).collect();
    Some(TextEdit::insert(last.base + last.chunk.text().len() as u32, text))
}

/// Writes the version where the official core and pact-jvm look for it
/// (`determine_spec_version` in pact_models, pact.rs; `determineSpecVersion` in PactReader.kt).
fn version(doc: &Document, root: Cursor<'_>, way: Way<'_>, changes: &mut Changes) {
    let detected = &doc.facts().detected;
    let (node, flat) = (detected.node.map(|id| root.at(id)), detected.flat.map(|id| root.at(id)));
    let declared = detected.source == Source::Declared && way.from == way.to;
    let text = quote(way.to.full());
    let metadata = root.get("metadata");
    if let (Some(flat), Some(metadata)) = (flat, metadata)
        && let Some(key) = flat.key()
    {
        let says = parse_version(&flat.to_text()) == Some(way.to);
        match node {
            // pact-jvm looks here first.
            Some(_) if !(declared && says) => changes.remove(metadata, key),
            Some(_) => {}
            None if metadata.get("pactSpecification").is_none() => {
                changes.edits.push(way.editor.rename(key, "pactSpecification"));
                changes.edits.push(way.editor.set(flat, &format!("{{\"version\": {text}}}")));
                return;
            }
            None => changes.remove(metadata, key),
        }
    }
    match node {
        Some(node) if !declared => changes.edits.push(way.editor.set(node, &text)),
        Some(_) => {}
        None => {
            // What stands there otherwise is no version, and nothing around one.
            let instead = || {
                let metadata = metadata?;
                let version = format!("{{\"version\": {text}}}");
                let spec = metadata.get("pactSpecification").or_else(|| metadata.get("pact-specification"));
                Some(match spec {
                    Some(spec) => way.editor.set(spec, &version),
                    None => way.editor.set(metadata, &format!("{{\"pactSpecification\": {version}}}")),
                })
            };
            let fits = metadata.is_none_or(|metadata| metadata.is_object() || metadata.is_null());
            changes.edits.extend(declare(root, way.to).filter(|_| fits).or_else(instead));
        }
    }
}

//! Defects of provider states, and of interactions beside each other.

use crate::inject::pact::{ALL, HTTP, Pact, V3UP, V4S};
use crate::inject::{Class, Form, class};
use crate::tree::Node;

pub(super) const CLASSES: &[Class] = &[
    class("provider-state-shape", &["wrong-value-type", "legacy-provider-state", "unknown-key"], V3UP, |p| {
        let word = p.word();
        let json = match p.random.below(6) {
            0 => format!("\"a {word} exists\""),
            1 => format!("[\"a {word} exists\"]"),
            2 => format!(r#"[{{"description": "a {word} exists"}}]"#),
            3 => format!(r#"[{{"name": "a {word} exists", "params": ["x"]}}]"#),
            4 => format!(r#"[{{"name": "a {word} exists", "params": "x"}}]"#),
            _ => format!(r#"{{"name": "a {word} exists"}}"#),
        };
        p.set_it("providerStates", &json)
    }),
    class("legacy-provider-state", &["unknown-key"], V3UP, |p| {
        p.remove(&format!("{}/providerStates", p.it))?;
        let (key, word) = (p.pick(&["providerState", "provider_state"]), p.word());
        p.set_it(&key, &format!("\"a {word} exists\""))
    }),
    class("missing-provider-state", &[], HTTP, |p| {
        let key = if p.form == Form::V2 { "providerState" } else { "providerStates" };
        p.remove(&format!("{}/{key}", p.it))?;
        p.set_it("request/method", "\"GET\"")?;
        let id = 1 + p.random.below(900);
        p.set_it("request/path", &format!("\"/users/{id}\""))?;
        p.request = false;
        p.body(r#"{"id": 1}"#)?;
        p.rule("body", "$.id", r#"{"match": "type"}"#)
    }),
    class("duplicate-interaction-identity", &["ambiguous-request"], HTTP, |p| {
        twin(p, |twin, p| {
            let word = p.word();
            put(twin, &["request", "path"], &format!("\"/{word}/other\""))
        })
    }),
    class(
        "exact-duplicate-interaction",
        &["duplicate-interaction-identity", "duplicate-interaction-key"],
        ALL,
        |p| twin(p, |_, _| Some(())),
    ),
    class("ambiguous-request", &["duplicate-interaction-identity"], HTTP, |p| {
        p.request = false;
        p.body(r#"{"id": 1}"#)?;
        twin(p, |twin, p| {
            put(twin, &["description"], "\"the same request once more\"")?;
            let status = p.pick(&["401", "404", "500", "204"]);
            put(twin, &["response", "status"], &status)?;
            put(twin, &["response", "body"], "{}");
            remove(twin, &["response", "body"]);
            remove(twin, &["response", "matchingRules"]);
            Some(())
        })
    }),
    class("interactions-not-sorted", &[], &[Form::V4], |p| {
        twin(p, |twin, _| put(twin, &["description"], "\"1 comes first\""))
    }),
    class("duplicate-interaction-key", &[], V4S, |p| {
        let key = format!("\"k-{}\"", p.random.below(99));
        p.set_it("key", &key)?;
        twin(p, |twin, _| put(twin, &["description"], "\"another description\""))
    }),
    class("pending-interaction", &[], V4S, |p| p.set_it("pending", "true")),
    class("description-style", &[], ALL, |p| {
        let word = p.word();
        let text = match p.random.below(4) {
            0 => format!(" a request for {word}"),
            1 => format!("a request for {word} "),
            2 => format!("a request\nfor {word}"),
            _ => format!("a request for {}", format!("{word} ").repeat(30).trim_end()),
        };
        p.set_it("description", &format!("{text:?}"))
    }),
    class("many-error-variants", &["ambiguous-request"], HTTP, |p| {
        let statuses = ["400", "401", "403", "404", "409"];
        for (at, status) in statuses.iter().enumerate() {
            let description = format!("\"error {at} of a kind\"");
            let state = if p.form == Form::V2 {
                ("providerState", format!("\"state {at}\""))
            } else {
                ("providerStates", format!(r#"[{{"name": "state {at}"}}]"#))
            };
            twin(p, |twin, _| {
                put(twin, &["description"], &description)?;
                put(twin, &[state.0], &state.1)?;
                remove(twin, &["response", "matchingRules"]);
                remove(twin, &["response", "body"]);
                put(twin, &["response", "status"], status)
            })?;
        }
        Some(())
    }),
    class("too-many-interactions", &[], HTTP, |p| {
        for at in 0..120 {
            let description = format!("\"one of very many {at}\"");
            let path = format!("\"/many/{at}\"");
            twin(p, |twin, _| {
                put(twin, &["description"], &description)?;
                put(twin, &["request", "path"], &path)
            })?;
        }
        Some(())
    }),
    class("message-metadata-without-rule", &[], &[Form::V3Message, Form::V4Message], |p| {
        let key = if p.form == Form::V3Message { "metaData" } else { "metadata" };
        let name = p.pick(&["ts", "partition", "traceId", "sentAt"]);
        p.set_it(&format!("{key}/{name}"), "\"2024-05-06T07:08:09Z\"")
    }),
    class("null-body", &[], HTTP, |p| {
        p.bare();
        p.request = false;
        p.bare();
        if p.form == Form::V4 && p.random.coin() {
            return p.set_part(
                "body",
                r#"{"content": null, "contentType": "application/json", "encoded": false}"#,
            );
        }
        p.set_part("body", "null")
    }),
    class("empty-object-body", &[], HTTP, |p| {
        p.request = false;
        p.body("{}")
    }),
    class("json-string-body-ambiguous", &[], &[Form::V4, Form::V4Message], |p| {
        let json = p.pick(&[r#""{\"a\": 1}""#, r#""[1, 2]""#, r#""{\"id\": 5, \"name\": \"x\"}""#]);
        p.body(&json)
    }),
    class("opaque-json-body", &["content-type-conflict"], &[Form::V4], |p| {
        p.body("{}")?;
        p.set_part("body", r#"{"content": "eyJhIjoxfQ==", "contentType": "*/*", "encoded": "base64"}"#)
    }),
];

/// A copy of the interaction, changed and put behind the others.
fn twin(p: &mut Pact, change: impl Fn(&mut Node, &mut Pact) -> Option<()>) -> Option<()> {
    let mut copy = p.get(&p.it.clone())?.clone();
    change(&mut copy, p)?;
    let section = p.it.split('/').next()?.to_owned();
    let at = p.get(&section)?.len();
    p.set(&format!("{section}/{at}"), &copy.to_string())
}

fn put(node: &mut Node, path: &[&str], json: &str) -> Option<()> {
    let (first, rest) = path.split_first()?;
    let Node::Object(members) = node else { return None };
    let member = members.iter_mut().find(|(key, _)| key == first);
    match (member, rest) {
        (Some((_, value)), []) => *value = Node::parse(json)?,
        (Some((_, value)), _) => return put(value, rest, json),
        (None, []) => members.push(((*first).to_owned(), Node::parse(json)?)),
        (None, _) => return None,
    }
    Some(())
}

fn remove(node: &mut Node, path: &[&str]) {
    let (Some((first, rest)), Node::Object(members)) = (path.split_first(), node) else { return };
    if rest.is_empty() {
        members.retain(|(key, _)| key != first);
    } else if let Some((_, value)) = members.iter_mut().find(|(key, _)| key == first) {
        remove(value, rest);
    }
}

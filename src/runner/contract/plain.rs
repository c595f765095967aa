//! Responses that are sent as they are written, told without having the core load them.
//!
//! Without generators the core sends the status and headers of a response as it loads them,
//! and of a body that is an object or array the compact text of it (`body_from_json` of
//! pact_models, json_utils.rs and v4/http_parts.rs; `generate_response` of pact_matching). A
//! header `Content-Type` keeps it from asking the body what it is. So the body is made here,
//! and its status and headers, which most responses of a pact have in common, by the core.

use serde_json::{Map, json};

use crate::http::wire::Response;
use crate::model::{InteractionKind, Version};
use crate::runner::contract::{self, Contract, Item, pact_of};
use crate::runner::engine::{Side, Subject};
use crate::syntax::{Cursor, Kind};

/// A response that is sent as it is written.
#[derive(Debug)]
pub struct Plain<'c> {
    contract: &'c Contract,
    item: &'c Item,
    status: Option<Cursor<'c>>,
    headers: Cursor<'c>,
    body: Option<Cursor<'c>>,
}

impl Contract {
    /// The response of an item that is sent as it is written; `None` where the core has to be
    /// asked what is sent.
    pub fn plain<'c>(&'c self, item: &'c Item) -> Option<Plain<'c>> {
        if item.kind != InteractionKind::Http {
            return None;
        }
        let root = self.document.chunk(item.chunk)?.0.root()?;
        let [response] = only(root, ["response"])?;
        let names = ["status", "headers", "body", "generators"];
        let [status, headers, body, generators] = only(response?, names)?;
        let headers = headers.filter(|it| it.is_object())?;
        let is_status = |it: Cursor<'_>| it.as_u64().is_some_and(|it| it <= u16::MAX.into());
        let is_empty = |it: Cursor<'_>| it.is_object() && it.is_empty_container();
        if !status.is_none_or(is_status) || !generators.is_none_or(is_empty) {
            return None;
        }
        let is_type = |key: Cursor<'_>| key.name().eq_ignore_ascii_case("content-type");
        let mut types = headers.members().filter(|it| is_type(it.key));
        let kind = types.next()?.value?;
        // Of an empty list the core takes the first, and of two any.
        if types.next().is_some() || !(kind.is_string() || kind.is_array() && !kind.is_empty_container()) {
            return None;
        }
        let body = match body {
            Some(body) if self.document.facts().version() == Version::V4 => Some(content(body)?),
            other => other,
        };
        let is_made = body.is_none_or(|it| it.is_object() || it.is_array());
        is_made.then_some(Plain { contract: self, item, status, headers, body })
    }
}

/// What a body of V4 holds, where it is not encoded.
fn content(body: Cursor<'_>) -> Option<Cursor<'_>> {
    let [content, encoded] = only(body, ["content", "encoded"])?;
    if encoded.is_none_or(|it| it.as_bool() == Some(false)) { content } else { None }
}

/// The values under these names; `None` where one is written twice, or this is no object.
fn only<'c, const N: usize>(object: Cursor<'c>, names: [&str; N]) -> Option<[Option<Cursor<'c>>; N]> {
    let mut found = [None; N];
    for member in Some(object).filter(|it| it.is_object())?.members() {
        let Some(at) = names.iter().position(|name| member.key.is_named(name)) else { continue };
        if found[at].replace(member.value?).is_some() {
            return None;
        }
    }
    Some(found)
}

impl<'c> Plain<'c> {
    /// Status and headers as they are written: of the same text in the same contract the core
    /// makes the same.
    pub fn head_text(&self) -> (&'c str, &'c str) {
        (self.status.map_or("", Cursor::raw), self.headers.raw())
    }

    /// Status and headers as the core has them, without a body.
    pub fn head(&self) -> Option<Response> {
        let mut response = Map::new();
        if let Some(status) = self.status {
            response.insert("status".to_owned(), status.to_value()?);
        }
        response.insert("headers".to_owned(), self.headers.to_value()?);
        let interaction = json!({ "type": "Synchronous/HTTP", "response": response });
        let head = contract::head(self.contract.document.spine_root()?);
        let subject = Subject::load(&pact_of(interaction, &head, self.item.section)).ok()?;
        subject.response(Side::Consumer, &Map::new()).ok()
    }

    /// The bytes of the body.
    pub fn body(&self) -> Option<Vec<u8>> {
        let Some(body) = self.body else { return Some(Vec::new()) };
        let mut out = Vec::with_capacity(body.raw().len());
        match compact(body, &mut out) {
            Some(()) => Some(out),
            None => Some(body.to_value()?.to_string().into_bytes()),
        }
    }

    /// The whole of it.
    pub fn response(&self) -> Option<Response> {
        Some(Response { body: self.body()?.into(), ..self.head()? })
    }
}

/// The text that `serde_json::Value` is written as; `None` where its members do not stand in
/// the order of their names, each once, as they are kept there, or a string has a backslash.
fn compact(value: Cursor<'_>, out: &mut Vec<u8>) -> Option<()> {
    match value.kind() {
        Kind::Object => {
            let mut before = None;
            out.push(b'{');
            for member in value.members() {
                let key = member.key.raw();
                // Names are ordered by their bytes, without the quote at their end.
                let name = key.strip_suffix('"').filter(|_| !member.key.is_escaped())?;
                if before.replace(name).is_some_and(|before| before >= name) {
                    return None;
                }
                out.extend_from_slice(key.as_bytes());
                out.push(b':');
                compact(member.value?, out)?;
                out.push(b',');
            }
            close(out, b'}');
        }
        Kind::Array => {
            out.push(b'[');
            for element in value.elements() {
                compact(element, out)?;
                out.push(b',');
            }
            close(out, b']');
        }
        Kind::Number if !is_usual(value.raw()) => {
            out.extend_from_slice(value.to_value()?.to_string().as_bytes());
        }
        Kind::String if value.is_escaped() => return None,
        Kind::Number | Kind::String | Kind::True | Kind::False | Kind::Null => {
            out.extend_from_slice(value.raw().as_bytes());
        }
        Kind::Key | Kind::Error | Kind::Opaque | Kind::Chunk => return None,
    }
    Some(())
}

fn close(out: &mut Vec<u8>, bracket: u8) {
    out.pop_if(|last| *last == b',');
    out.push(bracket);
}

/// Whether a number is written as serde_json writes it: a whole one that 64 bits surely hold.
fn is_usual(number: &str) -> bool {
    number.len() <= 18
        && number != "-0"
        && number.trim_start_matches('-').bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Document;

    #[test]
    fn a_body_is_written_as_the_core_writes_it() {
        let bodies = [
            r#"{"a": 1, "b": [ ], "c": { } , "d": [1, -2 , 3.50, 1e3, -0, -0.0, 0, true, null]}"#,
            r#"{"b": 1, "a": 2}"#,
            r#"{"a": 1, "a": 2}"#,
            r#"{"a b": 1, "a": 2, "a!": 3, "": 4}"#,
            r#"[123456789012345678, 1234567890123456789, 12345678901234567890123, -9223372036854775808]"#,
            r#"["\u00e9\/\n", "é", "", " x "]"#,
            r#"[{"k": {"\u0061": 1}}, 1.10, 1E-7, 100000000000000000000.0, 0.1e1]"#,
            "[\n\t1 ,\r\n 2\n]",
        ];
        for body in bodies {
            let text = format!(
                r#"{{"interactions": [{{"request": {{"path": "/"}}, "response": {{
                    "headers": {{"content-type": "text/x; a=b", "X": ["b", "a"]}}, "status": 201, "body": {body}}}}}],
                    "metadata": {{"pactSpecification": {{"version": "3.0.0"}}}}}}"#
            );
            let contract = Contract::new("p.json", Document::new(&*text)).unwrap();
            let [item] = &contract.items[..] else { panic!("{:?}", contract.items) };
            let contract::Runnable::Ready(subject) = &item.runnable else { panic!("{:?}", item.runnable) };
            let plain = contract.plain(item).unwrap().response();
            assert_eq!(plain, subject.fixed_response(), "{body}");
            assert!(plain.is_some_and(|it| it.status == 201 && it.headers.len() == 3), "{body}");
        }
    }
}

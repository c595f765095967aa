//! Large messages, which carry whole texts: decoded once, and handed to the service beside the
//! stream of the others. The protocol library would copy and decode them several times over.

use std::task::{Context, Poll};

use serde_json::{Map, Value};
use tokio::sync::mpsc::Receiver;
use tower_lsp::jsonrpc::Request;
use tower_service::Service;

use crate::syntax::{Cursor, Kind, parse};

/// In bytes; below it is not worth the trouble.
const HEAVY: usize = 1 << 16;

/// So many are on their way at a time.
pub(super) const MOST: usize = 4;

/// What goes through the stream in place of a large message.
pub(super) const STAND_IN: &str = "$/pactlens/heavy";

/// The message, if it is a large notification in which nothing has to be mended.
pub(super) fn notification(body: &str) -> Option<Request> {
    if body.len() < HEAVY || u32::try_from(body.len()).is_err() {
        return None;
    }
    let tree = parse(body);
    let root = tree.root(body).filter(|root| root.is_object() && tree.errors.is_empty())?;
    let names = |name: &str| root.get(name).and_then(Cursor::as_str);
    let method = names("method").filter(|_| names("jsonrpc").as_deref() == Some("2.0"))?.into_owned();
    let only = |known: &[&str]| root.members().all(|member| known.iter().any(|it| member.key.is_named(it)));
    let params = root.get("params").filter(|_| only(&["jsonrpc", "method", "params"]))?;
    let params = value(params)?;
    Some(Request::build(method).params(params).finish())
}

/// A value, its texts decoded straight into it.
fn value(node: Cursor<'_>) -> Option<Value> {
    match node.kind() {
        Kind::Object => {
            let members = node.members().map(|it| Some((it.key.name().into_owned(), value(it.value?)?)));
            members.collect::<Option<Map<_, _>>>().map(Value::Object)
        }
        Kind::Array => node.elements().map(value).collect::<Option<Vec<_>>>().map(Value::Array),
        Kind::String => node.as_str().map(|text| Value::String(text.into_owned())),
        _ => node.to_value(),
    }
}

/// A service that is given each large message when its stand-in arrives, and so in its turn.
pub(super) struct Unloading<S> {
    pub(super) service: S,
    pub(super) heavy: Receiver<Request>,
}

impl<S: Service<Request>> Service<Request> for Unloading<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> S::Future {
        let heavy = (request.method() == STAND_IN).then(|| self.heavy.try_recv().ok()).flatten();
        self.service.call(heavy.unwrap_or(request))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_large_notification_is_what_serde_makes_of_it() {
        let text = "é\\ \"\n\u{1F600}\u{1}".repeat(1 << 14);
        let message = json!({ "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {
            "textDocument": { "uri": "file:///a", "version": -3, "languageId": null, "text": text },
            "numbers": [1.5, 1e300, 18446744073709551615u64, true],
        } });
        let body = message.to_string();
        assert_eq!(notification(&body), serde_json::from_str(&body).ok());
    }

    #[test]
    fn others_go_the_usual_way() {
        let text = "x".repeat(HEAVY);
        let body = |rest: &str| format!(r#"{{"jsonrpc":"2.0","params":["{text}"]{rest}}}"#);
        assert!(notification(&body(r#","method":"m""#)).is_some());
        for rest in [
            "",
            r#","method":"m","id":1"#,
            r#","method":1"#,
            r#","method":"\ud83d""#,
            r#","method":"m","#,
            r#","id":1,"result":null"#,
        ] {
            assert!(notification(&body(rest)).is_none(), "{rest}");
        }
        assert!(notification(r#"{"jsonrpc":"2.0","method":"m","params":[]}"#).is_none());
    }
}

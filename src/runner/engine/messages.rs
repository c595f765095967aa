//! Messages: what is asked of a message proxy, and what its answer says.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use pact_models::http_parts::HttpPart;
use pact_models::interaction::Interaction;
use pact_models::v4::http_parts::HttpResponse;
use pact_models::v4::message_parts::MessageContents;
use pact_models::v4::sync_message::SynchronousMessage;
use serde_json::{Map, Value};

use crate::http::wire::Response;
use crate::runner::engine::convert;

/// The body of the call to the message proxy (`verify_message_from_provider` and
/// `verify_sync_message_from_provider` of pact_verifier, messages.rs).
pub(super) fn call(interaction: &dyn Interaction, sync: Option<&SynchronousMessage>) -> Bytes {
    let mut body = Map::new();
    body.insert("description".to_owned(), interaction.description().into());
    if let Some(message) = sync {
        body.insert("request".to_owned(), message.request.to_json());
    }
    let states = interaction.provider_states();
    if !states.is_empty() {
        let states = states.iter().map(|state| state.to_json()).collect();
        body.insert("providerStates".to_owned(), Value::Array(states));
    }
    Value::Object(body).to_string().into()
}

/// The message in an answer of the proxy.
pub(super) fn contents(answer: &Response) -> MessageContents {
    let answer = convert::response_in(answer);
    let metadata = metadata(&answer);
    MessageContents { metadata, contents: answer.body, ..MessageContents::default() }
}

/// `extract_metadata` of pact_verifier (messages.rs): the content type of the answer, and
/// what the header `pact-message-metadata` holds as JSON in Base64; what is neither is no
/// metadata.
fn metadata(answer: &HttpResponse) -> HashMap<String, Value> {
    let content_type = answer.lookup_content_type().unwrap_or_default();
    let mut found = HashMap::from([("contentType".to_owned(), Value::String(content_type))]);
    for (name, values) in answer.headers.iter().flatten() {
        if name.eq_ignore_ascii_case("pact-message-metadata") {
            let text = values.first().map(String::as_str).unwrap_or_default();
            let bytes = STANDARD.decode(text).unwrap_or_default();
            found.extend(serde_json::from_slice::<HashMap<String, Value>>(&bytes).unwrap_or_default());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::runner::engine::{Judgement, Part, Subject};

    fn subject(section: &str, version: &str, element: Value) -> Subject {
        let pact = json!({"consumer": {"name": "c"}, "provider": {"name": "p"}, section: [element],
            "metadata": {"pactSpecification": {"version": version}}});
        Subject::load(&pact).unwrap()
    }

    fn v3() -> Subject {
        let states = json!([{"name": "there", "params": {"id": 7}}, {"name": "paid"}]);
        let element = json!({"description": "an \"order\"", "providerStates": states,
            "metadata": {"topic": "orders", "contentType": "application/json"}, "contents": {"id": 1}});
        subject("messages", "3.0.0", element)
    }

    fn v4() -> Subject {
        let contents = json!({"contentType": "application/json", "encoded": false, "content": {"id": 1}});
        let rules = json!({"body": {"$.id": {"matchers": [{"match": "integer"}]}}});
        let element = json!({"type": "Asynchronous/Messages", "description": "an order", "contents": contents,
            "metadata": {"topic": "orders"}, "matchingRules": rules});
        subject("interactions", "4.0", element)
    }

    fn sync(responses: Value) -> Subject {
        let contents = json!({"contentType": "application/json", "encoded": false, "content": {"q": 1}});
        let element = json!({"type": "Synchronous/Messages", "description": "ask", "response": responses,
            "providerStates": [{"name": "there"}],
            "request": {"contents": contents, "metadata": {"to": "x"}}});
        subject("interactions", "4.0", element)
    }

    fn response(content: Value) -> Value {
        json!({"contents": {"contentType": "application/json", "encoded": false, "content": content}})
    }

    fn answer(body: &str, metadata: Option<&Value>) -> Response {
        let mut headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        let encoded = metadata.map(|it| STANDARD.encode(it.to_string()));
        headers.extend(encoded.map(|it| ("Pact-Message-Metadata".to_owned(), it)));
        Response { status: 200, headers, body: body.to_owned().into() }
    }

    #[test]
    fn the_call_is_that_of_the_official_verifier() {
        let said = |subject: &Subject| String::from_utf8(subject.message_call().unwrap().to_vec()).unwrap();
        assert_eq!(
            said(&v3()),
            r#"{"description":"an \"order\"","providerStates":[{"name":"there","params":{"id":7}},{"name":"paid"}]}"#
        );
        assert_eq!(said(&v4()), r#"{"description":"an order"}"#);
        assert_eq!(
            said(&sync(json!([response(json!(1))]))),
            r#"{"description":"ask","providerStates":[{"name":"there"}],"request":{"contents":{"content":{"q":1},"contentType":"application/json","encoded":false},"metadata":{"to":"x"}}}"#
        );
        let http = json!({"description": "d", "request": {}, "response": {}});
        assert_eq!(subject("interactions", "3.0.0", http).message_call(), None);
    }

    #[test]
    fn contents_and_metadata_are_judged() {
        let topic = json!({"topic": "orders"});
        for subject in [v3(), v4()] {
            assert_eq!(subject.judge_message(&answer(r#"{"id": 1}"#, Some(&topic))), Judgement::Match);
            let judged = subject.judge_message(&answer(r#"{"id": 1}"#, Some(&json!({"topic": "others"}))));
            let [only] = judged.mismatches() else { panic!("{judged:?}") };
            assert_eq!((only.part, only.at.as_str()), (Part::Metadata, "topic"));
            let judged = subject.judge_message(&answer(r#"{"id": "x"}"#, Some(&topic)));
            let [only] = judged.mismatches() else { panic!("{judged:?}") };
            assert_eq!((only.part, only.at.as_str()), (Part::Body, "$.id"));
            // A header that is no Base64 says nothing, and neither does none.
            assert!(!subject.judge_message(&answer(r#"{"id": 1}"#, None)).mismatches().is_empty());
        }
        assert_eq!(v4().judge_message(&answer(r#"{"id": 2}"#, Some(&topic))), Judgement::Match);
        assert_eq!(v3().judge_message(&answer(r#"{"id": 2}"#, Some(&topic))).mismatches().len(), 1);
    }

    #[test]
    fn synchronous_messages_have_one_response() {
        let one = sync(json!([response(json!({"a": 1}))]));
        assert_eq!(one.judge_message(&answer(r#"{"a": 1}"#, None)), Judgement::Match);
        assert_eq!(one.judge_message(&answer(r#"{"a": 2}"#, None)).mismatches().len(), 1);
        let mut failed = answer(r#"{"a": 1}"#, None);
        failed.status = 500;
        let judged = one.judge_message(&failed);
        assert_eq!(judged.mismatches().first().map(|it| it.part), Some(Part::Status), "{judged:?}");
        let two = sync(json!([response(json!(1)), response(json!(2))]));
        let judged = two.judge_message(&answer("1", None));
        assert!(judged.mismatches()[0].said.contains("2 responses"), "{judged:?}");
    }
}

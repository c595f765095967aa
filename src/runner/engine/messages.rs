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

use crate::runner::engine::convert;
use crate::runner::wire::Response;

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

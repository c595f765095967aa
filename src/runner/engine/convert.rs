//! Between the wire and the core's own types, as the official servers and clients do it.

use std::collections::HashMap;

use bytes::Bytes;
use pact_models::bodies::OptionalBody;
use pact_models::headers::parse_header;
use pact_models::query_strings::parse_query_string;
use pact_models::v4::calc_content_type;
use pact_models::v4::http_parts::{HttpRequest, HttpResponse};

use crate::http::wire::{Headers, Request, Response};

type CoreHeaders = Option<HashMap<String, Vec<String>>>;

/// `extract_headers` of pact_mock_server (hyper_server.rs) and of pact_verifier
/// (provider_client.rs): names in lower case, values of the usual lists taken apart.
fn headers_in(headers: &Headers) -> CoreHeaders {
    if headers.is_empty() {
        return None;
    }
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        let values = parse_header(&name, value).into_iter().map(|value| value.trim().to_owned());
        found.entry(name).or_default().extend(values);
    }
    Some(found)
}

/// In the order of names, because the core keeps none.
fn headers_out(headers: &CoreHeaders) -> Headers {
    let mut out: Headers = headers
        .iter()
        .flatten()
        .flat_map(|(name, values)| values.iter().map(|value| (name.clone(), value.clone())))
        .collect();
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

fn body_in(body: &Bytes) -> OptionalBody {
    if body.is_empty() { OptionalBody::Empty } else { OptionalBody::Present(body.clone(), None, None) }
}

/// `hyper_request_to_pact_request` of pact_mock_server (hyper_server.rs).
pub(super) fn request_in(request: &Request) -> HttpRequest {
    let headers = headers_in(&request.headers);
    let body = body_in(&request.body);
    let content_type = calc_content_type(&body, &headers);
    HttpRequest {
        method: request.method.clone(),
        path: request.path.clone(),
        query: request.query.as_deref().and_then(parse_query_string),
        headers,
        body: body.with_content_type(content_type),
        ..HttpRequest::default()
    }
}

/// `native_response_to_pact_response` of pact_verifier (provider_client.rs).
pub(super) fn response_in(response: &Response) -> HttpResponse {
    let headers = headers_in(&response.headers);
    let mut made = HttpResponse { status: response.status, headers, ..HttpResponse::default() };
    made.body = match body_in(&response.body) {
        OptionalBody::Present(bytes, ..) => OptionalBody::Present(bytes, made.content_type(), None),
        none => none,
    };
    made
}

/// `create_native_request` of pact_verifier (provider_client.rs): parameters in the order of
/// their names, form-encoded; those without a value are left out.
pub(super) fn request_out(request: &HttpRequest) -> Request {
    let query = request.query.as_ref().map(|query| {
        let mut pairs: Vec<_> = query.iter().collect();
        pairs.sort_by(|a, b| a.0.cmp(b.0));
        let mut out = form_urlencoded::Serializer::new(String::new());
        for (name, values) in pairs {
            for value in values.iter().flatten() {
                out.append_pair(name, value);
            }
        }
        out.finish()
    });
    // Of `null` the word is sent, where the content is JSON.
    let is_json = || request.content_type().unwrap_or_default().is_json();
    let body = match &request.body {
        OptionalBody::Null if is_json() => Bytes::from_static(b"null"),
        body => body.value().unwrap_or_default(),
    };
    let headers = headers_out(&request.headers);
    Request { method: request.method.clone(), path: request.path.clone(), query, headers, body }
}

/// The response of a mock server (`match_result_to_hyper_response` of pact_mock_server,
/// hyper_server.rs): of a body of `null` nothing is sent.
pub(super) fn response_out(response: &HttpResponse) -> Response {
    let mut headers = headers_out(&response.headers);
    let has_type = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if let (false, OptionalBody::Present(_, content_type, _)) = (has_type, &response.body) {
        let known = content_type.clone().or_else(|| response.content_type());
        headers.extend(known.map(|known| ("Content-Type".to_owned(), known.to_string())));
    }
    Response { status: response.status, headers, body: response.body.value().unwrap_or_default() }
}

//! Rules about GraphQL requests.

mod document;
pub(crate) mod graphql_operation_mismatch;
pub(crate) mod graphql_query_exact;
pub(crate) mod graphql_query_malformed;
pub(crate) mod graphql_variable_missing;

use std::borrow::Cow;

use crate::model::{Content, Role};
use crate::rules::InteractionCx;
use crate::rules::graphql::document::is_graphql;
use crate::syntax::Cursor;

/// A GraphQL request in the body of a POST.
struct Request<'a> {
    /// The part of the interaction it stands in, as an index.
    index: usize,
    /// The JSON object.
    body: Cursor<'a>,
    /// The value of `query`.
    query: Cursor<'a>,
    /// The text of `query`.
    text: Cow<'a, str>,
}

/// The GraphQL request of an interaction: a POST of a JSON object whose `query` is a text in
/// that language.
fn request<'a>(cx: &InteractionCx<'a>) -> Option<Request<'a>> {
    if !cx.is_read() {
        return None;
    }
    let (index, part) = cx.it.parts.iter().enumerate().find(|(_, part)| part.role == Role::Request)?;
    let Content::Json(body) = part.body.as_ref()?.content else { return None };
    let body = cx.node(body);
    let query = body.get("query").filter(|query| query.is_string())?;
    let method = cx.node(part.method?);
    if !method.to_text().eq_ignore_ascii_case("post") {
        return None;
    }
    let text = query.to_text();
    // A request that is meant to be refused may have anything wrong.
    if expects_refusal(cx) {
        return None;
    }
    is_graphql(&text).then_some(Request { index, body, query, text })
}

/// Whether the response is an error, by its status or in the way of GraphQL.
fn expects_refusal(cx: &InteractionCx<'_>) -> bool {
    let Some(response) = cx.it.parts.iter().find(|part| part.role == Role::Response) else { return false };
    let status = response.status.and_then(|id| cx.node(id).as_u64());
    let body = response.body.as_ref().and_then(|body| body.json()).map(|id| cx.node(id));
    status.is_some_and(|status| status >= 400) || body.is_some_and(|body| body.get("errors").is_some())
}

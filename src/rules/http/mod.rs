//! Rules about requests and responses over HTTP.

pub(crate) mod accept_mismatch;
pub(crate) mod body_on_bodyless;
pub(crate) mod charset_exact;
pub(crate) mod client_header_exact;
pub(crate) mod content_encoding_of_plain_body;
pub(crate) mod content_not_of_declared_type;
pub(crate) mod content_type_conflict;
pub(crate) mod duplicate_header;
pub(crate) mod empty_value_list;
pub(crate) mod get_request_body;
pub(crate) mod header_not_sendable;
pub(crate) mod interim_status;
pub(crate) mod json_string_body_ambiguous;
pub(crate) mod json_taken_for_text;
pub(crate) mod missing_content_type;
mod multipart;
pub(crate) mod multipart_boundary_literal;
pub(crate) mod opaque_json_body;
pub(crate) mod path_encoding;
pub(crate) mod path_not_absolute;
pub(crate) mod query_bracket_style_mixed;
pub(crate) mod query_in_path;
pub(crate) mod query_value_encoded;
pub(crate) mod redirect_without_location;
pub(crate) mod server_error_interaction;
pub(crate) mod single_value_header_in_array;
pub(crate) mod unknown_http_method;
pub(crate) mod v2_query_encoding;
pub(crate) mod volatile_header_exact;

use rustc_hash::FxHashSet;

use crate::model::{
    Category, Content, Interaction, InteractionKind, Part, Role, header_name_eq, ruled_names,
};
use crate::rules::InteractionCx;
use crate::syntax::{Cursor, Member};

/// The requests over HTTP of an interaction.
fn requests(it: &Interaction) -> impl Iterator<Item = &Part> {
    parts(it).filter(|part| part.role == Role::Request)
}

/// The requests and responses over HTTP of an interaction.
fn parts(it: &Interaction) -> impl Iterator<Item = &Part> {
    let http = matches!(it.kind, InteractionKind::Http | InteractionKind::Untyped);
    it.parts.iter().filter(move |_| http)
}

/// Whether a rule decides about the path instead of its example.
fn path_is_ruled(part: &Part) -> bool {
    let mut groups = part.rules.iter().flat_map(|rules| &rules.groups);
    groups.any(|group| group.category == Category::Path && group.is_live())
}

/// Whether a rule decides about this header instead of its example.
fn header_is_ruled(part: &Part, name: &str) -> bool {
    ruled_names(part, Category::Header).any(|ruled| header_name_eq(ruled, name))
}

/// The headers and parameters that generators make, in lower case.
fn generated_names(cx: &InteractionCx<'_>, part: &Part) -> FxHashSet<String> {
    let generators = part.generators.iter().flat_map(|block| &block.generators);
    let keys = generators.filter_map(|generator| generator.key);
    keys.map(|key| cx.node(key).name().to_ascii_lowercase()).collect()
}

/// Whether a generator makes this header or parameter.
fn is_generated(cx: &InteractionCx<'_>, part: &Part, name: &str) -> bool {
    let generators = part.generators.iter().flat_map(|block| &block.generators);
    let mut keys = generators.filter_map(|generator| generator.key);
    keys.any(|key| header_name_eq(&cx.node(key).name(), name))
}

/// The headers of a request or response. No server takes more, and each may be compared with
/// each rule.
fn headers<'a>(cx: &InteractionCx<'a>, part: &Part) -> impl Iterator<Item = Member<'a>> {
    part.headers.map(|id| cx.node(id)).into_iter().flat_map(Cursor::members).take(MOST)
}

/// The query parameters of a request of V3 or V4, as many as are worth a look.
fn parameters<'a>(cx: &InteractionCx<'a>, part: &Part) -> impl Iterator<Item = Member<'a>> {
    part.query.map(|id| cx.node(id)).into_iter().flat_map(Cursor::members).take(MOST)
}

const MOST: usize = 1_000;

/// The values of a header or parameter: the items of a list, or the one value.
fn values(value: Cursor<'_>) -> impl Iterator<Item = Cursor<'_>> {
    let one = Some(value).filter(|value| !value.is_array());
    value.elements().chain(one)
}

/// The value under `body`, if something is expected there that is not as good as nothing.
fn expected_body<'a>(cx: &InteractionCx<'a>, part: &Part) -> Option<Cursor<'a>> {
    let body = part.body.as_ref()?;
    match body.content {
        Content::Json(node) | Content::Opaque(node) => {
            Some(cx.node(body.node)).filter(|_| !cx.node(node).is_empty_container())
        }
        _ => None,
    }
}

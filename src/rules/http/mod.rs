//! Rules about requests and responses over HTTP.

pub(crate) mod content_not_of_declared_type;
pub(crate) mod duplicate_header;
pub(crate) mod json_string_body_ambiguous;
mod multipart;
pub(crate) mod multipart_boundary_literal;
pub(crate) mod opaque_json_body;
pub(crate) mod path_not_absolute;
pub(crate) mod query_in_path;
pub(crate) mod unknown_http_method;
pub(crate) mod volatile_header_exact;

use crate::model::{Category, Interaction, InteractionKind, Part, Role};

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

//! Responses with a part taken away.

use serde_json::Value;

use crate::runner::wire::Response;

/// What is done to a part of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is left out.
    Dropped,
    /// It is `null`.
    Nulled,
}

/// A change of the response of one interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutation {
    /// The entry of the index.
    pub entry: usize,
    /// The member of the JSON body, by the keys that lead to it; `None` stands for every
    /// element of an array.
    pub path: Vec<Option<String>>,
    /// What is done to it.
    pub kind: Kind,
}

impl Mutation {
    /// The response without it; as it is where the body is no JSON.
    pub(super) fn apply(&self, mut response: Response) -> Response {
        if let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) {
            change(&mut body, &self.path, self.kind);
            response.body = body.to_string().into();
        }
        response
    }
}

fn change(value: &mut Value, path: &[Option<String>], kind: Kind) {
    match (path, value) {
        ([Some(key)], Value::Object(members)) => match kind {
            Kind::Dropped => drop(members.remove(key)),
            Kind::Nulled => {
                if let Some(member) = members.get_mut(key) {
                    *member = Value::Null;
                }
            }
        },
        ([Some(key), rest @ ..], Value::Object(members)) => {
            if let Some(member) = members.get_mut(key) {
                change(member, rest, kind);
            }
        }
        ([None, rest @ ..], Value::Array(elements)) if !rest.is_empty() => {
            elements.iter_mut().for_each(|element| change(element, rest, kind));
        }
        _ => {}
    }
}

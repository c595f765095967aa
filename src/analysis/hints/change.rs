//! What there is to change in a test, before it is put into words of a language.

use crate::model::datetime;

/// A scalar as it stands in an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Plain {
    Text(String),
    /// As JSON writes it.
    Number(String),
    Bool(bool),
    Null,
}

/// A value of an example together with what may take its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// As it is.
    Plain(Plain),
    /// Anything of the same type.
    Like(Plain),
    /// Any whole number.
    Integer(String),
    /// Any number with a fraction.
    Decimal(String),
    /// Any number.
    Number(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A text that the pattern matches.
    Regex { example: String, pattern: String },
    /// A date or time; the format in the letters of Java.
    Temporal { kind: datetime::Kind, example: String, format: String },
    /// A UUID.
    Uuid(String),
    /// This value and no other, also below a rule that lets others in.
    Equal(Plain),
    /// What the provider state says, with an example of it.
    FromState { expression: String, example: Plain },
    /// A list of items that are all like this one.
    Items { item: Box<Value>, min: u64, max: Option<u64> },
    /// An object.
    Object(Vec<(String, Value)>),
}

/// A change of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// A value in a body: a member of an object, or an item of a list, which has no key.
    Member { key: Option<String>, value: Value },
    /// A header.
    Header { name: String, value: Value },
    /// A parameter of the query.
    Query { name: String, value: Value },
    /// A key of a message's metadata.
    Metadata { name: String, value: Value },
    /// Method and path of the request.
    Request { method: String, path: Value },
    /// A provider state.
    Given { state: String, params: Vec<(String, Plain)> },
    /// The description, of a message or not.
    Description { text: String, message: bool },
}

impl Value {
    /// Calls `change` with each text that came from the file.
    fn each_text(&mut self, change: &mut dyn FnMut(&mut String)) {
        match self {
            Value::Plain(plain) | Value::Like(plain) | Value::Equal(plain) => plain.each_text(change),
            Value::Integer(text) | Value::Decimal(text) | Value::Number(text) | Value::Uuid(text) => {
                change(text)
            }
            Value::Boolean(_) => {}
            Value::Regex { example, pattern } => [example, pattern].into_iter().for_each(change),
            Value::Temporal { example, format, .. } => [example, format].into_iter().for_each(change),
            Value::FromState { expression, example } => {
                change(expression);
                example.each_text(change);
            }
            Value::Items { item, .. } => item.each_text(change),
            Value::Object(members) => {
                for (key, value) in members {
                    change(key);
                    value.each_text(change);
                }
            }
        }
    }
}

impl Plain {
    fn each_text(&mut self, change: &mut dyn FnMut(&mut String)) {
        if let Plain::Text(text) | Plain::Number(text) = self {
            change(text);
        }
    }
}

impl Change {
    /// Calls `change` with each text that came from the file: to hide in them what is secret
    /// before anything is quoted.
    pub(super) fn each_text(&mut self, change: &mut dyn FnMut(&mut String)) {
        match self {
            Change::Member { key, value } => {
                key.iter_mut().for_each(&mut *change);
                value.each_text(change);
            }
            Change::Header { name, value }
            | Change::Query { name, value }
            | Change::Metadata { name, value } => {
                change(name);
                value.each_text(change);
            }
            Change::Request { method, path } => {
                change(method);
                path.each_text(change);
            }
            Change::Given { state, params } => {
                change(state);
                for (name, value) in params {
                    change(name);
                    value.each_text(change);
                }
            }
            Change::Description { text, .. } => change(text),
        }
    }
}

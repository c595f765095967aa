//! Changes as code of pact-jvm, in Java and Kotlin: methods of `LambdaDslObject`, which
//! `PactDslJsonBody` shares, and of the builders around it (consumer/src/main/java,
//! au.com.dius.pact.consumer.dsl).

use crate::analysis::hints::change::{Change, Plain, Value};
use crate::analysis::hints::choose::Dialect;
use crate::analysis::hints::infer::{Size, shape_pattern, size};
use crate::analysis::hints::literal::string;
use crate::config::Dsl;
use crate::model::UUID_PATTERN;
use crate::model::datetime::Kind;

/// What the builders of objects inside of each other are called: Java wants them different.
const NAMES: [&str; 4] = ["o", "i", "j", "k"];

/// A change as one line of code.
pub(super) fn code(d: Dialect, change: &Change) -> Option<String> {
    let text = |text: &str| string(d.dsl, text);
    Some(match change {
        Change::Member { key, value } => format!("{}{}", NAMES[0], call(d, key.as_deref(), value, 0)?),
        Change::Header { name, value } => match as_pattern(value)? {
            (example, Some(pattern)) => {
                format!(".matchHeader({}, {}, {})", text(name), text(&pattern), text(&example))
            }
            (example, None) => format!(".headers({})", map(d, &[(name, text(&example))])),
        },
        Change::Query { name, value } => match as_pattern(value)? {
            (example, Some(pattern)) => {
                format!(".matchQuery({}, {}, {})", text(name), text(&pattern), text(&example))
            }
            (example, None) => format!(".query({})", text(&format!("{name}={example}"))),
        },
        Change::Metadata { .. } => return None,
        Change::Request { method, path } => {
            let path = match as_pattern(path)? {
                (example, Some(pattern)) => format!(".matchPath({}, {})", text(&pattern), text(&example)),
                (example, None) => format!(".path({})", text(&example)),
            };
            format!("{path}.method({})", text(method))
        }
        Change::Given { state, params } if params.is_empty() => format!(".given({})", text(state)),
        Change::Given { state, params } => {
            let values: Option<Vec<(&String, String)>> =
                params.iter().map(|(name, value)| Some((name, plain(d, value)?))).collect();
            format!(".given({}, {})", text(state), map(d, &values?))
        }
        Change::Description { text: said, message: true } => format!(".expectsToReceive({})", text(said)),
        Change::Description { text: said, message: false } => format!(".uponReceiving({})", text(said)),
    })
}

/// Entries as a map.
fn map(d: Dialect, entries: &[(&String, String)]) -> String {
    let glue = if d.dsl == Dsl::Kotlin { " to " } else { ", " };
    let entries: Vec<String> =
        entries.iter().map(|(name, value)| format!("{}{glue}{value}", string(d.dsl, name))).collect();
    let entries = entries.join(", ");
    if d.dsl == Dsl::Kotlin { format!("mapOf({entries})") } else { format!("Map.of({entries})") }
}

/// A value outside of a body, and the pattern for it if it has one.
fn as_pattern(value: &Value) -> Option<(String, Option<String>)> {
    Some(match value {
        Value::Plain(value) => (value.to_text(), None),
        Value::Like(value) => (value.to_text(), Some(".+".to_owned())),
        Value::Integer(number) => (number.clone(), Some("-?\\d+".to_owned())),
        Value::Decimal(number) | Value::Number(number) => (number.clone(), Some("-?[0-9.]+".to_owned())),
        Value::Regex { example, pattern } => (example.clone(), Some(pattern.clone())),
        Value::Temporal { example, .. } => (example.clone(), Some(shape_pattern(example))),
        Value::Uuid(example) => (example.clone(), Some(UUID_PATTERN.to_owned())),
        _ => return None,
    })
}

/// The call that adds a value: `.stringType("name", "Ann")`; without a key to a list.
fn call(d: Dialect, key: Option<&str>, value: &Value, depth: usize) -> Option<String> {
    let text = |text: &str| string(d.dsl, text);
    let name = key.map(|key| text(key) + ", ").unwrap_or_default();
    let regex =
        |example: &str, pattern: &str| format!(".stringMatcher({name}{}, {})", text(pattern), text(example));
    Some(match value {
        Value::Plain(Plain::Null) => {
            key.map_or(".nullValue()".to_owned(), |key| format!(".nullValue({})", text(key)))
        }
        Value::Plain(value) => format!(".{}Value({name}{})", kind(value), plain(d, value)?),
        Value::Like(Plain::Null) => return None,
        Value::Like(value) => format!(".{}Type({name}{})", kind(value), plain(d, value)?),
        Value::Integer(number) if d.v3 && size(number)? == Size::Small => {
            format!(".integerType({name}{number})")
        }
        Value::Decimal(number) if d.v3 && size(number)? == Size::Fraction => {
            format!(".decimalType({name}{number})")
        }
        Value::Integer(number) | Value::Decimal(number) | Value::Number(number) => {
            format!(".numberType({name}{})", plain(d, &Plain::Number(number.clone()))?)
        }
        Value::Boolean(value) => format!(".booleanType({name}{value})"),
        Value::Regex { example, pattern } => regex(example, pattern),
        Value::Temporal { kind, example, format } if key.is_some() && d.v3 => {
            let word = match kind {
                Kind::Date => "date",
                Kind::Time => "time",
                Kind::DateTime => "datetime",
            };
            match moment(d, *kind, example, format) {
                Some(moment) => format!(".{word}({name}{}, {moment})", text(format)),
                None => format!(".{word}({name}{})", text(format)),
            }
        }
        Value::Temporal { example, .. } => regex(example, &shape_pattern(example)),
        Value::Uuid(example) if key.is_some() && !example.bytes().any(|b| b.is_ascii_uppercase()) => {
            format!(".uuid({name}UUID.fromString({}))", text(example))
        }
        Value::Uuid(example) => regex(example, UUID_PATTERN),
        // There is a name for it in some versions only.
        Value::Equal(_) => return None,
        Value::FromState { expression, example } if d.v3 => {
            format!(".valueFromProviderState({name}{}, {})", text(expression), plain(d, example)?)
        }
        Value::FromState { .. } => return None,
        Value::Items { item, min, max } => {
            key?;
            let least = (*min).max(1);
            let (word, sizes) = match max {
                Some(max) => ("minMaxArrayLike", format!("{least}, {max}")),
                None => ("minArrayLike", least.to_string()),
            };
            match &**item {
                Value::Object(members) => format!(".{word}({name}{sizes}{}", lambda(d, members, depth + 1)?),
                Value::Items { .. } => return None,
                scalar => {
                    let root = call(d, None, scalar, depth)?;
                    format!(".{word}({name}{sizes}, PactDslJsonRootValue{root}, {least})")
                }
            }
        }
        Value::Object(members) => {
            let key = text(key?);
            format!(".object({key}{}", lambda(d, members, depth + 1)?)
        }
    })
}

/// The last argument of a call: what fills an object, up to the closing bracket.
fn lambda(d: Dialect, members: &[(String, Value)], depth: usize) -> Option<String> {
    let o = NAMES.get(depth)?;
    let calls: Option<String> = members.iter().map(|(key, value)| call(d, Some(key), value, depth)).collect();
    let calls = calls?;
    Some(if d.dsl == Dsl::Kotlin {
        format!(") {{ {o} -> {o}{calls} }}")
    } else {
        format!(", {o} -> {o}{calls})")
    })
}

/// What a scalar is in names of methods.
fn kind(value: &Plain) -> &'static str {
    match value {
        Plain::Text(_) => "string",
        Plain::Number(_) => "number",
        Plain::Bool(_) | Plain::Null => "boolean",
    }
}

/// An example of a date or time as an object; `None` where its own classes do not read it.
fn moment(d: Dialect, kind: Kind, example: &str, format: &str) -> Option<String> {
    let said = string(d.dsl, example);
    match kind {
        Kind::Date if format == "yyyy-MM-dd" => Some(format!("LocalDate.parse({said})")),
        Kind::DateTime if format.starts_with("yyyy-MM-dd'T'HH:mm:ss") => {
            if example.ends_with('Z') || format.contains("XXX") {
                Some(format!("ZonedDateTime.parse({said})"))
            } else if !format.contains(['X', 'Z', 'x']) {
                Some(format!("LocalDateTime.parse({said}).atZone(ZoneOffset.UTC)"))
            } else {
                None
            }
        }
        _ => None,
    }
}

fn plain(d: Dialect, value: &Plain) -> Option<String> {
    Some(match value {
        Plain::Text(text) => string(d.dsl, text),
        Plain::Number(number) => match size(number)? {
            Size::Large => format!("{number}L"),
            Size::Huge => return None,
            _ => number.clone(),
        },
        Plain::Bool(value) => value.to_string(),
        Plain::Null => "null".to_owned(),
    })
}

//! Changes as code of the libraries whose matchers are functions: pact-js, pact-python,
//! pact-go, pact-net and pact-php. Names and orders of arguments are those of their sources:
//! pact-js src/v3/matchers.ts and src/dsl/matchers.ts (`old`), pact-python src/pact/match and
//! matchers.py of version 2 (`old`), pact-go matchers/ and dsl/matcher.go of version 1 (`old`),
//! pact-net PactNet.Abstractions/Matchers/Match.cs, pact-php Consumer/Matcher/Matcher.php.

use crate::analysis::hints::change::{Change, Plain, Value};
use crate::analysis::hints::choose::Dialect;
use crate::analysis::hints::infer::{Size, shape_pattern, size};
use crate::analysis::hints::literal::{is_identifier, pattern, string};
use crate::analysis::hints::{jvm, strftime};
use crate::config::Dsl;
use crate::model::UUID_PATTERN;
use crate::model::datetime::Kind;

/// A change as one line of code; `None` where the library has no words for it.
pub(super) fn code(d: Dialect, change: &Change) -> Option<String> {
    if matches!(d.dsl, Dsl::Java | Dsl::Kotlin) {
        return jvm::code(d, change);
    }
    let text = |text: &str| string(d.dsl, text);
    Some(match change {
        Change::Member { key: Some(key), value } => member(d, key, &expression(d, value)?),
        Change::Member { key: None, value } => expression(d, value)?,
        Change::Header { name, value } => match d.dsl {
            Dsl::Js => format!("headers: {{ {} }}", member(d, name, &expression(d, value)?)),
            Dsl::Python => format!(".with_header({}, {})", text(name), expression(d, value)?),
            Dsl::Net => format!(".WithHeader({}, {})", text(name), expression(d, value)?),
            Dsl::Php => format!("->addHeader({}, {})", text(name), expression(d, value)?),
            _ if d.old => format!("Headers: dsl.MapMatcher{{{}: {}}}", text(name), go_matcher(d, value)?),
            _ => format!("b.Header({}, {})", text(name), go_matcher(d, value)?),
        },
        Change::Query { name, value } => match d.dsl {
            Dsl::Js => format!("query: {{ {} }}", member(d, name, &expression(d, value)?)),
            Dsl::Python => format!(".with_query_parameter({}, {})", text(name), expression(d, value)?),
            // Takes text alone.
            Dsl::Net if !matches!(value, Value::Plain(_)) => return None,
            Dsl::Net => format!(".WithQuery({}, {})", text(name), expression(d, value)?),
            Dsl::Php => format!("->addQueryParameter({}, {})", text(name), expression(d, value)?),
            _ if d.old => format!("Query: dsl.MapMatcher{{{}: {}}}", text(name), go_matcher(d, value)?),
            _ => format!("b.Query({}, {})", text(name), go_matcher(d, value)?),
        },
        Change::Metadata { name, value } => match d.dsl {
            Dsl::Js => format!(".withMetadata({{ {} }})", member(d, name, &expression(d, value)?)),
            Dsl::Python if !d.old => format!(".with_metadata({{{}: {}}})", text(name), expression(d, value)?),
            _ => return None,
        },
        Change::Request { method, path } => match d.dsl {
            Dsl::Js => format!("method: {}, path: {}", text(method), expression(d, path)?),
            Dsl::Python => format!(".with_request({}, {})", text(method), expression(d, path)?),
            Dsl::Net if !matches!(path, Value::Plain(_)) => return None,
            Dsl::Net => format!(".WithRequest({}, {})", text(method), expression(d, path)?),
            Dsl::Php => format!("->setMethod({})->setPath({})", text(method), expression(d, path)?),
            _ if d.old => format!("Method: {}, Path: {}", text(method), go_matcher(d, path)?),
            _ if matches!(path, Value::Plain(_)) => {
                format!("WithRequest({}, {})", text(method), expression(d, path)?)
            }
            _ => format!("WithRequestPathMatcher({}, {})", text(method), expression(d, path)?),
        },
        Change::Given { state, params } => given(d, state, params)?,
        Change::Description { text: said, message } => match (d.dsl, message) {
            (Dsl::Js, true) => format!(".expectsToReceive({})", text(said)),
            (Dsl::Js, false) => format!(".uponReceiving({})", text(said)),
            (Dsl::Python, true) if d.old => format!(".expects_to_receive({})", text(said)),
            (Dsl::Python, true) => format!(".upon_receiving({}, \"Async\")", text(said)),
            (Dsl::Python, false) => format!(".upon_receiving({})", text(said)),
            (Dsl::Php, true) => format!("->expectsToReceive({})", text(said)),
            (Dsl::Php, false) => format!("->uponReceiving({})", text(said)),
            (_, true) => format!(".ExpectsToReceive({})", text(said)),
            (_, false) => format!(".UponReceiving({})", text(said)),
        },
    })
}

/// A provider state, with its parameters where there are any.
fn given(d: Dialect, state: &str, params: &[(String, Plain)]) -> Option<String> {
    let text = |text: &str| string(d.dsl, text);
    let state = text(state);
    if params.is_empty() {
        return Some(match d.dsl {
            Dsl::Php => format!("->given({state})"),
            Dsl::Go | Dsl::Net => format!(".Given({state})"),
            _ => format!(".given({state})"),
        });
    }
    let pairs: Option<Vec<(&str, String)>> =
        params.iter().map(|(name, value)| Some((&**name, plain(d, value)?))).collect();
    let pairs = pairs?;
    let list = |glue: &dyn Fn(&str, &str) -> String| {
        pairs.iter().map(|(name, value)| glue(name, value)).collect::<Vec<_>>().join(", ")
    };
    Some(match d.dsl {
        Dsl::Js => format!(".given({state}, {{ {} }})", list(&|name, value| member(d, name, value))),
        Dsl::Python if pairs.iter().all(|(name, _)| is_identifier(d.dsl, name)) => {
            format!(".given({state}, {})", list(&|name, value| format!("{name}={value}")))
        }
        Dsl::Python => {
            format!(".given({state}, {{{}}})", list(&|name, value| format!("{}: {value}", text(name))))
        }
        Dsl::Go => format!(
            ".GivenWithParameter(models.ProviderState{{Name: {state}, Parameters: map[string]interface{{}}{{{}}}}})",
            list(&|name, value| format!("{}: {value}", text(name)))
        ),
        // Parameters are texts in these.
        Dsl::Net => {
            let pairs: Vec<String> = params
                .iter()
                .map(|(name, value)| format!("[{}] = {}", text(name), text(&value.to_text())))
                .collect();
            format!(".Given({state}, new Dictionary<string, string> {{ {} }})", pairs.join(", "))
        }
        _ => {
            let pairs: Vec<String> = params
                .iter()
                .map(|(name, value)| format!("{} => {}", text(name), text(&value.to_text())))
                .collect();
            format!("->given({state}, [{}])", pairs.join(", "))
        }
    })
}

/// A member of an object.
fn member(d: Dialect, key: &str, value: &str) -> String {
    let name = || string(d.dsl, key);
    let bare = is_identifier(d.dsl, key);
    match d.dsl {
        Dsl::Js if bare => format!("{key}: {value}"),
        // Else it would set the prototype.
        Dsl::Js if key == "__proto__" => format!("[{}]: {value}", name()),
        Dsl::Net if bare => format!("{key} = {value}"),
        Dsl::Net => format!("[{}] = {value}", name()),
        Dsl::Php => format!("{} => {value}", name()),
        _ => format!("{}: {value}", name()),
    }
}

/// In pact-go a text is no matcher until it is called one.
fn go_matcher(d: Dialect, value: &Value) -> Option<String> {
    let code = expression(d, value)?;
    Some(match value {
        Value::Plain(_) if d.old => format!("dsl.String({code})"),
        Value::Plain(_) => format!("matchers.S({code})"),
        _ => code,
    })
}

fn expression(d: Dialect, value: &Value) -> Option<String> {
    // What this version or library has no word for is said in those that it has.
    let like = |number: &String| expression(d, &Value::Like(Plain::Number(number.clone())));
    let text = |text: &String| string(d.dsl, text);
    Some(match value {
        Value::Plain(value) => plain(d, value)?,
        Value::Like(Plain::Null) => return None,
        Value::Like(value) => match d.dsl {
            Dsl::Js => format!("like({})", plain(d, value)?),
            Dsl::Python if d.old => format!("Like({})", plain(d, value)?),
            Dsl::Python => format!("match.like({})", plain(d, value)?),
            Dsl::Net => format!("Match.Type({})", plain(d, value)?),
            Dsl::Php => format!("$matcher->like({})", plain(d, value)?),
            _ => format!("{}.Like({})", package(d), plain(d, value)?),
        },
        Value::Integer(number) => match (d.dsl, size(number)?) {
            (Dsl::Js, Size::Small | Size::Large) => format!("integer({number})"),
            (Dsl::Python, _) if d.v3 && !d.old => format!("match.int({number})"),
            (Dsl::Go, Size::Small | Size::Large) if d.v3 && !d.old => format!("matchers.Integer({number})"),
            (Dsl::Net, Size::Small) if d.v3 => format!("Match.Integer({number})"),
            (Dsl::Php, Size::Small | Size::Large) if d.v3 => format!("$matcher->integerV3({number})"),
            _ => like(number)?,
        },
        Value::Decimal(number) => match (d.dsl, size(number)?) {
            // A whole number loses its point on the way to the file, and is none with a fraction.
            (Dsl::Js, Size::Fraction) => format!("decimal({number})"),
            (Dsl::Python, Size::Fraction | Size::Whole) if d.v3 && !d.old => {
                format!("match.decimal({number})")
            }
            (Dsl::Go, Size::Fraction) if d.v3 && !d.old => format!("matchers.Decimal({number})"),
            (Dsl::Net, Size::Fraction | Size::Whole) if d.v3 => format!("Match.Decimal({number})"),
            (Dsl::Php, Size::Fraction) if d.v3 => format!("$matcher->decimalV3({number})"),
            _ => expression(d, &Value::Number(number.clone()))?,
        },
        Value::Number(number) => match d.dsl {
            Dsl::Js if d.v3 => format!("number({})", plain(d, &Plain::Number(number.clone()))?),
            Dsl::Python if d.v3 && !d.old => format!("match.number({number})"),
            Dsl::Php if d.v3 => format!("$matcher->number({number})"),
            _ => like(number)?,
        },
        Value::Boolean(value) => match d.dsl {
            Dsl::Js => format!("boolean({value})"),
            Dsl::Python if d.v3 && !d.old => format!("match.bool({})", plain(d, &Plain::Bool(*value))?),
            Dsl::Php if d.v3 => format!("$matcher->booleanV3({value})"),
            _ => expression(d, &Value::Like(Plain::Bool(*value)))?,
        },
        Value::Regex { example, pattern: wanted } => {
            let (example, wanted) = (text(example), pattern(d.dsl, wanted));
            match d.dsl {
                Dsl::Js if d.old => {
                    format!("term({{ generate: {example}, matcher: {} }})", old_pattern(value))
                }
                Dsl::Js => format!("regex({wanted}, {example})"),
                Dsl::Python if d.old => format!("Term({wanted}, {example})"),
                Dsl::Python => format!("match.regex({example}, regex={wanted})"),
                Dsl::Net => format!("Match.Regex({example}, {wanted})"),
                Dsl::Php => format!("$matcher->regex({example}, {wanted})"),
                _ if d.old => format!("dsl.Term({example}, {wanted})"),
                _ => format!("matchers.Regex({example}, {wanted})"),
            }
        }
        Value::Temporal { kind, example, format } => {
            let name = match kind {
                Kind::Date => "date",
                Kind::Time => "time",
                Kind::DateTime => "datetime",
            };
            let (said, letters) = (text(example), text(format));
            match d.dsl {
                Dsl::Js if d.v3 => format!("{name}({letters}, {said})"),
                Dsl::Python if d.v3 && !d.old => match strftime::of(format) {
                    Some(format) => format!("match.{name}({said}, format={})", string(d.dsl, &format)),
                    None => format!("match.{name}({said}, format={letters}, disable_conversion=True)"),
                },
                Dsl::Go if d.v3 && !d.old => {
                    let name = match kind {
                        Kind::Date => "Date",
                        Kind::Time => "Time",
                        Kind::DateTime => "DateTime",
                    };
                    format!("matchers.{name}Generated({said}, {letters})")
                }
                Dsl::Php if d.v3 => format!("$matcher->{name}({letters}, {said})"),
                _ => {
                    let pattern = shape_pattern(example);
                    expression(d, &Value::Regex { example: example.clone(), pattern })?
                }
            }
        }
        Value::Uuid(example) => {
            let same_case = !example.bytes().any(|b| b.is_ascii_uppercase());
            match d.dsl {
                // These know small letters alone.
                Dsl::Js if same_case => format!("uuid({})", text(example)),
                Dsl::Php if same_case => format!("$matcher->uuid({})", text(example)),
                Dsl::Python if same_case && d.v3 && !d.old => format!("match.uuid({})", text(example)),
                _ => expression(
                    d,
                    &Value::Regex { example: example.clone(), pattern: UUID_PATTERN.to_owned() },
                )?,
            }
        }
        Value::Equal(_) if !d.v3 => return None,
        Value::Equal(value) => match d.dsl {
            Dsl::Js => format!("equal({})", plain(d, value)?),
            Dsl::Go if !d.old => format!("matchers.Equality({})", plain(d, value)?),
            Dsl::Net => format!("Match.Equality({})", plain(d, value)?),
            Dsl::Php => format!("$matcher->equal({})", plain(d, value)?),
            // pact-python has no such matcher.
            _ => return None,
        },
        Value::FromState { .. } if !d.v3 || d.old => return None,
        Value::FromState { expression, example } => {
            let from = text(expression);
            match d.dsl {
                Dsl::Js => format!("fromProviderState({from}, {})", plain(d, example)?),
                Dsl::Python => {
                    format!("match.like({}, generator=generate.provider_state({from}))", plain(d, example)?)
                }
                Dsl::Go => format!("matchers.FromProviderState({from}, {})", text(&example.to_text())),
                Dsl::Php => {
                    format!("$matcher->fromProviderState($matcher->like({}), {from})", plain(d, example)?)
                }
                _ => return None,
            }
        }
        Value::Items { item, min, max } => items(d, &expression(d, item)?, *min, *max)?,
        Value::Object(members) => {
            let parts: Option<Vec<String>> =
                members.iter().map(|(key, value)| Some(member(d, key, &expression(d, value)?))).collect();
            let list = parts?.join(", ");
            match d.dsl {
                Dsl::Js => format!("{{ {list} }}"),
                Dsl::Python => format!("{{{list}}}"),
                Dsl::Go => format!("map[string]interface{{}}{{{list}}}"),
                Dsl::Net if members.iter().all(|(key, _)| is_identifier(d.dsl, key)) => {
                    format!("new {{ {list} }}")
                }
                Dsl::Net => {
                    let all: Option<Vec<String>> = members
                        .iter()
                        .map(|(key, value)| {
                            Some(format!("[{}] = {}", string(d.dsl, key), expression(d, value)?))
                        })
                        .collect();
                    format!("new Dictionary<string, object> {{ {} }}", all?.join(", "))
                }
                _ => format!("[{list}]"),
            }
        }
    })
}

/// A list of items like one.
fn items(d: Dialect, item: &str, min: u64, max: Option<u64>) -> Option<String> {
    let least = min.max(1);
    Some(match (d.dsl, max) {
        // Before version 3 a matcher has the one or the other.
        (_, Some(_)) if !d.v3 || d.old => return None,
        (Dsl::Js, None) if d.old => format!("eachLike({item}, {{ min: {least} }})"),
        (Dsl::Js, None) => format!("eachLike({item}, {least})"),
        (Dsl::Js, Some(max)) => format!("constrainedArrayLike({item}, {least}, {max})"),
        (Dsl::Python, None) if d.old => format!("EachLike({item}, minimum={least})"),
        (Dsl::Python, None) => format!("match.each_like({item}, min={least})"),
        (Dsl::Python, Some(max)) => format!("match.each_like({item}, min={least}, max={max})"),
        (Dsl::Net, None) => format!("Match.MinType({item}, {least})"),
        (Dsl::Net, Some(max)) => format!("Match.MinMaxType({item}, {least}, {max})"),
        (Dsl::Php, None) if least == 1 => format!("$matcher->eachLike({item})"),
        (Dsl::Php, None) => format!("$matcher->atLeastLike({item}, {least})"),
        (Dsl::Php, Some(max)) => format!("$matcher->constrainedArrayLike({item}, {least}, {max})"),
        (_, None) => format!("{}.EachLike({item}, {least})", package(d)),
        (_, Some(max)) => format!("matchers.ArrayMinMaxLike({item}, {least}, {max})"),
    })
}

/// Where the matchers of pact-go are.
fn package(d: Dialect) -> &'static str {
    if d.old { "dsl" } else { "matchers" }
}

/// The older interface of pact-js takes patterns as texts.
fn old_pattern(value: &Value) -> String {
    match value {
        Value::Regex { pattern, .. } => string(Dsl::Js, pattern),
        _ => String::new(),
    }
}

fn plain(d: Dialect, value: &Plain) -> Option<String> {
    Some(match value {
        Plain::Text(text) => string(d.dsl, text),
        Plain::Number(number) => {
            size(number)?;
            number.clone()
        }
        Plain::Bool(value) if d.dsl == Dsl::Python => if *value { "True" } else { "False" }.to_owned(),
        Plain::Bool(value) => value.to_string(),
        Plain::Null => match d.dsl {
            Dsl::Python => "None",
            Dsl::Go => "nil",
            _ => "null",
        }
        .to_owned(),
    })
}

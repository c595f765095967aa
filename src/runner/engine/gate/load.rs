//! What the core may load.

use std::collections::HashMap;

use pact_models::generators::{Generator, Generators};
use regex_syntax::ast::{Ast, RepetitionKind, RepetitionRange, parse::Parser};
use serde_json::Value;

use crate::model::regex::MAX_LEN;

/// The longest value of `status` and the like that is repeated in a message.
const SHOWN: usize = 40;

/// Whether the core may load this pact of one interaction; `Err` says why not.
///
/// It panics over a status that is no whole number from 0 and cuts greater ones down to 16
/// bits (`HttpResponse::from_json` and `Response::from_json` of pact_models), and it panics
/// over an index in a path that no machine word holds (`parse_path_exp`). A caught panic
/// would do, but its words would not help anybody.
pub(in super::super) fn loadable(pact: &Value) -> Result<(), String> {
    for element in ["interactions", "messages"].into_iter().filter_map(|key| pact.get(key)?.get(0)) {
        if let Some(status) = element.get("response").and_then(|response| response.get("status")) {
            match status.as_u64() {
                None => {
                    return Err(format!(
                        "response.status is {}, and the core panics over all but a whole number there",
                        shown(status)
                    ));
                }
                Some(number) if number > u64::from(u16::MAX) => {
                    let cut = number & u64::from(u16::MAX);
                    return Err(format!("response.status is {number}, which the core takes for {cut}"));
                }
                Some(_) => {}
            }
        }
        if readings(element, 0) > MAX_READINGS {
            return Err("matching rules lie in matching rules so deep that the core, which reads each \
                        level twice as often as the one above, comes to no end"
                .to_owned());
        }
        if let Some(path) = endless_index(element, false) {
            return Err(format!("the index in the path {} is too great", shown(&Value::from(path))));
        }
    }
    Ok(())
}

/// Whether the core may apply these generators; `Err` says why not. Those that count are
/// bounded by its 16-bit fields; a pattern is not.
pub(super) fn generable(generators: &Generators) -> Result<(), String> {
    generators.categories.values().flat_map(HashMap::values).try_for_each(one_generable)
}

/// The recursion is bounded by the reader of the file, which takes 128 levels.
fn one_generable(generator: &Generator) -> Result<(), String> {
    match generator {
        Generator::Regex(pattern) if generated_length(pattern) > MAX_GENERATED => Err(format!(
            "a value made from the pattern {} may have over {MAX_GENERATED} bytes",
            shown(&Value::from(pattern.as_str()))
        )),
        Generator::ArrayContains(variants) => {
            variants.iter().flat_map(|(.., inner)| inner.values()).try_for_each(one_generable)
        }
        _ => Ok(()),
    }
}

/// The greatest value that a `Regex` generator may make, in bytes.
const MAX_GENERATED: u64 = 10_000_000;

/// How many turns the core takes of a repeat without an upper bound, beyond the least.
const TURNS: u32 = 20;

/// The most bytes that a `Regex` generator makes; nothing where it refuses the pattern.
fn generated_length(pattern: &str) -> u64 {
    if pattern.len() > MAX_LEN {
        return u64::MAX;
    }
    Parser::new().parse(pattern).map_or(0, |tree| length_of(&tree))
}

/// The parser takes 250 levels, which bounds the recursion.
fn length_of(tree: &Ast) -> u64 {
    match tree {
        Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => 0,
        Ast::Repetition(repetition) => {
            let turns = match &repetition.op.kind {
                RepetitionKind::ZeroOrOne => 1,
                RepetitionKind::ZeroOrMore => TURNS,
                RepetitionKind::OneOrMore => TURNS + 1,
                RepetitionKind::Range(RepetitionRange::Exactly(n) | RepetitionRange::Bounded(_, n)) => *n,
                RepetitionKind::Range(RepetitionRange::AtLeast(n)) => n.saturating_add(TURNS),
            };
            length_of(&repetition.ast).saturating_mul(turns.into())
        }
        Ast::Group(group) => length_of(&group.ast),
        Ast::Alternation(all) => all.asts.iter().map(length_of).max().unwrap_or(0),
        Ast::Concat(all) => all.asts.iter().map(length_of).fold(0, u64::saturating_add),
        _ => 4,
    }
}

/// Where rules are.
const RULES: [&str; 3] = ["matchingRules", "requestMatchingRules", "responseMatchingRules"];

/// The most readings of rules that lie in rules: 16 levels, of which nobody needs three.
const MAX_READINGS: u64 = 1 << 17;

/// How often the core reads the rules that lie in others: `rules_from_json` of pact_models
/// goes through the `rules` of `eachKey` and `eachValue` once for an error and once more for
/// the rules, on each level anew. `times` is how often it reads this value, 0 outside of rules.
fn readings(value: &Value, times: u64) -> u64 {
    let each = |value: &Value, times| readings(value, times);
    match value {
        Value::Object(members) => {
            let inner = members.iter().map(|(key, value)| match key.as_str() {
                key if times == 0 && RULES.contains(&key) => each(value, 1),
                "rules" if times > 0 && value.is_array() => each(value, times.saturating_mul(2)),
                _ => each(value, times),
            });
            inner.fold(if times > 1 { times } else { 0 }, u64::saturating_add)
        }
        Value::Array(items) => items.iter().map(|it| each(it, times)).fold(0, u64::saturating_add),
        _ => 0,
    }
}

/// The first key below `matchingRules` or `generators` that has an index of more than 64
/// bits. The recursion is bounded by the reader of the file, which takes 128 levels.
fn endless_index(value: &Value, inside: bool) -> Option<&str> {
    match value {
        Value::Object(members) => members.iter().find_map(|(key, value)| {
            if inside && has_endless_index(key) {
                return Some(key.as_str());
            }
            let key = key.as_str();
            endless_index(value, inside || key == "generators" || RULES.contains(&key))
        }),
        Value::Array(items) => items.iter().find_map(|item| endless_index(item, inside)),
        _ => None,
    }
}

fn has_endless_index(path: &str) -> bool {
    path.split('[').skip(1).any(|rest| {
        let digits = rest.split(']').next().unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u64>().is_err()
    })
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::Object(_) => return "an object".to_owned(),
        Value::Array(_) => return "an array".to_owned(),
        other => other.to_string(),
    };
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_that_the_core_cannot_take_are_named() {
        let status = |status: Value| loadable(&json!({"interactions": [{"response": {"status": status}}]}));
        assert_eq!(status(json!(200)), Ok(()));
        for (value, said) in [
            (json!(null), "response.status is null,"),
            (json!(-1), "response.status is -1,"),
            (json!(200.0), "response.status is 200.0,"),
            (json!("200"), "response.status is \"200\","),
            (json!({"a": 1}), "response.status is an object,"),
            (json!(99_999), "takes for 34463"),
        ] {
            let why = status(value).unwrap_err();
            assert!(why.contains(said), "{why}");
        }
        let rules = |path: &str| {
            let rules = json!({"body": {path: {"matchers": []}}, "$['x[1']": {}});
            loadable(
                &json!({"messages": [{"matchingRules": rules, "contents": {"$[99999999999999999999]": 1}}]}),
            )
        };
        assert_eq!(rules("$[1].a[*]"), Ok(()));
        assert!(rules("$.a[99999999999999999999].b").unwrap_err().contains("99999999999999999999"));
    }

    #[test]
    fn rules_in_rules_have_a_bound() {
        let nested = |levels: usize| {
            let matcher = |inner, _| json!({"match": "eachValue", "rules": [inner]});
            let rule = (0..levels).fold(json!({"match": "type"}), matcher);
            json!({"rules": {"deep": rule}, "matchingRules": {"body": {"$": {"matchers": [rule]}}}})
        };
        assert_eq!(readings(&nested(0), 0), 0);
        assert_eq!(readings(&nested(3), 0), 2 + 4 + 8);
        assert_eq!(loadable(&json!({"interactions": [{"response": nested(15)}]})), Ok(()));
        let why = loadable(&json!({"interactions": [{"response": nested(50)}]})).unwrap_err();
        assert!(why.contains("comes to no end"), "{why}");
        // A body may be as it likes.
        assert_eq!(loadable(&json!({"interactions": [{"response": nested(50)["rules"]}]})), Ok(()));
    }

    #[test]
    fn what_is_generated_has_a_bound() {
        assert_eq!(generated_length(r"\d{3}-[a-z]+"), 3 * 4 + 4 + 21 * 4);
        assert!(generated_length("((a{1000}){1000}){1000}") > MAX_GENERATED);
        assert!(generated_length("((((((a*)*)*)*)*)*)*") > MAX_GENERATED);
    }
}

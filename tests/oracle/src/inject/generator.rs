//! Defects of generators.

use crate::inject::pact::{Pact, V4S};
use crate::inject::{Class, Form, class};
use crate::typo::slip;

/// Generators of messages of version 3 are not read at all.
const WITH: &[Form] = &[Form::V3, Form::V4, Form::V4Message, Form::V4Sync];

pub(super) const CLASSES: &[Class] = &[
    class("unknown-generator", &[], WITH, |p| {
        let known = p.pick(&["RandomInt", "Uuid", "RandomString", "ProviderState", "DateTime", "Regex"]);
        let name = match p.random.below(3) {
            0 => p.pick(&["ProviderStateGenerator", "RandomInteger", "UUID", "RandomNumber", "Random"]),
            _ => slip(&known, &mut p.random)?,
        };
        generated(p, &format!(r#"{{"type": "{name}"}}"#))
    }),
    class("generator-category-invalid", &["misplaced-key"], WITH, |p| {
        let name = p.ruled("5", r#"{"match": "integer"}"#)?;
        let category = p.pick(&["headers", "bdoy", "contents", "payload", "queries", "params"]);
        p.generator(&category, &format!("$.{name}"), r#"{"type": "RandomInt"}"#)
    }),
    class("generator-bad-field", &["unknown-key", "date-format-invalid"], WITH, |p| {
        let generator = p.pick(&[
            r#"{"type": "RandomInt", "min": 10, "max": 1}"#,
            r#"{"type": "Regex"}"#,
            r#"{"type": "ProviderState"}"#,
            r#"{"type": "Uuid", "format": "short"}"#,
            r#"{"type": "RandomString", "digits": 5}"#,
            r#"{"type": "Regex", "regex": "(?=a)a"}"#,
            r#"{"type": "Regex", "regex": "(a"}"#,
            r#"{"type": "Date", "expression": "tomorow"}"#,
            r#"{"min": 1, "max": 2}"#,
            r#"{"type": "RandomInt", "min": "one"}"#,
            r#"{"type": "Date", "format": "bbb"}"#,
        ]);
        generated(p, &generator)
    }),
    class("state-expression-unresolved", &["generator-bad-field"], WITH, |p| {
        let expression = p.pick(&["/api/{id}", "/users/{userId}/x", "${}", "${id", "/a/$id/b c"]);
        generated(p, &format!(r#"{{"type": "ProviderState", "expression": "{expression}"}}"#))
    }),
    class("generator-violates-rule", &["contradicting-rules"], WITH, |p| {
        let (value, matcher, generator) = *p.random.pick(&[
            (
                "\"ABC\"",
                r#"{"match": "regex", "regex": "[A-Z]+"}"#,
                r#"{"type": "RandomInt", "min": 1, "max": 9}"#,
            ),
            ("5", r#"{"match": "integer"}"#, r#"{"type": "Uuid"}"#),
            ("5", r#"{"match": "integer"}"#, r#"{"type": "RandomString", "size": 5}"#),
            (
                "\"2024-01-02\"",
                r#"{"match": "date", "format": "yyyy-MM-dd"}"#,
                r#"{"type": "RandomHexadecimal", "digits": 4}"#,
            ),
            ("true", r#"{"match": "boolean"}"#, r#"{"type": "RandomInt", "min": 2, "max": 4}"#),
        ]);
        let name = p.ruled(value, matcher)?;
        p.generator("body", &format!("$.{name}"), generator)
    }),
    class("generator-with-random-looking-example", &[], WITH, |p| {
        let (value, generator) = *p.random.pick(&[
            ("\"4f7c1a52-93bd-4e0e-8c1f-7a6b5c4d3e2f\"", r#"{"type": "Uuid"}"#),
            ("\"8Jx2kQz9LmWp\"", r#"{"type": "RandomString", "size": 12}"#),
            ("83749201", r#"{"type": "RandomInt", "min": 1, "max": 99999999}"#),
        ]);
        let name = p.ruled(value, r#"{"match": "type"}"#)?;
        p.generator("body", &format!("$.{name}"), generator)
    }),
    class("generator-on-asserted-value", &[], WITH, |p| {
        p.request = false;
        let name = p.word();
        p.body(&format!(r#"{{"{name}": 5}}"#))?;
        if p.random.coin() {
            p.rule("body", &format!("$.{name}"), r#"{"match": "equality"}"#)?;
        }
        p.generator("body", &format!("$.{name}"), r#"{"type": "RandomInt", "min": 1, "max": 9}"#)
    }),
    class("unknown-generator", &["generator-bad-field"], V4S, |p| generated(p, r#"{"type": "", "min": 1}"#)),
];

/// A generator where a rule is as well.
fn generated(p: &mut Pact, generator: &str) -> Option<()> {
    let name = p.ruled("\"5\"", r#"{"match": "type"}"#)?;
    p.generator("body", &format!("$.{name}"), generator)
}

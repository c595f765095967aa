//! Defects of matchers and their groups.

use crate::inject::pact::{ALL, HTTP, HTTP3, V3UP, V4S};
use crate::inject::{Class, Form, class};
use crate::typo::slip;

pub(super) const CLASSES: &[Class] = &[
    class("rule-group-missing-matchers", &["unknown-key"], V3UP, |p| {
        let name = p.ruled("5", r#"{"match": "type"}"#)?;
        let group = p.pick(&[
            r#"{"match": "type"}"#,
            r#"{"combine": "AND", "matchers": []}"#,
            r#"{"combine": "AND", "matchers": {}}"#,
            r#"{"match": [{"match": "type"}]}"#,
            r#"{"combine": "AND"}"#,
            r#"{"combine": "AND", "matcher": [{"match": "type"}]}"#,
            r#"{"matchers": {"match": "type"}}"#,
            "{}",
        ]);
        p.group("body", &format!("$.{name}"), &group)
    }),
    class("v2-rules-in-v3-file", &[], HTTP3, |p| {
        let name = p.ruled("5", r#"{"match": "type"}"#)?;
        p.set_part("matchingRules", &format!(r#"{{"$.body.{name}": {{"match": "type"}}}}"#))
    }),
    class("mixed-rule-styles", &[], HTTP3, |p| {
        let name = p.ruled("5", r#"{"match": "type"}"#)?;
        p.set_part(&format!("matchingRules/$.body.{name}"), r#"{"match": "type"}"#)
    }),
    class("v3-rules-in-v2-file", &[], &[Form::V2], |p| {
        let name = p.word();
        p.body(&format!(r#"{{"{name}": 5}}"#))?;
        p.set_part(
            "matchingRules",
            &format!(r#"{{"body": {{"$.{name}": {{"matchers": [{{"match": "type"}}]}}}}}}"#),
        )
    }),
    class("unknown-rule-category", &[], V3UP, |p| {
        let name = p.ruled("5", r#"{"match": "type"}"#)?;
        let category = match p.random.below(3) {
            0 => p.pick(&["payload", "json", "data", "content-body", "params"]),
            _ => slip("body", &mut p.random)?,
        };
        let known = category.eq_ignore_ascii_case("body");
        if known || name.is_empty() {
            return None;
        }
        let part = p.part();
        p.rename(&format!("{part}/matchingRules/body"), &category)
    }),
    class("contents-category-ignored", &[], &[Form::V4Message, Form::V4Sync], |p| {
        p.ruled("5", r#"{"match": "type"}"#)?;
        let part = p.part();
        p.rename(&format!("{part}/matchingRules/body"), "contents")
    }),
    class("rule-category-spelling", &[], HTTP3, |p| {
        p.header("X-Trace", "abc")?;
        p.bare();
        let category = p.pick(&["headers", "Header", "HEADER", "Headers"]);
        p.group(&category, "X-Trace", r#"{"combine": "AND", "matchers": [{"match": "type"}]}"#)
    }),
    class("unknown-matcher", &[], ALL, |p| {
        let known = p.pick(&["type", "regex", "equality", "integer", "decimal", "include", "number"]);
        let name = match p.random.below(3) {
            0 => p.pick(&["like", "eachLike", "term", "string", "uuid", "any", "email"]),
            _ => slip(&known, &mut p.random)?,
        };
        p.ruled("5", &format!(r#"{{"match": "{name}"}}"#)).map(drop)
    }),
    class("matcher-alias", &[], V3UP, |p| {
        let (value, matcher) = *p.random.pick(&[
            ("10.5", r#"{"match": "real"}"#),
            (r#""2024-01-02T03:04:05""#, r#"{"match": "timestamp", "timestamp": "yyyy-MM-dd'T'HH:mm:ss"}"#),
            (r#"["a"]"#, r#"{"match": "min-type", "min": 1}"#),
            (r#"["a"]"#, r#"{"match": "max-type", "max": 3}"#),
            (r#""x""#, r#"{"match": "not-empty"}"#),
        ]);
        p.ruled(value, matcher).map(drop)
    }),
    class("rule-without-match", &[], ALL, |p| {
        let (value, matcher) = *p.random.pick(&[
            (r#"["a"]"#, r#"{"min": 1}"#),
            (r#"["a"]"#, r#"{"max": 4}"#),
            (r#""ab""#, r#"{"regex": "[a-z]+"}"#),
        ]);
        p.ruled(value, matcher).map(drop)
    }),
    class("matcher-missing-field", &["unknown-key"], V3UP, |p| {
        let (value, matcher) = *p.random.pick(&[
            ("\"a\"", r#"{"match": "regex"}"#),
            ("\"a\"", r#"{"match": "include"}"#),
            ("\"a\"", r#"{"match": "regex", "pattern": "a"}"#),
            ("\"a\"", r#"{"match": "include", "include": "a"}"#),
            ("\"a\"", r#"{"match": "contentType"}"#),
            ("[1]", r#"{"match": "arrayContains"}"#),
            ("[1]", r#"{"match": "min"}"#),
            ("{\"b\": 1}", r#"{"match": "eachKey"}"#),
            ("{\"b\": 1}", r#"{"match": "eachValue"}"#),
        ]);
        let newer = ["arrayContains", "eachKey", "eachValue"].iter().any(|it| matcher.contains(it));
        if newer && !p.is_v4() {
            return None;
        }
        p.ruled(value, matcher).map(drop)
    }),
    class("matcher-unknown-field", &["unknown-key"], V3UP, |p| {
        let field = p.pick(&["minn", "maxx", "pattern", "formatt", "minimum", "mim", "enum"]);
        p.ruled("\"abc\"", &format!(r#"{{"match": "type", "{field}": 2}}"#)).map(drop)
    }),
    class("matcher-needs-newer-spec", &[], &[Form::V2, Form::V3], |p| {
        let (value, matcher) = *p.random.pick(&[
            ("5", r#"{"match": "integer"}"#),
            ("5.5", r#"{"match": "decimal"}"#),
            ("\"ab\"", r#"{"match": "include", "value": "a"}"#),
            ("null", r#"{"match": "null"}"#),
            ("\"1.0.0\"", r#"{"match": "semver"}"#),
            ("\"ab\"", r#"{"match": "notEmpty"}"#),
            ("{\"a\": \"b\"}", r#"{"match": "eachValue", "rules": [{"match": "type"}]}"#),
            ("\"2024-01-02\"", r#"{"match": "date", "format": "yyyy-MM-dd"}"#),
        ]);
        let of_v4 = ["semver", "notEmpty", "eachValue"].iter().any(|it| matcher.contains(it));
        if p.form == Form::V3 && !of_v4 {
            return None;
        }
        p.ruled(value, matcher).map(drop)
    }),
    class("combine-invalid", &[], V3UP, |p| {
        let name = p.ruled("5", r#"{"match": "type"}"#)?;
        let combine =
            p.pick(&["\"XOR\"", "\"ORR\"", "\"&&\"", "true", "\"ANY\"", "\"NOT\"", "[]", "\"AN\"", "\"\""]);
        let group =
            format!(r#"{{"combine": {combine}, "matchers": [{{"match": "integer"}}, {{"match": "type"}}]}}"#);
        p.group("body", &format!("$.{name}"), &group)
    }),
    class("min-max-not-integer", &[], ALL, |p| {
        let field = p.pick(&["min", "max"]);
        let value = p.pick(&["\"1\"", "1.5", "-1", "\"two\"", "true", "null", "[1]"]);
        p.ruled(r#"["a"]"#, &format!(r#"{{"match": "type", "{field}": {value}}}"#)).map(drop)
    }),
    class("min-greater-than-max", &["example-violates-rule"], ALL, |p| {
        let max = 1 + p.random.below(4);
        let min = max + 1 + p.random.below(4);
        let items = vec!["\"a\""; min].join(",");
        p.ruled(&format!("[{items}]"), &format!(r#"{{"match": "type", "min": {min}, "max": {max}}}"#))
            .map(drop)
    }),
    class("min-on-non-array", &[], ALL, |p| {
        let value = p.pick(&["\"text\"", "5", "true", "{\"a\": 1}", "2.5"]);
        let field = p.pick(&["\"min\": 1", "\"max\": 3", "\"min\": 1, \"max\": 5"]);
        p.ruled(&value, &format!(r#"{{"match": "type", {field}}}"#)).map(drop)
    }),
    class("split-min-max", &[], V3UP, |p| {
        let (min, max) = (1, 2 + p.random.below(5));
        let list = format!(r#"{{"match": "type", "min": {min}}}, {{"match": "type", "max": {max}}}"#);
        p.ruled(r#"["a", "b"]"#, &list).map(drop)
    }),
    class("contradicting-rules", &["example-violates-rule"], V3UP, |p| {
        let (value, list) = *p.random.pick(&[
            ("5", r#"{"match": "integer"}, {"match": "null"}"#),
            ("5", r#"{"match": "integer"}, {"match": "decimal"}"#),
            ("5.5", r#"{"match": "integer"}, {"match": "decimal"}"#),
            ("\"a\"", r#"{"match": "type"}, {"match": "null"}"#),
            ("\"a\"", r#"{"match": "regex", "regex": "a"}, {"match": "regex", "regex": "b"}"#),
            ("true", r#"{"match": "boolean"}, {"match": "integer"}"#),
            ("\"2024-01-02\"", r#"{"match": "date", "format": "yyyy-MM-dd"}, {"match": "integer"}"#),
        ]);
        p.ruled(value, list).map(drop)
    }),
    class("redundant-rules", &[], V3UP, |p| {
        let (value, list) = *p.random.pick(&[
            ("5", r#"{"match": "type"}, {"match": "type"}"#),
            ("5", r#"{"match": "type"}, {"match": "integer"}"#),
            ("\"a\"", r#"{"match": "regex", "regex": "a"}, {"match": "regex", "regex": "a"}"#),
            ("5", r#"{"match": "number"}, {"match": "number"}"#),
        ]);
        p.ruled(value, list).map(drop)
    }),
    class("or-null-on-container", &[], V3UP, |p| {
        let value = p.pick(&["{\"a\": 1}", "[1, 2]", "{\"a\": {\"b\": \"c\"}}", "[{\"a\": 1}]"]);
        let name = p.ruled(&value, r#"{"match": "type"}"#)?;
        let group = r#"{"combine": "OR", "matchers": [{"match": "type"}, {"match": "null"}]}"#;
        p.group("body", &format!("$.{name}"), group)
    }),
    class("values-without-star", &[], V3UP, |p| {
        p.ruled(r#"{"a": 1, "b": 2}"#, r#"{"match": "values"}"#).map(drop)
    }),
    class("star-without-values", &[], V3UP, |p| {
        let name = p.ruled(r#"{"k1": 1, "k2": 2}"#, r#"{"match": "equality"}"#)?;
        p.bare();
        p.rule("body", &format!("$.{name}.*"), r#"{"match": "type"}"#)
    }),
    class("array-contains-variant-shape", &["matcher-missing-field", "example-violates-rule"], V4S, |p| {
        let (value, variants) = *p.random.pick(&[
            ("[1]", r#"[{"index": 3, "rules": {"$": {"matchers": [{"match": "integer"}]}}}]"#),
            ("[1]", "[]"),
            ("{\"a\": 1}", r#"[{"index": 0, "rules": {"$": {"matchers": [{"match": "type"}]}}}]"#),
            ("\"a\"", r#"[{"index": 0, "rules": {"$": {"matchers": [{"match": "type"}]}}}]"#),
            ("[1, 2]", r#"[{"index": 0}]"#),
            ("[1, 2]", r#"[{"index": 5}]"#),
        ]);
        p.ruled(value, &format!(r#"{{"match": "arrayContains", "variants": {variants}}}"#)).map(drop)
    }),
    class("method-rule-ignored", &["unknown-rule-category"], HTTP3, |p| {
        p.request = true;
        p.bare();
        p.group("method", "", r#"{"combine": "AND", "matchers": [{"match": "regex", "regex": "GET|POST"}]}"#)
    }),
    class("example-violates-rule", &["regex-matches-substring-only"], HTTP, |p| {
        let (value, matcher) = *p.random.pick(&[
            ("\"abc\"", r#"{"match": "regex", "regex": "\\d+"}"#),
            ("\"12\"", r#"{"match": "regex", "regex": "[A-Z]{2}"}"#),
            ("[1]", r#"{"match": "type", "min": 2}"#),
            ("[1, 2, 3]", r#"{"match": "type", "max": 2}"#),
            ("\"\"", r#"{"match": "regex", "regex": ".+"}"#),
        ]);
        p.ruled(value, matcher).map(drop)
    }),
    class("example-violates-rule", &["date-format-suspicious"], V4S, |p| {
        let (value, matcher) = *p.random.pick(&[
            ("\"5\"", r#"{"match": "integer"}"#),
            ("5.5", r#"{"match": "integer"}"#),
            ("\"abc\"", r#"{"match": "number"}"#),
            ("\"02.01.2024\"", r#"{"match": "date", "format": "yyyy-MM-dd"}"#),
            ("\"2024-02-31\"", r#"{"match": "date", "format": "yyyy-MM-dd"}"#),
            ("\"25:00\"", r#"{"match": "time", "format": "HH:mm"}"#),
            ("\"1.0\"", r#"{"match": "semver"}"#),
            ("\"abc\"", r#"{"match": "include", "value": "x"}"#),
            ("\"\"", r#"{"match": "notEmpty"}"#),
            ("\"yes\"", r#"{"match": "boolean"}"#),
            ("1", r#"{"match": "null"}"#),
        ]);
        p.ruled(value, matcher).map(drop)
    }),
    class("example-violates-rule", &[], V3UP, |p| {
        let value = p.pick(&["10", "0", "-3", "1000"]);
        p.ruled(&value, r#"{"match": "decimal"}"#).map(drop)
    }),
    class("array-min-zero", &[], ALL, |p| {
        let name = p.ruled(r#"[{"a": 1}]"#, r#"{"match": "type", "min": 0}"#)?;
        p.rule("body", &format!("$.{name}[*].a"), r#"{"match": "type"}"#)
    }),
    class("type-at-root-hides-arrays", &[], HTTP, |p| {
        let name = p.word();
        p.body(&format!(r#"{{"{name}": [{{"a": 1}}]}}"#))?;
        p.rule("body", "$", r#"{"match": "type"}"#)
    }),
    class("index-rule-on-array", &[], HTTP, |p| {
        p.request = false;
        let name = p.word();
        p.body(&format!(r#"{{"{name}": [{{"a": 1}}]}}"#))?;
        p.rule("body", &format!("$.{name}[0].a"), r#"{"match": "type"}"#)
    }),
    class("rules-without-body", &[], ALL, |p| {
        p.ruled("5", r#"{"match": "type"}"#)?;
        let (part, body) = (p.part(), p.body_key());
        match p.random.below(2) {
            0 => p.remove(&format!("{part}/{body}")).map(drop),
            _ => p.set_part(body, "null"),
        }
    }),
    class("shadowed-rule", &[], V3UP, |p| {
        let name = p.ruled(r#"{"a": 1, "b": "x"}"#, r#"{"match": "type"}"#)?;
        p.rule("body", &format!("$.{name}.*"), r#"{"match": "type"}"#)?;
        p.rule("body", &format!("$.{name}.a"), r#"{"match": "integer"}"#)?;
        p.rule("body", &format!("$.{name}.b"), r#"{"match": "regex", "regex": "[a-z]"}"#)
    }),
    class("cascade-overrides-literal", &[], V3UP, |p| {
        let name = p.ruled(r#"{"status": "ACTIVE", "id": 5}"#, r#"{"match": "type"}"#)?;
        p.rule("body", &format!("$.{name}.id"), r#"{"match": "equality"}"#)
    }),
    class("exact-body-values", &[], HTTP, |p| {
        p.request = false;
        let members: Vec<String> = (0..30).map(|at| format!(r#""field{at}": "value {at}""#)).collect();
        p.body(&format!("{{{}}}", members.join(",")))
    }),
    class("exact-body-values", &[], HTTP, |p| {
        p.request = false;
        let name = p.word();
        p.body(&format!(r#"{{"{name}": "some value", "other": "another value", "number": 17}}"#))?;
        p.rule("body", "$.number", r#"{"match": "type"}"#)
    }),
    class("dsl-marker-in-example", &[], ALL, |p| {
        let value = p.pick(&[
            r#"{"pact:matcher:type": "type", "value": 1}"#,
            r#"{"json_class": "Pact::SomethingLike", "contents": 5}"#,
            r#"{"pact:generator:type": "Uuid", "value": "x"}"#,
            r#"{"json_class": "Pact::Term", "data": {"generate": "a"}}"#,
        ]);
        let name = p.word();
        p.body(&format!(r#"{{"{name}": {value}}}"#))
    }),
];

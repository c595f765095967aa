//! Defects of the paths of rules.

use crate::inject::pact::{ALL, HTTP, HTTP3, V3UP};
use crate::inject::{Class, Form, class};
use crate::typo::slip;

const TYPE: &str = r#"{"match": "type"}"#;

pub(super) const CLASSES: &[Class] = &[
    class("rule-path-invalid", &["rule-path-unquoted-dot"], ALL, |p| {
        let name = p.word();
        p.body(&format!(r#"{{"{name}": {{"a b": 1, "x/y": 2}}}}"#))?;
        let tail = p.pick(&[
            ".a b",
            ".x/y",
            "[-1]",
            "[",
            "[\"a b\"]",
            "..a",
            "['a b",
            "[1:2]",
            "[?(@.a)]",
            ".a|b",
            "[]",
        ]);
        p.rule("body", &format!("$.{name}{tail}"), TYPE)
    }),
    class("rule-matches-nothing", &["v2-path-in-v3-body", "rule-path-unquoted-dot"], ALL, |p| {
        let name = p.word();
        p.body(&format!(r#"{{"{name}": {{"inner": 1, "list": [{{"leaf": "x"}}]}}, "id": 4}}"#))?;
        let path = match p.random.below(6) {
            0 => format!("$.{}", slip(&name, &mut p.random)?),
            1 => format!("$.{name}.{}", slip("inner", &mut p.random)?),
            2 => format!("$.{name}.list[*].{}", slip("leaf", &mut p.random)?),
            3 => format!("$.{name}.list[3].leaf"),
            4 => format!("$.{name}.inner.more"),
            _ => "$.list[*].leaf".to_owned(),
        };
        p.rule("body", &path, TYPE)
    }),
    class("v2-path-in-v3-body", &[], V3UP, |p| {
        let name = p.word();
        p.body(&format!(r#"{{"{name}": 5}}"#))?;
        p.rule("body", &format!("$.body.{name}"), TYPE)
    }),
    class("v2-path-without-part", &[], &[Form::V2], |p| {
        let name = p.word();
        p.body(&format!(r#"{{"{name}": 5}}"#))?;
        let path = match p.random.below(4) {
            0 => format!("$.{name}"),
            1 => format!("body.{name}"),
            2 => format!("$.bdoy.{name}"),
            _ => format!("$['{name}']"),
        };
        p.set_part(&format!("matchingRules/{path}"), TYPE)
    }),
    class("rule-path-unquoted-dot", &[], ALL, |p| {
        let (one, two) = (p.word(), p.pick(&["context", "type", "v1", "id", "x"]));
        p.body(&format!(r#"{{"{one}.{two}": 5, "rest": {{"@odata.{two}": 1}}}}"#))?;
        let path = if p.random.coin() { format!("$.{one}.{two}") } else { format!("$.rest.@odata.{two}") };
        p.rule("body", &path, TYPE)
    }),
    class("index-star-on-object", &[], ALL, |p| {
        let name = p.word();
        p.body(&format!(r#"{{"{name}": {{"k1": {{"a": 1}}, "k2": {{"a": 2}}}}}}"#))?;
        let tail = p.pick(&["[*]", "[*].a"]);
        p.rule("body", &format!("$.{name}{tail}"), TYPE)
    }),
    class("header-rule-key-is-path", &["header-rule-without-header"], HTTP3, |p| {
        p.bare();
        let name = p.pick(&["X-Trace", "Location", "Accept"]);
        p.header(&name, "abc")?;
        let key = match p.random.below(3) {
            0 => format!("$.{name}"),
            1 => format!("{name}[0]"),
            _ => format!("$['{name}']"),
        };
        p.rule("header", &key, TYPE)
    }),
    class("header-rule-without-header", &[], HTTP, |p| {
        p.bare();
        if p.random.coin() {
            p.request = true;
            p.query("page", "1")?;
            let key = p.pick(&["pages", "size", "Page", "q"]);
            return p.rule("query", &key, TYPE);
        }
        p.header("X-Trace", "abc")?;
        let key = p.pick(&["X-Trce", "X-Other", "Trace", "X_Trace"]);
        p.rule("header", &key, TYPE)
    }),
    class("header-rule-without-header", &[], &[Form::V4Message, Form::V3Message], |p| {
        p.bare();
        let key = p.pick(&["contenttyp", "partition", "key", "topic"]);
        p.rule("metadata", &key, TYPE)
    }),
    class("ambiguous-rule-precedence", &[], ALL, |p| {
        let name = p.word();
        p.body(&format!(r#"{{"{name}": {{"b": "x", "c": "y"}}}}"#))?;
        p.rule("body", &format!("$.{name}.*"), TYPE)?;
        let other = p.pick(&["$.*.b", "$.*.c"]);
        p.rule("body", &other, r#"{"match": "regex", "regex": "[a-z]"}"#)
    }),
    class("rule-on-empty-array-example", &[], ALL, |p| {
        let name = p.word();
        p.body(&format!(r#"{{"{name}": []}}"#))?;
        if p.random.coin() {
            p.rule("body", &format!("$.{name}[*].id"), TYPE)?;
        }
        p.rule("body", &format!("$.{name}"), TYPE)
    }),
    class("rule-on-empty-array-example", &["rule-matches-nothing"], ALL, |p| {
        let name = p.word();
        p.body(&format!(r#"{{"{name}": []}}"#))?;
        p.rule("body", &format!("$.{name}[*].id"), TYPE)
    }),
    class("json-rule-on-text-body", &["rule-matches-nothing", "json-taken-for-text"], HTTP, |p| {
        p.bare();
        let kind = p.pick(&["text/plain", "text/json", "application/javascript", "text/csv"]);
        p.body("{}")?;
        p.content_type(&kind)?;
        let text = r#""{\"a\": 1}""#;
        let body = match p.form {
            Form::V4 => format!(r#"{{"content": {text}, "contentType": "{kind}", "encoded": false}}"#),
            _ => text.to_owned(),
        };
        p.set_part("body", &body)?;
        p.rule("body", "$.a", TYPE)
    }),
    class("xml-rule-path-unmatched", &["rule-matches-nothing"], HTTP, |p| {
        p.body("{}")?;
        p.content_type("application/xml")?;
        let text = r#""<?xml version=\"1.0\"?><n:a xmlns:n=\"urn:x\"><b>1</b></n:a>""#;
        let body = match p.form {
            Form::V4 => {
                format!(r#"{{"content": {text}, "contentType": "application/xml", "encoded": false}}"#)
            }
            _ => text.to_owned(),
        };
        p.set_part("body", &body)?;
        let path = p.pick(&["$.n:a.b", "$.a.b", "$['urn:x:a'][0].c", "$.x"]);
        p.rule("body", &path, TYPE)
    }),
    class("rule-path-invalid", &[], &[Form::V2], |p| {
        p.request = true;
        p.bare();
        let (name, key) = (p.pick(&["filter", "page", "user"]), p.pick(&["id", "size", "account_id"]));
        p.set_it("request/query", &format!("\"{name}[{key}]=5\""))?;
        p.set_part(&format!("matchingRules/$.query.{name}[{key}]"), TYPE)
    }),
    class("generator-path-matches-nothing", &[], V3UP, |p| {
        let name = p.ruled("5", r#"{"match": "integer"}"#)?;
        if p.form == Form::V3Message {
            return None;
        }
        let path = match p.random.below(3) {
            0 => format!("$.{}", slip(&name, &mut p.random)?),
            1 => "$.zzz".to_owned(),
            _ => format!("$.{name}.inner"),
        };
        p.generator("body", &path, r#"{"type": "RandomInt", "min": 1, "max": 9}"#)
    }),
];

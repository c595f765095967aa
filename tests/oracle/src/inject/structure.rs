//! Defects of the shape of a file.

use crate::inject::pact::{ALL, HTTP, HTTP3, OLD, Pact, V4S};
use crate::inject::{Class, Form, class};
use crate::tree::Node;
use crate::typo::slip;

pub(super) const CLASSES: &[Class] = &[
    class("not-a-pact", &[], ALL, |p| {
        let json =
            p.pick(&["[]", "{}", "\"pact\"", "42", "{\"name\": \"web\"}", "[{\"consumer\": 1}]", "null"]);
        p.root = Node::parse(&json)?;
        Some(())
    }),
    class("missing-consumer", &[], ALL, |p| party(p, "consumer")),
    class("missing-provider", &[], ALL, |p| party(p, "provider")),
    class("missing-interactions", &[], &[Form::V2, Form::V3, Form::V4, Form::V4Message], |p| {
        if p.random.coin() {
            return p.remove("interactions").map(drop);
        }
        let json = p.pick(&["{}", "null", "\"none\"", "{\"0\": {}}", "7", "true"]);
        p.set("interactions", &json)
    }),
    class("empty-pact", &[], &[Form::V2, Form::V3, Form::V4], |p| p.set("interactions", "[]")),
    class("messages-and-interactions", &[], &[Form::V3], |p| {
        let word = p.word();
        let message = format!(r#"[{{"description": "a {word} event", "contents": {{"{word}": 1}}}}]"#);
        let empty = p.random.coin();
        p.set("messages", if empty { "[]" } else { &message })
    }),
    class("messages-in-v4", &["missing-interactions"], &[Form::V4Message, Form::V4], |p| {
        if p.random.coin() {
            return p.rename("interactions", "messages");
        }
        p.set("messages", r#"[{"description": "an event", "contents": {"a": 1}}]"#)
    }),
    class("missing-interaction-type", &[], V4S, |p| p.remove(&format!("{}/type", p.it)).map(drop)),
    class("invalid-interaction-type", &[], V4S, |p| {
        let name = p.get(&format!("{}/type", p.it))?.as_str()?;
        let wrong = match p.random.below(4) {
            0 => name.to_lowercase(),
            1 => name.replace('/', ""),
            2 => name.replace('/', "-"),
            _ => slip(&name, &mut p.random)?,
        };
        p.set_it("type", &format!("{wrong:?}"))
    }),
    class("v4-fields-in-older-file", &[], OLD, |p| {
        let (key, value) = *p.random.pick(&[
            ("pending", "true"),
            ("key", "\"k-1\""),
            ("type", "\"Synchronous/HTTP\""),
            ("comments", r#"{"text": ["a note"]}"#),
            ("transport", "\"https\""),
            ("pluginConfiguration", r#"{"csv": {"a": 1}}"#),
        ]);
        p.set_it(key, value)
    }),
    class("missing-description", &[], ALL, |p| {
        if p.random.coin() {
            return p.remove(&format!("{}/description", p.it)).map(drop);
        }
        let json = p.pick(&["\"\"", "\"  \"", "null", "\"\\t\""]);
        p.set_it("description", &json)
    }),
    class("unknown-key", &["misplaced-key"], ALL, |p| {
        let known: &[&str] = match p.form {
            Form::V2 => &["providerState", "request/query", "response/headers", "response/matchingRules"],
            Form::V3 | Form::V4 => &[
                "providerStates",
                "request/query",
                "response/headers",
                "response/matchingRules",
                "response/body",
            ],
            Form::V4Sync => &["providerStates", "request/metadata", "response/0/matchingRules"],
            _ => &["providerStates", "matchingRules"],
        };
        let at = p.pick(known);
        let key = at.rsplit('/').next()?;
        let wrong = slip(key, &mut p.random)?;
        // Another key by accident.
        if ["providerState", "providerStates"].contains(&wrong.as_str()) {
            return None;
        }
        p.rename(&format!("{}/{at}", p.it), &wrong)
    }),
    class("misplaced-key", &["v4-fields-in-older-file"], HTTP, |p| match p.random.below(6) {
        0 => p.set_it("pactSpecification", r#"{"version": "4.0"}"#),
        1 => {
            let rules = p.remove(&format!("{}/response/matchingRules", p.it))?;
            p.set_it("matchingRules", &rules.to_string())
        }
        2 => p.set_it("request/status", "200"),
        3 => p.set_it("response/method", "\"GET\""),
        4 => p.set_it("response/query", r#"{"a": ["1"]}"#),
        _ => {
            let status = p.remove(&format!("{}/response/status", p.it))?;
            p.set_it("status", &status.to_string())
        }
    }),
    class("status-not-integer", &[], HTTP, |p| {
        let json =
            p.pick(&["\"200\"", "200.5", "null", "\"OK\"", "[200]", "{\"code\": 200}", "true", "2e-1"]);
        p.set_it("response/status", &json)
    }),
    class("status-out-of-range", &["status-not-integer"], HTTP, |p| {
        let json = p.pick(&["0", "99", "600", "999", "20", "2000", "65536", "70000", "-200"]);
        p.set_it("response/status", &json)
    }),
    class("v4-body-not-wrapped", &[], &[Form::V4, Form::V4Message], |p| {
        p.bare();
        let word = p.word();
        let json = match p.random.below(5) {
            0 => format!(r#"{{"{word}": 1, "id": 2}}"#),
            1 => format!(r#"["{word}"]"#),
            2 => format!("\"{word}\""),
            3 => p.random.below(100).to_string(),
            _ => format!(r#"{{"{word}": {{"name": "x"}}}}"#),
        };
        p.set_part(p.body_key(), &json)
    }),
    class("v4-body-missing-content", &[], &[Form::V4, Form::V4Message], |p| {
        p.bare();
        let json = p.pick(&[
            "{}",
            r#"{"contentType": "application/json"}"#,
            r#"{"encoded": false}"#,
            r#"{"contentType": "text/plain", "encoded": false}"#,
            r#"{"contentType": "text/plain", "contentTypeHint": "TEXT"}"#,
        ]);
        p.set_part(p.body_key(), &json)
    }),
    class("v4-body-extra-keys", &[], &[Form::V4, Form::V4Message], |p| {
        p.bare();
        let word = p.word();
        let json = p.pick(&[r#""x""#, "1", "{}", "null"]);
        let body = match p.random.below(2) {
            0 => format!(r#"{{"content": "hello", "{word}": {json}}}"#),
            _ => format!(
                r#"{{"content": {{"a": 1}}, "contentType": "application/json", "encoded": false, "{word}": {json}}}"#
            ),
        };
        p.set_part(p.body_key(), &body)
    }),
    class("wrong-value-type", &["missing-description"], HTTP3, |p| {
        let (key, value) = *p.random.pick(&[
            ("request/headers", r#"["Accept: text/html"]"#),
            ("request/headers", "\"Accept: text/html\""),
            ("response/headers", "\"none\""),
            ("request/headers", r#"{"X-Size": 5}"#),
            ("request/query", r#"{"page": 5}"#),
            ("description", "5"),
            ("response/matchingRules", "\"none\""),
            ("request/path", "5"),
            ("request/method", "1"),
        ]);
        p.set_it(key, value)
    }),
    class("wrong-value-type", &[], &[Form::V4], |p| {
        let (key, value) = *p.random.pick(&[
            ("pending", "\"true\""),
            ("pending", "1"),
            ("key", "5"),
            ("comments", "\"a note\""),
            ("comments", "[\"a note\"]"),
            ("pluginConfiguration", "\"csv\""),
        ]);
        p.set_it(key, value)
    }),
    class("encoded-invalid", &["wrong-value-type"], &[Form::V4, Form::V4Message], |p| {
        p.bare();
        p.content_type("text/plain")?;
        let encoded = p.pick(&["\"gzip\"", "true", "\"base-64\"", "\"utf8\"", "\"base64\"", "1", "\"hex\""]);
        p.set_part(
            p.body_key(),
            &format!(r#"{{"content": "%%%%", "contentType": "text/plain", "encoded": {encoded}}}"#),
        )
    }),
    class("content-type-hint-invalid", &["wrong-value-type"], &[Form::V4, Form::V4Message], |p| {
        p.body("{}")?;
        let hint = p.pick(&["\"text\"", "\"Binary\"", "\"BIN\"", "\"JSON\"", "\"\"", "\"TXT\""]);
        p.set_part(&format!("{}/contentTypeHint", p.body_key()), &hint)
    }),
    class("missing-spec-version", &["unknown-key"], &[Form::V2], |p| {
        // Such that a reader of version 2 and one of version 3 read different contracts.
        p.query("q", "a%20b")?;
        match p.random.below(5) {
            0 => p.remove("metadata").map(drop),
            1 => p.set("metadata", "{}"),
            2 => p.set("metadata", "null"),
            3 => p.set("metadata/pactSpecification", "{}"),
            _ => p.set("metadata", r#"{"client": {"version": "1.0.0"}}"#),
        }
    }),
    class("spec-version-invalid", &[], ALL, |p| {
        let json = p.pick(&[
            "\"5.0\"",
            "\"abc\"",
            "\"\"",
            "\"0.9\"",
            "\"33.0.0\"",
            "\"v\"",
            "\"latest\"",
            "\"6.0.0\"",
        ]);
        p.set("metadata/pactSpecification/version", &json)
    }),
    class("legacy-spec-key", &[], &[Form::V2], |p| {
        let version = p.get("metadata/pactSpecification/version")?.to_string();
        p.set("metadata", &format!(r#"{{"pactSpecificationVersion": {version}}}"#))
    }),
    class("spec-version-not-string", &["spec-version-invalid"], HTTP, |p| {
        let json = match p.form {
            Form::V2 => p.pick(&["2", "2.0"]),
            Form::V3 => p.pick(&["3", "3.0"]),
            _ => p.pick(&["4", "4.0"]),
        };
        p.set("metadata/pactSpecification/version", &json)
    }),
    class(
        "spec-version-shape-mismatch",
        &[
            "v4-fields-in-older-file",
            "v2-rules-in-v3-file",
            "v3-rules-in-v2-file",
            "missing-interaction-type",
            "v4-body-not-wrapped",
            "wrong-value-type",
            "matcher-needs-newer-spec",
        ],
        HTTP,
        |p| {
            // Another version on the same content.
            let to = match p.form {
                Form::V2 => "4.0",
                Form::V3 if p.random.coin() => "2.0.0",
                Form::V3 => "4.0",
                _ => "3.0.0",
            };
            p.set("metadata/pactSpecification/version", &format!("{to:?}"))
        },
    ),
    class("plugin-entry-invalid", &["wrong-value-type"], V4S, |p| {
        let json = p.pick(&[
            "\"csv\"",
            "{\"csv\": \"1\"}",
            r#"[{"name": "csv"}]"#,
            r#"[{"version": "0.1.0"}]"#,
            r#"["csv"]"#,
            r#"[{"name": "csv", "version": "1.0.0"}, {"name": "xml"}]"#,
            r#"[{"name": 5, "version": "1.0.0"}]"#,
        ]);
        p.set("metadata/plugins", &json)
    }),
    class("plugin-config-undeclared", &[], V4S, |p| {
        let name = p.pick(&["csv", "protobuf", "avro", "xml", "graphql"]);
        if p.random.coin() {
            let other = r#"[{"name": "other", "version": "0.1.0", "configuration": {}}]"#;
            p.set("metadata/plugins", other)?;
        }
        p.set_it("pluginConfiguration", &format!(r#"{{"{name}": {{"a": 1}}}}"#))
    }),
];

fn party(p: &mut Pact, name: &str) -> Option<()> {
    if p.random.below(3) == 0 {
        return p.remove(name).map(drop);
    }
    let json = p.pick(&[
        "null",
        "\"web\"",
        "{}",
        r#"{"name": ""}"#,
        r#"{"name": null}"#,
        r#"{"name": 5}"#,
        r#"{"Name": "x"}"#,
        "[]",
    ]);
    p.set(name, &json)
}

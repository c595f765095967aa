//! What other tools read differently, and what should not be in a published file.

use crate::inject::pact::{ALL, HTTP};
use crate::inject::{Class, Form, class};

pub(super) const CLASSES: &[Class] = &[
    class(
        "portability-jvm",
        &["missing-spec-version", "unknown-rule-category", "unknown-matcher", "spec-version-not-string"],
        &[Form::V3, Form::V4],
        |p| match p.random.below(3) {
            0 => p.ruled("[1]", r#"{"match": "ignore-order"}"#).map(drop),
            1 => p.set("metadata/pactSpecification/version", if p.form == Form::V4 { "4" } else { "3" }),
            _ => p.group("payload", "$.a", r#"{"matchers": [{"match": "type"}]}"#),
        },
    ),
    class("secret-in-example", &[], HTTP, |p| {
        // In pieces, so that no scanner takes this file for a leak.
        let (head, tail) = *p.random.pick(&[
            ("AKIA", "IOSFODNN7EXAMPL3"),
            ("ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"),
            ("xoxb-", "739284610375-8402957163048-kQ7mWz2RtYp9LsXb4NvGc6Hd"),
            ("glpat-", "a1B2c3D4e5F6g7H8i9J0"),
        ]);
        if p.random.coin() {
            return p.header("Authorization", &format!("Bearer {head}{tail}"));
        }
        let name = p.word();
        p.body(&format!(r#"{{"{name}": "{head}{tail}"}}"#))
    }),
    class("pii-in-example", &["contact-data-in-example"], ALL, |p| {
        let value = p.pick(&[
            "4111111111111111",
            "DE89370400440532013000",
            "5555555555554444",
            "GB82WEST12345698765432",
        ]);
        let name = p.word();
        p.body(&format!(r#"{{"{name}": "{value}"}}"#))
    }),
    class("internal-host", &[], ALL, |p| {
        let host = p.pick(&["10.1.2.3", "192.168.0.7", "orders.internal", "db.corp", "172.16.9.1"]);
        let name = p.word();
        p.body(&format!(r#"{{"{name}": "http://{host}/x"}}"#))
    }),
];

use crate::rules::testing::{findings, fixed, pact};

const RULE: &str = "exact-body-values";

/// The rules that the fix writes for `body`, and the title of the fix.
#[track_caller]
fn check(version: &str, body: &str, title: &str, rules: &str) {
    let text = pact(
        &format!(
            r#"{{"description": "d", "request": {{"method": "GET", "path": "/r/77"}}, "response": {{"status": 200, "body": {body}}}}}"#
        ),
        version,
    );
    let found = findings(RULE, &text);
    assert_eq!(found[0].fixes[0].title, title);
    let out = fixed(RULE, &text);
    let written = out.split_once(r#", "matchingRules": "#).expect("there are rules").1;
    assert_eq!(written.split_once("}}], \"metadata\"").expect("the end of the interaction").0, rules);
}

#[test]
fn version_3_by_kind() {
    check(
        "v3",
        r#"{"id": 1, "price": 9.5, "name": "Ada L", "at": "2024-07-20T14:30:00Z", "status": "open", "on": true, "ref": 77}"#,
        "Accept any integer for 'id'; any number for 'price'; any text for 'name'; any date and time as yyyy-MM-dd'T'HH:mm:ssXXX for 'at'",
        r#"{"body": {"$.id": {"matchers": [{"match": "integer"}]}, "$.price": {"matchers": [{"match": "number"}]}, "$.name": {"matchers": [{"match": "type"}]}, "$.at": {"matchers": [{"match": "datetime", "format": "yyyy-MM-dd'T'HH:mm:ssXXX"}]}}}"#,
    );
    check(
        "v3",
        r#"{"a": "2024-07-20", "b": "14:30", "c": "f81d4fae-7dec-41d0-a765-00a0c91e6bf6", "d": "ada@example.com", "e": "https://example.com/x"}"#,
        "Accept any date as yyyy-MM-dd for 'a'; any time as HH:mm for 'b'; any UUID for 'c'; any email address for 'd'; any URL for 'e'",
        r#"{"body": {"$.a": {"matchers": [{"match": "date", "format": "yyyy-MM-dd"}]}, "$.b": {"matchers": [{"match": "time", "format": "HH:mm"}]}, "$.c": {"matchers": [{"match": "regex", "regex": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"}]}, "$.d": {"matchers": [{"match": "regex", "regex": "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$"}]}, "$.e": {"matchers": [{"match": "regex", "regex": "^https?://\\S+$"}]}}}"#,
    );
}

#[test]
fn version_2_has_type_and_regex() {
    check(
        "v2",
        r#"{"id": 1, "at": "2024-07-20", "a b": ["x y"]}"#,
        "Accept any number for 'id'; any date as yyyy-MM-dd for 'at'; one or more items in 'a b'; any text for 'a b[]'",
        r#"{"$.body.id": {"match": "type"}, "$.body.at": {"match": "regex", "regex": "^\\d{4}-\\d{2}-\\d{2}$"}, "$.body['a b']": {"match": "type", "min": 1}, "$.body['a b'][*]": {"match": "type"}}"#,
    );
}

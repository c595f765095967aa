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

/// The text of a pact with one response, after the fix.
fn loosened(version: &str, response: &str) -> String {
    let text = pact(
        &format!(
            r#"{{"description": "d", "request": {{"method": "GET", "path": "/r/77"}}, "response": {response}}}"#
        ),
        version,
    );
    let out = fixed(RULE, &text);
    let start = out.find(r#""response": "#).expect("a response") + 12;
    out[start..out.find("}], \"metadata\"").expect("the end")].to_owned()
}

#[test]
fn items_that_are_alike_share_a_path() {
    check(
        "v3",
        r#"{"items": [{"id": 1, "ok": true, "status": "OPEN", "tags": ["a b"]}, {"id": 2, "ok": false, "status": "OPEN", "tags": ["c d", "e f"]}]}"#,
        "Accept one or more items in 'items' and 'tags'; any integer for 'id'; any text for 'tags[]'; true and false for 'ok'",
        r#"{"body": {"$.items": {"matchers": [{"match": "type", "min": 1}]}, "$.items[*].id": {"matchers": [{"match": "integer"}]}, "$.items[*].status": {"matchers": [{"match": "equality"}]}, "$.items[*].tags": {"matchers": [{"match": "type", "min": 1}]}, "$.items[*].tags[*]": {"matchers": [{"match": "type"}]}}}"#,
    );
}

#[test]
fn a_constant_that_tells_items_apart_gives_each_its_place() {
    check(
        "v3",
        r#"{"links": [{"rel": "self", "href": "https://a.example/1"}, {"rel": "next", "href": "https://a.example/2"}]}"#,
        "Accept any URL for 'href'",
        r#"{"body": {"$.links[*].href": {"matchers": [{"match": "regex", "regex": "^https?://\\S+$"}]}}}"#,
    );
}

#[test]
fn items_of_different_kinds_have_paths_of_their_own() {
    check(
        "v3",
        r#"{"items": [{"id": 5}, "a b", ["c d"]]}"#,
        "Accept any integer for 'id'; any text for 'items[]'; one or more items in 'items[]'",
        r#"{"body": {"$.items[0].id": {"matchers": [{"match": "integer"}]}, "$.items[1]": {"matchers": [{"match": "type"}]}, "$.items[2]": {"matchers": [{"match": "type", "min": 1}]}, "$.items[2][*]": {"matchers": [{"match": "type"}]}}}"#,
    );
    check(
        "v3",
        r#"{"items": [{"id": 5, "a": null}, {"id": 6, "a": "a b"}, {"id": 7.5}]}"#,
        "Accept any number for 'id'; any text for 'a'",
        r#"{"body": {"$.items[*].id": {"matchers": [{"match": "number"}]}, "$.items[*].a": {"matchers": [{"match": "type"}]}}}"#,
    );
}

#[test]
fn rules_of_the_file_keep_their_values_and_their_style() {
    let wide = r#"{
      "status": 200,
      "body": {
        "id": 1,
        "items": [
          {
            "n": 5,
            "m": "a b"
          }
        ]
      },
      "matchingRules": {
        "body": {
          "$.items[*].n": {
            "matchers": [{"match": "number"}],
            "combine": "AND"
          }
        }
      }
    }"#;
    let out = loosened("v3", wide);
    let added = r#"
          "$.items[*].n": {
            "matchers": [{"match": "number"}],
            "combine": "AND"
          },
          "$.id": {
            "matchers": [{"match": "integer"}],
            "combine": "AND"
          },
          "$.items": {
            "matchers": [{"match": "type", "min": 1}],
            "combine": "AND"
          },
          "$.items[*].m": {
            "matchers": [{"match": "type"}],
            "combine": "AND"
          }
        }"#;
    assert!(out.contains(added), "{out}");
    // A rule for `$.a.items` would win over this one at `$.a.items[0].x`.
    let response = |more: &str| {
        format!(
            r#"{{"status": 200, "body": {{"a": {{"items": [{{"x": 5, "m": "a b"}}]}}}}, "matchingRules": {{"body": {{"$.*.*.*.x": {{"matchers": [{{"match": "number"}}]}}{more}}}}}}}"#
        )
    };
    let more = r#", "$.a.items[*].m": {"matchers": [{"match": "type"}]}"#;
    assert_eq!(loosened("v3", &response("")), response(more));
}

#[test]
fn version_4_in_order_and_with_combine() {
    let text = pact(
        r#"{
      "contents": {
        "content": {
          "name": "a b"
        },
        "contentType": "application/json"
      },
      "description": "d",
      "metadata": {},
      "type": "Asynchronous/Messages"
    }"#,
        "v4",
    );
    let out = fixed(RULE, &text);
    let added = r#"
      "description": "d",
      "matchingRules": {
        "body": {
          "$.name": {
            "combine": "AND",
            "matchers": [
              {
                "match": "type"
              }
            ]
          }
        }
      },
      "metadata": {},"#;
    assert!(out.contains(added), "{out}");
}

#[test]
fn the_dialect_of_pact_jvm() {
    let text = r#"{"consumer": {"name": "c"}, "provider": {"name": "p"}, "interactions": [{"description": "d", "request": {"method": "GET", "path": "/"},
        "response": {"status": 200, "body": {"at": "2024-07-20T14:30:00Z"}, "matchingRules": {"header": {"X": {"matchers": [{"match": "type"}]}}}}}],
        "metadata": {"pactSpecification": {"version": "3.0.0"}, "pact-jvm": {"version": "4.0.0"}}}"#;
    let out = fixed(RULE, text);
    let rule = r#""body": {"$.at": {"matchers": [{"match": "timestamp", "timestamp": "yyyy-MM-dd'T'HH:mm:ssXXX"}]}}"#;
    assert!(out.contains(rule), "{out}");
}

#[test]
fn no_version_is_version_2_to_most() {
    let text = r#"{"consumer": {"name": "c"}, "provider": {"name": "p"}, "interactions": [{"description": "d",
        "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {"name": "a b"}}}]}"#;
    assert!(fixed(RULE, text).contains(r#""matchingRules": {"$.body.name": {"match": "type"}}"#));
}

#[test]
fn what_cannot_be_proposed_is_told() {
    let of = |body: &str, version| {
        let text = format!(
            r#"{{"description": "d", "request": {{"method": "GET", "path": "/"}}, "response": {{"status": 200, "body": {body}}}}}"#
        );
        findings(RULE, &pact(&text, version)).remove(0)
    };
    let quoted = of(r#"{"it's": {"n": 5}, "m": 5}"#, "v3");
    assert_eq!(quoted.fixes[0].title, "Accept any integer for 'm'; no rule can be written for 'n'");
    let many: Vec<String> = (0..=super::MOST_RULES).map(|n| format!(r#""k{n}": {n}"#)).collect();
    let many = of(&format!("{{{}}}", many.join(", ")), "v3");
    assert!(many.fixes.is_empty());
    assert!(many.help.is_some_and(|help| help.ends_with("more than 100 rules, too many for a fix to write")));
    assert!(of(r#"{"m": 5}"#, "v1").fixes.is_empty());
}

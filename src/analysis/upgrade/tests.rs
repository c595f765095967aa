use super::*;

fn pact(version: &str, list: &str, items: &str) -> String {
    format!(
        r#"{{"{list}": [{items}], "provider": {{"name": "p"}}, "metadata": {{"pactSpecification": {{"version": "{version}"}}}}}}"#
    )
}

fn upgraded(text: &str, to: Version) -> String {
    let upgrade = upgrade(&Document::new(text), to).expect("it can be upgraded");
    let after = apply_edits(text, &upgrade.edits).expect("the edits fit");
    let again = super::upgrade(&Document::new(after.as_str()), to).expect("it can be upgraded again");
    assert_eq!(again.edits, [], "nothing is left to do:\n{after}");
    after
}

fn notes(text: &str, to: Version) -> Vec<(String, String)> {
    let upgrade = upgrade(&Document::new(text), to).expect("it can be upgraded");
    upgrade.notes.iter().map(|note| (note.span.of(text).to_owned(), note.text.clone())).collect()
}

/// Interactions of one version as another.
fn item(from: &str, item: &str, to: Version, expected: &str) {
    let text = pact(from, "interactions", item);
    assert_eq!(upgraded(&text, to), pact(to.full(), "interactions", expected));
}

#[test]
fn from_v2_to_v3() {
    item(
        "2.0.0",
        r#"{"providerState": "s", "request": {"path": "/", "query": "a=1&b=x+y&a=%2B&c"}, "response": {"matchingRules": {"$.body.id": {"match": "type"}}}}"#,
        Version::V3,
        r#"{"providerStates": [{"name": "s"}], "request": {"path": "/", "query": {"a": ["1", "+"], "b": ["x y"], "c": [null]}}, "response": {"matchingRules": {"body": {"$.id": {"matchers": [{"match": "type"}]}}}}}"#,
    );
    // Nothing is said, and nothing takes the place of it.
    item(
        "2.0.0",
        r#"{"description": "d", "request": {"query": "", "method": "GET"}, "providerState": null}"#,
        Version::V3,
        r#"{"description": "d", "request": {"method": "GET"}}"#,
    );
    item(
        "2.0.0",
        r#"{"request": {"requestMatchingRules": {"$.headers.X": {"match": "type"}}}}"#,
        Version::V3,
        r#"{"request": {"matchingRules": {"header": {"X": {"matchers": [{"match": "type"}]}}}}}"#,
    );
}

#[test]
fn bodies_keep_type_and_bytes() {
    let body = |content_type: &str, value: &str, expected: &str| {
        let headers = |value: &str| match content_type {
            "" => String::new(),
            _ => format!(r#""headers": {{"Content-Type": {value}}}, "#),
        };
        item(
            "3.0.0",
            &format!(r#"{{"response": {{{}"body": {value}}}}}"#, headers(&format!("\"{content_type}\""))),
            Version::V4,
            &format!(
                r#"{{"type": "Synchronous/HTTP", "response": {{{}"body": {expected}}}}}"#,
                headers(&format!("[\"{content_type}\"]"))
            ),
        );
    };
    let json = "application/json";
    let of = |content: &str, content_type: &str, encoded: &str| {
        format!(r#"{{"content": {content}, "contentType": "{content_type}", "encoded": {encoded}}}"#)
    };
    body("", r#"{"a": 1.0}"#, &of(r#"{"a": 1.0}"#, json, "false"));
    // The core takes this for text where no header says otherwise.
    body("", r#"{"b": 1, "$ref": 2}"#, &of(r#"{"b": 1, "$ref": 2}"#, "text/plain", "false"));
    body("application/hal+json", "[]", &of("[]", "application/hal+json", "false"));
    body("", "null", "null");
    body("", r#""""#, r#"{"content": ""}"#);
    body("", r#""<a/>""#, &of(r#""<a/>""#, "application/xml", "false"));
    body("image/png", r#""AAAA""#, &of(r#""AAAA""#, "image/png", "\"base64\""));
    body("image/png", r#""no base64""#, &of(r#""no base64""#, "image/png", "false"));
    body(json, r#""{\"a\": 1}""#, &of(r#"{"a": 1}"#, json, "false"));
    body(json, r#""plain""#, &of(r#""plain""#, json, "false"));
    // What the core makes of this is no JSON, and stays what it is.
    body(json, r#""[\"a\"]""#, &of(r#""\"[\"a\"]\"""#, json, "\"json\""));
}

#[test]
fn messages_become_interactions() {
    let text = pact(
        "3.0.0",
        "messages",
        r#"{"contents": "x", "metaData": {"contentType": "text/plain"}, "metadata": {"lost": 1}, "generators": {"body": {}}}"#,
    );
    let expected = pact(
        "4.0",
        "interactions",
        r#"{"type": "Asynchronous/Messages", "description": "Message 0", "contents": {"content": "x", "contentType": "text/plain", "encoded": false}, "metadata": {"contentType": "text/plain"}, "generators": {"body": {}}}"#,
    );
    assert_eq!(upgraded(&text, Version::V4), expected);
    let told = notes(&text, Version::V4);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "\"generators\"");

    let text = r#"{
  "messages": [
    {"description": "m", "contents": null}
  ],
  "interactions": [
    {"description": "i"}
  ]
}"#;
    let expected = r#"{
  "interactions": [
    {"type": "Synchronous/HTTP", "description": "i"},
    {"type": "Asynchronous/Messages", "description": "m", "contents": null}
  ],
  "metadata": {"pactSpecification": {"version": "4.0"}}
}"#;
    assert_eq!(upgraded(text, Version::V4), expected);
    assert_eq!(notes(text, Version::V4)[0].0, "\"messages\"");
}

#[test]
fn the_layout_stays() {
    let text = "{\r\n\t\"interactions\": [\r\n\t\t{\r\n\t\t\t\"description\": \"d\",\r\n\t\t\t\"request\": {\r\n\t\t\t\t\"query\": \"a=1\",\r\n\t\t\t\t\"body\": {\r\n\t\t\t\t\t\"a\":1\r\n\t\t\t\t}\r\n\t\t\t},\r\n\t\t\t\"pactSpecification\":{\"version\":\"4.0\"}\r\n\t\t}\r\n\t]\r\n}\r\n";
    let expected = "{\r\n\t\"interactions\": [\r\n\t\t{\r\n\t\t\t\"type\": \"Synchronous/HTTP\",\r\n\t\t\t\"description\": \"d\",\r\n\t\t\t\"request\": {\r\n\t\t\t\t\"query\": {\r\n\t\t\t\t\t\"a\": [\"1\"]\r\n\t\t\t\t},\r\n\t\t\t\t\"body\": {\r\n\t\t\t\t\t\"content\": {\r\n\t\t\t\t\t\t\"a\":1\r\n\t\t\t\t\t},\r\n\t\t\t\t\t\"contentType\": \"application/json\",\r\n\t\t\t\t\t\"encoded\": false\r\n\t\t\t\t}\r\n\t\t\t}\r\n\t\t}\r\n\t],\r\n\t\"metadata\": {\"pactSpecification\": {\"version\": \"4.0\"}}\r\n}\r\n";
    assert_eq!(upgraded(text, Version::V4), expected);
}

#[test]
fn a_version_in_one_place() {
    let to = |metadata: &str, to: Version| {
        upgraded(&format!(r#"{{"interactions": [], "provider": {{"name": "p"}}{metadata}}}"#), to)
            .replace(r#"{"interactions": [], "provider": {"name": "p"}"#, "")
    };
    let v3 = r#", "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#;
    for old in [
        "",
        r#", "metadata": null"#,
        r#", "metadata": {"pactSpecificationVersion": "2.0.0"}"#,
        r#", "metadata": {"pactSpecification": {"version": "2.0.0"}, "pactSpecificationVersion": "2.0.0"}"#,
        r#", "pactSpecification": "3", "metadata": {"pactSpecification": "2.0.0"}"#,
    ] {
        assert_eq!(to(old, Version::V3), v3, "{old}");
    }
    let text = pact(
        "2.0.0",
        "interactions",
        r#"{"description": "d", "pactSpecification": {"version": "2"}, "pactSpecificationVersion": "2"}"#,
    );
    assert_eq!(upgraded(&text, Version::V2), pact("2.0.0", "interactions", r#"{"description": "d"}"#));
    let text = pact("4.0", "interactions", "");
    assert_eq!(upgraded(&text, Version::V3), text, "a newer one is left alone");
}

#[test]
fn what_cannot_be_upgraded_says_why() {
    let reason = |text: &str, to: Version| upgrade(&Document::new(text), to).expect_err("it is refused");
    let text = pact("5.0", "interactions", "");
    let refusal = reason(&text, Version::V4);
    assert_eq!(refusal.span.of(&text), "\"5.0\"");
    assert!(refusal.reason.contains("nobody knows version '5.0'"), "{}", refusal.reason);
    let text =
        pact("2.0.0", "interactions", r#"{"response": {"matchingRules": {"$.id": {"match": "type"}}}}"#);
    assert_eq!(reason(&text, Version::V3).span.of(&text), "\"matchingRules\"");
    let text = pact("3.0.0", "interactions", "{}, 1");
    assert_eq!(reason(&text, Version::V4).span.of(&text), "1");
    assert!(reason("{", Version::V4).reason.contains("not the JSON of a pact"));
    let text = r#"{"provider": {}, "interactions": [{}], "interactions": []}"#;
    assert!(reason(text, Version::V4).reason.contains("twice"));
}

#[test]
fn what_is_read_otherwise_is_told() {
    let text = pact(
        "3.0.0",
        "interactions",
        r#"{"pending": true, "comments": {"text": ["x"]}, "request": {"body": {"content": 1, "contentType": "application/json"}}}"#,
    );
    let places: Vec<String> = notes(&text, Version::V4).into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, ["\"pending\"", "\"comments\"", "\"body\""]);
    assert!(
        upgraded(&text, Version::V4).contains(r#""body": {"content": 1, "contentType": "application/json"}"#)
    );
    let text = pact("2.0.0", "interactions", r#"{"request": {"query": {"a": ["1"]}}}"#);
    assert_eq!(notes(&text, Version::V3)[0].0, "\"query\"");
}

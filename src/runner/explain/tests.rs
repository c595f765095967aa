//! Explanations of what the core finds in pacts and answers as they are met.

use bytes::Bytes;
use serde_json::{Value, json};

use super::*;
use crate::analysis::Document;
use crate::runner::contract::Runnable;

fn contract(pact: &Value) -> Contract {
    let text = serde_json::to_string_pretty(pact).unwrap();
    Contract::new("pacts/a.json", Document::new(text)).unwrap()
}

fn subject(item: &Item) -> &crate::runner::Subject {
    match &item.runnable {
        Runnable::Ready(subject) => subject,
        Runnable::Not(why) => panic!("{why}"),
    }
}

fn answer(status: u16, content_type: &str, body: impl Into<Bytes>) -> Response {
    let headers = vec![("content-type".to_owned(), content_type.to_owned())];
    Response { status, headers, body: body.into() }
}

/// The explanation of an answer to the only interaction of a V3 pact with this response.
fn told(response: Value, actual: &Response) -> Explanation {
    let pact = json!({
        "consumer": {"name": "web"}, "provider": {"name": "users"},
        "interactions": [{"description": "one", "request": {"method": "GET", "path": "/a"}, "response": response}],
        "metadata": {"pactSpecification": {"version": "3.0.0"}}
    });
    told_of(&contract(&pact), actual)
}

fn told_of(contract: &Contract, actual: &Response) -> Explanation {
    let item = &contract.items[0];
    let judgement = subject(item).judge_response(actual);
    assert!(!judgement.mismatches().is_empty(), "{judgement:?}");
    super::response(contract, item, actual, judgement.mismatches(), Show::Masked)
}

fn json_body(response: Value, actual: Value) -> Explanation {
    let mut response = response;
    response["status"] = 200.into();
    response["headers"] = json!({"Content-Type": "application/json"});
    told(response, &answer(200, "application/json", actual.to_string()))
}

fn sentences(told: &Explanation) -> Vec<String> {
    // Lines are those of a file that these tests do not show.
    let digits = regex::Regex::new(r"line \d+").unwrap();
    told.differences.iter().map(|it| digits.replace_all(&it.sentence(), "line N").into_owned()).collect()
}

fn diff(told: &Explanation) -> String {
    told.diff.iter().map(|it| format!("{} {}\n", it.side.sign(), it.text)).collect()
}

#[test]
fn a_key_that_was_renamed_is_one_finding() {
    let rules = json!({"body": {
        "$.id": {"matchers": [{"match": "integer"}]},
        "$.name": {"matchers": [{"match": "type"}]},
        "$.email": {"matchers": [{"match": "regex", "regex": "^.+@.+$"}]},
        "$.active": {"matchers": [{"match": "type"}]}
    }});
    let body = json!({"id": 101, "name": "Ada", "email": "ada@example.com", "active": true});
    let told = json_body(
        json!({"body": body, "matchingRules": rules}),
        json!({"id": 7, "full_name": "Grace Hopper", "email": "grace@navy.mil", "active": false}),
    );
    assert_eq!(
        sentences(&told),
        [r#"$.name: expected string, got nothing (rule type, line N); did you mean "full_name"?"#]
    );
    let expected = "  {\n    …\n-   \"name\": \"Ada\"\n+   \"full_name\": \"Grace Hopper\"\n  }\n";
    assert!(!diff(&told).contains("email") && !diff(&told).contains("active"), "{}", diff(&told));
    assert_eq!(diff(&told).replace("    …\n  }", "  }"), expected, "{}", diff(&told));
    let place = told.differences[0].place.unwrap();
    let rule = told.differences[0].rule.as_ref().unwrap();
    assert!(place.line > 5 && rule.place.line > place.line && rule.path == "$.name", "{told:?}");
}

#[test]
fn values_say_the_rule_that_governs_them() {
    let rules = json!({"body": {
        "$.items": {"matchers": [{"match": "type", "min": 1}]},
        "$.items[*].price": {"matchers": [{"match": "decimal"}]},
        "$.items[*].code": {"matchers": [{"match": "regex", "regex": "^[A-Z]+$"}]}
    }});
    let body = json!({"items": [{"id": 1, "price": 9.5, "code": "A", "note": "x"}], "kind": "list"});
    let told = json_body(
        json!({"body": body, "matchingRules": rules}),
        json!({"items": [
            {"id": 1, "price": 9.5, "code": "A", "note": "x"},
            {"id": "2", "price": "9.50", "code": "a", "note": "y"}
        ], "kind": "other"}),
    );
    assert_eq!(
        sentences(&told),
        [
            r#"$.items[1].code: expected text like ^[A-Z]+$, got "a" (rule regex ^[A-Z]+$, line N)"#,
            r#"$.items[1].id: expected number, got "2" (string) (rule type min 1, line N)"#,
            r#"$.items[1].price: expected decimal, got "9.50" (string) (rule decimal, line N)"#,
            r#"$.kind: expected "list", got "other" (exact value, line N)"#,
        ]
    );
    let expected = "  {
    \"items\": [
      …
      {
-       \"code\": \"A\"
+       \"code\": \"a\"
-       \"id\": 1
+       \"id\": \"2\"
        …
-       \"price\": 9.5
+       \"price\": \"9.50\"
      }
    ]
-   \"kind\": \"list\"
+   \"kind\": \"other\"
  }
";
    assert_eq!(diff(&told), expected, "{}", diff(&told));
}

#[test]
fn another_status_shows_the_body_that_came_and_mutes_the_rest() {
    let told = told(
        json!({"status": 201, "headers": {"Content-Type": "application/json"}, "body": {"id": 1, "at": "x"}}),
        &answer(422, "application/json", r#"{"error": "cart 5 not found"}"#),
    );
    assert_eq!(sentences(&told)[0], "status: expected 201, got 422 (exact value, line N)");
    assert_eq!(told.actual.as_deref(), Some(r#"{"error": "cart 5 not found"}"#));
    assert!(told.differences.len() > 1 && told.differences[1..].iter().all(|it| it.follows), "{told:?}");
    assert_eq!(told.diff, []);
    assert_eq!(told.score(), (1, 3), "{told:?}");
}

#[test]
fn another_content_type_is_said_with_what_came() {
    let response = json!({"status": 200, "headers": {"X-A": "1"}, "body": {"id": 1}});
    let told = told(response, &answer(200, "text/html", "<h1>Not\n   here</h1>"));
    let said = sentences(&told);
    assert!(
        said.iter().any(|it| it.starts_with("content type: expected application/json, got text/html")),
        "{said:?}"
    );
    assert!(said.iter().any(|it| it.starts_with(r#"header X-A: expected "1", got nothing"#)), "{said:?}");
    assert_eq!(told.actual.as_deref(), Some("<h1>Not here</h1>"));
}

#[test]
fn lists_say_how_many_and_which() {
    let told = json_body(
        json!({"body": {"tags": ["a", "b", "c"], "empty": []}}),
        json!({"tags": ["a"], "empty": [1, 2]}),
    );
    assert_eq!(
        sentences(&told),
        [
            "$.empty: expected 0 items, got 2 items (exact value, line N)",
            "$.tags: expected 3 items, got 1 item (exact value, line N)",
        ]
    );
    let rules = json!({"body": {"$": {"matchers": [{"match": "type", "min": 2}]}}});
    let told = json_body(json!({"body": [1, 2], "matchingRules": rules}), json!([1]));
    assert_eq!(sentences(&told), ["$: expected at least 2 items, got 1 item (rule type min 2, line N)"]);
    let rules = json!({"body": {"$.l": {"matchers": [{"match": "arrayContains", "variants": [
        {"index": 0, "rules": {"$.k": {"matchers": [{"match": "equality"}]}}}]}]}}});
    let told = json_body(
        json!({"body": {"l": [{"k": "x"}]}, "matchingRules": rules}),
        json!({"l": [{"k": "y"}, {"k": "z"}]}),
    );
    assert_eq!(
        sentences(&told),
        [r#"$.l: expected an item like {"k": "x"}, got 2 items, none like it (rule arrayContains, line N)"#]
    );
}

#[test]
fn containers_are_compared_before_any_rule() {
    let told = json_body(json!({"body": {"user": {"id": 1}}}), json!({"user": [{"id": 1}]}));
    assert_eq!(sentences(&told), [r#"$.user: expected object, got [{"id": 1}] (array) (line N)"#]);
    let told = json_body(
        json!({"body": {"user": {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}}}),
        json!({"user": {"data": {}}}),
    );
    assert_eq!(
        sentences(&told),
        [r#"$.user: expected 5 more keys: "a", "b", "c", "d", "e", got keys: "data" (line N)"#]
    );
}

#[test]
fn keys_and_values_of_maps_are_told_by_their_rule() {
    let rules = json!({"body": {"$.map": {"matchers": [
        {"match": "eachKey", "value": "", "rules": [{"match": "regex", "regex": "^\\d+$"}]},
        {"match": "eachValue", "value": "", "rules": [{"match": "integer"}]}]}}});
    let mut pact = json!({
        "consumer": {"name": "web"}, "provider": {"name": "users"},
        "interactions": [{"type": "Synchronous/HTTP", "description": "one",
            "request": {"method": "GET", "path": "/a"}, "response": {"status": 200,
            "body": {"contentType": "application/json", "encoded": false, "content": {"map": {"1": 2}}}}}],
        "metadata": {"pactSpecification": {"version": "4.0"}}
    });
    pact["interactions"][0]["response"]["matchingRules"] = rules;
    let told = told_of(&contract(&pact), &answer(200, "application/json", r#"{"map": {"x": 3, "2": "y"}}"#));
    let said = sentences(&told);
    assert!(said.iter().any(|it| *it == r#"$.map: expected keys that are text like ^\d+$, got key "x" (rule eachKey(regex ^\d+$), line N)"#), "{said:?}");
    assert!(said.iter().any(|it| it.contains(r#"expected integer, got "y" (string)"#)), "{said:?}");
    assert_eq!(said.len(), 2, "{said:?}");
}

#[test]
fn rules_of_version_2_are_found() {
    let pact = json!({
        "consumer": {"name": "web"}, "provider": {"name": "users"},
        "interactions": [{"description": "one", "request": {"method": "GET", "path": "/a"}, "response": {
            "status": 200, "headers": {"Content-Type": "application/json", "X-Id": "abc"},
            "body": {"list": [{"a.b": 1}]},
            "matchingRules": {
                "$.headers.X-Id": {"match": "regex", "regex": "[a-z]+"},
                "$.body.list[*]['a.b']": {"match": "integer"}
            }}}],
        "metadata": {"pactSpecification": {"version": "2.0.0"}}
    });
    let mut actual = answer(200, "application/json", r#"{"list": [{"a.b": 1.5}]}"#);
    actual.headers.push(("x-id".into(), "ABC".into()));
    let told = told_of(&contract(&pact), &actual);
    assert_eq!(
        sentences(&told),
        [
            r#"header X-Id: expected text like [a-z]+, got "ABC" (rule regex [a-z]+, line N)"#,
            r#"$.list[0]['a.b']: expected integer, got 1.5 (rule integer, line N)"#,
        ]
    );
}

fn requested(pact_request: Value, actual: &Request) -> Explanation {
    let pact = json!({
        "consumer": {"name": "web"}, "provider": {"name": "orders"},
        "interactions": [{"description": "one", "request": pact_request, "response": {"status": 200}}],
        "metadata": {"pactSpecification": {"version": "3.0.0"}}
    });
    let contract = contract(&pact);
    let item = &contract.items[0];
    let verdict = subject(item).judge_request(actual);
    super::request(&contract, item, actual, &verdict, Show::Masked)
}

#[test]
fn requests_are_told_part_by_part() {
    let told = requested(
        json!({"method": "GET", "path": "/orders/7", "query": {"page": ["1"], "size": ["20"]},
            "headers": {"X-Tenant": "acme"},
            "matchingRules": {"path": {"matchers": [{"match": "regex", "regex": "^/orders/[1-7]$"}]}}}),
        &Request {
            method: "GET".into(),
            path: "/orders/9".into(),
            query: Some("pages=1&size=20&size=30&debug=1".into()),
            headers: vec![("x-tenant-id".into(), "acme".into())],
            body: Bytes::new(),
        },
    );
    assert_eq!(
        sentences(&told),
        [
            "path: expected text like ^/orders/[1-7]$, got /orders/9 (rule regex, line N)",
            r#"query debug: expected nothing, got "1" (line N)"#,
            r#"query page: expected "1", got nothing (line N); did you mean "pages"?"#,
            r#"query size: expected "20", got "20", "30" (exact value, line N)"#,
            r#"header X-Tenant: expected "acme", got nothing (line N); did you mean "x-tenant-id"?"#,
        ]
    );
    let line = told.line().unwrap();
    assert!(line.starts_with("path /orders/9 ≠ rule regex ^/orders/[1-7]$ (line "), "{line}");
    assert_eq!(told.score(), (1, 4));
}

#[test]
fn a_request_body_says_keys_that_are_too_many_and_those_that_are_misspelt() {
    let told = requested(
        json!({"method": "POST", "path": "/", "headers": {"Content-Type": "application/json"},
            "body": {"userId": 1, "note": "x"}}),
        &Request {
            method: "POST".into(),
            path: "/".into(),
            query: None,
            headers: vec![("content-type".into(), "application/json".into())],
            body: r#"{"user_id": 1, "note": "x", "debug": true}"#.into(),
        },
    );
    assert_eq!(
        sentences(&told),
        [
            r#"$.userId: expected 1, got nothing (line N); did you mean "user_id"?"#,
            "$.debug: expected nothing, got true (line N)",
        ]
    );
}

#[test]
fn bodies_that_are_no_json_say_where_they_part() {
    let text = |body: &str| json!({"status": 200, "headers": {"Content-Type": "text/plain"}, "body": body});
    let long = "the quick brown fox\njumps over the lazy dog and then goes home to sleep until the morning";
    let told_one = told(text(long), &answer(200, "text/plain", long.replace("lazy", "lame")));
    let said = sentences(&told_one);
    assert!(said[0].starts_with("body, line N: expected \"…"), "{said:?}");
    assert!(said[0].contains("lazy dog") && said[0].contains("lame dog"), "{said:?}");
    let broken = told(
        json!({"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"a": 1}}),
        &answer(200, "application/json", "{\"a\": "),
    );
    assert!(sentences(&broken)[0].starts_with("body: expected JSON, got what is no JSON: EOF"), "{broken:?}");
    assert_eq!(broken.actual.as_deref(), Some("{\"a\":"));
    let none = told(
        json!({"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"a": 1}}),
        &answer(200, "application/json", ""),
    );
    assert_eq!(sentences(&none), ["body: expected a body, got nothing (line N)"]);
    let xml =
        |body: &str| json!({"status": 200, "headers": {"Content-Type": "application/xml"}, "body": body});
    let told_xml = told(
        xml("<a><name>x</name><b k=\"1\"/></a>"),
        &answer(200, "application/xml", "<a><full_name>x</full_name><b k=\"2\"/></a>"),
    );
    assert_eq!(
        sentences(&told_xml),
        [
            "$.a: expected <name>, got nothing (line N); did you mean <full_name>?",
            r#"$.a.b['@k']: expected "1", got "2" (exact value, line N)"#,
        ]
    );
}

#[test]
fn nothing_of_it_grows_with_what_came() {
    // The core takes its time for more: it copies what it has found for each item.
    let many: Vec<Value> = (0..1_500).map(|at| json!({"k": at})).collect();
    let came: Vec<Value> =
        (0..1_500).map(|at| json!({"k": format!("\u{1b}[31m{at}{}", "x".repeat(300))})).collect();
    let told = json_body(json!({"body": many}), json!(came));
    assert_eq!((told.differences.len(), told.more), (MOST, 1_500 - MOST));
    assert!(told.diff.len() <= super::diff::LINES, "{}", told.diff.len());
    let text = serde_json::to_string(&told).unwrap();
    assert!(text.len() < 60_000, "{}", text.len());
    assert!(!text.contains('\u{1b}') && !text.contains("\\u001b[31m\""), "{text}");
}

#[test]
fn secrets_that_come_are_covered() {
    let key = ["gh", "p_9aXk2LmQ7vRt4ZsB1nCw8EyUf3HdJg6KpT0o"].concat();
    let mut actual = answer(
        500,
        "application/json",
        json!({"token": key, "Authorization": "Bearer abcdefgh1"}).to_string(),
    );
    actual.headers.push(("set-cookie".into(), "sid=7f8Kq2LmZ9vRt4sB1nCw8E".into()));
    let told = told(
        json!({"status": 200, "headers": {"Content-Type": "application/json", "Set-Cookie": "a=b"},
            "body": {"token": "x", "Authorization": "y"}}),
        &actual,
    );
    let text = serde_json::to_string(&told).unwrap();
    assert!(!text.contains("9aXk2LmQ") && !text.contains("abcdefgh1") && !text.contains("7f8Kq2"), "{text}");
    assert!(!text.contains("a=b"), "{text}");
}

#[test]
fn an_example_that_breaks_its_own_rule_is_said_to() {
    let rules = json!({"body": {"$.code": {"matchers": [{"match": "regex", "regex": "^[gb]$"}]}}});
    let told =
        json_body(json!({"body": {"code": "Games"}, "matchingRules": rules}), json!({"code": "Games"}));
    assert_eq!(
        sentences(&told),
        [
            r#"$.code: expected text like ^[gb]$, got "Games", as the example has it, which the rule does not accept either (rule regex ^[gb]$, line N)"#
        ]
    );
    assert_eq!(diff(&told), "  {\n    \"code\": \"Games\"\n  }\n");
}

#[test]
fn long_values_are_shown_where_they_part() {
    let long = format!("https://orders.example.org/{}/page=1&size=20", "a".repeat(80));
    let told =
        json_body(json!({"body": {"href": long}}), json!({"href": long.replace("size=20", "size=30")}));
    let said = sentences(&told);
    assert!(said[0].contains("size=20") && said[0].contains("size=30"), "{said:?}");
    let diff = diff(&told);
    assert!(diff.contains("size=20") && diff.contains("size=30"), "{diff}");
}

#[test]
fn lists_that_are_uneven_show_the_items_that_are_too_many() {
    let list: Vec<Value> = (0..5).map(|id| json!({"id": id})).collect();
    let told = json_body(json!({"body": {"list": list[..3]}}), json!({"list": list}));
    assert_eq!(
        diff(&told),
        "  {\n    \"list\": [\n      …\n+     {\"id\": 3}\n+     {\"id\": 4}\n    ]\n  }\n"
    );
}

#[test]
fn keys_of_an_object_may_be_many() {
    let many = |name: &str| -> Value {
        (0..20_000).map(|at| (format!("{name}{at}"), json!(at))).collect::<serde_json::Map<_, _>>().into()
    };
    let told = json_body(json!({"body": {"a": many("x")}}), json!({"a": many("y")}));
    assert_eq!(told.differences.len(), 1);
    assert!(told.diff.len() <= super::diff::LINES);
}

#[test]
fn messages_say_their_metadata() {
    let pact = json!({
        "consumer": {"name": "web"}, "provider": {"name": "users"},
        "messages": [{"description": "one", "contents": {"id": 1}, "metadata": {"topic": "orders", "key": "k"}}],
        "metadata": {"pactSpecification": {"version": "3.0.0"}}
    });
    let contract = contract(&pact);
    let mismatch = |at: &str, actual: &str, said: &str| Mismatch {
        part: Part::Metadata,
        at: at.into(),
        expected: Some("orders".into()),
        actual: Some(actual.into()),
        said: said.into(),
    };
    let list = [
        mismatch(
            "topic",
            "\"users\"",
            "Expected metadata key 'topic' to have value 'orders' but was 'users'",
        ),
        mismatch("key", "", "Expected message metadata 'key' but was missing"),
    ];
    let told = super::response(&contract, &contract.items[0], &Response::default(), &list, Show::Masked);
    assert_eq!(
        sentences(&told),
        [
            r#"metadata key: expected "k", got nothing (line N)"#,
            r#"metadata topic: expected "orders", got "users" (exact value, line N)"#,
        ]
    );
}

#[test]
fn a_field_of_a_form_is_told_with_its_rule() {
    let form = "application/x-www-form-urlencoded";
    let response = json!({"status": 200, "headers": {"Content-Type": form}, "body": "a=1&b=two",
        "matchingRules": {"body": {"$.a": {"matchers": [{"match": "integer"}]}}}});
    let told = told(response, &answer(200, form, "a=x&b=three"));
    assert_eq!(
        sentences(&told),
        [
            "$.a: Expected 'x' to match an integer number (rule integer, line N)",
            "$.b: Expected form post parameter 'b' with value 'two' but was 'three' (line N)"
        ]
    );
    assert_eq!(told.line().map(|line| line.contains("(rule integer, line ")), Some(true));
}

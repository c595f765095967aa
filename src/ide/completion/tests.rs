use super::*;

/// Labels offered where `‸` stands.
fn offered(text: &str) -> Vec<String> {
    let items = items(text, Known::default());
    items.into_iter().map(|item| item.label).collect()
}

fn items(text: &str, known: Known<'_>) -> Vec<Completion> {
    let at = text.find('‸').expect("a caret");
    let text = text.replace('‸', "");
    completions(&Document::new(text), at as u32, known)
}

/// The text after the only completion with this label is taken, without places to fill in.
fn taken(text: &str, label: &str) -> String {
    let item =
        items(text, Known::default()).into_iter().find(|item| item.label == label).expect("it is offered");
    let mut text = text.replace('‸', "");
    text.replace_range(item.replace.start as usize..item.replace.end as usize, &item.insert.plain);
    text
}

fn v3(interaction: &str) -> String {
    format!(
        r#"{{"consumer": {{"name": "a"}}, "provider": {{"name": "b"}}, "interactions": [{interaction}],
        "metadata": {{"pactSpecification": {{"version": "3.0.0"}}}}}}"#
    )
}

fn response(rules: &str) -> String {
    v3(&format!(
        r#"{{"description": "d", "request": {{"method": "GET", "path": "/"}}, "response": {{"status": 200,
        "headers": {{"X-A": "1"}}, "body": {{"items": [{{"id": 1, "a b": 2}}], "n": 3}}, "matchingRules": {rules}}}}}"#
    ))
}

#[test]
fn rule_paths_are_those_of_the_example() {
    let all = ["$", "$.items", "$.items[*]", "$.items[*].id", "$.items[*]['a b']", "$.n"];
    assert_eq!(offered(&response(r#"{"body": {‸}}"#)), all);
    assert_eq!(offered(&response(r#"{"body": {"$.it‸"}}"#)), all);
    assert_eq!(offered(&response(r#"{"body": {"$.n": {"matchers": []}, "‸"}}"#)), all[..5]);
    assert_eq!(offered(&response(r#"{"header": {"‸"}}"#)), ["X-A"]);
    let done = taken(&response(r#"{"body": {"$.i‸"}}"#), "$.items[*].id");
    assert!(done.contains(r#"{"body": {"$.items[*].id": {"matchers": [{"match": ""}]}}}"#), "{done}");
    // A key that has its value keeps it.
    let done = taken(&response(r#"{"body": {"$.‸x": {"matchers": []}}}"#), "$.n");
    assert!(done.contains(r#"{"body": {"$.n": {"matchers": []}}}"#), "{done}");
}

#[test]
fn matchers_and_generators_are_offered_by_name() {
    let matchers = offered(&response(r#"{"body": {"$.n": {"matchers": [{"match": "‸"}]}}}"#));
    assert!(matchers.contains(&"integer".to_owned()), "{matchers:?}");
    assert!(!matchers.contains(&"GET".to_owned()));
    let missing = offered(&response(r#"{"body": {"$.n": {"matchers": [{"match": ‸}]}}}"#));
    assert_eq!(missing, matchers);
    let fields = offered(&response(r#"{"body": {"$.n": {"matchers": [{"match": "type", ‸}]}}}"#));
    assert!(fields.contains(&"min".to_owned()) && !fields.contains(&"match".to_owned()), "{fields:?}");
    let item = offered(&response(r#"{"body": {"$.n": {"matchers": [‸]}}}"#));
    assert_eq!(item, ["matcher"]);
}

#[test]
fn keys_are_those_of_the_version_and_place() {
    let keys = offered(&v3(r#"{"description": "d", ‸}"#));
    assert!(keys.contains(&"request".to_owned()), "{keys:?}");
    assert!(!keys.contains(&"description".to_owned()) && !keys.contains(&"pending".to_owned()), "{keys:?}");
    let done = taken(&v3(r#"{"req‸"}"#), "request");
    assert!(done.contains(r#"[{"request": {}}]"#), "{done}");
    assert!(offered(r#"{"consumer": {"name": "a"}, "provider": {}, ‸}"#).contains(&"metadata".to_owned()));
    assert!(offered(&v3(r#"{"request": {"headers": {"‸"}}}"#)).contains(&"Content-Type".to_owned()));
}

#[test]
fn interactions_are_offered_whole() {
    let text = v3("‸");
    assert_eq!(offered(&text), ["interaction"]);
    let done = taken(&text, "interaction");
    assert!(crate::syntax::parse(&done).errors.len() <= 1, "{done}");
    assert_eq!(offered(&v3(r#"{"description": "d"}, ‸"#)), ["interaction"]);
}

#[test]
fn names_come_from_other_pacts() {
    let known = Known { states: &["order 1 exists"], pacticipants: &["web", "orders"] };
    let labels = |text: &str| -> Vec<String> { items(text, known).into_iter().map(|i| i.label).collect() };
    assert_eq!(labels(&v3(r#"{"providerStates": [{"name": "‸"}]}"#)), ["order 1 exists"]);
    assert_eq!(labels(r#"{"consumer": {"name": "‸"}, "provider": {"name": "b"}}"#), ["web", "orders"]);
    assert_eq!(labels(&v3(r#"{"description": "‸"}"#)), [""; 0]);
}

#[test]
fn nothing_typed_anywhere_does_harm() {
    let text = response(r#"{"body": {"$.n": {"matchers": [{"match": "type"}]}}}"#);
    for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
        for text in [&text[..], &text[..at]] {
            for item in completions(&Document::new(text), at as u32, Known::default()) {
                assert!(item.replace.end as usize <= text.len() && item.replace.touches(at as u32));
            }
        }
    }
}

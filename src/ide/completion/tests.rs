use super::*;

/// Labels offered where `‸` stands.
fn offered(text: &str) -> Vec<String> {
    let items = items(text, &|_| Vec::new());
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
        items(text, &|_| Vec::new()).into_iter().find(|item| item.label == label).expect("it is offered");
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
    assert_eq!(fields, ["max", "min"]);
    let fields = offered(&response(r#"{"body": {"$.n": {"matchers": [{"match": "regex", "‸"}]}}}"#));
    assert_eq!(fields, ["regex"], "also while it still lacks what it needs");
    let whole = offered(&response(r#"{"body": {"$.n": {"matchers": [‸]}}}"#));
    assert!(whole.contains(&"integer".to_owned()) && !whole.contains(&"semver".to_owned()), "{whole:?}");
    let done = taken(&response(r#"{"body": {"$.n": {"matchers": [‸]}}}"#), "regex");
    assert!(done.contains(r#"[{"match": "regex", "regex": ""}]"#), "{done}");
}

#[test]
fn a_generator_is_offered_what_it_reads() {
    let fields = |generator: &str| {
        let text = response(&format!(r#"{{}}, "generators": {{"body": {{"$.n": {generator}}}}}"#));
        offered(&text)
    };
    assert_eq!(fields(r#"{"type": "RandomInt", ‸}"#), ["max", "min"]);
    assert_eq!(fields(r#"{"type": "Date", "format": "yyyy", "‸"}"#), ["expression"]);
    assert_eq!(fields(r#"{"type": "RandomBoolean", ‸}"#), [""; 0]);
    assert_eq!(fields(r#"{"type": "Uuid", "‸": "simple"}"#), ["format"]);
    // What a plugin reads, nobody knows.
    let all = fields(r#"{"type": "Plug", ‸}"#);
    assert!(all.contains(&"digits".to_owned()) && all.contains(&"min".to_owned()), "{all:?}");
    assert!(fields("{‸}").contains(&"type".to_owned()));
}

#[test]
fn keys_of_later_versions_are_not_offered() {
    let keys = |version: &str| {
        let text = response("{}").replace("3.0.0", version);
        let keys = offered(&text.replace(r#", "matchingRules": {}"#, ", ‸"));
        ["matchingRules", "responseMatchingRules", "generators"]
            .map(|key| keys.contains(&key.to_owned()))
            .to_vec()
    };
    assert_eq!(keys("1.0.0"), [false, false, false]);
    assert_eq!(keys("1.1.0"), [false, false, false]);
    assert_eq!(keys("2.0.0"), [true, true, false]);
    assert!(keys("3.0.0")[2]);
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

/// What documents the completion with this label where `‸` stands.
fn told(text: &str, label: &str) -> Option<String> {
    let at = text.find('‸').expect("a caret");
    completion_docs(&Document::new(text.replace('‸', "")), at as u32, label)
}

#[test]
fn a_path_tells_what_it_picks() {
    let rules = response(r#"{"body": {‸}}"#);
    assert_eq!(told(&rules, "$.n").as_deref(), Some("Picks one value of the response body: number"));
    let several = rules.replace("[{\"id\": 1", "[{\"id\": null}, {\"id\": 2}, {\"id\": 1");
    let picked = told(&several, "$.items[*].id");
    assert_eq!(picked.as_deref(), Some("Picks 3 values of the response body: 1 null, 2 number"));
    // In the form of version 2 as well, where other names are no paths in a body.
    let flat = response("{‸}").replace("3.0.0", "2.0.0");
    assert_eq!(told(&flat, "$.body.n").as_deref(), Some("Picks one value of the response body: number"));
    assert_eq!(told(&flat, "$.headers.X-A"), None);
    assert_eq!(told(&response(r#"{"header": {‸}}"#), "X-A"), None);
    assert_eq!(told(&rules, "$.gone"), None);
}

#[test]
fn a_matcher_tells_since_when_it_is_there() {
    let docs = told(&response(r#"{"body": {"$.n": {"matchers": [{"match": "‸"}]}}}"#), "regex");
    let docs = docs.expect("it is told");
    assert!(docs.ends_with("Since V2 of the specification; needs the field `regex`"), "{docs}");
}

#[test]
fn names_come_from_other_pacts() {
    let known = |names| match names {
        Names::States => vec!["order 1 exists"],
        Names::Pacticipants => vec!["web", "orders"],
    };
    let labels = |text: &str| -> Vec<String> { items(text, &known).into_iter().map(|i| i.label).collect() };
    assert_eq!(labels(&v3(r#"{"providerStates": [{"name": "‸"}]}"#)), ["order 1 exists"]);
    assert_eq!(labels(r#"{"consumer": {"name": "‸"}, "provider": {"name": "b"}}"#), ["web", "orders"]);
    assert_eq!(labels(&v3(r#"{"description": "‸"}"#)), [""; 0]);
}

#[test]
fn nothing_typed_anywhere_does_harm() {
    let text = response(r#"{"body": {"$.n": {"matchers": [{"match": "type"}]}}}"#);
    for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
        for text in [&text[..], &text[..at]] {
            for item in completions(&Document::new(text), at as u32, &|_| Vec::new()) {
                assert!(item.replace.end as usize <= text.len() && item.replace.touches(at as u32));
            }
        }
    }
}

//! One mistake, one finding: pacts with a single root cause that several rules could
//! complain about. Only the rule that names the cause may speak.

use pactlens::analysis::{Document, RunOptions, analyse};
use pactlens::config::Settings;

/// A mistake a paragraph: in a few words, the rules that are good names for it, the version;
/// then the response, the interactions, or the whole file. Lines are joined by a blank, and
/// words in capitals stand for what is in [`WORDS`].
const MISTAKES: &str = r##"
# flat rules in a V3 file | v2-rules-in-v3-file | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"id": 1, "name": "ann b"}, "matchingRules":
{"$.body.id": {"match": "type"}, "$.body.name": {"match": "type"}}}
# paths that start at the body's parent | v2-path-in-v3-body | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"name": "ann b"}, "matchingRules": {"body":
{"$.body.name": TYPE}}}
# a slip in a category | unknown-rule-category | 3.0.0
{"status": 200, "headers": {"Content-Type": "application/json", "X-Trace": "ab 1"}, "matchingRules":
{"haeder": {"X-Trace": TYPE}}}
# a slip in the category of a body | unknown-rule-category | 4.0
{"status": 200, "headers": {JSON}, "body": {"content": {"name": "ann b"}, JSONBODY},
"matchingRules": {"bdoy": {"$.name": TYPE}}}
# no content, and rules for it | v4-body-missing-content | 4.0
{"status": 200, "headers": {JSON}, "body": {JSONBODY}, "matchingRules": {"body": {"$.name": TYPE}}}
# a pattern that does not compile | regex-invalid | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"name": "ann b"}, "matchingRules": {"body": {"$.name":
{"matchers": [{"match": "regex", "regex": "(ann"}]}}}}
# rules beside the response | misplaced-key | 3.0.0
{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
"headers": {JSON}, "body": {"name": "ann b"}}, "matchingRules": {"body": {"$.name": TYPE}}}
# states as texts | provider-state-shape | 3.0.0
{"description": "d", "providerStates": ["a user exists"], "request": {"method": "GET", "path": "/"},
"response": {"status": 200}}
# a version that is a number | spec-version-not-string |
{"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [ {"type":
"Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"}, "response":
{"status": 200}}], "metadata": {"pactSpecification": {"version": 4.0}}}
# a pattern with the slashes of another language | regex-js-literal | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"name": "12"}, "matchingRules": {"body": {"$.name":
{"matchers": [{"match": "regex", "regex": "/^\\d+$/"}]}}}}
# a date with the letters of a year of weeks | date-format-suspicious | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"day": "2024-10-20"}, "matchingRules": {"body":
{"$.day": {"matchers": [{"match": "date", "format": "YYYY-MM-DD"}]}}}}
# more than the most | min-greater-than-max | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"list": ["x"]}, "matchingRules": {"body": {"$.list":
{"matchers": [{"match": "type", "min": 5, "max": 2}]}}}}
# no type | missing-interaction-type | 4.0
{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
"headers": {JSON}, "body": {"content": {"name": "ann b"}, JSONBODY}, "matchingRules": {"body":
{"$.name": TYPE}}}}
# a type in small letters | invalid-interaction-type | 4.0
{"type": "synchronous/http", "description": "d", "request": {"method": "GET", "path": "/"},
"response": {"status": 200}}
# a status in quotes | status-not-integer | 3.0.0
{"status": "204"}
# a V4 body as in V3 | v4-body-not-wrapped | 4.0
{"status": 200, "headers": {JSON}, "body": {"name": "ann b"}, "matchingRules": {"body": {"$.name":
TYPE}}}
# a V4 body with more than a wrapper has | v4-body-extra-keys | 4.0
{"status": 200, "headers": {JSON}, "body": {"content": "hello", "author": "ann b"}, "matchingRules":
{"body": {"$.author": TYPE}}}
# a bare rule | rule-group-missing-matchers | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"name": "ann b"}, "matchingRules": {"body": {"$.name":
{"match": "type"}}}}
# a path for a header | header-rule-key-is-path | 3.0.0
{"status": 200, "headers": {"X-Trace": "ab 1"}, "matchingRules": {"header": {"$.X-Trace": TYPE}}}
# a pattern for a piece of the value | regex-matches-substring-only | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"name": "id-55"}, "matchingRules": {"body": {"$.name":
{"matchers": [{"match": "regex", "regex": "\\d+"}]}}}}
# a path with a blank | rule-path-invalid | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"full name": "ann b"}, "matchingRules": {"body":
{"$.full name": TYPE}}}
# a dot in a key | rule-path-unquoted-dot | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"full.name": "ann b"}, "matchingRules": {"body":
{"$.full.name": TYPE}}}
# items of an object | index-star-on-object | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"users": {"u1": {"name": "ann b"}}}, "matchingRules":
{"body": {"$.users[*].name": TYPE}}}
# rules for the items of an empty list | rule-on-empty-array-example | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"users": []}, "matchingRules": {"body": {"$.users":
TYPE, "$.users[*].name": TYPE}}}
# a slip in the key of all rules | unknown-key | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"name": "ann b"}, "matchingrules": {"body": {"$.name":
TYPE}}}
# rules twice | json-duplicate-key | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"name": "ann b"}, "matchingRules": {"body": {"$.name":
TYPE}}, "matchingRules": {}}
# a comma too many | json-syntax | 3.0.0
{"status": 200, "body": {"name": "ann b",}, "matchingRules": {"body": {"$.name": TYPE}}}
# messages of V3 in V4 | messages-in-v4 |
{"consumer": {"name": "web"}, "provider": {"name": "api"}, "messages": [{"description": "d",
"providerState": "s", "contents": {"name": "ann b"}}], "metadata": {"pactSpecification": {"version":
"4.0"}}}
# a slip in a consumer's name | missing-consumer |
{"consumer": {"nmae": "web"}, "provider": {"name": "api"}, "interactions": [{"description": "d",
"request": {"method": "GET", "path": "/"}, "response": {"status": 200}}], "metadata":
{"pactSpecification": {"version": "3.0.0"}}}
# a query in the path | query-in-path | 3.0.0
{"description": "d", "request": {"method": "GET", "path": "/users?name=ann b&x=1"}, "response":
{"status": 200}}
# V4 under another version | v4-fields-in-older-file | 3.0.0
{"type": "Synchronous/HTTP", "description": "d", "pending": false, "request": {"method": "GET",
"path": "/"}, "response": {"status": 200, "headers": {JSON}, "body": {"content": {"name": "ann b"},
JSONBODY}, "matchingRules": {"body": {"$.name": TYPE}}}}
# V3 rules in V2 | v3-rules-in-v2-file | 2.0.0
{"status": 200, "headers": {JSON}, "body": {"name": "ann b", "id": 5}, "matchingRules": {"body":
{"$.name": TYPE, "$.id": {"matchers": [{"match": "integer"}]}}}}
# a category that is never applied | contents-category-ignored | 4.0
{"type": "Asynchronous/Messages", "description": "d", "contents": {"content": {"name": "ann b"},
JSONBODY}, "metadata": {"contentType": "application/json"}, "matchingRules": {"contents": {"$.name":
TYPE}}}
# what the test should have unfolded | dsl-marker-in-example | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"name": {"pact:matcher:type": "type", "value": "ann
b"}}, "matchingRules": {"body": {"$.name": {"matchers": [{"match": "regex", "regex": "[a-z ]+"}]}}}}
# a generator by another name | unknown-generator | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"id": 5}, "matchingRules": {"body": {"$.id":
{"matchers": [{"match": "integer"}]}}}, "generators": {"body": {"$.id": {"type": "RandomInteger",
"min": 9, "max": 1}}}}
# a slip above the version | unknown-key |
{"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [{"type":
"Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"}, "response":
{"status": 200}}], "metadata": {"pactSpecificaton": {"version": "4.0"}}}
# one request, two answers | duplicate-interaction-identity ambiguous-request | 3.0.0
{"description": "d", "request": {"method": "GET", "path": "/a"}, "response": {"status": 200}},
{"description": "d", "request": {"method": "GET", "path": "/a"}, "response": {"status": 404}}
# the same twice | exact-duplicate-interaction | 4.0
{"type": "Synchronous/HTTP", "key": "k", "description": "d", "request": {"method": "GET", "path":
"/a"}, "response": {"status": 200}}, {"type": "Synchronous/HTTP", "key": "k", "description": "d",
"request": {"method": "GET", "path": "/a"}, "response": {"status": 200}}
# an unknown encoding | encoded-invalid | 4.0
{"status": 200, "headers": {JSON}, "body": {"content": "H4sIAAAA", "contentType":
"application/json", "encoded": "gzip"}, "matchingRules": {"body": {"$.name": TYPE}}}
# the version inside of the interaction | misplaced-key |
{"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [{"description": "d",
"pactSpecification": {"version": "3.0.0"}, "request": {"method": "GET", "path": "/", "query":
"q=a%20b"}, "response": {"status": 200}}]}
# a whole number where a fraction must be | example-violates-rule decimal-example-is-integer | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"price": 10}, "matchingRules": {"body": {"$.price":
{"matchers": [{"match": "decimal"}]}}}}
# a matcher without its option | matcher-missing-field | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"name": "ann b"}, "matchingRules": {"body": {"$.name":
{"matchers": [{"match": "regex", "pattern": "[a-z ]+"}]}}}}
# a header twice, with a rule | duplicate-header | 3.0.0
{"status": 200, "headers": {"X-Trace": "ab 1", "x-trace": "ab 2"}, "matchingRules": {"header":
{"X-Trace": {"matchers": [{"match": "regex", "regex": "ab 1"}]}}}}
# a status that is none, under a rule | status-out-of-range example-violates-rule | 3.0.0
{"status": 99, "matchingRules": {"status": {"matchers": [{"match": "statusCode", "status":
"success"}]}}}
# rules for a body that is not there | rules-without-body | 3.0.0
{"status": 200, "headers": {JSON}, "matchingRules": {"body": {"$": TYPE}}}
# a slip in two paths below one key | rule-matches-nothing | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"user": {"name": "ann b", "mail": "x y"}},
"matchingRules": {"body": {"$.usr.name": TYPE, "$.usr.mail": TYPE}}}
# a pattern that is no text | wrong-value-type | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"name": "ann b"}, "matchingRules": {"body": {"$.name":
{"matchers": [{"match": "regex", "regex": null}]}}}}
# one broken pattern for the matcher and the generator | regex-invalid | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"name": "ab"}, "matchingRules": {"body": {"$.name":
{"matchers": [{"match": "regex", "regex": "a(b"}]}}}, "generators": {"body": {"$.name": {"type":
"Regex", "regex": "a(b"}}}}
# a list of states under the older key | provider-state-shape | 3.0.0
{"description": "d", "providerState": [{"name": "a user exists"}], "request": {"method": "GET",
"path": "/"}, "response": {"status": 200}}
# a message under the type of HTTP | misplaced-key | 4.0
{"type": "Synchronous/HTTP", "description": "d", "contents": {"content": {"name": "ann b"}, JSONBODY}}
# rules for a body of null | rules-without-body | 3.0.0
{"status": 200, "headers": {JSON}, "body": null, "matchingRules": {"body": {"$.name": TYPE}}}
# rules in the request for the body of the response | rules-without-body | 3.0.0
{"description": "d", "request": {"method": "GET", "path": "/", "matchingRules": {"body": {"$.name":
TYPE}}}, "response": {"status": 200, "headers": {JSON}, "body": {"name": "ann b"}}}
# rules in a list | wrong-value-type | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"name": "ann b"}, "matchingRules": [{"$.name": TYPE}]}
# the rules of a body in a list | rule-group-missing-matchers | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"name": "ann b"}, "matchingRules": {"body": [{"$.name":
TYPE}]}}
# a token that must come back | secret-in-example | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"token": "ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"}}
# an address of this machine | localhost-url | 3.0.0
{"status": 200, "headers": {JSON}, "body": {"self": "http://localhost:8080/x", "name": "ann b"},
"matchingRules": {"body": {"$.name": TYPE}}}
# a text that is no JSON | content-not-of-declared-type | 3.0.0
{"status": 200, "headers": {JSON}, "body": "{\"a\":"}
# the rules of a message under a header | unknown-rule-category | 4.0
{"type": "Asynchronous/Messages", "description": "d", "contents": {"content": {"name": "ann b"},
JSONBODY}, "metadata": {"contentType": "application/json"}, "matchingRules": {"header": {"name":
TYPE}}}
"##;

/// What the words in capitals stand for.
const WORDS: [(&str, &str); 3] = [
    ("JSONBODY", r#""contentType": "application/json", "encoded": false"#),
    ("TYPE", r#"{"matchers": [{"match": "type"}]}"#),
    ("JSON", r#""Content-Type": "application/json""#),
];

/// A file with one mistake.
struct Mistake {
    name: &'static str,
    rules: Vec<&'static str>,
    text: String,
}

fn mistakes() -> Vec<Mistake> {
    MISTAKES.split("\n# ").skip(1).map(mistake).collect()
}

fn mistake(paragraph: &'static str) -> Mistake {
    let (title, json) = paragraph.split_once('\n').unwrap();
    let [name, rules, version] = title.split('|').map(str::trim).collect::<Vec<_>>()[..] else {
        panic!("{title:?} has three parts");
    };
    let mut json = json.lines().collect::<Vec<_>>().join(" ");
    for (word, meaning) in WORDS {
        json = json.replace(word, meaning);
    }
    Mistake { name, rules: rules.split(' ').collect(), text: whole(&json, version) }
}

fn whole(json: &str, version: &str) -> String {
    let kind = if version == "4.0" { r#""type": "Synchronous/HTTP", "# } else { "" };
    let interactions = match json.starts_with("{\"status\"") {
        true => format!(
            r#"{{{kind}"description": "d", "request": {{"method": "GET", "path": "/"}}, "response": {json}}}"#
        ),
        false if version.is_empty() => return json.to_owned(),
        false => json.to_owned(),
    };
    format!(
        r#"{{"consumer": {{"name": "web"}}, "provider": {{"name": "api"}}, "interactions": [{interactions}],
        "metadata": {{"pactSpecification": {{"version": "{version}"}}}}}}"#
    )
}

#[test]
fn one_mistake_gives_one_finding() {
    let levels = Settings::default().resolve().unwrap();
    let mistakes = mistakes();
    let mut wrong = Vec::new();
    for mistake in &mistakes {
        let findings =
            analyse(&Document::new(mistake.text.as_str()), &levels, RunOptions::default()).findings;
        let good = findings.len() == 1 && mistake.rules.contains(&findings[0].rule);
        let told = findings.iter().map(|it| format!("    {} {}: {}", it.rule, it.pointer, it.message));
        let told: Vec<String> = told.collect();
        let says = format!("{}: wanted {}\n{}", mistake.name, mistake.rules.join(" or "), told.join("\n"));
        if !good {
            wrong.push(says);
        }
    }
    assert!(mistakes.len() >= 25, "the table is read: {}", mistakes.len());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

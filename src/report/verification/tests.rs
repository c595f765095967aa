//! Every format, over a run in which everything happens that may.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::*;
use crate::analysis::Document;
use crate::http::wire::{Request, Response};
use crate::runner::contract::Runnable;
use crate::runner::engine::Judgement;
use crate::runner::verify::outcome::{
    Exchange, InteractionResult, PactResult, StateCall, StateFault, Verdict,
};
use crate::text::LineCol;

/// A description that wants to be a tag, an end of everything, a command and a colour.
const HOSTILE: &str =
    "]]></testcase><script>alert(1)</script> \"'&amp; \u{1b}[31mred\r\n::error::x `` `|` @team";

fn pact() -> Value {
    let interaction = |description: &str, state: &str, status: u16, body: Value| {
        json!({
            "type": "Synchronous/HTTP", "description": description,
            "providerStates": if state.is_empty() { json!([]) } else { json!([{"name": state}]) },
            "request": {"method": "GET", "path": "/orders/7", "headers": {"Authorization": ["Bearer abcdefgh12"]}},
            "response": {"status": status, "headers": {"Content-Type": ["application/json"]},
                "body": {"content": body, "contentType": "application/json", "encoded": false},
                "matchingRules": {"body": {"$.name": {"matchers": [{"match": "type"}]}}}}
        })
    };
    let order = json!({"id": 1, "name": "Ada"});
    let mut pending = interaction("a pending one", "", 200, order.clone());
    pending["pending"] = true.into();
    let mut plugin = interaction("one of a plugin", "", 200, order.clone());
    plugin["pluginConfiguration"] = json!({"protobuf": {}});
    json!({
        "consumer": {"name": "web"}, "provider": {"name": "orders"},
        "interactions": [
            interaction("a request for an order", "order 7 exists", 200, order.clone()),
            interaction("a request to create an order", "a cart exists", 201, order.clone()),
            interaction(HOSTILE, "", 200, order.clone()),
            pending,
            interaction("one without a state", "gone", 200, order.clone()),
            interaction("one without an answer", "", 200, order.clone()),
            interaction("one that is not judged", "", 200, order),
            plugin
        ],
        "metadata": {"pactSpecification": {"version": "4.0"},
            "plugins": [{"name": "protobuf", "version": "0.2.0"}]}
    })
}

fn run() -> Verification {
    run_of("pacts/web-orders.json")
}

fn run_of(name: &str) -> Verification {
    let text = serde_json::to_string_pretty(&pact()).unwrap();
    let contract = Arc::new(Contract::new(name, Document::new(text)).unwrap());
    let answer = |status: u16, body: Value| Response {
        status,
        headers: vec![
            ("content-type".into(), "application/json".into()),
            ("set-cookie".into(), "sid=7f8Kq2LmZ9vRt4sB1nCw8E".into()),
        ],
        body: body.to_string().into(),
    };
    let result = |item: usize, response: Option<Response>, verdict: Option<Verdict>| {
        let it = &contract.items[item];
        let judged = match (&it.runnable, &response) {
            (Runnable::Ready(subject), Some(response)) => match subject.judge_response(response) {
                Judgement::Match => Verdict::Passed,
                Judgement::Mismatches(list) => Verdict::Failed(list),
                Judgement::Unjudged(why) => Verdict::Unjudged(why),
            },
            (Runnable::Not(why), _) => Verdict::NotRun(why.clone()),
            _ => Verdict::NoAnswer("the connection was refused".into()),
        };
        let request = Request {
            method: "GET".into(),
            path: "/orders/7".into(),
            headers: vec![("Authorization".into(), "Bearer abcdefgh12".into())],
            ..Request::default()
        };
        let url = "http://localhost:8080/orders/7".to_owned();
        InteractionResult {
            item,
            verdict: verdict.unwrap_or(judged),
            pending: it.pending,
            exchange: matches!(it.runnable, Runnable::Ready(_)).then_some(Exchange {
                url,
                request,
                response,
            }),
            states: Vec::new(),
            took: Duration::from_millis(12),
        }
    };
    let mut results = vec![
        result(0, Some(answer(200, json!({"id": 1, "name": "x"}))), None),
        result(1, Some(answer(422, json!({"error": "cart 5 not found"}))), None),
        result(2, Some(answer(200, json!({"id": 1, "full_name": "<b>]]>\u{1b}[0m"}))), None),
        result(3, Some(answer(200, json!({"id": "1", "name": "x"}))), None),
        result(4, None, Some(Verdict::State)),
        result(5, None, None),
        result(6, Some(answer(200, json!({}))), Some(Verdict::Unjudged("it panics".into()))),
        result(7, None, None),
    ];
    let call = |state: &str, outcome, url: Option<&str>| StateCall {
        state: state.into(),
        params: Map::new(),
        setup: true,
        url: url.map(Into::into),
        outcome,
    };
    results[1].states.push(call("a cart exists", Ok(Map::new()), None));
    let fault = StateFault { status: Some(404), said: "no handler".into() };
    results[4].states.push(call("gone", Err(fault), Some("http://localhost:8080/_pact/state")));
    let pact = PactResult { contract, results };
    Verification {
        provider: "http://localhost:8080".into(),
        pacts: vec![pact],
        left: 0,
        took: Duration::from_millis(1_234),
    }
}

fn rendered(format: Format) -> String {
    let test = |_: &Contract, item: &Item| {
        (item.index == 2).then(|| Elsewhere {
            file: "test/orders.spec.ts".into(),
            start: LineCol { line: 41, col: 2 },
            end: LineCol { line: 41, col: 9 },
            text: String::new(),
        })
    };
    let options = Options {
        exit: Some(1),
        test: Some(&test),
        stub: Some("pactlens states --stub java"),
        repeat: Some("pactlens verify --last-failed"),
        ..Options::default()
    };
    let mut out = Vec::new();
    write(format, &run(), &options, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(!text.contains(['\u{1b}', '\r']), "{format:?}: {text}");
    for secret in ["abcdefgh12", "7f8Kq2Lm"] {
        assert!(!text.contains(secret), "{format:?} tells {secret}: {text}");
    }
    text
}

/// Line numbers are those of the printed pact, which no reader of a test counts.
fn without_lines(text: &str) -> String {
    let digits = regex::Regex::new(r"(line |json:)\d+").unwrap();
    digits.replace_all(text, "${1}N").into_owned()
}

#[test]
fn text_is_for_a_person() {
    let text = without_lines(&rendered(Format::Text));
    let expected = r#"orders ◀ web   pacts/web-orders.json   8 interactions
 ✓ a request for an order                             given order 7 exists             12 ms
 ✗ a request to create an order                       given a cart exists              12 ms
     pacts/web-orders.json:N
     curl http://localhost:8080/orders/7 -H 'Authorization: Bearer **********'
     status   expected 201   got 422   exact value, line N
     actual   {"error": "cart 5 not found"}
     also     2 places in the body, as may be where another answer came
     state    "a cart exists" was not set up: no URL of a state handler was given
"#;
    assert!(text.replace("{\"error\":\"", "{\"error\": \"").starts_with(expected), "{text}");
    for line in [
        "     pacts/web-orders.json:N   test: test/orders.spec.ts:42\n",
        "     $.name   expected string   got nothing   rule type, line N\n              did you mean \"full_name\"?\n",
        "     -   \"name\": \"Ada\"\n     +   \"full_name\": \"<b>]]>\\u001b[0m\"\n",
        " ○ a pending one ",
        "     pending: reported, not counted\n",
        "     state    \"gone\": POST http://localhost:8080/_pact/state → 404 no handler\n              a stub of it: pactlens states --stub java\n",
        " ? one without an answer ",
        "     no answer: the connection was refused\n",
        "     not verified: needs plugin protobuf 0.2.0\n",
        "\n3 failed · 1 without an answer · 1 not judged · 1 passed · 1 pending · 1 not verified   1.2 s   exit 1   repeat: pactlens verify --last-failed\n",
    ] {
        assert!(text.contains(line), "{line}\nin\n{text}");
    }
    assert!(!text.contains("\"id\": 1,"), "{text}");
}

#[test]
fn json_has_everything() {
    let report: Value = serde_json::from_str(&rendered(Format::Json)).unwrap();
    assert_eq!(
        report["summary"],
        json!({"passed": 1, "failed": 3, "pending": 1, "unanswered": 1, "unjudged": 1, "not_run": 1, "left": 0,
            "exit": 1, "took": 1234.0})
    );
    let all = report["pacts"][0]["interactions"].as_array().unwrap();
    let statuses: Vec<&str> = all.iter().map(|it| it["status"].as_str().unwrap()).collect();
    assert_eq!(
        statuses,
        ["passed", "failed", "failed", "failed", "state", "no-answer", "unjudged", "not-run"]
    );
    let third = &all[2];
    assert_eq!(third["test"], json!({"path": "test/orders.spec.ts", "line": 42, "column": 3}));
    assert_eq!(third["response"]["headers"][1], json!(["set-cookie", "**************************"]));
    let one = &third["explanation"]["differences"][0];
    assert_eq!(
        [&one["kind"], &one["near"], &one["part"]],
        [&json!("missing"), &json!("\"full_name\""), &json!("body")]
    );
    assert_eq!(one["rule"]["path"], json!("$.name"));
    assert!(third["core"][0]["said"].as_str().unwrap().contains("missing the following keys: name"));
    assert_eq!(all[4]["state_calls"][0]["status"], json!(404));
    assert_eq!(all[0]["request"], Value::Null);
}

#[test]
fn junit_is_xml_whatever_things_are_called() {
    let text = rendered(Format::Junit);
    let document = roxmltree::Document::parse(&text).unwrap();
    let root = document.root_element();
    let counts = ["tests", "failures", "errors", "skipped"].map(|it| root.attribute(it).unwrap());
    assert_eq!(counts, ["8", "3", "2", "2"]);
    let cases: Vec<_> = root.descendants().filter(|it| it.has_tag_name("testcase")).collect();
    assert_eq!(cases.len(), 8);
    assert!(cases[2].attribute("name").unwrap().contains("]]></testcase><script>"), "{text}");
    let failure = cases[2].children().find(|it| it.has_tag_name("failure")).unwrap();
    assert!(failure.attribute("message").unwrap().contains("did you mean \"full_name\"?"));
    assert!(failure.text().unwrap().contains("curl http://localhost:8080/orders/7"));
    let told: Vec<&str> = cases
        .iter()
        .map(|it| it.children().find(|it| it.is_element()).map_or("passed", |it| it.tag_name().name()))
        .collect();
    assert_eq!(told, ["passed", "failure", "failure", "skipped", "failure", "error", "error", "skipped"]);
}

#[test]
fn html_is_one_page_without_scripts() {
    let text = rendered(Format::Html);
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let document = roxmltree::Document::parse_with_options(&text, options).unwrap();
    let elements: Vec<_> = document.descendants().filter(|it| it.is_element()).collect();
    assert!(elements.iter().all(|it| !matches!(it.tag_name().name(), "script" | "link" | "img" | "iframe")));
    assert!(
        elements.iter().all(|it| it.attributes().all(|it| !matches!(it.name(), "src" | "href" | "onclick")))
    );
    let details = elements.iter().filter(|it| it.has_tag_name("details")).count();
    assert_eq!(details, 7);
    assert!(text.contains("prefers-color-scheme:dark"));
}

#[test]
fn markdown_keeps_texts_from_being_markup() {
    let text = rendered(Format::Markdown);
    assert!(text.starts_with("## ❌ Pact verification: 3 failed"), "{text}");
    assert!(
        !text.contains("<script>") && text.contains("&lt;script&gt;") && !text.contains("@team"),
        "{text}"
    );
    assert!(text.contains("| `$.name` | `string` | `nothing` did you mean `\"full_name\"`? | "), "{text}");
    assert!(text.contains("```diff\n"), "{text}");
    let rows = text.lines().filter(|line| line.starts_with('|'));
    assert!(rows.clone().count() > 6);
}

#[test]
fn annotations_are_one_line_each() {
    let text = rendered(Format::Github);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 8, "{text}");
    assert!(lines[0].starts_with("::error file=pacts/web-orders.json,line="), "{text}");
    assert!(lines[1].contains("%3A%3Aerror%3A%3Ax"), "{text}");
    assert!(lines[2].starts_with("::notice ") && lines[6].starts_with("::warning "), "{text}");
    assert!(lines[..7].iter().all(|it| it.matches("::").count() >= 2), "{text}");
}

#[test]
fn sarif_keeps_to_the_schema() {
    let log: Value = serde_json::from_str(&rendered(Format::Sarif)).unwrap();
    let validator = jsonschema::validator_for(&crate::report::sarif::tests::schema()).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&log).map(|it| it.to_string()).collect();
    assert_eq!(wrong, [""; 0]);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let told: Vec<(&str, &str)> =
        results.iter().map(|it| (it["ruleId"].as_str().unwrap(), it["level"].as_str().unwrap())).collect();
    assert_eq!(
        told,
        [
            ("verify-status", "error"),
            ("verify-body", "error"),
            ("verify-body", "note"),
            ("verify-state", "error"),
            ("verify-no-answer", "error"),
            ("verify-unjudged", "error"),
            ("verify-not-run", "warning"),
        ]
    );
    let body = &results[1];
    let line = &body["locations"][0]["physicalLocation"]["region"]["startLine"];
    let text = serde_json::to_string_pretty(&pact()).unwrap();
    let at = text.lines().nth(line.as_u64().unwrap() as usize - 1).unwrap();
    assert_eq!(at.trim().trim_end_matches(','), "\"name\": \"Ada\"");
    assert_eq!(body["relatedLocations"][0]["message"]["text"], json!("the test that wrote it"));
}

#[test]
fn sarif_has_the_path_as_it_is() {
    let mut out = Vec::new();
    write(Format::Sarif, &run_of("a b/100%\u{1b}.json"), &Options::default(), &mut out).unwrap();
    let log: Value = serde_json::from_slice(&out).unwrap();
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b/100%25%1B.json");
}

#[test]
fn colour_is_added_to_the_text_and_changes_nothing_else() {
    let mut plain = Vec::new();
    let mut coloured = Vec::new();
    write(Format::Text, &run(), &Options::default(), &mut plain).unwrap();
    write(Format::Text, &run(), &Options { colour: true, ..Options::default() }, &mut coloured).unwrap();
    let codes = regex::bytes::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    let stripped = codes.replace_all(&coloured, &b""[..]).into_owned();
    assert!(coloured.len() > plain.len());
    let lines = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes).lines().map(|it| it.trim_end().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(lines(&stripped), lines(&plain));
}

//! The mock server, as a library: what comes back over the wire.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use pactlens::analysis::Document;
use pactlens::runner::Contract;
use pactlens::runner::mock::{self, Event, Handle, Limits, Options, Tls, What};
use serde_json::{Value, json};

/// An answer, as it came.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(key, _)| key == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} came twice: {self:?}");
        value
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn parse(raw: &[u8]) -> Answer {
        let end = raw.windows(4).position(|it| it == b"\r\n\r\n").unwrap_or_else(|| panic!("{raw:?}"));
        let head = std::str::from_utf8(&raw[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let pair =
            |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
        Answer { status, headers: lines.filter_map(pair).collect(), body: raw[end + 4..].to_vec() }
    }
}

fn open(url: &str) -> TcpStream {
    let address = url.split("//").nth(1).unwrap();
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// Sends this and reads to the end of the connection.
fn raw(url: &str, request: &[u8]) -> Answer {
    let mut stream = open(url);
    stream.write_all(request).unwrap();
    let mut out = Vec::new();
    stream.read_to_end(&mut out).unwrap();
    Answer::parse(&out)
}

/// Sends a request; `head` is its first line without the version and its headers.
pub fn send(url: &str, head: &str, body: &[u8]) -> Answer {
    let (first, headers) = head.split_once('\n').unwrap_or((head, ""));
    let mut text = format!("{first} HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n");
    for header in headers.lines() {
        text.push_str(header.trim());
        text.push_str("\r\n");
    }
    if !body.is_empty() {
        text.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    raw(url, &[text.as_bytes(), body].concat())
}

fn contract(interactions: &Value) -> Arc<Contract> {
    named("pacts/web-orders.json", "orders", interactions)
}

fn named(name: &str, provider: &str, interactions: &Value) -> Arc<Contract> {
    let version = if interactions[0]["type"].is_string() { "4.0" } else { "3.0.0" };
    let pact = json!({
        "consumer": {"name": "web"}, "provider": {"name": provider}, "interactions": interactions,
        "metadata": {"pactSpecification": {"version": version}}
    });
    Arc::new(Contract::later(name, Document::new(format!("{pact:#}"))).unwrap())
}

fn serve(interactions: &Value) -> Handle {
    mock::start(vec![contract(interactions)], Options::default()).unwrap()
}

fn orders() -> Value {
    json!([
        {
            "description": "a request for an order",
            "providerStates": [{"name": "order 7 exists"}],
            "request": {
                "method": "GET", "path": "/orders/7", "query": {"full": ["yes"]},
                "headers": {"Accept": "application/json"},
                "matchingRules": {
                    "path": {"matchers": [{"match": "regex", "regex": "^/orders/[1-7]$"}]},
                    "header": {"Accept": {"matchers": [{"match": "regex", "regex": "^application/.*json$"}]}}
                }
            },
            "response": {
                "status": 200, "headers": {"Content-Type": "application/json", "Content-Length": "3"},
                "body": {"id": 7, "total": 12.50}
            }
        },
        {
            "description": "a request for a missing order",
            "providerStates": [{"name": "order 7 is missing"}],
            "request": {"method": "GET", "path": "/orders/7", "query": {"full": ["yes"]}},
            "response": {"status": 404}
        },
        {
            "description": "a request to create an order",
            "request": {
                "method": "POST", "path": "/orders", "headers": {"Content-Type": "application/json"},
                "body": {"cart": 5, "lines": [{"sku": "a", "count": 1}]},
                "matchingRules": {"body": {"$.lines": {"matchers": [{"match": "type", "min": 1}]}}}
            },
            "response": {"status": 201, "headers": {"Location": "/orders/8"}}
        }
    ])
}

#[test]
fn requests_are_answered_by_the_rules_of_all_their_parts() {
    let handle = serve(&orders());
    let url = handle.url();
    let get = |path: &str, accept: &str| send(&url, &format!("GET {path}\naccept: {accept}"), b"");
    let answer = get("/orders/3?full=yes", "application/hal+json");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), json!({"id": 7, "total": 12.50}));
    // Its own length, not the recorded one.
    assert_eq!(answer.header("content-length"), Some(answer.body.len().to_string().as_str()));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    for (path, accept) in [
        ("/orders/8?full=yes", "application/json"),
        ("/orders/3?full=no", "application/json"),
        ("/orders/3?full=yes&more=1", "application/json"),
        ("/orders/3", "application/json"),
        ("/orders/3?full=yes", "text/plain"),
    ] {
        assert_eq!(get(path, accept).status, 500, "{path} {accept}");
    }
    let post = |body: &str| send(&url, "POST /orders\ncontent-type: application/json", body.as_bytes());
    let answer = post(r#"{"cart": 5, "lines": [{"sku": "x", "count": 9}, {"sku": "y", "count": 2}]}"#);
    assert_eq!((answer.status, answer.header("location")), (201, Some("/orders/8")));
    assert_eq!(post(r#"{"cart": 5, "lines": []}"#).status, 500);
    assert_eq!(post(r#"{"cart": 6, "lines": [{"sku": "a", "count": 1}]}"#).status, 500);
    assert_eq!(send(&url, "PUT /orders\ncontent-type: application/json", b"{}").status, 500);
    let report = handle.stop();
    assert_eq!((report.served, report.missed), (2, 8));
    let idle: Vec<&str> = report.never_called.iter().map(|it| it.description.as_str()).collect();
    assert_eq!(idle, ["a request for a missing order"]);
    assert!(std::net::TcpStream::connect(url.split("//").nth(1).unwrap()).is_err(), "it has stopped");
}

#[test]
fn a_miss_says_what_is_closest_and_how_it_differs() {
    let handle = serve(&orders());
    let events = handle.events().unwrap();
    let answer = send(&handle.url(), "GET /orders/9?full=yes\naccept: application/json", b"");
    assert_eq!((answer.status, answer.header("x-pact")), (500, Some("Unexpected-Request")));
    let told = answer.json();
    let closest = &told["closest"][0];
    assert_eq!(closest["description"], "a request for an order");
    assert_eq!(
        (&closest["matched"], &closest["differs"]),
        (&json!(["method", "query", "header"]), &json!(["path"]))
    );
    let said = closest["differences"][0]["said"].as_str().unwrap();
    assert!(said.starts_with("path /orders/9 ≠ rule regex ^/orders/[1-7]$ (line "), "{said}");
    let served = handle.index().unwrap();
    let text = served.contracts[0].document.text();
    let from = |at: &Value| text.lines().skip(at["line"].as_u64().unwrap() as usize - 1);
    assert!(from(closest).next().unwrap().contains("a request for an order"), "{closest}");
    // The rule begins there.
    let rule: String = from(&closest["differences"][0]).take(3).collect();
    assert!(rule.trim_start().starts_with('{') && rule.contains("[1-7]"), "{closest}");
    let Event::Exchange(exchange) = events.recv().unwrap() else { panic!("an exchange") };
    assert_eq!((exchange.status, exchange.target.as_str()), (500, "/orders/9?full=yes"));
    assert!(matches!(exchange.what, What::Missed(miss) if miss.closest.len() == 3));
    // In the body: value and place.
    let answer = send(
        &handle.url(),
        "POST /orders\ncontent-type: application/json",
        br#"{"cart": 6, "lines": [{"sku": "a", "count": 1}]}"#,
    );
    assert_eq!(answer.header("x-pact"), Some("Request-Mismatch"));
    let difference = &answer.json()["closest"][0]["differences"][0];
    assert_eq!(difference["part"], "body");
    let said = difference["said"].as_str().unwrap();
    assert!(said.starts_with("$.cart 6 ≠ 5 (line "), "{said}");
    // A body that nobody unpacks.
    let packed = "POST /orders\ncontent-type: application/json\ncontent-encoding: br";
    let told = send(&handle.url(), packed, b"\x0b\x02\x80{}\x03").json();
    let said = told["closest"][0]["differences"][0]["said"].as_str().unwrap();
    assert!(
        said.starts_with("body what is no JSON: it is packed (Content-Encoding: br) ≠ JSON (line "),
        "{said}"
    );
    // The same without a body to read it in.
    let answer = send(&handle.url(), "HEAD /orders/9", b"");
    assert_eq!((answer.status, answer.body.len()), (500, 0));
}

#[test]
fn secrets_are_not_told() {
    let interactions = json!([{
        "description": "x",
        "request": {
            "method": "GET", "path": "/a", "query": {"access_token": ["abcdefgh12345678"]},
            "headers": {"Authorization": "Bearer qpwoeiruty5647382910", "Cookie": "sid=zmxncbv102938"}
        },
        "response": {"status": 200}
    }]);
    let handle = serve(&interactions);
    let events = handle.events().unwrap();
    let answer = send(
        &handle.url(),
        "GET /a?access_token=hgfedcba87654321\nauthorization: Bearer mznxbcv019283\ncookie: sid=laksjdh5647",
        b"",
    );
    assert_eq!(answer.status, 500);
    let Event::Exchange(exchange) = events.recv().unwrap() else { panic!("an exchange") };
    let report = handle.stop();
    let told = format!("{} {exchange:?} {report:?}", answer.text());
    for secret in ["abcdefgh", "hgfedcba", "qpwoeir", "mznxbcv", "zmxncbv", "laksjdh"] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
    assert!(told.contains("Authorization") && told.contains("access_token=***"), "{told}");
}

#[test]
fn head_options_and_browsers_are_served() {
    let interactions = json!([
        {"description": "head", "request": {"method": "HEAD", "path": "/file"},
         "response": {"status": 200, "headers": {"Content-Length": "1234", "Content-Type": "text/plain"}}},
        {"description": "head with a body", "request": {"method": "HEAD", "path": "/page"},
         "response": {"status": 200, "headers": {"Content-Type": "text/plain"}, "body": "hello"}},
        {"description": "options", "request": {"method": "OPTIONS", "path": "/file"},
         "response": {"status": 200, "headers": {"Allow": "GET, HEAD", "Access-Control-Allow-Origin": "https://pact.example"}}},
        {"description": "get", "request": {"method": "GET", "path": "/file"}, "response": {"status": 200, "body": "x"}},
    ]);
    let options = Options { cors: true, ..Options::default() };
    let handle = mock::start(vec![contract(&interactions)], options).unwrap();
    let url = handle.url();
    let answer = send(&url, "HEAD /file", b"");
    assert_eq!((answer.status, answer.header("content-length"), answer.body.len()), (200, Some("1234"), 0));
    let answer = send(&url, "HEAD /page", b"");
    assert_eq!((answer.status, answer.header("content-length"), answer.body.len()), (200, Some("5"), 0));
    // The pact's own headers win over those for browsers.
    let answer = send(&url, "OPTIONS /file\norigin: https://site.example", b"");
    assert_eq!(
        (answer.status, answer.header("access-control-allow-origin")),
        (200, Some("https://pact.example"))
    );
    assert_eq!(send(&url, "GET /file", b"").header("access-control-allow-origin"), Some("*"));
    let answer = send(&url, "GET /file\norigin: https://site.example", b"");
    assert_eq!(
        (answer.status, answer.header("access-control-allow-origin")),
        (200, Some("https://site.example"))
    );
    let preflight = "OPTIONS /other\norigin: https://site.example\naccess-control-request-headers: x-one";
    let answer = send(&url, preflight, b"");
    assert_eq!((answer.status, answer.header("access-control-allow-headers")), (204, Some("x-one, *")));
    assert!(answer.header("access-control-allow-methods").unwrap().contains("PATCH"));
    // Not unless it is asked for.
    assert_eq!(send(&serve(&interactions).url(), preflight, b"").status, 500);
}

#[test]
fn connections_are_kept_and_old_clients_served() {
    let handle = serve(&json!([
        {"description": "a", "request": {"method": "GET", "path": "/a"}, "response": {"status": 200, "body": "one"}},
        {"description": "b", "request": {"method": "GET", "path": "/b"},
         "response": {"status": 200, "headers": {"Transfer-Encoding": "chunked"}, "body": "two"}},
    ]));
    let two = b"GET /a HTTP/1.1\r\nhost: x\r\n\r\nGET /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answer = raw(&handle.url(), two);
    assert_eq!(answer.text().matches("HTTP/1.1 200").count(), 1, "{answer:?}");
    let answer = raw(&handle.url(), b"GET /b HTTP/1.0\r\n\r\n");
    assert_eq!((answer.status, answer.text().as_str()), (200, "two"));
    let answer = send(&handle.url(), "GET /b", b"");
    assert_eq!(
        (answer.header("transfer-encoding"), answer.header("content-length")),
        (Some("chunked"), None)
    );
    // A target in the form that proxies get.
    let answer = send(&handle.url(), "GET http://elsewhere.example/a", b"");
    assert_eq!((answer.status, answer.text().as_str()), (200, "one"));
}

#[test]
fn bodies_are_untouched() {
    let http = |path: &str, content: &str, kind: &str, encoded: Value| {
        json!({
            "type": "Synchronous/HTTP", "description": path, "request": {"method": "GET", "path": path},
            "response": {
                "status": 200, "headers": {"Content-Type": [kind]},
                "body": {"content": content, "contentType": kind, "encoded": encoded}
            }
        })
    };
    let xml = "<?xml version='1.0'?>\n<a  b=\"1\"><!-- c --><![CDATA[x]]></a>\n";
    let form = "a=1&b=%20x&a=2";
    let multipart = "--xyz\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n\u{fe}bytes\r\n--xyz--\r\n";
    let handle = serve(&json!([
        http("/bin", "iVBORw0KGgoAAQL/", "image/png", json!("base64")),
        http("/xml", xml, "application/xml", json!(false)),
        http("/form", form, "application/x-www-form-urlencoded", json!(false)),
        http("/multi", multipart, "multipart/form-data; boundary=xyz", json!(false)),
    ]));
    let get = |path: &str| send(&handle.url(), &format!("GET {path}"), b"");
    assert_eq!(get("/bin").body, b"\x89PNG\r\n\x1a\n\x00\x01\x02\xff");
    assert_eq!(get("/bin").header("content-type"), Some("image/png"));
    assert_eq!(get("/xml").text(), xml);
    assert_eq!(get("/form").text(), form);
    assert_eq!(get("/multi").text(), multipart);
}

#[test]
fn a_provider_state_chooses() {
    let mut all = orders();
    all.as_array_mut().unwrap().push(json!({
        "description": "no state", "request": {"method": "GET", "path": "/health"}, "response": {"status": 204}
    }));
    let get = |handle: &Handle, head: &str| {
        send(&handle.url(), &format!("GET {head}\naccept: application/json"), b"").status
    };
    let handle = serve(&all);
    let events = handle.events().unwrap();
    assert_eq!(get(&handle, "/orders/7?full=yes"), 200);
    assert_eq!(get(&handle, "/orders/7?full=yes\nx-pact-state: order 7 is missing"), 404);
    let chosen = events.iter().find_map(|event| match event {
        Event::Exchange(exchange) => match exchange.what {
            What::Served { chosen: Some(chosen), .. } => Some(chosen),
            _ => None,
        },
        Event::Lost(_) => None,
    });
    assert_eq!(chosen.as_deref(), Some("x-pact-state: \"order 7 is missing\""));
    assert_eq!(get(&handle, "/orders/7?full=yes\nx-pact-state: ^order \\d+ is"), 404);
    assert_eq!(get(&handle, "/orders/7?full=yes\nx-pact-state: ("), 400);
    assert_eq!(get(&handle, "/health\nx-pact-state: order 7 exists"), 500);
    let miss = send(&handle.url(), "GET /orders/7?full=yes\nx-pact-state: nothing like it", b"");
    assert_eq!(
        miss.json()["error"],
        r#"No interaction has the provider state "nothing like it" (there are "order 7 exists", "order 7 is missing")"#
    );
    let miss = send(&handle.url(), "GET /orders/7?full=yes\nx-pact-state: order 7 exsts", b"").json();
    let near = r#"No interaction has the provider state "order 7 exsts" (near it: "order 7 exists", "order 7 is missing")"#;
    assert_eq!(miss["error"], near);
    let bad = send(&handle.url(), "GET /orders/7?full=yes\nx-pact-state: order (7", b"").json();
    let said = bad["error"].as_str().unwrap();
    assert!(said.contains(r#"(near it: "order 7"#) && said.contains("no regular expression: "), "{said}");
    // Another request with a state that there is.
    let miss = send(&handle.url(), "GET /nothing\nx-pact-state: order 7 exists", b"").json();
    assert_eq!(miss["error"], "No interaction of the pacts matches this request");
    let state = Some("order 7 is missing".to_owned());
    let options = Options { state, stateless: true, state_header: "x-given".into(), ..Options::default() };
    let handle = mock::start(vec![contract(&all)], options).unwrap();
    assert_eq!(get(&handle, "/orders/7?full=yes"), 404);
    assert_eq!(get(&handle, "/orders/7?full=yes\nx-given: order 7 exists"), 200);
    assert_eq!(get(&handle, "/health"), 204);
    // The state that is served goes with the pacts: these have another of that name.
    all[0]["providerStates"] = json!([{"name": "order 7 is missing"}]);
    all[1]["providerStates"] = json!([{"name": "order 7 exists"}]);
    handle.replace(vec![contract(&all)]).unwrap();
    assert_eq!(get(&handle, "/orders/7?full=yes"), 200);
}

#[test]
fn what_cannot_be_served_says_so_and_the_rest_goes_on() {
    let handle = serve(&json!([
        {"description": "bad status", "request": {"method": "GET", "path": "/bad"}, "response": {"status": null}},
        {"description": "odd header", "request": {"method": "GET", "path": "/odd"},
         "response": {"status": 200, "headers": {"bad name": "x"}}},
        {"description": "continue", "request": {"method": "GET", "path": "/continue"}, "response": {"status": 100}},
        {"description": "slow", "request": {"method": "GET", "path": "/slow/a",
         "matchingRules": {"path": {"matchers": [{"match": "regex", "regex": "^/slow/(a+)+$"}]}}}, "response": {"status": 200}},
        {"description": "fine", "request": {"method": "GET", "path": "/fine"}, "response": {"status": 200}},
    ]));
    let get = |path: &str| send(&handle.url(), &format!("GET {path}"), b"");
    let answer = get("/bad");
    assert_eq!(answer.status, 501, "{answer:?}");
    assert!(answer.text().contains("bad status") && answer.text().contains("web-orders.json:"), "{answer:?}");
    assert_eq!(get("/odd").status, 500);
    assert!(get("/odd").text().contains("bad name"));
    assert!(get("/continue").text().contains("100 is no status"));
    let long = format!("/slow/{}!", "a".repeat(60));
    assert_eq!(get(&long).status, 500);
    let answer =
        raw(&handle.url(), b"GET /fine HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-name: \xc3\xa4\r\n\r\n");
    assert!(answer.status == 500 && answer.text().contains("x-name"), "{answer:?}");
    assert_eq!(get("/fine").status, 200);
    let plugin = json!([{
        "type": "Synchronous/HTTP", "description": "needs more", "pluginConfiguration": {"protobuf": {"x": 1}},
        "request": {"method": "POST", "path": "/rpc"}, "response": {"status": 200}
    }]);
    let answer = send(&serve(&plugin).url(), "POST /rpc", b"x");
    assert!(answer.status == 501 && answer.text().contains("needs plugin protobuf"), "{answer:?}");
}

#[test]
fn what_cannot_be_served_is_known_by_the_rules_of_its_path() {
    let ruled = |description: &str, path: &str, rule: Value, status: Value| {
        json!({"description": description, "response": {"status": status}, "request": {"method": "GET",
            "path": path, "matchingRules": {"path": rule}}})
    };
    let regex = |pattern: &str| json!({"matchers": [{"match": "regex", "regex": pattern}]});
    let either = json!({"combine": "OR", "matchers": [
        {"match": "regex", "regex": "^/x/\\d+$"}, {"match": "regex", "regex": "^/y/\\d+$"}]});
    let handle = serve(&json!([
        ruled("refused numbers", "/orders/1", regex("^/orders/\\d+$"), Value::Null),
        ruled("served seven", "/orders/7", regex("^/orders/7+$"), json!(200)),
        ruled("either", "/x/1", either, Value::Null),
        ruled("run away", "/slow/a", regex("^/slow/(a+)+b$"), Value::Null),
        {"description": "typed", "response": {"status": null}, "request": {"method": "PUT", "path": "/any",
            "matchingRules": {"path": {"matchers": [{"match": "type"}]}}}},
    ]));
    let get = |path: &str| send(&handle.url(), path, b"");
    for (head, name) in [
        ("GET /orders/12", "refused numbers"),
        ("GET /x/5", "either"),
        ("GET /y/5", "either"),
        ("PUT /whatever", "typed"),
    ] {
        let answer = get(head);
        assert!(answer.status == 501 && answer.text().contains(name), "{head}: {answer:?}");
    }
    // One that can be served goes first.
    assert_eq!(get("GET /orders/77").status, 200);
    for head in ["GET /orders/twelve", "GET /z/5", "POST /orders/12"] {
        assert_eq!(get(head).status, 500, "{head}");
    }
    // What nobody can judge in time is no reason.
    assert_eq!(get(&format!("GET /slow/{}!ab", "a".repeat(60))).status, 500);
}

#[test]
fn generators_know_the_server() {
    let body = json!({"content": {"self": "http://localhost:1234/orders/7"}, "contentType": "application/json", "encoded": false});
    let generator = json!({"type": "MockServerURL", "example": "http://localhost:1234/orders/7", "regex": ".*(\\/orders\\/\\d+)$"});
    let handle = serve(&json!([{
        "type": "Synchronous/HTTP", "description": "link", "request": {"method": "GET", "path": "/"},
        "response": {
            "status": 200, "headers": {"Content-Type": ["application/json"]}, "body": body,
            "generators": {"body": {"$.self": generator}}
        }
    }]));
    let answer = send(&handle.url(), "GET /", b"");
    assert_eq!(answer.json()["self"], format!("{}/orders/7", handle.url()));
}

#[test]
fn each_provider_may_have_a_port() {
    let simple = |status: u16| json!([{"description": "x", "request": {"method": "GET", "path": "/"}, "response": {"status": status}}]);
    let pacts = || vec![named("a.json", "orders", &simple(201)), named("b.json", "users", &simple(202))];
    let one = mock::start(pacts(), Options::default()).unwrap();
    assert_eq!((one.places().len(), send(&one.url(), "GET /", b"").status), (1, 201));
    let each = mock::start(pacts(), Options { per_provider: true, ..Options::default() }).unwrap();
    let found: Vec<_> = each
        .places()
        .iter()
        .map(|it| (it.provider.clone().unwrap(), send(&it.url, "GET /", b"").status))
        .collect();
    assert_eq!(found, [("orders".to_owned(), 201), ("users".to_owned(), 202)]);
}

#[test]
fn pacts_are_replaced_without_a_dropped_request() {
    let simple = |word: &str| {
        let response = json!({"status": 200, "headers": {"Content-Type": "text/plain"}, "body": word});
        contract(
            &json!([{"description": "x", "request": {"method": "GET", "path": "/"}, "response": response}]),
        )
    };
    let handle = mock::start(vec![simple("0")], Options { events: false, ..Options::default() }).unwrap();
    let (done, count) = (AtomicBool::new(false), AtomicUsize::new(0));
    let seen = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut last = 0;
                    while !done.load(Ordering::Relaxed) {
                        let answer = send(&handle.url(), "GET /", b"");
                        let now: usize = answer.text().parse().unwrap();
                        assert_eq!(answer.status, 200);
                        assert!(now >= last, "an old pact came back: {now} after {last}");
                        last = now;
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                    last
                })
            })
            .collect();
        for round in 1..=40 {
            handle.replace(vec![simple(&round.to_string())]).unwrap();
            let before = count.load(Ordering::Relaxed);
            while count.load(Ordering::Relaxed) < before + 4 && !clients.iter().any(|it| it.is_finished()) {
                std::thread::yield_now();
            }
        }
        done.store(true, Ordering::Relaxed);
        clients.into_iter().map(|it| it.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(seen.contains(&40), "{seen:?}");
    let report = handle.stop();
    assert_eq!((report.served as usize, report.missed), (count.load(Ordering::Relaxed), 0));
    assert!(report.never_called.is_empty(), "counters are kept");
}

#[test]
fn limits_hold() {
    let limits = Limits {
        body: 1_000,
        headers: 9_000,
        read: Duration::from_millis(300),
        connections: 2,
        ..Limits::default()
    };
    let interactions = json!([{"description": "x", "request": {"method": "POST", "path": "/"}, "response": {"status": 200}}]);
    let handle =
        mock::start(vec![contract(&interactions)], Options { limits, ..Options::default() }).unwrap();
    let url = handle.url();
    assert_eq!(send(&url, "POST /", &[b'x'; 1_000]).status, 200);
    assert_eq!(send(&url, "POST /", &[b'x'; 1_001]).status, 413);
    let mut chunked = b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..3 {
        chunked.extend_from_slice(format!("190\r\n{}\r\n", "y".repeat(0x190)).as_bytes());
    }
    assert_eq!(raw(&url, &chunked).status, 413);
    let long = "z".repeat(20_000);
    assert_eq!(raw(&url, format!("POST / HTTP/1.1\r\nhost: x\r\nx: {long}\r\n\r\n").as_bytes()).status, 431);
    // Headers, or a body, that never come to an end.
    let mut stream = open(&url);
    stream.write_all(b"POST / HTTP/1.1\r\nhost: x\r\nx: ").unwrap();
    let mut out = Vec::new();
    stream.read_to_end(&mut out).unwrap();
    assert!(out.is_empty() || Answer::parse(&out).status == 408, "{out:?}");
    let answer = raw(&url, b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc");
    assert_eq!(answer.status, 408);
    // Two connections at a time.
    let patient = Limits { connections: 2, ..Limits::default() };
    let handle =
        mock::start(vec![contract(&interactions)], Options { limits: patient, ..Options::default() })
            .unwrap();
    let hold = |url: &str| {
        let mut stream = open(url);
        stream.write_all(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n").unwrap();
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        stream
    };
    let (first, _second) = (hold(&handle.url()), hold(&handle.url()));
    let mut third = open(&handle.url());
    let mut out = Vec::new();
    third.read_to_end(&mut out).unwrap();
    assert_eq!(Answer::parse(&out).status, 503);
    first.shutdown(Shutdown::Both).unwrap();
}

#[test]
fn a_stop_waits_for_the_request_under_way() {
    let interactions = json!([{"description": "x", "request": {"method": "POST", "path": "/", "body": "abcdef",
        "headers": {"Content-Type": "text/plain"}}, "response": {"status": 202}}]);
    let handle = serve(&interactions);
    let mut stream = open(&handle.url());
    stream
        .write_all(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\nexpect: 100-continue\r\ncontent-length: 6\r\n\r\n")
        .unwrap();
    // It has begun: it asks for the body.
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert!(go_on.starts_with(b"HTTP/1.1 100 "), "{go_on:?}");
    let address = handle.url().split("//").nth(1).unwrap().to_owned();
    std::thread::scope(|scope| {
        let stopping = scope.spawn(|| handle.stop());
        // Nobody new gets in.
        while TcpStream::connect(&address).is_ok() {
            std::thread::yield_now();
        }
        stream.write_all(b"abcdef").unwrap();
        let mut out = Vec::new();
        stream.read_to_end(&mut out).unwrap();
        assert_eq!(Answer::parse(&out).status, 202);
        assert_eq!(stopping.join().unwrap().served, 1);
    });
}

#[test]
fn tls_is_spoken_with_the_certificate_shown() {
    use rustls::pki_types::pem::PemObject;
    let interactions = json!([{"description": "x", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": "safe"}}]);
    let options = Options { tls: Some(Tls::SelfSigned), ..Options::default() };
    let handle = mock::start(vec![contract(&interactions)], options).unwrap();
    assert!(handle.url().starts_with("https://127.0.0.1:"));
    let mut roots = rustls::RootCertStore::empty();
    let shown = handle.certificate().unwrap();
    roots.add(rustls::pki_types::CertificateDer::from_pem_slice(shown.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let get = |name: &'static str| -> std::io::Result<Vec<u8>> {
        let mut client =
            rustls::ClientConnection::new(Arc::new(config.clone()), name.try_into().unwrap()).unwrap();
        let mut socket = open(&handle.url());
        let mut stream = rustls::Stream::new(&mut client, &mut socket);
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")?;
        let mut out = Vec::new();
        stream.read_to_end(&mut out)?;
        Ok(out)
    };
    for name in ["localhost", "127.0.0.1"] {
        let answer = Answer::parse(&get(name).unwrap());
        assert_eq!((answer.status, answer.text().as_str()), (200, "safe"));
    }
    assert!(get("other.example").is_err(), "the certificate is for this machine alone");
    let wrong = Tls::Pem { certificates: b"nothing".to_vec(), key: Vec::new() };
    let error = mock::start(Vec::new(), Options { tls: Some(wrong), ..Options::default() }).unwrap_err();
    assert!(error.contains("--tls-cert"), "{error}");
}

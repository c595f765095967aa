//! Pacts whose rules are drawn: matchers of all kinds, in lists and alone, on paths that pick
//! nodes of the example or nearly so, in every style that is read.

use crate::random::Random;
use crate::typo::slip;

/// Major versions, and how they are written.
const VERSIONS: [(u64, &str); 8] = [
    (2, r#""2.0.0""#),
    (2, "2"),
    (3, r#""3.0.0""#),
    (3, r#""3.0.0""#),
    (3, "3.0"),
    (4, r#""4.0""#),
    (4, r#""4.0""#),
    (4, "4"),
];

/// One such pact.
pub fn pact(seed: u64) -> String {
    let mut random = Random::new(seed);
    let random = &mut random;
    // The version, how it is written, and the style of the rules.
    let (major, version) = *random.pick(match seed % 5 {
        0 => &VERSIONS[2..4],
        1 => &VERSIONS[..2],
        _ => &VERSIONS,
    });

    // What is wrong more often than by chance.
    let quirk = seed % 5;
    let spec = match (quirk, random.below(12)) {
        (0, _) if major == 3 => r#""pactSpecification": "3.0.0""#.to_owned(),
        (_, 1) if major == 3 => "\"pact-specification\": {}".to_owned(),
        (_, 2) if major == 3 => "\"pactRust\": {\"models\": \"1\"}".to_owned(),
        _ => format!(r#""pactSpecification": {{"version": {version}}}"#),
    };
    let misread = quirk == 1;
    let messages = misread || major > 2 && random.below(4) == 0;
    let stray = quirk == 2 || random.below(12) == 0;
    let items: Vec<String> = (0..=random.below(2))
        .map(|at| match () {
            () if misread => message(3, at, random),
            () if messages => message(major, at, random),
            () => http(major, at, stray, random),
        })
        .collect();
    let items = items.join(", ");
    let section = if messages && major < 4 { "messages" } else { "interactions" };
    format!(
        r#"{{"consumer": {{"name": "web"}}, "provider": {{"name": "orders"}}, "{section}": [{items}], "metadata": {{{spec}}}}}"#
    )
}

fn states(major: u64, random: &mut Random) -> &'static str {
    match random.below(8) {
        0 => r#""providerState": "a", "#,
        1 => r#""provider_state": "a", "#,
        2 if major > 2 => r#""providerStates": [{"name": "a"}], "provider_state": "b", "#,
        3 => r#""providerState": "", "#,
        4 if major > 2 => r#""providerStates": [{"name": "a"}], "#,
        _ => "",
    }
}

fn http(major: u64, at: usize, stray: bool, random: &mut Random) -> String {
    let kind = if major == 4 { r#""type": "Synchronous/HTTP", "# } else { "" };
    let state = states(major, random);
    let stray =
        if stray { format!(r#""pactSpecification": {{"version": "{major}.0.0"}}, "#) } else { String::new() };
    let query = match (random.below(3), major) {
        (0, _) => "",
        (1, 2) => r#", "query": "q=12&q=ab&limit=5""#,
        (1, _) => r#", "query": {"q": ["12", "ab"], "limit": ["5"]}"#,
        (_, 2) => r#", "query": "q=12""#,
        _ => r#", "query": {"q": ["12"]}"#,
    };
    let status = *random.pick(&["200", "200", "201", "\"200\"", "200.0"]);
    let [request, response] = [true, false].map(|is_request| {
        let (body, nodes) = body(major, random);
        let head = if major == 4 { r#""X-Id": ["12", "b"]"# } else { r#""X-Id": "12""# };
        let rules = rules(major, &nodes, is_request, random);
        format!(r#""headers": {{"Content-Type": "application/json", {head}}}, "body": {body}{rules}"#)
    });
    format!(
        r#"{{{kind}{state}{stray}"description": "a request {at}", "request": {{"method": "POST", "path": "/orders/12"{query}, {request}}}, "response": {{"status": {status}, {response}}}}}"#
    )
}

fn message(major: u64, at: usize, random: &mut Random) -> String {
    let (contents, nodes) = body(major, random);
    let rules = rules(major, &nodes, false, random);
    let state = states(major, random);
    let part = |key: &str| {
        format!(
            r#""contents": {contents}, "{key}": {{"contentType": "application/json", "key": "12"}}{rules}"#
        )
    };
    match (major, random.below(2)) {
        (3, _) => format!(r#"{{{state}"description": "m {at}", {}}}"#, part("metaData")),
        (_, 0) => {
            format!(
                r#"{{"type": "Asynchronous/Messages", {state}"description": "m {at}", {}}}"#,
                part("metadata")
            )
        }
        _ => format!(
            r#"{{"type": "Synchronous/Messages", {state}"description": "m {at}", "request": {{{}}}, "response": [{{{}}}]}}"#,
            part("metadata"),
            part("metadata")
        ),
    }
}

/// A body as it is written, and the paths of its nodes.
fn body(major: u64, random: &mut Random) -> (String, Vec<String>) {
    let mut nodes = Vec::new();
    let content = value(0, "$", &mut nodes, random);
    if major < 4 {
        return (content, nodes);
    }
    let encoded = *random.pick(&["false", "false", "false", "\"JSON\"", "\"gzip\"", "true"]);
    let wrapped =
        format!(r#"{{"content": {content}, "contentType": "application/json", "encoded": {encoded}}}"#);
    (wrapped, nodes)
}

fn value(depth: usize, path: &str, nodes: &mut Vec<String>, random: &mut Random) -> String {
    nodes.push(path.to_owned());
    let scalar = *random.pick(&["1", "12", "1.5", "\"abc\"", "\"12\"", "\"2024-01-02\"", "true", "null"]);
    let kind = if depth == 0 { random.below(2) } else { random.below(5) };
    if depth >= 3 {
        return scalar.to_owned();
    }
    match kind {
        0 => {
            let names = ["id", "name", "user", "items"];
            let members: Vec<String> = (0..=random.below(3))
                .map(|at| {
                    format!(
                        "\"{0}\": {1}",
                        names[at],
                        value(depth + 1, &format!("{path}.{}", names[at]), nodes, random)
                    )
                })
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        1 => {
            let many = 1 + random.below(2);
            let items: Vec<String> =
                (0..many).map(|at| value(depth + 1, &format!("{path}[{at}]"), nodes, random)).collect();
            format!("[{}]", items.join(", "))
        }
        _ => scalar.to_owned(),
    }
}

fn matcher(random: &mut Random) -> String {
    (*random.pick(&[
        r#"{"match": "type"}"#,
        r#"{"match": "type"}"#,
        r#"{"match": "type"}"#,
        r#"{"match": "integer"}"#,
        r#"{"match": "decimal"}"#,
        r#"{"match": "real"}"#,
        r#"{"match": "number"}"#,
        r#"{"match": "boolean"}"#,
        r#"{"match": "null"}"#,
        r#"{"match": "equality"}"#,
        r#"{"match": "notEmpty"}"#,
        r#"{"match": "not-empty"}"#,
        r#"{"match": "semver"}"#,
        r#"{"match": "values"}"#,
        r#"{"match": "include", "value": "b"}"#,
        r#"{"match": "regex", "regex": "\\d+"}"#,
        r#"{"match": "regex", "regex": "a{,3}bc"}"#,
        r#"{"match": "regex", "regex": "[a-z]+(?#x)"}"#,
        r#"{"regex": "\\w+"}"#,
        r#"{"match": "date", "format": "yyyy-MM-dd"}"#,
        r#"{"match": "date", "date": "yyyy-MM-dd"}"#,
        r#"{"date": "yyyy-MM-dd"}"#,
        r#"{"match": "timestamp", "timestamp": "yyyy-MM-dd"}"#,
        r#"{"match": "type", "min": 1}"#,
        r#"{"match": "type", "min": 2}"#,
        r#"{"match": "type", "max": 2}"#,
        r#"{"match": "type", "max": 9}"#,
        r#"{"match": "type", "min": "1"}"#,
        r#"{"match": "type", "max": 2.5}"#,
        r#"{"match": "type", "min": 1, "max": 3}"#,
        r#"{"match": "min", "min": 1}"#,
        r#"{"match": "min-type", "min": 1}"#,
        r#"{"match": "max-type", "max": 2}"#,
        r#"{"min": 1}"#,
        r#"{"max": "2"}"#,
    ]))
    .to_owned()
}

fn list(random: &mut Random) -> String {
    let mut matchers: Vec<String> = (0..[1, 1, 2, 2, 3][random.below(5)]).map(|_| matcher(random)).collect();
    if random.below(4) == 0 {
        matchers.push(matchers[0].clone());
    }
    let combine = match random.below(8) {
        0 => r#", "combine": "OR""#,
        1 => r#", "combine": "or""#,
        2 => r#", "combine": "XOR""#,
        3 => r#", "combine": null"#,
        4 => "",
        _ => r#", "combine": "AND""#,
    };
    format!(r#"{{"matchers": [{}]{combine}}}"#, matchers.join(", "))
}

/// Paths that pick some of the nodes, some with a star in the place of a step.
fn paths(nodes: &[String], random: &mut Random) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for node in nodes {
        if random.below(2) == 0 {
            continue;
        }
        let mut path = node.clone();
        if random.below(3) > 0 {
            path = path.replace("[0]", "[*]").replace("[1]", "[*]");
        }
        if random.below(10) == 0
            && let Some((start, _)) = path.rsplit_once('.')
        {
            path = format!("{start}.*");
        }
        if !out.contains(&path) {
            out.push(path);
        }
    }
    out
}

fn rules(major: u64, nodes: &[String], is_request: bool, random: &mut Random) -> String {
    let paths = paths(nodes, random);
    let flat = if major == 2 { random.below(5) > 0 } else { random.below(6) == 0 };
    let mut members: Vec<String> = Vec::new();
    let mut sorted: Vec<(String, Vec<String>)> = Vec::new();
    let mut put = |category: &str, entry: String| match sorted.iter_mut().find(|(known, _)| known == category)
    {
        Some((_, entries)) => entries.push(entry),
        None => sorted.push((category.to_owned(), vec![entry])),
    };
    for path in &paths {
        if flat {
            members.push(format!("\"$.body{}\": {}", &path[1..], matcher(random)));
        } else {
            put("body", format!("\"{path}\": {}", list(random)));
        }
    }
    for (category, name) in [("header", "X-Id"), ("query", "q")] {
        if random.below(3) > 0 || category == "query" && !is_request {
            continue;
        }
        if flat {
            let part = if category == "header" { "headers" } else { category };
            members.push(format!("\"$.{part}.{name}\": {}", matcher(random)));
        } else {
            put(category, format!("\"{name}\": {}", list(random)));
        }
    }
    if !flat && is_request && random.below(5) == 0 {
        members.push(format!("\"path\": {}", list(random)));
    }
    if flat && major > 2 && random.below(3) > 0 {
        members.push(format!("\"header\": {{\"X-Id\": {}}}", list(random)));
    }
    for (category, entries) in sorted {
        let spelt = match (category.as_str(), random.below(8)) {
            ("header", 0 | 1) => "headers".to_owned(),
            ("body", 0) => "Body".to_owned(),
            ("body", 1) => slip("body", random).unwrap_or(category),
            ("body", 2) => "content".to_owned(),
            _ => category,
        };
        members.push(format!("\"{spelt}\": {{{}}}", entries.join(", ")));
    }
    format!(r#", "matchingRules": {{{}}}"#, members.join(", "))
}

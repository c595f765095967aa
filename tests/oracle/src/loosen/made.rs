//! Pacts made to be hard to loosen: bodies of every shape, in every version and layout, with rules
//! of the user in the way.

/// Bodies, some with keys that paths cannot name or name in another way.
const BODIES: [&str; 26] = [
    r#"{"id": 1, "name": "Ada L", "on": true, "none": null, "price": 9.5, "big": 18446744073709551615, "exp": 1e3, "minus": -0}"#,
    r#"{"at": "2024-07-20T14:30:00Z", "day": "2024-07-20", "t": "14:30:59", "zone": "2024-07-20T14:30:00.123+11:00", "far": "2024-07-20T14:30:00+12:00", "odd": "2024-02-31", "rfc": "2024-07-20T14:30:00+0100", "sp": "2024-07-20 14:30"}"#,
    r#"{"uuid": "f81d4fae-7dec-41d0-a765-00a0c91e6bf6", "mail": "ada@example.com", "url": "https://example.com/a?b=c", "status": "ACTIVE", "code": "A1", "empty": ""}"#,
    r#"{"items": [{"id": 1, "name": "a b", "status": "OPEN", "ok": true}, {"id": 2, "name": "c d", "status": "OPEN", "ok": false}]}"#,
    r#"{"items": [{"id": 1, "status": "OPEN"}, {"id": 2, "status": "CLOSED"}]}"#,
    r#"{"links": [{"rel": "self", "href": "https://a.example/x y"}, {"rel": "next", "href": "https://a.example/2"}]}"#,
    r#"{"items": [{"id": 1, "roles": ["ADMIN", "USER"], "tags": ["a b"]}]}"#,
    r#"{"items": [{"id": 1, "a": null}, {"id": 2, "a": "x y"}]}"#,
    r#"{"items": [{"id": 1}, {"id": 2, "extra": "x y"}]}"#,
    r#"{"items": [{"id": 1}, "x y", 3, [4, "z z"], null]}"#,
    r#"{"items": [{"tags": []}, {"tags": ["x y"]}]}"#,
    r#"{"items": [{"id": 7, "tags": [], "o": {}}]}"#,
    r#"{"m": [[1, 2], [3, 4]], "n": [[1, "a b"], [2, "c d"]], "d": [1, 2.5]}"#,
    r#"[{"id": 1, "n": "a b"}, {"id": 2, "n": "c d"}]"#,
    r#"["a b", "c d"]"#,
    r#"[[["a b"]]]"#,
    r##"{"a b": "x y", "it's": "x y", "*": "x y", "0": "x y", "a.b": "x y", "é": "x y", "": "x y", "$": "x y", "[x]": "x y", "q\"q": "x y", "b\\s": "x y", "a/b": 1, "@id": "x y", "#text": "x y", "-": "x y", "[*]": "x y"}"##,
    r#"{"items": [{"a b": "x y", "*": 5, "0": {"1": "x y"}}]}"#,
    r#"{"items": [{"it's": "x y", "id": 5}]}"#,
    r#"{"a": 1, "a": "x y"}"#,
    r#"{"items": [{"a": 1, "a": "x y"}, {"a": "z z"}]}"#,
    r#"{"user": {"ref": 77, "name": "Ada L", "refs": [77, 78]}, "items": [{"ref": 77, "id": 5}]}"#,
    r#"{"items": [{"at": "2024-07-20T14:30:00Z"}, {"at": "2024-07-20T14:30:00+01:00"}, {"at": "2024-07-20T14:30:00.1Z"}]}"#,
    r#"{"items": [{"at": "2024-07-20T14:30:00Z"}, {"at": "2025-07-20T14:30:00+01:00"}]}"#,
    r#"{"prices": {"eur": 1.5, "usd": 2}, "map": {"x": {"n": "a b"}, "y": {"n": "c d"}}}"#,
    r#"{"deep": {"a": {"b": {"c": {"d": [{"e": [{"f": "x y", "g": 5}]}]}}}}}"#,
];

/// Rules that are there already, as path in the body and matcher.
const RULES: [&[(&str, &str)]; 9] = [
    &[],
    &[("", r#"{"match": "type"}"#)],
    &[(".items", r#"{"match": "type", "max": 9}"#)],
    &[(".items[0].id", r#"{"match": "type"}"#)],
    &[(".items[*].*", r#"{"match": "type"}"#)],
    &[(".*", r#"{"match": "type"}"#), ("[0]", r#"{"match": "type"}"#)],
    &[(".*.*.*", r#"{"match": "type"}"#), (".zzz", r#"{"match": "type"}"#)],
    &[
        (".name", r#"{"match": "equality"}"#),
        (".id", r#"{"match": "regex", "regex": "\\d"}"#),
        (".items[*]", r#"{"match": "type"}"#),
    ],
    &[
        (".prices", r#"{"match": "values"}"#),
        (".map", r#"{"match": "values"}"#),
        (".items[1].status", r#"{"match": "type"}"#),
    ],
];

/// Names and texts.
pub(super) fn made() -> impl Iterator<Item = (String, String)> {
    let versions = ["2.0.0", "3.0.0", "4.0", "", "message", "v4 message", "v4 sync"];
    versions.into_iter().flat_map(|version| {
        BODIES.iter().enumerate().flat_map(move |(body_at, body)| {
            RULES.iter().enumerate().map(move |(rules_at, rules)| {
                let text = pact(version, body, rules);
                // Every layout in turn.
                let text = match (body_at + rules_at) % 4 {
                    0 => text,
                    1 => pretty(&text, "  ", "\n", ": "),
                    2 => pretty(&text, "\t", "\r\n", ":"),
                    _ => pretty(&text, "    ", "\n", " : "),
                };
                (format!("made {version} body {body_at} rules {rules_at}"), text)
            })
        })
    })
}

fn pact(version: &str, body: &str, rules: &[(&str, &str)]) -> String {
    let flat = matches!(version, "2.0.0" | "");
    let rule = |(path, matcher): &(&str, &str)| match flat {
        true => format!(r#""$.body{path}": {matcher}"#),
        false => format!(r#""${path}": {{"matchers": [{matcher}], "combine": "AND"}}"#),
    };
    let rules: Vec<String> = rules.iter().map(rule).collect();
    let rules = match (rules.is_empty(), flat) {
        (true, _) => String::new(),
        (false, true) => format!(r#", "matchingRules": {{{}}}"#, rules.join(", ")),
        (false, false) => format!(r#", "matchingRules": {{"body": {{{}}}}}"#, rules.join(", ")),
    };
    let request = r#""request": {"method": "GET", "path": "/r/77"}"#;
    let (section, it) = match version {
        "message" => (
            "messages",
            format!(r#""contents": {body}, "metaData": {{"contentType": "application/json"}}{rules}"#),
        ),
        "v4 message" => (
            "interactions",
            format!(
                r#""type": "Asynchronous/Messages", "contents": {{"content": {body}, "contentType": "application/json", "encoded": false}}{rules}"#
            ),
        ),
        "v4 sync" => (
            "interactions",
            format!(
                r#""type": "Synchronous/Messages", "request": {{"contents": {{"content": {{"q": 77}}}}}}, "response": [{{"contents": {{"content": {body}, "contentType": "application/json", "encoded": false}}{rules}}}]"#
            ),
        ),
        "4.0" => (
            "interactions",
            format!(
                r#""type": "Synchronous/HTTP", {request}, "response": {{"body": {{"content": {body}, "contentType": "application/json"}}{rules}, "status": 200}}"#
            ),
        ),
        _ => (
            "interactions",
            format!(
                r#"{request}, "response": {{"status": 200, "headers": {{"Content-Type": "application/json"}}, "body": {body}{rules}}}"#
            ),
        ),
    };
    let number = match version {
        "message" => "3.0.0",
        "v4 message" | "v4 sync" => "4.0",
        other => other,
    };
    let metadata = match number {
        "" => String::new(),
        number => format!(r#", "metadata": {{"pactSpecification": {{"version": "{number}"}}}}"#),
    };
    format!(
        r#"{{"consumer": {{"name": "c"}}, "provider": {{"name": "p"}}, "{section}": [{{"description": "d", {it}}}]{metadata}}}"#
    )
}

/// The text over several lines.
fn pretty(text: &str, unit: &str, newline: &str, colon: &str) -> String {
    let (mut out, mut depth, mut inside, mut escaped) = (String::new(), 0, false, false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if inside {
            out.push(letter);
            inside = letter != '"' || escaped;
            escaped = letter == '\\' && !escaped;
            continue;
        }
        let line = |depth: usize| format!("{newline}{}", unit.repeat(depth));
        match letter {
            '"' => {
                inside = true;
                out.push('"');
            }
            '{' | '[' => {
                out.push(letter);
                if letters.peek().is_some_and(|next| !matches!(next, '}' | ']')) {
                    depth += 1;
                    out += &line(depth);
                }
            }
            '}' | ']' => {
                if !out.ends_with(['{', '[']) {
                    depth -= 1;
                    out += &line(depth);
                }
                out.push(letter);
            }
            ',' => {
                out.push(',');
                out += &line(depth);
            }
            ':' => out += colon,
            ' ' => {}
            _ => out.push(letter),
        }
    }
    out
}

//! No output shows a secret, whatever rule speaks and whichever rules are on.

use std::fs;

use crate::common::{pactlens, root};

/// What is planted, and the part of each that must not be seen. In pieces, so that no scanner
/// of sources takes offence.
pub fn planted() -> Vec<(&'static str, String, String)> {
    let plant = |name, shown: &str, hidden: &str| (name, format!("{shown}{hidden}"), hidden.to_owned());
    vec![
        plant("GITHUB", concat!("gh", "p_"), "9aXk2LmQ7vRt4ZsB1nCw8EyUf3HdJg6KpT0o"),
        plant("AWS", concat!("AK", "IA"), "Q4NXZ7RTLM2P6VKD"),
        plant("SLACK", concat!("xo", "xb-"), "263594206564-2343594206574-FgqddMF8t08v8N7Oq4i57vs1"),
        plant("GOOGLE", concat!("AI", "za"), "SyB7qXk2LmQ9vRt4ZsB1nCw8EyUf3HdJg6K"),
        plant("STRIPE", concat!("sk_", "live_"), "9aXk2LmQ7vRt4ZsB1nCw8EyU"),
        plant(
            "JWT",
            "eyJ",
            "hbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1MSIsImV4cCI6MTUwMDAwMDAwMH0.Kx3v9QmZ2LpR7wTcY1nB8aJhF5sDg0Ue4ViXoMqWzE",
        ),
        plant("BASIC", "Basic ", "cm9ib3Q6Wms3LW1RNHZSdDla"),
        plant("COOKIE", "", "sid=7f8Kq2LmZ9vRt4sB1nCw8E; theme=dark"),
        plant("APIKEY", "", "9f86d081884c7d659a2feaa0c55ad015"),
        plant("PLAIN", "Bearer ", "open-sesame-2024"),
        plant("PASSWORD", "deploy:", "Xk2-mQ7vRt4Z"),
        plant("CARD", "", "4929318670254172"),
        plant("IBAN", "", "NL72RABO0307165264"),
        plant("MAIL", "", "jane.doe.the.third"),
        plant("PHONE", "+", "442071838750"),
        plant("SSN", "", "536-22-8726"),
        plant(
            "PEM",
            "-----BEGIN PRIVATE KEY-----\\n",
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
        ),
    ]
}

const TEMPLATE: &str = r#"{
  "consumer": {"name": "web GITHUB"},
  "provider": {"name": "api"},
  "interactions": [
    {
      "type": "Synchronous/HTTP",
      "description": "order with AWS",
      "providerStates": [{"name": "card CARD exists", "params": {"iban": "IBAN", "SLACK": 1}}],
      "request": {
        "method": "FETCH",
        "path": "users/GOOGLE",
        "query": {"a": ["STRIPE"], "a": ["PHONE"]},
        "headers": {
          "Authorization": ["Bearer JWT"], "authorization": "PLAIN", "Proxy-Authorization": "BASIC", "Cookie": "COOKIE", "X-Api-Key": "APIKEY"
        },
        "body": {"contentType": "application/json", "content": {"AWS": 1, "AWS": 2, "t": "GITHUB", "n": "why GITHUB so", "m": "MAIL@gmail.com", "u": "https://PASSWORD@h.io/x", "p": "PEM"}},
        "matchingRules": {
          "header": {"Authorization": {"matchers": [{"match": "regex", "regex": "[0-9]+"}]},
                     "X-Api-Key": {"matchers": [{"match": "integer"}]}, "Cookie": {"matchers": [{"match": "regex", "regex": "COOKIE["}]}},
          "query": {"a": {"matchers": [{"match": "integer"}]}},
          "path": {"matchers": [{"match": "regex", "regex": "/users"}]},
          "body": {"$.t": {"matchers": [{"match": "regex", "regex": "ghp_[0-9]"}]}, "$.n": {"matchers": [{"match": "integer"}]},
                   "$.AWS": {"matchers": [{"match": "type", "min": "AWS"}]}, "$.GITHUB": {"matchers": [{"match": "GITHUB"}]},
                   "$.m": {"matchers": [{"match": "date", "format": "MAIL@gmail.com"}]}, "$.u": {"matchers": [{"match": "include", "value": "STRIPE"}]}}
        }
      },
      "response": {
        "status": "CARD",
        "headers": {"Set-Cookie": "COOKIE", "Date": "SSN"},
        "body": {"content": {"card": CARD, "ssn": "SSN", "iban": "IBAN", "k": "APIKEY"}, "AWS": 1}
      }
    },
    {"type": "SLACK", "description": "order with AWS", "response": {"status": 200}, "AWS": "PEM"},
    {"type": "Synchronous/HTTP", "description": "order with AWS", "providerState": "CARD", "request": {"path": "/", "body": "GITHUB"}, "response": {"status": 200}}
  ],
  "metadata": {"pactSpecification": {"version": "4.0"}, "GOOGLE": {}, "plugins": [{"name": "SLACK", "configuration": {"k": "STRIPE", "p": "PEM"}}], "pactRust": {"ffi": "GITHUB"}}
}
"#;

/// The pact with everything planted in it, and some that are broken or of other versions.
fn pacts() -> Vec<String> {
    let mut whole = TEMPLATE.to_owned();
    for (name, secret, _) in planted() {
        whole = whole.replace(name, &secret);
    }
    let v3 = whole.replace("\"version\": \"4.0\"", "\"version\": \"3.0.0\"");
    let v2 = whole.replace("\"version\": \"4.0\"", "\"version\": \"2.0.0\"");
    let messages = v3.replace("\"interactions\"", "\"messages\"");
    let typed = whole.replace("\"type\": \"xoxb", "\"kind\": \"xoxb");
    let escaped = typed.replace("gh", "\\u0067h").replace("=dark", "\\u003ddark");
    // Half a secret is none, so the cut is where a string was about to end.
    let cut_at = |part: usize| {
        let at = whole.len() * part / 12;
        at + whole[at..].find("\", ").unwrap_or(0)
    };
    let cut: Vec<String> = (1..12).step_by(2).map(|part| whole[..cut_at(part)].to_owned()).collect();
    let unquoted = typed.replacen("\"],", "],", 1);
    [whole, typed, v3, v2, messages, escaped, unquoted].into_iter().chain(cut).collect()
}

/// What of a secret may not occur: each stretch of ten characters. The dashes of numbers and
/// the word `theme` are nobody's.
fn leaks(output: &str, hidden: &str) -> Option<String> {
    let bytes: Vec<char> = hidden.chars().collect();
    let stretches = bytes.windows(10.min(bytes.len())).map(|window| window.iter().collect::<String>());
    stretches.into_iter().find(|stretch| output.contains(stretch.as_str()))
}

#[test]
fn no_report_shows_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let pacts = pacts();
    for (index, text) in pacts.iter().enumerate() {
        fs::write(folder.path().join(format!("pact-{index}.json")), text).unwrap();
    }
    let selections: [&[&str]; 12] = [
        &["--preset", "strict"],
        &["--preset", "strict", "--profile"],
        &["--preset", "strict", "--ignore", "security"],
        &["--preset", "strict", "--ignore", "security,syntax", "--ignore", "matching"],
        &["--select", "matching,regex,http,structure,interaction,over-specification"],
        &["--select", "syntax"],
        // What to write in the test quotes examples, patterns and names.
        &["--preset", "strict", "--dsl", "js"],
        &["--preset", "strict", "--dsl", "python", "--ignore", "security"],
        &["--preset", "strict", "--dsl", "kotlin"],
        &["--preset", "strict", "--dsl", "go"],
        &["--preset", "strict", "--dsl", "net", "--ignore", "security"],
        &["--preset", "strict", "--dsl", "php"],
    ];
    for format in ["text", "concise", "json", "sarif"] {
        for selection in selections {
            let arguments = [&["--format", format, "--color", "never"], selection].concat();
            let run = pactlens(folder.path(), &arguments);
            assert!(run.code == 1 || run.code == 0, "{arguments:?}: {}", run.stderr);
            let output = run.stdout + &run.stderr;
            for (name, _, hidden) in planted() {
                let leak = leaks(&output, &hidden);
                let around = leak.as_ref().and_then(|leak| output.find(leak.as_str()));
                let around =
                    around.map(|at| output[at.saturating_sub(400)..].chars().take(900).collect::<String>());
                assert_eq!(leak, None, "{name} in {arguments:?}\n{}", around.unwrap_or_default());
            }
        }
    }
    let shown = pactlens(folder.path(), &["--format", "text", "--preset", "strict", "--show-secrets"]).stdout;
    for (name, _, hidden) in planted().into_iter().filter(|(name, ..)| !matches!(*name, "PEM" | "JWT")) {
        assert!(shown.contains(hidden.as_str()), "{name} is shown when that is asked for");
    }
}

#[test]
fn what_is_no_secret_is_shown() {
    let folder = root().join("tests/fixtures/samples");
    let plain = ["web-orders.json", "--format", "json", "--fail-on", "never"];
    let all = [&plain[..], &["--show-secrets"]].concat();
    assert_eq!(pactlens(&folder, &plain).stdout, pactlens(&folder, &all).stdout);
}

#[test]
fn a_finding_hides_what_another_file_holds() {
    let folder = tempfile::tempdir().unwrap();
    let (_, token, hidden) = planted().swap_remove(0);
    let pact = |consumer: &str, state: &str| {
        format!(
            r#"{{"consumer": {{"name": "{consumer}"}}, "provider": {{"name": "api"}}, "interactions": [
  {{"description": "d", "providerStates": [{{"name": "{state}"}}], "request": {{"path": "/"}}, "response": {{"status": 200}}}}
], "metadata": {{"pactSpecification": {{"version": "3.0.0"}}}}}}"#
        )
    };
    fs::write(folder.path().join("a.json"), pact("a", &format!("token {token}"))).unwrap();
    fs::write(folder.path().join("b.json"), pact("b", &format!("Token {token}"))).unwrap();
    for format in ["text", "concise", "json", "sarif"] {
        let arguments = ["--format", format, "--fail-on", "never", "--select", "workspace"];
        let told = pactlens(folder.path(), &arguments).expect(0).stdout;
        assert!(told.contains("provider-state-near-duplicate"), "{told}");
        assert!(!told.contains(&hidden), "{told}");
        let shown = pactlens(folder.path(), &[&arguments[..], &["--show-secrets"]].concat()).expect(0).stdout;
        assert!(shown.contains(&hidden), "{shown}");
    }
}

#[test]
fn no_baseline_and_no_suppression_shows_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let (_, token, _) = planted().swap_remove(0);
    let comments = format!(
        r#""comments": {{"pactlens": {{"ignore": ["structure", "{token}"], "reason": "why {token} so"}}}}, "providerStates":"#
    );
    for (index, text) in pacts().iter().enumerate() {
        let text = text.replacen("\"providerStates\":", &comments, 1);
        fs::write(folder.path().join(format!("pact-{index}.json")), text).unwrap();
    }
    let mut output = String::new();
    for arguments in [
        &["--preset", "strict", "--format", "sarif"][..],
        &["--preset", "strict", "--baseline-write"],
        &["--preset", "strict", "--format", "sarif"],
        &["--select", "not-a-pact,library-notes", "--baseline-prune"],
    ] {
        let run = pactlens(folder.path(), arguments);
        assert!(run.code == 1 || run.code == 0, "{arguments:?}: {}", run.stderr);
        output += &(run.stdout + &run.stderr);
    }
    assert!(output.contains("\"inSource\"") && output.contains("\"external\""));
    let written = fs::read_to_string(folder.path().join(".pactlens-baseline.json")).unwrap();
    assert!(written.lines().count() > 50, "{written}");
    // All that was known is no longer found.
    for index in 0..pacts().len() {
        let empty =
            r#"{"consumer": {"name": "web GITHUB"}, "provider": {"name": "api"}, "interactions": []}"#;
        let empty = empty.replace("GITHUB", &token);
        fs::write(folder.path().join(format!("pact-{index}.json")), empty).unwrap();
    }
    let run = pactlens(folder.path(), &["--preset", "strict", "--baseline-prune"]).expect(1);
    assert!(run.stderr.contains("order with"), "{}", run.stderr);
    output += &(run.stdout + &run.stderr + &written);
    for (name, _, hidden) in planted() {
        let leak = leaks(&output, &hidden);
        let around = leak.as_ref().and_then(|leak| output.find(leak.as_str()));
        let around = around.map(|at| output[at.saturating_sub(400)..].chars().take(900).collect::<String>());
        assert_eq!(leak, None, "{name}\n{}", around.unwrap_or_default());
    }
}

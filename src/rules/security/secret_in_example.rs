use crate::diagnostic::Severity;
use crate::rules::security::tokens::{STARTS, Secret, recognise};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Kind, NodeId};
use crate::text::Span;

rule! {
    /// An example looks like a real secret.
    ///
    /// Pacts are committed, published to a Broker and shown in reports, so a secret in one is a
    /// secret lost. Keys with the form that a vendor gives them and private keys are errors. A
    /// JSON Web Token or a user and password for Basic authentication are warnings, unless the
    /// token is expired, unsigned or the sample of jwt.io, or the password is a placeholder.
    ///
    /// The value itself is never part of a message.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/",
    ///   "headers": {"Authorization": "Basic ZGVwbG95OnA0c3N3MHJkLTkx"}}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/",
    ///   "headers": {"Authorization": "Basic dXNlcjpwYXNz"}}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// CWE-540; the documentation of each vendor on the form of its keys.
    "secret-in-example", "security", Error, Minimal, Test, Check::Interaction(check)
}

/// More in one interaction say nothing new.
const MOST: usize = 10;

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let text = cx.root.raw();
    let base = cx.root.span().start;
    let hits =
        STARTS.find_iter(text).filter_map(|hit| Some((hit.start(), recognise(text, hit.start(), cx.today)?)));
    // Several prefixes may begin within one secret.
    let mut past = 0;
    let mut count = 0;
    for (at, secret) in hits {
        let span = Span::new(base + at as u32, base + (at + secret.len) as u32);
        if at < past || !is_example(cx, span) {
            continue;
        }
        past = at + secret.len;
        let Secret { kind, shown, .. } = secret;
        let shown: String = if shown { text[at..].chars().take(4).collect() } else { String::new() };
        let mask = if shown.is_empty() { String::new() } else { format!(" ({shown}...)") };
        let report = out
            .report(span, format!("This looks like a real {}{mask}, and pacts are published", kind.name()))
            .help("put a made-up value of the same form here and match it by type or regex; revoke the secret if it is real");
        if !kind.is_certain() {
            report.at_most(Severity::Warning);
        }
        count += 1;
        if count == MOST {
            return;
        }
    }
}

/// Whether the place is a text that is sent or handed to the provider, and no pattern.
fn is_example(cx: &InteractionCx<'_>, span: Span) -> bool {
    let node = cx.root.node_at(span.start);
    if node.kind() != Kind::String {
        return false;
    }
    let inside = |id: NodeId| cx.node(id).span().contains(span);
    let rules = cx.it.parts.iter().filter_map(|part| part.rules.as_ref().map(|r| r.node));
    let generators = cx.it.parts.iter().filter_map(|part| part.generators.as_ref().map(|g| g.node));
    !rules.chain(generators).any(inside)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};

    #[test]
    fn headers_and_bodies() {
        let key = ["AKI", "AQ4NXZ7RTLM2P8VKD"].concat();
        let line =
            format!(r#"{{"description": "d", "request": {{"path": "/", "headers": {{"X-Key": "{key}"}}}},"#);
        let marks = format!("{}{}", " ".repeat(line.find(&key).expect("it is there")), "^".repeat(key.len()));
        let rest = r#" "response": {"status": 200, "matchingRules": {"body": {"$": {"matchers": [{"match": "regex", "regex": "KEY"}]}}}}}"#;
        let rest = rest.replace("KEY", &key);
        check("secret-in-example", &format!("{line}\n{marks} error AWS access key (AKIA...)\n{rest}"));
    }

    #[test]
    fn the_secret_is_not_in_the_message() {
        let key = ["gh", "p_9aXk2LmQ7vRt4ZsB1nCw8EyUf3HdJg6KpT0o"].concat();
        let text = pact(
            &format!(r#"{{"description": "d", "request": {{"body": {{"t": "{key}"}}}}, "response": {{}}}}"#),
            "v3",
        );
        let found = findings("secret-in-example", &text);
        assert_eq!(found.len(), 1);
        let said = format!("{} {:?} {:?}", found[0].message, found[0].help, found[0].labels);
        assert!(said.contains("ghp_...") && !said.contains("9aXk"), "{said}");
    }
}

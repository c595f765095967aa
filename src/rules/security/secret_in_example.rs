use crate::diagnostic::Severity;
use crate::model::secrets::{Secret, SecretKind};
use crate::rules::security::{MOST, examples};
use crate::rules::{Check, FileCx, InteractionCx, Sink, rule};
use crate::text::Span;

rule! {
    /// An example looks like a real secret.
    ///
    /// Pacts are committed, published to a Broker and shown in reports, so a secret in one is a
    /// secret lost. Keys with the form that a vendor gives them and private keys are errors. A
    /// JSON Web Token, a user and password, a key with the wrong checksum, and a long random value
    /// of a header such as `Authorization`, `Cookie` or `X-Api-Key` are warnings, unless the token
    /// is expired, unsigned or the sample of jwt.io, or the password is a placeholder.
    ///
    /// The value itself is never part of a report, whether this rule is on or not.
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
    "secret-in-example", "security", Error, Minimal, Test, Check::Both(check, check_file)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if cx.secrets.is_empty() {
        return;
    }
    let found = examples(cx, |secret| name(secret.kind).is_some());
    for secret in found.filter(|secret| !is_expired(secret, cx.today)) {
        report(secret, cx.root.text(), out);
    }
}

fn check_file(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let Some(spine) = cx.spine else { return };
    let told = cx.secrets.iter().filter(|secret| secret.told && !is_expired(secret, cx.today));
    told.take(MOST).for_each(|secret| report(secret, spine.text(), out));
}

fn report(secret: &Secret, text: &str, out: &mut Sink<'_>) {
    let Some(name) = name(secret.kind) else { return };
    let shown = Span::new(secret.span.start, secret.hidden.start).of(text);
    let certain = matches!(secret.kind, SecretKind::Vendor(_) | SecretKind::PrivateKey);
    let vendor = certain || matches!(secret.kind, SecretKind::LikeVendor(_));
    // What all keys of the kind begin with helps to find it.
    let mask =
        if vendor && (1..=12).contains(&shown.len()) { format!(" ({shown}...)") } else { String::new() };
    let report = out
        .report(secret.span, format!("This looks like a real {name}{mask}, and pacts are published"))
        .help(
            "put a made-up value of the same form here and match it by type or regex; revoke the secret if it is real",
        );
    if !certain {
        report.at_most(Severity::Warning);
    }
}

/// What to call a secret; `None` for what other rules are about.
fn name(kind: SecretKind) -> Option<&'static str> {
    Some(match kind {
        SecretKind::Vendor(name) | SecretKind::LikeVendor(name) => name,
        SecretKind::PrivateKey => "private key",
        SecretKind::Jwt => "JSON Web Token",
        SecretKind::Basic => "user and password",
        SecretKind::Userinfo => "password in a URL",
        SecretKind::Credential => "credential",
        SecretKind::Header
        | SecretKind::Card
        | SecretKind::Iban
        | SecretKind::Email
        | SecretKind::Phone
        | SecretKind::SocialSecurity => return None,
    })
}

fn is_expired(secret: &Secret, today: u64) -> bool {
    secret.until.is_some_and(|until| until < today * 24 * 60 * 60)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};

    #[test]
    fn headers_and_bodies() {
        let key = ["AKI", "AQ4NXZ7RTLM2P6VKD"].concat();
        let line =
            format!(r#"{{"description": "d", "request": {{"path": "/", "headers": {{"X-Key": "{key}"}}}},"#);
        let marks = format!("{}{}", " ".repeat(line.find(&key).expect("it is there")), "^".repeat(key.len()));
        let rest = r#" "response": {"status": 200, "matchingRules": {"body": {"$": {"matchers": [{"match": "regex", "regex": "KEY"}]}}}}}"#;
        let rest = rest.replace("KEY", &key);
        check("secret-in-example", &format!("{line}\n{marks} error AWS access key (AKIA...)\n{rest}"));
    }

    #[test]
    fn everywhere() {
        let key = ["AKI", "AQ4NXZ7RTLM2P6VKD"].concat();
        let text = r#"{"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
            {"type": "Asynchronous/Messages", "description": "with KEY", "metadata": {"k": "KEY"},
             "providerStates": [{"name": "s", "params": {"k": "KEY"}}], "contents": {"content": "say KEY"},
             "comments": {"text": ["KEY"]}, "pluginConfiguration": {"p": {"k": "KEY"}}}],
            "metadata": {"pactSpecification": {"version": "4.0"}, "plugins": [{"name": "p", "configuration": {"k": "KEY"}}]}}"#;
        let found = findings("secret-in-example", &text.replace("KEY", &key));
        assert_eq!(found.len(), 7, "{found:?}");
    }

    #[test]
    fn credentials_in_headers() {
        check(
            "secret-in-example",
            r#"
            {"description": "d", "request": {"path": "/", "headers": {
              "Authorization": "Bearer 7f8Kq2LmZ9vRt4sB1nCw8E",
                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning a real credential, and
              "X-Api-Key": ["{{key}}", "1234"],
              "Cookie": "theme=dark"
            }}, "response": {"status": 200}}"#
                .replace("^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^", " ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^")
                .as_str(),
        );
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

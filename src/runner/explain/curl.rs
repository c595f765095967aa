//! A request as a line for a POSIX shell.

use crate::http::wire::{Request, header};
use crate::runner::explain::Show;
use crate::runner::explain::show::Shower;
use crate::syntax::parse;
use crate::text::{escape, is_hidden};

/// A longer body is left out.
const BODY: usize = 4_096;
/// What the client says for itself.
const OWN: [&str; 5] = ["host", "content-length", "connection", "transfer-encoding", "expect"];

/// The `curl` command that sends `request` to `url` (the whole URL, with the query). Secrets
/// are covered unless they are to be shown, so that such a line must be completed by hand.
pub fn curl(url: &str, request: &Request, show: Show) -> String {
    let shower = Shower::new(None, &request.headers, &request.body, show);
    let mut line = "curl".to_owned();
    let (body, method) = (!request.body.is_empty(), request.method.as_str());
    match method {
        "GET" if !body => {}
        // With -X it would wait for a body.
        "HEAD" if !body => line.push_str(" --head"),
        method => line.push_str(&format!(" -X {}", quote(&escape(method)))),
    }
    // Brackets and braces would be patterns.
    if url.contains(['[', ']', '{', '}']) {
        line.push_str(" -g");
    }
    line.push_str(&format!(" {}", quote(&escape(&shower.whole(url)))));
    for (name, value) in &request.headers {
        if OWN.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            continue;
        }
        let value = shower.header(name, value);
        let text = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
        line.push_str(&format!(" -H {}", quote(&escape(&text))));
    }
    if !body {
        return line;
    }
    if header(&request.headers, "content-type").is_none() {
        // It would say that this is a form.
        line.push_str(" -H content-type:");
    }
    let text =
        std::str::from_utf8(&request.body).ok().filter(|text| text.len() <= BODY && !text.contains('\0'));
    let Some(text) = text else {
        let what = if std::str::from_utf8(&request.body).is_ok() { "" } else { " that are no text" };
        let size = request.body.len();
        return format!("{line} --data-binary @BODY  # BODY: a file with the {size} bytes{what}");
    };
    let text = shower.whole(&one_line(text));
    if text.contains(is_hidden) {
        return format!("printf {} | {line} --data-binary @-", quote(&printed(&text)));
    }
    format!("{line} --data-raw {}", quote(&text))
}

/// JSON without line breaks, which mean nothing in it; anything else as it is.
fn one_line(text: &str) -> String {
    let breaks = |ch: char| matches!(ch, '\n' | '\r' | '\t');
    if !text.contains(breaks) || !parse(text).errors.is_empty() {
        return text.to_owned();
    }
    let lines: Vec<&str> = text.split(breaks).map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

/// A text as a format for `printf`.
fn printed(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for ch in text.chars() {
        match ch {
            '\\' => out.push_str("\\\\"),
            '%' => out.push_str("%%"),
            '\n' => out.push_str("\\n"),
            ch if is_hidden(ch) => {
                let mut bytes = [0; 4];
                ch.encode_utf8(&mut bytes).bytes().for_each(|byte| out.push_str(&format!("\\{byte:03o}")));
            }
            ch => out.push(ch),
        }
    }
    out
}

/// A word for a POSIX shell.
fn quote(text: &str) -> String {
    let plain = |ch: char| {
        ch.is_ascii_alphanumeric() || matches!(ch, '/' | ':' | '.' | '_' | '-' | ',' | '@' | '%' | '+' | '=')
    };
    // A question mark in a URL is a pattern that mostly means itself; who copies it should not
    // have to know.
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, headers: &[(&str, &str)], body: &str) -> Request {
        Request {
            method: method.to_owned(),
            path: "/a".to_owned(),
            query: None,
            headers: headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
            body: body.as_bytes().to_vec().into(),
        }
    }

    #[test]
    fn lines_are_for_a_shell() {
        let url = "http://127.0.0.1:8080/a";
        let line = |request: &Request| curl(url, request, Show::Masked);
        assert_eq!(line(&request("GET", &[("Host", "x")], "")), format!("curl {url}"));
        assert_eq!(line(&request("HEAD", &[], "")), format!("curl --head {url}"));
        let post = request("POST", &[("content-type", "application/json")], "{\n  \"it's\": 5\n}");
        assert_eq!(
            line(&post),
            format!(
                r#"curl -X POST {url} -H 'content-type: application/json' --data-raw '{{ "it'\''s": 5 }}'"#
            )
        );
        let text = request("PUT", &[("content-type", "text/plain"), ("x-none", "")], "100%\n\u{1b}[31m\\");
        assert_eq!(
            line(&text),
            format!(
                r"printf '100%%\n\033[31m\\' | curl -X PUT {url} -H 'content-type: text/plain' -H 'x-none;' --data-binary @-"
            )
        );
        let bytes = Request { body: vec![0xff, 0].into(), ..request("POST", &[], "") };
        let said = line(&bytes);
        assert!(
            said.ends_with(
                "-H content-type: --data-binary @BODY  # BODY: a file with the 2 bytes that are no text"
            ),
            "{said}"
        );
        assert_eq!(
            curl("http://h/a?q={1}", &request("GET", &[], ""), Show::Masked),
            "curl -g 'http://h/a?q={1}'"
        );
    }

    #[test]
    fn credentials_are_covered() {
        let get = request("GET", &[("Authorization", "Bearer a-token"), ("Cookie", "a=1")], "");
        let line = curl("http://h/", &get, Show::Masked);
        assert_eq!(line, "curl http://h/ -H 'Authorization: Bearer *******' -H 'Cookie: ***'");
        assert!(curl("http://h/", &get, Show::Secrets).contains("Bearer a-token"));
    }
}

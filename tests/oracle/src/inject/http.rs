//! Defects of requests and responses.

use crate::inject::pact::{HTTP, HTTP3, Pact};
use crate::inject::{Class, Form, class};

pub(super) const CLASSES: &[Class] = &[
    class("query-in-path", &[], HTTP, |p| {
        path(p, &["/x?a=1", "/users?id=5&b=c", "/a/b#top", "/search?q", "/x#frag?y"])
    }),
    class("path-not-absolute", &[], HTTP, |p| {
        path(p, &["users/1", "x", "./users", "http://host/users", "users", "*/a"])
    }),
    class("path-encoding", &[], HTTP, |p| {
        path(p, &["/a b", "/caf\u{e9}", "/a%2520b", "/x/%zz", "/a\\\\b", "/100%"])
    }),
    class("unknown-http-method", &[], HTTP, |p| {
        let method = p.pick(&["GETT", "POTS", "FETCH", "DELET", "ge", "PUTT", "OPTION", ""]);
        p.set_it("request/method", &format!("{method:?}"))
    }),
    class("body-on-bodyless", &[], HTTP, |p| {
        p.request = false;
        p.body(r#"{"id": 1}"#)?;
        if p.random.below(3) == 0 {
            return p.set_it("request/method", "\"HEAD\"");
        }
        let status = p.pick(&["204", "304"]);
        p.set_it("response/status", &status)
    }),
    class("missing-content-type", &[], HTTP, |p| {
        p.request = false;
        p.body(r#"{"id": 1}"#)?;
        let it = p.it.clone();
        p.remove(&format!("{it}/response/headers"))?;
        if p.form == Form::V4 {
            p.remove(&format!("{it}/response/body/contentType"))?;
        }
        Some(())
    }),
    class("content-type-conflict", &["content-not-of-declared-type"], &[Form::V4], |p| {
        p.body(r#"{"id": 1}"#)?;
        let kind = p.pick(&["text/plain", "application/xml", "text/html", "application/octet-stream"]);
        p.content_type(&kind)
    }),
    class("content-not-of-declared-type", &[], &[Form::V4], |p| {
        p.bare();
        if p.request {
            p.set_it("request/method", "\"POST\"")?;
        }
        let (kind, content) = *p.random.pick(&[
            ("json", "{\"a\": 1}"),
            ("application/xml", "\"<a><b></a>\""),
            ("application/xml", "\"no markup\""),
            ("application", "\"x\""),
            ("text/xml", "\"<a>\""),
        ]);
        if !kind.contains('/') {
            p.remove(&format!("{}/headers", p.part()));
        } else {
            p.content_type(kind)?;
        }
        p.set_part("body", &format!(r#"{{"content": {content}, "contentType": "{kind}", "encoded": false}}"#))
    }),
    class("duplicate-header", &[], HTTP, |p| {
        let (one, two) = *p.random.pick(&[("X-Trace", "x-trace"), ("Accept", "ACCEPT"), ("X-A", "X-a")]);
        let value =
            |text: &str| if p.form == Form::V4 { format!("[\"{text}\"]") } else { format!("\"{text}\"") };
        let (first, second) = (value("a"), value("b"));
        p.set_part(&format!("headers/{one}"), &first)?;
        p.set_part(&format!("headers/{two}"), &second)
    }),
    class("volatile-header-exact", &["multipart-boundary-literal"], HTTP, |p| {
        p.request = false;
        p.bare();
        let (name, value) = *p.random.pick(&[
            ("Date", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("ETag", "\\\"33a64df5\\\""),
            ("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("Expires", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("Age", "17"),
            ("Server", "nginx/1.18.0"),
            ("X-Request-Id", "4f7c1a52-93bd-4e0e-8c1f-7a6b5c4d3e2f"),
            ("Set-Cookie", "sid=8f3a9c; Path=/"),
            ("Content-Length", "117"),
            ("Transfer-Encoding", "chunked"),
            ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        ]);
        let json = if p.form == Form::V4 { format!("[\"{value}\"]") } else { format!("\"{value}\"") };
        p.set_part(&format!("headers/{name}"), &json)
    }),
    class("charset-exact", &[], HTTP, |p| {
        p.request = false;
        p.body(r#"{"id": 1}"#)?;
        let charset = p.pick(&["utf-8", "UTF-8", "iso-8859-1"]);
        p.content_type(&format!("application/json; charset={charset}"))
    }),
    class("multipart-boundary-literal", &["content-not-of-declared-type"], HTTP, |p| {
        p.request = true;
        p.bare();
        p.set_it("request/method", "\"POST\"")?;
        let boundary = format!("b{}", p.random.below(99_999));
        p.content_type(&format!("multipart/form-data; boundary={boundary}"))?;
        let text = format!(
            r#""--{boundary}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--{boundary}--\r\n""#
        );
        let body = match p.form {
            Form::V4 => format!(
                r#"{{"content": {text}, "contentType": "multipart/form-data; boundary={boundary}", "encoded": false}}"#
            ),
            _ => text,
        };
        p.set_part("body", &body)
    }),
    class("server-error-interaction", &[], HTTP, |p| {
        p.request = false;
        let it = p.it.clone();
        p.bare();
        p.remove(&format!("{it}/response/body"));
        let status = p.pick(&["500", "502", "503", "504"]);
        p.set_it("response/status", &status)
    }),
    class("v2-query-encoding", &[], &[Form::V2], |p| {
        let query = p.pick(&["q=a b", "q=a+b", "q=caf\u{e9}", "name=x y&z=1"]);
        p.set_it("request/query", &format!("\"{query}\""))
    }),
    class("query-bracket-style-mixed", &[], HTTP3, |p| {
        let name = p.pick(&["id", "tag", "filter"]);
        p.set_it("request/query", &format!(r#"{{"{name}": ["1", "2"]}}"#))?;
        let twin = p.get(&p.it.clone())?.to_string();
        let other = format!("interactions/{}", p.get("interactions")?.len());
        p.set(&other, &twin)?;
        p.set(&format!("{other}/description"), "\"another request\"")?;
        p.set(&format!("{other}/request/query"), &format!(r#"{{"{name}[]": ["1", "2"]}}"#))
    }),
    class("single-value-header-in-array", &["volatile-header-exact"], &[Form::V4], |p| {
        p.request = false;
        p.bare();
        let name = p.pick(&["Date", "Last-Modified", "Expires"]);
        p.set_part(&format!("headers/{name}"), r#"["Sun", "12 Mar 2023 01:21:35 GMT"]"#)
    }),
    class("hard-coded-date", &["exact-body-values"], HTTP, |p| {
        p.request = true;
        let name = p.word();
        let date = p.pick(&["2024-04-01", "2024-04-01T10:00:00Z", "2023-12-31T23:59:59+01:00"]);
        p.body(&format!(r#"{{"{name}": "{date}"}}"#))
    }),
    class("hard-coded-uuid", &["exact-body-values"], HTTP, |p| {
        p.request = true;
        let name = p.word();
        p.body(&format!(r#"{{"{name}": "4f7c1a52-93bd-4e0e-8c1f-7a6b5c4d3e2f"}}"#))
    }),
    class("localhost-url", &[], HTTP, |p| {
        p.request = false;
        let url = p.pick(&[
            "http://localhost:1234/x",
            "http://127.0.0.1/a",
            "https://localhost/b",
            "http://[::1]:80/c",
            "http://host.docker.internal/d",
        ]);
        let name = p.word();
        p.body(&format!(r#"{{"{name}": "{url}"}}"#))
    }),
];

/// Another path for the request.
fn path(p: &mut Pact, paths: &[&str]) -> Option<()> {
    let path = p.pick(paths);
    p.set_it("request/path", &format!("\"{path}\""))
}

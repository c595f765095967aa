//! Further defects of requests, responses and GraphQL.

use crate::inject::pact::{HTTP, HTTP3, OLD, Pact};
use crate::inject::{Class, Form, class};

pub(super) const CLASSES: &[Class] = &[
    class("accept-mismatch", &[], HTTP, |p| {
        p.request = false;
        p.body(r#"{"id": 1}"#)?;
        p.request = true;
        let accept = p.pick(&["application/xml", "text/html", "image/png", "text/plain"]);
        p.header("Accept", &accept)
    }),
    class("content-encoding-of-plain-body", &[], HTTP, |p| {
        p.request = false;
        p.body(r#"{"id": 1}"#)?;
        let encoding = p.pick(&["gzip", "br", "deflate", "zstd"]);
        p.header("Content-Encoding", &encoding)
    }),
    class("empty-value-list", &[], HTTP3, |p| {
        if p.random.coin() {
            let name = p.pick(&["Content-Type", "X-Trace", "Accept"]);
            return p.set_part(&format!("headers/{name}"), "[]");
        }
        let name = p.word();
        p.set_it("request/query", &format!(r#"{{"{name}": []}}"#))
    }),
    class("header-not-sendable", &[], HTTP, |p| {
        let (name, value) = *p.random.pick(&[
            ("X Trace", "a"),
            ("X-Trace", "a\\nb"),
            ("X-Tr\u{e4}ce", "a"),
            ("X:Trace", "a"),
            ("", "a"),
        ]);
        let json = if p.form == Form::V4 { format!("[\"{value}\"]") } else { format!("\"{value}\"") };
        p.set_part(&format!("headers/{name}"), &json)
    }),
    class("interim-status", &["body-on-bodyless"], HTTP, |p| {
        p.request = false;
        p.bare();
        let it = p.it.clone();
        p.remove(&format!("{it}/response/body"));
        let status = p.pick(&["100", "102", "103"]);
        p.set_it("response/status", &status)
    }),
    class("json-taken-for-text", &[], OLD, |p| {
        p.request = false;
        let name = p.word();
        p.body(&format!(r#"{{"@id": "/{name}s/1", "name": "Ann"}}"#))?;
        let it = p.it.clone();
        p.remove(&format!("{it}/response/headers")).map(drop)
    }),
    class("get-request-body", &["body-on-bodyless"], HTTP, |p| {
        p.request = true;
        p.body(r#"{"id": 1}"#)?;
        let method = p.pick(&["\"GET\"", "\"HEAD\"", "\"TRACE\""]);
        p.set_it("request/method", &method)
    }),
    class("client-header-exact", &[], HTTP, |p| {
        p.request = true;
        let (name, value) = *p.random.pick(&[
            ("User-Agent", "axios/1.6.2"),
            ("Host", "localhost:8080"),
            ("Content-Length", "17"),
            ("Connection", "keep-alive"),
            ("Accept-Encoding", "gzip, deflate"),
        ]);
        p.header(name, value)
    }),
    class("query-value-encoded", &[], HTTP3, |p| {
        let value = p.pick(&["a%20b", "x%2Fy", "caf%C3%A9", "a%26b"]);
        p.query("q", &value)
    }),
    class("redirect-without-location", &[], HTTP, |p| {
        p.request = false;
        p.bare();
        let it = p.it.clone();
        p.remove(&format!("{it}/response/body"));
        p.remove(&format!("{it}/response/headers"));
        let status = p.pick(&["301", "302", "303", "307", "308"]);
        p.set_it("response/status", &status)
    }),
    class("state-name-with-id", &[], HTTP3, |p| {
        let (word, one) = (p.word(), 100 + p.random.below(400));
        p.set_it("providerStates", &format!(r#"[{{"name": "{word} {one} exists"}}]"#))?;
        let at = p.get("interactions")?.len();
        let twin = p.get(&p.it.clone())?.to_string();
        p.set(&format!("interactions/{at}"), &twin)?;
        let other = format!(r#"[{{"name": "{word} {} exists"}}]"#, one + 1);
        p.set(&format!("interactions/{at}/providerStates"), &other)?;
        p.set(&format!("interactions/{at}/description"), "\"something else\"")?;
        p.set(&format!("interactions/{at}/request/path"), "\"/something/else\"")
    }),
    class("contact-data-in-example", &[], HTTP, |p| {
        let value = p.pick(&["jane.miller@gmail.com", "j.doe@web.de", "max.mustermann@posteo.de"]);
        let name = p.word();
        p.body(&format!(r#"{{"{name}": "{value}"}}"#))
    }),
    class("graphql-operation-mismatch", &[], HTTP, |p| {
        graphql(p, r#"{"operationName": "GetUser", "query": "query GetUsers { users { id } }"}"#)
    }),
    class("graphql-query-exact", &[], HTTP, |p| graphql(p, r#"{"query": "query {\n  users { id }\n}"}"#)),
    class("graphql-query-malformed", &[], HTTP, |p| {
        let query = p.pick(&[
            "query GetUsers { users { id }",
            "{ users(name: \\\"ann) { id } }",
            "query Q($a: [Int) { a }",
        ]);
        graphql(p, &format!(r#"{{"query": "{query}"}}"#))
    }),
    class("graphql-variable-missing", &[], HTTP, |p| {
        let variables = p.pick(&["{\"ID\": \"1\"}", "{}", "{\"other\": 1}"]);
        graphql(
            p,
            &format!(
                r#"{{"query": "query GetUser($id: ID!) {{ user(id: $id) {{ name }} }}", "variables": {variables}}}"#
            ),
        )
    }),
];

fn graphql(p: &mut Pact, body: &str) -> Option<()> {
    p.request = true;
    p.body(body)?;
    p.set_it("request/path", "\"/graphql\"")
}

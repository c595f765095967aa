use crate::model::{Content, header_name_eq};
use crate::rules::http::{headers, parts, values};
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A `Content-Encoding` header promises a compressed body, but the body is plain.
    ///
    /// A mock server sends the body of the pact as it is, so the consumer unpacks what was never
    /// packed and fails. In verification the HTTP client unpacks the answer and takes the header
    /// away, or leaves both and the bodies differ.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Content-Type": "application/json", "Content-Encoding": "gzip"}, "body": {"id": 1}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Content-Type": "application/json"}, "body": {"id": 1}}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 9110 section 8.4.
    "content-encoding-of-plain-body", "http", Warning, Recommended, Test, Check::Interaction(check)
}

const PACKED: [&str; 6] = ["gzip", "x-gzip", "deflate", "br", "zstd", "compress"];

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.has_plugins() {
        return;
    }
    for part in parts(cx.it) {
        let Some(body) = part.body.as_ref() else { continue };
        // What is not JSON in the tree may be packed bytes.
        let Content::Json(json) = body.content else { continue };
        if !cx.node(json).is_container() {
            continue;
        }
        let headers = headers(cx, part);
        for member in headers.filter(|member| header_name_eq(&member.key.name(), "content-encoding")) {
            let packed = member.value.into_iter().flat_map(values).find(|value| {
                let text = value.to_text();
                PACKED.iter().any(|name| name.eq_ignore_ascii_case(text.trim()))
            });
            if let Some(packed) = packed {
                out.report(
                    packed.span(),
                    "This header promises a compressed body, but the mock server sends it as it stands here, which no client can unpack",
                )
                .help("remove the header: compression is a matter of the transport, not of the contract");
            }
        }
    }
}

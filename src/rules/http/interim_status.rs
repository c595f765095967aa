use crate::model::{Category, Role};
use crate::rules::http::parts;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// An interim status, 1xx, is expected as the answer.
    ///
    /// Such a response only announces the real one. Clients read over it, so a verifier never
    /// gets to see it, and HTTP servers, that of the mock included, refuse to end a request with
    /// it.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/"}, "response": {"status": 100}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/"}, "response": {"status": 201}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 9110 section 15.2.
    "interim-status", "http", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.has_plugins() {
        return;
    }
    for part in parts(cx.it).filter(|part| part.role == Role::Response) {
        let Some(status) = part.status.map(|id| cx.node(id)) else { continue };
        // 101 ends the exchange, but in another protocol.
        if !matches!(status.as_u64(), Some(100 | 102..=199)) {
            continue;
        }
        let mut groups = part.rules.iter().flat_map(|rules| &rules.groups);
        if !groups.any(|group| group.category == Category::Status && group.is_live()) {
            out.report(
                status.span(),
                format!(
                    "Status {} only announces an answer: clients read over it and wait for the real one",
                    status.raw()
                ),
            )
            .help("expect the status of the final answer");
        }
    }
}

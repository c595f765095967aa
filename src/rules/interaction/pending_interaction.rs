use crate::model::Version;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// An interaction is pending: nobody is told when the provider fails it.
    ///
    /// A verifier reports the failure of a pending interaction and passes all the same. That is
    /// meant for what the provider has yet to build, and easily forgotten once it has.
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "pending": true,
    ///  "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "pending": false,
    ///  "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// Specification V4, "Pending interactions".
    "pending-interaction", "interaction", Info, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if cx.version() != Version::V4 || !cx.is_read() {
        return;
    }
    let pending = cx.root.get("pending").filter(|pending| pending.as_bool() == Some(true));
    if let Some(pending) = pending {
        out.report(
            pending.key().unwrap_or(pending).span(),
            "This interaction is pending: verification passes although the provider fails it",
        )
        .help("take 'pending' out once the provider meets it");
    }
}

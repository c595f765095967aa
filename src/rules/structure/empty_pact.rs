use crate::model::Version;
use crate::rules::structure::grammar::head;
use crate::rules::{Check, FileCx, Sink, rule};

rule! {
    /// The pact has no interactions.
    ///
    /// Verification of such a pact passes without a single call, so a test that has silently
    /// stopped to record looks like a provider that keeps its contract.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": []}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "a user", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// `verify_pact_internal` in pact_verifier warns of it and goes on.
    "empty-pact", "structure", Warning, Recommended, Test, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let Some(root) = cx.spine else { return };
    let empty = |name| root.get(name).filter(|list| list.is_empty_container() && list.is_array());
    // A V4 file's messages, and interactions beside messages, are lost for another reason.
    let only = |name: &str| root.get(name).is_none_or(|list| list.is_empty_container());
    let list = match cx.version() {
        Version::V4 => empty("interactions").filter(|_| only("messages")),
        _ => empty("messages").or_else(|| empty("interactions")),
    };
    let Some(list) = list.filter(|_| cx.interactions.is_empty()) else { return };
    let what = list.key().map_or_else(|| "interactions".to_owned(), |key| key.name().into_owned());
    out.report(head(list), format!("The pact has no {what}: verification passes without checking anything"))
        .help("run the consumer tests that record it, or remove the file");
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn empty_lists() {
        let rule = "empty-pact";
        check(rule, "{\"interactions\": []}\n ^^^^^^^^^^^^^^ warning has no interactions");
        check(rule, "{\"messages\": []}\n ^^^^^^^^^^ warning has no messages");
        check(rule, "{\"messages\": [], \"interactions\": []}\n ^^^^^^^^^^ warning has no messages");
        check(rule, "{\"messages\": [], \"interactions\": [{}]}\n");
        check(rule, "{\"interactions\": {}}\n");
    }
}

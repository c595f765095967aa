use std::cmp::Ordering;

use crate::model::{InteractionSummary, Version};
use crate::rules::{Check, FileCx, Sink, rule};

rule! {
    /// The interactions of a V4 pact are not in the order of their descriptions.
    ///
    /// Releases of the official core before 1.3.16 compare an existing file with new results as
    /// if both were in order, and append what they then do not find: the same interaction ends up
    /// in the file twice. Files in order also make for smaller differences under version control.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"type": "Synchronous/HTTP", "description": "b", "request": {"method": "GET", "path": "/b"}, "response": {"status": 200}},
    ///   {"type": "Synchronous/HTTP", "description": "a", "request": {"method": "GET", "path": "/a"}, "response": {"status": 200}}
    /// ], "metadata": {"pactSpecification": {"version": "4.0"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"type": "Synchronous/HTTP", "description": "a", "request": {"method": "GET", "path": "/a"}, "response": {"status": 200}},
    ///   {"type": "Synchronous/HTTP", "description": "b", "request": {"method": "GET", "path": "/b"}, "response": {"status": 200}}
    /// ], "metadata": {"pactSpecification": {"version": "4.0"}}}
    /// ```
    ///
    /// ## References
    ///
    /// `V4Pact::merge` in pact_models, v4/pact.rs; pact-foundation/pact-reference issue 550.
    "interactions-not-sorted", "interaction", Info, Strict, Library, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    if cx.version() != Version::V4 {
        return;
    }
    let mut earlier: Option<(u32, &InteractionSummary)> = None;
    for (index, it) in cx.read() {
        if let Some((before, _)) = earlier.filter(|(_, before)| is_before(it, before)) {
            let head = earlier.map_or(it.head, |(_, before)| before.head);
            out.report_at(
                cx.in_interaction(index, it.head),
                "The interactions are not in the order of their descriptions, so older releases of the official core append them anew when they merge",
            )
            .label_at(cx.in_interaction(before, head), "comes after it in order")
            .help("delete the file before each test run, or update the library");
            return;
        }
        earlier = Some((index, it));
    }
}

fn is_before(a: &InteractionSummary, b: &InteractionSummary) -> bool {
    // Keys, where both have one, are compared instead.
    if a.key.is_some() && b.key.is_some() {
        return false;
    }
    let names =
        |it: &InteractionSummary| it.states.iter().map(|state| state.name.clone()).collect::<Vec<_>>();
    match a.description.cmp(&b.description) {
        Ordering::Equal => names(a) < names(b),
        order => order == Ordering::Less,
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn once_a_file() {
        check(
            "interactions-not-sorted",
            r#"
{"metadata": {"pactSpecification": {"version": "4.0"}}, "interactions": [
{"type": "Asynchronous/Messages", "description": "a", "providerStates": [{"name": "t"}]},
{"type": "Asynchronous/Messages", "description": "a", "providerStates": [{"name": "s"}]},
                                                 ^^^ info not in the order
{"type": "Asynchronous/Messages", "description": "A"}
]}"#,
        );
    }
}

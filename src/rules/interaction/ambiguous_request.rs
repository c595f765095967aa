use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

use crate::model::{InteractionSummary, StatusSet};
use crate::rules::interaction::twins::{Twin, twins};
use crate::rules::{Check, FileCx, Sink, rule};
use crate::text::Span;

rule! {
    /// Two interactions want different answers to one request in the same provider states.
    ///
    /// No provider can meet both: it sees the same request, set up the same way, and must answer
    /// once with this and once with that.
    ///
    /// Reported only where the answers exclude each other for certain: statuses of which none
    /// suits both, rules for them included, or a value that both compare by equality and that differs. An answer that only says less than
    /// another can be met together with it.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"description": "a user", "request": {"method": "GET", "path": "/a"}, "response": {"status": 200}},
    ///   {"description": "no user", "request": {"method": "GET", "path": "/a"}, "response": {"status": 404}}
    /// ]}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"description": "a user", "providerStates": [{"name": "a user exists"}],
    ///    "request": {"method": "GET", "path": "/a"}, "response": {"status": 200}},
    ///   {"description": "no user", "request": {"method": "GET", "path": "/a"}, "response": {"status": 404}}
    /// ]}
    /// ```
    ///
    /// ## References
    ///
    /// Specification, "Provider states"; `verify_interaction` in pact_verifier sets up states and
    /// nothing else before a request.
    "ambiguous-request", "interaction", Error, Minimal, Test, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    for group in twins(cx, request_and_states) {
        let mut wanted = Wanted::default();
        for twin in &group {
            if let Some(conflict) = wanted.conflict(twin) {
                let Conflict { span, other, other_span, what } = conflict;
                let message = format!(
                    "No provider can meet both: another interaction has the same request and states, and wants {what}"
                );
                out.report_at(cx.in_interaction(twin.index, span), message)
                    .label_at(cx.in_interaction(other, other_span), "wanted here")
                    .help("give the two different provider states, or different requests");
            }
            wanted.add(twin);
        }
    }
}

fn request_and_states(it: &InteractionSummary) -> Option<u64> {
    let mut hasher = FxHasher::default();
    (it.request?, &it.states).hash(&mut hasher);
    Some(hasher.finish())
}

/// What the interactions seen so far want of one request: each value with the interaction
/// that wants it first, and the place.
#[derive(Default)]
struct Wanted {
    /// The statuses that all of them accept, and the interaction that had the last word.
    status: Option<(StatusSet, u32)>,
    /// By the hash of a leaf's path.
    leaves: FxHashMap<u64, (u64, u32, Span)>,
}

struct Conflict {
    span: Span,
    other: u32,
    other_span: Span,
    what: &'static str,
}

impl Wanted {
    fn conflict(&self, twin: &Twin<'_>) -> Option<Conflict> {
        if let (Some(status), Some((wanted, other))) = (&twin.it.status, &self.status)
            && status.common(wanted).is_empty()
        {
            let (span, other_span) = (status.span, wanted.span);
            return Some(Conflict { span, other: *other, other_span, what: "another status" });
        }
        twin.detail.wanted.iter().find_map(|leaf| {
            let &(wanted, other, other_span) = self.leaves.get(&leaf.path)?;
            let differs = leaf.value.is_some_and(|value| value != wanted);
            differs.then_some(Conflict { span: leaf.span, other, other_span, what: "another value here" })
        })
    }

    fn add(&mut self, twin: &Twin<'_>) {
        if let Some(status) = &twin.it.status {
            let known = self.status.take();
            let ranges = known.as_ref().map_or_else(|| status.ranges.clone(), |(k, _)| k.common(status));
            self.status = match known {
                // What nobody can meet was reported, and does not count any further.
                Some(known) if ranges.is_empty() || ranges == known.0.ranges => Some(known),
                _ => Some((StatusSet { ranges, span: status.span }, twin.index)),
            };
        }
        for leaf in &twin.detail.wanted {
            if let Some(value) = leaf.value {
                self.leaves.entry(leaf.path).or_insert((value, twin.index, leaf.span));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    fn file(rest: &str) -> String {
        format!(r#"{{"consumer": {{"name": "a"}}, "provider": {{"name": "b"}}, "interactions": [{rest}]}}"#)
    }

    #[test]
    fn statuses_and_exact_values() {
        check(
            "ambiguous-request",
            &file(
                r#"
{"description": "a", "request": {"path": "/", "headers": {"a": "1"}}, "response": {"status": 200, "body": {"n": 1}}},
{"description": "b", "request": {"method": "get", "path": "/", "headers": {"A": "1"}}, "response": {"status": 200, "body": {"n": 2, "m": 1}}},
                                                                                                                                 ^ error another value
{"description": "c", "request": {"path": "/", "headers": {"A": "1"}}, "response": {"status": 404}},
                                                                                             ^^^ error another status
{"description": "d", "request": {"path": "/", "headers": {"A": "1"}}, "response": {"status": 200, "body": {"m": 3}}},
                                                                                                                ^ error another value
{"description": "e", "request": {"path": "/", "headers": {"A": "2"}}, "response": {"status": 404}},
{"description": "f", "request": {"path": "/", "query": {}, "headers": {"A": "2"}}, "response": {"status": 404, "body": {"x": 1}}}
"#,
            ),
        );
    }

    #[test]
    fn classes_of_statuses() {
        let ruled = |description: &str, class: &str| {
            format!(
                r#"{{"description": "{description}", "request": {{"path": "/", "headers": {{}}}}, "response": {{"status": 201, "matchingRules": {{"status": {{"matchers": [{{"match": "statusCode", "status": {class}}}]}}}}}}}}"#
            )
        };
        let mark = format!("{}^^^ error another status", " ".repeat(85));
        check(
            "ambiguous-request",
            &file(&format!(
                "{},\n{},\n{},\n{}\n{mark}\n",
                ruled("a", "\"success\""),
                ruled("b", "[201, 404]"),
                ruled("c", "\"nonError\""),
                ruled("d", "\"clientError\"")
            )),
        );
    }

    #[test]
    fn what_can_be_met_together_is_fine() {
        check(
            "ambiguous-request",
            &file(
                r#"
{"description": "a", "request": {"path": "/"}, "response": {"status": 200}},
{"description": "b", "request": {"path": "/"}, "response": {"status": 200, "body": {"n": 1, "o": {"k": 1}}}},
{"description": "c", "request": {"path": "/"}, "response": {"status": 200, "body": {"n": 2},
  "matchingRules": {"body": {"$.n": {"matchers": [{"match": "type"}]}}}}},
{"description": "d", "request": {"path": "/"}, "response": {"status": 200, "body": {"n": 3},
  "generators": {"body": {"$.n": {"type": "ProviderState", "expression": "n"}}}}},
{"description": "e", "request": {"path": "/"}, "response": {"status": 200, "body": {"o": {"k": 2}},
  "matchingRules": {"body": {"$.o": {"matchers": [{"match": "values"}]}}}}},
{"description": "f", "providerStates": [{"name": "s", "params": {"a": 1}}], "request": {"path": "/"}, "response": {"status": 500}},
{"description": "g", "providerStates": [{"name": "s", "params": {"a": 2}}], "request": {"path": "/"}, "response": {"status": 501}}
"#,
            ),
        );
    }
}

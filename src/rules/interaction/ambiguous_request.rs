use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::model::InteractionSummary;
use crate::rules::{Check, FileCx, Sink, rule};
use crate::text::Span;

rule! {
    /// Two interactions want different answers to one request in the same provider states.
    ///
    /// No provider can meet both: it sees the same request, set up the same way, and must answer
    /// once with this and once with that.
    ///
    /// Reported only where the answers exclude each other for certain: different statuses, or a
    /// value that both compare by equality and that differs. An answer that only says less than
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

/// What the interactions seen so far want of one request.
#[derive(Default)]
struct Wanted {
    first: u32,
    status: Option<(u64, u32, Span)>,
    /// By the hash of a leaf's path: hash of its value, interaction, place. Filled once a second
    /// interaction has the same request.
    leaves: Option<FxHashMap<u64, (u64, u32, Span)>>,
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let mut requests: FxHashMap<u64, Wanted> =
        FxHashMap::with_capacity_and_hasher(cx.interactions.len(), FxBuildHasher);
    for (index, it) in cx.read() {
        let Some(request) = it.request else { continue };
        let Some(wanted) = requests.get_mut(&request_and_states(request, it)) else {
            let status = it.status.map(|(status, span)| (status, index, span));
            requests.insert(request_and_states(request, it), Wanted { first: index, status, leaves: None });
            continue;
        };
        let Some(original) = cx.interactions.get(wanted.first as usize) else { continue };
        if original.states != it.states {
            continue;
        }
        if let Some(conflict) = wanted.conflict(cx, index, it) {
            let Conflict { span, other, other_span, what } = conflict;
            out.report_at(cx.in_interaction(index, span), format!(
                "No provider can meet both: another interaction has the same request and states, and wants {what}"
            ))
            .label_at(cx.in_interaction(other, other_span), "wanted here")
            .help("give the two different provider states, or different requests");
        }
        wanted.add(index, it);
    }
}

fn request_and_states(request: u64, it: &InteractionSummary) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut hasher = rustc_hash::FxHasher::default();
    (request, &it.states).hash(&mut hasher);
    hasher.finish()
}

struct Conflict {
    span: Span,
    other: u32,
    other_span: Span,
    what: &'static str,
}

impl Wanted {
    fn conflict(&mut self, cx: &FileCx<'_>, index: u32, it: &InteractionSummary) -> Option<Conflict> {
        if let (Some((status, span)), Some((wanted, other, other_span))) = (it.status, self.status)
            && status != wanted
        {
            return Some(Conflict { span, other, other_span, what: "another status" });
        }
        let first = self.first;
        let leaves = self.leaves.get_or_insert_with(|| {
            let leaves = cx.interactions.get(first as usize).map_or(&[][..], |it| &it.exact);
            leaves.iter().map(|&(path, value, span)| (path, (value, first, span))).collect()
        });
        it.exact.iter().find_map(|&(path, value, span)| {
            let &(wanted, other, other_span) = leaves.get(&path)?;
            let differs = wanted != value && other != index;
            differs.then_some(Conflict { span, other, other_span, what: "another value here" })
        })
    }

    fn add(&mut self, index: u32, it: &InteractionSummary) {
        self.status = self.status.or(it.status.map(|(status, span)| (status, index, span)));
        if let Some(leaves) = &mut self.leaves {
            for &(path, value, span) in &it.exact {
                leaves.entry(path).or_insert((value, index, span));
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

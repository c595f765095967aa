use rustc_hash::FxHashMap;

use crate::rules::{Check, FileCx, OptionKind, RuleOption, Sink, rule};

rule! {
    /// Many interactions are about the errors of one request.
    ///
    /// A contract says how consumer and provider talk, not which inputs the provider refuses. One
    /// interaction for each form of an error message is enough; the rest are functional tests of
    /// the provider, which are easier to write and to keep there.
    ///
    /// More than three answers of status 4xx to one method and path are many.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"description": "a", "request": {"method": "POST", "path": "/", "body": {"a": 1}}, "response": {"status": 400}},
    ///   {"description": "b", "request": {"method": "POST", "path": "/", "body": {"a": 2}}, "response": {"status": 400}},
    ///   {"description": "c", "request": {"method": "POST", "path": "/", "body": {"a": 3}}, "response": {"status": 400}},
    ///   {"description": "d", "request": {"method": "POST", "path": "/", "body": {"a": 4}}, "response": {"status": 422}}
    /// ]}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"description": "a", "request": {"method": "POST", "path": "/", "body": {"a": 1}}, "response": {"status": 400}}
    /// ]}
    /// ```
    ///
    /// ## References
    ///
    /// Pact documentation, "Contract tests vs functional tests".
    "many-error-variants", "interaction", Info, Strict, Test, Check::File(check), [MAX]
}

static MAX: RuleOption = RuleOption {
    rule: "many-error-variants",
    name: "max",
    kind: OptionKind::Number { default: 3, least: 1 },
    doc: "the most answers of status 4xx to one method and path that are not many",
};

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let mut groups: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
    let mut order = Vec::new();
    let few = cx.options.number(&MAX);
    for (index, it) in cx.read() {
        let refused = |status: &crate::model::StatusSet| {
            !status.ranges.is_empty() && status.ranges.iter().all(|(from, to)| *from >= 400 && *to <= 499)
        };
        let (Some(endpoint), Some(status)) = (it.endpoint, &it.status) else { continue };
        if refused(status) {
            let group = groups.entry(endpoint).or_default();
            group.push(index);
            if group.len() == few + 1 {
                order.push(endpoint);
            }
        }
    }
    for group in order.iter().filter_map(|endpoint| groups.get(endpoint)) {
        let place = |index: u32| {
            let head = cx.interactions.get(index as usize).map_or(crate::text::Span::at(0), |it| it.head);
            cx.in_interaction(index, head)
        };
        let mut report = out
            .report_at(
                place(group[0]),
                format!(
                    "{} interactions are about errors of this one request: a contract needs one for each form of answer",
                    group.len()
                ),
            )
            .help("test in the provider which inputs it refuses");
        for index in group.iter().skip(1).take(4) {
            report = report.label_at(place(*index), "also");
        }
    }
}

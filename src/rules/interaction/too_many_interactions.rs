use crate::rules::{Check, FileCx, OptionKind, RuleOption, Sink, rule};

rule! {
    /// A pact has more than a hundred interactions.
    ///
    /// Verifying it takes long, and one change breaks many interactions at once. So many are
    /// often a sign of functional tests of the provider, or of several consumers under one name.
    ///
    /// ## References
    ///
    /// Pact documentation, "Best practices for consumers".
    "too-many-interactions", "interaction", Info, Strict, Test, Check::File(check), [MAX]
}

static MAX: RuleOption = RuleOption {
    rule: "too-many-interactions",
    name: "max",
    kind: OptionKind::Number { default: 100, least: 1 },
    doc: "the most interactions of one pact that are not too many",
};

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let count = cx.read().count();
    let many = cx.options.number(&MAX);
    let Some((index, first_over)) = cx.read().nth(many) else { return };
    out.report_at(
        cx.in_interaction(index, first_over.head),
        format!("{count} interactions in one pact: from here on there are more than {many}, which are slow to verify and to keep"),
    )
    .help("leave to tests of the provider what is not about how the two talk");
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::findings;

    #[test]
    fn a_hundred_are_fine() {
        let file = |count: usize| {
            let one = r#"{"description": "d", "request": {}, "response": {}}"#;
            format!(r#"{{"interactions": [{}]}}"#, vec![one; count].join(",\n"))
        };
        assert_eq!(findings("too-many-interactions", &file(100)).len(), 0);
        let found = findings("too-many-interactions", &file(101));
        assert_eq!(found.len(), 1);
        assert!(found[0].message.starts_with("101 interactions"));
    }
}

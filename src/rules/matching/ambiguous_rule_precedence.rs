use crate::model::{GroupShape, Matcher, MatcherKind, RuleBlock, RuleGroup, RuleStyle, content_hash};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;

rule! {
    /// Two rules of equal weight hold for one value, and demand different things.
    ///
    /// The official core weighs paths by their exact steps and wildcards. Where two weigh the same
    /// it takes whichever comes first out of a hash table, so the same file passes and fails from
    /// run to run.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"a": {"b": "x"}}, "matchingRules": {"body": {
    ///     "$.a.*": {"matchers": [{"match": "type"}]},
    ///     "$.*.b": {"matchers": [{"match": "regex", "regex": "x+"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"a": {"b": "x"}}, "matchingRules": {"body": {
    ///     "$.a.*": {"matchers": [{"match": "type"}]},
    ///     "$.a.b": {"matchers": [{"match": "regex", "regex": "x+"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `MatchingRuleCategory::max_by_path` in pact_models, matchingrules/mod.rs.
    "ambiguous-rule-precedence", "matching", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for (index, part) in cx.it.parts.iter().enumerate() {
        // Of rules in both styles another rule says that the file is refused.
        let readable = |rules: &&RuleBlock| rules.groups.len() > 1 && rules.style != RuleStyle::Mixed;
        let Some(rules) = part.rules.as_ref().filter(readable) else { continue };
        let Some(resolution) = cx.body(index) else { continue };
        let mut told: Vec<(u32, u32)> = Vec::new();
        for rule in &resolution.nodes {
            let (Some(best), Some(tie)) = (rule.best, rule.tie) else { continue };
            let pair = (best.min(tie), best.max(tie));
            let (first, second) = (&rules.groups[pair.0 as usize], &rules.groups[pair.1 as usize]);
            let node = cx.node(rule.node);
            if told.contains(&pair) || same_effect(cx, first, second, node) {
                continue;
            }
            told.push(pair);
            let (first, second) = (cx.node(first.key), cx.node(second.key));
            let value = node.key().map_or_else(
                || crate::text::Span::new(node.span().start, node.span().start + 1),
                |key| key.span(),
            );
            out.report(
                second.span(),
                format!(
                    "'{}' weighs the same for one value: which of the two rules holds is left to chance",
                    first.name()
                ),
            )
            .label(first.span(), "the other rule")
            .label(value, "the value")
            .help("write one of the two as the exact path of the value");
        }
    }
}

/// Whether it does not matter which of two rules holds for `node`.
fn same_effect(cx: &InteractionCx<'_>, a: &RuleGroup, b: &RuleGroup, node: Cursor<'_>) -> bool {
    let is_type = |m: &Matcher| matches!(m.kind, MatcherKind::Type { .. });
    // Bounds are for arrays; everything else is only compared by type.
    if !node.is_array() && a.matchers.iter().all(is_type) && b.matchers.iter().all(is_type) {
        return true;
    }
    let written = |group: &RuleGroup| {
        let node = cx.node(group.node);
        match group.shape {
            GroupShape::V2Rule => Some(content_hash(node, false)),
            _ => node.get("matchers").map(|list| content_hash(list, false)),
        }
    };
    a.matchers.len() == b.matchers.len()
        && (a.combine == b.combine || a.matchers.len() == 1)
        && written(a) == written(b)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn once_a_pair_and_only_if_it_matters() {
        check(
            "ambiguous-rule-precedence",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": {"b": "x"}, "c": {"d": 1, "e": 2}, "f": {"b": 1}},
              "matchingRules": {"body": {
                "$.a.*": {"matchers": [{"match": "type"}]},
                "$.*.b": {"matchers": [{"match": "regex", "regex": "x"}]},
                ^^^^^^^ warning '$.a.*' weighs the same
                "$.c.*": {"matchers": [{"match": "type", "min": 1}]},
                "$.*.d": {"combine": "AND", "matchers": [{"match": "type"}]}
              }}}}"#,
        );
    }
    #[test]
    fn rules_in_both_styles_are_refused_as_such() {
        check(
            "ambiguous-rule-precedence",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": 1}, "matchingRules": {
                "$.body.a": {"match": "type"},
                "body": {"$.a": {"matchers": [{"match": "regex", "regex": "\\d"}]}}
              }}}"#,
        );
    }
}

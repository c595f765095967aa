use crate::diagnostic::Applicability;
use crate::model::MatcherKind;
use crate::model::regex::Target;
use crate::rules::regex::walk::each_matcher;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::quote;
use crate::text::shorten;

rule! {
    /// A pattern without anchors lets longer values pass where engines search.
    ///
    /// The official core and pact-jvm want the whole value to match. pact-ruby, and the core
    /// compiled to WebAssembly, are content when the pattern occurs somewhere in it, unless `^`
    /// and `$` say otherwise. So this rule looks only at files of pact-ruby, and where
    /// `--regex-target` names `ruby` or `wasm`.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [{"description": "d",
    ///   "request": {"method": "get", "path": "/a", "matchingRules": {"$.path": {"match": "regex", "regex": "/a"}}},
    ///   "response": {"status": 200}}],
    ///   "metadata": {"pactSpecification": {"version": "2.0.0"}, "pact-ruby": {"version": "1.60.0"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [{"description": "d",
    ///   "request": {"method": "get", "path": "/a", "matchingRules": {"$.path": {"match": "regex", "regex": "^/a$"}}},
    ///   "response": {"status": 200}}],
    ///   "metadata": {"pactSpecification": {"version": "2.0.0"}, "pact-ruby": {"version": "1.60.0"}}}
    /// ```
    ///
    /// ## References
    ///
    /// alphagov/gds-api-adapters pull request 1423; `MatchingRule::Regex` in pact_matching,
    /// matchingrules.rs.
    "regex-unanchored", "regex", Info, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let searching = [Target::Ruby, Target::Wasm].into_iter().find(|target| cx.targets.has(*target));
    let (true, Some(target)) = (cx.is_read(), searching) else { return };
    each_matcher(cx.it, &mut |matcher, _| {
        let MatcherKind::Regex(node) = matcher.kind else { return };
        let node = cx.node(node);
        if !node.is_string() {
            return;
        }
        let pattern = node.to_text();
        let starts = ["^", "\\A", ".*", "(^"].iter().any(|anchor| pattern.starts_with(anchor));
        let ends = ["$", "\\z", "\\Z", ".*", "$)"].iter().any(|anchor| pattern.ends_with(anchor));
        if starts && ends || pattern.is_empty() || cx.regexes.borrow_mut().compile(&pattern).is_err() {
            return;
        }
        let anchored = format!("^(?:{pattern})$");
        out.report(
            node.span(),
            format!(
                "'{}' has no anchors, so {} accepts any value that it occurs in",
                shorten(&pattern),
                target.label()
            ),
        )
        .help("put it between '^(?:' and ')$'")
        .fix(
            Applicability::Unsafe,
            format!("Use '{}': engines that search accept whole values only", shorten(&anchored)),
            vec![cx.editor().set(node, &quote(&anchored))],
        );
    });
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::findings;

    #[test]
    fn other_files_are_not_searched() {
        let text = |metadata: &str| {
            format!(
                r#"{{"consumer": {{"name": "a"}}, "provider": {{"name": "b"}}, "interactions": [{{"description": "d",
                "request": {{"path": "/A", "matchingRules": {{"$.path": {{"match": "regex", "regex": "/A|/B"}}}}}}, "response": {{}}}}],
                "metadata": {{"pactSpecification": {{"version": "2.0.0"}}{metadata}}}}}"#
            )
        };
        assert_eq!(findings("regex-unanchored", &text("")).len(), 0);
        let ruby = findings("regex-unanchored", &text(r#", "pact-ruby": {"version": "1"}"#));
        assert!(ruby[0].fixes[0].edits[0].text.contains("^(?:/A|/B)$"));
    }
}

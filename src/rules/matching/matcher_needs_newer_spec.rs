use crate::diagnostic::Remedy;
use crate::model::{MatcherKind, Source, Version};
use crate::rules::matching::visit::in_matchers;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A matcher came with a later version of the specification than the file's.
    ///
    /// The official core applies every matcher in every file, and libraries on top of it write them. A verifier that keeps to the
    /// version does not know the matcher: it compares by equality, or fails.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"v": "1.2.3"}, "matchingRules": {"body": {"$.v": {"matchers": [{"match": "semver"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///   "response": {"status": 200, "body": {"content": {"v": "1.2.3"}, "contentType": "application/json"},
    ///   "matchingRules": {"body": {"$.v": {"matchers": [{"match": "semver"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `MATCHER_CATALOGUE_ENTRIES` in pact_matching, matchingrules.rs.
    "matcher-needs-newer-spec", "matching", Warning, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    // Where the version is not stated, that is what is wrong.
    let stated = cx.facts.detected.source == Source::Declared;
    if !cx.is_read() || cx.version() >= Version::V4 || !stated {
        return;
    }
    for rules in cx.it.parts.iter().filter_map(|part| part.rules.as_ref()) {
        let mut first = None;
        let mut more = 0;
        for group in &rules.groups {
            in_matchers(&group.matchers, &mut |matcher| {
                if since(&matcher.kind) > cx.version() {
                    more += usize::from(first.is_some());
                    first.get_or_insert(matcher);
                }
            });
        }
        let Some(first) = first else { continue };
        // One finding for the rules of a part: what is to be changed is the version.
        let span = cx.node(first.name.unwrap_or(first.node)).span();
        let name = first.name.map(|id| cx.text(id)).unwrap_or_default();
        let others = if more > 0 { format!(" (and {more} more here)") } else { String::new() };
        let needs = since(&first.kind).name();
        let report = out
            .report(
                span,
                format!(
                    "'{name}' came with {needs}{others}: a verifier that keeps to {} does not know it",
                    cx.version().name()
                ),
            )
            .help(format!("write the file as {needs}, or use a matcher of {}", cx.version().name()));
        if since(&first.kind) == Version::V4 {
            report.remedy(Remedy::MakeV4);
        }
    }
}

/// The version that a matcher came with.
fn since(kind: &MatcherKind) -> Version {
    match kind {
        MatcherKind::Equality | MatcherKind::Plugin | MatcherKind::Invalid(_) => Version::V1,
        MatcherKind::Regex(_) | MatcherKind::Type { .. } => Version::V2,
        MatcherKind::ArrayContains(_)
        | MatcherKind::StatusCode(_)
        | MatcherKind::NotEmpty
        | MatcherKind::Semver
        | MatcherKind::EachKey(_)
        | MatcherKind::EachValue(_) => Version::V4,
        _ => Version::V3,
    }
}

#[cfg(test)]
mod tests {
    use super::since;
    use crate::model::{MATCHERS, MatcherKind, lower_matcher};
    use crate::rules::testing::check;
    use crate::syntax::parse;

    #[test]
    fn once_a_part() {
        check(
            "matcher-needs-newer-spec",
            r#"@v2
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "matchingRules": {
                "$.body": {"match": "type"},
                "$.body.a": {"match": "integer"},
                                      ^^^^^^^^^ warning 'integer' came with V3 (and 1 more here)
                "$.body.b": {"match": "semver"}
              }}}"#,
        );
    }

    #[test]
    fn agrees_with_the_table_of_matchers() {
        for info in MATCHERS {
            let text = format!(
                r#"{{"match": "{}", "regex": "a", "value": "a", "min": 1, "max": 1, "variants": [], "rules": []}}"#,
                info.name
            );
            let tree = parse(&text);
            let kind = lower_matcher(tree.root(&text).expect("there is a root")).kind;
            assert!(!matches!(kind, MatcherKind::Invalid(_)), "{}", info.name);
            assert_eq!(since(&kind), info.since, "{}", info.name);
        }
    }
}

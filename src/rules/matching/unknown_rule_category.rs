use crate::diagnostic::{Applicability, Severity};
use crate::model::{Category, InteractionKind, MatcherKind, Part, Role, RuleStyle, Version, lower_matcher};
use crate::rules::matching::visit::is_known_category;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;
use crate::text::nearest;

rule! {
    /// Matching rules stand under a category that does not exist, or not for this part.
    ///
    /// The official core silently takes an unknown category for `body`, and pact-jvm ignores it:
    /// what the rules were meant for is compared by equality. A category that the part has no use
    /// for, such as `status` in a request, is never looked at.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/", "query": {"q": ["1"]},
    ///   "matchingRules": {"qeury": {"q": {"matchers": [{"match": "type"}]}}}}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/", "query": {"q": ["1"]},
    ///   "matchingRules": {"query": {"q": {"matchers": [{"match": "type"}]}}}}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// `impl From<&str> for Category` in pact_models, matchingrules/mod.rs.
    "unknown-rule-category", "matching", Error, Minimal, Hand, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in &cx.it.parts {
        let Some(rules) = part.rules.as_ref().filter(|rules| rules.style == RuleStyle::V3) else { continue };
        for key in rules.categories.iter().map(|id| cx.node(*id)) {
            let name = key.name();
            if !is_known_category(&name) {
                unknown(cx, part, key, out);
                continue;
            }
            let Some(category) = Category::parse(&name) else { continue };
            let empty = key.value().is_none_or(Cursor::is_empty_container);
            let kind = cx.it.kind;
            if empty || !is_out_of_place(category, kind, part.role) {
                continue;
            }
            let live = rules.groups.iter().any(|g| g.category_key == key.id() && g.is_live());
            if live {
                out.report(
                    key.span(),
                    format!("Rules for '{name}' are never looked at in a {}", part_name(kind, part.role)),
                )
                .at_most(Severity::Warning)
                .help("remove them, or move them to the part they are about");
            }
        }
    }
}

fn unknown(cx: &InteractionCx<'_>, part: &Part, key: Cursor<'_>, out: &mut Sink<'_>) {
    let name = key.name();
    let value = key.value();
    // In V1 and V2 a rule under an unknown key is a path that lacks its start.
    let is_rule =
        value.is_some_and(|v| v.is_object() && !matches!(lower_matcher(v).kind, MatcherKind::Invalid(_)));
    if is_rule && cx.version() < Version::V3 {
        return;
    }
    let known = ["body", "header", "query", "path", "status", "metadata"];
    let usable = known.into_iter().filter(|known| {
        Category::parse(known).is_some_and(|category| !is_out_of_place(category, cx.it.kind, part.role))
    });
    let block = part.rules.as_ref().map(|rules| cx.node(rules.node));
    let near = nearest(&name, usable);
    let report = out.report(
        key.span(),
        format!("There is no category '{name}': the official core takes it for 'body', pact-jvm ignores it"),
    );
    let Some(near) = near else {
        report.help("the categories are body, header, query, path, status and metadata");
        return;
    };
    let report = report.help(format!("did you mean '{near}'?"));
    if block.is_some_and(|block| block.get(near).is_none()) {
        // The core reads the slip as 'body' already.
        let (applicability, title) = match near {
            "body" => (Applicability::Safe, format!("Write '{near}'")),
            _ => (
                Applicability::Unsafe,
                format!("Write '{near}', so that the rules hold there and not for the body"),
            ),
        };
        report.fix(applicability, title, vec![cx.editor().rename(key, near)]);
    }
}

/// Whether the core has no use for rules of this category in this part.
pub(crate) fn is_out_of_place(category: Category, kind: InteractionKind, role: Role) -> bool {
    match (kind, category) {
        (_, Category::Body | Category::Contents) => false,
        (InteractionKind::Http, Category::Metadata) => true,
        (InteractionKind::Http, Category::Path | Category::Query | Category::Method) => {
            role == Role::Response
        }
        (InteractionKind::Http, Category::Status) => role == Role::Request,
        (InteractionKind::Message | InteractionKind::SyncMessage, category) => category != Category::Metadata,
        _ => false,
    }
}

fn part_name(kind: InteractionKind, role: Role) -> &'static str {
    match (kind, role) {
        (InteractionKind::Http, Role::Request) => "request",
        (InteractionKind::Http, _) => "response",
        _ => "message",
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn unknown_and_out_of_place() {
        check(
            "unknown-rule-category",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/", "matchingRules": {
                "bdoy": {"$.a": {"matchers": [{"match": "type"}]}},
                ^^^^^^ error There is no category 'bdoy'
                "Header": {}, "headers": {}, "content": {}, "method": {}, "status": {}
              }}, "response": {"status": 200, "matchingRules": {
                "query": {"q": {"matchers": [{"match": "type"}]}},
                ^^^^^^^ warning never looked at in a response
                "body": {"$": {"matchers": [{"match": "type"}]}}, "status": {"matchers": [{"match": "type"}]}
              }}}"#,
        );
    }

    #[test]
    fn messages() {
        check(
            "unknown-rule-category",
            r#"
            {"description": "d", "contents": {"a": 1}, "matchingRules": {
                "body": {"$.a": {"matchers": [{"match": "type"}]}}, "metadata": {"a": {"matchers": [{"match": "type"}]}},
                "header": {"a": {"matchers": [{"match": "type"}]}}
                ^^^^^^^^ warning never looked at in a message
              }}"#,
        );
    }
}

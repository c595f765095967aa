use crate::model::{Body, BodyShape, Category, Content, Part, Role, RuleGroup, Target};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::text::nearest;

rule! {
    /// Rules are about a body that is not there.
    ///
    /// Where no body is expected, none is compared: the rules do nothing, and whatever the other
    /// side sends passes. Most often the body was lost, misspelt, or is in the other half of the
    /// interaction.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `compare_bodies` in pact_matching, lib.rs: a missing expected body matches anything.
    "rules-without-body", "matching", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in &cx.it.parts {
        let Some(rules) = part.rules.as_ref() else { continue };
        let mut about = rules.groups.iter().filter(|group| is_about_body(cx, group));
        let Some(first) = about.next() else { continue };
        let Some((state, passes)) = lacking(part).filter(|_| !is_misspelt(cx, part)) else { continue };
        let (half, key) = match part.role {
            Role::Request => ("request", "body"),
            Role::Response => ("response", "body"),
            Role::Contents => ("message", "contents"),
        };
        let count = 1 + about.count();
        let these = if count == 1 { "this rule does" } else { "the rules for it do" };
        out.report(cx.node(first.key).span(), format!("The {half} {state}, so {these} nothing{passes}"))
            .help(format!("give the {half} the \"{key}\" that the rules are about, or remove them"));
    }
}

fn is_about_body(cx: &InteractionCx<'_>, group: &RuleGroup) -> bool {
    let wanted = group.category == Category::Body && group.is_live();
    // A category that is none counts as the body; that has a rule of its own.
    let named = || {
        group.category_key == group.key
            || Category::parse(&cx.node(group.category_key).name()) == Some(Category::Body)
    };
    wanted && matches!(group.target, Target::Path(_)) && named()
}

/// Why nothing is compared, unless another rule says what is wrong with the body.
pub(crate) fn lacking(part: &Part) -> Option<(&'static str, &'static str)> {
    match &part.body {
        None => Some(("expects no body", " and anything passes")),
        Some(Body { shape: BodyShape::AttributesOnly, .. }) => None,
        Some(Body { content: Content::Null, .. }) => Some(("must have no body (null)", "")),
        Some(Body { content: Content::Empty, .. }) => Some(("must have an empty body", "")),
        Some(_) => None,
    }
}

/// Whether the body is there under a key that is none, which is said of that key.
fn is_misspelt(cx: &InteractionCx<'_>, part: &Part) -> bool {
    let keys = ["body", "contents", "content"];
    part.body.is_none()
        && cx.node(part.node).members().any(|member| {
            let name = member.key.name();
            keys.contains(&&*name) || nearest(&name, keys).is_some()
        })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn one_finding_a_part() {
        check(
            "rules-without-body",
            r#"
{"description": "d", "request": {"method": "POST", "path": "/", "body": null,
  "matchingRules": {"path": {"matchers": [{"match": "type"}]}, "body": {"$.a": {"matchers": [{"match": "type"}]}, "$.b": {"matchers": [{"match": "type"}]}}}},
                                                                        ^^^^^ warning must have no body (null), so the rules for it do nothing
 "response": {"status": 200,
  "matchingRules": {"body": {}, "header": {"A": {"matchers": [{"match": "type"}]}}}}}
"#,
        );
        check(
            "rules-without-body",
            r#"@v4
{"type": "Asynchronous/Messages", "description": "d",
  "matchingRules": {"body": {"$.a": {"matchers": [{"match": "type"}]}}}}
                             ^^^^^ warning The message expects no body, so this rule does nothing
"#,
        );
        check(
            "rules-without-body",
            r#"@v4
{"type": "Synchronous/HTTP", "description": "d", "request": {}, "response": {"body": {"contentType": "application/json"},
  "matchingRules": {"body": {"$.a": {"matchers": [{"match": "type"}]}}}}}
"#,
        );
    }
}

use crate::diagnostic::Applicability;
use crate::model::{Category, RuleStyle};
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A category of matching rules is spelt in a form of its own.
    ///
    /// The official core ignores case and takes `headers` for `header`. Other tools may know only
    /// the spelling of the specification.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"A": "1"},
    ///   "matchingRules": {"headers": {"A": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"A": "1"},
    ///   "matchingRules": {"header": {"A": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// Pact specification 3 and 4, "Matching Rules"; `Category::from_str` in pact_models.
    "rule-category-spelling", "matching", Info, Strict, Library, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    let blocks = cx.it.parts.iter().filter_map(|part| part.rules.as_ref());
    for rules in blocks.filter(|rules| rules.style == RuleStyle::V3) {
        for key in rules.categories.iter().map(|id| cx.node(*id)) {
            let name = key.name();
            let plain =
                matches!(&*name, "body" | "header" | "query" | "path" | "status" | "metadata" | "method");
            let Some(category) = Category::parse(&name).filter(|c| !plain && *c != Category::Contents) else {
                continue;
            };
            let canonical = category.name();
            let report = out
                .report(key.span(), format!("The specification spells this category '{canonical}'"))
                .help(format!("write '{canonical}'"));
            if cx.node(rules.node).get(canonical).is_none() {
                let edit = vec![cx.editor().rename(key, canonical)];
                report.fix(Applicability::Safe, format!("Write '{canonical}'"), edit);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn other_spellings() {
        check(
            "rule-category-spelling",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "matchingRules": {
                "Body": {"$": {"matchers": [{"match": "type"}]}},
                ^^^^^^ info spells this category 'body'
                "header": {}, "bdoy": {}
              }}}"#,
        );
    }
}

use crate::diagnostic::Applicability;
use crate::model::{Category, Version};
use crate::rules::regex::walk::is_generator_category;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::text::{nearest, shorten};

rule! {
    /// Generators stand in a category that the official core drops.
    ///
    /// There are seven: `body`, `header` (without s), `query`, `path`, `status`, `method` and
    /// `metadata`. Everything under another name is dropped with a line in the log, so the
    /// examples stay as they are. pact-jvm writes `content` for messages; that is the library's
    /// doing and counts among its notes.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "generators": {"headers": {"X-Id": {"type": "Uuid"}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "generators": {"header": {"X-Id": {"type": "Uuid"}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `GeneratorCategory::from_str` and `Generators::load_from_map` in pact_models,
    /// generators/mod.rs.
    "generator-category-invalid", "generator", Warning, Recommended, Test, Check::Interaction(check)
}

const NAMES: [&str; 7] = ["body", "header", "query", "path", "status", "method", "metadata"];

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.version() < Version::V3 {
        return;
    }
    for block in cx.it.parts.iter().filter_map(|part| part.generators.as_ref()) {
        for category in block.categories.iter().map(|id| cx.node(*id)) {
            let name = category.name();
            if is_generator_category(&name) {
                continue;
            }
            let jvm = &*name == "content" && cx.facts.library.as_ref().is_some_and(|l| l.name == "pact-jvm");
            // Rules know further spellings than generators do.
            let meant = match Category::parse(&name) {
                Some(Category::Contents) => Some("body"),
                Some(known) => Some(known.name()),
                None if matches!(&*name, "content" | "payload") => Some("body"),
                None => nearest(&name, NAMES),
            };
            let message = format!(
                "The official core drops the generators under '{}': it is none of its categories",
                shorten(&name)
            );
            let report = out.report(category.span(), message);
            let report = if jvm { report.by_library() } else { report };
            let taken = meant.is_some_and(|meant| cx.node(block.node).get(meant).is_some());
            match meant {
                Some(meant) => {
                    let report = report.help(format!("write '{meant}'"));
                    if !taken {
                        let title = format!("Rename to '{meant}': values are generated from then on");
                        report.fix(Applicability::Unsafe, title, vec![cx.editor().rename(category, meant)]);
                    }
                }
                None => {
                    report.help(format!("use one of {}", NAMES.join(", ")));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings};

    #[test]
    fn v4_messages_too() {
        check(
            "generator-category-invalid",
            r#"@v4
{"type": "Asynchronous/Messages", "description": "d", "contents": {"content": {"a": 1}, "contentType": "application/json"},
  "generators": {"contents": {"$.a": {"type": "RandomInt"}}, "Metadata": {"k": {"type": "Uuid"}}}}
                 ^^^^^^^^^^ warning drops the generators under 'contents'
"#,
        );
    }

    #[test]
    fn content_is_a_matter_of_pact_jvm() {
        let text = |metadata: &str| {
            format!(
                r#"{{"consumer": {{"name": "a"}}, "provider": {{"name": "b"}}, "interactions": [{{"type": "Asynchronous/Messages",
                "description": "d", "contents": {{"content": 1}}, "generators": {{"content": {{"$": {{"type": "RandomInt"}}}}}}}}],
                "metadata": {{"pactSpecification": {{"version": "4.0"}}{metadata}}}}}"#
            )
        };
        let name = "generator-category-invalid";
        assert_eq!(findings(name, &text("")).first().map(|f| f.rule), Some(name));
        let jvm = findings(name, &text(r#", "pact-jvm": {"version": "4.6.0"}"#));
        assert_eq!(jvm.first().map(|f| f.rule), Some("library-notes"));
    }
}

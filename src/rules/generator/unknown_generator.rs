use crate::diagnostic::{Applicability, Severity};
use crate::model::{Section, Version};
use crate::rules::regex::walk::each_generator;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::quote;
use crate::text::{nearest, shorten};

rule! {
    /// A generator has a type that no tool knows.
    ///
    /// The official core takes an unknown type for the name of a plugin's generator, finds no
    /// plugin when it comes to generating a value, and keeps the example without a word. Names
    /// are case-sensitive.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1}, "generators": {"body": {"$.id": {"type": "RandomInteger"}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1}, "generators": {"body": {"$.id": {"type": "RandomInt"}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `Generator::from_map` and `generate_plugin_value` in pact_models, generators/mod.rs.
    "unknown-generator", "generator", Error, Minimal, Test, Check::Interaction(check)
}

/// The generators that the official core knows.
pub(crate) const GENERATORS: [&str; 12] = [
    "RandomInt",
    "RandomDecimal",
    "RandomHexadecimal",
    "RandomString",
    "RandomBoolean",
    "Regex",
    "Uuid",
    "Date",
    "Time",
    "DateTime",
    "ProviderState",
    "MockServerURL",
];

/// Names in older documents and other tools, and what they are called.
const RENAMED: [(&str, &str); 6] = [
    ("ProviderStateGenerator", "ProviderState"),
    ("RandomInteger", "RandomInt"),
    ("Integer", "RandomInt"),
    ("Decimal", "RandomDecimal"),
    ("Timestamp", "DateTime"),
    ("Boolean", "RandomBoolean"),
];

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.version() < Version::V3 {
        return;
    }
    each_generator(cx, &mut |generator| {
        let Some(kind) = generator.kind.filter(|kind| kind.is_string()) else { return };
        let name = kind.to_text();
        if name.is_empty() || GENERATORS.contains(&&*name) || generator.too_deep.is_some() || cx.has_plugins()
        {
            return;
        }
        let renamed = RENAMED.iter().find(|(old, _)| old.eq_ignore_ascii_case(&name)).map(|(_, new)| *new);
        let meant = renamed.or_else(|| nearest(&name, GENERATORS));
        let message = format!(
            "No tool knows the generator '{}'; the official core keeps the example as it is",
            shorten(&name)
        );
        let report = out.report(kind.span(), message);
        // The core does not read the generators of V3 messages at all.
        let unread = cx.it.section == Section::Messages;
        let report = if unread { report.at_most(Severity::Warning) } else { report };
        match meant {
            Some(meant) => {
                let edits = vec![cx.editor().set(kind, &quote(meant))];
                report.help(format!("did you mean '{meant}'?")).fix(
                    Applicability::Unsafe,
                    format!("Use '{meant}': values are generated from then on"),
                    edits,
                );
            }
            None => {
                report.help("use a generator of the specification, or name the plugin in the metadata");
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn the_fields_of_each_are_known() {
        for name in super::GENERATORS {
            assert!(crate::model::generator_fields(name).is_some(), "{name}");
        }
    }

    #[test]
    fn suggests_what_was_meant() {
        check(
            "unknown-generator",
            r#"
{"description": "d", "request": {"path": "/a", "generators": {"path": {"type": "providerState", "expression": "${a}"}}},
                                                                               ^^^^^^^^^^^^^^^ error 'providerState'
  "response": {"status": 200, "body": {"a": 1, "b": 1}, "generators": {"body": {"$.a": {"type": "ProviderStateGenerator"},
                                                                                                ^^^^^^^^^^^^^^^^^^^^^^^^ error
    "$.b": {"type": "Uuid"}}, "headers": {"X": {"type": "No"}}}}}
"#,
        );
    }

    #[test]
    fn plugins_may_know_it() {
        check(
            "unknown-generator",
            r#"
{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [{"type": "Synchronous/HTTP", "description": "d",
  "request": {"path": "/"}, "response": {"status": 200, "generators": {"header": {"X": {"type": "Snowflake"}}}}}],
  "metadata": {"pactSpecification": {"version": "4.0"}, "plugins": [{"name": "p", "version": "1"}]}}
"#,
        );
    }

    #[test]
    fn in_variants_of_v4_messages() {
        check(
            "unknown-generator",
            r#"@v4
{"type": "Asynchronous/Messages", "description": "d", "contents": {"content": [1], "contentType": "application/json"},
  "matchingRules": {"body": {"$": {"matchers": [{"match": "arrayContains", "variants": [
    {"index": 0, "rules": {"$": {"matchers": [{"match": "type"}]}}, "generators": {"$": {"type": "RandomInit"}}}]}]}}}}
                                                                                                 ^^^^^^^^^^^^ error
"#,
        );
    }
}

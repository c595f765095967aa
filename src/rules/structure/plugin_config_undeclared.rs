use rustc_hash::FxHashSet;

use crate::model::Version;
use crate::rules::{Check, FileCx, Sink, rule};
use crate::text::{Span, nearest};

rule! {
    /// An interaction is configured for a plugin that the file does not load.
    ///
    /// Plugins are loaded from `metadata.plugins` only. Without an entry there the interaction is
    /// compared without the plugin, as plain text or bytes, or not at all.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"type": "Synchronous/HTTP", "description": "d", "pluginConfiguration": {"csv": {"a": 1}},
    ///    "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}],
    ///  "metadata": {"pactSpecification": {"version": "4.0"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"type": "Synchronous/HTTP", "description": "d", "pluginConfiguration": {"csv": {"a": 1}},
    ///    "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}],
    ///  "metadata": {"pactSpecification": {"version": "4.0"},
    ///   "plugins": [{"name": "csv", "version": "0.0.6"}]}}
    /// ```
    ///
    /// ## References
    ///
    /// `V4Pact::plugin_data` in pact_models, v4/pact.rs; Pact specification 4, "Plugins".
    "plugin-config-undeclared", "structure", Warning, Recommended, Hand, Check::File(check)
}

/// So many plugins are named; a file that needs more is no pact.
const MAX_PLUGINS: usize = 10;

// A rule of the file: every interaction would say the same.
fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    if cx.version() != Version::V4 {
        return;
    }
    if cx.interactions.iter().all(|it| it.plugins.is_empty()) {
        return;
    }
    let loaded: FxHashSet<&str> = cx.facts.plugins.iter().map(|name| &**name).collect();
    let mut missing: Vec<(&str, u32, Span, usize)> = Vec::new();
    for (index, it) in cx.read() {
        for (name, span) in it.plugins.iter().filter(|(name, _)| !loaded.contains(&**name)) {
            if let Some((.., count)) = missing.iter_mut().find(|(known, ..)| known == name) {
                *count += 1;
            } else if missing.len() < MAX_PLUGINS {
                missing.push((name, index, *span, 0));
            }
        }
    }
    if missing.is_empty() {
        return;
    }
    // What stands there and is no list has a finding of its own.
    let plugins = cx.spine.and_then(|root| root.get("metadata")).and_then(|m| m.get("plugins"));
    if plugins.is_some_and(|plugins| !plugins.is_array()) {
        return;
    }
    for (name, index, span, count) in missing {
        let others = match count {
            0 => String::new(),
            1 => " (one more interaction needs it)".to_owned(),
            n => format!(" ({n} more interactions need it)"),
        };
        let message = format!(
            "Nothing in this file loads the plugin '{name}', so the interaction is compared without it{others}"
        );
        let report = out.report_at(cx.in_interaction(index, span), message);
        match nearest(name, cx.facts.plugins.iter().take(MAX_PLUGINS).map(|known| &**known)) {
            Some(near) => report.help(format!("the file loads '{near}': give both the same name")),
            None => report.help(format!(
                "add {{\"name\": \"{name}\", \"version\": \"...\"}} to \"plugins\" in the metadata"
            )),
        };
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings};

    #[test]
    fn once_a_plugin() {
        check(
            "plugin-config-undeclared",
            r#"{"interactions": [
              {"type": "Synchronous/HTTP", "pluginConfiguration": {"protobuff": {}, "csv": {}}},
                                                                   ^^^^^^^^^^^ warning loads the plugin 'protobuff', so the interaction is compared without it (one more
              {"type": "Synchronous/HTTP", "pluginConfiguration": {"protobuff": {}}}
            ], "metadata": {"pactSpecification": {"version": "4.0"},
               "plugins": [{"name": "csv", "version": "1"}, {"name": "protobuf", "version": "1"}]}}"#,
        );
        let older = r#"{"interactions": [{"pluginConfiguration": {"csv": {}}}],
            "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#;
        assert_eq!(findings("plugin-config-undeclared", older), []);
    }
}

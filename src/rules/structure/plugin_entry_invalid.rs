use crate::model::Version;
use crate::rules::structure::grammar::{head, kind_name};
use crate::rules::{Check, FileCx, Sink, rule};
use crate::syntax::Cursor;

rule! {
    /// An entry of `metadata.plugins` is not complete, so the plugin is never loaded.
    ///
    /// The official core drops an entry that does not name plugin and version in texts, with only
    /// a line in the log. Interactions that need the plugin then fail, or are compared as plain
    /// bytes.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [],
    ///  "metadata": {"pactSpecification": {"version": "4.0"}, "plugins": [{"name": "protobuf"}]}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [],
    ///  "metadata": {"pactSpecification": {"version": "4.0"},
    ///   "plugins": [{"name": "protobuf", "version": "0.3.15"}]}}
    /// ```
    ///
    /// ## References
    ///
    /// `PluginData` in pact_models, plugins.rs; `load_plugin_data`, v4/pact.rs.
    "plugin-entry-invalid", "structure", Error, Minimal, Hand, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    if cx.version() != Version::V4 {
        return;
    }
    let metadata = cx.spine.and_then(|root| root.get("metadata"));
    let Some(plugins) = metadata.and_then(|m| m.get("plugins")) else { return };
    if !plugins.is_array() {
        let message =
            format!("'plugins' is {}, not a list, so no plugin is loaded", kind_name(plugins.kind()));
        out.report(head(plugins), message).help("write [{\"name\": \"...\", \"version\": \"...\"}]");
        return;
    }
    for entry in plugins.elements() {
        if let Some((at, problem)) = problem(entry) {
            out.report(
                head(at),
                format!("{problem}: the official core drops the entry and loads no such plugin"),
            )
            .help("give each plugin a \"name\" and a \"version\", both as texts");
        }
    }
}

fn problem(entry: Cursor<'_>) -> Option<(Cursor<'_>, String)> {
    if !entry.is_object() {
        return Some((entry, format!("This plugin is {}, not an object", kind_name(entry.kind()))));
    }
    for key in ["name", "version"] {
        match entry.get(key) {
            None => return Some((entry, format!("This plugin has no '{key}'"))),
            Some(value) if !value.is_string() => {
                return Some((
                    value,
                    format!("The plugin's '{key}' is {}, not a text", kind_name(value.kind())),
                ));
            }
            Some(_) => {}
        }
    }
    let configuration = entry.get("configuration").filter(|c| !c.is_object())?;
    Some((
        configuration,
        format!("The plugin's 'configuration' is {}, not an object", kind_name(configuration.kind())),
    ))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn entries() {
        let with = |line: &str, marks: &str| {
            check(
                "plugin-entry-invalid",
                &format!(
                    "{{\"interactions\": [], \"metadata\": {{\"pactSpecification\": {{\"version\": \"4.0\"}},\n{line}\n{marks}\n}}}}"
                ),
            );
        };
        with(r#""plugins": [{"name": "a", "version": "1"}]"#, "");
        with(r#""plugins": [{"name": "a"}]"#, r#"            ^ error has no 'version'"#);
        with(
            r#""plugins": [{"name": "a", "version": 1}]"#,
            r#"                                     ^ error 'version' is a number"#,
        );
        with(r#""plugins": ["a"]"#, r#"            ^^^ error This plugin is a text"#);
        with(r#""plugins": {"a": "1"}"#, r#"^^^^^^^^^ error 'plugins' is an object"#);
        with(
            r#""plugins": [{"name": "a", "version": "1", "configuration": null}]"#,
            r#"                                                           ^^^^ error 'configuration' is null"#,
        );
    }
}

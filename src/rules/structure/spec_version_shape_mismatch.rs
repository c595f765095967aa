use crate::model::{Source, Version};
use crate::rules::{Check, FileCx, Sink, rule};

rule! {
    /// The file declares one version of the specification and is partly written like another.
    ///
    /// The official core reads such a file as it is meant. Tools that go by the version may not
    /// look for a query written as text in V3, or for generators in V2.
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d",
    ///  "request": {"method": "GET", "path": "/", "query": "a=1"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d",
    ///  "request": {"method": "GET", "path": "/", "query": {"a": ["1"]}}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// Pact specification 3, "Query strings are stored as Map instead of strings" and "Generators";
    /// `query_from_json` in pact_models, query_strings.rs.
    "spec-version-shape-mismatch", "structure", Info, Strict, Hand, Check::File(check)
}

// A rule of the file: every interaction would say the same.
fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let detected = &cx.facts.detected;
    let (Some(root), Some(node), Source::Declared) = (cx.spine, detected.node, &detected.source) else {
        return;
    };
    let new = detected.version >= Version::V3;
    let mut found = cx.read().filter_map(|(index, it)| {
        let (name, span) = if new { ("query", it.text_query?) } else { it.v3_key? };
        Some((index, name, span))
    });
    let Some((index, name, span)) = found.next() else { return };
    let others = match found.count() {
        0 => String::new(),
        1 => "; so is one more interaction".to_owned(),
        n => format!("; so are {n} more interactions"),
    };
    let version = detected.version.name();
    let message = if new {
        format!("The file declares {version}, but this query is one text, as V2 writes it{others}")
    } else {
        format!("The file declares {version}, but '{name}' came with V3{others}")
    };
    out.report_at(cx.in_interaction(index, span), message)
        .label_at(cx.in_spine(root.at(node).span()), "the version of the file")
        .help(if new {
            "write the query as names and lists of values, or declare the version that it is written in"
        } else {
            "declare version 3.0.0, or write it as the declared version does"
        });
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings};

    #[test]
    fn once_a_file() {
        let rule = "spec-version-shape-mismatch";
        check(
            rule,
            r#"{"interactions": [
              {"request": {"query": {"a": ["1"]}}},
              {"request": {"query": "a=1"}},
                           ^^^^^^^ info declares V3, but this query is one text, as V2 writes it; so is one more
              {"request": {"query": "a=1"}}
            ], "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#,
        );
        check(
            rule,
            r#"@v2
            {"description": "d", "request": {"query": "a=1", "generators": {}}, "response": {"generators": {"body": {}}}}
                                                                                             ^^^^^^^^^^^^ info 'generators' came with V3"#,
        );
        check(
            rule,
            r#"@v2
            {"description": "d", "providerStates": [{"name": "s"}], "request": {"query": "a=1"}}
                                 ^^^^^^^^^^^^^^^^ info 'providerStates' came with V3"#,
        );
        assert_eq!(findings(rule, r#"{"interactions": [{"request": {"query": "a=1"}}]}"#), []);
    }
}

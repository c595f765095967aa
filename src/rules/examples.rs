//! The examples in the documentation of rules.

use crate::syntax::parse;

/// An example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// It stands under `## Invalid`.
    pub invalid: bool,
    /// A pact, or for a rule over many files an array of them.
    pub text: String,
}

/// The fenced JSON examples of a documentation text. The word after `json` in a fence is the
/// version of the pact that is put around an interaction; `v3` without one.
pub fn examples(docs: &str) -> Vec<Example> {
    let mut out: Vec<(bool, &str, String)> = Vec::new();
    let (mut invalid, mut inside) = (false, false);
    for line in docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        if let Some(fence) = line.trim_start().strip_prefix("```") {
            inside = !inside;
            if inside {
                let version = fence.strip_prefix("json").unwrap_or_default().trim();
                out.push((invalid, if version.is_empty() { "v3" } else { version }, String::new()));
            }
        } else if inside {
            if let Some((_, _, text)) = out.last_mut() {
                text.push_str(line);
                text.push('\n');
            }
        } else if line.starts_with("## ") {
            invalid = line.starts_with("## Invalid");
        }
    }
    out.into_iter().map(|(invalid, version, json)| Example { invalid, text: pact(&json, version) }).collect()
}

/// `json` if it is a pact, else a pact around that one interaction.
pub(crate) fn pact(json: &str, version: &str) -> String {
    let tree = parse(json);
    let is_interaction = tree.root(json).is_some_and(|root| {
        let has = |name| root.get(name).is_some();
        (has("request") || has("response") || has("contents") || has("description"))
            && !has("interactions")
            && !has("messages")
            && !has("consumer")
    });
    if !is_interaction {
        return json.to_owned();
    }
    let section = if json.contains("\"contents\"") && version != "v4" { "messages" } else { "interactions" };
    let version = match version {
        "v1" => "1.0.0",
        "v2" => "2.0.0",
        "v4" => "4.0",
        _ => "3.0.0",
    };
    format!(
        r#"{{"consumer": {{"name": "web"}}, "provider": {{"name": "api"}}, "{section}": [
{json}], "metadata": {{"pactSpecification": {{"version": "{version}"}}}}}}"#
    )
}

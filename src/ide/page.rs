//! The page of a rule, as a person reads it.

use crate::rules::{Meta, OptionKind};

/// What there is to know of a rule, in Markdown; ends with a line feed.
pub fn rule_page(meta: &Meta) -> String {
    let mut options = String::new();
    for option in meta.options {
        let holds = match option.kind {
            OptionKind::Number { default, .. } => format!("a number, {default} by default"),
            OptionKind::Texts => "a list of texts, empty by default".to_owned(),
        };
        options.push_str(&format!("- `{}`: {}; {holds}\n", option.name, option.doc));
    }
    if !options.is_empty() {
        options.insert_str(0, "\n## Options\n\n");
    }
    format!(
        "{} · in {} and above · caused by the {} · since {}\n\n{}\n{options}",
        meta.severity.name(),
        meta.preset.name(),
        meta.cause.name(),
        meta.since,
        rule_docs(meta)
    )
}

/// The documentation of a rule, without the blank that each line of a doc comment starts with.
pub fn rule_docs(meta: &Meta) -> String {
    let lines: Vec<&str> =
        meta.docs.trim_end().lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n").trim().to_owned()
}

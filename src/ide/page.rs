//! The page of a rule, as a person reads it.

use std::fmt::Write;

use crate::analysis::hints;
use crate::config::Dsl;
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
        "{} · in {} and above · caused by the {} · since {}\n\n{}\n{options}{}",
        meta.severity.name(),
        meta.preset.name(),
        meta.cause.name(),
        meta.since,
        rule_docs(meta),
        in_your_test(meta)
    )
}

/// What to write in a test instead of the rule's example of what is wrong, in each library.
fn in_your_test(meta: &Meta) -> String {
    let mut out = String::new();
    // Kotlin has the methods of Java.
    for dsl in Dsl::ALL.into_iter().filter(|dsl| *dsl != Dsl::Kotlin) {
        let mut library = dsl.library();
        for hint in hints::of_rule(meta, dsl) {
            // Writing to a string does not fail.
            let _ = writeln!(out, "{library:<12} {}", hint.code);
            library = "";
        }
    }
    if out.is_empty() { out } else { format!("\n## In your test\n\n```text\n{out}```\n") }
}

/// The documentation of a rule, without the blank that each line of a doc comment starts with.
pub fn rule_docs(meta: &Meta) -> String {
    let lines: Vec<&str> =
        meta.docs.trim_end().lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n").trim().to_owned()
}

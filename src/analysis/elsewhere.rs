//! Findings of the parser and of the schemas, under the names of rules.

use crate::config::Levels;
use crate::diagnostic::{Anchor, Applicability, Diagnostic, Severity};
use crate::model::Violation;
use crate::rules::{ALL, Sink, find};
use crate::syntax::{Cursor, SyntaxError, SyntaxErrorKind};
use crate::text::{Span, TextEdit};

/// Reports what the parser found.
pub(super) fn syntax_errors(
    errors: &[SyntaxError],
    text: &str,
    anchor: Anchor,
    levels: &Levels,
    out: &mut Vec<Diagnostic>,
) {
    for error in errors {
        let name = match error.kind {
            SyntaxErrorKind::ByteOrderMark => "json-bom",
            _ => "json-syntax",
        };
        let Some((index, severity)) = find(name).and_then(|i| Some((i, levels.of(i)?))) else { continue };
        let mut sink = Sink::new(&ALL[index].meta, severity, anchor, out);
        let report = sink.report(error.span, sentence(&error.kind));
        match &error.kind {
            SyntaxErrorKind::ByteOrderMark => report
                .help("save the file as UTF-8 without a byte order mark")
                .fix(Applicability::Safe, "Remove the byte order mark", vec![TextEdit::delete(error.span)]),
            SyntaxErrorKind::TrailingComma(_) => report.help("remove the comma").fix(
                Applicability::Safe,
                "Remove the comma",
                vec![TextEdit::delete(error.span)],
            ),
            SyntaxErrorKind::MissingComma if error.span.is_empty() => report.help("add a comma").fix(
                Applicability::Safe,
                "Add the comma",
                vec![TextEdit::insert(error.span.start, ",")],
            ),
            SyntaxErrorKind::Comment => report.help("remove the comment; V4 has `comments` for notes"),
            SyntaxErrorKind::MergeMarker => report.help("finish the merge: keep one side"),
            SyntaxErrorKind::Unclosed(_) => report.help("add the closing bracket"),
            SyntaxErrorKind::BadEscape(_) if text.get(error.span.start as usize..).is_some() => {
                report.help("double the backslash if you mean one, as in \"\\\\d\"")
            }
            _ => report.help("the official core refuses the whole file until this is mended"),
        };
    }
}

fn sentence(kind: &SyntaxErrorKind) -> String {
    let text = kind.to_string();
    let mut chars = text.chars();
    let first = chars.next().map(|ch| ch.to_uppercase().to_string()).unwrap_or_default();
    match kind {
        SyntaxErrorKind::ByteOrderMark => {
            "The file starts with a byte order mark, which the official core refuses as invalid JSON"
                .to_owned()
        }
        _ => format!("Invalid JSON: {}{}", first.to_lowercase(), chars.as_str()),
    }
}

/// Rules whose own check judges everything that the schema knows of the matter, and more
/// finely: where it is silent, it has a reason. The schemas name them for other readers.
const JUDGED_IN_FULL: &[&str] = &[
    "content-type-hint-invalid",
    "encoded-invalid",
    "invalid-interaction-type",
    "legacy-spec-key",
    "messages-and-interactions",
    "messages-in-v4",
    "misplaced-key",
    "missing-consumer",
    "missing-description",
    "missing-interaction-type",
    "missing-interactions",
    "missing-provider",
    "missing-spec-version",
    "not-a-pact",
    "plugin-entry-invalid",
    "spec-version-invalid",
    "status-not-integer",
    "status-out-of-range",
    "unknown-key",
    "v4-body-extra-keys",
    "v4-body-missing-content",
    "v4-body-not-wrapped",
    "v4-fields-in-older-file",
];

/// Whether the check of `rule` has the last word on what the schema says at `span`. That of
/// `wrong-value-type` leaves the fields of matchers and generators to the schema.
fn judged_in_full(rule: &str, span: Span, root: Cursor<'_>) -> bool {
    if rule != "wrong-value-type" {
        return JUDGED_IN_FULL.contains(&rule);
    }
    let path = root.node_at(span.start).path_from_root();
    let (_, above) = path.split_last().unwrap_or((&root, &[]));
    let holds_rules = |key: Cursor<'_>| key.is_named("matchingRules") || key.is_named("generators");
    !above.iter().any(|node| node.key().is_some_and(holds_rules))
}

/// Reports violations of the schema, each under the rule that speaks for it. Where that
/// rule has already reported about the same place, its own words stand.
pub(super) fn schema(
    violations: &[Violation],
    root: Cursor<'_>,
    anchor: Anchor,
    levels: &Levels,
    out: &mut Vec<Diagnostic>,
) {
    for violation in violations {
        let name = if violation.rule.is_empty() { "schema" } else { &violation.rule };
        if judged_in_full(name, violation.span, root) {
            continue;
        }
        let Some(index) = find(name).or_else(|| find("schema")) else { continue };
        let Some(severity) = levels.of(index) else { continue };
        let meta = &ALL[index].meta;
        let said = out.iter().any(|d| {
            d.place.anchor == anchor
                && (d.place.span == violation.span && d.severity == Severity::Error
                    || d.rule == meta.name
                        && (same_place(d.place.span, violation.span, root)
                            || violation.keyword == "required"
                                && is_member(d.place.span, violation.span, root)))
        });
        if said {
            continue;
        }
        let description = describe(violation);
        Sink::new(meta, severity, anchor, out).report(violation.span, &violation.message).help(description);
    }
}

/// A finding on a key and one on its value are about the same thing.
fn same_place(a: Span, b: Span, root: Cursor<'_>) -> bool {
    if a == b || a.contains(b) || b.contains(a) {
        return true;
    }
    let key_of = |span: Span| {
        let node = root.node_at(span.start);
        node.key().unwrap_or(node).id()
    };
    key_of(a) == key_of(b)
}

/// Whether `member` is in the key or value of a member of the object at `object`: what an
/// object lacks can be shown at what it has.
fn is_member(member: Span, object: Span, root: Cursor<'_>) -> bool {
    let node = root.node_at(object.start);
    let node = node.value().unwrap_or(node);
    node.members().any(|m| m.key.span() == member || m.value.is_some_and(|v| v.span() == member))
}

fn describe(violation: &Violation) -> String {
    match violation.keyword.as_str() {
        "additionalProperties" => "remove the key, or spell it as the specification does".to_owned(),
        "required" => "add the key".to_owned(),
        "type" => "write a value of that type".to_owned(),
        _ => {
            "write what the specification has here: other values are ignored or replaced silently".to_owned()
        }
    }
}

//! The fields of each type of generator, for `generator-bad-field`.

use crate::diagnostic::{Applicability, Severity};
use crate::model::datetime::Kind as DateKind;
use crate::model::regex::{CompileError, generator_problem};
use crate::model::{Generator, parse_path};
use crate::rules::generator::date_expression;
use crate::rules::matching::rule_path_invalid::report;
use crate::rules::{InteractionCx, Sink};
use crate::syntax::{Cursor, Kind, quote};
use crate::text::{Span, nearest, shorten};

/// Bounds of `RandomInt`.
pub(super) fn random_int(cx: &InteractionCx<'_>, node: Cursor<'_>, most: Severity, out: &mut Sink<'_>) {
    let mut bounds = [0, 10];
    let fields = ["min", "max"].map(|name| node.get(name));
    for ((bound, name), field) in bounds.iter_mut().zip(["min", "max"]).zip(fields) {
        let Some(field) = field else { continue };
        let number = if field.kind() == Kind::Number { field.raw().parse::<i64>().ok() } else { None };
        match number.and_then(|n| i32::try_from(n).ok()) {
            Some(number) => *bound = number,
            None => {
                let default = *bound;
                let message = match number {
                    Some(_) => format!("'{name}' is beyond 32 bits, and the official core cuts it off"),
                    None => {
                        format!("'{name}' is no whole number, so the official core silently takes {default}")
                    }
                };
                out.report(field.span(), message).help("use a whole number").at_most(Severity::Warning);
                return;
            }
        }
    }
    let [min, max] = bounds;
    if min <= max {
        return;
    }
    let at = fields[0].or(fields[1]).unwrap_or(node);
    let default = match (fields[0], fields[1]) {
        (Some(_), None) => " (the default)",
        _ => "",
    };
    let message = format!(
        "RandomInt with 'min' {min} above 'max' {max}{default}: the official core panics when it generates"
    );
    let report = out.report(at.span(), message).at_most(most);
    match fields {
        [Some(low), Some(high)] => {
            let editor = cx.editor();
            let edits = vec![editor.set(low, high.raw()), editor.set(high, low.raw())];
            report.help("exchange the two").fix(
                Applicability::Unsafe,
                "Exchange 'min' and 'max': values are generated from then on",
                edits,
            );
        }
        _ => {
            report.help("give both 'min' and 'max'");
        }
    }
}

/// A field that must be a small whole number.
pub(super) fn count(node: Cursor<'_>, name: &str, most: Severity, out: &mut Sink<'_>) {
    let Some(field) = node.get(name) else { return };
    match field.as_u64() {
        Some(0..=65_535) => {}
        Some(_) => {
            out.report(
                field.span(),
                format!("'{name}' is beyond 16 bits, and the official core cuts it off"),
            )
            .help("use a smaller number")
            .at_most(most.min(Severity::Warning));
        }
        None => {
            out.report(
                field.span(),
                format!("'{name}' is no whole number, so the official core silently takes 10"),
            )
            .help("use a whole number")
            .at_most(most.min(Severity::Warning));
        }
    }
}

/// The digits of `RandomDecimal` and `RandomHexadecimal`.
pub(super) fn digits(
    cx: &InteractionCx<'_>,
    node: Cursor<'_>,
    hex: bool,
    most: Severity,
    out: &mut Sink<'_>,
) {
    let misnamed = ["size", "length"].iter().find_map(|name| node.get(name)?.key());
    let Some(field) = node.get("digits") else {
        let Some(key) = misnamed else { return };
        let kind = if hex { "RandomHexadecimal" } else { "RandomDecimal" };
        let message = format!("{kind} does not read '{}': the official core makes 10 digits", key.name());
        out.report(key.span(), message).help("write 'digits'").at_most(most.min(Severity::Warning)).fix(
            Applicability::Unsafe,
            "Rename to 'digits': other values are generated",
            vec![cx.editor().rename(key, "digits")],
        );
        return;
    };
    match field.as_u64() {
        Some(0) => {
            let message = if hex {
                "RandomHexadecimal of 0 digits makes an empty text"
            } else {
                "RandomDecimal of 0 digits makes no number: an empty text, or the example stays"
            };
            out.report(field.span(), message).help("use at least 1").at_most(most.min(Severity::Warning));
        }
        Some(17..=65_535) if hex => {
            out.report(
                field.span(),
                "RandomHexadecimal never repeats a digit, so the official core makes only 16",
            )
            .help("use up to 16 digits, or the Regex generator with [0-9A-F]{n}")
            .at_most(most.min(Severity::Warning));
        }
        _ => count(node, "digits", most, out),
    }
}

/// The type that `ProviderState` turns its value into.
pub(super) fn data_type(cx: &InteractionCx<'_>, node: Cursor<'_>, out: &mut Sink<'_>) {
    const TYPES: [&str; 6] = ["STRING", "INTEGER", "DECIMAL", "FLOAT", "RAW", "BOOLEAN"];
    let Some(field) = node.get("dataType").filter(|field| !field.is_null()) else { return };
    let name = field.to_text();
    if TYPES.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
        return;
    }
    let message = format!(
        "'{}' is no data type, so the official core silently leaves the value as it comes",
        shorten(&name)
    );
    let report = out.report(field.span(), message).at_most(Severity::Warning);
    match nearest(&name, TYPES) {
        Some(meant) => {
            let edits = vec![cx.editor().set(field, &quote(meant))];
            let title = format!("Use '{meant}': the value is converted from then on");
            report.help(format!("did you mean '{meant}'?")).fix(Applicability::Unsafe, title, edits);
        }
        None => {
            report.help(format!("use one of {}", TYPES.join(", ")));
        }
    }
}

/// A path of a generator that the core cannot read.
pub(super) fn path(cx: &InteractionCx<'_>, generator: &Generator, out: &mut Sink<'_>) {
    let (category, Some(key)) = (cx.node(generator.category).name(), generator.key) else { return };
    // Anything but an object is dropped before its path is looked at.
    let of_paths = ["body", "metadata"].iter().any(|name| category.eq_ignore_ascii_case(name));
    let read = of_paths && cx.node(generator.node).is_object();
    let key = cx.node(key);
    let Some(Err(error)) = read.then(|| parse_path(&key.name())) else { return };
    report(cx, key, &error, out);
}

/// The length of `RandomString`.
pub(super) fn random_string(cx: &InteractionCx<'_>, node: Cursor<'_>, most: Severity, out: &mut Sink<'_>) {
    let misnamed = ["digits", "length"].iter().find_map(|name| node.get(name)?.key());
    let Some(key) = misnamed.filter(|_| node.get("size").is_none()) else {
        return count(node, "size", most, out);
    };
    let message =
        format!("RandomString does not read '{}': the official core makes 10 characters", key.name());
    out.report(key.span(), message).help("write 'size'").at_most(Severity::Warning).fix(
        Applicability::Unsafe,
        "Rename to 'size': other values are generated",
        vec![cx.editor().rename(key, "size")],
    );
}

/// The format of `Uuid`.
pub(super) fn uuid(cx: &InteractionCx<'_>, node: Cursor<'_>, out: &mut Sink<'_>) {
    const FORMATS: [&str; 4] = ["simple", "lower-case-hyphenated", "upper-case-hyphenated", "URN"];
    let Some(field) = node.get("format").filter(|format| !format.is_null()) else { return };
    let format = field.to_text();
    if FORMATS.contains(&&*format) {
        return;
    }
    let message = format!(
        "'{}' is no format of Uuid; the official core silently takes lower-case-hyphenated",
        shorten(&format)
    );
    let report = out.report(field.span(), message).at_most(Severity::Warning);
    match nearest(&format, FORMATS) {
        Some(meant) => {
            let edits = vec![cx.editor().set(field, &quote(meant))];
            let title = format!("Use '{meant}': other values are generated");
            report.help(format!("did you mean '{meant}'?")).fix(Applicability::Unsafe, title, edits);
        }
        None => {
            report.help(format!("use one of {}", FORMATS.join(", ")));
        }
    }
}

/// The pattern of `Regex`.
pub(super) fn regex(node: Cursor<'_>, head: Span, most: Severity, out: &mut Sink<'_>) {
    let Some(field) = node.get("regex") else {
        out.report(head, "The generator Regex needs a 'regex'; the official core drops one without it")
            .help("add the pattern that generated values match")
            .at_most(most);
        return;
    };
    if !field.is_string() {
        return;
    }
    let Some((range, problem)) = generator_problem(&field.to_text()) else { return };
    let span = if range.is_empty() { field.span() } else { field.span_within(range) };
    // Whoever generates with pact-jvm uses another engine.
    out.report(
        span,
        format!("The official core cannot generate from this pattern and keeps the example: {problem}"),
    )
    .help("use classes, groups and counts only, as in [a-z]{3}\\d+ within ASCII")
    .at_most(Severity::Warning);
}

/// The expression of `Date`, `Time` and `DateTime`.
pub(super) fn expression(node: Cursor<'_>, kind: DateKind, most: Severity, out: &mut Sink<'_>) {
    let Some(field) = node.get("expression").filter(|field| field.is_string()) else { return };
    let text = field.to_text();
    let Err(problem) = date_expression::check(&text, kind) else { return };
    let span = if problem.at < text.len() { field.span_within(problem.at..text.len()) } else { field.span() };
    let message =
        format!("'{}' is no expression the official core can read, so nothing is generated", shorten(&text));
    out.report(span, message).help(format!("expected here: {}", problem.expected)).at_most(most);
}

/// The pattern of `MockServerURL`.
pub(super) fn mock_server_url(cx: &InteractionCx<'_>, node: Cursor<'_>, most: Severity, out: &mut Sink<'_>) {
    let head = node.key().unwrap_or(node).span();
    let missing = ["regex", "example"].into_iter().find(|name| node.get(name).is_none());
    if let Some(name) = missing {
        let (message, most) = if name == "regex" {
            ("MockServerURL has no 'regex': the official core panics when it generates", most)
        } else {
            ("MockServerURL has no 'example', so the URL that it makes is empty", most.min(Severity::Warning))
        };
        out.report(head, message)
            .help("give both: the 'example' URL, and a 'regex' with a group for the part to keep")
            .at_most(most);
        return;
    }
    let Some(field) = node.get("regex").filter(|field| field.is_string()) else { return };
    let pattern = field.to_text();
    let compiled = cx.regexes.borrow_mut().compile(&pattern);
    if let Err(CompileError::Invalid { message, .. }) = &*compiled {
        let message =
            format!("The pattern of MockServerURL does not compile, so no URL is generated: {message}");
        out.report(field.span(), message).help("correct the pattern").at_most(most);
    } else if !pattern.contains('(') {
        out.report(
            field.span(),
            "The pattern of MockServerURL has no group: the official core panics when it generates",
        )
        .help("put the part of the URL to keep into a group, as in '.*(\\/path)$'")
        .at_most(most);
    }
}

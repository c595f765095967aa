use crate::diagnostic::{Applicability, Severity};
use crate::model::datetime::Kind as DateKind;
use crate::model::regex::{CompileError, generator_problem};
use crate::model::{Section, Version};
use crate::rules::generator::date_expression;
use crate::rules::regex::walk::{FoundGenerator, each_generator};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, Kind, quote};
use crate::text::{Span, nearest, shorten};

rule! {
    /// A generator lacks a field it needs, or has one that it cannot work with.
    ///
    /// The official core reads generators leniently: without a needed field the generator is
    /// dropped, a number that is none becomes the default, and what cannot be generated leaves
    /// the example as it is. Only `RandomInt` with `min` above `max` is loud: the core panics.
    ///
    /// The `Regex` generator reads its pattern with another engine than the matcher: without
    /// look-around, backreferences and anchors inside, and without `.` and `\D`, which could
    /// make half a character.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 5}, "generators": {"body": {"$.id": {"type": "RandomInt", "min": 10, "max": 1}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 5}, "generators": {"body": {"$.id": {"type": "RandomInt", "min": 1, "max": 10}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `Generator::from_map` and `GenerateValue` in pact_models, generators/mod.rs.
    "generator-bad-field", "generator", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.version() < Version::V3 {
        return;
    }
    // The core does not read the generators of V3 messages at all.
    let most = if cx.it.section == Section::Messages { Severity::Warning } else { Severity::Error };
    each_generator(cx, &mut |generator| judge(cx, &generator, most, out));
}

fn judge(cx: &InteractionCx<'_>, generator: &FoundGenerator<'_>, most: Severity, out: &mut Sink<'_>) {
    let node = generator.node;
    let head = node.key().unwrap_or(node).span();
    if let Some(category) = generator.too_deep {
        let name = category.name();
        out.report(
            head,
            format!("The generator of '{name}' stands one level too deep, so the official core drops it"),
        )
        .help(format!("write it right under '{name}': {{\"type\": ...}}"))
        .at_most(most);
        return;
    }
    let name = generator.kind.and_then(Cursor::as_str).unwrap_or_default();
    if !node.is_object() || name.is_empty() {
        let what = match (node.is_object(), generator.kind) {
            (false, _) => "A generator is an object with 'type'; the official core drops this one",
            (true, None) => "The generator has no 'type', so the official core drops it",
            (true, Some(_)) => "The generator's 'type' is no name, so the official core drops it",
        };
        out.report(generator.kind.map_or(head, Cursor::span), what)
            .help("give it a type, as in {\"type\": \"Uuid\"}")
            .at_most(most);
        return;
    }
    match &*name {
        "RandomInt" => random_int(cx, node, most, out),
        "RandomDecimal" | "RandomHexadecimal" => count(node, "digits", most, out),
        "RandomString" => random_string(cx, node, most, out),
        "Uuid" => uuid(cx, node, out),
        "Regex" => regex(node, head, most, out),
        "Date" => expression(node, DateKind::Date, most, out),
        "Time" => expression(node, DateKind::Time, most, out),
        "DateTime" => expression(node, DateKind::DateTime, most, out),
        "ProviderState" if node.get("expression").is_none() => {
            out.report(
                head,
                "ProviderState needs an 'expression'; the official core drops a generator without one",
            )
            .help("add \"expression\": \"${name}\" with the name of a state parameter")
            .at_most(most);
        }
        "MockServerURL" => mock_server_url(cx, node, most, out),
        _ => {}
    }
}

fn random_int(cx: &InteractionCx<'_>, node: Cursor<'_>, most: Severity, out: &mut Sink<'_>) {
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
fn count(node: Cursor<'_>, name: &str, most: Severity, out: &mut Sink<'_>) {
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

fn random_string(cx: &InteractionCx<'_>, node: Cursor<'_>, most: Severity, out: &mut Sink<'_>) {
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

fn uuid(cx: &InteractionCx<'_>, node: Cursor<'_>, out: &mut Sink<'_>) {
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

fn regex(node: Cursor<'_>, head: Span, most: Severity, out: &mut Sink<'_>) {
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

fn expression(node: Cursor<'_>, kind: DateKind, most: Severity, out: &mut Sink<'_>) {
    let Some(field) = node.get("expression").filter(|field| field.is_string()) else { return };
    let text = field.to_text();
    let Err(problem) = date_expression::check(&text, kind) else { return };
    let span = if problem.at < text.len() { field.span_within(problem.at..text.len()) } else { field.span() };
    let message =
        format!("'{}' is no expression the official core can read, so nothing is generated", shorten(&text));
    out.report(span, message).help(format!("expected here: {}", problem.expected)).at_most(most);
}

fn mock_server_url(cx: &InteractionCx<'_>, node: Cursor<'_>, most: Severity, out: &mut Sink<'_>) {
    let Some(field) = node.get("regex").filter(|field| field.is_string()) else { return };
    let pattern = field.to_text();
    let compiled = cx.regexes.borrow_mut().compile(&pattern);
    if let Err(CompileError::Invalid { message, .. }) = &*compiled {
        let message =
            format!("The pattern of MockServerURL does not compile, so no URL is generated: {message}");
        out.report(field.span(), message).help("correct the pattern").at_most(most);
    } else if !pattern.contains('(') && !pattern.is_empty() {
        out.report(
            field.span(),
            "The pattern of MockServerURL has no group: the official core panics when it generates",
        )
        .help("put the part of the URL to keep into a group, as in '.*(\\/path)$'")
        .at_most(most);
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn fields_by_type() {
        check(
            "generator-bad-field",
            r#"
{"description": "d", "request": {"path": "/a",
  "generators": {"path": {"": {"type": "Uuid"}}}},
                          ^^ error one level too deep
  "response": {"status": 200, "generators": {
    "header": {"A": {"type": "RandomInt", "min": 20},
                                                 ^^ error 'min' 20 above 'max' 10 (the default)
               "B": {"type": "RandomInt", "max": "20"},
                                                 ^^^^ warning silently takes 10
               "C": {"type": "RandomString", "digits": 5},
                                             ^^^^^^^^ warning does not read 'digits'
               "D": {"type": "Uuid", "format": "urn"},
                                               ^^^^^ warning lower-case-hyphenated
               "E": {"type": "Regex"},
               ^^^ error needs a 'regex'
               "F": {"type": "Regex", "regex": "^a(?=b)$"},
                                                  ^^^^ warning cannot generate
               "G": {"type": "Date", "expression": "+1 dy"},
                                                       ^^ error no expression
               "H": {"type": "ProviderState"},
               ^^^ error needs an 'expression'
               "I": {"type": ""},
                             ^^ error
               "J": {"expression": "a"},
               ^^^ error no 'type'
               "K": "Uuid",
               ^^^ error is an object
               "L": {"type": "MockServerURL", "example": "http://a/b", "regex": ".*/b"}}}}}
                                                                                ^^^^^^ error no group
"#,
        );
    }

    #[test]
    fn ordinary_generators_are_fine() {
        check(
            "generator-bad-field",
            r#"
{"description": "d", "request": {"path": "/a", "generators": {"path": {"type": "ProviderState", "expression": "/a/${id}"}}},
  "response": {"status": 200, "generators": {"status": {"type": "RandomInt", "min": 200, "max": 200},
    "body": {"$.a": {"type": "RandomInt", "min": -5, "max": 5}, "$.b": {"type": "Uuid", "format": "URN"},
             "$.c": {"type": "Regex", "regex": "^[a-z]{3}$"}, "$.d": {"type": "DateTime", "expression": "+1 day @ noon"},
             "$.e": {"type": "RandomDecimal", "digits": 3}, "$.f": {"type": "RandomBoolean"},
             "$.g": {"type": "MockServerURL", "example": "http://a/b", "regex": ".*(/b)$"}}}}}
"#,
        );
    }
}

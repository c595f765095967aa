use crate::diagnostic::Applicability;
use crate::model::{InvalidMatcher, MatcherKind, PathError, Target, parse_path};
use crate::rules::matching::visit::each_matcher;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, quote};
use crate::text::TextEdit;

rule! {
    /// The path of a rule is not a path expression.
    ///
    /// One such path makes the official core refuse the whole file. A path is `$` and steps:
    /// `.name`, `['any name']`, `[0]`, `[*]` and `.*`. There are no filters, slices or `..`.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"first name": "Ann"},
    ///   "matchingRules": {"body": {"$.first name": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"first name": "Ann"},
    ///   "matchingRules": {"body": {"$['first name']": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `parse_path_exp` in pact_models, path_exp.rs.
    "rule-path-invalid", "matching", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for (_, _, group) in cx.groups() {
        match &group.target {
            Target::Invalid(error) => report(cx, cx.node(group.key), error, out),
            // In V2 the core reads a name, once found, as a path again.
            Target::Name(name) if group.key == group.category_key && !is_plain(name) => {
                let key = cx.node(group.key);
                if let (Err(error), Some(at)) = (parse_path(name), key.name().find(name.as_str())) {
                    let (start, end) = (at as u32 + error.start, at as u32 + error.end);
                    report(cx, key, &PathError { start, end, ..error }, out);
                }
            }
            _ => {}
        }
    }
    each_matcher(cx, &mut |matcher| {
        if matches!(matcher.kind, MatcherKind::Invalid(InvalidMatcher::InnerPath)) {
            inner(cx, cx.node(matcher.node), out);
        }
    });
}

fn is_plain(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// Paths in the variants of an `arrayContains` matcher, or in matchers further inside.
fn inner(cx: &InteractionCx<'_>, matcher: Cursor<'_>, out: &mut Sink<'_>) {
    let variants = matcher.get("variants").into_iter().flat_map(Cursor::elements);
    for member in variants.filter_map(|v| v.get("rules")).flat_map(Cursor::members) {
        if let Err(error) = parse_path(&member.key.name()) {
            report(cx, member.key, &error, out);
        }
        let matchers = member.value.and_then(|v| v.get("matchers"));
        matchers.into_iter().flat_map(Cursor::elements).for_each(|m| inner(cx, m, out));
    }
    let rules = matcher.get("rules").into_iter().flat_map(Cursor::elements);
    rules.for_each(|m| inner(cx, m, out));
}

/// Reports a path that the core cannot read.
pub(crate) fn report(cx: &InteractionCx<'_>, key: Cursor<'_>, error: &PathError, out: &mut Sink<'_>) {
    let text = key.name();
    let mut span = key.span_within(error.start as usize..error.end as usize);
    if span.is_empty() {
        span = key.span();
    }
    let report = out
        .report(span, format!("The path does not parse, {error}: the official core refuses the whole file"));
    // A name that needs quotes in V2 is a path once more, and again none.
    let twice = text.starts_with("$.header") || text.starts_with("$.query") || text.starts_with("$.metadata");
    match repaired(&text).filter(|path| !twice || !path.contains('\'')) {
        Some(path) => {
            // The fix is to be looked at, since several readings of such a path are possible.
            let edit = TextEdit::replace(cx.node(key.id()).span(), quote(&path));
            report.help(format!("write {path}")).fix(
                Applicability::Unsafe,
                format!("Write {path}"),
                vec![edit],
            );
        }
        None if twice && text.contains('[') => {
            report.help("a rule of V2 cannot name a parameter or header with brackets: remove it, or make the file V3");
        }
        None => {
            report.help("write steps as .name, ['any name'], [0], [*] or .*");
        }
    }
}

/// The path with quotes around each step that needs them, if that makes it one.
fn repaired(text: &str) -> Option<String> {
    let rest = text.strip_prefix('$')?;
    let mut out = String::from("$");
    let mut rest = rest.replace("[\"", "['").replace("\"]", "']");
    rest.insert_str(0, if rest.starts_with(['.', '[']) { "" } else { "." });
    let mut rest = &rest[..];
    while let Some(ch) = rest.chars().next() {
        if ch == '.' {
            let name = &rest[1..];
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (name, after) = name.split_at(end);
            match name {
                "*" => out.push_str(".*"),
                // A path that was put into another one.
                "$" => {}
                _ => out.push_str(&crate::model::field_step(name)?),
            }
            rest = after;
        } else {
            let end = if rest.starts_with("['") { rest.find("']")? + 2 } else { rest.find(']')? + 1 };
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    (out != text && parse_path(&out).is_ok()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::repaired;
    use crate::rules::testing::check;

    #[test]
    fn the_character_is_marked() {
        check(
            "rule-path-invalid",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {"a b": "x"},
              "matchingRules": {"body": {
                "$.a b": {"matchers": [{"match": "type"}]},
                    ^ error a space is not allowed
                "$..a": {"matchers": [{"match": "type"}]},
                   ^ error expected a name
                "$['a b']": {"matchers": [{"match": "type"}]}
              }, "metadata": {
                "/x": {"matchers": [{"match": "type"}]}
                 ^ error a path starts with '$'
              }}}}"#,
        );
    }

    #[test]
    fn variants_and_version_2_names() {
        check(
            "rule-path-invalid",
            r#"@v4
            {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "matchingRules": {"body": {"$": {"matchers": [{"match": "arrayContains", "variants": [{"index": 0, "rules": {
                "$.x y": {"matchers": [{"match": "type"}]}
                    ^ error a space
              }}]}]}}}}}"#,
        );
        check(
            "rule-path-invalid",
            r#"@v2
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "matchingRules": {
                "$.headers['X Y']": {"match": "type"},
                             ^ error a space
                "$.headers['X-Y']": {"match": "type"}
              }}}"#,
        );
    }

    #[test]
    fn repairs() {
        assert_eq!(repaired("$.a b[0].c").as_deref(), Some("$['a b'][0].c"));
        assert_eq!(repaired("$[\"a\"]").as_deref(), Some("$['a']"));
        assert_eq!(repaired("$a.b").as_deref(), Some("$.a.b"));
        assert_eq!(repaired("$.a|b.*").as_deref(), Some("$['a|b'].*"));
        assert_eq!(repaired("$.header.$.A[0]").as_deref(), Some("$.header.A[0]"));
        assert_eq!(repaired("$..a"), None);
        assert_eq!(repaired("$[-1]"), None);
        assert_eq!(repaired("$.é\u{300}").as_deref(), Some("$['é\u{300}']"));
    }
}

use std::cell::OnceCell;

use rustc_hash::FxHashSet;

use crate::diagnostic::Severity;
use crate::model::datetime::Kind as DateKind;
use crate::model::{Section, Version};
use crate::rules::generator::fields::{
    data_type, digits, expression, mock_server_url, path, random_int, random_string, regex, uuid,
};
use crate::rules::regex::walk::{FoundGenerator, each_generator};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;

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
    // ... so that their paths do no harm.
    if most == Severity::Error {
        let blocks = cx.it.parts.iter().filter_map(|part| part.generators.as_ref());
        blocks.flat_map(|block| &block.generators).for_each(|generator| path(cx, generator, out));
    }
    let matched = OnceCell::new();
    each_generator(cx, &mut |generator| {
        let regex = generator.node.get("regex").filter(|regex| regex.is_string());
        let told = regex.is_some_and(|regex| is_told(cx, &regex.to_text(), &matched));
        if !told {
            judge(cx, &generator, most, out);
        }
    });
}

/// Whether the pattern of a generator is that of a matcher too, and broken for both: that is
/// told of the matcher's.
fn is_told(cx: &InteractionCx<'_>, pattern: &str, matched: &OnceCell<FxHashSet<String>>) -> bool {
    if cx.regexes.borrow_mut().compile(pattern).is_ok() {
        return false;
    }
    let patterns = || {
        let matchers = cx.groups().flat_map(|(_, _, group)| &group.matchers);
        let regexes = matchers.filter_map(|matcher| cx.node(matcher.node).get("regex"));
        regexes.filter(|regex| regex.is_string()).map(|regex| regex.to_text().into_owned()).collect()
    };
    matched.get_or_init(patterns).contains(pattern)
}

fn judge(cx: &InteractionCx<'_>, generator: &FoundGenerator<'_>, most: Severity, out: &mut Sink<'_>) {
    let node = generator.node;
    let head = node.key().unwrap_or(node).span();
    if let Some(category) = generator.too_deep {
        let name = category.name();
        out.report(
            category.span(),
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
        "RandomDecimal" => digits(cx, node, false, most, out),
        "RandomHexadecimal" => digits(cx, node, true, most, out),
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
        "ProviderState" => data_type(cx, node, out),
        "MockServerURL" => mock_server_url(cx, node, most, out),
        _ => {}
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
                 ^^^^^^ error one level too deep
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
                                                  ^^^ warning cannot generate
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
    fn fields_that_are_taken_otherwise() {
        check(
            "generator-bad-field",
            r#"
{"description": "d", "request": {"path": "/a",
  "generators": {"header": {
    "A": {"type": "RandomHexadecimal", "digits": 32},
                                                 ^^ warning makes only 16
    "B": {"type": "RandomDecimal", "digits": 0},
                                             ^ warning makes no number
    "C": {"type": "RandomHexadecimal", "size": 4},
                                       ^^^^^^ warning does not read 'size'
    "D": {"type": "ProviderState", "expression": "${a}", "dataType": "INT"},
                                                                     ^^^^^ warning is no data type
    "E": {"type": "ProviderState", "expression": "${a}", "dataType": "integer"},
    "F": {"type": "MockServerURL", "example": "http://a/b"},
    ^^^ error has no 'regex': the official core panics
    "G h": {"type": "Uuid"}}}},
  "response": {"status": 200, "generators": {"body": {"$.a b": {"type": "Uuid"}}}}}
                                                          ^ error the official core refuses the whole file
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

use crate::diagnostic::{Applicability, Severity};
use crate::model::{InvalidMatcher, MatcherKind};
use crate::rules::matching::visit::each_matcher;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, Kind};

rule! {
    /// `min` or `max` of a matcher is not a whole number of 0 or more.
    ///
    /// The official core ignores a bound that it cannot read, cuts fractions, and reads a number
    /// in quotes; other tools do not. Matchers `min` and `max` without a usable bound make it
    /// refuse the whole file.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"ids": [1]},
    ///   "matchingRules": {"body": {"$.ids": {"matchers": [{"match": "type", "min": -1}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"ids": [1]},
    ///   "matchingRules": {"body": {"$.ids": {"matchers": [{"match": "type", "min": 1}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `json_to_num` in pact_models, json_utils.rs.
    "min-max-not-integer", "matching", Error, Minimal, Hand, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    each_matcher(cx, &mut |matcher| {
        let refused = match &matcher.kind {
            MatcherKind::Type { .. } => false,
            MatcherKind::Invalid(InvalidMatcher::NoMatch | InvalidMatcher::Field("min" | "max")) => true,
            _ => return,
        };
        let node = cx.node(matcher.node);
        // A lone `match`, which is what most matchers are.
        if node.subtree().len() <= 3 && !refused {
            return;
        }
        for field in ["min", "max"] {
            if let Some(value) = node.get(field).filter(|value| value.as_u64().is_none()) {
                report(cx, field, value, refused, out);
            }
        }
    });
}

fn report(cx: &InteractionCx<'_>, field: &str, value: Cursor<'_>, refused: bool, out: &mut Sink<'_>) {
    let read = read_as(value);
    let report = match read {
        Some(number) => out
            .report(value.span(), format!("'{field}' should be a whole number: the official core reads {number}, other tools may not"))
            .at_most(Severity::Warning),
        None if refused => out.report(
            value.span(),
            format!("'{field}' must be a whole number of 0 or more: the official core refuses the whole file"),
        ),
        None => out.report(
            value.span(),
            format!("'{field}' must be a whole number of 0 or more: the official core ignores it"),
        ),
    };
    match read {
        Some(number) => {
            report.help(format!("write {number}")).fix(
                Applicability::Safe,
                format!("Write {number}, as it is read now"),
                vec![cx.editor().set(value, &number.to_string())],
            );
        }
        None => {
            report.help(format!("write a whole number, or remove '{field}'"));
        }
    }
}

/// The number that the core takes a bound for.
fn read_as(value: Cursor<'_>) -> Option<u64> {
    match value.kind() {
        Kind::String => value.to_text().parse().ok(),
        Kind::Number if value.raw().contains(['.', 'e', 'E']) => value.as_f64().map(|number| number as u64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn what_the_core_makes_of_it() {
        check(
            "min-max-not-integer",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "matchingRules": {"body": {
                "$.a": {"matchers": [{"match": "type", "min": -1}]},
                                                              ^^ error ignores it
                "$.b": {"matchers": [{"match": "type", "min": "2"}]},
                                                              ^^^ warning reads 2
                "$.c": {"matchers": [{"match": "type", "max": 1.5}]},
                                                              ^^^ warning reads 1
                "$.d": {"matchers": [{"match": "min", "min": "x"}]},
                                                             ^^^ error refuses the whole file
                "$.e": {"matchers": [{"max": -2}]},
                                             ^^ error refuses the whole file
                "$.f": {"matchers": [{"match": "type", "min": 0, "max": 2}]}, "$.g": {"matchers": [{"match": "integer", "min": -1}]}
              }}}}"#,
        );
    }
}

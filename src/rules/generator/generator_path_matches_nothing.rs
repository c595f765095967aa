use std::borrow::Cow;

use crate::diagnostic::Applicability;
use crate::model::{Category, PathExpr, Step, Target, field_step, header_name_eq};
use crate::rules::generator::aim::{Known, each_known, picked, takes_more};
use crate::rules::matching::names::bare_name;
use crate::rules::matching::slip::{is_misnamed, is_of_newer_form};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, quote};
use crate::text::{Span, TextEdit, nearest, shorten};

rule! {
    /// A generator is aimed at nothing in the example.
    ///
    /// The official core says nothing when the path of a generator picks no node: the example goes
    /// out as it is, and what was to be different each time is the same each time. A generator for
    /// a header, query parameter or metadata entry that is not there adds it, so a slip in the name
    /// makes a second one beside the one that was meant.
    ///
    /// Paths of generators are read more strictly than those of rules: `.*` takes the members of
    /// an object and not the items of an array. Names of headers are the same in the same case
    /// only. Where a rule of the same path picks nothing either, `rule-matches-nothing` tells it.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"userId": 1}, "generators": {"body": {"$.userid": {"type": "RandomInt"}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"userId": 1}, "generators": {"body": {"$.userId": {"type": "RandomInt"}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `JsonHandler::apply_key` in pact_models, generators/mod.rs; `resolve_path` in json_utils.rs;
    /// `generate_request` in pact_matching, lib.rs.
    "generator-path-matches-nothing", "generator", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_known(cx, &mut |known| match known.category {
        Category::Body => body(cx, known, out),
        Category::Header | Category::Query | Category::Metadata => name(cx, known, out),
        _ => {}
    });
}

fn body(cx: &InteractionCx<'_>, known: &Known<'_>, out: &mut Sink<'_>) {
    let (Some(Ok(path)), Some(key)) = (&known.generator.path, known.generator.key) else { return };
    let Some(root) = known.body(cx).filter(|root| !root.is_string()) else { return };
    let key = cx.node(key);
    let text = key.name();
    let Err((node, depth)) = picked(root, path, &text) else { return };
    let Some(&(step, start, end)) = path.steps.get(depth) else { return };
    if is_explained(cx, known, path, &text, root, node, step) {
        return;
    }
    let piece = text.get(start as usize..end as usize).unwrap_or("");
    let piece = piece.strip_prefix('.').unwrap_or(piece);
    let what = if node.is_object() {
        "an object"
    } else if node.is_array() {
        "an array"
    } else {
        "a plain value"
    };
    let message =
        format!("The example has {what} without '{}' here, so nothing is generated", shorten(piece));
    let report = out.report(key.span_within(start as usize..end as usize), message);
    match meant(path, &text, root, node, depth) {
        Some(meant) => {
            report.help(format!("did you mean '{meant}'?")).fix(
                Applicability::Unsafe,
                format!("Write '{}': values are generated there from then on", shorten(&meant)),
                vec![TextEdit::replace(key.span(), quote(&meant))],
            );
        }
        None => {
            report.help("remove the generator, or put into the example what it is about");
        }
    }
}

/// Whether a generator that stops at `node` may be right, or something else is to be said first.
fn is_explained(
    cx: &InteractionCx<'_>,
    known: &Known<'_>,
    path: &PathExpr,
    text: &str,
    root: Cursor<'_>,
    node: Cursor<'_>,
    step: Step,
) -> bool {
    let Some(resolution) = cx.body(known.index) else { return true };
    let groups = known.part.rules.as_ref().map_or(&[][..], |rules| &rules.groups);
    let ruled = || resolution.rule_for(node.id()).is_some_and(|rule| rule.best.is_some());
    if node.is_empty_container()
        || matches!(step, Step::Index(_)) && node.is_array() && ruled()
        || known.part.body.as_ref().is_some_and(|body| is_misnamed(cx, body))
        || is_of_newer_form(cx)
        || takes_more(resolution, groups, root, node)
    {
        return true;
    }
    let dead = |(hits, group): (&u32, &crate::model::RuleGroup)| {
        *hits == 0 && matches!(group.target, Target::Path(_)) && cx.node(group.key).is_named(text)
    };
    if resolution.hits.iter().zip(groups).any(dead) {
        return true;
    }
    // One further up may make what this one fills in. Looked for only where a path leads nowhere.
    let others = known.part.generators.iter().flat_map(|block| &block.generators).take(1_000);
    others.filter(|other| other.key != known.generator.key).any(|other| {
        let Some(Ok(above)) = &other.path else { return false };
        above.steps.len() < path.steps.len()
            && other.key.is_some_and(|key| text.starts_with(&*cx.node(key).name()))
    })
}

/// A path that picks something, one slip away.
fn meant(path: &PathExpr, text: &str, root: Cursor<'_>, node: Cursor<'_>, depth: usize) -> Option<String> {
    let (step, start, end) = *path.steps.get(depth)?;
    let (before, after) = (text.get(..start as usize)?, text.get(end as usize..)?);
    let piece = text.get(start as usize..end as usize)?;
    let path = match step {
        Step::Field(..) if depth == 0 && step.name(text) == Some("body") => {
            format!("$.{}", after.strip_prefix('.')?)
        }
        Step::Field(..) if node.is_object() => {
            let keys: Vec<Cow<'_, str>> = node.members().take(500).map(|m| m.key.name()).collect();
            let near = nearest(step.name(text)?, keys.iter().map(|key| &**key))?;
            format!("{before}{}{after}", field_step(near)?)
        }
        Step::Field(..) if node.is_array() => format!("{before}[*]{piece}{after}"),
        Step::StarIndex if node.is_object() => format!("{before}.*{after}"),
        Step::Star if node.is_array() => format!("{before}[*]{after}"),
        _ => return None,
    };
    let parsed = crate::model::parse_path(&path).ok()?;
    picked(root, &parsed, &path).is_ok().then_some(path)
}

fn name(cx: &InteractionCx<'_>, known: &Known<'_>, out: &mut Sink<'_>) {
    let (Some(name), Some(key)) = (known.name(cx), known.generator.key) else { return };
    let Some(map) = known.map(cx).filter(|map| map.is_object()) else { return };
    if map.get(&name).is_some() {
        return;
    }
    let word = match known.category {
        Category::Header => "header",
        Category::Query => "query parameter",
        _ => "metadata entry",
    };
    let keys: Vec<Cow<'_, str>> = map.members().take(500).map(|member| member.key.name()).collect();
    let bare = bare_name(&name).filter(|bare| keys.iter().any(|key| key == bare));
    let other_case = || keys.iter().map(|key| &**key).find(|key| header_name_eq(key, &name));
    let Some(near) = bare.or_else(other_case).or_else(|| nearest(&name, keys.iter().map(|key| &**key)))
    else {
        // The core adds it, which may well be wanted.
        return;
    };
    // What has a generator of its own is not what this one was meant for.
    let taken = known.part.generators.iter().flat_map(|block| &block.generators);
    if taken
        .filter(|other| other.category == known.generator.category)
        .any(|other| other.key.is_some_and(|key| cx.node(key).is_named(near)))
    {
        return;
    }
    let key = cx.node(key);
    out.report(
        key.span(),
        format!(
            "There is no {word} '{}': the official core adds one, and '{}' keeps its example",
            shorten(&name),
            shorten(near)
        ),
    )
    .label(member_span(map, near), "keeps its example")
    .help(format!("did you mean '{near}'?"))
    .fix(
        Applicability::Unsafe,
        format!("Write '{near}': its value is generated from then on"),
        vec![cx.editor().rename(key, near)],
    );
}

fn member_span(map: Cursor<'_>, name: &str) -> Span {
    map.members().find(|m| m.key.is_named(name)).map_or(map.span(), |m| m.key.span())
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};

    #[test]
    fn bodies() {
        check(
            "generator-path-matches-nothing",
            r#"
{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
  "body": {"userId": 1, "items": [{"id": 1}], "map": {"k": 1}, "none": [], "x": 1},
  "matchingRules": {"body": {"$.both": {"matchers": [{"match": "type"}]}, "$.items": {"matchers": [{"match": "type"}]}}},
  "generators": {"body": {
    "$.userid": {"type": "RandomInt"},
      ^^^^^^^ warning an object without 'userid' here, so nothing is generated
    "$.body.x": {"type": "RandomInt"},
      ^^^^^ warning 'body'
    "$.items.id": {"type": "RandomInt"},
            ^^^ warning an array without 'id'
    "$.items.*": {"type": "RandomInt"},
            ^^ warning an array without '*'
    "$.map[*]": {"type": "RandomInt"},
          ^^^ warning an object without '[*]'
    "$.x.y": {"type": "RandomInt"},
        ^^ warning a plain value
    "$.items[1].id": {"type": "RandomInt"},
    "$.none[*].id": {"type": "RandomInt"},
    "$.both": {"type": "RandomInt"},
    "$.new": {"type": "NoSuchGenerator"},
    "$": {"type": "RandomInt"}, "$.map.*": {"type": "RandomInt"}, "$.items[*].id": {"type": "RandomInt"}}}}}
"#
            .replace("\"$\": {\"type\": \"RandomInt\"}, ", "")
            .as_str(),
        );
    }

    #[test]
    fn names() {
        check(
            "generator-path-matches-nothing",
            r#"
{"description": "d", "request": {"method": "GET", "path": "/", "query": {"page": ["1"]}, "headers": {"X-Request-Id": "a"},
  "generators": {
    "query": {"pgae": {"type": "RandomInt"}, "other": {"type": "Uuid"}},
              ^^^^^^ warning no query parameter 'pgae': the official core adds one, and 'page' keeps
    "header": {"x-request-id": {"type": "Uuid"}}}},
               ^^^^^^^^^^^^^^ warning no header 'x-request-id'
 "response": {"status": 200, "headers": {"X-A": "1"}, "generators": {"header": {"X-A": {"type": "Uuid"}, "X-B": {"type": "Uuid"}}}}}
"#,
        );
    }

    #[test]
    fn suggests_paths() {
        let text = r#"{"description": "d", "request": {"path": "/"}, "response": {"status": 200, "body": {"a": [{"b": 1}], "c": {"d": 1}},
          "generators": {"body": {"$.a.b": {"type": "Uuid"}, "$.body.c.d": {"type": "Uuid"}, "$.c.D": {"type": "Uuid"}}}}}"#;
        let found = findings("generator-path-matches-nothing", &pact(text, "v3"));
        let help: Vec<_> = found.iter().filter_map(|f| f.help.as_deref()).collect();
        assert_eq!(help, ["did you mean '$.a[*].b'?", "did you mean '$.c.d'?", "did you mean '$.c.d'?"]);
    }
}

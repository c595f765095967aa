use rustc_hash::FxHashMap;

use crate::diagnostic::Applicability;
use crate::model::{BodyOutline, Format};
use crate::rules::matching::outline_paths::{DeadPath, MeantNode, Misstep, SEARCHES, each_dead_path};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{NodeId, quote};
use crate::text::{TextEdit, shorten};

rule! {
    /// The path of a rule for an XML body picks no node of it.
    ///
    /// The official core says nothing about such a rule, and compares what it was meant for by
    /// equality. It spells paths of XML in its own way: they start with the root element, a node
    /// in a namespace is named by that namespace and never by a prefix (`$['urn:x:list']`),
    /// attributes are `@id`, text is `#text`, and there are no indices: all elements of one name
    /// share one path.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Content-Type": "application/xml"}, "body": "<list><item>1</item></list>",
    ///   "matchingRules": {"body": {"$.list.item[0].#text": {"matchers": [{"match": "integer"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Content-Type": "application/xml"}, "body": "<list><item>1</item></list>",
    ///   "matchingRules": {"body": {"$.list.item.#text": {"matchers": [{"match": "integer"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `compare_element` in pact_matching, xml.rs; pact-specification issue 91.
    "xml-rule-path-unmatched", "matching", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let mut slips: Vec<Slip<'_, '_>> = Vec::new();
    each_dead_path(cx, Format::Xml, &mut |body, dead| {
        if let Some(meant) = dead.meant() {
            slips.push((body, dead, meant));
            return;
        }
        let report = out
            .report(dead.span(cx), format!("{}, so this rule does nothing", missing(&dead)))
            .help("remove the rule, or put into the example what it is about");
        if body.in_place && dead.at > 0 && dead.before < SEARCHES {
            let range = &dead.outline.nodes[dead.at as usize].range;
            report.label(body.span(cx.root, range), "the path leads to here");
        }
    });
    // Who spells one path in the way of another tool spells all of them so.
    let mut causes: Vec<Vec<Slip<'_, '_>>> = Vec::new();
    let mut known: FxHashMap<(NodeId, Misstep), usize> = FxHashMap::default();
    for slip in slips {
        let key = (slip.0.node, slip.2.misstep);
        match known.get(&key).filter(|_| key.1 != Misstep::Name) {
            Some(at) => causes[*at].push(slip),
            None => {
                known.insert(key, causes.len());
                causes.push(vec![slip]);
            }
        }
    }
    for cause in &causes {
        report(cx, cause, out);
    }
}

/// A rule that does nothing, and what it was meant for.
type Slip<'c, 'a> = (&'c BodyOutline, DeadPath<'c, 'a>, MeantNode);

/// Reports rules of one body whose paths make the same mistake.
fn report(cx: &InteractionCx<'_>, slips: &[(&BodyOutline, DeadPath<'_, '_>, MeantNode)], out: &mut Sink<'_>) {
    let Some((body, dead, meant)) = slips.first() else { return };
    let path = &meant.path;
    let name = shorten(&dead.outline.nodes[meant.turn as usize].name);
    let what = match meant.misstep {
        Misstep::Index => "Paths of XML have no indices: elements of one name share one path".to_owned(),
        Misstep::Namespace => {
            format!("The official core names nodes of XML by their namespace, as in '{name}'")
        }
        Misstep::Root => "The path of an XML node starts with the root element".to_owned(),
        Misstep::Attribute => format!("An attribute has an '@' in a path, as in '{name}'"),
        Misstep::Name => missing(dead),
    };
    let rules = match slips.len() {
        1 => "this rule does nothing".to_owned(),
        2 => "this rule and another do nothing".to_owned(),
        n => format!("this rule and {} others do nothing", n - 1),
    };
    let exact = slips.iter().any(|(.., meant)| meant.exact);
    let held = if exact { "equality decides" } else { "only the rule of a parent holds" };
    let edit = |(_, dead, meant): &Slip<'_, '_>| {
        TextEdit::replace(cx.node(dead.group.key).span(), quote(&meant.path))
    };
    let title = match slips.len() {
        1 => format!("Write '{path}', so that the rule holds there"),
        n => format!("Write '{path}' and the other {} paths so, for the rules to hold", n - 1),
    };
    let mut report = out
        .report(dead.span(cx), format!("{what}; so {rules}, and {held}"))
        .help(format!("did you mean '{path}'?"))
        .fix(Applicability::Unsafe, title, slips.iter().map(edit).collect());
    // The builders of libraries write the prefix; who calls them cannot write the namespace.
    if meant.misstep == Misstep::Namespace {
        report = report.by_library();
    }
    if body.in_place {
        let range = &dead.outline.nodes[meant.node as usize].range;
        report = report.label(body.span(cx.root, range), "not held by this rule");
    }
    for (_, other, _) in slips.iter().skip(1).take(MAX_LABELS) {
        report = report.label(other.span(cx), "this one too");
    }
}

/// Further rules with the same mistake are labels, up to this many.
const MAX_LABELS: usize = 5;

/// What the example lacks at the step that fails.
fn missing(dead: &DeadPath<'_, '_>) -> String {
    let step = dead.step_text();
    match dead.at {
        0 => format!("The XML has no root element '{step}'"),
        at => {
            let element = shorten(&dead.outline.nodes[at as usize].name);
            match step.trim_matches(['[', ']', '\'']).strip_prefix('@') {
                Some(attribute) => format!("<{element}> has no attribute '{attribute}'"),
                None => format!("<{element}> has no '{step}'"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, fixed, pact};

    #[test]
    fn slips_and_idle_rules() {
        check(
            "xml-rule-path-unmatched",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "headers": {"Content-Type": "application/xml"},
              "body": "<n:a xmlns:n=\"urn:x\" k=\"1\"><b id=\"2\">t</b><b/><c n:z='1'/></n:a>",
              "matchingRules": {"body": {
                "$['urn:x:a'].b.#text": {"matchers": [{"match": "type"}]},
                "$.n:a.@k": {"matchers": [{"match": "type"}]},
                  ^^^^ warning by their namespace, as in 'urn:x:a'; so this rule and another do nothing
                "$['urn:x:a'].b[1].@id": {"matchers": [{"match": "type"}]},
                               ^^^ warning no indices
                "$.b": {"matchers": [{"match": "type"}]},
                  ^^ warning starts with the root element
                "$['urn:x:a'].k": {"matchers": [{"match": "integer"}]},
                             ^^ warning has an '@' in a path, as in '@k'
                "$['urn:x:a'].c.@z": {"matchers": [{"match": "type"}]},
                "$['urn:x:a'].B.@id": {"matchers": [{"match": "type"}]},
                             ^^ warning <urn:x:a> has no 'B'
                "$['urn:x:a'].quite.other": {"matchers": [{"match": "type"}]},
                             ^^^^^^ warning has no 'quite', so this rule does nothing
                "$.*.*.#text": {"matchers": [{"match": "type"}]}
              }}}}"#,
        );
    }

    #[test]
    fn fixes() {
        let one = |path: &str| {
            pact(
                &format!(
                    r#"{{"description": "d", "request": {{"method": "GET", "path": "/"}}, "response": {{"status": 200,
                    "body": "<a xmlns='urn:d'><b>1</b></a>",
                    "matchingRules": {{"body": {{"{path}": {{"matchers": [{{"match": "type"}}]}}}}}}}}}}"#
                ),
                "v3",
            )
        };
        let good = one("$.urn:d:a.urn:d:b.#text");
        for path in ["$.a.b.#text", "$.x:a[0].x:b[0].#text", "$.b.#text", "$.body.a.b.#text"] {
            assert_eq!(fixed("xml-rule-path-unmatched", &one(path)), good, "{path}");
        }
    }
}

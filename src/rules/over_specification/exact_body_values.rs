use std::borrow::Cow;
use std::fmt::Write;

use rustc_hash::FxHashSet;

use crate::diagnostic::Applicability;
use crate::model::is_uuid;
use crate::model::{
    BodyResolution, Category, Format, MatcherKind, NodeRule, Part, Role, RuleGroup, StatesStyle, Version,
};
use crate::rules::loosen::{self, Aim, MOST_RULES, Refusal};
use crate::rules::matching::dsl_marker_in_example::markers;
use crate::rules::matching::{unknown_rule_category, values_without_star};
use crate::rules::over_specification::localhost_url;
use crate::rules::structure::v4_body_extra_keys;
use crate::rules::{Check, InteractionCx, OptionKind, RuleOption, Sieve, Sink, rule};
use crate::syntax::{Cursor, Kind, NodeId};
use crate::text::Span;

rule! {
    /// Values of a body are compared exactly, though nothing suggests that they must be.
    ///
    /// A value without a matching rule must be returned to the letter. That is right for a
    /// constant and wrong for a name, a price or a timestamp: the provider then has to keep its
    /// test data in step with the consumer's example for ever. It is reported once a body,
    /// either because no value is under a rule or because some are and others were forgotten.
    ///
    /// Left out are booleans, null, constants such as `"ACTIVE"`, values under an `equality`
    /// rule, and values that repeat the request or a parameter of the provider state.
    ///
    /// ## Invalid
    ///
    /// ```json v2
    /// {
    ///   "description": "a request for item 123",
    ///   "providerState": "item 123 exists",
    ///   "request": {"method": "GET", "path": "/items/123"},
    ///   "response": {
    ///     "status": 200,
    ///     "body": {"id": "123", "name": "Laptop", "count": 50},
    ///     "matchingRules": {"$.body.count": {"match": "type"}}
    ///   }
    /// }
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v2
    /// {
    ///   "description": "a request for item 123",
    ///   "providerState": "item 123 exists",
    ///   "request": {"method": "GET", "path": "/items/123"},
    ///   "response": {
    ///     "status": 200,
    ///     "body": {"id": "123", "name": "Laptop", "count": 50},
    ///     "matchingRules": {"$.body.count": {"match": "type"}, "$.body.name": {"match": "type"}}
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// Pact documentation, "Best practices for consumers": avoid over-constraining.
    "exact-body-values", "over-specification", Info, Recommended, Test, Check::Interaction(check), [MAX]
}

static MAX: RuleOption = RuleOption {
    rule: "exact-body-values",
    name: "max",
    kind: OptionKind::Number { default: 0, least: 0 },
    doc: "the most exact values of one body that are not worth a word",
};

/// So many values are shown; the message counts the rest.
const MAX_LABELS: usize = 8;
/// So many rules that do nothing are compared with the values; each is, with each.
const MAX_BROKEN: usize = 64;

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let mut known = None;
    for (index, part) in cx.it.parts.iter().enumerate() {
        if matches!(part.role, Role::Response | Role::Contents)
            && let Some(mut exact) = exact(cx, index, &mut known)
            && exact.leaves.len() > cx.options.number(&MAX)
        {
            // First what will be noticed first.
            let (mut leaves, still): (Vec<_>, Vec<_>) =
                exact.leaves.into_iter().partition(|it| is_volatile(*it));
            let volatile = leaves.len();
            leaves.extend(still);
            exact.leaves = leaves;
            report(cx, index, &exact, volatile, out);
        }
    }
}

/// What of a body is compared exactly, though nothing suggests that it must be.
pub(crate) struct Exact<'a> {
    /// The values, at least one.
    pub leaves: Vec<Cursor<'a>>,
    /// Something else of the body is under a rule.
    pub some_ruled: bool,
}

/// What of a body is under no rule, by the body's form.
pub(crate) struct Unruled {
    /// Strings and numbers, at least one.
    leaves: Vec<NodeId>,
    /// Something else of the body is under a rule.
    some_ruled: bool,
}

/// What of the body of a part is under no rule; `None` if that is nothing, or nothing of which that
/// can be told.
pub(crate) fn unruled(cx: &InteractionCx<'_>, index: usize) -> Option<Unruled> {
    // A type in an older file means that its bodies are wrapped as in V4, and misread.
    let misread = cx.version() != Version::V4 && cx.it.type_node.is_some();
    let part = &cx.it.parts[index];
    let json = part.body.as_ref().is_some_and(|body| body.format == Format::Json);
    if !json || !cx.is_read() || cx.has_plugins() || misread {
        return None;
    }
    let resolution = cx.body(index)?;
    let groups = part.rules.as_ref().map_or(&[][..], |rules| &rules.groups);
    let mut leaves: Vec<Cursor<'_>> = Vec::new();
    let mut some_ruled = false;
    let told = values_without_star::told(cx, index);
    for rule in &resolution.nodes {
        let node = cx.node(rule.node);
        if node.is_container() || node.kind() == Kind::Error {
            // A rule on a container means that the author has thought about it.
            some_ruled |= rule.best.is_some();
            continue;
        }
        if rule.best.is_some_and(|best| told.contains(&best)) {
            continue;
        }
        let governed = is_governed(*rule, groups);
        some_ruled |= governed;
        if !governed && !matches!(node.kind(), Kind::True | Kind::False | Kind::Null) {
            leaves.push(node);
        }
    }
    let broken = broken_rules(cx, groups, resolution);
    leaves.retain(|node| !broken.iter().any(|path| is_meant(path, *node)));
    if leaves.is_empty() || has_lost_rules(cx, part) {
        return None;
    }
    Some(Unruled { leaves: leaves.into_iter().map(Cursor::id).collect(), some_ruled })
}

/// The values of the body of a part that are compared exactly, though nothing suggests that they
/// must be; `None` if there are none, or none of which that can be told. `known` is filled with
/// [`known_values`] when they are needed.
pub(crate) fn exact<'a>(
    cx: &InteractionCx<'a>,
    index: usize,
    known: &mut Option<FxHashSet<Cow<'a, str>>>,
) -> Option<Exact<'a>> {
    let unruled = cx.unruled(index)?;
    let part = &cx.it.parts[index];
    let leaves = unruled.leaves.iter().map(|leaf| cx.node(*leaf));
    let mut leaves: Vec<Cursor<'_>> = leaves.filter(|node| !is_constant(*node)).collect();
    if leaves.is_empty() || is_of_markers(cx, part) {
        return None;
    }
    let known = known.get_or_insert_with(|| known_values(cx, index));
    leaves.retain(|node| !known.contains(&node.to_text()) && !is_told_of(cx, part, *node));
    // A document that is one bare value is the value that was asked for.
    let bare = leaves.len() == 1 && cx.body(index).is_some_and(|body| body.nodes.len() == 1);
    (!leaves.is_empty() && !bare).then_some(Exact { leaves, some_ruled: unruled.some_ruled })
}

/// Whether objects of a test library stand where values should: that is what is wrong then.
pub(crate) fn is_of_markers(cx: &InteractionCx<'_>, part: &Part) -> bool {
    let body = part.body.as_ref().and_then(|body| body.json());
    cx.may_hold(Sieve::Marker) && body.is_some_and(|body| markers(cx.node(body)).next().is_some())
}

/// Whether another rule tells what to do about the value: secrets are to be replaced and
/// matched, addresses of this machine likewise, and the status that a problem repeats is
/// what the interaction is about.
fn is_told_of(cx: &InteractionCx<'_>, part: &Part, node: Cursor<'_>) -> bool {
    let span = node.span();
    let from = cx.secrets.partition_point(|secret| secret.span.start < span.start);
    let secret = cx.secrets[from..].iter().take_while(|secret| secret.span.end <= span.end);
    let is_status = |key: Cursor<'_>| matches!(&*key.name(), "status" | "statusCode" | "code");
    secret.clone().any(|secret| secret.told)
        || localhost_url::is_local(cx, part, node)
        || node.key().is_some_and(is_status)
            && part.status.is_some_and(|status| cx.text(status) == node.to_text())
}

/// The paths of rules that do nothing, each said to be so by a rule of its own.
fn broken_rules<'a>(
    cx: &InteractionCx<'a>,
    groups: &[RuleGroup],
    resolution: &BodyResolution,
) -> Vec<Cow<'a, str>> {
    let dead = groups.iter().enumerate().filter(|(index, group)| {
        group.category == Category::Body && (!group.is_live() || resolution.hits.get(*index) == Some(&0))
    });
    dead.take(MAX_BROKEN).map(|(_, group)| cx.node(group.key).name()).collect()
}

/// Whether a path that picks nothing ends like the path of `node`, slips allowed.
fn is_meant(path: &str, node: Cursor<'_>) -> bool {
    let ends = |key: &str| {
        let last = path.trim_end_matches(['\'', ']', '"']).rsplit(['.', '[', '\'', '"']).next().unwrap_or("");
        last == key || crate::text::nearest(last, [key]).is_some()
    };
    // A dot in a key that nobody quoted makes two names of it.
    let dotted = |key: &str| key.contains('.') && path.ends_with(key);
    node.key().map(Cursor::name).is_some_and(|key| ends(&key) || dotted(&key))
}

/// Whether the rules stand under a key where nobody looks for them: that is what is
/// wrong then.
fn has_lost_rules(cx: &InteractionCx<'_>, part: &Part) -> bool {
    let near = |object: Cursor<'_>| {
        object.members().any(|m| crate::text::nearest(&m.key.name(), ["matchingRules"]).is_some())
    };
    let node = cx.node(part.node);
    let twice = node.members().filter(|member| member.key.is_named("matchingRules")).count() > 1;
    let ignored = part.rules.iter().flat_map(|rules| &rules.groups).any(|group| {
        let unused = unknown_rule_category::is_out_of_place(group.category, cx.it.kind, part.role);
        (group.category == Category::Contents || unused) && group.is_live()
    });
    let written = node.get("matchingRules");
    let unreadable =
        |rules: Cursor<'_>| !rules.is_object() || rules.get("body").is_some_and(|b| !b.is_object());
    let doubtful = part.body.as_ref().is_some_and(|body| v4_body_extra_keys::has_extra(cx, body));
    twice
        || ignored
        || written.is_some_and(unreadable)
        || part.role == Role::Response && part.rules.is_none() && request_has_them(cx)
        || doubtful
        || part.rules.is_none()
            && (near(cx.node(part.node))
                || cx.root.get("matchingRules").is_some() && part.role != Role::Contents)
}

/// Whether the request has rules for a body that only the response has.
fn request_has_them(cx: &InteractionCx<'_>) -> bool {
    // The request comes first.
    let parts = cx.it.parts.iter().take(2);
    let mut requests = parts.filter(|part| part.role == Role::Request && part.body.is_none());
    requests.any(|part| {
        let groups = part.rules.as_ref().map_or(&[][..], |rules| &rules.groups);
        groups.iter().any(|group| group.category == Category::Body && group.is_live())
    })
}

/// Whether a rule says what a node may be. One that was set further up and does not reach down to
/// it, such as `values`, whose own values are compared exactly, does not.
pub(crate) fn is_governed(rule: NodeRule, groups: &[RuleGroup]) -> bool {
    let Some(group) = rule.best.and_then(|best| groups.get(best as usize)) else { return false };
    !rule.cascaded || group.matchers.iter().any(|m| !matches!(m.kind, MatcherKind::Values))
}

/// Reports the values, of which the first `volatile` look as if they change.
fn report(cx: &InteractionCx<'_>, index: usize, exact: &Exact<'_>, volatile: usize, out: &mut Sink<'_>) {
    let part = &cx.it.parts[index];
    let Exact { leaves: exact, some_ruled } = exact;
    let some_ruled = *some_ruled;
    let what = if part.role == Role::Response { "response body" } else { "message" };
    let names = listed(exact);
    let moving: Cow<'_, str> = match volatile {
        0 => "".into(),
        1 if exact.len() == 1 && some_ruled => " although it looks as if it changes from run to run".into(),
        1 if exact.len() == 1 => ", which looks as if it changes from run to run".into(),
        1 => ", one of which looks as if it changes from run to run".into(),
        n => format!(", {n} of which look as if they change from run to run").into(),
    };
    let (span, message) = if some_ruled {
        let be = if exact.len() == 1 { "is" } else { "are" };
        (
            exact[0].span(),
            format!(
                "{names} of this {what} {be} compared exactly{moving}, while other values are under rules"
            ),
        )
    } else {
        let body = part.body.as_ref().map(|b| cx.node(b.node));
        let span = body.and_then(Cursor::key).map_or(exact[0].span(), Cursor::span);
        let values = if exact.len() == 1 { "value" } else { "values" };
        let verb = if part.role == Role::Response { "return" } else { "send" };
        (
            span,
            format!(
                "No value of this {what} is under a rule, so the provider must {verb} exactly {} {values}: {names}{moving}",
                if exact.len() == 1 { "this".to_owned() } else { format!("these {}", exact.len()) }
            ),
        )
    };
    let labels: Vec<(Span, &str)> = exact
        .iter()
        .map(|node| (node.span(), label(*node)))
        .filter(|(label, _)| *label != span)
        .take(MAX_LABELS)
        .collect();
    let help =
        "match by type, or by a format, what the consumer does not depend on; say `equality` where it does";
    // Each rule is for nodes of its own, so that few nodes cannot come to too many rules.
    let few = cx.body(index).is_some_and(|body| body.nodes.len() <= MOST_RULES);
    let put_off = cx.puts_off_fixes && few;
    let proposal = (!put_off).then(|| loosen::of(cx, index, exact, Aim::Body));
    let mut report = match proposal {
        Some(Err(Refusal::TooMany)) => out
            .report(span, message)
            .help(format!("{help}; it would take more than {MOST_RULES} rules, too many for a fix to write")),
        _ => out.report(span, message).help(help),
    };
    for (span, text) in labels {
        report = report.label(span, text);
    }
    if put_off {
        report.fix_later(Applicability::Unsafe);
    } else if let Some(Ok(proposal)) = proposal {
        report.fix(Applicability::Unsafe, proposal.title(), proposal.edits);
    }
}

/// The names of the first values, and how many more there are.
fn listed(exact: &[Cursor<'_>]) -> String {
    const LISTED: usize = 3;
    let mut out = String::with_capacity(64);
    for node in exact.iter().take(LISTED) {
        out.push_str(if out.is_empty() { "'" } else { ", '" });
        out.push_str(&name(*node));
        out.push('\'');
    }
    if let more @ 1.. = exact.len().saturating_sub(LISTED) {
        let _ = write!(out, " and {more} more");
    }
    out
}

fn label(node: Cursor<'_>) -> &'static str {
    let text = node.to_text();
    if is_timestamp(&text) {
        "exact timestamp"
    } else if is_uuid(&text) {
        "exact UUID"
    } else {
        "exact"
    }
}

/// What to call a value: its key, or for an item the key of the array it is in.
pub(crate) fn name(node: Cursor<'_>) -> Cow<'_, str> {
    if let Some(key) = node.key() {
        return key.name();
    }
    let path = node.path_from_root();
    let named = path.iter().rev().find_map(|parent| parent.key());
    named.map_or(Cow::Borrowed("value"), |key| Cow::Owned(format!("{}[]", key.name())))
}

/// Values that the provider knows before it makes the part at `index`: parts of the request and
/// parameters of the states.
pub(crate) fn known_values<'a>(cx: &InteractionCx<'a>, index: usize) -> FxHashSet<Cow<'a, str>> {
    let mut known: FxHashSet<Cow<'a, str>> = FxHashSet::default();
    let single = cx.it.states_node.is_some_and(|(_, style)| style != StatesStyle::List);
    for params in cx.it.states.iter().filter(|_| !single).filter_map(|state| state.params) {
        known.extend(leaves(cx.node(params)));
    }
    for (at, part) in cx.it.parts.iter().enumerate().filter(|(_, part)| part.role == Role::Request) {
        let body = part.body.as_ref().filter(|_| at != index).map(|body| body.node);
        for node in [part.query, part.headers, body].into_iter().flatten() {
            known.extend(leaves(cx.node(node)));
        }
        let path = part.path.map(|p| cx.text(p).into_owned()).unwrap_or_default();
        known.extend(path.split('/').filter(|s| !s.is_empty()).map(|s| Cow::Owned(s.to_owned())));
        if let Some(query) = part.query.and_then(|q| cx.node(q).as_str()) {
            let values = query.split('&').filter_map(|pair| pair.split_once('='));
            known.extend(values.map(|(_, value)| Cow::Owned(value.to_owned())));
        }
    }
    known
}

/// The texts of all scalars below a node.
fn leaves(node: Cursor<'_>) -> impl Iterator<Item = Cow<'_, str>> {
    let all = node.subtree().map(move |id| node.at(NodeId(id)));
    all.filter(|leaf| !leaf.is_container() && leaf.kind() != Kind::Key).map(Cursor::to_text)
}

/// Keys whose values come from a small set.
const CONSTANT_KEYS: [&str; 27] = [
    "type",
    "kind",
    "status",
    "state",
    "code",
    "currency",
    "unit",
    "units",
    "method",
    "rel",
    "role",
    "category",
    "level",
    "locale",
    "language",
    "lang",
    "country",
    "version",
    "scope",
    "grant_type",
    "token_type",
    "severity",
    "error",
    "errorcode",
    "error_code",
    "gender",
    "@type",
];

/// Whether a value reads like a constant of the protocol: `"ACTIVE"`, or one plain word
/// under a key such as `status`.
pub(crate) fn is_constant(node: Cursor<'_>) -> bool {
    let Some(text) = node.as_str() else { return false };
    let word = !text.is_empty() && text.len() <= 40;
    // Digits would make it a number of something: a SKU, a postcode.
    let upper = text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_' || b == b'-');
    if word && upper && text.bytes().filter(u8::is_ascii_uppercase).count() >= 2 {
        return true;
    }
    let simple =
        text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'/' | b':'));
    let is_named = |key: Cursor<'_>| {
        let name = key.name();
        CONSTANT_KEYS.iter().any(|known| known.eq_ignore_ascii_case(&name))
    };
    word && simple && node.key().is_some_and(is_named)
}

/// Whether a value will probably differ the next time: a time, a UUID, an id.
fn is_volatile(node: Cursor<'_>) -> bool {
    let text = node.to_text();
    if is_timestamp(&text) || is_uuid(&text) {
        return true;
    }
    let Some(key) = node.key().map(|key| key.name()) else { return false };
    let ends = |end: &&str| {
        let at = key.len().checked_sub(end.len());
        at.and_then(|at| key.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    key.eq_ignore_ascii_case("id") || key.ends_with("Id") || key.ends_with("ID") || MOVING.iter().any(ends)
}

/// Ends of keys whose values change.
const MOVING: [&str; 9] =
    ["_id", "-id", "uuid", "guid", "timestamp", "createdat", "updatedat", "created_at", "updated_at"];

/// `2024-07-20`, with or without a time.
pub(super) fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10
        && bytes
            .iter()
            .take(10)
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() })
        && matches!(bytes.get(10), None | Some(b'T' | b' ' | b't'))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};

    #[test]
    fn forgotten_values_among_ruled_ones() {
        check(
            "exact-body-values",
            r#"
            {
              "description": "d",
              "providerStates": [{"name": "s", "params": {"owner": "Ann"}}],
              "request": {"method": "GET", "path": "/users/101"},
              "response": {
                "status": 200,
                "body": {
                  "id": 101,
                  "owner": "Ann",
                  "name": "Ada",
                  "createdAt": "2024-07-20T14:30:00Z",
                               ^^^^^^^^^^^^^^^^^^^^^^ info 'createdAt', 'name' of this response body are compared exactly
                  "state": "open",
                  "plan": "GOLD_PLUS",
                  "active": true,
                  "fixed": "yes",
                  "score": 1
                },
                "matchingRules": {"body": {
                  "$.score": {"matchers": [{"match": "number"}]},
                  "$.fixed": {"matchers": [{"match": "equality"}]}
                }}
              }
            }"#,
        );
    }

    #[test]
    fn a_body_without_rules() {
        check(
            "exact-body-values",
            r#"@v4
            {
              "type": "Synchronous/HTTP",
              "description": "d",
              "request": {"method": "POST", "path": "/", "body": {"content": {"secret": "s"}}},
              "response": {
                "status": 200,
                "body": {"contentType": "application/json", "content": {"items": [{"sku": "AB1"}], "n": 3}}
                ^^^^^^ info No value of this response body is under a rule, so the provider must return exactly these 2 values: 'sku', 'n'
              }
            }"#,
        );
    }

    #[test]
    fn a_rule_with_a_slip_is_reported_as_such() {
        let text = r#"{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
            "body": {"emailAddress": "a@example.com", "n": 1},
            "matchingRules": {"body": {"$.email_address": {"matchers": [{"match": "type"}]}, "$.n": {"matchers": [{"match": "type"}]}}}}}"#;
        assert_eq!(findings("exact-body-values", &pact(text, "v3")), []);
        assert_eq!(findings("rule-matches-nothing", &pact(text, "v3")).len(), 1);
    }

    #[test]
    fn messages_count_and_requests_do_not() {
        check(
            "exact-body-values",
            r#"
            {"description": "d", "contents": {"name": "x y"}, "metaData": {"contentType": "application/json"}}
                                 ^^^^^^^^^^ info No value of this message is under a rule
            "#,
        );
        let request_only = r#"{"description": "d", "request": {"method": "POST", "path": "/", "body": {"name": "x y"}}, "response": {"status": 201}}"#;
        assert_eq!(findings("exact-body-values", &pact(request_only, "v3")), []);
    }

    #[test]
    fn values_of_rules_that_do_nothing_are_told_there() {
        for rules in [
            r#""matchingRules": {"body": {"$.x": {"matchers": [{"match": "type"}]}, "$.Name": {"matchers": [{"match": "type"}]}}}"#,
            r#""matchingRules": {"body": {"$.x": {"matchers": [{"match": "type"}]}, "$.body['name']": {"matchers": [{"match": "type"}]}}}"#,
            r#""matchingRules": {"body": {"$.x": {"matchers": [{"match": "type"}]}, "$.name": {"match": "type"}}}"#,
            r#""matchingrules": {"body": {"$.name": {"matchers": [{"match": "type"}]}}}"#,
        ] {
            let text = format!(
                r#"{{"description": "d", "request": {{"method": "GET", "path": "/"}}, "response": {{"status": 200,
                "body": {{"x": 1, "name": "Ada"}}, {rules}}}}}"#
            );
            let found = crate::rules::testing::findings(
                "exact-body-values",
                &crate::rules::testing::pact(&text, "v3"),
            );
            assert_eq!(found.len(), 0, "{rules}");
        }
    }
}

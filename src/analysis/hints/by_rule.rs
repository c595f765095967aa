//! From a finding to the change of a test: rule by rule, for those whose remedy is in the test.
//! The others have none here: what the library writes by itself (versions, types, forms of
//! rules and states), what only a person can decide, and what is for the provider to do.

use crate::analysis::hints::change::{Change, Plain, Value};
use crate::analysis::hints::infer::path_pattern;
use crate::analysis::hints::interaction::{MOST_PARTS, Place};
use crate::diagnostic::Finding;
use crate::model::regex::Verdict;
use crate::model::{Category, Generator, Matcher, MatcherKind, Regexes, Role};
use crate::syntax::{Cursor, Kind};
use crate::text::nearest;

/// So often the engine may try again for one pattern.
const RETRIES: u64 = 5_000;

/// How the change for a rule is found.
#[derive(Clone, Copy)]
enum How {
    /// The values that are marked, matched by what they look like.
    Values,
    /// A value that must stay what it is.
    Constant,
    /// An address: its path is what counts.
    Address,
    /// The same, on a host that is nobody's.
    Elsewhere,
    /// Something made up in the place of what must not be there.
    MadeUp(&'static str),
    /// A header of any value.
    AnyHeader,
    /// A list of at least one item.
    List,
    /// The matcher as the fix has it, or else what the example looks like.
    Rule,
    /// The matcher as the fix has it.
    FixedRule,
    /// A pattern that takes the whole of its example.
    Around,
    /// A format that the example has.
    Format,
    /// What is at the place after the fix.
    Fixed,
    /// The content type of the body.
    ContentType,
    /// A state for the id in the path.
    State,
    /// A state without the id in its name.
    StateParams,
    /// What the expression of a generator gives.
    FromState,
    /// The value beside a generator.
    Generated,
    /// The object of a test library.
    Marker,
}

const BY_RULE: &[(&str, How)] = &[
    ("array-min-zero", How::List),
    ("cascade-overrides-literal", How::Constant),
    ("charset-exact", How::Fixed),
    ("client-header-exact", How::AnyHeader),
    ("contact-data-in-example", How::MadeUp("ann@example.com")),
    ("date-format-invalid", How::Format),
    ("date-format-suspicious", How::Format),
    ("description-style", How::Fixed),
    ("dsl-marker-in-example", How::Marker),
    ("exact-body-values", How::Values),
    ("example-violates-rule", How::Rule),
    ("generator-on-asserted-value", How::Generated),
    ("hard-coded-date", How::Values),
    ("hard-coded-uuid", How::Values),
    ("index-rule-on-array", How::List),
    ("internal-host", How::Elsewhere),
    ("json-taken-for-text", How::ContentType),
    ("localhost-url", How::Address),
    ("matcher-missing-field", How::Rule),
    ("matcher-unknown-field", How::FixedRule),
    ("message-metadata-without-rule", How::Values),
    ("min-greater-than-max", How::FixedRule),
    ("min-max-not-integer", How::List),
    ("min-on-non-array", How::Rule),
    ("missing-content-type", How::ContentType),
    ("missing-description", How::Fixed),
    ("missing-provider-state", How::State),
    ("path-encoding", How::Fixed),
    ("path-not-absolute", How::Fixed),
    ("query-in-path", How::Fixed),
    ("query-value-encoded", How::Fixed),
    ("regex-accepts-anything", How::Rule),
    ("regex-alternation-prefix", How::FixedRule),
    ("regex-control-character", How::FixedRule),
    ("regex-js-literal", How::FixedRule),
    ("regex-matches-substring-only", How::Around),
    ("regex-not-portable", How::FixedRule),
    ("regex-over-constrains", How::Rule),
    ("regex-unanchored", How::FixedRule),
    ("secret-in-example", How::MadeUp("made-up")),
    ("split-min-max", How::FixedRule),
    ("state-expression-unresolved", How::FromState),
    ("state-name-with-id", How::StateParams),
    ("type-at-root-hides-arrays", How::List),
    ("unknown-http-method", How::Fixed),
    ("unknown-matcher", How::Rule),
    ("volatile-header-exact", How::AnyHeader),
];

/// Whether there can be hints for findings of a rule.
pub(super) fn has_hints(rule: &str) -> bool {
    how(rule).is_some()
}

fn how(rule: &str) -> Option<How> {
    BY_RULE.binary_search_by_key(&rule, |(name, _)| name).ok().map(|at| BY_RULE[at].1)
}

/// The changes that remove a finding, each with what else would do where a library has no
/// words for it.
pub(super) fn changes(place: &Place<'_>, finding: &Finding) -> Vec<Vec<Change>> {
    let Some(how) = how(finding.rule) else { return Vec::new() };
    let one = |change: Option<Change>| change.into_iter().map(|change| vec![change]).collect();
    let marked = |map: &dyn Fn(Cursor<'_>) -> Option<Value>| {
        let change = |node: Cursor<'_>| place.put(node, map(node)?);
        one(place.node(finding.span).and_then(change))
    };
    match how {
        How::Values => values(place, finding),
        How::Constant => marked(&|node| Some(Value::Equal(Plain::of(node)?))),
        How::Address => marked(&|node| address(&node.as_str()?, None)),
        How::Elsewhere => marked(&|node| address(&node.as_str()?, Some("api.example.com"))),
        How::MadeUp(instead) => made_up(place, finding, instead),
        How::AnyHeader => {
            let headers = marks(place, finding).filter_map(|node| {
                let first = if node.is_array() { node.elements().next()? } else { node };
                place.put(first, Value::Like(Plain::of(first)?))
            });
            headers.map(|change| vec![change]).collect()
        }
        How::List => one(list(place, finding)),
        How::Rule => one(fixed_rule(place, finding).or_else(|| by_example(place, finding))),
        How::FixedRule => one(fixed_rule(place, finding)),
        How::Around => one(around(place, finding)),
        How::Format => one(format_of_example(place, finding).or_else(|| fixed_rule(place, finding))),
        How::Fixed => fixed(place, finding).into_iter().map(|change| vec![change]).collect(),
        How::ContentType => one(content_type(place, finding)),
        How::State => one(state(place, finding)),
        How::StateParams if !place.has_params() => Vec::new(),
        How::StateParams => {
            let names = marks(place, finding).filter_map(|node| state_with_params(&node.as_str()?));
            names.take(1).map(|change| vec![change]).collect()
        }
        How::FromState => one(from_state(place, finding)),
        How::Generated => {
            let label = finding.labels.first().and_then(|label| place.node(label.span));
            one(label.and_then(|node| place.put(node, place.tree(node)?)))
        }
        How::Marker => {
            marks(place, finding).filter_map(|node| marker(place, node)).map(|change| vec![change]).collect()
        }
    }
}

/// The values at the span and the labels of a finding.
fn marks<'a>(place: &Place<'a>, finding: &Finding) -> impl Iterator<Item = Cursor<'a>> {
    let spans: Vec<_> =
        std::iter::once(finding.span).chain(finding.labels.iter().map(|label| label.span)).collect();
    spans
        .into_iter()
        .filter(|span| place.holds(*span))
        .filter_map(|span| place.node(span))
        .collect::<Vec<_>>()
        .into_iter()
}

/// One change a value, but one for a list whose items are alike.
fn values(place: &Place<'_>, finding: &Finding) -> Vec<Vec<Change>> {
    let scalars = marks(place, finding).filter(|node| !node.is_container() && node.kind() != Kind::Error);
    let change = |node: Cursor<'_>| {
        let alone = place.put(node, Value::of(Plain::of(node)?));
        let list = list_around(place, node).and_then(|list| place.put(list, place.tree(list)?));
        Some(list.into_iter().chain(alone).collect())
    };
    scalars.filter_map(change).collect()
}

/// The outermost list around a node of a body, if all its items have the form of the first.
fn list_around<'a>(place: &Place<'a>, node: Cursor<'a>) -> Option<Cursor<'a>> {
    let body = place.part_of(node)?.body.as_ref()?.json()?;
    let path = node.path_from_root();
    let body_at = path.iter().position(|above| above.id() == body)?;
    let list = *path[body_at..].iter().find(|above| above.is_array())?;
    let first = list.elements().next()?;
    if first.members().nth(MOST_PARTS).is_some() {
        return None;
    }
    let alike = |item: Cursor<'_>| {
        let same_keys = || {
            item.members().count() == first.members().count()
                && item.members().all(|member| first.get(&member.key.name()).is_some())
        };
        item.kind() == first.kind() && (!item.is_object() || same_keys())
    };
    // Few enough to be an example and not data, or not worth the comparison.
    list.elements().take(50).all(alike).then_some(list)
}

/// A pattern for an address on any host; with `host` in the place of one that must not be shown.
fn address(text: &str, host: Option<&str>) -> Option<Value> {
    let (scheme, rest) = text.split_once("://")?;
    let path = rest.find(['/', '?', '#']).map_or("", |at| &rest[at..]);
    let example = host.map_or_else(|| text.to_owned(), |host| format!("{scheme}://{host}{path}"));
    let scheme = if matches!(scheme, "http" | "https") { "https?" } else { scheme };
    let pattern = format!("^{scheme}://[^/]+{}$", path_pattern(path));
    Some(Value::Regex { example, pattern })
}

fn made_up(place: &Place<'_>, finding: &Finding, instead: &str) -> Vec<Vec<Change>> {
    let change = |node: Cursor<'_>| {
        let text = node.as_str()?;
        // Of credentials the scheme is no secret.
        let scheme = ["Basic ", "Bearer ", "Token "].into_iter().find(|scheme| text.starts_with(scheme));
        let instead = if instead.contains('@') && !text.contains('@') { return None } else { instead };
        let text = scheme.unwrap_or_default().to_owned() + instead;
        place.put(node, Value::Like(Plain::Text(text)))
    };
    marks(place, finding).filter_map(change).map(|change| vec![change]).collect()
}

/// The list that a finding is about: what it marks, or what the rule that it marks is for.
fn list(place: &Place<'_>, finding: &Finding) -> Option<Change> {
    let labelled = finding.labels.iter().map(|label| label.span);
    let array = std::iter::once(finding.span)
        .chain(labelled)
        .filter_map(|span| place.node(span))
        .find(|node| node.is_array() && place.put(*node, Value::Plain(Plain::Null)).is_some());
    let array = array.or_else(|| {
        let (part, group) = place.group(place.rule_at(finding.span)?)?;
        place.example(part, group).filter(|node| node.is_array())
    })?;
    place.put(array, place.tree(array)?)
}

/// What the matcher of a finding is for, matched by what it looks like.
fn by_example(place: &Place<'_>, finding: &Finding) -> Option<Change> {
    let rules = [finding.span].into_iter().chain(finding.labels.iter().map(|label| label.span));
    let rule = rules.filter(|span| place.holds(*span)).find_map(|span| place.rule_at(span))?;
    let (part, group) = place.group(rule)?;
    let example = place.example(part, group)?;
    if group.category != Category::Body {
        return None;
    }
    let matcher = group.matchers.first().filter(|_| finding.rule == "example-violates-rule");
    let value = match matcher.map(|matcher| &matcher.kind) {
        None => place.tree(example)?,
        // A wrong kind of number, or of value: the consumer has worked with this one.
        Some(
            MatcherKind::Number
            | MatcherKind::Integer
            | MatcherKind::Decimal
            | MatcherKind::Boolean
            | MatcherKind::Null,
        ) => Value::of(Plain::of(example)?),
        Some(MatcherKind::Date(_) | MatcherKind::Time(_) | MatcherKind::DateTime(_)) => dated(example)?,
        Some(MatcherKind::Type { .. }) if example.is_array() => by_matcher(place, matcher?, example)?,
        // Only a person knows what was meant.
        Some(_) => return None,
    };
    place.put(example, value)
}

/// The matcher of a finding as it is after the first fix.
fn fixed_rule(place: &Place<'_>, finding: &Finding) -> Option<Change> {
    let at = place.rule_at(finding.span)?;
    let edited = place.fixed(finding)?;
    let after = edited.place()?;
    let (part, group) = after.group(at)?;
    let example = after.example(part, group)?;
    let value = by_matcher(&after, group.matchers.first()?, example)?;
    after.put(example, value)
}

/// An example under a matcher.
fn by_matcher(place: &Place<'_>, matcher: &Matcher, example: Cursor<'_>) -> Option<Value> {
    let text = |id| place.root.at(id).as_str().map(|text| text.into_owned());
    let plain = Plain::of(example);
    Some(match (&matcher.kind, plain) {
        (MatcherKind::Regex(pattern), Some(plain)) => {
            Value::Regex { example: plain.to_text(), pattern: text(*pattern)? }
        }
        (MatcherKind::Type { .. }, Some(plain)) => Value::Like(plain),
        (MatcherKind::Type { min, max }, None) if example.is_array() => {
            let item = place.tree(example.elements().next()?)?;
            let count = |bound: &usize| *bound as u64;
            Value::Items {
                item: Box::new(item),
                min: min.as_ref().map_or(1, count),
                max: max.as_ref().map(count),
            }
        }
        (MatcherKind::Number, Some(Plain::Number(number))) => Value::Number(number),
        (MatcherKind::Integer, Some(Plain::Number(number))) => Value::Integer(number),
        (MatcherKind::Decimal, Some(Plain::Number(number))) => Value::Decimal(number),
        (MatcherKind::Boolean, Some(Plain::Bool(value))) => Value::Boolean(value),
        (MatcherKind::Equality, Some(plain)) => Value::Equal(plain),
        (MatcherKind::Date(format), Some(Plain::Text(example))) => {
            let format = format.and_then(text)?;
            Value::Temporal { kind: crate::model::datetime::Kind::Date, example, format }
        }
        (MatcherKind::Time(format), Some(Plain::Text(example))) => {
            let format = format.and_then(text)?;
            Value::Temporal { kind: crate::model::datetime::Kind::Time, example, format }
        }
        (MatcherKind::DateTime(format), Some(Plain::Text(example))) => {
            let format = format.and_then(text)?;
            Value::Temporal { kind: crate::model::datetime::Kind::DateTime, example, format }
        }
        _ => return None,
    })
}

/// A pattern that matches a part of its example, with room around it for the rest.
fn around(place: &Place<'_>, finding: &Finding) -> Option<Change> {
    let (part, group) = place.group(place.rule_at(finding.span)?)?;
    let example = place.example(part, group)?;
    match by_matcher(place, group.matchers.first()?, example)? {
        Value::Regex { example: text, pattern } => {
            let whole = if pattern.contains('|') { format!("(?:{pattern})") } else { pattern };
            let ways = [format!("{whole}.*"), format!(".*{whole}"), format!(".*{whole}.*")];
            let mut regexes = Regexes::default();
            regexes.refill(RETRIES);
            let pattern = ways.into_iter().find(|way| regexes.matches_whole(way, &text) == Verdict::Match)?;
            place.put(example, Value::Regex { example: text, pattern })
        }
        _ => None,
    }
}

/// A date under a rule, in the format that it has.
fn format_of_example(place: &Place<'_>, finding: &Finding) -> Option<Change> {
    let (part, group) = place.group(place.rule_at(finding.span)?)?;
    let example = place.example(part, group)?;
    place.put(example, dated(example)?)
}

/// A text that is a date or time, matched as one.
fn dated(example: Cursor<'_>) -> Option<Value> {
    let value = Value::of_text(example.as_str()?.into_owned());
    matches!(value, Value::Temporal { .. }).then_some(value)
}

/// What stands in the place of a finding after its first fix.
fn fixed(place: &Place<'_>, finding: &Finding) -> Vec<Change> {
    fixed_changes(place, finding).unwrap_or_default()
}

fn fixed_changes(place: &Place<'_>, finding: &Finding) -> Option<Vec<Change>> {
    let edited = place.fixed(finding)?;
    let after = edited.place()?;
    let request = || after.it.parts.iter().find(|part| part.role == Role::Request);
    let path = |part: &crate::model::Part| Some(Value::Plain(Plain::of(after.root.at(part.path?))?));
    Some(match finding.rule {
        "missing-description" | "description-style" if finding.pointer.ends_with("/name") => {
            let name = pointed(&after, finding)?.as_str()?.into_owned();
            vec![Change::Given { state: name, params: Vec::new() }]
        }
        "missing-description" | "description-style" => {
            let text = after.root.at(after.it.description?).as_str()?.into_owned();
            vec![Change::Description { text, message: after.is_message() }]
        }
        "query-in-path" => {
            let request = request()?;
            let query = request.query.map(|query| after.root.at(query));
            let parameters = query.into_iter().flat_map(Cursor::members).filter_map(|member| {
                let value = member.value?;
                let value = if value.is_array() { value.elements().next()? } else { value };
                Some(Change::Query {
                    name: member.key.name().into_owned(),
                    value: Value::Plain(Plain::of(value)?),
                })
            });
            std::iter::once(after.request(request, path(request)?)).chain(parameters).collect()
        }
        "path-encoding" | "path-not-absolute" | "unknown-http-method" => {
            let request = request()?;
            vec![after.request(request, path(request)?)]
        }
        _ => {
            let node = pointed(&after, finding)?;
            let node = if node.is_array() { node.elements().next()? } else { node };
            vec![after.put(node, Value::Plain(Plain::of(node)?))?]
        }
    })
}

/// The node that a finding points to, in an interaction that may be another by now.
fn pointed<'a>(place: &Place<'a>, finding: &Finding) -> Option<Cursor<'a>> {
    // `/interactions/0` comes before what is inside.
    let inside = finding.pointer.splitn(4, '/').nth(3).unwrap_or_default();
    let node = place.root.follow(&format!("/{inside}"));
    (node.id() != place.root.id()).then_some(node)
}

fn content_type(place: &Place<'_>, finding: &Finding) -> Option<Change> {
    let node = place.node(finding.span)?;
    let part = place.part_of(node)?;
    let body = part.body.as_ref()?;
    let json = body.json().is_some_and(|id| place.root.at(id).is_container());
    let value = || Value::Plain(Plain::Text("application/json".to_owned()));
    (json && !place.is_message()).then(|| Change::Header { name: "Content-Type".to_owned(), value: value() })
}

/// A state for what the path names by its id.
fn state(place: &Place<'_>, finding: &Finding) -> Option<Change> {
    let node = place.node(finding.span)?;
    let path = node.as_str()?;
    let id = finding.span.start.checked_sub(place.start_of(node))?;
    // Offsets of an escaped text are not those of what it says.
    if node.is_escaped() {
        return None;
    }
    let at = (id as usize).checked_sub(1)?;
    let id = path.get(at..)?.split('/').next()?;
    let thing = path.get(..at)?.rsplit('/').find(|segment| !segment.is_empty())?;
    let one = match thing.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None if thing.ends_with("ss") => thing.to_owned(),
        None => thing.strip_suffix('s').unwrap_or(thing).to_owned(),
    };
    let one = one.replace(['-', '_'], " ");
    if !place.has_params() {
        return Some(Change::Given { state: format!("{one} {id} exists"), params: Vec::new() });
    }
    let article = if one.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" };
    let params = vec![("id".to_owned(), id_value(id))];
    Some(Change::Given { state: format!("{article} {one} exists"), params })
}

/// An id as a parameter of a state.
fn id_value(id: &str) -> Plain {
    match id.parse::<i32>() {
        Ok(number) if number.to_string() == id => Plain::Number(id.to_owned()),
        _ => Plain::Text(id.to_owned()),
    }
}

/// A state whose name has the id no longer, which is a parameter of it instead.
fn state_with_params(name: &str) -> Option<Change> {
    let is_id = |word: &str| word.bytes().any(|b| b.is_ascii_digit());
    let words: Vec<&str> = name.split(' ').collect();
    let at = words.iter().position(|word| is_id(word))?;
    let id = words[at].trim_matches(|ch: char| !ch.is_ascii_alphanumeric() && ch != '-' && ch != '_');
    let rest: Vec<&str> = words.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, word)| *word).collect();
    let (state, params) = (rest.join(" "), vec![("id".to_owned(), id_value(id))]);
    (!state.trim().is_empty()).then_some(Change::Given { state, params })
}

/// The value that a generator takes from the provider state.
fn from_state(place: &Place<'_>, finding: &Finding) -> Option<Change> {
    let edited = place.fixed(finding)?;
    let after = edited.place()?;
    let node = pointed(&after, finding)?;
    let part = after.part_of(node)?;
    let holds = |it: &&Generator| after.root.at(it.node).span().contains(node.span());
    let generator = part.generators.as_ref()?.generators.iter().find(holds)?;
    let key = generator.key.map(|key| after.root.at(key).name());
    let entry = |object: Option<_>| {
        let found = after.root.at(object?).get(key.as_deref()?)?;
        if found.is_array() { found.elements().next() } else { Some(found) }
    };
    let example = match &*after.root.at(generator.category).name() {
        "path" => after.root.at(part.path?),
        "header" => entry(part.headers)?,
        "query" => entry(part.query)?,
        "body" => {
            // `$.a.b`, without anything that needs more than a pointer.
            let steps = key.as_deref()?.strip_prefix("$.")?;
            let simple = !steps.contains(['[', '*', '/', '~']);
            let body = after.root.at(part.body.as_ref().filter(|_| simple)?.json()?);
            body.follow(&format!("/{}", steps.replace('.', "/")))
        }
        _ => return None,
    };
    let expression = node.as_str()?.into_owned();
    after.put(example, Value::FromState { expression, example: Plain::of(example)? })
}

/// What the object of a test library was to be.
fn marker(place: &Place<'_>, found: Cursor<'_>) -> Option<Change> {
    // The value of the telling key, whose object is the matcher.
    let path = found.path_from_root();
    let object = *path.iter().rev().skip(1).find(|above| above.is_object())?;
    let field = |name: &str| object.get(name);
    let text = |name: &str| field(name).and_then(Cursor::as_str).map(|text| text.into_owned());
    let named = text("pact:matcher:type").or_else(|| text("match"))?;
    let names =
        ["type", "integer", "decimal", "number", "boolean", "regex", "equality", "date", "time", "datetime"];
    let named = names.into_iter().find(|name| **name == named).or_else(|| nearest(&named, names));
    let value = field("value")?;
    let plain = Plain::of(value);
    let value = match (named, plain) {
        (Some("regex"), Some(plain)) => Value::Regex { example: plain.to_text(), pattern: text("regex")? },
        (Some("number"), Some(Plain::Number(number))) => Value::Number(number),
        (Some("integer"), Some(Plain::Number(number))) => Value::Integer(number),
        (Some("equality"), Some(plain)) => Value::Equal(plain),
        (Some("type"), Some(plain)) => Value::Like(plain),
        _ => place.tree(value)?,
    };
    place.put(object, value)
}

#[cfg(test)]
mod tests {
    use super::BY_RULE;
    use crate::rules::find;

    #[test]
    fn rules_exist_and_are_in_order() {
        assert!(BY_RULE.is_sorted_by_key(|(rule, _)| rule));
        for (rule, _) in BY_RULE {
            assert!(find(rule).is_some(), "{rule}");
        }
    }
}

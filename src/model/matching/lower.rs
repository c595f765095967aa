//! From the tree to matching rules.

use smallvec::{SmallVec, smallvec};

use crate::model::matching::{
    Category, Combine, GroupShape, InvalidMatcher, Matcher, MatcherKind, RuleBlock, RuleGroup, RuleStyle,
    StatusClass, Target, Variant,
};
use crate::model::{PathError, PathExpr, Step, parse_path};
use crate::syntax::{Cursor, Kind, NodeId};

/// Most groups that are read of one part or category. Rules are compared with nodes, so
/// their number must not grow with the file.
const MAX_GROUPS: usize = 2_000;

/// Reads a `matchingRules` value (`matchers_from_json` in pact_models,
/// matchingrules/mod.rs). The style follows from the keys, not from the version.
pub fn lower_rules(value: Cursor<'_>) -> RuleBlock {
    let mut block =
        RuleBlock { node: value.id(), style: RuleStyle::Empty, categories: Vec::new(), groups: Vec::new() };
    if !value.is_object() {
        block.style = RuleStyle::NotAnObject;
        return block;
    }
    for member in value.members() {
        let v2 = member.key.name().starts_with('$');
        block.style = match (block.style, v2) {
            (RuleStyle::Empty, true) => RuleStyle::V2,
            (RuleStyle::Empty, false) => RuleStyle::V3,
            (RuleStyle::V2, false) | (RuleStyle::V3, true) => RuleStyle::Mixed,
            (style, _) => style,
        };
        let Some(value) = member.value else { continue };
        if block.groups.len() >= MAX_GROUPS {
            break;
        }
        if v2 {
            block.groups.push(v2_group(member.key, value));
        } else {
            block.categories.push(member.key.id());
            v3_category(member.key, value, &mut block.groups);
        }
    }
    block
}

fn v2_group(key: Cursor<'_>, value: Cursor<'_>) -> RuleGroup {
    let (category, target) = v2_target(&key.name());
    RuleGroup {
        category,
        category_key: key.id(),
        key: key.id(),
        target,
        node: value.id(),
        shape: GroupShape::V2Rule,
        combine: Combine::And,
        combine_node: None,
        matchers: smallvec![lower_matcher(value)],
    }
}

/// What a V2 key such as `$.body.items[0]` is about (`load_from_v2_map`).
fn v2_target(key: &str) -> (Category, Target) {
    if let Some(rest) = key.strip_prefix("$.body") {
        return (Category::Body, v2_body_path(key, rest));
    }
    let path = match parse_path(key) {
        Ok(path) => path,
        Err(error) => return (Category::Body, Target::Invalid(error)),
    };
    let mut names = path.steps.iter().filter_map(|(step, ..)| step.name(key));
    let part = names.next();
    let name = names.next().map(str::to_owned);
    let category = part.and_then(Category::parse);
    match (category, name) {
        (Some(Category::Body), _) => (Category::Body, v2_quoted_body(key)),
        (Some(category @ (Category::Path | Category::Status | Category::Method)), _) => {
            (category, Target::Whole)
        }
        (Some(category), Some(name)) => (category, Target::Name(name)),
        (Some(category), None) => (category, Target::Whole),
        (None, _) => (Category::Body, Target::Nowhere),
    }
}

/// The path after `$.body`, its ranges in the whole key.
fn v2_body_path(key: &str, rest: &str) -> Target {
    let offset = (key.len() - rest.len() - 1) as u32;
    let shift = |at: u32| at + offset;
    match parse_path(&format!("${rest}")) {
        Ok(PathExpr { steps, empty }) => {
            let moved = |(step, start, end)| {
                let step = match step {
                    Step::Field(start, end) => Step::Field(shift(start), shift(end)),
                    other => other,
                };
                (step, shift(start), shift(end))
            };
            Target::Path(PathExpr { steps: steps.into_iter().map(moved).collect(), empty })
        }
        Err(PathError { start, end, message }) => {
            Target::Invalid(PathError { start: shift(start), end: shift(end), message })
        }
    }
}

/// `$['body']...`: the core looks only at the first name after it.
fn v2_quoted_body(key: &str) -> Target {
    match parse_path(key) {
        Ok(mut path) => {
            path.steps.remove(0);
            Target::Path(path)
        }
        Err(error) => Target::Invalid(error),
    }
}

fn v3_category(key: Cursor<'_>, value: Cursor<'_>, groups: &mut Vec<RuleGroup>) {
    let category = Category::parse(&key.name()).unwrap_or(Category::Body);
    if !value.is_object() {
        return;
    }
    let single = matches!(category, Category::Path | Category::Status | Category::Method);
    let direct = value.get("matchers").is_some()
        || (single && value.members().any(|m| m.key.is_named("match") || m.key.is_named("combine")));
    if direct {
        groups.push(v3_group(category, key, key, value, Target::Whole));
        return;
    }
    for entry in value.members().take(MAX_GROUPS) {
        let Some(node) = entry.value else { continue };
        let name = entry.key.name();
        let target = match category {
            Category::Header | Category::Query => Target::Name(name.into_owned()),
            Category::Metadata => match parse_path(&name) {
                Ok(path) => Target::Name(metadata_name(&path, &name)),
                Err(error) => Target::Invalid(error),
            },
            _ => match parse_path(&name) {
                Ok(_) if single => Target::Whole,
                Ok(path) => Target::Path(path),
                Err(error) => Target::Invalid(error),
            },
        };
        groups.push(v3_group(category, key, entry.key, node, target));
    }
}

/// A metadata key is a path to the core; the entry it names is its first step.
fn metadata_name(path: &PathExpr, text: &str) -> String {
    path.steps.first().and_then(|(step, ..)| step.name(text)).unwrap_or("").to_owned()
}

fn v3_group(
    category: Category,
    category_key: Cursor<'_>,
    key: Cursor<'_>,
    value: Cursor<'_>,
    target: Target,
) -> RuleGroup {
    let list = value.get("matchers").filter(|m| m.is_array());
    let matchers: SmallVec<[Matcher; 1]> =
        list.into_iter().flat_map(Cursor::elements).map(lower_matcher).collect();
    let combine = value.get("combine");
    let or = combine.is_some_and(|c| c.to_text().eq_ignore_ascii_case("or"));
    RuleGroup {
        category,
        category_key: category_key.id(),
        key: key.id(),
        target,
        node: value.id(),
        shape: match list {
            Some(_) if matchers.is_empty() => GroupShape::EmptyList,
            Some(_) => GroupShape::List,
            None => GroupShape::NoList,
        },
        combine: if or { Combine::Or } else { Combine::And },
        combine_node: combine.map(Cursor::id),
        matchers,
    }
}

/// Reads one matcher (`MatchingRule::from_json` and `create_rule`).
pub fn lower_matcher(value: Cursor<'_>) -> Matcher {
    // The form of the test libraries counts where the usual one is missing.
    let name = value.get("match").or_else(|| value.get("pact:matcher:type"));
    let kind = if !value.is_object() {
        MatcherKind::Invalid(InvalidMatcher::NotAnObject)
    } else if name.is_some_and(Cursor::is_null) {
        MatcherKind::Invalid(InvalidMatcher::EmptyName)
    } else if let Some(name) = name {
        named(&name.to_text(), value)
    } else {
        guessed(value)
    };
    Matcher { node: value.id(), name: name.map(Cursor::id), kind }
}

fn guessed(value: Cursor<'_>) -> MatcherKind {
    let node = |name| value.get(name).map(Cursor::id);
    if let Some(regex) = node("regex") {
        MatcherKind::Regex(regex)
    } else if let Some(min) = bound(value, "min") {
        MatcherKind::Type { min: Some(min), max: None }
    } else if let Some(max) = bound(value, "max") {
        MatcherKind::Type { min: None, max: Some(max) }
    } else if let Some(format) = node("timestamp") {
        MatcherKind::DateTime(Some(format))
    } else if let Some(format) = node("time") {
        MatcherKind::Time(Some(format))
    } else if let Some(format) = node("date") {
        MatcherKind::Date(Some(format))
    } else {
        MatcherKind::Invalid(InvalidMatcher::NoMatch)
    }
}

fn named(name: &str, value: Cursor<'_>) -> MatcherKind {
    let node = |field| value.get(field).map(Cursor::id);
    let need = |field: &'static str, make: fn(NodeId) -> MatcherKind| match node(field) {
        Some(node) => make(node),
        None => MatcherKind::Invalid(InvalidMatcher::Field(field)),
    };
    let format = || node("format").or_else(|| node(name));
    match name {
        "equality" => MatcherKind::Equality,
        "regex" => need("regex", MatcherKind::Regex),
        "type" => MatcherKind::Type { min: bound(value, "min"), max: bound(value, "max") },
        "min" | "min-type" => match bound(value, "min") {
            Some(min) => MatcherKind::Type { min: Some(min), max: None },
            None => MatcherKind::Invalid(InvalidMatcher::Field("min")),
        },
        "max" | "max-type" => match bound(value, "max") {
            Some(max) => MatcherKind::Type { min: None, max: Some(max) },
            None => MatcherKind::Invalid(InvalidMatcher::Field("max")),
        },
        "include" => need("value", MatcherKind::Include),
        "number" => MatcherKind::Number,
        "integer" => MatcherKind::Integer,
        "decimal" | "real" => MatcherKind::Decimal,
        "boolean" => MatcherKind::Boolean,
        "null" => MatcherKind::Null,
        "date" => MatcherKind::Date(format()),
        "time" => MatcherKind::Time(format()),
        "datetime" | "timestamp" => MatcherKind::DateTime(format()),
        "contentType" | "content-type" => need("value", MatcherKind::ContentType),
        "values" => MatcherKind::Values,
        "arrayContains" | "array-contains" => array_contains(value),
        "statusCode" | "status-code" => status_code(value.get("status")),
        "notEmpty" | "not-empty" => MatcherKind::NotEmpty,
        "semver" => MatcherKind::Semver,
        "eachKey" | "each-key" => each(value, MatcherKind::EachKey),
        "eachValue" | "each-value" => each(value, MatcherKind::EachValue),
        "" => MatcherKind::Invalid(InvalidMatcher::EmptyName),
        _ => MatcherKind::Plugin,
    }
}

fn each(value: Cursor<'_>, make: fn(Vec<Matcher>) -> MatcherKind) -> MatcherKind {
    match value.get("rules") {
        None => make(Vec::new()),
        Some(rules) if rules.is_array() => {
            let rules: Vec<Matcher> = rules.elements().map(lower_matcher).collect();
            match rules.iter().find_map(|r| invalid(&r.kind)) {
                Some(reason) => MatcherKind::Invalid(reason),
                None => make(rules),
            }
        }
        Some(_) => MatcherKind::Invalid(InvalidMatcher::Field("rules")),
    }
}

fn invalid(kind: &MatcherKind) -> Option<InvalidMatcher> {
    match kind {
        MatcherKind::Invalid(reason) => Some(*reason),
        _ => None,
    }
}

fn array_contains(value: Cursor<'_>) -> MatcherKind {
    let Some(variants) = value.get("variants").filter(|v| v.is_array()) else {
        return MatcherKind::Invalid(InvalidMatcher::Field("variants"));
    };
    let mut out = Vec::new();
    for node in variants.elements() {
        let rules = node.get("rules").map(variant_rules);
        for group in rules.iter().flatten() {
            if matches!(group.target, Target::Invalid(_)) {
                return MatcherKind::Invalid(InvalidMatcher::InnerPath);
            }
            if let Some(reason) = group.matchers.iter().find_map(|m| invalid(&m.kind)) {
                return MatcherKind::Invalid(reason);
            }
        }
        out.push(Variant { node: node.id(), index: bound(node, "index").unwrap_or(0), rules });
    }
    MatcherKind::ArrayContains(out)
}

/// The rules of a variant: paths to groups, or one group for the item itself
/// (`add_rules_from_json`).
fn variant_rules(value: Cursor<'_>) -> Vec<RuleGroup> {
    let Some(key) = value.key() else { return Vec::new() };
    if value.get("matchers").is_some() {
        return vec![v3_group(Category::Body, key, key, value, Target::Path(PathExpr::default()))];
    }
    let group = |member: crate::syntax::Member<'_>| {
        let target = match parse_path(&member.key.name()) {
            Ok(path) => Target::Path(path),
            Err(error) => Target::Invalid(error),
        };
        Some(v3_group(Category::Body, key, member.key, member.value?, target))
    };
    value.members().filter_map(group).collect()
}

/// `HttpStatus::from_json` of pact_models, http_utils or matchingrules.
fn status_code(value: Option<Cursor<'_>>) -> MatcherKind {
    let class = match value {
        None => Some(StatusClass::Success),
        Some(list) if list.is_array() => {
            list.elements().map(Cursor::as_u64).collect::<Option<Vec<u64>>>().map(StatusClass::Codes)
        }
        Some(word) => match &*word.to_text() {
            "info" => Some(StatusClass::Info),
            "success" => Some(StatusClass::Success),
            "redirect" => Some(StatusClass::Redirect),
            "clientError" => Some(StatusClass::ClientError),
            "serverError" => Some(StatusClass::ServerError),
            "nonError" => Some(StatusClass::NonError),
            "error" => Some(StatusClass::Error),
            _ => None,
        },
    };
    class.map_or(MatcherKind::Invalid(InvalidMatcher::StatusClass), MatcherKind::StatusCode)
}

/// A bound as the core reads numbers (`json_to_num`): text that is a number counts, a
/// fraction is cut, zero written as an integer is kept, a negative number is none.
fn bound(value: Cursor<'_>, field: &str) -> Option<usize> {
    let node = value.get(field)?;
    match node.kind() {
        Kind::String => node.to_text().parse().ok(),
        Kind::Number => node
            .as_u64()
            .map(|n| n as usize)
            .or_else(|| node.as_f64().filter(|_| node.raw().contains(['.', 'e', 'E'])).map(|f| f as usize)),
        _ => None,
    }
}

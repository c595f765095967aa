//! What holds for a place of a pact, in words.

use crate::analysis::Document;
use crate::ide::completion::meaning;
use crate::ide::hover::Hover;
use crate::ide::inlay::field;
use crate::ide::relations::generator_values;
use crate::ide::view::{View, groups, picked};
use crate::ide::words::{accepts, brief, sentence, terms};
use crate::model::{Category, Generator, Part, RuleGroup, matcher_info, resolve_body};
use crate::rules::generator_sample;
use crate::syntax::Cursor;

/// So many generators of a part are looked at.
const MOST: usize = 200;

/// Tells what holds for the place at `offset`: of a value of the example its rule and
/// generator, of a rule what it picks, of a matcher what it accepts, of a generator what it
/// makes, and of any other key or value what it means.
pub fn about(doc: &Document, offset: u32) -> Option<Hover> {
    of_interaction(doc, offset).or_else(|| {
        let (span, meaning) = meaning(doc, offset)?;
        Some(Hover { span, markdown: meaning.to_owned() })
    })
}

fn of_interaction(doc: &Document, offset: u32) -> Option<Hover> {
    let view = View::at(doc, offset)?;
    let node = view.root.node_at(view.local(offset));
    let told = view.it.parts.iter().find_map(|part| {
        let told = of_matcher(part, node).or_else(|| of_rule(&view, part, node));
        let told = told.or_else(|| of_generator(&view, part, node, doc, offset));
        told.or_else(|| of_value(&view, part, node))
    });
    Some(Hover { span: view.span(node.span()), markdown: told? })
}

/// The name of a matcher, or anything else in it.
fn of_matcher(part: &Part, node: Cursor<'_>) -> Option<String> {
    let rules = node.at(part.rules.as_ref()?.node);
    if !rules.subtree().contains(&node.id().0) {
        return None;
    }
    let object = node
        .path_from_root()
        .into_iter()
        .rev()
        .find(|step| step.is_object() && step.get("match").is_some())?;
    let about_name = node.key().is_some_and(|key| key.is_named("match")) || node.is_named("match");
    let name = object.get("match")?.to_text();
    let info = matcher_info(&name).filter(|_| about_name)?;
    Some(format!("{}\n\n{}", sentence(info.name, info), terms(info)))
}

/// The path or name of a rule.
fn of_rule(view: &View<'_>, part: &Part, node: Cursor<'_>) -> Option<String> {
    let group = groups(part).iter().find(|group| group.key == node.id())?;
    let mut text = rule_text(view, group, false);
    let field = usize::from(field(view.root, part, group).is_some());
    let count = if group.category == Category::Body { picked(view.root, part, group).len() } else { field };
    let role = part.role.name();
    text.push_str(&match (count, group.category) {
        (0, _) => format!("\n\nPicks nothing of the {role}"),
        (1, Category::Body) => format!("\n\nPicks one value of the {role} body"),
        (n, Category::Body) => format!("\n\nPicks {n} values of the {role} body"),
        (_, category) => format!("\n\nHolds for the {} of the {role}", category.name()),
    });
    Some(text)
}

fn rule_text(view: &View<'_>, group: &RuleGroup, cascaded: bool) -> String {
    let mut text = format!("**{}**", brief(view.root, group, cascaded));
    for line in accepts(view.root, group) {
        text.push_str("\n\n");
        text.push_str(&line);
    }
    text
}

/// The path, name or type of a generator: what it does, and a value that it makes.
fn of_generator(
    view: &View<'_>,
    part: &Part,
    node: Cursor<'_>,
    doc: &Document,
    offset: u32,
) -> Option<String> {
    let is_its = |it: &&Generator| it.key == Some(node.id()) || it.kind == Some(node.id());
    let generator = part.generators.iter().flat_map(|block| &block.generators).find(is_its)?;
    let kind = view.root.at(generator.kind?).to_text();
    let mut text = format!("**{kind}**");
    if let Some((_, meaning)) = meaning(doc, offset).filter(|_| generator.kind == Some(node.id())) {
        text.push_str(&format!("\n\n{meaning}"));
    }
    let places = generator_values(view.root, part, generator);
    let object = view.root.at(generator.node);
    let example = places.first().map_or(object, |place| view.root.at(*place));
    if let Some(sample) = generator_sample(&kind, object, example, !places.is_empty()) {
        text.push_str(&format!("\n\nMakes, for example, `{sample}`"));
    }
    Some(text)
}

/// A value of the example, or its key.
fn of_value(view: &View<'_>, part: &Part, node: Cursor<'_>) -> Option<String> {
    let value = node.value().unwrap_or(node);
    let groups = groups(part);
    let json = part.body.as_ref().and_then(|body| body.json()).map(|json| view.root.at(json));
    let text = match json.filter(|body| body.subtree().contains(&value.id().0)) {
        Some(body) => {
            let resolution = resolve_body(body, groups);
            let rule = resolution.rule_for(value.id())?;
            match rule.best.map(|best| &groups[best as usize]) {
                Some(group) => {
                    let path = view.root.at(group.key).name();
                    let from = if rule.cascaded { "inherited from" } else { "by the rule at" };
                    let mut text = format!("{}\n\n{from} `{path}`", rule_text(view, group, rule.cascaded));
                    if let Some(tie) = rule.tie {
                        let other = view.root.at(groups[tie as usize].key).name();
                        text.push_str(&format!(", which weighs as much as `{other}`: either may win"));
                    }
                    text
                }
                None if value.is_container() => return None,
                None => "**exact**\n\nNo rule holds for this value: only this very one will do".to_owned(),
            }
        }
        None => {
            let is_about = |group: &&RuleGroup| {
                field(view.root, part, group).is_some_and(|field| field.subtree().contains(&value.id().0))
            };
            rule_text(view, groups.iter().find(is_about)?, false)
        }
    };
    let generators = part.generators.iter().flat_map(|block| &block.generators).take(MOST);
    let mut makes = generators
        .filter(|generator| generator_values(view.root, part, generator).contains(&value.id()))
        .filter_map(|generator| generator.kind);
    Some(match makes.next() {
        Some(kind) => {
            let kind = view.root.at(kind).to_text().into_owned();
            format!("{text}\n\nThe generator `{kind}` puts another value in its place")
        }
        None => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACT: &str = r#"{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [
        {"description": "d", "request": {"method": "GET", "path": "/1"},
         "response": {"status": 200, "headers": {"X-A": "1"}, "body": {"l": [{"id": 1, "q": null}], "n": "x", "e": 5},
           "matchingRules": {"header": {"x-a": {"matchers": [{"match": "type"}]}},
             "body": {"$.l": {"matchers": [{"match": "type", "min": 1}]}, "$.n": {"matchers": [{"match": "timestamp"}]}}},
           "generators": {"body": {"$.n": {"type": "RandomString"}}}}}],
        "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#;

    fn told(place: &str) -> String {
        let at = PACT.find(place).expect("it is there") as u32 + 1;
        about(&Document::new(PACT), at).map_or_else(String::new, |hover| hover.markdown)
    }

    #[test]
    fn a_value_is_told_with_its_rule() {
        assert!(told("\"id\"").starts_with("**type**"), "{}", told("\"id\""));
        assert!(told("\"id\"").contains("inherited from `$.l`"));
        assert!(told("\"x\"").contains("The generator `RandomString`"), "{}", told("\"x\""));
        assert!(told("\"e\"").starts_with("**exact**"));
        assert!(told("\"X-A\"").starts_with("**type**"));
        assert!(told("\"status\"").starts_with("HTTP status"), "{}", told("\"status\""));
    }

    #[test]
    fn a_rule_is_told_with_what_it_picks() {
        assert!(told("\"$.l\"").ends_with("Picks one value of the response body"), "{}", told("\"$.l\""));
        assert!(told("\"x-a\"").ends_with("Holds for the header of the response"));
        assert!(told("\"timestamp\"").starts_with("`datetime` accepts a date and time"));
        assert!(told("\"timestamp\"").contains("It refuses text in another format"));
        assert!(told("\"timestamp\"").contains("Since V3 "));
    }

    #[test]
    fn a_generator_is_told_with_what_it_makes() {
        let told = told("\"RandomString\"");
        assert!(told.starts_with("**RandomString**\n\n"), "{told}");
        assert!(told.ends_with("Makes, for example, `\"aqzfkxaqzf\"`"), "{told}");
    }

    #[test]
    fn keys_and_values_are_told_with_what_they_mean() {
        assert!(!told("\"consumer\"").is_empty());
        assert!(!told("\"pactSpecification\"").is_empty());
        assert!(!told("\"GET\"").is_empty());
        assert!(!told("\"matchers\"").is_empty());
    }
}

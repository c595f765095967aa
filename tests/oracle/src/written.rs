//! How many rules, generators and states a text holds: needed to tell a rule that got lost
//! from one that was taken out on purpose.

use std::ops::Sub;

use crate::tree::Node;

/// Numbers of written items. A rule counts as written as long as anything is left at its
/// place: whoever empties `matchers` leaves the path behind, and the core silently drops it;
/// whoever takes out the path as well leaves a file in which nothing is wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Matching rules.
    pub rules: usize,
    /// Generators.
    pub generators: usize,
    /// Provider states.
    pub states: usize,
}

impl Sub for Written {
    type Output = Written;

    fn sub(self, other: Written) -> Written {
        Written {
            rules: self.rules.saturating_sub(other.rules),
            generators: self.generators.saturating_sub(other.generators),
            states: self.states.saturating_sub(other.states),
        }
    }
}

impl Written {
    /// What is written in and below `node`.
    pub fn of(node: &Node) -> Written {
        let mut written = Written::default();
        written.add(node);
        written
    }

    fn add(&mut self, node: &Node) {
        match node {
            Node::Array(items) => items.iter().for_each(|item| self.add(item)),
            Node::Scalar(_) => {}
            Node::Object(members) => {
                for (key, value) in members {
                    match key.as_str() {
                        "matchingRules" | "requestMatchingRules" | "responseMatchingRules" => {
                            self.rules += rules(value);
                        }
                        "generators" => self.generators += generators(value),
                        "providerStates" => self.states += value.len(),
                        "providerState" | "provider_state" => self.states += usize::from(!value.is_empty()),
                        // Anything may stand in these.
                        "body" | "contents" => {}
                        _ => self.add(value),
                    }
                }
            }
        }
    }
}

fn members(node: &Node) -> &[(String, Node)] {
    match node {
        Node::Object(members) => members,
        _ => &[],
    }
}

/// Rules of a `matchingRules` object, flat or by category.
fn rules(block: &Node) -> usize {
    let of_group = |group: &Node| group.get("matchers").map_or(1, |list| list.len().max(1));
    let of_category = |(key, value): &(String, Node)| {
        if key.starts_with('$') {
            1
        } else if value.get("matchers").is_some() || matches!(key.as_str(), "path" | "method" | "status") {
            usize::from(!value.is_empty()) * of_group(value)
        } else {
            members(value).iter().map(|(_, group)| of_group(group)).sum()
        }
    };
    members(block).iter().map(of_category).sum()
}

fn generators(block: &Node) -> usize {
    let of_category = |(key, value): &(String, Node)| match key.as_str() {
        "path" | "method" | "status" => 1,
        _ => value.len(),
    };
    members(block).iter().map(of_category).sum()
}

//! The programme `inject`: one known defect after the other in sound pacts, each to be found
//! under its name.

mod base;
mod generator;
mod http;
mod interaction;
mod matching;
mod more;
mod pact;
mod paths;
mod portable;
mod regex;
mod runner;
mod structure;
mod syntax;

use pact::{Form, Pact};
pub use runner::{main, planted};

/// How a defect is planted; `None` where the pact at hand has no place for it.
type Plant = fn(&mut Pact) -> Option<()>;

/// A class of defects.
struct Class {
    /// The rule that has to find it.
    rule: &'static str,
    /// Rules that say the same of some of the variants.
    or: &'static [&'static str],
    /// Forms of pacts that can have it.
    forms: &'static [Form],
    /// Who plants it.
    plant: Plant,
}

const fn class(
    rule: &'static str,
    or: &'static [&'static str],
    forms: &'static [Form],
    plant: Plant,
) -> Class {
    Class { rule, or, forms, plant }
}

fn classes() -> impl Iterator<Item = &'static Class> {
    let groups: [&'static [Class]; 9] = [
        structure::CLASSES,
        matching::CLASSES,
        paths::CLASSES,
        regex::CLASSES,
        generator::CLASSES,
        interaction::CLASSES,
        http::CLASSES,
        more::CLASSES,
        portable::CLASSES,
    ];
    groups.into_iter().flatten()
}

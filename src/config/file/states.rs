//! `[states]`: which provider states are handled, and where handlers are.

use toml::de::DeValue;

use crate::config::file::Key;
use crate::config::file::section::{Fault, Section, short};
use crate::config::glob::{Over, Pattern};
use crate::text::Span;

/// The keys of `[states]` and of `[states."Provider"]`.
pub const STATES_KEYS: [Key; 2] = [
    Key { name: "handlers", doc: "Names of provider states that are handled, whatever the code looks like." },
    Key {
        name: "sources",
        doc: "Globs of the files that hold handlers, relative to the folder of this file.",
    },
];

/// The section `[states]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatesConfig {
    /// What it says of all providers.
    pub all: StateSources,
    /// `[states."Provider"]`, by the name of the provider.
    pub providers: Vec<(String, StateSources)>,
}

/// Where handlers come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StateSources {
    /// Names of states that are handled.
    pub handlers: Vec<Named>,
    /// Globs of the files that hold handlers, relative to the folder of the file.
    pub sources: Vec<String>,
}

/// A name of a state in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// Where it stands.
    pub span: Span,
}

pub(super) fn read(section: &Section<'_>) -> StatesConfig {
    let mut providers = Vec::new();
    for (key, value) in section.entries() {
        let name = &**key.get_ref();
        if STATES_KEYS.iter().any(|key| key.name == name) {
            continue;
        }
        // Any other table is a provider; any other value is a slip.
        if !matches!(value.get_ref(), DeValue::Table(_)) {
            section.unknown(key, &STATES_KEYS);
        } else if let Some(provider) = section.table_of(name, value) {
            provider.knows(&STATES_KEYS);
            providers.push((name.to_owned(), sources(&provider)));
        }
    }
    StatesConfig { all: sources(section), providers }
}

fn sources(section: &Section<'_>) -> StateSources {
    let handlers = section.texts("handlers").unwrap_or_default().into_iter();
    let handlers = handlers.map(|name| Named { name: name.value, span: name.span });
    let sources = section.texts("sources").unwrap_or_default().into_iter().filter_map(|glob| {
        // These follow the rules of `.gitignore`, which knows negation.
        let bare = glob.value.strip_prefix('!').unwrap_or(&glob.value);
        match Pattern::new(bare, glob.span, Over::Paths) {
            Ok(_) => Some(glob.value),
            Err(error) => {
                let tell = || (format!("'{}' is no pattern: {error}", short(&glob.value)), None);
                section.problems.add(Fault::Invalid, glob.span, tell);
                None
            }
        }
    });
    StateSources { handlers: handlers.collect(), sources: sources.collect() }
}

#[cfg(test)]
mod tests {
    use crate::config::file::parse;

    #[test]
    fn all_of_it_is_read() {
        let text = r#"
[states]
handlers = ["a user exists"]
sources = ["provider/**/*.py"]

[states."Order Service"]
handlers = ["a cart exists", 'it''s late']
"#
        .replace("'it''s late'", "\"it's late\"");
        let (file, problems) = parse(&text, 0);
        assert_eq!(problems, []);
        let states = file.states;
        assert_eq!(states.all.handlers[0].name, "a user exists");
        assert_eq!(states.all.handlers[0].span.of(&text), "\"a user exists\"");
        assert_eq!(states.all.sources, ["provider/**/*.py"]);
        let (name, orders) = &states.providers[0];
        assert_eq!((name.as_str(), orders.handlers.len()), ("Order Service", 2));
    }
}

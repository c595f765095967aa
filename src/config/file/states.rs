//! `[states]`: which provider states are handled, and where handlers are.

use toml::de::DeValue;

use crate::config::file::{ConfigError, Section};
use crate::text::Span;

const KEYS: [&str; 2] = ["handlers", "sources"];

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

pub(super) fn read(section: &Section<'_>) -> Result<StatesConfig, ConfigError> {
    let mut keys: Vec<_> = section.table.iter().collect();
    keys.sort_by_key(|(key, _)| key.span().start);
    let mut providers = Vec::new();
    for (key, value) in keys {
        let name = &**key.get_ref();
        if KEYS.contains(&name) {
            continue;
        }
        // Any other table is a provider; any other value is a slip.
        if !matches!(value.get_ref(), DeValue::Table(_)) {
            return Err(section.unknown(key, &KEYS));
        }
        if let Some(provider) = section.section(name)? {
            provider.knows(&KEYS)?;
            providers.push((name.to_owned(), sources(&provider)?));
        }
    }
    Ok(StatesConfig { all: sources(section)?, providers })
}

fn sources(section: &Section<'_>) -> Result<StateSources, ConfigError> {
    let handlers = section.texts("handlers")?.into_iter().map(|(name, span)| Named { name, span });
    let globs = section.texts("sources")?.into_iter().map(|(glob, _)| glob);
    Ok(StateSources { handlers: handlers.collect(), sources: globs.collect() })
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
        let states = parse(&text).expect("it is fine").states;
        assert_eq!(states.all.handlers[0].name, "a user exists");
        assert_eq!(states.all.handlers[0].span.of(&text), "\"a user exists\"");
        assert_eq!(states.all.sources, ["provider/**/*.py"]);
        let (name, orders) = &states.providers[0];
        assert_eq!((name.as_str(), orders.handlers.len()), ("Order Service", 2));
    }
}

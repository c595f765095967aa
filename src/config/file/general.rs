//! The keys of the file that belong to no table.

use semver::{Version, VersionReq};

use crate::config::dsl::Dsl;
use crate::config::file::overrides::dead_path;
use crate::config::file::section::{Fault, Section, no_choice, short};
use crate::config::file::{At, Consumer, Extends, FailOn, Generated, Key, Pin};
use crate::config::glob::{Over, Pattern};
use crate::model::regex::Target;
use crate::rules::Preset;
use crate::text::{Span, nearest};

/// Never entered by a search for pacts.
pub const FOREIGN_FOLDERS: [&str; 3] = [".git", "node_modules", "vendor"];

/// The keys of the file.
pub const ROOT_KEYS: [Key; 17] = [
    Key {
        name: "root",
        doc: "No file in a folder further up counts. The nearest file counts alone in any case.",
    },
    Key {
        name: "extends",
        doc: "Presets and configuration files whose settings hold unless this file says otherwise; a later one wins. Paths are relative to this file.",
    },
    Key {
        name: "preset",
        doc: "The set of rules to start from, such as recommended, or recommended@0.1 for what it was in that release.",
    },
    Key {
        name: "required-version",
        doc: "The versions of pactlens that may read this file, such as >=0.1, <0.3.",
    },
    Key { name: "include", doc: "Also search what matches these globs, even where git ignores it." },
    Key { name: "exclude", doc: "Do not check what matches these globs, even when it is named." },
    Key { name: "fail-on", doc: "The least severity that makes the exit code 1." },
    Key {
        name: "baseline",
        doc: "The file that lists findings to be left alone, relative to the folder of this file.",
    },
    Key {
        name: "generated",
        doc: "Which pacts are taken to be generated, and so are not fixed without --fix-generated: auto for those whose metadata names a library, always for all, never for none.",
    },
    Key {
        name: "dsl",
        doc: "The library whose language hints are in; auto for the one that wrote the pact.",
    },
    Key { name: "consumers", doc: "Settings of one consumer, by its name." },
    Key { name: "regex-targets", doc: "The engines that regular expressions must suit." },
    Key { name: "rules", doc: "How loud rules are, and their options, by the name of a rule or a group." },
    Key { name: "overrides", doc: "Levels for some pacts, or for some parts of them." },
    Key { name: "states", doc: "Where handlers of provider states are." },
    Key { name: "verify", doc: "The provider that an editor verifies pacts against, when asked to." },
    Key { name: "mock", doc: "The mock server that an editor starts, when asked to." },
];

/// The keys of `[consumers."x"]`.
pub const CONSUMER_KEYS: [Key; 1] =
    [Key { name: "dsl", doc: "The library that the consumer's tests are written with." }];

impl FailOn {
    /// All of them, by name.
    pub const ALL: [(&'static str, FailOn); 4] = [
        ("error", FailOn::Error),
        ("warning", FailOn::Warning),
        ("info", FailOn::Info),
        ("never", FailOn::Never),
    ];
}

impl Generated {
    /// All of them, by name.
    pub const ALL: [(&'static str, Generated); 3] =
        [("auto", Generated::Auto), ("always", Generated::Always), ("never", Generated::Never)];
}

pub(super) fn extends(root: &Section<'_>) -> Vec<At<Extends>> {
    let read = |text: At<String>| {
        let value = match pin(&text.value) {
            Some(Ok(pin)) => Extends::Preset(pin),
            Some(Err(told)) => {
                root.problems.add(Fault::Invalid, text.span, || told);
                return None;
            }
            None if text.value.contains("://") => {
                root.problems.add(Fault::Invalid, text.span, || {
                    let message = format!("'{}' is an address, and only files are read", short(&text.value));
                    (message, Some("keep a copy of the file in the repository and extend that".to_owned()))
                });
                return None;
            }
            None => {
                let looks_like_a_preset = !text.value.contains(['/', '\\', '.']);
                if looks_like_a_preset {
                    root.problems.add(Fault::Invalid, text.span, || no_preset("extends", &text.value));
                    return None;
                }
                Extends::File(text.value)
            }
        };
        Some(At { value, span: text.span })
    };
    root.one_or_more("extends").unwrap_or_default().into_iter().filter_map(read).collect()
}

pub(super) fn preset(root: &Section<'_>) -> Option<At<Pin>> {
    let text = root.text("preset")?;
    let told = match pin(&text.value) {
        Some(Ok(value)) => return Some(At { value, span: text.span }),
        Some(Err(told)) => told,
        None => no_preset("preset", &text.value),
    };
    root.problems.add(Fault::Invalid, text.span, || told);
    None
}

fn no_preset(key: &str, text: &str) -> (String, Option<String>) {
    let name = text.split('@').next().unwrap_or(text);
    no_choice(key, name, Preset::ALL.iter().map(|preset| preset.name()))
}

/// A preset, with the release that it is pinned to. `None` when there is none of this name.
fn pin(text: &str) -> Option<Result<Pin, (String, Option<String>)>> {
    let (name, version) = text.split_once('@').map_or((text, None), |(name, version)| (name, Some(version)));
    let preset = Preset::of_name(name)?;
    let Some(version) = version else { return Some(Ok(Pin { preset, release: None })) };
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok())?;
    let parts: Option<Vec<u64>> = version.split('.').map(number).collect();
    let release = match parts.as_deref() {
        Some([major, minor] | [major, minor, _]) => (*major, *minor),
        _ => {
            let message = format!("'{}' is no release to pin a preset to", short(version));
            return Some(Err((message, Some("write two numbers, as in recommended@0.1".to_owned()))));
        }
    };
    let own = own_version();
    if release > (own.major, own.minor) {
        let message = format!("This is pactlens {own}, which cannot know '{}'", short(text));
        return Some(Err((message, Some("install a newer pactlens, or pin to an older release".to_owned()))));
    }
    Some(Ok(Pin { preset, release: Some(release) }))
}

fn own_version() -> Version {
    Version::parse(env!("CARGO_PKG_VERSION")).unwrap_or(Version::new(0, 0, 0))
}

pub(super) fn required_version(root: &Section<'_>) {
    let Some(text) = root.text("required-version") else { return };
    let own = own_version();
    match VersionReq::parse(&text.value) {
        Ok(wanted) if wanted.matches(&own) => {}
        Ok(_) => root.problems.add(Fault::Invalid, text.span, || {
            let message =
                format!("This project asks for pactlens '{}', and this is {own}", short(&text.value));
            (message, Some("install a version that suits, or change 'required-version'".to_owned()))
        }),
        Err(error) => root.problems.add(Fault::Invalid, text.span, || {
            let message = format!("'{}' is no range of versions: {error}", short(&text.value));
            (message, Some("write for example '>=0.1, <0.3'".to_owned()))
        }),
    }
}

pub(super) fn include(root: &Section<'_>) -> Option<Vec<Pattern>> {
    let patterns = root.patterns("include", Over::Paths);
    for pattern in patterns.iter().flatten() {
        let path = pattern.path();
        match path.split('/').find(|part| FOREIGN_FOLDERS.contains(part)) {
            Some(folder) => root.problems.add(Fault::Dead, pattern.span, || {
                let message =
                    format!("'{}' matches no pact: '{folder}' is never searched", short(&pattern.text));
                (message, Some("name such a file on the command line".to_owned()))
            }),
            None => dead_path(root, pattern),
        }
    }
    patterns
}

pub(super) fn exclude(root: &Section<'_>) -> Option<Vec<Pattern>> {
    let patterns = root.patterns("exclude", Over::Paths);
    patterns.iter().flatten().for_each(|pattern| dead_path(root, pattern));
    patterns
}

pub(super) fn choice<T: Copy>(root: &Section<'_>, key: &str, all: &[(&'static str, T)]) -> Option<At<T>> {
    root.choice(key, root.text(key)?, all)
}

/// `dsl`: `Some(None)` for `auto`.
pub(super) fn dsl(section: &Section<'_>) -> Option<At<Option<Dsl>>> {
    let all = Dsl::ALL.map(|dsl| (dsl.name(), Some(dsl)));
    let choices: Vec<(&str, Option<Dsl>)> = std::iter::once(("auto", None)).chain(all).collect();
    choice(section, "dsl", &choices)
}

pub(super) fn consumers(root: &Section<'_>) -> Vec<Consumer> {
    let Some(section) = root.section("consumers") else { return Vec::new() };
    let one = |(key, value): super::section::Entry<'_>| {
        let name = &**key.get_ref();
        let table = section.table_of(name, value)?;
        table.knows(&CONSUMER_KEYS);
        Some(Consumer { name: name.to_owned(), dsl: dsl(&table) })
    };
    section.entries().into_iter().filter_map(one).collect()
}

pub(super) fn targets(root: &Section<'_>) -> Option<At<Vec<Target>>> {
    let value = root.table.get("regex-targets")?;
    let span: Span = super::section::span(value.span());
    let texts = root.texts("regex-targets")?;
    let target = |text: At<String>| {
        let found = Target::ALL.into_iter().find(|target| target.name() == text.value);
        if found.is_none() {
            root.problems.add(Fault::Invalid, text.span, || {
                let names = Target::ALL.iter().map(|target| target.name());
                let help = match nearest(&text.value, names.clone()) {
                    Some(near) => format!("did you mean '{near}'?"),
                    None => format!("there are: {}", names.collect::<Vec<_>>().join(", ")),
                };
                (format!("'{}' is no engine that is known", short(&text.value)), Some(help))
            });
        }
        found
    };
    Some(At { value: texts.into_iter().filter_map(target).collect(), span })
}

//! The engines that a pattern can meet.

/// An engine, by the tools that use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// Oniguruma: the official core, and all libraries built on it.
    Rust,
    /// `java.util.regex`: pact-jvm.
    Jvm,
    /// Onigmo: pact-ruby, and what was built on its standalone tools.
    Ruby,
    /// RegExp of JavaScript.
    Js,
    /// `re` of Python.
    Python,
    /// The regex crate: the official core compiled to WebAssembly.
    Wasm,
}

impl Target {
    /// All of them.
    pub const ALL: [Target; 6] =
        [Target::Rust, Target::Jvm, Target::Ruby, Target::Js, Target::Python, Target::Wasm];

    /// The name in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Target::Rust => "rust",
            Target::Jvm => "jvm",
            Target::Ruby => "ruby",
            Target::Js => "js",
            Target::Python => "python",
            Target::Wasm => "wasm",
        }
    }

    /// The name in a sentence.
    pub const fn label(self) -> &'static str {
        match self {
            Target::Rust => "the official core",
            Target::Jvm => "pact-jvm",
            Target::Ruby => "pact-ruby",
            Target::Js => "JavaScript",
            Target::Python => "Python",
            Target::Wasm => "the core's WebAssembly build",
        }
    }

    /// The target of this name.
    pub fn parse(name: &str) -> Option<Target> {
        Target::ALL.into_iter().find(|target| target.name().eq_ignore_ascii_case(name))
    }
}

/// A set of targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Targets(u8);

impl Targets {
    /// None of them.
    pub const NONE: Targets = Targets(0);

    /// The set of these.
    pub fn of(targets: &[Target]) -> Targets {
        Targets::NONE.with(targets)
    }

    /// The engines that judge the values of a file whose metadata names `library`: what the provider uses
    /// is not in the file, so both that verify today count, and pact-ruby where the consumer uses it. What
    /// the consumer's own language makes of a pattern does not: nothing there judges values.
    pub fn of_library(library: Option<&str>) -> Targets {
        let both = Targets::of(&[Target::Rust, Target::Jvm]);
        if library == Some("pact-ruby") { both.with(&[Target::Ruby]) } else { both }
    }

    /// This set and these.
    #[must_use]
    pub fn with(self, targets: &[Target]) -> Targets {
        Targets(targets.iter().fold(self.0, |bits, target| bits | 1 << *target as u8))
    }

    /// What both sets have.
    #[must_use]
    pub fn among(self, others: Targets) -> Targets {
        Targets(self.0 & others.0)
    }

    /// Whether the set has this one.
    pub fn has(self, target: Target) -> bool {
        self.0 & 1 << target as u8 != 0
    }

    /// Whether the set has none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its members.
    pub fn iter(self) -> impl Iterator<Item = Target> {
        Target::ALL.into_iter().filter(move |target| self.has(*target))
    }
}

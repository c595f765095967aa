//! The libraries that consumer tests are written with, and in whose language hints speak.

/// A library, in a language where it has several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dsl {
    /// pact-js, in JavaScript and TypeScript.
    Js,
    /// pact-python.
    Python,
    /// pact-jvm, in Java.
    Java,
    /// pact-jvm, in Kotlin.
    Kotlin,
    /// pact-go.
    Go,
    /// pact-net.
    Net,
    /// pact-php.
    Php,
}

impl Dsl {
    /// All of them.
    pub const ALL: [Dsl; 7] = [Dsl::Js, Dsl::Python, Dsl::Java, Dsl::Kotlin, Dsl::Go, Dsl::Net, Dsl::Php];

    /// The word for it on the command line and in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Dsl::Js => "js",
            Dsl::Python => "python",
            Dsl::Java => "java",
            Dsl::Kotlin => "kotlin",
            Dsl::Go => "go",
            Dsl::Net => "net",
            Dsl::Php => "php",
        }
    }

    /// The one with this [`name`](Dsl::name).
    pub fn of_name(name: &str) -> Option<Dsl> {
        Dsl::ALL.into_iter().find(|dsl| dsl.name() == name)
    }

    /// What its users call the library.
    pub const fn library(self) -> &'static str {
        match self {
            Dsl::Js => "pact-js",
            Dsl::Python => "pact-python",
            Dsl::Java | Dsl::Kotlin => "pact-jvm",
            Dsl::Go => "pact-go",
            Dsl::Net => "pact-net",
            Dsl::Php => "pact-php",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_libraries_apart() {
        for dsl in Dsl::ALL {
            assert_eq!(Dsl::of_name(dsl.name()), Some(dsl));
        }
        assert_eq!(Dsl::of_name("jvm"), None);
    }
}

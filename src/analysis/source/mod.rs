//! Source code of a dozen languages, read as words, signs and string literals: what is told
//! of tests and handlers comes from these alone. No language is parsed.

mod lexer;
mod literal;
mod quote;
mod tokens;
mod walk;
mod write;

pub use walk::{MAX_SOURCE_SIZE, find_sources, is_source};

pub(in crate::analysis) use tokens::Source;
pub(in crate::analysis) use write::is_unseen;
pub(crate) use write::string_literal;

use std::path::Path;

/// A language that tests and handlers are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Language {
    Java,
    Kotlin,
    Groovy,
    Scala,
    JavaScript,
    TypeScript,
    Python,
    Ruby,
    CSharp,
    Php,
    Go,
    Rust,
}

impl Language {
    /// The extensions of the files whose language is known.
    pub const EXTENSIONS: [&str; 19] = [
        "java", "kt", "kts", "groovy", "scala", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "py",
        "rb", "cs", "php", "go", "rs",
    ];

    /// The language of a file with this extension.
    pub fn of_extension(extension: &str) -> Option<Language> {
        Some(match extension {
            "java" => Language::Java,
            "kt" | "kts" => Language::Kotlin,
            "groovy" => Language::Groovy,
            "scala" => Language::Scala,
            "js" | "jsx" | "mjs" | "cjs" => Language::JavaScript,
            "ts" | "tsx" | "mts" | "cts" => Language::TypeScript,
            "py" => Language::Python,
            "rb" => Language::Ruby,
            "cs" => Language::CSharp,
            "php" => Language::Php,
            "go" => Language::Go,
            "rs" => Language::Rust,
            _ => return None,
        })
    }

    /// The language of a file with this name.
    pub fn of_path(path: &Path) -> Option<Language> {
        Language::of_extension(&path.extension()?.to_str()?.to_ascii_lowercase())
    }

    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Language::Java => "java",
            Language::Kotlin => "kotlin",
            Language::Groovy => "groovy",
            Language::Scala => "scala",
            Language::JavaScript => "js",
            Language::TypeScript => "ts",
            Language::Python => "python",
            Language::Ruby => "ruby",
            Language::CSharp => "csharp",
            Language::Php => "php",
            Language::Go => "go",
            Language::Rust => "rust",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_extension_has_a_language() {
        assert!(Language::EXTENSIONS.iter().all(|extension| Language::of_extension(extension).is_some()));
        assert_eq!(Language::of_path(Path::new("a/B.JAVA")), Some(Language::Java));
        assert_eq!(Language::of_path(Path::new("a/.rs")), None);
    }
}

//! The words with which the libraries' users describe interactions.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::analysis::source::{Language, Source};

/// Whether a file can hold a consumer's test at all; few files do, and only those are read
/// word by word.
pub(super) fn may_test(bytes: &[u8]) -> bool {
    static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let words = "[uU]pon_?[rR]eceiving|[eE]xpects?_?[tT]o_?[rR]eceive|[aA]ddA?[sS]ynchronous\
                     |pact_consumer|PactTestFor|scalapact";
        Regex::new(&format!("(?-u){words}")).ok()
    });
    WORDS.as_ref().is_none_or(|words| words.is_match(bytes))
}

/// Whether a file verifies a provider, as those do that handle states.
pub(super) fn verifies(text: &str) -> bool {
    static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let words = "PactVerif|[vV]erifyProvider|[vV]erify_provider|[sS]tateHandlers?|state_handlers?\
                     |provider_states_for|@Provider\\b|@State\\b|honours_pact_with";
        Regex::new(&format!("(?-u){words}|\\bVerifier\\(")).ok()
    });
    WORDS.as_ref().is_some_and(|words| words.is_match(text.as_bytes()))
}

/// Lower case, without `_`; empty for what is longer than any of the words here.
pub(super) fn fold(word: &str) -> String {
    if word.len() > 64 {
        return String::new();
    }
    word.chars().filter(|ch| *ch != '_').map(|ch| ch.to_ascii_lowercase()).collect()
}

/// Whether the word at `at` takes the description of an interaction. The words are those of
/// pact-js, pact-python, pact-jvm, pact-go, pact-net, pact-php, pact-ruby and scala-pact, and
/// the methods of `PactBuilder` in the Rust crate pact_consumer.
pub(super) fn describes(source: &Source<'_>, at: usize, folded: &str) -> bool {
    let method = || at.checked_sub(1).is_some_and(|before| source.is_sign(before, b'.'));
    match folded {
        "uponreceiving"
        | "expectstoreceive"
        | "expectstoreceiveinteraction"
        | "expectstoreceivehttpinteraction"
        | "expectstoreceivemessageinteraction"
        | "expectstoreceivesynchronousmessageinteraction"
        | "addsynchronousmessage"
        | "addasynchronousmessage"
        | "addsynchronousinteraction"
        | "addasynchronousinteraction" => true,
        "interaction" | "messageinteraction" | "synchronousmessageinteraction" => {
            source.language == Language::Rust && method()
        }
        "description" => source.language == Language::Scala && method(),
        _ => false,
    }
}

/// Whether the word at `at` takes a consumer's name first.
pub(super) fn names_consumer(source: &Source<'_>, at: usize, folded: &str) -> bool {
    let after = |words: &[&str], dots: usize| {
        let signs = (1..=dots)
            .all(|back| at.checked_sub(back).is_some_and(|at| matches!(source.sign(at), Some(b'.' | b':'))));
        signs && at.checked_sub(dots + 1).is_some_and(|before| source.is_word(before, words))
    };
    match folded {
        "consumer" | "consumername" | "setconsumer" | "serviceconsumer" => true,
        "between" => source.language == Language::Scala,
        "pact" => source.language == Language::Python,
        "v2" | "v3" | "v4" => source.language == Language::CSharp && after(&["Pact"], 1),
        "new" | "newv4" => {
            source.language == Language::Rust && after(&["PactBuilder", "PactBuilderAsync"], 2)
        }
        _ => false,
    }
}

/// Whether the word at `at` takes the name of a test: in full, or as a test framework of
/// JavaScript or Ruby does, in part.
pub(super) fn names_test(source: &Source<'_>, at: usize, folded: &str) -> bool {
    match folded {
        "testname" => true,
        "it" | "test" | "specify" => {
            matches!(source.language, Language::JavaScript | Language::TypeScript | Language::Ruby)
                && !at.checked_sub(1).is_some_and(|before| source.is_sign(before, b'.'))
        }
        _ => false,
    }
}

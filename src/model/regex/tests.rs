#[cfg(feature = "onig")]
mod with_engine;

use super::*;

#[test]
fn the_generator_has_its_own_dialect() {
    let problem = |pattern: &str| generator_problem(pattern).map(|(span, _)| pattern[span].to_owned());
    for fine in [r"\d{4}-\d{2}", "^[a-z]{3}$", "^$", "", "a$", r"(foo|bar)+", "[ -~]*", r"\\d"] {
        assert_eq!(generator_problem(fine), None, "{fine}");
    }
    for (pattern, place) in [
        // Only both anchors are dropped, never '^' alone.
        ("^abc", "^"),
        (r"a\b", r"\b"),
        (r"\Aabc\z", r"\A"),
        ("^(?=a)a$", "(?="),
        (r"(a)\1", r"\1"),
        // Without Unicode these could match half a character.
        (".*", "."),
        (r"^x\D$", r"\D"),
        ("[^a]", "[^a]"),
        ("(abc", "("),
        ("^[z-a]$", "z-a"),
        (r"\h", r"\h"),
        ("x[a&&b]", "x[a&&b]"),
        ("a{2000000}", "a{2000000}"),
    ] {
        assert_eq!(problem(pattern).as_deref(), Some(place), "{pattern}");
    }
    assert_eq!(generator_problem(&"(".repeat(MAX_LEN + 1)), None);
}

#[test]
fn a_pattern_too_long_is_not_compiled() {
    let long = "(?i)".to_owned() + &"a".repeat(14_000);
    assert_eq!(Pattern::compile(&long).unwrap_err(), CompileError::TooLong { len: long.len() });
    assert_eq!(error_span(&long), None);
}

#[test]
fn a_pattern_that_could_hang_the_compiler_is_not_compiled() {
    let doubling: String = (0..60).map(|n| format!(r"(?<a{n}>\g<a{}>\g<a{}>)", n + 1, n + 1)).collect();
    let deep = "(".repeat(1000) + &")".repeat(1000);
    let heavy = "(?i)".to_owned() + &r"[\w]".repeat(1000);
    for pattern in [doubling + "(?<a60>x)", deep, heavy, "[a&&".repeat(800) + &"]".repeat(800)] {
        let error = Pattern::compile(&pattern).unwrap_err();
        assert!(matches!(error, CompileError::NotTried(_)), "{error}");
    }
}

#[test]
fn places_both_engines_agree_on_need_no_engine() {
    for (pattern, place) in [("(abc", 0..1), ("abc)", 3..4), ("a[b", 1..2), ("*a", 0..1), ("[z-a]", 1..4)] {
        assert_eq!(error_span(pattern), Some(place), "{pattern}");
    }
}

#[cfg(not(feature = "onig"))]
#[test]
fn without_the_engine_nothing_compiles() {
    assert_eq!(Pattern::compile("abc").unwrap_err(), CompileError::Unavailable);
    let cached = PatternCache::new().get("a", &mut Budget::new());
    assert!(matches!(*cached, Err(CompileError::Unavailable)));
    assert_eq!(error_span("(?=a)"), None);
}

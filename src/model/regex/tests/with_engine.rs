use std::sync::Arc;

use proptest::prop_assert_eq;

use super::super::*;

fn whole(pattern: &str, text: &str) -> Verdict {
    Pattern::compile(pattern).unwrap().matches_whole(text, &mut Budget::new())
}

fn finds(pattern: &str, text: &str) -> Verdict {
    Pattern::compile(pattern).unwrap().finds(text, &mut Budget::new())
}

#[test]
fn the_whole_value_must_match() {
    for (pattern, text, expected) in [
        // Each alternative gets its chance to reach the end.
        ("a|ab", "ab", true),
        ("Greater|GreaterOrEqual", "GreaterOrEqual", true),
        ("[a-z]", "abc1", false),
        (r"\S+", "two words", false),
        ("abc", "abc", true),
        ("abc", "abcd", false),
        ("", "", true),
        ("", "a", false),
        (r"\d+", "١٢", true),
        ("é.", "éé", true),
        // Ruby's meanings: '$' ends a line, 'm' lets the dot match a newline, '\h' is a hexadecimal digit.
        ("a$\nb", "a\nb", true),
        ("(?m).*", "a\nb", true),
        (".*", "a\nb", false),
        (r"\h{2}", "fF", true),
        (r"(?=a)\w{2}(?<=b)", "ab", true),
        (r"(.)\1", "aa", true),
        (r"a++b", "aab", true),
        (r"\d{,3}", "", true),
        (r"\Aa\z", "a", true),
        ("/^abc$/", "abc", false),
        (r"[[:alpha:]]+", "ab", true),
    ] {
        let expected = if expected { Verdict::Match } else { Verdict::NoMatch };
        assert_eq!(whole(pattern, text), expected, "{pattern} on {text:?}");
    }
}

#[test]
fn searching_takes_a_part() {
    assert_eq!(finds("[a-z]", "1a1"), Verdict::Match);
    assert_eq!(finds("[a-z]", "111"), Verdict::NoMatch);
    assert_eq!(finds("bc", "abcd"), Verdict::Match);
    assert_eq!(finds("^b", "a\nb"), Verdict::Match);
    assert_eq!(finds("", "a"), Verdict::Match);
}

#[test]
fn the_engine_says_what_is_wrong_and_error_span_where() {
    for (pattern, place, message) in [
        ("(abc", "(", "end pattern with unmatched parenthesis"),
        ("(a)(b(c)", "(", "end pattern with unmatched parenthesis"),
        ("abc)d", ")", "unmatched close parenthesis"),
        ("(?P<year>a)", "(?P<", "undefined group option"),
        ("a(?s).", "(?s", "undefined group option"),
        (r"[\w-.]x", r"\w-", "unmatched range specifier in char-class"),
        ("[z-a]", "z-a", "empty range in char class"),
        ("a|*b", "*", "target of repeat operator is not specified"),
        (r"\p{javaLetter}x", r"\p{javaLetter}", "invalid character property name {javaLetter}"),
        (r"(a)\k<b>", r"\k<b>", "undefined name <b> reference"),
        (r"(?=a)[b", "[", "premature end of char-class"),
        (r"é(?<=a(é", "(", "end pattern with unmatched parenthesis"),
        ("a\\", "\\", "end pattern at escape"),
        ("[]", "[]", "empty char-class"),
    ] {
        let Err(CompileError::Invalid { message: said, offset }) = Pattern::compile(pattern) else {
            panic!("{pattern} compiles")
        };
        let span = error_span(pattern).expect(pattern);
        assert_eq!(offset, Some(span.start), "{pattern}");
        assert_eq!((&pattern[span], said.as_str()), (place, message), "{pattern}");
    }
    assert_eq!(error_span(r"(?=a)(?<n>a)\k<n>a++(?>b)"), None);
}

#[test]
fn hostile_patterns_end_soon() {
    let megabyte = "a".repeat(1_000_000) + "b";
    let many = [
        r"^(a+)+$",
        r"(?:(?=a*+)x?){100000}c",
        r"(?:(?:(?:a?){99999}x?){99999}y?){99999}b",
        r"(?<x>a(?=\g<x>|)(?=\g<x>|))c",
        r"(a*)*(a*)*(a*)*c",
        r"(?:(?<=a*)a)*c",
    ];
    for pattern in many {
        let mut budget = Budget::new();
        assert!(matches!(
            Pattern::compile(pattern).unwrap().matches_whole(&megabyte, &mut budget),
            Verdict::NotJudged(_)
        ));
        assert!(matches!(
            Pattern::compile(pattern).unwrap().finds(&megabyte, &mut budget),
            Verdict::NotJudged(_) | Verdict::Match
        ));
        assert!(budget.remaining() < Budget::PER_FILE);
    }
    assert_eq!(whole(r"^[A-Za-z0-9+/=]*$", &megabyte[..300_000]), Verdict::Match);
}

#[test]
fn an_empty_budget_judges_nothing() {
    let pattern = Pattern::compile("(a+)+c").unwrap();
    let mut budget = Budget::new();
    let text = "a".repeat(60);
    let asked = (0..).take_while(|_| {
        matches!(pattern.matches_whole(&text, &mut budget), Verdict::NotJudged(why) if why != FILE_TOO_LONG)
    });
    assert!(asked.count() <= 20);
    assert_eq!(budget.remaining(), 0);
    assert_eq!(pattern.matches_whole("ac", &mut budget), Verdict::NotJudged(FILE_TOO_LONG));
    // An ordinary pattern costs next to nothing.
    let mut budget = Budget::new();
    let uuid = Pattern::compile("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$").unwrap();
    for _ in 0..1000 {
        assert_eq!(uuid.matches_whole("e2490de5-5bd3-43d5-b7c4-526e33f71304", &mut budget), Verdict::Match);
    }
    assert_eq!(budget.remaining(), Budget::PER_FILE - 1000);
}

#[test]
fn the_cache_compiles_once_and_stays_small() {
    let (mut cache, mut budget) = (PatternCache::new(), Budget::new());
    let first = cache.get("a+", &mut budget);
    let left = budget.remaining();
    assert!(left < Budget::PER_FILE);
    assert!(Arc::ptr_eq(&first, &cache.get("a+", &mut budget)));
    assert_eq!(budget.remaining(), left);
    assert!(matches!(*cache.get("(", &mut budget), Err(CompileError::Invalid { .. })));
    for n in 0..=PatternCache::MAX_PATTERNS {
        cache.get(&format!("a{n}"), &mut Budget::new());
    }
    assert!(!Arc::ptr_eq(&first, &cache.get("a+", &mut budget)));
    let mut none = Budget::with_retries(0);
    assert!(matches!(*cache.get("new", &mut none), Err(CompileError::NotTried(FILE_TOO_LONG))));
}

#[test]
fn patterns_cross_threads() {
    fn crosses<T: Send + Sync>() {}
    crosses::<Pattern>();
    crosses::<PatternCache>();
}

/// Pieces of which patterns of all kinds are made, balanced often enough.
fn pattern() -> impl proptest::strategy::Strategy<Value = String> {
    let piece = r"(a|b|ab|c|\.|[*+?]|\*\?|\{2\}|\{,3\}|\||\(|\(\?:|\(\?=|\(\?!|\(\?>|\)|\)|\)\*|\\1|\[ab\]|\[\^a\]|\\w|\^|\$|\\b|é|\\|\[|\]|\{|\(\?i\)|\(\?P<x>|\\p\{L\}|\\p\{X\})";
    proptest::strategy::Strategy::prop_map(proptest::collection::vec(piece, 0..9), |pieces| pieces.concat())
}

proptest::proptest! {
    /// The crate's own `is_match` is what the core calls.
    #[test]
    fn verdicts_are_the_cores(pattern in pattern(), text in "[abcé\n]{0,8}") {
        let core = onig::Regex::new(&pattern);
        let ours = Pattern::compile(&pattern);
        prop_assert_eq!(core.is_ok(), ours.is_ok());
        prop_assert_eq!(error_span(&pattern).is_some_and(|span| pattern.get(span).is_none()), false);
        if let (Ok(core), Ok(ours)) = (core, ours) {
            let expected = |matches| if matches { Verdict::Match } else { Verdict::NoMatch };
            let mut budget = Budget::new();
            prop_assert_eq!(ours.matches_whole(&text, &mut budget), expected(core.is_match(&text)));
            prop_assert_eq!(ours.finds(&text, &mut budget), expected(core.find(&text).is_some()));
        }
    }

    #[test]
    fn any_text_is_a_safe_pattern(pattern in "\\PC{0,40}", text in "\\PC{0,40}") {
        let _ = generator_problem(&pattern);
        let _ = error_span(&pattern);
        if let Ok(pattern) = Pattern::compile(&pattern) {
            let _ = pattern.matches_whole(&text, &mut Budget::new());
        }
    }
}

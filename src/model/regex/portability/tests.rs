use super::*;

fn found(pattern: &str, target: Target) -> Vec<(String, bool)> {
    let all = constructs(pattern, Targets::of(&[target]));
    all.into_iter().map(|c| (pattern[c.range.clone()].to_owned(), c.fails.has(target))).collect()
}

/// Patterns that the official core compiles, each with what `java.util.regex`, V8 and Python's `re` said:
/// `y` compiles, `N` does not, `L` compiles to something else.
const MATRIX: &[(&str, &str)] = &[
    (r"\h", "LLN"),
    (r"\Z", "yLy"),
    (r"\z", "yLN"),
    (r"\A", "yLy"),
    (r"\G", "yLN"),
    (r"\K", "NLN"),
    (r"\R", "yLN"),
    (r"\X", "yLN"),
    (r"\e", "yLN"),
    (r"\a", "yLy"),
    (r"\p{L}", "yLN"),
    (r"\p{Han}", "NLN"),
    (r"\p{Alpha}", "yLN"),
    (r"\p{alpha}", "NLN"),
    (r"\p{^Lu}", "NLN"),
    (r"\p{Word}", "NLN"),
    (r"\pL", "LyN"),
    (r"\x{41}", "yLN"),
    (r"(?<n>a)\k<n>", "yyN"),
    (r"\Qa\E", "LyN"),
    (r"\i", "NyN"),
    (r"\l", "NyN"),
    (r"\q", "NyN"),
    (r"\_\/\-\ \<\:", "yyy"),
    (r"\V", "yyN"),
    (r"[\b]", "Nyy"),
    (r"[\h]", "LLN"),
    (r"[[:alpha:]]", "LLL"),
    (r"[a[bc]]", "yLL"),
    (r"[a&&b]", "yLL"),
    (r"(?>a)", "yNy"),
    (r"(?#c)a", "NNy"),
    (r"(?<n>a)", "yyN"),
    (r"(?<first_name>a)", "NyN"),
    (r"(?'n'a)", "NNN"),
    (r"(?~a)", "NNN"),
    (r"(?i)a", "yNy"),
    (r"a(?i)b", "yNN"),
    (r"(?i:a)", "yNy"),
    (r"(?-i)a", "yNN"),
    (r"(?m)a", "LNL"),
    (r"a++", "yNy"),
    (r"a?+", "yNy"),
    (r"a{2}+", "LNL"),
    (r"a**", "NNN"),
    (r"a{2}{3}", "yNN"),
    (r"a{2}?a+?", "yyy"),
    (r"a+?+", "NNN"),
    (r"a{,3}", "NLy"),
    (r"{id}", "Nyy"),
    (r"a{id}", "Nyy"),
    (r"a{", "Nyy"),
    (r"a}", "yyy"),
    (r"x{3,1}", "NNN"),
    (r"(?=a)(?<=a)(?!a)(?<!a)", "yyy"),
    (r"[a-z-9]a]b()(?:|a)a||b\u0041[\-]", "yyy"),
];

#[test]
fn what_the_engines_said() {
    for (pattern, row) in MATRIX {
        for (target, said) in [Target::Jvm, Target::Js, Target::Python].into_iter().zip(row.chars()) {
            let found = found(pattern, target);
            let verdict = match found.iter().any(|(_, fails)| *fails) {
                true => 'N',
                false if found.is_empty() => 'y',
                false => 'L',
            };
            assert_eq!(verdict, said, "{pattern} in {}: {found:?}", target.name());
        }
    }
}

#[cfg(feature = "onig")]
#[test]
fn the_core_compiles_them_all_and_the_portable_spelling_means_the_same() {
    use crate::model::regex::{Budget, Pattern};
    for (pattern, _) in MATRIX {
        let compiled = Pattern::compile(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        for construct in constructs(pattern, Targets::of(&Target::ALL)) {
            let Some(instead) = construct.instead else { continue };
            let mut portable = (*pattern).to_owned();
            portable.replace_range(construct.range, &instead);
            let portable = Pattern::compile(&portable).unwrap_or_else(|error| panic!("{portable}: {error}"));
            for text in ["", "a", "aa", "aaaa", "{id}", "a{id}", "a{", "A", "f", "h", "g"] {
                let ask = |pattern: &Pattern| pattern.matches_whole(text, &mut Budget::new());
                assert_eq!(ask(&compiled), ask(&portable), "{pattern} on {text}");
            }
        }
    }
}

#[test]
fn the_regex_crate_is_asked_itself() {
    assert_eq!(found(r"a(?=b)", Target::Wasm), [("(?=".to_owned(), true)]);
    assert_eq!(found(r"(a)\1", Target::Wasm), [(r"\1".to_owned(), true)]);
    assert_eq!(found(r"^[a-z]{3}\d+$", Target::Wasm), []);
}

#[test]
fn ordinary_patterns_are_portable() {
    for pattern in [
        "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        r"^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d([+-][0-2]\d:[0-5]\d|Z)$",
        r"application\/.*xml",
        r"(\d{1,3}\.)+\d{1,3}",
        "",
        "a",
        r"[^@\]]+",
    ] {
        assert_eq!(constructs(pattern, Targets::of(&Target::ALL)), [], "{pattern}");
    }
}

#[test]
fn nothing_panics() {
    let pieces = [
        "\\", "[", "(?", "(?<", "(?'", "{", "é", "\\p{", "]", ")", "[:", "&&", "(?#", "\\Q", "x", "(?i", "+",
        "{,3}",
    ];
    for a in pieces {
        for b in pieces {
            for c in pieces {
                for d in ["", "é", "}", ")"] {
                    let pattern = format!("{a}{b}{c}{d}");
                    for construct in constructs(&pattern, Targets::of(&Target::ALL)) {
                        assert!(pattern.get(construct.range.clone()).is_some(), "{pattern}");
                    }
                }
            }
        }
    }
}

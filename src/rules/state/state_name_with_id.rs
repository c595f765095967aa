use rustc_hash::FxHashMap;

use crate::model::Version;
use crate::rules::{Check, FileCx, Sink, rule};
use crate::text::{Span, shorten};

rule! {
    /// Provider states differ only in a number or an id within their names.
    ///
    /// The provider needs a handler for each of the names, and a new one whenever a test uses
    /// another id. From V3 on a state has `params`: one name, one handler, and the id beside it.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"description": "a", "providerStates": [{"name": "user 101 exists"}], "request": {"method": "GET", "path": "/a"}, "response": {"status": 200}},
    ///   {"description": "b", "providerStates": [{"name": "user 102 exists"}], "request": {"method": "GET", "path": "/b"}, "response": {"status": 200}}
    /// ], "metadata": {"pactSpecification": {"version": "3.0.0"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"description": "a", "providerStates": [{"name": "a user exists", "params": {"id": 101}}], "request": {"method": "GET", "path": "/a"}, "response": {"status": 200}},
    ///   {"description": "b", "providerStates": [{"name": "a user exists", "params": {"id": 102}}], "request": {"method": "GET", "path": "/b"}, "response": {"status": 200}}
    /// ], "metadata": {"pactSpecification": {"version": "3.0.0"}}}
    /// ```
    ///
    /// ## References
    ///
    /// Specification V3, "Provider states"; `ProviderState` in pact_models, provider_states.rs.
    "state-name-with-id", "state", Info, Recommended, Test, Check::File(check)
}

/// So many groups are told of one file.
const MOST: usize = 20;

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    if cx.version() < Version::V3 {
        return;
    }
    // The names of each pattern, with the first interaction that uses each and which of its
    // states that is.
    let mut groups: FxHashMap<String, Vec<(&str, u32, usize)>> = FxHashMap::default();
    let mut order: Vec<String> = Vec::new();
    let mut seen = rustc_hash::FxHashSet::default();
    for (index, it) in cx.read() {
        for (nth, state) in it.states.iter().enumerate() {
            let name = state.name.as_str();
            if !name.bytes().any(|b| b.is_ascii_digit()) || !seen.insert(name) {
                continue;
            }
            let Some(pattern) = pattern(name) else { continue };
            let group = groups.entry(pattern).or_insert_with_key(|pattern| {
                order.push(pattern.clone());
                Vec::new()
            });
            group.push((name, index, nth));
        }
    }
    let several = order.iter().filter_map(|pattern| groups.get(pattern)).filter(|group| group.len() > 1);
    let place = |index: u32, nth: usize| {
        let state = cx.interactions.get(index as usize).and_then(|it| it.states.get(nth));
        cx.in_interaction(index, state.map_or(Span::at(0), |state| state.span))
    };
    for group in several.take(MOST) {
        let [(first, at, nth), (second, other, other_nth), rest @ ..] = &group[..] else { continue };
        let more = match rest.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        out.report_at(
            place(*at, *nth),
            format!(
                "The states '{}', '{}'{more} differ only in a number: the provider needs a handler for each",
                shorten(first),
                shorten(second)
            ),
        )
        .label_at(place(*other, *other_nth), "another of them")
        .help("use one name, and pass what differs in 'params'");
    }
}

/// The name with a mark in the place of each number or id that is a word of its own; `None`
/// when there is none.
fn pattern(name: &str) -> Option<String> {
    let mut out = String::with_capacity(name.len());
    let mut found = false;
    let mut letters = false;
    for word in
        name.split_inclusive(|ch: char| !(ch.is_alphanumeric() || ch == '-' || ch == '_' || ch == '.'))
    {
        let bare = word.trim_end_matches(|ch: char| !ch.is_alphanumeric());
        if is_id(bare) {
            found = true;
            out.push('\u{0}');
            out.push_str(&word[bare.len()..]);
        } else {
            letters |= bare.chars().any(char::is_alphabetic);
            out.push_str(word);
        }
    }
    (found && letters).then_some(out)
}

/// A number, a UUID, or a long mix of hexadecimal digits.
fn is_id(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let hex = word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    digits > 0 && (digits == word.len() || word.len() >= 12 && hex)
}

#[cfg(test)]
mod tests {
    use super::pattern;
    use crate::rules::testing::check;

    #[test]
    fn words_that_are_ids() {
        assert_eq!(pattern("user 101 exists").as_deref(), Some("user \0 exists"));
        assert_eq!(pattern("user '7' exists.").as_deref(), Some("user '\0' exists."));
        assert_eq!(pattern("user 3fa85f64-5717-4562-b3fc-2c963f66afa6").as_deref(), Some("user \0"));
        for none in ["api v1", "oauth2 login", "42", "http 1.1", "a-1"] {
            assert_eq!(pattern(none), None, "{none}");
        }
    }

    #[test]
    fn one_finding_a_group() {
        check(
            "state-name-with-id",
            r#"
{"metadata": {"pactSpecification": {"version": "3.0.0"}}, "interactions": [
{"description": "a", "providerState": "user 1 exists", "request": {}, "response": {}},
                                      ^^^^^^^^^^^^^^^ info 'user 1 exists', 'user 2 exists' and 1 more
{"description": "b", "providerStates": [{"name": "user 2 exists"}, {"name": "item 5"}], "request": {}, "response": {}},
{"description": "c", "providerStates": [{"name": "user 2 exists"}, {"name": "user 33 exists"}], "request": {}, "response": {}}
]}"#,
        );
    }
}

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::rules::{Check, CrossSink, Located, WorkspaceCx, rule};
use crate::text::Span;

rule! {
    /// Two provider states of one provider have names that differ in spelling only.
    ///
    /// A state is looked up by its exact name. `User exists` beside `user exists` needs a second
    /// handler, or is a slip that fails on the provider's side, far from the test that made it.
    /// The spelling that fewer interactions use is the one reported.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "users"}, "interactions": [
    ///   {"description": "a", "providerStates": [{"name": "a user exists"}]},
    ///   {"description": "b", "providerStates": [{"name": "A user exists"}]}]}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "users"}, "interactions": [
    ///   {"description": "a", "providerStates": [{"name": "user 1 exists"}]},
    ///   {"description": "b", "providerStates": [{"name": "user 2 exists"}]}]}
    /// ```
    ///
    /// ## References
    ///
    /// Specification, "Provider states"; names are compared as they are.
    "provider-state-near-duplicate", "workspace", Warning, Recommended, Test, Check::Provider(check)
}

/// A state's name: how many interactions use it, and where it stands first.
struct Name<'a> {
    text: &'a str,
    uses: usize,
    at: Located<'a>,
    span: Span,
}

fn check(cx: &WorkspaceCx<'_>, out: &mut CrossSink<'_>) {
    let mut providers: FxHashMap<&str, usize> = FxHashMap::default();
    let mut names: Vec<Vec<Name<'_>>> = Vec::new();
    let mut known: FxHashMap<(usize, &str), usize> = FxHashMap::default();
    for at in cx.interactions() {
        let Some(provider) = &cx.files[at.file].provider else { continue };
        let provider = *providers.entry(&provider.name).or_insert_with(|| {
            names.push(Vec::new());
            names.len() - 1
        });
        for state in at.it.states.iter().filter(|state| !state.name.is_empty()) {
            let names = &mut names[provider];
            let index = *known.entry((provider, &state.name)).or_insert_with(|| {
                names.push(Name { text: &state.name, uses: 0, at, span: state.span });
                names.len() - 1
            });
            names[index].uses += 1;
        }
    }
    for names in &names {
        twins(names, out);
    }
}

/// Reports each name that is another one misspelt, once, beside the commonest such.
fn twins(names: &[Name<'_>], out: &mut CrossSink<'_>) {
    let plain: Vec<Vec<char>> = names.iter().map(|name| plain(name.text)).collect();
    let keys: Vec<Vec<u64>> = plain.iter().map(|letters| keys(letters)).collect();
    let mut buckets: FxHashMap<u64, SmallVec<[usize; 2]>> = FxHashMap::default();
    buckets.reserve(keys.iter().map(Vec::len).sum());
    for (index, keys) in keys.iter().enumerate() {
        for &key in keys {
            let bucket = buckets.entry(key).or_default();
            // More names alike than this are a series, not slips.
            if bucket.len() < 8 && !bucket.contains(&index) {
                bucket.push(index);
            }
        }
    }
    for (index, name) in names.iter().enumerate() {
        let alike = keys[index].iter().filter_map(|key| buckets.get(key)).flatten().copied();
        let commoner = |other: &usize| {
            let (mine, theirs) =
                ((name.uses, std::cmp::Reverse(index)), (names[*other].uses, std::cmp::Reverse(*other)));
            theirs > mine && is_slip(&plain[index], &plain[*other])
        };
        let Some(other) =
            alike.filter(commoner).max_by_key(|other| (names[*other].uses, std::cmp::Reverse(*other)))
        else {
            continue;
        };
        let other = &names[other];
        out.report(
            name.at.file,
            name.at.place(name.span),
            format!("'{}' is nearly '{}': the provider needs a handler for each, and one of them is probably a slip", name.text, other.text),
            format!("write '{}' if they mean the same", other.text),
        )
        .related(other.at.file, other.at.place(other.span), "spelt like this here");
    }
}

/// A name without letter case; anything but letters and digits is one blank.
fn plain(name: &str) -> Vec<char> {
    let mut out: Vec<char> = Vec::new();
    for letter in name.chars().take(MOST_LETTERS).flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            out.push(letter);
        } else if out.last().is_some_and(|last| *last != ' ') {
            out.push(' ');
        }
    }
    while out.last() == Some(&' ') {
        out.pop();
    }
    out
}

/// Letters of a name that are looked at.
const MOST_LETTERS: usize = 200;

/// Two names that differ in at most one letter share one of these: the name itself, and the
/// name without each of its letters in turn. Not without a number: one more is no slip.
fn keys(letters: &[char]) -> Vec<u64> {
    const BASE: u64 = 0x9E37_79B9_7F4A_7C15;
    let add = |hash: u64, letter: char| hash.wrapping_mul(BASE).wrapping_add(u64::from(letter) + 1);
    let whole = letters.iter().fold(0, |hash, letter| add(hash, *letter));
    let mut out = Vec::with_capacity(letters.len() + 1);
    out.push(whole);
    // From the end: what stands behind the letter, and the power that lifts the rest above it.
    let (mut behind, mut power, mut before) = (0u64, 1u64, whole);
    let inverse = inverse(BASE);
    for letter in letters.iter().rev() {
        let code = u64::from(*letter) + 1;
        before = before.wrapping_sub(code).wrapping_mul(inverse);
        if !letter.is_numeric() {
            out.push(before.wrapping_mul(power).wrapping_add(behind));
        }
        behind = behind.wrapping_add(code.wrapping_mul(power));
        power = power.wrapping_mul(BASE);
    }
    out
}

/// What an odd number is to be multiplied by to give one.
fn inverse(odd: u64) -> u64 {
    // Each round doubles the number of bits that are right, from three on.
    (0..5).fold(odd, |found, _| found.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(found))))
}

/// Whether two plain names are the same, or differ by one letter in the way slips do: within
/// a word of some length, not in a number, and not by a plural or a prefix that negates.
fn is_slip(a: &[char], b: &[char]) -> bool {
    if a == b {
        return true;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let start = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let same_length = short.len() == long.len();
    if long.len() - short.len() > 1 || short[start + usize::from(same_length)..] != long[start + 1..] {
        return false;
    }
    let ends_word = |at: usize| long.get(at).is_none_or(|c| *c == ' ');
    let changed = long[start];
    let digits = changed.is_numeric() || same_length && short[start].is_numeric();
    let blank = changed == ' ' || same_length && short[start] == ' ';
    if digits || blank && same_length {
        return false;
    }
    let from = long[..start].iter().rposition(|c| *c == ' ').map_or(0, |at| at + 1);
    let to = (start..long.len()).find(|at| ends_word(*at)).unwrap_or(long.len());
    let plural = !same_length && changed == 's' && ends_word(start + 1);
    let negation = !same_length && changed == 'a' && start == from;
    blank || to - from >= SHORTEST_WORD && !plural && !negation
}

/// In shorter words one letter makes another word too easily.
const SHORTEST_WORD: usize = 5;

#[cfg(test)]
mod tests {
    use super::{is_slip, plain};
    use crate::rules::testing::check_files;

    #[test]
    fn slips_are_told_from_other_names() {
        let slip = |a: &str, b: &str| is_slip(&plain(a), &plain(b));
        for (a, b) in [
            ("user exists", "User  exists."),
            ("user exists", "user exsts"),
            ("user exists", "userexists"),
            ("a_user_exists", "a user exists"),
            ("an order is payed", "an order is paied"),
        ] {
            assert!(slip(a, b) && slip(b, a), "{a} / {b}");
        }
        for (a, b) in [
            ("user 1 exists", "user 2 exists"),
            ("user 1 exists", "user 11 exists"),
            ("product A exists", "product B exists"),
            ("user has order", "user has orders"),
            ("moral user", "amoral user"),
            ("typical user", "atypical user"),
            ("user is on", "user is off"),
            ("user exists", "users exist"),
            ("", "a"),
        ] {
            assert!(!slip(a, b) && !slip(b, a), "{a} / {b}");
        }
    }

    #[test]
    fn the_rarer_name_is_told_once() {
        check_files(
            "provider-state-near-duplicate",
            &[
                r#"{"consumer": {"name": "app"}, "provider": {"name": "b"}, "interactions": [
{"description": "a", "providerStates": [{"name": "User exists"}]},
                                                 ^^^^^^^^^^^^^ warning nearly 'user exists'
{"description": "b", "providerStates": [{"name": "user exists"}]}]}"#,
                r#"{"consumer": {"name": "web"}, "provider": {"name": "b"}, "interactions": [
{"description": "a", "providerStates": [{"name": "user exists"}]},
{"description": "b", "providerStates": [{"name": "user exits"}]}]}
                                                 ^^^^^^^^^^^^ warning nearly 'user exists'"#,
                r#"{"consumer": {"name": "web"}, "provider": {"name": "c"}, "interactions": [
{"description": "a", "providerStates": [{"name": "USER exists"}]}]}"#,
            ],
        );
    }
}

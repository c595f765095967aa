use crate::rules::generator::aim::{aim, each_known};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::text::shorten;

rule! {
    /// An example beside a generator looks as if it were random itself.
    ///
    /// Where the test makes up the example anew on each run, each run publishes another pact: the
    /// Broker stores a new version, and providers verify again though nothing changed. The
    /// generator is there for new values; the example can stay the same.
    ///
    /// The examples that libraries put in themselves are left alone.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": "4f7c1a9e-3b52-4d80-9e6f-0a1b7c5d2e83"},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "type"}]}}},
    ///   "generators": {"body": {"$.id": {"type": "Uuid"}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": "00000000-0000-4000-8000-000000000001"},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "type"}]}}},
    ///   "generators": {"body": {"$.id": {"type": "Uuid"}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// The Pact Broker's documentation on versioning of pact contents.
    "generator-with-random-looking-example", "generator", Info, Strict, Test, Check::Interaction(check)
}

/// Examples that libraries put in where the test gives none.
const CONSTANTS: [&str; 4] = [
    "e2490de5-5bd3-43d5-b7c4-526e33f71304",
    "ce118b6e-d8e1-11e7-9296-cec278b6b50a",
    "fc763eba-0905-41c5-a27f-3934ab26786c",
    "936da01f-9abd-4d9d-80c7-02af85c822a8",
];

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_known(cx, &mut |known| {
        let random = known.kind.starts_with("Random") || matches!(&*known.kind, "Uuid" | "Regex");
        let Some(aim) = random.then(|| aim(cx, known)).flatten() else { return };
        if aim.value.is_container() || aim.value.raw().len() > 80 || !looks_random(&aim.value.to_text()) {
            return;
        }
        out.report(
            aim.value.span(),
            format!(
                "The example {} looks random: if each run makes another, each run publishes another pact",
                shorten(aim.value.raw())
            ),
        )
        .label(cx.node(known.generator.node).span(), "new values come from here anyway")
        .help("give a fixed example");
    });
}

/// Whether nobody would write this by hand.
fn looks_random(text: &str) -> bool {
    if CONSTANTS.iter().any(|known| known.eq_ignore_ascii_case(text)) {
        return false;
    }
    let inner: Vec<u8> = text.bytes().filter(|b| !b"-_.".contains(b)).collect();
    if inner.len() < 8 || !inner.iter().all(u8::is_ascii_alphanumeric) {
        return false;
    }
    let mut kinds = [false; 256];
    inner.iter().for_each(|b| kinds[*b as usize] = true);
    let distinct = kinds.iter().filter(|seen| **seen).count();
    let digits = inner.iter().filter(|b| b.is_ascii_digit()).count();
    // Neighbours that repeat or count up are the work of a human.
    let counted = inner.windows(2).filter(|pair| pair[1] == pair[0] || pair[1] == pair[0] + 1).count();
    if counted * 2 >= inner.len() - 1 {
        return false;
    }
    if digits == inner.len() {
        return distinct >= 5;
    }
    // Words have few digits, and those at the end.
    let changes =
        inner.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
    let cases =
        inner.windows(2).filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()).count();
    distinct >= 7 && (changes >= 4 || inner.len() >= 10 && changes >= 2 && cases >= 2)
}

#[cfg(test)]
mod tests {
    use super::looks_random;

    #[test]
    fn random_and_chosen() {
        for random in ["4f7c1a9e-3b52-4d80-9e6f-0a1b7c5d2e83", "83519207", "aZ3kQ9xW2m", "9f8a7c1e4b"] {
            assert!(looks_random(random), "{random}");
        }
        for chosen in [
            "00000000-0000-4000-8000-000000000001",
            "e2490de5-5bd3-43d5-b7c4-526e33f71304",
            "12345678",
            "10000000",
            "1234567890",
            "a-fine-name",
            "Example12",
            "CamelCaseName",
            "100",
            "2000-01-31",
            "abcdef12-1234-1234-1234-123456789012",
        ] {
            assert!(!looks_random(chosen), "{chosen}");
        }
    }
}

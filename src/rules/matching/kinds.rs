//! Which kinds of plain JSON values a matcher can accept at all.

use crate::model::MatcherKind;
use crate::rules::InteractionCx;
use crate::syntax::{Cursor, Kind};

/// A set of kinds of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    const NULL: Kinds = Kinds(1);
    const BOOLEAN: Kinds = Kinds(2);
    const INTEGER: Kinds = Kinds(4);
    const DECIMAL: Kinds = Kinds(8);
    const TEXT: Kinds = Kinds(16);
    /// Numbers of both kinds.
    pub(super) const NUMBER: Kinds = Kinds(4 | 8);
    /// Anything.
    pub(super) const ALL: Kinds = Kinds(31);

    /// The kinds that are in both.
    pub(super) const fn and(self, other: Kinds) -> Kinds {
        Kinds(self.0 & other.0)
    }

    const fn or(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    /// Whether there is no kind in it.
    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kind that `type` holds an example to: numbers with and without a fraction are
    /// one to it.
    pub(super) fn of_type(example: Cursor<'_>) -> Kinds {
        match example.kind() {
            Kind::Null => Kinds::NULL,
            Kind::True | Kind::False => Kinds::BOOLEAN,
            Kind::Number => Kinds::NUMBER,
            Kind::String => Kinds::TEXT,
            _ => Kinds::ALL,
        }
    }
}

/// The kinds of plain values that `kind` accepts some values of, `type` and `equality` taken
/// for all of them (`DoMatch<&Value>` in pact_matching, json.rs).
pub(super) fn accepted(cx: &InteractionCx<'_>, kind: &MatcherKind) -> Kinds {
    match kind {
        MatcherKind::Null => Kinds::NULL,
        MatcherKind::Integer => Kinds::INTEGER,
        MatcherKind::Decimal => Kinds::DECIMAL,
        MatcherKind::Number => Kinds::NUMBER,
        MatcherKind::Boolean => Kinds::BOOLEAN.or(Kinds::TEXT),
        MatcherKind::Semver => Kinds::TEXT,
        // Numbers are taken as text, and 2024 is a date in the format yyyy.
        MatcherKind::Date(format) | MatcherKind::Time(format) | MatcherKind::DateTime(format) => {
            let format = format.map(|id| cx.text(id));
            let never_a_number =
                |f: &str| f.is_empty() || f.contains([':', '/']) || f.matches('-').count() > 1;
            if format.as_deref().is_none_or(never_a_number) {
                Kinds::TEXT
            } else {
                Kinds::TEXT.or(Kinds::NUMBER)
            }
        }
        _ => Kinds::ALL,
    }
}

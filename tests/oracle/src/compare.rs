//! Which damage counts: what the core loses by it, compared with the undamaged file.

use crate::judge::{Loaded, Reading};
use crate::mutate::{Kind, Mutant};
use crate::place::Scope;
use crate::tree::Node;
use crate::written::Written;

/// Why a mutant is kept. The first that applies is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The core does not load the file any more, or panics.
    Load,
    /// The core does not come to an end.
    Endless,
    /// The example does not satisfy its own rules any more.
    SelfMismatch,
    /// A rule that is still written selects nothing any more, or is not loaded.
    RuleLost,
    /// Likewise a generator.
    GeneratorLost,
    /// Likewise a provider state.
    StateLost,
    /// Fewer interactions than are written.
    InteractionLost,
    /// The core reads the file as if the damaged node were not there.
    Ignored,
    /// The core takes the file for another version than the one before, and the file does
    /// not itself say that it is of that version.
    Version,
}

/// Why damage does not count although the core sees a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dismissed {
    /// The file says in so many words that it is of another version.
    Redeclared,
    /// Another version, and not one interaction is read differently.
    SameReading,
    /// Fewer rules, generators or states, all of them taken out whole.
    TakenOut,
}

/// What the core said about the damage.
pub type Outcome = Result<(Reason, String), Option<Dismissed>>;

/// The position of the damaged interaction among those that the core reads.
pub fn position(root: &Node, scope: &Scope) -> Option<usize> {
    let messages = root.get("messages").is_some() && !is_v4(root);
    (messages == (scope.section == "messages")).then_some(scope.index)
}

fn is_v4(root: &Node) -> bool {
    let items = root.get("interactions").and_then(|list| list.child(0));
    items.is_some_and(|first| first.get("type").is_some())
}

const SECTIONS: [&str; 2] = ["interactions", "messages"];

/// Compares the readings of a file before and after damage. `without` gives the reading of
/// the file without the damaged node.
pub fn compare(
    before: &Reading,
    after: Option<&Reading>,
    original: &Node,
    mutant: &Mutant,
    without: impl FnOnce() -> Option<Reading>,
) -> Outcome {
    let Some(after) = after else { return Ok((Reason::Endless, "no answer in time".to_owned())) };
    let Reading::Pact { version, interactions } = before else { return Err(None) };
    let (now_version, now) = match after {
        Reading::Refused(why) => return Ok((Reason::Load, why.clone())),
        Reading::Pact { version, interactions } => (version, interactions),
    };
    // Whole interactions that come, go or change places are not damaged.
    let section = original.names(&mutant.at).first().is_some_and(|it| SECTIONS.contains(&it.as_str()));
    let whole = section && mutant.at.len() == 2 && mutant.kind != Kind::Retype;
    if whole || interactions.len() != now.len() {
        let fewer = now.len() < interactions.len() && (!whole || now.is_empty());
        let says = format!("{} interactions instead of {}", now.len(), interactions.len());
        return if fewer { Ok((Reason::InteractionLost, says)) } else { Err(None) };
    }
    for (old, new) in interactions.iter().zip(now) {
        // One that mismatched before tells nothing by mismatching again.
        if let (true, Some(mismatch)) = (old.mismatches.is_empty(), new.mismatches.first()) {
            return Ok((Reason::SelfMismatch, mismatch.clone()));
        }
    }
    let asked =
        if mutant.deletes { Written::of(original) - Written::of(&mutant.root) } else { Written::default() };
    let mut taken_out = false;
    for (old, new) in interactions.iter().zip(now) {
        let pairs = [
            (Reason::RuleLost, &old.rules, &new.rules, asked.rules),
            (Reason::GeneratorLost, &old.generators, &new.generators, asked.generators),
            (Reason::StateLost, &old.states, &new.states, asked.states),
        ];
        for (reason, old, new, asked) in pairs {
            let lost = old.len().saturating_sub(new.len());
            if lost > asked {
                let gone: Vec<&str> =
                    old.iter().filter(|it| !new.contains(it)).map(String::as_str).take(3).collect();
                return Ok((reason, format!("{lost} fewer: {}", gone.join("; "))));
            }
            taken_out |= lost > 0;
        }
    }
    let same = interactions.iter().zip(now).all(|(old, new)| is_same(old, new));
    let alike = same && interactions.iter().zip(now).all(|(old, new)| old.rest == new.rest);
    if version != now_version {
        return if declares(&mutant.root, now_version) {
            Err(Some(Dismissed::Redeclared))
        } else if alike {
            Err(Some(Dismissed::SameReading))
        } else {
            Ok((Reason::Version, format!("read as {now_version} instead of {version}")))
        };
    }
    if same || mutant.deletes {
        return Err(taken_out.then_some(Dismissed::TakenOut));
    }
    match without() {
        Some(Reading::Pact { interactions: bare, .. })
            if bare.len() == now.len() && bare.iter().zip(now).all(|(bare, new)| is_same(bare, new)) =>
        {
            Ok((Reason::Ignored, "read as if it were not there".to_owned()))
        }
        _ => Err(None),
    }
}

fn is_same(one: &Loaded, other: &Loaded) -> bool {
    one.rules == other.rules && one.generators == other.generators && one.states == other.states
}

/// Whether the file gives `version` as its own, where the core looks for it.
fn declares(root: &Node, version: &str) -> bool {
    let metadata = root.get("metadata");
    let spec = metadata.and_then(|it| it.get("pactSpecification").or_else(|| it.get("pact-specification")));
    let written = spec.and_then(|it| it.get("version"));
    let text = written.map(|it| it.as_str().unwrap_or_else(|| it.to_string())).unwrap_or_default();
    let major: String =
        text.trim_start_matches(['v', 'V']).chars().take_while(char::is_ascii_digit).collect();
    !major.is_empty() && version.trim_start_matches('V').starts_with(&major)
}

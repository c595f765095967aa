//! Which of the places that an interaction may come from it does come from.

use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use crate::analysis::origin::names::TestName;
use crate::analysis::origin::{Mention, MentionKind, TestFile, TestIndex, hash, loose_hash, name_hash};
use crate::diagnostic::Elsewhere;

/// What an interaction says of the test that wrote it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wrote<'a> {
    /// Its description.
    pub description: &'a str,
    /// Names of its provider states.
    pub states: &'a [&'a str],
    /// `comments.testname`.
    pub test_name: Option<&'a str>,
    /// The consumer.
    pub consumer: Option<&'a str>,
    /// The path of the pact.
    pub pact: &'a str,
}

/// How far from a description the states of its interaction stand at most, in lines.
const STATE_LINES: u32 = 15;

/// A text at more places than this says nothing.
const MOST_PLACES: usize = 100;

/// A place that the interaction may come from.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    path: &'a Arc<str>,
    file: &'a TestFile,
    mention: &'a Mention,
}

impl TestIndex {
    /// The test that wrote an interaction: where it is described, or else where the test that
    /// is named starts. `None` when there is no such place, or several that nothing tells
    /// apart.
    ///
    /// A place beside a word of a library's language comes before a text elsewhere. Of several
    /// places, those count whose file names the consumer, and names it last before the place;
    /// then those with a state of the interaction within 15 lines; then those in files that verify no provider; then those
    /// that share most of the folders with the pact.
    pub fn find(&self, wrote: &Wrote<'_>) -> Option<Elsewhere> {
        let named = wrote.test_name.and_then(|name| self.named(name, wrote));
        let described = || {
            self.candidates(hash(wrote.description))
                .filter(|it| it.mention.kind != MentionKind::Test && it.may_write_for(wrote.consumer))
        };
        let Some(named) = named else {
            let known = described().filter(|it| it.mention.kind == MentionKind::Call);
            let calls = choose(known.collect(), wrote);
            return calls.unwrap_or_else(|| choose(described().collect(), wrote)?).map(Candidate::place);
        };
        let mut here: Vec<Candidate<'_>> =
            described().filter(|it| Arc::ptr_eq(it.path, named.path)).collect();
        keep(&mut here, |it| it.mention.kind == MentionKind::Call);
        keep(&mut here, |it| it.has_state(wrote.states));
        // In the file of the test, the one nearest to the test is its own.
        let away = |it: &Candidate<'_>| it.mention.start.line.abs_diff(named.mention.start.line);
        Some(here.into_iter().min_by_key(away).unwrap_or(named).place())
    }

    /// The files that an interaction may come from: those that hold its description, or its
    /// test.
    pub(crate) fn writers(&self, wrote: &Wrote<'_>) -> Vec<&TestFile> {
        let named = wrote.test_name.and_then(|name| self.named(name, wrote));
        let described = self.candidates(hash(wrote.description));
        let described =
            described.filter(|it| it.mention.kind != MentionKind::Test && it.may_write_for(wrote.consumer));
        described.chain(named).map(|it| it.file).collect()
    }

    fn candidates(&self, hash: u64) -> impl Iterator<Item = Candidate<'_>> {
        let places = self.places.get(&hash).filter(|places| places.len() <= MOST_PLACES);
        places.into_iter().flatten().filter_map(|(file, at)| {
            let (path, file) = self.files.get(*file as usize)?.as_ref()?;
            Some(Candidate { path, file, mention: file.mentions.get(*at as usize)? })
        })
    }

    /// The test with this name.
    fn named(&self, name: &str, wrote: &Wrote<'_>) -> Option<Candidate<'_>> {
        let tests = |name: &str| {
            let tests = self.candidates(name_hash(name));
            tests.filter(|it| it.mention.kind == MentionKind::Test && it.may_write_for(wrote.consumer))
        };
        // The whole of it, as it was given to the library.
        if let Some(found) = choose(tests(name).collect(), wrote) {
            return found;
        }
        let parts = TestName::new(name)?;
        let around: Vec<u64> = parts.around.iter().map(|part| loose_hash(part)).collect();
        let fits = |it: &Candidate<'_>| {
            around.is_empty() || around.contains(&it.mention.within) || around.contains(&it.stem())
        };
        choose(tests(parts.function).filter(fits).collect(), wrote)?
    }
}

/// The one place among these that it comes from; `None` inside if nothing tells, outside if
/// there are no places at all.
#[expect(clippy::option_option, reason = "no place and no one place are two things")]
fn choose<'a>(mut places: Vec<Candidate<'a>>, wrote: &Wrote<'_>) -> Option<Option<Candidate<'a>>> {
    if places.is_empty() {
        return None;
    }
    keep(&mut places, |it| it.names(wrote.consumer));
    keep(&mut places, |it| it.is_below(wrote.consumer));
    keep(&mut places, |it| it.has_state(wrote.states));
    keep(&mut places, |it| !it.file.verifies);
    let most = places.iter().map(|it| shared(it.path, wrote.pact)).max();
    keep(&mut places, |it| Some(shared(it.path, wrote.pact)) == most);
    Some(if let [only] = places[..] { Some(only) } else { None })
}

/// Keeps those that `fits` holds for, if there are any.
fn keep<'a>(places: &mut Vec<Candidate<'a>>, fits: impl Fn(&Candidate<'a>) -> bool) {
    if places.len() > 1 && places.iter().any(&fits) {
        places.retain(fits);
    }
}

/// How many folders two paths share, from the first one on.
fn shared(a: &str, b: &str) -> usize {
    let folders = |path| Path::new(path).parent().into_iter().flat_map(Path::components);
    folders(a).zip(folders(b)).take_while(|(a, b)| a == b).count()
}

impl Candidate<'_> {
    /// Whether the file writes pacts for this consumer, as far as it says: one that names others
    /// alone does not.
    fn may_write_for(&self, consumer: Option<&str>) -> bool {
        consumer.is_none() || self.file.consumers.is_empty() || self.names(consumer)
    }

    fn names(&self, consumer: Option<&str>) -> bool {
        let Some(consumer) = consumer else { return false };
        let hash = loose_hash(consumer);
        self.file.consumers.iter().any(|(_, other)| *other == hash)
            || self.file.has_literal(consumer, 0..=u32::MAX)
    }

    /// Whether the last consumer that the file names before this place is this one.
    fn is_below(&self, consumer: Option<&str>) -> bool {
        let before = self.file.consumers.partition_point(|(line, _)| *line <= self.mention.start.line);
        let last = before.checked_sub(1).and_then(|at| self.file.consumers.get(at));
        consumer.is_some_and(|consumer| last.is_some_and(|(_, hash)| *hash == loose_hash(consumer)))
    }

    /// Whether one of the states stands near.
    fn has_state(&self, states: &[&str]) -> bool {
        let line = self.mention.start.line;
        let near = line.saturating_sub(STATE_LINES)..=line.saturating_add(STATE_LINES);
        states.iter().any(|state| self.file.has_literal(state, near.clone()))
    }

    /// A hash of the file's name without what follows the first point.
    fn stem(&self) -> u64 {
        let name = Path::new(&**self.path).file_name().and_then(|name| name.to_str()).unwrap_or("");
        loose_hash(name.split('.').next().unwrap_or(name))
    }

    fn place(self) -> Elsewhere {
        let Mention { start, end, .. } = *self.mention;
        Elsewhere { file: Arc::clone(self.path), start, end, text: "the test that wrote it".to_owned() }
    }
}

impl TestFile {
    /// Whether a literal stands on one of these lines.
    fn has_literal(&self, literal: &str, lines: RangeInclusive<u32>) -> bool {
        let first = (hash(literal), *lines.start());
        let from = self.literals.partition_point(|known| *known < first);
        self.literals.get(from).is_some_and(|(hash, line)| *hash == first.0 && line <= lines.end())
    }
}

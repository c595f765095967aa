//! The fixes of a finding, of which the costly one is made when somebody asks for it.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::diagnostic::{Applicability, FindingFix};

/// Makes the fixes that were put off.
type Make = dyn Fn() -> Vec<FindingFix> + Send + Sync;

/// Fixes: reads like a slice, and makes then what was put off.
#[derive(Clone, Default)]
pub struct Fixes {
    now: Vec<FindingFix>,
    later: Option<Arc<Later>>,
}

/// What was put off, made at most once for all clones of a finding.
struct Later {
    /// That of each of them.
    applicability: Applicability,
    make: Box<Make>,
    /// All fixes of the finding.
    all: OnceLock<Vec<FindingFix>>,
}

impl Fixes {
    /// Those of `now`, and after them what `make` gives, all of it of one applicability.
    pub fn put_off(
        now: Vec<FindingFix>,
        applicability: Applicability,
        make: impl Fn() -> Vec<FindingFix> + Send + Sync + 'static,
    ) -> Fixes {
        let later = Later { applicability, make: Box::new(make), all: OnceLock::new() };
        Fixes { now, later: Some(Arc::new(later)) }
    }

    fn all(&self) -> &[FindingFix] {
        let Some(later) = &self.later else { return &self.now };
        later.all.get_or_init(|| {
            let mut all = self.now.clone();
            all.extend((later.make)());
            all
        })
    }

    /// The first fix of this applicability. Makes what was put off only if it may be that.
    pub fn first_of(&self, applicability: Applicability) -> Option<&FindingFix> {
        let may_be_later = self.later.as_ref().is_some_and(|later| later.applicability == applicability);
        let fixes = if may_be_later { self.all() } else { &self.now };
        fixes.iter().find(|fix| fix.applicability == applicability)
    }

    /// All of them, to be changed.
    pub fn into_vec(self) -> Vec<FindingFix> {
        if self.later.is_none() { self.now } else { self.all().to_vec() }
    }
}

impl Deref for Fixes {
    type Target = [FindingFix];

    fn deref(&self) -> &[FindingFix] {
        self.all()
    }
}

impl From<Vec<FindingFix>> for Fixes {
    fn from(now: Vec<FindingFix>) -> Fixes {
        Fixes { now, later: None }
    }
}

impl PartialEq for Fixes {
    fn eq(&self, other: &Fixes) -> bool {
        **self == **other
    }
}

impl Eq for Fixes {}

impl fmt::Debug for Fixes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn fix(title: &str, applicability: Applicability) -> FindingFix {
        FindingFix { title: title.to_owned(), applicability, edits: Vec::new() }
    }

    #[test]
    fn what_is_put_off_is_made_once_and_only_if_it_counts() {
        let made = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&made);
        let make = move || {
            count.fetch_add(1, Ordering::Relaxed);
            vec![fix("later", Applicability::Unsafe)]
        };
        let fixes = Fixes::put_off(vec![fix("now", Applicability::Safe)], Applicability::Unsafe, make);
        let other = fixes.clone();
        let title = |fix: Option<&FindingFix>| fix.map(|fix| fix.title.clone());
        assert_eq!(title(fixes.first_of(Applicability::Safe)).as_deref(), Some("now"));
        assert_eq!(fixes.first_of(Applicability::DisplayOnly), None);
        assert_eq!(made.load(Ordering::Relaxed), 0);
        assert_eq!(title(fixes.first_of(Applicability::Unsafe)).as_deref(), Some("later"));
        assert_eq!((fixes.len(), &fixes), (2, &other));
        assert_eq!(fixes, Fixes::from(other.into_vec()));
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }
}

//! The core under guard: its panics become words.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    /// While the core works on this thread, where it panicked; `None` while it does not work.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What `work` returns, or what the core said when it panicked. Nothing of the panic is
/// printed: whoever reads the terminal or speaks on it wants the verdict, not a trace.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    quiet();
    let before = PLACE.replace(Some(String::new()));
    let done = catch_unwind(AssertUnwindSafe(work));
    let place = PLACE.replace(before).unwrap_or_default();
    done.map_err(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        let at = if place.is_empty() { place } else { format!(", {place}") };
        format!("the official core panics over it: {said} ({}{at})", super::CORE)
    })
}

/// Has the hook of the process say nothing of panics that are caught here.
fn quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let caught = PLACE.with_borrow_mut(|place| {
                let Some(place) = place else { return false };
                // The file's name alone: the rest of the path is that of the build machine.
                *place = info.location().map_or_else(String::new, |at| {
                    let file = at.file().rsplit(['/', '\\']).next().unwrap_or_default();
                    format!("{file} line {}", at.line())
                });
                true
            });
            if !caught {
                before(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_words_with_its_place() {
        let nothing: Option<u8> = "".parse().ok();
        let said = guarded(|| nothing.expect("nothing there")).unwrap_err();
        assert!(said.contains("nothing there") && said.contains("guarded.rs line "), "{said}");
        assert_eq!(guarded(|| 7), Ok(7));
    }
}

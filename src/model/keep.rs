//! Whether texts that were found valid, and their like, are remembered for those that come later.

use std::cell::Cell;

thread_local! {
    static KEEPS: Cell<bool> = const { Cell::new(true) };
}

/// Does `work`, and remembers what is seen in it only if `keeps`: what somebody is typing is half
/// a word most of the time, and does not come back.
pub fn keeping<T>(keeps: bool, work: impl FnOnce() -> T) -> T {
    let before = KEEPS.replace(keeps);
    let out = work();
    KEEPS.set(before);
    out
}

/// Whether what is seen now is worth remembering.
pub(in crate::model) fn keeps() -> bool {
    KEEPS.get()
}

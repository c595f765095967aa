//! Any text gives a tree whose spans fit the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pactlens::syntax::parse;

fuzz_target!(|text: &str| {
    let tree = parse(text);
    for error in &tree.errors {
        assert!(text.get(error.span.start as usize..error.span.end as usize).is_some(), "{error:?}");
    }
});

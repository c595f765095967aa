//! Any text gives findings.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pactlens::analysis::{Document, RunOptions, analyse, is_internal};
use pactlens::config::Settings;

fuzz_target!(|text: &str| {
    let levels = Settings::default().resolve().expect("the defaults name no rule");
    let found = analyse(&Document::new(text), &levels, RunOptions::default());
    assert!(!found.findings.iter().any(is_internal), "a rule panicked: {:?}", found.findings);
});

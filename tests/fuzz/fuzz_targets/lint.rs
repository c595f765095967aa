//! Any text gives findings.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pactlens::analysis::{Document, Settings, lint};

fuzz_target!(|text: &str| {
    lint(&Document::new(text), &Settings::default());
});

//! A document that was edited is the document of the edited text, and has its findings.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pactlens::analysis::{Change, Document, RunOptions, analyse};
use pactlens::config::Settings;
use pactlens::text::Span;

fuzz_target!(|input: (&str, Vec<(u32, u8, &str)>)| {
    let (text, edits) = input;
    let levels = Settings::default().resolve().expect("the defaults name no rule");
    let findings = |doc: &Document| analyse(doc, &levels, RunOptions::default()).findings;
    let mut doc = Document::new(text);
    for (at, length, inserted) in edits {
        let old = doc.text();
        let start = old.floor_char_boundary(at as usize % (old.len() + 1));
        let end = old.floor_char_boundary((start + length as usize).min(old.len()));
        doc = doc.edit(&Change { span: Span::new(start as u32, end as u32), text: inserted.to_owned() });
        let fresh = Document::new(doc.text());
        assert_eq!(format!("{}{inserted}{}", &old[..start], &old[end..]), doc.text());
        assert_eq!(findings(&doc), findings(&fresh));
    }
});

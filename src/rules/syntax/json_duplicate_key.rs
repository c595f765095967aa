use crate::rules::{Check, FileCx, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, Kind, NodeId};
use crate::text::Span;

rule! {
    /// An object has one key twice.
    ///
    /// JSON parsers keep the last value and say nothing, so the first one, and every check in
    /// it, is lost.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"request": {"method": "GET", "path": "/a", "path": "/b"}, "response": {"status": 200}, "description": "d"}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"request": {"method": "GET", "path": "/b"}, "response": {"status": 200}, "description": "d"}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 8259 section 4: names within an object should be unique.
    "json-duplicate-key", "syntax", Error, Minimal, Hand, Check::Both(check, check_spine)
}

fn check_spine(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    if let Some(root) = cx.spine {
        report(root, out);
    }
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    report(cx.root, out);
}

fn report(root: Cursor<'_>, out: &mut Sink<'_>) {
    for id in root.subtree() {
        let object = root.at(NodeId(id));
        if object.kind() != Kind::Object {
            continue;
        }
        for (first, again) in duplicates(object) {
            out.report(
                again.span(),
                format!("Duplicate key '{}': the first value is silently lost", again.name()),
            )
            .label(first.span(), "the value here is dropped")
            .help("remove one of the two, or rename it");
        }
    }
}

/// A hash of the ends and the length of a key: enough for a filter.
fn quick_hash(text: &[u8], span: Span) -> u64 {
    let (start, end) = (span.start as usize, span.end as usize);
    let word = |at: usize| match text.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()) {
        Some(bytes) => u64::from_le_bytes(bytes),
        None => text[at..].iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    let len = end - start;
    // Of a short key what stands behind it is cut off.
    let kept = if len < 8 { (1 << (8 * len)) - 1 } else { u64::MAX };
    let tail = if len < 8 { 0 } else { word(end - 8) };
    let mixed = word(start) & kept ^ tail.rotate_left(29) ^ (len as u64) << 17;
    mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Pairs of keys with one name: an earlier one and the next after it.
fn duplicates(object: Cursor<'_>) -> Vec<(Cursor<'_>, Cursor<'_>)> {
    // A small filter answers "certainly new" without comparing names, which is the case for
    // nearly every key of nearly every object.
    let text = object.text().as_bytes();
    let mut seen = [0u64; 4];
    let mut suspects = false;
    for member in object.members() {
        let bit = (quick_hash(text, member.key.span()) >> 56) as usize;
        suspects |= seen[bit / 64] >> (bit % 64) & 1 == 1 || member.key.is_escaped();
        seen[bit / 64] |= 1 << (bit % 64);
    }
    if !suspects {
        return Vec::new();
    }
    let mut last = rustc_hash::FxHashMap::default();
    object.members().filter_map(|m| Some((last.insert(m.key.name(), m.key)?, m.key))).collect()
}

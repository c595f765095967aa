use crate::rules::{Check, FileCx, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, Kind, NodeId};

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
fn quick_hash(raw: &[u8]) -> u64 {
    let word = |bytes: &[u8]| {
        let mut word = [0; 8];
        let len = bytes.len().min(8);
        word[..len].copy_from_slice(&bytes[..len]);
        u64::from_le_bytes(word)
    };
    let tail = &raw[raw.len().saturating_sub(8)..];
    let mixed = word(raw) ^ word(tail).rotate_left(29) ^ (raw.len() as u64) << 17;
    mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Pairs of keys with one name: an earlier one and the next after it.
fn duplicates(object: Cursor<'_>) -> Vec<(Cursor<'_>, Cursor<'_>)> {
    // A small filter answers "certainly new" without comparing names, which is the case for
    // nearly every key of nearly every object.
    let mut seen = [0u64; 4];
    let mut suspects = false;
    for member in object.members() {
        let raw = member.key.raw().as_bytes();
        let hash = quick_hash(raw);
        let bit = (hash >> 56) as usize;
        suspects |= seen[bit / 64] >> (bit % 64) & 1 == 1 || raw.contains(&b'\\');
        seen[bit / 64] |= 1 << (bit % 64);
    }
    if !suspects {
        return Vec::new();
    }
    let mut last = rustc_hash::FxHashMap::default();
    object.members().filter_map(|m| Some((last.insert(m.key.name(), m.key)?, m.key))).collect()
}

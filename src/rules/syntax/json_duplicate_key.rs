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
            out.report(again.span(), format!("Duplicate key '{}': the first value is silently lost", again.name()))
                .label(first.span(), "the value here is dropped")
                .help("remove one of the two, or rename it");
        }
    }
}

/// Pairs of keys with one name: an earlier one and the next after it.
fn duplicates(object: Cursor<'_>) -> Vec<(Cursor<'_>, Cursor<'_>)> {
    // A small filter answers "certainly new" without comparing names, which is the case for
    // nearly every key of nearly every object.
    let mut seen = [0u64; 4];
    let mut suspects = false;
    for member in object.members() {
        let raw = member.key.raw().as_bytes();
        let mut hash = raw.len() as u64;
        for &byte in raw {
            hash = hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte);
        }
        let bit = (hash ^ (hash >> 17)) as usize % 256;
        suspects |= seen[bit / 64] >> (bit % 64) & 1 == 1 || raw.contains(&b'\\');
        seen[bit / 64] |= 1 << (bit % 64);
    }
    if !suspects {
        return Vec::new();
    }
    let mut last = rustc_hash::FxHashMap::default();
    object.members().filter_map(|m| Some((last.insert(m.key.name(), m.key)?, m.key))).collect()
}

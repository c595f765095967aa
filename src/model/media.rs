//! The media type that bytes look like, for the `contentType` matcher
//! (`match_content_type` in pact_matching, binary_utils.rs).

use crate::model::Format;
use crate::model::content_type::sniff;

/// What bytes look like if the core certainly refuses them as `expected`. It asks the same
/// table of signatures as is asked here; what that does not know it asks the database of the
/// machine it runs on, so little is certain of the rest.
pub(super) fn refused_as(bytes: &[u8], expected: &str) -> Option<&'static str> {
    // What is in these containers is told by another library.
    if bytes.is_empty() || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return None;
    }
    if let Some(known) = infer::get(bytes) {
        return (known.mime_type() != expected).then(|| known.mime_type());
    }
    let text = std::str::from_utf8(bytes).ok()?;
    if text.bytes().any(|byte| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 0x7F) {
        return None;
    }
    let refused = match expected {
        "application/json" => sniff(text) != Format::Json,
        "application/octet-stream"
        | "application/pdf"
        | "application/zip"
        | "application/gzip"
        | "image/png"
        | "image/jpeg"
        | "image/gif"
        | "image/webp"
        | "image/tiff" => true,
        _ => false,
    };
    refused.then_some("text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_certain() {
        let png = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR";
        for (bytes, expected, looks) in [
            (&png[..], "image/png", None),
            (png, "image/jpeg", Some("image/png")),
            (b"<?xml version='1.0'?><a/>", "application/xml", Some("text/xml")),
            (b"<a/>", "application/xml", None),
            (b"hello", "application/octet-stream", Some("text")),
            (b"hello", "application/json", Some("text")),
            (b"{\"a\": 1}", "application/json", None),
            (b"hello", "text/csv", None),
            (b"\0\x01\x02", "image/png", None),
            (b"", "image/png", None),
        ] {
            assert_eq!(refused_as(bytes, expected), looks, "{bytes:?} as {expected}");
        }
    }
}

//! Multipart bodies as the core takes them apart (`parse_multipart` in pact_matching, over
//! the `multer` crate).

use memchr::memmem::find;

use crate::model::ContentType;

/// The boundary that a content type names.
pub(super) fn boundary(content_type: &ContentType) -> Option<String> {
    let parameters = content_type.parameters.as_deref()?;
    parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (name.trim().eq_ignore_ascii_case("boundary") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// Why a body cannot be taken apart at a boundary, as a clause.
pub(super) fn broken_at(bytes: &[u8], boundary: &str) -> Option<String> {
    let line = format!("--{boundary}");
    let Some(start) = find(bytes, line.as_bytes()) else {
        return Some(format!("'{line}' is not in it"));
    };
    let cut = || Some(format!("it ends before '{line}--'"));
    let between = format!("\r\n{line}");
    let mut rest = &bytes[start + line.len()..];
    loop {
        if rest.starts_with(b"--") {
            return None;
        }
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        rest = &rest[blanks..];
        if rest.len() < 2 {
            return cut();
        }
        if !rest.starts_with(b"\r\n") {
            return Some(format!("a line with '{line}' does not end in CR LF"));
        }
        let Some(headers) = find(&rest[2..], b"\r\n\r\n") else { return cut() };
        // The blank line may be followed at once by the next boundary.
        rest = &rest[headers + 6..];
        let Some(next) = find(rest, between.as_bytes()) else { return cut() };
        rest = &rest[next + between.len()..];
    }
}

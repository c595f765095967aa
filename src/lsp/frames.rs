//! Reading messages off the wire, and keeping what cannot be read from the rest.
//!
//! The protocol library ends the connection at the first message it cannot decode. One
//! half of an emoji, which editors written in JavaScript can well send, would be enough.

use std::io;

use tokio::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader,
};
use tower_lsp::jsonrpc::Request;

use crate::lsp::inbox::Post;
use crate::lsp::log;

/// Passes every message on that can be read, until the input ends, and no faster than they can be
/// dealt with.
pub(super) async fn pass_on(input: impl AsyncRead + Unpin, mut output: impl AsyncWrite + Unpin, post: &Post) {
    let mut input = BufReader::with_capacity(1 << 16, input);
    while let Ok(Some(body)) = next(&mut input).await {
        post.room().await;
        let Some(body) = readable(body) else {
            log::line("a message that cannot be read was left out");
            continue;
        };
        let header = format!("Content-Length: {}\r\n\r\n", body.len());
        let passed = match output.write_all(header.as_bytes()).await {
            Ok(()) => output.write_all(&body).await,
            failed => failed,
        };
        if passed.is_err() {
            return;
        }
    }
    // The other end sees the end of the input either way.
    let _ = output.shutdown().await;
}

/// The body of the next message; `None` at the end of the input.
async fn next(input: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut length = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        let header = line.trim_ascii();
        if header.is_empty() {
            // The end of the headers, or noise between messages.
            match length {
                Some(length) => {
                    let mut body = Vec::new();
                    let read = input.take(length).read_to_end(&mut body).await?;
                    return Ok((read as u64 == length).then_some(body));
                }
                None => continue,
            }
        }
        let Some(colon) = memchr::memchr(b':', header) else { continue };
        if header[..colon].trim_ascii().eq_ignore_ascii_case(b"content-length") {
            let value = std::str::from_utf8(&header[colon + 1..]).unwrap_or("").trim();
            length = value.parse::<u64>().ok();
        }
    }
}

/// The message in a form that can be decoded, if there is one.
fn readable(body: Vec<u8>) -> Option<Vec<u8>> {
    let body = match String::from_utf8(body) {
        Ok(body) => body,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    let body = whole_characters(body);
    let is_message = serde_json::from_str::<Request>(&body).is_ok();
    is_message.then(|| body.into_bytes())
}

/// Puts U+FFFD for every half of a surrogate pair. It is as wide in UTF-16, so that places
/// in the text stay what they are.
fn whole_characters(body: String) -> String {
    let suspicious = |at: usize| body.as_bytes().get(at + 2).is_some_and(|b| matches!(b, b'd' | b'D'));
    if !memchr::memmem::find_iter(body.as_bytes(), "\\u").any(suspicious) {
        return body;
    }
    let mut out = String::with_capacity(body.len());
    let mut rest = body.as_str();
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match (unit(rest), rest.get(6..).and_then(unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                out.push('\u{FFFD}');
                rest = &rest[6..];
                continue;
            }
            _ => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        out.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    out.push_str(rest);
    out
}

/// The code unit that an escape at the start of `text` stands for.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_characters_become_whole_ones() {
        for (given, expected) in [
            (r#""\ud83d\ude00 \u00e9""#, r#""\ud83d\ude00 \u00e9""#),
            (r#""\ud83d""#, "\"\u{FFFD}\""),
            (r#""\uDE00\ud83d\ud83d\ude00""#, "\"\u{FFFD}\u{FFFD}\\ud83d\\ude00\""),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\\\ud83d""#, "\"\\\\\u{FFFD}\""),
            (r#""\ud8"#, r#""\ud8"#),
        ] {
            assert_eq!(whole_characters(given.to_owned()), expected);
        }
    }

    #[test]
    fn only_messages_are_passed_on() {
        let message = |body: &str| readable(body.as_bytes().to_vec()).is_some();
        assert!(message(r#"{"jsonrpc":"2.0","method":"exit"}"#));
        assert!(message(r#"{"jsonrpc":"2.0","id":1,"result":null}"#));
        for body in
            ["", "[]", "{}", "nul", r#"{"jsonrpc":"1.0","method":"x"}"#, r#"{"jsonrpc":"2.0","id":{}}"#]
        {
            assert!(!message(body), "{body}");
        }
        assert!(readable(b"{\"jsonrpc\":\"2.0\",\"method\":\"\xff\"}".to_vec()).is_some());
    }
}

//! Reading messages off the wire, and keeping what cannot be read from the rest.
//!
//! The protocol library ends the connection at the first message it cannot decode. One
//! half of an emoji, which editors written in JavaScript can well send, would be enough.

use std::io::{self, BufRead, Read};

use tokio::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader,
};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tower_lsp::jsonrpc::Request;

use crate::lsp::inbox::Post;
use crate::lsp::{heavy, log};

/// Room is made for a message of so many bytes at once.
const MOST_AT_ONCE: u64 = 1 << 27;

/// Passes every message on that can be read, until there are no more, and no faster than they can
/// be dealt with; what is large goes to `heavy`.
pub(super) async fn pass_on(
    mut next: impl AsyncFnMut() -> Option<Vec<u8>>,
    mut output: impl AsyncWrite + Unpin,
    heavy: Sender<Request>,
    post: &Post,
) {
    while let Some(body) = next().await {
        post.room().await;
        let body = match readable(body) {
            Some(Readable::Light(body)) => body,
            Some(Readable::Heavy(request)) => {
                if heavy.send(request).await.is_err() {
                    return;
                }
                format!(r#"{{"jsonrpc":"2.0","method":"{}"}}"#, heavy::STAND_IN).into_bytes()
            }
            None => {
                log::line("a message that cannot be read was left out");
                continue;
            }
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

/// The bodies of the messages on standard input, until it ends. A thread of its own reads them: a
/// pipe holds little, and from hand to hand a large message would take as long as all else.
pub(super) fn of_stdin() -> Receiver<Vec<u8>> {
    let (sender, bodies) = channel(1);
    let read = move || {
        let mut input = io::stdin().lock();
        while let Ok(Some(body)) = read_next(&mut input) {
            if sender.blocking_send(body).is_err() {
                return;
            }
        }
    };
    if let Err(error) = std::thread::Builder::new().name("input".to_owned()).spawn(read) {
        log::line(&format!("standard input cannot be read: {error}"));
    }
    bodies
}

/// The body of the next message; `None` at the end of the input.
fn read_next(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let (mut head, mut line) = (Head::default(), Vec::new());
    while input.read_until(b'\n', &mut line)? > 0 {
        if let Some(length) = head.line(&line) {
            let mut body = room_for(length);
            let read = input.take(length).read_to_end(&mut body)?;
            return Ok((read as u64 == length).then_some(body));
        }
        line.clear();
    }
    Ok(None)
}

/// The bodies of the messages on another input.
pub(super) fn of(input: impl AsyncRead + Unpin) -> impl AsyncFnMut() -> Option<Vec<u8>> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    async move || next(&mut input).await.ok().flatten()
}

/// The same as [`read_next`] of an input that is waited for.
async fn next(input: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let (mut head, mut line) = (Head::default(), Vec::new());
    while input.read_until(b'\n', &mut line).await? > 0 {
        if let Some(length) = head.line(&line) {
            let mut body = room_for(length);
            let read = AsyncReadExt::take(input, length).read_to_end(&mut body).await?;
            return Ok((read as u64 == length).then_some(body));
        }
        line.clear();
    }
    Ok(None)
}

/// Room for a body. A length that is a lie costs nothing: memory is taken when it is written.
fn room_for(length: u64) -> Vec<u8> {
    Vec::with_capacity(length.min(MOST_AT_ONCE) as usize)
}

/// The headers of a message.
#[derive(Default)]
struct Head {
    length: Option<u64>,
}

impl Head {
    /// Takes in one line; the length of the body if it comes next.
    fn line(&mut self, line: &[u8]) -> Option<u64> {
        let header = line.trim_ascii();
        if header.is_empty() {
            // The end of the headers, or noise between messages.
            return self.length;
        }
        let colon = memchr::memchr(b':', header)?;
        if header[..colon].trim_ascii().eq_ignore_ascii_case(b"content-length") {
            let value = std::str::from_utf8(&header[colon + 1..]).unwrap_or("").trim();
            self.length = value.parse().ok();
        }
        None
    }
}

/// A message that can be decoded, or has been.
enum Readable {
    Light(Vec<u8>),
    Heavy(Request),
}

/// The message in a form that can be decoded, if there is one.
fn readable(body: Vec<u8>) -> Option<Readable> {
    let body = match String::from_utf8(body) {
        Ok(body) => body,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    if let Some(request) = heavy::notification(&body) {
        return Some(Readable::Heavy(request));
    }
    let body = whole_characters(body);
    // Only we say when a large message is next.
    let is_message = serde_json::from_str::<Request>(&body).is_ok_and(|it| it.method() != heavy::STAND_IN);
    is_message.then(|| Readable::Light(body.into_bytes()))
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
        assert!(!message(&format!(r#"{{"jsonrpc":"2.0","method":"{}"}}"#, heavy::STAND_IN)));
        assert!(readable(b"{\"jsonrpc\":\"2.0\",\"method\":\"\xff\"}".to_vec()).is_some());
    }
}

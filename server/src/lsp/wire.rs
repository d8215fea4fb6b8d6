//! Stands between the client's bytes and tower-lsp, which ends the server at the first message that it cannot read.
//!
//! Editors written in JavaScript send half a surrogate pair (`\ud83d`) when a text was cut inside an emoji, which no strict
//! JSON reader takes: it is mended. What cannot be mended is left out and logged. This file must not know any method.

use super::outbox::Outbox;
use super::proto::Request;
use std::borrow::Cow;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

const END_OF_HEADERS: &[u8] = b"\r\n\r\n";
const LENGTH: &[u8] = b"content-length:";
/// Headers longer than this (in bytes) are none.
const MOST_HEADERS: usize = 4096;

/// Passes on the messages that can be read, until the input ends or nobody takes them any more.
pub async fn feed(
    mut input: impl AsyncRead + Unpin,
    mut output: impl AsyncWrite + Unpin,
    outbox: Outbox,
) {
    let mut bytes = Vec::with_capacity(8 * 1024);
    loop {
        let mut from = 0;
        while let Some((found, length)) = next(&bytes[from..]) {
            from += length;
            let message = match found {
                Found::Body([]) => continue,
                Found::Body(body) => readable(body),
                Found::NoHeader(bytes) => {
                    Err(format!("{:?} is no header", String::from_utf8_lossy(bytes)))
                }
            };
            match message {
                Ok(body) => {
                    let header = format!("Content-Length: {}\r\n\r\n", body.len());
                    let passed = [header.as_bytes(), &body].concat();
                    if output.write_all(&passed).await.is_err() {
                        return;
                    }
                }
                Err(why) => outbox.error(&format!("something from the client was left out: {why}")),
            }
        }
        bytes.drain(..from);
        match input.read_buf(&mut bytes).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// What stands at the beginning of the bytes.
#[derive(Debug, PartialEq, Eq)]
enum Found<'a> {
    Body(&'a [u8]),
    /// The beginning of something that gives no length.
    NoHeader(&'a [u8]),
}

/// What comes next and how many bytes it takes, its headers included; `None` until all of it is there.
fn next(bytes: &[u8]) -> Option<(Found<'_>, usize)> {
    let Some(end) = bytes
        .windows(END_OF_HEADERS.len())
        .position(|w| w == END_OF_HEADERS)
    else {
        return (bytes.len() > MOST_HEADERS).then(|| (Found::NoHeader(&bytes[..80]), bytes.len()));
    };
    let start = end + END_OF_HEADERS.len();
    let Some(length) = content_length(&bytes[..end]) else {
        return Some((Found::NoHeader(&bytes[..end.min(80)]), start));
    };
    let body = bytes.get(start..start.checked_add(length)?)?;
    Some((Found::Body(body), start + length))
}

/// The length that headers give, whatever stands before it.
fn content_length(headers: &[u8]) -> Option<usize> {
    let at = headers
        .windows(LENGTH.len())
        .rposition(|w| w.eq_ignore_ascii_case(LENGTH))?;
    let value = headers[at + LENGTH.len()..].split(|b| *b == b'\r').next()?;
    std::str::from_utf8(value).ok()?.trim().parse().ok()
}

/// The body as tower-lsp can read it.
///
/// # Errors
/// Says why it cannot.
fn readable(body: &[u8]) -> Result<Cow<'_, [u8]>, String> {
    // Answers of the client have this shape too: all that is asked is that it be JSON-RPC.
    let read = |body: &[u8]| serde_json::from_slice::<Request>(body).map(|_| ());
    match read(body) {
        Ok(()) => Ok(Cow::Borrowed(body)),
        Err(error) => {
            let mended = whole_characters(&String::from_utf8_lossy(body)).into_bytes();
            read(&mended)
                .map(|()| Cow::Owned(mended))
                .map_err(|_| error.to_string())
        }
    }
}

/// JSON with each lone surrogate replaced by U+FFFD, which is as long in UTF-16.
fn whole_characters(json: &str) -> String {
    let mut whole = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        whole.push_str(&rest[..at]);
        rest = &rest[at..];
        let (escape, length) = match (unit(rest), rest.get(6..).and_then(unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => (&rest[..12], 12),
            (Some(0xD800..=0xDFFF), _) => ("\\ufffd", 6),
            (Some(_), _) => (&rest[..6], 6),
            // The escaped character, which may be a backslash itself.
            (None, _) => {
                let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                (&rest[..length], length)
            }
        };
        whole.push_str(escape);
        rest = &rest[length..];
    }
    whole + rest
}

/// The unit of UTF-16 that an escape at the beginning of a text stands for.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits
        .bytes()
        .all(|b| b.is_ascii_hexdigit())
        .then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lone_surrogates_are_replaced() {
        for (json, whole) in [
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\ud83d\ud83d\udc0d""#, r#""\ufffd\ud83d\udc0d""#),
            (r#""\udc0d\ud83d""#, r#""\ufffd\ufffd""#),
            (r#""\\ud83d \n ж \u0436 \""#, r#""\\ud83d \n ж \u0436 \""#),
            (r#""\u+123 \ud8 \ж"#, r#""\u+123 \ud8 \ж"#),
            ("\\", "\\"),
        ] {
            assert_eq!(whole_characters(json), whole);
        }
    }

    #[test]
    fn headers_are_found_behind_anything() {
        assert_eq!(
            next(b"Content-Length: 2\r\n\r\n{}C"),
            Some((Found::Body(b"{}"), 23))
        );
        assert_eq!(
            next(b"X: 1\r\ncontent-length:2\r\n\r\n{}"),
            Some((Found::Body(b"{}"), 28))
        );
        assert_eq!(
            next(b"junkContent-Length: 2\r\n\r\n{}"),
            Some((Found::Body(b"{}"), 27))
        );
        assert_eq!(
            next(b"GET /\r\n\r\nContent-Length: 2\r\n\r\n{}"),
            Some((Found::NoHeader(b"GET /"), 9))
        );
        assert_eq!(next(b"Content-Length: 2\r\n\r\n{"), None);
        assert_eq!(next(b"Content-Length: 18446744073709551615\r\n\r\n{"), None);
        assert_eq!(next(b"Content-Le"), None);
    }
}

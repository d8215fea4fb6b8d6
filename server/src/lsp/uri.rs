//! URIs as editors write them: one document has one key, however its URI is spelt.

use super::proto::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::path::{Path, PathBuf};

/// What a part of a URI may not hold as it is: all but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The key of a document: its URI decoded, with `/` between folders and the drive letter in lower case.
///
/// VS Code writes `file:///c%3A/x.py` where others write `file:///C:/x.py`.
pub fn key(uri: &Uri) -> String {
    let decoded = decode(uri.as_str());
    let Some(path) = decoded.strip_prefix("file://") else {
        return decoded;
    };
    let mut path = path.replace('\\', "/");
    if let [b'/', drive, b':', ..] = path.as_bytes()
        && drive.is_ascii_alphabetic()
    {
        let lower = drive.to_ascii_lowercase() as char;
        path.replace_range(1..2, lower.encode_utf8(&mut [0; 4]));
    }
    format!("file://{path}")
}

/// The path of a `file:` URI.
pub fn to_path(uri: &Uri) -> Option<PathBuf> {
    let file = uri
        .as_str()
        .get(..5)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("file:"));
    file.then(|| uri.to_file_path().map(|path| path.into_owned()))?
}

pub fn from_path(path: &Path) -> Option<Uri> {
    Uri::from_file_path(path)
}

/// A text as a part of a URI, such as the arguments of a `command:` link.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// A URI with the characters encoded that RFC 3986 forbids, for clients that write paths as they are (`file:///home/иван/a b.py`).
pub fn lenient(uri: &str) -> String {
    let mut encoded = String::with_capacity(uri.len());
    // Brackets are allowed around an IPv6 address only, before the path.
    let path = uri
        .find("://")
        .and_then(|i| Some(i + 3 + uri[i + 3..].find('/')?))
        .unwrap_or(0);
    for (i, c) in uri.char_indices() {
        let allowed = match c {
            '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => false,
            '[' | ']' => i < path,
            '%' => uri
                .as_bytes()
                .get(i + 1..i + 3)
                .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
            _ => c.is_ascii_graphic(),
        };
        if allowed {
            encoded.push(c);
        } else {
            encoded.extend(utf8_percent_encode(
                c.encode_utf8(&mut [0; 4]),
                NON_ALPHANUMERIC,
            ));
        }
    }
    encoded
}

/// What is no escape stays as it is.
fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(uri: &str) -> String {
        key(&lenient(uri).parse().unwrap())
    }

    #[test]
    fn one_file_has_one_key() {
        let same = [
            "file:///c%3A/Users/a%20b.py",
            "file:///C:/Users/a b.py",
            "file:///c:\\Users\\a%20b.py",
        ];
        for uri in same {
            assert_eq!(key_of(uri), "file:///c:/Users/a b.py", "{uri}");
        }
        assert_eq!(
            key_of("file:///home/%D0%B6.py"),
            key_of("file:///home/ж.py")
        );
        assert_eq!(key_of("untitled:Untitled-1"), "untitled:Untitled-1");
        assert_ne!(key_of("file:///home/a.py"), key_of("file:///home/A.py"));
        assert_eq!(key_of("file:///100%/x%zz.py"), "file:///100%/x%zz.py");
        assert_eq!(
            key_of("file:///a [b]/{c}.py"),
            key_of("file:///a%20%5Bb%5D/%7Bc%7D.py")
        );
        assert_eq!(key_of("http://[::1]/a.py"), "http://[::1]/a.py");
    }
}

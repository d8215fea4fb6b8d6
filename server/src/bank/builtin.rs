//! The built-in bank: the documents that the build script compiled into the binary, inflated when somebody asks for them.
//!
//! Deflated they take a third of their text. Each is packed by itself, so that the first card waits for those of the reader's language
//! alone, and several threads inflate at once. This file must not know what stands in a document.

use miniz_oxide::inflate::decompress_slice_iter_to_slice;
use std::sync::OnceLock;

include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// A document in the binary.
pub struct Packed {
    /// Relative to `content/`: `en/memory_async.md`.
    pub name: &'static str,
    /// Of its text, in bytes.
    size: usize,
    deflated: &'static [u8],
    text: OnceLock<String>,
}

impl Packed {
    const fn new(name: &'static str, size: usize, deflated: &'static [u8]) -> Self {
        Packed {
            name,
            size,
            deflated,
            text: OnceLock::new(),
        }
    }

    /// `en` or `ru`.
    pub fn lang(&self) -> &'static str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// Inflates it at the first call; from then on the text stays.
    pub fn text(&'static self) -> &'static str {
        self.text.get_or_init(|| {
            // A test holds all of them to their files: none of this can fail. Into memory of the right size, since growing copies.
            let mut text = vec![0; self.size];
            let deflated = std::iter::once(self.deflated);
            let _ = decompress_slice_iter_to_slice(&mut text, deflated, false, true);
            String::from_utf8(text).unwrap_or_default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_document_is_its_file() {
        let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
        assert!(!DOCUMENTS.is_empty());
        for document in &DOCUMENTS {
            let file = std::fs::read_to_string(content.join(document.name)).expect(document.name);
            assert!(document.text() == file, "{}", document.name);
            assert_eq!(document.size, file.len());
        }
    }
}

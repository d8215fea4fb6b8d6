//! Python source to constructs: which named piece of the language or of the library stands at which bytes.
//!
//! This layer knows Python and nothing else: no protocol, no positions in UTF-16, no bank, no settings.
//! The AST stays inside; what leaves is plain [`Construct`] data.

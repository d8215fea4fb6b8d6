//! Where a token stands: exact ranges come from the parser's token list, never from a search in the text.

use ruff_python_ast as ast;
use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// Bytes per entry of the offset table: about ten tokens, so that a look-up is a step and a short scan.
const BUCKET_BITS: u32 = 6;

pub(crate) struct TokenIndex<'t> {
    tokens: &'t [Token],
    /// For every 64 bytes of source the first token that starts there or later.
    buckets: Vec<u32>,
}

impl<'t> TokenIndex<'t> {
    pub fn new(tokens: &'t [Token], source_len: usize) -> Self {
        let mut buckets = Vec::with_capacity((source_len >> BUCKET_BITS) + 2);
        for (index, token) in tokens.iter().enumerate() {
            while buckets.len() << BUCKET_BITS <= token.start().to_usize() {
                buckets.push(index as u32);
            }
        }
        Self { tokens, buckets }
    }

    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Index of the first token that starts at `offset` or later.
    fn first_from(&self, offset: TextSize) -> usize {
        let bucket = offset.to_usize() >> BUCKET_BITS;
        let mut index = self
            .buckets
            .get(bucket)
            .map_or(self.tokens.len(), |index| *index as usize);
        while self
            .tokens
            .get(index)
            .is_some_and(|token| token.start() < offset)
        {
            index += 1;
        }
        index
    }

    /// The first token of this kind that starts in `from..until`.
    pub fn find(&self, kind: TokenKind, from: TextSize, until: TextSize) -> Option<TextRange> {
        self.tokens[self.first_from(from)..]
            .iter()
            .take_while(|token| token.start() < until)
            .find(|token| token.kind() == kind)
            .map(Ranged::range)
    }

    /// The last token of this kind that starts in `from..until`.
    pub fn find_back(&self, kind: TokenKind, from: TextSize, until: TextSize) -> Option<TextRange> {
        self.tokens[..self.first_from(until)]
            .iter()
            .rev()
            .take_while(|token| token.start() >= from)
            .find(|token| token.kind() == kind)
            .map(Ranged::range)
    }

    /// The token of this kind that starts exactly at `offset`.
    pub fn at(&self, kind: TokenKind, offset: TextSize) -> Option<TextRange> {
        self.tokens[self.first_from(offset)..]
            .iter()
            .take_while(|token| token.start() == offset)
            .find(|token| token.kind() == kind)
            .map(Ranged::range)
    }

    /// The tokens that start in `range`.
    pub fn within(&self, range: TextRange) -> impl Iterator<Item = &'t Token> {
        self.tokens[self.first_from(range.start())..]
            .iter()
            .take_while(move |token| token.start() < range.end())
    }

    /// The `+=` (or another) of an augmented assignment.
    pub fn augmented_operator(&self, assign: &ast::StmtAugAssign) -> Option<TextRange> {
        let between = TextRange::new(
            assign.target.end(),
            assign.value.start().max(assign.target.end()),
        );
        self.within(between)
            .find(|token| token.kind().as_augmented_assign_operator().is_some())
            .map(Ranged::range)
    }
}

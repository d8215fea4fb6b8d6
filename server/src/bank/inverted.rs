//! Which questions hold which words: an inverted index, built while the texts are at hand and never changed.
//!
//! A segment covers some documents; a bank has several, and a document that changed gets one of its own, while its old entries are passed
//! over. In a segment the terms are sorted, so that a prefix is a range; each has its letters as a bit mask, so that the terms near a
//! mistyped word are found by looking at a few; and its questions as the differences of their numbers. This file must not know what is a
//! good answer to a query.

use super::document::{Document, Part, Record};
use super::words::{self, Piece, Stemmers};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Where a word stands in a question. Later ones say more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Body,
    Topic,
    Construct,
    Title,
}

impl Field {
    fn from_bits(bits: u32) -> Field {
        match bits & 3 {
            0 => Field::Body,
            1 => Field::Topic,
            2 => Field::Construct,
            _ => Field::Title,
        }
    }
}

/// A term of one segment.
pub type Term = u32;

/// A question of one segment.
pub type Place = u32;

/// A word whose longest spelling has more bytes than this is not kept.
const MOST_SPELLING: usize = 64;

#[derive(Debug, Default)]
pub struct Segment {
    spellings: Strings,
    /// The letters of each term, see [`letters`].
    letters: Box<[u64]>,
    /// Stands in a title, a topic or a construct: worth guessing at.
    prominent: Box<[bool]>,
    counts: Box<[u32]>,
    /// Where the postings of each term begin; one more than there are terms.
    starts: Box<[u32]>,
    postings: Box<[u8]>,
    /// How prominent terms sound, sorted, each with its terms.
    sounds: Strings,
    sounding: Box<[Term]>,
    /// The serial number of each document and its first place, in order; the places of a document are its records.
    documents: Box<[(u32, Place)]>,
    places: u32,
}

/// Sorted texts, one behind the other.
#[derive(Debug, Default)]
struct Strings {
    text: Box<str>,
    ends: Box<[u32]>,
}

impl Strings {
    fn new<'a>(sorted: impl Iterator<Item = &'a str>) -> Self {
        let mut text = String::new();
        let mut ends = Vec::new();
        for one in sorted {
            text.push_str(one);
            ends.push(text.len() as u32);
        }
        Strings {
            text: text.into(),
            ends: ends.into(),
        }
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start as usize..self.ends[index] as usize]
    }

    /// The first index whose text is not before `text`.
    fn at_or_after(&self, text: &str) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = (low + high) / 2;
            if self.get(middle) < text {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn prefixed(&self, prefix: &str) -> Range<usize> {
        let start = self.at_or_after(prefix);
        let mut past = prefix.to_string();
        past.push(char::MAX);
        start..self.at_or_after(&past).max(start)
    }

    fn equal(&self, text: &str) -> Range<usize> {
        let start = self.at_or_after(text);
        let count = (start..self.len())
            .take_while(|&i| self.get(i) == text)
            .count();
        start..start + count
    }
}

/// The letters of a word as a set: a word with an edit has all but one of them, and at most one other.
pub fn letters(word: &str) -> u64 {
    word.chars().fold(0, |set, c| {
        let bit = match c {
            'a'..='z' => c as u32 - 'a' as u32,
            'а'..='я' => 26 + (c as u32 - 'а' as u32),
            _ => 58 + c as u32 % 6,
        };
        set | 1 << bit
    })
}

impl Segment {
    pub fn places(&self) -> usize {
        self.places as usize
    }

    /// Each document's serial number and the places of its records, in order.
    pub fn documents(&self) -> impl Iterator<Item = (u32, Range<usize>)> {
        self.documents
            .iter()
            .enumerate()
            .map(|(i, &(serial, first))| {
                let end = self
                    .documents
                    .get(i + 1)
                    .map_or(self.places, |(_, next)| *next);
                (serial, first as usize..end as usize)
            })
    }

    pub fn spelling(&self, term: Term) -> &str {
        self.spellings.get(term as usize)
    }

    /// How many questions hold a term.
    pub fn count(&self, term: Term) -> u32 {
        self.counts[term as usize]
    }

    pub fn is_prominent(&self, term: Term) -> bool {
        self.prominent[term as usize]
    }

    pub fn term(&self, word: &str) -> Option<Term> {
        let found = self.spellings.equal(word);
        (!found.is_empty()).then_some(found.start as Term)
    }

    /// The terms that begin so.
    pub fn prefixed(&self, prefix: &str) -> Range<Term> {
        let found = self.spellings.prefixed(prefix);
        found.start as Term..found.end as Term
    }

    /// The prominent terms that sound so, and with `more` those whose sound begins so.
    pub fn sounding(&self, sound: &str, more: bool) -> &[Term] {
        let found = if more {
            self.sounds.prefixed(sound)
        } else {
            self.sounds.equal(sound)
        };
        &self.sounding[found]
    }

    /// Prominent terms whose sound fits, each once with its sound.
    pub fn sounds(&self) -> impl Iterator<Item = (&str, Term)> {
        self.sounding
            .iter()
            .enumerate()
            .map(|(i, term)| (self.sounds.get(i), *term))
    }

    /// Every term with its letters.
    pub fn terms(&self) -> impl Iterator<Item = (Term, u64)> {
        self.letters
            .iter()
            .enumerate()
            .map(|(term, letters)| (term as Term, *letters))
    }

    /// Calls `each` with the places of a term, in order, and the best field of each.
    pub fn postings(&self, term: Term, mut each: impl FnMut(Place, Field)) {
        let term = term as usize;
        let bytes = &self.postings[self.starts[term] as usize..self.starts[term + 1] as usize];
        let mut place = 0;
        let mut bytes = bytes.iter();
        while let Some(value) = read(&mut bytes) {
            place += value >> 2;
            each(place, Field::from_bits(value));
        }
    }

    /// One segment from several, without the documents that are not `alive`.
    pub fn merged(segments: &[&Segment], alive: impl Fn(u32) -> bool) -> Segment {
        let mut builder = Builder::default();
        let mut postings: Vec<(u32, u32)> = Vec::new();
        let mut prominent: Vec<bool> = Vec::new();
        for segment in segments {
            // The new place of each old one.
            let mut places: Vec<Option<Place>> = vec![None; segment.places()];
            for (serial, range) in segment.documents().filter(|(serial, _)| alive(*serial)) {
                builder.documents.push((serial, builder.places));
                for place in &mut places[range] {
                    *place = Some(builder.places);
                    builder.places += 1;
                }
            }
            for term in 0..segment.spellings.len() as Term {
                let new = builder.term(segment.spelling(term));
                if prominent.len() <= new as usize {
                    prominent.resize(new as usize + 1, false);
                }
                prominent[new as usize] |= segment.is_prominent(term);
                segment.postings(term, |place, field| {
                    if let Some(place) = places[place as usize] {
                        postings.push((new, place << 2 | field as u32));
                    }
                });
            }
        }
        builder.freeze(postings.into_iter(), &prominent)
    }
}

/// A number of seven bits a byte, the last without the high bit.
fn read(bytes: &mut std::slice::Iter<u8>) -> Option<u32> {
    let mut value = 0;
    let mut shift = 0;
    loop {
        let byte = u32::from(*bytes.next()?);
        value |= (byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
        shift += 7;
    }
}

fn write(mut value: u32, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Collects the words of documents to segments, one after the other, and remembers the words of all.
#[derive(Default)]
pub struct Builder {
    terms: FxHashMap<Box<str>, Term>,
    /// The terms that were there when the last segment was closed, sorted.
    sorted: Vec<Term>,
    /// What is known of the words as they stand in texts: taking endings off costs more than all else.
    words: Words,
    /// The term of a word as it stands in a title or the like, by its hash.
    own: FxHashMap<u64, Term>,
    stemmers: Stemmers,
    /// Words of a question that are still to be looked up: their hashes and where they stand.
    pending: Vec<(u64, u32, u32)>,
    /// The last place that each term was met at.
    last: Vec<Place>,
    /// The term and the field of each posting, in the order of the places.
    met: Vec<u32>,
    /// Where the postings of each place end.
    ends: Vec<u32>,
    documents: Vec<(u32, Place)>,
    places: u32,
}

/// There are fewer terms than this in a segment; a text that has more holds no language. What is beyond is not found.
const MOST_TERMS: u32 = 1 << TERM_BITS;
/// A term has so many bits: others beside it say in which field it stands, or which word leads to it.
const TERM_BITS: u32 = 20;
/// The fields of postings are above the terms.
const FIELD: u32 = 30;
/// So many words are looked up at once.
const PENDING: usize = 1024;

/// A word as it stands in a text: the term of its stem, and whether it stands everywhere and so is not looked for in an answer.
#[derive(Clone, Copy)]
struct Word {
    stem: Term,
    common: bool,
}

/// Words by their hashes in one flat table: looking at every word of two hundred megabytes is waiting for memory, and here each asks for
/// a single place of it. Of two words that agree in some 60 bits of their hashes one would be taken for the other.
#[derive(Default)]
struct Words {
    /// Open addressing: the low bits of the hash, whether the word is common, and its term below one; 0 where nothing is.
    slots: Vec<u64>,
    /// All words, to build a larger table.
    all: Vec<(u64, Word)>,
    /// How far to shift a hash to its slot.
    shift: u32,
}

impl Words {
    /// A slot without its tag.
    const BITS: u32 = TERM_BITS + 2;

    fn get(&self, hash: u64) -> Option<Word> {
        let mask = self.slots.len().checked_sub(1)?;
        let tag = hash << Self::BITS;
        let mut at = (hash >> self.shift) as usize & mask;
        loop {
            let slot = *self.slots.get(at)?;
            if slot == 0 {
                return None;
            }
            if (slot ^ tag) >> Self::BITS == 0 {
                return Some(Word {
                    stem: (slot >> 1) as u32 & (MOST_TERMS - 1),
                    common: slot >> (TERM_BITS + 1) & 1 == 1,
                });
            }
            at = (at + 1) & mask;
        }
    }

    fn insert(&mut self, hash: u64, word: Word) {
        self.all.push((hash, word));
        if self.all.len() * 4 > self.slots.len() * 3 {
            let size = (self.slots.len() * 2).max(1 << 10);
            self.slots = vec![0; size];
            self.shift = 64 - size.trailing_zeros();
            for index in 0..self.all.len() {
                let (hash, word) = self.all[index];
                self.put(hash, word);
            }
        } else {
            self.put(hash, word);
        }
    }

    fn put(&mut self, hash: u64, word: Word) {
        let mask = self.slots.len() - 1;
        let mut at = (hash >> self.shift) as usize & mask;
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = hash << Self::BITS
            | u64::from(word.common) << (TERM_BITS + 1)
            | u64::from(word.stem) << 1
            | 1;
    }
}

/// The hash of a word that stands in a text, good in all its bits. Words of up to eight bytes, which most are, differ in theirs.
///
/// Eight bytes at a time, beyond the end of the word where there are more, so that no branch depends on its length.
fn key_at(text: &[u8], word: Range<usize>) -> u64 {
    let mut hash = word.len() as u64;
    let mut at = word.start;
    while at < word.end {
        let rest = text.get(at..).unwrap_or_default();
        let mut padded = [0; 8];
        let eight = match rest.first_chunk() {
            Some(eight) => eight,
            None => {
                padded[..rest.len()].copy_from_slice(rest);
                &padded
            }
        };
        let left = (word.end - at).min(8);
        let eight = u64::from_le_bytes(*eight) << (64 - 8 * left);
        hash = (hash ^ eight).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^= hash >> 32;
        at += 8;
    }
    hash.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn key(word: &str) -> u64 {
    key_at(word.as_bytes(), 0..word.len())
}

impl Builder {
    /// How many questions it has.
    pub fn places(&self) -> usize {
        self.places as usize
    }

    /// Adds the questions of a document; `text` is the whole of it.
    pub fn add(&mut self, document: &Document, text: &str) {
        self.documents.push((document.serial, self.places));
        for record in &document.records {
            self.add_record(document, record, text);
            self.places += 1;
            self.ends.push(self.met.len() as u32);
        }
    }

    fn add_record(&mut self, document: &Document, record: &Record, text: &str) {
        // After a panic there may be some of the question before.
        self.pending.clear();
        // Better fields first: a term is counted where it is met first.
        self.add_names(Field::Title, document.part(record, Part::Question));
        for name in document.names(record) {
            let name = name.as_str();
            self.meet(&name.to_lowercase(), Field::Construct);
            self.add_names(Field::Construct, name);
        }
        self.add_names(Field::Topic, document.part(record, Part::Topic));
        self.add_names(Field::Topic, document.part(record, Part::Id));
        let range = record.range.start as usize..record.range.end as usize;
        let text = text.get(range).unwrap_or_default();
        let mut fence = None;
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let content = line.trim_start();
            let at = start + line.len() - content.len();
            start += line.len();
            // Code is what the constructs are made from; its words would drown those of the answer.
            match (fence, content.get(..3)) {
                (None, Some(mark @ ("```" | "~~~"))) => fence = Some(mark),
                (Some(open), Some(mark)) if open == mark => fence = None,
                (None, _) => self.add_body(text, at, content),
                (Some(_), _) => {}
            }
        }
        self.meet_pending(text);
    }

    /// Words as they are, their stems, and the parts of compound names.
    fn add_names(&mut self, field: Field, text: &str) {
        words::words(text, |word| self.add_name(word, field));
        let runs = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        for name in runs.filter(|name| words::is_compound(name)) {
            words::parts(name, |part| self.add_name(part, field));
        }
    }

    fn add_name(&mut self, word: &str, field: Field) {
        let key = key(word);
        let own = self.own(key, word);
        self.meet_term(own, field);
        let stem = self.word(key, word).stem;
        self.meet_term(stem, field);
    }

    /// Notes the words of a line, which begins at a byte of the question's text.
    fn add_body(&mut self, text: &str, at: usize, line: &str) {
        words::pieces(line, |piece| match piece {
            Piece::Range(range) => {
                let range = at + range.start..at + range.end;
                let key = key_at(text.as_bytes(), range.clone());
                self.pending
                    .push((key, range.start as u32, range.end as u32));
            }
            Piece::Lowered(word) => {
                let known = self.word(key(word), word);
                if !known.common {
                    self.meet_term(known.stem, Field::Body);
                }
            }
        });
        if self.pending.len() >= PENDING {
            self.meet_pending(text);
        }
    }

    /// Looks up the words that were noted. One after the other and without a branch that waits for what was found, so that the processor
    /// asks its memory for many at once.
    fn meet_pending(&mut self, text: &str) {
        let mut pending = std::mem::take(&mut self.pending);
        let mut count = 0;
        for at in 0..pending.len() {
            let (key, start, end) = pending[at];
            let word = match self.words.get(key) {
                Some(known) => known,
                None => {
                    let word = text.get(start as usize..end as usize);
                    self.word(key, word.unwrap_or_default())
                }
            };
            // What was looked up takes the place of what is no more needed.
            pending[count].1 = word.stem;
            count += usize::from(!word.common);
        }
        let old = self.met.len();
        self.met.resize(old + count, 0);
        let met = &mut self.met[old..];
        let mut new = 0;
        for (_, term, _) in &pending[..count] {
            let last = &mut self.last[*term as usize];
            met[new] = term | (Field::Body as u32) << FIELD;
            new += usize::from(*last != self.places);
            *last = self.places;
        }
        self.met.truncate(old + new);
        pending.clear();
        self.pending = pending;
    }

    fn word(&mut self, key: u64, word: &str) -> Word {
        if let Some(known) = self.words.get(key) {
            return known;
        }
        let stem = self.stemmers.stem(word).into_owned();
        let known = Word {
            stem: self.term(&stem),
            common: words::is_everywhere(word) || word.len() < 2,
        };
        if self.words.all.len() < 2 * MOST_TERMS as usize {
            self.words.insert(key, known);
        }
        known
    }

    fn meet(&mut self, word: &str, field: Field) {
        if !word.is_empty() && word.len() <= MOST_SPELLING {
            let term = self.own(key(word), word);
            self.meet_term(term, field);
        }
    }

    /// The term of a word as it is.
    fn own(&mut self, key: u64, word: &str) -> Term {
        if let Some(own) = self.own.get(&key) {
            return *own;
        }
        let own = self.term(word);
        self.own.insert(key, own);
        own
    }

    fn meet_term(&mut self, term: Term, field: Field) {
        let last = &mut self.last[term as usize];
        if *last != self.places {
            *last = self.places;
            self.met.push(term | (field as u32) << FIELD);
        }
    }

    fn term(&mut self, spelling: &str) -> Term {
        if let Some(known) = self.terms.get(spelling) {
            return *known;
        }
        let term = self.terms.len() as Term;
        // The last one stands for all that is too much.
        if term + 1 >= MOST_TERMS {
            self.last.resize(MOST_TERMS as usize, Place::MAX);
            return MOST_TERMS - 1;
        }
        self.terms.insert(spelling.into(), term);
        self.last.push(Place::MAX);
        term
    }

    /// The segment of what was added since the last one.
    pub fn finish(&mut self) -> Segment {
        let mut prominent = vec![false; self.last.len()];
        for met in &self.met {
            prominent[(met & (MOST_TERMS - 1)) as usize] |= met >> FIELD != Field::Body as u32;
        }
        let met = std::mem::take(&mut self.met);
        let ends = std::mem::take(&mut self.ends);
        let mut place = 0;
        let (met, ends) = (&met[..], &ends[..]);
        let postings = met.iter().enumerate().map(move |(i, met)| {
            while ends.get(place).is_some_and(|end| *end as usize <= i) {
                place += 1;
            }
            (met & (MOST_TERMS - 1), (place as u32) << 2 | met >> FIELD)
        });
        let segment = self.freeze(postings, &prominent);
        self.last.fill(Place::MAX);
        if self.terms.len() > MOST_TERMS as usize / 2 {
            *self = Builder::default();
        }
        segment
    }

    /// Sorts the terms and packs the postings, which come in the order of the places for each term.
    fn freeze(
        &mut self,
        postings: impl Iterator<Item = (Term, u32)> + Clone,
        prominent: &[bool],
    ) -> Segment {
        let mut spellings = vec![""; self.terms.len()];
        for (text, term) in &self.terms {
            spellings[*term as usize] = text;
        }
        // Those of the last segment are sorted already, which a stable sort makes use of.
        self.sorted
            .extend(self.sorted.len() as Term..spellings.len() as Term);
        self.sorted
            .sort_by(|a, b| spellings[*a as usize].cmp(spellings[*b as usize]));
        let mut counts = vec![0u32; MOST_TERMS.min(self.last.len() as u32) as usize];
        for (term, _) in postings.clone() {
            counts[term as usize] += 1;
        }
        let sorted: Vec<Term> = { self.sorted.iter().copied() }
            .filter(|term| counts[*term as usize] > 0)
            .collect();
        // Postings grouped by term: where the next of each goes. Those of no term go behind all others.
        let mut next: Vec<usize> = vec![0; counts.len()];
        let mut total = 0;
        for term in &sorted {
            next[*term as usize] = total;
            total += counts[*term as usize] as usize;
        }
        let all: usize = counts.iter().map(|count| *count as usize).sum();
        if let Some(next) = next.get_mut(MOST_TERMS as usize - 1) {
            *next = total;
        }
        let mut grouped = vec![0u32; all];
        for (term, posting) in postings {
            let next = &mut next[term as usize];
            grouped[*next] = posting;
            *next += 1;
        }
        let mut bytes = Vec::with_capacity(total + total / 4);
        let mut starts = Vec::with_capacity(sorted.len() + 1);
        let mut from = 0;
        for term in &sorted {
            starts.push(bytes.len() as u32);
            let count = counts[*term as usize] as usize;
            let mut last = 0;
            for posting in &grouped[from..from + count] {
                write(((posting >> 2) - last) << 2 | posting & 3, &mut bytes);
                last = posting >> 2;
            }
            from += count;
        }
        starts.push(bytes.len() as u32);
        let spelled = || sorted.iter().map(|term| spellings[*term as usize]);
        let prominent: Box<[bool]> = { sorted.iter() }
            .map(|term| prominent.get(*term as usize).copied().unwrap_or_default())
            .collect();
        let mut sounds: Vec<(String, Term)> = spelled()
            .zip(&prominent)
            .enumerate()
            .filter(|(_, (_, prominent))| **prominent)
            .filter_map(|(term, (text, _))| Some((words::sound(text)?, term as Term)))
            .collect();
        sounds.sort_unstable();
        Segment {
            spellings: Strings::new(spelled()),
            letters: spelled().map(letters).collect(),
            prominent,
            counts: sorted.iter().map(|term| counts[*term as usize]).collect(),
            starts: starts.into(),
            postings: bytes.into(),
            sounding: sounds.iter().map(|(_, term)| *term).collect(),
            sounds: Strings::new(sounds.iter().map(|(sound, _)| sound.as_str())),
            documents: std::mem::take(&mut self.documents).into(),
            places: std::mem::take(&mut self.places),
        }
    }
}

#[cfg(test)]
#[path = "inverted_tests.rs"]
mod tests;

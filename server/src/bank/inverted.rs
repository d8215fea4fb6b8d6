//! Which questions hold which words: an inverted index, built while the texts are at hand and never changed.
//!
//! A segment covers some documents; a bank has several, and a document that changed gets one of its own, while its old entries are passed
//! over. In a segment the terms are sorted, so that a prefix is a range; each has its letters as a bit mask, so that the terms near a
//! mistyped word are found by looking at a few; and its questions as the differences of their numbers. This file must not know what is a
//! good answer to a query.

use super::document::{Document, Part, Record, hash};
use super::words::{self, Stemmers};
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

/// Collects the words of documents.
#[derive(Default)]
pub struct Builder {
    terms: FxHashMap<Box<str>, Term>,
    /// What is known of the words as they stand in texts, by their hash: taking endings off costs more than all else, and of two words with the
    /// same hash one would be found for the other, once in the life of a universe.
    words: FxHashMap<u64, Word>,
    stemmers: Stemmers,
    /// The last place that each term was met at.
    last: Vec<Place>,
    /// The term and the field of each posting, in the order of the places.
    met: Vec<u32>,
    /// Where the postings of each place end.
    ends: Vec<u32>,
    documents: Vec<(u32, Place)>,
    places: u32,
}

/// A word as it stands in a text: the term of its stem, and its own if it ever stood in a title or the like.
#[derive(Clone, Copy)]
struct Word {
    stem: Term,
    own: Option<Term>,
    common: bool,
}

/// Terms are numbers below this: the field has the bits above.
const MOST_TERMS: u32 = 1 << 30;

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
        let mut fence = None;
        for line in text.get(range).unwrap_or_default().lines() {
            let content = line.trim_start();
            // Code is what the constructs are made from; its words would drown those of the answer.
            match (fence, content.get(..3)) {
                (None, Some(mark @ ("```" | "~~~"))) => fence = Some(mark),
                (Some(open), Some(mark)) if open == mark => fence = None,
                (None, _) => self.add_body(content),
                (Some(_), _) => {}
            }
        }
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
        let mut known = self.word(word);
        let own = match known.own {
            Some(own) => own,
            None => {
                let own = self.term(word);
                known.own = Some(own);
                self.words.insert(hash(word), known);
                own
            }
        };
        self.meet_term(own, field);
        self.meet_term(known.stem, field);
    }

    fn add_body(&mut self, text: &str) {
        words::words(text, |word| {
            let known = self.word(word);
            if !known.common {
                self.meet_term(known.stem, Field::Body);
            }
        });
    }

    fn word(&mut self, word: &str) -> Word {
        let hash = hash(word);
        if let Some(known) = self.words.get(&hash) {
            return *known;
        }
        let stem = self.stemmers.stem(word).into_owned();
        let known = Word {
            stem: self.term(&stem),
            own: None,
            common: words::is_everywhere(word) || word.len() < 2,
        };
        self.words.insert(hash, known);
        known
    }

    fn meet(&mut self, word: &str, field: Field) {
        if !word.is_empty() && word.len() <= MOST_SPELLING {
            let term = self.term(word);
            self.meet_term(term, field);
        }
    }

    fn meet_term(&mut self, term: Term, field: Field) {
        let index = term as usize;
        if self.last.len() <= index {
            self.last.resize(index + 1, Place::MAX);
        }
        if self.last[index] != self.places && term < MOST_TERMS {
            self.last[index] = self.places;
            self.met.push(term | (field as u32) << 30);
        }
    }

    fn term(&mut self, spelling: &str) -> Term {
        if let Some(known) = self.terms.get(spelling) {
            return *known;
        }
        let term = self.terms.len() as Term;
        self.terms.insert(spelling.into(), term);
        term
    }

    pub fn finish(mut self) -> Segment {
        self.words = FxHashMap::default();
        self.last = Vec::new();
        let mut prominent = vec![false; self.terms.len()];
        for met in &self.met {
            prominent[(met & (MOST_TERMS - 1)) as usize] |= met >> 30 != Field::Body as u32;
        }
        let (met, ends) = (
            std::mem::take(&mut self.met),
            std::mem::take(&mut self.ends),
        );
        let mut place = 0;
        let (met, ends) = (&met[..], &ends[..]);
        let postings = met.iter().enumerate().map(move |(i, met)| {
            while ends.get(place).is_some_and(|end| *end as usize <= i) {
                place += 1;
            }
            (met & (MOST_TERMS - 1), (place as u32) << 2 | met >> 30)
        });
        self.freeze(postings, &prominent)
    }

    /// Sorts the terms and packs the postings, which come in the order of the places for each term.
    fn freeze(
        self,
        postings: impl Iterator<Item = (Term, u32)> + Clone,
        prominent: &[bool],
    ) -> Segment {
        let mut sorted: Vec<(&str, Term)> = self
            .terms
            .iter()
            .map(|(text, term)| (&**text, *term))
            .collect();
        sorted.sort_unstable();
        // From the order in which terms were met to the sorted one.
        let mut rank = vec![0; sorted.len()];
        for (new, (_, old)) in sorted.iter().enumerate() {
            rank[*old as usize] = new;
        }
        let mut counts = vec![0u32; sorted.len()];
        for (term, _) in postings.clone() {
            counts[rank[term as usize]] += 1;
        }
        // Postings grouped by term: where the next of each goes.
        let mut next: Vec<usize> = Vec::with_capacity(sorted.len());
        let mut total = 0;
        for count in &counts {
            next.push(total);
            total += *count as usize;
        }
        let mut grouped = vec![0u32; total];
        for (term, posting) in postings {
            let next = &mut next[rank[term as usize]];
            grouped[*next] = posting;
            *next += 1;
        }
        let mut bytes = Vec::with_capacity(total + total / 4);
        let mut starts = Vec::with_capacity(sorted.len() + 1);
        let mut from = 0;
        for count in &counts {
            starts.push(bytes.len() as u32);
            let mut last = 0;
            for posting in &grouped[from..from + *count as usize] {
                write(((posting >> 2) - last) << 2 | posting & 3, &mut bytes);
                last = posting >> 2;
            }
            from += *count as usize;
        }
        starts.push(bytes.len() as u32);
        let prominent: Box<[bool]> = sorted
            .iter()
            .map(|(_, old)| prominent.get(*old as usize).copied().unwrap_or_default())
            .collect();
        let mut sounds: Vec<(String, Term)> = sorted
            .iter()
            .zip(&prominent)
            .enumerate()
            .filter(|(_, (_, prominent))| **prominent)
            .filter_map(|(term, ((text, _), _))| Some((words::sound(text)?, term as Term)))
            .collect();
        sounds.sort_unstable();
        Segment {
            spellings: Strings::new(sorted.iter().map(|(text, _)| *text)),
            letters: sorted.iter().map(|(text, _)| letters(text)).collect(),
            prominent,
            counts: counts.into(),
            starts: starts.into(),
            postings: bytes.into(),
            sounding: sounds.iter().map(|(_, term)| *term).collect(),
            sounds: Strings::new(sounds.iter().map(|(sound, _)| sound.as_str())),
            documents: self.documents.into(),
            places: self.places,
        }
    }
}

#[cfg(test)]
#[path = "inverted_tests.rs"]
mod tests;

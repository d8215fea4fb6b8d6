//! As-you-type search over questions, in both languages at once: titles, constructs, topics and the words of the answers.
//!
//! Each word of the query is turned into terms of the bank's index, the more trusted the nearer they are to what was typed: the word in any
//! case or number, words that begin so, the same keys under the other layout, the same sound in the other alphabet, a slip of the finger,
//! letters left out. Questions are then ranked by where the terms stand, and the best ones once more by how the whole query fits.

use super::keyboard::other_layout;
use crate::bank::{self, Bank, Entry, Field, Lang, Place, Segment, Stemmers, Term, path};
use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::HashMap;

/// How far a term is to be trusted, in percent.
const EXACT: u32 = 100;
/// A term that begins so, and how much a long rest takes away.
const PREFIX: u32 = 84;
const PREFIX_REST: u32 = 20;
const SOUND: u32 = 70;
const SOUND_PREFIX: u32 = 52;
const SLIP: u32 = 60;
const SLIP_SOUND: u32 = 44;
const LETTERS: u32 = 40;

/// What a term counts by where it stands.
fn worth(field: Field) -> u32 {
    match field {
        Field::Title => 30,
        Field::Construct => 24,
        Field::Topic => 14,
        Field::Body => 5,
    }
}

/// What a word that stands everywhere counts, in percent of another.
const COMMON_WORD: u32 = 10;
/// So many terms of one segment stand for a word at most, the most trusted ones.
const MOST_TERMS: usize = 64;
/// So many questions are ranked by more than their words.
const FINALISTS: usize = 160;
/// More words than this no query has that a person typed.
const MOST_WORDS: usize = 16;
/// A question that matches this much better (in percent) in the other language is shown in that one.
const OTHER_LANGUAGE: u32 = 80;

/// The questions that match the query, best first: those that match all its words before those that match some. Without a query all: the
/// user's own in their order, then the built-in ones along the study path.
///
/// A question that matches in one language only is shown in that one, else in `lang`.
pub fn search<'a>(bank: &'a Bank, query: &str, limit: usize, lang: Lang) -> Vec<Entry<'a>> {
    if query.trim().is_empty() {
        let mut all: Vec<Entry> = bank.all(lang).collect();
        all.sort_by_cached_key(|entry| match entry.document().is_builtin() {
            true => (1, path::place(entry.id())),
            false => (0, None),
        });
        all.truncate(limit);
        return all;
    }
    let segments = bank.segments();
    let stemmers = Stemmers::default();
    let words = read(query, &segments, &stemmers);
    let terms: Vec<Terms> = words.iter().map(|word| terms(word, &segments)).collect();
    let wanted = words.iter().filter(|word| !word.common).count();
    let weights = weights(&words, &terms, &segments);
    let mut found: Vec<Found> = Vec::new();
    for (number, segment) in segments.iter().enumerate() {
        let of_segment: Vec<&[(Term, u32)]> =
            terms.iter().map(|terms| terms[number].as_slice()).collect();
        let entry = bank.segment_entries(segment);
        for hit in hits(segment, &words, &of_segment, &weights) {
            found.extend(entry(hit.place).map(|entry| Found { entry, hit }));
        }
        shorten(&mut found, FINALISTS * 4);
    }
    shorten(&mut found, FINALISTS);
    let fit = Fit::new(&words, &terms, &segments, stemmers);
    let mut best = ranked(found, &fit, wanted, lang);
    // Who types the name of a construct gets first what a hover over it shows.
    let about = bank.about(query.trim(), lang).first();
    if let Some(at) = about.and_then(|about| best.iter().position(|e| e.group() == about.group())) {
        best[..=at].rotate_right(1);
    }
    best.truncate(limit);
    best
}

/// A word of the query.
#[derive(Debug)]
struct Word {
    text: String,
    stem: String,
    /// The first word of what stood between two blanks has all of it, the others have nothing.
    typed: String,
    /// It stands in every text and finds nothing by itself.
    common: bool,
    /// Operators and the like: found as a whole or not at all.
    sign: bool,
}

/// The terms that may stand for a word, with their trust in percent, for each segment.
type Terms = Vec<Vec<(Term, u32)>>;

/// The words of a query, each as it was typed or under the other layout, whichever the bank knows.
fn read(query: &str, segments: &[&Segment], stemmers: &Stemmers) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for chunk in query.split_whitespace() {
        if !chunk.chars().any(|c| c.is_alphanumeric() || c == '_') {
            let text = chunk.to_lowercase();
            words.push(Word {
                stem: text.clone(),
                typed: text.clone(),
                text,
                common: false,
                sign: true,
            });
            continue;
        }
        let typed = words_of(chunk, stemmers);
        let all = |words: &[Word], known: fn(&Word, &[&Segment]) -> bool| {
            !words.is_empty() && words.iter().all(|word| known(word, segments))
        };
        let meant = other_layout(chunk)
            .map(|other| words_of(&other, stemmers))
            .filter(|other| {
                // Mistyped under the wrong layout is less likely than either.
                !all(&typed, is_known)
                    && (all(other, is_known)
                        || !all(&typed, is_nearly_known) && all(other, is_nearly_known))
            });
        words.extend(meant.unwrap_or(typed));
    }
    // A query of nothing but common words means them: `with`, `is`.
    if words.iter().all(|word| word.common) {
        words.iter_mut().for_each(|word| word.common = false);
    }
    words.truncate(MOST_WORDS);
    words
}

fn words_of(chunk: &str, stemmers: &Stemmers) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    bank::words(chunk, |word| {
        found.push(Word {
            stem: stemmers.stem(word).into_owned(),
            common: bank::is_everywhere(word),
            typed: if found.is_empty() {
                chunk.to_lowercase()
            } else {
                String::new()
            },
            text: word.to_string(),
            sign: false,
        });
    });
    found
}

/// Whether the bank has a word that is spelt nearly so.
fn is_nearly_known(word: &Word, segments: &[&Segment]) -> bool {
    let mut terms = Vec::new();
    segments
        .iter()
        .for_each(|segment| misspelt(word, segment, &mut terms));
    !terms.is_empty()
}

/// How a word sounds, if that says enough: three letters do where they were written in the other alphabet.
fn telling_sound(word: &str) -> Option<String> {
    let least = if word.is_ascii() { 4 } else { 3 };
    bank::sound(word).filter(|sound| sound.len() >= least)
}

/// The sound of a word: as it stands where the bank has a word that sounds so (`асинкио`), else without its ending (`корутины`).
fn sound_in(word: &Word, segments: &[&Segment]) -> Option<String> {
    let as_it_stands = telling_sound(&word.text)?;
    let known = segments
        .iter()
        .any(|segment| !segment.sounding(&as_it_stands, false).is_empty());
    if known {
        Some(as_it_stands)
    } else {
        telling_sound(&word.stem)
    }
}

/// Whether the bank has the word, one that begins so or one that sounds so.
fn is_known(word: &Word, segments: &[&Segment]) -> bool {
    let long = word.text.chars().count() > 2;
    let sound = telling_sound(&word.text);
    segments.iter().any(|segment| {
        segment.term(&word.stem).is_some()
            || segment.term(&word.text).is_some()
            || long && !segment.prefixed(&word.text).is_empty()
            || long
                && sound
                    .as_ref()
                    .is_some_and(|sound| !segment.sounding(sound, false).is_empty())
    })
}

/// Finds the terms for a word. Guesses are made only for what the bank does not have as it was typed.
fn terms(word: &Word, segments: &[&Segment]) -> Terms {
    let mut terms: Terms = segments
        .iter()
        .map(|segment| trusted(word, segment))
        .collect();
    let found =
        |terms: &Terms, least: u32| terms.iter().flatten().any(|(_, trust)| *trust >= least);
    if word.sign || word.common || found(&terms, SOUND) {
        return limited(terms, segments);
    }
    for (segment, terms) in segments.iter().zip(&mut terms) {
        slips(word, segment, terms);
    }
    if !found(&terms, LETTERS + 1) {
        let matcher = SkimMatcherV2::default();
        for (segment, terms) in segments.iter().zip(&mut terms) {
            letters_left_out(word, segment, &matcher, terms);
        }
    }
    limited(terms, segments)
}

/// The most trusted terms; of two the rarer one, which says more.
fn limited(mut terms: Terms, segments: &[&Segment]) -> Terms {
    for (segment, terms) in segments.iter().zip(&mut terms) {
        terms.sort_by_key(|(term, trust)| (Reverse(*trust), segment.count(*term), *term));
        let mut seen = std::collections::HashSet::new();
        terms.retain(|(term, _)| seen.insert(*term));
        terms.truncate(MOST_TERMS);
    }
    terms
}

/// The word itself, words that begin so, words that sound so.
fn trusted(word: &Word, segment: &Segment) -> Vec<(Term, u32)> {
    let mut terms: Vec<(Term, u32)> = Vec::new();
    let exact = [&word.text, &word.stem];
    terms.extend(
        exact
            .iter()
            .filter_map(|text| Some((segment.term(text)?, EXACT))),
    );
    if word.sign || word.common {
        return terms;
    }
    let length = word.text.chars().count();
    if length >= 2 {
        terms.extend(segment.prefixed(&word.text).filter_map(|term| {
            let rest = segment.spelling(term).chars().count() - length;
            // Two letters begin too much to look for it in the answers.
            let fits = rest > 0 && (length > 2 || segment.is_prominent(term));
            fits.then(|| (term, PREFIX - (rest as u32 * 2).min(PREFIX_REST)))
        }));
    }
    if length >= 3
        && let Some(sound) = sound_in(word, &[segment])
    {
        let same = segment.sounding(&sound, false).iter();
        terms.extend(same.map(|term| (*term, SOUND)));
        if sound.len() >= 4 {
            let longer = segment.sounding(&sound, true).iter();
            terms.extend(longer.map(|term| (*term, SOUND_PREFIX)));
        }
    }
    terms
}

/// How many slips of the finger a word of so many letters may have.
fn slips_allowed(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    }
}

/// The terms that are a slip or two away, as they are spelt or as they sound.
fn slips(word: &Word, segment: &Segment, terms: &mut Vec<(Term, u32)>) {
    misspelt(word, segment, terms);
    missounded(word, segment, terms);
}

fn misspelt(word: &Word, segment: &Segment, terms: &mut Vec<(Term, u32)>) {
    let length = word.text.chars().count();
    let most = slips_allowed(length);
    if most == 0 {
        return;
    }
    for wanted in [&word.text, &word.stem] {
        let letters = bank::letters(wanted);
        let length = wanted.chars().count();
        for (term, of_term) in segment.terms() {
            // Each slip takes one letter away and brings another at most.
            if (letters ^ of_term).count_ones() as usize > 2 * most {
                continue;
            }
            let text = segment.spelling(term);
            if text.len().abs_diff(wanted.len()) > 2 * most
                || text.chars().count().abs_diff(length) > most
            {
                continue;
            }
            let distance = strsim::osa_distance(wanted, text);
            // Two slips, and the first letter wrong as well: that is another word.
            let likely = distance == 1 || text.chars().next() == wanted.chars().next();
            if distance <= most && likely {
                let prominent = if segment.is_prominent(term) { 0 } else { 6 };
                terms.push((term, SLIP + 4 - 4 * distance as u32 - prominent));
            }
        }
    }
}

fn missounded(word: &Word, segment: &Segment, terms: &mut Vec<(Term, u32)>) {
    let Some(sound) = bank::sound(&word.stem).filter(|sound| sound.len() >= 4) else {
        return;
    };
    let letters = bank::letters(&sound);
    for (text, term) in segment.sounds() {
        if text.len().abs_diff(sound.len()) <= 1
            && (letters ^ bank::letters(text)).count_ones() <= 2
            && strsim::osa_distance(&sound, text) <= 1
        {
            terms.push((term, SLIP_SOUND));
        }
    }
}

/// Prominent terms that have all the letters in their order and close together: `thrlock`, `ctxmgr`.
fn letters_left_out(
    word: &Word,
    segment: &Segment,
    matcher: &SkimMatcherV2,
    terms: &mut Vec<(Term, u32)>,
) {
    let length = word.text.chars().count();
    if length < 4 {
        return;
    }
    let letters = bank::letters(&word.text);
    for (term, of_term) in segment.terms() {
        if letters & !of_term != 0 || !segment.is_prominent(term) {
            continue;
        }
        let Some((_, indices)) = matcher.fuzzy_indices(segment.spelling(term), &word.text) else {
            continue;
        };
        let spread = indices.last().copied().unwrap_or_default() + 1
            - indices.first().copied().unwrap_or_default();
        // Letters strewn over a long word are another word.
        if spread <= length + length / 2 + 2 {
            terms.push((term, LETTERS - ((spread - length) as u32).min(10)));
        }
    }
}

/// What each word counts, in percent: one that few questions have says more.
fn weights(words: &[Word], terms: &[Terms], segments: &[&Segment]) -> Vec<u32> {
    let all = segments
        .iter()
        .map(|segment| segment.places())
        .sum::<usize>() as f32;
    let weight = |(word, terms): (&Word, &Terms)| {
        if word.common {
            return COMMON_WORD;
        }
        let in_segment = |(segment, terms): (&&Segment, &Vec<(Term, u32)>)| -> u32 {
            terms.iter().map(|(term, _)| segment.count(*term)).sum()
        };
        let questions = segments.iter().zip(terms).map(in_segment).sum::<u32>() as f32;
        let rarity = 1.0 - (1.0 + questions).ln() / (2.0 + all).ln();
        100 + (60.0 * rarity.clamp(0.0, 1.0)) as u32
    };
    words.iter().zip(terms).map(weight).collect()
}

/// How well a question matches.
#[derive(Clone, Copy)]
struct Hit {
    place: Place,
    /// How many of the words that are not common it has.
    words: u32,
    score: u32,
}

struct Found<'a> {
    entry: Entry<'a>,
    hit: Hit,
}

/// The questions of a segment that have any of the words.
fn hits(segment: &Segment, words: &[Word], terms: &[&[(Term, u32)]], weights: &[u32]) -> Vec<Hit> {
    let mut scores = vec![0u32; segment.places()];
    let mut counts = vec![0u8; segment.places()];
    let mut best = vec![0u32; segment.places()];
    let mut touched: Vec<Place> = Vec::new();
    for ((word, terms), weight) in words.iter().zip(terms).zip(weights) {
        for &(term, trust) in *terms {
            segment.postings(term, |place, field| {
                let value = trust * worth(field);
                let best = &mut best[place as usize];
                if *best == 0 {
                    touched.push(place);
                }
                *best = value.max(*best);
            });
        }
        for place in touched.drain(..) {
            let place = place as usize;
            scores[place] += std::mem::take(&mut best[place]) * weight / 100;
            counts[place] += u8::from(!word.common);
        }
    }
    let with_words = counts.iter().enumerate().filter(|(_, count)| **count > 0);
    let hits = with_words.map(|(place, count)| Hit {
        place: place as Place,
        words: u32::from(*count),
        score: scores[place],
    });
    let mut hits: Vec<Hit> = hits.collect();
    // Of equal ones the first: else what is found would hang on which thread read which file.
    keep_best(&mut hits, FINALISTS * 4, |hit| {
        (hit.words, hit.score, Reverse(hit.place))
    });
    hits
}

fn shorten(found: &mut Vec<Found>, most: usize) {
    keep_best(found, most, |found| {
        let Found { entry, hit } = found;
        (hit.words, hit.score, Reverse(entry.order()))
    });
}

/// Leaves out all but the best, in no order.
fn keep_best<T, K: Ord>(items: &mut Vec<T>, most: usize, key: impl Fn(&T) -> K) {
    if items.len() > most {
        items.select_nth_unstable_by_key(most, |item| Reverse(key(item)));
        items.truncate(most);
    }
}

/// The whole query, to see how it fits a question.
struct Fit {
    /// As it was typed, or meant, in lower case.
    whole: String,
    words: Vec<Wanted>,
    /// The words that are not common, a bit for each.
    telling: u32,
    stemmers: Stemmers,
    /// Which words of the query a word of a question is, a bit for each. Taking endings off is slow, and questions share their words.
    known: RefCell<FxHashMap<Box<str>, u32>>,
}

/// A word of the query, ready to be compared with words of a question.
struct Wanted {
    text: String,
    stem: String,
    sound: Option<String>,
    /// The bank does not have it as it was typed: what sounds like it or is a slip away is meant.
    guessed: bool,
}

impl Wanted {
    fn is(&self, text: &str, stem: &str) -> bool {
        if self.stem == stem || self.text == text {
            return true;
        }
        let sounds =
            |text: &str| bank::sound(text).is_some_and(|sound| Some(&sound) == self.sound.as_ref());
        // Words of one alphabet that sound the same are others, unless the bank has no better.
        let by_ear = self.guessed || self.text.is_ascii() != text.is_ascii();
        if by_ear && self.sound.is_some() && (sounds(text) || sounds(stem)) {
            return true;
        }
        let slips = slips_allowed(self.text.chars().count());
        self.guessed && slips > 0 && strsim::osa_distance(&self.text, text) <= slips
    }
}

impl Fit {
    fn new(words: &[Word], terms: &[Terms], segments: &[&Segment], stemmers: Stemmers) -> Self {
        let whole = words.iter().map(|word| word.typed.as_str());
        let whole: Vec<&str> = whole.filter(|typed| !typed.is_empty()).collect();
        let wanted = words.iter().zip(terms).map(|(word, terms)| Wanted {
            text: word.text.clone(),
            stem: word.stem.clone(),
            sound: sound_in(word, segments),
            guessed: !terms.iter().flatten().any(|(_, trust)| *trust == EXACT),
        });
        let telling = words.iter().enumerate().filter(|(_, word)| !word.common);
        Fit {
            whole: whole.join(" "),
            words: wanted.collect(),
            telling: telling.fold(0, |bits, (i, _)| bits | 1 << i),
            stemmers,
            known: RefCell::default(),
        }
    }

    /// What a question gets beyond its words.
    fn bonus(&self, entry: Entry) -> u32 {
        let constructs = entry.constructs();
        let by_construct = constructs.iter().enumerate();
        let by_construct =
            by_construct.map(|(place, name)| self.of_construct(name, place.min(20) as u32));
        let mut bonus = by_construct.max().unwrap_or_default();
        if entry.id() == self.whole || self.is_all_of(&self.bits_of(entry.id())) {
            bonus += 2_400;
        }
        let title = self.bits_of(entry.question());
        let telling = || title.iter().filter(|word| !word.common);
        let has = |word: &Bits| word.bits & self.telling != 0;
        // The more of the title the query says, the more the title is about it.
        let matched = telling().filter(|word| has(word)).count() as u32;
        bonus += 700 * matched / telling().count().max(1) as u32;
        if let Some(first) = telling().position(has) {
            bonus += 300 / (first as u32 + 1);
        }
        let in_a_row = |window: &[Bits]| {
            window
                .iter()
                .enumerate()
                .all(|(i, word)| word.bits & 1 << i != 0)
        };
        if self.words.len() > 1 && title.windows(self.words.len()).any(in_a_row) {
            bonus += 900;
        }
        bonus
    }

    /// What a construct adds whose name is the query, ends with it or holds it; less for those that the question ranks lower.
    fn of_construct(&self, name: &str, rank: u32) -> u32 {
        let name = name.to_lowercase();
        if name == self.whole {
            return 20_000 - 200 * rank;
        }
        let words = self.bits_of(&name);
        if self.is_all_of(&words) {
            return 6_000 - 100 * rank;
        }
        let has = |word: &Bits| word.bits & self.telling != 0;
        match words.last() {
            Some(last) if has(last) && name.ends_with(char::is_alphanumeric) => 1_600 - 60 * rank,
            _ if words.iter().any(has) => 500 - 20 * rank,
            _ => 0,
        }
    }

    /// Whether the words are those of the query, no more and no less, in any order.
    fn is_all_of(&self, words: &[Bits]) -> bool {
        let all = words.iter().fold(0, |all, word| all | word.bits);
        self.telling != 0
            && all & self.telling == self.telling
            && words
                .iter()
                .all(|word| word.common || word.bits & self.telling != 0)
    }

    /// The words of a text: which words of the query each is.
    fn bits_of(&self, text: &str) -> Vec<Bits> {
        let mut found = Vec::new();
        let mut known = self.known.borrow_mut();
        bank::words(text, |word| {
            let bits = match known.get(word) {
                Some(bits) => *bits,
                None => {
                    let stem = self.stemmers.stem(word);
                    let same = self
                        .words
                        .iter()
                        .enumerate()
                        .filter(|(_, wanted)| wanted.is(word, &stem));
                    let bits = same.fold(0, |bits, (i, _)| bits | 1 << i);
                    known.insert(word.into(), bits);
                    bits
                }
            };
            found.push(Bits {
                bits,
                common: bank::is_everywhere(word),
            });
        });
        found
    }
}

/// Which words of the query a word is, a bit for each.
struct Bits {
    bits: u32,
    common: bool,
}

/// The questions in their final order, those of one meaning once.
fn ranked<'a>(found: Vec<Found<'a>>, fit: &Fit, wanted: usize, lang: Lang) -> Vec<Entry<'a>> {
    struct Group<'a> {
        all_words: bool,
        score: u32,
        order: u32,
        best: u32,
        shown: Entry<'a>,
    }
    let mut groups: HashMap<u32, Group> = HashMap::new();
    for Found { entry, hit } in found {
        let all_words = hit.words as usize >= wanted;
        let own = if entry.document().is_builtin() {
            0
        } else {
            150
        };
        let score = hit.score + fit.bonus(entry) + own;
        let group = groups.entry(entry.group()).or_insert(Group {
            all_words,
            score,
            order: entry.order(),
            best: 0,
            shown: entry,
        });
        if (all_words, score) > (group.all_words, group.score) {
            (group.all_words, group.score) = (all_words, score);
        }
        group.order = group.order.min(entry.order());
        // The language in which it matches best, unless that of the reader does nearly as well.
        let fits = |entry: Entry| entry.lang() == lang.as_str();
        let value = if fits(entry) {
            hit.score * 100 / OTHER_LANGUAGE + 1
        } else {
            hit.score
        };
        if value > group.best {
            (group.best, group.shown) = (value, entry);
        }
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_key(|group| (!group.all_words, Reverse(group.score), group.order));
    // Of two ids that mean the same, the one that stands for both, in the language that was chosen.
    let shown = groups.into_iter().map(|group| match group.shown.lang() {
        "en" => group.shown.shown(Lang::En),
        "ru" => group.shown.shown(Lang::Ru),
        _ => group.shown,
    });
    shown.collect()
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;

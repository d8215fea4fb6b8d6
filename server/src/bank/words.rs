//! Words as they are compared: in lower case, without their endings, and by their sound across the two alphabets.
//!
//! This file knows languages, and neither questions nor how they are found.

use rust_stemmers::{Algorithm, Stemmer};
use std::ops::Range;

/// A longer run of letters (in bytes) is data, not a word.
const LONGEST: usize = 64;

/// Words that stand in every text, in lower case and sorted.
const EVERYWHERE: &[&str] = &[
    "a",
    "an",
    "and",
    "are",
    "as",
    "at",
    "be",
    "been",
    "but",
    "by",
    "can",
    "did",
    "do",
    "does",
    "for",
    "from",
    "has",
    "have",
    "how",
    "i",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "me",
    "of",
    "on",
    "or",
    "so",
    "than",
    "that",
    "the",
    "their",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "to",
    "was",
    "we",
    "were",
    "what",
    "when",
    "which",
    "who",
    "why",
    "will",
    "with",
    "you",
    "your",
    "а",
    "без",
    "бы",
    "в",
    "во",
    "вы",
    "где",
    "да",
    "для",
    "до",
    "его",
    "ее",
    "если",
    "есть",
    "же",
    "за",
    "зачем",
    "и",
    "из",
    "или",
    "им",
    "их",
    "к",
    "как",
    "какая",
    "какие",
    "какой",
    "какую",
    "ко",
    "когда",
    "ли",
    "мы",
    "на",
    "над",
    "не",
    "нет",
    "ни",
    "но",
    "о",
    "об",
    "он",
    "она",
    "они",
    "от",
    "по",
    "под",
    "почему",
    "при",
    "с",
    "со",
    "так",
    "такая",
    "такие",
    "такое",
    "такой",
    "там",
    "то",
    "тот",
    "ты",
    "у",
    "чего",
    "чем",
    "что",
    "чтобы",
    "это",
    "этого",
    "этой",
    "этот",
    "я",
];

/// Whether a word says nothing about the text that it stands in.
pub fn is_everywhere(word: &str) -> bool {
    EVERYWHERE.binary_search(&word).is_ok()
}

/// A word of a text in lower case.
pub enum Piece<'w> {
    /// It stands so in the text, at these bytes.
    Range(Range<usize>),
    /// It stands in the text with capitals or marks.
    Lowered(&'w str),
}

/// Calls `each` with the words of a text in their order: letters, digits and inner underscores of any script, in lower case, `ё` as `е`.
///
/// Chinese and Japanese are written without blanks: each two characters that stand side by side are a word.
pub fn words(text: &str, mut each: impl FnMut(&str)) {
    pieces(text, |piece| match piece {
        Piece::Range(range) => each(&text[range]),
        Piece::Lowered(word) => each(word),
    });
}

/// As [`words`]. Most words are in lower case already and need not be copied.
pub fn pieces(text: &str, mut each: impl FnMut(Piece)) {
    let bytes = text.as_bytes();
    let mut lowered = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let mut start = at;
        let mut as_it_is = true;
        let mut next = None;
        loop {
            at += ascii_letters(bytes, at);
            let Some(&byte) = bytes.get(at) else { break };
            match BYTES[usize::from(byte)] {
                Byte::Lower => at += 1,
                Byte::Upper => {
                    as_it_is = false;
                    at += 1;
                }
                Byte::End => break,
                Byte::Other => {
                    let russian = russian_letters(bytes, at);
                    if russian > 0 {
                        at += russian;
                        continue;
                    }
                    let c = text[at..].chars().next().unwrap_or_default();
                    if is_ideograph(c) || !(c.is_alphanumeric() || c == STRESS) {
                        next = Some(c);
                        break;
                    }
                    as_it_is = false;
                    at += c.len_utf8();
                }
            }
        }
        let mut end = at;
        if (1..=LONGEST).contains(&(end - start)) {
            if as_it_is {
                while start < end && bytes[start] == b'_' {
                    start += 1;
                }
                while start < end && bytes[end - 1] == b'_' {
                    end -= 1;
                }
                if start < end {
                    each(Piece::Range(start..end));
                }
            } else {
                lower(&text[start..end], &mut lowered);
                let word = lowered.trim_matches('_');
                if !word.is_empty() {
                    each(Piece::Lowered(word));
                }
            }
        }
        match next {
            Some(c) if is_ideograph(c) => {
                at += ideographs(&text[at..], &mut |word| each(Piece::Lowered(word)));
            }
            Some(c) => at += c.len_utf8(),
            None => at += 1,
        }
    }
}

/// What a byte is where a word may go on.
#[derive(Clone, Copy)]
enum Byte {
    /// Not in a word.
    End,
    Lower,
    Upper,
    Other,
}

static BYTES: [Byte; 256] = {
    let mut bytes = [Byte::Other; 256];
    let mut at = 0;
    while at < bytes.len() {
        bytes[at] = match at as u8 {
            b'a'..=b'z' | b'0'..=b'9' | b'_' => Byte::Lower,
            b'A'..=b'Z' => Byte::Upper,
            0..=0x7f => Byte::End,
            _ => Byte::Other,
        };
        at += 1;
    }
    bytes
};

/// How many of the next eight bytes, from the first on, are `a` to `z`; 0 where there are not so many bytes.
///
/// All eight are looked at in one number: a loop would be told wrong at the end of nearly every word where that is, and being told wrong
/// costs more than the word.
fn ascii_letters(bytes: &[u8], at: usize) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk) else {
        return 0;
    };
    let eight = u64::from_le_bytes(*eight);
    // The high bit of each byte says whether it is no letter. Without the high bits no sum runs over into the next byte.
    let low = eight & !(0x80 * EACH);
    let from_a = low + (0x80 - u64::from(b'a')) * EACH;
    let past_z = low + (0x7f - u64::from(b'z')) * EACH;
    let other = (eight | !from_a | past_z) & (0x80 * EACH);
    (other.trailing_zeros() / 8) as usize
}

/// How many of the next bytes, from the first on, are the lower-case letters `а` to `я`, two bytes each: at most four letters.
fn russian_letters(bytes: &[u8], at: usize) -> usize {
    let each = |pair: u64| pair * 0x0001_0001_0001_0001;
    let mut padded = [0; 8];
    let rest = bytes.get(at..).unwrap_or_default();
    let eight = match rest.first_chunk() {
        Some(eight) => eight,
        None => {
            padded[..rest.len()].copy_from_slice(rest);
            &padded
        }
    };
    // Four pairs of bytes: D0 B0 to D0 BF and D1 80 to D1 8F, whose low bits follow each other from 30 to 4F.
    let pairs = u64::from_le_bytes(*eight);
    let marks = (pairs ^ each(0x80d0)) & each(0xc0fe);
    let marked_otherwise = ((marks & each(0x7fff)) + each(0x7fff)) | marks;
    let number = (pairs & each(1)) << 6 | (pairs >> 8) & each(0x3f);
    let from_first = number + each(0x8000 - 0x30);
    let past_last = number + each(0x8000 - 0x50);
    let other = (marked_otherwise | !from_first | past_last) & each(0x8000);
    (other.trailing_zeros() / 16 * 2) as usize
}

/// The mark over a stressed vowel in dictionaries.
const STRESS: char = '\u{301}';

fn lower(word: &str, lowered: &mut String) {
    lowered.clear();
    for c in word.chars() {
        match c {
            'ё' | 'Ё' => lowered.push('е'),
            STRESS => {}
            _ => lowered.extend(c.to_lowercase()),
        }
    }
}

/// The words of the ideographs at the beginning of a text; returns how many bytes they are.
fn ideographs(text: &str, each: &mut impl FnMut(&str)) -> usize {
    let end = text.find(|c| !is_ideograph(c)).unwrap_or(text.len());
    let run = &text[..end];
    let starts: Vec<usize> = run.char_indices().map(|(i, _)| i).chain([end]).collect();
    match starts.len() {
        0..=2 => each(run),
        _ => starts
            .windows(3)
            .for_each(|pair| each(&run[pair[0]..pair[2]])),
    }
    end
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

/// Whether a name has parts, see [`parts`].
pub fn is_compound(name: &str) -> bool {
    let inner = name.trim_matches('_').as_bytes();
    let pairs = inner.iter().zip(inner.iter().skip(1));
    inner.contains(&b'_') || { pairs }
        .any(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase())
}

/// The parts of a compound name: `thread_pool` and `ThreadPool` have two, `lock` has none.
pub fn parts(name: &str, mut each: impl FnMut(&str)) {
    let mut part = String::new();
    let mut last_lower = false;
    let mut count = 0;
    let mut flush = |part: &mut String, end: bool| {
        if !part.is_empty() && (!end || count > 0) {
            count += 1;
            each(part);
        }
        part.clear();
    };
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && last_lower) {
            flush(&mut part, false);
        }
        if c.is_alphanumeric() {
            part.extend(c.to_lowercase());
        }
        last_lower = c.is_lowercase() || c.is_numeric();
    }
    flush(&mut part, true);
}

/// Takes endings off, so that "гонка" finds "гонки" and "locks" finds "lock". <https://snowballstem.org/>
pub struct Stemmers {
    english: Stemmer,
    russian: Stemmer,
}

impl Default for Stemmers {
    fn default() -> Self {
        Stemmers {
            english: Stemmer::create(Algorithm::English),
            russian: Stemmer::create(Algorithm::Russian),
        }
    }
}

impl Stemmers {
    /// The stem of a word as [`words`] gives it.
    pub fn stem<'a>(&self, word: &'a str) -> std::borrow::Cow<'a, str> {
        let bytes = word.as_bytes();
        if bytes.iter().all(u8::is_ascii_lowercase) {
            self.english.stem(word)
        } else if word.chars().all(|c| ('а'..='я').contains(&c)) {
            self.russian.stem(word)
        } else {
            word.into()
        }
    }
}

/// How a word sounds, roughly, in Latin letters: `декоратор` and `decorator`, `асинкио` and `asyncio`, `тред` and `thread` are the same.
///
/// Russian speakers write English terms in Cyrillic by ear, so both sides lose what the ear or the alphabet does not keep: `c`, `ck` and `q`
/// are `k`, `th` is `t`, doubled letters are one, a last vowel is silent. `None` for what is neither Latin nor Cyrillic.
pub fn sound(word: &str) -> Option<String> {
    let mut latin = String::with_capacity(word.len());
    for c in word.chars() {
        let as_latin = match c {
            'a'..='z' | '0'..='9' => {
                latin.push(c);
                continue;
            }
            '_' => continue,
            'а' | 'я' => "a",
            'б' => "b",
            'в' => "v",
            'г' | 'ґ' => "g",
            'д' => "d",
            'е' | 'э' | 'ё' | 'є' => "e",
            'ж' => "j",
            'з' => "z",
            'и' | 'й' | 'ы' | 'і' | 'ї' => "i",
            'к' => "k",
            'л' => "l",
            'м' => "m",
            'н' => "n",
            'о' => "o",
            'п' => "p",
            'р' => "r",
            'с' | 'ц' => "s",
            'т' => "t",
            'у' | 'ю' => "u",
            'ф' => "f",
            'х' => "h",
            'ч' => "tch",
            'ш' | 'щ' => "sh",
            'ъ' | 'ь' => "",
            _ => return None,
        };
        latin.push_str(as_latin);
    }
    let mut sound = String::with_capacity(latin.len());
    let mut rest = latin.as_str();
    while let Some(first) = rest.chars().next() {
        let (from, to) = SOUNDS
            .iter()
            .find(|(from, _)| rest.starts_with(from))
            .copied()
            .unwrap_or((&rest[..first.len_utf8()], &rest[..first.len_utf8()]));
        rest = &rest[from.len()..];
        let to = match (from, rest.as_bytes().first()) {
            ("c", Some(b'e' | b'y')) => "s",
            _ => to,
        };
        if !sound.ends_with(to) {
            sound.push_str(to);
        }
    }
    if sound.len() > 3 && sound.ends_with(['a', 'e', 'i', 'o', 'u']) {
        sound.pop();
    }
    (!sound.is_empty()).then_some(sound)
}

/// Spellings and their sound, longer ones first.
const SOUNDS: &[(&str, &str)] = &[
    ("tch", "ch"),
    ("sch", "sk"),
    ("ck", "k"),
    ("ch", "ch"),
    ("sh", "sh"),
    ("th", "t"),
    ("ph", "f"),
    ("kh", "h"),
    ("zh", "j"),
    ("dj", "j"),
    ("dg", "j"),
    ("dz", "j"),
    ("ea", "e"),
    ("ee", "i"),
    ("oo", "u"),
    ("ou", "u"),
    ("ue", "u"),
    ("yu", "u"),
    ("iu", "u"),
    ("iy", "i"),
    ("ii", "i"),
    ("ya", "a"),
    ("qu", "kv"),
    ("c", "k"),
    ("q", "k"),
    ("w", "v"),
    ("x", "ks"),
    ("y", "i"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        words(text, |word| found.push(word.to_string()));
        found
    }

    #[test]
    fn the_list_of_common_words_is_sorted() {
        assert!(EVERYWHERE.is_sorted());
    }

    #[test]
    fn texts_fall_apart_into_words() {
        assert_eq!(
            list("A `Lock`'s __init__, lru_cache!"),
            ["a", "lock", "s", "init", "lru_cache"]
        );
        assert_eq!(
            list("Ещё о ПОТОКАХ\u{2014}и пото\u{301}ке"),
            ["еще", "о", "потоках", "и", "потоке"]
        );
        assert_eq!(list("什么是GIL？锁"), ["什么", "么是", "gil", "锁"]);
        assert_eq!(list(&"x".repeat(70)), Vec::<String>::new());
        assert_eq!(list(&format!("{} end", "ж".repeat(5_000))), ["end"]);
        assert_eq!(list("___ _ "), Vec::<String>::new());
    }

    #[test]
    fn letters_are_found_wherever_they_stand() {
        let alphabet: String = ('\u{0}'..'\u{500}').chain(['—', '锁', '🔒']).collect();
        let padded = format!("{alphabet}{}", " ".repeat(16));
        for (at, c) in alphabet.char_indices() {
            let bytes = padded.as_bytes();
            assert_eq!(
                ascii_letters(bytes, at) > 0,
                c.is_ascii_lowercase(),
                "{c:?}"
            );
            let russian = ('а'..='я').contains(&c);
            assert_eq!(russian_letters(bytes, at) > 0, russian, "{c:?}");
        }
        for length in 0..8 {
            let ascii = format!("{}-abcdefgh", "z".repeat(length));
            assert_eq!(ascii_letters(ascii.as_bytes(), 0), length);
            let russian = "я".repeat(length);
            assert_eq!(russian_letters(russian.as_bytes(), 0), 2 * length.min(4));
        }
        assert_eq!(ascii_letters(b"abc", 0), 0);
        assert_eq!(
            list("abcdefghijklmnop жжжжжжжжжж aж7_Bя"),
            ["abcdefghijklmnop", "жжжжжжжжжж", "aж7_bя"]
        );
    }

    #[test]
    fn names_have_parts() {
        let of = |name: &str| {
            let mut found = Vec::new();
            parts(name, |part| found.push(part.to_string()));
            found
        };
        assert_eq!(of("ThreadPoolExecutor"), ["thread", "pool", "executor"]);
        assert_eq!(of("functools.lru_cache"), ["functools", "lru", "cache"]);
        assert_eq!(of("RLock"), Vec::<String>::new());
        assert_eq!(of("lock"), Vec::<String>::new());
        assert_eq!(of("=="), Vec::<String>::new());
    }

    #[test]
    fn terms_sound_the_same_in_both_alphabets() {
        for (russian, english) in [
            ("декоратор", "decorator"),
            ("асинкио", "asyncio"),
            ("гил", "gil"),
            ("тред", "thread"),
            ("мьютекс", "mutex"),
            ("семафор", "semaphore"),
            ("дедлок", "deadlock"),
            ("корутин", "coroutine"),
            ("луп", "loop"),
            ("итератор", "iterator"),
            ("питон", "python"),
            ("джанго", "django"),
            ("лямбда", "lambda"),
            ("процесс", "process"),
        ] {
            assert_eq!(sound(russian), sound(english), "{russian}");
            assert!(sound(russian).is_some());
        }
        assert_ne!(sound("поток"), sound("пакет"));
        assert_eq!(sound("锁"), None);
        assert_eq!(sound("ь"), None);
    }
}

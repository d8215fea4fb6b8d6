//! When two questions are the same question: they ask the same thing about the same words.
//!
//! `What is a decorator?`, `Explain decorators in Python` and `Что такое декоратор?` mean the same; `Why decorators?` and
//! `decorator vs closure` do not. The rule is sober on purpose: a merge that is wrong hides somebody's question.

use super::words::{self, Stemmers};
use rustc_hash::{FxHashMap, FxHasher};
use std::borrow::Cow;
use std::hash::{Hash, Hasher};

/// Words that say what is asked, by the kind of question.
const ASKED: &[(u8, &[&str])] = &[
    // What it is: the plainest question needs no word of its own.
    (
        0,
        &[
            "what",
            "explain",
            "describe",
            "define",
            "definition",
            "tell",
            "about",
            "meaning",
            "mean",
            "means",
            "concept",
            "know",
            "understand",
            "python",
            "cpython",
            "language",
            "programming",
            "term",
            "question",
            "does",
            "please",
            "briefly",
            "exactly",
            "s",
            "что",
            "такое",
            "такой",
            "такая",
            "такие",
            "объясните",
            "объясни",
            "расскажите",
            "расскажи",
            "опишите",
            "опиши",
            "определение",
            "дайте",
            "понятие",
            "знаете",
            "значит",
            "означает",
            "питон",
            "питоне",
            "пайтон",
            "языке",
            "язык",
            "термин",
            "представляет",
            "собой",
            "себя",
            "про",
        ],
    ),
    (
        1,
        &[
            "why",
            "purpose",
            "need",
            "needed",
            "почему",
            "зачем",
            "нужен",
            "нужна",
            "нужно",
            "нужны",
        ],
    ),
    (2, &["how", "как", "каким", "образом"]),
    (3, &["when", "когда"]),
    (
        4,
        &[
            "difference",
            "differences",
            "differ",
            "differs",
            "vs",
            "versus",
            "compare",
            "between",
            "разница",
            "разницу",
            "отличие",
            "отличия",
            "отличается",
            "отличаются",
            "различия",
            "различие",
            "между",
        ],
    ),
    (
        5,
        &[
            "advantages",
            "advantage",
            "benefits",
            "benefit",
            "pros",
            "преимущества",
            "преимущество",
            "плюсы",
        ],
    ),
    (
        6,
        &[
            "disadvantages",
            "disadvantage",
            "drawbacks",
            "cons",
            "недостатки",
            "недостаток",
            "минусы",
        ],
    ),
    (
        7,
        &["type", "types", "kinds", "kind", "виды", "типы", "вид"],
    ),
    (
        8,
        &[
            "example",
            "examples",
            "give",
            "show",
            "пример",
            "примеры",
            "приведите",
            "покажите",
        ],
    ),
    (
        9,
        &[
            "which",
            "who",
            "where",
            "какой",
            "какие",
            "какая",
            "какое",
            "кто",
            "где",
        ],
    ),
    (
        10,
        &[
            "implement",
            "write",
            "create",
            "make",
            "реализуйте",
            "напишите",
            "создать",
            "написать",
            "реализовать",
        ],
    ),
    (
        11,
        &[
            "work",
            "works",
            "работает",
            "работают",
            "устроен",
            "устроена",
            "устроены",
        ],
    ),
    (
        12,
        &[
            "use",
            "used",
            "using",
            "uses",
            "использовать",
            "используется",
            "используют",
            "применяется",
        ],
    ),
    (13, &["not", "no", "without", "не", "без", "нельзя"]),
    (14, &["can", "could", "possible", "можно", "ли"]),
];

const PLAIN: u32 = 1;
const HOW: u32 = 1 << 2;
const DIFFERENCE: u32 = 1 << 4;
const EXAMPLE: u32 = 1 << 8;
/// Behind all kinds of [`ASKED`].
const CLOSED: u32 = 1 << 31;

/// `Is Python an interpreted language?` does not ask what an interpreted language is.
fn is_yes_or_no(title: &str) -> bool {
    let first = title.split(' ').next().unwrap_or_default();
    ["Is", "Are", "Does", "Do", "Has", "Have", "Является", "Есть"].contains(&first)
}

/// `What is the Global Interpreter Lock (GIL)?` and `What is the GIL (Global Interpreter Lock)?` without the long form.
fn without_long_form(title: &str) -> Cow<'_, str> {
    let parts = title.split_once('(').and_then(|(before, rest)| {
        let (inside, behind) = rest.split_once(')')?;
        Some((before.trim_end(), inside.trim(), behind))
    });
    let Some((before, inside, behind)) = parts else {
        return Cow::Borrowed(title);
    };
    let is_short =
        |word: &str| (2..=6).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase());
    let shortens = |short: &str, words: &[&str]| {
        let initials = words.iter().filter_map(|word| word.chars().next());
        words.len() == short.len()
            && initials
                .zip(short.chars())
                .all(|(initial, letter)| initial.to_ascii_uppercase() == letter)
    };
    let words: Vec<&str> = before.split_whitespace().collect();
    if is_short(inside) {
        let first = words.len().saturating_sub(inside.len());
        if shortens(inside, &words[first..]) {
            return Cow::Owned(format!("{} {inside}{behind}", words[..first].join(" ")));
        }
    } else if let Some(short) = words.last().filter(|word| is_short(word)) {
        let long: Vec<&str> = inside.split_whitespace().collect();
        if shortens(short, &long) {
            return Cow::Owned(format!("{before}{behind}"));
        }
    }
    Cow::Borrowed(title)
}

/// What a title asks first: `What is the GIL` of `What is the GIL, and why does CPython have it?`.
///
/// Our own titles often ask twice, people's seldom do. Whoever asks the first half means the question.
pub fn lead(title: &str) -> &str {
    // Words that begin the other half; what stands between nouns (`a list and a tuple`) is no other half.
    const NEXT: [&str; 36] = [
        "what",
        "how",
        "why",
        "when",
        "where",
        "which",
        "who",
        "may",
        "does",
        "must",
        "is",
        "in what",
        "что",
        "как",
        "зачем",
        "почему",
        "когда",
        "чем",
        "где",
        "кто",
        "сколько",
        "можно",
        "для чего",
        "о чём",
        "какие",
        "какой",
        "нужно",
        "освобождает",
        "в каком",
        "в чём",
        "от чего",
        "куда",
        "откуда",
        "чего",
        "есть ли",
        "стоит ли",
    ];
    let end = title.find("? ").unwrap_or(title.len());
    let first = &title[..end];
    for (at, mark) in [", and ", " и ", ", а "]
        .iter()
        .flat_map(|mark| first.match_indices(mark))
    {
        let behind = &first[at + mark.len()..];
        let asks = NEXT.iter().any(|word| {
            behind
                .strip_prefix(word)
                .is_some_and(|rest| rest.starts_with(' '))
        });
        let code = first[..at].matches('`').count() % 2 == 1;
        if asks && !code && at > 8 {
            return first[..at].trim_end_matches(',');
        }
    }
    first
}

/// Turns titles into numbers that are equal where their meanings are. Remembers the words that it has seen.
#[derive(Default)]
pub struct Meanings {
    stemmers: Stemmers,
    /// By the hash of the word.
    known: FxHashMap<u64, Word>,
}

#[derive(Clone, Copy)]
enum Word {
    Nothing,
    Asked(u8),
    Subject(u64),
}

/// The most words that are remembered.
const REMEMBERED: usize = 100_000;

impl Meanings {
    /// The meaning of a title; 0 where it names no subject, which is like no other.
    pub fn of(&mut self, title: &str) -> u64 {
        let title = &*without_long_form(title);
        let mut asked = if is_yes_or_no(title) { CLOSED } else { 0 };
        let mut subjects: Vec<u64> = Vec::with_capacity(8);
        let mut numbers = 0;
        // Between marks of code each word is a subject: `is` there is the operator.
        for (part, text) in title.split('`').enumerate() {
            let code = part % 2 == 1;
            words::words(text, |word| match self.word(word) {
                Word::Subject(subject) => {
                    if !subjects.contains(&subject) {
                        numbers += usize::from(word.bytes().all(|b| b.is_ascii_digit()));
                        subjects.push(subject);
                    }
                }
                _ if code => subjects.push(hash(word)),
                Word::Asked(kind) => asked |= 1 << kind,
                Word::Nothing => {}
            });
            if code && !text.is_empty() && text.chars().all(|c| SIGNS.contains(c)) {
                subjects.push(hash(text));
            }
        }
        subjects.sort_unstable();
        subjects.dedup();
        // `1`, `[::-1]`: a number alone is no subject.
        if subjects.is_empty() || numbers == subjects.len() {
            return 0;
        }
        // `How do x and y differ?` is `What is the difference between x and y?`, and `What is x? Give an example` asks for x.
        if asked & DIFFERENCE != 0 {
            asked &= !HOW;
        }
        if asked & PLAIN != 0 {
            asked &= !EXAMPLE;
        }
        let mut hasher = FxHasher::default();
        (asked & !PLAIN, subjects).hash(&mut hasher);
        hasher.finish().max(1)
    }

    fn word(&mut self, word: &str) -> Word {
        let key = hash(word);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let asked = ASKED.iter().find(|(_, list)| list.contains(&word));
        let meaning = match asked {
            Some((kind, _)) => Word::Asked(*kind),
            None if words::is_everywhere(word) => Word::Nothing,
            None => {
                let stem = self.stem(word);
                Word::Subject(hash(words::sound(&stem).as_deref().unwrap_or(&stem)))
            }
        };
        if self.known.len() < REMEMBERED {
            self.known.insert(key, meaning);
        }
        meaning
    }

    /// Without the ending of the plural or the case. The English stemmer would take more (`decorator` to `decor`), and what it
    /// leaves would sound like nothing in Russian.
    fn stem<'a>(&self, word: &'a str) -> Cow<'a, str> {
        if word.is_ascii() {
            let singular = word
                .strip_suffix('s')
                .filter(|rest| rest.len() > 2 && !rest.ends_with('s'));
            singular.unwrap_or(word).into()
        } else {
            let stem = self.stemmers.stem(word);
            // `список`, `списка`: the vowel comes and goes.
            match stem.strip_suffix("ок") {
                Some(start) if start.chars().count() >= 3 => format!("{start}к").into(),
                _ => stem,
            }
        }
    }
}

const SIGNS: &str = "=!<>+-*/%@&|^~:";

fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_in_other_words_means_the_same() {
        let mut meanings = Meanings::default();
        for (a, b) in [
            ("What is a decorator?", "Explain decorators in Python"),
            ("What is the GIL?", "Что такое GIL?"),
            ("What is the `GIL`", "What does GIL mean?"),
            (
                "What's the difference between a list and a tuple?",
                "List vs tuple",
            ),
            (
                "Difference between tuple and list",
                "Differences between `list` and `tuple` in Python?",
            ),
            ("Что такое декоратор?", "Расскажите про декораторы"),
            ("What is a decorator?", "Что такое декоратор?"),
            ("Как работает GIL?", "How does the GIL work?"),
            (
                "How do a list and a tuple differ",
                "What's the difference between lists and tuples?",
            ),
            (
                "Чем список отличается от кортежа",
                "Разница между списком и кортежем",
            ),
            ("What is a closure? Give an example", "What is a closure"),
            (
                "What is the Global Interpreter Lock (GIL)?",
                "What is the GIL?",
            ),
            ("Что такое GIL (Global Interpreter Lock)?", "Что такое GIL"),
            ("Explain the Method Resolution Order (MRO)", "What is MRO?"),
        ] {
            assert_eq!(meanings.of(a), meanings.of(b), "{a} / {b}");
        }
    }

    #[test]
    fn what_a_title_asks_first() {
        for (title, first) in [
            (
                "What is the GIL, and why does CPython have it?",
                "What is the GIL",
            ),
            (
                "How do a list and a tuple differ, and when do you use which?",
                "How do a list and a tuple differ",
            ),
            (
                "What does a function return? How do you return several values?",
                "What does a function return",
            ),
            (
                "Что такое генератор и что делает `yield`?",
                "Что такое генератор",
            ),
            (
                "Чем список отличается от кортежа и когда что брать?",
                "Чем список отличается от кортежа",
            ),
            (
                "How do you read and write files?",
                "How do you read and write files?",
            ),
            (
                "Что такое `a and b`, и и что?",
                "Что такое `a and b`, и и что?",
            ),
            (
                "Зачем брать `acquire()` и `release()`?",
                "Зачем брать `acquire()` и `release()`?",
            ),
        ] {
            assert_eq!(lead(title), first);
        }
    }

    #[test]
    fn another_question_means_something_else() {
        let mut meanings = Meanings::default();
        for (a, b) in [
            ("What is a decorator?", "Why use a decorator?"),
            ("What is a decorator?", "How does a decorator work?"),
            ("What is a decorator?", "What is a decorator factory?"),
            ("What is the GIL?", "Can you work without the GIL?"),
            ("What is a list?", "What is a tuple?"),
            ("What does `==` compare?", "What does `is` compare?"),
            ("What is `*`?", "What is `**`?"),
            ("How does a list work?", "How do lists and tuples work?"),
            ("Give an example of a closure", "Why a closure?"),
            (
                "Is Python an interpreted language?",
                "What is an interpreted language?",
            ),
            ("What is a lock (mutex)?", "What is a lock?"),
        ] {
            assert_ne!(meanings.of(a), meanings.of(b), "{a} / {b}");
        }
        assert_eq!(meanings.of("What are the advantages?"), 0);
        assert_eq!(meanings.of("Пример"), 0);
        assert_eq!(meanings.of("What does [::-1] do?"), 0);
        assert_eq!(meanings.of(""), 0);
    }
}

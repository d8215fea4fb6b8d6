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
    (8, &["example", "examples", "пример", "примеры"]),
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
        let mut asked = 0u32;
        let mut subjects: Vec<u64> = Vec::with_capacity(8);
        // Between marks of code each word is a subject: `is` there is the operator.
        for (part, text) in title.split('`').enumerate() {
            let code = part % 2 == 1;
            words::words(text, |word| match self.word(word) {
                Word::Subject(subject) => subjects.push(subject),
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
        if subjects.is_empty() {
            return 0;
        }
        let mut hasher = FxHasher::default();
        (asked & !1, subjects).hash(&mut hasher);
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
            self.stemmers.stem(word)
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
        ] {
            assert_eq!(meanings.of(a), meanings.of(b), "{a} / {b}");
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
        ] {
            assert_ne!(meanings.of(a), meanings.of(b), "{a} / {b}");
        }
        assert_eq!(meanings.of("What are the advantages?"), 0);
        assert_eq!(meanings.of("Пример"), 0);
        assert_eq!(meanings.of(""), 0);
    }
}

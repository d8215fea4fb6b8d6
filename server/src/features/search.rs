//! As-you-type search over questions, their constructs and topics, in both languages at once.

use crate::bank::{Bank, Lang, Question};
use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use rust_stemmers::{Algorithm, Stemmer};

/// What a letter of a whole word counts: more than any run of letters inside other words, in whatever case or number the word
/// stands.
const WHOLE_WORD: i64 = 30;

/// The questions that match every word of the query, best first; without a query all, in the order of the bank.
///
/// A question that matches in one language only is shown in that one, else in `lang`.
pub fn search<'a>(bank: &'a Bank, query: &str, limit: usize, lang: Lang) -> Vec<&'a Question> {
    let query = Query::new(query);
    if query.words.is_empty() {
        return bank.all(lang).into_iter().take(limit).collect();
    }
    let mut found: Vec<(i64, &Question)> = Vec::new();
    for question in &bank.questions {
        let Some(mut score) = query.score(question) else {
            continue;
        };
        if bank.lang(question) == lang.as_str() {
            score += 1;
        }
        match found.iter_mut().find(|(_, other)| other.id == question.id) {
            Some(best) if best.0 < score => *best = (score, question),
            Some(_) => {}
            None => found.push((score, question)),
        }
    }
    // The sort keeps the order of the bank between equals.
    found.sort_by_key(|(score, _)| -score);
    found
        .into_iter()
        .take(limit)
        .map(|(_, question)| question)
        .collect()
}

/// A query made ready: its words in lower case, each with its stem.
struct Query {
    whole: String,
    words: Vec<(String, String)>,
    matcher: SkimMatcherV2,
    stemmers: Stemmers,
}

impl Query {
    fn new(text: &str) -> Self {
        let stemmers = Stemmers::new();
        let whole = text.trim().to_lowercase();
        let words = whole
            .split_whitespace()
            .map(|word| (word.to_string(), stemmers.stem(word)))
            .collect();
        Query {
            whole,
            words,
            matcher: SkimMatcherV2::default().ignore_case(),
            stemmers,
        }
    }

    /// How well a question matches; `None` where a word is found nowhere.
    fn score(&self, question: &Question) -> Option<i64> {
        let constructs = question.constructs.iter().map(|name| name.to_lowercase());
        let constructs: Vec<String> = constructs.collect();
        let exact = constructs.iter().position(|name| *name == self.whole);
        let mut total = exact.map_or(0, |place| 2_000 - 20 * place as i64);
        let title = question.question.to_lowercase();
        let topic = question.topic.to_lowercase();
        let answer = question.answer.to_lowercase();
        for (word, stem) in &self.words {
            let in_title = self.field(&title, word, stem).map(|s| s * 3);
            let in_id = self.field(&question.id, word, stem).map(|s| s * 2);
            let in_constructs = constructs
                .iter()
                .enumerate()
                .filter_map(|(place, name)| Some(self.field(name, word, stem)? * 2 - place as i64))
                .max();
            let in_topic = self.field(&topic, word, stem);
            let best = in_title.max(in_id).max(in_constructs).max(in_topic);
            total += best.or_else(|| self.in_text(&answer, word, stem))?;
        }
        Some(total)
    }

    /// The score of a word in a field: whole words of the same stem, or its letters close together.
    fn field(&self, text: &str, word: &str, stem: &str) -> Option<i64> {
        let by_stem = self
            .has_stem(text, stem)
            .then(|| WHOLE_WORD * word.chars().count() as i64);
        let by_letters = self
            .matcher
            .fuzzy_indices(text, word)
            .and_then(|(score, indices)| {
                let length = word.chars().count();
                let spread = indices.last()? - indices.first()? + 1;
                // A slip of the finger leaves out a letter or two; letters strewn over a sentence are another word.
                (spread <= length + length / 4).then_some(score)
            });
        by_stem.max(by_letters)
    }

    /// The answer holds the word: less than any match in a title.
    fn in_text(&self, answer: &str, word: &str, stem: &str) -> Option<i64> {
        let long_enough = word.chars().count() >= 3;
        (long_enough && (answer.contains(word) || self.has_stem(answer, stem))).then_some(10)
    }

    fn has_stem(&self, text: &str, stem: &str) -> bool {
        // Of two letters or fewer nearly every text has a word.
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        stem.chars().count() > 2
            && words
                .into_iter()
                .any(|other| !other.is_empty() && self.stemmers.stem(other) == stem)
    }
}

/// Takes endings off, so that "гонка" finds "гонки" and "locks" finds "lock". <https://snowballstem.org/>
struct Stemmers {
    english: Stemmer,
    russian: Stemmer,
}

impl Stemmers {
    fn new() -> Self {
        Stemmers {
            english: Stemmer::create(Algorithm::English),
            russian: Stemmer::create(Algorithm::Russian),
        }
    }

    fn stem(&self, word: &str) -> String {
        if word.chars().any(|c| ('а'..='я').contains(&c) || c == 'ё') {
            // The stemmer does not know ё, and people type е.
            self.russian.stem(&word.replace('ё', "е")).into_owned()
        } else {
            self.english.stem(word).into_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::Sources;

    fn ids(query: &str, lang: Lang) -> Vec<String> {
        let bank = Bank::load(&Sources {
            paths: Vec::new(),
            builtin: true,
        });
        search(&bank, query, 5, lang)
            .into_iter()
            .map(|q| q.id.clone())
            .collect()
    }

    #[test]
    fn the_best_question_comes_first() {
        for (query, expected) in [
            ("race cond", "race-condition"),
            ("гонка", "race-condition"),
            ("гонки", "race-condition"),
            ("deadlok", "deadlock"),
            ("gil", "gil"),
            ("weakref", "weak-references"),
            ("threading.RLock", "lock-vs-rlock"),
            ("подсчёт ссылок", "refcount"),
            ("подсчет ссылок", "refcount"),
            ("event loop", "event-loop"),
            ("цикл событий", "event-loop"),
        ] {
            let found = ids(query, Lang::En);
            assert_eq!(
                found.first().map(String::as_str),
                Some(expected),
                "{query}: {found:?}"
            );
        }
    }

    #[test]
    fn a_question_is_shown_in_the_language_that_was_searched_in() {
        let bank = Bank::load(&Sources {
            paths: Vec::new(),
            builtin: true,
        });
        let lang_of = |query, lang| bank.lang(search(&bank, query, 1, lang)[0]).to_string();
        assert_eq!(lang_of("гонка", Lang::En), "ru");
        assert_eq!(lang_of("gil", Lang::Ru), "ru");
        assert_eq!(lang_of("gil", Lang::En), "en");
    }

    #[test]
    fn nonsense_finds_nothing_and_no_words_find_all() {
        assert_eq!(ids("qwrtplkj", Lang::En), Vec::<String>::new());
        assert_eq!(ids("  ", Lang::En).len(), 5);
    }
}

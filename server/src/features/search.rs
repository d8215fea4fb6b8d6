//! As-you-type search over questions, their constructs and topics, in both languages at once.

use crate::bank::{Bank, Lang, Question};
use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

/// The questions that match every word of the query, best first; without a query all, in the order of the bank.
///
/// A question that matches in one language only is shown in that one, else in `lang`.
pub fn search<'a>(bank: &'a Bank, query: &str, limit: usize, lang: Lang) -> Vec<&'a Question> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return bank.all(lang).into_iter().take(limit).collect();
    }
    let matcher = SkimMatcherV2::default().ignore_case();
    let mut found: Vec<(i64, &Question)> = Vec::new();
    for question in &bank.questions {
        let Some(mut score) = score(&matcher, question, query.trim(), &words) else {
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
    found.into_iter().take(limit).map(|(_, question)| question).collect()
}

/// How well a question matches; `None` where a word is found nowhere.
fn score(matcher: &SkimMatcherV2, question: &Question, query: &str, words: &[String]) -> Option<i64> {
    let title = question.question.to_lowercase();
    let constructs = question.constructs.iter().enumerate();
    let exact = constructs
        .clone()
        .filter(|(_, name)| name.eq_ignore_ascii_case(query))
        .map(|(place, _)| 2_000 - 20 * place as i64)
        .max();
    let mut total = exact.unwrap_or(0);
    for word in words {
        let in_title = field(matcher, &title, word).map(|s| s * 3);
        let in_id = field(matcher, &question.id, word).map(|s| s * 2);
        let in_constructs = constructs
            .clone()
            .filter_map(|(place, name)| Some(field(matcher, &name.to_lowercase(), word)? * 2 - place as i64))
            .max();
        let in_topic = field(matcher, &question.topic.to_lowercase(), word);
        let best = in_title.max(in_id).max(in_constructs).max(in_topic);
        total += best.or_else(|| in_text(&question.answer, word))?;
    }
    Some(total)
}

/// The score of a word in a field; letters strewn over the field do not count as a match.
fn field(matcher: &SkimMatcherV2, text: &str, word: &str) -> Option<i64> {
    let (score, indices) = matcher.fuzzy_indices(text, word)?;
    let length = word.chars().count();
    let spread = indices.last()? - indices.first()? + 1;
    // A slip of the finger leaves out a letter or two; more than that is another word.
    (spread <= length + length / 3).then_some(score)
}

/// The answer holds the word as it is: less than any match in a title.
fn in_text(answer: &str, word: &str) -> Option<i64> {
    (word.chars().count() >= 3 && answer.to_lowercase().contains(word)).then_some(10)
}

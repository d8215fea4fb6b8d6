//! The card: what a hover says about the code under the pointer, in a dozen lines.
//!
//! A card has no headings and no rules, since editors stack it with other servers' hovers. It has at most [`PROSE`]
//! characters of prose and the lines of [`Options`]: what does not fit is left out, the pitfall first, then the example.

use super::lookup;
use super::words::{more_questions, words};
use crate::bank::{self, Bank, Entry, Lang};
use crate::python::{Analysis, Kind};
use std::ops::Range;

/// The most characters that question, answer and pitfall may have together.
pub const PROSE: usize = 600;

/// What a card is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The code that the card is about, in bytes.
    pub range: Range<usize>,
    pub construct: String,
    /// What is wrong with the code, where the card is about that.
    pub trap: Option<String>,
    pub id: String,
    pub question: String,
    pub answer: String,
    pub example: Option<String>,
    pub pitfall: Option<String>,
    /// How many other questions there are about the code at this place.
    pub more: usize,
    pub lang: Lang,
}

/// What decides which card is shown.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub lang: Lang,
    /// Also for syntax, not only for names and traps.
    pub keywords: bool,
    /// The most lines, blank ones and the fences of code not counted; editors hide those.
    pub max_lines: usize,
}

/// The card for a byte offset, or `None` where there is nothing to say.
pub fn at(bank: &Bank, analysis: &Analysis, offset: usize, options: Options) -> Option<Card> {
    let mut hits = lookup::at(bank, analysis, offset, options.lang);
    hits.retain(|hit| options.keywords || hit.construct.kind != Kind::Syntax);
    let first = hits.first()?;
    let groups = hits.iter().flat_map(|hit| hit.questions.groups());
    let mut groups: Vec<u32> = groups.copied().collect();
    groups.sort_unstable();
    groups.dedup();
    let question = first.questions.first()?;
    let symbol = hits.iter().find(|hit| hit.construct.kind == Kind::Symbol);
    // A trap in the use of a symbol: the name in the code comes first, what is wrong with it second.
    let (construct, trap) = match (first.construct.kind, symbol) {
        (Kind::Trap, Some(symbol)) => (
            &symbol.construct.name,
            Some(first.construct.name.to_string()),
        ),
        _ => (&first.construct.name, None),
    };
    let range = first.construct.range.clone();
    let card = new(construct, range, question, groups.len() - 1, options);
    Some(Card { trap, ..card })
}

/// What a card takes from a question.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    pub id: &'a str,
    pub question: &'a str,
    pub answer: &'a str,
    pub example: Option<&'a str>,
    pub pitfall: Option<&'a str>,
}

impl<'a> Parts<'a> {
    pub fn of(entry: Entry<'a>) -> Self {
        Parts {
            id: entry.id(),
            question: entry.question(),
            answer: entry.answer(),
            example: entry.example(),
            pitfall: entry.pitfall(),
        }
    }
}

/// The card of a question, cut to the limits.
pub fn new(
    construct: &str,
    range: Range<usize>,
    question: Entry,
    more: usize,
    options: Options,
) -> Card {
    of_parts(construct, range, Parts::of(question), more, options)
}

/// The same for a question that is in no bank yet.
pub fn of_parts(
    construct: &str,
    range: Range<usize>,
    question: Parts,
    more: usize,
    options: Options,
) -> Card {
    let title = cut(question.question, 160);
    let mut prose = PROSE - title.chars().count();
    let answer = cut(question.answer, prose);
    prose -= answer.chars().count();
    // The construct, the question, the answer and the last line are always there.
    let mut lines = options.max_lines.saturating_sub(4);
    let example = question.example.filter(|code| {
        let count = code.lines().filter(|line| !line.trim().is_empty()).count();
        let fits = count <= lines;
        lines -= if fits { count } else { 0 };
        fits
    });
    let pitfall = question
        .pitfall
        .filter(|text| lines > 0 && text.chars().count() <= prose);
    Card {
        range,
        construct: construct.to_string(),
        trap: None,
        id: question.id.to_string(),
        question: title,
        answer,
        example: example.map(String::from),
        pitfall: pitfall.map(String::from),
        more,
        lang: options.lang,
    }
}

impl Card {
    /// The card as Markdown. `link` is where the full answer opens, for clients that follow links.
    pub fn markdown(&self, link: Option<&str>) -> String {
        let words = words(self.lang);
        let mut parts = vec![self.first_line("**Interview**", code), bold(&self.question)];
        if !self.answer.is_empty() {
            parts.push(self.answer.clone());
        } else if self.example.is_none() {
            parts.push(format!("*{}*", words.no_answer));
        }
        if let Some(example) = &self.example {
            let fence = fence(example);
            parts.push(format!("{fence}python\n{example}\n{fence}"));
        }
        if let Some(pitfall) = &self.pitfall {
            parts.push(format!("*{}:* {pitfall}", words.pitfall));
        }
        let open = match link {
            Some(link) => format!("[{}]({link})", words.open),
            None => words.open_by_action.to_string(),
        };
        parts.push(self.last_line(open));
        parts.join("\n\n")
    }

    /// The card as text without marks, for clients that show no Markdown.
    pub fn plain(&self) -> String {
        self.text(words(self.lang).open_by_action)
    }

    /// The card as text for a terminal, with the command that prints the full answer.
    pub fn terminal(&self, command: &str) -> String {
        self.text(command)
    }

    fn text(&self, open: &str) -> String {
        let words = words(self.lang);
        let mut parts = vec![
            self.first_line("Interview", str::to_string),
            bank::plain(&self.question),
        ];
        if !self.answer.is_empty() {
            parts.push(bank::plain(&self.answer));
        } else if self.example.is_none() {
            parts.push(words.no_answer.to_string());
        }
        if let Some(example) = &self.example {
            let indented: Vec<String> = example
                .lines()
                .map(|line| format!("    {line}").trim_end().to_string())
                .collect();
            parts.push(indented.join("\n"));
        }
        if let Some(pitfall) = &self.pitfall {
            parts.push(format!("{}: {}", words.pitfall, bank::plain(pitfall)));
        }
        parts.push(self.last_line(open.to_string()));
        parts.join("\n\n")
    }

    /// What the card is about, and what is wrong with it.
    pub fn names(&self) -> String {
        self.about(str::to_string)
    }

    fn about(&self, write: impl Fn(&str) -> String) -> String {
        let construct = write(&self.construct);
        match &self.trap {
            Some(trap) => format!("{construct} · {}", write(trap)),
            None => construct,
        }
    }

    /// The first line: whose card it is and what it is about.
    fn first_line(&self, interview: &str, write: impl Fn(&str) -> String) -> String {
        format!("{interview} · {}", self.about(write))
    }

    fn last_line(&self, open: String) -> String {
        match self.more {
            0 => open,
            more => format!("{open} · {}", more_questions(more, self.lang)),
        }
    }
}

/// Inline code, also where the text itself has backticks.
fn code(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

/// Bold, unless stars or underscores of the text itself would end it early.
fn bold(text: &str) -> String {
    let outside_code = text.split('`').step_by(2);
    if outside_code
        .into_iter()
        .any(|part| part.contains(['*', '_']))
    {
        text.to_string()
    } else {
        format!("**{text}**")
    }
}

/// A fence longer than any run of backticks in the code.
fn fence(code: &str) -> String {
    let (mut longest, mut run) = (0, 0);
    for c in code.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat((longest + 1).max(3))
}

/// Text of at most `limit` characters: whole sentences if there is one, else whole words and an ellipsis.
///
/// Never cuts inside inline code or a link, which would spill over the rest of the card.
fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_string();
    }
    let end = text
        .char_indices()
        .nth(limit.saturating_sub(1))
        .map_or(text.len(), |(i, _)| i);
    let whole = |part: &str| {
        let count = |c| part.matches(c).count();
        part.matches('`').count().is_multiple_of(2)
            && count('[') <= count(']')
            && count('(') <= count(')')
    };
    let head = &text[..end];
    let sentences = head
        .match_indices(['.', '!', '?', '。'])
        .map(|(i, mark)| i + mark.len());
    let sentence = sentences
        .rev()
        .find(|&i| i * 2 >= end && text[i..].starts_with([' ', '。']) && whole(&text[..i]));
    if let Some(i) = sentence {
        return text[..i].to_string();
    }
    let word = head
        .match_indices(' ')
        .map(|(i, _)| i)
        .rev()
        .find(|&i| whole(&text[..i]));
    match word {
        Some(i) => format!("{}…", text[..i].trim_end_matches([',', ';', ':', ' '])),
        None => format!("{}…", bank::plain(head)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_ends_with_a_sentence_or_a_word() {
        assert_eq!(cut("Short.", 20), "Short.");
        assert_eq!(
            cut("One sentence here. Another one follows it.", 25),
            "One sentence here."
        );
        assert_eq!(
            cut("no sentence in these words at all", 20),
            "no sentence in…"
        );
        assert_eq!(cut("call `a very long piece of code` now", 20), "call…");
        assert_eq!(
            cut("Блокировка держит поток. И ещё много слов.", 30),
            "Блокировка держит поток."
        );
        assert!(cut("слово", 3).chars().count() <= 3);
    }

    #[test]
    fn a_question_that_nobody_answered_says_so() {
        let mut card = Card {
            range: 0..4,
            construct: "with".to_string(),
            trap: None,
            id: "with".to_string(),
            question: "What is `with`?".to_string(),
            answer: String::new(),
            example: None,
            pitfall: None,
            more: 0,
            lang: Lang::En,
        };
        assert!(
            card.markdown(None)
                .contains("\n\n*No answer in this bank yet*\n\n")
        );
        assert!(card.plain().contains("\n\nNo answer in this bank yet\n\n"));
        card.lang = Lang::Ru;
        assert!(card.plain().contains("В этом банке ответа пока нет"));
        card.example = Some("with lock: ...".to_string());
        assert!(!card.plain().contains("ответа пока нет"));
    }

    #[test]
    fn marks_in_the_text_do_not_break_the_card() {
        assert_eq!(bold("What is `*args`?"), "**What is `*args`?**");
        assert_eq!(bold("What is *args?"), "What is *args?");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(fence("x = '```'"), "````");
    }
}

//! The card of a question while its author writes it, and which question comes first for a construct.

use super::{File, Thing};
use crate::bank::{self, Bank, Entry, Lang};
use crate::features::card::{self, Card, Options, Parts};
use crate::features::words::words;
use crate::python;
use std::ops::Range;

/// What to show at a place, and the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub range: Range<usize>,
    pub said: Said,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The question's card, as a hover in Python shows it.
    Card(Box<Card>),
    /// A construct of the question and who comes first for it.
    First {
        construct: String,
        /// Title and id of the question that comes first.
        first: Option<(String, String)>,
        /// It is the one that was asked from.
        own: bool,
        /// How many there are.
        count: usize,
        lang: Lang,
    },
}

/// The preview at an offset. The bank is the one in force, which may not know the newest edits yet.
pub fn at(file: &File, offset: usize, bank: &Bank, options: Options) -> Option<Preview> {
    let found = file.at(offset)?;
    let question = file.parsed.questions.get(found.question?)?;
    match found.thing {
        Thing::Construct(name) => {
            let name = python::canonical(name);
            let about = bank.about(&name, options.lang);
            let first = about.first();
            // The same question in another language is the same.
            let own = first.is_some_and(|first| first.id() == question.id);
            let said = Said::First {
                construct: name.into_owned(),
                first: first
                    .map(|first: Entry| (first.question().to_string(), first.id().to_string())),
                own,
                count: about.len(),
                lang: options.lang,
            };
            Some(Preview {
                range: found.range,
                said,
            })
        }
        Thing::Title | Thing::Metadata | Thing::Id(_) | Thing::See(_) => {
            // Under `see` another question is meant.
            let see = match found.thing {
                Thing::See(id) => bank.question(id, lang_of(file, options.lang)),
                _ => None,
            };
            let (parts, construct) = match see {
                Some(entry) => (
                    Parts::of(entry),
                    entry.constructs().first().copied().map(String::from),
                ),
                None if matches!(found.thing, Thing::See(_)) => return None,
                None => (
                    Parts {
                        id: &question.id,
                        question: &question.question,
                        answer: &question.answer,
                        example: question.example.as_deref(),
                        pitfall: question.pitfall.as_deref(),
                    },
                    question
                        .constructs
                        .first()
                        .map(|n| python::canonical(n).into_owned()),
                ),
            };
            let more = construct.as_deref().map_or(0, |name| {
                let about = bank.about(name, options.lang);
                about.iter().filter(|entry| entry.id() != parts.id).count()
            });
            let construct =
                construct.unwrap_or_else(|| words(options.lang).no_construct.to_string());
            let card = card::of_parts(&construct, found.range.clone(), parts, more, options);
            Some(Preview {
                range: found.range,
                said: Said::Card(Box::new(card)),
            })
        }
        _ => None,
    }
}

/// The language of a document, as far as cards have it.
fn lang_of(file: &File, other: Lang) -> Lang {
    Lang::from_locale(&file.parsed.lang).unwrap_or(other)
}

impl Said {
    pub fn markdown(&self, link: Option<&str>) -> String {
        match self {
            Said::Card(card) => card.markdown(link),
            Said::First { .. } => self.first("**Interview**", "`"),
        }
    }

    pub fn plain(&self) -> String {
        match self {
            Said::Card(card) => card.plain(),
            Said::First { .. } => self.first("Interview", ""),
        }
    }

    fn first(&self, interview: &str, tick: &str) -> String {
        let Said::First {
            construct,
            first,
            own,
            count,
            lang,
        } = self
        else {
            return String::new();
        };
        let Some((title, id)) = first else {
            let none = match lang {
                Lang::En => "No question of the bank in force is about it yet",
                Lang::Ru => "В действующем банке о ней пока нет вопросов",
            };
            return format!("{interview} · {tick}{construct}{tick}\n\n{none}");
        };
        let title = if tick.is_empty() {
            bank::plain(title)
        } else {
            title.clone()
        };
        let said = match (lang, own) {
            (Lang::En, true) => format!("This question comes first of {count}"),
            (Lang::En, false) => format!("First of {count} comes {tick}{id}{tick}: {title}"),
            (Lang::Ru, true) => format!("Этот вопрос первый из {count}"),
            (Lang::Ru, false) => format!("Первый из {count}: {tick}{id}{tick}, {title}"),
        };
        format!("{interview} · {tick}{construct}{tick}\n\n{said}")
    }
}

//! The few words of our own on cards and actions, in both languages.

use crate::bank::Lang;

pub struct Words {
    pub pitfall: &'static str,
    /// A link's text.
    pub open: &'static str,
    /// Where there are no links.
    pub open_by_action: &'static str,
    pub search_more: &'static str,
    /// In place of an answer that nobody wrote.
    pub no_answer: &'static str,
    /// In place of a construct that nobody named.
    pub no_construct: &'static str,
}

pub fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::En => &Words {
            pitfall: "Pitfall",
            open: "Open the full answer",
            open_by_action: "Full answer: code actions",
            search_more: "search for more…",
            no_answer: "No answer in this bank yet",
            no_construct: "no construct, so no code leads here",
        },
        Lang::Ru => &Words {
            pitfall: "Частая ошибка",
            open: "Открыть полный ответ",
            open_by_action: "Полный ответ: действия с кодом (code actions)",
            search_more: "найти ещё…",
            no_answer: "В этом банке ответа пока нет",
            no_construct: "нет конструкций: из кода сюда не попасть",
        },
    }
}

/// "3 more questions", with the forms that Russian numerals ask for.
pub fn more_questions(count: usize, lang: Lang) -> String {
    match lang {
        Lang::En if count == 1 => "1 more question".to_string(),
        Lang::En => format!("{count} more questions"),
        Lang::Ru => {
            let noun = match (count % 10, count % 100) {
                (_, 11..=14) => "вопросов",
                (1, _) => "вопрос",
                (2..=4, _) => "вопроса",
                _ => "вопросов",
            };
            format!("ещё {count} {noun}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_agree() {
        let ru: Vec<_> = [1, 2, 5, 11, 21, 22, 112]
            .map(|n| more_questions(n, Lang::Ru))
            .into();
        assert_eq!(
            ru,
            [
                "ещё 1 вопрос",
                "ещё 2 вопроса",
                "ещё 5 вопросов",
                "ещё 11 вопросов",
                "ещё 21 вопрос",
                "ещё 22 вопроса",
                "ещё 112 вопросов"
            ]
        );
        assert_eq!(more_questions(1, Lang::En), "1 more question");
        assert_eq!(more_questions(2, Lang::En), "2 more questions");
    }
}

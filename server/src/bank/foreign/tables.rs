//! Tables with a column of questions and one of answers.

use super::choose::Choice;
use super::scan::{Block, Kind, Scan};
use super::title;
use super::{Hit, Topics, answer};
use std::borrow::Cow;

/// Adds the rows of such tables to the hits.
pub fn find<'a>(
    text: &'a str,
    scan: &Scan,
    choice: &Choice,
    topics: &mut Topics<'a, '_>,
    hits: &mut Vec<Hit<'a>>,
) {
    // A table below a question that was found otherwise is a part of its answer.
    let mut picks = choice.picks.iter().peekable();
    for (i, block) in scan.blocks.iter().enumerate() {
        if block.kind != Kind::Table {
            continue;
        }
        while picks.peek().is_some_and(|pick| pick.end <= i) {
            picks.next();
        }
        if picks.peek().is_some_and(|pick| pick.block <= i) {
            continue;
        }
        rows(text, block, topics.of(None, i), choice.picks.len(), hits);
    }
    hits.sort_by_key(|hit| hit.range.start);
}

fn rows<'a>(
    text: &'a str,
    block: &Block,
    topic: Cow<'a, str>,
    asked: usize,
    hits: &mut Vec<Hit<'a>>,
) {
    let source = block.source(text);
    let mut lines = source.lines();
    let (Some(header), Some(delimiter)) = (lines.next(), lines.next()) else {
        return;
    };
    if !title::is_delimiter_row(delimiter.trim()) {
        return;
    }
    let names = cells(header);
    let column = |words: &[&str]| {
        names.iter().position(|name| {
            let name = name.to_lowercase();
            let name = name.trim_matches(|c: char| !c.is_alphanumeric());
            words
                .iter()
                .any(|word| name == *word || name.starts_with(word) && word.chars().count() > 3)
        })
    };
    let question = column(&[
        "question",
        "q",
        "вопрос",
        "питання",
        "запитання",
        "问题",
        "題目",
        "题目",
        "面试题",
        "pergunta",
        "questão",
        "pregunta",
    ]);
    let reply = column(&[
        "answer",
        "a",
        "ответ",
        "відповідь",
        "答案",
        "回答",
        "解答",
        "resposta",
        "respuesta",
        "solution",
        "explanation",
        "объяснение",
    ]);
    let body: Vec<&str> = lines.collect();
    let (question, reply) = match (question, reply) {
        (Some(question), Some(reply)) if question != reply => (question, Some(reply)),
        (Some(question), _) => (question, None),
        // Two columns without names that say so: the first asks in most rows.
        (None, _) => {
            let asking = body
                .iter()
                .filter(|row| {
                    cells(row)
                        .first()
                        .is_some_and(|cell| title::ends_as_question(cell))
                })
                .count();
            if names.len() != 2 || asking < 2 || asking * 10 < body.len() * 6 {
                return;
            }
            (0, Some(1))
        }
    };
    // Entries of a table of contents lead to the document itself.
    let local = body
        .iter()
        .filter(|row| {
            cells(row)
                .get(question)
                .is_some_and(|cell| title::look(cell).link == Some(true) || cell.contains("](#"))
        })
        .count();
    // Without answers it is an index where the document asks as much elsewhere.
    let index = reply.is_none() && (body.len() < 2 || asked * 2 >= body.len());
    if local * 2 > body.len() || index {
        return;
    }
    for (n, row) in body.iter().enumerate() {
        let cells = cells(row);
        let Some(cell) = cells.get(question) else {
            continue;
        };
        let look = title::look(cell);
        if look.title.is_empty() || reply.is_none() && look.strength < title::STRONG {
            continue;
        }
        let start = row.as_ptr() as usize - text.as_ptr() as usize;
        let range = start..start + row.trim_end().len();
        let reply = reply
            .and_then(|reply| cells.get(reply))
            .filter(|reply| !reply.trim_matches(['-', '—', ' ']).is_empty());
        let answer = reply.map_or(range.end, |reply| {
            reply.as_ptr() as usize - text.as_ptr() as usize
        });
        let mut parts = answer::Parts::default();
        if let Some(reply) = reply {
            parts.paragraph.push(answer::cut(reply, 4_000));
            parts.prose = answer::cut(reply, 4_000);
        }
        hits.push(Hit {
            title: Cow::Borrowed(look.title),
            line: block.line as usize + 2 + n,
            range,
            answer,
            topic: topic.clone(),
            parts,
        });
    }
}

/// The cells of a row; bars in inline code and behind a backslash divide nothing.
fn cells(row: &str) -> Vec<&str> {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut cells = Vec::new();
    let (mut from, mut code, mut escaped) = (0, false, false);
    for (at, c) in row.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '`' => code = !code,
            '|' if !code => {
                cells.push(row[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    if !row[from..].trim().is_empty() {
        cells.push(row[from..].trim());
    }
    cells
}

//! What is being typed never blanks the rest of the file: an editor types, letter by letter, and asks elsewhere.

use crate::client::{Client, construct_of, range};
use serde_json::{Value, json};

const URI: &str = "file:///w/typing.py";
const CODE: &str = include_str!("fixtures/python/service.py");

/// What stands on a line while somebody types it, one a line.
const SNIPPETS: &str = include_str!("fixtures/python/unfinished.txt");

/// Code to ask about: a line's beginning, and the word in it.
const PLACES: &[(&str, &str)] = &[
    ("class Closed", "Exception"),
    ("@dataclass(", "dataclass"),
    ("        self.lock = asyncio.Lock()", "Lock"),
    ("        while (job", ":="),
    ("            except asyncio.TimeoutError", "TimeoutError"),
    ("            match job.tags", "match"),
    ("        await self.lock.acquire()", "acquire"),
    ("    async with asyncio.timeout", "async with"),
    ("    asyncio.run(main())", "run"),
];

fn places() -> Vec<(u32, u32)> {
    let lines: Vec<&str> = CODE.lines().collect();
    let place = |(start, word): &(&str, &str)| {
        let line = lines.iter().position(|line| line.starts_with(start));
        let line = line.unwrap_or_else(|| panic!("no line begins with {start}"));
        let column = lines[line].find(word).expect("the word is in the line");
        (line as u32, column as u32)
    };
    PLACES.iter().map(place).collect()
}

/// The card at a place. A busy machine may take longer for a version than the server lets anybody wait, and the answer is
/// nothing; whoever asks again is answered.
fn card(client: &mut Client, uri: &str, line: u32, column: u32) -> Value {
    let mut asked = (0..100).map(|_| client.hover(uri, line, column));
    asked.find(|hover| !hover.is_null()).unwrap_or_default()
}

fn lines_below(hover: &Value, by: i64) -> Value {
    let mut hover = hover.clone();
    for end in ["start", "end"] {
        let line = hover["range"][end]["line"].as_i64().unwrap_or_default();
        hover["range"][end]["line"] = json!(line + by);
    }
    hover
}

/// A client with the code open, the places in it, and the card at each.
fn opened() -> (Client, Vec<(u32, u32)>, Vec<Value>) {
    let mut client = Client::start();
    client.allow("window/logMessage");
    client.open(URI, CODE);
    let places = places();
    let cards = places
        .iter()
        .map(|(line, column)| card(&mut client, URI, *line, *column))
        .collect();
    (client, places, cards)
}

#[test]
fn whatever_is_typed_the_rest_of_the_file_stays() {
    let (mut client, places, cards) = opened();
    for (card, (start, _)) in cards.iter().zip(PLACES) {
        assert!(!card.is_null(), "no card on `{start}`");
    }
    let lines: Vec<&str> = CODE.lines().collect();
    let mut version = 1;
    let mut change = |client: &mut Client, edit: Value| {
        version += 1;
        client.change(URI, version, &[edit]);
    };
    for (number, snippet) in SNIPPETS.lines().enumerate() {
        let at = (7 + number * 13) % lines.len();
        let below = lines[at..].iter().find(|line| !line.trim().is_empty());
        let below = below.copied().unwrap_or_default();
        let indent = &below[..below.len() - below.trim_start().len()];
        let at = at as u32;
        let insert = |column: usize, text: &str| json!({"range": range((at, column as u32), (at, column as u32)), "text": text});
        change(&mut client, insert(0, &format!("{indent}\n")));
        for (typed, letter) in snippet.chars().enumerate() {
            change(
                &mut client,
                insert(indent.len() + typed, &letter.to_string()),
            );
            for (((line, column), card), (start, _)) in places.iter().zip(&cards).zip(PLACES) {
                let moved = i64::from(*line >= at);
                let hover = self::card(&mut client, URI, line + moved as u32, *column);
                let typed: String = snippet.chars().take(typed + 1).collect();
                assert_eq!(
                    hover,
                    lines_below(card, moved),
                    "`{typed}` in line {} changed the card on `{start}`",
                    at + 1
                );
            }
        }
        change(
            &mut client,
            json!({"range": range((at, 0), (at + 1, 0)), "text": ""}),
        );
    }
    client.finish();
}

/// After an edit the first who asks has nothing but his own place looked at. It is what it was, and so are all others for who
/// asks next, and in a next version that does not parse.
#[test]
fn a_version_that_was_only_glanced_at_is_known_as_well() {
    let (mut client, places, cards) = opened();
    let count = CODE.lines().count() as u32;
    let mut version = 1;
    for (first, snippet) in (0..places.len()).zip(SNIPPETS.lines()) {
        let mut change = |client: &mut Client, from, to, text: &str| {
            version += 1;
            client.change(
                URI,
                version,
                &[json!({"range": range(from, to), "text": text})],
            );
        };
        let same = |client: &mut Client, index: usize, by: u32| {
            let (line, column) = places[index];
            let hover = card(client, URI, line + by, column);
            let expected = lines_below(&cards[index], i64::from(by));
            assert_eq!(
                hover, expected,
                "{:?} after {:?}",
                PLACES[index], PLACES[first]
            );
        };
        change(&mut client, (0, 0), (0, 0), "#\n");
        same(&mut client, first, 1);
        if first % 2 == 0 {
            (0..places.len()).for_each(|index| same(&mut client, index, 1));
        }
        change(&mut client, (0, 0), (0, 0), "#\n");
        same(&mut client, first, 2);
        let end = (count + 2, 0);
        change(&mut client, end, end, &format!("\n{snippet}\n"));
        (0..places.len()).for_each(|index| same(&mut client, index, 2));
        change(&mut client, end, (count + 9, 0), "");
        change(&mut client, (0, 0), (2, 0), "");
    }
    client.finish();
}

/// A file that was never whole has no last good version.
#[test]
fn a_file_that_is_opened_broken_has_its_cards() {
    let mut client = Client::start();
    client.allow("window/logMessage");
    for (number, snippet) in SNIPPETS.lines().enumerate() {
        let lines: Vec<&str> = CODE.lines().collect();
        let at = (11 + number * 17) % lines.len();
        let mut broken = lines.clone();
        broken.insert(at, snippet);
        let uri = format!("file:///w/broken{number}.py");
        client.open(&uri, &broken.join("\n"));
        let mut lost = Vec::new();
        for (line, column) in places() {
            let line = line + u32::from(line as usize >= at);
            if card(&mut client, &uri, line, column).is_null() {
                lost.push(line);
            }
        }
        assert!(lost.is_empty(), "`{snippet}` in line {}: {lost:?}", at + 1);
        client.close(&uri);
    }
    client.finish();
}

/// The cursor is where the code is not finished.
#[test]
fn the_unfinished_line_has_its_cards_too() {
    let mut client = Client::start();
    client.allow("window/logMessage");
    client.open(URI, "import threading\n\ndef f():\n    \n    return 1\n");
    let text = "with threading.Lock(";
    for (typed, letter) in text.chars().enumerate() {
        let column = 4 + typed as u32;
        let edit = json!({"range": range((3, column), (3, column)), "text": letter.to_string()});
        client.change(URI, 2 + typed as i64, &[edit]);
    }
    assert_eq!(construct_of(&card(&mut client, URI, 3, 5)), "with");
    assert_eq!(
        construct_of(&card(&mut client, URI, 3, 21)),
        "threading.Lock"
    );
    assert_eq!(construct_of(&card(&mut client, URI, 4, 5)), "return");
    client.finish();
}

//! Hovers as drawings: Python with `|` for the cursor; the range that the card is about is drawn below, then comes its text.

use crate::client::{Client, capable, construct_of};
use expect_test::{Expect, expect};
use serde_json::{Value, json};

const URI: &str = "file:///w/a.py";

/// Takes the cursor out of a text: the text, and its line and column in UTF-16.
pub fn cursor(marked: &str) -> (String, u32, u32) {
    let at = marked
        .find('|')
        .unwrap_or_else(|| panic!("no cursor in {marked:?}"));
    let before = &marked[..at];
    let line = before.matches('\n').count() as u32;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .encode_utf16()
        .count() as u32;
    (marked.replacen('|', "", 1), line, column)
}

/// The lines of a range with `^` under it, and the card.
fn draw(text: &str, hover: &Value) -> String {
    if hover.is_null() {
        return "no card\n".to_string();
    }
    let number = |end: &str, field: &str| {
        hover["range"][end][field]
            .as_u64()
            .expect("a card has a range") as usize
    };
    let (first, last) = (number("start", "line"), number("end", "line"));
    let mut drawing = String::new();
    for (n, line) in text.lines().enumerate().take(last + 1).skip(first) {
        let from = if n == first {
            number("start", "character")
        } else {
            0
        };
        let to = if n == last {
            number("end", "character")
        } else {
            line.chars().count()
        };
        drawing += &format!("{line}\n{}{}\n", " ".repeat(from), "^".repeat(to - from));
    }
    drawing
        + hover["contents"]["value"]
            .as_str()
            .expect("a card has a text")
        + "\n"
}

fn hover(client: &mut Client, marked: &str) -> (String, Value) {
    let (text, line, column) = cursor(marked);
    client.open(URI, &text);
    let hover = client.hover(URI, line, column);
    (text, hover)
}

fn check_with(params: Value, marked: &str, expected: Expect) {
    let mut client = Client::with_fixture_bank(params);
    let (text, hover) = hover(&mut client, marked);
    expected.assert_eq(&draw(&text, &hover));
    client.finish();
}

fn check(marked: &str, expected: Expect) {
    check_with(capable(), marked, expected);
}

#[test]
fn a_symbol_has_the_card_of_its_question() {
    check(
        "import threading\nlock = threading.Lo|ck()\n",
        expect![[r#"
            lock = threading.Lock()
                             ^^^^
            **Interview** · `threading.Lock`

            **Why use a `Lock` as a context manager?**

            `with lock:` releases the lock on every way out, an exception included.

            ```python
            from threading import Lock

            lock = Lock()
            with lock:
                print("alone")
            ```

            *Pitfall:* An exception between `acquire()` and `release()` leaves the lock taken.

            Full answer: code actions · 1 more question
        "#]],
    );
}

#[test]
fn a_keyword_of_two_words_is_one_range() {
    check(
        "async de|f work():\n    pass\n",
        expect![[r#"
        async def work():
        ^^^^^^^^^
        **Interview** · `async def`

        **What does `async def` make?**

        A coroutine function: calling it runs nothing, it returns a coroutine.

        Full answer: code actions
    "#]],
    );
}

#[test]
fn a_card_speaks_russian() {
    let mut params = capable();
    params["locale"] = json!("ru-RU");
    check_with(
        params,
        "import threading\nlock = threading.Lo|ck()\n",
        expect![[r#"
        lock = threading.Lock()
                         ^^^^
        **Interview** · `threading.Lock`

        **Зачем нужен `Lock` в `with`?**

        `with lock:` отпускает блокировку при любом выходе, и при исключении тоже.

        ```python
        from threading import Lock

        lock = Lock()
        with lock:
            print("один")
        ```

        *Частая ошибка:* Исключение между `acquire()` и `release()` оставляет блокировку занятой.

        Полный ответ: действия с кодом (code actions) · ещё 1 вопрос
    "#]],
    );
}

#[test]
fn a_client_without_markdown_gets_plain_text() {
    let mut params = capable();
    params["capabilities"]["textDocument"]["hover"]["contentFormat"] = json!(["plaintext"]);
    check_with(
        params,
        "import threading\nlock = threading.Lo|ck()\n",
        expect![[r#"
        lock = threading.Lock()
                         ^^^^
        Interview · threading.Lock

        Why use a Lock as a context manager?

        with lock: releases the lock on every way out, an exception included.

            from threading import Lock

            lock = Lock()
            with lock:
                print("alone")

        Pitfall: An exception between acquire() and release() leaves the lock taken.

        Full answer: code actions · 1 more question
    "#]],
    );
}

#[test]
fn a_client_that_runs_links_gets_one() {
    let mut params = capable();
    params["initializationOptions"] = json!({"commandLinks": true});
    check_with(
        params,
        "import gc\ngc.col|lect()\n",
        expect![[r#"
        gc.collect()
           ^^^^^^^
        **Interview** · `gc.collect`

        **What does gc.collect do?**

        It looks for cycles that nothing outside refers to.

        [Open the full answer](command:interview-lsp.open?%5B%7B%22id%22%3A%22gc-collect%22%7D%5D)
    "#]],
    );
}

#[test]
fn a_cursor_behind_a_word_is_still_on_it() {
    check(
        "import gc\ngc.collect|()\n",
        expect![[r#"
        gc.collect()
           ^^^^^^^
        **Interview** · `gc.collect`

        **What does gc.collect do?**

        It looks for cycles that nothing outside refers to.

        Full answer: code actions
    "#]],
    );
}

#[test]
fn a_method_leads_to_its_own_question() {
    check(
        "from threading import Lock as L\nlock = L()\nlock.acq|uire()\n",
        expect![[r#"
        lock.acquire()
             ^^^^^^^
        **Interview** · `threading.Lock.acquire`

        **What does acquire return?**

        `True` if the lock was taken, `False` if a timeout ran out.

        Full answer: code actions
    "#]],
    );
}

#[test]
fn half_typed_code_has_cards() {
    check(
        "import gc\ndef f(:\n    x = (\ngc.col|lect(\n",
        expect![[r#"
        gc.collect(
           ^^^^^^^
        **Interview** · `gc.collect`

        **What does gc.collect do?**

        It looks for cycles that nothing outside refers to.

        Full answer: code actions
    "#]],
    );
}

/// Code that means nothing to the bank: no card, whatever letters stand there.
#[test]
fn nothing_to_say_means_null() {
    let mut client = Client::start();
    let silent = [
        "x = 'async de|f work(): await threading.Lock()'\n",
        "x = 1  # async de|f, threading.Lock and gc.collect()\n",
        "class Lock:\n    pass\nlock = Lo|ck()\n",
        "def f(str):\n    return str.lo|ck\n",
        "str.lo|ck\n",
        "lo|ck\n",
        "gc.col|lect()\n",
        "def f(gc):\n    gc.col|lect()\n",
        "import threading\nx = f\"wi|th async for {threading} del\"\n",
        "x = 'a'\n|\n",
        "|",
        "   |   \n",
        "import my_own_module_of_this_test\nmy_own_module_of_this_test.Lo|ck\n",
    ];
    for marked in silent {
        let (_, hover) = hover(&mut client, marked);
        assert_eq!(hover, Value::Null, "{marked}");
    }
    client.finish();
}

/// The list that the project was asked for, in both languages.
#[test]
fn the_first_examples_have_cards_in_both_languages() {
    let lock = "from threading import Lock as L\nlock = L()\nlock.acquire()\n";
    let examples = [
        ("asy|nc def work():\n    pass\n".to_string(), "async def"),
        (
            lock.replace("import Lock", "import Lo|ck"),
            "threading.Lock",
        ),
        (lock.replace("as L", "as |L"), "threading.Lock"),
        (lock.replace("= L()", "= |L()"), "threading.Lock"),
        (lock.replace("lock =", "lo|ck ="), "threading.Lock"),
        (lock.replace("lock.acq", "lo|ck.acq"), "threading.Lock"),
        // As a statement it is a trap as well; where its result is used, it is the method alone.
        (
            lock.replace("acquire", "acq|uire"),
            "threading.Lock.acquire · lock without with",
        ),
        (
            lock.replace("lock.acquire", "taken = lock.acq|uire"),
            "threading.Lock.acquire",
        ),
        ("import gc as g; g.col|lect()\n".to_string(), "gc.collect"),
    ];
    for locale in ["en", "ru"] {
        let mut params = capable();
        params["locale"] = json!(locale);
        let mut client = Client::with(params);
        for (marked, construct) in &examples {
            let (_, hover) = hover(&mut client, marked);
            assert_eq!(construct_of(&hover), *construct, "{marked}");
            let card = hover["contents"]["value"].as_str().unwrap_or_default();
            let cyrillic = card.chars().any(|c| ('а'..='я').contains(&c));
            assert_eq!(cyrillic, locale == "ru", "{marked}\n{card}");
        }
        client.finish();
    }
}

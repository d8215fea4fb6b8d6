//! Queries as people type them, and the questions that they must find first.

use super::*;
use crate::bank::Sources;
use std::sync::LazyLock;

static BANK: LazyLock<Bank> = LazyLock::new(|| {
    Bank::load(&Sources {
        paths: Vec::new(),
        builtin: true,
    })
});

fn ids(query: &str, lang: Lang) -> Vec<&'static str> {
    search(&BANK, query, 5, lang)
        .into_iter()
        .map(|q| q.id())
        .collect()
}

/// What is typed, and the question that comes first: one of those after the bar.
const QUERIES: &str = "
    # Constructs as they are written.
    gil | gil
    GIL | gil
    threading.Lock | lock-as-context-manager lock-vs-rlock plus-equals-race
    threading.RLock | lock-vs-rlock
    asyncio.gather | gather-vs-taskgroup
    asyncio.create_task | create-task
    asyncio.run | asyncio-run
    functools.lru_cache | lru-cache
    gc.collect | garbage-collector
    weakref | weak-references
    yield from | yield-from
    async def | what-is-asyncio coroutine
    async with | async-context-manager
    __slots__ | slots-memory
    __init__.py | init-py
    __new__ | new-vs-init
    with | context-manager
    lambda | lambda
    self | self
    super | super
    del | del-statement
    global | global-nonlocal
    singledispatch | singledispatch
    ThreadPoolExecutor | thread-pool
    contextvars | contextvars
    # Words of titles, beginnings, other cases and numbers.
    race cond | race-condition
    race condition | race-condition
    event loop | event-loop
    deadlocks | deadlock
    decorators | decorator
    generators | generator generators-save-memory
    metaclasses | metaclass
    closures | closure
    iterator vs iterable | iterable-vs-iterator
    mutable default | default-arguments
    reference counting | refcount
    weak reference | weak-references
    memory leak | memory-leaks find-a-leak
    thread pool | thread-pool
    difference between process and thread | thread-vs-process
    what is a descriptor | descriptor
    type hints | type-hints
    circular import | circular-imports
    duck typing | duck-typing
    name mangling | name-mangling
    is vs == | is-vs-equals
    # Russian, in any case and number.
    гонка | race-condition race-in-asyncio
    состояние гонки | race-condition
    подсчёт ссылок | refcount
    подсчет ссылок | refcount
    цикл событий | event-loop
    цикла событий | event-loop
    сборщик мусора | garbage-collector
    сборщиком мусора | garbage-collector
    утечки памяти | memory-leaks find-a-leak
    взаимная блокировка | deadlock
    взаимных блокировок | deadlock
    слабая ссылка | weak-references
    слабые ссылки | weak-references
    замыкания | closure
    декоратор с аргументами | decorator-with-arguments
    контекстный менеджер | context-manager
    собственное исключение | custom-exception
    пул потоков | thread-pool
    пространства имён | namespace
    утиная типизация | duck-typing
    чем поток отличается от процесса | thread-vs-process
    корутины | coroutine
    # Slips of the finger.
    deadlok | deadlock
    deadlcok | deadlock
    semaphor | semaphore
    generater | generator return-vs-yield
    decoratr | decorator
    metaclas | metaclass
    descritpor | descriptor
    корутена | coroutine
    дикоратор | decorator
    блакировка | asyncio-sync deadlock lock-as-context-manager semaphore lock-vs-rlock
    # The other keyboard layout.
    пшд | gil
    ыуда | self
    ыудф | self
    вуфвдщсл | deadlock
    фынтсшщ | what-is-asyncio async-checklist
    ьуефсдфыы | metaclass
    ujyrf | race-condition race-in-asyncio
    pfvsrfybt | closure
    ltrjhfnjh | decorator
    # The other alphabet.
    асинкио | what-is-asyncio async-checklist
    гил | gil
    дедлок | deadlock
    семафоре | semaphore
    мьютекс | gil
    тредин | thread-basics thread-local daemon-threads
    метаклассы | metaclass
    dekorator | decorator
    korutina | coroutine
    # Letters left out.
    thrdpool | thread-pool
    ctxvar | contextvars
";

#[test]
fn the_best_question_comes_first() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in QUERIES
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("# "))
    {
        let (query, expected) = line.split_once(" | ").expect("a query and what it finds");
        for lang in [Lang::En, Lang::Ru] {
            let found = ids(query, lang);
            let first = found.first().copied().unwrap_or("nothing");
            if !expected.split(' ').any(|id| id == first) {
                wrong.push(format!("{query} ({}): {found:?}", lang.as_str()));
            }
        }
        count += 1;
    }
    assert!(count >= 60);
    assert!(
        wrong.is_empty(),
        "{} of {count} queries:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn an_expected_question_is_one_of_the_bank() {
    for line in QUERIES.lines().filter_map(|line| line.split_once(" | ")) {
        for id in line.1.split(' ') {
            assert!(BANK.question(id, Lang::En).is_some(), "{id}");
        }
    }
}

#[test]
fn a_question_is_shown_in_the_language_that_was_searched_in() {
    let lang_of = |query, lang| search(&BANK, query, 1, lang)[0].lang();
    assert_eq!(lang_of("гонка", Lang::En), "ru");
    assert_eq!(lang_of("gil", Lang::Ru), "ru");
    assert_eq!(lang_of("gil", Lang::En), "en");
}

#[test]
fn nonsense_finds_nothing_and_no_words_find_all() {
    for query in [
        "qwrtplkj",
        "zzzzqqqq",
        "ъъъъъъ",
        "жщшцхз",
        "xq",
        "?",
        "…",
        "🐍",
        "<>?!",
        "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
        "щщщ ккк",
    ] {
        assert_eq!(ids(query, Lang::En), Vec::<&str>::new(), "{query}");
    }
    assert_eq!(ids("  ", Lang::En).len(), 5);
}

#[test]
fn of_questions_that_fit_equally_the_first_are_found() {
    let questions = 0..FINALISTS * 6;
    let text: String = questions
        .map(|n| format!("### Zebra\n<!-- id: z{n} -->\n\nText.\n\n"))
        .collect();
    let bank = Bank::of_texts(&[("builtin/zebra.md", &text)]);
    let found: Vec<&str> = { search(&bank, "zebra", 3, Lang::En).into_iter() }
        .map(|question| question.id())
        .collect();
    assert_eq!(found, ["z0", "z1", "z2"]);
}

#[test]
fn the_name_of_a_construct_finds_first_what_its_hover_shows() {
    for name in ["threading.Lock", "async def", "super"] {
        for lang in [Lang::En, Lang::Ru] {
            let shown = BANK.about(name, lang).first().map(|entry| entry.id());
            let first = search(&BANK, name, 1, lang);
            assert_eq!(first.first().map(|entry| entry.id()), shown, "{name}");
        }
    }
}

//! Titles in every language, and what they are about; and titles that are about nothing we know.

use super::*;

#[test]
fn titles_name_their_constructs() {
    for (title, expected) in [
        ("What is a decorator in Python?", &["decorator"][..]),
        ("Что такое декораторы и зачем они нужны?", &["decorator"]),
        ("Що таке декоратор?", &["decorator"]),
        ("什么是装饰器？", &["decorator"]),
        ("O que é um decorador?", &["decorator"]),
        ("¿Qué es un decorador?", &["decorator"]),
        ("Как работает контекстный менеджер?", &["with"]),
        ("什么是上下文管理器？", &["with"]),
        ("O que é uma corrotina?", &["async def"]),
        ("¿Qué es una corrutina?", &["async def"]),
        ("What is a list comprehension?", &["list comprehension"]),
        ("Explain list vs tuple", &["list", "tuple"]),
        (
            "What is the difference between a list and a tuple?",
            &["list", "tuple"],
        ),
        ("Чем список отличается от кортежа?", &["list", "tuple"]),
        ("list和tuple的区别", &["list", "tuple"]),
        ("What is the GIL?", &["threading.Lock"]),
        ("What does `print` do?", &["print"]),
        (
            "What is the difference between `is` and `==`?",
            &["is", "=="],
        ),
        ("Why use `*args` and `**kwargs`?", &["*args", "**kwargs"]),
        ("What does `asyncio.gather()` return?", &["asyncio.gather"]),
        ("What is `@property` for?", &["property"]),
        ("What are __init__ and __new__?", &["__init__", "__new__"]),
        (
            "3 @staticmethod和@classmethod",
            &["staticmethod", "classmethod"],
        ),
        ("О чём говорит yield from?", &["yield from"]),
        ("What is the walrus operator?", &[":="]),
        ("Explain deep copy and shallow copy", &["copy.deepcopy"]),
    ] {
        let found = from_title(title);
        assert!(
            found.len() >= expected.len() && found[..expected.len()] == *expected,
            "{title}: {found:?}"
        );
    }
}

#[test]
fn titles_that_are_about_nothing_we_know() {
    for title in [
        "Where do you see yourself in five years?",
        "Tell me about yourself",
        "Расскажите о себе",
        "What is normalisation?",
        "请做自我介绍",
    ] {
        assert_eq!(from_title(title), Vec::<String>::new(), "{title}");
    }
}

#[test]
fn an_example_that_prints_is_not_about_print() {
    let code = "def f(x):\n    return x\nfor i in range(3):\n    print(len(str(i)))\n";
    assert_eq!(from_code(&[code]), Vec::<String>::new());
    let code = "import functools\n@functools.lru_cache\ndef f(n):\n    print(n)\n    return n\n";
    assert_eq!(from_code(&[code])[0], "functools.lru_cache");
}

#[test]
fn inline_code_counts_where_it_is_repeated_or_comes_first() {
    let mut names = Vec::new();
    from_prose(
        "Use `functools.wraps` here, not `print`.\n\nAnd `json`.",
        &mut names,
        3,
    );
    assert_eq!(names, ["functools.wraps"]);
}

/// The lexicon names what code can be recognised as.
#[test]
fn the_lexicon_names_constructs_that_exist() {
    for entry in &Lexicon::get().entries {
        for name in &entry.constructs {
            let known = syntax(name).is_some() || python::is_known(name);
            assert!(known, "{name} in {:?}", entry.words);
        }
    }
}

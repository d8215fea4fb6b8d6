//! What holds for any input whatever: no panic, no overflow, ranges that can be drawn.

use proptest::prelude::*;

use super::{Analysis, analyse, analyse_unguarded, broken};
use crate::fuzzing::{self, sound as assert_sound};

/// The stack that the server gives to an analysis.
const STACK: usize = 16 * 1024 * 1024;

fn on_the_servers_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work);
    thread
        .expect("a thread with this stack")
        .join()
        .expect("no panic")
}

const SEEDS: &[&str] = &[
    include_str!("drawings/statements.txt"),
    include_str!("drawings/expressions.txt"),
    include_str!("drawings/functions.txt"),
    include_str!("drawings/symbols.txt"),
    include_str!("drawings/scopes.txt"),
    include_str!("drawings/traps.txt"),
    "class A(B):\n    def f(self, x: 'list[\"A\"]' = [], /, *, y) -> None:\n        return super().f(*x, **y)\n",
    "# Привет, 🌍\nимя = f'{имя!r:>{ширина}} 🐍'\r\nif имя:\r    lock = 'é'\r\n",
];

/// Pieces that break parsers: openers, half operators, odd characters.
const SPLINTERS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"\"\"",
    "'",
    "f'",
    "f\"{",
    "t'{",
    "\\",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "    ",
    ":",
    "=",
    ":=",
    "*",
    "**",
    "@",
    "->",
    "...",
    ";",
    ",",
    ".",
    "#",
    "\0",
    "\u{feff}",
    "\u{200b}",
    "é",
    "🐍",
    "async ",
    "await ",
    "def ",
    "class ",
    "lambda ",
    "lambda",
    "import ",
    "from ",
    "lazy ",
    "match x:\n case ",
    "type X = ",
    "global x\n",
    "nonlocal x\n",
    "except* ",
    "with (",
    "for x in ",
    "if ",
    "else",
    "elif",
    "not ",
    "is ",
    "in ",
    "yield ",
    "1e",
    "0x",
    "!",
    "$",
    "?",
    "`",
    "\u{c}",
    "\"\\ud800\"",
    "{{",
    "}}",
    "!r",
    "del x\n",
    "x: 'y",
    "self.",
    "print(",
    "raise x from",
];

fn mutated() -> impl Strategy<Value = String> {
    let edit = (
        any::<prop::sample::Index>(),
        0usize..12,
        prop::sample::select(SPLINTERS),
    );
    (
        prop::sample::select(SEEDS),
        any::<prop::sample::Index>(),
        1usize..1500,
        prop::collection::vec(edit, 0..6),
    )
        .prop_map(|(seed, start, length, edits)| {
            let letters: Vec<char> = seed.chars().collect();
            let start = start.index(letters.len());
            let mut letters: Vec<char> = letters[start..].iter().copied().take(length).collect();
            for (at, removed, inserted) in edits {
                let at = if letters.is_empty() {
                    0
                } else {
                    at.index(letters.len())
                };
                let end = (at + removed).min(letters.len());
                letters.splice(at..end, inserted.chars());
            }
            letters.into_iter().collect()
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn mutated_code_is_analysed_soundly(source in mutated()) {
        // Not `analyse`, which would hide a panic.
        let analysis = analyse_unguarded(&source, None, None);
        assert_sound(&source, &analysis);
    }

    #[test]
    fn the_next_version_is_analysed_soundly(last in mutated(), cut in 0usize..200, source in mutated()) {
        // Two versions that have lines in common, the first of which need not have parsed.
        let old = analyse_unguarded(&last, None, None);
        let common: String = last.chars().skip(cut).collect();
        let source = format!("{source}\n{common}");
        let new = analyse_unguarded(&source, None, None);
        if old.refused.is_none() && new.refused.is_none() {
            assert_sound(&source, &broken::history::merge(&source, new, &last, &old));
        }
    }

    #[test]
    fn mutated_code_is_hovered_everywhere(source in mutated()) {
        fuzzing::hover(&source);
    }

    #[test]
    fn mutated_code_is_parsed(source in mutated()) {
        fuzzing::parse(&source);
    }

    #[test]
    fn any_text_is_analysed_soundly(source in "\\PC{0,80}") {
        let analysis = analyse_unguarded(&source, None, None);
        assert_sound(&source, &analysis);
    }
}

proptest! {
    // Each case is a dozen analyses.
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn one_place_of_mutated_code_is_what_it_is_in_the_whole(source in mutated(), broken in mutated()) {
        fuzzing::near(&source, &broken);
    }
}

/// Sources at which a naive analysis overflows its stack or takes for ever: answered or refused.
#[test]
fn monsters_are_answered_or_refused() {
    let monsters: Vec<(&str, String)> = vec![
        (
            "nested parentheses",
            "(".repeat(20_000) + &")".repeat(20_000),
        ),
        ("open parentheses", "(".repeat(20_000)),
        ("open parentheses of calls", "f(".repeat(20_000)),
        ("nested lists", "[".repeat(300) + &"]".repeat(300)),
        ("a long sum", vec!["a"; 50_000].join(" + ")),
        (
            "a long sum in a string annotation",
            format!("x: '{}'", vec!["a"; 20_000].join(" | ")),
        ),
        ("a long call chain", format!("x{}", ".f()".repeat(20_000))),
        (
            "a long subscript chain",
            format!("x{}", "[0]".repeat(20_000)),
        ),
        ("a long power chain", vec!["a"; 20_000].join(" ** ")),
        ("a long boolean chain", vec!["a"; 50_000].join(" and ")),
        ("a long comparison", vec!["a"; 50_000].join(" < ")),
        ("a long conditional", "a if b else ".repeat(10_000) + "c"),
        (
            "nested ifs",
            (0..3_000)
                .map(|depth| " ".repeat(depth) + "if x:\n")
                .collect::<String>()
                + &" ".repeat(3_000)
                + "y",
        ),
        (
            "nested functions",
            (0..1_000)
                .map(|depth| " ".repeat(depth) + "def f():\n")
                .collect::<String>()
                + &" ".repeat(1_000)
                + "y",
        ),
        (
            "many elifs",
            "if a: pass\n".to_owned() + &"elif a: pass\n".repeat(20_000),
        ),
        ("nots", "not ".repeat(20_000) + "x"),
        ("minuses", "-".repeat(20_000) + "x"),
        ("lambdas", "lambda: ".repeat(20_000) + "x"),
        ("awaits", "await ".repeat(20_000) + "x"),
        ("nested f-strings", "f'{".repeat(5_000)),
        ("nested format specs", format!("f'{}", "{x:".repeat(5_000))),
        ("stars", "*".repeat(20_000)),
        ("asyncs", "async ".repeat(20_000)),
        ("one name bound over and over", "x = x\n".repeat(20_000)),
        (
            "one name in a loop",
            "while x:\n".to_owned() + &"    x = x.y\n".repeat(20_000),
        ),
        (
            "one global bound from functions",
            "def f():\n    global x\n    x = x\n".repeat(10_000) + "x\n",
        ),
        (
            "classes that inherit in a chain",
            (0..5_000)
                .map(|n| format!("class A{}(A{n}): pass\n", n + 1))
                .collect::<String>()
                + "A5000.x",
        ),
        (
            "a class that inherits from itself",
            "class A(A):\n    def f(self): self.g()\nclass B(C): pass\nclass C(B): pass\nC().x"
                .to_owned(),
        ),
        ("a long line", format!("x = [{}]", "1, ".repeat(600_000))),
        ("a long string", format!("x = '{}'", "a".repeat(5_000_000))),
        (
            "a long unclosed string",
            format!("x = '''{}", "(\n".repeat(500_000)),
        ),
        ("NUL bytes", "\0".repeat(1_000) + "import os\0\nos.path"),
        (
            "lone carriage returns",
            "import os\ros.path\rif x:\r    os\r".to_owned(),
        ),
        (
            "lone surrogate escapes",
            "x = '\\ud800'\ny = \"\\udfff\"\nf'\\ud800{x}'\n".to_owned(),
        ),
        ("a byte order mark", "\u{feff}import os\nos.path".to_owned()),
        ("backslashes", "\\\n".repeat(20_000)),
        (
            "indentation",
            (0..2_000)
                .map(|depth| " ".repeat(depth % 97) + "x\n")
                .collect(),
        ),
        ("decorators", "@d\n".repeat(20_000) + "def f(): pass"),
        (
            "case patterns",
            "match x:\n case ".to_owned() + &"a | ".repeat(20_000) + "b: pass",
        ),
        (
            "nested case patterns",
            "match x:\n case ".to_owned() + &"(".repeat(300) + &")".repeat(300) + ": pass",
        ),
        (
            "a long dotted import",
            format!("import a{}", ".b".repeat(20_000)),
        ),
    ];
    for (title, source) in monsters {
        let (title, source) = (title.to_owned(), source);
        on_the_servers_stack(move || {
            let started = std::time::Instant::now();
            let analysis = analyse_unguarded(&source, None, None);
            assert!(
                analysis.refused.is_none() || analysis.constructs().is_empty(),
                "{title}"
            );
            if source.len() < 20_000 {
                assert_sound(&source, &analysis);
            }
            println!(
                "{title}: {:?}, refused: {:?}",
                started.elapsed(),
                analysis.refused
            );
        });
    }
}

#[test]
fn a_refusal_says_why() {
    let analysis = analyse(&"(".repeat(20_000));
    assert!(
        analysis
            .refused
            .is_some_and(|reason| reason.contains("nested"))
    );
    // Brackets in strings and comments are no nesting.
    assert!(
        analyse(&format!(
            "x = '{}'  # {}\n",
            "(".repeat(1_000),
            "[".repeat(1_000)
        ))
        .refused
        .is_none()
    );
}

#[test]
fn the_cursor_behind_a_word_still_finds_it() {
    let source = "import gc\ngc.collect ()\n";
    let analysis = analyse(source);
    let at = |offset: usize| {
        analysis
            .at(offset)
            .iter()
            .map(|construct| construct.name.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(at(0), ["import"]);
    assert_eq!(at(6), ["import"]);
    assert_eq!(at(7), ["gc"]);
    assert_eq!(at(9), ["gc"]);
    assert_eq!(at(10), ["gc"]);
    assert_eq!(at(12), ["gc"]);
    assert_eq!(at(13), ["gc.collect"]);
    assert_eq!(at(20), ["gc.collect"]);
    assert_eq!(at(21), [""; 0]);
    assert_eq!(at(1_000), [""; 0]);
}

#[test]
fn keywords_may_stand_on_different_lines() {
    let source = "async \\\n  def f(x, y): \\\n    return x is \\\n not y\n";
    let analysis = analyse(source);
    let text = |name: &str| {
        let construct = analysis
            .constructs()
            .iter()
            .find(|construct| construct.name == *name);
        construct.map(|construct| &source[construct.range.clone()])
    };
    assert_eq!(text("async def"), Some("async \\\n  def"));
    assert_eq!(text("is"), Some("is \\\n not"));
}

/// Circles, and chains longer than what is evaluated at one go: the answer is the same from wherever it is asked.
#[test]
fn one_place_is_what_it_is_in_the_whole() {
    let chain: String = (0..200)
        .map(|n| format!("s{} = s{n}.strip().lower()\n", n + 1))
        .collect();
    let in_turn: String = (0..60)
        .map(|n| {
            format!(
                "def g{n}(x):\n    return g{}(x) if x else [g{}]\n",
                (n * 7 + 3) % 60,
                (n + 1) % 60
            )
        })
        .collect();
    let circles = "import threading, io\n\
        def f(x):\n    return g(x) if x else threading.Lock()\n\
        def g(x):\n    return f(x) if x else open(x)\n\
        g(1).read\nf(1).acquire\nf(1).read\ng(1).acquire\n\
        class A:\n    def a(self):\n        self.x = self.b()\n        return self.x\n    def b(self):\n        self.x = self.a() or io.StringIO()\n        return self.x\n\
        A().a().read\nA().b().read\nA().x.read\n\
        a = b = None\n\
        while a is not None and isinstance(b, io.StringIO):\n    a, b = b.x, a.read()\n    if a: a = b\n    elif b is a: b = a.y\n    a.getvalue()\n    b.getvalue()\n";
    for source in [
        format!("s0 = 'a'\n{chain}"),
        format!(
            "def f(s0):\n{}",
            format!("s0 = str()\n{chain}")
                .replace("s0 =", " s0 =")
                .replace("\ns", "\n s")
        ),
        format!("{in_turn}g3(1).append\ng0(0).append\n"),
        circles.to_owned(),
    ] {
        let whole = analyse(&source);
        assert!(whole.parses(), "{source}");
        for at in (0..=source.len()).step_by(source.len() / 800 + 1) {
            let near = super::analyse_near(&source, at..at, None, None);
            assert_eq!(near.at(at), whole.at(at), "{at} of {source}");
        }
        fuzzing::near(&source, "");
    }
    for source in SEEDS {
        fuzzing::near(source, "def f(");
    }
}

#[test]
fn an_analysis_can_go_to_another_thread() {
    fn is_plain<T: Send + Sync + 'static>() {}
    is_plain::<Analysis>();
}

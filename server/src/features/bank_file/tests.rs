use super::complete::{Around, Kind};
use super::*;
use crate::bank::{Bank, Lang};
use crate::features::card::Options;
use proptest::prelude::*;

const LOCKS: &str = "---
title: Locks
lang: en
---
# Threads
## Locks

### Why a `Lock`?
<!-- id: why-lock; constructs: threading.Lock, with; level: junior; see: dead-lock, gil -->

Since threads interleave. See [the other](#what-is-a-deadlock) and [ours](ru/locks.md#why-lock).

```python
with lock: ...
```

#### Pitfalls

Forgetting it.

### What is a deadlock?
<!-- id: dead-lock; constructs: _thread.lock; see: why-lock -->

Two wait.

## The GIL
### What is the GIL? {#gil}
<!-- id: gil; level: middle -->

A lock, see [why](#gil).
";

const LOCKS_RU: &str = "---
lang: ru
---
# Потоки
## Блокировки
<a id=\"why-lock\"></a>
### Зачем `Lock`?
<!-- id: why-lock; constructs: threading.Lock; see: dead-lock -->

Потоки чередуются, см. [там](../locks.md#gil).
";

fn bank() -> Vec<Source> {
    [("/b/locks.md", LOCKS), ("/b/ru/locks.md", LOCKS_RU)]
        .map(|(path, text)| Source {
            path: path.into(),
            text: text.into(),
        })
        .into()
}

/// The offset in the middle of `inner` in the first place of `part`.
fn place_of(text: &str, part: &str, inner: &str) -> usize {
    let at = text.find(part).expect("the part is there");
    at + part.find(inner).expect("it is in it") + inner.len() / 2
}

/// Places as `file: text of the line up to the place«the place»`.
fn shown(sources: &[Source], places: &[Place]) -> Vec<String> {
    let lines = places.iter().map(|place| {
        let source = sources.iter().find(|s| s.path == place.path);
        let text = &source.expect("a document of the bank").text;
        let line = text[..place.start].rfind('\n').map_or(0, |at| at + 1);
        let number = text[..line].matches('\n').count() + 1;
        let folder = place.path.parent().and_then(Path::file_name);
        let folder = folder.unwrap_or_default().to_string_lossy();
        format!("{folder}:{number}: {}", &text[place.range()])
    });
    lines.collect()
}

// Outline.

fn outline_of(text: &str) -> Vec<String> {
    fn list(text: &str, symbols: &[outline::Symbol], depth: usize, lines: &mut Vec<String>) {
        for symbol in symbols {
            let marked = &text[symbol.selection.clone()];
            let number = text[..symbol.range.start].matches('\n').count() + 1;
            let last = text[..symbol.range.end].matches('\n').count() + 1;
            let indent = "  ".repeat(depth);
            lines.push(format!(
                "{indent}{} {number}-{last} «{marked}»",
                symbol.name
            ));
            list(text, &symbol.children, depth + 1, lines);
        }
    }
    let mut lines = Vec::new();
    let file = File::read(Path::new("/b/a.md"), text);
    list(text, &outline::symbols(&file), 0, &mut lines);
    lines
}

#[test]
fn topics_hold_their_questions() {
    assert_eq!(
        outline_of(LOCKS),
        [
            "Locks 6-24 «## Locks»",
            "  Why a Lock? 8-19 «Why a `Lock`?»",
            "  What is a deadlock? 21-24 «What is a deadlock?»",
            "The GIL 26-30 «## The GIL»",
            "  What is the GIL? {#gil} 27-30 «What is the GIL? {#gil}»",
        ]
    );
    assert_eq!(outline_of("Nothing.\n"), [""; 0]);
}

#[test]
fn foreign_banks_have_an_outline_too() {
    let numbered = "# Python\n\n## Basics\n\n1. What is a list?\n\n   A sequence.\n\n2. What is a dict?\n\n   A mapping.\n\n## Async\n\n1. What is a coroutine?\n\n   A function.\n";
    assert_eq!(
        outline_of(numbered),
        [
            "Basics 3-11 «## Basics»",
            "  What is a list? 5-7 «What is a list?»",
            "  What is a dict? 9-11 «What is a dict?»",
            "Async 13-17 «## Async»",
            "  What is a coroutine? 15-17 «What is a coroutine?»",
        ]
    );
    let bold =
        "**Q: Что такое GIL?**\n\n**A:** Замок.\n\n**Q: Что такое поток?**\n\n**A:** Нить.\n";
    assert_eq!(
        outline_of(bold),
        [
            "Что такое GIL? 1-3 «Что такое GIL?»",
            "Что такое поток? 5-7 «Что такое поток?»"
        ]
    );
    let table = include_str!("../../../../tests/fixtures/banks/table_zh.md");
    assert_eq!(outline_of(table).len(), 4, "{:?}", outline_of(table));
}

fn folds_of(text: &str) -> Vec<(usize, usize)> {
    let file = File::read(Path::new("/b/a.md"), text);
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    let folds = outline::folds(&file).into_iter();
    folds
        .map(|fold| (line(fold.start), line(fold.end)))
        .collect()
}

#[test]
fn questions_sections_fences_and_the_front_matter_fold() {
    let folds = [(1, 4), (8, 19), (13, 15), (17, 19), (21, 24), (27, 30)];
    assert_eq!(folds_of(LOCKS), folds);
    assert_eq!(folds_of("# A\n\n## Why?\n"), []);
    assert_eq!(folds_of(""), []);
}

// Definition and references.

fn definition_of(part: &str, inner: &str) -> Vec<String> {
    let sources = bank();
    let places = refer::definition(&sources, 0, place_of(LOCKS, part, inner));
    shown(&sources, &places)
}

fn references_of(part: &str, inner: &str, declared: bool) -> Vec<String> {
    let sources = bank();
    let places = refer::references(&sources, 0, place_of(LOCKS, part, inner), declared);
    shown(&sources, &places)
}

#[test]
fn an_id_leads_to_its_questions_in_all_languages() {
    let why = ["b:9: why-lock", "ru:8: why-lock"];
    assert_eq!(definition_of("see: why-lock", "why-lock"), why);
    assert_eq!(definition_of("id: why-lock", "why-lock"), why);
    assert_eq!(definition_of("see: dead-lock", "dead"), ["b:22: dead-lock"]);
    // From the other language its own comes first.
    let sources = bank();
    let at = place_of(LOCKS_RU, "id: why-lock", "why");
    let places = refer::definition(&sources, 1, at);
    assert_eq!(
        shown(&sources, &places),
        ["ru:8: why-lock", "b:9: why-lock"]
    );
    for (part, inner) in [
        ("level: junior", "junior"),
        ("threading.Lock", "Lock"),
        ("Two wait", "wait"),
        ("### What is a deadlock?", "deadlock"),
        ("lang: en", "en"),
        ("with lock", "lock"),
    ] {
        assert_eq!(definition_of(part, inner), [""; 0], "{part}");
    }
}

#[test]
fn a_link_leads_to_its_heading_or_document() {
    let sources = bank();
    let to = |part, inner| refer::definition(&sources, 0, place_of(LOCKS, part, inner));
    let deadlock = LOCKS.find("### What is a deadlock").expect("it is there");
    let found = to("[the other](#what", "other");
    assert_eq!(
        found,
        [Place::new(Path::new("/b/locks.md"), &(deadlock..deadlock))]
    );
    let found = to("[ours](ru/locks.md#why-lock)", "ours");
    assert_eq!(found[0].path, Path::new("/b/ru/locks.md"));
    assert!(LOCKS_RU[found[0].start..].starts_with("<a id"), "{found:?}");
    let gone = [Source {
        path: "/b/a.md".into(),
        text: "[a](#nowhere) [b](gone.png)".into(),
    }];
    assert_eq!(refer::definition(&gone, 0, 3), []);
    let picture = refer::definition(&gone, 0, 16);
    assert_eq!(picture, [Place::new(Path::new("/b/gone.png"), &(0..0))]);
}

#[test]
fn references_are_what_names_an_id() {
    assert_eq!(
        references_of("id: dead-lock", "dead", true),
        [
            "b:9: dead-lock",
            "b:11: [the other](#what-is-a-deadlock)",
            "b:22: dead-lock",
            "ru:8: dead-lock",
        ]
    );
    assert_eq!(
        references_of("### Why a `Lock`", "Why", false),
        ["b:11: [ours](ru/locks.md#why-lock)", "b:22: why-lock"]
    );
    assert_eq!(
        references_of("id: gil", "gil", false),
        [
            "b:9: gil",
            "b:30: [why](#gil)",
            "ru:10: [там](../locks.md#gil)"
        ]
    );
}

#[test]
fn references_of_a_construct_are_the_questions_that_list_it() {
    assert_eq!(
        references_of("constructs: threading.Lock", "threading", true),
        [
            "b:9: threading.Lock",
            "b:22: _thread.lock",
            "ru:8: threading.Lock"
        ]
    );
    assert_eq!(references_of("Lock, with;", "with", true), ["b:9: with"]);
    assert_eq!(references_of("with lock: ...", "lock", true), [""; 0]);
    assert_eq!(references_of("## The GIL", "GIL", true), [""; 0]);
}

#[test]
fn what_is_not_needed_changes_no_answer() {
    let mut sources = bank();
    sources.push(Source {
        path: "/b/other.md".into(),
        text: "# Other\n## What else?\n<!-- id: else -->\n\nNothing.\n".into(),
    });
    let having = |id: &str| match id {
        "why-lock" => sources[..2].iter().map(|s| s.path.clone()).collect(),
        "dead-lock" | "gil" => vec![sources[0].path.clone()],
        _ => Vec::new(),
    };
    for own in 0..2 {
        let file = File::read(&sources[own].path, &sources[own].text);
        for offset in (0..file.text.len()).filter(|at| file.text.is_char_boundary(*at)) {
            let needs = refer::Needs::of(&file, offset, None, &having);
            let mut kept = sources.clone();
            kept.retain(|s| needs.met(&s.path, &s.text));
            assert!(kept.len() < 3, "{offset}");
            let at = kept.iter().position(|s| s.path == file.path);
            let at = at.expect("it needs itself");
            let of = |sources: &[Source], own| {
                (
                    refer::definition(sources, own, offset),
                    refer::references(sources, own, offset, true),
                )
            };
            assert_eq!(of(&kept, at), of(&sources, own), "{offset}");
        }
    }
}

// Rename.

fn renamed(part: &str, inner: &str, new: &str) -> Result<Vec<String>, String> {
    let sources = bank();
    let builtin = |id: &str| id == "race";
    let taken = |id: &str| (id == "race").then(|| "the built-in bank".to_string());
    let at = place_of(LOCKS, part, inner);
    let places = rename::rename(&sources, 0, at, new, &builtin, &taken)?;
    Ok(shown(&sources, &places))
}

#[test]
fn an_id_is_renamed_wherever_it_stands() {
    let all = ["b:9: dead-lock", "b:22: dead-lock", "ru:8: dead-lock"];
    assert_eq!(
        renamed("id: dead-lock", "dead", "deadlock").as_deref(),
        Ok(&all.map(String::from)[..])
    );
    let from_see = renamed("see: dead-lock", "dead", "deadlock");
    assert_eq!(from_see.as_deref(), Ok(&all.map(String::from)[..]));
    // Anchors of its name, and the links to them.
    let gil = renamed("id: gil", "gil", "the-gil");
    let places = [
        "b:9: gil",
        "b:27: gil",
        "b:28: gil",
        "b:30: gil",
        "ru:10: gil",
    ];
    assert_eq!(gil.as_deref(), Ok(&places.map(String::from)[..]));
    assert_eq!(renamed("id: gil", "gil", "gil"), Ok(Vec::new()));
}

#[test]
fn an_anchor_that_a_heading_makes_stays() {
    let text = "# A\n## GIL\n<!-- id: gil -->\n\nSee [it](#gil).\n";
    let sources = [Source {
        path: "/b/a.md".into(),
        text: text.into(),
    }];
    let at = place_of(text, "id: gil", "gil");
    let places = rename::rename(&sources, 0, at, "lock", &|_| false, &|_| None);
    let places = places.expect("a sound name");
    assert_eq!(shown(&sources, &places), ["b:3: gil"]);
}

#[test]
fn renaming_is_refused_with_the_reason() {
    let reason = |new: &str| renamed("id: gil", "gil", new).expect_err("it is refused");
    for new in [
        "", " ", "a b", "a,b", "a;b", "a:b", "a-->", "--", "a\nb", "a#b", "a/b",
    ] {
        assert!(
            reason(new).contains("cannot be an id"),
            "{new:?}: {}",
            reason(new)
        );
    }
    assert!(reason("why-lock").contains("taken by a question in /b/locks.md"));
    assert!(reason("race").contains("the built-in bank"));
    let here = renamed("Two wait", "wait", "x").expect_err("there is no id");
    assert!(here.contains("no id here"), "{here}");

    let text = "# A\n## Why?\n<!-- id: a; see: race, nobody, how -->\n\nSo.\n\n## How?\n<!-- level: junior -->\n\nSo.\n";
    let sources = [Source {
        path: "/b/a.md".into(),
        text: text.into(),
    }];
    let prepare = |part| {
        let at = place_of(text, part, part);
        rename::prepare(&sources, 0, at, &|id| id == "race")
    };
    assert!(prepare("race").is_err_and(|why| why.contains("built-in bank")));
    assert!(prepare("nobody").is_err_and(|why| why.contains("no question of your banks")));
    assert!(prepare("how").is_err_and(|why| why.contains("made from the question's title")));
    assert_eq!(prepare("Why"), Ok(None));
    assert_eq!(prepare("level"), Ok(None));
    let start = text.find("a; see").expect("it is there");
    assert_eq!(prepare("a; see").map(|found| found.map(|f| f.1)), Ok(None));
    let found = rename::prepare(&sources, 0, start, &|_| false);
    assert_eq!(found, Ok(Some((start..start + 1, "a".to_string()))));
}

// Completion. `|` is the cursor.

fn completion(drawing: &str) -> Option<(complete::Completion, String)> {
    let offset = drawing.find('|').expect("a cursor");
    let text = drawing.replacen('|', "", 1);
    let sources = bank();
    let paths: Vec<PathBuf> = sources.iter().map(|s| s.path.clone()).collect();
    let around = Around {
        ids: &|| {
            let ids = [
                ("why-lock", "Why a `Lock`?"),
                ("dead-lock", "What is a deadlock?"),
                ("gil", "Зачем GIL?"),
            ];
            ids.into()
        },
        constructs: &|| vec!["aiohttp.ClientSession", "with"],
        files: &paths,
        text: &|path| {
            let source = sources.iter().find(|s| s.path == path);
            source.map(|s| s.text.clone())
        },
    };
    let found = complete::at(Path::new("/b/new.md"), &text, offset, &around)?;
    assert!(found.range.contains(&offset) || found.range.end == offset);
    let replaced = text[found.range.clone()].to_string();
    assert!(!replaced.contains('\n'), "{replaced:?}");
    Some((found, replaced))
}

/// What is offered, and in brackets what it replaces.
fn offered(drawing: &str) -> String {
    let Some((found, replaced)) = completion(drawing) else {
        return "nothing".to_string();
    };
    let labels: Vec<String> = found
        .items
        .iter()
        .map(|item| format!("{}{}", item.label, item.more.trim_end()))
        .collect();
    format!("{} [{replaced}]", labels.join(" "))
}

fn in_comment(inside: &str) -> String {
    format!("# A\n## Why?\n<!-- {inside} -->\n\nSo.\n")
}

#[test]
fn keys_and_levels_are_offered() {
    assert_eq!(offered(&in_comment("|")), "id: constructs: level: see: []");
    assert_eq!(offered("## Why?\n<!-- |"), "id: constructs: level: see: []");
    assert_eq!(
        offered("Why?\n----\n\n<!--|"),
        "id: constructs: level: see: []"
    );
    assert_eq!(
        offered(&in_comment("id: a; l|e")),
        "constructs: level: see: [le]"
    );
    assert_eq!(
        offered(&in_comment("id: a; c|on: b")),
        "constructs level see [con]"
    );
    assert_eq!(
        offered(&in_comment("id: a; level: |; see: b")),
        "junior junior+ middle []"
    );
    assert_eq!(
        offered(&in_comment("level: jun|ior")),
        "junior junior+ middle [junior]"
    );
    assert_eq!(offered(&in_comment("id: |")), "why []");
    assert_eq!(
        offered(
            "## Why?\n<!-- id: a; |\n\nSo.\n\n## How?\n<!-- id: b; level: middle; see: a -->\n"
        ),
        "constructs: level: see: []"
    );
    // No metadata: not below a heading, ended, in code.
    for text in [
        "So.\n<!-- |",
        "## Why?\n<!-- id: a --> |",
        "## Why?\n|",
        "```python\n# Why?\n<!-- |\n```\n",
        "|",
        "## Why?\n<!-- other: |",
    ] {
        assert_eq!(offered(text), "nothing", "{text}");
    }
}

#[test]
fn constructs_are_offered_by_their_beginning() {
    let labels = |inside: &str| -> Vec<String> {
        let found = completion(&in_comment(inside));
        let items = found.map(|(found, _)| found.items).unwrap_or_default();
        items.into_iter().map(|item| item.label).collect()
    };
    let threading = labels("constructs: threading.|");
    assert!(
        threading.contains(&"threading.Lock".to_string()),
        "{threading:?}"
    );
    assert!(
        threading
            .iter()
            .all(|n| n.starts_with("threading.") && n.matches('.').count() == 1)
    );
    assert!(threading.iter().all(|n| !n.contains("._")), "{threading:?}");
    assert_eq!(
        offered(&in_comment(
            "id: a; constructs: with, threading.Lo|; level: junior"
        )),
        "threading.Lock threading.local [threading.Lo]"
    );
    assert_eq!(
        labels("constructs: threading.Lock.rel|"),
        ["threading.Lock.release", "threading.Lock.release_lock"]
    );
    assert_eq!(labels("constructs: async w|"), ["async with"]);
    assert_eq!(
        offered(&in_comment("constructs: mutable def|ault argument, len")),
        "mutable default argument [mutable default argument]"
    );
    // By its last part, by a later word, by the bank's own.
    assert!(labels("constructs: ClientS|").contains(&"aiohttp.ClientSession".to_string()));
    assert!(labels("constructs: Semaph|").contains(&"threading.Semaphore".to_string()));
    assert!(labels("constructs: default|").contains(&"mutable default argument".to_string()));
    // What is listed already is not offered again; the alias of a name never.
    assert!(
        !labels("constructs: threading.Lock, threading.Lo|")
            .contains(&"threading.Lock".to_string())
    );
    assert_eq!(labels("constructs: _thread.lo|"), [""; 0]);
    assert_eq!(labels("constructs: qwrtpl|"), [""; 0]);
}

#[test]
fn nobody_is_flooded() {
    for inside in [
        "constructs: |",
        "constructs: s|",
        "constructs: os.|",
        "constructs: ge|",
    ] {
        let (found, _) = completion(&in_comment(inside)).expect("something");
        assert!(found.items.len() <= 100, "{inside}");
        assert!(found.incomplete || found.items.len() < 100, "{inside}");
    }
    let (found, _) = completion(&in_comment("constructs: |")).expect("something");
    assert!(found.incomplete);
    let kinds: Vec<Kind> = found.items.iter().map(|item| item.kind).collect();
    assert!(kinds.contains(&Kind::Syntax) && kinds.contains(&Kind::Trap));
}

#[test]
fn ids_are_offered_by_id_and_title() {
    assert_eq!(offered(&in_comment("see: |")), "dead-lock gil why-lock []");
    assert_eq!(
        offered(&in_comment("see: gil, lock|")),
        "dead-lock why-lock [lock]"
    );
    assert_eq!(
        offered(&in_comment("see: gil, why|-lock")),
        "why-lock [why-lock]"
    );
    assert_eq!(offered(&in_comment("see: зачем|")), "gil [зачем]");
    assert_eq!(offered(&in_comment("see: xyz|")), "nothing");
}

#[test]
fn links_lead_to_documents_and_their_anchors() {
    assert_eq!(offered("See [a](|)"), "locks.md ru/locks.md []");
    assert_eq!(offered("See [a](ru|/x.md)"), "ru/locks.md [ru/x.md]");
    assert_eq!(
        offered("# One\n\n## Two words!\n\n[a](#|)"),
        "one two-words []"
    );
    assert_eq!(
        offered("[a](locks.md#|x)"),
        "threads locks why-a-lock pitfalls what-is-a-deadlock the-gil gil what-is-the-gil [x]"
    );
    for text in [
        "[a](https://x|)",
        "[a](b) |",
        "[a](gone.md#|)",
        "```\n[a](|)\n```\n",
        "a(|)",
    ] {
        assert_eq!(offered(text), "nothing", "{text}");
    }
}

// Preview.

fn preview_of(part: &str, inner: &str) -> String {
    let bank = Bank::of_texts(&[
        ("/b/locks.md", LOCKS),
        ("/b/ru/locks.md", LOCKS_RU),
        (
            "builtin/en/a.md",
            "## What is `with`?\n<!-- id: with; constructs: with, threading.Lock -->\n\nA block.\n",
        ),
    ]);
    let options = Options {
        lang: Lang::En,
        keywords: true,
        max_lines: 12,
    };
    let file = File::read(Path::new("/b/locks.md"), LOCKS);
    let found = preview::at(&file, place_of(LOCKS, part, inner), &bank, options);
    found.map_or("nothing".to_string(), |preview| {
        let marked = &LOCKS[preview.range.clone()];
        format!("{}\n[{marked}]", preview.said.markdown(None))
    })
}

#[test]
fn a_title_and_its_metadata_show_the_card() {
    let card = "**Interview** · `threading.Lock`\n\n**Why a `Lock`?**\n\nSince threads interleave. See the other and ours.\n\n```python\nwith lock: ...\n```\n\n*Pitfall:* Forgetting it.\n\nFull answer: code actions · 2 more questions\n";
    let on = |part, inner| preview_of(part, inner);
    assert_eq!(
        on("### Why a `Lock`", "Why"),
        format!("{card}[Why a `Lock`?]")
    );
    assert_eq!(on("id: why-lock", "why"), format!("{card}[why-lock]"));
    assert!(on("; level: junior", "level").starts_with(card));
    assert!(on("see: dead-lock", "dead").contains("**What is a deadlock?**"));
    assert!(on("### What is the GIL", "GIL").contains("no construct"));
    assert_eq!(on("Two wait", "wait"), "nothing");
    assert_eq!(on("## Locks", "Locks"), "nothing");
}

#[test]
fn a_construct_shows_who_comes_first_for_it() {
    let lock = preview_of("constructs: threading.Lock", "threading");
    assert_eq!(
        lock,
        "**Interview** · `threading.Lock`\n\nThis question comes first of 3\n[threading.Lock]"
    );
    let alias = preview_of("_thread.lock", "lock");
    assert_eq!(
        alias,
        "**Interview** · `threading.Lock`\n\nFirst of 3 comes `why-lock`: Why a `Lock`?\n[_thread.lock]"
    );
}

// Whatever is written.

fn document() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("## Why?\n".to_string()),
        Just("### Что такое `Lock`? {#a}\n".to_string()),
        Just("<!-- id: a; constructs: threading.Lo, with; see: a, б -->\n".to_string()),
        Just("<!-- id: é; see: ".to_string()),
        Just("[x](a.md#a) ![](b c".to_string()),
        Just("```python\nx = 1\n".to_string()),
        Just("1. What is 🐍?\r\n".to_string()),
        Just("---\n".to_string()),
        Just("<a id=\"a\"></a>\n".to_string()),
        "\\PC{0,8}",
        "[#<>!:;,.\\[\\]() \\n\\r-]{0,6}",
    ];
    proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

fn check_symbols(text: &str, symbols: &[outline::Symbol], within: &Range<usize>) {
    for symbol in symbols {
        assert!(within.start <= symbol.range.start && symbol.range.end <= within.end);
        assert!(symbol.range.start <= symbol.selection.start);
        assert!(symbol.selection.end <= symbol.range.end);
        assert!(text.get(symbol.range.clone()).is_some());
        assert!(text.get(symbol.selection.clone()).is_some());
        assert!(!symbol.name.trim().is_empty());
        check_symbols(text, &symbol.children, &symbol.range);
    }
}

proptest! {
    #[test]
    fn nothing_written_breaks_anything(text in document(), place in 0usize..400) {
        let file = File::read(Path::new("/b/a.md"), &text);
        check_symbols(&text, &outline::symbols(&file), &(0..text.len()));
        for fold in outline::folds(&file) {
            prop_assert!(text.get(fold).is_some());
        }
        let offset = text.floor_char_boundary(place.min(text.len()));
        let sources = [Source { path: "/b/a.md".into(), text: text.as_str().into() }];
        for place in refer::definition(&sources, 0, offset) {
            prop_assert!(place.path != sources[0].path || text.get(place.range()).is_some());
        }
        for place in refer::references(&sources, 0, offset, true) {
            prop_assert!(text.get(place.range()).is_some());
        }
        // Everything that is renamed is the id that stood there.
        if let Ok(Some((range, id))) = rename::prepare(&sources, 0, offset, &|_| false) {
            prop_assert_eq!(&text[range], &id);
            let places = rename::rename(&sources, 0, offset, "new-name", &|_| false, &|_| None);
            let places = places.expect("a sound name");
            prop_assert!(!places.is_empty());
            for place in &places {
                prop_assert_eq!(&text[place.range()], &id);
            }
            prop_assert!(places.windows(2).all(|two| two[0].end <= two[1].start));
        }
        let around = Around {
            ids: &|| vec![("a", "A")],
            constructs: &Vec::new,
            files: &[],
            text: &|_| None,
        };
        if let Some(found) = complete::at(Path::new("/b/a.md"), &text, offset, &around) {
            prop_assert!(found.range.start <= offset && offset <= found.range.end);
            prop_assert!(text.get(found.range.clone()).is_some_and(|t| !t.contains(['\n', '\r'])));
        }
        let bank = Bank::of_texts(&[("/b/a.md", &text)]);
        let options = Options { lang: Lang::Ru, keywords: true, max_lines: 12 };
        if let Some(found) = preview::at(&file, offset, &bank, options) {
            prop_assert!(text.get(found.range.clone()).is_some());
            found.said.markdown(None);
            found.said.plain();
        }
    }
}

use super::*;

fn source(path: &str, text: &str) -> Source {
    Source {
        path: path.into(),
        text: text.to_string(),
        wanted: true,
    }
}

/// Each finding as `rule severity: the text it marks -> suggestion`.
fn found(sources: &[Source]) -> Vec<String> {
    let findings = check(sources, &|id| id == "elsewhere", &|path| {
        path == Path::new("bank/there.png")
    });
    let lines = findings.iter().map(|f| {
        let marked = &sources[f.source].text[f.range.clone()];
        let suggestion = f.suggestion.as_deref().map(|s| format!(" -> {s}"));
        let (rule, severity) = (f.rule.as_str(), f.severity.as_str());
        format!(
            "{rule} {severity}: {marked}{}",
            suggestion.unwrap_or_default()
        )
    });
    lines.collect()
}

fn found_in(text: &str) -> Vec<String> {
    found(&[source("bank/a.md", text)])
}

fn question(metadata: &str, body: &str) -> String {
    format!("# Bank\n## Why?\n<!-- {metadata} -->\n\n{body}\n")
}

#[test]
fn a_sound_document_has_no_findings() {
    let body = "It is. See [why](#why), [all](a.md#bank), [a picture](there.png) and [the web](https://x.invalid/#no).\n\n```python\nasync def f(): ...\n```\n\n```python\n>>> 1 +\n```\n\n```text\n1 +\n```";
    let metadata = "id: why; constructs: threading.Lock, async def, mutable default argument, aiohttp.ClientSession, flask; level: junior+; see: why, elsewhere";
    assert_eq!(found_in(&question(metadata, body)), [""; 0]);
    // A comment that is no metadata, and nothing at all.
    assert_eq!(found_in("<!-- note: mend; this -->\n"), [""; 0]);
    assert_eq!(found_in(""), [""; 0]);
}

#[test]
fn unknown_constructs_have_a_suggestion() {
    let text = question(
        "id: a; constructs: thredaing.Lock, async deff, gc.colect, lenn",
        "It is.",
    );
    assert_eq!(
        found_in(&text),
        [
            "unknown-construct error: thredaing.Lock -> threading.Lock",
            "unknown-construct error: async deff -> async def",
            "unknown-construct error: gc.colect -> gc.collect",
        ]
    );
}

#[test]
fn an_underlined_heading_has_metadata_too() {
    let text = "Bank\n====\n\nWhy?\n----\n<!-- id: a; constructs: gc.colect -->\n\nSo.\n";
    assert_eq!(
        found_in(text),
        ["unknown-construct error: gc.colect -> gc.collect"]
    );
}

#[test]
fn metadata_is_looked_at_entry_by_entry() {
    let text = question("id: a; construct: len; level: junor; id: b; see:", "It is.");
    assert_eq!(
        found_in(&text),
        [
            "metadata error: construct -> constructs",
            "metadata error: junor -> junior",
            "metadata error: id",
            "metadata error: see:",
        ]
    );
    assert_eq!(
        found_in(&question("id: a; level junior", "It is.")),
        ["metadata error: level junior"]
    );
    assert_eq!(
        found_in("# Bank\n## Why is it?\n<!-- id: a\n\nIt is.\n"),
        ["metadata error: <!-- id: a"]
    );
}

#[test]
fn answers_and_cards() {
    assert_eq!(
        found_in(&question("id: a", "")),
        ["no-answer warning: ## Why?"]
    );
    let long = "word ".repeat(130);
    assert_eq!(
        found_in(&question("id: a", &long)),
        ["card-too-long warning: ## Why?"]
    );
}

#[test]
fn dead_links_and_ids() {
    let body = "It is: [a](#nowhere), [b](gone.md), ![c](gone.png), [d](a.md#no).";
    assert_eq!(
        found_in(&question("id: why; see: wy, nobody", body)),
        [
            "dead-see error: wy -> why",
            "dead-see error: nobody",
            "dead-link error: [a](#nowhere)",
            "dead-link error: [b](gone.md)",
            "dead-link error: ![c](gone.png)",
            "dead-link error: [d](a.md#no)",
        ]
    );
}

#[test]
fn python_that_does_not_parse_is_marked_at_its_line() {
    let body = "It is.\n\n```python\nx = 1\ny = (1 +\n```";
    assert_eq!(
        found_in(&question("id: a", body)).len(),
        1,
        "{:?}",
        found_in(&question("id: a", body))
    );
    let marked = found_in(&question(
        "id: a",
        "It is.\n\n```python\nx = 1\nprint 'x'\n```",
    ));
    assert_eq!(marked, ["python-does-not-parse error: 'x'"]);
}

#[test]
fn ids_are_one_a_language_and_stand_in_both() {
    let en = "---\nlang: en\n---\n## Why?\n<!-- id: a -->\n\nIt is.\n\n## How?\n<!-- id: b -->\n\nSo.\n\n## When?\n<!-- id: a -->\n\nNow.\n";
    let ru = "---\nlang: ru\n---\n## Зачем?\n<!-- id: a -->\n\nЗатем.\n";
    assert_eq!(
        found(&[source("x/en/a.md", en), source("x/ru/a.md", ru)]),
        ["missing-translation warning: b", "duplicate-id error: a"]
    );
    // Other names, other folders: nothing to compare.
    let alone = [source("x/en/a.md", ru), source("y/ru/a.md", "")];
    assert_eq!(found(&alone), [""; 0]);
}

#[test]
fn foreign_documents_get_what_makes_sense_for_them() {
    let text = "# Q\n\n## 1. What is a list?\n\n## 2. What is a dict?\n\nA [mapping](gone.md).\n\n```python\nprint 1\n```\n\n## 3. What is a set?\n\nA set.\n";
    let found = found_in(text);
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0], "no-answer note: ## 1. What is a list?");
    assert_eq!(found[1], "dead-link warning: [mapping](gone.md)");
    assert!(found[2].starts_with("python-does-not-parse warning"));
}

#[test]
fn a_foreign_document_is_told_ten_times_of_one_thing() {
    let list = |count: usize| -> String {
        let lines = (1..=count).map(|n| format!("## {n}. What is number {n}?\n\n"));
        format!("# Q\n\n{}", lines.collect::<String>())
    };
    assert_eq!(found_in(&list(10)).len(), 10);
    let sources = [source("bank/a.md", &list(312))];
    let findings = check(&sources, &|_| false, &|_| false);
    assert_eq!(findings.len(), 10);
    assert!(!findings[8].message.contains("more"), "{:?}", findings[8]);
    assert!(
        findings[9]
            .message
            .ends_with("so it is with 302 more in this document"),
        "{:?}",
        findings[9]
    );
    // One's own is told everything.
    let own = list(12).replace("?\n", "?\n<!-- level: junior -->\n");
    assert_eq!(found_in(&own).len(), 12);
}

#[test]
fn every_rule_has_its_section() {
    let page = include_str!("../../../docs/check.md");
    for rule in Rule::ALL {
        let name = rule.as_str();
        assert!(page.contains(&format!("\n## {name}\n")), "{name}");
    }
}

//! Sources at which a naive server dies or falls silent: no Python that anybody would write. For the tests, and for `cargo xtask bench`.

/// A title and a source of each monster.
pub fn all() -> Vec<(&'static str, String)> {
    let numbered =
        |count: usize, line: &dyn Fn(usize) -> String| -> String { (0..count).map(line).collect() };
    vec![
        (
            "20,000 nested parentheses",
            "(".repeat(20_000) + &")".repeat(20_000),
        ),
        ("a sum of 50,000 terms", vec!["a"; 50_000].join(" + ")),
        ("3,000 nested ifs", nested(3_000, "if x:")),
        (
            "100,000 lines",
            numbered(25_000, &|n| {
                format!("def f{n}(a, b=[]):\n    x = a.b({n})\n    return [y for y in x if y]\n\n")
            }),
        ),
        (
            "a line of 5 MB",
            format!("x = [{}]", "1, ".repeat(1_700_000)),
        ),
        ("NUL bytes", "\0".repeat(100_000) + "import os\nos.path"),
        ("100,000 open f-strings", "f'{".repeat(100_000)),
        ("100,000 lines of open f-strings", "f'{\n".repeat(100_000)),
        (
            "100,000 lines of open f-strings in both quotes",
            "f'{f\"{\n".repeat(100_000),
        ),
        (
            "100,000 lines of open f-strings with comments",
            "f'{#\n".repeat(100_000),
        ),
        (
            "100,000 lines of open format specs",
            "t'{x:{\n".repeat(100_000),
        ),
        (
            "100,000 nested format specs",
            format!("f'{}", "{a:".repeat(100_000)),
        ),
        (
            "an open string with 100,000 open f-strings in it",
            format!("'''{}", "f\"{\n".repeat(100_000)),
        ),
        (
            "an elif of 10,000 branches",
            "if a: x = 1\n".to_string()
                + &numbered(10_000, &|n| format!("elif a == {n}: x = f({n})\n"))
                + "x.y\n",
        ),
        ("5,000 nested functions", nested(5_000, "def f():")),
        (
            "100,000 bindings of one name",
            "x = ''\n".repeat(100_000) + &"x.join\n".repeat(1_000),
        ),
        (
            "a chain of 20,000 classes",
            numbered(20_000, &|n| format!("class A{}(A{n}): pass\n", n + 1))
                + &"A20000().x.y\n".repeat(1_000),
        ),
        (
            "a class with 5,000 bases",
            numbered(5_000, &|n| format!("class A{n}: pass\n"))
                + &format!(
                    "class B({}): pass\n",
                    (0..5_000)
                        .map(|n| format!("A{n}"))
                        .collect::<Vec<_>>()
                        .join(", ")
                )
                + &"B().x.y\n".repeat(2_000),
        ),
        (
            "2,000 diamonds of classes",
            "class A0: pass\nclass B0: pass\n".to_string()
                + &numbered(2_000, &|n| {
                    let next = n + 1;
                    format!("class A{next}(A{n}, B{n}): pass\nclass B{next}(A{n}, B{n}): pass\n")
                })
                + &"A2000().x.y()\n".repeat(1_000),
        ),
        (
            "20,000 functions that call each other",
            numbered(20_000, &|n| {
                format!("def f{n}(): return f{}()\n", (n + 1) % 20_000)
            }) + &"f0().x\n".repeat(1_000),
        ),
        (
            "20,000 names, each twice the one before",
            numbered(20_000, &|n| format!("a{} = a{n} + a{n}\n", n + 1)) + "a20000.x",
        ),
        (
            "20,000 methods that bind one attribute",
            "class A:\n".to_string()
                + &numbered(20_000, &|n| {
                    format!("    def f{n}(self): self.x = self.x\n")
                }),
        ),
        (
            "a chain of 50,000 calls",
            format!("x = ''{}", ".strip()".repeat(50_000)),
        ),
    ]
}

fn nested(depth: usize, line: &str) -> String {
    let lines = (0..depth).map(|depth| format!("{}{line}\n", " ".repeat(depth)));
    lines.collect::<String>() + &" ".repeat(depth) + "y"
}

//! `cargo xtask bench bank`: what a bank of 100,000 questions costs, measured on the release build over the protocol.
//!
//! The bank is generated, the same at every run: two hundred megabytes in a thousand files of several formats, in words of the built-in
//! bank and in rare ones, as common as words are.

use crate::bench::peak_memory;
use crate::client::Client;
use crate::{build_server, root, target};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const FILES: usize = 1_000;
const QUESTIONS: usize = 100;
const URI: &str = "file:///bench/worker.py";
const RELOADS: usize = 20;
const ROUNDS: usize = 5;
/// The server waits so long for what belongs to a change before it reads.
const QUIET: Duration = Duration::from_millis(120);

/// How the log line begins that says where the time of a load went.
const STAGES: &str = "of all threads together";

/// What people type: whole words and beginnings, both languages, slips, the other keyboard layout, the other alphabet, and nonsense.
const QUERIES: &[&str] = &[
    "gil",
    "GIL",
    "threading.Lock",
    "race condition",
    "race cond",
    "гонка",
    "гонки потоков",
    "deadlock",
    "deadlok",
    "asyncio",
    "асинкио",
    "asyncio.gather",
    "event loop",
    "цикл событий",
    "пшд",
    "ыудф",
    "ujyrf",
    "фынтсшщ",
    "декоратор",
    "decorator",
    "dekorator",
    "итератор",
    "generator",
    "generatr",
    "context manager",
    "контекстный менеджер",
    "with",
    "mutable default",
    "list vs tuple",
    "what is the difference",
    "как работает сборщик мусора",
    "garbage collector",
    "gc.collect",
    "weakref",
    "слабые ссылки",
    "threding",
    "тредин",
    "гил",
    "queue",
    "очередь",
    "semafor",
    "семафор",
    "process pool",
    "s",
    "th",
    "con",
    "функция",
    "функции как объекты",
    "__init__",
    "self",
    "closure",
    "замыкание",
    "how does python manage memory",
    "qwrtplkj",
    "ъъъъъъ",
    "memory leak in long running process",
    "async def",
    "await",
    "yield from",
    "==",
];

pub fn run(args: &[String]) -> Result<(), String> {
    let formats: Vec<Format> = match args.first() {
        None => Format::ALL.to_vec(),
        Some(names) => Format::ALL
            .into_iter()
            .filter(|f| names.split(',').any(|name| name == f.name()))
            .collect(),
    };
    if formats.is_empty() {
        return Err(
            "the formats are own, plain, numbered and details: cargo xtask bench bank own,plain"
                .to_string(),
        );
    }
    let server = build_server(true)?;
    let folder = target().join("bench-bank").join(
        formats
            .iter()
            .map(|f| f.name())
            .collect::<Vec<_>>()
            .join("-"),
    );
    let bytes = generate(&folder, &formats).map_err(|e| format!("{}: {e}", folder.display()))?;
    println!(
        "a bank of {} questions, {} MB in {FILES} files: {}",
        FILES * QUESTIONS,
        bytes / 1_000_000,
        folder.display()
    );
    let example = std::fs::read_to_string(root().join("content/examples/worker.py"))
        .map_err(|e| e.to_string())?;
    let (line, character) = example
        .lines()
        .enumerate()
        .find_map(|(line, text)| Some((line, text.find("async def")?)))
        .ok_or("the example has no async def")?;

    // Read once, so that the disk is not what is measured.
    read_all(&folder).map_err(|e| e.to_string())?;
    let mut client = Client::start(&server, json!({"banks": [folder], "logLevel": "debug"}))?;
    let start = Instant::now();
    client.open(URI, &example)?;
    let mut hovers = Vec::new();
    let indexed = loop {
        let asked = Instant::now();
        client.hover(URI, line, character)?;
        hovers.push(asked.elapsed());
        // A person's pace would measure too little, no pause would measure itself.
        std::thread::sleep(Duration::from_millis(2));
        if let Some(said) = client.heard("questions from") {
            break said;
        }
    };
    let index = start.elapsed();
    let stages = client.wait_for(STAGES)?;
    println!("{:34} {indexed}", "");
    row("index, in the background", index, "2 s");
    row(
        "index, processor time",
        processor_time(client.pid()),
        "4 s: two cores",
    );
    println!("{:34} {stages}", "");
    memory("peak memory after the index", peak_memory(client.pid()));
    println!("{:34} {:>9} hovers", "hovers meanwhile", hovers.len());
    percentiles("hover while it is read", &mut hovers, "p99 20 ms");

    let mut hovers = Vec::new();
    for _ in 0..500 {
        let asked = Instant::now();
        client.hover(URI, line, character)?;
        hovers.push(asked.elapsed());
    }
    percentiles("hover with the bank there", &mut hovers, "p99 1 ms");

    let mut searches = Vec::new();
    for round in 0..ROUNDS {
        for query in QUERIES {
            let asked = Instant::now();
            search(&mut client, query)?;
            if round > 0 {
                searches.push((asked.elapsed(), *query));
            }
        }
    }
    let worst = searches
        .iter()
        .max()
        .map(|(_, query)| *query)
        .unwrap_or_default();
    let mut times: Vec<Duration> = searches.iter().map(|(time, _)| *time).collect();
    percentiles("search", &mut times, "p99 20 ms");
    println!("{:34} `{worst}`", "the slowest");

    memory("peak memory after the searches", peak_memory(client.pid()));
    let changed = folder.join("bank-0500.md");
    let original = std::fs::read_to_string(&changed).map_err(|e| e.to_string())?;
    let mut reloads = Vec::new();
    let mut stages = String::new();
    let before = processor_time(client.pid());
    for round in 0..RELOADS {
        std::fs::write(
            &changed,
            format!("{original}\n### Round {round}?\n\nAnswer.\n"),
        )
        .map_err(|e| e.to_string())?;
        let told = Instant::now();
        client.notify("workspace/didChangeWatchedFiles", json!({"changes": []}))?;
        client.wait_for("questions from")?;
        reloads.push(told.elapsed().saturating_sub(QUIET));
        stages = client.wait_for(STAGES)?;
    }
    std::fs::write(&changed, original).map_err(|e| e.to_string())?;
    percentiles("reload of one changed file", &mut reloads, "milliseconds");
    let computed = (processor_time(client.pid()) - before) / RELOADS as u32;
    row("reload, processor time", computed, "");
    println!("{:34} {stages}", "the last one");
    memory("peak memory in all", peak_memory(client.pid()));
    client.stop()
}

fn search(client: &mut Client, query: &str) -> Result<Value, String> {
    let arguments = json!([{"query": query, "limit": 20}]);
    client.request(
        "workspace/executeCommand",
        json!({"command": "interview-lsp.search", "arguments": arguments}),
    )
}

fn row(name: &str, time: Duration, budget: &str) {
    println!(
        "{name:34} {:>9.0} ms {:>21}   {budget}",
        time.as_secs_f64() * 1e3,
        ""
    );
}

fn memory(name: &str, kib: u64) {
    println!(
        "{name:34} {:>9.0} MB {:>21}   300 MB",
        kib as f64 / 1024.0,
        ""
    );
}

fn percentiles(name: &str, times: &mut [Duration], budget: &str) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!(
        "{name:34} p50 {:>7.2} ms, p99 {:>7.2} ms, max {:>7.2} ms   {budget}",
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

/// The time that a process has computed, on all processors; 0 where the system does not tell.
fn processor_time(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // After the name, which may hold blanks: user and system time in hundredths of a second.
    let fields: Vec<u64> = stat
        .rsplit(") ")
        .next()
        .unwrap_or_default()
        .split(' ')
        .map(|f| f.parse().unwrap_or(0))
        .collect();
    let ticks = fields.get(11).copied().unwrap_or(0) + fields.get(12).copied().unwrap_or(0);
    Duration::from_millis(ticks * 10)
}

fn read_all(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        std::fs::read(entry?.path())?;
    }
    Ok(())
}

// The bank.

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Own,
    Plain,
    Numbered,
    Details,
}

impl Format {
    const ALL: [Format; 4] = [
        Format::Own,
        Format::Plain,
        Format::Numbered,
        Format::Details,
    ];

    fn name(self) -> &'static str {
        match self {
            Format::Own => "own",
            Format::Plain => "plain",
            Format::Numbered => "numbered",
            Format::Details => "details",
        }
    }
}

/// Writes the bank where it is not there yet, and says how many bytes it has.
fn generate(folder: &Path, formats: &[Format]) -> std::io::Result<u64> {
    std::fs::create_dir_all(folder)?;
    let words = ["en", "ru"].map(Words::new);
    let mut total = 0;
    for file in 0..FILES {
        let path: PathBuf = folder.join(format!("bank-{file:04}.md"));
        let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ (file as u64 + 1));
        let lang = usize::from(file % 10 >= 7);
        let text = document(
            file,
            formats[file % formats.len()],
            &words[lang],
            lang == 1,
            &mut random,
        );
        total += text.len() as u64;
        if std::fs::metadata(&path).map_or(0, |meta| meta.len()) != text.len() as u64 {
            std::fs::write(path, text)?;
        }
    }
    Ok(total)
}

fn document(
    file: usize,
    format: Format,
    words: &Words,
    russian: bool,
    random: &mut Random,
) -> String {
    let mut text = String::new();
    if format == Format::Own {
        let lang = if russian { "ru" } else { "en" };
        let _ = write!(text, "---\ntitle: Bank {file}\nlang: {lang}\n---\n");
    }
    let _ = write!(text, "# Bank {file}\n\n");
    for number in 0..QUESTIONS {
        if number % 20 == 0 && format != Format::Details {
            let _ = write!(text, "## {} {}\n\n", words.word(random), words.word(random));
        }
        let construct = CONSTRUCTS[random.below(CONSTRUCTS.len() as u64) as usize];
        let (a, b) = (words.word(random), words.word(random));
        let title = match (russian, random.below(4)) {
            (false, 0) => format!("What is {a} {b} and when does `{construct}` need it?"),
            (false, 1) => format!("How does `{construct}` {a} the {b}?"),
            (false, 2) => format!(
                "What is the difference between {a} {b} and {}?",
                words.word(random)
            ),
            (false, _) => format!("Why would you {a} {b} in {}?", words.word(random)),
            (true, 0) => format!("Что такое {a} {b} и зачем `{construct}`?"),
            (true, 1) => format!("Как `{construct}` {a} {b}?"),
            (true, 2) => format!("Чем {a} {b} отличается от {}?", words.word(random)),
            (true, _) => format!("Почему {a} {b} в {}?", words.word(random)),
        };
        let n = number + 1;
        let _ = match format {
            Format::Own => write!(
                text,
                "### {title}\n<!-- id: q-{file}-{number}; constructs: {construct}, package{}.Class{}; level: middle -->\n\n",
                random.below(200),
                random.below(20)
            ),
            Format::Plain => write!(text, "### {title}\n\n"),
            Format::Numbered => write!(text, "### {n}. {title}\n\n"),
            Format::Details => write!(text, "<details>\n<summary>{title}</summary>\n\n"),
        };
        words.paragraph(random, 260, &mut text);
        let _ = write!(
            text,
            "```python\nimport {0}\nvalue_{n} = {0}.call({n})\nprint(value_{n})\n```\n\n",
            construct.split(['.', ' ']).next().unwrap_or("os")
        );
        let bytes = 1_250;
        let start = text.len();
        while text.len() - start < bytes {
            words.paragraph(random, 400, &mut text);
        }
        if format == Format::Details {
            text.push_str("</details>\n\n");
        }
    }
    text
}

const CONSTRUCTS: &[&str] = &[
    "async def",
    "await",
    "with",
    "yield",
    "lambda",
    "decorator",
    "list comprehension",
    "threading.Lock",
    "threading.Thread",
    "asyncio.gather",
    "asyncio.Queue",
    "asyncio.create_task",
    "gc.collect",
    "weakref.ref",
    "functools.lru_cache",
    "functools.partial",
    "itertools.chain",
    "collections.deque",
    "collections.defaultdict",
    "dict.get",
    "list.sort",
    "str.join",
    "open",
    "isinstance",
    "property",
    "super",
    "dataclasses.dataclass",
    "typing.Protocol",
    "contextlib.contextmanager",
    "multiprocessing.Pool",
    "concurrent.futures.ThreadPoolExecutor",
    "queue.Queue",
    "time.sleep",
    "json.loads",
    "re.compile",
    "pathlib.Path",
    "logging.getLogger",
    "subprocess.run",
    "socket.socket",
    "self",
];

/// The words of a language, the common ones first.
struct Words(Vec<String>);

impl Words {
    /// Those of the built-in bank, then made-up ones: a vocabulary has a long tail.
    fn new(lang: &str) -> Words {
        let mut counts: std::collections::BTreeMap<String, usize> =
            std::collections::BTreeMap::new();
        for name in ["memory_async.md", "python_core_interview_guide.md"] {
            let text = std::fs::read_to_string(root().join("content").join(lang).join(name))
                .unwrap_or_default();
            for word in text
                .split(|c: char| !c.is_alphabetic())
                .filter(|w| w.chars().count() > 1)
            {
                *counts.entry(word.to_lowercase()).or_default() += 1;
            }
        }
        let mut words: Vec<(usize, String)> = counts
            .into_iter()
            .map(|(word, count)| (count, word))
            .collect();
        words.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut words: Vec<String> = words.into_iter().map(|(_, word)| word).collect();
        let mut random = Random(7);
        let syllables: &[&str] = match lang {
            "ru" => &[
                "ко", "ра", "мен", "ти", "слов", "ан", "ще", "ды", "пор", "вы", "тел", "ник", "бо",
                "жур",
            ],
            _ => &[
                "ka", "ron", "me", "ti", "slo", "van", "she", "dy", "por", "wi", "tel", "nix",
                "bo", "jur",
            ],
        };
        for _ in 0..40_000 {
            let count = 2 + random.below(3);
            words.push(
                (0..count)
                    .map(|_| syllables[random.below(syllables.len() as u64) as usize])
                    .collect(),
            );
        }
        Words(words)
    }

    /// A word, common ones oftener: the rank is spread as in texts, roughly.
    fn word(&self, random: &mut Random) -> &str {
        let share = random.below(1 << 20) as f64 / (1 << 20) as f64;
        let rank = ((self.0.len() as f64).powf(share) - 1.0) as usize;
        self.0.get(rank).map_or("word", String::as_str)
    }

    /// A paragraph of at least so many bytes.
    fn paragraph(&self, random: &mut Random, bytes: usize, text: &mut String) {
        let start = text.len();
        while text.len() - start < bytes {
            let count = 6 + random.below(12);
            for i in 0..count {
                if i > 0 {
                    text.push(' ');
                }
                let code = random.below(30) == 0;
                text.push_str(if code { "`" } else { "" });
                text.push_str(self.word(random));
                text.push_str(if code { "`" } else { "" });
            }
            text.push_str(". ");
        }
        text.push_str("\n\n");
    }
}

/// xorshift64*. <https://vigna.di.unimi.it/ftp/papers/xorshift.pdf>
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit.max(1)
    }
}

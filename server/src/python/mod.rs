//! stub
#[derive(Debug)]
pub struct Construct {
    pub name: std::sync::Arc<str>,
    pub kind: Kind,
    pub range: std::ops::Range<usize>,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Syntax,
    Symbol,
    Trap,
}
impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Syntax => "syntax",
            Kind::Symbol => "symbol",
            Kind::Trap => "trap",
        }
    }
}
#[derive(Debug, Default)]
pub struct Analysis {
    c: Vec<Construct>,
    pub refused: Option<String>,
}
pub fn analyse(source: &str) -> Analysis {
    let mut c = vec![];
    for (w, k) in [
        ("async def", Kind::Syntax),
        ("await", Kind::Syntax),
        ("threading.Lock", Kind::Symbol),
        ("gc.collect", Kind::Symbol),
        ("asyncio.gather", Kind::Symbol),
    ] {
        for (i, m) in source.match_indices(w) {
            c.push(Construct {
                name: w.into(),
                kind: k,
                range: i..i + m.len(),
            });
        }
    }
    c.sort_by_key(|x| x.range.start);
    Analysis { c, refused: None }
}
impl Analysis {
    pub fn constructs(&self) -> &[Construct] {
        &self.c
    }
    pub fn at(&self, o: usize) -> Vec<&Construct> {
        self.c.iter().filter(|x| x.range.contains(&o)).collect()
    }
}
pub const SYNTAX: &[&str] = &["async def", "await"];
pub const TRAPS: &[&str] = &[];
pub fn fallbacks(s: &str) -> Vec<String> {
    let mut v = vec![];
    let mut s = s;
    while let Some((a, _)) = s.rsplit_once('.') {
        v.push(a.to_string());
        s = a;
    }
    v
}

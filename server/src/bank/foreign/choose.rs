//! Which blocks of a document are its questions.
//!
//! The document is looked at whole: blocks of one mark (headings of a level, items of a list at a depth, bold lines, summaries,
//! labels) stand or fall together, by the share of them that ask. Headings are decided from the outside in, so that what
//! is inside an answer is never asked; where a section has none, the marks inside it are tried, so the level may change midway.

mod runs;

use super::scan::{Block, Kind, Scan};
use super::title::{self, Label, Look, Part, STRONG};
use runs::{SIGS, Sig};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

/// Sections nested deeper than this are content.
const MAX_DEPTH: usize = 24;

/// What the choice needs to know of a block; the title is taken anew where it is needed.
#[derive(Clone, Copy, Default)]
pub struct Mark {
    pub strength: u8,
    pub label: Option<Label>,
    pub number: Option<(u32, Option<u32>)>,
    pub part: Option<Part>,
    pub bold: bool,
    /// Leads only to another place of this document or its neighbours.
    pub contents: bool,
    pub option: bool,
    /// Nothing is left beside the label or the number.
    pub bare: bool,
    /// Text follows the title on its line.
    pub inline: bool,
    /// Marked as the right one of several answers: `✅ Class B`.
    pub checked: bool,
}

impl Mark {
    fn asks(&self) -> bool {
        !self.contents && (self.strength >= STRONG || self.label == Some(Label::Question))
    }

    /// Stands outside of any count: parts of answers, options, tables of contents.
    fn counts(&self) -> bool {
        !self.contents && !self.option && self.part.is_none() && self.label != Some(Label::Answer)
    }
}

/// A question: the block that asks it, and the block at which the next begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pick {
    pub block: usize,
    pub end: usize,
    /// The heading or line that names its topic.
    pub topic: Option<usize>,
}

pub struct Choice {
    pub picks: Vec<Pick>,
    pub marks: Vec<Mark>,
}

#[derive(Clone, Copy, Default, Debug)]
struct Stat {
    count: usize,
    asking: usize,
    /// Asking, with something of their own below.
    answered: usize,
    bodies: usize,
    numbered: usize,
}

impl Stat {
    fn share(&self) -> f32 {
        if self.count == 0 {
            return 0.0;
        }
        self.asking as f32 / self.count as f32
    }
}

struct Chooser<'a> {
    text: &'a str,
    blocks: &'a [Block],
    marks: Vec<Mark>,
    ends: Vec<u32>,
    levels: [Stat; 7],
    /// The document says that it is about interviews, or asks now and then.
    evidence: bool,
    picks: Vec<Pick>,
    /// Lists with a single question, taken only where the document has others of the kind.
    single: Vec<(Sig, Pick)>,
    /// Lists that never ask, whose items have text at the margin: taken where the document has many that do.
    silent: Vec<(Sig, Vec<Pick>)>,
    accepted: [usize; SIGS],
}

/// The words of an inline text as the chooser sees them, with the number of a heading.
pub fn look_at<'a>(text: &'a str, block: &Block) -> Look<'a> {
    let mut look = title::look(block.text(text));
    let heading = matches!(block.kind, Kind::Heading(_)) || block.heading_inside;
    if heading
        && look.number.is_none()
        && let Some((number, behind)) = title::heading_number(look.title)
    {
        let again = title::look(behind);
        look = Look {
            number: Some(number),
            bold: look.bold,
            link: look.link,
            ..again
        };
    }
    // `2.3 What is ...` of an item: the mark holds one number, the text the next.
    if block.kind == Kind::Ordered {
        let mark = block
            .source(text)
            .get(..(block.text_start - block.start) as usize)
            .unwrap_or_default();
        let number = title::look(mark).number;
        look.number = number.or(look.number);
    }
    look
}

pub fn choose(text: &str, scan: &Scan) -> Choice {
    let blocks = &scan.blocks;
    let mut chooser = Chooser {
        text,
        blocks,
        marks: Vec::with_capacity(blocks.len()),
        ends: ends(blocks),
        levels: Default::default(),
        evidence: false,
        picks: Vec::new(),
        single: Vec::new(),
        silent: Vec::new(),
        accepted: [0; SIGS],
    };
    chooser.mark();
    chooser.count_levels();
    chooser.evidence = chooser.speaks_of_interviews(scan);
    chooser.resolve(0, blocks.len(), None, 0);
    let single = std::mem::take(&mut chooser.single);
    for (sig, pick) in single {
        if chooser.accepted[sig.index()] >= 2 || chooser.picks.is_empty() && chooser.evidence {
            chooser.picks.push(pick);
        }
    }
    for (sig, picks) in std::mem::take(&mut chooser.silent) {
        if chooser.accepted[sig.index()] >= 3 {
            chooser.picks.extend(picks);
        }
    }
    if chooser.picks.is_empty() {
        chooser.nouns();
    }
    chooser.picks.sort_by_key(|pick| pick.block);
    // Picks never overlap: a later one begins where the earlier one ends.
    for i in 1..chooser.picks.len() {
        let next = chooser.picks[i].block;
        let pick = &mut chooser.picks[i - 1];
        pick.end = pick.end.min(next);
    }
    Choice {
        picks: chooser.picks,
        marks: chooser.marks,
    }
}

/// For each heading and `<details>` the block behind what belongs to it.
fn ends(blocks: &[Block]) -> Vec<u32> {
    let mut ends: Vec<u32> = (1..=blocks.len() as u32).collect();
    // Level 0 is a closed `<details>`, which no heading inside of it can end; 7 one that nobody closed.
    let mut open: Vec<(u8, usize)> = Vec::new();
    for (i, block) in blocks.iter().enumerate() {
        let level = match block.kind {
            Kind::Heading(level) => level,
            Kind::Open if block.closed => 0,
            Kind::Open => 7,
            Kind::Close if block.closed => {
                while let Some((level, at)) = open.pop() {
                    let end = if level == 0 { i + 1 } else { i };
                    ends[at] = end as u32;
                    if level == 0 {
                        break;
                    }
                }
                continue;
            }
            _ => continue,
        };
        if level > 0 {
            while let Some(&(other, at)) = open.last()
                && other >= level
                && other > 0
            {
                ends[at] = i as u32;
                open.pop();
            }
        }
        open.push((level, i));
    }
    for (_, at) in open {
        ends[at] = blocks.len() as u32;
    }
    ends
}

/// Equal for titles that differ in marks, case and numbers only.
fn key(title: &str) -> u64 {
    let mut hasher = FxHasher::default();
    for c in title.chars().filter(|c| c.is_alphanumeric()) {
        match c.is_ascii() {
            true => c.to_ascii_lowercase().hash(&mut hasher),
            false => c.to_lowercase().for_each(|c| c.hash(&mut hasher)),
        }
    }
    hasher.finish()
}

impl<'a> Chooser<'a> {
    fn mark(&mut self) {
        let mut titles: FxHashSet<u64> = FxHashSet::default();
        // Items with words of their own, and the keys of these.
        let mut items: Vec<(usize, u64)> = Vec::new();
        for (i, block) in self.blocks.iter().enumerate() {
            let mark = match block.kind {
                Kind::Heading(_) | Kind::Ordered | Kind::Bullet | Kind::Para | Kind::Summary => {
                    let look = look_at(self.text, block);
                    if matches!(block.kind, Kind::Heading(_) | Kind::Summary)
                        && !look.title.is_empty()
                    {
                        titles.insert(key(look.title));
                    }
                    if matches!(block.kind, Kind::Ordered | Kind::Bullet)
                        && !block.heading_inside
                        && !look.title.is_empty()
                    {
                        items.push((i, key(look.title)));
                    }
                    // `**How it works:**` leads in what follows.
                    let leads_in =
                        block.kind == Kind::Para && look.bold && look.title.ends_with([':', '：']);
                    Mark {
                        strength: if leads_in { 0 } else { look.strength },
                        label: look.label,
                        number: look.number,
                        part: look.part,
                        bold: look.bold,
                        contents: look.link == Some(true)
                            && !matches!(block.kind, Kind::Heading(_)),
                        option: look.option,
                        bare: look.title.is_empty(),
                        inline: !look.rest.is_empty(),
                        checked: block.task == Some(true)
                            || matches!(block.kind, Kind::Ordered | Kind::Bullet) && {
                                let words = block.text(self.text);
                                words.starts_with(['✅', '✔', '☑'])
                                    || words.ends_with(['✅', '✔', '☑'])
                            },
                    }
                }
                _ => Mark::default(),
            };
            self.marks.push(mark);
        }
        // `Q1` on a line of its own, and the question as the heading below it.
        for i in 1..self.blocks.len() {
            let Kind::Heading(_) = self.blocks[i].kind else {
                continue;
            };
            let mut above = i;
            while above > 0 && matches!(self.blocks[above - 1].kind, Kind::Html | Kind::Rule) {
                above -= 1;
            }
            if above > 0
                && self.blocks[above - 1].kind == Kind::Para
                && self.marks[above - 1].bare
                && self.marks[above - 1].label == Some(Label::Question)
            {
                self.marks[i].label = Some(Label::Question);
                self.marks[above - 1] = Mark {
                    contents: true,
                    ..Mark::default()
                };
            }
        }
        self.mark_above_answers();
        // An item with the words of a heading is an entry of a table of contents.
        // So is one that asks what a later item with an answer asks again.
        let mut answered: FxHashMap<u64, usize> = FxHashMap::default();
        for &(i, key) in items.iter().rev() {
            let asks = self.marks[i].asks();
            match answered.get(&key) {
                Some(_) if asks && !self.holds_more(i) => self.marks[i].contents = true,
                None if asks && self.holds_more(i) => {
                    answered.insert(key, i);
                }
                _ => {}
            }
        }
        for (i, key) in items {
            if titles.contains(&key) {
                self.marks[i].contents = true;
            }
        }
    }

    /// Whether anything but another item of its list or a heading follows an item.
    fn holds_more(&self, item: usize) -> bool {
        let next = self.blocks.get(item + 1);
        next.is_some_and(|next| match next.kind {
            Kind::Ordered | Kind::Bullet => next.indent > self.blocks[item].indent + 1,
            Kind::Heading(_) | Kind::Rule | Kind::Html | Kind::Close | Kind::Open => false,
            _ => true,
        })
    }

    /// Lines of text, each with a hidden answer right below it, in a document whose headings never ask: they ask, whatever
    /// their words.
    fn mark_above_answers(&mut self) {
        let mut above: Vec<usize> = Vec::new();
        let (mut several, mut here) = (false, 0);
        let mut last: Option<usize> = None;
        for (i, block) in self.blocks.iter().enumerate() {
            match block.kind {
                Kind::Heading(_) if self.marks[i].asks() => return,
                Kind::Heading(_) => (here, last) = (0, None),
                Kind::Html | Kind::Rule => {}
                Kind::Open => {
                    let hides = self.blocks.get(i + 1).is_some_and(|b| {
                        b.kind == Kind::Summary && title::is_answer_summary(b.text(self.text))
                    });
                    if let Some(line) = last.take().filter(|_| hides)
                        && self.blocks[line].kind == Kind::Para
                        && self.marks[line].counts()
                        && !self.marks[line].bare
                    {
                        above.push(line);
                        here += 1;
                        several |= here >= 2;
                    }
                }
                _ => last = Some(i),
            }
        }
        if several {
            for line in above {
                self.marks[line].label = Some(Label::Question);
            }
        }
    }

    fn count_levels(&mut self) {
        for (i, block) in self.blocks.iter().enumerate() {
            let Kind::Heading(level) = block.kind else {
                continue;
            };
            let (mark, body) = (self.marks[i], self.has_body(i));
            if !mark.counts() {
                continue;
            }
            let stat = &mut self.levels[usize::from(level).min(6)];
            stat.count += 1;
            stat.asking += usize::from(mark.asks());
            stat.answered += usize::from(mark.asks() && body);
            stat.bodies += usize::from(body);
            stat.numbered += usize::from(mark.number.is_some());
        }
    }

    fn speaks_of_interviews(&self, scan: &Scan) -> bool {
        const WORDS: [&str; 22] = [
            "interview",
            "question",
            "q&a",
            "quiz",
            "faq",
            "вопрос",
            "собесед",
            "интервью",
            "питан",
            "співбес",
            "запитан",
            "面试",
            "問題",
            "问题",
            "题",
            "entrevist",
            "pergunta",
            "pregunta",
            "cuestionario",
            "questionário",
            "questões",
            "flashcard",
        ];
        let front = scan.front_matter.clone().unwrap_or_default();
        let said = |text: &str| {
            let lower = text.to_lowercase();
            WORDS.iter().any(|word| lower.contains(word))
        };
        let mut front_end = front.end.min(front.start + 2_000);
        while !self.text.is_char_boundary(front_end) {
            front_end -= 1;
        }
        let asking = self.marks.iter().filter(|m| m.asks()).count();
        let answers = self
            .marks
            .iter()
            .filter(|m| m.label == Some(Label::Answer))
            .count();
        said(&self.text[front.start.min(front_end)..front_end])
            || self.blocks.iter().take(12).any(|b| said(b.text(self.text)))
            || asking >= 5
            || answers >= 2
    }

    /// Whether a heading has something of its own below it, before another heading.
    fn has_body(&self, heading: usize) -> bool {
        let end = self.ends[heading] as usize;
        self.blocks[heading + 1..end]
            .iter()
            .take_while(|b| !matches!(b.kind, Kind::Heading(_)))
            .any(|b| !matches!(b.kind, Kind::Html | Kind::Rule | Kind::Close))
    }

    /// The marks inside a section that ask most: how many do, and which share of their kind.
    fn inside(&self, from: usize, to: usize) -> (usize, f32) {
        let mut stats = [Stat::default(); 5];
        for (block, mark) in self.blocks[from..to].iter().zip(&self.marks[from..to]) {
            if !mark.counts() {
                continue;
            }
            let family = match block.kind {
                Kind::Heading(_) => 0,
                Kind::Ordered => 1,
                Kind::Bullet => 2,
                Kind::Summary => 3,
                Kind::Para if mark.bold || mark.label == Some(Label::Question) => 4,
                _ => continue,
            };
            stats[family].count += 1;
            stats[family].asking += usize::from(mark.asks());
        }
        stats
            .iter()
            .map(|stat| (stat.asking, stat.share()))
            .max_by_key(|(asking, share)| if *share >= 0.5 { *asking } else { 0 })
            .filter(|(_, share)| *share >= 0.5)
            .unwrap_or((0, 0.0))
    }

    /// Decides a region: first what stands before its first heading, then its headings.
    fn resolve(&mut self, from: usize, to: usize, topic: Option<usize>, depth: usize) {
        if depth > MAX_DEPTH || from >= to {
            return;
        }
        let mut at = from;
        while at < to && !matches!(self.blocks[at].kind, Kind::Heading(_)) {
            at = self.after(at).min(to);
        }
        let silent = topic
            .is_some_and(|t| matches!(self.marks[t].part, Some(Part::Contents | Part::Chrome)));
        // A table of contents has entries and nothing else; where there is text, the questions themselves have begun.
        let silent = silent && !self.holds_text(from, at);
        if !silent {
            self.flat(from, at, topic, depth);
        }
        // The headings of this region, each with its section.
        let mut headings = Vec::new();
        while at < to {
            if matches!(self.blocks[at].kind, Kind::Heading(_)) {
                headings.push(at);
            }
            at = self.after(at).max(at + 1);
        }
        if headings.is_empty() {
            return;
        }
        let mut local = [Stat::default(); 7];
        let mut topical = [0usize; 7];
        let mut lists = 0;
        let mut insides = Vec::with_capacity(headings.len());
        let mut previous: [Option<u32>; 7] = [None; 7];
        let mut in_order = [0usize; 7];
        for &h in &headings {
            let Kind::Heading(level) = self.blocks[h].kind else {
                continue;
            };
            let level = usize::from(level).min(6);
            let mark = self.marks[h];
            let inside = self.inside(h + 1, self.ends[h] as usize);
            insides.push(inside);
            if !mark.counts() {
                continue;
            }
            let stat = &mut local[level];
            stat.count += 1;
            stat.asking += usize::from(mark.asks());
            stat.numbered += usize::from(mark.number.is_some());
            stat.bodies += usize::from(self.has_body(h));
            topical[level] += usize::from(inside.0 >= 2 && !mark.asks());
            lists += inside.0;
            if let Some((number, last)) = mark.number {
                let n = last.unwrap_or(number);
                in_order[level] +=
                    usize::from(previous[level].is_none_or(|p| n == p + 1) || n == 1);
                previous[level] = Some(n);
            }
        }
        let mut last_question: Option<usize> = None;
        for (k, &h) in headings.iter().enumerate() {
            let Kind::Heading(level) = self.blocks[h].kind else {
                continue;
            };
            let level = usize::from(level).min(6);
            let next = headings.get(k + 1).copied();
            let end = self.ends[h] as usize;
            // A follow-up here and there inside of numbered titles makes no chapters of them.
            let inside = match insides[k] {
                _ if lists * 4 <= headings.len() * 5
                    && local[level].numbered == local[level].count =>
                {
                    (0, 0.0)
                }
                inside => inside,
            };
            let verdict = self.verdict(
                h,
                next,
                inside,
                &local[level],
                topical[level],
                in_order[level],
            );
            match verdict {
                Verdict::Question => {
                    last_question = Some(self.picks.len());
                    self.picks.push(Pick {
                        block: h,
                        end,
                        topic,
                    });
                }
                Verdict::Part => {
                    // `## Answer` beside `## Question`: it belongs to the one before.
                    if let Some(pick) = last_question.and_then(|at| self.picks.get_mut(at)) {
                        pick.end = end;
                    } else {
                        self.resolve(h + 1, end, Some(h), depth + 1);
                    }
                }
                Verdict::Topic => {
                    last_question = None;
                    self.resolve(h + 1, end, Some(h), depth + 1);
                }
            }
        }
    }

    /// Whether a run has text beside the entries of its lists.
    fn holds_text(&self, from: usize, to: usize) -> bool {
        let count = |kinds: &[Kind]| {
            self.blocks[from..to]
                .iter()
                .filter(|b| kinds.contains(&b.kind))
                .count()
        };
        let asking = self.marks[from..to].iter().any(Mark::asks);
        asking
            && count(&[Kind::Para, Kind::Fence, Kind::Summary]) >= 3
            && count(&[Kind::Para, Kind::Fence, Kind::Summary, Kind::Quote])
                >= count(&[Kind::Ordered, Kind::Bullet])
    }

    /// The block behind what begins here: a section, details, or a single block.
    fn after(&self, at: usize) -> usize {
        match self.blocks[at].kind {
            Kind::Heading(_) | Kind::Open => (self.ends[at] as usize).max(at + 1),
            _ => at + 1,
        }
    }

    fn verdict(
        &self,
        h: usize,
        next: Option<usize>,
        inside: (usize, f32),
        local: &Stat,
        topical: usize,
        in_order: usize,
    ) -> Verdict {
        let mark = self.marks[h];
        let Kind::Heading(level) = self.blocks[h].kind else {
            return Verdict::Topic;
        };
        let doc = self.levels[usize::from(level).min(6)];
        match (mark.label, mark.part) {
            (Some(Label::Question), _) => return Verdict::Question,
            (Some(Label::Answer), _) | (_, Some(Part::Answer)) => return Verdict::Part,
            (_, Some(_)) => return Verdict::Topic,
            _ => {}
        }
        let share = (local.asking as f32 + 2.0 * doc.share()) / (local.count as f32 + 2.0);
        let body = self.has_body(h);
        if mark.asks() {
            // A title that asks, over many questions: few such titles, and much more inside.
            if inside.0 >= 3 && doc.asking * 3 <= inside.0 {
                return Verdict::Topic;
            }
            if share >= 0.4 {
                return Verdict::Question;
            }
            let alone = self.levels.iter().map(|l| l.asking).sum::<usize>() == 1;
            if inside.0 < 2
                && body
                && (mark.strength >= 90 || share >= 0.25)
                && (doc.answered >= 2 || alone && self.evidence)
            {
                return Verdict::Question;
            }
        }
        let many_inside = inside.0 >= 2 || inside.0 == 1 && inside.1 > 0.9 && !body;
        // `## 3 Functions` before `## 3.6 ...`: a chapter.
        if let (Some((number, None)), Some(next)) = (mark.number, next)
            && let Some((major, Some(_))) = self.marks[next].number
            && major == number
        {
            return Verdict::Topic;
        }
        let numbered = local.numbered * 10 >= local.count * 7
            && (local.count >= 3 || doc.numbered >= 3 || mark.bare && local.count >= 2)
            && in_order * 10 >= local.numbered * 6;
        if numbered && mark.number.is_some() && self.evidence {
            if topical * 2 > local.count || many_inside {
                return Verdict::Topic;
            }
            let parts = self.blocks[h + 1..self.ends[h] as usize]
                .iter()
                .filter(|b| matches!(b.kind, Kind::Heading(_)))
                .count();
            if body || share >= 0.3 || inside.0 == 0 && (1..=6).contains(&parts) {
                return Verdict::Question;
            }
            return Verdict::Topic;
        }
        if mark.asks() {
            return Verdict::Topic;
        }
        // The title of a document of numbered questions has their level and no number; a list of bare questions has no bodies.
        let like_others = mark.number.is_some() || local.numbered * 10 < local.count * 7;
        let bare_list = share >= 0.7 && local.bodies * 3 < local.count;
        if share >= 0.5
            && !many_inside
            && (body || mark.number.is_some() || bare_list)
            && !mark.bare
            && like_others
        {
            return Verdict::Question;
        }
        // Nouns and questions mixed, nothing deeper that asks, and each with its text.
        if share >= 0.25
            && local.count >= 4
            && !many_inside
            && body
            && topical == 0
            && like_others
            && local.bodies * 10 >= local.count * 8
        {
            return Verdict::Question;
        }
        Verdict::Topic
    }

    /// Whether what is below most headings of a level is nothing but links to neighbours.
    fn leads_elsewhere(&self, level: usize) -> bool {
        let (mut all, mut links) = (0, 0);
        for (i, block) in self.blocks.iter().enumerate() {
            if block.kind != Kind::Heading(level as u8) {
                continue;
            }
            let mut own = (i + 1..self.ends[i] as usize)
                .filter(|&at| !matches!(self.blocks[at].kind, Kind::Html | Kind::Rule))
                .peekable();
            all += 1;
            links += usize::from(own.peek().is_some() && own.all(|at| self.marks[at].contents));
        }
        links * 2 > all
    }

    /// A document of headings that never ask: the level below which the text is, in our own format the third.
    fn nouns(&mut self) {
        let carries = |level: usize| {
            let stat = self.levels[level];
            let own = level == 3 && stat.count >= 1 && stat.bodies >= 1;
            (own || stat.count >= 2
                && stat.bodies * 10 >= stat.count * 6
                && self.evidence
                && level > 1)
                && stat.bodies > 0
        };
        let outer = (1..3).find(|&level| carries(level) && self.levels[level].bodies >= 3);
        let Some(level) = outer.or_else(|| (3..7).find(|&level| carries(level))) else {
            return;
        };
        // `Installation`, `Usage`, `License`: a README, and no bank.
        let speaks_of_itself = self
            .blocks
            .iter()
            .zip(&self.marks)
            .any(|(b, m)| matches!(b.kind, Kind::Heading(_)) && m.part == Some(Part::Chrome));
        if speaks_of_itself && !(self.evidence && level >= 3) {
            return;
        }
        // Headings that lead to other files are an index of them.
        let of_level = || {
            let blocks = self.blocks.iter();
            blocks.filter(|b| b.kind == Kind::Heading(level as u8))
        };
        let links = of_level().filter(|b| b.text(self.text).contains(".md)"));
        if links.count() * 3 >= of_level().count().max(1) || self.leads_elsewhere(level) {
            return;
        }
        let mut topic = None;
        for (i, block) in self.blocks.iter().enumerate() {
            let Kind::Heading(here) = block.kind else {
                continue;
            };
            if usize::from(here) < level {
                topic = Some(i);
            } else if usize::from(here) == level
                && !self.marks[i].bare
                && (self.marks[i].part.is_none()
                    || level == 3 && self.marks[i].part == Some(Part::Answer))
            {
                self.picks.push(Pick {
                    block: i,
                    end: self.ends[i] as usize,
                    topic,
                });
            }
        }
    }
}

enum Verdict {
    Question,
    Topic,
    /// Belongs to the answer of the question before.
    Part,
}

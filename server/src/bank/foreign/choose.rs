//! Which blocks of a document are its questions.
//!
//! The document is looked at whole: blocks of one mark (headings of a level, items of a list at a depth, bold lines, summaries,
//! labels) stand or fall together, by the share of them that ask. Headings are decided from the outside in, so that what
//! is inside an answer is never asked; where a section has none, the marks inside it are tried, so the level may change midway.

use super::scan::{Block, Kind, Scan};
use super::title::{self, Label, Look, Part, STRONG};
use std::collections::HashSet;
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
    let mut hasher = std::hash::DefaultHasher::new();
    for c in title.chars().filter(|c| c.is_alphanumeric()) {
        c.to_lowercase().for_each(|c| c.hash(&mut hasher));
    }
    hasher.finish()
}

/// Kinds of marks inside a section that may carry questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sig {
    Label,
    Summary,
    Ordered(u8),
    Bullet(u8),
    Bold,
    Para,
}

const SIGS: usize = 12;
const MAX_NEST: u8 = 3;

impl Sig {
    fn index(self) -> usize {
        match self {
            Sig::Label => 0,
            Sig::Summary => 1,
            Sig::Bold => 2,
            Sig::Para => 3,
            Sig::Ordered(depth) => 4 + usize::from(depth.min(MAX_NEST)),
            Sig::Bullet(depth) => 8 + usize::from(depth.min(MAX_NEST)),
        }
    }

    fn depth(self) -> u8 {
        match self {
            Sig::Ordered(depth) | Sig::Bullet(depth) => depth,
            _ => 0,
        }
    }
}

/// A block that may ask, in a run without headings.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    block: usize,
    sig: Sig,
    /// Where what belongs to it must end at the latest.
    limit: usize,
    /// The block with its words: for details that of the summary.
    words: usize,
}

#[derive(Clone, Copy, Default, Debug)]
struct Group {
    first: usize,
    count: usize,
    asking: usize,
    bodies: usize,
    numbered: usize,
    in_order: usize,
    whole: usize,
}

impl<'a> Chooser<'a> {
    fn mark(&mut self) {
        let mut titles: HashSet<u64> = HashSet::new();
        for block in self.blocks {
            let mark = match block.kind {
                Kind::Heading(_) | Kind::Ordered | Kind::Bullet | Kind::Para | Kind::Summary => {
                    let look = look_at(self.text, block);
                    if matches!(block.kind, Kind::Heading(_) | Kind::Summary)
                        && !look.title.is_empty()
                    {
                        titles.insert(key(look.title));
                    }
                    Mark {
                        strength: look.strength,
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
        // An item with the words of a heading is an entry of a table of contents.
        if titles.is_empty() {
            return;
        }
        for (block, mark) in self.blocks.iter().zip(&mut self.marks) {
            if matches!(block.kind, Kind::Ordered | Kind::Bullet)
                && !block.heading_inside
                && !mark.bare
            {
                let look = look_at(self.text, block);
                if titles.contains(&key(look.title)) {
                    mark.contents = true;
                }
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
            if body || share >= 0.3 {
                return Verdict::Question;
            }
            return Verdict::Topic;
        }
        if mark.asks() {
            return Verdict::Topic;
        }
        if share >= 0.5 && !many_inside && (body || mark.number.is_some()) && !mark.bare {
            return Verdict::Question;
        }
        // Nouns and questions mixed, nothing deeper that asks, and each with its text.
        if share >= 0.25
            && local.count >= 4
            && !many_inside
            && body
            && topical == 0
            && local.bodies * 10 >= local.count * 8
        {
            return Verdict::Question;
        }
        Verdict::Topic
    }

    /// Decides a run without headings.
    fn flat(&mut self, from: usize, to: usize, topic: Option<usize>, depth: usize) {
        if from >= to || depth > MAX_DEPTH {
            return;
        }
        let candidates = self.candidates(from, to);
        if candidates.is_empty() {
            return;
        }
        let groups = self.groups(&candidates);
        let Some(sig) = self.carrier(&groups, &candidates, to) else {
            // No mark carries questions here: one may inside details, and a list of one question may.
            for candidate in &candidates {
                if candidate.sig == Sig::Summary {
                    self.resolve(
                        candidate.words + 1,
                        candidate.limit,
                        Some(candidate.words),
                        depth + 1,
                    );
                }
            }
            let lone: Vec<&Candidate> = candidates
                .iter()
                .filter(|c| {
                    self.marks[c.words].asks() && self.marks[c.words].counts() && c.sig != Sig::Para
                })
                .collect();
            if let [only] = lone[..] {
                let same = groups[only.sig.index()].count;
                if same == 1 || only.sig == Sig::Bold {
                    let pick = Pick {
                        block: only.block,
                        end: only.limit,
                        topic,
                    };
                    self.single.push((only.sig, pick));
                }
            } else if lone.is_empty() {
                self.silent_list(&candidates, &groups, topic, to);
            }
            return;
        };
        let group = groups[sig.index()];
        let members: Vec<Candidate> = candidates
            .iter()
            .copied()
            .filter(|c| c.sig == sig && self.is_member(c, &group))
            .collect();
        let Some(&first) = members.first() else {
            return;
        };
        // What stands before the first may carry questions of another kind, and so may details between.
        if first.block > from
            && candidates
                .iter()
                .any(|c| c.block < first.block && self.marks[c.words].asks())
        {
            self.flat(from, first.block, topic, depth + 1);
        }
        let mut topic_here = self.topic_line(from, first.block).or(topic);
        let mut last = None;
        for (k, member) in members.iter().enumerate() {
            let next = members.get(k + 1).map_or(to, |m| m.block);
            let mut end = next.min(member.limit);
            let mut next_topic = None;
            if k + 1 < members.len() {
                if let Some(line) = self.topic_between(member.block + 1, next, sig) {
                    end = end.min(line);
                    next_topic = Some(line);
                }
            }
            self.accepted[sig.index()] += 1;
            last = Some(self.picks.len());
            self.picks.push(Pick {
                block: member.block,
                end,
                topic: topic_here,
            });
            if let Some(line) = next_topic {
                topic_here = Some(line);
            }
            // Details that only group others.
            if sig == Sig::Summary
                && end < next
                && !candidates.iter().any(|c| c.block > end && c.block < next)
            {
                continue;
            }
        }
        // Details that hold details: categories.
        if sig == Sig::Summary {
            for c in candidates.iter().filter(|c| c.sig == Sig::Summary) {
                if !members.iter().any(|m| m.block == c.block) {
                    self.resolve(c.words + 1, c.limit, Some(c.words), depth + 1);
                }
            }
        }
        // Behind the last one a list of another kind may begin that never occurred between.
        if let (Some(last), Some(final_member)) = (last, members.last().copied())
            && let Some(start) = self.another_begins(&candidates, &groups, sig, first, final_member)
        {
            self.picks[last].end = self.picks[last].end.min(start);
            self.flat(start, to, topic_here, depth + 1);
        }
    }

    fn silent_list(
        &mut self,
        candidates: &[Candidate],
        groups: &[Group; SIGS],
        topic: Option<usize>,
        to: usize,
    ) {
        for sig in [Sig::Bullet(0), Sig::Ordered(0)] {
            let group = groups[sig.index()];
            if group.count == 0 || group.bodies < group.count || self.is_recipe(candidates, sig, to)
            {
                continue;
            }
            let items: Vec<&Candidate> = candidates
                .iter()
                .filter(|c| c.sig == sig && self.marks[c.words].counts())
                .collect();
            let picks = items.iter().enumerate().map(|(k, item)| Pick {
                block: item.block,
                end: items.get(k + 1).map_or(to, |next| next.block),
                topic,
            });
            self.silent.push((sig, picks.collect()));
            return;
        }
    }

    fn another_begins(
        &self,
        candidates: &[Candidate],
        groups: &[Group; SIGS],
        sig: Sig,
        first: Candidate,
        last: Candidate,
    ) -> Option<usize> {
        let others = candidates
            .iter()
            .filter(|c| c.sig != sig && c.block > last.block && c.sig.depth() == 0);
        let mut asking = others
            .clone()
            .filter(|c| self.marks[c.words].asks() && c.sig != Sig::Para);
        let begin = asking.next()?;
        let group = groups[begin.sig.index()];
        let between = candidates
            .iter()
            .any(|c| c.sig == begin.sig && c.block > first.block && c.block < last.block);
        let same = asking.filter(|c| c.sig == begin.sig).count() + 1;
        (same >= 2
            && !between
            && group.asking * 10 >= group.count * 7
            && begin.block > last.block + 1)
            .then_some(begin.block)
    }

    fn is_member(&self, candidate: &Candidate, group: &Group) -> bool {
        let mark = self.marks[candidate.words];
        if !mark.counts() {
            return false;
        }
        match candidate.sig {
            Sig::Label => mark.label == Some(Label::Question),
            Sig::Para => mark.strength >= 90,
            Sig::Bold => {
                mark.asks() || mark.number.is_some() && group.numbered * 10 >= group.count * 6
            }
            Sig::Ordered(_) => mark.asks() || !mark.bare,
            Sig::Bullet(_) => mark.asks() || !mark.bare,
            Sig::Summary => {
                let inside = self.inside(candidate.words + 1, candidate.limit);
                mark.asks() || !mark.bare && inside.0 < 2
            }
        }
    }

    /// The blocks of a run that may ask, with the depth of items.
    fn candidates(&self, from: usize, to: usize) -> Vec<Candidate> {
        let mut found: Vec<Candidate> = Vec::new();
        // For each depth its column, and the number of its last item.
        let mut indents: Vec<(u16, Option<u32>)> = Vec::new();
        let mut at = from;
        while at < to {
            let (block, mark) = (&self.blocks[at], &self.marks[at]);
            let next = self.after(at).min(to);
            match block.kind {
                Kind::Open => {
                    let words =
                        (at + 1..next.min(at + 4)).find(|&i| self.blocks[i].kind == Kind::Summary);
                    if let Some(words) = words
                        && !title::is_answer_summary(self.blocks[words].text(self.text))
                        && !self.marks[words].bare
                    {
                        found.push(Candidate {
                            block: at,
                            sig: Sig::Summary,
                            limit: next,
                            words,
                        });
                    }
                }
                Kind::Ordered | Kind::Bullet => {
                    while indents.len() > 1
                        && indents
                            .last()
                            .is_some_and(|&(top, _)| top > block.indent + 1)
                    {
                        indents.pop();
                    }
                    let number = (block.kind == Kind::Ordered)
                        .then_some(mark.number)
                        .flatten()
                        .map(|(number, last)| last.unwrap_or(number));
                    // An item that counts on is of the same list, however it was indented.
                    let counts_on = indents.last().is_some_and(|&(top, last)| {
                        block.indent < top + 4 && number.is_some() && last.map(|n| n + 1) == number
                    });
                    if indents
                        .last()
                        .is_none_or(|&(top, _)| block.indent > top + 1)
                        && !counts_on
                        && indents.len() < 64
                    {
                        indents.push((block.indent, None));
                    }
                    if let Some(last) = indents.last_mut()
                        && number.is_some()
                    {
                        last.1 = number;
                    }
                    let depth = (indents.len() - 1).min(usize::from(MAX_NEST)) as u8;
                    let sig = match block.kind {
                        _ if mark.label == Some(Label::Question) => Sig::Label,
                        Kind::Ordered => Sig::Ordered(depth),
                        _ => Sig::Bullet(depth),
                    };
                    found.push(Candidate {
                        block: at,
                        sig,
                        limit: to,
                        words: at,
                    });
                }
                Kind::Para if block.heading_inside && mark.label.is_none() => {}
                Kind::Para => {
                    let whole = !mark.inline || mark.asks();
                    let sig = if mark.label == Some(Label::Question) {
                        Some(Sig::Label)
                    } else if mark.label.is_some() {
                        None
                    } else if mark.number.is_some() && !mark.bold {
                        Some(Sig::Ordered(0))
                    } else if mark.bold && whole {
                        Some(Sig::Bold)
                    } else if mark.strength >= 90
                        && (!block.tight || at == from)
                        && block.indent < 4
                    {
                        Some(Sig::Para)
                    } else {
                        None
                    };
                    found.extend(sig.map(|sig| Candidate {
                        block: at,
                        sig,
                        limit: to,
                        words: at,
                    }));
                }
                _ => {}
            }
            at = next.max(at + 1);
        }
        // An item ends with the next item that is less deep.
        let mut shallower: [usize; MAX_NEST as usize + 1] = [to; MAX_NEST as usize + 1];
        for candidate in found.iter_mut().rev() {
            if let Sig::Ordered(depth) | Sig::Bullet(depth) = candidate.sig {
                let depth = usize::from(depth);
                if depth > 0 {
                    candidate.limit = shallower[..depth]
                        .iter()
                        .copied()
                        .min()
                        .unwrap_or(to)
                        .min(to);
                }
                shallower[depth] = candidate.block;
                for deeper in &mut shallower[depth + 1..] {
                    *deeper = to;
                }
            }
        }
        found
    }

    fn groups(&self, candidates: &[Candidate]) -> [Group; SIGS] {
        let mut groups = [Group::default(); SIGS];
        let mut previous: [Option<u32>; SIGS] = [None; SIGS];
        for (k, candidate) in candidates.iter().enumerate() {
            let mark = self.marks[candidate.words];
            if !mark.counts() {
                continue;
            }
            let index = candidate.sig.index();
            let group = &mut groups[index];
            if group.count == 0 {
                group.first = candidate.block;
            }
            group.count += 1;
            group.asking += usize::from(mark.asks());
            group.whole += usize::from(!mark.inline);
            if let Some((number, last)) = mark.number {
                let n = last.unwrap_or(number);
                group.numbered += 1;
                group.in_order += usize::from(previous[index].is_none_or(|p| n == p + 1) || n == 1);
                previous[index] = Some(n);
            }
            // Something stands between this one and the next candidate of any kind.
            let next = candidates.get(k + 1).map_or(candidate.limit, |c| c.block);
            let body = (candidate.words + 1..next)
                .any(|i| !matches!(self.blocks[i].kind, Kind::Rule | Kind::Html))
                || candidates
                    .get(k + 1)
                    .is_some_and(|c| c.sig != candidate.sig && c.block < candidate.limit);
            group.bodies += usize::from(body);
        }
        groups
    }

    /// The kind of mark that carries the questions of a run.
    fn carrier(&self, groups: &[Group; SIGS], candidates: &[Candidate], to: usize) -> Option<Sig> {
        let labels = groups[Sig::Label.index()];
        if labels.asking >= 1 {
            return Some(Sig::Label);
        }
        let mut best: Option<(u8, usize, Sig)> = None;
        for candidate in candidates {
            let sig = candidate.sig;
            if best.is_some_and(|(_, _, known)| known == sig) {
                continue;
            }
            let group = groups[sig.index()];
            if !self.carries(sig, &group, candidates, to) {
                continue;
            }
            let rank = (sig.depth(), group.first, sig);
            if sig == Sig::Para && best.is_some() {
                continue;
            }
            let better = best.is_none_or(|(depth, first, known)| {
                known == Sig::Para || (rank.0, rank.1) < (depth, first)
            });
            if better {
                best = Some(rank);
            }
        }
        best.map(|(_, _, sig)| sig)
    }

    fn carries(&self, sig: Sig, group: &Group, candidates: &[Candidate], to: usize) -> bool {
        let Group {
            count,
            asking,
            bodies,
            numbered,
            in_order,
            ..
        } = *group;
        if count == 0 {
            return false;
        }
        let half = asking * 2 >= count;
        let sequence = numbered * 10 >= count * 8 && in_order * 10 >= numbered * 6 && count >= 3;
        let answered = bodies * 10 >= count * 6;
        match sig {
            Sig::Label => asking > 0,
            Sig::Summary => {
                asking * 5 >= count * 2
                    || self.evidence && count >= 2 && (sequence || asking * 4 >= count)
            }
            Sig::Ordered(0) => {
                count >= 2 && half
                    || sequence
                        && answered
                        && self.evidence
                        && (asking * 5 >= count || !self.is_recipe(candidates, sig, to))
                    || sequence && asking * 3 >= count && self.evidence
            }
            Sig::Ordered(_) => count >= 2 && half && asking >= 2,
            Sig::Bullet(depth) => {
                count >= 2 && half && asking >= 2
                    || depth == 0
                        && count >= 4
                        && bodies * 10 >= count * 7
                        && asking * 8 >= count
                        && (self.evidence || asking >= 2 && !self.is_recipe(candidates, sig, to))
            }
            Sig::Bold => {
                count >= 2 && asking >= 2 && asking * 5 >= count * 2
                    || sequence && answered && self.evidence
            }
            Sig::Para => asking >= 2 && self.evidence && bodies * 10 >= count * 7,
        }
    }

    /// Steps to do something and lists of points: numbered, but nobody asks.
    fn is_recipe(&self, candidates: &[Candidate], sig: Sig, to: usize) -> bool {
        let of_kind: Vec<&Candidate> = candidates.iter().filter(|c| c.sig == sig).collect();
        let mut answers = 0;
        for (k, candidate) in of_kind.iter().enumerate() {
            let end = of_kind.get(k + 1).map_or(to, |c| c.block);
            // Text or code at the margin below a numbered line: no recipe has that.
            let own = self.blocks[candidate.block + 1..end]
                .iter()
                .zip(&self.marks[candidate.block + 1..end])
                .any(|(b, m)| {
                    m.label == Some(Label::Answer)
                        || b.indent <= self.blocks[candidate.block].indent
                            && matches!(b.kind, Kind::Para | Kind::Fence | Kind::Quote)
                });
            answers += usize::from(own);
        }
        answers * 10 < of_kind.len() * 6
    }

    /// A line before the first question of a run that names the topic.
    fn topic_line(&self, from: usize, to: usize) -> Option<usize> {
        (from..to).rev().find(|&i| {
            self.blocks[i].heading_inside && self.blocks[i].kind != Kind::Para
                || self.marks[i].bold
                    && self.blocks[i].kind == Kind::Para
                    && !self.marks[i].asks()
                    && !self.marks[i].inline
        })
    }

    /// A line between two questions that names the topic of the second: right before it, and no part of an answer.
    fn topic_between(&self, from: usize, to: usize, sig: Sig) -> Option<usize> {
        let mut at = to;
        while at > from {
            at -= 1;
            match self.blocks[at].kind {
                Kind::Html | Kind::Rule => continue,
                Kind::Para
                    if self.marks[at].bold
                        && !self.marks[at].inline
                        && self.marks[at].counts()
                        && !self.marks[at].asks() =>
                {
                    return (sig != Sig::Bold).then_some(at);
                }
                Kind::Ordered | Kind::Bullet
                    if self.blocks[at].heading_inside && sig.depth() > 0
                        || self.blocks[at].heading_inside && matches!(sig, Sig::Summary) =>
                {
                    return Some(at);
                }
                _ if sig.depth() > 0
                    && matches!(self.blocks[at].kind, Kind::Ordered | Kind::Bullet) =>
                {
                    return Some(at);
                }
                _ => return None,
            }
        }
        None
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

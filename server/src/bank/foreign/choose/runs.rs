//! Runs without headings: which of the marks inside a section carries its questions.

use super::{Chooser, MAX_DEPTH, Pick};
use crate::bank::foreign::scan::Kind;
use crate::bank::foreign::title::{self, Label};

/// Kinds of marks inside a section that may carry questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sig {
    Label,
    Summary,
    Ordered(u8),
    Bullet(u8),
    Bold,
    Para,
}

pub(super) const SIGS: usize = 12;
const MAX_NEST: u8 = 3;

impl Sig {
    pub(super) fn index(self) -> usize {
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

impl Chooser<'_> {
    /// Decides a run without headings.
    pub(super) fn flat(&mut self, from: usize, to: usize, topic: Option<usize>, depth: usize) {
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
        let mut topic_here = self.topic_line(from, first.block, sig).or(topic);
        let dense = sig == Sig::Para && self.is_dense(first.block, to);
        let mut last = None;
        for (k, member) in members.iter().enumerate() {
            let next = members.get(k + 1).map_or(to, |m| m.block);
            let mut end = next.min(member.limit);
            let mut next_topic = None;
            if k + 1 < members.len()
                && let Some(line) = match dense {
                    true => self.name_between(member.block + 1, next),
                    false => self.topic_between(member.block + 1, next, sig),
                }
            {
                end = end.min(line);
                next_topic = Some(line);
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
        }
        // Details that hold details: categories.
        if sig == Sig::Summary {
            for c in candidates.iter().filter(|c| c.sig == Sig::Summary) {
                if members.binary_search_by_key(&c.block, |m| m.block).is_err() {
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
            Sig::Para => mark.asks(),
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

    /// A list of questions without a mark: hardly anything but lines that ask, and no answers.
    fn is_dense(&self, from: usize, to: usize) -> bool {
        let own =
            || (from..to).filter(|&i| !matches!(self.blocks[i].kind, Kind::Html | Kind::Rule));
        let asking = own()
            .filter(|&i| {
                self.blocks[i].kind == Kind::Para
                    && self.marks[i].asks()
                    && !self.blocks[i].source(self.text).contains('\n')
            })
            .count();
        asking >= 3 && asking * 10 >= own().count() * 7
    }

    /// The blocks of a run that may ask, with the depth of items.
    fn candidates(&self, from: usize, to: usize) -> Vec<Candidate> {
        let mut found: Vec<Candidate> = Vec::new();
        // For each depth its column, and the number of its last item.
        let mut indents: Vec<(u16, Option<u32>)> = Vec::new();
        let dense = self.is_dense(from, to);
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
                        || dense && mark.asks()
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
        let mut tried = [false; SIGS];
        for candidate in candidates {
            let sig = candidate.sig;
            // Each kind once: asking it looks at all candidates.
            if std::mem::replace(&mut tried[sig.index()], true) {
                continue;
            }
            let group = groups[sig.index()];
            if !self.carries(sig, &group, candidates, to) {
                continue;
            }
            let (depth, first) = (sig.depth(), group.first);
            // Plain text that asks is the last resort.
            let better = match best {
                None => true,
                Some((_, _, Sig::Para)) => true,
                Some(_) if sig == Sig::Para => false,
                Some((other, begins, _)) => (depth, first) < (other, begins),
            };
            if better {
                best = Some((depth, first, sig));
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
            Sig::Ordered(_) => {
                count >= 2 && half && asking >= 2
                    || sequence && answered && self.evidence && asking * 3 >= count
            }
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
            Sig::Para => {
                asking >= 2
                    && self.evidence
                    && (bodies * 10 >= count * 7
                        || candidates
                            .first()
                            .is_some_and(|first| self.is_dense(first.block, to)))
            }
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
    fn topic_line(&self, from: usize, to: usize, sig: Sig) -> Option<usize> {
        (from..to).rev().find(|&i| {
            let item = matches!(self.blocks[i].kind, Kind::Ordered | Kind::Bullet);
            self.blocks[i].heading_inside && self.blocks[i].kind != Kind::Para
                || item && sig.depth() > 0
                || self.marks[i].bold
                    && self.blocks[i].kind == Kind::Para
                    && !self.marks[i].asks()
                    && !self.marks[i].inline
        })
    }

    /// The only line between two questions of a list without answers, if it reads as a name: `Advanced Level`.
    fn name_between(&self, from: usize, to: usize) -> Option<usize> {
        let words = self.blocks[from].text(self.text);
        (from + 1 == to
            && self.blocks[from].kind == Kind::Para
            && self.marks[from].counts()
            && words.chars().count() <= 60
            && !words.ends_with(['.', '。', '!', ';', ',']))
        .then_some(from)
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
                    if self.blocks[at].heading_inside
                        && (sig.depth() > 0 || sig == Sig::Summary) =>
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
}

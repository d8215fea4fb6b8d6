//! Many documents to one bank: which question an id means, which questions are the same, and which construct leads where.
//!
//! Made anew whenever a document changes, so it is linear in the number of questions: a few milliseconds for a hundred thousand. This file
//! must not read files or texts.

use super::document::{Document, Part, Record, hash};
use super::names::{self, Name};
use super::{Lang, Warning};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A question of the bank: its place among the questions of all documents.
pub type Index = u32;

const NONE: Index = Index::MAX;

#[derive(Debug, Default)]
pub struct Merged {
    /// The first question of each document, and behind the last how many there are.
    firsts: Vec<Index>,
    /// The place of each document by its serial number.
    serials: FxHashMap<u32, usize>,
    /// The first question of each id; others of other languages follow in `next`.
    ids: FxHashMap<u64, Index>,
    next: Vec<Index>,
    /// The first question with the same id; `NONE` where a question is left out.
    heads: Vec<Index>,
    /// Ids that had to be made unique.
    renamed: FxHashMap<Index, Box<str>>,
    /// For each head the first of those that mean the same, which stands for all: itself, where no other does.
    leaders: Vec<Index>,
    same: FxHashMap<Index, Vec<Index>>,
    /// The heads of questions about each name, best first: where those of each begin, and all of them.
    starts: Vec<u32>,
    about: Vec<Index>,
    /// Heads that stand for themselves or others, in the order of the documents.
    shown: Vec<Index>,
}

/// The longest list of constructs whose order counts.
const MOST_RANK: usize = 255;

impl Merged {
    /// Merges documents, the user's own before the built-in ones. A second question with the same id and language is left out with
    /// a warning where a person gave both that id.
    pub fn new(documents: &[Arc<Document>], warnings: &mut Vec<Warning>) -> Merged {
        let mut merged = Merged::default();
        for (place, document) in documents.iter().enumerate() {
            merged.serials.insert(document.serial, place);
            merged.firsts.push(merged.next.len() as Index);
            let total = merged.next.len() + document.records.len();
            merged.next.resize(total, NONE);
            merged.heads.resize(total, NONE);
        }
        merged.leaders = (0..merged.next.len() as Index).collect();
        merged.firsts.push(merged.next.len() as Index);
        merged.ids.reserve(merged.next.len());
        let mut meanings: FxHashMap<u64, Index> = FxHashMap::default();
        meanings.reserve(merged.next.len());
        for (number, document) in documents.iter().enumerate() {
            for (record, index) in document.records.iter().zip(merged.firsts[number]..) {
                merged.place(documents, document, record, index, warnings);
                let head = merged.heads[index as usize];
                if head != NONE && record.meaning != 0 {
                    merged.join(documents, document, record, head, &mut meanings);
                }
            }
        }
        merged.rank(documents);
        merged
    }

    /// Puts a question among those of its id.
    fn place(
        &mut self,
        documents: &[Arc<Document>],
        document: &Document,
        record: &Record,
        index: Index,
        warnings: &mut Vec<Warning>,
    ) {
        // Nearly all ids are new, which their hashes tell: the texts lie far apart in memory, and looking at each takes longer than all else.
        let head = match self.ids.get(&record.id) {
            Some(_) => self.head_of(documents, record.id, document.part(record, Part::Id)),
            None => None,
        };
        let Some(head) = head else {
            // Two ids with the same hash: the second is found by walking the questions, which happens once in a lifetime.
            self.ids.entry(record.id).or_insert(index);
            self.heads[index as usize] = index;
            return;
        };
        let mut last = head;
        let mut twin = None;
        for other in self.variants(head) {
            let (its_document, _) = self.record(documents, other);
            if its_document.lang == document.lang {
                twin = Some(other);
            }
            last = other;
        }
        let Some(twin) = twin else {
            self.next[last as usize] = index;
            self.heads[index as usize] = head;
            return;
        };
        let (first, its_record) = self.record(documents, twin);
        // The user's own question hides the built-in one of the same id: that is no mistake.
        if document.is_builtin() {
            return;
        }
        if record.unnamed {
            let same = record.meaning != 0
                && its_record.meaning == record.meaning
                && alike(first, its_record, document, record);
            if same {
                return;
            }
            self.rename(documents, document.part(record, Part::Id), index);
            return;
        }
        let id = document.part(record, Part::Id);
        warnings.push(Warning {
            file: document.origin.name(),
            line: Some(record.line as usize),
            message: format!(
                "the id `{id}` is taken already by {}:{}; this question is left out",
                first.origin.name(),
                its_record.line
            ),
        });
    }

    /// Gives a question an id of its own: that of its title, numbered.
    fn rename(&mut self, documents: &[Arc<Document>], id: &str, index: Index) {
        let free = (2..)
            .map(|n| format!("{id}-{n}"))
            .find(|new| self.head(documents, new).is_none());
        if let Some(new) = free {
            self.ids.insert(hash(&new), index);
            self.heads[index as usize] = index;
            self.renamed.insert(index, new.into());
        }
    }

    /// Puts an id among those that mean the same.
    fn join(
        &mut self,
        documents: &[Arc<Document>],
        document: &Document,
        record: &Record,
        head: Index,
        meanings: &mut FxHashMap<u64, Index>,
    ) {
        let first = *meanings.entry(record.meaning).or_insert(head);
        let leader = self.leader(first);
        if self.leader(head) != head || leader == head {
            return;
        }
        let (its_document, its_record) = self.record(documents, first);
        // Our own questions differ by what their authors say; titles are close.
        if document.is_builtin() && its_document.is_builtin()
            || !alike(its_document, its_record, document, record)
        {
            return;
        }
        let mut joined = self.same.remove(&head).unwrap_or_else(|| vec![head]);
        for member in &joined {
            self.leaders[*member as usize] = leader;
        }
        self.same
            .entry(leader)
            .or_insert_with(|| vec![leader])
            .append(&mut joined);
    }

    /// Lists the heads that are shown, and those of each construct in the order of [`super::Bank::about`].
    fn rank(&mut self, documents: &[Arc<Document>]) {
        let mut entries: Vec<(u16, Name, Index)> = Vec::new();
        for (number, document) in documents.iter().enumerate() {
            let builtin = u16::from(document.is_builtin()) << 10;
            for (record, index) in document.records.iter().zip(self.firsts[number]..) {
                let head = self.heads[index as usize];
                if head == NONE {
                    continue;
                }
                let leader = self.leader(head);
                if leader == index {
                    self.shown.push(index);
                }
                for (place, name) in document.names(record).iter().enumerate() {
                    // What is only guessed from an example comes behind all that say so.
                    let guessed = u16::from(place >= usize::from(record.guessed)) << 11;
                    let place = (place.min(MOST_RANK) as u16) << 2;
                    let key = guessed | builtin | place | record.level as u16;
                    entries.push((key, *name, leader));
                }
            }
        }
        // A stable sort by key, then one by name that keeps the order: both by counting.
        let by_key = sorted_by(&entries, 1 << 12, |(key, _, _)| usize::from(*key));
        drop(entries);
        let names = names::count();
        let by_name = sorted_by(&by_key, names, |(_, name, _)| name.index());
        drop(by_key);
        self.starts = Vec::with_capacity(names + 1);
        let mut seen = vec![NONE; self.next.len()];
        let mut entries = by_name.iter().peekable();
        for name in 0..names {
            self.starts.push(self.about.len() as u32);
            while let Some((_, _, leader)) = entries.next_if(|(_, of, _)| of.index() == name) {
                // A question in two languages, or two that mean the same, are one.
                if std::mem::replace(&mut seen[*leader as usize], name as u32) != name as u32 {
                    self.about.push(*leader);
                }
            }
        }
        self.starts.push(self.about.len() as u32);
    }

    pub fn len(&self) -> usize {
        self.next.len()
    }

    /// How many questions are not left out.
    pub fn kept(&self) -> usize {
        self.heads.iter().filter(|head| **head != NONE).count()
    }

    /// A question's document, by its place among the documents, and its place among that one's questions.
    pub fn at(&self, index: Index) -> (usize, usize) {
        let document = self
            .firsts
            .partition_point(|first| *first <= index)
            .saturating_sub(1);
        (document, (index - self.firsts[document]) as usize)
    }

    /// The place of the document with a serial number, if it is still of this bank.
    pub fn document(&self, serial: u32) -> Option<usize> {
        self.serials.get(&serial).copied()
    }

    /// The question of a document's record.
    pub fn index(&self, document: usize, record: usize) -> Index {
        self.firsts[document] + record as Index
    }

    pub fn record<'a>(
        &self,
        documents: &'a [Arc<Document>],
        index: Index,
    ) -> (&'a Document, &'a Record) {
        let (document, record) = self.at(index);
        (&documents[document], &documents[document].records[record])
    }

    pub fn id<'a>(&'a self, documents: &'a [Arc<Document>], index: Index) -> &'a str {
        if !self.renamed.is_empty()
            && let Some(new) = self.renamed.get(&index)
        {
            return new;
        }
        let (document, record) = self.record(documents, index);
        document.part(record, Part::Id)
    }

    /// The first question with an id.
    pub fn head(&self, documents: &[Arc<Document>], id: &str) -> Option<Index> {
        self.head_of(documents, hash(id), id)
    }

    fn head_of(&self, documents: &[Arc<Document>], hash: u64, id: &str) -> Option<Index> {
        let found = *self.ids.get(&hash)?;
        if self.id(documents, found) == id {
            return Some(found);
        }
        self.heads
            .iter()
            .enumerate()
            .map(|(i, head)| (i as Index, *head))
            .find(|(i, head)| i == head && self.id(documents, *i) == id)
            .map(|(i, _)| i)
    }

    /// The questions with the id of a head: one a language.
    pub fn variants(&self, head: Index) -> impl Iterator<Item = Index> {
        let follow = |index: &Index| Some(self.next[*index as usize]).filter(|next| *next != NONE);
        std::iter::successors(Some(head), follow)
    }

    /// The head that stands for a question and all that mean the same; `None` where it is left out.
    pub fn leader_of(&self, index: Index) -> Option<Index> {
        let head = *self.heads.get(index as usize)?;
        (head != NONE).then(|| self.leader(head))
    }

    fn leader(&self, head: Index) -> Index {
        self.leaders.get(head as usize).copied().unwrap_or(head)
    }

    /// The heads of all ids that mean the same as that of a leader, itself included.
    pub fn same(&self, leader: Index) -> &[Index] {
        self.same
            .get(&leader)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// The question to show for a leader: the user's own before the built-in ones, then one with a text in the language.
    pub fn shown_for(&self, documents: &[Arc<Document>], leader: Index, lang: Lang) -> Index {
        let has_lang = |head: Index| {
            self.variants(head)
                .any(|i| self.record(documents, i).0.lang == lang.as_str())
        };
        let builtin = |head: Index| self.record(documents, head).0.is_builtin();
        let best = self
            .same(leader)
            .iter()
            .copied()
            .min_by_key(|&head| (builtin(head), !has_lang(head), head));
        self.variant(documents, best.unwrap_or(leader), lang)
    }

    /// The question with the id of a head in a language, else in any.
    pub fn variant(&self, documents: &[Arc<Document>], head: Index, lang: Lang) -> Index {
        let in_lang = |index: &Index| self.record(documents, *index).0.lang == lang.as_str();
        self.variants(head).find(in_lang).unwrap_or(head)
    }

    /// The leaders of the questions about a construct, best first.
    pub fn about(&self, name: &str) -> &[Index] {
        let Some(name) = Name::known(name) else {
            return &[];
        };
        self.about_name(name.index())
    }

    fn about_name(&self, name: usize) -> &[Index] {
        match (self.starts.get(name), self.starts.get(name + 1)) {
            (Some(start), Some(end)) => &self.about[*start as usize..*end as usize],
            _ => &[],
        }
    }

    /// The names that have a question.
    pub fn names(&self) -> impl Iterator<Item = Name> {
        (0..self.starts.len().saturating_sub(1))
            .filter(|name| !self.about_name(*name).is_empty())
            .map(Name::at)
    }

    /// The leaders, in the order of the documents.
    pub fn shown(&self) -> &[Index] {
        &self.shown
    }
}

/// Whether two questions of the same title can be one: they are about the same code, or nobody knows what one of them is about.
fn alike(
    first: &Document,
    first_record: &Record,
    second: &Document,
    second_record: &Record,
) -> bool {
    let (first, second) = (first.names(first_record), second.names(second_record));
    // `threading` and `threading.Thread` are about the same.
    let meet = |a: &Name, b: &Name| {
        let (a, b) = (a.as_str(), b.as_str());
        let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
        long.strip_prefix(short)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    first.is_empty()
        || second.is_empty()
        || first
            .iter()
            .any(|a| second.iter().any(|b| a == b || meet(a, b)))
}

/// A stable counting sort by a key below `keys`; greater ones are left out.
fn sorted_by<T: Copy>(items: &[T], keys: usize, key: impl Fn(&T) -> usize) -> Vec<T> {
    let mut next = vec![0usize; keys + 1];
    for item in items {
        if let Some(count) = next.get_mut(key(item) + 1) {
            *count += 1;
        }
    }
    for i in 1..next.len() {
        next[i] += next[i - 1];
    }
    let Some(first) = items.first() else {
        return Vec::new();
    };
    let mut sorted = vec![*first; next[keys]];
    for item in items {
        if key(item) < keys {
            let place = &mut next[key(item)];
            sorted[*place] = *item;
            *place += 1;
        }
    }
    sorted
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;

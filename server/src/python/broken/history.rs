//! What the last version that parsed still knows of the lines that have not changed since.

use similar::{Algorithm, capture_diff_slices};

use super::super::{Analysis, Construct, Kind};

/// Changed lines, in both versions together, that are compared one by one; between more, nothing is taken for the same.
const MAX_CHANGED: usize = 4_000;

/// Lines that are typed at a time.
const TYPED: usize = 3;

/// `new`, the analysis of a source with errors, with what `old` knows of the lines that both versions have.
///
/// The old version parsed, so what it says of a line is right if nothing else changed than what is unfinished. Where
/// more changed and the file without what is unfinished parses, new names are believed before old ones.
pub(crate) fn merge(source: &str, new: Analysis, old_source: &str, old: &Analysis) -> Analysis {
    let (old_lines, new_lines) = (lines(old_source), lines(source));
    let same = same_lines(old_source, &old_lines, source, &new_lines);
    let mut changed = (0..new_lines.len()).filter(|line| {
        same.get(*line).is_some_and(Option::is_none) && is_code(source, &new_lines, *line)
    });
    let first = changed.next();
    let spread = first.map_or(0, |first| changed.next_back().unwrap_or(first) - first);
    // One place is what is being typed, and nothing else means anything else now.
    let is_more_changed = new.is_repaired() && spread > TYPED;
    // The lines of the old version, by where they are now.
    let mut now = vec![None; old_lines.len()];
    for (line, old) in same.iter().enumerate() {
        if let Some(slot) = old.and_then(|old| now.get_mut(old)) {
            *slot = Some(line);
        }
    }
    let line_of = |lines: &[usize], offset: usize| {
        lines
            .partition_point(|start| *start <= offset)
            .saturating_sub(1)
    };
    let mut merged: Vec<(Construct, u8)> = Vec::with_capacity(old.constructs.len());
    for (construct, rank) in old.constructs.iter().zip(&old.ranks) {
        let first = line_of(&old_lines, construct.range.start);
        let last = line_of(&old_lines, construct.range.end - 1);
        let (Some(Some(start)), Some(Some(end))) = (now.get(first), now.get(last)) else {
            continue;
        };
        if end - start != last - first {
            continue;
        }
        let moved = construct.range.start - old_lines[first] + new_lines[*start]
            ..construct.range.end - old_lines[last] + new_lines[*end];
        let construct = Construct {
            range: moved,
            ..construct.clone()
        };
        merged.push((construct, *rank));
    }
    let served: Vec<bool> = same.iter().map(Option::is_some).collect();
    let named = |range: &std::ops::Range<usize>, merged: &[(Construct, u8)]| {
        let from = merged.partition_point(|(other, _)| other.range.start < range.start);
        merged[from..]
            .iter()
            .take_while(|(other, _)| other.range.start == range.start)
            .any(|(other, _)| other.kind == Kind::Symbol && other.range == *range)
    };
    let mut renamed = Vec::new();
    let mut added = Vec::new();
    for (construct, rank) in new.constructs.into_iter().zip(new.ranks) {
        let line = line_of(&new_lines, construct.range.start);
        let is_served = served.get(line).copied().unwrap_or_default();
        if !is_served {
            added.push((construct, rank));
        } else if is_more_changed && construct.kind == Kind::Symbol {
            if named(&construct.range, &merged) {
                renamed.push(construct.range.clone());
            }
            added.push((construct, rank));
        }
    }
    merged.retain(|(construct, _)| {
        construct.kind != Kind::Symbol
            || renamed
                .binary_search_by_key(&construct.range.start, |range| range.start)
                .is_err()
    });
    merged.extend(added);
    merged.sort_by(|(one, rank), (other, other_rank)| {
        (one.range.start, rank, one.range.end).cmp(&(
            other.range.start,
            other_rank,
            other.range.end,
        ))
    });
    merged.dedup();
    let longest = merged
        .iter()
        .map(|(construct, _)| construct.range.len())
        .max()
        .unwrap_or(0);
    let (constructs, ranks) = merged.into_iter().unzip();
    Analysis {
        refused: None,
        uses: new.uses,
        parse: new.parse,
        near: None,
        constructs,
        ranks,
        longest,
    }
}

/// Where each line begins.
fn lines(source: &str) -> Vec<usize> {
    let bytes = source.as_bytes();
    let ends = bytes.iter().enumerate().filter(|(index, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(index + 1) != Some(&b'\n'),
        _ => false,
    });
    std::iter::once(0)
        .chain(ends.map(|(index, _)| index + 1))
        .collect()
}

fn line<'s>(source: &'s str, starts: &[usize], line: usize) -> &'s str {
    let end = starts.get(line + 1).copied().unwrap_or(source.len());
    source[starts[line]..end].trim_end_matches(['\n', '\r'])
}

fn is_code(source: &str, starts: &[usize], number: usize) -> bool {
    let text = line(source, starts, number).trim();
    !text.is_empty() && !text.starts_with('#')
}

/// For each line of the new version the line of the old one that it is.
fn same_lines(
    old: &str,
    old_starts: &[usize],
    new: &str,
    new_starts: &[usize],
) -> Vec<Option<usize>> {
    let old: Vec<&str> = (0..old_starts.len())
        .map(|n| line(old, old_starts, n))
        .collect();
    let new: Vec<&str> = (0..new_starts.len())
        .map(|n| line(new, new_starts, n))
        .collect();
    let mut same = vec![None; new.len()];
    let shorter = old.len().min(new.len());
    let above = old
        .iter()
        .zip(&new)
        .take_while(|(old, new)| old == new)
        .count();
    let below = old[above..]
        .iter()
        .rev()
        .zip(new[above..].iter().rev())
        .take(shorter - above)
        .take_while(|(old, new)| old == new)
        .count();
    for (line, slot) in same.iter_mut().enumerate().take(above) {
        *slot = Some(line);
    }
    for index in 1..=below {
        same[new.len() - index] = Some(old.len() - index);
    }
    let (old, new) = (
        &old[above..old.len() - below],
        &new[above..new.len() - below],
    );
    if !old.is_empty() && !new.is_empty() && old.len() + new.len() <= MAX_CHANGED {
        for change in capture_diff_slices(Algorithm::Patience, old, new) {
            if let similar::DiffOp::Equal {
                old_index,
                new_index,
                len,
            } = change
            {
                for step in 0..len {
                    same[above + new_index + step] = Some(above + old_index + step);
                }
            }
        }
    }
    same
}

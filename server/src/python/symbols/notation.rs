//! What the detail of a line says: the grammar of types and signatures.
//!
//! Cuts text and allocates nothing; what the names mean is for the one who asks.

use super::table::{Entry, Sort};

/// One way to call a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Overload<'t> {
    params: &'t str,
    /// What the call gives; of a coroutine function what awaiting it gives.
    pub result: &'t str,
}

/// Where an argument goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot<'t> {
    /// The receiver of a method, where its type matters, or the class of a class method, with a type or without.
    Receiver {
        is_class: bool,
    },
    /// The method is static: no receiver.
    Static,
    /// By position, not counting the receiver, and by name unless that is empty.
    Positional(usize, &'t str),
    Keyword(&'t str),
    /// `*args`, from this position on.
    Rest(usize),
    Keywords,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Param<'t> {
    pub slot: Slot<'t>,
    /// Empty for a receiver without one.
    pub kind: &'t str,
    pub has_default: bool,
}

impl<'t> Entry<'t> {
    /// The type parameters of a class, in order.
    pub fn type_params(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        split(self.class_detail().0, ',')
    }

    /// The bases of a class, with their arguments.
    pub fn bases(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        split(self.class_detail().1, ';')
    }

    fn class_detail(&self) -> (&'t str, &'t str) {
        if self.sort != Sort::Class {
            return ("", "");
        }
        let Some(rest) = self.detail.strip_prefix('[') else {
            return ("", self.detail);
        };
        let (params, bases) = rest.split_once(']').unwrap_or((rest, ""));
        (params, bases.trim_start())
    }

    /// The ways to call a function; none for other sorts.
    pub fn overloads(&self) -> impl Iterator<Item = Overload<'t>> + use<'t> {
        let detail = match self.sort {
            Sort::Function | Sort::Coroutine => self.detail,
            _ => "",
        };
        detail.split(" | ").filter_map(|overload| {
            let (params, result) = overload.strip_prefix('(')?.split_once(") ")?;
            Some(Overload { params, result })
        })
    }

    /// The type of a property or of data, and the class of a generic alias; empty where nobody knows.
    #[cfg(test)]
    pub fn kind(&self) -> &'t str {
        match self.sort {
            Sort::Property | Sort::Data | Sort::Generic => self.detail,
            _ => "",
        }
    }
}

impl<'t> Overload<'t> {
    /// The type variables that can only be certain types, and these.
    pub fn bounds(&self) -> impl Iterator<Item = (&'t str, &'t str)> + use<'t> {
        self.params
            .split(", ")
            .filter_map(|item| item.split_once('<'))
    }

    pub fn params(&self) -> impl Iterator<Item = Param<'t>> + use<'t> {
        self.params
            .split(", ")
            .filter(|item| !item.is_empty() && !item.contains('<'))
            .filter_map(param)
    }
}

fn param(item: &str) -> Option<Param<'_>> {
    let (key, kind) = item.split_once(':').unwrap_or((item, ""));
    let (kind, has_default) = kind
        .strip_suffix('=')
        .map_or((kind, false), |kind| (kind, true));
    let slot = match key {
        "self" => Slot::Receiver { is_class: false },
        "cls" => Slot::Receiver { is_class: true },
        "static" => Slot::Static,
        "**" => Slot::Keywords,
        _ => match key.strip_prefix('*') {
            Some(from) => Slot::Rest(from.parse().ok()?),
            None if key.starts_with(|first: char| first.is_ascii_digit()) => {
                let (index, name) = key.split_once(' ').unwrap_or((key, ""));
                Slot::Positional(index.parse().ok()?, name)
            }
            None => Slot::Keyword(key),
        },
    };
    Some(Param {
        slot,
        kind,
        has_default,
    })
}

/// The members of a union.
#[cfg(test)]
pub(crate) fn union(kind: &str) -> impl Iterator<Item = &str> {
    split(kind, '|')
}

/// A class and its arguments: `dict[str,int]` is `dict` and `str,int`.
pub(crate) fn applied(kind: &str) -> (&str, &str) {
    match kind.split_once('[') {
        Some((class, args)) => (class, args.strip_suffix(']').unwrap_or(args)),
        None => (kind, ""),
    }
}

/// The arguments of a class one by one.
#[cfg(test)]
pub(crate) fn args(args: &str) -> impl Iterator<Item = &str> {
    split(args, ',')
}

/// Cuts at a separator that stands outside all brackets.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut depth = 0_usize;
        for (at, letter) in rest.char_indices() {
            match letter {
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                _ if letter == separator && depth == 0 => {
                    let (piece, after) = rest.split_at(at);
                    rest = after.get(letter.len_utf8()..).unwrap_or("");
                    return Some(piece);
                }
                _ => {}
            }
        }
        Some(std::mem::take(&mut rest))
    })
}

//! How control flows through a file: a graph that is read backwards, from a use to what reaches it.
//!
//! The walk makes a node for each binding, each test that says something about what a name holds, and each place where
//! ways meet; nothing is evaluated here. A use keeps the node that it stands behind. The idea is that of the TypeScript
//! compiler and of pyright: <https://github.com/microsoft/pyright/blob/main/docs/type-inference.md>.

use ruff_python_ast::{self as ast, Expr, Pattern};

use super::{BindingId, NameId, QuickMap};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FlowId(pub u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ChainId(pub u32);

/// What flow knows something about: a name, or attributes of one, as in `self.lock`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Reference {
    Name(NameId),
    Chain(ChainId),
}

/// A node, and what was before it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Flow<'a> {
    Unreachable,
    /// Of a module or a function.
    Start,
    /// A name or an attribute is bound.
    Bind {
        before: FlowId,
        reference: Reference,
        binding: BindingId,
    },
    /// From here on the test was true, or false.
    Test {
        before: FlowId,
        reference: Reference,
        test: &'a Expr,
        sense: bool,
    },
    /// From here on the pattern matched, or did not.
    Case {
        before: FlowId,
        reference: Reference,
        pattern: &'a Pattern,
        sense: bool,
    },
    /// Several ways meet. What nothing between `entry` and here touches is the same as at `entry`.
    Join {
        entry: FlowId,
        ways: WaysId,
    },
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct WaysId(u32);

#[derive(Debug)]
struct Ways {
    from: Vec<FlowId>,
    /// The last node that belongs to the statement.
    end: FlowId,
}

/// Ways into one place that are told apart; more are not followed.
const MAX_WAYS: usize = 256;

pub(crate) struct Flows<'a> {
    nodes: Vec<Flow<'a>>,
    ways: Vec<Ways>,
    chains: QuickMap<(Reference, NameId), ChainId>,
    /// What each chain is an attribute of.
    owners: Vec<Reference>,
    /// The nodes that say something about a name, in ascending order; and about a chain.
    names: Vec<Vec<FlowId>>,
    links: Vec<Vec<FlowId>>,
}

pub(crate) const UNREACHABLE: FlowId = FlowId(0);
pub(crate) const START: FlowId = FlowId(1);

impl<'a> Flows<'a> {
    pub fn new() -> Self {
        Self {
            nodes: vec![Flow::Unreachable, Flow::Start],
            ways: Vec::new(),
            chains: QuickMap::default(),
            owners: Vec::new(),
            names: Vec::new(),
            links: Vec::new(),
        }
    }

    pub fn node(&self, id: FlowId) -> Flow<'a> {
        self.nodes
            .get(id.0 as usize)
            .copied()
            .unwrap_or(Flow::Unreachable)
    }

    fn push(&mut self, node: Flow<'a>) -> FlowId {
        self.nodes.push(node);
        FlowId(self.nodes.len() as u32 - 1)
    }

    pub fn last(&self) -> FlowId {
        FlowId(self.nodes.len() as u32 - 1)
    }

    pub fn chain(&self, owner: Reference, attribute: NameId) -> Option<Reference> {
        self.chains
            .get(&(owner, attribute))
            .copied()
            .map(Reference::Chain)
    }

    pub fn make_chain(&mut self, owner: Reference, attribute: NameId) -> Reference {
        let next = ChainId(self.owners.len() as u32);
        let chain = *self.chains.entry((owner, attribute)).or_insert(next);
        if chain == next {
            self.owners.push(owner);
            self.links.push(Vec::new());
        }
        Reference::Chain(chain)
    }

    pub fn has_chains(&self) -> bool {
        !self.owners.is_empty()
    }

    /// What a chain is an attribute of.
    pub fn owner(&self, reference: Reference) -> Option<Reference> {
        match reference {
            Reference::Name(_) => None,
            Reference::Chain(chain) => self.owners.get(chain.0 as usize).copied(),
        }
    }

    /// Whether `part` is what `whole` is an attribute of, directly or not.
    pub fn is_part(&self, part: Reference, whole: Reference) -> bool {
        let mut current = self.owner(whole);
        while let Some(owner) = current {
            if owner == part {
                return true;
            }
            current = self.owner(owner);
        }
        false
    }

    fn touching(&self, reference: Reference) -> &[FlowId] {
        match reference {
            Reference::Name(name) => self.names.get(name.0 as usize),
            Reference::Chain(chain) => self.links.get(chain.0 as usize),
        }
        .map_or(&[], Vec::as_slice)
    }

    /// How many nodes say something about exactly this.
    pub fn touches(&self, reference: Reference) -> usize {
        self.touching(reference).len()
    }

    /// Whether a node after `from`, up to `until`, says something about this or what it is an attribute of.
    pub fn is_touched(&self, reference: Reference, from: FlowId, until: FlowId) -> bool {
        let mut current = Some(reference);
        while let Some(reference) = current {
            let nodes = self.touching(reference);
            let first = nodes.partition_point(|node| *node <= from);
            if nodes.get(first).is_some_and(|node| *node <= until) {
                return true;
            }
            current = self.owner(reference);
        }
        false
    }

    fn touch(&mut self, reference: Reference, node: FlowId) {
        let list = match reference {
            Reference::Name(name) => {
                let index = name.0 as usize;
                if self.names.len() <= index {
                    self.names.resize_with(index + 1, Vec::new);
                }
                self.names.get_mut(index)
            }
            Reference::Chain(chain) => self.links.get_mut(chain.0 as usize),
        };
        if let Some(list) = list {
            list.push(node);
        }
    }

    pub fn bind(&mut self, before: FlowId, reference: Reference, binding: BindingId) -> FlowId {
        let node = self.push(Flow::Bind {
            before,
            reference,
            binding,
        });
        self.touch(reference, node);
        node
    }

    pub fn test(
        &mut self,
        before: FlowId,
        reference: Reference,
        test: &'a Expr,
        sense: bool,
    ) -> FlowId {
        let node = self.push(Flow::Test {
            before,
            reference,
            test,
            sense,
        });
        self.touch(reference, node);
        node
    }

    pub fn case(
        &mut self,
        before: FlowId,
        reference: Reference,
        pattern: &'a Pattern,
        sense: bool,
    ) -> FlowId {
        let node = self.push(Flow::Case {
            before,
            reference,
            pattern,
            sense,
        });
        self.touch(reference, node);
        node
    }

    /// Where the given ways meet, the unreachable ones left out.
    pub fn join(&mut self, entry: FlowId, mut from: Vec<FlowId>) -> FlowId {
        from.retain(|way| *way != UNREACHABLE);
        from.dedup();
        match *from {
            [] => UNREACHABLE,
            [only] => only,
            _ => {
                let end = self.last();
                self.push_join(entry, from, end)
            }
        }
    }

    fn push_join(&mut self, entry: FlowId, mut from: Vec<FlowId>, end: FlowId) -> FlowId {
        from.truncate(MAX_WAYS);
        let ways = WaysId(self.ways.len() as u32);
        self.ways.push(Ways { from, end });
        self.push(Flow::Join { entry, ways })
    }

    /// The head of a loop: its end leads back to it.
    pub fn begin_loop(&mut self, entry: FlowId) -> FlowId {
        if entry == UNREACHABLE {
            return UNREACHABLE;
        }
        let end = FlowId(u32::MAX);
        self.push_join(entry, vec![entry], end)
    }

    pub fn lead_back(&mut self, head: FlowId, way: FlowId) {
        if let Flow::Join { ways, .. } = self.node(head)
            && way != UNREACHABLE
            && let Some(ways) = self.ways.get_mut(ways.0 as usize)
            && ways.from.len() < MAX_WAYS
            && !ways.from.contains(&way)
        {
            ways.from.push(way);
        }
    }

    pub fn end_loop(&mut self, head: FlowId) {
        let end = self.last();
        if let Flow::Join { ways, .. } = self.node(head)
            && let Some(ways) = self.ways.get_mut(ways.0 as usize)
        {
            ways.end = end;
        }
    }

    pub fn ways(&self, id: WaysId) -> (&[FlowId], FlowId) {
        match self.ways.get(id.0 as usize) {
            Some(ways) => (&ways.from, ways.end),
            None => (&[], UNREACHABLE),
        }
    }
}

/// What a test says something about: the name or attribute whose class it narrows.
pub(super) fn tested(test: &Expr) -> Option<&Expr> {
    match test {
        Expr::Name(_) | Expr::Attribute(_) => Some(test),
        Expr::Named(named) => Some(&named.target),
        Expr::Compare(compare) => {
            use ast::CmpOp::{Eq, In, Is, IsNot, NotEq};
            let ([op], [right]) = (&*compare.ops, &*compare.comparators) else {
                return None;
            };
            let left = match &*compare.left {
                Expr::Named(named) => &*named.target,
                left => left,
            };
            match (op, left, right) {
                (Is | IsNot | Eq | NotEq, Expr::Call(call), _)
                    if is_call_of(call, "type") && call.arguments.args.len() == 1 =>
                {
                    call.arguments.args.first()
                }
                (Is | IsNot | Eq | NotEq, left, Expr::NoneLiteral(_)) => Some(left),
                (Is | IsNot | Eq | NotEq, Expr::NoneLiteral(_), right) => Some(right),
                (In, left, Expr::Tuple(_) | Expr::List(_) | Expr::Set(_)) => Some(left),
                _ => None,
            }
        }
        Expr::Call(call)
            if is_call_of(call, "isinstance")
                || is_call_of(call, "issubclass")
                || is_call_of(call, "callable") =>
        {
            match call.arguments.args.first() {
                Some(Expr::Named(named)) => Some(&named.target),
                first => first,
            }
        }
        _ => None,
    }
}

pub(crate) fn is_call_of(call: &ast::ExprCall, name: &str) -> bool {
    match &*call.func {
        Expr::Name(func) => func.id.as_str() == name,
        _ => false,
    }
}

/// What a test always is: `True`, `TYPE_CHECKING`, a question of the version that all Pythons of the table answer alike.
pub(super) fn constant(test: &Expr) -> Option<bool> {
    match test {
        Expr::BooleanLiteral(literal) => Some(literal.value),
        Expr::NumberLiteral(number) => match &number.value {
            ast::Number::Int(int) => int.as_u64().map(|value| value != 0),
            _ => None,
        },
        Expr::Name(name) if name.id.as_str() == "TYPE_CHECKING" => Some(true),
        Expr::Attribute(attribute) if attribute.attr.as_str() == "TYPE_CHECKING" => Some(true),
        Expr::UnaryOp(unary) if unary.op == ast::UnaryOp::Not => {
            constant(&unary.operand).map(|value| !value)
        }
        Expr::Compare(compare) => {
            let oldest = compared(compare, OLDEST)?;
            (compared(compare, NEWEST)? == oldest).then_some(oldest)
        }
        _ => None,
    }
}

/// The Pythons of the table: where their branches differ, both are taken.
const OLDEST: [u64; 2] = [3, 11];
const NEWEST: [u64; 2] = [3, 15];

fn compared(compare: &ast::ExprCompare, version: [u64; 2]) -> Option<bool> {
    use std::cmp::Ordering::{Equal, Greater, Less};

    use ast::CmpOp::{Eq, Gt, GtE, Lt, LtE, NotEq};
    let ([op], [right]) = (&*compare.ops, &*compare.comparators) else {
        return None;
    };
    let is_version = |expr: &Expr| match expr {
        Expr::Attribute(attribute) => attribute.attr.as_str() == "version_info",
        _ => false,
    };
    let number = |expr: &Expr| match expr {
        Expr::NumberLiteral(number) => match &number.value {
            ast::Number::Int(int) => int.as_u64(),
            _ => None,
        },
        _ => None,
    };
    let order = match (&*compare.left, right) {
        (left, Expr::Tuple(tuple)) if is_version(left) => {
            let mut order = Equal;
            for (ours, theirs) in version.iter().zip(&tuple.elts) {
                order = order.then(ours.cmp(&number(theirs)?));
            }
            // `version_info` is longer than any tuple that it is compared with.
            order.then(Greater)
        }
        (Expr::Subscript(subscript), right)
            if is_version(&subscript.value) && number(&subscript.slice) == Some(0) =>
        {
            version[0].cmp(&number(right)?)
        }
        _ => return None,
    };
    Some(match op {
        Eq => order == Equal,
        NotEq => order != Equal,
        Lt => order == Less,
        LtE => order != Greater,
        Gt => order == Greater,
        GtE => order != Less,
        _ => return None,
    })
}

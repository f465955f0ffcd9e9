//! Operators.

use super::{Elaboration, Node, Ty, Type, Typed, rank};

const COMPARISONS: [&str; 6] = ["=", "<>", "<", ">", "<=", ">="];
const PATTERNS: [&str; 10] = ["~~", "!~~", "~~*", "!~~*", "~", "~*", "!~", "!~*", "^@", "~<=~"];
const DATES: [&str; 3] = ["date", "timestamp", "timestamptz"];

/// Types whose values compare with each other alone.
const COMPARED_ALONE: [&str; 14] = [
    "text", "bpchar", "bool", "uuid", "bytea", "jsonb", "interval", "time", "timetz", "bit", "varbit",
    "inet", "citext", "money",
];

/// What an operator takes and gives.
struct Operation {
    left: Type,
    right: Type,
    result: Type,
}

impl Operation {
    fn new(left: &Type, right: &Type, result: &str) -> Option<Self> {
        Some(Self { left: left.bare(), right: right.bare(), result: Type::named(result) })
    }
}

impl Elaboration<'_> {
    pub(super) fn infix(&mut self, operator: Box<str>, (left, right): (Typed, Typed)) -> Typed {
        let found = operation(&operator, &left.1, &right.1);
        if let Some(found) = found {
            let sides = (self.coerce(left.clone(), &found.left), self.coerce(right.clone(), &found.right));
            if let (Some(left), Some(right)) = sides {
                let node = Node::Infix(operator, Box::new(left), Box::new(right));
                return (node, Ty::Known(found.result));
            }
        }
        self.is_open = true;
        let ty = if COMPARISONS.contains(&&*operator) { Ty::named("bool") } else { Ty::Unclear };
        (Node::Infix(operator, Box::new(left.0), Box::new(right.0)), ty)
    }

    /// Rows are equal where all their values are.
    pub(super) fn rows(&mut self, operator: &str, left: Vec<Node>, right: Vec<Node>) -> Typed {
        let mut tests = Vec::new();
        for (left, right) in left.into_iter().zip(right) {
            let sides = (self.node(left), self.node(right));
            tests.push(self.infix(operator.into(), sides).0);
        }
        let node = if operator == "=" { Node::And(tests) } else { Node::Or(tests) };
        (node, Ty::named("bool"))
    }

    pub(super) fn prefix(&mut self, operator: Box<str>, inner: Node) -> Typed {
        let (inner, ty) = self.node(inner);
        let is_number = ty.known().is_some_and(|ty| rank(ty).is_some() || ty.is("interval"));
        let ty = match &*operator {
            "-" | "+" if is_number => ty,
            _ => self.unclear(),
        };
        (Node::Prefix(operator, Box::new(inner)), ty)
    }

    pub(super) fn quantified(&mut self, left: Node, operator: Box<str>, all: bool, right: Node) -> Typed {
        let (left, right) = (self.node(left), self.node(right));
        let element = match &right.1 {
            Ty::Known(ty) if ty.array => Ty::Known(ty.element()),
            Ty::Untyped => left.1.known().map_or(Ty::Unclear, |ty| Ty::Known(ty.clone())),
            Ty::Known(_) | Ty::Unclear => Ty::Unclear,
        };
        let found = operation(&operator, &left.1, &element).filter(|found| found.result.is("bool"));
        if let Some(found) = found {
            let sides =
                (self.coerce(left.clone(), &found.left), self.coerce(right.clone(), &found.right.array_of()));
            if let (Some(left), Some(right)) = sides {
                let (left, right) = (Box::new(left), Box::new(right));
                return (Node::Quantified { left, operator, all, right }, Ty::named("bool"));
            }
        }
        self.is_open = true;
        let (left, right) = (Box::new(left.0), Box::new(right.0));
        (Node::Quantified { left, operator, all, right }, Ty::named("bool"))
    }

    /// `IN`: what holds no column becomes an array where there are two such or more; the rest is compared one by one.
    pub(super) fn member(&mut self, left: Node, list: Vec<Node>, negated: bool) -> Typed {
        let (operator, bool) = (if negated { "<>" } else { "=" }, Ty::named("bool"));
        if matches!(left, Node::Row(_)) || list.iter().any(|node| matches!(node, Node::Row(_))) {
            self.is_open = true;
            return (Node::In(Box::new(left), list, negated), bool);
        }
        let (with_columns, mut constants): (Vec<_>, Vec<_>) =
            list.iter().cloned().partition(Node::has_column);
        let left = self.node(left);
        let mut tests = Vec::new();
        let mut singles = list;
        if constants.len() > 1 {
            let mut all = vec![left.clone()];
            all.extend(constants.drain(..).map(|node| self.node(node)));
            match self.common(all) {
                Ok((mut nodes, ty)) => {
                    nodes.remove(0);
                    let array = (Node::Array(nodes), Ty::Known(ty.array_of()));
                    tests.push(self.one_of(left.clone(), operator, negated, array));
                }
                Err(mut nodes) => {
                    self.is_open = true;
                    let left = Box::new(nodes.remove(0));
                    nodes.extend(with_columns);
                    return (Node::In(left, nodes, negated), bool);
                }
            }
            singles = with_columns;
        }
        for node in singles {
            let right = self.node(node);
            tests.push(self.infix(operator.into(), (left.clone(), right)).0);
        }
        let join = |before, test| match negated {
            true => Node::And(vec![before, test]),
            false => Node::Or(vec![before, test]),
        };
        (tests.into_iter().reduce(join).unwrap_or(Node::Null), bool)
    }

    fn one_of(&mut self, left: Typed, operator: &str, all: bool, array: Typed) -> Node {
        let element = array.1.known().map_or(Ty::Unclear, |ty| Ty::Known(ty.element()));
        if let Some(found) = operation(operator, &left.1, &element) {
            let sides =
                (self.coerce(left.clone(), &found.left), self.coerce(array.clone(), &found.right.array_of()));
            if let (Some(left), Some(right)) = sides {
                let (left, right) = (Box::new(left), Box::new(right));
                return Node::Quantified { left, operator: operator.into(), all, right };
            }
        }
        self.is_open = true;
        let (left, right) = (Box::new(left.0), Box::new(array.0));
        Node::Quantified { left, operator: operator.into(), all, right }
    }

    pub(super) fn between(&mut self, bounds: [Node; 3], negated: bool, symmetric: bool) -> Typed {
        let [value, low, high] = bounds.map(|node| self.node(node));
        let mut within = |low: &Typed, high: &Typed| {
            let mut compare =
                |operator: &str, bound: &Typed| self.infix(operator.into(), (value.clone(), bound.clone())).0;
            match negated {
                false => Node::And(vec![compare(">=", low), compare("<=", high)]),
                true => Node::Or(vec![compare("<", low), compare(">", high)]),
            }
        };
        let first = within(&low, &high);
        let node = match (symmetric, negated) {
            (false, _) => first,
            (true, false) => Node::Or(vec![first, within(&high, &low)]),
            (true, true) => Node::And(vec![first, within(&high, &low)]),
        };
        (node, Ty::named("bool"))
    }
}

/// Which operator the server takes for operands of these types; `None` where that is not certain.
fn operation(operator: &str, left: &Ty, right: &Ty) -> Option<Operation> {
    // an untyped side is taken for the type of the other
    let (a, b) = match (left, right) {
        (Ty::Known(a), Ty::Known(b)) => (a.clone(), b.clone()),
        (Ty::Known(a), Ty::Untyped) => return with_untyped(operator, a, false),
        (Ty::Untyped, Ty::Known(b)) => return with_untyped(operator, b, true),
        (Ty::Untyped, Ty::Untyped) if operator == "||" || COMPARISONS.contains(&operator) => {
            (Type::named("text"), Type::named("text"))
        }
        _ => return None,
    };
    if COMPARISONS.contains(&operator) {
        return comparison(&a, &b);
    }
    if PATTERNS[..8].contains(&operator) {
        let is_text = |ty: &Type| ty.is_one_of(&["text", "varchar"]);
        let left = if a.is("bpchar") { a.clone() } else { Type::named("text") };
        return ((is_text(&a) || a.is("bpchar")) && is_text(&b))
            .then(|| Operation::new(&left, &Type::named("text"), "bool"))?;
    }
    match operator {
        "+" | "-" | "*" | "/" | "%" | "^" => arithmetic(operator, &a, &b),
        "||" => {
            let text = Type::named("text");
            let is_text = |ty: &Type| ty.is_one_of(&["text", "varchar"]);
            (is_text(&a) && is_text(&b)).then(|| Operation::new(&text, &text, "text"))?
        }
        "->" | "->>" if a.is_one_of(&["json", "jsonb"]) && b.is_one_of(&["text", "int4"]) => {
            Operation::new(&a, &b, if operator == "->" { &a.name } else { "text" })
        }
        "@>" | "<@" | "&&" if a.array && a.is_like(&b) => Operation::new(&a, &b, "bool"),
        "@>" | "<@" if a.is("jsonb") && b.is("jsonb") => Operation::new(&a, &b, "bool"),
        "?" if a.is("jsonb") && b.is("text") => Operation::new(&a, &b, "bool"),
        _ => None,
    }
}

fn with_untyped(operator: &str, known: &Type, is_right: bool) -> Option<Operation> {
    let text = Type::named("text");
    if COMPARISONS.contains(&operator) {
        return comparison(known, known);
    }
    if PATTERNS[..8].contains(&operator) {
        let is_pattern = known.is_one_of(&["text", "varchar", "bpchar"]);
        let left = if known.is("bpchar") && !is_right { known.clone() } else { text.clone() };
        return (is_pattern && !(known.is("bpchar") && is_right))
            .then(|| Operation::new(&left, &text, "bool"))?;
    }
    match operator {
        "||" if known.is_one_of(&["text", "varchar"]) => Operation::new(&text, &text, "text"),
        "->" if known.is_one_of(&["json", "jsonb"]) && !is_right => Operation::new(known, &text, &known.name),
        "->>" if known.is_one_of(&["json", "jsonb"]) && !is_right => Operation::new(known, &text, "text"),
        "?" if known.is("jsonb") && !is_right => Operation::new(known, &text, "bool"),
        "@>" | "<@" if known.is("jsonb") => Operation::new(known, known, "bool"),
        "@>" | "<@" | "&&" if known.array => Operation::new(known, known, "bool"),
        "+" | "-" | "*" | "/" if rank(known).is_some() => arithmetic(operator, known, known),
        "+" | "-" if known.is_one_of(&["timestamp", "timestamptz"]) && !is_right && operator == "+" => {
            Operation::new(known, &Type::named("interval"), &known.name)
        }
        _ => None,
    }
}

fn comparison(a: &Type, b: &Type) -> Option<Operation> {
    let text = Type::named("text");
    let (ra, rb) = (rank(a), rank(b));
    if let (Some(ra), Some(rb)) = (ra, rb) {
        let (left, right) = number_operands(a, b, ra, rb);
        return Operation::new(&left, &right, "bool");
    }
    let is_text = |ty: &Type| ty.is_one_of(&["text", "varchar"]);
    if is_text(a) && is_text(b) {
        return Operation::new(&text, &text, "bool");
    }
    if a.is_one_of(&DATES) && b.is_one_of(&DATES) {
        return Operation::new(a, b, "bool");
    }
    let alone = a.is_like(b) && (a.is_one_of(&COMPARED_ALONE) || !a.array && a.is_enum());
    let arrays = a.array && a.is_like(b) && !a.element().is("varchar");
    (alone || arrays).then(|| Operation::new(a, b, "bool"))?
}

/// The types that the operands of a comparison or sum of numbers are cast to.
fn number_operands(a: &Type, b: &Type, ra: usize, rb: usize) -> (Type, Type) {
    const NUMERIC: usize = 3;
    let (float8, numeric) = (Type::named("float8"), Type::named("numeric"));
    match (ra, rb) {
        // whole numbers, and binary fractions, of any size have operators for each other
        (..=2, ..=2) => (a.clone(), b.clone()),
        (NUMERIC, NUMERIC) => (a.clone(), b.clone()),
        (4.., 4..) => (a.clone(), b.clone()),
        (4.., _) => (a.clone(), float8),
        (_, 4..) => (float8, b.clone()),
        _ => (numeric.clone(), numeric),
    }
}

fn arithmetic(operator: &str, a: &Type, b: &Type) -> Option<Operation> {
    if let (Some(ra), Some(rb)) = (rank(a), rank(b)) {
        return number_arithmetic(operator, a, b, ra, rb);
    }
    let result = match (operator, &*a.name, &*b.name) {
        _ if a.array || b.array => return None,
        ("-", "date", "date") => "int4",
        ("+" | "-", "date", "int4") => "date",
        ("+" | "-", "date", "interval") => "timestamp",
        ("-", "timestamp", "timestamp") | ("-", "timestamptz", "timestamptz") => "interval",
        ("+" | "-", "timestamp", "interval") => "timestamp",
        ("+" | "-", "timestamptz", "interval") => "timestamptz",
        ("+" | "-", "interval", "interval") => "interval",
        ("*", "interval", "float8") => "interval",
        ("*", "interval", name) if super::NUMBERS.contains(&name) => {
            return Operation::new(a, &Type::named("float8"), "interval");
        }
        ("*", name, "interval") if super::NUMBERS.contains(&name) => {
            return Operation::new(&Type::named("float8"), b, "interval");
        }
        _ => return None,
    };
    Operation::new(a, b, result)
}

fn number_arithmetic(operator: &str, a: &Type, b: &Type, ra: usize, rb: usize) -> Option<Operation> {
    const INT8: usize = 2;
    let float8 = Type::named("float8");
    match operator {
        "%" if ra <= INT8 && rb <= INT8 => {
            let wide = if ra < rb { b } else { a };
            Operation::new(wide, wide, &wide.name)
        }
        "%" if ra.max(rb) == INT8 + 1 => {
            let numeric = Type::named("numeric");
            Operation::new(&numeric, &numeric, "numeric")
        }
        "%" => None,
        "^" if ra != INT8 + 1 && rb != INT8 + 1 => Operation::new(&float8, &float8, "float8"),
        "^" if ra == INT8 + 1 && rb == INT8 + 1 => Operation::new(a, b, "numeric"),
        "^" => None,
        _ => {
            let (left, right) = number_operands(a, b, ra, rb);
            // of two binary fractions of different size, the result has the larger
            let (wl, wr) = (rank(&left)?, rank(&right)?);
            let result = if wl < wr { right.name.clone() } else { left.name.clone() };
            Operation::new(&left, &right, &result)
        }
    }
}

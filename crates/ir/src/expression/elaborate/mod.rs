//! From what was written to what the server makes of it: types are worked out by PostgreSQL's rules (its manual, "Type
//! Conversion"), constants take their types, casts that are implied are put in, casts that do nothing are taken out.
//!
//! A rule is applied only where it is certain. Where a type cannot be told, the tree stays as it is and the result is
//! *open*: another text may mean the same.

mod call;
mod operator;

use super::node::Node;
use super::types::Type;
use super::value::{Value, canonical};
use super::{Context, Form};

/// The type of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ty {
    Known(Type),
    /// A string or NULL, which takes the type that its place wants.
    Untyped,
    /// It cannot be told.
    Unclear,
}

impl Ty {
    fn named(name: &str) -> Self {
        Self::Known(Type::named(name))
    }

    fn known(&self) -> Option<&Type> {
        match self {
            Self::Known(ty) => Some(ty),
            Self::Untyped | Self::Unclear => None,
        }
    }
}

type Typed = (Node, Ty);

/// The normal form of a tree.
pub(super) fn elaborate(node: Node, deparsed: bool, context: &Context<'_>) -> Form {
    let mut work = Elaboration { context, deparsed, is_open: false, is_moving: false };
    let (node, ty) = work.node(node);
    let node = match (&ty, &context.target) {
        (Ty::Untyped, Some(target)) => work.constant(node, &target.bare()),
        _ => node,
    };
    if ty == Ty::Untyped && context.target.is_none() {
        work.is_open = true;
    }
    Form { tree: node, is_open: work.is_open, is_moving: work.is_moving }
}

struct Elaboration<'a> {
    context: &'a Context<'a>,
    /// Whether the server printed it, which shows every cast where it stands.
    deparsed: bool,
    is_open: bool,
    is_moving: bool,
}

impl Elaboration<'_> {
    /// A type that cannot be told.
    fn unclear(&mut self) -> Ty {
        self.is_open = true;
        Ty::Unclear
    }

    fn node(&mut self, node: Node) -> Typed {
        match node {
            Node::Text(_) | Node::Null => (node, Ty::Untyped),
            Node::Number(digits) => self.number(&digits),
            Node::Boolean(truth) => {
                let ty = Type::named("bool");
                (Node::Constant(ty.clone(), Some(if truth { "t" } else { "f" }.into())), Ty::Known(ty))
            }
            Node::Column(path) => self.column(path),
            Node::Keyword(word, precision) => (Node::Keyword(word, precision), keyword_type(word)),
            Node::Constant(ref ty, _) => {
                let ty = ty.clone();
                (node, Ty::Known(ty))
            }
            Node::Cast(inner, ty) => self.cast(*inner, ty),
            Node::Call(path, list) => self.call(path, list),
            Node::Special(name, list) => self.special(name, list),
            Node::Prefix(operator, inner) => self.prefix(operator, *inner),
            Node::Infix(operator, left, right) => {
                if let (Node::Row(left), Node::Row(right), "=" | "<>") = (&*left, &*right, &*operator)
                    && left.len() == right.len()
                {
                    return self.rows(&operator, left.clone(), right.clone());
                }
                let sides = (self.node(*left), self.node(*right));
                self.infix(operator, sides)
            }
            Node::Quantified { left, operator, all, right } => self.quantified(*left, operator, all, *right),
            Node::In(left, list, negated) => self.member(*left, list, negated),
            Node::Between { bounds, negated, symmetric } => self.between(*bounds, negated, symmetric),
            Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Is(..) | Node::Distinct(..) => {
                (self.test(node), Ty::named("bool"))
            }
            Node::Case(operand, whens, otherwise) => self.case(operand, whens, otherwise),
            Node::Array(list) => self.array(list, None),
            Node::Row(list) => {
                let list = list.into_iter().map(|node| self.node(node).0).collect();
                (Node::Row(list), self.unclear())
            }
            Node::Subscript(base, bounds) => self.subscript(*base, bounds),
            Node::Field(base, name) => {
                let base = Box::new(self.node(*base).0);
                (Node::Field(base, name), self.unclear())
            }
            Node::Collate(inner, name) => {
                let (inner, ty) = match self.node(*inner) {
                    (inner, Ty::Untyped) => (self.constant(inner, &Type::named("text")), Ty::named("text")),
                    typed => typed,
                };
                (Node::Collate(Box::new(inner), name), ty)
            }
        }
    }

    /// What is true or false of conditions, or of any values.
    fn test(&mut self, node: Node) -> Node {
        match node {
            Node::And(list) => Node::And(self.conditions(list)),
            Node::Or(list) => Node::Or(self.conditions(list)),
            Node::Not(inner) => Node::Not(Box::new(self.condition(*inner))),
            Node::Is(inner, "NULL", negated) => {
                let (inner, ty) = self.node(*inner);
                self.is_open |= ty == Ty::Untyped;
                Node::Is(Box::new(inner), "NULL", negated)
            }
            Node::Is(inner, what, negated) => Node::Is(Box::new(self.condition(*inner)), what, negated),
            // the server takes these for tests of NULL
            Node::Distinct(inner, null, negated) | Node::Distinct(null, inner, negated)
                if *null == Node::Null =>
            {
                self.test(Node::Is(inner, "NULL", !negated))
            }
            Node::Distinct(left, right, negated) => {
                let sides = (self.node(*left), self.node(*right));
                match self.infix("=".into(), sides).0 {
                    Node::Infix(_, left, right) => Node::Distinct(left, right, negated),
                    other => other,
                }
            }
            other => other,
        }
    }

    fn column(&mut self, mut path: Vec<Box<str>>) -> Typed {
        let name = path.last().cloned().unwrap_or_default();
        // a column of the table may be qualified by it
        if path.len() == 2 && Some(&*path[0]) == self.context.table {
            path.remove(0);
        }
        let ty = if path.len() == 1 { (self.context.column)(&name) } else { None };
        let ty = ty.map_or_else(|| self.unclear(), Ty::Known);
        (Node::Column(path), ty)
    }

    /// A number without quotes is the smallest of `integer`, `bigint` and `numeric` that holds it.
    fn number(&mut self, digits: &str) -> Typed {
        let name = match digits.parse::<i128>() {
            Ok(n) if i32::try_from(n).is_ok() => "int4",
            Ok(n) if i64::try_from(n).is_ok() => "int8",
            _ => "numeric",
        };
        let ty = Type::named(name);
        (self.typed(&ty, digits), Ty::Known(ty))
    }

    /// A constant of a type from its text.
    fn typed(&mut self, ty: &Type, text: &str) -> Node {
        let text = if ty.is("regclass") { self.relation(text) } else { text.into() };
        let spelt = match canonical(ty, &text) {
            Value::Known(spelt) => spelt,
            Value::Unclear => {
                self.is_open |= !ty.is("regclass");
                text
            }
            Value::Moving => {
                self.is_moving = true;
                text
            }
        };
        Node::Constant(ty.clone(), Some(spelt))
    }

    /// The name of a relation without the schema that is looked in anyway.
    fn relation(&mut self, text: &str) -> Box<str> {
        let Some(Node::Column(mut path)) = super::parser::parse(text, false) else {
            self.is_open = true;
            return text.into();
        };
        if path.len() == 2 && &*path[0] == self.context.search_path {
            path.remove(0);
        }
        let quoted: Vec<_> = path.iter().map(|part| format!("\"{part}\"")).collect();
        quoted.join(".").into()
    }

    /// A string, or NULL, as a constant of the type that its place wants.
    fn constant(&mut self, node: Node, ty: &Type) -> Node {
        match node {
            Node::Text(text) => self.typed(ty, &text),
            Node::Null => Node::Constant(ty.clone(), None),
            other => other,
        }
    }

    /// Gives a value the type that its place wants; `None` where only the server knows how.
    fn coerce(&mut self, (node, ty): Typed, to: &Type) -> Option<Node> {
        match ty {
            Ty::Untyped => Some(self.constant(node, &to.bare())),
            Ty::Known(ty) if ty.is_like(to) => Some(node),
            Ty::Known(ty) if is_implicit(&ty, to) => Some(Node::Cast(Box::new(node), to.bare())),
            Ty::Known(_) | Ty::Unclear => None,
        }
    }

    fn condition(&mut self, node: Node) -> Node {
        let typed = self.node(node);
        let node = typed.0.clone();
        self.coerce(typed, &Type::named("bool")).unwrap_or_else(|| {
            self.is_open = true;
            node
        })
    }

    fn conditions(&mut self, list: Vec<Node>) -> Vec<Node> {
        list.into_iter().map(|node| self.condition(node)).collect()
    }

    fn cast(&mut self, inner: Node, ty: Type) -> Typed {
        let ty = self.resolve(ty);
        if let (Node::Array(list), true) = (&inner, ty.array)
            && (list.is_empty() || !self.deparsed)
        {
            return self.array(list.clone(), Some(&ty.element()));
        }
        let (inner, from) = self.node(inner);
        let result = Ty::Known(ty.clone());
        match from {
            Ty::Untyped if ty.modifier.is_none() => (self.constant(inner, &ty), result),
            Ty::Untyped => {
                let inner = self.constant(inner, &ty.bare());
                (Node::Cast(Box::new(inner), ty), result)
            }
            Ty::Known(from) if from == ty => (inner, result),
            Ty::Known(from) if from.is_like(&ty) => {
                // taking a modifier away is printed by some versions only
                self.is_open |= ty.modifier.is_none();
                (Node::Cast(Box::new(inner), ty), result)
            }
            Ty::Known(_) | Ty::Unclear => (Node::Cast(Box::new(inner), ty), result),
        }
    }

    /// The name of a user's type with its namespace.
    fn resolve(&mut self, ty: Type) -> Type {
        if super::types::short_name(&ty.name).is_some() || ty.is_enum() {
            return ty;
        }
        match (self.context.user_type)(&ty.name) {
            Some(name) => Type { name: name.into(), ..ty },
            None => {
                self.is_open = true;
                ty
            }
        }
    }

    /// `ARRAY[…]`, of elements of a type that a cast names or that they have in common.
    fn array(&mut self, list: Vec<Node>, element: Option<&Type>) -> Typed {
        if let Some(element) = element {
            let list = list.into_iter().map(|node| self.cast(node, element.clone()).0).collect::<Vec<_>>();
            let ty = Ty::Known(element.array_of());
            if list.is_empty() {
                return (Node::Cast(Box::new(Node::Array(list)), element.array_of()), ty);
            }
            return (Node::Array(list), ty);
        }
        let list: Vec<_> = list.into_iter().map(|node| self.node(node)).collect();
        match self.common(list) {
            Ok((list, ty)) if !ty.array => (Node::Array(list), Ty::Known(ty.array_of())),
            Ok((list, _)) | Err(list) => (Node::Array(list), self.unclear()),
        }
    }

    /// Gives values the type that they have in common, as in `CASE`, `ARRAY` and `COALESCE`.
    fn common(&mut self, list: Vec<Typed>) -> Result<(Vec<Node>, Type), Vec<Node>> {
        let plain = |list: Vec<Typed>| list.into_iter().map(|(node, _)| node).collect();
        let Some(ty) = common_type(list.iter().map(|(_, ty)| ty)) else { return Err(plain(list)) };
        let coerced = list.iter().cloned().map(|typed| self.coerce(typed, &ty)).collect::<Option<Vec<_>>>();
        match coerced {
            Some(list) => Ok((list, ty)),
            None => Err(plain(list)),
        }
    }

    fn case(
        &mut self,
        operand: Option<Box<Node>>,
        whens: Vec<(Node, Node)>,
        otherwise: Option<Box<Node>>,
    ) -> Typed {
        let (mut conditions, mut results) = (Vec::new(), Vec::new());
        let operand = operand.map(|node| self.node(*node));
        for (condition, result) in whens {
            conditions.push(match &operand {
                None => self.condition(condition),
                Some(operand) => {
                    let value = self.node(condition);
                    match self.infix("=".into(), (operand.clone(), value)).0 {
                        Node::Infix(_, left, right) if *left == operand.0 => *right,
                        other => {
                            self.is_open = true;
                            other
                        }
                    }
                }
            });
            results.push(self.node(result));
        }
        results.push(otherwise.map_or((Node::Null, Ty::Untyped), |node| self.node(*node)));
        let (mut results, ty) = match self.common(results) {
            Ok((results, ty)) => (results, Ty::Known(ty)),
            Err(results) => (results, self.unclear()),
        };
        let otherwise = results.pop().map(Box::new);
        let operand = operand.map(|(node, _)| Box::new(node));
        (Node::Case(operand, conditions.into_iter().zip(results).collect(), otherwise), ty)
    }

    fn subscript(&mut self, base: Node, bounds: Vec<Option<Node>>) -> Typed {
        let (base, ty) = self.node(base);
        let is_slice = bounds.len() > 1;
        let int = Type::named("int4");
        let mut read = |node: Node| {
            let typed = self.node(node);
            let node = typed.0.clone();
            self.coerce(typed, &int).unwrap_or_else(|| {
                self.is_open = true;
                node
            })
        };
        let bounds = bounds.into_iter().map(|bound| bound.map(&mut read)).collect();
        let ty = match ty.known() {
            Some(ty) if ty.array && is_slice => Ty::Known(ty.clone()),
            Some(ty) if ty.array => Ty::Known(ty.element()),
            _ => self.unclear(),
        };
        (Node::Subscript(Box::new(base), bounds), ty)
    }
}

fn keyword_type(word: &str) -> Ty {
    Ty::named(match word {
        "CURRENT_DATE" => "date",
        "CURRENT_TIME" => "timetz",
        "CURRENT_TIMESTAMP" => "timestamptz",
        "LOCALTIME" => "time",
        "LOCALTIMESTAMP" => "timestamp",
        _ => "name",
    })
}

/// Numbers, each of which the next holds.
const NUMBERS: [&str; 6] = ["int2", "int4", "int8", "numeric", "float4", "float8"];

/// Texts, each of which is cast to the others unasked.
const TEXTS: [&str; 3] = ["text", "varchar", "bpchar"];

/// The place of a type among the numbers.
fn rank(ty: &Type) -> Option<usize> {
    NUMBERS.iter().position(|name| ty.is(name))
}

/// Whether the server casts one to the other unasked, anywhere.
fn is_implicit(from: &Type, to: &Type) -> bool {
    if let (Some(from), Some(to)) = (rank(from), rank(to)) {
        return from < to;
    }
    if from.array || to.array {
        return from.array && to.array && from.element().is("varchar") && to.element().is("text");
    }
    let is_text = |ty: &Type| ty.is_one_of(&TEXTS);
    is_text(from) && is_text(to)
        || matches!(
            (&*from.name, &*to.name),
            ("name" | "citext", "text") | ("date", "timestamp" | "timestamptz")
        )
}

/// The type that values have in common: that of the first, or of a later one that it casts to.
fn common_type<'a>(types: impl Iterator<Item = &'a Ty>) -> Option<Type> {
    let mut found: Option<Type> = None;
    let mut is_empty = true;
    for ty in types {
        is_empty = false;
        let ty = match ty {
            Ty::Unclear => return None,
            Ty::Untyped => continue,
            Ty::Known(ty) => ty.bare(),
        };
        found = Some(match found {
            None => ty,
            Some(before) if before == ty => before,
            // the server asks in which direction it may cast; of numbers that is certain
            Some(before) if before.is_one_of(&TEXTS) && ty.is_one_of(&TEXTS) => before,
            Some(before) => match (rank(&before), rank(&ty)) {
                (Some(a), Some(b)) => {
                    if a < b {
                        ty
                    } else {
                        before
                    }
                }
                _ => return None,
            },
        });
    }
    (!is_empty).then(|| found.unwrap_or_else(|| Type::named("text")))
}

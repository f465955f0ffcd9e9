//! Functions, and what is written like one.

use super::{Elaboration, Node, Ty, Type, Typed, rank};

/// What a parameter of a function takes.
enum Takes {
    /// One type.
    One(&'static str),
    /// An array of one type or another.
    AnyArray,
}

/// Functions that have one signature for these numbers of arguments, with its result.
fn signature(name: &str, count: usize) -> Option<(Vec<Takes>, &'static str)> {
    use Takes::{AnyArray, One};
    let text = |count: usize| (0..count).map(|_| One("text")).collect::<Vec<_>>();
    let then = |mut takes: Vec<Takes>, more: &[&'static str]| {
        takes.extend(more.iter().map(|name| One(name)));
        takes
    };
    Some(match (name, count) {
        ("lower" | "upper" | "initcap" | "reverse" | "quote_ident", 1) => (text(1), "text"),
        ("md5", 1) => (text(1), "text"),
        ("ascii", 1) => (text(1), "int4"),
        ("btrim" | "ltrim" | "rtrim", 2) => (text(2), "text"),
        ("btrim" | "ltrim" | "rtrim", 1) => (text(1), "text"),
        ("replace" | "translate", 3) => (text(3), "text"),
        ("left" | "right" | "repeat", 2) => (then(text(1), &["int4"]), "text"),
        ("split_part", 3) => (then(text(2), &["int4"]), "text"),
        ("lpad" | "rpad", 3) => (then(text(1), &["int4", "text"]), "text"),
        ("like_escape", 2) => (text(2), "text"),
        ("strpos", 2) => (text(2), "int4"),
        ("starts_with", 2) => (text(2), "bool"),
        ("regexp_replace", 3) => (text(3), "text"),
        ("now" | "clock_timestamp" | "statement_timestamp" | "transaction_timestamp", 0) => {
            (Vec::new(), "timestamptz")
        }
        ("random" | "pi", 0) => (Vec::new(), "float8"),
        ("gen_random_uuid" | "uuid_generate_v4" | "uuid_generate_v1" | "uuidv7" | "uuidv4", 0) => {
            (Vec::new(), "uuid")
        }
        ("nextval" | "currval", 1) => (vec![One("regclass")], "int8"),
        ("jsonb_typeof", 1) => (vec![One("jsonb")], "text"),
        ("json_typeof", 1) => (vec![One("json")], "text"),
        ("jsonb_array_length", 1) => (vec![One("jsonb")], "int4"),
        ("array_length", 2) => (vec![AnyArray, One("int4")], "int4"),
        ("cardinality", 1) => (vec![AnyArray], "int4"),
        ("to_tsvector", 2) => (vec![One("regconfig"), One("text")], "tsvector"),
        ("current_schema", 0) => (Vec::new(), "name"),
        _ => return None,
    })
}

impl Elaboration<'_> {
    pub(super) fn call(&mut self, path: Vec<Box<str>>, list: Vec<Node>) -> Typed {
        let list: Vec<_> = list.into_iter().map(|node| self.node(node)).collect();
        if let [name] = &path[..]
            && let Some((list, ty)) = self.known_call(name, &list)
        {
            return (Node::Call(vec![name.clone()], list), ty);
        }
        let list = list.into_iter().map(|(node, _)| node).collect();
        (Node::Call(path, list), self.unclear())
    }

    /// Arguments as the function takes them, and its result; `None` where it is not certain which function it is.
    fn known_call(&mut self, name: &str, list: &[Typed]) -> Option<(Vec<Node>, Ty)> {
        if let Some((takes, result)) = signature(name, list.len()) {
            let arguments = takes.iter().zip(list).map(|(takes, typed)| match (takes, &typed.1) {
                (Takes::One(ty), _) => {
                    let is_text = typed.1.known().is_none_or(|ty| !ty.is("citext"));
                    is_text.then(|| self.coerce(typed.clone(), &Type::named(ty)))?
                }
                (Takes::AnyArray, Ty::Known(ty)) if ty.array => Some(typed.0.clone()),
                (Takes::AnyArray, _) => None,
            });
            let arguments = arguments.collect::<Option<Vec<_>>>()?;
            return Some((arguments, Ty::named(result)));
        }
        match (name, list) {
            ("length" | "char_length" | "character_length" | "octet_length", [one]) => {
                let own: &[&str] = if name == "length" { &["bpchar", "bytea"] } else { &["bpchar"] };
                let to = match &one.1 {
                    Ty::Known(ty) if ty.is("citext") => return None,
                    Ty::Known(ty) if ty.is_one_of(own) => ty.bare(),
                    _ => Type::named("text"),
                };
                Some((vec![self.coerce(one.clone(), &to)?], Ty::named("int4")))
            }
            ("abs", [one]) => one
                .1
                .known()
                .filter(|ty| rank(ty).is_some())
                .map(|ty| (vec![one.0.clone()], Ty::Known(ty.bare()))),
            ("round" | "floor" | "ceil" | "ceiling" | "trunc" | "sign", [one]) => {
                let ty = one.1.known()?;
                let to = if ty.is("numeric") { "numeric" } else { "float8" };
                rank(ty)?;
                Some((vec![self.coerce(one.clone(), &Type::named(to))?], Ty::named(to)))
            }
            ("round" | "trunc", [value, digits]) => {
                let value = self.coerce(value.clone(), &Type::named("numeric"))?;
                Some((vec![value, self.coerce(digits.clone(), &Type::named("int4"))?], Ty::named("numeric")))
            }
            // it takes values of any type, a string without one as it is
            ("concat", [_, ..]) if list.iter().all(|(_, ty)| *ty != Ty::Unclear) => {
                Some((list.iter().map(|(node, _)| node.clone()).collect(), Ty::named("text")))
            }
            ("date_trunc" | "date_part", [field, one]) => {
                let ty =
                    one.1.known().filter(|ty| ty.is_one_of(&["timestamp", "timestamptz", "interval"]))?;
                let field = self.coerce(field.clone(), &Type::named("text"))?;
                let result = if name == "date_part" { Ty::named("float8") } else { Ty::Known(ty.bare()) };
                Some((vec![field, one.0.clone()], result))
            }
            ("substring" | "substr", [text, rest @ ..]) if matches!(rest.len(), 1 | 2) => {
                let is_number = |typed: &&Typed| typed.1 == Ty::named("int4");
                (rest.iter().all(|typed| is_number(&typed))).then_some(())?;
                text.1.known().filter(|ty| ty.is_one_of(&["text", "varchar"]))?;
                let mut list = vec![self.coerce(text.clone(), &Type::named("text"))?];
                list.extend(rest.iter().map(|(node, _)| node.clone()));
                Some((list, Ty::named("text")))
            }
            _ => None,
        }
    }

    /// What has a syntax of its own.
    pub(super) fn special(&mut self, name: &'static str, list: Vec<Node>) -> Typed {
        let list: Vec<_> = list.into_iter().map(|node| self.node(node)).collect();
        match name {
            "COALESCE" | "GREATEST" | "LEAST" => match self.common(list) {
                Ok((list, ty)) => (Node::Special(name, list), Ty::Known(ty)),
                Err(list) => (Node::Special(name, list), self.unclear()),
            },
            "NULLIF" if list.len() == 2 => {
                let mut sides = list.into_iter();
                let (Some(left), Some(right)) = (sides.next(), sides.next()) else {
                    return (Node::Null, Ty::Untyped);
                };
                match self.infix("=".into(), (left.clone(), right)).0 {
                    Node::Infix(_, a, b) => {
                        // the result has the type of the first operand before its cast
                        let ty = left.1.known().filter(|_| *a == left.0).cloned();
                        let ty = ty.map_or_else(|| self.unclear(), Ty::Known);
                        (Node::Special(name, vec![*a, *b]), ty)
                    }
                    other => (other, self.unclear()),
                }
            }
            _ => {
                // versions before 14 print these as calls of functions
                self.is_open = true;
                self.worded(name, list)
            }
        }
    }

    fn worded(&mut self, name: &'static str, list: Vec<Typed>) -> Typed {
        let text = Type::named("text");
        let nodes: Vec<_> = list.iter().map(|(node, _)| node.clone()).collect();
        let count = list.len();
        let (takes, ty): (Vec<Option<Type>>, Ty) = match name {
            "TRIM BOTH" | "TRIM LEADING" | "TRIM TRAILING" => (vec![Some(text); count], Ty::named("text")),
            "POSITION" => (vec![Some(text); count], Ty::named("int4")),
            "SUBSTRING" => {
                let int = Some(Type::named("int4"));
                let mut takes = vec![Some(text)];
                takes.extend(vec![int; count - 1]);
                (takes, Ty::named("text"))
            }
            "EXTRACT" => (vec![Some(text), None], Ty::named("numeric")),
            "AT TIME ZONE" => {
                let ty = match list[0].1.known().map(|ty| &*ty.name) {
                    Some("timestamptz") => Ty::named("timestamp"),
                    Some("timestamp") => Ty::named("timestamptz"),
                    _ => Ty::Unclear,
                };
                (vec![None, Some(text)], ty)
            }
            _ => return (Node::Special(name, nodes), Ty::Unclear),
        };
        let coerce = |(typed, takes): (Typed, Option<Type>)| match takes {
            Some(ty) => self.coerce(typed, &ty),
            None => Some(typed.0),
        };
        match list.into_iter().zip(takes).map(coerce).collect::<Option<Vec<_>>>() {
            Some(nodes) => (Node::Special(name, nodes), ty),
            None => (Node::Special(name, nodes), Ty::Unclear),
        }
    }
}

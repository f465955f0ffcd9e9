//! From tokens to a tree, by PostgreSQL's table of precedence (its manual, "Operator Precedence").
//!
//! What is not read here (subqueries, aggregates with clauses, XML, …) makes the whole unread: no tree is better than a
//! wrong one.

mod primary;

use super::lexer::{Token, tokens};
use super::node::Node;
use super::types::{Type, short_name};
use crate::QualifiedName;

/// How deep an expression may be nested.
const MAX_HEIGHT: usize = 200;
/// How deep brackets and calls may be nested.
const MAX_NESTING: usize = 80;

/// From loose to tight.
mod precedence {
    pub(super) const LOWEST: u8 = 0;
    pub(super) const OR: u8 = 1;
    pub(super) const AND: u8 = 2;
    pub(super) const NOT: u8 = 3;
    pub(super) const IS: u8 = 4;
    pub(super) const COMPARISON: u8 = 5;
    pub(super) const BETWEEN: u8 = 6;
    pub(super) const OTHER: u8 = 7;
    pub(super) const SUM: u8 = 8;
    pub(super) const PRODUCT: u8 = 9;
    pub(super) const POWER: u8 = 10;
    pub(super) const AT: u8 = 11;
    pub(super) const COLLATE: u8 = 12;
    pub(super) const MINUS: u8 = 13;
    pub(super) const TIGHT: u8 = 14;
}

/// The tree of an expression; `None` where it is not read. In a `deparsed` text each pair of brackets and each sign is
/// as the server has it; in any other text the server would join `a AND b AND c` and make `- 5` a constant.
pub(super) fn parse(text: &str, deparsed: bool) -> Option<Node> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, deparsed, height: 0, nesting: 0 };
    let node = parser.expression(precedence::LOWEST)?;
    (parser.at == tokens.len()).then_some(node)
}

/// A type by its name in SQL.
pub(super) fn type_name(text: &str) -> Option<Type> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, deparsed: false, height: 0, nesting: 0 };
    let ty = parser.type_name()?;
    (parser.at == tokens.len()).then_some(ty)
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    deparsed: bool,
    /// That of the last expression that was read.
    height: usize,
    nesting: usize,
}

/// An operator ahead, with the number of its tokens.
enum Ahead<'a> {
    Or,
    And,
    Is,
    Operator(Box<str>, u8, usize),
    Member(bool),
    Between(bool),
    Like(&'static str, bool),
    Zone,
    Collate,
    Postfix(&'a str),
}

impl<'a> Parser<'a> {
    fn peek(&self, ahead: usize) -> Option<&'a Token> {
        self.tokens.get(self.at + ahead)
    }

    fn word(&self, ahead: usize) -> &'a str {
        match self.peek(ahead) {
            Some(Token::Word(word)) => word,
            _ => "",
        }
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.word(0) == word;
        self.at += usize::from(found);
        found
    }

    fn expect_word(&mut self, word: &str) -> Option<()> {
        self.eat_word(word).then_some(())
    }

    fn is_sign(&self, ahead: usize, sign: char) -> bool {
        self.peek(ahead) == Some(&Token::Sign(sign))
    }

    fn eat_sign(&mut self, sign: char) -> bool {
        let found = self.is_sign(0, sign);
        self.at += usize::from(found);
        found
    }

    fn expect_sign(&mut self, sign: char) -> Option<()> {
        self.eat_sign(sign).then_some(())
    }

    /// Notes that what was read is a level above what it is made of.
    fn rise(&mut self, below: usize) -> Option<()> {
        self.height = below + 1;
        (self.height <= MAX_HEIGHT).then_some(())
    }

    /// An expression whose operators bind as tightly as `least`.
    fn expression(&mut self, least: u8) -> Option<Node> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return None;
        }
        let begins_in_brackets = self.is_sign(0, '(');
        let mut left = self.prefix()?;
        // whether it is `AND` or `OR` written without brackets of its own
        let mut is_open = !(self.deparsed && begins_in_brackets);
        while let Some(ahead) = self.ahead(least) {
            let below = self.height;
            let joins =
                matches!((&left, &ahead), (Node::And(_), Ahead::And) | (Node::Or(_), Ahead::Or)) && is_open;
            left = self.after(left, ahead, is_open)?;
            is_open = true;
            let below = below.max(self.height);
            if joins {
                self.height = below;
            } else {
                self.rise(below)?;
            }
        }
        self.nesting -= 1;
        Some(left)
    }

    fn prefix(&mut self) -> Option<Node> {
        if self.eat_word("not") {
            let inner = self.expression(precedence::NOT)?;
            self.rise(self.height)?;
            return Some(Node::Not(Box::new(inner)));
        }
        let Some(Token::Operator(operator)) = self.peek(0) else { return self.primary() };
        self.at += 1;
        let least = if matches!(&**operator, "-" | "+") { precedence::MINUS } else { precedence::OTHER };
        let inner = self.expression(least)?;
        self.rise(self.height)?;
        Some(match (&**operator, inner) {
            ("-", Node::Number(digits)) if !self.deparsed => Node::Number(match digits.strip_prefix('-') {
                Some(digits) => digits.into(),
                None => format!("-{digits}").into(),
            }),
            (_, inner) => Node::Prefix(operator.clone(), Box::new(inner)),
        })
    }

    /// The operator that comes next, if it binds as tightly as `least`.
    fn ahead(&self, least: u8) -> Option<Ahead<'a>> {
        let is_negated = self.word(0) == "not";
        let (ahead, binds) = match (self.peek(0)?, self.word(usize::from(is_negated))) {
            (Token::Operator(arrow), _) if &**arrow == "=>" => return None,
            (Token::Operator(operator), _) => {
                let binds = binding(operator);
                (Ahead::Operator(spelling(operator), binds, 1), binds)
            }
            (Token::Sign('['), _) => (Ahead::Postfix("["), precedence::TIGHT),
            (Token::Sign('.'), _) => (Ahead::Postfix("."), precedence::TIGHT),
            (Token::Cast, _) => (Ahead::Postfix("::"), precedence::TIGHT),
            (_, "or") if !is_negated => (Ahead::Or, precedence::OR),
            (_, "and") if !is_negated => (Ahead::And, precedence::AND),
            (_, "is" | "isnull" | "notnull") if !is_negated => (Ahead::Is, precedence::IS),
            (_, "in") => (Ahead::Member(is_negated), precedence::BETWEEN),
            (_, "between") => (Ahead::Between(is_negated), precedence::BETWEEN),
            (_, "like") => (Ahead::Like("~~", is_negated), precedence::BETWEEN),
            (_, "ilike") => (Ahead::Like("~~*", is_negated), precedence::BETWEEN),
            (_, "at") if !is_negated => (Ahead::Zone, precedence::AT),
            (_, "collate") if !is_negated => (Ahead::Collate, precedence::COLLATE),
            (_, "operator") if !is_negated => {
                let (operator, length) = self.named_operator()?;
                (Ahead::Operator(operator, precedence::OTHER, length), precedence::OTHER)
            }
            _ => return None,
        };
        (binds >= least).then_some(ahead)
    }

    /// `OPERATOR(schema.operator)` and its number of tokens. What lies in PostgreSQL's own schema is written without.
    fn named_operator(&self) -> Option<(Box<str>, usize)> {
        let (mut name, mut length) = (String::new(), 2);
        while let Some(Token::Word(part) | Token::Quoted(part)) = self.peek(length) {
            if &**part != "pg_catalog" {
                name = format!("{name}{part}.");
            }
            length += 2;
        }
        let Some(Token::Operator(operator)) = self.peek(length) else { return None };
        name += &spelling(operator);
        (self.is_sign(1, '(') && self.is_sign(length + 1, ')')).then(|| (name.into(), length + 2))
    }

    /// What an operator makes of what is on its left.
    fn after(&mut self, left: Node, ahead: Ahead<'a>, is_open: bool) -> Option<Node> {
        match ahead {
            Ahead::Or | Ahead::And => self.join(left, matches!(ahead, Ahead::And), is_open),
            Ahead::Is => self.test(left),
            Ahead::Operator(operator, binds, length) => {
                self.at += length;
                self.operation(left, operator, binds)
            }
            Ahead::Member(negated) => {
                self.at += 1 + usize::from(negated);
                self.expect_sign('(')?;
                let list = self.list(')')?;
                (!list.is_empty()).then(|| Node::In(Box::new(left), list, negated))
            }
            Ahead::Between(negated) => self.between(left, negated),
            Ahead::Like(operator, negated) => {
                self.at += 1 + usize::from(negated);
                let operator = if negated { format!("!{operator}").into() } else { operator.into() };
                let mut right = self.expression(precedence::BETWEEN + 1)?;
                if self.eat_word("escape") {
                    let below = self.height;
                    let escape = self.expression(precedence::BETWEEN + 1)?;
                    self.height = below.max(self.height) + 1;
                    right = Node::Call(vec!["like_escape".into()], vec![right, escape]);
                }
                Some(Node::Infix(operator, Box::new(left), Box::new(right)))
            }
            Ahead::Zone => {
                self.at += 1;
                self.expect_word("time")?;
                self.expect_word("zone")?;
                let zone = self.expression(precedence::AT + 1)?;
                Some(Node::Special("AT TIME ZONE", vec![left, zone]))
            }
            Ahead::Collate => {
                self.at += 1;
                let mut name = self.path()?;
                if name.len() == 2 && &*name[0] == "pg_catalog" {
                    name.remove(0);
                }
                Some(Node::Collate(Box::new(left), name))
            }
            Ahead::Postfix(sign) => self.postfix(left, sign),
        }
    }

    /// `AND` and `OR`, which join what is joined already where that has no brackets.
    fn join(&mut self, left: Node, is_and: bool, is_open: bool) -> Option<Node> {
        self.at += 1;
        let binds = if is_and { precedence::AND } else { precedence::OR };
        let right = self.expression(binds + 1)?;
        let list = match left {
            Node::And(mut list) if is_and && is_open => {
                list.push(right);
                list
            }
            Node::Or(mut list) if !is_and && is_open => {
                list.push(right);
                list
            }
            left => vec![left, right],
        };
        Some(if is_and { Node::And(list) } else { Node::Or(list) })
    }

    fn operation(&mut self, left: Node, operator: Box<str>, binds: u8) -> Option<Node> {
        let quantifier = self.word(0);
        if matches!(quantifier, "any" | "some" | "all") && self.is_sign(1, '(') {
            self.at += 2;
            let right = Box::new(self.expression(precedence::LOWEST)?);
            self.expect_sign(')')?;
            return Some(Node::Quantified {
                left: Box::new(left),
                operator,
                all: quantifier == "all",
                right,
            });
        }
        let right = self.expression(binds + 1)?;
        let is_chain = binds == precedence::COMPARISON
            && matches!(self.peek(0), Some(Token::Operator(next)) if binding(next) == binds);
        (!is_chain).then(|| Node::Infix(operator, Box::new(left), Box::new(right)))
    }

    fn between(&mut self, value: Node, negated: bool) -> Option<Node> {
        self.at += 1 + usize::from(negated);
        let symmetric = self.eat_word("symmetric");
        self.eat_word("asymmetric");
        let low = self.expression(precedence::BETWEEN + 1)?;
        let below = self.height;
        self.expect_word("and")?;
        let high = self.expression(precedence::BETWEEN + 1)?;
        self.height = self.height.max(below) + 1;
        Some(Node::Between { bounds: Box::new([value, low, high]), negated, symmetric })
    }

    /// `IS …`, `ISNULL`, `NOTNULL`.
    fn test(&mut self, left: Node) -> Option<Node> {
        let first = self.word(0);
        self.at += 1;
        let left = Box::new(left);
        if first != "is" {
            return Some(Node::Is(left, "NULL", first == "notnull"));
        }
        let negated = self.eat_word("not");
        if self.eat_word("distinct") {
            self.expect_word("from")?;
            let right = self.expression(precedence::IS + 1)?;
            return Some(Node::Distinct(left, Box::new(right), negated));
        }
        let what = match self.word(0) {
            "null" => "NULL",
            "true" => "TRUE",
            "false" => "FALSE",
            "unknown" => "UNKNOWN",
            _ => return None,
        };
        self.at += 1;
        Some(Node::Is(left, what, negated))
    }

    fn postfix(&mut self, base: Node, sign: &str) -> Option<Node> {
        self.at += 1;
        match sign {
            "::" => Some(Node::Cast(Box::new(base), self.type_name()?)),
            "." => Some(Node::Field(Box::new(base), self.name()?)),
            _ => {
                let mut bounds = Vec::new();
                bounds.push(if self.is_sign(0, ':') {
                    None
                } else {
                    Some(self.expression(precedence::LOWEST)?)
                });
                if self.eat_sign(':') {
                    let open = self.is_sign(0, ']');
                    bounds.push(if open { None } else { Some(self.expression(precedence::LOWEST)?) });
                }
                self.expect_sign(']')?;
                Some(Node::Subscript(Box::new(base), bounds))
            }
        }
    }

    /// Expressions between commas, up to a bracket that closes.
    fn list(&mut self, end: char) -> Option<Vec<Node>> {
        let (mut list, mut height) = (Vec::new(), 0);
        if self.eat_sign(end) {
            return Some(list);
        }
        loop {
            list.push(self.expression(precedence::LOWEST)?);
            height = height.max(self.height);
            if self.eat_sign(end) {
                self.height = height;
                return Some(list);
            }
            self.expect_sign(',')?;
        }
    }

    fn name(&mut self) -> Option<Box<str>> {
        let (Token::Word(name) | Token::Quoted(name)) = self.peek(0)? else { return None };
        self.at += 1;
        Some(name.clone())
    }

    fn path(&mut self) -> Option<Vec<Box<str>>> {
        let mut path = vec![self.name()?];
        while self.eat_sign('.') {
            path.push(self.name()?);
        }
        Some(path)
    }

    /// The name of a type with its modifier, as it stands behind `::`.
    fn type_name(&mut self) -> Option<Type> {
        let is_quoted = matches!(self.peek(0), Some(Token::Quoted(_)));
        let mut path = self.path()?;
        if path.len() > 1 && &*path[0] == "pg_catalog" {
            path.remove(0);
        }
        let first = path[0].clone();
        let mut is_float_of = false;
        let name: Box<str> = match (&*first, path.len()) {
            ("double", 1) if !is_quoted && self.eat_word("precision") => "float8".into(),
            ("bit", 1) if !is_quoted && self.eat_word("varying") => "varbit".into(),
            ("character" | "char" | "nchar", 1) if !is_quoted && self.eat_word("varying") => "varchar".into(),
            ("national" | "setof", 1) if !is_quoted => return None,
            // the type of one byte, and not that of one character
            ("char", 1) => {
                if is_quoted {
                    "\"char\"".into()
                } else {
                    "bpchar".into()
                }
            }
            (word, 1) => {
                is_float_of = word == "float" && !is_quoted;
                short_name(word).filter(|_| !is_quoted || word == "bit").map_or(first.clone(), Box::from)
            }
            (_, 2) if &*path[1] == "citext" => "citext".into(),
            (_, 2) => QualifiedName::new(&*path[0], &*path[1]).to_string().into(),
            _ => return None,
        };
        let mut modifier = self.modifier()?;
        let name = if matches!(&*name, "time" | "timestamp") { self.zone(&name)? } else { name };
        if &*name == "interval" && modifier.is_none() {
            modifier = self.interval_fields();
        }
        if &*name == "numeric" {
            modifier =
                modifier.map(|text| if text.contains(',') { text } else { format!("{text},0").into() });
        }
        if is_float_of && modifier.take().is_some() {
            return None;
        }
        // a type of characters or bits without a length has one of 1 in SQL
        if matches!((&*first, &*name), ("char" | "character" | "nchar", "bpchar")) && modifier.is_none() {
            modifier = Some("1".into());
        }
        if &*first == "bit" && &*name == "bit" && !is_quoted && modifier.is_none() {
            modifier = Some("1".into());
        }
        let mut array = self.eat_word("array");
        while self.eat_sign('[') {
            if let Some(Token::Number(_)) = self.peek(0) {
                self.at += 1;
            }
            self.expect_sign(']')?;
            array = true;
        }
        Some(Type { name, modifier, array })
    }

    /// `(10,2)`, if it is there.
    fn modifier(&mut self) -> Option<Option<Box<str>>> {
        if !self.eat_sign('(') {
            return Some(None);
        }
        let mut parts = Vec::new();
        loop {
            let Some(Token::Number(digits)) = self.peek(0) else { return None };
            parts.push(&**digits);
            self.at += 1;
            if self.eat_sign(')') {
                return Some(Some(parts.join(",").into()));
            }
            self.expect_sign(',')?;
        }
    }

    fn zone(&mut self, name: &str) -> Option<Box<str>> {
        let with = self.word(0) == "with";
        if (with || self.word(0) == "without") && self.word(1) == "time" {
            self.at += 2;
            self.expect_word("zone")?;
        }
        Some(if with { format!("{name}tz").into() } else { name.into() })
    }

    /// `DAY TO SECOND` behind an interval.
    fn interval_fields(&mut self) -> Option<Box<str>> {
        let is_field = |word: &str| matches!(word, "year" | "month" | "day" | "hour" | "minute" | "second");
        let first = self.word(0);
        if !is_field(first) {
            return None;
        }
        self.at += 1;
        if self.word(0) == "to" && is_field(self.word(1)) {
            self.at += 2;
            return Some(format!("{first} to {}", self.word(0)).into());
        }
        Some(first.into())
    }
}

/// One spelling of operators that have two.
fn spelling(operator: &str) -> Box<str> {
    if operator == "!=" { "<>".into() } else { operator.into() }
}

fn binding(operator: &str) -> u8 {
    match operator {
        "<" | ">" | "=" | "<=" | ">=" | "<>" | "!=" => precedence::COMPARISON,
        "+" | "-" => precedence::SUM,
        "*" | "/" | "%" => precedence::PRODUCT,
        "^" => precedence::POWER,
        _ => precedence::OTHER,
    }
}

#[cfg(test)]
mod tests;

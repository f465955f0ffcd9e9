//! The structure of a PL/pgSQL body: blocks, branches and loops around SQL statements.

use std::ops::Range;

use driftless_ir::Name;

use crate::names::identifier;
use crate::splitter::{Element, Scan};

/// A step of a body. Ranges are of the body's text, without the semicolon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// An SQL statement.
    Sql(Range<usize>),
    /// `EXECUTE` of an expression.
    Execute(Range<usize>),
    /// An expression that is computed: `PERFORM`, an assignment, the head of a loop.
    Compute(Range<usize>),
    /// `variable := expression`.
    Assign(Name, Range<usize>),
    /// `IF`, with its conditions in order; the last branch is ELSE.
    If(Vec<(Range<usize>, Vec<Self>)>, Vec<Self>),
    /// Any loop, or a `CASE`: steps that run we do not know how often.
    Maybe(Vec<Self>),
    /// A block and its handlers, each with the conditions that it takes.
    Block(Vec<Self>, Vec<(Vec<String>, Vec<Self>)>),
    /// `RAISE EXCEPTION`, with its text.
    Raise(Range<usize>),
    /// `RETURN` and `EXIT`.
    Leave,
}

/// A body: the variables with their initial values, and the steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) variables: Vec<(Name, Option<Range<usize>>)>,
    pub(crate) steps: Vec<Step>,
}

/// How deep steps may nest in a body.
const DEPTH: usize = 200;

/// Reads a body; `None` where its structure is not clear, or nested deeper than [`DEPTH`].
pub(crate) fn parse_body(text: &str) -> Option<Body> {
    let elements = Scan::new(text)
        .filter(|(element, _)| {
            !matches!(element, Element::Space | Element::LineComment | Element::BlockComment)
        })
        .collect();
    let mut reader = Reader { text, elements, at: 0, depth: 0, variables: Vec::new() };
    let step = reader.block()?;
    reader.eat_symbol(b';');
    if reader.at < reader.elements.len() {
        return None;
    }
    Some(Body { variables: reader.variables, steps: vec![step] })
}

struct Reader<'a> {
    text: &'a str,
    elements: Vec<(Element, Range<usize>)>,
    at: usize,
    /// How many lists of steps are open.
    depth: usize,
    variables: Vec<(Name, Option<Range<usize>>)>,
}

/// Words that open an SQL statement, where an assignment could stand.
const SQL: &[&str] = &[
    "alter",
    "analyze",
    "call",
    "cluster",
    "comment",
    "commit",
    "copy",
    "create",
    "delete",
    "do",
    "drop",
    "explain",
    "grant",
    "import",
    "insert",
    "listen",
    "lock",
    "merge",
    "notify",
    "refresh",
    "reindex",
    "reset",
    "revoke",
    "rollback",
    "savepoint",
    "security",
    "select",
    "set",
    "show",
    "table",
    "truncate",
    "update",
    "vacuum",
    "values",
    "with",
];

impl Reader<'_> {
    fn word(&self, ahead: usize) -> &str {
        match self.elements.get(self.at + ahead) {
            Some((Element::Word, range)) => &self.text[range.clone()],
            _ => "",
        }
    }

    fn sees(&self, word: &str) -> bool {
        self.word(0).eq_ignore_ascii_case(word)
    }

    fn eat(&mut self, word: &str) -> bool {
        let seen = self.sees(word);
        self.at += usize::from(seen);
        seen
    }

    fn symbol(&self, ahead: usize) -> u8 {
        match self.elements.get(self.at + ahead) {
            Some((Element::Symbol(byte), _)) => *byte,
            _ => 0,
        }
    }

    fn eat_symbol(&mut self, symbol: u8) -> bool {
        let seen = self.symbol(0) == symbol;
        self.at += usize::from(seen);
        seen
    }

    /// Goes to the first of these words, or to the semicolon where there is none, outside brackets and CASE; gives what
    /// lies before it.
    fn until(&mut self, words: &[&str]) -> Option<Range<usize>> {
        let start = self.elements.get(self.at)?.1.start;
        let (mut end, mut depth, mut cases) = (start, 0i32, 0i32);
        loop {
            let (element, range) = self.elements.get(self.at)?.clone();
            let word = self.word(0).to_ascii_lowercase();
            match element {
                Element::Symbol(b'(' | b'[') => depth += 1,
                Element::Symbol(b')' | b']') => depth -= 1,
                Element::Symbol(b';') if depth == 0 => {
                    return words.is_empty().then_some(start..end);
                }
                Element::Word if depth == 0 && cases == 0 && words.contains(&word.as_str()) => {
                    return Some(start..end);
                }
                Element::Word if word == "case" => cases += 1,
                Element::Word if word == "end" && cases > 0 => cases -= 1,
                _ => {}
            }
            end = range.end;
            self.at += 1;
        }
    }

    /// What lies before the semicolon, which is consumed.
    fn rest(&mut self) -> Option<Range<usize>> {
        let range = self.until(&[])?;
        self.at += 1;
        Some(range)
    }

    fn block(&mut self) -> Option<Step> {
        if self.eat("declare") {
            self.declarations()?;
        }
        if !self.eat("begin") {
            return None;
        }
        let steps = self.steps()?;
        let mut handlers = Vec::new();
        if self.eat("exception") {
            while self.eat("when") {
                let conditions = self.until(&["then"])?;
                self.at += 1;
                let names = self.text[conditions].split_whitespace().map(str::to_ascii_lowercase);
                handlers.push((names.filter(|name| name != "or").collect(), self.steps()?));
            }
        }
        if !self.eat("end") {
            return None;
        }
        if !self.word(0).is_empty() {
            self.at += 1;
        }
        Some(Step::Block(steps, handlers))
    }

    fn declarations(&mut self) -> Option<()> {
        while !self.sees("begin") {
            let name = identifier(self.word(0), false);
            let range = self.rest()?;
            let text = &self.text[range.clone()];
            let value = text.find(":=").map(|at| range.start + at + 2..range.end);
            self.variables.push((name, value));
        }
        Some(())
    }

    /// Steps up to a word that ends them.
    fn steps(&mut self) -> Option<Vec<Step>> {
        if self.depth == DEPTH {
            return None;
        }
        self.depth += 1;
        let mut steps = Vec::new();
        while !["end", "elsif", "elseif", "else", "exception", "when"].iter().any(|word| self.sees(word)) {
            if self.at >= self.elements.len() {
                return None;
            }
            steps.extend(self.step()?);
        }
        self.depth -= 1;
        Some(steps)
    }

    fn step(&mut self) -> Option<Option<Step>> {
        if self.symbol(0) == b'<' && self.symbol(1) == b'<' {
            self.at += 5;
            return Some(None);
        }
        let word = self.word(0).to_ascii_lowercase();
        let step = match word.as_str() {
            "declare" | "begin" => {
                let block = self.block()?;
                self.eat_symbol(b';');
                block
            }
            "if" => self.branch()?,
            "case" => self.case()?,
            "loop" | "while" | "for" | "foreach" => self.repetition()?,
            "perform" => {
                self.at += 1;
                Step::Compute(self.rest()?)
            }
            "execute" => {
                self.at += 1;
                Step::Execute(self.rest()?)
            }
            "return" if !matches!(self.word(1).to_ascii_lowercase().as_str(), "query" | "next") => {
                let range = self.rest()?;
                return Some(Some(if range.is_empty() {
                    Step::Leave
                } else {
                    Step::Block(vec![Step::Compute(range), Step::Leave], Vec::new())
                }));
            }
            "return" if self.word(2).eq_ignore_ascii_case("execute") => Step::Execute(self.rest()?),
            "exit" | "continue" => {
                self.rest()?;
                Step::Leave
            }
            "raise" => self.raise()?,
            "null" | "get" | "close" | "move" => {
                self.rest()?;
                return Some(None);
            }
            "open" | "fetch" | "assert" => Step::Compute(self.rest()?),
            word if SQL.binary_search(&word).is_ok() && !self.is_assignment() => Step::Sql(self.rest()?),
            _ => self.assignment()?,
        };
        Some(Some(step))
    }

    fn is_assignment(&self) -> bool {
        self.symbol(1) == b':' && self.symbol(2) == b'='
    }

    fn assignment(&mut self) -> Option<Step> {
        let name = identifier(self.word(0), false);
        let simple = self.is_assignment() || self.symbol(1) == b'=';
        let range = self.rest()?;
        let at = self.text[range.clone()].find('=')?;
        let value = range.start + at + 1..range.end;
        Some(if simple { Step::Assign(name, value) } else { Step::Compute(value) })
    }

    fn raise(&mut self) -> Option<Step> {
        let level = self.word(1).to_ascii_lowercase();
        let range = self.rest()?;
        let quiet = ["debug", "log", "info", "notice", "warning"].contains(&level.as_str());
        Some(if quiet { Step::Compute(range) } else { Step::Raise(range) })
    }

    fn branch(&mut self) -> Option<Step> {
        self.at += 1;
        let mut branches = Vec::new();
        loop {
            let condition = self.until(&["then"])?;
            self.at += 1;
            branches.push((condition, self.steps()?));
            if !self.eat("elsif") && !self.eat("elseif") {
                break;
            }
        }
        let otherwise = if self.eat("else") { self.steps()? } else { Vec::new() };
        self.end_of("if")?;
        Some(Step::If(branches, otherwise))
    }

    fn case(&mut self) -> Option<Step> {
        self.at += 1;
        if !self.sees("when") {
            self.until(&["when"])?;
        }
        let mut steps = Vec::new();
        while self.eat("when") {
            self.until(&["then"])?;
            self.at += 1;
            steps.extend(self.steps()?);
        }
        if self.eat("else") {
            steps.extend(self.steps()?);
        }
        self.end_of("case")?;
        Some(Step::Maybe(steps))
    }

    fn repetition(&mut self) -> Option<Step> {
        let head = if self.sees("loop") { None } else { Some(self.until(&["loop"])?) };
        self.at += 1;
        let mut steps: Vec<Step> = head.map(Step::Compute).into_iter().collect();
        steps.extend(self.steps()?);
        self.end_of("loop")?;
        Some(Step::Maybe(steps))
    }

    /// `END word [label] ;`.
    fn end_of(&mut self, word: &str) -> Option<()> {
        if !(self.eat("end") && self.eat(word)) {
            return None;
        }
        if !self.word(0).is_empty() {
            self.at += 1;
        }
        self.eat_symbol(b';').then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_for_the_search() {
        assert!(SQL.is_sorted());
    }

    #[test]
    fn branches_handlers_and_loops_nest() {
        let text = "DECLARE n int := 1; BEGIN IF CASE WHEN a THEN b END THEN DROP TABLE t; ELSE x := 1; END IF; \
                    WHILE n > 0 LOOP UPDATE t SET a = 1; END LOOP; \
                    EXCEPTION WHEN duplicate_object OR others THEN NULL; END";
        let body = parse_body(text).unwrap();
        assert_eq!(body.variables[0].0.as_str(), "n");
        let Step::Block(steps, handlers) = &body.steps[0] else { panic!() };
        assert!(matches!(&steps[..], [Step::If(..), Step::Maybe(_)]));
        assert_eq!(handlers[0].0, ["duplicate_object", "others"]);
        assert!(parse_body("BEGIN IF a THEN END").is_none());
    }

    #[test]
    fn steps_nest_to_a_depth() {
        let nested = |opening: &str, closing: &str, depth: usize| {
            parse_body(&format!("BEGIN {}{} END", opening.repeat(depth), closing.repeat(depth)))
        };
        for (opening, closing) in [
            ("IF a THEN ", "END IF; "),
            ("BEGIN ", "END; "),
            ("LOOP ", "END LOOP; "),
            ("CASE WHEN a THEN ", "END CASE; "),
            ("IF a THEN ELSE ", "END IF; "),
            ("BEGIN EXCEPTION WHEN others THEN ", "END; "),
        ] {
            assert!(nested(opening, closing, DEPTH - 1).is_some(), "{opening}");
            assert!(nested(opening, closing, DEPTH).is_none(), "{opening}");
            assert!(nested(opening, closing, 100_000).is_none(), "{opening}");
        }
    }
}

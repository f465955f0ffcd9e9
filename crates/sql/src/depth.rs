//! How deep SQL may nest, and the stack that this much takes.
//!
//! sqlparser's trees are read, printed, compared and dropped by functions that call themselves. A statement is
//! therefore measured before it is parsed: its *depth* is the most steps from the root of its tree to a leaf, as far as
//! its tokens tell. Brackets and `CASE` go one step down, and so does each operator of a chain (`a + b + c`) and each
//! `UNION`.
//!
//! Invariants: the measure is never less than the depth of the tree; taking it does not recurse; what is deeper than
//! [`MOST`] is not parsed; all parsing is done on a stack of [`STACK`] bytes.

use sqlparser::tokenizer::{Token, Word};

/// The deepest tree that is read. No statement that a person writes comes near.
pub(crate) const MOST: usize = 1_000;

/// The stack that reading takes at most, in a build without optimisation.
const STACK: usize = 48 << 20;

/// Runs work on trees on a stack that is large enough for the deepest of them, whatever the thread has.
pub(crate) fn with_stack<R>(work: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(STACK / 2, STACK, work)
}

/// Words that are operators, or that stand before one operand.
const OPERATORS: &[&str] = &[
    "all",
    "and",
    "any",
    "at",
    "between",
    "by",
    "collate",
    "distinct",
    "div",
    "escape",
    "exists",
    "from",
    "ilike",
    "in",
    "interval",
    "is",
    "isnull",
    "like",
    "match_recognize",
    "member",
    "not",
    "notnull",
    "operator",
    "or",
    "overlaps",
    "pivot",
    "prior",
    "regexp",
    "rlike",
    "select",
    "similar",
    "some",
    "to",
    "unpivot",
    "where",
    "xor",
];

/// What a level was opened by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    Statement,
    Bracket,
    Case,
}

/// An open level: a pair of brackets, a `CASE`, or the statement itself.
struct Level {
    opening: Opening,
    /// Operators since the last comma, or what else begins an expression.
    operators: usize,
    /// `UNION`, `INTERSECT` and `EXCEPT`.
    queries: usize,
}

impl Level {
    fn new(opening: Opening) -> Self {
        Self { opening, operators: 0, queries: 0 }
    }

    fn depth(&self) -> usize {
        1 + self.operators + self.queries
    }
}

/// The depth of a statement. See the module.
pub(crate) fn measure<'t>(tokens: impl Iterator<Item = &'t Token>) -> usize {
    let mut measure =
        Measure { levels: vec![Level::new(Opening::Statement)], outer: 0, most: 0, operand: false };
    tokens.for_each(|token| measure.token(token));
    measure.most
}

struct Measure {
    levels: Vec<Level>,
    /// The depth of all levels but the last.
    outer: usize,
    most: usize,
    /// Whether an operand ends with the last token. A keyword behind anything else may be a column of that name, and
    /// begins nothing new.
    operand: bool,
}

impl Measure {
    fn token(&mut self, token: &Token) {
        match token {
            Token::Whitespace(_) => return,
            Token::LParen | Token::LBrace => self.open(Opening::Bracket),
            // Each index of `a[1][2]`, and each dimension of a type, is a step of its own.
            Token::LBracket => {
                self.count_operator();
                self.open(Opening::Bracket);
            }
            Token::RParen | Token::RBracket | Token::RBrace => self.close_bracket(),
            Token::Comma => self.begin_expression(),
            Token::Word(word) if word.quote_style.is_none() => return self.word(word),
            Token::Word(_) | Token::Period => self.operand = true,
            other if is_literal(other) => self.operand = true,
            _ => self.count_operator(),
        }
        self.most = self.most.max(self.outer + self.last().depth());
    }

    fn word(&mut self, word: &Word) {
        let text = word.value.to_ascii_lowercase();
        match text.as_str() {
            "case" => self.open(Opening::Case),
            "when" | "then" | "else" if self.operand && self.last().opening == Opening::Case => {
                self.begin_expression();
            }
            "end" if self.operand && self.last().opening == Opening::Case => self.close(),
            "union" | "intersect" | "except" if self.operand => {
                self.last().queries += 1;
                self.begin_expression();
            }
            text if OPERATORS.binary_search(&text).is_ok() => self.count_operator(),
            _ => self.operand = true,
        }
        self.most = self.most.max(self.outer + self.last().depth());
    }

    fn last(&mut self) -> &mut Level {
        if self.levels.is_empty() {
            self.levels.push(Level::new(Opening::Statement));
        }
        let last = self.levels.len() - 1;
        &mut self.levels[last]
    }

    fn count_operator(&mut self) {
        self.last().operators += 1;
        self.operand = false;
    }

    fn begin_expression(&mut self) {
        self.last().operators = 0;
        self.operand = false;
    }

    fn open(&mut self, opening: Opening) {
        self.outer += self.last().depth();
        self.levels.push(Level::new(opening));
        self.operand = false;
    }

    /// Ends the last level, but for the statement's own.
    fn close(&mut self) {
        if self.levels.len() > 1 {
            self.levels.pop();
            self.outer -= self.last().depth();
        }
        self.operand = true;
    }

    /// Ends the levels up to the last bracket.
    fn close_bracket(&mut self) {
        while self.last().opening == Opening::Case {
            self.close();
        }
        self.close();
    }
}

fn is_literal(token: &Token) -> bool {
    matches!(
        token,
        Token::Number(..)
            | Token::Char(_)
            | Token::Placeholder(_)
            | Token::SingleQuotedString(_)
            | Token::DoubleQuotedString(_)
            | Token::DollarQuotedString(_)
            | Token::EscapedStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::NationalStringLiteral(_)
            | Token::HexStringLiteral(_)
            | Token::SingleQuotedByteStringLiteral(_)
            | Token::EOF
    )
}

#[cfg(test)]
mod tests {
    use sqlparser::dialect::PostgreSqlDialect;
    use sqlparser::tokenizer::Tokenizer;

    use super::*;

    fn depth(text: &str) -> usize {
        measure(Tokenizer::new(&PostgreSqlDialect {}, text).tokenize().unwrap().iter())
    }

    #[test]
    fn words_are_sorted_for_the_search() {
        assert!(OPERATORS.is_sorted());
    }

    #[test]
    fn chains_go_down_and_lists_do_not() {
        assert!(depth(&"a + ".repeat(50)) > 50);
        assert!(depth(&"NOT ".repeat(50)) > 50);
        assert!(depth(&format!("a{}", "[1]".repeat(50))) > 50);
        assert!(depth(&format!("a{}", "::int".repeat(50))) > 50);
        assert!(depth(&"SELECT a, b UNION ".repeat(50)) > 50);
        assert!(depth(&format!("IN ({})", "1, ".repeat(500))) < 10);
        assert!(depth("SELECT a, b FROM c WHERE d = 1; ") < 10);
        assert!(depth(&format!("CASE {} END", "WHEN a = 1 THEN 2 ".repeat(500))) < 10);
    }

    #[test]
    fn keywords_that_are_names_end_no_chain() {
        assert!(depth(&format!("CASE WHEN {} THEN 1 END", "a + end + when + ".repeat(50))) > 100);
        assert!(depth(&"a + union + ".repeat(50)) > 50);
    }
}

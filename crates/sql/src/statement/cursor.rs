//! A cursor over sqlparser's tokens that speaks PostgreSQL: keywords by their text, names as PostgreSQL folds them.

use driftless_ir::Name;
use sqlparser::ast::{ColumnOption, Expr, Ident, ObjectName, ObjectNamePart, Query};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, Tokenizer};

use super::{Path, TypeName};
use crate::{depth, names};

/// Why a text is not understood, in a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParseFailure(pub(crate) Box<str>);

/// What a small parser returns.
pub(crate) type Parsed<T> = Result<T, ParseFailure>;

impl From<ParserError> for ParseFailure {
    fn from(error: ParserError) -> Self {
        let text = match error {
            ParserError::TokenizerError(text) | ParserError::ParserError(text) => text,
            ParserError::RecursionLimitExceeded => too_deep(BRACKETS),
        };
        Self(text.lines().next().unwrap_or_default().into())
    }
}

static DIALECT: PostgreSqlDialect = PostgreSqlDialect {};

/// How deep brackets may nest, where sqlparser counts one for each of its functions on the way down.
const BRACKETS: usize = 400;

fn too_deep(most: usize) -> String {
    format!("it is nested deeper than {most} levels")
}

/// Words that cannot be the name of a column or a table without quotes: PostgreSQL's reserved words, and those that
/// may only be functions or types.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
];

/// A position in the tokens of one statement.
pub(crate) struct Cursor {
    parser: Parser<'static>,
}

impl Cursor {
    /// Reads the tokens of a statement.
    pub(crate) fn new(text: &str) -> Parsed<Self> {
        let tokens = Tokenizer::new(&DIALECT, text)
            .tokenize_with_location()
            .map_err(|error| ParseFailure(error.message.into()))?;
        if depth::measure(tokens.iter().map(|token| &token.token)) > depth::MOST {
            return Err(ParseFailure(too_deep(depth::MOST).into()));
        }
        let parser = Parser::new(&DIALECT).with_recursion_limit(BRACKETS).with_tokens_with_locations(tokens);
        Ok(Self { parser })
    }

    /// sqlparser's own parser at this place.
    pub(crate) fn parser(&mut self) -> &mut Parser<'static> {
        &mut self.parser
    }

    /// The token `ahead` places on.
    pub(crate) fn token(&self, ahead: usize) -> &Token {
        &self.parser.peek_nth_token_ref(ahead).token
    }

    fn keyword_at(&self, ahead: usize, keyword: &str) -> bool {
        matches!(self.token(ahead), Token::Word(word)
            if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(keyword))
    }

    /// Whether these words, separated by blanks, come next.
    pub(crate) fn sees(&self, words: &str) -> bool {
        // Most words are not the ones that come: their first letters tell.
        let Token::Word(next) = self.token(0) else { return false };
        let first = |text: &str| text.as_bytes().first().map(u8::to_ascii_lowercase);
        first(&next.value) == first(words)
            && words.split(' ').enumerate().all(|(ahead, word)| self.keyword_at(ahead, word))
    }

    /// Consumes these words if all of them come next.
    pub(crate) fn eat(&mut self, words: &str) -> bool {
        let seen = self.sees(words);
        if seen {
            words.split(' ').for_each(|_| self.skip());
        }
        seen
    }

    /// Consumes these words.
    pub(crate) fn expect(&mut self, words: &str) -> Parsed<()> {
        if self.eat(words) { Ok(()) } else { Err(self.unexpected(&words.to_ascii_uppercase())) }
    }

    /// Consumes this token if it comes next.
    pub(crate) fn eat_token(&mut self, token: &Token) -> bool {
        self.parser.consume_token(token)
    }

    /// Consumes this token.
    pub(crate) fn expect_token(&mut self, token: &Token) -> Parsed<()> {
        if self.eat_token(token) { Ok(()) } else { Err(self.unexpected(&token.to_string())) }
    }

    /// Goes one token on.
    pub(crate) fn skip(&mut self) {
        self.parser.advance_token();
    }

    /// Whether the last token is consumed.
    pub(crate) fn is_done(&self) -> bool {
        matches!(self.token(0), Token::EOF)
    }

    /// Goes behind the last token.
    pub(crate) fn skip_rest(&mut self) {
        while !self.is_done() {
            self.skip();
        }
    }

    /// What to say where something else was due.
    pub(crate) fn unexpected(&self, wanted: &str) -> ParseFailure {
        ParseFailure(match self.token(0) {
            Token::EOF => format!("{wanted} is missing at the end").into(),
            token => format!("`{token}` stands where {wanted} is due").into(),
        })
    }

    /// A name, of anything.
    pub(crate) fn label(&mut self) -> Parsed<Name> {
        let name = match self.token(0) {
            Token::Word(word) => names::identifier(&word.value, word.quote_style.is_some()),
            _ => return Err(self.unexpected("a name")),
        };
        self.skip();
        Ok(name)
    }

    /// A name that is no reserved word.
    pub(crate) fn name(&mut self) -> Parsed<Name> {
        if let Token::Word(word) = self.token(0)
            && word.quote_style.is_none()
            && RESERVED.binary_search(&word.value.to_ascii_lowercase().as_str()).is_ok()
        {
            return Err(self.unexpected("a name"));
        }
        self.label()
    }

    /// A name that may be qualified.
    pub(crate) fn path(&mut self) -> Parsed<Path> {
        let first = self.name()?;
        if !self.eat_token(&Token::Period) {
            return Ok(Path { namespace: None, name: first });
        }
        let second = self.label()?;
        if !self.eat_token(&Token::Period) {
            return Ok(Path { namespace: Some(first), name: second });
        }
        Ok(Path { namespace: Some(second), name: self.label()? })
    }

    /// `( item, … )`.
    pub(crate) fn parenthesized<T>(&mut self, item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.expect_token(&Token::LParen)?;
        let items = self.separated(item)?;
        self.expect_token(&Token::RParen)?;
        Ok(items)
    }

    /// `item, …`.
    pub(crate) fn separated<T>(&mut self, mut item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.eat_token(&Token::Comma) {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// `( name, … )`.
    pub(crate) fn name_list(&mut self) -> Parsed<Vec<Name>> {
        self.parenthesized(Self::name)
    }

    /// Everything from `(` to its `)`: the words between them.
    pub(crate) fn skip_parenthesized(&mut self) -> Parsed<String> {
        self.expect_token(&Token::LParen)?;
        let (mut depth, mut words) = (1, String::new());
        while depth > 0 {
            match self.token(0) {
                Token::LParen => depth += 1,
                Token::RParen => depth -= 1,
                Token::EOF => return Err(self.unexpected(")")),
                word => words.push_str(&word.to_string()),
            }
            self.skip();
        }
        Ok(words)
    }

    /// An expression.
    pub(crate) fn expression(&mut self) -> Parsed<Box<Expr>> {
        Ok(Box::new(self.parser.parse_expr()?))
    }

    /// The expression behind `DEFAULT`, which was consumed: it ends before a constraint such as `NOT NULL`.
    pub(crate) fn default_expression(&mut self) -> Parsed<Box<Expr>> {
        self.parser.prev_token();
        match self.parser.parse_optional_column_option()? {
            Some(ColumnOption::Default(expression)) => Ok(Box::new(expression)),
            _ => Err(self.unexpected("a default")),
        }
    }

    /// `( expression )`.
    pub(crate) fn parenthesized_expression(&mut self) -> Parsed<Box<Expr>> {
        self.expect_token(&Token::LParen)?;
        let expression = self.expression()?;
        self.expect_token(&Token::RParen)?;
        Ok(expression)
    }

    /// A query.
    pub(crate) fn query(&mut self) -> Parsed<Box<Query>> {
        Ok(self.parser.parse_query()?)
    }

    /// A query with nothing but `WITH …` behind it; where there is none, the cursor stays.
    pub(crate) fn query_or_back(&mut self) -> Option<Box<Query>> {
        self.parser.maybe_parse(read_whole_query).ok().flatten()
    }

    /// A string.
    pub(crate) fn string(&mut self) -> Parsed<Box<str>> {
        let text: Box<str> = match self.token(0) {
            Token::SingleQuotedString(text)
            | Token::EscapedStringLiteral(text)
            | Token::UnicodeStringLiteral(text) => text.as_str().into(),
            Token::DollarQuotedString(quoted) => quoted.value.as_str().into(),
            _ => return Err(self.unexpected("a string")),
        };
        self.skip();
        Ok(text)
    }

    /// A whole number, with a sign if it has one.
    pub(crate) fn integer(&mut self) -> Parsed<i64> {
        let negative = self.eat_token(&Token::Minus);
        if !negative {
            self.eat_token(&Token::Plus);
        }
        let number = match self.token(0) {
            Token::Number(digits, _) => format!("{}{digits}", if negative { "-" } else { "" }).parse().ok(),
            _ => None,
        };
        let Some(number) = number else { return Err(self.unexpected("a whole number")) };
        self.skip();
        Ok(number)
    }

    /// A type.
    pub(crate) fn type_name(&mut self) -> Parsed<TypeName> {
        let set = self.eat("setof");
        let quoted = matches!(self.token(0), Token::Word(word) if word.quote_style.is_some());
        let mut path = self.type_path()?;
        let mut modifiers: Vec<Box<str>> = Vec::new();
        // `char` is one character, `bpchar` any number.
        let one_character = !quoted
            && path.namespace.is_none()
            && ["character", "char", "nchar", "national"].contains(&path.name.as_str());
        if !quoted && path.namespace.is_none() {
            path.name = self.long_type_name(path.name);
        }
        if self.eat_token(&Token::LParen) {
            modifiers = self.separated(Self::type_modifier)?;
            self.expect_token(&Token::RParen)?;
        } else if one_character && path.name.as_str() == "bpchar" {
            modifiers.push("1".into());
        }
        if !quoted && path.namespace.is_none() {
            path.name = self.time_zone_suffix(path.name);
        }
        let array = self.array_suffix()?;
        Ok(TypeName { path, quoted, modifiers, array, set })
    }

    fn type_path(&mut self) -> Parsed<Path> {
        let first = self.label()?;
        if !self.eat_token(&Token::Period) {
            return Ok(Path { namespace: None, name: first });
        }
        let second = self.label()?;
        if !self.eat_token(&Token::Period) {
            return Ok(Path { namespace: Some(first), name: second });
        }
        Ok(Path { namespace: Some(second), name: self.label()? })
    }

    fn type_modifier(&mut self) -> Parsed<Box<str>> {
        match self.token(0) {
            Token::Word(_) => Ok(self.label()?.as_str().into()),
            Token::SingleQuotedString(_) => self.string(),
            _ => Ok(self.integer()?.to_string().into()),
        }
    }

    /// The type names of several words.
    fn long_type_name(&mut self, first: Name) -> Name {
        let one = match first.as_str() {
            "double" if self.eat("precision") => "float8",
            "character" | "char" | "nchar" if self.eat("varying") => "varchar",
            "national" if self.eat("character varying") || self.eat("char varying") => "varchar",
            "national" if self.eat("character") || self.eat("char") => "bpchar",
            "bit" if self.eat("varying") => "varbit",
            "character" | "char" | "nchar" => "bpchar",
            "interval" => {
                for field in ["year", "month", "day", "hour", "minute", "second", "to"].repeat(2) {
                    self.eat(field);
                }
                return first;
            }
            _ => return first,
        };
        Name::from(one)
    }

    fn time_zone_suffix(&mut self, name: Name) -> Name {
        let with = match name.as_str() {
            "timestamp" => "timestamptz",
            "time" => "timetz",
            _ => return name,
        };
        if self.eat("with time zone") {
            return Name::from(with);
        }
        self.eat("without time zone");
        name
    }

    fn array_suffix(&mut self) -> Parsed<bool> {
        let mut array = self.eat("array");
        while self.eat_token(&Token::LBracket) {
            array = true;
            if !self.eat_token(&Token::RBracket) {
                self.integer()?;
                self.expect_token(&Token::RBracket)?;
            }
        }
        Ok(array)
    }
}

/// A query with nothing but `WITH …` behind it.
fn read_whole_query(parser: &mut Parser<'_>) -> Result<Box<Query>, ParserError> {
    let query = parser.parse_query()?;
    let rest = parser.peek_token();
    let ends = match &rest.token {
        Token::EOF => true,
        Token::Word(word) => word.value.eq_ignore_ascii_case("with"),
        _ => false,
    };
    if ends { Ok(query) } else { parser.expected("the end of the query", rest) }
}

/// The name of an object as sqlparser has it.
pub(crate) fn object_path(name: &ObjectName) -> Option<Path> {
    let part = |part: &ObjectNamePart| part.as_ident().map(fold);
    let name_of = |at: usize| name.0.get(at).and_then(part);
    match name.0.len() {
        1 => Some(Path { namespace: None, name: name_of(0)? }),
        2 => Some(Path { namespace: Some(name_of(0)?), name: name_of(1)? }),
        3 => Some(Path { namespace: Some(name_of(1)?), name: name_of(2)? }),
        _ => None,
    }
}

/// An identifier of sqlparser as PostgreSQL keeps it.
pub(crate) fn fold(identifier: &Ident) -> Name {
    names::identifier(&identifier.value, identifier.quote_style.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn type_text(text: &str) -> String {
        let ty = Cursor::new(text).unwrap().type_name().unwrap();
        format!("{} {:?} {}", ty.path, ty.modifiers, ty.array)
    }

    #[test]
    fn reserved_words_are_sorted_for_the_search() {
        assert!(RESERVED.is_sorted());
        assert!(Cursor::new("user").unwrap().name().is_err());
        assert_eq!(Cursor::new("\"user\"").unwrap().name().unwrap().as_str(), "user");
    }

    #[test]
    fn types_of_several_words_are_one() {
        assert_eq!(type_text("double precision"), "float8 [] false");
        assert_eq!(type_text("character varying(3)[]"), r#"varchar ["3"] true"#);
        assert_eq!(type_text("timestamp(3) with time zone"), r#"timestamptz ["3"] false"#);
        assert_eq!(type_text("a.\"B\" array[3]"), "a.B [] true");
    }
}

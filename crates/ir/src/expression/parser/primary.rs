//! What operators stand between: names, constants, calls, and what has a syntax of its own.

use super::super::lexer::Token;
use super::super::node::Node;
use super::super::types::short_name;
use super::{Parser, precedence};

/// Words that are values.
const KEYWORDS: [(&str, &str); 10] = [
    ("current_date", "CURRENT_DATE"),
    ("current_time", "CURRENT_TIME"),
    ("current_timestamp", "CURRENT_TIMESTAMP"),
    ("localtime", "LOCALTIME"),
    ("localtimestamp", "LOCALTIMESTAMP"),
    ("current_user", "CURRENT_USER"),
    ("current_role", "CURRENT_ROLE"),
    ("session_user", "SESSION_USER"),
    ("user", "USER"),
    ("current_catalog", "CURRENT_CATALOG"),
];

/// Words that are no names of columns or functions without quotes.
fn is_reserved(word: &str) -> bool {
    const RESERVED: [&str; 31] = [
        "all", "and", "any", "as", "asc", "check", "create", "default", "desc", "distinct", "do", "else",
        "end", "for", "from", "grant", "having", "in", "into", "limit", "not", "offset", "on", "or", "order",
        "select", "some", "then", "union", "when", "where",
    ];
    RESERVED.contains(&word)
}

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Option<Node> {
        let token = self.peek(0)?;
        self.height = 0;
        self.at += 1;
        match token {
            Token::Text(text) => Some(Node::Text(text.clone())),
            Token::Number(digits) => Some(Node::Number(digits.clone())),
            Token::Bits(digits) => {
                let binary = digits.strip_prefix('b')?;
                let ty = super::Type::named("bit");
                Some(Node::Cast(Box::new(Node::Text(binary.into())), ty))
            }
            Token::Sign('(') => self.bracket(),
            Token::Word(word) => self.word_primary(word),
            Token::Quoted(_) => {
                self.at -= 1;
                self.named()
            }
            Token::Operator(_) | Token::Sign(_) | Token::Cast => None,
        }
    }

    /// An expression in brackets, or a row of several.
    fn bracket(&mut self) -> Option<Node> {
        let mut list = self.list(')')?;
        match list.len() {
            0 => None,
            1 => list.pop(),
            _ => {
                self.rise(self.height)?;
                Some(Node::Row(list))
            }
        }
    }

    fn word_primary(&mut self, word: &str) -> Option<Node> {
        if let Some((_, keyword)) = KEYWORDS.iter().find(|(name, _)| *name == word) {
            return self.keyword(keyword);
        }
        let opens = self.is_sign(0, '(');
        match word {
            "null" => Some(Node::Null),
            "true" => Some(Node::Boolean(true)),
            "false" => Some(Node::Boolean(false)),
            "case" => self.case(),
            "array" if self.eat_sign('[') => {
                let list = self.list(']')?;
                self.rise(self.height)?;
                Some(Node::Array(list))
            }
            "row" if opens => {
                self.at += 1;
                let list = self.list(')')?;
                self.rise(self.height)?;
                Some(Node::Row(list))
            }
            "cast" if opens => {
                self.at += 1;
                let inner = self.expression(precedence::LOWEST)?;
                self.expect_word("as")?;
                let ty = self.type_name()?;
                self.expect_sign(')')?;
                self.rise(self.height)?;
                Some(Node::Cast(Box::new(inner), ty))
            }
            "coalesce" | "greatest" | "least" | "nullif" if opens => {
                self.at += 1;
                let list = self.list(')')?;
                self.rise(self.height)?;
                let name = match word {
                    "coalesce" => "COALESCE",
                    "greatest" => "GREATEST",
                    "least" => "LEAST",
                    _ => "NULLIF",
                };
                (!list.is_empty()).then_some(Node::Special(name, list))
            }
            "extract" | "position" | "substring" | "trim" if opens => {
                self.at += 1;
                let node = self.worded_call(word)?;
                self.rise(self.height)?;
                Some(node)
            }
            "overlay" | "normalize" | "exists" | "collation" | "xmlelement" | "xmlparse" | "xmlserialize"
            | "grouping"
                if opens =>
            {
                None
            }
            _ if is_reserved(word) => None,
            _ => {
                self.at -= 1;
                self.named()
            }
        }
    }

    fn keyword(&mut self, keyword: &'static str) -> Option<Node> {
        let mut precision = None;
        if self.eat_sign('(') {
            if let Some(Token::Number(digits)) = self.peek(0) {
                precision = Some(digits.clone());
                self.at += 1;
            }
            self.expect_sign(')')?;
        }
        Some(match (keyword, precision) {
            // the start of the transaction, by either name
            ("CURRENT_TIMESTAMP", None) => Node::Call(vec!["now".into()], Vec::new()),
            ("USER", None) => Node::Keyword("USER", None),
            (keyword, precision) => Node::Keyword(keyword, precision),
        })
    }

    fn case(&mut self) -> Option<Node> {
        let mut height = 0;
        let mut operand = None;
        if self.word(0) != "when" {
            operand = Some(Box::new(self.expression(precedence::LOWEST)?));
            height = self.height;
        }
        let mut whens = Vec::new();
        while self.eat_word("when") {
            let condition = self.expression(precedence::LOWEST)?;
            height = height.max(self.height);
            self.expect_word("then")?;
            whens.push((condition, self.expression(precedence::LOWEST)?));
            height = height.max(self.height);
        }
        let mut otherwise = None;
        if self.eat_word("else") {
            otherwise = Some(Box::new(self.expression(precedence::LOWEST)?));
            height = height.max(self.height);
        }
        self.expect_word("end")?;
        self.rise(height)?;
        (!whens.is_empty()).then_some(Node::Case(operand, whens, otherwise))
    }

    /// A call whose arguments are parted by words; its bracket is open.
    fn worded_call(&mut self, word: &str) -> Option<Node> {
        match word {
            "extract" => {
                let field = match self.peek(0)? {
                    Token::Word(field) | Token::Quoted(field) | Token::Text(field) => {
                        field.to_ascii_lowercase()
                    }
                    _ => return None,
                };
                self.at += 1;
                self.expect_word("from")?;
                let from = self.expression(precedence::LOWEST)?;
                self.expect_sign(')')?;
                Some(Node::Special("EXTRACT", vec![Node::Text(field.into()), from]))
            }
            "position" => {
                let sought = self.expression(precedence::BETWEEN + 1)?;
                let below = self.height;
                self.expect_word("in")?;
                let within = self.expression(precedence::LOWEST)?;
                self.height = below.max(self.height);
                self.expect_sign(')')?;
                Some(Node::Special("POSITION", vec![sought, within]))
            }
            "substring" => self.substring(),
            _ => self.trim(),
        }
    }

    fn substring(&mut self) -> Option<Node> {
        let mut list = vec![self.expression(precedence::LOWEST)?];
        let mut height = self.height;
        let mut is_worded = false;
        loop {
            if self.eat_sign(')') {
                self.height = height;
                break;
            }
            match self.word(0) {
                "from" if list.len() == 1 => is_worded = true,
                "for" if list.len() == 1 => {
                    is_worded = true;
                    list.push(Node::Number("1".into()));
                }
                "for" if is_worded && list.len() == 2 => {}
                "" if !is_worded && self.is_sign(0, ',') => {}
                _ => return None,
            }
            self.at += 1;
            list.push(self.expression(precedence::LOWEST)?);
            height = height.max(self.height);
        }
        Some(match is_worded {
            true => Node::Special("SUBSTRING", list),
            false => Node::Call(vec!["substring".into()], list),
        })
    }

    fn trim(&mut self) -> Option<Node> {
        let name = match self.word(0) {
            "leading" => "TRIM LEADING",
            "trailing" => "TRIM TRAILING",
            _ => "TRIM BOTH",
        };
        self.at += usize::from(matches!(self.word(0), "leading" | "trailing" | "both"));
        let mut list = Vec::new();
        if !self.eat_word("from") {
            list.push(self.expression(precedence::LOWEST)?);
            if self.eat_sign(')') {
                return Some(Node::Special(name, list));
            }
            let has_comma = self.eat_sign(',');
            let below = self.height;
            if !has_comma {
                self.expect_word("from")?;
            }
            let text = self.expression(precedence::LOWEST)?;
            self.height = below.max(self.height);
            list.insert(if has_comma { list.len() } else { 0 }, text);
        } else {
            list.push(self.expression(precedence::LOWEST)?);
        }
        self.expect_sign(')')?;
        Some(Node::Special(name, list))
    }

    /// A column, a call, or a constant behind the name of its type.
    fn named(&mut self) -> Option<Node> {
        let start = self.at;
        if let Some(ty) = self.type_name()
            && !ty.array
            && let Some(Token::Text(text)) = self.peek(0)
        {
            self.at += 1;
            let mut ty = ty;
            if &*ty.name == "interval" && ty.modifier.is_none() {
                ty.modifier = self.interval_fields();
            }
            return Some(Node::Cast(Box::new(Node::Text(text.clone())), ty));
        }
        self.at = start;
        let is_bare = matches!(self.peek(0), Some(Token::Word(_)));
        let mut path = self.path()?;
        if !self.eat_sign('(') {
            // words of types that begin one, such as `interval`, are no columns
            let is_type_word = is_bare && path.len() == 1 && matches!(&*path[0], "interval" | "values");
            return (!is_type_word).then_some(Node::Column(path));
        }
        let is_clause = matches!(self.word(0), "distinct" | "all" | "variadic" | "select" | "with");
        if is_clause || matches!(self.peek(0), Some(Token::Operator(star)) if &**star == "*") {
            return None;
        }
        let list = self.list(')')?;
        self.rise(self.height)?;
        if matches!(self.word(0), "filter" | "over" | "within" | "respect" | "ignore") {
            return None;
        }
        if path.len() == 2 && &*path[0] == "pg_catalog" {
            path.remove(0);
        }
        // `timestamp(3) '…'` was read above; what is left of such a name is no function
        let is_type = is_bare
            && path.len() == 1
            && short_name(&path[0]).is_some()
            && !matches!(
                &*path[0],
                "date" | "text" | "name" | "json" | "jsonb" | "uuid" | "float8" | "int4" | "int8"
            );
        (!is_type).then_some(Node::Call(path, list))
    }
}

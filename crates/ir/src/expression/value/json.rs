//! JSON as `jsonb` keeps it: keys sorted and unique, numbers without exponents, no spaces.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::number;

/// How deep values may be nested.
const MAX_DEPTH: usize = 100;

/// The one spelling of a JSON text.
pub(super) fn canonical(text: &str) -> Option<String> {
    let mut reader = Reader { rest: text };
    let value = reader.value(0)?;
    reader.skip_space();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn eat(&mut self, sign: &str) -> bool {
        self.skip_space();
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self, depth: usize) -> Option<String> {
        if depth > MAX_DEPTH {
            return None;
        }
        if self.eat("{") {
            return self.object(depth);
        }
        if self.eat("[") {
            return self.list(depth);
        }
        if self.rest.starts_with('"') {
            return self.string();
        }
        if let Some(word) = ["true", "false", "null"].into_iter().find(|word| self.eat(word)) {
            return Some(word.to_owned());
        }
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        let begins_well = digits.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit());
        self.rest = rest;
        number::number(digits).filter(|_| begins_well)
    }

    fn list(&mut self, depth: usize) -> Option<String> {
        let mut out = String::from("[");
        if self.eat("]") {
            return Some("[]".to_owned());
        }
        loop {
            out += &self.value(depth + 1)?;
            if self.eat("]") {
                return Some(out + "]");
            }
            self.eat(",").then(|| out.push(','))?;
        }
    }

    fn object(&mut self, depth: usize) -> Option<String> {
        let mut members = BTreeMap::new();
        let mut is_open = !self.eat("}");
        while is_open {
            self.skip_space();
            let key = self.string()?;
            self.eat(":").then_some(())?;
            members.insert(key, self.value(depth + 1)?);
            is_open = !self.eat("}");
            (!is_open || self.eat(",")).then_some(())?;
        }
        let members: Vec<_> = members.into_iter().map(|(key, value)| format!("{key}:{value}")).collect();
        Some(format!("{{{}}}", members.join(",")))
    }

    /// A string with its quotes, in which every character stands for itself as far as it can.
    fn string(&mut self) -> Option<String> {
        let mut out = String::from("\"");
        let mut characters = self.rest.strip_prefix('"')?.chars();
        loop {
            let character = match characters.next()? {
                '"' => break,
                '\\' => match characters.next()? {
                    'b' => '\x08',
                    'f' => '\x0c',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'u' => {
                        let code = u32::from_str_radix(characters.as_str().get(..4)?, 16).ok()?;
                        characters = characters.as_str().get(4..)?.chars();
                        // halves of a pair are left alone
                        char::from_u32(code).filter(|c| *c != '\0')?
                    }
                    other @ ('"' | '\\' | '/') => other,
                    _ => return None,
                },
                character => character,
            };
            match character {
                '"' | '\\' => out.extend(['\\', character]),
                c if c.is_control() => write!(out, "\\u{:04x}", c as u32).ok()?,
                c => out.push(c),
            }
        }
        self.rest = characters.as_str();
        out.push('"');
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn spaces_order_and_spelling_do_not_count() {
        let same = |a, b| assert_eq!(canonical(a), canonical(b), "{a} {b}");
        same(r#"{"a":1,"b":[]}"#, r#"{ "b": [ ], "a": 1 }"#);
        same(r#"{"a":1,"a":2}"#, r#"{"a":2}"#);
        same(r#""\u00e9\/""#, r#""é/""#);
        same("1e2", "100");
        assert_ne!(canonical("1.0"), canonical("1"));
        assert_ne!(canonical("[1,2]"), canonical("[2,1]"));
    }

    #[test]
    fn no_json_has_no_spelling() {
        for text in ["", "{", "[1,]", "{a:1}", "'a'", "1 2", "tru", r#""\ud800""#] {
            assert_eq!(canonical(text), None, "{text}");
        }
        assert_eq!(canonical(&"[".repeat(100_000)), None);
    }
}

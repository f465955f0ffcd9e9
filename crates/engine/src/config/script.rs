//! Properties of a `prisma.config.*` file, read without running the file.
//!
//! Understood are: a string; `path.join(…)`, `path.resolve(…)`, `join(…)` and `resolve(…)` of what is understood;
//! `__dirname`, `import.meta.dirname` and `process.cwd()`; `process.env.NAME`, `process.env['NAME']` and `env('NAME')`,
//! also with a string behind `??` or `||`; a constant of the same file that is one of these. The object may stand
//! behind `export default` or `module.exports =`, bare, in a call such as `defineConfig(…)`, or as a constant of the
//! same file.

use super::token::{Token, tokenize};
use super::{Setting, Value};

/// How many constants may lead to each other before they count as computed.
const MAX_DEPTH: usize = 8;

/// Reads a property of the configuration object in `source`, by the names that lead to it: `["datasource", "url"]`.
pub(super) fn read_property(source: &str, path: &[&str]) -> Setting {
    let script = Script { tokens: tokenize(source) };
    let Some(mut object) = script.exported_object() else {
        return Setting::Absent;
    };
    for (at, name) in path.iter().enumerate() {
        let Some(value) = script.property(object, name) else {
            return Setting::Absent;
        };
        if at + 1 == path.len() {
            return script.setting(value, 0).map_or(Setting::Computed, Setting::Given);
        }
        let Some(inner) = script.object_at(value, 0) else {
            return Setting::Computed;
        };
        object = inner;
    }
    Setting::Absent
}

struct Script {
    tokens: Vec<Token>,
}

impl Script {
    fn symbol(&self, at: usize, symbol: char) -> bool {
        self.tokens.get(at) == Some(&Token::Symbol(symbol))
    }

    fn word(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn words(&self, at: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(i, word)| self.word(at + i) == Some(word))
    }

    /// The position of the `{` of the object that the file exports.
    fn exported_object(&self) -> Option<usize> {
        let start = (0..self.tokens.len()).find_map(|at| {
            let module_exports = self.word(at) == Some("module")
                && self.symbol(at + 1, '.')
                && self.word(at + 2) == Some("exports")
                && self.symbol(at + 3, '=');
            match () {
                () if self.words(at, &["export", "default"]) => Some(at + 2),
                () if module_exports => Some(at + 4),
                () => None,
            }
        })?;
        self.object_at(start, 0)
    }

    /// The `{` of an object expression: bare, as a call's first argument, or behind a constant's name.
    fn object_at(&self, at: usize, depth: usize) -> Option<usize> {
        if self.symbol(at, '{') {
            return Some(at);
        }
        if self.symbol(at, '(') {
            return self.object_at(at + 1, depth);
        }
        let name = self.word(at)?;
        if self.symbol(at + 1, '(') {
            return self.object_at(at + 2, depth);
        }
        if depth == MAX_DEPTH {
            return None;
        }
        self.object_at(self.constant(name)?, depth + 1)
    }

    /// The position of the value of `const NAME = …`, type annotation or not.
    fn constant(&self, name: &str) -> Option<usize> {
        let declared = (1..self.tokens.len()).find(|at| {
            self.word(*at) == Some(name) && matches!(self.word(at - 1), Some("const" | "let" | "var"))
        })?;
        let equals = (declared + 1..self.tokens.len())
            .find(|at| self.symbol(*at, '=') && !self.symbol(at + 1, '>'))?;
        Some(equals + 1)
    }

    /// The position of the value of a property that stands directly in the object at `object`.
    fn property(&self, object: usize, name: &str) -> Option<usize> {
        let mut depth = 0_usize;
        for at in object..self.tokens.len() {
            match &self.tokens[at] {
                Token::Symbol('{' | '[' | '(') => depth += 1,
                Token::Symbol('}' | ']' | ')') => depth = depth.saturating_sub(1),
                Token::Word(word) | Token::Text(word)
                    if depth == 1
                        && word == name
                        && (self.symbol(at - 1, '{') || self.symbol(at - 1, ',')) =>
                {
                    // `{ schema }` is short for `{ schema: schema }`.
                    return Some(if self.symbol(at + 1, ':') { at + 2 } else { at });
                }
                _ => {}
            }
            if depth == 0 {
                return None;
            }
        }
        None
    }

    /// The value at `at`: a text, or a variable of the environment.
    fn setting(&self, at: usize, depth: usize) -> Option<Value> {
        if let Some((name, end)) = self.variable(at) {
            return Some(match self.fallback(end) {
                Some(text) => Value::VariableOr(name, self.evaluate(text, depth)?),
                None => Value::Variable(name),
            });
        }
        let behind_constant = || {
            let name = self.word(at).filter(|_| !self.symbol(at + 1, '.') && !self.symbol(at + 1, '('))?;
            (depth < MAX_DEPTH).then(|| self.setting(self.constant(name)?, depth + 1))?
        };
        self.evaluate(at, depth).map(Value::Text).or_else(behind_constant)
    }

    /// The name of the variable that is read at `at`, and the position behind it.
    fn variable(&self, at: usize) -> Option<(String, usize)> {
        let text = |at: usize| match self.tokens.get(at) {
            Some(Token::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let end_of = |end: usize| if self.symbol(end, '!') { end + 1 } else { end };
        if self.word(at) == Some("env") {
            // `env<Env>('NAME')` as well.
            let open = (at + 1..at + 5).find(|at| self.symbol(*at, '('))?;
            let plain = open == at + 1 || self.symbol(at + 1, '<');
            return (plain && self.symbol(open + 2, ')')).then(|| Some((text(open + 1)?, open + 3)))?;
        }
        let is_environment =
            self.word(at) == Some("process") && self.symbol(at + 1, '.') && self.word(at + 2) == Some("env");
        if is_environment && self.symbol(at + 3, '.') {
            return Some((self.word(at + 4)?.to_owned(), end_of(at + 5)));
        }
        let is_indexed = is_environment && self.symbol(at + 3, '[') && self.symbol(at + 5, ']');
        is_indexed.then(|| Some((text(at + 4)?, end_of(at + 6))))?
    }

    /// The position of what stands behind `??` or `||`.
    fn fallback(&self, at: usize) -> Option<usize> {
        let doubled = |symbol| self.symbol(at, symbol) && self.symbol(at + 1, symbol);
        (doubled('?') || doubled('|')).then_some(at + 2)
    }

    /// The text of the expression at `at`, if it is one of those that are understood and nothing else follows it.
    fn evaluate(&self, at: usize, depth: usize) -> Option<String> {
        let (value, end) = self.expression(at, depth)?;
        let ends = match self.tokens.get(end) {
            None => true,
            Some(Token::Symbol(symbol)) => matches!(symbol, ',' | '}' | ')' | ';'),
            // The next statement of a file without semicolons, or a cast.
            Some(Token::Word(word)) => {
                matches!(
                    word.as_str(),
                    "const" | "let" | "var" | "export" | "import" | "as" | "satisfies" | "module"
                )
            }
            Some(_) => false,
        };
        ends.then_some(value)
    }

    /// The text of the expression at `at` and the position behind it.
    fn expression(&self, at: usize, depth: usize) -> Option<(String, usize)> {
        if depth == MAX_DEPTH {
            return None;
        }
        if let Some(Token::Text(text)) = self.tokens.get(at) {
            return Some((text.clone(), at + 1));
        }
        let mut name = self.word(at)?.to_owned();
        let mut end = at + 1;
        while self.symbol(end, '.') {
            name = format!("{name}.{}", self.word(end + 1)?);
            end += 2;
        }
        match name.as_str() {
            "__dirname" | "import.meta.dirname" => Some((".".to_owned(), end)),
            "process.cwd" if self.symbol(end, '(') && self.symbol(end + 1, ')') => {
                Some((".".to_owned(), end + 2))
            }
            "path.join" | "path.resolve" | "join" | "resolve" if self.symbol(end, '(') => {
                self.joined(end + 1, depth + 1)
            }
            _ if name.contains('.') => None,
            _ => Some((self.evaluate(self.constant(&name)?, depth + 1)?, end)),
        }
    }

    /// The arguments from `at` to the closing parenthesis, joined as path segments.
    fn joined(&self, mut at: usize, depth: usize) -> Option<(String, usize)> {
        let mut segments: Vec<String> = Vec::new();
        while !self.symbol(at, ')') {
            let (segment, end) = self.expression(at, depth)?;
            segments.push(segment);
            at = if self.symbol(end, ',') { end + 1 } else { end };
            if at == end && !self.symbol(at, ')') {
                return None;
            }
        }
        Some((segments.join("/"), at + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::Setting::{Absent, Computed, Given};
    use super::*;

    fn path(text: &str) -> Setting {
        Given(Value::Text(text.to_owned()))
    }

    fn read_schema(source: &str) -> Setting {
        read_property(source, &["schema"])
    }

    #[test]
    fn reads_what_people_write() {
        let cases = [
            ("export default { schema: 'a.prisma' }", path("a.prisma")),
            (
                "import x from 'y'\nexport default defineConfig({\n // schema: 'no'\n schema: \"a\",\n})",
                path("a"),
            ),
            ("export default { schema: path.join('a', `b`), } satisfies PrismaConfig", path("a/b")),
            ("export default defineConfig({ 'schema': path.join(__dirname, 'a', 'b',) })", path("./a/b")),
            ("module.exports = { schema: 'a' }", path("a")),
            ("const where = 'a'\nexport default defineConfig({ schema: where })", path("a")),
            ("const schema = 'a';\nexport default { schema }", path("a")),
            ("const c: PrismaConfig = { schema: 'a' };\nexport default c;", path("a")),
            (
                "const c = defineConfig({ schema: resolve('a') })\nexport default c",
                path("./a".trim_start_matches("./")),
            ),
            ("export default defineConfig({ earlyAccess: true as const, schema: 'a' as string })", path("a")),
        ];
        for (source, expected) in cases {
            assert_eq!(read_schema(source), expected, "{source}");
        }
    }

    #[test]
    fn leaves_alone_what_it_does_not_know() {
        let cases = [
            ("export default { migrations: { schema: 'no' } }", Absent),
            ("export default defineConfig()", Absent),
            ("", Absent),
            ("export default { schema: 'a' + name }", Computed),
            ("export default { schema: `${a}/b` }", Computed),
            ("export default { schema: path.join('a', name()) }", Computed),
            ("const a = b; const b = a; export default { schema: a }", Computed),
            ("export default { schema: process.env.X ?? name() }", Computed),
            ("export default { schema: env(name) }", Computed),
        ];
        for (source, expected) in cases {
            assert_eq!(read_schema(source), expected, "{source}");
        }
    }

    #[test]
    fn reads_variables_and_what_lies_deeper() {
        let variable = |name: &str| Given(Value::Variable(name.to_owned()));
        let cases = [
            ("export default { datasource: { url: env('A') } }", variable("A")),
            ("export default defineConfig({ datasource: { url: env<Env>(\"A\"), x: 1 } })", variable("A")),
            ("export default { datasource: { url: process.env.A! }, }", variable("A")),
            ("export default { datasource: { url: process.env['A'] as string } }", variable("A")),
            ("const url = process.env.A\nexport default { datasource: { url } }", variable("A")),
            (
                "export default { datasource: { url: process.env.A ?? 'b' } }",
                Given(Value::VariableOr("A".to_owned(), "b".to_owned())),
            ),
            ("const d = { url: 'u' }; export default { datasource: d }", path("u")),
            ("export default { migrations: { url: 'no' } }", Absent),
            ("export default { datasource: make() }", Computed),
        ];
        for (source, expected) in cases {
            assert_eq!(read_property(source, &["datasource", "url"]), expected, "{source}");
        }
    }
}

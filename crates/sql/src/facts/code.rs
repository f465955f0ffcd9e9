//! What statements take away of rows, with the code that they run: blocks, functions, SQL in strings.
//!
//! Code counts as if every branch of it were taken. SQL that is put together at run time is looked at where its text is
//! the same in each run; else it is *unclear* what it does, unless its constant parts settle that it takes nothing away.

use std::borrow::Cow;
use std::collections::BTreeSet;

use driftless_ir::{Name, QualifiedName};

use super::rows::{RowEffect, row_effects};
use super::word::{Word, elements, path, words};
use crate::catalog::{Catalog, FunctionId};
use crate::plpgsql::{Step, constant_text, parse_body};
use crate::query::is_system;
use crate::splitter::{Content, split};
use crate::statement::{Path, RoutineKind, calls};

/// How deep code that runs code is looked at.
const DEPTH: u32 = 16;

/// How many bytes of code are looked at for one statement.
const CODE: usize = 1 << 20;

/// What statements do to rows that are there.
#[derive(Clone, Debug, Default)]
pub struct RowFacts {
    /// What they do, in order.
    pub effects: Vec<RowEffect>,
    /// Why that is not all that they may do.
    pub unclear: Vec<Unclear>,
    /// The functions and procedures that they call and that no script made.
    pub calls: BTreeSet<(Option<Name>, Name)>,
}

/// Why it is not known what a statement does to rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// It runs SQL that it puts together: the expression, shortened.
    Dynamic(String),
    /// It runs code in a language that is not read: the language.
    Language(String),
    /// It runs code whose structure is not clear, or that is too long or too deep.
    Code,
}

/// A function or procedure that a database holds and no script made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routine {
    /// Its name.
    pub name: QualifiedName,
    /// The language that it is written in.
    pub language: Name,
    /// Its code.
    pub body: String,
}

/// What a statement does to rows, with what it runs.
pub(crate) fn read(catalog: &Catalog, routines: &[Routine], statement: &str) -> RowFacts {
    let mut reader = Reader {
        catalog,
        routines,
        seen: BTreeSet::new(),
        seen_routines: BTreeSet::new(),
        left: CODE,
        depth: 0,
        found: RowFacts::default(),
    };
    reader.statement(statement);
    reader.found
}

struct Reader<'a> {
    catalog: &'a Catalog,
    routines: &'a [Routine],
    /// The functions of scripts that were looked at.
    seen: BTreeSet<FunctionId>,
    /// The routines of the database that were, by their place in the list.
    seen_routines: BTreeSet<usize>,
    /// How many bytes of code may still be looked at.
    left: usize,
    depth: u32,
    found: RowFacts,
}

impl Reader<'_> {
    fn statement(&mut self, text: &str) {
        let first = words(text, 2);
        let Some(word) = first.first() else { return };
        if word.is("do") {
            return self.block(text);
        }
        if word.is("explain") {
            return self.explained(text);
        }
        if word.is("prepare") && !first.get(1).is_some_and(|word| word.is("transaction")) {
            return self.prepared(text);
        }
        self.found.effects.extend(row_effects(text));
        // the code that a statement only makes is not run
        let makes =
            word.is("create") && !first.get(1).is_some_and(|word| word.is_any(&["table", "materialized"]));
        if !makes && !word.is_any(&["comment", "grant", "revoke", "drop", "set"]) {
            self.calls(text);
        }
    }

    /// `DO [LANGUAGE name] code [LANGUAGE name]`.
    fn block(&mut self, text: &str) {
        let elements: Vec<_> = elements(text).collect();
        let Some(code) = elements.iter().find_map(|word| word.constant()) else { return };
        let language =
            elements.iter().position(|word| word.is("language")).and_then(|at| elements.get(at + 1));
        match language.map(|language| language.name()) {
            Some(language) if language != "plpgsql" => self.unclear(Unclear::Language(language.into_owned())),
            _ => self.code(&code),
        }
    }

    /// `EXPLAIN`, which runs what it explains only with `ANALYZE`.
    fn explained(&mut self, text: &str) {
        let all: Vec<_> = elements(text).collect();
        let mut at = 1;
        let mut analyzes = false;
        if all.get(1).is_some_and(|word| word.is("(")) {
            let end = all.iter().position(|word| word.is(")")).unwrap_or(all.len());
            let option = all[..end].iter().position(|word| word.is("analyze"));
            analyzes = option.is_some_and(|at| !all[at + 1].is_any(&["false", "off", "0"]));
            at = end + 1;
        }
        while let Some(word) = all.get(at).filter(|word| word.is_any(&["analyze", "analyse", "verbose"])) {
            analyzes |= !word.is("verbose");
            at += 1;
        }
        if let Some(rest) = all.get(at).filter(|_| analyzes) {
            self.statement(from(text, *rest));
        }
    }

    /// `PREPARE name (types) AS statement`: it counts as executed.
    fn prepared(&mut self, text: &str) {
        let all: Vec<_> = elements(text).collect();
        let at = all.iter().position(|word| word.is("as"));
        if let Some(rest) = at.and_then(|at| all.get(at + 1)) {
            self.statement(from(text, *rest));
        }
    }

    /// The functions that a statement or an expression calls.
    fn calls(&mut self, text: &str) {
        for path in calls(text) {
            let found = self.catalog.find_functions(&path);
            if found.is_empty() && !is_system(&path) {
                self.call_of_database(&path);
            }
            for id in found {
                self.call(id);
            }
        }
    }

    fn call(&mut self, id: FunctionId) {
        if !self.seen.insert(id) {
            return;
        }
        let function = self.catalog.function(id);
        if function.kind == RoutineKind::Aggregate {
            return;
        }
        let language = function.language.as_ref().map_or("sql", Name::as_str);
        if let Some(body) = &function.body {
            self.routine(language, body);
        }
    }

    fn call_of_database(&mut self, path: &Path) {
        let is_meant = |routine: &Routine| {
            routine.name.name == path.name
                && path.namespace.as_ref().is_none_or(|namespace| *namespace == routine.name.namespace)
        };
        let mut is_known = false;
        for (at, routine) in self.routines.iter().enumerate().filter(|(_, routine)| is_meant(routine)) {
            is_known = true;
            if self.seen_routines.insert(at) {
                self.routine(routine.language.as_str(), &routine.body);
            }
        }
        if !is_known {
            self.found.calls.insert((path.namespace.clone(), path.name.clone()));
        }
    }

    fn routine(&mut self, language: &str, body: &str) {
        match language {
            "sql" => self.script(&without_frame(body)),
            "plpgsql" => self.code(body),
            // what a server or an extension brings
            "c" | "internal" => {}
            other => self.unclear(Unclear::Language(other.to_owned())),
        }
    }

    /// Whether more code may be looked at.
    fn enter(&mut self, code: &str) -> bool {
        let left = self.left.checked_sub(code.len());
        if left.is_none() || self.depth == DEPTH {
            self.unclear(Unclear::Code);
            return false;
        }
        self.left = left.unwrap_or_default();
        self.depth += 1;
        true
    }

    fn script(&mut self, text: &str) {
        if self.enter(text) {
            for fragment in split(text) {
                if let Content::Statement(body) = fragment.content {
                    self.statement(&text[body]);
                }
            }
            self.depth -= 1;
        }
    }

    fn code(&mut self, text: &str) {
        if !self.enter(text) {
            return;
        }
        match parse_body(text) {
            Some(body) => {
                let initial = body.variables.iter().filter_map(|(name, value)| Some((name, value.clone()?)));
                let initial: Vec<_> = initial.collect();
                for (_, value) in &initial {
                    self.calls(&text[value.clone()]);
                }
                self.steps(text, &body.steps, &body.steps, &initial);
            }
            None => self.unclear(Unclear::Code),
        }
        self.depth -= 1;
    }

    fn steps(&mut self, text: &str, steps: &[Step], all: &[Step], initial: &Initial<'_>) {
        for step in steps {
            match step {
                Step::Sql(range) => self.statement(&text[range.clone()]),
                Step::Execute(range) => self.dynamic(text, &text[range.clone()], all, initial),
                Step::Compute(range) | Step::Assign(_, range) | Step::Raise(range) => {
                    self.calls(&text[range.clone()]);
                }
                Step::If(branches, otherwise) => {
                    for (condition, steps) in branches {
                        self.calls(&text[condition.clone()]);
                        self.steps(text, steps, all, initial);
                    }
                    self.steps(text, otherwise, all, initial);
                }
                Step::Maybe(steps) => self.steps(text, steps, all, initial),
                Step::Block(steps, handlers) => {
                    self.steps(text, steps, all, initial);
                    for (_, steps) in handlers {
                        self.steps(text, steps, all, initial);
                    }
                }
                Step::Leave => {}
            }
        }
    }

    /// `EXECUTE expression [INTO …] [USING …]`.
    fn dynamic(&mut self, text: &str, expression: &str, all: &[Step], initial: &Initial<'_>) {
        let expression = without_targets(expression);
        self.calls(expression);
        if let Some(sql) = constant_text(self.catalog, expression) {
            return self.script(&sql);
        }
        let only = words(expression, 2);
        if let [variable] = only[..]
            && variable.is_identifier()
        {
            let values = values_of(&Name::from(&*variable.name()), text, all, initial);
            let texts: Option<Vec<_>> =
                values.iter().map(|value| constant_text(self.catalog, value)).collect();
            match texts {
                _ if values.is_empty() => {}
                Some(texts) => return texts.iter().for_each(|sql| self.script(sql)),
                None if values.iter().all(|value| takes_nothing_away(value)) => return,
                None => {}
            }
        } else if takes_nothing_away(expression) {
            return;
        }
        let shown = expression.split_whitespace().collect::<Vec<_>>().join(" ");
        self.unclear(Unclear::Dynamic(crate::names::clip(&shown, 80).to_owned()));
    }

    fn unclear(&mut self, reason: Unclear) {
        if !self.found.unclear.contains(&reason) {
            self.found.unclear.push(reason);
        }
    }
}

/// The initial values of variables.
type Initial<'a> = [(&'a Name, std::ops::Range<usize>)];

/// The expressions that code gives a variable.
fn values_of<'t>(variable: &Name, text: &'t str, steps: &[Step], initial: &Initial<'_>) -> Vec<&'t str> {
    let mut values: Vec<&str> =
        initial.iter().filter(|(name, _)| *name == variable).map(|(_, range)| &text[range.clone()]).collect();
    collect_values(variable, text, steps, &mut values);
    values
}

fn collect_values<'t>(variable: &Name, text: &'t str, steps: &[Step], values: &mut Vec<&'t str>) {
    for step in steps {
        match step {
            Step::Assign(name, range) if name == variable => values.push(&text[range.clone()]),
            // `SELECT … INTO variable`, and the variable of a loop
            Step::Sql(range) | Step::Compute(range) | Step::Execute(range)
                if mentions_target(&text[range.clone()], variable) =>
            {
                values.push("");
            }
            Step::If(branches, otherwise) => {
                branches.iter().for_each(|(_, steps)| collect_values(variable, text, steps, values));
                collect_values(variable, text, otherwise, values);
            }
            Step::Maybe(steps) => collect_values(variable, text, steps, values),
            Step::Block(steps, handlers) => {
                collect_values(variable, text, steps, values);
                handlers.iter().for_each(|(_, steps)| collect_values(variable, text, steps, values));
            }
            _ => {}
        }
    }
}

/// Whether a statement may set a variable by `INTO`, or a loop may.
fn mentions_target(text: &str, variable: &Name) -> bool {
    let all: Vec<_> = elements(text).collect();
    let is_it = |word: &Word<'_>| word.is_identifier() && *word.name() == *variable.as_str();
    let begins_loop =
        all.first().is_some_and(is_it) && all.get(1).is_some_and(|word| word.is_any(&["in", ","]));
    let into = all.iter().position(|word| word.is("into"));
    begins_loop || into.is_some_and(|at| all[at..].iter().any(is_it))
}

/// The expression of `EXECUTE` without what stands behind it.
fn without_targets(text: &str) -> &str {
    let mut depth = 0_usize;
    for word in elements(text) {
        if word.is("(") {
            depth += 1;
        } else if word.is(")") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && word.is_any(&["into", "using"]) {
            return &text[..text.len() - from(text, word).len()];
        }
    }
    text
}

/// The text from a word of it on.
fn from<'t>(text: &'t str, word: Word<'t>) -> &'t str {
    &text[word.text().as_ptr() as usize - text.as_ptr() as usize..]
}

/// Whether SQL that is put together takes nothing away, whatever is put into it: it begins with a constant that says what
/// it does, and no constant speaks of what takes rows away.
fn takes_nothing_away(expression: &str) -> bool {
    const VERBS: [&str; 14] = [
        "create", "comment", "grant", "revoke", "set", "analyze", "notify", "refresh", "vacuum", "reindex",
        "alter", "drop", "insert", "lock",
    ];
    const TAKING: [&str; 12] = [
        "truncate", "delete", "update", "merge", "type", "do", "call", "conflict", "execute", "select", "as",
        "owned",
    ];
    /// What can be dropped without rows.
    const LIGHT: [&str; 22] = [
        "index",
        "trigger",
        "policy",
        "function",
        "procedure",
        "view",
        "materialized",
        "constraint",
        "default",
        "not",
        "rule",
        "sequence",
        "identity",
        "publication",
        "statistics",
        "role",
        "user",
        "operator",
        "aggregate",
        "collation",
        "event",
        "expression",
    ];
    let parts: Vec<_> = elements(expression).filter(|word| !word.is("(")).collect();
    let at = usize::from(parts.first().is_some_and(|word| word.is("format")));
    let Some(first) = parts.get(at).and_then(|word| word.constant()) else { return false };
    if !words(&first, 1).first().is_some_and(|verb| verb.is_any(&VERBS)) {
        return false;
    }
    parts.iter().filter_map(|word| word.constant()).all(|text| {
        let words = words(&text, usize::MAX);
        !words.iter().enumerate().any(|(at, word)| {
            let drops = word.is("drop") && !words.get(at + 1).is_some_and(|next| next.is_any(&LIGHT));
            drops || word.is(";") || word.is_any(&TAKING)
        })
    })
}

/// The statements of SQL code that stands in a definition without quotes: without `BEGIN ATOMIC`, and a query for
/// `RETURN`.
fn without_frame(body: &str) -> Cow<'_, str> {
    let mut words = elements(body);
    match (words.next(), words.next(), words.next()) {
        (Some(begin), Some(atomic), Some(first)) if begin.is("begin") && atomic.is("atomic") => {
            from(body, first).into()
        }
        (Some(word), Some(first), _) if word.is("return") => format!("SELECT {}", from(body, first)).into(),
        _ => body.into(),
    }
}

/// The routine that a statement makes whose code stands in it without quotes: `BEGIN ATOMIC … END` or `RETURN …`.
pub(crate) fn routine_of(statement: &str, namespace: &Name) -> Option<Routine> {
    let all: Vec<_> = elements(statement).collect();
    let is = |at: usize, keyword: &str| all.get(at).is_some_and(|word| word.is(keyword));
    let at = if is(1, "or") { 3 } else { 1 };
    if !is(0, "create") || !all.get(at)?.is_any(&["function", "procedure"]) {
        return None;
    }
    let (parts, _) = path(&all[at + 1..])?;
    let mut parts = parts.iter().rev().map(|word| Name::from(&*word.name()));
    let name = parts.next()?;
    let namespace = parts.next().unwrap_or_else(|| namespace.clone());
    // the words of a type, `RETURNS`, are other ones
    let atomic = (1..all.len()).find(|at| is(at - 1, "begin") && is(*at, "atomic"));
    let begin = atomic.or_else(|| all.iter().position(|word| word.is("return")))?;
    let begin = if atomic.is_some() { begin - 1 } else { begin };
    let body = from(statement, *all.get(begin)?).to_owned();
    Some(Routine { name: QualifiedName { namespace, name }, language: Name::from("sql"), body })
}

#[cfg(test)]
mod tests {
    use driftless_diagnostics::FileId;

    use super::*;
    use crate::Replay;

    /// What a statement does after a script, in short, with what is not clear.
    fn say(script: &str, statement: &str) -> String {
        let mut replay = Replay::default();
        replay.run(FileId::new(0), script);
        replay.watch(Vec::new());
        replay.run(FileId::new(1), statement);
        let effects = replay.row_effects().map(|(_, effect)| match effect {
            RowEffect::Drop { name, .. } => format!("drop {}", name.1),
            RowEffect::Truncate { table, .. } => format!("truncate {}", table.1),
            RowEffect::Delete { table, .. } => format!("delete {}", table.1),
            RowEffect::Column { table, column, what, .. } => format!("{what:?} {}({column})", table.1),
            RowEffect::RenameTable { from, to } => format!("{} -> {}", from.1, to.1),
            RowEffect::RenameColumn { from, to, .. } => format!("{from} -> {to}"),
        });
        let unclear = replay.unclear_rows().map(|(_, reason)| match reason {
            Unclear::Dynamic(text) => format!("? {text}"),
            Unclear::Language(language) => format!("? in {language}"),
            Unclear::Code => "?".to_owned(),
        });
        effects.chain(unclear).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn blocks_count_as_if_every_branch_were_taken() {
        let block =
            "DO $x$ BEGIN IF true THEN ALTER TABLE \"A\" DROP COLUMN \"b\"; ELSE DELETE FROM c; END IF;
            <<here>> LOOP UPDATE e SET f = CASE WHEN g THEN 1 ELSE 2 END; EXIT here; END LOOP;
            <<there>> DELETE FROM h;
            CASE WHEN x THEN TRUNCATE i; ELSE NULL; END CASE;
            EXCEPTION WHEN others THEN DROP TABLE j; END $x$";
        let expected = "Drop A(b); delete c; Overwrite e(f); delete h; truncate i; drop j";
        assert_eq!(say("", block), expected);
        assert_eq!(say("", "DO LANGUAGE plpgsql 'BEGIN TRUNCATE a; END'"), "truncate a");
        assert_eq!(say("", "DO 'x' LANGUAGE plpython3u"), "? in plpython3u");
        assert_eq!(say("", "DO 'no block at all'"), "?");
    }

    #[test]
    fn sql_in_strings_is_read_where_its_text_is_certain() {
        let block =
            |code: &str| format!("DO $x$ DECLARE s text := 'DELETE FROM v'; t text; BEGIN {code} END $x$");
        for (code, expected) in [
            ("EXECUTE 'DROP TABLE d';", "drop d"),
            ("EXECUTE 'DROP ' || 'TABLE d';", "drop d"),
            ("EXECUTE format('DROP TABLE %I', 'D');", "drop D"),
            ("EXECUTE format('ALTER TABLE %I DROP COLUMN %I', 'a', 'b') USING 1;", "Drop a(b)"),
            ("EXECUTE s;", "delete v"),
            ("t := 'TRUNCATE w'; EXECUTE t;", "truncate w"),
            ("EXECUTE 'DO ''BEGIN DELETE FROM z; END''';", "delete z"),
            ("EXECUTE format('DROP TABLE %I', t);", "? format('DROP TABLE %I', t)"),
            ("EXECUTE 'DROP TABLE ' || t;", "? 'DROP TABLE ' || t"),
            ("EXECUTE t || ' x';", "? t || ' x'"),
            ("SELECT x INTO t FROM y; EXECUTE t;", "? t"),
            (
                "EXECUTE format('ALTER TABLE %I DROP COLUMN %I', t, t);",
                "? format('ALTER TABLE %I DROP COLUMN %I', t, t)",
            ),
            ("EXECUTE format('CREATE INDEX ON %I (a)', t);", ""),
            ("EXECUTE format('ALTER TABLE %I ADD COLUMN a int', t);", ""),
            ("EXECUTE 'ALTER TABLE ' || t || ' DROP CONSTRAINT ' || t;", ""),
            ("EXECUTE format('DROP INDEX %I', t);", ""),
            ("FOR t IN SELECT relname FROM pg_class LOOP EXECUTE t; END LOOP;", "? t"),
        ] {
            assert_eq!(say("", &block(code)), expected, "{code}");
        }
    }

    #[test]
    fn functions_that_are_called_are_looked_into() {
        let script = "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM a; DROP TABLE b $$;
            CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM f(); RETURN 1; END $$;
            CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN UPDATE c SET d = 1; CALL p(); END $$;";
        for (statement, expected) in [
            ("SELECT f()", "delete a; drop b"),
            ("SELECT 1 WHERE public.g() = 1", "delete a; drop b"),
            ("CALL p()", "Overwrite c(d)"),
            ("INSERT INTO t VALUES (g())", "delete a; drop b"),
            ("DO $$ BEGIN PERFORM g(); END $$", "delete a; drop b"),
            (
                "DO $$ DECLARE x int := g(); BEGIN IF f() IS NULL THEN NULL; END IF; END $$",
                "delete a; drop b",
            ),
            ("CREATE TABLE t AS SELECT g()", "delete a; drop b"),
            (
                "CREATE FUNCTION h() RETURNS void LANGUAGE sql BEGIN ATOMIC DELETE FROM i; SELECT 1; END; SELECT h()",
                "delete i",
            ),
            ("CREATE FUNCTION s.r() RETURNS int RETURN public.g(); SELECT s.r() + 1", "delete a; drop b"),
            ("CREATE VIEW v AS SELECT g()", ""),
            ("DROP FUNCTION f()", ""),
            ("COMMENT ON FUNCTION f() IS 'x'", ""),
        ] {
            assert_eq!(say(script, statement), expected, "{statement}");
        }
    }

    #[test]
    fn statements_in_statements_are_looked_into() {
        for (statement, expected) in [
            ("EXPLAIN ANALYZE DELETE FROM a", "delete a"),
            ("EXPLAIN (COSTS off, ANALYZE) UPDATE a SET b = 1", "Overwrite a(b)"),
            ("EXPLAIN (ANALYZE false) DELETE FROM a", ""),
            ("EXPLAIN VERBOSE DELETE FROM a", ""),
            ("PREPARE q (int) AS DELETE FROM a WHERE b = $1", "delete a"),
            ("PREPARE TRANSACTION 'q'", ""),
        ] {
            assert_eq!(say("", statement), expected, "{statement}");
        }
    }

    #[test]
    fn code_that_calls_itself_ends() {
        let script = "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ SELECT g() $$;
            CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM f(); DELETE FROM a; END $$;";
        assert_eq!(say(script, "SELECT f()"), "delete a");
        let nested = (0..40).fold("DELETE FROM a".to_owned(), |inner, level| {
            format!("DO $a{level}$ BEGIN {inner}; END $a{level}$")
        });
        assert_eq!(say("", &nested), "?");
    }
}

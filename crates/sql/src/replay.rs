//! The replay of scripts, one after the other, on a database that is new at the start.

use std::collections::BTreeSet;

use driftless_diagnostics::{FileId, Span};
use driftless_ir::{Dangling, Name, Schema, SchemaBuilder};

use crate::client::{ClientTask, copies_with_client};
use crate::depth::with_stack;
use crate::directive::{self, Directive};
use crate::facts::{Routine, RowEffect, RowFacts, Unclear};
use crate::guarded::Guarded;
use crate::interpret::{Interpreter, Reach};
use crate::refusal::{Refusal, SqlState};
use crate::splitter::{Content, split};
use crate::statement::{Statement, Transaction, parse};
use crate::trust::{self, Trust};
use crate::why::{self, Provenance};

/// A statement that PostgreSQL would refuse. It is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Where the statement stands.
    pub span: Span,
    /// The kind of the refusal.
    pub state: SqlState,
    /// Why: one line, names in backticks.
    pub message: String,
    /// Whether it is certain. It is not where an opaque statement before may have made what is missing; the statement
    /// is then opaque itself.
    pub certain: bool,
}

/// The state of a replay.
#[derive(Clone, Debug)]
pub struct Replay {
    interpreter: Interpreter,
    refused: Vec<Refused>,
    misread: Vec<Span>,
    statements: usize,
}

impl Default for Replay {
    fn default() -> Self {
        Self::new("public")
    }
}

impl Replay {
    /// A replay on a new database whose search path is this namespace.
    pub fn new(namespace: impl Into<Name>) -> Self {
        Self {
            interpreter: Interpreter::new(namespace.into()),
            refused: Vec::new(),
            misread: Vec::new(),
            statements: 0,
        }
    }

    /// Carries out the statements of a script, each by itself as `psql` sends them, in a session of its own: temporary
    /// tables, settings and a transaction that is left open end with it.
    pub fn run(&mut self, file: FileId, script: &str) {
        with_stack(|| self.run_fragments(file, script));
    }

    fn run_fragments(&mut self, file: FileId, script: &str) {
        for fragment in split(script) {
            let span = |range: &std::ops::Range<usize>| Span::new(file, range.start as u32, range.end as u32);
            match fragment.content {
                Content::Nothing => {
                    let stray = fragment
                        .comments
                        .iter()
                        .filter(|comment| directive::read(script, std::slice::from_ref(*comment)).is_some());
                    self.misread.extend(stray.map(span));
                }
                Content::CopyRows(_) => {}
                Content::Statement(body) => {
                    let directive = directive::read(script, &fragment.comments);
                    if let Some(Directive::Unknown(comment)) = &directive {
                        self.misread.push(span(comment));
                    }
                    self.run_statement(span(&body), &script[body], directive);
                }
                Content::PsqlCommand(line) => {
                    let message = "a line with a backslash is a command of psql, not SQL";
                    self.refuse(span(&line), SqlState::SyntaxError, message.to_owned());
                }
                Content::Unclosed(what, body) => {
                    self.refuse(span(&body), SqlState::SyntaxError, format!("a {what} is not closed"));
                }
            }
        }
        if let Some(transaction) = &self.interpreter.transaction {
            let begin = transaction.begin;
            self.interpreter.roll_back();
            let message = "the transaction is left open, so that all of it is lost";
            self.refuse(begin, SqlState::ActiveTransaction, message.to_owned());
        }
        self.interpreter.end_session();
        self.interpreter.catalog.forget();
    }

    fn run_statement(&mut self, span: Span, text: &str, directive: Option<Directive>) {
        self.statements += 1;
        self.interpreter.turn_to(span);
        if let Some(watch) = &mut self.interpreter.watch {
            watch.pass(text);
        }
        if let Some(task) = copies_with_client(text) {
            let message = match task {
                ClientTask::TakeRows => {
                    "`COPY … TO STDOUT` sends rows to its client, and a migration has none to take them"
                }
                _ => "`COPY … FROM STDIN` waits for rows that its client sends, and a migration has none",
            };
            return self.refuse(span, SqlState::FeatureNotSupported, message.to_owned());
        }
        match directive {
            Some(Directive::NoEffect) => {}
            Some(Directive::Effect(effect)) => {
                for fragment in split(&effect) {
                    if let Content::Statement(body) = fragment.content {
                        self.apply(span, &effect[body]);
                    }
                }
            }
            Some(Directive::Unknown(_)) | None => self.apply(span, text),
        }
    }

    fn apply(&mut self, span: Span, text: &str) {
        self.interpreter.note_rows(text);
        self.interpreter.text = text.into();
        let statement = parse(text);
        let failed = self.interpreter.transaction.as_ref().is_some_and(|transaction| transaction.failed);
        if failed && !ends_failure(&statement) {
            return;
        }
        if let Err(Refusal { state, message }) = self.interpreter.execute(statement) {
            self.refuse(span, state, message);
            if let Some(transaction) = &mut self.interpreter.transaction {
                transaction.failed = true;
            }
        }
        if self.interpreter.transaction.is_none() {
            self.interpreter.catalog.forget();
        }
    }

    fn refuse(&mut self, span: Span, state: SqlState, message: String) {
        let in_doubt =
            self.interpreter.unknown.iter().any(|unknown| matches!(unknown.reach, Reach::Anything));
        let certain = !(in_doubt && state.is_missing());
        if !certain {
            self.interpreter.turn_to(span);
            self.interpreter.doubt(format!("needs what is not known: {message}"), Reach::Anything);
        }
        self.refused.push(Refused { span, state, message, certain });
    }

    /// The schema after what was run.
    ///
    /// # Errors
    /// [`Dangling`] where the replay holds a reference to nothing: a bug.
    pub fn schema(&self) -> Result<Schema, Dangling> {
        self.builder().freeze()
    }

    /// The same in the form that can still be changed.
    pub fn builder(&self) -> SchemaBuilder {
        with_stack(|| self.interpreter.catalog.lower())
    }

    /// Watches the scripts that run from now on, for [`guarded`](Self::guarded) and what they do to rows. `routines` are
    /// the functions and procedures of the database that no script made, as far as they are known.
    pub fn watch(&mut self, routines: Vec<Routine>) {
        self.interpreter.watch(routines);
    }

    /// What the watched scripts do to rows, in order, each with the place of its statement. A statement that would be
    /// refused counts, too.
    pub fn row_effects(&self) -> impl Iterator<Item = (Span, &RowEffect)> {
        self.row_facts().flat_map(|(place, facts)| facts.effects.iter().map(move |effect| (place, effect)))
    }

    /// Why that is not all that they may do, in order.
    pub fn unclear_rows(&self) -> impl Iterator<Item = (Span, &Unclear)> {
        self.row_facts().flat_map(|(place, facts)| facts.unclear.iter().map(move |reason| (place, reason)))
    }

    /// The functions and procedures that they call and that nobody told of, each once. PostgreSQL's own are among them.
    pub fn unknown_calls(&self) -> BTreeSet<&(Option<Name>, Name)> {
        self.row_facts().flat_map(|(_, facts)| &facts.calls).collect()
    }

    fn row_facts(&self) -> impl Iterator<Item = (Span, &RowFacts)> {
        let rows = self.interpreter.watch.as_ref().map_or(&[][..], |watch| &watch.rows);
        rows.iter().map(|(place, facts)| (*place, facts))
    }

    /// What the watched scripts make only where nothing of the name is there, in order.
    pub fn guarded(&self) -> &[Guarded] {
        self.interpreter.watch.as_ref().map_or(&[], |watch| &watch.guarded)
    }

    /// Whether a watched script is about something that no script made.
    pub fn lacks_something(&self) -> bool {
        self.interpreter.watch.as_ref().is_some_and(|watch| watch.lacks)
    }

    /// Whether the schema is exact.
    pub fn trust(&self) -> Trust {
        with_stack(|| trust::trust(&self.interpreter))
    }

    /// The statements that PostgreSQL would refuse, in order.
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// The comments that begin with `driftless:` and say nothing that is understood, or that stand above no statement.
    /// They have no effect.
    pub fn misread_directives(&self) -> &[Span] {
        &self.misread
    }

    /// How many statements were run.
    pub fn statement_count(&self) -> usize {
        self.statements
    }

    /// Which statements made and last changed what is called `object`: `table`, `table.column`, `index`, `constraint`
    /// or `type`, each with its namespace in front or without it, unquoted.
    pub fn why(&self, object: &str) -> Vec<Provenance> {
        with_stack(|| why::find(&self.interpreter.catalog, object))
    }
}

impl Drop for Replay {
    /// The trees of expressions that the catalog holds are dropped by a function that calls itself.
    fn drop(&mut self) {
        let interpreter = std::mem::replace(&mut self.interpreter, Interpreter::new(Name::from("")));
        with_stack(|| drop(interpreter));
    }
}

/// Whether a statement is heard in a transaction in which another one was refused.
fn ends_failure(statement: &Statement) -> bool {
    use Transaction::{Commit, Rollback, RollbackTo};
    matches!(statement, Statement::Transaction(Commit | Rollback | RollbackTo(_)))
}

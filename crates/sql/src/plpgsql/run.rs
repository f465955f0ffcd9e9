//! Runs blocks.

use std::ops::Range;

use driftless_diagnostics::Span;
use driftless_ir::Name;
use sqlparser::ast::{Expr, SetExpr};

use super::condition::{Variables, evaluate, first_row};
use super::parse::{Body, Step, parse_body};
use super::value::Value;
use crate::interpret::{Interpreter, Reach};
use crate::refusal::{Done, Refusal, SqlState};
use crate::splitter::{Content, split};
use crate::statement::{Cursor, Path, Persistence, Statement, Transaction, calls, fold, parse};

/// How deep functions that call functions are looked at.
const DEPTH: u32 = 8;

/// How deep blocks that run blocks are run.
const BLOCKS: u32 = 16;

/// How many bytes of functions' bodies a replay looks at, each as often as it is called.
const BODIES: usize = 8 << 20;

/// Functions of extensions that make or change tables.
const MAKING: &[&str] = &[
    "add_dimension",
    "addgeometrycolumn",
    "create_distributed_table",
    "create_hypertable",
    "create_parent",
    "create_reference_table",
    "dblink",
    "dblink_exec",
    "dropgeometrycolumn",
    "dropgeometrytable",
    "lo_import",
    "query_to_xml",
];

/// Whether the steps behind one go on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Leave,
}

/// The text of a block, and where it stands.
#[derive(Clone, Copy)]
struct Block<'a> {
    text: &'a str,
    /// Its statement.
    statement: Span,
    /// The offset at which the text begins, if it stands in the script as it is.
    start: Option<u32>,
}

impl Block<'_> {
    /// Where a part of the block stands: its statement where that is not known more exactly.
    fn place_of(&self, part: &Range<usize>) -> Span {
        match self.start {
            Some(start) => Span::new(self.statement.file, start + part.start as u32, start + part.end as u32),
            None => self.statement,
        }
    }
}

impl Interpreter {
    /// `DO`.
    pub(crate) fn run_block(&mut self, language: Option<&Name>, body: &str) -> Done {
        if let Some(language) = language
            && language.as_str() != "plpgsql"
        {
            self.doubt(format!("runs a block in the language `{}`", language.as_str()), Reach::Anything);
            return Ok(());
        }
        if self.blocks == BLOCKS {
            self.doubt(format!("runs a block in blocks nested deeper than {BLOCKS} levels"), Reach::Anything);
            return Ok(());
        }
        let Some(Body { variables, steps }) = parse_body(body) else {
            self.doubt("runs a block that is not understood, or nested too deeply", Reach::Anything);
            return Ok(());
        };
        self.blocks += 1;
        let mut values: Variables = Vec::new();
        for (name, initial) in variables {
            let value = match initial {
                Some(range) => evaluate(&self.catalog, &values, &body[range]),
                None => Some(Value::Null),
            };
            values.push((name, value));
        }
        // SQL that a block puts together stands nowhere.
        let is_there = (self.at.end - self.at.start) as usize == self.text.len();
        let start = self.text.find(body).filter(|_| is_there).map(|at| self.at.start + at as u32);
        let block = Block { text: body, statement: self.at, start };
        let done = self.run_steps(block, &steps, &mut values);
        self.blocks -= 1;
        done.map(|_| ())
    }

    fn run_steps(&mut self, block: Block<'_>, steps: &[Step], variables: &mut Variables) -> Done<Flow> {
        for step in steps {
            if self.run_step(block, step, variables)? == Flow::Leave {
                return Ok(Flow::Leave);
            }
        }
        Ok(Flow::On)
    }

    fn run_step(&mut self, block: Block<'_>, step: &Step, variables: &mut Variables) -> Done<Flow> {
        match step {
            Step::Sql(range) => {
                self.run_sql(&block.text[range.clone()], block.place_of(range), variables)?;
            }
            Step::Execute(range) => {
                self.run_dynamic(&block.text[range.clone()], block.place_of(range), variables)?;
            }
            Step::Compute(range) => self.check_calls(&block.text[range.clone()]),
            Step::Assign(name, range) => {
                let text = &block.text[range.clone()];
                self.check_calls(text);
                let value = evaluate(&self.catalog, variables, text);
                assign(variables, name, value);
            }
            Step::If(branches, otherwise) => return self.run_branches(block, branches, otherwise, variables),
            Step::Maybe(steps) => {
                forget_assigned(steps, variables);
                if !self.is_harmless(block.text, steps, DEPTH) {
                    self.doubt("changes the schema in a loop or a choice", Reach::Anything);
                }
            }
            Step::Block(steps, handlers) => return self.run_guarded(block, steps, handlers, variables),
            Step::Raise(_) => {
                return Err(Refusal::new(SqlState::RaiseException, "the block raises an exception"));
            }
            Step::Leave => return Ok(Flow::Leave),
        }
        Ok(Flow::On)
    }

    fn run_branches(
        &mut self,
        block: Block<'_>,
        branches: &[(Range<usize>, Vec<Step>)],
        otherwise: &[Step],
        variables: &mut Variables,
    ) -> Done<Flow> {
        for (at, (condition, steps)) in branches.iter().enumerate() {
            let text = &block.text[condition.clone()];
            match evaluate(&self.catalog, variables, text).and_then(|value| value.truth()) {
                Some(true) => return self.run_steps(block, steps, variables),
                Some(false) => {}
                None => {
                    let rest = branches[at..].iter().map(|(_, steps)| steps.as_slice()).chain([otherwise]);
                    let rest: Vec<&[Step]> = rest.collect();
                    if !rest.iter().all(|steps| self.is_harmless(block.text, steps, DEPTH)) {
                        let condition = text.split_whitespace().collect::<Vec<_>>().join(" ");
                        self.doubt(
                            format!("changes the schema only if `{}`", shortened(&condition)),
                            Reach::Anything,
                        );
                    }
                    rest.iter().for_each(|steps| forget_assigned(steps, variables));
                    return Ok(Flow::On);
                }
            }
        }
        self.run_steps(block, otherwise, variables)
    }

    /// A block whose handlers take the refusals of its steps.
    fn run_guarded(
        &mut self,
        block: Block<'_>,
        steps: &[Step],
        handlers: &[(Vec<String>, Vec<Step>)],
        variables: &mut Variables,
    ) -> Done<Flow> {
        if handlers.is_empty() {
            return self.run_steps(block, steps, variables);
        }
        let (mark, unknown) = (self.catalog.mark(), self.unknown.len());
        let refusal = match self.run_steps(block, steps, variables) {
            Ok(flow) => return Ok(flow),
            Err(refusal) => refusal,
        };
        let handler = handlers.iter().find(|(names, _)| names.iter().any(|name| takes(name, refusal.state)));
        let Some((_, steps)) = handler else { return Err(refusal) };
        self.catalog.rollback(&mark);
        self.unknown.truncate(unknown);
        self.run_steps(block, steps, variables)
    }

    /// An SQL statement within a block, and where it stands.
    fn run_sql(&mut self, text: &str, place: Span, variables: &mut Variables) -> Done {
        if is_query(text) {
            self.check_calls(text);
            self.select_into(text, variables);
            return Ok(());
        }
        let statement = parse(text);
        match statement {
            // A block that ends its transaction: what it did stays.
            Statement::Transaction(Transaction::Commit) => return Ok(()),
            Statement::Transaction(_) => {
                self.doubt("takes back what it did", Reach::Anything);
                return Ok(());
            }
            _ => {}
        }
        let outer = (std::mem::replace(&mut self.at, place), std::mem::replace(&mut self.text, text.into()));
        let done = self.execute(statement);
        (self.at, self.text) = outer;
        done
    }

    /// `SELECT … INTO variable`: what the catalog knows is known.
    fn select_into(&self, text: &str, variables: &mut Variables) {
        let Some(mut query) = Cursor::new(text).ok().and_then(|mut cursor| cursor.query().ok()) else {
            return;
        };
        let SetExpr::Select(select) = &mut *query.body else { return };
        let Some(into) = select.into.take() else { return };
        let names = into.targets.iter().map(|target| match target {
            Expr::Identifier(name) => Some(fold(name)),
            _ => None,
        });
        let names: Vec<_> = names.collect();
        let row = first_row(&self.catalog, variables, &query);
        for (at, name) in names.into_iter().enumerate() {
            let value = row.as_ref().and_then(|row| row.get(at).cloned());
            if let Some(name) = name {
                assign(variables, &name, value);
            }
        }
    }

    /// `EXECUTE`: only a constant is known.
    fn run_dynamic(&mut self, text: &str, place: Span, variables: &mut Variables) -> Done {
        let constant = evaluate(&self.catalog, variables, text);
        let Some(Value::Text(sql)) = constant else {
            if opens_harmlessly(text) {
                return Ok(());
            }
            self.doubt("runs SQL that it puts together", Reach::Anything);
            return Ok(());
        };
        for fragment in split(&sql) {
            if let Content::Statement(range) = fragment.content {
                self.run_sql(&sql[range], place, variables)?;
            }
        }
        Ok(())
    }

    /// Doubts the statement if what it calls may change the schema.
    fn check_calls(&mut self, text: &str) {
        let reason = calls(text).iter().find_map(|call| self.reason_to_doubt_call(call));
        if let Some(reason) = reason {
            self.doubt(reason, Reach::Anything);
        }
    }

    /// Why a call may change the schema.
    pub(crate) fn reason_to_doubt_call(&self, call: &Path) -> Option<String> {
        self.doubtful_call(call, DEPTH).then(|| format!("calls `{call}`, which may change the schema"))
    }

    fn doubtful_call(&self, call: &Path, depth: u32) -> bool {
        let found = self.catalog.find_functions(call);
        if !found.is_empty() {
            return depth == 0 || found.iter().any(|id| !self.is_harmless_function(*id, depth - 1));
        }
        if MAKING.contains(&call.name.as_str()) {
            return true;
        }
        // A function of a schema that no statement made a function in: of an extension, say.
        match &call.namespace {
            None => false,
            Some(namespace) => {
                let brought = self.catalog.extensions.iter().any(|(name, facts)| {
                    facts.namespace == *namespace && crate::catalog::is_known_extension(name.as_str())
                });
                !brought
                    && !crate::query::is_system(call)
                    && *namespace != self.catalog.default_namespace
                    && self.catalog.find_relation_path(call).is_none()
                    && self.catalog.has_namespace(namespace)
            }
        }
    }

    fn is_harmless_function(&self, id: crate::catalog::FunctionId, depth: u32) -> bool {
        let function = self.catalog.function(id);
        let language = function.language.as_ref().map_or("", Name::as_str);
        let looked_at = self.bodies.get() + function.body.as_ref().map_or(0, |body| body.len());
        if looked_at > BODIES {
            return false;
        }
        self.bodies.set(looked_at);
        match (&function.body, language) {
            (Some(body), "plpgsql") => {
                parse_body(body).is_some_and(|parsed| self.is_harmless(body, &parsed.steps, depth))
            }
            (Some(body), "sql") => split(body).iter().all(|fragment| match &fragment.content {
                Content::Statement(range) => self.is_harmless_sql(&body[range.clone()], depth),
                Content::Nothing => true,
                _ => false,
            }),
            // An aggregate computes.
            (None, _) => function.kind == crate::statement::RoutineKind::Aggregate,
            _ => false,
        }
    }

    /// Whether steps change nothing that a schema shows, whichever of them run.
    fn is_harmless(&self, body: &str, steps: &[Step], depth: u32) -> bool {
        steps.iter().all(|step| match step {
            Step::Sql(range) => self.is_harmless_sql(&body[range.clone()], depth),
            Step::Execute(range) => match evaluate(&self.catalog, &Vec::new(), &body[range.clone()]) {
                Some(Value::Text(sql)) => self.is_harmless_sql(&sql, depth),
                _ => opens_harmlessly(&body[range.clone()]),
            },
            Step::Compute(range) | Step::Assign(_, range) => {
                self.are_harmless_calls(&body[range.clone()], depth)
            }
            Step::If(branches, otherwise) => {
                branches.iter().all(|(condition, steps)| {
                    self.are_harmless_calls(&body[condition.clone()], depth)
                        && self.is_harmless(body, steps, depth)
                }) && self.is_harmless(body, otherwise, depth)
            }
            Step::Maybe(steps) => self.is_harmless(body, steps, depth),
            Step::Block(steps, handlers) => {
                self.is_harmless(body, steps, depth)
                    && handlers.iter().all(|(_, steps)| self.is_harmless(body, steps, depth))
            }
            Step::Raise(_) | Step::Leave => true,
        })
    }

    fn are_harmless_calls(&self, text: &str, depth: u32) -> bool {
        calls(text).iter().all(|call| !self.doubtful_call(call, depth))
    }

    fn is_harmless_sql(&self, text: &str, depth: u32) -> bool {
        if is_query(text) {
            return self.are_harmless_calls(text, depth);
        }
        let is_temporary = |path: &Path| match self.catalog.find_relation_path(path) {
            Some(id) => self.catalog.relation(id).persistence == Persistence::Temporary,
            None => true,
        };
        match parse(text) {
            Statement::NoEffect
            | Statement::SetSearchPath { .. }
            | Statement::ResetSearchPath
            | Statement::Transaction(_) => true,
            Statement::Rows { calls, .. } => calls.iter().all(|call| !self.doubtful_call(call, depth)),
            Statement::CreateTable(table) => table.persistence == Persistence::Temporary,
            Statement::CreateTableAs(table) => table.persistence == Persistence::Temporary,
            Statement::CreateIndex(index) => is_temporary(&index.table),
            Statement::Drop(drop) => drop.names.iter().all(is_temporary),
            Statement::AlterTable(alter) => is_temporary(&alter.name),
            _ => false,
        }
    }
}

/// Whether SQL that is put together begins with words that settle that it changes rows or nothing.
fn opens_harmlessly(expression: &str) -> bool {
    const OPENINGS: &[&str] = &[
        "alter database",
        "alter role",
        "alter system",
        "analyze",
        "copy",
        "delete from",
        "grant",
        "insert into",
        "notify",
        "refresh materialized view",
        "revoke",
        "set",
        "truncate",
        "update",
        "vacuum",
    ];
    let start = expression.trim_start();
    let start = start.strip_prefix("format").map_or(start, |rest| rest.trim_start().trim_start_matches('('));
    let Some((_, rest)) = start.trim_start().split_once('\'').filter(|(before, _)| before.trim().is_empty())
    else {
        return false;
    };
    let words: Vec<String> = rest.split_whitespace().take(3).map(str::to_ascii_lowercase).collect();
    let words = format!("{} ", words.join(" "));
    !expression.contains(';') && OPENINGS.iter().any(|opening| words.starts_with(&format!("{opening} ")))
}

/// Whether a handler of this name takes a refusal.
fn takes(condition: &str, state: SqlState) -> bool {
    let named = match state {
        SqlState::UndefinedTable => "undefined_table",
        SqlState::UndefinedColumn => "undefined_column",
        SqlState::UndefinedObject => "undefined_object",
        SqlState::UndefinedFunction => "undefined_function",
        SqlState::UndefinedNamespace => "invalid_schema_name",
        SqlState::DuplicateTable => "duplicate_table",
        SqlState::DuplicateColumn => "duplicate_column",
        SqlState::DuplicateObject => "duplicate_object",
        SqlState::DuplicateFunction => "duplicate_function",
        SqlState::DuplicateNamespace => "duplicate_schema",
        SqlState::WrongObjectType => "wrong_object_type",
        SqlState::DependentObjectsStillExist => "dependent_objects_still_exist",
        SqlState::InvalidTableDefinition => "invalid_table_definition",
        SqlState::InvalidForeignKey => "invalid_foreign_key",
        SqlState::DatatypeMismatch => "datatype_mismatch",
        SqlState::RaiseException => "raise_exception",
        SqlState::FeatureNotSupported => "feature_not_supported",
        SqlState::InvalidParameterValue => "invalid_parameter_value",
        _ => "",
    };
    condition == "others" || condition == named || condition.trim_matches('\'') == state.code()
}

fn is_query(text: &str) -> bool {
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    ["select", "with", "values"].iter().any(|query| word.eq_ignore_ascii_case(query))
}

fn assign(variables: &mut Variables, name: &Name, value: Option<Value>) {
    match variables.iter_mut().rev().find(|(known, _)| known == name) {
        Some((_, known)) => *known = value,
        None => variables.push((name.clone(), value)),
    }
}

/// What steps may assign is no longer known.
fn forget_assigned(steps: &[Step], variables: &mut Variables) {
    let changes = steps.iter().any(|step| !matches!(step, Step::Leave | Step::Raise(_)));
    if changes {
        variables.iter_mut().for_each(|(_, value)| *value = None);
    }
}

fn shortened(text: &str) -> &str {
    crate::names::clip(text, 80)
}

//! Carries statements out on the catalog, by subject, with PostgreSQL's rules.

mod alter;
mod columns;
mod constraints;
mod drops;
mod extensions;
mod foreign_keys;
mod functions;
mod guarded;
mod indexes;
mod partitions;
mod renames;
mod sequences;
mod session;
mod tables;
mod traits;
mod types;
mod views;

use driftless_diagnostics::Span;
use driftless_ir::Name;

use crate::catalog::{Catalog, Mark, RelationId};
use crate::guarded::Watch;
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{Path, Statement, altered_object};

/// What is open: a transaction and its savepoints.
#[derive(Clone, Debug)]
pub(crate) struct Transaction {
    pub(crate) begin: Span,
    mark: Mark,
    savepoints: Vec<(Name, Mark)>,
    /// How many opaque statements there were at its begin.
    opaque: usize,
    /// Whether a statement was refused: until the transaction or a savepoint is taken back, nothing is carried out.
    pub(crate) failed: bool,
}

/// A statement whose effect is not known.
#[derive(Clone, Debug)]
pub(crate) struct Unknown {
    pub(crate) statement: Span,
    /// Why, in a few words.
    pub(crate) reason: String,
    /// What it may have changed.
    pub(crate) reach: Reach,
}

/// What an unknown effect can be on.
#[derive(Clone, Debug)]
pub(crate) enum Reach {
    Anything,
    /// The columns of one relation.
    Columns(RelationId),
    /// Objects of these names.
    Named(Vec<Path>),
}

/// Carries statements out, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Interpreter {
    pub(crate) catalog: Catalog,
    /// The statement of the script that is being carried out.
    pub(crate) statement: Span,
    /// The same, or the one within its block that is.
    pub(crate) at: Span,
    /// The text of that.
    pub(crate) text: Box<str>,
    pub(crate) transaction: Option<Transaction>,
    pub(crate) unknown: Vec<Unknown>,
    /// How many blocks run each other at this moment.
    pub(crate) blocks: u32,
    /// How many bytes of functions' bodies were looked at.
    pub(crate) bodies: std::cell::Cell<usize>,
    /// What is noted of statements that make something only if it is not there.
    pub(crate) watch: Option<Box<Watch>>,
}

impl Interpreter {
    /// An interpreter on a new database.
    pub(crate) fn new(default_namespace: Name) -> Self {
        let nowhere = Span::new(driftless_diagnostics::FileId::new(0), 0, 0);
        Self {
            catalog: Catalog::new(default_namespace, nowhere),
            statement: nowhere,
            at: nowhere,
            text: "".into(),
            transaction: None,
            unknown: Vec::new(),
            blocks: 0,
            bodies: std::cell::Cell::new(0),
            watch: None,
        }
    }

    /// Turns to a statement of the script.
    pub(crate) fn turn_to(&mut self, statement: Span) {
        self.statement = statement;
        self.at = statement;
    }

    /// Carries a statement out, wholly or not at all.
    pub(crate) fn execute(&mut self, statement: Statement) -> Done {
        let mark = self.catalog.mark();
        let unknown = self.unknown.len();
        let noted = self.watch.as_ref().map_or(0, |watch| watch.guarded.len());
        let done = self.apply(statement);
        if let Err(refusal) = &done {
            if refusal.state.is_missing() {
                self.note_lack();
            }
            self.catalog.rollback(&mark);
            self.unknown.truncate(unknown);
        } else {
            self.complete_notes(noted);
        }
        done
    }

    /// Records that the effect of the statement is not known.
    pub(crate) fn doubt(&mut self, reason: impl Into<String>, reach: Reach) {
        self.unknown.push(Unknown { statement: self.statement, reason: reason.into(), reach });
    }

    fn apply(&mut self, statement: Statement) -> Done {
        match statement {
            Statement::CreateNamespace { name, owner, if_not_exists } => {
                self.create_namespace(name, owner, if_not_exists)
            }
            Statement::CreateTable(table) => self.create_table(*table),
            Statement::CreateTableAs(table) => self.create_table_as(*table),
            Statement::AlterTable(alter) => self.alter_table(alter),
            Statement::CreateIndex(index) => self.create_index(*index),
            Statement::CreateView(view) => self.create_view(*view),
            Statement::CreateSequence { name, if_not_exists, temporary, options } => {
                self.create_sequence(&name, if_not_exists, temporary, &options)
            }
            Statement::AlterSequence { name, if_exists, options } => {
                self.alter_sequence(&name, if_exists, &options)
            }
            Statement::CreateEnum { name, values } => self.create_enum(&name, values),
            Statement::CreateComposite { name, columns } => self.create_composite(&name, &columns),
            Statement::CreateOtherType { name } => self.create_other_type(&name),
            Statement::CreateDomain { name, base, constraints } => {
                self.create_domain(&name, &base, constraints)
            }
            Statement::AlterEnum { name, change } => self.alter_enum(&name, change),
            Statement::AlterDomain { name, change } => self.alter_domain(&name, change),
            Statement::AlterComposite { name, changes } => self.alter_composite(&name, changes),
            Statement::CreateFunction(function) => self.create_function(*function),
            Statement::CreateTrigger(trigger) => self.create_trigger(*trigger),
            Statement::CreatePolicy { name, table, conditions } => {
                self.create_policy(name, &table, &conditions)
            }
            Statement::CreateRule { name, table, replace } => self.create_rule(name, &table, replace),
            Statement::CreateExtension { name, namespace, version, if_not_exists } => {
                self.create_extension(name, namespace, version, if_not_exists)
            }
            Statement::AlterExtension { name, change } => self.alter_extension(&name, change),
            other => self.apply_to_existing(other),
        }
    }

    /// Statements that make nothing new.
    fn apply_to_existing(&mut self, statement: Statement) -> Done {
        match statement {
            Statement::Drop(drop) => self.drop(drop),
            Statement::DropRoutine { kind, targets, if_exists, cascade } => {
                self.drop_routines(kind, &targets, if_exists, cascade)
            }
            Statement::DropOnTable { kind, name, table, if_exists, cascade } => {
                self.drop_on_table(kind, name, &table, if_exists, cascade)
            }
            Statement::RenameOnTable { kind, name, table, to } => {
                self.rename_on_table(kind, &name, &table, to)
            }
            Statement::Rename { kind, name, to, if_exists } => self.rename(kind, &name, to, if_exists),
            Statement::RenameRoutine { name, arguments, to } => {
                self.rename_routine(&name, arguments.as_deref(), to)
            }
            Statement::SetNamespace { kind, name, to, if_exists } => {
                self.set_namespace(kind, &name, &to, if_exists)
            }
            Statement::SetRoutineNamespace { name, arguments, to } => {
                self.set_routine_namespace(&name, arguments.as_deref(), &to)
            }
            Statement::Comment { table, column } => self.comment(&table, column.as_ref()),
            Statement::SetSearchPath { names, local } => self.set_search_path(names, local),
            Statement::ResetSearchPath => self.reset_search_path(),
            Statement::Transaction(transaction) => self.transact(transaction),
            Statement::Rows { targets, calls } => self.change_rows(&targets, &calls),
            Statement::Do { language, body } => self.run_block(language.as_ref(), &body),
            Statement::Call { name } => {
                self.doubt(format!("calls the procedure `{name}`"), Reach::Anything);
                Ok(())
            }
            Statement::Opaque(reason) => {
                let reach =
                    altered_object(&self.text).map_or(Reach::Anything, |path| Reach::Named(vec![path]));
                self.doubt(String::from(reason), reach);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn create_namespace(&mut self, name: Option<Name>, owner: Option<Name>, if_not_exists: bool) -> Done {
        let Some(name) = name.or(owner) else { return Ok(()) };
        if self.catalog.has_namespace(&name) {
            if if_not_exists {
                return Ok(());
            }
            let message = format!("schema `{}` already exists", name.as_str());
            return Err(Refusal::new(SqlState::DuplicateNamespace, message));
        }
        if name.as_str().starts_with("pg_") {
            let message = format!("schema name `{}` is reserved", name.as_str());
            return Err(Refusal::new(SqlState::ReservedName, message));
        }
        self.catalog.add_namespace(name, self.at);
        Ok(())
    }

    fn comment(&mut self, table: &Path, column: Option<&Name>) -> Done {
        let id = self.catalog.require_relation(table)?;
        match column {
            Some(column) => self.require_column(id, column).map(|_| ()),
            None => Ok(()),
        }
    }
}

//! PostgreSQL's own normal form of expressions that people wrote.
//!
//! Two texts may mean the same; only PostgreSQL knows. So it is given the written one in the place where it stands, on a
//! temporary table with the columns of the real one, and asked to print it. Nothing of it lasts: all happens in one
//! message, in a transaction that is rolled back.

use driftless_ir::{Expr, Name, QualifiedName};

use crate::error::CatalogError;
use crate::introspect::bare_key;
use crate::literal::Quoted;
use crate::session::Session;

/// Where an expression stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// The default of a column.
    Default(Name),
    /// What generates a column.
    Generated(Name),
    /// The condition of a CHECK constraint.
    Check,
    /// The condition of a partial index.
    Predicate,
    /// A key of an index.
    Key,
}

/// An expression that a person wrote about a table that exists.
#[derive(Clone, Debug)]
pub struct Written<'a> {
    /// The table.
    pub table: &'a QualifiedName,
    /// Where in the table.
    pub position: Position,
    /// The text.
    pub text: &'a str,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum NormalForm {
    /// The text that PostgreSQL prints for it.
    Known(Expr),
    /// PostgreSQL refused it, for this reason: the table or a column does not exist yet, a role may not make temporary
    /// tables, or the expression is wrong.
    Unproven(Box<str>),
}

impl Session {
    /// The normal forms of expressions, in their order. One round trip, and another where the server refuses the first.
    ///
    /// # Errors
    /// Those of a lost connection. What the server refuses is [`NormalForm::Unproven`].
    pub fn normalise(&mut self, expressions: &[Written<'_>]) -> Result<Vec<NormalForm>, CatalogError> {
        if expressions.is_empty() {
            return Ok(Vec::new());
        }
        let message = message(expressions, &Name::from(self.url().schema()));
        let answers = match self.ask(&message) {
            Ok(answers) => answers,
            Err(CatalogError::Statement(error)) => {
                self.roll_back();
                return Ok(vec![NormalForm::Unproven(error.message); expressions.len()]);
            }
            Err(error) => return Err(error),
        };
        let mut forms = Vec::with_capacity(expressions.len());
        // the last statement is the rollback
        let rows = answers.rows(answers.len().saturating_sub(2));
        for (row, expression) in rows.zip(expressions) {
            forms.push(match row.maybe_text(1) {
                Some(text) if expression.position == Position::Key => {
                    NormalForm::Known(Expr::deparsed(bare_key(text)))
                }
                Some(text) => NormalForm::Known(Expr::deparsed(text)),
                None => NormalForm::Unproven(row.maybe_text(2).unwrap_or("it has no normal form").into()),
            });
        }
        Ok(forms)
    }
}

/// The settings, the temporary tables, the expressions on them, one query for all texts, and the way back.
fn message(expressions: &[Written<'_>], search_path: &Name) -> String {
    let mut text = format!(
        "BEGIN;\nSET LOCAL search_path TO {search_path};\nSET LOCAL standard_conforming_strings TO on;\n\
         SET LOCAL bytea_output TO hex;\nSET LOCAL datestyle TO ISO;\nSET LOCAL intervalstyle TO postgres;\n\
         SET LOCAL timezone TO 'UTC';\nSET LOCAL client_min_messages TO error;\n"
    );
    let mut queries = Vec::with_capacity(expressions.len());
    for (at, expression) in expressions.iter().enumerate() {
        let table = format!("driftless_normal_{at}");
        let clone = format!("CREATE TEMPORARY TABLE {table} (LIKE {})", expression.table);
        text += &attempt(at, &[Quoted(&clone).to_string(), place(at, &table, expression)]);
        queries.push(format!(
            "SELECT {at}, {}, pg_catalog.current_setting('driftless.error_{at}', true)",
            print(at, &table, &expression.position)
        ));
    }
    text += &queries.join("\nUNION ALL ");
    text += "\nORDER BY 1;\nROLLBACK";
    text
}

/// Runs statements, given as expressions of SQL, and notes why they fail if they do, so that the others can go on.
fn attempt(at: usize, statements: &[String]) -> String {
    let steps: String = statements.iter().map(|statement| format!("EXECUTE {statement}; ")).collect();
    let body = format!(
        "BEGIN {steps}EXCEPTION WHEN OTHERS THEN \
         PERFORM pg_catalog.set_config('driftless.error_{at}', SQLERRM, true); END"
    );
    format!("DO {};\n", Quoted(&body))
}

/// The statement that puts an expression in its place, as an expression of SQL. A line break ends a comment within it.
fn place(at: usize, table: &str, expression: &Written<'_>) -> String {
    let text = format!("(\n{}\n)", expression.text);
    let statement = match &expression.position {
        Position::Default(column) => format!("ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {text}"),
        Position::Check => format!("ALTER TABLE {table} ADD CONSTRAINT driftless_{at} CHECK {text}"),
        Position::Predicate => format!("CREATE INDEX driftless_index_{at} ON {table} ((1)) WHERE {text}"),
        Position::Key => format!("CREATE INDEX driftless_index_{at} ON {table} ({text})"),
        Position::Generated(column) => {
            let ty = format!(
                "(SELECT pg_catalog.format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_attribute a \
                 WHERE a.attrelid = 'pg_temp.{table}'::pg_catalog.regclass AND a.attname = {})",
                Quoted(column.as_str())
            );
            let before = format!("ALTER TABLE {table} ADD COLUMN driftless_{at} ");
            let after = format!(" GENERATED ALWAYS AS {text} STORED");
            return format!("{} || {ty} || {}", Quoted(&before), Quoted(&after));
        }
    };
    Quoted(&statement).to_string()
}

/// What prints the expression in its place.
fn print(at: usize, table: &str, position: &Position) -> String {
    let class = format!("pg_catalog.to_regclass('pg_temp.{table}')");
    let index = format!("pg_catalog.to_regclass('pg_temp.driftless_index_{at}')");
    let of_column = |name: &str| {
        format!(
            "(SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d \
             JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum \
             WHERE d.adrelid = {class} AND a.attname = {})",
            Quoted(name)
        )
    };
    match position {
        Position::Default(column) => of_column(column.as_str()),
        Position::Generated(_) => of_column(&format!("driftless_{at}")),
        Position::Check => format!(
            "(SELECT pg_catalog.pg_get_expr(k.conbin, k.conrelid) FROM pg_catalog.pg_constraint k \
             WHERE k.conrelid = {class} AND k.conname = 'driftless_{at}')"
        ),
        Position::Predicate => format!(
            "(SELECT pg_catalog.pg_get_expr(x.indpred, x.indrelid) FROM pg_catalog.pg_index x \
             WHERE x.indexrelid = {index})"
        ),
        Position::Key => format!("pg_catalog.pg_get_indexdef({index}, 1, false)"),
    }
}

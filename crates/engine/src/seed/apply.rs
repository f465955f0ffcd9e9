//! Bringing rows into a database, in one transaction.

use driftless_catalog::{CatalogError, Session};
use driftless_diagnostics::{Diagnostic, Sink, Span, code};

use super::order::Order;
use super::row::{Row, Rows};
use super::sql::Dialect;
use super::{Chance, SeededSection};

/// Lets one seed at a time into a database. Two numbers make a space of keys apart from the migration lock's.
const BEGIN: &str = "BEGIN;\nSELECT pg_catalog.pg_advisory_xact_lock(72707369, -1)";

/// What a statement is for.
#[derive(Clone, Copy)]
enum Purpose {
    Insert,
    Update,
    Link,
    Other,
}

struct Statement {
    text: String,
    purpose: Purpose,
    /// The position of the section.
    section: usize,
    span: Option<Span>,
}

/// What a seed is, and where it stands.
pub(super) struct Seed<'s, 'd, 'a> {
    pub(super) rows: &'s Rows,
    pub(super) order: &'s Order,
    pub(super) dialect: Dialect<'d, 'a>,
    /// Whether the rows of a section that exist are overwritten.
    pub(super) restores: &'s [bool],
}

/// Makes and overwrites rows, and counts them by section. Four round trips; nothing is kept of a seed that fails.
pub(super) fn apply(
    seed: &Seed<'_, '_, '_>,
    session: &mut Session,
    chance: &mut Chance<'_>,
    sections: &mut [SeededSection],
    sink: &mut Sink,
) -> Result<(), Diagnostic> {
    session.execute(BEGIN).map_err(|error| error.to_diagnostic())?;
    let outcome = apply_in_transaction(seed, session, chance, sections, sink);
    if outcome.is_err() || sink.has_errors() {
        // Where even this fails the connection is gone, and the transaction with it.
        drop(session.leave_transaction());
    }
    outcome
}

fn apply_in_transaction(
    seed: &Seed<'_, '_, '_>,
    session: &mut Session,
    chance: &mut Chance<'_>,
    sections: &mut [SeededSection],
    sink: &mut Sink,
) -> Result<(), Diagnostic> {
    let exist = look(seed, session, sink)?;
    if sink.has_errors() {
        return Ok(());
    }
    let mut statements = write(seed, &exist, chance, sections)?;
    statements.push(Statement { text: "COMMIT".to_owned(), purpose: Purpose::Other, section: 0, span: None });
    let texts: Vec<String> = statements.iter().map(|statement| statement.text.clone()).collect();
    let counts = match session.execute_all(&texts) {
        Ok(counts) => counts,
        Err(error) => return Err(explain(session, &error, &statements)),
    };
    for (statement, count) in statements.iter().zip(counts) {
        let Some(section) = sections.get_mut(statement.section) else { continue };
        match statement.purpose {
            Purpose::Insert if count > 0 => section.created += 1,
            // Somebody else was quicker.
            Purpose::Insert => section.kept += 1,
            Purpose::Update if count > 0 => section.overwritten += 1,
            Purpose::Link if count > 0 => section.linked += 1,
            Purpose::Update | Purpose::Link | Purpose::Other => {}
        }
    }
    Ok(())
}

/// Which of the rows exist. Reports the rows outside the seed that are mentioned and do not.
fn look(seed: &Seed<'_, '_, '_>, session: &mut Session, sink: &mut Sink) -> Result<Vec<bool>, Diagnostic> {
    let references = seed.rows.rows.iter().map(Row::reference);
    let outside = seed.order.outside.iter().map(|mention| mention.reference.clone());
    let queries: Vec<String> =
        references.chain(outside).map(|reference| seed.dialect.exists(&reference)).collect();
    let mut exist = session.ask_whether(&queries).map_err(|error| explain_look(&error))?;
    let of_outside = exist.split_off(seed.rows.rows.len());
    for (mention, exists) in seed.order.outside.iter().zip(of_outside) {
        if !exists {
            let name = seed.dialect.datamodel.model(mention.reference.model).name();
            let message = format!("neither the seed nor the database has this row of `{name}`");
            let diagnostic =
                Diagnostic::error(code::SEED_MISMATCH, message).at(mention.span).label("no such row");
            sink.push(diagnostic.help("correct the key, or add the row to the seed"));
        }
    }
    Ok(exist)
}

/// The statements for what is not as it should be, in order. Rows that stay are counted.
fn write(
    seed: &Seed<'_, '_, '_>,
    exist: &[bool],
    chance: &mut Chance<'_>,
    sections: &mut [SeededSection],
) -> Result<Vec<Statement>, Diagnostic> {
    let mut statements = Vec::new();
    for at in &seed.order.rows {
        let row = &seed.rows.rows[*at];
        let statement =
            |text, purpose| Statement { text, purpose, section: row.section, span: Some(row.span) };
        if !exist[*at] {
            let purpose = if row.joins { Purpose::Link } else { Purpose::Insert };
            let text = seed.dialect.insert(row, chance).map_err(|problem| problem.at(row.span))?;
            statements.push(statement(text, purpose));
            continue;
        }
        if row.joins {
            continue;
        }
        let text = match seed.restores.get(row.section) {
            Some(true) => seed.dialect.update(row, chance).map_err(|problem| problem.at(row.span))?,
            _ => None,
        };
        match text {
            Some(text) => statements.push(statement(text, Purpose::Update)),
            None => sections[row.section].kept += 1,
        }
    }
    for link in &seed.rows.links {
        let (text, span) = (seed.dialect.link(link), Some(link.mention.span));
        statements.push(Statement { text, purpose: Purpose::Link, section: link.section, span });
    }
    let made = seed.order.rows.iter().filter(|at| !exist[**at]).map(|at| &seed.rows.rows[*at]);
    let sequences = seed.dialect.advance_sequences(made);
    statements.extend(sequences.into_iter().map(|text| Statement {
        text,
        purpose: Purpose::Other,
        section: 0,
        span: None,
    }));
    Ok(statements)
}

/// What the failure of looking means: mostly, that the schema is ahead of the database.
fn explain_look(error: &CatalogError) -> Diagnostic {
    let diagnostic = error.to_diagnostic();
    match error {
        // undefined table, undefined column, undefined schema
        CatalogError::Statement(said) if matches!(&*said.sqlstate, "42P01" | "42703" | "3F000") => {
            diagnostic.help("bring the database up to date first: `driftless migrate deploy`")
        }
        _ => diagnostic,
    }
}

/// Finds the row that the server refused, by running the statements again, one by one, and taking them back.
fn explain(session: &mut Session, error: &CatalogError, statements: &[Statement]) -> Diagnostic {
    let CatalogError::Statement(_) = error else { return error.to_diagnostic() };
    let refused = refused(session, statements);
    let (span, error) = match &refused {
        Some((statement, again)) => (statement.span, again),
        None => (None, error),
    };
    let mut diagnostic = explain_look(error);
    if let CatalogError::Statement(said) = error {
        let notes = [("Detail", &said.detail), ("Hint", &said.hint)];
        let notes = notes.iter().filter_map(|(word, note)| Some(format!("{word}: {}", note.as_deref()?)));
        let notes = notes.chain(diagnostic.help.take()).chain(["nothing of the seed took effect".to_owned()]);
        let notes: Vec<_> = notes.collect();
        diagnostic = diagnostic.help_lines(notes);
    }
    match span {
        Some(span) => diagnostic.at(span).label("refused by the database"),
        None => diagnostic,
    }
}

fn refused<'s>(session: &mut Session, statements: &'s [Statement]) -> Option<(&'s Statement, CatalogError)> {
    session.leave_transaction().ok()?;
    session.execute(BEGIN).ok()?;
    let rows = statements.iter().filter(|statement| !statement.text.starts_with("COMMIT"));
    let found =
        rows.into_iter().find_map(|statement| Some((statement, session.execute(&statement.text).err()?)));
    session.leave_transaction().ok()?;
    found
}

//! PostgreSQL's own normal form of expressions that people wrote.
//!
//! Two texts may mean the same; only PostgreSQL knows. So it is given the written one in a place like its own, on a
//! temporary table with the columns of the real one, and asked to print it. All of it is in a transaction that is rolled
//! back. (A transaction that is read-only has no temporary tables.)
//!
//! The texts may come from somebody who is not trusted with the database. Three things keep them harmless:
//!
//! * A text is a [`SingleExpression`]: it cannot leave the brackets that it is put into.
//! * The statement that it stands in goes as a message of its own of the extended protocol, of which the server takes
//!   exactly one statement. It is an `ALTER TABLE` of the temporary table; no text is ever joined and run on the server.
//! * The expression is analysed and never evaluated, nor planned, since planning runs functions of constants that say
//!   they are immutable. `SET DEFAULT` and `ADD CHECK … NOT VALID` do no more than that. So the condition and the keys of
//!   an index, and what generates a column, are asked for as conditions: `CREATE INDEX` and `ADD COLUMN` would plan.
//!
//! What runs all the same: the input functions of the types of constants, and event triggers that the database has for
//! `CREATE TABLE AS`, `CREATE TABLE` and `ALTER TABLE`.

use std::collections::VecDeque;

use driftless_ir::lexer::{Element, Scan};
use driftless_ir::{Expr, Name, QualifiedName, Quoted, SingleExpression};
use indexmap::IndexMap;

use crate::error::CatalogError;
use crate::session::Session;
use crate::template::{Hole, NameLiteral, query};

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
    pub text: &'a SingleExpression,
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

/// The most statements that are sent for one list. Where nothing is refused there is one for all defaults, and one for
/// each table about which something else is asked; what is refused is found by halves.
const MOST_STATEMENTS: usize = 256;

/// The most columns that a table may have is 1600.
const MOST_DEFAULTS: usize = 1000;

query! {
    /// Settings.
    struct Begin<'a> from "normal_forms_begin" { search_path: &'a Name }
}
query! {
    /// Which places are there.
    struct Places<'a> from "normal_forms_places" { places: &'a [Written<'a>] }
}
query! {
    /// What was made of the texts.
    struct Forms<'a> from "normal_forms" { table: NameLiteral<'a> }
}

impl Hole for &[Written<'_>] {
    const KIND: &'static str = "places";

    fn write(&self, out: &mut String) {
        for (at, expression) in self.iter().enumerate() {
            let name = expression.table.to_string();
            let part = match &expression.position {
                Position::Default(column) | Position::Generated(column) => {
                    Quoted(column.as_str()).to_string()
                }
                Position::Check | Position::Predicate | Position::Key => "NULL".to_owned(),
            };
            out.push_str(if at == 0 { "" } else { ", " });
            *out += &format!("({at}, {}, {part}::pg_catalog.text)", Quoted(&name));
        }
    }
}

/// Expressions that share a temporary table.
struct Group<'a> {
    /// The temporary table.
    name: QualifiedName,
    /// The table that it is like, unless it is for defaults.
    like: Option<&'a QualifiedName>,
    /// Positions in the list of all expressions.
    members: Vec<usize>,
}

impl Session {
    /// The normal forms of expressions, in their order.
    ///
    /// Two round trips, two more for all defaults, and two for each table about which something else is asked; where the
    /// server refuses an expression, two for each time that a list is halved to find it.
    ///
    /// # Errors
    /// Those of a lost connection. What the server refuses is [`NormalForm::Unproven`].
    pub fn normalise(&mut self, expressions: &[Written<'_>]) -> Result<Vec<NormalForm>, CatalogError> {
        let mut forms =
            vec![NormalForm::Unproven("its table or column does not exist".into()); expressions.len()];
        if expressions.is_empty() {
            return Ok(forms);
        }
        let places = match self.ask(&Places { places: expressions }.sql()) {
            Ok(answers) => answers.last_rows().map(|row| row.number(0)).collect::<Result<Vec<_>, _>>()?,
            Err(CatalogError::Statement(error)) => {
                forms.fill(NormalForm::Unproven(error.message));
                return Ok(forms);
            }
            Err(error) => return Err(error),
        };
        let mut proof = Proof { session: self, expressions, forms, left: MOST_STATEMENTS };
        let outcome = proof.prove(&groups(expressions, &places));
        let forms = proof.forms;
        if outcome.is_err() {
            self.roll_back();
        }
        outcome.map(|()| forms)
    }
}

/// Puts the expressions whose places are there together: defaults know no column but their own, the others their table.
fn groups<'a>(expressions: &[Written<'a>], places: &[usize]) -> Vec<Group<'a>> {
    let mut defaults = Vec::new();
    let mut by_table: IndexMap<&QualifiedName, Vec<usize>> = IndexMap::new();
    for at in places.iter().copied() {
        match expressions.get(at).map(|expression| (&expression.position, expression.table)) {
            Some((Position::Default(_), _)) => defaults.push(at),
            Some((_, table)) => by_table.entry(table).or_default().push(at),
            None => {}
        }
    }
    let defaults = defaults.chunks(MOST_DEFAULTS).map(|members| (None, members.to_vec()));
    let others = by_table.into_iter().map(|(table, members)| (Some(table), members));
    let group = |(number, (like, members))| {
        let name = QualifiedName::new("pg_temp", format!("driftless_normal_{number}"));
        Group { name, like, members }
    };
    defaults.chain(others).enumerate().map(group).collect()
}

/// The work at one list.
struct Proof<'a, 'w> {
    session: &'a mut Session,
    expressions: &'a [Written<'w>],
    forms: Vec<NormalForm>,
    /// How many statements may still be sent.
    left: usize,
}

impl Proof<'_, '_> {
    /// Makes the tables of groups and asks about each; where a table cannot be made, the others are made without it.
    fn prove(&mut self, groups: &[Group<'_>]) -> Result<(), CatalogError> {
        if groups.is_empty() {
            return Ok(());
        }
        let search_path = Name::from(self.session.url().schema());
        let mut message = Begin { search_path: &search_path }.sql();
        for group in groups {
            message += &self.create(group);
        }
        message += "SAVEPOINT driftless_normal";
        match self.session.execute(&message) {
            Ok(()) => {}
            Err(CatalogError::Statement(error)) => {
                self.session.leave_transaction()?;
                self.left = self.left.saturating_sub(1);
                if groups.len() == 1 || self.left == 0 {
                    let members = groups.iter().flat_map(|group| &group.members);
                    members.for_each(|at| self.forms[*at] = NormalForm::Unproven(error.message.clone()));
                    return Ok(());
                }
                let (one, other) = groups.split_at(groups.len() / 2);
                self.prove(one)?;
                return self.prove(other);
            }
            Err(error) => return Err(error),
        }
        let mut lists: VecDeque<_> = groups.iter().map(|group| (group, group.members.as_slice())).collect();
        while let Some((group, members)) = lists.pop_front() {
            if self.left == 0 {
                let reason = "too many expressions are refused";
                members.iter().for_each(|at| self.forms[*at] = NormalForm::Unproven(reason.into()));
                continue;
            }
            self.left -= 1;
            let Err(error) = self.session.send_single(&self.place(group, members)) else {
                self.read(group, members)?;
                continue;
            };
            let CatalogError::Statement(error) = error else { return Err(error) };
            self.session.run("ROLLBACK TO SAVEPOINT driftless_normal")?;
            match members {
                [at] => self.forms[*at] = NormalForm::Unproven(error.message),
                members => {
                    let (one, other) = members.split_at(members.len() / 2);
                    lists.extend([(group, one), (group, other)]);
                }
            }
        }
        self.session.leave_transaction()
    }

    /// The statement that makes the table of a group. Without data it is not planned either.
    fn create(&self, group: &Group<'_>) -> String {
        if let Some(table) = group.like {
            return format!("CREATE TEMPORARY TABLE {} (LIKE {table});\n", group.name);
        }
        let column = |at: &usize| match &self.expressions[*at].position {
            Position::Default(column) | Position::Generated(column) => {
                Some(format!("t{at}.{column} AS {}", label(*at)))
            }
            Position::Check | Position::Predicate | Position::Key => None,
        };
        let columns: Vec<_> = group.members.iter().filter_map(column).collect();
        let tables: Vec<_> =
            group.members.iter().map(|at| format!("{} AS t{at}", self.expressions[*at].table)).collect();
        format!(
            "CREATE TEMPORARY TABLE {} AS SELECT {} FROM {} WITH NO DATA;\n",
            group.name,
            columns.join(", "),
            tables.join(", ")
        )
    }

    /// The one statement that puts expressions in their places.
    fn place(&self, group: &Group<'_>, members: &[usize]) -> String {
        let action = |at: &usize| {
            let Written { position, text, .. } = &self.expressions[*at];
            let label = label(*at);
            match position {
                Position::Default(_) => format!("ALTER COLUMN {label} SET DEFAULT {text}"),
                Position::Check | Position::Predicate => {
                    format!("ADD CONSTRAINT {label} CHECK {text} NOT VALID")
                }
                Position::Generated(_) | Position::Key => {
                    format!("ADD CONSTRAINT {label} CHECK ({text}{IS_NULL} NOT VALID")
                }
            }
        };
        let actions: Vec<_> = members.iter().map(action).collect();
        format!("ALTER TABLE {} {}", group.name, actions.join(", "))
    }

    /// Reads what PostgreSQL made of expressions, and takes it back.
    fn read(&mut self, group: &Group<'_>, members: &[usize]) -> Result<(), CatalogError> {
        let query = Forms { table: NameLiteral(&group.name) }.sql();
        let answers = self.session.ask(&format!("{query}ROLLBACK TO SAVEPOINT driftless_normal"))?;
        let rows = answers.rows(0).map(|row| Ok((Name::from(row.text(0)?), row.text(1)?)));
        let texts = rows.collect::<Result<IndexMap<_, _>, CatalogError>>()?;
        for at in members {
            let text = texts.get(&label(*at)).and_then(|text| bare(text, &self.expressions[*at].position));
            self.forms[*at] = match text {
                Some(text) => NormalForm::Known(Expr::deparsed(text)),
                None => NormalForm::Unproven("it has no normal form".into()),
            };
        }
        Ok(())
    }
}

/// The name of the column or constraint for an expression.
fn label(at: usize) -> Name {
    Name::from(format!("driftless_{at}"))
}

/// What makes a condition of any expression, as PostgreSQL prints it behind one.
const IS_NULL: &str = " IS NULL)";

/// The text of the expression within that of the condition that it was asked for as.
fn bare<'a>(printed: &'a str, position: &Position) -> Option<&'a str> {
    match position {
        Position::Default(_) | Position::Check | Position::Predicate => Some(printed),
        Position::Generated(_) => printed.strip_prefix('(')?.strip_suffix(IS_NULL),
        Position::Key => Some(without_collation(printed.strip_prefix('(')?.strip_suffix(IS_NULL)?)),
    }
}

/// An expression without the collation of its whole, which an index keeps beside its key: `(a COLLATE "C")`.
fn without_collation(text: &str) -> &str {
    let mut depth = 0;
    for (element, range) in Scan::new(text) {
        match element {
            Element::Symbol(b'(') => depth += 1,
            Element::Symbol(b')') => depth -= 1,
            Element::Word if depth == 1 && text.starts_with('(') && &text[range.clone()] == "COLLATE" => {
                return text[1..range.start].trim_end();
            }
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_collation_of_a_whole_key_is_left_out() {
        assert_eq!(without_collation("(lower(a) COLLATE \"C\")"), "lower(a)");
        assert_eq!(without_collation("((a || b) COLLATE pg_catalog.\"C\")"), "(a || b)");
        assert_eq!(without_collation("lower((a COLLATE \"C\"))"), "lower((a COLLATE \"C\"))");
        assert_eq!(without_collation("(a || (b COLLATE \"C\"))"), "(a || (b COLLATE \"C\"))");
        assert_eq!(without_collation("(\"COLLATE\" || 'COLLATE'::text)"), "(\"COLLATE\" || 'COLLATE'::text)");
    }
}

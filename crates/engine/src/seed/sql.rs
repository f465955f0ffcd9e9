//! Rows as SQL. Names are quoted and constants by the IR; no value reaches a statement otherwise.

use driftless_diagnostics::Diagnostic;
use driftless_ir::{Name, QualifiedName, Quoted};
use driftless_psl::resolve::{Datamodel, ModelRef};

use super::Chance;
use super::row::{Link, Reference, Row, Term};

/// What models and fields are called in the database.
#[derive(Clone, Copy)]
pub(super) struct Dialect<'d, 'a> {
    pub(super) datamodel: &'d Datamodel<'a>,
    /// The namespace of models that name none.
    pub(super) namespace: &'d str,
}

impl Dialect<'_, '_> {
    fn table(self, model: ModelRef) -> QualifiedName {
        let model = self.datamodel.model(model);
        let namespace = model.namespace.map_or(self.namespace, |text| &text.value);
        QualifiedName::new(namespace, model.database_name())
    }

    fn column(self, model: ModelRef, field: usize) -> Name {
        self.datamodel.model(model).fields[field].database_name().into()
    }

    /// Whether a row exists.
    pub(super) fn exists(self, reference: &Reference) -> String {
        let (table, condition) = (self.table(reference.model), self.condition(reference));
        format!("SELECT EXISTS (SELECT FROM {table} WHERE {condition})")
    }

    fn condition(self, reference: &Reference) -> String {
        let part = |(field, term): &(usize, Term)| {
            format!("{} = {}", self.column(reference.model, *field), self.known(term))
        };
        reference.key.iter().map(part).collect::<Vec<_>>().join(" AND ")
    }

    /// A term that does not have to be made.
    fn known(self, term: &Term) -> String {
        match term {
            Term::Constant(text) => Quoted(text).to_string(),
            Term::Lookup(reference, field) => {
                let column = self.column(reference.model, *field);
                let (table, condition) = (self.table(reference.model), self.condition(reference));
                format!("(SELECT {column} FROM {table} WHERE {condition})")
            }
            Term::Null | Term::Password(_) | Term::Identifier(_) => "NULL".to_owned(),
        }
    }

    fn value(self, term: &Term, chance: &mut Chance<'_>) -> Result<String, Diagnostic> {
        Ok(match term {
            Term::Password(password) => Quoted(&password.hash(chance)?).to_string(),
            Term::Identifier(identifier) => Quoted(&identifier.make(chance)).to_string(),
            term => self.known(term),
        })
    }

    /// The statement that makes a row, unless somebody else has made one with its key.
    ///
    /// # Errors
    /// A password cannot be hashed.
    pub(super) fn insert(self, row: &Row, chance: &mut Chance<'_>) -> Result<String, Diagnostic> {
        let mut columns = Vec::with_capacity(row.cells.len());
        let mut values = Vec::with_capacity(row.cells.len());
        for (field, term) in &row.cells {
            columns.push(self.column(row.model, *field).to_string());
            values.push(self.value(term, chance)?);
        }
        let key: Vec<_> = row.key.iter().map(|field| self.column(row.model, *field).to_string()).collect();
        Ok(format!(
            "INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO NOTHING",
            self.table(row.model),
            columns.join(", "),
            values.join(", "),
            key.join(", ")
        ))
    }

    /// The statement that overwrites a row; `None` where the seed gives it nothing but its key.
    ///
    /// # Errors
    /// A password cannot be hashed.
    pub(super) fn update(self, row: &Row, chance: &mut Chance<'_>) -> Result<Option<String>, Diagnostic> {
        let fields = &self.datamodel.model(row.model).fields;
        let mut settings = Vec::new();
        let mut says_anything = false;
        for (field, term) in &row.cells {
            if row.key.contains(field) || matches!(term, Term::Identifier(_)) {
                continue;
            }
            says_anything |= fields[*field].updated_at.is_none();
            settings.push(format!("{} = {}", self.column(row.model, *field), self.value(term, chance)?));
        }
        let (table, condition) = (self.table(row.model), self.condition(&row.reference()));
        Ok(says_anything.then(|| format!("UPDATE {table} SET {} WHERE {condition}", settings.join(", "))))
    }

    /// The statement that joins two rows, unless they are.
    pub(super) fn link(self, link: &Link) -> String {
        let [a, b] = link.ends.each_ref().map(|term| self.known(term));
        format!("INSERT INTO {} (\"A\", \"B\") VALUES ({a}, {b}) ON CONFLICT DO NOTHING", link.table)
    }

    /// The statements that move sequences past numbers that rows gave themselves.
    pub(super) fn advance_sequences<'r>(self, rows: impl Iterator<Item = &'r Row>) -> Vec<String> {
        let mut statements: Vec<String> = Vec::new();
        for row in rows {
            let fields = &self.datamodel.model(row.model).fields;
            for field in row.cells.keys() {
                let counts = fields[*field]
                    .default
                    .as_ref()
                    .is_some_and(|default| default.is_function("autoincrement"));
                if !counts {
                    continue;
                }
                let (table, column) = (self.table(row.model), self.column(row.model, *field));
                let sequence = format!(
                    "pg_catalog.pg_get_serial_sequence({}, {})",
                    Quoted(&table.to_string()),
                    Quoted(column.as_str())
                );
                let statement = format!(
                    "SELECT pg_catalog.setval({sequence}, max({column})) FROM {table} HAVING max({column}) > \
                     coalesce(pg_catalog.pg_sequence_last_value({sequence}::regclass), 0)"
                );
                if !statements.contains(&statement) {
                    statements.push(statement);
                }
            }
        }
        statements
    }
}

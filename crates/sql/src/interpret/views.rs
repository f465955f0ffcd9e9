//! Views.

use super::{Interpreter, Reach};
use crate::catalog::{Column, Filling, History, RelationId, RelationKind, Uses, View};
use crate::guarded::Target;
use crate::query::{Output, resolve_query};
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{CreateView, Persistence, ViewQuery};

impl Interpreter {
    pub(super) fn create_view(&mut self, spec: CreateView) -> Done {
        let name = self.new_relation_name(&spec.name, spec.temporary)?;
        let former = self.catalog.find_relation(&name);
        let word = if spec.materialized { "materialized view" } else { "view" };
        if spec.if_not_exists
            && let Some(existing) = former
        {
            let spec = CreateView { if_not_exists: false, ..spec };
            self.note_skipped_relation(existing, word, None, |me| me.create_view(spec));
            return Ok(());
        }
        if !spec.temporary && !spec.replace && self.is_noted(spec.if_not_exists) {
            self.note_made(Target::Relation(word), name.clone(), None);
        }
        let (uses, text, mut output) = self.view_query(&spec.query)?;
        for (column, name) in output.columns.iter_mut().zip(&spec.columns) {
            column.name = Some(name.clone());
        }
        let columns = self.view_columns(&output)?;
        let view = View { materialized: spec.materialized, text, uses };
        if let Some(former) = former
            && spec.replace
        {
            return self.replace_view(former, view, columns, output.open);
        }
        self.catalog.check_relation_name_free(&name, true)?;
        let persistence = if spec.temporary { Persistence::Temporary } else { Persistence::Permanent };
        let mut relation = self.new_relation(name, RelationKind::View(view), persistence);
        relation.next_part = columns.len() as u32;
        relation.columns = columns;
        relation.open = output.open.then_some(self.at);
        self.catalog.add_relation(relation);
        Ok(())
    }

    fn view_query(&mut self, query: &ViewQuery) -> Done<(Uses, Box<str>, Output)> {
        match query {
            ViewQuery::Parsed(query) => {
                let (uses, output) = resolve_query(&self.catalog, query)?;
                Ok((uses, query.to_string().into(), output))
            }
            ViewQuery::Text { text, sources } => {
                let relations = sources.iter().filter_map(|path| self.catalog.find_relation_path(path));
                let uses = Uses { relations: relations.map(|id| (id, None)).collect(), ..Uses::default() };
                Ok((uses, text.clone(), Output { columns: Vec::new(), open: true }))
            }
        }
    }

    fn view_columns(&self, output: &Output) -> Done<Vec<Column>> {
        let mut columns: Vec<Column> = Vec::new();
        for column in &output.columns {
            let name = column.name.clone().unwrap_or_else(|| "?column?".into());
            if columns.iter().any(|known| known.name == name) {
                let message = format!("column `{}` is specified more than once", name.as_str());
                return Err(Refusal::new(SqlState::DuplicateColumn, message));
            }
            columns.push(Column {
                id: columns.len() as u32 + 1,
                name,
                ty: column.ty.clone(),
                nullable: true,
                filling: Filling::None,
                collation: None,
                local: true,
                inherited: 0,
                history: History::new(self.at),
            });
        }
        Ok(columns)
    }

    /// `CREATE OR REPLACE VIEW`: the columns that were there must stay as they are.
    fn replace_view(&mut self, id: RelationId, view: View, columns: Vec<Column>, open: bool) -> Done {
        let relation = self.catalog.relation(id);
        if relation.view().is_none_or(|former| former.materialized) {
            let message = format!("`{}` is not a view", relation.name.name.as_str());
            return Err(Refusal::new(SqlState::WrongObjectType, message));
        }
        if relation.open.is_none() && !open {
            let refuse = |message: String| Err(Refusal::new(SqlState::InvalidTableDefinition, message));
            if columns.len() < relation.columns.len() {
                return refuse("a view keeps its columns when it is replaced".to_owned());
            }
            for (former, column) in relation.columns.iter().zip(&columns) {
                let retyped = former.ty != column.ty && !former.ty.is_unknown() && !column.ty.is_unknown();
                if former.name != column.name || retyped {
                    return refuse(format!("column `{}` of the view would change", former.name.as_str()));
                }
            }
        }
        let at = self.at;
        let relation = self.catalog.relation_mut(id, at);
        relation.kind = RelationKind::View(view);
        relation.next_part = columns.len() as u32;
        relation.columns = columns;
        relation.open = open.then_some(at);
        Ok(())
    }

    /// Changes rows: the tables must exist, and what is called must leave the schema alone.
    pub(super) fn change_rows(
        &mut self,
        targets: &[crate::statement::Path],
        calls: &[crate::statement::Path],
    ) -> Done {
        for target in targets {
            if !crate::query::is_system(target) {
                self.catalog.require_relation(target)?;
            }
        }
        // What stands before a bracket need not be a function, but right behind SELECT it is.
        if let Some(call) = calls.first()
            && selects(&self.text, call)
            && self.catalog.find_functions(call).is_empty()
        {
            crate::query::require_function(&self.catalog, call)?;
        }
        for call in calls {
            if let Some(reason) = self.reason_to_doubt_call(call) {
                self.doubt(reason, Reach::Anything);
                break;
            }
        }
        Ok(())
    }
}

/// Whether a statement is `SELECT` with a call right behind it.
fn selects(text: &str, call: &crate::statement::Path) -> bool {
    let behind = text.split_once(char::is_whitespace).filter(|(word, _)| word.eq_ignore_ascii_case("select"));
    let name = behind.and_then(|(_, rest)| rest.split_once('('));
    name.is_some_and(|(name, _)| name.trim().eq_ignore_ascii_case(call.name.as_str()))
}

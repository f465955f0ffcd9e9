//! Tables: made by columns, by a query, like others, as children and as partitions of others.

use driftless_ir::{Name, QualifiedName};

use super::{Interpreter, Reach};
use crate::catalog::{
    Column, ConstraintKind, Filling, History, Key, Relation, RelationId, RelationKind, TEMPORARY, Table,
    Type, TypeKind, serial,
};
use crate::guarded::Target;
use crate::query::resolve_query;
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{
    ColumnConstraint, ColumnSpec, ConstraintBody, CreateTable, CreateTableAs, IndexKeySpec, KeySpec, Like,
    PartitionKey, Path, Persistence, SequenceOptions, TableConstraint,
};

/// A column as it will be, with what its declaration asks for beyond itself.
struct Draft {
    column: Column,
    spec: Option<ColumnSpec>,
    serial: bool,
}

impl Interpreter {
    /// The name of a new relation: temporary ones have a namespace of their own.
    pub(super) fn new_relation_name(&self, path: &Path, temporary: bool) -> Done<QualifiedName> {
        if temporary && path.namespace.is_none() {
            return Ok(QualifiedName { namespace: TEMPORARY.into(), name: path.name.clone() });
        }
        self.catalog.creation_name(path)
    }

    pub(super) fn new_relation(
        &self,
        name: QualifiedName,
        kind: RelationKind,
        persistence: Persistence,
    ) -> Relation {
        Relation {
            name,
            kind,
            persistence,
            columns: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            triggers: Vec::new(),
            policies: Vec::new(),
            rules: Vec::new(),
            next_part: 0,
            open: None,
            history: History::new(self.at),
        }
    }

    pub(super) fn create_table(&mut self, spec: CreateTable) -> Done {
        let name = self.new_relation_name(&spec.name, spec.persistence == Persistence::Temporary)?;
        let is_temporary = spec.persistence == Persistence::Temporary;
        if spec.if_not_exists
            && let Some(existing) = self.catalog.find_relation(&name)
        {
            if !is_temporary && !spec.foreign {
                let spec = CreateTable { if_not_exists: false, ..spec };
                self.note_skipped_relation(existing, "table", None, |me| me.create_table(spec));
            }
            return Ok(());
        }
        if !is_temporary && self.is_noted(spec.if_not_exists) {
            let word = if spec.foreign { "foreign table" } else { "table" };
            self.note_made(Target::Relation(word), name.clone(), None);
        }
        let table = Table { foreign: spec.foreign, drop_on_commit: spec.on_commit_drop, ..Table::default() };
        let mut relation = self.new_relation(name, RelationKind::Table(table), spec.persistence);
        let drafts = self.draft_columns(&spec, &mut relation)?;
        let parents = relation.table().map_or_else(Vec::new, |table| table.parents.clone());
        if self.is_too_deep(&parents, None) {
            return Ok(());
        }
        self.catalog.check_relation_name_free(&relation.name, true)?;
        let sequences = self.make_serial_sequences(&relation, &drafts)?;
        relation.columns = drafts.iter().map(|draft| draft.column.clone()).collect();
        let id = self.catalog.add_relation(relation);
        for (column, sequence) in sequences {
            self.own_serial(id, column, sequence);
        }
        self.partition_table(id, spec.partition_by.as_ref())?;
        let mut constraints = self.fill_columns(id, drafts)?;
        constraints.extend(spec.constraints);
        for (_, like) in &spec.likes {
            constraints.extend(self.like_constraints(id, like)?);
        }
        self.add_constraints(id, constraints)?;
        for (_, like) in &spec.likes {
            self.like_indexes(id, like)?;
        }
        self.inherit_parts(id)
    }

    /// A column that comes from a parent and is declared as well: of the same type.
    fn merge_declaration(&self, draft: &mut Draft, spec: &ColumnSpec) -> Done {
        if let Some(name) = &spec.ty {
            let ty = match serial(name) {
                Some(builtin) => Type::builtin(builtin),
                None => self.column_type(name)?,
            };
            if ty != draft.column.ty {
                let message = format!("column `{}` has another type in the parent", spec.name.as_str());
                return Err(Refusal::new(SqlState::DatatypeMismatch, message));
            }
        }
        draft.serial = spec.ty.as_ref().is_some_and(|name| serial(name).is_some());
        draft.column.nullable &= !draft.serial;
        draft.column.local = true;
        draft.spec = Some(spec.clone());
        Ok(())
    }

    fn partition_table(&mut self, id: RelationId, key: Option<&PartitionKey>) -> Done {
        let Some(key) = key else { return Ok(()) };
        let columns =
            key.columns.iter().map(|name| self.require_column(id, name)).collect::<Done<Vec<_>>>()?;
        let at = self.at;
        if let Some(table) = self.catalog.relation_mut(id, at).table_mut() {
            table.partitioned_by = Some(columns);
            table.strategy = Some(key.strategy);
        }
        Ok(())
    }

    /// The columns from parents, from the model of a partition, from LIKE and from the statement, in order.
    fn draft_columns(&self, spec: &CreateTable, relation: &mut Relation) -> Done<Vec<Draft>> {
        let mut drafts: Vec<Draft> = Vec::new();
        self.draft_inherited(spec, relation, &mut drafts)?;
        let inherited = drafts.len();
        for at in 0..=spec.columns.len() {
            for (_, like) in spec.likes.iter().filter(|(place, _)| *place == at) {
                self.draft_like(like, relation, &mut drafts)?;
            }
            let Some(column) = spec.columns.get(at) else { break };
            if let Some(known) = drafts[..inherited].iter_mut().find(|draft| draft.column.name == column.name)
            {
                self.merge_declaration(known, column)?;
                continue;
            }
            let Some(ty) = &column.ty else {
                let message = format!("column `{}` does not exist", column.name.as_str());
                return Err(Refusal::new(SqlState::UndefinedColumn, message));
            };
            check_new_column(&drafts, &column.name)?;
            check_room(drafts.len())?;
            let serial = serial(ty);
            let ty = match serial {
                Some(builtin) => Type::builtin(builtin),
                None => self.column_type(ty)?,
            };
            let mut column_entry = self.new_column(relation, column.name.clone(), ty, serial.is_none());
            column_entry.collation = Some(collation_of(column));
            drafts.push(Draft { column: column_entry, spec: Some(column.clone()), serial: serial.is_some() });
        }
        Ok(drafts)
    }

    pub(super) fn new_column(&self, relation: &mut Relation, name: Name, ty: Type, nullable: bool) -> Column {
        Column {
            id: relation.take_part_id(),
            name,
            ty,
            nullable,
            filling: Filling::None,
            collation: None,
            local: true,
            inherited: 0,
            history: History::new(self.at),
        }
    }

    fn draft_inherited(&self, spec: &CreateTable, relation: &mut Relation, drafts: &mut Vec<Draft>) -> Done {
        let partition = spec.partition_of.as_ref();
        for path in spec.inherits.iter().chain(partition.map(|(parent, _)| parent)) {
            let parent = self.require_table(path)?;
            if let Some(table) = relation.table_mut() {
                if table.parents.contains(&parent) {
                    let message = format!("`{path}` is named as a parent more than once");
                    return Err(Refusal::new(SqlState::DuplicateTable, message));
                }
                table.parents.push(parent);
                table.is_partition = partition.is_some();
                table.bound = partition.map(|(_, bound)| bound.clone());
            }
            if let Some((_, bound)) = partition {
                self.check_bound(parent, bound)?;
            }
            for column in self.catalog.relation(parent).columns.clone() {
                if let Some(known) = drafts.iter_mut().find(|draft| draft.column.name == column.name) {
                    if known.column.ty != column.ty {
                        let message = format!("the parents disagree about column `{}`", column.name.as_str());
                        return Err(Refusal::new(SqlState::DatatypeMismatch, message));
                    }
                    known.column.inherited += 1;
                    known.column.nullable &= column.nullable;
                    continue;
                }
                let mut copy = self.new_column(relation, column.name, column.ty, column.nullable);
                (copy.local, copy.inherited) = (false, 1);
                if !matches!(column.filling, Filling::Identity { .. }) {
                    copy.filling = column.filling;
                }
                drafts.push(Draft { column: copy, spec: None, serial: false });
            }
        }
        if let Some(path) = &spec.of_type {
            self.draft_typed(path, relation, drafts)?;
        }
        Ok(())
    }

    fn draft_typed(&self, path: &Path, relation: &mut Relation, drafts: &mut Vec<Draft>) -> Done {
        let missing = || Refusal::new(SqlState::UndefinedObject, format!("type `{path}` does not exist"));
        let id = self.catalog.find_type_path(path).ok_or_else(missing)?;
        let TypeKind::Composite(columns) = &self.catalog.type_entry(id).kind else {
            return Err(Refusal::new(SqlState::WrongObjectType, format!("type `{path}` is not composite")));
        };
        for (name, ty) in columns.clone() {
            let column = self.new_column(relation, name, ty, true);
            drafts.push(Draft { column, spec: None, serial: false });
        }
        if let Some(table) = relation.table_mut() {
            table.of_type = Some(id);
        }
        Ok(())
    }

    fn draft_like(&self, like: &Like, relation: &mut Relation, drafts: &mut Vec<Draft>) -> Done {
        let source = self.catalog.relation(self.catalog.require_relation(&like.source)?);
        for column in &source.columns {
            check_new_column(drafts, &column.name)?;
            let mut copy = self.new_column(relation, column.name.clone(), column.ty.clone(), column.nullable);
            let mut spec = None;
            match &column.filling {
                Filling::Default(_) if like.defaults => copy.filling = column.filling.clone(),
                Filling::Generated(_) if like.generated => copy.filling = column.filling.clone(),
                Filling::Identity { always, .. } if like.identity => {
                    let identity =
                        ColumnConstraint::Identity { always: *always, options: SequenceOptions::default() };
                    spec = Some(ColumnSpec {
                        name: column.name.clone(),
                        ty: None,
                        collation: None,
                        constraints: vec![(None, identity)],
                    });
                }
                _ => {}
            }
            drafts.push(Draft { column: copy, spec, serial: false });
        }
        // Column numbers of expressions stay right only if they are those of the source.
        renumber(source, drafts);
        relation.next_part = relation.next_part.max(source.next_part);
        Ok(())
    }

    /// Sequences get their names before the table has its own.
    fn make_serial_sequences(
        &mut self,
        relation: &Relation,
        drafts: &[Draft],
    ) -> Done<Vec<(u32, RelationId)>> {
        let mut made = Vec::new();
        for draft in drafts.iter().filter(|draft| draft.serial) {
            let options = SequenceOptions::default();
            let sequence = self.make_column_sequence(
                &relation.name,
                relation.persistence,
                &draft.column,
                &options,
                false,
            )?;
            made.push((draft.column.id, sequence));
        }
        Ok(made)
    }

    /// Carries out the constraints of columns that concern the column alone; gives the others.
    fn fill_columns(&mut self, id: RelationId, drafts: Vec<Draft>) -> Done<Vec<TableConstraint>> {
        let mut constraints = Vec::new();
        for draft in drafts {
            if let Some(spec) = draft.spec {
                constraints.extend(self.fill_column(id, draft.column.id, spec.constraints, draft.serial)?);
            }
        }
        Ok(constraints)
    }

    fn like_constraints(&mut self, id: RelationId, like: &Like) -> Done<Vec<TableConstraint>> {
        let source = self.catalog.require_relation(&like.source)?;
        if !like.constraints || source == id {
            return Ok(Vec::new());
        }
        let check = |constraint: &crate::catalog::Constraint| match &constraint.kind {
            ConstraintKind::Check { condition, no_inherit } => Some(TableConstraint {
                name: Some(constraint.name.clone()),
                body: ConstraintBody::Check(Box::new((*condition.tree).clone())),
                deferral: None,
                not_valid: false,
                no_inherit: *no_inherit,
            }),
            _ => None,
        };
        Ok(self.catalog.relation(source).constraints.iter().filter_map(check).collect())
    }

    fn like_indexes(&mut self, id: RelationId, like: &Like) -> Done {
        let source = self.catalog.require_relation(&like.source)?;
        if !like.indexes {
            return Ok(());
        }
        for index in self.catalog.relation(source).indexes.clone() {
            self.copy_index(index, source, id, None)?;
        }
        Ok(())
    }

    pub(super) fn create_table_as(&mut self, spec: CreateTableAs) -> Done {
        let name = self.new_relation_name(&spec.name, spec.persistence == Persistence::Temporary)?;
        if spec.if_not_exists && self.catalog.find_relation(&name).is_some() {
            return Ok(());
        }
        if spec.persistence != Persistence::Temporary && self.is_noted(spec.if_not_exists) {
            self.note_made(Target::Relation("table"), name.clone(), None);
        }
        self.catalog.check_relation_name_free(&name, true)?;
        let (_, mut output) = resolve_query(&self.catalog, &spec.query)?;
        if spec.columns.len() > output.columns.len() && !output.open {
            let message = "more column names are given than the query has columns";
            return Err(Refusal::new(SqlState::SyntaxError, message));
        }
        for (column, name) in output.columns.iter_mut().zip(&spec.columns) {
            column.name = Some(name.clone());
        }
        let table = Table { drop_on_commit: spec.on_commit_drop, ..Table::default() };
        let mut relation = self.new_relation(name, RelationKind::Table(table), spec.persistence);
        let mut unclear = output.open;
        for column in output.columns {
            let name = column.name.unwrap_or_else(|| "?column?".into());
            unclear |= column.ty.is_unknown();
            let entry = self.new_column(&mut relation, name, column.ty, true);
            relation.columns.push(entry);
        }
        relation.open = output.open.then_some(self.at);
        let id = self.catalog.add_relation(relation);
        if unclear {
            self.doubt("makes a table from a query whose columns are not clear", Reach::Columns(id));
        }
        Ok(())
    }

    /// A table, not a view or an index.
    pub(super) fn require_table(&self, path: &Path) -> Done<RelationId> {
        let id = self.catalog.require_relation(path)?;
        if self.catalog.relation(id).table().is_none() {
            return Err(Refusal::new(SqlState::WrongObjectType, format!("`{path}` is not a table")));
        }
        Ok(id)
    }
}

/// The most columns of a table, which are PostgreSQL's own.
const MOST_COLUMNS: usize = 1_600;

/// Refuses one more column where so many have been made, the dropped ones included.
pub(super) fn check_room(columns: usize) -> Done {
    if columns < MOST_COLUMNS {
        return Ok(());
    }
    let message = format!("a table can have at most {MOST_COLUMNS} columns");
    Err(Refusal::new(SqlState::TooManyColumns, message))
}

fn check_new_column(drafts: &[Draft], name: &Name) -> Done {
    if drafts.iter().any(|draft| draft.column.name == *name) {
        let message = format!("column `{}` is specified more than once", name.as_str());
        return Err(Refusal::new(SqlState::DuplicateColumn, message));
    }
    Ok(())
}

/// Gives the columns that LIKE copied the numbers that they have in their source.
fn renumber(source: &Relation, drafts: &mut [Draft]) {
    if drafts.len() != source.columns.len() {
        return;
    }
    for (draft, column) in drafts.iter_mut().zip(&source.columns) {
        draft.column.id = column.id;
    }
}

/// The name of the collation of a column that a statement declares.
pub(super) fn collation_of(column: &ColumnSpec) -> Name {
    column.collation.as_ref().map_or_else(|| "default".into(), |collation| collation.name.clone())
}

/// The keys of an index as a statement would give them.
pub(super) fn key_specs(relation: &Relation, keys: &[crate::catalog::IndexKey]) -> Vec<IndexKeySpec> {
    let spec = |key: &crate::catalog::IndexKey| {
        let spec = match &key.key {
            Key::Column(id) => KeySpec::Column(relation.column_by_id(*id)?.name.clone()),
            Key::Expression(expression) => KeySpec::Expression(Box::new((*expression.tree).clone())),
        };
        Some(IndexKeySpec {
            key: spec,
            collation: key.collation.clone(),
            operator_class: key.operator_class.clone(),
            sort: key.sort,
            nulls: key.nulls,
        })
    };
    keys.iter().filter_map(spec).collect()
}

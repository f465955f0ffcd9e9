//! Relations: foreign keys, and the join tables of many-to-many relations.

use driftless_ir::{
    Column, ForeignKey, Index, IndexKind, Name, Origin, QualifiedName, ReferentialAction, TableDefinition,
};

use super::Lowering;
use crate::resolve::constraint_names::default_name;
use crate::resolve::{Datamodel, Field, FieldRef, Model, ModelRef, Relation, RelationAttribute};
use crate::syntax::Arity;

/// The side of a relation that holds the foreign key.
pub(super) struct Side<'d, 'a> {
    field: &'d Field<'a>,
    attribute: &'d RelationAttribute<'a>,
}

/// For each model, the sides that it holds, in field order.
pub(super) fn foreign_key_sides<'d, 'a>(datamodel: &'d Datamodel<'a>) -> Vec<Vec<Side<'d, 'a>>> {
    let sides = |model: &'d Model<'a>| {
        let side = |field: &'d Field<'a>| {
            let attribute = field.relation.as_deref()?;
            let holds = !attribute.is_broken && attribute.fields.is_some() && attribute.references.is_some();
            holds.then_some(Side { field, attribute })
        };
        model.fields.iter().filter_map(side).collect()
    };
    datamodel.models.iter().map(sides).collect()
}

/// The two ends of a many-to-many relation, in the order of the join table's columns.
pub(crate) struct Ends {
    pub(crate) a: FieldRef,
    pub(crate) b: FieldRef,
}

/// The ends of a relation that needs a join table: two lists. Column A leads to the model whose name sorts first.
pub(crate) fn join_table_ends(datamodel: &Datamodel<'_>, relation: &Relation<'_>) -> Option<Ends> {
    let &[first, second] = relation.fields.as_slice() else { return None };
    let is_list = |field: FieldRef| datamodel.field(field).arity() == Arity::List;
    if !is_list(first) || !is_list(second) {
        return None;
    }
    let name = |field: FieldRef| datamodel.model(field.model).name();
    let (a, b) = if name(first) <= name(second) { (first, second) } else { (second, first) };
    Some(Ends { a, b })
}

/// The name of a join table: the relation's, or both models'.
pub(crate) fn join_table_name(datamodel: &Datamodel<'_>, relation: &Relation<'_>, ends: &Ends) -> String {
    let model = |field: FieldRef| datamodel.model(field.model).name();
    let mut name = match relation.name {
        Some(name) => format!("_{name}"),
        None => format!("_{}To{}", model(ends.a), model(ends.b)),
    };
    name.truncate(name.floor_char_boundary(driftless_ir::MAX_NAME_BYTES));
    name
}

impl<'a> Lowering<'_, 'a> {
    /// The foreign keys that a model holds; none where the client keeps relations.
    pub(super) fn foreign_keys(
        &self,
        at: ModelRef,
        model: &Model<'a>,
    ) -> Vec<ForeignKey<QualifiedName, Name>> {
        if self.datamodel.datasource().is_some_and(|datasource| datasource.emulates_relations()) {
            return Vec::new();
        }
        let sides = &self.foreign_keys[at.index()];
        sides.iter().filter_map(|side| self.foreign_key(model, side)).collect()
    }

    fn foreign_key(&self, model: &Model<'a>, side: &Side<'_, 'a>) -> Option<ForeignKey<QualifiedName, Name>> {
        let related = self.datamodel.model(side.field.related_model()?);
        if !related.is_table() {
            return None;
        }
        let column_names = |model: &Model<'a>, fields: &[usize]| {
            fields.iter().map(|field| Name::from(model.fields[*field].database_name())).collect::<Vec<_>>()
        };
        let default_delete = default_on_delete(model, side.field, side.attribute);
        Some(ForeignKey {
            name: model.foreign_key_name(side.attribute).into_owned().into(),
            columns: column_names(model, side.attribute.fields.as_deref()?),
            referenced_table: self.table_name(related),
            referenced_columns: column_names(related, side.attribute.references.as_deref()?),
            on_delete: side.attribute.on_delete.map_or(default_delete, |(action, _)| action),
            on_update: side.attribute.on_update.map_or(ReferentialAction::Cascade, |(action, _)| action),
            deferrable: None,
            validated: true,
            origin: Origin { span: Some(side.field.syntax.name.span), ..Origin::default() },
        })
    }

    /// The join tables, in the order of the fields that column A stands for.
    pub(super) fn add_join_tables(&mut self) {
        let datamodel = self.datamodel;
        let ends = |relation| Some((join_table_ends(datamodel, relation)?, relation));
        let mut tables: Vec<_> = datamodel.relations.iter().filter_map(ends).collect();
        tables.sort_by_key(|(ends, _)| ends.a);
        for (ends, relation) in tables {
            if let Some((name, table)) = self.join_table(relation, &ends) {
                self.builder.add_table(name, table);
            }
        }
    }

    fn join_table(&self, relation: &Relation<'a>, ends: &Ends) -> Option<(QualifiedName, TableDefinition)> {
        let datamodel = self.datamodel;
        let text = join_table_name(datamodel, relation, ends);
        let (model_a, model_b) = (datamodel.model(ends.a.model), datamodel.model(ends.b.model));
        let mut table = TableDefinition::default();
        table.origin.span = Some(datamodel.field(ends.a).syntax.name.span);
        for (column, field) in [("A", ends.a), ("B", ends.b)] {
            table.add_column(self.join_column(column, field)?);
        }
        let primary = default_name(&text, [].into_iter(), "_AB_pkey");
        table.indexes.push(Index::new(primary, IndexKind::Primary, [Name::from("A"), Name::from("B")]));
        let index = default_name(&text, [].into_iter(), "_B_index");
        table.indexes.push(Index::new(index, IndexKind::Plain, [Name::from("B")]));
        if !datamodel.datasource().is_some_and(|datasource| datasource.emulates_relations()) {
            for (column, model) in [("A", model_a), ("B", model_b)] {
                table.foreign_keys.push(self.join_foreign_key(&text, column, model)?);
            }
        }
        Some((self.qualified(model_a.namespace, &text), table))
    }

    /// A column of the type of the only id field of the field's model, without what fills that.
    ///
    /// Its handle is the relation field: the same two tables, joined by fields of the same names, are the same join
    /// table, whatever the models and the relation are called.
    fn join_column(&self, name: &str, field: FieldRef) -> Option<Column<QualifiedName>> {
        let model = self.datamodel.model(field.model);
        let [key] = model.id()?.fields.as_slice() else { return None };
        let id = self.column(&model.fields[key.field])?;
        let handle = Some(self.datamodel.field(field).name().into());
        let origin = Origin { handle, ..Origin::default() };
        Some(Column { name: name.into(), ty: id.ty, nullable: false, default: None, origin })
    }

    fn join_foreign_key(
        &self,
        table: &str,
        column: &str,
        model: &Model<'a>,
    ) -> Option<ForeignKey<QualifiedName, Name>> {
        let [key] = model.id()?.fields.as_slice() else { return None };
        Some(ForeignKey {
            name: default_name(table, [column].into_iter(), "_fkey").into(),
            columns: vec![column.into()],
            referenced_table: self.table_name(model),
            referenced_columns: vec![model.fields[key.field].database_name().into()],
            on_delete: ReferentialAction::Cascade,
            on_update: ReferentialAction::Cascade,
            deferrable: None,
            validated: true,
            origin: Origin::default(),
        })
    }
}

/// `SET NULL` where nothing stands in its way, `RESTRICT` otherwise.
pub(crate) fn default_on_delete(
    model: &Model<'_>,
    field: &Field<'_>,
    attribute: &RelationAttribute<'_>,
) -> ReferentialAction {
    let columns = attribute.fields.as_deref().unwrap_or_default();
    let any_required = columns.iter().any(|column| model.fields[*column].arity() == Arity::Required);
    match field.arity() {
        Arity::Optional if !any_required => ReferentialAction::SetNull,
        _ => ReferentialAction::Restrict,
    }
}

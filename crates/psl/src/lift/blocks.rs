//! Tables as models, not yet laid out, and what all blocks share.

use driftless_diagnostics::{Files, Span};
use driftless_ir::{ColumnWalker, ForeignKeyWalker, QualifiedName, ReferentialAction, Schema, TableWalker};

use super::assemble::Homes;
use super::comments::{Attached, BlockComments, INVALID_NAME};
use super::keys::Keys;
use super::names::{Names, Title};
use super::notes::{Remark, Unsaid};
use super::previous::{Previous, field_of};
use super::relations::RelationField;
use super::scalars::{KnownField, ScalarWriter, type_of};
use super::spelling::{quote, quoted};
use crate::resolve::constraint_names::default_name;
use crate::resolve::{Field, Model, ModelRef};
use crate::syntax::{self, Arity};

/// What writing blocks takes.
pub(super) struct Writer<'s, 'd, 'a> {
    pub(super) schema: &'s Schema,
    pub(super) files: &'d Files,
    pub(super) names: &'s Names,
    pub(super) previous: &'s Previous<'d, 'a>,
    pub(super) homes: &'s Homes,
    pub(super) unsaid: &'s Unsaid<'s>,
    /// For each table, its relation fields.
    pub(super) relations: &'s [Vec<RelationField>],
    /// For each table, whether the client does not see it.
    pub(super) ignored: &'s [bool],
    pub(super) scalars: ScalarWriter<'s>,
    /// Whether blocks say which namespace they lie in.
    pub(super) names_namespaces: bool,
}

impl<'s, 'd, 'a> Writer<'s, 'd, 'a> {
    /// Writes the model of a table; `above` is what stands before it in the file already.
    pub(super) fn write_model(
        &self,
        table: TableWalker<'s>,
        remarks: &[Remark],
        above: &str,
        out: &mut String,
    ) {
        let title = self.names.table(table);
        let known = self.previous.table(table.qualified_name());
        write_renamed(title, "model", table.name().as_str(), out);
        for remark in remarks.iter().filter(|remark| !above.contains(remark.text())) {
            out.push_str("/// ");
            out.push_str(remark.text());
            out.push('\n');
        }
        if table.columns().len() == 0 {
            write_empty(&title.name, out);
            return;
        }
        let model = known.map(|at| self.previous.model(at));
        let comments = model.map(|model| self.comments(model));
        let keys = Keys::new(table, self.names, model);
        out.push_str("model ");
        out.push_str(&title.name);
        out.push_str(" {\n");
        for column in table.columns() {
            let keys = keys.of_fields.iter().filter(|(id, _)| *id == column.id());
            let keys: Vec<_> = keys.map(|(_, text)| text.as_str()).collect();
            self.write_column(column, &keys, model.zip(comments.as_ref()), out);
        }
        for field in &self.relations[table.id().index()] {
            self.write_relation(table, field, model.zip(comments.as_ref()), out);
        }
        if let Some(at) = known {
            self.write_kept_relations(at, &self.relations[table.id().index()], comments.as_ref(), out);
        }
        if let Some((model, comments)) = model.zip(comments.as_ref()) {
            write_rest(model, comments, out);
        }
        for attribute in &keys.of_model {
            out.push_str(attribute);
            out.push('\n');
        }
        self.write_place(
            &title.name,
            model.and_then(|model| model.mapped).is_some(),
            table.qualified_name(),
            out,
        );
        if self.ignored[table.id().index()] {
            out.push_str("@@ignore\n");
        }
        out.push_str("}\n");
    }

    pub(super) fn comments(&self, model: &'d Model<'a>) -> BlockComments<'d> {
        let mut items: Vec<Span> = model.fields.iter().map(|field| field.syntax.span).collect();
        items.extend(model.syntax.attributes.iter().map(|attribute| attribute.span));
        // fields come first by the grammar's habit, not by its rules
        items.sort_unstable_by_key(|span| span.start);
        BlockComments::read(self.text_of(model.syntax.span), model.syntax.span, &items)
    }

    /// The text of the file that a span lies in.
    pub(super) fn text_of(&self, span: Span) -> &'d str {
        self.files.get(span.file).map(|file| file.text()).unwrap_or_default()
    }

    fn write_column(
        &self,
        column: ColumnWalker<'s>,
        keys: &[&str],
        model: Option<(&'d Model<'a>, &BlockComments<'d>)>,
        out: &mut String,
    ) {
        let entry = column.get();
        let field = model.and_then(|(model, _)| field_of(model, column.name().as_str()));
        let attached =
            model.zip(field).and_then(|((model, comments), field)| attached(model, comments, field.syntax));
        let (ty, is_array) = type_of(self.schema, entry);
        let arity = arity(is_array, entry.nullable);
        let name = self.names.column(column.id());
        if let Some(attached) = attached {
            attached.write_above(out);
        }
        if name.is_none() {
            out.push_str(INVALID_NAME);
            out.push_str("\n// ");
        }
        out.push_str(name.unwrap_or(column.name().as_str()));
        out.push(' ');
        self.scalars.write_type(&ty, arity, out);
        for key in keys {
            out.push(' ');
            out.push_str(key);
        }
        let known = field.map(|field| KnownField { field, text: self.text_of(field.syntax.span) });
        self.scalars.write_attributes(entry, &ty, (name.unwrap_or_default(), known.as_ref()), out);
        if let Some(attached) = attached {
            attached.write_behind(out);
        }
        out.push('\n');
    }

    fn write_relation(
        &self,
        table: TableWalker<'s>,
        field: &RelationField,
        model: Option<(&'d Model<'a>, &BlockComments<'d>)>,
        out: &mut String,
    ) {
        let attached = model.and_then(|(model, comments)| {
            let known = model.fields.iter().find(|known| known.name() == field.name && !known.is_column())?;
            attached(model, comments, known.syntax)
        });
        if let Some(attached) = attached {
            attached.write_above(out);
        }
        let target = self.schema.table(field.target);
        out.push_str(&field.name);
        out.push(' ');
        out.push_str(&self.names.table(target).name);
        out.push_str(match field.arity {
            Arity::Required => "",
            Arity::Optional => "?",
            Arity::List => "[]",
        });
        self.write_relation_attribute(field, out);
        if self.ignored[field.target.index()] && !self.ignored[table.id().index()] {
            out.push_str(" @ignore");
        }
        if let Some(attached) = attached {
            attached.write_behind(out);
        }
        out.push('\n');
    }

    fn write_relation_attribute(&self, field: &RelationField, out: &mut String) {
        let mut arguments = Vec::new();
        if let Some(name) = &field.relation {
            arguments.push(quoted(name));
        }
        if let Some(id) = field.key {
            self.key_arguments(self.schema.foreign_key(id), &mut arguments);
        }
        if !arguments.is_empty() {
            out.push_str(" @relation(");
            out.push_str(&arguments.join(", "));
            out.push(')');
        }
    }

    fn key_arguments(&self, key: ForeignKeyWalker<'_>, arguments: &mut Vec<String>) {
        let field = |column: ColumnWalker<'_>| self.names.column(column.id()).unwrap_or_default().to_owned();
        let fields: Vec<_> = key.columns().map(field).collect();
        let references: Vec<_> = key.referenced_columns().map(field).collect();
        arguments.push(format!("fields: [{}]", fields.join(", ")));
        arguments.push(format!("references: [{}]", references.join(", ")));
        let default_on_delete = if key.columns().any(|column| !column.get().nullable) {
            ReferentialAction::Restrict
        } else {
            ReferentialAction::SetNull
        };
        if key.get().on_delete != default_on_delete {
            arguments.push(format!("onDelete: {}", action_name(key.get().on_delete)));
        }
        if key.get().on_update != ReferentialAction::Cascade {
            arguments.push(format!("onUpdate: {}", action_name(key.get().on_update)));
        }
        let columns = key.columns().map(|column| column.name().as_str());
        if key.name().as_str() != default_name(key.table().name().as_str(), columns, "_fkey") {
            arguments.push(format!("map: {}", quoted(key.name().as_str())));
        }
    }

    /// Relation fields that no foreign key stands for, as they are in the file: those of a schema whose client keeps
    /// relations, and those from and to views.
    pub(super) fn write_kept_relations(
        &self,
        at: ModelRef,
        written: &[RelationField],
        comments: Option<&BlockComments<'d>>,
        out: &mut String,
    ) {
        let datamodel = self.previous.datamodel;
        let emulates = datamodel.datasource().is_some_and(|datasource| datasource.emulates_relations());
        let model = self.previous.model(at);
        for field in &model.fields {
            let Some(related) = field.related_model() else { continue };
            let is_view = [at, related].iter().any(|at| !datamodel.model(*at).is_table());
            let is_written = written.iter().any(|written| written.name == field.name());
            if is_written || !(emulates || is_view) || !self.still_holds(at, related, field) {
                continue;
            }
            let attached = comments.and_then(|comments| attached(model, comments, field.syntax));
            if let Some(attached) = attached {
                attached.write_above(out);
            }
            out.push_str(self.files.slice(field.syntax.span).trim_end());
            if let Some(attached) = attached {
                attached.write_behind(out);
            }
            out.push('\n');
        }
    }

    /// Whether both models of a relation and the fields that it goes by are still there.
    fn still_holds(&self, at: ModelRef, related: ModelRef, field: &Field<'_>) -> bool {
        let holds = |at: ModelRef, fields: Option<&Vec<usize>>| {
            let model = self.previous.model(at);
            let names = fields.into_iter().flatten().map(|field| model.fields[*field].name());
            self.fields_of(at).is_some_and(|known| names.into_iter().all(|name| known.contains(&name)))
        };
        let attribute = field.relation.as_deref();
        holds(at, attribute.and_then(|relation| relation.fields.as_ref()))
            && holds(related, attribute.and_then(|relation| relation.references.as_ref()))
    }

    /// The names of the scalar fields that a block has now; `None` where the database does not hold it any more.
    fn fields_of(&self, at: ModelRef) -> Option<Vec<&str>> {
        if let Some(id) = self.homes.tables.get(&at) {
            let table = self.schema.table(*id);
            return Some(table.columns().filter_map(|column| self.names.column(column.id())).collect());
        }
        let views = self.schema.views().iter().find(|view| self.previous.view(&view.name) == Some(at))?;
        let model = self.previous.model(at);
        let known = |name: &str| field_of(model, name).map(|field| field.name());
        Some(views.columns.iter().filter_map(|column| known(column.name.as_str())).collect())
    }

    /// Writes `@@map` and `@@schema` where they are needed, `@@map` also where it was there.
    pub(super) fn write_place(&self, name: &str, is_mapped: bool, place: &QualifiedName, out: &mut String) {
        if is_mapped || name != place.name.as_str() {
            out.push_str("@@map(");
            quote(place.name.as_str(), out);
            out.push_str(")\n");
        }
        if self.names_namespaces {
            out.push_str("@@schema(");
            quote(place.namespace.as_str(), out);
            out.push_str(")\n");
        }
    }
}

pub(super) fn write_renamed(title: &Title, what: &str, original: &str, out: &mut String) {
    if title.is_reserved {
        let name = &title.name;
        out.push_str(&format!(
            "/// This {what} has been renamed to '{name}' during introspection, because the original name '{original}' is reserved.\n"
        ));
    }
}

/// What the reference writes above a model without columns.
const NO_COLUMNS: &str = "/// We could not retrieve columns for the underlying table. Either it has none or you are missing rights to see them. Please check your privileges.";

fn write_empty(name: &str, out: &mut String) {
    out.push_str(NO_COLUMNS);
    out.push_str(&format!("\n// model {name} {{\n// }}\n"));
}

pub(super) const fn arity(is_array: bool, is_nullable: bool) -> Arity {
    match (is_array, is_nullable) {
        (true, _) => Arity::List,
        (false, true) => Arity::Optional,
        (false, false) => Arity::Required,
    }
}

const fn action_name(action: ReferentialAction) -> &'static str {
    match action {
        ReferentialAction::NoAction => "NoAction",
        ReferentialAction::Restrict => "Restrict",
        ReferentialAction::Cascade => "Cascade",
        ReferentialAction::SetNull => "SetNull",
        ReferentialAction::SetDefault => "SetDefault",
    }
}

/// The comments of a field of a model.
pub(super) fn attached<'c, 'd>(
    model: &Model<'_>,
    comments: &'c BlockComments<'d>,
    field: &syntax::Field<'_>,
) -> Option<&'c Attached<'d>> {
    let before = |span: Span| span.start < field.span.start;
    let fields = model.fields.iter().filter(|other| before(other.syntax.span)).count();
    let attributes = model.syntax.attributes.iter().filter(|attribute| before(attribute.span)).count();
    comments.items.get(fields + attributes)
}

/// Writes the comments that belong to block attributes, to fields that are gone, and to nothing.
pub(super) fn write_rest(model: &Model<'_>, comments: &BlockComments<'_>, out: &mut String) {
    let of_attribute = |at: usize| {
        let place = |span: Span| span.start;
        let mut starts: Vec<_> = model.fields.iter().map(|field| place(field.syntax.span)).collect();
        starts.extend(model.syntax.attributes.iter().map(|attribute| place(attribute.span)));
        starts.sort_unstable();
        model.syntax.attributes.iter().any(|attribute| starts.get(at) == Some(&place(attribute.span)))
    };
    let items =
        comments.items.iter().enumerate().filter(|(at, item)| !item.above.is_empty() && of_attribute(*at));
    write_lines(items.flat_map(|(_, item)| &item.above).chain(&comments.rest), out);
}

pub(super) fn write_lines<'l>(lines: impl Iterator<Item = &'l &'l str>, out: &mut String) {
    for line in lines {
        out.push_str(line);
        out.push('\n');
    }
}

//! Views as blocks, not yet laid out. Which of its columns identify a row of a view, which are never NULL and what it
//! relates to, only the schema can know.

use driftless_ir::{Column, QualifiedName, View};

use super::blocks::{Writer, arity, attached, write_renamed, write_rest};
use super::comments::{BlockComments, INVALID_NAME};
use super::previous::field_of;
use super::scalars::{KnownField, resolve, type_of};
use crate::resolve::Model;

/// What the reference writes above a view that has comments in the database.
const COMMENTED: &str = "This view or at least one of its fields has comments in the database, and requires an additional setup for migrations: Read more: https://pris.ly/d/database-comments";

impl<'s, 'd, 'a> Writer<'s, 'd, 'a> {
    /// Writes the block of a view, the `at`th of those that the schema shows.
    pub(super) fn write_view(&self, view: &'s View, at: usize, above: &str, out: &mut String) {
        let title = &self.names.views[at];
        let known = self.previous.view(&view.name);
        let model = known.map(|at| self.previous.model(at));
        let comments = model.map(|model| self.comments(model));
        write_renamed(title, "view", view.name.name.as_str(), out);
        if self.unsaid.is_view_commented(&view.name) && !above.contains(COMMENTED) {
            out.push_str("/// ");
            out.push_str(COMMENTED);
            out.push('\n');
        }
        out.push_str("view ");
        out.push_str(&title.name);
        out.push_str(" {\n");
        for (column, name) in view.columns.iter().zip(&self.names.view_columns[at]) {
            self.write_view_column(column, name.as_deref(), model.zip(comments.as_ref()), out);
        }
        if let Some((at, (model, comments))) = known.zip(model.zip(comments.as_ref())) {
            self.write_kept_relations(at, &[], Some(comments), out);
            write_rest(model, comments, out);
            for attribute in &model.syntax.attributes {
                if !matches!(attribute.name.text, "map" | "schema") {
                    out.push_str(self.files.slice(attribute.span));
                    out.push('\n');
                }
            }
        }
        self.write_place(&title.name, model.and_then(|model| model.mapped).is_some(), &view.name, out);
        out.push_str("}\n");
    }

    fn write_view_column(
        &self,
        column: &Column<QualifiedName>,
        name: Option<&str>,
        model: Option<(&'d Model<'a>, &BlockComments<'d>)>,
        out: &mut String,
    ) {
        let Some(ty) = resolve(self.schema, &column.ty) else { return };
        let column = Column {
            name: column.name.clone(),
            ty,
            nullable: column.nullable,
            default: None,
            origin: column.origin.clone(),
        };
        let field = model.and_then(|(model, _)| field_of(model, column.name.as_str()));
        let attached =
            model.zip(field).and_then(|((model, comments), field)| attached(model, comments, field.syntax));
        if let Some(attached) = attached {
            attached.write_above(out);
        }
        if name.is_none() {
            out.push_str(INVALID_NAME);
            out.push_str("\n// ");
        }
        let (ty, is_array) = type_of(self.schema, &column);
        let arity = field.map_or_else(|| arity(is_array, column.nullable), |field| field.arity());
        out.push_str(name.unwrap_or(column.name.as_str()));
        out.push(' ');
        self.scalars.write_type(&ty, arity, out);
        for attribute in field.into_iter().flat_map(|field| &field.syntax.attributes) {
            if matches!(attribute.name.text, "id" | "unique") {
                out.push(' ');
                out.push_str(self.files.slice(attribute.span));
            }
        }
        let known = field.map(|field| KnownField { field, text: self.text_of(field.syntax.span) });
        self.scalars.write_attributes(&column, &ty, (name.unwrap_or_default(), known.as_ref()), out);
        if let Some(attached) = attached {
            attached.write_behind(out);
        }
        out.push('\n');
    }
}

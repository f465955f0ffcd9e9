//! Datamodel → IR: models become tables, fields columns, relations foreign keys and join tables.
//!
//! A view is not lowered: migrations leave views alone. An ignored model or field is: the client does not see it, the
//! database has it. What is not valid is left out, so that lowering never fails; only a valid datamodel gives a schema
//! that means anything.

mod columns;
pub(crate) mod indexes;
pub(crate) mod literals;
pub(crate) mod relations;

use std::ops::Range;

use driftless_ir::{
    Dangling, Enum, EnumValue, Extension, Name, Origin, QualifiedName, Schema, SchemaBuilder, TableDefinition,
};

use crate::resolve::{self, Datamodel, EnumRef, Model, ModelRef};
use crate::syntax::Text;
use crate::threads;

/// The namespace of a schema that names none.
const DEFAULT_NAMESPACE: &str = "public";

/// Lowers a datamodel. What its source leaves out lies in `default_namespace`, or in `public` where none is given.
///
/// # Errors
/// [`Dangling`] is a bug of this crate.
pub fn lower(datamodel: &Datamodel<'_>, default_namespace: Option<&str>) -> Result<Schema, Dangling> {
    builder(datamodel, default_namespace).freeze()
}

/// The same, up to the last step: the builder needs the datamodel no more.
pub(crate) fn builder(datamodel: &Datamodel<'_>, default_namespace: Option<&str>) -> SchemaBuilder {
    let mut lowering = Lowering::new(datamodel, default_namespace.unwrap_or(DEFAULT_NAMESPACE));
    lowering.builder.ignores_partial_indexes = !datamodel.has_preview_feature("partialIndexes");
    lowering.add_namespaces();
    lowering.add_extensions();
    for enumeration in &datamodel.enums {
        let enumeration = lowering.enumeration(enumeration);
        lowering.builder.add_enum(enumeration);
    }
    let tables = lowering.tables();
    lowering.builder.tables.reserve(tables.iter().map(Vec::len).sum());
    for (name, table) in tables.into_iter().flatten() {
        lowering.builder.add_table(name, table);
    }
    lowering.add_join_tables();
    lowering.builder
}

/// What lowering works with.
struct Lowering<'d, 'a> {
    datamodel: &'d Datamodel<'a>,
    default_namespace: Name,
    /// For each model, the relations that it holds the foreign key of.
    foreign_keys: Vec<Vec<relations::Side<'d, 'a>>>,
    builder: SchemaBuilder,
}

impl<'d, 'a> Lowering<'d, 'a> {
    fn new(datamodel: &'d Datamodel<'a>, default_namespace: &str) -> Self {
        Self {
            datamodel,
            default_namespace: default_namespace.into(),
            foreign_keys: relations::foreign_key_sides(datamodel),
            builder: SchemaBuilder::new(),
        }
    }

    /// The namespaces that hold something, by name; or the one that the schema leaves out. What lies in that one is
    /// written without it even where the schema names it, as the reference does.
    fn add_namespaces(&mut self) {
        let datamodel = self.datamodel;
        if datamodel.datasource().is_none_or(|datasource| datasource.schemas.is_empty()) {
            self.builder.add_implicit_namespace(self.default_namespace.clone());
            return;
        }
        let models = datamodel.models.iter().filter(|model| model.is_table()).map(|model| model.namespace);
        let enums = datamodel.enums.iter().map(|enumeration| enumeration.namespace);
        let mut used: Vec<_> = models.chain(enums).flatten().map(|text| text.value.as_ref()).collect();
        used.sort_unstable();
        for namespace in used {
            match namespace == self.default_namespace.as_str() {
                true => self.builder.add_implicit_namespace(namespace),
                false => self.builder.add_namespace(namespace),
            }
        }
    }

    fn add_extensions(&mut self) {
        if !self.datamodel.has_preview_feature("postgresqlExtensions") {
            return;
        }
        for extension in self.datamodel.datasource().into_iter().flat_map(|datasource| &datasource.extensions)
        {
            let name = Name::from(extension.database_name());
            let namespace = extension.schema.map(|text| Name::from(text.value.as_ref()));
            let version = extension.version.map(|text| text.value.as_ref().into());
            self.builder.extensions.insert(name.clone(), Extension { name, namespace, version });
        }
    }

    fn qualified(&self, namespace: Option<&Text<'_>>, name: &str) -> QualifiedName {
        let namespace =
            namespace.map_or_else(|| self.default_namespace.clone(), |text| text.value.as_ref().into());
        QualifiedName { namespace, name: name.into() }
    }

    fn table_name(&self, model: &Model<'a>) -> QualifiedName {
        self.qualified(model.namespace, model.database_name())
    }

    fn enum_name(&self, enumeration: EnumRef) -> QualifiedName {
        let enumeration = self.datamodel.enumeration(enumeration);
        self.qualified(enumeration.namespace, enumeration.database_name())
    }

    fn enumeration(&self, enumeration: &resolve::Enum<'a>) -> Enum {
        let value = |value: &resolve::EnumValue<'a>| EnumValue {
            name: value.database_name().into(),
            handle: value.mapped.map(|_| value.name().into()),
        };
        Enum {
            name: self.qualified(enumeration.namespace, enumeration.database_name()),
            values: enumeration.values.iter().map(value).collect(),
            origin: Origin {
                span: Some(enumeration.syntax.name.span),
                handle: enumeration.mapped.map(|_| enumeration.name().into()),
                ..Origin::default()
            },
        }
    }

    /// The tables of all models in runs, made on several threads where there are many.
    fn tables(&self) -> Vec<Vec<(QualifiedName, TableDefinition)>> {
        let lower_run = |run: Range<usize>| {
            let models = self.datamodel.models_with_refs().skip(run.start).take(run.len());
            let tables = models.filter(|(_, model)| model.is_table());
            tables.map(|(at, model)| (self.table_name(model), self.table(at, model))).collect::<Vec<_>>()
        };
        threads::map_runs(self.datamodel.models.len(), lower_run)
    }

    fn table(&self, at: ModelRef, model: &Model<'a>) -> TableDefinition {
        let mut table = TableDefinition {
            origin: Origin {
                span: Some(model.syntax.name.span),
                handle: model.mapped.map(|_| model.name().into()),
                ..Origin::default()
            },
            ..TableDefinition::default()
        };
        table.columns.reserve(model.fields.len());
        for field in model.fields.iter().filter(|field| field.is_column()) {
            if let Some(column) = self.column(field) {
                table.add_column(column);
            }
        }
        table.indexes = self.indexes(model);
        table.foreign_keys = self.foreign_keys(at, model);
        table
    }
}

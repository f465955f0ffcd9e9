//! Giving a namespace of a builder another name.

use crate::{
    BaseType, Column, ColumnDefault, Name, Namespace, OrderedMap, QualifiedName, SchemaBuilder,
    TableDefinition,
};

impl SchemaBuilder {
    /// Moves everything that lies in the namespace `from` to `to`, as if it had been made there. Texts of expressions and
    /// of unmodelled objects stay as they are.
    pub fn move_namespace(&mut self, from: &Name, to: &Name) {
        let rename = |name: &mut Name| {
            if name == from {
                name.clone_from(to);
            }
        };
        let requalify = |name: &mut QualifiedName| rename(&mut name.namespace);
        for (mut name, namespace) in std::mem::take(&mut self.namespaces) {
            rename(&mut name);
            self.namespaces.entry(name.clone()).or_insert(Namespace { name, ..namespace });
        }
        self.extensions.values_mut().filter_map(|extension| extension.namespace.as_mut()).for_each(rename);
        self.enums = rekeyed(std::mem::take(&mut self.enums), &requalify);
        self.enums.values_mut().for_each(|enumeration| requalify(&mut enumeration.name));
        self.tables = rekeyed(std::mem::take(&mut self.tables), &requalify);
        for table in self.tables.values_mut() {
            let TableDefinition { columns, foreign_keys, .. } = table;
            columns.values_mut().for_each(|column| requalify_column(column, &requalify));
            foreign_keys.iter_mut().for_each(|key| requalify(&mut key.referenced_table));
        }
        for sequence in &mut self.sequences {
            requalify(&mut sequence.name);
            if let Some((table, _)) = &mut sequence.owner {
                requalify(table);
            }
        }
        for view in &mut self.views {
            requalify(&mut view.name);
            view.columns.iter_mut().for_each(|column| requalify_column(column, &requalify));
        }
        self.unmodelled.iter_mut().for_each(|unmodelled| rename(&mut unmodelled.namespace));
    }
}

fn rekeyed<V>(
    map: OrderedMap<QualifiedName, V>,
    requalify: &impl Fn(&mut QualifiedName),
) -> OrderedMap<QualifiedName, V> {
    let rekey = |(mut name, value)| {
        requalify(&mut name);
        (name, value)
    };
    map.into_iter().map(rekey).collect()
}

fn requalify_column(column: &mut Column<QualifiedName>, requalify: &impl Fn(&mut QualifiedName)) {
    let reported = column.origin.reported.as_mut();
    let domain = reported.and_then(|reported| reported.domain_of.as_mut());
    let types = std::iter::once(&mut column.ty).chain(domain);
    for ty in types {
        if let BaseType::Enum(name) = &mut ty.base {
            requalify(name);
        }
    }
    if let Some(ColumnDefault::Serial(Some(sequence))) = &mut column.default {
        requalify(sequence);
    }
}

#[cfg(test)]
mod tests {
    use crate::{Enum, Name, Origin, QualifiedName, SchemaBuilder, TableDefinition};

    #[test]
    fn what_lies_in_a_namespace_moves_with_it_and_nothing_else() {
        let mut builder = SchemaBuilder::new();
        builder.add_namespace("other");
        builder.add_implicit_namespace("x");
        builder.add_enum(Enum {
            name: QualifiedName::new("x", "e"),
            values: Vec::new(),
            origin: Origin::default(),
        });
        builder.add_table(QualifiedName::new("x", "a"), TableDefinition::default());
        builder.add_table(QualifiedName::new("other", "b"), TableDefinition::default());
        builder.move_namespace(&Name::from("x"), &Name::from("public"));
        let names: Vec<_> = builder.tables.keys().map(ToString::to_string).collect();
        assert_eq!(names, [r#""public"."a""#, r#""other"."b""#]);
        assert!(builder.namespaces.get(&Name::from("public")).is_some_and(|namespace| namespace.implicit));
        assert_eq!(builder.enums.keys().next(), Some(&QualifiedName::new("public", "e")));
        let schema = builder.freeze().expect("nothing dangles");
        assert!(schema.find_table(&QualifiedName::new("public", "a")).is_some());
        assert!(schema.find_table(&QualifiedName::new("x", "a")).is_none());
    }
}

use driftless_ir::{
    BaseType, Builtin, Column, ColumnDefault, ForeignKey, IndexKind, IndexMethod, Literal, OperatorClass,
    Schema, SortOrder,
};

use super::build::{
    column, enum_column, enumeration, handle, integer, key, plain, plan, public, schema, table, unique,
};
use crate::{Style, render};

fn guarded(previous: &Schema, next: &Schema) -> String {
    render(&plan(previous, next), Style::Guarded)
}

fn plainly(previous: &Schema, next: &Schema) -> String {
    render(&plan(previous, next), Style::Plain)
}

#[test]
fn nothing_to_do_is_said() {
    let schema = schema(|_| {});
    assert_eq!(guarded(&schema, &schema), "-- This is an empty migration.\n");
}

#[test]
fn a_column_of_the_same_handle_is_renamed_in_both_styles() {
    let with = |name: &'static str| {
        schema(move |s| {
            let mut t = table("t", &["id"]);
            t.add_column(Column { origin: handle("createdAt"), ..integer(name) });
            s.add_table(public("t"), t);
        })
    };
    let (previous, next) = (with("createdAt"), with("created_at"));
    let statement = "ALTER TABLE \"t\" RENAME COLUMN \"createdAt\" TO \"created_at\";";
    assert_eq!(plainly(&previous, &next), format!("-- RenameColumn\n{statement}\n"));
    assert!(guarded(&previous, &next).contains(statement));
}

#[test]
fn a_column_of_the_same_handle_and_another_type_is_another_column() {
    let with = |name: &'static str, builtin| {
        schema(move |s| {
            let mut t = table("t", &["id"]);
            t.add_column(Column { origin: handle("fee"), ..column(name, BaseType::Builtin(builtin)) });
            s.add_table(public("t"), t);
        })
    };
    let (previous, next) = (with("fee", Builtin::Integer), with("fee_amount", Builtin::Real));
    assert!(
        plainly(&previous, &next)
            .contains("DROP COLUMN \"fee\",\nADD COLUMN     \"fee_amount\" REAL NOT NULL;")
    );
}

#[test]
fn a_value_that_comes_and_is_used_at_once_makes_the_type_anew() {
    let with = |values: &'static [&'static str], default| {
        schema(move |s| {
            s.add_enum(enumeration("e", values));
            let mut t = table("t", &["id"]);
            t.add_column(enum_column("e", "e", Some(default)));
            s.add_table(public("t"), t);
        })
    };
    let (previous, next) = (with(&["a", "z"], "a"), with(&["a", "b", "z"], "b"));
    assert!(guarded(&previous, &next).contains("CREATE TYPE \"e_new\" AS ENUM ('a', 'b', 'z');"));
    let unused = with(&["a", "b", "z"], "a");
    assert!(guarded(&previous, &unused).contains("ADD VALUE IF NOT EXISTS 'b' AFTER 'a';"));
}

#[test]
fn what_the_next_schema_cannot_say_is_kept() {
    let with = |deferrable, on_delete, include: Vec<driftless_ir::Name>| {
        schema(move |s| {
            s.add_table(public("p"), table("p", &["id"]));
            let mut t = table("t", &["id", "p", "x"]);
            t.foreign_keys.push(ForeignKey { deferrable, on_delete, ..key("t_p", "p", "p", "id") });
            let mut index = plain("t_p_idx", &["p"]);
            index.include = include;
            t.indexes.push(index);
            s.add_table(public("t"), t);
        })
    };
    use driftless_ir::ReferentialAction::{Cascade, Restrict};
    let database = with(Some(true), Restrict, vec!["x".into()]);
    assert!(plan(&database, &with(None, Restrict, vec![])).is_empty());
    let script = guarded(&database, &with(None, Cascade, vec![]));
    assert!(script.contains("ON DELETE CASCADE ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED"));
    assert!(!script.contains("INDEX"));
}

#[test]
fn an_index_that_the_schema_language_cannot_say_is_nobodys_to_drop() {
    let with = |indexes: Vec<driftless_ir::Index<driftless_ir::Name>>| {
        schema(move |s| {
            let mut t = table("t", &["id", "x"]);
            t.indexes.extend(indexes);
            s.add_table(public("t"), t);
        })
    };
    let mut expression = plain("by_expression", &["x"]);
    expression.parts[0].key = driftless_ir::IndexKey::Expression(driftless_ir::Expr::deparsed("lower(x)"));
    let database = with(vec![expression, plain("expressible", &["x"])]);
    let script = plainly(&database, &with(vec![]));
    assert!(script.contains("expressible") && !script.contains("by_expression"));
}

#[test]
fn a_unique_constraint_is_dropped_as_one() {
    let with = |kind| {
        schema(move |s| {
            let mut t = table("t", &["id", "x"]);
            t.indexes.extend(kind);
            s.add_table(public("t"), t);
        })
    };
    let mut constraint = unique("t_x_key", &["x"]);
    constraint.kind = IndexKind::Unique { constraint: true };
    let script = plainly(&with(Some(constraint)), &with(None));
    assert_eq!(script, "-- DropIndex\nALTER TABLE \"t\" DROP CONSTRAINT \"t_x_key\";\n");
}

#[test]
fn the_block_of_warnings_cannot_be_ended_by_a_name() {
    let previous = schema(|s| s.add_table(public("a*/b"), table("a", &["id"])));
    let script = guarded(&previous, &schema(|_| {}));
    assert!(script.starts_with("/*\n") && script.matches("*/").count() == 2, "{script}");
}

#[test]
fn rows_get_the_default_before_the_column_is_required() {
    let with = |nullable, default: Option<&'static str>| {
        schema(move |s| {
            let mut t = table("t", &["id"]);
            let default = default.map(|number| ColumnDefault::Literal(Literal::Number(number.into())));
            t.add_column(Column { nullable, default, ..integer("n") });
            s.add_table(public("t"), t);
        })
    };
    let script = guarded(&with(true, None), &with(false, Some("7")));
    let places = ["SET DEFAULT 7", "UPDATE \"t\" SET \"n\" = DEFAULT WHERE \"n\" IS NULL;", "SET NOT NULL"];
    let places = places.map(|text| script.find(text).unwrap());
    assert!(places.is_sorted(), "{script}");
}

#[test]
fn what_an_index_has_by_default_is_left_out_where_people_read() {
    let next = schema(|s| {
        let mut t = table("t", &["id", "at"]);
        let mut tree = plain("tree", &["id", "at"]);
        let mut ranges = plain("ranges", &["at"]);
        let class = |name: &str, is_default| OperatorClass { name: name.into(), is_default };
        tree.parts[0].sort = Some(SortOrder::Ascending);
        tree.parts[0].operator_class = Some(class("int4_ops", true));
        tree.parts[1].operator_class = Some(class("odd_ops", false));
        ranges.method = IndexMethod::Brin;
        ranges.parts[0].operator_class = Some(class("int4_minmax_ops", true));
        t.indexes.extend([tree, ranges]);
        s.add_table(public("t"), t);
    });
    let empty = schema(|_| {});
    let (plain, guarded) = (plainly(&empty, &next), guarded(&empty, &next));
    assert!(plain.contains("\"tree\" ON \"t\"(\"id\" ASC, \"at\" odd_ops);"), "{plain}");
    assert!(plain.contains("\"ranges\" ON \"t\" USING BRIN (\"at\" int4_minmax_ops);"), "{plain}");
    assert!(guarded.contains("\"tree\" ON \"t\"(\"id\", \"at\" odd_ops);"), "{guarded}");
    assert!(guarded.contains("\"ranges\" ON \"t\" USING BRIN (\"at\");"), "{guarded}");
}

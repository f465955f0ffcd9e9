use driftless_ir::{BaseType, Builtin, Schema};

use super::build::{column, enum_column, enumeration, key, plain, plan, public, schema, table, unique};
use crate::effects::{Effects, Scope};
use crate::{Pair, Plan, Rank, diff, order};

/// Two schemas between which nearly every kind of step is needed.
fn eventful() -> (Schema, Schema) {
    let previous = schema(|s| {
        s.add_enum(enumeration("Shrinks", &["a", "b"]));
        s.add_enum(enumeration("Thing", &["a"]));
        let mut parent = table("parent", &["id", "code", "old"]);
        parent.indexes.push(unique("parent_code", &["code"]));
        parent.indexes.push(plain("swap_one", &["code"]));
        parent.indexes.push(plain("swap_two", &["old"]));
        s.add_table(public("parent"), parent);
        let mut child = table("child", &["id", "parent"]);
        child.add_column(enum_column("kind", "Shrinks", Some("a")));
        child.add_column(enum_column("thing", "Thing", None));
        child.foreign_keys.push(key("child_parent", "parent", "parent", "code"));
        s.add_table(public("child"), child);
        let mut gone = table("gone", &["id", "child"]);
        gone.foreign_keys.push(key("gone_child", "child", "child", "id"));
        s.add_table(public("gone"), gone);
    });
    let next = schema(|s| {
        s.add_namespace("other");
        s.add_enum(enumeration("Shrinks", &["a"]));
        s.add_enum(enumeration("New", &["a"]));
        let mut parent = table("parent", &["id", "code"]);
        parent.add_column(column("new", BaseType::Builtin(Builtin::Text)));
        parent.indexes[0] = driftless_ir::Index::new(
            "parent_pkey",
            driftless_ir::IndexKind::Primary,
            [driftless_ir::Name::from("code")],
        );
        parent.indexes.push(unique("parent_id", &["id"]));
        parent.indexes.push(plain("swap_two", &["code"]));
        s.add_table(public("parent"), parent);
        let mut child = table("child", &["id", "parent"]);
        child.add_column(enum_column("kind", "Shrinks", Some("a")));
        child.add_column(enum_column("new", "New", None));
        child.foreign_keys.push(key("child_parent", "parent", "parent", "code"));
        s.add_table(public("child"), child);
        let mut thing = table("Thing", &["id", "child"]);
        thing.foreign_keys.push(key("thing_child", "child", "child", "id"));
        s.add_table(public("Thing"), thing);
        s.add_table(driftless_ir::QualifiedName::new("other", "gone"), table("gone", &["id", "child"]));
    });
    (previous, next)
}

/// Every maker before its users, every user before what takes the thing away, every name free before it is taken.
fn assert_respects_effects(plan: &Plan<'_>) {
    let scope = Scope { schemas: plan.schemas(), correspondence: plan.correspondence() };
    let effects: Vec<Effects<'_>> = plan
        .steps()
        .iter()
        .map(|step| {
            let mut effects = Effects::default();
            scope.add(step, &mut effects);
            effects
        })
        .collect();
    for (at, earlier) in effects.iter().enumerate() {
        for (offset, later) in effects[at + 1..].iter().enumerate() {
            let places = (plan.steps()[at].clone(), plan.steps()[at + 1 + offset].clone());
            assert!(
                !earlier.consumes.iter().any(|r| later.produces.contains(r)),
                "used before made: {places:?}"
            );
            assert!(
                !earlier.destroys.iter().any(|r| later.consumes.contains(r)),
                "gone before used: {places:?}"
            );
            assert!(
                !earlier.produces.iter().any(|r| later.destroys.contains(r)),
                "taken before free: {places:?}"
            );
        }
    }
}

#[test]
fn every_edge_is_respected() {
    let (previous, next) = eventful();
    assert_respects_effects(&plan(&previous, &next));
    assert_respects_effects(&plan(&next, &previous));
}

#[test]
fn the_order_of_steps_does_not_depend_on_the_order_of_finding_them() {
    let (previous, next) = eventful();
    let changes = diff(Pair::new(&previous, &next));
    let expected = order(changes.clone()).unwrap();
    for rotation in 0..changes.steps.len() {
        let mut shuffled = changes.clone();
        shuffled.steps.rotate_left(rotation);
        shuffled.steps.reverse();
        assert_eq!(order(shuffled).unwrap().steps(), expected.steps());
    }
}

#[test]
fn a_schema_becomes_itself_without_a_step() {
    let (previous, next) = eventful();
    assert!(plan(&previous, &previous).is_empty());
    assert!(plan(&next, &next).is_empty());
}

#[test]
fn a_foreign_key_goes_and_comes_back_around_the_key_that_it_leans_on() {
    let tables = |primary: &'static str| {
        schema(move |s| {
            let mut parent = table("parent", &["id", "code"]);
            parent.indexes[0].parts =
                vec![driftless_ir::IndexPart::column(driftless_ir::Name::from(primary))];
            let other = if primary == "id" { "code" } else { "id" };
            parent.indexes.push(unique(&format!("parent_{other}"), &[other]));
            s.add_table(public("parent"), parent);
            let mut child = table("child", &["id", "parent"]);
            child.foreign_keys.push(key("child_parent", "parent", "parent", "id"));
            s.add_table(public("child"), child);
        })
    };
    let (previous, next) = (tables("id"), tables("code"));
    let plan = plan(&previous, &next);
    let ranks: Vec<_> = plan.steps().iter().map(|step| step.rank()).collect();
    use Rank::{AddForeignKey, AlterTable, CreateIndex, DropForeignKey, DropIndex};
    assert_eq!(ranks, [DropForeignKey, DropIndex, AlterTable, CreateIndex, AddForeignKey]);
}

#[test]
fn names_that_indexes_exchange_are_built_again() {
    let tables = |one: &'static str, two: &'static str| {
        schema(move |s| {
            let mut t = table("t", &["id", "a", "b"]);
            t.indexes.push(plain(one, &["a"]));
            t.indexes.push(plain(two, &["b"]));
            s.add_table(public("t"), t);
        })
    };
    let (previous, next) = (tables("x", "y"), tables("y", "x"));
    let plan = plan(&previous, &next);
    let ranks: Vec<_> = plan.steps().iter().map(|step| step.rank()).collect();
    use Rank::{CreateIndex, DropIndex};
    assert_eq!(ranks, [DropIndex, DropIndex, CreateIndex, CreateIndex]);
}

#[test]
fn an_index_whose_name_is_taken_is_built_again() {
    let previous = schema(|s| {
        let mut t = table("t", &["id", "a", "b"]);
        t.indexes.push(plain("x", &["a"]));
        s.add_table(public("t"), t);
    });
    let next = schema(|s| {
        let mut t = table("t", &["id", "a", "b"]);
        t.indexes.push(plain("x", &["b"]));
        t.indexes.push(plain("y", &["a"]));
        s.add_table(public("t"), t);
    });
    let plan = plan(&previous, &next);
    let ranks: Vec<_> = plan.steps().iter().map(|step| step.rank()).collect();
    use Rank::{CreateIndex, DropIndex};
    assert_eq!(ranks, [DropIndex, CreateIndex, CreateIndex]);
}

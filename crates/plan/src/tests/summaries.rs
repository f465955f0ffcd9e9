use super::build::{enumeration, integer, key, plan, public, schema, table, unique};
use crate::{Ansi, Mark, Severity, Style};

#[test]
fn a_summary_gathers_changes_under_their_tables() {
    let previous = schema(|s| {
        s.add_enum(enumeration("e", &["a", "b"]));
        s.add_table(public("gone"), table("gone", &["id"]));
        s.add_table(public("t"), table("t", &["id", "old"]));
    });
    let next = schema(|s| {
        s.add_enum(enumeration("e", &["a", "c"]));
        s.add_table(public("new"), table("new", &["id"]));
        let mut t = table("t", &["id", "n"]);
        t.add_column(integer("extra"));
        t.indexes.push(unique("t_n_key", &["n"]));
        t.foreign_keys.push(key("t_new", "n", "new", "id"));
        s.add_table(public("t"), t);
    });
    let summary = plan(&previous, &next).summary();
    let expected = "\
~ enum e
  - value b
  + value c
- table gone
~ table t
  - column old
  + column extra INTEGER NOT NULL
  + column n INTEGER NOT NULL
  + index t_n_key (n) unique
  + foreign key t_new (n) to new (id)
+ table new
";
    assert_eq!(summary.to_string(), expected);
    assert!(summary.to_text(&Ansi).contains("\u{1b}[31m- table gone\u{1b}[0m\n"));
    assert_eq!(summary.changes[0].mark, Mark::Changed);
}

#[test]
fn hazards_say_what_is_lost() {
    let previous = schema(|s| {
        s.add_table(public("gone"), table("gone", &["id"]));
        s.add_table(public("t"), table("t", &["id", "old"]));
    });
    let next = schema(|s| s.add_table(public("t"), table("t", &["id", "n"])));
    let plan = plan(&previous, &next);
    let hazards = plan.hazards(Style::Guarded);
    let sentences: Vec<_> = hazards.iter().map(|hazard| hazard.describe(&plan)).collect();
    assert_eq!(
        sentences,
        [
            "the column `old` of `t` is dropped with its values",
            "the column `n` of `t` is added as required without a default, which fails unless the table is empty",
            "the table `gone` is dropped with its rows",
        ]
    );
    assert_eq!(hazards.iter().filter(|hazard| hazard.severity() == Severity::Destroys).count(), 2);
}

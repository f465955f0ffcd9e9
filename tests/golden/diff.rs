//! `fixtures/diff` and `fixtures/shop`.

use driftless_diagnostics::Files;
use driftless_engine::Style;
use driftless_ir::Schema;
use driftless_sql::{Replay, Trust};
use driftless_tests::expect::{Verdict, check_all, expect_file, expect_text, updating};
use driftless_tests::fixtures::{Case, diff_cases, read, shop};
use driftless_tests::schemas::{blocks, load, script, without_warnings};

const EMPTY: &str = "-- This is an empty migration.\n";

fn schemas(case: &Case) -> Result<(Schema, Schema), String> {
    let previous = match case.read("from.prisma") {
        Some(text) => load(&text).map_err(|reason| format!("from.prisma is {reason}"))?,
        None => Schema::empty(),
    };
    let next = load(&case.read("to.prisma").unwrap_or_default())
        .map_err(|reason| format!("to.prisma is {reason}"))?;
    Ok((previous, next))
}

/// A script is made, is the same each time, and from a schema to itself there is nothing to do.
pub(crate) fn check_from_empty(schema: &Schema) -> Verdict {
    for style in [Style::Plain, Style::Guarded] {
        let first = script(&Schema::empty(), schema, style)?;
        expect_text("the script, made again,", &first, &script(&Schema::empty(), schema, style)?)?;
        expect_text("the script to itself", EMPTY, &script(schema, schema, style)?)?;
    }
    Ok(())
}

#[test]
fn plain_scripts_are_those_of_the_reference() {
    check_all(
        &diff_cases(),
        |case| case.name.clone(),
        |case| {
            let (previous, next) = schemas(case)?;
            let plain = script(&previous, &next, Style::Plain)?;
            let plain = without_warnings(&plain);
            match case.read("reference.sql") {
                Some(reference) if reference == plain => {
                    Err("plain.sql is the reference's after all: take out reference.sql and why.txt"
                        .to_owned())
                }
                Some(_) => expect_file(&case.path.join("plain.sql"), plain),
                // It is a record of the reference, which UPDATE_EXPECT must not touch.
                None => expect_text("plain.sql", &case.read("plain.sql").unwrap_or_default(), plain),
            }
        },
    );
}

#[test]
fn guarded_scripts_are_as_recorded() {
    check_all(
        &diff_cases(),
        |case| case.name.clone(),
        |case| {
            let (previous, next) = schemas(case)?;
            expect_file(&case.path.join("guarded.sql"), &script(&previous, &next, Style::Guarded)?)
        },
    );
}

/// The scripts of a history, replayed, in the namespaces of a schema.
fn replayed(scripts: &[String], of: &Schema) -> Result<Schema, String> {
    let (mut files, mut replay) = (Files::new(), Replay::default());
    for script in scripts {
        let id = files.add("migration.sql", script.clone());
        replay.run(id, script);
    }
    if let Some(refused) = replay.refused().first() {
        return Err(refused.message.clone());
    }
    if replay.trust() != Trust::Exact {
        return Err("the replay does not know what the script does".to_owned());
    }
    let mut builder = replay.builder();
    builder.retain_namespaces(|name| of.find_namespace(name).is_some());
    builder.freeze().map_err(|dangling| dangling.to_string())
}

#[test]
fn guarded_scripts_replay_to_what_they_are_made_for() {
    let stays =
        |case: &&Case| ["no_server.txt", "no_replay.txt"].iter().all(|name| case.read(name).is_none());
    let cases: Vec<_> = diff_cases();
    check_all(
        &cases.iter().filter(stays).collect::<Vec<_>>(),
        |case| case.name.clone(),
        |case| {
            let (previous, next) = schemas(case)?;
            let mut scripts = vec![case.read("setup.sql").unwrap_or_default()];
            scripts.push(script(&Schema::empty(), &previous, Style::Guarded)?);
            scripts.push(script(&previous, &next, Style::Guarded)?);
            let made = replayed(&scripts, &next)?;
            expect_text("the script from the replayed history", EMPTY, &script(&made, &next, Style::Guarded)?)
        },
    );
}

#[test]
fn nothing_leads_from_a_schema_to_itself() {
    check_all(
        &diff_cases(),
        |case| case.name.clone(),
        |case| {
            let (previous, next) = schemas(case)?;
            check_from_empty(&previous)?;
            check_from_empty(&next)
        },
    );
}

#[test]
fn both_styles_have_the_same_blocks_or_say_why_not() {
    check_all(
        &diff_cases(),
        |case| case.name.clone(),
        |case| {
            let (previous, next) = schemas(case)?;
            let empty = |style| Ok::<_, String>(blocks(&script(&previous, &next, style)?).is_empty());
            let (plain, guarded) = (empty(Style::Plain)?, empty(Style::Guarded)?);
            if plain == guarded {
                Ok(())
            } else {
                Err("one style has something to do and the other has not".to_owned())
            }
        },
    );
}

#[test]
fn the_shop_begins_with_its_recorded_migration() {
    let case = shop();
    let schema = load(&read(&case.path.join("schema.prisma"))).expect("the shop's schema is valid");
    let first = script(&Schema::empty(), &schema, Style::Guarded).expect("the steps have an order");
    let verdict = expect_file(&case.path.join("migrations/0_init/migration.sql"), &first);
    assert!(verdict.is_ok() || updating(), "{verdict:?}");
}

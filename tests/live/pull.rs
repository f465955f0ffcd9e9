//! `fixtures/pull` on a real server: a database made by a script, read into a schema.

use std::path::Path;

use driftless_diagnostics::Diagnostic;
use driftless_engine::{Project, PullOptions, Pulled, pull};
use driftless_tests::expect::{Verdict, check_all, expect_file, expect_text};
use driftless_tests::fixtures::{Case, pull_cases};
use driftless_tests::postgres::{Server, server};

/// The schema of a case that begins with none.
const NOTHING_KNOWN: &str = "datasource db {\n  provider = \"postgresql\"\n}\n";

/// Each database gives the recorded schema, and the same again where that is the existing one.
#[test]
fn databases_become_schemas() {
    let Some(server) = server() else { return };
    check_all(&pull_cases(), |case| case.name.clone(), |case| check(server, case));
}

fn check(server: &Server, case: &Case) -> Verdict {
    let database = server.create_database();
    database.run(&case.read("setup.sql").unwrap_or_default())?;
    let before = case.read("before.prisma").unwrap_or_else(|| NOTHING_KNOWN.to_owned());
    let found = pull_over(&before, &database.url())?;
    expect_file(&case.path.join("expected.prisma"), &found)?;
    if case.read("unusable.txt").is_some() {
        return Ok(());
    }
    expect_text("the second pull", &found, &pull_over(&found, &database.url())?)
}

/// The text of a schema of one file after a pull.
fn pull_over(schema: &str, url: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    std::fs::write(folder.path().join("schema.prisma"), schema).map_err(|error| error.to_string())?;
    let pulled = pull_in(folder.path(), url, &PullOptions::default())?;
    Ok(pulled.files.into_iter().map(|file| file.text).collect())
}

fn pull_in(folder: &Path, url: &str, options: &PullOptions) -> Result<Pulled, String> {
    let project = Project::new(folder).with_url(Some(url.to_owned()));
    pull(&project, options).map_err(|refusal| {
        let text = |problem: &Diagnostic| format!("{} {}", problem.code, problem.message);
        let messages: Vec<_> = refusal.diagnostics.iter().map(text).collect();
        messages.join("\n")
    })
}

#[test]
fn a_folder_keeps_its_files() {
    let Some(server) = server() else { return };
    let database = server.create_database();
    let tables = "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a); \
                  CREATE TABLE c (id int PRIMARY KEY);";
    database.run(tables).expect("the tables can be made");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let schema = folder.path().join("prisma/schema");
    std::fs::create_dir_all(&schema).expect("a folder can be made");
    let write =
        |name: &str, text: &str| std::fs::write(schema.join(name), text).expect("a file can be written");
    write("base.prisma", NOTHING_KNOWN);
    write("one.prisma", "// the first\nmodel A {\n  id Int @id\n\n  @@map(\"a\")\n}\n");
    write("two.prisma", "model B {\n  id Int @id\n\n  @@map(\"b\")\n}\n\nmodel Gone {\n  id Int @id\n}\n");
    let pulled =
        pull_in(folder.path(), &database.url(), &PullOptions::default()).expect("the database can be read");
    let names: Vec<_> = pulled.files.iter().filter_map(|file| file.path.file_name()?.to_str()).collect();
    assert_eq!(names, ["base.prisma", "one.prisma", "two.prisma", "introspected.prisma"]);
    let holds = |at: usize, text: &str| pulled.files[at].text.contains(text);
    assert!(!pulled.files[0].differs);
    assert!(holds(1, "// the first\nmodel A {") && holds(1, "b  B[]"), "{}", pulled.files[1].text);
    assert!(holds(2, "a_id Int?") && !holds(2, "Gone"), "{}", pulled.files[2].text);
    assert_eq!(pulled.files[3].text, "model c {\n  id Int @id\n}\n");
}

#[test]
fn what_cannot_be_pulled_is_said() {
    let Some(server) = server() else { return };
    let database = server.create_database();
    let refused = |schema: &str| pull_over(schema, &database.url()).expect_err("there is nothing to pull");
    assert!(refused(NOTHING_KNOWN).starts_with("P4001"), "{}", refused(NOTHING_KNOWN));
    let apart =
        "CREATE SCHEMA s; CREATE TABLE s.a (id int PRIMARY KEY); CREATE TABLE b (id int REFERENCES s.a);";
    database.run(apart).expect("the tables can be made");
    assert!(refused(NOTHING_KNOWN).starts_with("P4002"), "{}", refused(NOTHING_KNOWN));
    let broken = format!("{NOTHING_KNOWN}\nmodel a {{\n  id Nothing @id\n}}\n");
    database.run("DROP TABLE b; CREATE TABLE a (id int PRIMARY KEY)").expect("the tables can be made");
    assert!(refused(&broken).contains("nothing of it could be kept"), "{}", refused(&broken));
}

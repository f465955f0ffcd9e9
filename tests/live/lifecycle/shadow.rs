//! The database that is named for trials: which one may be emptied, and how much of it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use driftless_tests::postgres::{Server, server};

use super::{Project, Run};

/// What it makes cannot be told from its text, so that it is tried.
const OPAQUE: &str = "CREATE TABLE t (id int PRIMARY KEY);\n\
    DO $$ BEGIN FOR i IN 1..2 LOOP EXECUTE 'CREATE TABLE x' || i || ' (id int)'; END LOOP; END $$;\n\
    INSERT INTO t VALUES (0);\n";

/// A project whose history is in effect, with a row that must survive.
fn project(server: &Server) -> Project<'_> {
    let project = Project::new(server.create_database(), &[("1_a", OPAQUE)]);
    project.run(&["migrate", "deploy"]).succeeds();
    project
        .database
        .run("INSERT INTO t VALUES (7); CREATE SCHEMA other; CREATE TABLE other.kept (id int)")
        .unwrap();
    project
}

fn is_whole(project: &Project<'_>) {
    assert_eq!(project.query("SELECT count(*) FROM t WHERE id = 7"), "1");
    assert_eq!(project.query("SELECT to_regclass('other.kept')"), "other.kept");
    assert_eq!(project.query("SELECT count(*) FROM pg_namespace WHERE nspname ~ 'shadow|driftless'"), "0");
}

fn socket_folder(url: &str) -> PathBuf {
    PathBuf::from(url.split_once("host=").expect("the server listens on a socket").1)
}

/// Passes connections on to the server's socket, so that one more address leads to it.
fn forward(server: &Server) -> u16 {
    let socket = socket_folder(&server.url("postgres")).join(".s.PGSQL.5432");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let Ok(server) = UnixStream::connect(&socket) else { continue };
            let (back_from, back_to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            std::thread::spawn(move || pass(back_from, back_to));
            std::thread::spawn(move || {
                pass(client, &server);
                let _ = server.shutdown(std::net::Shutdown::Both);
            });
        }
    });
    port
}

fn pass(mut from: impl Read, mut to: impl Write) {
    let mut buffer = [0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..length]).is_err() {
            return;
        }
    }
}

fn name_of(url: &str) -> &str {
    url.split_once('?').unwrap().0.rsplit('/').next().unwrap()
}

/// All commands that try a history, with a shadow named by the project or by a flag.
fn commands(shadow: &str) -> Vec<(Vec<String>, bool)> {
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let flag = ["--shadow-database-url", shadow];
    vec![
        (own(&["migrate", "status", "--strict"]), true),
        (own(&["drift", "--against-migrations"]), true),
        (own(&["migrate", "deploy", "--strict"]), true),
        (own(&["migrate", "dev", "--create-only", "-n", "x"]), true),
        (own(&["diff", "--from-migrations", "--to-empty"]), true),
        (own(&[&["diff", "--from-migrations", "--to-schema"][..], &flag].concat()), false),
        (own(&[&["migrate", "dev", "--create-only", "-n", "x"][..], &flag].concat()), false),
    ]
}

fn run_with_shadow(project: &Project<'_>, shadow: &str, arguments: &[String], by_project: bool) -> Run {
    let datasource = if by_project { "  shadowDatabaseUrl = env(\"SHADOW\")\n" } else { "" };
    let schema = format!("datasource db {{\n  provider = \"postgresql\"\n{datasource}}}\n");
    project.write("prisma/schema.prisma", &schema);
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    Run::of(project.command(&words).env("SHADOW", shadow).spawn().unwrap())
}

#[test]
fn the_database_itself_is_no_shadow_whatever_leads_to_it() {
    let Some(server) = server() else { return };
    let project = project(server);
    let url = project.database.url();
    let (name, port) = (name_of(&url).to_owned(), forward(server));
    let folder = socket_folder(&url).display().to_string();
    let doors = [
        url.clone(),
        format!("{url}&schema=shadow"),
        format!("postgresql://postgres@127.0.0.1:{port}/{name}?sslmode=disable"),
        format!("postgresql://postgres@localhost:{port}/{name}?sslmode=disable&schema=other"),
        format!("postgresql://postgres@%2F{}/{name}", folder[1..].replace('/', "%2F")),
    ];
    for (arguments, by_project) in commands(&doors[2]) {
        run_with_shadow(&project, &doors[2], &arguments, by_project)
            .fails_with("D4007")
            .says("the server says");
        is_whole(&project);
    }
    for door in doors {
        let arguments = ["diff", "--from-migrations", "--to-url", &url].map(str::to_owned);
        run_with_shadow(&project, &door, &arguments, true).fails_with("D4007");
        is_whole(&project);
    }
}

#[test]
fn every_database_that_the_run_names_is_compared_with() {
    let Some(server) = server() else { return };
    let project = project(server);
    let (victim, other, port) = (project.database.url(), server.create_database(), forward(server));
    let shadow = format!("postgresql://postgres@127.0.0.1:{port}/{}?sslmode=disable", name_of(&victim));
    // empty of rows and histories, so that nothing but its identity speaks for it
    project.database.run("DROP TABLE _prisma_migrations; TRUNCATE t").unwrap();
    let flag = ["--shadow-database-url", &shadow];
    let run = |arguments: &[&str], url: &str| {
        let arguments = [arguments, &flag].concat();
        Run::of(project.command_at(url, &arguments).spawn().unwrap())
            .fails_with("D4007")
            .says("both are one");
        assert_eq!(project.query("SELECT to_regclass('other.kept')"), "other.kept");
    };
    run(&["diff", "--from-migrations", "--to-url", &victim], &other.url());
    run(&["diff", "--from-url", &victim, "--to-migrations"], &other.url());
    run(&["diff", "--from-migrations", "--to-schema"], &victim);
    project.write(
        "prisma/schema.prisma",
        &format!(
            "datasource db {{\n  provider = \"postgresql\"\n  url = \"{}\"\n  directUrl = \"{victim}\"\n}}\n",
            other.url()
        ),
    );
    run(&["diff", "--from-migrations", "--to-schema"], &other.url());
    project.write("prisma.config.ts", &format!("export default {{ datasource: {{ url: \"{victim}\" }} }}\n"));
    run(&["diff", "--from-migrations", "--to-schema"], &other.url());
}

#[test]
fn a_shadow_that_holds_something_is_refused_and_an_empty_one_is_used_again_and_again() {
    let Some(server) = server() else { return };
    let project = project(server);
    let shadow = server.create_database();
    let run = |arguments: &[&str]| {
        let flag = ["--shadow-database-url", &shadow.url()];
        project.run(&[&["diff", "--from-migrations", "--to-empty"], arguments, &flag].concat())
    };
    // the history writes rows; what a trial leaves is in nobody's way
    run(&[]).succeeds();
    run(&["--json"]).succeeds();
    assert_eq!(
        shadow.run("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace").unwrap(),
        "0\n"
    );

    let worthless = "CREATE TABLE left_over (id int); CREATE VIEW v AS SELECT 1 AS a";
    shadow.run(worthless).unwrap();
    run(&[]).succeeds();
    for (make, said) in [
        (
            "CREATE SCHEMA s; CREATE TABLE s.kept (id int); INSERT INTO s.kept VALUES (1)",
            "has rows in `s.kept`",
        ),
        ("CREATE TABLE \"Kept\" (id int); INSERT INTO \"Kept\" VALUES (1)", "has rows in `public.\"Kept\"`"),
        (
            "CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p DEFAULT; INSERT INTO p VALUES (1)",
            "has rows",
        ),
        ("CREATE TABLE _prisma_migrations (id int)", "has a history of migrations"),
    ] {
        shadow.run(make).unwrap();
        let before = shadow.run("SELECT count(*) FROM pg_class").unwrap();
        run(&[]).fails_with("D4007").says(said);
        assert_eq!(shadow.run("SELECT count(*) FROM pg_class").unwrap(), before);
        shadow
            .run("DROP SCHEMA IF EXISTS s CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            .unwrap();
    }

    // who cannot be compared gets the benefit of no doubt
    shadow.run(worthless).unwrap();
    let unreachable = "postgresql://postgres@127.0.0.1:9/x?connect_timeout=1";
    let flag = ["diff", "--from-migrations", "--to-empty", "--shadow-database-url", &shadow.url()];
    let run_there = || Run::of(project.command_at(unreachable, &flag).spawn().unwrap());
    run_there().fails_with("D4007").says("cannot be reached");
    shadow.run("DROP VIEW v; DROP TABLE left_over").unwrap();
    run_there().succeeds();
}

#[test]
fn what_a_killed_trial_left_is_known_by_its_mark() {
    let Some(server) = server() else { return };
    let project = project(server);
    let shadow = server.create_database();
    project.write_migration("2_b", "SELECT pg_sleep(60);");
    let url = shadow.url();
    let arguments = ["diff", "--from-migrations", "--to-empty", "--shadow-database-url", &url];
    let mut child = project.command(&arguments).spawn().unwrap();
    let filled = "SELECT count(*) FROM pg_class WHERE relname = 'x2'";
    for _ in 0..600 {
        if shadow.run(filled).unwrap() == "1\n" {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    // somebody else waits for it, and does not trip over it
    project.write_migration("2_b", "SELECT 1;");
    let waiting = project.command(&arguments).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    child.kill().unwrap();
    child.wait().unwrap();
    shadow
        .run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()")
        .unwrap();
    Run::of(waiting).succeeds();
    assert_eq!(shadow.run(filled).unwrap(), "0\n");
}

#[test]
fn a_shadow_with_a_schema_is_emptied_there_alone() {
    let Some(server) = server() else { return };
    let project = project(server);
    let shadow = server.create_database();
    shadow
        .run("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1); CREATE SCHEMA app; CREATE TABLE app.kept AS SELECT 1 AS a")
        .unwrap();
    let whole = || {
        assert_eq!(
            shadow.run("SELECT (SELECT count(*) FROM kept) + (SELECT count(*) FROM app.kept)").unwrap(),
            "2\n"
        );
    };
    let url = project.database.url();
    let run = |schema: &str| {
        let shadow = format!("{}&schema={schema}", shadow.url());
        project.run(&[
            "diff",
            "--from-migrations",
            "--to-url",
            &url,
            "--exit-code",
            "--shadow-database-url",
            &shadow,
        ])
    };
    // what is made under another name is compared all the same
    run("trial").succeeds();
    run("trial").succeeds();
    whole();
    assert_eq!(shadow.run("SELECT count(*) FROM pg_namespace WHERE nspname = 'trial'").unwrap(), "0\n");
    run("public").fails_with("D4007").says("has rows in `public.kept`");
    whole();
    // a history that reaches out of its schema is not let near what is there
    project.write_migration("2_b", "DO $$ BEGIN EXECUTE 'DROP TABLE IF EXISTS app.kept'; END $$;");
    run("trial").fails_with("D4007").says("names the schema `app`");
    whole();
    // what is not there yet is made, and goes with the trial
    project.write_migration("2_b", "CREATE SCHEMA made; CREATE TABLE made.a (id int);");
    run("trial");
    run("trial");
    assert_eq!(
        shadow.run("SELECT count(*) FROM pg_namespace WHERE nspname IN ('made', 'trial')").unwrap(),
        "0\n"
    );
    whole();
}

/// Histories that reach out of the schema in which they are tried, without its name.
const REACHING: [&str; 6] = [
    "RESET search_path;\nDROP TABLE IF EXISTS kept;",
    "DISCARD ALL;\nDROP TABLE kept;",
    "SET search_path TO DEFAULT;\nTRUNCATE kept;",
    "DO $$ BEGIN EXECUTE 'DROP SCHEMA pub' || 'lic CASCADE'; END $$;",
    "DO $$ DECLARE t text; BEGIN FOR t IN SELECT oid::regclass FROM pg_class WHERE relname = 'kept' LOOP
       EXECUTE 'DROP TABLE ' || t; END LOOP; END $$;",
    "DELETE FROM U&\"p\\0075blic\".kept;",
];

#[test]
fn a_history_does_not_get_out_of_the_schema_that_it_is_tried_in() {
    let Some(server) = server() else { return };
    let project = project(server);
    let shadow = server.create_database();
    shadow.run("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)").unwrap();
    let flag = format!("{}&schema=trial", shadow.url());
    for script in REACHING {
        project.write_migration("2_b", script);
        let run = project.run(&["diff", "--from-migrations", "--to-empty", "--shadow-database-url", &flag]);
        assert!(run.code != Some(101), "{script}: {}", run.stderr);
        assert_eq!(shadow.run("SELECT count(*) FROM public.kept").unwrap(), "1\n", "{script}");
        let left = "SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace), \
                    (SELECT count(*) FROM pg_roles WHERE rolname LIKE 'driftless_shadow%' AND \
                     EXISTS (SELECT FROM pg_shdepend WHERE refobjid = pg_roles.oid AND dbid = (SELECT oid FROM \
                     pg_database WHERE datname = current_database())))";
        assert_eq!(shadow.run(left).unwrap(), "1|0\n", "{script}");
    }
}

#[test]
fn a_schema_that_others_depend_on_is_no_shadow() {
    let Some(server) = server() else { return };
    let project = project(server);
    for depends in [
        "CREATE TYPE trial.e AS ENUM ('a'); CREATE TABLE public.t (c trial.e); INSERT INTO t VALUES ('a')",
        "CREATE TABLE trial.r (id int PRIMARY KEY); CREATE TABLE t (id int REFERENCES trial.r)",
        "CREATE TABLE trial.r (id int); CREATE VIEW t AS SELECT * FROM trial.r",
        "CREATE FUNCTION trial.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (id int DEFAULT trial.f())",
        "CREATE FUNCTION trial.f(int) RETURNS boolean LANGUAGE sql AS 'SELECT true'; CREATE TABLE t (id int CHECK (trial.f(id)))",
        "CREATE TABLE trial.r (id int); CREATE TABLE t () INHERITS (trial.r)",
    ] {
        let shadow = server.create_database();
        shadow.run(&format!("CREATE SCHEMA trial; {depends}")).unwrap();
        let state = "SELECT pg_get_viewdef(oid) FROM pg_class WHERE relname = 't' AND relkind = 'v'; \
                     SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND NOT attisdropped; \
                     SELECT count(*) FROM pg_constraint; SELECT count(*) FROM pg_attrdef";
        let before = shadow.run(state).unwrap();
        let flag = format!("{}&schema=trial", shadow.url());
        project
            .run(&["diff", "--from-migrations", "--to-empty", "--shadow-database-url", &flag])
            .fails_with("D4007")
            .says("depends on");
        assert_eq!(shadow.run(state).unwrap(), before, "{depends}");
    }
}

#[test]
fn what_belongs_to_no_schema_goes_with_the_trial() {
    let Some(server) = server() else { return };
    let project = project(server);
    let shadow = server.create_database();
    for script in [
        "CREATE PUBLICATION p FOR ALL TABLES;",
        "CREATE FOREIGN DATA WRAPPER w;",
        "CREATE ACCESS METHOD m TYPE INDEX HANDLER bthandler;",
        "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END';
         CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f();",
    ] {
        project.write_migration("2_b", script);
        for _ in 0..2 {
            let url = shadow.url();
            project
                .run(&["diff", "--from-migrations", "--to-empty", "--shadow-database-url", &url])
                .succeeds();
        }
    }
}

#[test]
fn a_schema_file_that_is_compared_names_a_database_too() {
    let Some(server) = server() else { return };
    let project = project(server);
    let other = server.create_database();
    other.run("CREATE TABLE kept (id int)").unwrap();
    for setting in ["url", "directUrl"] {
        let line = format!("{setting} = \"{}\"", other.url());
        let first =
            if setting == "url" { String::new() } else { "  url = env(\"DATABASE_URL\")\n".to_owned() };
        project.write(
            "other/schema.prisma",
            &format!("datasource db {{\n  provider = \"postgresql\"\n{first}  {line}\n}}\n"),
        );
        let flags = ["diff", "--from-migrations", "prisma/migrations", "--to-schema", "other/schema.prisma"];
        let url = other.url();
        let mut flags = flags.to_vec();
        flags.extend(["--shadow-database-url", &url]);
        project.run(&flags).fails_with("D4007").says("both are one");
        other.run("SELECT FROM kept").unwrap();
    }
}

#[test]
fn what_a_pooler_leads_to_is_seen_behind_it() {
    let Some(server) = server() else { return };
    let Some(pooler) = Pooler::start(server) else {
        driftless_tests::expect::notice("shadows behind a pooler are not tried: there is no pgbouncer");
        return;
    };
    let project = project(server);
    let url = project.database.url();
    let shadow = format!("postgresql://postgres@127.0.0.1:{}/{}?sslmode=disable", pooler.port, name_of(&url));
    for parameters in ["", "&pgbouncer=true", "&schema=x"] {
        let shadow = format!("{shadow}{parameters}");
        let target = if parameters.is_empty() { &shadow } else { &url };
        let flags = ["diff", "--from-migrations", "--to-url", target, "--shadow-database-url", &shadow];
        project.run(&flags).fails_with("D4007").says("both are one");
        is_whole(&project);
    }
}

/// `pgbouncer` in transaction mode.
struct Pooler {
    port: u16,
    process: std::process::Child,
    _folder: tempfile::TempDir,
}

impl Pooler {
    fn start(server: &Server) -> Option<Self> {
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"]
            .into_iter()
            .find(|path| std::path::Path::new(path).exists())?;
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("settings.ini");
        let host = socket_folder(&server.url("postgres"));
        std::fs::write(folder.path().join("users"), "\"postgres\" \"\"\n").unwrap();
        let text = format!(
            "[databases]\n* = host={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = trust\nauth_file = {}\npool_mode = transaction\ndefault_pool_size = 3\n",
            host.display(),
            folder.path().join("users").display()
        );
        std::fs::write(&settings, text).unwrap();
        let mut command = std::process::Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", program]);
        if std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .is_err()
        {
            return None;
        }
        command
            .arg("-q")
            .arg(&settings)
            .stderr(std::process::Stdio::null())
            .stdout(std::process::Stdio::null());
        let process = command.spawn().ok()?;
        let pooler = Self { port, process, _folder: folder };
        for _ in 0..100 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(pooler);
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        None
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

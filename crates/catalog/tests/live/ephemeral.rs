//! Servers made from the programs of this machine. Skipped, and said so, where there are none.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use driftless_catalog::Session;
use driftless_catalog::ephemeral::{Ephemeral, EphemeralError, Machine, Programs};

/// This machine, with a cache of the test's own.
fn machine(cache: &Path) -> Machine {
    Machine {
        programs: std::env::var_os("DRIFTLESS_PG_BIN").map(PathBuf::from),
        path: std::env::var_os("PATH"),
        cache: Some(cache.to_owned()),
        temporary: std::env::temp_dir(),
    }
}

#[expect(clippy::print_stderr, reason = "a test that is skipped is to be seen")]
fn programs(machine: &Machine) -> Option<Programs> {
    match Programs::find(machine) {
        Ok(programs) => Some(programs),
        Err(error) => {
            eprintln!("skipped: {error}");
            None
        }
    }
}

/// Waits until a folder is gone.
fn goes(folder: &Path) -> bool {
    let begin = Instant::now();
    while folder.exists() && begin.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(10));
    }
    !folder.exists()
}

#[test]
fn a_server_starts_and_leaves_nothing() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let machine = machine(cache.path());
    let Some(programs) = programs(&machine) else { return };
    for _ in 0..2 {
        let server = Ephemeral::start(&programs, &machine).expect("the server starts");
        let mut session = Session::connect(server.url()).expect("the server answers");
        session.execute("CREATE TABLE t (id serial PRIMARY KEY)").expect("its databases are usable");
        session.create_database("another").expect("its user may do everything");
        let folder = server.folder().to_owned();
        drop(session);
        drop(server);
        assert!(!folder.exists(), "the server's files are gone");
    }
    assert_eq!(std::fs::read_dir(cache.path()).expect("the cache").count(), 1, "one template is kept");
}

#[test]
fn a_damaged_template_is_made_anew() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let machine = machine(cache.path());
    let Some(programs) = programs(&machine) else { return };
    drop(Ephemeral::start(&programs, &machine).expect("the server starts"));
    let mut templates = std::fs::read_dir(cache.path()).expect("the cache");
    let template = templates.next().expect("a template").expect("a readable one").path();
    std::fs::remove_file(template.join("global/pg_control")).expect("a template has this file");
    drop(Ephemeral::start(&programs, &machine).expect("the server starts all the same"));
    assert!(template.join("global/pg_control").exists());
}

#[test]
fn what_keeps_a_server_from_starting_is_said() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let machine = Machine { programs: Some("/nowhere".into()), ..machine(cache.path()) };
    let error = Programs::find(&machine).expect_err("there is nothing at /nowhere");
    assert!(matches!(error, EphemeralError::NoPrograms(_)));
    assert!(error.to_string().contains("/nowhere/bin"), "{error}");
}

/// Says to a process of the test below that it is to hold a server and be killed.
const HOLD: &str = "DRIFTLESS_TEST_HOLD";

/// Starts a server, says where its files are, and waits for a signal.
fn hold_a_server(machine: &Machine, programs: &Programs) {
    let server = Ephemeral::start(programs, machine).expect("the server starts");
    writeln!(std::io::stdout(), "\nfolder {}", server.folder().display()).expect("the other test listens");
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn a_server_goes_with_its_process() {
    let machine = Machine { cache: None, ..machine(&std::env::temp_dir()) };
    let Some(programs) = programs(&machine) else { return };
    if std::env::var_os(HOLD).is_some() {
        return hold_a_server(&machine, &programs);
    }
    for signal in ["-INT", "-KILL"] {
        let mut child = Command::new(std::env::current_exe().expect("this test has a path"))
            .args(["--exact", "ephemeral::a_server_goes_with_its_process", "--nocapture"])
            .env(HOLD, "1")
            .stdout(Stdio::piped())
            .spawn()
            .expect("this test runs again");
        let said = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let folder =
            said.lines().map_while(Result::ok).find_map(|line| Some(line.strip_prefix("folder ")?.into()));
        let folder: PathBuf = folder.expect("the server starts");
        assert!(folder.exists());
        let killed = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(killed.is_ok_and(|status| status.success()));
        child.wait().expect("it ends");
        assert!(goes(&folder), "the files are gone after {signal}");
    }
}

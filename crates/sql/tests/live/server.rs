//! A scratch server, spoken to through `psql`.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::facts::{self, Facts};

/// The server named by `DRIFTLESS_TEST_URL`; says so where there is none.
pub(crate) fn url() -> Option<String> {
    let url = std::env::var("DRIFTLESS_TEST_URL").ok();
    if url.is_none() {
        eprintln!("skipped: DRIFTLESS_TEST_URL names no server");
    }
    url
}

/// A database of its own on the server, dropped at the end.
pub(crate) struct Database {
    server: String,
    name: String,
}

impl Database {
    pub(crate) fn new(server: &str, name: &str) -> Self {
        let database = Self { server: server.to_owned(), name: name.to_owned() };
        database.admin(&format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"));
        database.admin(&format!("CREATE DATABASE \"{name}\""));
        database
    }

    fn url(&self) -> String {
        let (server, _) = self.server.rsplit_once('/').unwrap();
        format!("{server}/{}", self.name)
    }

    fn admin(&self, sql: &str) {
        let (ok, _, err) = psql(&self.server, &["-v", "ON_ERROR_STOP=1"], sql);
        assert!(ok, "{err}");
    }

    /// Makes the database empty again.
    pub(crate) fn clear(&self) {
        let sql = "DO $$ DECLARE n text; BEGIN FOR n IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' \
                   LOOP EXECUTE format('DROP SCHEMA %I CASCADE', n); END LOOP; CREATE SCHEMA public; END $$;";
        let (ok, _, err) = psql(&self.url(), &["-v", "ON_ERROR_STOP=1"], sql);
        assert!(ok, "{err}");
    }

    /// Runs scripts, each in a session of its own, up to the first error; gives how many were run wholly, and the error.
    pub(crate) fn run_scripts(&self, scripts: &[(String, String)]) -> (usize, Option<String>) {
        let mut all = String::new();
        for (_, script) in scripts {
            all.push_str(script);
            all.push_str("\n;\n\\echo @@\n\\connect -\n");
        }
        let (ok, out, err) = psql(&self.url(), &["-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose"], &all);
        (out.lines().filter(|line| *line == "@@").count(), (!ok).then_some(err))
    }

    /// Runs statements one by one; gives for each its SQLSTATE, `00000` where it succeeded.
    pub(crate) fn run_each(&self, statements: &[String]) -> Vec<String> {
        let mut script = String::new();
        for statement in statements {
            script.push_str(statement);
            script.push_str(";\n\\echo @@ :SQLSTATE\n");
        }
        let (_, out, _) = psql(&self.url(), &[], &script);
        out.lines().filter_map(|line| line.strip_prefix("@@ ")).map(str::to_owned).collect()
    }

    /// Runs sequences of statements, each in a transaction that is taken back, on what the database holds; gives for
    /// each sequence the SQLSTATE of every statement, and what the database holds after it.
    pub(crate) fn run_apart(&self, sequences: &[Vec<String>]) -> Vec<(Vec<String>, Facts)> {
        let mut script = include_str!("run_each.sql").to_owned();
        for statements in sequences {
            let quoted: Vec<_> = statements.iter().map(|text| format!("$_${text}$_$")).collect();
            script.push_str(&format!(
                "BEGIN;\nSELECT pg_temp.run_each(ARRAY[{}]);\n\\echo =states=\n{}\n\\echo =facts=\nROLLBACK;\n",
                quoted.join(",\n"),
                include_str!("facts.sql")
            ));
        }
        let (ok, out, err) =
            psql(&self.url(), &["-v", "ON_ERROR_STOP=1", "-A", "-t", "-R", "\u{1d}"], &script);
        assert!(ok, "{err}");
        let answer = |text: &str| {
            let (states, facts) = text.split_once("=states=\n")?;
            let states = states.trim_matches('\n').split(' ').map(str::to_owned).collect();
            Some((states, facts::of_output(facts)))
        };
        out.split("=facts=\n").filter_map(answer).collect()
    }

    /// What the database holds.
    pub(crate) fn facts(&self) -> Facts {
        let (ok, out, err) = psql(&self.url(), &["-A", "-t", "-R", "\u{1d}"], include_str!("facts.sql"));
        assert!(ok, "{err}");
        facts::of_output(&out)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", self.name);
        psql(&self.server, &[], &sql);
    }
}

fn psql(url: &str, options: &[&str], script: &str) -> (bool, String, String) {
    let mut child = Command::new("psql")
        .args([url, "-X", "-q"])
        .args(options)
        .args(["-f", "-"])
        .env("PGOPTIONS", "-c client_min_messages=error -c TimeZone=UTC")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("psql runs");
    let mut stdin = child.stdin.take().unwrap();
    let script = script.to_owned();
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(script.as_bytes());
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

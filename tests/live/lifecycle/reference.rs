//! The reference, at work on the databases of these tests.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use driftless_tests::expect::notice;
use driftless_tests::fixtures::root;
use serde_json::{Value, json};

use super::Project;

/// A process of the reference that does one thing after the other.
pub(super) struct Reference {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Reference {
    /// Starts it; `None` where it, or node, is not at hand.
    pub(super) fn start() -> Option<Self> {
        let reference = script().and_then(|script| {
            let mut node = Command::new("node");
            node.arg(script).arg("batch").stdin(Stdio::piped()).stdout(Stdio::piped());
            let mut process = node.stderr(Stdio::null()).spawn().ok()?;
            let questions = process.stdin.take()?;
            let answers = BufReader::new(process.stdout.take()?);
            Some(Self { process, questions, answers })
        });
        if reference.is_none() {
            notice("tests against the reference are skipped: it is not at hand");
        }
        reference
    }

    /// The names of the migrations that its `deploy` applies.
    pub(super) fn deploy(&mut self, project: &Project<'_>) -> Result<Vec<String>, String> {
        let answer = self.ask(project, &["deploy", &migrations(project)])?;
        Ok(serde_json::from_value(answer["appliedMigrationNames"].clone()).unwrap())
    }

    /// What it finds in the history: its own diagnosis.
    pub(super) fn status(&mut self, project: &Project<'_>) -> Value {
        self.ask(project, &["status", &migrations(project)]).unwrap()
    }

    /// Asserts that it finds a history that is in effect as a whole.
    #[track_caller]
    pub(super) fn finds_all_in_effect(&mut self, project: &Project<'_>) {
        let status = self.status(project);
        let is_clean = status["failedMigrationNames"] == json!([])
            && status["editedMigrationNames"] == json!([])
            && status["history"] == Value::Null;
        assert!(is_clean, "{status}");
    }

    /// Its `resolve --applied`.
    pub(super) fn resolve_applied(&mut self, project: &Project<'_>, name: &str) {
        self.ask(project, &["applied", name, &migrations(project)]).unwrap();
    }

    /// Its `resolve --rolled-back`.
    pub(super) fn resolve_rolled_back(&mut self, project: &Project<'_>, name: &str) {
        self.ask(project, &["rolledback", name]).unwrap();
    }

    fn ask(&mut self, project: &Project<'_>, arguments: &[&str]) -> Result<Value, String> {
        let question = json!({ "id": 0, "args": arguments, "url": project.database.url() });
        writeln!(self.questions, "{question}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        match answer["err"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => {
                let text = answer["out"].as_str().unwrap();
                Ok(serde_json::from_str(text).unwrap_or(Value::Null))
            }
        }
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The script that drives the reference.
fn script() -> Option<PathBuf> {
    let setup = root().join("../shared/reference/setup");
    let output = Command::new(setup).output().ok().filter(|output| output.status.success())?;
    let place = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    Some(place.join("reference.mjs")).filter(|script| script.is_file())
}

fn migrations(project: &Project<'_>) -> String {
    project.path().join("prisma/migrations").display().to_string()
}

//! The commands about the life of migrations, and what they share.

pub(crate) mod deploy;
pub(crate) mod dev;
pub(crate) mod reset;
pub(crate) mod resolve;
pub(crate) mod status;

use std::io::{self, BufRead, IsTerminal, Write};
use std::time::Instant;

use driftless_engine::{Event, LockOptions, Refusal};

use super::{Context, Outcome};
use crate::arguments::LockArguments;
use crate::exit::Exit;
use crate::report;
use crate::terminal::Terminal;

impl LockArguments {
    fn options(&self) -> LockOptions {
        let standard = LockOptions::default();
        LockOptions {
            timeout: self.lock_timeout.unwrap_or(standard.timeout),
            statement_timeout: self.lock_timeout,
        }
    }
}

/// Tells of what happens: at a terminal a line a migration with its time.
struct Progress {
    terminal: Terminal,
    began: Instant,
}

impl Progress {
    fn new(terminal: Terminal) -> Self {
        Self { terminal, began: Instant::now() }
    }

    fn hear(&mut self, event: Event<'_>) {
        match event {
            Event::Created(database) => self.terminal.say(&format!("made the database `{database}`")),
            Event::Begins(_) => self.began = Instant::now(),
            Event::Applied(name) => {
                let time = self.began.elapsed().as_secs_f64();
                let time = if time < 1.0 { format!("{:.0} ms", time * 1e3) } else { format!("{time:.1} s") };
                let line = format!("applied {name} ({time})");
                if io::stderr().is_terminal() {
                    self.terminal.say(&line)
                } else {
                    self.terminal.remark(&line)
                }
            }
            Event::Remark(text) => self.terminal.say(&format!("note: {text}")),
            Event::Warning(text) => self.terminal.say(&format!("warning: {text}")),
        }
    }
}

/// Reports what stopped a command.
fn refuse(context: &Context, refusal: &Refusal) -> Outcome {
    report::draw(context.terminal, &refusal.diagnostics, &refusal.files);
    Ok(Exit::Failed)
}

/// Variables by which machines that build say what they are.
const MACHINES: [&str; 8] = [
    "CI",
    "CONTINUOUS_INTEGRATION",
    "BUILD_NUMBER",
    "RUN_ID",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "BUILDKITE",
    "TF_BUILD",
];

/// Whether there is somebody to ask.
fn can_ask() -> bool {
    let set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "false");
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    io::stdin().is_terminal()
        && io::stderr().is_terminal()
        && !is_dumb
        && !MACHINES.iter().any(|name| set(&name))
}

/// Asks for a line; `None` where nobody answers.
fn ask(question: &str) -> Option<String> {
    let mut stderr = io::stderr().lock();
    write!(stderr, "{question} ").and_then(|()| stderr.flush()).ok()?;
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim().to_owned())
}

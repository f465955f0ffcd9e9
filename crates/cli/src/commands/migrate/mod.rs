//! The commands about the life of migrations, and what they share.

pub(crate) mod deploy;
pub(crate) mod dev;
pub(crate) mod reset;
pub(crate) mod resolve;
pub(crate) mod status;

use std::io::{self, IsTerminal};
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

/// Tells of what happens: a line a migration with its time, at a terminal or where it is `full`.
struct Progress {
    terminal: Terminal,
    /// When the migration began that is carried out by itself.
    began: Option<Instant>,
    full: bool,
}

impl Progress {
    fn new(terminal: Terminal) -> Self {
        Self { terminal, began: None, full: io::stderr().is_terminal() }
    }

    /// With a line a migration wherever stderr leads.
    fn full(terminal: Terminal) -> Self {
        Self { full: true, ..Self::new(terminal) }
    }

    fn hear(&mut self, event: Event<'_>) {
        match event {
            Event::Created(database) => self.terminal.say(&format!("created the database `{database}`")),
            Event::Begins(_) => self.began = Some(Instant::now()),
            Event::Applied(name) => {
                let time = self.began.take().map(|began| format!(" ({})", duration(began)));
                let line = format!("applied {name}{}", time.unwrap_or_default());
                if self.full { self.terminal.say(&line) } else { self.terminal.remark(&line) }
            }
            Event::Remark(text) => self.terminal.say(&format!("note: {text}")),
            Event::Warning(text) => self.terminal.say(&format!("warning: {text}")),
        }
    }
}

/// The time since then: "12 ms", "1.5 s".
fn duration(began: Instant) -> String {
    let time = began.elapsed().as_secs_f64();
    if time < 1.0 { format!("{:.0} ms", time * 1e3) } else { format!("{time:.1} s") }
}

/// Reports what stopped a command.
fn refuse(context: &Context, refusal: &Refusal) -> Outcome {
    report::draw(context.terminal, &refusal.diagnostics, &refusal.files);
    Ok(Exit::Failed)
}

/// A number of things: "1 migration", "2 migrations".
fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

//! One module a command: what it prints and how it ends. What it does is the engine's.

pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod drift;
pub(crate) mod execute;
pub(crate) mod format;
pub(crate) mod history;
pub(crate) mod man;
pub(crate) mod migrate;
pub(crate) mod pull;
pub(crate) mod push;
pub(crate) mod seed;
pub(crate) mod validate;

use driftless_diagnostics::Diagnostic;
use driftless_engine::{Found, Location, Project};

use crate::exit::Exit;
use crate::terminal::Terminal;

/// What every command works with.
pub(crate) struct Context {
    /// Where the run takes place.
    pub(crate) project: Project,
    /// What the streams can do.
    pub(crate) terminal: Terminal,
}

/// How a command ends: an error that stopped it is reported by the caller.
pub(crate) type Outcome = Result<Exit, Diagnostic>;

impl Context {
    /// Says which schema is read, to who asks.
    pub(crate) fn remark_location(&self, location: &Location) {
        let path = location.path.display();
        self.terminal.remark(&match &location.found {
            Found::Named => format!("reading `{path}`"),
            Found::NamedBy(file) => format!("reading `{path}`, named by `{}`", file.display()),
            Found::DefaultPlace => format!("reading `{path}`, the default place"),
        });
    }

    /// Says which database is meant and what names it, to who asks. What is wrong with it, the command will say.
    pub(crate) fn remark_database(&self) {
        if !self.terminal.verbose {
            return;
        }
        self.project.unread_environment().iter().for_each(|unread| self.terminal.say(unread));
        if let Ok(database) = self.project.database() {
            self.terminal.say(&format!("the database is `{}`, named by {}", database.url, database.named_by));
        }
    }
}

//! The `driftless` command.
//!
//! Invariants: stdout carries data only, everything else goes to stderr; nothing is decided here that the engine could
//! decide; every way to end is an [`Exit`].

mod arguments;
mod command_line;
mod commands;
mod exit;
mod foreign;
mod guard;
mod json;
mod panic;
mod prompt;
mod report;
mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;

use driftless_diagnostics::{Diagnostic, code};
use driftless_engine::Project;

use crate::arguments::{Arguments, Command, DbCommand, MigrateCommand};
use crate::commands::{
    Context, Outcome, completions, diff, drift, execute, format, history, man, migrate, pull, push, seed,
    validate,
};
use crate::exit::Exit;
use crate::terminal::Terminal;

/// The stack of the thread that does the work. What the limit of the shell is (`ulimit -s`) does not matter.
const STACK: usize = 16 << 20;

fn main() -> ExitCode {
    panic::install();
    let work = || match command_line::parse(std::env::args_os()) {
        Ok(arguments) => run(arguments),
        Err(exit) => exit,
    };
    let worker = std::thread::Builder::new().name("main".to_owned()).stack_size(STACK).spawn(work);
    let exit = match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(exit)) => exit,
        // A panic has been reported and has ended the process; a thread that cannot be made is a machine without memory.
        Ok(Err(_)) => Exit::Failed,
        Err(error) => {
            terminal::write_error(&format!("driftless cannot start a thread: {error}"));
            Exit::Failed
        }
    };
    exit.into()
}

/// Runs what the command line asks for, and reports what stopped it.
fn run(arguments: Arguments) -> Exit {
    let terminal = Terminal::new(arguments.global.color, arguments.global.verbose);
    let outcome = dispatch(terminal, arguments);
    outcome.unwrap_or_else(|diagnostic| {
        report::draw_one(terminal, diagnostic);
        Exit::Failed
    })
}

fn dispatch(terminal: Terminal, arguments: Arguments) -> Outcome {
    let Some(command) = arguments.command else {
        // `-v` alone is the reference's way to ask for the version.
        let version = arguments.global.verbose;
        terminal.show(&if version { command_line::version() } else { command_line::help() })?;
        return Ok(Exit::Done);
    };
    let folder = std::env::current_dir().map_err(|error| {
        let message = format!("the current folder cannot be read: {error}");
        Diagnostic::error(code::FILE_UNREADABLE, message).help("change to a folder that exists")
    })?;
    // Variables that are not text cannot be looked up by those who write text.
    let text =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    let project = Project::new(folder)
        .with_schema(arguments.global.schema)
        .with_configuration(arguments.global.config)
        .with_url(arguments.global.url)
        .with_environment(std::env::vars_os().filter_map(text).collect())
        .with_listener(terminal.verbose.then_some(terminal::write_error));
    let context = Context { project, terminal };
    if works_on_a_database(&command) {
        context.remark_database();
    }
    match &command {
        Command::Diff(arguments) => diff::run(&context, arguments),
        Command::Validate(arguments) => validate::run(&context, arguments),
        Command::Format(arguments) => format::run(&context, arguments),
        Command::Migrate { command } => dispatch_migrate(&context, command),
        Command::Db { command } => dispatch_db(&context, command),
        Command::Drift(arguments) => drift::run(&context, arguments),
        Command::Why(arguments) => history::explain(&context, arguments),
        Command::Completions(arguments) => completions::run(&context, arguments),
        Command::Man(arguments) => man::run(&context, arguments),
    }
}

/// Whether a command works on the project's database.
fn works_on_a_database(command: &Command) -> bool {
    match command {
        Command::Migrate { command } => {
            !matches!(command, MigrateCommand::Diff(_) | MigrateCommand::ValidateHistory(_))
        }
        Command::Db { .. } | Command::Drift(_) => true,
        _ => false,
    }
}

fn dispatch_migrate(context: &Context, command: &MigrateCommand) -> Outcome {
    match command {
        MigrateCommand::Dev(arguments) => migrate::dev::run(context, arguments),
        MigrateCommand::Deploy(arguments) => migrate::deploy::run(context, arguments),
        MigrateCommand::Status(arguments) => migrate::status::run(context, arguments),
        MigrateCommand::Resolve(arguments) => migrate::resolve::run(context, arguments),
        MigrateCommand::Reset(arguments) => migrate::reset::run(context, arguments),
        MigrateCommand::Diff(arguments) => diff::run(context, arguments),
        MigrateCommand::ValidateHistory(arguments) => history::validate(context, arguments),
    }
}

fn dispatch_db(context: &Context, command: &DbCommand) -> Outcome {
    match command {
        DbCommand::Pull(arguments) => pull::run(context, arguments),
        DbCommand::Push(arguments) => push::run(context, arguments),
        DbCommand::Seed(arguments) => seed::run(context, arguments),
        DbCommand::Execute(arguments) => execute::run(context, arguments),
    }
}

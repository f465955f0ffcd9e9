//! `man`.

use clap::CommandFactory;
use driftless_diagnostics::{Diagnostic, code};
use driftless_engine::write_text;

use super::{Context, Outcome};
use crate::arguments::{Arguments, ManArguments};
use crate::exit::Exit;

/// Writes the manual pages, one a command.
pub(crate) fn run(context: &Context, arguments: &ManArguments) -> Outcome {
    let mut command = Arguments::command();
    command.build();
    for (name, page) in pages(&command)? {
        let path = arguments.out_dir.join(format!("{name}.1"));
        write_text(context.project.folder(), &path, &page)?;
        context.terminal.remark(&format!("wrote `{}`", path.display()));
    }
    Ok(Exit::Done)
}

/// The pages of a command and of the commands under it, by name.
fn pages(command: &clap::Command) -> Result<Vec<(String, String)>, Diagnostic> {
    let mut text = Vec::new();
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    clap_mangen::Man::new(command.clone()).title(&name).render(&mut text).map_err(|error| {
        Diagnostic::error(code::FILE_UNWRITABLE, format!("the page of `{name}` cannot be written: {error}"))
    })?;
    let mut pages = vec![(name, String::from_utf8_lossy(&text).into_owned())];
    for subcommand in command.get_subcommands() {
        pages.extend(self::pages(subcommand)?);
    }
    Ok(pages)
}

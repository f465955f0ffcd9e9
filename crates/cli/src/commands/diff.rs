//! `diff`.

use std::io::IsTerminal;
use std::path::PathBuf;

use driftless_diagnostics::{Diagnostic, code};
use driftless_engine::{
    Ansi, Database, DiffOptions, Difference, Fallback, Plain, Project, Refusal, Source, Style, write_text,
};

use super::{Context, Outcome};
use crate::arguments::DiffArguments;
use crate::exit::Exit;
use crate::json::{JsonDifference, to_text};
use crate::report;

/// Shows what leads from one state to another.
pub(crate) fn run(context: &Context, arguments: &DiffArguments) -> Outcome {
    let from = Side::from(arguments).source(&context.project)?;
    let to = Side::to(arguments).source(&context.project)?;
    let options = DiffOptions {
        style: style(arguments)?,
        script: arguments.script || arguments.json,
        summary: !arguments.script,
        fallback: fallback(context, arguments)?,
    };
    for source in [&from, &to] {
        remark_source(context, source);
    }
    match driftless_engine::diff(&context.project, &from, &to, &options) {
        Ok(difference) => {
            write(context, arguments, &difference)?;
            let different = arguments.exit_code && !difference.is_empty;
            Ok(if different { Exit::Different } else { Exit::Done })
        }
        Err(refusals) => {
            refuse(context, arguments, &refusals)?;
            Ok(Exit::Failed)
        }
    }
}

/// The flags of one side. Of each, at most one is given.
struct Side<'a> {
    name: &'static str,
    empty: bool,
    schema: Option<&'a Option<PathBuf>>,
    migrations: Option<&'a Option<PathBuf>>,
    url: Option<&'a String>,
    config_datasource: bool,
    schema_datasource: Option<&'a Option<PathBuf>>,
}

impl<'a> Side<'a> {
    fn from(arguments: &'a DiffArguments) -> Self {
        Self {
            name: "from",
            empty: arguments.from_empty,
            schema: arguments.from_schema.as_ref(),
            migrations: arguments.from_migrations.as_ref(),
            url: arguments.from_url.as_ref(),
            config_datasource: arguments.from_config_datasource,
            schema_datasource: arguments.from_schema_datasource.as_ref(),
        }
    }

    fn to(arguments: &'a DiffArguments) -> Self {
        Self {
            name: "to",
            empty: arguments.to_empty,
            schema: arguments.to_schema.as_ref(),
            migrations: arguments.to_migrations.as_ref(),
            url: arguments.to_url.as_ref(),
            config_datasource: arguments.to_config_datasource,
            schema_datasource: arguments.to_schema_datasource.as_ref(),
        }
    }

    /// The source that the flags name.
    fn source(&self, project: &Project) -> Result<Source, Diagnostic> {
        self.check_one()?;
        let database = |database: Database| Ok(Source::Database(Box::new(database)));
        if let Some(path) = self.schema {
            return Ok(path.clone().map_or(Source::ProjectSchema, Source::Schema));
        }
        if let Some(path) = self.migrations {
            let path = path.clone().map_or_else(|| project.migrations_folder(), Ok)?;
            return Ok(Source::Migrations(path));
        }
        if let Some(url) = self.url {
            return database(Database::parse(url, format!("`--{}-url`", self.name))?);
        }
        if self.config_datasource {
            return match project.database_of_configuration()? {
                Some(found) => database(found),
                None => Err(Diagnostic::error(code::URL_MISSING, "the configuration file names no database")
                    .help("write `datasource.url` in `prisma.config.ts`, or name the database by its URL")),
            };
        }
        if let Some(path) = self.schema_datasource {
            let path = match path {
                Some(path) => path.clone(),
                None => project.locate()?.path,
            };
            return match project.database_of_schema(&path)? {
                Some(found) => database(found),
                None => {
                    let message = format!("`{}` names no database", path.display());
                    let help = "write `url` in its datasource block, or name the database by its URL";
                    Err(Diagnostic::error(code::URL_MISSING, message).help(help))
                }
            };
        }
        Ok(Source::Empty)
    }

    /// Reports flags that exclude each other, and that none is given.
    fn check_one(&self) -> Result<(), Diagnostic> {
        let given: Vec<_> = [
            ("empty", self.empty),
            ("schema", self.schema.is_some()),
            ("migrations", self.migrations.is_some()),
            ("url", self.url.is_some()),
            ("config-datasource", self.config_datasource),
            ("schema-datasource", self.schema_datasource.is_some()),
        ]
        .into_iter()
        .filter_map(|(flag, is_given)| is_given.then_some(flag))
        .collect();
        let side = self.name;
        match given.as_slice() {
            [_] => Ok(()),
            [] => {
                let message = format!("there is no `--{side}-…`, so it is open what to compare {side}");
                let help = format!("add `--{side}-schema PATH`, `--{side}-url URL` or `--{side}-empty`");
                Err(Diagnostic::error(code::USAGE, message).help(help))
            }
            [first, second, ..] => {
                let message = format!("`--{side}-{first}` and `--{side}-{second}` exclude each other");
                Err(Diagnostic::error(code::USAGE, message).help("keep one of them"))
            }
        }
    }
}

/// What to do where migrations do not tell what they make.
fn fallback(context: &Context, arguments: &DiffArguments) -> Result<Fallback, Diagnostic> {
    let reads_migrations = arguments.from_migrations.is_some() || arguments.to_migrations.is_some();
    if arguments.offline || !reads_migrations {
        return Ok(Fallback { offline: true, ..Fallback::default() });
    }
    context.project.fallback(arguments.shadow_database_url.as_deref())
}

fn style(arguments: &DiffArguments) -> Result<Style, Diagnostic> {
    match arguments.style {
        Some(_) if !arguments.script && !arguments.json => {
            let message = "`--style` is about SQL, and no SQL is asked for";
            Err(Diagnostic::error(code::USAGE, message).help("add `--script`"))
        }
        Some(style) => Ok(style.into()),
        None => Ok(Style::Guarded),
    }
}

fn remark_source(context: &Context, source: &Source) {
    match source {
        Source::Empty => {}
        Source::Migrations(path) => context.terminal.remark(&format!("reading `{}`", path.display())),
        Source::Database(database) => {
            context.terminal.remark(&format!("reading `{}`, named by {}", database.url, database.named_by));
        }
        Source::Schema(path) => context.terminal.remark(&format!("reading `{}`", path.display())),
        Source::ProjectSchema => {
            if let Ok(location) = context.project.locate() {
                context.remark_location(&location);
            }
        }
    }
}

/// Writes the difference to where it is asked for, and warnings to stderr.
fn write(context: &Context, arguments: &DiffArguments, difference: &Difference) -> Result<(), Diagnostic> {
    let text = match (arguments.script, arguments.json) {
        (true, _) => difference.script.clone().unwrap_or_default(),
        (false, true) => to_text(&JsonDifference::new(difference)),
        (false, false) => describe(context, arguments, difference),
    };
    // A script that stands on the screen has its warnings at its head.
    let shown = arguments.script && arguments.output.is_none() && std::io::stdout().is_terminal();
    if !arguments.json && !shown {
        for warning in &difference.warnings {
            context.terminal.say(&format!("warning: {}", warning.message));
        }
    }
    match &arguments.output {
        Some(path) => write_text(context.project.folder(), path, &text),
        None if arguments.script || arguments.json => context.terminal.print(&text),
        None => context.terminal.show(&text),
    }
}

/// Reports why there is no difference to show.
fn refuse(context: &Context, arguments: &DiffArguments, refusals: &[Refusal]) -> Result<(), Diagnostic> {
    if arguments.json {
        return context.terminal.print(&to_text(&JsonDifference::refused(refusals)));
    }
    for refusal in refusals {
        report::draw(context.terminal, &refusal.diagnostics, &refusal.files);
        if let Some(path) = &refusal.path {
            report::conclude(context.terminal, path, &refusal.diagnostics, &refusal.files);
        }
    }
    Ok(())
}

/// The changes in words, one a line; in colour where the line goes to a terminal.
fn describe(context: &Context, arguments: &DiffArguments, difference: &Difference) -> String {
    let Some(summary) = difference.summary.as_ref().filter(|_| !difference.is_empty) else {
        return "No difference\n".to_owned();
    };
    if context.terminal.color_stdout && arguments.output.is_none() {
        summary.to_text(&Ansi)
    } else {
        summary.to_text(&Plain)
    }
}

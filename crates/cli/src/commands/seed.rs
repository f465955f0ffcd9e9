//! `db seed`.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use driftless_diagnostics::{Diagnostic, code, without_secrets};
use driftless_engine::{
    Chance, Refusal, SeedCommand, SeedOptions, SeedSource, Seeded, SeededSection, find_seed,
    run_seed_command, seed,
};
use serde::Serialize;

use crate::arguments::SeedArguments;
use crate::commands::{Context, Outcome};
use crate::exit::Exit;
use crate::json::{JsonDiagnostic, to_text};
use crate::report;

/// Brings first rows into the database.
pub(crate) fn run(context: &Context, arguments: &SeedArguments) -> Outcome {
    match find_seed(&context.project, arguments.file.as_deref())? {
        Some(SeedSource::File(path)) => run_file(context, arguments, &path),
        Some(SeedSource::Command(command)) => run_command(context, arguments, &command),
        None => {
            let message = "there is nothing to seed with";
            let help = "write `seed.toml` beside the schema, or name a command in `migrations.seed`";
            report::draw_one(context.terminal, Diagnostic::warning(code::SEED_FILE, message).help(help));
            Ok(Exit::Done)
        }
    }
}

fn run_command(context: &Context, arguments: &SeedArguments, command: &SeedCommand) -> Outcome {
    let of_files = [
        ("--only", !arguments.only.is_empty()),
        ("--restore", arguments.restore),
        ("--json", arguments.json),
    ];
    if let Some((flag, _)) = of_files.iter().find(|(_, is_given)| *is_given) {
        let message = format!("`{flag}` is for seed files, and this project has a seed command");
        return Err(Diagnostic::error(code::USAGE, message).help("pass arguments to the command behind `--`"));
    }
    let line = without_secrets(&command.line);
    context.terminal.say(&format!("running `{line}`, the seed command of `{}`", command.named_by));
    run_seed_command(&context.project, command, &arguments.arguments)?;
    context.terminal.say("the seed command is done");
    Ok(Exit::Done)
}

fn run_file(context: &Context, arguments: &SeedArguments, path: &Path) -> Outcome {
    if !arguments.arguments.is_empty() {
        let message = format!("`{}` takes no arguments", path.display());
        let help = "take out what stands behind `--`; a seed file reads variables: `${NAME}`";
        return Err(Diagnostic::error(code::USAGE, message).help(help));
    }
    context.terminal.remark(&format!("seeding with `{}`", path.display()));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    // Without chance no id is unique and no salt is one.
    if let Err(error) = getrandom::fill(&mut [0]) {
        let message = format!("the system gives no random numbers: {error}");
        return Err(Diagnostic::error(code::SEED_FILE, message).help("run it where the system does"));
    }
    let mut fill = |bytes: &mut [u8]| getrandom::fill(bytes).expect("the system gave random numbers before");
    let now_in_ms = u64::try_from(now.as_millis()).unwrap_or_default();
    let mut chance = Chance { now_in_ms, fill: &mut fill };
    let options = SeedOptions { only: arguments.only.clone(), restore: arguments.restore };
    match seed(&context.project, path, &options, &mut chance) {
        Ok(seeded) => conclude(context, arguments, &seeded),
        Err(refusal) => refuse(context, arguments, &refusal),
    }
}

fn conclude(context: &Context, arguments: &SeedArguments, seeded: &Seeded) -> Outcome {
    if arguments.json {
        context.terminal.print(&to_text(&JsonSeed::new(&seeded.sections)))?;
    }
    let width = seeded.sections.iter().map(|section| section.name.chars().count()).max().unwrap_or_default();
    for section in &seeded.sections {
        context.terminal.say(&format!("{:width$}  {}", section.name, describe(section)));
    }
    context.terminal.say(&format!("{} holds the rows of `{}`", seeded.database.url, seeded.path.display()));
    Ok(Exit::Done)
}

/// "2 created, 1 kept".
fn describe(section: &SeededSection) -> String {
    let counts = [
        (section.created, "created"),
        (section.overwritten, "overwritten"),
        (section.kept, "kept"),
        (section.linked, "linked"),
    ];
    let parts: Vec<_> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if parts.is_empty() { "no rows".to_owned() } else { parts.join(", ") }
}

fn refuse(context: &Context, arguments: &SeedArguments, refusal: &Refusal) -> Outcome {
    if arguments.json {
        let diagnostics = refusal.diagnostics.iter();
        let diagnostics =
            diagnostics.map(|diagnostic| JsonDiagnostic::new(diagnostic, &refusal.files)).collect();
        context.terminal.print(&to_text(&JsonSeed { sections: Vec::new(), diagnostics }))?;
    } else {
        report::draw(context.terminal, &refusal.diagnostics, &refusal.files);
    }
    Ok(Exit::Failed)
}

/// `db seed --json`. A seed that is refused has no sections.
#[derive(Serialize)]
struct JsonSeed<'a> {
    sections: Vec<JsonSection<'a>>,
    diagnostics: Vec<JsonDiagnostic<'a>>,
}

#[derive(Serialize)]
struct JsonSection<'a> {
    name: &'a str,
    model: &'a str,
    mode: &'static str,
    created: u64,
    kept: u64,
    overwritten: u64,
    linked: u64,
}

impl<'a> JsonSeed<'a> {
    fn new(sections: &'a [SeededSection]) -> Self {
        let section = |section: &'a SeededSection| JsonSection {
            name: &section.name,
            model: &section.model,
            mode: if section.restores { "restore" } else { "insert-missing" },
            created: section.created,
            kept: section.kept,
            overwritten: section.overwritten,
            linked: section.linked,
        };
        Self { sections: sections.iter().map(section).collect(), diagnostics: Vec::new() }
    }
}

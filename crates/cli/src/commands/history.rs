//! `migrate validate-history` and `why`.

use driftless_diagnostics::visible;
use driftless_engine::{CheckedHistory, Provenance, Statement, validate_history, why};
use serde::Serialize;

use crate::arguments::{ValidateHistoryArguments, WhyArguments};
use crate::commands::{Context, Outcome};
use crate::exit::Exit;
use crate::json::{JsonDiagnostic, JsonValidation, to_text};
use crate::report;

/// Checks the migrations; fails where PostgreSQL would refuse a statement.
pub(crate) fn validate(context: &Context, arguments: &ValidateHistoryArguments) -> Outcome {
    let checked = validate_history(&context.project, arguments.migrations.clone())?;
    let valid = !checked.diagnostics.has_errors();
    if arguments.json {
        let found =
            checked.diagnostics.iter().map(|diagnostic| JsonDiagnostic::new(diagnostic, &checked.files));
        context.terminal.print(&to_text(&JsonValidation { valid, diagnostics: found.collect() }))?;
    } else {
        report::draw(context.terminal, &checked.diagnostics, &checked.files);
        context.terminal.say(&conclude(&checked, valid));
    }
    Ok(if valid { Exit::Done } else { Exit::Failed })
}

/// Says on a line what was found.
fn conclude(checked: &CheckedHistory, valid: bool) -> String {
    let count = |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    let (migrations, statements) = checked.counts;
    let verdict = match (valid, checked.diagnostics.is_empty()) {
        (true, true) => "would run on an empty database",
        (true, false) => "would run on an empty database, as far as they are known",
        (false, _) => "would fail on an empty database",
    };
    let (migrations, statements) = (count(migrations, "migration"), count(statements, "statement"));
    format!("`{}`: {migrations} with {statements} {verdict}", checked.path.display())
}

/// Says which migrations made and last changed an object.
pub(crate) fn explain(context: &Context, arguments: &WhyArguments) -> Outcome {
    let found = match why(&context.project, arguments.migrations.clone(), &arguments.object) {
        Ok(found) => found,
        Err(refusal) => {
            report::draw(context.terminal, &refusal.diagnostics, &refusal.files);
            return Ok(Exit::Failed);
        }
    };
    if arguments.json {
        let objects = found.iter().map(JsonProvenance::new).collect();
        context.terminal.print(&to_text(&JsonWhy { objects }))?;
        return Ok(Exit::Done);
    }
    for Provenance { kind, name, created, changed } in &found {
        let line = |what: &str, Statement { file, line, text }: &Statement| {
            format!("  {what:<7}  {file}:{line}  {text}")
        };
        let changed = changed.as_ref().map(|statement| line("changed", statement));
        let lines = [format!("{kind} {name}"), line("made", created)].into_iter().chain(changed);
        context.terminal.show(&lines.map(|line| visible(&line).into_owned() + "\n").collect::<String>())?;
    }
    Ok(Exit::Done)
}

/// `why --json`.
#[derive(Debug, Serialize)]
struct JsonWhy<'a> {
    objects: Vec<JsonProvenance<'a>>,
}

#[derive(Debug, Serialize)]
struct JsonProvenance<'a> {
    kind: &'static str,
    name: &'a str,
    created: JsonStatement<'a>,
    changed: Option<JsonStatement<'a>>,
}

#[derive(Debug, Serialize)]
struct JsonStatement<'a> {
    file: &'a str,
    line: u32,
    statement: &'a str,
}

impl<'a> JsonProvenance<'a> {
    fn new(found: &'a Provenance) -> Self {
        let statement = |statement: &'a Statement| JsonStatement {
            file: &statement.file,
            line: statement.line,
            statement: &statement.text,
        };
        Self {
            kind: found.kind,
            name: &found.name,
            created: statement(&found.created),
            changed: found.changed.as_ref().map(statement),
        }
    }
}

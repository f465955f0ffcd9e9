//! `drift`.

use std::iter;

use driftless_diagnostics::visible;
use driftless_engine::{DriftOptions, DriftReport, Finding, FindingKind, Measure, drift};
use serde::Serialize;

use crate::arguments::DriftArguments;
use crate::commands::{Context, Outcome};
use crate::exit::Exit;
use crate::json::to_text;
use crate::report;

/// Reports where the database is not what it should be.
pub(crate) fn run(context: &Context, arguments: &DriftArguments) -> Outcome {
    let measure = match (arguments.against_migrations, arguments.against_schema) {
        (true, _) => Some(Measure::Migrations(context.project.migrations_folder()?)),
        (_, true) => Some(Measure::Schema),
        _ => None,
    };
    let found = match drift(&context.project, &DriftOptions { measure, accept: arguments.accept }) {
        Ok(found) => found,
        Err(refusal) => {
            report::draw(context.terminal, &refusal.diagnostics, &refusal.files);
            return Ok(Exit::Failed);
        }
    };
    if arguments.json {
        context.terminal.print(&to_text(&JsonDrift::new(&found)))?;
    } else if arguments.script {
        context.terminal.print(found.script.as_deref().unwrap_or("-- This is an empty migration.\n"))?;
    } else if context.project.variable("GITHUB_ACTIONS") == Some("true") {
        let lines = found.findings.iter().map(annotation).collect::<String>();
        context.terminal.annotate(&lines)?;
    } else {
        context.terminal.show(&describe(&found))?;
    }
    if let (true, Some((path, number))) = (arguments.accept, &found.accepted) {
        context.terminal.say(&format!("wrote `{}`: {number} accepted", path.display()));
    }
    if let (Measure::Migrations(folder), [_, ..]) = (&found.measure, found.not_in_folder.as_slice()) {
        let names: Vec<_> = found.not_in_folder.iter().map(|name| format!("`{name}`")).collect();
        context.terminal.say(&format!(
            "warning: in effect and not in `{}`, so that what they make is not expected: {}",
            folder.display(),
            names.join(", ")
        ));
    }
    context.terminal.say(&conclusion(&found));
    Ok(if found.findings.is_empty() { Exit::Done } else { Exit::Different })
}

/// The findings for people: what, where, what to do.
fn describe(found: &DriftReport) -> String {
    let mut out = String::new();
    for finding in &found.findings {
        let place = finding.place.as_ref().map(|place| format!(" ({}:{})", place.file.display(), place.line));
        let head = format!("{} {}{}", symbol(finding.kind), finding.describe(), place.unwrap_or_default());
        let detail = finding.detail.lines().take(3).map(|line| format!("    {line}"));
        let fix = format!("    → {}", finding.fix);
        for line in iter::once(head).chain(detail).chain([fix]) {
            out.push_str(&visible(&line));
            out.push('\n');
        }
    }
    out
}

fn symbol(kind: FindingKind) -> char {
    match kind {
        FindingKind::Extra => '+',
        FindingKind::Missing => '-',
        FindingKind::Different => '~',
    }
}

/// A finding as an error at a line of the schema, in the way that GitHub's runners read it.
fn annotation(finding: &Finding) -> String {
    // a name with a line break is to be shown, and not to be read as two lines
    let escape = |text: &str| visible(text).replace('%', "%25");
    let place = finding.place.as_ref().map(|place| {
        let file = place.file.display().to_string();
        // the runner looks for the file under its own name
        let file = file.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
        let file = visible(&file).replace(':', "%3A").replace(',', "%2C");
        format!("file={file},line={},", place.line)
    });
    let text = escape(&format!("{}; {}", finding.describe(), finding.fix));
    format!("::error {}title=Database drift::{text}\n", place.unwrap_or_default())
}

fn conclusion(found: &DriftReport) -> String {
    let measure = match &found.measure {
        Measure::Migrations(path) => format!("the migrations in `{}` make", path.display()),
        Measure::Schema => "the schema says".to_owned(),
    };
    let accepted = match &found.accepted {
        Some((path, number)) => format!("; {number} accepted in `{}`", path.display()),
        None => String::new(),
    };
    match found.findings.len() {
        0 => format!("{} is what {measure}{accepted}", found.database.url),
        1 => format!("{} is not what {measure}: 1 difference{accepted}", found.database.url),
        number => format!("{} is not what {measure}: {number} differences{accepted}", found.database.url),
    }
}

/// `drift --json`.
#[derive(Debug, Serialize)]
struct JsonDrift<'a> {
    drift: bool,
    database: String,
    compared_with: &'static str,
    not_in_folder: &'a [String],
    differences: Vec<JsonFinding<'a>>,
    script: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct JsonFinding<'a> {
    kind: &'static str,
    object: &'a str,
    name: &'a str,
    table: Option<&'a str>,
    detail: &'a str,
    file: Option<String>,
    line: Option<u32>,
    message: String,
    help: &'a str,
}

impl<'a> JsonDrift<'a> {
    fn new(found: &'a DriftReport) -> Self {
        Self {
            drift: !found.findings.is_empty(),
            database: found.database.url.to_string(),
            compared_with: match found.measure {
                Measure::Migrations(_) => "migrations",
                Measure::Schema => "schema",
            },
            not_in_folder: &found.not_in_folder,
            differences: found.findings.iter().map(JsonFinding::new).collect(),
            script: found.script.as_deref(),
        }
    }
}

impl<'a> JsonFinding<'a> {
    fn new(finding: &'a Finding) -> Self {
        Self {
            kind: match finding.kind {
                FindingKind::Extra => "extra",
                FindingKind::Missing => "missing",
                FindingKind::Different => "different",
            },
            object: &finding.object,
            name: &finding.name,
            table: finding.table.as_deref(),
            detail: &finding.detail,
            file: finding.place.as_ref().map(|place| place.file.display().to_string()),
            line: finding.place.as_ref().map(|place| place.line),
            message: finding.describe(),
            help: &finding.fix,
        }
    }
}

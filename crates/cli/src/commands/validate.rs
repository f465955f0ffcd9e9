//! `validate`.

use driftless_diagnostics::{Diagnostic, Files};
use driftless_engine::CheckedSchema;

use super::{Context, Outcome};
use crate::arguments::ValidateArguments;
use crate::exit::Exit;
use crate::json::{JsonDiagnostic, JsonValidation, to_text};
use crate::report;

/// Checks schemas; fails if one has an error.
pub(crate) fn run(context: &Context, arguments: &ValidateArguments) -> Outcome {
    let schemas = match driftless_engine::validate(&context.project, &arguments.paths) {
        Ok(schemas) => schemas,
        Err(diagnostic) if arguments.json => {
            print_json(context, &[], Some(&diagnostic))?;
            return Ok(Exit::Failed);
        }
        Err(diagnostic) => return Err(diagnostic),
    };
    for schema in &schemas {
        context.remark_location(&schema.location);
    }
    if arguments.json {
        print_json(context, &schemas, None)?;
    } else {
        for schema in &schemas {
            report::draw(context.terminal, &schema.diagnostics, &schema.files);
            report::conclude(context.terminal, &schema.location.path, &schema.diagnostics, &schema.files);
        }
    }
    let valid = schemas.iter().all(CheckedSchema::is_valid);
    Ok(if valid { Exit::Done } else { Exit::Failed })
}

fn print_json(
    context: &Context,
    schemas: &[CheckedSchema],
    stopped_by: Option<&Diagnostic>,
) -> Result<(), Diagnostic> {
    let no_files = Files::new();
    let found = schemas.iter().flat_map(|schema| {
        schema.diagnostics.iter().map(|diagnostic| JsonDiagnostic::new(diagnostic, &schema.files))
    });
    let stopped = stopped_by.map(|diagnostic| JsonDiagnostic::new(diagnostic, &no_files));
    let valid = stopped_by.is_none() && schemas.iter().all(CheckedSchema::is_valid);
    context.terminal.print(&to_text(&JsonValidation { valid, diagnostics: found.chain(stopped).collect() }))
}

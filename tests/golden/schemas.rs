//! `fixtures/psl`.

use std::collections::BTreeSet;

use driftless_diagnostics::{Files, Report, Severity, Sink};
use driftless_tests::expect::{Verdict, check_all, expect_file};
use driftless_tests::fixtures::{Case, invalid_schemas, read, valid_schemas};
use miette::{GraphicalReportHandler, GraphicalTheme};

fn check(case: &Case) -> (Files, Sink) {
    let (mut files, mut sink) = (Files::new(), Sink::new());
    let name = case.path.file_name().unwrap_or_default().to_string_lossy();
    files.add(name, read(&case.path));
    driftless_psl::check(&files, &mut sink);
    (files, sink.sorted())
}

fn draw(files: &Files, sink: Sink) -> String {
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_links(false);
    let mut text = String::new();
    for diagnostic in sink {
        handler.render_report(&mut text, &Report::new(diagnostic, files)).expect("a report can be drawn");
    }
    // The frame is padded; what is recorded is not.
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn schemas_without_errors_are_accepted() {
    check_all(
        &valid_schemas(),
        |case| case.name.clone(),
        |case| {
            let (files, sink) = check(case);
            if sink.has_errors() { Err(draw(&files, sink)) } else { Ok(()) }
        },
    );
}

#[test]
fn schemas_without_errors_become_sql() {
    check_all(
        &valid_schemas(),
        |case| case.name.clone(),
        |case| {
            let (mut files, mut sink) = (Files::new(), Sink::new());
            files.add("schema.prisma", read(&case.path));
            let Some(schema) = driftless_psl::load(&files, None, &mut sink) else {
                return Err(draw(&files, sink));
            };
            crate::diff::check_from_empty(&schema)
        },
    );
}

#[test]
fn errors_are_found_where_the_reference_finds_them() {
    check_all(
        &invalid_schemas(),
        |case| case.name.clone(),
        |case| {
            let (files, sink) = check(case);
            let recorded = read(&case.beside("reference"));
            let expected: BTreeSet<u32> =
                recorded.lines().filter_map(|line| line.trim().parse().ok()).collect();
            let errors = sink.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
            let spans = errors.filter_map(|diagnostic| diagnostic.span);
            let found: BTreeSet<u32> = spans.filter_map(|span| Some(files.positions(span)?.0.line)).collect();
            // The reference goes on to blame the lines after one that it cannot read, and both of two that collide.
            match (sink.has_errors(), found.is_disjoint(&expected)) {
                (false, _) => Err("it is accepted".to_owned()),
                (true, true) if !expected.is_empty() => {
                    Err(format!("errors in {found:?}, and the reference's in {expected:?}"))
                }
                (true, _) => Ok(()),
            }
        },
    );
}

#[test]
fn reports_are_as_recorded() {
    check_all(&invalid_schemas(), |case| case.name.clone(), report);
}

fn report(case: &Case) -> Verdict {
    let (files, sink) = check(case);
    for diagnostic in &sink {
        check_style(&diagnostic.message)?;
        if diagnostic.label.as_deref().is_some_and(|label| label.split_whitespace().count() > 6) {
            return Err(format!("a label of more than six words: {:?}", diagnostic.label));
        }
    }
    expect_file(&case.beside("expected"), &draw(&files, sink))
}

/// Messages follow `docs/STYLE.md`.
fn check_style(message: &str) -> Verdict {
    match () {
        () if message.contains('\n') => Err(format!("a message of several lines: {message}")),
        () if message.ends_with('.') => Err(format!("a message with a full stop: {message}")),
        () if message.contains("Rule::") || message.contains("Some(") => {
            Err(format!("an internal word: {message}"))
        }
        () => Ok(()),
    }
}

//! Scripts that ask something of the client that sends them, as `psql` scripts and dumps do. They are refused before
//! anything of them is sent: a server that waits for rows keeps its transaction and its locks.

use driftless_diagnostics::{Diagnostic, FileId, Span, code};
use driftless_sql::{ClientTask, client_task};

/// Refuses a script that asks something of its client.
///
/// # Errors
/// D3011, with the place.
pub(crate) fn require_plain_sql(file: FileId, script: &str) -> Result<(), Diagnostic> {
    let Some((task, place)) = client_task(script) else { return Ok(()) };
    let (message, label, help) = match task {
        ClientTask::SendRows => (
            "`COPY … FROM STDIN` takes rows from the program that sends it, and driftless sends none"
                .to_owned(),
            "waits for rows",
            "write the rows as `INSERT`, put them into a seed (`driftless db seed`), or load them with `psql -f`",
        ),
        ClientTask::TakeRows => (
            "`COPY … TO STDOUT` sends rows to the program that runs it, and driftless takes none".to_owned(),
            "sends rows",
            "take the statement out, or run it with `psql`",
        ),
        ClientTask::Command => {
            let word = script[place.clone()].split_whitespace().next().unwrap_or_default();
            (
                format!("`{word}` is a command of psql, not SQL"),
                "for psql only",
                "take the line out, or run the script with `psql -f`",
            )
        }
    };
    let span = Span::new(file, place.start as u32, place.end as u32);
    Err(Diagnostic::error(code::CLIENT_TASK, message).at(span).label(label).help(help))
}

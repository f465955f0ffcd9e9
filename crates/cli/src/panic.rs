//! What a user sees of a bug.

use std::panic::{PanicHookInfo, set_hook};

use driftless_diagnostics::{visible, without_secrets};

use crate::exit::Exit;
use crate::terminal::write_lines;

/// Makes a panic end the process with a message of ours and the code of an error, not with a trace.
pub(crate) fn install() {
    set_hook(Box::new(|info| {
        write_lines(&describe(info), false);
        std::process::exit(Exit::Failed.number().into());
    }));
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let reason = info.payload_as_str().unwrap_or("no reason was given");
    let place =
        info.location().map(|place| format!(" ({}:{})", place.file(), place.line())).unwrap_or_default();
    message(reason, &place)
}

fn message(reason: &str, place: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    // it may quote what was being read
    let reason = without_secrets(reason);
    let reason = visible(&reason);
    format!(
        "driftless {version} stopped because of a mistake in it: {reason}{place}\n\
         Nothing was written. Please report this, with the command line and the schema if you can share it."
    )
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn a_bug_asks_to_be_reported() {
        let text = message("index out of bounds", " (crates/plan/src/lib.rs:1)");
        assert!(text.contains("mistake in it: index out of bounds (crates/plan/src/lib.rs:1)\n"));
        assert!(text.contains("Please report this"));
    }

    #[test]
    fn a_bug_shows_no_password_and_steers_no_terminal() {
        let text = message("byte 1 of `postgres://me:secret@h/d`\n\u{1b}[2J", "");
        assert!(text.contains("`postgres://***@h/d`\\u{a}\\u{1b}[2J\n"), "{text}");
    }
}

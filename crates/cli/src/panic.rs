//! What a user sees of a bug.

use std::panic::{PanicHookInfo, set_hook};

use crate::exit::Exit;
use crate::terminal::write_error;

/// Makes a panic end the process with a message of ours and the code of an error, not with a trace.
pub(crate) fn install() {
    set_hook(Box::new(|info| {
        write_error(&describe(info));
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
}

//! The comment at the head of a script that says what it may destroy or where it may fail.

use std::fmt::{self, Write};

use driftless_diagnostics::visible;

use super::Script;
use crate::hazard::hazards;

impl Script<'_, '_> {
    pub(super) fn write_warnings(&mut self) -> fmt::Result {
        let hazards = hazards(self.plan, self.style);
        if hazards.is_empty() {
            return Ok(());
        }
        self.text.push_str("/*\n  Before you run this:\n\n");
        for hazard in hazards {
            let sentence = hazard.describe(self.plan);
            // A name must not end the comment, nor begin a line or another comment in it.
            let sentence = visible(&sentence).replace("*/", "* /").replace("/*", "/ *");
            writeln!(self.text, "  - {sentence}")?;
        }
        self.text.push_str("*/\n");
        Ok(())
    }
}

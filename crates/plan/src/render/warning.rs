//! The comment at the head of a script that says what it may destroy or where it may fail.

use std::fmt::{self, Write};

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
            // A name must not end the comment.
            let sentence = hazard.describe(self.plan).replace("*/", "* /").replace("/*", "/ *");
            writeln!(self.text, "  - {}", sentence.replace('\n', " "))?;
        }
        self.text.push_str("*/\n");
        Ok(())
    }
}

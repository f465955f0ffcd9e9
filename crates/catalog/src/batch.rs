//! Many small statements in one message.

use postgres::SimpleQueryMessage;

use crate::error::CatalogError;
use crate::session::Session;

impl Session {
    /// Asks queries that have one truth value for an answer each; one round trip.
    ///
    /// # Errors
    /// A query fails: its place in the text of all, which lie a line apart.
    pub fn ask_whether(&mut self, queries: &[String]) -> Result<Vec<bool>, CatalogError> {
        if queries.is_empty() {
            return Ok(Vec::new());
        }
        let answers = self.ask(&queries.join(";\n"))?;
        let flag = |at| answers.rows(at).next().ok_or(CatalogError::Answer { about: "a question" })?.flag(0);
        (0..queries.len()).map(flag).collect()
    }

    /// Runs statements as one message, and says how many rows each of them changed or returned.
    ///
    /// # Errors
    /// A statement fails; those before it have taken effect or not, as the transaction around them goes on.
    pub fn execute_all(&mut self, statements: &[String]) -> Result<Vec<u64>, CatalogError> {
        let messages = self.send(&statements.join(";\n"))?;
        let count = |message: &SimpleQueryMessage| match message {
            SimpleQueryMessage::CommandComplete(rows) => Some(*rows),
            _ => None,
        };
        Ok(messages.iter().filter_map(count).collect())
    }
}

//! Many migrations in one message.
//!
//! A new database is given hundreds of migrations, and a round trip for each is what most of the time goes into where
//! the server is far. So migrations that are one transaction each go together: `BEGIN`, script, row, `COMMIT`, and the
//! same for the next. PostgreSQL stops at the first error of a message and keeps what was committed before. What failed
//! is then applied by itself, which tells where and why.

use driftless_catalog::CatalogError;
use driftless_sql::{Content, split};

use super::apply::Applier;
use super::failure::Failure;
use super::folder::Migration;
use super::segment::{Experience, Segment, segments, steps};

/// With fewer pending, each is told of as it is applied: this is a deployment that someone watches.
pub(super) const FEWEST: usize = 8;

/// So that progress is seen.
const MOST: usize = 32;

/// The server reads a message as a whole before it begins.
const MOST_BYTES: usize = 256 * 1024;

impl<'a> Applier<'a> {
    /// How many of the first of these migrations can go in one message.
    pub(super) fn count_together(&self, migrations: &[&'a Migration]) -> usize {
        let mut bytes = 0;
        let fits = |migration: &&&Migration| {
            let script = self.folder.script(migration);
            bytes += script.len();
            bytes <= MOST_BYTES && can_join(script)
        };
        migrations.iter().take(MOST).take_while(fits).count()
    }

    /// Applies these migrations in one message. Gives how many of them are in effect: the one behind them failed.
    ///
    /// # Errors
    /// The connection is lost.
    pub(super) fn apply_together(&mut self, migrations: &[&'a Migration]) -> Result<usize, Failure> {
        if migrations.is_empty() {
            return Ok(0);
        }
        let mut text = self.message().text().to_owned();
        for migration in migrations {
            let (script, name) = (self.folder.script(migration), &migration.name);
            let writer = &self.writer;
            // the script may end in a comment, and in no semicolon
            text += &format!(
                "BEGIN;\n{}{script}\n;\n{}{}{}COMMIT;\n{}",
                writer.reserve(),
                writer.act_as_oneself(),
                writer.require_absent(name),
                writer.insert_finished_next(name, migration.checksum.as_str()),
                self.session.settled_and_locked(),
            );
        }
        self.is_settled = true;
        match self.send_text(&text, None) {
            Ok(_) => Ok(migrations.len()),
            Err(error @ CatalogError::Statement(_)) => {
                self.is_overtaken = Failure::of_guard(&error);
                self.count_applied(migrations).map_err(Failure::of)
            }
            Err(error) => Err(Failure::of(error)),
        }
    }

    /// How many of the first of these migrations are in effect, after a message that failed.
    fn count_applied(&mut self, migrations: &[&'a Migration]) -> Result<usize, CatalogError> {
        let history = self.session.history()?;
        let is_applied = |migration: &&&Migration| {
            history.rows.iter().any(|row| *row.name == *migration.name && row.is_applied())
        };
        Ok(migrations.iter().take_while(is_applied).count())
    }
}

/// Whether a script is one transaction, and can be sent as it is. What it leaves behind in its session is taken out
/// before the next.
fn can_join(script: &str) -> bool {
    let segments = segments(&steps(script), &Experience::default());
    let is_sql = |content: &Content| matches!(content, Content::Nothing | Content::Statement(_));
    matches!(segments.as_deref(), Ok([] | [Segment::Together { undone: false, .. }]))
        && split(script).iter().all(|fragment| is_sql(&fragment.content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_are_no_transaction_stand_alone() {
        for script in [
            "",
            "-- nothing",
            "CREATE TABLE a (id int); -- end",
            "DO $$ BEGIN PERFORM 1; END $$",
            "SET search_path TO a;",
            "RESET ROLE;",
        ] {
            assert!(can_join(script), "{script}");
        }
        for script in [
            "BEGIN; SELECT 1; COMMIT;",
            "SELECT 1; ROLLBACK;",
            "VACUUM;",
            "SELECT 'not closed",
            "/* not closed",
            "\\d",
        ] {
            assert!(!can_join(script), "{script}");
        }
    }
}

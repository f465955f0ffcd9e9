//! Applying one migration.
//!
//! An atomic script goes in one message with its row of the history: `BEGIN`, script, row, `COMMIT`. Whatever happens,
//! both are there or neither is. Any other script has an open row first, in which each of its segments records how far
//! it is in the same transaction; so only a statement outside transactions can leave a doubt, and only about itself. If
//! it must not run twice, it is announced in the row before.
//!
//! A script may do anything to its session. So behind each, in the same message, everything is set anew, and the
//! migration lock must still be ours: if a script gave it back, the next one does not run.

use driftless_catalog::{CatalogError, HistoryWriter, Session};
use driftless_ir::QualifiedName;

use driftless_sql::facts::{BuiltIndex, may_commit};

use super::failure::{Cause, Failure, is_connection_lost, place_of, says_done};
use super::folder::{Migration, MigrationsFolder};
use super::learn::learn;
use super::message::{Message, take_mark};
use super::progress::{self, Progress};
use super::run::{Record, Run};
use super::segment::{Experience, Segment, built_index, is_atomic, segments};

/// How a migration was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// As a whole.
    Atomic,
    /// In parts.
    InParts,
}

/// Applies migrations of a folder, one after the other, in one session, which must be ours alone.
pub(super) struct Applier<'a> {
    pub(super) session: &'a mut Session,
    pub(super) folder: &'a MigrationsFolder,
    pub(super) writer: HistoryWriter,
    /// Whether the session is set for the next script.
    pub(super) is_settled: bool,
    /// Whether somebody else may have worked on the database since the history was read.
    pub(super) is_overtaken: bool,
    /// What is still to be recorded of a script before; it goes with the next message.
    unrecorded: String,
}

impl<'a> Applier<'a> {
    pub(super) fn new(session: &'a mut Session, folder: &'a MigrationsFolder) -> Self {
        let writer = session.history_writer();
        Self { session, folder, writer, is_settled: false, is_overtaken: false, unrecorded: String::new() }
    }

    /// Records what is still to be recorded.
    ///
    /// # Errors
    /// Those of the server.
    pub(super) fn finish(&mut self) -> Result<(), CatalogError> {
        if self.unrecorded.is_empty() {
            return Ok(());
        }
        let unrecorded = std::mem::take(&mut self.unrecorded);
        self.send_text(&unrecorded, None).map(drop)
    }

    /// Applies a migration, or goes on with it where `progress` says that it was begun.
    ///
    /// # Errors
    /// A statement failed, or somebody else was quicker. The session is in no transaction then.
    pub(super) fn apply(
        &mut self,
        migration: &'a Migration,
        progress: Option<&Progress>,
    ) -> Result<Manner, Failure> {
        let mut run = Run::new(migration, self.folder.script(migration), progress);
        let mut experience = Experience::default();
        loop {
            let segments = segments(&run.steps, &experience).map_err(|uncut| run.uncut(&uncut))?;
            let atomic = !run.is_open && is_atomic(&segments);
            let result = if atomic {
                self.run_whole(&run, segments.first())
            } else {
                self.run_in_parts(&mut run, &segments)
            };
            let manner = if atomic { Manner::Atomic } else { Manner::InParts };
            match result {
                Ok(()) => return Ok(manner),
                Err(failure) if failure.lost_connection().is_some() => return Err(failure),
                Err(failure) if learn(&mut experience, &run, &segments, &failure) => {}
                Err(failure) => {
                    // A script that cannot even be parsed takes the whole message with it.
                    let _ = self.finish();
                    return self.judge(&run, failure).map(|()| manner);
                }
            }
        }
    }

    /// What a failure means: where the history says that the migration is applied, all is well, and somebody else is at
    /// work.
    fn judge(&mut self, run: &Run<'_>, failure: Failure) -> Result<(), Failure> {
        let history = self.session.history();
        let is_applied = history.is_ok_and(|history| {
            history.rows.iter().any(|row| *row.name == *run.migration.name && row.is_applied())
        });
        self.is_overtaken = is_applied || matches!(failure.cause, Cause::Overtaken);
        if is_applied {
            return Ok(());
        }
        if run.is_open && !self.is_overtaken {
            self.record_failure(run, &failure);
        }
        Err(failure)
    }

    /// Runs an atomic script.
    fn run_whole(&mut self, run: &Run<'_>, segment: Option<&Segment>) -> Result<(), Failure> {
        let mut message = self.message();
        let (name, checksum) = (&run.migration.name, run.migration.checksum.as_str());
        let record = Record {
            reserve: self.writer.reserve(),
            row: self.record(&self.writer.require_absent(name), &self.writer.insert_finished(name, checksum)),
        };
        let segment = segment.cloned().unwrap_or(Segment::Together { steps: 0..0, undone: false });
        run.write_segment(&mut message, &segment, &record);
        message.add(&self.session.settled_and_locked());
        self.is_settled = true;
        self.send(run, &message, None).map(drop)
    }

    /// A row with what must be so for it.
    fn record(&self, condition: &str, row: &str) -> String {
        format!("{}{condition}{row}", self.writer.act_as_oneself())
    }

    /// Runs a script in parts.
    fn run_in_parts(&mut self, run: &mut Run<'_>, segments: &[Segment]) -> Result<(), Failure> {
        let ahead: Vec<_> = segments.iter().filter_map(|segment| run.rest_of(segment)).collect();
        let mut message = self.message();
        self.open(run, ahead.first(), &mut message);
        let mut recorded = run.done;
        for (at, segment) in ahead.iter().enumerate() {
            let row = self.progress_row(run, segment.steps().end, ahead.get(at + 1));
            let condition = match segment {
                // what can run twice can be recorded twice, and may have to be
                Segment::Alone(_) if !segment.may_be_in_doubt(run.script, &run.steps) => String::new(),
                _ => self.writer.require_progress(&run.migration.name, recorded),
            };
            let record = Record { reserve: String::new(), row: self.record(&condition, &row) };
            if at == 0 {
                run.begin_chained(&mut message, segment);
            }
            if let Segment::Alone(step) = segment {
                self.run_alone(run, *step, &mut message)?;
                message.add(&format!("BEGIN;\n{}COMMIT;\n", record.row));
            } else {
                run.write_segment(&mut message, segment, &record);
            }
            if !segment.chains() {
                message.add(&in_transaction(&self.session.require_lock()));
            }
            recorded = segment.steps().end;
        }
        if ahead.last().is_none_or(|segment| segment.steps().end != run.steps.len()) {
            let row = self.record("", &self.writer.finish(&run.migration.name));
            message.add(&in_transaction(&row));
        }
        message.add(&self.session.settled_and_locked());
        self.is_settled = true;
        let last = ahead.last();
        if message.has_steps() || last.is_some_and(|last| last.may_be_in_doubt(run.script, &run.steps)) {
            return self.send_part(run, &mut message, None).map(drop);
        }
        self.unrecorded = message.text().to_owned();
        Ok(())
    }

    /// Makes or finds the open row, and brings about the settings of the steps that are done.
    fn open(&self, run: &Run<'_>, first: Option<&Segment>, message: &mut Message) {
        let (name, checksum) = (&run.migration.name, run.migration.checksum.as_str());
        let announces = first.is_some_and(|first| first.may_be_in_doubt(run.script, &run.steps));
        let line = progress::write(run.script, &run.steps, run.done, announces);
        let row = if run.is_open {
            let condition = self.writer.require_progress(name, run.done);
            condition + &self.writer.update_open(name, checksum, run.done, &line)
        } else {
            self.writer.require_absent(name) + &self.writer.insert_open(name, checksum, &line)
        };
        message.add(&in_transaction(&row));
        run.write_settings(message);
    }

    /// The statement that records that the steps before `end` are done, and announces the next segment where it must not
    /// run twice.
    fn progress_row(&self, run: &Run<'_>, end: usize, next: Option<&Segment>) -> String {
        let name = &run.migration.name;
        if end == run.steps.len() {
            return self.writer.finish(name);
        }
        let announces = next.is_some_and(|next| next.may_be_in_doubt(run.script, &run.steps));
        let line = progress::write(run.script, &run.steps, end, announces);
        self.writer.update_open(name, run.migration.checksum.as_str(), end, &line)
    }

    /// Sends what was gathered, and learns how far it came. Looks for an index on the way, if one is given: where an
    /// earlier attempt left it half built, its name.
    fn send_part(
        &mut self,
        run: &mut Run<'_>,
        message: &mut Message,
        index: Option<&BuiltIndex>,
    ) -> Result<Option<QualifiedName>, Failure> {
        let sent = std::mem::take(message);
        match self.send(run, &sent, index) {
            Ok(half_built) => {
                run.is_open = true;
                run.done = sent.last_step().map_or(run.done, |last| last + 1);
                Ok(half_built)
            }
            Err(failure) => {
                let recorded = self.recorded_progress(run);
                run.is_open = recorded.is_some();
                match recorded {
                    // what says so may have been part of a message that could not even be parsed
                    Some(recorded) if recorded < run.done => {
                        let row = self.progress_row(run, run.done, None);
                        let _ = self.session.execute(&row);
                    }
                    recorded => run.done = recorded.unwrap_or(run.done),
                }
                Err(Failure { done: run.done, ..failure })
            }
        }
    }

    /// How many statements the open row says are done; `None` where there is no such row.
    fn recorded_progress(&mut self, run: &Run<'_>) -> Option<usize> {
        let history = self.session.history().ok()?;
        let row = history.rows.iter().rfind(|row| row.is_open() && *row.name == *run.migration.name)?;
        Some(row.steps as usize)
    }

    /// Runs a statement outside any transaction, after what was gathered.
    fn run_alone(&mut self, run: &mut Run<'_>, number: usize, message: &mut Message) -> Result<(), Failure> {
        let index = built_index(&run.steps[number]).cloned();
        let was_in_doubt = std::mem::take(&mut run.in_doubt) && number == run.done;
        if let Some(half_built) = self.send_part(run, message, index.as_ref())? {
            self.drop_index(&half_built).map_err(|error| run.failed_at(number, None, error))?;
        }
        let body = run.steps[number].body.clone();
        self.is_settled = false;
        if let Err(error) = self.session.run(&run.script[body.clone()]) {
            let is_done = matches!(&error, CatalogError::Statement(said) if was_in_doubt && says_done(said));
            if !is_done {
                // an index that could not be built would slow every write down
                if let Some(half_built) = index.and_then(|index| self.half_built(&index)) {
                    let _ = self.drop_index(&half_built);
                }
                let is_in_doubt = may_commit(&run.script[body.clone()]) && !is_refused_as_read(&error);
                let offset = place_of(&error).map(|offset| body.start + offset);
                return Err(Failure { is_in_doubt, ..run.failed_at(number, offset, error) });
            }
        }
        run.done = number + 1;
        Ok(())
    }

    fn half_built(&mut self, index: &BuiltIndex) -> Option<QualifiedName> {
        self.session.execute_and_find_half_built("", &index.table, &index.name).ok().flatten()
    }

    fn drop_index(&mut self, name: &QualifiedName) -> Result<(), CatalogError> {
        self.session.run(&format!("DROP INDEX CONCURRENTLY IF EXISTS {name}"))
    }

    /// A message that begins with the settings of a new session, where they are not there.
    pub(super) fn message(&mut self) -> Message {
        let mut message = Message::default();
        message.add(&self.unrecorded);
        if !self.is_settled {
            message.add(&self.session.settled_and_locked());
        }
        message
    }

    /// Sends statements, and leaves the session in no transaction and settled where they fail.
    pub(super) fn send_text(
        &mut self,
        text: &str,
        index: Option<&BuiltIndex>,
    ) -> Result<Option<QualifiedName>, CatalogError> {
        let sent = match index {
            Some(index) => self.session.execute_and_find_half_built(text, &index.table, &index.name),
            None => self.session.run(text).map(|()| None),
        };
        match &sent {
            Ok(_) => self.unrecorded.clear(),
            Err(error) if is_connection_lost(error) => {}
            Err(_) => self.is_settled = self.session.leave_script().is_ok(),
        }
        sent
    }

    fn send(
        &mut self,
        run: &Run<'_>,
        message: &Message,
        index: Option<&BuiltIndex>,
    ) -> Result<Option<QualifiedName>, Failure> {
        let error = match self.send_text(message.text(), index) {
            Ok(half_built) => return Ok(half_built),
            Err(error) if is_connection_lost(&error) => return Err(run.failed_nowhere(error)),
            Err(error) => error,
        };
        let mark = take_mark(self.session);
        let offset = place_of(&error);
        Err(match offset.map(|offset| message.place(offset, &run.steps)) {
            Some(Some((step, place))) => run.failed_at(step, Some(place), error),
            Some(None) => run.failed_nowhere(error),
            None => match mark.or(message.first_step()) {
                Some(step) if step < run.steps.len() => run.failed_at(step, None, error),
                _ => run.failed_nowhere(error),
            },
        })
    }

    /// Writes down why an open migration failed. Where nobody can tell whether a part of the statement took effect, what
    /// announced it stays.
    fn record_failure(&mut self, run: &Run<'_>, failure: &Failure) {
        let Cause::Server(error) = &failure.cause else { return };
        let is_known = !failure.is_in_doubt && run.done < run.steps.len();
        let row = if is_known { self.progress_row(run, run.done, None) } else { String::new() };
        let words = self.writer.append_logs(&run.migration.name, &error.to_string());
        // where even this cannot be written, the row is open all the same
        let _ = self.session.leave_script().and_then(|()| self.session.execute(&format!("{row}{words}")));
    }
}

/// Statements in a transaction of their own; nothing for none.
fn in_transaction(statements: &str) -> String {
    if statements.is_empty() { String::new() } else { format!("BEGIN;\n{statements}COMMIT;\n") }
}

/// Whether the server refused a statement before anything of it ran: it names a place in it, and no code that it was in.
fn is_refused_as_read(error: &CatalogError) -> bool {
    matches!(error, CatalogError::Statement(said) if said.place.is_some() && said.context.is_none())
}

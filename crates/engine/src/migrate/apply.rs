//! Carrying out one migration.
//!
//! An atomic script goes in one message with its row of the history: `BEGIN`, script, row, `COMMIT`. Whatever happens,
//! both are there or neither is. Any other script has an open row first, in which each of its segments records how far
//! it is in the same transaction; so only a statement outside transactions can leave a doubt, and only about itself.

use driftless_catalog::{CatalogError, HistoryWriter, Session};
use driftless_ir::QualifiedName;

use super::failure::{Cause, Failure, is_connection_lost, place_of, says_done};
use super::folder::{Migration, MigrationsFolder};
use super::message::{Message, take_mark};
use super::progress::{self, Progress};
use super::segment::{Experience, LeftOpen, Segment, Step, built_index, is_atomic, segments, steps};
use super::statement::{BuiltIndex, changes_role, changes_settings};

/// How a migration was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// As a whole.
    Atomic,
    /// In parts.
    InParts,
}

/// Carries migrations of a folder out, one after the other, in one session.
pub(super) struct Applier<'a> {
    pub(super) session: &'a mut Session,
    pub(super) folder: &'a MigrationsFolder,
    pub(super) writer: HistoryWriter,
    /// Whether a script before may have changed settings of the session.
    unsettled: bool,
    /// What is still to be recorded of a script before; it goes with the next message.
    pub(super) unrecorded: String,
}

/// One migration on its way.
struct Run<'a> {
    migration: &'a Migration,
    script: &'a str,
    steps: Vec<Step>,
    /// How many statements took effect.
    done: usize,
    /// Whether its open row is there.
    is_open: bool,
    /// Whether it is not known if the statement behind `done` took effect: the process may have died before it could
    /// record that.
    in_doubt: bool,
}

impl<'a> Applier<'a> {
    pub(super) fn new(session: &'a mut Session, folder: &'a MigrationsFolder) -> Self {
        let writer = session.history_writer();
        Self { session, folder, writer, unsettled: false, unrecorded: String::new() }
    }

    /// Records what is still to be recorded.
    ///
    /// # Errors
    /// Those of the server.
    pub(super) fn finish(&mut self) -> Result<(), CatalogError> {
        if self.unrecorded.is_empty() {
            return Ok(());
        }
        self.session.execute(&std::mem::take(&mut self.unrecorded))
    }

    /// Carries a migration out, or goes on with it where `progress` says that it was begun.
    ///
    /// # Errors
    /// A statement failed. The session is in no transaction then.
    pub(super) fn apply(
        &mut self,
        migration: &'a Migration,
        progress: Option<&Progress>,
    ) -> Result<Manner, Failure> {
        let script = self.folder.script(migration);
        let mut run = Run {
            migration,
            script,
            steps: steps(script),
            done: progress.map_or(0, |progress| progress.done),
            is_open: progress.is_some(),
            in_doubt: progress.is_some_and(|progress| !progress.failed),
        };
        let mut experience = Experience::default();
        loop {
            let segments = segments(&run.steps, &experience).map_err(|left| run.left_open(&left))?;
            let atomic = !run.is_open && is_atomic(&segments);
            let result = if atomic {
                self.run_whole(&run, segments.first())
            } else {
                self.run_in_parts(&mut run, &segments)
            };
            self.unsettled |= changes_settings(script);
            match result {
                Ok(()) => return Ok(if atomic { Manner::Atomic } else { Manner::InParts }),
                Err(failure) if learn(&mut experience, &run, &failure) => {}
                Err(failure) => {
                    if run.is_open {
                        self.record_failure(&run, &failure);
                    }
                    // a script that cannot even be parsed takes the whole message with it
                    let _ = self.finish();
                    return Err(failure);
                }
            }
        }
    }

    /// Runs an atomic script.
    fn run_whole(&mut self, run: &Run<'_>, segment: Option<&Segment>) -> Result<(), Failure> {
        let mut message = self.message();
        let row = self.writer.insert_finished(&run.migration.name, run.migration.checksum.as_str());
        let segment = segment.cloned().unwrap_or(Segment::Together(0..0));
        run.write_segment(&mut message, &segment, &row);
        self.send(run, &message, None).map(drop)
    }

    /// Runs a script in parts.
    fn run_in_parts(&mut self, run: &mut Run<'_>, segments: &[Segment]) -> Result<(), Failure> {
        let (name, checksum) = (&run.migration.name, run.migration.checksum.as_str());
        let line = progress::write(run.script, &run.steps, run.done);
        let mut message = self.message();
        let row = if run.is_open {
            self.writer.update_open(name, checksum, run.done, &line)
        } else {
            self.writer.insert_open(name, checksum, &line)
        };
        message.add(&format!("BEGIN;\n{row}COMMIT;\n"));
        let ahead: Vec<_> = segments.iter().filter_map(|segment| run.rest_of(segment)).collect();
        for segment in &ahead {
            let row = self.progress_row(run, segment.steps().end);
            if let Segment::Alone(step) = segment {
                self.run_alone(run, *step, &mut message)?;
                message.add(&format!("BEGIN;\n{row}COMMIT;\n"));
            } else {
                run.write_segment(&mut message, segment, &row);
            }
        }
        if ahead.last().is_none_or(|segment| segment.steps().end != run.steps.len()) {
            let row = self.writer.finish(name);
            message.add(&format!("BEGIN;\n{row}COMMIT;\n"));
        }
        if message.has_steps() {
            return self.send_part(run, &mut message, None).map(drop);
        }
        self.unrecorded = message.text().to_owned();
        Ok(())
    }

    /// The statement that records that the steps before `end` are done.
    fn progress_row(&self, run: &Run<'_>, end: usize) -> String {
        let name = &run.migration.name;
        if end == run.steps.len() {
            return self.writer.finish(name);
        }
        let line = progress::write(run.script, &run.steps, end);
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
                        let row = self.progress_row(run, run.done);
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
        if let Err(error) = self.session.execute(&run.script[body.clone()]) {
            let is_done = matches!(&error, CatalogError::Statement(said) if was_in_doubt && says_done(said));
            if !is_done {
                // an index that could not be built would slow every write down
                if let Some(half_built) = index.and_then(|index| self.half_built(&index)) {
                    let _ = self.drop_index(&half_built);
                }
                let offset = place_of(&error).map(|offset| body.start + offset);
                return Err(run.failed_at(number, offset, error));
            }
        }
        run.done = number + 1;
        Ok(())
    }

    fn half_built(&mut self, index: &BuiltIndex) -> Option<QualifiedName> {
        self.session.execute_and_find_half_built("", &index.table, &index.name).ok().flatten()
    }

    fn drop_index(&mut self, name: &QualifiedName) -> Result<(), CatalogError> {
        self.session.execute(&format!("DROP INDEX CONCURRENTLY IF EXISTS {name}"))
    }

    /// A message that begins with the settings of a new session.
    pub(super) fn message(&mut self) -> Message {
        let mut message = Message::default();
        message.add(&self.unrecorded);
        if std::mem::take(&mut self.unsettled) {
            message.add(&self.session.restored_settings());
        }
        message
    }

    fn send(
        &mut self,
        run: &Run<'_>,
        message: &Message,
        index: Option<&BuiltIndex>,
    ) -> Result<Option<QualifiedName>, Failure> {
        let sent = match index {
            Some(index) => {
                self.session.execute_and_find_half_built(message.text(), &index.table, &index.name)
            }
            None => self.session.execute(message.text()).map(|()| None),
        };
        let error = match sent {
            Ok(half_built) => {
                self.unrecorded.clear();
                return Ok(half_built);
            }
            Err(error) => error,
        };
        if is_connection_lost(&error) {
            return Err(run.failed_nowhere(error));
        }
        let _ = self.session.leave_transaction();
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

    fn record_failure(&mut self, run: &Run<'_>, failure: &Failure) {
        let Cause::Server(error) = &failure.cause else { return };
        // where even this cannot be written, the row is open all the same
        let words = self.writer.append_logs(&run.migration.name, &error.to_string());
        let _ = self.session.execute(&words);
    }
}

impl Run<'_> {
    /// Adds a segment with the statement that records it, in one transaction.
    fn write_segment(&self, message: &mut Message, segment: &Segment, row: &str) {
        let row = if changes_role(self.script) {
            format!("RESET SESSION AUTHORIZATION;\nRESET ROLE;\n{row}")
        } else {
            row.to_owned()
        };
        let steps = segment.steps();
        match segment {
            Segment::Together(_) | Segment::Alone(_) => {
                message.add("BEGIN;\n");
                steps.for_each(|step| self.write_step(message, step));
                message.add_record(&row, self.steps.len());
                message.add("COMMIT;\n");
            }
            Segment::Own { commits: true, .. } => {
                let last = steps.end - 1;
                (steps.start..last).for_each(|step| self.write_step(message, step));
                message.add_record(&row, self.steps.len());
                self.write_step(message, last);
            }
            Segment::Own { commits: false, .. } => {
                steps.for_each(|step| self.write_step(message, step));
                message.add("BEGIN;\n");
                message.add_record(&row, self.steps.len());
                message.add("COMMIT;\n");
            }
        }
        message.release_mark();
    }

    fn write_step(&self, message: &mut Message, step: usize) {
        message.add_step(self.script, step, &self.steps[step]);
    }

    /// What is still to be done of a segment.
    fn rest_of(&self, segment: &Segment) -> Option<Segment> {
        let steps = segment.steps();
        match segment {
            _ if steps.end <= self.done => None,
            Segment::Together(_) => Some(Segment::Together(steps.start.max(self.done)..steps.end)),
            _ => Some(segment.clone()),
        }
    }

    fn failed_at(&self, step: usize, offset: Option<usize>, error: CatalogError) -> Failure {
        let body = &self.steps[step].body;
        let place = match offset {
            Some(offset) if body.contains(&offset) => word_at(self.script, offset),
            _ => body.clone(),
        };
        Failure { place: Some(place), ..self.failed_nowhere(error) }
    }

    fn failed_nowhere(&self, error: CatalogError) -> Failure {
        Failure { done: self.done, total: self.steps.len(), ..Failure::of(error) }
    }

    fn left_open(&self, left: &LeftOpen) -> Failure {
        let place = Some(self.steps[left.begin].body.clone());
        Failure { cause: Cause::LeftOpen(left.what), place, done: self.done, total: self.steps.len() }
    }
}

/// The word at an offset of a text.
fn word_at(text: &str, offset: usize) -> std::ops::Range<usize> {
    let rest = text.get(offset..).unwrap_or_default();
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let length = rest.find(|letter: char| !is_part(letter)).unwrap_or(rest.len());
    let first = rest.chars().next().map_or(0, char::len_utf8);
    offset..offset + length.max(first)
}

/// Takes from a failure how a script has to be cut; `false` where it was cut like that already.
fn learn(experience: &mut Experience, run: &Run<'_>, failure: &Failure) -> bool {
    let Cause::Server(error) = &failure.cause else { return false };
    let CatalogError::Statement(said) = &**error else { return false };
    match &*said.sqlstate {
        // cannot run in a transaction; a procedure or a block that ends the transaction
        "25001" | "2D000" => {
            let Some(place) = &failure.place else { return false };
            let step = run.steps.iter().position(|step| step.span.contains(&place.start));
            step.is_some_and(|step| experience.alone.insert(step))
        }
        // a new value of an enum is used before it is committed
        "55P04" => !std::mem::replace(&mut experience.commits_enum_values, true),
        _ => false,
    }
}

//! One migration on its way: what of its script is to be sent, and what a failure means for it.

use std::ops::Range;

use driftless_catalog::CatalogError;

use driftless_sql::facts::{TransactionKind, is_about_transaction, is_setting};

use super::failure::{Cause, Failure};
use super::folder::Migration;
use super::message::Message;
use super::progress::Progress;
use super::segment::{End, Experience, Segment, Step, Uncut, segments, steps};

/// One migration on its way.
pub(super) struct Run<'a> {
    pub(super) migration: &'a Migration,
    pub(super) script: &'a str,
    pub(super) steps: Vec<Step>,
    /// How many statements took effect.
    pub(super) done: usize,
    /// Whether its open row is there.
    pub(super) is_open: bool,
    /// Whether it is not known if the statement behind `done` took effect: the process may have died before it could
    /// record that.
    pub(super) in_doubt: bool,
}

/// What a segment is recorded with.
pub(super) struct Record {
    /// What keeps others out of the history while the segment runs; goes before everything else in its transaction.
    pub(super) reserve: String,
    /// The row, and what must be so for it.
    pub(super) row: String,
}

impl<'a> Run<'a> {
    /// A migration that begins, or one that was begun.
    pub(super) fn new(migration: &'a Migration, script: &'a str, progress: Option<&Progress>) -> Self {
        Self {
            migration,
            script,
            steps: steps(script),
            done: progress.map_or(0, |progress| progress.done),
            is_open: progress.is_some(),
            in_doubt: progress.is_some_and(|progress| progress.failure.is_none()),
        }
    }

    /// Adds a segment with the statements that record it, in one transaction where that can be.
    pub(super) fn write_segment(&self, message: &mut Message, segment: &Segment, record: &Record) {
        let steps = segment.steps();
        match segment {
            Segment::Together { undone: false, .. } | Segment::Alone(_) => {
                message.add("BEGIN;\n");
                message.add(&record.reserve);
                self.write_steps(message, steps, record);
                message.add_record(&record.row, self.steps.len());
                message.add("COMMIT;\n");
            }
            Segment::Own { end: End::Commits { .. }, .. } => {
                let last = steps.end - 1;
                self.write_steps(message, steps.start..last, record);
                message.add_record(&record.row, self.steps.len());
                self.write_steps(message, last..steps.end, record);
            }
            Segment::Together { undone: true, .. } => {
                message.add("BEGIN;\n");
                self.write_steps(message, steps, record);
                message.add("ROLLBACK;\nBEGIN;\n");
                message.add_record(&record.row, self.steps.len());
                message.add("COMMIT;\n");
            }
            Segment::Own { .. } => {
                self.write_steps(message, steps, record);
                message.add("BEGIN;\n");
                message.add_record(&record.row, self.steps.len());
                message.add("COMMIT;\n");
            }
        }
        if !segment.chains() {
            message.release_mark();
        }
    }

    fn write_steps(&self, message: &mut Message, steps: Range<usize>, record: &Record) {
        for step in steps {
            message.add_step(self.script, step, &self.steps[step]);
            // a transaction of the script's own begins
            if matches!(
                self.steps[step].kind,
                TransactionKind::Begin | TransactionKind::Rollback { chains: true }
            ) {
                message.add(&record.reserve);
            }
        }
    }

    /// Begins the transaction of a segment whose beginning is the end of the one before, where that one is done.
    pub(super) fn begin_chained(&self, message: &mut Message, segment: &Segment) {
        let Segment::Own { chained_to: Some(begin), steps, .. } = segment else { return };
        for (at, step) in self.steps.iter().enumerate().take(steps.start).skip(*begin) {
            let body = &self.script[step.body.clone()];
            if at == *begin || is_about_transaction(body) {
                message.add(&format!("{body}\n;\n"));
            }
        }
    }

    /// Brings about what the steps that are done set in their session, which may have been another one.
    pub(super) fn write_settings(&self, message: &mut Message) {
        for segment in segments(&self.steps, &Experience::default()).unwrap_or_default() {
            let stays = !matches!(
                segment,
                Segment::Together { undone: true, .. } | Segment::Own { end: End::RollsBack, .. }
            );
            let steps = segment.steps();
            for step in &self.steps[steps.start.min(self.done)..steps.end.min(self.done)] {
                let body = &self.script[step.body.clone()];
                if stays && is_setting(body) {
                    message.add(&format!("{body}\n;\n"));
                }
            }
        }
    }

    /// What is still to be done of a segment.
    pub(super) fn rest_of(&self, segment: &Segment) -> Option<Segment> {
        let steps = segment.steps();
        match segment {
            _ if steps.end <= self.done => None,
            Segment::Together { undone, .. } => {
                Some(Segment::Together { steps: steps.start.max(self.done)..steps.end, undone: *undone })
            }
            _ => Some(segment.clone()),
        }
    }

    pub(super) fn failed_at(&self, step: usize, offset: Option<usize>, error: CatalogError) -> Failure {
        let body = &self.steps[step].body;
        let place = match offset {
            Some(offset) if body.contains(&offset) => word_at(self.script, offset),
            _ => body.clone(),
        };
        Failure { place: Some(place), ..self.failed_nowhere(error) }
    }

    pub(super) fn failed_nowhere(&self, error: CatalogError) -> Failure {
        Failure { done: self.done, total: self.steps.len(), ..Failure::of(error) }
    }

    pub(super) fn uncut(&self, uncut: &Uncut) -> Failure {
        Failure {
            cause: Cause::Uncut(uncut.why),
            place: Some(self.steps[uncut.step].body.clone()),
            done: self.done,
            total: self.steps.len(),
            is_in_doubt: false,
        }
    }
}

/// The word at an offset of a text.
fn word_at(text: &str, offset: usize) -> Range<usize> {
    let rest = text.get(offset..).unwrap_or_default();
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let length = rest.find(|letter: char| !is_part(letter)).unwrap_or(rest.len());
    let first = rest.chars().next().map_or(0, char::len_utf8);
    offset..offset + length.max(first)
}

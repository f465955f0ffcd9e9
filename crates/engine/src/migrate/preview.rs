//! The pending scripts, replayed behind what is in effect: what they are about to do, before any of them runs.

use driftless_catalog::Session;
use driftless_diagnostics::{Diagnostic, FileId};
use driftless_ir::Name;
use driftless_sql::facts::{Routine, first_word, mentions};
use driftless_sql::{Content, Replay, split};

use super::deploy::explain;
use super::diagnosis::{Diagnosis, State};
use super::folder::{Migration, MigrationsFolder};

/// The script of what is in the database and no script made. No file of a project has this number.
pub(super) const BESIDE: FileId = FileId::new(u32::MAX);

/// Words with which statements begin that run no code and say themselves what they do.
const SIMPLE: [&str; 22] = [
    "abort",
    "alter",
    "analyze",
    "begin",
    "commit",
    "comment",
    "create",
    "deallocate",
    "drop",
    "end",
    "grant",
    "lock",
    "release",
    "reset",
    "revoke",
    "rollback",
    "savepoint",
    "set",
    "show",
    "start",
    "truncate",
    "vacuum",
];

/// See the module.
pub(super) struct Preview<'a> {
    folder: &'a MigrationsFolder,
    diagnosis: &'a Diagnosis<'a>,
    /// The namespace that is not written.
    pub(super) namespace: Name,
    /// The routines that pending scripts call and no script made.
    routines: Vec<Routine>,
    /// What makes the tables that no script made.
    beside: Option<String>,
    /// What is in effect, replayed.
    before: Replay,
    /// The same with what is pending.
    pub(super) replay: Replay,
}

impl<'a> Preview<'a> {
    /// Replays what is in effect and what is pending; `None` where every pending statement says itself what it does. A
    /// round trip where scripts call what no script made.
    ///
    /// # Errors
    /// Those of a lost connection.
    pub(super) fn new(
        folder: &'a MigrationsFolder,
        diagnosis: &'a Diagnosis<'a>,
        session: &mut Session,
    ) -> Result<Option<Self>, Diagnostic> {
        if diagnosis.pending().all(|migration| is_simple(folder.script(migration))) {
            return Ok(None);
        }
        let namespace = Name::from(session.url().schema());
        let (routines, beside) = (Vec::new(), None);
        let mut before = Replay::new(namespace.clone());
        let is_in_effect = |state: State| matches!(state, State::Applied | State::Edited);
        for (migration, _) in diagnosis.migrations.iter().filter(|(_, state)| is_in_effect(*state)) {
            before.run(migration.file, folder.script(migration));
        }
        let replay = before.clone();
        let mut preview = Self { folder, diagnosis, namespace, routines, beside, before, replay };
        preview.run();
        let calls: Vec<_> = preview.replay.unknown_calls().into_iter().cloned().collect();
        let found = session.routines(&calls).map_err(explain)?;
        if !found.is_empty() {
            preview.routines =
                found.into_iter().map(|(name, language, body)| Routine { name, language, body }).collect();
            preview.run();
        }
        Ok(Some(preview))
    }

    /// Replays once more, with the SQL that makes what no script made.
    pub(super) fn run_beside(&mut self, script: String) {
        self.beside = Some(script);
        self.run();
    }

    /// Whether a file is a pending script.
    pub(super) fn is_pending(&self, file: FileId) -> bool {
        self.diagnosis.pending().any(|migration| migration.file == file)
    }

    /// The migration of a file.
    pub(super) fn migration(&self, file: FileId) -> Option<&'a Migration> {
        self.folder.migrations.iter().find(|migration| migration.file == file)
    }

    fn run(&mut self) {
        let mut replay = self.before.clone();
        if let Some(script) = &self.beside {
            replay.run(BESIDE, script);
        }
        replay.watch(self.routines.clone());
        for migration in self.diagnosis.pending() {
            replay.run(migration.file, self.folder.script(migration));
        }
        self.replay = replay;
    }
}

/// Whether no statement of a script runs code, or makes something only if it is not there.
fn is_simple(script: &str) -> bool {
    split(script).iter().all(|fragment| {
        let Content::Statement(body) = &fragment.content else { return true };
        let statement = &script[body.clone()];
        let first = first_word(statement).unwrap_or_default();
        SIMPLE.contains(&first.as_str()) && !mentions(statement, "exists") && !mentions(statement, "select")
    })
}

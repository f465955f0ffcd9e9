//! How a folder and a history stand to each other: one pure function, which every command asks.

use driftless_catalog::HistoryRow;

use super::folder::{Migration, MigrationsFolder};

/// How a migration of the folder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is in effect, and its script is the one that was run.
    Applied,
    /// It is in effect, and its script was changed since.
    Edited,
    /// It is not in effect: never begun, or rolled back.
    Pending,
    /// It was begun, and neither finished nor rolled back.
    Open,
}

/// How a folder and a history stand to each other.
#[derive(Clone, Debug)]
pub struct Diagnosis<'a> {
    /// The migrations of the folder in order, and how each stands.
    pub migrations: Vec<(&'a Migration, State)>,
    /// The attempts that were begun, and neither finished nor rolled back; of the folder's migrations and of others.
    pub open: Vec<&'a HistoryRow>,
    /// The migrations in effect that the folder does not hold, in the order in which they began.
    pub missing: Vec<&'a str>,
}

/// Compares a folder with the attempts that a database remembers, in the order in which they began.
///
/// Of several attempts at one migration, one that is in effect decides, whatever became of the others; an open one
/// counts wherever there is one, as it does in the reference.
pub fn diagnose<'a>(folder: &'a MigrationsFolder, rows: &'a [HistoryRow]) -> Diagnosis<'a> {
    let mut by_name = std::collections::BTreeMap::<&str, Vec<&HistoryRow>>::new();
    for row in rows {
        by_name.entry(&row.name).or_default().push(row);
    }
    let state = |migration: &Migration| {
        let attempts = by_name.get(migration.name.as_str()).map_or(&[][..], Vec::as_slice);
        match attempts.iter().rfind(|row| row.is_applied()) {
            Some(row) if folder.matches(migration, &row.checksum) => State::Applied,
            Some(_) => State::Edited,
            None if attempts.iter().any(|row| row.is_open()) => State::Open,
            None => State::Pending,
        }
    };
    let migrations: Vec<_> = folder.migrations.iter().map(|one| (one, state(one))).collect();
    let known: std::collections::BTreeSet<&str> =
        folder.migrations.iter().map(|migration| migration.name.as_str()).collect();
    let mut missing: Vec<&str> = Vec::new();
    for row in rows.iter().filter(|row| row.is_applied() && !known.contains(&*row.name)) {
        if !missing.contains(&&*row.name) {
            missing.push(&row.name);
        }
    }
    Diagnosis { migrations, open: rows.iter().filter(|row| row.is_open()).collect(), missing }
}

impl<'a> Diagnosis<'a> {
    /// The migrations that a deployment is to run: those that are not in effect. An open one is among them, to be gone
    /// on with.
    pub fn pending(&self) -> impl Iterator<Item = &'a Migration> {
        self.in_state(|state| matches!(state, State::Pending | State::Open))
    }

    /// The migrations whose scripts were changed after they were run.
    pub fn edited(&self) -> impl Iterator<Item = &'a Migration> {
        self.in_state(|state| state == State::Edited)
    }

    /// The pending migrations that stand before one that is in effect.
    pub fn out_of_order(&self) -> impl Iterator<Item = &'a Migration> {
        let in_effect = |state: State| matches!(state, State::Applied | State::Edited);
        let last = self.migrations.iter().rposition(|(_, state)| in_effect(*state)).unwrap_or(0);
        let before = self.migrations.iter().take(last);
        before.filter(|(_, state)| *state == State::Pending).map(|(migration, _)| *migration)
    }

    /// Whether each side has something that the other has not.
    pub fn is_diverged(&self) -> bool {
        !self.missing.is_empty() && self.pending().next().is_some()
    }

    /// Whether everything of the folder is in effect, and nothing is half done. As in the reference, edited scripts and
    /// a database that is ahead of the folder do not count.
    pub fn is_up_to_date(&self) -> bool {
        self.open.is_empty() && self.pending().next().is_none()
    }

    /// The last migration, in the folder's order, up to which both agree.
    pub fn last_common(&self) -> Option<&'a str> {
        let agrees = |(_, state): &&(&'a Migration, State)| matches!(state, State::Applied | State::Edited);
        let common = self.migrations.iter().take_while(agrees).last();
        common.map(|(migration, _)| migration.name.as_str())
    }

    fn in_state<'s>(
        &'s self,
        wanted: impl Fn(State) -> bool + 's,
    ) -> impl Iterator<Item = &'a Migration> + 's {
        self.migrations.iter().filter(move |(_, state)| wanted(*state)).map(|(migration, _)| *migration)
    }
}

/// The part of a folder that is in effect.
pub(crate) fn in_effect(folder: &MigrationsFolder, diagnosis: &Diagnosis<'_>) -> MigrationsFolder {
    let applied = diagnosis.migrations.iter().filter(|(_, state)| *state != State::Pending);
    let migrations = applied.map(|(migration, _)| (*migration).clone()).collect();
    folder.with(migrations)
}

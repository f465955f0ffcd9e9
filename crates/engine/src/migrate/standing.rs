//! What stands under the names that pending scripts are about to make.
//!
//! `CREATE TABLE IF NOT EXISTS` and its kin are skipped by PostgreSQL where anything has the name: a view, a table of
//! another shape, an index on other columns, an index whose concurrent build failed. A deployment that went on would say
//! that it did what it did not. So before it changes anything, it looks. The same thing is skipped, as PostgreSQL does;
//! an invalid index is built again; anything else stops the deployment.
//!
//! Invariants: what is not certain to be another thing is let pass. A look or two, a third where scripts are about things
//! that no script made, however much is pending; and none where no script is guarded.

use std::collections::BTreeMap;

use driftless_catalog::{AskedName, Session, Standing as Held};
use driftless_diagnostics::{Diagnostic, Span, code};
use driftless_ir::{IndexState, Name, NamespaceWalker, Origin, QualifiedName, Schema, SchemaBuilder};
use driftless_plan::{Pair, Shapes, Style};
use driftless_sql::{Guarded, Known, MayChange, Standing, Target, Traits, Trust};

use super::deploy::explain;
use super::folder::MigrationsFolder;
use super::preview::{BESIDE, Preview};
use super::progress::Progress;
use super::segment::steps;
use crate::diff::order;
use crate::source::{HISTORY_TABLE, Scope, introspect};

/// An index whose concurrent build failed, and that a script is about to build in a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LeftIndex {
    /// Its name.
    pub(super) name: QualifiedName,
    /// Its table.
    pub(super) table: QualifiedName,
}

/// Looks what stands under the names that pending scripts make only if it is not there. Gives the indexes to drop before.
///
/// # Errors
/// D3012: something else stands there, or a session is building an index of the name; those of a lost connection.
pub(super) fn look(
    folder: &MigrationsFolder,
    preview: &mut Preview<'_>,
    begun: Option<&(String, Progress)>,
    session: &mut Session,
) -> Result<Vec<LeftIndex>, Diagnostic> {
    if preview.replay.lacks_something() {
        let there = script_of_what_is_there(preview, session)?;
        preview.run_beside(there);
    }
    let look = Look::new(folder, preview, begun);
    if look.guarded.is_empty() {
        return Ok(Vec::new());
    }
    let asked: Vec<_> = look.guarded.iter().map(asked_name).collect();
    let held = session.standing(&asked).map_err(explain)?;
    let schema = look.introspect(&held, session)?;
    let live = schema.as_ref().map(|held| Shapes::new(Pair::new(held, &look.made)));
    let mut left = Vec::new();
    for (entry, held) in look.guarded.iter().zip(&held) {
        if let Some(problem) = look.judge(entry, held.as_ref(), live.as_ref()) {
            return Err(look.report(entry, &problem));
        }
        if let Some(Held { state: IndexState::Invalid, table: Some(table), .. }) = held
            && !entry.concurrently
            && !matches!(entry.standing, Standing::Uncertain)
        {
            left.push(LeftIndex { name: entry.name.clone(), table: table.clone() });
        }
    }
    left.dedup();
    Ok(left)
}

/// What has the name of something that is not made, as the rest of a sentence.
struct Problem {
    words: String,
    /// Whether that is a session at work, so that waiting helps.
    is_at_work: bool,
}

impl Problem {
    fn new(words: impl Into<String>) -> Option<Self> {
        Some(Self { words: words.into(), is_at_work: false })
    }
}

/// The pending scripts, replayed.
struct Look<'a> {
    folder: &'a MigrationsFolder,
    namespace: Name,
    guarded: Vec<Guarded>,
    /// What there is at the end, as far as scripts made it.
    made: Schema,
    /// The statements of pending scripts that may have changed objects, in order.
    doubts: Vec<(Span, MayChange)>,
}

/// The SQL that would make what the database holds in all its namespaces, for what scripts did not make. What they made
/// is refused in the replay, as it is there.
fn script_of_what_is_there(preview: &Preview<'_>, session: &mut Session) -> Result<String, Diagnostic> {
    let scope = Scope { default: preview.namespace.clone(), namespaces: Vec::new() };
    let there = introspect(session, &scope)?;
    let create =
        |namespace: NamespaceWalker<'_>| format!("CREATE SCHEMA IF NOT EXISTS {};\n", namespace.name());
    let mut script: String = there.namespaces().map(create).collect();
    let nothing = Schema::empty();
    // where no order is to be found, nothing is certain
    if let Ok(plan) = order(driftless_plan::diff(Pair::new(&nothing, &there))) {
        script += &driftless_plan::render(&plan, Style::Plain);
    }
    Ok(script)
}

impl<'a> Look<'a> {
    fn new(folder: &'a MigrationsFolder, preview: &Preview<'_>, begun: Option<&(String, Progress)>) -> Self {
        let replay = &preview.replay;
        let done = begun.and_then(|(name, progress)| {
            let migration = folder.find(name)?;
            let steps = steps(folder.script(migration));
            let end = progress.done.checked_sub(1).and_then(|last| steps.get(last))?.span.end;
            Some((migration.file, end))
        });
        let is_ahead =
            |place: Span| !done.is_some_and(|(file, end)| place.file == file && (place.start as usize) < end);
        let guarded = replay.guarded().iter().filter(|entry| is_ahead(entry.place)).cloned().collect();
        let doubts = match replay.trust() {
            Trust::Exact => Vec::new(),
            Trust::Opaque(statements) => statements
                .into_iter()
                .filter(|statement| preview.is_pending(statement.span.file))
                .map(|statement| (statement.span, statement.may_change))
                .collect(),
        };
        let made = freeze(replay.builder()).unwrap_or_else(Schema::empty);
        Self { folder, namespace: preview.namespace.clone(), guarded, made, doubts }
    }

    /// What the database holds in the namespaces that are asked about, where something that has to be compared stands
    /// there.
    fn introspect(&self, held: &[Option<Held>], session: &mut Session) -> Result<Option<Schema>, Diagnostic> {
        let stands = |(entry, held): &(&Guarded, &Option<Held>)| {
            held.is_some() && matches!(entry.standing, Standing::Before)
        };
        let mut namespaces: Vec<Name> = Vec::new();
        for (entry, _) in self.guarded.iter().zip(held).filter(stands) {
            namespaces.push(entry.name.namespace.clone());
        }
        if namespaces.is_empty() {
            return Ok(None);
        }
        // a foreign key is read only together with the table that it refers to
        let referenced = self.made.foreign_keys().map(|key| key.referenced_table());
        namespaces.extend(referenced.map(|table| table.namespace().name().clone()));
        namespaces.sort_unstable();
        namespaces.dedup();
        introspect(session, &Scope { default: self.namespace.clone(), namespaces }).map(Some)
    }

    /// What has the name of what a statement makes, where that is another thing.
    fn judge(&self, entry: &Guarded, held: Option<&Held>, live: Option<&Shapes<'_>>) -> Option<Problem> {
        match &entry.standing {
            Standing::Uncertain => None,
            Standing::Known(known) => judge_known(self, entry, known, held),
            Standing::Before => {
                let held = held?;
                if self.may_be_changed(entry, |at| at < entry.place) {
                    return None;
                }
                self.judge_kind(entry, &held.word, held.table.as_ref()).or_else(|| {
                    if held.state == IndexState::Building {
                        let words = "a session is building one of its name".to_owned();
                        return Some(Problem { words, is_at_work: true });
                    }
                    judge_facts(entry, &held.facts).or_else(|| {
                        let shapes = live.filter(|_| !self.may_be_changed(entry, |_| true))?;
                        self.judge_shape(entry, shapes, Some(entry.place))
                    })
                })
            }
        }
    }

    fn judge_kind(&self, entry: &Guarded, word: &str, table: Option<&QualifiedName>) -> Option<Problem> {
        let wanted = match &entry.target {
            Target::Relation(wanted) | Target::Type(wanted) => *wanted,
            Target::Column(_) | Target::Trigger(_) => return None,
            Target::Constraint(name) => self.constraint_word(&entry.name, name)?,
        };
        if word != wanted {
            return Problem::new(format!("{} has its name", with_article(word)));
        }
        let (held, made) = (table?, entry.table.as_ref()?);
        if held == made {
            return None;
        }
        Problem::new(format!("one of another table, `{}`, has its name", self.shown(held)))
    }

    /// What a constraint of the end is. That of an earlier time is not known.
    fn constraint_word(&self, table: &QualifiedName, name: &Name) -> Option<&'static str> {
        let table = self.made.find_table(table)?;
        if table.foreign_keys().any(|key| key.name() == name) {
            return Some("foreign key");
        }
        if table.checks().iter().any(|check| check.name == *name) {
            return Some("check constraint");
        }
        let index = table.indexes().find(|index| index.name() == name)?;
        Some(if index.is_primary() { "primary key" } else { "unique constraint" })
    }

    /// Compares what stands with what the statement at `place` makes, which may have been changed by a later one: what
    /// was changed is not compared. Without a place, nothing was.
    fn judge_shape(&self, entry: &Guarded, shapes: &Shapes<'_>, place: Option<Span>) -> Option<Problem> {
        let is_untouched = |origin: &Origin| place.is_none() || origin.span == place;
        let made = |find: &dyn Fn() -> Option<bool>| place.is_none() || find() == Some(true);
        let table = entry.table.as_ref().unwrap_or(&entry.name);
        let made_table = self.made.find_table(table);
        let differences = match &entry.target {
            Target::Relation("table") => shapes.table(&entry.name, is_untouched),
            Target::Column(column)
                if made(&|| Some(is_untouched(&made_table?.column(column)?.get().origin))) =>
            {
                shapes.column(&entry.name, column, is_untouched)
            }
            Target::Relation("index") => {
                let name = &entry.name.name;
                let find = || made_table?.indexes().find(|index| index.name() == name);
                let is_other =
                    made(&|| Some(is_untouched(&find()?.get().origin))) && shapes.is_other_index(table, name);
                return if is_other { Problem::new("one of another definition has its name") } else { None };
            }
            Target::Constraint(name) => {
                let key = || made_table?.foreign_keys().find(|key| key.name() == name);
                let index = || made_table?.indexes().find(|index| index.name() == name);
                let origin =
                    || key().map(|key| &key.get().origin).or(index().map(|index| &index.get().origin));
                let is_other =
                    made(&|| Some(is_untouched(origin()?))) && shapes.is_other_constraint(table, name);
                return if is_other { Problem::new("one of another definition has its name") } else { None };
            }
            Target::Type("enum")
                if made(&|| Some(is_untouched(&self.made.find_enum(&entry.name)?.get().origin))) =>
            {
                shapes.enumeration(&entry.name)
            }
            _ => Vec::new(),
        };
        const MOST: usize = 3;
        let more = differences.len().saturating_sub(MOST);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        let shown: Vec<_> = differences.iter().take(MOST).map(String::as_str).collect();
        match shown.is_empty() {
            true => None,
            false => Problem::new(format!("another one has its name: {}{more}", shown.join("; "))),
        }
    }

    /// Whether a statement at one of these places may have changed what an entry makes, and nobody knows.
    fn may_be_changed(&self, entry: &Guarded, at: impl Fn(Span) -> bool) -> bool {
        let table = entry.table.as_ref().unwrap_or(&entry.name);
        self.doubts.iter().any(|(span, may_change)| {
            let is_reached = match may_change {
                MayChange::Anything => true,
                MayChange::Objects(names) => names.iter().any(|name| {
                    [&entry.name, table].iter().any(|own| {
                        *name == own.to_string()
                            || *name == own.name.to_string()
                            || *name == own.name.as_str()
                    })
                }),
            };
            is_reached && at(*span)
        })
    }

    fn report(&self, entry: &Guarded, problem: &Problem) -> Diagnostic {
        let name = self.shown(&entry.name);
        let subject = match &entry.target {
            Target::Relation(word) | Target::Type(word) => format!("{word} `{name}`"),
            Target::Column(column) => format!("column `{}` of `{name}`", column.as_str()),
            Target::Trigger(trigger) => format!("trigger `{}` of `{name}`", trigger.as_str()),
            Target::Constraint(constraint) => format!("constraint `{}` of `{name}`", constraint.as_str()),
        };
        let message = format!("the {subject} would not be made, because {}", problem.words);
        let script = self.folder.files.get(entry.place.file).map_or("", |file| file.text());
        let text = script.get(entry.place.start as usize..entry.place.end as usize).unwrap_or_default();
        let first_line = text.find('\n').map_or(entry.place.end, |at| entry.place.start + at as u32);
        let migration = self.folder.migrations.iter().find(|migration| migration.file == entry.place.file);
        let help = match (problem.is_at_work, migration) {
            (true, _) => "wait until it is built, then run the command again; nothing was changed".to_owned(),
            (false, None) => "rename or drop what has the name; nothing was changed".to_owned(),
            (false, Some(migration)) => format!(
                "rename or drop what has the name, or change the script; where what is there is right, record that with \
                 `driftless migrate resolve --applied {}`; nothing was changed",
                migration.name
            ),
        };
        let place = Span::new(entry.place.file, entry.place.start, first_line);
        Diagnostic::error(code::NAME_TAKEN, message).at(place).label("would be skipped").help(help)
    }

    /// A name for a message: with its namespace, where that is not the one of the URL.
    fn shown(&self, name: &QualifiedName) -> String {
        match name.namespace == self.namespace {
            true => name.name.as_str().to_owned(),
            false => format!("{}.{}", name.namespace.as_str(), name.name.as_str()),
        }
    }
}

/// Judges what scripts made under the name themselves.
fn judge_known(look: &Look<'_>, entry: &Guarded, known: &Known, live: Option<&Held>) -> Option<Problem> {
    if look.may_be_changed(entry, |at| at < entry.place) {
        return None;
    }
    let kind = match &entry.target {
        Target::Column(_) | Target::Constraint(_) | Target::Trigger(_) => None,
        _ => look.judge_kind(entry, known.word, known.table.as_ref()),
    };
    // the script of what is there says no more than the model
    let facts = match known.changed.file == BESIDE {
        true => live.map(|live| &live.facts),
        false => Some(&known.facts),
    };
    kind.or_else(|| judge_facts(entry, facts?)).or_else(|| {
        let (held, made) = &**known.shapes.as_ref()?;
        let (held, made) = (freeze(held.clone())?, freeze(made.clone())?);
        look.judge_shape(entry, &Shapes::new(Pair::new(&held, &made)), None)
    })
}

/// Compares what is to be said of both beyond the model.
fn judge_facts(entry: &Guarded, held: &Traits) -> Option<Problem> {
    let differs = |(of, is): (&String, &String)| {
        let held = held.get(of)?;
        let is_same = held == is || of == "its base type" && driftless_plan::may_be_same_type(held, is);
        (!is_same).then(|| format!("another one has its name: {of} is {held}, and the script's is {is}"))
    };
    Problem::new(entry.facts.iter().find_map(differs)?)
}

fn freeze(builder: SchemaBuilder) -> Option<Schema> {
    let mut builder = builder;
    builder.tables.retain(|name, _| name.name.as_str() != HISTORY_TABLE);
    builder.freeze().ok()
}

fn with_article(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {word}")
}

fn asked_name(entry: &Guarded) -> AskedName {
    let name = entry.name.clone();
    match &entry.target {
        Target::Relation(_) => AskedName::Relation(name),
        Target::Type(_) => AskedName::Type(name),
        Target::Column(column) => AskedName::Column(name, column.clone()),
        Target::Trigger(trigger) => AskedName::Trigger(name, trigger.clone()),
        Target::Constraint(constraint) => AskedName::Constraint(name, constraint.clone()),
    }
}

/// Says which indexes are built again, one sentence for all of a table.
pub(super) fn remarks(left: &[LeftIndex]) -> Vec<String> {
    let mut by_table: BTreeMap<&QualifiedName, Vec<&str>> = BTreeMap::new();
    for index in left {
        by_table.entry(&index.table).or_default().push(index.name.name.as_str());
    }
    let say = |(table, names): (&QualifiedName, Vec<&str>)| {
        let names = super::reason::list(names.into_iter());
        format!("a concurrent build of {names} of `{}` failed before; built again", table.name.as_str())
    };
    by_table.into_iter().map(say).collect()
}

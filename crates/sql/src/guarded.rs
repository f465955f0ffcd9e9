//! What scripts make only where nothing of the name is there: with `IF NOT EXISTS`, or in a block that looks first.
//!
//! Where something of the name *stands*, PostgreSQL skips such a statement without a word, whatever stands there. A replay
//! that is *watched* notes each of them, and what is known of what stands in its way: enough to find out before anything
//! runs whether that is what the statement would make.

use std::collections::{BTreeMap, BTreeSet};

use driftless_diagnostics::Span;
use driftless_ir::{Name, QualifiedName, SchemaBuilder};

use crate::catalog::Catalog;
use crate::facts::{Routine, RowFacts};
use crate::splitter::{Element, Scan};

/// A statement that makes something only where nothing of the name is there.
#[derive(Clone, Debug)]
pub struct Guarded {
    /// Where it stands.
    pub place: Span,
    /// What it makes.
    pub target: Target,
    /// The name of the relation or type; of the table for one of its parts.
    pub name: QualifiedName,
    /// The table of an index.
    pub table: Option<QualifiedName>,
    /// Whether it builds an index outside of transactions.
    pub concurrently: bool,
    /// What is to be said of it beyond the model.
    pub facts: Traits,
    /// What stands there.
    pub standing: Standing,
}

/// What a statement makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A relation, by PostgreSQL's word for its kind.
    Relation(&'static str),
    /// A type, by the same.
    Type(&'static str),
    /// A column of a table.
    Column(Name),
    /// A constraint of a table.
    Constraint(Name),
    /// A trigger of a table.
    Trigger(Name),
}

/// What is to be said of a thing beyond the model of schemas: a property, as the subject of a sentence, and its value.
/// Two things differ where a property of both has two values.
pub type Traits = BTreeMap<String, String>;

/// What stands under the name when the statement runs, as far as the scripts tell.
#[derive(Clone, Debug)]
pub enum Standing {
    /// What stood there before the scripts began, if anything did. They did not know of it.
    Before,
    /// Nothing is certain: a script gives the name up first, or means something that it knows.
    Uncertain,
    /// Something that scripts made.
    Known(Known),
}

/// What scripts made under a name that a later statement makes again.
#[derive(Clone, Debug)]
pub struct Known {
    /// PostgreSQL's word for its kind.
    pub word: &'static str,
    /// The table of an index.
    pub table: Option<QualifiedName>,
    /// Which statement changed it last.
    pub changed: Span,
    /// What is to be said of it beyond the model.
    pub facts: Traits,
    /// What stands there and what the statement would make in its place, each with nothing around it; `None` where that
    /// is not to be found out.
    pub shapes: Option<Box<(SchemaBuilder, SchemaBuilder)>>,
}

/// What is noted while scripts are watched.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    /// What there was when it began.
    before: Catalog,
    /// The words of statements that give names up.
    given_up: BTreeSet<String>,
    /// Whether a statement gave up more than it names.
    gave_up_more: bool,
    /// Whether a statement is about something that no script made.
    pub(crate) lacks: bool,
    pub(crate) guarded: Vec<Guarded>,
    /// What statements do to rows, each with its place.
    pub(crate) rows: Vec<(Span, RowFacts)>,
    /// The routines of the database that no script made.
    pub(crate) routines: Vec<Routine>,
}

impl Watch {
    pub(crate) fn new(before: Catalog, routines: Vec<Routine>) -> Self {
        let (given_up, guarded, rows) = (BTreeSet::new(), Vec::new(), Vec::new());
        Self { before, given_up, gave_up_more: false, lacks: false, guarded, rows, routines }
    }

    /// Notes the names that a statement may give up. It need not name what it knows: every word that it holds counts.
    pub(crate) fn pass(&mut self, statement: &str) {
        match gives_up(statement) {
            GivesUp::Nothing => {}
            GivesUp::More => self.gave_up_more = true,
            GivesUp::Names => self.given_up.extend(words(statement)),
        }
    }

    /// What is said without values that name what a statement gave up before: it may have had another name.
    pub(crate) fn certain(&self, mut facts: Traits) -> Traits {
        facts.retain(|_, value| !words(value).any(|word| self.given_up.contains(&word)));
        facts
    }

    /// What stands in the way of something that was not there in the replay.
    pub(crate) fn standing(
        &self,
        made: &Target,
        name: &QualifiedName,
        table: Option<&QualifiedName>,
    ) -> Standing {
        let relation = self.before.find_relation(name).map(|id| self.before.relation(id));
        let (was_known, part) = match made {
            Target::Relation(_) => (relation.is_some(), None),
            Target::Type(_) => (self.before.find_type(name).is_some() || relation.is_some(), None),
            Target::Column(column) => (relation.is_some_and(|it| it.column(column).is_some()), Some(column)),
            Target::Constraint(constraint) => {
                (relation.is_some_and(|it| it.constraint(constraint).is_some()), Some(constraint))
            }
            Target::Trigger(trigger) => {
                let is_it = |known: &crate::catalog::Trigger| known.name == *trigger;
                (relation.is_some_and(|it| it.triggers.iter().any(is_it)), Some(trigger))
            }
        };
        let is_given_up = |name: &Name| words(name.as_str()).all(|word| self.given_up.contains(&word));
        let names = [Some(&name.name), part, table.map(|table| &table.name)];
        if was_known || self.gave_up_more || names.into_iter().flatten().any(is_given_up) {
            Standing::Uncertain
        } else {
            Standing::Before
        }
    }
}

/// The words of a text in small letters, whatever is around them.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    text.split(move |letter| !is_part(letter)).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// What a statement does to names that exist.
enum GivesUp {
    Nothing,
    /// It drops or renames something that it names.
    Names,
    /// It drops more than it names.
    More,
}

fn gives_up(statement: &str) -> GivesUp {
    let mut result = GivesUp::Nothing;
    let mut before = String::new();
    let mut judge = |word: &str| {
        match (before.as_str(), word) {
            ("drop", "schema" | "owned" | "extension") => return Some(GivesUp::More),
            ("drop", "not" | "default" | "identity" | "expression") => {}
            ("drop", _) | ("rename", _) | ("set", "schema") => result = GivesUp::Names,
            _ => {}
        }
        word.clone_into(&mut before);
        None
    };
    for (element, range) in Scan::new(statement) {
        let text = &statement[range];
        let verdict = match element {
            Element::Word => judge(&text.to_lowercase()),
            // the code of a block, and the SQL that it puts together
            Element::Text | Element::DollarText => words(text).find_map(|word| judge(&word)),
            Element::QuotedName => judge("\""),
            _ => None,
        };
        if let Some(verdict) = verdict {
            return verdict;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use driftless_diagnostics::FileId;

    use super::*;
    use crate::Replay;

    /// What a script makes if it is not there, after a history; with what is known of what stands there.
    fn guarded(history: &str, script: &str) -> Vec<String> {
        let mut replay = Replay::default();
        replay.run(FileId::new(0), history);
        replay.watch(Vec::new());
        replay.run(FileId::new(1), script);
        let show = |entry: &Guarded| {
            let standing = match &entry.standing {
                Standing::Before => "?",
                Standing::Uncertain => "-",
                Standing::Known(known) => known.word,
            };
            let made = match &entry.target {
                Target::Relation(word) | Target::Type(word) => (*word).to_owned(),
                Target::Column(name) | Target::Constraint(name) | Target::Trigger(name) => {
                    name.as_str().to_owned()
                }
            };
            format!("{made} {} {standing}", entry.name.name.as_str())
        };
        replay.guarded().iter().map(show).collect()
    }

    #[test]
    fn what_is_guarded_is_noted_and_nothing_else() {
        let script = "CREATE TABLE IF NOT EXISTS t (a int); CREATE TABLE u (a int); CREATE INDEX i ON t (a);
            CREATE INDEX CONCURRENTLY IF NOT EXISTS j ON t (a); ALTER TABLE t ADD COLUMN IF NOT EXISTS b int;
            CREATE SEQUENCE IF NOT EXISTS s; CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT 1 AS x;
            CREATE TEMP TABLE IF NOT EXISTS tmp (a int); CREATE SCHEMA IF NOT EXISTS n;
            DO $$ BEGIN IF to_regtype('e') IS NULL THEN CREATE TYPE e AS ENUM ('x'); END IF; END $$;
            DO $$ BEGIN ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);
            EXCEPTION WHEN duplicate_object THEN NULL; END $$;";
        let expected =
            ["table t ?", "index j ?", "b t ?", "sequence s ?", "materialized view m ?", "enum e ?", "c t ?"];
        assert_eq!(guarded("", script), expected);
    }

    #[test]
    fn names_that_are_given_up_first_are_uncertain() {
        for script in [
            "DROP TABLE IF EXISTS t CASCADE; CREATE TABLE IF NOT EXISTS t (a int)",
            "ALTER TABLE IF EXISTS t RENAME TO old; CREATE TABLE IF NOT EXISTS t (a int)",
            "ALTER TABLE IF EXISTS t SET SCHEMA old; CREATE TABLE IF NOT EXISTS t (a int)",
            "DO $$ BEGIN EXECUTE 'DROP VIEW IF EXISTS t'; END $$; CREATE TABLE IF NOT EXISTS t (a int)",
            "DROP SCHEMA IF EXISTS x CASCADE; CREATE TABLE IF NOT EXISTS t (a int)",
        ] {
            assert_eq!(guarded("", script), ["table t -"], "{script}");
        }
        let script = "DROP TABLE IF EXISTS other; ALTER TABLE IF EXISTS t ALTER a DROP NOT NULL;
            CREATE TABLE IF NOT EXISTS t (a int)";
        assert_eq!(guarded("", script), ["table t ?"]);
        let script = "ALTER TABLE t DROP COLUMN a; ALTER TABLE t ADD COLUMN IF NOT EXISTS a text";
        assert_eq!(guarded("CREATE TABLE t (a int, b int)", script), ["a t -"]);
    }

    #[test]
    fn what_scripts_made_before_is_known_with_both_shapes() {
        let script = "CREATE TABLE IF NOT EXISTS t (a text); CREATE INDEX IF NOT EXISTS i ON t (b);
            ALTER TABLE t ADD COLUMN IF NOT EXISTS a bigint; CREATE TABLE IF NOT EXISTS v (a int);
            DO $$ BEGIN CREATE TYPE e AS ENUM ('y'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            DO $$ BEGIN ALTER TABLE t ADD CONSTRAINT c UNIQUE (b);
            EXCEPTION WHEN duplicate_table THEN NULL; END $$;";
        let history =
            "CREATE TABLE t (a int, b int, CONSTRAINT c UNIQUE (a)); CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT 1 AS x;
            CREATE TYPE e AS ENUM ('x')";
        let expected =
            ["table t table", "index i index", "a t column", "table v view", "enum e enum", "c t constraint"];
        assert_eq!(guarded(history, script), expected);
        let mut replay = Replay::default();
        replay.run(FileId::new(0), history);
        let before = replay.schema().unwrap().dump();
        replay.watch(Vec::new());
        replay.run(FileId::new(1), script);
        assert_eq!(replay.schema().unwrap().dump(), before, "nothing of the trial stays");
        let Standing::Known(Known { shapes: Some(shapes), .. }) = &replay.guarded()[0].standing else {
            panic!("both shapes are known")
        };
        let table = QualifiedName::new("public", "t");
        assert_eq!(shapes.0.tables[&table].columns.len(), 2);
        assert_eq!(shapes.1.tables[&table].columns.len(), 1);
    }

    /// What is said of what the script makes last, and of what stands there.
    fn facts(history: &str, script: &str) -> (Vec<String>, Vec<String>) {
        let mut replay = Replay::default();
        replay.run(FileId::new(0), history);
        replay.watch(Vec::new());
        replay.run(FileId::new(1), script);
        let show = |facts: &Traits| facts.iter().map(|(of, is)| format!("{of} is {is}")).collect();
        let entry = replay.guarded().last().expect("something is guarded");
        let held = match &entry.standing {
            Standing::Known(known) => show(&known.facts),
            _ => Vec::new(),
        };
        (show(&entry.facts), held)
    }

    #[test]
    fn what_the_model_does_not_say_is_said() {
        let says = |history: &str, script: &str, fact: &str| {
            let (made, _) = facts(history, script);
            assert!(made.iter().any(|known| known == fact), "{script}: {made:?}");
        };
        let parent = "CREATE TABLE p (a text)";
        says("", "CREATE UNLOGGED TABLE IF NOT EXISTS t (a int)", "its persistence is unlogged");
        says(
            "",
            "CREATE TABLE IF NOT EXISTS t (a int) PARTITION BY LIST (a)",
            "its kind is a partitioned table",
        );
        says(parent, "CREATE TABLE IF NOT EXISTS t () INHERITS (p)", "its parent is public.p");
        says(
            "",
            "CREATE TABLE IF NOT EXISTS t (a int PRIMARY KEY DEFERRABLE)",
            "its primary key is deferrable",
        );
        says(parent, "ALTER TABLE p ADD COLUMN IF NOT EXISTS b text COLLATE \"C\"", "its collation is C");
        let index = "CREATE INDEX IF NOT EXISTS i ON p (lower(a), a COLLATE \"C\")";
        says(parent, index, "the collation of its key 2 is C");
        says(
            parent,
            "CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT a FROM p",
            "what it reads is public.p",
        );
        let block = |statement: &str| {
            format!("DO $$ BEGIN {statement}; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
        };
        says("", &block("CREATE DOMAIN d AS int"), "its base type is integer");
        says("", &block("CREATE TYPE d AS (a int, b int)"), "its list of attributes is a, b");
    }

    #[test]
    fn what_the_model_does_not_say_is_said_of_both() {
        let block = |statement: &str| {
            format!("DO $$ BEGIN {statement}; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
        };
        let (made, held) = facts("CREATE DOMAIN d AS text", &block("CREATE DOMAIN d AS int"));
        assert_eq!(
            (made[0].as_str(), held[0].as_str()),
            ("its base type is integer", "its base type is text")
        );
        let (made, held) = facts("CREATE TYPE d AS (a int)", &block("CREATE TYPE d AS (b int)"));
        assert_eq!((made.len(), held.len()), (1, 1));
        assert_ne!(made, held);
        let history = "CREATE TABLE t (a int);
            CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER n BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()";
        let trigger = block("CREATE TRIGGER n AFTER UPDATE OF a OR INSERT ON t EXECUTE FUNCTION f()");
        let (made, held) = facts(history, &trigger);
        assert_eq!(made, ["its function is f", "its timing is AFTER INSERT OR UPDATE FOR EACH STATEMENT"]);
        assert_eq!(held, ["its function is f", "its timing is BEFORE INSERT FOR EACH ROW"]);
    }

    #[test]
    fn a_collation_that_was_changed_is_not_known() {
        let history = "CREATE TABLE t (a text); ALTER TABLE t ALTER a TYPE text COLLATE \"C\"";
        let (made, held) = facts(history, "ALTER TABLE t ADD COLUMN IF NOT EXISTS a text COLLATE \"C\"");
        assert_eq!((made.len(), held.len()), (1, 0));
        let (made, _) = facts(
            "",
            "CREATE TABLE p (a int); ALTER TABLE p RENAME TO q; CREATE TABLE IF NOT EXISTS t () INHERITS (q)",
        );
        assert!(made.iter().all(|fact| !fact.contains('q')), "{made:?}");
    }

    #[test]
    fn what_no_script_made_is_lacked() {
        let lacks = |script: &str| {
            let mut replay = Replay::default();
            replay.watch(Vec::new());
            replay.run(FileId::new(0), script);
            replay.lacks_something()
        };
        for script in [
            "CREATE TABLE IF NOT EXISTS s.t (a int)",
            "CREATE TABLE IF NOT EXISTS t (a e)",
            "ALTER TABLE t ADD COLUMN IF NOT EXISTS a int",
            "ALTER TABLE IF EXISTS t ADD COLUMN IF NOT EXISTS a int",
            "DO $$ BEGIN CREATE TYPE s.e AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        ] {
            assert!(lacks(script), "{script}");
        }
        assert!(!lacks("CREATE TABLE IF NOT EXISTS t (a int); DROP TABLE IF EXISTS u"));
    }
}

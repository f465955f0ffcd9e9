//! The registry of codes.
//!
//! Codes that begin with `P` mean what they mean in the reference tool, so that people and scripts that know them
//! keep their knowledge. Codes that begin with `D` are ours: `D0…` files and command line, `D1…` the schema language,
//! `D2…` plans, `D3…` migrations, `D4…` the live database, `D5…` seeds, `D9…` bugs of driftless itself. Each has a page
//! `docs/errors/CODE.md`.

use std::fmt;

/// The stable number of one kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    number: &'static str,
    title: &'static str,
}

impl Code {
    /// The number, such as `D1001`.
    pub const fn number(self) -> &'static str {
        self.number
    }

    /// What the number stands for, in a few words.
    pub const fn title(self) -> &'static str {
        self.title
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.number)
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $title:literal;)*) => {
        $($(#[$doc])* pub const $name: Code = Code { number: $number, title: $title };)*

        /// Every code, in the order of the registry.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    /// The schema as a whole is refused; the diagnostics before it say why. The reference's number.
    SCHEMA_INVALID = "P1012", "schema is not valid";

    /// A file or folder cannot be read.
    FILE_UNREADABLE = "D0001", "file cannot be read";
    /// A file is not text in UTF-8.
    FILE_NOT_TEXT = "D0002", "file is not UTF-8 text";
    /// A file is larger than what a schema can sensibly be.
    FILE_TOO_LARGE = "D0003", "file is too large";
    /// No schema was named and none was found, or the folder holds none; or there is no migrations folder.
    SCHEMA_NOT_FOUND = "D0004", "no schema or migrations found";
    /// A file cannot be written.
    FILE_UNWRITABLE = "D0005", "file cannot be written";
    /// Flags of the command line that do not go together, or one that is missing.
    USAGE = "D0006", "command line";
    /// A configuration file that is no JavaScript, or says what no configuration may say.
    CONFIGURATION = "D0007", "configuration file";
    /// A setting of the configuration file that only running the file would tell, or that needs a variable which is not set.
    SETTING_COMPUTED = "D0008", "setting cannot be told";

    /// Text that the schema language has no rule for.
    SYNTAX = "D1001", "syntax";
    /// A type name that nothing declares.
    UNKNOWN_TYPE = "D1002", "unknown type";
    /// Two things of one name where names must differ.
    DUPLICATE_NAME = "D1003", "duplicate name";
    /// A name that cannot be used.
    INVALID_NAME = "D1004", "invalid name";
    /// An attribute that does not exist, stands twice or stands in the wrong place.
    ATTRIBUTE = "D1005", "attribute";
    /// An argument that is missing, unknown, repeated or of the wrong kind.
    ARGUMENT = "D1006", "argument";
    /// The datasource block.
    DATASOURCE = "D1007", "datasource";
    /// A generator block.
    GENERATOR = "D1008", "generator";
    /// A preview feature that is unknown or no longer exists.
    PREVIEW_FEATURE = "D1009", "preview feature";
    /// A native type (`@db.…`) that does not exist or does not fit.
    NATIVE_TYPE = "D1010", "native type";
    /// A default value that does not fit its field.
    DEFAULT_VALUE = "D1011", "default value";
    /// The identifier of a model (`@id`, `@@id`), or that it has no unique criterion.
    IDENTIFIER = "D1012", "model identifier";
    /// An index or unique that cannot be made.
    INDEX = "D1013", "index";
    /// A relation that is not complete or not consistent.
    RELATION = "D1014", "relation";
    /// Referential actions that PostgreSQL would refuse.
    REFERENTIAL_ACTION = "D1015", "referential action";
    /// Names in the database that collide.
    DATABASE_NAME = "D1016", "database name";
    /// An enum that cannot be made.
    ENUM = "D1017", "enum";
    /// Something of the language that PostgreSQL does not have.
    UNSUPPORTED = "D1018", "not supported on PostgreSQL";
    /// `@ignore`, `@@ignore` where they are needed or not allowed.
    IGNORE = "D1019", "ignored models and fields";
    /// `@@schema` and the datasource's `schemas`.
    MULTI_SCHEMA = "D1020", "several schemas";
    /// `@updatedAt` where it cannot stand.
    UPDATED_AT = "D1021", "updatedAt";
    /// A view with what only models have.
    VIEW = "D1022", "view";

    /// A statement of a migration that PostgreSQL refuses, found without applying it to the database. The reference's
    /// number.
    MIGRATION_REFUSED = "P3006", "migration cannot be replayed";
    /// The migrations make nothing of the name that was asked for.
    OBJECT_NOT_FOUND = "D3006", "no such object";
    /// A database is missing and cannot be made. The reference's number.
    DATABASE_NOT_CREATED = "P3000", "database cannot be created";
    /// A database is not what it should be after the changes were made.
    NOT_CONVERGED = "D3005", "changes did not lead to the schema";
    /// A statement of a migration whose effect cannot be told from its text.
    MIGRATION_OPAQUE = "D3001", "statement with unknown effect";
    /// A script holds what only a client such as psql does: its own commands, and the rows of a COPY.
    CLIENT_TASK = "D3011", "script for psql";
    /// A script skips what it would make, because something else has the name.
    NAME_TAKEN = "D3012", "name is taken by something else";

    /// The steps of a plan depend on each other in a circle: a bug of driftless.
    PLAN_CYCLE = "D9001", "plan cannot be ordered";
    /// A model that refers to what it does not hold: a bug of driftless.
    SCHEMA_INCONSISTENT = "D9002", "schema model is not consistent";

    /// The server refused the role's password, or the URL has none. The reference's number.
    AUTHENTICATION_FAILED = "P1000", "authentication failed";
    /// Nothing answers at the place that the URL names. The reference's number.
    SERVER_UNREACHABLE = "P1001", "database server cannot be reached";
    /// The server answered, but not in time; also where another session holds the migration lock. The reference's
    /// number.
    SERVER_TIMEOUT = "P1002", "database server timed out";
    /// The server has no database of that name. The reference's number.
    DATABASE_MISSING = "P1003", "database does not exist";
    /// A statement took longer than the URL or the server allows. The reference's number.
    OPERATION_TIMEOUT = "P1008", "operation timed out";
    /// A database that is to be made is there already. The reference's number.
    DATABASE_EXISTS = "P1009", "database already exists";
    /// The role may not do what was asked. The reference's number.
    ACCESS_DENIED = "P1010", "access denied";
    /// TLS could not be agreed on, or the server's certificate is not trusted. The reference's number.
    TLS_FAILED = "P1011", "TLS connection failed";
    /// The connection URL cannot be understood. The reference's number.
    URL_INVALID = "P1013", "connection URL is not valid";
    /// The server ended the connection, or it was lost. The reference's number.
    CONNECTION_CLOSED = "P1017", "connection closed";

    /// The database holds tables and no history: it has to be baselined. The reference's number.
    NOT_BASELINED = "P3005", "database has no history";
    /// A migration that is to be marked as applied is recorded as applied. The reference's number.
    ALREADY_APPLIED = "P3008", "migration is applied already";
    /// A migration has begun and not finished. The reference's number.
    MIGRATION_UNFINISHED = "P3009", "migration is half done";
    /// The name of a new migration is too long. The reference's number.
    MIGRATION_NAME = "P3010", "name of a migration";
    /// A migration that is to be marked as rolled back never began. The reference's number.
    NEVER_APPLIED = "P3011", "migration never began";
    /// A migration that is to be marked as rolled back is finished. The reference's number.
    NOT_UNFINISHED = "P3012", "migration is not half done";
    /// A migration's folder holds no script. The reference's number.
    MIGRATION_FILE_MISSING = "P3015", "script of a migration is missing";
    /// A table or enum that others look after is named without its schema. The reference's number.
    EXTERNAL_UNQUALIFIED = "P3023", "external name without a schema";
    /// A database cannot be emptied. The reference's number.
    RESET_FAILED = "P3016", "database cannot be emptied";
    /// A migration that is named is not in the folder. The reference's number.
    MIGRATION_NOT_FOUND = "P3017", "no such migration";
    /// A statement of a migration failed. The reference's number.
    MIGRATION_FAILED = "P3018", "migration failed";
    /// The migrations of a folder are for another kind of database. The reference's number.
    MIGRATION_PROVIDER = "P3019", "migrations for another database";
    /// What the database remembers and what the folder holds do not agree.
    HISTORY_DIFFERS = "D3002", "history and folder differ";
    /// The tables that a migration would empty cannot be saved first.
    BACKUP_FAILED = "D3003", "backup failed";
    /// Something would lose data, and nobody agreed to it.
    NOT_AGREED = "D3004", "not agreed to";

    /// The database holds nothing that a schema could describe. The reference's number.
    DATABASE_EMPTY = "P4001", "database is empty";
    /// A foreign key leads to a schema of the database that is not looked at. The reference's number.
    SCHEMA_OUT_OF_SIGHT = "P4002", "schema that is not looked at";

    /// A server that is too old, or is not PostgreSQL.
    SERVER_VERSION = "D4001", "server version";
    /// A pooler in transaction mode stands where a session is needed.
    POOLER = "D4002", "connection pooler";
    /// The server refused a statement.
    STATEMENT_FAILED = "D4003", "statement failed";
    /// The server answered with something that cannot be understood.
    ANSWER_UNEXPECTED = "D4004", "unexpected answer";
    /// No URL of a database is given, or the variable that should hold it is not set.
    URL_MISSING = "D4005", "no database URL";
    /// A database server is to be started on this machine, and cannot be.
    NO_LOCAL_SERVER = "D4006", "no local server";
    /// A database is named for trials that is not to be emptied.
    SHADOW_REFUSED = "D4007", "database is not to be emptied";

    /// A seed file that cannot be read, or does not have the shape of one.
    SEED_FILE = "D5001", "seed file";
    /// A seed that says what its schema, or its database, does not have room for.
    SEED_MISMATCH = "D5002", "seed does not fit";
    /// A variable that a seed file names and nobody sets.
    SEED_VARIABLE = "D5003", "variable of a seed";
    /// Rows of a seed that need each other.
    SEED_CYCLE = "D5004", "seed in a circle";
    /// The command that seeds the database cannot be run, or failed.
    SEED_COMMAND = "D5005", "seed command";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn numbers_are_unique() {
        let mut numbers: Vec<_> = ALL.iter().map(|code| code.number()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), ALL.len());
    }
}

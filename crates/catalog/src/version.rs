//! Which server it is.

use std::fmt;

/// The oldest major version that is supported: the first whose catalog has generated columns.
pub const OLDEST: u32 = 12;
/// The newest major version that the queries were tested with.
pub const NEWEST_TESTED: u32 = 18;

/// The version of a server, as `server_version_num` has it: 150004 is 15.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerVersion(u32);

impl ServerVersion {
    /// The version of a `server_version_num`.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The major version; 9 for everything below 10.
    pub const fn major(self) -> u32 {
        self.0 / 10_000
    }

    /// Whether the server is of this major version or newer.
    pub const fn is_at_least(self, major: u32) -> bool {
        self.major() >= major
    }

    /// What people should know of a version that is newer than what was tested.
    pub fn warning(self) -> Option<String> {
        (self.major() > NEWEST_TESTED).then(|| {
            format!("PostgreSQL {self} is newer than {NEWEST_TESTED}, up to which driftless was tested")
        })
    }

    /// Checks that the server can be worked with; `description` is what its `version()` says.
    pub(crate) fn check(self, description: &str) -> Result<(), Unsupported> {
        let name = description.split_whitespace().next().unwrap_or_default();
        let known = ["PostgreSQL", "EnterpriseDB", "EDB", "YugabyteDB"];
        if !known.contains(&name) {
            return Err(Unsupported::Other { name: name.into() });
        }
        if self.is_at_least(OLDEST) { Ok(()) } else { Err(Unsupported::Old { version: self }) }
    }
}

/// Writes `15.4`, or `9.6.24`.
impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 100_000 {
            return write!(f, "{}.{}.{}", self.0 / 10_000, self.0 / 100 % 100, self.0 % 100);
        }
        write!(f, "{}.{}", self.0 / 10_000, self.0 % 10_000)
    }
}

/// Why a server cannot be worked with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// Too old.
    #[error(
        "the server runs PostgreSQL {version}; before {OLDEST} the catalog has no generated columns, so that a schema \
         cannot be read in full"
    )]
    Old {
        /// What it runs.
        version: ServerVersion,
    },
    /// Not PostgreSQL.
    #[error("the server speaks PostgreSQL's protocol but is `{name}`, whose catalog is another")]
    Other {
        /// What it calls itself.
        name: Box<str>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_and_foreign_servers_are_refused_with_a_reason() {
        let check = |number, text| ServerVersion::new(number).check(text);
        assert_eq!(check(120_022, "PostgreSQL 12.22 on x86_64"), Ok(()));
        let old = check(90_624, "PostgreSQL 9.6.24 on x86_64").unwrap_err().to_string();
        assert!(old.starts_with("the server runs PostgreSQL 9.6.24; before 12"), "{old}");
        assert!(check(110_000, "PostgreSQL 11.0").is_err());
        let other = check(130_000, "CockroachDB CCL v23").unwrap_err().to_string();
        assert!(other.contains("`CockroachDB`"), "{other}");
    }

    #[test]
    fn untested_versions_are_warned_of() {
        assert_eq!(ServerVersion::new(180_004).warning(), None);
        assert!(ServerVersion::new(190_000).warning().is_some());
    }
}

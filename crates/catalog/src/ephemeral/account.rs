//! Who runs the server.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::EphemeralError;

/// Accounts to run a server as where this process runs as root, whom PostgreSQL refuses.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

/// The account that the server runs as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Account {
    /// That of this process.
    Own,
    /// Another one, because this process runs as root.
    Other { user: u32, group: u32 },
}

impl Account {
    /// The account for a process that made `folder` a moment ago: its owner is who this process is.
    ///
    /// # Errors
    /// This process runs as root and there is nobody else.
    pub(super) fn for_maker_of(folder: &Path) -> Result<Self, EphemeralError> {
        let owner = fs::metadata(folder).map_err(EphemeralError::at(folder))?.uid();
        if owner != 0 {
            return Ok(Self::Own);
        }
        let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let found = ACCOUNTS.iter().find_map(|name| known.lines().find_map(|line| read_entry(line, name)));
        let (user, group) = found.ok_or(EphemeralError::NoAccount)?;
        Ok(Self::Other { user, group })
    }

    /// Gives a file or folder to the account.
    pub(super) fn own(self, path: &Path) -> Result<(), EphemeralError> {
        match self {
            Self::Own => Ok(()),
            Self::Other { user, group } => {
                std::os::unix::fs::chown(path, Some(user), Some(group)).map_err(EphemeralError::at(path))
            }
        }
    }

    /// Has a command run by the account.
    pub(super) fn run(self, command: &mut Command) {
        if let Self::Other { user, group } = self {
            command.uid(user).gid(group).env("HOME", "/");
        }
    }
}

/// User and group from a line of `/etc/passwd`, if it is about `account`.
fn read_entry(line: &str, account: &str) -> Option<(u32, u32)> {
    let mut fields = line.split(':');
    if fields.next() != Some(account) {
        return None;
    }
    let user = fields.nth(1)?.parse().ok().filter(|user| *user != 0)?;
    Some((user, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::read_entry;

    #[test]
    fn entries_are_found_by_name() {
        assert_eq!(read_entry("postgres:x:70:71::/var/lib:/bin/sh", "postgres"), Some((70, 71)));
        assert_eq!(read_entry("postgres2:x:70:71::/:/bin/sh", "postgres"), None);
        assert_eq!(read_entry("nobody:x:0:0::/:/bin/sh", "nobody"), None);
        assert_eq!(read_entry("nobody:x", "nobody"), None);
    }
}

//! What a URL leaves to its surroundings.

use std::path::{Path, PathBuf};

/// The surroundings that a URL is understood in; libpq's variables and files.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// The operating system's name for the user, who is the role where the URL names none.
    pub user: Option<String>,
    /// The home directory, for `.pgpass`, `.pg_service.conf` and `.postgresql/`.
    pub home: Option<PathBuf>,
    /// `PGPASSFILE`.
    pub password_file: Option<PathBuf>,
    /// `PGSERVICEFILE`.
    pub service_file: Option<PathBuf>,
    /// `PGSYSCONFDIR`, for `pg_service.conf`.
    pub system_directory: Option<PathBuf>,
    /// The folder that relative paths in the URL start from; the working directory where absent.
    pub base: Option<PathBuf>,
}

impl Environment {
    /// That of this process.
    pub fn of_process() -> Self {
        let path = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            user: text("PGUSER").or_else(|| text("USER")).or_else(|| text("USERNAME")),
            home: path("HOME").or_else(|| path("USERPROFILE")),
            password_file: path("PGPASSFILE"),
            service_file: path("PGSERVICEFILE"),
            system_directory: path("PGSYSCONFDIR"),
            base: None,
        }
    }

    /// A path of the URL: `~/` is the home directory, relative ones start from the base.
    pub(super) fn resolve(&self, path: &str) -> PathBuf {
        if let (Some(rest), Some(home)) = (path.strip_prefix("~/"), &self.home) {
            return home.join(rest);
        }
        match &self.base {
            Some(base) => base.join(path),
            None => PathBuf::from(path),
        }
    }

    /// A file in the directory where libpq looks for certificates, if it exists.
    pub(super) fn certificate(&self, name: &str) -> Option<PathBuf> {
        let path = self.home.as_ref()?.join(".postgresql").join(name);
        path.exists().then_some(path)
    }

    /// The files that services may be declared in, first found wins.
    pub(super) fn service_files(&self) -> Vec<PathBuf> {
        let in_home = self.home.as_deref().map(|home| home.join(".pg_service.conf"));
        let in_system = self.system_directory.as_deref().unwrap_or(Path::new("/etc/postgresql-common"));
        let own = self.service_file.clone().or(in_home);
        own.into_iter().chain([in_system.join("pg_service.conf")]).collect()
    }

    /// The password file where the URL names none.
    pub(super) fn default_password_file(&self) -> Option<PathBuf> {
        self.password_file.clone().or_else(|| Some(self.home.as_ref()?.join(".pgpass")))
    }
}

//! The variables of the environment as a configuration file sees them, and the environment files that it loads.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::value::{Reason, Value};
use crate::Environment;
use crate::environment::{EnvironmentFile, expand};

/// Environment files that a configuration file loads.
pub(super) struct Load {
    /// The files, relative to the folder of the run.
    pub(super) paths: Vec<String>,
    /// Whether they go before what is set.
    pub(super) overrides: bool,
    /// Whether a file that is missing is an error.
    pub(super) is_required: bool,
}

/// The variables at one point of a configuration file.
pub(super) struct Variables<'a> {
    start: &'a Environment,
    set: BTreeMap<String, String>,
    /// What the last files set, in their order.
    parsed: Vec<(String, String)>,
    assigned: BTreeMap<String, Reason>,
    changed: Option<Reason>,
    /// Whether environment files were loaded.
    pub(super) is_loading: bool,
}

impl<'a> Variables<'a> {
    pub(super) fn new(start: &'a Environment) -> Self {
        Self {
            start,
            set: BTreeMap::new(),
            parsed: Vec::new(),
            assigned: BTreeMap::new(),
            changed: None,
            is_loading: false,
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.set.get(name).or_else(|| self.start.get(name)).map(String::as_str)
    }

    /// The value of a variable.
    pub(super) fn look_up(&self, name: &str, offset: u32) -> Value {
        if let Some(reason) = self.assigned.get(name).or(self.changed.as_ref()) {
            return Value::Computed(reason.clone());
        }
        match self.get(name) {
            Some(value) => Value::text(value),
            None => Value::Undefined(Some(Reason::unset(offset, name))),
        }
    }

    /// From here on, any variable may have any value.
    pub(super) fn change(&mut self, reason: Reason) {
        self.changed.get_or_insert(reason);
    }

    /// The file assigns to a variable.
    pub(super) fn assign(&mut self, name: &str, offset: u32) {
        let reason = Reason::new(offset, format!("it sets the variable `{name}` itself"));
        self.assigned.insert(name.to_owned(), reason);
    }

    /// Loads environment files: of several, the first that sets a variable counts, unless they override.
    ///
    /// # Errors
    /// One that has to be there is missing; the end of a sentence says so.
    pub(super) fn load(&mut self, folder: &str, load: &Load, offset: u32) -> Result<(), String> {
        self.is_loading = true;
        self.parsed.clear();
        let mut positions: BTreeMap<String, usize> = BTreeMap::new();
        for path in &load.paths {
            let home = path.strip_prefix('~').filter(|_| !load.is_required);
            let path = match (home, self.start.get("HOME")) {
                (Some(rest), Some(home)) => format!("{home}{rest}"),
                _ => path.clone(),
            };
            let file = match EnvironmentFile::read(&Path::new(folder).join(&path)) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    if load.is_required {
                        return Err(format!("it loads `{path}`, which does not exist"));
                    }
                    continue;
                }
                Err(error) => {
                    self.change(Reason::new(
                        offset,
                        format!("it loads `{path}`, which cannot be read: {error}"),
                    ));
                    return Ok(());
                }
            };
            if let Some(line) = file.ambiguous.filter(|_| load.is_required) {
                let text = format!("it loads `{path}`, of which Node may take line {line} otherwise");
                self.change(Reason::new(offset, text));
            }
            for (name, value) in file.entries() {
                match positions.get(name) {
                    Some(at) if load.overrides => self.parsed[*at].1 = value.to_owned(),
                    Some(_) => {}
                    None => {
                        positions.insert(name.to_owned(), self.parsed.len());
                        self.parsed.push((name.to_owned(), value.to_owned()));
                    }
                }
            }
        }
        for (name, value) in &self.parsed {
            if load.overrides || self.get(name).is_none() {
                self.set.insert(name.clone(), value.clone());
            }
        }
        Ok(())
    }

    /// Expands the variables in what the last files set, as `dotenv-expand` does.
    pub(super) fn expand(&mut self, offset: u32) {
        let mut done: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in &self.parsed {
            let present = self.get(name).filter(|present| !present.is_empty() && present != value);
            let expanded = match present {
                Some(present) => Ok(present.to_owned()),
                None => {
                    let look_up = |name: &str| self.get(name).or_else(|| done.get(name).map(String::as_str));
                    expand(value, look_up, &done)
                }
            };
            let Ok(expanded) = expanded else {
                let text = format!("the variable `{name}` of its environment file expands without end");
                return self.change(Reason::new(offset, text));
            };
            done.insert(name.clone(), expanded.replace("\\$", "$"));
        }
        self.set.extend(done);
    }
}

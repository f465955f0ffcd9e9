//! Extensions.

use driftless_ir::Name;

use super::Interpreter;
use crate::catalog::{Extension, History};
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement::{ExtensionChange, Path};

impl Interpreter {
    pub(super) fn create_extension(
        &mut self,
        name: Name,
        namespace: Option<Name>,
        version: Option<Box<str>>,
        if_not_exists: bool,
    ) -> Done {
        // `plpgsql` is there from the start.
        if self.catalog.extensions.get(&name).is_some() || name.as_str() == "plpgsql" {
            if if_not_exists {
                return Ok(());
            }
            let message = format!("extension `{}` already exists", name.as_str());
            return Err(Refusal::new(SqlState::DuplicateObject, message));
        }
        if let Some(namespace) = &namespace {
            self.require_namespace(namespace)?;
        }
        let namespace_given = namespace.is_some();
        let namespace = match namespace {
            Some(namespace) => namespace,
            None => self.catalog.creation_namespace(&Path { namespace: None, name: name.clone() })?,
        };
        let extension = Extension { namespace, version, namespace_given, history: History::new(self.at) };
        self.catalog.extensions.insert(name, extension);
        Ok(())
    }

    pub(super) fn alter_extension(&mut self, name: &Name, change: ExtensionChange) -> Done {
        if let ExtensionChange::SetNamespace(namespace) = &change {
            self.require_namespace(namespace)?;
        }
        let at = self.at;
        let Some(extension) = self.catalog.extensions.get_mut(name) else {
            if name.as_str() == "plpgsql" {
                return Ok(());
            }
            let message = format!("extension `{}` does not exist", name.as_str());
            return Err(Refusal::new(SqlState::UndefinedObject, message));
        };
        match change {
            ExtensionChange::Update(version) => {
                extension.version = version.or_else(|| extension.version.take())
            }
            ExtensionChange::SetNamespace(namespace) => {
                extension.namespace = namespace;
                extension.namespace_given = true;
            }
            ExtensionChange::Member => {}
        }
        extension.history.changed = at;
        Ok(())
    }

    pub(super) fn require_namespace(&self, name: &Name) -> Done {
        if self.catalog.has_namespace(name) {
            return Ok(());
        }
        let message = format!("schema `{}` does not exist", name.as_str());
        Err(Refusal::new(SqlState::UndefinedNamespace, message))
    }
}

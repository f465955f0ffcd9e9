//! What others look after: `tables.external`, `enums.external` and `migrations.initShadowDb` of the configuration file.
//!
//! The names are put on the schemas that commands compare ([`Schema::set_external`](driftless_ir::Schema)), and the
//! differ passes over what has them: so no command makes, changes, drops or reports it. The script stands before the
//! first migration wherever a history is replayed or tried.

use driftless_catalog::{History, Session};
use driftless_diagnostics::{Diagnostic, code};
use driftless_ir::{External, Name, QualifiedName};

use crate::Project;
use crate::config::Configuration;

/// The setting that holds the script.
const SCRIPT: &str = "migrations.initShadowDb";

impl Project {
    /// The tables and enum types that others look after.
    ///
    /// # Errors
    /// The configuration file computes them; a name has no schema before it (P3023).
    pub(crate) fn external(&self) -> Result<External, Diagnostic> {
        let Some(configuration) = self.configuration()? else { return Ok(External::default()) };
        let names = |setting: &str| {
            let texts = configuration.texts(setting)?;
            texts.iter().map(|text| qualified(&configuration, setting, text)).collect::<Result<_, _>>()
        };
        Ok(External { tables: names("tables.external")?, enums: names("enums.external")? })
    }

    /// The script that makes what others look after, for a database in which a history is tried, and what names it.
    ///
    /// # Errors
    /// The configuration file computes it.
    pub(crate) fn external_script(&self) -> Result<Option<(String, String)>, Diagnostic> {
        let Some(configuration) = self.configuration()? else { return Ok(None) };
        let help = "write the script as a text";
        let script = configuration.text(SCRIPT, code::SETTING_COMPUTED, help)?;
        let name = format!("{} ({SCRIPT})", crate::read::display_name(&configuration.path));
        Ok(script.filter(|script| !script.trim().is_empty()).map(|script| (name, script)))
    }

    /// Refuses to empty namespaces that hold what others look after.
    ///
    /// # Errors
    /// They do (P3016); those of a lost connection; see [`Project::external`].
    pub(crate) fn refuse_loss(&self, session: &mut Session, namespaces: &[Name]) -> Result<(), Diagnostic> {
        let external = self.external()?;
        let names: Vec<&QualifiedName> = external.tables.iter().chain(&external.enums).collect();
        let within: Vec<&QualifiedName> =
            names.into_iter().filter(|name| namespaces.contains(&name.namespace)).collect();
        if within.is_empty() {
            return Ok(());
        }
        let found = session.existing_types(&within).map_err(|error| error.to_diagnostic())?;
        let Some(name) = found.first() else { return Ok(()) };
        let message =
            format!("the database cannot be emptied: others look after `{name}`, as the configuration says");
        let help =
            "drop what is yours by hand, or take the name out of `tables.external` and `enums.external`";
        Err(Diagnostic::error(code::RESET_FAILED, message).help(help))
    }

    /// The same history without the tables beside it that others look after. One more round trip where there are any.
    ///
    /// # Errors
    /// Those of a lost connection; see [`Project::external`].
    pub(crate) fn without_external(
        &self,
        session: &mut Session,
        history: History,
    ) -> Result<History, Diagnostic> {
        if history.has_table || history.tables.is_empty() {
            return Ok(history);
        }
        let external = self.external()?;
        if external.tables.is_empty() {
            return Ok(history);
        }
        let namespace = Name::from(session.url().schema());
        let mut tables = session.tables_beside_history().map_err(|error| error.to_diagnostic())?;
        tables.retain(|table| !external.tables.contains(&QualifiedName::new(namespace.clone(), &**table)));
        Ok(History { tables, ..history })
    }
}

fn qualified(configuration: &Configuration, setting: &str, text: &str) -> Result<QualifiedName, Diagnostic> {
    match text.split_once('.') {
        Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() => {
            Ok(QualifiedName::new(Name::from(namespace), name))
        }
        _ => {
            let file = crate::read::display_name(&configuration.path);
            let message = format!("`{setting}` of `{file}` holds `{text}`, which names no schema");
            let help = format!("write the name with its schema, such as `public.{text}`");
            Err(Diagnostic::error(code::EXTERNAL_UNQUALIFIED, message).help(help))
        }
    }
}

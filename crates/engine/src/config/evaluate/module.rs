//! Modules that a file loads.
//!
//! A module is *harmless* where loading it sets no variables of the environment and runs no code of the project: the
//! modules of Node, the packages of the reference, and packages that are known to do no more than to export something.
//! Any other one, by whatever way it is loaded, may have set any variable.

use oxc_ast::ast::{
    ImportDeclaration, ImportDeclarationSpecifier, Program, Statement, TSImportEqualsDeclaration,
    TSModuleReference,
};

use super::super::value::{Reason, Value};
use super::Evaluator;

/// The modules of Node.
const OF_NODE: &[&str] = &[
    "assert",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "events",
    "fs",
    "http",
    "http2",
    "https",
    "module",
    "net",
    "os",
    "path",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "stream",
    "string_decoder",
    "test",
    "timers",
    "tls",
    "tty",
    "url",
    "util",
    "v8",
    "vm",
    "worker_threads",
    "zlib",
];

/// Packages that set no variables when they are loaded, whole.
const HARMLESS: &[&str] = &[
    "@libsql/client",
    "@neondatabase/serverless",
    "@next/env",
    "@planetscale/database",
    "@t3-oss/env-core",
    "@t3-oss/env-nextjs",
    "arktype",
    "better-sqlite3",
    "chalk",
    "defu",
    "env-var",
    "envalid",
    "execa",
    "fast-glob",
    "find-up",
    "fs-extra",
    "glob",
    "kleur",
    "lodash",
    "mariadb",
    "ms",
    "mysql2",
    "pathe",
    "pg",
    "pg-connection-string",
    "picocolors",
    "pkg-dir",
    "postgres",
    "semver",
    "tiny-invariant",
    "ufo",
    "undici",
    "valibot",
    "ws",
    "yup",
    "zod",
];

/// Packages that read environment files when they are asked to: the package itself, not a part of it.
const LOADERS: &[&str] = &["@dotenvx/dotenvx", "dotenv", "dotenv-expand", "dotenv-flow", "dotenv-safe"];

impl Evaluator<'_> {
    /// Loads the modules that are loaded before the first statement.
    pub(super) fn load_modules(&mut self, program: &Program<'_>) {
        for statement in &program.body {
            match statement {
                Statement::ImportDeclaration(import) => self.import(import),
                Statement::ExportAllDeclaration(export) if !export.export_kind.is_type() => {
                    self.load_module(&export.source.value, export.span.start);
                }
                Statement::ExportNamedDeclaration(export) if !export.export_kind.is_type() => {
                    if let Some(source) = &export.source {
                        self.load_module(&source.value, export.span.start);
                    }
                }
                _ => {}
            }
        }
    }

    /// Takes a module in, by what is known of it.
    fn import(&mut self, import: &ImportDeclaration<'_>) {
        if import.import_kind.is_type() {
            return;
        }
        let module = self.load_module(&import.source.value, import.span.start);
        for specifier in import.specifiers.iter().flatten() {
            let value = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(one) => {
                    let name = one.imported.name();
                    if name == "default" {
                        module.clone()
                    } else {
                        self.member(&module, &name, one.span.start)
                    }
                }
                _ => module.clone(),
            };
            self.bind(specifier.local().name.as_str(), value, false);
        }
    }

    /// `import name = require('…')`, or another name of something: `import name = N.inner`.
    pub(super) fn import_equals(&mut self, import: &TSImportEqualsDeclaration<'_>) {
        if import.import_kind.is_type() {
            return;
        }
        let offset = import.span.start;
        let value = match &import.module_reference {
            TSModuleReference::ExternalModuleReference(module) => {
                self.load_module(&module.expression.value, offset)
            }
            _ => Value::Computed(Reason::new(offset, "it imports a part of a namespace")),
        };
        self.bind(&import.id.name, value, false);
    }

    /// What a module is. One that is not known may have set variables when it was loaded.
    pub(super) fn load_module(&mut self, source: &str, offset: u32) -> Value {
        let name = source.strip_prefix("node:").unwrap_or(source);
        let known = |name: &str| Value::Known(name.into());
        match name {
            "path" | "path/posix" => known("path"),
            "url" | "process" | "fs" | "os" | "dotenv" => known(name),
            "prisma/config" | "@prisma/config" => known("config"),
            "dotenv-expand" => known("expand"),
            "dotenv/config" | "dotenv/config.js" => {
                self.load_by_default(false, offset);
                known("dotenv")
            }
            "dotenv-expand/config" | "dotenv-expand/config.js" => {
                self.load_by_default(true, offset);
                known("expand")
            }
            _ => {
                if !is_harmless(source) {
                    let text = format!("it imports `{source}`, which may set variables");
                    self.variables.change(Reason::new(offset, text));
                }
                Value::Foreign(Reason::new(offset, format!("it uses what it imports from `{source}`")))
            }
        }
    }
}

/// Whether loading a module sets no variables.
fn is_harmless(source: &str) -> bool {
    let depth = if source.starts_with('@') { 2 } else { 1 };
    let package = source.match_indices('/').nth(depth - 1).map_or(source, |(at, _)| &source[..at]);
    source.starts_with("node:")
        || source.ends_with(".json")
        || LOADERS.contains(&source)
        || package == "prisma"
        || (package.starts_with("@prisma/") && package.len() > "@prisma/".len())
        || HARMLESS.contains(&package)
        || OF_NODE.contains(&package)
}

#[cfg(test)]
mod tests {
    use super::is_harmless;

    #[test]
    fn modules_that_run_code_of_a_project_are_not_harmless() {
        for source in [
            "node:fs/promises",
            "fs/promises",
            "module",
            "prisma",
            "@prisma/client",
            "@prisma/adapter-pg/x",
            "pg",
            "zod/v4",
            "dotenv-flow",
            "./a.json",
            "@t3-oss/env-core/presets",
        ] {
            assert!(is_harmless(source), "{source}");
        }
        for source in [
            "",
            "./env",
            "/env",
            "#env",
            "~/env",
            "@/env",
            "@prisma/",
            "@acme/env",
            "thing",
            "dotenv-flow/config",
            "pgx",
            "data:text/javascript,0",
            "https://pg",
        ] {
            assert!(!is_harmless(source), "{source}");
        }
    }
}

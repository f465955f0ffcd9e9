//! Which crate may use which: `docs/ARCHITECTURE.md` says why.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use driftless_tests::fixtures::root;
use serde_json::Value;

/// The arrows between our crates. Arrows of tests (`dev-dependencies`) count too.
const ALLOWED: &[(&str, &[&str])] = &[
    ("driftless-diagnostics", &[]),
    ("driftless-ir", &["driftless-diagnostics"]),
    ("driftless-psl", &["driftless-ir", "driftless-diagnostics"]),
    ("driftless-plan", &["driftless-ir", "driftless-diagnostics"]),
    ("driftless-sql", &["driftless-ir", "driftless-diagnostics"]),
    ("driftless-catalog", &["driftless-ir", "driftless-diagnostics"]),
    (
        "driftless-engine",
        &[
            "driftless-psl",
            "driftless-plan",
            "driftless-sql",
            "driftless-catalog",
            "driftless-ir",
            "driftless-diagnostics",
        ],
    ),
    ("driftless", &["driftless-engine", "driftless-diagnostics"]),
];

/// The one crate that may use every other.
const TESTS: &str = "driftless-tests";

/// Third-party packages that belong to one crate each, because a boundary runs there.
const OWNED: &[(&str, &[&str])] = &[
    ("pest", &["driftless-psl"]),
    ("pest_derive", &["driftless-psl"]),
    ("petgraph", &["driftless-plan"]),
    ("clap", &["driftless"]),
    ("postgres", &["driftless-catalog"]),
    ("rustls", &["driftless-catalog"]),
    ("sqlparser", &["driftless-sql"]),
    ("argon2", &["driftless-engine"]),
    ("bcrypt", &["driftless-engine"]),
    ("tempfile", &["driftless-engine", "driftless-catalog", TESTS]),
];

fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let name = |value: &Value| value["name"].as_str().expect("a name").to_owned();
    let uses =
        |package: &Value| package["dependencies"].as_array().expect("a list").iter().map(name).collect();
    packages.iter().map(|package| (name(package), uses(package))).collect()
}

#[test]
fn crates_use_only_what_the_architecture_allows() {
    let found = dependencies();
    for (package, uses) in &found {
        if package == TESTS {
            continue;
        }
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| name == package) else {
            panic!("`{package}` is a new crate: add its arrows here and in docs/ARCHITECTURE.md");
        };
        let ours: Vec<_> = uses.iter().filter(|name| name.starts_with("driftless")).collect();
        let forbidden: Vec<_> = ours.iter().filter(|name| !allowed.contains(&name.as_str())).collect();
        assert!(forbidden.is_empty(), "`{package}` must not use {forbidden:?}");
    }
    for (package, _) in ALLOWED {
        assert!(found.contains_key(*package), "`{package}` is gone: take its arrows out");
    }
}

#[test]
fn packages_at_a_boundary_stay_behind_it() {
    for (package, uses) in dependencies() {
        for (owned, owners) in OWNED {
            let may = owners.contains(&package.as_str());
            assert!(
                may || !uses.contains(*owned),
                "`{owned}` belongs to {owners:?}, and `{package}` uses it"
            );
        }
    }
}

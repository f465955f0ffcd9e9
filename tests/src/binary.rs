//! The built `driftless`.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// The path of the binary, built by cargo first if it is not up to date.
///
/// # Panics
/// It does not build.
pub fn driftless() -> &'static PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        // The whole workspace's binaries, so that features are those of the build that is there already.
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--workspace", "--bins"]).current_dir(super::fixtures::root());
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        assert!(build.status().is_ok_and(|status| status.success()), "the binary does not build");
        let test = std::env::current_exe().expect("a running test has a path");
        let folder = test.ancestors().nth(2).expect("cargo puts tests two folders deep");
        folder.join(format!("driftless{}", std::env::consts::EXE_SUFFIX))
    })
}

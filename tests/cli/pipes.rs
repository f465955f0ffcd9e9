//! What becomes of a run whose reader goes away.

use std::process::{Command, Stdio};

use driftless_tests::binary::driftless;
use driftless_tests::fixtures::root;

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut command = Command::new(driftless());
    command.args(["diff", "--from-empty", "--to-schema", "fixtures/shop/schema.prisma", "--script"]);
    command.current_dir(root()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

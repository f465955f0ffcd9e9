//! Command lines in documents are ones that the binary takes.
//!
//! A *command line* stands in a block of code, on a line of its own or behind `$`, `run:` or `entry:`, or in backticks
//! within a sentence. One with `…` in it is a sketch and not looked at.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use driftless_tests::binary::driftless;
use driftless_tests::fixtures::{files_under, read, root};
use driftless_tests::words::words_up_to;

/// What may stand before a command on its line.
const PREFIXES: [&str; 4] = ["$ ", "- ", "run: ", "entry: "];

/// The documents, and the recorded help texts for the examples at their ends.
fn places() -> Vec<PathBuf> {
    let root = root();
    let mut places = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    places.extend(files_under(&root.join("docs")));
    places.extend(
        files_under(&root.join("fixtures/cli/command_line")).into_iter().filter(|path| is_help(path)),
    );
    places
}

fn is_help(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("help_"))
}

/// The command lines of a document, in which code is indented by so much where it is not fenced.
fn command_lines(text: &str, indentation: &str) -> BTreeSet<String> {
    let text = text.replace("\\\n", " ");
    let mut prose = String::new();
    let mut lines = BTreeSet::new();
    let mut is_fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        } else if is_fenced || line.starts_with(indentation) {
            let mut line = line.trim_start();
            while let Some(rest) = PREFIXES.iter().find_map(|prefix| line.strip_prefix(prefix)) {
                line = rest;
            }
            lines.insert(line.to_owned());
        }
        if !is_fenced {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    for paragraph in prose.split("\n\n") {
        lines.extend(paragraph.split('`').skip(1).step_by(2).map(|span| span.replace('\n', " ")));
    }
    let is_command = |line: &String| {
        let rest = line.strip_prefix("driftless ");
        let is_named =
            rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '-'));
        is_named && !line.contains('…')
    };
    lines.into_iter().filter(is_command).collect()
}

/// The words of a command behind its name, as a shell takes them: up to a pipe, a redirection, a comment or the next
/// command.
fn words(line: &str) -> Vec<String> {
    words_up_to(line, &['|', '>', '<', '&', ';', '#']).split_off(1)
}

/// What the binary has against the words, if it does not take them. It runs in an empty folder without an environment,
/// where a command finds nothing to work on; one with a URL is only asked for its help.
fn objection(folder: &Path, words: &[String]) -> Option<String> {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words.iter().any(|word| word.contains("://")) {
        let end = words.iter().position(|word| *word == "--").unwrap_or(words.len());
        words.insert(end, "--help");
    }
    let mut command = Command::new(driftless());
    command.args(&words).current_dir(folder).env_clear().stdin(Stdio::null());
    let output = command.output().expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    let objection = said.strip_prefix("error: ")?.lines().next()?;
    // `driftless why` in a sentence is the name of the command.
    let is_name = words.len() == 1 && objection.contains("required arguments were not provided");
    (!is_name).then(|| objection.to_owned())
}

#[test]
fn command_lines_in_documents_are_taken() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut refused = Vec::new();
    let mut count = 0;
    for place in places() {
        let indentation = if is_help(&place) { "  " } else { "    " };
        for line in command_lines(&read(&place), indentation) {
            count += 1;
            if let Some(objection) = objection(folder.path(), &words(&line)) {
                refused.push(format!("{}: `{line}`: {objection}", place.display()));
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(count > 100, "only {count} command lines were found");
}

#[test]
fn command_lines_are_found_and_cut_as_a_shell_cuts_them() {
    let text = "Say `driftless\nvalidate --json`.\n\n```yaml\n  - run: driftless drift --json | jq '.x' # all\n```\n\n    \
        driftless db seed -- --name 'a b'\n\nA `driftless diff …` is none, nor is driftless itself.\n";
    let lines = command_lines(text, "    ");
    let words: Vec<_> = lines.iter().map(|line| words(line).join("_")).collect();
    assert_eq!(words, ["db_seed_--_--name_a b", "drift_--json", "validate_--json"]);
}

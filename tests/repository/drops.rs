//! Every place that can drop something is written down.

use std::collections::BTreeMap;

use driftless_tests::fixtures::{files_under, read, root};

/// Words that take something away, as SQL of the sources has them.
const WORDS: [&str; 3] = ["DROP ", "TRUNCATE ", "DELETE FROM "];

/// How many lines of the binary's sources, comments and tests aside, take something away, by file.
fn places() -> BTreeMap<String, usize> {
    let root = root();
    let mut places = BTreeMap::new();
    for folder in ["crates/catalog/src", "crates/catalog/queries", "crates/engine/src", "crates/cli/src"] {
        for path in files_under(&root.join(folder)) {
            let text = read(&path);
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let number = code.lines().filter(|line| takes_away(line)).count();
            if number > 0 {
                let name = path.strip_prefix(&root).expect("it lies in the project").display().to_string();
                places.insert(name, number);
            }
        }
    }
    places
}

fn takes_away(line: &str) -> bool {
    let line = line.trim_start();
    let is_comment = ["//", "--", "#"].iter().any(|start| line.starts_with(start));
    !is_comment && WORDS.iter().any(|word| line.to_ascii_uppercase().contains(word) && has_word(line, word))
}

/// Whether a line has the word in capitals, or in small letters where a text begins with it.
fn has_word(line: &str, word: &str) -> bool {
    let small = word.to_ascii_lowercase();
    line.contains(word) || line.contains(&format!("\"{small}")) || line.contains(&format!("'{small}"))
}

#[test]
fn what_can_drop_is_written_down() {
    let document = read(&root().join("docs/ARCHITECTURE.md"));
    let section = document.split("## What can drop").nth(1).expect("the section is there");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let path = cells.next()?.trim_end_matches('`').to_owned();
        Some((path, cells.next()?.parse::<usize>().ok()?))
    });
    let written: BTreeMap<String, usize> = rows.collect();
    assert_eq!(places(), written, "left: the sources, right: the table in docs/ARCHITECTURE.md");
}

//! Every code of a diagnostic has a page and a test, and every page has a code.

use std::collections::BTreeSet;
use std::path::Path;

use driftless_diagnostics::code;
use driftless_tests::fixtures::{files_under, read, root};

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let folder = root().join("docs/errors");
    let pages: BTreeSet<String> = files_under(&folder)
        .iter()
        .filter_map(|path| Some(path.file_name()?.to_str()?.strip_suffix(".md")?.to_owned()))
        .filter(|name| name != "README")
        .collect();
    let codes: BTreeSet<String> = code::ALL.iter().map(|code| code.number().to_owned()).collect();
    assert_eq!(codes, pages, "left: the registry, right: the pages in docs/errors");
    for code in code::ALL {
        let page = read(&folder.join(format!("{code}.md")));
        let title = format!("# {code}: {}\n", code.title());
        assert!(page.starts_with(&title), "docs/errors/{code}.md must begin with {title:?}");
    }
}

#[test]
fn every_code_is_met_in_a_test() {
    let root = root();
    let is_record = |path: &Path| {
        let kind = path.extension().unwrap_or_default();
        kind == "expected" || kind == "txt" || kind == "rs"
    };
    // What no command shows yet is shown by the tests of its crate.
    let places = ["fixtures", "crates/catalog", "crates/engine/src/migrate", "tests/live"]
        .map(|place| root.join(place));
    let files = places.iter().flat_map(|place| files_under(place));
    let recorded: String = files.filter(|path| is_record(path)).map(|path| read(&path)).collect();
    let untested: Vec<_> = code::ALL
        .iter()
        .map(|code| code.number())
        .filter(|number| !recorded.contains(number) && !UNREACHABLE.contains(number))
        .collect();
    assert!(untested.is_empty(), "no fixture shows {untested:?}");
}

/// Bugs of driftless: what would bring them about is mended when it is found. Unit tests build them by hand.
const UNREACHABLE: [&str; 2] = ["D9001", "D9002"];

//! What the documents say is still so.

use std::path::Path;

use driftless_tests::fixtures::{files_under, read, root};

/// The documents of the project.
fn documents() -> Vec<std::path::PathBuf> {
    let root = root();
    let mut documents = vec![root.join("README.md"), root.join("CONTRIBUTING.md"), root.join("CHANGELOG.md")];
    documents.extend(files_under(&root.join("docs")));
    documents
        .extend(files_under(&root.join("grammar")).into_iter().filter(|path| path.ends_with("README.md")));
    documents
}

#[test]
fn links_lead_somewhere() {
    for document in documents() {
        let text = read(&document);
        let folder = document.parent().expect("a document lies in a folder");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") {
                continue;
            }
            assert!(folder.join(path).exists(), "{}: `{path}` does not exist", document.display());
        }
    }
}

#[test]
fn files_that_the_documents_name_exist() {
    let root = root();
    let starts = ["crates/", "docs/", "fixtures/", "tests/", "grammar/", ".ci/"];
    for document in documents() {
        for word in read(&document).split('`').skip(1).step_by(2) {
            let is_path = starts.iter().any(|start| word.starts_with(start));
            let is_pattern = word.contains(['*', '{', '<', ' ', '…']) || word.chars().any(char::is_uppercase);
            if is_path && !is_pattern {
                let exists = root.join(Path::new(word)).exists();
                assert!(exists, "{}: `{word}` does not exist", document.display());
            }
        }
    }
}

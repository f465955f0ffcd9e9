//! Every file in `fixtures/` belongs to a case, and every case is complete.

use std::collections::BTreeSet;
use std::path::PathBuf;

use driftless_tests::fixtures::{
    Case, cli_cases, crate_files, diff_cases, files_under, format_cases, invalid_schemas, pull_cases, root,
    shop, valid_schemas,
};

#[test]
fn every_file_belongs_to_a_case() {
    let kinds = [
        valid_schemas(),
        invalid_schemas(),
        format_cases(),
        diff_cases(),
        pull_cases(),
        cli_cases(),
        crate_files(),
        vec![shop()],
    ];
    let claimed: BTreeSet<PathBuf> = kinds.into_iter().flatten().flat_map(|case| case.files).collect();
    let unclaimed: Vec<_> =
        files_under(&root().join("fixtures")).into_iter().filter(|file| !claimed.contains(file)).collect();
    assert!(unclaimed.is_empty(), "no test reads {unclaimed:#?}");
}

#[test]
fn every_case_is_complete() {
    let has = |case: &Case, end: &str| case.files.iter().any(|file| file.to_string_lossy().ends_with(end));
    let wanted: [(Vec<Case>, &[&str]); 3] = [
        (invalid_schemas(), &[".reference", ".expected"]),
        (format_cases(), &[".formatted.prisma"]),
        (diff_cases(), &["/plain.sql", "/guarded.sql"]),
    ];
    for (cases, ends) in wanted {
        for case in cases {
            for end in ends {
                assert!(has(&case, end), "{} has no {end}", case.name);
            }
        }
    }
    for case in diff_cases() {
        let differs = has(&case, "/reference.sql");
        assert_eq!(differs, has(&case, "/why.txt"), "{}: reference.sql and why.txt go together", case.name);
    }
    for case in pull_cases() {
        assert!(has(&case, "/expected.prisma"), "{} has no expected.prisma", case.name);
        assert!(!has(&case, "/reference.prisma") || has(&case, "/why.txt"), "{} does not say why", case.name);
    }
    for case in format_cases() {
        let differs = has(&case, ".reference.prisma");
        assert_eq!(differs, has(&case, ".why"), "{}: .reference.prisma and .why go together", case.name);
    }
}

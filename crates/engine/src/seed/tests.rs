//! `fixtures/seed`: what is said of each seed file, without a database.

use std::fs;
use std::path::{Path, PathBuf};

use driftless_diagnostics::code;

use super::{Chance, SeedOptions, seed};
use crate::{Project, Refusal};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/seed")
}

/// The reports on a seed, a line each; that no database is named is said of a seed that fits.
fn judge(name: &str) -> String {
    judge_in(&folder(), name)
}

fn judge_in(folder: &Path, name: &str) -> String {
    let project = Project::new(folder).with_schema(Some("schema.prisma".into()));
    let mut fill = |bytes: &mut [u8]| bytes.fill(7);
    let mut chance = Chance { now_in_ms: 1_700_000_000_000, fill: &mut fill };
    let Err(Refusal { files, diagnostics, .. }) =
        seed(&project, Path::new(name), &SeedOptions::default(), &mut chance)
    else {
        return "seeded\n".to_owned();
    };
    let mut said = String::new();
    for diagnostic in &diagnostics {
        if diagnostic.code == code::URL_MISSING {
            said += "fits\n";
            continue;
        }
        let place = diagnostic.span.and_then(|span| files.positions(span));
        let place = place.map_or_else(String::new, |(start, _)| format!(" {}:{}", start.line, start.column));
        said += &format!("{}{place} {}\n", diagnostic.code, diagnostic.message);
        if let Some(help) = &diagnostic.help {
            said += &format!("    {help}\n");
        }
    }
    said
}

#[test]
fn seed_files_are_judged_as_recorded() {
    let entries =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> =
        entries.filter(|name| !name.ends_with(".expected") && name != "schema.prisma").collect();
    names.sort();
    let is_update = std::env::var_os("UPDATE_EXPECT").is_some_and(|value| value == "1");
    for name in names {
        let (said, record) = (judge(&name), folder().join(format!("{name}.expected")));
        if is_update {
            fs::write(&record, &said).unwrap();
        }
        assert_eq!(said, fs::read_to_string(&record).unwrap_or_default(), "{name}");
    }
}

#[test]
fn values_that_lie_too_deep_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(self::folder().join("schema.prisma"), folder.path().join("schema.prisma")).unwrap();
    for count in [1_000, 150_000] {
        let nested = |open: &str, middle: &str, close: &str| {
            format!("{}{middle}{}", open.repeat(count), close.repeat(count))
        };
        let steps: String = (0..count.min(1_000)).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
        let cases = [
            ("toml", format!("a = {}", nested("[", "", "]"))),
            ("toml", format!("a = {}", nested("{a = ", "1", "}"))),
            ("toml", format!("{}a = 1", "a.".repeat(count))),
            ("toml", format!("[{}a]", "a.".repeat(count))),
            ("toml", format!("[[{}a]]", "a.".repeat(count))),
            ("json", nested("[", "", "]")),
            ("json", nested("{\"a\":", "1", "}")),
            ("json", nested("[", "", "")),
            ("yaml", nested("[", "", "]")),
            ("yaml", nested("{a: ", "1", "}")),
            ("yaml", nested("- ", "", "")),
            ("yaml", steps),
        ];
        for (extension, text) in cases {
            let name = format!("seed.{extension}");
            fs::write(folder.path().join(&name), &text).unwrap();
            let said = judge_in(folder.path(), &name);
            assert!(said.starts_with("D5001"), "{}: {said}", &text[..text.len().min(20)]);
        }
    }
}

//! Whatever is done to a schema's text: nothing panics, nothing hangs, and the formatter keeps what it was given.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use driftless_engine::Style;
use driftless_ir::Schema;
use driftless_psl::format::format;
use driftless_tests::expect::{Verdict, check_all, expect_text, notice};
use driftless_tests::fixtures::{
    diff_cases, files_under, format_cases, invalid_schemas, root, valid_schemas,
};
use driftless_tests::random::Random;
use driftless_tests::schemas::{load, script};

/// How many texts are tried, of the project's own and of the corpus.
const TEXTS: usize = 10_000;

/// The longest piece of a schema that is tried, in bytes: long texts find little that short ones do not.
const MAX_BYTES: usize = 6_000;

/// What any of these texts may take, in a build without optimisation, on a busy machine.
const MAX_TIME: Duration = Duration::from_secs(10);

/// A text and how it came about.
struct Mutant {
    seed: u64,
    source: PathBuf,
    original: String,
    text: String,
}

#[test]
fn mutants_of_our_fixtures() {
    let kinds = [valid_schemas(), invalid_schemas(), format_cases(), diff_cases()];
    let files = kinds.into_iter().flatten().flat_map(|case| case.files);
    check_mutants(&schemas_in(files.collect()));
}

#[test]
fn mutants_of_the_corpus() {
    let corpus = root().join("../shared/corpus");
    let sources = schemas_in(files_under(&corpus));
    if sources.is_empty() {
        return notice("mutants of the corpus are skipped: there is no ../shared/corpus");
    }
    check_mutants(&sources);
}

fn schemas_in(files: Vec<PathBuf>) -> Vec<PathBuf> {
    files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "prisma")).collect()
}

fn check_mutants(sources: &[PathBuf]) {
    let texts: Vec<(PathBuf, String)> = sources
        .iter()
        .filter_map(|path| Some((path.clone(), String::from_utf8(std::fs::read(path).ok()?).ok()?)))
        .collect();
    let mutants: Vec<Mutant> = (0..TEXTS as u64)
        .map(|seed| {
            let mut random = Random::new(seed);
            let (source, text) = random.pick(&texts).expect("there are sources");
            let original = piece(text, &mut random).to_owned();
            Mutant { seed, source: source.clone(), text: mutate(&original, &mut random), original }
        })
        .collect();
    let name = |mutant: &Mutant| format!("seed {}, from {}", mutant.seed, mutant.source.display());
    check_all(&mutants, name, |mutant| {
        let before = Instant::now();
        let verdict = catch_unwind(AssertUnwindSafe(|| check(&mutant.original, &mutant.text)));
        let verdict = verdict.unwrap_or_else(|panic| {
            let reason =
                panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            Err(format!("panics: {}", reason.unwrap_or_default()))
        });
        let took = before.elapsed();
        let verdict =
            verdict.and_then(|()| if took < MAX_TIME { Ok(()) } else { Err(format!("takes {took:?}")) });
        verdict.map_err(|reason| format!("{reason}\n{}", mutant.text))
    });
}

/// The text with one to eight things done to it.
fn mutate(text: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    for _ in 0..=random.below(8) {
        let (start, end) = if random.below(2) == 0 { token(&text, random) } else { character(&text, random) };
        let (other_start, other_end) = token(&text, random);
        match random.below(6) {
            0 => text.replace_range(start..end, ""),
            1 => {
                let doubled = text[start..end].repeat(2);
                text.replace_range(start..end, &doubled);
            }
            2 => {
                let other = text[other_start..other_end].to_owned();
                text.replace_range(start..end, &other);
            }
            3 => {
                let odd = [
                    "\u{0}", "\r", "\"", "\u{e9}", "}", "{", "(", "/*", "//", "@", "@@", "[", "\\",
                    "\u{feff}",
                ];
                text.insert_str(start, random.pick(&odd).copied().unwrap_or_default());
            }
            4 => text.insert(end, '\n'),
            _ => {
                let number = random.next_number().to_string();
                text.replace_range(start..end, &number);
            }
        }
    }
    text
}

/// At most [`MAX_BYTES`] of the text, from the beginning of a line.
fn piece<'a>(text: &'a str, random: &mut Random) -> &'a str {
    if text.len() <= MAX_BYTES {
        return text;
    }
    let start = text.floor_char_boundary(random.below(text.len() - MAX_BYTES));
    let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    &text[start..text.floor_char_boundary(start + MAX_BYTES)]
}

/// The range of a random word, blank or other character.
fn token(text: &str, random: &mut Random) -> (usize, usize) {
    let (start, _) = character(text, random);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let length = text[start..].find(|c| !is_word(c)).unwrap_or(text.len() - start);
    let first = text[start..].chars().next().map_or(0, char::len_utf8);
    (start, start + length.max(first))
}

/// The range of a random character; an empty one in an empty text.
fn character(text: &str, random: &mut Random) -> (usize, usize) {
    let start = text.floor_char_boundary(random.below(text.len()));
    (start, start + text[start..].chars().next().map_or(0, char::len_utf8))
}

fn check(original: &str, text: &str) -> Verdict {
    if let Ok(schema) = load(text) {
        let original = load(original).unwrap_or_else(|_| Schema::empty());
        for style in [Style::Plain, Style::Guarded] {
            script(&original, &schema, style)?;
            script(&schema, &original, style)?;
            expect_text(
                "the script to itself",
                "-- This is an empty migration.\n",
                &script(&schema, &schema, style)?,
            )?;
        }
    }
    let formatted = format(text);
    expect_text("the text, formatted again,", &formatted, &format(&formatted))?;
    expect_kept(text, &formatted)
}

/// Whether the formatter kept every character, however it moved them. Only white space goes, commas after the last
/// argument, what old versions of the language wrote around types, and stars that begin the lines of a block comment.
fn expect_kept(before: &str, after: &str) -> Verdict {
    let count = |text: &str| {
        let mut counts = BTreeMap::new();
        for c in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | ':' | '!' | '*')) {
            *counts.entry(c).or_insert(0_usize) += 1;
        }
        counts
    };
    let after = count(after);
    let lost: Vec<_> = count(before)
        .into_iter()
        .filter(|(c, number)| after.get(c).copied().unwrap_or(0) < *number)
        .collect();
    if lost.is_empty() { Ok(()) } else { Err(format!("formatting loses {lost:?}")) }
}

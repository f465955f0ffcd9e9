//! Text of the fixtures, taken apart and put together by chance.

use driftless_tests::fixtures::{files_under, root};
use driftless_tests::random::Random;

/// The longest input, but for those that are long on purpose.
const MAX_BYTES: usize = 100_000;

/// The longest input at all.
const MOST_BYTES: usize = 1_000_000;

/// Pieces that break what was not written for them.
pub(crate) const PIECES: &[&str] = &[
    "\u{0}",
    "\u{1b}[31m",
    "\u{1b}]0;x\u{7}",
    "\u{8}",
    "\u{7f}",
    "\u{9b}2J",
    "\u{202e}",
    "\u{feff}",
    "\u{2028}",
    "\r",
    "\r\n",
    "\n",
    "\t",
    "\u{a0}",
    "é",
    "字",
    "🦀",
    "ﷺ",
    "\"",
    "'",
    "`",
    "$$",
    "$a$",
    "$",
    "\\",
    "/*",
    "*/",
    "//",
    "--",
    ";",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "@",
    "@@",
    "?",
    "=",
    ":",
    "::",
    ",",
    ".",
    "..",
    "%",
    "%s",
    "{}",
    "#",
    "0",
    "-1",
    "9223372036854775808",
    "1e400",
    "1e-400",
    "NaN",
    "0x7fffffffffffffff",
    "99999999999999999999999999999999",
    "null",
    "true",
    "NULL",
    "SELECT",
    "UNION ALL SELECT 1",
    "CASE WHEN",
    "END",
    "BEGIN",
    "BEGIN ATOMIC",
    "DO $$",
    "COPY t FROM STDIN",
    "\\.",
    "E'\\",
    "U&\"\\",
    "::stop-commands::x",
    "${A}",
    "$(A)",
    "*",
    "&a",
    "!!binary",
    "<<",
    "---",
    "../",
    "/dev/null",
    "@default(dbgenerated(\"\"))",
    "@map(\"\")",
    "@db.VarChar(99999999999)",
    "@relation(fields: [], references: [])",
    "ALTER TABLE",
    "DROP TABLE IF EXISTS",
    "CREATE TABLE",
    "CASCADE",
    "generate_series(1, 1000000000)",
    "LOOP",
    "WHILE true LOOP",
];

/// Openings with their closings, and what stands between two of a chain.
const NESTS: &[(&str, &str)] = &[
    ("(", ")"),
    ("[", "]"),
    ("{", "}"),
    ("{a:", "}"),
    ("/*", "*/"),
    ("ARRAY[", "]"),
    ("f(", ")"),
    ("CASE WHEN true THEN ", " END"),
    ("SELECT * FROM (", ") t"),
    ("(SELECT ", ")"),
    ("IF true THEN ", "END IF; "),
    ("BEGIN ", "END; "),
    ("LOOP ", "END LOOP; "),
    ("NOT ", ""),
    ("- ", ""),
    ("1 + ", ""),
    ("a AND ", ""),
    ("SELECT 1 UNION ", ""),
    ("", "::int"),
    ("", "[]"),
    ("", "[1]"),
    ("", ".a"),
    ("WITH a AS (", ") SELECT 1"),
    ("EXISTS (SELECT ", ")"),
    ("- ", "\n"),
    ("  ", "\n"),
    ("a: ", ""),
    ("[a.", "]"),
    ("\"", "\""),
    ("$a$", "$a$"),
    ("ELSIF true THEN ", ""),
    ("a.", ""),
    ("${", "}"),
    ("`${", "}`"),
    ("!", ""),
    ("&", ""),
    ("@id ", ""),
    ("@@index([", "])"),
];

/// Texts of the fixtures by what they are.
pub(crate) struct Sources {
    pub(crate) schemas: Vec<Vec<u8>>,
    pub(crate) scripts: Vec<Vec<u8>>,
    pub(crate) seeds: Vec<(String, Vec<u8>)>,
    pub(crate) transcripts: Vec<String>,
}

impl Sources {
    pub(crate) fn read() -> Self {
        let mut sources =
            Self { schemas: Vec::new(), scripts: Vec::new(), seeds: Vec::new(), transcripts: Vec::new() };
        for path in files_under(&root().join("fixtures")) {
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
            let is_in = |folder: &str| path.starts_with(root().join("fixtures").join(folder));
            match extension {
                "prisma" => sources.schemas.push(bytes),
                "sql" => sources.scripts.push(bytes),
                "txt" if is_in("cli") => sources.transcripts.extend(String::from_utf8(bytes)),
                extension if is_in("seed") => sources.seeds.push((extension.to_owned(), bytes)),
                _ => {}
            }
        }
        assert!(!sources.schemas.is_empty() && !sources.scripts.is_empty() && !sources.seeds.is_empty());
        sources
    }

    /// A file of the transcripts whose name ends so.
    pub(crate) fn file_of_a_transcript(&self, end: &str, random: &mut Random) -> Option<Vec<u8>> {
        let mut found = Vec::new();
        for transcript in &self.transcripts {
            for section in transcript.split("\n=== ") {
                let Some((head, text)) = section.split_once('\n') else { continue };
                if head.starts_with("file ") && head.ends_with(end) {
                    found.push(text);
                }
            }
        }
        random.pick(&found).map(|text| text.as_bytes().to_vec())
    }
}

/// One of the texts, with up to a dozen things done to it.
pub(crate) fn mutant(sources: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut text = random.pick(sources).cloned().unwrap_or_default();
    text.truncate(MAX_BYTES);
    if random.below(20) == 0 {
        return text;
    }
    for _ in 0..=random.below(12) {
        change(&mut text, sources, random);
        text.truncate(MAX_BYTES * 2);
    }
    if random.below(200) == 0 && !text.is_empty() {
        text = text.repeat((MOST_BYTES / text.len()).max(1));
    }
    text
}

fn change(text: &mut Vec<u8>, sources: &[Vec<u8>], random: &mut Random) {
    let (start, end) = token(text, random);
    match random.below(14) {
        0 => drop(text.drain(start..end)),
        1 | 2 => {
            let piece = random.pick(PIECES).copied().unwrap_or_default();
            text.splice(start..start, piece.bytes());
        }
        3 => {
            let other = token(text, random);
            let other = text[other.0..other.1].to_vec();
            text.splice(start..end, other);
        }
        4 => {
            let repeated = text[start..end].repeat(1 + random.below(4));
            text.splice(start..end, repeated);
        }
        5 => {
            let (first, last) = line(text, start);
            let repeated = text[first..last].repeat(1 + random.below(50));
            text.splice(first..last, repeated);
        }
        6 => {
            let (first, last) = line(text, start);
            text.drain(first..last);
        }
        7 | 8 => {
            let (opening, closing) = random.pick(NESTS).copied().unwrap_or_default();
            let depth = [1, 3, 20, 100, 1_000, 6_000][random.below(6)];
            let closings = if random.below(4) == 0 { depth / 2 } else { depth };
            let nested = [
                opening.repeat(depth).into_bytes(),
                text[start..end].to_vec(),
                closing.repeat(closings).into_bytes(),
            ];
            text.splice(start..end, nested.concat());
        }
        9 => {
            let other = random.pick(sources).map_or(&[][..], Vec::as_slice);
            let (first, last) = line(other, random.below(other.len()));
            let other = other[first..last].to_vec();
            text.splice(start..start, other);
        }
        10 => {
            let name =
                ["x", "é", "字", "A\u{301}"][random.below(4)].repeat([63, 64, 300, 20_000][random.below(4)]);
            text.splice(start..end, name.bytes());
        }
        11 => text.truncate(start),
        12 => {
            if let Some(byte) = text.get_mut(start) {
                *byte = random.next_number() as u8;
            }
        }
        _ => change_form(text, start..end, random),
    }
}

/// Another encoding of the same text, or a number in place of a token.
fn change_form(text: &mut Vec<u8>, token: std::ops::Range<usize>, random: &mut Random) {
    match random.below(3) {
        0 => *text = [b"\xef\xbb\xbf", text.as_slice()].concat(),
        1 => *text = String::from_utf8_lossy(text).replace('\n', "\r\n").into_bytes(),
        _ => {
            let number = random.next_number().to_string();
            text.splice(token, number.bytes());
        }
    }
}

/// A name for something, from harmless to hostile, without a NUL.
pub(crate) fn name(random: &mut Random) -> String {
    let mut name = ["a", "User", "order", "x y", "é"][random.below(5)].to_owned();
    for _ in 0..random.below(4) {
        let piece = random.pick(PIECES).copied().unwrap_or_default();
        if random.below(2) == 0 {
            name.push_str(piece);
        } else {
            name.insert_str(0, piece);
        }
    }
    name.replace('\0', "")
}

/// The range of a word, a run of blanks, or another byte.
fn token(text: &[u8], random: &mut Random) -> (usize, usize) {
    let at = random.below(text.len());
    let Some(first) = text.get(at) else { return (at, at) };
    let kind = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 => 0,
        b' ' | b'\t' => 1,
        _ => 2,
    };
    if kind(*first) == 2 {
        return (at, at + 1);
    }
    let same = |byte: &&u8| kind(**byte) == kind(*first);
    let before = text[..at].iter().rev().take_while(same).count();
    (at - before, at + text[at..].iter().take_while(same).count())
}

/// The range of the line around a place, its line break included.
fn line(text: &[u8], at: usize) -> (usize, usize) {
    let start = text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let end = text[at..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |length| at + length + 1);
    (start, end)
}

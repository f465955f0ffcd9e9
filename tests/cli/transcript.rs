//! The format of a case: what it shows, what is there before, and one or more runs with what came of them.
//!
//! ```text
//! A line or two on what the case shows.
//!
//! === file schema.prisma          a file and its text
//! === bytes schema.prisma         a file and its bytes, in hexadecimal
//! === size schema.prisma 70000000 a file of so many zero bytes
//! === folder prisma               an empty folder
//! === link a.prisma -> b.prisma   a link
//! === env NAME=VALUE              a variable; the binary sees no others
//! === run driftless validate      a run, in the folder of the files; words may be quoted
//! === stdin                       what the run reads
//! === exit 0                      recorded: how it ended
//! === stdout                      recorded, if there was any
//! === stderr                      recorded, if there was any
//! === after schema.prisma         recorded: the file's text afterwards
//! ```
//!
//! `(no newline)` at the end of a section's line says that its text does not end with one.

use std::fmt;

use driftless_tests::words::words;

const MARK: &str = "=== ";
const NO_NEWLINE: &str = " (no newline)";

/// A case.
pub(crate) struct Transcript {
    about: String,
    pub(crate) setup: Vec<Setup>,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) runs: Vec<Run>,
}

/// Something that is there before.
pub(crate) enum Setup {
    File { path: String, text: String },
    Bytes { path: String, hex: String },
    Size { path: String, bytes: u64 },
    Folder { path: String },
    Link { path: String, target: String },
}

/// A run and what came of it.
pub(crate) struct Run {
    line: String,
    pub(crate) arguments: Vec<String>,
    pub(crate) stdin: Option<String>,
    pub(crate) exit: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) after: Vec<(String, String)>,
}

impl Transcript {
    /// Reads a case. What is recorded in it is not kept: playing it makes it anew.
    ///
    /// # Errors
    /// A section that does not exist.
    pub(crate) fn parse(source: &str) -> Result<Self, String> {
        let mark = format!("\n{MARK}");
        let mut sections = source.strip_suffix('\n').unwrap_or(source).split(&mark);
        let about = sections.next().unwrap_or_default().trim().to_owned();
        let mut case = Self { about, setup: Vec::new(), environment: Vec::new(), runs: Vec::new() };
        for section in sections {
            // The line end before the next mark belongs to the text.
            let (head, text) = section
                .split_once('\n')
                .map_or((section, String::new()), |(head, text)| (head, format!("{text}\n")));
            let (head, text) = match head.strip_suffix(NO_NEWLINE) {
                Some(head) => (head, text.trim_end_matches('\n').to_owned()),
                None => (head, text),
            };
            case.add(head, text).ok_or_else(|| format!("`{MARK}{head}` is no section"))?;
        }
        Ok(case)
    }

    fn add(&mut self, head: &str, text: String) -> Option<()> {
        let (kind, rest) = head.split_once(' ').unwrap_or((head, ""));
        let path = rest.to_owned();
        match kind {
            "file" => self.setup.push(Setup::File { path, text }),
            "bytes" => self.setup.push(Setup::Bytes { path, hex: text }),
            "size" => {
                let (path, bytes) = rest.split_once(' ')?;
                self.setup.push(Setup::Size { path: path.to_owned(), bytes: bytes.parse().ok()? });
            }
            "folder" => self.setup.push(Setup::Folder { path }),
            "link" => {
                let (path, target) = rest.split_once(" -> ")?;
                self.setup.push(Setup::Link { path: path.to_owned(), target: target.to_owned() });
            }
            "env" => {
                let (name, value) = rest.split_once('=')?;
                self.environment.push((name.to_owned(), value.to_owned()));
            }
            "run" => self.runs.push(Run::new(rest)?),
            "stdin" => self.runs.last_mut()?.stdin = Some(text),
            "after" => self.runs.last_mut()?.after.push((path, text)),
            "exit" | "stdout" | "stderr" => {}
            _ => return None,
        }
        Some(())
    }
}

impl Run {
    fn new(line: &str) -> Option<Self> {
        let arguments = words(line.strip_prefix("driftless")?);
        Some(Self {
            line: line.to_owned(),
            arguments,
            stdin: None,
            exit: None,
            stdout: String::new(),
            stderr: String::new(),
            after: Vec::new(),
        })
    }
}

/// The bytes that hexadecimal digits stand for; white space between them counts for nothing.
pub(crate) fn bytes_of(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().filter_map(|c| c.to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.about)?;
        for setup in &self.setup {
            match setup {
                Setup::File { path, text } => write_section(f, &format!("file {path}"), text)?,
                Setup::Bytes { path, hex } => write_section(f, &format!("bytes {path}"), hex)?,
                Setup::Size { path, bytes } => writeln!(f, "{MARK}size {path} {bytes}")?,
                Setup::Folder { path } => writeln!(f, "{MARK}folder {path}")?,
                Setup::Link { path, target } => writeln!(f, "{MARK}link {path} -> {target}")?,
            }
        }
        for (name, value) in &self.environment {
            writeln!(f, "{MARK}env {name}={value}")?;
        }
        for run in &self.runs {
            writeln!(f, "{MARK}run {}", run.line)?;
            if let Some(stdin) = &run.stdin {
                write_section(f, "stdin", stdin)?;
            }
            match run.exit {
                Some(code) => writeln!(f, "{MARK}exit {code}")?,
                None => writeln!(f, "{MARK}exit by a signal")?,
            }
            for (name, text) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
                if !text.is_empty() {
                    write_section(f, name, text)?;
                }
            }
            for (path, text) in &run.after {
                write_section(f, &format!("after {path}"), text)?;
            }
        }
        Ok(())
    }
}

fn write_section(f: &mut fmt::Formatter<'_>, head: &str, text: &str) -> fmt::Result {
    match text {
        "" => writeln!(f, "{MARK}{head}"),
        _ if text.ends_with('\n') => write!(f, "{MARK}{head}\n{text}"),
        _ => writeln!(f, "{MARK}{head}{NO_NEWLINE}\n{text}"),
    }
}

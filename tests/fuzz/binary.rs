//! The binary, command by command, in a project whose files are hostile. Nothing answers where its database should be.

use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use driftless_tests::binary::driftless;
use driftless_tests::random::Random;

use crate::Settings;
use crate::case::Case;
use crate::mutate::{Sources, mutant, name};
use crate::shrink::report;

const KIND: &str = "binary";

/// The file beside the project that no command has any business with.
const VICTIM: &str = "../victim";

/// Command lines; `{name}` is a hostile name. Those that try a history on a server stay offline.
const COMMANDS: &[&str] = &[
    "validate",
    "validate --json",
    "format",
    "format --check",
    "diff --from-empty --to-schema",
    "diff --from-empty --to-schema --script",
    "diff --from-empty --to-schema --json",
    "diff --from-schema --to-empty --script --style plain",
    "diff --from-migrations --to-schema --offline",
    "diff --from-migrations --to-schema --offline --script",
    "diff --from-empty --to-migrations {name} --offline",
    "diff --from-url {url} --to-schema",
    "diff --from-config-datasource --to-empty",
    "migrate diff --from-empty --to-schema-datamodel prisma/schema.prisma --script",
    "migrate status",
    "migrate status --json",
    "migrate status --strict",
    "migrate deploy",
    "migrate deploy --dry-run",
    "migrate dev --name {name}",
    "migrate dev --create-only --name {name}",
    "migrate reset --force",
    "migrate resolve --applied {name}",
    "migrate resolve --rolled-back {name}",
    "migrate validate-history",
    "migrate validate-history --json",
    "why {name}",
    "why --json {name}",
    "drift",
    "drift --accept",
    "drift --against-schema --json",
    "db pull",
    "db pull --print",
    "db push",
    "db push --accept-data-loss",
    "db execute --file prisma/migrations/0_init/migration.sql",
    "db execute --stdin",
    "db seed --file seed.toml",
    "db seed --file {name}",
    "--schema {name} validate",
    "--config {name} validate",
    "--url {url} db pull",
    "{name}",
    "--{name}",
    "completions {name}",
];

pub(crate) fn run(settings: &Settings) {
    if settings.replay.is_some() {
        let Some(case) = settings.replayed(KIND) else { return };
        if let Some(reason) = fails(&case, settings.limit) {
            report(case, 0, &reason, settings, |_| None);
        }
        return;
    }
    let sources = Sources::read();
    for seed in settings.seed.. {
        if !settings.goes_on() {
            return;
        }
        let case = case(&sources, seed);
        if let Some(reason) = fails(&case, settings.limit) {
            report(case, seed, &reason, settings, |case| fails(case, settings.limit));
        }
    }
}

fn case(sources: &Sources, seed: u64) -> Case {
    let mut random = Random::new(seed ^ 0xB1);
    let line = random.pick(COMMANDS).copied().unwrap_or_default();
    let mut case = Case::new(KIND, &[]);
    case.words = line.split(' ').map(|word| fill(word, &mut random)).collect();
    case.environment.push(("DATABASE_URL".to_owned(), url(&mut random)));
    let datasource = b"datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\n";
    case.add(
        "prisma/schema.prisma",
        match random.below(3) {
            0 => datasource.to_vec(),
            _ => mutant(&sources.schemas, &mut random),
        },
    );
    for folder in ["0_init".to_owned(), format!("2_{}", random.below(10)), folder_name(&mut random)] {
        case.add(&format!("prisma/migrations/{folder}/migration.sql"), mutant(&sources.scripts, &mut random));
    }
    let toml: Vec<_> =
        sources.seeds.iter().filter(|(kind, _)| kind == "toml").map(|(_, text)| text.clone()).collect();
    case.add("seed.toml", mutant(&toml, &mut random));
    if random.below(3) == 0 {
        case.add(
            "prisma/migrations/migration_lock.toml",
            mutant(&[b"provider = \"postgresql\"\n".to_vec()], &mut random),
        );
        case.add(
            "prisma/drift.accepted",
            mutant(&[b"0123456789abcdef trigger `a` of `b`\n".to_vec()], &mut random),
        );
    }
    // Without a command that seeds: chance may write no command lines.
    if random.below(3) == 0 {
        let script = b"import { env } from 'prisma/config'\nexport default { schema: 'prisma/schema.prisma', datasource: { url: env('DATABASE_URL') } }\n";
        case.add("prisma.config.ts", mutant(&[script.to_vec()], &mut random));
        case.add(".env", mutant(&[b"A=1\nB=\"${A}x\"\n".to_vec()], &mut random));
    }
    case
}

/// A word of a command line.
fn fill(word: &str, random: &mut Random) -> String {
    match word {
        "{url}" => url(random),
        word => word.replace("{name}", &name(random)),
    }
}

/// A folder's name for a migration: hostile, but a name.
fn folder_name(random: &mut Random) -> String {
    let mut name = format!("3_{}", name(random)).replace(['/', '\\'], "_");
    name.truncate(name.floor_char_boundary(200));
    name
}

/// A URL at whose place nothing listens: what is hostile is not the host, as nobody is to be asked for its address.
fn url(random: &mut Random) -> String {
    let host = ["127.0.0.1:1", "localhost:1", "[::1]:1", ""][random.below(4)];
    let mut part = || match random.below(3) {
        0 => name(random).replace(['@', '/', '#', '?', '\\'], ""),
        _ => "a".to_owned(),
    };
    let url =
        format!("postgresql://{}:{}@{host}/{}?schema={}&connect_timeout=1", part(), part(), part(), part());
    if host.is_empty() { format!("{url}&host=/nonexistent") } else { url }
}

/// Why a case fails, if it does.
fn fails(case: &Case, limit: Duration) -> Option<String> {
    let outside = tempfile::tempdir().expect("a folder can be made");
    let folder = outside.path().join("project");
    std::fs::create_dir(&folder).expect("a folder can be made");
    case.lay_out(&folder);
    let victim = folder.join(VICTIM);
    std::fs::write(&victim, "unharmed").expect("a file can be written");
    let problem = run_once(&case.words, &case.environment, &folder, limit);
    let unharmed = std::fs::read(&victim).is_ok_and(|text| text == b"unharmed");
    let others = std::fs::read_dir(outside.path()).map_or(0, Iterator::count);
    problem.or_else(|| (!unharmed || others != 2).then(|| "a file outside the project is touched".to_owned()))
}

/// Runs the binary once: what is wrong with how it ends or what it says.
pub(crate) fn run_once(
    words: &[String],
    environment: &[(String, String)],
    folder: &Path,
    limit: Duration,
) -> Option<String> {
    // Neither the system nor our arguments take a NUL.
    if words.iter().chain(environment.iter().map(|(_, value)| value)).any(|text| text.contains('\0')) {
        return None;
    }
    let log = |name: &str| std::fs::File::create(folder.join(name)).expect("a file can be made");
    let (out, err) = ("../stdout", "../stderr");
    let mut command = Command::new(driftless());
    command.args(words).current_dir(folder).env_clear().env("HOME", folder).env("PATH", "/usr/bin:/bin");
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).stdout(log(out)).stderr(log(err));
    let mut child = match command.spawn() {
        Ok(child) => child,
        // A command line that is too long for the system never becomes a run.
        Err(_) => return None,
    };
    let since = Instant::now();
    let status = loop {
        match child.try_wait().expect("a process can be waited for") {
            Some(status) => break status,
            None if since.elapsed() > limit => {
                let _ = child.kill();
                let _ = child.wait();
                return Some(format!("takes more than {limit:?}"));
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    let read = |name: &str| {
        let bytes = std::fs::read(folder.join(name)).unwrap_or_default();
        let _ = std::fs::remove_file(folder.join(name));
        String::from_utf8_lossy(&bytes).into_owned()
    };
    judge(words, status, &read(out), &read(err))
}

/// What is wrong with the end of a run.
fn judge(words: &[String], status: ExitStatus, stdout: &str, stderr: &str) -> Option<String> {
    let ending = status.code().is_some_and(|code| matches!(code, 0 | 1 | 2 | 130));
    if !ending {
        return Some(format!("ends with {status}:\n{stderr}"));
    }
    for bug in ["because of a mistake in it", "bug of driftless", "panicked at", "overflowed its stack"] {
        if stderr.contains(bug) {
            return Some(format!("is a bug:\n{stderr}"));
        }
    }
    if let Some(character) = control(stderr) {
        return Some(format!("stderr has the control character {character:?}:\n{stderr:?}"));
    }
    if words.iter().any(|word| word == "--json") && !stdout.is_empty() {
        let read = serde_json::from_str::<serde_json::Value>(stdout);
        return read.err().map(|error| format!("stdout is no JSON: {error}:\n{stdout}"));
    }
    if is_data(words) {
        return None;
    }
    control(stdout).map(|character| format!("stdout has the control character {character:?}:\n{stdout:?}"))
}

/// Whether stdout is a text for programs, which is printed as it is.
fn is_data(words: &[String]) -> bool {
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    has("--script") || has("--print") || has("completions") || has("man")
}

/// A character that steers a terminal, or begins a line where there is none.
fn control(text: &str) -> Option<char> {
    text.chars().find(|character| character.is_control() && !matches!(character, '\n' | '\t'))
}

//! The libraries, in a process of its own: one that overflows its stack or never ends is a finding and not the end of
//! the test.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use driftless_diagnostics::{Files, Sink};
use driftless_engine::{Chance, Database, Project, SeedOptions, Style};
use driftless_ir::Schema;
use driftless_sql::{Replay, split};
use driftless_tests::random::Random;
use driftless_tests::schemas::script;

use crate::Settings;
use crate::case::Case;
use crate::mutate::{Sources, mutant, name};
use crate::shrink::report;

const KIND: &str = "library";
const TARGETS: &[&str] = &["schema", "sql", "sql", "seed", "project", "project", "url"];

/// Variables by which the test speaks to its worker.
const FOLDER: &str = "DRIFTLESS_FUZZ_WORKER";
const FIRST: &str = "DRIFTLESS_FUZZ_FIRST";

/// Keeps a worker busy until the time is up.
pub(crate) fn supervise(settings: &Settings) {
    if settings.replay.is_some() {
        let Some(case) = settings.replayed(KIND) else { return };
        if let Some(reason) = alone(&case, settings.limit) {
            report(case, 0, &reason, settings, |_| None);
        }
        return;
    }
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut worker = start(folder.path(), settings.seed);
    let at = folder.path().join("seed");
    let seed =
        || std::fs::read_to_string(&at).ok().and_then(|text| text.parse().ok()).unwrap_or(settings.seed);
    let (mut last, mut since) = (None, Instant::now());
    let reason = loop {
        std::thread::sleep(Duration::from_millis(50));
        if let Some(reason) = end_of(&mut worker, folder.path()) {
            break reason;
        }
        if last != Some(seed()) {
            (last, since) = (Some(seed()), Instant::now());
        }
        if since.elapsed() > settings.limit {
            break format!("takes more than {:?}", settings.limit);
        }
        if !settings.goes_on() {
            end(worker);
            return;
        }
    };
    let seed = seed();
    end(worker);
    let case = case(&Sources::read(), seed);
    report(case, seed, &reason, settings, |case| alone(case, settings.limit));
}

/// Why one case fails, run in a worker of its own.
fn alone(case: &Case, limit: Duration) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    case.save(&folder.path().join("case"));
    let mut worker = start(folder.path(), 0);
    let since = Instant::now();
    loop {
        match worker.try_wait().expect("a worker can be waited for") {
            Some(status) if status.success() => return None,
            Some(_) => return end_of(&mut worker, folder.path()),
            None if since.elapsed() > limit => {
                end(worker);
                return Some(format!("takes more than {limit:?}"));
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

fn start(folder: &Path, first: u64) -> Child {
    let log = std::fs::File::create(folder.join("log")).expect("a file can be made");
    let mut command = Command::new(std::env::current_exe().expect("a running test has a path"));
    command
        .args(["--exact", "worker", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .env(FIRST, first.to_string());
    command.env("RUST_BACKTRACE", "0").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    command.spawn().expect("a worker can be started")
}

/// Why a worker has ended, if it has.
fn end_of(worker: &mut Child, folder: &Path) -> Option<String> {
    let status = worker.try_wait().expect("a worker can be waited for")?;
    let said = std::fs::read(folder.join("log")).unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    Some(format!("the process ends: {status} {said}"))
}

fn end(mut worker: Child) {
    let _ = worker.kill();
    let _ = worker.wait();
}

/// What the worker does: one case if its folder holds one, else case after case.
pub(crate) fn work() {
    let folder = std::env::var_os(FOLDER).expect("a worker is told its folder");
    let folder = Path::new(&folder);
    if let Ok(case) = Case::load(&folder.join("case")) {
        return try_case(&case);
    }
    let first: u64 = std::env::var(FIRST)
        .ok()
        .and_then(|text| text.parse().ok())
        .expect("a worker is told where to begin");
    let sources = Sources::read();
    for seed in first.. {
        std::fs::write(folder.join("seed"), seed.to_string()).expect("a worker can say where it is");
        try_case(&case(&sources, seed));
    }
}

/// The case of a seed.
fn case(sources: &Sources, seed: u64) -> Case {
    let mut random = Random::new(seed);
    let target = random.pick(TARGETS).copied().unwrap_or_default();
    let mut case = Case::new(KIND, &[target]);
    let schema = "datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\n";
    match target {
        "schema" => case.add("schema.prisma", mutant(&sources.schemas, &mut random)),
        "sql" => case.add("migration.sql", mutant(&sources.scripts, &mut random)),
        "seed" => {
            let own = std::fs::read(driftless_tests::fixtures::root().join("fixtures/seed/schema.prisma"));
            case.add("schema.prisma", own.expect("the seeds have a schema"));
            let extension = ["toml", "yaml", "json"][random.below(3)];
            let seeds =
                sources.seeds.iter().filter(|(kind, _)| kind == extension).map(|(_, text)| text.clone());
            let seeds: Vec<_> = seeds.collect();
            case.add(&format!("seed.{extension}"), mutant(&seeds, &mut random));
        }
        "project" => {
            let mut file = |end: &str, otherwise: &str| {
                let found = sources.file_of_a_transcript(end, &mut random);
                mutant(&[found.unwrap_or_else(|| otherwise.as_bytes().to_vec())], &mut random)
            };
            let script = file("prisma.config.ts", "export default { schema: \"schema.prisma\" }");
            let variables =
                file(".env", "A=${B}\nDATABASE_URL=\"postgresql://a:b@127.0.0.1:1/c?schema=${A}\"\n");
            let package =
                file("package.json", "{\"prisma\": {\"schema\": \"schema.prisma\", \"seed\": \"x\"}}");
            case.add("schema.prisma", schema);
            case.add("prisma.config.ts", script);
            case.add(".env", variables);
            case.add("package.json", package);
        }
        _ => {
            let url = b"postgresql://user:pass%20word@[::1]:5432,127.0.0.1:1/name?schema=a&sslmode=verify-full&host=/tmp".to_vec();
            case.add("url", mutant(&[url, name(&mut random).into_bytes()], &mut random));
        }
    }
    case
}

/// Does with the case what its target says. What comes of it does not matter; that it comes does.
fn try_case(case: &Case) {
    let text = |path: &str| String::from_utf8_lossy(case.file(path).unwrap_or_default()).into_owned();
    match case.words.first().map_or("", String::as_str) {
        "schema" => try_schema(&text("schema.prisma")),
        "sql" => try_script(&text("migration.sql")),
        "url" => drop(Database::parse(&text("url"), "the test")),
        "seed" | "project" => try_project(case),
        target => panic!("there is no target `{target}`"),
    }
}

fn try_schema(text: &str) {
    let (mut files, mut sink) = (Files::new(), Sink::new());
    files.add("schema.prisma", text);
    let schema = driftless_psl::load(&files, None, &mut sink);
    let formatted = driftless_psl::format::format(text);
    assert_eq!(driftless_psl::format::format(&formatted), formatted, "formatting twice is formatting once");
    let Some(schema) = schema else { return };
    for style in [Style::Plain, Style::Guarded] {
        let made = script(&Schema::empty(), &schema, style).expect("the steps have an order");
        script(&schema, &Schema::empty(), style).expect("the steps have an order");
        try_script(&made);
    }
}

fn try_script(text: &str) {
    let joined: String = split(text).into_iter().map(|fragment| &text[fragment.span]).collect();
    assert_eq!(joined, text, "nothing is lost");
    let mut files = Files::new();
    let file = files.add("migration.sql", text);
    let mut replay = Replay::default();
    replay.run(file, text);
    let _ = (replay.trust(), replay.why("t.a"));
    replay.schema().expect("a replay holds no reference to nothing");
}

fn try_project(case: &Case) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    case.lay_out(folder.path());
    let project = Project::new(folder.path());
    let _ = (project.locate(), project.database(), project.shadow_database(), project.migrations_folder());
    let _ = driftless_engine::validate(&project, &[]);
    let _ = driftless_engine::find_seed(&project, None);
    let seed = case.files.iter().find(|(path, _)| path.starts_with("seed."));
    if let Some((path, _)) = seed {
        // Nothing listens there: the file is checked before the database is asked.
        let project = project.with_url(Some("postgresql://127.0.0.1:1/nothing".to_owned()));
        let mut chance = Chance { now_in_ms: 0, fill: &mut |bytes| bytes.fill(7) };
        let _ = driftless_engine::seed(&project, Path::new(path), &SeedOptions::default(), &mut chance);
    }
}

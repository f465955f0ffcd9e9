//! How long each stage of the compiler takes, on schemas of 100, 1 000 and 10 000 models.
//!
//! `cargo bench -p driftless-tests`; a word behind it picks stages: `cargo bench -p driftless-tests -- lower`.

use divan::Bencher;
use driftless_diagnostics::{FileId, Files, Sink};
use driftless_engine::Style;
use driftless_ir::Schema;
use driftless_plan::Pair;
use driftless_psl::syntax::Document;
use driftless_psl::{format, lower, parse, resolve, validate};
use driftless_tests::schemas::load;
use driftless_tests::synthetic;

const MODELS: [usize; 3] = [100, 1_000, 10_000];

fn main() {
    divan::main();
}

fn parse_text(text: &str) -> Vec<Document<'_>> {
    vec![parse::parse(FileId::new(0), text, &mut Sink::new())]
}

/// The schema of so many models, and the same after a release.
fn schemas(models: usize) -> (Schema, Schema) {
    let schema = |text: String| load(&text).expect("the made-up schema is valid");
    (schema(synthetic::schema(models)), schema(synthetic::next_schema(models)))
}

#[divan::bench(name = "1_parse", args = MODELS)]
fn parse(bencher: Bencher<'_, '_>, models: usize) {
    let text = synthetic::schema(models);
    bencher.bench_local(|| parse_text(&text).len());
}

#[divan::bench(name = "2_resolve", args = MODELS)]
fn resolve(bencher: Bencher<'_, '_>, models: usize) {
    let text = synthetic::schema(models);
    let documents = parse_text(&text);
    bencher.bench_local(|| resolve::resolve(&documents, &mut Sink::new()).models.len());
}

#[divan::bench(name = "3_validate", args = MODELS)]
fn validate(bencher: Bencher<'_, '_>, models: usize) {
    let text = synthetic::schema(models);
    let documents = parse_text(&text);
    let datamodel = resolve::resolve(&documents, &mut Sink::new());
    bencher.bench_local(|| validate::validate(&datamodel, &mut Sink::new()));
}

#[divan::bench(name = "4_lower", args = MODELS)]
fn lower(bencher: Bencher<'_, '_>, models: usize) {
    let text = synthetic::schema(models);
    let documents = parse_text(&text);
    let datamodel = resolve::resolve(&documents, &mut Sink::new());
    bencher.bench_local(|| lower::lower(&datamodel, None).expect("nothing dangles").tables().len());
}

#[divan::bench(name = "5_diff_from_empty", args = MODELS)]
fn diff_from_empty(bencher: Bencher<'_, '_>, models: usize) {
    let (schema, _) = schemas(models);
    let empty = Schema::empty();
    bencher.bench_local(|| driftless_plan::diff(Pair::new(&empty, &schema)).steps.len());
}

#[divan::bench(name = "6_diff_release", args = MODELS)]
fn diff_release(bencher: Bencher<'_, '_>, models: usize) {
    let (previous, next) = schemas(models);
    bencher.bench_local(|| driftless_plan::diff(Pair::new(&previous, &next)).steps.len());
}

#[divan::bench(name = "7_order", args = MODELS)]
fn order(bencher: Bencher<'_, '_>, models: usize) {
    let (schema, _) = schemas(models);
    let empty = Schema::empty();
    let changes = driftless_plan::diff(Pair::new(&empty, &schema));
    bencher.with_inputs(|| changes.clone()).bench_local_values(driftless_plan::order);
}

#[divan::bench(name = "8_render", args = MODELS)]
fn render(bencher: Bencher<'_, '_>, models: usize) {
    let (schema, _) = schemas(models);
    let empty = Schema::empty();
    let changes = driftless_plan::diff(Pair::new(&empty, &schema));
    let plan = driftless_plan::order(changes).expect("the steps have an order");
    bencher.bench_local(|| driftless_plan::render(&plan, Style::Guarded).len());
}

#[divan::bench(name = "9_format", args = MODELS)]
fn format(bencher: Bencher<'_, '_>, models: usize) {
    let text = synthetic::schema(models);
    bencher.bench_local(|| format::format(&text).len());
}

#[divan::bench(name = "whole_load", args = MODELS)]
fn whole_load(bencher: Bencher<'_, '_>, models: usize) {
    let mut files = Files::new();
    files.add("schema.prisma", synthetic::schema(models));
    bencher.bench_local(|| driftless_psl::load(&files, None, &mut Sink::new()).is_some());
}

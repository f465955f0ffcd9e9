//! In whatever order models stand, the same statements come out.

use driftless_engine::Style;
use driftless_ir::Schema;
use driftless_tests::expect::{check_all, expect_text};
use driftless_tests::fixtures::{read, shop};
use driftless_tests::random::Random;
use driftless_tests::schemas::{blocks, load, script};
use driftless_tests::synthetic;

const ORDERS: u64 = 60;

/// The blocks of a schema's text in a random order.
fn shuffle(text: &str, random: &mut Random) -> String {
    let mut blocks: Vec<String> = Vec::new();
    let mut block = String::new();
    for line in text.split_inclusive('\n') {
        block.push_str(line);
        if line.starts_with('}') {
            blocks.push(std::mem::take(&mut block));
        }
    }
    random.shuffle(&mut blocks);
    blocks.concat()
}

/// The statements of a script, in an order of their own.
fn statements(script: &str) -> String {
    let mut blocks = blocks(script);
    blocks.iter_mut().for_each(|block| *block = block.trim_end().to_owned());
    blocks.sort();
    blocks.join("\n")
}

#[test]
fn the_order_of_models_does_not_change_the_statements() {
    let shop = read(&shop().path.join("schema.prisma"));
    let (before, after) = (synthetic::schema(60), synthetic::next_schema(60));
    let pairs =
        [("", shop.as_str()), (shop.as_str(), ""), ("", &before), (&before, &after), (&after, &before)];
    let cases: Vec<(u64, &str, &str)> = (0..ORDERS)
        .map(|seed| (seed, pairs[seed as usize % pairs.len()]))
        .map(|(s, (a, b))| (s, a, b))
        .collect();
    check_all(
        &cases,
        |(seed, ..)| format!("seed {seed}"),
        |(seed, from, to)| {
            let mut random = Random::new(*seed);
            let schema = |text: &str| if text.is_empty() { Ok(Schema::empty()) } else { load(text) };
            for style in [Style::Plain, Style::Guarded] {
                let expected = script(&schema(from)?, &schema(to)?, style)?;
                let shuffled = script(
                    &schema(&shuffle(from, &mut random))?,
                    &schema(&shuffle(to, &mut random))?,
                    style,
                )?;
                expect_text("the set of statements", &statements(&expected), &statements(&shuffled))?;
            }
            Ok(())
        },
    );
}

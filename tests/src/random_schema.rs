//! Schemas made up at random: every scalar type, native types, defaults, indexes, enums, relations.

use std::fmt::Write as _;

use crate::random::Random;

/// Field types with the attributes that they may have, as the schema language writes them. `@default` is left to
/// [`DEFAULTS`]. Types that the language cannot name are left out: which of them PostgreSQL casts is not known.
const TYPES: [&str; 29] = [
    "String",
    "String @db.VarChar(20)",
    "String @db.Char(3)",
    "String @db.Uuid",
    "String @db.Inet",
    "String @db.Xml",
    "String @db.Bit(4)",
    "String @db.VarBit",
    "Int",
    "Int @db.SmallInt",
    "Int @db.Oid",
    "BigInt",
    "Float",
    "Float @db.Real",
    "Decimal",
    "Decimal @db.Decimal(10, 2)",
    "Decimal @db.Money",
    "Boolean",
    "DateTime",
    "DateTime @db.Timestamptz(6)",
    "DateTime @db.Timestamp",
    "DateTime @db.Date",
    "DateTime @db.Time(3)",
    "DateTime @db.Timetz",
    "Json",
    "Json @db.Json",
    "Bytes",
    "Color",
    "Size",
];

/// Defaults by the beginning of the field type that takes them.
const DEFAULTS: [(&str, &[&str]); 13] = [
    ("String @db.Uuid", &["dbgenerated(\"gen_random_uuid()\")"]),
    ("String @db.VarChar", &["\"a 'quoted' text\"", "\"\""]),
    ("String @", &[]),
    ("String", &["\"x\"", "\"back\\\\slash\"", "dbgenerated(\"lower('ABC')\")", "\"two\\nlines\""]),
    ("Int @db.Oid", &["7"]),
    ("Int", &["0", "-5"]),
    ("BigInt", &["9007199254740993"]),
    ("Float", &["1.5", "-0.25"]),
    ("Decimal", &["12.34"]),
    ("Boolean", &["true", "false"]),
    ("DateTime", &["now()"]),
    ("Json", &["\"{\\\"a\\\": [1, 2]}\"", "\"[]\""]),
    ("Color", &["red", "dark_blue"]),
];

/// The name of a model's table in the database, by its number; some need quotes.
const TABLES: [&str; 4] = ["", "  @@map(\"orders\")\n", "  @@map(\"Mixed Case\")\n", "  @@map(\"select\")\n"];

/// The text of a schema of a few models, the first of which refers to the second. Two calls with different generators give schemas that share most names, so
/// that a change from one to the other is more than a drop and a create.
pub fn schema(random: &mut Random) -> String {
    let mut text = String::from("datasource db {\n  provider = \"postgresql\"\n}\n");
    let colors = ["red", "green", "dark_blue @map(\"dark blue\")", "grey"];
    let count = 3 + random.below(2);
    let _ = write!(text, "\nenum Color {{\n  {}\n}}\n", colors[..count].join("\n  "));
    text += "\nenum Size {\n  small\n  large\n\n  @@map(\"size_of\")\n}\n";
    let models = 2 + random.below(TABLES.len() - 1);
    for number in 0..models {
        text += &model(number, random);
    }
    text
}

fn model(number: usize, random: &mut Random) -> String {
    let mut text = format!("\nmodel M{number} {{\n");
    let ids =
        ["Int @id @default(autoincrement())", "String @id @db.Uuid", "BigInt @id @default(autoincrement())"];
    let _ = writeln!(text, "  id {}", if number == 1 { ids[1] } else { ids[2 * random.below(2)] });
    let mut plain = Vec::new();
    for at in 0..2 + random.below(5) {
        let name = format!("f{at}");
        text += &field(&name, random, &mut plain);
    }
    if number == 0 {
        let action = ["Cascade", "SetNull", "NoAction"][random.below(3)];
        let _ = writeln!(
            text,
            "  other M1? @relation(fields: [otherId], references: [id], onDelete: {action})\n  \
             otherId String? @db.Uuid @map(\"other_id\")"
        );
    }
    if number == 1 {
        text += "  others M0[]\n";
    }
    text += &indexes(number, &plain, random);
    text += TABLES[number.min(TABLES.len() - 1)];
    text.push_str("}\n");
    text
}

/// A field; notes its name where an index on it makes sense.
fn field(name: &str, random: &mut Random, plain: &mut Vec<String>) -> String {
    let ty = TYPES[random.below(TYPES.len())];
    let (base, native) = ty.split_once(' ').unwrap_or((ty, ""));
    let arity = match random.below(5) {
        0 => "[]",
        1 | 2 => "?",
        _ => "",
    };
    // A required column without a default cannot come to rows; the tables here are empty.
    let mut line = format!("  {name} {base}{arity} {native}");
    let defaults = DEFAULTS.iter().find(|(start, _)| ty.starts_with(start)).map_or(&[][..], |(_, all)| *all);
    if arity != "[]"
        && random.below(2) == 0
        && let Some(default) = random.pick(defaults)
    {
        let _ = write!(line, " @default({default})");
    }
    if matches!(base, "Int" | "String" | "BigInt" | "Boolean")
        && arity != "[]"
        && !native.contains("Xml")
        && !native.contains("Bit")
    {
        plain.push(name.to_owned());
    }
    line.truncate(line.trim_end().len());
    line + "\n"
}

fn indexes(number: usize, plain: &[String], random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..random.below(3) {
        let Some(one) = random.pick(plain) else { break };
        let line = match random.below(4) {
            0 => format!("  @@index([{one}(sort: Desc)], map: \"M{number} {one} down\")\n"),
            1 => format!("  @@unique([{one}, id])\n"),
            2 => format!("  @@index([{one}], type: Hash, map: \"M{number} {one} hash\")\n"),
            _ => format!("  @@index([id, {one}], map: \"M{number} by {one}\")\n"),
        };
        if !text.contains(&line) {
            text += &line;
        }
    }
    text
}

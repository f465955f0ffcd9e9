//! The one template for statements that PostgreSQL has no `IF EXISTS` for.

use std::fmt::{self, Write};

/// Writes a `DO` block that runs the statements, each without its semicolon, where the test holds. The block is one
/// statement: it happens wholly or not at all.
pub(crate) fn write(out: &mut String, test: &str, statements: &[String]) -> fmt::Result {
    let tag = tag(test, statements);
    writeln!(out, "DO {tag}\nBEGIN\n    IF {test} THEN")?;
    for statement in statements {
        writeln!(out, "        {statement};")?;
    }
    writeln!(out, "    END IF;\nEND\n{tag};")
}

/// The quoting tag, which must not stand in what it quotes.
fn tag(test: &str, statements: &[String]) -> String {
    let is_within = |tag: &str| {
        let has_tag = |text: &str| text.contains('$') && text.contains(tag);
        has_tag(test) || statements.iter().any(|text| has_tag(text))
    };
    let mut tag = String::from("$driftless$");
    let mut number = 0;
    while is_within(&tag) {
        number += 1;
        tag = format!("$driftless{number}$");
    }
    tag
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tag_does_not_stand_in_the_block() {
        let mut out = String::new();
        super::write(&mut out, "true", &["SELECT '$driftless$'".into()]).unwrap();
        assert!(out.starts_with("DO $driftless1$\n") && out.ends_with("\n$driftless1$;\n"));
    }
}

//! Comments by which an author says what a statement does:
//!
//! * `-- driftless: no-effect`: nothing that a schema holds.
//! * `-- driftless: effect <DDL>`: what these statements do. Several such lines are put together.

use std::ops::Range;

/// What the comments of a fragment say of its statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Directive {
    NoEffect,
    Effect(String),
    /// Words behind `driftless:` that mean nothing.
    Unknown(Range<usize>),
}

/// Reads the comments of a fragment of `script`.
pub(crate) fn read(script: &str, comments: &[Range<usize>]) -> Option<Directive> {
    let mut effect: Option<String> = None;
    for comment in comments {
        let text = script[comment.clone()].trim_start_matches('-').trim();
        let Some(words) = text.strip_prefix("driftless:") else { continue };
        let words = words.trim();
        if words == "no-effect" {
            return Some(Directive::NoEffect);
        }
        let Some(("effect", ddl)) = words.split_once(char::is_whitespace) else {
            return Some(Directive::Unknown(comment.clone()));
        };
        let effect = effect.get_or_insert_default();
        effect.push_str(ddl.trim());
        effect.push('\n');
    }
    effect.map(Directive::Effect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_an_effect_are_put_together() {
        let script = "-- driftless: effect CREATE TABLE t (\n-- driftless: effect id int)\nSELECT f();";
        let effect = read(script, &[0..37, 38..67]);
        assert_eq!(effect, Some(Directive::Effect("CREATE TABLE t (\nid int)\n".to_owned())));
        assert_eq!(read("--driftless: no-effect", std::slice::from_ref(&(0..22))), Some(Directive::NoEffect));
        assert_eq!(read("-- other", std::slice::from_ref(&(0..8))), None);
        for unknown in ["-- driftless: x", "-- driftless: effect", "-- driftless: effects DROP TABLE t"] {
            let read = read(unknown, std::slice::from_ref(&(0..unknown.len())));
            assert_eq!(read, Some(Directive::Unknown(0..unknown.len())));
        }
    }
}

//! The names that PostgreSQL gives where a statement leaves them out, and how it folds and cuts those that are given.
//!
//! The rules are those of `makeObjectName`, `ChooseRelationName`, `ChooseConstraintName`, `ChooseIndexName` and
//! `ChooseIndexColumnNames` in PostgreSQL's sources.

use driftless_ir::{MAX_NAME_BYTES, Name};

/// The longest prefix of `text` that has at most `bytes` bytes and cuts no character.
pub(crate) fn clip(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// An identifier as PostgreSQL keeps it: folded to lower case unless quoted, cut to 63 bytes.
pub(crate) fn identifier(text: &str, quoted: bool) -> Name {
    if quoted || !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Name::from(clip(text, MAX_NAME_BYTES));
    }
    Name::from(clip(&text.to_ascii_lowercase(), MAX_NAME_BYTES))
}

/// `first_second_label`, where the longer of the first two is cut until the whole has 63 bytes.
pub(crate) fn make_object_name(first: &str, second: Option<&str>, label: Option<&str>) -> String {
    let overhead = usize::from(second.is_some()) + label.map_or(0, |label| label.len() + 1);
    let available = MAX_NAME_BYTES.saturating_sub(overhead);
    let (mut first_length, mut second_length) = (first.len(), second.map_or(0, str::len));
    while first_length + second_length > available {
        if first_length > second_length {
            first_length -= 1;
        } else {
            second_length -= 1;
        }
    }
    let mut name = clip(first, first_length).to_owned();
    for part in [second.map(|second| clip(second, second_length)), label].into_iter().flatten() {
        name.push('_');
        name.push_str(part);
    }
    name
}

/// How many numbered names are tried one after the other.
const FEW_NAMES: u32 = 100;

/// The first of `first_second_label`, `first_second_label1`, … that is free.
pub(crate) fn choose_name(
    first: &str,
    second: Option<&str>,
    label: &str,
    is_taken: impl Fn(&Name) -> bool,
) -> Name {
    let candidate = |pass: u32| match pass {
        0 => make_object_name(first, second, Some(label)),
        _ => make_object_name(first, second, Some(&format!("{label}{pass}"))),
    };
    let is_free = |pass: u32| !is_taken(&Name::from(candidate(pass)));
    if let Some(pass) = (0..FEW_NAMES).find(|pass| is_free(*pass)) {
        return Name::from(candidate(pass));
    }
    // So many are taken without a gap that there will be none further on: the border is looked for by halves.
    let (mut taken, mut free) = (FEW_NAMES - 1, FEW_NAMES * 2);
    while !is_free(free) {
        (taken, free) = (free, free.saturating_mul(2));
    }
    while free - taken > 1 {
        let middle = taken + (free - taken) / 2;
        if is_free(middle) {
            free = middle;
        } else {
            taken = middle;
        }
    }
    Name::from(candidate(free))
}

/// The middle of an index's or foreign key's name: the columns, joined, until the name is full.
pub(crate) fn columns_addition<'a>(columns: impl IntoIterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for column in columns {
        if !joined.is_empty() {
            joined.push('_');
        }
        joined.push_str(clip(column, MAX_NAME_BYTES));
        if joined.len() > MAX_NAME_BYTES {
            break;
        }
    }
    joined
}

/// The column names of an index: a repeated one gets a number.
pub(crate) fn index_column_names(keys: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for key in keys {
        let mut name = key.clone();
        let mut number = 1;
        while names.contains(&name) {
            let digits = number.to_string();
            name = format!("{}{digits}", clip(&key, MAX_NAME_BYTES - digits.len()));
            number += 1;
        }
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_part_gives_way() {
        let name = make_object_name(&"t".repeat(40), Some(&"c".repeat(40)), Some("key"));
        assert_eq!(name, format!("{}_{}_key", "t".repeat(29), "c".repeat(29)));
        assert_eq!(name.len(), MAX_NAME_BYTES);
        assert_eq!(make_object_name(&"é".repeat(40), None, Some("pkey")).len(), 4 + 1 + 58);
    }

    #[test]
    fn taken_names_are_numbered() {
        let taken = [Name::from("t_a_idx"), Name::from("t_a_idx1")];
        let name = choose_name("t", Some("a"), "idx", |name| taken.contains(name));
        assert_eq!(name.as_str(), "t_a_idx2");
        for count in [99, 100, 101, 7_000] {
            let tries = std::cell::Cell::new(0);
            let is_taken = |name: &Name| {
                tries.set(tries.get() + 1);
                name.as_str().strip_prefix("t_a_idx").unwrap().parse().unwrap_or(0) < count
            };
            assert_eq!(choose_name("t", Some("a"), "idx", is_taken).as_str(), format!("t_a_idx{count}"));
            assert!(tries.get() < 200);
        }
        assert_eq!(index_column_names(["a", "expr", "expr"].map(str::to_owned)), ["a", "expr", "expr1"]);
    }
}

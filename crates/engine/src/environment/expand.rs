//! Variables in values, as the package `dotenv-expand` fills them in, and how much of it is done.

use std::collections::{BTreeMap, BTreeSet};

/// The most bytes that are read and written for one value.
const MAX_BYTES: usize = 1 << 18;

/// The most steps for one value.
const MAX_STEPS: usize = 1000;

/// A value leads to more than a value can sensibly be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Endless;

/// What may still be spent on one value.
pub(super) struct Budget {
    bytes: usize,
    steps: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: MAX_BYTES, steps: MAX_STEPS }
    }
}

impl Budget {
    /// Takes a step that reads or writes so many bytes.
    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), Endless> {
        self.bytes = self.bytes.checked_sub(bytes).ok_or(Endless)?;
        self.steps = self.steps.checked_sub(1).ok_or(Endless)?;
        Ok(())
    }
}

/// Fills in `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:+other}` and `${NAME+other}`, the first
/// one again and again. A dollar sign behind a backslash is left as it is.
///
/// # Errors
/// That leads to no end.
pub(crate) fn expand<'a>(
    value: &str,
    look_up: impl Fn(&str) -> Option<&'a str>,
    done: &BTreeMap<String, String>,
) -> Result<String, Endless> {
    let mut budget = Budget::default();
    let mut result = value.to_owned();
    let mut seen = BTreeSet::new();
    while let Some(template) = find_template(&result).map(str::to_owned) {
        budget.spend(result.len())?;
        seen.insert(result.clone());
        let inner = template.trim_start_matches('$');
        let expression = inner.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(inner);
        let (name, operator, rest) = split_operator(expression);
        let present = look_up(name).filter(|value| !value.is_empty());
        let with = match (operator, present) {
            (Some(operator), Some(_)) if operator.ends_with('+') => rest,
            (Some(operator), None) if operator.ends_with('+') => "",
            (_, Some(value)) if !seen.contains(value) => value,
            _ => rest,
        };
        result = result.replacen(&template, with, 1);
        if done.get(name).is_some_and(|known| *known == result) {
            break;
        }
    }
    Ok(result)
}

/// The first variable that is not behind a backslash, as it is written.
fn find_template(text: &str) -> Option<&str> {
    for (at, _) in text.match_indices('$') {
        if text[..at].ends_with('\\') {
            continue;
        }
        let rest = &text[at + 1..];
        if let Some(inner) = rest.strip_prefix('{') {
            let end = inner.find(['{', '}']).filter(|end| *end > 0 && inner[*end..].starts_with('}'));
            if let Some(end) = end {
                return Some(&text[at..at + end + 3]);
            }
            continue;
        }
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let length = rest.bytes().take_while(is_part).count();
        if length > 0 && !rest.as_bytes()[0].is_ascii_digit() {
            return Some(&text[at..=at + length]);
        }
    }
    None
}

fn split_operator(expression: &str) -> (&str, Option<&str>, &str) {
    let Some(at) = expression.find(['+', '-']) else { return (expression, None, "") };
    let start = if expression[..at].ends_with(':') { at - 1 } else { at };
    (&expression[..start], Some(&expression[start..=at]), &expression[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(value: &str) -> Result<String, Endless> {
        let look_up = |name: &str| match name {
            "A" => Some("a"),
            "B" => Some("${A}b"),
            "LOOP" => Some("${LOOP}"),
            "EMPTY" => Some(""),
            _ => None,
        };
        expand(value, look_up, &BTreeMap::new())
    }

    #[test]
    fn variables_are_filled_in_as_the_package_does_it() {
        let cases = [
            ("$A-${A}", "a-a"),
            ("${B}", "ab"),
            ("\\$A", "\\$A"),
            ("$1 costs $", "$1 costs $"),
            ("${NONE}x", "x"),
            ("${NONE:-d}", "d"),
            ("${EMPTY:-d}", "d"),
            ("${A-d}", "a"),
            ("${A:+yes}${NONE:+no}", "yes"),
            ("${NONE:-${A}}", "a"),
            ("${LOOP}", ""),
            ("${", "${"),
        ];
        for (value, expected) in cases {
            assert_eq!(expanded(value).as_deref(), Ok(expected), "{value}");
        }
        let doubled: BTreeMap<String, String> =
            (1..60).map(|at| (format!("D{at}"), format!("${{D{}}}${{D{}}}", at - 1, at - 1))).collect();
        let look_up = |name: &str| doubled.get(name).map(String::as_str);
        assert_eq!(expand("${D59}", look_up, &BTreeMap::new()), Err(Endless));
    }
}

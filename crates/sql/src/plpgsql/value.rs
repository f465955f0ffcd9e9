//! The values that conditions compare. What is not known is `None` wherever a value stands in an `Option`.

use std::cmp::Ordering;

/// A value. Objects are their numbers, types their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Boolean(bool),
    Number(i64),
    Text(String),
    List(Vec<Self>),
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The truth of a condition: NULL is not true.
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Self::Boolean(truth) => Some(*truth),
            Self::Null => Some(false),
            _ => None,
        }
    }

    /// How two values compare; `None` where that is not known.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => Some(a.cmp(b)),
            (Self::Number(a), Self::Number(b)) => Some(a.cmp(b)),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Text(a), Self::Number(b)) => a.parse::<i64>().ok().map(|a| a.cmp(b)),
            (Self::Number(a), Self::Text(b)) => b.parse::<i64>().ok().map(|b| a.cmp(&b)),
            (Self::List(a), Self::List(b)) => {
                let pairs = a.iter().zip(b).map(|(a, b)| a.compare(b));
                let orders = pairs.collect::<Option<Vec<_>>>()?;
                let first = orders.into_iter().find(|order| order.is_ne());
                Some(first.unwrap_or_else(|| a.len().cmp(&b.len())))
            }
            _ => None,
        }
    }
}

/// Whether a text matches a pattern of LIKE.
pub(super) fn is_like(text: &str, pattern: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    match first {
        '%' => {
            let mut tails = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            tails.any(|at| is_like(&text[at..], rest))
        }
        '_' => text.chars().next().is_some_and(|character| is_like(&text[character.len_utf8()..], rest)),
        _ => text.strip_prefix(first).is_some_and(|text| is_like(text, rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_two_wildcards() {
        assert!(is_like("nextval('a')", "nextval(%"));
        assert!(is_like("ab", "a_"));
        assert!(!is_like("ab", "a"));
    }
}

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
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    let (mut at, mut in_pattern) = (0, 0);
    // Behind the last `%`: the place in the pattern, and where in the text what it stands for ends.
    let mut last: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(in_pattern) {
            Some('%') => {
                in_pattern += 1;
                last = Some((in_pattern, at));
            }
            Some(wanted) if *wanted == '_' || *wanted == text[at] => {
                (at, in_pattern) = (at + 1, in_pattern + 1)
            }
            _ => {
                let Some((behind, end)) = last else { return false };
                last = Some((behind, end + 1));
                (at, in_pattern) = (end + 1, behind);
            }
        }
    }
    pattern[in_pattern..].iter().all(|left| *left == '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_two_wildcards() {
        assert!(is_like("nextval('a')", "nextval(%"));
        assert!(is_like("ab", "a_"));
        assert!(!is_like("ab", "a"));
        assert!(is_like("", "%%") && !is_like("", "_"));
        assert!(is_like("abcbc", "%bc") && !is_like("abcbd", "a%bc"));
    }

    #[test]
    fn many_wildcards_take_no_longer() {
        assert!(!is_like(&"a".repeat(5_000), &format!("{}b", "%a".repeat(1_000))));
    }
}

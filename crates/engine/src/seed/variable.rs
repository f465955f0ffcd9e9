//! Variables of the environment in texts: `${NAME}`, `${NAME:-default}`; `$${` stands for `${`.

/// A text with variables that could not be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The variable is not set, and the text has no default.
    NotSet(String),
    /// What stands behind `${` is no variable.
    Malformed,
}

/// Fills in the variables of a text, and says whether there were any.
///
/// # Errors
/// See [`Failure`].
pub(super) fn fill_in(
    text: &str,
    look_up: &dyn Fn(&str) -> Option<String>,
) -> Result<(String, bool), Failure> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    let mut any = false;
    while let Some(at) = rest.find("${") {
        if rest[..at].ends_with('$') {
            filled.push_str(&rest[..at - 1]);
            filled.push_str("${");
            rest = &rest[at + 2..];
            continue;
        }
        filled.push_str(&rest[..at]);
        let inner = &rest[at + 2..];
        let end = inner.find('}').ok_or(Failure::Malformed)?;
        let (name, default) = match inner[..end].split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (&inner[..end], None),
        };
        if !is_name(name) {
            return Err(Failure::Malformed);
        }
        let value = look_up(name).or_else(|| default.map(str::to_owned));
        filled.push_str(&value.ok_or_else(|| Failure::NotSet(name.to_owned()))?);
        any = true;
        rest = &inner[end + 1..];
    }
    filled.push_str(rest);
    Ok((filled, any))
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_and_doubled_dollars_stay() {
        let look_up = |name: &str| (name == "A").then(|| "a".to_owned());
        let filled = |text| fill_in(text, &look_up);
        let some = |text: &str, any| Ok((text.to_owned(), any));
        assert_eq!(filled("x"), some("x", false));
        assert_eq!(filled("${A}-${A:-b}"), some("a-a", true));
        assert_eq!(filled("${B:-b:-c} $ {"), some("b:-c $ {", true));
        assert_eq!(filled("${B:-}"), some("", true));
        assert_eq!(filled("$${A} $1"), some("${A} $1", false));
        assert_eq!(filled("${B}"), Err(Failure::NotSet("B".to_owned())));
        assert_eq!(filled("${A"), Err(Failure::Malformed));
        assert_eq!(filled("${}"), Err(Failure::Malformed));
    }
}

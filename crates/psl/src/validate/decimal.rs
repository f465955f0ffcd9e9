//! Decimal numbers written as text.

/// Whether `text` is a decimal number: a sign, digits with underscores between them, a point anywhere, an exponent.
pub(super) fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let (lead, trail) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    is_integer(lead, trail) && exponent.is_none_or(|exponent| exponent.parse::<i64>().is_ok())
}

/// Whether the two texts, one behind the other, are an integer; the point between them may stand beside the sign.
fn is_integer(lead: &str, trail: &str) -> bool {
    let mut characters = lead.chars().chain(trail.chars()).peekable();
    if characters.next_if(|&first| first == '-').is_none() {
        characters.next_if(|&first| first == '+');
    }
    characters.next().is_some_and(|first| first.is_ascii_digit())
        && characters.all(|digit| digit.is_ascii_digit() || digit == '_')
}

#[cfg(test)]
mod tests {
    use super::is_decimal;

    #[test]
    fn accepts_numbers_only() {
        for text in
            ["1", "-1.5", "+1", "1e5", "1E-5", ".5", "5.", "1_000", "123456789012345678901234567890.1"]
        {
            assert!(is_decimal(text), "{text}");
        }
        for text in ["", "x", "1,5", " 5", "NaN", "--1", "1.2.3", "e5", ".", "1e", "_1", "0x1", "1e1.5"] {
            assert!(!is_decimal(text), "{text}");
        }
    }
}

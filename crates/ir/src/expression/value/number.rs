//! Numbers.

/// A number of any size as `numeric` prints it: without leading zeros and exponent, with the digits behind the point
/// that were written.
pub(crate) fn number(text: &str) -> Option<String> {
    let special = match text.to_ascii_lowercase().as_str() {
        "nan" => Some("NaN"),
        "inf" | "infinity" | "+inf" | "+infinity" => Some("Infinity"),
        "-inf" | "-infinity" => Some("-Infinity"),
        _ => None,
    };
    if let Some(special) = special {
        return Some(special.to_owned());
    }
    let (is_negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let exponent: i32 = exponent.parse().ok().filter(|n: &i32| n.abs() <= 1_000)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let (whole, fraction) = shift(whole, fraction, exponent);
    let whole = whole.trim_start_matches('0');
    let is_zero = whole.is_empty() && fraction.bytes().all(|digit| digit == b'0');
    let sign = if is_negative && !is_zero { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

/// The digits before and behind the point after it moved by `exponent` places.
fn shift(whole: &str, fraction: &str, exponent: i32) -> (String, String) {
    let places = exponent.unsigned_abs() as usize;
    if exponent >= 0 {
        let padded = format!("{fraction:0<places$}");
        let (moved, rest) = padded.split_at(places);
        (format!("{whole}{moved}"), rest.to_owned())
    } else {
        let width = places.max(whole.len());
        let padded = format!("{whole:0>width$}");
        let (rest, moved) = padded.split_at(padded.len() - places);
        (rest.to_owned(), format!("{moved}{fraction}"))
    }
}

/// A number by its value: digits behind the point that change nothing are gone.
pub(super) fn by_value(text: &str) -> Option<String> {
    let number = number(text)?;
    let trimmed =
        if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { &number };
    Some(trimmed.to_owned())
}

/// A binary floating-point number, by its value.
pub(crate) fn float(text: &str, single: bool) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.contains(['x', 'X', '_']) {
        return None;
    }
    let (shown, value) = match single {
        true => text.parse::<f32>().ok().map(|value| (value.to_string(), f64::from(value)))?,
        false => text.parse::<f64>().ok().map(|value| (value.to_string(), value))?,
    };
    Some(if value.is_infinite() { shown.replace("inf", "Infinity") } else { shown })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_stays_and_exponents_go() {
        let spelt = |text| number(text).unwrap_or_default();
        assert_eq!(
            ["1.50", "1e3", "1.5e-3", "007", ".5", "-0.0", "1.25e1", "5."].map(spelt),
            ["1.50", "1000", "0.0015", "7", "0.5", "0.0", "12.5", "5"]
        );
        assert_eq!(number("1e999999999"), None);
        assert_eq!(number("."), None);
    }

    #[test]
    fn values_are_compared_without_their_zeros() {
        let same_number = |a, b| by_value(a).is_some() && by_value(a) == by_value(b);
        assert!(same_number("1.10", "01.1"));
        assert!(same_number("1e3", "1000.0"));
        assert!(same_number("-0", "0.0"));
        assert!(!same_number("0.1", "0.10000000000000001"));
        assert!(!same_number("10", "1"));
        assert!(!same_number("x", "x"));
    }

    #[test]
    fn floats_are_known_by_value() {
        assert_eq!(float("1e3", false), float("1000", false));
        assert_eq!(float("Infinity", false), float("inf", false));
        assert_ne!(float("0.1", true), float("0.2", true));
    }
}

//! Points in time (RFC 3339).

/// Whether `text` is a date, a time and an offset, with `T`, `t` or a space between the first two.
pub(in crate::validate) fn is_datetime(text: &str) -> bool {
    parse(text).is_some_and(str::is_empty)
}

/// Reads a point in time off the front of a text and returns the rest.
fn parse(text: &str) -> Option<&str> {
    let (year, rest) = number(text, 4)?;
    let (month, rest) = number(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = number(rest.strip_prefix('-')?, 2)?;
    let (hour, rest) = number(rest.strip_prefix(['T', 't', ' '])?, 2)?;
    let (minute, rest) = number(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = number(rest.strip_prefix(':')?, 2)?;
    let rest = fraction(rest)?;
    // A leap second is second 60.
    let exists = (1..=days_in_month(year, month)).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    if exists { offset(rest) } else { None }
}

/// Reads the digits behind a decimal point, if there is one.
fn fraction(text: &str) -> Option<&str> {
    match text.strip_prefix('.') {
        None => Some(text),
        Some(digits) => {
            let rest = digits.trim_start_matches(|character: char| character.is_ascii_digit());
            (rest.len() < digits.len()).then_some(rest)
        }
    }
}

/// Reads `Z`, or a sign, hours and minutes that make less than a day.
fn offset(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix(['Z', 'z']) {
        return Some(rest);
    }
    let (hours, rest) = number(text.strip_prefix(['+', '-', '\u{2212}'])?, 2)?;
    let (minutes, rest) = number(rest.strip_prefix(':')?, 2)?;
    (hours < 24 && minutes < 60).then_some(rest)
}

/// Reads exactly `width` digits.
fn number(text: &str, width: usize) -> Option<(u32, &str)> {
    let digits = text.get(..width).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some((digits.parse().ok()?, &text[width..]))
}

/// The number of days of a month; none for a month that does not exist.
fn days_in_month(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::is_datetime;

    #[test]
    fn accepts_dates_with_time_and_offset() {
        let texts = [
            "2021-05-06T07:08:09Z",
            "2021-05-06 07:08:09z",
            "2021-05-06t07:08:60.123456789012+23:59",
            "2020-02-29T00:00:00-00:00",
            "0000-01-01T00:00:00Z",
        ];
        for text in texts {
            assert!(is_datetime(text), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        let texts = [
            "2021-05-06T07:08:09",
            "2021-05-06",
            "2021-13-06T07:08:09Z",
            "2021-02-29T07:08:09Z",
            "2021-05-06T24:00:00Z",
            "2021-05-06T07:08:61Z",
            "2021-05-06T07:08:09+24:00",
            "2021-05-06T07:08:09+0200",
            "2021-05-06T07:08:09.Z",
            "2021-05-06T07:08:09Z ",
            "é021-05-06T07:08:09Z",
        ];
        for text in texts {
            assert!(!is_datetime(text), "{text}");
        }
    }
}

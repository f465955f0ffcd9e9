//! Dates, times and both.

use super::Value;

/// The one spelling of a date, a time or both, by the short name of its type.
pub(super) fn canonical(ty: &str, text: &str) -> Value {
    let lower = text.trim().to_ascii_lowercase();
    let is_moving = |word: &str| {
        matches!(word.trim_matches(','), "now" | "today" | "tomorrow" | "yesterday" | "allballs")
    };
    if lower.split_ascii_whitespace().any(is_moving) {
        return Value::Moving;
    }
    let has_date = !matches!(ty, "time" | "timetz");
    if has_date && matches!(lower.as_str(), "infinity" | "-infinity") {
        return Value::Known(lower.into());
    }
    spell(ty, &lower).into()
}

fn spell(ty: &str, text: &str) -> Option<String> {
    let moment = if text == "epoch" {
        Moment { days: Some(0), nanoseconds: 0, offset: Some(0) }
    } else {
        Moment::parse(text)?
    };
    let micros = i64::try_from((moment.nanoseconds + 500) / 1_000).ok()?;
    match ty {
        "date" => Some(date(moment.days?)),
        "time" => Some(clock(micros)),
        "timetz" => {
            let offset = moment.offset?;
            let sign = if offset < 0 { '-' } else { '+' };
            let minutes = offset.abs() / 60;
            Some(format!("{}{sign}{:02}:{:02}", clock(micros), minutes / 60, minutes % 60))
        }
        "timestamp" => Some(both(moment.days? * DAY + micros)),
        // without an offset it depends on the session
        "timestamptz" => Some(both(moment.days? * DAY + micros - moment.offset? * 1_000_000) + "+00"),
        _ => None,
    }
}

fn both(micros: i64) -> String {
    format!("{} {}", date(micros.div_euclid(DAY)), clock(micros.rem_euclid(DAY)))
}

fn clock(micros: i64) -> String {
    let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
    let whole = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match fraction {
        0 => whole,
        _ => format!("{whole}.{fraction:06}").trim_end_matches('0').to_owned(),
    }
}

/// The date of a day since 1970: [`days_since_1970`] the other way.
fn date(days: i64) -> String {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    format!("{:04}-{month:02}-{day:02}", year + era * 400)
}

/// Microseconds.
const DAY: i64 = 86_400_000_000;

/// A date, a time or both.
struct Moment {
    /// Since 1970.
    days: Option<i64>,
    /// Since midnight.
    nanoseconds: u64,
    /// Seconds east of UTC.
    offset: Option<i64>,
}

impl Moment {
    /// Reads `2024-02-29 13:37:00.5 +02:00`, with a space or a `T` before the time, and each part but one optional.
    fn parse(text: &str) -> Option<Self> {
        let (date, clock) = match text.split_once(['t', ' ']) {
            Some((date, clock)) if date.contains('-') => (Some(date), clock.trim_start()),
            None if text.contains('-') && !text.contains(':') => (Some(text), ""),
            _ => (None, text),
        };
        let days = match date {
            Some(date) => Some(days_since_1970(date)?),
            None => None,
        };
        if days.is_none() && clock.is_empty() {
            return None;
        }
        let (clock, offset) = split_offset(clock)?;
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let seconds = if clock.is_empty() { 0 } else { seconds_of_clock(clock)? };
        let nanoseconds =
            if fraction.is_empty() { 0 } else { format!("{fraction:0<9}").get(..9)?.parse().ok()? };
        Some(Self { days, nanoseconds: seconds * 1_000_000_000 + nanoseconds, offset })
    }
}

fn split_offset(clock: &str) -> Option<(&str, Option<i64>)> {
    if let Some(clock) = clock.strip_suffix('z').or_else(|| clock.strip_suffix("utc")) {
        return Some((clock.trim_end(), Some(0)));
    }
    let Some(at) = clock.rfind(['+', '-']) else {
        return Some((clock.trim_end(), None));
    };
    let sign = if clock[at..].starts_with('-') { -1 } else { 1 };
    let offset = &clock[at + 1..];
    let (hours, minutes) = offset.split_once(':').unwrap_or(match offset.len() {
        4 => offset.split_at_checked(2)?,
        _ => (offset, "0"),
    });
    let seconds = number(hours).filter(|n| *n < 16)? * 3_600 + number(minutes).filter(|n| *n < 60)? * 60;
    Some((clock[..at].trim_end(), Some(sign * i64::try_from(seconds).ok()?)))
}

fn seconds_of_clock(clock: &str) -> Option<u64> {
    let parts: Vec<_> = clock.split(':').map(number).collect::<Option<_>>()?;
    match parts[..] {
        [hours, minutes] if hours < 24 && minutes < 60 => Some(hours * 3_600 + minutes * 60),
        [hours, minutes, seconds] if hours < 24 && minutes < 60 && seconds < 60 => {
            Some(hours * 3_600 + minutes * 60 + seconds)
        }
        _ => None,
    }
}

fn number(digits: &str) -> Option<u64> {
    let is_number = digits.len() <= 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

/// Days of the Gregorian calendar; the year begins in March here, so that the leap day is its last.
fn days_since_1970(date: &str) -> Option<i64> {
    let mut parts = date.split('-');
    let mut part = || parts.next().filter(|text| !text.is_empty()).and_then(number);
    let (year, month, day) = (part()?, part()?, part()?);
    // `99-01-01` is of another century
    let is_whole = date.find('-').is_some_and(|end| end >= 4);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !is_whole || parts.next().is_some() || !(1..=last).contains(&day) || year == 0 || year > 290_000 {
        return None;
    }
    let (year, month, day) =
        (i64::try_from(year).ok()?, i64::try_from(month).ok()?, i64::try_from(day).ok()?);
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leap_days + (month * 153 + 2) / 5 + day - 719_469)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(ty: &str, a: &str, b: &str) -> bool {
        let [a, b] = [a, b].map(|text| canonical(ty, text));
        matches!(a, Value::Known(_)) && a == b
    }

    #[test]
    fn offsets_count_where_the_type_has_a_zone() {
        assert!(same("timestamptz", "2020-01-01 00:00:00 +00:00", "2020-01-01 02:00:00 +02:00"));
        assert!(!same("timestamp", "2020-01-01 00:00:00 +00:00", "2020-01-01 02:00:00 +02:00"));
        assert!(same("timestamp", "2020-01-01 00:00:00 +00:00", "2020-01-01"));
        assert!(same("timestamptz", "2020-03-01T00:30:00Z", "2020-02-29 23:30:00-01"));
        assert!(!same("timetz", "10:00:00+01", "09:00:00+00"));
        assert!(same("timetz", "2020-01-01 10:00:00 +01:00", "10:00:00+01"));
    }

    #[test]
    fn each_type_keeps_its_part() {
        assert!(same("date", "2020-01-01 13:00:00 +00:00", "2020-01-01"));
        assert!(same("time", "1970-01-01 13:37:00 +00:00", "13:37"));
        assert!(same("timestamp", "2020-01-01 00:00:00.5 +00:00", "2020-01-01 00:00:00.500"));
        assert!(!same("timestamp", "2020-01-01 00:00:00.001", "2020-01-01 00:00:00"));
        assert!(same("timestamp", "epoch", "1970-01-01"));
        assert!(same("timestamptz", "infinity", "Infinity"));
        assert_eq!(days_since_1970("2000-03-01"), Some(11_017));
    }

    #[test]
    fn dates_are_spelt_as_they_were_read() {
        for text in ["1970-01-01", "2000-02-29", "2000-03-01", "1999-12-31", "0001-01-01", "9999-12-31"] {
            assert_eq!(canonical("date", text), Value::Known(text.into()));
        }
        let moment = canonical("timestamptz", "2020-01-01 00:30:00.250 +01:00");
        assert_eq!(moment, Value::Known("2019-12-31 23:30:00.25+00".into()));
    }

    #[test]
    fn what_depends_on_session_or_day_is_not_known() {
        assert_eq!(canonical("timestamptz", "2020-01-01 00:00:00"), Value::Unclear);
        assert_eq!(canonical("date", "01/02/2020"), Value::Unclear);
        assert_eq!(canonical("date", "2020-02-30"), Value::Unclear);
        assert_eq!(canonical("date", "99-01-01"), Value::Unclear);
        assert_eq!(canonical("timestamp", "Today 10:00"), Value::Moving);
    }
}

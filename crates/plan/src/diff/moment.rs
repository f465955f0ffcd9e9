//! Moments as text.

use crate::Pair;

/// Whether two texts name the same moment; where the column keeps no zone (`zoned` is false), PostgreSQL ignores the
/// offset. Texts of an unknown form are the same when they are equal.
pub(crate) fn same_moment(texts: Pair<&str>, zoned: bool) -> bool {
    let Some(moments) = texts.map(Moment::parse).transpose() else {
        return texts.previous == texts.next;
    };
    let value = |moment: Moment| (moment.seconds - if zoned { moment.offset } else { 0 }, moment.nanoseconds);
    let Pair { previous, next } = moments.map(value);
    previous == next
}

/// A date, a time or both.
struct Moment {
    /// Seconds of the local time since 1970, or since midnight where there is no date.
    seconds: i64,
    nanoseconds: u32,
    /// Seconds east of UTC.
    offset: i64,
}

impl Moment {
    /// Reads `2024-02-29 13:37:00.5 +02:00`, with a space or a `T` before the time, and each part but one optional.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (date, clock) = match text.split_once(['T', ' ']) {
            Some((date, clock)) if date.contains('-') => (Some(date), clock.trim_start()),
            None if is_date(text) => (Some(text), ""),
            _ => (None, text),
        };
        let days = match date {
            Some(date) => days_since_1970(date)?,
            None => 0,
        };
        let (clock, offset) = split_offset(clock)?;
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let seconds = if clock.is_empty() { 0 } else { seconds_of_clock(clock)? };
        let nanoseconds =
            if fraction.is_empty() { 0 } else { format!("{fraction:0<9}").get(..9)?.parse().ok()? };
        Some(Self { seconds: days * 86_400 + seconds, nanoseconds, offset })
    }
}

fn is_date(text: &str) -> bool {
    text.contains('-') && !text.contains(':')
}

fn split_offset(clock: &str) -> Option<(&str, i64)> {
    if let Some(clock) = clock.strip_suffix(['Z', 'z']) {
        return Some((clock.trim_end(), 0));
    }
    let Some(at) = clock.rfind(['+', '-']) else {
        return Some((clock.trim_end(), 0));
    };
    let sign = if clock[at..].starts_with('-') { -1 } else { 1 };
    let offset = &clock[at + 1..];
    let (hours, minutes) = offset.split_once(':').unwrap_or(match offset.len() {
        4 => offset.split_at_checked(2)?,
        _ => (offset, "0"),
    });
    let seconds = number(hours)? * 3_600 + number(minutes)? * 60;
    Some((clock[..at].trim_end(), sign * seconds))
}

fn seconds_of_clock(clock: &str) -> Option<i64> {
    let mut unit = 3_600;
    let mut seconds = 0;
    for part in clock.split(':') {
        seconds += number(part)? * unit;
        unit /= 60;
    }
    Some(seconds)
}

fn number(digits: &str) -> Option<i64> {
    digits.parse::<i32>().ok().map(i64::from)
}

/// Days of the Gregorian calendar; the year begins in March here, so that the leap day is its last.
fn days_since_1970(date: &str) -> Option<i64> {
    let mut parts = date.split('-').map(number);
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || !(1..=12).contains(&month) || !(0..=300_000).contains(&year) {
        return None;
    }
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leap_days + (month * 153 + 2) / 5 + day - 719_469)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str, zoned: bool) -> bool {
        same_moment(Pair::new(a, b), zoned)
    }

    #[test]
    fn offsets_count_where_the_column_has_a_zone() {
        assert!(same("2020-01-01 00:00:00 +00:00", "2020-01-01 02:00:00 +02:00", true));
        assert!(!same("2020-01-01 00:00:00 +00:00", "2020-01-01 02:00:00 +02:00", false));
        assert!(same("2020-01-01 00:00:00 +00:00", "2020-01-01 00:00:00", false));
        assert!(same("2020-03-01T00:30:00Z", "2020-02-29 23:30:00-01", true));
    }

    #[test]
    fn fractions_count() {
        assert!(same("2020-01-01 00:00:00.5 +00:00", "2020-01-01 00:00:00.500", false));
        assert!(!same("2020-01-01 00:00:00.001", "2020-01-01 00:00:00", false));
    }

    #[test]
    fn dates_and_times_stand_alone() {
        assert!(same("13:37:00 +00:00", "13:37:00", false));
        assert!(same("1970-01-01", "1970-01-01 00:00:00 +00:00", false));
        assert!(!same("infinity", "1970-01-01", false));
        assert_eq!(days_since_1970("1970-01-01"), Some(0));
        assert_eq!(days_since_1970("2000-03-01"), Some(11_017));
    }
}

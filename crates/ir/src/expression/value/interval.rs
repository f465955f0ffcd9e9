//! Intervals: `1 day 02:03:04.5`, `1 year 2 mons`, in their three parts that do not mix.

/// The one spelling of an interval: months, days and microseconds.
pub(super) fn canonical(text: &str) -> Option<String> {
    let (mut months, mut days, mut micros) = (0_i64, 0_i64, 0_i64);
    let text = text.trim().trim_start_matches('@').to_ascii_lowercase();
    let (text, is_ago) = text.strip_suffix(" ago").map_or((text.as_str(), false), |rest| (rest, true));
    let mut words = text.split_ascii_whitespace();
    let mut is_empty = true;
    while let Some(word) = words.next() {
        is_empty = false;
        if word.contains(':') {
            micros = micros.checked_add(clock(word)?)?;
            continue;
        }
        let split = word.find(|c: char| c.is_ascii_alphabetic());
        let (amount, unit) = match split {
            Some(at) => word.split_at(at),
            None => (word, words.next()?),
        };
        add(amount, unit, &mut months, &mut days, &mut micros)?;
    }
    let sign = if is_ago { -1 } else { 1 };
    (!is_empty).then(|| format!("{} months {} days {} us", sign * months, sign * days, sign * micros))
}

fn add(amount: &str, unit: &str, months: &mut i64, days: &mut i64, micros: &mut i64) -> Option<()> {
    let in_micros = match unit {
        "microsecond" | "microseconds" | "us" => Some(1),
        "millisecond" | "milliseconds" | "ms" => Some(1_000),
        "second" | "seconds" | "sec" | "secs" | "s" => Some(1_000_000),
        "minute" | "minutes" | "min" | "mins" => Some(60_000_000),
        "hour" | "hours" | "hr" | "hrs" | "h" => Some(3_600_000_000_i64),
        _ => None,
    };
    if let Some(scale) = in_micros {
        *micros = micros.checked_add(fixed(amount, scale)?)?;
        return Some(());
    }
    let count: i64 = amount.parse::<i32>().ok()?.into();
    let (part, scale) = match unit {
        "day" | "days" | "d" => (days, 1),
        "week" | "weeks" | "w" => (days, 7),
        "month" | "months" | "mon" | "mons" => (months, 1),
        "year" | "years" | "yr" | "yrs" | "y" => (months, 12),
        "decade" | "decades" => (months, 120),
        "century" | "centuries" => (months, 1_200),
        _ => return None,
    };
    *part = part.checked_add(count * scale)?;
    Some(())
}

/// `[-]hours:minutes[:seconds[.fraction]]` in microseconds.
fn clock(text: &str) -> Option<i64> {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let rest = rest.strip_prefix('+').unwrap_or(rest);
    let mut parts = rest.split(':');
    let whole = |text: &str| text.parse::<u32>().ok().map(i64::from);
    let (hours, minutes) = (whole(parts.next()?)?, whole(parts.next()?).filter(|n| *n < 60)?);
    let seconds = parts.next().map_or(Some(0), |text| fixed(text, 1_000_000))?;
    let is_sound = parts.next().is_none() && (0..60_000_000).contains(&seconds);
    is_sound.then_some(sign * ((hours * 60 + minutes) * 60_000_000 + seconds))
}

/// A decimal number times a scale, where that is whole.
fn fixed(text: &str, scale: i64) -> Option<i64> {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let rest = rest.strip_prefix('+').unwrap_or(rest);
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > 12 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let scaled = digits.parse::<i64>().ok()?.checked_mul(scale)?;
    let divisor = 10_i64.checked_pow(fraction.len() as u32)?;
    (scaled % divisor == 0).then_some(sign * (scaled / divisor))
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn units_and_clocks_say_the_same() {
        let same = |a, b| {
            assert!(canonical(a).is_some(), "{a}");
            assert_eq!(canonical(a), canonical(b), "{a} {b}");
        };
        same("1 day", "1 days");
        same("90 minutes", "01:30:00");
        same("1.5 hours", "01:30:00");
        same("1 year 2 months", "1 year 2 mons");
        same("2 weeks", "14 days");
        same("-00:00:01.5", "-1.5 seconds");
        same("1 day ago", "-1 days");
        assert_ne!(canonical("1 day"), canonical("24:00:00"));
        assert_ne!(canonical("1 month"), canonical("30 days"));
    }

    #[test]
    fn what_is_not_understood_has_no_spelling() {
        for text in ["", "1", "1.5 days", "P1D", "1 fortnight", "1:99"] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }
}

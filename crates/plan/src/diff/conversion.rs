//! What becomes of a column's values when its type changes.
//!
//! Three questions, each with its own answer: whether the reference alters the column or makes it anew
//! ([`reference_alters`]), whether PostgreSQL casts the values by itself ([`casts_by_itself`]), and by which expression
//! it casts them otherwise ([`cast`]). [`Conversion`] joins them.
//!
//! The second and third are `pg_cast` and the rules of assignment casts; see PostgreSQL's manual, `CREATE CAST`.

use driftless_ir::{BaseType, Builtin, ColumnType};

use crate::Pair;
use crate::step::{By, Cast, Conversion, Retype, Shape};

/// How the values of a column of one type become those of another, which differs; see [`same_type`].
pub(crate) fn conversion(types: Pair<&ColumnType>, same_enum: bool) -> Conversion {
    let arrays = types.map(|ty| ty.array);
    let bases = types.map(|ty| &ty.base);
    let by_itself = match (arrays.previous, arrays.next) {
        (previous, next) if previous == next => casts_by_itself(bases),
        // An array is text where text is wanted.
        (true, false) => is_text(bases.next),
        _ => false,
    };
    let shape = match (arrays.previous, arrays.next) {
        (true, false) => Shape::FirstElement,
        (false, true) => Shape::OneElement,
        _ => Shape::Same,
    };
    let using = if same_enum { Some(Cast::direct(Shape::Same)) } else { cast(bases) };
    // `AT TIME ZONE` takes no arrays.
    let using = using.filter(|cast| cast.by != By::Utc || !arrays.previous || !arrays.next);
    let using = using.map(|cast| Cast { shape, ..cast });
    let guarded = match using {
        Some(cast) if cast.is_needed(by_itself) => Retype::Using(cast),
        _ if by_itself => Retype::Set,
        _ => Retype::Recreate,
    };
    let plain = match (reference_alters(types, same_enum), by_itself) {
        (true, true) => Retype::Set,
        (true, false) => guarded,
        (false, _) => Retype::Recreate,
    };
    Conversion { plain, guarded }
}

/// Whether two types are the same as the reference sees it: a time without a precision is of any precision.
pub(crate) fn same_builtin(types: Pair<Builtin>) -> bool {
    use Builtin::{Time, TimeTz, Timestamp, TimestampTz};
    match (types.previous, types.next) {
        (Timestamp(a), Timestamp(b))
        | (TimestampTz(a), TimestampTz(b))
        | (Time(a), Time(b))
        | (TimeTz(a), TimeTz(b)) => a.is_none() || b.is_none() || a == b,
        (a, b) => a == b,
    }
}

/// Whether two types are the same to PostgreSQL, which has a modifier of its own where none is written: times have six
/// digits of a second, a character string and a bit string have one place.
pub(crate) fn equal_builtin(types: Pair<Builtin>) -> bool {
    use Builtin::{Bit, Char, Time, TimeTz, Timestamp, TimestampTz};
    let full = |builtin: Builtin| match builtin {
        Timestamp(None) => Timestamp(Some(6)),
        TimestampTz(None) => TimestampTz(Some(6)),
        Time(None) => Time(Some(6)),
        TimeTz(None) => TimeTz(Some(6)),
        Char(None) => Char(Some(1)),
        Bit(None) => Bit(Some(1)),
        other => other,
    };
    full(types.previous) == full(types.next)
}

/// Whether the texts name the same type, case and spaces aside.
pub(crate) fn same_other(texts: Pair<&str>) -> bool {
    let letters = |text: &str| text.to_lowercase().split_whitespace().collect::<String>();
    let Pair { previous, next } = texts.map(letters);
    previous == next
}

/// Whether the reference changes the type in place, and does not drop the column and add it again.
fn reference_alters(types: Pair<&ColumnType>, same_enum: bool) -> bool {
    let Pair { previous: from, next: to } = types.map(|ty| &ty.base);
    match (types.previous.array, types.next.array) {
        _ if same_enum => true,
        (true, false) => !matches!(from, BaseType::Enum(_)) && is_text(to) && !is_citext(to),
        (false, true) => false,
        _ => match (from, to) {
            (BaseType::Enum(_), _) | (_, BaseType::Enum(_)) => false,
            (BaseType::Other(_), _) | (_, BaseType::Other(_)) => true,
            (BaseType::Builtin(from), BaseType::Builtin(to)) => reference_alters_builtin(*from, *to),
        },
    }
}

/// The shortest text that the reference deems long enough for every value of the type.
fn text_length(builtin: Builtin) -> u32 {
    use Builtin::{Bit, ByteA, Date, Time, TimeTz, Timestamp, TimestampTz, Uuid};
    match builtin {
        Uuid => 32,
        Timestamp(_) => 23,
        TimestampTz(_) | Date => 28,
        Time(_) => 14,
        TimeTz(_) => 19,
        ByteA => 3,
        Bit(length) => length.unwrap_or(1),
        _ => 0,
    }
}

fn reference_alters_builtin(from: Builtin, to: Builtin) -> bool {
    use Builtin::{
        BigInt, Bit, Boolean, Char, CiText, Date, Inet, Integer, Json, JsonB, Money, Oid, Text, Time, TimeTz,
        Timestamp, TimestampTz, VarBit, VarChar,
    };
    match (from, to) {
        (CiText | Money, _) => true,
        (Text, Char(_) | VarChar(_) | CiText) => true,
        (Char(_) | VarChar(_), Text | Char(_) | VarChar(_)) => true,
        (Text | Char(_) | VarChar(_), _) => false,
        (_, Text) => true,
        (Inet, CiText) => true,
        (Inet | Oid, Char(_)) => false,
        (Boolean, Char(length)) => length.unwrap_or(1) > 3,
        (_, VarChar(None)) => true,
        (_, VarChar(Some(length))) => length >= text_length(from),
        (_, Char(length)) => length.unwrap_or(1) >= text_length(from),
        (Bit(_), VarBit(None)) | (VarBit(_), VarBit(None)) | (VarBit(None), Bit(_)) => true,
        (Bit(a), VarBit(Some(b))) => b >= a.unwrap_or(1),
        (VarBit(Some(a)), VarBit(Some(b))) => b >= a,
        (VarBit(Some(a)), Bit(b)) => b.unwrap_or(1) <= a,
        (Oid, Integer | BigInt) | (Json, JsonB) | (JsonB, Json) => true,
        (Timestamp(_) | TimestampTz(_), Timestamp(_) | TimestampTz(_) | Date | Time(_) | TimeTz(_)) => true,
        (Date, Timestamp(_) | TimestampTz(_)) => true,
        (Time(_) | TimeTz(_), Time(_) | TimeTz(_)) => true,
        (from, to) => is_number(from) && is_number(to),
    }
}

fn is_number(builtin: Builtin) -> bool {
    use Builtin::{BigInt, DoublePrecision, Integer, Numeric, Real, SmallInt};
    matches!(builtin, SmallInt | Integer | BigInt | Real | DoublePrecision | Numeric(_))
}

fn is_builtin_text(builtin: Builtin) -> bool {
    use Builtin::{Char, CiText, Text, VarChar};
    matches!(builtin, Text | CiText | Char(_) | VarChar(_))
}

fn is_text(base: &BaseType) -> bool {
    matches!(base, BaseType::Builtin(builtin) if is_builtin_text(*builtin))
}

fn is_citext(base: &BaseType) -> bool {
    matches!(base, BaseType::Builtin(Builtin::CiText))
}

/// Whether PostgreSQL takes `SET DATA TYPE` without `USING`: an assignment cast exists, or the target is text. Nothing
/// is known of types that are not modelled; the reference's word is taken for them, but for text that must be parsed.
fn casts_by_itself(bases: Pair<&BaseType>) -> bool {
    match (bases.previous, bases.next) {
        (_, BaseType::Builtin(to)) if is_builtin_text(*to) => true,
        (BaseType::Builtin(from), BaseType::Other(_)) => !is_builtin_text(*from),
        (BaseType::Other(_), BaseType::Builtin(_)) => true,
        (BaseType::Builtin(from), BaseType::Builtin(to)) => builtin_casts_by_itself(*from, *to),
        _ => false,
    }
}

fn builtin_casts_by_itself(from: Builtin, to: Builtin) -> bool {
    use Builtin::{
        BigInt, Bit, Date, Integer, Json, JsonB, Money, Numeric, Oid, SmallInt, Time, TimeTz, Timestamp,
        TimestampTz, VarBit,
    };
    match (from, to) {
        (Bit(_) | VarBit(_), Bit(_) | VarBit(_)) | (Json | JsonB, Json | JsonB) => true,
        (SmallInt | Integer | BigInt, Oid) | (Oid, Integer | BigInt) => true,
        (Integer | BigInt | Numeric(_), Money) | (Money, Numeric(_)) => true,
        (Timestamp(_) | TimestampTz(_) | Date, Timestamp(_) | TimestampTz(_) | Date) => true,
        (Timestamp(_), Time(_)) | (TimestampTz(_), Time(_) | TimeTz(_)) => true,
        (Time(_) | TimeTz(_), Time(_) | TimeTz(_)) => true,
        (from, to) => is_number(from) && is_number(to),
    }
}

/// The expression that casts a value, if there is one that can succeed.
fn cast(bases: Pair<&BaseType>) -> Option<Cast> {
    let direct = Cast::direct(Shape::Same);
    match (bases.previous, bases.next) {
        (BaseType::Enum(_), BaseType::Enum(_)) => Some(direct.through(Builtin::Text)),
        (_, next) if is_text(next) => Some(direct),
        (previous, BaseType::Enum(_)) => is_text(previous).then_some(direct),
        (BaseType::Enum(_), _) => None,
        (BaseType::Other(_), _) | (_, BaseType::Other(_)) => Some(direct),
        (BaseType::Builtin(from), BaseType::Builtin(to)) => cast_builtin(*from, *to),
    }
}

fn cast_builtin(from: Builtin, to: Builtin) -> Option<Cast> {
    use Builtin::{
        BigInt, Bit, Boolean, DoublePrecision, Integer, Json, JsonB, Money, Numeric, Oid, Real, SmallInt,
        TimeTz, Timestamp, TimestampTz,
    };
    let direct = Cast::direct(Shape::Same);
    match (from, to) {
        // The reference stores moments in UTC; a cast would take them for the session's local time.
        (Timestamp(_), TimestampTz(_)) | (TimestampTz(_), Timestamp(_)) => Some(direct.at_utc()),
        (Timestamp(_), TimeTz(_)) => Some(direct.at_utc()),
        (from, to) if builtin_casts_by_itself(from, to) || is_builtin_text(from) => Some(direct),
        (Integer, Boolean) | (Boolean, Integer) => Some(direct),
        (SmallInt | BigInt, Boolean) | (Boolean, SmallInt | BigInt) => Some(direct.through(Integer)),
        (Integer | BigInt, Bit(_)) | (Bit(_), Integer | BigInt) => Some(direct),
        (JsonB, Boolean) => Some(direct),
        (JsonB, to) if is_number(to) => Some(direct),
        (Json, to) if is_number(to) || to == Boolean => Some(direct.through(JsonB)),
        (Oid, SmallInt) => Some(direct.through(Integer)),
        (Money, to) if is_number(to) => Some(direct.through(Numeric(None))),
        (SmallInt | Real | DoublePrecision, Money) => Some(direct.through(Numeric(None))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ty(builtin: Builtin, array: bool) -> ColumnType {
        ColumnType { base: BaseType::Builtin(builtin), array }
    }

    fn between(from: Builtin, to: Builtin) -> Conversion {
        conversion(Pair::new(&ty(from, false), &ty(to, false)), false)
    }

    #[test]
    fn a_time_without_precision_has_six_digits() {
        let same = |a: Option<u32>, b: Option<u32>| {
            equal_builtin(Pair::new(Builtin::TimestampTz(a), Builtin::TimestampTz(b)))
        };
        assert!(same(None, Some(6)) && same(Some(3), Some(3)));
        assert!(!same(None, Some(3)));
    }

    #[test]
    fn text_is_parsed_where_the_reference_starts_anew() {
        let conversion = between(Builtin::Text, Builtin::Uuid);
        assert_eq!(conversion.plain, Retype::Recreate);
        assert_eq!(conversion.guarded, Retype::Using(Cast::direct(Shape::Same)));
    }

    #[test]
    fn no_cast_at_all_starts_anew_in_both_styles() {
        let conversion = between(Builtin::Boolean, Builtin::Date);
        assert_eq!((conversion.plain, conversion.guarded), (Retype::Recreate, Retype::Recreate));
    }

    #[test]
    fn what_fails_in_the_reference_is_cast_in_both_styles() {
        let conversion = between(Builtin::CiText, Builtin::Integer);
        assert_eq!(conversion.plain, conversion.guarded);
        assert_eq!(conversion.plain, Retype::Using(Cast::direct(Shape::Same)));
    }

    #[test]
    fn moments_stay_in_utc() {
        let conversion = between(Builtin::Timestamp(Some(3)), Builtin::TimestampTz(Some(3)));
        assert_eq!(conversion.plain, Retype::Set);
        assert_eq!(conversion.guarded, Retype::Using(Cast::direct(Shape::Same).at_utc()));
    }

    #[test]
    fn a_list_becomes_its_first_element() {
        let types = (ty(Builtin::Text, true), ty(Builtin::Text, false));
        let conversion = conversion(Pair::new(&types.0, &types.1), false);
        assert_eq!(conversion.plain, Retype::Set);
        assert_eq!(conversion.guarded, Retype::Using(Cast::direct(Shape::FirstElement)));
    }
}

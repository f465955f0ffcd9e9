//! What becomes of a column's values when its type changes.
//!
//! Three questions, each with its own answer: whether the reference alters the column or makes it anew
//! ([`reference_alters`]), which casts PostgreSQL has ([`known`]), and by which expression it casts the values where it
//! does not by itself ([`cast`]). [`Conversion`] joins them.

use std::borrow::Cow;

use driftless_ir::{BaseType, Builtin, ColumnType, QualifiedName};

use super::casts::{self, Known};
use crate::Pair;
use crate::step::{By, Cast, Conversion, Retype, Shape};

/// How the values of a column of one type become those of another, which differs. `domains_of` is what the types are
/// domains of, where that is known.
pub(crate) fn conversion(
    types: Pair<&ColumnType>,
    domains_of: Pair<Option<&ColumnType<QualifiedName>>>,
    same_enum: bool,
) -> Conversion {
    let arrays = types.map(|ty| ty.array);
    let bases = types.map(|ty| &ty.base);
    let known = known(types, domains_of);
    let by_itself = match (arrays.previous, arrays.next) {
        (previous, next) if previous == next => known == Known::Automatic,
        // An array is text where text is wanted.
        (true, false) => is_text(bases.next),
        _ => false,
    };
    let guarded = of_whole_array(types).unwrap_or_else(|| keeping(types, same_enum, known, by_itself));
    let plain = match reference_alters(types, same_enum) {
        // The reference's word is taken where nothing is known.
        true if by_itself || known == Known::Open => Retype::Set,
        true => guarded,
        false => Retype::Recreate,
    };
    Conversion { plain, guarded }
}

/// The way that keeps the values, if there is one.
fn keeping(types: Pair<&ColumnType>, same_enum: bool, known: Known, by_itself: bool) -> Retype {
    let arrays = types.map(|ty| ty.array);
    let shape = match (arrays.previous, arrays.next) {
        (true, false) => Shape::FirstElement,
        (false, true) => Shape::OneElement,
        _ => Shape::Same,
    };
    let using =
        if same_enum { Some(Cast::direct(Shape::Same)) } else { cast(types.map(|ty| &ty.base), known) };
    // `AT TIME ZONE` takes no arrays.
    let using = using.filter(|cast| cast.by != By::Utc || !arrays.previous || !arrays.next);
    match using.map(|cast| Cast { shape, ..cast }) {
        Some(cast) if cast.is_needed(by_itself) => Retype::Using(cast),
        _ if by_itself => Retype::Set,
        _ => Retype::Recreate,
    }
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

/// Whether two texts may name one type: what is not certain to differ counts as one.
pub fn may_be_same_type(a: &str, b: &str) -> bool {
    let modifiers = [a, b].map(casts::written_modifiers);
    casts::written_name(a) == casts::written_name(b)
        && (modifiers.contains(&None) || modifiers[0] == modifiers[1])
}

/// Whether somebody wrote the name of a modelled type where only others have to be written.
pub(crate) fn is_builtin_written(text: &str, builtin: Builtin) -> bool {
    casts::written_name(text) == builtin.short_name()
        && casts::written_modifiers(text)
            .is_some_and(|modifiers| modifiers == casts::builtin_modifiers(builtin))
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

/// What is known of the casts between two types, or between the elements of their arrays. A domain is cast as what it
/// is made of.
fn known(types: Pair<&ColumnType>, domains_of: Pair<Option<&ColumnType<QualifiedName>>>) -> Known {
    let name_of = |ty: &ColumnType, domain_of: Option<&ColumnType<QualifiedName>>| match domain_of {
        Some(made_of) if !made_of.array => name(&made_of.base),
        _ => name(&ty.base),
    };
    match (&types.previous.base, &types.next.base) {
        (BaseType::Enum(_), BaseType::Enum(_)) => Known::ByText,
        _ => casts::between(
            &name_of(types.previous, domains_of.previous),
            &name_of(types.next, domains_of.next),
        ),
    }
}

/// The name that a type goes by among casts.
fn name<E>(base: &BaseType<E>) -> Cow<'static, str> {
    match base {
        BaseType::Builtin(builtin) => builtin.short_name().into(),
        BaseType::Enum(_) => casts::ENUM.into(),
        BaseType::Other(text) => casts::written_name(text).into(),
    }
}

/// The expression that casts a value, if there is one that can succeed.
fn cast(bases: Pair<&BaseType>, known: Known) -> Option<Cast> {
    let direct = Cast::direct(Shape::Same);
    let special = match (bases.previous, bases.next) {
        (BaseType::Builtin(from), BaseType::Builtin(to)) => special_cast(*from, *to),
        _ => None,
    };
    match known {
        _ if special.is_some() => special,
        Known::Automatic | Known::Explicit => Some(direct),
        Known::ByText | Known::Open => Some(direct.through(Builtin::Text)),
        Known::Missing => None,
    }
}

/// What needs more than one cast, or another one than PostgreSQL would choose.
fn special_cast(from: Builtin, to: Builtin) -> Option<Cast> {
    use Builtin::{
        BigInt, Boolean, DoublePrecision, Integer, Json, JsonB, Money, Numeric, Oid, Real, SmallInt, TimeTz,
        Timestamp, TimestampTz,
    };
    let direct = Cast::direct(Shape::Same);
    match (from, to) {
        // The reference stores moments in UTC; a cast would take them for the session's local time.
        (Timestamp(_), TimestampTz(_)) | (TimestampTz(_), Timestamp(_)) => Some(direct.at_utc()),
        (Timestamp(_), TimeTz(_)) => Some(direct.at_utc()),
        (SmallInt | BigInt, Boolean) | (Boolean, SmallInt | BigInt) => Some(direct.through(Integer)),
        (Json, to) if is_number(to) || to == Boolean => Some(direct.through(JsonB)),
        (Oid, SmallInt) => Some(direct.through(Integer)),
        (Money, Numeric(_)) => None,
        (Money, to) if is_number(to) => Some(direct.through(Numeric(None))),
        (SmallInt | Real | DoublePrecision, Money) => Some(direct.through(Numeric(None))),
        _ => None,
    }
}

/// How a type that is cast to and from whole arrays becomes an array or is made of one.
fn of_whole_array(types: Pair<&ColumnType>) -> Option<Retype> {
    let names = types.map(|ty| name(&ty.base));
    match (types.previous.array, types.next.array) {
        (true, false) if casts::takes_array(&names.next, &names.previous) => Some(Retype::Set),
        (false, true) if casts::takes_array(&names.previous, &names.next) => {
            let through = Cast::direct(Shape::Same).through(Builtin::Real);
            Some(if names.next == "float4" { Retype::Set } else { Retype::Using(through) })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ty(builtin: Builtin, array: bool) -> ColumnType {
        ColumnType { base: BaseType::Builtin(builtin), array }
    }

    fn of(from: &ColumnType, to: &ColumnType) -> Conversion {
        conversion(Pair::new(from, to), Pair::new(None, None), false)
    }

    fn between(from: Builtin, to: Builtin) -> Conversion {
        of(&ty(from, false), &ty(to, false))
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

    fn written(text: &str, array: bool) -> ColumnType {
        ColumnType { base: BaseType::Other(text.into()), array }
    }

    #[test]
    fn what_no_cast_is_known_of_goes_by_its_text() {
        let types = (ty(Builtin::Integer, false), written("price", false));
        let conversion = of(&types.0, &types.1);
        assert_eq!(conversion.plain, Retype::Set);
        assert_eq!(conversion.guarded, Retype::Using(Cast::direct(Shape::Same).through(Builtin::Text)));
    }

    #[test]
    fn what_is_known_to_have_no_cast_starts_anew() {
        let types = (written("point", false), written("pg_catalog.circle", false));
        let conversion = of(&types.0, &types.1);
        assert_eq!((conversion.plain, conversion.guarded), (Retype::Recreate, Retype::Recreate));
    }

    #[test]
    fn a_list_of_numbers_becomes_a_vector_as_a_whole() {
        let (list, vector) = (ty(Builtin::DoublePrecision, true), written("vector(3)", false));
        assert_eq!(of(&list, &vector).guarded, Retype::Set);
        let back = Cast::direct(Shape::Same).through(Builtin::Real);
        assert_eq!(of(&vector, &list).guarded, Retype::Using(back));
    }

    #[test]
    fn a_list_becomes_its_first_element() {
        let types = (ty(Builtin::Text, true), ty(Builtin::Text, false));
        let conversion = of(&types.0, &types.1);
        assert_eq!(conversion.plain, Retype::Set);
        assert_eq!(conversion.guarded, Retype::Using(Cast::direct(Shape::FirstElement)));
    }
}

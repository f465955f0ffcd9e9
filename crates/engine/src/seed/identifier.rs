//! Ids that the client makes, because the schema says so and the database does not.

use super::Chance;

/// `@default(…)` of a field that the client fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Identifier {
    /// `uuid()`, `uuid(4)`.
    Uuid4,
    /// `uuid(7)`.
    Uuid7,
    /// `cuid()`.
    Cuid,
    /// `cuid(2)`.
    Cuid2,
    /// `ulid()`.
    Ulid,
    /// `nanoid()`, with a length.
    Nanoid(u16),
}

const BASE_36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// Crockford's alphabet, of which ULIDs are made.
const BASE_32: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BASE_64: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";

/// The length of a `nanoid()` that says none.
const NANOID_LENGTH: u16 = 21;

impl Identifier {
    /// What a function of the schema language makes; `None` for one that the client does not know.
    pub(super) fn of(function: &str, argument: Option<&str>) -> Option<Self> {
        Some(match (function, argument) {
            ("uuid", Some("7")) => Self::Uuid7,
            ("uuid", _) => Self::Uuid4,
            ("cuid", Some("2")) => Self::Cuid2,
            ("cuid", _) => Self::Cuid,
            ("ulid", _) => Self::Ulid,
            ("nanoid", length) => {
                Self::Nanoid(length.and_then(|length| length.parse().ok()).unwrap_or(NANOID_LENGTH))
            }
            _ => return None,
        })
    }

    /// A new one.
    pub(super) fn make(self, chance: &mut Chance<'_>) -> String {
        match self {
            Self::Uuid4 => uuid(chance.bytes(), 4),
            Self::Uuid7 => {
                let mut bytes: [u8; 16] = chance.bytes();
                bytes[..6].copy_from_slice(&chance.now_in_ms.to_be_bytes()[2..]);
                uuid(bytes, 7)
            }
            Self::Cuid => {
                let time = to_base_36(chance.now_in_ms);
                format!("c{time:0>8}{}", text(chance, BASE_36, 16))
            }
            Self::Cuid2 => {
                let letter = text(chance, &BASE_36[10..], 1);
                letter + &text(chance, BASE_36, 23)
            }
            Self::Ulid => {
                let mut bytes: [u8; 16] = chance.bytes();
                bytes[..6].copy_from_slice(&chance.now_in_ms.to_be_bytes()[2..]);
                let number = u128::from_be_bytes(bytes);
                (0..26).rev().map(|at| char::from(BASE_32[(number >> (5 * at)) as usize & 31])).collect()
            }
            Self::Nanoid(length) => text(chance, BASE_64, length),
        }
    }
}

fn uuid(mut bytes: [u8; 16], version: u8) -> String {
    bytes[6] = bytes[6] & 0x0F | version << 4;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

/// Characters by chance. Bytes that would favour some are passed over.
fn text(chance: &mut Chance<'_>, alphabet: &[u8], length: u16) -> String {
    let fair = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(usize::from(length));
    while text.len() < usize::from(length) {
        let bytes: [u8; 32] = chance.bytes();
        let fair = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair);
        text.extend(
            fair.take(usize::from(length) - text.len())
                .map(|byte| char::from(alphabet[byte % alphabet.len()])),
        );
    }
    text
}

fn to_base_36(mut number: u64) -> String {
    let mut digits = Vec::new();
    while number > 0 {
        digits.push(BASE_36[(number % 36) as usize]);
        number /= 36;
    }
    digits.iter().rev().map(|digit| char::from(*digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_shapes_that_their_makers_give_them() {
        let mut next = 0_u8;
        let mut fill = |bytes: &mut [u8]| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_add(37);
            }
        };
        let mut chance = Chance { now_in_ms: 1_700_000_000_000, fill: &mut fill };
        let made = |function, argument, chance: &mut Chance<'_>| {
            Identifier::of(function, argument).map(|identifier| identifier.make(chance)).unwrap_or_default()
        };
        assert_eq!(made("uuid", None, &mut chance), "00254a6f-94b9-4e03-a84d-7297bce1062b");
        assert_eq!(&made("uuid", Some("7"), &mut chance)[..15], "018bcfe5-6800-7");
        assert_eq!(&made("ulid", None, &mut chance)[..10], "01HF7YAT00");
        let cuid = made("cuid", None, &mut chance);
        assert!(cuid.starts_with("cloyw3v28") && cuid.len() == 25, "{cuid}");
        assert_eq!(made("cuid", Some("2"), &mut chance).len(), 24);
        assert_eq!(made("nanoid", None, &mut chance).len(), 21);
        assert_eq!(made("nanoid", Some("300"), &mut chance).len(), 300);
        assert_eq!(Identifier::of("now", None), None);
    }
}

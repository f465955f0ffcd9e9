//! Base64 (RFC 4648, section 4) with padding.

/// Whether `text` is canonical base64: whole groups of four, padded, without stray bits.
pub(in crate::validate) fn is_base64(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !bytes.len().is_multiple_of(4) {
        return false;
    }
    let padding = bytes.iter().rev().take_while(|&&byte| byte == b'=').count();
    if padding > 2 {
        return false;
    }
    let digits = &bytes[..bytes.len() - padding];
    let stray_bits = match padding {
        1 => 0b11,
        2 => 0b1111,
        _ => 0,
    };
    digits.iter().all(|&byte| sextet(byte).is_some())
        && digits.last().and_then(|&byte| sextet(byte)).is_none_or(|last| last & stray_bits == 0)
}

/// The six bits that a digit stands for.
fn sextet(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::is_base64;

    #[test]
    fn accepts_only_the_canonical_form() {
        for text in ["", "aGVsbG8=", "aGVsbG9v", "aA==", "a+/b"] {
            assert!(is_base64(text), "{text}");
        }
        for text in ["aGVsbG8", "a", "aG==", "aGVs bG8=", "a_-b", "aGVsbG8==", "====", "?", "aGU=aGU="] {
            assert!(!is_base64(text), "{text}");
        }
    }
}

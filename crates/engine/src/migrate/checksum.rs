//! The checksum by which a script is known again.

use sha2::{Digest, Sha256};

/// The SHA-256 of a script's bytes, in lower-case hexadecimal digits: what the reference writes into its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checksum(Box<str>);

impl Checksum {
    /// The checksum of a file's bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(digits(&Sha256::digest(bytes)).into())
    }

    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a recorded checksum is that of these bytes.
    ///
    /// As in the reference, line ends do not count: the file may have been checked out with others since. Its early
    /// versions wrote digits without leading zeros; such a checksum is shorter than 64 digits.
    pub(crate) fn is_recorded_as(&self, recorded: &str, bytes: &[u8]) -> bool {
        if *self.0 == *recorded {
            return true;
        }
        let with_line_feeds = without_carriage_returns(bytes);
        let with_both = with_carriage_returns(&with_line_feeds);
        [bytes, &with_line_feeds, &with_both].into_iter().any(|variant| {
            let digest = Sha256::digest(variant);
            recorded == if recorded.len() == 64 { digits(&digest) } else { digits_without_zeros(&digest) }
        })
    }
}

fn digits(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn digits_without_zeros(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:x}")).collect()
}

fn without_carriage_returns(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            plain.push(*byte);
        }
    }
    plain
}

fn with_carriage_returns(bytes: &[u8]) -> Vec<u8> {
    let mut both = Vec::with_capacity(bytes.len() + bytes.len() / 16);
    for byte in bytes {
        if *byte == b'\n' {
            both.push(b'\r');
        }
        both.push(*byte);
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_do_not_count() {
        let recorded = Checksum::of(b"SELECT 1;\r\nSELECT 2;\r\n");
        let bytes = b"SELECT 1;\nSELECT 2;\n";
        let own = Checksum::of(bytes);
        assert_ne!(own, recorded);
        assert!(own.is_recorded_as(recorded.as_str(), bytes));
        assert!(recorded.is_recorded_as(own.as_str(), b"SELECT 1;\r\nSELECT 2;\r\n"));
        assert!(!own.is_recorded_as(Checksum::of(b"SELECT 3;\n").as_str(), bytes));
    }

    #[test]
    fn digits_are_those_of_every_tool() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Checksum::of(b"").as_str(), empty);
        let early = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert!(Checksum::of(b"").is_recorded_as(early, b""));
    }

    #[test]
    fn early_checksums_lack_zeros() {
        let bytes = b"SELECT 1;";
        let early = digits_without_zeros(&Sha256::digest(bytes));
        assert!(early.len() < 64);
        assert!(Checksum::of(bytes).is_recorded_as(&early, bytes));
    }
}

//! Channel binding of type `tls-server-end-point` (RFC 5929, 4.1): the hash of the server's certificate, by the hash of
//! its signature algorithm, or SHA-256 in place of MD5 and SHA-1.

use ring::digest;

/// The hash of a certificate in DER; `None` where its signature algorithm has no hash of its own.
pub(super) fn server_end_point(certificate: &[u8]) -> Option<Vec<u8>> {
    let algorithm = hash_of(signature_algorithm(certificate)?)?;
    Some(digest::digest(algorithm, certificate).as_ref().to_vec())
}

/// The object identifier of `Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { OID, … }, … }`.
fn signature_algorithm(certificate: &[u8]) -> Option<&[u8]> {
    const SEQUENCE: u8 = 0x30;
    const OBJECT_IDENTIFIER: u8 = 0x06;
    let (fields, _) = element(SEQUENCE, certificate)?;
    let (_, rest) = element(SEQUENCE, fields)?;
    let (algorithm, _) = element(SEQUENCE, rest)?;
    Some(element(OBJECT_IDENTIFIER, algorithm)?.0)
}

/// The content of the element of this tag that the bytes start with, and what follows it.
fn element(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let [first, length, rest @ ..] = bytes else { return None };
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(length - 0x80))?;
            (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    if *first == tag { rest.split_at_checked(length) } else { None }
}

fn hash_of(algorithm: &[u8]) -> Option<&'static digest::Algorithm> {
    // 1.2.840.113549.1.1.n: RSA with MD5, SHA-1, SHA-256, SHA-384, SHA-512; 1.2.840.10045.4…: ECDSA
    const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1];
    const ECDSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4];
    let tail = |prefix: &[u8]| algorithm.strip_prefix(prefix);
    match (tail(RSA), tail(ECDSA)) {
        (Some([4 | 5 | 11]), _) | (_, Some([1] | [3, 2])) => Some(&digest::SHA256),
        (Some([12]), _) | (_, Some([3, 3])) => Some(&digest::SHA384),
        (Some([13]), _) | (_, Some([3, 4])) => Some(&digest::SHA512),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certificate of nothing but what is looked at.
    fn certificate(algorithm: &[u8]) -> Vec<u8> {
        let wrap = |tag: u8, content: &[u8]| [&[tag, content.len() as u8], content].concat();
        let identifier = wrap(0x30, &wrap(0x06, algorithm));
        wrap(0x30, &[wrap(0x30, b"tbs"), identifier].concat())
    }

    #[test]
    fn the_signature_algorithm_chooses_the_hash() {
        let length = |algorithm: &[u8]| server_end_point(&certificate(algorithm)).map(|hash| hash.len());
        assert_eq!(length(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5]), Some(32));
        assert_eq!(length(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12]), Some(48));
        assert_eq!(length(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4]), Some(64));
        assert_eq!(length(&[0x2b, 0x65, 0x70]), None, "Ed25519");
        assert_eq!(server_end_point(b"\x30\x85nonsense"), None);
    }
}

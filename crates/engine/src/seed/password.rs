//! Passwords, of which only a hash reaches the database.

use std::fmt;

use argon2::Argon2;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use driftless_diagnostics::{Diagnostic, code};

use super::Chance;

/// The cost of a bcrypt hash where none is chosen.
pub(super) const BCRYPT_COST: u32 = 12;

/// The longest password, in bytes, of which bcrypt takes all.
pub(super) const BCRYPT_LIMIT: usize = 72;

/// A password and how it is hashed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Password {
    pub(super) text: String,
    pub(super) method: Method,
}

/// A way of hashing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Method {
    /// Argon2id with the parameters that its crate and OWASP recommend: 19 MiB, two passes, one lane.
    Argon2id,
    /// Bcrypt with a cost: 2 to its power are the rounds.
    Bcrypt(u32),
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Password(…, {:?})", self.method)
    }
}

impl Password {
    /// The hash with a new salt, as the usual libraries write and verify it.
    ///
    /// # Errors
    /// The password is longer than the method takes.
    pub(super) fn hash(&self, chance: &mut Chance<'_>) -> Result<String, Diagnostic> {
        let salt: [u8; 16] = chance.bytes();
        match self.method {
            Method::Argon2id => {
                let mut hash = [0; 32];
                let argon2 = Argon2::default();
                argon2
                    .hash_password_into(self.text.as_bytes(), &salt, &mut hash)
                    .map_err(|error| refused(&error))?;
                let parameters = argon2.params();
                Ok(format!(
                    "$argon2id$v=19$m={},t={},p={}${}${}",
                    parameters.m_cost(),
                    parameters.t_cost(),
                    parameters.p_cost(),
                    STANDARD_NO_PAD.encode(salt),
                    STANDARD_NO_PAD.encode(hash)
                ))
            }
            Method::Bcrypt(cost) => {
                let hash = bcrypt::hash_with_salt(&self.text, cost, salt).map_err(|error| refused(&error))?;
                Ok(hash.format_for_version(bcrypt::Version::TwoB))
            }
        }
    }
}

fn refused(error: &dyn fmt::Display) -> Diagnostic {
    let message = format!("a password cannot be hashed: {error}");
    Diagnostic::error(code::SEED_MISMATCH, message)
        .help("choose a shorter password, or another way to hash it")
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordHash, PasswordVerifier as _};

    use super::*;

    fn hash(method: Method) -> String {
        let mut fill = |bytes: &mut [u8]| bytes.fill(7);
        let mut chance = Chance { now_in_ms: 0, fill: &mut fill };
        Password { text: "Admin123!".to_owned(), method }.hash(&mut chance).unwrap()
    }

    #[test]
    fn bcrypt_hashes_verify() {
        let hash = hash(Method::Bcrypt(4));
        assert!(hash.starts_with("$2b$04$") && hash.len() == 60, "{hash}");
        assert!(bcrypt::verify("Admin123!", &hash).unwrap());
        assert!(!bcrypt::verify("Admin123", &hash).unwrap());
    }

    #[test]
    fn argon2id_hashes_verify_and_say_how_they_were_made() {
        let hash = hash(Method::Argon2id);
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$"), "{hash}");
        let hash = PasswordHash::new(&hash).unwrap();
        Argon2::default().verify_password(b"Admin123!", &hash).unwrap();
        Argon2::default().verify_password(b"Admin123", &hash).unwrap_err();
    }

    #[test]
    fn passwords_are_not_shown() {
        let password = Password { text: "secret".to_owned(), method: Method::Argon2id };
        assert!(!format!("{password:?}").contains("secret"));
    }
}

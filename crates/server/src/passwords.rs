//! Passwords: hashed slowly, compared in constant time.
//!
//! In: a password as it was typed. Out: a PHC string, or whether it fits one. Invariants: as long is spent on a name that nobody has as on
//! one that somebody has; no password is kept, shown or logged.
//!
//! Source: OWASP, Password Storage: Argon2id with 19 MiB, two passes, one lane. NIST SP 800-63B: length counts, not composition.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

/// Fewest characters of a password.
pub const CHARS_MIN: usize = 12;
/// Most bytes of a password.
pub const BYTES_MAX: usize = 1024;

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short.
    #[error("a password has at least {CHARS_MIN} characters")]
    Short,
    /// Too long.
    #[error("a password has at most {BYTES_MAX} bytes")]
    Long,
    /// One that everybody tries first.
    #[error("this password is the name, or one character over and over; take another")]
    Guessable,
    /// The machine has no memory for it.
    #[error("the password can't be hashed on this machine now")]
    Machine,
}

fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// What is kept of a password.
///
/// # Errors
/// [`PasswordError`].
pub fn hashed(name: &str, password: &str, salt: &[u8; 16]) -> Result<String, PasswordError> {
    if password.chars().count() < CHARS_MIN {
        return Err(PasswordError::Short);
    }
    if password.len() > BYTES_MAX {
        return Err(PasswordError::Long);
    }
    let first = password.chars().next();
    if password.eq_ignore_ascii_case(name) || password.chars().all(|c| Some(c) == first) {
        return Err(PasswordError::Guessable);
    }
    let hash = hasher().hash_password_with_salt(password.as_bytes(), salt);
    hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::Machine)
}

/// Whether a password fits what is kept; without anything kept it fits nothing, after as long a time.
#[must_use]
pub fn fits(password: &str, kept: Option<&str>) -> bool {
    if password.len() > BYTES_MAX {
        return false;
    }
    match kept.map(PasswordHash::new) {
        Some(Ok(hash)) => hasher().verify_password(password.as_bytes(), &hash).is_ok(),
        Some(Err(_)) | None => {
            let _ = hasher().hash_password_with_salt(password.as_bytes(), &[0; 16]);
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_fits_and_what_is_kept_tells_nothing() {
        let kept = hashed("ann", "correct horse battery", &[7; 16]).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && !kept.contains("horse"), "{kept}");
        assert!(fits("correct horse battery", Some(&kept)));
        assert!(!fits("correct horse batterY", Some(&kept)) && !fits("", Some(&kept)));
        assert!(!fits("correct horse battery", None) && !fits("x", Some("not a hash")));
        assert_ne!(hashed("ann", "correct horse battery", &[8; 16]).unwrap(), kept);
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        assert_eq!(hashed("ann", "short", &[7; 16]), Err(PasswordError::Short));
        assert_eq!(hashed("ann", &"é".repeat(600), &[7; 16]), Err(PasswordError::Long));
        assert_eq!(hashed("anne-of-wonders", "Anne-of-wonders", &[7; 16]), Err(PasswordError::Guessable));
        assert_eq!(hashed("ann", "aaaaaaaaaaaaa", &[7; 16]), Err(PasswordError::Guessable));
    }
}

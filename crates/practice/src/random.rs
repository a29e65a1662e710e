//! Invented identifiers and secrets: of the right shape, and visibly not real.

use data_encoding::{BASE32, BASE64, BASE64URL_NOPAD};
use getrandom::Error;

/// Invents a long-term access key id.
pub(crate) fn long_term_key_id() -> Result<String, Error> {
    Ok(format!("AKIAPRACTICE{}", base32::<5>()?))
}

/// Invents the access key id of a session.
pub(crate) fn session_key_id() -> Result<String, Error> {
    Ok(format!("ASIAPRACTICE{}", base32::<5>()?))
}

/// Invents the unique id of a user (`AIDA`) or a role (`AROA`).
pub(crate) fn unique_id(prefix: &str) -> Result<String, Error> {
    Ok(format!("{prefix}PRACTICE{}", base32::<5>()?))
}

/// Invents a secret access key: 40 characters, as AWS's are.
pub(crate) fn secret_access_key() -> Result<String, Error> {
    Ok(BASE64.encode(&bytes::<30>()?))
}

/// Invents a session token. Real ones have several hundred characters and may end in `=`, and so does this.
pub(crate) fn session_token() -> Result<String, Error> {
    Ok(format!("FwoGPRACTICE{}", BASE64.encode(&bytes::<256>()?)))
}

/// Invents a seed: 40 bytes, which is AWS's 64 characters of base32.
pub(crate) fn seed() -> Result<Vec<u8>, Error> {
    Ok(bytes::<40>()?.to_vec())
}

/// Makes the token of the keychain: 32 random bytes, as text that fits a header.
pub(crate) fn token() -> Result<String, Error> {
    Ok(BASE64URL_NOPAD.encode(&bytes::<32>()?))
}

fn base32<const N: usize>() -> Result<String, Error> {
    Ok(BASE32.encode(&bytes::<N>()?))
}

fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_things_have_the_lengths_of_real_ones() {
        assert_eq!(long_term_key_id().unwrap().len(), 20);
        assert_eq!(session_key_id().unwrap().len(), 20);
        assert_eq!(secret_access_key().unwrap().len(), 40);
        assert!(session_token().unwrap().len() > 300);
        assert_ne!(long_term_key_id().unwrap(), long_term_key_id().unwrap());
    }
}

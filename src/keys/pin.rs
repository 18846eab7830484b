//! PINs of staff and salespeople as argon2id hashes (RFC 9106) with the meeting's pepper. Counts no tries: the domain does.

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::BASE64_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// 19 MiB, two passes, one lane: the least that OWASP's password storage sheet names for argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const HASH_BYTES: usize = 32;
const SALT_BYTES: usize = 16;

/// Why a PIN has no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinFault {
    /// Not 4 digits.
    #[error("a PIN has 4 digits")]
    Form,
    /// Less than 19 MiB are free.
    #[error("there is not enough memory to hash a PIN")]
    Memory,
}

/// The hash in PHC text form. The salt is made from `owner` (such as `staff:r1`), so that the same PIN of the same
/// person gives the same hash and a second import of the same file changes nothing.
///
/// # Errors
/// A PIN that is not 4 digits (as many as the pads at kiosks take), or no memory.
pub fn hash_pin(pin: &str, owner: &str, pepper: &[u8; 32]) -> Result<String, PinFault> {
    if pin.len() != 4 || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PinFault::Form);
    }
    let salt = salt(owner, pepper);
    let hash = argon2id(pin, &salt, pepper)?;
    let (salt, hash) = (BASE64_NOPAD.encode(&salt), BASE64_NOPAD.encode(&hash));
    Ok(format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${hash}"))
}

/// Whether `pin` is the one that was hashed; `false` for anything that is not such a hash.
// PINs are typed at screens, and a hub on a server has none.
#[cfg_attr(not(feature = "gui"), allow(dead_code))]
pub fn verify_pin(pin: &str, phc: &str, pepper: &[u8; 32]) -> bool {
    let fields = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$");
    let Some((salt, hash)) = phc.strip_prefix(&fields).and_then(|rest| rest.split_once('$')) else { return false };
    let (Ok(salt), Ok(hash)) = (BASE64_NOPAD.decode(salt.as_bytes()), BASE64_NOPAD.decode(hash.as_bytes())) else {
        return false;
    };
    if pin.len() > 64 || !(8..=64).contains(&salt.len()) {
        return false;
    }
    let Ok(computed) = argon2id(pin, &salt, pepper) else { return false };
    // No early end: the time tells nothing of where they differ.
    hash.len() == HASH_BYTES && computed.iter().zip(&hash).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

fn salt(owner: &str, pepper: &[u8; 32]) -> [u8; SALT_BYTES] {
    let mut mac = Hmac::<Sha256>::new_from_slice(pepper).expect("HMAC takes a key of any length");
    mac.update(b"usher/pin-salt/1\n");
    mac.update(owner.as_bytes());
    let whole = mac.finalize().into_bytes();
    std::array::from_fn(|index| whole[index])
}

fn argon2id(pin: &str, salt: &[u8], pepper: &[u8; 32]) -> Result<[u8; HASH_BYTES], PinFault> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_BYTES)).map_err(|_| PinFault::Memory)?;
    let argon =
        Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params).map_err(|_| PinFault::Memory)?;
    let mut hash = [0; HASH_BYTES];
    argon.hash_password_into(pin.as_bytes(), salt, &mut hash).map_err(|_| PinFault::Memory)?;
    Ok(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEPPER: [u8; 32] = [5; 32];

    #[test]
    fn pin_is_known_again_and_any_other_is_not() {
        let hash = hash_pin("4711", "staff:r1", &PEPPER).expect("a PIN");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify_pin("4711", &hash, &PEPPER));
        assert!(!verify_pin("4712", &hash, &PEPPER));
        assert!(!verify_pin("4711", &hash, &[6; 32]));
        assert!(!verify_pin("4711", "", &PEPPER));
        assert!(!verify_pin("4711", &hash[..hash.len() - 2], &PEPPER));
    }

    #[test]
    fn same_pin_of_two_people_has_two_hashes_and_of_one_person_one() {
        let hash = |owner| hash_pin("4711", owner, &PEPPER);
        assert_eq!(hash("staff:r1"), hash("staff:r1"));
        assert_ne!(hash("staff:r1"), hash("staff:r2"));
    }

    #[test]
    fn pins_of_another_form_are_refused() {
        let check = |pin: &str| assert_eq!(hash_pin(pin, "staff:r1", &PEPPER), Err(PinFault::Form), "{pin}");
        check("123");
        check("12345");
        check("12a4");
        check("");
    }
}

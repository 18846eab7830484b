//! The sealed backup of a lottery's root: a small text file under a passphrase, for an envelope or a stick in the safe.
//! Tells a wrong passphrase from a damaged file. Reads and writes no folder.

use argon2::{Algorithm, Argon2, Params, Version};
use crypto_secretbox::aead::{Aead, KeyInit};
use crypto_secretbox::{Key, Nonce, XSalsa20Poly1305};
use data_encoding::HEXLOWER;
use domain::draw::{Hash256, PlainName, Root, Secret};

const HEAD: &str = "OLP1-SEALED-ROOT";
/// 64 MiB, three passes, one lane: the second choice of RFC 9106, section 4. A file that names another is not ours.
const KDF: &str = "argon2id m=65536 t=3 p=1";
const MEMORY_KIB: u32 = 65_536;
const PASSES: u32 = 3;
const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 24;
/// Longest file.
pub const MOST_BYTES: usize = 4_096;
/// Letters of a passphrase of somebody's own.
pub const FEWEST_LETTERS: usize = 12;
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Why an envelope cannot be opened, or made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeFault {
    /// Something else, or of a later version.
    #[error("this is no sealed root of a lottery: name the file that `usher draw seal` wrote")]
    NotOurs,
    /// Its sum does not fit.
    #[error("the sealed root is damaged (its sum does not fit): take another copy of it")]
    Damaged,
    /// The sum fits, the box does not open.
    #[error("this is not the passphrase of this sealed root")]
    WrongPassphrase,
    /// Can be guessed.
    #[error("a passphrase has at least {FEWEST_LETTERS} letters; leave it out to get one")]
    TooShort,
    /// Less than 64 MiB are free.
    #[error("there is not enough memory to stretch the passphrase: 64 MiB are needed")]
    Memory,
}

/// A passphrase of 120 random bits, in groups that can be copied by hand.
pub fn new_passphrase(random: [u8; 24]) -> String {
    let digits: Vec<char> = random.iter().map(|byte| char::from(DIGITS[usize::from(byte % 32)])).collect();
    digits.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// The file's text. `random` are fresh bytes of the operating system.
///
/// # Errors
/// `TooShort` or `Memory`.
pub fn seal(draw: &PlainName, root: &Root, passphrase: &str, random: [u8; 40]) -> Result<String, EnvelopeFault> {
    if passphrase.chars().count() < FEWEST_LETTERS {
        return Err(EnvelopeFault::TooShort);
    }
    let (salt, nonce) = random.split_at(SALT_BYTES);
    let boxed = cipher(passphrase, salt)?.encrypt(Nonce::from_slice(nonce), &root.secret().bytes()[..]);
    let boxed = boxed.expect("32 bytes can be sealed");
    let (links, commitment) = (root.links(), root.commitment());
    let (salt, nonce, boxed) = (HEXLOWER.encode(salt), HEXLOWER.encode(nonce), HEXLOWER.encode(&boxed));
    let body = format!(
        "{HEAD}\ndraw={draw}\nlinks={links}\ncommitment={commitment}\nkdf={KDF}\nsalt={salt}\nnonce={nonce}\nbox={boxed}\n"
    );
    let sum = Hash256::of(body.as_bytes());
    Ok(format!("{body}sum={sum}\n"))
}

/// The draw and its root.
///
/// # Errors
/// See [`EnvelopeFault`].
pub fn open(bytes: &[u8], passphrase: &str) -> Result<(PlainName, Root), EnvelopeFault> {
    let text = std::str::from_utf8(bytes).map_err(|_| EnvelopeFault::Damaged)?;
    if bytes.len() > MOST_BYTES || !text.starts_with(HEAD) {
        return Err(EnvelopeFault::NotOurs);
    }
    let (body, sum) = text.rsplit_once("sum=").ok_or(EnvelopeFault::Damaged)?;
    if sum.strip_suffix('\n') != Some(&Hash256::of(body.as_bytes()).to_string()) {
        return Err(EnvelopeFault::Damaged);
    }
    let mut lines = body.lines().skip(1);
    let mut value = |field: &str| {
        let line = lines.next().and_then(|line| line.strip_prefix(field)?.strip_prefix('='));
        line.ok_or(EnvelopeFault::NotOurs)
    };
    let draw: PlainName = value("draw")?.parse().map_err(|_| EnvelopeFault::NotOurs)?;
    let links: u32 = value("links")?.parse().map_err(|_| EnvelopeFault::NotOurs)?;
    let commitment: Hash256 = value("commitment")?.parse().map_err(|_| EnvelopeFault::NotOurs)?;
    if value("kdf")? != KDF {
        return Err(EnvelopeFault::NotOurs);
    }
    let mut bytes = |field: &str| HEXLOWER.decode(value(field)?.as_bytes()).map_err(|_| EnvelopeFault::NotOurs);
    let (salt, nonce, boxed) = (bytes("salt")?, bytes("nonce")?, bytes("box")?);
    if (salt.len(), nonce.len()) != (SALT_BYTES, NONCE_BYTES) {
        return Err(EnvelopeFault::NotOurs);
    }
    let opened = cipher(passphrase.trim(), &salt)?.decrypt(Nonce::from_slice(&nonce), &boxed[..]);
    let secret = opened.map_err(|_| EnvelopeFault::WrongPassphrase)?;
    let root = Root::new(Secret::new(secret.try_into().map_err(|_| EnvelopeFault::NotOurs)?), links);
    if root.commitment() == commitment { Ok((draw, root)) } else { Err(EnvelopeFault::NotOurs) }
}

fn cipher(passphrase: &str, salt: &[u8]) -> Result<XSalsa20Poly1305, EnvelopeFault> {
    let mut key = [0; 32];
    let parameters = Params::new(MEMORY_KIB, PASSES, 1, Some(key.len())).map_err(|_| EnvelopeFault::Memory)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    argon2.hash_password_into(passphrase.as_bytes(), salt, &mut key).map_err(|_| EnvelopeFault::Memory)?;
    Ok(XSalsa20Poly1305::new(Key::from_slice(&key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "correct horse battery";

    fn root() -> Root {
        Root::new(Secret::new([7; 32]), 64)
    }

    fn sealed() -> String {
        seal(&"SPRING-2027".parse().expect("a name"), &root(), WORDS, [9; 40]).expect("sealed")
    }

    #[test]
    fn envelope_opens_with_its_passphrase_and_shows_no_secret() {
        let sealed = sealed();
        let (draw, opened) = open(sealed.as_bytes(), &format!("{WORDS}\n")).expect("it opens");
        assert_eq!((draw.as_str(), opened), ("SPRING-2027", root()));
        assert!(!sealed.contains(&root().secret().reveal_hex()));
        assert!(sealed.contains(&root().commitment().to_string()), "whom it belongs to is public");
    }

    #[test]
    fn wrong_passphrase_and_damaged_file_are_told_apart() {
        let sealed = sealed();
        assert_eq!(open(sealed.as_bytes(), "correct horse batterY"), Err(EnvelopeFault::WrongPassphrase));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] ^= 1;
            let fault = open(&changed, WORDS).expect_err("one bit was changed");
            assert!(matches!(fault, EnvelopeFault::Damaged | EnvelopeFault::NotOurs), "byte {at}: {fault:?}");
            let fault = open(&sealed.as_bytes()[..at], WORDS).expect_err("it was cut");
            assert!(matches!(fault, EnvelopeFault::Damaged | EnvelopeFault::NotOurs), "{at} bytes: {fault:?}");
        }
        assert_eq!(open(b"OLP1-ENTRIES\t1\t1\n", WORDS), Err(EnvelopeFault::NotOurs));
        assert_eq!(open(&vec![b'O'; MOST_BYTES + 1], WORDS), Err(EnvelopeFault::NotOurs));
    }

    #[test]
    fn file_with_a_true_sum_and_false_facts_is_not_ours() {
        let check = |from: &str, to: &str| {
            let changed = sealed().replace(from, to);
            let (body, _) = changed.rsplit_once("sum=").expect("a sum");
            let changed = format!("{body}sum={}\n", Hash256::of(body.as_bytes()));
            assert_eq!(open(changed.as_bytes(), WORDS), Err(EnvelopeFault::NotOurs), "{to}");
        };
        check("links=64", "links=65");
        check("links=64", "links=-1");
        check("m=65536", "m=4194304");
        check("draw=SPRING-2027", "draw=");
        check("salt=0909", "salt=09");
        check(&root().commitment().to_string(), &Hash256::of(b"other").to_string());
    }

    #[test]
    fn passphrases_are_long_and_of_letters_that_cannot_be_mixed_up() {
        let short = seal(&"D".parse().expect("a name"), &root(), "12345678901", [9; 40]);
        assert_eq!(short, Err(EnvelopeFault::TooShort));
        let made = new_passphrase(std::array::from_fn(|at| u8::try_from(at * 7).expect("small")));
        assert_eq!((made.len(), made.split('-').count()), (29, 6));
        assert!(made.bytes().all(|byte| byte == b'-' || DIGITS.contains(&byte)));
    }
}

//! Seals phones and addresses to the meeting's contact key, many at once. Logs none of them.

use std::thread;

use crypto_box::aead::rand_core::{CryptoRng, RngCore};
use crypto_box::{PublicKey, SecretKey};
use data_encoding::BASE64;

/// Below this it costs more to start threads than to seal.
const PER_THREAD: usize = 64;

/// The operating system's random bytes for the older random traits of `crypto_box`.
struct SystemRandom;

impl RngCore for SystemRandom {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_ne_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_ne_bytes(bytes)
    }

    fn fill_bytes(&mut self, to: &mut [u8]) {
        getrandom::fill(to).expect("a running system gives random bytes: the keys were made with them");
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), crypto_box::aead::rand_core::Error> {
        self.fill_bytes(to);
        Ok(())
    }
}

impl CryptoRng for SystemRandom {}

/// Base64 of a sealed box for each text, in order; on all processors.
pub fn seal_all(key: &PublicKey, texts: &[String]) -> Vec<String> {
    on_all_processors(texts, |text| {
        let sealed =
            key.seal(&mut SystemRandom, text.as_bytes()).expect("texts of a list are short: sealing them cannot fail");
        BASE64.encode(&sealed)
    })
}

/// What was sealed; `None` for each that is no box to this key.
pub fn open_all(key: &SecretKey, sealed: &[String]) -> Vec<Option<String>> {
    on_all_processors(sealed, |sealed| open(key, sealed))
}

/// What was sealed; `None` when it is no box to this key.
pub fn open(key: &SecretKey, sealed: &str) -> Option<String> {
    let bytes = BASE64.decode(sealed.as_bytes()).ok()?;
    String::from_utf8(key.unseal(&bytes).ok()?).ok()
}

fn on_all_processors<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    let share = items.len().div_ceil(threads).max(PER_THREAD);
    if items.len() <= share {
        return items.iter().map(work).collect();
    }
    thread::scope(|scope| {
        let work = &work;
        let handles: Vec<_> =
            items.chunks(share).map(|chunk| scope.spawn(move || chunk.iter().map(work).collect::<Vec<_>>())).collect();
        let joined = handles.into_iter().flat_map(|handle| handle.join().expect("sealing does not panic"));
        joined.collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_texts_are_sealed_in_order_and_opened_only_by_the_key() {
        let (key, other) = (SecretKey::from_bytes([3; 32]), SecretKey::from_bytes([4; 32]));
        let texts: Vec<String> = (0..300).map(|number| format!("+8619900{number:06}")).collect();
        let sealed = seal_all(&key.public_key(), &texts);
        assert!(sealed.iter().all(|sealed| !sealed.contains("19900")));
        let opened: Vec<String> = open_all(&key, &sealed).into_iter().map(|text| text.expect("our own box")).collect();
        assert_eq!(opened, texts);
        assert_eq!(open(&other, &sealed[0]), None);
        assert_eq!(open(&key, "not base64!"), None);
        assert_ne!(seal_all(&key.public_key(), &texts[..1]), sealed[..1], "each box has its own key");
    }
}

//! The keyed hashes of a pairing, the same on both sides.

use argon2::{Algorithm, Argon2, Params, Version};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use sync::ids::Hash;
use sync::pairing::{KeyHash, PairingCode};
use sync::wire::EnrolRequest;

/// KiB and passes that one guess costs (RFC 9106, 4; OWASP's least for argon2id).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// A code, stretched for one request of one device.
pub(crate) struct PairingKey {
    key: [u8; 32],
}

impl PairingKey {
    /// Takes some tens of milliseconds: not for async code.
    pub(crate) fn derive(code: &PairingCode, request: &EnrolRequest) -> PairingKey {
        let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).expect("constants within argon2's limits");
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        // The device's key is new, so nothing can be computed before.
        let salt = Sha256::new().chain_update(b"usher/pair/salt/1\n").chain_update(request.bytes()).finalize();
        let mut key = [0; 32];
        argon2.hash_password_into(&code.0, &salt, &mut key).expect("lengths within argon2's limits");
        PairingKey { key }
    }

    /// What the node sends: it knows the code and saw this key at the hub.
    pub(crate) fn of_node(&self, pin: &KeyHash, request: &EnrolRequest) -> Hash {
        Hash(self.mac(b"usher/pair/node/1\n", pin, request).finalize().into_bytes().into())
    }

    /// What the hub answers: it knows the code and has this key.
    pub(crate) fn of_hub(&self, pin: &KeyHash, request: &EnrolRequest) -> Hash {
        Hash(self.mac(b"usher/pair/hub/1\n", pin, request).finalize().into_bytes().into())
    }

    pub(crate) fn is_of_node(&self, said: &Hash, pin: &KeyHash, request: &EnrolRequest) -> bool {
        self.mac(b"usher/pair/node/1\n", pin, request).verify_slice(&said.0).is_ok()
    }

    pub(crate) fn is_of_hub(&self, said: &Hash, pin: &KeyHash, request: &EnrolRequest) -> bool {
        self.mac(b"usher/pair/hub/1\n", pin, request).verify_slice(&said.0).is_ok()
    }

    fn mac(&self, label: &[u8], pin: &KeyHash, request: &EnrolRequest) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.chain_update(label).chain_update(pin.0).chain_update(request.bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sync::LogEpoch;
    use sync::ids::Key;
    use sync::wire::Role;

    fn request(key: u8, name: &str) -> EnrolRequest {
        let (role, name) = (Role::Kiosk, name.to_owned());
        EnrolRequest { public_key: Key([key; 32]), epoch: LogEpoch([1; 16]), role, name }
    }

    #[test]
    fn hash_fits_one_code_one_hub_and_one_request() {
        let (code, pin) = (PairingCode([1; 5]), Hash([7; 32]));
        let asked = request(1, "entrance");
        let key = PairingKey::derive(&code, &asked);
        let said = key.of_node(&pin, &asked);
        assert!(key.is_of_node(&said, &pin, &asked));
        assert!(!key.is_of_node(&said, &Hash([8; 32]), &asked), "another hub");
        assert!(!key.is_of_node(&said, &pin, &request(1, "exit")), "another name");
        assert!(!key.is_of_hub(&said, &pin, &asked), "the node's own hash sent back");
        assert!(key.is_of_hub(&key.of_hub(&pin, &asked), &pin, &asked));
        assert!(!PairingKey::derive(&PairingCode([2; 5]), &asked).is_of_node(&said, &pin, &asked), "another code");
        assert!(!PairingKey::derive(&code, &request(2, "entrance")).is_of_node(&said, &pin, &asked), "another device");
    }
}

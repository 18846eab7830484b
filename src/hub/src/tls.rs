//! Who is at the other end of a connection: TLS 1.3, where both sides show an Ed25519 key in a
//! self-signed certificate. There is no authority: the hub's key is pinned by its nodes, who also name
//! it, so that a process with several meetings shows the right one; a device's key is the one that it
//! enrolled. What a known key may do is not decided here.
//!
//! The hub's TLS key is the key that it signs snapshots with, so that the pin survives restarts, a
//! standby and a restore. That is safe because no two of its signatures can be taken for one another:
//! TLS signs 64 spaces and a context (RFC 8446, 4.4.3), everything else begins with `usher/`.
//!
//! A device proves its key anew in every handshake (CertificateVerify over the fresh transcript), and
//! nothing is resumed or sent early. So a recorded request is worth nothing on another connection,
//! whatever its token says, and no clock has to be right for that.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rcgen::{CertificateParams, KeyPair};
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ClientHello, NoServerSessionStorage, ParsedCertificate, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::TLS13;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error};
use rustls::{ServerConfig, SignatureScheme};
use sha2::{Digest, Sha256};
use sync::ids::{Hash, Key};
use sync::pairing::KeyHash;

use crate::hubs::Hubs;
use crate::secrets::HubSecrets;

/// SubjectPublicKeyInfo of an Ed25519 key before the key itself (RFC 8410, 4).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// PKCS #8 of an Ed25519 key before its seed (RFC 8410, 7).
const PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
const ALPN: &[u8] = b"http/1.1";

/// What the nodes of this hub pin.
pub fn pin_of(secrets: &HubSecrets) -> KeyHash {
    pin_of_key(&secrets.public_key())
}

/// SHA-256 of the SubjectPublicKeyInfo of an Ed25519 key.
pub fn pin_of_key(key: &Key) -> KeyHash {
    Hash(Sha256::new().chain_update(SPKI).chain_update(key.0).finalize().into())
}

/// The name by which a client asks for the hub with this pin (RFC 6066, 3): several meetings of one
/// process each have a key of their own. It says nothing that the key does not say.
pub fn name_of(pin: &KeyHash) -> String {
    let half: String = pin.0[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{half}.usher")
}

/// The hub's side: shows the hub's key, asks for the other's, takes strangers without one too.
pub fn server_config(secrets: &HubSecrets) -> Arc<ServerConfig> {
    with_keys(Arc::new(certificate(&secrets.signing_seed)))
}

/// As `server_config` for several meetings: shows the key that the client names, and that of `first` to
/// who names none.
pub(crate) fn server_config_of(hubs: Hubs, first: &HubSecrets) -> Arc<ServerConfig> {
    let first = certified(&first.signing_seed);
    with_keys(Arc::new(Keys { hubs, first, made: Mutex::default() }))
}

/// The key that is shown to who sends this name: none of a meeting's where it names none.
pub(crate) fn named_pin(hubs: &Hubs, name: Option<&str>) -> Option<KeyHash> {
    let name = name?;
    hubs.all().iter().map(|hub| pin_of(hub.secrets())).find(|pin| name_of(pin) == name)
}

fn with_keys(keys: Arc<dyn ResolvesServerCert>) -> Arc<ServerConfig> {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .expect("ring speaks TLS 1.3")
        .with_client_cert_verifier(Arc::new(AnyDevice))
        .with_cert_resolver(keys);
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Arc::new(config)
}

/// A node's side: takes the hub with the pinned key only, any hub while there is no pin, and shows
/// the device's key (its Ed25519 seed) if there is one.
pub fn client_config(pin: Option<KeyHash>, seed: Option<&[u8; 32]>) -> (Arc<ClientConfig>, Arc<Pinned>) {
    let pinned = Arc::new(Pinned { pin, foreign: Mutex::new(false) });
    let builder = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .expect("ring speaks TLS 1.3")
        .dangerous()
        .with_custom_certificate_verifier(pinned.clone());
    let mut config = match seed {
        Some(seed) => builder.with_client_cert_resolver(Arc::new(certificate(seed))),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.resumption = Resumption::disabled();
    (Arc::new(config), pinned)
}

/// The Ed25519 key that a certificate shows.
pub(crate) fn key_of(certificate: &CertificateDer<'_>) -> Option<Key> {
    let info = ParsedCertificate::try_from(certificate).ok()?.subject_public_key_info();
    let key = info.as_ref().strip_prefix(&SPKI)?;
    Some(Key(key.try_into().ok()?))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn algorithms() -> WebPkiSupportedAlgorithms {
    ring::default_provider().signature_verification_algorithms
}

/// The keys of the meetings that a process serves at this moment.
struct Keys {
    hubs: Hubs,
    first: Arc<CertifiedKey>,
    made: Mutex<BTreeMap<KeyHash, Arc<CertifiedKey>>>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}

impl ResolvesServerCert for Keys {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let Some(pin) = named_pin(&self.hubs, hello.server_name()) else { return Some(self.first.clone()) };
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = made.get(&pin) {
            return Some(known.clone());
        }
        let hub = self.hubs.all().into_iter().find(|hub| pin_of(hub.secrets()) == pin)?;
        Some(made.entry(pin).or_insert(certified(&hub.secrets().signing_seed)).clone())
    }
}

fn certificate(seed: &[u8; 32]) -> SingleCertAndKey {
    SingleCertAndKey::from(certified(seed))
}

fn certified(seed: &[u8; 32]) -> Arc<CertifiedKey> {
    let der = PrivatePkcs8KeyDer::from([PKCS8.as_slice(), seed].concat());
    let signer = ring::sign::any_eddsa_type(&der).expect("every seed is an Ed25519 key");
    let key = KeyPair::from_pkcs8_der_and_sign_algo(&der, &rcgen::PKCS_ED25519);
    let key = key.expect("every seed is an Ed25519 key");
    let params = CertificateParams::new(["usher".to_owned()]).expect("a plain name");
    let certificate = params.self_signed(&key).expect("Ed25519 signs whatever it is given");
    Arc::new(CertifiedKey::new(vec![certificate.der().clone()], signer))
}

/// The client's eye: one key and no other.
#[derive(Debug)]
pub struct Pinned {
    pub(crate) pin: Option<KeyHash>,
    foreign: Mutex<bool>,
}

impl Pinned {
    /// Whether the last handshake failed because another key was shown.
    pub fn saw_foreign(&self) -> bool {
        *self.foreign.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = key_of(end_entity).map(|key| pin_of_key(&key));
        let foreign = shown.is_none() || self.pin.is_some_and(|pin| shown != Some(pin));
        *self.foreign.lock().unwrap_or_else(PoisonError::into_inner) = foreign;
        if foreign {
            return Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure));
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(never_tls12())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &algorithms())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }
}

/// The hub's eye: whoever shows an Ed25519 key has to have it. Whose it is, is looked up later.
#[derive(Debug)]
struct AnyDevice;

impl ClientCertVerifier for AnyDevice {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        match key_of(end_entity) {
            Some(_) if intermediates.is_empty() => Ok(ClientCertVerified::assertion()),
            _ => Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)),
        }
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(never_tls12())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &algorithms())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }
}

fn never_tls12() -> Error {
    Error::General("TLS 1.2 is not spoken here".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRETS: HubSecrets = HubSecrets { phone_key: [1; 32], pin_pepper: [2; 32], signing_seed: [3; 32] };

    #[test]
    fn certificate_shows_the_key_of_the_seed_always() {
        let der = PrivatePkcs8KeyDer::from([PKCS8.as_slice(), &[3; 32]].concat());
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&der, &rcgen::PKCS_ED25519).unwrap();
        let made = CertificateParams::new(["usher".to_owned()]).unwrap().self_signed(&key).unwrap();
        assert_eq!(key_of(made.der()), Some(SECRETS.public_key()));
    }

    #[test]
    fn bytes_that_are_no_certificate_show_no_key() {
        for bytes in [vec![], vec![0x30], vec![0xff; 400]] {
            assert_eq!(key_of(&CertificateDer::from(bytes)), None);
        }
    }

    #[test]
    fn pin_is_the_hash_of_the_whole_key_info() {
        let info = [SPKI.as_slice(), &SECRETS.public_key().0].concat();
        assert_eq!(pin_of(&SECRETS).0.as_slice(), Sha256::digest(&info).as_slice());
    }
}

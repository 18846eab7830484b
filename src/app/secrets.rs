//! What a node may compute with the meeting's secrets: hashes of phones, sealed contacts, PINs. Opens no sealed box.

use crate::keys::pin::verify_pin;
use crate::roster::phone::PhoneNumber;
use crate::roster::seal::seal_all;
use crypto_box::PublicKey;
use domain::event::Crew;
use domain::meeting::PhoneMatch;
use domain::roster::SealedText;
use domain::{Contact, Meeting};
use sync::Grant;

/// The secrets that the hub's grant brought.
pub struct Secrets {
    phone_key: [u8; 32],
    pin_pepper: [u8; 32],
}

impl Secrets {
    pub fn of(grant: &Grant) -> Secrets {
        Secrets { phone_key: grant.phone_key.0, pin_pepper: grant.pin_pepper.0 }
    }

    /// Those of a node that has met no hub: they fit nobody.
    pub fn none() -> Secrets {
        Secrets { phone_key: [0; 32], pin_pepper: [0; 32] }
    }

    /// Hash of typed figures; `None` when they cannot be a phone number. Where the meeting knows nobody by the number of
    /// its own country, that of another country is tried.
    pub fn phone_hash(&self, figures: &str, meeting: &Meeting) -> Option<String> {
        let hashes: Vec<String> = PhoneNumber::candidates(figures, &meeting.config().meeting.phone_country)
            .iter()
            .map(|number| number.hash(&self.phone_key))
            .collect();
        let known = hashes.iter().find(|hash| meeting.by_phone(hash) != PhoneMatch::Nobody);
        known.or(hashes.first()).cloned()
    }

    /// A new number, sealed; `None` when it is none, or the meeting has no key to seal it to.
    pub fn seal_phone(&self, figures: &str, meeting: &Meeting) -> Option<Contact> {
        let number = PhoneNumber::read(figures, &meeting.config().meeting.phone_country)
            .or_else(|| PhoneNumber::candidates(figures, "").into_iter().next())?;
        let key = PublicKey::from(meeting.contact_key()?);
        let sealed = seal_all(&key, &[number.digits().to_string()]).pop()?;
        Some(Contact { sealed, phone_hash: number.hash(&self.phone_key), phone_mask: number.mask() })
    }

    /// Words such as an address, sealed; `None` when the meeting has no key to seal them to.
    pub fn seal_text(&self, words: &str, meeting: &Meeting) -> Option<SealedText> {
        let key = PublicKey::from(meeting.contact_key()?);
        let sealed = seal_all(&key, &[words.to_owned()]).pop()?;
        Some(SealedText { sealed })
    }

    /// Whether the PIN is that person's.
    pub fn is_pin_of(&self, who: &Crew, pin: &str, meeting: &Meeting) -> bool {
        let config = meeting.config();
        let hash = match who {
            Crew::Staff(id) => {
                config.staff.iter().find(|staff| staff.id == *id).and_then(|staff| staff.pin_hash.as_ref())
            }
            Crew::Sales(id) => {
                config.salespeople.iter().find(|sales| sales.id == *id).and_then(|sales| sales.pin_hash.as_ref())
            }
        };
        hash.is_some_and(|hash| verify_pin(pin, hash, &self.pin_pepper))
    }
}

//! Which devices take part, under which number prefix each of their epochs writes. A prefix is never
//! given twice, so that numbers on paper never repeat after a restore or a dead disk: the first life of
//! the hub gives K1, K2, K2B; a later one, which may have forgotten what an earlier one gave, counts in a
//! range of eight digits drawn from the random epoch of that life (K48213001, K1 and six letters).

use std::collections::BTreeMap;

use sync::ids::Key;
use sync::wire::{EnrolRequest, Problem, ProblemCode, Role};
use sync::{DeviceId, LogEpoch};

use super::facts::Fact;
use super::problem;

/// Most epochs of one meeting; a venue has some dozens.
pub const MAX_EPOCHS: usize = 1_000;

/// Numbers that one life of the hub may give to devices of a role, or to epochs of a device.
pub(super) const NUMBERS_OF_A_LIFE: u64 = MAX_EPOCHS as u64;

/// Most epochs of one device: each is a restored, moved or forked disk. One machine shall not use the meeting's up.
pub const MAX_EPOCHS_OF_A_DEVICE: usize = 32;

/// One epoch of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    pub device: DeviceId,
    pub epoch: LogEpoch,
    pub role: Role,
    pub name: String,
    /// `K1`, `D2B`.
    pub prefix: String,
    /// The device's Ed25519 public key.
    pub key: Key,
}

/// All epochs in the order of their enrolment: a fold over the hub's own log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registry {
    epochs: Vec<Enrolled>,
    places: BTreeMap<(DeviceId, LogEpoch), usize>,
    /// The cursor after which nothing more is taken.
    revoked: BTreeMap<DeviceId, u64>,
    /// Epochs of devices whose enrolment, by another life of the hub, has not come back yet.
    early: Vec<(DeviceId, LogEpoch, String)>,
}

impl Registry {
    /// All epochs in the order of their enrolment.
    pub fn epochs(&self) -> &[Enrolled] {
        &self.epochs
    }

    /// One epoch of a device that may take part.
    pub fn find(&self, device: DeviceId, epoch: LogEpoch) -> Option<&Enrolled> {
        let place = self.places.get(&(device, epoch)).filter(|_| !self.revoked.contains_key(&device))?;
        self.epochs.get(*place)
    }

    /// Whether the device was taken out of the meeting.
    pub fn is_revoked(&self, device: DeviceId) -> bool {
        self.revoked.contains_key(&device)
    }

    /// Whether it was ever taken in, in whatever epoch.
    pub fn knows(&self, device: DeviceId) -> bool {
        self.first_of(device).is_some()
    }

    /// The cursor after which nothing more of a device is taken, when it was taken out.
    pub fn revoked_after(&self, device: DeviceId) -> Option<u64> {
        self.revoked.get(&device).copied()
    }

    /// What has to become an event so that this device and epoch are known; none when they are. Numbers
    /// are given after `first`.
    pub(crate) fn decide(&self, request: &EnrolRequest, first: u64) -> Result<Option<Fact>, Problem> {
        let device = DeviceId::of_key(&request.public_key);
        if self.revoked.contains_key(&device) {
            return Err(problem(
                ProblemCode::Revoked,
                "This device was taken out of the meeting.",
                "Start it with an empty data folder to take part under another number.",
            ));
        }
        if let Some(known) = self.first_of(device).filter(|known| known.role != request.role) {
            return Err(Problem {
                code: ProblemCode::WrongRole,
                message: format!("This data folder belongs to the {} {}.", role_word(known.role), known.prefix),
                remedy: "Give each role its own --data folder.".to_owned(),
            });
        }
        if self.places.contains_key(&(device, request.epoch)) {
            return Ok(None);
        }
        if self.epochs.len() >= MAX_EPOCHS {
            return Err(problem(
                ProblemCode::Busy,
                "The meeting has all the devices that it can have.",
                "Find out which machine enrols again and again.",
            ));
        }
        let own = self.epochs.iter().filter(|enrolled| enrolled.device == device).count();
        if own >= MAX_EPOCHS_OF_A_DEVICE {
            return Err(problem(
                ProblemCode::Busy,
                "This machine has begun as many logs as one may.",
                "Find out why it begins anew again and again, then pair it with an empty data folder.",
            ));
        }
        let epoch = request.epoch;
        Ok(Some(match self.first_of(device) {
            Some(known) => Fact::Opened { device, epoch, prefix: self.next_epoch_prefix(known, first) },
            None => Fact::Enrolled {
                device,
                epoch,
                role: Some(request.role),
                name: request.name.clone(),
                prefix: self.next_device_prefix(request.role, first),
                key: request.public_key,
            },
        }))
    }

    /// Folds one fact; one that repeats or contradicts an earlier one changes nothing.
    pub(crate) fn apply(&mut self, fact: Fact) {
        match fact {
            Fact::Enrolled { device, epoch, role: Some(role), name, prefix, key } => {
                self.add(Enrolled { device, epoch, role, name, prefix, key });
                for (device, epoch, prefix) in self.early.extract_if(.., |early| early.0 == device).collect::<Vec<_>>()
                {
                    self.apply(Fact::Opened { device, epoch, prefix });
                }
            }
            Fact::Enrolled { role: None, .. } => {}
            Fact::Opened { device, epoch, prefix } => match self.first_of(device).cloned() {
                Some(first) => self.add(Enrolled { epoch, prefix, ..first }),
                None if self.early.len() < MAX_EPOCHS => self.early.push((device, epoch, prefix)),
                None => {}
            },
            Fact::Revoked { device, after_cursor, .. } => {
                self.revoked.entry(device).or_insert(after_cursor);
            }
        }
    }

    fn add(&mut self, enrolled: Enrolled) {
        let key = (enrolled.device, enrolled.epoch);
        if !self.places.contains_key(&key) {
            self.places.insert(key, self.epochs.len());
            self.epochs.push(enrolled);
        }
    }

    fn first_of(&self, device: DeviceId) -> Option<&Enrolled> {
        self.epochs.iter().find(|enrolled| enrolled.device == device)
    }

    fn next_device_prefix(&self, role: Role, first: u64) -> String {
        let of_role = self.epochs.iter().filter(|enrolled| enrolled.role == role);
        let given = of_role.filter_map(|enrolled| number_of(&enrolled.prefix));
        format!("{}{}", role.letter(), next(given, first, first))
    }

    fn next_epoch_prefix(&self, device: &Enrolled, first: u64) -> String {
        let of_device = self.epochs.iter().filter(|enrolled| enrolled.device == device.device);
        let given = of_device.map(|enrolled| letters_of(enrolled.prefix.strip_prefix(&device.prefix).unwrap_or("")));
        // The first epoch of a device has no letter, so that the second one has B.
        format!("{}{}", device.prefix, letters(next(given, first, first.max(1))))
    }
}

/// The next number of the range that begins after `first`, `before` being the one before its first.
fn next(given: impl Iterator<Item = u64>, first: u64, before: u64) -> u64 {
    let range = first..=first + NUMBERS_OF_A_LIFE;
    given.filter(|number| range.contains(number)).fold(before, u64::max) + 1
}

/// 7 of `K7` and of `K7B`.
fn number_of(prefix: &str) -> Option<u64> {
    let digits = prefix.get(1..)?.trim_end_matches(|letter: char| letter.is_ascii_uppercase());
    digits.parse().ok()
}

/// 1 → A, 2 → B … 26 → Z, 27 → AA.
fn letters(mut number: u64) -> String {
    let mut text = Vec::new();
    while number > 0 {
        number -= 1;
        text.push(b'A' + u8::try_from(number % 26).expect("a remainder of 26 fits"));
        number /= 26;
    }
    text.iter().rev().map(|byte| char::from(*byte)).collect()
}

/// The inverse of `letters`; a text from elsewhere that is too long is some large number.
fn letters_of(text: &str) -> u64 {
    let digit = |letter: u8| u64::from(letter.saturating_sub(b'A')) + 1;
    text.bytes().fold(0, |number: u64, letter| number.saturating_mul(26).saturating_add(digit(letter)))
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::Kiosk => "kiosk",
        Role::Desk => "desk",
        Role::Stage => "stage",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enrol(registry: &mut Registry, key: u8, epoch: u8, role: Role) -> Result<String, ProblemCode> {
        let request = EnrolRequest {
            public_key: Key([key; 32]),
            epoch: LogEpoch([epoch; 16]),
            role,
            name: format!("machine {key}"),
        };
        if let Some(fact) = registry.decide(&request, 0).map_err(|problem| problem.code)? {
            registry.apply(fact);
        }
        let found = registry.find(DeviceId::of_key(&request.public_key), request.epoch);
        Ok(found.expect("an enrolled epoch is known").prefix.clone())
    }

    #[test]
    fn prefixes_are_never_given_twice() {
        let mut registry = Registry::default();
        for (key, epoch, role, prefix) in [
            (1, 1, Role::Kiosk, "K1"),
            (2, 2, Role::Kiosk, "K2"),
            (3, 3, Role::Desk, "D1"),
            (1, 1, Role::Kiosk, "K1"),
            (1, 4, Role::Kiosk, "K1B"),
            (1, 5, Role::Kiosk, "K1C"),
            (1, 1, Role::Kiosk, "K1"),
            (4, 6, Role::Kiosk, "K3"),
            (5, 7, Role::Stage, "S1"),
        ] {
            assert_eq!(enrol(&mut registry, key, epoch, role), Ok(prefix.to_owned()), "key {key} epoch {epoch}");
        }
    }

    #[test]
    fn later_life_gives_numbers_of_its_own_range() {
        let mut registry = Registry::default();
        let mut enrol = |key: u8, epoch: u8, first| {
            let request = EnrolRequest {
                public_key: Key([key; 32]),
                epoch: LogEpoch([epoch; 16]),
                role: Role::Kiosk,
                name: "k".to_owned(),
            };
            registry.apply(registry.decide(&request, first).unwrap().unwrap());
            registry.find(DeviceId::of_key(&request.public_key), request.epoch).unwrap().prefix.clone()
        };
        for (key, epoch, first, prefix) in [
            (1, 1, 0, "K1".to_owned()),
            (1, 2, 0, "K1B".to_owned()),
            (2, 3, 48_213_000, "K48213001".to_owned()),
            (1, 4, 48_213_000, format!("K1{}", letters(48_213_001))),
            (1, 5, 48_213_000, format!("K1{}", letters(48_213_002))),
            (3, 6, 48_213_000, "K48213002".to_owned()),
            (2, 7, 48_213_000, format!("K48213001{}", letters(48_213_001))),
            (4, 8, 73_001_000, "K73001001".to_owned()),
        ] {
            assert_eq!(enrol(key, epoch, first), prefix, "key {key} epoch {epoch}");
        }
    }

    #[test]
    fn epoch_that_comes_back_before_its_device_is_known_with_it() {
        let mut registry = Registry::default();
        let (key, device) = (Key([1; 32]), DeviceId::of_key(&Key([1; 32])));
        let (first, second) = (LogEpoch([1; 16]), LogEpoch([2; 16]));
        registry.apply(Fact::Opened { device, epoch: second, prefix: "K1B".to_owned() });
        assert_eq!(registry.find(device, second), None);
        let (name, prefix) = (String::new(), "K1".to_owned());
        registry.apply(Fact::Enrolled { device, epoch: first, role: Some(Role::Kiosk), name, prefix, key });
        let prefixes: Vec<&str> = registry.epochs().iter().map(|enrolled| enrolled.prefix.as_str()).collect();
        assert_eq!(prefixes, ["K1", "K1B"]);
    }

    #[test]
    fn device_with_many_epochs_keeps_getting_new_letters() {
        assert_eq!([2, 26, 27, 28].map(letters), ["B", "Z", "AA", "AB"]);
        for number in [1, 2, 26, 27, 702, 703, 48_213_001] {
            assert_eq!(letters_of(&letters(number)), number);
        }
    }

    #[test]
    fn folder_of_another_role_is_refused() {
        let mut registry = Registry::default();
        assert!(enrol(&mut registry, 1, 1, Role::Kiosk).is_ok());
        assert_eq!(enrol(&mut registry, 1, 2, Role::Desk), Err(ProblemCode::WrongRole));
    }

    #[test]
    fn revoked_device_is_unknown_and_its_prefix_stays_taken() {
        let mut registry = Registry::default();
        assert!(enrol(&mut registry, 1, 1, Role::Kiosk).is_ok());
        let device = DeviceId::of_key(&Key([1; 32]));
        registry.apply(Fact::Revoked { device, after_cursor: 7, reason: String::new() });
        registry.apply(Fact::Revoked { device, after_cursor: 9, reason: String::new() });
        assert_eq!(registry.find(device, LogEpoch([1; 16])), None);
        assert_eq!((registry.knows(device), registry.revoked_after(device)), (true, Some(7)));
        assert_eq!(enrol(&mut registry, 1, 1, Role::Kiosk), Err(ProblemCode::Revoked));
        assert_eq!(enrol(&mut registry, 2, 2, Role::Kiosk), Ok("K2".to_owned()));
        assert_eq!(registry.revoked_after(DeviceId::of_key(&Key([2; 32]))), None);
    }

    #[test]
    fn one_machine_does_not_use_up_the_meetings_epochs() {
        let mut registry = Registry::default();
        for epoch in 0..MAX_EPOCHS_OF_A_DEVICE {
            let epoch = u8::try_from(epoch).expect("few");
            enrol(&mut registry, 1, epoch, Role::Kiosk).expect("one more log");
        }
        assert_eq!(enrol(&mut registry, 1, 200, Role::Kiosk), Err(ProblemCode::Busy));
        assert_eq!(enrol(&mut registry, 1, 0, Role::Kiosk), Ok("K1".to_owned()), "what it has, it keeps");
        assert_eq!(enrol(&mut registry, 2, 1, Role::Kiosk), Ok("K2".to_owned()), "the others do not notice");
    }

    #[test]
    fn meeting_has_a_bounded_number_of_epochs() {
        let mut registry = Registry::default();
        for epoch in 0..MAX_EPOCHS {
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&epoch.to_be_bytes());
            registry.add(Enrolled {
                device: DeviceId(bytes),
                epoch: LogEpoch(bytes),
                role: Role::Kiosk,
                name: String::new(),
                prefix: epoch.to_string(),
                key: Key([0; 32]),
            });
        }
        assert_eq!(enrol(&mut registry, 9, 9, Role::Kiosk), Err(ProblemCode::Busy));
    }
}

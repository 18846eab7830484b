//! Fixtures and small helpers.

use domain::seating::Instance;

/// The text of a fixture.
pub fn text(name: &str) -> String {
    let path = format!("{}/../../tests/fixtures/seating/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{path}: {fault}"))
}

/// A room of the fixtures.
pub fn instance(name: &str) -> Instance {
    Instance::parse(&text(name)).unwrap()
}

/// Numbers for made-up rooms (Knuth's MMIX generator).
pub struct Lots(pub u64);

impl Lots {
    pub fn between(&mut self, least: u16, most: u16) -> u16 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        least + ((self.0 >> 33) % u64::from(most - least + 1)) as u16
    }
}

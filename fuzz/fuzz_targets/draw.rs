#![no_main]

#[path = "../messages.rs"]
#[allow(dead_code)]
mod messages;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| messages::draw(bytes));

//! Strict readers of the few forms that the files of a draw have. Accepts one spelling of each value only.

use super::fault::DrawFault;

/// A decimal without sign and leading zero, from 1.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let canonical = text.bytes().all(|digit| digit.is_ascii_digit()) && !text.starts_with('0');
    canonical.then(|| text.parse().ok()).flatten()
}

/// 64 small hex digits.
pub(super) fn hash_bytes(text: &str) -> Option<[u8; 32]> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// An error about a text, with its head.
pub(super) fn no_name(text: &str, expected: &'static str) -> DrawFault {
    DrawFault::Name { text: text.chars().take(40).collect(), expected }
}

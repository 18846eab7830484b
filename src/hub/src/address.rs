//! Where the hub may listen while it speaks plain HTTP.

use std::net::SocketAddr;

/// An address that others than this machine could reach.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the hub speaks plain HTTP and listens on this machine only, not on {address}: \
     use 127.0.0.1:{} until pairing with TLS is there", address.port()
)]
pub struct AddressError {
    pub address: SocketAddr,
}

/// Refuses every address but those of the loopback interface.
///
/// # Errors
/// Names the address and the remedy.
pub fn check_address(address: &SocketAddr) -> Result<(), AddressError> {
    let ip = address.ip().to_canonical();
    if ip.is_loopback() { Ok(()) } else { Err(AddressError { address: *address }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, good: bool) {
        assert_eq!(check_address(&address.parse().unwrap()).is_ok(), good, "{address}");
    }

    #[test]
    fn only_loopback_is_allowed() {
        check("127.0.0.1:0", true);
        check("127.9.9.9:7000", true);
        check("[::1]:7000", true);
        check("[::ffff:127.0.0.1]:7000", true);
        check("0.0.0.0:7000", false);
        check("[::]:7000", false);
        check("192.168.1.5:7000", false);
        check("[::ffff:10.0.0.1]:7000", false);
    }
}

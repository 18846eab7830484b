//! Where a hub is, as people and tickets write it.

use std::net::IpAddr;

use hyper::Uri;

/// Why there is no client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    #[error("{url} is no address of a hub: write it as https://192.168.1.20:7400")]
    BadUrl { url: String },
    #[error("{url} is not on this machine: another one is reached by https only, pair this node with the hub's code")]
    NotLoopback { url: String },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HubAddress {
    tls: bool,
    host: String,
    port: u16,
    authority: String,
}

impl HubAddress {
    pub(super) fn parse(text: &str) -> Result<HubAddress, ClientError> {
        let bad = || ClientError::BadUrl { url: text.chars().take(200).collect() };
        let uri: Uri = text.parse().map_err(|_| bad())?;
        let tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(bad()),
        };
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or_else(bad)?;
        if uri.path() != "/" || uri.query().is_some() || authority.host().is_empty() {
            return Err(bad());
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        if !tls && !is_loopback(&host) {
            return Err(ClientError::NotLoopback { url: text.chars().take(200).collect() });
        }
        let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
        Ok(HubAddress { tls, host, port, authority: authority.to_string() })
    }

    pub(super) fn is_tls(&self) -> bool {
        self.tls
    }

    pub(super) fn place(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    pub(super) fn authority(&self) -> &str {
        &self.authority
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: Result<(bool, &str, u16), ClientError>) {
        let parsed = HubAddress::parse(url);
        let told = parsed.as_ref().map(|address| (address.tls, address.host.as_str(), address.port));
        assert_eq!(told.map_err(Clone::clone), expected, "{url}");
    }

    #[test]
    fn address_of_a_hub_is_read_strictly() {
        check("https://192.168.1.20:7400", Ok((true, "192.168.1.20", 7400)));
        check("https://hub.local", Ok((true, "hub.local", 443)));
        check("https://[fd00::1]:7400/", Ok((true, "fd00::1", 7400)));
        for (url, host, port) in [
            ("http://127.0.0.1:7400", "127.0.0.1", 7400),
            ("http://localhost/", "localhost", 80),
            ("http://[::1]:1", "::1", 1),
        ] {
            check(url, Ok((false, host, port)));
        }
        for url in
            ["", "127.0.0.1:7400", "http://", "ftp://127.0.0.1", "https://hub/path", "https://hub/?x", "https://a@hub"]
        {
            check(url, Err(ClientError::BadUrl { url: url.to_owned() }));
        }
        for url in ["http://192.168.1.20:7400", "http://hub.local", "http://[::2]", "http://127.0.0.1.evil.example"] {
            check(url, Err(ClientError::NotLoopback { url: url.to_owned() }));
        }
    }
}

//! How a technician names a print queue: `cups`, `cups:QUEUE`, `cups:QUEUE@HOST`, `ipp://HOST:PORT/PATH`. Asks nobody.

use crate::spec::SpecError;

/// Where CUPS listens on its own machine.
const OWN_MACHINE: &str = "localhost";
/// IPP's port (RFC 8010).
const IPP_PORT: u16 = 631;
const EXAMPLES: &str =
    "write cups (CUPS's default queue), cups:QUEUE, cups:QUEUE@192.168.1.20 or ipp://192.168.1.30/ipp/print";

/// A queue of CUPS, or a printer that speaks IPP itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueSpec {
    host: String,
    port: u16,
    at: At,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum At {
    CupsDefault,
    CupsQueue(String),
    /// Begins with a slash.
    Path(String),
}

impl QueueSpec {
    /// Reads a queue's name.
    ///
    /// # Errors
    /// Says what is wrong and gives examples.
    pub fn parse(text: &str) -> Result<QueueSpec, SpecError> {
        let wrong = |problem: &str| SpecError {
            text: text.to_owned(),
            device: "print queue",
            problem: problem.to_owned(),
            examples: EXAMPLES,
        };
        if text.len() > 300 || text.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
            return Err(wrong("it is too long or has spaces"));
        }
        if let Some(rest) = text.strip_prefix("ipp://") {
            let (server, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let (host, port) =
                server_of(server).ok_or_else(|| wrong("the host is missing or the port is no number"))?;
            let path = if path.len() < 2 { "/ipp/print" } else { path };
            return Ok(QueueSpec { host, port, at: At::Path(path.to_owned()) });
        }
        if text.starts_with("ipps://") {
            return Err(wrong("IPP with TLS goes through CUPS: add the printer there and name its queue"));
        }
        let Some(rest) = text.strip_prefix("cups") else { return Err(wrong("it begins with neither cups nor ipp://")) };
        let (name, server) = rest.rsplit_once('@').unwrap_or((rest, OWN_MACHINE));
        let (host, port) = server_of(server).ok_or_else(|| wrong("the host is missing or the port is no number"))?;
        let at = match name.strip_prefix(':') {
            None if name.is_empty() => At::CupsDefault,
            // The letters that CUPS allows in no name (lpadmin(8)).
            Some(queue) if !queue.is_empty() && !queue.contains(['/', '#']) => At::CupsQueue(queue.to_owned()),
            _ => return Err(wrong("the queue's name is missing or has a letter that CUPS does not allow")),
        };
        Ok(QueueSpec { host, port, at })
    }

    pub(super) fn is_cups(&self) -> bool {
        !matches!(self.at, At::Path(_))
    }

    pub(super) fn is_default(&self) -> bool {
        self.at == At::CupsDefault
    }

    pub(super) fn with_queue(&self, name: &str) -> QueueSpec {
        QueueSpec { at: At::CupsQueue(name.to_owned()), ..self.clone() }
    }

    /// The queue as people name it.
    pub fn queue(&self) -> &str {
        match &self.at {
            At::CupsDefault => "the default",
            At::CupsQueue(name) => name,
            At::Path(path) => path,
        }
    }

    /// Host and port.
    pub(super) fn server(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// What to do when nothing listens.
    pub(super) fn remedy(&self) -> &'static str {
        match (self.is_cups(), self.host == OWN_MACHINE) {
            (true, true) => "install and start CUPS (apt install cups), or name a queue elsewhere: cups:QUEUE@HOST",
            (true, false) => "check the address, and that CUPS there is shared (cupsctl --share-printers)",
            (false, _) => "check the printer's power, network and address",
        }
    }

    /// The address of RFC 8010; CUPS answers questions about itself at the root.
    pub(super) fn uri(&self) -> String {
        format!("ipp://{}{}", self.server(), self.path())
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}{}", self.server(), self.path())
    }

    fn path(&self) -> String {
        match &self.at {
            At::CupsDefault => "/".to_owned(),
            At::CupsQueue(name) => format!("/printers/{}", escaped(name)),
            At::Path(path) => path.clone(),
        }
    }
}

fn server_of(text: &str) -> Option<(String, u16)> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !text.ends_with(']') => (host, port.parse().ok()?),
        _ => (text, IPP_PORT),
    };
    let usable =
        !host.is_empty() && host.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._[]:".contains(letter));
    usable.then(|| (host.to_owned(), port))
}

/// RFC 3986, 2.1.
fn escaped(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    name.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, url: &str) {
        let spec = QueueSpec::parse(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(spec.url(), url, "{text}");
    }

    #[test]
    fn queues_are_named_in_the_ways_of_the_readme() {
        check("cups", "http://localhost:631/");
        check("cups:office", "http://localhost:631/printers/office");
        check("cups:财务 ".trim_end(), "http://localhost:631/printers/%E8%B4%A2%E5%8A%A1");
        check("cups:a@b@10.0.0.7:8631", "http://10.0.0.7:8631/printers/a%40b");
        check("cups@printserver.local", "http://printserver.local:631/");
        check("ipp://10.0.0.9", "http://10.0.0.9:631/ipp/print");
        check("ipp://[fe80::1]:80/ipp/print", "http://[fe80::1]:80/ipp/print");
    }

    #[test]
    fn names_of_no_queue_are_refused_with_examples() {
        for text in [
            "",
            "lp0",
            "cups:",
            "cups:a/b",
            "cups:a b",
            "cups:a@",
            "cups:a@host:port",
            "ipps://h/p",
            "ipp://",
            "cupsoffice",
        ] {
            let error = QueueSpec::parse(text).expect_err(text).to_string();
            assert!(error.contains("cups:QUEUE"), "{error}");
        }
    }
}

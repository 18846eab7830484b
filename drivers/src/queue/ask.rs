//! One question in IPP and its answer, over plain HTTP. The crate `ipp` writes and reads the messages.

use super::{QueueError, QueueSpec, refusal};
use ipp::attribute::{IppAttribute, IppAttributeGroup};
use ipp::model::{DelimiterTag, IppVersion, JobState, Operation};
use ipp::parser::IppParser;
use ipp::reader::IppReader;
use ipp::request::IppRequestResponse;
use ipp::value::IppValue;
use std::io::Cursor;
use std::time::Duration;
use ureq::Agent;

/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(3);
/// Bytes of an answer: a printer's whole description has 10,000.
const LONGEST_ANSWER: u64 = 1024 * 1024;
/// Who prints, as the queue's list shows it.
const USER: &str = "usher";

/// A question on its way.
pub(super) struct Request<'a> {
    spec: &'a QueueSpec,
    message: IppRequestResponse,
}

impl Request<'_> {
    pub fn new(operation: Operation, spec: &QueueSpec) -> Request<'_> {
        let message =
            IppRequestResponse::new(IppVersion::v1_1(), operation, None).expect("there is no address to be wrong");
        Request { spec, message }
            .add("printer-uri", IppValue::new_uri(spec.uri()).ok())
            .add("requesting-user-name", IppValue::new_name_without_language(USER).ok())
    }

    pub fn name(self, name: &str, value: &str) -> Self {
        self.add(name, IppValue::new_name_without_language(value).ok())
    }

    pub fn mime(self, name: &str, value: &str) -> Self {
        self.add(name, IppValue::new_mime_media_type(value).ok())
    }

    pub fn number(self, name: &str, value: i32) -> Self {
        self.add(name, Some(IppValue::new_integer(value)))
    }

    pub fn wanted(self, names: &[&str]) -> Self {
        let keywords = names.iter().filter_map(|name| IppValue::new_keyword(*name).ok()).collect();
        self.add("requested-attributes", Some(IppValue::Array(keywords)))
    }

    pub fn job_keyword(self, name: &str, value: &str) -> Self {
        self.put(DelimiterTag::JobAttributes, name, IppValue::new_keyword(value).ok())
    }

    fn add(self, name: &str, value: Option<IppValue>) -> Self {
        self.put(DelimiterTag::OperationAttributes, name, value)
    }

    /// A value that IPP cannot hold is left out: none of them decides anything but how the list of jobs reads.
    fn put(mut self, group: DelimiterTag, name: &str, value: Option<IppValue>) -> Self {
        if let Some(attribute) = value.and_then(|value| IppAttribute::with_name(name, value).ok()) {
            self.message.attributes_mut().add(group, attribute);
        }
        self
    }

    /// Sends the question, and behind it the document.
    pub fn send(self, document: &[u8], patience: Duration) -> Result<Answer, QueueError> {
        let body = [&self.message.to_bytes()[..], document].concat();
        // No proxy of the environment: queues are in the house.
        let config = Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(patience))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .build();
        let sent = Agent::from(config).post(self.spec.url()).content_type("application/ipp").send(&body[..]);
        let mut response = sent.map_err(|error| self.failed(&error, !document.is_empty()))?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(LONGEST_ANSWER).read_to_vec();
        match status {
            200 => {}
            401 | 403 => return Err(self.refused("it wants a password; let the venue's machines print without one")),
            404 => return Err(QueueError::Unknown { queue: self.queue(), at: self.spec.server(), known: Vec::new() }),
            426 => return Err(self.refused("it wants TLS; allow plain IPP on the venue's network")),
            other => return Err(QueueError::Protocol { queue: self.queue(), detail: format!("HTTP status {other}") }),
        }
        let odd = |detail: String| {
            if document.is_empty() {
                QueueError::Protocol { queue: self.queue(), detail }
            } else {
                QueueError::Doubtful { queue: self.queue(), detail }
            }
        };
        let body = body.map_err(|error| odd(error.to_string()))?;
        let message =
            IppParser::new(IppReader::new(Cursor::new(body))).parse().map_err(|error| odd(error.to_string()))?;
        let answer = Answer { message };
        let status = answer.message.header().status_code();
        if status.is_success() { Ok(answer) } else { Err(refusal(status, self.spec, answer.words())) }
    }

    fn failed(&self, error: &ureq::Error, document: bool) -> QueueError {
        let detail = error.to_string();
        let unreached = match error {
            ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => true,
            ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => true,
            ureq::Error::Io(io) => io.kind() == std::io::ErrorKind::ConnectionRefused,
            _ => false,
        };
        match (unreached, document) {
            (false, true) => QueueError::Doubtful { queue: self.queue(), detail },
            _ => QueueError::NoServer { at: self.spec.server(), detail, remedy: self.spec.remedy() },
        }
    }

    fn refused(&self, reason: &str) -> QueueError {
        QueueError::Refused { queue: self.queue(), reason: reason.to_owned() }
    }

    fn queue(&self) -> String {
        self.spec.queue().to_owned()
    }
}

/// What came back, with a status of success.
pub(super) struct Answer {
    message: IppRequestResponse,
}

impl Answer {
    pub fn jobs(&self) -> Vec<Fields> {
        self.groups(DelimiterTag::JobAttributes)
    }

    pub fn printers(&self) -> Vec<Fields> {
        self.groups(DelimiterTag::PrinterAttributes)
    }

    fn words(&self) -> Option<String> {
        self.groups(DelimiterTag::OperationAttributes).first().and_then(|group| group.word("status-message"))
    }

    fn groups(&self, tag: DelimiterTag) -> Vec<Fields> {
        self.message.attributes().groups_of(tag).map(|group| Fields(Some(group.clone()))).collect()
    }
}

/// The attributes of one job or printer.
#[derive(Clone, Default)]
pub(super) struct Fields(Option<IppAttributeGroup>);

impl Fields {
    pub fn number(&self, name: &str) -> Option<i32> {
        match self.value(name)? {
            IppValue::Integer(number) | IppValue::Enum(number) => Some(*number),
            _ => None,
        }
    }

    pub fn yes(&self, name: &str) -> Option<bool> {
        match self.value(name)? {
            IppValue::Boolean(yes) => Some(*yes),
            _ => None,
        }
    }

    pub fn word(&self, name: &str) -> Option<String> {
        self.words(name).into_iter().next()
    }

    /// One value or several.
    pub fn words(&self, name: &str) -> Vec<String> {
        match self.value(name) {
            Some(IppValue::Array(values)) => values.iter().filter_map(word_of).collect(),
            Some(value) => word_of(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    fn value(&self, name: &str) -> Option<&IppValue> {
        self.0.as_ref()?.get(name).map(IppAttribute::value)
    }
}

fn word_of(value: &IppValue) -> Option<String> {
    match value {
        IppValue::TextWithoutLanguage(text) => Some(text.to_string()),
        IppValue::NameWithoutLanguage(name) => Some(name.to_string()),
        IppValue::TextWithLanguage { text, .. } => Some(text.to_string()),
        IppValue::NameWithLanguage { name, .. } => Some(name.to_string()),
        IppValue::Keyword(word) => Some(word.to_string()),
        IppValue::Uri(uri) => Some(uri.to_string()),
        IppValue::MimeMediaType(kind) => Some(kind.to_string()),
        _ => None,
    }
}

/// RFC 8011, 5.3.7.
pub(super) fn job_state(number: i32) -> Option<JobState> {
    use JobState::{Aborted, Canceled, Completed, Pending, PendingHeld, Processing, ProcessingStopped};
    [Pending, PendingHeld, Processing, ProcessingStopped, Canceled, Aborted, Completed]
        .into_iter()
        .find(|state| *state as i32 == number)
}

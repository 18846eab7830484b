//! What a hub counts for Prometheus, in the OpenMetrics text. Names no person: nodes by their prefix,
//! refusals by their code.

use std::borrow::Cow;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use sync::MeetingId;
use sync::wire::{Problem, Status};

/// Type of the text.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper ends in seconds; a push has to be durable within 0.1.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];
/// Upper ends in requests of one transaction.
const GROUP: [f64; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];

type Labels = [(&'static str, String); 1];

/// The figures of one hub since it started.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    /// Events that this process made durable.
    pub(crate) events: Counter,
    /// Transactions that failed.
    pub(crate) faults: Counter,
    pushes: Counter,
    push_seconds: Histogram,
    group: Histogram,
    refusals: Family<Labels, Counter>,
    failing: Gauge,
    cursor: Gauge,
    waiting: Gauge,
    forks: Gauge,
    lag: Family<Labels, Gauge>,
    silent_seconds: Family<Labels, Gauge>,
}

impl Metrics {
    pub(crate) fn new(meeting: MeetingId) -> Metrics {
        let label = (Cow::Borrowed("meeting"), Cow::Owned(meeting.to_string()));
        let mut metrics = Metrics {
            registry: Registry::with_prefix_and_labels("usher_hub", [label].into_iter()),
            events: Counter::default(),
            faults: Counter::default(),
            pushes: Counter::default(),
            push_seconds: Histogram::new(SECONDS),
            group: Histogram::new(GROUP),
            refusals: Family::default(),
            failing: Gauge::default(),
            cursor: Gauge::default(),
            waiting: Gauge::default(),
            forks: Gauge::default(),
            lag: Family::default(),
            silent_seconds: Family::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("events", "Events made durable by this process", self.events.clone());
        registry.register("pushes", "Pushes answered", self.pushes.clone());
        let help = "From a push's arrival to its durable answer";
        registry.register_with_unit("push_duration", help, Unit::Seconds, self.push_seconds.clone());
        registry.register("group_size", "Requests of one transaction", self.group.clone());
        registry.register("refusals", "Requests answered with a problem, by its code", self.refusals.clone());
        registry.register("storage_faults", "Transactions that failed", self.faults.clone());
        registry.register("storage_failing", "1 while the storage fails", self.failing.clone());
        registry.register("cursor", "Newest cursor of the meeting", self.cursor.clone());
        registry.register("waiting_pulls", "Pulls that wait for news", self.waiting.clone());
        registry.register("forked_chains", "Logs that two machines wrote", self.forks.clone());
        registry.register("node_lag", "Events that a node has not asked beyond", self.lag.clone());
        let help = "Time since a node was last heard here";
        registry.register_with_unit("node_silent", help, Unit::Seconds, self.silent_seconds.clone());
    }

    pub(crate) fn pushed(&self, took: Duration) {
        self.pushes.inc();
        self.push_seconds.observe(took.as_secs_f64());
    }

    #[expect(clippy::cast_precision_loss, reason = "a group has at most 64 requests")]
    pub(crate) fn grouped(&self, requests: usize) {
        self.group.observe(requests as f64);
    }

    pub(crate) fn refused(&self, problem: &Problem) {
        let code = serde_json::to_value(problem.code).ok().and_then(|code| Some(code.as_str()?.to_owned()));
        self.refusals.get_or_create(&[("code", code.unwrap_or_else(|| "other".to_owned()))]).inc();
    }

    /// The text, with what is so at this moment.
    pub(crate) fn text(&self, status: &Status, failing: bool) -> String {
        let gauge = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.failing.set(i64::from(failing));
        self.cursor.set(gauge(status.cursor));
        self.waiting.set(i64::from(status.waiting_pulls));
        self.forks.set(gauge(status.nodes.iter().filter(|node| node.fork_at.is_some()).count() as u64));
        for node in &status.nodes {
            let label = [("node", node.prefix.clone())];
            self.lag.get_or_create(&label).set(gauge(node.lag));
            if let Some(seen) = node.last_seen_ms {
                self.silent_seconds.get_or_create(&label).set(gauge(status.now_ms.saturating_sub(seen) / 1000));
            }
        }
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a String takes any text");
        text
    }
}

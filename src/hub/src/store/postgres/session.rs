//! One connection to PostgreSQL: how it is set up, what it has to promise, its statements, and what
//! its errors mean.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use postgres::config::{Config, Host, SslMode};
use postgres::error::SqlState;
use postgres::types::ToSql;
use postgres::{Client, NoTls, Row, Statement};
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::HubError;

const CONNECT: Duration = Duration::from_secs(5);
/// A peer that is silent for this long is gone.
const SILENT: Duration = Duration::from_secs(10);

/// A hub that stalls inside a transaction must not hold the meeting's row, whoever restarts it; and no
/// hub waits for ever.
const SETTINGS: &str = "
SET synchronous_commit = on;
SET idle_in_transaction_session_timeout = '10s';
SET lock_timeout = '10s';
SET statement_timeout = '60s';
SET client_min_messages = warning;
";

/// A connection with its prepared statements.
pub(super) struct Session {
    /// None while it is dropped.
    client: Option<Client>,
    statements: BTreeMap<&'static str, Statement>,
}

impl Session {
    pub(super) fn connect(config: &Config, place: &Path) -> Result<Session, HubError> {
        let connected = if encrypted(config) { config.connect(tls(place)?) } else { config.connect(NoTls) };
        let mut client = connected.map_err(|error| told(place, &error))?;
        client.batch_execute(SETTINGS).map_err(|error| told(place, &error))?;
        check_durable(&mut client, place)?;
        Ok(Session { client: Some(client), statements: BTreeMap::new() })
    }

    pub(super) fn client(&mut self) -> &mut Client {
        self.client.as_mut().expect("a session has its client until it is dropped")
    }

    pub(super) fn prepared(&mut self, sql: &'static str) -> Result<Statement, postgres::Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client().prepare(sql)?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }

    pub(super) fn execute(
        &mut self,
        sql: &'static str,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, postgres::Error> {
        let statement = self.prepared(sql)?;
        self.client().execute(&statement, params)
    }

    pub(super) fn query(
        &mut self,
        sql: &'static str,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, postgres::Error> {
        let statement = self.prepared(sql)?;
        self.client().query(&statement, params)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let client = self.client.take();
        // Closing blocks, which a thread of an async runtime must not; the last handle may go there.
        if tokio::runtime::Handle::try_current().is_ok() {
            std::thread::spawn(move || drop(client));
        }
    }
}

/// Reads an address and completes it with our patience.
pub(super) fn config(url: &str) -> Result<Config, HubError> {
    let mut config: Config = url.parse().map_err(|error| HubError::NoDatabase { what: chain(&error) })?;
    if config.get_hosts().is_empty() {
        return Err(HubError::NoDatabase { what: "it names no host".to_owned() });
    }
    if encrypted(&config) {
        // The default would go on in clear text where the server has no TLS.
        config.ssl_mode(SslMode::Require);
    }
    config.application_name("usher hub").keepalives_idle(SILENT).tcp_user_timeout(SILENT);
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    Ok(config)
}

/// Whether the connection leaves this machine; `sslmode` decides where it is given.
fn encrypted(config: &Config) -> bool {
    let here = config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback()),
    });
    match config.get_ssl_mode() {
        SslMode::Disable => false,
        SslMode::Require => true,
        _ => !here,
    }
}

/// TLS with the authorities that this machine trusts; the certificate has to name the host.
fn tls(place: &Path) -> Result<MakeRustlsConnect, HubError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let versions =
        versions.map_err(|error| HubError::Unreachable { path: place.to_owned(), what: error.to_string() })?;
    Ok(MakeRustlsConnect::new(versions.with_root_certificates(roots).with_no_client_auth()))
}

/// The database for messages: without user and password.
pub(super) fn place(config: &Config) -> String {
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(folder) => folder.display().to_string(),
        })
        .collect();
    format!("postgres://{}/{}", hosts.join(","), config.get_dbname().unwrap_or_default())
}

/// What PostgreSQL has to be set to so that a commit survives a power cut.
fn check_durable(client: &mut Client, place: &Path) -> Result<(), HubError> {
    for (setting, good) in
        [("synchronous_commit", &["on", "remote_apply"][..]), ("fsync", &["on"]), ("full_page_writes", &["on"])]
    {
        let row = client.query_one("SELECT current_setting($1)", &[&setting]).map_err(|error| told(place, &error))?;
        let found: String = row.get(0);
        if !good.contains(&found.as_str()) {
            let what = format!("{setting} is {found}, it has to be {}", good[0]);
            return Err(HubError::NotDurable { path: place.to_owned(), what });
        }
    }
    Ok(())
}

/// What an error of PostgreSQL means for the hub.
pub(super) fn told(place: &Path, error: &postgres::Error) -> HubError {
    let (path, what) = (place.to_owned(), chain(error));
    let Some(code) = error.code() else { return HubError::Unreachable { path, what } };
    if *code == SqlState::DISK_FULL {
        HubError::DiskFull { path }
    } else if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        HubError::ReadOnly { path }
    } else if UNREACHABLE.iter().any(|class| code.code().starts_with(class)) {
        HubError::Unreachable { path, what }
    } else {
        HubError::Database { path, what }
    }
}

/// Classes of errors that are about reaching the server: connection, login, no such database, too many
/// connections, shutting down or starting up (PostgreSQL's manual, appendix A).
const UNREACHABLE: [&str; 5] = ["08", "28", "3D", "53300", "57P"];

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_database_without_its_password() {
        let config = config("postgres://usher:secret@db.example:5433/meeting").unwrap();
        assert_eq!(place(&config), "postgres://db.example/meeting");
    }

    fn check_encrypted(url: &str, wanted: bool) {
        assert_eq!(encrypted(&config(url).unwrap()), wanted, "{url}");
    }

    #[test]
    fn what_leaves_this_machine_is_encrypted() {
        check_encrypted("postgres://usher@%2Frun%2Fpostgresql/usher", false);
        check_encrypted("postgres://usher@localhost/usher", false);
        check_encrypted("postgres://usher@127.0.0.1/usher", false);
        check_encrypted("postgres://usher@localhost/usher?sslmode=require", true);
        check_encrypted("postgres://usher@db.example/usher", true);
        check_encrypted("postgres://usher@localhost,10.0.0.7/usher", true);
        check_encrypted("postgres://usher@10.0.0.7/usher?sslmode=disable", false);
    }

    #[test]
    fn address_without_a_host_is_refused() {
        for url in ["", "postgres:///meeting", "mysql://host/meeting", "dbname=x"] {
            let Err(error) = config(url) else { panic!("{url} was taken") };
            assert!(matches!(error, HubError::NoDatabase { .. }), "{error}");
        }
    }
}

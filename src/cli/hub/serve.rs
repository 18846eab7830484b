//! Running the hub: one process for one meeting at a venue, or for several on a database.

use super::answers::House;
use super::told;
use crate::app::control::ControlServer;
use crate::keys::MeetingKeys;
use crate::roster::hub_log;
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use hub::{Database, Hub, HubError, HubLog, HubOptions, HubSecrets, Hubs, Links, Partner};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use tokio::net::TcpListener;

/// The file in the data folder that says where the hub listens.
const ADDRESS_FILE: &str = "address";

#[derive(Args)]
pub struct ServeArgs {
    /// Folder of the hub's log and keys; several with --database, a meeting each
    #[arg(long, default_value = "usher-hub")]
    data: Vec<PathBuf>,
    /// Where nodes reach the hub, over TLS; port 0 takes a free one, named in DATA/address
    #[arg(long, default_value = "127.0.0.1:7400")]
    listen: SocketAddr,
    /// The address that machines are told, where they reach the hub by another one than it listens on
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Keep the log on PostgreSQL instead of in the folder: postgres://user:password@host/database
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Send everything on to the hub above, which has the same keys; a standby does so once it is promoted
    #[arg(long, value_name = "URL")]
    relay_to: Option<String>,
    /// Follow the meeting's hub, to take its place when it dies (`usher hub promote`)
    #[arg(long, value_name = "URL")]
    standby_of: Option<String>,
    /// Take the log of the hub below, which relays to this one, and nothing else
    #[arg(long, conflicts_with = "standby_of")]
    follow: bool,
    /// The standby of this hub, which is asked again and again: where it takes over, this one follows it
    #[arg(long, value_name = "URL", conflicts_with_all = ["standby_of", "follow"])]
    standby: Option<String>,
}

/// One meeting that this process serves.
struct Served {
    data: PathBuf,
    secrets: HubSecrets,
    hub: Hub,
}

pub fn run(args: &ServeArgs) -> Result<()> {
    ensure!(args.data.len() == 1 || args.database.is_some(), "several --data folders need a --database for their logs");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no threads for the hub")?;
    let database = args.database.as_deref().map(Database::connect).transpose().map_err(told)?;
    let open = |data: &PathBuf| open(args, data, database.as_ref());
    let served: Vec<Served> = args.data.iter().map(open).collect::<Result<_>>()?;
    let hubs = Hubs::new();
    for one in &served {
        if hubs.add(one.hub.clone()).is_some() {
            bail!("two of the --data folders are of one meeting: give each meeting its own");
        }
    }
    let outcome = runtime.block_on(serve(args, &served, hubs.clone()));
    // Whatever was queued is durable when this returns.
    hubs.stop();
    outcome
}

async fn serve(args: &ServeArgs, served: &[Served], hubs: Hubs) -> Result<()> {
    let listener = TcpListener::bind(args.listen).await.with_context(|| {
        format!("the hub cannot listen on {}: is another one running there? Choose another --listen", args.listen)
    })?;
    let address = listener.local_addr()?;
    let url = args.url.clone().unwrap_or_else(|| format!("https://{}", reachable(address)));
    let mut controls = Vec::new();
    for one in served {
        let house = House { hub: one.hub.clone(), url: url.clone(), pin: hub::tls::pin_of(&one.secrets) };
        controls.push(ControlServer::start(&one.data, move |request| house.answer(&request))?);
        start_links(args, &one.hub).await?;
        write_address(&one.data, &address)?;
    }
    tracing::info!("the hub listens on https://{address}");
    // Who names no key sees that of the first meeting.
    hub::serve_tls(listener, hubs, &served[0].secrets, stopped()).await.context("the hub's server ended")
}

fn open(args: &ServeArgs, data: &Path, database: Option<&Database>) -> Result<Served> {
    hub_log::check_place(data, database.is_some())?;
    let following = args.standby_of.is_some() || args.follow;
    let keys = if following { MeetingKeys::load(data)? } else { MeetingKeys::load_or_create(data)? };
    let secrets = hub_log::hub_secrets(&keys);
    let log = open_log(data, database, following, &secrets)?;
    MeetingKeys::note_meeting(data, log.ledger().identity().meeting)?;
    if database.is_some() {
        hub_log::note_elsewhere(data)?;
    }
    if following && log.life().follows.is_none() {
        tracing::warn!("this hub was promoted: it orders the meeting now, whatever hub it was told to follow");
    }
    Ok(Served { data: data.to_path_buf(), secrets, hub: Hub::start(log) })
}

/// A new log follows where it was told to; one that was promoted meanwhile orders.
fn open_log(data: &Path, database: Option<&Database>, following: bool, secrets: &HubSecrets) -> Result<HubLog> {
    let open = |options: HubOptions| match database {
        Some(database) => HubLog::open_in(database, options),
        None => HubLog::open(data, options),
    };
    if !following {
        return open(HubOptions::new(secrets.clone())).map_err(told);
    }
    let meeting = MeetingKeys::meeting(data).with_context(|| {
        let keys = data.join("keys").display().to_string();
        format!("{keys} does not name its meeting: copy the whole folder `keys` of the hub that runs the meeting")
    })?;
    match open(HubOptions::following(meeting, secrets.clone())) {
        Err(HubError::Orders { .. }) => open(HubOptions::new(secrets.clone())).map_err(told),
        opened => opened.map_err(told),
    }
}

/// Nothing is served before the standby was asked: it may have taken over meanwhile.
async fn start_links(args: &ServeArgs, hub: &Hub) -> Result<()> {
    let leader = args.standby_of.clone().map(Partner::Leader);
    let partner = leader.or_else(|| args.standby.clone().map(Partner::Standby));
    let links = Links::new(hub, partner, args.relay_to.clone())?;
    links.ask_first().await;
    tokio::spawn(links.run());
    Ok(())
}

/// Where other machines of the room reach this one, as far as it can know: the address by which it would answer them.
fn reachable(listen: SocketAddr) -> SocketAddr {
    if !listen.ip().is_unspecified() {
        return listen;
    }
    // Nothing is sent: connecting a datagram socket only chooses the way. 192.0.2.1 is nobody (RFC 5737).
    let way = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
        socket.local_addr()
    });
    let own = way.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address| address.ip());
    SocketAddr::new(own, listen.port())
}

/// Written aside and renamed: whoever reads it finds a whole address.
fn write_address(folder: &Path, address: &SocketAddr) -> Result<()> {
    let (fresh, file) = (folder.join("address.new"), folder.join(ADDRESS_FILE));
    std::fs::write(&fresh, address.to_string())
        .and_then(|()| std::fs::rename(&fresh, &file))
        .with_context(|| format!("{} cannot be written", file.display()))
}

/// Resolves on Ctrl-C and on the signal that service managers send.
async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = interrupted.await;
        return;
    };
    tokio::select! {
        _ = interrupted => {}
        _ = terminated.recv() => {}
    }
}

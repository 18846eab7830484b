//! The hub's sockets: accepts connections within the limits, over TLS or on this machine alone, and
//! hands their requests to the routes. What a request may do is `guard`'s, what it means `http`'s.

use std::future::{Future, pending};
use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use sync::DeviceId;
use sync::ids::Key;
use sync::pairing::KeyHash;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::address::check_address;
use crate::guard::{Door, Peer, ShownKey};
use crate::http::router;
use crate::hubs::Hubs;
use crate::limits::{self, Lobby, Seat, Steady};
use crate::secrets::HubSecrets;
use crate::tls;

/// How long open requests may take to end once the hub stops.
const DRAIN: Duration = Duration::from_secs(5);
/// Pause after the system had no file for a connection.
const NO_FILE_PAUSE: Duration = Duration::from_millis(20);

/// Serves over plain HTTP on this machine, for suites and benches: without TLS nobody can prove a key,
/// so neither codes nor signatures are asked for; an installation uses `serve_tls`. Runs until `shutdown`
/// ends; then lets waiting pulls go, ends what is under way within 5 s and returns when everything queued
/// is durable.
///
/// # Errors
/// The address is not of this machine alone.
pub async fn serve(
    listener: TcpListener,
    hubs: impl Into<Hubs>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    check_address(&listener.local_addr()?).map_err(io::Error::other)?;
    Server::new(hubs.into(), None).run(listener, shutdown).await;
    Ok(())
}

/// As `serve`, over TLS on whatever address, showing the key of the meeting that a client names, and the
/// one of these secrets to who names none.
///
/// # Errors
/// Never at this time.
pub async fn serve_tls(
    listener: TcpListener,
    hubs: impl Into<Hubs>,
    secrets: &HubSecrets,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    Server::new(hubs.into(), Some(secrets)).run(listener, shutdown).await;
    Ok(())
}

struct Server {
    hubs: Hubs,
    router: Router,
    lobby: Lobby,
    /// With the key that is shown to who names none.
    tls: Option<(TlsAcceptor, KeyHash)>,
}

impl Server {
    fn new(hubs: Hubs, secrets: Option<&HubSecrets>) -> Arc<Server> {
        let door = Door::new(hubs.clone(), secrets.is_some());
        let tls = secrets
            .map(|secrets| (TlsAcceptor::from(tls::server_config_of(hubs.clone(), secrets)), tls::pin_of(secrets)));
        Arc::new(Server { hubs, router: router(door), lobby: Lobby::default(), tls })
    }

    async fn run(self: Arc<Server>, listener: TcpListener, shutdown: impl Future<Output = ()>) {
        ask_for_files();
        let (stopping, stop) = watch::channel(false);
        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                Some(_) = connections.join_next() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, from)) => {
                        let address = limits::counted(from.ip());
                        let seat = Arc::new(self.lobby.enter(address));
                        connections.spawn(Arc::clone(&self).attend(stream, address, seat, stop.clone()));
                    }
                    Err(error) => self.not_accepted(&error).await,
                },
            }
        }
        drop(listener);
        self.hubs.release();
        stopping.send_replace(true);
        let ended = async { while connections.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(DRAIN, ended).await;
        drop(connections);
        let hubs = self.hubs.clone();
        let _ = tokio::task::spawn_blocking(move || hubs.stop()).await;
    }

    async fn not_accepted(&self, error: &io::Error) {
        use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
        if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted) {
            return;
        }
        let made_room = self.lobby.make_room();
        tracing::error!(%error, made_room, "a connection could not be accepted");
        tokio::time::sleep(NO_FILE_PAUSE).await;
    }

    async fn attend(
        self: Arc<Server>,
        stream: TcpStream,
        address: IpAddr,
        seat: Arc<Seat>,
        stop: watch::Receiver<bool>,
    ) {
        // A reply is one small write: waiting for more to send would only delay it.
        let _ = stream.set_nodelay(true);
        tokio::select! {
            () = seat.dismissed() => {}
            () = overstayed(&seat) => {}
            () = self.receive(stream, address, seat.clone(), stop) => {}
        }
    }

    async fn receive(&self, stream: TcpStream, address: IpAddr, seat: Arc<Seat>, stop: watch::Receiver<bool>) {
        let Some((acceptor, first)) = &self.tls else {
            let peer = Peer { address, key: None, shown: None, seat };
            return self.converse(Steady::new(stream), peer, stop).await;
        };
        let handshake = acceptor.accept(Steady::new(stream));
        let Ok(Ok(stream)) = tokio::time::timeout(limits::HANDSHAKE_TIME, handshake).await else { return };
        let session = stream.get_ref().1;
        let key = session.peer_certificates().and_then(|chain| tls::key_of(chain.first()?));
        let named = tls::named_pin(&self.hubs, session.server_name());
        let shown = ShownKey { pin: named.unwrap_or(*first), named: named.is_some() };
        if let Some(device) = key.and_then(|key| self.inside(&key))
            && !seat.know(device)
        {
            return;
        }
        self.converse(stream, Peer { address, key, shown: Some(shown), seat }, stop).await;
    }

    /// The device that has this key and takes part, or the hub itself.
    fn inside(&self, key: &Key) -> Option<DeviceId> {
        let device = DeviceId::of_key(key);
        let inside = |hub: &crate::Hub| hub.has_inside(key).is_some() || hub.secrets().device_id() == device;
        self.hubs.all().iter().any(inside).then_some(device)
    }

    async fn converse(
        &self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        peer: Peer,
        mut stop: watch::Receiver<bool>,
    ) {
        let routes = TowerToHyperService::new(self.router.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer.clone());
            routes.call(request)
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(limits::HEAD_TIME)
            .max_headers(limits::MAX_HEADERS)
            .max_header_size(limits::MAX_HEAD_BYTES);
        let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }
}

/// Ends when a stranger has been there too long; never for one who became known.
async fn overstayed(seat: &Seat) {
    tokio::time::sleep(limits::STRANGER_TIME).await;
    if seat.is_known() {
        pending::<()>().await;
    }
}

/// Many systems start a process with 1,024 open files and allow it more.
fn ask_for_files() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(limits::OPEN_FILES, |maximum| maximum.min(limits::OPEN_FILES));
    if current.is_some_and(|current| current < wanted) {
        let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
        tracing::debug!(wanted, ok = raised.is_ok(), "asked for more open files");
    }
}

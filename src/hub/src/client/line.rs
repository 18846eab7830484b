//! One connection for one request.

use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::{Body, Bytes};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use sync::pairing::KeyHash;
use sync::wire::{NetFault, WireError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::address::HubAddress;
use crate::tls::{Pinned, key_of, name_of, pin_of_key};

/// A hub on the LAN accepts within milliseconds; a pulled cable never does.
const CONNECT_PATIENCE: Duration = Duration::from_secs(2);
/// The handshake is some milliseconds of computing on a mini-PC.
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(5);

trait Wire: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> Wire for T {}

/// A connection that nothing was sent on yet.
pub(super) struct Line {
    wire: Pin<Box<dyn Wire>>,
    pin: Option<KeyHash>,
}

/// Status and whole body.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Line {
    pub(super) async fn plain(address: &HubAddress) -> Result<Line, NetFault> {
        let stream = connect(address).await?;
        // A name may lead elsewhere than it says.
        if !stream.peer_addr().is_ok_and(|peer| peer.ip().to_canonical().is_loopback()) {
            return Err(NetFault::Unreachable);
        }
        Ok(Line { wire: Box::pin(stream), pin: None })
    }

    pub(super) async fn tls(
        address: &HubAddress,
        config: Arc<ClientConfig>,
        pinned: &Pinned,
    ) -> Result<Line, NetFault> {
        let stream = connect(address).await?;
        // Keys are checked, the name only says which of several is wanted.
        let name = pinned.pin.map_or_else(|| "usher".to_owned(), |pin| name_of(&pin));
        let name = ServerName::try_from(name).expect("a name");
        let handshake = TlsConnector::from(config).connect(name, stream);
        let shaken = tokio::time::timeout(HANDSHAKE_PATIENCE, handshake).await.map_err(|_| NetFault::TimedOut)?;
        let stream = shaken.map_err(|error| {
            tracing::debug!(%error, "no TLS with the hub");
            if pinned.saw_foreign() { NetFault::ForeignHub } else { NetFault::Unreachable }
        })?;
        let shown = stream.get_ref().1.peer_certificates().and_then(|chain| key_of(chain.first()?));
        let pin = Some(pin_of_key(&shown.ok_or(NetFault::ForeignHub)?));
        Ok(Line { wire: Box::pin(stream), pin })
    }

    /// The key that the hub showed.
    pub(super) fn server_pin(&self) -> Option<KeyHash> {
        self.pin
    }

    /// Sends the request and reads an answer of at most `limit` bytes.
    pub(super) async fn exchange(self, request: Request<Full<Bytes>>, limit: usize) -> Result<Answer, NetFault> {
        let (mut sender, connection) = http1::handshake(TokioIo::new(self.wire)).await.map_err(unreachable)?;
        let mut connection = pin!(connection);
        let mut talk = pin!(async move {
            let response = sender.send_request(request).await.map_err(unreachable)?;
            let status = response.status().as_u16();
            Ok(Answer { status, body: read(response.into_body(), limit).await? })
        });
        let mut over = false;
        loop {
            tokio::select! {
                biased;
                answer = &mut talk => return answer,
                _ = &mut connection, if !over => over = true,
            }
        }
    }
}

async fn connect(address: &HubAddress) -> Result<TcpStream, NetFault> {
    let connecting = TcpStream::connect(address.place());
    let connected = tokio::time::timeout(CONNECT_PATIENCE, connecting).await;
    // A connection that is not made in time is a missing hub, one that brings nothing is a slow one.
    let stream = connected.map_err(|_| NetFault::Unreachable)?.map_err(|error: io::Error| {
        tracing::debug!(%error, "the hub cannot be reached");
        NetFault::Unreachable
    })?;
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

async fn read(
    mut body: impl Body<Data = Bytes, Error = hyper::Error> + Unpin,
    limit: usize,
) -> Result<Vec<u8>, NetFault> {
    let too_long = || NetFault::Garbled(WireError::TooLong { limit });
    let announced = usize::try_from(body.size_hint().lower()).map_err(|_| too_long())?;
    if announced > limit {
        return Err(too_long());
    }
    let mut whole = Vec::with_capacity(announced);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(unreachable)?.into_data() else { continue };
        if whole.len() + data.len() > limit {
            return Err(too_long());
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole)
}

fn unreachable(error: hyper::Error) -> NetFault {
    tracing::debug!(%error, "the hub gave no answer");
    NetFault::Unreachable
}

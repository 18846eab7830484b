//! The control socket: the way into a running node or hub for commands on the same machine, since one process
//! holds the store. Carries JSON lines and knows no command; whoever may open the data folder may ask.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value, json};

/// Longest request or reply, line end included: an import of 10,000 guests has some 5 MB.
pub const MAX_LINE_BYTES: u64 = 16 * 1024 * 1024;

/// Connections that are served at once; one more is told to come again.
const MAX_CONNECTIONS: usize = 8;

/// A peer that is silent in the middle of a line, or does not read its reply, is dropped.
const PEER_PATIENCE: Duration = Duration::from_secs(10);

/// How long a command waits for its reply: an import on a slow disk takes seconds.
const REPLY_PATIENCE: Duration = Duration::from_secs(120);

const SOCKET: &str = "control.sock";

/// Why the socket cannot be offered, or brought no reply.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    #[error("nobody listens in {}: start usher with this data folder, or name the right one with --data", folder.display())]
    NobodyListens { folder: PathBuf },
    #[error("another process listens in {} already: stop it first, or give this one its own --data folder", folder.display())]
    InUse { folder: PathBuf },
    #[error("no permission to ask in {}: run this command as the user that runs usher", folder.display())]
    Denied { folder: PathBuf },
    #[error(
        "a message of more than {MAX_LINE_BYTES} bytes does not pass the control socket: stop usher and run the command again"
    )]
    TooLong,
    #[error("the running usher did not reply within {} s: look at its log", REPLY_PATIENCE.as_secs())]
    TimedOut,
    #[error("the running usher ended before it replied: look at its log")]
    Ended,
    #[error("the running usher replied something else than JSON; is it another version?")]
    Garbled,
    #[error("control socket in {}", folder.display())]
    Io { folder: PathBuf, source: io::Error },
}

/// An offered socket; dropping it takes the socket away and waits for nobody.
#[derive(Debug)]
pub struct ControlServer {
    folder: PathBuf,
    ends: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl ControlServer {
    /// Offers the socket in `folder`. Each request line is given to `handler` on a thread of its connection; what
    /// it returns is the reply.
    ///
    /// # Errors
    /// `InUse`, `Denied` or `Io`.
    pub fn start(
        folder: &Path,
        handler: impl Fn(Value) -> Value + Send + Sync + 'static,
    ) -> Result<ControlServer, ControlError> {
        let listener = listen(folder).map_err(|error| fault(folder, error))?;
        let ends = Arc::new(AtomicBool::new(false));
        let acceptor = thread::Builder::new()
            .name("control".into())
            .spawn({
                let ends = Arc::clone(&ends);
                move || accept(&listener, &ends, &Arc::new(handler))
            })
            .map_err(|error| fault(folder, error))?;
        Ok(ControlServer { folder: folder.to_owned(), ends, acceptor: Some(acceptor) })
    }
}

impl Drop for ControlServer {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        // Wakes the acceptor. When even that fails it is left behind, blocked and harmless.
        let woken = connect(&self.folder).is_ok();
        let _ = fs::remove_file(self.folder.join(SOCKET));
        if let Some(acceptor) = self.acceptor.take().filter(|_| woken) {
            let _ = acceptor.join();
        }
    }
}

/// Asks the process that runs on `folder`.
///
/// # Errors
/// Every [`ControlError`] but `InUse`; `NobodyListens` is the usual one.
pub fn ask(folder: &Path, request: &Value) -> Result<Value, ControlError> {
    let mut line = request.to_string();
    line.push('\n');
    if line.len() as u64 > MAX_LINE_BYTES {
        return Err(ControlError::TooLong);
    }
    let reply = exchange(folder, line.as_bytes()).map_err(|error| fault(folder, error))?;
    if reply.is_empty() {
        return Err(ControlError::Ended);
    }
    if !reply.ends_with(b"\n") {
        return Err(if reply.len() as u64 == MAX_LINE_BYTES { ControlError::TooLong } else { ControlError::Ended });
    }
    serde_json::from_slice(&reply).map_err(|_| ControlError::Garbled)
}

fn exchange(folder: &Path, line: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = connect(folder)?;
    stream.set_read_timeout(Some(REPLY_PATIENCE))?;
    stream.set_write_timeout(Some(PEER_PATIENCE))?;
    // A busy server says so and closes before it reads: then the reply is there although writing failed.
    let written = stream.write_all(line);
    let mut reply = Vec::new();
    let read = BufReader::new(stream).take(MAX_LINE_BYTES).read_until(b'\n', &mut reply);
    if reply.ends_with(b"\n") {
        return Ok(reply);
    }
    written.and(read).map(|_| reply)
}

fn fault(folder: &Path, error: io::Error) -> ControlError {
    let folder = folder.to_owned();
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => ControlError::NobodyListens { folder },
        io::ErrorKind::AddrInUse => ControlError::InUse { folder },
        io::ErrorKind::PermissionDenied => ControlError::Denied { folder },
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => ControlError::TimedOut,
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => ControlError::Ended,
        _ => ControlError::Io { folder, source: error },
    }
}

/// A socket's address has 108 bytes, a data folder's path may have more: so the folder is named by its
/// descriptor. The file stays open as long as the path is used.
fn with_short_path<T>(folder: &Path, work: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    let directory = fs::File::open(folder)?;
    work(&PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", directory.as_raw_fd())))
}

fn connect(folder: &Path) -> io::Result<UnixStream> {
    with_short_path(folder, |path| UnixStream::connect(path))
}

fn listen(folder: &Path) -> io::Result<UnixListener> {
    match connect(folder) {
        Ok(_) => return Err(io::ErrorKind::AddrInUse.into()),
        // A process that was killed left its socket behind.
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(folder.join(SOCKET))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let listener = with_short_path(folder, |path| UnixListener::bind(path))?;
    fs::set_permissions(folder.join(SOCKET), fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// One of the places of [`MAX_CONNECTIONS`]; free again when dropped, also by a panic.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(taken: &Arc<AtomicUsize>) -> Option<Place> {
        let place = Place(Arc::clone(taken));
        (taken.fetch_add(1, Ordering::SeqCst) < MAX_CONNECTIONS).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn accept<H>(listener: &UnixListener, ends: &AtomicBool, handler: &Arc<H>)
where
    H: Fn(Value) -> Value + Send + Sync + 'static,
{
    let taken = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        if ends.load(Ordering::SeqCst) {
            return;
        }
        let Ok(mut stream) = stream else {
            // Out of descriptors or of memory: others have to let go first.
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        let Some(place) = Place::take(&taken) else {
            let _ = stream.set_write_timeout(Some(PEER_PATIENCE));
            let _ = reply(&mut stream, &problem("busy", "too many commands at once, try again"));
            continue;
        };
        let handler = Arc::clone(handler);
        let spawned = thread::Builder::new().name("control-peer".into()).spawn(move || {
            let _place = place;
            // A peer that went away is its own concern.
            let _ = serve(&stream, handler.as_ref());
        });
        if let Err(error) = spawned {
            tracing::warn!(%error, "no thread for a control connection");
        }
    }
}

fn serve(stream: &UnixStream, handler: &impl Fn(Value) -> Value) -> io::Result<()> {
    stream.set_read_timeout(Some(PEER_PATIENCE))?;
    stream.set_write_timeout(Some(PEER_PATIENCE))?;
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    loop {
        let mut line = Vec::new();
        reader.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(());
        }
        if !line.ends_with(b"\n") {
            return reply(&mut writer, &problem("malformed", "the request is too long or not a whole line"));
        }
        let answer = match serde_json::from_slice(&line) {
            Ok(request) => handler(request),
            Err(error) => problem("malformed", &format!("the request is not JSON: {error}")),
        };
        reply(&mut writer, &answer)?;
    }
}

fn reply(mut stream: impl Write, answer: &Value) -> io::Result<()> {
    let mut line = answer.to_string();
    if line.len() as u64 >= MAX_LINE_BYTES {
        line = problem("too_long", "the reply is too long for the control socket").to_string();
    }
    line.push('\n');
    stream.write_all(line.as_bytes())
}

/// What the socket itself answers: `{"error": {"code": …, "message": …}}`.
fn problem(code: &str, message: &str) -> Value {
    json!({ "error": { "code": code, "message": message } })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn echo(folder: &Path) -> ControlServer {
        ControlServer::start(folder, |request| json!({ "echo": request })).unwrap()
    }

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn request_is_answered_by_the_handler() {
        let folder = folder();
        let _server = echo(folder.path());
        for request in [json!({ "command": "status" }), json!("王总\n"), json!(null)] {
            assert_eq!(ask(folder.path(), &request).unwrap(), json!({ "echo": request }));
        }
    }

    #[test]
    fn several_lines_on_one_connection_get_a_reply_each() {
        let folder = folder();
        let _server = echo(folder.path());
        let mut stream = connect(folder.path()).unwrap();
        stream.write_all(b"1\n2\nno json\n").unwrap();
        let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
        assert_eq!(lines.next().unwrap(), r#"{"echo":1}"#);
        assert_eq!(lines.next().unwrap(), r#"{"echo":2}"#);
        assert!(lines.next().unwrap().contains("malformed"));
    }

    #[test]
    fn import_of_ten_megabytes_passes() {
        let folder = folder();
        let server = ControlServer::start(folder.path(), |request| json!(request.as_str().unwrap().len())).unwrap();
        let text = "x".repeat(10 << 20);
        assert_eq!(ask(folder.path(), &json!(text)).unwrap(), json!(10 << 20));
        drop(server);
    }

    #[test]
    fn too_long_message_is_refused_on_both_sides() {
        let folder = folder();
        let _server = ControlServer::start(folder.path(), |_| json!("x".repeat(17 << 20))).unwrap();
        let long = json!("x".repeat(17 << 20));
        assert!(matches!(ask(folder.path(), &long), Err(ControlError::TooLong)));
        assert_eq!(ask(folder.path(), &json!(1)).unwrap()["error"]["code"], "too_long");
        // A client without our limit.
        let reply = exchange(folder.path(), long.to_string().as_bytes()).unwrap();
        assert!(String::from_utf8(reply).unwrap().contains("malformed"));
    }

    #[test]
    fn nobody_listening_is_said_with_the_remedy() {
        let folder = folder();
        for path in [folder.path().to_owned(), folder.path().join("missing")] {
            let error = ask(&path, &json!(1)).unwrap_err();
            assert!(matches!(error, ControlError::NobodyListens { .. }), "{error:?}");
            assert!(error.to_string().contains("--data"), "{error}");
        }
    }

    #[test]
    fn socket_is_private_and_gone_with_the_server() {
        let folder = folder();
        let server = echo(folder.path());
        let path = folder.path().join(SOCKET);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        drop(server);
        assert!(!path.exists());
        assert!(matches!(ask(folder.path(), &json!(1)), Err(ControlError::NobodyListens { .. })));
    }

    #[test]
    fn socket_left_by_a_killed_process_is_replaced() {
        let folder = folder();
        drop(UnixListener::bind(folder.path().join(SOCKET)).unwrap());
        assert!(matches!(ask(folder.path(), &json!(1)), Err(ControlError::NobodyListens { .. })));
        let _server = echo(folder.path());
        assert_eq!(ask(folder.path(), &json!(1)).unwrap(), json!({ "echo": 1 }));
    }

    #[test]
    fn second_server_in_one_folder_is_refused() {
        let folder = folder();
        let _server = echo(folder.path());
        let error = ControlServer::start(folder.path(), |request| request).unwrap_err();
        assert!(matches!(error, ControlError::InUse { .. }), "{error:?}");
        assert_eq!(ask(folder.path(), &json!(1)).unwrap(), json!({ "echo": 1 }));
    }

    #[test]
    fn folder_with_a_long_path_works() {
        let folder = folder();
        let long = folder.path().join("订货会".repeat(20));
        fs::create_dir(&long).unwrap();
        let _server = echo(&long);
        assert_eq!(ask(&long, &json!(1)).unwrap(), json!({ "echo": 1 }));
    }

    #[test]
    fn one_command_too_many_is_told_to_come_again() {
        let folder = folder();
        let (entered, enters) = mpsc::channel();
        let (let_go, waits) = mpsc::channel::<()>();
        let waits = std::sync::Mutex::new(waits);
        let _server = ControlServer::start(folder.path(), move |request| {
            entered.send(()).unwrap();
            let _ = waits.lock().unwrap().recv();
            request
        })
        .unwrap();
        thread::scope(|scope| {
            let asks: Vec<_> =
                (0..MAX_CONNECTIONS).map(|_| scope.spawn(|| ask(folder.path(), &json!(1)).unwrap())).collect();
            (0..MAX_CONNECTIONS).for_each(|_| enters.recv().unwrap());
            assert_eq!(ask(folder.path(), &json!(2)).unwrap()["error"]["code"], "busy");
            drop(let_go);
            assert!(asks.into_iter().all(|ask| ask.join().unwrap() == json!(1)));
        });
    }

    #[test]
    fn handler_that_panics_ends_only_its_connection() {
        let folder = folder();
        let _server = ControlServer::start(folder.path(), |request| {
            assert_ne!(request, json!("bang"), "the test wants this");
            request
        })
        .unwrap();
        for _ in 0..MAX_CONNECTIONS + 1 {
            assert!(matches!(ask(folder.path(), &json!("bang")), Err(ControlError::Ended)));
        }
        assert_eq!(ask(folder.path(), &json!(1)).unwrap(), json!(1));
    }
}

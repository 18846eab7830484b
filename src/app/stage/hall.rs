//! The operator's side of the audience's window: a socket in the data folder, whole messages as JSON lines, the newest only.
//! A window that is slow or gone never holds the operator up; one that comes back gets the message of now. Opens no window.

use crate::screens::stage::{AudienceState, HallMessage};
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

const SOCKET: &str = "audience.sock";
/// A window that takes nothing for so long is let go of; it comes again.
const WRITE_PATIENCE: Duration = Duration::from_secs(5);
/// Longest line in either direction.
pub const MOST_BYTES: u64 = 1024 * 1024;
/// A window that has not drawn a message after this is late.
const LATE: Duration = Duration::from_secs(1);
/// How often it is looked whether the window's process lives, and how long an orphan has time to come back first.
const LOOK: Duration = Duration::from_millis(100);
const ORPHAN_PATIENCE: Duration = Duration::from_millis(700);

/// What both threads and the runner share.
#[derive(Default)]
struct Desk {
    newest: Mutex<Newest>,
    changed: Condvar,
}

#[derive(Default)]
struct Newest {
    number: u64,
    line: Arc<str>,
    sent_at: Option<Instant>,
    /// The message that the window drew last.
    drawn: u64,
    /// Windows that listen: the number of the connection.
    connection: Option<u64>,
    connections: u64,
    ended: bool,
}

/// The way to the audience's window.
pub struct Hall {
    desk: Arc<Desk>,
    folder: PathBuf,
}

/// How the window's process is started.
#[derive(Clone)]
pub struct WindowStart {
    pub arguments: Vec<String>,
}

impl Hall {
    /// Offers the socket in `folder`, and starts the window's process where `window` says how, again whenever it ends.
    ///
    /// # Errors
    /// The socket cannot be offered, or there is no thread.
    pub fn start(folder: &Path, window: Option<WindowStart>) -> Result<Hall> {
        let listener = listen(folder).with_context(|| format!("the audience's socket in {}", folder.display()))?;
        let desk = Arc::new(Desk::default());
        let served = desk.clone();
        thread::Builder::new().name("audience".into()).spawn(move || accept(&listener, &served))?;
        if let Some(window) = window {
            let kept = desk.clone();
            thread::Builder::new().name("audience window".into()).spawn(move || keep(&kept, &window))?;
        }
        Ok(Hall { desk, folder: folder.to_owned() })
    }

    /// Sends what the hall sees from now on.
    pub fn send(&self, message: &HallMessage) {
        let mut newest = self.desk.lock();
        newest.number += 1;
        newest.line = line_of(newest.number, message).into();
        newest.sent_at = Some(Instant::now());
        self.desk.changed.notify_all();
    }

    /// Whether the window shows what it was sent.
    pub fn state(&self) -> AudienceState {
        let newest = self.desk.lock();
        match newest.connection {
            None => AudienceState::Gone,
            Some(_) if newest.drawn == newest.number => AudienceState::InStep,
            Some(_) if newest.sent_at.is_some_and(|at| at.elapsed() > LATE) => AudienceState::Late,
            Some(_) => AudienceState::InStep,
        }
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        self.desk.lock().ended = true;
        self.desk.changed.notify_all();
        // Wakes whoever accepts.
        let _ = connect(&self.folder);
        let _ = fs::remove_file(self.folder.join(SOCKET));
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, Newest> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn line_of(number: u64, message: &HallMessage) -> String {
    let mut line = serde_json::json!({ "number": number, "message": message }).to_string();
    line.push('\n');
    line
}

/// Opens the way from the window to the operator.
///
/// # Errors
/// Nobody offers it.
pub fn connect(folder: &Path) -> std::io::Result<UnixStream> {
    with_short_path(folder, |path| UnixStream::connect(path))
}

/// A socket's address has 108 bytes, a folder's path may have more: so the folder is named by its descriptor.
fn with_short_path<T>(folder: &Path, work: impl FnOnce(&Path) -> std::io::Result<T>) -> std::io::Result<T> {
    let directory = fs::File::open(folder)?;
    work(&PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", directory.as_raw_fd())))
}

fn listen(folder: &Path) -> std::io::Result<UnixListener> {
    // The data folder belongs to this process: what lies there was left by one that was killed.
    match fs::remove_file(folder.join(SOCKET)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let listener = with_short_path(folder, |path| UnixListener::bind(path))?;
    fs::set_permissions(folder.join(SOCKET), fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// The window that came last is the one that is fed.
fn accept(listener: &UnixListener, desk: &Arc<Desk>) {
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            thread::sleep(LOOK);
            continue;
        };
        let number = {
            let mut newest = desk.lock();
            if newest.ended {
                return;
            }
            newest.connections += 1;
            newest.connection = Some(newest.connections);
            newest.drawn = 0;
            newest.connections
        };
        desk.changed.notify_all();
        let Ok(hears) = stream.try_clone() else { continue };
        let (told, fed) = (desk.clone(), desk.clone());
        let spawned = thread::Builder::new().name("audience hears".into()).spawn(move || hear(hears, number, &told));
        let fed = thread::Builder::new().name("audience is fed".into()).spawn(move || feed(stream, number, &fed));
        if let Err(error) = spawned.and(fed) {
            tracing::warn!("no thread for the audience's window: {error}");
        }
    }
}

fn feed(mut stream: UnixStream, number: u64, desk: &Desk) {
    let _ = stream.set_write_timeout(Some(WRITE_PATIENCE));
    let mut sent = 0;
    loop {
        let line = {
            let mut newest = desk.lock();
            while newest.number == sent && newest.connection == Some(number) && !newest.ended {
                newest = desk.changed.wait(newest).unwrap_or_else(PoisonError::into_inner);
            }
            if newest.connection != Some(number) || newest.ended {
                drop(newest);
                let _ = stream.write_all(b"{\"quit\":true}\n");
                return;
            }
            sent = newest.number;
            newest.line.clone()
        };
        if stream.write_all(line.as_bytes()).is_err() {
            gone(desk, number);
            return;
        }
    }
}

/// The window says what it has drawn.
fn hear(stream: UnixStream, number: u64, desk: &Desk) {
    let mut lines = BufReader::new(stream);
    loop {
        let mut line = String::new();
        match lines.by_ref().take(MOST_BYTES).read_line(&mut line) {
            Ok(0) | Err(_) => {
                gone(desk, number);
                return;
            }
            Ok(_) => {
                let drawn = serde_json::from_str::<Value>(&line).ok().and_then(|word| word["drawn"].as_u64());
                let mut newest = desk.lock();
                if newest.connection == Some(number) {
                    newest.drawn = drawn.unwrap_or(newest.drawn);
                }
            }
        }
    }
}

fn gone(desk: &Desk, number: u64) {
    let mut newest = desk.lock();
    if newest.connection == Some(number) {
        newest.connection = None;
    }
    desk.changed.notify_all();
}

/// Starts the window's process whenever there is none. One that outlived an operator that died comes back by itself.
fn keep(desk: &Desk, window: &WindowStart) {
    let mut child: Option<Child> = None;
    let mut alone_since = Instant::now();
    loop {
        thread::sleep(LOOK);
        let (ended, connected) = {
            let newest = desk.lock();
            (newest.ended, newest.connection.is_some())
        };
        if let Some(running) = &mut child
            && !matches!(running.try_wait(), Ok(None))
        {
            // It ended: the next one at once.
            (child, alone_since) = (None, Instant::now() - ORPHAN_PATIENCE);
        }
        if ended {
            if let Some(mut running) = child {
                let _ = running.wait();
            }
            return;
        }
        if connected {
            alone_since = Instant::now();
        }
        if child.is_none() && !connected && alone_since.elapsed() >= ORPHAN_PATIENCE {
            child = spawn(window);
            alone_since = Instant::now();
        }
    }
}

fn spawn(window: &WindowStart) -> Option<Child> {
    let program = std::env::current_exe().ok()?;
    let started = Command::new(program).args(&window.arguments).stdin(Stdio::null()).spawn();
    started.inspect_err(|error| tracing::error!("the audience's window could not be started: {error}")).ok()
}

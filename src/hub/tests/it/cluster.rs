//! A PostgreSQL of the tests' own: Debian's binaries, run by an ordinary user, with a socket in a
//! temporary folder and no port. It goes with the process that started it, however that ends.

use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use postgres::{Client, NoTls};

/// A running server. Dropping it stops it and removes its files.
pub struct Cluster {
    binaries: PathBuf,
    folder: PathBuf,
    user: Option<Account>,
    /// Waits for its input to close, then cleans up.
    guard: Child,
    databases: AtomicU32,
}

/// PostgreSQL does not run as root.
struct Account {
    name: String,
    uid: u32,
    gid: u32,
}

impl Cluster {
    /// The server that all tests share; none, and said so, where PostgreSQL is missing.
    pub fn shared() -> Option<&'static Cluster> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED.get_or_init(Cluster::start).as_ref()
    }

    /// A server of the caller's own.
    pub fn start() -> Option<Cluster> {
        let Some(binaries) = binaries() else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "PostgreSQL is missing: apt install postgresql");
            eprintln!("skipped: needs PostgreSQL");
            return None;
        };
        let user = account();
        let folder = tempfile::Builder::new().prefix("usher-pg-").tempdir_in("/var/tmp");
        let folder = folder.expect("a folder for the server").keep();
        if let Some(user) = &user {
            chown(&folder, Some(user.uid), Some(user.gid)).expect("root gives folders away");
        }
        let guard = guard(&binaries, &folder, user.as_ref());
        let cluster = Cluster { binaries, folder, user, guard, databases: AtomicU32::new(0) };
        cluster.run("initdb", &["--pgdata=data", "--auth=trust", "--username=usher", "--encoding=UTF8", "--no-locale"]);
        cluster.go_on();
        Some(cluster)
    }

    /// Starts the server, recovering what it left.
    pub fn go_on(&self) {
        let options = format!("-c listen_addresses='' -k {}", self.folder.display());
        self.run("pg_ctl", &["--pgdata=data", "--wait", "--log=log", "--options", &options, "start"]);
    }

    /// Stops the server as a power cut would, but for the kernel's memory.
    pub fn stop_at_once(&self) {
        self.run("pg_ctl", &["--pgdata=data", "--mode=immediate", "stop"]);
    }

    /// Address of a new, empty database whose statements are in `log`.
    pub fn told_database(&self) -> String {
        let url = self.database();
        let name = url.rsplit('/').next().expect("it names its database");
        let mut client = Client::connect(&url, NoTls).expect("the server runs");
        client.batch_execute(&format!("ALTER DATABASE {name} SET log_statement = 'all'")).expect("a setting");
        url
    }

    /// What the server wrote down.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.folder.join("log")).expect("it keeps a log")).into_owned()
    }

    /// Address of a new, empty database.
    pub fn database(&self) -> String {
        let name = format!("usher{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut client = Client::connect(&self.url("postgres"), NoTls).expect("the server runs");
        client.batch_execute(&format!("CREATE DATABASE {name}")).expect("it is new");
        self.url(&name)
    }

    fn url(&self, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://usher@{folder}/{database}")
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = as_user(self.user.as_ref(), &self.binaries.join(program), &self.folder);
        let output = command.args(arguments).stdin(Stdio::null()).output().expect("PostgreSQL's binaries run");
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// Also a test that is killed closes the pipe.
fn guard(binaries: &Path, folder: &Path, user: Option<&Account>) -> Child {
    let script = format!(
        "trap '' INT TERM; read wait; '{}' --pgdata=data --mode=immediate stop; cd /; rm -rf '{}'",
        binaries.join("pg_ctl").display(),
        folder.display()
    );
    let mut command = as_user(user, Path::new("/bin/sh"), folder);
    command.arg("-c").arg(script).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("a shell runs")
}

fn as_user(user: Option<&Account>, program: &Path, folder: &Path) -> Command {
    let mut command = match user {
        None => Command::new(program),
        Some(user) => {
            let mut command = Command::new("setpriv");
            command.arg(format!("--reuid={}", user.name)).arg(format!("--regid={}", user.gid));
            command.arg("--clear-groups").arg("--").arg(program);
            command
        }
    };
    command.current_dir(folder).env("HOME", folder).env("LC_ALL", "C");
    command
}

fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    found.retain(|folder| folder.join("initdb").exists());
    found.sort();
    found.pop()
}

fn account() -> Option<Account> {
    let root = std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    if !root {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").expect("there are users");
    let find = |wanted: &str| {
        let fields: Vec<&str> = users.lines().find(|line| line.starts_with(wanted))?.split(':').collect();
        let (uid, gid) = (fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?);
        Some(Account { name: fields[0].to_owned(), uid, gid })
    };
    find("postgres:").or_else(|| find("nobody:"))
}

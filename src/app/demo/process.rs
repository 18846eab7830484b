//! Child processes that never outlive the demo, however it ends.

use anyhow::{Context, Result};
use std::ffi::OsStr;
use std::process::{ChildStdout, Command};
use std::time::{Duration, Instant};

/// How long a child may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// A running child; dropping it ends the child.
pub struct Child {
    child: std::process::Child,
}

/// `program` below `setpriv --pdeathsig`, so that the kernel ends it should this process be killed.
///
/// The kernel watches the thread that starts it: start children from the main thread.
pub fn guarded(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

impl Child {
    pub fn start(name: &str, mut command: Command) -> Result<Child> {
        let child = command.spawn().with_context(|| format!("{name} could not be started"))?;
        Ok(Child { child })
    }

    pub fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// How it ended, or `None` while it runs.
    pub fn ended(&mut self) -> Option<String> {
        match self.child.try_wait() {
            Ok(None) => None,
            Ok(Some(status)) => Some(status.to_string()),
            Err(error) => Some(error.to_string()),
        }
    }

    /// Waits for a child that was asked to end; kills it when it does not.
    pub fn wait_or_kill(&mut self) {
        let asked = Instant::now();
        while asked.elapsed() < GRACE {
            if self.ended().is_some() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.kill();
    }

    /// Asks it to end as a service manager does, and waits.
    pub fn terminate(&mut self) {
        // `setpriv` has become the program itself, so the number is the program's.
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        match asked {
            Ok(status) if status.success() => self.wait_or_kill(),
            _ => self.kill(),
        }
    }

    fn kill(&mut self) {
        // A child that is gone already needs no killing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}

//! A child that ends with its owner, and waiting for what it does.

use super::PATIENCE;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

pub struct Process {
    child: Child,
}

impl Process {
    pub fn start(name: &str, mut command: Command) -> Process {
        let child = command.spawn().unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        Process { child }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it without a word (SIGKILL).
    pub fn kill(&mut self) {
        // One that ended already needs no killing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end as a service manager does, and waits.
    pub fn terminate(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()), "the process takes a signal");
        wait_for("the end of the process", || self.ended().then_some(()));
    }

    pub fn ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Asks until there is an answer; panics when patience ends.
pub fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(answer) = ask() {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("waited {PATIENCE:?} in vain for {what}");
}

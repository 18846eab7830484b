//! Cuts the power, fails the disk and kills the process under the real stores, and looks whether anything that was
//! acknowledged is lost. A child does its work under a preloaded recorder (`shim/disk.c`); its disk is then rebuilt
//! as it may look at any moment, and the real store opens it. Knows nothing of SQLite.

pub mod chance;
pub mod cuts;
pub mod disk;
pub mod faults;
pub mod kills;
pub mod recorder;
pub mod tape;
pub mod work;

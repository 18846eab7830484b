//! A whole venue on this machine: a hub and two kiosks as real processes, virtual printers and scanners, and a crowd.
//!
//! The supervisor only starts, scans, touches and looks: everything that it shows was done by the programs themselves.

mod crowd;
mod display;
mod dock;
mod guests;
mod process;
mod scenes;
mod station;
mod summary;

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use crowd::Crowd;
use guests::{GuestBook, SAMPLE_GUESTS, todays_meeting};
use process::{Child, guarded};
use station::Station;
use summary::Summary;

/// How long a part of the venue may take to be there.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the demo is asked for.
pub struct Options {
    /// Where pictures go; a new folder below the system's temporary one unless named.
    pub out: Option<PathBuf>,
    /// Never open a window, even where there is a display.
    pub headless: bool,
}

/// The hub and what it needs.
struct Venue {
    folder: PathBuf,
    hub: Child,
    guests: GuestBook,
}

/// Plays the venue; the last line that it prints is for scripts, whatever happened.
pub fn run(options: Options) -> ExitCode {
    play(options).unwrap_or_else(|error| {
        println!("demo: failed {error:#}");
        ExitCode::FAILURE
    })
}

fn play(options: Options) -> Result<ExitCode> {
    let out = match options.out {
        Some(folder) => folder,
        None => std::env::temp_dir().join(format!("usher-demo-{}", std::process::id())),
    };
    std::fs::create_dir_all(&out).with_context(|| format!("{} cannot be made", out.display()))?;
    let out = out.canonicalize()?;
    let venue = open_venue(&out)?;
    let with_window = display::present() && !options.headless;
    let done = if with_window { dock::run(&venue, &out) } else { unattended(&venue, &out) };
    let Venue { folder, mut hub, .. } = venue;
    hub.terminate();
    match done {
        Ok(summary) => {
            println!("{summary}");
            if !summary.is_ok() {
                return Ok(ExitCode::FAILURE);
            }
            remove_data(&folder);
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            println!("demo: failed {error:#}; logs are in {}", folder.display());
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Without a display: the same venue under Xvfb, a picture of every screen, then the whole crowd.
fn unattended(venue: &Venue, out: &Path) -> Result<Summary> {
    let started = Instant::now();
    println!("usher demo: no display, so the kiosks run under Xvfb; pictures go to {}", out.display());
    let portrait = display::start_virtual(1080, 1920)?;
    let landscape = display::start_virtual(1920, 1080)?;
    let mut first = Station::start("K1", venue, Some(&portrait.name), None)?;
    let mut second = Station::start("K2", venue, Some(&landscape.name), None)?;
    first.wait_for_page("attract")?;
    second.wait_for_page("attract")?;
    println!("usher demo: hub and two kiosks are ready after {:.1} s", started.elapsed().as_secs_f32());

    let mut crowd = Crowd::new(&venue.guests);
    scenes::play(&mut first, &mut crowd, venue, out)?;
    println!("usher demo: every screen was pictured; now the crowd comes, and K2 loses its network for a while");
    crowd::serve_all(&mut crowd, &mut first, &mut second)?;
    Summary::take(venue, &mut [first, second], out)
}

/// Imports the sample meeting as of today and starts the hub.
fn open_venue(out: &Path) -> Result<Venue> {
    // A name of its own: the folder may be somebody's, with a folder `data` in it.
    let folder = out.join(format!(".usher-demo-{}", std::process::id()));
    std::fs::create_dir(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let (meeting, list) = (folder.join("meeting.toml"), folder.join("guests.csv"));
    std::fs::write(&meeting, todays_meeting())?;
    std::fs::write(&list, SAMPLE_GUESTS)?;
    let hub_folder = folder.join("hub");
    let codes = folder.join("codes.csv");
    usher(&[
        "import".as_ref(),
        meeting.as_os_str(),
        list.as_os_str(),
        "--data".as_ref(),
        hub_folder.as_os_str(),
        "--yes".as_ref(),
    ])?;
    usher(&["invite".as_ref(), "--data".as_ref(), hub_folder.as_os_str(), "--codes".as_ref(), codes.as_os_str()])?;
    let guests = GuestBook::read(&codes, SAMPLE_GUESTS, &hub_folder)?;

    let mut command = guarded(std::env::current_exe()?);
    command.args(["hub", "--listen", "127.0.0.1:0", "--data"]).arg(&hub_folder);
    command.stdout(Stdio::null()).stderr(log_file(&folder, "hub")?);
    let mut hub = Child::start("hub", command)?;
    let address = hub_folder.join("address");
    wait_for("the hub", || match hub.ended() {
        Some(status) => Err(anyhow::anyhow!("the hub ended ({status}); see {}", folder.join("hub.log").display())),
        None => Ok(std::fs::read_to_string(&address).ok().filter(|text| !text.trim().is_empty())),
    })?;
    Ok(Venue { folder, hub, guests })
}

/// Runs one of our own commands to its end.
fn usher(arguments: &[&std::ffi::OsStr]) -> Result<()> {
    let output = Command::new(std::env::current_exe()?).args(arguments).stdin(Stdio::null()).output()?;
    anyhow::ensure!(
        output.status.success(),
        "usher {} failed: {}",
        arguments.first().map(|name| name.to_string_lossy()).unwrap_or_default(),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(())
}

/// Asks until there is an answer or patience ends.
fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    anyhow::bail!("waited {} s in vain for {what}", PATIENCE.as_secs())
}

/// Where a child's log goes, for whoever looks after a failure.
fn log_file(folder: &Path, name: &str) -> Result<Stdio> {
    let file = folder.join(format!("{name}.log"));
    Ok(std::fs::File::create(&file).with_context(|| format!("{} cannot be written", file.display()))?.into())
}

/// The data of a demo are of no use after it; the pictures stay.
fn remove_data(folder: &Path) {
    if folder.exists()
        && let Err(error) = std::fs::remove_dir_all(folder)
    {
        tracing::warn!("{} could not be removed: {error}", folder.display());
    }
}

//! Runs stories one after the other on a quiet bus; a story that panics has failed, one that hangs ends the run.

use std::any::Any;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::bench::wait_until;

/// A story's name, which says situation, action and outcome, and the story.
pub type Story = (&'static str, fn());

/// Nothing here takes longer on the slowest of machines.
const LONGEST_STORY: Duration = Duration::from_secs(90);

static NOTES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Something measured, printed with the story's line.
pub fn note(text: String) {
    NOTES.lock().expect("nobody panics while noting").push(text);
}

pub fn tell(stories: &[Story], wanted: &[String]) -> ExitCode {
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str()));
    let stories: Vec<&Story> = stories.iter().filter(|(name, _)| is_wanted(name)).collect();
    if stories.is_empty() {
        println!("FAILED  no story has such a name");
        return ExitCode::FAILURE;
    }
    std::panic::set_hook(Box::new(|_| {}));
    let mut failed = 0;
    for (name, story) in stories {
        wait_until("a bus without devices of the story before", || usb_devices() == 0);
        failed += u32::from(!tell_one(name, *story));
    }
    ExitCode::from(u8::from(failed > 0))
}

fn tell_one(name: &str, story: fn()) -> bool {
    let begun = Instant::now();
    let (done, outcome) = mpsc::channel();
    std::thread::spawn(move || done.send(std::panic::catch_unwind(story)));
    let outcome = outcome.recv_timeout(LONGEST_STORY);
    let took = begun.elapsed().as_secs_f64();
    let notes: Vec<String> = NOTES.lock().expect("nobody panics while noting").drain(..).collect();
    let notes = if notes.is_empty() { String::new() } else { format!("  ({})", notes.join("; ")) };
    match outcome {
        Ok(Ok(())) => println!("ok  {name}  {took:.1} s{notes}"),
        Ok(Err(ref panic)) => println!("FAILED  {name}  {took:.1} s{notes}\n        {}", words(panic.as_ref())),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            println!("FAILED  {name}  {took:.1} s{notes}\n        it hangs; the stories after it were not told");
            std::process::exit(1);
        }
    }
    matches!(outcome, Ok(Ok(())))
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it panicked without a word").replace('\n', "\n        ")
}

/// Devices that are no hubs.
fn usb_devices() -> usize {
    let Ok(entries) = std::fs::read_dir("/sys/bus/usb/devices") else { return 0 };
    let is_device = |path: &std::path::Path| {
        let class = std::fs::read_to_string(path.join("bDeviceClass"));
        class.is_ok_and(|class| class.trim() != "09")
    };
    entries.flatten().filter(|entry| is_device(&entry.path())).count()
}

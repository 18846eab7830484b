//! Cameras of the kernel (V4L2). A camera that is plugged in has two nodes or more of which one gives pictures; it
//! is told by what the driver says that it can do.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use print::Fault;
use v4l::buffer::{self, Type};
use v4l::capability::Flags;
use v4l::frameinterval::FrameIntervalEnum;
use v4l::framesize::FrameSizeEnum;
use v4l::io::mmap::Stream;
use v4l::io::traits::{CaptureStream, Stream as _};
use v4l::video::Capture;
use v4l::video::capture::Parameters;
use v4l::{Device, Format, FourCC, Fraction};

use super::format::{self, Layout, Offer};
use super::watch::Watch;
use super::{End, Outlet, PATIENCE};
use crate::Trouble;
use crate::decode::Luma;

/// A camera that sends nothing for so long has stalled; some need seconds for the first picture.
const STALLED: Duration = Duration::from_secs(4);
/// Pictures are looked at no faster than this while something moves, and while nothing does.
const ALERT_PACE: Duration = Duration::from_millis(60);
const IDLE_PACE: Duration = Duration::from_millis(120);
const BUFFERS: u32 = 4;
const READABLE: i16 = 1;

/// A node that gives pictures, or may give some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameraNode {
    /// `/dev/video0`.
    pub path: PathBuf,
    /// What the camera calls itself.
    pub title: String,
    /// Why it cannot be used: this user may not open it, mostly.
    pub trouble: Option<Trouble>,
}

/// All nodes that give pictures, in the order of their numbers. One that may not be opened is listed where it is
/// the first of its camera, as that is the one with the pictures.
pub fn list_cameras() -> Vec<CameraNode> {
    let mut numbers: Vec<u32> = std::fs::read_dir("/sys/class/video4linux")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_prefix("video")?.parse().ok())
        .collect();
    numbers.sort_unstable();
    numbers.into_iter().filter_map(describe).collect()
}

fn describe(number: u32) -> Option<CameraNode> {
    let attribute = |name: &str| {
        let text = std::fs::read_to_string(format!("/sys/class/video4linux/video{number}/{name}")).ok()?;
        let text: String = text.trim().chars().filter(|c| !c.is_control()).take(64).collect();
        Some(text)
    };
    let path = PathBuf::from(format!("/dev/video{number}"));
    let title = attribute("name").unwrap_or_else(|| "camera without a name".to_owned());
    let trouble = match open(&path) {
        Ok(device) if gives_pictures(&device) => None,
        Ok(_) => return None,
        Err(_) if attribute("index").is_some_and(|index| index != "0") => return None,
        Err(trouble) => Some(trouble),
    };
    Some(CameraNode { path, title, trouble })
}

fn open(path: &Path) -> Result<Device, Trouble> {
    // A path with a zero byte would be a panic inside.
    let opened = catch_unwind(AssertUnwindSafe(|| Device::with_path(path)));
    let opened = opened.unwrap_or_else(|_| Err(std::io::ErrorKind::InvalidInput.into()));
    opened.map_err(|error| explain(path, &error))
}

/// The names in the driver's answer may be in any encoding, at which v4l panics.
fn gives_pictures(device: &Device) -> bool {
    let wanted = Flags::VIDEO_CAPTURE | Flags::STREAMING;
    let flags = catch_unwind(AssertUnwindSafe(|| device.query_caps().ok().map(|caps| caps.capabilities)));
    match flags {
        Ok(flags) => flags.is_some_and(|flags| flags.contains(wanted)),
        Err(_) => !offers(device).is_empty(),
    }
}

fn explain(path: &Path, error: &std::io::Error) -> Trouble {
    let trouble = Trouble::from_io(&path.display().to_string(), error);
    if trouble.fault != Fault::Denied {
        return trouble;
    }
    let detail = format!("{}; add the user to the group video: usermod -aG video usher", trouble.detail);
    Trouble::new(Fault::Denied, detail)
}

/// Looks through the camera at `path`, or through the first one, until it fails or is stopped.
pub(super) fn watch(path: Option<&Path>, outlet: &mut Outlet) -> End {
    // v4l panics at what some drivers answer, and when closing a camera fails: a fault here, not the end.
    let ended = catch_unwind(AssertUnwindSafe(|| look_through(path, outlet)));
    ended.unwrap_or_else(|_| End::Failed(Trouble::new(Fault::Protocol, "the camera's driver answered nonsense")))
}

fn look_through(path: Option<&Path>, outlet: &mut Outlet) -> End {
    let (path, device) = match find(path) {
        Ok(found) => found,
        Err(trouble) => return End::Failed(trouble),
    };
    let mut view = match View::open(&path, &device) {
        Ok(view) => view,
        Err(trouble) => return End::Failed(trouble),
    };
    let mut watch = Watch::default();
    let mut is_ready = false;
    let (mut last_frame, mut looked) = (Instant::now(), None::<Instant>);
    while !outlet.is_stopped() {
        match view.is_waiting(PATIENCE) {
            Ok(true) => last_frame = Instant::now(),
            Ok(false) if last_frame.elapsed() > STALLED => return End::Failed(view.stalled()),
            Ok(false) => continue,
            Err(error) => return End::Failed(view.gone(&error)),
        }
        let pace = if watch.is_alert(last_frame) { ALERT_PACE } else { IDLE_PACE };
        let is_due = looked.is_none_or(|looked| last_frame.saturating_duration_since(looked) >= pace);
        let picture = match view.newest(is_due) {
            Ok(picture) => picture,
            Err(error) => return End::Failed(view.gone(&error)),
        };
        // A camera is ready when it gives a picture, not when it could be opened.
        if !is_ready && !outlet.ready() {
            return End::Stopped;
        }
        is_ready = true;
        let Some(picture) = picture else { continue };
        looked = Some(last_frame);
        if !outlet.look(&mut watch, &picture) {
            return End::Stopped;
        }
    }
    End::Stopped
}

fn find(path: Option<&Path>) -> Result<(PathBuf, Device), Trouble> {
    if let Some(path) = path {
        let device = open(path)?;
        let no_camera = || format!("{} gives no pictures; its neighbour may", path.display());
        return match gives_pictures(&device) {
            true => Ok((path.to_owned(), device)),
            false => Err(Trouble::new(Fault::Protocol, no_camera())),
        };
    }
    let mut worst = Trouble::new(Fault::Disconnected, "no camera is plugged in");
    for node in list_cameras() {
        match node.trouble.map_or_else(|| open(&node.path), Err) {
            Ok(device) => return Ok((node.path, device)),
            Err(trouble) => worst = trouble,
        }
    }
    Err(worst)
}

fn offers(device: &Device) -> Vec<Offer> {
    let formats = device.enum_formats().unwrap_or_default();
    let known = formats.into_iter().filter(|format| Layout::of(&format.fourcc.repr).is_some());
    known.flat_map(|format| offers_of(device, format.fourcc)).collect()
}

fn offers_of(device: &Device, four: FourCC) -> Vec<Offer> {
    let sizes = device.enum_framesizes(four).unwrap_or_default().into_iter().map(|size| match size.size {
        FrameSizeEnum::Discrete(size) => (size.width, size.height),
        FrameSizeEnum::Stepwise(range) => (640.clamp(range.min_width, range.max_width.max(range.min_width)), {
            480.clamp(range.min_height, range.max_height.max(range.min_height))
        }),
    });
    let offer = |(width, height)| Offer { four: four.repr, width, height, rate: fastest(device, four, width, height) };
    sizes.map(offer).collect()
}

/// Pictures per second; drivers that do not tell are thought usable.
fn fastest(device: &Device, four: FourCC, width: u32, height: u32) -> f32 {
    let rate = |time: &Fraction| time.denominator as f32 / time.numerator.max(1) as f32;
    let intervals = device.enum_frameintervals(four, width, height).unwrap_or_default();
    let rates = intervals.iter().map(|interval| match &interval.interval {
        FrameIntervalEnum::Discrete(time) => rate(time),
        FrameIntervalEnum::Stepwise(range) => rate(&range.min),
    });
    rates.reduce(f32::max).unwrap_or(format::USABLE_RATE)
}

/// A camera that sends.
struct View<'a> {
    path: &'a Path,
    stream: Stream<'a>,
    layout: Layout,
    format: Format,
}

impl<'a> View<'a> {
    fn open(path: &'a Path, device: &'a Device) -> Result<View<'a>, Trouble> {
        let failed = |error: std::io::Error| explain(path, &error);
        let nothing = || {
            let detail = format!("{} offers no format that can be read", path.display());
            Trouble::new(Fault::Protocol, detail)
        };
        let offer = format::choose(&offers(device)).ok_or_else(nothing)?;
        let wanted = Format::new(offer.width, offer.height, FourCC::new(&offer.four));
        // The driver may take something near to it.
        let format = device.set_format(&wanted).map_err(failed)?;
        let layout = Layout::of(&format.fourcc.repr).ok_or_else(nothing)?;
        // Not every camera lets itself be told; slower is no harm.
        let _ = device.set_params(&Parameters::with_fps((offer.rate.round() as u32).clamp(1, 30)));
        let mut stream = Stream::with_buffers(device, Type::VideoCapture, BUFFERS).map_err(failed)?;
        stream.set_timeout(PATIENCE);
        // All but the first buffer, which `next` queues.
        for index in 1..BUFFERS as usize {
            if stream.queue(index).is_err() {
                break;
            }
        }
        stream.start().map_err(failed)?;
        tracing::info!("{}: {} {}x{}", path.display(), format.fourcc, format.width, format.height);
        Ok(View { path, stream, layout, format })
    }

    fn is_waiting(&self, within: Duration) -> std::io::Result<bool> {
        Ok(self.stream.handle().poll(READABLE, within.as_millis() as i32)? > 0)
    }

    /// Takes what waits. The newest is unpacked when it `is_due`; a damaged one is no picture.
    fn newest(&mut self, is_due: bool) -> std::io::Result<Option<Luma<'static>>> {
        let (layout, format, handle) = (self.layout, self.format, self.stream.handle());
        for _ in 0..BUFFERS {
            let (frame, about) = CaptureStream::next(&mut self.stream)?;
            let is_last = handle.poll(READABLE, 0)? == 0;
            if is_last && is_due && !about.flags.contains(buffer::Flags::ERROR) {
                let frame = frame.get(..about.bytesused as usize).unwrap_or(frame);
                let picture = format::luma(layout, format.width, format.height, format.stride, frame);
                return Ok(picture.map(Luma::into_owned));
            }
            if is_last {
                break;
            }
        }
        Ok(None)
    }

    fn stalled(&self) -> Trouble {
        let detail = format!("{} sends no pictures for {} s", self.path.display(), STALLED.as_secs());
        Trouble::new(Fault::Stalled, detail)
    }

    fn gone(&self, error: &std::io::Error) -> Trouble {
        Trouble::new(Fault::Disconnected, format!("{}: {error}", self.path.display()))
    }
}

//! A camera of the class UVC 1.0 that streams one picture over a bulk endpoint, as MJPEG or YUY2.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::bus::Bus;
use crate::descriptors::{self, CAMERA_FRAME_INTERVAL, CAMERA_STREAM_INTERFACE};
use crate::device::{Device, Function, Reply, Setup};

const STREAM_IN: u8 = 0x81;
/// One payload: header and pixels.
const PAYLOAD_BYTES: usize = 16 * 1024;
const HEADER_BYTES: usize = 2;
const BETWEEN_FRAMES: Duration = Duration::from_millis(100);
/// Length of the probe and commit controls in UVC 1.0 (section 4.3.1.1).
const PROBE_BYTES: usize = 26;

/// The picture in both formats.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    pub width: u16,
    pub height: u16,
    pub yuy2: Vec<u8>,
    pub jpeg: Vec<u8>,
}

/// A plugged-in camera.
pub struct Camera {
    pub device: Device,
    stream: Arc<Mutex<Stream>>,
}

impl Camera {
    /// `yuy2` and `jpeg` are the same picture of `width` × `height`.
    pub fn plug(ids: (u16, u16), width: u16, height: u16, yuy2: Vec<u8>, jpeg: Vec<u8>) -> io::Result<Camera> {
        let picture = Picture { width, height, yuy2, jpeg };
        let stream = Arc::new(Mutex::new(Stream::new(picture)));
        let identity = descriptors::camera(ids.0, ids.1, width, height);
        let device = Device::plug(identity, Box::new(Streaming(Arc::clone(&stream))))?;
        Ok(Camera { device, stream })
    }

    /// Frames sent so far.
    pub fn frames(&self) -> u32 {
        lock(&self.stream).frames
    }

    /// Shows something else from the next frame on; the size stays.
    pub fn show(&self, yuy2: Vec<u8>, jpeg: Vec<u8>) {
        let mut stream = lock(&self.stream);
        (stream.picture.yuy2, stream.picture.jpeg) = (yuy2, jpeg);
        stream.offset = 0;
    }

    /// A frozen camera streams nothing but stays plugged in.
    pub fn freeze(&self, frozen: bool) {
        lock(&self.stream).is_frozen = frozen;
    }
}

fn lock(stream: &Mutex<Stream>) -> MutexGuard<'_, Stream> {
    stream.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Stream {
    picture: Picture,
    is_jpeg: bool,
    is_frozen: bool,
    frames: u32,
    offset: usize,
    /// Changes with every frame (bit 0 of the payload header).
    frame_id: u8,
    next_frame: Instant,
}

impl Stream {
    fn new(picture: Picture) -> Stream {
        let next_frame = Instant::now();
        Stream { picture, is_jpeg: true, is_frozen: false, frames: 0, offset: 0, frame_id: 0, next_frame }
    }

    /// The probe control with the chosen format: 1 is MJPEG, 2 is YUY2.
    fn probe(&self) -> Vec<u8> {
        let frame_bytes = u32::from(self.picture.width) * u32::from(self.picture.height) * 2;
        let mut probe = vec![0u8; PROBE_BYTES];
        (probe[0], probe[2], probe[3]) = (1, if self.is_jpeg { 1 } else { 2 }, 1);
        probe[4..8].copy_from_slice(&CAMERA_FRAME_INTERVAL.to_le_bytes());
        probe[18..22].copy_from_slice(&frame_bytes.to_le_bytes());
        probe[22..26].copy_from_slice(&(PAYLOAD_BYTES as u32).to_le_bytes());
        probe
    }

    fn next_payload(&mut self, most: usize) -> Option<Vec<u8>> {
        if self.is_frozen || (self.offset == 0 && Instant::now() < self.next_frame) {
            return None;
        }
        let frame = if self.is_jpeg { &self.picture.jpeg } else { &self.picture.yuy2 };
        let rest = frame.get(self.offset..).filter(|rest| !rest.is_empty())?;
        let part = &rest[..rest.len().min(most.min(PAYLOAD_BYTES).saturating_sub(HEADER_BYTES))];
        let is_last = part.len() == rest.len();
        let mut payload = vec![HEADER_BYTES as u8, 0x80 | self.frame_id | if is_last { 2 } else { 0 }];
        payload.extend_from_slice(part);
        self.offset += part.len();
        if is_last {
            self.offset = 0;
            self.frame_id ^= 1;
            self.frames += 1;
            self.next_frame = Instant::now() + BETWEEN_FRAMES;
        }
        Some(payload)
    }
}

struct Streaming(Arc<Mutex<Stream>>);

impl Function for Streaming {
    fn control(&mut self, bus: &mut Bus, setup: Setup, data: &[u8]) -> Reply {
        let (control, interface) = (setup.value >> 8, setup.index as u8);
        // VS_PROBE_CONTROL and VS_COMMIT_CONTROL (UVC 1.0, table A-16).
        if interface != CAMERA_STREAM_INTERFACE || !(1..=2).contains(&control) {
            return if setup.is_to_host() { Reply::Stall } else { Reply::Done };
        }
        let mut stream = lock(&self.0);
        match (setup.kind, setup.request) {
            // SET_CUR
            (0x21, 0x01) => {
                stream.is_jpeg = data.get(2) != Some(&2);
                if control == 2 {
                    stream.offset = 0;
                    bus.forget(STREAM_IN);
                }
                Reply::Done
            }
            // GET_CUR, GET_MIN, GET_MAX, GET_RES, GET_DEF
            (0xA1, 0x81..=0x84 | 0x87) => Reply::Data(stream.probe()),
            // GET_LEN, GET_INFO
            (0xA1, 0x85) => Reply::Data(vec![PROBE_BYTES as u8, 0]),
            (0xA1, 0x86) => Reply::Data(vec![3]),
            _ => Reply::Stall,
        }
    }

    fn speak(&mut self, bus: &mut Bus, endpoint: u8, most: usize) {
        if let Some(payload) = lock(&self.0).next_payload(most) {
            bus.say(endpoint, &payload);
        }
    }
}

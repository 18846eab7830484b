//! How long a machine takes no PINs. The log's word counts, so that neither a restart nor another screen opens the pad.

use domain::{DeviceId, Meeting, UnixMillis};

/// Milliseconds until PINs are taken again at the machine; `local_ms` until the log knows of the lock, or of the machine.
pub fn locked_for_ms(meeting: &Meeting, own: Option<DeviceId>, now_ms: u64, local_ms: u64) -> u64 {
    let Some(device) = own.and_then(|own| meeting.device(own)) else { return local_ms };
    match &device.locked {
        Some((_, until)) if device.is_locked(UnixMillis(now_ms)) => {
            until.map_or(u64::MAX, |until| until.0.saturating_sub(now_ms))
        }
        Some(_) | None => 0,
    }
}

/// The same in minutes, rounded up.
pub fn minutes(ms: u64) -> u32 {
    u32::try_from(ms.div_ceil(60_000)).unwrap_or(u32::MAX)
}

//! Serial lines and keyboards, from the kernel's files below a root (`/`, or a folder in tests).

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::{Denied, Device, Kind, by_group, denied, option};

/// `KEY_1` and `KEY_ENTER`, by which both a keyboard and a wedge scanner are known.
const DIGIT_AND_ENTER: [u32; 2] = [2, 28];

/// Serial lines on USB, by their lasting name where udev gave one.
pub(super) fn serial_lines(root: &Path) -> Vec<Device> {
    let lasting = links(&root.join("dev/serial/by-id"));
    let class = root.join("sys/class/tty");
    let names = names(&class).into_iter().filter(|name| name.starts_with("ttyACM") || name.starts_with("ttyUSB"));
    let describe = |name: String| {
        let node = root.join("dev").join(&name);
        let known = lasting.iter().find(|(_, target)| *target == node).map_or(&node, |(link, _)| link);
        let title = usb_title(&class.join(&name).join("device")).unwrap_or_else(|| name.clone());
        Device {
            kind: Kind::SerialLine,
            title,
            option: option("--scanner", &format!("serial:{}", known.display())),
            denied: denied_to_group(&node, "dialout"),
            node,
        }
    };
    names.map(describe).collect()
}

/// Keyboards and what says that it were one, by their lasting name.
pub(super) fn keyboards(root: &Path) -> Vec<Device> {
    let lasting = links(&root.join("dev/input/by-id"));
    let class = root.join("sys/class/input");
    let names = names(&class).into_iter().filter(|name| name.starts_with("event"));
    let describe = |name: String| {
        let device = class.join(&name).join("device");
        // Bus 3 is USB, 5 Bluetooth (`linux/input.h`); a machine's own buttons are on others.
        let is_plugged = ["0003", "0005"].contains(&text(&device.join("id/bustype"))?.as_str());
        if !is_plugged || !types_codes(&text(&device.join("capabilities/key"))?) {
            return None;
        }
        let node = root.join("dev/input").join(&name);
        let known = lasting.iter().find(|(link, target)| *target == node && is_keyboard(link));
        let known = known.map_or(&node, |(link, _)| link);
        Some(Device {
            kind: Kind::Keyboard,
            title: text(&device.join("name")).unwrap_or(name),
            option: option("--scanner", &format!("evdev:{}", known.display())),
            denied: denied_to_group(&node, "input"),
            node,
        })
    };
    names.filter_map(describe).collect()
}

fn is_keyboard(link: &Path) -> bool {
    link.to_str().is_some_and(|link| link.ends_with("-event-kbd"))
}

fn denied_to_group(node: &Path, group: &str) -> Option<Denied> {
    denied(node, || by_group(group))
}

/// Words of 64 bits in hexadecimal, the highest first, as the kernel writes a set of keys.
fn types_codes(keys: &str) -> bool {
    let lowest = keys.split_whitespace().next_back().and_then(|word| u64::from_str_radix(word, 16).ok());
    lowest.is_some_and(|keys| DIGIT_AND_ENTER.iter().all(|key| keys >> key & 1 == 1))
}

/// Links of a folder and what they lead to.
pub(super) fn links(folder: &Path) -> Vec<(PathBuf, PathBuf)> {
    let paths = names(folder).into_iter().map(|name| folder.join(name));
    paths.filter_map(|link| Some((link.clone(), fs::canonicalize(&link).ok()?))).collect()
}

/// Sorted, so that `ttyACM2` comes before `ttyACM10`.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    names
}

/// The USB device's manufacturer and product: its interface is below it in sysfs.
fn usb_title(interface: &Path) -> Option<String> {
    let interface = fs::canonicalize(interface).ok()?;
    let device = interface.ancestors().take(4).find(|folder| folder.join("idVendor").exists())?;
    let words: Vec<String> = ["manufacturer", "product"].iter().filter_map(|name| text(&device.join(name))).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn text(file: &Path) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let text: String = text.trim().chars().filter(|c| !c.is_control()).take(126).collect();
    (!text.is_empty()).then_some(text)
}

/// `root:lp 0660`.
pub(super) fn owner(node: &Path) -> String {
    let Ok(about) = fs::metadata(node) else { return "not there".to_owned() };
    let name = |file: &str, id: u32| {
        let list = fs::read_to_string(file).unwrap_or_default();
        let line = list.lines().find(|line| line.split(':').nth(2) == Some(&id.to_string()));
        line.and_then(|line| line.split(':').next()).map_or(id.to_string(), str::to_owned)
    };
    format!("{}:{} {:04o}", name("/etc/passwd", about.uid()), name("/etc/group", about.gid()), about.mode() & 0o7777)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A machine's files in a folder.
    struct Machine(tempfile::TempDir);

    impl Machine {
        fn new() -> Machine {
            Machine(tempfile::tempdir().expect("a temporary folder"))
        }

        fn write(&self, file: &str, text: &str) {
            let file = self.0.path().join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(file, text).expect("written");
        }

        fn link(&self, link: &str, target: &str) {
            let link = self.0.path().join(link);
            fs::create_dir_all(link.parent().expect("a folder")).expect("a folder");
            symlink(self.0.path().join(target), link).expect("linked");
        }

        fn keyboard(&self, event: &str, name: &str, bus: &str, keys: &str) {
            let device = format!("sys/class/input/{event}/device");
            self.write(&format!("{device}/name"), name);
            self.write(&format!("{device}/id/bustype"), bus);
            self.write(&format!("{device}/capabilities/key"), keys);
            self.write(&format!("dev/input/{event}"), "");
        }
    }

    fn told(devices: &[Device], root: &Path) -> Vec<String> {
        let told = |device: &Device| format!("{} | {}", device.title, device.option);
        devices.iter().map(|device| told(device).replace(&*root.to_string_lossy(), "")).collect()
    }

    const FULL: &str = "1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe\n";

    #[test]
    fn keyboards_are_named_by_their_lasting_link_and_buttons_are_none() {
        let machine = Machine::new();
        machine.keyboard("event3", "LAB Wedge Scanner\n", "0003\n", FULL);
        machine.keyboard("event10", "Keyboard", "0005", FULL);
        machine.keyboard("event2", "Power Button", "0019", FULL);
        machine.keyboard("event4", "Mouse", "0003", "1f0000 0 0 0 0");
        machine.link("dev/input/by-id/usb-LAB-event-kbd", "dev/input/event3");
        machine.link("dev/input/by-id/usb-LAB-event-if01", "dev/input/event3");
        let root = fs::canonicalize(machine.0.path()).expect("it is there");
        let expected = [
            "LAB Wedge Scanner | --scanner evdev:/dev/input/by-id/usb-LAB-event-kbd",
            "Keyboard | --scanner evdev:/dev/input/event10",
        ];
        assert_eq!(told(&keyboards(&root), &root), expected);
    }

    #[test]
    fn serial_lines_on_usb_have_their_device_s_title() {
        let machine = Machine::new();
        machine.write("sys/devices/usb1/1-1/idVendor", "1d6c");
        machine.write("sys/devices/usb1/1-1/manufacturer", "LAB");
        machine.write("sys/devices/usb1/1-1/product", "Serial Scanner");
        machine.write("sys/devices/usb1/1-1/1-1:1.0/tty/ttyACM0/dev", "166:0");
        machine.link("sys/devices/usb1/1-1/1-1:1.0/tty/ttyACM0/device", "sys/devices/usb1/1-1/1-1:1.0");
        machine.link("sys/class/tty/ttyACM0", "sys/devices/usb1/1-1/1-1:1.0/tty/ttyACM0");
        machine.write("sys/class/tty/ttyS0/type", "4");
        machine.write("dev/ttyACM0", "");
        machine.link("dev/serial/by-id/usb-LAB-if00", "dev/ttyACM0");
        let root = fs::canonicalize(machine.0.path()).expect("it is there");
        let expected = ["LAB Serial Scanner | --scanner serial:/dev/serial/by-id/usb-LAB-if00"];
        assert_eq!(told(&serial_lines(&root), &root), expected);
    }

    #[test]
    fn machine_without_anything_has_nothing() {
        let machine = Machine::new();
        assert!(keyboards(machine.0.path()).is_empty() && serial_lines(machine.0.path()).is_empty());
        assert!(links(machine.0.path()).is_empty());
        assert_eq!(owner(&machine.0.path().join("none")), "not there");
    }
}

//! The udev rules that let the user of the service open printers and scanners: the text of
//! `systemd/60-usher-devices.rules`, made from the models. It gives access to devices, it never names or starts
//! anything; what a denied device needs, its error says.

use print::model::UsbId;

/// Who may open printers: the group of CUPS.
pub const PRINTERS: &str = "lp";
/// Who may open serial scanners.
pub const SERIAL: &str = "dialout";
/// Who may open scanners that are keyboards or HID POS devices.
pub const INPUT: &str = "input";

/// The rule for one printer by its ids.
pub fn printer_rule(id: UsbId) -> String {
    let UsbId { vendor, product } = id;
    rule(&format!("{USB_DEVICE}, ATTR{{idVendor}}==\"{vendor:04x}\", ATTR{{idProduct}}==\"{product:04x}\""), PRINTERS)
}

/// The whole file.
pub fn rules() -> String {
    let mut lines = vec![HEAD.to_owned()];
    let mut add = |comment: &str, rule: String| lines.push(format!("# {comment}\n{rule}\n"));
    add("Any USB printer: interface class 7, opened through usbfs.", class_rule());
    add("The same through the kernel's usblp.", rule("SUBSYSTEM==\"usbmisc\", KERNEL==\"lp[0-9]*\"", PRINTERS));
    for model in crate::models::all() {
        for id in &model.usb {
            add(&format!("{}, also where it shows another class.", model.title), printer_rule(*id));
        }
    }
    add("Scanners on a USB serial port (CDC-ACM).", rule("SUBSYSTEM==\"tty\", KERNEL==\"ttyACM[0-9]*\"", SERIAL));
    add("Printers and scanners behind a serial adapter.", rule("SUBSYSTEM==\"tty\", KERNEL==\"ttyUSB[0-9]*\"", SERIAL));
    add("Scanners that are keyboards; the group may also read what is typed.", rule(WEDGE, INPUT));
    add(HID_POS_WHY, rule(HID_POS, INPUT));
    lines.push(TAIL.to_owned());
    lines.join("\n")
}

const USB_DEVICE: &str = "SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_device\"";
const WEDGE: &str = "SUBSYSTEM==\"input\", KERNEL==\"event*\", ENV{ID_BUS}==\"usb\", ENV{ID_INPUT_KEYBOARD}==\"1\"";

/// `ID_USB_INTERFACES` lists class, subclass and protocol of every interface (systemd, udev-builtin-usb_id).
fn class_rule() -> String {
    rule(&format!("{USB_DEVICE}, ENV{{ID_USB_INTERFACES}}==\"*:07????:*\""), PRINTERS)
}

fn rule(matches: &str, group: &str) -> String {
    format!("{matches}, MODE=\"0660\", GROUP=\"{group}\"")
}

const HEAD: &str = "\
# Lets the user of Usher's service open printers and scanners without being root.
# Copy it to /etc/udev/rules.d/, put the user into the groups lp, dialout and input, then
#   udevadm control --reload && udevadm trigger
# and plug the devices in again. Made from drivers/models: renew it with
#   USHER_RENEW=1 cargo test -p drivers udev

ACTION==\"remove\", GOTO=\"usher_devices_end\"
";

/// Udev has no key for a report descriptor, and its bytes are no text: a shell looks for the item "Usage Page (Bar Code
/// Scanner)", 05 8C ("HID Point of Sale Usage Tables" 1.02, page 0x8C; "Device Class Definition for HID" 1.11, 6.2.2.7).
const HID_POS: &str = "SUBSYSTEM==\"hidraw\", \
     PROGRAM==\"/bin/sh -c 'od -An -v -tx1 %S%p/device/report_descriptor | xargs | grep -q 05.8c'\"";
const HID_POS_WHY: &str = "HID POS scanners, of whatever make: their report descriptor tells usage page 0x8C.";

const TAIL: &str = "LABEL=\"usher_devices_end\"\n";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models;

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../systemd/60-usher-devices.rules");

    /// Rules without comments; the value of each key.
    fn parsed() -> Vec<Vec<(String, String)>> {
        let pair = |part: &str| {
            let (key, value) = part.split_once("==").or_else(|| part.split_once('=')).expect("key, operator, value");
            let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).expect("a quoted value");
            assert!(!key.is_empty() && !value.contains('"'), "{part}");
            (key.to_owned(), value.to_owned())
        };
        let text = rules();
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(|line| line.split(", ").map(pair).collect()).collect()
    }

    fn value<'a>(rule: &'a [(String, String)], key: &str) -> Option<&'a str> {
        rule.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    #[test]
    fn file_is_what_the_models_say() {
        if std::env::var_os("USHER_RENEW").is_some() {
            std::fs::write(FILE, rules()).expect("the file of the rules");
        }
        assert_eq!(rules(), std::fs::read_to_string(FILE).expect("the file of the rules"), "renew with USHER_RENEW=1");
    }

    #[test]
    fn hid_pos_scanners_are_known_by_their_report_descriptor() {
        let rules = parsed();
        let rule = rules.iter().find(|rule| value(rule, "SUBSYSTEM") == Some("hidraw")).expect("a rule");
        let program = value(rule, "PROGRAM").expect("a program");
        let script = program.strip_prefix("/bin/sh -c '").and_then(|rest| rest.strip_suffix('\'')).expect("a script");
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("device/report_descriptor");
        std::fs::create_dir_all(folder.path().join("device")).expect("a folder");
        let script = script.replace("%S%p", folder.path().to_str().expect("a path"));
        let check = |descriptor: &[u8], scanner: bool| {
            std::fs::write(&file, descriptor).expect("a descriptor");
            let status = std::process::Command::new("/bin/sh").args(["-c", &script]).status().expect("a shell");
            assert_eq!(status.success(), scanner, "{descriptor:02x?}");
        };
        check(&[0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01], true);
        // Another collection before it, longer than a line of od.
        check(&[&[0x05, 0x01, 0x09, 0x06][..], &[0; 27], &[0x05, 0x8C, 0x09, 0x02]].concat(), true);
        check(&[0x05, 0x01, 0x09, 0x06, 0xA1, 0x01], false);
        check(&[], false);
    }

    #[test]
    fn every_model_with_usb_ids_and_the_printer_class_are_covered() {
        let rules = parsed();
        let opens = |wanted: &[(&str, &str)]| {
            rules.iter().any(|rule| wanted.iter().all(|(key, wanted)| value(rule, key) == Some(wanted)))
        };
        assert!(opens(&[("SUBSYSTEM", "usb"), ("ENV{ID_USB_INTERFACES}", "*:07????:*"), ("GROUP", "lp")]));
        let ids: Vec<UsbId> = models::all().iter().flat_map(|model| model.usb.clone()).collect();
        assert!(ids.len() >= 4, "the models lost their ids");
        for id in ids {
            let (vendor, product) = (format!("{:04x}", id.vendor), format!("{:04x}", id.product));
            let wanted = [("ATTR{idVendor}", vendor.as_str()), ("ATTR{idProduct}", product.as_str()), ("GROUP", "lp")];
            assert!(opens(&wanted), "{id:04x?}");
        }
    }

    #[test]
    fn rules_open_to_a_group_and_never_to_everybody() {
        let rules = parsed();
        let (first, last) = (rules.first().expect("a rule"), rules.last().expect("a rule"));
        assert_eq!(value(first, "GOTO"), value(last, "LABEL"));
        for rule in &rules[1..rules.len() - 1] {
            assert_eq!(value(rule, "MODE"), Some("0660"), "{rule:?}");
            assert!([PRINTERS, SERIAL, INPUT].contains(&value(rule, "GROUP").expect("a group")), "{rule:?}");
            assert!(rule.len() >= 4, "two conditions at least: {rule:?}");
        }
    }
}

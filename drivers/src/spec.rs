//! How a technician names a device in settings: `tcp:HOST:PORT`, `serial:/dev/…@BAUD`, `usb`, `usb:SERIAL`,
//! `usb:BUS-PORT`, `virtual:FOLDER` for printers; `serial:/dev/…`, `hidpos`, `evdev:/dev/input/…` for scanners;
//! `auto`, `/dev/video0`, `virtual:FOLDER` for cameras.
//! Only the text is judged here, whether the device exists is seen when it is opened.

use std::path::PathBuf;
use std::str::FromStr;

/// Serial speed where none is given: the usual one of receipt printers with a serial port.
const PRINTER_BAUD: u32 = 115_200;
/// CDC-ACM scanners ignore it; real serial ones mostly use it.
const SCANNER_BAUD: u32 = 9_600;

/// A text that names no device.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} names no {device}: {problem}; {examples}")]
pub struct SpecError {
    pub text: String,
    pub device: &'static str,
    pub problem: String,
    pub examples: &'static str,
}

/// Where a printer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrinterSpec {
    Tcp { host: String, port: u16 },
    Serial(SerialSpec),
    Usb(UsbChoice),
    Virtual { folder: PathBuf },
}

/// A serial line: 8 data bits, no parity, 1 stop bit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SerialSpec {
    pub path: PathBuf,
    pub baud: u32,
    pub flow: Flow,
}

/// Who stops the sender when the printer's buffer is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    None,
    RtsCts,
    XonXoff,
}

/// Which of the USB printers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsbChoice {
    /// The only one.
    Only,
    /// By the serial number in its descriptor.
    Serial(String),
    /// By where it is plugged in, as the kernel writes it: `1-1.2`.
    Port(String),
}

/// Where a scanner is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScannerSpec {
    Serial { path: PathBuf, baud: u32 },
    Evdev { path: PathBuf },
    HidPos(HidChoice),
}

/// Which of the scanners that speak HID POS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HidChoice {
    /// The only one.
    Only,
    /// By its node, `/dev/hidraw0`, or a lasting link to it.
    Node(PathBuf),
    /// By the serial number in its descriptor.
    Serial(String),
}

/// Where a camera is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CameraSpec {
    /// The first that gives pictures.
    Auto,
    /// By its node, `/dev/video0`, or a lasting link to it.
    Node(PathBuf),
    /// Plays the pictures of a folder in the order of their names.
    Virtual { folder: PathBuf },
}

const PRINTER_EXAMPLES: &str = "write tcp:192.168.1.50:9100, serial:/dev/ttyUSB0@115200, \
     serial:/dev/ttyS0@38400,rtscts, usb, usb:SERIALNUMBER, usb:1-1.2 or virtual:FOLDER";
const SCANNER_EXAMPLES: &str = "write serial:/dev/serial/by-id/…, serial:/dev/ttyUSB0@9600, hidpos, hidpos:SERIALNUMBER, hidpos:/dev/hidraw0 \
     or evdev:/dev/input/by-id/…-event-kbd";
const CAMERA_EXAMPLES: &str = "write auto, /dev/video0, /dev/v4l/by-id/… or virtual:FOLDER";

impl PrinterSpec {
    /// Reads a printer's name; the error says what is wrong and gives examples.
    pub fn parse(text: &str) -> Result<PrinterSpec, SpecError> {
        let wrong = |problem: String| SpecError {
            text: text.to_owned(),
            device: "printer",
            problem,
            examples: PRINTER_EXAMPLES,
        };
        let (kind, rest) = split_kind(text);
        match kind {
            "tcp" => parse_tcp(rest).map_err(wrong),
            "serial" => parse_serial(rest, PRINTER_BAUD).map(PrinterSpec::Serial).map_err(wrong),
            "usb" => Ok(PrinterSpec::Usb(usb_choice(rest))),
            "virtual" if rest.is_empty() => Err(wrong("the folder is missing".into())),
            "virtual" => Ok(PrinterSpec::Virtual { folder: PathBuf::from(rest) }),
            _ => Err(wrong(format!("{kind:?} is no kind of connection"))),
        }
    }
}

impl ScannerSpec {
    /// Reads a scanner's name; the error says what is wrong and gives examples.
    pub fn parse(text: &str) -> Result<ScannerSpec, SpecError> {
        let wrong = |problem: String| SpecError {
            text: text.to_owned(),
            device: "scanner",
            problem,
            examples: SCANNER_EXAMPLES,
        };
        let (kind, rest) = split_kind(text);
        match kind {
            "serial" => {
                let serial = parse_serial(rest, SCANNER_BAUD).map_err(wrong)?;
                Ok(ScannerSpec::Serial { path: serial.path, baud: serial.baud })
            }
            "evdev" if rest.starts_with('/') => Ok(ScannerSpec::Evdev { path: PathBuf::from(rest) }),
            "evdev" => Err(wrong("the path must begin with /".into())),
            "hidpos" => Ok(ScannerSpec::HidPos(hid_choice(rest))),
            _ => Err(wrong(format!("{kind:?} is no kind of scanner"))),
        }
    }
}

impl CameraSpec {
    /// Reads a camera's name; the error says what is wrong and gives examples.
    pub fn parse(text: &str) -> Result<CameraSpec, SpecError> {
        let wrong = |problem: &str| SpecError {
            text: text.to_owned(),
            device: "camera",
            problem: problem.to_owned(),
            examples: CAMERA_EXAMPLES,
        };
        match text.trim() {
            "auto" => Ok(CameraSpec::Auto),
            path if path.starts_with('/') => Ok(CameraSpec::Node(PathBuf::from(path))),
            other => match other.strip_prefix("virtual:") {
                Some("") => Err(wrong("the folder is missing")),
                Some(folder) => Ok(CameraSpec::Virtual { folder: PathBuf::from(folder) }),
                None => Err(wrong("it is neither auto nor a path nor virtual")),
            },
        }
    }
}

impl FromStr for PrinterSpec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<PrinterSpec, SpecError> {
        PrinterSpec::parse(text)
    }
}

impl FromStr for ScannerSpec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<ScannerSpec, SpecError> {
        ScannerSpec::parse(text)
    }
}

impl FromStr for CameraSpec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<CameraSpec, SpecError> {
        CameraSpec::parse(text)
    }
}

impl std::fmt::Display for PrinterSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PrinterSpec::Tcp { host, port } => write!(f, "tcp:{host}:{port}"),
            PrinterSpec::Serial(serial) => write!(f, "serial:{}@{}{}", serial.path.display(), serial.baud, serial.flow),
            PrinterSpec::Usb(UsbChoice::Only) => f.write_str("usb"),
            PrinterSpec::Usb(UsbChoice::Serial(name) | UsbChoice::Port(name)) => write!(f, "usb:{name}"),
            PrinterSpec::Virtual { folder } => write!(f, "virtual:{}", folder.display()),
        }
    }
}

impl std::fmt::Display for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Flow::None => "",
            Flow::RtsCts => ",rtscts",
            Flow::XonXoff => ",xonxoff",
        })
    }
}

impl std::fmt::Display for ScannerSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ScannerSpec::Serial { path, baud } => write!(f, "serial:{}@{baud}", path.display()),
            ScannerSpec::Evdev { path } => write!(f, "evdev:{}", path.display()),
            ScannerSpec::HidPos(HidChoice::Only) => f.write_str("hidpos"),
            ScannerSpec::HidPos(HidChoice::Node(path)) => write!(f, "hidpos:{}", path.display()),
            ScannerSpec::HidPos(HidChoice::Serial(serial)) => write!(f, "hidpos:{serial}"),
        }
    }
}

impl std::fmt::Display for CameraSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            CameraSpec::Auto => f.write_str("auto"),
            CameraSpec::Node(path) => write!(f, "{}", path.display()),
            CameraSpec::Virtual { folder } => write!(f, "virtual:{}", folder.display()),
        }
    }
}

fn split_kind(text: &str) -> (&str, &str) {
    text.trim().split_once(':').unwrap_or((text.trim(), ""))
}

fn parse_tcp(rest: &str) -> Result<PrinterSpec, String> {
    let Some((host, port)) = rest.rsplit_once(':') else {
        return Err("the port is missing (printers listen on 9100)".into());
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() {
        return Err("the host is missing".into());
    }
    match port.parse::<u16>() {
        Ok(port) if port > 0 => Ok(PrinterSpec::Tcp { host: host.to_owned(), port }),
        _ => Err(format!("{port:?} is no port")),
    }
}

fn parse_serial(rest: &str, usual_baud: u32) -> Result<SerialSpec, String> {
    let (path, line) = rest.split_once('@').unwrap_or((rest, ""));
    if !path.starts_with('/') {
        return Err("the path must begin with /".into());
    }
    let (baud, flow) = line.split_once(',').unwrap_or((line, ""));
    let flow = match flow {
        "" => Flow::None,
        "rtscts" => Flow::RtsCts,
        "xonxoff" => Flow::XonXoff,
        other => return Err(format!("{other:?} is neither rtscts nor xonxoff")),
    };
    let baud = match baud {
        "" => usual_baud,
        text => {
            text.parse().ok().filter(|baud| (300..=4_000_000).contains(baud)).ok_or(format!("{text:?} is no speed"))?
        }
    };
    Ok(SerialSpec { path: PathBuf::from(path), baud, flow })
}

/// `1-1.2` is a port, everything else a serial number.
fn usb_choice(rest: &str) -> UsbChoice {
    let is_number = |part: &str| !part.is_empty() && part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    match rest.split_once('-') {
        _ if rest.is_empty() => UsbChoice::Only,
        Some((bus, ports)) if is_number(bus) && ports.split('.').all(is_number) => UsbChoice::Port(rest.to_owned()),
        _ => UsbChoice::Serial(rest.to_owned()),
    }
}

fn hid_choice(rest: &str) -> HidChoice {
    match rest {
        "" => HidChoice::Only,
        path if path.starts_with('/') => HidChoice::Node(PathBuf::from(path)),
        serial => HidChoice::Serial(serial.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Result<PrinterSpec, &str>) {
        let got = PrinterSpec::parse(text);
        match (got, expected) {
            (Ok(got), Ok(expected)) => assert_eq!(got, expected, "{text}"),
            (Err(error), Err(problem)) => assert!(error.to_string().contains(problem), "{text}: {error}"),
            (got, expected) => panic!("{text}: {got:?}, expected {expected:?}"),
        }
    }

    fn serial(baud: u32, flow: Flow) -> PrinterSpec {
        PrinterSpec::Serial(SerialSpec { path: "/dev/ttyUSB0".into(), baud, flow })
    }

    #[test]
    fn printer_names_are_read_or_refused_with_the_reason() {
        check("tcp:127.0.0.1:9100", Ok(PrinterSpec::Tcp { host: "127.0.0.1".into(), port: 9100 }));
        check("tcp:[::1]:9100", Ok(PrinterSpec::Tcp { host: "::1".into(), port: 9100 }));
        check("tcp:printer", Err("the port is missing (printers listen on 9100)"));
        check("tcp::9100", Err("the host is missing"));
        check("tcp:a:0", Err("\"0\" is no port"));
        check("serial:/dev/ttyUSB0", Ok(serial(115_200, Flow::None)));
        check("serial:/dev/ttyUSB0@38400,rtscts", Ok(serial(38_400, Flow::RtsCts)));
        check("serial:/dev/ttyUSB0@9600,xonxoff", Ok(serial(9_600, Flow::XonXoff)));
        check("serial:ttyUSB0", Err("must begin with /"));
        check("serial:/dev/ttyUSB0@fast", Err("\"fast\" is no speed"));
        check("serial:/dev/ttyUSB0@9600,dtr", Err("neither rtscts nor xonxoff"));
        check("usb", Ok(PrinterSpec::Usb(UsbChoice::Only)));
        check("usb:1-1.2", Ok(PrinterSpec::Usb(UsbChoice::Port("1-1.2".into()))));
        check("usb:J8XF-0123", Ok(PrinterSpec::Usb(UsbChoice::Serial("J8XF-0123".into()))));
        check("virtual:/tmp/pages", Ok(PrinterSpec::Virtual { folder: "/tmp/pages".into() }));
        check("virtual:", Err("the folder is missing"));
        check("lpt1", Err("\"lpt1\" is no kind of connection"));
    }

    #[test]
    fn scanner_names_are_read_or_refused_with_the_reason() {
        let parse = |text: &str| ScannerSpec::parse(text).map_err(|error| error.to_string());
        assert_eq!(parse("serial:/dev/pts/3"), Ok(ScannerSpec::Serial { path: "/dev/pts/3".into(), baud: 9_600 }));
        assert_eq!(parse("evdev:/dev/input/event3"), Ok(ScannerSpec::Evdev { path: "/dev/input/event3".into() }));
        assert_eq!(parse("hidpos"), Ok(ScannerSpec::HidPos(HidChoice::Only)));
        assert_eq!(parse("hidpos:S0001"), Ok(ScannerSpec::HidPos(HidChoice::Serial("S0001".into()))));
        assert_eq!(parse("hidpos:/dev/hidraw0"), Ok(ScannerSpec::HidPos(HidChoice::Node("/dev/hidraw0".into()))));
        assert!(parse("evdev:event3").is_err_and(|error| error.contains("must begin with /")));
        assert!(parse("keyboard").is_err_and(|error| error.contains("by-id")));
    }

    #[test]
    fn camera_names_are_read_or_refused_with_the_reason() {
        let parse = |text: &str| CameraSpec::parse(text).map_err(|error| error.to_string());
        assert_eq!(parse("auto"), Ok(CameraSpec::Auto));
        assert_eq!(parse("/dev/video2"), Ok(CameraSpec::Node("/dev/video2".into())));
        assert_eq!(parse("virtual:/tmp/guests"), Ok(CameraSpec::Virtual { folder: "/tmp/guests".into() }));
        assert!(parse("virtual:").is_err_and(|error| error.contains("the folder is missing")));
        assert!(parse("webcam").is_err_and(|error| error.contains("/dev/video0")));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text: String) {
            if let Ok(spec) = ScannerSpec::parse(&text) {
                prop_assert_eq!(ScannerSpec::parse(&spec.to_string()).ok(), Some(spec));
            }
            if let Ok(spec) = CameraSpec::parse(&text) {
                prop_assert_eq!(CameraSpec::parse(&spec.to_string()).ok(), Some(spec));
            }
            if let Ok(spec) = PrinterSpec::parse(&text) {
                prop_assert_eq!(PrinterSpec::parse(&spec.to_string()).ok(), Some(spec));
            }
        }
    }
}

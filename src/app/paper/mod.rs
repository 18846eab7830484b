//! From the meeting to paper: what a badge says, and the one thread that draws it. Knows no printer.

pub mod offscreen;

use crate::screens::kiosk::adapter::lang;
use crate::screens::kiosk::look;
use anyhow::{Context, Result, anyhow};
use domain::config::Language;
use domain::roster::GuestRole;
use node::BadgeFacts;
use offscreen::{Offscreen, Sheet};
use print::{Bitmap, Model};
use qrcode::{EcLevel, QrCode};
use slint::{Image, Rgb8Pixel, SharedPixelBuffer};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::thread;
use ui::{BadgeKind, BadgeMark, BadgePaper, TestPagePaper};

/// Grey below this is a black dot.
const BLACK_BELOW: u8 = 128;
/// Dots of a code's module: 0.9 mm at 8 dots per millimetre, read from a phone's distance.
const QR_MODULE_DOTS: u32 = 7;
/// Papers that may wait for the thread.
const MOST_WAITING: usize = 64;

/// The paper in the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PaperSize {
    /// A roll as wide as the printer takes, 80 mm as a rule.
    #[default]
    Roll,
    /// 100 × 80 mm label.
    Label,
}

/// The papers' own measure: 8 dots per millimetre, as of a head of 203 dpi.
const DOTS_PER_MM: f32 = 8.0;

impl PaperSize {
    /// Width and height at 8 dots per millimetre.
    pub fn dots(self) -> (u32, u32) {
        size(self).dots()
    }

    /// The paper that a printer of this model usually holds.
    pub fn usual(model: &Model) -> PaperSize {
        if model.label.is_some() { PaperSize::Label } else { PaperSize::Roll }
    }

    /// Dots of the model's head for one of the paper's own: a roll is filled from edge to edge, a label is as large as
    /// it is, and neither is wider than the head.
    pub fn scale(self, model: &Model) -> f32 {
        let (width, _) = self.dots();
        let widest = model.width_dots as f32 / width as f32;
        match self {
            PaperSize::Roll => widest,
            PaperSize::Label => widest.min(model.dots_per_mm() as f32 / DOTS_PER_MM),
        }
    }
}

/// Everything that a badge says.
#[derive(Debug, Clone, PartialEq)]
pub struct BadgeSheet {
    pub paper: PaperSize,
    pub language: Language,
    pub role: Option<GuestRole>,
    pub meeting: String,
    pub name: String,
    pub title: String,
    pub firm: String,
    /// Empty: no table yet.
    pub table: String,
    pub zone: String,
    pub row: u16,
    pub salesperson: String,
    pub badge: String,
    /// Running number of the badge; may be empty.
    pub number: String,
    /// Green channel, where the meeting and the dealer let it be shown.
    pub ribbon: bool,
    pub copy: u32,
}

impl BadgeSheet {
    /// What the badge of `facts` says on `paper`.
    pub fn of(meeting: &domain::Meeting, facts: &BadgeFacts, paper: PaperSize) -> BadgeSheet {
        look::badge_sheet(meeting, facts, paper)
    }
}

/// A page for staff: this printer prints.
#[derive(Debug, Clone, PartialEq)]
pub struct TestSheet {
    pub paper: PaperSize,
    pub language: Language,
    pub kiosk: String,
    pub printer: String,
    pub at: String,
}

enum Work {
    Badge(Box<BadgeSheet>, f32, SyncSender<Result<Bitmap>>),
    Test(Box<TestSheet>, f32, SyncSender<Result<Bitmap>>),
}

/// The paper thread: give it a sheet, get a bitmap.
#[derive(Clone)]
pub struct Press {
    work: SyncSender<Work>,
}

impl Press {
    /// Starts the thread, with the organiser's logo on every badge; fails when it cannot draw.
    pub fn start(logo: Option<PathBuf>) -> Result<Press> {
        let (work, orders) = sync_channel::<Work>(MOST_WAITING);
        let (ready, started): (Sender<Result<()>>, _) = channel();
        thread::Builder::new()
            .name("paper".into())
            .spawn(move || match Desk::new(logo.as_deref()) {
                Ok(desk) => {
                    // Whoever started the thread may be gone; then there are no orders either.
                    let _ = ready.send(Ok(()));
                    for work in orders {
                        desk.draw(work);
                    }
                }
                Err(error) => {
                    let _ = ready.send(Err(error));
                }
            })
            .context("the paper thread could not be started")?;
        started.recv().context("the paper thread ended at once")??;
        Ok(Press { work })
    }

    /// Draws a badge at `scale` (see [`PaperSize::scale`]).
    pub fn badge(&self, sheet: BadgeSheet, scale: f32) -> Result<Bitmap> {
        let (reply, drawn) = sync_channel(1);
        self.ask(Work::Badge(Box::new(sheet), scale, reply))?;
        drawn.recv().context("the paper thread ended")?
    }

    pub fn test_page(&self, sheet: TestSheet, scale: f32) -> Result<Bitmap> {
        let (reply, drawn) = sync_channel(1);
        self.ask(Work::Test(Box::new(sheet), scale, reply))?;
        drawn.recv().context("the paper thread ended")?
    }

    fn ask(&self, work: Work) -> Result<()> {
        self.work.send(work).map_err(|_| anyhow!("the paper thread ended"))
    }
}

/// What the thread keeps: the components are made once and filled again for every page.
struct Desk {
    badge: Sheet<BadgePaper>,
    test: Sheet<TestPagePaper>,
}

impl Desk {
    fn new(logo: Option<&Path>) -> Result<Desk> {
        let offscreen = Offscreen::new()?;
        let desk = Desk { badge: offscreen.sheet(BadgePaper::new)?, test: offscreen.sheet(TestPagePaper::new)? };
        if let Some(file) = logo {
            desk.badge.component.set_logo(picture(file)?);
        }
        Ok(desk)
    }

    /// Whoever asked may have given up; the picture is then of no use.
    fn draw(&self, work: Work) {
        match work {
            Work::Badge(sheet, scale, reply) => {
                let _ = reply.send(self.draw_badge(&sheet, scale));
            }
            Work::Test(sheet, scale, reply) => {
                let _ = reply.send(self.draw_test(&sheet, scale));
            }
        }
    }

    fn draw_badge(&self, sheet: &BadgeSheet, scale: f32) -> Result<Bitmap> {
        let paper = &self.badge.component;
        speak(sheet.language);
        paper.set_language(lang(sheet.language));
        paper.set_paper(size(sheet.paper));
        paper.set_kind(kind(sheet.role));
        paper.set_meeting(sheet.meeting.as_str().into());
        paper.set_name(sheet.name.as_str().into());
        paper.set_name_longest_word(ui::longest_word(&sheet.name).into());
        paper.set_guest_title(sheet.title.as_str().into());
        paper.set_firm(sheet.firm.as_str().into());
        paper.set_table(sheet.table.as_str().into());
        paper.set_zone(sheet.zone.as_str().into());
        paper.set_table_row(i32::from(sheet.row));
        paper.set_salesperson(sheet.salesperson.as_str().into());
        paper.set_badge_id(sheet.badge.as_str().into());
        paper.set_badge_number(sheet.number.as_str().into());
        paper.set_qr(code(&sheet.badge)?);
        paper.set_mark(if sheet.ribbon { BadgeMark::GreenChannel } else { BadgeMark::None });
        paper.set_copy(i32::try_from(sheet.copy).unwrap_or(i32::MAX));
        let (width, height) = sheet.paper.dots();
        Ok(Bitmap::from_grey(&self.badge.draw(width, height, scale)?, BLACK_BELOW))
    }

    fn draw_test(&self, sheet: &TestSheet, scale: f32) -> Result<Bitmap> {
        let paper = &self.test.component;
        speak(sheet.language);
        paper.set_language(lang(sheet.language));
        paper.set_kiosk(sheet.kiosk.as_str().into());
        paper.set_printer(sheet.printer.as_str().into());
        paper.set_at(sheet.at.as_str().into());
        paper.set_version(env!("CARGO_PKG_VERSION").into());
        paper.set_qr(code("USHER TEST")?);
        let (width, height) = sheet.paper.dots();
        Ok(Bitmap::from_grey(&self.test.draw(width, height, scale)?, BLACK_BELOW))
    }
}

fn speak(language: Language) {
    ui::speak(lang(language));
}

/// A picture of a file, PNG or SVG.
pub fn picture(file: &Path) -> Result<Image> {
    Image::load_from_path(file)
        .map_err(|_| anyhow!("{} is no picture that can be read; PNG and SVG can", file.display()))
}

fn size(paper: PaperSize) -> ui::BadgeSize {
    match paper {
        PaperSize::Roll => ui::BadgeSize::Roll,
        PaperSize::Label => ui::BadgeSize::Label,
    }
}

fn kind(role: Option<GuestRole>) -> BadgeKind {
    match role {
        None => BadgeKind::Guest,
        Some(GuestRole::Press) => BadgeKind::Press,
        Some(GuestRole::Expert) => BadgeKind::Expert,
        Some(GuestRole::Company) => BadgeKind::Staff,
        Some(GuestRole::Owner | GuestRole::Partner | GuestRole::Staff | GuestRole::Family) => BadgeKind::Dealer,
    }
}

/// A QR code of whole modules, without quiet zone.
fn code(text: &str) -> Result<Image> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).context("the badge's code is too long")?;
    let modules = u32::try_from(code.width()).context("a code is small")?;
    let side = modules * QR_MODULE_DOTS;
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(side, side);
    let colours = code.to_colors();
    for (index, pixel) in pixels.make_mut_slice().iter_mut().enumerate() {
        let index = u32::try_from(index).context("a code is small")?;
        let (column, row) = (index % side / QR_MODULE_DOTS, index / side / QR_MODULE_DOTS);
        let dark = colours.get((row * modules + column) as usize).is_some_and(|colour| *colour == qrcode::Color::Dark);
        *pixel = if dark { Rgb8Pixel::new(0, 0, 0) } else { Rgb8Pixel::new(255, 255, 255) };
    }
    Ok(Image::from_rgb8(pixels))
}

//! Made-up photographs of codes, each hard in one way; the same ones on every machine.

use qrcode::{Color, EcLevel, QrCode};

pub const WIDTH: usize = 640;
pub const HEIGHT: usize = 480;
/// How many pictures of each kind.
pub const OF_EACH: u32 = 40;

/// What makes a picture hard. From easy to hopeless within each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Tilted,
    OutOfFocus,
    Moving,
    Noisy,
    Dark,
    Faint,
    Glare,
    PhoneScreen,
    DarkMode,
    Shadow,
    Small,
    Compressed,
    Damaged,
    Curved,
    Crowded,
    PhoneAtNight,
}

pub const KINDS: [Kind; 16] = [
    Kind::Tilted,
    Kind::OutOfFocus,
    Kind::Moving,
    Kind::Noisy,
    Kind::Dark,
    Kind::Faint,
    Kind::Glare,
    Kind::PhoneScreen,
    Kind::DarkMode,
    Kind::Shadow,
    Kind::Small,
    Kind::Compressed,
    Kind::Damaged,
    Kind::Curved,
    Kind::Crowded,
    Kind::PhoneAtNight,
];

/// A picture and what its code says.
pub struct Scene {
    pub kind: Kind,
    pub text: String,
    pub luma: Vec<u8>,
}

pub fn all() -> impl Iterator<Item = Scene> {
    KINDS.into_iter().flat_map(|kind| (0..OF_EACH).map(move |index| scene(kind, index)))
}

/// Numbers that look like chance (xorshift64*).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40) as f32 / (1u32 << 24) as f32
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.next()
    }

    /// About normal, deviation 1.
    fn noise(&mut self) -> f32 {
        ((0..4).map(|_| self.next()).sum::<f32>() - 2.0) * 1.73
    }
}

fn scene(kind: Kind, index: u32) -> Scene {
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15 ^ ((kind as u64 + 1) << 32 | (u64::from(index) + 1) << 3));
    for _ in 0..8 {
        chance.next();
    }
    // 0 is easy, 1 hopeless.
    let hard = (index as f32 + 0.5) / OF_EACH as f32;
    let text = text(&mut chance, index);
    let level = if index % 4 < 2 { EcLevel::M } else { EcLevel::L };
    let code = QrCode::with_error_correction_level(&text, level).expect("a short text");
    let code = Code::of(&code, kind, hard, &mut chance);
    let view = View::of(kind, hard, code.side as f32, &mut chance);
    let mut light = draw(&code, &view);
    disturb(&mut light, kind, hard, &mut chance);
    let luma = light.iter().map(|value| value.clamp(0.0, 255.0) as u8).collect();
    let luma = match kind {
        Kind::Compressed => through_jpeg(luma, (30.0 - 27.0 * hard) as u8),
        Kind::PhoneAtNight => through_jpeg(luma, 60),
        _ => through_jpeg(luma, 88),
    };
    Scene { kind, text, luma }
}

/// An invitation's 122 characters, or a badge's few.
fn text(chance: &mut Chance, index: u32) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let length = if index.is_multiple_of(2) { 122 } else { 18 };
    (0..length).map(|_| char::from(alphabet[(chance.next() * 32.0) as usize % 32])).collect()
}

/// The printed or shown code: modules with a quiet zone of four.
struct Code {
    side: usize,
    ink: Vec<f32>,
    ground: f32,
    screen: bool,
    bend: f32,
    crowd: bool,
}

impl Code {
    fn of(code: &QrCode, kind: Kind, hard: f32, chance: &mut Chance) -> Code {
        let colors = code.to_colors();
        let (mut dark, mut light) = (25.0, 225.0);
        match kind {
            Kind::Faint => (dark, light) = (120.0 - 20.0 * hard, 160.0 - 36.0 * hard),
            Kind::DarkMode => (dark, light) = (215.0 - 120.0 * hard, 20.0),
            Kind::PhoneAtNight => (dark, light) = (8.0, 200.0 - 90.0 * hard),
            _ => {}
        }
        if kind == Kind::PhoneAtNight && chance.next() < 0.5 {
            (dark, light) = (light, dark);
        }
        let mut ink: Vec<f32> = colors.iter().map(|&color| if color == Color::Dark { dark } else { light }).collect();
        let side = code.width();
        if kind == Kind::Damaged {
            damage(&mut ink, side, hard, (dark, light), chance);
        }
        let ground = if kind == Kind::Crowded { light - 30.0 } else { light };
        let screen = matches!(kind, Kind::PhoneScreen | Kind::PhoneAtNight);
        let bend = if kind == Kind::Curved { 0.3 + 1.3 * hard } else { 0.0 };
        Code { side, ink, ground, screen, bend, crowd: kind == Kind::Crowded }
    }

    /// What is at a point of the code's plane, in modules; outside the quiet zone there is a table with things on it.
    fn at(&self, x: f32, y: f32) -> f32 {
        let side = self.side as f32;
        if (0.0..side).contains(&x) && (0.0..side).contains(&y) {
            let value = self.ink[y as usize * self.side + x as usize];
            return if self.screen { value * sub_pixels(x, y) } else { value };
        }
        let quiet = if self.crowd { 1.2 } else { 4.0 };
        if (-quiet..side + quiet).contains(&x) && (-quiet..side + quiet).contains(&y) {
            return if self.screen { self.ground * sub_pixels(x, y) } else { self.ground };
        }
        surroundings(x, y, self.crowd)
    }
}

/// A phone's pixels: five to a module, dark between them.
fn sub_pixels(x: f32, y: f32) -> f32 {
    let (u, v) = ((x * 5.0).fract().abs(), (y * 5.0).fract().abs());
    if u > 0.72 || v > 0.78 { 0.35 } else { 1.1 }
}

/// Wood, or lines of print and small squares that look like finder patterns.
fn surroundings(x: f32, y: f32, crowd: bool) -> f32 {
    if !crowd {
        return 110.0 + 25.0 * (x * 0.31 + (y * 0.17).sin()).sin();
    }
    let (u, v) = (x.rem_euclid(9.0), y.rem_euclid(9.0));
    let ring = (u - 4.5).abs().max((v - 4.5).abs());
    let is_dark = ring < 1.5 || (2.5..3.5).contains(&ring);
    let text = (y * 1.7).sin() > 0.3 && (x * 5.0 + (y * 3.0).sin() * 4.0).sin() > 0.0;
    if is_dark != ((x / 9.0).floor() as i32 % 3 == 0 && text) { 40.0 } else { 200.0 }
}

/// Scratches, stains and a torn corner that is no finder pattern.
fn damage(ink: &mut [f32], side: usize, hard: f32, (dark, light): (f32, f32), chance: &mut Chance) {
    let area = hard * 0.06 * (side * side) as f32;
    let mut spoilt = 0.0;
    while spoilt < area {
        let (wide, high) = (1 + (chance.next() * 4.0) as usize, 1 + (chance.next() * 4.0) as usize);
        let (left, top) = ((chance.next() * side as f32) as usize, (chance.next() * side as f32) as usize);
        let is_finder = |x: usize, y: usize| x < 9 && (y < 9 || y + 9 > side) || y < 9 && x + 9 > side;
        let value = if chance.next() < 0.5 { dark } else { light };
        for (x, y) in (top..(top + high).min(side)).flat_map(|y| (left..(left + wide).min(side)).map(move |x| (x, y))) {
            if !is_finder(x, y) {
                ink[y * side + x] = value;
                spoilt += 0.5;
            }
        }
    }
}

/// Where the camera is: picture to code plane.
struct View {
    cos: f32,
    sin: f32,
    pixels_per_module: f32,
    lean: (f32, f32),
    middle: (f32, f32),
}

impl View {
    fn of(kind: Kind, hard: f32, side: f32, chance: &mut Chance) -> View {
        let fitting = 400.0 / (side + 8.0);
        let pixels_per_module = match kind {
            Kind::Small => 3.2 - 2.4 * hard,
            Kind::PhoneScreen => chance.between(2.2, 6.0).min(fitting),
            Kind::OutOfFocus | Kind::Moving | Kind::PhoneAtNight => chance.between(3.5, 6.0).min(fitting),
            _ => chance.between(3.0, 7.0).min(fitting),
        };
        let angle = match kind {
            Kind::Small | Kind::Compressed => chance.between(-0.4, 0.4),
            _ => chance.between(-3.1, 3.1),
        };
        let lean = if kind == Kind::Tilted { 0.35 + 0.75 * hard } else { 0.18 };
        let direction = chance.between(0.0, std::f32::consts::TAU);
        let reach = 220.0 / pixels_per_module;
        View {
            cos: angle.cos(),
            sin: angle.sin(),
            pixels_per_module,
            lean: (lean * direction.cos() / reach, lean * direction.sin() / reach),
            middle: (chance.between(300.0, 340.0), chance.between(225.0, 255.0)),
        }
    }

    fn to_plane(&self, px: f32, py: f32, side: f32, bend: f32) -> (f32, f32) {
        let (x, y) = ((px - self.middle.0) / self.pixels_per_module, (py - self.middle.1) / self.pixels_per_module);
        let depth = (1.0 - self.lean.0 * x - self.lean.1 * y).max(0.05);
        let (x, y) = (x / depth, y / depth);
        let (mut u, v) = (x * self.cos + y * self.sin, y * self.cos - x * self.sin);
        if bend > 0.0 {
            let radius = side / bend;
            u = radius * (u / radius).clamp(-0.999, 0.999).asin();
        }
        (u + side / 2.0, v + side / 2.0)
    }
}

fn draw(code: &Code, view: &View) -> Vec<f32> {
    const STEPS: usize = 3;
    let side = code.side as f32;
    let mut light = Vec::with_capacity(WIDTH * HEIGHT);
    for (px, py) in (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (x as f32, y as f32))) {
        let mut sum = 0.0;
        for step in 0..STEPS * STEPS {
            let (dx, dy) = ((step % STEPS) as f32, (step / STEPS) as f32);
            let (x, y) = view.to_plane(px + (dx + 0.5) / 3.0, py + (dy + 0.5) / 3.0, side, code.bend);
            sum += code.at(x, y);
        }
        light.push(sum / (STEPS * STEPS) as f32);
    }
    light
}

fn disturb(light: &mut [f32], kind: Kind, hard: f32, chance: &mut Chance) {
    match kind {
        Kind::OutOfFocus => blur(light, 0.8 + 3.4 * hard),
        Kind::Moving => smear(light, 2.0 + 14.0 * hard, chance.between(0.0, 3.1)),
        Kind::Noisy => grain(light, 10.0 + 90.0 * hard, chance),
        Kind::Dark => {
            blur(light, 0.8);
            light.iter_mut().for_each(|value| *value *= 0.16 - 0.13 * hard);
            grain(light, 3.5, chance);
        }
        Kind::Glare => glare(light, hard, chance),
        Kind::Shadow => shadow(light, hard, chance),
        Kind::PhoneScreen => {
            blur(light, 0.4 + 0.5 * hard);
            light.iter_mut().enumerate().for_each(|(index, value)| {
                let y = (index / WIDTH) as f32;
                *value *= 1.0 - 0.55 * hard * (0.5 + 0.5 * (y * 0.035).sin());
            });
        }
        Kind::PhoneAtNight => {
            blur(light, 0.6 + 1.2 * hard);
            light.iter_mut().for_each(|value| *value = *value * 0.6 + 12.0);
            glare(light, 0.25 * hard, chance);
            grain(light, 4.0 + 12.0 * hard, chance);
        }
        Kind::DarkMode => blur(light, 0.6 + 1.0 * hard),
        Kind::Tilted | Kind::Faint | Kind::Small | Kind::Compressed | Kind::Damaged | Kind::Curved | Kind::Crowded => {
            blur(light, 0.5);
        }
    }
    if kind != Kind::Noisy {
        grain(light, 2.5, chance);
    }
}

fn grain(light: &mut [f32], deviation: f32, chance: &mut Chance) {
    light.iter_mut().for_each(|value| *value += deviation * chance.noise());
}

/// A lamp's mirror image: what is below it is white.
fn glare(light: &mut [f32], hard: f32, chance: &mut Chance) {
    let (cx, cy) = (320.0 + chance.between(-90.0, 90.0), 240.0 + chance.between(-90.0, 90.0));
    let (wide, tall) = (30.0 + 130.0 * hard, 20.0 + 60.0 * hard);
    for (index, value) in light.iter_mut().enumerate() {
        let (x, y) = ((index % WIDTH) as f32 - cx, (index / WIDTH) as f32 - cy);
        let (x, y) = ((x + y * 0.6) / wide, (y - x * 0.3) / tall);
        *value += 330.0 * (-(x * x + y * y)).exp();
    }
}

/// Half of the code in the shadow of a hand, and a lamp at one side.
fn shadow(light: &mut [f32], hard: f32, chance: &mut Chance) {
    let (angle, offset) = (chance.between(0.0, std::f32::consts::TAU), chance.between(-50.0, 50.0));
    for (index, value) in light.iter_mut().enumerate() {
        let (x, y) = ((index % WIDTH) as f32 - 320.0, (index / WIDTH) as f32 - 240.0);
        let across = x * angle.cos() + y * angle.sin() - offset;
        let lit = 1.0 / (1.0 + (-across / 5.0).exp());
        let slope = 1.0 - 0.5 * hard * ((x * 0.8 - y * 0.6) / 400.0 + 0.5);
        *value *= slope * (1.0 - (0.35 + 0.58 * hard) * lit);
    }
}

fn blur(light: &mut [f32], sigma: f32) {
    let reach = (sigma * 2.5).ceil() as i32;
    let weights: Vec<f32> = (-reach..=reach).map(|at| (-(at * at) as f32 / (2.0 * sigma * sigma)).exp()).collect();
    let steps: Vec<(f32, i32, i32)> = weights.iter().zip(-reach..).map(|(weight, at)| (*weight, at, 0)).collect();
    convolve(light, &steps);
    let steps: Vec<(f32, i32, i32)> = weights.iter().zip(-reach..).map(|(weight, at)| (*weight, 0, at)).collect();
    convolve(light, &steps);
}

/// The hand moved while the shutter was open.
fn smear(light: &mut [f32], length: f32, angle: f32) {
    let count = (length * 2.0) as i32 + 1;
    let along = |step: i32| (step as f32 / count as f32 - 0.5) * length;
    let at = |step: i32| ((along(step) * angle.cos()).round() as i32, (along(step) * angle.sin()).round() as i32);
    let steps: Vec<(f32, i32, i32)> = (0..=count).map(|step| (1.0, at(step).0, at(step).1)).collect();
    convolve(light, &steps);
}

fn convolve(light: &mut [f32], steps: &[(f32, i32, i32)]) {
    let before = light.to_vec();
    let total: f32 = steps.iter().map(|step| step.0).sum();
    for (index, value) in light.iter_mut().enumerate() {
        let (x, y) = ((index % WIDTH) as i32, (index / WIDTH) as i32);
        let pixel = |dx: i32, dy: i32| {
            let (x, y) = ((x + dx).clamp(0, WIDTH as i32 - 1), (y + dy).clamp(0, HEIGHT as i32 - 1));
            before[y as usize * WIDTH + x as usize]
        };
        *value = steps.iter().map(|&(weight, dx, dy)| weight * pixel(dx, dy)).sum::<f32>() / total;
    }
}

fn through_jpeg(luma: Vec<u8>, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality.max(2))
        .encode(&luma, WIDTH as u32, HEIGHT as u32, image::ExtendedColorType::L8)
        .expect("memory");
    image::load_from_memory(&bytes).expect("our own JPEG").into_luma8().into_raw()
}

//! Keys of the desk's forms: those at the top of the board do what stands beside them, the others move. Knows no page.

use slint::platform::Key;
use slint::{Model, ModelRc};

/// What a key means outside of a field, or in one that has no use for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormKey {
    /// By the name that stands beside a deed.
    Function(&'static str),
    Step(i8),
    Enter,
    Onward(i8),
    Back,
}

const FUNCTIONS: [(Key, &str); 7] = [
    (Key::F4, "F4"),
    (Key::F5, "F5"),
    (Key::F6, "F6"),
    (Key::F7, "F7"),
    (Key::F8, "F8"),
    (Key::F9, "F9"),
    (Key::F10, "F10"),
];

pub fn of(key: &str) -> Option<FormKey> {
    let letter = key.chars().next()?;
    let is = |named: Key| letter == char::from(named);
    if let Some((_, name)) = FUNCTIONS.iter().find(|(named, _)| is(*named)) {
        return Some(FormKey::Function(name));
    }
    let moves = [
        (Key::UpArrow, FormKey::Step(-1)),
        (Key::DownArrow, FormKey::Step(1)),
        (Key::Return, FormKey::Enter),
        (Key::Tab, FormKey::Onward(1)),
        (Key::Backtab, FormKey::Onward(-1)),
        (Key::Escape, FormKey::Back),
    ];
    moves.into_iter().find(|(named, _)| is(*named)).map(|(_, meant)| meant)
}

/// Where in a list of the screen something stands.
pub fn place<T: 'static>(rows: &ModelRc<T>, is: impl Fn(&T) -> bool) -> Option<usize> {
    (0..rows.row_count()).find(|at| rows.row_data(*at).is_some_and(|row| is(&row)))
}

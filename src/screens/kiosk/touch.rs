//! Everything that a finger can do on the kiosk.

use domain::config::Language;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    Language(Language),
    PhonePath,
    Digit(u8),
    Erase,
    Clear,
    PhoneConfirmed,
    StillMine,
    Changed,
    NotMe,
    SkipPhone,
    Person(usize),
    Adults(i8),
    Children(i8),
    HouseholdConfirmed,
    AddOthers,
    Group(usize),
    GroupAll(bool),
    GroupConfirmed,
    PinDigit(u8),
    PinErase,
    Back,
    CallStaff,
    /// "I am still here."
    Stay,
    /// "Finished."
    Leave,
    StaffGesture,
    ReprintLast,
    SettleDoubtful(bool),
    TestPrint,
    ShutDown,
    /// What needs staff here.
    OpenTasks,
}

impl Touch {
    /// The touch of a name and a number, for the control socket; `None` for a name that nobody knows.
    pub fn named(name: &str, number: i64) -> Option<Touch> {
        let digit = u8::try_from(number).unwrap_or(0).min(9);
        let index = usize::try_from(number).unwrap_or(0);
        let step = if number < 0 { -1 } else { 1 };
        Some(match name {
            "zh" => Touch::Language(Language::Zh),
            "ko" => Touch::Language(Language::Ko),
            "en" => Touch::Language(Language::En),
            "phone_path" => Touch::PhonePath,
            "digit" => Touch::Digit(digit),
            "erase" => Touch::Erase,
            "clear" => Touch::Clear,
            "phone_confirmed" => Touch::PhoneConfirmed,
            "still_mine" => Touch::StillMine,
            "changed" => Touch::Changed,
            "not_me" => Touch::NotMe,
            "skip_phone" => Touch::SkipPhone,
            "person" => Touch::Person(index),
            "adults" => Touch::Adults(step),
            "children" => Touch::Children(step),
            "household_confirmed" => Touch::HouseholdConfirmed,
            "add_others" => Touch::AddOthers,
            "group" => Touch::Group(index),
            "group_all" => Touch::GroupAll(number != 0),
            "group_confirmed" => Touch::GroupConfirmed,
            "pin_digit" => Touch::PinDigit(digit),
            "pin_erase" => Touch::PinErase,
            "back" => Touch::Back,
            "call_staff" => Touch::CallStaff,
            "stay" => Touch::Stay,
            "leave" => Touch::Leave,
            "staff_gesture" => Touch::StaffGesture,
            "reprint_last" => Touch::ReprintLast,
            "settle_doubtful" => Touch::SettleDoubtful(number != 0),
            "test_print" => Touch::TestPrint,
            "shut_down" => Touch::ShutDown,
            "open_tasks" => Touch::OpenTasks,
            _ => return None,
        })
    }
}

//! What is on a screen, as rectangles with role and words.

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementRoot};
use slint::platform::PointerEventButton;
use std::cell::RefCell;
use std::ops::ControlFlow;
use std::rc::Rc;

#[derive(Debug, Clone)]
pub struct Found {
    pub role: AccessibleRole,
    pub label: String,
    /// The text says that it had to be elided.
    pub elided: bool,
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

impl Found {
    fn of(element: &ElementHandle) -> Option<Found> {
        let role = element.accessible_role()?;
        let (position, size) = (element.absolute_position(), element.size());
        Some(Found {
            role,
            label: element.accessible_label().unwrap_or_default().to_string(),
            elided: element.accessible_description().unwrap_or_default() == "elided",
            x: position.x,
            y: position.y,
            width: size.width,
            height: size.height,
        })
    }

    pub fn is_target(&self) -> bool {
        matches!(self.role, AccessibleRole::Button | AccessibleRole::Checkbox | AccessibleRole::RadioButton)
    }

    pub fn is_text(&self) -> bool {
        self.role == AccessibleRole::Text && !self.label.is_empty()
    }

    /// The middle half of a line of text: what has ink for certain.
    pub fn ink(&self) -> Found {
        Found { y: self.y + self.height * 0.25, height: self.height * 0.5, ..self.clone() }
    }

    pub fn meets(&self, other: &Found) -> bool {
        const SLACK: f32 = 2.0;
        self.x + self.width - SLACK > other.x
            && other.x + other.width - SLACK > self.x
            && self.y + self.height - SLACK > other.y
            && other.y + other.height - SLACK > self.y
    }

    pub fn inside(&self, width: f32, height: f32) -> bool {
        const SLACK: f32 = 1.0;
        self.x >= -SLACK
            && self.y >= -SLACK
            && self.x + self.width <= width + SLACK
            && self.y + self.height <= height + SLACK
    }
}

/// Everything visible that has a role, in drawing order.
pub fn on(root: &impl ElementRoot) -> Vec<Found> {
    let mut found = Vec::new();
    root.root_element().visit_descendants::<()>(|element| {
        found.extend(Found::of(&element));
        ControlFlow::Continue(())
    });
    found
}

/// The one element with this role and label.
/// What the callbacks of a window wrote down.
pub type Heard = Rc<RefCell<Vec<String>>>;

/// Touching what is called `label`, and acting on it by assistive tools, calls exactly `wanted`.
pub fn calls(window: &impl ElementRoot, heard: &Heard, role: AccessibleRole, label: &str, wanted: &str, place: &str) {
    find(window, role, label).mock_single_click(PointerEventButton::Left);
    assert_eq!(*heard.borrow(), [wanted], "{place}: {label}");
    heard.borrow_mut().clear();
    find(window, role, label).invoke_accessible_default_action();
    assert_eq!(*heard.borrow(), [wanted], "{place}: {label} by assistive tools");
}

pub fn find(root: &impl ElementRoot, role: AccessibleRole, label: &str) -> ElementHandle {
    let mut matches = root
        .root_element()
        .query_descendants()
        .match_accessible_role(role)
        .find_all()
        .into_iter()
        .filter(|element| element.accessible_label().is_some_and(|name| name == label));
    let Some(first) = matches.next() else {
        let there: Vec<String> =
            on(root).into_iter().map(|found| format!("{:?} {}", found.role, found.label)).collect();
        panic!("no {role:?} {label:?} among {there:#?}");
    };
    first
}

//! Rules and state of a dealer order meeting: `decide` makes events of commands, `apply` folds them. Reads no clock,
//! makes no randomness, does no I/O.

pub mod actor;
pub mod command;
pub mod config;
pub mod desk_command;
pub mod draw;
pub mod draw_ask;
pub mod draw_command;
pub mod event;
pub mod ids;
pub mod invitation;
pub mod meeting;
pub mod money;
pub mod refusal;
pub mod roster;
pub mod scan;
pub mod seating;
pub mod slip_code;
pub mod stage;
pub mod time;
pub mod words;

pub use actor::{Actor, Ctx, HubReach, Meta};
pub use command::{Command, NewPayment, PhoneCheck, Unlisted};
pub use config::MeetingConfig;
pub use desk_command::DeskCommand;
pub use draw_ask::DrawAsk;
pub use draw_command::DrawCommand;
pub use event::{Event, UnknownEvent};
pub use ids::*;
pub use meeting::Meeting;
pub use money::{Currency, Money};
pub use refusal::{Authority, Refusal};
pub use roster::{Contact, Dealer, ExpectedLine, Guest, Household};
pub use time::{LocalDate, LocalTime, UnixMillis};
pub use words::in_words;

//! The seating plan: what a plan costs by rule, the search for a good one, the proof that there is none, a seat for one
//! who comes late, and the reasons why. Pure integers: the same question gives the same bytes on every machine. Knows
//! rooms and households by their number in a `Room`, not the meeting; starts no thread, the caller schedules the chains.

mod anneal;
mod blocking;
mod cost;
mod door;
mod exact;
mod exchange;
mod explain;
mod greedy;
mod instance;
mod live;
mod logarithm;
mod moves;
mod random;
mod room;
mod state;

pub use anneal::{CHAINS, Found, Search, best_of, chain, improve, solve};
pub use blocking::{Blocking, Obstacle, Outcome, obstacles, settle};
pub use cost::{Break, Cost, check};
pub use door::{Arrivals, Arrived, Door};
pub use explain::{Elsewhere, Explanation, Swap, explain};
pub use instance::{Instance, InstanceFault, TableName};
pub use live::{Blocked, NoSeat, Seating, seat_one};
pub use room::{ConflictSpec, HouseholdSpec, Level, NOWHERE, Plan, Question, Room, RoomFault, TableSpec, Weights};

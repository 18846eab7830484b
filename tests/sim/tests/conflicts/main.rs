//! Who wins: one story per row of the design's table, with real nodes over the real core of the hub. A line is cut, people
//! act, the line comes back, staff settle the task; nothing here is random.

mod badge_printed_twice;
mod cloned_disk;
mod dead_disk;
mod facts;
mod full_table;
mod green_while_cut_off;
mod hall;
mod hub_from_backup;
mod lottery_at_the_hub;
mod lottery_while_a_desk_is_offline;
mod mixed_versions;
mod one_guest_at_two_kiosks;
mod payment_recorded_twice;
mod roster_changed_while_offline;
mod slip_at_two_desks;
mod walk_in_in_a_full_room;
mod wrong_clock;

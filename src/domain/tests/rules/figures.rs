//! Rule 1: attendance by valid household, in exact integers, against a naive recount.

use std::collections::BTreeSet;

use domain::event::*;
use domain::meeting::Counts;
use domain::roster::*;

use crate::venue::*;

#[test]
fn rate_counts_valid_customers_only() {
    let mut venue = Venue::new();
    // East: 100, 300 and 100, average 166: the VIP alone is a valid customer. North: one stated.
    let rate = |venue: &Venue, region: &str| {
        let counts = venue.meeting.counts_by_region()[&Some(region.into())];
        (counts.valid_customers_valid, counts.valid_customers, counts.rate_basis_points())
    };
    assert_eq!((rate(&venue, "east"), rate(&venue, "north")), ((0, 1, Some(0)), (0, 1, Some(0))));
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    assert_eq!(rate(&venue, "east"), (0, 1, Some(0)), "valid, but no valid customer");
    venue.act(guest_actor(), &check_in(2, &[22])).expect("allowed");
    assert_eq!(rate(&venue, "east"), (0, 1, Some(0)), "here without the decider");
    venue.act(guest_actor(), &check_in(2, &[21])).expect("allowed");
    assert_eq!(rate(&venue, "east"), (1, 1, Some(10_000)));
    let total = venue.meeting.counts();
    assert_eq!((total.core_invited, total.core_present), (1, 1));
    assert_eq!((total.households_invited, total.households_present, total.households_valid), (4, 2, 2));
    assert_eq!(venue.meeting.counts_by_salesperson()[&Some("S07".into())].households_present, 2);
    assert_eq!(venue.meeting.counts_by_salesperson()[&Some("S08".into())].households_present, 0);
}

#[test]
fn target_is_compared_exactly() {
    let check = |valid, customers, rate, reaches| {
        let counts = Counts { valid_customers: customers, valid_customers_valid: valid, ..Counts::default() };
        assert_eq!((counts.rate_basis_points(), counts.reaches(80)), (rate, reaches), "{valid} of {customers}");
    };
    check(4, 5, Some(8_000), true);
    check(79, 99, Some(7_979), false);
    check(80, 100, Some(8_000), true);
    check(2, 3, Some(6_666), false);
    check(0, 0, None, false);
    check(u32::MAX, u32::MAX, Some(10_000), true);
}

#[test]
fn dealer_at_the_average_is_no_valid_customer() {
    let mut venue = Venue::new();
    let dealers = (11..=12).map(|number| Dealer {
        annual_sales_minor: Some(500),
        region: Some("south".into()),
        ..firm(number, number - 10, "south", "S07")
    });
    venue.happens(RosterChanged { rev: 2, part: 1, parts: 1, dealers: dealers.collect(), ..RosterChanged::default() });
    assert!(!venue.meeting.is_valid_customer(household(1)));
}

/// Counts by asking only about single guests.
pub fn recount(venue: &Venue) -> Counts {
    let meeting = &venue.meeting;
    let mut counts = Counts::default();
    let mut seen = BTreeSet::new();
    for view in meeting.households().filter_map(|household| meeting.household_view(household.id)) {
        assert!(seen.insert(view.household.id), "a household twice");
        let present = view.people.iter().any(|person| person.present);
        let core = view.dealers.iter().any(|dealer| dealer.top_five || dealer.vip.is_some());
        let cancelled = view.household.id == household(5);
        let invited = !view.walk_in && !cancelled;
        let customer = (invited || present) && meeting.is_valid_customer(view.household.id);
        counts.households_invited += u32::from(invited);
        counts.households_present += u32::from(present);
        counts.households_valid += u32::from(view.valid);
        counts.households_witnessed += u32::from(view.witnessed);
        counts.core_invited += u32::from(core && invited);
        counts.core_present += u32::from(core && present);
        counts.valid_customers += u32::from(customer);
        counts.valid_customers_valid += u32::from(customer && view.valid);
        counts.unlisted_adults += u32::from(view.unlisted_adults);
        counts.children += u32::from(view.children);
        for person in &view.people {
            counts.guests_invited += u32::from(invited && !person.cancelled && person.guest.guest_no.is_some());
            counts.guests_present += u32::from(person.present);
            counts.guests_left += u32::from(person.left);
        }
    }
    let alone = meeting.guests().filter(|guest| guest.household.is_none() && meeting.is_present(guest.id));
    counts.alone_present = u32::try_from(alone.count()).expect("few");
    counts
}

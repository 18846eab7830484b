//! What one badge says, as facts. How it looks is decided by the paper (`src/app/paper`).

use domain::config::Language;
use domain::event::Party;
use domain::roster::GuestRole;
use domain::{BadgeId, GuestId, HouseholdId, Meeting};

/// Facts for the paper of one copy, as the meeting was known when it began to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadgeFacts {
    /// For the code on the paper.
    pub badge: BadgeId,
    /// Its running number at the machine that asked for it, `K2-B0820`; empty for badges of older programs.
    pub number: String,
    /// Whose.
    pub guest: GuestId,
    /// The party; none for a guest without a dealer.
    pub household: Option<HouseholdId>,
    /// 1 for the first copy.
    pub copy: u32,
    /// DUPLICATE goes across it.
    pub duplicate: bool,
    /// The person's name.
    pub name: String,
    /// Form of address, may be empty.
    pub title: String,
    /// Press, staff and the like have their own paper.
    pub role: GuestRole,
    /// The firm, or the organisation of a guest without a dealer; may be empty.
    pub firm: String,
    /// What stands on the table; none while there is no table.
    pub table: Option<String>,
    /// Part of the hall; may be empty.
    pub zone: String,
    /// Name of the salesperson; may be empty.
    pub salesperson: String,
    /// Guest of honour.
    pub vip: bool,
    /// Language of the person, else of the meeting.
    pub language: Language,
}

impl BadgeFacts {
    /// The facts of a copy; `None` when this meeting does not know it, or it shall not be printed any more.
    pub fn of(meeting: &Meeting, badge: &str) -> Option<BadgeFacts> {
        let badge = meeting.badge(badge.parse().ok()?).filter(|badge| badge.is_standing())?;
        let guest = meeting.guest(badge.guest)?;
        let household = guest.household.and_then(|id| meeting.household(id));
        let party = household.map_or(Party::Guest(guest.id), |household| Party::Household(household.id));
        let on_paper = badge.table.as_ref().and_then(|id| meeting.table(id));
        let told = on_paper.map(|table| (table.table.label.clone(), table.table.zone.clone()));
        let spot = told.or_else(|| meeting.table_spot(party).map(|spot| (spot.label, spot.zone)));
        let (table, zone) = spot.map_or((None, String::new()), |(label, zone)| (Some(label), zone));
        let own_firm = guest.dealer.and_then(|id| meeting.dealer(id)).map(|dealer| dealer.firm.clone());
        let firm = own_firm.or_else(|| household.map(|household| household.name.clone()));
        let salesperson = household.and_then(|household| meeting.salesperson_of(household.id));
        let name_of = |id| meeting.config().salespeople.iter().find(|person| person.id == id);
        Some(BadgeFacts {
            badge: badge.id,
            number: badge.number.clone(),
            guest: guest.id,
            household: household.map(|household| household.id),
            copy: badge.copy,
            duplicate: badge.reason.is_duplicate(),
            name: guest.name.clone(),
            title: guest.title.clone(),
            role: guest.role,
            firm: firm.unwrap_or_else(|| guest.organisation.clone()),
            table,
            zone,
            salesperson: salesperson.and_then(name_of).map(|person| person.name.clone()).unwrap_or_default(),
            vip: meeting.is_vip(guest),
            language: guest.language.unwrap_or_else(|| meeting.config().meeting.language()),
        })
    }
}

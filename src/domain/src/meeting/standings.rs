//! What the hall may see of orders: regions by share or by order alone, dealers who show theirs, bulletins, winners'
//! cards. What a dealer does not allow is not in these values at all, so that no screen can leak it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Meeting, SlipStatus};
use crate::config::{Disclosure, NoticeKind};
use crate::draw::DrawId;
use crate::event::Party;
use crate::ids::{DealerId, HouseholdId, RegionId, RoundId, SlipId};
use crate::roster::Dealer;
use crate::time::UnixMillis;

/// A sum of fewer parties would tell what one of them ordered.
pub const FEWEST_IN_A_SUM: usize = 3;

/// A region against the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionStanding {
    /// Which.
    pub region: RegionId,
    /// From 1; equal shares have equal ranks.
    pub rank: u32,
    /// Signed against the target at the meeting, in hundredths of a percent; none without a target, or where it may not be
    /// shown: then the order alone is.
    pub share_basis_points: Option<u32>,
    /// Signed at the meeting, where it may be shown.
    pub amount_minor: Option<i64>,
}

/// A dealer who shows something of the orders. Nobody else is in the list, and nobody else is counted in its ranks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealerStanding {
    /// Which.
    pub dealer: DealerId,
    /// Its name.
    pub firm: String,
    /// Its county.
    pub county: String,
    /// From 1 among those who show theirs.
    pub rank: Option<u32>,
    /// Signed at the meeting.
    pub amount_minor: Option<i64>,
    /// Green-channel ribbon.
    pub ribbon: bool,
}

/// A signed order that is celebrated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageBulletin {
    /// Its name.
    pub firm: String,
    /// Its county.
    pub county: String,
    /// Its region.
    pub region: Option<RegionId>,
    /// The order's sum.
    pub amount_minor: Option<i64>,
}

/// A winner as the hall sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WinnerCard {
    /// Place among the picks, from 0.
    pub pick: u32,
    /// Id in the list, for whoever checks.
    pub id: DrawId,
    /// Name of the firm; empty when its people do not want their name on screens.
    pub firm: String,
    /// Its county, likewise.
    pub county: String,
    /// Name with form of address of who decides, likewise.
    pub person: String,
    /// Masked phone, likewise.
    pub phone_mask: String,
    /// Whether a photo may be taken for the screens.
    pub photo: bool,
}

impl Meeting {
    /// What may be shown of a dealer: the meeting's setting and the dealer's word.
    pub fn disclosed(&self, dealer: &Dealer) -> Disclosure {
        self.config.rules.disclosure.and(dealer.may_disclose)
    }

    /// Regions by share of their target at the meeting, else by what was signed; the best first.
    pub fn region_standings(&self) -> Vec<RegionStanding> {
        let mut signed: BTreeMap<RegionId, (i64, BTreeSet<HouseholdId>, bool)> = BTreeMap::new();
        for (dealer, amount) in self.signed_by_dealer() {
            let Some(dealer) = self.dealer(dealer) else { continue };
            let Some(region) = dealer.region.clone() else { continue };
            let (sum, parties, all_agree) = signed.entry(region).or_insert((0, BTreeSet::new(), true));
            *sum = sum.saturating_add(amount);
            parties.insert(self.roster.resolve(dealer.household));
            *all_agree &= dealer.may_disclose.amounts;
        }
        let mut standings: Vec<(i128, RegionStanding)> = Vec::new();
        for region in &self.config.regions {
            let nothing = (0, BTreeSet::new(), true);
            let (sum, parties, all_agree) = signed.get(&region.id).unwrap_or(&nothing);
            let may_show = parties.is_empty() || *all_agree || parties.len() >= FEWEST_IN_A_SUM;
            let shown = may_show && self.config.rules.disclosure.amounts;
            let target = i128::from(region.targets.on_site_sales_minor);
            let share = if target > 0 { i128::from(*sum) * 10_000 / target } else { i128::from(*sum) };
            let share_basis_points = u32::try_from(share).ok().filter(|_| shown && target > 0);
            let (region, amount_minor) = (region.id.clone(), shown.then_some(*sum));
            standings.push((share, RegionStanding { region, rank: 0, share_basis_points, amount_minor }));
        }
        standings.sort_by(|(one, a), (other, b)| other.cmp(one).then(a.region.cmp(&b.region)));
        let shares: Vec<i128> = standings.iter().map(|(share, _)| *share).collect();
        let ranked =
            standings.into_iter().map(|(share, standing)| RegionStanding { rank: rank(&shares, share), ..standing });
        ranked.collect()
    }

    /// Dealers who show something of their orders, the best first among those who show their rank.
    pub fn dealer_standings(&self) -> Vec<DealerStanding> {
        let mut shown: Vec<(i64, Disclosure, &Dealer)> = Vec::new();
        for (dealer, amount) in self.signed_by_dealer() {
            let Some(dealer) = self.dealer(dealer).filter(|dealer| self.may_name(dealer.household)) else { continue };
            let disclosed = self.disclosed(dealer);
            if disclosed.amounts || disclosed.ranks {
                shown.push((amount, disclosed, dealer));
            }
        }
        let mut ranked: Vec<i64> =
            shown.iter().filter(|(_, disclosed, _)| disclosed.ranks).map(|(amount, ..)| *amount).collect();
        ranked.sort_by(|one, other| other.cmp(one));
        // Whoever shows no rank stands by name: a place between two amounts would be one.
        shown.sort_by_key(|(amount, disclosed, dealer)| {
            (!disclosed.ranks, if disclosed.ranks { -i128::from(*amount) } else { 0 }, dealer.firm.clone(), dealer.id)
        });
        let line = |(amount, disclosed, dealer): (i64, Disclosure, &Dealer)| DealerStanding {
            dealer: dealer.id,
            firm: dealer.firm.clone(),
            county: dealer.county.clone(),
            rank: disclosed.ranks.then(|| rank(&ranked, amount)),
            amount_minor: disclosed.amounts.then_some(amount),
            ribbon: disclosed.ribbon && self.has_green_channel(dealer.household),
        };
        shown.into_iter().map(line).collect()
    }

    /// A signed order as a bulletin shows it; none when it may not be celebrated.
    pub fn stage_bulletin(&self, slip: SlipId) -> Option<StageBulletin> {
        let slip = self.slip(slip).filter(|slip| slip.status() == SlipStatus::Signed)?;
        let content = &slip.version().content;
        let dealer = self.dealer(content.dealer).filter(|dealer| self.may_name(dealer.household))?;
        let disclosed = self.disclosed(dealer);
        disclosed.bulletin.then(|| StageBulletin {
            firm: dealer.firm.clone(),
            county: dealer.county.clone(),
            region: dealer.region.clone(),
            amount_minor: disclosed.amounts.then_some(content.total_minor),
        })
    }

    /// The winners of a round as the hall may see them, as far as two machines know ([`Meeting::round_shown`]).
    pub fn winner_cards(&self, draw: &str, round: &RoundId, durable: u64) -> Vec<WinnerCard> {
        use super::PickState::{Claimed, Forfeited, Substitute, Won};
        let Some(view) = self.round_shown(draw, round, durable) else { return Vec::new() };
        let won = view.picks.into_iter().filter(|pick| match pick.state {
            Won | Claimed => true,
            Forfeited | Substitute => false,
        });
        won.map(|pick| self.pick_card(pick.pick, pick.id)).collect()
    }

    /// Whose pick it is, as far as its people want their name on screens.
    pub fn pick_card(&self, pick: u32, id: DrawId) -> WinnerCard {
        let household = self.household_of_draw_id(&id).filter(|household| self.may_name(household.id));
        let lead = household.and_then(|household| self.dealer(household.lead));
        let decides = household.and_then(|household| self.decider_of(household.id));
        WinnerCard {
            pick,
            id,
            firm: household.map(|household| household.name.clone()).unwrap_or_default(),
            county: lead.map(|dealer| dealer.county.clone()).unwrap_or_default(),
            person: decides.as_ref().map(|guest| guest.name_with_title()).unwrap_or_default(),
            phone_mask: decides
                .and_then(|guest| guest.phone.as_ref().map(|phone| phone.phone_mask.clone()))
                .unwrap_or_default(),
            photo: lead.is_some_and(|dealer| self.disclosed(dealer).photo),
        }
    }

    /// Who decides for a party, else the first on its list.
    pub(crate) fn decider_of(&self, household: HouseholdId) -> Option<std::sync::Arc<crate::roster::Guest>> {
        let people: Vec<_> = self.people(household).collect();
        people.iter().find(|guest| guest.decides).or(people.first()).map(|guest| (*guest).clone())
    }

    /// Whether nobody of the party refused to have the name on screens, with the answer or at the meeting.
    pub fn may_name(&self, household: HouseholdId) -> bool {
        let asked = self.config.notices.iter().filter(|notice| notice.kind == NoticeKind::ScreenName);
        let party = Party::Household(self.roster.resolve(household));
        asked.into_iter().all(|notice| {
            let by_list = self.dealers(household).all(|dealer| dealer.consents.get(&notice.id) != Some(&false));
            let on_site = self.guests_of(party).into_iter().all(|guest| {
                let consent = self.arrival(guest).and_then(|arrival| arrival.consents.get(&notice.id));
                consent.is_none_or(|consent| consent.given)
            });
            by_list && on_site
        })
    }

    /// Signed at the meeting by dealer, in minor units, as of now.
    fn signed_by_dealer(&self) -> BTreeMap<DealerId, i64> {
        let mut signed: BTreeMap<DealerId, i64> = BTreeMap::new();
        for slip in self.signed_slips() {
            let content = &slip.version().content;
            let sum = signed.entry(content.dealer).or_default();
            *sum = sum.saturating_add(content.total_minor);
        }
        signed
    }

    /// When the last thing happened that is in these figures, by its author's clock: what "as of" says.
    pub fn signed_as_of(&self) -> Option<UnixMillis> {
        self.slips().filter_map(|slip| slip.signed()).map(|stamp| stamp.at).max()
    }
}

fn rank<T: PartialOrd>(all: &[T], own: T) -> u32 {
    let better = all.iter().filter(|other| **other > own).count();
    u32::try_from(better + 1).unwrap_or(u32::MAX)
}

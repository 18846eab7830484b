//! What the hall sees, whole, as one value: the operator's process makes it and sends it to the window, which holds
//! nothing else. Amounts, ranks and ribbons that a dealer does not allow are not in it; neither is a step of the lottery
//! that one machine alone has. Sentences are the window's: here are codes, names and figures.

mod bulletins;

use serde::{Deserialize, Serialize};

use crate::config::Language;
use crate::draw::DrawId;
use crate::event::Scene;
use crate::ids::{DeviceId, RoundId};
use crate::meeting::{Meeting, RoundStep};
use crate::money::Currency;
use crate::time::{LocalTime, UnixMillis};

pub use bulletins::{BULLETIN_MS, BulletinQueue};

/// Names on the welcome wall at once; the newest stay.
pub const MOST_NAMES: usize = 120;
/// Cards that move before a draw, however many are in it.
pub const MOST_CARDS: usize = 160;
/// Called numbers at once.
const MOST_CALLED: usize = 12;

/// The moment that is shown.
#[derive(Clone, Copy, Debug)]
pub struct StageNow<'a> {
    /// Now.
    pub now: UnixMillis,
    /// The wall clock at the venue; none while it is not known.
    pub clock: Option<&'a LocalTime>,
    /// Language of the screen.
    pub language: Language,
    /// What the host chose, and when.
    pub scene: &'a Scene,
    /// Since when it is shown.
    pub since: UnixMillis,
    /// The draw that rounds are of.
    pub draw: &'a str,
    /// How many events of the hub's order two machines have ([`Meeting::round_shown`]).
    pub durable: u64,
    /// Machines that are not heard: their last figures may be missing.
    pub away: &'a [DeviceId],
    /// The bulletin that is shown now.
    pub bulletin: Option<&'a BulletinLine>,
    /// Bulletins that wait behind it.
    pub waiting: usize,
}

/// Everything on the screen at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageView {
    /// Language of the screen.
    pub language: Language,
    /// Name of the meeting.
    pub meeting: String,
    /// Its motto.
    pub theme: String,
    /// Of every amount.
    pub currency: Currency,
    /// For practice: other colours.
    pub rehearsal: bool,
    /// When the newest act in these figures was, Unix milliseconds; none where there are no figures.
    pub as_of: Option<u64>,
    /// Names of the machines that are not heard.
    pub away: Vec<String>,
    /// What is shown.
    pub scene: SceneView,
}

/// A scene with what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SceneView {
    /// Names as guests arrive, the newest first.
    WelcomeWall {
        /// Who may be named.
        names: Vec<WallName>,
        /// Parties that are here, unnamed ones among them.
        present: usize,
        /// Parties that were invited.
        invited: u32,
    },
    /// The programme.
    Agenda(Vec<AgendaLine>),
    /// Who leads.
    Standings {
        /// Regions by share, else by rank alone.
        by_share: bool,
        /// The best first.
        regions: Vec<RegionLine>,
        /// Dealers who show something of theirs.
        dealers: Vec<DealerLine>,
    },
    /// Towards the targets.
    Progress(Progress),
    /// A signed order is celebrated; none while nothing waits.
    Bulletin {
        /// Whose.
        line: Option<BulletinLine>,
        /// How many wait.
        waiting: usize,
    },
    /// Until something begins.
    Countdown {
        /// Seconds that are left; 0 when it has begun.
        seconds: u64,
        /// When orders close, `14:00`; empty when they do not.
        closes: String,
    },
    /// Numbers called at the counters, the newest first.
    CalledNumbers(Vec<CalledLine>),
    /// A round of the lottery; none while two machines do not know it.
    Lottery(Option<Box<LotteryView>>),
    /// A picture, named by its SHA-256.
    Picture(String),
    /// Nothing.
    Blank,
}

/// A party that came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WallName {
    /// Who decides, with the form of address.
    pub person: String,
    /// Firm.
    pub firm: String,
    /// County.
    pub county: String,
}

/// A line of the programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgendaLine {
    /// `14:00`.
    pub starts: String,
    /// What.
    pub title: String,
    /// Who.
    pub speaker: String,
    /// It is going on.
    pub running: bool,
}

/// A region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionLine {
    /// Its name.
    pub name: String,
    /// From 1.
    pub rank: u32,
    /// Of its target, in hundredths of a percent, where it may be shown.
    pub share_basis_points: Option<u32>,
}

/// A dealer who shows something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealerLine {
    /// Firm.
    pub firm: String,
    /// County.
    pub county: String,
    /// From 1.
    pub rank: Option<u32>,
    /// Minor units.
    pub amount_minor: Option<i64>,
    /// Green-channel ribbon.
    pub ribbon: bool,
}

/// How far the meeting is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Parties that are here.
    pub present: u32,
    /// Parties that were invited.
    pub invited: u32,
    /// Attendance, in hundredths of a percent.
    pub attendance_basis_points: Option<u32>,
    /// What attendance should be, percent.
    pub attendance_target_percent: u8,
    /// Signed against the targets of all regions, in hundredths of a percent, where each region's may be shown.
    pub signed_basis_points: Option<u32>,
}

/// A bulletin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulletinLine {
    /// Firm.
    pub firm: String,
    /// County.
    pub county: String,
    /// Region's name; empty without.
    pub region: String,
    /// Minor units.
    pub amount_minor: Option<i64>,
}

/// A called number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalledLine {
    /// As printed.
    pub number: String,
    /// Which queue.
    pub queue: String,
    /// Where to go.
    pub counter: String,
}

/// How far a round is, for the window's animation: it can only end at the stored winners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LotteryStep {
    /// The list is closed.
    Frozen,
    /// Dice were entered.
    Audience,
    /// Nothing changes any more.
    Locked,
    /// Winners are called.
    Drawn,
    /// Every prize has its winner.
    Finished,
    /// It does not count.
    Void,
}

/// A round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotteryView {
    /// Its id.
    pub round: RoundId,
    /// Link of the chain, from 1: the number of the round that papers show.
    pub link: u32,
    /// What the draw is committed to, 64 hex digits.
    pub commitment: String,
    /// Tier of the prize, 1 the top.
    pub tier: u8,
    /// What is drawn.
    pub prize: String,
    /// Its picture, named by its SHA-256.
    pub picture: Option<String>,
    /// How many.
    pub quantity: u32,
    /// How far it is.
    pub step: LotteryStep,
    /// Households in the list.
    pub count: u32,
    /// Tickets in the list.
    pub tickets: u64,
    /// Of the list, 64 hex digits: the proof line.
    pub entries_hash: String,
    /// Dice as they lay.
    pub dice: Vec<u8>,
    /// Names, or numbers of those who want no name, that move before the draw; winners are not among them.
    pub cards: Vec<String>,
    /// Who won; empty before the draw.
    pub winners: Vec<WinnerLine>,
}

/// A winner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WinnerLine {
    /// Number in the list.
    pub id: String,
    /// Firm; empty when its people want no name on screens.
    pub firm: String,
    /// County, likewise.
    pub county: String,
    /// Who decides, likewise.
    pub person: String,
    /// Masked phone, likewise.
    pub phone_mask: String,
    /// Has the prize.
    pub claimed: bool,
}

/// What the hall sees at a moment.
pub fn stage_view(meeting: &Meeting, now: &StageNow<'_>) -> StageView {
    let facts = &meeting.config().meeting;
    let rehearsal =
        matches!(now.scene, Scene::Lottery(_)) && meeting.draw(now.draw).is_some_and(|it| it.is_rehearsal());
    let has_figures = matches!(now.scene, Scene::Standings | Scene::Progress | Scene::Bulletin);
    let as_of = meeting.signed_as_of().filter(|_| has_figures).map(|at| at.0);
    let station = |device: &DeviceId| meeting.device(*device).map(|device| device.station().to_owned());
    StageView {
        language: now.language,
        meeting: facts.name.get(now.language).to_owned(),
        theme: facts.theme.get(now.language).to_owned(),
        currency: facts.currency,
        rehearsal,
        as_of,
        away: now.away.iter().filter_map(station).collect(),
        scene: scene(meeting, now),
    }
}

fn scene(meeting: &Meeting, now: &StageNow<'_>) -> SceneView {
    match now.scene {
        Scene::WelcomeWall => welcome_wall(meeting),
        Scene::Agenda => SceneView::Agenda(agenda(meeting, now)),
        Scene::Standings => standings(meeting, now.language),
        Scene::Progress => SceneView::Progress(progress(meeting)),
        Scene::Bulletin => SceneView::Bulletin { line: now.bulletin.cloned(), waiting: now.waiting },
        Scene::Countdown { seconds } => {
            let closes = meeting.config().rules.orders_close.as_ref().map_or("", LocalTime::clock).to_owned();
            let gone = now.now.since(now.since) / 1_000;
            SceneView::Countdown { seconds: u64::from(*seconds).saturating_sub(gone), closes }
        }
        Scene::Lottery(round) => SceneView::Lottery(lottery(meeting, round, now).map(Box::new)),
        Scene::CalledNumbers => SceneView::CalledNumbers(called(meeting)),
        Scene::Blank => SceneView::Blank,
        Scene::Picture(hash) => SceneView::Picture(hash.clone()),
    }
}

fn welcome_wall(meeting: &Meeting) -> SceneView {
    let arrivals = meeting.arrivals();
    let nameable = arrivals.iter().filter(|(_, household)| meeting.may_name(*household));
    let name = |(_, household): &(UnixMillis, crate::ids::HouseholdId)| WallName {
        person: meeting.decider_of(*household).map(|guest| guest.name_with_title()).unwrap_or_default(),
        firm: meeting.household(*household).map(|known| known.name.clone()).unwrap_or_default(),
        county: meeting.lead(*household).map(|dealer| dealer.county.clone()).unwrap_or_default(),
    };
    let invited = meeting.counts().households_invited;
    SceneView::WelcomeWall { names: nameable.take(MOST_NAMES).map(name).collect(), present: arrivals.len(), invited }
}

/// The running item is the last one that has begun, until the next does.
fn agenda(meeting: &Meeting, now: &StageNow<'_>) -> Vec<AgendaLine> {
    let mut items: Vec<_> = meeting.config().agenda.iter().collect();
    items.sort_by(|one, other| one.starts.cmp(&other.starts));
    let today = |starts: &LocalTime| now.clock.is_none_or(|clock| clock.date() == starts.date());
    let running = now.clock.and_then(|clock| items.iter().rposition(|item| item.starts <= *clock));
    let line = |(at, item): (usize, &&crate::config::AgendaItem)| AgendaLine {
        starts: item.starts.clock().to_owned(),
        title: item.title.get(now.language).to_owned(),
        speaker: item.speaker.get(now.language).to_owned(),
        running: running == Some(at),
    };
    items.iter().enumerate().filter(|(_, item)| today(&item.starts)).map(line).collect()
}

fn standings(meeting: &Meeting, language: Language) -> SceneView {
    let regions = meeting.region_standings();
    let region = |standing: &crate::meeting::RegionStanding| RegionLine {
        name: region_name(meeting, Some(&standing.region), language),
        rank: standing.rank,
        share_basis_points: standing.share_basis_points,
    };
    let dealer = |standing: crate::meeting::DealerStanding| DealerLine {
        firm: standing.firm,
        county: standing.county,
        rank: standing.rank,
        amount_minor: standing.amount_minor,
        ribbon: standing.ribbon,
    };
    SceneView::Standings {
        by_share: regions.iter().any(|standing| standing.share_basis_points.is_some()),
        regions: regions.iter().map(region).collect(),
        dealers: meeting.dealer_standings().into_iter().map(dealer).collect(),
    }
}

fn region_name(meeting: &Meeting, region: Option<&crate::ids::RegionId>, language: Language) -> String {
    let known = region.and_then(|id| meeting.config().regions.iter().find(|region| region.id == *id));
    known.map(|region| region.name.get(language).to_owned()).unwrap_or_default()
}

fn progress(meeting: &Meeting) -> Progress {
    let counts = meeting.counts();
    let regions = meeting.region_standings();
    let target: i128 =
        meeting.config().regions.iter().map(|region| i128::from(region.targets.on_site_sales_minor)).sum();
    // A sum of regions of which one must not be shown would tell that one.
    let signed: Option<i128> = regions.iter().map(|standing| standing.amount_minor.map(i128::from)).sum();
    let share = signed.filter(|_| target > 0).and_then(|signed| u32::try_from(signed * 10_000 / target).ok());
    Progress {
        present: counts.households_present,
        invited: counts.households_invited,
        attendance_basis_points: counts.rate_basis_points(),
        attendance_target_percent: meeting.config().rules.attendance_target_percent,
        signed_basis_points: share,
    }
}

fn called(meeting: &Meeting) -> Vec<CalledLine> {
    let line = |called: crate::meeting::CalledNumber| CalledLine {
        number: called.number,
        queue: called.queue.to_string(),
        counter: called.counter,
    };
    meeting.called_numbers(None, MOST_CALLED).into_iter().map(line).collect()
}

fn lottery(meeting: &Meeting, round: &RoundId, now: &StageNow<'_>) -> Option<LotteryView> {
    let view = meeting.round_shown(now.draw, round, now.durable)?;
    let draw = meeting.draw(now.draw)?;
    let prize = meeting.prize_of(draw, &view.prize);
    let cards = meeting.winner_cards(now.draw, round, now.durable);
    let state = |pick: u32| view.picks.iter().find(|known| known.pick == pick).map(|known| known.state);
    let winners: Vec<WinnerLine> = cards
        .into_iter()
        .map(|card| WinnerLine {
            id: card.id.to_string(),
            firm: card.firm,
            county: card.county,
            person: card.person,
            phone_mask: card.phone_mask,
            claimed: state(card.pick) == Some(crate::meeting::PickState::Claimed),
        })
        .collect();
    Some(LotteryView {
        round: view.round.clone(),
        link: view.link,
        commitment: draw.commitment.to_string(),
        tier: prize.map_or(0, |prize| prize.tier),
        prize: prize.map(|prize| prize.name.get(now.language).to_owned()).unwrap_or_default(),
        picture: prize.and_then(|prize| prize.picture.clone()),
        quantity: view.quantity,
        step: step(view.step),
        count: view.count,
        tickets: view.tickets,
        entries_hash: view.entries_hash.to_string(),
        dice: view.audience.as_ref().map(crate::draw::Audience::faces).unwrap_or_default(),
        cards: moving(meeting, draw.round(round), &winners),
        winners,
    })
}

fn step(step: RoundStep) -> LotteryStep {
    match step {
        RoundStep::Frozen => LotteryStep::Frozen,
        RoundStep::Audience => LotteryStep::Audience,
        RoundStep::Locked => LotteryStep::Locked,
        RoundStep::Drawn => LotteryStep::Drawn,
        RoundStep::Finished => LotteryStep::Finished,
        RoundStep::Void => LotteryStep::Void,
    }
}

/// Some of the list, evenly over it: more would only move slower.
fn moving(meeting: &Meeting, round: Option<&crate::meeting::Round>, winners: &[WinnerLine]) -> Vec<String> {
    let Some(entries) = round.and_then(|round| round.entries()) else { return Vec::new() };
    let every = entries.count().div_ceil(MOST_CARDS).max(1);
    let left = entries.iter().map(|entry| &entry.id).filter(|id| winners.iter().all(|won| won.id != id.as_str()));
    left.step_by(every).map(|id| card(meeting, id)).collect()
}

fn card(meeting: &Meeting, id: &DrawId) -> String {
    let household = meeting.household_of_draw_id(id).filter(|household| meeting.may_name(household.id));
    household.map_or_else(|| id.to_string(), |household| household.name.clone())
}

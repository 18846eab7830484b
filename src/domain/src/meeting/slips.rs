//! Order slips as folded: versions of a draft, kept branches, signatures, copies that came back. Computes no price,
//! prints nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::paper::Papers;
use super::slip_print::{SlipPrint, SlipPrints};
use super::two_people::are_two;
use super::{Meeting, Stamp};
use crate::event::{Event, SlipContent, SlipCopy};
use crate::ids::{DeviceId, EventId, Sku, SlipId};

/// One version of a slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlipVersion {
    /// When, where, by whom; its event names the version.
    pub stamp: Stamp,
    /// 1 for the draft; the same number may be on two branches.
    pub revision: u32,
    /// What it says.
    pub content: Arc<SlipContent>,
    written: Arc<Written>,
}

impl SlipVersion {
    /// The event that wrote a line as it stands: any change of it, even there and back, is another one.
    pub fn written_by(&self, line: u16) -> Option<EventId> {
        self.written.get(&line).map(|(_, by)| *by)
    }
}

/// By line: its words (product, units, price, policy) and the event that wrote them.
type Written = BTreeMap<u16, ((Sku, u32, i64, u16), EventId)>;

fn written(content: &SlipContent, before: Option<&Written>, by: EventId) -> Arc<Written> {
    let lines = content.lines.iter().map(|line| {
        let words = (line.sku.clone(), line.quantity, line.unit_price_minor, line.policy_basis_points);
        let kept = before.and_then(|before| before.get(&line.line)).filter(|(known, _)| *known == words);
        (line.line, (words, kept.map_or(by, |(_, by)| *by)))
    });
    Arc::new(lines.collect())
}

/// How far a slip is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlipStatus {
    /// May be changed.
    Draft,
    /// Two desks changed it: neither signable nor in the drum until a person picks.
    TwoVersions,
    /// Never changes again.
    Signed,
    /// Another slip took its place.
    Superseded {
        /// The new one.
        by: SlipId,
    },
    /// Counts no more.
    Void,
}

/// An order slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Its id.
    pub id: SlipId,
    /// Printed number, `D2-0042`; empty while its draft is not here.
    pub number: String,
    head: SlipVersion,
    /// What other desks made of an older version; a person picks.
    branches: Vec<SlipVersion>,
    signatures: Vec<(Stamp, Arc<SlipContent>)>,
    signed: Option<Stamp>,
    superseded: Option<SlipId>,
    voided: Option<Stamp>,
    /// What every version wrote, for versions that are based on one that stands no more.
    history: BTreeMap<EventId, Arc<Written>>,
    returned: BTreeSet<SlipCopy>,
    pub(super) prints: SlipPrints,
}

impl Slip {
    /// How far it is.
    pub fn status(&self) -> SlipStatus {
        match (&self.voided, self.superseded, &self.signed) {
            (Some(_), ..) => SlipStatus::Void,
            (None, Some(by), _) => SlipStatus::Superseded { by },
            (None, None, Some(_)) => SlipStatus::Signed,
            (None, None, None) if self.branches.is_empty() => SlipStatus::Draft,
            (None, None, None) => SlipStatus::TwoVersions,
        }
    }

    /// The version that stands: of two, the first in the hub's order until a person picks.
    pub fn version(&self) -> &SlipVersion {
        &self.head
    }

    /// All versions to choose from, the standing one first; one only when nobody has to choose.
    pub fn versions(&self) -> impl Iterator<Item = &SlipVersion> {
        std::iter::once(&self.head).chain(&self.branches)
    }

    /// Whether somebody has to pick a version; of a signed slip, to say that the later change does not count.
    pub fn wants_choice(&self) -> bool {
        self.voided.is_none() && !self.branches.is_empty()
    }

    /// When it was signed.
    pub fn signed(&self) -> Option<&Stamp> {
        self.signed.as_ref()
    }

    /// Paper copies that are back in the organiser's hands.
    pub fn returned(&self) -> &BTreeSet<SlipCopy> {
        &self.returned
    }

    /// Every time that its paper was wanted, in the order of the log.
    pub fn prints(&self) -> &[SlipPrint] {
        &self.prints.0
    }

    /// Whether a phone or an address is in it, though sealed.
    pub(super) fn has_contacts(&self) -> bool {
        let contents = self.versions().map(|version| &version.content).chain(self.signatures.iter().map(|(_, it)| it));
        contents.into_iter().any(|content| content.phone.is_some() || content.address.is_some())
    }

    /// Whether somebody wrote free words on it.
    pub(super) fn has_note(&self) -> bool {
        let contents = self.versions().map(|version| &version.content).chain(self.signatures.iter().map(|(_, it)| it));
        contents.into_iter().any(|content| !content.note.is_empty())
    }

    fn forget_people(&mut self) {
        let branches = self.branches.iter_mut().map(|branch| &mut branch.content);
        let signatures = self.signatures.iter_mut().map(|(_, content)| content);
        for content in std::iter::once(&mut self.head.content).chain(branches).chain(signatures) {
            let content = Arc::make_mut(content);
            (content.phone, content.address) = (None, None);
            content.note.clear();
        }
    }

    fn revise(&mut self, mut version: SlipVersion, parent: Option<EventId>) {
        let event = version.stamp.event;
        let before = parent.and_then(|parent| self.history.get(&parent));
        version.written = written(&version.content, before.map(|before| &**before), event);
        self.history.insert(event, Arc::clone(&version.written));
        if version.content == self.head.content {
            return;
        }
        if let Some(branch) = self.branches.iter_mut().find(|branch| Some(branch.stamp.event) == parent) {
            *branch = version;
        } else if parent == Some(self.head.stamp.event) && self.signed.is_none() {
            self.head = version;
        } else {
            self.branches.push(version);
        }
    }

    /// Programs of before the base was an event: a device goes on with its own branch, else with what has that number.
    fn parent_by_number(&self, device: DeviceId, base_rev: u32) -> Option<EventId> {
        let own = |branch: &&SlipVersion| branch.stamp.device == device && branch.revision == base_rev;
        let branch = self.branches.iter().find(own);
        let head = Some(&self.head).filter(|head| head.revision == base_rev);
        branch.or(head).map(|version| version.stamp.event)
    }

    /// The first choice in the hub's order counts; a signed version cannot be dropped.
    fn choose(&mut self, kept: EventId, dropped: &[EventId]) {
        if kept != self.head.stamp.event {
            let Some(at) = self.branches.iter().position(|branch| branch.stamp.event == kept) else { return };
            if self.signed.is_some() {
                return;
            }
            let mut kept = self.branches.remove(at);
            kept.revision = self.head.revision.max(kept.revision).saturating_add(1);
            let before = std::mem::replace(&mut self.head, kept);
            self.branches.push(before);
        }
        self.branches.retain(|branch| !dropped.contains(&branch.stamp.event));
        self.settle_signature();
    }

    /// Paper was signed: a fact. It counts once the signed words stand alone.
    fn sign(&mut self, stamp: &Stamp, revision: u32, content: &SlipContent) {
        let content = Arc::new(content.clone());
        self.signatures.push((stamp.clone(), Arc::clone(&content)));
        if !self.versions().any(|version| version.content == content) {
            let written = written(&content, None, stamp.event);
            self.branches.push(SlipVersion { stamp: stamp.clone(), revision, content, written });
        }
        self.settle_signature();
    }

    fn settle_signature(&mut self) {
        if self.signed.is_none() && self.branches.is_empty() {
            let of_head = self.signatures.iter().find(|(_, content)| *content == self.head.content);
            self.signed = of_head.map(|(stamp, _)| stamp.clone());
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Slips {
    slips: BTreeMap<SlipId, Arc<Slip>>,
    /// Since when orders are closed.
    pub closed: Option<Stamp>,
}

impl Slips {
    pub fn get(&self, slip: SlipId) -> Option<&Slip> {
        self.slips.get(&slip).map(|slip| &**slip)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Slip> {
        self.slips.values().map(|slip| &**slip)
    }

    /// After the purge: what was ordered stays; whom to call, where they live and what was noted goes.
    pub fn forget_people(&mut self) {
        self.slips
            .values_mut()
            .filter(|slip| slip.has_contacts() || slip.has_note())
            .for_each(|slip| Arc::make_mut(slip).forget_people());
    }

    pub fn apply(&mut self, stamp: &Stamp, event: &Event, papers: &mut Papers) {
        match event {
            Event::SlipDrafted(drafted) => {
                papers.see(&drafted.number);
                let slip = self.start(drafted.slip, stamp, 1, &drafted.content);
                if slip.number.is_empty() {
                    slip.number.clone_from(&drafted.number);
                }
            }
            Event::SlipRevised(revised) => {
                let revision = revised.base_rev.saturating_add(1);
                let content = Arc::new(revised.content.clone());
                let slip = self.start(revised.slip, stamp, revision, &revised.content);
                let parent = revised.base.or_else(|| slip.parent_by_number(stamp.device, revised.base_rev));
                let written = Arc::default();
                slip.revise(SlipVersion { stamp: stamp.clone(), revision, content, written }, parent);
            }
            Event::SlipSigned(signed) => {
                let slip = self.start(signed.slip, stamp, signed.revision, &signed.content);
                slip.sign(stamp, signed.revision, &signed.content);
            }
            Event::SlipBranchChosen(chosen) => self.edit(chosen.slip, |slip| slip.choose(chosen.kept, &chosen.dropped)),
            Event::SlipSuperseded(superseded) if !self.comes_from(superseded.by, superseded.slip) => {
                self.edit(superseded.slip, |slip| {
                    slip.superseded.get_or_insert(superseded.by);
                });
            }
            Event::SlipCopyReturned(back) => self.edit(back.slip, |slip| {
                slip.returned.insert(back.copy);
            }),
            Event::SlipPrintRequested(wanted) => self.edit(wanted.slip, |slip| slip.prints.want(stamp, wanted)),
            Event::SlipPrinted(told) => self.edit(told.slip, |slip| slip.prints.came_out(stamp, told)),
            Event::OrdersClosed(_) => {
                self.closed.get_or_insert_with(|| stamp.clone());
            }
            Event::OrdersReopened(_) => self.closed = None,
            Event::SlipVoided(voided) => self.edit(voided.slip, |slip| {
                let alone = slip.signed.is_none();
                if alone || are_two(&stamp.actor, voided.second.as_ref()) {
                    slip.voided.get_or_insert_with(|| stamp.clone());
                }
            }),
            _ => {}
        }
    }

    fn edit(&mut self, slip: SlipId, edit: impl FnOnce(&mut Slip)) {
        if let Some(slip) = self.slips.get_mut(&slip) {
            edit(Arc::make_mut(slip));
        }
    }

    /// Whether a slip was replaced, over any number of others, by that one or is it: two desks that replace each other's
    /// slips must not make both vanish.
    fn comes_from(&self, slip: SlipId, by: SlipId) -> bool {
        let next = |slip: &SlipId| self.get(*slip).and_then(|slip| slip.superseded);
        std::iter::successors(Some(slip), next).take(self.slips.len() + 1).any(|slip| slip == by)
    }

    /// The slip, begun by whatever of it comes first: its draft may have died with a disk.
    fn start(&mut self, id: SlipId, stamp: &Stamp, revision: u32, content: &SlipContent) -> &mut Slip {
        let slip = self.slips.entry(id).or_insert_with(|| {
            let written = written(content, None, stamp.event);
            let history = BTreeMap::from([(stamp.event, Arc::clone(&written))]);
            let head = SlipVersion { stamp: stamp.clone(), revision, content: Arc::new(content.clone()), written };
            Arc::new(Slip {
                id,
                number: String::new(),
                head,
                branches: Vec::new(),
                signatures: Vec::new(),
                signed: None,
                superseded: None,
                voided: None,
                history,
                returned: BTreeSet::new(),
                prints: SlipPrints::default(),
            })
        });
        Arc::make_mut(slip)
    }
}

impl Meeting {
    /// A slip.
    pub fn slip(&self, id: SlipId) -> Option<&Slip> {
        self.slips.get(id)
    }

    /// Every slip.
    pub fn slips(&self) -> impl Iterator<Item = &Slip> {
        self.slips.iter()
    }

    /// Since when orders are closed, if they are: later slips stay drafts.
    pub fn orders_closed(&self) -> Option<&Stamp> {
        self.slips.closed.as_ref()
    }

    /// Signed copies that the organiser should have back and has not, by slip: the stub and finance's.
    pub fn missing_copies(&self) -> Vec<(SlipId, SlipCopy)> {
        let signed = self.slips.iter().filter(|slip| slip.signed().is_some());
        let of_slip = |slip: &Slip| [SlipCopy::Stub, SlipCopy::Finance].map(|copy| (slip.id, copy));
        let missing =
            |(slip, copy): &(SlipId, SlipCopy)| self.slip(*slip).is_some_and(|it| !it.returned.contains(copy));
        signed.flat_map(of_slip).filter(missing).collect()
    }

    /// Slips that count: signed, neither void nor superseded. Asked of what the hub has given back, it is the drum:
    /// nothing that waits for the hub is in it.
    pub fn signed_slips(&self) -> impl Iterator<Item = &Slip> {
        self.slips.iter().filter(|slip| slip.status() == SlipStatus::Signed)
    }
}

//! Papers of the lottery as plain values, and the draw file for those who audit it. Sets no type and holds no words of a
//! language but what the organiser wrote.

use super::draw_round::Round;
use super::{Draw, Meeting, RoundStep};
use crate::config::{DrawCondition, PrizePool, Text, TicketBand};
use crate::draw::{DrawId, Hash256, RoundProof};
use crate::ids::{DeviceId, RoundId};
use crate::time::UnixMillis;

/// Bytes of the list in one code: a QR code of version 25 at level M holds 997, and its head needs some.
pub const CODE_BYTES: usize = 900;

/// What the law wants published: prizes, number, way of drawing, claiming, forfeit, organiser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesSheet {
    /// The draw.
    pub draw: String,
    /// Who holds it.
    pub organiser: Text,
    /// The meeting.
    pub meeting: Text,
    /// The organiser's rules, as hashed.
    pub rules: String,
    /// Their hash.
    pub rules_hash: Hash256,
    /// Top prizes first.
    pub prizes: Vec<PrizeLine>,
    /// Which orders enter.
    pub condition: DrawCondition,
    /// Tickets by amount.
    pub bands: Vec<TicketBand>,
    /// One ticket per so much, when there are no bands.
    pub ticket_unit_minor: Option<i64>,
    /// Tickets per household at most.
    pub cap: u32,
    /// Dice of the top prizes.
    pub dice: u8,
    /// Tiers that are drawn with dice.
    pub dice_tiers: u8,
    /// Calls before a prize is forfeited.
    pub calls: u8,
    /// Whether somebody may take a prize in the winner's place.
    pub proxies: bool,
    /// Whether a winner may win again.
    pub win_again: bool,
}

/// A prize on the rules sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrizeLine {
    /// 1 is the top prize.
    pub tier: u8,
    /// Its name.
    pub name: Text,
    /// How many are drawn.
    pub quantity: u32,
    /// Value of one in minor units.
    pub market_value_minor: i64,
    /// Above the legal cap: the editor warns.
    pub above_cap: bool,
    /// Among whom.
    pub pool: PrizePool,
}

/// The commitment, printed before anybody orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitSlip {
    /// The draw.
    pub draw: String,
    /// `S_0`.
    pub commitment: Hash256,
    /// Rounds that the chain allows.
    pub links: u32,
    /// Of the printed rules.
    pub rules_hash: Hash256,
    /// When.
    pub at: UnixMillis,
    /// An order was signed before: said on the slip.
    pub after_orders: bool,
    /// Text of its code.
    pub code: String,
}

/// The frozen list, readable and as codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryList {
    /// The draw.
    pub draw: String,
    /// The round.
    pub round: RoundId,
    /// Of the list.
    pub entries_hash: Hash256,
    /// Households and tickets of all.
    pub totals: (u32, u64),
    /// Ids with tickets, ascending.
    pub lines: Vec<(DrawId, u32)>,
    /// Machines that were behind.
    pub behind: Vec<DeviceId>,
    /// Texts of its codes: `OLP1-LIST`, first digits of the hash, part and parts in the first line, then the list's bytes.
    pub codes: Vec<String>,
}

/// The proof of a drawn round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofSlip {
    /// All that a verifier needs beside the list.
    pub proof: RoundProof,
    /// The next picks, three at most.
    pub substitutes: Vec<DrawId>,
    /// `S_0`, to compare with the commit slip.
    pub commitment: Hash256,
    /// The round rests on the commitment alone.
    pub commitment_only: bool,
    /// Text of its code: the round file.
    pub code: String,
}

/// A round that does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoidSlip {
    /// The draw.
    pub draw: String,
    /// The round.
    pub round: RoundId,
    /// Link of the chain that is used up.
    pub link: u32,
    /// Why.
    pub reason: String,
    /// `S_i`, 64 hex digits, of a round that was locked.
    pub secret_hex: Option<String>,
    /// When.
    pub at: UnixMillis,
}

/// A line of the winners' list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WinnerLine {
    /// The round.
    pub round: RoundId,
    /// Name of the prize.
    pub prize: Text,
    /// Place among the picks, from 0.
    pub pick: u32,
    /// Id in the list.
    pub id: DrawId,
    /// Name of the party, where it may be published.
    pub firm: String,
    /// When the prize was claimed; none while it waits.
    pub claimed_at: Option<UnixMillis>,
    /// Did not come: the next pick took the place.
    pub forfeited: bool,
}

/// A file of the draw's archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawFile {
    /// Its name within the archive.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Meeting {
    /// The rules sheet of a draw.
    pub fn rules_sheet(&self, draw: &Draw) -> RulesSheet {
        let rules = &self.config.rules.draw;
        let mut prizes: Vec<PrizeLine> = self
            .config
            .prizes
            .iter()
            .chain(&draw.prizes_added)
            .map(|prize| PrizeLine {
                tier: prize.tier,
                name: prize.name.clone(),
                quantity: prize.quantity,
                market_value_minor: prize.market_value_minor,
                above_cap: prize.market_value_minor > rules.legal_cap_minor,
                pool: prize.pool,
            })
            .collect();
        prizes.sort_by_key(|prize| prize.tier);
        RulesSheet {
            draw: draw.name.to_string(),
            organiser: self.config.meeting.organiser.clone(),
            meeting: self.config.meeting.name.clone(),
            rules: draw.rules.clone(),
            rules_hash: draw.rules_hash,
            prizes,
            condition: rules.condition,
            bands: rules.bands.clone(),
            ticket_unit_minor: rules.ticket_unit_minor,
            cap: rules.cap,
            dice: rules.dice,
            dice_tiers: rules.dice_tiers,
            calls: super::FEWEST_CALLS,
            proxies: !rules.no_proxies,
            win_again: rules.win_again,
        }
    }

    /// Everybody who was drawn, round by round in the order of the picks.
    pub fn winners_list(&self, draw: &Draw) -> Vec<WinnerLine> {
        let drawn = draw.rounds().filter(|round| !round.is_void());
        drawn.flat_map(|round| self.winner_lines(draw, round)).collect()
    }

    fn winner_lines(&self, draw: &Draw, round: &Round) -> Vec<WinnerLine> {
        let prize = self.prize_of(draw, &round.prize).map(|prize| prize.name.clone()).unwrap_or_default();
        let firm = |id: &DrawId| {
            let household = self.household_of_draw_id(id).filter(|household| self.may_name(household.id));
            household.map(|household| household.name.clone()).unwrap_or_default()
        };
        let line = |pick: u32, id: &DrawId, claimed_at: Option<UnixMillis>, forfeited: bool| WinnerLine {
            round: round.id.clone(),
            prize: prize.clone(),
            pick,
            id: id.clone(),
            firm: firm(id),
            claimed_at,
            forfeited,
        };
        let gone = round.forfeits().filter_map(|(pick, _)| Some(line(pick, round.pick(pick)?, None, true)));
        let won = round.winners();
        let won = won.iter().map(|it| line(it.pick, it.id, it.claim.map(|claim| claim.stamp.at), false));
        let mut lines: Vec<WinnerLine> = gone.chain(won).collect();
        lines.sort_by_key(|line| line.pick);
        lines
    }

    /// The draw file: rules, commitment, lists, proofs, void rounds, winners and how to recheck them.
    pub fn draw_files(&self, draw: &Draw) -> Vec<DrawFile> {
        let mut files = vec![
            file("README.txt", README.to_owned()),
            file("rules.txt", draw.rules.clone()),
            file("commitment.txt", format!("{}\n", draw.commit_slip().code)),
        ];
        for round in draw.rounds() {
            let name = format!("{:03}-{}", round.link, round.id);
            if let Some(list) = round.entries() {
                files.push(file(&format!("{name}.entries.txt"), list.text().to_owned()));
            }
            if let Some(slip) = round.void_slip(draw) {
                let secret = slip.secret_hex.unwrap_or_default();
                files.push(file(&format!("{name}.void.txt"), format!("seed={secret}\nreason={}\n", slip.reason)));
            } else if let Some(proof) = round.proof(draw) {
                files.push(file(&format!("{name}.round.txt"), proof.to_string()));
            }
        }
        let mut winners = String::from("round\tpick\tid\tfirm\tclaimed (Unix milliseconds)\tforfeited\n");
        for line in self.winners_list(draw) {
            let claimed = line.claimed_at.map(|at| at.0.to_string()).unwrap_or_default();
            let firm: String = line.firm.chars().filter(|letter| !letter.is_control()).collect();
            let gone = if line.forfeited { "forfeited" } else { "" };
            winners.push_str(&format!("{}\t{}\t{}\t{firm}\t{claimed}\t{gone}\n", line.round, line.pick + 1, line.id));
        }
        files.push(file("winners.tsv", winners));
        files
    }
}

impl Draw {
    /// The commit slip.
    pub fn commit_slip(&self) -> CommitSlip {
        let code =
            format!("OLP1-COMMIT\nevent={}\ncommitment={}\nrules={}", self.name, self.commitment, self.rules_hash);
        CommitSlip {
            draw: self.name.to_string(),
            commitment: self.commitment,
            links: self.links,
            rules_hash: self.rules_hash,
            at: self.committed.at,
            after_orders: self.after_orders,
            code,
        }
    }
}

impl Round {
    /// The frozen list; none while it is not whole here.
    pub fn entry_list(&self, draw: &Draw) -> Option<EntryList> {
        let entries = self.entries()?;
        let mut parts = vec![String::new()];
        for line in entries.text().split_inclusive('\n') {
            if parts.last().is_some_and(|part| part.len() + line.len() > CODE_BYTES) {
                parts.push(String::new());
            }
            parts.iter_mut().next_back().expect("there is one").push_str(line);
        }
        let (of, head) = (parts.len(), self.entries_hash.to_string());
        let code = |(part, text): (usize, String)| format!("OLP1-LIST {} {part}/{of}\n{text}", &head[..8]);
        Some(EntryList {
            draw: draw.name.to_string(),
            round: self.id.clone(),
            entries_hash: self.entries_hash,
            totals: (self.count, self.tickets),
            lines: entries.iter().map(|entry| (entry.id.clone(), entry.tickets)).collect(),
            behind: self.positions.iter().filter(|it| it.behind).map(|it| it.device).collect(),
            codes: (1..).zip(parts).map(code).collect(),
        })
    }

    /// The proof slip; none before the draw.
    pub fn proof_slip(&self, draw: &Draw) -> Option<ProofSlip> {
        let proof = self.proof(draw)?;
        Some(ProofSlip {
            substitutes: self.substitutes().into_iter().cloned().collect(),
            commitment: draw.commitment,
            commitment_only: proof.facts.audience.is_commitment_only(),
            code: proof.to_string(),
            proof,
        })
    }

    /// The void slip; none of a round that counts.
    pub fn void_slip(&self, draw: &Draw) -> Option<VoidSlip> {
        let (stamp, secret, reason) = self.voided.as_ref().filter(|_| self.step() == RoundStep::Void)?;
        Some(VoidSlip {
            draw: draw.name.to_string(),
            round: self.id.clone(),
            link: self.link,
            reason: reason.clone(),
            secret_hex: secret.as_ref().map(|secret| secret.reveal_hex()),
            at: stamp.at,
        })
    }
}

fn file(name: &str, text: String) -> DrawFile {
    DrawFile { name: name.to_owned(), bytes: text.into_bytes() }
}

const README: &str = "The file of an order lottery (OLP1).

For each round there is its list (.entries.txt) and its proof (.round.txt). Recheck a round with either of
  usher verify-draw ROUND.round.txt ROUND.entries.txt --commitment HEX --rules rules.txt
  python3 verify-draw.py ROUND.round.txt ROUND.entries.txt HEX
where HEX is the commitment of commitment.txt, which has to be the one on the slip that was printed before anybody ordered.
A void round shows why, and its secret when it had been locked. A file's number is the round's link of the chain.
";

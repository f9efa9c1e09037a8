//! Picking: one walk, stop by stop. A line of one unit takes two scans (what settles the source,
//! and the tote).
//!
//! The goods of one stop go to one shipment after another: what is in hand now is the `Allot`.

mod command;
mod fast;
mod page;
mod settle;
mod snapshot;

use super::scan::{Scan, ScanTarget};
use super::{Card, Message, Refusal, good_until};
use crate::domain::Units;
use crate::domain::states::BinUse;
use serde::{Deserialize, Serialize};
use std::ops::Not;
use uuid::Uuid;

pub use fast::{fast_source, fast_tote};
pub use page::{accepted_scans, build_page, prompt};
pub use snapshot::{Facts, LotHere, Snapshot, Stop, Trip};

/// Where the picker stands at the stop. It belongs to one reservation; another one starts it
/// afresh. It is saved with each scan, so what is not said is not written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Step {
    pub reservation_id: i64,
    #[serde(skip_serializing_if = "Not::not")]
    pub bin_scanned: bool,
    #[serde(skip_serializing_if = "Not::not")]
    pub item_scanned: bool,
    #[serde(skip_serializing_if = "Not::not")]
    pub lot_scanned: bool,
    pub counted: Units,
    /// The goods themselves were scanned; one unit that the bin alone settled may be shown once
    /// more.
    #[serde(skip_serializing_if = "Not::not")]
    pub checked: bool,
    /// A report that waits to be said once more (SHORT, DAMAGED, EMPTY, FOUND), or CLOSE for
    /// staging.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asking: Option<Card>,
    /// A colleague's badge was scanned: the own badge hands the walk over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub giving: Option<Colleague>,
    /// The next put takes another tote: this one is full.
    #[serde(skip_serializing_if = "Not::not")]
    pub full: bool,
    /// What UNDO takes back: the step before, and the command that moved goods, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<Before>>,
}

/// So many scans can be taken back, one after another.
const UNDO_STEPS: usize = 5;

/// Who gets the trip, if the own badge is scanned next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    pub id: i64,
    pub name: String,
}

/// Where the person stood before the last scan, and what it moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Before {
    pub step: Step,
    /// The stop that it belongs to; on another one it means nothing.
    pub stop_id: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<Uuid>,
    /// What it put into which tote: it stays on the screen until the next booking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub put: Option<Booked>,
    /// The stop went to the end of the walk.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub skipped: bool,
}

/// Units that were put into a tote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booked {
    pub units: Units,
    pub tote: String,
}

impl Booked {
    /// A sentence about it.
    pub fn says(&self, key: &str) -> Message {
        Message::key(key).with("units", self.units).with("tote", self.tote.as_str())
    }
}

impl Step {
    /// The step after a put, with what UNDO needs to take it back.
    pub fn undoing(before: Step, stop_id: i64, command: Uuid, put: Option<Booked>) -> Step {
        let before = Before { command: Some(command), put, ..Before::at(before, stop_id) };
        Step { before: Some(Box::new(before)), ..Step::default() }
    }

    /// The step after a stop went to the end of the walk.
    pub fn skipping(before: Step, stop_id: i64) -> Step {
        let before = Before { skipped: true, ..Before::at(before, stop_id) };
        Step { before: Some(Box::new(before)), ..Step::default() }
    }

    /// What was booked last, as far as it can be undone from here.
    fn booked(&self) -> Option<&Booked> {
        let before = self.before.as_ref()?;
        before.put.as_ref().or_else(|| before.step.booked())
    }

    /// The step with so many steps back before it at most.
    fn back_to(mut self, most: usize) -> Step {
        self.before = self.before.filter(|_| most > 1).map(|mut before| {
            before.step = std::mem::take(&mut before.step).back_to(most - 1);
            before
        });
        self
    }

    /// The step as it applies to the stop in hand.
    pub fn at(&self, stop: &Stop) -> Step {
        // Counted before part of it was called off: counted again.
        if self.reservation_id == stop.reservation_id && self.counted <= stop.qty {
            return self.clone();
        }
        Step { reservation_id: stop.reservation_id, before: self.before.clone(), ..Step::default() }
    }

    fn settled(&self, stop: &Stop) -> bool {
        self.item_scanned && self.lot_scanned && (self.bin_scanned || !stop.facts.elsewhere)
    }

    /// This step with the way back to the previous one; a scan that changed nothing is not worth an
    /// undo.
    fn after(&self, previous: &Step, stop: &Stop) -> Step {
        let plain = |step: &Step| Step { before: None, ..step.clone() };
        if plain(previous) == plain(self) {
            return previous.clone();
        }
        let before = Before::at(previous.clone(), stop.id);
        Step { before: Some(Box::new(before)), ..self.clone() }
    }
}

impl Before {
    /// Where the person stood, with nothing done there yet.
    fn at(step: Step, stop_id: i64) -> Before {
        let step = step.back_to(UNDO_STEPS);
        Before { step, stop_id, command: None, put: None, skipped: false }
    }
}

/// What the scan does.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Only the step changes.
    Step(Step),
    Claim,
    Put {
        tote: Tote,
        qty: Units,
    },
    Swap {
        to_lot: i64,
        step: Step,
    },
    Missing(Card),
    /// So many units there are damaged.
    Damaged(Units),
    Found,
    NoCode(Step),
    Skip,
    /// The goods of the stop are held, or do not keep long enough any more: others are looked for.
    MustStay,
    Undo(Before),
    /// The totes stay there. `home`: the rest of the walk goes to somebody else.
    Drop {
        place_id: i64,
        home: bool,
    },
    Give(Colleague),
    /// Nothing left to walk to and nothing in totes: the trip is over.
    Over,
    Leave,
}

/// Which tote the units go into: the one that the shipment has, or a free one.
#[derive(Debug, Clone, PartialEq)]
pub enum Tote {
    Bound(i64),
    /// To be bound to the shipment by this put; `after_full`: the one before is full.
    New {
        id: i64,
        after_full: bool,
    },
}

/// Stops ahead that a screen shows at most.
pub const AHEAD_SHOWN: i32 = 12;

/// Commands that this activity knows, in the order of its help.
pub const CARDS: &[Card] = &[
    Card::Help,
    Card::Undo,
    Card::Short,
    Card::Damaged,
    Card::Empty,
    Card::Found,
    Card::NoCode,
    Card::Skip,
    Card::Full,
    Card::Explain,
    Card::Close,
    Card::Back,
];

/// Without a trip one is asked for; without a stop the totes go to staging. At a stop cards come
/// first, then the answer to a question, then bin, goods, number and tote. Goods that are held or
/// have grown too old must stay, whatever else is scanned.
pub fn decide(now: &Snapshot, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    let Some(trip) = &now.trip else { return idle(step, scan) };
    let Some(stop) = &now.stop else { return drop_off(now.me, trip, step, scan) };
    let step = step.at(stop);
    if let Some(card) = scan.card {
        return command::command(trip, stop, &step, card);
    }
    if let Some(card) = step.asking {
        return command::confirm(stop, card, scan);
    }
    if stop.facts.held || stop.facts.too_old {
        return Ok(Decision::MustStay);
    }
    if let Some(decision) = command::colleague(now.me, &step, scan)? {
        return Ok(decision);
    }
    if let Some(decision) =
        super::scan::first_match(&scan.matches, |found| settle::take(stop, &step, found))?
    {
        return Ok(decision);
    }
    if let Some(decision) = settle::digits(stop, &step, scan)? {
        return Ok(decision);
    }
    Err(settle::unexpected(stop, &step, scan))
}

/// The report that ended a walk can be taken back still.
fn idle(step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    match scan.card {
        Some(Card::Undo) => command::undo(step),
        Some(Card::Next | Card::MenuPick | Card::Yes) => Ok(Decision::Claim),
        Some(Card::Back) => Ok(Decision::Leave),
        None if scan.is_choice(1) => Ok(Decision::Claim),
        _ => Err(Refusal::wrong(
            Message::key("pick-idle-expects-next").with("received", scan.received()),
        )),
    }
}

fn drop_off(me: i64, trip: &Trip, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    match scan.card {
        Some(Card::Undo | Card::Back | Card::No) if step.giving.is_some() => {
            return Ok(Decision::Step(Step { giving: None, ..step.clone() }));
        }
        Some(Card::Next | Card::Yes) if trip.totes == 0 => return Ok(Decision::Over),
        None if trip.totes == 0 && scan.is_choice(1) => return Ok(Decision::Over),
        Some(Card::MenuPick) => return Ok(Decision::Step(step.clone())),
        Some(Card::Undo) => return command::undo(step),
        Some(Card::Back) => return Ok(Decision::Leave),
        _ if trip.totes == 0 => {
            return Err(Refusal::wrong(
                Message::key("pick-trip-void-expects").with("received", scan.received()),
            ));
        }
        _ => {}
    }
    // A trolley that is full changes hands too.
    if let Some(decision) = command::colleague(me, step, scan)? {
        return Ok(decision);
    }
    for found in &scan.matches {
        match found {
            ScanTarget::Bin { id, usage, .. } if *usage == BinUse::Staging => {
                return Ok(Decision::Drop { place_id: *id, home: false });
            }
            ScanTarget::Bin { code, .. } => {
                return Err(Refusal::wrong(
                    Message::key("drop-not-staging").with("received", code),
                ));
            }
            _ => {}
        }
    }
    Err(Refusal::wrong(
        Message::key("drop-expects-staging")
            .with("received", scan.received())
            .with("totes", trip.totes),
    ))
}

fn lot_question(stop: &Stop, key: &str) -> Message {
    Message::key(key).with("lot", &stop.lot).with("good", good_until(&stop.last_good))
}

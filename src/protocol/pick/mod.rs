//! Picking: one walk, stop by stop. A line of one unit takes two scans (what settles the source,
//! and the tote).
//!
//! The goods of one stop go to one shipment after another: what is in hand now is the `Allot`.

mod command;
mod page;
mod settle;

use super::scan::{Scan, ScanTarget};
use super::{Card, Message, Refusal};
use crate::domain::states::BinUse;
use crate::domain::{Name, Units};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use uuid::Uuid;

pub use page::{accepted_scans, build_page};

/// What is true of the trip now.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    pub trip: Option<Trip>,
    pub stop: Option<Stop>,
    /// What comes after it, as far as it was looked up; never more of a walk that is picked in
    /// total.
    pub ahead: VecDeque<Stop>,
    /// Whose walk it is: the badge that confirms handing it over.
    pub me: i64,
    /// An example of a free tote and of a staging bin, for what the screen suggests.
    pub free_tote: Option<String>,
    pub staging: Option<String>,
}

/// The trip in hand, and how far it is: `done` of its `stops` need nothing more.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Trip {
    pub id: i64,
    pub no: String,
    /// Picked in total; the bench finds each unit's shipment.
    pub batch: bool,
    pub stops: i64,
    pub done: i64,
    /// Totes of this trip that hold something or are bound.
    pub totes: i64,
}

/// The stop in hand, with the part of it that goes to one shipment.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Stop {
    pub id: i64,
    pub place_id: i64,
    pub place: String,
    /// The bin to walk to: the place itself, or where the pallet stands that it is.
    pub bin: String,
    pub item_id: i64,
    pub sku: String,
    pub name: Name,
    pub barcode: Option<String>,
    pub lot_id: i64,
    pub lot: String,
    /// ISO date, or `infinity` for goods without one.
    pub last_good: String,
    pub reservation_id: i64,
    pub shipment_id: i64,
    /// What the units are for: a shipment, or the trip where it is picked in total.
    pub shipment: String,
    /// So many shipments at once, where it is picked in total; else 0.
    pub shipments_in_batch: i64,
    /// Units still to be put for it.
    pub qty: Units,
    /// The tote that is bound to it and not full.
    pub tote: Option<(i64, String)>,
    pub facts: Facts,
}

/// What lies around the goods: it decides which scans settle the source, and must be unchanged for
/// a scan to be taken at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Lots of this item in the bin, this one included.
    pub lots_here: Vec<LotHere>,
    /// Items and lots in the bin, however many of them are held, and bins of the zone that hold the
    /// item.
    pub goods_in_bin: i64,
    pub bins_with_item: i64,
}

/// A lot of the item in this bin; `free` is what nobody has reserved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LotHere {
    pub id: i64,
    pub number: String,
    pub last_good: String,
    /// Is it good now, and until the promise's day?
    pub sellable: bool,
    pub good_enough: bool,
    /// Held by somebody: the lot, its item or owner, or the place where it lies.
    #[serde(default)]
    pub held: bool,
    pub free: Units,
}

impl Stop {
    /// Do the goods that are meant no longer keep long enough for who ordered them? The days moved
    /// on while they waited.
    pub fn too_old(&self) -> bool {
        self.facts.lots_here.iter().any(|lot| lot.id == self.lot_id && !lot.good_enough)
    }
    /// Does somebody hold them: a recall, a block?
    pub fn held(&self) -> bool {
        self.facts.lots_here.iter().any(|lot| lot.id == self.lot_id && lot.held)
    }
    fn one_lot(&self) -> bool {
        self.facts.lots_here.len() <= 1
    }
    /// Does the bin's label alone say which goods are meant?
    fn bin_settles(&self) -> bool {
        self.facts.goods_in_bin == 1
    }
    /// Must the bin be scanned because the goods lie elsewhere in the zone too?
    fn bin_needed(&self) -> bool {
        self.facts.bins_with_item > 1
    }
}

/// Where the picker stands at the stop. It belongs to one reservation; another one starts it
/// afresh.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Step {
    pub reservation_id: i64,
    pub bin_scanned: bool,
    pub item_scanned: bool,
    pub lot_scanned: bool,
    pub counted: Units,
    /// The goods themselves were scanned; one unit that the bin alone settled may be shown once
    /// more.
    #[serde(default)]
    pub checked: bool,
    /// A reason that waits for the bin to be scanned (SHORT, DAMAGED, EMPTY, FOUND, NOCODE), or
    /// CLOSE for staging.
    pub asking: Option<Card>,
    /// A colleague's badge was scanned: the own badge hands the walk over.
    #[serde(default)]
    pub giving: Option<Colleague>,
    /// The next put takes another tote: this one is full.
    pub full: bool,
    /// What UNDO takes back: the step before, and the command that moved goods, if one did.
    pub before: Option<Box<Before>>,
}

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
    pub command: Option<Uuid>,
}

impl Step {
    /// The step after a put, with what UNDO needs to take it back.
    pub fn undoing(before: Step, stop_id: i64, command: Uuid) -> Step {
        let before = Before { step: before, stop_id, command: Some(command) };
        Step { before: Some(Box::new(before)), ..Step::default() }
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
        self.item_scanned && self.lot_scanned && (self.bin_scanned || !stop.bin_needed())
    }

    /// This step with the way back to the previous one; a scan that changed nothing is not worth an
    /// undo.
    fn after(&self, previous: &Step, stop: &Stop) -> Step {
        let step = Step { before: None, ..previous.clone() };
        if step == (Step { before: None, ..self.clone() }) {
            return previous.clone();
        }
        Step {
            before: Some(Box::new(Before { step, stop_id: stop.id, command: None })),
            ..self.clone()
        }
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
    let Some(trip) = &now.trip else { return idle(scan) };
    let Some(stop) = &now.stop else { return drop_off(now.me, trip, step, scan) };
    let step = step.at(stop);
    if let Some(card) = scan.card {
        return command::command(trip, stop, &step, card);
    }
    if let Some(card) = step.asking {
        return command::confirm(stop, &step, card, scan);
    }
    if stop.held() || stop.too_old() {
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

fn idle(scan: &Scan) -> Result<Decision, Refusal> {
    match scan.card {
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

/// Does a line say nothing else than the tote that is due, for all units of the goods that are
/// settled and counted? Then it can be done at once: the code that it names. The database checks
/// the rest.
pub fn fast_tote<'a>(stop: &Stop, step: &Step, codes: &'a [String]) -> Option<&'a String> {
    let step = step.at(stop);
    let ready = step.settled(stop)
        && step.counted == stop.qty
        && step.asking.is_none()
        && step.giving.is_none()
        && !step.full
        && stop.shipments_in_batch == 0;
    codes.iter().find(|code| {
        ready && **code != stop.place && stop.tote.as_ref().is_none_or(|(_, bound)| bound == *code)
    })
}

/// Does a scan that names the stop's place or its goods only move the step on? The step then, if
/// the codes mean nothing else.
pub fn fast_source(now: &Snapshot, step: &Step, codes: &[String]) -> Option<Step> {
    let stop = now.stop.as_ref().filter(|stop| stop.shipments_in_batch == 0)?;
    let found = if codes.contains(&stop.place) {
        ScanTarget::Bin { id: stop.place_id, code: stop.place.clone(), usage: BinUse::Storage }
    } else {
        let gtin = stop.barcode.as_ref().map(|code| format!("{code:0>14}"))?;
        codes.contains(&gtin).then(|| ScanTarget::Item {
            id: stop.item_id,
            sku: stop.sku.clone(),
            name: stop.name.clone(),
            units: 1,
            lot: None,
            last_good: None,
            count: None,
        })?
    };
    match decide(now, step, &Scan { matches: vec![found], ..Scan::default() }) {
        Ok(Decision::Step(next)) => Some(next),
        _ => None,
    }
}

impl Snapshot {
    /// The walk once all units of the stop in hand lie in this tote; `None` where what comes next
    /// was not looked up.
    pub fn after_tote(mut self, tote: (i64, &str)) -> Option<Snapshot> {
        let (mut trip, done) = (self.trip.take()?, self.stop.take()?);
        let next = self.ahead.pop_front()?;
        trip.done += i64::from(next.id != done.id);
        trip.totes += i64::from(done.tote.is_none());
        self.free_tote = self.free_tote.filter(|free| free != tote.1);
        self.stop = Some(next);
        for stop in self
            .stop
            .iter_mut()
            .chain(&mut self.ahead)
            .filter(|stop| stop.shipment_id == done.shipment_id)
        {
            stop.tote = Some((tote.0, tote.1.to_owned()));
        }
        Some(Snapshot { trip: Some(trip), ..self })
    }
}

fn lot_question(stop: &Stop, key: &str) -> Message {
    Message::key(key).with("lot", &stop.lot).with("good", &stop.last_good)
}

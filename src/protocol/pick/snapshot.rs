//! What is true of a walk: the trip, the stop in hand, and what lies around its goods.

use crate::domain::{Name, Units};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// What is true of the trip now.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    pub trip: Option<Trip>,
    pub stop: Option<Stop>,
    /// Without a trip: how many wait for this person.
    pub waiting: i64,
    /// What comes after it, as far as it was looked up; of a walk that is picked in total its
    /// stops.
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
    /// By when the first of it must go, as people there read it; empty: it has time.
    #[serde(default)]
    pub due: String,
    /// In how many minutes that was, when it was looked up.
    #[serde(default)]
    pub due_min: Option<i64>,
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
    /// Lots of this item in the bin, this one included: told to who decides what a scan does.
    #[serde(default)]
    pub lots_here: Vec<LotHere>,
}

/// What lies around the goods: it decides which scans settle the source, and must be unchanged for
/// a scan to be taken at once.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// Other lots of the item lie in the bin; other items do; nothing at all does.
    pub several_lots: bool,
    pub other_items: bool,
    pub alone: bool,
    /// Another bin of the zone holds the item.
    pub elsewhere: bool,
    /// The goods no longer keep long enough for who ordered them: the days moved on.
    pub too_old: bool,
    /// Somebody holds them: a recall, a block.
    pub held: bool,
}

/// A lot of the item in this bin; `free` is what nobody has reserved of what is booked there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LotHere {
    pub id: i64,
    pub number: String,
    pub last_good: String,
    /// Is it good now, and until the promise's day?
    pub sellable: bool,
    pub good_enough: bool,
    pub on_hand: Units,
    pub free: Units,
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

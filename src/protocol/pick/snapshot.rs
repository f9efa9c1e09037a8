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
    pub(super) fn one_lot(&self) -> bool {
        self.facts.lots_here.len() <= 1
    }
    /// Does the bin's label alone say which goods are meant?
    pub(super) fn bin_settles(&self) -> bool {
        self.facts.goods_in_bin == 1
    }
    /// Must the bin be scanned because the goods lie elsewhere in the zone too?
    pub(super) fn bin_needed(&self) -> bool {
        self.facts.bins_with_item > 1
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

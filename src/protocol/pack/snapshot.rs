//! What is true of a bench: the shipment or the tote on it, and the goods that they hold.

use crate::domain::{Name, Units};
use std::collections::HashSet;

/// What is true of the bench and of what lies on it. Without a `bench` its code is asked for first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    pub bench: Option<Bench>,
    pub shipment: Option<Shipment>,
    pub batch: Option<Batch>,
    /// Totes that wait for a bench, the most urgent first; not looked up while goods lie on it.
    pub waiting: Vec<WaitingTote>,
    pub any_bench: Option<String>,
    /// The shipment on the bench was given up meanwhile.
    pub gone: Option<String>,
    /// The parcel that was labelled last on this bench.
    pub last_parcel: Option<String>,
    /// The parcel that is to be opened again.
    pub reopening: Option<String>,
}

/// A tote that waits for a bench.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingTote {
    pub code: String,
    /// Where it stands.
    pub place: String,
    /// Whose goods it holds; empty: many shipments' in total.
    pub shipment: String,
    pub carrier: String,
    pub due: String,
}

/// The bench where the person packs; without a `printer` no label comes out there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bench {
    pub place_id: i64,
    pub code: String,
    pub printer: Option<String>,
}

/// The shipment on the bench, which is picked or already being packed.
#[derive(Debug, Clone, PartialEq)]
pub struct Shipment {
    pub id: i64,
    pub no: String,
    pub carrier: String,
    /// Its cut-off, as people there read it.
    pub due: String,
    /// In how many minutes that is.
    pub due_min: Option<i64>,
    /// Totes that hold goods of it, the brought ones marked.
    pub totes: Vec<(i64, String, bool)>,
    pub lines: Vec<Line>,
    /// Units that a picker still brings, after a short or damage at the bench.
    pub coming: Units,
    /// The box that is open holds so many units.
    pub in_box: Units,
    /// Units that were not found and are not looked for any more.
    pub owed: Units,
    /// The rest may follow in a shipment of its own without anybody being asked.
    pub permits_parts: bool,
}

/// One reservation of the shipment: goods of one lot, in a tote or in a box.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub item_id: i64,
    pub sku: String,
    pub name: Name,
    pub barcode: Option<String>,
    pub lot: String,
    pub last_good: String,
    pub reservation_id: i64,
    /// Still in a tote.
    pub left: Units,
    /// In a box of the shipment.
    pub packed: Units,
    /// Not in a box that is closed.
    pub at_hand: bool,
}

/// A tote that was picked in total.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    pub tote_id: i64,
    pub tote: String,
    /// All its shipments are alike.
    pub hot: bool,
    /// Goods of one item and lot.
    pub lines: Vec<BatchLine>,
    /// Units that are for nobody any more.
    pub spare: Units,
}

/// Goods of one item and lot in the tote, and the shipment that gets the next of them.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchLine {
    pub item_id: i64,
    pub lot_id: i64,
    pub sku: String,
    pub name: Name,
    pub barcode: Option<String>,
    pub lot: String,
    pub last_good: String,
    /// Shipments that still get some of it; each takes `each` units.
    pub shipments: i64,
    pub each: Units,
    /// The most urgent of them.
    pub shipment_id: i64,
    pub reservation_id: i64,
}

impl Shipment {
    /// Totes that are still to be brought; until then no unit is packed.
    pub fn missing_totes(&self) -> impl Iterator<Item = &str> {
        self.totes.iter().filter(|(_, _, brought)| !brought).map(|(_, code, _)| code.as_str())
    }
    /// Units in totes, still to be packed.
    pub fn left(&self) -> Units {
        self.lines.iter().map(|line| line.left).sum()
    }
    /// Units of an item in the open box.
    pub(super) fn boxed_of(&self, item: i64) -> Units {
        let boxed = |line: &&Line| line.item_id == item && line.at_hand;
        self.lines.iter().filter(boxed).map(|line| line.packed).sum()
    }
    /// Units of an item in totes, still to be packed.
    pub(super) fn left_of(&self, item: i64) -> Units {
        self.lines.iter().filter(|line| line.item_id == item).map(|line| line.left).sum()
    }
    /// All that can be had lies in boxes, and something is owed.
    pub fn lacks_only(&self) -> bool {
        self.owed > 0 && self.left() + self.coming == 0
    }
    /// What is owed may not follow by itself: a supervisor says what becomes of it.
    pub fn waits_for_decision(&self) -> bool {
        self.lacks_only() && !self.permits_parts
    }
    /// Units in its boxes, open and closed.
    pub fn packed(&self) -> Units {
        self.lines.iter().map(|line| line.packed).sum()
    }
    /// All its goods, those of an item and lot together: what is left, then what is packed.
    pub(super) fn goods(&self) -> Vec<Line> {
        let mut goods: Vec<Line> = Vec::new();
        let (left, packed): (Vec<&Line>, Vec<&Line>) =
            self.lines.iter().partition(|line| line.left > 0);
        for line in left.into_iter().chain(packed) {
            match goods.iter_mut().find(|known| known.same_goods(line)) {
                Some(known) => {
                    known.left += line.left;
                    known.packed += line.packed;
                }
                None => goods.push(line.clone()),
            }
        }
        goods
    }
    /// What can be named by its line: what is left, then what is in the open box. Closed boxes stay
    /// closed; what nobody can tell apart is named once.
    pub(super) fn nameable(&self) -> Vec<&Line> {
        let (left, boxed): (Vec<&Line>, Vec<&Line>) =
            self.lines.iter().filter(|l| l.at_hand).partition(|l| l.left > 0);
        let mut seen = HashSet::new();
        left.into_iter()
            .chain(boxed)
            .filter(|l| seen.insert((l.item_id, &l.lot, &l.last_good)))
            .collect()
    }
}

impl Line {
    fn same_goods(&self, other: &Line) -> bool {
        (self.item_id, &self.lot, &self.last_good) == (other.item_id, &other.lot, &other.last_good)
    }
}

impl Batch {
    /// Parcels that still come out of it, one a shipment.
    pub fn left(&self) -> i64 {
        self.lines.iter().map(|line| line.shipments).sum()
    }
    /// May the labels of all but the last one run out now? Only of what is all alike, once the
    /// first was verified.
    pub fn can_run(&self, singles: i64) -> bool {
        self.hot && singles > 0 && self.lines.len() == 1 && self.left() > 1
    }
}

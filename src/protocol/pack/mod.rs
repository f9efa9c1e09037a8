//! Packing: one scan a unit; the last one closes the parcel and prints its label. From a tote that
//! was picked in total any unit finds its shipment: one scan a parcel.

mod command;
mod page;
mod snapshot;
mod units;

use super::scan::{Scan, ScanTarget, first_match};
use super::{Card, Message, Refusal};
use crate::domain::Units;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use page::{accepted_scans, build_page};
pub use snapshot::{Batch, BatchLine, Bench, Line, Shipment, Snapshot, WaitingTote};
pub use units::closes_by_echo;

/// Where a packer stands: what lies on the bench, and what is asked. Which bench it is stays with
/// the person, not with the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Step {
    /// The shipment on the bench.
    pub shipment_id: Option<i64>,
    /// Its totes that were brought.
    pub totes: Vec<i64>,
    /// A tote on the bench that was picked in total, and how many parcels came out of it here.
    pub batch: Option<i64>,
    pub singles: i64,
    /// A card that waits for the goods it is about: SHORT, DAMAGED, FOUND, NOCODE.
    pub asking: Option<Card>,
    /// A labelled parcel that is to be opened again, as soon as the reason is known.
    pub reopening: Option<i64>,
    /// The gesture that put the last units into the open parcel; UNDO takes it back.
    pub last: Option<Uuid>,
    /// A unit of this item was scanned just now: a typed number says how many of it are in the box.
    pub counting: Option<i64>,
    /// The item of which a code was read just now, of a unit or of a pack.
    pub read: Option<i64>,
    /// The parcel whose label is on its way.
    pub closing: Option<i64>,
}

/// What a scan does to the box, to what lies on the bench, or to the question that is open.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    Bind(i64),
    /// A tote is brought; whose it is and whether it may be packed is looked up with it.
    Bring {
        tote: i64,
        code: String,
    },
    /// Units of reservations go into the open box; `by_eye` if no code was read, `of` the item that
    /// a code was read of.
    Pack {
        reservations: Vec<(i64, Units)>,
        by_eye: bool,
        of: Option<i64>,
    },
    /// One parcel out of a tote that was picked in total.
    Single {
        shipment_id: i64,
        reservation: (i64, Units),
        by_eye: bool,
    },
    /// All alike but the last one: parcels and labels in a run.
    Run,
    /// This box is full, the next unit begins another.
    Box,
    /// This box is the last one now; what was not found follows in a shipment of its own.
    BoxAndRest,
    /// The card waits for its goods, or no longer.
    Question(Option<Card>),
    /// One unit is not there, or not fit.
    Missing {
        reservation: i64,
        card: Card,
    },
    /// A unit that belongs to nothing here.
    Extra {
        item_id: Option<i64>,
        said: String,
    },
    /// A parcel of this site: an open one goes on, a labelled one may be opened again.
    Parcel {
        id: i64,
        sscc: String,
    },
    Reopen {
        reason: &'static str,
    },
    Undo(Uuid),
    Reprint,
    /// Puts the shipment aside; what is packed stays packed.
    Aside,
    Leave,
}

impl BatchLine {
    fn single(&self, by_eye: bool) -> Decision {
        Decision::Single {
            shipment_id: self.shipment_id,
            reservation: (self.reservation_id, self.each),
            by_eye,
        }
    }
}

/// Why a parcel is opened again; the digit chooses.
pub const REOPEN_REASONS: [&str; 3] = ["wrong-goods", "damaged-box", "changed"];

/// Cards come first, then why a parcel is opened again, then the bench: without one nothing is
/// packed. Then a unit goes into the box, if all totes are there and it is still wanted. A shipment
/// that was given up stops everything but cards.
pub fn decide(now: &Snapshot, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    if let Some(card) = scan.card {
        return command::command(now, step, card);
    }
    if let Some(shipment) = &now.gone {
        return Err(Refusal::stop(Message::key("pack-gone").with("shipment", shipment)));
    }
    if let Some(sscc) = &now.reopening {
        let reason = scan
            .number
            .as_ref()
            .and_then(|(n, _)| REOPEN_REASONS.get(usize::try_from(n - 1).ok()?));
        return reason.map(|reason| Decision::Reopen { reason }).ok_or_else(|| {
            Refusal::wrong(
                Message::key("reopen-expects-reason")
                    .with("received", scan.received())
                    .with("sscc", sscc),
            )
        });
    }
    if let Some(ScanTarget::Bench { id, .. }) =
        scan.matches.iter().find(|m| matches!(m, ScanTarget::Bench { .. }))
    {
        return Ok(Decision::Bind(*id));
    }
    if now.bench.is_none() {
        return Err(Refusal::wrong(
            Message::key("pack-expects-bench").with("received", scan.received()),
        ));
    }
    if let Some(card) = step.asking {
        return command::asked(now, card, scan);
    }
    if let Some(batch) = &now.batch {
        return units::single(batch, step, scan);
    }
    if let Some(decision) = first_match(&scan.matches, |found| units::take(now, found))? {
        return Ok(decision);
    }
    match units::counted(now, step, scan)? {
        Some(decision) => Ok(decision),
        None => Err(match &now.shipment {
            None => {
                Refusal::wrong(Message::key("pack-expects-tote").with("received", scan.received()))
            }
            Some(_) => {
                Refusal::wrong(Message::key("pack-unknown").with("received", scan.received()))
            }
        }),
    }
}

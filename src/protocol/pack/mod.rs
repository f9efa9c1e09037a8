//! Packing: one scan a unit; the last one closes the parcel and prints its label. From a tote that
//! was picked in total any unit finds its shipment: one scan a parcel.

mod page;

use super::scan::{Scan, ScanTarget, first_match};
use super::{Card, Message, Refusal};
use crate::domain::states::ContainerKind;
use crate::domain::{Name, Units};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use uuid::Uuid;

pub use page::{accepted_scans, build_page};

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
    /// One unit of this item was scanned just now: a typed number says how many they are.
    pub counting: Option<i64>,
    /// The parcel whose label is on its way.
    pub closing: Option<i64>,
}

/// What is true of the bench and of what lies on it. Without a `bench` its code is asked for first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    pub bench: Option<Bench>,
    pub shipment: Option<Shipment>,
    pub batch: Option<Batch>,
    /// Totes in staging that wait for a bench: an example, for what the screen suggests.
    pub waiting_tote: Option<String>,
    pub any_bench: Option<String>,
    /// The shipment on the bench was given up meanwhile.
    pub gone: Option<String>,
    /// The parcel that was labelled last on this bench.
    pub last_parcel: Option<String>,
    /// The parcel that is to be opened again.
    pub reopening: Option<String>,
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
    /// What can be named by its line: what is left, then what is in the open box. Closed boxes stay
    /// closed; what nobody can tell apart is named once.
    fn nameable(&self) -> Vec<&Line> {
        let (left, boxed): (Vec<&Line>, Vec<&Line>) =
            self.lines.iter().filter(|l| l.at_hand).partition(|l| l.left > 0);
        let mut seen = HashSet::new();
        left.into_iter()
            .chain(boxed)
            .filter(|l| seen.insert((l.item_id, &l.lot, &l.last_good)))
            .collect()
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
    /// one unit was read of.
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

/// Why a parcel is opened again; the digit chooses.
pub const REOPEN_REASONS: [&str; 3] = ["wrong-goods", "damaged-box", "changed"];

/// Cards come first, then why a parcel is opened again, then the bench: without one nothing is
/// packed. Then a unit goes into the box, if all totes are there and it is still wanted. A shipment
/// that was given up stops everything but cards.
pub fn decide(now: &Snapshot, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    if let Some(card) = scan.card {
        return command(now, step, card);
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
        return asked(now, card, scan);
    }
    if let Some(batch) = &now.batch {
        return single(batch, step, scan);
    }
    if let Some(decision) = first_match(&scan.matches, |found| take(now, found))? {
        return Ok(decision);
    }
    match counted(now, step, scan)? {
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

fn command(now: &Snapshot, step: &Step, card: Card) -> Result<Decision, Refusal> {
    let busy = now.shipment.is_some() || now.batch.is_some();
    match card {
        Card::Undo | Card::Back | Card::No if step.asking.is_some() || now.reopening.is_some() => {
            Ok(Decision::Question(None))
        }
        Card::Undo => step
            .last
            .map(Decision::Undo)
            .ok_or_else(|| Refusal::wrong(Message::key("undo-nothing"))),
        Card::Reprint if now.last_parcel.is_some() => Ok(Decision::Reprint),
        Card::Reprint => Err(Refusal::wrong(Message::key("reprint-nothing"))),
        Card::Short | Card::Damaged | Card::NoCode if busy && ready(now) => {
            match only_line(now).filter(|_| card == Card::NoCode) {
                Some(decision) => Ok(decision),
                None => Ok(Decision::Question(Some(card))),
            }
        }
        Card::Found if now.bench.is_some() => Ok(Decision::Question(Some(card))),
        Card::Yes if now.batch.as_ref().is_some_and(|batch| batch.can_run(step.singles)) => {
            Ok(Decision::Run)
        }
        Card::Full => match &now.shipment {
            Some(shipment) if shipment.waits_for_decision() => {
                Err(Refusal::wrong(Message::key("pack-owed").with("units", shipment.owed)))
            }
            Some(shipment) if shipment.lacks_only() && shipment.in_box > 0 => {
                Ok(Decision::BoxAndRest)
            }
            Some(shipment) if shipment.in_box > 0 => Ok(Decision::Box),
            _ => Err(Refusal::wrong(Message::key("pack-box-empty"))),
        },
        Card::Back if busy || now.gone.is_some() => Ok(Decision::Aside),
        Card::Back => Ok(Decision::Leave),
        other => Err(Refusal::not_here(other)),
    }
}

/// Are all the totes of the shipment here?
fn ready(now: &Snapshot) -> bool {
    now.shipment.as_ref().is_none_or(|s| s.missing_totes().next().is_none())
}

/// Goods without a readable code: the person's word counts at once where there is nothing to
/// mistake it for.
fn only_line(now: &Snapshot) -> Option<Decision> {
    if let Some(batch) = &now.batch {
        return match batch.lines.as_slice() {
            [one] => Some(one.single(true)),
            _ => None,
        };
    }
    let lines: Vec<&Line> =
        now.shipment.iter().flat_map(|s| &s.lines).filter(|l| l.left > 0).collect();
    match lines.as_slice() {
        [first, rest @ ..] if rest.iter().all(|l| l.item_id == first.item_id) => {
            Some(Decision::Pack {
                reservations: vec![(first.reservation_id, 1)],
                by_eye: true,
                of: None,
            })
        }
        _ => None,
    }
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

/// The goods that a card waits for: by their code, or by the digit of their line on the screen.
fn asked(now: &Snapshot, card: Card, scan: &Scan) -> Result<Decision, Refusal> {
    let item = scan
        .matches
        .iter()
        .find_map(|m| if let ScanTarget::Item { id, .. } = m { Some(*id) } else { None });
    if card == Card::Found {
        return Ok(Decision::Extra { item_id: item, said: scan.text.chars().take(80).collect() });
    }
    let line = scan.number.as_ref().and_then(|(n, _)| usize::try_from(n - 1).ok());
    let expected =
        || Refusal::wrong(Message::key("pack-asked-expects").with("received", scan.received()));
    if let Some(batch) = &now.batch {
        let found = batch
            .lines
            .iter()
            .find(|l| Some(l.item_id) == item)
            .or_else(|| line.and_then(|n| batch.lines.get(n)))
            .ok_or_else(expected)?;
        return Ok(if card == Card::NoCode {
            found.single(true)
        } else {
            Decision::Missing { reservation: found.reservation_id, card }
        });
    }
    let lines = now.shipment.as_ref().map(Shipment::nameable).unwrap_or_default();
    let found = lines
        .iter()
        .find(|l| Some(l.item_id) == item)
        .or_else(|| line.and_then(|n| lines.get(n)))
        .ok_or_else(expected)?;
    match card {
        Card::NoCode if found.left > 0 => Ok(Decision::Pack {
            reservations: vec![(found.reservation_id, 1)],
            by_eye: true,
            of: None,
        }),
        Card::NoCode => Err(Refusal::wrong(
            Message::key("pack-too-many").with("received", &found.name).with("left", 0),
        )),
        _ => Ok(Decision::Missing { reservation: found.reservation_id, card }),
    }
}

fn take(now: &Snapshot, found: &ScanTarget) -> Result<Option<Decision>, Refusal> {
    match (found, &now.shipment) {
        (ScanTarget::Container { id, code, kind, used_for, .. }, shipment)
            if *kind == ContainerKind::Tote =>
        {
            let Some(owner) = used_for else {
                return Err(Refusal::wrong(Message::key("pack-tote-empty").with("received", code)));
            };
            match shipment {
                Some(s) if s.no != *owner => Err(Refusal::wrong(
                    Message::key("pack-other-shipment")
                        .with("received", code)
                        .with("other", owner)
                        .with("shipment", &s.no),
                )),
                _ => Ok(Some(Decision::Bring { tote: *id, code: code.clone() })),
            }
        }
        (ScanTarget::Item { id, name, units, lot, last_good, .. }, Some(shipment)) => {
            if let Some(tote) = shipment.missing_totes().next() {
                return Err(Refusal::wrong(Message::key("pack-more-totes").with("tote", tote)));
            }
            unit(shipment, *id, name, *units, lot.as_deref(), last_good.as_deref()).map(Some)
        }
        (ScanTarget::Parcel { id, sscc }, None) => {
            Ok(Some(Decision::Parcel { id: *id, sscc: sscc.clone() }))
        }
        _ => Ok(None),
    }
}

fn unit(
    shipment: &Shipment,
    item: i64,
    name: &Name,
    units: Units,
    lot: Option<&str>,
    last_good: Option<&str>,
) -> Result<Decision, Refusal> {
    let mine: Vec<&Line> = shipment.lines.iter().filter(|l| l.item_id == item).collect();
    if mine.is_empty() {
        return Err(Refusal::wrong(
            Message::key("pack-wrong-item").with("received", name).with("shipment", &shipment.no),
        ));
    }
    let fits = |l: &&&Line| {
        lot.is_none_or(|n| n.eq_ignore_ascii_case(&l.lot))
            && last_good.is_none_or(|d| d == l.last_good)
    };
    if !mine.iter().any(|l| fits(&l)) {
        return Err(Refusal::wrong(
            Message::key("pack-wrong-lot")
                .with("received", lot.or(last_good).unwrap_or_default())
                .with("lot", &mine[0].lot),
        ));
    }
    let mut rest = units;
    let mut reservations = Vec::new();
    for line in mine.iter().filter(|l| l.left > 0 && fits(l)) {
        let take = rest.min(line.left);
        if take > 0 {
            reservations.push((line.reservation_id, take));
            rest -= take;
        }
    }
    if rest > 0 {
        return Err(Refusal::wrong(
            Message::key("pack-too-many").with("received", name).with("left", units - rest),
        ));
    }
    Ok(Decision::Pack { reservations, by_eye: false, of: (units == 1).then_some(item) })
}

/// So many units are they, the one that was scanned just now among them.
fn counted(now: &Snapshot, step: &Step, scan: &Scan) -> Result<Option<Decision>, Refusal> {
    let (Some(shipment), Some(item), Some(count)) = (&now.shipment, step.counting, scan.quantity())
    else {
        return Ok(None);
    };
    let Some(line) = shipment.lines.iter().find(|l| l.item_id == item) else { return Ok(None) };
    match count {
        0 => Err(Refusal::wrong(Message::key("pack-count-zero").with("item", &line.name))),
        1 => Ok(Some(Decision::Question(None))),
        more => match unit(shipment, item, &line.name, more - 1, None, None)
            .map_err(|_| too_many(shipment, item, &line.name, more))?
        {
            Decision::Pack { reservations, by_eye, .. } => {
                Ok(Some(Decision::Pack { reservations, by_eye, of: None }))
            }
            other => Ok(Some(other)),
        },
    }
}

fn too_many(shipment: &Shipment, item: i64, name: &Name, received: i64) -> Refusal {
    let left: Units = shipment.lines.iter().filter(|l| l.item_id == item).map(|l| l.left).sum();
    Refusal::wrong(
        Message::key("pack-count-too-many")
            .with("received", received)
            .with("item", name)
            .with("most", left + 1),
    )
}

/// Any unit of a tote that was picked in total finds its shipment. Lots go to different customers,
/// so where several lie together the lot must be named.
fn single(batch: &Batch, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    let here = |item: i64| batch.lines.iter().filter(move |l| l.item_id == item);
    let fit = first_match(&scan.matches, |found| match found {
        ScanTarget::Item { id, name, lot, last_good, .. } => {
            let named = |l: &&BatchLine| {
                lot.as_ref().is_none_or(|n| n.eq_ignore_ascii_case(&l.lot))
                    && last_good.as_ref().is_none_or(|d| *d == l.last_good)
            };
            let lines: Vec<&BatchLine> = here(*id).filter(named).collect();
            match lines.as_slice() {
                [one] => Ok(Some(one.single(false))),
                [] if here(*id).next().is_some() => Err(Refusal::wrong(
                    Message::key("pack-wrong-lot")
                        .with(
                            "received",
                            lot.as_deref().or(last_good.as_deref()).unwrap_or_default(),
                        )
                        .with("lot", here(*id).next().map_or("-", |l| &l.lot)),
                )),
                [] => Err(Refusal::wrong(
                    Message::key("pack-spare").with("received", name).with("tote", &batch.tote),
                )),
                [first, ..] => Err(Refusal::wrong(
                    Message::key("pack-which-lot")
                        .with("received", name)
                        .with("lot", &first.lot)
                        .with("good", &first.last_good),
                )),
            }
        }
        ScanTarget::Lot { id, .. } => {
            Ok(batch.lines.iter().find(|l| l.lot_id == *id).map(|l| l.single(false)))
        }
        ScanTarget::Container { code, .. } => Err(Refusal::wrong(
            Message::key("pack-finish-tote").with("received", code).with("tote", &batch.tote),
        )),
        _ => Ok(None),
    })?;
    let by_day = |digits: &str| {
        let mut lines = batch
            .lines
            .iter()
            .filter(|l| super::month_day(&l.last_good).as_deref() == Some(digits));
        lines.next().filter(|_| lines.next().is_none()).map(|l| l.single(false))
    };
    let number = scan.number.as_ref();
    fit.or_else(|| number.and_then(|(_, digits)| by_day(digits)))
        .or_else(|| (scan.is_choice(1) && batch.can_run(step.singles)).then_some(Decision::Run))
        .ok_or_else(|| {
            Refusal::wrong(Message::key("pack-unknown").with("received", scan.received()))
        })
}

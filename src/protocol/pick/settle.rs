//! How scans settle a stop: the bin or the goods say where it is taken from, the lot which of it, a
//! number how many, and the tote where it goes.

use super::{Decision, LotHere, Step, Stop, Tote, lot_question};
use crate::domain::Units;
use crate::domain::states::ContainerKind;
use crate::protocol::scan::{Scan, ScanTarget};
use crate::protocol::{Arg, Message, Refusal, good_until, month_day};

/// A scan whose meaning is known.
pub(super) fn take(
    stop: &Stop,
    step: &Step,
    found: &ScanTarget,
) -> Result<Option<Decision>, Refusal> {
    match found {
        // A pallet is picked from by its own code.
        ScanTarget::Bin { id, .. } | ScanTarget::Container { id, .. } if *id == stop.place_id => {
            Ok(Some(Decision::Step(bin(stop, step))))
        }
        ScanTarget::Bin { code, .. } if step.settled(stop) && step.counted >= stop.qty => {
            Err(tote_due(stop, step, code.into()))
        }
        // The bin is right; which of what stands there is meant, only its own code says.
        ScanTarget::Bin { code, .. } if *code == stop.bin => Err(Refusal::wrong(
            Message::key("pick-which-pallet").with("received", code).with("place", &stop.place),
        )),
        ScanTarget::Bin { code, .. } => Err(Refusal::wrong(
            Message::key("pick-wrong-bin").with("received", code).with("bin", &stop.bin),
        )),
        ScanTarget::Item { id, units, lot, last_good, count, .. } if *id == stop.item_id => {
            let units = count.filter(|c| *c > 0).map_or(*units, |c| c.saturating_mul(*units));
            item(stop, step, units, lot.as_deref(), last_good.as_deref()).map(Some)
        }
        ScanTarget::Item { name, .. } => Err(Refusal::wrong(
            Message::key("pick-wrong-item").with("received", name).with("item", &stop.name),
        )),
        ScanTarget::Lot { id, item_id, number } if *item_id == stop.item_id => {
            lot(stop, step, *id, number).map(Some)
        }
        ScanTarget::Lot { .. } => Ok(None),
        ScanTarget::Container {
            code, kind: ContainerKind::Pallet | ContainerKind::Carton, ..
        } => Err(Refusal::wrong(
            Message::key("pick-other-pallet")
                .with("received", code)
                .with("place", &stop.place)
                .with("bin", &stop.bin),
        )),
        ScanTarget::Container { .. } => tote(stop, step, found).map(Some),
        ScanTarget::Bench { .. }
        | ScanTarget::Parcel { .. }
        | ScanTarget::List { .. }
        | ScanTarget::Person { .. } => Ok(None),
    }
}

fn bin(stop: &Stop, step: &Step) -> Step {
    let settles = stop.facts.alone;
    let counted = if settles && stop.qty == 1 { 1 } else { step.counted };
    Step {
        bin_scanned: true,
        item_scanned: step.item_scanned || settles,
        lot_scanned: step.lot_scanned || settles,
        counted,
        ..step.clone()
    }
    .after(step, stop)
}

fn item(
    stop: &Stop,
    step: &Step,
    units: Units,
    lot_no: Option<&str>,
    last_good: Option<&str>,
) -> Result<Decision, Refusal> {
    let named = lot_no.is_some() || last_good.is_some();
    let matches = |l: &&LotHere| {
        lot_no.is_none_or(|n| n.eq_ignore_ascii_case(&l.number))
            && last_good.is_none_or(|d| d == l.last_good)
    };
    let meant = stop.lots_here.iter().find(|l| named && matches(l));
    if named && meant.is_none() {
        // The right number with another date is another lot: both are said.
        let received = [lot_no, last_good].into_iter().flatten().collect::<Vec<_>>().join(" ");
        return Err(Refusal::wrong(
            lot_question(stop, "pick-wrong-lot").with("received", received),
        ));
    }
    // The bin settled and counted the one unit; showing the goods as well counts nothing more.
    let shown = stop.qty == 1 && units == 1 && step.counted == 1 && !step.checked;
    let counted = if shown { 1 } else { step.counted.saturating_add(units) };
    if counted > stop.qty {
        return Err(Refusal::wrong(
            Message::key("pick-too-many").with("received", counted).with("want", stop.qty),
        ));
    }
    let lot_ok = step.lot_scanned || !stop.facts.several_lots || meant.is_some();
    let next =
        Step { item_scanned: true, lot_scanned: lot_ok, counted, checked: true, ..step.clone() }
            .after(step, stop);
    match meant {
        Some(other) if other.id != stop.lot_id => swap(stop, other, next),
        _ => Ok(Decision::Step(next)),
    }
}

fn lot(stop: &Stop, step: &Step, id: i64, number: &str) -> Result<Decision, Refusal> {
    let next = Step {
        item_scanned: true,
        lot_scanned: true,
        counted: if stop.qty == 1 { 1 } else { step.counted },
        ..step.clone()
    }
    .after(step, stop);
    match stop.lots_here.iter().find(|l| l.id == id) {
        Some(l) if l.id == stop.lot_id => Ok(Decision::Step(next)),
        Some(other) => swap(stop, other, next),
        None => Err(Refusal::wrong(lot_question(stop, "pick-wrong-lot").with("received", number))),
    }
}

/// Another lot may go instead if it is free, sellable and good until the promise's day. Whether it
/// breaks another promise only the database can say.
fn swap(stop: &Stop, other: &LotHere, step: Step) -> Result<Decision, Refusal> {
    let why = if !other.sellable {
        "swap-not-sellable"
    } else if !other.good_enough {
        "swap-too-old"
    } else if other.free < stop.qty {
        "swap-not-free"
    } else {
        return Ok(Decision::Swap { to_lot: other.id, step });
    };
    Err(Refusal::wrong(
        lot_question(stop, why)
            .with("received", &other.number)
            .with("day", good_until(&other.last_good)),
    ))
}

/// A number: the day on the goods where several lots lie together, or how many were taken.
pub(super) fn digits(stop: &Stop, step: &Step, scan: &Scan) -> Result<Option<Decision>, Refusal> {
    let Some((number, text)) = &scan.number else { return Ok(None) };
    if !step.lot_scanned && stop.facts.several_lots && text.len() == 4 {
        let meant: Vec<&LotHere> = stop
            .lots_here
            .iter()
            .filter(|l| month_day(&l.last_good).as_deref() == Some(text))
            .collect();
        return match meant.as_slice() {
            [one] => lot(stop, step, one.id, &one.number).map(Some),
            _ => Err(Refusal::wrong(lot_question(stop, "pick-wrong-lot").with("received", text))),
        };
    }
    if !step.settled(stop) {
        return Ok(None);
    }
    if scan.quantity().is_none() {
        return Err(Refusal::wrong(Message::key("pick-number-is-code").with("received", text)));
    }
    if *number < 1 {
        return Err(Refusal::wrong(Message::key("pick-zero").with("bin", &stop.place)));
    }
    if *number > stop.qty {
        return Err(Refusal::wrong(
            Message::key("pick-too-many").with("received", *number).with("want", stop.qty),
        ));
    }
    Ok(Some(Decision::Step(Step { counted: *number, ..step.clone() }.after(step, stop))))
}

fn tote(stop: &Stop, step: &Step, found: &ScanTarget) -> Result<Decision, Refusal> {
    let ScanTarget::Container { id, code, kind, used_for, holder, .. } = found else {
        return Err(Refusal::wrong(Message::key("pick-not-a-tote")));
    };
    if *kind != ContainerKind::Tote {
        return Err(Refusal::wrong(Message::key("pick-not-a-tote").with("received", code)));
    }
    if lot_is_due(stop, step) {
        return Err(Refusal::wrong(lot_question(stop, "pick-which-lot")));
    }
    if !step.settled(stop) || step.counted < 1 {
        return Err(Refusal::wrong(
            Message::key("pick-source-first")
                .with("received", code)
                .with("bin", &stop.place)
                .with("item", &stop.name),
        ));
    }
    let qty = step.counted;
    match (&stop.tote, step.full, used_for) {
        (Some((bound, _)), false, _) if bound == id => {
            Ok(Decision::Put { tote: Tote::Bound(*id), qty })
        }
        (Some((_, want)), false, _) => Err(Refusal::wrong(
            Message::key("pick-wrong-tote").with("received", code).with("tote", want),
        )),
        (bound, _, None) => {
            Ok(Decision::Put { tote: Tote::New { id: *id, after_full: bound.is_some() }, qty })
        }
        (_, _, Some(shipment)) => {
            let holder = holder.as_deref().unwrap_or("-");
            Err(Refusal::wrong(
                Message::key("pick-tote-taken")
                    .with("received", code)
                    .with("shipment", shipment)
                    .with("who", holder),
            ))
        }
    }
}

/// Is which of several lots the only thing that is still to be said?
pub(super) fn lot_is_due(stop: &Stop, step: &Step) -> bool {
    let goods = step.item_scanned || step.bin_scanned && !stop.facts.other_items;
    goods && !step.lot_scanned && stop.facts.several_lots
}

/// What to do instead.
pub(super) fn unexpected(stop: &Stop, step: &Step, scan: &Scan) -> Refusal {
    if step.settled(stop) && step.counted >= stop.qty {
        return tote_due(stop, step, scan.received());
    }
    if lot_is_due(stop, step) {
        return Refusal::wrong(lot_question(stop, "pick-which-lot"));
    }
    Refusal::wrong(
        Message::key("pick-unknown")
            .with("received", scan.received())
            .with("bin", &stop.place)
            .with("item", &stop.name),
    )
}

/// All is counted, and something else than a tote came.
fn tote_due(stop: &Stop, step: &Step, received: Arg) -> Refusal {
    Refusal::wrong(match stop.tote.as_ref().filter(|_| !step.full) {
        Some((_, tote)) => {
            Message::key("pick-expects-tote").with("received", received).with("tote", tote)
        }
        None => Message::key("pick-expects-free-tote")
            .with("received", received)
            .with("shipment", &stop.shipment),
    })
}

//! How a unit finds its box: that of the shipment on the bench, once all its totes are here, or the
//! one of the shipment that still wants it, out of a tote that was picked in total.

use super::{Batch, BatchLine, Decision, Line, Shipment, Snapshot, Step};
use crate::domain::states::ContainerKind;
use crate::domain::{Name, Units, made_ms};
use crate::limits;
use crate::protocol::scan::{Scan, ScanTarget, first_match};
use crate::protocol::{Card, Message, Refusal, good_until, month_day};
use uuid::Uuid;

/// A scan whose meaning is known: a tote, goods of the shipment, or a parcel.
pub(super) fn take(now: &Snapshot, found: &ScanTarget) -> Result<Option<Decision>, Refusal> {
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
    Ok(Decision::Pack { reservations, by_eye: false, of: Some(item) })
}

/// So many units of what was scanned just now are in the box.
pub(super) fn counted(
    now: &Snapshot,
    step: &Step,
    scan: &Scan,
) -> Result<Option<Decision>, Refusal> {
    let (Some(shipment), Some(item), Some(count)) = (&now.shipment, step.counting, scan.quantity())
    else {
        return Ok(None);
    };
    let boxed = shipment.boxed_of(item);
    let Some(line) = shipment.lines.iter().find(|l| l.item_id == item) else { return Ok(None) };
    let refused = |key: &str| {
        Refusal::wrong(
            Message::key(key)
                .with("received", count)
                .with("item", &line.name)
                .with("boxed", boxed)
                .with("most", boxed + shipment.left_of(item)),
        )
    };
    if count < boxed {
        return Err(refused("pack-count-fewer"));
    }
    if count == boxed {
        return Ok(Some(Decision::Question(None)));
    }
    match unit(shipment, item, &line.name, count - boxed, None, None) {
        Ok(Decision::Pack { reservations, by_eye, .. }) => {
            Ok(Some(Decision::Pack { reservations, by_eye, of: None }))
        }
        Ok(other) => Ok(Some(other)),
        Err(_) => Err(refused("pack-count-too-many")),
    }
}

/// Was the unit that went in last read again, sooner than a hand can scan another, and would the
/// box close with it? Elsewhere such a scan counts: it is shown, and can be taken back.
pub fn closes_by_echo(now: &Snapshot, step: &Step, decision: &Decision, command: Uuid) -> bool {
    let Decision::Pack { of: Some(item), reservations, .. } = decision else { return false };
    let units: i64 = reservations.iter().map(|(_, units)| units).sum();
    let last = now.shipment.as_ref().is_some_and(|s| s.left() == units && s.coming == 0);
    // From another terminal, or after a clock was put back, it is no echo.
    let between = step.last.and_then(made_ms).zip(made_ms(command));
    let since = between.and_then(|(before, at)| at.checked_sub(before));
    last && step.read == Some(*item)
        && since.is_some_and(|since| u128::from(since) < limits::SCAN_ECHO.as_millis())
}

/// Any unit of a tote that was picked in total finds its shipment. Lots go to different customers,
/// so where several lie together the lot must be named.
pub(super) fn single(batch: &Batch, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
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
                        .with("good", good_until(&first.last_good)),
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
        let mut lines =
            batch.lines.iter().filter(|l| month_day(&l.last_good).as_deref() == Some(digits));
        lines.next().filter(|_| lines.next().is_none()).map(|l| l.single(false))
    };
    let number = scan.number.as_ref();
    fit.or_else(|| number.and_then(|(_, digits)| by_day(digits)))
        .or_else(|| {
            let runs = scan.is_choice(1) && batch.can_run(step.singles);
            runs.then_some(Decision::Question(Some(Card::Yes)))
        })
        .ok_or_else(|| {
            Refusal::wrong(Message::key("pack-unknown").with("received", scan.received()))
        })
}

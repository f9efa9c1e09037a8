//! Command cards at the bench, and the goods that they wait for.

use super::{Decision, Line, Shipment, Snapshot, Step};
use crate::protocol::scan::{Scan, ScanTarget};
use crate::protocol::{Card, Message, Refusal};

/// What a card does at the bench.
pub(super) fn command(now: &Snapshot, step: &Step, card: Card) -> Result<Decision, Refusal> {
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

/// The goods that a card waits for: by their code, or by the digit of their line on the screen.
pub(super) fn asked(now: &Snapshot, card: Card, scan: &Scan) -> Result<Decision, Refusal> {
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

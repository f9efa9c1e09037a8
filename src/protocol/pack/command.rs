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
        Card::Yes if step.asking == Some(card) && may_run(now, step) => Ok(Decision::Run),
        said if step.asking == Some(said) => again(now, said),
        Card::Yes if step.asking.is_some() => again(now, step.asking.unwrap_or(card)),
        Card::Undo => step
            .last
            .map(Decision::Undo)
            .ok_or_else(|| Refusal::wrong(Message::key("undo-nothing"))),
        Card::Reprint if now.last_parcel.is_some() => Ok(Decision::Reprint),
        Card::Reprint => Err(Refusal::wrong(Message::key("reprint-nothing"))),
        Card::Short | Card::Damaged | Card::NoCode if busy && ready(now) => {
            match only_line(now).filter(|_| card == Card::NoCode && !closes(now)) {
                Some(decision) => Ok(decision),
                None => Ok(Decision::Question(Some(card))),
            }
        }
        Card::Found if now.bench.is_some() => Ok(Decision::Question(Some(card))),
        Card::Full => full(now),
        Card::Back if busy || now.gone.is_some() => Ok(Decision::Aside),
        Card::Back => Ok(Decision::Leave),
        other => Err(Refusal::not_here(other)),
    }
}

/// The box is closed; while goods are left for it that is asked once more, for it makes a parcel.
fn full(now: &Snapshot) -> Result<Decision, Refusal> {
    match &now.shipment {
        Some(shipment) if shipment.waits_for_decision() => {
            Err(Refusal::wrong(Message::key("pack-owed").with("units", shipment.owed)))
        }
        Some(shipment) if shipment.lacks_only() && shipment.in_box > 0 => Ok(Decision::BoxAndRest),
        Some(shipment) if shipment.in_box > 0 && shipment.left() > 0 => {
            Ok(Decision::Question(Some(Card::Full)))
        }
        Some(shipment) if shipment.in_box > 0 => Ok(Decision::Box),
        None => Err(Refusal::not_here(Card::Full)),
        _ => Err(Refusal::wrong(Message::key("pack-box-empty"))),
    }
}

/// Would one unit more print a label?
fn closes(now: &Snapshot) -> bool {
    now.batch.is_some() || now.shipment.as_ref().is_some_and(|shipment| shipment.left() <= 1)
}

fn may_run(now: &Snapshot, step: &Step) -> bool {
    now.batch.as_ref().is_some_and(|batch| batch.can_run(step.singles))
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

/// What a report is about. The digit of a line says it, and of a single line the card again, or
/// YES; a unit that would be scanned next anyway reports nothing. Extra goods are scanned.
pub(super) fn asked(now: &Snapshot, card: Card, scan: &Scan) -> Result<Decision, Refusal> {
    match card {
        Card::Found => return extra(now, scan),
        // The unit that is due anyway confirms neither a run nor another box.
        Card::Full | Card::Yes => {
            let text = Message::key("pack-asked-yes").with("received", scan.received());
            return Err(Refusal::wrong(text));
        }
        _ => {}
    }
    let refused = || {
        Refusal::wrong(
            Message::key("pack-asked-expects")
                .with("received", scan.received())
                .with("report", Message::key(&card.key())),
        )
    };
    let n = scan.number.as_ref().and_then(|(n, _)| usize::try_from(n - 1).ok());
    named(now, card, n.ok_or_else(refused)?).unwrap_or_else(|| Err(refused()))
}

/// The card again, or YES.
fn again(now: &Snapshot, card: Card) -> Result<Decision, Refusal> {
    if card == Card::Full {
        let boxed = now.shipment.as_ref().is_some_and(|shipment| shipment.in_box > 0);
        let empty = || Refusal::wrong(Message::key("pack-box-empty"));
        return boxed.then_some(Decision::Box).ok_or_else(empty);
    }
    let only = named(now, card, 0).filter(|_| card != Card::Found && named(now, card, 1).is_none());
    only.unwrap_or_else(|| {
        Err(Refusal::wrong(Message::key(if card == Card::Found {
            "pack-ask-found"
        } else {
            "pack-asked-which"
        })))
    })
}

/// What a card reports of the goods in a line; `None`: there is no such line.
fn named(now: &Snapshot, card: Card, line: usize) -> Option<Result<Decision, Refusal>> {
    if let Some(batch) = &now.batch {
        let found = batch.lines.get(line)?;
        return Some(Ok(match card {
            Card::NoCode => found.single(true),
            _ => Decision::Missing { reservation: found.reservation_id, card },
        }));
    }
    let lines = now.shipment.as_ref().map(Shipment::nameable).unwrap_or_default();
    let found = lines.get(line)?;
    Some(match card {
        Card::NoCode if found.left > 0 => Ok(Decision::Pack {
            reservations: vec![(found.reservation_id, 1)],
            by_eye: true,
            of: None,
        }),
        Card::NoCode => Err(Refusal::wrong(
            Message::key("pack-too-many").with("received", &found.name).with("left", 0),
        )),
        _ => Ok(Decision::Missing { reservation: found.reservation_id, card }),
    })
}

/// Goods that belong to nothing here; those that are still to be packed are no extra ones.
fn extra(now: &Snapshot, scan: &Scan) -> Result<Decision, Refusal> {
    let item = scan
        .matches
        .iter()
        .find_map(|m| if let ScanTarget::Item { id, .. } = m { Some(*id) } else { None });
    // The tote that is due anyway is no extra goods.
    let goods = |m: &ScanTarget| matches!(m, ScanTarget::Item { .. } | ScanTarget::Lot { .. });
    if !scan.matches.is_empty() && !scan.matches.iter().any(goods) {
        let text = Message::key("pack-extra-goods").with("received", scan.received());
        return Err(Refusal::wrong(text));
    }
    let wanted = item.is_some_and(|item| {
        now.shipment.as_ref().is_some_and(|shipment| shipment.left_of(item) > 0)
            || now.batch.iter().flat_map(|b| &b.lines).any(|line| line.item_id == item)
    });
    if wanted {
        return Err(Refusal::wrong(
            Message::key("pack-extra-wanted").with("received", scan.received()),
        ));
    }
    Ok(Decision::Extra { item_id: item, said: scan.text.chars().take(80).collect() })
}

//! Command cards at a stop, and the scans that answer what they ask.

use super::{Colleague, Decision, Step, Stop, Trip, lot_question};
use crate::domain::states::BinUse;
use crate::protocol::scan::{Scan, ScanTarget};
use crate::protocol::{Card, Message, Refusal};

pub(super) fn command(
    trip: &Trip,
    stop: &Stop,
    step: &Step,
    card: Card,
) -> Result<Decision, Refusal> {
    match card {
        Card::Undo | Card::Back | Card::No if step.asking.is_some() || step.giving.is_some() => {
            Ok(Decision::Step(Step { asking: None, giving: None, ..step.clone() }))
        }
        // The card of where one is already.
        Card::MenuPick => Ok(Decision::Step(step.clone())),
        // What was counted before what UNDO took back already: the stop begins anew.
        Card::Undo if step.before.is_none() && step.counted > 0 => {
            Ok(Decision::Step(Step { reservation_id: stop.reservation_id, ..Step::default() }))
        }
        Card::Undo => undo(step),
        // Units in hand that are in no tote would be forgotten. One that the bin alone counted is
        // in no hand yet. The only unit, scanned itself, may turn out to be damaged.
        Card::Short | Card::Damaged | Card::Empty | Card::Skip
            if step.counted > 0 && (stop.qty > 1 || (step.checked && card != Card::Damaged)) =>
        {
            Err(Refusal::wrong(Message::key("back-counted").with("counted", step.counted)))
        }
        // Said again, or with YES: what would be scanned next anyway books nothing.
        again if step.asking == Some(again) && is_report(again) => Ok(booked(again)),
        Card::Yes if step.asking.is_some() => match step.asking {
            Some(asked) if is_report(asked) => Ok(booked(asked)),
            _ => close(trip, card),
        },
        Card::Skip if trip.stops - trip.done < 2 => {
            Err(Refusal::wrong(Message::key("skip-last").with("bin", &stop.place)))
        }
        Card::Skip => Ok(Decision::Skip),
        // What is in hand but in no tote would be forgotten.
        Card::Back | Card::Close if step.counted > 0 => {
            Err(Refusal::wrong(Message::key("back-counted").with("counted", step.counted)))
        }
        Card::Back => Ok(Decision::Leave),
        Card::Short | Card::Damaged | Card::Empty | Card::Found | Card::Close => {
            Ok(Decision::Step(Step { asking: Some(card), giving: None, ..step.clone() }))
        }
        // The bin comes first, so that no scan that is due anyway answers for the goods.
        Card::NoCode if step.bin_scanned => no_code(stop, step),
        Card::NoCode => {
            Err(Refusal::wrong(Message::key("nocode-bin-first").with("bin", &stop.place)))
        }
        Card::Full if stop.tote.is_none() => {
            Err(Refusal::wrong(Message::key("full-no-tote").with("shipment", &stop.shipment)))
        }
        Card::Full => Ok(Decision::Step(Step { full: true, ..step.clone() }.after(step, stop))),
        other => Err(Refusal::not_here(other)),
    }
}

/// Does it book something about the bin where the picker stands? The screen says what first.
pub(super) fn is_report(card: Card) -> bool {
    matches!(card, Card::Short | Card::Damaged | Card::Empty | Card::Found)
}

fn booked(report: Card) -> Decision {
    match report {
        Card::Found => Decision::Found,
        Card::Damaged => Decision::Damaged(1),
        missing => Decision::Missing(missing),
    }
}

/// A walk whose totes are all empty ends where the person stands; others are brought to staging.
fn close(trip: &Trip, card: Card) -> Result<Decision, Refusal> {
    match trip.totes {
        0 => Ok(Decision::Over),
        totes => Err(Refusal::wrong(
            Message::key("close-expects-staging")
                .with("received", card.name())
                .with("totes", totes),
        )),
    }
}

pub(super) fn undo(step: &Step) -> Result<Decision, Refusal> {
    match &step.before {
        Some(before) => Ok(Decision::Undo((**before).clone())),
        None => Err(Refusal::wrong(Message::key("undo-nothing"))),
    }
}

/// What is scanned or typed while a report, or the way home, waits for its answer.
pub(super) fn confirm(stop: &Stop, card: Card, scan: &Scan) -> Result<Decision, Refusal> {
    let staging = |found: &ScanTarget| match found {
        ScanTarget::Bin { id, usage: BinUse::Staging, .. } => Some(*id),
        _ => None,
    };
    match card {
        Card::Close => match scan.matches.iter().find_map(staging) {
            Some(place_id) => Ok(Decision::Drop { place_id, home: true }),
            None => Err(Refusal::wrong(
                Message::key("close-expects-staging").with("received", scan.received()),
            )),
        },
        Card::Damaged if scan.quantity().is_some_and(|units| units > 0) => {
            Ok(Decision::Damaged(scan.quantity().unwrap_or(1)))
        }
        report => Err(Refusal::wrong(
            Message::key(if report == Card::Damaged {
                "damaged-expects"
            } else {
                "report-expects"
            })
            .with("received", scan.received())
            .with("report", Message::key(&report.key()))
            .with("bin", &stop.place),
        )),
    }
}

/// Two badges hand a walk over: first the colleague's, then the own one.
pub(super) fn colleague(me: i64, step: &Step, scan: &Scan) -> Result<Option<Decision>, Refusal> {
    let badge = scan.matches.iter().find_map(|m| {
        if let ScanTarget::Person { id, name, free } = m { Some((*id, name, *free)) } else { None }
    });
    match (badge, &step.giving) {
        (Some((id, ..)), Some(to)) if id == me => Ok(Some(Decision::Give(to.clone()))),
        (Some((id, name, _)), None) if id == me => {
            Err(Refusal::wrong(Message::key("give-own-first").with("received", name)))
        }
        (Some((_, name, _)), _) if step.counted > 0 => Err(Refusal::wrong(
            Message::key("give-in-hand").with("counted", step.counted).with("who", name),
        )),
        (Some((id, name, true)), _) => Ok(Some(Decision::Step(Step {
            giving: Some(Colleague { id, name: name.clone() }),
            ..step.clone()
        }))),
        (Some((_, name, false)), _) => {
            Err(Refusal::wrong(Message::key("give-not-free").with("received", name)))
        }
        (None, Some(to)) => Err(Refusal::wrong(
            Message::key("give-expects-badge")
                .with("received", scan.received())
                .with("who", &to.name),
        )),
        (None, None) => Ok(None),
    }
}

/// The bin was scanned and the goods bear no readable code: the person's word counts, and is
/// written down.
fn no_code(stop: &Stop, step: &Step) -> Result<Decision, Refusal> {
    if stop.facts.several_lots && !step.lot_scanned {
        return Err(Refusal::wrong(lot_question(stop, "pick-which-lot")));
    }
    let counted = (step.counted + 1).min(stop.qty);
    Ok(Decision::NoCode(
        Step { item_scanned: true, lot_scanned: true, asking: None, counted, ..step.clone() }
            .after(step, stop),
    ))
}

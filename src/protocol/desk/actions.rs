//! What can be done about what is on the screen, by the state that it is in. Who may do it is asked
//! elsewhere, by each action's right.

use super::Action;
use crate::domain::states::{ParcelState, ShipmentState, TripState, WaveState};

/// `stands_still`: it waits for something, and nobody holds it.
pub fn of_shipment(state: ShipmentState, stands_still: bool) -> Vec<Action> {
    match state {
        ShipmentState::Pending if stands_still => {
            vec![Action::Expedite, Action::Split, Action::Hold, Action::Cancel]
        }
        state if state.is_not_begun() => vec![Action::Expedite, Action::Hold, Action::Cancel],
        state if state.is_over() => vec![],
        _ => vec![Action::Expedite, Action::Hold, Action::KickOut, Action::Cancel],
    }
}

/// There is a label to print again only between labelling and hand-over.
pub fn of_parcel(state: ParcelState) -> Vec<Action> {
    if state == ParcelState::Labelled { vec![Action::Reprint] } else { vec![] }
}

/// An open trip can be given to somebody; one in hand can be freed or closed by force, too.
pub fn of_trip(state: TripState) -> Vec<Action> {
    match state {
        TripState::Open => vec![Action::Assign, Action::TakeOver],
        TripState::Claimed => {
            vec![Action::Free, Action::Assign, Action::TakeOver, Action::ForceClose]
        }
        TripState::Done | TripState::Cancelled => vec![],
    }
}

/// Only a wave that is released, and not over, can be taken back.
pub fn of_wave(state: WaveState) -> Vec<Action> {
    if state == WaveState::Released { vec![Action::TakeBack] } else { vec![] }
}

/// A person may lift a hold that a person set, once.
pub fn of_hold(stands: bool, by_hand: bool) -> Vec<Action> {
    if stands && by_hand { vec![Action::LetGo] } else { vec![] }
}

/// `tried`: wrong PINs were tried with the person's badge.
pub fn of_person(tried: bool) -> Vec<Action> {
    let free = tried.then_some(Action::FreeBadge);
    [Action::Message, Action::Offer, Action::ChangeRole].into_iter().chain(free).collect()
}

/// A role has no state: its rights and its limits can be changed at any time.
pub fn of_role() -> Vec<Action> {
    vec![Action::Grant, Action::Withdraw, Action::Limit]
}

/// What can be held can be held again; `held_by_hand`: and what a person holds let go.
pub fn of_what_is_held(hold: Action, held_by_hand: bool) -> Vec<Action> {
    held_by_hand.then_some(Action::LetGo).into_iter().chain([hold]).collect()
}

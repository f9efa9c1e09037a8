//! What a supervisor can do about what is on the screen: each action with its words and its right,
//! and which there are by the state that a thing is in. Who may do it is asked elsewhere, by each
//! action's right.

use crate::domain::Right;
use crate::domain::states::{ParcelState, ShipmentState, TripState, WaveState};
use serde::{Deserialize, Serialize};

/// What a supervisor can do about what is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// To the floor, with nothing else in its wave.
    Release,
    /// Before others from now on.
    Expedite,
    /// Must not move until it is let go.
    Hold,
    /// Goods, or where they lie, must not move: a recall, a block.
    HoldGoods,
    /// Either, with the reason in one's own words.
    HoldNote,
    LetGo,
    /// What is there goes now, the rest in a shipment of its own.
    Split,
    /// Out of its wave: what is not picked is freed, what is in totes is put back.
    KickOut,
    Cancel,
    /// What of the wave nobody has begun is ready again.
    TakeBack,
    /// The walk is for anybody again.
    Free,
    /// The walk goes to the badge that is scanned next.
    Assign,
    /// The walk goes to the one who looks.
    TakeOver,
    /// The walk ends where it stands: its totes are staged, the rest is for others.
    ForceClose,
    /// The parcel's label once more, where it was packed.
    Reprint,
    /// A line of text for the person's next screen.
    Message,
    /// The person is put to a kind of work or a zone, or no longer.
    Offer,
    /// What was tried with the person's badge counts no more.
    FreeBadge,
    /// The person has another role; a role has one right more, one less.
    ChangeRole,
    Grant,
    Withdraw,
    /// The role's people work for an owner or a shop more, or one less.
    Limit,
    /// Looks again whether an exception can go on; closes one that needs nothing.
    TryAgain,
    Dismiss,
    /// How a list is looked at.
    Filter,
    Columns,
    Views,
    SaveView,
}

/// Why something is held, and why a walk is closed by force; the digit chooses.
pub const HOLD_REASONS: [&str; 4] = ["customer-asked", "address-check", "payment-check", "other"];
/// Why goods, or where they lie, are held; `other` asks for one's own words.
pub const GOODS_HOLD_REASONS: [&str; 4] = ["recall", "block", "quality-check", "other"];
/// Why a trip is closed by force; here `other` asks for no words.
pub const CLOSE_REASONS: [&str; 3] = ["person-left", "equipment", "other"];

impl Action {
    /// The key of its words in the catalogue, under which the audit keeps it too.
    pub fn key(self) -> &'static str {
        match self {
            Action::Release => "desk-do-release",
            Action::Expedite => "desk-do-expedite",
            Action::Hold | Action::HoldGoods | Action::HoldNote => "desk-do-hold",
            Action::Split => "desk-do-split",
            Action::LetGo => "desk-do-let-go",
            Action::KickOut => "desk-do-kick-out",
            Action::Cancel => "desk-do-cancel",
            Action::TakeBack => "desk-do-take-back",
            Action::Free => "desk-do-free",
            Action::Assign => "desk-do-assign",
            Action::TakeOver => "desk-do-take-over",
            Action::ForceClose => "desk-do-force-close",
            Action::Reprint => "desk-do-reprint",
            Action::Message => "desk-do-message",
            Action::Offer => "desk-do-offer",
            Action::FreeBadge => "desk-do-free-badge",
            Action::ChangeRole => "desk-do-change-role",
            Action::Grant => "desk-do-grant",
            Action::Withdraw => "desk-do-withdraw",
            Action::Limit => "desk-do-limit",
            Action::TryAgain => "desk-do-try-again",
            Action::Dismiss => "desk-do-dismiss",
            Action::Filter => "desk-do-filter",
            Action::Columns => "desk-do-columns",
            Action::Views => "desk-do-views",
            Action::SaveView => "desk-do-save-view",
        }
    }

    /// The right that it asks for.
    pub fn right(self) -> Right {
        match self {
            Action::TryAgain | Action::Dismiss => Right::Exceptions,
            Action::Release => Right::Wave,
            Action::Expedite => Right::Expedite,
            Action::Hold | Action::HoldGoods | Action::HoldNote | Action::LetGo => Right::Hold,
            Action::Split => Right::Split,
            Action::KickOut => Right::KickOut,
            Action::Cancel => Right::Cancel,
            Action::TakeBack => Right::TakeBack,
            Action::Free
            | Action::Assign
            | Action::TakeOver
            | Action::ForceClose
            | Action::Offer => Right::Trips,
            Action::FreeBadge => Right::Exceptions,
            Action::Reprint => Right::Reprint,
            Action::Message => Right::Message,
            Action::ChangeRole | Action::Grant | Action::Withdraw | Action::Limit => Right::Roles,
            Action::Filter | Action::Columns | Action::Views => Right::Inquiry,
            Action::SaveView => Right::Views,
        }
    }

    /// Does a digit choose from what the site has?
    pub(super) fn chooses(self) -> bool {
        matches!(
            self,
            Action::Views
                | Action::Offer
                | Action::ChangeRole
                | Action::Grant
                | Action::Withdraw
                | Action::Limit
        )
    }

    /// The reasons that a digit chooses from, with the key that they have in the catalogue.
    pub fn reasons(self) -> &'static [&'static str] {
        match self {
            Action::Hold => &HOLD_REASONS,
            Action::HoldGoods => &GOODS_HOLD_REASONS,
            Action::ForceClose => &CLOSE_REASONS,
            _ => &[],
        }
    }

    /// Does it ask before it acts? What is easily taken back does not.
    pub(super) fn asks(self) -> bool {
        !matches!(
            self,
            Action::Expedite
                | Action::Reprint
                | Action::LetGo
                | Action::TakeOver
                | Action::Split
                | Action::FreeBadge
        )
    }
}

/// `stands_still`: it waits for something, and nobody holds it.
pub fn of_shipment(state: ShipmentState, stands_still: bool) -> Vec<Action> {
    match state {
        ShipmentState::Pending if stands_still => {
            vec![Action::Expedite, Action::Split, Action::Hold, Action::Cancel]
        }
        ShipmentState::Ready => {
            vec![Action::Expedite, Action::Hold, Action::Cancel, Action::Release]
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

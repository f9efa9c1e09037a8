//! The database's named refusals as sentences.

use super::GestureError;
use crate::protocol::{Message, Refusal};
use crate::store::{self, Rule};

/// Names of the database's constraints and guards, and what is said for them.
pub const SENTENCES: &[(&str, &str)] = &[
    ("tote_used_once", "db-tote-taken"),
    ("parcel_open_once", "pack-box-open"),
    ("reservation_covers", "db-goods-moved"),
    ("stock_not_negative", "db-goods-gone"),
    ("stock_reserved_within", "db-goods-reserved"),
    ("stock_reserved_not_negative", "db-goods-moved"),
    ("promise_ended_is_empty", "db-goods-moved"),
    ("parcel_waybill_once", "label-no-waybill"),
    ("promise_not_exceeded", "db-goods-moved"),
    ("promise_kept", "swap-promised"),
    ("goods_keep", "goods-too-old"),
    ("goods_held", "goods-held"),
    ("report_stands", "report-stands"),
    ("container_held", "container-held"),
    ("damaged_within_stop", "db-damaged-within"),
    ("hold_has_cause", "hold-has-cause"),
    ("container_stands_fit", "db-container-stands-fit"),
    ("container_stands_there", "db-container-moved"),
    ("hand_over_parcel_once", "hand-over-twice"),
    ("hand_over_open_once", "db-again"),
    ("trip_one_a_person", "db-again"),
    ("command_pkey", "db-again"),
    ("movement_reversed_once", "undo-nothing"),
];

/// A sentence for the person, or the error if it is not theirs to mend.
pub fn sentence(halt: GestureError) -> store::Result<Refusal> {
    match halt {
        GestureError::Refused(refusal) => Ok(refusal),
        GestureError::Store(store::Error::Refused { constraint, message }) => {
            match SENTENCES.iter().find(|(name, _)| *name == constraint) {
                Some((_, key)) => Ok(Refusal::wrong(Message::key(key))),
                None => Err(store::Error::Refused { constraint, message }),
            }
        }
        GestureError::Store(store::Error::Rule(rule)) => match key(&rule) {
            Some(key) => Ok(Refusal::wrong(Message::key(key))),
            None => Err(rule.into()),
        },
        GestureError::Store(error) => Err(error),
    }
}

/// What people are told; `None`: a rule that only commands meet.
fn key(rule: &Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::GoodsMoved => "db-goods-moved",
        Rule::PromisedToOthers => "swap-promised",
        Rule::TripGone => "db-again",
        Rule::NothingToReserve => "wave-nothing",
        Rule::NoWaybills => "label-no-waybill",
        Rule::BoxClosed => "undo-nothing",
        Rule::ListClosed => "hand-over-closed",
        Rule::ShopSilent => "hand-over-shop-silent",
        Rule::SamePin => "pin-same",
        Rule::Unknown(..)
        | Rule::Ambiguous(..)
        | Rule::Taken(..)
        | Rule::WaybillsTaken(_)
        | Rule::WarehouseUnsaid
        | Rule::NoStaging
        | Rule::PastOnce => return None,
    })
}

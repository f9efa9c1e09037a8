//! The database's named refusals as sentences.

use super::GestureError;
use crate::protocol::{Message, Refusal};
use crate::store;

/// Names of constraints and what is said for them.
const SENTENCES: &[(&str, &str)] = &[
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
    ("container_held", "container-held"),
    ("damaged_within_stop", "db-damaged-within"),
    ("hold_has_cause", "hold-has-cause"),
    ("container_stands_fit", "db-container-stands-fit"),
    ("container_stands_there", "db-container-moved"),
    ("hand_over_parcel_once", "hand-over-twice"),
    ("hand_over_open", "hand-over-closed"),
    ("hand_over_open_once", "db-again"),
    ("trip_one_a_person", "db-again"),
    ("wave_has_work", "wave-nothing"),
    ("waybills_left", "label-no-waybill"),
    ("movement_reversed_once", "undo-nothing"),
    ("shop_answers", "hand-over-shop-silent"),
    ("command_pkey", "db-again"),
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
        GestureError::Store(error) => Err(error),
    }
}

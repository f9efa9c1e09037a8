//! What a person can ask and what comes back. One file an activity: what it knows (`Snapshot`),
//! where a person stands in it (`Step`), what a scan does there (`decide`), and what the person
//! sees (`page`).
//!
//! Pure: `work` loads the snapshot, asks `decide`, applies the decision and shows `page` of what is
//! then true.

pub mod activity;
pub mod desk;
pub mod exceptions;
pub mod hand_over;
pub mod list;
pub mod pack;
pub mod page;
pub mod pick;
pub mod put_back;
pub mod reply;
pub mod request;
pub mod scan;
pub mod scanner;
pub mod sign_on;
pub mod wave;

pub use crate::codes::card::Card;
pub use activity::{Activity, Step};
pub use list::Cell;
pub use page::{Arg, Entry, Message, Page};
pub use reply::{Expect, Feedback, Kind, Operator, Refusal, Reply, Tone, WorkLine, card_not_here};
pub use request::{Input, Pin, Request};
pub use scanner::ScannerSettings;

/// Until when goods are good, in words where they are for ever.
fn good_until(day: &str) -> Arg {
    if day == "infinity" { Message::key("no-date").into() } else { day.into() }
}

/// Month and day of an ISO date as four digits: what a person types to name a date. `None` for
/// goods without one.
fn month_day(day: &str) -> Option<String> {
    Some(day.get(5..)?.replace('-', "")).filter(|d| d.len() == 4)
}

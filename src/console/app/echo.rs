//! Keys bounce under gloves and scanners read a code twice: what books, releases, closes, cancels
//! or prints is taken once, until something else is done or a while has passed.

use super::GestureStamp;
use crate::codes::card::Card;
use crate::domain::made_ms;
use crate::limits;
use std::time::Duration;

/// What came last, with instants in milliseconds since 1970.
#[derive(Default)]
pub(super) struct Echo {
    /// The last command that must not repeat itself: when it was taken, and when it came.
    card: Option<(Card, u64, u64)>,
    /// The last scan, likewise.
    scan: Option<(String, u64, u64)>,
}

impl Echo {
    /// Is this the last command once more, too soon to be meant? A key that is held down never is.
    pub(super) fn is_echo(&mut self, card: Card, stamp: &GestureStamp) -> bool {
        let Some(now) = made_ms(stamp.command).filter(|_| repeats_badly(card)) else {
            self.forget();
            return false;
        };
        let echo = self.card.filter(|(last, taken, came)| {
            *last == card && is_echo(now, *taken, *came, limits::CARD_ECHO)
        });
        self.card = Some((card, echo.map_or(now, |(_, taken, _)| taken), now));
        echo.is_some()
    }

    /// Is this the last scan once more, sooner than a hand can scan another unit? A trigger that
    /// is held down never is another; whoever scans patiently again is not put off for ever.
    pub(super) fn is_read_twice(&mut self, text: &str, stamp: &GestureStamp) -> bool {
        let Some(now) = made_ms(stamp.command) else { return false };
        let twice = self.scan.take().filter(|(last, taken, came)| {
            last == text && is_echo(now, *taken, *came, limits::SCAN_ECHO)
        });
        let taken = twice.as_ref().map_or(now, |(_, taken, _)| *taken);
        self.scan = Some((text.to_owned(), taken, now));
        twice.is_some()
    }

    /// Something else was done.
    pub(super) fn forget(&mut self) {
        self.card = None;
    }

    /// What was not done may be said again at once, but for CLOSE: refused once, it is a question.
    pub(super) fn refused(&mut self) {
        self.card = self.card.filter(|(card, ..)| *card == Card::Close);
        self.scan = None;
    }
}

fn repeats_badly(card: Card) -> bool {
    use Card::{Close, Damaged, Empty, Found, Full, Release, Reprint, Short, Skip, Yes};
    matches!(card, Close | Damaged | Empty | Found | Full | Release | Reprint | Short | Skip | Yes)
}

/// Too soon after what was taken, or after what came last.
fn is_echo(now: u64, taken: u64, came: u64, span: Duration) -> bool {
    // A clock that was put back makes no echoes.
    let within = |at: u64, span: Duration| {
        now.checked_sub(at).is_some_and(|since| u128::from(since) < span.as_millis())
    };
    within(taken, span) || within(came, limits::KEY_HELD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::{NoContext, Timestamp, Uuid};

    fn at(ms: u64) -> GestureStamp {
        let nanos = u32::try_from(ms % 1000).unwrap_or(0) * 1_000_000;
        let time = Timestamp::from_unix(NoContext, 1_800_000_000 + ms / 1000, nanos);
        GestureStamp { command: Uuid::new_v7(time), at: String::new() }
    }

    #[test]
    fn what_books_or_releases_is_taken_once_until_something_else_is_done() {
        let mut echo = Echo::default();
        assert!(!echo.is_echo(Card::Release, &at(0)));
        for ms in (40..6_000).step_by(40) {
            assert!(echo.is_echo(Card::Release, &at(ms)), "a key that is held: {ms}");
        }
        assert!(!echo.is_echo(Card::Release, &at(6_500)));
        // Whoever says it twice on purpose is heard, however steady the hand.
        assert!(echo.is_echo(Card::Release, &at(8_000)));
        assert!(!echo.is_echo(Card::Release, &at(9_500)));
        assert!(!echo.is_echo(Card::Yes, &at(9_600)), "another one is another");
        echo.forget();
        assert!(!echo.is_echo(Card::Yes, &at(9_700)));
        for ms in [9_800, 9_810] {
            assert!(!echo.is_echo(Card::Undo, &at(ms)), "steps back are as many as they are");
        }
    }

    #[test]
    fn a_trigger_that_reads_twice_is_one_scan_and_a_patient_hand_is_never_put_off() {
        let mut echo = Echo::default();
        let taken = (0..3_000).step_by(500).filter(|ms| !echo.is_read_twice("X", &at(*ms)));
        assert_eq!(taken.collect::<Vec<_>>(), [0, 1_000, 2_000]);
        assert!(!echo.is_read_twice("Y", &at(2_600)), "another code is another scan");
        assert!((2_700..6_000).step_by(100).all(|ms| echo.is_read_twice("Y", &at(ms))));
    }
}

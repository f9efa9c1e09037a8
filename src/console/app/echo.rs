//! Keys bounce under gloves and scanners read a code twice: what books, releases, closes, cancels
//! or prints is taken once, until something else is done or a while has passed.

use super::GestureStamp;
use crate::codes::card::Card;
use crate::limits;
use std::time::Duration;

/// What came last, with instants in milliseconds since 1970.
#[derive(Default)]
pub(super) struct Echo {
    /// The last command that must not repeat itself: when it was taken, and when it came.
    card: Option<(Card, u64, u64)>,
    /// The last scan.
    scan: Option<(String, u64)>,
}

impl Echo {
    /// Is this the last command once more, too soon to be meant? A key that is held down never is.
    pub(super) fn is_echo(&mut self, card: Card, stamp: &GestureStamp) -> bool {
        let Some(now) = instant(stamp).filter(|_| repeats_badly(card)) else {
            self.forget();
            return false;
        };
        let within =
            |at: u64, span: Duration| u128::from(now.saturating_sub(at)) < span.as_millis();
        let echo = self.card.filter(|(last, taken, came)| {
            *last == card && (within(*taken, limits::CARD_ECHO) || within(*came, limits::KEY_HELD))
        });
        self.card = Some((card, echo.map_or(now, |(_, taken, _)| taken), now));
        echo.is_some()
    }

    /// Is this the last scan once more, sooner than a hand can scan another unit?
    pub(super) fn is_read_twice(&mut self, text: &str, stamp: &GestureStamp) -> bool {
        let now = instant(stamp);
        let twice = self.scan.take().zip(now).is_some_and(|((last, at), now)| {
            last == text && u128::from(now.saturating_sub(at)) < limits::SCAN_ECHO.as_millis()
        });
        self.scan = now.map(|now| (text.to_owned(), now));
        twice
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

/// A gesture's number says when it was made.
fn instant(stamp: &GestureStamp) -> Option<u64> {
    let (seconds, nanos) = stamp.command.get_timestamp()?.to_unix();
    Some(seconds * 1000 + u64::from(nanos) / 1_000_000)
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
}

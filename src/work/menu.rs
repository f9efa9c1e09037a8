//! The menu: a line by its digit, what goes next, another warehouse.

use super::activities::enter;
use super::activity::Work;
use super::desk::Inquiry;
use super::{GestureError, Outcome};
use crate::codes::card::Card;
use crate::domain::Right;
use crate::protocol::scan::Scan;
use crate::protocol::sign_on::open_activities;
use crate::protocol::{Message, Refusal, Step, desk};
use crate::store::standing::Standing;
use crate::store::{Actor, Tx, people, queue};

/// What goes first of all that waits.
async fn next_work(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
) -> Result<Outcome, GestureError> {
    match queue::waiting(tx, standing.warehouse_id, &standing.operator).await?.first() {
        Some(next) => enter(tx, actor, standing, next.activity).await,
        None => Err(Refusal::wrong(Message::key("menu-nothing-waits")).into()),
    }
}

/// A menu line by its digit; any other code opens what it is about.
pub async fn choose(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    scan: &Scan,
) -> Result<Outcome, GestureError> {
    if scan.card == Some(Card::Next) {
        return next_work(tx, actor, standing).await;
    }
    // There is nowhere to go back to, and nothing is wrong with that.
    if scan.card == Some(Card::Back) {
        return Ok(Outcome::to(Step::Menu, standing));
    }
    let line = scan.number.as_ref().and_then(|(n, _)| usize::try_from(*n - 1).ok());
    match line.and_then(|n| open_activities(&standing.operator).nth(n)) {
        Some(activity) => enter(tx, actor, standing, activity).await,
        None if standing.elsewhere && line == Some(open_activities(&standing.operator).count()) => {
            // What was bound to them here does not go along.
            match people::next_warehouse(tx, standing.operator.id).await? {
                Some(code) => Ok(Outcome { bench: None, ..Outcome::to(Step::Menu, standing) }
                    .saying(Message::key("menu-works-in").with("warehouse", code))),
                None => Err(Refusal::wrong(Message::key("menu-in-hand")).into()),
            }
        }
        // Whatever has a code can be looked up from here.
        None if !scan.matches.is_empty() && standing.operator.role.may(Right::Inquiry) => {
            Inquiry::scan(tx, actor, standing, &desk::Step::default(), scan).await
        }
        None => {
            Err(Refusal::wrong(Message::key("menu-expects").with("received", scan.received()))
                .into())
        }
    }
}

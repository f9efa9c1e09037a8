//! Exceptions: applies a supervisor's way out.

use super::{Halt, Outcome};
use crate::protocol::exceptions::{self, Case, Decision, Step, Way};
use crate::protocol::scan::Scan;
use crate::protocol::{self, Card, Expect, Page, Refusal, Text};
use crate::store::people::{self, Standing};
use crate::store::pick::Actor;
use crate::store::{self, Tx, exceptions as rows, orders};

pub async fn show(tx: &mut Tx, standing: &Standing, step: &Step) -> store::Result<(Page, Vec<Expect>)> {
    let now = rows::load(tx, standing.warehouse_id, step).await?;
    Ok((exceptions::page(&now, step), exceptions::expects(&now)))
}

/// The oldest case, put on the screen.
pub async fn enter(tx: &mut Tx, actor: Actor<'_>, standing: &Standing) -> store::Result<Outcome> {
    let exception_id = rows::next(tx, actor.warehouse, None).await?;
    Ok(Outcome::to(protocol::Step::Exceptions(Step { exception_id, counted: None }), standing))
}

pub async fn act(tx: &mut Tx, actor: Actor<'_>, standing: &Standing, step: &Step, scan: &Scan) -> Result<Outcome, Halt> {
    let now = rows::load(tx, actor.warehouse, step).await?;
    let to = |id| Outcome::to(protocol::Step::Exceptions(Step { exception_id: id, counted: None }), standing);
    let shown = now.case.as_ref().map(|case| case.id);
    if step.exception_id != shown && !matches!(scan.card, Some(Card::Next | Card::Back)) {
        // Somebody closed the case that was on the screen: its answer must not hit another one.
        return Err(Refusal::wrong(Text::key("exceptions-moved").with("came", scan.came())).into());
    }
    let decision = exceptions::decide(&now, step, scan)?;
    if matches!(decision, Decision::Leave) {
        return Ok(Outcome::to(protocol::Step::Menu, standing));
    }
    let Some(case) = now.case else { return Ok(to(None)) };
    let following = rows::next(tx, actor.warehouse, Some(case.id)).await?.filter(|id| *id != case.id);
    match decision {
        // A count that was not meant: the same case, asked anew.
        Decision::Next if step.counted.is_some() && scan.card != Some(Card::Next) => Ok(to(Some(case.id))),
        Decision::Next | Decision::Leave => Ok(to(following.or(Some(case.id)))),
        Decision::Sure(found) => Ok(Outcome::to(protocol::Step::Exceptions(Step { exception_id: Some(case.id), counted: Some(found) }), standing)),
        Decision::Count(found) => {
            rows::counted(tx, actor, case.id, found).await?;
            people::audit(tx, &standing.who.code, "counted", &format!("{} {}", case.reason, case.subject), Some(serde_json::json!({ "held": case.held, "found": found }))).await?;
            Ok(to(following).saying(Text::key("exceptions-counted").with("found", found).with("gone", case.held - found)))
        }
        Decision::Way(way) => {
            out(tx, actor, standing, &case, way).await?;
            Ok(to(following).saying(Text::key(if way == Way::Cancel { "exceptions-cancelled" } else { "exceptions-done" }).with("subject", &case.subject)))
        }
    }
}

async fn out(tx: &mut Tx, actor: Actor<'_>, standing: &Standing, case: &Case, way: Way) -> Result<(), Halt> {
    match (way, case.shipment_id) {
        (Way::Retry, Some(shipment)) => {
            let served = match case.reason.as_str() {
                "not_found" => rows::place_again(tx, actor.warehouse, shipment).await?,
                _ => orders::promise_again(tx, actor.warehouse, shipment).await?,
            };
            if !served {
                return Err(Refusal::wrong(Text::key("exceptions-still-none")).into());
            }
        }
        (Way::Retry, None) if !orders::try_again(tx, case.id).await? => {
            return Err(Refusal::wrong(Text::key("exceptions-still-unknown")).into());
        }
        (Way::Cancel, Some(shipment)) => orders::cancel(tx, shipment, "given_up").await?,
        _ => {}
    }
    people::audit(tx, &standing.who.code, "exception_done", &format!("{} {}", case.reason, case.subject), None).await?;
    rows::done(tx, case.id, actor.person).await?;
    Ok(())
}

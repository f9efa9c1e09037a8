//! Exceptions: applies a supervisor's way out.

use super::{Halt, Outcome};
use crate::protocol::exceptions::{self, Case, Decision, Step, Way};
use crate::protocol::scan::Scan;
use crate::protocol::{self, Expect, Page, Refusal, Text};
use crate::store::people::{self, Standing};
use crate::store::pick::Actor;
use crate::store::{self, Tx, exceptions as rows, orders};

pub async fn show(tx: &mut Tx, standing: &Standing, step: &Step) -> store::Result<(Page, Vec<Expect>)> {
    let now = rows::load(tx, standing.warehouse_id, step).await?;
    Ok((exceptions::page(&now), exceptions::expects(&now)))
}

pub async fn act(tx: &mut Tx, actor: Actor<'_>, standing: &Standing, step: &Step, scan: &Scan) -> Result<Outcome, Halt> {
    let now = rows::load(tx, actor.warehouse, step).await?;
    let to = |id| Outcome::to(protocol::Step::Exceptions(Step { exception_id: id }), standing);
    let decision = exceptions::decide(&now, scan)?;
    if matches!(decision, Decision::Leave) {
        return Ok(Outcome::to(protocol::Step::Menu, standing));
    }
    let Some(case) = now.case else { return Ok(to(None)) };
    match decision {
        Decision::Next | Decision::Leave => Ok(to(rows::next(tx, actor.warehouse, Some(case.id)).await?)),
        Decision::Count(found) => {
            rows::counted(tx, actor, case.id, found).await?;
            Ok(to(None).saying(Text::key("exceptions-counted").with("found", found)))
        }
        Decision::Way(way) => {
            out(tx, actor, standing, &case, way).await?;
            Ok(to(None).saying(Text::key("exceptions-done")))
        }
    }
}

async fn out(tx: &mut Tx, actor: Actor<'_>, standing: &Standing, case: &Case, way: Way) -> Result<(), Halt> {
    match (way, case.shipment_id) {
        (Way::Retry, Some(shipment)) if case.reason == "not_found" => {
            if rows::place_again(tx, actor.warehouse, shipment).await? > 0 {
                return Err(Refusal::wrong(Text::key("exceptions-still-none")).into());
            }
        }
        (Way::Retry, None) if case.reason == "unknown_item" => {
            if !orders::try_again(tx, case.id).await? {
                return Err(Refusal::wrong(Text::key("exceptions-still-unknown")).into());
            }
        }
        (Way::Cancel, Some(shipment)) => orders::cancel(tx, shipment, "given_up").await?,
        _ => {}
    }
    people::audit(tx, &standing.who.code, "exception_done", &format!("{} {}", case.reason, case.subject), None).await?;
    rows::done(tx, case.id, actor.person).await?;
    Ok(())
}

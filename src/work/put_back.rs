//! Putting back: applies what `protocol::put_back` decides.

use super::activity::{Shown, Work};
use super::{GestureError, Outcome};
use crate::protocol::put_back::{self, Decision, Step};
use crate::protocol::scan::Scan;
use crate::protocol::{self, Message, Refusal};
use crate::store::Actor;
use crate::store::audit;
use crate::store::put_back::{self as rows, ClaimResult};
use crate::store::standing::Standing;
use crate::store::{self, Tx};

pub(super) struct PutBack;

impl Work for PutBack {
    type Step = Step;
    const HANDLES_GOODS: bool = true;

    fn at(step: Step) -> protocol::Step {
        protocol::Step::PutBack(step)
    }

    async fn show(tx: &mut Tx, standing: &Standing, step: &Step, _: bool) -> store::Result<Shown> {
        let now = rows::load(tx, standing.warehouse_id, standing.operator.id, step).await?;
        Ok((put_back::build_page(&now, step), put_back::accepted_scans(&now, step)).into())
    }

    async fn scan(
        tx: &mut Tx,
        actor: Actor<'_>,
        standing: &Standing,
        step: &Step,
        scan: &Scan,
    ) -> Result<Outcome, GestureError> {
        apply(tx, actor, standing, step, scan).await
    }
}

fn to(standing: &Standing, step: Step) -> Outcome {
    Outcome::to(protocol::Step::PutBack(step), standing)
}

async fn apply(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    step: &Step,
    scan: &Scan,
) -> Result<Outcome, GestureError> {
    let now = rows::load(tx, actor.warehouse, actor.person, step).await?;
    match (put_back::decide(&now, step, scan)?, &now.task) {
        (Decision::Claim { container, code }, _) => match rows::claim(tx, container, actor.person)
            .await?
        {
            ClaimResult::Yes(task) => {
                Ok(to(standing, Step { task_id: Some(task), ..Step::default() }))
            }
            ClaimResult::NoTask => {
                Err(Refusal::wrong(Message::key("put-back-no-task").with("received", &code)).into())
            }
            ClaimResult::By(operator) => Err(Refusal::wrong(
                Message::key("put-back-taken").with("received", &code).with("who", &operator),
            )
            .into()),
        },
        (Decision::Choose(choosing), Some(_)) => {
            Ok(to(standing, Step { choosing, holding: None, ..step.clone() }))
        }
        (Decision::Hold { item_id, lot_id, by_eye }, Some(task)) => {
            if let Some(goods) = task
                .goods
                .iter()
                .find(|goods| by_eye && (goods.item_id, goods.lot_id) == (item_id, lot_id))
            {
                audit::record(
                    tx,
                    &standing.operator.code,
                    "no_code",
                    &task.no,
                    Some(serde_json::json!({ "item": goods.sku, "lot": goods.lot })),
                )
                .await?;
            }
            Ok(to(
                standing,
                Step { holding: Some((item_id, lot_id)), choosing: None, ..step.clone() },
            ))
        }
        (Decision::Put { place_id }, Some(task)) => {
            let Some((item, lot)) = step.holding else {
                return Err(Refusal::wrong(
                    Message::key("put-back-goods-first").with("received", scan.received()),
                )
                .into());
            };
            rows::put_into_bin(tx, actor, task.id, item, lot, place_id).await?;
            let done = task.goods.len() == 1;
            let next = Step { task_id: step.task_id.filter(|_| !done), ..Step::default() };
            Ok(to(standing, next).saying(Message::key(if done {
                "put-back-done"
            } else {
                "put-back-more"
            })))
        }
        (Decision::Release, Some(task)) => {
            rows::release(tx, task.id).await?;
            Ok(to(standing, Step::default()))
        }
        (Decision::Leave, _) => Ok(Outcome::to(protocol::Step::Menu, standing)),
        (_, None) => {
            Err(Refusal::wrong(Message::key("moved-on").with("received", scan.received())).into())
        }
    }
}

//! Putting back: applies what `protocol::put_back` decides.

use super::activity::{Shown, Work};
use super::{GestureError, Outcome};
use crate::protocol::put_back::{self, Decision, Goods, Step, Task};
use crate::protocol::scan::Scan;
use crate::protocol::{self, Message, Refusal};
use crate::store::Actor;
use crate::store::audit;
use crate::store::put_back::{self as rows, ClaimResult};
use crate::store::standing::Standing;
use crate::store::{self, Tx};
use serde_json::json;

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
        (Decision::Claim { container, code }, _) => {
            claim(tx, actor, standing, container, &code).await
        }
        (Decision::Choose(choosing), Some(_)) => {
            Ok(to(standing, Step { choosing, holding: None, ..step.clone() }))
        }
        (Decision::Hold { item_id, lot_id, by_eye }, Some(task)) => {
            note_unread(tx, standing, task, (item_id, lot_id), by_eye).await?;
            Ok(to(
                standing,
                Step {
                    holding: Some((item_id, lot_id)),
                    choosing: None,
                    other_bin: None,
                    ..step.clone()
                },
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
            let key = if done { "put-back-done" } else { "put-back-more" };
            Ok(to(standing, next).saying(booked(task, (item, lot), key, scan)))
        }
        (Decision::Elsewhere { place_id, code }, Some(task)) => {
            let due =
                task.goods.iter().find(|goods| Some((goods.item_id, goods.lot_id)) == step.holding);
            let text = Message::key("put-back-elsewhere")
                .with("received", &code)
                .with("bin", due.and_then(|goods| goods.bin.as_deref()).unwrap_or("-"));
            Ok(to(standing, Step { other_bin: Some(place_id), ..step.clone() }).refusing(text))
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

/// What was booked, and where to.
fn booked(task: &Task, goods: (i64, i64), key: &str, scan: &Scan) -> Message {
    let put = task.goods.iter().find(|one| (one.item_id, one.lot_id) == goods);
    let text = Message::key(key).with("bin", scan.received());
    match put {
        Some(put) => text.with("qty", put.qty).with("item", &put.name),
        None => text.with("qty", 0).with("item", "-"),
    }
}

/// A container's put-back becomes this person's, unless it is somebody else's.
async fn claim(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    container: i64,
    code: &str,
) -> Result<Outcome, GestureError> {
    let text = match rows::claim(tx, container, actor.person).await? {
        ClaimResult::Yes(task) => {
            return Ok(to(standing, Step { task_id: Some(task), ..Step::default() }));
        }
        ClaimResult::NoTask => Message::key("put-back-no-task"),
        ClaimResult::By(operator) => Message::key("put-back-taken").with("who", &operator),
    };
    Err(Refusal::wrong(text.with("received", code)).into())
}

/// Goods that were taken on the person's word, without a code, stand in the audit.
async fn note_unread(
    tx: &mut Tx,
    standing: &Standing,
    task: &Task,
    held: (i64, i64),
    by_eye: bool,
) -> store::Result<()> {
    let same = |goods: &&Goods| by_eye && (goods.item_id, goods.lot_id) == held;
    let Some(goods) = task.goods.iter().find(same) else { return Ok(()) };
    let of = json!({ "item": goods.sku, "lot": goods.lot });
    audit::record(tx, &standing.operator.code, "no_code", &task.no, Some(of)).await
}

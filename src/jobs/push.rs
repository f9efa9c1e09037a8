//! Shops are told the stock: what differs from what they were told, set and never added, so that a
//! lost answer only means that it is told again. Once a night what they show is compared with what
//! they were told.

use super::backoff_s;
use crate::limits;
use crate::links::channels::{self, Channel, ChannelError, Class, StockLevel};
use crate::store::push::{self, DueLevel, Push};
use crate::store::{self, jobs, tokens};
use crate::work::{Ctx, shops};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Every shop is a task of its own until `stop` turns true: one that is slow holds up no other.
pub async fn run(ctx: Arc<Ctx>, mut stop: watch::Receiver<bool>) {
    let mut tasks = JoinSet::new();
    loop {
        for kind in ["push", "compare"] {
            match claim(&ctx, kind).await {
                Ok(Some(due)) => {
                    drop(tasks.spawn(shop(ctx.clone(), due, kind == "push", stop.clone())))
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "no stock push could be claimed"),
            }
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
            Some(ended) = tasks.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a stock push ended badly");
                }
            }
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    while tasks.join_next().await.is_some() {}
}

async fn claim(ctx: &Ctx, kind: &str) -> store::Result<Option<Push>> {
    let mut tx = ctx.db.begin().await?;
    let due = push::claim(&mut tx, kind).await?;
    tx.commit().await?;
    Ok(due)
}

async fn shop(ctx: Arc<Ctx>, push: Push, tells: bool, mut stop: watch::Receiver<bool>) {
    let work = async {
        if tells {
            tell(&ctx, &push).await.map(|answer| answer.map(drop))
        } else {
            compare_with_shop(&ctx, &push.shop, Some(&push)).await.map(|answer| answer.map(drop))
        }
    };
    let every_s = if tells { limits::PUSH_EVERY_S } else { limits::COMPARE_EVERY_S };
    let (wait_s, said, class) = tokio::select! {
        done = work => match done {
            Ok(Ok(())) => (every_s, String::new(), None),
            Ok(Err(error)) => {
                let wait_s = match error.class {
                    Class::Throttled { wait_s } => wait_s,
                    _ => backoff_s(push.errors + 3),
                };
                (wait_s, error.message, Some(error.class))
            }
            Err(error) => (limits::PUSH_EVERY_S, error.to_string(), None),
        },
        // What is under way is told again by whoever is next: it was set, not added.
        _ = stop.wait_for(|stop| *stop) => (0.0, String::new(), None),
    };
    if let Err(error) = rest(&ctx, &push, wait_s, &said, class).await {
        tracing::warn!(shop = push.shop.code, %error, "a stock push could not be let go");
    }
}

async fn rest(
    ctx: &Ctx,
    push: &Push,
    wait_s: f64,
    said: &str,
    class: Option<Class>,
) -> store::Result<()> {
    let mut tx = ctx.db.begin().await?;
    push::finish_round(&mut tx, push, wait_s, said).await?;
    if let Some(class) = &class {
        jobs::add_to_minute_count(&mut tx, push.shop.id, class.code(), 1).await?;
    }
    if class == Some(Class::SessionExpired) {
        tokens::expire(&mut tx, push.shop.id).await?;
    }
    tx.commit().await
}

/// Tells a claimed shop everything that differs; returns how many items it took.
pub async fn tell(ctx: &Ctx, push: &Push) -> store::Result<Result<usize, ChannelError>> {
    let channel = match shops::channel(ctx, &push.shop) {
        Ok(channel) => channel,
        Err(error) => return Ok(Err(error)),
    };
    let mut told = 0;
    loop {
        let mut tx = ctx.db.begin().await?;
        let due = push::due(&mut tx, push.shop.id, limits::PUSH_LOOK).await?;
        drop(tx);
        if due.is_empty() {
            return Ok(Ok(told));
        }
        for part in due.chunks(batch(&push.shop.channel)) {
            match tell_part(ctx, push, &*channel, part).await? {
                Ok(taken) => told += taken,
                Err(error) => return Ok(Err(error)),
            }
        }
    }
}

/// One call, and what came of it kept. What may pass is not held against an item: it ends the
/// round.
async fn tell_part(
    ctx: &Ctx,
    push: &Push,
    channel: &dyn Channel,
    part: &[DueLevel],
) -> store::Result<Result<usize, ChannelError>> {
    let mut tx = ctx.db.begin().await?;
    let codes: Vec<String> = part.iter().map(|due| due.code.clone()).collect();
    if !push::mark_unknown(&mut tx, push, &codes).await? {
        return Ok(Err(ChannelError::new(Class::Transient, "another worker took this over")));
    }
    tx.commit().await?;
    let answers = match channel.push(Uuid::now_v7(), &levels(part)).await {
        Ok(answers) => answers,
        Err(error) => return Ok(Err(error)),
    };
    let (mut taken, mut refused, mut passing) = (Vec::new(), Vec::new(), None);
    for (due, answer) in part.iter().zip(answers) {
        match answer {
            Ok(()) | Err(ChannelError { class: Class::AlreadyDone, .. }) => {
                taken.push(json!({ "code": due.code, "qty": due.qty }))
            }
            Err(error) if error.passes() => passing = Some(error),
            Err(error) => refused.push((due, error.message)),
        }
    }
    let count = taken.len();
    let mut tx = ctx.db.begin().await?;
    if !push::save_answers(&mut tx, push, &Value::Array(taken), &refused).await? {
        return Ok(Err(ChannelError::new(Class::Transient, "another worker took this over")));
    }
    tx.commit().await?;
    Ok(passing.map_or(Ok(count), Err))
}

/// Items of one round of calls: where each is a call of its own they are few, so that the job is
/// held all the while.
fn batch(channel: &str) -> usize {
    match channels::kind(channel) {
        Some(kind) if kind.takes_many => limits::PUSH_BATCH,
        _ => limits::PUSH_SINGLES,
    }
}

fn levels(due: &[DueLevel]) -> Vec<StockLevel> {
    due.iter()
        .map(|due| StockLevel {
            code: due.code.clone(),
            reference: due.reference.clone(),
            available: due.qty,
        })
        .collect()
}

/// An item that a shop shows otherwise than it was told.
pub struct Differs {
    pub code: String,
    pub told: i64,
    pub shown: i64,
}

/// Reads what a shop shows and compares it with what it was told; what differs is an exception, and
/// is told again. `held` is the nightly job, where it is one.
pub async fn compare_with_shop(
    ctx: &Ctx,
    shop: &store::shops::ShopRow,
    held: Option<&Push>,
) -> store::Result<Result<Vec<Differs>, ChannelError>> {
    let channel = match shops::channel(ctx, shop) {
        Ok(channel) => channel,
        Err(error) => return Ok(Err(error)),
    };
    let mut tx = ctx.db.begin().await?;
    let told = push::list_told(&mut tx, shop.id).await?;
    drop(tx);
    let mut found = Vec::new();
    for part in told.chunks(batch(&shop.channel)) {
        if let Some(push) = held {
            let mut tx = ctx.db.begin().await?;
            if !push::extend_lease(&mut tx, push).await? {
                return Ok(Err(ChannelError::new(
                    Class::Transient,
                    "another worker took this over",
                )));
            }
            tx.commit().await?;
        }
        let shown = match channel.read_stock(&levels(part)).await {
            Ok(shown) => shown,
            Err(error) => return Ok(Err(error)),
        };
        let mut tx = ctx.db.begin().await?;
        for (told, shown) in part
            .iter()
            .zip(shown)
            .filter_map(|(told, shown)| Some((told, shown?)))
            .filter(|(told, shown)| told.qty != *shown)
        {
            if push::raise_difference(&mut tx, shop, told, shown).await? {
                found.push(Differs { code: told.code.clone(), told: told.qty, shown });
            }
        }
        tx.commit().await?;
    }
    Ok(Ok(found))
}

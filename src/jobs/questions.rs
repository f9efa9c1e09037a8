//! Answers what people wait for at benches and trucks: the shops behind a box are read again.

use crate::limits;
use crate::store;
use crate::store::questions::{self, Answer, Kind, Question};
use crate::work::{Ctx, parcel};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Answers until `stop` turns true; looks for questions every `pause`, and is at several at once:
/// one of a shop that does not answer holds up none of others.
pub async fn run(ctx: Arc<Ctx>, mut stop: watch::Receiver<bool>, pause: Duration) {
    let mut under_way = JoinSet::new();
    let mut wait = pause;
    loop {
        match claim(&ctx, under_way.len()).await {
            Ok(claimed) => {
                wait = pause;
                for question in claimed {
                    under_way.spawn(answer(ctx.clone(), question));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "no question could be claimed");
                wait = (wait * 2).min(Duration::from_secs(2));
            }
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.wait_for(|stop| *stop) => break,
        }
        while under_way.try_join_next().is_some() {}
    }
    while under_way.join_next().await.is_some() {}
}

async fn claim(ctx: &Ctx, under_way: usize) -> store::Result<Vec<Question>> {
    let room = limits::QUESTIONS_AT_ONCE.saturating_sub(under_way) as i64;
    if room == 0 {
        return Ok(Vec::new());
    }
    let mut tx = ctx.db.begin().await?;
    let claimed = questions::claim(&mut tx, room).await?;
    tx.commit().await?;
    Ok(claimed)
}

async fn answer(ctx: Arc<Ctx>, question: Question) {
    let mut tries = 0;
    let answer = loop {
        tries += 1;
        match ctx.db.while_there(look(&ctx, &question)).await {
            Ok(answer) => break answer,
            Err(store::Error::Retry(_)) if tries < limits::TRANSACTION_TRIES => {}
            Err(error) => {
                tracing::warn!(?question, %error, "a question could not be answered");
                match question.kind {
                    // The label follows by itself.
                    Kind::Label => return,
                    // What the shop said is not known: not without having heard it.
                    Kind::HandOver => break Answer::HandOver(false),
                }
            }
        }
    };
    if let Err(error) = ctx.db.while_there(save(&ctx, &question, &answer)).await {
        tracing::warn!(?question, %error, "an answer could not be given");
    }
}

async fn look(ctx: &Ctx, question: &Question) -> store::Result<Answer> {
    Ok(match question.kind {
        Kind::Label => Answer::Label(parcel::label_or_why(ctx, question.parcel).await?),
        Kind::HandOver => Answer::HandOver(parcel::may_go(ctx, question.parcel).await?),
    })
}

async fn save(ctx: &Ctx, question: &Question, answer: &Answer) -> store::Result<()> {
    let mut tx = ctx.db.begin().await?;
    questions::save_answer(&mut tx, question, answer).await?;
    tx.commit().await
}

//! What follows the last scan of a parcel: its shop is read again, then its label is made, or the
//! packer is stopped. The background task does it, who alone knows the shops' secrets; whoever
//! packed asks, and waits. A console may die in between: the next one carries on from the rows.

use super::screen::{login, show, speaks_elsewhere};
use super::{Ctx, shops};
use crate::codes::label;
use crate::domain::order::ShopOrder;
use crate::domain::states::{BoxStays, ExceptionReason, ParcelState};
use crate::limits;
use crate::links::channels::Class;
use crate::links::printers::{self, Sent};
use crate::protocol::{self, Feedback, Message, Refusal, Reply, Request, Tone, pack};
use crate::store::labels::Print;
use crate::store::questions::{self, Answer};
use crate::store::standing;
use crate::store::turn;
use crate::store::{self, Rule, hand_over, ingest, labels, orders, pack as rows};
use std::time::Instant;
use uuid::Uuid;

/// What the shops say about a parcel's orders now.
enum ShopAnswer {
    /// The orders as their shops show them, by shop; those of a shop that is silent and whose
    /// setting says go are not among them.
    Said(Vec<(i64, ShopOrder)>),
    /// No answer, and the shop's setting says wait.
    Wait(Message),
}

/// Reads the orders behind a parcel again, with a deadline. No transaction is open meanwhile.
async fn check_with_shops(ctx: &Ctx, parcel: i64) -> store::Result<ShopAnswer> {
    let mut tx = ctx.db.begin().await?;
    let origins = orders::source_orders(&mut tx, parcel).await?;
    drop(tx);
    let mut said = Vec::new();
    for origin in origins {
        let answer = tokio::time::timeout(limits::SHOP_READ_WAIT, async {
            shops::channel(ctx, &origin.shop)?.read(&origin.order_no).await
        })
        .await;
        match answer {
            Ok(Ok(Some(order))) => said.push((origin.shop.id, order)),
            Ok(Ok(None)) => {}
            Ok(Err(error)) if !origin.shop.waits && !matches!(error.class, Class::NotFound) => {
                tracing::warn!(order = origin.order_no, %error, "no answer before the label, going \
                    on")
            }
            Err(_) if !origin.shop.waits => {
                tracing::warn!(order = origin.order_no, "no answer before the label, going on")
            }
            Ok(Err(error)) => return Ok(ShopAnswer::Wait(Message::plain(error.message))),
            Err(_) => return Ok(ShopAnswer::Wait(Message::key("label-why-late"))),
        }
    }
    Ok(ShopAnswer::Said(said))
}

/// Takes in what the shops said: another address, fewer goods, a hold, the end of it. Is one of the
/// orders off?
async fn take_in(tx: &mut store::Tx, said: &[(i64, ShopOrder)]) -> store::Result<bool> {
    for (shop, order) in said {
        ingest::page(tx, *shop, &[order]).await?;
    }
    Ok(said.iter().any(|(_, order)| order.status.is_off()))
}

/// Makes the label of a closed parcel, or gives its shipment up. Doing it again changes nothing.
/// What to tell the packer.
pub async fn finish(ctx: &Ctx, parcel: i64) -> store::Result<Feedback> {
    let verdict = check_with_shops(ctx, parcel).await?;
    let mut tx = ctx.db.begin().await?;
    // Orders before shipments and parcels: the pull that sees the same change locks them so too.
    let off = match &verdict {
        ShopAnswer::Said(said) => take_in(&mut tx, said).await?,
        ShopAnswer::Wait(_) => false,
    };
    let Some((state, shipment, shipment_no)) = rows::parcel_state(&mut tx, parcel).await? else {
        return Err(store::Error::Bug(format!("no parcel {parcel}")));
    };
    let feedback = match (state, verdict) {
        (ParcelState::Void, _) => stop(&shipment_no),
        (ParcelState::Closed, _) if off => {
            // The shop calls it off though the order as it stands here does not: a newer change is
            // on its way.
            orders::cancel(&mut tx, shipment, "order_cancelled").await?;
            stop(&shipment_no)
        }
        (ParcelState::Closed, ShopAnswer::Wait(why)) => Feedback {
            tone: Tone::Wrong,
            text: Message::key("label-waits").with("shipment", &shipment_no).with("why", why),
        },
        (ParcelState::Closed, _) if let Some(why) = must_stay(&mut tx, parcel).await? => {
            Refusal::stop(Message::key(why).with("shipment", &shipment_no)).0
        }
        (ParcelState::Closed, _) => match make(&mut tx, parcel).await {
            Ok(()) => printed(&mut tx, parcel, &shipment_no).await?,
            Err(store::Error::Rule(Rule::NoWaybills)) => {
                drop(tx);
                let mut tx = ctx.db.begin().await?;
                orders::raise_exception(
                    &mut tx,
                    ExceptionReason::NoWaybills,
                    &shipment_no,
                    None,
                    "",
                )
                .await?;
                tx.commit().await?;
                return Ok(Feedback { tone: Tone::Wrong, text: Message::key("label-no-waybill") });
            }
            Err(error) => return Err(error),
        },
        _ => printed(&mut tx, parcel, &shipment_no).await?,
    };
    tx.commit().await?;
    Ok(feedback)
}

/// Why a closed box gets no label.
async fn must_stay(tx: &mut store::Tx, parcel: i64) -> store::Result<Option<&'static str>> {
    Ok(turn::why_box_stays(tx, parcel).await?.and_then(|why| match why {
        BoxStays::ShipmentHeld => Some("label-shipment-held"),
        BoxStays::Held => Some("label-held"),
        BoxStays::TooOld => Some("label-too-old"),
        // It was closed over them: they are of another shipment's counting.
        BoxStays::Strays => None,
    }))
}

fn stop(shipment_no: &str) -> Feedback {
    Refusal::stop(Message::key("pack-stop").with("shipment", shipment_no)).0
}

/// By the number on the label that is coming: with two boxes in hand it says which gets it.
async fn printed(tx: &mut store::Tx, parcel: i64, shipment_no: &str) -> store::Result<Feedback> {
    let waybill = labels::waybill_of(tx, parcel).await?.unwrap_or_default();
    let text = Message::key("pack-done").with("shipment", shipment_no).with("waybill", waybill);
    Ok(Feedback { tone: Tone::Good, text })
}

async fn make(tx: &mut store::Tx, parcel: i64) -> store::Result<()> {
    let facts = labels::facts_of(tx, parcel).await?;
    labels::save_bytes(tx, parcel, &label::zpl(&facts)).await?;
    hand_over::tell_shop(tx, parcel, "label").await?;
    hand_over::tell_shop(tx, parcel, "pack").await
}

/// The same, and for a person: what will not go by itself must not hold the packer. The parcel
/// stays closed for a supervisor and the next try.
pub async fn label_or_why(ctx: &Ctx, parcel: i64) -> store::Result<Feedback> {
    match finish(ctx, parcel).await {
        Err(error) if !error.passes() => {
            tracing::error!(parcel, %error, "a label could not be made");
            Ok(Feedback { tone: Tone::Wrong, text: Message::key("label-failed") })
        }
        done => done,
    }
}

/// Before a parcel goes on a list its shops are read again: what was cancelled there is cancelled
/// here too. `false`: one does not answer, and is to be waited for.
pub async fn may_go(ctx: &Ctx, parcel: i64) -> store::Result<bool> {
    match check_with_shops(ctx, parcel).await? {
        ShopAnswer::Wait(_) => Ok(false),
        ShopAnswer::Said(said) => {
            let mut tx = ctx.db.begin().await?;
            take_in(&mut tx, &said).await?;
            tx.commit().await?;
            Ok(true)
        }
    }
}

/// Asks the background task about a parcel, and waits. `None`: nobody answers, or the person speaks
/// here no more.
pub(super) async fn ask(
    ctx: &Ctx,
    speaker: (i64, Uuid),
    parcel: i64,
    kind: questions::Kind,
) -> store::Result<Option<Answer>> {
    let mut tx = speaking(ctx, speaker).await?;
    let question = questions::ask(&mut tx, parcel, kind).await?;
    tx.commit().await?;
    let begun = Instant::now();
    let mut pause = limits::ANSWER_LOOK;
    loop {
        tokio::time::sleep(pause).await;
        pause = (pause * 3 / 2).min(limits::ANSWER_LOOK_MAX);
        let mut tx = speaking(ctx, speaker).await?;
        let answer = match questions::take_answer(&mut tx, question).await {
            // They signed on elsewhere meanwhile: what that means is said by whoever looks next.
            Err(store::Error::NotAllowed(_)) => return Ok(None),
            answer => answer?,
        };
        let waited = begun.elapsed();
        let over = waited > limits::QUESTION_WAIT
            || waited > limits::QUESTION_UNHEARD && !questions::is_heard(&mut tx, question).await?;
        if answer.is_none() && over {
            questions::take_back(&mut tx, question).await?;
        }
        if answer.is_some() || over {
            tx.commit().await?;
            return Ok(answer);
        }
    }
}

async fn speaking(ctx: &Ctx, (person, session): (i64, Uuid)) -> store::Result<store::Tx> {
    let mut tx = ctx.db.begin().await?;
    standing::speak(&mut tx, person, session).await?;
    Ok(tx)
}

/// Carries a closed parcel on for the packer who waits for it, and answers with the next tote's
/// question. `first`: what this gesture was answered, if it closed the parcel.
pub(super) async fn carry_on(
    ctx: &Ctx,
    request: &Request,
    person: i64,
    parcel: i64,
    first: Option<Reply>,
) -> store::Result<Reply> {
    let speaker = (person, request.session);
    let feedback = match ask(ctx, speaker, parcel, questions::Kind::Label).await? {
        Some(Answer::Label(feedback)) => feedback,
        _ => Feedback { tone: Tone::Wrong, text: Message::key("label-nobody") },
    };
    let mut tx = ctx.db.begin().await?;
    let Some(mut standing) = standing::lock(&mut tx, person, request.session).await? else {
        return Ok(login(ctx, None));
    };
    if let Some(elsewhere) = speaks_elsewhere(ctx, &standing) {
        return Ok(elsewhere);
    }
    if let protocol::Step::Pack(step) = &standing.step
        && step.closing == Some(parcel)
    {
        standing.step = protocol::Step::Pack(pack::Step { closing: None, ..step.clone() });
        standing.version =
            standing::save_step(&mut tx, person, &standing.step, standing.bench_id).await?;
    }
    let reply = show(&mut tx, &standing, Some(where_next(feedback, &standing.step))).await?;
    // Only a gesture that was answered before gets this as its answer; another one is still to be
    // done.
    if first.is_some() {
        standing::save_answer(&mut tx, request.command, person, "", &reply).await?;
    }
    tx.commit().await?;
    Ok(reply)
}

/// What was said of a parcel, as it fits what the packer does next: the same shipment's next box,
/// the same tote, another.
fn where_next(feedback: Feedback, step: &protocol::Step) -> Feedback {
    let key = match step {
        protocol::Step::Pack(step) if step.shipment_id.is_some() => "pack-box-closed",
        protocol::Step::Pack(step) if step.batch.is_some() => "pack-one-done",
        _ => return feedback,
    };
    if feedback.text.key == "pack-done" {
        Feedback { text: Message { key: key.to_owned(), ..feedback.text }, ..feedback }
    } else {
        feedback
    }
}

/// Sends a label to its printer; what may have come before says that it is a copy.
pub async fn print(ctx: &Ctx, print: &Print) -> Sent {
    let copy = print.copy.then(|| label::copy(&print.bytes, print.dpi.unsigned_abs()));
    let bytes = copy.as_ref().unwrap_or(&print.bytes);
    printers::print(&print.url, &ctx.print_files, print.answers, bytes).await
}

//! One gesture of a person, from the lock on where they stand to the answer. Where something
//! outside has its say, no transaction is open meanwhile: a shop is asked before a parcel goes on a
//! list, and after a box is closed, for its label. Then the gesture goes on from what is true then.

use super::screen::{answer, login, show, speaks_elsewhere};
use super::{Ctx, GestureError, Outcome, activities, hand_over, menu, parcel, refuse};
use crate::codes::{self, card::Card};
use crate::protocol::scan::Scan;
use crate::protocol::{Activity, Input, Message, Refusal, Reply, Request, Step};
use crate::store::standing::{self, Standing};
use crate::store::{self, Actor, Tx, audit, notices, scanners, scope};

/// How far a gesture came.
enum Turn {
    Answered(Reply),
    /// The parcel's shops have their say before it counts.
    AsksBefore(i64),
    /// The closed parcel waits for its label. `first`: what this gesture was answered, if it was
    /// done; otherwise an earlier one closed the parcel, and this one is still to be done.
    WaitsFor {
        parcel: i64,
        first: Option<Reply>,
    },
}

/// Does what a person asks.
pub(super) async fn run(ctx: &Ctx, request: &Request) -> store::Result<Reply> {
    let Some(person) = request.person else { return Ok(login(ctx, None)) };
    let speaker = (person, request.session);
    let mut request = request.clone();
    let mut asked = false;
    loop {
        match turn(ctx, &request, person, asked).await? {
            Turn::Answered(reply) => return Ok(reply),
            Turn::AsksBefore(parcel) => {
                hand_over::check_with_shop(ctx, speaker, parcel).await?;
                asked = true;
            }
            Turn::WaitsFor { parcel, first } => {
                let done = first.is_some() || request.ask == Input::Refresh;
                let reply = parcel::carry_on(ctx, &request, person, parcel, first).await?;
                if done || reply.operator.is_none() {
                    return Ok(reply);
                }
                request.version = reply.version;
            }
        }
    }
}

/// One transaction of it. `asked`: the shop had its say.
async fn turn(ctx: &Ctx, request: &Request, person: i64, asked: bool) -> store::Result<Turn> {
    let mut tx = ctx.db.begin().await?;
    let Some(mut standing) = standing::lock(&mut tx, person, request.session).await? else {
        let refusal = Refusal::wrong(Message::key("signed-off"));
        return Ok(Turn::Answered(login(ctx, Some(refusal))));
    };
    if let Some(elsewhere) = speaks_elsewhere(ctx, &standing) {
        return Ok(Turn::Answered(elsewhere));
    }
    if standing.idle {
        let text = Message::key("signed-off-idle");
        return sign_off(ctx, tx, &standing, "left_alone", Some(Refusal::stop(text))).await;
    }
    let first = match standing::stored_answer(&mut tx, request.command).await? {
        // It was done at once: its answer is where the person stands.
        Some(None) if request.ask != Input::Refresh => Some(show(&mut tx, &standing, None).await?),
        first => first.flatten(),
    };
    if let Some(parcel) = activities::waits_for(&standing.step) {
        return Ok(Turn::WaitsFor { parcel, first });
    }
    if let Some(reply) = first {
        return Ok(Turn::Answered(reply));
    }
    if standing.notices_new {
        // The world changed under the person's hands: they see that first.
        standing.version = notices::mark_shown(&mut tx, person).await?;
        let reply = show(&mut tx, &standing, None).await?;
        tx.commit().await?;
        return Ok(Turn::Answered(reply));
    }
    let Some(scan) = scanned(&mut tx, &standing, &request.ask).await? else {
        return look(tx, &standing).await;
    };
    if request.version != standing.version {
        let moved = Refusal::wrong(Message::key("moved-on").with("received", scan.received()));
        return Ok(Turn::Answered(show(&mut tx, &standing, Some(moved.0)).await?));
    }
    if scan.card == Some(Card::SignOff) {
        return sign_off(ctx, tx, &standing, "sign_off", None).await;
    }
    let scan = match theirs(&mut tx, &standing, scan).await? {
        Ok(scan) => scan,
        Err(refusal) => {
            return Ok(Turn::Answered(show(&mut tx, &standing, Some(refusal.0)).await?));
        }
    };
    if let Some(parcel) = activities::asks_before(&standing.step, &scan).filter(|_| !asked) {
        return Ok(Turn::AsksBefore(parcel));
    }
    match act(&mut tx, request, &standing, &scan).await {
        Ok(outcome) => save_outcome(ctx, tx, request, standing, outcome).await,
        Err(halt) => {
            let refusal = refuse::sentence(halt)?;
            // Nothing of a refused gesture stays.
            tx.rollback().await?;
            refused(ctx, request, person, refusal).await.map(Turn::Answered)
        }
    }
}

/// Where the person stands, as it is now.
async fn look(mut tx: Tx, standing: &Standing) -> store::Result<Turn> {
    let reply = show(&mut tx, standing, None).await?;
    if standing.step.activity() == Some(Activity::Board) {
        // What the deck worked out is for everybody who looks.
        tx.commit_unsynced().await?;
    }
    Ok(Turn::Answered(reply))
}

/// What came, with all that it may mean here; `None`: the person only looks.
async fn scanned(tx: &mut Tx, standing: &Standing, ask: &Input) -> store::Result<Option<Scan>> {
    Ok(match ask {
        Input::Scan { text, typed } => {
            let readings = codes::readings(text);
            let scan = store::scan::matches(tx, standing.warehouse_id, text, &readings).await?;
            let named = *typed && !activities::takes_words(&standing.step);
            Some(if named { scan.or_command() } else { scan })
        }
        Input::Card(card) => Some(Scan::card(*card)),
        _ => None,
    })
}

/// A scan without what it means to others: who works for some owners or shops only handles nothing
/// else. A number or words are that still.
async fn theirs(
    tx: &mut Tx,
    standing: &Standing,
    mut scan: Scan,
) -> store::Result<Result<Scan, Refusal>> {
    if !standing.operator.role.limited || scan.matches.is_empty() {
        return Ok(Ok(scan));
    }
    let handles_goods = activities::handles_goods(&standing.step);
    scan.matches = scope::theirs(tx, standing.operator.id, handles_goods, scan.matches).await?;
    if scan.matches.is_empty() && handles_goods && scan.number.is_none() {
        let text = Message::key("not-yours").with("received", scan.text.as_str());
        return Ok(Err(Refusal::wrong(text)));
    }
    Ok(Ok(scan))
}

async fn sign_off(
    ctx: &Ctx,
    mut tx: Tx,
    standing: &Standing,
    why: &str,
    refusal: Option<Refusal>,
) -> store::Result<Turn> {
    audit::record(&mut tx, &standing.operator.code, why, &standing.terminal, None).await?;
    standing::sign_off(&mut tx).await?;
    tx.commit().await?;
    Ok(Turn::Answered(login(ctx, refusal)))
}

/// The refusal on what is true now.
async fn refused(
    ctx: &Ctx,
    request: &Request,
    person: i64,
    refusal: Refusal,
) -> store::Result<Reply> {
    let mut tx = ctx.db.begin().await?;
    let Some(standing) = standing::lock(&mut tx, person, request.session).await? else {
        return Ok(login(ctx, Some(refusal)));
    };
    let reply = show(&mut tx, &standing, Some(refusal.0)).await?;
    if !standing.notices.is_empty() {
        notices::mark_seen(&mut tx, person, standing.version).await?;
        tx.commit().await?;
    }
    Ok(reply)
}

async fn act(
    tx: &mut Tx,
    request: &Request,
    standing: &Standing,
    scan: &Scan,
) -> Result<Outcome, GestureError> {
    let actor = Actor {
        person: standing.operator.id,
        warehouse: standing.warehouse_id,
        command: request.command,
        at: &request.at,
    };
    match scan.card.and_then(Activity::of_card) {
        Some(activity) if standing.step.activity() == Some(activity) => {
            activities::again(tx, actor, standing, scan).await
        }
        Some(activity) => activities::enter(tx, actor, standing, activity).await,
        None if standing.step == Step::Menu => menu::choose(tx, actor, standing, scan).await,
        None => activities::scan(tx, actor, standing, scan).await,
    }
}

/// Saves where the person stands and the answer in the transaction of the gesture, then answers.
async fn save_outcome(
    ctx: &Ctx,
    mut tx: Tx,
    request: &Request,
    mut standing: Standing,
    outcome: Outcome,
) -> store::Result<Turn> {
    standing.step = outcome.step;
    if standing.bench_id != outcome.bench {
        standing.bench_id = outcome.bench;
        standing.operator.scanner =
            scanners::for_person(&mut tx, standing.operator.id, outcome.bench).await?;
    }
    if !standing.notices.is_empty() {
        notices::mark_seen(&mut tx, standing.operator.id, standing.version).await?;
        standing.notices.clear();
    }
    standing.version += 1;
    let shown = activities::show(&mut tx, &standing, true).await?;
    let (seen, reply) = answer(&standing, outcome.feedback, shown);
    standing::save_outcome(&mut tx, &standing, request.command, &reply).await?;
    tx.commit().await?;
    if let Some(seen) = seen {
        ctx.seen.keep(seen);
    }
    Ok(match activities::waits_for(&standing.step) {
        Some(parcel) => Turn::WaitsFor { parcel, first: Some(reply) },
        None => Turn::Answered(reply),
    })
}

//! What people and jobs do. [`perform`] is the only door for a person's gesture: one transaction
//! loads where the person stands, asks `protocol` what the scan does, applies it, and answers with
//! what is then true.

pub mod desk;
pub mod exceptions;
pub mod hand_over;
pub mod import;
mod menu;
pub mod pack;
pub mod parcel;
pub mod pick;
pub mod put_back;
pub mod refuse;
pub mod shops;
pub mod sign_on;
pub mod vault;
pub mod wave;

use crate::codes::{self, card::Card};
use crate::domain::Right;
use crate::limits;
use crate::links::channels::Client;
use crate::protocol::scan::Scan;
use crate::protocol::{
    Activity, Expect, Feedback, Input, Message, Page, Refusal, Reply, Request, Step, Tone,
};
use crate::store::Actor;
use crate::store::audit;
use crate::store::notices;
use crate::store::people;
use crate::store::queue;
use crate::store::scanners;
use crate::store::standing;
use crate::store::standing::{Speaker, Standing};
use crate::store::{self, Db, Tx};
use tokio::sync::Semaphore;
use vault::Vault;

/// What work needs of its surroundings.
pub struct Ctx {
    pub db: Db,
    pub client: Client,
    /// Opens what is secret of shops.
    pub vault: Vault,
    /// PIN checks take memory: only a few at once.
    pins: Semaphore,
    /// What pickers see, so that a pick is one round trip.
    seen: pick::ScreenCache,
    /// Whom the demo shows on its door.
    pub demo: Vec<crate::protocol::sign_on::DemoPerson>,
}

impl Ctx {
    pub fn new(db: Db, client: Client, vault: Vault) -> Ctx {
        Ctx {
            db,
            client,
            vault,
            pins: Semaphore::new(limits::PIN_CHECKS),
            seen: pick::ScreenCache::default(),
            demo: Vec::new(),
        }
    }
}

/// Why there is no answer. The same request may be sent again: it has one effect.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    #[error("{0}")]
    Offline(String),
    #[error("{0}")]
    Slow(String),
}

/// Why a gesture stops.
#[derive(Debug)]
pub enum GestureError {
    Refused(Refusal),
    Store(store::Error),
}

impl From<store::Error> for GestureError {
    fn from(error: store::Error) -> GestureError {
        GestureError::Store(error)
    }
}
impl From<Refusal> for GestureError {
    fn from(refusal: Refusal) -> GestureError {
        GestureError::Refused(refusal)
    }
}

/// What a gesture did: where the person stands now, and what to say.
pub struct Outcome {
    pub step: Step,
    pub bench: Option<i64>,
    pub feedback: Option<Feedback>,
    /// A parcel was closed: its shop is asked and its label made once this is committed.
    pub closed: Option<i64>,
}

impl Outcome {
    fn to(step: Step, standing: &Standing) -> Outcome {
        Outcome { step, bench: standing.bench_id, feedback: None, closed: None }
    }

    /// It was not done, and yet the person stands elsewhere now.
    fn refusing(mut self, text: Message) -> Outcome {
        self.feedback = Some(Feedback { tone: Tone::Wrong, text });
        self
    }

    fn saying(mut self, text: Message) -> Outcome {
        self.feedback = Some(Feedback { tone: Tone::Good, text });
        self
    }
}

/// Does what a person asks, once, however often it is sent.
pub async fn perform(ctx: &Ctx, request: &Request) -> Result<Reply, Unavailable> {
    let mut tries = 0;
    loop {
        let error = match ctx.db.watched(Box::pin(once(ctx, request))).await {
            Ok(reply) => return Ok(reply),
            Err(error) => error,
        };
        tries += 1;
        match error {
            store::Error::Retry(message) if tries < limits::TRANSACTION_TRIES => {
                tracing::warn!(command = %request.command, tries, message, "lost a race, again");
                tokio::time::sleep(std::time::Duration::from_millis(5 * u64::from(tries))).await;
            }
            error @ store::Error::Refused { .. } => {
                let refusal =
                    refuse::sentence(GestureError::Store(error)).unwrap_or_else(|error| {
                        let command = request.command.to_string();
                        tracing::error!(command, %error, "a rule without a sentence");
                        Refusal::stop(Message::key("went-wrong").with("command", command.as_str()))
                    });
                return reply_unchanged(ctx, request, refusal).await;
            }
            store::Error::Retry(message) | store::Error::Slow(message) => {
                return Err(Unavailable::Slow(message));
            }
            store::Error::Unavailable(message) | store::Error::NotLetIn(message) => {
                return Err(Unavailable::Offline(message));
            }
            error => {
                tracing::error!(command = %request.command, %error, "a gesture failed");
                return reply_unchanged(
                    ctx,
                    request,
                    Refusal::stop(
                        Message::key("went-wrong")
                            .with("command", request.command.to_string().as_str()),
                    ),
                )
                .await;
            }
        }
    }
}

/// The refusal on top of where the person stands.
async fn reply_unchanged(
    ctx: &Ctx,
    request: &Request,
    refusal: Refusal,
) -> Result<Reply, Unavailable> {
    let look = Request { ask: Input::Refresh, ..request.clone() };
    let mut reply = ctx
        .db
        .watched(Box::pin(once(ctx, &look)))
        .await
        .map_err(|error| Unavailable::Offline(error.to_string()))?;
    reply.feedback = Some(refusal.0);
    Ok(reply)
}

async fn once(ctx: &Ctx, request: &Request) -> store::Result<Reply> {
    match &request.ask {
        Input::Badge(badge) => sign_on::badge(ctx, badge, &request.terminal).await,
        Input::Pin { badge, pin } => sign_on::pin(ctx, request, badge, pin).await,
        Input::Scan { text, .. } => {
            if let Some(reply) = pick::fast_path(ctx, request, text).await? {
                return Ok(reply);
            }
            hand_over::check_with_shop(ctx, request, text).await?;
            gesture(ctx, request).await
        }
        Input::Card(_) | Input::Refresh => gesture(ctx, request).await,
    }
}

async fn gesture(ctx: &Ctx, request: &Request) -> store::Result<Reply> {
    let Some(person) = request.person else { return Ok(sign_on::login(ctx, None)) };
    let mut tx = ctx.db.begin().await?;
    let Some(standing) = standing::lock(&mut tx, person, request.session).await? else {
        return Ok(sign_on::login(ctx, Some(Refusal::wrong(Message::key("signed-off")))));
    };
    if let Some(elsewhere) = speaks_elsewhere(ctx, &standing) {
        return Ok(elsewhere);
    }
    if standing.idle {
        audit::record(&mut tx, &standing.operator.code, "left_alone", &standing.terminal, None)
            .await?;
        standing::sign_off(&mut tx).await?;
        tx.commit().await?;
        return Ok(sign_on::login(ctx, Some(Refusal::stop(Message::key("signed-off-idle")))));
    }
    let first = match standing::stored_answer(&mut tx, request.command).await? {
        // It was done at once: its answer is where the person stands.
        Some(None) if request.ask != Input::Refresh => Some(show(&mut tx, &standing, None).await?),
        first => first.flatten(),
    };
    if let Some(parcel) = closing(&standing.step) {
        // An earlier gesture closed a parcel and its label is still to be made.
        drop(tx);
        return parcel::carry_on(ctx, request, person, parcel, first).await;
    }
    if let Some(reply) = first {
        return Ok(reply);
    }
    let mut standing = standing;
    if standing.notices_new {
        // The world changed under the person's hands: they see that first.
        standing.version = notices::mark_shown(&mut tx, person).await?;
        let reply = show(&mut tx, &standing, None).await?;
        tx.commit().await?;
        return Ok(reply);
    }
    let scan = match &request.ask {
        Input::Scan { text, .. } => {
            let readings = codes::readings(text);
            store::scan::matches(&mut tx, standing.warehouse_id, text, &readings).await?
        }
        Input::Card(card) => Scan::card(*card),
        _ => return show(&mut tx, &standing, None).await,
    };
    if request.version != standing.version {
        return show(
            &mut tx,
            &standing,
            Some(Refusal::wrong(Message::key("moved-on").with("received", scan.received())).0),
        )
        .await;
    }
    if scan.card == Some(Card::SignOff) {
        audit::record(&mut tx, &standing.operator.code, "sign_off", &standing.terminal, None)
            .await?;
        standing::sign_off(&mut tx).await?;
        tx.commit().await?;
        return Ok(sign_on::login(ctx, None));
    }
    match act(&mut tx, request, &standing, &scan).await {
        Ok(outcome) => save_outcome(ctx, tx, request, standing, outcome).await,
        Err(halt) => {
            let refusal = refuse::sentence(halt)?;
            // Nothing of a refused gesture stays.
            tx.rollback().await?;
            let mut tx = ctx.db.begin().await?;
            match standing::lock(&mut tx, person, request.session).await? {
                Some(standing) => {
                    let reply = show(&mut tx, &standing, Some(refusal.0)).await?;
                    if !standing.notices.is_empty() {
                        notices::mark_seen(&mut tx, person, standing.version).await?;
                        tx.commit().await?;
                    }
                    Ok(reply)
                }
                None => Ok(sign_on::login(ctx, Some(refusal))),
            }
        }
    }
}

/// The login screen for a terminal that speaks for the person no more, and why.
fn speaks_elsewhere(ctx: &Ctx, standing: &Standing) -> Option<Reply> {
    let text = match standing.speaker {
        Speaker::Here => return None,
        Speaker::Nobody => Message::key("signed-off-elsewhere"),
        Speaker::Elsewhere => Message::key("moved-elsewhere")
            .with("name", &standing.operator.name)
            .with("terminal", &standing.terminal),
    };
    Some(sign_on::login(ctx, Some(Refusal::stop(text))))
}

fn closing(step: &Step) -> Option<i64> {
    match step {
        Step::Pack(step) => step.closing,
        _ => None,
    }
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
    if let Some(activity) = scan.card.and_then(Activity::of_card) {
        match &standing.step {
            step if step.activity() != Some(activity) => {
                return menu::enter(tx, actor, standing, activity).await;
            }
            // The card of where one is already: an idle picker asks for a trip, a wave is rehearsed
            // anew, others look again.
            Step::Pick(_) => {}
            Step::Wave(step) => return Ok(wave::choose(tx, actor, standing, step.clone()).await?),
            step => return Ok(Outcome::to(step.clone(), standing)),
        }
    }
    match &standing.step {
        Step::Menu => menu::choose(tx, actor, standing, scan).await,
        Step::Pick(step) => pick::apply_scan(tx, actor, standing, step, scan).await,
        Step::Pack(step) => pack::apply_scan(tx, actor, standing, step, scan).await,
        Step::PutBack(step) => put_back::apply_scan(tx, actor, standing, step, scan).await,
        Step::HandOver(step) => hand_over::apply_scan(tx, actor, standing, step, scan).await,
        Step::Wave(step) => wave::apply_scan(tx, actor, standing, step, scan).await,
        Step::Exceptions(step) => exceptions::apply_scan(tx, actor, standing, step, scan).await,
        Step::Board(step) => {
            desk::apply_scan(tx, actor, standing, step, scan, Activity::Board).await
        }
        Step::Inquiry(step) => {
            desk::apply_scan(tx, actor, standing, step, scan, Activity::Inquiry).await
        }
    }
}

/// The one place that says whether a person may.
fn allowed(standing: &Standing, right: Right) -> Result<(), GestureError> {
    if standing.operator.role.may(right) {
        return Ok(());
    }
    Err(Refusal::not_allowed(&standing.operator.role).into())
}

/// Saves where the person stands and the answer in the transaction of the gesture, then answers.
async fn save_outcome(
    ctx: &Ctx,
    mut tx: Tx,
    request: &Request,
    mut standing: Standing,
    outcome: Outcome,
) -> store::Result<Reply> {
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
    // At the beginning of a stop the rest of the walk is looked up, so that what follows can be
    // done at once.
    let ahead =
        if standing.step == Step::Pick(Default::default()) { limits::PICKS_AHEAD } else { 0 };
    let (reply, seen) = shown(&mut tx, &standing, outcome.feedback, ahead).await?;
    standing::save_outcome(&mut tx, &standing, request.command, &reply).await?;
    tx.commit().await?;
    if let Some(seen) = seen {
        ctx.seen.keep(seen);
    }
    match outcome.closed {
        Some(parcel) => {
            parcel::carry_on(ctx, request, standing.operator.id, parcel, Some(reply)).await
        }
        None => Ok(reply),
    }
}

/// What a person sees where they stand, and what would be accepted there.
async fn show(
    tx: &mut Tx,
    standing: &Standing,
    feedback: Option<Feedback>,
) -> store::Result<Reply> {
    Ok(shown(tx, standing, feedback, 0).await?.0)
}

async fn shown(
    tx: &mut Tx,
    standing: &Standing,
    feedback: Option<Feedback>,
    ahead: i32,
) -> store::Result<(Reply, Option<pick::CachedScreen>)> {
    let (page, expects, seen) = page(tx, standing, ahead).await?;
    let feedback = feedback.or_else(|| {
        standing.notices.last().map(|text| Feedback { tone: Tone::Stop, text: text.clone() })
    });
    Ok((
        Reply {
            operator: Some(standing.operator.clone()),
            version: standing.version,
            page,
            feedback,
            expects,
        },
        seen,
    ))
}

async fn page(
    tx: &mut Tx,
    standing: &Standing,
    ahead: i32,
) -> store::Result<(Page, Vec<Expect>, Option<pick::CachedScreen>)> {
    let (page, expects) = match &standing.step {
        Step::Pick(step) => {
            let (page, expects, now) = pick::load_page(tx, standing, step, ahead).await?;
            return Ok((page, expects, Some(pick::CachedScreen::new(standing, step, now))));
        }
        Step::Menu => {
            let next = queue::next(tx, standing.warehouse_id, &standing.operator).await?;
            let elsewhere = standing.elsewhere;
            Ok(crate::protocol::sign_on::menu_page(&standing.operator, elsewhere, next.as_ref()))
        }
        Step::Pack(step) => pack::load_page(tx, standing, step).await,
        Step::PutBack(step) => put_back::load_page(tx, standing, step).await,
        Step::HandOver(step) => hand_over::load_page(tx, standing, step).await,
        Step::Wave(step) => wave::load_page(tx, standing, step).await,
        Step::Exceptions(step) => exceptions::load_page(tx, standing, step).await,
        Step::Board(step) => desk::load_page(tx, standing, step, Activity::Board).await,
        Step::Inquiry(step) => desk::load_page(tx, standing, step, Activity::Inquiry).await,
    }?;
    Ok((page, expects, None))
}

/// Where a person stands, for `show work`.
pub struct Work {
    pub warehouse: String,
    pub step: Step,
    pub line: Option<crate::protocol::WorkLine>,
    pub expects: Vec<Expect>,
}

/// What a person is busy with, and what would be accepted of them. `None`: nobody has the code, or
/// they never signed on.
pub async fn work_of(ctx: &Ctx, code: &str) -> store::Result<Option<Work>> {
    let mut tx = ctx.db.begin().await?;
    let Some(person) = people::id_of(&mut tx, code).await? else { return Ok(None) };
    let nobody = uuid::Uuid::nil();
    let Some(standing) = standing::lock(&mut tx, person, nobody).await? else { return Ok(None) };
    let (_, expects, _) = page(&mut tx, &standing, 0).await?;
    let line = match &standing.step {
        Step::Pick(step) => pick::line_in_hand(&mut tx, &standing, step).await?,
        Step::Pack(step) => pack::line_in_hand(&mut tx, &standing, step).await?,
        _ => None,
    };
    Ok(Some(Work { warehouse: standing.warehouse, step: standing.step, line, expects }))
}

//! What people and jobs do. [`perform`] is the only door for a person's gesture: one transaction
//! loads where the person stands, asks `protocol` what the scan does, applies it, and answers with
//! what is then true.

mod activities;
mod activity;
pub mod desk;
mod exceptions;
mod fast_pick;
mod gesture;
mod hand_over;
pub mod import;
mod menu;
mod pack;
pub mod parcel;
mod pick;
pub mod pins;
mod put_back;
pub mod refuse;
mod screen;
pub mod seals;
pub mod shops;
pub mod sign_on;
pub mod vault;
mod wave;

use crate::domain::Right;
use crate::limits;
use crate::links::channels::Client;
use crate::links::printers::Files;
use crate::protocol::{
    Expect, Feedback, Input, Message, Refusal, Reply, Request, Step, Tone, WorkLine,
};
use crate::store::people;
use crate::store::standing::{self, Standing};
use crate::store::{self, Db};
use pins::Pins;
use vault::Vault;

/// What work needs of its surroundings.
pub struct Ctx {
    pub db: Db,
    pub client: Client,
    /// Opens what is secret of shops.
    pub vault: Vault,
    /// Checks PINs.
    pub pins: Pins,
    /// What pickers see, so that a pick is one round trip.
    seen: fast_pick::ScreenCache,
    /// Where printers that are files may be.
    pub print_files: Files,
    /// Whom the demo shows on its door.
    pub demo: Vec<crate::protocol::sign_on::DemoPerson>,
}

impl Ctx {
    /// Makes it with nobody on the demo's door; nothing is connected to or read yet.
    pub fn new(db: Db, client: Client, vault: Vault, pins: Pins) -> Ctx {
        Ctx {
            db,
            client,
            vault,
            pins,
            seen: fast_pick::ScreenCache::default(),
            print_files: Files::default(),
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
}

impl Outcome {
    fn to(step: Step, standing: &Standing) -> Outcome {
        Outcome { step, bench: standing.bench_id, feedback: None }
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
            error @ (store::Error::Refused { .. } | store::Error::Rule(_)) => {
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
        Input::Scan { text, .. } => match fast_pick::fast_path(ctx, request, text).await? {
            Some(reply) => Ok(reply),
            None => gesture::run(ctx, request).await,
        },
        Input::Card(_) | Input::Refresh => gesture::run(ctx, request).await,
    }
}

/// The one place that says whether a person may.
fn allowed(standing: &Standing, right: Right) -> Result<(), GestureError> {
    if standing.operator.role.may(right) {
        return Ok(());
    }
    Err(Refusal::not_allowed(&standing.operator.role).into())
}

/// Where a person stands, for `show work`.
pub struct Work {
    pub warehouse: String,
    pub step: Step,
    pub line: Option<WorkLine>,
    pub expects: Vec<Expect>,
}

/// What a person is busy with, and what would be accepted of them. `None`: nobody has the code, or
/// they never signed on.
pub async fn work_of(ctx: &Ctx, code: &str) -> store::Result<Option<Work>> {
    let mut tx = ctx.db.begin().await?;
    let Some(person) = people::id_of(&mut tx, code).await? else { return Ok(None) };
    let nobody = uuid::Uuid::nil();
    let Some(standing) = standing::lock(&mut tx, person, nobody).await? else { return Ok(None) };
    let expects = activities::show(&mut tx, &standing, false).await?.expects;
    let line = activities::line(&mut tx, &standing).await?;
    Ok(Some(Work { warehouse: standing.warehouse, step: standing.step, line, expects }))
}

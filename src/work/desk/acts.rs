//! What a supervisor decides at the desk, done.

use crate::domain::Right;
use crate::protocol::desk::{Action, Kind, Subject};
use crate::protocol::{Message, Operator, Refusal};
use crate::store::orders::{self, Rest};
use crate::store::people::{self, Offer};
use crate::store::roles::{self, Limit};
use crate::store::standing::Standing;
use crate::store::{self, Actor, Tx, desk as rows, holds, labels, scope};
use crate::work::GestureError;

pub(super) async fn perform(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    subject: &Subject,
    action: Action,
    person: Option<i64>,
    text: &str,
) -> Result<(), GestureError> {
    let done = match (action, subject.kind) {
        (Action::Expedite, Kind::Shipment) => rows::raise_priority(tx, subject.id).await?,
        (Action::HoldGoods | Action::HoldNote | Action::LetGo, Kind::Place)
            if !holds_theirs(tx, standing, subject).await? =>
        {
            return Err(Refusal::wrong(Message::key("desk-others-goods")).into());
        }
        (Action::Hold | Action::HoldGoods, _) => {
            hold(tx, standing, subject, &text.replace('-', "_"), "").await?
        }
        (Action::HoldNote, _) => hold(tx, standing, subject, "other", text.trim()).await?,
        (Action::Split, Kind::Shipment)
            if !orders::split_rest(tx, subject.id, Rest::Follows).await? =>
        {
            return Err(Refusal::wrong(Message::key("split-nothing")).into());
        }
        (Action::Split, Kind::Shipment) => true,
        (Action::LetGo, Kind::Hold) => {
            holds::lift_one(tx, subject.id, &standing.operator.code).await?
        }
        (Action::LetGo, _) => match rows::hold_subject(tx, subject).await? {
            Some((about, id)) => {
                holds::lift_newest(tx, about, id, &standing.operator.code).await?.is_some()
            }
            None => false,
        },
        (Action::KickOut, Kind::Shipment) => {
            orders::set_aside(tx, subject.id, &standing.operator.code).await?
        }
        (Action::Cancel, Kind::Shipment) => orders::give_up_shipment(tx, subject.id).await?,
        (Action::TakeBack, Kind::Wave) => rows::take_back(tx, actor.warehouse, subject.id).await?,
        (Action::Free, Kind::Trip) => {
            rows::assign_trip(tx, subject.id, None, &standing.operator).await?
        }
        (Action::Assign, Kind::Trip)
            if !scope::sees(tx, person.unwrap_or_default(), "trip", subject.id).await? =>
        {
            return Err(Refusal::wrong(Message::key("give-not-theirs")).into());
        }
        (Action::Assign, Kind::Trip) => {
            rows::assign_trip(tx, subject.id, person, &standing.operator).await?
        }
        (Action::TakeOver, Kind::Trip) => {
            rows::assign_trip(tx, subject.id, Some(actor.person), &standing.operator).await?
        }
        (Action::ForceClose, Kind::Trip) => {
            rows::force_close(tx, actor, subject.id, &standing.operator.name).await?
        }
        (Action::Reprint, Kind::Parcel) => labels::reprint_parcel(tx, subject.id).await?,
        (Action::Offer, Kind::Person) => match Offer::parse(text) {
            Some(offer) => people::turn_offer(tx, subject.id, &offer).await?,
            None => false,
        },
        (Action::FreeBadge, Kind::Person) => people::free_badge(tx, subject.id).await?,
        (Action::ChangeRole, Kind::Person) if subject.id == actor.person => {
            return Err(Refusal::wrong(Message::key("desk-own-role")).into());
        }
        (Action::ChangeRole, Kind::Person) => roles::give(tx, subject.id, text).await?,
        (Action::Grant | Action::Withdraw, Kind::Role) => {
            change_right(tx, standing, subject.id, action, text).await?
        }
        (Action::Limit, Kind::Role) => {
            match (roles::by_id(tx, subject.id).await?, Limit::parse(text)) {
                (Some(role), Some(limit)) => {
                    roles::find(tx, &role.code).await?;
                    roles::turn_limit(tx, &role.code, subject.id, &limit).await?;
                    true
                }
                _ => false,
            }
        }
        (Action::Message, Kind::Person) => {
            rows::send_message(tx, subject.id, &standing.operator.name, text).await?
        }
        _ => false,
    };
    if done { Ok(()) } else { Err(Refusal::wrong(Message::key("desk-not-now")).into()) }
}

/// May the person stop what lies there: is all of it for whom they work?
async fn holds_theirs(tx: &mut Tx, standing: &Standing, subject: &Subject) -> store::Result<bool> {
    let Operator { id, role, .. } = &standing.operator;
    Ok(!role.limited || scope::sees(tx, *id, "goods_in", subject.id).await?)
}

/// One right more or less. `false`: there is no such role any more, or no such right.
async fn change_right(
    tx: &mut Tx,
    standing: &Standing,
    role: i64,
    action: Action,
    right: &str,
) -> Result<bool, GestureError> {
    let (Some(seen), Some(right)) = (roles::by_id(tx, role).await?, Right::parse(right)) else {
        return Ok(false);
    };
    // What it is now, locked: somebody else may have changed it.
    let role = roles::find(tx, &seen.code).await?;
    let rights = if action == Action::Grant { role.rights | right } else { role.rights - right };
    // Nobody locks themselves out.
    if role.code == standing.operator.role.code && !rights.contains(Right::Roles) {
        return Err(Refusal::wrong(Message::key("desk-own-role")).into());
    }
    roles::set(tx, &role.code, None, None, rights, None).await?;
    Ok(true)
}

/// Holds what is on the screen. `false`: that is over, or cannot be held.
async fn hold(
    tx: &mut Tx,
    standing: &Standing,
    subject: &Subject,
    reason: &str,
    note: &str,
) -> store::Result<bool> {
    let Some((about, id)) = rows::hold_subject(tx, subject).await? else { return Ok(false) };
    holds::add(tx, about, id, reason, note, &standing.operator.code).await.map(|_| true)
}

//! What a supervisor decides at the desk, done.

use super::viewer;
use crate::domain::Right;
use crate::protocol::desk::marked::{parse, that_can};
use crate::protocol::desk::{Action, Kind, Subject};
use crate::protocol::exceptions::Resolution;
use crate::protocol::{Message, Operator, Refusal};
use crate::store::orders::{self, Rest};
use crate::store::people::{self, Offer};
use crate::store::roles::{self, Limit};
use crate::store::standing::Standing;
use crate::store::{self, Actor, Tx, audit, desk as rows, holds, labels, scope};
use crate::work::{GestureError, exceptions};

/// What somebody decided about what is on their screen.
#[derive(Clone, Copy)]
pub(super) struct Deed<'a> {
    pub action: Action,
    pub subject: &'a Subject,
    /// Whom it names.
    pub person: Option<i64>,
    /// What was chosen or typed with it.
    pub text: &'a str,
}

/// Does it; refused where it cannot be done to that, or not now.
pub(super) async fn perform(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    deed: Deed<'_>,
) -> Result<(), GestureError> {
    let id = deed.subject.id;
    let done = match (deed.action, deed.subject.kind) {
        (Action::Hold | Action::HoldGoods | Action::HoldNote | Action::LetGo, _) => {
            stop_or_let_go(tx, standing, deed).await?
        }
        (_, Kind::Shipment) => to_shipment(tx, standing, deed).await?,
        (_, Kind::Trip) => to_trip(tx, actor, standing, deed).await?,
        (_, Kind::Person) => to_person(tx, actor, standing, deed).await?,
        (_, Kind::Role) => to_role(tx, standing, deed).await?,
        (Action::TryAgain, Kind::Case) => {
            exceptions::answer(tx, actor, standing, id, Resolution::Retry).await?
        }
        (Action::Dismiss, Kind::Case) => {
            exceptions::answer(tx, actor, standing, id, Resolution::Done).await?
        }
        (Action::TakeBack, Kind::Wave) => rows::take_back(tx, actor.warehouse, id).await?,
        (Action::Reprint, Kind::Parcel) => labels::reprint_parcel(tx, id).await?,
        _ => false,
    };
    if done { Ok(()) } else { Err(refused("desk-not-now")) }
}

/// Does it to each of the marked things that it can be done to, all of them or none; returns how
/// many of how many. Each is in the audit by itself.
pub(super) async fn perform_all(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    deed: Deed<'_>,
) -> Result<(i64, i64), GestureError> {
    if matches!(deed.action, Action::Cancel | Action::KickOut) {
        let shipments = parse(&deed.subject.of).map(|(_, ids)| ids).unwrap_or_default();
        orders::lock_all(tx, &shipments).await?;
    }
    let marked = rows::marked(tx, viewer(standing), &deed.subject.of).await?;
    let can = that_can(&marked, deed.action);
    let cases = can.iter().filter(|one| one.subject.kind == Kind::Case);
    let cases: Vec<i64> = cases.map(|one| one.subject.id).collect();
    if !cases.is_empty() {
        store::exceptions::lock(tx, &cases).await?;
    }
    let mut done = 0;
    for one in &can {
        match perform(tx, actor, standing, Deed { subject: &one.subject, ..deed }).await {
            // What cannot go on yet stays open, and holds up no other.
            Err(GestureError::Refused(_)) if one.subject.kind == Kind::Case => continue,
            other => other?,
        }
        note(tx, standing, deed, &one.name).await?;
        done += 1;
    }
    if done == 0 {
        return Err(refused(if can.is_empty() { "desk-not-now" } else { "marked-none" }));
    }
    Ok((done, marked.len() as i64))
}

/// Who did what to whom is in the audit.
pub(super) async fn note(
    tx: &mut Tx,
    standing: &Standing,
    deed: Deed<'_>,
    name: &str,
) -> store::Result<()> {
    let after = (!deed.text.is_empty()).then(|| serde_json::json!({ "text": deed.text }));
    audit::record(tx, &standing.operator.code, deed.action.key(), name, after).await
}

fn refused(key: &str) -> GestureError {
    Refusal::wrong(Message::key(key)).into()
}

async fn stop_or_let_go(
    tx: &mut Tx,
    standing: &Standing,
    Deed { action, subject, text, .. }: Deed<'_>,
) -> Result<bool, GestureError> {
    let who = &standing.operator.code;
    let at_a_place = subject.kind == Kind::Place && action != Action::Hold;
    if at_a_place && !holds_theirs(tx, standing, subject).await? {
        return Err(refused("desk-others-goods"));
    }
    Ok(match (action, subject.kind) {
        (Action::HoldNote, _) => hold(tx, standing, subject, "other", text.trim()).await?,
        (Action::Hold | Action::HoldGoods, _) => {
            hold(tx, standing, subject, &text.replace('-', "_"), "").await?
        }
        (_, Kind::Hold) => holds::lift_one(tx, subject.id, who).await?,
        _ => match rows::hold_subject(tx, subject).await? {
            Some((about, id)) => holds::lift_newest(tx, about, id, who).await?.is_some(),
            None => false,
        },
    })
}

async fn to_shipment(
    tx: &mut Tx,
    standing: &Standing,
    deed: Deed<'_>,
) -> Result<bool, GestureError> {
    let id = deed.subject.id;
    Ok(match deed.action {
        Action::Expedite => rows::raise_priority(tx, id).await?,
        Action::Split if !orders::split_rest(tx, id, Rest::Follows).await? => {
            return Err(refused("split-nothing"));
        }
        Action::Split => true,
        Action::KickOut => orders::set_aside(tx, id, &standing.operator.code).await?,
        Action::Cancel => orders::give_up_shipment(tx, id).await?,
        _ => false,
    })
}

async fn to_trip(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    deed: Deed<'_>,
) -> Result<bool, GestureError> {
    let (id, by) = (deed.subject.id, &standing.operator);
    Ok(match deed.action {
        Action::Free => rows::assign_trip(tx, id, None, by).await?,
        Action::Assign if !scope::sees(tx, deed.person.unwrap_or_default(), "trip", id).await? => {
            return Err(refused("give-not-theirs"));
        }
        Action::Assign => rows::assign_trip(tx, id, deed.person, by).await?,
        Action::TakeOver => rows::assign_trip(tx, id, Some(actor.person), by).await?,
        Action::ForceClose => rows::force_close(tx, actor, id, &by.name).await?,
        _ => false,
    })
}

async fn to_person(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    deed: Deed<'_>,
) -> Result<bool, GestureError> {
    let id = deed.subject.id;
    Ok(match deed.action {
        Action::Offer => match Offer::parse(deed.text) {
            Some(offer) => people::turn_offer(tx, id, &offer).await?,
            None => false,
        },
        Action::FreeBadge => people::free_badge(tx, id).await?,
        Action::ChangeRole if id == actor.person => return Err(refused("desk-own-role")),
        Action::ChangeRole => roles::give(tx, id, deed.text).await?,
        Action::Message => rows::send_message(tx, id, &standing.operator.name, deed.text).await?,
        _ => false,
    })
}

async fn to_role(tx: &mut Tx, standing: &Standing, deed: Deed<'_>) -> Result<bool, GestureError> {
    let id = deed.subject.id;
    match deed.action {
        Action::Grant | Action::Withdraw => {
            change_right(tx, standing, id, deed.action, deed.text).await
        }
        Action::Limit => {
            let (Some(role), Some(limit)) = (roles::by_id(tx, id).await?, Limit::parse(deed.text))
            else {
                return Ok(false);
            };
            roles::find(tx, &role.code).await?;
            roles::turn_limit(tx, &role.code, id, &limit).await?;
            Ok(true)
        }
        _ => Ok(false),
    }
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

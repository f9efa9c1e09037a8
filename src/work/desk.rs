//! The desk: looks things up, and does what a supervisor decides about them.

use super::{Halt, Outcome};
use crate::domain::Role;
use crate::protocol::desk::{self, Action, Decision, Kind, Snapshot, Step, Subject};
use crate::protocol::scan::Scan;
use crate::protocol::{self, Activity, Expect, Page, Refusal, Text};
use crate::store::people::{self, Standing};
use crate::store::pick::Actor;
use crate::store::{self, Tx, desk as rows, orders};

fn may_act(standing: &Standing) -> bool {
    matches!(standing.who.role, Role::Supervisor | Role::Admin)
}

async fn load(tx: &mut Tx, standing: &Standing, step: &Step, home: Activity) -> store::Result<Snapshot> {
    let shown = match (step.trail.last(), home) {
        (Some(subject), _) => rows::shown(tx, standing.warehouse_id, subject).await?,
        (None, Activity::Board) => Some(rows::board(tx, standing.warehouse_id).await?),
        (None, _) => None,
    };
    let shown = shown.map(|shown| if may_act(standing) { shown } else { desk::Shown { actions: vec![], ..shown } });
    Ok(Snapshot { board: step.trail.is_empty() && home == Activity::Board, shown })
}

pub async fn show(tx: &mut Tx, standing: &Standing, step: &Step, home: Activity) -> store::Result<(Page, Vec<Expect>)> {
    let now = load(tx, standing, step, home).await?;
    Ok((desk::page(&now, step), desk::expects(&now, step)))
}

fn to(standing: &Standing, home: Activity, step: Step) -> Outcome {
    Outcome::to(if home == Activity::Board { protocol::Step::Board(step) } else { protocol::Step::Inquiry(step) }, standing)
}

pub async fn act(tx: &mut Tx, actor: Actor<'_>, standing: &Standing, step: &Step, scan: &Scan, home: Activity) -> Result<Outcome, Halt> {
    let now = load(tx, standing, step, home).await?;
    match desk::decide(&now, step, scan)? {
        Decision::Look(next) => Ok(to(standing, home, next)),
        Decision::Leave => Ok(Outcome::to(protocol::Step::Menu, standing)),
        Decision::Find(text) => match rows::find(tx, actor.warehouse, &text).await? {
            Some(subject) => Ok(to(standing, home, step.to(subject))),
            None => Err(Refusal::wrong(Text::key("desk-unknown").with("came", scan.came())).into()),
        },
        Decision::Do { action, person, text } => {
            let Some(subject) = step.trail.last().filter(|_| may_act(standing)) else { return Err(Refusal::wrong(Text::key("not-allowed").with("role", standing.who.role.code())).into()) };
            perform(tx, actor, standing, subject, action, person, &text).await?;
            people::audit(tx, &standing.who.code, action.key(), &subject.scan(), None).await?;
            Ok(to(standing, home, Step { asking: None, ..step.clone() }).saying(Text::key("desk-done")))
        }
    }
}

async fn perform(tx: &mut Tx, actor: Actor<'_>, standing: &Standing, subject: &Subject, action: Action, person: Option<i64>, text: &str) -> Result<(), Halt> {
    let done = match (action, subject.kind) {
        (Action::Expedite, Kind::Shipment) => rows::expedite(tx, subject.id).await?,
        (Action::Hold, Kind::Shipment) => rows::hold(tx, subject.id).await?,
        (Action::LetGo, Kind::Shipment) => rows::let_go(tx, subject.id).await?,
        (Action::KickOut, Kind::Shipment) => orders::take_off_floor(tx, subject.id, "held", "by_hand").await?,
        (Action::Cancel, Kind::Shipment) => orders::take_off_floor(tx, subject.id, "cancelled", "given_up").await?,
        (Action::TakeBack, Kind::Wave) => rows::take_back(tx, actor.warehouse, subject.id).await?,
        (Action::Free, Kind::Trip) => rows::give_trip(tx, subject.id, None, &standing.who.name).await?,
        (Action::Assign, Kind::Trip) => rows::give_trip(tx, subject.id, person, &standing.who.name).await?,
        (Action::Message, Kind::Person) => rows::message(tx, subject.id, &standing.who.name, text).await?,
        _ => false,
    };
    if done { Ok(()) } else { Err(Refusal::wrong(Text::key("desk-not-now")).into()) }
}

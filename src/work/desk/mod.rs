//! The desk: looks things up, and does what a supervisor decides about them.

mod acts;
mod choices;
mod file;

use super::activity::{Shown, Work};
use super::{GestureError, Outcome, allowed};
use crate::domain::{Right, Rights};
use crate::i18n;
use crate::protocol::desk::{self, Action, Decision, Kind, Snapshot, Step, Subject};
use crate::protocol::scan::Scan;
use crate::protocol::{self, Activity, Message, Page, Refusal, exceptions};
use crate::store::desk::{self as rows, Viewer};
use crate::store::standing::{self, Speaker, Standing};
use crate::store::{self, Actor, Tx, audit};
use acts::{Deed, note, perform, perform_all};
use choices::choices;

pub use file::{FullList, Value, full_list, list_as_file};

async fn load(
    tx: &mut Tx,
    standing: &Standing,
    step: &Step,
    home: Activity,
) -> store::Result<Snapshot> {
    let rights = standing.operator.role.rights;
    let shown = match (step.trail.last(), home) {
        (Some(subject), _) if !may_see(standing, subject) => None,
        (Some(subject), _) => rows::details(tx, viewer(standing), subject, &i18n::that_say).await?,
        (None, Activity::Board) => Some(rows::board(tx, viewer(standing)).await?),
        (None, _) => None,
    };
    let shown = shown.map(|shown| desk::Shown { tz: standing.tz.clone(), ..shown });
    let shown = shown.map(|shown| with_rights(private(shown, rights), rights));
    let choices = match (step.asking, step.trail.last()) {
        (Some(asking), Some(subject)) => {
            choices(tx, standing.warehouse_id, asking, subject).await?
        }
        _ => Vec::new(),
    };
    // Who has the walk already need not take it over.
    let mut shown = shown;
    let mut consequences = Vec::new();
    if let (Some(shown), Some(trip)) =
        (&mut shown, step.trail.last().filter(|subject| subject.kind == Kind::Trip))
    {
        let held = rows::picker_and_counted(tx, trip.id).await?;
        shown.actions.retain(|action| {
            *action != Action::TakeOver
                || held.as_ref().is_none_or(|(person, _)| *person != standing.operator.id)
        });
        consequences.extend(held.and_then(|(_, text)| text).filter(|_| {
            matches!(step.asking, Some(Action::ForceClose | Action::Free | Action::Assign))
        }));
    }
    if let (Some(Action::KickOut | Action::Cancel), Some(shipment)) =
        (step.asking, step.trail.last().filter(|subject| subject.kind == Kind::Shipment))
    {
        consequences = rows::consequences(tx, shipment.id).await?;
    }
    if let (Some(action), Some(several)) =
        (step.asking, step.trail.last().filter(|subject| subject.kind == Kind::Marked))
    {
        let marked = rows::marked(tx, viewer(standing), &several.of).await?;
        consequences = desk::marked::consequences(&marked, action);
    }
    Ok(Snapshot {
        board: step.trail.is_empty() && home == Activity::Board,
        home: Some(home.title()),
        shown,
        choices,
        consequences,
    })
}

/// What is of the deck is for who has the deck; a rehearsal moves everybody's people.
fn may_see(standing: &Standing, subject: &Subject) -> bool {
    let role = &standing.operator.role;
    match subject.kind {
        Kind::Rehearsal => role.may(Right::Board) && !role.limited,
        kind => !kind.is_of_the_deck() || role.may(Right::Board),
    }
}

fn viewer(standing: &Standing) -> Viewer<'_> {
    Viewer {
        person: standing.operator.id,
        limited: standing.operator.role.limited,
        labour: standing.operator.role.may(Right::Labour),
        warehouse: standing.warehouse_id,
        tz: &standing.tz,
    }
}

/// What can be done about it is others' to do, and that is said.
fn with_rights(mut shown: desk::Shown, rights: Rights) -> desk::Shown {
    let asked: Rights = shown.actions.iter().map(|action| action.right()).collect();
    shown.actions.retain(|action| rights.contains(action.right()));
    if shown.actions.is_empty() && !asked.is_empty() {
        let roles_alone = asked == Rights::only(Right::Roles);
        let whose = if roles_alone { "desk-administrators" } else { "desk-not-yours" };
        shown.facts.push(Message::key(whose));
    }
    shown
}

/// Keeps back what a person may not read of a receiver.
fn private(mut shown: desk::Shown, rights: Rights) -> desk::Shown {
    let may_read = rights.contains(Right::Receivers);
    let receiver = shown
        .receiver
        .take()
        .map(|receiver| receiver.line(may_read))
        .filter(|line| !line.is_empty());
    shown.facts.extend(receiver.map(|line| {
        Message::key("desk-fact").with("name", Message::key("col-to")).with("value", line)
    }));
    desk::Shown { label: shown.label.filter(|_| may_read), ..shown }
}

pub(super) struct Board;

impl Work for Board {
    type Step = Step;

    fn takes_words(_: &Step) -> bool {
        true
    }

    fn at(step: Step) -> protocol::Step {
        protocol::Step::Board(step)
    }

    async fn show(tx: &mut Tx, standing: &Standing, step: &Step, _: bool) -> store::Result<Shown> {
        look(tx, standing, step, Activity::Board).await
    }

    async fn scan(
        tx: &mut Tx,
        actor: Actor<'_>,
        standing: &Standing,
        step: &Step,
        scan: &Scan,
    ) -> Result<Outcome, GestureError> {
        apply(tx, actor, standing, step, scan, Activity::Board).await
    }
}

pub(super) struct Inquiry;

impl Work for Inquiry {
    type Step = Step;

    fn takes_words(_: &Step) -> bool {
        true
    }

    fn at(step: Step) -> protocol::Step {
        protocol::Step::Inquiry(step)
    }

    async fn show(tx: &mut Tx, standing: &Standing, step: &Step, _: bool) -> store::Result<Shown> {
        look(tx, standing, step, Activity::Inquiry).await
    }

    async fn scan(
        tx: &mut Tx,
        actor: Actor<'_>,
        standing: &Standing,
        step: &Step,
        scan: &Scan,
    ) -> Result<Outcome, GestureError> {
        apply(tx, actor, standing, step, scan, Activity::Inquiry).await
    }
}

async fn look(
    tx: &mut Tx,
    standing: &Standing,
    step: &Step,
    home: Activity,
) -> store::Result<Shown> {
    let now = load(tx, standing, step, home).await?;
    Ok((desk::build_page(&now, step), desk::accepted_scans(&now, step)).into())
}

fn to(standing: &Standing, home: Activity, step: Step) -> Outcome {
    Outcome::to(
        if home == Activity::Board {
            protocol::Step::Board(step)
        } else {
            protocol::Step::Inquiry(step)
        },
        standing,
    )
}

async fn apply(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    step: &Step,
    scan: &Scan,
    home: Activity,
) -> Result<Outcome, GestureError> {
    let now = load(tx, standing, step, home).await?;
    match desk::decide(&now, step, scan)? {
        Decision::Navigate(next) => {
            // Where one has been one may go back.
            let new = next.trail.last().filter(|new| !step.trail.contains(new)).cloned();
            match new {
                Some(case) if case.kind == Kind::Case => {
                    open_case(tx, standing, step, &case, scan, home).await
                }
                Some(subject) => look_at(tx, standing, next, &subject, scan, home).await,
                None => Ok(to(standing, home, next)),
            }
        }
        Decision::Leave => Ok(Outcome::to(protocol::Step::Menu, standing)),
        Decision::Find(text) => {
            let found = rows::find_subject(tx, actor.warehouse, actor.person, &text).await?;
            let subject = found.ok_or_else(|| unknown(scan))?;
            reads(tx, standing, &subject).await?;
            Ok(to(standing, home, step.to(subject)))
        }
        Decision::Release(only) => {
            allowed(standing, Activity::Wave.right())?;
            Ok(super::wave::of_these(tx, actor, standing, only, step.clone()).await?)
        }
        // A kept view is everybody's.
        Decision::SaveView(name) => {
            allowed(standing, Action::SaveView.right())?;
            if let Some(list) = step.trail.last() {
                rows::save_view(tx, list.kind.name(), &name, &list.view, actor.person).await?;
            }
            Ok(to(standing, home, Step { asking: None, ..step.clone() })
                .saying(Message::key("desk-view-saved").with("name", &name)))
        }
        Decision::UseView(name) => {
            let list = step.trail.last().map(|list| list.kind.name()).unwrap_or_default();
            match rows::view(tx, list, &name).await? {
                Some(view) => Ok(to(standing, home, step.seen(view))),
                None => Err(Refusal::wrong(Message::key("desk-not-now")).into()),
            }
        }
        Decision::Do { action, person, text } => {
            allowed(standing, action.right())?;
            // What is gone, or never was for this person to see, is nobody's to act on.
            let Some(subject) = step.trail.last().filter(|_| now.shown.is_some()) else {
                return Err(Refusal::wrong(Message::key("desk-not-now")).into());
            };
            let deed = Deed { action, subject, person, text: &text };
            let said = act(tx, actor, standing, deed, &now).await?;
            Ok(to(standing, home, Step { asking: None, ..step.clone() }).saying(said))
        }
    }
}

/// Does it, to what is on the screen or to each of what is marked; returns what is said about it.
async fn act(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    deed: Deed<'_>,
    now: &Snapshot,
) -> Result<Message, GestureError> {
    if deed.subject.kind == Kind::Marked {
        let (done, of) = perform_all(tx, actor, standing, deed).await?;
        return Ok(Message::key("marked-done").with("n", done).with("of", of));
    }
    perform(tx, actor, standing, deed).await?;
    note(tx, standing, deed, &now.known_as(deed.subject)).await?;
    Ok(Message::key("desk-done"))
}

/// A thing or a list, if it is the person's to see.
async fn look_at(
    tx: &mut Tx,
    standing: &Standing,
    next: Step,
    subject: &Subject,
    scan: &Scan,
    home: Activity,
) -> Result<Outcome, GestureError> {
    known(tx, standing, subject, scan).await?;
    reads(tx, standing, subject).await?;
    Ok(to(standing, home, next))
}

/// An exception is answered where its ways out are; who may not sees what it is about.
async fn open_case(
    tx: &mut Tx,
    standing: &Standing,
    step: &Step,
    case: &Subject,
    scan: &Scan,
    home: Activity,
) -> Result<Outcome, GestureError> {
    known(tx, standing, case, scan).await?;
    if standing.operator.role.may(Right::Exceptions) {
        let back = Some(step.clone());
        let asked = exceptions::Step { back, ..exceptions::Step::at(Some(case.id)) };
        return Ok(Outcome::to(protocol::Step::Exceptions(asked), standing));
    }
    let about = rows::about(tx, case.id).await?.ok_or_else(|| unknown(scan))?;
    look_at(tx, standing, step.to(about.clone()), &about, scan, home).await
}

fn unknown(scan: &Scan) -> Refusal {
    Refusal::wrong(Message::key("desk-unknown").with("received", scan.received()))
}

/// Who opens a page with somebody's address on it is in the audit.
async fn reads(tx: &mut Tx, standing: &Standing, subject: &Subject) -> store::Result<()> {
    let addressed = matches!(subject.kind, Kind::Order | Kind::Shipment | Kind::Parcel);
    if !addressed || !standing.operator.role.may(Right::Receivers) {
        return Ok(());
    }
    audit::record(tx, &standing.operator.code, "receiver_read", &subject.scan(), None).await
}

/// What belongs to owners or shops that a person does not work for is unknown to them.
async fn known(
    tx: &mut Tx,
    standing: &Standing,
    subject: &Subject,
    scan: &Scan,
) -> Result<(), GestureError> {
    if may_see(standing, subject) && rows::sees(tx, viewer(standing), subject).await? {
        Ok(())
    } else {
        Err(unknown(scan).into())
    }
}

/// What a row of the desk opens, without going there. `None`: it is gone, or the person stands
/// elsewhere.
pub async fn row_details(
    ctx: &super::Ctx,
    session: uuid::Uuid,
    person: i64,
    of: &str,
) -> store::Result<Option<Page>> {
    let Some(subject) = Subject::parse(of) else { return Ok(None) };
    let mut tx = ctx.db.begin().await?;
    let Some(standing) = standing::lock(&mut tx, person, session).await? else { return Ok(None) };
    // Not for a terminal that the person has left.
    if standing.speaker != Speaker::Here
        || !matches!(standing.step, protocol::Step::Board(_) | protocol::Step::Inquiry(_))
    {
        return Ok(None);
    }
    let step = Step { trail: vec![subject], asking: None };
    // Addresses are for who opens the page, which is in the audit.
    let mut standing = standing;
    standing.operator.role.rights -= Right::Receivers;
    let now = load(&mut tx, &standing, &step, Activity::Inquiry).await?;
    Ok(now.shown.is_some().then(|| desk::build_page(&now, &step)))
}

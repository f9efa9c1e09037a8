//! The desk: looks things up, and does what a supervisor decides about them.

use super::activity::{Shown, Work};
use super::{GestureError, Outcome, allowed};
use crate::domain::{Right, Rights, Role};
use crate::i18n;
use crate::limits;
use crate::links::tables;
pub use crate::links::tables::Value;
use crate::protocol::desk::{self, Action, Choice, Decision, Kind, Snapshot, Step, Subject};
use crate::protocol::page::Table;
use crate::protocol::scan::Scan;
use crate::protocol::{self, Activity, Cell, Message, Operator, Page, Refusal};
use crate::store::Actor;
use crate::store::audit;
use crate::store::desk::{self as rows, Viewer};
use crate::store::orders::{self, Rest};
use crate::store::people::{self, Offer};
use crate::store::roles::{self, Limit};
use crate::store::standing;
use crate::store::standing::{Speaker, Standing};
use crate::store::{self, Tx, holds, labels, scope};

async fn load(
    tx: &mut Tx,
    standing: &Standing,
    step: &Step,
    home: Activity,
) -> store::Result<Snapshot> {
    let shown = match (step.trail.last(), home) {
        (Some(subject), _) => {
            let said = i18n::that_say(&subject.view.filter);
            rows::details(tx, viewer(standing), subject, &said).await?
        }
        (None, Activity::Board) => Some(rows::board(tx, viewer(standing)).await?),
        (None, _) => None,
    };
    let rights = standing.operator.role.rights;
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
    Ok(Snapshot {
        board: step.trail.is_empty() && home == Activity::Board,
        shown,
        choices,
        consequences,
    })
}

fn viewer(standing: &Standing) -> Viewer<'_> {
    Viewer {
        person: standing.operator.id,
        limited: standing.operator.role.limited,
        warehouse: standing.warehouse_id,
        tz: &standing.tz,
    }
}

/// What a digit chooses from where an action asks for it.
async fn choices(
    tx: &mut Tx,
    warehouse: i64,
    asking: Action,
    subject: &Subject,
) -> store::Result<Vec<Choice>> {
    let role = match (asking, subject.kind) {
        (Action::Views, _) => {
            let names = rows::saved_view_names(tx, subject.kind.name()).await?;
            let choice = |name: String| Choice { text: Message::plain(&name), code: name };
            return Ok(names.into_iter().map(choice).collect());
        }
        (Action::ChangeRole, _) => {
            let choice =
                |role: Role| Choice { text: Message::plain(&role.name), code: role.code.clone() };
            return Ok(roles::all(tx).await?.into_iter().map(choice).collect());
        }
        (Action::Offer, Kind::Person) => {
            let offers = people::offers(tx, subject.id, warehouse).await?;
            return Ok(offers.iter().map(|(offer, on)| offer_choice(offer, *on)).collect());
        }
        (Action::Limit, Kind::Role) => {
            let limits = roles::limits(tx, subject.id).await?;
            return Ok(limits.iter().map(|(limit, on)| limit_choice(limit, *on)).collect());
        }
        (Action::Grant | Action::Withdraw, Kind::Role) => roles::by_id(tx, subject.id).await?,
        _ => None,
    };
    let rights = match (asking, role) {
        (Action::Grant, Some(role)) => Right::all() - role.rights,
        (_, Some(role)) => role.rights,
        _ => Rights::empty(),
    };
    let choice = |right: Right| Choice { code: right.code().to_owned(), text: right.says() };
    Ok(rights.iter().map(choice).collect())
}

/// A kind of work or a zone that a person can be put to, and whether they are.
fn offer_choice(offer: &Offer, on: bool) -> Choice {
    let what = match offer {
        Offer::Work(right) => right.says(),
        Offer::Zone(zone) => Message::key("desk-zone").with("zone", zone.as_str()),
    };
    Choice { code: offer.code(), text: chosen(what, on) }
}

/// An owner or a shop that a role can be limited to, and whether it is.
fn limit_choice(limit: &Limit, on: bool) -> Choice {
    let what = match limit {
        Limit::Owner(code) => Message::key("desk-owner").with("code", code),
        Limit::Shop(code) => Message::key("desk-shop").with("code", code),
    };
    Choice { code: limit.code(), text: chosen(what, on) }
}

fn chosen(what: Message, on: bool) -> Message {
    if on { Message::key("desk-chosen").with("what", what) } else { what }
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
            if let Some(subject) = next.trail.last().filter(|new| !step.trail.contains(new)) {
                known(tx, standing, subject, scan).await?;
            }
            Ok(to(standing, home, next))
        }
        Decision::Leave => Ok(Outcome::to(protocol::Step::Menu, standing)),
        Decision::Find(text) => {
            match rows::find_subject(tx, actor.warehouse, actor.person, &text).await? {
                Some(subject) => Ok(to(standing, home, step.to(subject))),
                None => Err(unknown(scan).into()),
            }
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
            perform(tx, actor, standing, subject, action, person, &text).await?;
            let after = (!text.is_empty()).then(|| serde_json::json!({ "text": text }));
            // By the name that people know it by.
            let name = now
                .shown
                .as_ref()
                .and_then(|shown| shown.big.as_ref()?.as_plain())
                .map_or_else(|| subject.scan(), str::to_owned);
            audit::record(tx, &standing.operator.code, action.key(), &name, after).await?;
            Ok(to(standing, home, Step { asking: None, ..step.clone() })
                .saying(Message::key("desk-done")))
        }
    }
}

fn unknown(scan: &Scan) -> Refusal {
    Refusal::wrong(Message::key("desk-unknown").with("received", scan.received()))
}

/// What belongs to owners or shops that a person does not work for is unknown to them.
async fn known(
    tx: &mut Tx,
    standing: &Standing,
    subject: &Subject,
    scan: &Scan,
) -> Result<(), GestureError> {
    if rows::sees(tx, viewer(standing), subject).await? {
        Ok(())
    } else {
        Err(unknown(scan).into())
    }
}

async fn perform(
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
    let now = load(&mut tx, &standing, &step, Activity::Inquiry).await?;
    Ok(now.shown.is_some().then(|| desk::build_page(&now, &step)))
}

/// A list as a person looks at it, all of its rows.
pub struct FullList {
    pub title: Message,
    pub header: Vec<Message>,
    pub rows: Vec<Vec<Cell>>,
    pub tz: String,
    /// By the site's clock, as a file's name says it: `20261122-094100123`.
    pub at: String,
}

/// `None`: no list is on the screen, or the person stands elsewhere by now.
pub async fn full_list(
    ctx: &super::Ctx,
    session: uuid::Uuid,
    person: i64,
) -> store::Result<Option<FullList>> {
    let mut tx = ctx.db.begin().await?;
    let Some(standing) =
        standing::lock(&mut tx, person, session).await?.filter(|st| st.speaker == Speaker::Here)
    else {
        return Ok(None);
    };
    let step = match &standing.step {
        protocol::Step::Board(step) | protocol::Step::Inquiry(step) => step,
        _ => return Ok(None),
    };
    let may_export = standing.operator.role.may(Right::Export);
    let Some(list) = step.trail.last().filter(|subject| may_export && subject.kind.is_list())
    else {
        return Ok(None);
    };
    let said = i18n::that_say(&list.view.filter);
    let shown = rows::list(&mut tx, viewer(&standing), list, &said, limits::EXPORT_ROWS).await?;
    // In a file the order is seen, not marked.
    let unmarked = shown.list.map(|view| desk::View { sort: None, ..view });
    let shown = desk::Shown { list: unmarked, tz: standing.tz.clone(), ..shown };
    audit::record(&mut tx, &standing.operator.code, "export", &list.scan(), None).await?;
    let at = rows::now_for_file_name(&mut tx).await?;
    tx.commit().await?;
    let page = desk::build_page(&Snapshot { shown: Some(shown), ..Snapshot::default() }, step);
    let Table { header, rows, tz, .. } = page.table;
    Ok(Some(FullList { title: page.title, header, rows, tz, at }))
}

/// A list as the bytes of a file, with nothing in it that a spreadsheet would run.
pub fn list_as_file(xlsx: bool, header: &[String], rows: &[Vec<Value>]) -> Result<Vec<u8>, String> {
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    if xlsx {
        return tables::xlsx(&header, rows);
    }
    let mut out = Vec::new();
    tables::write_csv(&mut out, &header, rows).map_err(|error| error.to_string())?;
    Ok(out)
}

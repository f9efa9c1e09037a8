//! What the desk shows: the board and its lists. `details` tells one thing with its history from
//! the ledger, `acts` is what a supervisor does about it.

mod acts;
mod details;
mod goods;
mod list;
mod marked;
mod people;

pub use acts::{
    Picker, assign_trip, consequences, force_close, hold_subject, picker_and_counted, pickers,
    raise_priority, send_message, take_back,
};

pub use list::list;
pub use marked::marked;

use super::holds::{self, LiveHold};
use super::{Result, Tx, scope};
use crate::domain::Name;
use crate::domain::rows::Instant;
use crate::planner::forecast::{Due, Pace, Plan, forecast, walks_end};
use crate::protocol::desk::deck::rehearsal::{Changes, Forecast};
use crate::protocol::desk::marked::page as page_of_marked;
use crate::protocol::desk::{
    Action, Kind, Row, Shown, Subject, actions, deck, doing, title_row, why_held,
};
use crate::protocol::list::{Cell, Said};
use crate::protocol::{Arg, Message};

/// Rows of a page at most; more are found by their codes.
const ROWS: i64 = 200;
const HISTORY: i64 = 60;

/// Who looks: where, and by which clock.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'a> {
    pub person: i64,
    /// They work for some owners or shops only, and see what is theirs.
    pub limited: bool,
    /// They may read how fast others work.
    pub labour: bool,
    pub warehouse: i64,
    pub tz: &'a str,
}

fn fact(key: &str, value: impl Into<Arg>) -> Message {
    Message::key("desk-fact").with("name", Message::key(&format!("col-{key}"))).with("value", value)
}

fn row(cells: impl Into<Vec<Cell>>, opens: impl Into<Option<Subject>>) -> Row {
    Row { cells: cells.into(), opens: opens.into() }
}

/// A line a live hold, and the row that opens it.
fn held(hold: &LiveHold) -> (Message, Row) {
    let said = Message::key("desk-held").with("no", &hold.hold_no).with("why", hold.why());
    let cells = [
        Message::key("kind-hold").into(),
        Cell::text(&hold.hold_no),
        hold.why().into(),
        Cell::text(&hold.by),
        hold.since.into(),
    ];
    (said, row(cells, Subject::new(Kind::Hold, hold.id)))
}

/// What stands on a page about its live holds: lines, rows that open them, and what can be done.
async fn holds_on(
    tx: &mut Tx,
    subject: &str,
    id: i64,
    add: Action,
) -> Result<(Vec<Message>, Vec<Row>, Vec<Action>)> {
    let holds = holds::of_subject(tx, subject, id).await?;
    let (told, opens) = holds.iter().map(held).unzip();
    let by_hand = holds.iter().any(|hold| hold.by_hand);
    Ok((told, opens, actions::of_what_is_held(add, by_hand)))
}

/// The deck of the viewer's warehouse, with who is at work there.
pub async fn board(tx: &mut Tx, viewer: Viewer<'_>) -> Result<Shown> {
    let now = deck_now(tx, viewer).await?;
    let people = at_work(tx, viewer.warehouse).await?;
    Ok(deck::deck(&now, people, viewer.tz))
}

async fn deck_now(tx: &mut Tx, viewer: Viewer<'_>) -> Result<deck::DeckNow> {
    let now =
        sqlx::query_file_scalar!("src/store/sql/desk/deck.sql", viewer.warehouse, viewer.person)
            .fetch_one(tx.conn())
            .await?;
    Ok(serde_json::from_value(now)?)
}

/// How the cut-offs of the deck would end with these changes, and how as it is.
async fn rehearse(tx: &mut Tx, viewer: Viewer<'_>, changes: &str) -> Result<Shown> {
    let now = deck_now(tx, viewer).await?;
    let tried = Changes::parse(changes);
    let (ends, would_end) = (ends(&now, &Changes::default()), ends(&now, &tried));
    let each = now.past.pace.picked.unwrap_or(0.0);
    let walks = |lines: i64, people: i64| walks_end(lines, people, each);
    let said = Forecast { ends: &ends, would_end: &would_end, walks: &walks };
    Ok(deck::rehearsal::page(&now, &tried, &said, viewer.tz))
}

fn ends(now: &deck::DeckNow, changes: &Changes) -> Vec<Option<i64>> {
    let due: Vec<Due> = now
        .cutoffs
        .iter()
        .map(|c| Due {
            at_s: c.at - now.now,
            ready: c.ready,
            picking: c.picking,
            packing: c.packing,
        })
        .collect();
    let of_shift = &now.past.pace;
    let pace = Pace {
        picked: of_shift.picked.zip(of_shift.lines).map_or(0.0, |(lines, of)| lines / of),
        packed: of_shift.packed.unwrap_or(0.0),
    };
    let plan = Plan {
        pickers: now.pickers.unwrap_or(0) + changes.pickers,
        packers: now.packers.unwrap_or(0) + changes.packers,
        release_s: changes.release_min.map(|min| min * 60),
    };
    forecast(&due, pace, plan)
}

/// Rows under a title of their own, with columns of their own.
fn part(rows: &mut Vec<Row>, title: &str, more: Vec<Row>) {
    if !more.is_empty() {
        rows.push(title_row(title));
        rows.extend(more);
    }
}

/// Who is signed on, at what, since when; who has nothing in hand comes first.
async fn at_work(tx: &mut Tx, warehouse: i64) -> Result<Vec<Row>> {
    let people = sqlx::query_file!("src/store/sql/desk/people.sql", warehouse);
    Ok(people
        .fetch_all(tx.conn())
        .await?
        .into_iter()
        .map(|r| {
            let cells = [r.name.into(), doing(&r.doing), r.trip.into(), r.since.into()];
            row(cells, Subject::new(Kind::Person, r.id))
        })
        .collect())
}

/// What a person typed that is no code of goods or places: an order, a shipment, a walk, a wave, an
/// item, a person.
pub async fn find_subject(
    tx: &mut Tx,
    warehouse: i64,
    person: i64,
    text: &str,
) -> Result<Option<Subject>> {
    let row = sqlx::query_file!("src/store/sql/desk/find_subject.sql", warehouse, text, person)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.and_then(|r| Some(Subject::new(Kind::parse(&r.kind)?, r.id))))
}

/// All that a page shows of a thing or a list. `None`: it is gone, or not for this viewer to see.
/// `said`: as in `list`.
pub async fn details(
    tx: &mut Tx,
    viewer: Viewer<'_>,
    subject: &Subject,
    said: Said<'_>,
) -> Result<Option<Shown>> {
    if !sees(tx, viewer, subject).await? {
        return Ok(None);
    }
    match subject.kind {
        Kind::Stage | Kind::Cases | Kind::Trips | Kind::Waves | Kind::Holds | Kind::People => {
            list(tx, viewer, subject, said, ROWS).await.map(Some)
        }
        Kind::Marked => Ok(Some(page_of_marked(&marked(tx, viewer, &subject.of).await?))),
        Kind::Rehearsal => rehearse(tx, viewer, &subject.of).await.map(Some),
        Kind::Place => goods::place(tx, viewer, subject.id).await,
        Kind::Item => goods::item(tx, viewer, subject.id).await,
        Kind::Lot => goods::lot(tx, viewer, subject.id).await,
        Kind::Order => details::order(tx, viewer, subject.id).await,
        Kind::Shipment => details::shipment(tx, viewer, subject.id).await,
        Kind::Parcel => details::parcel(tx, viewer, subject.id).await,
        Kind::Trip => details::trip(tx, subject.id).await,
        Kind::Wave => details::wave(tx, subject.id).await,
        Kind::Shop => details::shop(tx, subject.id).await,
        Kind::Person => people::person(tx, viewer, subject.id).await,
        Kind::Role => people::role(tx, subject.id).await,
        Kind::HandOver => details::hand_over(tx, subject.id).await,
        Kind::Hold => details::hold(tx, subject.id).await,
        Kind::Case => match about(tx, subject.id).await? {
            Some(what) => Box::pin(details(tx, viewer, &what, said)).await,
            None => Ok(None),
        },
    }
}

/// What an exception is about: its shipment, place or order.
pub async fn about(tx: &mut Tx, exception: i64) -> Result<Option<Subject>> {
    let row = sqlx::query!(
        "SELECT shipment_id, place_id, order_id
         FROM exception
         WHERE id = $1",
        exception
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(|r| {
        let first =
            [(Kind::Shipment, r.shipment_id), (Kind::Place, r.place_id), (Kind::Order, r.order_id)];
        first.into_iter().find_map(|(kind, id)| Some(Subject::new(kind, id?)))
    }))
}

/// Is it for owners and shops that the person works for? Of lists they see those rows.
pub async fn sees(tx: &mut Tx, viewer: Viewer<'_>, subject: &Subject) -> Result<bool> {
    let Viewer { person, limited: true, .. } = viewer else { return Ok(true) };
    let sees = match subject.kind {
        kind if kind.is_list() => Some(true),
        Kind::Rehearsal | Kind::Marked => Some(true),
        Kind::Hold => {
            sqlx::query_scalar!("SELECT sees_hold($1, $2)", person, subject.id)
                .fetch_one(tx.conn())
                .await?
        }
        Kind::Case => {
            sqlx::query_scalar!("SELECT $2 IN (SELECT exceptions_of($1))", person, subject.id)
                .fetch_one(tx.conn())
                .await?
        }
        kind => return scope::sees(tx, person, kind.name(), subject.id).await,
    };
    Ok(sees == Some(true))
}

/// Now by the site's clock, for the name of a file.
pub async fn now_for_file_name(tx: &mut Tx) -> Result<String> {
    Ok(sqlx::query_scalar!(
        r#"SELECT to_char(now() AT TIME ZONE site_tz(), 'YYYYMMDD-HH24MISSMS') AS "at!""#
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Names of the views that are kept of a list.
pub async fn saved_view_names(tx: &mut Tx, list: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/desk/saved_view_names.sql", list)
        .fetch_all(tx.conn())
        .await?)
}

/// Keeps a view of a list under a name, for everybody; it replaces one that had the name.
pub async fn save_view<V: serde::Serialize>(
    tx: &mut Tx,
    list: &str,
    name: &str,
    view: &V,
    person: i64,
) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/desk/save_view.sql",
        list,
        name,
        serde_json::to_value(view)?,
        person
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// `None`: no view has that name any more.
pub async fn view<V: serde::de::DeserializeOwned>(
    tx: &mut Tx,
    list: &str,
    name: &str,
) -> Result<Option<V>> {
    let view = sqlx::query_scalar!(
        "SELECT view
         FROM saved_view
         WHERE list = $1 AND name = $2",
        list,
        name
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(view.map(serde_json::from_value).transpose()?)
}

/// Movements that touch a place, an item, a lot or a shipment, and what was decided about it, the
/// newest first, under a line that says so.
async fn history(tx: &mut Tx, viewer: Viewer<'_>, kind: Kind, id: i64) -> Result<Vec<Row>> {
    let moved = sqlx::query_file!(
        "src/store/sql/desk/history.sql",
        viewer.warehouse,
        kind.name(),
        id,
        HISTORY,
        viewer.person
    )
    .fetch_all(tx.conn())
    .await?;
    let mut rows = Vec::new();
    let past = moved
        .into_iter()
        .map(|r| {
            let what = match &r.action {
                Some(action) if action.starts_with("desk-do-") => Message::key(action).into(),
                Some(action) => Cell::says("audit", action),
                None => r.what.into(),
            };
            let goods = r.qty.map(|qty| format!("{qty} × {}", r.sku));
            let way: Cell = match r.action {
                Some(_) => why_held(&r.from_place).into(),
                None => format!("{} > {}", r.from_place, r.to_place).into(),
            };
            row([r.at.into(), what, goods.into(), way, r.who.into()], None)
        })
        .collect();
    part(&mut rows, "desk-history", past);
    Ok(rows)
}

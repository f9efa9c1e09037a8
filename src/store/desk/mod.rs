//! What the desk shows: the board and its lists. `details` tells one thing with its history from
//! the ledger, `acts` is what a supervisor does about it.

mod acts;
mod details;
mod goods;

pub use acts::{
    assign_trip, consequences, force_close, hold_subject, picker_and_counted, raise_priority,
    send_message, take_back,
};

use super::cells::cell;
use super::holds::{self, LiveHold};
use super::{Result, Tx};
use crate::domain::Name;
use crate::protocol::Message;
use crate::protocol::desk::{Action, Kind, Row, Shown, Subject};

/// Rows of a list at most; more are found by their codes.
const ROWS: i64 = 200;
const HISTORY: i64 = 60;

/// A row as the queries give it: cells, and what it opens.
struct Raw {
    cells: Vec<String>,
    kind: Option<String>,
    id: Option<i64>,
}

impl From<Raw> for Row {
    fn from(raw: Raw) -> Row {
        let opens =
            raw.kind.zip(raw.id).and_then(|(kind, id)| Subject::parse(&format!("#{kind}:{id}")));
        Row { cells: raw.cells.iter().map(|text| cell(text)).collect(), opens }
    }
}

fn header(keys: &[&str]) -> Vec<Message> {
    keys.iter().map(|key| Message::key(&format!("col-{key}"))).collect()
}

fn fact(key: &str, value: &str) -> Message {
    Message::key("desk-fact")
        .with("name", Message::key(&format!("col-{key}")))
        .with("value", cell(value))
}

fn role_name(en: &str, zh: &str) -> Message {
    Message::plain(&Name { en: en.to_owned(), zh: zh.to_owned(), ..Name::default() })
}

/// A line a live hold, and the row that opens it.
fn held(hold: &LiveHold) -> (Message, Row) {
    let said = Message::key("desk-held").with("no", &hold.hold_no).with("why", hold.why());
    let opens = Some(Subject::new(Kind::Hold, hold.id));
    let cells = vec![
        Message::key("kind-hold"),
        Message::plain(&hold.hold_no),
        hold.why(),
        Message::plain(&hold.by),
        Message::plain(&hold.since),
    ];
    (said, Row { cells, opens })
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
    let let_go = holds.iter().any(|hold| hold.by_hand).then_some(Action::LetGo);
    Ok((told, opens, let_go.into_iter().chain([add]).collect()))
}

/// The board: shipments per stage with the oldest and the nearest cut-off, walks and waves, who
/// works on what and since when, exceptions by reason, what is in trouble.
pub async fn board(tx: &mut Tx, warehouse: i64) -> Result<Shown> {
    let mut rows: Vec<Row> = Vec::new();
    let numbers =
        sqlx::query_file!("src/store/sql/desk/board.sql", warehouse).fetch_all(tx.conn()).await?;
    rows.extend(numbers.into_iter().map(|r| Row {
        cells: vec![
            cell(&r.label),
            Message::plain(r.n.to_string()),
            Message::plain(r.oldest),
            Message::plain(r.next),
        ],
        opens: Subject::parse(&format!("#{}:{}", r.kind, r.of)),
    }));
    part(&mut rows, "board-people", people(tx, warehouse).await?);
    let trouble = sqlx::query_file_as!(Raw, "src/store/sql/desk/board_troubles.sql")
        .fetch_all(tx.conn())
        .await?;
    part(&mut rows, "board-trouble", trouble);
    Ok(Shown {
        title: Message::key("menu-board"),
        header: header(&["what", "count", "oldest", "next"]),
        rows,
        ..Shown::default()
    })
}

/// Rows under a title of their own, with columns of their own.
fn part(rows: &mut Vec<Row>, title: &str, more: Vec<Raw>) {
    if !more.is_empty() {
        rows.push(Row { cells: vec![Message::key(title)], opens: None });
        rows.extend(more.into_iter().map(Row::from));
    }
}

/// Who is signed on, at what, since when; who has nothing in hand comes first.
async fn people(tx: &mut Tx, warehouse: i64) -> Result<Vec<Raw>> {
    Ok(sqlx::query_file_as!(Raw, "src/store/sql/desk/people.sql", warehouse)
        .fetch_all(tx.conn())
        .await?)
}

/// What a person typed that is no code of goods or places: an order, a shipment, a walk, a wave, an
/// item, a person.
pub async fn find_subject(tx: &mut Tx, warehouse: i64, text: &str) -> Result<Option<Subject>> {
    let row = sqlx::query_file!("src/store/sql/desk/find_subject.sql", warehouse, text)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.and_then(|r| Subject::parse(&format!("#{}:{}", r.kind, r.id))))
}

pub async fn details(
    tx: &mut Tx,
    warehouse: i64,
    subject: &Subject,
    said: &[String],
) -> Result<Option<Shown>> {
    match subject.kind {
        Kind::Stage | Kind::Cases | Kind::Trips | Kind::Waves | Kind::Holds => {
            list_rows(tx, warehouse, subject, said, ROWS).await.map(Some)
        }
        Kind::Place => goods::place(tx, warehouse, subject.id).await,
        Kind::Item => goods::item(tx, warehouse, subject.id).await,
        Kind::Lot => goods::lot(tx, warehouse, subject.id).await,
        Kind::Order => details::order(tx, subject.id).await,
        Kind::Shipment => details::shipment(tx, warehouse, subject.id).await,
        Kind::Parcel => details::parcel(tx, warehouse, subject.id).await,
        Kind::Trip => details::trip(tx, subject.id).await,
        Kind::Wave => details::wave(tx, subject.id).await,
        Kind::Shop => details::shop(tx, subject.id).await,
        Kind::Person => details::person(tx, warehouse, subject.id).await,
        Kind::Role => details::role(tx, subject.id).await,
        Kind::HandOver => details::hand_over(tx, subject.id).await,
        Kind::Hold => details::hold(tx, subject.id).await,
    }
}

/// A list in the view of it that is asked for, at most so many rows. `said`: the keys whose words
/// hold what is looked for.
pub async fn list_rows(
    tx: &mut Tx,
    warehouse: i64,
    subject: &Subject,
    said: &[String],
    most: i64,
) -> Result<Shown> {
    let view = &subject.view;
    let own_order = view.filter.is_empty() && view.sort == 0;
    let mut rows = sqlx::query_file_as!(
        Raw,
        "src/store/sql/desk/list_rows.sql",
        warehouse,
        subject.kind.name(),
        subject.of,
        own_order.then_some(most + 1),
        view.filter,
        i32::try_from(view.sort).unwrap_or(0),
        view.down,
        most + 1,
        said
    )
    .fetch_all(tx.conn())
    .await?;
    let cut = rows.len() as i64 > most;
    rows.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    let (title, columns): (String, &[&str]) = match subject.kind {
        Kind::Cases => (format!("@reason-{}", subject.of), &["what", "item", "units", "since"]),
        Kind::Trips => {
            (format!("@trips-{}", subject.of), &["trip", "kind", "who", "stops", "cutoff"])
        }
        Kind::Waves => {
            (format!("@waves-{}", subject.of), &["wave", "since", "shipments", "short", "trips"])
        }
        Kind::Holds => (
            format!("@holds-{}", subject.of),
            &["hold", "kind", "what", "why", "note", "who", "since"],
        ),
        _ => (
            format!("@state-{}", subject.of),
            &["shipment", "carrier", "cutoff", "units", "priority", "why"],
        ),
    };
    Ok(Shown {
        title: cell(&title),
        header: header(columns),
        rows: rows.into_iter().map(Row::from).collect(),
        list: Some(view.clone()),
        cut,
        ..Shown::default()
    })
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

/// Movements that touch something and what was decided about it, newest first, under a line that
/// says so.
async fn history(
    tx: &mut Tx,
    warehouse: i64,
    place: Option<i64>,
    item: Option<i64>,
    lot: Option<i64>,
    shipment: Option<i64>,
) -> Result<Vec<Row>> {
    let rows = sqlx::query_file_as!(
        Raw,
        "src/store/sql/desk/history.sql",
        warehouse,
        place,
        item,
        lot,
        shipment,
        HISTORY
    )
    .fetch_all(tx.conn())
    .await?;
    let title =
        (!rows.is_empty()).then(|| Row { cells: vec![Message::key("desk-history")], opens: None });
    Ok(title.into_iter().chain(rows.into_iter().map(Row::from)).collect())
}

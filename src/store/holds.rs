//! Holds: recalls, blocks, whatever must not move, each with who said so and why.

use super::{Error, Result, Tx};
use crate::domain::rows::Instant;
use crate::protocol::{Message, desk};
use serde_json::Value;

/// What a hold can be about, as the table says it.
pub const SUBJECTS: [&str; 8] =
    ["shipment", "order", "customer", "lot", "item", "place", "container", "owner"];

/// What a hold is about, as people name it.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// A lot by its number, of an item by its SKU where the number alone is not enough.
    Lot {
        sku: Option<&'a str>,
        number: &'a str,
    },
    Item(&'a str),
    /// A bin.
    Place(&'a str),
    Container(&'a str),
    Owner(&'a str),
    Shipment(&'a str),
    /// An order by its number, of a shop where two have the same.
    Order {
        shop: Option<&'a str>,
        number: &'a str,
    },
    /// As the shop names them.
    Customer {
        shop: Option<&'a str>,
        code: &'a str,
    },
}

impl Subject<'_> {
    /// The word of `SUBJECTS` for what it is.
    pub fn code(&self) -> &'static str {
        match self {
            Subject::Lot { .. } => "lot",
            Subject::Item(_) => "item",
            Subject::Place(_) => "place",
            Subject::Container(_) => "container",
            Subject::Owner(_) => "owner",
            Subject::Shipment(_) => "shipment",
            Subject::Order { .. } => "order",
            Subject::Customer { .. } => "customer",
        }
    }

    /// As people write it.
    pub fn named(&self) -> String {
        match self.names() {
            (code, Some(parent)) => format!("{parent}/{code}"),
            (code, None) => code.to_owned(),
        }
    }

    fn names(&self) -> (&str, Option<&str>) {
        match self {
            Subject::Lot { sku: parent, number: code }
            | Subject::Order { shop: parent, number: code }
            | Subject::Customer { shop: parent, code } => (code, *parent),
            Subject::Item(code)
            | Subject::Place(code)
            | Subject::Container(code)
            | Subject::Owner(code)
            | Subject::Shipment(code) => (code, None),
        }
    }
}

/// The rows that a subject names: one, none, or several where a code is not enough.
pub async fn find(tx: &mut Tx, subject: Subject<'_>, warehouse: Option<&str>) -> Result<Vec<i64>> {
    let (code, parent) = subject.names();
    Ok(sqlx::query_file_scalar!(
        "src/store/sql/holds/find.sql",
        subject.code(),
        code,
        parent,
        warehouse
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Holds something; returns the hold's number.
pub async fn add(
    tx: &mut Tx,
    subject: &str,
    id: i64,
    reason: &str,
    note: &str,
    by: &str,
) -> Result<String> {
    sqlx::query_scalar!("SELECT add_hold($1, $2, $3, $4, $5)", subject, id, reason, note, by)
        .fetch_one(tx.conn())
        .await?
        .ok_or_else(|| Error::Bug("a hold without a number".into()))
}

/// Lifts a hold; `false`: there is none of this number that is live.
pub async fn lift(tx: &mut Tx, hold_no: &str, by: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT lift_hold($1, $2) AS "done!""#, hold_no, by)
        .fetch_one(tx.conn())
        .await?)
}

/// A hold that stands.
pub struct LiveHold {
    pub id: i64,
    pub hold_no: String,
    pub by: String,
    pub since: Instant,
    /// A person may lift it; others go when their cause goes.
    pub by_hand: bool,
    reason: String,
    note: String,
}

impl LiveHold {
    /// The reason in words, with the note of whoever holds it.
    pub fn why(&self) -> Message {
        why_held(&self.reason, &self.note)
    }
}

/// Why something is held, with the note.
pub(super) fn why_held(reason: &str, note: &str) -> Message {
    let why = desk::why_held(reason);
    if note.is_empty() {
        return why;
    }
    Message::key("hold-why").with("why", why).with("note", note)
}

/// The live holds on something, the newest first; on a shipment also those on its orders and who
/// ordered.
pub async fn of_subject(tx: &mut Tx, subject: &str, id: i64) -> Result<Vec<LiveHold>> {
    let rows = sqlx::query_file!("src/store/sql/holds/of_subject.sql", subject, id)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| LiveHold {
            id: r.id,
            hold_no: r.hold_no,
            by: r.by,
            since: r.since,
            by_hand: r.by_hand,
            reason: r.reason,
            note: r.note,
        })
        .collect())
}

/// Lifts one hold; `false`: it is lifted already.
pub async fn lift_one(tx: &mut Tx, hold: i64, by: &str) -> Result<bool> {
    let no = sqlx::query_scalar!(
        "SELECT hold_no
         FROM hold
         WHERE id = $1",
        hold
    )
    .fetch_optional(tx.conn())
    .await?;
    match no {
        Some(no) => lift(tx, &no, by).await,
        None => Ok(false),
    }
}

/// Lifts the newest hold on something that a person may lift; returns its number.
pub async fn lift_newest(tx: &mut Tx, subject: &str, id: i64, by: &str) -> Result<Option<String>> {
    let holds = of_subject(tx, subject, id).await?;
    let Some(hold) = holds.into_iter().find(|hold| hold.by_hand) else { return Ok(None) };
    Ok(lift(tx, &hold.hold_no, by).await?.then_some(hold.hold_no))
}

/// What of a lot has left, and to whom: a row a parcel and order line.
pub async fn sent(tx: &mut Tx, lot: i64) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/holds/sent.sql", lot).fetch_all(tx.conn()).await?)
}

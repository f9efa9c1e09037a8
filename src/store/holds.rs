//! Holds on goods: recalls, blocks, whatever must not move, each with who said so and why.

use super::{Error, Result, Tx};
use serde_json::Value;

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
}

impl Subject<'_> {
    pub fn code(&self) -> &'static str {
        match self {
            Subject::Lot { .. } => "lot",
            Subject::Item(_) => "item",
            Subject::Place(_) => "place",
            Subject::Container(_) => "container",
            Subject::Owner(_) => "owner",
        }
    }

    /// As people write it.
    pub fn named(&self) -> String {
        match self.names() {
            (number, Some(sku)) => format!("{sku}/{number}"),
            (code, None) => code.to_owned(),
        }
    }

    fn names(&self) -> (&str, Option<&str>) {
        match self {
            Subject::Lot { sku, number } => (number, *sku),
            Subject::Item(code)
            | Subject::Place(code)
            | Subject::Container(code)
            | Subject::Owner(code) => (code, None),
        }
    }
}

/// The rows that a subject names: one, none, or several where a code is not enough.
pub async fn find(tx: &mut Tx, subject: Subject<'_>, warehouse: Option<&str>) -> Result<Vec<i64>> {
    let (code, sku) = subject.names();
    Ok(sqlx::query_file_scalar!(
        "src/store/sql/holds/find.sql",
        subject.code(),
        code,
        sku,
        warehouse
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Holds goods; returns the hold's number.
pub async fn add(
    tx: &mut Tx,
    subject: &str,
    id: i64,
    reason: &str,
    note: &str,
    by: &str,
) -> Result<String> {
    sqlx::query_scalar!("SELECT hold_goods($1, $2, $3, $4, $5)", subject, id, reason, note, by)
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

/// What of a lot has left, and to whom: a row a parcel and order line.
pub async fn sent(tx: &mut Tx, lot: i64) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/holds/sent.sql", lot).fetch_all(tx.conn()).await?)
}

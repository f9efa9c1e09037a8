//! Rows of files: goods and bins by one function call a row, stock by one a batch; lines of orders
//! staged until their order is whole.

use super::Actor;
use super::{Result, Tx};
use serde_json::{Value, json};
use uuid::Uuid;

/// What rows are of; their functions stand in the migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    Items,
    Places,
    Stock,
    /// What a shop calls items.
    Listings {
        shop: i64,
    },
}

/// Applies rows in their order; returns what each did.
pub async fn apply(
    tx: &mut Tx,
    kind: Rows,
    batch: &[(i64, Value)],
    actor: Actor<'_>,
) -> Result<Vec<(i64, String)>> {
    let rows = packed(batch);
    let done =
        match kind {
            Rows::Items => sqlx::query_as::<_, (i64, String)>(
                "SELECT row, import_item(data) FROM (SELECT * FROM jsonb_to_recordset($1) AS x(row \
                 bigint, data jsonb) ORDER BY row) k",
            )
            .bind(rows)
            .fetch_all(tx.conn())
            .await?,
            Rows::Places => {
                sqlx::query_as(
                    "SELECT row, import_place(data) FROM (SELECT * FROM \
                jsonb_to_recordset($1) AS x(row bigint, data jsonb) ORDER BY row) k",
                )
                .bind(rows)
                .fetch_all(tx.conn())
                .await?
            }
            Rows::Stock => {
                lock_gates(tx, &rows).await?;
                sqlx::query_as("SELECT n, outcome FROM import_stock($1, $2, $3)")
                    .bind(rows)
                    .bind(actor.person)
                    .bind(actor.command)
                    .fetch_all(tx.conn())
                    .await?
            }
            Rows::Listings { shop } => {
                sqlx::query_as(
                    "SELECT row, import_listing(data, $2) FROM (SELECT * FROM \
                jsonb_to_recordset($1) AS x(row bigint, data jsonb) ORDER BY row) k",
                )
                .bind(rows)
                .bind(shop)
                .fetch_all(tx.conn())
                .await?
            }
        };
    Ok(done)
}

/// The gates of all that rows of stock are about, at once and in order.
async fn lock_gates(tx: &mut Tx, rows: &Value) -> Result<()> {
    sqlx::query_file!("src/store/sql/import/lock_gates.sql", rows).fetch_all(tx.conn()).await?;
    Ok(())
}

fn packed(batch: &[(i64, Value)]) -> Value {
    batch.iter().map(|(row, data)| json!({ "row": row, "data": data })).collect()
}

/// Keeps lines of orders until the file is read.
pub async fn stage_rows(tx: &mut Tx, file: Uuid, batch: &[(i64, Value)]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO import_line (file, row, order_no, data)
         SELECT $1, x.row, x.data ->> 'order_no', x.data || jsonb_build_object('row', x.row)
         FROM jsonb_to_recordset($2) AS x(row bigint, data jsonb)",
        file,
        packed(batch)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One order of a file, and what is known of it already.
pub struct Staged {
    pub order_no: String,
    pub first_row: i64,
    /// Its lines in the file's order.
    pub lines: Vec<Value>,
    /// Its lines as they stand here: line_no, sku, title, qty, unit_price_minor.
    pub known: Vec<Value>,
    /// When it was placed, or now.
    pub placed_at: String,
}

/// Does the shop sell over a counter?
pub async fn is_counter(tx: &mut Tx, shop: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT counter_id IS NOT NULL AS "yes!"
           FROM shop
           WHERE id = $1"#,
        shop
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The next orders of a file, by their first row.
pub async fn staged_orders(
    tx: &mut Tx,
    file: Uuid,
    shop: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<Staged>> {
    let rows =
        sqlx::query_file!("src/store/sql/import/staged_orders.sql", file, shop, after, limit)
            .fetch_all(tx.conn())
            .await?;
    let list = |value: Option<Value>| match value {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    };
    Ok(rows
        .into_iter()
        .map(|r| Staged {
            order_no: r.order_no,
            first_row: r.first_row,
            lines: list(Some(r.lines)),
            known: list(r.known),
            placed_at: r.placed_at,
        })
        .collect())
}

/// Forgets the lines of orders that were kept of a file: its orders are in, or it is given up.
pub async fn drop_staged(tx: &mut Tx, file: Uuid) -> Result<()> {
    sqlx::query!(
        "DELETE FROM import_line
         WHERE file = $1",
        file
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes items of the codes in a file that nobody knows, with an each that is scanned by the code
/// itself. Of codes that differ by case alone the first one's spelling stays.
pub async fn create_items(tx: &mut Tx, file: Uuid, shop: i64) -> Result<()> {
    sqlx::query_file!("src/store/sql/import/create_items.sql", file, shop)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// What of an order waits for a person.
pub struct WaitingForPerson {
    /// Lines whose code is no item.
    pub unknown: Vec<String>,
    pub no_receiver: bool,
}

/// What an order that was taken in still lacks; nothing is opened here, only looked at.
pub async fn open_exceptions(tx: &mut Tx, shop: i64, order_no: &str) -> Result<WaitingForPerson> {
    let row = sqlx::query_file!("src/store/sql/import/open_exceptions.sql", shop, order_no)
        .fetch_one(tx.conn())
        .await?;
    Ok(WaitingForPerson { unknown: row.unknown, no_receiver: row.no_receiver })
}

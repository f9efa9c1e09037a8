//! The lists of `show`: one query each, rows as JSON objects with their keys in the contract's
//! order.

use super::lists::{self, Which};
use super::{Result, Tx, site};
use serde::Serialize;
use serde_json::Value;

/// The lists that can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    Orders,
    Lines,
    Shipments,
    Stock,
    Movements,
    Waves,
    Trips,
    Tasks,
    Parcels,
    Labels,
    Shops,
    Holds,
    Exceptions,
    Audit,
}

impl ListKind {
    /// Each list by the name that `show` knows it by.
    pub const ALL: [(&'static str, ListKind); 14] = [
        ("orders", ListKind::Orders),
        ("lines", ListKind::Lines),
        ("shipments", ListKind::Shipments),
        ("stock", ListKind::Stock),
        ("movements", ListKind::Movements),
        ("waves", ListKind::Waves),
        ("trips", ListKind::Trips),
        ("tasks", ListKind::Tasks),
        ("parcels", ListKind::Parcels),
        ("labels", ListKind::Labels),
        ("shops", ListKind::Shops),
        ("holds", ListKind::Holds),
        ("exceptions", ListKind::Exceptions),
        ("audit", ListKind::Audit),
    ];
}

/// The rows of a list. `warehouse`: a code, or every one; `limit`: at most so many rows.
pub async fn rows(
    tx: &mut Tx,
    list: ListKind,
    warehouse: Option<&str>,
    limit: i64,
) -> Result<Vec<Value>> {
    let at = match warehouse {
        Some(code) => Some(site::warehouse(tx, Some(code)).await?),
        None => None,
    };
    let which = Which { warehouse: at, of: None, most: Some(limit), person: None };
    // The state of an order is that of its least advanced shipment; the states stand in their order
    // here.
    let rows = match list {
        ListKind::Orders => {
            sqlx::query_file_scalar!("src/store/sql/show/orders.sql", limit)
                .fetch_all(tx.conn())
                .await
        }
        ListKind::Lines => {
            sqlx::query_file_scalar!("src/store/sql/show/lines.sql", limit)
                .fetch_all(tx.conn())
                .await
        }
        ListKind::Shipments => return values(lists::shipments(tx, which).await?),
        ListKind::Stock => {
            sqlx::query_file_scalar!("src/store/sql/show/stock.sql", limit, warehouse)
                .fetch_all(tx.conn())
                .await
        }
        ListKind::Movements => {
            sqlx::query_file_scalar!("src/store/sql/show/movements.sql", limit, warehouse)
                .fetch_all(tx.conn())
                .await
        }
        ListKind::Waves => return values(lists::waves(tx, which).await?),
        ListKind::Trips => return values(lists::trips(tx, which).await?),
        ListKind::Tasks => {
            sqlx::query_file_scalar!("src/store/sql/show/tasks.sql", limit, warehouse)
                .fetch_all(tx.conn())
                .await
        }
        ListKind::Parcels => {
            sqlx::query_file_scalar!("src/store/sql/show/parcels.sql", limit, warehouse)
                .fetch_all(tx.conn())
                .await
        }
        ListKind::Labels => {
            sqlx::query_file_scalar!("src/store/sql/show/labels.sql", limit, warehouse)
                .fetch_all(tx.conn())
                .await
        }
        ListKind::Shops => {
            sqlx::query_file_scalar!("src/store/sql/show/shops.sql", limit)
                .fetch_all(tx.conn())
                .await
        }
        ListKind::Holds => return values(lists::holds(tx, which).await?),
        ListKind::Exceptions => return values(lists::exceptions(tx, which).await?),
        ListKind::Audit => {
            sqlx::query_file_scalar!("src/store/sql/show/audit.sql", limit)
                .fetch_all(tx.conn())
                .await
        }
    };
    Ok(rows?)
}

fn values<R: Serialize>(rows: Vec<R>) -> Result<Vec<Value>> {
    Ok(rows.iter().map(serde_json::to_value).collect::<serde_json::Result<_>>()?)
}

/// Everything that happened with the orders of a number, oldest first, with what their shops sent.
pub async fn timeline(tx: &mut Tx, order_no: &str) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/show/timeline.sql", order_no)
        .fetch_all(tx.conn())
        .await?)
}

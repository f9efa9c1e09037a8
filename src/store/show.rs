//! The lists of `show`: one query each, rows as JSON objects with their keys in the contract's
//! order.

use super::{Result, Tx};
use serde_json::Value;

/// The lists that can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
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
    Exceptions,
    Audit,
}

impl List {
    pub const ALL: [(&'static str, List); 13] = [
        ("orders", List::Orders),
        ("lines", List::Lines),
        ("shipments", List::Shipments),
        ("stock", List::Stock),
        ("movements", List::Movements),
        ("waves", List::Waves),
        ("trips", List::Trips),
        ("tasks", List::Tasks),
        ("parcels", List::Parcels),
        ("labels", List::Labels),
        ("shops", List::Shops),
        ("exceptions", List::Exceptions),
        ("audit", List::Audit),
    ];
}

/// The rows of a list. `warehouse`: a code, or every one; `limit`: at most so many rows.
pub async fn rows(
    tx: &mut Tx,
    list: List,
    warehouse: Option<&str>,
    limit: i64,
) -> Result<Vec<Value>> {
    // The state of an order is that of its least advanced shipment; the states stand in their order
    // here.
    let rows = match list {
        List::Orders => {
            sqlx::query_file_scalar!("src/store/sql/show/orders.sql", limit)
                .fetch_all(tx.conn())
                .await
        }
        List::Lines => {
            sqlx::query_file_scalar!("src/store/sql/show/lines.sql", limit)
                .fetch_all(tx.conn())
                .await
        }
        List::Shipments => {
            sqlx::query_file_scalar!("src/store/sql/show/shipments.sql", limit, warehouse)
                .fetch_all(tx.conn())
                .await
        }
        List::Stock => {
            sqlx::query_file_scalar!("src/store/sql/show/stock.sql", limit, warehouse)
                .fetch_all(tx.conn())
                .await
        }
        List::Movements => {
            sqlx::query_file_scalar!("src/store/sql/show/movements.sql", limit, warehouse)
                .fetch_all(tx.conn())
                .await
        }
        List::Waves => {
            sqlx::query_file_scalar!("src/store/sql/show/waves.sql", limit, warehouse)
                .fetch_all(tx.conn())
                .await
        }
        List::Trips => {
            sqlx::query_file_scalar!("src/store/sql/show/trips.sql", limit, warehouse)
                .fetch_all(tx.conn())
                .await
        }
        List::Tasks => {
            sqlx::query_file_scalar!("src/store/sql/show/tasks.sql", limit, warehouse)
                .fetch_all(tx.conn())
                .await
        }
        List::Parcels => {
            sqlx::query_file_scalar!("src/store/sql/show/parcels.sql", limit, warehouse)
                .fetch_all(tx.conn())
                .await
        }
        List::Labels => {
            sqlx::query_file_scalar!("src/store/sql/show/labels.sql", limit, warehouse)
                .fetch_all(tx.conn())
                .await
        }
        List::Shops => {
            sqlx::query_file_scalar!("src/store/sql/show/shops.sql", limit)
                .fetch_all(tx.conn())
                .await
        }
        List::Exceptions => {
            sqlx::query_file_scalar!("src/store/sql/show/exceptions.sql", limit, warehouse)
                .fetch_all(tx.conn())
                .await
        }
        List::Audit => {
            sqlx::query_file_scalar!("src/store/sql/show/audit.sql", limit)
                .fetch_all(tx.conn())
                .await
        }
    };
    Ok(rows?)
}

/// Everything that happened with the orders of a number, oldest first, with what their shops sent.
pub async fn timeline(tx: &mut Tx, order_no: &str) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/show/timeline.sql", order_no)
        .fetch_all(tx.conn())
        .await?)
}

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

impl ListKind {
    /// Its rows are a warehouse's; what is the whole site's is asked for without one.
    pub fn is_of_a_warehouse(self) -> bool {
        !matches!(self, ListKind::Shops | ListKind::Audit)
    }
}

/// The rows of a list. `warehouse`: a code, or every one; `limit`: at most so many rows.
pub async fn rows(
    tx: &mut Tx,
    list: ListKind,
    warehouse: Option<&str>,
    limit: i64,
) -> Result<Vec<Value>> {
    // Planned for this limit: for any limit it would be a plan for a tenth of all rows.
    sqlx::query!("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")
        .fetch_one(tx.conn())
        .await?;
    let at = site::named(tx, warehouse).await?;
    let which = Which { warehouse: at, of: None, most: Some(limit), person: None };
    // `named`: a query's rows as they are. The state of an order is that of its least advanced
    // shipment; the states stand in their order there.
    macro_rules! named {
        ($file:literal $(, $more:expr)?) => {
            sqlx::query_file_scalar!($file, limit $(, $more)?).fetch_all(tx.conn()).await?
        };
    }
    Ok(match list {
        ListKind::Orders => named!("src/store/sql/show/orders.sql", at),
        ListKind::Lines => named!("src/store/sql/show/lines.sql", at),
        ListKind::Shipments => values(lists::shipments(tx, which).await?)?,
        ListKind::Stock => named!("src/store/sql/show/stock.sql", warehouse),
        ListKind::Movements => named!("src/store/sql/show/movements.sql", warehouse),
        ListKind::Waves => values(lists::waves(tx, which).await?)?,
        ListKind::Trips => values(lists::trips(tx, which).await?)?,
        ListKind::Tasks => named!("src/store/sql/show/tasks.sql", warehouse),
        ListKind::Parcels => named!("src/store/sql/show/parcels.sql", warehouse),
        ListKind::Labels => named!("src/store/sql/show/labels.sql", warehouse),
        ListKind::Shops => named!("src/store/sql/show/shops.sql"),
        ListKind::Holds => values(lists::holds(tx, which).await?)?,
        ListKind::Exceptions => values(lists::exceptions(tx, which).await?)?,
        ListKind::Audit => named!("src/store/sql/show/audit.sql"),
    })
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

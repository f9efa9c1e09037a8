//! Rows as `import` takes them, with its column names.

use super::{Result, Tx, site};
use serde_json::Value;

/// Items by code, a row for each pack and barcode: one that has several stands there several times.
pub async fn items(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/export/items.sql").fetch_all(tx.conn()).await?)
}

/// Bins in the order in which people walk, then slots by code, one warehouse after another;
/// containers are not among them. Of one warehouse, or of all.
pub async fn places(tx: &mut Tx, warehouse: Option<&str>) -> Result<Vec<Value>> {
    let at = site::named(tx, warehouse).await?;
    Ok(sqlx::query_file_scalar!("src/store/sql/export/places.sql", at).fetch_all(tx.conn()).await?)
}

/// What lies in bins; what is in people's hands is on its way and no statement of stock. Of one
/// warehouse, or of all.
pub async fn stock(tx: &mut Tx, warehouse: Option<&str>) -> Result<Vec<Value>> {
    let at = site::named(tx, warehouse).await?;
    Ok(sqlx::query_file_scalar!("src/store/sql/export/stock.sql", at).fetch_all(tx.conn()).await?)
}

/// Of one shop, or of all.
pub async fn orders(tx: &mut Tx, shop: Option<&str>) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/export/orders.sql", shop)
        .fetch_all(tx.conn())
        .await?)
}

/// What one shop, or every shop, calls its items.
pub async fn mapping(tx: &mut Tx, shop: Option<&str>) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/export/mapping.sql", shop)
        .fetch_all(tx.conn())
        .await?)
}

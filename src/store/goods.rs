//! Items with their packs and barcodes, and goods that a file or a demo says are there.

use super::{Result, Tx};
use serde_json::Value;
use uuid::Uuid;

/// Items with their packs and barcodes: `[{sku, name_en, name_zh, size, colour, weight_g,
/// shelf_life, shelf_life_unit, min_life_days, stop_sale_days, packs: [{level, units, codes:
/// [..]}]}]`, of the default owner.
pub async fn add_items(tx: &mut Tx, rows: &Value) -> Result<()> {
    sqlx::query_file!("src/store/sql/goods/add_items.sql", rows).execute(tx.conn()).await?;
    sqlx::query_file!("src/store/sql/goods/add_packs.sql", rows).execute(tx.conn()).await?;
    Ok(())
}

/// Stock comes in as movements from the supplier: `[{place, sku, lot, last_good_day, qty}]`; lots
/// are made as needed.
pub async fn receive(
    tx: &mut Tx,
    warehouse: i64,
    person: i64,
    command: Uuid,
    rows: &Value,
) -> Result<()> {
    sqlx::query_file!("src/store/sql/goods/receive_lots.sql", rows).execute(tx.conn()).await?;
    sqlx::query_file!("src/store/sql/goods/receive.sql", rows, warehouse, person, command)
        .execute(tx.conn())
        .await?;
    Ok(())
}

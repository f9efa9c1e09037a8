//! Tokens of shops: one process at a time asks for new ones, and what came is stored before anybody
//! uses it.

use super::shops::ShopRow;
use super::{Result, Tx};
use crate::limits;
use sqlx::types::Json;

/// A shop whose tokens are to be renewed, claimed.
pub struct Renewal {
    pub fencing_token: i64,
    pub errors: i32,
    pub shop: ShopRow,
}

/// Claims one that is due. That it is being asked for is on record before it is: whoever takes over
/// from a process that died knows that the shop may have answered.
pub async fn claim(tx: &mut Tx) -> Result<Option<Renewal>> {
    let row = sqlx::query_file!("src/store/sql/tokens/claim.sql", limits::TOKEN_LEASE_S)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|r| Renewal { fencing_token: r.fencing_token, errors: r.errors, shop: r.shop.0 }))
}

/// New tokens, sealed; they live so long, and are renewed well before. What failed for want of them
/// goes on at once. `false`: somebody else renewed meanwhile, and these are not kept.
pub async fn save_renewed(
    tx: &mut Tx,
    renewal: &Renewal,
    sealed: &str,
    lives_s: Option<f64>,
) -> Result<bool> {
    let saved = sqlx::query_file!(
        "src/store/sql/tokens/save_renewed.sql",
        renewal.shop.id,
        renewal.fencing_token,
        sealed,
        lives_s,
        renewal.shop.tokens
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE job
         SET next_at = least(next_at, now())
         WHERE shop_id = $1 AND errors > 0",
        renewal.shop.id
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() == 1)
}

/// Nothing came: when to ask again, `None` never. With an outcome that is unknown `asked_at` stays.
pub async fn save_failed_renewal(
    tx: &mut Tx,
    renewal: &Renewal,
    wait_s: Option<f64>,
    said: &str,
    unknown: bool,
) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/tokens/save_failure.sql",
        renewal.shop.id,
        renewal.fencing_token,
        wait_s,
        said,
        unknown
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A call said that the token is no longer good: it is renewed now, unless that was just done or is
/// being done.
pub async fn expire(tx: &mut Tx, shop: i64) -> Result<()> {
    sqlx::query_file!("src/store/sql/tokens/expire.sql", shop, limits::TOKEN_TRUSTED_S)
        .execute(tx.conn())
        .await?;
    Ok(())
}

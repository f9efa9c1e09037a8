//! Tokens of shops: one process at a time asks for new ones, and what came is stored before anybody uses it.

use super::site::ShopRow;
use super::{Result, Tx};
use crate::limits;
use sqlx::types::Json;

/// A shop whose tokens are to be renewed, claimed.
pub struct Renewal {
    pub fence: i64,
    pub errors: i32,
    pub shop: ShopRow,
}

/// Claims one that is due. That it is being asked for is on record before it is: whoever takes over from a process that
/// died knows that the shop may have answered.
pub async fn claim(tx: &mut Tx) -> Result<Option<Renewal>> {
    let row = sqlx::query!(
        r#"WITH due AS (SELECT shop_id FROM shop_token WHERE next_at <= now() AND (lease_until IS NULL OR lease_until < now())
                        ORDER BY next_at FOR UPDATE SKIP LOCKED LIMIT 1)
           UPDATE shop_token t SET fence = t.fence + 1, lease_until = now() + make_interval(secs => $1), asked_at = now()
           FROM due, account a WHERE t.shop_id = due.shop_id AND a.id = t.shop_id
           RETURNING t.fence, t.errors, to_jsonb(a) AS "shop!: Json<ShopRow>""#,
        limits::TOKEN_LEASE_S
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Renewal { fence: r.fence, errors: r.errors, shop: r.shop.0 }))
}

/// New tokens, sealed; they live so long, and are renewed well before. What failed for want of them goes on at once.
/// `false`: somebody else renewed meanwhile, and these are not kept.
pub async fn renewed(tx: &mut Tx, renewal: &Renewal, sealed: &str, lives_s: Option<f64>) -> Result<bool> {
    let saved = sqlx::query!(
        "UPDATE shop_token SET sealed = $3, since = now(), ends_at = now() + make_interval(secs => $4), next_at = coalesce(now() + make_interval(secs => $4 * 0.8), 'infinity'),
                lease_until = NULL, asked_at = NULL, errors = 0, said = '', fence = fence + 1
         -- Whoever took over while these could not be kept still asks with what they replace.
         WHERE shop_id = $1 AND (fence = $2 OR sealed = $5)",
        renewal.shop.id,
        renewal.fence,
        sealed,
        lives_s,
        renewal.shop.tokens
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("UPDATE job SET next_at = least(next_at, now()) WHERE shop_id = $1 AND errors > 0", renewal.shop.id).execute(tx.conn()).await?;
    Ok(saved.rows_affected() == 1)
}

/// Nothing came: when to ask again, `None` never. With an outcome that is unknown `asked_at` stays.
pub async fn not_renewed(tx: &mut Tx, renewal: &Renewal, wait_s: Option<f64>, said: &str, unknown: bool) -> Result<()> {
    sqlx::query!(
        "UPDATE shop_token SET lease_until = NULL, next_at = coalesce(now() + make_interval(secs => $3), 'infinity'), said = $4,
                errors = errors + (CASE WHEN $4 = '' THEN 0 ELSE 1 END), asked_at = CASE WHEN $5 THEN asked_at END
         WHERE shop_id = $1 AND fence = $2",
        renewal.shop.id,
        renewal.fence,
        wait_s,
        said,
        unknown
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A call said that the token is no longer good: it is renewed now, unless that was just done or is being done.
pub async fn ended(tx: &mut Tx, shop: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE shop_token SET next_at = now() WHERE shop_id = $1 AND next_at > now() AND errors = 0 AND (since IS NULL OR since < now() - make_interval(secs => $2))",
        shop,
        limits::TOKEN_TRUSTED_S
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

//! What shops are told of the stock: what differs from what they were told last, and nothing else.

use super::shops::ShopRow;
use super::{Result, Tx, orders};
use crate::domain::states::ExceptionReason;
use crate::limits;
use serde_json::Value;
use sqlx::types::Json;

/// A shop whose stock is to be told or compared, claimed.
pub struct Push {
    pub job: i64,
    pub fencing_token: i64,
    pub errors: i32,
    pub shop: ShopRow,
}

/// What a shop may show of one of its items.
pub struct DueLevel {
    pub code: String,
    pub reference: String,
    pub qty: i64,
    pub sent: Option<i64>,
}

/// Claims a shop that is due for this kind of work (`push`, `compare`).
pub async fn claim(tx: &mut Tx, kind: &str) -> Result<Option<Push>> {
    let row = sqlx::query_file!("src/store/sql/push/claim.sql", kind, limits::PUSH_LEASE_S)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|r| Push {
        job: r.id,
        fencing_token: r.fencing_token,
        errors: r.errors,
        shop: r.shop.0,
    }))
}

/// What the shop is to be told now, what is sold out first. What changed several times meanwhile is
/// told once.
pub async fn due(tx: &mut Tx, shop: i64, limit: i64) -> Result<Vec<DueLevel>> {
    Ok(sqlx::query_file_as!(DueLevel, "src/store/sql/push/due.sql", shop, limit)
        .fetch_all(tx.conn())
        .await?)
}

/// These are being told: until the answer is kept nobody knows what the shop shows of them.
/// `false`: another worker has the job.
pub async fn mark_unknown(tx: &mut Tx, push: &Push, codes: &[String]) -> Result<bool> {
    if !extend_lease(tx, push).await? {
        return Ok(false);
    }
    sqlx::query!(
        "UPDATE listing
         SET sent = NULL
         WHERE shop_id = $1 AND code = ANY ($2) AND sent IS NOT NULL",
        push.shop.id,
        codes
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// Holds the job longer. `false`: another worker has it.
pub async fn extend_lease(tx: &mut Tx, push: &Push) -> Result<bool> {
    let held = sqlx::query!(
        "UPDATE job
         SET lease_until = now() + make_interval(secs => $3)
         WHERE id = $1 AND fencing_token = $2",
        push.job,
        push.fencing_token,
        limits::PUSH_LEASE_S
    )
    .execute(tx.conn())
    .await?;
    Ok(held.rows_affected() == 1)
}

/// What was taken, by code and count, and what was refused, with the shop's sentence. `false`:
/// another worker has the job.
pub async fn save_answers(
    tx: &mut Tx,
    push: &Push,
    taken: &Value,
    refused: &[(&DueLevel, String)],
) -> Result<bool> {
    let held = sqlx::query_file!(
        "src/store/sql/push/save_answers.sql",
        push.job,
        push.fencing_token,
        limits::PUSH_LEASE_S
    )
    .execute(tx.conn())
    .await?;
    if held.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query_file!("src/store/sql/push/save_answers_close_exceptions.sql", push.shop.id, taken)
        .execute(tx.conn())
        .await?;
    for (due, said) in refused {
        sqlx::query!(
            "UPDATE listing
             SET refused = $3
             WHERE shop_id = $1 AND code = $2",
            push.shop.id,
            due.code,
            due.qty
        )
        .execute(tx.conn())
        .await?;
        orders::raise_exception(
            tx,
            ExceptionReason::PushRefused,
            &format!("{} {}", push.shop.code, due.code),
            Some(push.shop.id),
            &format!("{}: {said}", due.qty),
        )
        .await?;
    }
    Ok(true)
}

/// The round is over: when to look again, and what was said if it failed.
pub async fn finish_round(tx: &mut Tx, push: &Push, wait_s: f64, said: &str) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/push/finish_round.sql",
        push.job,
        push.fencing_token,
        wait_s,
        said
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What a shop was told, item by item.
pub async fn list_told(tx: &mut Tx, shop: i64) -> Result<Vec<DueLevel>> {
    Ok(sqlx::query_file_as!(DueLevel, "src/store/sql/push/list_told.sql", shop)
        .fetch_all(tx.conn())
        .await?)
}

/// Any item that the shop lists.
pub async fn any_listing(tx: &mut Tx, shop: i64) -> Result<Option<DueLevel>> {
    Ok(sqlx::query_file_as!(DueLevel, "src/store/sql/push/some_listings.sql", shop)
        .fetch_optional(tx.conn())
        .await?)
}

/// An item that the shop shows otherwise than it was told: it is told again, and a person sees it.
/// `false`: it is out of date.
pub async fn raise_difference(
    tx: &mut Tx,
    shop: &ShopRow,
    told: &DueLevel,
    shown: i64,
) -> Result<bool> {
    let stands = sqlx::query!(
        "UPDATE listing
         SET sent = NULL, refused = NULL
         WHERE shop_id = $1 AND code = $2 AND sent = $3",
        shop.id,
        told.code,
        told.qty
    )
    .execute(tx.conn())
    .await?;
    if stands.rows_affected() == 0 {
        // It was told anew while it was compared.
        return Ok(false);
    }
    orders::raise_exception(
        tx,
        ExceptionReason::StockDiffers,
        &format!("{} {}", shop.code, told.code),
        Some(shop.id),
        &format!("{} / {shown}", told.qty),
    )
    .await?;
    Ok(true)
}

/// What was refused of an item is told again.
pub async fn tell_again(tx: &mut Tx, exception: i64) -> Result<()> {
    sqlx::query_file!("src/store/sql/push/tell_again.sql", exception).execute(tx.conn()).await?;
    sqlx::query_file!("src/store/sql/push/tell_again_wake.sql", exception)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// How much of the stock a shop may show; what is `None` stays.
pub struct Rules<'a> {
    pub on: Option<bool>,
    pub share_pct: Option<i32>,
    pub safety: Option<i64>,
    pub cap: Option<i64>,
    pub low_at: Option<i64>,
    /// For one item, by the shop's code of it.
    pub item: Option<&'a str>,
}

/// `false`: no such shop, or it has no such item.
pub async fn set_rules(tx: &mut Tx, shop: &str, rules: &Rules<'_>) -> Result<bool> {
    let done = match rules.item {
        Some(item) => {
            sqlx::query_file!(
                "src/store/sql/push/set_rules_of_item.sql",
                shop,
                item,
                rules.share_pct,
                rules.safety,
                rules.cap
            )
            .execute(tx.conn())
            .await?
        }
        None => {
            sqlx::query_file!(
                "src/store/sql/push/set_rules_of_shop.sql",
                shop,
                rules.on,
                rules.share_pct,
                rules.safety,
                rules.cap,
                rules.low_at
            )
            .execute(tx.conn())
            .await?
        }
    };
    Ok(done.rows_affected() > 0)
}

//! Background work as rows: claimed with SKIP LOCKED, leased, fenced. No transaction stays open over HTTP.

use super::site::ShopRow;
use super::{Result, Tx};
use crate::limits;
use sqlx::types::Json;
use uuid::Uuid;

/// One claimed pull.
#[derive(Clone)]
pub struct Pull {
    pub job: i64,
    pub fence: i64,
    pub shop: ShopRow,
    /// RFC 3339, already less the overlap; `None` from the beginning.
    pub since: Option<String>,
    pub cursor: String,
    pub window_to: Option<String>,
}

impl Pull {
    /// How often this shop is asked.
    fn every_s(&self) -> f64 {
        let said = self.shop.options["poll_s"].as_str().and_then(|text| text.parse::<f64>().ok()).filter(|s| (1.0..=86_400.0).contains(s));
        said.unwrap_or(match self.shop.channel.as_str() {
            "generic" | "folder" => limits::PULL_EVERY.as_secs_f64(),
            // One search in three minutes is what it allows in the long run.
            "amazon" => limits::AMAZON_EVERY_S,
            _ => limits::PLATFORM_EVERY_S,
        })
    }
}

/// A shop that is due, but none of these jobs; a watched folder, or one that is asked over a wire.
pub async fn claim_pull(tx: &mut Tx, folder: bool, but: &[i64]) -> Result<Option<Pull>> {
    let row = sqlx::query!(
        r#"WITH due AS (SELECT j.id FROM job j JOIN shop s ON s.id = j.shop_id AND (s.channel = 'folder') = $3
                        WHERE j.kind = 'pull' AND j.id <> ALL ($4) AND j.next_at <= now() AND (j.lease_until IS NULL OR j.lease_until < now())
                        ORDER BY j.next_at FOR UPDATE OF j SKIP LOCKED LIMIT 1)
           UPDATE job j SET fence = j.fence + 1, claimed_at = now(), lease_until = now() + make_interval(secs => $1)
           FROM due, account a WHERE j.id = due.id AND a.id = j.shop_id
           RETURNING j.id, j.fence, j.cursor, to_jsonb(a) AS "shop!: Json<ShopRow>",
             to_char((j.mark - make_interval(secs => CASE WHEN a.options->>'overlap_s' ~ '^[0-9]{1,6}$' THEN (a.options->>'overlap_s')::float8 ELSE $2 END)) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
             to_char(j.window_to AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS window_to"#,
        limits::PULL_LEASE_S,
        limits::PULL_OVERLAP_S as f64,
        folder,
        but
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Pull { job: r.id, fence: r.fence, shop: r.shop.0, since: r.since, cursor: r.cursor, window_to: r.window_to }))
}

/// How a page ended.
pub enum Page<'a> {
    /// More of the window follows at this cursor.
    More { cursor: &'a str, window_to: &'a str },
    /// The window is read: the mark moves to its end, less the lag.
    End { window_to: &'a str },
}

/// Saves a page in the transaction that took its orders in. `false`: the lease was lost, nothing of it counts.
pub async fn save_page(tx: &mut Tx, pull: &Pull, page: &Page<'_>, orders: i64) -> Result<bool> {
    let (cursor, window_to, ended) = match page {
        Page::More { cursor, window_to } => (*cursor, *window_to, false),
        Page::End { window_to } => ("", *window_to, true),
    };
    let saved = sqlx::query!(
        "UPDATE job SET cursor = $3, window_to = CASE WHEN $5 THEN NULL ELSE $4::text::timestamptz END,
                mark = CASE WHEN $5 THEN greatest(mark, $4::text::timestamptz - make_interval(secs => $6)) ELSE mark END,
                lease_until = CASE WHEN $5 THEN NULL ELSE now() + make_interval(secs => $7) END,
                next_at = CASE WHEN $5 THEN now() + make_interval(secs => CASE WHEN woken_at >= claimed_at THEN 0 ELSE $8::float8 END) ELSE next_at END,
                last_success_at = now(), orders_pulled = orders_pulled + $9, errors = 0, said = ''
         WHERE id = $1 AND fence = $2",
        pull.job,
        pull.fence,
        cursor,
        window_to,
        ended,
        limits::PULL_LAG_S as f64,
        limits::PULL_LEASE_S,
        pull.every_s(),
        orders
    )
    .execute(tx.conn())
    .await?;
    if orders > 0 {
        count(tx, pull.shop.id, "orders", orders).await?;
    }
    Ok(saved.rows_affected() == 1)
}

/// Counts what happens with a shop, by the minute: `orders`, or the class of an error.
pub async fn count(tx: &mut Tx, shop: i64, what: &str, n: i64) -> Result<()> {
    sqlx::query!(
        "INSERT INTO shop_minute (shop_id, minute, what, n) VALUES ($1, date_trunc('minute', now()), $2, $3) ON CONFLICT (shop_id, minute, what) DO UPDATE SET n = shop_minute.n + excluded.n",
        shop,
        what,
        n
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A call failed: when to try again, and what was said; to be told to go slower is no trouble. The cursor stays unless it is no longer known to the shop.
pub async fn pull_failed(tx: &mut Tx, pull: &Pull, wait_s: f64, said: &str, trouble: bool, forget_cursor: bool) -> Result<()> {
    sqlx::query!(
        "UPDATE job SET lease_until = NULL, next_at = now() + make_interval(secs => $3), errors = errors + $6::int, said = CASE WHEN $6 = 1 THEN $4 ELSE said END,
                cursor = CASE WHEN $5 THEN '' ELSE cursor END, window_to = CASE WHEN $5 THEN NULL ELSE window_to END
         WHERE id = $1 AND fence = $2",
        pull.job,
        pull.fence,
        wait_s,
        said,
        forget_cursor,
        i32::from(trouble)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A shop says that something changed: it is pulled now. `false`: the same was said before.
pub async fn wake(tx: &mut Tx, shop: i64, word: &str) -> Result<bool> {
    let heard = sqlx::query!("INSERT INTO hook (shop_id, word) VALUES ($1, $2) ON CONFLICT DO NOTHING", shop, word).execute(tx.conn()).await?;
    if heard.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!("UPDATE job SET next_at = least(next_at, now()), woken_at = now() WHERE kind = 'pull' AND shop_id = $1", shop).execute(tx.conn()).await?;
    Ok(true)
}

/// It is still being read: nobody else takes it up, unless somebody has.
pub async fn keep(tx: &mut Tx, pull: &Pull) -> Result<()> {
    sqlx::query!("UPDATE job SET lease_until = now() + make_interval(secs => $3) WHERE id = $1 AND fence = $2", pull.job, pull.fence, limits::PULL_LEASE_S)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// What was refused of a file may be mended, by a map or a code: then it may come again.
pub async fn forget_file(tx: &mut Tx, shop: i64, digest: &str) -> Result<()> {
    sqlx::query!("DELETE FROM file_taken WHERE shop_id = $1 AND digest = $2", shop, digest).execute(tx.conn()).await?;
    Ok(())
}

/// A file with this content is taken in now. `false`: it was before.
pub async fn take_file(tx: &mut Tx, shop: i64, digest: &str) -> Result<bool> {
    let new = sqlx::query!("INSERT INTO file_taken (shop_id, digest) VALUES ($1, $2) ON CONFLICT DO NOTHING", shop, digest).execute(tx.conn()).await?;
    Ok(new.rows_affected() == 1)
}

/// Whoever is next goes on where this stopped.
pub async fn let_go(tx: &mut Tx, pull: &Pull) -> Result<()> {
    sqlx::query!("UPDATE job SET lease_until = NULL WHERE id = $1 AND fence = $2", pull.job, pull.fence).execute(tx.conn()).await?;
    Ok(())
}

/// One claimed message to a shop.
pub struct Message {
    pub id: i64,
    pub fence: i64,
    pub key: Uuid,
    pub attempts: i32,
    pub body: serde_json::Value,
    pub shop: ShopRow,
}

/// Up to `limit` of each shop but these, the oldest first: a shop that does not answer keeps no other's waiting.
pub async fn claim_messages(tx: &mut Tx, limit: i64, but: &[i64]) -> Result<Vec<Message>> {
    let rows = sqlx::query!(
        r#"WITH due AS (SELECT w.id FROM shop s CROSS JOIN LATERAL (SELECT id FROM outbox WHERE shop_id = s.id AND state = 'waiting' AND next_at <= now()
                        -- What a platform knows of an order's parcels is read and written back: one after the other.
                        AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.shop_id = outbox.shop_id AND e.order_no = outbox.order_no AND e.state = 'waiting' AND e.id < outbox.id)
                        ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED) w
                      WHERE s.id <> ALL ($2))
         UPDATE outbox o SET fence = o.fence + 1, attempts = o.attempts + 1, next_at = now() + make_interval(secs => 60)
         FROM due, account a WHERE o.id = due.id AND a.id = o.shop_id
         RETURNING o.id, o.fence, o.key, o.attempts, o.body, to_jsonb(a) AS "shop!: Json<ShopRow>""#,
        limit,
        but
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| Message { id: r.id, fence: r.fence, key: r.key, attempts: r.attempts, body: r.body, shop: r.shop.0 }).collect())
}

/// How a message went.
pub enum Sent<'a> {
    Done,
    /// Try again with the same key.
    Later {
        wait_s: f64,
        said: &'a str,
    },
    /// The shop will never take it: a case for a person.
    Refused {
        said: &'a str,
    },
}

pub async fn message_went(tx: &mut Tx, message: &Message, sent: &Sent<'_>) -> Result<()> {
    let (state, wait_s, said) = match sent {
        Sent::Done => ("sent", 0.0, ""),
        Sent::Later { wait_s, said } => ("waiting", *wait_s, *said),
        Sent::Refused { said } => ("refused", 0.0, *said),
    };
    let done = sqlx::query!(
        "UPDATE outbox SET state = $3, next_at = now() + make_interval(secs => $4), said = $5, told_at = now() WHERE id = $1 AND fence = $2 AND state = 'waiting'",
        message.id,
        message.fence,
        state,
        wait_s,
        said
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 && state == "refused" {
        let order = message.body["order_no"].as_str().unwrap_or("-");
        super::orders::raise(tx, "dispatch_refused", order, Some(message.shop.id), said).await?;
    }
    Ok(())
}

/// What a shop refused to hear of an order is told again, each with its key.
pub async fn tell_again(tx: &mut Tx, case: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE outbox o SET state = 'waiting', next_at = now(), attempts = 0 FROM exception e
         WHERE e.id = $1 AND o.shop_id = e.shop_id AND o.state = 'refused' AND coalesce(o.body->>'order_no', '-') = e.subject",
        case
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Parcels that were closed and whose label nobody carried on with for a while: a console died in between.
pub async fn closed_parcels(tx: &mut Tx) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar!("SELECT place_id FROM parcel WHERE state = 'closed' ORDER BY place_id LIMIT 500").fetch_all(tx.conn()).await?)
}

/// Drops balances of zero, and answers that nobody will ask for again.
pub async fn tidy(tx: &mut Tx) -> Result<()> {
    sqlx::query!("INSERT INTO sweep DEFAULT VALUES").execute(tx.conn()).await?;
    sqlx::query!("DELETE FROM hook WHERE at < now() - make_interval(days => $1)", limits::ANSWERS_KEPT_DAYS).execute(tx.conn()).await?;
    sqlx::query!("DELETE FROM shop_minute WHERE minute < now() - make_interval(days => $1)", limits::ANSWERS_KEPT_DAYS).execute(tx.conn()).await?;
    sqlx::query!("DELETE FROM command WHERE at < now() - make_interval(days => $1)", limits::ANSWERS_KEPT_DAYS).execute(tx.conn()).await?;
    Ok(())
}

/// Promises that midnight broke: lots grew too old for them.
pub async fn break_overdue(tx: &mut Tx) -> Result<()> {
    sqlx::query!(
        "SELECT lock_gates(k.warehouse_id, array_agg(k.item_id)) FROM
           (SELECT DISTINCT warehouse_id, item_id FROM promise WHERE ended_at IS NULL AND open > 0 AND good_until <= today(warehouse_id) + 7) k
         GROUP BY k.warehouse_id ORDER BY k.warehouse_id"
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "SELECT break_promises(w.id, i.owner_id, i.id) FROM warehouse w
         CROSS JOIN LATERAL promises_broken(w.id, (SELECT array_agg(DISTINCT item_id) FROM promise WHERE warehouse_id = w.id AND ended_at IS NULL AND open > 0)) AS b(item_id)
         JOIN item i ON i.id = b.item_id"
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

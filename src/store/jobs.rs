//! Background work as rows: claimed with SKIP LOCKED, leased, fenced. No transaction stays open
//! over HTTP.

use super::shops::ShopRow;
use super::{Result, Tx, orders};
use crate::domain::states::ExceptionReason;
use crate::limits;
use sqlx::types::Json;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::{NoContext, Timestamp, Uuid};

/// One claimed pull.
#[derive(Clone)]
pub struct Pull {
    pub job: i64,
    pub fencing_token: i64,
    pub shop: ShopRow,
    /// RFC 3339, already less the overlap; `None` from the beginning.
    pub since: Option<String>,
    pub cursor: String,
    pub window_to: Option<String>,
}

impl Pull {
    /// How often this shop is asked, where its kind is asked so often.
    fn every_s(&self, kinds_every_s: f64) -> f64 {
        let said = self.shop.options["poll_s"]
            .as_str()
            .and_then(|text| text.parse::<f64>().ok())
            .filter(|s| (1.0..=86_400.0).contains(s));
        said.unwrap_or(kinds_every_s)
    }
}

/// A shop that is due, but none of these jobs; a watched folder, or one that is asked over a wire.
pub async fn claim_pull(tx: &mut Tx, folder: bool, but: &[i64]) -> Result<Option<Pull>> {
    let row = sqlx::query_file!(
        "src/store/sql/jobs/claim_pull.sql",
        limits::PULL_LEASE_S,
        limits::PULL_OVERLAP_S as f64,
        folder,
        but
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Pull {
        job: r.id,
        fencing_token: r.fencing_token,
        shop: r.shop.0,
        since: r.since,
        cursor: r.cursor,
        window_to: r.window_to,
    }))
}

/// How a page ended.
pub enum Page<'a> {
    /// More of the window follows at this cursor.
    More { cursor: &'a str, window_to: &'a str },
    /// The window is read: the mark moves to its end, less the lag.
    End { window_to: &'a str },
}

/// Saves a page in the transaction that took its orders in. `every_s`: how often shops of this kind
/// are asked. `false`: the lease was lost, nothing of it counts.
pub async fn save_page(
    tx: &mut Tx,
    pull: &Pull,
    page: &Page<'_>,
    orders: i64,
    every_s: f64,
) -> Result<bool> {
    let (cursor, window_to, ended) = match page {
        Page::More { cursor, window_to } => (*cursor, *window_to, false),
        Page::End { window_to } => ("", *window_to, true),
    };
    let saved = sqlx::query_file!(
        "src/store/sql/jobs/save_page.sql",
        pull.job,
        pull.fencing_token,
        cursor,
        window_to,
        ended,
        limits::PULL_LAG_S as f64,
        limits::PULL_LEASE_S,
        pull.every_s(every_s),
        orders
    )
    .execute(tx.conn())
    .await?;
    if orders > 0 {
        add_to_minute_count(tx, pull.shop.id, "orders", orders).await?;
    }
    Ok(saved.rows_affected() == 1)
}

/// Counts what happens with a shop, by the minute: `orders`, or the class of an error.
pub async fn add_to_minute_count(tx: &mut Tx, shop: i64, what: &str, n: i64) -> Result<()> {
    sqlx::query_file!("src/store/sql/jobs/count_by_minute.sql", shop, what, n)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A call failed: when to try again, and what was said; to be told to go slower is no trouble. The
/// cursor stays unless it is no longer known to the shop.
pub async fn pull_failed(
    tx: &mut Tx,
    pull: &Pull,
    wait_s: f64,
    said: &str,
    trouble: bool,
    forget_cursor: bool,
) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/jobs/pull_failed.sql",
        pull.job,
        pull.fencing_token,
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
    let heard =
        sqlx::query_file!("src/store/sql/jobs/wake.sql", shop, word).execute(tx.conn()).await?;
    if heard.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "UPDATE job
         SET next_at = least(next_at, now()), woken_at = now()
         WHERE kind = 'pull' AND shop_id = $1",
        shop
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// It is still being read: nobody else takes it up, unless somebody has.
pub async fn extend_lease(tx: &mut Tx, pull: &Pull) -> Result<()> {
    sqlx::query!(
        "UPDATE job
         SET lease_until = now() + make_interval(secs => $3)
         WHERE id = $1 AND fencing_token = $2",
        pull.job,
        pull.fencing_token,
        limits::PULL_LEASE_S
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Is a file with this content on record as taken in?
pub async fn is_file_known(tx: &mut Tx, shop: i64, digest: &str) -> Result<bool> {
    let row = sqlx::query_scalar!(
        "SELECT 1 AS one
         FROM file_taken
         WHERE shop_id = $1 AND digest = $2",
        shop,
        digest
    );
    Ok(row.fetch_optional(tx.conn()).await?.is_some())
}

/// A file with this content is taken in, all of it.
pub async fn save_file_taken(tx: &mut Tx, shop: i64, digest: &str) -> Result<()> {
    sqlx::query_file!("src/store/sql/jobs/save_file_taken.sql", shop, digest)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Whoever is next goes on where this stopped.
pub async fn release_lease(tx: &mut Tx, pull: &Pull) -> Result<()> {
    sqlx::query!(
        "UPDATE job
         SET lease_until = NULL
         WHERE id = $1 AND fencing_token = $2",
        pull.job,
        pull.fencing_token
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One claimed message to a shop.
pub struct ShopMessage {
    pub id: i64,
    pub fencing_token: i64,
    pub key: Uuid,
    pub attempts: i32,
    pub body: serde_json::Value,
    pub shop: ShopRow,
}

/// Up to `limit` of each shop but these, the oldest first: a shop that does not answer keeps no
/// other's waiting.
pub async fn claim_messages(tx: &mut Tx, limit: i64, but: &[i64]) -> Result<Vec<ShopMessage>> {
    let rows = sqlx::query_file!("src/store/sql/jobs/claim_messages.sql", limit, but)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| ShopMessage {
            id: r.id,
            fencing_token: r.fencing_token,
            key: r.key,
            attempts: r.attempts,
            body: r.body,
            shop: r.shop.0,
        })
        .collect())
}

/// How a message went.
pub enum Sent<'a> {
    Done,
    /// Try again with the same key.
    Later {
        wait_s: f64,
        said: &'a str,
    },
    /// The shop will never take it: an exception for a person.
    Refused {
        said: &'a str,
    },
}

/// Notes how a message went; one that was refused raises an exception of its order. Does nothing if
/// another process claimed it meanwhile.
pub async fn save_send_result(tx: &mut Tx, message: &ShopMessage, sent: &Sent<'_>) -> Result<()> {
    let (state, wait_s, said) = match sent {
        Sent::Done => ("sent", 0.0, ""),
        Sent::Later { wait_s, said } => ("waiting", *wait_s, *said),
        Sent::Refused { said } => ("refused", 0.0, *said),
    };
    let done = sqlx::query_file!(
        "src/store/sql/jobs/save_send_result.sql",
        message.id,
        message.fencing_token,
        state,
        wait_s,
        said
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 && state == "refused" {
        let order = message.body["order_no"].as_str().unwrap_or("-");
        super::orders::raise_exception(
            tx,
            ExceptionReason::DispatchRefused,
            order,
            Some(message.shop.id),
            said,
        )
        .await?;
    }
    Ok(())
}

/// What a shop refused to hear of an order is told again, each with its key.
pub async fn tell_again(tx: &mut Tx, exception: i64) -> Result<()> {
    sqlx::query_file!("src/store/sql/jobs/tell_again.sql", exception).execute(tx.conn()).await?;
    Ok(())
}

/// Parcels that were closed and whose label nobody carried on with for a while: a console died in
/// between.
pub async fn closed_parcels(tx: &mut Tx) -> Result<Vec<i64>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/jobs/closed_parcels.sql")
        .fetch_all(tx.conn())
        .await?)
}

/// A number that is greater than that of every file whose reading began so long ago.
fn file_of_before(age: Duration) -> Uuid {
    let then = SystemTime::now() - age;
    let since = then.duration_since(UNIX_EPOCH).unwrap_or_default();
    let timestamp = Timestamp::from_unix(NoContext, since.as_secs(), since.subsec_nanos());
    Uuid::new_v7(timestamp)
}

/// Drops balances of zero.
pub async fn sweep(tx: &mut Tx) -> Result<()> {
    sqlx::query!("INSERT INTO sweep DEFAULT VALUES").execute(tx.conn()).await?;
    Ok(())
}

/// Notes what time the server has. By how many seconds it went back since it was looked at: then
/// everything that was put off is due, and an exception says so.
pub async fn mend_clock(tx: &mut Tx) -> Result<Option<i64>> {
    let back = sqlx::query_scalar!("SELECT extract(epoch FROM mend_clock())::bigint");
    let back_s = back.fetch_one(tx.conn()).await?;
    if let Some(back_s) = back_s {
        let said = format!("{back_s} s");
        orders::raise_exception(tx, ExceptionReason::ClockBack, "database", None, &said).await?;
    }
    Ok(back_s)
}

/// Has the server look at how much is open, where it believes otherwise. Whether it did.
pub async fn look_again(tx: &mut Tx) -> Result<bool> {
    let looked = sqlx::query_scalar!(r#"SELECT look_again() AS "looked!""#);
    Ok(looked.fetch_one(tx.conn()).await?)
}

/// Deletes answers that nobody asks for again, and erases what stands on old labels and in old
/// versions of orders: so many rows of each kind. Whether there may be more.
pub async fn delete_old(tx: &mut Tx) -> Result<bool> {
    let gone = sqlx::query_file_scalar!(
        "src/store/sql/jobs/delete_old.sql",
        limits::ANSWERS_KEPT_DAYS,
        limits::NOTICES_KEPT_DAYS,
        limits::BUYERS_KEPT_DAYS,
        limits::TIDY_BATCH,
        file_of_before(limits::FILES_KEPT)
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(gone)
}

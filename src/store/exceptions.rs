//! Exceptions: the one on the screen, and its ways out.

use super::Actor;
use super::{Result, Tx, orders};
use crate::domain::Name;
use crate::protocol::exceptions::{Exception, Snapshot, Step};

/// The exception of the step, or the oldest open one.
pub async fn load(tx: &mut Tx, warehouse: i64, person: i64, step: &Step) -> Result<Snapshot> {
    let open =
        sqlx::query_file_scalar!("src/store/sql/exceptions/count_open.sql", warehouse, person)
            .fetch_one(tx.conn())
            .await?;
    let row = sqlx::query_file!(
        "src/store/sql/exceptions/load.sql",
        warehouse,
        step.exception_id,
        person
    )
    .fetch_optional(tx.conn())
    .await?;
    let exception = row.map(|r| Exception {
        id: r.id,
        reason: r.reason,
        subject: r.subject,
        item: r.name_en.zip(r.name_zh).map(|(en, zh)| Name {
            en,
            zh,
            variant: r.variant.unwrap_or_default(),
        }),
        lot: r.number,
        qty: r.qty,
        detail: r.detail,
        since: r.since,
        held: r.held,
        booked: r.booked,
        shipment_id: r.shipment_id,
        same: r.same,
        code: r.code,
        shop: r.shop,
    });
    Ok(Snapshot { open, exception })
}

/// The oldest open exception about what is called so: an order, a shipment, a place.
pub async fn find_by_subject(
    tx: &mut Tx,
    warehouse: i64,
    person: i64,
    subject: &str,
) -> Result<Option<i64>> {
    Ok(sqlx::query_file_scalar!(
        "src/store/sql/exceptions/find_by_subject.sql",
        warehouse,
        subject,
        person
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The open exception after this one, round and round.
pub async fn next_open(
    tx: &mut Tx,
    warehouse: i64,
    person: i64,
    after: Option<i64>,
) -> Result<Option<i64>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/exceptions/next_open.sql", warehouse, after, person)
        .fetch_optional(tx.conn())
        .await?)
}

/// Exceptions that are decided now: the gates of all their goods, then their rows, so that of two
/// people who answer at once the second finds what the first left.
pub async fn lock(tx: &mut Tx, ids: &[i64]) -> Result<()> {
    sqlx::query_file!("src/store/sql/exceptions/lock_gates.sql", ids).fetch_all(tx.conn()).await?;
    sqlx::query_file!("src/store/sql/exceptions/lock_open.sql", ids).fetch_all(tx.conn()).await?;
    Ok(())
}

/// An exception is done, by this person or, with `None`, by the program. One that was done already
/// stays as it was.
pub async fn close(tx: &mut Tx, id: i64, person: Option<i64>) -> Result<()> {
    sqlx::query!(
        "UPDATE exception
         SET done_at = now(), done_by = $2
         WHERE id = $1 AND done_at IS NULL",
        id,
        person
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Does what it is about wait still, so that closing it would only hide it?
pub async fn still_waits(tx: &mut Tx, id: i64) -> Result<bool> {
    Ok(sqlx::query_file_scalar!("src/store/sql/exceptions/still_waits.sql", id)
        .fetch_one(tx.conn())
        .await?)
}

/// Everything that a shipment lacked was found: its other exceptions of that are done too.
pub async fn close_all_found(tx: &mut Tx, shipment: i64, person: Option<i64>) -> Result<()> {
    sqlx::query!(
        "UPDATE exception
         SET done_at = now(), done_by = $2
         WHERE shipment_id = $1 AND reason = 'not_found' AND done_at IS NULL",
        shipment,
        person
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Of so many that this exception holds so many were found: they are good again, the rest goes out
/// through adjustment. What other exceptions hold there stays.
pub async fn apply_count(
    tx: &mut Tx,
    actor: Actor<'_>,
    id: i64,
    held: i64,
    found: i64,
) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/exceptions/apply_count_adjust.sql",
        actor.at,
        actor.person,
        actor.command,
        id,
        found,
        held
    )
    .execute(tx.conn())
    .await?;
    // Nothing is promised from a bench: what is good again goes back to a bin.
    sqlx::query_file!("src/store/sql/exceptions/put_back_from_bench.sql", id, found)
        .fetch_optional(tx.conn())
        .await?;
    close(tx, id, Some(actor.person)).await
}

/// So many lie there in all: what is more comes in through adjustment, what is less goes out, as
/// far as nobody waits for it. `false`: fewer than orders wait for.
pub async fn apply_full_count(tx: &mut Tx, actor: Actor<'_>, id: i64, all: i64) -> Result<bool> {
    let here = sqlx::query_file!("src/store/sql/exceptions/apply_full_count_on_hand.sql", id)
        .fetch_optional(tx.conn())
        .await?;
    let Some(here) = here.filter(|here| all >= here.reserved) else { return Ok(false) };
    sqlx::query!("SELECT lock_promise_gates($1, ARRAY[$2::bigint])", actor.warehouse, here.item)
        .execute(tx.conn())
        .await?;
    sqlx::query_file!(
        "src/store/sql/exceptions/apply_full_count_adjust.sql",
        actor.at,
        actor.person,
        actor.command,
        id,
        all - here.on_hand
    )
    .execute(tx.conn())
    .await?;
    if all < here.on_hand {
        super::turn::break_promises(tx, actor.warehouse, &[here.item]).await?;
    }
    close(tx, id, Some(actor.person)).await?;
    Ok(true)
}

/// What a shipment still lacks waits for a person.
pub async fn say_not_found(tx: &mut Tx, shipment: i64) -> Result<()> {
    sqlx::query_file!("src/store/sql/exceptions/say_not_found.sql", shipment)
        .fetch_all(tx.conn())
        .await?;
    Ok(())
}

/// The open exceptions of a reason, oldest first: id, shipment.
pub async fn open_by_reason(
    tx: &mut Tx,
    warehouse: i64,
    person: i64,
    reason: &str,
    most: i64,
) -> Result<Vec<(i64, Option<i64>)>> {
    let rows = sqlx::query_file!(
        "src/store/sql/exceptions/open_by_reason.sql",
        warehouse,
        reason,
        most,
        person
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.shipment_id)).collect())
}

/// The open exceptions of a shop's orders with codes that name nothing, oldest first.
pub async fn unknown_items_of_shop(tx: &mut Tx, shop: i64) -> Result<Vec<i64>> {
    let found =
        sqlx::query_file_scalar!("src/store/sql/exceptions/unknown_items_of_shop.sql", shop);
    Ok(found.fetch_all(tx.conn()).await?)
}

/// The exceptions that wait for this code of the shop of this one, oldest first.
pub async fn waiting_for_code(
    tx: &mut Tx,
    exception: i64,
    code: &str,
    most: i64,
) -> Result<Vec<i64>> {
    let found = sqlx::query_file_scalar!(
        "src/store/sql/exceptions/waiting_for_code.sql",
        exception,
        code,
        most
    );
    Ok(found.fetch_all(tx.conn()).await?)
}

/// Exceptions of orders whose codes all name something by now, behind `after`, oldest first.
pub async fn solvable(tx: &mut Tx, after: i64, most: i64) -> Result<Vec<i64>> {
    let found = sqlx::query_file_scalar!("src/store/sql/exceptions/solvable.sql", after, most);
    Ok(found.fetch_all(tx.conn()).await?)
}

/// Tries these orders again; returns how many of their exceptions are done now.
pub async fn retry_orders(tx: &mut Tx, exceptions: &[i64], person: Option<i64>) -> Result<i64> {
    let mut on = 0;
    for exception in exceptions {
        tx.attempt().await?;
        let worked = orders::try_again(tx, *exception).await?;
        tx.attempted(worked).await?;
        if worked {
            close(tx, *exception, person).await?;
            on += 1;
        }
    }
    Ok(on)
}

/// A shop's code means this item from now on. `None`: no item is called so. Returns its name.
pub async fn map_code(
    tx: &mut Tx,
    exception: i64,
    code: &str,
    item: Option<i64>,
    typed: &str,
    person: i64,
) -> Result<Option<Name>> {
    let item = sqlx::query_file!(
        "src/store/sql/exceptions/map_code_item.sql",
        item,
        typed,
        person,
        exception
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(item) = item else { return Ok(None) };
    sqlx::query_file!(
        "src/store/sql/exceptions/map_code_add_listing.sql",
        exception,
        code,
        item.id
    )
    .execute(tx.conn())
    .await?;
    Ok(Some(Name { en: item.name_en, zh: item.name_zh, variant: item.variant }))
}

/// A shipment that lacks something of which there may be enough now.
pub struct Lacking {
    pub warehouse: i64,
    pub shipment: i64,
}

/// Shipments that lack what nobody found and what may be there by now, so many at most.
pub async fn lost_and_there(tx: &mut Tx, most: i64) -> Result<Vec<Lacking>> {
    let found = sqlx::query_file_as!(Lacking, "src/store/sql/exceptions/lost_and_there.sql", most);
    Ok(found.fetch_all(tx.conn()).await?)
}

/// Ties goods that came meanwhile to what nobody found of a shipment; `false`: not all of it is
/// there, and nothing is changed.
pub async fn find_again(tx: &mut Tx, lacking: &Lacking) -> Result<bool> {
    tx.attempt().await?;
    let whole = reserve_again(tx, lacking.warehouse, lacking.shipment).await?;
    tx.attempted(whole).await?;
    if whole {
        close_all_found(tx, lacking.shipment, None).await?;
    }
    Ok(whole)
}

/// Looks for goods again for what a short left unserved: on a new trip of the shipment's wave.
/// `false`: not all of it can be had without breaking another's promise.
pub async fn reserve_again(tx: &mut Tx, warehouse: i64, shipment: i64) -> Result<bool> {
    let items = sqlx::query_scalar!(
        "SELECT DISTINCT item_id
         FROM shipment_line
         WHERE shipment_id = $1",
        shipment
    )
    .fetch_all(tx.conn())
    .await?;
    sqlx::query!("SELECT lock_promise_gates($1, $2)", warehouse, &items).execute(tx.conn()).await?;
    sqlx::query_file!("src/store/sql/exceptions/reserve_again_mend_promises.sql", shipment)
        .execute(tx.conn())
        .await?;
    let open =
        sqlx::query_file!("src/store/sql/exceptions/reserve_again_lock_promises.sql", shipment)
            .fetch_all(tx.conn())
            .await?;
    if open.is_empty() {
        // What lacked was found with another exception of the same shipment.
        return Ok(sqlx::query_file_scalar!(
            "src/store/sql/exceptions/reserve_again_is_whole.sql",
            shipment
        )
        .fetch_one(tx.conn())
        .await?);
    }
    let Some(wave) = open.first().and_then(|p| p.wave_id) else { return Ok(false) };
    let trip = trip_for(tx, warehouse, wave, shipment).await?;
    let mut lost = 0;
    for p in &open {
        lost += sqlx::query_scalar!(
            r#"SELECT reserve_again($1, $2, $3) AS "rest!""#,
            p.id,
            p.qty,
            trip
        )
        .fetch_one(tx.conn())
        .await?;
    }
    walk_again(tx, shipment, wave).await?;
    let kept = sqlx::query_scalar!(r#"SELECT promises_kept($1, $2) AS "kept!""#, warehouse, &items)
        .fetch_one(tx.conn())
        .await?;
    Ok(kept && lost == 0)
}

/// A trip of a wave for one shipment alone.
async fn trip_for(tx: &mut Tx, warehouse: i64, wave: i64, shipment: i64) -> Result<i64> {
    Ok(sqlx::query_file_scalar!("src/store/sql/exceptions/trip_for.sql", warehouse, wave, shipment)
        .fetch_one(tx.conn())
        .await?)
}

/// A shipment that was picked has goods to come, and so has its wave.
async fn walk_again(tx: &mut Tx, shipment: i64, wave: i64) -> Result<()> {
    sqlx::query_file!("src/store/sql/exceptions/walk_again.sql", shipment, wave)
        .execute(tx.conn())
        .await?;
    Ok(())
}

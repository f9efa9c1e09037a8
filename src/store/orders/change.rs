//! Orders that changed in the shop while their shipments were under way.

use super::{
    Live, cancel, give_up, ids_of, keep_holds, lock_all, make_shipments, map_lines, raise_shipment,
    raise_unknown, reconcile, shipments_of,
};
use crate::domain::states::{ExceptionReason, ShipmentState};
use crate::store::{Result, Tx};

/// The order changed while its shipment was under way: another address goes along until the
/// hand-over, other goods make a new shipment while nothing is on the floor; after that fewer units
/// are cut out, and more are an exception for a person.
pub(super) async fn follow(
    tx: &mut Tx,
    order: i64,
    live: &[Live],
    order_no: &str,
    receiver: &serde_json::Value,
) -> Result<()> {
    let same = sqlx::query_file_scalar!("src/store/sql/orders/follow_nothing_changed.sql", order)
        .fetch_one(tx.conn())
        .await?;
    if !same && live.iter().all(|s| s.state.is_not_begun()) {
        return remake(tx, order, live).await;
    }
    if !same {
        cut(tx, order, live, order_no).await?;
    }
    for shipment in live {
        sqlx::query!("SELECT readdress($1, $2)", shipment.id, receiver).execute(tx.conn()).await?;
    }
    keep_holds(tx, &[order]).await
}

/// Shipments that nobody has begun are made anew; what a person decided about them stays decided.
async fn remake(tx: &mut Tx, order: i64, live: &[Live]) -> Result<()> {
    let ids = ids_of(live);
    lock_all(tx, &ids).await?;
    let before =
        sqlx::query_file!("src/store/sql/orders/remake.sql", &ids).fetch_one(tx.conn()).await?;
    for id in &ids {
        cancel(tx, *id, "order_changed").await?;
    }
    Box::pin(reconcile(tx, order)).await?;
    let fresh: Vec<i64> = shipments_of(tx, order).await?.iter().map(|s| s.id).collect();
    sqlx::query!(
        "UPDATE shipment
         SET priority = $2
         WHERE id = ANY ($1)",
        &fresh,
        before.priority
    )
    .execute(tx.conn())
    .await?;
    if let (Some(reasons), Some(notes), Some(by)) = (before.reasons, before.notes, before.by) {
        sqlx::query_file!("src/store/sql/orders/hold_again.sql", &fresh, &reasons, &notes, &by)
            .fetch_all(tx.conn())
            .await?;
    }
    Ok(())
}

/// The orders of a shipment on the floor were changed in the shop: what was added goes in a
/// shipment of its own, what was taken back is cut out of a box that is open by now. `false`: they
/// still differ.
pub async fn apply_shop_changes(tx: &mut Tx, shipment: i64) -> Result<bool> {
    let orders =
        sqlx::query_file_scalar!("src/store/sql/orders/apply_shop_changes_orders.sql", shipment)
            .fetch_all(tx.conn())
            .await?;
    let mut shipments = Vec::new();
    for order in &orders {
        shipments.extend(ids_of(&shipments_of(tx, *order).await?));
    }
    lock_all(tx, &shipments).await?;
    for order in &orders {
        // A code that was unknown may have been mapped meanwhile.
        map_lines(tx, *order).await?;
        reconcile(tx, *order).await?;
    }
    let go_on =
        sqlx::query_file_scalar!("src/store/sql/orders/apply_shop_changes_paid.sql", &orders)
            .fetch_all(tx.conn())
            .await?;
    make_shipments(tx, &go_on).await?;
    // What has left already cannot be brought in line: that it comes back is an exception of its
    // own.
    let same = sqlx::query_file_scalar!(
        "src/store/sql/orders/apply_shop_changes_nothing_changed.sql",
        &go_on
    )
    .fetch_one(tx.conn())
    .await?;
    // The same change may be an exception of each of their shipments.
    sqlx::query_file!(
        "src/store/sql/orders/apply_shop_changes_close_exceptions.sql",
        &orders,
        same,
        shipment
    )
    .execute(tx.conn())
    .await?;
    Ok(same)
}

/// What the shop took back of an order on the floor is cut out of its shipments; what cannot be
/// cut, or was added, is an exception.
async fn cut(tx: &mut Tx, order: i64, live: &[Live], order_no: &str) -> Result<()> {
    let nothing = sqlx::query_scalar!(
        r#"SELECT bool_and(to_send = 0) AS "all!"
           FROM order_line
           WHERE order_id = $1"#,
        order
    )
    .fetch_one(tx.conn())
    .await?;
    if nothing {
        lock_all(tx, &ids_of(live)).await?;
        for s in live {
            give_up(tx, s, order_no).await?;
        }
        return Ok(());
    }
    let left = cut_out(tx, order).await?;
    let added = sqlx::query_file_scalar!("src/store/sql/orders/cut_lines_added.sql", order)
        .fetch_one(tx.conn())
        .await?;
    if added {
        raise_unknown(tx, &[order]).await?;
    }
    if !added && left.too_many == 0 && !left.other {
        return Ok(());
    }
    for s in live.iter().filter(|s| !s.state.is_not_begun()) {
        let reason = if s.state == ShipmentState::HandedOver && left.too_many > 0 {
            ExceptionReason::ComingBack
        } else {
            ExceptionReason::ChangedLate
        };
        raise_shipment(tx, reason, s.id, &s.shipment_no, order_no).await?;
    }
    Ok(())
}

/// What could not be brought in line by cutting.
struct Left {
    /// Units more than the shop wants, in boxes that are closed or gone.
    too_many: i64,
    /// A line is of another item now.
    other: bool,
}

/// What the shop took back of an order is cut out of its shipments; the last to be ready gives
/// first.
async fn cut_out(tx: &mut Tx, order: i64) -> Result<Left> {
    let parts =
        sqlx::query_file!("src/store/sql/orders/cut_lines.sql", order).fetch_all(tx.conn()).await?;
    let mut too_many: std::collections::BTreeMap<i64, i64> =
        parts.iter().map(|p| (p.id, p.too_many)).collect();
    if too_many.values().any(|rest| *rest > 0) {
        lock_all(tx, &parts.iter().map(|p| p.ship).collect::<Vec<_>>()).await?;
    }
    for part in parts.iter().filter(|p| !p.other) {
        let Some(rest) = too_many.get_mut(&part.id).filter(|rest| **rest > 0) else { continue };
        *rest -= sqlx::query_scalar!(
            r#"SELECT cut_line($1, $2, $3, NULL) AS "cut!""#,
            part.ship,
            part.id,
            part.qty.min(*rest)
        )
        .fetch_one(tx.conn())
        .await?;
    }
    Ok(Left { too_many: too_many.values().sum(), other: parts.iter().any(|p| p.other) })
}

/// While its shop holds an order only what it takes back is followed, and where it goes; what it
/// adds follows when it lets go.
pub(super) async fn follow_held(
    tx: &mut Tx,
    order: i64,
    live: &[Live],
    order_no: &str,
    receiver: &serde_json::Value,
) -> Result<()> {
    let left = cut_out(tx, order).await?;
    if left.too_many > 0 {
        for s in live.iter().filter(|s| !s.state.is_not_begun()) {
            raise_shipment(tx, ExceptionReason::ChangedLate, s.id, &s.shipment_no, order_no)
                .await?;
        }
    }
    for shipment in live {
        sqlx::query!("SELECT readdress($1, $2)", shipment.id, receiver).execute(tx.conn()).await?;
    }
    keep_holds(tx, &[order]).await
}

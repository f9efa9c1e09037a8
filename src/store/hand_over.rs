//! Carriers' lists. Closing one moves the goods out of the ledger and writes what the shops are
//! told: one effect.

use super::Actor;
use super::holds::why_held;
use super::{Error, Result, Rule, Tx};
use crate::codes::own;
use crate::domain::states::ParcelState;
use crate::protocol::Message;
use crate::protocol::hand_over::{List, Snapshot, Step};
use uuid::Uuid;

/// The step's list while it is open, and the labelled parcels that wait for it, or with no list for
/// any; those that somebody holds do not count.
pub async fn load(tx: &mut Tx, warehouse: i64, person: i64, step: &Step) -> Result<Snapshot> {
    let waiting = sqlx::query_file!(
        "src/store/sql/hand_over/load_outgoing.sql",
        warehouse,
        step.list_id,
        person
    )
    .fetch_one(tx.conn())
    .await?;
    let list = sqlx::query_file!("src/store/sql/hand_over/load_list.sql", step.list_id)
        .fetch_optional(tx.conn())
        .await?
        .map(|r| List {
            id: r.id,
            code: r.code,
            carrier: r.name,
            parcels: r.parcels,
            last: r.last,
        });
    Ok(Snapshot { list, waiting: waiting.first, waiting_count: waiting.count })
}

/// A parcel on its way out, locked.
pub struct OutgoingParcel {
    pub state: ParcelState,
    pub shipment_no: String,
    pub carrier_id: i64,
    pub carrier: String,
    /// Why somebody holds its shipment.
    pub held: Option<Message>,
    /// The list it is on already.
    pub list: Option<String>,
}

/// Locks a parcel, its shipment before it. `None`: there is no such parcel.
pub async fn lock_parcel(tx: &mut Tx, parcel: i64) -> Result<Option<OutgoingParcel>> {
    // Its shipment first, and whether somebody holds it in a later statement: who holds it now is
    // seen, or waits until it is on the list and takes it off again.
    sqlx::query_file!("src/store/sql/hand_over/lock_shipment.sql", parcel)
        .fetch_optional(tx.conn())
        .await?;
    let held = sqlx::query_file!("src/store/sql/hand_over/why_held.sql", parcel)
        .fetch_optional(tx.conn())
        .await?
        .map(|r| why_held(&r.reason, &r.note));
    Ok(sqlx::query_file!("src/store/sql/hand_over/lock_parcel.sql", parcel)
        .fetch_optional(tx.conn())
        .await?
        .map(|r| OutgoingParcel {
            state: r.state,
            shipment_no: r.shipment_no,
            carrier_id: r.carrier_id,
            carrier: r.name,
            held,
            list: r.list,
        }))
}

/// The carrier's open list, made with its first parcel; returns id and carrier.
pub async fn open_list_of_carrier(tx: &mut Tx, warehouse: i64, carrier: i64) -> Result<i64> {
    if let Some(id) = sqlx::query_scalar!(
        "SELECT id
         FROM hand_over
         WHERE warehouse_id = $1 AND carrier_id = $2 AND closed_at IS NULL",
        warehouse,
        carrier
    )
    .fetch_optional(tx.conn())
    .await?
    {
        return Ok(id);
    }
    let n = sqlx::query_scalar!(r#"SELECT nextval('hand_over_number') AS "n!""#)
        .fetch_one(tx.conn())
        .await?;
    let code = own::make(own::Kind::HandOver, &format!("{n:06}"))
        .ok_or_else(|| Error::Bug("list code".into()))?;
    Ok(sqlx::query_scalar!(
        "INSERT INTO hand_over (warehouse_id, code, carrier_id)
         VALUES ($1, $2, $3)
         RETURNING id",
        warehouse,
        code,
        carrier
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Whose list it is. `None`: it is closed, or there is none.
pub async fn carrier_of(tx: &mut Tx, list: i64) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "SELECT carrier_id
         FROM hand_over
         WHERE id = $1 AND closed_at IS NULL",
        list
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Puts a parcel on a list; its label counts as on the box from now on. Refused as `hand_over_open`
/// if the list is closed, as `hand_over_parcel_once` if the parcel is on one already.
pub async fn add_parcel(tx: &mut Tx, list: i64, parcel: i64) -> Result<()> {
    // A list that closes at this moment takes nothing more.
    let open = sqlx::query_file!("src/store/sql/hand_over/add_parcel.sql", list)
        .fetch_optional(tx.conn())
        .await?;
    if open.is_none() {
        return Err(Rule::ListClosed.into());
    }
    sqlx::query!(
        "INSERT INTO hand_over_parcel (hand_over_id, parcel_id)
         VALUES ($1, $2)",
        list,
        parcel
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE label
         SET state = 'on_box'
         WHERE parcel_id = $1 AND state IN ('got', 'printed')",
        parcel
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes the last parcel off a list that is open. Returns its SSCC.
pub async fn remove_last_parcel(tx: &mut Tx, list: i64) -> Result<Option<String>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/hand_over/remove_last_parcel.sql", list)
        .fetch_optional(tx.conn())
        .await?)
}

/// Closes a list; returns how many parcels left.
pub async fn close(tx: &mut Tx, actor: Actor<'_>, list: i64) -> Result<i64> {
    let locked = sqlx::query_file_scalar!("src/store/sql/hand_over/close_lock.sql", list)
        .fetch_optional(tx.conn())
        .await?;
    if locked.is_none() {
        return Err(Rule::ListClosed.into());
    }
    let shipments =
        sqlx::query_file_scalar!("src/store/sql/hand_over/close_lock_shipments.sql", list)
            .fetch_all(tx.conn())
            .await?;
    // What somebody began to hold while it stood on the list stays here.
    sqlx::query_file!("src/store/sql/hand_over/close_leave_held.sql", list)
        .fetch_all(tx.conn())
        .await?;
    sqlx::query_file!(
        "src/store/sql/hand_over/close_move_goods.sql",
        actor.at,
        actor.person,
        actor.command,
        list
    )
    .execute(tx.conn())
    .await?;
    sqlx::query_file!(
        "src/store/sql/hand_over/close_move_parcels.sql",
        actor.warehouse,
        actor.person,
        actor.command,
        list
    )
    .execute(tx.conn())
    .await?;
    let parcels = sqlx::query_file_scalar!("src/store/sql/hand_over/close_parcels.sql", list)
        .fetch_all(tx.conn())
        .await?;
    sqlx::query!("SELECT sent_whole($1)", &shipments).execute(tx.conn()).await?;
    for parcel in &parcels {
        tell_shop(tx, *parcel, "handover").await?;
    }
    sqlx::query!(
        "UPDATE hand_over
         SET closed_at = now(), closed_by = $2
         WHERE id = $1",
        list,
        actor.person
    )
    .execute(tx.conn())
    .await?;
    Ok(parcels.len() as i64)
}

/// Writes into the outbox what each shop of a parcel is told, if this is the moment its setting
/// names.
pub async fn tell_shop(tx: &mut Tx, parcel: i64, moment: &str) -> Result<()> {
    let rows = sqlx::query_file!("src/store/sql/hand_over/tell_shop_what.sql", parcel, moment)
        .fetch_all(tx.conn())
        .await?;
    for row in rows {
        let body = serde_json::json!({
            "order_no": row.order_no, "carrier": row.carrier, "waybill": row.waybill,
            "lines": row.lines, "parcel": row.sscc,
        });
        // Not every platform changes the lines of what it was told: somebody looks there.
        sqlx::query_file!("src/store/sql/hand_over/told_otherwise.sql", parcel, row.order_no, body)
            .execute(tx.conn())
            .await?;
        sqlx::query_file!(
            "src/store/sql/hand_over/tell_shop.sql",
            row.shop_id,
            Uuid::now_v7(),
            parcel,
            row.order_no,
            body
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

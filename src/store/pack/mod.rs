//! Packing: what lies on a bench. `boxes` moves units into parcels and parcels on.

mod boxes;

pub use boxes::{
    ToteUse, bench_exists, bring_tote, close, open_parcel, pack, pack_all, parcel_state, reopen,
    report_extra, report_missing, tote_use, undo,
};

use super::pick::printed_gtin;
use super::standing::Standing;
use super::{Result, Tx};
use crate::domain::Name;
use crate::domain::states::ParcelState;
use crate::limits;
use crate::protocol::pack::{Batch, BatchLine, Bench, Line, Shipment, Snapshot, Step, WaitingTote};

/// All that the packer's screen shows: the bench, what the step says lies on it, and what to bring
/// next.
pub async fn load(tx: &mut Tx, standing: &Standing, step: &Step) -> Result<Snapshot> {
    let warehouse = standing.warehouse_id;
    let hints =
        sqlx::query_file!("src/store/sql/pack/load_codes.sql", warehouse, standing.bench_id)
            .fetch_one(tx.conn())
            .await?;
    let bench = match standing.bench_id {
        Some(id) => sqlx::query_file!("src/store/sql/pack/load_bench.sql", id)
            .fetch_optional(tx.conn())
            .await?
            .map(|b| Bench { place_id: b.id, code: b.code, printer: b.printer }),
        None => None,
    };
    let shipment = match step.shipment_id {
        Some(id) => load_shipment(tx, id, &step.totes).await?,
        None => None,
    };
    let batch = match step.batch {
        Some(tote) => load_batch(tx, warehouse, tote).await?,
        None => None,
    };
    let reopening = match step.reopening {
        Some(id) => {
            sqlx::query_scalar!(
                "SELECT sscc
                 FROM parcel
                 WHERE place_id = $1",
                id
            )
            .fetch_optional(tx.conn())
            .await?
        }
        None => None,
    };
    let gone = match step.shipment_id {
        Some(id) if shipment.is_none() => cancelled(tx, id).await?,
        _ => None,
    };
    let idle = bench.is_some() && step.shipment_id.is_none() && step.batch.is_none();
    Ok(Snapshot {
        waiting: if idle { load_waiting(tx, standing).await? } else { Vec::new() },
        bench,
        shipment,
        batch,
        gone,
        reopening,
        any_bench: hints.any_bench,
        last_parcel: hints.last_parcel,
    })
}

/// Totes that wait for this bench, the most urgent first.
async fn load_waiting(tx: &mut Tx, standing: &Standing) -> Result<Vec<WaitingTote>> {
    Ok(sqlx::query_file_as!(
        WaitingTote,
        "src/store/sql/pack/load_waiting.sql",
        standing.warehouse_id,
        standing.bench_id,
        standing.operator.id,
        limits::TOTES_SHOWN
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The number of a shipment that was given up.
async fn cancelled(tx: &mut Tx, shipment: i64) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "SELECT shipment_no
         FROM shipment
         WHERE id = $1 AND state = 'cancelled'",
        shipment
    )
    .fetch_optional(tx.conn())
    .await?)
}

async fn load_shipment(tx: &mut Tx, id: i64, brought: &[i64]) -> Result<Option<Shipment>> {
    let head = sqlx::query_file!("src/store/sql/pack/load_shipment.sql", id)
        .fetch_optional(tx.conn())
        .await?;
    let Some(head) = head else { return Ok(None) };
    let totes = sqlx::query_file!("src/store/sql/pack/load_shipment_totes.sql", id, brought)
        .fetch_all(tx.conn())
        .await?;
    let rows = sqlx::query_file!("src/store/sql/pack/load_shipment_lines.sql", id)
        .fetch_all(tx.conn())
        .await?;
    let coming = rows.iter().filter(|r| r.coming).map(|r| r.qty).sum();
    let in_box = rows.iter().filter(|r| r.box_ == Some(ParcelState::Open)).map(|r| r.qty).sum();
    Ok(Some(Shipment {
        coming,
        in_box,
        id: head.id,
        no: head.shipment_no,
        carrier: head.carrier,
        due: head.due,
        due_min: head.due_min,
        owed: head.owed,
        permits_parts: head.permits_parts,
        totes: totes.into_iter().map(|t| (t.id, t.code, brought.contains(&t.id))).collect(),
        lines: rows
            .into_iter()
            .filter(|r| !r.coming)
            .map(|r| Line {
                item_id: r.item_id,
                sku: r.sku,
                name: Name { en: r.name_en, zh: r.name_zh, variant: r.variant },
                barcode: r.barcode.map(printed_gtin),
                lot: r.number,
                last_good: r.day,
                reservation_id: r.id,
                left: if r.box_.is_none() { r.qty } else { 0 },
                packed: if r.box_.is_some() { r.qty } else { 0 },
                at_hand: r.box_.is_none_or(|state| state == ParcelState::Open),
            })
            .collect(),
    }))
}

/// What a reservation is of, as people name it.
pub struct GoodsOf {
    pub shipment_no: String,
    pub sku: String,
    pub lot: String,
}

/// Looks up one reservation for the audit; it may have ended.
pub async fn goods_of(tx: &mut Tx, reservation: i64) -> Result<GoodsOf> {
    Ok(sqlx::query_file_as!(GoodsOf, "src/store/sql/pack/goods_of.sql", reservation)
        .fetch_one(tx.conn())
        .await?)
}

/// A tote that was picked in total, by item and lot. Shipments that wait for a supervisor are left
/// out.
async fn load_batch(tx: &mut Tx, warehouse: i64, tote: i64) -> Result<Option<Batch>> {
    let head = sqlx::query_file!("src/store/sql/pack/load_batch_tote.sql", tote, warehouse)
        .fetch_optional(tx.conn())
        .await?;
    let Some(head) = head else { return Ok(None) };
    let lines =
        sqlx::query_file!("src/store/sql/pack/load_batch.sql", tote).fetch_all(tx.conn()).await?;
    Ok(Some(Batch {
        tote_id: tote,
        tote: head.code,
        hot: head.hot,
        spare: head.spare,
        lines: lines
            .into_iter()
            .map(|r| BatchLine {
                item_id: r.item_id,
                lot_id: r.lot_id,
                sku: r.sku,
                name: Name { en: r.name_en, zh: r.name_zh, variant: r.variant },
                barcode: r.barcode.map(printed_gtin),
                lot: r.number,
                last_good: r.day,
                shipments: r.shipments,
                each: r.each,
                shipment_id: r.shipment_id,
                reservation_id: r.reservation_id,
            })
            .collect(),
    }))
}

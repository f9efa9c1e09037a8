//! How a warehouse is laid out, and where its bins lie.

use super::{Result, Tx};
use crate::domain::layout::{Aisle, Area, BinSpot, Corner, Direction};
use crate::planner::derive::Placed;
use serde_json::json;

/// The storage bins of a warehouse, or of one of its zones, by their places and codes, in the
/// walking order.
pub async fn codes(tx: &mut Tx, warehouse: i64, zone: &str) -> Result<Vec<(i64, String)>> {
    let rows = sqlx::query_file!("src/store/sql/layout/codes.sql", warehouse, zone)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.code)).collect())
}

/// Placed bins that would be in no aisle any more if these areas were kept, and these bins placed
/// in them: the first hundred codes.
pub async fn elsewhere(
    tx: &mut Tx,
    warehouse: i64,
    areas: &[Area],
    bins: &[Placed],
) -> Result<Vec<String>> {
    let codes: Vec<String> = areas.iter().map(|area| area.code.clone()).collect();
    let aisle = |area: &Area| -> Vec<String> {
        area.aisles.iter().map(|aisle| format!("{}/{}", area.code, aisle.code)).collect()
    };
    let aisles: Vec<String> = areas.iter().flat_map(aisle).collect();
    let ids: Vec<i64> = bins.iter().map(|placed| placed.bin).collect();
    Ok(sqlx::query_file_scalar!(
        "src/store/sql/layout/elsewhere.sql",
        warehouse,
        &codes,
        &aisles,
        &ids
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Where bins lie, whatever was said before.
pub async fn place_bins(tx: &mut Tx, bins: &[Placed]) -> Result<()> {
    let ids: Vec<i64> = bins.iter().map(|b| b.bin).collect();
    let areas: Vec<String> = bins.iter().map(|b| b.area.clone()).collect();
    let aisles: Vec<String> = bins.iter().map(|b| b.aisle.clone()).collect();
    let positions: Vec<i64> = bins.iter().map(|b| b.position_mm).collect();
    let sides: Vec<String> = bins.iter().map(|b| b.side.to_owned()).collect();
    let level = |b: &Placed| b.level.and_then(|level| i32::try_from(level).ok());
    let levels: Vec<Option<i32>> = bins.iter().map(level).collect();
    sqlx::query_file!(
        "src/store/sql/layout/place_bins.sql",
        &ids,
        &areas,
        &aisles,
        &positions,
        &sides,
        &levels as &[Option<i32>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Areas of a warehouse in the place of those of the same codes; others stay while bins lie in
/// them.
pub async fn save(tx: &mut Tx, warehouse: i64, areas: &[Area]) -> Result<()> {
    let codes: Vec<String> = areas.iter().map(|area| area.code.clone()).collect();
    sqlx::query_file!("src/store/sql/layout/remove_areas.sql", warehouse, &codes)
        .execute(tx.conn())
        .await?;
    sqlx::query_file!("src/store/sql/layout/add_areas.sql", warehouse, json!(areas))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The areas of a warehouse, by their codes.
pub async fn areas(tx: &mut Tx, warehouse: i64) -> Result<Vec<Area>> {
    let rows =
        sqlx::query_file!("src/store/sql/layout/areas.sql", warehouse).fetch_all(tx.conn()).await?;
    let corner = |aisle, cross| Corner { aisle, cross: usize::try_from(cross).unwrap_or_default() };
    Ok(rows
        .into_iter()
        .map(|r| Area {
            code: r.code,
            cross_mm: r.cross_mm,
            start: corner(r.start_aisle, r.start_cross),
            end: corner(r.end_aisle, r.end_cross),
            aisles: r
                .aisles
                .into_iter()
                .zip(r.x_mm)
                .zip(r.directions)
                .map(|((code, x_mm), way)| Aisle {
                    code,
                    x_mm,
                    direction: Direction::parse(&way).unwrap_or_default(),
                })
                .collect(),
        })
        .collect())
}

/// Where the storage bins of a warehouse lie, in the walking order.
pub async fn bins(tx: &mut Tx, warehouse: i64) -> Result<Vec<BinSpot>> {
    Ok(sqlx::query_file_as!(BinSpot, "src/store/sql/layout/bins.sql", warehouse)
        .fetch_all(tx.conn())
        .await?)
}

/// The warehouse of a trip, and where its stops lie, as they are walked; `None`: no such trip.
pub async fn walk(tx: &mut Tx, trip_no: &str) -> Result<Option<(i64, Vec<BinSpot>)>> {
    let rows =
        sqlx::query_file!("src/store/sql/layout/walk.sql", trip_no).fetch_all(tx.conn()).await?;
    let warehouse = rows.first().map(|r| r.warehouse);
    let spots = rows.into_iter().map(|r| BinSpot {
        bin: r.bin,
        code: r.code,
        area: r.area,
        aisle: r.aisle,
        position_mm: r.position_mm,
        seq: r.seq,
    });
    Ok(warehouse.map(|warehouse| (warehouse, spots.collect())))
}

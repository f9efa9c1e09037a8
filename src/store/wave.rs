//! Waves: which shipments are ready, what a release would do, and the release itself.

use super::{Result, Rule, Tx, layout};
use crate::domain::Name;
use crate::domain::layout::{Area, BinSpot};
use crate::limits;
use crate::planner::now::Candidate;
use crate::planner::trips::{Load, Policy, Trip, Trolley};
use crate::protocol::wave::{Rehearsed, Shortage, Snapshot, Step};
use std::collections::HashMap;

/// So many reasons for waiting are named.
const WAITS: i64 = 3;

/// What can be chosen from, how much the step's choice comes to, and why other shipments wait, of
/// all that the person works for.
pub async fn load(tx: &mut Tx, warehouse: i64, person: i64, step: &Step) -> Result<Snapshot> {
    let row = sqlx::query_file!(
        "src/store/sql/wave/load.sql",
        warehouse,
        WAITS,
        person,
        step.shop,
        step.carrier
    )
    .fetch_one(tx.conn())
    .await?;
    let mut now = Snapshot {
        shops: row.shops,
        carriers: row.carriers,
        zones: row.zones,
        kept: row.kept,
        waits: row
            .waits
            .iter()
            .filter_map(|wait| wait.split_once(' '))
            .filter_map(|(why, count)| Some((why.to_owned(), count.parse().ok()?)))
            .collect(),
        next_cutoff: row.next_cutoff,
        ..Snapshot::default()
    };
    let ids = chosen(tx, warehouse, person, step).await?;
    let size = sqlx::query!(
        r#"SELECT count(*) AS "lines!", coalesce(sum(qty), 0)::bigint AS "units!"
           FROM shipment_line
           WHERE shipment_id = ANY ($1)"#,
        &ids
    )
    .fetch_one(tx.conn())
    .await?;
    (now.shipments, now.lines, now.units) = (ids.len() as i64, size.lines, size.units);
    Ok(now)
}

async fn chosen(tx: &mut Tx, warehouse: i64, person: i64, step: &Step) -> Result<Vec<i64>> {
    Ok(sqlx::query_file_scalar!(
        "src/store/sql/wave/chosen.sql",
        warehouse,
        step.shop,
        step.carrier,
        step.next_cutoff_only,
        step.lines.code(),
        step.urgent,
        step.zone,
        step.most,
        person,
        &step.only
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Of what the filter takes the most urgent, with where they would be picked; no more than a choice
/// is made of at once.
pub async fn candidates(
    tx: &mut Tx,
    warehouse: i64,
    person: i64,
    step: &Step,
) -> Result<Vec<Candidate>> {
    let all = Step { most: limits::CHOSEN_FROM, ..step.clone() };
    let ids = chosen(tx, warehouse, person, &all).await?;
    Ok(sqlx::query_file_as!(Candidate, "src/store/sql/wave/candidates.sql", warehouse, &ids)
        .fetch_all(tx.conn())
        .await?)
}

/// A wave with its planned shipments; a rehearsal takes no number.
async fn draft(
    tx: &mut Tx,
    warehouse: i64,
    person: i64,
    step: &Step,
    number: bool,
) -> Result<(i64, String)> {
    let ids = chosen(tx, warehouse, person, step).await?;
    // Gates before shipments, as everywhere.
    sqlx::query_file!("src/store/sql/wave/draft_lock_gates.sql", warehouse, &ids)
        .execute(tx.conn())
        .await?;
    let wave = sqlx::query_file!("src/store/sql/wave/draft.sql", warehouse, person, number)
        .fetch_one(tx.conn())
        .await?;
    sqlx::query_file!("src/store/sql/wave/draft_take_shipments.sql", wave.id, &ids)
        .execute(tx.conn())
        .await?;
    sqlx::query!("SELECT plan_wave($1)", wave.id).execute(tx.conn()).await?;
    if !step.zone.is_empty() {
        keep_to_zone(tx, wave.id, &step.zone).await?;
    }
    Ok((wave.id, wave.wave_no))
}

/// What expires first may lie elsewhere than what was looked for: shipments that the plan sends out
/// of the zone stay ready, and the rest is planned again without them.
async fn keep_to_zone(tx: &mut Tx, wave: i64, zone: &str) -> Result<()> {
    loop {
        let out = sqlx::query_file!("src/store/sql/wave/keep_to_zone.sql", wave, zone)
            .execute(tx.conn())
            .await?;
        if out.rows_affected() == 0 {
            return Ok(());
        }
        sqlx::query!(
            "DELETE FROM wave_plan
             WHERE wave_id = $1",
            wave
        )
        .execute(tx.conn())
        .await?;
        sqlx::query!("SELECT plan_wave($1)", wave).execute(tx.conn()).await?;
    }
}

/// Plans for real and takes it back: shipments and units that would stay behind, of what and why;
/// and what the planner needs to say how far the rest would walk.
pub async fn rehearse(
    tx: &mut Tx,
    warehouse: i64,
    person: i64,
    step: &Step,
) -> Result<(Rehearsed, Floor)> {
    sqlx::query("SAVEPOINT rehearsal").execute(tx.conn()).await?;
    let (wave, _) = draft(tx, warehouse, person, step, false).await?;
    let short = short_of(tx, warehouse, wave).await?;
    leave_short(tx, wave, true).await?;
    let floor = floor(tx, warehouse, wave).await?;
    sqlx::query("ROLLBACK TO SAVEPOINT rehearsal").execute(tx.conn()).await?;
    Ok((short, floor))
}

async fn short_of(tx: &mut Tx, warehouse: i64, wave: i64) -> Result<Rehearsed> {
    let rows = sqlx::query_file!("src/store/sql/wave/short_of.sql", wave, warehouse)
        .fetch_all(tx.conn())
        .await?;
    let (short_shipments, short_units) =
        rows.first().map_or((0, 0), |r| (r.shipments, r.all_units));
    let lacks = rows
        .into_iter()
        .map(|r| Shortage {
            item: Name { en: r.name_en, zh: r.name_zh, variant: r.variant },
            units: r.units,
            why: r.why,
        })
        .collect();
    Ok(Rehearsed { short_shipments, short_units, lacks, ..Rehearsed::default() })
}

/// Shipments that lack something stay ready.
async fn leave_short(tx: &mut Tx, wave: i64, rehearsed: bool) -> Result<()> {
    sqlx::query_scalar!("SELECT leave_short($1, $2)", wave, rehearsed).fetch_one(tx.conn()).await?;
    Ok(())
}

/// What the planner needs to know of a wave and of the building.
#[derive(Debug, Clone)]
pub struct Floor {
    pub loads: Vec<Load>,
    pub bins: Vec<BinSpot>,
    pub areas: Vec<Area>,
    pub trolley: Trolley,
    pub policy: Policy,
}

async fn floor(tx: &mut Tx, warehouse: i64, wave: i64) -> Result<Floor> {
    let loads = sqlx::query_file_as!(Load, "src/store/sql/wave/plan.sql", wave)
        .fetch_all(tx.conn())
        .await?;
    let bins = sqlx::query_file_as!(BinSpot, "src/store/sql/wave/plan_bins.sql", wave)
        .fetch_all(tx.conn())
        .await?;
    let said =
        sqlx::query_file!("src/store/sql/wave/trolley.sql", warehouse).fetch_one(tx.conn()).await?;
    let trolley = Trolley { totes: said.totes, volume_ml: said.volume_ml, weight_g: said.weight_g };
    let policy = match said.walks.as_str() {
        "combined" => Policy::Combined,
        "s-shape" => Policy::SShape,
        _ => Policy::Shortest,
    };
    Ok(Floor { loads, bins, areas: layout::areas(tx, warehouse).await?, trolley, policy })
}

/// A wave whose goods are chosen and not yet reserved.
pub struct PlannedWave {
    pub wave: i64,
    pub wave_no: String,
    pub floor: Floor,
    /// Shipments that stay behind.
    pub short: i64,
}

/// Chooses the goods of a wave; what the planner needs to cut its trips comes back.
pub async fn plan_trips(
    tx: &mut Tx,
    warehouse: i64,
    person: i64,
    step: &Step,
) -> Result<PlannedWave> {
    let (wave, wave_no) = draft(tx, warehouse, person, step, true).await?;
    let asked = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!"
           FROM shipment
           WHERE wave_id = $1"#,
        wave
    )
    .fetch_one(tx.conn())
    .await?;
    leave_short(tx, wave, false).await?;
    let floor = floor(tx, warehouse, wave).await?;
    if floor.loads.is_empty() {
        return Err(Rule::NothingToReserve.into());
    }
    let short = asked - floor.loads.len() as i64;
    Ok(PlannedWave { wave, wave_no, floor, short })
}

/// Puts a planned wave on the floor: the planner's trips, their stops in the order in which they
/// are walked, and the reservations on them, set-based.
pub async fn release(tx: &mut Tx, warehouse: i64, wave: i64, trips: &[Trip]) -> Result<()> {
    let (mut numbers, mut kinds, mut shipments) = (Vec::new(), Vec::new(), Vec::new());
    let (mut lengths, mut prices) = (Vec::new(), Vec::new());
    for (trip, n) in trips.iter().zip(0i64..) {
        for (shipment, price_mm) in &trip.shipments {
            numbers.push(n);
            kinds.push(trip.kind.code().to_owned());
            shipments.push(*shipment);
            lengths.push(trip.walk_mm);
            prices.push(*price_mm);
        }
    }
    let walks = sqlx::query_file!(
        "src/store/sql/wave/release.sql",
        warehouse,
        wave,
        &numbers,
        &kinds,
        &shipments,
        &lengths as &[Option<i64>],
        &prices as &[Option<i64>]
    )
    .fetch_all(tx.conn())
    .await?;
    let id: HashMap<i64, i64> = walks.iter().map(|w| (w.shipment_id, w.trip_id)).collect();
    let (ids, shipments): (Vec<i64>, Vec<i64>) =
        walks.into_iter().map(|w| (w.trip_id, w.shipment_id)).unzip();
    let (mut of, mut bins, mut ordinals) = (Vec::new(), Vec::new(), Vec::new());
    for trip in trips {
        let Some(id) = trip.shipments.first().and_then(|(first, _)| id.get(first)) else {
            continue;
        };
        for (bin, ordinal) in &trip.stops {
            of.push(*id);
            bins.push(*bin);
            ordinals.push(*ordinal);
        }
    }
    sqlx::query_file!(
        "src/store/sql/wave/cut_trips.sql",
        wave,
        &ids,
        &shipments,
        &of,
        &bins,
        &ordinals
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("SELECT reserve_wave($1)", wave).execute(tx.conn()).await?;
    Ok(())
}

//! Packing: applies what `protocol::pack` decides.

use super::{Halt, Outcome};
use crate::protocol::pack::{self, Decision, Snapshot, Step};
use crate::protocol::scan::Scan;
use crate::protocol::{self, Expect, Page, Refusal, Text};
use crate::store::people::Standing;
use crate::store::pick::Actor;
use crate::store::{self, Tx, labels, pack as rows};

pub async fn show(tx: &mut Tx, standing: &Standing, step: &Step) -> store::Result<(Page, Vec<Expect>)> {
    let now = rows::load(tx, standing.warehouse_id, standing.bench_id, step).await?;
    Ok((pack::page(&now), pack::expects(&now)))
}

/// The next line of the shipment on the bench.
pub async fn line(tx: &mut Tx, standing: &Standing, step: &Step) -> store::Result<Option<protocol::WorkLine>> {
    let now = rows::load(tx, standing.warehouse_id, standing.bench_id, step).await?;
    let (Some(bench), Some(shipment)) = (now.bench, now.shipment) else { return Ok(None) };
    let next = shipment.lines.iter().find(|line| line.left > 0);
    Ok(next.map(|line| protocol::WorkLine {
        shipment: shipment.no.clone(),
        item: line.sku.clone(),
        lot: line.lot.clone(),
        place: bench.code.clone(),
        qty: line.left + line.packed,
        done: line.packed,
    }))
}

fn to(standing: &Standing, step: Step) -> Outcome {
    Outcome::to(protocol::Step::Pack(step), standing)
}

pub async fn act(tx: &mut Tx, actor: Actor<'_>, standing: &Standing, step: &Step, scan: &Scan) -> Result<Outcome, Halt> {
    let now = rows::load(tx, actor.warehouse, standing.bench_id, step).await?;
    match pack::decide(&now, scan)? {
        Decision::Bind(bench) => {
            if !rows::bench_exists(tx, bench).await? {
                return Err(Refusal::wrong(Text::key("pack-expects-bench").with("came", scan.came())).into());
            }
            Ok(Outcome { bench: Some(bench), ..to(standing, step.clone()) })
        }
        Decision::Bring { tote, code } => bring(tx, actor, standing, step, &now, tote, &code).await,
        Decision::Pack { reservations, seen } => {
            if seen {
                let shipment = now.shipment.as_ref().map_or("-", |s| s.no.as_str());
                store::people::audit(tx, &standing.who.code, "no_code", shipment, None).await?;
            }
            units(tx, actor, standing, step, &now, &reservations).await
        }
        Decision::Reprint => reprint(tx, standing, step, &now).await,
        Decision::Aside => Ok(to(standing, Step::default())),
        Decision::Leave => Ok(Outcome::to(protocol::Step::Menu, standing)),
    }
}

async fn bring(tx: &mut Tx, actor: Actor<'_>, standing: &Standing, step: &Step, now: &Snapshot, tote: i64, code: &str) -> Result<Outcome, Halt> {
    let Some(bench) = &now.bench else { return Err(Refusal::wrong(Text::key("pack-expects-bench").with("came", code)).into()) };
    let Some(brought) = rows::brought(tx, tote, actor.person).await? else {
        return Err(Refusal::wrong(Text::key("pack-tote-empty").with("came", code)).into());
    };
    let shipment = || Text::key("pack-not-ready").with("came", code).with("shipment", &brought.shipment_no);
    match brought.state.as_str() {
        "picked" | "packing" => {}
        "cancelled" => return Err(Refusal::stop(Text::key("pack-cancelled").with("shipment", &brought.shipment_no).with("came", code)).into()),
        _ => return Err(Refusal::wrong(shipment()).into()),
    }
    if brought.open_exception {
        return Err(Refusal::wrong(Text::key("pack-exception").with("shipment", &brought.shipment_no)).into());
    }
    if brought.unpicked > 0 {
        return Err(Refusal::wrong(shipment()).into());
    }
    if let Some(other) = &brought.other_packer {
        return Err(Refusal::wrong(Text::key("pack-other-packer").with("shipment", &brought.shipment_no).with("who", other)).into());
    }
    rows::bring(tx, actor, tote, bench.place_id, brought.shipment).await?;
    let mut totes = if step.shipment_id == Some(brought.shipment) { step.totes.clone() } else { Vec::new() };
    if !totes.contains(&tote) {
        totes.push(tote);
    }
    Ok(to(standing, Step { shipment_id: Some(brought.shipment), totes, closing: None }))
}

async fn units(tx: &mut Tx, actor: Actor<'_>, standing: &Standing, step: &Step, now: &Snapshot, units: &[(i64, i64)]) -> Result<Outcome, Halt> {
    let (Some(bench), Some(shipment)) = (&now.bench, &now.shipment) else {
        return Err(Refusal::wrong(Text::key("pack-expects-tote").with("came", "-")).into());
    };
    let parcel = rows::open_parcel(tx, actor, shipment.id, bench.place_id).await?;
    rows::pack(tx, actor, shipment.id, parcel, units).await?;
    let packed: i64 = units.iter().map(|(_, qty)| qty).sum();
    if packed < shipment.left() {
        return Ok(to(standing, step.clone()));
    }
    rows::close(tx, actor, parcel, bench.place_id).await?;
    Ok(Outcome { closed: Some(parcel), ..to(standing, Step { closing: Some(parcel), ..Step::default() }) })
}

async fn reprint(tx: &mut Tx, standing: &Standing, step: &Step, now: &Snapshot) -> Result<Outcome, Halt> {
    let (Some(bench), Some(sscc)) = (&now.bench, &now.last_parcel) else { return Err(Refusal::wrong(Text::key("reprint-nothing")).into()) };
    if !labels::reprint(tx, sscc, bench.place_id).await? {
        return Err(Refusal::wrong(Text::key("pack-no-printer")).into());
    }
    store::people::audit(tx, &standing.who.code, "reprint", sscc, None).await?;
    Ok(to(standing, step.clone()).saying(Text::key("reprint-copy").with("sscc", sscc)))
}

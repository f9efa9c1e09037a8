//! One order, shipment, parcel, walk, wave, shop, hold or list of a truck as it is now: what
//! happened, what can be done about it.

use super::{HISTORY, ROWS, Viewer, fact, held, history, holds_on, part, row};
use crate::domain::Name;
use crate::domain::order::Receiver;
use crate::domain::rows::Instant;
use crate::domain::states::{
    LabelState, OrderStatus, ParcelState, ShipmentState, TripKind, TripState, WaveState,
};
use crate::protocol::Message;
use crate::protocol::desk::{self, Action, Kind, Row, Shown, Subject, actions, why_held};
use crate::protocol::list::{Cell, said, word};
use crate::store::{Result, Tx, holds};
use sqlx::types::Json;

pub(super) async fn order(tx: &mut Tx, viewer: Viewer<'_>, id: i64) -> Result<Option<Shown>> {
    let head =
        sqlx::query_file!("src/store/sql/desk/order.sql", id).fetch_optional(tx.conn()).await?;
    let Some(head) = head else { return Ok(None) };
    let mut rows = order_lines(tx, id).await?;
    part(&mut rows, "desk-history", timeline(tx, id).await?);
    let mut facts = vec![
        fact("shop", head.shop),
        fact("status", said(head.status)),
        fact("since", head.placed_at.by_clock_of(viewer.tz)),
    ];
    let (told, opens, actions) = holds_on(tx, "order", id, Action::Hold).await?;
    facts.extend(told);
    rows.splice(0..0, opens);
    Ok(Some(Shown {
        title: Message::key("kind-order"),
        big: Some(Message::plain(head.order_no)),
        facts,
        columns: desk::ORDER_LINES.to_vec(),
        rows,
        actions,
        receiver: Some(head.receiver.0),
        ..Shown::default()
    }))
}

/// What was ordered, and what of it goes in which shipment.
async fn order_lines(tx: &mut Tx, order: i64) -> Result<Vec<Row>> {
    let lines = sqlx::query_file!("src/store/sql/desk/order_lines.sql", order, ROWS)
        .fetch_all(tx.conn())
        .await?;
    Ok(lines
        .into_iter()
        .map(|r| {
            let units = match r.elsewhere {
                n if n > 0 && r.to_send > 0 => Cell::text(format!("{} (-{n})", r.qty)),
                _ => r.qty.into(),
            };
            let state = match r.state {
                _ if r.cancelled => Cell::state(OrderStatus::Cancelled),
                _ if r.to_send == 0 => Cell::says("state", "elsewhere"),
                state => state.map_or(Cell::Empty, Cell::state),
            };
            let item = r.item.map_or(Cell::text(r.title), Cell::Name);
            row(
                [r.sku.into(), item, units, state, r.shipment_no.into()],
                r.shipment.map(|id| Subject::new(Kind::Shipment, id)),
            )
        })
        .collect())
}

/// What happened with an order, the newest first.
async fn timeline(tx: &mut Tx, order: i64) -> Result<Vec<Row>> {
    let past = sqlx::query_file!("src/store/sql/desk/order_timeline.sql", order, HISTORY)
        .fetch_all(tx.conn())
        .await?;
    Ok(past
        .into_iter()
        .map(|r| {
            let said = match r.what.as_str() {
                "pulled" | "changed" => Cell::says("order", &r.said),
                "case" => {
                    Cell::says("reason", r.said.split_once(':').map_or(&*r.said, |(code, _)| code))
                }
                _ => r.said.into(),
            };
            row([r.at.into(), Cell::says("event", &r.what), said, r.who.into()], None)
        })
        .collect())
}

pub(super) async fn shop(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let head =
        sqlx::query_file!("src/store/sql/desk/shop.sql", id).fetch_optional(tx.conn()).await?;
    let Some(head) = head else { return Ok(None) };
    let facts = [
        ("channel", head.channel),
        ("last-success", head.success),
        ("lag-s", head.lag.to_string()),
        ("orders-a-minute", head.rate.to_string()),
        ("errors-an-hour", head.errors),
        ("token-ends", head.token),
        ("to-tell", head.outbox.to_string()),
        ("counts-to-tell", head.pushes.to_string()),
        ("said", head.last_error),
    ];
    let facts = facts
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| fact(key, value))
        .collect();
    Ok(Some(Shown {
        title: Message::key("kind-shop"),
        big: Some(Message::plain(head.code)),
        facts,
        ..Shown::default()
    }))
}

pub(super) async fn shipment(tx: &mut Tx, viewer: Viewer<'_>, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query_file!("src/store/sql/desk/shipment.sql", id, viewer.warehouse)
        .fetch_optional(tx.conn())
        .await?;
    let Some(head) = head else { return Ok(None) };
    let mut facts = vec![
        fact("status", said(head.state)),
        fact("carrier", head.carrier),
        fact("cutoff", head.cutoff),
        fact("order", head.orders),
    ];
    if !head.reason.is_empty() {
        facts.push(fact("why", word("why", &head.reason)));
    }
    if head.several {
        facts.push(fact("from", why_from(&head.warehouse, &head.route, &head.chosen)));
    }
    if !head.wave.is_empty() {
        facts.push(fact("wave", head.wave));
        facts.extend(head.price_mm.map(|mm| Message::key("desk-price").with("metres", mm / 1000)));
    }
    if head.priority != 0 {
        facts.push(fact("priority", i64::from(head.priority)));
    }
    let holds = holds::of_subject(tx, "shipment", id).await?;
    let (told, mut opens): (Vec<Message>, Vec<Row>) = holds.iter().map(held).unzip();
    facts.extend(told);
    let stands_still = !head.reason.is_empty() && holds.is_empty();
    let let_go = holds.iter().any(|hold| hold.by_hand).then_some(Action::LetGo);
    let actions =
        let_go.into_iter().chain(actions::of_shipment(head.state, stands_still)).collect();
    let mut rows = shipment_lines(tx, id).await?;
    rows.append(&mut opens);
    rows.extend(history(tx, viewer, Kind::Shipment, id).await?);
    Ok(Some(Shown {
        title: Message::key("kind-shipment"),
        big: Some(Message::plain(head.shipment_no)),
        facts,
        columns: desk::SHIPMENT_LINES.to_vec(),
        rows,
        actions,
        receiver: Some(head.receiver.0),
        ..Shown::default()
    }))
}

/// Which warehouse sends a shipment, and why that one.
fn why_from(warehouse: &str, route: &str, chosen: &str) -> Message {
    let key = match (chosen, route) {
        ("further", "") => "from-further",
        ("further", _) => "from-further-of",
        ("parts", _) => "from-parts",
        (_, "") => "from-first",
        (_, _) => "from-first-of",
    };
    Message::key(key).with("warehouse", warehouse).with("route", route)
}

/// Where each unit of a shipment is now, and its boxes.
async fn shipment_lines(tx: &mut Tx, shipment: i64) -> Result<Vec<Row>> {
    let lines = sqlx::query_file!("src/store/sql/desk/shipment_lines.sql", shipment, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let boxes = sqlx::query_file!("src/store/sql/desk/shipment_parcels.sql", shipment, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let line_rows = lines.into_iter().map(|r| {
        let opens = match r.place_id {
            Some(place) => Subject::new(Kind::Place, place),
            None => Subject::new(Kind::Item, r.item_id),
        };
        row([r.item.into(), r.qty.into(), r.place.into(), r.lot.into(), r.trip.into()], opens)
    });
    let box_rows = boxes.into_iter().map(|r| {
        let cells = [r.sscc.into(), Cell::Empty, box_state(r.state).into(), r.waybill.into()];
        row(cells, Subject::new(Kind::Parcel, r.id))
    });
    Ok(line_rows.chain(box_rows).collect())
}

/// A box that is open says so; a shipment in the same state would say something else.
fn box_state(state: ParcelState) -> Message {
    if state == ParcelState::Open { Message::key("state-box-open") } else { said(state) }
}

/// One hold: on what, why, who said so and since when.
pub(super) async fn hold(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let head =
        sqlx::query_file!("src/store/sql/desk/hold.sql", id).fetch_optional(tx.conn()).await?;
    let Some(head) = head else { return Ok(None) };
    let mut facts = vec![fact("why", why_held(&head.reason))];
    facts.extend(
        [("note", head.note), ("who", head.by), ("since", head.since)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| fact(key, value)),
    );
    let live = head.lifted.is_none();
    if let Some(at) = head.lifted {
        facts.push(Message::key("desk-lifted").with("at", at).with("who", &head.lifted_by));
    }
    let kind = match head.subject.as_str() {
        "container" => Some(Kind::Place),
        other => Kind::parse(other),
    };
    let subject = row(
        [Cell::says("kind", &head.subject), head.name.into()],
        kind.map(|kind| Subject::new(kind, head.subject_id)),
    );
    Ok(Some(Shown {
        title: Message::key("kind-hold"),
        big: Some(Message::plain(head.hold_no)),
        facts,
        rows: vec![subject],
        actions: actions::of_hold(live, head.by_hand),
        ..Shown::default()
    }))
}

pub(super) async fn parcel(tx: &mut Tx, viewer: Viewer<'_>, id: i64) -> Result<Option<Shown>> {
    let head =
        sqlx::query_file!("src/store/sql/desk/parcel.sql", id).fetch_optional(tx.conn()).await?;
    let Some(head) = head else { return Ok(None) };
    let mut facts = vec![
        fact("status", box_state(head.state)),
        fact("carrier", head.carrier),
        fact("waybill", head.waybill),
        fact("weight", format!("{} g", head.weight_g)),
    ];
    if let Some(label) = head.label {
        facts.push(
            Message::key("desk-label").with("state", said(label)).with("prints", head.prints),
        );
    }
    if !head.list.is_empty() {
        facts.push(fact("list", head.list));
    }
    let mut rows = vec![row(
        [Message::key("kind-shipment").into(), head.shipment_no.into()],
        Subject::new(Kind::Shipment, head.shipment),
    )];
    rows.extend(history(tx, viewer, Kind::Place, id).await?);
    let actions = actions::of_parcel(head.state);
    Ok(Some(Shown {
        title: Message::key("kind-parcel"),
        big: Some(Message::plain(head.sscc)),
        facts,
        rows,
        actions,
        label: head.bytes,
        ..Shown::default()
    }))
}

pub(super) async fn trip(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let head =
        sqlx::query_file!("src/store/sql/desk/trip.sql", id).fetch_optional(tx.conn()).await?;
    let Some(head) = head else { return Ok(None) };
    let stops = sqlx::query_file!("src/store/sql/desk/trip_stops.sql", id, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let stop = |code: String, item: Name, qty: i64| {
        let done = (qty == 0).then(|| Message::key("desk-stop-done"));
        [code.into(), item.into(), qty.into(), done.into()]
    };
    let walk = head.walk_mm.map(|mm| Message::key("desk-walk").with("metres", mm / 1000));
    let mut facts = vec![
        fact("status", said(head.state)),
        fact("how", said(head.kind)),
        fact("wave", head.wave_no),
        match head.who.as_str() {
            "" => fact("who", Message::key("desk-nobody-yet")),
            who => fact("who", who),
        },
    ];
    facts.extend(walk);
    let actions = actions::of_trip(head.state);
    Ok(Some(Shown {
        title: Message::key("kind-trip"),
        big: Some(Message::plain(head.trip_no)),
        facts,
        columns: desk::TRIP_STOPS.to_vec(),
        rows: stops
            .into_iter()
            .map(|r| row(stop(r.code, r.item, r.qty), Subject::new(Kind::Place, r.id)))
            .collect(),
        actions,
        ..Shown::default()
    }))
}

pub(super) async fn wave(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let head =
        sqlx::query_file!("src/store/sql/desk/wave.sql", id).fetch_optional(tx.conn()).await?;
    let Some(head) = head else { return Ok(None) };
    let trips = sqlx::query_file!("src/store/sql/desk/wave_trips.sql", id, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let facts = vec![
        fact("status", said(head.state)),
        fact("who", head.who),
        fact("since", head.at),
        fact("shipments", head.shipments),
    ];
    let actions = actions::of_wave(head.state);
    Ok(Some(Shown {
        title: Message::key("kind-wave"),
        big: Some(Message::plain(head.wave_no)),
        facts,
        columns: desk::WAVE_TRIPS.to_vec(),
        rows: trips
            .into_iter()
            .map(|r| {
                let (state, how) = (Cell::state(r.state), Cell::state(r.kind));
                let cells = [r.trip_no.into(), state, how, r.who.into(), r.stops.into()];
                row(cells, Subject::new(Kind::Trip, r.id))
            })
            .collect(),
        actions,
        ..Shown::default()
    }))
}

pub(super) async fn hand_over(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let head =
        sqlx::query_file!("src/store/sql/desk/hand_over.sql", id).fetch_optional(tx.conn()).await?;
    let Some(head) = head else { return Ok(None) };
    let parcels = sqlx::query_file!("src/store/sql/desk/hand_over_parcels.sql", id, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let state = if head.open { "list_open" } else { "handed_over" };
    let facts = vec![fact("carrier", head.name), fact("status", word("state", state))];
    Ok(Some(Shown {
        title: Message::key("kind-hand-over"),
        big: Some(Message::plain(head.code)),
        facts,
        columns: desk::LIST_PARCELS.to_vec(),
        rows: parcels
            .into_iter()
            .map(|r| {
                let cells = [r.sscc.into(), r.waybill.into(), box_state(r.state).into()];
                row(cells, Subject::new(Kind::Parcel, r.id))
            })
            .collect(),
        ..Shown::default()
    }))
}

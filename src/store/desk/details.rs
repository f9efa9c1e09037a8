//! One order, shipment, parcel, walk, wave, shop, person or list as it is now: what happened, what
//! can be done about it.

use super::{HISTORY, ROWS, Raw, fact, header, held, history, holds_on, part, role_name};
use crate::domain::order::Receiver;
use crate::protocol::Message;
use crate::protocol::desk::{Action, Kind, Row, Shown, Subject};
use crate::store::{Result, Tx, holds, roles};
use sqlx::types::Json;

pub(super) async fn order(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let head =
        sqlx::query_file!("src/store/sql/desk/order.sql", id).fetch_optional(tx.conn()).await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query_file_as!(Raw, "src/store/sql/desk/order_lines.sql", id, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let past = sqlx::query_file_as!(Raw, "src/store/sql/desk/order_timeline.sql", id, HISTORY)
        .fetch_all(tx.conn())
        .await?;
    let mut rows: Vec<Row> = rows.into_iter().map(Row::from).collect();
    if !past.is_empty() {
        rows.push(Row { cells: vec![Message::key("desk-history")], opens: None });
        rows.extend(past.into_iter().map(Row::from));
    }
    let mut facts = vec![
        fact("shop", &head.shop),
        fact("status", &format!("@order-{}", head.status)),
        fact("since", &head.placed),
    ];
    let (told, opens, actions) = holds_on(tx, "order", id, Action::Hold).await?;
    facts.extend(told);
    rows.splice(0..0, opens);
    Ok(Some(Shown {
        title: Message::key("kind-order"),
        big: Some(Message::plain(head.order_no)),
        facts,
        header: header(&["sku", "item", "units", "status", "shipment"]),
        rows,
        actions,
        receiver: Some(head.receiver.0),
        ..Shown::default()
    }))
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
        header: vec![],
        rows: vec![],
        actions: vec![],
        ..Shown::default()
    }))
}

pub(super) async fn shipment(tx: &mut Tx, warehouse: i64, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query_file!("src/store/sql/desk/shipment.sql", id, warehouse)
        .fetch_optional(tx.conn())
        .await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query_file_as!(Raw, "src/store/sql/desk/shipment_lines.sql", id, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let mut facts = vec![
        fact("status", &format!("@state-{}", head.state)),
        fact("carrier", &head.carrier),
        fact("cutoff", &head.cutoff),
        fact("order", &head.orders),
    ];
    if !head.reason.is_empty() {
        facts.push(fact("why", &format!("@why-{}", head.reason)));
    }
    if !head.wave.is_empty() {
        facts.push(fact("wave", &head.wave));
    }
    if head.priority != 0 {
        facts.push(fact("priority", &head.priority.to_string()));
    }
    let holds = holds::of_subject(tx, "shipment", id).await?;
    let (told, mut opens): (Vec<Message>, Vec<Row>) = holds.iter().map(held).unzip();
    facts.extend(told);
    let let_go = holds.iter().any(|hold| hold.by_hand).then_some(Action::LetGo);
    let actions = match head.state.as_str() {
        "pending" if !head.reason.is_empty() && holds.is_empty() => {
            vec![Action::Expedite, Action::Split, Action::Hold, Action::Cancel]
        }
        "pending" | "ready" | "short" => vec![Action::Expedite, Action::Hold, Action::Cancel],
        "released" | "picking" | "picked" | "packing" | "packed" => {
            vec![Action::Expedite, Action::Hold, Action::KickOut, Action::Cancel]
        }
        _ => vec![],
    };
    let actions = let_go.into_iter().chain(actions).collect();
    let mut rows: Vec<Row> = rows.into_iter().map(Row::from).collect();
    rows.append(&mut opens);
    rows.extend(history(tx, warehouse, None, None, None, Some(id)).await?);
    Ok(Some(Shown {
        title: Message::key("kind-shipment"),
        big: Some(Message::plain(head.shipment_no)),
        facts,
        header: header(&["item", "units", "place", "lot", "trip"]),
        rows,
        actions,
        receiver: Some(head.receiver.0),
        ..Shown::default()
    }))
}

/// One hold: on what, why, who said so and since when.
pub(super) async fn hold(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let head =
        sqlx::query_file!("src/store/sql/desk/hold.sql", id).fetch_optional(tx.conn()).await?;
    let Some(head) = head else { return Ok(None) };
    let mut facts: Vec<Message> =
        [("why", &head.said), ("note", &head.note), ("who", &head.by), ("since", &head.since)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| fact(key, value))
            .collect();
    let live = head.lifted.is_none();
    if let Some(at) = head.lifted {
        facts.push(Message::key("desk-lifted").with("at", at).with("who", &head.lifted_by));
    }
    let kind = match head.subject.as_str() {
        "container" => "place",
        other => other,
    };
    let row = Row {
        cells: vec![Message::key(&format!("kind-{}", head.subject)), Message::plain(head.name)],
        opens: Subject::parse(&format!("#{kind}:{}", head.subject_id)),
    };
    Ok(Some(Shown {
        title: Message::key("kind-hold"),
        big: Some(Message::plain(head.hold_no)),
        facts,
        rows: vec![row],
        actions: if live && head.by_hand { vec![Action::LetGo] } else { vec![] },
        ..Shown::default()
    }))
}

pub(super) async fn parcel(tx: &mut Tx, warehouse: i64, id: i64) -> Result<Option<Shown>> {
    let head =
        sqlx::query_file!("src/store/sql/desk/parcel.sql", id).fetch_optional(tx.conn()).await?;
    let Some(head) = head else { return Ok(None) };
    let mut facts = vec![
        fact(
            "status",
            &format!("@state-{}", if head.state == "open" { "box_open" } else { &head.state }),
        ),
        fact("carrier", &head.carrier),
        fact("waybill", &head.waybill),
        fact("weight", &format!("{} g", head.weight_g)),
    ];
    if !head.label.is_empty() {
        facts.push(
            Message::key("desk-label")
                .with(
                    "state",
                    Message::key(&format!("label-state-{}", head.label.replace('_', "-"))),
                )
                .with("prints", head.prints),
        );
    }
    if !head.list.is_empty() {
        facts.push(fact("list", &head.list));
    }
    let mut rows = vec![Row {
        cells: vec![Message::key("kind-shipment"), Message::plain(head.shipment_no)],
        opens: Some(Subject::new(Kind::Shipment, head.shipment)),
    }];
    rows.extend(history(tx, warehouse, Some(id), None, None, None).await?);
    let actions = if head.state == "labelled" { vec![Action::Reprint] } else { vec![] };
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
    let rows = sqlx::query_file_as!(Raw, "src/store/sql/desk/trip_stops.sql", id, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let facts = vec![
        fact("status", &format!("@state-{}", head.state)),
        fact("how", &format!("@trip-{}", head.kind)),
        fact("wave", &head.wave_no),
        fact("who", &head.who),
    ];
    let actions = match head.state.as_str() {
        "open" => vec![Action::Assign, Action::TakeOver],
        "claimed" => vec![Action::Free, Action::Assign, Action::TakeOver, Action::ForceClose],
        _ => vec![],
    };
    Ok(Some(Shown {
        title: Message::key("kind-trip"),
        big: Some(Message::plain(head.trip_no)),
        facts,
        header: header(&["place", "item", "to-pick", "status"]),
        rows: rows.into_iter().map(Row::from).collect(),
        actions,
        ..Shown::default()
    }))
}

pub(super) async fn wave(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let head =
        sqlx::query_file!("src/store/sql/desk/wave.sql", id).fetch_optional(tx.conn()).await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query_file_as!(Raw, "src/store/sql/desk/wave_trips.sql", id, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let facts = vec![
        fact("status", &format!("@state-{}", head.state)),
        fact("who", &head.who),
        fact("since", &head.at),
        fact("shipments", &head.shipments.to_string()),
    ];
    let actions = if head.state == "released" { vec![Action::TakeBack] } else { vec![] };
    Ok(Some(Shown {
        title: Message::key("kind-wave"),
        big: Some(Message::plain(head.wave_no)),
        facts,
        header: header(&["trip", "status", "how", "who", "stops"]),
        rows: rows.into_iter().map(Row::from).collect(),
        actions,
        ..Shown::default()
    }))
}

pub(super) async fn person(tx: &mut Tx, warehouse: i64, id: i64) -> Result<Option<Shown>> {
    let head =
        sqlx::query_file!("src/store/sql/desk/person.sql", id).fetch_optional(tx.conn()).await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query_file_as!(
        Raw,
        "src/store/sql/desk/person_movements.sql",
        warehouse,
        id,
        HISTORY
    )
    .fetch_all(tx.conn())
    .await?;
    let mut facts = vec![fact("terminal", &head.terminal)];
    for (name, offered) in [("work", head.offered_work), ("zones", head.offered_zones)] {
        if !offered.is_empty() {
            facts.push(fact(name, &offered.join(" ")));
        }
    }
    if !head.active {
        facts.push(Message::key("desk-disabled"));
    }
    let tried = head.wrong_pins.filter(|n| *n > 0);
    facts.extend(tried.map(|n| Message::key("desk-wrong-pins").with("n", n)));
    let free = tried.map(|_| Action::FreeBadge);
    let mut list = vec![Row {
        cells: vec![Message::key("kind-role"), role_name(&head.name_en, &head.name_zh)],
        opens: Some(Subject::new(Kind::Role, head.role_id)),
    }];
    list.extend(head.trip_id.map(|trip| Row {
        cells: vec![Message::key("kind-trip"), Message::plain(head.trip)],
        opens: Some(Subject::new(Kind::Trip, trip)),
    }));
    list.extend(rows.into_iter().map(Row::from));
    Ok(Some(Shown {
        title: Message::key("kind-person"),
        big: Some(Message::plain(format!("{} {}", head.code, head.name))),
        facts,
        header: vec![],
        rows: list,
        actions: [Action::Message, Action::Offer, Action::ChangeRole]
            .into_iter()
            .chain(free)
            .collect(),
        ..Shown::default()
    }))
}

pub(super) async fn role(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let Some(role) = roles::by_id(tx, id).await? else { return Ok(None) };
    let people = sqlx::query_file_as!(Raw, "src/store/sql/roles/people.sql", id, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let mut rows: Vec<Row> =
        role.rights.iter().map(|right| Row { cells: vec![right.says()], opens: None }).collect();
    part(&mut rows, "role-people", people);
    Ok(Some(Shown {
        title: Message::key("kind-role"),
        big: Some(Message::plain(&role.name)),
        rows,
        actions: vec![Action::Grant, Action::Withdraw],
        ..Shown::default()
    }))
}

pub(super) async fn hand_over(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let head =
        sqlx::query_file!("src/store/sql/desk/hand_over.sql", id).fetch_optional(tx.conn()).await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query_file_as!(Raw, "src/store/sql/desk/hand_over_parcels.sql", id, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let facts = vec![
        fact("carrier", &head.name),
        fact("status", if head.open { "@state-list_open" } else { "@state-handed_over" }),
    ];
    Ok(Some(Shown {
        title: Message::key("kind-hand-over"),
        big: Some(Message::plain(head.code)),
        facts,
        header: header(&["parcel", "waybill", "status"]),
        rows: rows.into_iter().map(Row::from).collect(),
        actions: vec![],
        ..Shown::default()
    }))
}

//! `check`: every invariant again, from the raw rows and without the triggers that keep them.

use super::{Result, Tx};
use serde::Serialize;

/// An invariant that was looked at, and how many rows it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    pub name: &'static str,
    pub rows: i64,
}

/// A row that breaks an invariant: which one, what the raw rows say it should be, and what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub invariant: &'static str,
    pub key: String,
    pub expected: String,
    pub found: String,
}

/// What a check found; `ok` where it found no problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    pub ok: bool,
    pub checked: Vec<Checked>,
    pub problems: Vec<Problem>,
}

/// Each row of an invariant's query: how many rows it read, and where it does not hold.
const INVARIANTS: &[(&str, &str, &str)] = &[
    (
        "on_hand_is_the_sum_of_movements",
        "SELECT count(*) FROM movement",
        include_str!("sql/check/on_hand_is_the_sum_of_movements.sql"),
    ),
    (
        "reserved_is_the_sum_of_reservations",
        "SELECT count(*) FROM reservation",
        include_str!("sql/check/reserved_is_the_sum_of_reservations.sql"),
    ),
    (
        "promise_reserved_is_the_sum_of_reservations",
        "SELECT count(*) FROM promise",
        include_str!("sql/check/promise_reserved_is_the_sum_of_reservations.sql"),
    ),
    (
        "shipped_is_what_left",
        "SELECT count(*) FROM promise WHERE shipped > 0",
        include_str!("sql/check/shipped_is_what_left.sql"),
    ),
    (
        "reserved_within_on_hand",
        "SELECT count(*) FROM stock",
        include_str!("sql/check/reserved_within_on_hand.sql"),
    ),
    (
        "promises_fit_what_is_good",
        "SELECT count(*) FROM promise WHERE ended_at IS NULL AND open > 0",
        include_str!("sql/check/promises_fit_what_is_good.sql"),
    ),
    (
        "reserved_goods_are_good_enough",
        "SELECT count(*) FROM reservation WHERE ended_at IS NULL",
        include_str!("sql/check/reserved_goods_are_good_enough.sql"),
    ),
    (
        "holds_are_counted",
        "SELECT count(*) FROM hold",
        include_str!("sql/check/holds_are_counted.sql"),
    ),
    (
        "nothing_held_is_reserved_in_a_bin",
        "SELECT count(*) FROM reservation WHERE ended_at IS NULL",
        include_str!("sql/check/nothing_held_is_reserved_in_a_bin.sql"),
    ),
    (
        "shares_fill_their_shipment_lines",
        "SELECT count(*) FROM shipment_line",
        include_str!("sql/check/shares_fill_their_shipment_lines.sql"),
    ),
    (
        "nothing_handed_over_is_owed",
        "SELECT count(*) FROM shipment WHERE state = 'handed_over'",
        include_str!("sql/check/nothing_handed_over_is_owed.sql"),
    ),
    (
        "no_order_line_ships_twice",
        "SELECT count(*) FROM order_line",
        include_str!("sql/check/no_order_line_ships_twice.sql"),
    ),
    (
        "counters_booked_what_they_sold",
        "SELECT count(*)
         FROM order_line ol
         JOIN orders o ON o.id = ol.order_id
         JOIN shop sp ON sp.id = o.shop_id AND sp.counter_id IS NOT NULL",
        include_str!("sql/check/counters_booked_what_they_sold.sql"),
    ),
    (
        "lots_are_of_their_item",
        "SELECT count(*) FROM stock",
        include_str!("sql/check/lots_are_of_their_item.sql"),
    ),
    (
        "places_know_their_bin",
        "SELECT count(*) FROM place",
        include_str!("sql/check/places_know_their_bin.sql"),
    ),
    (
        "containers_stand_where_the_ledger_says",
        "SELECT count(*) FROM placement",
        include_str!("sql/check/containers_stand_where_the_ledger_says.sql"),
    ),
    (
        "a_packed_shipment_lies_in_its_parcels",
        "SELECT count(*) FROM shipment WHERE state IN ('packed', 'handed_over')",
        include_str!("sql/check/a_packed_shipment_lies_in_its_parcels.sql"),
    ),
    (
        "every_box_has_its_label",
        "SELECT count(*) FROM parcel",
        include_str!("sql/check/every_box_has_its_label.sql"),
    ),
    (
        "every_handed_over_parcel_is_told_once",
        "SELECT count(*) FROM outbox",
        include_str!("sql/check/every_handed_over_parcel_is_told_once.sql"),
    ),
];

/// Runs all of them in one snapshot.
pub async fn run(tx: &mut Tx) -> Result<Report> {
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        .execute(tx.conn())
        .await?;
    // It reads all there is, and nobody waits for it.
    sqlx::query("SET LOCAL statement_timeout = 0").execute(tx.conn()).await?;
    let (mut checked, mut problems) = (Vec::new(), Vec::new());
    for (name, count, query) in INVARIANTS {
        let rows: i64 = sqlx::query_scalar(*count).fetch_one(tx.conn()).await?;
        checked.push(Checked { name, rows });
        let found: Vec<(String, String, String)> =
            sqlx::query_as(*query).fetch_all(tx.conn()).await?;
        problems.extend(found.into_iter().map(|(key, expected, found)| Problem {
            invariant: name,
            key,
            expected,
            found,
        }));
    }
    Ok(Report { ok: problems.is_empty(), checked, problems })
}

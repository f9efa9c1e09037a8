//! `check`: every invariant again, from the raw rows and without the triggers that keep them.

use super::{Result, Tx};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    pub name: &'static str,
    pub rows: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub invariant: &'static str,
    pub key: String,
    pub expected: String,
    pub found: String,
}

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
        "WITH leg AS (SELECT to_place AS place_id, owner_id, item_id, lot_id, to_status AS status, qty FROM movement
                      UNION ALL SELECT from_place, owner_id, item_id, lot_id, from_status, -qty FROM movement),
              due AS (SELECT place_id, owner_id, item_id, lot_id, status, sum(qty)::bigint AS qty FROM leg
                      JOIN place p ON p.id = place_id AND p.kind <> 'virtual' GROUP BY 1, 2, 3, 4, 5)
         SELECT format('place %s item %s lot %s %s', place_id, item_id, lot_id, status), coalesce(d.qty, 0)::text, coalesce(s.on_hand, 0)::text
         FROM due d FULL JOIN stock s USING (place_id, owner_id, item_id, lot_id, status) WHERE coalesce(d.qty, 0) <> coalesce(s.on_hand, 0)",
    ),
    (
        "reserved_is_the_sum_of_reservations",
        "SELECT count(*) FROM reservation",
        "WITH due AS (SELECT place_id, owner_id, item_id, lot_id, status, sum(qty)::bigint AS qty FROM reservation WHERE ended_at IS NULL GROUP BY 1, 2, 3, 4, 5)
         SELECT format('place %s item %s lot %s', place_id, item_id, lot_id), coalesce(d.qty, 0)::text, coalesce(s.reserved, 0)::text
         FROM due d FULL JOIN stock s USING (place_id, owner_id, item_id, lot_id, status) WHERE coalesce(d.qty, 0) <> coalesce(s.reserved, 0)",
    ),
    (
        "promise_reserved_is_the_sum_of_reservations",
        "SELECT count(*) FROM promise",
        "SELECT 'promise ' || p.id, coalesce(r.qty, 0)::text, p.reserved::text FROM promise p
         LEFT JOIN (SELECT promise_id, sum(qty) AS qty FROM reservation WHERE ended_at IS NULL GROUP BY 1) r ON r.promise_id = p.id
         WHERE coalesce(r.qty, 0) <> p.reserved",
    ),
    (
        "shipped_is_what_left",
        "SELECT count(*) FROM promise WHERE shipped > 0",
        "SELECT 'promise ' || p.id, coalesce(m.qty, 0)::text, p.shipped::text FROM promise p
         LEFT JOIN (SELECT r.promise_id, sum(m.qty) AS qty FROM movement m JOIN reservation r ON r.id = m.reservation_id
                    JOIN place v ON v.id = m.to_place AND v.kind = 'virtual' GROUP BY 1) m ON m.promise_id = p.id
         WHERE coalesce(m.qty, 0) <> p.shipped",
    ),
    (
        "reserved_within_on_hand",
        "SELECT count(*) FROM stock",
        "SELECT format('place %s item %s lot %s %s', place_id, item_id, lot_id, status), '0 <= reserved <= on hand', reserved || ' of ' || on_hand
         FROM stock WHERE on_hand < 0 OR reserved < 0 OR reserved > on_hand",
    ),
    (
        "promises_fit_what_is_good",
        "SELECT count(*) FROM promise WHERE ended_at IS NULL AND open > 0",
        "SELECT format('warehouse %s item %s day %s', k.warehouse_id, k.item_id, k.good_until), 'at most ' || f.free, o.open::text FROM
           (SELECT DISTINCT warehouse_id, owner_id, item_id, good_until FROM promise WHERE ended_at IS NULL AND open > 0) k
         CROSS JOIN LATERAL (SELECT coalesce(sum(s.on_hand - s.reserved), 0)::bigint AS free FROM stock s JOIN lot l ON l.id = s.lot_id AND NOT l.recalled
           LEFT JOIN container c ON c.place_id = s.place_id JOIN bin b ON b.place_id = coalesce(c.stands_in, s.place_id) AND b.promisable AND NOT b.blocked
           WHERE s.warehouse_id = k.warehouse_id AND s.owner_id = k.owner_id AND s.item_id = k.item_id AND s.status = 'good' AND l.last_good_day >= k.good_until
             AND (c.place_id IS NULL OR c.kind = 'pallet' AND NOT c.blocked)) f
         CROSS JOIN LATERAL (SELECT sum(p.open)::bigint AS open FROM promise p
           WHERE p.warehouse_id = k.warehouse_id AND p.owner_id = k.owner_id AND p.item_id = k.item_id AND p.ended_at IS NULL AND p.good_until >= k.good_until) o
         WHERE o.open > f.free",
    ),
    (
        "reserved_goods_are_good_enough",
        "SELECT count(*) FROM reservation WHERE ended_at IS NULL",
        "SELECT 'reservation ' || r.id, 'good until ' || p.good_until, l.last_good_day::text FROM reservation r
         JOIN promise p ON p.id = r.promise_id JOIN lot l ON l.id = r.lot_id WHERE r.ended_at IS NULL AND l.last_good_day < p.good_until",
    ),
    (
        "shares_fill_their_shipment_lines",
        "SELECT count(*) FROM shipment_line",
        "SELECT 'shipment line ' || l.id, l.qty::text, coalesce(sum(sh.qty), 0)::text FROM shipment_line l JOIN shipment s ON s.id = l.shipment_id AND s.state <> 'cancelled'
         LEFT JOIN share sh ON sh.shipment_line_id = l.id GROUP BY l.id HAVING l.qty <> coalesce(sum(sh.qty), 0)",
    ),
    (
        "no_order_line_ships_twice",
        "SELECT count(*) FROM order_line",
        "SELECT 'order line ' || ol.id, 'at most ' || ol.qty - ol.elsewhere, sum(sh.qty)::text FROM order_line ol JOIN share sh ON sh.order_line_id = ol.id
         JOIN shipment_line l ON l.id = sh.shipment_line_id JOIN shipment s ON s.id = l.shipment_id AND s.state NOT IN ('cancelled', 'handed_over')
         WHERE NOT EXISTS (SELECT 1 FROM exception e WHERE e.shipment_id = s.id AND e.reason = 'changed_late')
         GROUP BY ol.id HAVING sum(sh.qty) > ol.qty - ol.elsewhere",
    ),
    (
        "counters_booked_what_they_sold",
        "SELECT count(*) FROM order_line ol JOIN orders o ON o.id = ol.order_id JOIN shop s ON s.id = o.shop_id AND s.counter_id IS NOT NULL",
        "SELECT 'order line ' || ol.id, (CASE WHEN ol.cancelled OR o.status IN ('cancelled', 'refunded') OR ol.item_id IS NULL THEN 0 ELSE ol.elsewhere END)::text,
                coalesce(sum(c.qty) FILTER (WHERE c.item_id = ol.item_id), 0) || ', and ' || coalesce(sum(c.qty) FILTER (WHERE c.item_id IS DISTINCT FROM ol.item_id), 0) || ' as something else'
         FROM order_line ol JOIN orders o ON o.id = ol.order_id AND NOT o.unbooked JOIN shop s ON s.id = o.shop_id AND s.counter_id IS NOT NULL
         LEFT JOIN counter_sold c ON c.order_line_id = ol.id GROUP BY ol.id, o.id
         HAVING coalesce(sum(c.qty) FILTER (WHERE c.item_id = ol.item_id), 0) <> CASE WHEN ol.cancelled OR o.status IN ('cancelled', 'refunded') OR ol.item_id IS NULL THEN 0 ELSE ol.elsewhere END
            OR coalesce(sum(c.qty) FILTER (WHERE c.item_id IS DISTINCT FROM ol.item_id), 0) <> 0",
    ),
    (
        "lots_are_of_their_item",
        "SELECT count(*) FROM stock",
        "SELECT format('place %s', s.place_id), 'a lot of item ' || s.item_id, 'of item ' || l.item_id FROM stock s JOIN lot l ON l.id = s.lot_id WHERE (l.item_id, l.owner_id) <> (s.item_id, s.owner_id)",
    ),
    (
        "containers_stand_where_the_ledger_says",
        "SELECT count(*) FROM placement",
        "SELECT 'container ' || c.place_id, coalesce(last.to_place::text, 'gone'), coalesce(c.stands_in::text, 'gone') FROM container c
         JOIN LATERAL (SELECT to_place FROM placement p WHERE p.container_id = c.place_id ORDER BY id DESC LIMIT 1) last ON true
         WHERE last.to_place IS DISTINCT FROM c.stands_in",
    ),
    (
        "a_packed_shipment_lies_in_its_parcels",
        "SELECT count(*) FROM shipment WHERE state IN ('packed', 'handed_over')",
        "SELECT 'shipment ' || s.shipment_no, 'all its goods in boxes', s.state FROM shipment s WHERE s.state IN ('packed', 'handed_over')
           AND EXISTS (SELECT 1 FROM shipment_line l JOIN promise p ON p.shipment_line_id = l.id AND p.ended_at IS NULL
                       JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
                       LEFT JOIN container c ON c.place_id = r.place_id WHERE l.shipment_id = s.id AND coalesce(c.kind, '') <> 'parcel')",
    ),
    (
        "every_handed_over_parcel_is_told_once",
        "SELECT count(*) FROM outbox",
        "SELECT 'parcel ' || q.sscc, '1', count(x.id)::text FROM parcel q
         JOIN parcel_line k ON k.parcel_id = q.place_id JOIN order_line ol ON ol.id = k.order_line_id
         JOIN orders o ON o.id = ol.order_id LEFT JOIN outbox x ON x.parcel_id = q.place_id AND x.order_no = o.order_no AND x.shop_id = o.shop_id
         WHERE q.state = 'handed_over' GROUP BY q.sscc, o.id HAVING count(DISTINCT x.id) <> 1",
    ),
];

/// Runs all of them in one snapshot.
pub async fn run(tx: &mut Tx) -> Result<Report> {
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        .execute(tx.conn())
        .await?;
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

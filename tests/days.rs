//! Days move on: what goods need is a rule, and every step asks it anew.

use crate::support::{Role, World, day};
use jiff::civil::{Date, Time};
use jiff::{Span, ToSpan};
use std::collections::BTreeMap;
use wavedeck::jobs::turn;

/// A calendar as the test knows it, beside the one in the database.
#[derive(Clone, Default)]
struct Calendar {
    weekdays: Vec<i8>,
    days: BTreeMap<Date, (bool, Option<Time>)>,
}

impl Calendar {
    fn open(&self, day: Date) -> bool {
        let weekday = day.weekday().to_monday_one_offset();
        self.days.get(&day).map_or(self.weekdays.contains(&weekday), |(open, _)| *open)
    }

    fn until(&self, day: Date) -> Option<Time> {
        self.days.get(&day).and_then(|(_, until)| *until)
    }
}

struct Service {
    calendar: Calendar,
    cutoff: Time,
    by_weekday: BTreeMap<i8, Time>,
}

#[derive(Clone, Copy)]
struct Item {
    shelf: Option<(i64, &'static str)>,
    stop_sale: i64,
}

fn cutoff(mine: &Calendar, service: &Service, day: Date) -> Time {
    let weekday = day.weekday().to_monday_one_offset();
    let by_day = *service.by_weekday.get(&weekday).unwrap_or(&service.cutoff);
    [Some(by_day), mine.until(day), service.calendar.until(day)]
        .into_iter()
        .flatten()
        .min()
        .unwrap()
}

/// The rule in other words than the database's: walking day by day.
fn needed(
    now: (Date, Time),
    mine: &Calendar,
    service: &Service,
    transit: i64,
    item: Item,
    (life_days, life_pct): (i64, i64),
) -> Date {
    let (today, clock) = now;
    let mut dispatch = today;
    while !(mine.open(dispatch)
        && service.calendar.open(dispatch)
        && (dispatch > today || clock <= cutoff(mine, service, today)))
    {
        dispatch = dispatch.tomorrow().unwrap();
    }
    let (mut delivery, mut left) = (dispatch, transit);
    while left > 0 {
        delivery = delivery.tomorrow().unwrap();
        left -= i64::from(service.calendar.open(delivery));
    }
    let span: Span = match item.shelf {
        Some((n, "day")) => n.days(),
        Some((n, "month")) => n.months(),
        Some((n, _)) => n.years(),
        None => 0.days(),
    };
    let shelf = i64::from((delivery + span - delivery).get_days());
    let share = (life_pct * shelf + 99).div_euclid(100);
    [today + item.stop_sale.days(), delivery + life_days.days(), delivery + share.days()]
        .into_iter()
        .max()
        .unwrap()
}

fn pick<T: Copy>(rng: &mut fastrand::Rng, of: &[T]) -> T {
    of[rng.usize(..of.len())]
}

/// A calendar with weekends and holidays, and its row.
async fn calendar(w: &World, rng: &mut fastrand::Rng, code: &str) -> Calendar {
    let weekdays = pick(rng, &[&[1, 2, 3, 4, 5][..], &[1, 2, 3, 4, 5, 6], &[1, 2, 3, 4, 5, 6, 7]]);
    let mut known = Calendar { weekdays: weekdays.to_vec(), days: BTreeMap::new() };
    w.sql(&format!("INSERT INTO calendar (code, weekdays) VALUES ('{code}', ARRAY{weekdays:?})"))
        .await;
    for _ in 0..8 {
        // Around New Year, the leap day and a month's end.
        let near = pick(rng, &["2027-12-31", "2028-02-28", "2028-03-31", "2028-07-01"]);
        let at: Date = near.parse::<Date>().unwrap() + rng.i64(-4..5).days();
        let until = rng.bool().then(|| pick(rng, &["12:00", "09:30"]));
        let open = rng.bool();
        known.days.insert(at, (open, until.map(|t| t.parse().unwrap())));
        w.sql(&format!(
            "INSERT INTO calendar_day SELECT id, '{at}', {open}, {} FROM calendar \
             WHERE code = '{code}' ON CONFLICT (calendar_id, day) \
             DO UPDATE SET open = excluded.open, until = excluded.until",
            until.map_or("NULL".to_owned(), |t| format!("'{t}'"))
        ))
        .await;
    }
    known
}

#[tokio::test]
async fn a_thousand_needs_have_the_day_that_walking_the_calendars_finds() {
    let w = World::new().await;
    let mut rng = fastrand::Rng::with_seed(7);
    let zones = ["Asia/Shanghai", "UTC", "America/New_York", "Pacific/Auckland"];
    let (mut warehouses, mut services, mut items) = (Vec::new(), Vec::new(), Vec::new());
    for (n, tz) in zones.into_iter().enumerate() {
        let mine = calendar(&w, &mut rng, &format!("W{n}")).await;
        let id = w.number(&format!("SELECT add_warehouse('DAY{n}', 'Day', '{tz}', false)")).await;
        w.sql(&format!(
            "UPDATE warehouse SET calendar_id = (SELECT id FROM calendar WHERE code = 'W{n}') \
             WHERE id = {id}"
        ))
        .await;
        warehouses.push((id, tz, mine));
    }
    for n in 0..6 {
        let theirs = calendar(&w, &mut rng, &format!("S{n}")).await;
        let base = pick(&mut rng, &["18:00", "11:15", "23:59"]);
        let id = w
            .number(&format!(
                "INSERT INTO carrier_service (carrier_id, code, name, calendar_id, cutoff) \
                 SELECT (SELECT min(id) FROM carrier), 'D{n}', 'D', id, '{base}' FROM calendar \
                 WHERE code = 'S{n}' RETURNING id"
            ))
            .await;
        let mut by_weekday = BTreeMap::new();
        for weekday in [1i8, 5, 6] {
            let at = pick(&mut rng, &["08:00", "16:45", "21:00"]);
            by_weekday.insert(weekday, at.parse().unwrap());
            w.sql(&format!(
                "INSERT INTO service_cutoff (service_id, weekday, cutoff)
                 VALUES ({id}, {weekday}, '{at}')"
            ))
            .await;
        }
        services
            .push((id, Service { calendar: theirs, cutoff: base.parse().unwrap(), by_weekday }));
    }
    for n in 0..8i64 {
        let shelf = pick(
            &mut rng,
            &[None, Some((18, "month")), Some((1, "year")), Some((45, "day")), Some((1, "month"))],
        );
        let item = Item { shelf, stop_sale: rng.i64(0..40) };
        let (life, unit) = shelf.map_or(("NULL".to_owned(), "NULL".to_owned()), |(n, unit)| {
            (n.to_string(), format!("'{unit}'"))
        });
        let id = w
            .number(&format!(
                "INSERT INTO item (owner_id, sku, name_en, name_zh, shelf_life, shelf_life_unit, \
                 stop_sale_days) SELECT id, 'DAY{n}', 'd', 'd', {life}, {unit}, {} FROM owner \
                 RETURNING id",
                item.stop_sale
            ))
            .await;
        items.push((id, item));
    }
    let mut asked = 0;
    for _ in 0..50 {
        let near = pick(&mut rng, &["2027-12-30", "2028-02-27", "2028-03-29", "2028-06-30"]);
        let instant = near.parse::<Date>().unwrap().at(0, 0, 0, 0).in_tz("UTC").unwrap()
            + rng.i64(0..5 * 24 * 60).minutes()
            + pick(&mut rng, &[0, 1, 59]).seconds();
        w.clock_at(&instant.timestamp().to_string()).await;
        let mut is = BTreeMap::new();
        while is.len() < 20 {
            let (warehouse, tz, mine) = &warehouses[rng.usize(..warehouses.len())];
            let (service, known) = &services[rng.usize(..services.len())];
            let (item_id, item) = items[rng.usize(..items.len())];
            let (transit, life_days, life_pct) =
                (rng.i64(0..7), rng.i64(0..120), pick(&mut rng, &[0, 0, 33, 66, 100]));
            let here = instant.with_time_zone(jiff::tz::TimeZone::get(tz).unwrap());
            let now = (here.date(), here.time());
            let day = needed(now, mine, known, transit, item, (life_days, life_pct));
            let key =
                format!("{warehouse}, {item_id}, {service}, {transit}, {life_days}, {life_pct}");
            is.insert(key, day.to_string());
        }
        let rows: Vec<String> = is.keys().map(|key| format!("({key})")).collect();
        let got = w
            .text(&format!(
                "WITH asked AS (INSERT INTO need (warehouse_id, item_id, service_id, \
                 transit_days, life_days, life_pct) VALUES {} ON CONFLICT ON CONSTRAINT need_once \
                 DO UPDATE SET life_days = excluded.life_days RETURNING *) \
                 SELECT json_object_agg(concat_ws(', ', warehouse_id, item_id, service_id, \
                 transit_days, life_days, life_pct), needed_day(asked::text::need))::text \
                 FROM asked",
                rows.join(", ")
            ))
            .await;
        let got: BTreeMap<String, String> = serde_json::from_str(&got).unwrap();
        assert_eq!(got, is, "{instant}");
        asked += got.len();
        // What is kept is what is worked out, now and when the day has turned meanwhile.
        for (warehouse, _, _) in &warehouses {
            w.number(&format!("SELECT turn_needs({warehouse}, NULL, 1000)")).await;
        }
        let stale = "SELECT count(*) FROM need n WHERE needed_day(n) <> compute_needed_day(n)";
        assert_eq!(w.number(stale).await, 0, "{instant}");
    }
    assert_eq!(asked, 1000);
    w.clock("0").await;
    w.end().await;
}

#[tokio::test]
async fn a_cutoff_passes_by_the_minute_and_a_region_is_as_far_as_its_longest_match() {
    let w = World::new().await;
    let service = w.number("SELECT id FROM carrier_service WHERE standard").await;
    w.sql(&format!("UPDATE carrier_service SET cutoff = '18:00' WHERE id = {service}")).await;
    w.sql("UPDATE warehouse SET tz = 'Asia/Shanghai'").await;
    let dispatch = format!("SELECT dispatch_day({}, {service})::text", w.warehouse);
    for (clock, is) in [
        ("2028-05-02 18:00:00+08", "2028-05-02"),
        ("2028-05-02 18:00:01+08", "2028-05-03"),
        ("2028-05-02 23:59:59+08", "2028-05-03"),
        ("2028-05-03 00:00:00+08", "2028-05-03"),
    ] {
        w.clock_at(clock).await;
        assert_eq!(w.text(&dispatch).await, is, "{clock}");
    }
    w.sql(&format!(
        "INSERT INTO service_region (service_id, country, province, city, postcode, transit_days) \
         VALUES ({service}, 'CN', '', '', '', 3), ({service}, 'CN', '浙江省', '', '', 1), \
         ({service}, 'CN', '浙江省', '', '3110', 2), ({service}, 'NO', '', '', '', 9)"
    ))
    .await;
    for (receiver, days) in [
        (r#"{"country": "CN", "province": "浙江省"}"#, 1),
        (r#"{"country": "CN", "province": "浙江省", "postcode": "311099"}"#, 2),
        (r#"{"country": "CN", "province": "西藏"}"#, 3),
        (r#"{"country": "FR"}"#, 9),
        ("{}", 9),
    ] {
        let asked = format!("SELECT transit_days_to({service}, '{receiver}')::bigint");
        assert_eq!(w.number(&asked).await, days, "{receiver}");
    }
    w.clock("0").await;
    w.end().await;
}

#[tokio::test]
async fn midnight_turns_each_warehouse_by_its_own_clock() {
    let w = World::new().await;
    let mut ids = vec![w.warehouse];
    for (code, tz) in [("LON", "UTC"), ("NYC", "America/New_York")] {
        ids.push(w.number(&format!("SELECT add_warehouse('{code}', 'x', '{tz}', false)")).await);
    }
    w.sql("UPDATE warehouse SET tz = 'Asia/Shanghai' WHERE code = 'WH1'").await;
    w.clock_at("2028-05-02 12:00:00+08").await;
    turn::run_once(&w.worker).await.unwrap();
    // Midnight in Shanghai, in London, in New York.
    for (n, instant) in
        ["2028-05-02 16:00:00+00", "2028-05-03 00:00:00+00", "2028-05-03 04:00:00+00"]
            .into_iter()
            .enumerate()
    {
        w.clock_at(instant).await;
        let due = "SELECT count(*) FROM day_turn WHERE next_at <= site_now() AND warehouse_id = ";
        assert_eq!(w.number(&format!("{due}{}", ids[n])).await, 1, "{instant}");
        turn::run_once(&w.worker).await.unwrap();
        assert_eq!(w.number(&format!("{due}{}", ids[n])).await, 0, "{instant}");
    }
    w.clock("0").await;
    w.end().await;
}

#[tokio::test]
async fn as_days_pass_every_step_refuses_what_no_longer_fits() {
    let w = World::new().await;
    // Ten days are left on the old lot, much on the new one; the carrier takes two.
    w.stock(&[
        ("A01", "I0", "OLD", 10, 6),
        ("A02", "I0", "NEW", 300, 6),
        ("A03", "I1", "X", 300, 9),
    ])
    .await;
    w.orders(&[
        ("O1", &[("I0", 1), ("I1", 1)]),
        ("O2", &[("I0", 1), ("I1", 1)]),
        ("O3", &[("I0", 1), ("I1", 1)]),
    ])
    .await;
    assert_eq!(w.number("SELECT count(*) FROM shipment WHERE state = 'ready'").await, 3);
    w.release().await;
    let lots = "SELECT string_agg(DISTINCT l.number, ' ') FROM reservation r \
                JOIN lot l ON l.id = r.lot_id JOIN item i ON i.id = l.item_id \
                WHERE i.sku = 'I0' AND r.ended_at IS NULL";
    assert_eq!(w.text(lots).await, "OLD", "first expired, first out");
    let mut picker = w.person("P", Role::Picker).await;
    picker.ok("WDC-MENU-PICK").await;
    assert!(!picker.last.page.prompt.key.contains("tote"));
    // While the picker walks the days pass, and no turn has come yet: the scan itself finds it.
    w.clock("20 days").await;
    let bin = picker.last.expects[0].scan.clone();
    let reply = picker.scan(&bin).await;
    assert!(reply.refused());
    assert_eq!(picker.said(), "too-old-moved");
    assert!(w.text(lots).await.contains("NEW"));
    turn::run_once(&w.worker).await.unwrap();
    assert_eq!(w.text(lots).await, "NEW", "the turn moved the others");
    // The turn says so on the picker's next screen; then the trip goes on with other goods.
    picker.scan("").await;
    picker.follow(100, |r| r.last.expects.iter().all(|e| e.code == "NEXT")).await;
    assert_eq!(w.number("SELECT count(*) FROM movement WHERE reason = 'pick'").await, 6);
    // In the tote: the bench stops it.
    w.clock("299 days").await;
    let mut packer = w.person("Q", Role::Packer).await;
    packer.ok("WDC-MENU-PACK").await;
    let mut stopped = false;
    for _ in 0..12 {
        let Some(expect) = packer.last.expects.first().cloned() else { break };
        if packer.scan(&expect.scan).await.refused() {
            assert_eq!(packer.said(), "goods-too-old");
            stopped = true;
            break;
        }
    }
    assert!(stopped, "{:?}", packer.last.page);
    turn::run_once(&w.worker).await.unwrap();
    assert_eq!(
        w.number(
            "SELECT count(DISTINCT shipment_id) FROM exception \
             WHERE reason = 'out_of_date' AND done_at IS NULL"
        )
        .await,
        3
    );
    // Packed in time, too late for the truck.
    w.clock("20 days").await;
    w.sql("UPDATE day_turn SET next_at = '-infinity'").await;
    turn::run_once(&w.worker).await.unwrap();
    assert_eq!(
        w.number("SELECT count(*) FROM exception WHERE reason = 'out_of_date' AND done_at IS NULL")
            .await,
        0,
        "what fits again is no exception"
    );
    // Who has it on the bench was told meanwhile, before the next scan is taken.
    assert!(packer.scan("WDC-NEXT").await.refused());
    assert_eq!(packer.said(), "notice-too-old");
    packer.follow(60, |r| r.said() == "pack-done").await;
    w.clock("299 days").await;
    packer.ok("WDC-MENU-HANDOVER").await;
    let parcel = w.text("SELECT sscc FROM parcel WHERE state = 'labelled'").await;
    assert!(packer.scan(&parcel).await.refused());
    assert_eq!(packer.said(), "hand-over-too-old");
    w.clock("20 days").await;
    packer.ok(&parcel).await;
    w.clock("299 days").await;
    // On the list and older still by the time it closes: the ledger says no.
    assert!(packer.scan("WDC-CLOSE").await.refused());
    assert_eq!(w.number("SELECT count(*) FROM shipment WHERE state = 'handed_over'").await, 0);
    w.clock("20 days").await;
    packer.ok("WDC-CLOSE").await;
    assert_eq!(w.number("SELECT count(*) FROM shipment WHERE state = 'handed_over'").await, 1);
    w.clock("0").await;
    w.end().await;
}

#[tokio::test]
async fn what_waits_is_promised_released_and_shown_by_the_day_that_it_is() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 30, 4)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.clock("29 days").await;
    // Promised long ago: a release does not take it for granted.
    let mut boss = w.person("BOSS", Role::Supervisor).await;
    boss.scan("WDC-MENU-WAVE").await;
    boss.scan("WDC-RELEASE").await;
    assert_eq!(w.number("SELECT count(*) FROM reservation WHERE ended_at IS NULL").await, 0);
    // Nothing new is promised of it, and shops are shown none.
    w.orders(&[("O2", &[("I0", 1)])]).await;
    assert_eq!(w.number("SELECT count(*) FROM promise WHERE ended_at IS NULL").await, 1);
    let shown = format!("SELECT qty FROM stock_to_publish({})", w.shop);
    assert_eq!(w.number(&shown).await, 0);
    turn::run_once(&w.worker).await.unwrap();
    assert_eq!(
        w.text("SELECT string_agg(state || ':' || reason, ' ' ORDER BY id) FROM shipment").await,
        "pending:broken_promise pending:no_stock"
    );
    w.clock("0").await;
    assert_eq!(w.number(&shown).await, 4);
    w.end().await;
}

#[tokio::test]
async fn only_what_truly_no_longer_fits_is_broken_and_no_hold_is_touched() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "LONG", 200, 5), ("A02", "I0", "SHORT", 40, 50)]).await;
    w.stock(&[("A03", "I1", "X", 300, 99)]).await;
    // One buyer needs a long life, and another good beside it; then twenty who take what is there.
    w.sql("UPDATE shop SET min_life_days = 90").await;
    w.orders(&[("OLD", &[("I0", 4), ("I1", 1)])]).await;
    w.sql("UPDATE shop SET min_life_days = 0").await;
    for n in 0..20 {
        w.orders(&[(format!("N{n}").as_str(), &[("I0", 1)])]).await;
    }
    w.sql(
        "SELECT write_hold('shipment', max(id), 'payment_check', 'call them', 'BOSS') FROM \
         shipment",
    )
    .await;
    let ready = "SELECT count(*) FROM shipment WHERE state = 'ready'";
    assert_eq!(w.number(ready).await, 21);
    // Its lot goes: the one is broken and nobody else.
    w.sql(
        "INSERT INTO movement (warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, \
         reason, person_id, command) SELECT s.warehouse_id, s.owner_id, s.item_id, s.lot_id, 5, \
         s.place_id, v.id, 'adjust', (SELECT id FROM person WHERE role = 'system'), \
         gen_random_uuid() FROM stock s JOIN lot l ON l.id = s.lot_id AND l.number = 'LONG' \
         JOIN place v ON v.code = 'ADJUSTMENT'",
    )
    .await;
    let items = w.number("SELECT id FROM item WHERE sku = 'I0'").await;
    let broke = format!("SELECT break_promises({}, ARRAY[{items}::bigint])", w.warehouse);
    assert_eq!(w.number(&broke).await, 1);
    assert_eq!(w.number(ready).await, 20);
    assert_eq!(
        w.text("SELECT subject FROM exception WHERE reason = 'broken_promise'").await,
        w.text("SELECT min(shipment_no) FROM shipment").await
    );
    // What else it was promised stays, and is not promised twice when goods come.
    let live = "SELECT count(*) FROM promise p JOIN shipment_line l ON l.id = p.shipment_line_id \
                WHERE p.ended_at IS NULL AND l.shipment_id = (SELECT min(id) FROM shipment)";
    assert_eq!(w.number(live).await, 1);
    // All of it goes: first come first kept, the held one keeps its hold.
    w.sql(
        "INSERT INTO movement (warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, \
         reason, person_id, command) SELECT s.warehouse_id, s.owner_id, s.item_id, s.lot_id, 43, \
         s.place_id, v.id, 'adjust', (SELECT id FROM person WHERE role = 'system'), \
         gen_random_uuid() FROM stock s JOIN lot l ON l.id = s.lot_id AND l.number = 'SHORT' \
         JOIN place v ON v.code = 'ADJUSTMENT'",
    )
    .await;
    assert_eq!(w.number(&broke).await, 13);
    assert_eq!(
        w.text(
            "SELECT string_agg(o.order_no, ' ' ORDER BY o.id) FROM promise p \
             JOIN order_line ol ON ol.id = p.order_line_id JOIN orders o ON o.id = ol.order_id \
             JOIN item i ON i.id = ol.item_id AND i.sku = 'I0' WHERE p.ended_at IS NULL"
        )
        .await,
        "N0 N1 N2 N3 N4 N5 N6"
    );
    assert_eq!(
        w.text(
            "SELECT s.state || ' ' || h.reason || ' ' || h.note FROM shipment s JOIN \
             shipment_hold h ON h.shipment_id = s.id"
        )
        .await,
        "pending payment_check call them"
    );
    w.stock(&[("A04", "I0", "NEXT", 300, 99)]).await;
    w.orders(&[]).await;
    assert_eq!(w.number(ready).await, 20);
    assert_eq!(w.number(live).await, 2);
    w.end().await;
}

#[tokio::test]
async fn a_turn_that_was_taken_over_saves_nothing_and_is_done_by_the_other() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 10, 5)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    turn::run_once(&w.worker).await.unwrap();
    w.clock("11 days").await;
    let mut tx = w.worker.db.begin().await.unwrap();
    let mine = wavedeck::store::turn::claim(&mut tx, 60.0).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    // While its lease runs nobody else has it.
    turn::run_once(&w.worker).await.unwrap();
    assert_eq!(w.number("SELECT count(*) FROM exception").await, 0);
    w.sql("UPDATE day_turn SET lease_until = now() - interval '1 second'").await;
    turn::run_once(&w.worker).await.unwrap();
    assert_eq!(w.number("SELECT count(*) FROM exception WHERE reason = 'broken_promise'").await, 1);
    let mut tx = w.worker.db.begin().await.unwrap();
    assert!(!wavedeck::store::turn::extend_lease(&mut tx, mine, 60.0).await.unwrap());
    assert!(!wavedeck::store::turn::end(&mut tx, mine).await.unwrap());
    drop(tx);
    w.clock("0").await;
    w.end().await;
}

#[tokio::test]
async fn an_address_farther_away_needs_fresher_goods() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 10, 5)]).await;
    let service = w.number("SELECT id FROM carrier_service WHERE standard").await;
    w.sql(&format!(
        "INSERT INTO service_region (service_id, country, transit_days) \
         VALUES ({service}, 'NO', 30)"
    ))
    .await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    let state = "SELECT state || ':' || reason FROM shipment";
    let before = w.text(state).await;
    w.sql(
        "UPDATE shipment SET receiver = '{\"name\": \"A\", \"address\": \"B\", \
         \"country\": \"CN\"}'",
    )
    .await;
    w.sql(
        "SELECT readdress(id, '{\"name\": \"A\", \"address\": \"B\", \"country\": \"NO\"}') \
         FROM shipment",
    )
    .await;
    assert_eq!(w.number("SELECT transit_days::bigint FROM shipment").await, 30);
    w.sql("UPDATE day_turn SET next_at = '-infinity'").await;
    turn::run_once(&w.worker).await.unwrap();
    let after = w.text(state).await;
    assert!(before != after || before.starts_with("pending"), "{before} {after}");
    assert!(after.starts_with("pending"), "{after}");
    assert_eq!(day(10).len(), 10);
    w.end().await;
}

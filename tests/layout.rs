//! Where bins lie: read from their codes, drawn, corrected, and walked.

use crate::support::{Role, World};
use serde_json::json;
use wavedeck::domain::layout::{Area, Corner, Direction};
use wavedeck::planner::derive::{Measures, derive};
use wavedeck::planner::pattern::Pattern;
use wavedeck::planner::site::Site;
use wavedeck::store::layout;

/// The test's bins have codes like B07: aisle B, cell 7.
async fn measured(w: &World) -> Vec<Area> {
    let mut tx = w.office.db.begin().await.unwrap();
    let codes = layout::codes(&mut tx, w.warehouse, "").await.unwrap();
    let by = Measures::default();
    let derived = derive(&codes, &Pattern::parse("{aisle:1}{cell:2}").unwrap(), &by);
    layout::place_bins(&mut tx, &derived.bins).await.unwrap();
    layout::save(&mut tx, w.warehouse, &derived.areas).await.unwrap();
    tx.commit().await.unwrap();
    derived.areas
}

#[tokio::test]
async fn a_walk_goes_up_one_aisle_and_down_the_next() {
    let w = World::new().await;
    let goods: &[(&str, &str)] = &[("A01", "I0"), ("A12", "I1"), ("B01", "I2"), ("B04", "I3")];
    let rows: Vec<_> = goods.iter().map(|(bin, sku)| (*bin, *sku, "L1", 100, 40)).collect();
    w.stock(&rows).await;
    measured(&w).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1), ("I2", 1), ("I3", 1)]), ("O2", &[("I0", 1)])]).await;
    w.release().await;
    // 13 m up, 4 m across, 13 m down and 4 m home; the second order lies on the way.
    assert_eq!(w.text("SELECT string_agg(walk_mm::text, ',') FROM trip").await, "34000");
    let prices = "SELECT string_agg(price_mm::text, ',' ORDER BY price_mm) FROM trip_shipment";
    assert_eq!(w.text(prices).await, "0,32000");
    let order = "SELECT string_agg(pl.code, ',' ORDER BY st.walk, st.id) FROM stop st JOIN place \
                 pl ON pl.id = st.place_id";
    assert_eq!(w.text(order).await, "A01,A12,B04,B01");
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-PICK").await;
    let walked = std::cell::RefCell::new(vec![p.big()]);
    p.follow(40, |r| {
        let (here, mut walked) = (r.big(), walked.borrow_mut());
        if goods.iter().any(|(code, _)| *code == here) && walked.last() != Some(&here) {
            walked.push(here);
        }
        r.last.expects.iter().all(|e| e.code == "NEXT")
    })
    .await;
    assert_eq!(*walked.borrow(), ["A01", "A12", "B04", "B01"]);
    w.check().await;
    w.end().await;
}

#[tokio::test]
async fn what_is_looked_for_elsewhere_joins_the_walk_in_its_aisle() {
    let w = World::new().await;
    w.stock(&[
        ("A01", "I0", "L1", 100, 1),
        ("B04", "I0", "L1", 100, 9),
        ("A12", "I1", "L1", 100, 9),
        ("B02", "I2", "L1", 100, 9),
    ])
    .await;
    measured(&w).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1), ("I2", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-PICK").await;
    assert_eq!(p.big(), "A01");
    for card in ["WDC-SHORT", "WDC-YES"] {
        p.ok(card).await;
    }
    let ahead = "SELECT string_agg(pl.code, ',' ORDER BY st.walk, b.seq, st.id) FROM stop st \
                 JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL \
                 JOIN place pl ON pl.id = st.place_id JOIN bin b ON b.place_id = pl.bin_id";
    let walk = w.text(ahead).await;
    let at = |code: &str| walk.split(',').position(|bin| bin == code).unwrap();
    assert_eq!(at("B04").abs_diff(at("B02")), 1, "{walk}");
    w.end().await;
}

#[tokio::test]
async fn without_a_layout_the_walking_order_alone_says_where_to_go() {
    let w = World::new().await;
    w.stock(&[("B04", "I0", "L1", 100, 9), ("A01", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1)])]).await;
    w.release().await;
    assert_eq!(w.number("SELECT count(*) FROM trip WHERE walk_mm IS NULL").await, 1);
    let by_seq = "SELECT (array_agg(st.walk ORDER BY b.seq) = ARRAY[1, 2])::int::bigint FROM stop \
                  st JOIN bin b ON b.place_id = st.place_id";
    assert_eq!(w.number(by_seq).await, 1);
    w.end().await;
}

#[tokio::test]
async fn an_area_is_kept_as_it_was_said_and_replaced_by_its_code() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("B04", "I1", "L1", 100, 9)]).await;
    let mut areas = measured(&w).await;
    let mut tx = w.office.db.begin().await.unwrap();
    assert_eq!(layout::areas(&mut tx, w.warehouse).await.unwrap(), areas);
    areas[0].cross_mm = vec![0, 5_000, 12_000];
    areas[0].end = Corner { aisle: "B".into(), cross: 2 };
    layout::save(&mut tx, w.warehouse, &areas).await.unwrap();
    assert_eq!(layout::areas(&mut tx, w.warehouse).await.unwrap(), areas);
    drop(tx);
    let mut bad = vec![areas[0].clone(); 6];
    bad[0].start.aisle = "Z".into();
    bad[1].aisles[1].code = "A".into();
    bad[2].cross_mm = vec![0];
    bad[3].aisles[1].x_mm = -1;
    bad[4].aisles[0].x_mm = i64::MIN;
    for aisle in &mut bad[5].aisles {
        aisle.direction = Direction::ToBack;
    }
    bad[5].end = bad[5].start.clone();
    let said = [
        "no aisle Z",
        "A is there twice",
        "cross aisles",
        "expected more",
        "expected more",
        "no walk from start to end",
    ];
    for (spoilt, said) in bad.into_iter().zip(said) {
        let (_, wrong) = Site::new(&[spoilt]).unwrap_err();
        assert!(wrong.to_string().contains(said), "{wrong}");
    }
    assert!(Site::new(&[areas[0].clone(), areas[0].clone()]).is_err(), "{}", json!(areas));
    w.end().await;
}

#[tokio::test]
async fn of_so_many_at_most_those_go_that_lie_together() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 40), ("B01", "I1", "L1", 100, 40)]).await;
    measured(&w).await;
    w.orders(&[("O1", &[("I0", 1)]), ("O2", &[("I1", 1)]), ("O3", &[("I0", 2)])]).await;
    let mut boss = w.person("BOSS", Role::Supervisor).await;
    for scan in ["WDC-MENU-WAVE", "7", "2"] {
        boss.ok(scan).await;
    }
    let words = format!("{:?}", boss.last.page);
    assert!(words.contains("wave-chosen") && words.contains("wave-walks"), "{words}");
    boss.ok("WDC-RELEASE").await;
    let out = "SELECT string_agg(o.order_no, ',' ORDER BY o.order_no) FROM shipment s JOIN \
               shipment_line sl ON sl.shipment_id = s.id JOIN share sh ON sh.shipment_line_id = \
               sl.id JOIN order_line ol ON ol.id = sh.order_line_id JOIN orders o ON o.id = \
               ol.order_id WHERE s.wave_id IS NOT NULL";
    assert_eq!(w.text(out).await, "O1,O3");
    w.end().await;
}

//! What shops are told of the stock: their share of what can be promised, coalesced, and nothing
//! when it is gone.

use crate::support::World;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use wavedeck::jobs;
use wavedeck::links::standin::shop::{Faults, Standin};

/// A generic shop of this name with its stand-in.
async fn shop(w: &World, code: &str) -> Standin {
    let standin = Standin::new("k", "s");
    let url = standin.serve(0).await.unwrap();
    w.shop_at(code, "generic", &url, "k", "s", json!({})).await;
    w.sql(&format!("UPDATE shop SET pushes = true WHERE code = '{code}'")).await;
    standin
}

async fn until(w: &World, sql: &str, value: i64) {
    let (stop, stopped) = watch::channel(false);
    let background = tokio::spawn(jobs::run(w.worker.clone(), stopped));
    let end = Instant::now() + Duration::from_secs(60);
    while w.number(sql).await != value {
        assert!(Instant::now() < end, "{sql}: {}, not {value}", w.number(sql).await);
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    stop.send_replace(true);
    background.await.unwrap();
}

async fn rest_of_the_world(w: &World) {
    w.sql("UPDATE job SET next_at = 'infinity'").await;
    w.sql(
        "CREATE FUNCTION soon() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.next_at := \
        least(NEW.next_at, now() + interval ''300 ms''); RETURN NEW; END'",
    )
    .await;
    w.sql(
        "CREATE TRIGGER soon BEFORE UPDATE ON job FOR EACH ROW WHEN (NEW.kind = 'push') EXECUTE \
        FUNCTION soon()",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_buyers_after_the_last_ten_units() {
    let w = World::new().await;
    rest_of_the_world(&w).await;
    w.stock(&[("A01", "I0", "L1", 300, 10)]).await;
    let mut shops = Vec::new();
    for code in ["N1", "N2", "N3", "N4"] {
        let standin = shop(&w, code).await;
        standin.put((0..250).map(|n| World::order_json(&format!("{code}-{n:03}"), &[("I0", 1)])));
        shops.push(standin);
    }
    until(&w, "SELECT count(*) FROM shipment WHERE state = 'ready' OR reason = 'no_stock'", 1000)
        .await;
    assert_eq!(w.number("SELECT count(*) FROM shipment WHERE state = 'ready'").await, 10);
    assert_eq!(
        w.number("SELECT count(*) FROM shipment WHERE state = 'pending' AND reason = 'no_stock'")
            .await,
        990
    );
    until(&w, "SELECT count(*) FROM listing WHERE sent = 0", 4).await;
    for standin in &shops {
        assert_eq!(standin.stock("I0"), Some(0), "every shop is told that nothing is left");
    }
    assert_eq!(
        w.number(
            "SELECT count(*) FROM stock WHERE on_hand < 0 OR reserved < 0 OR reserved > on_hand"
        )
        .await,
        0
    );
    w.check().await;
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn share_safety_cap_and_who_goes_without_when_little_is_left() {
    let w = World::new().await;
    rest_of_the_world(&w).await;
    w.stock(&[("A01", "I0", "L1", 300, 100), ("A02", "I1", "L1", 300, 8)]).await;
    let (big, small) = (shop(&w, "BIG").await, shop(&w, "SMALL").await);
    for (code, standin) in [("BIG", &big), ("SMALL", &small)] {
        standin.put([World::order_json(&format!("{code}-1"), &[("I0", 1), ("I1", 1)])]);
    }
    w.sql("UPDATE shop SET share_pct = 40, safety = 3, cap = 30, low_at = 6 WHERE code = 'SMALL'")
        .await;
    until(&w, "SELECT count(*) FROM listing WHERE sent IS NOT NULL", 4).await;
    // 98 and 6 are left; of the latter the small shop gets nothing. While one is being told nobody
    // knows what the shop shows of it: all four are told, and this is what they were told.
    until(
        &w,
        "SELECT CASE WHEN count(sent) = 4 THEN sum(sent)::bigint ELSE -1 END FROM listing",
        98 + 6 + 30,
    )
    .await;
    assert_eq!(
        (big.stock("I0"), big.stock("I1"), small.stock("I0"), small.stock("I1")),
        (Some(98), Some(6), Some(30), Some(0))
    );
    w.sql(
        "UPDATE listing SET share_pct = 10, cap = 1000 FROM shop s WHERE s.id = shop_id AND \
        s.code = 'SMALL' AND listing.code = 'I0'",
    )
    .await;
    // (98 - 3) of which a tenth, rounded down.
    until(
        &w,
        "SELECT sent FROM listing JOIN shop s ON s.id = shop_id WHERE s.code = 'SMALL' AND \
        listing.code = 'I0'",
        9,
    )
    .await;
    let before = big.pushed().len();
    tokio::time::sleep(Duration::from_millis(50)).await;
    until(&w, "SELECT 1::bigint", 1).await;
    assert_eq!(big.pushed().len(), before, "nothing is told when nothing changed");
    // Goods of a lot that is too old for the shop's buyers are not shown.
    w.sql("UPDATE shop SET min_life_days = 400 WHERE code = 'SMALL'").await;
    until(
        &w,
        "SELECT sent FROM listing JOIN shop s ON s.id = shop_id WHERE s.code = 'SMALL' AND \
        listing.code = 'I0'",
        0,
    )
    .await;
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_that_is_refused_is_a_case_and_holds_up_no_other() {
    let w = World::new().await;
    rest_of_the_world(&w).await;
    w.stock(&[("A01", "I0", "L1", 300, 50), ("A02", "I1", "L1", 300, 50)]).await;
    let standin = shop(&w, "N1").await;
    standin.put([World::order_json("O-1", &[("I0", 1)])]);
    // The shop lists an item under a code that it does not know when it is told.
    w.sql(
        "INSERT INTO listing (shop_id, code, item_id) SELECT s.id, 'BARRED-1', i.id FROM shop s, \
        item i WHERE s.code = 'N1' AND i.sku = 'I1'",
    )
    .await;
    standin.misbehave(Faults { drop_answers: 1, throttle: 2, ..Faults::default() });
    until(
        &w,
        "SELECT count(*) FROM exception WHERE reason = 'push_refused' AND subject = 'N1 \
        BARRED-1' AND done_at IS NULL",
        1,
    )
    .await;
    until(&w, "SELECT coalesce(max(sent), -1) FROM listing WHERE code = 'I0'", 49).await;
    let counts: Vec<i64> = standin.pushed().into_iter().map(|(_, n)| n).collect();
    assert!(counts.iter().all(|n| *n == 49 || *n == 50), "set, not added: {counts:?}");
    // It is not told again until there is another count to tell; then it is, and the case is done
    // once it is taken.
    w.sql("UPDATE listing SET code = 'I1' WHERE code = 'BARRED-1'").await;
    w.sql("UPDATE exception SET subject = 'N1 I1' WHERE reason = 'push_refused'").await;
    w.stock(&[("A02", "I1", "L1", 300, 5)]).await;
    until(&w, "SELECT coalesce(max(sent), -1) FROM listing WHERE code = 'I1'", 55).await;
    assert_eq!(w.number("SELECT count(*) FROM exception WHERE done_at IS NULL").await, 0);
    w.end().await;
}

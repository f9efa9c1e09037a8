//! Sales over a counter: the goods have left when the sale is heard of, once; what comes back waits
//! for a look.

use crate::support::{Role, World};
use serde_json::json;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use wavedeck::jobs::{counter, folder};

struct Counter {
    w: World,
    dir: PathBuf,
    files: u32,
}

impl Counter {
    async fn at(bin: &str) -> Counter {
        let w = World::new().await;
        w.sql("UPDATE job SET next_at = 'infinity'").await;
        let dir = crate::support::cluster()
            .label_folder()
            .unwrap()
            .join(format!("counter-{}", uuid::Uuid::now_v7()));
        fs::create_dir_all(&dir).unwrap();
        w.shop_at(
            "TILL",
            "folder",
            &format!("file://{}", dir.display()),
            "",
            "",
            json!({ "counter": bin }),
        )
        .await;
        Counter { w, dir, files: 0 }
    }

    /// A file of sales that stands still, taken in.
    async fn sells(&mut self, rows: &str) {
        self.files += 1;
        let path = self.dir.join(format!("{}.csv", self.files));
        fs::write(&path, format!("order_no,line_no,sku,qty,unit_price,currency,status\n{rows}\n"))
            .unwrap();
        fs::File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(SystemTime::now() - Duration::from_secs(10))
            .unwrap();
        self.w
            .sql(
                "UPDATE job SET next_at = now() WHERE kind = 'pull' AND shop_id = (SELECT id \
            FROM shop WHERE code = 'TILL')",
            )
            .await;
        folder::run_once(&self.w.worker).await.unwrap();
        counter::run_once(&self.w.worker).await.unwrap();
        assert!(!path.exists(), "it was taken");
    }

    async fn lies(&self, bin: &str, status: &str) -> i64 {
        self.w
            .number(&format!(
                "SELECT coalesce(sum(s.on_hand), 0)::bigint FROM stock s JOIN place p ON p.id = \
                 s.place_id WHERE p.code = '{bin}' AND s.status = '{status}'"
            ))
            .await
    }

    async fn cases(&self, reason: &str) -> i64 {
        self.w
            .number(&format!(
                "SELECT count(*) FROM exception WHERE reason = '{reason}' AND done_at IS NULL"
            ))
            .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sold_has_left_once_and_what_comes_back_is_held() {
    let mut counter = Counter::at("A01").await;
    counter.w.stock(&[("A01", "I0", "L1", 300, 4), ("A01", "I0", "L2", 400, 6)]).await;
    counter.sells("B1,1,I0,5,1.50,EUR,paid\nB2,1,I1,1,1.50,EUR,refunded").await;
    assert_eq!(counter.lies("A01", "good").await, 5, "first expired, first out");
    assert_eq!(
        counter
            .w
            .number(
                "SELECT count(*) FROM stock s JOIN lot l ON l.id = s.lot_id WHERE \
        l.number = 'L1' AND s.on_hand > 0"
            )
            .await,
        0
    );
    assert_eq!(counter.w.number("SELECT count(*) FROM shipment").await, 0, "nothing is to be sent");
    // The same again, and then two of the five are brought back.
    counter.sells("B1,1,I0,5,1.50,EUR,paid").await;
    assert_eq!(counter.lies("A01", "good").await, 5);
    counter.sells("B1,1,I0,3,1.50,EUR,paid").await;
    assert_eq!(
        (counter.lies("A01", "good").await, counter.lies("A01", "held").await),
        (5, 2),
        "they lie there, and are not sold again"
    );
    assert_eq!(counter.cases("counter_back").await, 2, "one of each lot");
    // All of it: nothing comes back twice.
    counter.sells("B1,1,I0,3,1.50,EUR,refunded").await;
    counter.sells("B1,1,I0,3,1.50,EUR,refunded").await;
    assert_eq!((counter.lies("A01", "good").await, counter.lies("A01", "held").await), (5, 5));
    // A supervisor looks: all are good.
    let mut boss = counter.w.person("BOSS", Role::Supervisor).await;
    boss.sign_on().await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    while counter.cases("counter_back").await > 0 {
        let held = counter
            .w
            .number("SELECT e.qty FROM exception e WHERE e.done_at IS NULL ORDER BY id LIMIT 1")
            .await;
        boss.ok(&held.to_string()).await;
    }
    assert_eq!((counter.lies("A01", "good").await, counter.lies("A01", "held").await), (10, 0));
    let past = counter
        .w
        .text(
            "SELECT string_agg(t.what, ' ' ORDER BY t.at, t.what) FROM \
        timeline((SELECT id FROM orders WHERE order_no = 'B1')) t",
        )
        .await;
    assert!(
        past.starts_with("pulled moved moved changed moved") && past.matches("moved").count() == 5,
        "{past}"
    );
    // An old file that comes once more undoes nothing.
    counter.sells("B1,1,I0,5,1.50,EUR,paid").await;
    assert_eq!((counter.lies("A01", "good").await, counter.lies("A01", "held").await), (10, 0));
    fs::remove_dir_all(&counter.dir).unwrap();
    counter.w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_that_the_books_do_not_cover_is_booked_and_is_an_exception() {
    let mut counter = Counter::at("a01").await;
    counter.w.stock(&[("A01", "I0", "L1", 300, 4)]).await;
    // Somebody bought all of it in a shop before.
    counter.w.orders(&[("O1", &[("I0", 4)])]).await;
    assert_eq!(counter.w.number("SELECT count(*) FROM shipment WHERE state = 'ready'").await, 1);
    counter.sells("B1,1,I0,6,1.50,EUR,paid").await;
    assert_eq!(counter.lies("A01", "good").await, 0, "what went over the counter is gone");
    assert_eq!(
        (counter.cases("broken_promise").await, counter.cases("counter_short").await),
        (1, 1)
    );
    assert_eq!(
        counter.w.number("SELECT qty FROM exception WHERE reason = 'counter_short'").await,
        2
    );
    assert_eq!(counter.w.number("SELECT sum(qty)::bigint FROM counter_sold").await, 6);
    // A code that nobody knows: mapped, its sale is booked too.
    counter.w.stock(&[("A01", "I1", "L9", 300, 4)]).await;
    let refused = counter.w.try_shop_at("S9", "woo", json!({ "counter": "A01" })).await;
    assert!(
        refused.contains("no Counter"),
        "a platform's orders were not sold over a counter: {refused}"
    );
    counter.sells("B2,1,ZZ-9,3,1.50,EUR,paid").await;
    assert_eq!(
        (
            counter.cases("unknown_item").await,
            counter.w.number("SELECT sum(qty)::bigint FROM counter_sold").await
        ),
        (1, 6)
    );
    let mut boss = counter.w.person("BOSS", Role::Supervisor).await;
    boss.sign_on().await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    for _ in 0..3 {
        if boss.big() != "reason-unknown-item" {
            boss.ok("WDC-NEXT").await;
        }
    }
    boss.ok("I1").await;
    counter::run_once(&counter.w.worker).await.unwrap();
    assert_eq!((counter.cases("unknown_item").await, counter.lies("A01", "good").await), (0, 1));
    // It was something else after all: what was booked comes back, and the right goods go.
    counter.sells("B2,1,I2,3,1.50,EUR,paid").await;
    assert_eq!(
        counter
            .w
            .text(
                "SELECT string_agg(i.sku || ' ' || c.qty, ', ' ORDER BY i.sku) FROM \
        counter_sold c JOIN item i ON i.id = c.item_id JOIN order_line l ON l.id = c.order_line_id \
        JOIN orders o ON o.id = l.order_id WHERE o.order_no = 'B2'"
            )
            .await,
        "I1 0, I2 3"
    );
    assert_eq!((counter.lies("A01", "held").await, counter.cases("counter_back").await), (3, 1));
    fs::remove_dir_all(&counter.dir).unwrap();
    counter.w.end().await;
}

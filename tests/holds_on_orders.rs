//! What is to be sent and must wait: holds on shipments, orders and customers. They keep what was
//! promised and where the goods are, and nothing leaves.

use crate::support::{Role, World, ean};
use wavedeck::store::holds::{self, Subject};
use wavedeck::work::parcel;

impl World {
    async fn hold_for(&self, subject: Subject<'_>, reason: &str) -> String {
        let mut tx = self.office.db.begin().await.unwrap();
        let id = holds::find(&mut tx, subject, None).await.unwrap()[0];
        let no = holds::add(&mut tx, subject.code(), id, reason, "", "BOSS").await.unwrap();
        tx.commit().await.unwrap();
        no
    }

    async fn let_go(&self, hold_no: &str) {
        let mut tx = self.office.db.begin().await.unwrap();
        assert!(holds::lift(&mut tx, hold_no, "BOSS").await.unwrap());
        tx.commit().await.unwrap();
    }

    /// An order of a customer of the shop's.
    async fn order_of(&self, no: &str, customer: &str, lines: &[(&str, i64)]) {
        let mut order = World::order_json(no, lines);
        order["customer"] = customer.into();
        let mut tx = self.worker.db.begin().await.unwrap();
        wavedeck::store::ingest::order(&mut tx, self.shop, &World::parse(order)).await.unwrap();
        wavedeck::store::orders::promise_waiting(&mut tx, 100).await.unwrap();
        tx.commit().await.unwrap();
    }
}

const STATES: &str = "SELECT string_agg(s.state, ' ' ORDER BY s.id) FROM shipment s";

#[tokio::test]
async fn a_customer_is_held_with_all_that_they_buy_and_each_hold_is_lifted_by_itself() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 20)]).await;
    w.order_of("O1", "anna", &[("I0", 1)]).await;
    w.order_of("O2", "bert", &[("I0", 1)]).await;
    let anna = w.hold_for(Subject::Customer { shop: None, code: "anna" }, "fraud").await;
    let order = w.hold_for(Subject::Order { shop: None, number: "O1" }, "payment_check").await;
    w.order_of("O3", "anna", &[("I0", 1)]).await;
    // What was promised stays promised, what comes new is promised nothing, neither is released.
    assert_eq!(w.text(STATES).await, "ready ready pending");
    let mut boss = w.release().await;
    assert_eq!(w.text(STATES).await, "ready released pending");
    boss.ok("WDC-MENU-BOARD").await;
    boss.ok("#stage:held").await;
    let said = format!("{:?}", boss.last.page.table.rows);
    assert!(said.contains("S0000001") && said.contains("S0000003"), "{said}");
    assert!(!said.contains("S0000002"), "{said}");
    w.let_go(&anna).await;
    w.promise().await;
    assert_eq!(w.text(STATES).await, "ready released ready");
    boss.ok("WDC-MENU-WAVE").await;
    boss.ok("WDC-RELEASE").await;
    assert_eq!(w.text(STATES).await, "ready released released", "the order's own hold stands");
    w.let_go(&order).await;
    boss.ok("WDC-RELEASE").await;
    assert_eq!(w.text(STATES).await, "released released released");
    w.end().await;
}

#[tokio::test]
async fn what_a_customer_asks_of_goods_is_asked_of_theirs_alone() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "SHORT", 40, 9), ("A02", "I0", "LONG", 200, 9)]).await;
    w.sql(
        "INSERT INTO customer (shop_id, code, min_life_days, priority) SELECT id, 'clinic', 90, 7 \
         FROM shop",
    )
    .await;
    w.order_of("O1", "clinic", &[("I0", 2)]).await;
    w.order_of("O2", "anna", &[("I0", 2)]).await;
    w.release().await;
    assert_eq!(
        w.text(
            "SELECT string_agg(o.order_no || ' ' || l.number || ' ' || s.priority, ', ' ORDER BY \
             o.id) FROM reservation r JOIN lot l ON l.id = r.lot_id JOIN promise p ON p.id = \
             r.promise_id JOIN order_line ol ON ol.id = p.order_line_id JOIN orders o ON o.id = \
             ol.order_id JOIN shipment_line sl ON sl.id = p.shipment_line_id JOIN shipment s ON \
             s.id = sl.shipment_id"
        )
        .await,
        "O1 LONG 7, O2 SHORT 0"
    );
    w.end().await;
}

#[tokio::test]
async fn a_held_shipment_is_stopped_at_bench_label_and_truck_and_goes_on_from_there() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 20), ("A02", "I1", "L2", 100, 20)]).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1)])]).await;
    w.release().await;
    w.person("P", Role::Picker).await.pick_all().await;
    let mut packer = w.at_bench("Q", Role::Packer).await;
    let shipment = Subject::Shipment("s0000001");
    let tote = w.used_tote().await;
    let hold = w.hold_for(shipment, "address_check").await;
    assert_eq!(packer.no(&tote).await, "pack-shipment-held");
    assert!(packer.last.expects.iter().all(|e| e.scan != tote), "and it is not asked for");
    w.let_go(&hold).await;
    packer.ok(&tote).await;
    packer.ok(&ean(0)).await;
    // Half packed: the box takes no more than it may close over.
    let hold = w.hold_for(shipment, "address_check").await;
    assert_eq!(packer.no(&ean(1)).await, "notice-shipment-held", "told before the next unit");
    assert_eq!(packer.no(&ean(1)).await, "pack-box-shipment-held");
    w.let_go(&hold).await;
    packer.ok(&ean(1)).await;
    let sscc = w.text("SELECT sscc FROM parcel WHERE state = 'labelled'").await;
    let mut loader = w.person("L", Role::Packer).await;
    loader.ok("WDC-MENU-HANDOVER").await;
    loader.ok(&sscc).await;
    // It comes off the truck's list, and back onto it when it may go.
    let hold = w.hold_for(shipment, "address_check").await;
    assert_eq!(loader.no("WDC-CLOSE").await, "notice-off-list");
    assert_eq!(loader.no(&sscc).await, "hand-over-shipment-held");
    w.let_go(&hold).await;
    loader.ok(&sscc).await;
    loader.ok("WDC-CLOSE").await;
    assert_eq!(w.text(STATES).await, "handed_over");
    w.end().await;
}

#[tokio::test]
async fn a_closed_box_of_a_held_shipment_gets_its_label_when_it_is_let_go() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 20)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    w.release().await;
    w.person("P", Role::Picker).await.pick_all().await;
    let mut packer = w.at_bench("Q", Role::Packer).await;
    packer.ok(&w.used_tote().await).await;
    packer.ok(&ean(0)).await;
    // As it stands where a console died between closing and label.
    w.sql("SELECT void_labels(array_agg(place_id)) FROM parcel").await;
    w.sql("SELECT ask_for_labels(array_agg(place_id)) FROM parcel").await;
    w.sql("UPDATE parcel SET state = 'closed'").await;
    w.sql("UPDATE shipment SET state = 'packing'").await;
    let hold = w.hold_for(Subject::Shipment("S0000001"), "payment_check").await;
    let parcel = w.number("SELECT place_id FROM parcel").await;
    let said = parcel::finish(&w.worker, parcel).await.unwrap();
    assert_eq!(said.text.key, "label-shipment-held");
    assert_eq!(w.text("SELECT state FROM parcel").await, "closed");
    w.let_go(&hold).await;
    w.finish_parcels().await;
    assert_eq!(w.text("SELECT state FROM parcel").await, "labelled");
    w.end().await;
}

#[tokio::test]
async fn a_supervisor_holds_a_lot_and_lets_it_go_on_the_screen() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    let mut boss = w.person("BOSS", Role::Supervisor).await;
    let free = "SELECT coalesce(sum(free), 0)::bigint FROM sellable";
    let lot = w.number("SELECT id FROM lot").await;
    boss.ok("WDC-MENU-INQUIRY").await;
    boss.ok(&format!("#lot:{lot}")).await;
    boss.ok("1").await;
    boss.ok("1").await;
    assert_eq!(w.text("SELECT reason || ' ' || by FROM hold").await, "recall BOSS");
    assert_eq!(w.number(free).await, 0);
    // A second one, in one's own words.
    let hold = boss.last.page.menu.iter().position(|way| way.text.key == "desk-do-hold").unwrap();
    boss.ok(&(hold + 1).to_string()).await;
    boss.ok("4").await;
    boss.ok("smells odd").await;
    assert_eq!(w.number("SELECT count(*) FROM hold WHERE lifted_at IS NULL").await, 2);
    // The list of holds opens each, and each is let go there.
    boss.ok("#holds:live").await;
    assert_eq!(boss.last.page.table.rows.len(), 2);
    boss.ok("h000001").await;
    boss.ok("1").await;
    assert_eq!(w.text("SELECT hold_no FROM hold WHERE lifted_at IS NULL").await, "H000002");
    assert_eq!(w.number(free).await, 0);
    assert!(boss.last.page.menu.is_empty(), "it is lifted once");
    boss.ok("H000002").await;
    boss.ok("1").await;
    assert_eq!(w.number(free).await, 9);
    // A picker looks, and lifts nothing.
    let hold = w.hold_for(Subject::Lot { sku: None, number: "L1" }, "recall").await;
    let mut picker = w.person("P", Role::Picker).await;
    picker.ok("WDC-MENU-INQUIRY").await;
    picker.ok(&hold).await;
    picker.scan("1").await;
    assert_eq!(w.number("SELECT count(*) FROM hold WHERE lifted_at IS NULL").await, 1);
    w.end().await;
}

#[tokio::test]
async fn what_is_split_off_a_held_shipment_is_held_too() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 3)]).await;
    w.orders(&[("O1", &[("I0", 3)])]).await;
    w.release().await;
    // Two of three were not found.
    w.sql("UPDATE reservation SET qty = 1").await;
    w.sql("UPDATE promise SET broken = 2").await;
    w.hold_for(Subject::Shipment("S0000001"), "payment_check").await;
    w.sql("SELECT split_rest(id, false) FROM shipment").await;
    assert_eq!(
        w.text("SELECT string_agg(hold_subject(h) || ' ' || reason, ', ' ORDER BY id) FROM hold h")
            .await,
        "S0000001 payment_check, S0000002 payment_check"
    );
    w.promise().await;
    assert_eq!(w.text(STATES).await, "released pending");
    w.end().await;
}

#[tokio::test]
async fn a_hold_that_comes_while_the_list_is_closed_keeps_its_parcel_here() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 20)]).await;
    w.orders(&[("O1", &[("I0", 1)]), ("O2", &[("I0", 1)])]).await;
    w.release().await;
    w.person("P", Role::Picker).await.pick_all().await;
    let mut packer = w.at_bench("Q", Role::Packer).await;
    packer.follow(30, |r| r.last.expects.is_empty()).await;
    packer.ok("WDC-MENU-HANDOVER").await;
    for sscc in w.text("SELECT string_agg(sscc, ' ') FROM parcel").await.split(' ') {
        packer.ok(sscc).await;
    }
    // Written by somebody whose look at the lists came before these scans.
    w.sql("SELECT write_hold('shipment', min(id), 'payment_check', '', 'BOSS') FROM shipment")
        .await;
    packer.scan("WDC-CLOSE").await;
    assert_eq!(w.text(STATES).await, "packed handed_over");
    assert_eq!(w.number("SELECT count(*) FROM outbox").await, 1);
    w.end().await;
}

#[tokio::test]
async fn what_the_program_holds_nobody_lifts_and_what_is_over_is_held_no_more() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 20)]).await;
    w.order_of("O1", "anna", &[("I0", 1)]).await;
    w.sql("UPDATE orders SET shop_holds = true").await;
    w.sql("SELECT keep_holds(array_agg(id)) FROM orders").await;
    let mut tx = w.office.db.begin().await.unwrap();
    assert!(holds::lift(&mut tx, "H000001", "BOSS").await.is_err());
    drop(tx);
    w.sql("UPDATE orders SET shop_holds = false").await;
    w.sql("SELECT keep_holds(array_agg(id)) FROM orders").await;
    // A supervisor frees one shipment; who ordered it stays held.
    w.hold_for(Subject::Customer { shop: None, code: "anna" }, "fraud").await;
    w.hold_for(Subject::Shipment("S0000001"), "payment_check").await;
    let mut boss = w.person("BOSS", Role::Supervisor).await;
    boss.ok("WDC-MENU-INQUIRY").await;
    boss.ok("S0000001").await;
    boss.ok("1").await;
    assert_eq!(w.text("SELECT string_agg(reason, ' ') FROM shipment_hold").await, "fraud");
    assert!(boss.last.page.menu.iter().all(|way| way.text.key != "desk-do-let-go"));
    w.sql("UPDATE shipment SET state = 'cancelled'").await;
    assert_eq!(w.number("SELECT count(*) FROM shipment_hold").await, 0);
    w.end().await;
}

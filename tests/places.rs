//! Places nest: pallets in bins, cartons on pallets, totes in slots. What lies on a pallet is
//! promised, walked to and picked like what lies in a bin, wherever the pallet goes.

use crate::files::Files;
use crate::support::{Role, World, ean};
use wavedeck::codes::own;

impl World {
    /// A container goes somewhere else, as a command says it.
    async fn moved(&self, container: &str, to: &str) -> Result<u64, sqlx::Error> {
        self.try_sql(&format!(
            "SELECT move_container(a.id, b.id, (SELECT id FROM person WHERE role = 'system'), \
             gen_random_uuid()) FROM place a, place b WHERE a.code = '{container}' AND b.code = \
             '{to}'"
        ))
        .await
    }

    async fn bin_of(&self, code: &str) -> String {
        self.text(&format!(
            "SELECT coalesce(b.code, 'none') FROM place p LEFT JOIN place b ON b.id = p.bin_id \
             WHERE p.code = '{code}'"
        ))
        .await
    }
}

#[tokio::test]
async fn containers_stand_where_they_may_and_know_their_bin() {
    let w = World::new().await;
    w.container("PAL1", "pallet", "A01").await;
    w.container("PAL2", "pallet", "A02").await;
    w.container("BOX1", "carton", "PAL1").await;
    assert_eq!(w.bin_of("BOX1").await, "A01");
    w.moved("PAL1", "B01").await.unwrap();
    assert_eq!((w.bin_of("PAL1").await, w.bin_of("BOX1").await), ("B01".into(), "B01".into()));
    for (container, to) in [("PAL1", "PAL2"), ("PAL1", "PAL1"), ("BOX1", "T1"), ("T1", "SUPPLIER")]
    {
        let error = w.moved(container, to).await.unwrap_err().to_string();
        assert!(error.contains("no container stands there"), "{container} in {to}: {error}");
    }
    w.moved("BOX1", "A03").await.unwrap();
    assert_eq!(w.bin_of("BOX1").await, "A03");
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_carton_that_is_put_onto_a_moving_pallet_knows_where_it_comes_to_stand() {
    let w = World::new().await;
    w.container("PAL1", "pallet", "A01").await;
    w.container("BOX1", "carton", "A05").await;
    for n in 0..20 {
        let (to, from) = if n % 2 == 0 { ("A02", "PAL1") } else { ("A01", "A05") };
        let (pallet, carton) = tokio::join!(w.moved("PAL1", to), w.moved("BOX1", from));
        pallet.unwrap();
        carton.unwrap();
        w.check().await;
    }
    w.end().await;
}

#[tokio::test]
async fn a_place_that_is_used_otherwise_promises_otherwise() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 5)]).await;
    w.orders(&[("O1", &[("I0", 5)])]).await;
    let used = async |roles: &str| {
        let row = format!(
            "SELECT import_place('{{\"warehouse\": \"WH1\", \"code\": \"A01\", \"use\": \
             \"{roles}\"}}')"
        );
        w.text(&row).await
    };
    assert_eq!(used("staging").await, "updated");
    assert_eq!(
        w.text("SELECT state || ' ' || reason FROM shipment").await,
        "pending broken_promise"
    );
    assert_eq!(used("bench").await, "updated");
    assert_eq!(w.number("SELECT count(*) FROM bench").await, 2);
    assert_eq!(used("storage").await, "updated");
    assert_eq!(w.number("SELECT count(*) FROM bench").await, 1);
    w.promise().await;
    assert_eq!(w.text("SELECT state FROM shipment").await, "ready");
    w.end().await;
}

#[tokio::test]
async fn a_pallet_day_from_order_to_truck() {
    let w = World::new().await;
    w.container("PAL1", "pallet", "A03").await;
    w.container("BOX1", "carton", "PAL1").await;
    w.stock(&[
        ("PAL1", "I0", "L1", 100, 6),
        ("BOX1", "I1", "L2", 100, 9),
        ("A05", "I0", "L1", 100, 3),
    ])
    .await;
    for n in 0..4 {
        w.orders(&[(format!("O{n}").as_str(), &[("I0", 2), ("I1", 1)])]).await;
    }
    // One pallet is not enough: the last order is served in part from a bin.
    assert_eq!(w.number("SELECT count(*) FROM shipment WHERE state = 'ready'").await, 4);
    w.release().await;
    let mut picker = w.person("P", Role::Picker).await;
    picker.ok("WDC-MENU-PICK").await;
    assert_eq!(picker.big(), "A03", "the bin to walk to");
    let said = format!("{:?}", picker.last.page.facts);
    assert!(said.contains("PAL1") || said.contains("BOX1"), "{said}");
    assert_eq!(picker.no("A03").await, "pick-which-pallet");
    // Somebody drives the pallet away while it is walked for: the walk follows it.
    w.moved("PAL1", "A09").await.unwrap();
    picker.ok("WDC-BACK").await;
    picker.ok("WDC-MENU-PICK").await;
    let seen = "SELECT string_agg(DISTINCT b.code, ' ' ORDER BY b.code) FROM reservation r JOIN \
                place p ON p.id = r.place_id JOIN place b ON b.id = p.bin_id WHERE r.ended_at IS \
                NULL AND p.stores";
    assert_eq!(w.text(seen).await, "A05 A09");
    picker.follow(200, |r| r.last.expects.iter().all(|e| e.code == "NEXT")).await;
    assert_eq!(w.number("SELECT count(*) FROM shipment WHERE state = 'picked'").await, 4);
    assert_eq!(
        w.text(
            "SELECT string_agg(p.code || ' ' || s.on_hand, ', ' ORDER BY p.code) FROM stock s JOIN \
             place p ON p.id = s.place_id WHERE p.stores AND s.on_hand > 0"
        )
        .await,
        "A05 1, BOX1 5"
    );
    let mut packer = w.at_bench("Q", Role::Packer).await;
    packer.follow(200, |r| r.last.expects.is_empty()).await;
    packer.ok("WDC-MENU-HANDOVER").await;
    packer.follow(20, |r| r.last.expects.iter().all(|e| e.code == "CLOSE")).await;
    packer.ok("WDC-CLOSE").await;
    assert_eq!(w.number("SELECT count(*) FROM shipment WHERE state = 'handed_over'").await, 4);
    w.end().await;
}

#[tokio::test]
async fn a_picker_who_goes_home_leaves_what_lies_on_the_pallet_to_others() {
    let w = World::new().await;
    w.container("PAL1", "pallet", "A03").await;
    w.stock(&[("PAL1", "I0", "L1", 100, 6), ("A01", "I1", "L1", 100, 6)]).await;
    w.orders(&[("O1", &[("I0", 5), ("I1", 1)])]).await;
    w.release().await;
    let mut picker = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "T1", "WDC-CLOSE", "STAGE"] {
        picker.ok(scan).await;
    }
    assert_eq!(w.text("SELECT state FROM shipment").await, "picking");
    // What is short on it is looked for elsewhere, and what is counted there is counted.
    w.stock(&[("A07", "I0", "L1", 100, 5)]).await;
    let mut other = w.person("R", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "WDC-SHORT", "WDC-YES"] {
        other.ok(scan).await;
    }
    assert_eq!(other.big(), "A07");
    other.follow(60, |r| r.last.expects.iter().all(|e| e.code == "NEXT")).await;
    assert_eq!(w.text("SELECT state FROM shipment").await, "picked");
    let mut boss = w.boss().await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    boss.ok("6").await;
    assert_eq!(
        w.number(
            "SELECT sum(free)::bigint FROM sellable s JOIN place p ON p.id = s.place_id WHERE \
             p.code = 'PAL1'"
        )
        .await,
        6
    );
    w.end().await;
}

#[tokio::test]
async fn what_was_lost_at_the_bench_is_brought_from_a_pallet_by_the_next_walk() {
    let w = World::new().await;
    w.container("PAL1", "pallet", "A03").await;
    w.stock(&[("A01", "I0", "L1", 90, 2)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.release().await;
    let mut picker = w.person("P", Role::Picker).await;
    picker.pick_all().await;
    w.stock(&[("PAL1", "I0", "L2", 100, 5)]).await;
    let mut packer = w.at_bench("Q", Role::Packer).await;
    packer.ok(&w.used_tote().await).await;
    for scan in ["WDC-SHORT", "1"] {
        packer.ok(scan).await;
    }
    assert_eq!(packer.said(), "pack-missing-coming");
    // It was tied to goods on the pallet and to no walk; whoever walks next is sent there.
    picker.ok("WDC-MENU-PICK").await;
    assert_eq!(picker.big(), "A03", "{:?}", picker.last.page);
    picker.pick_all().await;
    w.end().await;
}

#[tokio::test]
async fn a_pallet_that_goes_where_nothing_is_promised_breaks_what_it_was_promised_to() {
    let w = World::new().await;
    w.container("PAL1", "pallet", "A03").await;
    w.stock(&[("PAL1", "I0", "L1", 100, 6)]).await;
    w.orders(&[("O1", &[("I0", 5)])]).await;
    w.moved("PAL1", "STAGE").await.unwrap();
    assert_eq!(
        w.text("SELECT state || ' ' || reason FROM shipment").await,
        "pending broken_promise"
    );
    w.moved("PAL1", "A04").await.unwrap();
    w.promise().await;
    assert_eq!(w.text("SELECT state FROM shipment").await, "ready");
    w.end().await;
}

#[tokio::test]
async fn a_slot_means_the_tote_that_stands_in_it() {
    let w = World::new().await;
    w.sql(
        "WITH t AS (INSERT INTO place (warehouse_id, code, kind) SELECT id, 'WAGON', 'trolley' \
         FROM warehouse RETURNING id, warehouse_id) INSERT INTO place (warehouse_id, code, kind, \
         parent_id) SELECT warehouse_id, 'WAGON-' || n, 'slot', id FROM t, generate_series(1, 2) n",
    )
    .await;
    w.moved("T7", "WAGON-1").await.unwrap();
    w.stock(&[("A01", "I0", "L1", 100, 6)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    w.release().await;
    let mut picker = w.person("P", Role::Picker).await;
    picker.ok("WDC-MENU-PICK").await;
    picker.ok(&ean(0)).await;
    assert!(w.moved("T8", "WAGON-1").await.is_err(), "a slot holds one");
    assert!(picker.scan("WAGON-2").await.refused(), "nothing stands there");
    picker.ok("WAGON-1").await;
    assert_eq!(w.used_tote().await, "T7");
    w.end().await;
}

#[tokio::test]
async fn a_new_licence_plate_is_a_tote_from_its_first_scan_by_who_may() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 50)]).await;
    w.orders(&[("O1", &[("I0", 1)]), ("O2", &[("I0", 1)])]).await;
    w.release().await;
    let plate = |body: &str| own::make(own::Kind::Container, body).unwrap();
    let before = w.number("SELECT count(*) FROM container").await;
    let mut picker = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01"] {
        picker.ok(scan).await;
    }
    // What is no plate of ours, or one that was misread, makes nothing.
    let mut misread = plate("900001");
    let last = misread.pop().unwrap();
    misread.push(if last == 'A' { 'B' } else { 'A' });
    for wrong in ["TOTE-900001", &misread, &own::make(own::Kind::Trolley, "900001").unwrap()] {
        assert_eq!(picker.no(wrong).await, "pick-expects-free-tote", "{wrong}");
    }
    // Nor does one who may not.
    w.sql("UPDATE role SET rights = array_remove(rights, 'containers')").await;
    picker.scan("A01").await;
    assert_eq!(picker.no(&plate("900001")).await, "pick-expects-free-tote");
    assert_eq!(w.number("SELECT count(*) FROM container").await, before);
    w.sql("UPDATE role SET rights = rights || '{containers}' WHERE code = 'picker'").await;
    picker.scan("A01").await;
    picker.ok(&plate("900001")).await;
    assert_eq!(w.number("SELECT count(*) FROM container").await, before + 1);
    assert_eq!(
        w.text("SELECT person || ' ' || subject FROM audit WHERE action = 'container_add'").await,
        format!("P {}", plate("900001"))
    );
    // Where no tote is due a new plate is only a code that nobody knows.
    assert_eq!(picker.no(&plate("900002")).await, "pick-unknown");
    assert_eq!(w.number("SELECT count(*) FROM container").await, before + 1);
    picker.pick_all().await;
    // A command that makes plates passes over those that are in use.
    let next = w.number("SELECT nextval('plate_number')").await;
    for n in [next + 1, next + 3] {
        w.container(&plate(&format!("{n:06}")), "tote", "STAGE").await;
    }
    let f = Files::of(w);
    let ran = f.run(&["container", "add", "--kind", "tote", "--count", "4"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(String::from_utf8(ran.stdout).unwrap().lines().count(), 4);
    f.end().await;
}

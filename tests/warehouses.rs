//! Several warehouses and owners: orders go where their route says and where the goods are, whole
//! before in parts; shops are told what can be had there; people work in one at a time.

use crate::files::Files;
use crate::support::{Role, World, day, ean};

/// WH1 as ever, and SOUTH with a bin, a bench and totes; everything by commands.
async fn two() -> Files {
    let f = Files::of(World::new().await);
    let places = f.put(
        "south.csv",
        "warehouse,code,roles,zone,seq\nSOUTH,Z01,pick,Z,1\nSOUTH,OUT,staging,O,90\n\
         SOUTH,TABLE,bench,O,91\n",
    );
    run(&f, &["warehouse", "add", "SOUTH", "--name", "South"]).await;
    run(&f, &["import", "places", &places]).await;
    run(&f, &["container", "add", "--kind", "tote", "--count", "3", "--warehouse", "SOUTH"]).await;
    f
}

async fn run(f: &Files, args: &[&str]) -> String {
    let ran = f.run(args).await;
    assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
    String::from_utf8(ran.stdout).unwrap()
}

/// So much lies in the other warehouse.
async fn south(f: &Files, sku: &str, qty: i64) {
    if f.w.number("SELECT count(*) FROM person WHERE code = 'STOCKER'").await == 0 {
        f.w.person("STOCKER", Role::Supervisor).await;
    }
    let good_to = day(100);
    let rows =
        format!("warehouse,place,sku,lot,last_good_day,qty\nSOUTH,Z01,{sku},S,{good_to},{qty}\n");
    let file = f.put(&format!("south-{sku}.csv"), rows);
    run(f, &["import", "stock", &file, "--as", "STOCKER"]).await;
}

const WHERE: &str = "SELECT string_agg(concat_ws(' ', w.code, s.state, (SELECT sum(qty) FROM \
    shipment_line l WHERE l.shipment_id = s.id)), ', ' ORDER BY s.id) FROM shipment s JOIN \
    warehouse w ON w.id = s.warehouse_id";

#[tokio::test]
async fn what_lies_only_in_the_second_warehouse_is_told_promised_and_sent_from_there() {
    let f = two().await;
    south(&f, "I0", 100).await;
    f.w.orders(&[("O1", &[("I0", 2)])]).await;
    assert_eq!(f.w.text(WHERE).await, "SOUTH ready 2");
    assert_eq!(
        f.w.number("SELECT t.qty FROM shop sp, stock_to_publish(sp.id) t WHERE t.code = 'I0'")
            .await,
        98,
        "and the shop may show no more and no less"
    );
    // A supervisor there releases it, a picker and a packer of that house do the rest.
    for (who, at) in [("SUE", "SOUTH"), ("PIA", "SOUTH")] {
        let role = if who == "SUE" { Role::Supervisor } else { Role::Picker };
        f.w.person(who, role).await;
        run(&f, &["user", "set", who, "--warehouses", at]).await;
    }
    let badge = async |who: &str| {
        let badge = f.w.text(&format!("SELECT badge FROM person WHERE code = '{who}'")).await;
        f.w.with_badge(&badge).await
    };
    let mut sue = badge("SUE").await;
    sue.ok("WDC-MENU-WAVE").await;
    sue.ok("WDC-RELEASE").await;
    let mut pia = badge("PIA").await;
    pia.ok("WDC-MENU-PICK").await;
    assert_eq!(pia.big(), "Z01");
    pia.follow(20, |r| r.last.expects.iter().all(|e| e.code == "NEXT")).await;
    // Somebody who may work everywhere goes over and comes back, and packs here.
    let mut packer = f.w.person("Q", Role::Packer).await;
    let last = packer.last.page.menu.len().to_string();
    packer.ok(&last).await;
    assert_eq!(packer.said(), "menu-works-in");
    packer.ok("WDC-MENU-PACK").await;
    assert_eq!(packer.no("TABLE").await, "pack-expects-bench", "that bench is in the other house");
    packer.ok("WDC-BACK").await;
    packer.ok(&last).await;
    for scan in ["WDC-MENU-PACK", "TABLE", &f.w.used_tote().await, &ean(0), &ean(0)] {
        packer.ok(scan).await;
    }
    let sscc = f.w.text("SELECT sscc FROM parcel").await;
    for scan in ["WDC-MENU-HANDOVER", &sscc, "WDC-CLOSE"] {
        packer.ok(scan).await;
    }
    assert_eq!(f.w.text(WHERE).await, "SOUTH handed_over 2");
    assert!(
        run(&f, &["show", "shipments", "--warehouse", "SOUTH", "--csv"]).await.contains("SOUTH")
    );
    assert!(
        !run(&f, &["show", "shipments", "--warehouse", "WH1", "--csv"]).await.contains("SOUTH")
    );
    f.w.check().await;
    f.end().await;
}

#[tokio::test]
async fn a_route_says_which_warehouse_comes_first_and_whole_goes_before_parts() {
    let f = two().await;
    south(&f, "I0", 3).await;
    f.w.stock(&[("A01", "I0", "L1", 100, 3)]).await;
    run(&f, &["route", "set", "all", "--to", "SOUTH,WH1"]).await;
    run(
        &f,
        &["route", "set", "west", "--region", "CN/四川省", "--to", "WH1,SOUTH", "--parts", "on"],
    )
    .await;
    let said = run(&f, &["route", "try", "--shop", "S1", "--region", "CN/四川省/成都市"]).await;
    assert!(said.contains("WEST") && said.find("WH1") < said.find("SOUTH"), "{said}");
    // The receivers of these orders live in 四川省: WH1 first; the third fits only in the south,
    // the fourth only in parts, and the fifth waits where it would go first.
    for no in ["O1", "O2", "O3"] {
        f.w.orders(&[(no, &[("I0", if no == "O3" { 3 } else { 1 })])]).await;
    }
    assert_eq!(f.w.text(WHERE).await, "WH1 ready 1, WH1 ready 1, SOUTH ready 3");
    f.w.stock(&[("A02", "I0", "L1", 100, 1)]).await;
    south(&f, "I1", 2).await;
    f.w.orders(&[("O4", &[("I0", 2), ("I1", 2)])]).await;
    assert_eq!(
        f.w.text(WHERE).await,
        "WH1 ready 1, WH1 ready 1, SOUTH ready 3, WH1 ready 2, SOUTH ready 2"
    );
    f.w.orders(&[("O5", &[("I0", 9)])]).await;
    assert!(f.w.text(WHERE).await.ends_with("WH1 pending 9"));
    // Goods that come to the other house serve it there.
    south(&f, "I0", 12).await;
    f.w.promise().await;
    assert!(f.w.text(WHERE).await.ends_with("SOUTH ready 9"), "{}", f.w.text(WHERE).await);
    assert_eq!(f.run(&["route", "set", "x", "--to", "NOWHERE"]).await.code, 1);
    assert_eq!(f.run(&["route", "remove", "nothing"]).await.code, 1);
    f.w.check().await;
    f.end().await;
}

#[tokio::test]
async fn goods_of_two_owners_never_mix() {
    let f = two().await;
    f.w.stock(&[("A01", "I0", "L1", 100, 50)]).await;
    run(&f, &["owner", "add", "ACME"]).await;
    let items = f.put("acme.csv", "sku,name_en,owner\nI0,Acme's own I0,ACME\n");
    run(&f, &["import", "items", &items]).await;
    // The default owner has plenty of the same code, Acme's shop sells Acme's.
    run(&f, &["shop", "set", "S1", "--owner", "acme"]).await;
    f.w.orders(&[("O1", &[("I0", 1)])]).await;
    assert_eq!(f.w.text(WHERE).await, "SOUTH pending 1", "the first by code, and nothing there");
    f.w.person("STOCKER", Role::Supervisor).await;
    let rows =
        format!("warehouse,place,owner,sku,last_good_day,qty\nWH1,A01,ACME,I0,{},5\n", day(90));
    let stock = f.put("acme-stock.csv", rows);
    run(&f, &["import", "stock", &stock, "--as", "STOCKER"]).await;
    f.w.promise().await;
    assert_eq!(f.w.text(WHERE).await, "WH1 ready 1");
    let mut boss = f.w.person("BOSS", Role::Supervisor).await;
    boss.ok(&boss.last.page.menu.len().to_string()).await;
    boss.ok("WDC-MENU-WAVE").await;
    boss.ok("WDC-RELEASE").await;
    assert_eq!(
        f.w.text(
            "SELECT o.code || ' ' || r.qty FROM reservation r JOIN owner o ON o.id = r.owner_id \
             WHERE r.ended_at IS NULL"
        )
        .await,
        "ACME 1"
    );
    assert_eq!(f.run(&["shop", "set", "S1", "--owner", "NOBODY"]).await.code, 1);
    f.w.check().await;
    f.end().await;
}

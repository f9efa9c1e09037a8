//! Several warehouses and owners: orders go where their route says and where the goods are, whole
//! before in parts; shops are told what can be had there; people work in one at a time.

use crate::files::Files;
use crate::support::{Role, World, day, ean};
use wavedeck::domain::Lang;
use wavedeck::i18n::Catalogue;

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
    let numbers = ["carrier", "set", "sf", "--waybills", "so:500-599", "--warehouse", "SOUTH"];
    run(&f, &numbers).await;
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
    assert_eq!(f.w.text("SELECT waybill FROM parcel").await, "SO500", "of that house");
    let sscc = f.w.text("SELECT sscc FROM parcel").await;
    for scan in ["WDC-MENU-HANDOVER", &sscc, "WDC-CLOSE"] {
        packer.ok(scan).await;
    }
    assert_eq!(f.w.text(WHERE).await, "SOUTH handed_over 2");
    let given_out = ["carrier", "add", "NEW", "--name", "New", "--waybills", "SO:400-500"];
    let refused = f.run(&given_out).await;
    assert!(refused.code == 1 && refused.stderr.contains("SO500"), "{}", refused.stderr);
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
    // The shop is told what its orders could be sent from, and no more.
    let told = "SELECT t.qty FROM shop sp, stock_to_publish(sp.id) t WHERE t.code = 'I0'";
    assert_eq!(f.w.number(told).await, 1);
    run(&f, &["route", "set", "all", "--to", "SOUTH"]).await;
    assert_eq!(f.w.number(told).await, 0);
    run(&f, &["route", "set", "all", "--to", "SOUTH,WH1"]).await;
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
    boss.ok("WDC-BACK").await;
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

/// The next cut-off of a warehouse, by its clock.
async fn cutoff(f: &Files, warehouse: &str) -> String {
    f.w.text(&format!(
        "SELECT to_char(next_cutoff(w.id, sv.id) AT TIME ZONE w.tz, 'Dy HH24:MI')
         FROM warehouse w, carrier_service sv WHERE w.code = '{warehouse}' AND sv.standard"
    ))
    .await
}

#[tokio::test]
async fn a_warehouse_has_cut_offs_and_waybill_numbers_of_its_own() {
    let f = two().await;
    run(&f, &["warehouse", "set", "SOUTH", "--tz", "UTC"]).await;
    f.w.clock_at("2027-03-05T01:00:00Z").await;
    let own = ["--cutoff", "16:00", "--cutoff-on", "5=11:30"];
    run(&f, &[&["service", "set", "SF", "STD", "--warehouse", "SOUTH"], &own[..]].concat()).await;
    run(&f, &["service", "set", "SF", "STD", "--cutoff", "20:00", "--cutoff-on", "5=19:00"]).await;
    assert_eq!(cutoff(&f, "SOUTH").await, "Fri 11:30", "its own weekday's");
    assert_eq!(cutoff(&f, "WH1").await, "Fri 19:00", "all warehouses' weekday's");
    f.w.clock_at("2027-03-05T20:00:00Z").await;
    assert_eq!(cutoff(&f, "SOUTH").await, "Sat 16:00", "its own of every day");
    assert_eq!(cutoff(&f, "WH1").await, "Sat 20:00", "the service's");
    let services = run(&f, &["service", "list", "--json"]).await;
    assert!(services.contains("5=19:00 SOUTH=16:00 SOUTH/5=11:30"), "{services}");

    run(&f, &["carrier", "set", "SF", "--waybills", "so:500-599", "--warehouse", "SOUTH"]).await;
    let carriers = run(&f, &["carrier", "list", "--json"]).await;
    assert!(carriers.contains("SF:1001-9999, SOUTH SO:500-599"), "{carriers}");
    for taken in ["SF:9000-20000", "SO:599-700"] {
        let refused = f.run(&["carrier", "add", "NEW", "--name", "New", "--waybills", taken]).await;
        assert!(refused.code == 1 && refused.stderr.contains("taken"), "{}", refused.stderr);
    }
    let at = |warehouse| ["carrier", "set", "SF", "--waybills", "A:1-2", "--warehouse", warehouse];
    let nowhere = f.run(&at("NOWHERE")).await;
    assert!(nowhere.code == 1 && nowhere.stderr.contains("NOWHERE"), "{}", nowhere.stderr);
    let nobody = f.run(&["carrier", "set", "NOBODY", "--name", "X"]).await;
    assert!(nobody.code == 1 && nobody.stderr.contains("NOBODY"), "{}", nobody.stderr);
    assert_eq!(f.run(&["carrier", "set", "SF", "--waybills", "A:9-2"]).await.code, 2);
    f.w.check().await;
    f.end().await;
}

#[tokio::test]
async fn a_shipment_says_why_its_warehouse_sends_it() {
    let f = two().await;
    south(&f, "I0", 5).await;
    south(&f, "I1", 2).await;
    f.w.stock(&[("A01", "I0", "L1", 100, 3)]).await;
    f.w.orders(&[("O1", &[("I0", 1)])]).await;
    run(&f, &["route", "set", "west", "--to", "WH1,SOUTH", "--parts", "on"]).await;
    f.w.orders(&[("O2", &[("I0", 1)])]).await;
    f.w.orders(&[("O3", &[("I0", 3)])]).await;
    f.w.orders(&[("O4", &[("I0", 3), ("I1", 2)])]).await;
    let expected = [
        ("WH1", "WH1: the first of route WEST"),
        ("WH1", "WH1: a part; no warehouse of route WEST had all of it"),
        ("SOUTH", "SOUTH: the first by its code, for no route says otherwise"),
        ("SOUTH", "SOUTH: all of it is there, and was not in one before it on route WEST"),
        ("SOUTH", "SOUTH: a part; no warehouse of route WEST had all of it"),
    ];
    for warehouse in ["WH1", "SOUTH"] {
        let code = format!("SUE-{warehouse}");
        f.w.person(&code, Role::Supervisor).await;
        run(&f, &["user", "set", &code, "--warehouses", warehouse]).await;
        let badge = f.w.text(&format!("SELECT badge FROM person WHERE code = '{code}'")).await;
        let mut sue = f.w.with_badge(&badge).await;
        sue.ok("WDC-MENU-INQUIRY").await;
        let sent = format!(
            "SELECT string_agg(s.shipment_no, ' ' ORDER BY s.id) FROM shipment s
             JOIN warehouse w ON w.id = s.warehouse_id WHERE w.code = '{warehouse}'"
        );
        let sent = f.w.text(&sent).await;
        let whys: Vec<&str> =
            expected.iter().filter(|(at, _)| *at == warehouse).map(|(_, why)| *why).collect();
        assert_eq!(sent.split(' ').count(), whys.len(), "{sent}");
        for (no, why) in sent.split(' ').zip(whys) {
            sue.ok(no).await;
            let words = Catalogue::new(Lang::En);
            let facts: Vec<String> =
                sue.last.page.facts.iter().map(|fact| words.say(&fact.text)).collect();
            assert!(facts.iter().any(|fact| fact.contains(why)), "{no}: {why}: {facts:#?}");
        }
    }
    f.w.check().await;
    f.end().await;
}

#[tokio::test]
async fn commands_are_about_one_warehouse_where_it_is_named() {
    let f = two().await;
    south(&f, "I0", 5).await;
    f.w.stock(&[("A01", "I0", "L1", 100, 3)]).await;
    run(&f, &["route", "set", "west", "--to", "WH1,SOUTH"]).await;
    f.w.orders(&[("O1", &[("I0", 1)])]).await;
    f.w.orders(&[("O2", &[("I0", 4)])]).await;
    for list in ["orders", "lines"] {
        for (warehouse, order) in [("WH1", "O1"), ("SOUTH", "O2")] {
            let said = run(&f, &["show", list, "--csv", "--warehouse", warehouse]).await;
            assert_eq!(said.lines().count(), 2, "{list} of {warehouse}: {said}");
            assert!(said.contains(order), "{list} of {warehouse}: {said}");
        }
    }
    for what in ["stock", "places"] {
        let said = run(&f, &["export", what, "--warehouse", "SOUTH"]).await;
        assert!(said.contains("SOUTH,Z01") && !said.contains("WH1"), "{said}");
    }
    for whole in [["show", "shops"], ["show", "audit"], ["export", "items"]] {
        let refused = f.run(&[&whole[..], &["--warehouse", "SOUTH"]].concat()).await;
        assert_eq!(refused.code, 2, "{whole:?}: {}", refused.stderr);
    }
    // A file that says no warehouse is about the one that is named.
    let file = f.put("plain.csv", format!("place,sku,last_good_day,qty\nZ01,I0,{},7\n", day(80)));
    let said = f.run(&["import", "stock", &file, "--as", "STOCKER", "--json"]).await;
    assert!(said.code == 1 || said.code == 4, "{}", said.stderr);
    run(&f, &["import", "stock", &file, "--as", "STOCKER", "--warehouse", "SOUTH"]).await;
    // A time without a zone is by everybody's clock, and by none where they differ.
    run(&f, &["warehouse", "set", "SOUTH", "--tz", "Asia/Tokyo"]).await;
    let header = "order_no,sku,qty,unit_price,currency,placed_at,receiver_name,address\n";
    let row = "F1,I0,1,1.00,CNY,2026-10-06 09:00,A,B\n";
    let file = f.put("times.csv", format!("{header}{row}"));
    let import = ["import", "orders", &file, "--shop", "S1", "--json"];
    assert_eq!(f.run(&import).await.refused()["which_clock"], 1);
    run(&f, &[&import[..], &["--tz", "Asia/Tokyo"]].concat()).await;
    let placed =
        "SELECT to_char(placed_at AT TIME ZONE 'UTC', 'HH24:MI') FROM orders WHERE order_no = 'F1'";
    assert_eq!(f.w.text(placed).await, "00:00");
    f.w.check().await;
    f.end().await;
}

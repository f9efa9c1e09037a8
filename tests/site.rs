//! A site from nothing: only commands and screens, from the first warehouse to the first truck.

use crate::files::Files;
use crate::links::run_until;
use crate::support::{World, ean};
use wavedeck::links::standin::shop::Standin;

/// Runs a command that must work; returns what it said.
async fn run(f: &Files, args: &[&str]) -> String {
    let ran = f.run(args).await;
    assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
    String::from_utf8(ran.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_from_nothing_sends_its_first_order_by_commands_and_screens_alone() {
    let f = Files::of(World::empty().await);
    let shop = Standin::new("k", "s");
    let url = shop.serve(0).await.unwrap();
    run(&f, &["warehouse", "add", "NORTH", "--name", "North", "--tz", "Europe/Berlin"]).await;
    let calendar = ["calendar", "set", "WEEK", "--weekdays", "1-7"];
    run(&f, &calendar).await;
    let set = ["warehouse", "set", "NORTH", "--calendar", "WEEK", "--gs1-prefix", "4006381"];
    run(&f, &set).await;
    let places = f.put(
        "places.csv",
        "warehouse,code,roles,zone,aisle,position_mm,side,seq\n\
         NORTH,R1-01,pick,R,R1,1200,left,1\n\
         NORTH,R1-02,reserve,R,R1,2400,left,2\n\
         NORTH,GOODS-OUT,staging,OUT,,,,90\n\
         NORTH,PACK-1,bench,OUT,,,,91\n\
         NORTH,WALL,wall,OUT,,,,92\n",
    );
    run(&f, &["import", "places", &places]).await;
    let slots = f.put("slots.csv", "warehouse,code,parent\nNORTH,WALL-1,WALL\nNORTH,X,R1-01\n");
    let ran = f.run(&["import", "places", &slots, "--json"]).await;
    assert_eq!((ran.code, ran.refused().into_keys().next().unwrap()), (4, "no_slots_there".into()));
    // Places go out as they came in.
    let out = run(&f, &["export", "places"]).await;
    let again = run(&f, &["import", "places", &f.put("again.csv", &out), "--json"]).await;
    assert!(again.contains("\"unchanged\":6"), "{again}");
    let totes = run(&f, &["container", "add", "--kind", "tote", "--count", "2"]).await;
    let tote = totes.split_whitespace().next().unwrap().to_owned();
    let trolley =
        run(&f, &["container", "add", "--kind", "trolley", "--slots", "3", "--zpl"]).await;
    assert_eq!(trolley.matches("^XA").count(), 4);
    let slots = "SELECT count(*) FROM place s JOIN place t ON t.id = s.parent_id WHERE s.kind = \
                 'slot' AND t.kind = 'trolley'";
    assert_eq!(f.w.number(slots).await, 3);
    let badge = async |code: &str, role: &str| {
        run(&f, &["user", "add", code, "--name", code, "--role", role]).await.trim().to_owned()
    };
    let (picker, packer, boss) = (
        badge("PIA", "picker").await,
        badge("PAUL", "packer").await,
        badge("SUE", "supervisor").await,
    );
    let items =
        f.put("items.csv", format!("sku,name_en,barcode,weight_g\nTEA,Tea,{},250\n", ean(0)));
    run(&f, &["import", "items", &items]).await;
    let stock = f.put("stock.csv", "warehouse,place,sku,lot,qty\nNORTH,R1-01,TEA,L1,12\n");
    run(&f, &["import", "stock", &stock, "--as", "SUE"]).await;
    let carrier = ["carrier", "add", "DHL", "--name", "DHL", "--waybills", "DE:100-999"];
    run(&f, &carrier).await;
    let paper = f.put("printer.out", "");
    let port = format!("file://{paper}");
    run(&f, &["printer", "add", "P1", "--url", &port, "--bench", "PACK-1"]).await;
    let secret = f.put("shop.secret", "s");
    let add = ["shop", "add", "MAIN", "--url", &url, "--key-id", "k", "--secret-file", &secret];
    run(&f, &add).await;
    shop.put([World::order_json("O1", &[("TEA", 2)])]);
    // From here on the worker works, and people do the rest on their screens.
    let ready = "SELECT count(*) FROM shipment WHERE state = 'ready'";
    run_until(&f.w, "the order is here and promised", ready, 1).await;
    let mut sue = f.w.with_badge(&boss).await;
    sue.ok("WDC-MENU-WAVE").await;
    sue.ok("WDC-RELEASE").await;
    let mut pia = f.w.with_badge(&picker).await;
    for scan in ["WDC-MENU-PICK", &ean(0), &ean(0), &tote, "GOODS-OUT"] {
        pia.ok(scan).await;
    }
    let mut paul = f.w.with_badge(&packer).await;
    for scan in ["WDC-MENU-PACK", "PACK-1", &tote, &ean(0), &ean(0)] {
        paul.ok(scan).await;
    }
    let printed = "SELECT count(*) FROM label WHERE state = 'printed'";
    run_until(&f.w, "the label is on paper", printed, 1).await;
    let label = String::from_utf8_lossy(&std::fs::read(&paper).unwrap()).into_owned();
    let sscc = f.w.text("SELECT sscc FROM parcel").await;
    assert!(sscc.starts_with("04006381") && label.contains(&sscc), "{sscc}: {label}");
    assert!(!label.contains("DEMO NUMBER"), "the site's own prefix");
    for scan in ["WDC-MENU-HANDOVER", &sscc, "WDC-CLOSE"] {
        paul.ok(scan).await;
    }
    run_until(&f.w, "the shop is told", "SELECT count(*) FROM outbox WHERE state = 'sent'", 1)
        .await;
    assert_eq!(shop.dispatches().len(), 1);
    f.w.check().await;
    f.end().await;
}

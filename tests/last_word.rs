//! What the shop says last counts: it is asked before a label is made and before a parcel is
//! loaded, and all of its answer is taken in.

use crate::support::{Robot, Role, World, ean};
use serde_json::json;
use wavedeck::links::standin::shop::Standin;

/// One order, picked, its tote at a bench; the shop has not been pulled since.
async fn at_the_bench(w: &World) -> (Standin, Robot) {
    let shop = Standin::new("k", "s");
    let url = shop.serve(0).await.unwrap();
    w.move_shop("S1", &url).await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    shop.put([World::order_json("O1", &[("I0", 1)])]);
    w.orders(&[("O1", &[("I0", 1)])]).await;
    w.release().await;
    w.person("P", Role::Picker).await.pick_all().await;
    let mut packer = w.at_bench("Q", Role::Packer).await;
    packer.ok(&w.used_tote().await).await;
    (shop, packer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_address_stands_on_the_label_though_nobody_pulled_it() {
    let w = World::new().await;
    let (shop, mut packer) = at_the_bench(&w).await;
    shop.change("O1", |order| order["receiver"]["address"] = json!("New Road 9"));
    packer.ok(&ean(0)).await;
    let label = w.label().await;
    assert!(label.contains("New Road 9"), "{label}");
    // And once more, between the label and the truck: it gets no ride with the old one.
    shop.change("O1", |order| order["receiver"]["address"] = json!("Last Street 1"));
    let sscc = w.text("SELECT sscc FROM parcel").await;
    packer.ok("WDC-MENU-HANDOVER").await;
    assert_eq!(packer.no(&sscc).await, "hand-over-no-label");
    w.finish_parcels().await;
    let label = w.label().await;
    assert!(label.contains("Last Street 1"), "{label}");
    packer.ok(&sscc).await;
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_shop_holds_gets_no_label_until_it_lets_go() {
    let w = World::new().await;
    let (shop, mut packer) = at_the_bench(&w).await;
    shop.change("O1", |order| order["status"] = json!("pending"));
    packer.scan(&ean(0)).await;
    assert_eq!(packer.said(), "label-shipment-held");
    assert_eq!(w.text("SELECT reason FROM shipment_hold").await, "shop_holds");
    shop.change("O1", |order| order["status"] = json!("paid"));
    // The pull sees it; so does whoever asks for the label.
    let parcel = w.number("SELECT place_id FROM parcel").await;
    wavedeck::work::parcel::finish(&w.worker, parcel).await.unwrap();
    assert_eq!(w.text("SELECT state FROM parcel").await, "labelled");
    assert_eq!(w.number("SELECT count(*) FROM shipment_hold").await, 0);
    // At the truck the same.
    shop.change("O1", |order| order["status"] = json!("pending"));
    packer.ok("WDC-MENU-HANDOVER").await;
    let sscc = w.text("SELECT sscc FROM parcel").await;
    assert_eq!(packer.no(&sscc).await, "hand-over-shipment-held");
    w.end().await;
}

//! Roles that work for some owners or some shops only: what is others' is not on their lists, opens
//! to no code, waits for somebody else, and is not theirs to decide, pick or pack.

use crate::files::Files;
use crate::support::{Robot, Role};
use wavedeck::protocol::Cell;

async fn run(f: &Files, args: &[&str]) {
    let ran = f.run(args).await;
    assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
}

/// A person of a role of their own, limited so.
async fn client(f: &Files, limit: &[&str]) -> Robot {
    let rights = "inquiry,board,wave,exceptions,pick,pack,hand_over,hold,expedite,export";
    run(f, &[&["role", "set", "client", "--rights", rights], limit].concat()).await;
    let mut client = f.w.person("CLARA", Role::Supervisor).await;
    run(f, &["user", "set", "CLARA", "--role", "client"]).await;
    client.sees_another_screen().await;
    client
}

fn list(robot: &Robot) -> Vec<String> {
    let first = |row: &Vec<Cell>| match &row[0] {
        Cell::Text(text) => text.clone(),
        Cell::Name(name) => name.en.clone(),
        other => format!("{other:?}"),
    };
    robot.last.page.table.rows.iter().map(first).collect()
}

fn count(robot: &Robot, stage: &str) -> Cell {
    let rows = &robot.last.page.table.rows;
    let row = rows.iter().find(|row| matches!(&row[0], Cell::Says(text) if text.key == stage));
    row.map_or(Cell::Empty, |row| row[1].clone())
}

/// Two shops, an order that is ready and one with a code that nobody knows in each.
async fn two_shops() -> Files {
    let mut f = Files::new().await;
    f.w.stock(&[("A01", "I0", "L1", 300, 9), ("A02", "I1", "L1", 300, 9)]).await;
    f.w.orders(&[("O1", &[("I0", 1)]), ("Q1", &[("WHAT-1", 1)])]).await;
    let options = serde_json::json!({});
    f.w.shop = f.w.shop_at("S2", "generic", "http://127.0.0.1:9", "k", "s", options).await;
    f.w.orders(&[("O2", &[("I1", 1)]), ("Q2", &[("WHAT-2", 1)])]).await;
    f
}

#[tokio::test]
async fn who_works_for_one_shop_sees_and_decides_about_its_orders_alone() {
    let f = two_shops().await;
    let mut client = client(&f, &["--shops", "S2"]).await;
    client.ok("WDC-MENU-BOARD").await;
    assert_eq!(count(&client, "state-ready"), Cell::Count(1));
    assert_eq!(count(&client, "reason-unknown-item"), Cell::Count(1));
    client.ok("#stage:ready").await;
    let (mine, others) = ("S0000002", "S0000001");
    assert_eq!(list(&client), [mine]);
    client.ok("#cases:unknown_item").await;
    assert_eq!(list(&client), ["Q2"]);
    // No code opens what is others', and nothing can be done about it from afar.
    for code in [others, "O1", "S1"] {
        assert_eq!(client.no(code).await, "desk-unknown", "{code}");
    }
    let id = f.w.number(&format!("SELECT id FROM shipment WHERE shipment_no = '{others}'")).await;
    assert_eq!(client.no(&format!("#shipment:{id}")).await, "desk-unknown");
    client.ok(mine).await;
    assert!(!client.last.page.menu.is_empty(), "what is theirs can be held and hurried");
    client.ok("WDC-MENU-EXCEPTIONS").await;
    let page = format!("{:?}", client.last.page);
    assert!(page.contains("Q2") && !page.contains("Q1"), "{page}");
    assert_eq!(client.no("WDC-NEXT").await, "exceptions-only-one");
    client.ok("WDC-MENU-WAVE").await;
    client.ok("WDC-RELEASE").await;
    assert_eq!(
        f.w.text("SELECT string_agg(shipment_no, ' ') FROM shipment WHERE state = 'released'")
            .await,
        mine
    );
    f.end().await;
}

#[tokio::test]
async fn who_works_for_one_shop_walks_and_packs_for_it_alone() {
    let f = two_shops().await;
    // One walk for what each shop sold; others' is the more urgent.
    f.w.sql("UPDATE shipment SET priority = 9 WHERE shipment_no = 'S0000001'").await;
    let mut boss = f.w.person("BOSS", Role::Supervisor).await;
    for shop in ["S1", "S2"] {
        boss.ok("WDC-MENU-WAVE").await;
        boss.ok("1").await;
        if shop == "S2" {
            boss.ok("1").await;
        }
        boss.ok("WDC-RELEASE").await;
    }
    assert_eq!(f.w.number("SELECT count(*) FROM trip WHERE state = 'open'").await, 2);
    let mut client = client(&f, &["--shops", "S2"]).await;
    client.ok("WDC-MENU-PICK").await;
    assert_eq!(client.big(), "A02");
    client.pick_all().await;
    assert_eq!(f.w.number("SELECT count(*) FROM trip WHERE state = 'open'").await, 1);
    assert_eq!(client.no("WDC-MENU-PICK").await, "pick-no-trip");
    let mut other = f.w.person("OTHER", Role::Picker).await;
    other.ok("WDC-MENU-PICK").await;
    other.pick_all().await;
    let tote = "SELECT pl.code FROM tote_use u JOIN place pl ON pl.id = u.container_id \
                JOIN shipment s ON s.id = u.shipment_id WHERE s.shipment_no = ";
    client.ok("WDC-MENU-PACK").await;
    client.ok("BENCH").await;
    let others = f.w.text(&format!("{tote}'S0000001'")).await;
    assert_eq!(client.no(&others).await, "not-yours");
    client.ok(&f.w.text(&format!("{tote}'S0000002'")).await).await;
    // Who is limited to nothing any more works for all.
    client.ok("WDC-BACK").await;
    run(&f, &["role", "set", "client", "--shops", ""]).await;
    client.sees_another_screen().await;
    client.ok(&others).await;
    f.end().await;
}

#[tokio::test]
async fn what_is_others_is_handled_nowhere_on_the_floor() {
    let f = two_shops().await;
    f.w.release().await;
    let mut picker = f.w.person("OTHER", Role::Picker).await;
    picker.ok("WDC-MENU-PICK").await;
    picker.pick_all().await;
    let mut packer = f.w.at_bench("PAUL", Role::Packer).await;
    let tote = "SELECT pl.code FROM tote_use u JOIN place pl ON pl.id = u.container_id \
                JOIN shipment s ON s.id = u.shipment_id WHERE s.shipment_no = ";
    let others_tote = f.w.text(&format!("{tote}'S0000001'")).await;
    let mine_tote = f.w.text(&format!("{tote}'S0000002'")).await;
    let mut client = client(&f, &["--shops", "S2"]).await;
    // A tote that is put back, a box, a truck's list: whatever is scanned.
    client.ok("WDC-MENU-INQUIRY").await;
    assert_eq!(client.no(&others_tote).await, "desk-unknown");
    client.ok(&mine_tote).await;
    // Digits are digits, though another owner has a lot that is called so.
    run(&f, &["owner", "add", "BETA"]).await;
    let items = f.put("beta.csv", "sku,name_en,owner\nB1,Beta one,BETA\n");
    run(&f, &["import", "items", &items]).await;
    f.w.sql(
        "INSERT INTO lot (owner_id, item_id, number)
         SELECT owner_id, id, '1' FROM item WHERE sku = 'B1'",
    )
    .await;
    for _ in 0..3 {
        client.scan("WDC-BACK").await;
    }
    assert!(client.last.page.menu.len() > 3, "the menu");
    client.ok("1").await;
    packer.ok(&others_tote).await;
    for _ in 0..3 {
        let Some(next) = packer.last.expects.first().cloned() else { break };
        packer.scan(&next.scan).await;
    }
    let sscc = "SELECT '00' || pc.sscc FROM parcel pc JOIN shipment s ON s.id = pc.shipment_id \
                WHERE s.shipment_no = 'S0000001'";
    let others_box = f.w.text(sscc).await;
    client.ok("WDC-MENU-PACK").await;
    client.ok("BENCH").await;
    assert_eq!(client.no(&others_box).await, "not-yours");
    client.ok("WDC-MENU-HANDOVER").await;
    assert_eq!(client.no(&others_box).await, "not-yours");
    assert!(!format!("{:?}", client.last.expects).contains(&others_box[2..]));
    assert_eq!(f.w.number("SELECT count(*) FROM hand_over_parcel").await, 0);
    f.end().await;
}

#[tokio::test]
async fn who_works_for_one_owner_sees_its_goods_alone() {
    let f = Files::new().await;
    run(&f, &["owner", "add", "ACME"]).await;
    let items = f.put("acme.csv", "sku,name_en,owner\nA0,Acme's own,ACME\n");
    run(&f, &["import", "items", &items]).await;
    f.w.stock(&[("A01", "I0", "L1", 100, 50), ("A01", "A0", "L9", 100, 5)]).await;
    let mut client = client(&f, &["--owners", "ACME"]).await;
    client.ok("WDC-MENU-INQUIRY").await;
    client.ok("A01").await;
    let page = format!("{:?}", client.last.page.table);
    assert!(page.contains("Acme's own") && page.contains("5 × A0"), "{page}");
    assert!(!page.contains("Item 0") && !page.contains("I0"), "{page}");
    assert_eq!(client.no("I0").await, "desk-unknown");
    client.ok("A0").await;
    // They stop no bin in which others' goods lie too.
    client.ok("A01").await;
    let hold = client.last.page.menu.iter().position(|choice| choice.text.key == "desk-do-hold");
    client.ok(&(hold.unwrap() + 1).to_string()).await;
    assert_eq!(client.no("1").await, "desk-others-goods");
    client.ok("WDC-BACK").await;
    // A recall of others' goods is none of their lists.
    run(&f, &["hold", "add", "--item", "I0", "--reason", "recall"]).await;
    client.ok("WDC-MENU-BOARD").await;
    assert_eq!(count(&client, "holds-live"), Cell::Empty);
    client.ok("#holds:live").await;
    assert!(list(&client).is_empty());
    assert_eq!(f.run(&["role", "set", "client", "--owners", "NOBODY"]).await.code, 1);
    f.end().await;
}

#[tokio::test]
async fn an_administrator_limits_a_role_on_its_page_and_its_people_see_it_at_once() {
    let f = two_shops().await;
    let mut client = client(&f, &[]).await;
    client.ok("WDC-MENU-BOARD").await;
    assert_eq!(count(&client, "state-ready"), Cell::Count(2));
    let mut admin = f.w.person("ADA", Role::Admin).await;
    admin.ok("WDC-MENU-INQUIRY").await;
    admin.ok("client").await;
    let limit = |robot: &Robot| {
        let of = |key: &str| robot.last.page.menu.iter().position(|choice| choice.text.key == key);
        (of("desk-do-limit").unwrap() + 1).to_string()
    };
    // One owner, then the shops.
    let (asks, second_shop) = (limit(&admin), "3");
    admin.ok(&asks).await;
    admin.ok(second_shop).await;
    assert!(format!("{:?}", admin.last.page.facts).contains("shop:S2"));
    client.sees_another_screen().await;
    client.ok("WDC-MENU-BOARD").await;
    assert_eq!(count(&client, "state-ready"), Cell::Count(1));
    admin.ok(&limit(&admin)).await;
    admin.ok(second_shop).await;
    client.sees_another_screen().await;
    client.ok("WDC-MENU-BOARD").await;
    assert_eq!(count(&client, "state-ready"), Cell::Count(2));
    f.end().await;
}

//! Alerts: what is the case by the site's rules is told once, until it is over and comes again: on
//! the deck, on a person's next screen, and to an address.

use crate::support::{Role, World};
use serde_json::Value;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wavedeck::jobs::alerts;
use wavedeck::store::alerts::{NewRule, add};

async fn rule(w: &World, kind: &str, than: i64, person: Option<&str>, hook: &str) -> i64 {
    let item = (kind == "stock").then_some("I0");
    let mut tx = w.office.db.begin().await.unwrap();
    let made = NewRule { kind, than, item, owner: None, warehouse: None, person, hook };
    let id = add(&mut tx, made).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// What is the case, after a look.
async fn now(w: &World) -> String {
    alerts::run_once(&w.worker).await.unwrap();
    w.text(
        "SELECT coalesce(string_agg(k.said, ', ' ORDER BY k.said), '') FROM (SELECT concat_ws(' ', \
         ru.kind, regexp_replace(al.subject, ' ..-.. ..:..', ''), al.n) AS said FROM alert al JOIN \
         alert_rule ru ON ru.id = al.rule_id WHERE al.ended_at IS NULL) k",
    )
    .await
}

#[tokio::test]
async fn each_kind_of_rule_finds_what_it_is_about_and_sees_when_it_is_over() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1)]), ("O2", &[("I1", 1)])]).await;
    for (kind, than) in
        [("late", 0), ("soon", 30), ("idle", 5), ("printer", 0), ("shop", 10), ("stock", 10)]
    {
        rule(&w, kind, than, None, "").await;
    }
    rule(&w, "case", 60, None, "").await;
    w.sql("UPDATE shipment SET cutoff_at = now() + interval '2 hours'").await;
    assert_eq!(now(&w).await, "stock I0 9");
    w.sql("UPDATE shipment SET cutoff_at = now() + interval '20 minutes'").await;
    w.person("P", Role::Picker).await.ok("WDC-MENU-PICK").await;
    w.sql("UPDATE standing SET updated_at = now() - interval '7 minutes'").await;
    w.sql("UPDATE printer SET trouble = 'paper_out'").await;
    w.sql(
        "INSERT INTO exception (warehouse_id, reason, subject, since) SELECT id, 'short', 'A01', \
         now() - interval '2 hours' FROM warehouse",
    )
    .await;
    let carrier = w.text("SELECT min(code) FROM carrier").await;
    let printer = w.text("SELECT min(code) FROM printer").await;
    assert_eq!(
        now(&w).await,
        format!("case short 1, idle P 7, printer {printer} 0, soon {carrier} 2, stock I0 9")
    );
    // Two of the same name are two.
    w.person("Q", Role::Picker).await.ok("WDC-MENU-PICK").await;
    w.sql("UPDATE person SET name = 'Wang Wei' WHERE code IN ('P', 'Q')").await;
    w.sql("UPDATE standing SET updated_at = now() - interval '7 minutes'").await;
    assert!(now(&w).await.contains("idle P 7, idle Q 7"));
    // One cut-off that is missed does not hide the next.
    w.sql(
        "UPDATE shipment SET cutoff_at = now() + interval '25 minutes' WHERE id = (SELECT max(id) \
         FROM shipment)",
    )
    .await;
    assert!(now(&w).await.contains(&format!("soon {carrier} 1, soon {carrier} 1")));
    // Late is not soon any more; the printer works again, the exception is answered.
    w.sql("UPDATE shipment SET cutoff_at = now() - interval '1 minute'").await;
    w.sql("UPDATE printer SET trouble = NULL").await;
    w.sql("UPDATE exception SET done_at = now()").await;
    w.sql("UPDATE standing SET updated_at = now()").await;
    w.stock(&[("A03", "I0", "L2", 100, 1)]).await;
    assert_eq!(now(&w).await, format!("late {carrier} 2"));
    w.check().await;
    w.end().await;
}

#[tokio::test]
async fn what_is_the_case_is_told_once_rings_and_stands_on_the_deck() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    let mut boss = w.person("BOSS", Role::Supervisor).await;
    boss.ok("WDC-MENU-BOARD").await;
    rule(&w, "stock", 10, Some("BOSS"), "").await;
    let told = "SELECT count(*) FROM notice WHERE text ->> 'key' = 'alert-stock'";
    for _ in 0..3 {
        now(&w).await;
        assert_eq!(w.number(told).await, 1);
    }
    w.forget_deck().await;
    boss.scan("WDC-MENU-BOARD").await;
    let words = format!("{:?}", boss.last.page.table.rows);
    assert!(words.contains("deck-alerts") && words.contains("alert-stock"), "{words}");
    assert!(boss.last.page.calling, "what is new rings");
    w.sql("UPDATE alert SET since = now() - interval '1 minute'").await;
    w.forget_deck().await;
    boss.ok("WDC-MENU-BOARD").await;
    assert!(!boss.last.page.calling, "and then no more");
    // Over, and the case again: told again.
    w.stock(&[("A03", "I0", "L2", 100, 5)]).await;
    assert_eq!(now(&w).await, "");
    w.sql("UPDATE alert_rule SET than = 100").await;
    now(&w).await;
    assert_eq!(w.number(told).await, 2);
    w.end().await;
}

/// One call, answered so; its body.
async fn heard(door: &TcpListener, status: &str) -> Value {
    let (mut stream, _) = door.accept().await.unwrap();
    let mut said = Vec::new();
    let body = loop {
        let mut bytes = [0; 4096];
        let n = stream.read(&mut bytes).await.unwrap();
        said.extend_from_slice(&bytes[..n]);
        let text = String::from_utf8_lossy(&said).into_owned();
        let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
        if let Some(body) = body.and_then(|body| serde_json::from_str(&body).ok()) {
            break body;
        }
    };
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.unwrap();
    body
}

#[tokio::test]
async fn an_address_is_called_until_it_has_heard() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hook = format!("http://{}/alerts", door.local_addr().unwrap());
    rule(&w, "stock", 10, None, &hook).await;
    let look = || async { alerts::run_once(&w.worker).await.unwrap() };
    let (body, ()) = tokio::join!(heard(&door, "500 No"), look());
    assert_eq!((body["kind"].as_str(), body["subject"].as_str()), (Some("stock"), Some("I0")));
    assert_eq!(body["n"].as_i64(), Some(9));
    // Not heard: once more, but not at once.
    let silent = tokio::time::timeout(Duration::from_millis(300), door.accept());
    let (silent, ()) = tokio::join!(silent, look());
    assert!(silent.is_err(), "it was called again at once");
    w.sql("UPDATE alert SET call_at = now()").await;
    let (again, ()) = tokio::join!(heard(&door, "204 Fine"), look());
    assert_eq!(again["id"], body["id"]);
    assert_eq!(w.number("SELECT count(*) FROM alert WHERE call_at IS NOT NULL").await, 0);
    // What is over before anybody heard of it is not told.
    drop(door);
    w.sql("UPDATE alert SET call_at = now()").await;
    look().await;
    assert_eq!(w.number("SELECT count(*) FROM alert WHERE call_at IS NOT NULL").await, 1);
    w.stock(&[("A03", "I0", "L2", 100, 5)]).await;
    look().await;
    assert_eq!(w.number("SELECT count(*) FROM alert WHERE call_at IS NOT NULL").await, 0);
    w.end().await;
}

//! The platforms, each over HTTP against a stand-in that was written from its facts: signatures,
//! stretches and pages; orders that change while they are paged, throttling, an expired session,
//! half an answer, no JSON; what is sent is told once.

use crate::support::World;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use uuid::Uuid;
use wavedeck::domain::order::OrderStatus;
use wavedeck::jobs;
use wavedeck::links::channels::time_window::{Rules, TimeWindow};
use wavedeck::links::channels::{
    self, Account, Channel, Class, amazon, douyin, generic, jd, magento, pdd, shopify, sign,
    taobao, woo,
};
use wavedeck::links::standin::amazon::Amazon;
use wavedeck::links::standin::platform::{Faults, Platform};
use wavedeck::links::standin::{self, app::App};
use wavedeck::store::schema::Login;

const KINDS: [&str; 8] = standin::PLATFORMS;

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

fn app() -> App {
    App { key: "app-1".into(), secret: "shh".into(), session: "token-1".into() }
}

fn platform(kind: &str) -> Platform {
    standin::platform(kind, app()).unwrap()
}

/// An order beyond 2^53 where ids are numbers; its first line is two units of I0.
fn order(kind: &str, n: u64, modified: i64, lines: &[(&str, i64)]) -> Value {
    standin::order(kind, n, modified, lines).unwrap()
}

fn adapter(kind: &str, url: &str, secret: &str) -> Box<dyn Channel> {
    let account = Account::new(
        url,
        "app-1",
        secret,
        json!({
            "lag_s": 0, "carriers": { "SF": "505" }, "marketplace": "M1", "seller": "SELLER1",
            "location": "9",
            "rate": {
                "pull": "500/500", "read": "500/500", "dispatch": "500/500", "push": "500/500",
            },
        }),
    );
    channels::open(kind, account, &channels::client().unwrap()).unwrap()
}

/// The shop of a platform in a world of its own; the world's first shop rests.
async fn world(kind: &str, url: &str) -> World {
    let w = World::new().await;
    w.sql("UPDATE job SET next_at = 'infinity'").await;
    w.shop_at("P1", kind, url, "app-1", "shh\ntoken-1", json!({
        "lag_s": "0", "poll_s": "1", "lookback_s": "7200", "page_size": "40", "marketplace": "M1",
        "seller": "SELLER1", "location": "9",
        "rate": { "pull": "500/500", "read": "500/500", "dispatch": "500/500", "push": "500/500" },
    })).await;
    w
}

/// The same without waiting for what is under way.
async fn run_while(w: &World, what: &str, sql: &str, value: i64) {
    let (_stop, stopped) = watch::channel(false);
    let background = tokio::spawn(jobs::run(w.worker.clone(), stopped));
    let until = Instant::now() + Duration::from_secs(90);
    while w.number(sql).await != value {
        assert!(Instant::now() < until, "{what}: {} of {value}", w.number(sql).await);
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    background.abort();
}

async fn run_until(w: &World, what: &str, sql: &str, value: i64) {
    let (stop, stopped) = watch::channel(false);
    let background = tokio::spawn(jobs::run(w.worker.clone(), stopped));
    let until = Instant::now() + Duration::from_secs(90);
    while w.number(sql).await != value {
        assert!(
            Instant::now() < until,
            "{what}: {} of {value}; {}",
            w.number(sql).await,
            w.text("SELECT string_agg(last_error, ' ') FROM job").await
        );
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    stop.send_replace(true);
    background.await.unwrap();
}

#[test]
fn published_signatures() {
    let params: BTreeMap<String, String> = [
        ("app_key", "12345678"),
        ("fields", "num_iid,title,nick,price,num"),
        ("format", "json"),
        ("method", "taobao.item.seller.get"),
        ("num_iid", "11223344"),
        ("session", "test"),
        ("sign_method", "md5"),
        ("timestamp", "2016-01-01 12:00:00"),
        ("v", "2.0"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into();
    // TOP's document on signing, its example.
    let (text, signature) = sign::framed_md5("helloworld", &params);
    assert_eq!(
        text,
        "app_key12345678fieldsnum_iid,title,nick,price,numformatjson\
         methodtaobao.item.seller.getnum_iid11223344sessiontest\
         sign_methodmd5timestamp2016-01-01 12:00:00v2.0"
    );
    assert_eq!(signature, "66987CB115214E59E6EC978214934FB8");
    // A third party's tests for Douyin: form and digest apart.
    let loose: Value =
        serde_json::from_str(r#"{"z":1.0,"nested":{"汉":"<&","a":true},"a":[3,{"b":2,"a":1}]}"#)
            .unwrap();
    let canonical = sign::canonical(&loose);
    assert_eq!(canonical, r#"{"a":[3,{"a":1,"b":2}],"nested":{"a":true,"汉":"<&"},"z":1}"#);
    let (text, signature) = sign::douyin(
        "contract-app-secret",
        "1234567890123456789",
        "order.searchList",
        &canonical,
        "1667899926",
    );
    assert!(
        text.starts_with("contract-app-secretapp_key1234567890123456789method")
            && text.ends_with("timestamp1667899926v2contract-app-secret")
    );
    assert_eq!(signature, "cfb0c61c20926f758e13f4bd3d59a0de0e22f3c6059f1045cae36e6cea2bd417");
    // RFC 4231, case 2, as TOP writes it.
    let (_, hashed) = sign::top_hmac_sha256(
        "Jefe",
        &BTreeMap::from([("what do ya want ".to_owned(), "for nothing?".to_owned())]),
    );
    assert_eq!(hashed, "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843");
    // RFC 5849, 3.4.1.1: its text. The digest of that text by SHA-256 is of a well-kept library's
    // tests (oauthlib).
    let params = [
        ("b5", "=%3D"),
        ("a3", "a"),
        ("c@", ""),
        ("a2", "r b"),
        ("oauth_consumer_key", "9djdj82h48djs9d2"),
        ("oauth_token", "kkk9d7dh3k39sjv7"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131201"),
        ("oauth_nonce", "7d8f3e4a"),
        ("c2", ""),
        ("a3", "2 q"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()));
    let (text, signature) = sign::oauth1(
        "ECrDNoq1VYzzzzzzzzzyAK7TwZNtPnkqatqZZZZ",
        "just-a-string    asdasd",
        "post",
        "http://example.com/request",
        &params,
    );
    assert_eq!(
        text,
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26\
         b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26\
         oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26\
         oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
    );
    assert_eq!(signature, "wdfdHUKXHbOnOGZP8WFAWMSAmWzN3EVBWWgXGlC/Eo4=");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_arrives_once_in_its_newest_state() {
    for kind in KINDS {
        let shop = platform(kind);
        let url = shop.serve(0).await.unwrap();
        let w = world(kind, &url).await;
        w.stock(&[("A01", "I0", "L1", 300, 10_000)]).await;
        let count = 600;
        shop.put((0..count).map(|n| order(kind, n, now() - 7000 + n as i64 * 10, &[("I0", 2)])));
        shop.books().mischief =
            Faults { throttle: 1, expire: 1, half: 1, garbage: 1, shake: 8, ..Faults::default() };
        // What waits after a refusal would wait for people; the test has no time.
        w.sql(
            "CREATE FUNCTION hurry() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.next_at := \
            least(NEW.next_at, now() + interval ''200 ms''); RETURN NEW; END'",
        )
        .await;
        w.sql(
            "CREATE TRIGGER hurry BEFORE UPDATE ON job FOR EACH ROW WHEN (NEW.errors > 0) \
            EXECUTE FUNCTION hurry()",
        )
        .await;
        // Killed in the middle, and gone on.
        run_until(&w, kind, "SELECT (count(*) >= 100)::int::bigint FROM orders", 1).await;
        run_until(&w, kind, "SELECT count(*) FROM orders", count as i64).await;
        let changed = shop.books().orders.keys().next().cloned().unwrap();
        shop.change(&changed, |_| {});
        let mut newest: Vec<(String, i64)> = Vec::new();
        let until = Instant::now() + Duration::from_secs(60);
        while newest != shop.newest().into_iter().collect::<Vec<_>>() {
            assert!(Instant::now() < until, "{kind}: not all orders are in their newest state");
            run_until(
                &w,
                kind,
                "SELECT (last_success_at > now() - interval '1 \
                second')::int::bigint FROM job WHERE kind = 'pull' AND next_at < 'infinity'",
                1,
            )
            .await;
            let rows = w
                .text(
                    "SELECT string_agg(order_no || '=' || extract(epoch FROM \
                modified_at)::bigint, ' ') FROM orders",
                )
                .await;
            newest = rows
                .split(' ')
                .map(|row| row.split_once('=').unwrap())
                .map(|(no, at)| (no.to_owned(), at.parse().unwrap()))
                .collect();
            newest.sort();
        }
        run_until(&w, kind, "SELECT count(*) FROM shipment WHERE state = 'ready'", count as i64)
            .await;
        assert_eq!(
            w.number("SELECT count(*) FROM shipment").await,
            count as i64,
            "{kind}: an order that comes again is no second shipment"
        );
        assert_eq!(
            w.number(
                "SELECT count(*) FROM orders WHERE total_minor <> 1234 OR \
            receiver->>'token' = '' AND NOT (ARRAY['jd', 'woo', 'amazon', 'shopify', 'magento'] @> \
            ARRAY[(SELECT channel FROM shop WHERE code = 'P1')])"
            )
            .await,
            0,
            "{kind}"
        );
        assert_eq!(
            w.number("SELECT count(*) FROM order_line WHERE unit_price_minor <> 617 OR qty <> 2")
                .await,
            0,
            "{kind}"
        );
        w.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_is_set_told_again_after_a_lost_answer_and_compared() {
    for kind in KINDS {
        let shop = platform(kind);
        let w = world(kind, &shop.serve(0).await.unwrap()).await;
        w.stock(&[("A01", "I0", "L1", 300, 100)]).await;
        // What the shop calls the item is learnt from an order.
        shop.put([order(kind, 0, now() - 100, &[("I0", 2)])]);
        run_until(&w, kind, "SELECT count(*) FROM shipment WHERE state = 'ready'", 1).await;
        assert!(shop.books().pushed.is_empty(), "{kind}: it is told nothing before it is said so");
        shop.books().mischief.drop_answers = 1;
        w.sql("UPDATE shop SET pushes = true WHERE code = 'P1'").await;
        run_until(&w, kind, "SELECT coalesce(max(sent), -1) FROM listing", 98).await;
        let told: Vec<i64> =
            shop.books().pushed.iter().map(|told| told["quantity"].as_i64().unwrap()).collect();
        assert_eq!(told, [98, 98], "{kind}: the same count again, set and not added");
        let shows = || shop.books().stock.values().copied().collect::<Vec<_>>();
        assert_eq!(shows(), [98], "{kind}");
        // Somebody changes it over there.
        let item = shop.books().stock.keys().next().cloned().unwrap();
        shop.books().stock.insert(item, 7);
        let mut tx = w.office.db.begin().await.unwrap();
        let row = wavedeck::store::shops::find(&mut tx, "P1").await.unwrap().unwrap();
        drop(tx);
        let found = jobs::push::compare_with_shop(&w.worker, &row, None).await.unwrap().unwrap();
        assert_eq!(
            found.iter().map(|one| (one.code.as_str(), one.told, one.shown)).collect::<Vec<_>>(),
            [("I0", 98, 7)],
            "{kind}"
        );
        assert_eq!(
            w.number(
                "SELECT count(*) FROM exception WHERE reason = 'stock_differs' AND done_at IS NULL"
            )
            .await,
            1,
            "{kind}"
        );
        w.sql("UPDATE job SET next_at = now() WHERE kind = 'push'").await;
        run_until(&w, kind, "SELECT coalesce(max(sent), -1) FROM listing", 98).await;
        assert_eq!(shows(), [98], "{kind}: told again");
        assert_eq!(
            w.number("SELECT count(*) FROM exception WHERE done_at IS NULL").await,
            0,
            "{kind}: and the case is done"
        );
        assert!(
            jobs::push::compare_with_shop(&w.worker, &row, None).await.unwrap().unwrap().is_empty(),
            "{kind}"
        );
        w.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_renewed_once_by_one_process_and_a_lost_answer_costs_nothing() {
    for (kind, door) in
        [("taobao", "/token"), ("jd", "/oauth2/refresh_token"), ("pdd", ""), ("douyin", "")]
    {
        let shop = platform(kind);
        let url = shop.serve(0).await.unwrap();
        let w = World::new().await;
        w.sql("UPDATE job SET next_at = 'infinity'").await;
        w.stock(&[("A01", "I0", "L1", 300, 100)]).await;
        let options = json!({
            "lag_s": "0", "poll_s": "1", "lookback_s": "7200", "token_url": format!("{url}{door}"),
            "shop_id": "4242",
        });
        // The access token has ended already.
        w.shop_at("P1", kind, &url, "app-1", "shh\ntoken-0\nrefresh-0", options).await;
        shop.put([order(kind, 0, now() - 100, &[("I0", 2)])]);
        // Three processes at once.
        let (stop, stopped) = watch::channel(false);
        let others: Vec<_> = (0..2)
            .map(|_| tokio::spawn(jobs::run(w.another_ctx(Login::Worker), stopped.clone())))
            .collect();
        run_until(&w, kind, "SELECT count(*) FROM shipment WHERE state = 'ready'", 1).await;
        assert_eq!(shop.books().renewed, 1, "{kind}: once");
        stop.send_replace(true);
        for other in others {
            other.await.unwrap();
        }
        assert_eq!(
            w.number(
                "SELECT count(*) FROM shop_token WHERE ends_at BETWEEN now() + \
            interval '55 minutes' AND now() + interval '60 minutes' AND asked_at IS NULL \
            AND last_error \
            = ''"
            )
            .await,
            1,
            "{kind}"
        );
        // The next answer is lost after the platform gave new tokens and forgot the old ones.
        // Jingdong's new refresh token is then known to nobody; that is its case for a person, and
        // the pull says so.
        shop.books().mischief.drop_answers = 1;
        w.sql("UPDATE shop_token SET next_at = now(), since = now() - interval '1 hour'").await;
        if kind == "jd" {
            run_until(&w, kind, "SELECT count(*) FROM shop_token WHERE errors > 1", 1).await;
            w.end().await;
            continue;
        }
        run_until(
            &w,
            kind,
            "SELECT count(*) FROM shop_token WHERE asked_at IS NULL AND errors = 0 \
            AND since > now() - interval '1 minute'",
            1,
        )
        .await;
        shop.put([order(kind, 1, now(), &[("I0", 2)])]);
        run_until(&w, kind, "SELECT count(*) FROM shipment WHERE state = 'ready'", 2).await;
        w.end().await;
    }
}

#[tokio::test]
async fn a_dispatch_whose_answer_is_lost_has_one_effect() {
    for kind in KINDS {
        let shop = platform(kind);
        let url = shop.serve(0).await.unwrap();
        shop.put([order(kind, 1, now() - 100, &[("I0", 2), ("I1", 1)])]);
        let there = adapter(kind, &url, "shh\ntoken-1");
        let no = shop.newest().into_keys().next().unwrap();
        let read = there.read(&no).await.unwrap().unwrap();
        assert_eq!(
            (read.status, read.lines.len(), read.order_no.as_str()),
            (OrderStatus::Paid, 2, no.as_str()),
            "{kind}"
        );
        let lines: Vec<Value> = read
            .lines
            .iter()
            .map(|line| json!({ "line_no": line.line_no, "qty": line.qty }))
            .collect();
        let body = json!({ "order_no": no, "carrier": "SF", "waybill": "SF100", "lines": lines });
        let key = Uuid::now_v7();
        shop.books().mischief.drop_answers = 1;
        assert_eq!(there.dispatch(key, &body).await.unwrap_err().class, Class::Transient, "{kind}");
        // Sent again it is done, whether the shop says so or knows the key.
        assert!(
            matches!(
                there.dispatch(key, &body).await.map_err(|e| e.class),
                Ok(()) | Err(Class::AlreadyDone)
            ),
            "{kind}"
        );
        let told = shop.books().shipped.clone();
        assert_eq!(told.len(), 1, "{kind}");
        assert_eq!(
            (told[0]["waybill"].clone(), told[0]["carrier"].clone()),
            (json!("SF100"), json!(if kind == "woo" { "SF" } else { "505" })),
            "{kind}"
        );
        let sent = there.read(&no).await.unwrap().unwrap();
        assert!(
            sent.status == OrderStatus::Pending && !sent.is_held(),
            "{kind}: nothing is left to send, and nothing is held for that"
        );
    }
}

#[tokio::test]
async fn another_number_takes_the_place_of_the_first() {
    for kind in KINDS {
        let shop = platform(kind);
        let url = shop.serve(0).await.unwrap();
        shop.put([order(kind, 1, now() - 100, &[("I0", 2)])]);
        let there = adapter(kind, &url, "shh\ntoken-1");
        let no = shop.newest().into_keys().next().unwrap();
        let lines: Vec<Value> = there
            .read(&no)
            .await
            .unwrap()
            .unwrap()
            .lines
            .iter()
            .map(|line| json!({ "line_no": line.line_no, "qty": line.qty }))
            .collect();
        let mut body = json!({
            "order_no": no, "carrier": "SF", "waybill": "SF100", "lines": lines,
            "parcel": "095200000000000042",
        });
        there.dispatch(Uuid::now_v7(), &body).await.unwrap();
        (body["waybill"], body["was"]) = (json!("SF200"), json!("SF100"));
        let key = Uuid::now_v7();
        if ["jd", "pdd"].contains(&kind) {
            // A second parcel does not put its number in the first one's place.
            let mut second = body.clone();
            (second["was"], second["parcel"]) = (Value::Null, json!("095200000000000059"));
            assert_eq!(
                there.dispatch(Uuid::now_v7(), &second).await.unwrap_err().class,
                Class::Rejected,
                "{kind}: a case for a person"
            );
            assert_eq!(shop.books().shipped[0]["waybill"], "SF100", "{kind}");
        }
        if kind == "jd" {
            assert_eq!(
                there.dispatch(key, &body).await.unwrap_err().class,
                Class::Rejected,
                "{kind}: a case for a person"
            );
            continue;
        }
        shop.books().mischief.drop_answers = 1;
        assert_eq!(there.dispatch(key, &body).await.unwrap_err().class, Class::Transient, "{kind}");
        assert!(
            matches!(
                there.dispatch(key, &body).await.map_err(|e| e.class),
                Ok(()) | Err(Class::AlreadyDone)
            ),
            "{kind}"
        );
        let told: Vec<String> = shop
            .books()
            .shipped
            .iter()
            .map(|told| told["waybill"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(told, ["SF200"], "{kind}: one parcel, with its new number");
    }
}

#[tokio::test]
async fn amazons_version_before_reads_the_same_orders() {
    let shop = Platform::new(Amazon { app: app(), old: true });
    let url = shop.serve(0).await.unwrap();
    shop.put(
        (0..250).map(|n| order("amazon", n, now() - 1000 + n as i64, &[("I0", 2), ("I1", 1)])),
    );
    let account = Account::new(
        &url,
        "app-1",
        "shh\ntoken-1",
        json!({
            "api": "v0", "lag_s": 0, "marketplace": "M1", "seller": "SELLER1",
            "rate": { "pull": "500/500", "read": "500/500" },
        }),
    );
    let there = channels::open("amazon", account, &channels::client().unwrap()).unwrap();
    let since = jiff::Timestamp::from_second(now() - 2000).unwrap().to_string();
    let (mut cursor, mut seen) = (String::new(), BTreeMap::new());
    loop {
        let page = there.pull(Some(&since), &cursor, 100).await.unwrap();
        seen.extend(
            page.orders
                .into_iter()
                .map(|order| order.unwrap())
                .map(|order| (order.order_no.clone(), order)),
        );
        match page.next_cursor {
            Some(next) => cursor = next,
            None => break,
        }
    }
    assert_eq!(seen.len(), 250);
    assert!(seen.values().all(|order| order.status == OrderStatus::Paid
        && order.lines.len() == 2
        && order.lines[0].unit_price_minor == 617
        && order.total_minor == 1234
        && order.receiver.name == "Ada Example"));
    let no = seen.keys().next().unwrap();
    assert_eq!(there.read(no).await.unwrap().unwrap().lines.len(), 2);
}

#[tokio::test]
async fn a_part_is_told_as_a_part() {
    for kind in ["taobao", "douyin", "amazon", "shopify", "magento"] {
        let shop = platform(kind);
        let url = shop.serve(0).await.unwrap();
        shop.put([order(kind, 1, now() - 100, &[("I0", 2), ("I1", 1)])]);
        let there = adapter(kind, &url, "shh\ntoken-1");
        let no = shop.newest().into_keys().next().unwrap();
        let lines = there.read(&no).await.unwrap().unwrap().lines;
        for (n, line) in lines.iter().enumerate() {
            let body = json!({
                "order_no": no, "carrier": "SF", "waybill": format!("SF10{n}"),
                "lines": [{ "line_no": line.line_no, "qty": line.qty }],
            });
            there.dispatch(Uuid::now_v7(), &body).await.unwrap();
            let now = there.read(&no).await.unwrap().unwrap();
            assert_eq!(now.lines.iter().filter(|line| !line.is_open()).count(), n + 1, "{kind}");
            assert_eq!(
                now.status,
                if n == 0 { OrderStatus::Paid } else { OrderStatus::Pending },
                "{kind}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_door_that_does_not_answer_holds_up_no_other_shops_tokens() {
    let w = World::new().await;
    w.sql("UPDATE job SET next_at = 'infinity'").await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let shop = platform("taobao");
    let url = shop.serve(0).await.unwrap();
    for (code, door) in [
        ("A1", format!("http://{}/token", silent.local_addr().unwrap())),
        ("B1", format!("{url}/token")),
    ] {
        w.shop_at(
            code,
            "taobao",
            &url,
            "app-1",
            "shh\ntoken-0\nrefresh-0",
            json!({ "token_url": door }),
        )
        .await;
    }
    w.sql(
        "UPDATE shop_token SET next_at = now() - CASE WHEN shop_id = (SELECT id FROM shop WHERE \
        code = 'A1') THEN interval '1 minute' ELSE interval '0' END",
    )
    .await;
    run_while(
        &w,
        "the second shop's tokens",
        "SELECT count(*) FROM shop_token t JOIN shop s ON \
        s.id = t.shop_id WHERE s.code = 'B1' AND t.ends_at > now()",
        1,
    )
    .await;
    assert_eq!(
        w.number(
            "SELECT count(*) FROM shop_token t JOIN shop s ON s.id = t.shop_id WHERE s.code = \
            'A1' AND t.lease_until > now() AND t.errors = 0"
        )
        .await,
        1,
        "the first one's door is still being waited for"
    );
    w.end().await;
}

#[tokio::test]
async fn a_jd_order_that_is_split_is_not_sent_besides_its_parts() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 300, 100)]).await;
    let take_in = async |value: Value| {
        let mut tx = w.worker.db.begin().await.unwrap();
        let order = jd::order(value).unwrap();
        wavedeck::store::ingest::page(&mut tx, w.shop, &[&order]).await.unwrap();
        tx.commit().await.unwrap();
    };
    let whole = order("jd", 1, now() - 100, &[("I0", 2)]);
    let parent =
        whole["orderId"].as_str().map_or_else(|| whole["orderId"].to_string(), str::to_owned);
    take_in(whole).await;
    w.promise().await;
    for n in [2, 3] {
        let mut part = order("jd", n, now() - 50, &[("I0", 1)]);
        part["directParentOrderId"] = json!(parent);
        take_in(part).await;
    }
    w.promise().await;
    assert_eq!(
        w.text(
            "SELECT string_agg(s.state || ' ' || l.qty, ', ' ORDER BY s.id) FROM shipment s \
            JOIN shipment_line l ON l.shipment_id = s.id"
        )
        .await,
        "cancelled 2, ready 1, ready 1"
    );
    w.end().await;
}

/// How far behind now each platform's stream is complete, by its facts.
#[tokio::test]
async fn no_stream_is_read_up_to_now() {
    for (kind, lag_s) in [
        ("taobao", 60),
        ("jd", 60),
        ("pdd", 180),
        ("douyin", 60),
        ("amazon", 120),
        ("shopify", 5),
        ("magento", 10),
        ("woo", 5),
    ] {
        let shop = platform(kind);
        let url = shop.serve(0).await.unwrap();
        let account = Account::new(
            &url,
            "app-1",
            "shh\ntoken-1",
            json!({ "marketplace": "M1", "seller": "SELLER1", "location": "9" }),
        );
        let there = channels::open(kind, account, &channels::client().unwrap()).unwrap();
        let since = jiff::Timestamp::from_second(now() - 400).unwrap().to_string();
        let page = there.pull(Some(&since), "", 10).await.unwrap();
        let to = page.server_time.parse::<jiff::Timestamp>().unwrap().as_second();
        assert!(now() - to >= lag_s, "{kind} reads up to {} s behind now", now() - to);
    }
}

/// Our clock is five minutes ahead of the shop's: the mark goes no further than the shop's.
#[tokio::test]
async fn a_clock_of_ours_that_is_ahead_passes_nothing_over() {
    let theirs = now() - 300;
    let date = jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&jiff::Timestamp::from_second(theirs).unwrap())
        .unwrap();
    let router = axum::Router::new().fallback(move || {
        let date = date.clone();
        async move { ([("Date", date)], axum::Json(json!([]))) }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let page =
        adapter("woo", &url, "shh").pull(Some("2026-11-01T00:00:00Z"), "", 10).await.unwrap();
    assert_eq!(page.server_time.parse::<jiff::Timestamp>().unwrap().as_second(), theirs);
}

/// An item that is no more at the shop shows nothing; a shop that asks to go slower does not make
/// the rest uncompared.
#[tokio::test]
async fn what_a_shop_shows_is_compared_whole_or_again() {
    let shop = platform("woo");
    let url = shop.serve(0).await.unwrap();
    let there = adapter("woo", &url, "shh");
    let level = |reference: &str| channels::StockLevel {
        code: reference.into(),
        reference: reference.into(),
        available: 1,
    };
    shop.books().stock.insert("7".into(), 3);
    let levels = [level("7"), level("8"), level("7")];
    assert_eq!(there.read_stock(&levels).await.unwrap().first(), Some(&Some(3)));
    shop.books().mischief.expire = 1;
    assert_eq!(there.read_stock(&levels).await.unwrap_err().class, Class::SessionExpired);
    // Asked to go slower it goes slower, and on.
    shop.books().mischief.throttle = 2;
    assert_eq!(there.read_stock(&levels).await.unwrap().len(), 3);
}

#[tokio::test]
async fn woos_refunds_are_read_line_by_line_and_what_is_left_completes_the_order() {
    let shop = platform("woo");
    let url = shop.serve(0).await.unwrap();
    let mut sold = order("woo", 1, now() - 100, &[("I0", 2), ("I1", 3)]);
    let back = |id: u64, qty: i64| {
        json!({
            "id": 900 + id,
            "line_items": [
                {
                    "id": 7000 + id, "quantity": -qty,
                    "meta_data": [{ "key": "_refunded_item_id", "value": id.to_string() }],
                },
            ],
        })
    };
    sold["_refunds"] = json!([back(100, 2), back(101, 1)]);
    // A product that has no code of its own is one by its number, not all of them.
    sold["line_items"][1]["sku"] = json!("");
    shop.put([sold]);
    let there = adapter("woo", &url, "shh");
    let since = jiff::Timestamp::from_second(now() - 500).unwrap().to_string();
    let pulled = there.pull(Some(&since), "", 10).await.unwrap().orders.remove(0).unwrap();
    let no = pulled.order_no.clone();
    let lines = |order: &wavedeck::domain::order::ShopOrder| {
        order.lines.iter().map(|line| (line.qty, line.cancelled)).collect::<Vec<_>>()
    };
    assert_eq!((lines(&pulled), pulled.status), (vec![(2, true), (2, false)], OrderStatus::Paid));
    assert_eq!(
        pulled.lines[1].sku,
        shop.books().orders[&no]["line_items"][1]["product_id"].to_string()
    );
    assert_eq!(lines(&there.read(&no).await.unwrap().unwrap()), lines(&pulled));
    // What is left is sent, and that completes it; the buyer reads the number once, however often
    // it is said.
    let body = json!({
        "order_no": no, "carrier": "SF", "waybill": "SF100", "parcel": "1",
        "lines": [{ "line_no": pulled.lines[1].line_no, "qty": 2 }],
    });
    for _ in 0..2 {
        there.dispatch(Uuid::now_v7(), &body).await.unwrap();
    }
    let now = shop.books().orders[&no].clone();
    assert_eq!(
        (
            &now["status"],
            now["_notes"].as_array().unwrap().len(),
            &now["_notes"][0]["customer_note"]
        ),
        (&json!("completed"), 1, &json!(true)),
        "{now}"
    );
}

#[tokio::test]
async fn a_carrier_without_a_number_is_said_and_not_sent() {
    for kind in ["jd", "pdd"] {
        let shop = platform(kind);
        let url = shop.serve(0).await.unwrap();
        shop.put([order(kind, 1, now() - 100, &[("I0", 1)])]);
        let there = adapter(kind, &url, "shh\ntoken-1");
        let no = shop.newest().into_keys().next().unwrap();
        let error = there
            .dispatch(
                Uuid::now_v7(),
                &json!({ "order_no": no, "carrier": "PIGEON", "waybill": "P1", "lines": [] }),
            )
            .await
            .unwrap_err();
        assert!(
            error.class == Class::Rejected && error.message.contains("carriers.PIGEON=NUMBER"),
            "{kind}: {error}"
        );
        assert!(shop.books().shipped.is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn every_refusal_has_its_class() {
    for kind in KINDS {
        let shop = platform(kind);
        let url = shop.serve(0).await.unwrap();
        shop.put([order(kind, 1, now() - 100, &[("I0", 1)])]);
        let class = async |secret: &str, mischief: Faults| {
            shop.books().mischief = mischief;
            let since = jiff::Timestamp::from_second(now() - 500).unwrap().to_string();
            adapter(kind, &url, secret).pull(Some(&since), "", 100).await.err().map(|e| e.class)
        };
        let good = "shh\ntoken-1";
        // With a password alone, a wrong one is a session that is none.
        let wrong = if kind == "woo" { Class::SessionExpired } else { Class::BadSignature };
        // Where the token is all that is shown, the secret is not looked at.
        let signs = !["amazon", "shopify", "magento"].contains(&kind);
        assert!(
            !signs || class("wrong\ntoken-1", Faults::default()).await == Some(wrong),
            "{kind}"
        );
        assert!(
            kind == "woo"
                || class("shh\nother", Faults::default()).await == Some(Class::SessionExpired),
            "{kind}"
        );
        let throttled = class(good, Faults { throttle: 1, ..Default::default() }).await;
        let Some(Class::Throttled { wait_s }) = throttled else { panic!("{kind}: {throttled:?}") };
        assert!(wait_s > 0.0, "{kind}");
        assert_eq!(
            class(good, Faults { expire: 1, ..Default::default() }).await,
            Some(Class::SessionExpired),
            "{kind}"
        );
        assert_eq!(
            class(good, Faults { garbage: 1, ..Default::default() }).await,
            Some(Class::Transient),
            "{kind}"
        );
        assert_eq!(
            class(good, Faults { half: 1, ..Default::default() }).await,
            Some(Class::Transient),
            "{kind}"
        );
        assert_eq!(class(good, Faults::default()).await, None, "{kind}");
        let there = adapter(kind, &url, good);
        assert!(there.read("404").await.is_err(), "{kind}: nobody has that order");
        assert_eq!(
            there.pull(None, "no cursor of ours", 100).await.err().map(|e| e.class),
            Some(Class::BadCursor),
            "{kind}"
        );
    }
}

/// Which orders may go out, by platform: what each says, and what that means here.
#[test]
fn paid_and_awaiting_shipment() {
    let t = now();
    let with = |mut order: Value, changes: &[(&str, Value)]| {
        for (path, value) in changes {
            *order.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value.clone();
        }
        order
    };
    let two = [("I0", 2), ("I1", 1)];
    let of = |kind: &str, order: Value| match kind {
        "woo" => {
            let paid = order["status"] == "processing";
            woo::order(order, paid).unwrap()
        }
        "shopify" => {
            let paid = ["PAID", "PARTIALLY_REFUNDED"]
                .contains(&order["displayFinancialStatus"].as_str().unwrap());
            shopify::order(order, paid).unwrap()
        }
        "magento" => {
            let paid = order["state"] == "processing";
            magento::order(order, paid).unwrap()
        }
        kind => read(kind, order).unwrap(),
    };
    use OrderStatus::{Cancelled, Paid, Pending, Refunded};
    type Exception<'a> = (&'a str, &'a [(&'a str, Value)], OrderStatus);
    let cases: &[Exception<'_>] = &[
        ("taobao", &[], Paid),
        ("taobao", &[("/status", json!("WAIT_BUYER_PAY"))], Pending),
        ("taobao", &[("/type", json!("step"))], Pending),
        ("taobao", &[("/orders/order/0/refund_status", json!("WAIT_SELLER_AGREE"))], Pending),
        ("taobao", &[("/orders/order/0/refund_status", json!("SUCCESS"))], Paid),
        (
            "taobao",
            &[
                ("/orders/order/0/refund_status", json!("SUCCESS")),
                ("/orders/order/1/refund_status", json!("SUCCESS")),
            ],
            Refunded,
        ),
        ("taobao", &[("/status", json!("TRADE_CLOSED"))], Cancelled),
        ("jd", &[], Paid),
        ("jd", &[("/payType", json!("1-货到付款"))], Paid),
        ("jd", &[("/orderState", json!("LOCKED"))], Pending),
        ("jd", &[("/orderState", json!("TRADE_CANCELED"))], Cancelled),
        ("pdd", &[], Paid),
        ("pdd", &[("/group_status", json!(0))], Pending),
        ("pdd", &[("/risk_control_status", json!(1))], Pending),
        ("pdd", &[("/refund_status", json!(2))], Pending),
        ("pdd", &[("/refund_status", json!(4))], Refunded),
        (
            "pdd",
            &[
                ("/confirm_status", json!(2)),
                ("/refund_status", json!(1)),
                ("/order_status", json!(0)),
            ],
            Cancelled,
        ),
        ("woo", &[], Paid),
        ("woo", &[("/status", json!("on-hold"))], Pending),
        ("woo", &[("/status", json!("completed"))], Pending),
        ("woo", &[("/status", json!("refunded"))], Refunded),
        ("woo", &[("/status", json!("failed"))], Cancelled),
        ("amazon", &[], Paid),
        ("amazon", &[("/fulfillment/fulfillmentStatus", json!("PENDING"))], Pending),
        ("amazon", &[("/fulfillment/fulfillmentStatus", json!("PENDING_AVAILABILITY"))], Pending),
        ("amazon", &[("/fulfillment/fulfillmentStatus", json!("PARTIALLY_SHIPPED"))], Paid),
        ("amazon", &[("/fulfillment/fulfillmentStatus", json!("CANCELLED"))], Cancelled),
        ("shopify", &[], Paid),
        ("shopify", &[("/displayFinancialStatus", json!("PENDING"))], Pending),
        ("shopify", &[("/displayFinancialStatus", json!("AUTHORIZED"))], Pending),
        (
            "shopify",
            &[
                ("/displayFinancialStatus", json!("PARTIALLY_REFUNDED")),
                ("/lineItems/nodes/0/currentQuantity", json!(0)),
            ],
            Paid,
        ),
        ("shopify", &[("/displayFinancialStatus", json!("REFUNDED"))], Refunded),
        ("shopify", &[("/displayFulfillmentStatus", json!("ON_HOLD"))], Pending),
        ("shopify", &[("/cancelledAt", json!("2026-11-24T08:00:00Z"))], Cancelled),
        ("magento", &[], Paid),
        ("magento", &[("/state", json!("holded"))], Pending),
        ("magento", &[("/state", json!("payment_review"))], Pending),
        ("magento", &[("/state", json!("canceled"))], Cancelled),
        ("magento", &[("/state", json!("closed"))], Refunded),
        ("magento", &[("/items/0/qty_refunded", json!(2))], Paid),
        ("douyin", &[], Paid),
        ("douyin", &[("/order_status", json!(105))], Pending),
        ("douyin", &[("/order_status", json!(4))], Cancelled),
        ("douyin", &[("/sku_order_list/0/after_sale_info/after_sale_status", json!(6))], Pending),
        ("douyin", &[("/sku_order_list/0/after_sale_info/after_sale_status", json!(12))], Paid),
    ];
    for (kind, changes, status) in cases {
        let read = of(kind, with(order(kind, 1, t, &two), changes));
        assert_eq!(read.status, *status, "{kind} {changes:?}");
        assert_eq!(
            read.updated_at,
            jiff::Timestamp::from_second(t).unwrap().to_string(),
            "{kind}: its clock is GMT+8 or unix"
        );
    }
    let cut = of(
        "taobao",
        with(order("taobao", 1, t, &two), &[("/orders/order/0/refund_status", json!("SUCCESS"))]),
    );
    assert_eq!(cut.lines.iter().map(|line| line.cancelled).collect::<Vec<_>>(), [true, false]);
    // What is taken back of a line is off; of what was bought and then taken off the order only the
    // rest counts.
    for (kind, path, value) in [
        ("magento", "/items/0/qty_refunded", json!(2)),
        ("shopify", "/lineItems/nodes/0/currentQuantity", json!(0)),
    ] {
        let read = of(kind, with(order(kind, 1, t, &two), &[(path, value)]));
        assert_eq!(
            read.lines.iter().map(|line| line.cancelled).collect::<Vec<_>>(),
            [true, false],
            "{kind}"
        );
    }
}

#[tokio::test]
async fn what_somebody_else_sent_is_not_sent_again_and_what_we_sent_is_not_called_back() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 300, 100), ("A02", "I1", "L1", 300, 100)]).await;
    let mut trade = order("taobao", 1, now(), &[("I0", 2), ("I1", 1)]);
    trade["status"] = json!("SELLER_CONSIGNED_PART");
    trade["orders"]["order"][0]["status"] = json!("WAIT_BUYER_CONFIRM_GOODS");
    let mut mine = order("taobao", 2, now(), &[("I0", 2), ("I1", 1)]);
    let mut tx = w.worker.db.begin().await.unwrap();
    wavedeck::store::ingest::order(&mut tx, w.shop, &taobao::order(trade).unwrap()).await.unwrap();
    wavedeck::store::ingest::order(&mut tx, w.shop, &taobao::order(mine.clone()).unwrap())
        .await
        .unwrap();
    mine["orders"]["order"][0]["status"] = json!("WAIT_BUYER_CONFIRM_GOODS");
    mine["modified"] = json!(channels::loose_json::to_beijing(now() + 60));
    wavedeck::store::ingest::order(&mut tx, w.shop, &taobao::order(mine).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    let sends = "SELECT string_agg(i.sku || l.qty, ' ' ORDER BY s.id, i.sku) FROM shipment s JOIN \
        shipment_line l ON l.shipment_id = s.id JOIN item i ON i.id = l.item_id WHERE s.state <> \
        'cancelled'";
    assert_eq!(w.text(sends).await, "I11 I02 I11");
    // Of five units others sent two: three are ours, and stay three whatever the shop says while
    // they are here, and after.
    let told = async |second: i64, sent: i64| {
        let mut parts = order("amazon", 3, now() + second, &[("I0", 5)]);
        parts["orderItems"][0]["fulfillment"]["quantityFulfilled"] = json!(sent);
        let mut tx = w.worker.db.begin().await.unwrap();
        wavedeck::store::ingest::order(&mut tx, w.shop, &amazon::order(parts).unwrap())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        w.text(sends).await
    };
    assert_eq!(told(0, 2).await, "I11 I02 I11 I03");
    assert_eq!(told(60, 5).await, "I11 I02 I11 I03", "somebody may say so before it is true");
    w.sql("UPDATE shipment SET state = 'handed_over' WHERE id = (SELECT max(id) FROM shipment)")
        .await;
    assert_eq!(
        (told(120, 2).await, told(180, 5).await),
        ("I11 I02 I11 I03".to_owned(), "I11 I02 I11 I03".to_owned())
    );
    assert_eq!(w.number("SELECT max(elsewhere) FROM order_line").await, 2);
    // Two that others sent are taken back: they are to be sent again.
    let mut again = order("amazon", 4, now(), &[("I0", 2)]);
    let mut tx = w.worker.db.begin().await.unwrap();
    for (second, sent) in [(0, 2), (60, 0)] {
        again["orderItems"][0]["fulfillment"]["quantityFulfilled"] = json!(sent);
        again["lastUpdatedTime"] =
            json!(jiff::Timestamp::from_second(now() + second).unwrap().to_string());
        wavedeck::store::ingest::order(&mut tx, w.shop, &amazon::order(again.clone()).unwrap())
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(w.text(sends).await, "I11 I02 I11 I03 I02");
    assert_eq!(w.number("SELECT count(*) FROM exception WHERE done_at IS NULL").await, 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Every stretch and page from a cursor on, whatever the counts are: time is covered without a
    /// hole and it ends.
    #[test]
    fn stretches_cover_time_without_a_hole(
        since in 0..20_000i64,
        span in 60..4000i64,
        totals in prop::collection::vec(0..200i64, 1..30),
    ) {
        let rules = Rules { span_s: span, lag_s: 60, lookback_s: 3600 };
        let now = 1_800_000_000;
        let start = jiff::Timestamp::from_second(now - 60 - since).unwrap().to_string();
        let mut window = TimeWindow::open(Some(&start), "", now, &rules).unwrap();
        let (mut covered, mut steps) = (now - 60 - since - 1, 0);
        loop {
            steps += 1;
            prop_assert!(steps < 5000 && window.to - window.from <= span);
            let next = match window.page {
                None => {
                    prop_assert_eq!(window.from, covered + 1);
                    covered = window.to;
                    window.counted(totals[steps % totals.len()], 50, &rules)
                }
                Some(_) => window.read(&rules),
            };
            match next {
                Some(cursor) => window = TimeWindow::open(None, &cursor, now + 5, &rules).unwrap(),
                None => break,
            }
        }
        prop_assert_eq!(covered, now - 60);
    }
}

/// Reads an order as the adapter of its kind does.
fn read(
    kind: &str,
    value: Value,
) -> Result<wavedeck::domain::order::ShopOrder, channels::Unreadable> {
    match kind {
        "taobao" => taobao::order(value),
        "jd" => jd::order(value),
        "pdd" => pdd::order(value),
        "douyin" => douyin::order(value),
        "amazon" => amazon::order(value),
        "amazon_v0" => amazon::order_v0(value),
        "shopify" => shopify::order(value, true),
        "magento" => magento::order(value, true),
        "woo" => woo::order(value, true),
        _ => generic::order(value),
    }
}

/// Every place in a value, as a pointer.
fn places(value: &Value, here: &str, out: &mut Vec<String>) {
    out.push(here.to_owned());
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            places(value, &format!("{here}/{}", key.replace('~', "~0").replace('/', "~1")), out)
        }),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .for_each(|(n, value)| places(value, &format!("{here}/{n}"), out)),
        _ => {}
    }
}

fn odd(rng: &mut fastrand::Rng) -> Value {
    let text: String = (0..rng.usize(0..20)).map(|_| rng.char(..)).collect();
    match rng.u8(0..14) {
        0 => Value::Null,
        1 => json!(text),
        2 => json!(rng.i64(..)),
        3 => json!(rng.f64() * 10f64.powi(rng.i32(-20..20))),
        4 => json!([]),
        5 => json!({}),
        6 => json!(rng.bool()),
        7 => json!("9".repeat(rng.usize(1..400))),
        8 => json!("1e999"),
        9 => json!("-0.005"),
        10 => json!("2026-13-45 99:99:99"),
        11 => json!([text, { "a": [null] }]),
        12 => json!(u64::MAX),
        _ => json!("\u{0}\u{202e}\u{1b}[2J"),
    }
}

/// Orders with anything anywhere in them: an order that can be kept, or a sentence.
/// `WAVEDECK_FUZZ_INPUTS` asks for more of them.
#[test]
fn anything_anywhere_in_an_order_of_any_platform() {
    let inputs = std::env::var("WAVEDECK_FUZZ_INPUTS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(100_000u32);
    let kinds: Vec<&str> = KINDS.into_iter().chain(["generic", "amazon_v0"]).collect();
    std::thread::scope(|scope| {
        for kind in kinds {
            scope.spawn(move || {
                let seed = fastrand::u64(..);
                let mut rng = fastrand::Rng::with_seed(seed);
                let good = match kind {
                    "generic" => World::order_json("O1", &[("I0", 2), ("I1", 1)]),
                    "amazon_v0" => json!({
                        "AmazonOrderId": "1-2-3", "PurchaseDate": "2026-11-24T08:00:00Z",
                        "LastUpdateDate": "2026-11-24T08:00:00Z", "OrderStatus": "Unshipped",
                        "OrderTotal": { "CurrencyCode": "EUR", "Amount": "12.34" },
                        "OrderItems": [
                            {
                                "OrderItemId": "1", "SellerSKU": "I0", "QuantityOrdered": 2,
                                "QuantityShipped": 0,
                                "ItemPrice": { "Amount": "12.34", "CurrencyCode": "EUR" },
                            },
                        ],
                        "ShippingAddress": { "Name": "Ada", "AddressLine1": "1" },
                    }),
                    kind => order(kind, 1, 1_800_000_000, &[("I0", 2), ("I1", 1)]),
                };
                assert!(read(kind, good.clone()).is_ok(), "{kind}");
                let mut all = Vec::new();
                places(&good, "", &mut all);
                for _ in 0..inputs {
                    let mut changed = good.clone();
                    for _ in 0..rng.usize(1..4) {
                        let place = &all[rng.usize(0..all.len())];
                        if let Some(value) = changed.pointer_mut(place) {
                            *value = odd(&mut rng);
                        }
                    }
                    if let Ok(order) = read(kind, changed) {
                        let kept = !order.order_no.is_empty()
                            && order.lines.iter().all(|line| line.qty > 0)
                            && order.updated_at.parse::<jiff::Timestamp>().is_ok()
                            && !order.receiver.name.contains('\u{1b}');
                        assert!(kept, "{kind}, seed {seed}: {order:?}");
                    }
                }
            });
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_answers_slowly_holds_no_other_back() {
    // One shop accepts connections and never answers; the other is asked again and again meanwhile.
    let dead = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let shop = platform("taobao");
    let w = world("taobao", &shop.serve(0).await.unwrap()).await;
    w.stock(&[("A01", "I0", "L1", 300, 100)]).await;
    w.shop_at("DEAD", "jd", &format!("http://{}", dead.local_addr().unwrap()), "k", "s", json!({}))
        .await;
    let (stop, stopped) = watch::channel(false);
    let background = tokio::spawn(jobs::run(w.worker.clone(), stopped));
    for n in 0..3 {
        shop.put([order("taobao", n, now(), &[("I0", 2)])]);
        let began = Instant::now();
        while w.number("SELECT count(*) FROM shipment WHERE state = 'ready'").await <= n as i64 {
            assert!(
                began.elapsed() < Duration::from_secs(8),
                "the dead shop holds up the good one"
            );
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }
    stop.send_replace(true);
    background.abort();
    w.end().await;
}

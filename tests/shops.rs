//! Many shops at once, good and bad; what they call; and that no secret of theirs is ever kept or
//! shown in the open.

use crate::support::{World, key_file, program};
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::Command;
use tokio::sync::watch;
use wavedeck::jobs;
use wavedeck::links::channels::HookCall;
use wavedeck::links::channels::rate_limit::{self, Buckets, Rate};
use wavedeck::links::channels::{Account, ChannelError, Class, generic};
use wavedeck::links::standin::shop::{Faults, Standin};
use wavedeck::links::webhooks::verify;
use wavedeck::store::schema::Login;
use wavedeck::work::shops;
use wavedeck::work::vault::{self, Locked, Vault};

#[tokio::test(flavor = "multi_thread")]
async fn ten_shops_of_which_one_is_unreadable_one_dead_and_one_throttled() {
    let w = World::new().await;
    w.sql("UPDATE job SET next_at = 'infinity'").await;
    w.stock(&[("A01", "I0", "L1", 300, 100_000)]).await;
    let dead = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut standins = Vec::new();
    for n in 0..10 {
        let standin = Standin::new("k", "s");
        let url = if n == 1 {
            format!("http://{}", dead.local_addr().unwrap())
        } else {
            standin.serve(0).await.unwrap()
        };
        w.shop_at(&format!("N{n}"), "generic", &url, "k", "s", json!({ "poll_s": "2" })).await;
        standin.put((0..50).map(|order| World::order_json(&format!("N{n}-{order}"), &[("I0", 1)])));
        standins.push(standin);
    }
    standins[0].put([json!({
        "order_no": "NONSENSE", "updated_at": wavedeck::links::standin::shop::now(), "lines": 7,
    })]);
    standins[2].misbehave(Faults { throttle: 1_000_000, ..Faults::default() });
    let (stop, stopped) = watch::channel(false);
    let background = tokio::spawn(jobs::run(w.worker.clone(), stopped));
    let all = Instant::now() + Duration::from_secs(40);
    while w.number("SELECT count(*) FROM orders").await < 400 {
        assert!(Instant::now() < all, "the good shops' orders never come");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // From here on every good shop has been asked no longer ago than two intervals, at any moment.
    for n in 0..100 {
        if n % 10 == 0 {
            standins[3 + n / 20].put([World::order_json(&format!("LATE-{n}"), &[("I0", 1)])]);
        }
        let worst = w
            .text(
                "SELECT code || ' ' || extract(epoch FROM now() - j.last_success_at) \
            FROM job j JOIN shop s ON s.id = j.shop_id WHERE j.kind = 'pull' AND s.code LIKE 'N%' \
            AND s.code NOT IN ('N1', 'N2') ORDER BY j.last_success_at LIMIT 1",
            )
            .await;
        let behind: f64 = worst.split(' ').nth(1).unwrap().parse().unwrap();
        assert!(behind < 4.0, "{worst} s behind");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // The last of them came when its shop had just been asked: it is there within the next
    // interval.
    let last = Instant::now() + Duration::from_secs(10);
    while w.number("SELECT count(*) FROM orders WHERE order_no LIKE 'LATE%'").await < 10 {
        assert!(Instant::now() < last, "the last orders never come");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.send_replace(true);
    background.await.unwrap();
    assert_eq!(
        w.text("SELECT string_agg(subject, ' ') FROM exception WHERE reason = 'unreadable'").await,
        "NONSENSE"
    );
    assert_eq!(w.number("SELECT count(*) FROM orders WHERE order_no LIKE 'LATE%'").await, 10);
    assert_eq!(
        w.number(
            "SELECT count(*) FROM orders o JOIN shop s ON s.id = o.shop_id WHERE \
        s.code IN ('N1', 'N2')"
        )
        .await,
        0
    );
    assert!(
        w.text("SELECT errors_by_class FROM shop_health WHERE code = 'N2'")
            .await
            .starts_with("throttled=")
    );
    assert_eq!(w.text("SELECT state FROM shop_health WHERE code = 'N3'").await, "ok");
    w.end().await;
}

fn signed(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

fn call(shop: &str, headers: &[(&'static str, String)], body: &[u8]) -> HookCall {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| {
            (axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap())
        })
        .collect();
    HookCall { shop: shop.into(), headers, body: body.to_vec() }
}

/// Published: Shopify's own test of its library; Douyin's frame by a third party's test.
#[test]
fn published_webhook_signatures() {
    let shopify = Account { secret: "test_secret_key".into(), ..Account::default() };
    let body = br#"{"foo": "bar"}"#;
    let good = call(
        "S",
        &[("x-shopify-hmac-sha256", "B23tXN681gZ0qIWNRrgtzBE9XSDo5yaUu6wfmhu3a7g=".into())],
        body,
    );
    assert!(verify("shopify", &shopify, &good, 0).is_some());
    let bad = call(
        "S",
        &[("x-shopify-hmac-sha256", "B23tXN681gZ0qIWNRrgtzBE9XSDo5yaUu6wfmhu3a7g=".into())],
        br#"{"foo": "baz"}"#,
    );
    assert_eq!(verify("shopify", &shopify, &bad, 0), None);
    let douyin =
        Account { key_id: "fixed-app".into(), secret: "fixed-secret".into(), ..Account::default() };
    // The published digest is HMAC(secret, key + body); the frame with the secret behind it is the
    // platform's.
    let framed = |tail: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"fixed-secret").unwrap();
        mac.update(format!("fixed-appbody{tail}").as_bytes());
        mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect::<String>()
    };
    assert_eq!(
        framed("fixed-secret"),
        "382c11208cd1f85f08f12c576fa0f80fd8482203d56894a3aab0b188cf2049da"
    );
    assert!(
        verify(
            "douyin",
            &douyin,
            &call("S", &[("event-sign", framed("fixed-secret"))], b"body"),
            0
        )
        .is_some()
    );
    assert_eq!(
        verify("douyin", &douyin, &call("S", &[("event-sign", framed(""))], b"body"), 0),
        None
    );
    // Without a secret nobody is anybody.
    assert_eq!(
        verify(
            "shopify",
            &Account::default(),
            &call("S", &[("x-shopify-hmac-sha256", signed("", body))], body),
            0
        ),
        None
    );
    for kind in ["taobao", "jd", "file", "nonsense"] {
        assert_eq!(verify(kind, &shopify, &good, 0), None, "{kind}");
    }
}

/// Whatever is called at the door: refused, and nothing breaks. `WAVEDECK_FUZZ_INPUTS` asks for
/// more.
#[test]
fn anything_at_the_webhook_door() {
    let inputs = std::env::var("WAVEDECK_FUZZ_INPUTS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(100_000u32);
    let seed = fastrand::u64(..);
    let mut rng = fastrand::Rng::with_seed(seed);
    let account = Account { key_id: "k".into(), secret: "secret".into(), ..Account::default() };
    const NAMES: [&str; 7] = [
        "x-shopify-hmac-sha256",
        "x-wc-webhook-signature",
        "event-sign",
        "x-signature",
        "x-timestamp",
        "x-key-id",
        "content-type",
    ];
    for n in 0..inputs {
        let mut headers = HeaderMap::new();
        for _ in 0..rng.usize(0..6) {
            let bytes: Vec<u8> = (0..rng.usize(0..80))
                .map(|_| if rng.bool() { rng.u8(b'0'..=b'f') } else { rng.u8(32..=255) })
                .filter(|b| *b != 127)
                .collect();
            let value = match rng.u8(0..5) {
                0 => b"k".to_vec(),
                1 => b"99999999999999999999".to_vec(),
                2 => vec![b'a'; 64],
                _ => bytes,
            };
            headers.insert(
                axum::http::HeaderName::from_static(NAMES[rng.usize(0..7)]),
                axum::http::HeaderValue::from_bytes(&value).unwrap(),
            );
        }
        let body: Vec<u8> = (0..rng.usize(0..200)).map(|_| rng.u8(..)).collect();
        let call =
            HookCall { shop: (0..rng.usize(0..10)).map(|_| rng.char(..)).collect(), headers, body };
        for kind in ["shopify", "woo", "douyin", "generic", "taobao"] {
            assert_eq!(verify(kind, &account, &call, i64::from(n)), None, "seed {seed}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_word_wakes_the_pull_once_and_the_sweep_proves_it() {
    let w = World::new().await;
    w.sql("UPDATE job SET next_at = 'infinity'").await;
    w.stock(&[("A01", "I0", "L1", 300, 100)]).await;
    let standin = Standin::new("k", "s");
    let url = standin.serve(0).await.unwrap();
    // It is asked once an hour, unless it calls.
    w.shop_at("G1", "generic", &url, "k", "s3cret-word", json!({ "poll_s": "3600" })).await;
    w.sql("UPDATE shop SET secret = (SELECT secret FROM shop WHERE code = 'G1') WHERE code = 'G1'")
        .await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut worker = Command::new(program())
        .args(["worker", "--listen", &format!("127.0.0.1:{port}")])
        .env("WAVEDECK_DATABASE_URL", w.url(Login::Worker))
        .envs(crate::support::key_files())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let door = format!("http://127.0.0.1:{port}/hooks");
    let client = wavedeck::links::channels::client().unwrap();
    let post = async |shop: &str, headers: Vec<(&str, String)>, body: &str| -> u16 {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let mut request = client.post(format!("{door}/{shop}")).body(body.to_owned());
            for (name, value) in &headers {
                request = request.header(*name, value);
            }
            match request.send().await {
                Ok(answer) => return answer.status().as_u16(),
                // It is still starting.
                Err(error) => assert!(Instant::now() < until, "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let sign = |body: &str, at: i64| {
        let (_, signature) = generic::sign("s3cret-word", "POST", "/hooks/G1", at, body.as_bytes());
        vec![
            ("X-Key-Id", "k".to_owned()),
            ("X-Timestamp", at.to_string()),
            ("X-Signature", signature),
        ]
    };
    let now = jiff::Timestamp::now().as_second();
    assert_eq!(post("NOBODY", sign("{}", now), "{}").await, 401);
    // The first pull has been and gone (its secret is not the stand-in's: that is what it says).
    let next = "SELECT extract(epoch FROM next_at - now())::bigint FROM job j JOIN shop s ON s.id \
        = j.shop_id WHERE j.kind = 'pull' AND s.code = 'G1'";
    let errors = "SELECT errors::bigint FROM job j JOIN shop s ON s.id = j.shop_id WHERE j.kind = \
        'pull' AND s.code = 'G1'";
    let seen = async |sql: &str, good: &dyn Fn(i64) -> bool| {
        let until = Instant::now() + Duration::from_secs(20);
        while !good(w.number(sql).await) {
            assert!(Instant::now() < until, "{sql}: {}", w.number(sql).await);
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    };
    seen(errors, &|n| n > 0).await;
    // With the secret that the shop has too, the hour begins.
    let standin_2 = Standin::new("k", "s3cret-word");
    let url_2 = standin_2.serve(0).await.unwrap();
    w.move_shop("G1", &url_2).await;
    w.sql("UPDATE job SET next_at = now() WHERE kind = 'pull' AND next_at < 'infinity'").await;
    seen(next, &|n| n > 3000).await;
    standin_2.put([World::order_json("O1", &[("I0", 1)])]);
    assert_eq!(post("G1", sign("{\"order_no\":\"O1\"}", now), "{\"order_no\":\"O1\"}").await, 204);
    seen("SELECT count(*) FROM orders", &|n| n == 1).await;
    seen(next, &|n| n > 3000).await;
    // The same word again, an old one, another's, a changed one: nobody wakes.
    standin_2.put([World::order_json("O2", &[("I0", 1)])]);
    assert_eq!(post("G1", sign("{\"order_no\":\"O1\"}", now), "{\"order_no\":\"O1\"}").await, 204);
    assert_eq!(post("G1", sign("{}", now - 400), "{}").await, 401);
    assert_eq!(post("G1", sign("{}", now), "{\"x\":1}").await, 401);
    assert_eq!(post("S1", sign("{}", now), "{}").await, 401);
    assert_eq!(post("G1", vec![], &"x".repeat(2 << 20)).await, 413);
    tokio::time::sleep(Duration::from_millis(800)).await;
    assert_eq!(
        w.number("SELECT count(*) FROM orders").await,
        1,
        "a repeat or a forged word wakes nobody"
    );
    // What no word told is found by the sweep.
    w.sql("UPDATE job SET next_at = now() WHERE kind = 'pull' AND next_at < 'infinity'").await;
    seen("SELECT count(*) FROM orders", &|n| n == 2).await;
    worker.kill().await.unwrap();
    drop(standin);
    w.end().await;
}

#[tokio::test]
async fn what_is_sealed_opens_for_its_row_alone_and_keys_can_change() {
    let w = World::new().await;
    w.shop_at("A", "taobao", "http://127.0.0.1:9", "k", "secret-a\ntoken-a\nrefresh-a", json!({}))
        .await;
    w.shop_at("B", "magento", "http://127.0.0.1:9", "k", "secret-b\n\nlogin", json!({})).await;
    let row = async |code: &str| {
        let mut tx = w.office.db.begin().await.unwrap();
        wavedeck::store::shops::find(&mut tx, code).await.unwrap().unwrap()
    };
    let (a, b) = (
        shops::account(&w.worker.vault, &row("A").await).unwrap(),
        shops::account(&w.worker.vault, &row("B").await).unwrap(),
    );
    assert_eq!(
        (a.secret.as_str(), a.session.as_str(), a.refresh.as_str()),
        ("secret-a", "token-a", "refresh-a")
    );
    assert_eq!(
        (b.secret.as_str(), b.session.as_str(), b.refresh.as_str()),
        ("secret-b", "", "login")
    );
    // The database refuses what is not sealed, and a seal that is put on another row does not open.
    assert!(w.try_sql("UPDATE shop SET secret = 'in the open' WHERE code = 'A'").await.is_err());
    w.sql("UPDATE shop SET secret = (SELECT secret FROM shop WHERE code = 'B') WHERE code = 'A'")
        .await;
    assert!(matches!(shops::account(&w.worker.vault, &row("A").await), Err(Locked::Damaged)));
    w.sql("DELETE FROM shop_token WHERE shop_id = (SELECT id FROM shop WHERE code = 'A')").await;
    w.sql("UPDATE shop SET secret = '' WHERE code = 'A'").await;
    // Nor does it open for another address, where tokens come from included; another path of the
    // same is the same.
    let opens = async || shops::account(&w.worker.vault, &row("B").await).is_ok();
    for (sql, is_open) in [
        ("UPDATE shop SET url = 'http://127.0.0.1:9/rest/v1' WHERE code = 'B'", true),
        ("UPDATE shop SET url = 'http://127.0.0.1:99' WHERE code = 'B'", false),
        ("UPDATE shop SET url = 'https://127.0.0.1:9' WHERE code = 'B'", false),
        ("UPDATE shop SET url = 'http://127.0.0.1:9' WHERE code = 'B'", true),
        ("UPDATE shop SET options = '{\"token_url\": \"http://x\"}' WHERE code = 'B'", false),
        ("UPDATE shop SET options = '{}' WHERE code = 'B'", true),
    ] {
        w.sql(sql).await;
        assert_eq!(opens().await, is_open, "{sql}");
    }
    w.move_shop("B", "http://127.0.0.1:99").await;
    assert!(opens().await, "whoever has the key moves it");
    w.move_shop("B", "http://127.0.0.1:9").await;
    // A key of one's own, changed by the command while another process still has the old one.
    let dir = crate::support::cluster().label_folder().unwrap().join("keys");
    std::fs::create_dir_all(&dir).unwrap();
    let file = dir.join("key");
    std::fs::copy(key_file(), &file).unwrap();
    let running = Vault::new(Some(file.clone()));
    running.open("x", &running.seal("x", "warm").unwrap()).unwrap();
    let run = |args: &[&str]| {
        let mut command = Command::new(program());
        command
            .args(args)
            .env("WAVEDECK_DATABASE_URL", w.url(Login::Admin))
            .env("WAVEDECK_SECRET_KEY_FILE", &file);
        async move {
            let done = command.output().await.unwrap();
            (
                done.status.code().unwrap(),
                format!(
                    "{}{}",
                    String::from_utf8_lossy(&done.stdout),
                    String::from_utf8_lossy(&done.stderr)
                ),
            )
        }
    };
    let before = row("B").await;
    assert_eq!(run(&["secrets", "rotate"]).await.0, 0);
    let after = row("B").await;
    assert_ne!(before.secret, after.secret);
    assert_eq!(
        shops::account(&running, &after).unwrap().secret,
        "secret-b",
        "a process that runs reads its file again"
    );
    assert!(
        matches!(
            Vault::new(Some(file.clone())).open("shop B secret", &before.secret),
            Err(Locked::OtherKey(_))
        ),
        "the old key is gone"
    );
    // Cut off between its steps: both keys are there, and once more is enough.
    vault::add_key(&file).unwrap();
    assert_eq!(shops::account(&Vault::new(Some(file.clone())), &after).unwrap().secret, "secret-b");
    assert_eq!(run(&["secrets", "reseal"]).await.0, 0);
    vault::drop_old_keys(&file).unwrap();
    assert_eq!(
        shops::account(&Vault::new(Some(file.clone())), &row("B").await).unwrap().secret,
        "secret-b"
    );
    // What is wrong with a key file is said, with its line; a file that is there is not written
    // over.
    assert_eq!(run(&["secrets", "new-key", &file.to_string_lossy()]).await.0, 3);
    std::fs::write(&file, "abc\n").unwrap();
    let (code, said) = run(&["secrets", "reseal"]).await;
    assert!(code == 3 && said.contains("line 1"), "{said}");
    std::fs::remove_dir_all(&dir).unwrap();
    w.sql("UPDATE shop SET secret = '' WHERE code = 'B'").await;
    w.end().await;
}

/// A shop that says everything back that it was sent, in every way.
async fn parrot() -> String {
    let answer = async |uri: Uri, headers: HeaderMap, body: Bytes| {
        let said: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
            .collect();
        let all = format!("{uri} {} {}", said.join(" "), String::from_utf8_lossy(&body));
        let basic = headers
            .get("authorization")
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Basic "))
            .and_then(|text| BASE64_STANDARD.decode(text).ok())
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let all = format!("{} {all}", basic.unwrap_or_default());
        let hex: String = all.bytes().take(60).map(|b| format!("{b:02x}")).collect();
        let statuses = [200, 400, 401, 403, 404, 409, 422, 429, 500];
        let status = statuses[fastrand::usize(0..statuses.len())];
        let body = json!({
            "message": all, "code": hex, "error": { "code": "x", "message": all },
            "errors": [{ "code": "x", "message": all }], "error_description": all,
            "error_response": {
                "code": 15, "error_code": 10001, "sub_code": "isv.x", "msg": all, "sub_msg": all,
                "zh_desc": all, "error_msg": all,
            },
            "msg": all, "sub_msg": all,
        });
        (StatusCode::from_u16(status).unwrap(), axum::Json(body))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(answer)).await });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_ever_kept_or_shown_in_the_open() {
    let w = World::new().await;
    w.sql("UPDATE job SET next_at = 'infinity'").await;
    w.stock(&[("A01", "I0", "L1", 300, 100)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    let url = parrot().await;
    let kinds = ["generic", "taobao", "jd", "pdd", "douyin", "amazon", "shopify", "magento", "woo"];
    let mut canaries = Vec::new();
    for (n, kind) in kinds.iter().enumerate() {
        let mine = [
            format!("canary+secret/{n}=x"),
            format!("canary&access {n}~y"),
            format!("canary\"refresh\\{n}"),
        ];
        let options = json!({
            "poll_s": "1", "lag_s": "0", "token_url": format!("{url}/token"), "marketplace": "M1",
            "seller": "S1", "location": "9", "shop_id": "1", "rate": { "pull": "100/100" },
        });
        w.shop_at(&format!("C{n}"), kind, &url, "app", &mine.join("\n"), options).await;
        w.sql(&format!(
            "INSERT INTO listing (shop_id, code, item_id, reference) SELECT s.id, 'I0', i.id, \
             '1:2' FROM shop s, item i WHERE s.code = 'C{n}' AND i.sku = 'I0'"
        ))
        .await;
        // Something to dispatch, too.
        w.sql(&format!(
            "WITH p AS (INSERT INTO place (warehouse_id, code, kind, parent_id)
          SELECT s.warehouse_id, 'PC{n}', 'container', s.id FROM place s WHERE s.code = 'STAGE'
          RETURNING id, warehouse_id),
              c AS (INSERT INTO container (place_id, kind) SELECT p.id, 'parcel' FROM p),
              q AS (INSERT INTO parcel (place_id, warehouse_id, shipment_id, sscc, carrier_id,
                state) SELECT p.id, p.warehouse_id, s.id, lpad(p.id::text, 18, '0'), s.carrier_id,
                'handed_over' FROM p, shipment s RETURNING place_id)
              INSERT INTO outbox (shop_id, kind, key, parcel_id, order_no, body)
                SELECT s.id, 'dispatch', gen_random_uuid(), q.place_id, 'O1',
                '{{\"order_no\":\"O1\",\"carrier\":\"SF\",\"waybill\":\"W\",\"lines\":[]}}'
                FROM q, shop s WHERE s.code = 'C{n}'"
        ))
        .await;
        canaries.extend(mine);
    }
    w.labels_for_boxes().await;
    w.sql("UPDATE shop SET pushes = true WHERE code LIKE 'C%'").await;
    let dir = crate::support::cluster().label_folder().unwrap().join("canary");
    std::fs::create_dir_all(&dir).unwrap();
    let (log, config) = (dir.join("log"), dir.join("config.toml"));
    std::fs::write(&config, format!("[log]\nfile = {:?}\nlevel = \"trace\"\n", log)).unwrap();
    let wavedeck = |args: &[&str]| {
        let mut command = Command::new(program());
        command
            .args(args)
            .env("WAVEDECK_DATABASE_URL", w.url(Login::Admin))
            .envs(crate::support::key_files())
            .env("WAVEDECK_CONFIG", &config)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    };
    // Failures of every class, for as long as it takes that every shop has said something to
    // everything.
    let mut worker = wavedeck(&["worker"]).spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(40);
    let said = "SELECT (SELECT count(*) FROM job WHERE last_error <> '') + (SELECT count(*) FROM \
        shop_token WHERE last_error <> '') + (SELECT count(*) FROM outbox WHERE last_error <> '')";
    while w.number(said).await < 24 && Instant::now() < until {
        w.sql("UPDATE job SET next_at = now() WHERE next_at < 'infinity' AND kind <> 'compare'")
            .await;
        w.sql("UPDATE shop_token SET next_at = least(next_at, now())").await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(w.number(said).await >= 20, "only {} failures were provoked", w.number(said).await);
    worker.kill().await.unwrap();
    let mut outputs = vec![("the log".to_owned(), std::fs::read(&log).unwrap())];
    let dump = dir.join("dump");
    for args in [
        vec!["db", "backup", dump.to_str().unwrap()],
        vec!["show", "shops", "--json"],
        vec!["show", "exceptions", "--json"],
        vec!["show", "audit", "--json"],
        vec!["shop", "list", "--json"],
        vec!["doctor"],
    ] {
        let done = wavedeck(&args).output().await.unwrap();
        outputs.push((args.join(" "), [done.stdout, done.stderr].concat()));
    }
    for n in 0..kinds.len() {
        for args in [["shop", "test"], ["shop", "compare"]] {
            let done = wavedeck(&[args[0], args[1], &format!("C{n}")]).output().await.unwrap();
            outputs.push((format!("{} C{n}", args.join(" ")), [done.stdout, done.stderr].concat()));
        }
    }
    outputs.push(("every table".to_owned(), tables(&w).await.into_bytes()));
    assert!(
        outputs.last().unwrap().1.len() > 10_000
            && outputs.iter().filter(|(_, bytes)| !bytes.is_empty()).count() > 15,
        "there is nothing to look through: {:?}",
        outputs.iter().map(|(name, bytes)| (name, bytes.len())).collect::<Vec<_>>()
    );
    for canary in &canaries {
        let escaped: String = canary
            .bytes()
            .map(|b| {
                if b.is_ascii_alphanumeric() {
                    char::from(b).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect();
        let forms = [
            canary.clone(),
            escaped.clone(),
            escaped.to_lowercase(),
            BASE64_STANDARD.encode(canary),
            canary.bytes().map(|b| format!("{b:02x}")).collect(),
            // As a password goes over the wire.
            BASE64_STANDARD.encode(format!("app:{canary}")).trim_end_matches('=').to_owned(),
            json!(canary).to_string().trim_matches('"').to_owned(),
        ];
        for (name, bytes) in &outputs {
            let text = String::from_utf8_lossy(bytes);
            for form in &forms {
                assert!(!text.contains(form.as_str()), "{name} holds {form}");
            }
        }
    }
    std::fs::remove_dir_all(&dir).unwrap();
    w.end().await;
}

/// Every row of every table, as text.
async fn tables(w: &World) -> String {
    let names = w
        .text("SELECT string_agg(tablename, ' ') FROM pg_tables WHERE schemaname = 'public'")
        .await;
    let mut all = String::new();
    for name in names.split(' ') {
        all.push_str(
            &w.text(&format!("SELECT string_agg(t::text, E'\\n') FROM \"{name}\" t")).await,
        );
    }
    all
}

/// What a kind's platform publishes of its rates.
fn published(kind: &str) -> &'static [(rate_limit::Call, Rate)] {
    wavedeck::links::channels::kind(kind).unwrap().rates
}

#[test]
fn a_bucket_empties_fills_and_obeys() {
    let (buckets, account, now) = (Buckets::default(), Account::default(), Instant::now());
    let rate = Some(Rate::new(2.0, 3.0));
    let at = |s: f64| now + Duration::from_secs_f64(s);
    let wait = |s: f64| match buckets.take(&account, rate_limit::Call::Pull, rate, at(s)) {
        Ok(()) => 0.0,
        Err(ChannelError { class: Class::Throttled { wait_s }, .. }) => wait_s,
        Err(other) => panic!("{other:?}"),
    };
    assert_eq!([wait(0.0), wait(0.0), wait(0.0)], [0.0; 3]);
    assert!((wait(0.0) - 0.5).abs() < 0.01);
    // Other calls have their own; after half a second there is one token, after a long time no more
    // than three.
    assert!(buckets.take(&account, rate_limit::Call::Push, rate, at(0.0)).is_ok());
    assert_eq!(wait(0.51), 0.0);
    assert!(wait(0.52) > 0.0);
    assert_eq!([wait(100.0), wait(100.0), wait(100.0)], [0.0; 3]);
    assert!(wait(100.0) > 0.0);
    buckets.slower(&account, rate_limit::Call::Pull, 7.0, at(200.0));
    assert!((wait(201.0) - 6.0).abs() < 0.01);
    assert_eq!(wait(207.1), 0.0);
}

#[test]
fn rates_are_published_or_the_shops_own() {
    let account = Account {
        options: serde_json::json!({ "rate": { "pull": "3/9", "read": "nonsense" } }),
        ..Account::default()
    };
    assert_eq!(
        rate_limit::allowed_rate(published("amazon"), &account, rate_limit::Call::Pull),
        Some(Rate::new(3.0, 9.0))
    );
    assert_eq!(
        rate_limit::allowed_rate(published("amazon"), &account, rate_limit::Call::Read),
        Some(Rate::new(0.5, 30.0))
    );
    assert_eq!(rate_limit::allowed_rate(published("jd"), &account, rate_limit::Call::Read), None);
}

#[tokio::test]
async fn the_demo_runs_every_kind_of_shop_at_once() {
    let home = std::env::temp_dir().join(format!("wavedeck-test-{}-shops", std::process::id()));
    let run = |args: &[&str]| {
        let mut command = Command::new(program());
        command
            .args(args)
            .env("WAVEDECK_HOME", &home)
            .env_remove("WAVEDECK_DATABASE_URL")
            .env_remove("WAVEDECK_SECRET_KEY_FILE")
            .stdin(Stdio::null());
        async move {
            let done = command.output().await.unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            String::from_utf8(done.stdout).unwrap()
        }
    };
    run(&[
        "demo",
        "--setup-only",
        "--orders",
        "90",
        "--shops",
        "taobao,jd,pdd,douyin,amazon,shopify,magento,woo,generic",
    ])
    .await;
    let shops: Vec<serde_json::Value> =
        serde_json::from_str(&run(&["show", "shops", "--json"]).await).unwrap();
    assert_eq!(shops.len(), 9);
    assert!(shops.iter().all(|shop| shop["state"] == "ok" && shop["said"] == ""), "{shops:?}");
    let orders: Vec<serde_json::Value> =
        serde_json::from_str(&run(&["show", "orders", "--json"]).await).unwrap();
    assert_eq!(orders.len(), 90);
    let no = orders.iter().find(|order| order["channel"] == "shopify").unwrap()["order_no"]
        .as_str()
        .unwrap();
    let past: Vec<serde_json::Value> =
        serde_json::from_str(&run(&["show", "timeline", "--order", no, "--json"]).await).unwrap();
    assert!(
        past[0]["what"] == "pulled" && past[0]["payload"]["legacyResourceId"] == no,
        "the platform's own words: {past:?}"
    );
    run(&["check"]).await;
    std::fs::remove_dir_all(&home).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watched_folder_takes_files_in_once_and_puts_them_aside() {
    let w = World::new().await;
    w.sql("UPDATE job SET next_at = 'infinity'").await;
    w.stock(&[("A01", "I0", "L1", 300, 100)]).await;
    let dir = crate::support::cluster().label_folder().unwrap().join("till");
    std::fs::create_dir_all(&dir).unwrap();
    w.shop_at("TILL", "folder", &format!("file://{}", dir.display()), "", "", json!({})).await;
    let header = "Bon,sku,qty,unit_price,status,receiver_name,address\n";
    std::fs::write(
        dir.join("map.toml"),
        "\"Bon\" = \"order_no\"\ncurrency = { value = \"EUR\" }\n",
    )
    .unwrap();
    std::fs::write(
        dir.join("one.csv"),
        format!(
            "{header}B1,I0,2,1.50,paid,Ada,Weg \
        1\nB2,I0,x,1.50,paid,Ada,Weg 1\nB3,I0,1,1.50,,Ada,Weg 1\n"
        ),
    )
    .unwrap();
    std::fs::write(dir.join("two.csv"), "nothing,of,ours\n1,2,3\n").unwrap();
    std::fs::write(dir.join("notes.txt"), "left alone").unwrap();
    let (stop, stopped) = watch::channel(false);
    let background = tokio::spawn(jobs::run(w.worker.clone(), stopped));
    let seen = async |what: &str, sql: &str, value: i64| {
        let until = Instant::now() + Duration::from_secs(30);
        while w.number(sql).await != value {
            assert!(
                Instant::now() < until,
                "{what}: {}; {}",
                w.number(sql).await,
                w.text("SELECT string_agg(last_error, ' ') FROM job").await
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    seen("two orders", "SELECT count(*) FROM shipment WHERE state = 'ready'", 2).await;
    seen(
        "two cases",
        "SELECT count(*) FROM exception WHERE reason = 'file_refused' AND done_at IS NULL",
        2,
    )
    .await;
    assert!(
        std::fs::read_to_string(dir.join("done/one.csv.said.txt")).unwrap().starts_with("2: qty"),
        "what was refused, row by row"
    );
    assert!(
        dir.join("refused/two.csv").exists()
            && dir.join("notes.txt").exists()
            && !dir.join("one.csv").exists()
    );
    // The same file again, as after a crash before it was moved; then one that takes a sale back.
    std::fs::copy(dir.join("done/one.csv"), dir.join("one.csv")).unwrap();
    // The later file is the later word: they must not bear the same instant.
    tokio::time::sleep(Duration::from_millis(50)).await;
    std::fs::write(dir.join("back.csv"), format!("{header}B3,I0,1,1.50,refunded,Ada,Weg 1\n"))
        .unwrap();
    seen("a refund", "SELECT count(*) FROM shipment WHERE state = 'cancelled'", 1).await;
    let until = Instant::now() + Duration::from_secs(20);
    while !dir.join("done/1-one.csv").exists() {
        assert!(Instant::now() < until, "the repeated file lies there still");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(w.number("SELECT count(*) FROM orders").await, 2);
    assert_eq!(w.number("SELECT count(*) FROM shipment WHERE state = 'ready'").await, 1);
    stop.send_replace(true);
    background.await.unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    w.end().await;
}

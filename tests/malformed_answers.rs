//! What shops answer, byte by byte, and the doors that few of them have: anything that comes back
//! is an order that can be kept or an error with its class.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use uuid::Uuid;
use wavedeck::links::channels::{
    self, Account, Channel, ChannelError, Class, PullPage, StockLevel,
};
use wavedeck::links::standin::amazon::Amazon;
use wavedeck::links::standin::app::{App, TOKEN_SECRET};
use wavedeck::links::standin::platform::Platform;
use wavedeck::links::standin::shop::Standin;
use wavedeck::links::standin::{self, PLATFORMS};

const FAST: &str = "1000000/1000000";

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

fn app() -> App {
    App { key: "app-1".into(), secret: "shh".into(), session: "token-1".into() }
}

fn options(more: Value) -> Value {
    let mut options = json!({
        "lag_s": 0, "marketplace": "M1", "seller": "SELLER1", "location": "9",
        "rate": { "pull": FAST, "read": FAST, "dispatch": FAST, "push": FAST },
    });
    options.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    options
}

fn open(kind: &str, url: &str, secret: &str, more: Value) -> Box<dyn Channel> {
    channels::open(
        kind,
        Account::new(url, "app-1", secret, options(more)),
        &channels::client().unwrap(),
    )
    .unwrap()
}

/// Stands between an adapter and a stand-in and spoils what comes back.
#[derive(Clone)]
struct Spoiler {
    behind: String,
    http: reqwest::Client,
    rng: Arc<Mutex<fastrand::Rng>>,
}

impl Spoiler {
    async fn before(behind: String, seed: u64) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let spoiler = Spoiler {
            behind,
            http: (*channels::client().unwrap()).clone(),
            rng: Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))),
        };
        tokio::spawn(async move {
            axum::serve(listener, axum::Router::new().fallback(pass_on).with_state(spoiler)).await
        });
        url
    }

    fn spoil(&self, status: u16, body: &[u8]) -> Response {
        let mut rng = self.rng.lock().unwrap();
        let mut body = body.to_vec();
        for _ in 0..rng.usize(0..4) {
            let at = rng.usize(0..=body.len());
            match rng.u8(0..9) {
                0 => body.truncate(at),
                1 => body
                    .splice(at..at, (0..rng.usize(1..9)).map(|_| rng.u8(..)).collect::<Vec<_>>())
                    .for_each(drop),
                2 if at < body.len() => body[at] = rng.u8(..),
                3 => body.splice(at..at, body[..at.min(40)].to_vec()).for_each(drop),
                4 => body = b"[".repeat(rng.usize(1..3000)),
                5 => {
                    body = format!(
                        "{{\"{}\":1e{}}}",
                        "k".repeat(rng.usize(0..300)),
                        rng.i32(-400..400)
                    )
                    .into_bytes()
                }
                6 => {
                    body = [&b"null"[..], b"[]", b"{}", b"\"\"", b"0", b"", b"<html>"]
                        [rng.usize(0..7)]
                    .to_vec()
                }
                // Half of a character, and one that is none.
                7 => {
                    body = String::from_utf8_lossy(&body)
                        .replacen(
                            'e',
                            ["\\ud83d", "\u{0}", "\\u0000", "\\udc00\\ud800"][rng.usize(0..4)],
                            rng.usize(1..4),
                        )
                        .into_bytes()
                }
                _ => {
                    body = String::from_utf8_lossy(&body)
                        .replace(
                            ['1', '2'],
                            ["-", "9999999999999999999", ".", "\"", "null"][rng.usize(0..5)],
                        )
                        .into_bytes()
                }
            }
        }
        let status = if rng.u8(0..4) == 0 { rng.u16(200..600) } else { status };
        let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
        if rng.bool() {
            response = response.header(
                "Retry-After",
                ["-1", "NaN", "1e300", "", "0", "Wed, 21 Oct 2026 07:28:00 GMT"][rng.usize(0..6)],
            );
        }
        response.body(Body::from(body)).unwrap()
    }
}

async fn pass_on(State(spoiler): State<Spoiler>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let body: Bytes = to_bytes(body, 1 << 20).await.unwrap();
    let mut headers = head.headers;
    headers.remove("host");
    let answer = spoiler
        .http
        .request(head.method, format!("{}{path}", spoiler.behind))
        .headers(headers)
        .body(body)
        .send()
        .await
        .unwrap();
    let (status, body) = (answer.status().as_u16(), answer.bytes().await.unwrap());
    spoiler.spoil(status, &body)
}

fn is_sound(kind: &str, seed: u64, error: &ChannelError) {
    let waits = if let Class::Throttled { wait_s } = error.class {
        wait_s.is_finite() && (0.0..=86_400.0).contains(&wait_s)
    } else {
        true
    };
    assert!(
        waits && error.message.len() < 2_000 && !error.message.chars().any(char::is_control),
        "{kind}, seed {seed}: {error:?}"
    );
}

fn keeps(kind: &str, seed: u64, page: PullPage) {
    assert!(page.server_time.parse::<jiff::Timestamp>().is_ok(), "{kind}, seed {seed}");
    for order in page.orders {
        let said = match order {
            Ok(order) => (
                !order.order_no.is_empty()
                    && order
                        .lines
                        .iter()
                        .all(|line| line.qty > 0 && (0..=line.qty).contains(&line.sent)),
                format!("{order:?}"),
            ),
            Err(bad) => (!bad.order_no.is_empty() && bad.message.len() < 2_000, format!("{bad:?}")),
        };
        assert!(said.0, "{kind}, seed {seed}: {}", said.1);
    }
}

/// Any call of an adapter, behind a spoiler.
async fn any_call(there: &dyn Channel, kind: &str, seed: u64, n: u32, order_no: &str) {
    let since = jiff::Timestamp::from_second(now() - 500).unwrap().to_string();
    let level = StockLevel { code: "I0".into(), reference: "1:2".into(), available: 3 };
    let body = json!({
        "order_no": order_no, "carrier": "SF", "waybill": format!("SF{n}"), "was": "SF0",
        "parcel": "42", "lines": [{ "line_no": "1", "qty": 1 }],
    });
    let error = match n % 6 {
        0 | 1 => there.pull(Some(&since), "", 50).await.map(|page| keeps(kind, seed, page)).err(),
        2 => there.read(order_no).await.err(),
        3 => there.dispatch(Uuid::now_v7(), &body).await.err(),
        4 => match there.push(Uuid::now_v7(), std::slice::from_ref(&level)).await {
            Ok(answers) => answers.into_iter().find_map(Result::err),
            Err(error) => Some(error),
        },
        _ if n % 12 == 5 => there.read_stock(std::slice::from_ref(&level)).await.err(),
        _ => there.refresh().await.err(),
    };
    if let Some(error) = error {
        is_sound(kind, seed, &error);
    }
}

/// `WAVEDECK_FUZZ_ANSWERS` asks for more of them.
#[tokio::test(flavor = "multi_thread")]
async fn any_bytes_that_come_back_are_an_order_or_an_error_with_its_class() {
    let calls = std::env::var("WAVEDECK_FUZZ_ANSWERS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1_200u32);
    let mut kinds = tokio::task::JoinSet::new();
    for kind in PLATFORMS.into_iter().chain(["generic"]) {
        kinds.spawn(async move {
            let seed = fastrand::u64(..);
            let (behind, order_no) = if kind == "generic" {
                let shop = Standin::new("app-1", "shh");
                shop.put([crate::support::World::order_json("O1", &[("I0", 2)])]);
                (shop.serve(0).await.unwrap(), "O1".to_owned())
            } else {
                let shop = standin::platform(kind, app()).unwrap();
                shop.put((0..3).map(|n| {
                    standin::order(kind, n, now() - 100, &[("I0", 2), ("I1", 1)]).unwrap()
                }));
                (shop.serve(0).await.unwrap(), shop.newest().into_keys().next().unwrap())
            };
            let url = Spoiler::before(behind, seed).await;
            let there =
                open(kind, &url, "shh\ntoken-1\nrefresh-0", json!({ "token_url": url.clone() }));
            for n in 0..calls {
                any_call(there.as_ref(), kind, seed, n, &order_no).await;
            }
        });
    }
    while let Some(done) = kinds.join_next().await {
        done.unwrap();
    }
}

#[tokio::test]
async fn a_name_with_half_a_character_in_it_stops_no_page() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let order = standin::order("woo", 1, now() - 100, &[("I0", 2)])
        .unwrap()
        .to_string()
        .replace("\"Ada\"", "\"Ada \\ud83d\\\\u\\ud83d\\ude00\"");
    let page =
        move || async move { ([("Content-Type", "application/json")], format!("[{order}]")) };
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(page)).await });
    let orders = open("woo", &url, "shh", json!({}))
        .pull(Some("2026-01-01T00:00:00Z"), "", 50)
        .await
        .unwrap()
        .orders;
    assert_eq!(orders[0].as_ref().unwrap().receiver.name, "Ada \u{fffd}\\u😀 Example");
}

#[tokio::test]
async fn calls_signed_by_oauth_1_are_let_in_and_others_are_not() {
    for (kind, secret) in
        [("magento", format!("shh\ntoken-1\n{TOKEN_SECRET}")), ("woo", "shh".to_owned())]
    {
        let shop = standin::platform(kind, app()).unwrap();
        let url = shop.serve(0).await.unwrap();
        shop.put([standin::order(kind, 1, now() - 100, &[("I0", 2)]).unwrap()]);
        let no = shop.newest().into_keys().next().unwrap();
        let since = jiff::Timestamp::from_second(now() - 500).unwrap().to_string();
        let there = open(kind, &url, &secret, json!({ "auth": "oauth1" }));
        there.pull(Some(&since), "", 50).await.unwrap();
        assert_eq!(there.read(&no).await.unwrap().unwrap().order_no, no, "{kind}");
        let body = json!({
            "order_no": no, "carrier": "SF", "waybill": "SF1",
            "lines": [{ "line_no": "1", "qty": 2 }],
        });
        there.dispatch(Uuid::now_v7(), &body).await.unwrap();
        assert_eq!(shop.books().shipped.len(), 1, "{kind}");
        let wrong = open(kind, &url, &secret.replace("shh", "other"), json!({ "auth": "oauth1" }));
        assert_eq!(wrong.read(&no).await.unwrap_err().class, Class::SessionExpired, "{kind}");
    }
}

#[tokio::test]
async fn adobes_door_gives_a_token_that_is_let_in() {
    let shop = standin::platform("magento", app()).unwrap();
    let url = shop.serve(0).await.unwrap();
    let more = json!({ "token_url": format!("{url}/ims/token/v3"), "scope": "commerce.accs" });
    let tokens =
        open("magento", &url, "shh\n\nims", more.clone()).refresh().await.unwrap().unwrap();
    assert!(tokens.refresh.is_empty() && tokens.lives_s == Some(3600), "how it is asked for stays");
    let since = jiff::Timestamp::from_second(now() - 500).unwrap().to_string();
    assert!(
        open("magento", &url, &format!("shh\n{}\nims", tokens.access), more.clone())
            .pull(Some(&since), "", 50)
            .await
            .is_ok()
    );
    let refused = open("magento", &url, "other\n\nims", more).refresh().await.err().unwrap();
    assert_eq!(refused.class, Class::SessionExpired);
}

#[tokio::test]
async fn amazons_version_before_shows_addresses_to_a_restricted_token_only() {
    let shop = Platform::new(Amazon { app: app(), old: true });
    let url = shop.serve(0).await.unwrap();
    shop.put([standin::order("amazon", 1, now() - 100, &[("I0", 2)]).unwrap()]);
    let no = shop.newest().into_keys().next().unwrap();
    let there = open("amazon", &url, "shh\ntoken-1", json!({ "api": "v0" }));
    assert_eq!(there.read(&no).await.unwrap().unwrap().receiver.city, "Musterstadt");
    let plain: Value = reqwest::Client::new()
        .get(format!("{url}/orders/v0/orders/{no}"))
        .header("x-amz-access-token", "token-1")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(plain["payload"]["ShippingAddress"].is_null(), "the stand-in keeps it back otherwise");
}

#[tokio::test]
async fn a_long_page_waits_for_a_shop_that_asks_to_go_slower_but_not_for_ever() {
    let calls = AtomicU32::new(0);
    let answer = |wait_s: f64, times: u32| {
        let calls = &calls;
        channels::http::retry_throttled(move || {
            Box::pin(async move {
                if calls.fetch_add(1, Ordering::SeqCst) < times {
                    Err(ChannelError::new(Class::Throttled { wait_s }, "slower"))
                } else {
                    Ok(7)
                }
            })
        })
    };
    assert_eq!((answer(0.0, 2).await, calls.swap(0, Ordering::SeqCst)), (Ok(7), 3));
    assert!(
        answer(3600.0, 1).await.is_err() && calls.load(Ordering::SeqCst) == 1,
        "the job is tried again later"
    );
}

#[tokio::test]
async fn an_order_of_many_lines_comes_whole_and_is_told_whole() {
    let shop = standin::platform("shopify", app()).unwrap();
    let url = shop.serve(0).await.unwrap();
    let lines: Vec<(&str, i64)> = (0..230).map(|_| ("I0", 2)).collect();
    shop.put([standin::order("shopify", 1, now() - 100, &lines).unwrap()]);
    let there = open("shopify", &url, "shh\ntoken-1", json!({}));
    let since = jiff::Timestamp::from_second(now() - 500).unwrap().to_string();
    let order = there.pull(Some(&since), "", 50).await.unwrap().orders.remove(0).unwrap();
    assert_eq!(order.lines.len(), 230);
    let lines: Vec<Value> = order
        .lines
        .iter()
        .map(|line| json!({ "line_no": line.line_no, "qty": line.qty }))
        .collect();
    let body =
        json!({ "order_no": order.order_no, "carrier": "SF", "waybill": "SF1", "lines": lines });
    there.dispatch(Uuid::now_v7(), &body).await.unwrap();
    there.dispatch(Uuid::now_v7(), &body).await.unwrap();
    assert_eq!(shop.books().shipped.len(), 1, "told again it is the same parcel");
    assert!(
        there.read(&order.order_no).await.unwrap().unwrap().lines.iter().all(|line| line.sent == 2)
    );
}

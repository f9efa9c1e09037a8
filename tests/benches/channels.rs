//! Orders in, from page to promised: `cargo bench --bench channels`. The shops are stand-ins in a
//! process of their own; orders have 2.2 lines on average and come in pages of 100. Every commit is
//! paid for, as at a site.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "../support/mod.rs"]
#[allow(dead_code)]
mod support;

use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use support::{DURABLE, World, program};
use tokio::sync::watch;
use wavedeck::jobs;
use wavedeck::links::channels::{self, Account};
use wavedeck::links::standin::shop::Standin;
use wavedeck::store::goods;
use wavedeck::store::push;

/// `--standin SHOPS ORDERS`: serves until its input ends, having said where.
const STANDIN: &str = "--standin";

fn order(shop: usize, n: usize) -> Value {
    const LINES: [&[(&str, i64)]; 5] = [
        &[("I0", 1)],
        &[("I1", 1), ("I2", 2)],
        &[("I3", 1), ("I4", 1), ("I5", 1)],
        &[("I6", 2), ("I7", 1)],
        &[("I0", 1), ("I3", 1), ("I7", 2)],
    ];
    let mut order = World::order_json(&format!("{shop}-{n:07}"), LINES[n % 5]);
    let at =
        jiff::Timestamp::now() - Duration::from_secs(86_400) + Duration::from_millis(n as u64 * 10);
    order["updated_at"] = json!(at.to_string());
    order
}

async fn stand_in(shops: usize, orders: usize) {
    for shop in 0..shops {
        let standin = Standin::new("k", "s");
        standin.put((0..orders).map(|n| order(shop, n)));
        println!("{}", standin.serve(0).await.unwrap());
    }
    let mut line = String::new();
    std::io::stdin().lines().for_each(|typed| line.push_str(&typed.unwrap_or_default()));
}

struct Shops {
    child: Child,
    urls: Vec<String>,
}

impl Shops {
    fn open(shops: usize, orders: usize) -> Shops {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([STANDIN, &shops.to_string(), &orders.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let urls = said.lines().take(shops).map(|line| line.unwrap()).collect();
        Shops { child, urls }
    }
}

impl Drop for Shops {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().unwrap();
    }
}

async fn world(shops: &Shops) -> World {
    let w = World::new().await;
    w.sql("UPDATE job SET next_at = 'infinity'").await;
    let stock: Vec<(String, String)> =
        (0..8).map(|n| (format!("A{:02}", n + 1), format!("I{n}"))).collect();
    w.stock(
        &stock
            .iter()
            .map(|(place, sku)| (place.as_str(), sku.as_str(), "L1", 300, 1_000_000))
            .collect::<Vec<_>>(),
    )
    .await;
    for (n, url) in shops.urls.iter().enumerate() {
        w.shop_at(&format!("B{n}"), "generic", url, "k", "s", json!({})).await;
    }
    w
}

/// Orders a second from the first page asked for to the last shipment promised.
async fn rate(shops: usize, orders: usize) -> f64 {
    let standins = Shops::open(shops, orders);
    let w = world(&standins).await;
    let (stop, stopped) = watch::channel(false);
    let started = Instant::now();
    let background = tokio::spawn(jobs::run(w.worker.clone(), stopped));
    let total = (shops * orders) as i64;
    while w.number("SELECT count(*) FROM shipment WHERE state = 'ready'").await < total {
        assert!(started.elapsed() < Duration::from_secs(300), "it never ends");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let took = started.elapsed().as_secs_f64();
    stop.send_replace(true);
    background.await.unwrap();
    w.end().await;
    total as f64 / took
}

/// The floor: the same pages fetched, checked and read, and nothing kept.
async fn fetched(orders: usize) -> f64 {
    let standins = Shops::open(1, orders);
    let channel = channels::open(
        "generic",
        Account::new(&standins.urls[0], "k", "s", json!({})),
        &channels::client().unwrap(),
    )
    .unwrap();
    let started = Instant::now();
    let (mut cursor, mut read) = (String::new(), 0);
    loop {
        let page = channel.pull(None, &cursor, 100).await.unwrap();
        read += page.orders.iter().filter(|order| order.is_ok()).count();
        match page.next_cursor {
            Some(next) => cursor = next,
            None => break,
        }
    }
    assert_eq!(read, orders);
    orders as f64 / started.elapsed().as_secs_f64()
}

/// A poll that finds nothing new, in milliseconds: the median of many.
async fn idle() -> f64 {
    let standins = Shops::open(1, 0);
    let w = world(&standins).await;
    let mut took = Vec::new();
    for _ in 0..200 {
        w.sql("UPDATE job SET next_at = now() WHERE next_at < 'infinity'").await;
        let started = Instant::now();
        assert!(jobs::pull::once(w.worker.clone()).await.unwrap());
        took.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    took.sort_by(f64::total_cmp);
    w.end().await;
    took[took.len() / 2]
}

/// Items a second that a shop is told: five thousand counts, from the first look at them to the
/// last answer kept.
async fn pushed(items: usize) -> f64 {
    let standins = Shops::open(1, 0);
    let w = world(&standins).await;
    let rows: Vec<Value> = (0..items)
        .map(|n| {
            json!({
                "sku": format!("P{n}"), "name_en": "P", "name_zh": "P", "weight_g": 1,
                "min_life_days": 0, "stop_sale_days": 0, "packs": [],
            })
        })
        .collect();
    let mut tx = w.office.db.begin().await.unwrap();
    goods::add_items(&mut tx, &Value::Array(rows)).await.unwrap();
    tx.commit().await.unwrap();
    let stock: Vec<String> = (0..items).map(|n| format!("P{n}")).collect();
    for part in stock.chunks(250) {
        w.stock(
            &part
                .iter()
                .enumerate()
                .map(|(n, sku)| ("A01", sku.as_str(), "L1", 300, n as i64 + 1))
                .collect::<Vec<_>>(),
        )
        .await;
    }
    w.sql(
        "INSERT INTO listing (shop_id, code, item_id) SELECT s.id, upper(i.sku), i.id FROM shop \
        s, item i WHERE s.code = 'B0' AND i.sku LIKE 'P%'",
    )
    .await;
    w.sql("UPDATE shop SET pushes = true WHERE code = 'B0'").await;
    w.sql("UPDATE job SET next_at = now() WHERE kind = 'push'").await;
    let started = Instant::now();
    let mut tx = w.office.db.begin().await.unwrap();
    let due = push::claim(&mut tx, "push").await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let told = jobs::push::tell(&w.worker, &due).await.unwrap().unwrap();
    assert_eq!(told, items);
    let rate = items as f64 / started.elapsed().as_secs_f64();
    w.end().await;
    rate
}

/// The largest that a worker becomes over so many orders, in megabytes.
async fn memory(orders: usize) -> f64 {
    let standins = Shops::open(1, orders);
    let w = world(&standins).await;
    let mut worker = Command::new(program())
        .args(["worker"])
        .env("WAVEDECK_DATABASE_URL", &w.owner_url)
        .envs(crate::support::key_files())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_secs(600);
    while w.number("SELECT count(*) FROM orders").await < orders as i64 {
        assert!(Instant::now() < until, "it never ends");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", worker.id())).unwrap();
    let peak: f64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    worker.kill().unwrap();
    worker.wait().unwrap();
    w.end().await;
    peak / 1024.0
}

fn main() {
    DURABLE.store(true, Ordering::Relaxed);
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if args.first().is_some_and(|arg| arg == STANDIN) {
        return runtime.block_on(stand_in(args[1].parse().unwrap(), args[2].parse().unwrap()));
    }
    let wanted = |name: &str| args.is_empty() || args.iter().any(|arg| arg == name);
    runtime.block_on(async {
        if wanted("pull") {
            println!("figure floor_fetch_per_s_1 {:.0} 1/s", fetched(10_000).await);
            println!("figure pull_orders_per_s_1 {:.0} 1/s", rate(1, 10_000).await);
            println!("figure pull_orders_per_s_8 {:.0} 1/s", rate(8, 2_500).await);
        }
        if wanted("idle") {
            println!("figure idle_pull_ms {:.1} ms", idle().await);
        }
        if wanted("push") {
            println!("figure push_items_per_s {:.0} 1/s", pushed(5_000).await);
        }
        if wanted("memory") {
            println!("figure pull_rss_mb {:.1} MB", memory(100_000).await);
        }
    });
}

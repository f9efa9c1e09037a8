//! Works a whole day in a database that is there already, from ready shipments to the closed
//! hand-over, by robots that only speak protocol requests: `WAVEDECK_DATABASE_URL=… cargo bench
//! --bench day`. Meant for a demo's database with orders of one's own (`import orders`, then `demo
//! --fill`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "../support/mod.rs"]
#[allow(dead_code)]
mod support;

use sqlx::{Connection, PgConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use support::Robot;
use wavedeck::links::channels;
use wavedeck::protocol::{Input, Kind};
use wavedeck::store::{Db, check};
use wavedeck::work::Ctx;
use wavedeck::work::pins::Pins;
use wavedeck::work::vault::Vault;

async fn texts(url: &str, sql: &str) -> Vec<String> {
    let mut conn = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned())).fetch_all(&mut conn).await.unwrap()
}

async fn number(url: &str, sql: &str) -> i64 {
    let mut conn = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar::<_, Option<i64>>(sqlx::AssertSqlSafe(sql.to_owned()))
        .fetch_one(&mut conn)
        .await
        .unwrap()
        .unwrap_or(0)
}

async fn people(ctx: &Arc<Ctx>, url: &str, role: &str) -> Vec<Robot> {
    let mut robots = Vec::new();
    for badge in texts(
        url,
        &format!("SELECT badge FROM person WHERE role = '{role}' AND active ORDER BY id"),
    )
    .await
    {
        let mut robot = Robot::at_door(ctx.clone(), &badge);
        robot.sign_on().await;
        robots.push(robot);
    }
    robots
}

/// Follows the screen until nobody needs it any more; returns the gestures taken. Totes go round: a
/// picker without a free one and a packer without a full one wait, as people do. `more`: somebody
/// may still bring work.
async fn follow(mut robot: Robot, enter: &str, more: Arc<AtomicUsize>) -> u64 {
    let mut gestures = 0;
    robot.scan(enter).await;
    loop {
        let expects = &robot.last.expects;
        let wanted = expects.iter().find(|e| e.kind == Kind::Quantity).or(expects.first()).cloned();
        let Some(expect) = wanted.filter(|e| e.code != "NEXT") else {
            let busy = robot.last.page.prompt.key == "pick-prompt-free-tote"
                || more.load(Ordering::SeqCst) > 0;
            if robot.last.expects.iter().any(|e| e.code == "NEXT")
                && !robot.scan("WDC-NEXT").await.refused()
            {
                continue;
            }
            if !busy {
                return gestures;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            let look = robot.request(Input::Refresh);
            robot.send(&look).await;
            continue;
        };
        if robot.scan(&expect.scan).await.refused() {
            // Another took it, or something changed: look again, and say what is new to us.
            let said = robot.said();
            if ![
                "pick-tote-taken",
                "db-tote-taken",
                "pack-other-packer",
                "moved-on",
                "pack-not-ready",
                "pack-still-walking",
                "pack-tote-empty",
            ]
            .contains(&said.as_str())
            {
                println!("{enter}: {expect:?}: {said}");
                return gestures;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
            let look = robot.request(Input::Refresh);
            robot.send(&look).await;
        }
        gestures += 1;
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let Ok(url) = std::env::var("WAVEDECK_DATABASE_URL") else {
        println!("WAVEDECK_DATABASE_URL names the database to work in");
        return;
    };
    let ctx = Arc::new(Ctx::new(
        Db::new(&url, "day", 12).unwrap(),
        channels::client().unwrap(),
        Vault::new(std::env::var_os("WAVEDECK_SECRET_KEY_FILE").map(Into::into)),
        Pins::new(std::env::var_os("WAVEDECK_PIN_KEY_FILE").map(Into::into)),
    ));
    let begun = Instant::now();
    let mut boss = people(&ctx, &url, "supervisor").await.swap_remove(0);
    while number(&url, "SELECT count(*) FROM shipment WHERE state = 'ready'").await > 0 {
        boss.ok("WDC-MENU-WAVE").await;
        let at = Instant::now();
        boss.ok("WDC-RELEASE").await;
        println!("figure release_ms {:.0} ms", at.elapsed().as_secs_f64() * 1000.0);
        let at = Instant::now();
        let pickers = people(&ctx, &url, "picker").await;
        let picking = Arc::new(AtomicUsize::new(pickers.len()));
        let none = Arc::new(AtomicUsize::new(0));
        let pick: Vec<_> = pickers
            .into_iter()
            .map(|robot| {
                let (picking, none) = (picking.clone(), none.clone());
                tokio::spawn(async move {
                    let gestures = follow(robot, "WDC-MENU-PICK", none).await;
                    picking.fetch_sub(1, Ordering::SeqCst);
                    (gestures, at.elapsed())
                })
            })
            .collect();
        let benches =
            texts(&url, "SELECT p.code FROM bench b JOIN place p ON p.id = b.place_id ORDER BY 1")
                .await;
        let mut pack = Vec::new();
        for (n, mut robot) in people(&ctx, &url, "packer").await.into_iter().enumerate() {
            robot.scan("WDC-MENU-PACK").await;
            robot.scan(&benches[n % benches.len()]).await;
            pack.push(tokio::spawn(follow(robot, "WDC-MENU-PACK", picking.clone())));
        }
        let (mut picked, mut packed, mut until) = (0, 0, Duration::ZERO);
        for task in pick {
            let (gestures, took) = task.await.unwrap();
            (picked, until) = (picked + gestures, until.max(took));
        }
        for task in pack {
            packed += task.await.unwrap();
        }
        println!("figure pick_gestures {picked} in {:.0} s", until.as_secs_f64());
        println!("figure pack_gestures {packed} in {:.0} s", at.elapsed().as_secs_f64());
    }
    let packer = people(&ctx, &url, "packer").await.swap_remove(0);
    follow(packer, "WDC-MENU-HANDOVER", Arc::default()).await;
    println!("figure day_s {:.0} s", begun.elapsed().as_secs_f64());
    for state in
        texts(&url, "SELECT state || ' ' || count(*) FROM shipment GROUP BY state ORDER BY 1").await
    {
        println!("shipments {state}");
    }
    let mut tx = ctx.db.begin().await.unwrap();
    let report = check::run(&mut tx).await.unwrap();
    assert!(report.ok, "{:#?}", report.problems);
    println!("check ok");
}

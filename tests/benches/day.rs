//! Works a whole day in a database that is there already, from ready shipments to the closed hand-over, by robots that only
//! speak protocol requests: `WAVEDECK_DATABASE_URL=… cargo bench --bench day`. Meant for a demo's database with orders of
//! one's own (`import orders`, then `demo --fill`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "../support/mod.rs"]
#[allow(dead_code)]
mod support;

use sqlx::{Connection, PgConnection};
use std::sync::Arc;
use std::time::Instant;
use support::Robot;
use wavedeck::links::channels;
use wavedeck::protocol::Kind;
use wavedeck::store::{Db, check};
use wavedeck::work::Ctx;

async fn texts(url: &str, sql: &str) -> Vec<String> {
    let mut conn = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned())).fetch_all(&mut conn).await.unwrap()
}

async fn number(url: &str, sql: &str) -> i64 {
    let mut conn = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar::<_, Option<i64>>(sqlx::AssertSqlSafe(sql.to_owned())).fetch_one(&mut conn).await.unwrap().unwrap_or(0)
}

async fn people(ctx: &Arc<Ctx>, url: &str, role: &str) -> Vec<Robot> {
    let mut robots = Vec::new();
    for badge in texts(url, &format!("SELECT badge FROM person WHERE role = '{role}' AND active ORDER BY id")).await {
        let mut robot = Robot::at_door(ctx.clone(), &badge);
        robot.sign_on().await;
        robots.push(robot);
    }
    robots
}

/// Follows the screen until it asks for nothing more; returns the gestures taken.
async fn follow(mut robot: Robot, enter: &str, mut totes: Vec<String>) -> u64 {
    let mut gestures = 0;
    robot.scan(enter).await;
    loop {
        let expects = robot.last.expects.clone();
        let wanted = expects.iter().find(|e| e.kind == Kind::Quantity).or(expects.first());
        let Some(expect) = wanted.filter(|e| e.code != "NEXT") else {
            if robot.last.expects.is_empty() || robot.scan("WDC-NEXT").await.refused() {
                return gestures;
            }
            continue;
        };
        let scan = if robot.last.page.prompt.key == "pick-prompt-free-tote" { totes.pop().expect("totes enough") } else { expect.scan.clone() };
        let before = robot.last.version;
        if robot.scan(&scan).await.refused() && robot.last.version == before && robot.last.page.prompt.key != "pick-prompt-free-tote" {
            // Another took it, or something changed: look, and give up where nothing moves.
            let said = robot.said();
            if !["pick-tote-taken", "pack-other-packer", "moved-on", "notice-trip-given"].contains(&said.as_str()) {
                println!("{enter}: {scan}: {said}");
                return gestures;
            }
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
    let ctx = Arc::new(Ctx::new(Db::new(&url, "day", 12).unwrap(), channels::client().unwrap()));
    let begun = Instant::now();
    let mut boss = people(&ctx, &url, "supervisor").await.swap_remove(0);
    while number(&url, "SELECT count(*) FROM shipment WHERE state = 'ready'").await > 0 {
        boss.ok("WDC-MENU-WAVE").await;
        let at = Instant::now();
        boss.ok("WDC-RELEASE").await;
        println!("figure release_ms {:.0} ms", at.elapsed().as_secs_f64() * 1000.0);
        for phase in ["pick", "pack"] {
            let (role, enter) = if phase == "pick" { ("picker", "WDC-MENU-PICK") } else { ("packer", "WDC-MENU-PACK") };
            let free = texts(&url, "SELECT p.code FROM container c JOIN place p ON p.id = c.place_id WHERE c.kind = 'tote' AND NOT EXISTS (SELECT 1 FROM tote_use u WHERE u.container_id = p.id AND u.freed_at IS NULL) ORDER BY p.id").await;
            let robots = people(&ctx, &url, role).await;
            let share = free.len() / robots.len();
            let benches = texts(&url, "SELECT p.code FROM bench b JOIN place p ON p.id = b.place_id ORDER BY 1").await;
            let (at, mut tasks) = (Instant::now(), Vec::new());
            for (n, mut robot) in robots.into_iter().enumerate() {
                let totes = free[n * share..(n + 1) * share].to_vec();
                if phase == "pack" {
                    robot.scan(enter).await;
                    robot.scan(&benches[n % benches.len()]).await;
                }
                tasks.push(tokio::spawn(async move { follow(robot, enter, totes).await }));
            }
            let mut gestures = 0;
            for task in tasks {
                gestures += task.await.unwrap();
            }
            println!("figure {phase}_gestures_per_s {:.0} 1/s", gestures as f64 / at.elapsed().as_secs_f64());
        }
    }
    let packer = people(&ctx, &url, "packer").await.swap_remove(0);
    follow(packer, "WDC-MENU-HANDOVER", vec![]).await;
    println!("figure day_s {:.0} s", begun.elapsed().as_secs_f64());
    for state in texts(&url, "SELECT state || ' ' || count(*) FROM shipment GROUP BY state ORDER BY 1").await {
        println!("shipments {state}");
    }
    let mut tx = ctx.db.begin().await.unwrap();
    let report = check::run(&mut tx).await.unwrap();
    println!("check {} {:#?}", if report.ok { "ok" } else { "WRONG" }, report.problems);
}

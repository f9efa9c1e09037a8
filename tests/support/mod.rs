//! A real Postgres for every test: one cluster a test process, one clone of a migrated template a
//! test.

pub mod arguments;
pub mod printer;
pub mod raster;
pub mod term;

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::watch;
use uuid::{NoContext, Timestamp, Uuid};
use wavedeck::cluster::{Cluster, Hold, OWNER};
use wavedeck::domain::Lang;
use wavedeck::domain::order::ShopOrder;
use wavedeck::jobs;
use wavedeck::links::channels::{self, generic};
use wavedeck::links::standin::shop::Standin;
use wavedeck::protocol::{Input, Message, Page, Pin, Reply, Request};
use wavedeck::store::carriers::{self, NewCarrier, Waybills};
use wavedeck::store::goods;
use wavedeck::store::people::NewPerson;
use wavedeck::store::places;
use wavedeck::store::printers;
use wavedeck::store::schema::{self, Login};
use wavedeck::store::shops::NewShop;
use wavedeck::store::site;
use wavedeck::store::{Db, check, ingest, orders, people};
use wavedeck::work::pins::Pins;
use wavedeck::work::shops::{self, Address};
use wavedeck::work::vault::{self, Vault};
use wavedeck::work::{self, Ctx};

pub const PIN: &str = "2468";

pub fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_wavedeck"))
}

/// A folder of this process that its cluster's guard removes.
fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("wavedeck-test-{}", std::process::id()))
}

/// Benchmarks pay for every commit, as a site does: set before the cluster is first used.
pub static DURABLE: AtomicBool = AtomicBool::new(false);

/// The cluster of this process. Its guard stops and removes it when the process is gone, however it
/// went.
pub fn cluster() -> &'static Cluster {
    static HOLD: OnceLock<Hold> = OnceLock::new();
    HOLD.get_or_init(|| {
        let fast =
            ["max_connections=200", "fsync=off", "full_page_writes=off", "synchronous_commit=off"];
        let settings = if DURABLE.load(Ordering::Relaxed) { &fast[..1] } else { &fast[..] };
        Cluster::new(&folder())
            .unwrap()
            .with_settings(settings)
            .temporary()
            .hold(program())
            .unwrap()
    })
    .cluster()
}

/// The migrated template, made once.
async fn template() -> &'static str {
    static READY: tokio::sync::OnceCell<()> = tokio::sync::OnceCell::const_new();
    READY
        .get_or_init(|| async {
            let server = cluster().url(OWNER, "postgres");
            schema::make_roles(&server).await.unwrap();
            schema::create_database(&server, "template", None).await.unwrap();
            schema::migrate(&cluster().url(OWNER, "template")).await.unwrap();
            make_clock(&cluster().url(OWNER, "template")).await;
            watch_gates(&cluster().url(OWNER, "template")).await;
            take_out(&cluster().url(OWNER, "template")).await;
        })
        .await;
    "template"
}

/// Does any test notice when a rule of the database is taken out? `WAVEDECK_MUTATION` names SQL
/// that every test's database gets: a function as it should not be, an index that is dropped.
async fn take_out(url: &str) {
    let Some(file) = std::env::var_os("WAVEDECK_MUTATION") else { return };
    let sql = std::fs::read_to_string(file).unwrap();
    let mut conn = sqlx::PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

/// Gates taken in a wrong order are refused, unless times are measured.
async fn watch_gates(url: &str) {
    if DURABLE.load(Ordering::Relaxed) {
        return;
    }
    let mut conn = sqlx::PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(include_str!("gates.sql")).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

/// The clock of days can be moved here, and nowhere else: the template's `site_now()` reads a row.
async fn make_clock(url: &str) {
    let mut conn = sqlx::PgConnection::connect(url).await.unwrap();
    for sql in [
        "CREATE TABLE test_clock (ahead interval NOT NULL, fixed timestamptz)",
        "INSERT INTO test_clock VALUES ('0')",
        "GRANT SELECT ON test_clock TO PUBLIC",
        "CREATE OR REPLACE FUNCTION site_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
           SELECT coalesce(fixed, now() + ahead) FROM test_clock
         $$",
    ] {
        sqlx::query(sql).execute(&mut conn).await.unwrap();
    }
    conn.close().await.unwrap();
}

/// A site of one test: each program has the login that it has on a real site.
pub struct World {
    /// What consoles have.
    pub ctx: Arc<Ctx>,
    /// What the background task has.
    pub worker: Arc<Ctx>,
    /// What the command line has.
    pub office: Arc<Ctx>,
    /// Answers what people wait for, as the background task does; ends with the world.
    answers: watch::Sender<bool>,
    pub owner_url: String,
    pub warehouse: i64,
    pub shop: i64,
    name: String,
    hash: String,
}

/// What a program of this name has that logs in there.
pub fn ctx_at(url: &str, name: &str, connections: u32) -> Arc<Ctx> {
    Arc::new(ctx_of(url, name, connections, pins()))
}

fn ctx_of(url: &str, name: &str, connections: u32, pins: Pins) -> Ctx {
    let (db, client) = (Db::new(url, name, connections).unwrap(), channels::client().unwrap());
    Ctx::new(db, client, Vault::new(Some(key_file())), pins)
}

/// The key to the secrets of this process's worlds.
pub fn key_file() -> PathBuf {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    let make = || {
        let file = cluster().label_folder().unwrap().join("secret.key");
        vault::create_key_file(&file).unwrap();
        file
    };
    FILE.get_or_init(make).clone()
}

/// The n-th item's EAN.
pub fn ean(n: usize) -> String {
    let body = format!("952{n:09}");
    let digit = wavedeck::codes::check::gs1_digit(&body).unwrap();
    format!("{body}{}", char::from(digit))
}

/// A day so many days from today.
pub fn day(days: i32) -> String {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    today.saturating_add(jiff::Span::new().days(days)).to_string()
}

/// Where the key stands that PINs are hashed with.
pub fn pin_key_file() -> PathBuf {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    let make = || {
        let file = cluster().label_folder().unwrap().join("pin.key");
        vault::create_key_file(&file).unwrap();
        file
    };
    FILE.get_or_init(make).clone()
}

/// Both as programs that are started find them.
pub fn key_files() -> [(&'static str, PathBuf); 2] {
    [("WAVEDECK_SECRET_KEY_FILE", key_file()), ("WAVEDECK_PIN_KEY_FILE", pin_key_file())]
}

fn pins() -> Pins {
    Pins::new(Some(pin_key_file()))
}

/// The same pin for everybody, hashed once.
fn pin_hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| pins().hash(PIN).unwrap()).clone()
}

/// Makes a clone of the template; returns its name.
pub async fn fresh_database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let template = template().await;
    let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
    // Two clones of one template at once disturb each other.
    static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _one = ONE.lock().await;
    schema::create_database(&cluster().url(OWNER, "postgres"), &name, Some(template))
        .await
        .unwrap();
    // The template's rights on its database are not copied with it.
    let mut conn = PgConnection::connect(&cluster().url(OWNER, &name)).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC")))
        .execute(&mut conn)
        .await
        .unwrap();
    conn.close().await.unwrap();
    name
}

impl World {
    /// Eight items I0…I7 (case of 6 for each), bins A01…A12 in one zone, B01…B04 in another, totes
    /// T1…T120, a bench with a printer that nobody reads, a shop and a carrier. No stock.
    pub async fn new() -> World {
        let name = fresh_database().await;
        let url = |role: &str| cluster().url(role, &name);
        World::at(url, name.clone()).await
    }

    /// A database in which nobody has said anything yet.
    pub async fn empty() -> World {
        let name = fresh_database().await;
        let url = |role: &str| cluster().url(role, &name);
        World::bare(url, name.clone())
    }

    /// `url`: where a role logs in.
    fn bare(url: impl Fn(&str) -> String, name: String) -> World {
        let ctx = |login: Login, connections| ctx_at(&url(login.role()), "test", connections);
        let worker = ctx(Login::Worker, 12);
        let (answers, stopped) = watch::channel(false);
        tokio::spawn(jobs::questions::run(worker.clone(), stopped, Duration::from_millis(40)));
        World {
            ctx: ctx(Login::Session, 20),
            worker,
            answers,
            office: ctx(Login::Admin, 12),
            owner_url: url(OWNER),
            warehouse: 0,
            shop: 0,
            name,
            hash: pin_hash(),
        }
    }

    /// The same in a database that somebody else made.
    pub async fn at(url: impl Fn(&str) -> String, name: String) -> World {
        let world = World::bare(url, name);
        let mut tx = world.office.db.begin().await.unwrap();
        let warehouse =
            site::add_warehouse(&mut tx, "WH1", "Test House", "UTC", false).await.unwrap();
        let items: Vec<Value> = (0..8)
            .map(|n| {
                let case: String = format!("1952{n:09}");
                let case = format!(
                    "{case}{}",
                    char::from(wavedeck::codes::check::gs1_digit(&case).unwrap())
                );
                json!({
                    "sku": format!("I{n}"), "name_en": format!("Item {n}"),
                    "name_zh": format!("商品{n}"), "weight_g": 100, "min_life_days": 0,
                    "stop_sale_days": 0,
                    "packs": [
                        { "level": "each", "units": 1, "codes": [format!("{:0>14}", ean(n))] },
                        { "level": "case", "units": 6, "codes": [case] },
                    ],
                })
            })
            .collect();
        goods::add_items(&mut tx, &Value::Array(items)).await.unwrap();
        let bin = |code: String, usage: &str, seq: usize| {
            let storage = usage == "storage";
            json!({
                "zone": code[..1], "code": code, "use": usage, "seq": seq, "level": 1,
                "promisable": storage, "pickable": storage,
            })
        };
        let mut bins: Vec<Value> =
            (1..=12).map(|n| bin(format!("A{n:02}"), "storage", n)).collect();
        bins.extend((1..=4).map(|n| bin(format!("B{n:02}"), "storage", 100 + n)));
        bins.push(bin("STAGE".into(), "staging", 900));
        bins.push(bin("BENCH".into(), "bench", 910));
        places::add_bins(&mut tx, warehouse, &Value::Array(bins)).await.unwrap();
        places::add_benches(&mut tx, warehouse).await.unwrap();
        let totes = (1..=120)
            .map(|n| json!({ "code": format!("T{n}"), "kind": "tote", "stands_in": "STAGE" }))
            .collect();
        places::add_containers(&mut tx, warehouse, &Value::Array(totes)).await.unwrap();
        let carrier = NewCarrier {
            code: "SF",
            name: "SF Express",
            waybills: Some(Waybills { prefix: "SF".into(), first: 1001, last: 9999 }),
            cutoff: "23:59",
            transit_days: 2,
        };
        carriers::add(&mut tx, &carrier).await.unwrap();
        printers::add(&mut tx, "P1", "file:///dev/null", 203, "E:SIMSUN.TTF", Some("BENCH"))
            .await
            .unwrap();
        let secret = {
            let at = Address { code: "S1", url: "http://127.0.0.1:9", options: &json!({}) };
            shops::seal(&world.office.vault, at, "s").unwrap().secret
        };
        let shop = NewShop {
            code: "S1",
            channel: "generic",
            url: "http://127.0.0.1:9",
            key_id: "k",
            secret: &secret,
            tokens: "",
            options: &serde_json::json!({}),
            min_life: Default::default(),
            notify: "handover",
            no_answer: "go",
        };
        let shop = wavedeck::store::shops::add(&mut tx, &shop).await.unwrap();
        tx.commit().await.unwrap();
        World { warehouse, shop, ..world }
    }

    /// Where a login of the database logs in.
    pub fn url(&self, login: Login) -> String {
        cluster().url(login.role(), &self.name)
    }

    /// What a console has that checks PINs with these.
    pub fn ctx_with(&self, pins: Pins) -> Ctx {
        ctx_of(&self.url(Login::Session), "pins", 4, pins)
    }

    /// What another process on the same database has.
    pub fn another_ctx(&self, login: Login) -> Arc<Ctx> {
        ctx_at(&self.url(login), "another", 6)
    }

    /// Another shop, pulled from now on.
    pub async fn shop_at(
        &self,
        code: &str,
        channel: &str,
        url: &str,
        key_id: &str,
        secret: &str,
        options: Value,
    ) -> i64 {
        let sealed =
            shops::seal(&self.office.vault, Address { code, url, options: &options }, secret)
                .unwrap();
        let mut tx = self.office.db.begin().await.unwrap();
        let shop = NewShop {
            code,
            channel,
            url,
            key_id,
            secret: &sealed.secret,
            tokens: &sealed.tokens,
            options: &options,
            min_life: Default::default(),
            notify: "handover",
            no_answer: "go",
        };
        let shop = wavedeck::store::shops::add(&mut tx, &shop).await.unwrap();
        tx.commit().await.unwrap();
        shop
    }

    /// The shop answers there from now on.
    pub async fn move_shop(&self, code: &str, url: &str) {
        let mut tx = self.office.db.begin().await.unwrap();
        let shop = wavedeck::store::shops::find(&mut tx, code).await.unwrap().unwrap();
        shops::move_to(&mut tx, &self.office.vault, &shop, url).await.unwrap().unwrap();
        tx.commit().await.unwrap();
    }

    /// What adding a shop says.
    pub async fn try_shop_at(&self, code: &str, channel: &str, options: Value) -> String {
        let mut tx = self.office.db.begin().await.unwrap();
        let shop = NewShop {
            code,
            channel,
            url: "",
            key_id: "",
            secret: "",
            tokens: "",
            options: &options,
            min_life: Default::default(),
            notify: "handover",
            no_answer: "go",
        };
        wavedeck::store::shops::add(&mut tx, &shop)
            .await
            .map_or_else(|error| error.to_string(), |_| String::new())
    }

    /// The clock of days is so far ahead of the real one.
    pub async fn clock(&self, ahead: &str) {
        self.sql(&format!("UPDATE test_clock SET ahead = '{ahead}', fixed = NULL")).await;
    }

    /// The clock of days stands at this instant.
    pub async fn clock_at(&self, instant: &str) {
        self.sql(&format!("UPDATE test_clock SET fixed = '{instant}'")).await;
    }

    /// Runs SQL as the owner; the error is the database's own.
    pub async fn try_sql(&self, sql: &str) -> Result<u64, sqlx::Error> {
        let mut conn = PgConnection::connect(&self.owner_url).await?;
        let done = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut conn).await?;
        conn.close().await?;
        Ok(done.rows_affected())
    }

    pub async fn sql(&self, sql: &str) {
        self.try_sql(sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    }

    /// One number.
    pub async fn number(&self, sql: &str) -> i64 {
        let mut conn = PgConnection::connect(&self.owner_url).await.unwrap();
        let n: Option<i64> = sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
            .fetch_one(&mut conn)
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        conn.close().await.unwrap();
        n.unwrap_or(0)
    }

    /// One text.
    pub async fn text(&self, sql: &str) -> String {
        let mut conn = PgConnection::connect(&self.owner_url).await.unwrap();
        let text: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
            .fetch_one(&mut conn)
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        conn.close().await.unwrap();
        text.unwrap_or_default()
    }

    /// Goods from the supplier: place, item, lot, days until the last good day, units.
    pub async fn stock(&self, rows: &[(&str, &str, &str, i32, i64)]) {
        let rows = rows
            .iter()
            .map(|(place, sku, lot, days, qty)| {
                json!({
                    "place": place, "sku": sku, "lot": lot, "last_good_day": day(*days), "qty": qty,
                })
            })
            .collect();
        let mut tx = self.office.db.begin().await.unwrap();
        let system = people::system(&mut tx).await.unwrap();
        goods::receive(&mut tx, self.warehouse, system, Uuid::now_v7(), &Value::Array(rows))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// An order as its shop tells it.
    pub fn order_json(no: &str, lines: &[(&str, i64)]) -> Value {
        let now = wavedeck::links::standin::shop::now();
        let lines: Vec<Value> = lines
            .iter()
            .enumerate()
            .map(|(n, (sku, qty))| {
                json!({
                    "line_no": (n + 1).to_string(), "sku": sku, "title": sku, "qty": qty,
                    "unit_price_minor": 100, "status": "paid",
                })
            })
            .collect();
        json!({
            "order_no": no, "status": "paid", "created_at": now, "updated_at": now, "paid_at": now,
            "currency": "CNY", "total_minor": 100, "carrier": "SF", "ship_by": null, "note": "",
            "lines": lines,
            "receiver": {
                "name": "林晓", "phone": "13800000000", "country": "CN", "province": "四川省",
                "city": "成都市", "district": "锦江区", "address": "示范路 1 号",
                "postcode": "610000", "token": "",
            },
        })
    }

    pub fn parse(order: Value) -> ShopOrder {
        generic::order(order).unwrap()
    }

    /// Takes orders in and promises what it can.
    pub async fn orders(&self, list: &[(&str, &[(&str, i64)])]) {
        let mut tx = self.worker.db.begin().await.unwrap();
        for (no, lines) in list {
            ingest::order(&mut tx, self.shop, &World::parse(World::order_json(no, lines)))
                .await
                .unwrap();
        }
        orders::promise_waiting(&mut tx, 1000).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The shop cancels an order and the pull hears of it.
    pub async fn cancel(&self, shop: &Standin, no: &str) {
        shop.cancel(no);
        let order = shop.order(no).unwrap();
        let mut tx = self.worker.db.begin().await.unwrap();
        ingest::order(&mut tx, self.shop, &World::parse(order)).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The shop takes an order back, as the pull would hear of it.
    pub async fn give_up(&self, no: &str) {
        let order = self.number(&format!("SELECT id FROM orders WHERE order_no = '{no}'")).await;
        self.sql(&format!("UPDATE orders SET status = 'cancelled' WHERE id = {order}")).await;
        let mut tx = self.worker.db.begin().await.unwrap();
        orders::reconcile(&mut tx, order).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The shop says anew what an order is; the lines that it leaves out were taken back.
    pub async fn change(&self, no: &str, lines: &[(&str, i64)]) {
        let mut order = World::order_json(no, lines);
        order["updated_at"] =
            (jiff::Timestamp::now() + jiff::SignedDuration::from_secs(60)).to_string().into();
        let mut tx = self.worker.db.begin().await.unwrap();
        ingest::order(&mut tx, self.shop, &World::parse(order)).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The same in a crowd: a lost race is run again, as the pull does.
    pub async fn give_up_somehow(&self, no: &str) {
        let order = self.number(&format!("SELECT id FROM orders WHERE order_no = '{no}'")).await;
        self.sql(&format!("UPDATE orders SET status = 'cancelled' WHERE id = {order}")).await;
        for _ in 0..20 {
            let mut tx = self.worker.db.begin().await.unwrap();
            match orders::reconcile(&mut tx, order).await {
                Ok(()) => return tx.commit().await.unwrap(),
                Err(wavedeck::store::Error::Retry(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
        panic!("the cancellation of {no} never went through");
    }

    /// What waits for stock looks again.
    pub async fn promise(&self) {
        let mut tx = self.worker.db.begin().await.unwrap();
        orders::promise_waiting(&mut tx, 1000).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// What the background task does for parcels whose labels are still to be made.
    pub async fn finish_parcels(&self) {
        let mut tx = self.worker.db.begin().await.unwrap();
        let parcels = wavedeck::store::jobs::closed_parcels(&mut tx).await.unwrap();
        drop(tx);
        for parcel in parcels {
            work::parcel::finish(&self.worker, parcel).await.unwrap();
        }
    }

    /// The supervisor who released the wave, at another terminal.
    pub async fn boss(&self) -> Robot {
        let badge = self.text("SELECT badge FROM person WHERE code = 'BOSS'").await;
        let mut robot = Robot::at_door(self.ctx.clone(), &badge);
        robot.sign_on().await;
        robot
    }

    /// Somebody whom a command made, at a terminal.
    pub async fn with_badge(&self, badge: &str) -> Robot {
        let mut robot = Robot::at_door(self.ctx.clone(), badge);
        robot.sign_on().await;
        robot
    }

    pub async fn person(&self, code: &str, role: Role) -> Robot {
        let badge = wavedeck::codes::own::badge(Uuid::new_v4().as_u64_pair().1).unwrap();
        let mut tx = self.office.db.begin().await.unwrap();
        let new = NewPerson {
            code,
            name: code,
            role: role.code(),
            lang: Lang::En,
            badge: &badge,
            pin_hash: Some(&self.hash),
        };
        people::add(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        let mut robot = Robot::at_door(self.ctx.clone(), &badge);
        robot.sign_on().await;
        robot
    }

    /// Somebody who packs.
    pub async fn at_bench(&self, code: &str, role: Role) -> Robot {
        let mut packer = self.person(code, role).await;
        packer.ok("WDC-MENU-PACK").await;
        packer.ok("BENCH").await;
        packer
    }

    /// Who looks at the deck next sees what is true now, and not two seconds ago.
    pub async fn forget_deck(&self) {
        self.sql("UPDATE deck_snapshot SET at = '-infinity', past_at = '-infinity'").await;
    }

    /// The tote that has been in use the longest.
    pub async fn used_tote(&self) -> String {
        self.text(
            "SELECT p.code FROM tote_use u JOIN place p ON p.id = u.container_id WHERE \
            u.freed_at IS NULL ORDER BY u.id LIMIT 1",
        )
        .await
    }

    /// A released wave of everything that is ready.
    pub async fn release(&self) -> Robot {
        let mut boss = self.person("BOSS", Role::Supervisor).await;
        boss.scan("WDC-MENU-WAVE").await;
        let reply = boss.scan("WDC-RELEASE").await;
        assert!(!reply.refused(), "{:?}", reply.feedback);
        boss
    }

    /// Labels for boxes that a test made by hand.
    pub async fn labels_for_boxes(&self) {
        self.sql(
            "INSERT INTO label (parcel_id, version, state, got_at, bytes) SELECT place_id, 1, CASE \
             state WHEN 'handed_over' THEN 'on_box' ELSE 'got' END, now(), '' FROM parcel",
        )
        .await;
    }

    /// What stands on the one label that is not void.
    pub async fn label(&self) -> String {
        self.text("SELECT convert_from(bytes, 'UTF8') FROM label WHERE state <> 'void'").await
    }

    pub async fn check(&self) {
        let mut tx = self.office.db.begin().await.unwrap();
        let report = check::run(&mut tx).await.unwrap();
        assert!(report.ok, "{:#?}", report.problems);
    }

    /// A container that stands somewhere.
    pub async fn container(&self, code: &str, kind: &str, stands_in: &str) {
        let rows = json!([{ "code": code, "kind": kind, "stands_in": stands_in }]);
        let mut tx = self.office.db.begin().await.unwrap();
        places::add_containers(&mut tx, self.warehouse, &rows).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Every invariant once more, then the database goes.
    pub async fn end(self) {
        self.check().await;
        self.answers.send_replace(true);
        for ctx in [&self.ctx, &self.worker, &self.office] {
            ctx.db.close().await;
        }
        schema::drop_database(&cluster().url(OWNER, "postgres"), &self.name).await.unwrap();
    }
}

/// A person without a terminal: only requests and replies.
pub struct Robot {
    pub ctx: Arc<Ctx>,
    pub session: Uuid,
    pub badge: String,
    pub last: Reply,
    pub hand_s: AtomicU64,
}

/// A role of a new site, or one of the test's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Picker,
    Packer,
    Receiver,
    Supervisor,
    Admin,
    Own(&'static str),
}

impl Role {
    pub const ALL: [Role; 5] =
        [Role::Picker, Role::Packer, Role::Receiver, Role::Supervisor, Role::Admin];

    pub fn code(self) -> &'static str {
        match self {
            Role::Picker => "picker",
            Role::Packer => "packer",
            Role::Receiver => "receiver",
            Role::Supervisor => "supervisor",
            Role::Admin => "admin",
            Role::Own(code) => code,
        }
    }
}

impl Robot {
    pub fn at_door(ctx: Arc<Ctx>, badge: &str) -> Robot {
        let last = Reply {
            operator: None,
            version: 0,
            page: Page::default(),
            feedback: None,
            expects: vec![],
        };
        Robot {
            ctx,
            session: Uuid::now_v7(),
            badge: badge.to_owned(),
            last,
            hand_s: AtomicU64::default(),
        }
    }

    /// A hand needs a second for each scan, however fast a test is.
    fn next_command(&self) -> Uuid {
        let scans = self.hand_s.fetch_add(1, Ordering::Relaxed);
        let now = jiff::Timestamp::now();
        let at = u64::try_from(now.as_second()).unwrap() + scans;
        let nanos = u32::try_from(now.subsec_nanosecond()).unwrap();
        Uuid::new_v7(Timestamp::from_unix(NoContext, at, nanos))
    }

    pub fn request(&self, ask: Input) -> Request {
        Request {
            command: self.next_command(),
            session: self.session,
            person: self.last.operator.as_ref().map(|operator| operator.id),
            terminal: "test".into(),
            at: jiff::Timestamp::now().to_string(),
            version: self.last.version,
            ask,
        }
    }

    pub async fn send(&mut self, request: &Request) -> &Reply {
        self.last = work::perform(&self.ctx, request).await.unwrap();
        &self.last
    }

    pub async fn sign_on(&mut self) {
        let pin = Input::Pin { badge: self.badge.clone(), pin: Pin(PIN.into()) };
        let request = self.request(pin);
        self.send(&request).await;
        assert!(self.last.operator.is_some(), "{:?}", self.last.feedback);
    }

    pub async fn scan(&mut self, text: &str) -> &Reply {
        let request = self.request(Input::Scan { text: text.into(), typed: false });
        self.send(&request).await
    }

    /// Types what must be taken.
    pub async fn types(&mut self, text: &str) {
        let request = self.request(Input::Scan { text: text.into(), typed: true });
        self.send(&request).await;
        assert!(!self.last.refused(), "{text}: {:?}", self.last.feedback);
    }

    /// Scans what must be taken.
    pub async fn ok(&mut self, text: &str) {
        let reply = self.scan(text).await;
        assert!(!reply.refused(), "{text}: {:?}", reply.feedback);
    }

    /// What the person may do has changed: the first scan after it hits nobody.
    pub async fn sees_another_screen(&mut self) {
        assert_eq!(self.no("WDC-UNDO").await, "moved-on");
    }

    /// Scans what must be refused; returns the refusal's code.
    pub async fn no(&mut self, text: &str) -> String {
        let reply = self.scan(text).await;
        assert!(reply.refused(), "{text} was taken");
        reply.feedback.clone().unwrap().text.key
    }

    pub fn said(&self) -> String {
        self.last.feedback.as_ref().map(|s| s.text.key.clone()).unwrap_or_default()
    }

    /// The biggest thing on the screen.
    pub fn big(&self) -> String {
        match &self.last.page.big {
            Some(text) if text.key == Message::PLAIN => match &text.args["text"] {
                wavedeck::protocol::Arg::Plain(text) => text.clone(),
                other => panic!("{other:?}"),
            },
            Some(text) => text.key.clone(),
            None => String::new(),
        }
    }

    /// Picks what the walks ask for until nothing waits.
    pub async fn pick_all(&mut self) {
        self.ok("WDC-MENU-PICK").await;
        self.follow(300, |r| r.last.expects.iter().all(|e| e.code == "NEXT")).await;
    }

    /// Does what the screen asks for until nothing is expected or `until` says stop.
    pub async fn follow(&mut self, most: usize, until: impl Fn(&Robot) -> bool) {
        for _ in 0..most {
            if until(self) {
                return;
            }
            let Some(expect) = self.last.expects.first().cloned() else { return };
            self.ok(&expect.scan).await;
        }
        panic!("still busy after {most} scans: {:?}", self.last.page);
    }
}

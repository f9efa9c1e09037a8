//! `wavedeck demo`: a generated warehouse on the private cluster, a stand-in shop whose orders keep
//! coming, a printer that writes files, and a key that scans.

mod goods;
mod orders;
mod places;
mod shops;

use super::console::Background;
use super::open::{self, Opened};
use super::{Done, Fail, say, tell};
use super::{console, printer};
use crate::cluster;
use crate::codes::own;
use crate::config::Config;
use crate::domain::Lang;
use crate::limits;
use crate::links::channels;
use crate::protocol::Message;
use crate::protocol::sign_on::DemoPerson;
use crate::store::carriers;
use crate::store::carriers::{NewCarrier, Waybills};
use crate::store::people::NewPerson;
use crate::store::schema::Login;
use crate::store::site;
use crate::store::{self, Db, Tx, fill, people, schema};
use crate::work::pins::Pins;
use clap::Args;
use fastrand::Rng;
use serde_json::{Value, json};
use shops::Shop;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Arguments of `wavedeck demo`.
#[derive(Args)]
pub struct Demo {
    #[arg(long)]
    setup_only: bool,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value_t = 200)]
    orders: u32,
    #[arg(long, value_delimiter = ',', default_value = "generic")]
    #[arg(value_parser = shops::kinds(), conflicts_with = "shop_url")]
    shops: Vec<String>,
    #[arg(long)]
    shop_url: Option<String>,
    #[arg(long)]
    printer_url: Option<String>,
    #[arg(long)]
    fill: bool,
    /// Movements of the past.
    #[arg(long, value_name = "SIZE", value_parser = clap::value_parser!(u32).range(1_000..))]
    history: Option<u32>,
    #[arg(long)]
    reset: bool,
    #[arg(long)]
    json: bool,
}

const PIN: &str = "2468";
const BENCHES: [(&str, &str); 2] = [("1", "PRINTER1"), ("2", "PRINTER2")];

/// People in every role; both languages can do the whole tour.
const PEOPLE: [(&str, &str, &str, Lang); 9] = [
    ("EDITH", "Edith", "supervisor", Lang::En),
    ("ALICE", "Alice", "picker", Lang::En),
    ("CARLA", "Carla", "packer", Lang::En),
    ("FANG", "方芳", "supervisor", Lang::Zh),
    ("BOWEN", "博文", "picker", Lang::Zh),
    ("DEMING", "德明", "packer", Lang::Zh),
    ("GEORGE", "George", "receiver", Lang::En),
    ("INES", "Ines", "picker", Lang::En),
    ("HUA", "华", "admin", Lang::Zh),
];

fn demo_people(seed: u64) -> Done<Vec<DemoPerson>> {
    let mut rng = Rng::with_seed(seed ^ 0xbad9e);
    PEOPLE
        .iter()
        .map(|(code, _, role, lang)| {
            let badge =
                own::badge(rng.u64(..)).ok_or_else(|| Fail::bug("no badge could be made"))?;
            Ok(DemoPerson {
                code: (*code).into(),
                role: (*role).into(),
                badge,
                pin: PIN.into(),
                lang: *lang,
            })
        })
        .collect()
}

/// Opens the demo on the private cluster and makes its warehouse where there is none; 1 where
/// somebody else's is there, 3 where a set-up's orders do not all arrive in 120 seconds.
pub async fn run(args: Demo, config: &Config) -> Done {
    if config.database.url.is_some() {
        return Err(Fail::usage(Message::key("cli-demo-private")));
    }
    if let Some(url) = args.shop_url.as_ref().filter(|url| !channels::is_shop_url(url)) {
        return Err(Fail::usage(Message::key("cli-shop-url").with("received", url)));
    }
    if let Some(url) = &args.printer_url {
        printer::address(url)?;
    }
    if args.reset {
        reset().await?;
    }
    let opened = open::open_private().await?;
    let done = if args.fill {
        fill(&args, config, &opened).await
    } else {
        with_cluster(&args, config, &opened).await
    };
    let done = match (done, args.history) {
        (Ok(()), Some(movements)) => add_past(config, &opened, movements).await,
        (done, _) => done,
    };
    opened.close().await?;
    done
}

/// Drops the database, if the demo made it.
async fn reset() -> Done {
    let hold = open::hold_cluster(open::private()?).await?;
    let cluster = hold.cluster();
    let server = cluster.url(cluster::OWNER, "postgres");
    // In a fresh home nothing is there yet, the sessions' role included.
    schema::make_roles(&server).await?;
    schema::create_database(&server, cluster::DATABASE, None).await?;
    let url = cluster.url(cluster::OWNER, cluster::DATABASE);
    schema::migrate(&url).await?;
    let db = Db::new(&url, "wavedeck demo", 1)?;
    let mut tx = db.begin().await?;
    let mine = site::is_demo(&mut tx).await? || site::is_empty(&mut tx).await?;
    drop(tx);
    db.close().await;
    if !mine {
        return Err(Fail::refused(Message::key("cli-demo-not-mine")));
    }
    schema::drop_database(&server, cluster::DATABASE).await?;
    Opened { url: server, hold: Some(hold) }.close().await
}

async fn with_cluster(args: &Demo, config: &Config, opened: &Opened) -> Done {
    let people = demo_people(args.seed)?;
    let db = opened.db(Login::Admin, "demo", 1)?;
    let vault = opened.vault()?;
    let mut tx = db.begin().await?;
    if site::is_empty(&mut tx).await? {
        seed(&mut tx, args, &people, &opened.pins(config)?).await?;
    } else if !site::is_demo(&mut tx).await? {
        return Err(Fail::refused(Message::key("cli-demo-other")));
    }
    let (shops, next) = match &args.shop_url {
        Some(url) => {
            shops::save_shop(&mut tx, &vault, shops::SHOP, "generic", url, &json!({})).await?;
            (Vec::new(), 0)
        }
        None => {
            let mut kinds = args.shops.clone();
            kinds.sort();
            kinds.dedup();
            shops::start_standins(&mut tx, &vault, &kinds, args.seed, args.orders).await?
        }
    };
    tx.commit().await?;
    let shop_url = args
        .shop_url
        .clone()
        .or_else(|| shops.first().map(|shop| shop.url.clone()))
        .unwrap_or_default();
    if args.json {
        let printers = printers_of(&db).await?;
        say(&json!({
            "url": opened.url, "seed": args.seed, "people": people, "shop_url": shop_url,
            "printers": printers,
        })
        .to_string())?;
    }
    db.close().await;
    match args.setup_only || args.history.is_some() {
        true if shops.is_empty() => Ok(()),
        true => pull_all(opened, config, &shops).await,
        false => {
            if !shops.is_empty() {
                tokio::spawn(keep_coming(shops, args.seed, next));
            }
            let mut ctx =
                opened.ctx(config, Login::Session, "demo", limits::CONSOLE_CONNECTIONS)?;
            ctx.demo = people;
            let ctx = Arc::new(ctx);
            let background = Background::start(opened, config, "demo worker")?;
            let done = console::open_session(config, ctx.clone()).await;
            ctx.db.close().await;
            background.stop().await?;
            done
        }
    }
}

async fn printers_of(db: &Db) -> Done<Vec<Value>> {
    let listed = store::printers::list(&mut db.begin().await?).await?;
    Ok(listed.iter().map(|p| json!({ "code": p["code"], "url": p["url"] })).collect())
}

/// Invented receivers for what is held for want of one, and stock for what waits: real orders can
/// then be worked.
async fn fill(args: &Demo, config: &Config, opened: &Opened) -> Done {
    let db = opened.db(Login::Admin, "demo", 1)?;
    let mut tx = db.begin().await?;
    if !site::is_demo(&mut tx).await? {
        return Err(Fail::refused(Message::key("cli-demo-not-mine")));
    }
    let warehouse = site::demo_warehouse(&mut tx).await?;
    let system = people::system(&mut tx).await?;
    let receivers = fill::fill_receivers(&mut tx, &orders::receivers(args.seed)).await?;
    let seed = i64::try_from(args.seed % 1_000_000).unwrap_or_default();
    let units = fill::fill_stock(&mut tx, warehouse, system, Uuid::now_v7(), seed, 180).await?;
    let mut promised = 0;
    loop {
        let more = crate::store::orders::promise_waiting(&mut tx, limits::PROMISE_BATCH).await?;
        promised += more as i64;
        if more == 0 {
            break;
        }
    }
    tx.commit().await?;
    db.close().await;
    tell(
        config,
        &Message::key("cli-demo-filled")
            .with("receivers", receivers as i64)
            .with("units", units)
            .with("promised", promised),
    )
}

/// A past of so many movements, loaded in bulk by the owner.
async fn add_past(config: &Config, opened: &Opened, movements: u32) -> Done {
    let Some(hold) = &opened.hold else {
        return Err(Fail::usage(Message::key("cli-demo-private")));
    };
    let owner = hold.cluster().url(cluster::OWNER, cluster::DATABASE);
    let begun = Instant::now();
    fill::add_past(&owner, movements).await?;
    tell(
        config,
        &Message::key("cli-demo-past")
            .with("movements", i64::from(movements))
            .with("seconds", begun.elapsed().as_secs() as i64),
    )
}

/// Pulls until every order of the stand-ins is here.
async fn pull_all(opened: &Opened, config: &Config, shops: &[Shop]) -> Done {
    let background = Background::start(opened, config, "demo worker")?;
    let until = Instant::now() + Duration::from_secs(120);
    let wanted = shops.iter().map(Shop::order_count).sum::<usize>() as i64;
    let arrived = loop {
        let mut tx = background.ctx.db.begin().await?;
        let (orders, undecided) = crate::store::orders::has_unpromised(&mut tx).await?;
        if orders >= wanted && undecided == 0 {
            break true;
        }
        if Instant::now() > until {
            break false;
        }
        drop(tx);
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    background.stop().await?;
    if arrived { Ok(()) } else { Err(Fail::environment(Message::key("cli-demo-slow"))) }
}

/// A new order every few seconds, as long as the demo runs.
async fn keep_coming(shops: Vec<Shop>, seed: u64, first: u32) {
    for (n, shop) in (first..).zip(shops.iter().cycle()) {
        tokio::time::sleep(Duration::from_secs(20)).await;
        shop.put(seed, n, 0);
    }
}

async fn seed(tx: &mut Tx, args: &Demo, people: &[DemoPerson], pins: &Pins) -> Done {
    let mut rng = Rng::with_seed(args.seed);
    let warehouse =
        site::add_warehouse(tx, "WH1", "Wavedeck Demo Warehouse", "Asia/Shanghai", true).await?;
    let hash = pins.hash(PIN)?;
    for (person, (_, name, role, lang)) in people.iter().zip(PEOPLE) {
        let new = NewPerson {
            code: &person.code,
            name,
            role,
            lang,
            badge: &person.badge,
            pin_hash: Some(&hash),
        };
        people::add(tx, &new).await?;
    }
    let items = goods::items(&mut rng);
    store::goods::add_items(tx, &items).await?;
    store::places::add_bins(tx, warehouse, &places::bins()).await?;
    places::lay_out(tx, warehouse).await?;
    store::places::add_benches(tx, warehouse).await?;
    store::places::add_trolleys(tx, warehouse, &places::trolleys()).await?;
    store::places::add_containers(tx, warehouse, &places::totes()).await?;
    let system = people::system(tx).await?;
    store::goods::receive(tx, warehouse, system, Uuid::now_v7(), &places::stock(&mut rng, &items))
        .await?;
    for (code, name, prefix, cutoff) in
        [("SF", "SF Express 顺丰", "SF", "23:30"), ("ZTO", "ZTO 中通", "ZT", "23:00")]
    {
        let carrier = NewCarrier {
            code,
            name,
            waybills: Some(Waybills {
                prefix: prefix.into(),
                first: 1_000_000_001,
                last: 1_000_999_999,
            }),
            cutoff,
            transit_days: 2,
        };
        carriers::add(tx, &carrier).await?;
    }
    for (bench, printer) in BENCHES {
        let url = match &args.printer_url {
            Some(url) => url.clone(),
            None => format!(
                "file://{}/{}.zpl",
                open::private()?.label_folder()?.display(),
                printer.to_lowercase()
            ),
        };
        store::printers::add(tx, printer, &url, 203, "E:SIMSUN.TTF", Some(&places::bench(bench)))
            .await?;
    }
    Ok(())
}

//! Every screen at hand and standard size, in both languages; no size panics; sessions of one
//! process know nothing of each other; a recorded session replays to the same screens; nothing is
//! dropped.

use crate::support::{PIN, Role, World, ean};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::mpsc;
use uuid::Uuid;
use wavedeck::codes::card::Card;
use wavedeck::console::app::{
    Appearance, Effect, GestureStamp, Link, Model, Msg, QueuedInput, Settings, Theme, update,
};
use wavedeck::console::input::keymap::Keymap;
use wavedeck::console::input::{Framing, Key};
use wavedeck::console::session::{self, Control, Setup};
use wavedeck::console::view;
use wavedeck::domain::rows::{self, ShipmentRow};
use wavedeck::domain::{Lang, Name, Right};
use wavedeck::i18n::Catalogue;
use wavedeck::protocol::desk::ListRow;
use wavedeck::protocol::*;

fn settings(lang: Lang, size: (u16, u16)) -> Settings {
    Settings {
        lang,
        appearance: Default::default(),
        keymap: Keymap::named("default").unwrap(),
        terminal: "gun 7".into(),
        session: Uuid::nil(),
        door: sign_on::login_page(&[]),
        demo: vec![],
        size,
    }
}

fn stamp() -> GestureStamp {
    GestureStamp { command: Uuid::nil(), at: String::new() }
}

fn operator(lang: Lang) -> Operator {
    Operator {
        id: 1,
        code: "ALICE".into(),
        name: "Alice".into(),
        role: wavedeck::domain::Role {
            code: "supervisor".into(),
            name: Name { en: "supervisor".into(), zh: "主管".into(), ..Name::default() },
            rights: Right::all() - Right::Roles,
            limited: false,
        },
        lang,
        scanner: None,
    }
}

fn name() -> Name {
    Name {
        en: "Little Yak Rice cereal, family pack".into(),
        zh: "小牦牛婴儿米糊 家庭装".into(),
        variant: String::new(),
    }
}

/// One of several that differ by size and colour alone.
fn sibling(variant: &str) -> Name {
    Name { en: "Harbour rain jacket".into(), zh: "海港雨衣".into(), variant: variant.into() }
}

fn picking_a_sibling() -> Page {
    let trip = trip("T000017", false, 12, 3);
    let stop = pick::Stop {
        name: sibling("XL navy 藏青"),
        last_good: "infinity".into(),
        lot: String::new(),
        ..stop(1)
    };
    pick::build_page(
        &pick::Snapshot { trip: Some(trip), stop: Some(stop), ..Default::default() },
        &pick::Step::default(),
    )
}

fn packing_siblings() -> Page {
    let mut goods = shipment(true);
    goods.lines[0].name = sibling("M navy 藏青");
    goods.lines[1].name = sibling("XL navy 藏青");
    packing(Some(goods), None, true)
}

fn stop(qty: i64) -> pick::Stop {
    let lot = |id, number: &str, last_good: &str| pick::LotHere {
        id,
        number: number.into(),
        last_good: last_good.into(),
        sellable: true,
        good_enough: true,
        on_hand: 120,
        free: 9,
    };
    pick::Stop {
        id: 1,
        place_id: 1,
        place: "A01-02-03".into(),
        bin: "A01-02-03".into(),
        item_id: 1,
        sku: "WD-1000".into(),
        name: name(),
        barcode: Some(ean(0)),
        lot_id: 1,
        lot: "L2404A".into(),
        last_good: "2027-03-15".into(),
        reservation_id: 5,
        shipment_id: 1,
        shipment: "S0000042".into(),
        shipments_in_batch: 0,
        qty,
        tote: Some((9, "WDT0001Q".into())),
        facts: pick::Facts { several_lots: true, ..Default::default() },
        lots_here: vec![lot(1, "L2404A", "2027-03-15"), lot(2, "L2405B", "2027-06-30")],
    }
}

fn picking(step: pick::Step, qty: i64) -> Page {
    let trip = trip("T000017", false, 12, 3);
    let next = |bin: &str, qty: i64, tote: &str| pick::Stop {
        bin: bin.into(),
        tote: (!tote.is_empty()).then(|| (9, tote.into())),
        ..stop(qty)
    };
    let ahead = [
        next("A01-02-04", 1, "WDT0002T"),
        next("A01-04-01", 12, "WDT0001Q"),
        next("A02-01-01", 1, ""),
    ];
    pick::build_page(
        &pick::Snapshot {
            trip: Some(trip),
            stop: Some(stop(qty)),
            ahead: ahead.into(),
            ..Default::default()
        },
        &pick::Step { reservation_id: 5, ..step },
    )
}

fn trip(no: &str, batch: bool, stops: i64, done: i64) -> pick::Trip {
    pick::Trip {
        id: 1,
        no: no.into(),
        batch,
        due: "17:30".into(),
        due_min: Some(95),
        stops,
        done,
        totes: 2,
    }
}

fn picking_in_total() -> Page {
    let trip = trip("T000018", true, 4, 1);
    let stop = pick::Stop { shipments_in_batch: 14, shipment: "T000018".into(), ..stop(14) };
    pick::build_page(
        &pick::Snapshot { trip: Some(trip), stop: Some(stop), ..Default::default() },
        &pick::Step::default(),
    )
}

fn bench() -> pack::Snapshot {
    pack::Snapshot {
        bench: Some(pack::Bench {
            place_id: 1,
            code: "WDNBENCH1J".into(),
            printer: Some("PRINTER1".into()),
        }),
        ..Default::default()
    }
}

/// Totes wait for an empty bench.
fn bench_idle() -> Page {
    let tote = |code: &str, place: &str, shipment: &str, due: &str| pack::WaitingTote {
        code: code.into(),
        place: place.into(),
        shipment: shipment.into(),
        carrier: if shipment.is_empty() { String::new() } else { "SF Express 顺丰".into() },
        due: due.into(),
    };
    let waiting = vec![
        tote("WDT0001Q", "STAGE-01", "S0000042", "18:00"),
        tote("WDT0002T", "STAGE-02", "S0000043", "12-01 18:00"),
        tote("WDT0003W", "STAGE-01", "", ""),
    ];
    pack::build_page(&pack::Snapshot { waiting, ..bench() }, &pack::Step::default())
}

fn packing(shipment: Option<pack::Shipment>, gone: Option<&str>, at_bench: bool) -> Page {
    let now = if at_bench { bench() } else { pack::Snapshot::default() };
    pack::build_page(
        &pack::Snapshot { shipment, gone: gone.map(str::to_owned), ..now },
        &pack::Step::default(),
    )
}

fn packing_asked(card: Card) -> Page {
    pack::build_page(
        &pack::Snapshot { shipment: Some(shipment(true)), ..bench() },
        &pack::Step { asking: Some(card), ..Default::default() },
    )
}

fn packing_batch(hot: bool, kinds: i64, singles: i64, asking: Option<Card>) -> Page {
    let line = |n: i64| pack::BatchLine {
        item_id: n,
        lot_id: n,
        sku: format!("WD-{n}"),
        name: name(),
        barcode: None,
        lot: "L1".into(),
        last_good: "2027-03-15".into(),
        shipments: 20 - n,
        each: 1,
        shipment_id: n,
        reservation_id: n,
    };
    let batch = pack::Batch {
        tote_id: 1,
        tote: "WDT0001Q".into(),
        hot,
        lines: (1..=kinds).map(line).collect(),
        spare: i64::from(!hot),
    };
    pack::build_page(
        &pack::Snapshot { batch: Some(batch), ..bench() },
        &pack::Step { batch: Some(1), singles, asking, ..Default::default() },
    )
}

fn shipment(brought: bool) -> pack::Shipment {
    let line = |left, packed| pack::Line {
        item_id: 1,
        sku: "WD-1".into(),
        name: name(),
        barcode: None,
        lot: "L1".into(),
        last_good: "2027-03-15".into(),
        reservation_id: 1,
        left,
        packed,
        at_hand: true,
    };
    pack::Shipment {
        id: 1,
        no: "S0000042".into(),
        carrier: "SF Express 顺丰".into(),
        due: "18:00".into(),
        due_min: Some(12),
        totes: vec![(1, "WDT0001Q".into(), true), (2, "WDT0002T".into(), brought)],
        lines: vec![line(2, 1), line(1, 0)],
        coming: 1,
        in_box: 1,
        owed: 0,
        permits_parts: false,
    }
}

/// All is in the box but one unit that cannot be had.
fn packing_owed(permits_parts: bool) -> Page {
    let mut shipment = pack::Shipment { coming: 0, owed: 1, permits_parts, ..shipment(true) };
    for line in &mut shipment.lines {
        line.packed += std::mem::take(&mut line.left);
    }
    packing(Some(shipment), None, true)
}

/// A cell as a test writes it: a word of the catalogue, a count, or a text.
fn cell(text: &str) -> Cell {
    let says = ["state-", "event-", "order-", "desk-", "menu-", "why-"];
    match text.parse() {
        Ok(count) if text.len() < 7 => Cell::Count(count),
        _ if says.iter().any(|list| text.starts_with(list)) => Message::key(text).into(),
        _ => text.into(),
    }
}

fn cells(texts: &[&str]) -> Vec<Cell> {
    texts.iter().map(|text| cell(text)).collect()
}

/// What the deck knows on a calm, a busy, a late or a broken day.
fn deck_of(day: &str) -> desk::deck::DeckNow {
    let now = 1_795_906_800;
    let cutoff = |carrier: &str, minutes: i64, ready: i64, packing: i64, out: i64| {
        let (waiting, picking, packed) = (ready / 20, ready / 4, out / 3);
        desk::deck::CutOff {
            carrier: carrier.into(),
            at: now + minutes * 60,
            several: false,
            total: waiting + ready + picking + packing + packed + out,
            waiting,
            ready,
            picking,
            packing,
            packed,
            out,
        }
    };
    let number = |kind: &str, of: &str, n: i64| desk::deck::Number {
        kind: kind.into(),
        of: of.into(),
        n,
        oldest: Some(now - 60 * n),
        next: (kind == "stage").then_some(now + 1800),
    };
    let health = |kind: &str, code: &str, said: Option<&str>, behind: Option<&str>| {
        let id = (kind == "shop").then_some(1);
        let text = |said: &str| said.to_owned();
        let (said, behind) = (said.map(text), behind.map(text));
        desk::deck::Health { kind: kind.into(), code: code.into(), id, said, behind }
    };
    let mut deck = desk::deck::DeckNow {
        now,
        cutoffs: vec![cutoff("SF", 82, 40, 3, 310), cutoff("YT", 97, 4, 1, 90)],
        numbers: vec![number("stage", "ready", 44), number("trips", "claimed", 3)],
        waves: vec![desk::deck::Wave {
            id: 3,
            no: "W00003".into(),
            stops: 120,
            left: 14,
            short: 0,
        }],
        zones: vec![desk::deck::Zone { zone: "A".into(), lines: 14, people: 1 }],
        health: vec![health("printer", "PRINTER1", None, None), health("shop", "MAIN", None, None)],
        past: desk::deck::Past {
            picked: vec![52, 60, 48, 40, 33, 20, 8, 0],
            packed: vec![24, 30, 22, 25, 18, 9, 2, 0],
            handed_over: vec![0, 0, 90, 0, 0, 0, 0, 0],
            by_cutoff: [(format!("SF {}", now + 82 * 60), vec![20, 28, 20, 22, 15, 9, 2, 0])]
                .into(),
            by_zone: [("A".to_owned(), 52)].into(),
            pace: desk::deck::Pace { picked: Some(92.4), packed: Some(31.0), lines: Some(2.4) },
        },
        alerts: Vec::new(),
        pickers: Some(3),
        packers: Some(1),
    };
    if day != "calm" {
        deck.cutoffs = (0..9)
            .map(|n| cutoff(["ZTO", "SF", "YT"][n % 3], 22 + 15 * n as i64, 410, 13, 60))
            .collect();
        let stages = ["pending", "held", "short", "ready", "picking", "packing", "packed"];
        deck.numbers = (0..7).map(|n| number("stage", stages[n], 12 + 97 * n as i64)).collect();
        deck.numbers.push(number("trips", "open", 14));
        deck.numbers.push(number("cases", "short", 4));
        deck.waves.push(desk::deck::Wave {
            id: 6,
            no: "W00006".into(),
            stops: 410,
            left: 336,
            short: 4,
        });
        deck.zones.push(desk::deck::Zone { zone: "B".into(), lines: 410, people: 0 });
    }
    if day == "late" || day == "broken" {
        deck.cutoffs.insert(0, cutoff("ZTO", -8, 73, 0, 0));
        deck.cutoffs.insert(0, cutoff("SF", -4000, 2, 0, 0));
    }
    if day == "broken" {
        let alert = |kind: &str, subject: &str, n: i64, opens: &str| desk::deck::Alert {
            kind: kind.into(),
            subject: subject.into(),
            n,
            opens: opens.into(),
            since: now - 600 * n,
        };
        deck.alerts = vec![
            alert("printer", "PRINTER1", 0, ""),
            alert("case", "broken_promise", 27, "#cases:broken_promise"),
        ];
        deck.numbers.push(number("cases", "broken_promise", 27));
        let refused = "connection refused (os error 111): http://shop.example/api/orders";
        deck.health = vec![
            health("audit", "", Some(""), Some("3:12")),
            health("printer", "PRINTER1", Some("paper_out"), None),
            health("printer", "PRINTER2", None, None),
            health("shop", "MAIN", Some(refused), None),
            health("shop", "TMALL", Some(""), Some("0:31")),
        ];
    }
    deck
}

fn deck_page(day: &str) -> Page {
    let deck = deck_of(day);
    let people = [
        ["Ines", "desk-idle", "", "09:12 (0:29)"],
        ["Alice", "menu-pick", "T000017", "09:41 (0:00)"],
    ];
    let people = people.map(|texts| desk::Row {
        cells: cells(&texts),
        opens: Some(desk::Subject::new(desk::Kind::Person, 1)),
    });
    let shown = desk::deck::deck(&deck, people.into(), "Asia/Shanghai");
    let shown = desk::Shown { tz: "Asia/Shanghai".into(), ..shown };
    desk::build_page(
        &desk::Snapshot { shown: Some(shown), board: true, ..Default::default() },
        &desk::Step::default(),
    )
}

/// What if one more picked and what is ready was released in half an hour?
fn rehearsal_page() -> Page {
    let deck = deck_of("busy");
    let n = deck.cutoffs.len();
    let ends = |ahead_s: i64| -> Vec<Option<i64>> {
        (1..=n as i64).map(|k| (k < 8).then_some(k * 900 - ahead_s)).collect()
    };
    let tried = desk::deck::rehearsal::Changes::parse("1,0,30,B=1;A=-1");
    let said = desk::deck::rehearsal::Forecast {
        ends: &ends(0),
        would_end: &ends(600),
        walks: &|lines, people| (people > 0).then(|| lines * 40 / people),
    };
    let shown = desk::deck::rehearsal::page(&deck, &tried, &said, "Asia/Shanghai");
    let shown = desk::Shown { tz: "Asia/Shanghai".into(), ..shown };
    let step = desk::Step { trail: vec![tried.opens()], asking: None };
    desk::build_page(&desk::Snapshot { shown: Some(shown), ..Default::default() }, &step)
}

fn desk_page() -> Page {
    let row = |texts: &[&str]| desk::Row {
        cells: cells(texts),
        opens: Some(desk::Subject::new(desk::Kind::Shipment, 1)),
    };
    let shown = {
        let mut long = desk::Row { cells: vec![name().into()], opens: None };
        long.cells.extend(cells(&["2", "A01-02-03", "L2404A", "T000017"]));
        let fact = |name: &str, value: Message| {
            Message::key("desk-fact")
                .with("name", Message::key(&format!("col-{name}")))
                .with("value", value)
        };
        let facts = vec![
            fact("status", Message::key("state-packing")),
            fact("carrier", Message::plain("SF Express 顺丰")),
            fact("cutoff", Message::plain("11-22 18:00")),
            fact("order", Message::plain("2400000000000001")),
            fact("wave", Message::plain("W00003")),
        ];
        let happened = [
            ["11-22 10:02", "Packed", "1 × WD-1000", "WDT0001Q > 095200000000000042", "Carla"],
            ["11-22 09:47", "Picked", "1 × WD-1007", "A01-04-02 > WDT0001Q", "Alice"],
            ["11-22 09:41", "Picked", "2 × WD-1000", "A01-02-03 > WDT0001Q", "Alice"],
        ];
        let mut other = row(&["1", "WDT0001Q", "L2405C", "T000017"]);
        other.cells.insert(
            0,
            Cell::Name(Name {
                en: "Nordlicht Oat biscuits, lemon".into(),
                zh: "北光燕麦饼干 柠檬".into(),
                variant: String::new(),
            }),
        );
        let rows =
            [long, other].into_iter().chain((0..38).map(|n| row(&happened[n.min(2)]))).collect();
        desk::Shown {
            title: Message::key("kind-shipment"),
            big: Some(Message::plain("S0000042")),
            facts,
            columns: desk::SHIPMENT_LINES.to_vec(),
            rows,
            actions: vec![desk::Action::Expedite, desk::Action::KickOut, desk::Action::Cancel],
            ..Default::default()
        }
    };
    desk::build_page(
        &desk::Snapshot {
            shown: Some(shown),
            home: Some(Message::key("menu-board")),
            ..Default::default()
        },
        &desk::Step {
            trail: vec![
                desk::Subject::list(desk::Kind::Stage, "packing"),
                desk::Subject::new(desk::Kind::Shipment, 1),
            ],
            asking: None,
        },
    )
}

fn shop_page() -> Page {
    let facts = [
        ("channel", "taobao"),
        ("last-success", "11-22 09:41"),
        ("lag-s", "1860"),
        ("orders-a-minute", "12"),
        ("errors-an-hour", "throttled=3 transient=14"),
        ("token-ends", "11-29 09:00"),
        ("to-tell", "4"),
        ("counts-to-tell", "31"),
        ("said", "TM: 27 isv.invalid-session Invalid session"),
    ];
    let facts = facts
        .map(|(key, value)| {
            Message::key("desk-fact")
                .with("name", Message::key(&format!("col-{key}")))
                .with("value", Message::plain(value))
        })
        .to_vec();
    let shown = desk::Shown {
        title: Message::key("kind-shop"),
        big: Some(Message::plain("TM")),
        facts,
        ..Default::default()
    };
    desk::build_page(
        &desk::Snapshot { shown: Some(shown), ..Default::default() },
        &desk::Step::default(),
    )
}

fn order_page() -> Page {
    let row = |texts: &[&str]| desk::Row { cells: cells(texts), opens: None };
    let rows = vec![
        row(&["WD-1000", "Little Yak Rice cereal", "2", "picking", "S0000042"]),
        desk::title_row("desk-history"),
        row(&["11-22 09:48", "event-told", "SF1001", "TM"]),
        row(&["11-22 09:47", "event-printed", "095200000000000042", "PRINTER1"]),
        row(&["11-22 09:41", "event-moved", "1 × WD-1000 A01-02-03 > WDT0001Q", "Alice"]),
        row(&["11-22 09:12", "event-changed", "order-paid", "TM"]),
        row(&["11-22 09:10", "event-pulled", "order-pending", "TM"]),
    ];
    let shown = desk::Shown {
        title: Message::key("kind-order"),
        big: Some(Message::plain("9007199254740993")),
        columns: desk::ORDER_LINES.to_vec(),
        rows,
        ..Default::default()
    };
    desk::build_page(
        &desk::Snapshot { shown: Some(shown), ..Default::default() },
        &desk::Step::default(),
    )
}

/// A role with what its people may do; with `asking` the rights that it could get.
fn role_page(asking: Option<desk::Action>) -> Page {
    let has = [Right::Inquiry, Right::Pack, Right::HandOver, Right::PutBack, Right::Receivers];
    let lacks = [Right::Reprint, Right::Reopen, Right::Message];
    let choice = |right: &Right| desk::Choice { code: right.code().into(), text: right.says() };
    let shown = desk::Shown {
        title: Message::key("kind-role"),
        big: Some(Message::plain(&Name {
            en: "packer".into(),
            zh: "打包员".into(),
            ..Name::default()
        })),
        rows: has
            .iter()
            .map(|right| desk::Row { cells: vec![right.says().into()], opens: None })
            .collect(),
        actions: vec![desk::Action::Grant, desk::Action::Withdraw],
        ..Default::default()
    };
    let choices = lacks.iter().filter(|_| asking.is_some()).map(choice).collect();
    desk::build_page(
        &desk::Snapshot { shown: Some(shown), choices, ..Default::default() },
        &desk::Step { trail: vec![desk::Subject::new(desk::Kind::Role, 2)], asking },
    )
}

/// A list of a stage, sorted and filtered; with `asking` its columns, kept views or reasons are
/// asked.
fn list_page(rows: i64, asking: Option<desk::Action>) -> Page {
    let row = |n: i64| ShipmentRow {
        id: n,
        shipment_no: format!("S{n:07}"),
        warehouse: "WH1".into(),
        orders: format!("O{n}"),
        state: wavedeck::domain::states::ShipmentState::Pending,
        carrier: "SF".into(),
        priority: 10,
        cutoff_at: Some(rows::Instant::of_unix_s(1_795_341_600)),
        lines: 1,
        units: n * 3,
        hold: String::new(),
        reason: "no_stock".into(),
        held_for: None,
    };
    let view = desk::View {
        filter: if rows == 1 { "S0000001".into() } else { String::new() },
        sort: Some("units".into()),
        down: true,
        columns: if rows == 1 {
            ["shipment", "units", "why"].map(String::from).to_vec()
        } else {
            vec![]
        },
    };
    let shown = desk::Shown {
        title: Message::key("state-pending"),
        columns: ShipmentRow::names(),
        rows: (1..=rows).map(|n| row(n).row()).collect(),
        tz: "Asia/Shanghai".into(),
        list: Some(view),
        of: if rows > 100 { 505 } else { rows },
        as_of: Some(rows::Instant::of_unix_s(1_795_906_800)),
        ..Default::default()
    };
    let names: &[&str] =
        if asking == Some(desk::Action::Views) { &["Urgent", "顺丰"] } else { &[] };
    let choices = names
        .iter()
        .map(|name| desk::Choice { code: (*name).into(), text: Message::plain(*name) })
        .collect();
    desk::build_page(
        &desk::Snapshot { shown: Some(shown), choices, ..Default::default() },
        &desk::Step { trail: vec![desk::Subject::list(desk::Kind::Stage, "pending")], asking },
    )
}

/// Every page that a person can see, by name.
fn pages() -> Vec<(&'static str, Page)> {
    let goods = put_back::Goods {
        item_id: 1,
        lot_id: 1,
        sku: "WD-1".into(),
        name: name(),
        barcode: None,
        lot: "L1".into(),
        last_good: "2027-03-15".into(),
        qty: 3,
        bin: Some("A01-02-03".into()),
    };
    let task = put_back::Task {
        id: 1,
        no: "K000007".into(),
        container: "WDT0001Q".into(),
        goods: vec![goods],
    };
    let back = |task: Option<put_back::Task>, holding| {
        let waiting = task.is_none().then(|| "WDT0001Q".to_owned());
        put_back::build_page(
            &put_back::Snapshot { task, waiting, waiting_count: 2 },
            &put_back::Step { task_id: Some(1), holding, ..put_back::Step::default() },
        )
    };
    let list = hand_over::List {
        id: 1,
        code: "WDH000012K".into(),
        carrier: "SF Express 顺丰".into(),
        parcels: 17,
        last: Some("095200000000000173".into()),
    };
    let waves = wave::Snapshot {
        shops: vec![],
        carriers: vec![],
        zones: vec![],
        kept: vec!["Singles by SF".into()],
        shipments: 1284,
        lines: 2750,
        units: 4102,
        next_cutoff: Some("11-22 23:30".into()),
        waits: vec![("no_stock".into(), 12), ("by_hand".into(), 3)],
    };
    let short = wave::Rehearsed {
        trips: 3,
        walk_mm: Some(412_000),
        walking: 1280,
        bounded: true,
        lines: 2750,
        units: 4102,
        must_go: 2,
        urgent: 1,
        shipments: 1284,
        short_shipments: 4,
        short_units: 9,
        lacks: vec![
            wave::Shortage { item: name(), units: 7, why: "not_pickable".into() },
            wave::Shortage { item: name(), units: 2, why: "none".into() },
        ],
    };
    let exception = |reason: &str| exceptions::Exception {
        id: 1,
        reason: reason.into(),
        subject: "A01-02-03".into(),
        item: Some(name()),
        lot: Some("L2404A".into()),
        qty: Some(76),
        detail: "WD-9999, WD-9998".into(),
        since: "11-22 09:40".into(),
        held: 76,
        booked: 114,
        shipment_id: Some(1),
        same: 3,
        code: Some("WD-9999".into()),
        shop: if reason == "unknown_item" { "MAIN".into() } else { String::new() },
    };
    let trouble = |exception| {
        exceptions::build_page(
            &exceptions::Snapshot { open: 5, exception },
            &exceptions::Step::default(),
        )
    };
    let done = pick::Step {
        bin_scanned: true,
        item_scanned: true,
        lot_scanned: true,
        counted: 2,
        ..Default::default()
    };
    vec![
        ("door", sign_on::login_page(&[])),
        ("pin", sign_on::pin_page("Alice")),
        ("menu", sign_on::menu_page(&operator(Lang::En), false, &[]).0),
        (
            "menu_next",
            sign_on::menu_page(
                &operator(Lang::En),
                false,
                &[
                    sign_on::Waiting {
                        activity: Activity::Pack,
                        waiting: 12,
                        urgent: 3,
                        in_hand: false,
                        due: "17:30".into(),
                    },
                    sign_on::Waiting {
                        activity: Activity::Pick,
                        waiting: 1,
                        urgent: 0,
                        in_hand: true,
                        due: String::new(),
                    },
                ],
            )
            .0,
        ),
        ("pick_idle", pick::build_page(&pick::Snapshot::default(), &pick::Step::default())),
        (
            "pick_idle_waits",
            pick::build_page(
                &pick::Snapshot { waiting: 4, ..Default::default() },
                &pick::Step::default(),
            ),
        ),
        ("pick_source", picking(pick::Step::default(), 2)),
        ("pick_size_and_colour", picking_a_sibling()),
        ("pick_lot", picking(pick::Step { bin_scanned: true, ..Default::default() }, 2)),
        ("pick_count", picking(pick::Step { counted: 1, ..done.clone() }, 2)),
        ("pick_tote", picking(done.clone(), 2)),
        ("pick_free_tote", picking(pick::Step { full: true, ..done }, 2)),
        ("pick_short", picking(pick::Step { asking: Some(Card::Short), ..Default::default() }, 2)),
        ("pick_in_total", picking_in_total()),
        (
            "pick_go_home",
            picking(pick::Step { asking: Some(Card::Close), ..Default::default() }, 2),
        ),
        (
            "pick_hand_over",
            picking(
                pick::Step {
                    giving: Some(pick::Colleague { id: 2, name: "Bowen".into() }),
                    ..Default::default()
                },
                2,
            ),
        ),
        (
            "drop",
            pick::build_page(
                &pick::Snapshot {
                    trip: Some(trip("T000017", false, 12, 12)),
                    ..Default::default()
                },
                &pick::Step::default(),
            ),
        ),
        ("pack_bench", packing(None, None, false)),
        ("pack_tote", packing(None, None, true)),
        ("pack_idle", bench_idle()),
        ("pack_run_asked", packing_batch(true, 1, 1, Some(Card::Yes))),
        ("pack_more", packing(Some(shipment(false)), None, true)),
        ("pack_units", packing(Some(shipment(true)), None, true)),
        ("pack_owed", packing_owed(false)),
        ("pack_owed_parts", packing_owed(true)),
        ("pack_size_and_colour", packing_siblings()),
        ("pack_which_is_short", packing_asked(Card::Short)),
        ("pack_extra", packing_asked(Card::Found)),
        ("pack_singles", packing_batch(false, 3, 4, None)),
        ("pack_hot_run", packing_batch(true, 1, 1, None)),
        (
            "pack_reopen",
            pack::build_page(
                &pack::Snapshot { reopening: Some("095200000000000173".into()), ..bench() },
                &pack::Step::default(),
            ),
        ),
        ("pack_gone", packing(None, Some("S0000042"), true)),
        ("put_back_container", back(None, None)),
        ("put_back_goods", back(Some(task.clone()), None)),
        ("put_back_bin", back(Some(task), Some((1, 1)))),
        (
            "hand_over_first",
            hand_over::build_page(&hand_over::Snapshot {
                list: None,
                waiting: None,
                waiting_count: 23,
            }),
        ),
        (
            "hand_over_list",
            hand_over::build_page(&hand_over::Snapshot {
                list: Some(list),
                waiting: None,
                waiting_count: 6,
            }),
        ),
        (
            "wave",
            wave::build_page(
                &waves,
                &wave::Step { carrier: "SF".into(), rehearsed: Some(short), ..Default::default() },
            ),
        ),
        (
            "wave_kept",
            wave::build_page(
                &waves,
                &wave::Step { asking: Some(wave::TypedField::Kept), ..Default::default() },
            ),
        ),
        ("list_none", list_page(0, None)),
        ("list_one", list_page(1, None)),
        ("list_many", list_page(200, None)),
        ("list_columns", list_page(3, Some(desk::Action::Columns))),
        ("list_views", list_page(3, Some(desk::Action::Views))),
        ("role", role_page(None)),
        ("role_grant", role_page(Some(desk::Action::Grant))),
        ("hold_reasons", list_page(3, Some(desk::Action::Hold))),
        ("board_calm", deck_page("calm")),
        ("board_busy", deck_page("busy")),
        ("board_late", deck_page("late")),
        ("board_broken", deck_page("broken")),
        ("rehearsal", rehearsal_page()),
        ("inquiry_shipment", desk_page()),
        ("inquiry_shop", shop_page()),
        ("inquiry_order", order_page()),
        ("inquiry", desk::build_page(&desk::Snapshot::default(), &desk::Step::default())),
        ("exceptions_found", trouble(Some(exception("found")))),
        ("exceptions_map", trouble(Some(exception("unknown_item")))),
        ("exceptions_none", trouble(None)),
        ("exceptions_count", trouble(Some(exception("short")))),
        (
            "exceptions_cancel",
            exceptions::build_page(
                &exceptions::Snapshot { open: 5, exception: Some(exception("not_found")) },
                &exceptions::Step { cancels: true, ..exceptions::Step::at(Some(1)) },
            ),
        ),
        (
            "exceptions_sure",
            exceptions::build_page(
                &exceptions::Snapshot { open: 5, exception: Some(exception("short")) },
                &exceptions::Step { counted: Some(1), ..exceptions::Step::at(Some(1)) },
            ),
        ),
        ("exceptions_choice", trouble(Some(exception("not_found")))),
    ]
}

fn model(lang: Lang, size: (u16, u16), page: Page, feedback: Option<Feedback>) -> Model {
    let mut model = Model::new(settings(lang, size));
    let at_door = page.title.key == "door-title";
    let reply = Reply {
        operator: (!at_door).then(|| operator(lang)),
        version: 1,
        page,
        feedback,
        expects: vec![],
    };
    update(&mut model, Msg::Reply(Box::new(reply)));
    model
}

// A catalogue is read once a session, and here once a thread.
thread_local! {
    static WORDS: [Catalogue; 2] = Lang::ALL.map(Catalogue::new);
}

fn buffer(model: &Model) -> Buffer {
    let area = Rect::new(0, 0, model.size.0, model.size.1);
    let mut buffer = Buffer::empty(area);
    let lang = Lang::ALL.iter().position(|lang| *lang == model.lang).unwrap();
    WORDS.with(|words| view::draw(model, &words[lang], area, &mut buffer));
    buffer
}

/// The text of a buffer, one mark for what stands out: `#` reversed, `*` bold.
fn dump(model: &Model) -> String {
    let buffer = buffer(model);
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let (mut line, mut mark, mut colour, mut skip) = (String::new(), ' ', ' ', 0usize);
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            if skip == 0 {
                line.push_str(cell.symbol());
                skip = unicode_width::UnicodeWidthStr::width(cell.symbol()).max(1);
            }
            skip -= 1;
            let style = cell.style().add_modifier;
            mark = if style.contains(Modifier::REVERSED) {
                '#'
            } else if style.contains(Modifier::BOLD) && mark == ' ' {
                '*'
            } else {
                mark
            };
            colour = match cell.fg {
                Color::Reset => colour,
                Color::Cyan => 'c',
                Color::Yellow => 'y',
                Color::Green => 'g',
                Color::Red => 'r',
                _ => '?',
            };
        }
        writeln!(out, "{mark}{colour}|{}", line.trim_end()).unwrap();
    }
    out
}

fn matrix(page: &Page, said: Option<&Feedback>) -> String {
    let mut out = String::new();
    let sizes: &[_] = match page.deck {
        Some(_) => &[(20, 16), (80, 24), (120, 36), (160, 48), (200, 60)],
        None => &[(20, 16), (40, 8), (80, 24), (160, 48)],
    };
    for size in sizes.iter().copied() {
        for lang in Lang::ALL {
            writeln!(
                out,
                "{}x{} {}\n{}",
                size.0,
                size.1,
                lang.code(),
                dump(&model(lang, size, page.clone(), said.cloned()))
            )
            .unwrap();
        }
    }
    out
}

/// Without colour every sign is still there: what was coloured is bold or reversed too.
#[test]
fn colour_is_never_the_only_sign() {
    for (name, page) in pages() {
        for said in [
            None,
            Some(Refusal::stop(Message::key("undo-nothing")).0),
            Some(Refusal::wrong(Message::key("undo-nothing")).0),
        ] {
            let colour = model(Lang::En, (80, 24), page.clone(), said);
            let mut mono = model(Lang::En, (80, 24), page.clone(), colour.feedback.clone());
            mono.appearance.theme = Theme::Mono;
            let (with, without) = (buffer(&colour), buffer(&mono));
            for (a, b) in with.content().iter().zip(without.content()) {
                assert_eq!(
                    (a.symbol(), a.style().add_modifier, b.fg),
                    (b.symbol(), b.style().add_modifier, Color::Reset),
                    "{name}"
                );
                assert!(
                    a.fg == Color::Reset || !b.style().add_modifier.is_empty(),
                    "{name}: {:?} is told by its colour alone",
                    a.symbol()
                );
            }
        }
    }
}

#[test]
fn themes_and_box_glyphs() {
    let mut out = String::new();
    for look in [
        Appearance { theme: Theme::Default, boxes: true },
        Appearance { theme: Theme::Contrast, boxes: false },
    ] {
        let mut model = model(
            Lang::Zh,
            (80, 24),
            picking(pick::Step::default(), 2),
            Some(Refusal::stop(Message::key("undo-nothing")).0),
        );
        model.appearance = look;
        let buffer = buffer(&model);
        writeln!(
            out,
            "{look:?}\n{}\n{:?}",
            dump(&model),
            buffer
                .content()
                .iter()
                .map(|cell| cell.fg)
                .filter(|fg| *fg != Color::Reset)
                .map(|fg| fg.to_string())
                .collect::<std::collections::BTreeSet<_>>()
        )
        .unwrap();
    }
    insta::assert_snapshot!("themes", out);
}

#[test]
fn the_palette_finds_by_english_chinese_and_pinyin_and_says_why_not() {
    let mut out = String::new();
    for lang in Lang::ALL {
        for size in [(20, 16), (80, 24)] {
            for typed in ["", "filt", "筛选", "jh", "short"] {
                let mut model = model(lang, size, list_page(3, None), None);
                update(&mut model, Msg::Hotkey(':', stamp()));
                update(&mut model, Msg::Typing(typed.into()));
                writeln!(out, "{}x{} {} {typed}\n{}", size.0, size.1, lang.code(), dump(&model))
                    .unwrap();
            }
        }
    }
    insta::assert_snapshot!("palette", out);
    let sent = |typed: &str, scanned: bool| {
        let mut model = model(Lang::En, (80, 24), list_page(3, None), None);
        update(&mut model, Msg::Hotkey(':', stamp()));
        update(&mut model, Msg::Typing(typed.into()));
        let effects =
            update(&mut model, Msg::Line { text: typed.into(), typed: !scanned, stamp: stamp() });
        (format!("{effects:?}"), model.feedback.map(|feedback| feedback.text.key))
    };
    assert!(sent("turn the order", false).0.contains("#reverse"));
    assert!(sent("看板", false).0.contains("MenuBoard"));
    assert_eq!(sent("damaged", false).1.as_deref(), Some("card-not-here"));
    assert_eq!(sent("zzzz", false).1.as_deref(), Some("palette-none"));
    // What a gun sends is a scan, whatever is open.
    assert!(sent("S0000001", true).0.contains("S0000001"));
}

#[test]
fn a_small_letter_alone_is_a_command_and_a_burst_never_is() {
    use wavedeck::console::input::Decoder;
    let mut decoder = Decoder::new(Framing::default());
    let at = Instant::now();
    decoder.push(b's', at);
    assert_eq!(decoder.alone(), Some(('s', at)));
    decoder.push(b'0', at);
    assert_eq!(decoder.alone(), None);
    let mut list = model(Lang::En, (80, 24), list_page(3, None), None);
    assert!(format!("{:?}", update(&mut list, Msg::Hotkey('s', stamp()))).contains("#sort"));
    // On a screen that takes scans it is none.
    let mut scans = model(Lang::En, (80, 24), picking(pick::Step::default(), 2), None);
    assert!(
        update(&mut scans, Msg::Hotkey('s', stamp()))
            .iter()
            .all(|effect| !matches!(effect, Effect::Send(_)))
    );
}

#[test]
fn every_screen_at_every_size() {
    for (name, page) in pages() {
        insta::assert_snapshot!(name, matrix(&page, None));
    }
    let page = picking(pick::Step::default(), 2);
    let wrong = Refusal::wrong(
        Message::key("pick-wrong-bin").with("received", "B01-01-01").with("bin", "A01-02-03"),
    )
    .0;
    insta::assert_snapshot!("pick_refused", matrix(&page, Some(&wrong)));
    let stop = Refusal::stop(Message::key("pack-stop").with("shipment", "S0000042")).0;
    insta::assert_snapshot!("pack_stopped", matrix(&packing(None, None, true), Some(&stop)));
}

#[test]
fn offline_help_queue_and_held() {
    let mut out = String::new();
    for (lang, size) in Lang::ALL
        .into_iter()
        .flat_map(|lang| [(20, 16), (40, 8), (80, 24), (160, 48)].map(|size| (lang, size)))
    {
        let page = || picking(pick::Step::default(), 2);
        let mut offline = model(lang, size, page(), None);
        update(&mut offline, Msg::NoAnswer(Link::Offline));
        let mut slow = model(lang, size, page(), None);
        update(&mut slow, Msg::NoAnswer(Link::Slow));
        // One scan is on its way and nothing waits behind it.
        let mut loading = model(lang, size, page(), None);
        update(&mut loading, Msg::Line { text: "A01-02-03".into(), typed: false, stamp: stamp() });
        let mut help = model(lang, size, page(), None);
        update(&mut help, Msg::Key(wavedeck::console::input::Key::F(1), stamp()));
        let mut queue = model(lang, size, page(), None);
        for text in ["A01-02-03", "X1", "X2"] {
            update(&mut queue, Msg::Line { text: text.into(), typed: false, stamp: stamp() });
        }
        writeln!(out, "{} {}x{}", lang.code(), size.0, size.1).unwrap();
        for (name, model) in
            [("offline", &offline), ("slow", &slow), ("loading", &loading), ("help", &help)]
                .into_iter()
                .chain([("queue", &queue)])
        {
            writeln!(out, "{name}\n{}", dump(model)).unwrap();
        }
        let refused = Reply {
            operator: Some(operator(lang)),
            version: 2,
            page: page(),
            feedback: Some(Refusal::wrong(Message::key("undo-nothing")).0),
            expects: vec![],
        };
        update(&mut queue, Msg::Reply(Box::new(refused)));
        writeln!(out, "held\n{}", dump(&queue)).unwrap();
        update(&mut loading, Msg::Unanswered);
        writeln!(out, "unanswered\n{}", dump(&loading)).unwrap();
    }
    insta::assert_snapshot!("states", out);
}

#[test]
fn what_is_not_answered_is_asked_again_under_its_number_or_dropped() {
    let scan = |text: &str| Msg::Line { text: text.into(), typed: false, stamp: stamp() };
    let sent = |effects: &[Effect]| match effects {
        [Effect::Send(request)] => (request.command, request.ask.clone()),
        other => panic!("{other:?}"),
    };
    let mut model = model(Lang::En, (80, 24), picking(pick::Step::default(), 2), None);
    let first = sent(&update(&mut model, scan("A01-02-03")));
    update(&mut model, scan("X1"));
    // While there is an answer to come nobody leaves a scan behind; without one they may.
    let leave = |model: &mut Model| update(model, Msg::Key(Key::Ctrl('c'), stamp()));
    assert!(!leave(&mut model).contains(&Effect::Quit));
    update(&mut model, Msg::NoAnswer(Link::Slow));
    assert_eq!(leave(&mut model), [Effect::Quit]);

    assert_eq!(update(&mut model, Msg::Unanswered), [Effect::Bell(Tone::Stop)]);
    assert!(model.held && model.queue.len() == 2);
    assert_eq!(sent(&update(&mut model, scan(""))), first, "the same gesture, once");
    update(&mut model, Msg::Unanswered);
    let looked = update(&mut model, Msg::Key(Key::Esc, stamp()));
    assert_eq!(sent(&looked).1, Input::Refresh, "whether it was done is asked");
    assert!(!model.held && model.queue.is_empty());
    // A look that nobody asked for is no question to anybody.
    assert_eq!(update(&mut model, Msg::Unanswered), []);
}

#[test]
fn a_full_queue_stops_the_reading_and_says_so() {
    let mut model = model(Lang::En, (80, 24), picking(pick::Step::default(), 2), None);
    for n in 0..=wavedeck::limits::QUEUE_SCANS {
        assert!(model.takes_input(), "after {n} scans");
        update(&mut model, Msg::Line { text: format!("X{n}"), typed: false, stamp: stamp() });
    }
    assert!(!model.takes_input());
    assert!(dump(&model).contains("Queue full"));
}

#[test]
fn what_differs_is_never_cut() {
    for (name, page) in pages() {
        for size in [(20, 16), (40, 8), (80, 24), (160, 48)] {
            for lang in Lang::ALL {
                let words = Catalogue::new(lang);
                let said = Refusal::wrong(
                    Message::key("pick-unknown")
                        .with("received", "X")
                        .with("bin", "A01-02-03")
                        .with("item", name_of(lang)),
                )
                .0;
                for said in [None, Some(said)] {
                    let shown: String = dump(&model(lang, size, page.clone(), said))
                        .lines()
                        .map(|line| line[3..].replace(['|', '*', '#', ' '], ""))
                        .collect();
                    let must = page
                        .facts
                        .iter()
                        .filter(|f| f.strong)
                        .map(|f| &f.text)
                        .chain(&page.big)
                        .chain([&page.prompt]);
                    // With a refusal at 40×8 only the place and the prompt have room for certain.
                    for text in must.filter(|_| size != (40, 8)) {
                        let wanted = words.say(text).replace(['|', '*', '#', ' '], "");
                        assert!(
                            shown.contains(&wanted),
                            "{name} {size:?} {lang:?}: {wanted}\n{shown}"
                        );
                    }
                }
            }
        }
    }
}

fn name_of(lang: Lang) -> String {
    name().of(lang).to_owned()
}

#[test]
fn no_size_panics() {
    for (_, page) in pages() {
        let refusal = Refusal::wrong(Message::key("went-wrong").with("command", "x"));
        let mut model = model(Lang::Zh, (20, 16), page, Some(refusal.0));
        for (width, height) in (0..=44).flat_map(|w| (0..=18).map(move |h| (w, h))).chain([
            (80, 24),
            (120, 36),
            (160, 48),
            (400, 200),
            (1, 200),
            (400, 1),
        ]) {
            update(&mut model, Msg::Resize(width, height));
            buffer(&model);
        }
    }
}

#[test]
fn a_restyled_wide_glyph_is_drawn_whole() {
    // The same text as plain and as reversed: both cells of every glyph are written again.
    let plain = model(
        Lang::Zh,
        (20, 16),
        Page::new(Message::plain("库位"), Message::key("pick-prompt-bin")),
        None,
    );
    let strong = model(
        Lang::Zh,
        (20, 16),
        Page::new(Message::plain("标题"), Message::key("pick-prompt-bin"))
            .big(Message::plain("库位")),
        None,
    );
    let mut screen = session::screen::Screen::new(Lang::Zh);
    let mut shown = vt100::Parser::new(16.try_into().unwrap(), 20.try_into().unwrap(), 0);
    for model in [&plain, &strong, &plain, &strong] {
        shown.process(&screen.frame(model).unwrap());
    }
    let cell = |column| shown.screen().cell(1, column).unwrap().inverse();
    assert!(cell(1) && cell(3), "the place is reversed");
    assert!(screen.frame(&strong).unwrap().is_empty(), "an unchanged frame writes nothing");
}

proptest! {
    #[test]
    fn any_messages_in_any_order_keep_the_queue_in_order(
        lines in prop::collection::vec("[A-Z]{1,6}", 1..40),
        replies in prop::collection::vec(any::<bool>(), 1..40),
    ) {
        let answered = || Msg::Reply(Box::new(Reply {
            operator: Some(operator(Lang::En)),
            version: 1,
            page: Page::default(),
            feedback: None,
            expects: vec![],
        }));
        let mut model = model(Lang::En, (80, 24), picking(pick::Step::default(), 2), None);
        let (mut sent, mut replies) = (Vec::new(), replies.into_iter());
        let mut note = |effects: Vec<Effect>| for effect in effects {
            if let Effect::Send(request) = effect
                && let Input::Scan { text, .. } = request.ask
            {
                sent.push(text)
            }
        };
        for text in &lines {
            let line = Msg::Line { text: text.clone(), typed: false, stamp: stamp() };
            note(update(&mut model, line));
            if model.sent.is_some() && replies.next().unwrap_or(false) {
                note(update(&mut model, answered()));
            }
        }
        while model.sent.is_some() {
            note(update(&mut model, answered()));
        }
        prop_assert_eq!(sent, lines);
    }
}

/// A session over a pipe, with its screen.
struct Pipe {
    input: DuplexStream,
    screen: Arc<Mutex<vt100::Parser>>,
    control: mpsc::Sender<Control>,
    recorded: Arc<Mutex<Vec<String>>>,
}

impl Pipe {
    fn open(w: &World, lang: Lang, (cols, rows): (u16, u16)) -> Pipe {
        let (input, reader) = tokio::io::duplex(1 << 16);
        let (writer, mut output) = tokio::io::duplex(1 << 16);
        let (control, told) = mpsc::channel(4);
        let recorded: Arc<Mutex<Vec<String>>> = Arc::default();
        let tape = recorded.clone();
        let settings = Settings { session: Uuid::now_v7(), ..settings(lang, (cols, rows)) };
        let record: session::Recorder =
            Box::new(move |line| tape.lock().unwrap().push(line.to_owned()));
        let setup = Setup {
            ctx: w.ctx.clone(),
            settings,
            framing: Framing::default(),
            control: told,
            record: Some(record),
            exports: std::env::temp_dir(),
        };
        tokio::spawn(session::run(reader, writer, setup));
        let screen = Arc::new(Mutex::new(vt100::Parser::new(
            rows.try_into().unwrap(),
            cols.try_into().unwrap(),
            0,
        )));
        let shown = screen.clone();
        tokio::spawn(async move {
            let mut buffer = [0u8; 4096];
            while let Ok(n @ 1..) = output.read(&mut buffer).await {
                shown.lock().unwrap().process(&buffer[..n]);
            }
        });
        Pipe { input, screen, control, recorded }
    }

    fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    async fn send(&mut self, bytes: &[u8]) {
        self.input.write_all(bytes).await.unwrap();
    }

    /// Somebody comes to the door, in English.
    async fn sign_on(&mut self, badge: &str) {
        self.wait_for("Scan your badge").await;
        self.send(format!("{badge}\r").as_bytes()).await;
        self.wait_for("Type your PIN").await;
        self.send(format!("{PIN}\r").as_bytes()).await;
    }

    async fn wait_for(&self, what: &str) {
        let until = Instant::now() + Duration::from_secs(20);
        while !self.text().contains(what) {
            assert!(Instant::now() < until, "waited for {what}:\n{}", self.text());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sessions_in_two_languages_do_not_know_of_each_other() {
    let w = World::new().await;
    let (p, q) = (w.person("P", Role::Picker).await, w.person("Q", Role::Packer).await);
    w.sql("UPDATE person SET lang = 'zh-CN' WHERE code = 'Q'").await;
    let (mut en, mut zh) = (Pipe::open(&w, Lang::En, (80, 24)), Pipe::open(&w, Lang::Zh, (20, 16)));
    en.wait_for("Scan your badge").await;
    zh.wait_for("请扫描工牌").await;
    en.send(format!("{}\r", p.badge).as_bytes()).await;
    zh.send(format!("{}\r{PIN}\r", q.badge).as_bytes()).await;
    zh.wait_for("打包").await;
    en.wait_for("Type your PIN").await;
    en.send(format!("{PIN}\r").as_bytes()).await;
    en.wait_for("Put back").await;
    zh.control.send(Control::Resize(40, 8)).await.unwrap();
    assert!(!zh.text().contains("Pick") && !en.text().contains("拣货"));
    drop((en, zh));
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_of_ones_own_is_understood_and_one_at_the_bench_goes_first() {
    let w = World::new().await;
    w.sql(
        "INSERT INTO scanner (code, prefix, suffix, gs) VALUES ('RING', '#', '$', '^'), \
        ('BENCHGUN', chr(2), '', NULL)",
    )
    .await;
    w.sql("UPDATE bench SET scanner = 'BENCHGUN'").await;
    let q = w.person("Q", Role::Packer).await;
    w.sql("UPDATE person SET scanner = 'RING' WHERE code = 'Q'").await;
    let mut pipe = Pipe::open(&w, Lang::En, (80, 24));
    pipe.wait_for("Scan your badge").await;
    // At the door nobody knows yet whose gun it is: every known mark is understood.
    pipe.send(format!("#{}$\r", q.badge).as_bytes()).await;
    pipe.wait_for("Type your PIN").await;
    pipe.send(format!("{PIN}\r").as_bytes()).await;
    pipe.wait_for("Put back").await;
    pipe.send(b"#WDC-MENU-PACK$\r").await;
    pipe.wait_for("Scan your bench").await;
    pipe.send(b"#BENCH$\r").await;
    pipe.wait_for("Scan a tote").await;
    // The ring's marks mean nothing here, those of the bench do.
    pipe.send(b"#WDC-MENU-PUTBACK$\r").await;
    // Its refusal, not its echo: what is sent before that would wait behind it.
    pipe.wait_for("\"#WDC-MENU-PUTBACK$\":").await;
    pipe.send(b"\x02WDC-MENU-PUTBACK\r").await;
    pipe.wait_for("Put back").await;
    drop(pipe);
    w.end().await;
}

#[test]
fn a_row_is_opened_though_the_board_is_looking_again() {
    let mut model = model(Lang::En, (80, 24), deck_page("busy"), None);
    let ticked = update(&mut model, Msg::Tick(stamp()));
    assert!(matches!(ticked.as_slice(), [Effect::Send(look)] if look.ask == Input::Refresh));
    update(&mut model, Msg::Line { text: String::new(), typed: true, stamp: stamp() });
    let reply = Reply {
        operator: Some(operator(Lang::En)),
        version: 1,
        page: deck_page("busy"),
        feedback: None,
        expects: vec![],
    };
    let sent = update(&mut model, Msg::Reply(Box::new(reply)));
    let [Effect::Send(open)] = sent.as_slice() else { panic!("{sent:?}") };
    assert!(
        matches!(&open.ask, Input::Scan { text, .. } if text.starts_with("#stage:live/")),
        "{sent:?}"
    );
}

#[test]
fn who_goes_back_stands_on_the_row_that_they_opened() {
    let list = list_page(40, None);
    let mut model = model(Lang::En, (80, 24), list.clone(), None);
    let mut version = 1;
    let mut answer = |model: &mut Model, page: &Page| {
        version += 1;
        let reply = Reply {
            operator: Some(operator(Lang::En)),
            version,
            page: page.clone(),
            feedback: None,
            expects: vec![],
        };
        update(model, Msg::Reply(Box::new(reply)));
    };
    for _ in 0..7 {
        update(&mut model, Msg::Key(Key::Down, stamp()));
    }
    update(&mut model, Msg::Line { text: String::new(), typed: true, stamp: stamp() });
    answer(&mut model, &desk_page());
    assert_eq!(model.chosen, 0, "a detail is read from its beginning");
    let sent = update(&mut model, Msg::Key(Key::Esc, stamp()));
    assert!(
        matches!(sent.as_slice(), [Effect::Send(back)] if back.ask == Input::Card(Card::Back)),
        "{sent:?}"
    );
    // Others went meanwhile: it is the row, not its place.
    let mut shorter = list.clone();
    shorter.table.rows.drain(..2);
    shorter.table.opens.drain(..2);
    answer(&mut model, &shorter);
    assert_eq!(model.chosen, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wide_screen_shows_beside_the_list_what_its_row_opens() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1)]), ("O2", &[("I0", 2)])]).await;
    let boss = w.person("BOSS", Role::Supervisor).await;
    let mut pipe = Pipe::open(&w, Lang::En, (160, 48));
    pipe.sign_on(&boss.badge).await;
    // The deck is the first screen and has all of it to itself; its first row opens a list, and
    // beside that stands its first shipment in full.
    pipe.wait_for("CUT-OFFS").await;
    pipe.send(b"\r").await;
    pipe.wait_for("S0000001").await;
    pipe.wait_for("| Shipment").await;
    pipe.wait_for("Status: ready").await;
    pipe.send(b"\x1b[B").await;
    pipe.wait_for("| S0000002").await;
    assert_eq!(
        w.number(
            "SELECT json_array_length(step->'board'->'trail')::bigint FROM standing WHERE \
            person_id = (SELECT id FROM person WHERE code = 'BOSS')"
        )
        .await,
        1,
        "nobody went there"
    );
    // No longer wide: the list has the screen to itself.
    pipe.control.send(Control::Resize(100, 30)).await.unwrap();
    let until = Instant::now() + Duration::from_secs(5);
    while pipe.text().contains("| S0000002") && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!pipe.text().contains("| S0000002"));
    drop(pipe);
    w.end().await;
}

/// Every text in a JSON value.
fn strings(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::String(text) => vec![text.clone()],
        serde_json::Value::Array(list) => list.iter().flat_map(strings).collect(),
        serde_json::Value::Object(map) => map.values().flat_map(strings).collect(),
        _ => vec![],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_session_replays_to_the_same_screen_and_holds_no_pin() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.release().await;
    let p = w.person("P", Role::Picker).await;
    let mut pipe = Pipe::open(&w, Lang::En, (80, 24));
    pipe.send(format!("{}\r{PIN}\rWDC-MENU-PICK\rNONSENSE\r", p.badge).as_bytes()).await;
    pipe.wait_for("is not known here").await;
    pipe.send(b"A01\r").await;
    pipe.wait_for("Scan 2 more").await;
    let shown = pipe.text();
    let tape = pipe.recorded.lock().unwrap().clone();
    // Neither the PIN nor its beginning; a command's number may hold the same digits by chance.
    let said: Vec<String> =
        tape.iter().flat_map(|line| strings(&serde_json::from_str(line).unwrap())).collect();
    assert!(
        said.iter().all(|text| !(text.len() >= 2 && PIN.starts_with(text.as_str()))),
        "a PIN was recorded: {said:?}"
    );
    let mut model = Model::new(settings(Lang::En, (80, 24)));
    for line in &tape {
        update(&mut model, serde_json::from_str(line).unwrap());
    }
    let replayed: Vec<String> =
        dump(&model).lines().map(|l| l[3..].trim_end().to_owned()).collect();
    let live: Vec<String> = shown.lines().map(|l| l.trim_end().to_owned()).collect();
    assert_eq!(replayed[..live.len()], live[..]);
    drop(pipe);
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_scans_a_second_for_a_minute_none_lost_and_in_order() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 4000)]).await;
    w.orders(&[("O1", &[("I0", 3500)])]).await;
    w.release().await;
    let p = w.person("P", Role::Picker).await;
    let mut pipe = Pipe::open(&w, Lang::En, (20, 16));
    pipe.send(format!("{}\r{PIN}\rWDC-MENU-PICK\r", p.badge).as_bytes()).await;
    pipe.wait_for("Scan bin or goods").await;
    // Three thousand scans as fast as the session takes them: it stops reading while its queue is
    // full.
    let scan = format!("{}\r\n", ean(0));
    for _ in 0..3000 {
        pipe.send(scan.as_bytes()).await;
    }
    let until = Instant::now() + Duration::from_secs(120);
    while !pipe.text().contains("3000 of 3500") {
        assert!(Instant::now() < until, "{}", pipe.text());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(
        w.number(
            "SELECT count(*) FROM command c JOIN person p ON p.id = c.person_id WHERE p.code = 'P'"
        )
        .await,
        3001
    );
    drop(pipe);
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_scan_holds_those_behind_it() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    w.release().await;
    let p = w.person("P", Role::Picker).await;
    let mut pipe = Pipe::open(&w, Lang::En, (80, 24));
    pipe.send(format!("{}\r{PIN}\rWDC-MENU-PICK\r", p.badge).as_bytes()).await;
    pipe.wait_for("Scan bin or goods").await;
    pipe.send(b"WRONG\rA01\rT1\r").await;
    pipe.wait_for("STOPPED: 2 scans wait").await;
    assert_eq!(w.number("SELECT count(*) FROM movement WHERE reason = 'pick'").await, 0);
    // Enter goes on, in order.
    pipe.send(b"\r").await;
    pipe.wait_for("STAGING").await;
    assert_eq!(w.number("SELECT count(*) FROM movement WHERE reason = 'pick'").await, 1);
    drop(pipe);
    w.end().await;
}

/// A frame as README shows it: plain text, without blanks behind it.
fn picture(lang: Lang, size: (u16, u16), page: Page, feedback: Option<Feedback>) -> String {
    let marked = dump(&model(lang, size, page, feedback));
    let lines: Vec<&str> = marked.lines().map(|line| line.split_once('|').unwrap().1).collect();
    lines.join("\n").trim_end().to_owned()
}

/// README's pictures are these frames. `WAVEDECK_PICTURES=write cargo test readme` puts them there.
#[test]
fn readme_shows_real_frames() {
    let refused = Refusal::wrong(
        Message::key("pick-wrong-bin").with("received", "B01-01-01").with("bin", "A01-02-03"),
    )
    .0;
    let pictures = [
        ("pick", picture(Lang::Zh, (20, 16), picking(pick::Step::default(), 2), None)),
        ("refused", picture(Lang::En, (80, 24), picking(pick::Step::default(), 2), Some(refused))),
        ("deck", picture(Lang::En, (120, 36), deck_page("late"), None)),
        ("inquiry", picture(Lang::En, (80, 24), desk_page(), None)),
    ];
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let mut readme = std::fs::read_to_string(&path).unwrap();
    let before = readme.clone();
    for (name, frame) in pictures {
        let start = format!("<!-- picture {name} -->\n```\n");
        let from = readme.find(&start).unwrap_or_else(|| panic!("README has no place for {name}"))
            + start.len();
        let to = from + readme[from..].find("```").unwrap();
        readme.replace_range(from..to, &format!("{frame}\n"));
    }
    if std::env::var_os("WAVEDECK_PICTURES").is_some() {
        std::fs::write(&path, &readme).unwrap();
    } else {
        assert!(
            readme == before,
            "README's pictures are old: WAVEDECK_PICTURES=write cargo test readme"
        );
    }
}

#[test]
fn what_can_be_chosen_and_is_not_seen_is_said() {
    let mut page = Page::new(Message::plain("Role"), Message::key("desk-ask-choice"));
    for n in 1..=16 {
        page = page.choice(Message::plain(format!("right {n}")), None);
    }
    for (size, all) in [((20, 16), false), ((80, 24), true)] {
        let seen = dump(&model(Lang::En, size, page.clone(), None));
        assert_eq!(seen.contains("right 16"), all, "{seen}");
        assert_eq!(seen.contains("… to 16"), !all, "{seen}");
    }
}

fn replied(page: Page) -> Msg {
    Msg::Reply(Box::new(Reply {
        operator: Some(operator(Lang::En)),
        version: 1,
        page,
        feedback: None,
        expects: vec![],
    }))
}

#[test]
fn the_chosen_row_of_a_deck_stays_with_what_it_is() {
    let mut model = model(Lang::En, (120, 36), deck_page("busy"), None);
    let chosen = |model: &Model| model.page.table.opens[model.chosen].clone();
    for _ in 0..3 {
        update(&mut model, Msg::Key(Key::Down, stamp()));
    }
    let zto = chosen(&model);
    assert!(zto.contains("carrier=ZTO"), "{zto}");
    // Two more cut-offs above it, two seconds later.
    update(&mut model, Msg::Tick(stamp()));
    update(&mut model, replied(deck_page("late")));
    assert_eq!(chosen(&model), zto);
    // Page by page the parts are gone through, and no title is ever chosen.
    let parts = model.page.deck.clone().unwrap().parts;
    for part in &parts[1..] {
        update(&mut model, Msg::Key(Key::PageDown, stamp()));
        assert_eq!(model.chosen, part.title + 1);
    }
    update(&mut model, Msg::Key(Key::Home, stamp()));
    for _ in 0..60 {
        let row = &model.page.table.rows[model.chosen];
        assert!(row.len() > 1, "{row:?}");
        update(&mut model, Msg::Key(Key::Down, stamp()));
    }
}

#[test]
fn a_key_that_bounces_releases_once() {
    let mut model = model(Lang::En, (80, 24), picking(pick::Step::default(), 2), None);
    let now = || GestureStamp { command: Uuid::now_v7(), at: String::new() };
    let asked = |effects: &[Effect]| matches!(effects, [Effect::Send(_)]);
    assert!(asked(&update(&mut model, Msg::Key(Key::F(11), now()))));
    let card = Msg::Line { text: "WDC-RELEASE".into(), typed: false, stamp: now() };
    for again in [Msg::Key(Key::F(11), now()), card] {
        assert_eq!(update(&mut model, again), []);
    }
    assert!(model.queue.is_empty(), "and nothing of it waits");
}

#[test]
fn a_badge_at_the_pin_step_is_another_person() {
    let mut model = model(Lang::En, (20, 16), sign_on::pin_page("Alice"), None);
    model.operator = None;
    let badge = wavedeck::codes::own::badge(123_456_789).unwrap();
    let scan = Msg::Line { text: badge.clone(), typed: false, stamp: stamp() };
    let effects = update(&mut model, scan);
    let [Effect::Send(request)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(request.ask, Input::Badge(badge));
}

#[test]
fn work_that_comes_rings_once() {
    let idle = |waiting| {
        let now = pick::Snapshot { waiting, ..Default::default() };
        pick::build_page(&now, &pick::Step::default())
    };
    let mut model = model(Lang::En, (20, 16), idle(0), None);
    let mut look = |waiting| {
        update(&mut model, Msg::Tick(stamp()));
        update(&mut model, replied(idle(waiting)))
    };
    assert_eq!(look(0), []);
    assert_eq!(look(2), [Effect::Call]);
    assert_eq!(look(3), [], "it was heard");
    assert_eq!((look(0), look(1)), (vec![], vec![Effect::Call]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_moves_acts_however_fast_it_comes() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 90)]).await;
    for n in 0..8 {
        w.orders(&[(&format!("O{n}"), &[("I0", 1)])]).await;
    }
    let boss = w.person("BOSS", Role::Supervisor).await;
    let mut pipe = Pipe::open(&w, Lang::En, (80, 24));
    pipe.sign_on(&boss.badge).await;
    pipe.wait_for("CUT-OFFS").await;
    pipe.send(b"\r").await;
    pipe.wait_for("S0000008").await;
    // A key that is held, a step back, and Enter right behind it.
    pipe.send(b"jjjjjjkj\r").await;
    pipe.wait_for("S0000007").await;
    pipe.wait_for("Status: ready").await;
    drop(pipe);
    w.end().await;
}

/// Space marks a row and goes on; what is marked goes by what it is, and stays while the list does.
#[test]
fn rows_are_marked_by_what_they_are() {
    let mut model = model(Lang::En, (80, 24), list_page(3, None), None);
    let asked = |model: &mut Model| {
        let effects = update(model, Msg::Hotkey('a', stamp()));
        model.sent = None;
        format!("{effects:?}")
    };
    assert!(asked(&mut model).contains("#marked:shipment:1\""), "the chosen row, where none is");
    for _ in 0..2 {
        update(&mut model, Msg::Hotkey(' ', stamp()));
    }
    let shown = dump(&model);
    assert_eq!(shown.matches("* S00000").count(), 2, "{shown}");
    assert!(asked(&mut model).contains("#marked:shipment:1,2\""));
    // The list is read again, and one of them is gone; another was put before it.
    let again = |model: &mut Model, page: Page| {
        model.sent = Some(QueuedInput { ask: Input::Refresh, stamp: stamp() });
        let reply = Reply {
            operator: Some(operator(Lang::En)),
            version: 1,
            page,
            feedback: None,
            expects: vec![],
        };
        update(model, Msg::Reply(Box::new(reply)));
    };
    let mut page = list_page(3, None);
    page.table.opens.remove(0);
    page.table.rows.remove(0);
    again(&mut model, page);
    assert!(asked(&mut model).contains("#marked:shipment:2\""));
    // Marked once more it is not; and in another list nothing is.
    update(&mut model, Msg::Hotkey('g', stamp()));
    update(&mut model, Msg::Hotkey(' ', stamp()));
    assert_eq!(model.marked(), [""; 0]);
    update(&mut model, Msg::Hotkey(' ', stamp()));
    assert_eq!(model.marked().len(), 1);
    again(&mut model, deck_page("calm"));
    assert_eq!(model.marked(), [""; 0]);
}

#[test]
fn a_click_chooses_a_row_another_opens_it_and_nobody_inherits_the_mouse() {
    let area = |model: &Model| Rect::new(0, 0, model.size.0, model.size.1);
    for (page, size) in [
        (deck_page("busy"), (120, 36)),
        (deck_page("busy"), (80, 24)),
        (list_page(40, None), (80, 24)),
        (list_page(40, None), (20, 16)),
    ] {
        let mut model = model(Lang::En, size, page, None);
        let rows = |model: &Model| {
            let mut buffer = Buffer::empty(area(model));
            let drawn = WORDS.with(|words| view::draw(model, &words[0], area(model), &mut buffer));
            // A row is where its first cell is read.
            for (stands, row) in &drawn.rows {
                let line: String =
                    (0..model.size.0).map(|x| buffer[(x, stands.y)].symbol()).collect();
                let cells = &model.page.table.rows[*row];
                let code = cells.iter().find_map(|cell| match cell {
                    Cell::Text(text) => Some(text),
                    _ => None,
                });
                let seen = code.is_none_or(|code| line.contains(code.as_str()));
                assert!(seen || size.0 < 56, "{code:?} in {line}");
            }
            drawn.rows
        };
        let seen = rows(&model);
        assert!(seen.len() > 3, "{size:?}");
        let other = seen
            .iter()
            .find(|(_, row)| *row != model.chosen && !model.page.table.opens[*row].is_empty());
        let row = other.map(|(_, row)| *row).unwrap();
        assert_eq!(update(&mut model, Msg::Click(row, stamp())), [], "it is off");
        let on = update(&mut model, Msg::Hotkey('m', stamp()));
        assert_eq!(on, [Effect::Mouse(true)]);
        update(&mut model, Msg::Click(row, stamp()));
        assert_eq!(model.chosen, row);
        let opens = model.page.table.opens[row].clone();
        let sent = update(&mut model, Msg::Click(row, stamp()));
        assert!(
            sent.iter().any(|effect| matches!(effect, Effect::Send(request)
                if matches!(&request.ask, Input::Scan { text, .. } if *text == opens))),
            "{sent:?}"
        );
        let door = Reply {
            operator: None,
            version: 0,
            page: sign_on::login_page(&[]),
            feedback: None,
            expects: vec![],
        };
        let off = update(&mut model, Msg::Reply(Box::new(door)));
        assert!(off.contains(&Effect::Mouse(false)) && !model.mouse, "{off:?}");
    }
}

#[test]
fn a_trigger_that_reads_twice_prints_once() {
    let mut model = model(Lang::En, (80, 24), packing_batch(true, 1, 1, None), None);
    let at = |ms: u64| GestureStamp {
        command: Uuid::new_v7(uuid::Timestamp::from_unix(
            uuid::NoContext,
            1_800_000_000 + ms / 1000,
            u32::try_from(ms % 1000).unwrap() * 1_000_000,
        )),
        at: String::new(),
    };
    let mut scan = |text: &str, typed: bool, ms: u64| {
        update(&mut model, Msg::Line { text: text.into(), typed, stamp: at(ms) });
        model.queue.len() + usize::from(model.sent.is_some())
    };
    let counts = [
        scan("2000000000008", false, 0),
        scan("2000000000008", false, 400),
        scan("2000000000008", false, 1300),
        scan("2000000000015", false, 1400),
        scan("2000000000015", true, 1500),
    ];
    assert_eq!(counts, [1, 1, 2, 3, 4], "a unit a hand can scan, and what is typed, counts");
    // What was refused may be scanned again at once.
    let mut refused = self::model(Lang::En, (80, 24), packing_batch(true, 1, 1, None), None);
    update(
        &mut refused,
        Msg::Line { text: "2000000000022".into(), typed: false, stamp: at(3_000) },
    );
    let reply = Reply {
        operator: Some(operator(Lang::En)),
        version: 2,
        page: packing_batch(true, 1, 1, None),
        feedback: Some(Feedback { tone: Tone::Wrong, text: Message::key("moved-on") }),
        expects: vec![],
    };
    update(&mut refused, Msg::Reply(Box::new(reply)));
    let again = Msg::Line { text: "2000000000022".into(), typed: false, stamp: at(3_100) };
    assert!(matches!(update(&mut refused, again).as_slice(), [Effect::Send(_)]));
    let page = picking(pick::Step::default(), 2);
    assert!(!page.once, "where a number says how many, each scan counts");
}

#[test]
fn a_digit_behind_a_refusal_is_not_for_the_page_before() {
    let no = Feedback { tone: Tone::Wrong, text: Message::key("desk-unknown") };
    let mut model = model(Lang::En, (80, 24), desk_page(), Some(no.clone()));
    assert!(!model.page.menu.is_empty());
    let types = |model: &mut Model, text: &str| {
        update(model, Msg::Line { text: text.into(), typed: true, stamp: stamp() })
    };
    let said = types(&mut model, "3");
    assert_eq!(said, [Effect::Bell(Tone::Wrong)]);
    assert_eq!(model.feedback.as_ref().unwrap().text.key, "desk-after-refusal");
    // Again, it is meant; and so is a code, or a digit after a look round.
    assert!(matches!(types(&mut model, "3").as_slice(), [Effect::Send(_)]));
    let mut other = self::model(Lang::En, (80, 24), desk_page(), Some(no.clone()));
    assert!(matches!(types(&mut other, "S0000201").as_slice(), [Effect::Send(_)]));
    let mut looked = self::model(Lang::En, (80, 24), desk_page(), Some(no));
    update(&mut looked, Msg::Key(Key::Down, stamp()));
    assert!(looked.feedback.is_none(), "who goes on has read it");
    assert!(matches!(types(&mut looked, "3").as_slice(), [Effect::Send(_)]));
}

#[test]
fn while_scans_are_held_no_other_key_waits_behind_them() {
    let page = picking(pick::Step::default(), 2);
    let mut model = model(Lang::En, (20, 16), page.clone(), None);
    for scan in ["B01", "T1"] {
        update(&mut model, Msg::Line { text: scan.into(), typed: false, stamp: stamp() });
    }
    let no = Feedback { tone: Tone::Stop, text: Message::key("pick-wrong-bin") };
    let reply = Reply {
        operator: Some(operator(Lang::En)),
        version: 2,
        page,
        feedback: Some(no),
        expects: vec![],
    };
    update(&mut model, Msg::Reply(Box::new(reply)));
    assert!(model.held);
    let said = update(&mut model, Msg::Key(Key::F(2), stamp()));
    assert_eq!((said, model.queue.len()), (vec![Effect::Bell(Tone::Stop)], 1));
    assert_eq!(model.feedback.as_ref().unwrap().text.key, "queue-held-card");
    // A scan still waits with the others, and is heard.
    update(&mut model, Msg::Line { text: "T2".into(), typed: false, stamp: stamp() });
    assert_eq!(model.queue.len(), 2);
}

#[test]
fn a_list_shows_whole_columns_and_no_half_ones() {
    let row = |n: i64| rows::ExceptionRow {
        id: n,
        exception_no: format!("E{n}"),
        reason: "broken_promise".into(),
        subject: format!("S{n:07}"),
        since: rows::Instant::of_unix_s(1_795_906_800),
        state: "open".into(),
        said: String::new(),
        item: Some(name()),
        units: Some(2),
        cutoff_at: Some(rows::Instant::of_unix_s(1_795_910_400)),
        worth: Some(123_450),
        currency: Some("CNY".into()),
        looked_at_by: Some("Edith".into()),
    };
    let shown = desk::Shown {
        title: Message::key("reason-all"),
        columns: rows::ExceptionRow::names(),
        rows: (1..=6).map(|n| row(n).row()).collect(),
        tz: "Asia/Shanghai".into(),
        list: Some(desk::View::default()),
        of: 6,
        ..Default::default()
    };
    let page = desk::build_page(
        &desk::Snapshot { shown: Some(shown), ..Default::default() },
        &desk::Step::default(),
    );
    let lines = |size: (u16, u16)| {
        let text = dump(&model(Lang::En, size, page.clone(), None));
        text.lines().filter(|line| line.contains("S00000")).map(str::to_owned).collect::<Vec<_>>()
    };
    for (size, seen, gone) in [
        ((80, 24), "CNY 1234.50", "STOCK NO LONGER"),
        ((160, 30), "STOCK NO LONGER COVERS ORDER", "~"),
    ] {
        let lines = lines(size);
        assert_eq!(lines.len(), 6, "a row is a line: {lines:#?}");
        assert!(lines.iter().all(|line| line.contains(seen) && !line.contains(gone)), "{lines:#?}");
    }
}

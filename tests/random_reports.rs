//! Shifts in which anything may be reported as short, damaged or found, and all of it is there
//! after all: whatever was reported, once it is answered everything leaves.

use crate::support::{Robot, Role, World};

/// Goods in one to three places, some with two dates in one bin; orders for at most what there is.
async fn site(w: &World, rng: &mut fastrand::Rng) {
    let mut bins: Vec<String> =
        (1..=12).map(|n| format!("A{n:02}")).chain((1..=4).map(|n| format!("B{n:02}"))).collect();
    rng.shuffle(&mut bins);
    let mut rows: Vec<(String, String, String, i32, i64)> = Vec::new();
    let mut orders: Vec<Vec<(String, i64)>> = (0..24).map(|_| Vec::new()).collect();
    for item in 0..8 {
        let sku = format!("I{item}");
        let mut there = 0;
        for place in 0..rng.usize(1..=2) {
            let bin = bins.pop().unwrap();
            for lot in 0..rng.usize(1..=2) {
                let qty = rng.i64(3..12);
                there += qty;
                rows.push((
                    bin.clone(),
                    sku.clone(),
                    format!("L{place}{lot}"),
                    60 + rng.i32(0..3) * 10,
                    qty,
                ));
            }
        }
        // Often the last unit is wanted.
        let mut left = if rng.bool() { there } else { there / 2 };
        while left > 0 {
            let qty = rng.i64(1..=left.min(3));
            let order = rng.usize(..orders.len());
            if !orders[order].iter().any(|(known, _)| *known == sku) {
                orders[order].push((sku.clone(), qty));
            }
            left -= qty;
        }
    }
    let rows: Vec<(&str, &str, &str, i32, i64)> = rows
        .iter()
        .map(|(bin, sku, lot, day, qty)| (bin.as_str(), sku.as_str(), lot.as_str(), *day, *qty))
        .collect();
    w.stock(&rows).await;
    for (n, lines) in orders.iter().enumerate().filter(|(_, lines)| !lines.is_empty()) {
        let lines: Vec<(&str, i64)> = lines.iter().map(|(sku, qty)| (sku.as_str(), *qty)).collect();
        w.orders(&[(&format!("O{n}"), &lines)]).await;
    }
}

/// One gesture of a picker; now and then a report. `false`: no walk waits.
async fn step(p: &mut Robot, rng: &mut fastrand::Rng, reports: &mut usize) -> bool {
    let Some(expect) = p.last.expects.first().cloned() else { return false };
    if expect.code == "NEXT" {
        p.scan("WDC-NEXT").await;
        return p.said() != "pick-no-trip";
    }
    let asks = p.last.page.prompt.key.starts_with("ask-");
    let scan = if !asks && *reports > 0 && rng.u8(..8) == 0 {
        *reports -= 1;
        ["WDC-SHORT", "WDC-DAMAGED", "WDC-EMPTY", "WDC-FOUND", "WDC-SKIP"][rng.usize(..5)]
            .to_owned()
    } else {
        expect.scan
    };
    p.scan(&scan).await;
    assert_ne!(p.said(), "went-wrong");
    true
}

async fn walk(pickers: &mut [Robot], rng: &mut fastrand::Rng, reports: &mut usize) {
    for p in pickers.iter_mut() {
        p.scan("WDC-MENU-PICK").await;
    }
    let mut idle = 0;
    for _ in 0..3000 {
        let n = rng.usize(..pickers.len());
        idle = if step(&mut pickers[n], rng, reports).await { 0 } else { idle + 1 };
        if idle > 20 {
            return;
        }
    }
    panic!("still walking: {:?}", pickers[0].last.page);
}

/// Every case is answered: all of it is there; what waited looks again. Returns what stays open.
async fn solve(w: &World, boss: &mut Robot) -> String {
    boss.scan("WDC-MENU-EXCEPTIONS").await;
    let open = "SELECT count(*) FROM exception WHERE done_at IS NULL";
    for _ in 0..300 {
        if w.number(open).await == 0 {
            return String::new();
        }
        let case = "FROM standing st JOIN person p ON p.id = st.person_id AND p.code = 'BOSS' JOIN \
            exception e ON e.id = (st.step->'exceptions'->>'exception_id')::bigint AND e.done_at \
            IS NULL";
        let lies = |status: &str| {
            format!(
                "SELECT coalesce((SELECT sum(on_hand) FROM stock s WHERE s.place_id = e.place_id \
                 AND s.item_id = e.item_id AND s.lot_id = e.lot_id AND s.status = '{status}'), \
                 0)::bigint {case}"
            )
        };
        let held =
            w.number(&format!("SELECT least(coalesce(e.qty, 0), ({})) {case}", lies("held"))).await;
        let answers = match w.text(&format!("SELECT e.reason {case}")).await.as_str() {
            "short" | "damaged" | "empty" => vec![held.to_string()],
            "found" => vec![w.number(&lies("good")).await.to_string(); 2],
            _ => vec!["1".to_owned()],
        };
        for answer in answers {
            boss.scan(&answer).await;
        }
        if boss.last.refused() {
            boss.scan("WDC-NEXT").await;
        }
    }
    w.text(
        "SELECT string_agg(concat_ws(' ', e.reason, e.subject, e.qty, s.state, s.reason), ', ') \
        FROM exception e LEFT JOIN shipment s ON s.id = e.shipment_id WHERE e.done_at IS NULL",
    )
    .await
}

async fn shift(seed: u64) {
    let w = World::new().await;
    let mut rng = fastrand::Rng::with_seed(seed);
    site(&w, &mut rng).await;
    w.sql("UPDATE warehouse SET trolley_totes = 4").await;
    let mut boss = w.release().await;
    let all = w.number("SELECT count(*) FROM shipment").await;
    let mut pickers = Vec::new();
    for n in 0..3 {
        pickers.push(w.person(&format!("P{n}"), Role::Picker).await);
    }
    let mut reports = 8;
    walk(&mut pickers, &mut rng, &mut reports).await;
    let left = solve(&w, &mut boss).await;
    assert_eq!(left, "", "seed {seed}: these cannot be answered");
    walk(&mut pickers, &mut rng, &mut 0).await;
    let picked = w.number("SELECT count(*) FROM shipment WHERE state = 'picked'").await;
    let states =
        w.text("SELECT string_agg(DISTINCT state || ' ' || reason, ', ') FROM shipment").await;
    assert_eq!(picked, all, "seed {seed}: {states}");
    w.check().await;
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_reported_and_is_there_after_all_leaves() {
    let more: u64 = std::env::var("WAVEDECK_SHIFTS").ok().and_then(|n| n.parse().ok()).unwrap_or(6);
    for seed in 0..more {
        shift(seed).await;
    }
}

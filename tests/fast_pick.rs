//! The fast pick and the long way do the same: two pickers walk the same trips with the same scans,
//! one of them without what the screen knows, and every answer and every movement is equal.

use crate::support::{Robot, Role, World, ean};
use fastrand::Rng;
use std::sync::Arc;
use wavedeck::store::schema::Login;
use wavedeck::work::Ctx;

async fn shift() -> (World, Robot) {
    let w = World::new().await;
    w.stock(&[
        ("A01", "I0", "L1", 100, 40),
        ("A02", "I1", "L1", 100, 40),
        ("A02", "I1", "L2", 200, 40),
        ("A03", "I2", "L1", 100, 3),
        ("B01", "I2", "L2", 300, 40),
    ])
    .await;
    let lines: [&[(&str, i64)]; 6] = [
        &[("I0", 1)],
        &[("I0", 3), ("I1", 1)],
        &[("I2", 2)],
        &[("I1", 2), ("I2", 4)],
        &[("I0", 1), ("I1", 1), ("I2", 1)],
        &[("I1", 1)],
    ];
    let orders: Vec<(String, &[(&str, i64)])> = (1..).map(|n| format!("O{n}")).zip(lines).collect();
    let orders: Vec<(&str, &[(&str, i64)])> =
        orders.iter().map(|(no, l)| (no.as_str(), *l)).collect();
    w.orders(&orders).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-PICK").await;
    (w, p)
}

/// What somebody with a scanner in hand does: mostly what is asked for, sometimes anything.
fn next_scan(rng: &mut Rng, p: &Robot) -> String {
    let anything = ["A01", "A02", "A03", "B01", "T7", "STAGE", "2", "WDC-UNDO", "WDC-SKIP", "WHAT"];
    match rng.u8(..12) {
        2 | 3 => "WDC-UNDO".to_owned(),
        0 => anything[rng.usize(..anything.len())].to_owned(),
        1 => ean(rng.usize(..3)),
        _ if p.last.expects.is_empty() => "WDC-NEXT".to_owned(),
        _ => p.last.expects[rng.usize(..p.last.expects.len())].scan.clone(),
    }
}

/// What the picker sees, without the numbers of this database's rows.
fn screen(p: &Robot) -> String {
    let (page, said) = (&p.last.page, p.last.feedback.as_ref());
    let expects: Vec<(&str, &str)> =
        p.last.expects.iter().map(|e| (e.code.as_str(), e.scan.as_str())).collect();
    format!(
        "{:?}\n{:?}\n{:?}\n{:?}\n{said:?}\n{expects:?}",
        page.title, page.big, page.facts, page.prompt
    )
}

const MOVED: &str = "
    SELECT string_agg(m.qty || ' ' || i.sku || ' ' || lo.number || ' ' || f.code || '>' || t.code
        || ' ' || m.reason, E'\n' ORDER BY m.id)
    FROM movement m JOIN item i ON i.id = m.item_id JOIN lot lo ON lo.id = m.lot_id
    JOIN place f ON f.id = m.from_place JOIN place t ON t.id = m.to_place";

#[tokio::test]
async fn a_pick_that_the_screen_decides_is_the_pick_that_the_database_decides() {
    for seed in 1..=3 {
        let mut rng = Rng::with_seed(seed);
        let ((fast_world, mut fast), (long_world, mut long)) = (shift().await, shift().await);
        let fresh = |w: &World| -> Arc<Ctx> { w.another_ctx(Login::Session) };
        for n in 0..120 {
            let scan = next_scan(&mut rng, &fast);
            fast.scan(&scan).await;
            // A program that has just been started knows no screen.
            long.ctx = fresh(&long_world);
            long.scan(&scan).await;
            long.ctx.db.close().await;
            assert_eq!(screen(&fast), screen(&long), "seed {seed}, scan {n}: {scan}");
        }
        let moved = fast_world.text(MOVED).await;
        assert!(moved.lines().count() > 12, "{moved}");
        assert_eq!(moved, long_world.text(MOVED).await, "seed {seed}");
        // What was done at once is answered by where the person stands.
        let at_once = "SELECT count(*) FROM command WHERE reply IS NULL";
        assert!(fast_world.number(at_once).await > 8, "the fast way was hardly walked");
        assert_eq!(long_world.number(at_once).await, 0);
        assert!(moved.contains(" undo"), "nothing was taken back: {moved}");
        fast_world.check().await;
        fast_world.end().await;
        long_world.end().await;
    }
}

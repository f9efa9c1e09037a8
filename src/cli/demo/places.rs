//! Bins in zones and aisles, staging, benches, totes, trolleys, and what lies in them.

use super::goods;
use crate::codes::own;
use crate::planner::derive::{Measures, derive};
use crate::planner::pattern::Pattern;
use crate::store::{self, Tx, layout};
use fastrand::Rng;
use serde_json::{Value, json};

const TOTES: usize = 120;

fn own_code(kind: own::Kind, body: &str) -> String {
    own::make(kind, body).unwrap_or_default()
}

/// A bench's own code, with its check character, by its number.
pub fn bench(n: &str) -> String {
    own_code(own::Kind::Bench, &format!("BENCH{n}"))
}

/// The bin of the n-th slot: six bays of four levels an aisle, walked in this order.
fn bin_code(n: usize) -> String {
    let (aisle, rest) = (n / 24, n % 24);
    let zone = char::from(b'A' + u8::try_from(aisle / 5).unwrap_or(0));
    format!("{zone}{:02}-{:02}-{:02}", aisle % 5 + 1, rest / 4 + 1, rest % 4 + 1)
}

/// One slot an item, and one more for every tenth.
const SLOTS: usize = goods::COUNT + goods::COUNT / 10;

/// What `places::add_bins` takes: storage, and outside the walk three staging places, two docks and
/// the benches.
pub fn bins() -> Value {
    let mut rows: Vec<Value> = (0..SLOTS)
        .map(|n| {
            let code = bin_code(n);
            let level = n % 4 + 1;
            json!({
                "zone": code[..1], "code": code, "use": "storage", "seq": n + 1, "level": level,
                "promisable": true, "pickable": true,
            })
        })
        .collect();
    let other = |code: String, usage: &str, seq: usize| {
        json!({
            "code": code, "use": usage, "zone": "OUT", "seq": seq, "level": 1, "promisable": false,
            "pickable": false,
        })
    };
    rows.extend((1..=3).map(|n| other(format!("STAGE-{n:02}"), "staging", 9000 + n)));
    rows.extend((1..=2).map(|n| other(format!("DOCK-{n:02}"), "dock", 9100 + n)));
    rows.extend(
        super::BENCHES
            .iter()
            .enumerate()
            .map(|(n, (code, _))| other(bench(code), "bench", 9200 + n)),
    );
    Value::Array(rows)
}

/// Where the bins lie, as their codes say.
pub async fn lay_out(tx: &mut Tx, warehouse: i64) -> store::Result<()> {
    let codes = layout::codes(tx, warehouse, "").await?;
    let Ok(pattern) = Pattern::parse("{aisle}-{cell}-{level}") else { return Ok(()) };
    let by = Measures { cell_mm: 2_500, ..Measures::default() };
    let derived = derive(&codes, &pattern, &by);
    layout::place_bins(tx, &derived.bins).await?;
    layout::save(tx, warehouse, &derived.areas).await
}

/// What `places::add_containers` takes: 120 totes that stand in a staging place.
pub fn totes() -> Value {
    Value::Array(
        (1..=TOTES)
            .map(|n| {
                json!({
                    "code": own_code(own::Kind::Container, &format!("{n:04}")), "kind": "tote",
                    "stands_in": "STAGE-03",
                })
            })
            .collect(),
    )
}

/// The codes of eight trolleys.
pub fn trolleys() -> Vec<String> {
    (1..=8).map(|n| own_code(own::Kind::Trolley, &format!("{n:02}"))).collect()
}

/// Every item lies in a bin; one in five has two lots in it; one in ten lies in a second bin too.
pub fn stock(rng: &mut Rng, items: &Value) -> Value {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let day = |days: i32| today.saturating_add(jiff::Span::new().days(days)).to_string();
    let mut rows = Vec::new();
    for (n, item) in items.as_array().into_iter().flatten().enumerate() {
        let mut put = |slot: usize, lot: String, days: i32, qty: i64| {
            rows.push(json!({
                "place": bin_code(slot), "sku": item["sku"], "lot": lot, "last_good_day": day(days),
                "qty": qty,
            }));
        };
        let life = 120 + rng.i32(0..200);
        put(n, format!("L{n:03}A"), life, rng.i64(40..120));
        if n % 5 == 0 {
            put(n, format!("L{n:03}B"), life + 40 + rng.i32(0..60), rng.i64(20..60));
        }
        if n % 10 == 3 {
            put(goods::COUNT + n / 10, format!("L{n:03}A"), life, rng.i64(10..40));
        }
    }
    Value::Array(rows)
}

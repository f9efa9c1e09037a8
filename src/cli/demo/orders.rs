//! Invented orders of invented people.

use super::goods;
use fastrand::Rng;
use serde_json::{Value, json};

const NAMES: [&str; 8] =
    ["林晓", "周子涵", "陈一诺", "Mia Larsen", "吴思远", "Tom Becker", "许佳宁", "Noor Haddad"];
const CITIES: [(&str, &str, &str); 5] = [
    ("四川省", "成都市", "锦江区"),
    ("浙江省", "杭州市", "西湖区"),
    ("广东省", "深圳市", "南山区"),
    ("江苏省", "南京市", "鼓楼区"),
    ("湖北省", "武汉市", "洪山区"),
];

/// The n-th order: most have one or two lines of one or two units.
pub fn build_order(seed: u64, n: u32) -> Value {
    let mut rng = Rng::with_seed(seed.wrapping_mul(1_000_003) ^ u64::from(n));
    let now = crate::links::standin::shop::now();
    let (province, city, district) = CITIES[rng.usize(..CITIES.len())];
    let count = [1, 1, 1, 2, 2, 3][rng.usize(..6)];
    let mut taken = Vec::new();
    let mut total = 0;
    let lines: Vec<Value> = (1..=count)
        .map(|line| {
            let mut item = rng.usize(..goods::COUNT);
            while taken.contains(&item) {
                item = rng.usize(..goods::COUNT);
            }
            taken.push(item);
            let (qty, price) = ([1, 1, 1, 2, 3][rng.usize(..5)], rng.i64(900..9900));
            total += qty * price;
            json!({
                "line_no": line.to_string(), "sku": goods::sku(item), "title": goods::sku(item),
                "qty": qty, "unit_price_minor": price, "status": "paid",
            })
        })
        .collect();
    json!({
        "order_no": format!("D{seed}-{:05}", n + 1), "status": "paid", "created_at": now,
        "updated_at": now, "paid_at": now, "currency": "CNY", "total_minor": total,
        "carrier": if rng.bool() { "SF" } else { "ZTO" }, "ship_by": null,
        "receiver": {
            "name": NAMES[rng.usize(..NAMES.len())],
            "phone": format!("+8613{:09}", rng.u32(..1_000_000_000)), "country": "CN",
            "province": province, "city": city, "district": district,
            "address": format!("示范路 {} 号", rng.u32(1..400)), "postcode": "000000", "token": "",
        },
        "note": "", "lines": lines,
    })
}

/// Invented people with invented addresses.
pub fn receivers(seed: u64) -> Vec<Value> {
    (0..50).map(|n| build_order(seed ^ 0xf111, n)["receiver"].clone()).collect()
}

//! About 300 invented items of food, beauty and baby care, with GTINs of the GS1 demonstration
//! prefix.

use crate::codes::check;
use fastrand::Rng;
use serde_json::{Value, json};

/// How many items the demo has; each has at least one bin.
pub const COUNT: usize = 300;

/// English, Chinese, grams, shelf life in months.
const KINDS: [(&str, &str, i64, i32); 15] = [
    ("Oat biscuits", "燕麦饼干", 250, 12),
    ("Green tea", "绿茶", 100, 18),
    ("Rice noodles", "米粉", 400, 12),
    ("Soy sauce", "酱油", 620, 24),
    ("Dried mango", "芒果干", 120, 9),
    ("Sesame oil", "芝麻油", 450, 18),
    ("Face cream", "面霜", 80, 36),
    ("Hand soap", "洗手液", 520, 36),
    ("Shampoo", "洗发水", 430, 36),
    ("Lip balm", "润唇膏", 15, 36),
    ("Sun lotion", "防晒乳", 110, 24),
    ("Baby wipes", "婴儿湿巾", 300, 24),
    ("Rice cereal", "婴儿米糊", 225, 12),
    ("Baby lotion", "婴儿润肤乳", 210, 30),
    ("Bottle brush", "奶瓶刷", 60, 60),
];

const BRANDS: [(&str, &str); 5] = [
    ("Qinghe", "青禾"),
    ("Nordlicht", "北光"),
    ("Mumu", "木木"),
    ("Harbour", "海港"),
    ("Little Yak", "小牦牛"),
];
const SORTS: [(&str, &str); 4] =
    [("classic", "经典"), ("mild", "温和"), ("family pack", "家庭装"), ("lemon", "柠檬")];

/// Lip balms differ by their shade alone.
const SHADES: [&str; 4] = ["01 rose 玫红", "02 coral 珊瑚", "03 nude 裸粉", "04 berry 莓果"];

/// The n-th item's code.
pub fn sku(n: usize) -> String {
    format!("WD-{:04}", 1000 + n)
}

fn gtin(body: &str) -> String {
    let digit = check::gs1_digit(body).map_or('0', char::from);
    format!("{:0>14}", format!("{body}{digit}"))
}

/// What `site::add_items` takes.
pub fn items(rng: &mut Rng) -> Value {
    let rows = (0..COUNT).map(|n| {
        let (en, zh, grams, months) = KINDS[n % KINDS.len()];
        let (brand_en, brand_zh) = BRANDS[n / KINDS.len() % BRANDS.len()];
        let (sort_en, sort_zh) = SORTS[n / (KINDS.len() * BRANDS.len()) % SORTS.len()];
        let mut packs =
            vec![json!({ "level": "each", "units": 1, "codes": [gtin(&format!("952{n:09}"))] })];
        if rng.bool() {
            packs.push(
                json!({ "level": "case", "units": 6, "codes": [gtin(&format!("1952{n:09}"))] }),
            );
        }
        json!({
            "sku": sku(n),
            "name_en": format!("{brand_en} {en}, {sort_en}"),
            "name_zh": format!("{brand_zh}{zh} {sort_zh}"),
            "colour": if en == "Lip balm" { SHADES[n / KINDS.len() % SHADES.len()] } else { "" },
            "weight_g": grams + rng.i64(0..20),
            "shelf_life": months,
            "shelf_life_unit": "month",
            "min_life_days": 15 * (n % 3),
            "stop_sale_days": 7,
            "packs": packs,
        })
    });
    Value::Array(rows.collect())
}

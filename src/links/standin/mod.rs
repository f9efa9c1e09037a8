//! Local stand-ins for what is outside, for tests and the demo. Written from the contract, not from
//! the adapters.

pub mod amazon;
pub mod app;
pub mod douyin;
pub mod jd;
pub mod magento;
pub mod pdd;
pub mod platform;
pub mod shop;
pub mod shopify;
pub mod taobao;
pub mod woo;

use app::App;
use platform::Platform;
use serde_json::{Value, json};

/// Every platform that has a stand-in.
pub const PLATFORMS: [&str; 8] =
    ["taobao", "jd", "pdd", "douyin", "amazon", "shopify", "magento", "woo"];

/// The stand-in of a platform for this app; `None`: there is none of that kind.
pub fn platform(kind: &str, app: App) -> Option<Platform> {
    Some(match kind {
        "taobao" => Platform::new(taobao::Taobao(app)),
        "jd" => Platform::new(jd::Jd(app)),
        "pdd" => Platform::new(pdd::Pdd(app)),
        "douyin" => Platform::new(douyin::Douyin(app)),
        "amazon" => Platform::new(amazon::Amazon { app, old: false }),
        "shopify" => Platform::new(shopify::Shopify(app)),
        "magento" => Platform::new(magento::Magento(app)),
        "woo" => Platform::new(woo::Woo(app)),
        _ => return None,
    })
}

/// The n-th paid order as the platform has it, with a number beyond 2^53 where numbers are numbers;
/// each unit is 6.17.
pub fn order(kind: &str, n: u64, modified: i64, lines: &[(&str, i64)]) -> Option<Value> {
    let id = 9_007_199_254_740_993 + 2 * n;
    let priced: Vec<(&str, i64, &str)> =
        lines.iter().map(|(sku, qty)| (*sku, *qty, "6.17")).collect();
    Some(match kind {
        "taobao" => taobao::Taobao::trade(id, modified, &priced),
        "jd" => jd::Jd::order(id, modified, &priced),
        "pdd" => pdd::Pdd::order(
            &format!("241124-{id}"),
            modified,
            &lines.iter().map(|(sku, qty)| (*sku, *qty, 6.17)).collect::<Vec<_>>(),
        ),
        "douyin" => douyin::Douyin::order(
            id,
            modified,
            &lines.iter().map(|(sku, qty)| (*sku, *qty, 617)).collect::<Vec<_>>(),
        ),
        "amazon" => amazon::Amazon::order(id, modified, &priced),
        "shopify" => shopify::Shopify::order(id, modified, &priced),
        "magento" => magento::Magento::order(id, modified, &priced),
        "woo" => woo::Woo::order(id, modified, &priced),
        _ => return None,
    })
}

/// What a shop of a platform is set to when a stand-in answers for it: no waiting, and the names
/// that it goes by there.
pub fn options(kind: &str) -> Value {
    let fast = "500/500";
    // Pinduoduo knows carriers by number.
    let carriers = if kind == "pdd" { json!({ "SF": "44", "ZTO": "115" }) } else { json!({}) };
    json!({
        "carriers": carriers, "lag_s": "0", "poll_s": "2", "lookback_s": "7200",
        "marketplace": "M1", "seller": "SELLER1", "location": "9",
        "rate": { "pull": fast, "read": fast, "dispatch": fast, "push": fast },
    })
}

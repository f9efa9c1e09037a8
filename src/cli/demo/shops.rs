//! The demo's shops: a stand-in for every kind that is asked for, with orders of its own.

use super::orders;
use crate::cli::{Done, Fail};
use crate::links::standin::app::App;
use crate::links::standin::platform::Platform;
use crate::links::standin::{self, shop::Standin};
use crate::store;
use crate::store::Tx;
use crate::store::shops::NewShop;
use crate::work::shops::{self, Address};
use crate::work::vault::Vault;
use serde_json::{Value, json};

/// The generic shop's code.
pub const SHOP: &str = "DEMO";
const KEY: &str = "demo";
const TOKEN: &str = "demo-token";

/// What `--shops` takes: the generic shop, and every platform that has a stand-in.
pub fn kinds() -> Vec<&'static str> {
    std::iter::once("generic").chain(standin::PLATFORMS).collect()
}

enum At {
    Generic(Standin),
    Platform(Platform),
}

/// A stand-in that answers.
pub struct Shop {
    kind: String,
    at: At,
    pub url: String,
}

impl Shop {
    async fn serve(kind: &str) -> Done<Shop> {
        if kind == "generic" {
            let standin = Standin::new(KEY, KEY);
            let url = standin.serve(0).await?;
            return Ok(Shop { kind: kind.to_owned(), at: At::Generic(standin), url });
        }
        let app = App { key: KEY.into(), secret: KEY.into(), session: TOKEN.into() };
        let platform = standin::platform(kind, app)
            .ok_or_else(|| Fail::bug(format!("no stand-in for {kind}")))?;
        let url = platform.serve(0).await?;
        Ok(Shop { kind: kind.to_owned(), at: At::Platform(platform), url })
    }

    /// Its n-th order comes in; those before the demo began came in over the last hour.
    pub fn put(&self, seed: u64, n: u32, seconds_ago: i64) {
        let order = orders::build_order(seed, n);
        match &self.at {
            At::Generic(standin) => standin.put([order]),
            At::Platform(platform) => {
                let lines: Vec<(&str, i64)> = order["lines"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|line| Some((line["sku"].as_str()?, line["qty"].as_i64()?)))
                    .collect();
                let modified = jiff::Timestamp::now().as_second() - seconds_ago;
                platform.put(standin::order(&self.kind, u64::from(n), modified, &lines));
            }
        }
    }

    /// How many orders the stand-in holds, pulled or not.
    pub fn order_count(&self) -> usize {
        match &self.at {
            At::Generic(standin) => standin.order_count(),
            At::Platform(platform) => platform.books().orders.len(),
        }
    }

    fn code(&self) -> String {
        if self.kind == "generic" { SHOP.into() } else { self.kind.to_uppercase() }
    }
}

/// Serves these kinds with the orders that came from them before, shares so many among them that
/// are not there yet, and sets their shops to where they answer. Returns the number of the next
/// order too.
pub async fn start_standins(
    tx: &mut Tx,
    vault: &Vault,
    kinds: &[String],
    seed: u64,
    count: u32,
) -> Done<(Vec<Shop>, u32)> {
    let mut shops = Vec::new();
    let mut known = 0;
    for kind in kinds {
        let shop = Shop::serve(kind).await?;
        let before = crate::store::orders::latest_payloads(tx, &shop.code()).await?;
        known += u32::try_from(before.len()).unwrap_or(u32::MAX);
        match &shop.at {
            At::Generic(standin) => standin.put(before),
            At::Platform(platform) => platform.put(before),
        }
        shops.push(shop);
    }
    for (n, shop) in (known..count).zip(shops.iter().cycle()) {
        shop.put(seed, n, i64::from(count - n).min(3500));
    }
    for shop in &shops {
        let options = if shop.kind == "generic" { json!({}) } else { standin::options(&shop.kind) };
        save_shop(tx, vault, &shop.code(), &shop.kind, &shop.url, &options).await?;
    }
    Ok((shops, known.max(count)))
}

/// The shop is at this address from now on; it is made if it is not there.
pub async fn save_shop(
    tx: &mut Tx,
    vault: &Vault,
    code: &str,
    kind: &str,
    url: &str,
    options: &Value,
) -> Done {
    if let Some(shop) = store::shops::find(tx, code).await? {
        return Ok(shops::move_to(tx, vault, &shop, url).await??);
    }
    let sealed = shops::seal(
        vault,
        Address { code, url, options },
        &if kind == "generic" { KEY.to_owned() } else { format!("{KEY}\n{TOKEN}") },
    )?;
    let shop = NewShop {
        code,
        channel: kind,
        url,
        key_id: KEY,
        secret: &sealed.secret,
        tokens: &sealed.tokens,
        options,
        min_life: Default::default(),
        notify: "handover",
        no_answer: "go",
    };
    store::shops::add(tx, &shop).await?;
    Ok(())
}

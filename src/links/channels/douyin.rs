//! Douyin shop: JSON in a canonical form, signed with HMAC-SHA256; pages count from 0, money is in
//! fen. Stretches are read by update time, from the last page to the first. Repeats of a dispatch
//! are known by its `request_id`.
//!
//! What is unchecked: that `sku.stockNum` reads a count back. What is unknown: the longest stretch
//! and the rate limits; both are options. The signature's vectors are a third party's. Options:
//! `page_size`, `window_s`, `lag_s`, `lookback_s`, `carriers`.

use super::http;
use super::loose_json::{self, array, first_text, from_unix, item_and_variant, text, whole_units};
use super::normalize::order_or_unreadable;
use super::oauth;
use super::sign::unhex;
use super::time_window::{Rules, TimeWindow};
use super::{
    Account, Answer, Channel, ChannelError, Class, Client, Kind, PullPage, Signed, StockLevel,
    Tokens, Unreadable, sign,
};
use crate::domain::order::{OrderStatus, Receiver, ShopLine, ShopOrder};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Douyin's shops: its rates are not known, a call an item for counts. What it calls us with is
/// signed over app key, body and secret, in the header `event-sign`.
pub const KIND: Kind = Kind {
    hook: Some(|account, call, _| {
        let signature = unhex(call.header("event-sign"))?;
        let bytes = [account.key_id.as_bytes(), &call.body, account.secret.as_bytes()].concat();
        Some(Signed { bytes, signature })
    }),
    ..Kind::platform("douyin", |account, client| Box::new(Douyin { account, client }))
};

/// One shop: its key, secret and tokens, and the connections that all shops share.
pub struct Douyin {
    pub account: Account,
    pub client: Client,
}

impl Douyin {
    fn rules(&self) -> Rules {
        Rules {
            span_s: self.account.number("window_s", 86_400).max(60),
            lag_s: self.account.number("lag_s", 60),
            lookback_s: self.account.number("lookback_s", 7 * 86_400),
        }
    }

    async fn call(&self, method: &str, business: Value) -> Result<Value, ChannelError> {
        let (params, now) =
            (sign::canonical(&business), jiff::Timestamp::now().as_second().to_string());
        let (_, signature) =
            sign::douyin(&self.account.secret, &self.account.key_id, method, &params, &now);
        let query: BTreeMap<String, String> = [
            ("app_key", self.account.key_id.as_str()),
            ("method", method),
            ("access_token", &self.account.session),
            ("timestamp", &now),
            ("v", "2"),
            ("sign", &signature),
            ("sign_method", "hmac-sha256"),
        ]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
        let url = format!(
            "{}/{}?{}",
            self.account.url.trim_end_matches('/'),
            method.replace('.', "/"),
            sign::form(&query)
        );
        let request = self
            .client
            .post(url)
            .header("Content-Type", "application/json")
            .header("x-open-no-old-err-code", "1")
            .body(params);
        let mut body = http::send(request).await?.ok(|body| text(&body["msg"]))?;
        if whole_units(&body["code"]) == Some(10_000) {
            Ok(loose_json::take_path(&mut body, &["data"]))
        } else {
            Err(refused(&body))
        }
    }

    async fn one(&self, order_no: &str) -> Result<Value, ChannelError> {
        let mut answer =
            self.call("order.orderDetail", json!({ "shop_order_id": order_no })).await?;
        let detail = loose_json::take_path(&mut answer, &["shop_order_detail"]);
        if detail.is_null() {
            Err(ChannelError::new(Class::NotFound, "no such order"))
        } else {
            Ok(detail)
        }
    }
}

fn refused(body: &Value) -> ChannelError {
    let (code, sub) = (whole_units(&body["code"]).unwrap_or(0), text(&body["sub_code"]));
    let class = match (code, sub.as_str()) {
        (60_000, _) => Class::Throttled { wait_s: 10.0 },
        (_, sub) if sub.contains("idempotent-id-existed") => Class::AlreadyDone,
        (_, sub) if sub.contains("signature-invalid") || sub.contains("timestamp-invalid") => {
            Class::BadSignature
        }
        (_, sub) if sub.contains("access-token") => Class::SessionExpired,
        (30_001 | 30_002, _) => Class::NotPermitted,
        (20_000 | 20_001 | 70_000 | 90_000, _) | (0, _) => Class::Transient,
        _ => Class::Rejected,
    };
    ChannelError::new(
        class,
        http::one_line(&format!("{code} {sub} {}", first_text(body, &["sub_msg", "msg"]))),
    )
}

impl Channel for Douyin {
    fn pull<'a>(&'a self, since: Option<&'a str>, cursor: &'a str, _: i64) -> Answer<'a, PullPage> {
        Box::pin(async move {
            let rules = self.rules();
            let (window, size) = TimeWindow::of(&self.account, since, cursor, &rules, (100, 100))?;
            let ask = json!({
                "update_time_start": window.from, "update_time_end": window.to,
                "page": window.page.unwrap_or(1) - 1, "size": size, "order_by": "update_time",
                "order_asc": true,
            });
            let answer = self.call("order.searchList", ask).await?;
            if window.page.is_none() {
                return window.count(&answer["total"], size, &rules);
            }
            let orders = array(&answer["shop_order_list"]).iter().cloned().map(order).collect();
            Ok(window.take(orders, &rules))
        })
    }

    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(async move { super::one(order(self.one(order_no).await?)) })
    }

    /// By lines and counts, so that a part is a part; the key makes a repeat known.
    fn dispatch<'a>(&'a self, key: Uuid, body: &'a Value) -> Answer<'a, ()> {
        Box::pin(async move {
            let carrier = self.account.carrier(&text(&body["carrier"]));
            if body["was"].is_string() {
                let ask = json!({
                    "order_id": text(&body["order_no"]), "company_code": carrier,
                    "logistics_code": text(&body["waybill"]), "request_id": key.to_string(),
                });
                match self.call("order.logisticsEdit", ask).await {
                    // The first number may never have come there.
                    Err(error) if error.class == Class::Rejected => {}
                    answer => return answer.map(drop),
                }
            }
            let lines: Vec<Value> = array(&body["lines"])
                .iter()
                .map(|line| {
                    json!({
                        "shipped_order_id": text(&line["line_no"]), "shipped_num": line["qty"],
                    })
                })
                .collect();
            let ask = json!({
                "order_id_list": [text(&body["order_no"])], "shipped_order_info": lines,
                "company_code": carrier, "logistics_code": text(&body["waybill"]),
                "request_id": key.to_string(),
            });
            self.call("order.logisticsAddSinglePack", ask).await.map(drop)
        })
    }

    /// A refresh kills the refresh token that it was made with. Where its answer was lost a shop's
    /// own application gets new tokens by its shop number alone (option `shop_id`).
    fn refresh<'a>(&'a self) -> Answer<'a, Option<Tokens>> {
        Box::pin(async move {
            if self.account.refresh.is_empty() {
                return Ok(None);
            }
            let refreshed = self
                .call(
                    "token.refresh",
                    json!({ "grant_type": "refresh_token", "refresh_token": self.account.refresh }),
                )
                .await;
            let body = match (refreshed, self.account.option("shop_id")) {
                (Err(error), Some(shop))
                    if matches!(error.class, Class::SessionExpired | Class::Rejected) =>
                {
                    self.call(
                        "token.create",
                        json!({ "grant_type": "authorization_self", "code": "", "shop_id": shop }),
                    )
                    .await?
                }
                (answer, _) => answer?,
            };
            oauth::parse_tokens(&body).map(Some)
        })
    }

    fn push<'a>(
        &'a self,
        _: Uuid,
        levels: &'a [StockLevel],
    ) -> Answer<'a, Vec<Result<(), ChannelError>>> {
        Box::pin(super::each(levels, move |level| {
            Box::pin(async move {
                let (product, sku) = level.parts()?;
                self.call(
                    "sku.syncStock",
                    json!({
                        "product_id": product, "sku_id": sku, "code": level.code,
                        "stock_num": level.available, "incremental": false,
                    }),
                )
                .await
                .map(drop)
            })
        }))
    }

    fn read_stock<'a>(&'a self, levels: &'a [StockLevel]) -> Answer<'a, Vec<Option<i64>>> {
        Box::pin(super::each_shown(levels, move |level| {
            Box::pin(async move {
                let (_, sku) = level.parts()?;
                Ok(whole_units(
                    &self
                        .call("sku.stockNum", json!({ "sku_id": sku, "code": level.code }))
                        .await?["stock_num"],
                ))
            })
        }))
    }
}

/// Reads one order; what is wrong with it is said in a sentence.
pub fn order(shop_order: Value) -> Result<ShopOrder, Unreadable> {
    order_or_unreadable(text(&shop_order["order_id"]), read(&shop_order))
}

/// A line's after-sale state, where there is one: 12 refunded, 6, 7, 11, 13 being talked about.
fn after_sale(line: &Value) -> Option<i64> {
    whole_units(&line["after_sale_info"]["after_sale_status"])
}

fn read(order: &Value) -> Result<ShopOrder, String> {
    let lines = lines(array(&order["sku_order_list"]))?;
    let time = |key: &str| from_unix(&order[key]);
    Ok(ShopOrder {
        order_no: text(&order["order_id"]),
        status: status(order, &lines),
        created_at: time("create_time")
            .ok_or_else(|| format!("create_time is {}", order["create_time"]))?,
        updated_at: time("update_time")
            .ok_or_else(|| format!("update_time is {}", order["update_time"]))?,
        paid_at: time("pay_time"),
        currency: "CNY".into(),
        total_minor: whole_units(&order["pay_amount"])
            .ok_or_else(|| format!("pay_amount is {}", order["pay_amount"]))?,
        carrier: None,
        ship_by: time("exp_ship_time"),
        receiver: receiver(order),
        note: [text(&order["buyer_words"]), text(&order["seller_words"])]
            .join(" ")
            .trim()
            .to_owned(),
        lines,
        customer: None,
        replaces: None,
        payload: order.clone(),
    })
}

fn lines(rows: &[Value]) -> Result<Vec<ShopLine>, String> {
    let mut lines = Vec::new();
    for line in rows {
        lines.push(ShopLine {
            line_no: text(&line["order_id"]),
            sku: first_text(line, &["code", "out_sku_id", "sku_id"]),
            title: text(&line["product_name"]),
            qty: whole_units(&line["item_num"])
                .ok_or_else(|| format!("a line has the quantity {}", line["item_num"]))?,
            unit_price_minor: whole_units(&line["origin_amount"]).unwrap_or(0),
            cancelled: after_sale(line) == Some(12)
                || whole_units(&line["order_status"]) == Some(4),
            sent: ShopLine::whole_if(matches!(whole_units(&line["order_status"]), Some(3 | 5))),
            reference: item_and_variant(line, "product_id", "sku_id"),
        });
    }
    Ok(lines)
}

/// Paid and awaiting shipment, or why not: while a refund is being talked about nothing new begins.
fn status(order: &Value, lines: &[ShopLine]) -> OrderStatus {
    let talked = array(&order["sku_order_list"])
        .iter()
        .any(|line| matches!(after_sale(line), Some(6 | 7 | 11 | 13)));
    match whole_units(&order["order_status"]) {
        Some(4) => OrderStatus::Cancelled,
        Some(2 | 101) if !lines.is_empty() && lines.iter().all(|line| line.cancelled) => {
            OrderStatus::Refunded
        }
        Some(2 | 101) if !talked => OrderStatus::Paid,
        // 105 is paid and may still be held.
        _ => OrderStatus::Pending,
    }
}

fn receiver(order: &Value) -> Receiver {
    let to = &order["post_addr"];
    let place =
        |key: &str| if to[key].is_object() { text(&to[key]["name"]) } else { text(&to[key]) };
    Receiver {
        name: first_text(order, &["post_receiver", "mask_post_receiver", "encrypt_post_receiver"]),
        phone: first_text(order, &["post_tel", "mask_post_tel", "encrypt_post_tel"]),
        country: "CN".into(),
        province: place("province"),
        city: place("city"),
        district: place("town"),
        address: [place("street"), first_text(to, &["detail", "encrypt_detail"])].concat(),
        postcode: String::new(),
        token: text(&order["open_address_id"]),
    }
}

//! Taobao and Tmall: TOP, the open platform's form-encoded calls. A trade is pulled by its modified
//! time in stretches of half an hour, from the last page to the first. Whole answers as documented,
//! with their wrapped lists (`orders.order`).
//!
//! Masked receivers come with an `oaid`, which goes on to the waybill service. What is unknown: the
//! daily quotas, which stand in the platform's console only; unchecked: the calls that read an
//! item's counts back (`taobao.item.seller.get`) and that change a number
//! (`taobao.logistics.consign.resend`). The secret's file: the app's secret, the session, the
//! refresh token; `token_url` is the door for new ones. Options: `page_size`, `window_s`, `lag_s`,
//! `lookback_s`, `sign_method` (`md5` or `hmac-sha256`), `carriers`.

use super::http;
use super::loose_json::{
    self, array, first_text, from_beijing, item_and_variant, minor_units, text, to_beijing,
};
use super::normalize::order_or_unreadable;
use super::oauth;
use super::time_window::{Rules, TimeWindow};
use super::{
    Account, Answer, Channel, ChannelError, Class, Client, Kind, PullPage, StockLevel, Tokens,
    Unreadable, sign,
};
use crate::domain::order::{OrderStatus, Receiver, ShopLine, ShopOrder};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Taobao and Tmall by the open platform TOP: its daily quotas stand in its console only, so no
/// rate is kept here; a call an item for counts, no calls to us.
pub const KIND: Kind =
    Kind::platform("taobao", |account, client| Box::new(Taobao { account, client }));

/// One shop: app key, secret and session, and the connections that all shops share.
pub struct Taobao {
    pub account: Account,
    pub client: Client,
}

const FIELDS: &str = "tid,tid_str,status,type,created,pay_time,modified,payment,buyer_message,\
    seller_memo,receiver_name,receiver_state,receiver_city,receiver_district,receiver_town,\
    receiver_address,receiver_zip,receiver_mobile,receiver_phone,receiver_country,oaid,\
    step_trade_status,est_con_time,orders";

impl Taobao {
    fn rules(&self) -> Rules {
        Rules {
            span_s: self.account.number("window_s", 1800).clamp(60, 86_400),
            lag_s: self.account.number("lag_s", 60),
            lookback_s: self.account.number("lookback_s", 7 * 86_400),
        }
    }

    async fn call(&self, method: &str, business: &[(&str, &str)]) -> Result<Value, ChannelError> {
        let hashed =
            if self.account.option("sign_method") == Some("md5") { "md5" } else { "hmac-sha256" };
        let now = to_beijing(jiff::Timestamp::now().as_second());
        let fixed = [
            ("method", method),
            ("app_key", &self.account.key_id),
            ("session", &self.account.session),
            ("timestamp", &now),
            ("v", "2.0"),
            ("format", "json"),
            ("sign_method", hashed),
        ];
        let mut params: BTreeMap<String, String> = fixed
            .iter()
            .chain(business)
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        let (_, signature) = if hashed == "md5" {
            sign::framed_md5(&self.account.secret, &params)
        } else {
            sign::top_hmac_sha256(&self.account.secret, &params)
        };
        params.insert("sign".into(), signature);
        let request = self
            .client
            .post(&self.account.url)
            .header("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
            .body(sign::form(&params));
        let mut body =
            http::send(request).await?.ok(|body| text(&body["error_response"]["msg"]))?;
        if !body["error_response"].is_null() {
            return Err(refused(&body["error_response"]));
        }
        let key = format!("{}_response", method.trim_start_matches("taobao.").replace('.', "_"));
        match body.get_mut(&key).map(Value::take) {
            Some(answer) => Ok(answer),
            None => Err(ChannelError::new(Class::Transient, format!("the answer has no {key}"))),
        }
    }

    async fn trade(&self, tid: &str) -> Result<Value, ChannelError> {
        let mut answer = self
            .call(
                "taobao.trade.fullinfo.get",
                &[
                    ("fields", &format!("{FIELDS},orders.invoice_no")),
                    ("tid", tid),
                    ("include_oaid", "true"),
                ],
            )
            .await?;
        Ok(loose_json::take_path(&mut answer, &["trade"]))
    }
}

fn refused(error: &Value) -> ChannelError {
    let (code, sub) =
        (loose_json::whole_units(&error["code"]).unwrap_or(0), text(&error["sub_code"]));
    let said = http::one_line(&format!("{code} {sub} {}", first_text(error, &["sub_msg", "msg"])));
    // "ban will last N more seconds"
    let ban = said
        .split("will last ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .and_then(|n| n.parse::<f64>().ok());
    let class = match code {
        7 => Class::Throttled {
            wait_s: ban
                .unwrap_or(if sub.contains("limited-by-app-access-count") { 3600.0 } else { 10.0 })
                .clamp(1.0, 86_400.0),
        },
        24 | 25 | 28..=31 => Class::BadSignature,
        26 | 27 => Class::SessionExpired,
        11 => Class::NotPermitted,
        _ if sub.starts_with("isv.") && sub.contains("not-exist") => Class::NotFound,
        _ if sub.starts_with("isv.") => Class::Rejected,
        40 | 41 => Class::Rejected,
        // What the gateway says of itself may pass.
        _ => Class::Transient,
    };
    ChannelError::new(class, said)
}

impl Channel for Taobao {
    fn pull<'a>(&'a self, since: Option<&'a str>, cursor: &'a str, _: i64) -> Answer<'a, PullPage> {
        Box::pin(async move {
            let rules = self.rules();
            let (window, size) = TimeWindow::of(&self.account, since, cursor, &rules, (50, 100))?;
            let (from, to, rows) =
                (to_beijing(window.from), to_beijing(window.to), size.to_string());
            let page_no = window.page.unwrap_or(1).to_string();
            let answer = self
                .call(
                    "taobao.trades.sold.increment.get",
                    &[
                        ("fields", FIELDS),
                        ("start_modified", &from),
                        ("end_modified", &to),
                        ("page_no", &page_no),
                        ("page_size", &rows),
                        ("use_has_next", "false"),
                    ],
                )
                .await?;
            if window.page.is_none() {
                return window.count(&answer["total_results"], size, &rules);
            }
            let orders = array(&answer["trades"]["trade"]).iter().cloned().map(order).collect();
            Ok(window.take(orders, &rules))
        })
    }

    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(async move { super::one(order(self.trade(order_no).await?)) })
    }

    /// A second call is an error there, so the trade is read first: with our number on it, it was
    /// told.
    fn dispatch<'a>(&'a self, _: Uuid, body: &'a Value) -> Answer<'a, ()> {
        Box::pin(async move {
            let (tid, waybill) = (text(&body["order_no"]), text(&body["waybill"]));
            let trade = self.trade(&tid).await?;
            let lines = array(&trade["orders"]["order"]);
            if lines.iter().any(|line| text(&line["invoice_no"]) == waybill) {
                return Ok(());
            }
            let was = text(&body["was"]);
            let changes =
                !was.is_empty() && lines.iter().any(|line| text(&line["invoice_no"]) == was);
            let told: Vec<String> =
                array(&body["lines"]).iter().map(|line| text(&line["line_no"])).collect();
            let open = lines.iter().filter(|line| {
                text(&line["status"]) == "WAIT_SELLER_SEND_GOODS"
                    && text(&line["refund_status"]) != "SUCCESS"
            });
            let split = if changes {
                told.len() < lines.len()
            } else {
                open.map(|line| first_text(line, &["oid_str", "oid"]))
                    .any(|oid| !told.contains(&oid))
            };
            let method = if changes {
                "taobao.logistics.consign.resend"
            } else {
                "taobao.logistics.offline.send"
            };
            let sub = told.join(",");
            let carrier = self.account.carrier(&text(&body["carrier"]));
            let parts: &[(&str, &str)] =
                if split { &[("is_split", "1"), ("sub_tid", &sub)] } else { &[("is_split", "0")] };
            let answer = self
                .call(
                    method,
                    &[
                        &[("tid", tid.as_str()), ("out_sid", &waybill), ("company_code", &carrier)],
                        parts,
                    ]
                    .concat(),
                )
                .await?;
            match answer["shipping"]["is_success"].as_bool() {
                Some(true) => Ok(()),
                _ => Err(ChannelError::new(
                    Class::Rejected,
                    "the platform did not take the shipment",
                )),
            }
        })
    }

    /// The refresh token stays what it was.
    fn refresh<'a>(&'a self) -> Answer<'a, Option<Tokens>> {
        Box::pin(oauth::refresh_tokens(
            &self.client,
            &self.account,
            "https://oauth.taobao.com/token",
            ("client_id", "client_secret"),
        ))
    }

    /// Type 1 sets; by the numbers of item and variant.
    fn push<'a>(
        &'a self,
        _: Uuid,
        levels: &'a [StockLevel],
    ) -> Answer<'a, Vec<Result<(), ChannelError>>> {
        Box::pin(super::each(levels, move |level| {
            Box::pin(async move {
                let (item, variant) = level.parts()?;
                self.call(
                    "taobao.item.quantity.update",
                    &[
                        ("num_iid", item),
                        ("sku_id", variant),
                        ("quantity", &level.available.to_string()),
                        ("type", "1"),
                    ],
                )
                .await
                .map(drop)
            })
        }))
    }

    fn read_stock<'a>(&'a self, levels: &'a [StockLevel]) -> Answer<'a, Vec<Option<i64>>> {
        Box::pin(super::each_shown(levels, move |level| {
            Box::pin(async move {
                let (item, variant) = level.parts()?;
                let answer = self
                    .call(
                        "taobao.item.seller.get",
                        &[("num_iid", item), ("fields", "num_iid,num,sku.sku_id,sku.quantity")],
                    )
                    .await?;
                let one = array(&answer["item"]["skus"]["sku"])
                    .iter()
                    .find(|sku| text(&sku["sku_id"]) == variant);
                Ok(if variant.is_empty() {
                    loose_json::whole_units(&answer["item"]["num"])
                } else {
                    one.and_then(|sku| loose_json::whole_units(&sku["quantity"]))
                })
            })
        }))
    }
}

/// Paid and awaiting shipment, or why not. A presale is ready when its rest is paid; while a refund
/// is being talked about nothing new begins.
fn status(trade: &Value, lines: &[ShopLine]) -> OrderStatus {
    let waits = array(&trade["orders"]["order"])
        .iter()
        .any(|line| text(&line["refund_status"]) == "WAIT_SELLER_AGREE");
    match text(&trade["status"]).as_str() {
        "TRADE_CLOSED" | "TRADE_CLOSED_BY_TAOBAO" => OrderStatus::Cancelled,
        "WAIT_SELLER_SEND_GOODS" | "SELLER_CONSIGNED_PART"
            if lines.iter().all(|line| line.cancelled) =>
        {
            OrderStatus::Refunded
        }
        "WAIT_SELLER_SEND_GOODS" | "SELLER_CONSIGNED_PART" => {
            let presale = text(&trade["type"]) == "step"
                && text(&trade["step_trade_status"]) != "FRONT_PAID_FINAL_PAID";
            if presale || waits { OrderStatus::Pending } else { OrderStatus::Paid }
        }
        _ => OrderStatus::Pending,
    }
}

/// Reads one trade; what is wrong with it is said in a sentence.
pub fn order(trade: Value) -> Result<ShopOrder, Unreadable> {
    order_or_unreadable(first_text(&trade, &["tid_str", "tid"]), read(&trade))
}

fn read(trade: &Value) -> Result<ShopOrder, String> {
    let mut lines = Vec::new();
    for line in array(&trade["orders"]["order"]) {
        let state = text(&line["status"]);
        lines.push(ShopLine {
            line_no: first_text(line, &["oid_str", "oid"]),
            sku: first_text(line, &["outer_sku_id", "outer_iid"]),
            title: first_text(line, &["title"]),
            qty: loose_json::whole_units(&line["num"])
                .ok_or_else(|| format!("a line has the quantity {}", line["num"]))?,
            unit_price_minor: minor_units(&line["price"], "CNY")?,
            cancelled: text(&line["refund_status"]) == "SUCCESS"
                || state.starts_with("TRADE_CLOSED"),
            sent: ShopLine::whole_if(matches!(
                state.as_str(),
                "WAIT_BUYER_CONFIRM_GOODS" | "TRADE_BUYER_SIGNED" | "TRADE_FINISHED"
            )),
            reference: item_and_variant(line, "num_iid", "sku_id"),
        });
    }
    let part = |key: &str| text(&trade[key]);
    Ok(ShopOrder {
        order_no: first_text(trade, &["tid_str", "tid"]),
        status: status(trade, &lines),
        created_at: from_beijing(&trade["created"])?,
        updated_at: from_beijing(&trade["modified"])?,
        paid_at: from_beijing(&trade["pay_time"]).ok(),
        currency: "CNY".into(),
        total_minor: minor_units(&trade["payment"], "CNY")?,
        carrier: None,
        ship_by: from_beijing(&trade["est_con_time"]).ok(),
        receiver: Receiver {
            name: part("receiver_name"),
            phone: first_text(trade, &["receiver_mobile", "receiver_phone"]),
            country: first_text(trade, &["receiver_country"]),
            province: part("receiver_state"),
            // Counties that a province runs have no city.
            city: first_text(trade, &["receiver_city", "receiver_district"]),
            district: part("receiver_district"),
            address: format!("{}{}", part("receiver_town"), part("receiver_address")),
            postcode: part("receiver_zip"),
            token: part("oaid"),
        },
        note: [part("buyer_message"), part("seller_memo")].join(" ").trim().to_owned(),
        lines,
        customer: Some(part("buyer_open_uid")),
        replaces: None,
        payload: trade.clone(),
    })
}

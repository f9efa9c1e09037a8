//! Pinduoduo: flat JSON, signed like TOP with MD5. The stream of changes names order numbers only,
//! in stretches of at most half an hour that end three minutes behind the platform's clock; each
//! order is then read by itself.
//!
//! Receivers are ciphertext while an order awaits shipment; they are kept as they came beside
//! `open_address_id`, which tells the same address again. Unchecked: that `pdd.goods.detail.get`
//! reads counts back. That the stretch must end three minutes behind is our reading of an unclear
//! sentence. Options: `page_size`, `window_s`, `lag_s`, `lookback_s`, `carriers` (their numbers).

use super::http;
use super::loose_json::{
    self, array, first_text, from_unix, item_and_variant, minor_units, text, whole_units,
};
use super::normalize::order_or_unreadable;
use super::oauth;
use super::rate_limit::{Call, Rate};
use super::time_window::{Rules, TimeWindow};
use super::{
    Account, Answer, Channel, ChannelError, Class, Client, Kind, PullPage, StockLevel, Tokens,
    Unreadable, sign,
};
use crate::domain::order::{OrderStatus, Receiver, ShopLine, ShopOrder};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Pinduoduo's open platform: fifty pulls a second in the long run, a call an item for counts, no
/// calls to us.
pub const KIND: Kind = Kind {
    rates: &[(Call::Pull, Rate::new(50.0, 100.0))],
    ..Kind::platform("pdd", |account, client| Box::new(Pdd { account, client }))
};

/// One shop: client id, secret and access token, and the connections that all shops share.
pub struct Pdd {
    pub account: Account,
    pub client: Client,
}

/// The calls and the names of their answers, which follow no rule.
const CHANGES: (&str, &str) =
    ("pdd.order.number.list.increment.get", "order_sn_increment_get_response");
const ONE: (&str, &str) = ("pdd.order.information.get", "order_info_get_response");
const SHIP: (&str, &str) = ("pdd.logistics.online.send", "logistics_online_send_response");

const QUANTITY: (&str, &str) = ("pdd.goods.quantity.update", "goods_quantity_update_response");
const GOODS: (&str, &str) = ("pdd.goods.detail.get", "goods_detail_get_response");
const REFRESH: (&str, &str) = ("pdd.pop.auth.token.refresh", "pop_auth_token_refresh_response");

impl Pdd {
    fn rules(&self) -> Rules {
        Rules {
            span_s: self.account.number("window_s", 1800).clamp(60, 1800),
            lag_s: self.account.number("lag_s", 180),
            lookback_s: self.account.number("lookback_s", 2 * 86_400),
        }
    }

    async fn call(
        &self,
        (method, key): (&str, &str),
        business: &[(&str, &str)],
    ) -> Result<Value, ChannelError> {
        let now = jiff::Timestamp::now().as_second().to_string();
        let fixed = [
            ("type", method),
            ("client_id", &self.account.key_id),
            ("access_token", &self.account.session),
            ("timestamp", &now),
            ("data_type", "JSON"),
        ];
        let mut params: BTreeMap<String, String> = fixed
            .iter()
            .chain(business)
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        let (_, signature) = sign::framed_md5(&self.account.secret, &params);
        params.insert("sign".into(), signature);
        let mut body = http::send(self.client.post(&self.account.url).json(&params))
            .await?
            .ok(|body| text(&body["error_response"]["error_msg"]))?;
        if !body["error_response"].is_null() {
            return Err(refused(&body["error_response"]));
        }
        body.get_mut(key)
            .map(Value::take)
            .ok_or_else(|| ChannelError::new(Class::Transient, format!("the answer has no {key}")))
    }

    async fn one(&self, order_no: &str) -> Result<Value, ChannelError> {
        Ok(loose_json::take_path(
            &mut self.call(ONE, &[("order_sn", order_no)]).await?,
            &["order_info"],
        ))
    }
}

fn refused(error: &Value) -> ChannelError {
    let code = whole_units(&error["error_code"]).unwrap_or(0);
    let class = match code {
        20004 | 20005 => Class::BadSignature,
        10019 | 20032 => Class::SessionExpired,
        20031 | 70036 => Class::NotPermitted,
        52101 | 70031 => Class::Throttled { wait_s: 10.0 },
        10000 | 10001 | 21001 | 21002 | 50_100..=50_999 => Class::Rejected,
        // Whatever else it is, it may pass; only what is said of one order counts against that
        // order.
        _ => Class::Transient,
    };
    ChannelError::new(
        class,
        http::one_line(&format!("{code} {}", first_text(error, &["sub_msg", "error_msg"]))),
    )
}

impl Channel for Pdd {
    fn pull<'a>(&'a self, since: Option<&'a str>, cursor: &'a str, _: i64) -> Answer<'a, PullPage> {
        Box::pin(async move {
            let rules = self.rules();
            let (window, size) = TimeWindow::of(&self.account, since, cursor, &rules, (20, 100))?;
            let (from, to, page, rows) = (
                window.from.to_string(),
                window.to.to_string(),
                window.page.unwrap_or(1).to_string(),
                size.to_string(),
            );
            let ask = [
                ("start_updated_at", from.as_str()),
                ("end_updated_at", &to),
                ("page", &page),
                ("page_size", &rows),
                ("is_lucky_flag", "0"),
                ("order_status", "5"),
                ("refund_status", "5"),
            ];
            let answer = self.call(CHANGES, &ask).await?;
            if window.page.is_none() {
                return window.count(&answer["total_count"], size, &rules);
            }
            let mut orders = Vec::new();
            for row in array(&answer["order_sn_list"]) {
                let order_no = if row.is_object() { text(&row["order_sn"]) } else { text(row) };
                match self.one(&order_no).await {
                    Ok(info) => orders.push(order(info)),
                    // One order that cannot be had must not stop the others.
                    Err(error) if matches!(error.class, Class::Rejected | Class::NotFound) => {
                        orders.push(Err(Unreadable { order_no, message: error.message }))
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok(window.take(orders, &rules))
        })
    }

    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(async move { super::one(order(self.one(order_no).await?)) })
    }

    /// The first call works only while the order awaits shipment; a number that differs from the
    /// one it has is a change.
    fn dispatch<'a>(&'a self, _: Uuid, body: &'a Value) -> Answer<'a, ()> {
        Box::pin(async move {
            let (order_no, waybill) = (text(&body["order_no"]), text(&body["waybill"]));
            let has = text(&self.one(&order_no).await?["tracking_number"]);
            if has == waybill {
                return Ok(());
            }
            if !has.is_empty() && !body["was"].is_string() {
                return Err(ChannelError::new(
                    Class::Rejected,
                    format!(
                        "the order has the parcel {has} already, and a call would put {waybill} in \
                         its place: add it in the shop's own pages"
                    ),
                ));
            }
            let carrier = self.account.carrier_number(&text(&body["carrier"]), &[])?;
            let kind = if has.is_empty() { "1" } else { "2" };
            let answer = self
                .call(
                    SHIP,
                    &[
                        ("order_sn", &order_no),
                        ("logistics_id", &carrier),
                        ("tracking_number", &waybill),
                        ("redelivery_type", kind),
                    ],
                )
                .await?;
            if answer["is_success"].as_bool() == Some(true) {
                Ok(())
            } else {
                Err(ChannelError::new(Class::Rejected, "the platform did not take the shipment"))
            }
        })
    }

    fn refresh<'a>(&'a self) -> Answer<'a, Option<Tokens>> {
        Box::pin(async move {
            if self.account.refresh.is_empty() {
                return Ok(None);
            }
            let body = self.call(REFRESH, &[("refresh_token", &self.account.refresh)]).await?;
            oauth::parse_tokens(&body).map(Some)
        })
    }

    /// Goods in a promotion refuse a decrease: that is an answer for a person.
    fn push<'a>(
        &'a self,
        _: Uuid,
        levels: &'a [StockLevel],
    ) -> Answer<'a, Vec<Result<(), ChannelError>>> {
        Box::pin(super::each(levels, move |level| {
            Box::pin(async move {
                let (goods, sku) = level.parts()?;
                let answer = self
                    .call(
                        QUANTITY,
                        &[
                            ("goods_id", goods),
                            ("sku_id", sku),
                            ("quantity", &level.available.to_string()),
                            ("update_type", "1"),
                        ],
                    )
                    .await?;
                if answer["is_success"] == false {
                    Err(ChannelError::new(Class::Rejected, "the platform did not take the count"))
                } else {
                    Ok(())
                }
            })
        }))
    }

    fn read_stock<'a>(&'a self, levels: &'a [StockLevel]) -> Answer<'a, Vec<Option<i64>>> {
        Box::pin(super::each_shown(levels, move |level| {
            Box::pin(async move {
                let (goods, sku) = level.parts()?;
                let answer = self.call(GOODS, &[("goods_id", goods)]).await?;
                Ok(array(&answer["sku_list"])
                    .iter()
                    .find(|row| sku.is_empty() || text(&row["sku_id"]) == sku)
                    .and_then(|row| whole_units(&row["quantity"])))
            })
        }))
    }
}

/// Awaiting shipment, confirmed (a drawn order is only when it was won), no refund, no risk, the
/// group formed.
fn status(info: &Value) -> OrderStatus {
    let is = |key: &str, n: i64| whole_units(&info[key]) == Some(n);
    let group = info["group_status"].is_null() || is("group_status", 1);
    match (whole_units(&info["order_status"]), whole_units(&info["refund_status"])) {
        // Refunded to the end, before or after it was sent.
        (_, Some(4)) => OrderStatus::Refunded,
        (Some(1), Some(1)) if is("confirm_status", 1) && is("risk_control_status", 0) && group => {
            OrderStatus::Paid
        }
        _ if is("confirm_status", 2) => OrderStatus::Cancelled,
        _ => OrderStatus::Pending,
    }
}

/// Reads one order; what is wrong with it is said in a sentence.
pub fn order(info: Value) -> Result<ShopOrder, Unreadable> {
    order_or_unreadable(text(&info["order_sn"]), read(&info))
}

fn read(info: &Value) -> Result<ShopOrder, String> {
    let mut lines = Vec::new();
    for (n, line) in array(&info["item_list"]).iter().enumerate() {
        lines.push(ShopLine {
            line_no: (n + 1).to_string(),
            // Not by the code of all its variants: different goods would be one.
            sku: first_text(line, &["outer_id", "sku_id", "outer_goods_id"]),
            title: [text(&line["goods_name"]), text(&line["goods_spec"])]
                .join(" ")
                .trim()
                .to_owned(),
            qty: whole_units(&line["goods_count"])
                .ok_or_else(|| format!("a line has the quantity {}", line["goods_count"]))?,
            unit_price_minor: minor_units(&line["goods_price"], "CNY")?,
            cancelled: false,
            sent: ShopLine::whole_if(matches!(whole_units(&info["order_status"]), Some(2 | 3))),
            reference: item_and_variant(line, "goods_id", "sku_id"),
        });
    }
    let part = |key: &str| text(&info[key]);
    // Some of its times come as text in GMT+8, some as unix seconds.
    let time =
        |key: &str| from_unix(&info[key]).or_else(|| loose_json::from_beijing(&info[key]).ok());
    Ok(ShopOrder {
        order_no: part("order_sn"),
        status: status(info),
        created_at: time("created_time")
            .or_else(|| time("confirm_time"))
            .ok_or("it has no created_time")?,
        updated_at: time("updated_at")
            .ok_or_else(|| format!("updated_at is {}", info["updated_at"]))?,
        paid_at: time("pay_time"),
        currency: "CNY".into(),
        total_minor: minor_units(&info["pay_amount"], "CNY")?,
        carrier: None,
        ship_by: time("last_ship_time"),
        receiver: Receiver {
            name: part("receiver_name"),
            phone: first_text(info, &["receiver_phone", "contact_mobile"]),
            country: "CN".into(),
            province: part("province"),
            city: part("city"),
            district: part("town"),
            address: part("receiver_address"),
            postcode: String::new(),
            token: first_text(info, &["open_address_id", "open_address_id_2"]),
        },
        note: [part("buyer_memo"), part("remark")].join(" ").trim().to_owned(),
        lines,
        customer: None,
        replaces: None,
        payload: info.clone(),
    })
}

//! JD: JOS, the history gateway. Orders are pulled by their modified time in stretches of a day,
//! from the last page to the first; a stretch of more than a hundred pages comes back empty there
//! and is halved. A business failure rides inside a successful answer.
//!
//! What is unknown: a call that changes a number that was told, the newer gateway's signature,
//! numbers of the rate limits, and whether cash on delivery (pay type `1-…`) always waits in the
//! same state; it is taken to. Unchecked: the door for new tokens (`token_url`) and the call that
//! reads a count back. Options: `page_size`, `window_s`, `lag_s`, `lookback_s`, `carriers` (JD's
//! own numbers).

use super::http;
use super::loose_json::{self, array, first_text, from_beijing, minor_units, text, to_beijing};
use super::normalize::order_or_unreadable;
use super::oauth;
use super::time_window::{Rules, TimeWindow};
use super::{
    Account, Answer, Channel, ChannelError, Class, Client, Kind, PullPage, StockLevel, Tokens,
    Unreadable, sign,
};
use crate::domain::order::{OrderStatus, Receiver, ShopLine, ShopOrder};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// JD.com by its open platform JOS: its rates are not known, a call an item for counts, no calls to
/// us.
pub const KIND: Kind = Kind::platform("jd", |account, client| Box::new(Jd { account, client }));

/// One shop: app key, secret and access token, and the connections that all shops share.
pub struct Jd {
    pub account: Account,
    pub client: Client,
}

const FIELDS: &str = "orderId,venderId,orderType,payType,orderTotalPrice,orderPayment,orderState,\
    orderRemark,venderRemark,orderStartTime,paymentConfirmTime,modified,waybill,\
    logisticsId,parentOrderId,directParentOrderId,itemInfoList,consigneeInfo";
const STATES: &str = "WAIT_SELLER_STOCK_OUT,WAIT_GOODS_RECEIVE_CONFIRM,FINISHED_L,TRADE_CANCELED,\
    LOCKED,PAUSE,POP_ORDER_PAUSE,WAIT_SELLER_DELIVERY";
/// From here on pages come back empty.
const PAGES: i64 = 100;

impl Jd {
    fn rules(&self) -> Rules {
        Rules {
            span_s: self.account.number("window_s", 86_400).clamp(60, 30 * 86_400),
            lag_s: self.account.number("lag_s", 60),
            lookback_s: self.account.number("lookback_s", 7 * 86_400),
        }
    }

    async fn call(&self, method: &str, business: Value) -> Result<Value, ChannelError> {
        let mut params: BTreeMap<String, String> = [
            ("method", method.to_owned()),
            ("app_key", self.account.key_id.clone()),
            ("access_token", self.account.session.clone()),
            ("timestamp", to_beijing(jiff::Timestamp::now().as_second())),
            ("v", "2.0".into()),
            ("360buy_param_json", business.to_string()),
        ]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
        let (_, signature) = sign::framed_md5(&self.account.secret, &params);
        params.insert("sign".into(), signature);
        let request = self
            .client
            .post(&self.account.url)
            .header("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
            .body(sign::form(&params));
        let mut body =
            http::send(request).await?.ok(|body| text(&body["error_response"]["zh_desc"]))?;
        if !body["error_response"].is_null() {
            return Err(refused(&body["error_response"]));
        }
        // Spelt so by the platform.
        let key = format!("{}_responce", method.replace('.', "_"));
        body.get_mut(&key)
            .map(Value::take)
            .ok_or_else(|| ChannelError::new(Class::Transient, format!("the answer has no {key}")))
    }

    async fn one(&self, order_no: &str) -> Result<Value, ChannelError> {
        let mut answer = self
            .call(
                "jingdong.pop.order.enGet",
                json!({ "order_id": order_no, "optional_fields": FIELDS }),
            )
            .await?;
        let info = loose_json::take_path(&mut answer, &["orderDetailInfo", "orderInfo"]);
        if info.is_null() {
            Err(ChannelError::new(Class::NotFound, "no such order"))
        } else {
            Ok(info)
        }
    }
}

fn refused(error: &Value) -> ChannelError {
    let code = text(&error["code"]);
    let class = match code.as_str() {
        "2" => Class::Throttled { wait_s: 10.0 },
        "7" | "8" | "11" | "12" => Class::BadSignature,
        "19" => Class::SessionExpired,
        "14" | "15" => Class::NotPermitted,
        // What the gateway says of itself may pass; what it says of an order rides inside an
        // answer.
        _ => Class::Transient,
    };
    ChannelError::new(
        class,
        http::one_line(&format!("{code} {}", first_text(error, &["zh_desc", "en_desc"]))),
    )
}

impl Channel for Jd {
    fn pull<'a>(&'a self, since: Option<&'a str>, cursor: &'a str, _: i64) -> Answer<'a, PullPage> {
        Box::pin(async move {
            let rules = self.rules();
            let (window, size) = TimeWindow::of(&self.account, since, cursor, &rules, (100, 100))?;
            let ask = json!({
                "start_date": to_beijing(window.from), "end_date": to_beijing(window.to),
                "order_state": STATES, "optional_fields": FIELDS,
                "page": window.page.unwrap_or(1).to_string(), "page_size": size.to_string(),
                "sortType": 1, "dateType": 0,
            });
            let answer = self.call("jingdong.pop.order.enSearch", ask).await?;
            let found = &answer["searchorderinfo_result"];
            if window.page.is_none() {
                let mut counted = window.count(&found["orderTotal"], size, &rules)?;
                if loose_json::whole_units(&found["orderTotal"])
                    .is_some_and(|total| total > size * PAGES)
                {
                    counted.next_cursor = window.halved().or(counted.next_cursor);
                }
                return Ok(counted);
            }
            let orders = array(&found["orderInfoList"]).iter().cloned().map(order).collect();
            Ok(window.take(orders, &rules))
        })
    }

    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(async move { super::one(order(self.one(order_no).await?)) })
    }

    /// A second call is refused by the order's state, so it is read first.
    fn dispatch<'a>(&'a self, _: Uuid, body: &'a Value) -> Answer<'a, ()> {
        Box::pin(async move {
            let (order_no, waybill) = (text(&body["order_no"]), text(&body["waybill"]));
            if text(&self.one(&order_no).await?["waybill"]).split(',').any(|one| one == waybill) {
                return Ok(());
            }
            if body["was"].is_string() {
                return Err(ChannelError::new(
                    Class::Rejected,
                    format!(
                        "{waybill} takes the place of {}: no call changes a number there, the \
                         shop's own pages do",
                        text(&body["was"])
                    ),
                ));
            }
            let carrier = self.account.carrier_number(&text(&body["carrier"]), &CARRIERS)?;
            let answer = self
                .call(
                    "jingdong.pop.order.shipment",
                    json!({ "orderId": order_no, "logiCoprId": carrier, "logiNo": waybill }),
                )
                .await?;
            let result = &answer["sopjosshipment_result"];
            if result["success"].as_bool() == Some(true) {
                Ok(())
            } else {
                Err(ChannelError::new(
                    Class::Rejected,
                    http::one_line(&first_text(result, &["chineseErrCode", "englishErrCode"])),
                ))
            }
        })
    }

    fn refresh<'a>(&'a self) -> Answer<'a, Option<Tokens>> {
        Box::pin(oauth::refresh_tokens(
            &self.client,
            &self.account,
            "https://open-oauth.jd.com/oauth2/refresh_token",
            ("app_key", "app_secret"),
        ))
    }

    fn push<'a>(
        &'a self,
        _: Uuid,
        levels: &'a [StockLevel],
    ) -> Answer<'a, Vec<Result<(), ChannelError>>> {
        Box::pin(super::each(levels, move |level| {
            Box::pin(async move {
                let (sku, _) = level.parts()?;
                let answer = self
                    .call(
                        "jingdong.stock.write.updateSkuStock",
                        json!({
                            "skuId": sku, "stockNum": level.available,
                            "storeId": self.account.option("store").unwrap_or("0"),
                        }),
                    )
                    .await?;
                match text(&answer["code"]).as_str() {
                    "" | "0" => Ok(()),
                    code => Err(ChannelError::new(
                        Class::Rejected,
                        http::one_line(&format!(
                            "{code} {}",
                            first_text(&answer, &["zh_desc", "errorMessage"])
                        )),
                    )),
                }
            })
        }))
    }

    fn read_stock<'a>(&'a self, levels: &'a [StockLevel]) -> Answer<'a, Vec<Option<i64>>> {
        Box::pin(super::each_shown(levels, move |level| {
            Box::pin(async move {
                let (sku, _) = level.parts()?;
                let answer =
                    self.call("jingdong.stock.read.findSkuStock", json!({ "skuId": sku })).await?;
                Ok(array(&answer["skuStocks"])
                    .first()
                    .and_then(|stock| loose_json::whole_units(&stock["stockNum"])))
            })
        }))
    }
}

/// JD's numbers of carriers; others, and other numbers, by the option `carriers`.
const CARRIERS: [(&str, &str); 8] = [
    ("SF", "467"),
    ("ZTO", "1499"),
    ("YTO", "463"),
    ("STO", "470"),
    ("YUNDA", "1327"),
    ("EMS", "465"),
    ("DEPPON", "3046"),
    ("JD", "2087"),
];

/// Reads one order; what is wrong with it is said in a sentence.
pub fn order(info: Value) -> Result<ShopOrder, Unreadable> {
    order_or_unreadable(text(&info["orderId"]), read(&info))
}

fn read(info: &Value) -> Result<ShopOrder, String> {
    let lines = lines(info)?;
    let total = if info["orderPayment"].is_null() { "orderTotalPrice" } else { "orderPayment" };
    Ok(ShopOrder {
        order_no: text(&info["orderId"]),
        status: status(info),
        created_at: from_beijing(&info["orderStartTime"])?,
        updated_at: from_beijing(&info["modified"])?,
        paid_at: from_beijing(&info["paymentConfirmTime"]).ok(),
        currency: "CNY".into(),
        total_minor: minor_units(&info[total], "CNY")?,
        carrier: None,
        ship_by: None,
        receiver: receiver(info),
        note: [text(&info["orderRemark"]), text(&info["venderRemark"])].join(" ").trim().to_owned(),
        lines,
        customer: None,
        // A parent that was split vanishes, and its children come.
        replaces: Some(text(&info["directParentOrderId"]))
            .filter(|parent| !matches!(parent.as_str(), "" | "0")),
        payload: info.clone(),
    })
}

fn lines(info: &Value) -> Result<Vec<ShopLine>, String> {
    let sent = ShopLine::whole_if(matches!(
        text(&info["orderState"]).as_str(),
        "WAIT_GOODS_RECEIVE_CONFIRM" | "FINISHED_L"
    ));
    let rows = array(&info["itemInfoList"]);
    let mut lines = Vec::new();
    for (n, line) in rows.iter().enumerate() {
        let sku_id = text(&line["skuId"]);
        let twice = rows[..n].iter().filter(|before| text(&before["skuId"]) == sku_id).count();
        lines.push(ShopLine {
            // A gift may be the same goods again: it is a line of its own.
            line_no: if twice > 0 { format!("{sku_id}#{}", twice + 1) } else { sku_id },
            sku: first_text(line, &["outerSkuId", "skuId"]),
            title: text(&line["skuName"]),
            qty: loose_json::whole_units(&line["itemTotal"])
                .ok_or_else(|| format!("a line has the quantity {}", line["itemTotal"]))?,
            unit_price_minor: minor_units(&line["jdPrice"], "CNY")?,
            cancelled: false,
            sent,
            reference: text(&line["skuId"]),
        });
    }
    Ok(lines)
}

/// Paused and locked orders wait; a parent that was split vanishes, its children come with orders
/// of their own.
fn status(info: &Value) -> OrderStatus {
    match text(&info["orderState"]).as_str() {
        "WAIT_SELLER_STOCK_OUT" => OrderStatus::Paid,
        "TRADE_CANCELED" => OrderStatus::Cancelled,
        _ => OrderStatus::Pending,
    }
}

fn receiver(info: &Value) -> Receiver {
    let to = &info["consigneeInfo"];
    let part = |key: &str| text(&to[key]);
    Receiver {
        name: part("fullname"),
        phone: first_text(to, &["mobile", "telephone"]),
        country: "CN".into(),
        province: part("province"),
        city: part("city"),
        district: first_text(to, &["county", "town"]),
        address: part("fullAddress"),
        postcode: String::new(),
        token: text(&info["oaid"]),
    }
}

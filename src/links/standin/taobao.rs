//! Stand-in of Taobao: form-encoded calls that are signed over all their parameters, stretches of a
//! day, pages from one.

use super::app::{App, chain, clock, hex_upper, hmac, now, number, oauth, said, second};
use super::platform::{Call, Effect, Rules, StandinState, between, number_of, page, parts};
use md5::{Digest, Md5};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// With the app that may call it.
pub struct Taobao(pub App);

type Form = BTreeMap<String, String>;

/// A parameter; empty where it is missing.
fn text<'a>(form: &'a Form, key: &str) -> &'a str {
    form.get(key).map(String::as_str).unwrap_or_default()
}

impl Taobao {
    /// A trade of lines (item's code, units, yuan).
    pub fn trade(tid: u64, modified: i64, lines: &[(&str, i64, &str)]) -> Value {
        let orders: Vec<Value> = lines.iter().enumerate().map(|(n, (sku, num, price))| {
            json!({
                "oid": tid * 10 + n as u64, "num_iid": 55, "sku_id": number_of(sku).to_string(),
                "outer_sku_id": sku, "outer_iid": "ALL", "title": "商品", "num": num,
                "price": price, "status": "WAIT_SELLER_SEND_GOODS", "refund_status": "NO_REFUND",
                "new_field": null,
            })
        }).collect();
        json!({
            "tid": tid, "status": "WAIT_SELLER_SEND_GOODS", "type": "fixed",
            "created": clock(modified - 60), "pay_time": clock(modified - 30),
            "modified": clock(modified), "payment": "12.34", "receiver_name": "林*",
            "receiver_state": "浙江省", "receiver_city": "杭州市", "receiver_district": "西湖区",
            "receiver_address": "示范路*号", "receiver_mobile": "*******0001",
            "oaid": format!("oaid-{tid}"), "orders": { "order": orders }, "unheard_of": [1, 2],
        })
    }

    fn error(code: i64, sub: &str) -> (Value, Effect) {
        (
            json!({
                "error_response": {
                    "code": code, "msg": "refused", "sub_code": sub, "sub_msg": sub,
                    "request_id": "r1",
                },
            }),
            Effect::Other,
        )
    }

    /// What is wrong with how a call is signed, with its clock or its session; `None`: nothing.
    fn refusal(&self, books: &StandinState, form: &Form) -> Option<(Value, Effect)> {
        let chained = chain(form);
        let sign = match text(form, "sign_method") {
            "md5" => hex_upper(&Md5::digest(format!("{0}{chained}{0}", self.0.secret))),
            "hmac-sha256" => hex_upper(&hmac(&self.0.secret, &chained)),
            _ => return Some(Taobao::error(40, "isv.missing-parameter")),
        };
        if text(form, "app_key") != self.0.key
            || sign != text(form, "sign")
            || form.values().any(String::is_empty)
        {
            return Some(Taobao::error(25, "isv.invalid-signature"));
        }
        if (second(text(form, "timestamp")) - now()).abs() > 600 {
            return Some(Taobao::error(31, "isv.invalid-timestamp"));
        }
        if !books.admits(text(form, "session"), &self.0.session) {
            return Some(self.expired());
        }
        None
    }

    fn changed_trades(&self, books: &StandinState, form: &Form) -> (Value, Effect) {
        let (from, to, size, no) = (
            second(text(form, "start_modified")),
            second(text(form, "end_modified")),
            number(form, "page_size"),
            number(form, "page_no"),
        );
        if to < from
            || to - from > 86_400
            || !(1..=100).contains(&size)
            || no < 1
            || text(form, "fields").is_empty()
        {
            return Taobao::error(41, "isv.invalid-parameter");
        }
        let found = between(self, books, from, to);
        let rows = page(&found, (no - 1) as usize, size as usize);
        (
            json!({
                "trades_sold_increment_get_response": {
                    "total_results": found.len(), "trades": { "trade": rows }, "request_id": "r2",
                },
            }),
            Effect::Paged,
        )
    }

    fn whole_trade(books: &StandinState, form: &Form) -> (Value, Effect) {
        match books.orders.get(text(form, "tid")) {
            Some(order) => {
                (json!({ "trade_fullinfo_get_response": { "trade": order } }), Effect::Other)
            }
            None => Taobao::error(15, "isv.trade-not-exist"),
        }
    }

    fn send(books: &mut StandinState, form: &Form) -> (Value, Effect) {
        let Some(order) = books.orders.get_mut(text(form, "tid")) else {
            return Taobao::error(15, "isv.trade-not-exist");
        };
        let sub: Vec<&str> =
            text(form, "sub_tid").split(',').filter(|oid| !oid.is_empty()).collect();
        let part = text(form, "is_split") == "1";
        let mut sent = 0;
        for line in order["orders"]["order"].as_array_mut().into_iter().flatten() {
            if line["status"] == "WAIT_SELLER_SEND_GOODS"
                && (!part || sub.contains(&said(&line["oid"]).as_str()))
            {
                line["status"] = json!("WAIT_BUYER_CONFIRM_GOODS");
                line["invoice_no"] = json!(text(form, "out_sid"));
                sent += 1;
            }
        }
        if sent == 0 {
            return Taobao::error(15, "isv.logistics-offline-service-error:B04");
        }
        let open = order["orders"]["order"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|line| line["status"] == "WAIT_SELLER_SEND_GOODS");
        order["status"] =
            json!(if open { "SELLER_CONSIGNED_PART" } else { "WAIT_BUYER_CONFIRM_GOODS" });
        order["modified"] = json!(clock(now()));
        books.shipped.push(json!({
            "order": text(form, "tid"), "waybill": text(form, "out_sid"), "lines": sub,
            "carrier": text(form, "company_code"),
        }));
        (
            json!({ "logistics_offline_send_response": { "shipping": { "is_success": true } } }),
            Effect::Shipped,
        )
    }

    fn resend(books: &mut StandinState, form: &Form) -> (Value, Effect) {
        let Some(order) = books.orders.get_mut(text(form, "tid")) else {
            return Taobao::error(15, "isv.trade-not-exist");
        };
        for line in order["orders"]["order"]
            .as_array_mut()
            .into_iter()
            .flatten()
            .filter(|line| line["invoice_no"].is_string())
        {
            line["invoice_no"] = json!(text(form, "out_sid"));
        }
        order["modified"] = json!(clock(now()));
        books.renumber(text(form, "tid"), None, text(form, "out_sid"));
        (
            json!({ "logistics_consign_resend_response": { "shipping": { "is_success": true } } }),
            Effect::Shipped,
        )
    }

    fn set_count(books: &mut StandinState, form: &Form) -> (Value, Effect) {
        let Ok(quantity) = text(form, "quantity").parse::<i64>() else {
            return Taobao::error(41, "isv.invalid-parameter:quantity");
        };
        let item = text(form, "num_iid");
        if text(form, "type") != "1" || item.is_empty() {
            return Taobao::error(40, "isv.missing-parameter:num_iid");
        }
        books.set_stock(&format!("{item}:{}", text(form, "sku_id")), quantity);
        (
            json!({ "item_quantity_update_response": { "item": { "num_iid": item } } }),
            Effect::Pushed,
        )
    }

    fn counts(books: &StandinState, form: &Form) -> (Value, Effect) {
        let item = text(form, "num_iid");
        let rows = books.counts_of(item);
        (
            json!({
                "item_seller_get_response": {
                    "item": { "num_iid": item, "num": 0, "skus": { "sku": rows } },
                },
            }),
            Effect::Other,
        )
    }
}

impl Rules for Taobao {
    fn id(&self, order: &Value) -> String {
        said(&order["tid"])
    }
    fn modified(&self, order: &Value) -> i64 {
        second(&said(&order["modified"]))
    }
    fn touch(&self, order: &mut Value, at: i64) {
        order["modified"] = json!(clock(at));
    }
    fn throttled(&self) -> (Value, Effect) {
        let ban = json!({
            "code": 7, "msg": "App Call Limited",
            "sub_code": "accesscontrol.limited-by-api-access-count",
            "sub_msg": "This ban will last 1 more seconds",
        });
        (json!({ "error_response": ban }), Effect::Other)
    }
    fn expired(&self) -> (Value, Effect) {
        Taobao::error(27, "isv.invalid-session")
    }
    fn answer(&self, books: &mut StandinState, ask: &Call<'_>) -> (Value, Effect) {
        let form = parts(&String::from_utf8_lossy(ask.body));
        if ask.path == "/token" {
            return oauth(books, &self.0, &form, ("client_id", "client_secret"), true);
        }
        if let Some(refused) = self.refusal(books, &form) {
            return refused;
        }
        match text(&form, "method") {
            "taobao.trades.sold.increment.get" => self.changed_trades(books, &form),
            "taobao.trade.fullinfo.get" => Taobao::whole_trade(books, &form),
            "taobao.logistics.offline.send" => Taobao::send(books, &form),
            "taobao.logistics.consign.resend" => Taobao::resend(books, &form),
            "taobao.item.quantity.update" => Taobao::set_count(books, &form),
            "taobao.item.seller.get" => Taobao::counts(books, &form),
            _ => Taobao::error(22, "isv.invalid-method"),
        }
    }
}

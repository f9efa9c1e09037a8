//! Stand-in of Pinduoduo: flat signed JSON, a stream of numbers in stretches of half an hour, each
//! order by itself.

use super::app::{App, chain, clock, hex_upper, now, number, said, second};
use super::platform::{Call, Effect, Rules, StandinState, between, number_of, page};
use md5::{Digest, Md5};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// With the app that may call it.
pub struct Pdd(pub App);

type Params = BTreeMap<String, String>;

/// A parameter; empty where it is missing.
fn text<'a>(params: &'a Params, key: &str) -> &'a str {
    params.get(key).map(String::as_str).unwrap_or_default()
}

impl Pdd {
    /// A paid order of lines (item's code, units, yuan a unit); `modified` is in Unix seconds.
    pub fn order(sn: &str, modified: i64, lines: &[(&str, i64, f64)]) -> Value {
        let items: Vec<Value> = lines
            .iter()
            .map(|(sku, num, price)| {
                json!({
                    "goods_id": 1, "sku_id": number_of(sku), "outer_id": sku, "goods_name": "商品",
                    "goods_spec": "大", "goods_count": num, "goods_price": price,
                })
            })
            .collect();
        json!({
            "order_sn": sn, "order_status": 1, "refund_status": 1, "confirm_status": 1,
            "risk_control_status": 0, "group_status": 1, "created_time": clock(modified - 60),
            "confirm_time": clock(modified - 50), "pay_time": clock(modified - 30),
            "updated_at": clock(modified), "pay_amount": 12.34, "province": "浙江省",
            "city": "杭州市", "town": "西湖区", "receiver_name": "~AgAAAA~", "receiver_phone": "",
            "contact_mobile": "$BgAA$", "receiver_address": "~AgBB~",
            "open_address_id": format!("oa-{sn}"), "tracking_number": "", "item_list": items,
            "gift_list": null,
        })
    }

    fn error(code: i64) -> (Value, Effect) {
        (
            json!({
                "error_response": {
                    "error_code": code, "error_msg": "refused", "sub_msg": "refused",
                    "request_id": "r1",
                },
            }),
            Effect::Other,
        )
    }

    /// What is wrong with how a call is signed, with its clock or its session; `None`: nothing.
    fn refusal(&self, books: &StandinState, params: &Params) -> Option<(Value, Effect)> {
        if text(params, "client_id") != self.0.key
            || text(params, "sign")
                != hex_upper(&Md5::digest(format!("{0}{1}{0}", self.0.secret, chain(params))))
            || (number(params, "timestamp") - now()).abs() > 600
        {
            return Some(Pdd::error(20004));
        }
        if !books.admits(text(params, "access_token"), &self.0.session)
            && text(params, "type") != "pdd.pop.auth.token.refresh"
        {
            return Some(Pdd::error(10019));
        }
        None
    }

    fn changed_numbers(&self, books: &StandinState, params: &Params) -> (Value, Effect) {
        let (from, to, no, size) = (
            number(params, "start_updated_at"),
            number(params, "end_updated_at"),
            number(params, "page"),
            number(params, "page_size"),
        );
        if to < from
            || to - from > 1800
            || no < 1
            || !(1..=100).contains(&size)
            || text(params, "is_lucky_flag").is_empty()
            || text(params, "order_status").is_empty()
        {
            return Pdd::error(10001);
        }
        let found = between(self, books, from, to);
        let rows: Vec<Value> = page(&found, (no - 1) as usize, size as usize)
            .iter()
            .map(|order| json!({ "order_sn": order["order_sn"] }))
            .collect();
        (
            json!({
                "order_sn_increment_get_response": {
                    "total_count": found.len(), "has_next": false, "order_sn_list": rows,
                },
            }),
            Effect::Paged,
        )
    }

    fn order_by_number(books: &StandinState, params: &Params) -> (Value, Effect) {
        match books.orders.get(text(params, "order_sn")) {
            Some(order) => {
                (json!({ "order_info_get_response": { "order_info": order } }), Effect::Other)
            }
            None => Pdd::error(50_100),
        }
    }

    fn send(books: &mut StandinState, params: &Params) -> (Value, Effect) {
        let (sn, waybill) = (text(params, "order_sn"), text(params, "tracking_number"));
        let carrier = text(params, "logistics_id");
        let Some(order) = books.orders.get_mut(sn) else { return Pdd::error(50_100) };
        let first = text(params, "redelivery_type") == "1";
        // Carriers are numbers.
        if carrier.parse::<u32>().is_err() {
            return Pdd::error(50_102);
        }
        if first != (order["order_status"] == 1) {
            return Pdd::error(50_101);
        }
        order["order_status"] = json!(2);
        order["tracking_number"] = json!(waybill);
        order["updated_at"] = json!(clock(now()));
        if first {
            books.shipped.push(json!({ "order": sn, "waybill": waybill, "carrier": carrier }));
        } else {
            books.renumber(sn, None, waybill);
        }
        (json!({ "logistics_online_send_response": { "is_success": true } }), Effect::Shipped)
    }

    fn set_count(books: &mut StandinState, params: &Params) -> (Value, Effect) {
        let quantity = number(params, "quantity");
        if quantity < 0 || text(params, "update_type") != "1" {
            return Pdd::error(10001);
        }
        let key = format!("{}:{}", text(params, "goods_id"), text(params, "sku_id"));
        books.set_stock(&key, quantity);
        (json!({ "goods_quantity_update_response": { "is_success": true } }), Effect::Pushed)
    }

    fn counts(books: &StandinState, params: &Params) -> (Value, Effect) {
        let goods = text(params, "goods_id");
        let rows = books.counts_of(goods);
        (
            json!({ "goods_detail_get_response": { "goods_id": goods, "sku_list": rows } }),
            Effect::Other,
        )
    }

    fn refresh(books: &mut StandinState, params: &Params) -> (Value, Effect) {
        if !books.refreshes(text(params, "refresh_token")) {
            return Pdd::error(10019);
        }
        (json!({ "pop_auth_token_refresh_response": books.renew(true) }), Effect::Renewed)
    }
}

impl Rules for Pdd {
    fn id(&self, order: &Value) -> String {
        said(&order["order_sn"])
    }
    fn modified(&self, order: &Value) -> i64 {
        second(&said(&order["updated_at"]))
    }
    fn touch(&self, order: &mut Value, at: i64) {
        order["updated_at"] = json!(clock(at));
    }
    fn throttled(&self) -> (Value, Effect) {
        Pdd::error(70031)
    }
    fn expired(&self) -> (Value, Effect) {
        Pdd::error(10019)
    }
    fn answer(&self, books: &mut StandinState, ask: &Call<'_>) -> (Value, Effect) {
        let sent: Value = serde_json::from_slice(ask.body).unwrap_or_default();
        let params: Params = sent
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.clone(), said(value)))
            .collect();
        if let Some(refused) = self.refusal(books, &params) {
            return refused;
        }
        match text(&params, "type") {
            "pdd.order.number.list.increment.get" => self.changed_numbers(books, &params),
            "pdd.order.information.get" => Pdd::order_by_number(books, &params),
            "pdd.logistics.online.send" => Pdd::send(books, &params),
            "pdd.goods.quantity.update" => Pdd::set_count(books, &params),
            "pdd.goods.detail.get" => Pdd::counts(books, &params),
            "pdd.pop.auth.token.refresh" => Pdd::refresh(books, &params),
            _ => Pdd::error(10000),
        }
    }
}

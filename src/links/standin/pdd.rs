//! Stand-in of Pinduoduo: flat signed JSON, a stream of numbers in stretches of half an hour, each
//! order by itself.

use super::app::{App, chain, clock, hex_upper, now, number, said, second};
use super::platform::{Call, Effect, Rules, StandinState, between, number_of, page};
use md5::{Digest, Md5};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// With the app that may call it.
pub struct Pdd(pub App);

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
        let params: BTreeMap<String, String> = sent
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.clone(), said(value)))
            .collect();
        let get = |key: &str| params.get(key).cloned().unwrap_or_default();
        if get("client_id") != self.0.key
            || get("sign")
                != hex_upper(&Md5::digest(format!("{0}{1}{0}", self.0.secret, chain(&params))))
            || (number(&params, "timestamp") - now()).abs() > 600
        {
            return Pdd::error(20004);
        }
        if !books.admits(&get("access_token"), &self.0.session)
            && get("type") != "pdd.pop.auth.token.refresh"
        {
            return Pdd::error(10019);
        }
        match get("type").as_str() {
            "pdd.order.number.list.increment.get" => {
                let (from, to, no, size) = (
                    number(&params, "start_updated_at"),
                    number(&params, "end_updated_at"),
                    number(&params, "page"),
                    number(&params, "page_size"),
                );
                if to < from
                    || to - from > 1800
                    || no < 1
                    || !(1..=100).contains(&size)
                    || get("is_lucky_flag").is_empty()
                    || get("order_status").is_empty()
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
            "pdd.order.information.get" => match books.orders.get(&get("order_sn")) {
                Some(order) => {
                    (json!({ "order_info_get_response": { "order_info": order } }), Effect::Other)
                }
                None => Pdd::error(50_100),
            },
            "pdd.logistics.online.send" => {
                let Some(order) = books.orders.get_mut(&get("order_sn")) else {
                    return Pdd::error(50_100);
                };
                let first = get("redelivery_type") == "1";
                // Carriers are numbers.
                if get("logistics_id").parse::<u32>().is_err() {
                    return Pdd::error(50_102);
                }
                if first != (order["order_status"] == 1) {
                    return Pdd::error(50_101);
                }
                order["order_status"] = json!(2);
                order["tracking_number"] = json!(get("tracking_number"));
                order["updated_at"] = json!(clock(now()));
                if first {
                    books.shipped.push(json!({
                        "order": get("order_sn"), "waybill": get("tracking_number"),
                        "carrier": get("logistics_id"),
                    }));
                } else {
                    books.renumber(&get("order_sn"), None, &get("tracking_number"));
                }
                (
                    json!({ "logistics_online_send_response": { "is_success": true } }),
                    Effect::Shipped,
                )
            }
            "pdd.goods.quantity.update" => {
                if number(&params, "quantity") < 0 || get("update_type") != "1" {
                    return Pdd::error(10001);
                }
                books.set_stock(
                    &format!("{}:{}", get("goods_id"), get("sku_id")),
                    number(&params, "quantity"),
                );
                (
                    json!({ "goods_quantity_update_response": { "is_success": true } }),
                    Effect::Pushed,
                )
            }
            "pdd.goods.detail.get" => {
                let mine = format!("{}:", get("goods_id"));
                let rows: Vec<Value> = books
                    .stock
                    .iter()
                    .filter_map(|(key, n)| {
                        Some(json!({
                            "sku_id": key.strip_prefix(&mine)?.parse::<i64>().ok()?, "quantity": n,
                        }))
                    })
                    .collect();
                (
                    json!({
                        "goods_detail_get_response": {
                            "goods_id": get("goods_id"), "sku_list": rows,
                        },
                    }),
                    Effect::Other,
                )
            }
            "pdd.pop.auth.token.refresh" => {
                if !books.refreshes(&get("refresh_token")) {
                    return Pdd::error(10019);
                }
                (json!({ "pop_auth_token_refresh_response": books.renew(true) }), Effect::Renewed)
            }
            _ => Pdd::error(10000),
        }
    }
}

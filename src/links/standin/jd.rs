//! Stand-in of JD: the business part as JSON inside a signed form; behind a hundred pages there is
//! nothing.

use super::app::{App, chain, clock, hex_upper, now, oauth, said, second};
use super::platform::{Call, Effect, Rules, StandinState, between, number_of, page, parts};
use md5::{Digest, Md5};
use serde_json::{Value, json};

/// With the app that may call it.
pub struct Jd(pub App);

impl Jd {
    /// A paid order of lines (item's code, units, yuan a unit); `modified` is in Unix seconds.
    pub fn order(id: u64, modified: i64, lines: &[(&str, i64, &str)]) -> Value {
        let items: Vec<Value> = lines
            .iter()
            .map(|(sku, num, price)| {
                json!({
                    "skuId": number_of(sku), "outerSkuId": sku, "skuName": "商品",
                    "itemTotal": num.to_string(), "jdPrice": price,
                })
            })
            .collect();
        json!({
            "orderId": id, "orderState": "WAIT_SELLER_STOCK_OUT", "payType": "4-在线支付",
            "orderTotalPrice": "12.34", "orderPayment": "12.34",
            "orderStartTime": clock(modified - 60), "paymentConfirmTime": clock(modified - 30),
            "modified": clock(modified), "waybill": "", "itemInfoList": items, "newThing": {},
            "consigneeInfo": {
                "fullname": "林*", "fullAddress": "AAS/示范", "mobile": "136*******5",
                "province": "浙江", "city": "杭州市", "county": "西湖区",
            },
        })
    }

    fn error(code: &str) -> (Value, Effect) {
        (
            json!({ "error_response": { "code": code, "zh_desc": "拒绝", "en_desc": "refused" } }),
            Effect::Other,
        )
    }

    fn changed_orders(&self, books: &StandinState, business: &Value) -> (Value, Effect) {
        let part = |key: &str| said(&business[key]);
        let (from, to) = (second(&part("start_date")), second(&part("end_date")));
        let (no, size): (i64, i64) =
            (part("page").parse().unwrap_or(0), part("page_size").parse().unwrap_or(0));
        if to < from
            || to - from > 31 * 86_400
            || no < 1
            || !(1..=100).contains(&size)
            || business["order_state"].is_null()
            || business["optional_fields"].is_null()
        {
            return Jd::error("41");
        }
        let found = between(self, books, from, to);
        let rows = if no > 100 { vec![] } else { page(&found, (no - 1) as usize, size as usize) };
        (
            json!({
                "jingdong_pop_order_enSearch_responce": {
                    "code": "0",
                    "searchorderinfo_result": { "orderTotal": found.len(), "orderInfoList": rows },
                },
            }),
            Effect::Paged,
        )
    }

    fn order_by_id(books: &StandinState, business: &Value) -> (Value, Effect) {
        let info = books.orders.get(&said(&business["order_id"]));
        (
            json!({
                "jingdong_pop_order_enGet_responce": {
                    "code": "0", "orderDetailInfo": { "orderInfo": info },
                },
            }),
            Effect::Other,
        )
    }

    fn ship(books: &mut StandinState, business: &Value) -> (Value, Effect) {
        let part = |key: &str| said(&business[key]);
        let (id, waybill, carrier) = (part("orderId"), part("logiNo"), part("logiCoprId"));
        let result = match books.orders.get_mut(&id) {
            // Carriers are numbers.
            Some(order)
                if order["orderState"] == "WAIT_SELLER_STOCK_OUT"
                    && carrier.parse::<u32>().is_ok() =>
            {
                order["orderState"] = json!("WAIT_GOODS_RECEIVE_CONFIRM");
                order["waybill"] = json!(waybill);
                order["modified"] = json!(clock(now()));
                books.shipped.push(json!({ "order": id, "waybill": waybill, "carrier": carrier }));
                json!({ "success": true })
            }
            _ => json!({ "success": false, "chineseErrCode": "订单状态不是等待出库" }),
        };
        (
            json!({
                "jingdong_pop_order_shipment_responce": {
                    "code": "0", "sopjosshipment_result": result,
                },
            }),
            Effect::Shipped,
        )
    }

    fn set_count(books: &mut StandinState, business: &Value) -> (Value, Effect) {
        let Some(quantity) = business["stockNum"].as_i64() else { return Jd::error("41") };
        books.set_stock(&said(&business["skuId"]), quantity);
        (json!({ "jingdong_stock_write_updateSkuStock_responce": { "code": "0" } }), Effect::Pushed)
    }

    fn count(books: &StandinState, business: &Value) -> (Value, Effect) {
        let sku = said(&business["skuId"]);
        let rows: Vec<Value> = books
            .stock
            .get(&sku)
            .map(|n| json!({ "skuId": sku, "stockNum": n }))
            .into_iter()
            .collect();
        (
            json!({
                "jingdong_stock_read_findSkuStock_responce": { "code": "0", "skuStocks": rows },
            }),
            Effect::Other,
        )
    }
}

impl Rules for Jd {
    fn id(&self, order: &Value) -> String {
        said(&order["orderId"])
    }
    fn modified(&self, order: &Value) -> i64 {
        second(&said(&order["modified"]))
    }
    fn touch(&self, order: &mut Value, at: i64) {
        order["modified"] = json!(clock(at));
    }
    fn throttled(&self) -> (Value, Effect) {
        Jd::error("2")
    }
    fn expired(&self) -> (Value, Effect) {
        Jd::error("19")
    }
    fn answer(&self, books: &mut StandinState, ask: &Call<'_>) -> (Value, Effect) {
        let form = parts(&String::from_utf8_lossy(ask.body));
        let get = |key: &str| form.get(key).map(String::as_str).unwrap_or_default();
        if ask.path == "/oauth2/refresh_token" {
            return oauth(books, &self.0, &form, ("app_key", "app_secret"), false);
        }
        if get("app_key") != self.0.key
            || get("sign")
                != hex_upper(&Md5::digest(format!("{0}{1}{0}", self.0.secret, chain(&form))))
        {
            return Jd::error("12");
        }
        if (second(get("timestamp")) - now()).abs() > 360 {
            return Jd::error("8");
        }
        if !books.admits(get("access_token"), &self.0.session) {
            return Jd::error("19");
        }
        let business: Value = serde_json::from_str(get("360buy_param_json")).unwrap_or_default();
        match get("method") {
            "jingdong.pop.order.enSearch" => self.changed_orders(books, &business),
            "jingdong.pop.order.enGet" => Jd::order_by_id(books, &business),
            "jingdong.pop.order.shipment" => Jd::ship(books, &business),
            "jingdong.stock.write.updateSkuStock" => Jd::set_count(books, &business),
            "jingdong.stock.read.findSkuStock" => Jd::count(books, &business),
            _ => Jd::error("14"),
        }
    }
}

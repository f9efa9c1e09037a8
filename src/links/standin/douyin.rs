//! Stand-in of Douyin: JSON in its canonical form inside a signed frame, pages from nought, repeats
//! known by their number.

use super::app::{App, hmac, now, number, said};
use super::platform::{Call, Effect, Rules, StandinState, between, number_of, page};
use serde_json::{Value, json};

/// With the app that may call it.
pub struct Douyin(pub App);

impl Douyin {
    /// A paid order of lines (item's code, units, fen a unit); `modified` is in Unix seconds.
    pub fn order(id: u64, modified: i64, lines: &[(&str, i64, i64)]) -> Value {
        let skus: Vec<Value> = lines.iter().enumerate().map(|(n, (sku, num, fen))| {
            json!({
                "order_id": format!("{id}{n}"), "parent_order_id": id.to_string(), "product_id": 77,
                "sku_id": number_of(sku), "code": sku, "product_name": "商品", "item_num": num,
                "origin_amount": fen, "order_status": 2,
                "after_sale_info": { "after_sale_status": 0 },
            })
        }).collect();
        json!({
            "order_id": id.to_string(), "order_status": 2, "main_status": 2,
            "create_time": modified - 60, "pay_time": modified - 30, "update_time": modified,
            "exp_ship_time": modified + 86_400, "order_amount": 1234, "pay_amount": 1234,
            "encrypt_post_receiver": "##abc", "mask_post_receiver": "林*",
            "mask_post_tel": "1******0001",
            "post_addr": {
                "province": { "name": "浙江省", "id": "33" }, "city": { "name": "杭州市" },
                "town": { "name": "西湖区" }, "street": { "name": "示范街道" },
                "encrypt_detail": "##detail",
            },
            "open_address_id": format!("oad-{id}"), "sku_order_list": skus,
            "something_new": { "deep": [null] },
        })
    }

    fn error(code: i64, sub: &str) -> (Value, Effect) {
        (
            json!({
                "code": code, "msg": "refused", "sub_code": sub, "sub_msg": "refused",
                "log_id": "l1",
            }),
            Effect::Other,
        )
    }

    fn good(data: Value, did: Effect) -> (Value, Effect) {
        (json!({ "code": 10_000, "msg": "success", "data": data, "log_id": "l1" }), did)
    }

    /// What is wrong with how a call is signed or with its clock; `None`: nothing.
    fn refusal(&self, ask: &Call<'_>, params: &Value) -> Option<(Value, Effect)> {
        let get = |key: &str| ask.query.get(key).map(String::as_str).unwrap_or_default();
        let body = String::from_utf8_lossy(ask.body);
        let frame = format!(
            "{0}app_key{1}method{2}param_json{body}timestamp{3}v2{0}",
            self.0.secret,
            get("app_key"),
            get("method"),
            get("timestamp")
        );
        let sign: String =
            hmac(&self.0.secret, &frame).iter().map(|b| format!("{b:02x}")).collect();
        // Its keys must come sorted.
        let sorted = params.as_object().is_some_and(|map| map.keys().is_sorted());
        if get("app_key") != self.0.key
            || sign != get("sign")
            || !sorted
            || get("v") != "2"
            || ask.path != format!("/{}", get("method").replace('.', "/"))
        {
            return Some(Douyin::error(40_003, "isv.signature-invalid"));
        }
        ((number(&ask.query, "timestamp") - now()).abs() > 600)
            .then(|| Douyin::error(40_003, "isv.timestamp-invalid"))
    }

    /// By a refresh token, or anew for the shop.
    fn token(books: &mut StandinState, method: &str, params: &Value) -> (Value, Effect) {
        let fits = match method {
            "token.refresh" => books.refreshes(&said(&params["refresh_token"])),
            _ => params["grant_type"] == "authorization_self" && params["shop_id"] == "4242",
        };
        if !fits {
            return Douyin::error(50_002, "isv.refresh-token-no-existed");
        }
        Douyin::good(books.renew(false), Effect::Renewed)
    }

    fn changed_orders(&self, books: &StandinState, params: &Value) -> (Value, Effect) {
        let part = |key: &str| params[key].as_i64().unwrap_or(-1);
        let (no, size) = (part("page"), part("size"));
        if no < 0 || !(1..=100).contains(&size) {
            return Douyin::error(40_004, "isv.parameter-invalid");
        }
        let found = between(self, books, part("update_time_start"), part("update_time_end"));
        Douyin::good(
            json!({
                "page": no, "total": found.len(), "size": size,
                "shop_order_list": page(&found, no as usize, size as usize),
            }),
            Effect::Paged,
        )
    }

    fn order_by_id(books: &StandinState, params: &Value) -> (Value, Effect) {
        let order = books.orders.get(&said(&params["shop_order_id"]));
        Douyin::good(json!({ "shop_order_detail": order }), Effect::Other)
    }

    fn add_pack(books: &mut StandinState, params: &Value) -> (Value, Effect) {
        let (key, order_no) = (&params["request_id"], said(&params["order_id_list"][0]));
        if books.shipped.iter().any(|told| told["key"] == *key) {
            return Douyin::error(40_004, "isv.idempotent-id-existed");
        }
        let Some(order) = books.orders.get_mut(&order_no) else {
            return Douyin::error(50_002, "isv.order-not-found");
        };
        let lines: Vec<String> = params["shipped_order_info"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|line| said(&line["shipped_order_id"]))
            .collect();
        for line in order["sku_order_list"]
            .as_array_mut()
            .into_iter()
            .flatten()
            .filter(|line| lines.contains(&said(&line["order_id"])))
        {
            line["order_status"] = json!(3);
        }
        let open = order["sku_order_list"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|line| line["order_status"] == 2);
        order["order_status"] = json!(if open { 101 } else { 3 });
        order["update_time"] = json!(now());
        books.shipped.push(json!({
            "order": order_no, "waybill": params["logistics_code"], "lines": lines,
            "key": key, "carrier": params["company_code"],
        }));
        Douyin::good(json!({}), Effect::Shipped)
    }

    fn edit_pack(books: &mut StandinState, params: &Value) -> (Value, Effect) {
        let (id, number) = (said(&params["order_id"]), said(&params["logistics_code"]));
        if !books
            .orders
            .get(&id)
            .is_some_and(|order| order["order_status"] == 3 || order["order_status"] == 101)
        {
            return Douyin::error(50_002, "isv.order-status-invalid");
        }
        books.renumber(&id, None, &number);
        Douyin::good(json!({}), Effect::Shipped)
    }

    fn set_count(books: &mut StandinState, params: &Value) -> (Value, Effect) {
        let (Some(quantity), false) =
            (params["stock_num"].as_i64(), params["incremental"] != false)
        else {
            return Douyin::error(40_004, "isv.parameter-invalid");
        };
        let key = format!("{}:{}", said(&params["product_id"]), said(&params["sku_id"]));
        books.set_stock(&key, quantity);
        Douyin::good(json!({}), Effect::Pushed)
    }

    fn count(books: &StandinState, params: &Value) -> (Value, Effect) {
        let mine = format!(":{}", said(&params["sku_id"]));
        let count = books.stock.iter().find(|(key, _)| key.ends_with(&mine)).map(|(_, n)| n);
        Douyin::good(json!({ "stock_num": count }), Effect::Other)
    }
}

impl Rules for Douyin {
    fn id(&self, order: &Value) -> String {
        said(&order["order_id"])
    }
    fn modified(&self, order: &Value) -> i64 {
        order["update_time"].as_i64().unwrap_or(0)
    }
    fn touch(&self, order: &mut Value, at: i64) {
        order["update_time"] = json!(at);
    }
    fn throttled(&self) -> (Value, Effect) {
        Douyin::error(60_000, "isv.traffic-limited")
    }
    fn expired(&self) -> (Value, Effect) {
        Douyin::error(40_003, "isv.access-token-expired")
    }
    fn answer(&self, books: &mut StandinState, ask: &Call<'_>) -> (Value, Effect) {
        let get = |key: &str| ask.query.get(key).map(String::as_str).unwrap_or_default();
        let params: Value = serde_json::from_slice(ask.body).unwrap_or_default();
        if let Some(refused) = self.refusal(ask, &params) {
            return refused;
        }
        let method = get("method");
        if method.starts_with("token.") {
            return Douyin::token(books, method, &params);
        }
        if !books.admits(get("access_token"), &self.0.session) {
            return Douyin::error(40_003, "isv.access-token-invalid");
        }
        match method {
            "order.searchList" => self.changed_orders(books, &params),
            "order.orderDetail" => Douyin::order_by_id(books, &params),
            "order.logisticsAddSinglePack" => Douyin::add_pack(books, &params),
            "order.logisticsEdit" => Douyin::edit_pack(books, &params),
            "sku.syncStock" => Douyin::set_count(books, &params),
            "sku.stockNum" => Douyin::count(books, &params),
            _ => Douyin::error(40_001, "isv.method-invalid"),
        }
    }
}

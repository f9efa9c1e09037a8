//! Stand-ins of Taobao, JD, Pinduoduo and Douyin: each checks its signature and clock, its stretches and pages, and answers in
//! the platform's own form. Written from the platforms' facts; it signs with its own code.

use super::platform::{Ask, Books, Did, Rules, between, number_of, page, parts};
use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::BTreeMap;

/// What the shop's account is there.
#[derive(Clone)]
pub struct App {
    pub key: String,
    pub secret: String,
    pub session: String,
}

fn hex_upper(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02X}")).collect()
}

fn hmac(secret: &str, text: &str) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mut mac| {
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }).unwrap_or_default()
}

/// All but the signature, name and value by name.
fn chain(params: &BTreeMap<String, String>) -> String {
    params.iter().filter(|(key, _)| *key != "sign").fold(String::new(), |text, (key, value)| text + key + value)
}

fn clock(second: i64) -> String {
    let at = jiff::Timestamp::from_second(second).unwrap_or_default();
    jiff::tz::offset(8).to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn second(text: &str) -> i64 {
    let time = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok();
    time.and_then(|time| jiff::tz::offset(8).to_timestamp(time).ok()).map_or(0, |at| at.as_second())
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

fn said(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// An OAuth door: the app, and a refresh token that counts.
pub fn oauth(books: &mut Books, app: &App, form: &BTreeMap<String, String>, (key, secret): (&str, &str), keeps_refresh: bool) -> (Value, Did) {
    let get = |key: &str| form.get(key).map(String::as_str).unwrap_or_default();
    if get("grant_type") != "refresh_token" || get(key) != app.key || get(secret) != app.secret || !books.refreshes(get("refresh_token")) {
        return (json!({ "error": "invalid_grant", "error_description": format!("refused {}", get("refresh_token")) }), Did::Refused(400));
    }
    (books.renew(keeps_refresh), Did::Renewed)
}

fn number(params: &BTreeMap<String, String>, key: &str) -> i64 {
    params.get(key).and_then(|text| text.parse().ok()).unwrap_or(-1)
}

/// Each platform with the app that may call it.
pub struct Taobao(pub App);
pub struct Jd(pub App);
pub struct Pdd(pub App);
pub struct Douyin(pub App);

impl Taobao {
    /// A trade of lines (item's code, units, yuan).
    pub fn trade(tid: u64, modified: i64, lines: &[(&str, i64, &str)]) -> Value {
        let orders: Vec<Value> = lines.iter().enumerate().map(|(n, (sku, num, price))| {
            json!({ "oid": tid * 10 + n as u64, "num_iid": 55, "sku_id": number_of(sku).to_string(), "outer_sku_id": sku, "outer_iid": "ALL", "title": "商品", "num": num, "price": price, "status": "WAIT_SELLER_SEND_GOODS", "refund_status": "NO_REFUND", "new_field": null })
        }).collect();
        json!({
            "tid": tid, "status": "WAIT_SELLER_SEND_GOODS", "type": "fixed", "created": clock(modified - 60), "pay_time": clock(modified - 30), "modified": clock(modified), "payment": "12.34",
            "receiver_name": "林*", "receiver_state": "浙江省", "receiver_city": "杭州市", "receiver_district": "西湖区", "receiver_address": "示范路*号", "receiver_mobile": "*******0001",
            "oaid": format!("oaid-{tid}"), "orders": { "order": orders }, "unheard_of": [1, 2],
        })
    }

    fn error(code: i64, sub: &str) -> (Value, Did) {
        (json!({ "error_response": { "code": code, "msg": "refused", "sub_code": sub, "sub_msg": sub, "request_id": "r1" } }), Did::Other)
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
    fn throttled(&self) -> (Value, Did) {
        let ban = json!({ "code": 7, "msg": "App Call Limited", "sub_code": "accesscontrol.limited-by-api-access-count", "sub_msg": "This ban will last 1 more seconds" });
        (json!({ "error_response": ban }), Did::Other)
    }
    fn expired(&self) -> (Value, Did) {
        Taobao::error(27, "isv.invalid-session")
    }
    fn answer(&self, books: &mut Books, ask: &Ask<'_>) -> (Value, Did) {
        let form = parts(&String::from_utf8_lossy(ask.body));
        let get = |key: &str| form.get(key).cloned().unwrap_or_default();
        if ask.path == "/token" {
            return oauth(books, &self.0, &form, ("client_id", "client_secret"), true);
        }
        let text = chain(&form);
        let sign = match get("sign_method").as_str() {
            "md5" => hex_upper(&Md5::digest(format!("{0}{text}{0}", self.0.secret))),
            "hmac-sha256" => hex_upper(&hmac(&self.0.secret, &text)),
            _ => return Taobao::error(40, "isv.missing-parameter"),
        };
        if get("app_key") != self.0.key || sign != get("sign") || form.values().any(String::is_empty) {
            return Taobao::error(25, "isv.invalid-signature");
        }
        if (second(&get("timestamp")) - now()).abs() > 600 {
            return Taobao::error(31, "isv.invalid-timestamp");
        }
        if !books.admits(&get("session"), &self.0.session) {
            return Taobao::error(27, "isv.invalid-session");
        }
        match get("method").as_str() {
            "taobao.trades.sold.increment.get" => {
                let (from, to, size, no) = (second(&get("start_modified")), second(&get("end_modified")), number(&form, "page_size"), number(&form, "page_no"));
                if to < from || to - from > 86_400 || !(1..=100).contains(&size) || no < 1 || get("fields").is_empty() {
                    return Taobao::error(41, "isv.invalid-parameter");
                }
                let found = between(self, books, from, to);
                let rows = page(&found, (no - 1) as usize, size as usize);
                (json!({ "trades_sold_increment_get_response": { "total_results": found.len(), "trades": { "trade": rows }, "request_id": "r2" } }), Did::Paged)
            }
            "taobao.trade.fullinfo.get" => match books.orders.get(&get("tid")) {
                Some(order) => (json!({ "trade_fullinfo_get_response": { "trade": order } }), Did::Other),
                None => Taobao::error(15, "isv.trade-not-exist"),
            },
            "taobao.logistics.offline.send" => {
                let Some(order) = books.orders.get_mut(&get("tid")) else { return Taobao::error(15, "isv.trade-not-exist") };
                let sub: Vec<String> = get("sub_tid").split(',').filter(|oid| !oid.is_empty()).map(str::to_owned).collect();
                let part = get("is_split") == "1";
                let mut sent = 0;
                for line in order["orders"]["order"].as_array_mut().into_iter().flatten() {
                    if line["status"] == "WAIT_SELLER_SEND_GOODS" && (!part || sub.contains(&said(&line["oid"]))) {
                        line["status"] = json!("WAIT_BUYER_CONFIRM_GOODS");
                        line["invoice_no"] = json!(get("out_sid"));
                        sent += 1;
                    }
                }
                if sent == 0 {
                    return Taobao::error(15, "isv.logistics-offline-service-error:B04");
                }
                let open = order["orders"]["order"].as_array().into_iter().flatten().any(|line| line["status"] == "WAIT_SELLER_SEND_GOODS");
                order["status"] = json!(if open { "SELLER_CONSIGNED_PART" } else { "WAIT_BUYER_CONFIRM_GOODS" });
                order["modified"] = json!(clock(now()));
                books.shipped.push(json!({ "order": get("tid"), "waybill": get("out_sid"), "lines": sub, "carrier": get("company_code") }));
                (json!({ "logistics_offline_send_response": { "shipping": { "is_success": true } } }), Did::Shipped)
            }
            "taobao.logistics.consign.resend" => {
                let Some(order) = books.orders.get_mut(&get("tid")) else { return Taobao::error(15, "isv.trade-not-exist") };
                for line in order["orders"]["order"].as_array_mut().into_iter().flatten().filter(|line| line["invoice_no"].is_string()) {
                    line["invoice_no"] = json!(get("out_sid"));
                }
                order["modified"] = json!(clock(now()));
                books.renumber(&get("tid"), None, &get("out_sid"));
                (json!({ "logistics_consign_resend_response": { "shipping": { "is_success": true } } }), Did::Shipped)
            }
            "taobao.item.quantity.update" => {
                let Ok(quantity) = get("quantity").parse::<i64>() else { return Taobao::error(41, "isv.invalid-parameter:quantity") };
                if get("type") != "1" || get("num_iid").is_empty() {
                    return Taobao::error(40, "isv.missing-parameter:num_iid");
                }
                books.set_stock(&format!("{}:{}", get("num_iid"), get("sku_id")), quantity);
                (json!({ "item_quantity_update_response": { "item": { "num_iid": get("num_iid") } } }), Did::Pushed)
            }
            "taobao.item.seller.get" => {
                let (mine, skus) = (format!("{}:", get("num_iid")), &books.stock);
                let rows: Vec<Value> = skus.iter().filter_map(|(key, n)| Some(json!({ "sku_id": key.strip_prefix(&mine)?.parse::<i64>().ok()?, "quantity": n }))).collect();
                (json!({ "item_seller_get_response": { "item": { "num_iid": get("num_iid"), "num": 0, "skus": { "sku": rows } } } }), Did::Other)
            }
            _ => Taobao::error(22, "isv.invalid-method"),
        }
    }
}

impl Jd {
    pub fn order(id: u64, modified: i64, lines: &[(&str, i64, &str)]) -> Value {
        let items: Vec<Value> = lines.iter().map(|(sku, num, price)| json!({ "skuId": number_of(sku), "outerSkuId": sku, "skuName": "商品", "itemTotal": num.to_string(), "jdPrice": price })).collect();
        json!({
            "orderId": id, "orderState": "WAIT_SELLER_STOCK_OUT", "payType": "4-在线支付", "orderTotalPrice": "12.34", "orderPayment": "12.34", "orderStartTime": clock(modified - 60),
            "paymentConfirmTime": clock(modified - 30), "modified": clock(modified), "waybill": "", "itemInfoList": items, "newThing": {},
            "consigneeInfo": { "fullname": "林*", "fullAddress": "AAS/示范", "mobile": "136*******5", "province": "浙江", "city": "杭州市", "county": "西湖区" },
        })
    }

    fn error(code: &str) -> (Value, Did) {
        (json!({ "error_response": { "code": code, "zh_desc": "拒绝", "en_desc": "refused" } }), Did::Other)
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
    fn throttled(&self) -> (Value, Did) {
        Jd::error("2")
    }
    fn expired(&self) -> (Value, Did) {
        Jd::error("19")
    }
    fn answer(&self, books: &mut Books, ask: &Ask<'_>) -> (Value, Did) {
        let form = parts(&String::from_utf8_lossy(ask.body));
        let get = |key: &str| form.get(key).cloned().unwrap_or_default();
        if ask.path == "/oauth2/refresh_token" {
            return oauth(books, &self.0, &form, ("app_key", "app_secret"), false);
        }
        if get("app_key") != self.0.key || get("sign") != hex_upper(&Md5::digest(format!("{0}{1}{0}", self.0.secret, chain(&form)))) {
            return Jd::error("12");
        }
        if (second(&get("timestamp")) - now()).abs() > 360 {
            return Jd::error("8");
        }
        if !books.admits(&get("access_token"), &self.0.session) {
            return Jd::error("19");
        }
        let business: Value = serde_json::from_str(&get("360buy_param_json")).unwrap_or_default();
        let part = |key: &str| said(&business[key]);
        match get("method").as_str() {
            "jingdong.pop.order.enSearch" => {
                let (from, to) = (second(&part("start_date")), second(&part("end_date")));
                let (no, size): (i64, i64) = (part("page").parse().unwrap_or(0), part("page_size").parse().unwrap_or(0));
                if to < from || to - from > 31 * 86_400 || no < 1 || !(1..=100).contains(&size) || business["order_state"].is_null() || business["optional_fields"].is_null() {
                    return Jd::error("41");
                }
                let found = between(self, books, from, to);
                let rows = if no > 100 { vec![] } else { page(&found, (no - 1) as usize, size as usize) };
                (json!({ "jingdong_pop_order_enSearch_responce": { "code": "0", "searchorderinfo_result": { "orderTotal": found.len(), "orderInfoList": rows } } }), Did::Paged)
            }
            "jingdong.pop.order.enGet" => {
                let info = books.orders.get(&part("order_id")).cloned().unwrap_or_default();
                (json!({ "jingdong_pop_order_enGet_responce": { "code": "0", "orderDetailInfo": { "orderInfo": info } } }), Did::Other)
            }
            "jingdong.pop.order.shipment" => {
                let result = match books.orders.get_mut(&part("orderId")) {
                    Some(order) if order["orderState"] == "WAIT_SELLER_STOCK_OUT" => {
                        order["orderState"] = json!("WAIT_GOODS_RECEIVE_CONFIRM");
                        order["waybill"] = json!(part("logiNo"));
                        order["modified"] = json!(clock(now()));
                        books.shipped.push(json!({ "order": part("orderId"), "waybill": part("logiNo"), "carrier": part("logiCoprId") }));
                        json!({ "success": true })
                    }
                    _ => json!({ "success": false, "chineseErrCode": "订单状态不是等待出库" }),
                };
                (json!({ "jingdong_pop_order_shipment_responce": { "code": "0", "sopjosshipment_result": result } }), Did::Shipped)
            }
            "jingdong.stock.write.updateSkuStock" => {
                let Some(quantity) = business["stockNum"].as_i64() else { return Jd::error("41") };
                books.set_stock(&part("skuId"), quantity);
                (json!({ "jingdong_stock_write_updateSkuStock_responce": { "code": "0" } }), Did::Pushed)
            }
            "jingdong.stock.read.findSkuStock" => {
                let rows: Vec<Value> = books.stock.get(&part("skuId")).map(|n| json!({ "skuId": part("skuId"), "stockNum": n })).into_iter().collect();
                (json!({ "jingdong_stock_read_findSkuStock_responce": { "code": "0", "skuStocks": rows } }), Did::Other)
            }
            _ => Jd::error("14"),
        }
    }
}

impl Pdd {
    pub fn order(sn: &str, modified: i64, lines: &[(&str, i64, f64)]) -> Value {
        let items: Vec<Value> = lines.iter().map(|(sku, num, price)| json!({ "goods_id": 1, "sku_id": number_of(sku), "outer_id": sku, "goods_name": "商品", "goods_spec": "大", "goods_count": num, "goods_price": price })).collect();
        json!({
            "order_sn": sn, "order_status": 1, "refund_status": 1, "confirm_status": 1, "risk_control_status": 0, "group_status": 1, "created_time": clock(modified - 60),
            "confirm_time": clock(modified - 50), "pay_time": clock(modified - 30), "updated_at": clock(modified), "pay_amount": 12.34, "province": "浙江省", "city": "杭州市", "town": "西湖区",
            "receiver_name": "~AgAAAA~", "receiver_phone": "", "contact_mobile": "$BgAA$", "receiver_address": "~AgBB~", "open_address_id": format!("oa-{sn}"), "tracking_number": "", "item_list": items, "gift_list": null,
        })
    }

    fn error(code: i64) -> (Value, Did) {
        (json!({ "error_response": { "error_code": code, "error_msg": "refused", "sub_msg": "refused", "request_id": "r1" } }), Did::Other)
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
    fn throttled(&self) -> (Value, Did) {
        Pdd::error(70031)
    }
    fn expired(&self) -> (Value, Did) {
        Pdd::error(10019)
    }
    fn answer(&self, books: &mut Books, ask: &Ask<'_>) -> (Value, Did) {
        let sent: Value = serde_json::from_slice(ask.body).unwrap_or_default();
        let params: BTreeMap<String, String> = sent.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), said(value))).collect();
        let get = |key: &str| params.get(key).cloned().unwrap_or_default();
        if get("client_id") != self.0.key || get("sign") != hex_upper(&Md5::digest(format!("{0}{1}{0}", self.0.secret, chain(&params)))) || (number(&params, "timestamp") - now()).abs() > 600 {
            return Pdd::error(20004);
        }
        if !books.admits(&get("access_token"), &self.0.session) && get("type") != "pdd.pop.auth.token.refresh" {
            return Pdd::error(10019);
        }
        match get("type").as_str() {
            "pdd.order.number.list.increment.get" => {
                let (from, to, no, size) = (number(&params, "start_updated_at"), number(&params, "end_updated_at"), number(&params, "page"), number(&params, "page_size"));
                if to < from || to - from > 1800 || no < 1 || !(1..=100).contains(&size) || get("is_lucky_flag").is_empty() || get("order_status").is_empty() {
                    return Pdd::error(10001);
                }
                let found = between(self, books, from, to);
                let rows: Vec<Value> = page(&found, (no - 1) as usize, size as usize).iter().map(|order| json!({ "order_sn": order["order_sn"] })).collect();
                (json!({ "order_sn_increment_get_response": { "total_count": found.len(), "has_next": false, "order_sn_list": rows } }), Did::Paged)
            }
            "pdd.order.information.get" => match books.orders.get(&get("order_sn")) {
                Some(order) => (json!({ "order_info_get_response": { "order_info": order } }), Did::Other),
                None => Pdd::error(50_100),
            },
            "pdd.logistics.online.send" => {
                let Some(order) = books.orders.get_mut(&get("order_sn")) else { return Pdd::error(50_100) };
                let first = get("redelivery_type") == "1";
                if first != (order["order_status"] == 1) {
                    return Pdd::error(50_101);
                }
                order["order_status"] = json!(2);
                order["tracking_number"] = json!(get("tracking_number"));
                order["updated_at"] = json!(clock(now()));
                if first {
                    books.shipped.push(json!({ "order": get("order_sn"), "waybill": get("tracking_number"), "carrier": get("logistics_id") }));
                } else {
                    books.renumber(&get("order_sn"), None, &get("tracking_number"));
                }
                (json!({ "logistics_online_send_response": { "is_success": true } }), Did::Shipped)
            }
            "pdd.goods.quantity.update" => {
                if number(&params, "quantity") < 0 || get("update_type") != "1" {
                    return Pdd::error(10001);
                }
                books.set_stock(&format!("{}:{}", get("goods_id"), get("sku_id")), number(&params, "quantity"));
                (json!({ "goods_quantity_update_response": { "is_success": true } }), Did::Pushed)
            }
            "pdd.goods.detail.get" => {
                let mine = format!("{}:", get("goods_id"));
                let rows: Vec<Value> = books.stock.iter().filter_map(|(key, n)| Some(json!({ "sku_id": key.strip_prefix(&mine)?.parse::<i64>().ok()?, "quantity": n }))).collect();
                (json!({ "goods_detail_get_response": { "goods_id": get("goods_id"), "sku_list": rows } }), Did::Other)
            }
            "pdd.pop.auth.token.refresh" => {
                if !books.refreshes(&get("refresh_token")) {
                    return Pdd::error(10019);
                }
                (json!({ "pop_auth_token_refresh_response": books.renew(true) }), Did::Renewed)
            }
            _ => Pdd::error(10000),
        }
    }
}

impl Douyin {
    pub fn order(id: u64, modified: i64, lines: &[(&str, i64, i64)]) -> Value {
        let skus: Vec<Value> = lines.iter().enumerate().map(|(n, (sku, num, fen))| {
            json!({ "order_id": format!("{id}{n}"), "parent_order_id": id.to_string(), "product_id": 77, "sku_id": number_of(sku), "code": sku, "product_name": "商品", "item_num": num, "origin_amount": fen, "order_status": 2, "after_sale_info": { "after_sale_status": 0 } })
        }).collect();
        json!({
            "order_id": id.to_string(), "order_status": 2, "main_status": 2, "create_time": modified - 60, "pay_time": modified - 30, "update_time": modified, "exp_ship_time": modified + 86_400,
            "order_amount": 1234, "pay_amount": 1234, "encrypt_post_receiver": "##abc", "mask_post_receiver": "林*", "mask_post_tel": "1******0001",
            "post_addr": { "province": { "name": "浙江省", "id": "33" }, "city": { "name": "杭州市" }, "town": { "name": "西湖区" }, "street": { "name": "示范街道" }, "encrypt_detail": "##detail" },
            "open_address_id": format!("oad-{id}"), "sku_order_list": skus, "something_new": { "deep": [null] },
        })
    }

    fn error(code: i64, sub: &str) -> (Value, Did) {
        (json!({ "code": code, "msg": "refused", "sub_code": sub, "sub_msg": "refused", "log_id": "l1" }), Did::Other)
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
    fn throttled(&self) -> (Value, Did) {
        Douyin::error(60_000, "isv.traffic-limited")
    }
    fn expired(&self) -> (Value, Did) {
        Douyin::error(40_003, "isv.access-token-expired")
    }
    fn answer(&self, books: &mut Books, ask: &Ask<'_>) -> (Value, Did) {
        let get = |key: &str| ask.query.get(key).cloned().unwrap_or_default();
        let body = String::from_utf8_lossy(ask.body);
        let frame = format!("{0}app_key{1}method{2}param_json{body}timestamp{3}v2{0}", self.0.secret, get("app_key"), get("method"), get("timestamp"));
        let sign: String = hmac(&self.0.secret, &frame).iter().map(|b| format!("{b:02x}")).collect();
        let params: Value = serde_json::from_slice(ask.body).unwrap_or_default();
        // Its keys must come sorted.
        let sorted = params.as_object().is_some_and(|map| map.keys().is_sorted());
        if get("app_key") != self.0.key || sign != get("sign") || !sorted || get("v") != "2" || ask.path != format!("/{}", get("method").replace('.', "/")) {
            return Douyin::error(40_003, "isv.signature-invalid");
        }
        if (number(&ask.query, "timestamp") - now()).abs() > 600 {
            return Douyin::error(40_003, "isv.timestamp-invalid");
        }
        if get("method").starts_with("token.") {
            let fits = match get("method").as_str() {
                "token.refresh" => books.refreshes(&said(&params["refresh_token"])),
                _ => params["grant_type"] == "authorization_self" && params["shop_id"] == "4242",
            };
            if !fits {
                return Douyin::error(50_002, "isv.refresh-token-no-existed");
            }
            return (json!({ "code": 10_000, "msg": "success", "data": books.renew(false), "log_id": "l1" }), Did::Renewed);
        }
        if !books.admits(&get("access_token"), &self.0.session) {
            return Douyin::error(40_003, "isv.access-token-invalid");
        }
        let good = |data: Value| json!({ "code": 10_000, "msg": "success", "data": data, "log_id": "l1" });
        match get("method").as_str() {
            "order.searchList" => {
                let part = |key: &str| params[key].as_i64().unwrap_or(-1);
                let (no, size) = (part("page"), part("size"));
                if no < 0 || !(1..=100).contains(&size) {
                    return Douyin::error(40_004, "isv.parameter-invalid");
                }
                let found = between(self, books, part("update_time_start"), part("update_time_end"));
                (good(json!({ "page": no, "total": found.len(), "size": size, "shop_order_list": page(&found, no as usize, size as usize) })), Did::Paged)
            }
            "order.orderDetail" => (good(json!({ "shop_order_detail": books.orders.get(&said(&params["shop_order_id"])) })), Did::Other),
            "order.logisticsAddSinglePack" => {
                let (key, order_no) = (params["request_id"].clone(), said(&params["order_id_list"][0]));
                if books.shipped.iter().any(|told| told["key"] == key) {
                    return Douyin::error(40_004, "isv.idempotent-id-existed");
                }
                let Some(order) = books.orders.get_mut(&order_no) else { return Douyin::error(50_002, "isv.order-not-found") };
                let lines: Vec<String> = params["shipped_order_info"].as_array().into_iter().flatten().map(|line| said(&line["shipped_order_id"])).collect();
                for line in order["sku_order_list"].as_array_mut().into_iter().flatten().filter(|line| lines.contains(&said(&line["order_id"]))) {
                    line["order_status"] = json!(3);
                }
                let open = order["sku_order_list"].as_array().into_iter().flatten().any(|line| line["order_status"] == 2);
                order["order_status"] = json!(if open { 101 } else { 3 });
                order["update_time"] = json!(now());
                books.shipped.push(json!({ "order": order_no, "waybill": params["logistics_code"], "lines": lines, "key": key, "carrier": params["company_code"] }));
                (good(json!({})), Did::Shipped)
            }
            "order.logisticsEdit" => {
                let (id, number) = (said(&params["order_id"]), said(&params["logistics_code"]));
                if !books.orders.get(&id).is_some_and(|order| order["order_status"] == 3 || order["order_status"] == 101) {
                    return Douyin::error(50_002, "isv.order-status-invalid");
                }
                books.renumber(&id, None, &number);
                (good(json!({})), Did::Shipped)
            }
            "sku.syncStock" => {
                let (Some(quantity), false) = (params["stock_num"].as_i64(), params["incremental"] != false) else { return Douyin::error(40_004, "isv.parameter-invalid") };
                books.set_stock(&format!("{}:{}", said(&params["product_id"]), said(&params["sku_id"])), quantity);
                (good(json!({})), Did::Pushed)
            }
            "sku.stockNum" => {
                let mine = format!(":{}", said(&params["sku_id"]));
                (good(json!({ "stock_num": books.stock.iter().find(|(key, _)| key.ends_with(&mine)).map(|(_, n)| n) })), Did::Other)
            }
            _ => Douyin::error(40_001, "isv.method-invalid"),
        }
    }
}

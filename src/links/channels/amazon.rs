//! Amazon (Selling Partner API): orders of the version 2026-01-01, or with the option `api=v0` of
//! the version before, whose items are read order by order; shipments are confirmed by v0. A page's
//! token goes with the same query, so both stand in the cursor.
//!
//! The secret's file: the client's secret, an empty line, the refresh token, which goes on;
//! `--key-id` is the client's id. Rates are low and kept here: `searchOrders` gives one call in
//! three minutes after the first twenty. Without the role for personal data orders come without
//! receivers, and their shipments are held; v0 gives them to a token that is asked for page by
//! page. What is unchecked: that a `packageReferenceId` sent again replaces. Options: `marketplace`
//! and `seller` (needed), `api`, `page_size`, `lag_s`, `lookback_s`, `token_url`, `product_type`,
//! `carriers` (their codes; others go as `Other` with their name).

use super::http;
use super::loose_json::{self, array, first_text, minor_units, text, whole_units};
use super::normalize::order_or_unreadable;
use super::oauth;
use super::rate_limit::{Call, Rate};
use super::sign::escape;
use super::{
    Account, Answer, Channel, ChannelError, Class, Client, Kind, PullPage, StockLevel, Tokens,
    Unreadable,
};
use crate::domain::order::{OrderStatus, Receiver, ShopLine, ShopOrder};
use crate::limits;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// Amazon's Selling Partner API: kept to its published usage plans, one search in three minutes in
/// the long run; a call an item for counts, no calls to us.
pub const KIND: Kind = Kind {
    // One search in three minutes is what it allows in the long run.
    every_s: limits::AMAZON_EVERY_S,
    rates: &[
        (Call::Pull, Rate::new(0.0056, 20.0)),
        (Call::Read, Rate::new(0.5, 30.0)),
        (Call::Dispatch, Rate::new(2.0, 10.0)),
        (Call::Push, Rate::new(5.0, 5.0)),
    ],
    ..Kind::platform("amazon", |account, client| Box::new(Amazon { account, client }))
};

/// One seller on one marketplace; the option `api` says which version of the orders API is read.
pub struct Amazon {
    pub account: Account,
    pub client: Client,
}

/// A place in the stream: from when, until when, and the platform's token for the next page.
struct Place {
    from: String,
    until: String,
    token: String,
}

impl Amazon {
    fn old(&self) -> bool {
        self.account.option("api") == Some("v0")
    }

    fn needed(&self, name: &str) -> Result<&str, ChannelError> {
        self.account.option(name).ok_or_else(|| {
            ChannelError::new(Class::NotPermitted, format!("the option {name} is missing"))
        })
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, ChannelError> {
        self.call_as(&self.account.session, method, path, body).await
    }

    /// A token that v0 shows addresses to, for one path; without the right to it the account's own,
    /// which sees none.
    async fn restricted(&self, path: &str) -> Result<String, ChannelError> {
        let told = json!({
            "restrictedResources": [
                { "method": "GET", "path": path, "dataElements": ["buyerInfo", "shippingAddress"] },
            ],
        });
        match self.call(Method::POST, "/tokens/2021-03-01/restrictedDataToken", Some(&told)).await {
            Ok(answer) => Ok(Some(text(&answer["restrictedDataToken"]))
                .filter(|token| !token.is_empty())
                .unwrap_or_else(|| self.account.session.clone())),
            Err(error) if matches!(error.class, Class::NotPermitted | Class::Rejected) => {
                Ok(self.account.session.clone())
            }
            Err(error) => Err(error),
        }
    }

    async fn call_as(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, ChannelError> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.account.url.trim_end_matches('/')))
            .header("x-amz-access-token", token)
            .header("x-amz-date", jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string())
            .header(
                "User-Agent",
                concat!("Wavedeck/", env!("CARGO_PKG_VERSION"), " (Language=Rust)"),
            );
        if let Some(body) = body {
            request = request.json(body);
        }
        let answered = http::send(request).await?;
        let code = text(&answered.body["errors"][0]["code"]);
        let expired = answered.status == 403 && code == "Unauthorized";
        let said = |body: &Value| {
            let error = &body["errors"][0];
            format!("{} {}", text(&error["code"]), text(&error["message"]))
        };
        let waits = |class: &Class| match class {
            Class::Throttled { wait_s } => *wait_s != http::DEFAULT_WAIT_S,
            _ => false,
        };
        answered.ok(said).map_err(|error| match code.as_str() {
            // How long, if it does not say.
            "QuotaExceeded" if !waits(&error.class) => {
                ChannelError { class: Class::Throttled { wait_s: 60.0 }, ..error }
            }
            // A token that is none or has ended is refused like this too.
            _ if expired => ChannelError { class: Class::SessionExpired, ..error },
            // A restricted token is known here alone.
            _ => ChannelError { message: error.message.replace(token, "***"), ..error },
        })
    }

    fn place(&self, since: Option<&str>, cursor: &str) -> Result<Place, ChannelError> {
        let at = |second: i64| jiff::Timestamp::from_second(second).unwrap_or_default().to_string();
        if cursor.is_empty() {
            let now = jiff::Timestamp::now().as_second();
            let from = since.map_or_else(
                || at(now - self.account.number("lookback_s", 30 * 86_400)),
                str::to_owned,
            );
            // The last two minutes are not complete yet.
            return Ok(Place {
                from,
                until: at(now - self.account.number("lag_s", 130)),
                token: String::new(),
            });
        }
        match cursor.splitn(3, '|').collect::<Vec<_>>()[..] {
            [from, until, token] => {
                Ok(Place { from: from.into(), until: until.into(), token: token.into() })
            }
            _ => Err(ChannelError::new(
                Class::BadCursor,
                format!("{cursor:?} is no place to go on from"),
            )),
        }
    }

    /// A page and the token of the next.
    async fn page(
        &self,
        place: &Place,
        size: i64,
    ) -> Result<(Vec<Result<ShopOrder, Unreadable>>, String), ChannelError> {
        let (from, until, market) =
            (escape(&place.from), escape(&place.until), escape(self.needed("marketplace")?));
        let token = |name: &str| {
            if place.token.is_empty() {
                String::new()
            } else {
                format!("&{name}={}", escape(&place.token))
            }
        };
        if !self.old() {
            let path = format!(
                "/orders/2026-01-01/orders?marketplaceIds={market}\
                 &lastUpdatedAfter={from}&lastUpdatedBefore={until}&fulfilledBy=MERCHANT\
                 &includedData=RECIPIENT,PROCEEDS,FULFILLMENT&maxResultsPerPage={size}{}",
                token("paginationToken")
            );
            let mut answer = self.call(Method::GET, &path, None).await?;
            let Value::Array(rows) = loose_json::take_path(&mut answer, &["orders"]) else {
                return Err(ChannelError::new(Class::Transient, "the page has no orders"));
            };
            return Ok((
                rows.into_iter().map(order).collect(),
                text(&answer["pagination"]["nextToken"]),
            ));
        }
        let path = format!(
            "/orders/v0/orders?MarketplaceIds={market}&LastUpdatedAfter={from}\
             &LastUpdatedBefore={until}&FulfillmentChannels=MFN&MaxResultsPerPage={size}{}",
            token("NextToken")
        );
        let mut answer = self
            .call_as(&self.restricted("/orders/v0/orders").await?, Method::GET, &path, None)
            .await?;
        let Value::Array(rows) = loose_json::take_path(&mut answer, &["payload", "Orders"]) else {
            return Err(ChannelError::new(Class::Transient, "the page has no Orders"));
        };
        let mut orders = Vec::new();
        for row in rows {
            orders.push(self.with_items(row).await?);
        }
        Ok((orders, text(&answer["payload"]["NextToken"])))
    }

    /// An order of v0 with its items, which may come in pages.
    async fn with_items(
        &self,
        mut order: Value,
    ) -> Result<Result<ShopOrder, Unreadable>, ChannelError> {
        let id = text(&order["AmazonOrderId"]);
        let (mut items, mut token) = (Vec::new(), String::new());
        loop {
            let next = if token.is_empty() {
                String::new()
            } else {
                format!("?NextToken={}", escape(&token))
            };
            let path = format!("/orders/v0/orders/{}/orderItems{next}", escape(&id));
            let mut answer =
                http::retry_throttled(|| Box::pin(self.call(Method::GET, &path, None))).await?;
            let before = items.len();
            if let Value::Array(rows) =
                loose_json::take_path(&mut answer, &["payload", "OrderItems"])
            {
                items.extend(rows);
            }
            token = text(&answer["payload"]["NextToken"]);
            if token.is_empty() || items.len() > limits::ORDER_LINES {
                break;
            }
            if items.len() == before {
                return Err(ChannelError::new(
                    Class::Transient,
                    "a page of items is empty, and others follow it",
                ));
            }
        }
        if let Some(fields) = order.as_object_mut() {
            fields.insert("OrderItems".into(), Value::from(items));
        }
        Ok(order_v0(order))
    }

    fn thing(&self, code: &str) -> Result<String, ChannelError> {
        Ok(format!(
            "/listings/2021-08-01/items/{}/{}?marketplaceIds={}",
            escape(self.needed("seller")?),
            escape(code),
            escape(self.needed("marketplace")?)
        ))
    }
}

impl Channel for Amazon {
    fn pull<'a>(
        &'a self,
        since: Option<&'a str>,
        cursor: &'a str,
        limit: i64,
    ) -> Answer<'a, PullPage> {
        Box::pin(async move {
            let place = self.place(since, cursor)?;
            if place.from >= place.until {
                return Ok(PullPage {
                    orders: Vec::new(),
                    next_cursor: None,
                    server_time: place.until,
                });
            }
            let (orders, token) = self
                .page(
                    &place,
                    self.account
                        .number("page_size", if self.old() { 20 } else { limit })
                        .clamp(1, 100),
                )
                .await?;
            let next_cursor =
                (!token.is_empty()).then(|| format!("{}|{}|{token}", place.from, place.until));
            Ok(PullPage { orders, next_cursor, server_time: place.until })
        })
    }

    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(async move {
            if self.old() {
                let path = format!("/orders/v0/orders/{}", escape(order_no));
                let mut answer =
                    self.call_as(&self.restricted(&path).await?, Method::GET, &path, None).await?;
                return super::one(
                    self.with_items(loose_json::take_path(&mut answer, &["payload"])).await?,
                );
            }
            let mut answer = self
                .call(
                    Method::GET,
                    &format!(
                        "/orders/2026-01-01/orders/{}?includedData=RECIPIENT,PROCEEDS,FULFILLMENT",
                        escape(order_no)
                    ),
                    None,
                )
                .await?;
            super::one(order(loose_json::take_path(&mut answer, &["order"])))
        })
    }

    /// The package's number there is made of the parcel's: a repeat is the same package.
    fn dispatch<'a>(&'a self, key: Uuid, body: &'a Value) -> Answer<'a, ()> {
        Box::pin(async move {
            let carrier = text(&body["carrier"]);
            let known = self.account.carrier(&carrier);
            let items: Vec<Value> = array(&body["lines"])
                .iter()
                .map(|line| {
                    json!({
                        "orderItemId": text(&line["line_no"]), "quantity": line["qty"],
                    })
                })
                .collect();
            // A parcel that gets another number is the same package there.
            let parcel =
                text(&body["parcel"]).parse::<u128>().unwrap_or(key.as_u128()) % 1_000_000_000 + 1;
            let mut package = json!({
                "packageReferenceId": parcel.to_string(), "carrierCode": known,
                "trackingNumber": text(&body["waybill"]),
                "shipDate": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
                "orderItems": items,
            });
            if known == carrier {
                package["carrierCode"] = json!("Other");
                package["carrierName"] = json!(carrier);
            }
            let told =
                json!({ "marketplaceId": self.needed("marketplace")?, "packageDetail": package });
            self.call(
                Method::POST,
                &format!(
                    "/orders/v0/orders/{}/shipmentConfirmation",
                    escape(&text(&body["order_no"]))
                ),
                Some(&told),
            )
            .await
            .map(drop)
        })
    }

    fn push<'a>(
        &'a self,
        _: Uuid,
        levels: &'a [StockLevel],
    ) -> Answer<'a, Vec<Result<(), ChannelError>>> {
        Box::pin(super::each(levels, move |level| {
            Box::pin(async move {
                let patch = json!({
                    "op": "replace", "path": "/attributes/fulfillment_availability",
                    "value": [
                        { "fulfillment_channel_code": "DEFAULT", "quantity": level.available },
                    ],
                });
                let told = json!({
                    "productType": self.account.option("product_type").unwrap_or("PRODUCT"),
                    "patches": [patch],
                });
                let answer =
                    self.call(Method::PATCH, &self.thing(level.name())?, Some(&told)).await?;
                if text(&answer["status"]) == "INVALID" {
                    Err(ChannelError::new(
                        Class::Rejected,
                        http::one_line(&text(&answer["issues"][0]["message"])),
                    ))
                } else {
                    Ok(())
                }
            })
        }))
    }

    fn read_stock<'a>(&'a self, levels: &'a [StockLevel]) -> Answer<'a, Vec<Option<i64>>> {
        Box::pin(super::each_shown(levels, move |level| {
            Box::pin(async move {
                let answer = self
                    .call(
                        Method::GET,
                        &format!(
                            "{}&includedData=fulfillmentAvailability",
                            self.thing(level.name())?
                        ),
                        None,
                    )
                    .await?;
                Ok(array(&answer["fulfillmentAvailability"])
                    .iter()
                    .find(|row| row["fulfillmentChannelCode"] == "DEFAULT")
                    .and_then(|row| whole_units(&row["quantity"])))
            })
        }))
    }

    fn refresh<'a>(&'a self) -> Answer<'a, Option<Tokens>> {
        Box::pin(oauth::refresh_tokens(
            &self.client,
            &self.account,
            "https://api.amazon.com/auth/o2/token",
            ("client_id", "client_secret"),
        ))
    }
}

/// Reads one order of 2026-01-01; what is wrong with it is said in a sentence.
pub fn order(value: Value) -> Result<ShopOrder, Unreadable> {
    order_or_unreadable(text(&value["orderId"]), read(&value))
}

/// Reads one of v0 with its items.
pub fn order_v0(value: Value) -> Result<ShopOrder, Unreadable> {
    order_or_unreadable(text(&value["AmazonOrderId"]), read_v0(&value))
}

/// Words of both versions. Pending ones have neither price nor address yet.
fn status(word: &str) -> OrderStatus {
    match word.to_uppercase().replace('_', "").as_str() {
        "CANCELED" | "CANCELLED" | "UNFULFILLABLE" => OrderStatus::Cancelled,
        "UNSHIPPED" | "PARTIALLYSHIPPED" | "SHIPPED" | "INVOICEUNCONFIRMED" => OrderStatus::Paid,
        _ => OrderStatus::Pending,
    }
}

fn time(said: &Value) -> Result<String, String> {
    text(said)
        .parse::<jiff::Timestamp>()
        .map(|at| at.to_string())
        .map_err(|_| format!("{said} is no time"))
}

fn receiver(to: &Value, keys: [&str; 10]) -> Receiver {
    let part = |n: usize| text(&to[keys[n]]);
    let address: Vec<String> =
        [part(1), part(2), part(3)].into_iter().filter(|line| !line.is_empty()).collect();
    Receiver {
        name: part(0),
        phone: part(9),
        country: part(8),
        province: part(6),
        city: part(4),
        district: part(5),
        address: address.join(" "),
        postcode: part(7),
        token: String::new(),
    }
}

fn read(order: &Value) -> Result<ShopOrder, String> {
    let total = &order["proceeds"]["grandTotal"];
    let item_currency = array(&order["orderItems"])
        .iter()
        .map(|item| text(&item["product"]["price"]["unitPrice"]["currencyCode"]))
        .find(|code| !code.is_empty());
    let currency = Some(text(&total["currencyCode"]))
        .filter(|code| !code.is_empty())
        .or(item_currency)
        .unwrap_or_else(|| "USD".into());
    let mut lines = Vec::new();
    for item in array(&order["orderItems"]) {
        let ordered = whole_units(&item["quantityOrdered"])
            .ok_or_else(|| format!("a line has the quantity {}", item["quantityOrdered"]))?;
        lines.push(line(
            text(&item["orderItemId"]),
            first_text(&item["product"], &["sellerSku", "asin"]),
            text(&item["product"]["title"]),
            ordered,
            whole_units(&item["fulfillment"]["quantityFulfilled"]),
            minor_units(&item["product"]["price"]["unitPrice"]["amount"], &currency),
        ));
    }
    Ok(ShopOrder {
        order_no: text(&order["orderId"]),
        status: status(&text(&order["fulfillment"]["fulfillmentStatus"])),
        created_at: time(&order["createdTime"])?,
        updated_at: time(&order["lastUpdatedTime"])?,
        paid_at: None,
        total_minor: minor_units(&total["amount"], &currency)?,
        currency,
        carrier: None,
        ship_by: time(&order["fulfillment"]["shipByWindow"]["latestDateTime"]).ok(),
        receiver: receiver(
            &order["recipient"]["deliveryAddress"],
            [
                "name",
                "addressLine1",
                "addressLine2",
                "addressLine3",
                "city",
                "districtOrCounty",
                "stateOrRegion",
                "postalCode",
                "countryCode",
                "phone",
            ],
        ),
        note: String::new(),
        lines,
        customer: None,
        replaces: None,
        payload: order.clone(),
    })
}

fn read_v0(order: &Value) -> Result<ShopOrder, String> {
    let currency = Some(text(&order["OrderTotal"]["CurrencyCode"]))
        .filter(|code| !code.is_empty())
        .unwrap_or_else(|| "USD".into());
    let mut lines = Vec::new();
    for item in array(&order["OrderItems"]) {
        let ordered = whole_units(&item["QuantityOrdered"])
            .ok_or_else(|| format!("a line has the quantity {}", item["QuantityOrdered"]))?;
        // Its price is the line's.
        let price = minor_units(&item["ItemPrice"]["Amount"], &currency)
            .map(|amount| amount / ordered.max(1));
        lines.push(line(
            text(&item["OrderItemId"]),
            first_text(item, &["SellerSKU", "ASIN"]),
            text(&item["Title"]),
            ordered,
            whole_units(&item["QuantityShipped"]),
            price,
        ));
    }
    Ok(ShopOrder {
        order_no: text(&order["AmazonOrderId"]),
        status: status(&text(&order["OrderStatus"])),
        created_at: time(&order["PurchaseDate"])?,
        updated_at: time(&order["LastUpdateDate"])?,
        paid_at: None,
        total_minor: minor_units(&order["OrderTotal"]["Amount"], &currency)?,
        currency,
        carrier: None,
        ship_by: time(&order["LatestShipDate"]).ok(),
        receiver: receiver(
            &order["ShippingAddress"],
            [
                "Name",
                "AddressLine1",
                "AddressLine2",
                "AddressLine3",
                "City",
                "County",
                "StateOrRegion",
                "PostalCode",
                "CountryCode",
                "Phone",
            ],
        ),
        note: String::new(),
        lines,
        customer: None,
        replaces: None,
        payload: order.clone(),
    })
}

/// A line that was ordered down to nothing is cancelled; one of which all is under way is sent.
fn line(
    line_no: String,
    sku: String,
    title: String,
    ordered: i64,
    sent: Option<i64>,
    price: Result<i64, String>,
) -> ShopLine {
    ShopLine {
        line_no,
        reference: sku.clone(),
        sku,
        title,
        qty: ordered.max(1),
        unit_price_minor: price.unwrap_or(0),
        cancelled: ordered == 0,
        sent: sent.unwrap_or(0),
    }
}

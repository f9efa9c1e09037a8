//! Shops. A channel is one trait; each kind is one file or folder, and one line in [`KINDS`].

pub mod amazon;
pub mod douyin;
pub mod file;
pub mod generic;
pub mod http;
pub mod jd;
mod kind;
pub mod loose_json;
pub mod magento;
mod normalize;
pub mod oauth;
pub mod pdd;
pub mod rate_limit;
mod rate_limited;
mod redact;
pub mod shopify;
pub mod sign;
pub mod taobao;
pub mod time_window;
pub mod woo;

use crate::domain::order::ShopOrder;
pub use kind::{HookCall, Kind, OrdersCome, Signed};
use rate_limit::Buckets;
use serde_json::Value;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use uuid::Uuid;

/// What a call to a shop comes to, boxed, so that one trait object can stand for any kind.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, ChannelError>> + Send + 'a>>;

/// What an account needs to speak to its shop. The secret shows nowhere.
#[derive(Clone, Default)]
pub struct Account {
    /// Our code of the shop: what is counted for it is counted for no other.
    pub shop: String,
    pub url: String,
    pub key_id: String,
    pub secret: String,
    /// The access token of platforms that have one, and the token that gets the next.
    pub session: String,
    pub refresh: String,
    /// What is set differently for this shop: page size, stretch, lag, status words, carrier codes.
    pub options: Value,
}

impl Account {
    /// `secret` as its file has it: the secret on the first line, the access token on the second,
    /// the refresh token on the third.
    pub fn new(url: &str, key_id: &str, secret: &str, options: Value) -> Account {
        let mut lines = secret.lines().map(str::trim);
        let mut line = || lines.next().unwrap_or_default().to_owned();
        Account {
            shop: String::new(),
            url: url.to_owned(),
            key_id: key_id.to_owned(),
            secret: line(),
            session: line(),
            refresh: line(),
            options,
        }
    }

    /// What is set for this shop under a name; `None`: nothing, or no text.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options[name].as_str()
    }

    /// A whole number that is set for this shop, as a number or as text; without one, `otherwise`.
    pub fn number(&self, name: &str, otherwise: i64) -> i64 {
        loose_json::whole_units(&self.options[name]).unwrap_or(otherwise)
    }

    /// What the platform calls a carrier of ours.
    pub fn carrier(&self, code: &str) -> String {
        match loose_json::text(&self.options["carriers"][code]) {
            named if named.is_empty() => code.to_owned(),
            named => named,
        }
    }

    /// The platform's number of a carrier of ours, where it has numbers; `known` are those that its
    /// documents name.
    fn carrier_number(&self, code: &str, known: &[(&str, &str)]) -> Result<String, ChannelError> {
        let said = match self.carrier(code) {
            same if same == code => known
                .iter()
                .find(|(ours, _)| *ours == code)
                .map_or(same, |(_, number)| (*number).to_owned()),
            set => set,
        };
        if !said.is_empty() && said.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(said);
        }
        let said = format!(
            "the platform knows carriers by number, and none is set for {code}: `wavedeck shop set \
             SHOP --option carriers.{code}=NUMBER`"
        );
        Err(ChannelError::new(Class::Rejected, said))
    }
}

/// Why a shop said no, and what that means for trying again.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct ChannelError {
    pub class: Class,
    pub message: String,
}

/// What kind of no it was, and so what follows: a wait, new tokens, another try, or a person's
/// decision.
#[derive(Debug, Clone, PartialEq)]
pub enum Class {
    /// Too fast: again after so many seconds.
    Throttled {
        wait_s: f64,
    },
    SessionExpired,
    BadSignature,
    NotPermitted,
    NotFound,
    /// The effect is there already.
    AlreadyDone,
    /// No answer or half of one: the outcome is unknown.
    Transient,
    /// It will never be taken.
    Rejected,
    /// The place to go on from is none of the shop's: the stretch is read anew.
    BadCursor,
}

impl Class {
    /// Its name, as it is counted and shown.
    pub fn code(&self) -> &'static str {
        match self {
            Class::Throttled { .. } => "throttled",
            Class::SessionExpired => "session_expired",
            Class::BadSignature => "bad_signature",
            Class::NotPermitted => "not_permitted",
            Class::NotFound => "not_found",
            Class::AlreadyDone => "already_done",
            Class::Transient => "transient",
            Class::Rejected => "rejected",
            Class::BadCursor => "bad_cursor",
        }
    }
}

impl ChannelError {
    /// A no of this class, with the sentence that a person reads about it.
    pub fn new(class: Class, message: impl Into<String>) -> ChannelError {
        ChannelError { class, message: message.into() }
    }

    /// Is it about the moment or the account, and not about what was sent?
    pub fn passes(&self) -> bool {
        !matches!(self.class, Class::Rejected | Class::NotFound | Class::AlreadyDone)
    }
}

/// An order that could not be read: one exception, and the rest goes on.
#[derive(Debug, Clone, PartialEq)]
pub struct Unreadable {
    pub order_no: String,
    pub message: String,
}

/// A page of changed orders. `next_cursor` is where the next begins; `None`: all that changed until
/// `server_time` is read.
pub struct PullPage {
    pub orders: Vec<Result<ShopOrder, Unreadable>>,
    pub next_cursor: Option<String>,
    /// The shop's clock, RFC 3339.
    pub server_time: String,
}

/// An item in a shop: the shop's code, what the platform calls it by besides, and how many may be
/// sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockLevel {
    pub code: String,
    pub reference: String,
    pub available: i64,
}

impl StockLevel {
    /// The code in the shop's own spelling, where an order told it.
    fn name(&self) -> &str {
        if self.reference.is_empty() { &self.code } else { &self.reference }
    }

    /// The parts of the reference, as the adapter that read it from an order put them together; the
    /// second may be empty.
    fn parts(&self) -> Result<(&str, &str), ChannelError> {
        let unknown = || {
            ChannelError::new(
                Class::Rejected,
                "the shop's own number of this item is not known yet: it comes with an order, or \
                 by `import mapping`",
            )
        };
        if self.reference.is_empty() {
            Err(unknown())
        } else {
            Ok(self.reference.split_once(':').unwrap_or((&self.reference, "")))
        }
    }
}

/// One call an item, one after the other. What concerns the account or may pass ends it for the
/// rest too.
async fn each<'a, T: Clone>(
    levels: &'a [StockLevel],
    call: impl Fn(&'a StockLevel) -> Answer<'a, T> + Send,
) -> Result<Vec<Result<T, ChannelError>>, ChannelError> {
    let mut answers = Vec::with_capacity(levels.len());
    for level in levels {
        match call(level).await {
            Err(error) if error.passes() && answers.is_empty() => return Err(error),
            Err(error) if error.passes() => {
                answers.resize(levels.len(), Err(error));
                break;
            }
            answer => answers.push(answer),
        }
    }
    Ok(answers)
}

/// What one call an item says of it; what is not known there by any number of ours is not compared,
/// and what may pass ends it.
async fn each_shown<'a>(
    levels: &'a [StockLevel],
    call: impl Fn(&'a StockLevel) -> Answer<'a, Option<i64>> + Send,
) -> Result<Vec<Option<i64>>, ChannelError> {
    let mut shown = Vec::with_capacity(levels.len());
    for answer in each(levels, call).await? {
        shown.push(match answer {
            Ok(shown) => shown,
            // What is there no more is sold by nobody.
            Err(error) if error.class == Class::NotFound => Some(0),
            Err(error) if error.passes() => return Err(error),
            Err(_) => None,
        });
    }
    Ok(shown)
}

/// What a shop gives in place of tokens that end. Not shown, not even by mistake: it has no
/// `Debug`.
pub struct Tokens {
    pub access: String,
    /// Empty where the one that was used goes on.
    pub refresh: String,
    /// Seconds that the access token lives; `None`: not said.
    pub lives_s: Option<i64>,
}

/// The answer about one order; one that cannot be read is refused with its sentence.
fn one(read: Result<ShopOrder, Unreadable>) -> Result<Option<ShopOrder>, ChannelError> {
    read.map(Some).map_err(|bad| ChannelError::new(Class::Rejected, bad.message))
}

/// How a kind of shop is spoken to. Any answer may be lost, so whatever changes something there is
/// safe to send again.
pub trait Channel: Send + Sync {
    /// A page of what changed since an instant; a cursor of an earlier page wins.
    fn pull<'a>(
        &'a self,
        since: Option<&'a str>,
        cursor: &'a str,
        limit: i64,
    ) -> Answer<'a, PullPage>;
    /// One order as it is now; `None` where there is nobody to ask.
    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>>;
    /// Tells the shop what was sent; the same key has one effect.
    fn dispatch<'a>(&'a self, key: Uuid, body: &'a Value) -> Answer<'a, ()>;
    /// Sets what the shop may sell of these items; an answer for each. Sent again it changes
    /// nothing.
    fn push<'a>(
        &'a self,
        key: Uuid,
        levels: &'a [StockLevel],
    ) -> Answer<'a, Vec<Result<(), ChannelError>>>;
    /// What the shop shows of these items now; `None` where it does not say.
    fn read_stock<'a>(&'a self, levels: &'a [StockLevel]) -> Answer<'a, Vec<Option<i64>>>;
    /// New tokens; `None` where the shop has none.
    fn refresh<'a>(&'a self) -> Answer<'a, Option<Tokens>> {
        Box::pin(async { Ok(None) })
    }
}

/// Every kind of shop. A new one is its file and one line here.
pub const KINDS: [&Kind; 11] = [
    &generic::KIND,
    &file::FILE,
    &file::FOLDER,
    &taobao::KIND,
    &jd::KIND,
    &pdd::KIND,
    &amazon::KIND,
    &shopify::KIND,
    &magento::KIND,
    &woo::KIND,
    &douyin::KIND,
];

/// `None`: this program has no adapter for it.
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.into_iter().find(|kind| kind.name == name)
}

/// Where orders of a kind of shop come from; of one that this program has no adapter for, over a
/// wire.
pub fn orders_come(name: &str) -> OrdersCome {
    kind(name).map_or(OrdersCome::OverAWire, |kind| kind.orders_come)
}

/// The adapter of a kind of shop; `None` if this program has none for it.
pub fn open(name: &str, account: Account, client: &Client) -> Option<Box<dyn Channel>> {
    let kind = kind(name)?;
    let inner = (kind.make)(account.clone(), client.clone());
    Some(Box::new(rate_limited::RateLimited::new(kind, account, inner, client.buckets.clone())))
}

/// Scheme, host and port of an address; of what is none, a folder, all of it.
pub fn origin(url: &str) -> String {
    match reqwest::Url::parse(url).map(|url| url.origin()) {
        Ok(origin) if origin.is_tuple() => origin.ascii_serialization(),
        _ => url.to_owned(),
    }
}

/// Is it a URL that a shop could answer at: http or https, with a host?
pub fn is_shop_url(url: &str) -> bool {
    reqwest::Url::parse(url).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
    })
}

/// The connections to all shops of a process, and how fast each may be called.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    buckets: Arc<Buckets>,
}

impl Deref for Client {
    type Target = reqwest::Client;
    fn deref(&self) -> &reqwest::Client {
        &self.http
    }
}

/// One HTTP client for all shops of a process. Answers are bounded by the callers.
pub fn client() -> Result<Client, ChannelError> {
    // Already installed by another client of this process: that is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder()
        .timeout(crate::limits::SHOP_CALL)
        .redirect(reqwest::redirect::Policy::none())
        .build();
    Ok(Client {
        http: http.map_err(|error| ChannelError::new(Class::Transient, error.to_string()))?,
        buckets: Arc::default(),
    })
}

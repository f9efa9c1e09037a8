//! A kind of shop: all that the program knows of it besides how it is spoken to. Each adapter's
//! file has its own, and the table of all of them is [`super::KINDS`].

use super::rate_limit::{Call, Rate};
use super::{Account, Channel, Client};
use crate::limits;
use axum::http::HeaderMap;

/// One row of the table of kinds: jobs, webhooks and commands all read the same facts here.
#[derive(Clone, Copy)]
pub struct Kind {
    /// As accounts name it.
    pub name: &'static str,
    /// Its adapter, for an account.
    pub make: fn(Account, Client) -> Box<dyn Channel>,
    pub orders_come: OrdersCome,
    /// How fast it may be called, where its platform publishes that and it is low enough to matter.
    /// Others only say so when it is too much.
    pub rates: &'static [(Call, Rate)],
    /// Seconds between two questions for orders, where a shop's option does not say.
    pub every_s: f64,
    /// It takes the counts of many items in one call; others take a call an item.
    pub takes_many: bool,
    /// How it signs what it calls us with; `None`: it does not call.
    pub hook: Option<Hook>,
}

/// Where orders of a kind of shop come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrdersCome {
    /// It answers at an address.
    OverAWire,
    /// A folder is watched for files.
    InAFolder,
    /// Somebody imports files.
    InFiles,
}

impl Kind {
    /// What most platforms are like.
    pub const fn platform(
        name: &'static str,
        make: fn(Account, Client) -> Box<dyn Channel>,
    ) -> Kind {
        Kind {
            name,
            make,
            orders_come: OrdersCome::OverAWire,
            rates: &[],
            every_s: limits::PLATFORM_EVERY_S,
            takes_many: false,
            hook: None,
        }
    }
}

/// One call of a shop as it came.
pub struct HookCall {
    /// The shop's code in the path.
    pub shop: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl HookCall {
    /// Empty where it is missing or no text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// What of a call is signed, by HMAC-SHA256 with the account's secret, and the signature that came.
pub struct Signed {
    pub bytes: Vec<u8>,
    pub signature: Vec<u8>,
}

/// Takes a call apart; `None`: it cannot be the shop's. The last argument is now, in seconds of
/// Unix time.
pub type Hook = fn(&Account, &HookCall, i64) -> Option<Signed>;

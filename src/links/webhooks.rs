//! What shops call: a signed word that something changed. It is not believed further than that; it
//! wakes the pull, and the pull finds what there is. `POST /hooks/SHOP`.

use super::channels::{Account, sign};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// One call as it came.
pub struct Call {
    /// The shop's code in the path.
    pub shop: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Call {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookOutcome {
    Woken,
    /// It came before.
    Again,
    /// No shop of ours, or not signed by it.
    Refused,
    /// Not now: the caller tries again.
    Later,
}

/// A word that a shop signed; the same word twice is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature(pub String);

const BODY_BYTES: usize = 1 << 20;
/// A generic shop's clock may be so far off.
const CLOCK_S: i64 = 300;

/// Is this call signed by the shop? Compared in constant time. `None`: it is not, or its channel
/// sends none.
pub fn verify(channel: &str, account: &Account, call: &Call, now: i64) -> Option<Signature> {
    if account.secret.is_empty() {
        return None;
    }
    let signature = match channel {
        "shopify" => BASE64_STANDARD.decode(call.header("X-Shopify-Hmac-Sha256")).ok()?,
        "woo" => BASE64_STANDARD.decode(call.header("X-WC-Webhook-Signature")).ok()?,
        "douyin" => unhex(call.header("event-sign"))?,
        "generic" => unhex(call.header("X-Signature"))?,
        _ => return None,
    };
    let signed = match channel {
        "douyin" => [account.key_id.as_bytes(), &call.body, account.secret.as_bytes()].concat(),
        "generic" => {
            let timestamp: i64 = call.header("X-Timestamp").parse().ok()?;
            if (now - timestamp).abs() > CLOCK_S || call.header("X-Key-Id") != account.key_id {
                return None;
            }
            super::channels::generic::sign(
                &account.secret,
                "POST",
                &format!("/hooks/{}", call.shop),
                timestamp,
                &call.body,
            )
            .0
            .into_bytes()
        }
        _ => call.body.clone(),
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(account.secret.as_bytes()).ok()?;
    mac.update(&signed);
    mac.verify_slice(&signature).ok()?;
    Some(Signature(sign::hex(&signature)))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    (0..32).map(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).ok()).collect()
}

pub type Handler =
    Arc<dyn Fn(Call) -> Pin<Box<dyn Future<Output = WebhookOutcome> + Send>> + Send + Sync>;

/// Binds the door; it answers once `serve` runs.
pub async fn bind(addr: SocketAddr) -> std::io::Result<TcpListener> {
    TcpListener::bind(addr).await
}

/// Hears calls until `stop` turns true.
pub async fn serve(
    listener: TcpListener,
    handler: Handler,
    mut stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let app = axum::Router::new()
        .route("/hooks/{shop}", post(heard))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .with_state(handler);
    axum::serve(listener, app)
        .with_graceful_shutdown(async move { drop(stop.wait_for(|stop| *stop).await) })
        .await
}

async fn heard(
    State(handler): State<Handler>,
    Path(shop): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    match handler(Call { shop, headers, body: body.to_vec() }).await {
        WebhookOutcome::Woken | WebhookOutcome::Again => StatusCode::NO_CONTENT,
        WebhookOutcome::Refused => StatusCode::UNAUTHORIZED,
        WebhookOutcome::Later => StatusCode::SERVICE_UNAVAILABLE,
    }
}

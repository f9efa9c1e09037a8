//! What shops call: a signed word that something changed. It is not believed further than that; it
//! wakes the pull, and the pull finds what there is. `POST /hooks/SHOP`.

use super::channels::{self, Account, HookCall, sign};
use crate::limits;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::serve::Listener;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Sleep;

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

/// Is this call signed by the shop? Compared in constant time. `None`: it is not, or its channel
/// sends none.
pub fn verify(channel: &str, account: &Account, call: &HookCall, now: i64) -> Option<Signature> {
    if account.secret.is_empty() {
        return None;
    }
    let take_apart = channels::kind(channel)?.hook?;
    let signed = take_apart(account, call, now)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(account.secret.as_bytes()).ok()?;
    mac.update(&signed.bytes);
    mac.verify_slice(&signed.signature).ok()?;
    Some(Signature(sign::hex(&signed.signature)))
}

/// What says of each call that came, signed or not, what became of it.
pub type Handler =
    Arc<dyn Fn(HookCall) -> Pin<Box<dyn Future<Output = WebhookOutcome> + Send>> + Send + Sync>;

/// Binds the door; it answers once `serve` runs.
pub async fn bind(addr: SocketAddr) -> std::io::Result<TcpListener> {
    TcpListener::bind(addr).await
}

/// A door that lets so many callers in at a time, and each for so long.
struct Door {
    listener: TcpListener,
    free: Arc<Semaphore>,
}

impl Listener for Door {
    type Io = Caller;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Caller, SocketAddr) {
        // The others wait where the system keeps them. A semaphore that nobody closes gives.
        let place = self.free.clone().acquire_owned().await.ok();
        let (stream, addr) = Listener::accept(&mut self.listener).await;
        let over = Box::pin(tokio::time::sleep(limits::HOOK_CALL));
        (Caller { stream, over, _place: place }, addr)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection that ends when its time is over, whatever it is in the middle of.
struct Caller {
    stream: TcpStream,
    over: Pin<Box<Sleep>>,
    _place: Option<OwnedSemaphorePermit>,
}

impl AsyncRead for Caller {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.over.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Caller {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.over.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
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
    let door = Door { listener, free: Arc::new(Semaphore::new(limits::HOOK_CALLERS)) };
    axum::serve(door, app)
        .with_graceful_shutdown(async move { drop(stop.wait_for(|stop| *stop).await) })
        .await
}

async fn heard(
    State(handler): State<Handler>,
    Path(shop): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    match handler(HookCall { shop, headers, body: body.to_vec() }).await {
        WebhookOutcome::Woken | WebhookOutcome::Again => StatusCode::NO_CONTENT,
        WebhookOutcome::Refused => StatusCode::UNAUTHORIZED,
        WebhookOutcome::Later => StatusCode::SERVICE_UNAVAILABLE,
    }
}

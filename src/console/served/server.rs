//! The end that has the database: a session for each terminal that comes to the socket.

use super::line::{self, Said};
use super::{Hello, VERSION};
use crate::console::app::Settings;
use crate::console::session::{self, Control, Setup};
use crate::domain::strip_control;
use crate::limits;
use crate::protocol::sign_on;
use crate::work::Ctx;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Notify, Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Serves terminals until `stop` turns true; then what was scanned is worked off, and all of them
/// are let go. `exports`: where lists that are taken away go.
pub async fn serve(
    door: UnixListener,
    ctx: Arc<Ctx>,
    exports: PathBuf,
    mut stop: watch::Receiver<bool>,
) {
    let room = Arc::new(Semaphore::new(limits::SERVED_SESSIONS));
    let mut sessions = JoinSet::new();
    loop {
        let came = tokio::select! {
            came = door.accept() => Some(came),
            _ = stop.wait_for(|stop| *stop) => break,
            Some(_) = sessions.join_next() => None,
        };
        let stream = match came {
            Some(Ok((stream, _))) => stream,
            // Out of descriptors, for example: those at work go on.
            Some(Err(error)) => {
                tracing::warn!(%error, "a terminal could not come in");
                tokio::time::sleep(limits::SERVED_PAUSE).await;
                continue;
            }
            None => continue,
        };
        let Ok(place) = room.clone().try_acquire_owned() else {
            tracing::warn!(sessions = limits::SERVED_SESSIONS, "no room for another terminal");
            continue;
        };
        let (ctx, exports, stop) = (ctx.clone(), exports.clone(), stop.clone());
        sessions.spawn(async move {
            if let Err(error) = one(stream, ctx, &exports, stop).await {
                tracing::debug!(%error, "a terminal went away");
            }
            drop(place);
        });
    }
    // Whoever comes now is not kept waiting.
    drop(door);
    while sessions.join_next().await.is_some() {}
}

async fn one(
    stream: UnixStream,
    ctx: Arc<Ctx>,
    exports: &Path,
    stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let (mut from, mut to) = stream.into_split();
    let said = tokio::time::timeout(limits::SERVED_HELLO, line::hear(&mut from)).await??;
    let Said::Hello(json) = said else { return Err(io::ErrorKind::InvalidData.into()) };
    let hello: Hello = serde_json::from_slice(&json)?;
    if hello.version != VERSION {
        let text = format!("wavedeck {} speaks to {VERSION}: sign on again\r\n", hello.version);
        return to.write_all(text.as_bytes()).await;
    }
    let (typed, reader) = tokio::io::duplex(limits::SERVED_BYTES);
    let (tell, control) = mpsc::channel(16);
    let gone = Arc::new(Notify::new());
    let relay = tokio::spawn(relay(from, typed, tell, stop, gone.clone()));
    let (width, height) = hello.size;
    let settings = Settings {
        lang: hello.lang,
        appearance: hello.appearance,
        keymap: hello.keymap,
        terminal: name(&hello.terminal),
        session: Uuid::now_v7(),
        door: sign_on::login_page(&ctx.demo),
        demo: ctx.demo.clone(),
        size: bounded(width, height),
    };
    let framing = hello.framing;
    let exports = exports.to_owned();
    let setup = Setup { ctx, settings, framing, control, record: None, exports };
    let (screen, drawn) = tokio::io::duplex(limits::SERVED_BYTES);
    let shown = tokio::spawn(show(drawn, to, gone));
    let done = session::run(reader, screen, setup).await;
    relay.abort();
    // Its last bytes put the terminal back.
    let _ = shown.await;
    done
}

/// Passes the screen on. A terminal that is gone, or does not read for a long time, is let go: what
/// it said is worked off, and nobody sees it.
async fn show(mut drawn: DuplexStream, mut to: OwnedWriteHalf, gone: Arc<Notify>) {
    let (mut bytes, mut seen) = (vec![0; limits::SERVED_BYTES], true);
    while let Ok(n @ 1..) = drawn.read(&mut bytes).await {
        if seen {
            let shown = tokio::time::timeout(limits::SERVED_WRITE, to.write_all(&bytes[..n])).await;
            seen = matches!(shown, Ok(Ok(())));
            if !seen {
                gone.notify_one();
            }
        }
    }
}

/// What a screen has at most, whatever the terminal says: all of them are drawn here.
fn bounded(width: u16, height: u16) -> (u16, u16) {
    (width.clamp(1, limits::SERVED_WIDTH), height.clamp(1, limits::SERVED_HEIGHT))
}

/// What a terminal calls itself, as it may be written down.
fn name(said: &str) -> String {
    let plain: String = strip_control(said).trim().chars().take(limits::SERVED_NAME).collect();
    if plain.is_empty() { "terminal".to_owned() } else { plain }
}

/// Passes on what the terminal says. When it says nothing more, its bytes end where they end: what
/// it said before is worked off first.
async fn relay(
    mut from: OwnedReadHalf,
    mut typed: DuplexStream,
    tell: mpsc::Sender<Control>,
    mut stop: watch::Receiver<bool>,
    gone: Arc<Notify>,
) {
    loop {
        let said = tokio::select! {
            // What was said before it went is heard first.
            biased;
            said = line::hear(&mut from) => said,
            // What was half heard is not heard again: nothing is read after this.
            () = gone.notified() => break,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let passed = async {
            match said {
                Ok(Said::Typed(bytes)) => typed.write_all(&bytes).await.is_ok(),
                Ok(Said::Resized(width, height)) => {
                    let (width, height) = bounded(width, height);
                    tell.send(Control::Resize(width, height)).await.is_ok()
                }
                Ok(Said::Hello(_)) | Err(_) => false,
            }
        };
        let passed = tokio::select! {
            passed = passed => passed,
            _ = stop.wait_for(|stop| *stop) => false,
        };
        if !passed {
            break;
        }
    }
    drop(typed);
    // The session ends by itself, and this with it: until then nobody hangs up.
    std::future::pending::<()>().await;
    drop(tell);
}

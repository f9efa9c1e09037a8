//! `wavedeck`: the console on this terminal.

use super::open::{self, Opened};
use super::{Done, Fail};
use crate::config::{self, Config};
use crate::console::app::{Appearance, Settings, Theme};
use crate::console::input::Framing;
use crate::console::session::Setup;
use crate::console::tty;
use crate::protocol::{Message, sign_on};
use crate::work::Ctx;
use crate::{jobs, limits};
use std::sync::Arc;
use tokio::sync::watch;
use uuid::Uuid;

pub async fn run(config: &Config) -> Done {
    let opened = open::open(config).await?;
    let alone = opened.hold.is_some();
    let ctx = Arc::new(opened.ctx(
        "console",
        limits::CONSOLE_CONNECTIONS + if alone { limits::WORKER_CONNECTIONS } else { 0 },
    )?);
    let (stop, stopped) = watch::channel(false);
    // On its own private cluster the console carries the background task too.
    let background = alone.then(|| tokio::spawn(jobs::run(ctx.clone(), stopped)));
    let done = open_session(config, ctx.clone()).await;
    finish(opened, ctx, stop, background).await?;
    done
}

/// Stops the background task, closes the pool, lets the cluster go.
pub async fn finish(
    opened: Opened,
    ctx: Arc<Ctx>,
    stop: watch::Sender<bool>,
    background: Option<tokio::task::JoinHandle<()>>,
) -> Done {
    stop.send_replace(true);
    if let Some(background) = background {
        background.await.map_err(Fail::bug)?;
    }
    ctx.db.close().await;
    opened.close().await
}

/// Runs the session on this terminal.
pub async fn open_session(config: &Config, ctx: Arc<Ctx>) -> Done {
    let keymap = super::keymap::configured(config)?;
    let framing = Framing {
        prefix: config.scanner.prefix.clone().into_bytes(),
        suffix: config.scanner.suffix.clone().into_bytes(),
        gs: config.scanner.gs,
    };
    let settings = Settings {
        lang: config.lang(),
        appearance: look(config),
        keymap,
        terminal: config::terminal_name(),
        session: Uuid::now_v7(),
        door: sign_on::login_page(&ctx.demo),
        demo: ctx.demo.clone(),
        size: tty::size(),
    };
    let exports = config::home().map_err(Fail::environment)?.join("exports");
    tty::run(|control| Setup { ctx, settings, framing, control, record: None, exports })
        .await
        .map_err(|e| Fail::environment(Message::key("cli-terminal").with("said", e.to_string())))
}

/// `NO_COLOR` wins over the theme of the file.
fn look(config: &Config) -> Appearance {
    let theme = match config.ui.theme.as_deref() {
        _ if config::no_color() => Theme::Mono,
        Some("mono") => Theme::Mono,
        Some("contrast") => Theme::Contrast,
        _ => Theme::Default,
    };
    Appearance { theme, boxes: config.ui.glyphs.as_deref() == Some("box") }
}

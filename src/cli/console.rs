//! `wavedeck`: the console on this terminal.

use super::open::{self, Opened};
use super::{Done, Fail};
use crate::config::{self, Config};
use crate::console::app::Settings;
use crate::console::input::Scanner;
use crate::console::input::keymap::Keymap;
use crate::console::session::Setup;
use crate::console::tty;
use crate::domain::Lang;
use crate::protocol::sign_on;
use crate::work::Ctx;
use crate::{jobs, limits};
use std::sync::Arc;
use tokio::sync::watch;
use uuid::Uuid;

pub async fn run(config: &Config) -> Done {
    let opened = open::open(config).await?;
    let alone = opened.hold.is_some();
    let ctx = Arc::new(opened.ctx("console", limits::CONSOLE_CONNECTIONS + if alone { limits::WORKER_CONNECTIONS } else { 0 })?);
    let (stop, stopped) = watch::channel(false);
    // On its own private cluster the console carries the background task too.
    let background = alone.then(|| tokio::spawn(jobs::run(ctx.clone(), stopped)));
    let done = session(config, ctx.clone()).await;
    finish(opened, ctx, stop, background).await?;
    done
}

/// Stops the background task, closes the pool, lets the cluster go.
pub async fn finish(opened: Opened, ctx: Arc<Ctx>, stop: watch::Sender<bool>, background: Option<tokio::task::JoinHandle<()>>) -> Done {
    stop.send_replace(true);
    if let Some(background) = background {
        background.await.map_err(|e| Fail::environment(e.to_string()))?;
    }
    ctx.db.close().await;
    opened.close().await
}

/// The language before anyone has signed on.
pub fn lang(config: &Config) -> Done<Lang> {
    match &config.ui.lang {
        Some(lang) => Lang::parse(lang).ok_or_else(|| Fail::usage(format!("{lang}: expected en or zh-CN"))),
        None => Ok(config::system_lang().and_then(|lang| Lang::parse(&lang)).unwrap_or_default()),
    }
}

/// Runs the session on this terminal.
pub async fn session(config: &Config, ctx: Arc<Ctx>) -> Done {
    let keymap = match &config.ui.keymap {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|e| Fail::usage(format!("{}: {e}", path.display())))?;
            Keymap::parse(&text).map_err(|e| Fail::usage(format!("{}: {e}", path.display())))?
        }
        None => Keymap::standard().map_err(Fail::environment)?,
    };
    let scanner = Scanner {
        prefix: config.scanner.prefix.clone().into_bytes(),
        suffix: config.scanner.suffix.clone().into_bytes(),
        gs: config.scanner.gs.and_then(|c| u8::try_from(c).ok()),
    };
    let settings = Settings {
        lang: lang(config)?,
        mono: config::no_color(),
        keymap,
        terminal: config::terminal_name(),
        session: Uuid::now_v7(),
        door: sign_on::door(&ctx.demo),
        demo: ctx.demo.clone(),
        size: tty::size(),
    };
    tty::run(|control| Setup { ctx, settings, scanner, control, record: None }).await.map_err(|e| Fail::environment(format!("the terminal: {e}")))
}

//! `wavedeck`: the console on this terminal.

use super::open::{self, Opened};
use super::{Done, Fail};
use crate::config::{self, Config};
use crate::console::app::{Appearance, Settings, Theme};
use crate::console::input::Framing;
use crate::console::served::{self, Hello};
use crate::console::session::Setup;
use crate::console::tty;
use crate::protocol::{Message, sign_on};
use crate::store::schema::Login;
use crate::work::Ctx;
use crate::{jobs, limits};
use std::path::Path;
use std::sync::Arc;
use tokio::net::UnixStream;
use tokio::sync::watch;
use uuid::Uuid;

/// Runs the console on this terminal until the person leaves; 3 where the terminal cannot be used.
/// On the private cluster it carries the background task too.
pub async fn run(config: &Config) -> Done {
    if let Some(socket) = &config.console.socket {
        return pass(config, socket).await;
    }
    let opened = open::open(config).await?;
    let ctx =
        Arc::new(opened.ctx(config, Login::Session, "console", limits::CONSOLE_CONNECTIONS)?);
    // On its own private cluster the console carries the background task too.
    let background = if opened.hold.is_some() {
        Some(Background::start(&opened, config, "worker")?)
    } else {
        None
    };
    let done = open_session(config, ctx.clone()).await;
    ctx.db.close().await;
    if let Some(background) = background {
        background.stop().await?;
    }
    opened.close().await?;
    done
}

/// Hands this terminal to `wavedeck serve`; nothing of the database is needed here.
async fn pass(config: &Config, socket: &Path) -> Done {
    let nobody = |said: String| {
        let socket = socket.display().to_string();
        Fail::environment(
            Message::key("cli-nobody-serves").with("socket", socket).with("said", said),
        )
    };
    let line = UnixStream::connect(socket).await.map_err(|error| nobody(error.to_string()))?;
    let hello = Hello {
        version: served::VERSION.to_owned(),
        lang: config.lang(),
        appearance: look(config),
        keymap: super::keymap::configured(config)?,
        framing: framing(config),
        terminal: config::terminal_name(),
        size: tty::size(),
    };
    let hello = serde_json::to_vec(&hello).map_err(Fail::bug)?;
    match tty::pass(line, &hello).await.map_err(no_terminal)? {
        true => Ok(()),
        false => Err(nobody("-".to_owned())),
    }
}

fn no_terminal(error: std::io::Error) -> Fail {
    Fail::environment(Message::key("cli-terminal").with("said", error.to_string()))
}

fn framing(config: &Config) -> Framing {
    Framing {
        prefix: config.scanner.prefix.clone().into_bytes(),
        suffix: config.scanner.suffix.clone().into_bytes(),
        gs: config.scanner.gs,
    }
}

/// The background task of this process, with a login of its own.
pub struct Background {
    pub ctx: Arc<Ctx>,
    pub stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Background {
    /// Starts it with so many connections as a worker has; `name` is what the server's lists show.
    pub fn start(opened: &Opened, config: &Config, name: &str) -> Done<Background> {
        let ctx = Arc::new(opened.ctx(config, Login::Worker, name, limits::WORKER_CONNECTIONS)?);
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(jobs::run(ctx.clone(), stopped));
        Ok(Background { ctx, stop, task })
    }

    /// Lets it finish what it is at, then closes its connections.
    pub async fn stop(self) -> Done {
        self.stop.send_replace(true);
        self.task.await.map_err(Fail::bug)?;
        self.ctx.db.close().await;
        Ok(())
    }
}

/// Runs the session on this terminal.
pub async fn open_session(config: &Config, ctx: Arc<Ctx>) -> Done {
    let keymap = super::keymap::configured(config)?;
    let framing = framing(config);
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
        .map_err(no_terminal)
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

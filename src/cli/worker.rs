//! `wavedeck worker`: the background task alone.

use super::console::Background;
use super::{Done, Fail, open};
use crate::config::Config;
use crate::jobs;
use crate::links::webhooks;
use crate::protocol::Message;
use clap::Args;
use std::net::SocketAddr;
use tokio::signal::unix::{SignalKind, signal};

/// Arguments of `wavedeck worker`.
#[derive(Args)]
pub struct Worker {
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

/// Runs the background task until SIGINT, SIGTERM or SIGHUP, and hears shops' calls where
/// `--listen` says so; 3 where nothing can be heard at that address.
pub async fn run(args: Worker, config: &Config) -> Done {
    let door = match args.listen {
        Some(addr) => Some(webhooks::bind(addr).await.map_err(|error| {
            Fail::environment(
                Message::key("cli-listen")
                    .with("addr", addr.to_string())
                    .with("said", error.to_string()),
            )
        })?),
        None => None,
    };
    let opened = open::open(config).await?;
    let background = Background::start(&opened, config, "worker")?;
    if let Some(door) = door {
        tokio::spawn(webhooks::serve(
            door,
            jobs::hooks::webhook_handler(background.ctx.clone()),
            background.stop.subscribe(),
        ));
    }
    until_ended().await?;
    background.stop().await?;
    opened.close().await
}

/// Waits until somebody ends the process: SIGINT, SIGTERM or SIGHUP.
pub async fn until_ended() -> Done {
    let (mut interrupted, mut ended, mut hung_up) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
        signal(SignalKind::hangup())?,
    );
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = ended.recv() => {}
        _ = hung_up.recv() => {}
    }
    Ok(())
}

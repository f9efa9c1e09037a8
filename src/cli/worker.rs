//! `wavedeck worker`: the background task alone.

use super::console::finish;
use super::{Done, open};
use crate::config::Config;
use crate::{jobs, limits};
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

pub async fn run(config: &Config) -> Done {
    let opened = open::open(config).await?;
    let ctx = Arc::new(opened.ctx("worker", limits::WORKER_CONNECTIONS)?);
    let (stop, stopped) = watch::channel(false);
    let background = tokio::spawn(jobs::run(ctx.clone(), stopped));
    let (mut interrupted, mut ended, mut hung_up) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = ended.recv() => {}
        _ = hung_up.recv() => {}
    }
    finish(opened, ctx, stop, Some(background)).await
}

//! `wavedeck serve`: sessions for consoles that have no database of their own.

use super::console::Background;
use super::worker::until_ended;
use super::{Done, Fail, open};
use crate::config::{self, Config};
use crate::console::served;
use crate::limits;
use crate::protocol::Message;
use crate::store::schema::Login;
use clap::Args;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::UnixListener;
use tokio::sync::watch;

/// Arguments of `wavedeck serve`.
#[derive(Args)]
pub struct Serve {
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// Where lists go that people take away.
    #[arg(long, value_name = "FOLDER")]
    exports: Option<PathBuf>,
    #[arg(long, value_name = "NUMBER", default_value_t = limits::SERVED_CONNECTIONS,
        value_parser = clap::value_parser!(u32).range(1..=200))]
    connections: u32,
}

/// Serves consoles at a socket until SIGINT, SIGTERM or SIGHUP; 3 where it cannot be made. On the
/// private cluster it carries the background task too.
pub async fn run(args: Serve, config: &Config) -> Done {
    let home = config::home().map_err(Fail::environment)?;
    let socket = args
        .socket
        .or_else(|| config.console.socket.clone())
        .unwrap_or_else(|| home.join("console.sock"));
    if let Some(folder) = &args.exports {
        fs::read_dir(folder).map_err(|error| Fail::file(folder, &error))?;
    }
    let opened = open::open(config).await?;
    let door = bind(&socket).await.map_err(|error| Fail::file(&socket, &error))?;
    let ctx = Arc::new(opened.ctx(config, Login::Session, "serve", args.connections)?);
    let background = match &opened.hold {
        Some(_) => Some(Background::start(&opened, config, "worker")?),
        None => None,
    };
    let (stop, stopped) = watch::channel(false);
    let exports = args.exports.unwrap_or_else(|| home.join("exports"));
    let mine = fs::symlink_metadata(&socket).map(|meta| meta.ino())?;
    let serving = tokio::spawn(served::serve(door, ctx.clone(), exports, stopped));
    super::tell(config, &Message::key("cli-serving").with("socket", socket.display().to_string()))?;
    until_ended().await?;
    stop.send_replace(true);
    // Sessions end within their own time; whoever waits longer is let go.
    let _ = tokio::time::timeout(limits::SERVED_END, serving).await;
    // Another may have come in its place.
    if fs::symlink_metadata(&socket).is_ok_and(|meta| meta.ino() == mine) {
        let _ = fs::remove_file(&socket);
    }
    ctx.db.close().await;
    if let Some(background) = background {
        background.stop().await?;
    }
    opened.close().await
}

/// The socket, for its owner and group alone. One that nobody listens to any more is replaced.
async fn bind(socket: &Path) -> io::Result<UnixListener> {
    let left = fs::symlink_metadata(socket).is_ok_and(|meta| meta.file_type().is_socket());
    if left
        && tokio::net::UnixStream::connect(socket)
            .await
            .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    {
        fs::remove_file(socket)?;
    }
    let door = UnixListener::bind(socket)?;
    fs::set_permissions(socket, Permissions::from_mode(0o660))?;
    Ok(door)
}

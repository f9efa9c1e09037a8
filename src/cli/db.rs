//! `wavedeck db`: where the database is, the private server's life, the schema.

use super::{Done, Fail, open, say, tell};
use crate::cluster::{self, Cluster};
use crate::config::Config;
use crate::protocol::Message;
use crate::store::schema::{self, Login};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Arguments of `wavedeck db`.
#[derive(Args)]
pub struct Db {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Url,
    Start,
    Stop,
    Init,
    Migrate,
    Backup {
        file: PathBuf,
    },
    Restore {
        file: PathBuf,
    },
    #[command(hide = true)]
    Guard {
        home: PathBuf,
        #[arg(long)]
        wipe: bool,
    },
}

/// Says where the database is, starts and stops the private server, makes the schema, and backs
/// up or restores; 1 where the database to restore into holds something.
pub async fn run(args: Db, config: &Config) -> Done {
    match args.what {
        What::Url => say(&match &config.database.url {
            Some(url) => url.clone(),
            None => open::private()?.url(Login::Session.role(), cluster::DATABASE),
        }),
        What::Start => {
            let opened = open::open_private().await?;
            open::private()?.keep_running(true)?;
            say(&opened.url)?;
            opened.close().await
        }
        What::Stop => {
            let cluster = open::private()?;
            cluster.keep_running(false)?;
            // Taking hold and letting go wakes the guard, and waits for it.
            if cluster.is_running() { open::open_private().await?.close().await } else { Ok(()) }
        }
        What::Init => init(config, true).await,
        What::Migrate => init(config, false).await,
        What::Backup { file } => {
            let opened = open::open(config).await?;
            let url = owner_url(config, &opened);
            let path = file.clone();
            let done = tokio::task::spawn_blocking(move || cluster::backup(&url, &path))
                .await
                .map_err(Fail::bug)?;
            opened.close().await?;
            done?;
            let bytes = std::fs::metadata(&file).map_err(|e| Fail::file(&file, &e))?.len();
            let size = format!("{:.1}", bytes as f64 / 1e6);
            let text = Message::key("cli-backup-done").with("file", file.display().to_string());
            tell(config, &text.with("mb", size))
        }
        What::Restore { file } => restore(config, file).await,
        What::Guard { home, wipe } => {
            let guarded =
                tokio::task::spawn_blocking(move || Cluster::new(&home)?.guard_process(wipe)).await;
            Ok(guarded.map_err(Fail::bug)??)
        }
    }
}

/// The login that owns the tables.
fn owner_url(config: &Config, opened: &open::Opened) -> String {
    let shared = config.database.owner();
    match (shared, &opened.hold) {
        (Some(url), _) => url.clone(),
        (None, Some(hold)) => hold.cluster().url(cluster::OWNER, cluster::DATABASE),
        (None, None) => opened.url.clone(),
    }
}

/// Puts a backup into a database that holds nothing yet; any other is left as it is.
async fn restore(config: &Config, file: PathBuf) -> Done {
    std::fs::File::open(&file).map_err(|e| Fail::file(&file, &e))?;
    let opened = match &config.database.url {
        Some(url) => open::Opened { url: url.clone(), hold: None },
        None => open::open_private().await?,
    };
    let url = owner_url(config, &opened);
    let done = async {
        schema::make_roles(&url).await?;
        if schema::is_in_use(&url).await? {
            return Err(Fail::refused(Message::key("cli-restore-not-empty")));
        }
        let path = file.clone();
        tokio::task::spawn_blocking(move || cluster::is_backup(&path))
            .await
            .map_err(Fail::bug)??;
        schema::drop_everything(&url).await?;
        let (path, to) = (file.clone(), url.clone());
        let restored = tokio::task::spawn_blocking(move || cluster::restore(&to, &path))
            .await
            .map_err(Fail::bug)?;
        // Whatever came of it, the database has its tables again.
        schema::migrate(&url).await?;
        Ok(restored?)
    }
    .await;
    opened.close().await?;
    done?;
    tell(config, &Message::key("cli-restore-done").with("file", file.display().to_string()))
}

async fn init(config: &Config, roles: bool) -> Done {
    let Some(owner) = config.database.owner() else {
        let opened = open::open_private().await?;
        say(&opened.url)?;
        return opened.close().await;
    };
    if roles {
        schema::make_roles(owner).await?;
    }
    schema::migrate(owner).await?;
    tell(config, &Message::key("cli-schema-current"))
}

//! `wavedeck db`: where the database is, the private server's life, the schema.

use super::{Done, Fail, open, say, tell};
use crate::config::Config;
use crate::protocol::Text;
use crate::store::cluster::{self, Cluster};
use crate::store::schema;
use clap::{Args, Subcommand};
use std::path::PathBuf;

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
    #[command(hide = true)]
    Guard {
        home: PathBuf,
        #[arg(long)]
        wipe: bool,
    },
}

pub async fn run(args: Db, config: &Config) -> Done {
    match args.what {
        What::Url => say(&match &config.database.url {
            Some(url) => url.clone(),
            None => open::private()?.url(schema::APP_ROLE, cluster::DATABASE),
        }),
        What::Start => {
            let opened = open::open_private().await?;
            open::private()?.keep(true)?;
            say(&opened.url)?;
            opened.close().await
        }
        What::Stop => {
            let cluster = open::private()?;
            cluster.keep(false)?;
            // Taking hold and letting go wakes the guard, and waits for it.
            if cluster.runs() { open::open_private().await?.close().await } else { Ok(()) }
        }
        What::Init => init(config, true).await,
        What::Migrate => init(config, false).await,
        What::Guard { home, wipe } => {
            let guarded = tokio::task::spawn_blocking(move || Cluster::new(&home)?.guard(wipe)).await;
            Ok(guarded.map_err(Fail::bug)??)
        }
    }
}

async fn init(config: &Config, roles: bool) -> Done {
    let Some(owner) = config.database.owner_url.as_ref().or(config.database.url.as_ref()) else {
        let opened = open::open_private().await?;
        say(&opened.url)?;
        return opened.close().await;
    };
    if roles {
        schema::make_roles(owner).await?;
    }
    schema::migrate(owner).await?;
    tell(config, &Text::key("cli-schema-current"))
}

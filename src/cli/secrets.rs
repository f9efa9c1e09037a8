//! `wavedeck secrets`: the key that what is secret of shops is sealed with.

use super::{Done, Fail, open, tell};
use crate::config::{self, Config};
use crate::protocol::Text;
use crate::store::people;
use crate::work::shops;
use crate::work::vault::{self, Locked, Vault};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Args)]
pub struct Secrets {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    NewKey { file: PathBuf },
    Rotate,
    Reseal,
}

pub async fn run(args: Secrets, config: &Config) -> Done {
    match args.what {
        What::NewKey { file } => {
            vault::make(&file).map_err(|error| Fail::file(&file, &error))?;
            tell(config, &Text::key("cli-key-made").with("file", file.display().to_string()))
        }
        // At any point the file opens everything: a rotation that was cut off is simply done again.
        What::Rotate => {
            let opened = open::open(config).await?;
            let file = opened.key_file()?.ok_or(Locked::NoFile)?;
            vault::add(&file)?;
            let shops = reseal(opened, Vault::new(Some(file.clone()))).await?;
            vault::drop_old(&file)?;
            tell(config, &Text::key("cli-resealed").with("shops", shops as i64))
        }
        What::Reseal => {
            let opened = open::open(config).await?;
            let vault = opened.vault()?;
            let shops = reseal(opened, vault).await?;
            tell(config, &Text::key("cli-resealed").with("shops", shops as i64))
        }
    }
}

async fn reseal(opened: open::Opened, vault: Vault) -> Done<usize> {
    let db = opened.db("secrets", 1)?;
    let done = async {
        let mut tx = db.begin().await?;
        let shops = shops::reseal(&mut tx, &vault).await??;
        people::audit(&mut tx, &format!("cli:{}", config::os_user()), "secrets_reseal", "shops", None).await?;
        tx.commit().await?;
        Ok::<usize, Fail>(shops)
    }
    .await;
    db.close().await;
    opened.close().await?;
    done
}

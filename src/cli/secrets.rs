//! `wavedeck secrets`: the key that what is secret of shops is sealed with.

use super::{Done, Fail, open, tell};
use crate::config::{self, Config};
use crate::protocol::Message;
use crate::store::Db;
use crate::store::audit;
use crate::store::schema::Login;
use crate::work::seals;
use crate::work::shops;
use crate::work::vault::{self, Locked, Vault};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of `wavedeck secrets`.
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

/// Makes a key file, puts a new key in the place of the old one, or seals everything with the
/// file's first key; 3 where no key opens what was sealed.
pub async fn run(args: Secrets, config: &Config) -> Done {
    match args.what {
        What::NewKey { file } => {
            vault::create_key_file(&file).map_err(|error| Fail::file(&file, &error))?;
            tell(config, &Message::key("cli-key-made").with("file", file.display().to_string()))
        }
        // At any point the file opens everything: a rotation that was cut off is simply done again.
        What::Rotate => {
            let opened = open::open(config).await?;
            let file = opened.key_file()?.ok_or(Locked::NoFile)?;
            vault::add_key(&file)?;
            let vault = Vault::new(Some(file.clone()));
            let db = opened.db(Login::Admin, "secrets", 1)?;
            let shops = reseal(&db, &vault).await?;
            // Whoever had sealed something with the old key and not yet stored it has done so by
            // now.
            for _ in 0..LOOKS {
                tokio::time::sleep(Duration::from_millis(500)).await;
                reseal(&db, &vault).await?;
            }
            vault::drop_old_keys(&file)?;
            db.close().await;
            opened.close().await?;
            tell(config, &Message::key("cli-resealed").with("shops", shops as i64))
        }
        What::Reseal => {
            let opened = open::open(config).await?;
            let vault = opened.vault()?;
            let db = opened.db(Login::Admin, "secrets", 1)?;
            let shops = reseal(&db, &vault).await?;
            db.close().await;
            opened.close().await?;
            tell(config, &Message::key("cli-resealed").with("shops", shops as i64))
        }
    }
}

/// How often it is looked whether anything was still sealed with the old key.
const LOOKS: u32 = 4;

async fn reseal(db: &Db, vault: &Vault) -> Done<usize> {
    let mut tx = db.begin().await?;
    let shops = shops::reseal(&mut tx, vault).await??;
    let problems = seals::reseal(&mut tx, vault).await??;
    if !problems.is_empty() {
        return Err(Fail::refused(Message::key("cli-audit-changed")));
    }
    if shops > 0 {
        audit::record(
            &mut tx,
            &format!("cli:{}", config::os_user()),
            "secrets_reseal",
            "shops",
            None,
        )
        .await?;
    }
    tx.commit().await?;
    Ok(shops)
}

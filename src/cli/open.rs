//! From configuration to a database: a shared one by its URL, or the private cluster.

use super::{Done, Fail};
use crate::cluster::{self, Cluster, Hold};
use crate::config::{self, Config};
use crate::links::channels;
use crate::links::printers::Files;
use crate::protocol::Message;
use crate::store::audit;
use crate::store::schema::Login;
use crate::store::{self, Db, Tx, schema};
use crate::work::Ctx;
use crate::work::pins::Pins;
use crate::work::vault::{self, Vault};
use std::path::PathBuf;

/// An open database, and the hold on the private cluster if it is in there.
pub struct Opened {
    /// The configured one, or that of the private cluster's sessions.
    pub url: String,
    pub hold: Option<Hold>,
}

impl Opened {
    /// Where to log in. A shared database is reached by the login that its URL names.
    fn url(&self, login: Login) -> String {
        match &self.hold {
            Some(hold) => hold.cluster().url(login.role(), cluster::DATABASE),
            None => self.url.clone(),
        }
    }

    /// A database for this login, with at most so many connections, made on first use; the server's
    /// lists show `wavedeck NAME`.
    pub fn db(&self, login: Login, name: &str, connections: u32) -> Done<Db> {
        Ok(Db::new(&self.url(login), &format!("wavedeck {name}"), connections)?)
    }

    /// What work needs: such a database, a client for shops, the vault, and what checks PINs.
    pub fn ctx(&self, config: &Config, login: Login, name: &str, connections: u32) -> Done<Ctx> {
        let client = channels::client().map_err(|e| Fail::bug(e.message))?;
        let db = self.db(login, name, connections)?;
        let mut ctx = Ctx::new(db, client, self.vault()?, self.pins(config)?);
        ctx.print_files = self.print_files(config);
        Ok(ctx)
    }

    /// Where printers that are files may be. The private cluster's rows are the user's own.
    pub fn print_files(&self, config: &Config) -> Files {
        match (&config.printers.folder, &self.hold) {
            (Some(folder), _) => Files::Below(folder.clone()),
            (None, Some(_)) => Files::Anywhere,
            (None, None) => Files::Nowhere,
        }
    }

    /// What hashes and checks PINs.
    pub fn pins(&self, config: &Config) -> Done<Pins> {
        Ok(Pins::new(self.pin_key_file(config)?))
    }

    /// The key file that PINs are hashed with.
    pub fn pin_key_file(&self, config: &Config) -> Done<Option<PathBuf>> {
        self.key(config.sign_on.pin_key_file.clone(), "pin.key")
    }

    /// The key file of shops' secrets.
    pub fn key_file(&self) -> Done<Option<PathBuf>> {
        self.key(config::secret_key_file(), "secret.key")
    }

    /// The key file that is named; a private cluster has its own beside its data, made when it is
    /// first wanted.
    fn key(&self, named: Option<PathBuf>, own: &str) -> Done<Option<PathBuf>> {
        if named.is_some() || self.hold.is_none() {
            return Ok(named);
        }
        let file = config::home().map_err(Fail::environment)?.join(own);
        match vault::create_key_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                Err(Fail::file(&file, &error))
            }
            _ => Ok(Some(file)),
        }
    }

    /// What opens the secrets of shops. Its key file is read when a secret is first wanted.
    pub fn vault(&self) -> Done<Vault> {
        Ok(Vault::new(self.key_file()?))
    }

    /// Lets the private cluster go; the last one out waits until it has stopped.
    pub async fn close(self) -> Done {
        let Some(hold) = self.hold else { return Ok(()) };
        tokio::task::spawn_blocking(move || hold.release_and_wait()).await.map_err(Fail::bug)
    }
}

/// The private cluster in its folder, whether it runs or not; nothing is started.
pub fn private() -> Done<Cluster> {
    Ok(Cluster::new(&config::home().map_err(Fail::environment)?)?)
}

/// Starts the private cluster if it does not run, and holds it.
pub async fn hold_cluster(cluster: Cluster) -> Done<Hold> {
    let program = std::env::current_exe()?;
    let held =
        tokio::task::spawn_blocking(move || cluster.hold(&program)).await.map_err(Fail::bug)?;
    Ok(held?)
}

/// The private cluster with the database made and its schema brought up to date.
pub async fn open_private() -> Done<Opened> {
    let hold = hold_cluster(private()?).await?;
    let cluster = hold.cluster();
    let owner = cluster.url(cluster::OWNER, cluster::DATABASE);
    let url = cluster.url(Login::Session.role(), cluster::DATABASE);
    // Rights are granted with the schema: doing that again would wait for everybody's transactions.
    if schema::verify(&url).await.is_ok() {
        return Ok(Opened { url, hold: Some(hold) });
    }
    schema::make_roles(&cluster.url(cluster::OWNER, "postgres")).await?;
    schema::create_database(&cluster.url(cluster::OWNER, "postgres"), cluster::DATABASE, None)
        .await?;
    schema::migrate(&owner).await?;
    Ok(Opened { url, hold: Some(hold) })
}

/// The configured database, or the private one.
pub async fn open(config: &Config) -> Done<Opened> {
    match &config.database.url {
        Some(url) => {
            schema::verify(url).await?;
            Ok(Opened { url: url.clone(), hold: None })
        }
        None => open_private().await,
    }
}

/// Runs one piece of command-line work in a transaction that is written to the audit.
pub async fn with_tx<T>(
    config: &Config,
    action: Option<(&str, &str)>,
    work: impl AsyncFnOnce(&mut Tx) -> store::Result<T>,
) -> Done<T> {
    with_open_database(config, open(config).await?, action, work).await
}

/// What opens the secrets of shops, if its key file is here: the one that is named, or the private
/// cluster's own.
pub fn key_here(config: &Config) -> Option<Vault> {
    let private = config.database.url.is_none();
    let own = || Some(config::home().ok().filter(|_| private)?.join("secret.key"));
    config::secret_key_file()
        .or_else(own)
        .filter(|file| file.is_file())
        .map(|file| Vault::new(Some(file)))
}

/// Looks at what is there, and sees nothing secret.
pub async fn look<T>(
    config: &Config,
    work: impl AsyncFnOnce(&mut Tx) -> store::Result<T>,
) -> Done<T> {
    let opened = open(config).await?;
    let db = opened.db(Login::Reader, "cli", 1)?;
    let seen = async { work(&mut db.begin().await?).await }.await;
    db.close().await;
    opened.close().await?;
    Ok(seen?)
}

/// The same in a database that is open; it is closed after. What was changed is said beside the
/// command's own output.
pub async fn with_open_database<T>(
    config: &Config,
    opened: Opened,
    action: Option<(&str, &str)>,
    work: impl AsyncFnOnce(&mut Tx) -> store::Result<T>,
) -> Done<T> {
    let db = opened.db(Login::Admin, "cli", 1)?;
    let done = async {
        let mut tx = db.begin().await?;
        let who = format!("cli:{}", config::os_user());
        audit::speak_as(&mut tx, &who).await?;
        let done = work(&mut tx).await?;
        if let Some((action, subject)) = action {
            audit::record(&mut tx, &who, action, subject, None).await?;
        }
        tx.commit().await?;
        Ok::<T, store::Error>(done)
    }
    .await;
    db.close().await;
    opened.close().await?;
    let done = done?;
    if let Some((action, subject)) = action {
        let what = action.replace('_', " ");
        super::note(config, &Message::key("cli-done").with("what", what).with("subject", subject));
    }
    Ok(done)
}

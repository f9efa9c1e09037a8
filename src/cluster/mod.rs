//! The private cluster: a Postgres of our own from the installed binaries, by socket only, under a
//! plain user.
//!
//! Whoever uses it holds a shared lock on a file beside it. A guard process waits for the lock
//! alone: when the last user is gone, however it went, the guard stops the server and ends.

mod backup;
mod guard;
mod programs;
mod server;

pub use backup::{backup, is_backup, restore};
pub use guard::Hold;
use programs::{folder_with, plain_user};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The superuser that `initdb` makes; it owns the tables.
pub const OWNER: &str = "wavedeck";
/// The database in it that commands open.
pub const DATABASE: &str = "wavedeck";
/// `sockaddr_un` holds 108 bytes with its end mark.
const SOCKET_PATH_BYTES: usize = 107;

/// Why the private server, or a whole database as a file, could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "no Postgres server (14 or later) is installed; run: sudo apt-get install -y postgresql"
    )]
    NotInstalled,
    #[error(
        "{0}: the socket's path would have more than {SOCKET_PATH_BYTES} bytes; choose a shorter \
         WAVEDECK_HOME"
    )]
    PathTooLong(PathBuf),
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("{program} failed: {message}")]
    Program { program: &'static str, message: String },
}

type Result<T> = std::result::Result<T, Error>;

fn at(path: &Path) -> impl FnOnce(io::Error) -> Error + use<> {
    let path = path.to_owned();
    move |source| Error::Io { path, source }
}

/// A private cluster's folder.
#[derive(Debug, Clone)]
pub struct Cluster {
    home: PathBuf,
    bin: PathBuf,
    user: Option<(u32, u32)>,
    /// Extra server settings, as `-c` takes them.
    settings: Vec<String>,
    /// The guard removes the folder with the last user.
    temporary: bool,
}

impl Cluster {
    /// `home` is made as needed. Under root, the server runs as a plain user who must be able to
    /// reach it.
    pub fn new(home: &Path) -> Result<Cluster> {
        let cluster = Cluster {
            home: home.to_owned(),
            bin: folder_with(&["initdb", "pg_ctl", "postgres"]).ok_or(Error::NotInstalled)?,
            user: plain_user(),
            settings: Vec::new(),
            temporary: false,
        };
        if cluster.socket().as_os_str().len() + "/.s.PGSQL.5432.lock".len() > SOCKET_PATH_BYTES {
            return Err(Error::PathTooLong(home.to_owned()));
        }
        Ok(cluster)
    }

    /// Server settings as `-c` takes them, in place of earlier ones, from the next start on.
    #[must_use]
    pub fn with_settings(mut self, settings: &[&str]) -> Cluster {
        self.settings = settings.iter().map(|s| (*s).to_owned()).collect();
        self
    }

    /// The folder goes with its last user.
    #[must_use]
    pub fn temporary(mut self) -> Cluster {
        self.temporary = true;
        self
    }

    /// A folder beside the cluster for the demo's printers; anybody who runs the program may write
    /// there.
    pub fn label_folder(&self) -> Result<PathBuf> {
        let dir = self.home.join("labels");
        fs::create_dir_all(&dir).map_err(at(&dir))?;
        Ok(dir)
    }

    fn data(&self) -> PathBuf {
        self.home.join("pg")
    }
    fn socket(&self) -> PathBuf {
        self.home.join("run")
    }
    fn lock_path(&self) -> PathBuf {
        self.home.join("users.lock")
    }
    fn held_path(&self) -> PathBuf {
        self.home.join("held")
    }

    /// The URL of a database in it, for a role.
    pub fn url(&self, role: &str, database: &str) -> String {
        let host: String = self
            .socket()
            .to_string_lossy()
            .bytes()
            .map(|b| {
                if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
                    char::from(b).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect();
        format!("postgres://{role}@{host}/{database}")
    }
}

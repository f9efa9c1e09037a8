//! The private cluster: a Postgres of our own from the installed binaries, by socket only, under a
//! plain user.
//!
//! Whoever uses it holds a shared lock on a file beside it. A guard process waits for the lock
//! alone: when the last user is gone, however it went, the guard stops the server and ends.

mod backup;

pub use backup::{backup, is_backup, restore};
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

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

/// A hold on a running cluster; dropped, the cluster may stop.
#[derive(Debug)]
pub struct Hold {
    lock: File,
    /// The guard, if this process started it; it is waited for, so that nothing of it stays in the
    /// process table.
    guard: Option<Child>,
    cluster: Cluster,
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

    /// Starts the server if it does not run and holds it. `guard` is the program that will stop it:
    /// it is run as `guard db guard HOME` and must call [`Cluster::guard`].
    pub fn hold(&self, guard: &Path) -> Result<Hold> {
        fs::create_dir_all(&self.home).map_err(at(&self.home))?;
        // Others may pass through to the socket, nobody may list.
        fs::set_permissions(&self.home, fs::Permissions::from_mode(0o711))
            .map_err(at(&self.home))?;
        let lock = self.open(&self.lock_path())?;
        lock.lock_shared().map_err(at(&self.lock_path()))?;
        let start = self.open(&self.home.join("start.lock"))?;
        start.lock().map_err(at(&self.home))?;
        self.init()?;
        if !self.is_running() {
            self.start()?;
        }
        let guard = self.spawn_guard(guard)?;
        Ok(Hold { lock, guard, cluster: self.clone() })
    }

    fn open(&self, path: &Path) -> Result<File> {
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .map_err(at(path))
    }

    fn init(&self) -> Result<()> {
        if self.data().join("PG_VERSION").exists() {
            return Ok(());
        }
        for dir in [self.data(), self.socket()] {
            fs::create_dir_all(&dir).map_err(at(&dir))?;
            if let Some((uid, gid)) = self.user {
                std::os::unix::fs::chown(&dir, Some(uid), Some(gid)).map_err(at(&dir))?;
            }
            fs::set_permissions(&dir, fs::Permissions::from_mode(0o700)).map_err(at(&dir))?;
        }
        let data = self.data();
        self.run(
            "initdb",
            &[
                "-D".as_ref(),
                data.as_os_str(),
                "-U".as_ref(),
                OWNER.as_ref(),
                "-A".as_ref(),
                "trust".as_ref(),
                "-E".as_ref(),
                "UTF8".as_ref(),
                "--locale=C".as_ref(),
            ],
        )
    }

    fn start(&self) -> Result<()> {
        let data = self.data();
        let log = data.join("server.log");
        let mut options =
            format!("-k {} -c listen_addresses=''", shell_quote(&self.socket().to_string_lossy()));
        for setting in &self.settings {
            options.push_str(&format!(" -c {setting}"));
        }
        self.run(
            "pg_ctl",
            &[
                "-D".as_ref(),
                data.as_os_str(),
                "-l".as_ref(),
                log.as_os_str(),
                "-w".as_ref(),
                "-t".as_ref(),
                "60".as_ref(),
                "-o".as_ref(),
                options.as_ref(),
                "start".as_ref(),
            ],
        )
    }

    /// Does the server answer?
    pub fn is_running(&self) -> bool {
        self.run("pg_ctl", &["-D".as_ref(), self.data().as_os_str(), "status".as_ref()]).is_ok()
            && self.socket().join(".s.PGSQL.5432").exists()
    }

    /// Stops the server, cutting off whoever is connected, and waits until it has ended.
    pub fn stop(&self) -> Result<()> {
        self.run(
            "pg_ctl",
            &[
                "-D".as_ref(),
                self.data().as_os_str(),
                "-m".as_ref(),
                "fast".as_ref(),
                "-w".as_ref(),
                "stop".as_ref(),
            ],
        )
    }

    /// As a power cut does it; used to prove that nothing is lost.
    pub fn crash_and_restart(&self) -> Result<()> {
        let data = self.data();
        self.run(
            "pg_ctl",
            &[
                "-D".as_ref(),
                data.as_os_str(),
                "-m".as_ref(),
                "immediate".as_ref(),
                "-w".as_ref(),
                "stop".as_ref(),
            ],
        )?;
        self.start()
    }

    /// Keeps the server running without users, or no longer.
    pub fn keep_running(&self, keep: bool) -> Result<()> {
        let path = self.held_path();
        if keep {
            return fs::write(&path, b"").map_err(at(&path));
        }
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&path)(error)),
            _ => Ok(()),
        }
    }

    /// Does anybody but the guard hold it? Users share the lock, the guard takes it alone.
    fn is_used_by_others(&self) -> bool {
        // Opened without making it: the folder may be on its way out.
        let Ok(users) = File::open(self.lock_path()) else { return false };
        if users.try_lock().is_ok() {
            return false;
        }
        users.try_lock_shared().is_ok()
    }

    /// Has the guard stopped the server and ended?
    fn is_down(&self) -> bool {
        let guarded =
            File::open(self.home.join("guard.lock")).is_ok_and(|guard| guard.try_lock().is_err());
        !guarded && !self.data().join("postmaster.pid").exists()
    }

    fn spawn_guard(&self, program: &Path) -> Result<Option<Child>> {
        // One guard at a time: it holds this lock while it lives.
        let lock = self.open(&self.home.join("guard.lock"))?;
        if lock.try_lock().is_err() {
            return Ok(None);
        }
        drop(lock);
        Command::new(program)
            .args(["db".as_ref(), "guard".as_ref(), self.home.as_os_str()])
            .args(self.temporary.then_some("--wipe"))
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map(Some)
            .map_err(at(program))
    }

    /// The guard's life: waits until nobody uses the server, stops it, ends. With `wipe`, removes
    /// the folder too.
    pub fn guard_process(&self, wipe: bool) -> Result<()> {
        let mine = self.open(&self.home.join("guard.lock"))?;
        if mine.try_lock().is_err() {
            return Ok(());
        }
        let users = self.open(&self.lock_path())?;
        loop {
            users.lock().map_err(at(&self.lock_path()))?;
            if self.held_path().exists() {
                users.unlock().map_err(at(&self.lock_path()))?;
                std::thread::sleep(Duration::from_secs(1));
                continue;
            }
            // A starter that waits for the shared lock finds the server stopped and starts it
            // again.
            if self.is_running() {
                self.stop()?;
            }
            if wipe {
                fs::remove_dir_all(&self.home).map_err(at(&self.home))?;
            }
            // First the guard's lock, then the users': who waits for those must be able to start a
            // guard.
            drop(mine);
            drop(users);
            return Ok(());
        }
    }

    fn run(&self, program: &'static str, args: &[&OsStr]) -> Result<()> {
        let mut command = Command::new(self.bin.join(program));
        command
            .args(args)
            .current_dir("/")
            .env_remove("PGDATA")
            .env_remove("PGHOST")
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        // The server inherits what it is given: a pipe would stay open for its whole life.
        let said = self.home.join(format!("{program}.{}.log", std::process::id()));
        let log = File::create(&said).map_err(at(&said))?;
        command.stdout(log.try_clone().map_err(at(&said))?).stderr(log);
        let status = command.status().map_err(at(&self.bin.join(program)));
        let text = fs::read_to_string(&said).unwrap_or_default();
        let _ = fs::remove_file(&said);
        if status?.success() {
            Ok(())
        } else {
            Err(Error::Program { program, message: text.trim().to_owned() })
        }
    }
}

impl Hold {
    /// The cluster that is held.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Lets go and waits until the guard has stopped the server, if nobody else holds it.
    pub fn release_and_wait(self) {
        let Hold { lock, cluster, guard } = self;
        drop(lock);
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until && !cluster.held_path().exists() {
            if cluster.is_used_by_others() || cluster.is_down() {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        if let Some(mut guard) = guard {
            // Ended: its status is taken. Still guarding for others: it goes on without us.
            let _ = guard.try_wait();
        }
    }
}

fn shell_quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A folder with all of these programs of the newest server: on PATH, then where the distributions
/// put them.
fn folder_with(programs: &[&str]) -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH")
        .into_iter()
        .flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let mut installed: Vec<(u32, PathBuf)> = Vec::new();
    for root in ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt"] {
        for entry in fs::read_dir(root).into_iter().flatten().flatten() {
            let version = entry
                .file_name()
                .to_string_lossy()
                .trim_start_matches("postgresql@")
                .parse()
                .unwrap_or(0);
            installed.push((version, entry.path().join("bin")));
        }
    }
    installed.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    let known = installed.into_iter().filter(|(version, _)| *version >= 14).map(|(_, path)| path);
    on_path.chain(known).find(|dir| programs.iter().all(|program| dir.join(program).exists()))
}

/// Whom the server runs as when we are root: `postgres` if there is one, else `nobody`.
fn plain_user() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let passwd = fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"].iter().find_map(|name| {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut parts = line.split(':').skip(2);
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    })
}

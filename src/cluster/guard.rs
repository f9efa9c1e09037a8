//! Who uses the private server and who ends it: users hold a lock that they share, and the guard
//! waits until it has the lock alone.

use super::{Cluster, Result, at};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

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
    /// Starts the server if it does not run and holds it. `guard` is the program that will stop it:
    /// it is run as `guard db guard HOME` and must call [`Cluster::guard_process`].
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

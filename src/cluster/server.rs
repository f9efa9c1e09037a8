//! The server itself: made, started, asked and stopped by Postgres's own programs, which run as a
//! plain user.

use super::{Cluster, Error, OWNER, Result, at};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

impl Cluster {
    /// Makes the cluster's data where there is none.
    pub(super) fn init(&self) -> Result<()> {
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

    /// Starts the server and waits until it answers.
    pub(super) fn start(&self) -> Result<()> {
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

    /// Runs one of the server's programs; what it says goes along if it fails.
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

fn shell_quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

//! A real sshd with README's block: the program is all that there is, a dropped line loses nothing,
//! and a window of any size does no harm.

use crate::support::term::Term;
use crate::support::{PIN, Role, World, pin_key_file, program};
use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use wavedeck::store::schema::Login;

const SSHD: &str = "/usr/sbin/sshd";

struct Sshd {
    server: Child,
    dir: PathBuf,
    port: u16,
}

/// Runs to its end, or is stopped after a while: a console has none.
fn finish(command: &mut Command, patience: Duration) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whoever hopes for a shell says something to it.
    let mut input = child.stdin.take().unwrap();
    let _ = input.write_all(b"echo ESCAPED-$((40+2))\n~C\nls /\n");
    let until = Instant::now() + patience;
    while child.try_wait().unwrap().is_none() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(input);
    let _ = child.kill();
    child.wait_with_output().unwrap()
}

impl Sshd {
    /// `None`: there is no sshd here, which is said.
    fn start(w: &World, name: &str) -> Option<Sshd> {
        if !Path::new(SSHD).exists() {
            eprintln!("{SSHD} is not installed: what is behind it is not tested");
            return None;
        }
        let dir = std::env::temp_dir().join(format!("wavedeck-sshd-{}-{name}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let _ = fs::create_dir_all("/run/sshd");
        for key in ["host", "user"] {
            let made = Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f"])
                .arg(dir.join(key))
                .status();
            assert!(made.unwrap().success());
        }
        fs::copy(dir.join("user.pub"), dir.join("authorized_keys")).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let at = dir.display();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {at}/host\nPidFile none\n\
             AuthorizedKeysFile {at}/authorized_keys\nStrictModes no\nUsePAM no\n\
             PasswordAuthentication no\nPermitRootLogin yes\nSubsystem sftp internal-sftp\n\
             AcceptEnv LANG LC_*\n{}",
            block(w)
        );
        let file = dir.join("sshd_config");
        fs::write(&file, config).unwrap();
        let server = Command::new(SSHD)
            .args(["-D", "-e", "-f"])
            .arg(&file)
            .stdin(Stdio::null())
            .stderr(fs::File::create(dir.join("log")).unwrap())
            .spawn()
            .unwrap();
        let sshd = Sshd { server, dir, port };
        let until = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "sshd does not listen: {}", sshd.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(sshd)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.join("log")).unwrap_or_default()
    }

    fn options(&self) -> Vec<String> {
        let key = self.dir.join("user").display().to_string();
        let mut options =
            vec!["-i".to_owned(), key, "-o".to_owned(), format!("Port={}", self.port)];
        for option in [
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "IdentitiesOnly=yes",
            "LogLevel=ERROR",
            "EscapeChar=none",
            "BatchMode=yes",
        ] {
            options.extend(["-o".to_owned(), option.to_owned()]);
        }
        options
    }

    /// The floor's account, from a terminal of this size.
    fn term(&self, size: (u16, u16)) -> Term {
        let options = self.options();
        let mut args: Vec<&str> = options.iter().map(String::as_str).collect();
        args.extend(["-tt", "127.0.0.1"]);
        Term::start(Path::new("ssh"), &args, &[], size)
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// README's lines for the floor's account, which here is whoever runs the tests.
fn block(w: &World) -> String {
    let readme = include_str!("../README.md");
    let lines: Vec<&str> = readme
        .lines()
        .skip_while(|line| !line.contains("Match User floor"))
        .take_while(|line| line.starts_with("    "))
        .map(str::trim)
        .collect();
    assert!(lines.len() > 4, "README has no block for sshd: {lines:?}");
    let me = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
    let block = lines
        .join("\n")
        .replace("floor", me.trim())
        .replace("/usr/local/bin/wavedeck", &program().display().to_string());
    let key = pin_key_file();
    let (url, key) = (w.url(Login::Session), key.display());
    let env = format!("\"WAVEDECK_DATABASE_URL={url}\" \"WAVEDECK_PIN_KEY_FILE={key}\"");
    format!("{block}\nSetEnv {env} WAVEDECK_LANG=en\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_way_leads_past_the_program() {
    let w = World::new().await;
    let Some(sshd) = Sshd::start(&w, "captive") else { return w.end().await };
    let stolen = sshd.dir.join("stolen");
    let shell = "sh -c 'echo ESCAPED-$((40+2)); cat /etc/passwd'";
    let ways: &[(&str, &[&str])] = &[
        ("a command", &["127.0.0.1", shell]),
        ("a command on a terminal", &["-tt", "127.0.0.1", shell]),
        ("no terminal", &["-T", "127.0.0.1"]),
        ("a shell by name", &["-tt", "127.0.0.1", "/bin/sh", "-i"]),
        ("a subsystem", &["-s", "127.0.0.1", "sftp"]),
        ("another subsystem", &["-s", "127.0.0.1", "shell"]),
        ("the program with arguments", &["-tt", "127.0.0.1", "wavedeck user list"]),
        ("a line into the net", &["-W", "127.0.0.1:22", "127.0.0.1"]),
        ("a variable of the loader", &["-o", "SetEnv=LD_PRELOAD=/tmp/x.so", "127.0.0.1", shell]),
        ("a variable of the shell", &["-o", "SetEnv=BASH_ENV=/etc/passwd", "127.0.0.1", shell]),
        ("another configuration", &["-o", "SetEnv=WAVEDECK_CONFIG=/etc/passwd", "127.0.0.1"]),
        ("another database", &["-o", "SetEnv=WAVEDECK_HOME=/tmp", "127.0.0.1"]),
        ("a language with a path", &["-o", "SetEnv=LANG=../../etc/passwd", "127.0.0.1"]),
        ("an agent", &["-A", "-tt", "127.0.0.1"]),
        ("a window system", &["-X", "-tt", "127.0.0.1"]),
    ];
    for (way, args) in ways {
        let mut command = Command::new("ssh");
        command.args(sshd.options()).args(*args);
        let out = finish(&mut command, Duration::from_millis(1500));
        let said = [out.stdout, out.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(!said.contains("ESCAPED-42") && !said.contains("root:x:0"), "{way}: {said}");
        assert!(!said.contains("ALICE,") && !said.contains("syntax error"), "{way}: {said}");
    }
    // Files neither come nor go.
    let from = "127.0.0.1:/etc/passwd";
    for (program, args) in [
        ("scp", vec![from.to_owned(), stolen.display().to_string()]),
        ("scp", vec!["-O".into(), from.to_owned(), stolen.display().to_string()]),
        ("scp", vec!["/etc/hostname".into(), format!("127.0.0.1:{}", stolen.display())]),
        ("sftp", vec![from.to_owned(), stolen.display().to_string()]),
    ] {
        let mut command = Command::new(program);
        command.args(sshd.options()).args(args);
        let out = finish(&mut command, Duration::from_millis(1500));
        assert!(!out.status.success() && !stolen.exists(), "{program}");
    }
    // Nothing is passed on, in either direction.
    let inner = TcpListener::bind("127.0.0.1:0").unwrap();
    inner.set_nonblocking(true).unwrap();
    let to = inner.local_addr().unwrap().port();
    let here = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for forward in [
        format!("-L{here}:127.0.0.1:{to}"),
        format!("-D{here}"),
        format!("-R{here}:127.0.0.1:{to}"),
    ] {
        let mut child = Command::new("ssh")
            .args(sshd.options())
            .args([forward.as_str(), "-tt", "127.0.0.1"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(700));
        if let Ok(mut line) = std::net::TcpStream::connect(("127.0.0.1", here)) {
            let _ = line.write_all(b"\x05\x01\x00");
            std::thread::sleep(Duration::from_millis(200));
        }
        assert!(inner.accept().is_err(), "{forward} leads somewhere");
        let _ = child.kill();
        let _ = child.wait();
    }
    // Keys that stop programs do not.
    let mut term = sshd.term((80, 24));
    term.wait_for("Scan your badge");
    for key in [0x1a_u8, 0x1c, 0x04, 0x1b] {
        term.send(&[key]);
        std::thread::sleep(Duration::from_millis(100));
    }
    term.send(b"\r");
    term.scan("echo ESCAPED-$((40+2))");
    term.wait_for("is no badge");
    assert!(!term.text().contains("ESCAPED-42"), "{}", term.text());
    term.kill();
    drop(sshd);
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_drops_loses_nothing_and_a_window_of_any_size_does_no_harm() {
    let w = World::new().await;
    let Some(sshd) = Sshd::start(&w, "drop") else { return w.end().await };
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.release().await;
    let badge = w.person("P", Role::Picker).await.badge;
    let sign_on = |term: &mut Term| {
        term.wait_for("Scan your badge");
        term.scan(&badge);
        term.wait_for("PIN");
        term.scan(PIN);
    };
    let mut term = sshd.term((40, 12));
    sign_on(&mut term);
    term.wait_for("1 ");
    term.scan("WDC-MENU-PICK");
    term.wait_for("A01");
    term.scan_and_see("A01");
    term.scan_and_see("1");
    let before = term.text();
    // The line is gone; the same half-done line stands on another gun.
    term.kill();
    let mut term = sshd.term((40, 12));
    sign_on(&mut term);
    let half_done =
        |text: &str| text.lines().find(|line| line.contains("1 of 2")).map(str::to_owned);
    assert!(half_done(&before).is_some(), "{before}");
    term.wait_for("1 of 2");
    // A storm of sizes, some of which no screen has.
    let mut rng = fastrand::Rng::with_seed(5);
    for _ in 0..120 {
        term.resize(rng.u16(1..4000), rng.u16(1..4000));
        std::thread::sleep(Duration::from_millis(5));
    }
    term.resize(40, 12);
    term.wait_for("1 of 2");
    let largest = consoles().into_iter().max().unwrap_or(0);
    assert!((1..64 * 1024).contains(&largest), "a console of {largest} kB");
    term.scan("T1");
    let until = Instant::now() + Duration::from_secs(30);
    while w.number("SELECT count(*) FROM movement WHERE reason = 'pick'").await == 0 {
        assert!(Instant::now() < until, "{}", term.text());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    term.kill();
    drop(sshd);
    w.check().await;
    w.end().await;
}

/// How large each console of this process's is that sshd started, in kB.
fn consoles() -> Vec<u64> {
    let status = |pid: &str, name: &str| -> Option<String> {
        let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.split_whitespace().next()?.to_owned())
    };
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|pid| pid.bytes().all(|b| b.is_ascii_digit()))
        .filter(|pid| {
            let program_of = fs::read_link(format!("/proc/{pid}/exe")).ok();
            let parent = status(pid, "PPid:").and_then(|parent| status(&parent, "Name:"));
            program_of.as_deref() == Some(program()) && parent.is_some_and(|name| name == "sshd")
        })
        .filter_map(|pid| status(&pid, "VmRSS:")?.parse().ok())
        .collect()
}

#[test]
fn the_key_files_that_are_made_are_for_nobody_else() {
    let file = std::env::temp_dir().join(format!("wavedeck-mode-{}.key", std::process::id()));
    wavedeck::work::vault::create_key_file(&file).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    fs::remove_file(&file).unwrap();
}

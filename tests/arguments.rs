//! Every argument of the command line that is a file or a URL, found in the command line itself,
//! with what people and machines get wrong: a sentence, the right exit code, and nothing half-done.

use crate::support::arguments::{Place, files, places};
use crate::support::{World, program};
use std::path::{Path, PathBuf};
use wavedeck::store::schema::Login;

/// What a command line did to it, and what it said.
async fn run(w: &World, place: &Place, value: &str) -> (i32, String) {
    let args = place.words(value);
    let mut command = tokio::process::Command::new(program());
    command
        .args(&args)
        .env("WAVEDECK_DATABASE_URL", w.url(Login::Admin))
        .envs(crate::support::key_files())
        .env_remove("LANG")
        .env_remove("LC_ALL")
        .stdin(std::process::Stdio::null());
    let done = tokio::time::timeout(
        std::time::Duration::from_secs(30),
        command.kill_on_drop(true).output(),
    )
    .await
    .unwrap_or_else(|_| panic!("{args:?} never ends"))
    .unwrap();
    (
        done.status.code().unwrap_or(-1),
        format!("{args:?}: {}", String::from_utf8_lossy(&done.stderr)),
    )
}

/// Everything that a command could have left half-done.
async fn traces(w: &World) -> String {
    w.text(
        "SELECT concat_ws(' ', (SELECT count(*) FROM item), (SELECT count(*)
      FROM orders), (SELECT count(*) FROM movement), (SELECT count(*) FROM shop), (SELECT count(*)
      FROM printer),
            (SELECT count(*) FROM import_line), (SELECT count(*) FROM person), (SELECT count(*)
              FROM place))",
    )
    .await
}

#[tokio::test]
async fn every_file_argument_with_what_is_no_such_file() {
    let w = World::new().await;
    let dir = crate::support::cluster().label_folder().unwrap().join("arguments");
    std::fs::create_dir_all(&dir).unwrap();
    let put = |name: &str, bytes: &[u8]| -> PathBuf {
        std::fs::write(dir.join(name), bytes).unwrap();
        dir.join(name)
    };
    let cases: Vec<(&str, PathBuf)> = vec![
        ("missing", "/nowhere/at/all".into()),
        ("a folder", dir.clone()),
        ("empty", put("empty", b"")),
        ("binary", put("binary", &[0, 159, 146, 150, 0, 1, 2, 3])),
        ("wrong encoding", put("latin1", b"\xe9\xe8\xff = \x93caf\xe9\x94\n")),
    ];
    let places = files();
    assert!(places.len() >= 7, "only {} file arguments were found", places.len());
    let before = traces(&w).await;
    for place in &places {
        for (name, path) in &cases {
            let writes = place.command.last().is_some_and(|c| c == "backup");
            if writes && *name != "missing" && *name != "a folder" {
                continue;
            }
            let (code, said) = run(&w, place, &path.to_string_lossy()).await;
            // An empty configuration is one, and sets nothing.
            let fine = *name == "empty" && place.flag == "--config";
            assert!(
                if fine { code == 0 } else { (1..=4).contains(&code) },
                "{name}: exit {code}: {said}"
            );
            assert!(fine || said.contains("wavedeck: "), "{name}: {said}");
            assert!(
                !said.contains("panicked") && !said.contains("went wrong that should not"),
                "{name}: {said}"
            );
        }
    }
    assert_eq!(traces(&w).await, before, "something was done all the same");
    std::fs::remove_dir_all(&dir).unwrap();
    w.end().await;
}

#[tokio::test]
async fn every_url_argument_with_what_does_not_answer() {
    let w = World::new().await;
    let places = places(|arg| arg.get_id().as_str().ends_with("url"));
    assert!(places.len() >= 4, "only {} URL arguments were found", places.len());
    for place in places.iter().filter(|place| place.command[0] != "demo") {
        for value in ["", "nonsense", "ftp://host/x", "http://", "tcp://host", "postgres://h/d"] {
            let (code, said) = run(&w, place, value).await;
            assert!((1..=3).contains(&code), "{value}: exit {code}: {said}");
            assert!(said.contains("wavedeck: ") && !said.contains("panicked"), "{value}: {said}");
        }
    }
    // What cannot be known before it is called: a shop and a printer that refuse the connection.
    let secret = crate::support::cluster().label_folder().unwrap().join("secret");
    std::fs::write(&secret, "s").unwrap();
    let go = |args: Vec<String>| {
        let url = w.url(Login::Admin);
        async move {
            let done = tokio::process::Command::new(program())
                .args(&args)
                .env("WAVEDECK_DATABASE_URL", url)
                .envs(crate::support::key_files())
                .output()
                .await
                .unwrap();
            (done.status.code().unwrap(), String::from_utf8_lossy(&done.stderr).into_owned())
        }
    };
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        go(words(&format!(
            "shop add DEAD --url http://127.0.0.1:9 --key-id k --secret-file {}",
            secret.display()
        )))
        .await
        .0,
        0
    );
    assert_eq!(go(words("printer add DEAD --url tcp://127.0.0.1:9")).await.0, 0);
    let (shop, printer) = (go(words("shop test DEAD")).await, go(words("printer test DEAD")).await);
    assert_eq!((shop.0, printer.0), (1, 3), "{} {}", shop.1, printer.1);
    // A database that is not there, refuses, or has no schema.
    for (url, code) in [
        ("postgres://127.0.0.1:9/none", 3),
        ("postgres://", 3),
        ("http://host/db", 3),
        (&*w.owner_url.replace(w.owner_url.rsplit('/').next().unwrap(), "postgres"), 3),
    ] {
        let done = tokio::process::Command::new(program())
            .args(["show", "orders"])
            .env("WAVEDECK_DATABASE_URL", url)
            .envs(crate::support::key_files())
            .output()
            .await
            .unwrap();
        assert_eq!(
            done.status.code(),
            Some(code),
            "{url}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        assert!(!done.stderr.is_empty());
    }
    std::fs::remove_file(Path::new(&secret)).unwrap();
    w.end().await;
}

#[tokio::test]
async fn a_full_disk_is_said_by_every_list() {
    let w = World::new().await;
    for args in [
        vec!["show", "orders", "--json"],
        vec!["export", "items"],
        vec!["check"],
        vec!["cards"],
        vec!["completions", "bash"],
        vec!["export", "bins", "--format", "xlsx"],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let done = tokio::process::Command::new(program())
            .args(&args)
            .env("WAVEDECK_DATABASE_URL", w.url(Login::Admin))
            .envs(crate::support::key_files())
            .stdout(full)
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap()
            .wait_with_output()
            .await
            .unwrap();
        assert_eq!(
            done.status.code(),
            Some(3),
            "{args:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        assert!(
            String::from_utf8_lossy(&done.stderr).contains("No space left"),
            "{args:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
    w.end().await;
}

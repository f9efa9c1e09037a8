//! Every argument that is a file, with 1 GiB of rows under 256 MiB of memory: `cargo bench --bench
//! large`. Each command must end with a sentence and leave nothing half-done; the memory that it
//! took is printed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "../support/mod.rs"]
#[allow(dead_code)]
mod support;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;
use support::arguments::{Place, files};
use support::{PIN, Role, World, program};
use tokio::io::AsyncReadExt;

const BYTES: u64 = 1 << 30;
const MEMORY_KB: u64 = 256 * 1024;

/// Good rows of this kind until the file is full.
fn rows(kind: &str) -> (&'static str, fn(u64) -> String) {
    match kind {
        "items" => ("sku,name_en,name_zh", |n| {
            format!("BIG-{n:09},A thing that is made by the million,成百万地做的东西\n")
        }),
        "bins" => ("code,zone,kind", |n| format!("Z{n:09},MAIN,shelf\n")),
        "stock" => {
            ("place,sku,lot,qty,status", |n| format!("A01,I{},L{n:09},{},good\n", n % 8, n % 9 + 1))
        }
        _ => ("order_no,sku,qty,unit_price,currency,receiver_name,address", |n| {
            format!("BIG-{n:09},I{},2,12.50,CNY,周,路 {n} 号\n", n % 8)
        }),
    }
}

fn write(path: &Path, kind: &str) {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
    let (header, row) = rows(kind);
    writeln!(out, "{header}").unwrap();
    let (mut written, mut n) = (0, 0);
    while written < BYTES {
        let row = row(n);
        out.write_all(row.as_bytes()).unwrap();
        written += row.len() as u64;
        n += 1;
    }
    out.flush().unwrap();
}

/// The largest that the process has been, in kB.
fn peak(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

/// Exit code, what was said, and the peak of memory in kB.
async fn run(w: &World, place: &Place, file: &Path) -> (i32, String, u64) {
    // The limit counts all private memory that can be written to; the shell only sets it.
    let limited = format!("ulimit -d {MEMORY_KB} && exec \"$0\" \"$@\"");
    let mut child = tokio::process::Command::new("sh")
        .args(["-c", &limited])
        .arg(program())
        .args(place.words(&file.to_string_lossy()))
        .env("WAVEDECK_DATABASE_URL", &w.owner_url)
        .envs(crate::support::key_files())
        .env("WAVEDECK_PIN_FILE", file.with_file_name("pin"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let (pid, mut most) = (child.id().unwrap(), 0);
    let mut said = child.stderr.take().unwrap();
    let reading = tokio::spawn(async move {
        let mut text = String::new();
        said.read_to_string(&mut text).await.unwrap();
        text
    });
    let done = loop {
        most = most.max(peak(pid).unwrap_or(0));
        if let Ok(done) =
            tokio::time::timeout(std::time::Duration::from_millis(20), child.wait()).await
        {
            break done.unwrap();
        }
    };
    (done.code().unwrap_or(-1), reading.await.unwrap(), most)
}

#[tokio::main]
async fn main() {
    let w = World::new().await;
    let dir = support::cluster().label_folder().unwrap().join("large");
    std::fs::create_dir_all(&dir).unwrap();
    let file = dir.join("rows.csv");
    w.person("BOSS", Role::Supervisor).await;
    std::fs::write(dir.join("pin"), format!("{PIN}\n")).unwrap();
    let kept = "SELECT concat_ws(' ', (SELECT count(*) FROM item), (SELECT count(*) FROM place), \
        (SELECT count(*) FROM orders), (SELECT count(*) FROM movement), (SELECT count(*) FROM \
        shop))";
    let before = w.text(kept).await;
    // Imports take four kinds of rows; every other file is read by a command of its own.
    let mut cases = Vec::new();
    for place in
        files().into_iter().filter(|place| place.command.last().is_none_or(|c| c != "backup"))
    {
        let import = place.command == ["import"] && place.flag.is_empty();
        let kinds: &[&str] =
            if import { &["items", "bins", "stock", "orders"] } else { &["items"] };
        cases.extend(kinds.iter().map(|kind| {
            let person = if *kind == "stock" { vec!["--as".into(), "BOSS".into()] } else { vec![] };
            let beside = if import {
                [person, vec![(*kind).to_owned()]].concat()
            } else {
                place.beside.clone()
            };
            (*kind, Place { command: place.command.clone(), flag: place.flag.clone(), beside })
        }));
    }
    let mut written = "";
    for (kind, place) in &cases {
        if *kind != written {
            write(&file, kind);
            written = kind;
        }
        let started = Instant::now();
        let (code, said, peak) = run(&w, place, &file).await;
        let words = [place.command.join(" "), place.flag.clone()].join(" ");
        println!(
            "{words} {kind}: exit {code} after {:.1} s, peak {:.1} MB: {}",
            started.elapsed().as_secs_f64(),
            peak as f64 / 1024.0,
            said.trim()
        );
        assert!(
            (1..=4).contains(&code) && said.contains("wavedeck: ") && !said.contains("panicked"),
            "{words}: {said}"
        );
        assert!(peak < MEMORY_KB, "{words}: {peak} kB");
        assert_eq!(w.text(kept).await, before, "{words}: something was done all the same");
    }
    std::fs::remove_dir_all(&dir).unwrap();
    w.end().await;
}

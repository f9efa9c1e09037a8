//! The command line: its words in both languages, its exit codes, and a configuration file whose
//! every mistake is said at once.

use crate::support::program;
use std::io::{BufRead, Write};
use std::process::{Command, Output};
use unicode_width::UnicodeWidthStr;
use wavedeck::cli::help;
use wavedeck::config;
use wavedeck::domain::Lang;
use wavedeck::i18n::{Catalogue, topics};

fn run(args: &[&str], env: &[(&str, &str)]) -> Output {
    command(args, env).output().unwrap()
}

fn command(args: &[&str], env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program());
    command.args(args).env_remove("LANG").env_remove("LC_ALL").env_remove("WAVEDECK_LANG");
    command.envs(env.iter().copied());
    command
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Every command and every flag of it, with the catalogue's key.
fn walk(command: &clap::Command, words: &Catalogue, path: &str, out: &mut Vec<String>) {
    out.push(path.to_owned());
    out.extend(command.get_arguments().map(|arg| help::key_of(words, path, arg.get_id().as_str())));
    for sub in command.get_subcommands() {
        walk(sub, words, &format!("{path}-{}", sub.get_name()), out);
    }
}

#[test]
fn every_command_and_flag_is_described_in_both_languages() {
    for lang in Lang::ALL {
        let words = Catalogue::new(lang);
        let mut keys = Vec::new();
        walk(&help::command(&words), &words, "cli", &mut keys);
        assert!(keys.len() > 60, "{keys:?}");
        for key in keys {
            assert!(words.has(&key), "{key} in {}", lang.code());
        }
    }
}

#[test]
fn help_and_mistakes_come_in_the_users_language() {
    let zh = [("LANG", "zh_CN.UTF-8")];
    let help = run(&["demo", "--help"], &zh);
    let text = String::from_utf8_lossy(&help.stdout).into_owned();
    assert!(
        help.status.success()
            && text.contains("用法")
            && text.contains("模拟店铺的订单数")
            && text.contains("默认：200"),
        "{text}"
    );
    assert!(
        !text.contains("Options:") && !text.contains("Usage") && !text.contains("Print help"),
        "{text}"
    );
    for (args, en, word) in [
        (&["fly"][..], "fly: there is no such command", "没有这个命令"),
        (&["check", "--fly"], "--fly is not known here", "没有这个选项"),
        (&["show", "nothing"], "nothing does not fit <WHAT>: expected one of orders", "应为"),
        (&["demo", "--seed", "many"], "many does not fit --seed", "不适用于"),
        (&["user", "add"], "is missing", "缺少"),
        (&["user"], "A command is missing. --help", "缺少命令"),
        (&["show", "orders", "--json", "--csv"], "do not go together", "不能同时使用"),
        (&["show", "work"], "show work needs --person", "需要 --person"),
    ] {
        let (said, said_zh) = (run(args, &[]), run(args, &zh));
        assert_eq!(
            (said.status.code(), said_zh.status.code()),
            (Some(2), Some(2)),
            "{args:?}: {}",
            stderr(&said)
        );
        assert!(stderr(&said).contains(en), "{}", stderr(&said));
        assert!(stderr(&said_zh).contains(word), "{}", stderr(&said_zh));
    }
    let flag = run(&["--lang", "zh-CN", "fly"], &[]);
    assert!(stderr(&flag).contains("没有这个命令"), "{}", stderr(&flag));
}

#[test]
fn a_configuration_file_says_every_mistake_with_its_line() {
    let text = "[database]\nurl = 5\nuri = \"x\"\n\n[ui]\nlang = \"fr\"\nkeymap = \
        \"k\"\n[colour]\nred = 1\n[scanner]\ngs = \"ab\"\n[log]\nlevel = \"loud\"\nbroken = = 3\n";
    let wrong = config::parse("w.toml", text).unwrap_err();
    let words = Catalogue::new(Lang::En);
    let said: Vec<String> = wrong.iter().map(|text| words.say(text)).collect();
    let starts: Vec<&str> = said.iter().filter_map(|s| s.split(':').next()).collect();
    for line in [2, 3, 6, 8, 11, 13, 14] {
        assert!(
            starts.contains(&format!("w.toml, line {line}").as_str()),
            "line {line}: {said:#?}"
        );
    }
    let good = config::parse(
        "w.toml",
        "[ui]\nlang = \"zh-CN\"\n[scanner]\ngs = \"^\"\nprefix = \"\\u0002\"\n",
    )
    .unwrap();
    assert_eq!(
        (good.lang(), good.scanner.gs, good.scanner.prefix.as_str()),
        (Lang::Zh, Some(b'^'), "\u{2}")
    );
    // The program says them all and ends with 2.
    let file = std::env::temp_dir().join(format!("wavedeck-test-{}.toml", std::process::id()));
    std::fs::write(&file, text).unwrap();
    let ran = run(&["check", "--config", file.to_str().unwrap()], &[]);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(
        (ran.status.code(), stderr(&ran).lines().count()),
        (Some(2), said.len()),
        "{}",
        stderr(&ran)
    );
    let gone = run(&["check", "--config", "/nowhere/w.toml"], &[("LANG", "zh_CN.UTF-8")]);
    assert_eq!(gone.status.code(), Some(2), "{}", stderr(&gone));
}

#[test]
fn without_a_database_the_sentence_says_what_to_do() {
    let refused =
        run(&["check"], &[("WAVEDECK_DATABASE_URL", "postgres://nobody@127.0.0.1:9/none")]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(
        stderr(&refused).contains("Check the URL, the network and the server"),
        "{}",
        stderr(&refused)
    );
    let long = run(&["check"], &[("WAVEDECK_HOME", &format!("/tmp/{}", "x".repeat(120)))]);
    assert!(
        long.status.code() == Some(3) && stderr(&long).contains("107 bytes"),
        "{}",
        stderr(&long)
    );
}

/// A private site of its own, set up by the demo.
struct Home(std::path::PathBuf);

impl Home {
    fn new(name: &str) -> Home {
        Home(std::env::temp_dir().join(format!("wavedeck-test-{}-{name}", std::process::id())))
    }
    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }
    fn command(&self, args: &[&str]) -> Command {
        command(args, &[("WAVEDECK_HOME", self.0.to_str().unwrap())])
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn rows(output: &Output) -> Vec<serde_json::Value> {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", stderr(output)))
}

#[test]
fn a_backup_restores_to_a_database_that_passes_check_and_a_second_restore_changes_nothing() {
    let (from, to) = (Home::new("from"), Home::new("to"));
    assert!(from.run(&["demo", "--setup-only", "--orders", "20"]).status.success());
    let file = std::env::temp_dir().join(format!("wavedeck-test-{}.backup", std::process::id()));
    let path = file.to_str().unwrap();
    let backup = from.run(&["db", "backup", path]);
    assert!(backup.status.success(), "{}", stderr(&backup));
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&file).unwrap());
    assert_eq!(mode & 0o777, 0o600, "it holds what nobody else is to read");
    let restore = to.run(&["db", "restore", path]);
    assert!(restore.status.success(), "{}", stderr(&restore));
    let check = to.run(&["check"]);
    assert!(check.status.success(), "{}", stderr(&check));
    for list in ["orders", "stock", "shipments", "movements"] {
        assert_eq!(
            rows(&from.run(&["show", list, "--json"])),
            rows(&to.run(&["show", list, "--json"])),
            "{list}"
        );
    }
    let again = to.run(&["db", "restore", path]);
    assert_eq!(
        (again.status.code(), stderr(&again).contains("holds something already")),
        (Some(1), true),
        "{}",
        stderr(&again)
    );
    assert_eq!(
        rows(&to.run(&["show", "movements", "--json"])).len(),
        rows(&from.run(&["show", "movements", "--json"])).len()
    );
    // Files that are none, and places that take nothing.
    std::fs::write(&file, b"this is no backup").unwrap();
    let empty = Home::new("empty");
    for (args, code) in [
        (vec!["db", "restore", path], 3),
        (vec!["db", "restore", "/nowhere/x"], 3),
        (vec!["db", "backup", "/nowhere/x"], 3),
        (vec!["db", "backup", "/dev/full"], 3),
    ] {
        let home = if args[1] == "restore" { &empty } else { &from };
        let ran = home.run(&args);
        assert_eq!(ran.status.code(), Some(code), "{args:?}: {}", stderr(&ran));
        assert!(!stderr(&ran).is_empty());
    }
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn a_reset_works_in_a_home_where_nothing_is_yet_and_again() {
    let home = Home::new("reset");
    for _ in 0..2 {
        let ran = home.run(&["demo", "--reset", "--setup-only", "--orders", "1"]);
        assert!(ran.status.success(), "{}", stderr(&ran));
    }
    assert_eq!(rows(&home.run(&["show", "orders", "--json"])).len(), 1);
    rules_of_alerts(&home);
    pipes_and_slips(&home);
    layouts(&home);
    // A list again and again, until nobody reads it any more.
    let mut watch = home.command(&["show", "orders", "--json", "--watch", "1"]);
    let mut watch = watch.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let seen = {
        let out = std::io::BufReader::new(watch.stdout.take().unwrap());
        out.lines().map(Result::unwrap).filter(|line| line.starts_with('[')).take(2).count()
    };
    assert_eq!(seen, 2);
    assert!(watch.wait().unwrap().success());
}

fn pipes_and_slips(home: &Home) {
    use std::process::Stdio;
    // A reader that has seen enough.
    let mut export = home.command(&["export", "items"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(export.stdout.take());
    assert!(export.wait().unwrap().success());
    // What is piped in.
    let mut import = home.command(&["import", "items", "-", "--json"]);
    let mut import = import.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    import.stdin.take().unwrap().write_all(b"sku,name_en\nPIPED-1,Thing\n").unwrap();
    let done = import.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", stderr(&done));
    assert!(String::from_utf8_lossy(&home.run(&["export", "items"]).stdout).contains("PIPED-1"));
    let orders = std::env::temp_dir().join(format!("wavedeck-test-{}.csv", std::process::id()));
    std::fs::write(&orders, "order_no,sku,qty\nO1,NEW-1,2\n").unwrap();
    for (args, code, said) in [
        (&["import", "items", orders.to_str().unwrap()][..], 1, "import orders"),
        (&["export", "orders", "--shop", "NOPE"], 1, "NOPE"),
        (&["export", "mapping", "--shop", "NOPE"], 1, "NOPE"),
        (&["shop", "add", "a b", "--channel", "file"], 2, "a b"),
        (&["carrier", "add", "a b", "--name", "X"], 2, "a b"),
        (&["printer", "add", "a b", "--url", "tcp://127.0.0.1:9"], 2, "a b"),
        (&["user", "add", "a b", "--name", "X", "--role", "picker"], 2, "a b"),
        (&["user", "badge", "nobody"], 1, "NOBODY"),
        (&["user", "disable", "nobody"], 1, "NOBODY"),
        (&["role", "remove", "nope"], 1, "nope"),
        (&["warehouse", "set", "NOPE", "--name", "X"], 1, "NOPE"),
        (&["scanner", "use", "NOPE", "--person", "edith"], 1, "NOPE, EDITH"),
        (&["hold", "lift", "H-0"], 1, "H-0"),
        (&["customer", "set", "C1", "--shop", "NOPE", "--priority", "1"], 1, "NOPE"),
        (&["route", "remove", "NOPE"], 1, "NOPE"),
        (&["service", "set", "NOPE", "AIR", "--transit", "1"], 1, "NOPE"),
    ] {
        let ran = home.run(args);
        assert_eq!(ran.status.code(), Some(code), "{args:?}: {}", stderr(&ran));
        assert!(stderr(&ran).contains(said), "{args:?}: {}", stderr(&ran));
        assert!(!stderr(&ran).contains("Done"), "{args:?}: {}", stderr(&ran));
    }
    std::fs::remove_file(&orders).unwrap();
}

fn layouts(home: &Home) {
    let out = |args: &[&str]| {
        let ran = home.run(args);
        assert!(ran.status.success(), "{args:?}: {}", stderr(&ran));
        String::from_utf8_lossy(&ran.stdout).into_owned()
    };
    let drawn = out(&["layout", "show"]);
    assert!(drawn.contains("A01") && drawn.contains('.') && drawn.contains("----"), "{drawn}");
    let tried =
        out(&["layout", "derive", "--pattern", "{area:1}{aisle}-{cell}-{any}", "--dry-run"]);
    assert!(tried.contains("depth_mm"), "{tried}");
    assert_eq!(out(&["layout", "show"]), drawn, "a dry run keeps nothing");
    let mut areas: serde_json::Value =
        serde_json::from_str(&out(&["layout", "show", "--json"])).unwrap();
    areas[0]["aisles"][1]["direction"] = "to_front".into();
    let file = std::env::temp_dir().join(format!("wavedeck-test-{}.json", std::process::id()));
    let name = file.to_str().unwrap();
    std::fs::write(&file, areas.to_string()).unwrap();
    out(&["layout", "import", name]);
    let now: serde_json::Value = serde_json::from_str(&out(&["layout", "show", "--json"])).unwrap();
    assert_eq!(now, areas);
    let spoilt = areas.to_string().replacen("\"cross\":0", "\"cross\":9", 1);
    std::fs::write(&file, spoilt).unwrap();
    for (args, code, said) in [
        (&["layout", "import", name][..], 1, "does not fit together"),
        (&["layout", "import", "/nowhere/x"], 3, "/nowhere/x"),
        (&["layout", "derive", "--pattern", "{aisle}"], 2, "names aisle and cell"),
        (&["layout", "derive", "--pattern", "X{aisle}/{cell}"], 1, "No bin has a code like"),
        (&["layout", "show", "--trip", "T-0"], 1, "no trip T-0"),
        (&["layout", "show", "--area", "NOPE"], 1, "no area NOPE"),
        (&["layout", "show", "--trip", "T-0", "--json"], 2, "--json"),
        (
            &["layout", "derive", "--zone", "b", "--pattern", "{aisle}-{cell}-{any}"],
            1,
            "would lose the aisles",
        ),
    ] {
        let ran = home.run(args);
        assert_eq!(ran.status.code(), Some(code), "{args:?}: {}", stderr(&ran));
        assert!(stderr(&ran).contains(said), "{args:?}: {}", stderr(&ran));
        assert!(!stderr(&ran).contains("Done"), "{args:?}: {}", stderr(&ran));
    }
    std::fs::remove_file(&file).unwrap();
}

fn rules_of_alerts(home: &Home) {
    let added = home.run(&["alert", "add", "soon", "--than", "45", "--tell", "edith"]);
    assert!(added.status.success(), "{}", stderr(&added));
    let id = String::from_utf8_lossy(&added.stdout).trim().to_owned();
    for (args, code, said) in [
        (&["alert", "add", "stock"][..], 2, "names an item"),
        (&["alert", "add", "late", "--item", "WD-1000"], 2, "names an item"),
        (&["alert", "add", "stock", "--item", "NOPE", "--than", "5"], 1, "not known"),
        (&["alert", "add", "late", "--tell", "NOBODY"], 1, "not known"),
        (&["alert", "add", "idle"], 2, "needs --than"),
        (&["alert", "add", "idle", "--than=-1"], 2, "does not fit"),
        (&["alert", "add", "late", "--hook", "ftp://x"], 2, "expected an address"),
        (&["alert", "remove", "999"], 1, "no rule 999"),
    ] {
        let ran = home.run(args);
        assert_eq!(ran.status.code(), Some(code), "{args:?}: {}", stderr(&ran));
        assert!(stderr(&ran).contains(said), "{args:?}: {}", stderr(&ran));
        assert!(!stderr(&ran).contains("Done"), "{args:?}: {}", stderr(&ran));
    }
    let rules = rows(&home.run(&["alert", "list", "--json"]));
    assert_eq!(rules.len(), 1);
    assert_eq!((&rules[0]["tells"], &rules[0]["than"]), (&"EDITH".into(), &45.into()));
    // What is not named stays; nobody is told any more where it is empty.
    for (args, tells, than, hook) in [
        (&["--than", "30"][..], "EDITH", 30, ""),
        (&["--hook", "https://example.org/a"], "EDITH", 30, "https://example.org/a"),
        (&["--tell", ""], "", 30, "https://example.org/a"),
    ] {
        let set = home.run(&[&["alert", "set", &id], args].concat());
        assert!(set.status.success(), "{}", stderr(&set));
        let rules = rows(&home.run(&["alert", "list", "--json"]));
        let text = |name: &str| rules[0][name].as_str().unwrap_or_default().to_owned();
        assert_eq!((text("tells"), rules[0]["than"].as_i64()), (tells.into(), Some(than)));
        assert_eq!(text("hook"), hook, "{}", rules[0]);
    }
    for (args, code) in [
        (&["alert", "set", "999", "--than", "1"][..], 1),
        (&["alert", "set", &id, "--tell", "NOBODY"], 1),
        (&["alert", "set", &id, "--hook", "ftp://x"], 2),
    ] {
        assert_eq!(home.run(args).status.code(), Some(code), "{args:?}");
    }
    assert!(home.run(&["alert", "remove", &id]).status.success());
    assert!(rows(&home.run(&["alert", "list", "--json"])).is_empty());
}

#[test]
fn calendars_services_and_clocks_are_set_by_commands_and_say_what_is_wrong_with_them() {
    let home = Home::new("days");
    assert!(home.run(&["demo", "--setup-only", "--orders", "1"]).status.success());
    for args in [
        &["calendar", "set", "cn", "--weekdays", "1-6", "--day", "2028-05-01=closed"][..],
        &["calendar", "set", "CN", "--day", "2028-05-02=12:00", "--day", "2028-05-07=open"],
        &["warehouse", "set", "WH1", "--tz", "Asia/Shanghai", "--calendar", "cn"],
        &["warehouse", "add", "wh2", "--name", "Second", "--tz", "Europe/Oslo"],
        &["service", "add", "sf", "air", "--cutoff", "16:30", "--cutoff-on", "6=12:00"],
        &["service", "set", "SF", "AIR", "--region", "CN/浙江省=1", "--calendar", "CN"],
        &["service", "set", "SF", "AIR", "--transit", "3", "--standard"],
    ] {
        let ran = home.run(args);
        assert!(ran.status.success(), "{args:?}: {}", stderr(&ran));
    }
    let calendars = rows(&home.run(&["calendar", "list", "--json"]));
    assert_eq!(calendars[0]["weekdays"], "1,2,3,4,5,6");
    assert_eq!(calendars[0]["days"], "2028-05-01 closed, 2028-05-02 12:00, 2028-05-07 open");
    let services = rows(&home.run(&["service", "list", "--json"]));
    let air = services.iter().find(|s| s["service"] == "AIR").unwrap();
    assert_eq!((&air["cutoff"], &air["cutoffs"]), (&"16:30".into(), &"6=12:00".into()));
    assert_eq!((&air["regions"], &air["transit_days"]), (&"CN/浙江省//=1".into(), &3.into()));
    assert_eq!(
        services.iter().filter(|s| s["carrier"] == "SF" && s["standard"] == true).count(),
        1
    );
    let warehouses = rows(&home.run(&["warehouse", "list", "--json"]));
    assert_eq!(warehouses[0]["calendar"], "CN");
    for (args, code, said) in [
        (&["calendar", "set", "X", "--weekdays", "8"][..], 2, "expected weekdays"),
        (&["calendar", "set", "X", "--day", "2028-02-30=open"], 2, "expected a day"),
        (&["warehouse", "set", "WH1", "--tz", "Mars/Base"], 2, "no time zone"),
        (&["warehouse", "set", "WH1", "--calendar", "NONE"], 1, "no calendar NONE"),
        (&["warehouse", "set", "WH9", "--name", "x"], 1, "no warehouse WH9"),
        (&["warehouse", "add", "WH1", "--name", "x"], 1, "already"),
        (&["service", "add", "GONE", "X"], 1, "no carrier GONE"),
        (&["service", "set", "SF", "GONE"], 1, "no service SF GONE"),
        (&["service", "add", "SF", "AIR"], 1, "SF AIR already"),
        (&["service", "add", "SF", ""], 2, "expected a code"),
        (&["calendar", "set", " "], 2, "expected a code"),
        (&["warehouse", "add", "", "--name", "x"], 2, "expected a code"),
        (&["service", "set", "SF", "AIR", "--cutoff", "25:00"], 2, "expected a time"),
        (&["service", "set", "SF", "AIR", "--region", "=2"], 2, "expected COUNTRY"),
        (&["shop", "set", "DEMO", "--min-life", "101%"], 2, "a share of the shelf life"),
    ] {
        let ran = home.run(args);
        assert_eq!(ran.status.code(), Some(code), "{args:?}: {}", stderr(&ran));
        assert!(stderr(&ran).contains(said), "{args:?}: {}", stderr(&ran));
    }
}

#[test]
fn holds_are_set_lifted_and_listed_by_commands() {
    let home = Home::new("holds");
    assert!(home.run(&["demo", "--setup-only", "--orders", "1"]).status.success());
    let stock = rows(&home.run(&["show", "stock", "--json"]));
    let dated = stock.iter().find(|row| row["lot"] != "").unwrap();
    let lot = format!("{}/{}", dated["item"].as_str().unwrap(), dated["lot"].as_str().unwrap());
    let bin = dated["place"].as_str().unwrap();
    for args in [
        &["hold", "add", "--lot", lot.as_str(), "--reason", "recall", "--note", "glass"][..],
        &["hold", "add", "--bin", bin, "--reason", "block"],
    ] {
        let ran = home.run(args);
        assert!(ran.status.success(), "{args:?}: {}", stderr(&ran));
        assert!(String::from_utf8_lossy(&ran.stdout).starts_with('H'), "{args:?}");
    }
    let lifted = home.run(&["hold", "lift", "h000001"]);
    assert!(lifted.status.success(), "{}", stderr(&lifted));
    let listed = rows(&home.run(&["hold", "list", "--json"]));
    assert_eq!(listed, rows(&home.run(&["show", "holds", "--json"])));
    // What still stands comes first.
    assert_eq!(listed[1]["subject"], format!("lot {lot}"));
    assert!(listed[0]["lifted_at"].is_null() && listed[1]["lifted_at"].is_string());
    let there = rows(&home.run(&["show", "stock", "--json"]));
    assert!(there.iter().all(|row| (row["status"] == "held") == (row["place"] == bin)));
    assert_eq!(rows(&home.run(&["hold", "sent", "--lot", &lot, "--json"])).len(), 0);
    for (args, code, says) in [
        (&["hold", "lift", "H000001"][..], 1, "H000001"),
        (&["hold", "add", "--lot", "NONE/1", "--reason", "recall"], 1, "NONE/1"),
        (&["hold", "add", "--reason", "recall"], 2, "--lot"),
        (&["hold", "add", "--bin", bin, "--item", "X", "--reason", "recall"], 2, "--item"),
        (&["hold", "add", "--bin", bin, "--reason", " "], 2, "--reason"),
    ] {
        let ran = home.run(args);
        assert_eq!(ran.status.code(), Some(code), "{args:?}: {}", stderr(&ran));
        assert!(stderr(&ran).contains(says), "{args:?}: {}", stderr(&ran));
    }
    let check = home.run(&["check"]);
    assert!(check.status.success(), "{}", stderr(&check));
}

#[test]
fn the_doctor_names_what_is_wrong_with_its_mend() {
    let home = Home::new("doctor");
    assert!(home.run(&["demo", "--setup-only", "--orders", "1"]).status.success());
    let sick = home.run(&["doctor", "--json"]);
    let found = rows(&sick);
    let area = |name: &str| found.iter().filter(|f| f["area"] == name).collect::<Vec<_>>();
    // The demo's stand-in shop is gone with the demo; its printers write files.
    assert_eq!(
        (sick.status.code(), area("shop")[0]["ok"].as_bool()),
        (Some(1), Some(false)),
        "{found:#?}"
    );
    assert!(area("shop")[0]["said"].as_str().unwrap().contains("Check its URL and key"));
    assert!(area("pins").iter().all(|f| f["ok"] == true), "its own key is known: {found:#?}");
    assert!(
        area("database")
            .iter()
            .chain(&area("printer"))
            .chain(&area("clock"))
            .all(|f| f["ok"] == true),
        "{found:#?}"
    );
    assert!(home.run(&["printer", "add", "DEAD", "--url", "tcp://127.0.0.1:9"]).status.success());
    let sicker = home.run(&["doctor"]);
    assert!(
        String::from_utf8_lossy(&sicker.stdout).contains("WRONG printer   DEAD"),
        "{}",
        String::from_utf8_lossy(&sicker.stdout)
    );
    // PINs are hashed with a key that this machine's file has not.
    let key = home.0.join("other-key");
    let key = key.to_str().unwrap();
    assert!(home.run(&["secrets", "new-key", key]).status.success());
    let moved = run(
        &["doctor"],
        &[("WAVEDECK_HOME", home.0.to_str().unwrap()), ("WAVEDECK_PIN_KEY_FILE", key)],
    );
    let said = String::from_utf8_lossy(&moved.stdout).into_owned();
    assert!(said.contains("WRONG pins") && said.contains("not in the key file"), "{said}");
    let unreachable =
        run(&["doctor"], &[("WAVEDECK_DATABASE_URL", "postgres://nobody@127.0.0.1:9/none")]);
    assert_eq!(unreachable.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unreachable.stdout).contains("WRONG database"));
}

#[test]
fn completions_and_keymaps_are_printed() {
    for shell in ["bash", "zsh", "fish"] {
        let out = run(&["completions", shell], &[]);
        assert!(
            out.status.success() && String::from_utf8_lossy(&out.stdout).contains("printer"),
            "{shell}"
        );
    }
    let shown = run(&["keymap", "show", "handheld"], &[]);
    let text = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(text.lines().any(|l| l.starts_with("Left") && l.contains("BACK")), "{text}");
    let file = std::env::temp_dir().join(format!("wavedeck-test-{}-keys.toml", std::process::id()));
    std::fs::write(&file, "base = \"vim\"\nbind = [{ key = \"f1\", card = \"FLY\" }]\n").unwrap();
    let bad = run(&["keymap", "check", file.to_str().unwrap()], &[]);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(bad.status.code(), Some(1));
    assert!(stderr(&bad).contains("line 2: there is no command \"FLY\""), "{}", stderr(&bad));
}

/// The folder under a home whose server writes this file.
fn find(dir: &std::path::Path, name: &str) -> Option<std::path::PathBuf> {
    std::fs::read_dir(dir).ok()?.flatten().find_map(|entry| match entry.file_type().ok()? {
        kind if kind.is_dir() => find(&entry.path(), name),
        _ => (entry.file_name() == name).then(|| entry.path()),
    })
}

#[test]
fn a_wrong_password_an_unknown_database_and_a_stopped_server_are_told_apart() {
    let home = Home::new("door");
    assert!(home.run(&["demo", "--setup-only", "--orders", "1"]).status.success());
    assert!(home.run(&["db", "start"]).status.success());
    let url = String::from_utf8(home.run(&["db", "url"]).stdout).unwrap().trim().to_owned();
    let asked = |url: &str, args: &[&str]| {
        let ran = run(
            args,
            &[
                ("WAVEDECK_HOME", home.0.to_str().unwrap()),
                ("WAVEDECK_DATABASE_URL", url),
                ("WAVEDECK_LANG", "en"),
            ],
        );
        (ran.status.code(), stderr(&ran))
    };
    let commands: [&[&str]; 6] = [
        &["show", "shops"],
        &["check"],
        &["shop", "list"],
        &["user", "list"],
        &["worker"],
        &["db", "backup", "/nowhere/x"],
    ];
    // The server asks for a password from now on, and nobody has set one.
    let pid_file = find(&home.0, "postmaster.pid").unwrap();
    let postmaster: i32 =
        std::fs::read_to_string(&pid_file).unwrap().lines().next().unwrap().parse().unwrap();
    let signal = |name: &str| {
        assert!(
            std::process::Command::new("kill")
                .args([name, &postmaster.to_string()])
                .status()
                .unwrap()
                .success()
        )
    };
    let rules = pid_file.with_file_name("pg_hba.conf");
    let before = std::fs::read_to_string(&rules).unwrap();
    let reloaded = |url: &str, says: &str| {
        let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
        loop {
            let (code, said) = asked(url, &["show", "shops"]);
            if code == Some(3) && said.contains("does not let us in") && said.contains(says) {
                return;
            }
            assert!(std::time::Instant::now() < end, "{code:?} {said}");
        }
    };
    std::fs::write(&rules, "local all all scram-sha-256\n").unwrap();
    signal("-HUP");
    let guess = url.replacen("@", ":guess@", 1);
    reloaded(&guess, "password");
    for args in commands {
        let (code, said) = asked(&guess, args);
        assert!(
            code == Some(3)
                && (said.contains("does not let us in") || args[0] == "db")
                && said.contains("password"),
            "{args:?}: {code:?} {said}"
        );
        assert!(!said.contains("guess"), "{args:?} shows the password: {said}");
    }
    std::fs::write(&rules, before).unwrap();
    signal("-HUP");
    reloaded(&format!("{}/elsewhere", url.rsplit_once('/').unwrap().0), "elsewhere");
    // Stopped: nobody answers there any more.
    signal("-INT");
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while pid_file.exists() {
        assert!(std::time::Instant::now() < end, "the server does not stop");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    for args in commands {
        let (code, said) = asked(&url, args);
        assert!(
            code == Some(3) && !said.is_empty() && !said.contains("should not"),
            "{args:?}: {code:?} {said}"
        );
    }
    let _ = home.run(&["db", "stop"]);
}

/// The arguments of a command line as a shell would part them: quotes hold, a comment, a pipe or a
/// file for the output ends it.
fn arguments(line: &str) -> Vec<String> {
    let (mut out, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            ('#' | '>' | '|' | '&' | '\\', None) if word.is_none() => break,
            (' ', None) => out.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    out.extend(word);
    let command = out.iter().position(|word| !word.contains('=')).unwrap_or(out.len());
    out.split_off(command)
}

/// Lines of a text that are commands of ours, with those that go on in the next line.
fn commands(text: &str) -> Vec<Vec<String>> {
    let whole = text.replace("\\\n", " ");
    let lines = whole.lines().filter(|line| line.starts_with("    ")).map(str::trim);
    let said = lines.flat_map(|line| line.split(" && ")).map(arguments);
    said.filter(|args| args.first().is_some_and(|name| name == "wavedeck")).collect()
}

#[test]
fn what_help_and_readme_tell_to_type_is_taken() {
    use clap::error::ErrorKind;
    let mut texts = vec![include_str!("../README.md")];
    for lang in Lang::ALL {
        for (name, about) in topics::all(lang) {
            let text = topics::text(lang, name).unwrap();
            let mut lines = text.lines();
            assert_eq!((lines.next(), lines.next()), (Some(about), Some("")), "{name}");
            assert!(about.width() <= 60 && text.lines().count() > 9, "{name}");
            let wide: Vec<&str> = text.lines().filter(|line| line.width() > 78).collect();
            assert!(wide.is_empty(), "{name}: {wide:#?}");
            texts.push(text);
        }
    }
    let words = Catalogue::new(Lang::En);
    let mut seen = 0;
    for args in texts.into_iter().flat_map(commands) {
        let parsed = help::command(&words).try_get_matches_from(&args);
        let wrong = parsed.err().filter(|error| error.kind() != ErrorKind::DisplayHelp);
        assert!(wrong.is_none(), "{args:?}: {wrong:?}");
        seen += 1;
    }
    assert!(seen > 150, "{seen}");
}

#[test]
fn help_is_by_topic_or_by_command_in_the_users_language() {
    let said = |args: &[&str], lang: &str| {
        let done = run(args, &[("LANG", lang)]);
        assert!(done.status.success(), "{args:?}: {}", stderr(&done));
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    let all = said(&["help"], "en_US.UTF-8");
    for (name, about) in topics::all(Lang::En) {
        assert!(all.contains(&format!("  {name:<12}{about}")), "{all}");
    }
    assert!(said(&["help", "holds"], "zh_CN.UTF-8").contains("召回"));
    let import = said(&["import", "--help"], "en_US.UTF-8");
    assert_eq!(said(&["help", "import", "stock"], "en_US.UTF-8"), import);
    assert!(import.ends_with("More: wavedeck help files\n"), "{import}");
    assert!(said(&["help", "shop", "stock"], "en_US.UTF-8").contains("--safety"));
    for none in [&["help", "nothing"][..], &["help", "stock"]] {
        let done = run(none, &[]);
        assert_eq!(done.status.code(), Some(2), "{}", stderr(&done));
    }
    // What was perhaps meant.
    for (args, meant) in [
        (&["shwo", "stock"][..], "Did you mean shop, show"),
        (&["import", "stock", "x.csv", "--drry-run"], "Did you mean --dry-run"),
    ] {
        let done = run(args, &[("LANG", "en_US.UTF-8")]);
        assert_eq!(done.status.code(), Some(2));
        assert!(stderr(&done).contains(&format!("{meant}? ")), "{}", stderr(&done));
    }
}

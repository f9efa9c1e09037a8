//! `wavedeck doctor`: is everything that Wavedeck needs as it should be; each finding with its
//! mend.

mod doors;

use super::{Done, Fail, keymap, open, say};
use crate::config::{self, Config};
use crate::i18n::Catalogue;
use crate::jobs::folder;
use crate::limits;
use crate::links::channels::{self, OrdersCome};
use crate::links::printers;
use crate::protocol::Message;
use crate::store;
use crate::store::doctor::{self, Server};
use crate::store::schema::Login;
use crate::store::shops::ShopRow;
use crate::work::{Ctx, shops};
use clap::Args;
use serde_json::{Value, json};
use std::io::IsTerminal;

/// Arguments of `wavedeck doctor`.
#[derive(Args)]
pub struct Doctor {
    #[arg(long)]
    json: bool,
}

/// One thing that was looked at.
struct Finding {
    area: &'static str,
    ok: bool,
    /// What was found, and what mends it.
    text: Message,
}

fn good(area: &'static str, text: Message) -> Finding {
    Finding { area, ok: true, text }
}

fn wrong(area: &'static str, text: Message) -> Finding {
    Finding { area, ok: false, text }
}

/// Says of everything that is needed whether it is as it should be; 1 where anything is not, a
/// database that cannot be reached included.
pub async fn run(args: Doctor, config: &Config) -> Done {
    let mut findings = here(config);
    findings.extend(doors::look_at_configuration(config));
    match there(config).await {
        Ok(more) => findings.extend(more),
        Err(fail) => findings.extend(fail.texts.into_iter().map(|text| wrong("database", text))),
    }
    let words = Catalogue::new(config.lang());
    if args.json {
        let rows: Vec<_> = findings
            .iter()
            .map(|f| json!({ "area": f.area, "ok": f.ok, "said": words.say(&f.text) }))
            .collect();
        say(&Value::from(rows).to_string())?;
    } else {
        findings.iter().try_for_each(|f| {
            say(&format!(
                "{} {:<9} {}",
                if f.ok { "ok   " } else { "WRONG" },
                f.area,
                words.say(&f.text)
            ))
        })?;
    }
    match findings.iter().filter(|f| !f.ok).count() {
        0 => Ok(()),
        n => Err(Fail::refused(Message::key("cli-doctor-wrong").with("count", n as i64))),
    }
}

/// This machine: terminal, scanner, keymap.
fn here(config: &Config) -> Vec<Finding> {
    let term = config::terminal_kind();
    let utf8 = config::locale_is_utf8();
    let mut findings = vec![match (&term, std::io::stdout().is_terminal()) {
        (_, false) => good("terminal", Message::key("doctor-no-terminal")),
        (Some(term), _) if term != "dumb" && utf8 => {
            let (width, height) = crate::console::tty::size();
            good(
                "terminal",
                Message::key("doctor-terminal")
                    .with("term", term)
                    .with("width", i64::from(width))
                    .with("height", i64::from(height)),
            )
        }
        (Some(term), _) if term != "dumb" => wrong("terminal", Message::key("doctor-not-utf8")),
        _ => wrong("terminal", Message::key("doctor-dumb")),
    }];
    findings.push(match config.scanner.prefix.is_empty() {
        true => good("scanner", Message::key("doctor-no-prefix")),
        false => good("scanner", Message::key("doctor-prefix")),
    });
    findings.extend(match keymap::configured(config) {
        Ok(_) => vec![],
        Err(fail) => fail.texts.into_iter().map(|text| wrong("keymap", text)).collect(),
    });
    findings
}

/// What is reached over the database: itself, printers, shops, the clock.
async fn there(config: &Config) -> Done<Vec<Finding>> {
    let opened = open::open(config).await?;
    let mut keys = doors::look_at_keys(&opened, config)?;
    let ctx = opened.ctx(config, Login::Worker, "doctor", 1)?;
    let findings = look(&ctx, config).await.map(|found| {
        keys.extend(found);
        keys
    });
    ctx.db.close().await;
    opened.close().await?;
    findings
}

async fn look(ctx: &Ctx, config: &Config) -> Done<Vec<Finding>> {
    let mut tx = ctx.db.begin().await?;
    let server = doctor::server(&mut tx).await?;
    let printer_rows = store::printers::list(&mut tx).await?;
    let shops = store::shops::all(&mut tx).await?;
    drop(tx);
    let mut findings = look_at_database(&server, config);
    findings.extend(doors::look_at_server(&server, config));
    findings.extend(doors::look_at_pins(&server, &ctx.pins.key_ids().unwrap_or_default()));
    findings.extend(look_at_clock(&server));
    for row in &printer_rows {
        findings.push(look_at_printer(ctx, row).await);
    }
    for shop in &shops {
        findings.extend(look_at_shop(ctx, shop).await);
    }
    Ok(findings)
}

fn look_at_database(server: &Server, config: &Config) -> Vec<Finding> {
    let version = Message::key("doctor-version").with("version", &server.version);
    vec![
        if server.major >= 14 {
            good("database", version)
        } else {
            wrong("database", Message::key("doctor-too-old").with("version", &server.version))
        },
        if server.encoding == "UTF8" {
            good("database", Message::key("doctor-encoding"))
        } else {
            wrong(
                "database",
                Message::key("doctor-not-utf8-database").with("encoding", &server.encoding),
            )
        },
        // The private cluster is the user's own; on a shared one sessions should not be able to
        // change the schema.
        if server.owner && config.database.url.is_some() {
            wrong("roles", Message::key("doctor-one-role").with("role", &server.role))
        } else {
            good("roles", Message::key("doctor-roles").with("role", &server.role))
        },
    ]
}

/// The server's clock beside this machine's, and the clock of days.
fn look_at_clock(server: &Server) -> Vec<Finding> {
    let ahead_ms = (jiff::Timestamp::now().as_millisecond() - server.now_ms).abs();
    let mut findings = vec![match ahead_ms {
        0..=2000 => good("clock", Message::key("doctor-clock")),
        off => wrong("clock", Message::key("doctor-clock-off").with("seconds", off / 1000)),
    }];
    if server.days_moved {
        findings.push(wrong("clock", Message::key("doctor-days-moved")));
    }
    findings
}

/// A printer, by its row as it is listed.
async fn look_at_printer(ctx: &Ctx, row: &Value) -> Finding {
    let (code, url) =
        (row["code"].as_str().unwrap_or_default(), row["url"].as_str().unwrap_or_default());
    match printers::is_reachable(url, &ctx.print_files).await {
        Ok(()) => good("printer", Message::key("doctor-printer").with("code", code)),
        Err(said) => wrong(
            "printer",
            Message::key("doctor-printer-silent").with("code", code).with("said", said),
        ),
    }
}

/// A shop; of one whose orders come in files there is nothing to reach.
async fn look_at_shop(ctx: &Ctx, shop: &ShopRow) -> Option<Finding> {
    let come = channels::orders_come(&shop.channel);
    if come == OrdersCome::InFiles {
        return None;
    }
    let answer = match shops::channel(ctx, shop) {
        Ok(_) if come == OrdersCome::InAFolder => folder::folder_is_usable(&shop.url),
        Ok(channel) => {
            channel.pull(None, "", limits::PULL_PAGE.min(1)).await.map(drop).map_err(|e| e.message)
        }
        Err(error) => Err(error.message),
    };
    Some(match answer {
        Ok(()) => good("shop", Message::key("doctor-shop").with("code", &shop.code)),
        Err(said) => wrong(
            "shop",
            Message::key("doctor-shop-silent").with("code", &shop.code).with("said", said),
        ),
    })
}

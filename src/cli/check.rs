//! `wavedeck check`: is everything that must hold true?

use super::{Done, Fail, open, say};
use crate::config::Config;
use crate::protocol::Message;
use crate::store::audit::{self, Seal};
use crate::store::check::{self, Checked, Report};
use crate::work::seals;
use clap::Args;

/// Arguments of `wavedeck check`.
#[derive(Args)]
pub struct Check {
    #[arg(long)]
    json: bool,
}

/// Computes every invariant again and changes nothing; 1 where a row does not hold.
pub async fn run(args: Check, config: &Config) -> Done {
    let (mut report, sealed) =
        open::look(config, async |tx| Ok((check::run(tx).await?, audit::seals(tx).await?))).await?;
    if !look_at_seals(config, &mut report, &sealed) && !sealed.is_empty() {
        // Beside the report, which may be read by a program. Nobody to tell is no reason to stop.
        let note = Message::key("cli-check-unsealed").with("seals", sealed.len() as i64);
        super::note(config, &note);
    }
    if args.json {
        say(&serde_json::to_string(&report).map_err(Fail::bug)?)?;
    } else {
        for checked in &report.checked {
            let found = report.problems.iter().filter(|p| p.invariant == checked.name).count();
            say(&format!(
                "{:<8} {} ({} rows)",
                if found == 0 { "ok".to_owned() } else { format!("{found} wrong") },
                checked.name,
                checked.rows
            ))?;
        }
        for p in &report.problems {
            say(&format!(
                "{}: {}: expected {}, found {}",
                p.invariant, p.key, p.expected, p.found
            ))?;
        }
    }
    if report.ok {
        Ok(())
    } else {
        Err(Fail::refused(
            Message::key("cli-check-wrong").with("rows", report.problems.len() as i64),
        ))
    }
}

/// The audit beside its seals. `false`: their key is not here, and they are not looked at.
fn look_at_seals(config: &Config, report: &mut Report, sealed: &[Seal]) -> bool {
    let Some(Ok(problems)) = open::key_here(config).map(|vault| seals::verify(&vault, sealed))
    else {
        return false;
    };
    let rows = sealed.iter().map(|seal| seal.row_count).sum();
    report.checked.push(Checked { name: seals::INVARIANT, rows });
    report.ok &= problems.is_empty();
    report.problems.extend(problems);
    true
}

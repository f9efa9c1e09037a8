//! `wavedeck scanner`: what scanners are set to send around their data, and who works with which.

use super::{Done, Fail, open, say_rows};
use crate::config::Config;
use crate::protocol::{Message, ScannerSettings};
use crate::store::{Rule, Thing, scanners};
use clap::{ArgGroup, Args, Subcommand};

/// Arguments of `wavedeck scanner`.
#[derive(Args)]
pub struct ScannerArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Set {
        code: String,
        #[arg(long, default_value = "")]
        prefix: String,
        #[arg(long, default_value = "")]
        suffix: String,
        #[arg(long)]
        gs: Option<char>,
    },
    #[command(group(ArgGroup::new("whose").args(["person", "bench"]).required(true)))]
    Use {
        code: String,
        #[arg(long)]
        person: Option<String>,
        #[arg(long)]
        bench: Option<String>,
    },
    List {
        #[arg(long)]
        json: bool,
    },
}

/// Makes or changes a profile, gives it to a person or a bench, or lists profiles; 1 where the
/// profile, the person or the bench is not known.
pub async fn run(args: ScannerArgs, config: &Config) -> Done {
    match args.what {
        What::Set { code, prefix, suffix, gs } => {
            let scanner = ScannerSettings { prefix, suffix, gs };
            if !scanner.can_be() {
                return Err(Fail::usage(Message::key("cli-scanner-cannot")));
            }
            open::with_tx(config, Some(("scanner_set", &code.to_uppercase())), async |tx| {
                scanners::save(tx, &code.to_uppercase(), &scanner).await
            })
            .await
        }
        What::Use { code, person, bench } => {
            // A dash takes the profile away.
            let code = Some(code.to_uppercase()).filter(|code| code != "-");
            let (person, bench) =
                (person.map(|p| p.to_uppercase()), bench.map(|b| b.to_uppercase()));
            let whose = person.clone().or(bench.clone()).unwrap_or_default();
            open::with_tx(config, Some(("scanner_use", &whose)), async |tx| {
                let (code, person, bench) = (code.as_deref(), person.as_deref(), bench.as_deref());
                let used = scanners::assign(tx, code, person, bench).await?;
                let named = [code, Some(whose.as_str())].into_iter().flatten().collect::<Vec<_>>();
                Rule::known(used, Thing::Scanner, &named.join(", "))
            })
            .await
        }
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| scanners::list(tx).await).await?;
            say_rows(&rows, json)
        }
    }
}

//! `wavedeck role`: what people of a role may do.

use super::{Done, Fail, code, open, say, say_rows};
use crate::config::{self, Config};
use crate::domain::{Right, Rights, Role};
use crate::i18n::Catalogue;
use crate::protocol::Message;
use crate::store::{self, Rule, Thing, Tx, audit, roles};
use clap::{Args, Subcommand};
use serde_json::json;

/// Arguments of `wavedeck role`.
#[derive(Args)]
pub struct RoleArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Set(Change),
    List {
        #[arg(long)]
        json: bool,
    },
    Remove {
        code: String,
    },
    Rights {
        #[arg(long)]
        json: bool,
    },
}

/// What is to change of a role; what is not named stays.
#[derive(Args)]
struct Change {
    code: String,
    #[arg(long)]
    name: Option<String>,
    #[arg(long)]
    name_zh: Option<String>,
    /// All of its rights.
    #[arg(long, value_name = "RIGHT,RIGHT", value_parser = right, value_delimiter = ',')]
    #[arg(conflicts_with_all = ["grant", "withdraw"])]
    rights: Option<Vec<Right>>,
    #[arg(long, value_name = "RIGHT,RIGHT", value_parser = right, value_delimiter = ',')]
    grant: Vec<Right>,
    #[arg(long, value_name = "RIGHT,RIGHT", value_parser = right, value_delimiter = ',')]
    withdraw: Vec<Right>,
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(i32).range(0..=1440))]
    locks_after: Option<i32>,
    #[arg(long, value_name = "OWNER,OWNER", value_delimiter = ',')]
    owners: Option<Vec<String>>,
    #[arg(long, value_name = "SHOP,SHOP", value_delimiter = ',')]
    shops: Option<Vec<String>>,
}

fn right(text: &str) -> Result<Right, String> {
    let codes = || Right::all().iter().map(Right::code).collect::<Vec<_>>().join(", ");
    Right::parse(text.trim()).ok_or_else(codes)
}

impl Change {
    fn rights(&self, before: Rights) -> Rights {
        let named = self.rights.as_ref().map_or(before, |rights| rights.iter().copied().collect());
        let granted: Rights = self.grant.iter().copied().collect();
        let withdrawn: Rights = self.withdraw.iter().copied().collect();
        (named | granted) - withdrawn
    }
}

/// Makes, changes, lists and removes roles, or lists all rights; 1 where people still have the role
/// that is to go.
pub async fn run(args: RoleArgs, config: &Config) -> Done {
    match args.what {
        What::Set(change) => {
            let role = code(&change.code)?.to_lowercase();
            if role == "system" || !is_code(&role) {
                return Err(Fail::usage(
                    Message::key("cli-role-code").with("received", &change.code),
                ));
            }
            open::with_tx(config, None, async |tx| set(tx, &role, &change).await).await
        }
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| roles::list(tx).await).await?;
            say_rows(&rows, json)
        }
        What::Remove { code } => {
            let role = code.to_lowercase();
            open::with_tx(config, Some(("role_remove", &role)), async |tx| {
                Rule::known(roles::remove(tx, &role).await?, Thing::Role, &code)
            })
            .await
        }
        What::Rights { json } => {
            let words = Catalogue::new(config.lang());
            let rows: Vec<_> = Right::all()
                .iter()
                .map(|right| json!({ "code": right.code(), "text": words.say(&right.says()) }))
                .collect();
            if json { say_rows(&rows, true) } else { rights(&words) }
        }
    }
}

fn rights(words: &Catalogue) -> Done {
    Right::all()
        .iter()
        .try_for_each(|right| say(&format!("{:<12}{}", right.code(), words.say(&right.says()))))
}

/// As the database wants it: what a badge or a menu may show without quoting.
fn is_code(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-')
}

async fn set(tx: &mut Tx, code: &str, change: &Change) -> store::Result<()> {
    let before = match roles::find(tx, code).await {
        Ok(role) => Some(role),
        Err(store::Error::Rule(_)) => None,
        Err(error) => return Err(error),
    };
    let rights = change.rights(before.as_ref().map(|role| role.rights).unwrap_or_default());
    let (en, zh) = (change.name.as_deref(), change.name_zh.as_deref());
    roles::set(tx, code, en, zh, rights, change.locks_after).await?;
    if let Some(owners) = &change.owners {
        roles::limit_owners(tx, code, &named(owners)).await?;
    }
    if let Some(shops) = &change.shops {
        roles::limit_shops(tx, code, &named(shops)).await?;
    }
    let after = roles::find(tx, code).await?;
    let told = |role: &Role| json!(role);
    let mut told_after = told(&after);
    for (key, limit) in [("owners", &change.owners), ("shops", &change.shops)] {
        if let Some(codes) = limit {
            told_after[key] = json!(named(codes));
        }
    }
    let who = format!("cli:{}", config::os_user());
    audit::record_change(tx, &who, "role_set", code, before.as_ref().map(told), Some(told_after))
        .await
}

/// The codes of a list; an empty one names nobody.
fn named(codes: &[String]) -> Vec<String> {
    codes.iter().map(|code| code.trim().to_owned()).filter(|code| !code.is_empty()).collect()
}

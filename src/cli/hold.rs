//! `wavedeck hold`: what must not move: recalls of lots, blocks of places, whatever else.

use super::{Done, Fail, open, say, say_rows};
use crate::config::Config;
use crate::protocol::Message;
use crate::store::holds::{self, Subject};
use crate::store::{self, Rule, Thing, Tx, show};
use clap::{ArgGroup, Args, Subcommand};

/// Arguments of `wavedeck hold`.
#[derive(Args)]
pub struct HoldArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Add(Box<NewHold>),
    Lift {
        hold_no: String,
    },
    List {
        #[arg(long)]
        json: bool,
        #[arg(long, default_value_t = 1000)]
        limit: u32,
    },
    Sent {
        #[arg(long, value_name = "SKU/LOT")]
        lot: String,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args)]
struct NewHold {
    #[command(flatten)]
    about: About,
    #[arg(long)]
    reason: String,
    #[arg(long)]
    note: Option<String>,
    #[arg(long)]
    warehouse: Option<String>,
}

#[derive(Args)]
#[command(group = ArgGroup::new("about").required(true)
    .args(["lot", "item", "bin", "container", "owner", "shipment", "order", "customer"]))]
struct About {
    #[arg(long, value_name = "SKU/LOT")]
    lot: Option<String>,
    #[arg(long, value_name = "SKU")]
    item: Option<String>,
    #[arg(long)]
    bin: Option<String>,
    #[arg(long)]
    container: Option<String>,
    #[arg(long)]
    owner: Option<String>,
    #[arg(long)]
    shipment: Option<String>,
    #[arg(long, value_name = "SHOP/ORDER")]
    order: Option<String>,
    #[arg(long, value_name = "SHOP/CUSTOMER")]
    customer: Option<String>,
}

impl About {
    /// Clap has seen to it that there is exactly one.
    fn subject(&self) -> Option<Subject<'_>> {
        let lot = self.lot.as_deref().map(lot);
        lot.or_else(|| self.item.as_deref().map(Subject::Item))
            .or_else(|| self.bin.as_deref().map(Subject::Place))
            .or_else(|| self.container.as_deref().map(Subject::Container))
            .or_else(|| self.owner.as_deref().map(Subject::Owner))
            .or_else(|| self.shipment.as_deref().map(Subject::Shipment))
            .or_else(|| self.order.as_deref().map(order))
            .or_else(|| self.customer.as_deref().map(customer))
    }
}

/// `TEA-1/L9`, or the number alone where no other item has it.
fn lot(text: &str) -> Subject<'_> {
    match text.rsplit_once('/') {
        Some((sku, number)) => Subject::Lot { sku: Some(sku), number },
        None => Subject::Lot { sku: None, number: text },
    }
}

/// `main/1001`, or the number alone where no other shop has it.
fn order(text: &str) -> Subject<'_> {
    match text.split_once('/') {
        Some((shop, number)) => Subject::Order { shop: Some(shop), number },
        None => Subject::Order { shop: None, number: text },
    }
}

fn customer(text: &str) -> Subject<'_> {
    match text.split_once('/') {
        Some((shop, code)) => Subject::Customer { shop: Some(shop), code },
        None => Subject::Customer { shop: None, code: text },
    }
}

/// The one row that is meant.
async fn one(tx: &mut Tx, subject: Subject<'_>, warehouse: Option<&str>) -> store::Result<i64> {
    match holds::find(tx, subject, warehouse).await?.as_slice() {
        [id] => Ok(*id),
        [] => Err(Rule::Unknown(Thing::HoldSubject, subject.named()).into()),
        _ => Err(Rule::Ambiguous(Thing::HoldSubject, subject.named()).into()),
    }
}

/// Holds something and says the hold's number, lifts a hold, lists holds, or says what of a lot has
/// left; 1 where nothing or more than one thing is called so.
pub async fn run(args: HoldArgs, config: &Config) -> Done {
    let by = format!("cli:{}", crate::config::os_user());
    match args.what {
        What::Add(new) => {
            let NewHold { about, reason, note, warehouse } = *new;
            let Some(subject) = about.subject() else {
                return Err(Fail::usage(Message::key("cli-hold-subject")));
            };
            if reason.trim().is_empty() {
                return Err(Fail::usage(Message::key("cli-hold-reason")));
            }
            let note = note.unwrap_or_default();
            let no = open::with_tx(config, Some(("hold_add", &subject.named())), async |tx| {
                let id = one(tx, subject, warehouse.as_deref()).await?;
                holds::add(tx, subject.code(), id, reason.trim(), note.trim(), &by).await
            })
            .await?;
            say(&no)
        }
        What::Lift { hold_no } => {
            let hold_no = hold_no.to_uppercase();
            open::with_tx(config, Some(("hold_lift", &hold_no)), async |tx| {
                Rule::known(holds::lift(tx, &hold_no, &by).await?, Thing::Hold, &hold_no)
            })
            .await
        }
        What::List { json, limit } => {
            let rows = open::with_tx(config, None, async |tx| {
                show::rows(tx, show::ListKind::Holds, None, limit.into()).await
            })
            .await?;
            say_rows(&rows, json)
        }
        What::Sent { lot: text, json } => {
            let rows = open::with_tx(config, Some(("hold_sent", &text)), async |tx| {
                let id = one(tx, lot(&text), None).await?;
                holds::sent(tx, id).await
            })
            .await?;
            say_rows(&rows, json)
        }
    }
}

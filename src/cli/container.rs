//! `wavedeck container`: totes, cartons, pallets and trolleys with their slots; their codes as
//! labels.

use super::cards::label;
use super::{Done, Fail, open, say, say_rows};
use crate::codes::own;
use crate::config::Config;
use crate::protocol::Message;
use crate::store::schema::Login;
use crate::store::{self, Actor, Rule, Thing, Tx, places, site};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use uuid::Uuid;

/// Arguments of `wavedeck container`.
#[derive(Args)]
pub struct ContainerArgs {
    #[command(subcommand)]
    what: What,
}

const KINDS: [&str; 4] = ["tote", "carton", "pallet", "trolley"];

#[derive(Subcommand)]
enum What {
    Add {
        #[arg(long, value_parser = KINDS)]
        kind: String,
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i32).range(1..=10_000))]
        count: i32,
        #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..=99))]
        slots: i64,
        #[arg(long = "in", value_name = "PLACE")]
        place: Option<String>,
        #[arg(long)]
        warehouse: Option<String>,
        #[arg(long)]
        zpl: bool,
    },
    Set {
        container: String,
        #[arg(long = "in", value_name = "PLACE")]
        place: String,
        #[arg(long = "as", value_name = "PERSON")]
        person: String,
        #[arg(long)]
        warehouse: Option<String>,
    },
    List {
        #[arg(long, value_parser = ["tote", "carton", "pallet", "parcel", "trolley", "slot"])]
        kind: Option<String>,
        #[arg(long)]
        warehouse: Option<String>,
        #[arg(long)]
        json: bool,
        #[arg(long, default_value_t = 1000)]
        limit: u32,
    },
}

/// Makes containers and prints their codes, says where one stands now, or lists them. To move one
/// a person with the right `stock` answers with a PIN; 1 where code and PIN do not fit.
pub async fn run(args: ContainerArgs, config: &Config) -> Done {
    match args.what {
        What::Add { kind, count, slots, place, warehouse, zpl } => {
            if slots > 0 && kind != "trolley" {
                return Err(Fail::usage(Message::key("cli-container-slots")));
            }
            let new = New { kind: &kind, count, slots, place: place.as_deref() };
            let codes = open::with_tx(config, Some(("container_add", &kind)), async |tx| {
                let warehouse = site::warehouse(tx, warehouse.as_deref()).await?;
                add(tx, warehouse, &new).await
            })
            .await?;
            for (code, text) in codes {
                say(&if zpl { label(&code, &text) } else { format!("{code:<24}{text}") })?;
            }
            Ok(())
        }
        What::Set { container, place, person, warehouse } => {
            let subject = format!("{container} {place}");
            let opened = open::open(config).await?;
            let db = opened.db(Login::Admin, "cli", 1)?;
            let who = super::user::answering(&db, &opened.pins(config)?, &person).await;
            db.close().await;
            let who = who?;
            open::with_open_database(
                config,
                opened,
                Some(("container_set", &subject)),
                async |tx| move_to(tx, &container, &place, who, warehouse.as_deref()).await,
            )
            .await
        }
        What::List { kind, warehouse, json, limit } => {
            let rows = open::with_tx(config, None, async |tx| {
                places::containers(tx, warehouse.as_deref(), kind.as_deref(), limit.into()).await
            })
            .await?;
            say_rows(&rows, json)
        }
    }
}

struct New<'a> {
    kind: &'a str,
    count: i32,
    slots: i64,
    place: Option<&'a str>,
}

/// Makes them; returns each code with what its label says.
async fn add(tx: &mut Tx, warehouse: i64, new: &New<'_>) -> store::Result<Vec<(String, String)>> {
    let trolley = new.kind == "trolley";
    let letter = if trolley { own::Kind::Trolley } else { own::Kind::Container };
    let mut plates: Vec<(i64, String)> = Vec::new();
    // A plate that was printed elsewhere may be in use already: then another number.
    while plates.len() < new.count as usize {
        let missing = new.count - plates.len() as i32;
        let numbers = places::plate_numbers(tx, missing).await?;
        let drawn: Vec<(i64, String)> = numbers
            .into_iter()
            .filter_map(|n| Some((n, own::make(letter, &format!("{n:06}"))?)))
            .collect();
        let codes: Vec<String> = drawn.iter().map(|(_, code)| code.clone()).collect();
        let known = places::known(tx, &codes).await?;
        plates.extend(drawn.into_iter().filter(|(_, code)| !known.contains(code)));
    }
    let mut said = Vec::new();
    if trolley {
        let codes: Vec<String> = plates.iter().map(|(_, code)| code.clone()).collect();
        places::add_trolleys(tx, warehouse, &codes).await?;
    } else {
        let stands_in = match new.place {
            Some(code) => code.to_uppercase(),
            None => places::staging(tx, warehouse).await?.ok_or(Rule::NoStaging)?,
        };
        let rows: Vec<Value> = plates
            .iter()
            .map(|(_, code)| json!({ "code": code, "kind": new.kind, "stands_in": stands_in }))
            .collect();
        if places::by_code(tx, &stands_in, None).await?.iter().all(|p| p.warehouse != warehouse) {
            return Err(Rule::unknown(Thing::Place, &stands_in).into());
        }
        places::add_containers(tx, warehouse, &Value::Array(rows)).await?;
    }
    let mut slots = Vec::new();
    for (n, code) in plates {
        said.push((code.clone(), new.kind.to_owned()));
        for slot in 1..=new.slots {
            let Some(slot_code) = own::make(own::Kind::Slot, &format!("{n:06}{slot:02}")) else {
                continue;
            };
            slots.push(json!({ "code": slot_code, "trolley": code }));
            said.push((slot_code, format!("{code} / {slot}")));
        }
    }
    places::add_slots(tx, warehouse, &Value::Array(slots)).await?;
    Ok(said)
}

async fn move_to(
    tx: &mut Tx,
    container: &str,
    place: &str,
    person: i64,
    warehouse: Option<&str>,
) -> store::Result<()> {
    let from = one(tx, container, warehouse).await?;
    if from.kind != "container" {
        return Err(Rule::unknown(Thing::Container, container).into());
    }
    let to = one(tx, place, warehouse).await?;
    let at = jiff::Timestamp::now().to_string();
    let actor = Actor { person, warehouse: from.warehouse, command: Uuid::now_v7(), at: &at };
    places::move_container(tx, from.id, to.id, actor).await
}

/// The one place of this code.
async fn one(tx: &mut Tx, code: &str, warehouse: Option<&str>) -> store::Result<places::PlaceRow> {
    let mut found = places::by_code(tx, code, warehouse).await?;
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Rule::unknown(Thing::Place, code).into()),
        _ => Err(Rule::WarehouseUnsaid.into()),
    }
}

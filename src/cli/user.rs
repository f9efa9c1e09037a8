//! `wavedeck user`: people and badges.

use super::{Done, Fail, open, say, say_rows, tell};
use crate::codes::own;
use crate::config::{self, Config};
use crate::domain::{Lang, Right};
use crate::protocol::Message;
use crate::store::people::{self, NewPerson, PersonChange};
use crate::store::{self, Db, Rule, Thing, Tx};
use crate::work::pins::{self, Pins};
use clap::{Args, Subcommand};

/// Arguments of `wavedeck user`.
#[derive(Args)]
pub struct User {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Add(NewUser),
    Set(UserChange),
    List {
        #[arg(long)]
        json: bool,
    },
    Badge {
        code: String,
    },
    Disable {
        code: String,
    },
}

#[derive(Args)]
struct NewUser {
    code: String,
    #[arg(long)]
    name: String,
    #[arg(long)]
    role: String,
    #[arg(long, default_value = "en", value_parser = Lang::ALL.map(Lang::code))]
    lang: String,
}

#[derive(Args)]
struct UserChange {
    code: String,
    #[arg(long)]
    name: Option<String>,
    #[arg(long)]
    role: Option<String>,
    #[arg(long, value_parser = Lang::ALL.map(Lang::code))]
    lang: Option<String>,
    #[arg(long)]
    pin: bool,
    #[arg(long, value_name = "WAREHOUSE,WAREHOUSE", value_delimiter = ',')]
    warehouses: Option<Vec<String>>,
    #[arg(long, value_name = "KIND,KIND", value_delimiter = ',')]
    work: Option<Vec<String>>,
    #[arg(long, value_name = "ZONE,ZONE", value_delimiter = ',')]
    zones: Option<Vec<String>>,
    #[arg(long)]
    enable: bool,
}

/// The code of a badge, of 40 random bits, so that nobody guesses another's.
pub fn new_badge() -> Done<String> {
    let random = uuid::Uuid::new_v4().as_u64_pair().1;
    own::badge(random).ok_or_else(|| Fail::bug("no badge could be made"))
}

/// Adds, changes, lists and disables people, and gives them new badges, which are
/// printed; 1 where nobody has the code.
pub async fn run(args: User, config: &Config) -> Done {
    match args.what {
        What::Add(args) => add(args, config).await,
        What::Set(args) => set(args, config).await,
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| people::list(tx).await).await?;
            say_rows(&rows, json)
        }
        What::Badge { code } => {
            let (code, badge) = (code.to_uppercase(), new_badge()?);
            open::with_tx(config, Some(("user_badge", &code)), async |tx| {
                let found = people::rebadge(tx, &code, &badge).await?;
                Rule::known(found.is_some(), Thing::Person, &code)
            })
            .await?;
            say(&badge)
        }
        What::Disable { code } => {
            let code = code.to_uppercase();
            open::with_tx(config, Some(("user_disable", &code)), async |tx| {
                let found = people::disable(tx, &code).await?;
                Rule::known(found.is_some(), Thing::Person, &code)
            })
            .await
        }
    }
}

/// Adds a person; their first badge is printed.
async fn add(args: NewUser, config: &Config) -> Done {
    let NewUser { code, name, role, lang } = args;
    let role = role.to_lowercase();
    let lang = Lang::parse(&lang).unwrap_or_default();
    let code = super::code(&code)?;
    let pin = read_pin(config)?;
    let opened = open::open(config).await?;
    let hash = opened.pins(config)?.hash(&pin)?;
    let badge = new_badge()?;
    let person = NewPerson {
        code: &code,
        name: &name,
        role: &role,
        lang,
        badge: &badge,
        pin_hash: Some(&hash),
    };
    let add = async |tx: &mut Tx| people::add(tx, &person).await;
    open::with_open_database(config, opened, Some(("user_add", &code)), add).await?;
    say(&badge)
}

/// Changes what is said of a person.
async fn set(args: UserChange, config: &Config) -> Done {
    let UserChange { code, name, role, lang, pin, warehouses, work, zones, enable } = args;
    let code = code.to_uppercase();
    let pin = if pin { Some(read_pin(config)?) } else { None };
    let opened = open::open(config).await?;
    let pins = opened.pins(config)?;
    let pin_hash = pin.as_deref().map(|pin| pins.hash(pin)).transpose()?;
    // An empty list takes back what was said.
    let named = |codes: Vec<String>| -> Vec<String> {
        let codes = codes.iter().map(|code| code.trim().to_owned());
        codes.filter(|code| !code.is_empty()).collect()
    };
    let warehouses = warehouses
        .map(|codes| named(codes).iter().map(|code| code.to_uppercase()).collect::<Vec<_>>());
    let (work, zones) = (work.map(named), zones.map(named));
    let role = role.map(|role| role.to_lowercase());
    let change = PersonChange {
        name: name.as_deref(),
        role: role.as_deref(),
        lang: lang.as_deref(),
        pin_hash: pin_hash.as_deref(),
        warehouses: warehouses.as_deref(),
        work: work.as_deref(),
        zones: zones.as_deref(),
        enable,
    };
    let set = async |tx: &mut Tx| {
        if let Some(pin) = &pin {
            must_be_new(tx, &pins, &code, pin).await?;
        }
        let found = people::change(tx, &code, &change).await?;
        Rule::known(found.is_some(), Thing::Person, &code)
    };
    open::with_open_database(config, opened, Some(("user_set", &code)), set).await
}

/// Refused where it is the PIN that the person has. One that was hashed with a key that is gone
/// cannot be compared, and is replaced.
async fn must_be_new(tx: &mut Tx, pins: &Pins, code: &str, pin: &str) -> store::Result<()> {
    let Some((person, _)) = people::by_code(tx, code, FROM).await? else { return Ok(()) };
    let Ok(hash) = pins.hash_as(person.salt.as_deref(), pin) else { return Ok(()) };
    if people::pin_is_the_same(tx, person.id, &hash).await? {
        return Err(Rule::SamePin.into());
    }
    Ok(())
}

/// The terminal that commands are, where wrong PINs are counted.
const FROM: &str = "command line";

/// The person who answers for what a command moves: by code and PIN, and by right.
pub async fn answering(db: &Db, pins: &Pins, code: &str) -> Done<i64> {
    let wrong = || Fail::refused(Message::key("cli-person-pin").with("received", code));
    let mut tx = db.begin().await?;
    let (person, role) = people::by_code(&mut tx, &code.to_uppercase(), FROM)
        .await?
        .filter(|(person, _)| person.active && person.locked_s.is_none())
        .ok_or_else(wrong)?;
    let hash = pins.hash_as(person.salt.as_deref(), &pin_line()?)?;
    let offer = people::offer_pin(&mut tx, person.id, &hash, FROM).await?;
    tx.commit().await?;
    let mut tx = db.begin().await?;
    let right = people::pin_is_right(&mut tx, offer.ok_or_else(wrong)?).await?;
    tx.commit().await?;
    if !right {
        return Err(wrong());
    }
    if role.may(Right::Stock) {
        return Ok(person.id);
    }
    Err(Fail::refused(
        Message::key("cli-person-right").with("received", code).with("role", &role.name),
    ))
}

fn read_pin(config: &Config) -> Done<String> {
    if config::pin_file().is_none() {
        tell(config, &Message::key("cli-pin-ask"))?;
    }
    let pin = pin_line()?;
    match pins::is_pin(&pin) {
        false => Err(Fail::usage(Message::key("pin-digits"))),
        true if pins::is_trivial(&pin) => Err(Fail::usage(Message::key("pin-trivial"))),
        true => Ok(pin),
    }
}

/// The PIN from `WAVEDECK_PIN_FILE`, else the next line that is typed.
fn pin_line() -> Done<String> {
    let text = match config::pin_file() {
        Some(path) => config::read_text(&path).map_err(|e| Fail::file(&path, &e))?,
        None => {
            let mut line = String::new();
            std::io::stdin().read_line(&mut line)?;
            line
        }
    };
    Ok(text.trim().to_owned())
}

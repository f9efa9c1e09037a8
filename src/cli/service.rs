//! `wavedeck service`: how carriers drive: days, cut-offs, transit by region.

use super::{Done, Fail, open, say_rows};
use crate::config::Config;
use crate::protocol::Message;
use crate::store::days::{self, DayCutoff, Region, ServiceChange};
use crate::store::{Rule, Thing};
use clap::{Args, Subcommand};

/// Arguments of `wavedeck service`.
#[derive(Args)]
pub struct ServiceArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Add(Service),
    Set(Service),
    List {
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args)]
struct Service {
    carrier: String,
    code: String,
    #[arg(long)]
    name: Option<String>,
    #[arg(long, value_name = "HH:MM")]
    cutoff: Option<String>,
    #[arg(long = "cutoff-on", value_name = "WEEKDAY=HH:MM")]
    cutoff_on: Vec<String>,
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(0..=365))]
    transit: Option<i32>,
    #[arg(long = "region", value_name = "COUNTRY/PROVINCE/CITY/POSTCODE=DAYS")]
    regions: Vec<String>,
    #[arg(long)]
    calendar: Option<String>,
    #[arg(long)]
    standard: bool,
    /// Whose cut-offs these are; without it, every warehouse's.
    #[arg(long)]
    warehouse: Option<String>,
}

/// Adds a service to a carrier, changes one, or lists them; 1 where the one to add is there
/// already, or the one to change is not.
pub async fn run(args: ServiceArgs, config: &Config) -> Done {
    match args.what {
        What::Add(service) => set(service, "service_add", config).await,
        What::Set(service) => set(service, "service_set", config).await,
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| days::services(tx).await).await?;
            say_rows(&rows, json)
        }
    }
}

async fn set(service: Service, action: &str, config: &Config) -> Done {
    let (carrier, code) = (service.carrier.to_uppercase(), super::code(&service.code)?);
    let mut cutoff = service.cutoff.as_deref().map(super::time_of_day).transpose()?;
    let mut cutoffs: Vec<DayCutoff> =
        service.cutoff_on.iter().map(|text| weekday_cutoff(text)).collect::<Done<_>>()?;
    if service.warehouse.is_some() {
        // A warehouse's is beside the service's own.
        let of_every_day = cutoff.take().map(|cutoff| DayCutoff { weekday: None, cutoff });
        cutoffs.extend(of_every_day);
    }
    let regions: Vec<Region> =
        service.regions.iter().map(|text| region(text)).collect::<Done<_>>()?;
    let calendar = service.calendar.map(|code| code.to_uppercase());
    let change = ServiceChange {
        carrier: &carrier,
        code: &code,
        name: service.name.as_deref(),
        cutoff: cutoff.as_deref(),
        transit_days: service.transit,
        calendar: calendar.as_deref(),
        cutoffs: &cutoffs,
        regions: &regions,
        standard: service.standard,
        warehouse: service.warehouse.as_deref(),
    };
    let subject = format!("{carrier} {code}");
    open::with_tx(config, Some((action, &subject)), async |tx| {
        let known = days::service_exists(tx, &carrier, &code).await?;
        match (action, known) {
            ("service_add", true) => Err(Rule::Taken(Thing::Service, subject.clone()).into()),
            ("service_set", false) => Err(Rule::unknown(Thing::Service, &subject).into()),
            _ => Rule::known(days::set_service(tx, &change).await?, Thing::Carrier, &carrier),
        }
    })
    .await
}

/// `6=12:00`: on Saturdays at noon.
fn weekday_cutoff(text: &str) -> Done<DayCutoff> {
    let wrong = || Fail::usage(Message::key("cli-cutoff-on").with("received", text));
    let (weekday, cutoff) = text.split_once('=').ok_or_else(wrong)?;
    let weekday = weekday.parse().ok().filter(|n| (1..=7).contains(n)).ok_or_else(wrong)?;
    Ok(DayCutoff {
        weekday: Some(weekday),
        cutoff: super::time_of_day(cutoff).map_err(|_| wrong())?,
    })
}

/// `CN/浙江省//3110=2`: what is empty is any, what is left out behind too.
fn region(text: &str) -> Done<Region> {
    let wrong = || Fail::usage(Message::key("cli-region").with("received", text));
    let (place, days) = text.rsplit_once('=').ok_or_else(wrong)?;
    let mut parts = place.split('/').map(|part| part.trim().to_owned());
    let mut next = || parts.next().unwrap_or_default();
    let region = Region {
        country: next().to_uppercase(),
        province: next(),
        city: next(),
        postcode: next(),
        transit_days: days.parse().ok().filter(|n| (0..=365).contains(n)).ok_or_else(wrong)?,
    };
    if parts.next().is_some() || place.replace('/', "").is_empty() {
        return Err(wrong());
    }
    Ok(region)
}

//! Putting back what a cancelled shipment left in a tote or a box: container, goods, bin.

use super::scan::{Scan, ScanTarget, first_match};
use super::{Card, Expect, Kind, Message, Page, Refusal};
use crate::domain::states::BinUse;
use crate::domain::{Name, Units};
use serde::{Deserialize, Serialize};

/// Which container's task a person has taken, and whether goods of it are in hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Step {
    pub task_id: Option<i64>,
    /// The goods in hand: (item, lot) of the container.
    pub holding: Option<(i64, i64)>,
    /// Which of these it is, is chosen from a list.
    #[serde(default)]
    pub choosing: Option<Among>,
    /// Another bin than the one on the screen was scanned: the same again means it.
    #[serde(default)]
    pub other_bin: Option<i64>,
}

/// What a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Among {
    /// Everything in the container: the goods bear no readable code.
    All,
    /// The lots of an item.
    Lots(i64),
}

impl Among {
    fn holds(self, goods: &Goods) -> bool {
        match self {
            Among::All => true,
            Among::Lots(item) => goods.item_id == item,
        }
    }
}

/// The task, as long as it is this person's, and the containers that wait for somebody.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    pub task: Option<Task>,
    /// A container that waits, for what the screen suggests, and how many wait.
    pub waiting: Option<String>,
    pub waiting_count: i64,
}

/// A container that somebody clears, and what in it belongs back in a bin.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    pub id: i64,
    pub no: String,
    pub container: String,
    pub goods: Vec<Goods>,
}

/// All of one item and lot in the container; it goes into one bin at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Goods {
    pub item_id: i64,
    pub lot_id: i64,
    pub sku: String,
    pub name: Name,
    pub barcode: Option<String>,
    pub lot: String,
    pub last_good: String,
    pub qty: Units,
    /// Where it came from.
    pub bin: Option<String>,
}

/// What a scan does: take a container, take goods of it in hand, lay them into a bin, or leave.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    Claim {
        container: i64,
        code: String,
    },
    /// `by_eye`: without a code, by a person's eyes.
    Hold {
        item_id: i64,
        lot_id: i64,
        by_eye: bool,
    },
    /// A list to choose from, or none any more.
    Choose(Option<Among>),
    Put {
        place_id: i64,
    },
    /// It is another bin than the one that they came from.
    Elsewhere {
        place_id: i64,
        code: String,
    },
    Release,
    Leave,
}

fn held<'a>(task: &'a Task, step: &Step) -> Option<&'a Goods> {
    step.holding
        .and_then(|(item, lot)| task.goods.iter().find(|g| g.item_id == item && g.lot_id == lot))
}

/// First the container, then goods by their code or from a list, then any storage bin. Another
/// container is refused until this one is empty; BACK leaves it for others.
pub fn decide(now: &Snapshot, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    if let Some(card) = scan.card {
        return command(now, step, card);
    }
    if let (Some(among), Some(task)) = (step.choosing, &now.task)
        && let Some((n, _)) = &scan.number
    {
        return chosen(task, among, *n, scan);
    }
    let fit = first_match(&scan.matches, |found| match &now.task {
        None => Ok(claim(found)),
        Some(task) => take(task, step, found),
    })?;
    fit.ok_or_else(|| match &now.task {
        None => Refusal::wrong(
            Message::key("put-back-expects-container").with("received", scan.received()),
        ),
        Some(_) => {
            Refusal::wrong(Message::key("put-back-unknown").with("received", scan.received()))
        }
    })
}

fn command(now: &Snapshot, step: &Step, card: Card) -> Result<Decision, Refusal> {
    match card {
        Card::Back | Card::Undo | Card::No if step.choosing.is_some() => Ok(Decision::Choose(None)),
        Card::NoCode if now.task.as_ref().is_some_and(|task| held(task, step).is_none()) => {
            Ok(Decision::Choose(Some(Among::All)))
        }
        Card::Back if now.task.is_some() => Ok(Decision::Release),
        Card::Back => Ok(Decision::Leave),
        other => Err(Refusal::not_here(other)),
    }
}

/// The goods of this line of the list.
fn chosen(task: &Task, among: Among, line: i64, scan: &Scan) -> Result<Decision, Refusal> {
    let goods = usize::try_from(line - 1)
        .ok()
        .and_then(|n| task.goods.iter().filter(|goods| among.holds(goods)).nth(n))
        .ok_or_else(|| {
            Refusal::wrong(
                Message::key("put-back-expects-choice").with("received", scan.received()),
            )
        })?;
    Ok(Decision::Hold { item_id: goods.item_id, lot_id: goods.lot_id, by_eye: among == Among::All })
}

/// Whatever goods may be left in: a container, a parcel, a bench.
fn claim(found: &ScanTarget) -> Option<Decision> {
    match found {
        ScanTarget::Container { id, code, .. }
        | ScanTarget::Parcel { id, sscc: code }
        | ScanTarget::Bench { id, code } => {
            Some(Decision::Claim { container: *id, code: code.clone() })
        }
        _ => None,
    }
}

/// Goods of the container in hand, or the bin for them.
fn take(task: &Task, step: &Step, found: &ScanTarget) -> Result<Option<Decision>, Refusal> {
    match found {
        ScanTarget::Item { id, lot, last_good, name, .. } => {
            goods(task, *id, name, lot.as_deref(), last_good.as_deref()).map(Some)
        }
        ScanTarget::Container { code, .. } => Err(Refusal::wrong(
            Message::key("put-back-finish")
                .with("received", code)
                .with("container", &task.container),
        )),
        ScanTarget::Bin { id, usage, code } => match held(task, step) {
            None => {
                Err(Refusal::wrong(Message::key("put-back-goods-first").with("received", code)))
            }
            Some(_) if *usage != BinUse::Storage => {
                Err(Refusal::wrong(Message::key("put-back-not-a-bin").with("received", code)))
            }
            Some(goods) => {
                let meant = goods.bin.as_ref().is_none_or(|bin| bin == code);
                Ok(Some(if meant || step.other_bin == Some(*id) {
                    Decision::Put { place_id: *id }
                } else {
                    Decision::Elsewhere { place_id: *id, code: code.clone() }
                }))
            }
        },
        _ => Ok(None),
    }
}

fn goods(
    task: &Task,
    item: i64,
    name: &Name,
    lot: Option<&str>,
    last_good: Option<&str>,
) -> Result<Decision, Refusal> {
    let fits = |g: &&Goods| {
        g.item_id == item
            && lot.is_none_or(|n| n.eq_ignore_ascii_case(&g.lot))
            && last_good.is_none_or(|d| d == g.last_good)
    };
    let found: Vec<&Goods> = task.goods.iter().filter(fits).collect();
    match found[..] {
        [g] => Ok(Decision::Hold { item_id: g.item_id, lot_id: g.lot_id, by_eye: false }),
        // The code does not say which of several lots it is.
        [_, _, ..] => Ok(Decision::Choose(Some(Among::Lots(item)))),
        [] => Err(Refusal::wrong(
            Message::key("put-back-not-in")
                .with("received", name)
                .with("container", &task.container),
        )),
    }
}

/// A container that waits, then what lies in it, then the bin that the goods came from.
pub fn accepted_scans(now: &Snapshot, step: &Step) -> Vec<Expect> {
    let Some(task) = &now.task else {
        return now.waiting.iter().map(|code| Expect::new(Kind::Container, code, code)).collect();
    };
    if step.choosing.is_some() {
        return vec![Expect::card(Card::Back)];
    }
    match held(task, step) {
        Some(g) => g.bin.iter().map(|code| Expect::new(Kind::Bin, code, code)).collect(),
        None => task
            .goods
            .iter()
            .filter_map(|g| g.barcode.as_ref().map(|code| Expect::new(Kind::Item, &g.sku, code)))
            .collect(),
    }
}

/// The container to fetch, what lies in it with its units, or the bin that the goods in hand go to.
pub fn build_page(now: &Snapshot, step: &Step) -> Page {
    let cards = [Card::Help, Card::Back];
    let Some(task) = &now.task else {
        let page =
            Page::new(Message::key("menu-put-back"), Message::key("put-back-prompt-container"))
                .cards(&cards);
        return match &now.waiting {
            Some(code) => page
                .big(Message::plain(code))
                .fact(Message::key("put-back-waiting").with("count", now.waiting_count)),
            None => page.big(Message::key("put-back-none")),
        };
    };
    let title = Message::key("put-back-title").with("task", &task.no);
    if let Some(among) = step.choosing {
        let page = Page::new(title, Message::key("put-back-prompt-choice"))
            .big(Message::plain(&task.container))
            .cards(&cards);
        let line = |g: &Goods| {
            Message::key("put-back-choice")
                .with("qty", g.qty)
                .with("item", &g.name)
                .with("lot", lot_of(g))
        };
        return task
            .goods
            .iter()
            .filter(|goods| among.holds(goods))
            .fold(page, |page, goods| page.choice(line(goods), None));
    }
    match held(task, step) {
        Some(g) => {
            let bin =
                g.bin.as_ref().map_or_else(|| Message::key("put-back-any-bin"), Message::plain);
            let page = Page::new(title, Message::key("put-back-prompt-bin"))
                .big(bin)
                .fact(Message::plain(&g.name));
            page.strong(lot_of(g))
                .strong(Message::key("put-back-qty").with("qty", g.qty))
                .cards(&cards)
                .once(true)
        }
        None => {
            let cards = [Card::Help, Card::NoCode, Card::Back];
            let mut page = Page::new(title, Message::key("put-back-prompt-item"))
                .big(Message::plain(&task.container))
                .cards(&cards);
            for g in &task.goods {
                page = page
                    .strong(Message::key("pack-line").with("left", g.qty).with("item", &g.name));
            }
            page
        }
    }
}

/// The lot as it is read on the goods; without a date only its number.
fn lot_of(goods: &Goods) -> Message {
    let key = if goods.last_good == "infinity" { "lot-undated" } else { "pick-lot" };
    Message::key(key).with("lot", &goods.lot).with("day", &goods.last_good)
}

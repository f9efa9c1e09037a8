//! What a scan means here: its readings matched with what the site knows. `work` fills it, `decide`
//! uses it.

use crate::codes::Reading;
use crate::codes::card::Card;
use crate::domain::states::{BinUse, ContainerKind};
use crate::domain::{Name, Units};
use serde::{Deserialize, Serialize};

/// A thing of this site that a scan names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanTarget {
    Bin {
        id: i64,
        code: String,
        usage: BinUse,
    },
    Container {
        id: i64,
        code: String,
        kind: ContainerKind,
        stands_in: Option<i64>,
        used_for: Option<String>,
        holder: Option<String>,
        trip: Option<i64>,
    },
    Item {
        id: i64,
        sku: String,
        name: Name,
        units: Units,
        lot: Option<String>,
        last_good: Option<String>,
        count: Option<i64>,
    },
    Lot {
        id: i64,
        item_id: i64,
        number: String,
    },
    Bench {
        id: i64,
        code: String,
    },
    Parcel {
        id: i64,
        sscc: String,
    },
    List {
        id: i64,
        code: String,
    },
    /// A colleague's badge; `free`: may pick and has no walk in hand.
    Person {
        id: i64,
        name: String,
        free: bool,
    },
}

/// Commands that screens name in words, with the Chinese one.
pub const COMMANDS: &[(Card, &str)] = &[
    (Card::Yes, "是"),
    (Card::No, "否"),
    (Card::Back, "返回"),
    (Card::Next, "下一个"),
    (Card::Undo, "撤销"),
    (Card::Skip, "跳过"),
    (Card::Full, "已满"),
    (Card::Release, "下发"),
    (Card::Close, "结束"),
    (Card::Reprint, "重打"),
    (Card::SignOff, "签退"),
    (Card::Short, "缺货"),
    (Card::Damaged, "破损"),
    (Card::Empty, "空库位"),
    (Card::Found, "多货"),
    (Card::NoCode, "无码"),
];

/// One scan with everything it may mean.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scan {
    /// As it came, for the sentence that refuses it.
    pub text: String,
    pub card: Option<Card>,
    /// A number of at most four digits, with the digits as they came.
    pub number: Option<(i64, String)>,
    pub matches: Vec<ScanTarget>,
}

impl Scan {
    /// A command by key, as if its card had been scanned.
    pub fn card(card: Card) -> Scan {
        Scan { text: card.scan(), card: Some(card), ..Scan::default() }
    }

    /// The text with what its readings say by themselves (a card, a number), and the things of the
    /// site that it names.
    pub fn new(text: &str, readings: &[Reading], matches: Vec<ScanTarget>) -> Scan {
        let mut scan = Scan { text: text.to_owned(), matches, ..Scan::default() };
        for reading in readings {
            match reading {
                Reading::Card(card) => scan.card = Some(*card),
                Reading::Number(n, digits) => scan.number = Some((*n, digits.clone())),
                _ => {}
            }
        }
        scan
    }

    /// The same with a typed word as the command that it names on the screen, where nothing of the
    /// site is called so.
    pub fn or_command(self) -> Scan {
        if self.card.is_some() || self.number.is_some() || !self.matches.is_empty() {
            return self;
        }
        Scan { card: command_of(&self.text), ..self }
    }

    /// Is it the digit of this menu line?
    pub fn is_choice(&self, line: i64) -> bool {
        self.number.as_ref().is_some_and(|(n, _)| *n == line)
    }

    /// A number, unless the site uses it as a code: then it is not taken for a quantity.
    pub fn quantity(&self) -> Option<i64> {
        self.number.as_ref().filter(|_| self.matches.is_empty()).map(|(n, _)| *n)
    }

    /// The code of the container that it names, a tote for example.
    pub fn container(&self) -> Option<&str> {
        self.matches.iter().find_map(|found| match found {
            ScanTarget::Container { code, .. } => Some(code.as_str()),
            _ => None,
        })
    }

    /// What came, in a few words of the reader: a known thing by its name, else the text itself.
    pub fn received(&self) -> crate::protocol::Arg {
        match self.matches.first() {
            Some(ScanTarget::Item { name, .. }) => crate::protocol::Arg::from(name),
            Some(
                ScanTarget::Bin { code, .. }
                | ScanTarget::Container { code, .. }
                | ScanTarget::Bench { code, .. }
                | ScanTarget::List { code, .. },
            ) => code.into(),
            Some(ScanTarget::Lot { number, .. }) => number.into(),
            Some(ScanTarget::Parcel { sscc, .. }) => sscc.into(),
            Some(ScanTarget::Person { name, .. }) => name.into(),
            None if let Some(card) = self.card => super::Message::key(&card.key()).into(),
            None => {
                crate::protocol::Arg::from(self.text.chars().take(40).collect::<String>().as_str())
            }
        }
    }
}

/// The command that a word names in either language.
pub fn command_of(word: &str) -> Option<Card> {
    let word = word.trim().to_uppercase();
    COMMANDS.iter().find(|(card, zh)| card.name() == word || *zh == word).map(|(card, _)| *card)
}

/// The expected work decides between several meanings: the first that fits wins, else the first
/// refusal stands.
pub fn first_match<T>(
    matches: &[ScanTarget],
    mut take: impl FnMut(&ScanTarget) -> Result<Option<T>, super::Refusal>,
) -> Result<Option<T>, super::Refusal> {
    let mut refused = None;
    for found in matches {
        match take(found) {
            Ok(None) => {}
            Ok(fit) => return Ok(fit),
            Err(refusal) => {
                refused.get_or_insert(refusal);
            }
        }
    }
    refused.map_or(Ok(None), Err)
}

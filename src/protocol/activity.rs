//! What a person can be busy with, the right that it asks for, and where they stand in it.

use super::page::Message;
use super::{Card, desk, exceptions, hand_over, pack, pick, put_back, wave};
use crate::domain::{Right, Rights};
use serde::{Deserialize, Serialize};

/// Where a person stands. Saved after every scan, and all that a new terminal needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    #[default]
    Menu,
    Pick(pick::Step),
    Pack(pack::Step),
    PutBack(put_back::Step),
    HandOver(hand_over::Step),
    Wave(wave::Step),
    Exceptions(exceptions::Step),
    Board(desk::Step),
    Inquiry(desk::Step),
}

impl Step {
    /// Where a person stands who may do no more than this: in the menu, if it was something else.
    pub fn within(self, rights: Rights) -> Step {
        match self.activity() {
            Some(activity) if !rights.contains(activity.right()) => Step::Menu,
            _ => self,
        }
    }

    pub fn activity(&self) -> Option<Activity> {
        Some(match self {
            Step::Menu => return None,
            Step::Pick(_) => Activity::Pick,
            Step::Pack(_) => Activity::Pack,
            Step::PutBack(_) => Activity::PutBack,
            Step::HandOver(_) => Activity::HandOver,
            Step::Wave(_) => Activity::Wave,
            Step::Exceptions(_) => Activity::Exceptions,
            Step::Board(_) => Activity::Board,
            Step::Inquiry(_) => Activity::Inquiry,
        })
    }
}

/// What a person can be busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    Pick,
    Pack,
    HandOver,
    PutBack,
    Wave,
    Exceptions,
    Board,
    Inquiry,
}

impl Right {
    /// What it lets a person do, in words.
    pub fn says(self) -> Message {
        Message::key(&format!("right-{}", self.code().replace('_', "-")))
    }
}

impl Activity {
    pub const ALL: [Activity; 8] = [
        Activity::Wave,
        Activity::Exceptions,
        Activity::Pick,
        Activity::Pack,
        Activity::HandOver,
        Activity::PutBack,
        Activity::Board,
        Activity::Inquiry,
    ];

    /// Its code is that of the right which it asks for.
    pub fn code(self) -> &'static str {
        self.right().code()
    }

    pub fn card(self) -> Card {
        match self {
            Activity::Pick => Card::MenuPick,
            Activity::Pack => Card::MenuPack,
            Activity::HandOver => Card::MenuHandOver,
            Activity::PutBack => Card::MenuPutBack,
            Activity::Wave => Card::MenuWave,
            Activity::Exceptions => Card::MenuExceptions,
            Activity::Board => Card::MenuBoard,
            Activity::Inquiry => Card::MenuInquiry,
        }
    }

    pub fn of_card(card: Card) -> Option<Activity> {
        Activity::ALL.into_iter().find(|activity| activity.card() == card)
    }

    /// The right that it asks for.
    pub fn right(self) -> Right {
        match self {
            Activity::Pick => Right::Pick,
            Activity::Pack => Right::Pack,
            Activity::HandOver => Right::HandOver,
            Activity::PutBack => Right::PutBack,
            Activity::Wave => Right::Wave,
            Activity::Exceptions => Right::Exceptions,
            Activity::Board => Right::Board,
            Activity::Inquiry => Right::Inquiry,
        }
    }

    pub fn title(self) -> Message {
        Message::key(match self {
            Activity::Pick => "menu-pick",
            Activity::Pack => "menu-pack",
            Activity::HandOver => "menu-hand-over",
            Activity::PutBack => "menu-put-back",
            Activity::Wave => "menu-wave",
            Activity::Exceptions => "menu-exceptions",
            Activity::Board => "menu-board",
            Activity::Inquiry => "menu-inquiry",
        })
    }
}

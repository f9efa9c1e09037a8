//! What a person can be busy with, the right that it asks for, and where they stand in it: one
//! table of all activities, in the order of the menu. What work does for each stands in
//! `work/activities.rs`.

use super::list::word;
use super::page::Message;
use super::{Card, desk, exceptions, hand_over, pack, pick, put_back, wave};
use crate::domain::{Right, Rights};
use serde::{Deserialize, Serialize};

/// An activity has the name of the right that it asks for, where a person stands in it, and the
/// card that leads there.
macro_rules! activities {
    ($($name:ident($step:ty) by $card:ident,)+) => {
        /// Where a person stands. Saved after every scan, and all that a new terminal needs.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
        #[serde(rename_all = "snake_case")]
        pub enum Step {
            #[default]
            Menu,
            $($name($step),)+
        }

        impl Step {
            /// What the person is busy with. `None`: they stand in the menu.
            pub fn activity(&self) -> Option<Activity> {
                match self {
                    Step::Menu => None,
                    $(Step::$name(_) => Some(Activity::$name),)+
                }
            }
        }

        /// What a person can be busy with.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Activity {
            $($name,)+
        }

        impl Activity {
            /// Every activity, in the order of the menu.
            pub const ALL: &'static [Activity] = &[$(Activity::$name,)+];

            /// The right that it asks for.
            pub fn right(self) -> Right {
                match self {
                    $(Activity::$name => Right::$name,)+
                }
            }

            /// The card that leads there from wherever a person stands.
            pub fn card(self) -> Card {
                match self {
                    $(Activity::$name => Card::$card,)+
                }
            }
        }
    };
}

activities! {
    Wave(wave::Step) by MenuWave,
    Exceptions(exceptions::Step) by MenuExceptions,
    Pick(pick::Step) by MenuPick,
    Pack(pack::Step) by MenuPack,
    HandOver(hand_over::Step) by MenuHandOver,
    PutBack(put_back::Step) by MenuPutBack,
    Board(desk::Step) by MenuBoard,
    Inquiry(desk::Step) by MenuInquiry,
}

impl Step {
    /// Where a person stands who may do no more than this: in the menu, if it was something else.
    pub fn within(self, rights: Rights) -> Step {
        match self.activity() {
            Some(activity) if !rights.contains(activity.right()) => Step::Menu,
            _ => self,
        }
    }
}

impl Activity {
    /// Its code is that of the right which it asks for.
    pub fn code(self) -> &'static str {
        self.right().code()
    }

    /// The activity of this code, as the database names what waits. `None`: no activity has it.
    pub fn of_code(code: &str) -> Option<Activity> {
        Activity::ALL.iter().copied().find(|activity| activity.code() == code)
    }

    /// Where a card leads. `None`: it is a command, and leads nowhere.
    pub fn of_card(card: Card) -> Option<Activity> {
        Activity::ALL.iter().copied().find(|activity| activity.card() == card)
    }

    /// What the menu calls it, in the reader's language.
    pub fn title(self) -> Message {
        word("menu", self.code())
    }
}

impl Right {
    /// What it lets a person do, in words.
    pub fn says(self) -> Message {
        word("right", self.code())
    }
}

//! The door: badge, PIN, and the menu behind it.

use super::{Activity, Card, Entry, Expect, Message, Operator, Page};
use crate::domain::Lang;
use serde::{Deserialize, Serialize};

/// A person whom the demo shows on its login screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoPerson {
    pub code: String,
    pub role: String,
    pub badge: String,
    pub pin: String,
    #[serde(default, skip_serializing)]
    pub lang: Lang,
}

/// The first screen. It needs no database.
pub fn login_page(demo: &[DemoPerson]) -> Page {
    let mut page =
        Page::new(Message::key("door-title"), Message::key("door-prompt")).cards(&[Card::Help]);
    for person in demo {
        let key = if person.lang == Lang::Zh { "door-demo-zh" } else { "door-demo" };
        page = page.fact(
            Message::key(key).with("role", person.role.as_str()).with("badge", &person.badge),
        );
    }
    if let Some(person) = demo.first() {
        page = page.fact(Message::key("door-demo-pin").with("pin", &person.pin));
    }
    page
}

/// The badge is known; its PIN is asked for.
pub fn pin_page(name: &str) -> Page {
    let mut page = Page::new(Message::key("door-title"), Message::key("pin-prompt"))
        .big(Message::plain(name))
        .cards(&[Card::Help, Card::Back]);
    page.entry = Entry::Secret;
    page
}

/// What waits for this person of one kind of work, or is in their hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub activity: Activity,
    /// How much waits, and how much of it must be done within half an hour.
    pub waiting: i64,
    pub urgent: i64,
    /// Some of it is in their hand already.
    pub in_hand: bool,
    /// By when the first of it, as people there read it; empty: it has time.
    pub due: String,
}

/// The menu, with what waits; what goes first of all comes first there. `elsewhere`: there is
/// another warehouse to work in; its line is the last.
pub fn menu_page(operator: &Operator, elsewhere: bool, waiting: &[Waiting]) -> (Page, Vec<Expect>) {
    let mut page = Page::new(
        Message::key("menu-title").with("name", &operator.name),
        Message::key("menu-prompt"),
    );
    let mut expects = Vec::new();
    page = match waiting.first() {
        Some(next) => {
            let key = match (next.in_hand, next.due.is_empty()) {
                (false, true) => "menu-next",
                (false, false) => "menu-next-due",
                (true, true) => "menu-go-on",
                (true, false) => "menu-go-on-due",
            };
            let text = Message::key(key).with("what", next.activity.title());
            page.strong(text.with("due", &next.due)).cards(&[Card::Help, Card::Next, Card::SignOff])
        }
        None => page.cards(&[Card::Help, Card::SignOff]),
    };
    for activity in open_activities(operator) {
        let here = waiting.iter().find(|w| w.activity == activity && (w.waiting > 0 || w.in_hand));
        let text = here.map_or_else(|| activity.title(), menu_line);
        page = page.choice(text, Some(activity.card()));
        expects.push(Expect::card(activity.card()));
    }
    if elsewhere {
        page = page.choice(Message::key("menu-elsewhere"), None);
    }
    (page.calling(!waiting.is_empty()).live_seldom(), expects)
}

fn menu_line(waiting: &Waiting) -> Message {
    let key = match (waiting.in_hand, waiting.urgent > 0) {
        (true, _) => "menu-in-progress",
        (false, true) => "menu-waits-urgent",
        (false, false) => "menu-waits",
    };
    Message::key(key)
        .with("what", waiting.activity.title())
        .with("n", waiting.waiting)
        .with("urgent", waiting.urgent)
}

/// What this person may do, in the menu's order.
pub fn open_activities(operator: &Operator) -> impl Iterator<Item = Activity> {
    let rights = operator.role.rights;
    Activity::ALL.iter().copied().filter(move |activity| rights.contains(activity.right()))
}

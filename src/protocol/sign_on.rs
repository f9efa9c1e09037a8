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

/// What goes first of all that waits for this person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextWork {
    pub activity: Activity,
    /// By when, as people there read it; empty: it has time.
    pub due: String,
}

/// `elsewhere`: there is another warehouse to work in; its line is the last.
pub fn menu_page(
    operator: &Operator,
    elsewhere: bool,
    next: Option<&NextWork>,
) -> (Page, Vec<Expect>) {
    let mut page = Page::new(
        Message::key("menu-title").with("name", &operator.name),
        Message::key("menu-prompt"),
    );
    let mut expects = Vec::new();
    page = match next {
        Some(next) => {
            let key = if next.due.is_empty() { "menu-next" } else { "menu-next-due" };
            let text = Message::key(key).with("what", next.activity.title());
            page.strong(text.with("due", &next.due)).cards(&[Card::Help, Card::Next, Card::SignOff])
        }
        None => page.cards(&[Card::Help, Card::SignOff]),
    };
    for activity in open_activities(operator) {
        page = page.choice(activity.title(), Some(activity.card()));
        expects.push(Expect::card(activity.card()));
    }
    if elsewhere {
        page = page.choice(Message::key("menu-elsewhere"), None);
    }
    (page, expects)
}

/// What this person may do, in the menu's order.
pub fn open_activities(operator: &Operator) -> impl Iterator<Item = Activity> {
    let rights = operator.role.rights;
    Activity::ALL.iter().copied().filter(move |activity| rights.contains(activity.right()))
}

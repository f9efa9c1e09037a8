//! Draws the model. Pure: a model, an area and a buffer. One question a screen, the place to go
//! first and biggest; what differs (date, count) is never cut away before what does not.

mod table;
pub mod text;

use crate::codes::card::Card;
use crate::console::app::layout::ScreenSize;
use crate::console::app::palette::{Palette, hotkeys_of};
use crate::console::app::{Link, Model, Theme};
use crate::i18n::Catalogue;
use crate::protocol::page::Table;
use crate::protocol::{Input, Message, Page, Tone};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use text::{flow, wrap};
use unicode_width::UnicodeWidthStr;

/// A line with how it stands out and how early it goes when room is short (higher goes first), with
/// the lines of its part.
#[derive(Default)]
struct Line {
    text: String,
    style: Style,
    goes: u8,
    part: usize,
}

/// What can be chosen goes last of all that goes.
const CHOICE: u8 = 1;

/// Lines that a list gets at least, before facts give way to it.
const TABLE_LEAST: usize = 4;

/// On a screen with fewer rows, what can be chosen stands side by side.
const TIGHT: u16 = 12;

/// A list takes the whole width of a wide screen; sentences stay at what an eye follows.
const WIDEST_LIST: usize = 200;

struct Styles {
    title: Style,
    big: Style,
    strong: Style,
    dim: Style,
    good: Style,
    wrong: Style,
    stop: Style,
}

/// Colour is never the only sign: everything that has one is bold, reversed or marked as well.
fn styles(theme: Theme) -> Styles {
    let colour = |style: Style, plain: Color, bright: Color| match theme {
        Theme::Mono => style,
        Theme::Default => style.fg(plain),
        Theme::Contrast => style.fg(bright),
    };
    let plain = Style::default();
    let bold = plain.add_modifier(Modifier::BOLD);
    let reversed = bold.add_modifier(Modifier::REVERSED);
    Styles {
        title: colour(bold, Color::Cyan, Color::LightCyan),
        big: reversed,
        strong: colour(bold, Color::Yellow, Color::LightYellow),
        // What is dim cannot be read in bad light.
        dim: if theme == Theme::Contrast { plain } else { plain.add_modifier(Modifier::DIM) },
        good: colour(bold, Color::Green, Color::LightGreen),
        wrong: colour(reversed, Color::Yellow, Color::LightYellow),
        stop: colour(reversed, Color::Red, Color::LightRed),
    }
}

/// Draws everything; returns where the cursor stands.
pub fn draw(
    model: &Model,
    words: &Catalogue,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<(u16, u16)> {
    if area.width == 0 || area.height == 0 {
        return None;
    }
    let styles = styles(model.appearance.theme);
    let width = usize::from(area.width).min(100);
    let (entry, column) = entry_line(model, usize::from(area.width));
    let body = usize::from(area.height) - 1;
    if let Some(palette) = &model.palette {
        let lines = palette_lines(palette, model, words, width, body, &styles);
        for (row, line) in lines.iter().take(body).enumerate() {
            put(buffer, area, row, &line.text, line.style);
        }
        put(buffer, area, body, &entry, Style::default().add_modifier(Modifier::BOLD));
        return Some((
            area.x + u16::try_from(column).unwrap_or(0).min(area.width - 1),
            area.y + area.height - 1,
        ));
    }
    let left = if model.beside().is_some() { usize::from(area.width) / 2 - 2 } else { width };
    let size = ScreenSize::of((area.width, area.height));
    let mut lines = if model.help {
        help(model, words, width, &styles)
    } else {
        page(model, words, left, size, &styles)
    };
    let foot = if model.help { Vec::new() } else { foot(model, words, width, size, &styles) };
    // A list keeps room for some of its rows.
    let least =
        if model.help || model.page.table.rows.is_empty() { 0 } else { TABLE_LEAST.min(body / 2) };
    let choices = count_choices(&lines);
    shorten(&mut lines, &foot, body.saturating_sub(least));
    if !model.help
        && count_choices(&lines) < choices
        && let Some(last) = lines.iter_mut().rfind(|line| line.goes == CHOICE)
    {
        // Those that are not seen are typed all the same.
        let more = Message::key("menu-more").with("n", model.page.menu.len() as i64);
        let more = words.say(&more);
        let seen = wrap(&last.text, left.saturating_sub(more.width() + 1)).swap_remove(0);
        last.text = format!("{seen} {more}");
    }
    let foot = &foot[..foot.len().min(body)];
    let room = body.saturating_sub(foot.len());
    if !model.help {
        let free = room.saturating_sub(lines.len());
        let wide = usize::from(area.width).min(WIDEST_LIST);
        // Half of a wide screen is for what the chosen row opens.
        let wide = if model.beside().is_some() { left } else { wide };
        lines.extend(listed(&model.page.table, words, Some(model.chosen), wide, free, &styles));
    }
    for (row, line) in lines.iter().take(room).enumerate() {
        put(buffer, area, row, &line.text, line.style);
    }
    if let Some(page) = model.beside().filter(|_| !model.help) {
        beside(
            page,
            model,
            words,
            Rect {
                x: area.x + area.width / 2,
                width: area.width - area.width / 2,
                height: u16::try_from(room).unwrap_or(area.height),
                ..area
            },
            buffer,
            &styles,
        );
    }
    for (row, line) in foot.iter().enumerate() {
        put(buffer, area, room + row, &line.text, line.style);
    }
    put(buffer, area, body, &entry, Style::default().add_modifier(Modifier::BOLD));
    Some((
        area.x + u16::try_from(column).unwrap_or(0).min(area.width - 1),
        area.y + area.height - 1,
    ))
}

fn listed(
    table: &Table,
    words: &Catalogue,
    chosen: Option<usize>,
    width: usize,
    room: usize,
    styles: &Styles,
) -> Vec<Line> {
    let style = |line: &table::TableLine| {
        if line.chosen {
            styles.big
        } else if line.header {
            styles.dim
        } else {
            Style::default()
        }
    };
    table::lines(table, words, chosen, width, room)
        .into_iter()
        .map(|line| Line { style: style(&line), text: line.text, ..Line::default() })
        .collect()
}

/// What the chosen row opens, on the right of a wide screen.
fn beside(
    page: &Page,
    model: &Model,
    words: &Catalogue,
    area: Rect,
    buffer: &mut Buffer,
    styles: &Styles,
) {
    for row in 0..area.height {
        put(
            buffer,
            area,
            usize::from(row),
            if model.appearance.boxes { "│" } else { "|" },
            styles.dim,
        );
    }
    let inner = Rect { x: area.x + 2, width: area.width - 2, ..area };
    let width = usize::from(inner.width);
    let mut lines = vec![Line {
        text: wrap(&words.say(&page.title), width).swap_remove(0),
        style: styles.title,
        ..Line::default()
    }];
    lines.extend(page.big.iter().flat_map(|big| wrap(&words.say(big), width)).map(|text| Line {
        text,
        style: styles.title,
        ..Line::default()
    }));
    for fact in &page.facts {
        let style = if fact.strong { styles.strong } else { Style::default() };
        lines.extend(wrap(&words.say(&fact.text), width).into_iter().map(|text| Line {
            text,
            style,
            ..Line::default()
        }));
    }
    let free = usize::from(inner.height).saturating_sub(lines.len());
    lines.extend(listed(&page.table, words, None, width, free, styles));
    for (row, line) in lines.iter().enumerate() {
        put(buffer, inner, row, &line.text, line.style);
    }
}

fn put(buffer: &mut Buffer, area: Rect, row: usize, text: &str, style: Style) {
    let Ok(row) = u16::try_from(row) else { return };
    if row < area.height {
        buffer.set_stringn(area.x, area.y + row, text, usize::from(area.width), style);
    }
}

/// Takes away what matters least until the rest fits.
fn shorten(lines: &mut Vec<Line>, foot: &[Line], body: usize) {
    while lines.len() + foot.len() > body {
        let Some(worst) = lines.iter().map(|l| l.goes).max().filter(|goes| *goes > 0) else {
            return;
        };
        let Some(at) = lines.iter().rposition(|l| l.goes == worst) else { return };
        // A fact without its second half would say something else.
        match lines[at].part {
            0 => drop(lines.remove(at)),
            part => lines.retain(|line| line.part != part),
        }
    }
}

fn page(
    model: &Model,
    words: &Catalogue,
    width: usize,
    size: ScreenSize,
    styles: &Styles,
) -> Vec<Line> {
    let page = &model.page;
    let mut lines = Vec::new();
    let mut title = words.say(&page.title);
    if let Some(operator) = model.operator.as_ref().filter(|_| size != ScreenSize::Hand) {
        title = format!("{title}   {}", operator.name);
    }
    lines.push(Line {
        text: wrap(&title, width).swap_remove(0),
        style: styles.title,
        goes: 2,
        ..Line::default()
    });
    if size != ScreenSize::Hand {
        let rule = if model.appearance.boxes { "─".repeat(width) } else { String::new() };
        lines.push(Line { text: rule, style: styles.dim, goes: 9, ..Line::default() });
    }
    if let Some(big) = &page.big {
        for text in wrap(&words.say(big), width.saturating_sub(2)) {
            lines.push(Line { text: format!(" {text} "), style: styles.big, ..Line::default() });
        }
        if size != ScreenSize::Hand {
            lines.push(Line {
                text: String::new(),
                style: Style::default(),
                goes: 9,
                ..Line::default()
            });
        }
    }
    for (n, fact) in page.facts.iter().enumerate() {
        let (style, goes) = if fact.strong { (styles.strong, 0) } else { (Style::default(), 4) };
        lines.extend(wrap(&words.say(&fact.text), width).into_iter().map(|text| Line {
            text,
            style,
            goes,
            part: n + 1,
        }));
    }
    let menu: Vec<String> = page
        .menu
        .iter()
        .enumerate()
        .map(|(n, choice)| format!("{} {}", n + 1, words.say(&choice.text)))
        .collect();
    lines.extend(choices(&menu, model, width).into_iter().map(|text| Line {
        text,
        style: Style::default(),
        goes: CHOICE,
        ..Line::default()
    }));
    lines
}

fn count_choices(lines: &[Line]) -> usize {
    lines.iter().filter(|line| line.goes == CHOICE).count()
}

/// What can be chosen: a line each where there is room.
fn choices(parts: &[String], model: &Model, width: usize) -> Vec<String> {
    if model.size.1 < TIGHT {
        return flow(parts.iter().map(String::as_str), "  ", width);
    }
    parts.iter().flat_map(|part| wrap(part, width)).collect()
}

/// What was said, what to do, what waits, and the keys.
fn foot(
    model: &Model,
    words: &Catalogue,
    width: usize,
    size: ScreenSize,
    styles: &Styles,
) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |text: String, style: Style, most: usize| {
        for text in wrap(&text, width).into_iter().take(most) {
            lines.push(Line { text, style, ..Line::default() });
        }
    };
    let link = match model.link {
        Link::Fine => None,
        Link::Slow => Some("link-slow"),
        Link::Offline => Some("link-offline"),
    };
    // What the person has to decide goes before why.
    if let Some(link) = link.filter(|_| !model.held) {
        add(format!("!! {}", words.key(link)), styles.stop, 3);
    } else if let Some(feedback) = &model.feedback {
        let (mark, style) = match feedback.tone {
            Tone::Good => ("", styles.good),
            Tone::Wrong => ("! ", styles.wrong),
            Tone::Stop => ("!! ", styles.stop),
        };
        let most = match size {
            // What must be read before anything else is done takes the room that it needs.
            _ if feedback.tone == Tone::Stop => usize::from(model.size.1 / 2),
            ScreenSize::Hand if model.size.1 < TIGHT => 2,
            ScreenSize::Hand => 5,
            _ => 3,
        };
        add(format!("{mark}{}", words.say(&feedback.text)), style, most);
    }
    let prompt = words.say(&model.page.prompt);
    add(prompt, Style::default().add_modifier(Modifier::BOLD | Modifier::UNDERLINED), 3);
    if let Some(waiting) = waiting(model, words) {
        // What to do about held scans is never cut; a list of waiting ones may be.
        let (style, most) = if model.held { (styles.wrong, 4) } else { (styles.dim, 1) };
        add(waiting, style, most);
    }
    if size != ScreenSize::Hand {
        add(keys(model, words, width), styles.dim, 1);
    }
    lines
}

fn waiting(model: &Model, words: &Catalogue) -> Option<String> {
    let count = model.queue.len() as i64;
    if model.held && count > 0 {
        return Some(words.say(&Message::key("queue-held").with("count", count)));
    }
    if model.queue_is_full() {
        return Some(words.key("queue-full"));
    }
    if count == 0 {
        return None;
    }
    let scans: Vec<&str> = model
        .queue
        .iter()
        .map(|w| match &w.ask {
            // At the door a queued line may be a PIN.
            Input::Scan { text, .. } if model.operator.is_some() => text.as_str(),
            Input::Card(card) => card.name(),
            _ => "*",
        })
        .collect();
    Some(words.say(
        &Message::key("queue-waiting").with("count", count).with("scans", scans.join(" ").as_str()),
    ))
}

/// As many keys as one line holds; help shows all of them.
fn keys(model: &Model, words: &Catalogue, width: usize) -> String {
    let mut out: Vec<String> =
        hotkeys_of(&model.page).map(|(c, _, text)| format!("{c} {}", words.key(text))).collect();
    out.extend(model.page.cards.iter().filter_map(|card| {
        model.keymap.key_of(*card).map(|key| format!("{key} {}", words.key(&card.key())))
    }));
    if !model.demo.is_empty() && (model.operator.is_none() || !model.expects.is_empty()) {
        out.insert(0, format!("F9 {}", words.key("demo-key")));
    }
    if model.operator.is_none() {
        out.push(format!("^L {}", words.key("door-language")));
    }
    let mut line = String::new();
    for part in out {
        if line.width() + part.width() + 2 > width {
            break;
        }
        line = if line.is_empty() { part } else { format!("{line}  {part}") };
    }
    line
}

/// What works here: every command that the page allows, its key, its card, what it does.
fn help(model: &Model, words: &Catalogue, width: usize, styles: &Styles) -> Vec<Line> {
    let mut lines =
        vec![Line { text: words.key("help-title"), style: styles.title, ..Line::default() }];
    let short = width < 40 || model.size.1 < TIGHT;
    let of_card = |card: &Card| {
        let (key, what) = (model.keymap.key_of(*card).unwrap_or_default(), words.key(&card.key()));
        if short { format!("{key} {what}") } else { format!("{key:<10}{:<18}{what}", card.name()) }
    };
    let parts: Vec<String> = model
        .page
        .cards
        .iter()
        .map(of_card)
        .chain(hotkeys_of(&model.page).map(|(c, _, what)| format!("{c}  {}", words.key(what))))
        .collect();
    lines.extend(choices(&parts, model, width).into_iter().map(|text| Line {
        text,
        style: Style::default(),
        goes: 1,
        ..Line::default()
    }));
    if !model.demo.is_empty() {
        lines.push(Line {
            text: format!("F9 {}", words.key("demo-key")),
            style: styles.strong,
            ..Line::default()
        });
    }
    if model.operator.is_none() {
        lines.push(Line { text: format!("^L {}", words.key("door-language")), ..Line::default() });
    }
    for text in wrap(&words.key("help-cards"), width) {
        lines.push(Line { text, style: styles.dim, goes: 2, ..Line::default() });
    }
    lines
}

/// The commands that what is typed looks for, the chosen one marked; why one cannot be used now
/// stands behind it.
fn palette_lines(
    palette: &Palette,
    model: &Model,
    words: &Catalogue,
    width: usize,
    room: usize,
    styles: &Styles,
) -> Vec<Line> {
    let found = palette.found(&model.typing);
    let mut lines = vec![Line {
        text: wrap(&words.key("palette-title"), width).swap_remove(0),
        style: styles.title,
        ..Line::default()
    }];
    let rows = room.saturating_sub(1).max(1);
    let from = palette.chosen.saturating_sub(rows - 1);
    for (n, entry) in found.iter().enumerate().skip(from).take(rows) {
        let what = words.say(&entry.text);
        let why =
            entry.why.as_ref().map(|why| format!("  ({})", words.say(why))).unwrap_or_default();
        let text = if width < 40 {
            format!("{what}{why}")
        } else {
            format!("{:<16}{what}{why}", entry.key)
        };
        let style = if n == palette.chosen {
            styles.big
        } else if entry.why.is_some() {
            styles.dim
        } else {
            Style::default()
        };
        lines.push(Line { text: wrap(&text, width).swap_remove(0), style, ..Line::default() });
    }
    lines
}

/// The entry line and its cursor; of a long line its end is shown.
fn entry_line(model: &Model, width: usize) -> (String, usize) {
    let shown: String = if model.is_secret() {
        "*".repeat(model.typing.chars().count())
    } else {
        // GS has no glyph; people see where it stood.
        model.typing.chars().map(|c| if c.is_control() { '~' } else { c }).collect()
    };
    let mut input = tui_input::Input::new(shown);
    input.handle(tui_input::InputRequest::GoToEnd);
    let room = width.saturating_sub(3);
    let skip = input.visual_scroll(room);
    let mut hidden = 0;
    let tail: String = input
        .value()
        .chars()
        .skip_while(|c| {
            let before = hidden;
            hidden += unicode_width::UnicodeWidthChar::width(*c).unwrap_or(0);
            before < skip
        })
        .collect();
    let text = format!("> {tail}");
    let column = text.width();
    (text, column)
}

//! Rows of a list that are marked, to do one thing to all of them. They go by what a row is, as the
//! chosen one does, and stay while the list does.

use super::Model;
use super::chosen::{self, Go};
use crate::protocol::Message;
use crate::protocol::desk::{Kind, Subject, marked};

/// What is marked, and in which list.
#[derive(Debug, Default)]
pub(super) struct Marks {
    list: Option<Message>,
    rows: Vec<String>,
}

impl Model {
    /// Is this row of the page's list marked?
    pub fn is_marked(&self, row: usize) -> bool {
        let opens = self.page.table.opens.get(row);
        opens.is_some_and(|opens| !opens.is_empty() && self.marked().contains(opens))
    }

    /// Rows of the page's list that are marked, by what they open.
    pub fn marked(&self) -> &[String] {
        let here = self.marks.list.as_ref() == Some(&self.page.title);
        if here { &self.marks.rows } else { &[] }
    }
}

/// Marks the chosen row, or takes its mark away, and goes on to the next.
pub(super) fn toggle(model: &mut Model) {
    let opens = model.page.table.opens.get(model.chosen).cloned().unwrap_or_default();
    if Subject::parse(&opens).is_some_and(|row| row.kind.is_markable()) {
        if model.marks.list.as_ref() != Some(&model.page.title) {
            model.marks = Marks { list: Some(model.page.title.clone()), rows: Vec::new() };
        }
        let rows = &mut model.marks.rows;
        match rows.iter().position(|own| *own == opens) {
            Some(at) => drop(rows.remove(at)),
            None if rows.len() < marked::MOST => rows.push(opens),
            None => {}
        }
    }
    chosen::go(model, Go::Down);
}

/// What is no longer in the list is no longer marked.
pub(super) fn keep(model: &mut Model) {
    if model.marks.list.as_ref() == Some(&model.page.title) {
        let opens = &model.page.table.opens;
        model.marks.rows.retain(|own| opens.contains(own));
    }
}

/// The page of what is marked, or of the chosen row where nothing is. `None`: nothing can be done
/// to several of these.
pub(super) fn page_of(model: &Model) -> Option<String> {
    let chosen = model.page.table.opens.get(model.chosen).cloned();
    let rows = if model.marked().is_empty() { chosen.as_slice() } else { model.marked() };
    let subjects: Vec<Subject> = rows.iter().filter_map(|row| Subject::parse(row)).collect();
    let kind = subjects.first()?.kind;
    let ids: Vec<i64> = subjects.iter().filter(|s| s.kind == kind).map(|s| s.id).collect();
    kind.is_markable().then(|| Subject::list(Kind::Marked, &marked::code(kind, &ids)).scan())
}

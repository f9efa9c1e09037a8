//! The terminal. `input` makes keys and lines of bytes, `app` is the pure state, `view` draws it,
//! `session` joins them to a stream of bytes and to `work`; `tty` is the local terminal, `served`
//! other processes' terminals.

pub mod app;
pub mod input;
pub mod served;
pub mod session;
pub mod tty;
pub mod view;
